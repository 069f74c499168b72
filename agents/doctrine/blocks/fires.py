"""Fires: building blocks that hold back or release batteries, munitions and armed aircraft."""

import numpy as np

from agents.doctrine.blocks.assessment import Spot, is_within
from agents.doctrine.blocks.draft import Draft
from agents.doctrine.blocks.roles import Force, Role
from agents.doctrine.blocks.situation import Situation
from simcore.types import Domain, Roe, TargetClass, Task

ATTACK_RADIUS_M = 8_000.0

_BATTERY_AGE_S = 120.0  # older contacts are no target for a long-range missile
_BATTERY_ERROR_M = 1_500.0
_COVER_M = 6_000.0  # around a transport: nearer boats are about to fire at it


def release_batteries(s: Situation, home_m: tuple[float, float], line_m: float, roe: Roe = Roe.FREE) -> None:
    """Keep batteries silent until a ship is classified within reach, or boats have crossed the line around home or
    come near a transport.
    """
    contacts = s.contacts
    groups = s.force.having(Role.BATTERY)
    if not groups:
        return
    fresh = contacts.is_afloat & (contacts.age_s <= _BATTERY_AGE_S) & (contacts.error_m <= _BATTERY_ERROR_M)
    worth = fresh & ((contacts.target_class == TargetClass.SHIP) | is_within(contacts, *home_m, line_m))
    for k in s.force.having(Role.TRANSPORT):
        worth |= fresh & is_within(contacts, s.forces.x_m[:, k], s.forces.y_m[:, k], _COVER_M)
    x, y = s.forces.x_m[:, groups].T, s.forces.y_m[:, groups].T
    s.draft.order(groups, s.draft.everywhere, Task.HOLD, x, y, roe=Roe.HOLD)
    if worth.any():
        for q, k in enumerate(groups):
            in_reach = worth & is_within(contacts, x[q], y[q], s.force.weapon_m[k])
            s.draft.order(k, in_reach.any(axis=1), Task.HOLD, x[q], y[q], roe=roe)


def wait_aboard(draft: Draft, force: Force, groups: list[int], roe: Roe = Roe.FREE) -> None:
    """Keep munitions and armed aircraft on their hosts until their release."""
    if groups:
        draft.order(groups, draft.everywhere, Task.RECOVER, *force.plans(groups), roe=roe)


def strike(s: Situation, groups: list[int], target: Spot, release: np.ndarray, roe: Roe = Roe.FREE) -> None:
    """Send munitions and armed aircraft at a concentration where ``release``, (R,) or (n, R)."""
    if not groups or not np.count_nonzero(release):
        return
    munitions = s.force.by_role[Role.MUNITION]
    for task, is_meant in ((Task.STRIKE, True), (Task.ATTACK, False)):
        at = [q for q, k in enumerate(groups) if (k in munitions) == is_meant]
        if at:
            sent = [groups[q] for q in at]
            where, x, y = (each if each.ndim == 1 else each[at] for each in (release, target.x_m, target.y_m))
            s.draft.order(sent, where, task, x, y, radius_m=ATTACK_RADIUS_M, roe=roe)


def strike_planned(s: Situation, groups: list[int], where: np.ndarray) -> None:
    """Send munitions to their planned areas, to strike the targets found there."""
    radius = np.maximum(s.force.plan_radius_m[groups], ATTACK_RADIUS_M)
    s.draft.order(groups, where, Task.STRIKE, *s.force.plans(groups), radius_m=radius)


def strike_groups(force: Force, *, at_sea: bool) -> list[int]:
    """Return the groups of munitions and armed aircraft: afloat if ``at_sea``, else those that fly or drive."""
    groups = force.having(Role.MUNITION, Role.STRIKE_AIR)
    is_afloat: list[bool] = (force.domain == Domain.SURFACE).tolist()
    return [k for k in groups if is_afloat[k] == at_sea]
