"""Transports: building blocks for unarmed vessels with a zone to reach."""

import numpy as np

from agents.doctrine.blocks.assessment import column, distance_m, step_towards
from agents.doctrine.blocks.objectives import Mission
from agents.doctrine.blocks.roles import Role
from agents.doctrine.blocks.situation import Situation
from simcore.types import Task

_AHEAD_M = 6_000.0
_FRESH_S = 300.0


def find_transports_with_zone(s: Situation, mission: Mission) -> list[int]:
    """Return the transports that an objective names for a zone; the others (minesweepers, say) follow the plan."""
    return mission.taking(s.force, Role.TRANSPORT)


def sail(s: Situation, mission: Mission, groups: list[int], where: np.ndarray, *, speed: float) -> None:
    """Send transports to their zones, where ``where`` (R,). Unarmed, they attack nothing on the way."""
    for k in groups:
        s.draft.order(k, where, Task.MOVE, *mission.goal(k), speed=speed)


def lie_still(s: Situation, groups: list[int], where: np.ndarray) -> None:
    """Keep transports at their start, where ``where`` (R,)."""
    for k in groups:
        s.draft.order(k, where, Task.HOLD, *s.force.start(k))


def wait_for_clear_route(s: Situation, mission: Mission, groups: list[int], where: np.ndarray) -> None:
    """Stop transports, where ``where`` (R,), as long as a vessel identified as hostile is ahead on their route."""
    hostile = s.contacts.is_hostile & s.contacts.is_afloat & (s.contacts.age_s <= _FRESH_S)
    if not (hostile.any() and where.any()):
        return
    for k in groups:
        x, y = s.forces.x_m[:, k], s.forces.y_m[:, k]
        ahead = step_towards(x, y, *mission.goal(k), _AHEAD_M)
        away = distance_m(column(ahead[0]), column(ahead[1]), s.contacts.x_m, s.contacts.y_m)
        s.draft.order(k, where & (hostile & (away <= _AHEAD_M)).any(axis=1), Task.HOLD, x, y)
