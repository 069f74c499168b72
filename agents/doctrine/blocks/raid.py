"""Raid: building blocks for a side whose striking force is self-propelled one-way munitions.

Such a side has no ground combat groups and no boats: its gains depend on the place and time of its strikes. A
wave with a planned route (a dog-leg around the radars, say) keeps to it.
"""

import numpy as np

from agents.doctrine.blocks.assessment import Spot, distance_m, find_spot, is_within
from agents.doctrine.blocks.roles import Force, Role
from agents.doctrine.blocks.situation import Situation
from simcore.types import Task

AIM_M = 4_000.0
"""A target within this distance [m] of a planned point counts as the planned target."""

AREA_M = 8_000.0
"""Radius [m] of the target area around the middle of the planned points."""

LATE = 0.25
"""Share of the time after which a raid starts even without a known target."""

_AIM_RADIUS_M = 1_500.0  # of a strike at a planned point, at least
_SPOT_RADIUS_M = 3_000.0  # of a strike at a concentration
_AT_ONCE_S = 60.0  # largest spread of arrivals that count as simultaneous
_KNOWN_S = 900.0  # long, because the targets do not move


def find_waves(force: Force) -> list[int]:
    """Return the waves of a raid: munitions without a host, of a side without other fighting groups."""
    if force.having(Role.MANOEUVRE, Role.BOAT, Role.STRIKE_AIR):
        return []
    munitions = force.having(Role.MUNITION)
    return [k for k in munitions if force.host[k] < 0 and force.speed_mps[k] > 0.0 and not force.is_moving[k]]


def keep_back(s: Situation, waves: list[int], where: np.ndarray) -> None:
    """Keep waves circling, or lying, at their start, where ``where``, (R,) or (n, R)."""
    if waves:
        s.draft.order(waves, where, Task.HOLD, *s.force.starts(waves))


def strike_plan(s: Situation, waves: list[int], where: np.ndarray, *, speed: float = 0.0) -> None:
    """Strike the planned targets, where ``where``, (R,) or (n, R)."""
    if waves:
        radius = np.maximum(s.force.plan_radius_m[waves], _AIM_RADIUS_M)
        s.draft.order(waves, where, Task.STRIKE, *s.force.plans(waves), radius_m=radius, speed=speed)


def strike_spot(s: Situation, waves: list[int], where: np.ndarray, spot: Spot, *, speed: float = 0.0) -> None:
    """Strike a concentration, where it exists and ``where``, (R,) or (n, R)."""
    if waves:
        where = where & spot.exists
        s.draft.order(waves, where, Task.STRIKE, spot.x_m, spot.y_m, radius_m=_SPOT_RADIUS_M, speed=speed)


def is_last_to_arrive(s: Situation, waves: list[int], spot: Spot) -> np.ndarray:
    """Return which of n waves must be under way, so that all reach a spot (or without a spot their planned points)
    together with the slowest to arrive, (n, R).
    """
    x, y = (np.where(spot.exists, a, b) for a, b in zip((spot.x_m, spot.y_m), s.force.plans(waves), strict=True))
    away = distance_m(x, y, s.forces.x_m[:, waves].T, s.forces.y_m[:, waves].T)
    to_go_s = np.where(s.forces.n_left[:, waves].T > 0.0, away / s.force.speed_mps[waves, None], 0.0)
    return to_go_s >= to_go_s.max(axis=0) - _AT_ONCE_S


def find_aim(s: Situation, waves: list[int]) -> Spot:
    """Return the richest concentration of classified targets in the planned target area."""
    return aim_near(s, *plan_middle(s.force, waves), AREA_M)


def plan_middle(force: Force, waves: list[int]) -> tuple[float, float]:
    """Return the middle of the planned target points [m]."""
    x, y = force.plans(waves)
    return float(np.rint(x.mean())), float(np.rint(y.mean()))


def aim_near(s: Situation, x_m: float, y_m: float, radius_m: float) -> Spot:
    """Return the richest concentration of classified targets within a radius of a point."""
    c = s.contacts
    known = c.is_held & ~c.is_flying & c.is_classified & (c.age_s <= _KNOWN_S)
    return find_spot(c, known & is_within(c, x_m, y_m, radius_m))


def by_distance(force: Force, waves: list[int]) -> list[int]:
    """Return the waves, sorted by the time to their planned points, shortest first."""
    away = distance_m(*force.start_m[:, waves], *force.plan_m[:, waves]) / force.speed_mps[waves]
    return [waves[place] for place in np.argsort(away, kind="stable")]
