"""Raid: building blocks for a side whose striking force is one-way munitions that travel by themselves.

Such a side has no ground combat groups and no boats: what it gains depends on where and when its waves strike. A
wave that the plan moves along a line (a dog-leg round the radars, say) keeps to it.
"""

import numpy as np

from agents.doctrine.blocks.assessment import Spot, distance_m, find_spot, is_within
from agents.doctrine.blocks.roles import Force, Role
from agents.doctrine.blocks.situation import Situation
from simcore.types import Task

AIM_M = 4_000.0
"""What is found within this of a planned point is what the plan meant."""

AREA_M = 8_000.0
"""Round the middle of what the plan strikes."""

LATE = 0.25
"""Share of the time after which a raid starts whatever is known."""

_AIM_RADIUS_M = 1_500.0  # of a strike at a planned point, at least
_SPOT_RADIUS_M = 3_000.0  # of a strike at a concentration
_AT_ONCE_S = 60.0  # waves that arrive within this of each other arrive together
_KNOWN_S = 900.0  # what is struck stands still: older contacts count too


def find_waves(force: Force) -> list[int]:
    """Return the waves of a raid: munitions that nobody carries, of a side that has nothing else to fight with."""
    if force.having(Role.MANOEUVRE, Role.BOAT, Role.STRIKE_AIR):
        return []
    munitions = force.having(Role.MUNITION)
    return [k for k in munitions if force.host[k] < 0 and force.speed_mps[k] > 0.0 and not force.is_moving[k]]


def keep_back(s: Situation, waves: list[int], where: np.ndarray) -> None:
    """Let waves circle, or lie, where they started, where ``where``, (R,) or (n, R)."""
    if waves:
        s.draft.order(waves, where, Task.HOLD, *s.force.starts(waves))


def strike_plan(s: Situation, waves: list[int], where: np.ndarray, *, speed: float = 0.0) -> None:
    """Strike what the plan means, where ``where``, (R,) or (n, R)."""
    if waves:
        radius = np.maximum(s.force.plan_radius_m[waves], _AIM_RADIUS_M)
        s.draft.order(waves, where, Task.STRIKE, *s.force.plans(waves), radius_m=radius, speed=speed)


def strike_spot(s: Situation, waves: list[int], where: np.ndarray, spot: Spot, *, speed: float = 0.0) -> None:
    """Strike a concentration, where ``where``, (R,) or (n, R), and it exists."""
    if waves:
        where = where & spot.exists
        s.draft.order(waves, where, Task.STRIKE, spot.x_m, spot.y_m, radius_m=_SPOT_RADIUS_M, speed=speed)


def is_last_to_arrive(s: Situation, waves: list[int], spot: Spot) -> np.ndarray:
    """Return which of n waves must be under way so that all reach a spot, or their planned points where there is
    none, together with the one that needs longest, (n, R).
    """
    x, y = (np.where(spot.exists, a, b) for a, b in zip((spot.x_m, spot.y_m), s.force.plans(waves), strict=True))
    away = distance_m(x, y, s.forces.x_m[:, waves].T, s.forces.y_m[:, waves].T)
    to_go_s = np.where(s.forces.n_left[:, waves].T > 0.0, away / s.force.speed_mps[waves, None], 0.0)
    return to_go_s >= to_go_s.max(axis=0) - _AT_ONCE_S


def find_aim(s: Situation, waves: list[int]) -> Spot:
    """Return the richest concentration of classified targets in the area that the plan strikes."""
    return aim_near(s, *plan_middle(s.force, waves), AREA_M)


def plan_middle(force: Force, waves: list[int]) -> tuple[float, float]:
    """Return the middle of the points that the plan strikes [m]."""
    x, y = force.plans(waves)
    return float(np.rint(x.mean())), float(np.rint(y.mean()))


def aim_near(s: Situation, x_m: float, y_m: float, radius_m: float) -> Spot:
    """Return the richest concentration of classified targets within a radius of a point."""
    c = s.contacts
    known = c.is_held & ~c.is_flying & c.is_classified & (c.age_s <= _KNOWN_S)
    return find_spot(c, known & is_within(c, x_m, y_m, radius_m))


def by_distance(force: Force, waves: list[int]) -> list[int]:
    """Return the waves, those first that need least time to their planned points."""
    away = distance_m(*force.start_m[:, waves], *force.plan_m[:, waves]) / force.speed_mps[waves]
    return [waves[place] for place in np.argsort(away, kind="stable")]
