"""Targets: the choice of a contact by a mount, from the side's picture or the unit's own sighting."""

import numpy as np

from simcore.compiling.jit import inlined, kernel
from simcore.kernels.fighting.aim import is_forbidden
from simcore.kernels.ground.terrain import has_sight
from simcore.kernels.mathematics.neighbours import gather_in_range
from simcore.kernels.picture.contacts import grown_error_m
from simcore.kinds import Contacts, Ground, Mounts, Rules, Units, Zones
from simcore.params import MountSpecR, MountSpecW, RuleR, UnitSpecR, UnitSpecW
from simcore.rng import draw_bits
from simcore.scratch import Scratch, ScratchR, ScratchW
from simcore.state import ContactR, ContactW, UnitR, UnitW
from simcore.types import Identity, Level, Roe, TargetChoice, Word

NOBODY = -1
"""No target."""

FORBIDDEN = -2
"""No target except those forbidden by a no-fire zone."""


@inlined
def choose_target(
    tick: int,
    i: int,
    m: int,
    choice_key: Word,
    units: Units,
    mounts: Mounts,
    zones: Zones,
    ground: Ground,
    rules: Rules,
    contacts: Contacts,
    work: Scratch,
    only: int,
    keep: int,
    has_zones: bool,
) -> int:
    """Return the contact (unit index) that mount ``m`` of unit ``i`` engages, or NOBODY or FORBIDDEN.

    ``only`` >= 0 restricts the choice to that contact; ``keep`` >= 0 takes precedence over all others. Targets
    forbidden by a no-fire zone are excluded.

    The choice depends on the side's belief alone: estimated position, age, error, level, identity. The true position
    matters only for the line of sight of a direct-fire weapon.
    """
    n = units.spec_whole.shape[1]
    dt = rules.real[RuleR.DT_S]
    growth = rules.real[RuleR.CONTACT_GROWTH_MPS]
    side = units.spec_whole[UnitSpecW.SIDE, i]
    domain = units.spec_whole[UnitSpecW.DOMAIN]
    cost = units.spec_real[UnitSpecR.SEEN_COST]
    domains = mounts.spec_whole[MountSpecW.DOMAINS, m]
    choice = mounts.spec_whole[MountSpecW.CHOICE, m]
    cap = mounts.spec_whole[MountSpecW.COMMIT_CAP, m]
    serial = mounts.spec_whole[MountSpecW.SERIAL, m]
    range_max = mounts.spec_real[MountSpecR.RANGE_MAX_M, m]
    range_min = mounts.spec_real[MountSpecR.RANGE_MIN_M, m]
    max_age = mounts.spec_real[MountSpecR.MAX_AGE_S, m]
    max_error = mounts.spec_real[MountSpecR.MAX_ERROR_M, m]
    x = units.real[UnitR.X, i]
    y = units.real[UnitR.Y, i]
    level = contacts.whole[ContactW.LEVEL]
    seen_tick = contacts.whole[ContactW.TICK]
    committed = contacts.whole[ContactW.COMMITTED]
    identity = contacts.whole[ContactW.IDENTITY]
    entered = contacts.whole[ContactW.ENTERED]
    delay = units.whole[UnitW.DELAY, i]  # until the knowledge of the command post reaches the unit
    known_dead = units.whole[UnitW.KNOWN_DEAD, i]
    is_late = delay > 0 or known_dead >= 0
    error_m = contacts.real[ContactR.ERROR_M]
    sorted_x = work.real[ScratchR.CONTACT_X]
    sorted_y = work.real[ScratchR.CONTACT_Y]
    order = work.whole[ScratchW.CONTACT_ORDER]
    found = work.whole[ScratchW.FOUND]
    needed = Level.IDENTIFIED if units.whole[UnitW.ROE, i] == Roe.TIGHT else Level.DETECTED
    n_found = gather_in_range(
        work.whole[ScratchW.CONTACT_START], sorted_x, sorted_y, side, rules, x, y, range_max, found, 0
    )
    best = NOBODY + 0
    is_any_forbidden = False
    best_value = -1.0
    best_bits = np.uint64(0)
    best_sq = np.inf
    for f in range(n_found):
        k = found[f]
        c = order[k]
        j = c - side * n
        if ((domains >> domain[j]) & 1) == 0 or level[c] < needed or (only >= 0 and j != only):
            continue
        if identity[c] > Identity.HOSTILE:
            continue
        if is_late and (j == known_dead or tick - entered[c] < delay):
            continue
        age_s = (tick - seen_tick[c]) * dt
        if age_s > max_age or grown_error_m(error_m[c], age_s, growth) > max_error:
            continue
        if cap > 0 and committed[c] >= cap:
            continue
        dx = sorted_x[k] - x
        dy = sorted_y[k] - y
        away_sq = dx * dx + dy * dy
        if away_sq < range_min * range_min:
            continue
        value = 0.0
        bits = np.uint64(0)
        if choice == TargetChoice.RANDOM:
            bits = draw_bits(choice_key, units.key[i] + np.uint64(serial), units.key[j])
            away_sq = 0.0
        elif choice == TargetChoice.VALUABLE:
            value = cost[j] if level[c] >= Level.CLASSIFIED else 0.0
        elif choice == TargetChoice.SPREAD:
            value = 1.0e6 - committed[c]
        if j == keep:
            value = np.inf
        better = value > best_value
        if value == best_value:
            better = bits < best_bits or (
                bits == best_bits and (away_sq < best_sq or (away_sq == best_sq and units.key[j] < units.key[best]))
            )
        if not better:
            continue
        if mounts.spec_whole[MountSpecW.NEEDS_SIGHT, m] == 1:
            jx = units.real[UnitR.X, j]
            jy = units.real[UnitR.Y, j]
            z = units.real[UnitR.Z, i]
            if not has_sight(i, np.int64(j), x, y, z, jx, jy, units.real[UnitR.Z, j], ground, rules, work.cuts):
                continue
        if has_zones and is_target_forbidden(tick, i, m, j, c, side, contacts, mounts, zones, rules, units):
            is_any_forbidden = True
            continue
        best = j
        best_value = value
        best_bits = bits
        best_sq = away_sq
    return FORBIDDEN if best < 0 and is_any_forbidden else best


@kernel
def is_target_forbidden(
    tick: int,
    i: int,
    m: int,
    j: int,
    c: int,
    side: int,
    contacts: Contacts,
    mounts: Mounts,
    zones: Zones,
    rules: Rules,
    units: Units,
) -> bool:
    """Return whether a no-fire zone forbids mount ``m`` of unit ``i`` to fire at unit ``j``, contact ``c`` of its side.

    The picture decides, or the unit's own sighting where it is newer or the only source.
    """
    is_seen = units.whole[UnitW.LOCAL, i] == j
    is_held = units.whole[UnitW.LINKED, i] != 0 and contacts.whole[ContactW.LEVEL, c] > Level.NONE
    if is_held:
        is_seen = is_seen and units.whole[UnitW.LOCAL_TICK, i] > contacts.whole[ContactW.TICK, c]
        if is_forbidden(
            tick,
            i,
            m,
            side,
            contacts.real[ContactR.X, c],
            contacts.real[ContactR.Y, c],
            contacts.real[ContactR.VX, c],
            contacts.real[ContactR.VY, c],
            np.int64(contacts.whole[ContactW.TICK, c]),
            mounts,
            zones,
            rules,
            units,
        ):
            return True
    return is_seen and is_forbidden(
        tick,
        i,
        m,
        side,
        units.real[UnitR.LOCAL_X, i],
        units.real[UnitR.LOCAL_Y, i],
        units.real[UnitR.LOCAL_VX, i],
        units.real[UnitR.LOCAL_VY, i],
        np.int64(units.whole[UnitW.LOCAL_TICK, i]),
        mounts,
        zones,
        rules,
        units,
    )


@kernel
def local_target(
    tick: int,
    i: int,
    m: int,
    units: Units,
    mounts: Mounts,
    zones: Zones,
    rules: Rules,
    contacts: Contacts,
    has_zones: bool,
) -> int:
    """Return the target of a unit without a link: its own sighting, if its weapon and rules allow.

    Otherwise NOBODY, or FORBIDDEN when only a no-fire zone forbids it.
    """
    j = int(units.whole[UnitW.LOCAL, i])
    if j < 0 or ((mounts.spec_whole[MountSpecW.DOMAINS, m] >> units.spec_whole[UnitSpecW.DOMAIN, j]) & 1) == 0:
        return NOBODY + 0
    if units.whole[UnitW.ROE, i] == Roe.TIGHT and units.whole[UnitW.LOCAL_LEVEL, i] < Level.IDENTIFIED:
        return NOBODY + 0
    if units.whole[UnitW.LOCAL_IDENTITY, i] > Identity.HOSTILE:
        return NOBODY + 0
    age_s = (tick - units.whole[UnitW.LOCAL_TICK, i]) * rules.real[RuleR.DT_S]
    error = grown_error_m(units.real[UnitR.LOCAL_ERROR_M, i], age_s, rules.real[RuleR.CONTACT_GROWTH_MPS])
    if age_s > mounts.spec_real[MountSpecR.MAX_AGE_S, m] or error > mounts.spec_real[MountSpecR.MAX_ERROR_M, m]:
        return NOBODY + 0
    dx = units.real[UnitR.LOCAL_X, i] + units.real[UnitR.LOCAL_VX, i] * age_s - units.real[UnitR.X, i]
    dy = units.real[UnitR.LOCAL_Y, i] + units.real[UnitR.LOCAL_VY, i] * age_s - units.real[UnitR.Y, i]
    away_sq = dx * dx + dy * dy
    far = mounts.spec_real[MountSpecR.RANGE_MAX_M, m]
    close = mounts.spec_real[MountSpecR.RANGE_MIN_M, m]
    if away_sq > far * far or away_sq < close * close:
        return NOBODY + 0
    side = np.int64(units.spec_whole[UnitSpecW.SIDE, i])
    c = side * units.spec_whole.shape[1] + j
    if has_zones and is_target_forbidden(tick, i, m, j, c, side, contacts, mounts, zones, rules, units):
        return FORBIDDEN + 0
    return j
