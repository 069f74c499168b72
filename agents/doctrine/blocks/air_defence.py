"""Air defence: building blocks for a side that defends a place against aircraft, with interceptors and missiles."""

import numpy as np

from agents.doctrine.blocks.assessment import is_within
from agents.doctrine.blocks.roles import Force, Role
from agents.doctrine.blocks.situation import Situation
from simcore.types import Roe, TargetClass, Task

_FRESH_S = 120.0
_DEAR_M = 5_000.0  # weapons with a longer reach are missiles, and expensive; guns fire at will
_DEAR_ALARM_M = 45_000.0  # missiles are released at jets nearer than this


def find_missiles(force: Force) -> list[int]:
    """Return the stationary air defence groups with missiles, for a side without other fighting groups.

    With an army or a fleet to cover, missiles fire by the rules of the scenario file.
    """
    if force.having(Role.MANOEUVRE, Role.BOAT):
        return []
    return [k for k in force.having(Role.AIR_DEFENCE) if force.weapon_m[k] >= _DEAR_M and not force.is_moving[k]]


def is_raided(s: Situation, home_m: tuple[float, float], radius_m: float) -> np.ndarray:
    """Return where an aircraft is known within a radius of home, (R,)."""
    return np.asarray(_flying_within(s, home_m, radius_m).any(axis=1))


def scramble(s: Situation, groups: list[int], where: np.ndarray, *, wider: float = 1.0) -> None:
    """Launch interceptors to their planned areas, enlarged by ``wider``, where ``where`` (R,); keep others aboard."""
    if not groups:
        return
    force = s.force
    s.draft.order(groups, s.draft.everywhere, Task.RECOVER, *force.starts(groups))
    radius = wider * np.maximum(force.plan_radius_m[groups], 5e3)
    s.draft.order(groups, where, Task.INTERCEPT, *force.plans(groups), radius_m=radius)


def spare_missiles(s: Situation, groups: list[int], home_m: tuple[float, float], line_m: float) -> None:
    """Save the missiles for worthwhile or close targets: release them once a contact classified as an aircraft is in
    sight, or any flying contact is within ``line_m`` of home. Until then guns and interceptors fight.
    """
    if not groups:
        return
    aircraft = s.contacts.is_classified & (s.contacts.target_class == TargetClass.AIRCRAFT)
    is_dear = (_flying_within(s, home_m, _DEAR_ALARM_M) & aircraft).any(axis=1)
    release = is_dear | is_raided(s, home_m, line_m)
    place = s.force.starts(groups)
    s.draft.order(groups, s.draft.everywhere, Task.HOLD, *place, roe=Roe.HOLD)
    s.draft.order(groups, release, Task.HOLD, *place)


def _flying_within(s: Situation, home_m: tuple[float, float], radius_m: float) -> np.ndarray:
    c = s.contacts
    return c.is_flying & (c.age_s <= _FRESH_S) & is_within(c, *home_m, radius_m)
