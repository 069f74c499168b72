"""Fires: building blocks that hold back or release batteries, munitions and armed aircraft."""

import numpy as np

from agents.doctrine.assessment import Spot, is_within
from agents.doctrine.roles import Force, Role
from agents.doctrine.situation import Situation
from simcore.types import Domain, Roe, TargetClass, Task

ATTACK_RADIUS_M = 8_000.0

_BATTERY_AGE_S = 120.0  # older contacts are no target for a missile fired from afar
_BATTERY_ERROR_M = 1_500.0


def release_batteries(s: Situation, home_m: tuple[float, float], line_m: float, roe: Roe = Roe.FREE) -> None:
    """Keep batteries silent until a ship is classified within reach, or boats have crossed the line round home."""
    contacts = s.contacts
    for k in s.force.having(Role.BATTERY):
        x, y = s.forces.x_m[:, k], s.forces.y_m[:, k]
        fresh = (contacts.age_s <= _BATTERY_AGE_S) & (contacts.error_m <= _BATTERY_ERROR_M)
        reached = contacts.is_afloat & fresh & is_within(contacts, x, y, s.force.weapon_m[k])
        ships = reached & (contacts.target_class == TargetClass.SHIP)
        closing = reached & is_within(contacts, *home_m, line_m)
        release = ships.any(axis=1) | closing.any(axis=1)
        s.draft.order(k, ~release, Task.HOLD, x, y, roe=Roe.HOLD)
        s.draft.order(k, release, Task.HOLD, x, y, roe=roe)


def strike(s: Situation, k: int, target: Spot, release: np.ndarray, roe: Roe = Roe.FREE) -> None:
    """Send a group of munitions or armed aircraft at a concentration where ``release`` (R,); else it waits aboard."""
    task = Task.STRIKE if s.force.role[k] == Role.MUNITION else Task.ATTACK
    s.draft.order(k, ~release, Task.RECOVER, *s.force.plan(k), roe=roe)
    s.draft.order(k, release, task, target.x_m, target.y_m, radius_m=ATTACK_RADIUS_M, roe=roe)


def strike_planned(s: Situation, k: int, where: np.ndarray) -> None:
    """Send a group of munitions where the plan of the scenario wants it, to strike what it finds there."""
    radius = max(float(s.force.plan_radius_m[k]), ATTACK_RADIUS_M)
    s.draft.order(k, where, Task.STRIKE, *s.force.plan(k), radius_m=radius)


def strike_groups(force: Force, *, at_sea: bool) -> list[int]:
    """Return the groups of munitions and armed aircraft that swim, or those that fly or drive."""
    groups = force.having(Role.MUNITION, Role.STRIKE_AIR)
    return [k for k in groups if (force.domain[k] == Domain.SURFACE) == at_sea]
