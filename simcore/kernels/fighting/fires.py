"""Fires: ask for approval where it is needed, and open fire. ``targets`` chooses at whom."""

import numpy as np

from simcore.compiling.jit import kernel
from simcore.events import Log, emit
from simcore.kernels.fighting.flight import launch
from simcore.kernels.fighting.losses import expend
from simcore.kernels.fighting.targets import FORBIDDEN, NOBODY, choose_target, local_target
from simcore.kernels.orders.approvals import request, request_for
from simcore.kernels.turns import Turn, draw_turn, next_turn, order_by_key, prefetch_fire, turns_ahead
from simcore.params import MW, QW, RW, UW
from simcore.rng import Stream, stream_key
from simcore.scratch import SI
from simcore.state import M, T, W
from simcore.types import (
    F32,
    F64,
    I32,
    U64,
    Approval,
    Autonomy,
    Damage,
    EventKind,
    Roe,
    Status,
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
    has_zones: bool,
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
    local = state_whole[W.LOCAL]
    pending = arms_whole[M.PENDING]
    pending_tick = arms_whole[M.PENDING_TICK]
    seen_tick = arms_whole[M.SEEN_TICK]
    approval = arms_whole[M.APPROVAL]
    answer_tick = arms_whole[M.ANSWER_TICK]
    denied_tick = arms_whole[M.DENIED_TICK]
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
    ahead = turns_ahead(n, n_due)
    n_ready = 0
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
        is_asking = crew[s] >= 0 and autonomy[i] != Autonomy.AUTONOMOUS
        is_ready = False
        for m in range(mount_first[i], mount_first[i] + mount_count[i]):
            is_ready = is_ready or (is_asking and approval[m] != Approval.NONE)
            is_ready = is_ready or (domains[m] != 0 and ammo[m] > 0 and ready[m] <= tick)
        due[n_ready] = i  # what stood there has been read
        n_ready += int(is_ready)
    # who fires first leaves less room under a commitment, and meets a fresh defence: the keys say who
    order_by_key(due, n_ready, key, work_whole[SI.QUEUE], work_whole[SI.PENDING])
    for d in range(n_ready):
        i = np.int64(due[d])
        s = side[i]
        has_to_ask = crew[s] >= 0 and autonomy[i] != Autonomy.AUTONOMOUS
        wait = 0
        if not has_to_ask and autonomy[i] != Autonomy.AUTONOMOUS:
            wait = int(approval_ticks[i])
            if autonomy[i] != Autonomy.VETO:
                wait += 2 * state_whole[W.DELAY, i]  # there and back; nobody answers under veto
        for m in range(mount_first[i], mount_first[i] + mount_count[i]):
            only = -1
            if has_to_ask and approval[m] != Approval.NONE:
                fire_tick[i] = tick + 1
                if approval[m] != Approval.GRANTED or answer_tick[m] > tick:
                    continue
                only = int(pending[m])
            if domains[m] == 0 or ammo[m] <= 0 or ready[m] > tick:
                continue
            keep = int(pending[m]) if wait > 0 else -1  # what it has proposed, as long as it can be engaged
            is_shared = linked[i] != 0
            j = NOBODY + 0
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
                    keep,
                    has_zones,
                )
            if j < 0 and (linked[i] == 0 or report_delay[i] > 0) and (only < 0 or local[i] == only):
                # what it sees itself: all that it has without a link, and what is ahead of its own reports
                own = local_target(
                    tick, i, m, unit_whole, mount_real, mount_whole, zone_real, zone_whole, vertices, rules, state_real,
                    state_whole, contact_real, contact_whole, has_zones,
                )  # fmt: skip
                if own != NOBODY:
                    is_shared = False
                    j = own
            if j == FORBIDDEN and denied_tick[m] <= tick:
                side_whole[T.DENIED, s] += 1
                denied_tick[m] = tick + mount_whole[MW.RELOAD, m]  # reported once a reload
                emit(log, r, tick, EventKind.DENIED, s, i, -1, 0, 0)
            if j < 0:
                continue
            fire_tick[i] = tick + 1
            if has_to_ask and only < 0:
                asked = request_for(j, m, mount_first[i], mount_count[i], autonomy[i], arms_whole)
                if asked < 0:
                    request(r, tick, i, m, j, s, autonomy[i], state_whole, arms_whole, side_whole, log)
                    continue
                if approval[asked] != Approval.GRANTED or answer_tick[asked] > tick:
                    continue
            if wait > 0:
                if pending[m] != j:
                    if pending[m] >= 0 and not is_shared and tick - seen_tick[m] <= wait:
                        continue  # it remembers one target only: the one proposed may come back at the next look
                    pending[m] = j
                    pending_tick[m] = tick
                seen_tick[m] = tick
                if tick - pending_tick[m] < wait:
                    continue
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
                log,
            )
            if has_to_ask and autonomy[i] == Autonomy.MANUAL:
                approval[m] = Approval.NONE  # every shot is the operator's own
                pending[m] = -1
            if unit_whole[UW.IS_ONE_WAY, i] == 1:
                expend(
                    r, tick, i, j, unit_real, unit_whole, state_real, state_whole, side_real, side_whole, log
                )  # fmt: skip
                break
