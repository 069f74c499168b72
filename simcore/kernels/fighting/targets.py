"""Targets: which contact a mount engages, by what its side believes or by what its unit sees itself."""

import numpy as np

from simcore.compiling.jit import inlined, kernel
from simcore.kernels.fighting.aim import is_forbidden
from simcore.kernels.ground.terrain import is_visible
from simcore.kernels.mathematics.neighbours import gather_in_range
from simcore.kernels.picture.contacts import grown_error_m
from simcore.params import MP, MW, RP, UP, UW
from simcore.rng import draw_bits
from simcore.scratch import SI, SR
from simcore.state import C, K, U, W
from simcore.types import F32, F64, I32, U64, Identity, Level, Roe, TargetChoice, Word

NOBODY = -1
"""There is no target."""

FORBIDDEN = -2
"""There is none, but for targets at which a no-fire zone forbids to fire."""


@inlined
def choose_target(
    tick: int,
    i: int,
    m: int,
    choice_key: Word,
    unit_real: F64,
    unit_whole: I32,
    key: U64,
    mount_real: F64,
    mount_whole: I32,
    zone_real: F64,
    zone_whole: I32,
    vertices: F64,
    elevation: F32,
    block_peak: F32,
    wide_peak: F32,
    rules: F64,
    limits: I32,
    state_real: F64,
    state_whole: I32,
    contact_real: F64,
    contact_whole: I32,
    work_real: F64,
    work_whole: I32,
    only: int,
    keep: int,
    has_zones: bool,
) -> int:
    """Return the contact (unit index) that mount ``m`` of unit ``i`` engages, or NOBODY or FORBIDDEN.

    ``only`` >= 0 narrows the choice to that contact; ``keep`` >= 0 is taken before all others. What a no-fire zone
    forbids is left out of the choice.

    Only what the side believes counts: estimated position, age, error, level, identity. The true position enters
    with the line of sight of a direct-fire weapon alone.
    """
    n = unit_whole.shape[1]
    dt = rules[RP.DT_S]
    growth = rules[RP.CONTACT_GROWTH_MPS]
    side = unit_whole[UW.SIDE, i]
    domain = unit_whole[UW.DOMAIN]
    cost = unit_real[UP.SEEN_COST]
    domains = mount_whole[MW.DOMAINS, m]
    choice = mount_whole[MW.CHOICE, m]
    cap = mount_whole[MW.COMMIT_CAP, m]
    serial = mount_whole[MW.SERIAL, m]
    range_max = mount_real[MP.RANGE_MAX_M, m]
    range_min = mount_real[MP.RANGE_MIN_M, m]
    max_age = mount_real[MP.MAX_AGE_S, m]
    max_error = mount_real[MP.MAX_ERROR_M, m]
    x = state_real[U.X, i]
    y = state_real[U.Y, i]
    level = contact_whole[K.LEVEL]
    seen_tick = contact_whole[K.TICK]
    committed = contact_whole[K.COMMITTED]
    identity = contact_whole[K.IDENTITY]
    entered = contact_whole[K.ENTERED]
    delay = state_whole[W.DELAY, i]  # until what the command post knows reaches the unit
    known_dead = state_whole[W.KNOWN_DEAD, i]
    is_late = delay > 0 or known_dead >= 0
    error_m = contact_real[C.ERROR_M]
    sorted_x = work_real[SR.CONTACT_X]
    sorted_y = work_real[SR.CONTACT_Y]
    order = work_whole[SI.CONTACT_ORDER]
    found = work_whole[SI.FOUND]
    needed = Level.IDENTIFIED if state_whole[W.ROE, i] == Roe.TIGHT else Level.DETECTED
    n_found = gather_in_range(
        work_whole[SI.CONTACT_START], sorted_x, sorted_y, side, rules, limits, x, y, range_max, found, 0
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
            bits = draw_bits(choice_key, key[i] + np.uint64(serial), key[j])
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
                bits == best_bits and (away_sq < best_sq or (away_sq == best_sq and key[j] < key[best]))
            )
        if not better:
            continue
        if mount_whole[MW.NEEDS_SIGHT, m] == 1:
            jx = state_real[U.X, j]
            jy = state_real[U.Y, j]
            if not is_visible(
                elevation, block_peak, wide_peak, rules, x, y, state_real[U.Z, i], jx, jy, state_real[U.Z, j]
            ):
                continue
        if has_zones and is_target_forbidden(
            tick, i, m, j, c, side, contact_real, contact_whole, mount_real, mount_whole, zone_real, zone_whole,
            vertices, rules, state_real, state_whole,
        ):  # fmt: skip
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
    contact_real: F64,
    contact_whole: I32,
    mount_real: F64,
    mount_whole: I32,
    zone_real: F64,
    zone_whole: I32,
    vertices: F64,
    rules: F64,
    state_real: F64,
    state_whole: I32,
) -> bool:
    """Return whether a no-fire zone forbids mount ``m`` of unit ``i`` to fire at unit ``j``, contact ``c`` of its side.

    The picture decides, and the unit's own sighting where that is newer or all that there is.
    """
    is_seen = state_whole[W.LOCAL, i] == j
    is_held = state_whole[W.LINKED, i] != 0 and contact_whole[K.LEVEL, c] > Level.NONE
    if is_held:
        is_seen = is_seen and state_whole[W.LOCAL_TICK, i] > contact_whole[K.TICK, c]
        if is_forbidden(
            tick, i, m, side, contact_real[C.X, c], contact_real[C.Y, c], contact_real[C.VX, c], contact_real[C.VY, c],
            np.int64(contact_whole[K.TICK, c]), mount_real, mount_whole, zone_real, zone_whole, vertices, rules,
            state_real,
        ):  # fmt: skip
            return True
    return is_seen and is_forbidden(
        tick, i, m, side, state_real[U.LOCAL_X, i], state_real[U.LOCAL_Y, i], state_real[U.LOCAL_VX, i],
        state_real[U.LOCAL_VY, i], np.int64(state_whole[W.LOCAL_TICK, i]), mount_real, mount_whole, zone_real,
        zone_whole, vertices, rules, state_real,
    )  # fmt: skip


@kernel
def local_target(
    tick: int,
    i: int,
    m: int,
    unit_whole: I32,
    mount_real: F64,
    mount_whole: I32,
    zone_real: F64,
    zone_whole: I32,
    vertices: F64,
    rules: F64,
    state_real: F64,
    state_whole: I32,
    contact_real: F64,
    contact_whole: I32,
    has_zones: bool,
) -> int:
    """Return the target of a unit without a link: what it sees itself, if its weapon and rules allow.

    Else NOBODY, or FORBIDDEN when a no-fire zone alone is in the way.
    """
    j = int(state_whole[W.LOCAL, i])
    if j < 0 or ((mount_whole[MW.DOMAINS, m] >> unit_whole[UW.DOMAIN, j]) & 1) == 0:
        return NOBODY + 0
    if state_whole[W.ROE, i] == Roe.TIGHT and state_whole[W.LOCAL_LEVEL, i] < Level.IDENTIFIED:
        return NOBODY + 0
    if state_whole[W.LOCAL_IDENTITY, i] > Identity.HOSTILE:
        return NOBODY + 0
    age_s = (tick - state_whole[W.LOCAL_TICK, i]) * rules[RP.DT_S]
    error = grown_error_m(state_real[U.LOCAL_ERROR_M, i], age_s, rules[RP.CONTACT_GROWTH_MPS])
    if age_s > mount_real[MP.MAX_AGE_S, m] or error > mount_real[MP.MAX_ERROR_M, m]:
        return NOBODY + 0
    dx = state_real[U.LOCAL_X, i] + state_real[U.LOCAL_VX, i] * age_s - state_real[U.X, i]
    dy = state_real[U.LOCAL_Y, i] + state_real[U.LOCAL_VY, i] * age_s - state_real[U.Y, i]
    away_sq = dx * dx + dy * dy
    far = mount_real[MP.RANGE_MAX_M, m]
    close = mount_real[MP.RANGE_MIN_M, m]
    if away_sq > far * far or away_sq < close * close:
        return NOBODY + 0
    side = np.int64(unit_whole[UW.SIDE, i])
    c = side * unit_whole.shape[1] + j
    if has_zones and is_target_forbidden(
        tick, i, m, j, c, side, contact_real, contact_whole, mount_real, mount_whole, zone_real, zone_whole, vertices,
        rules, state_real, state_whole,
    ):  # fmt: skip
        return FORBIDDEN + 0
    return j
