"""Fires: choose targets under the rules of engagement, and open fire."""

import numpy as np

from simcore.events import Log, emit
from simcore.jit import inlined, kernel
from simcore.kernels.approvals import request
from simcore.kernels.contacts import grown_error_m
from simcore.kernels.flight import launch
from simcore.kernels.losses import expend
from simcore.kernels.neighbours import gather_in_range
from simcore.kernels.terrain import is_visible
from simcore.kernels.turns import Turn, draw_turn, next_turn, order_by_key, prefetch_fire, turns_ahead
from simcore.kernels.zones import is_no_fire
from simcore.params import MP, MW, QW, RP, RW, UP, UW
from simcore.rng import Stream, draw_bits, stream_key
from simcore.scratch import SI, SR
from simcore.state import C, K, M, T, U, W
from simcore.types import (
    F32,
    F64,
    I32,
    U64,
    Approval,
    Autonomy,
    Damage,
    EventKind,
    Identity,
    Level,
    Roe,
    Status,
    TargetChoice,
    Task,
    Word,
)


@kernel
def may_fire(autonomy: int, linked: int, task: int) -> bool:
    """Return whether a unit may open an engagement now, given who decides (Autonomy)."""
    if autonomy == Autonomy.MANUAL:
        return linked != 0 and (task == Task.ATTACK or task == Task.STRIKE or task == Task.INTERCEPT)
    if autonomy == Autonomy.APPROVE:
        return linked != 0
    return True


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
) -> int:
    """Return the contact (unit index) that mount ``m`` of unit ``i`` engages, or -1; -2 when the best
    one stands in a no-fire zone. ``only`` >= 0 narrows the choice to that contact.

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
    best = -1
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
        best = j
        best_value = value
        best_bits = bits
        best_sq = away_sq
    if best >= 0 and zone_whole.shape[1] > 0:
        c = side * n + best
        if is_no_fire(zone_real, zone_whole, vertices, side, work_real[SR.ESTIMATE_X, c], work_real[SR.ESTIMATE_Y, c]):
            return -2
    return best


@kernel
def local_target(
    tick: int,
    i: int,
    m: int,
    unit_whole: I32,
    mount_real: F64,
    mount_whole: I32,
    rules: F64,
    state_real: F64,
    state_whole: I32,
) -> int:
    """Return the target of a unit without a link: what it sees itself, if its weapon and rules allow; else -1."""
    j = state_whole[W.LOCAL, i]
    if j < 0 or ((mount_whole[MW.DOMAINS, m] >> unit_whole[UW.DOMAIN, j]) & 1) == 0:
        return -1
    if state_whole[W.ROE, i] == Roe.TIGHT and state_whole[W.LOCAL_LEVEL, i] < Level.IDENTIFIED:
        return -1
    if state_whole[W.LOCAL_IDENTITY, i] > Identity.HOSTILE:
        return -1
    age_s = (tick - state_whole[W.LOCAL_TICK, i]) * rules[RP.DT_S]
    error = grown_error_m(state_real[U.LOCAL_ERROR_M, i], age_s, rules[RP.CONTACT_GROWTH_MPS])
    if age_s > mount_real[MP.MAX_AGE_S, m] or error > mount_real[MP.MAX_ERROR_M, m]:
        return -1
    dx = state_real[U.LOCAL_X, i] + state_real[U.LOCAL_VX, i] * age_s - state_real[U.X, i]
    dy = state_real[U.LOCAL_Y, i] + state_real[U.LOCAL_VY, i] * age_s - state_real[U.Y, i]
    away_sq = dx * dx + dy * dy
    far = mount_real[MP.RANGE_MAX_M, m]
    close = mount_real[MP.RANGE_MIN_M, m]
    if away_sq > far * far or away_sq < close * close:
        return -1
    return j


@kernel
def open_fire(
    r: int,
    tick: int,
    seed: Word,
    replication: Word,
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
    arms_whole: I32,
    contact_real: F64,
    contact_whole: I32,
    salvo_real: F64,
    salvo_whole: I32,
    side_real: F64,
    side_whole: I32,
    world: I32,
    work_real: F64,
    work_whole: I32,
    log: Log,
    operator_whole: I32,
) -> None:
    """Let every armed unit choose targets and launch. Mutates ammunition, approvals, commitments, salvoes."""
    n = unit_whole.shape[1]
    side = unit_whole[UW.SIDE]
    has_offense = unit_whole[UW.HAS_OFFENSE]
    autonomy = unit_whole[UW.AUTONOMY]
    approval_ticks = unit_whole[UW.APPROVAL_TICKS]
    mount_first = unit_whole[UW.MOUNT_FIRST]
    mount_count = unit_whole[UW.MOUNT_COUNT]
    domains = mount_whole[MW.DOMAINS]
    status = state_whole[W.STATUS]
    damage = state_whole[W.DAMAGE]
    roe = state_whole[W.ROE]
    linked = state_whole[W.LINKED]
    task = state_whole[W.TASK]
    pending = state_whole[W.PENDING]
    pending_tick = state_whole[W.PENDING_TICK]
    local = state_whole[W.LOCAL]
    approval = state_whole[W.APPROVAL]
    answer_tick = state_whole[W.ANSWER_TICK]
    report_delay = state_whole[W.REPORT_DELAY]
    crew = operator_whole[QW.COUNT]
    ammo = arms_whole[M.AMMO]
    ready = arms_whole[M.READY_TICK]
    fire_tick = state_whole[W.FIRE_TICK]
    period = limits[RW.FIRE_PERIOD]
    choice_key = stream_key(seed, replication, tick, Stream.CHOICE)
    n_cells = limits[RW.NX] * limits[RW.NY]
    start = work_whole[SI.CONTACT_START]
    due = work_whole[SI.DUE]
    n_due = 0
    for i in range(n):
        due[n_due] = i
        n_due += int((fire_tick[i] <= tick) & (has_offense[i] != 0) & (status[i] == Status.ACTIVE))
    # who fires first leaves less room under a commitment, and meets a fresh defence: the keys say who
    order_by_key(due, n_due, key, work_whole[SI.QUEUE], work_whole[SI.PENDING])
    ahead = turns_ahead(n, n_due)
    for d in range(n_due):
        if d + ahead < n_due:
            i = due[d + ahead]
            prefetch_fire(
                i, mount_first[i], unit_whole, key, mount_real, mount_whole, state_real, state_whole, arms_whole
            )  # fmt: skip
        i = np.int64(due[d])
        if roe[i] == Roe.HOLD:
            continue
        # everybody searches at tick 0; from then on the units take turns, and who has a target keeps at it
        fire_tick[i] = next_turn(tick, draw_turn(key[i], Turn.FIRE, period), period)
        s = side[i]
        is_blank = linked[i] == 0 or start[(s + 1) * n_cells] == start[s * n_cells]  # no picture, or nothing in it
        if is_blank and (local[i] < 0 or (linked[i] != 0 and report_delay[i] == 0)):
            continue
        if (damage[i] & Damage.WEAPON) != 0 or not may_fire(autonomy[i], linked[i], task[i]):
            continue
        has_to_ask = crew[s] >= 0 and autonomy[i] != Autonomy.AUTONOMOUS
        only = -1
        if has_to_ask and approval[i] != Approval.NONE:
            fire_tick[i] = tick + 1
            if approval[i] != Approval.GRANTED or answer_tick[i] > tick:
                continue
            only = pending[i]
        for m in range(mount_first[i], mount_first[i] + mount_count[i]):
            if domains[m] == 0 or ammo[m] <= 0 or ready[m] > tick:
                continue
            is_shared = linked[i] != 0
            j = -1
            if is_shared:
                j = choose_target(
                    tick,
                    i,
                    m,
                    choice_key,
                    unit_real,
                    unit_whole,
                    key,
                    mount_real,
                    mount_whole,
                    zone_real,
                    zone_whole,
                    vertices,
                    elevation,
                    block_peak,
                    wide_peak,
                    rules,
                    limits,
                    state_real,
                    state_whole,
                    contact_real,
                    contact_whole,
                    work_real,
                    work_whole,
                    only,
                )
            if j == -1 and (linked[i] == 0 or report_delay[i] > 0):
                # what it sees itself: all that it has without a link, and what is ahead of its own reports
                is_shared = False
                j = local_target(tick, i, m, unit_whole, mount_real, mount_whole, rules, state_real, state_whole)
                if only >= 0 and j != only:
                    continue
            if j != -1:
                fire_tick[i] = tick + 1
            if j == -2:
                side_whole[T.DENIED, s] += 1
                ready[m] = tick + mount_whole[MW.RELOAD, m]  # looks again after a reload
                emit(log, r, tick, EventKind.DENIED, s, i, -1, 0, 0)
                continue
            if j < 0:
                continue
            if has_to_ask:
                if only < 0:
                    request(r, tick, i, j, s, autonomy[i], state_whole, side_whole, log)
                    break
            elif autonomy[i] != Autonomy.AUTONOMOUS:
                wait = approval_ticks[i]
                if autonomy[i] != Autonomy.VETO:
                    wait += 2 * state_whole[W.DELAY, i]  # there and back; nobody answers under veto
                if wait > 0:
                    if pending[i] != j:
                        pending[i] = j
                        pending_tick[i] = tick
                    if tick - pending_tick[i] < wait:
                        break
            launch(
                r,
                tick,
                i,
                j,
                m,
                is_shared,
                s,
                unit_whole,
                mount_real,
                mount_whole,
                rules,
                state_real,
                state_whole,
                arms_whole,
                contact_real,
                contact_whole,
                salvo_real,
                salvo_whole,
                side_whole,
                world,
                work_real,
                log,
            )
            if has_to_ask and autonomy[i] == Autonomy.MANUAL:
                approval[i] = Approval.NONE  # every shot is the operator's own
                pending[i] = -1
                only = -1
            if unit_whole[UW.IS_ONE_WAY, i] == 1:
                expend(
                    r, tick, i, j, unit_real, unit_whole, state_real, state_whole, side_real, side_whole, log
                )  # fmt: skip
                break
            if has_to_ask and only < 0:
                break
