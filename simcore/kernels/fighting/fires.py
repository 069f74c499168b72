"""Fires: request approval where it is required, and open fire. ``targets`` chooses the targets."""

import numpy as np

from simcore.compiling.jit import kernel, over_rows
from simcore.crews import CrewSpecW
from simcore.events import Log, emit
from simcore.kernels.fighting.flight import launch
from simcore.kernels.fighting.losses import expend
from simcore.kernels.fighting.targets import FORBIDDEN, NOBODY, choose_target, local_target
from simcore.kernels.orders.approvals import request, request_for
from simcore.kernels.turns import (
    Turn,
    draw_turn,
    list_marked,
    next_turn,
    order_by_key,
    prefetch_fire,
    turns_ahead,
)
from simcore.kinds import Contacts, Crews, Ground, Moment, Mounts, Rules, Salvoes, Sides, Units, Zones
from simcore.params import MountSpecW, RuleW, UnitSpecW
from simcore.rng import Stream, stream_key
from simcore.scratch import Scratch, ScratchW
from simcore.state import MountW, SideW, UnitW
from simcore.types import I32, Approval, Autonomy, Damage, EventKind, Roe, Status, Task


@kernel
def may_fire(autonomy: int, linked: int, task: int) -> bool:
    """Return whether a unit may start an engagement now under its Autonomy."""
    if autonomy == Autonomy.MANUAL:
        return linked != 0 and (task == Task.ATTACK or task == Task.STRIKE or task == Task.INTERCEPT)
    if autonomy == Autonomy.APPROVE:
        return linked != 0
    return True


@over_rows
def mark_armed(tick: int, fire_tick: I32, has_offense: I32, status: I32, mark: I32) -> None:
    """Mark the armed units that search for targets in this tick. ``tick`` is as wide as its row."""
    for i in range(fire_tick.shape[0]):
        is_due = (fire_tick[i] <= tick) & (has_offense[i] != 0) & (status[i] == Status.ACTIVE)
        mark[i] = np.int32(1) if is_due else np.int32(0)


@kernel
def open_fire(
    now: Moment,
    units: Units,
    mounts: Mounts,
    zones: Zones,
    ground: Ground,
    rules: Rules,
    contacts: Contacts,
    salvoes: Salvoes,
    sides: Sides,
    world: I32,
    work: Scratch,
    log: Log,
    crews: Crews,
    has_zones: bool,
) -> None:
    """Choose targets and launch, for every armed unit. Mutates ammunition, approvals, commitments and salvoes."""
    n = units.spec_whole.shape[1]
    side = units.spec_whole[UnitSpecW.SIDE]
    has_offense = units.spec_whole[UnitSpecW.HAS_OFFENSE]
    autonomy = units.spec_whole[UnitSpecW.AUTONOMY]
    approval_ticks = units.spec_whole[UnitSpecW.APPROVAL_TICKS]
    mount_first = units.spec_whole[UnitSpecW.MOUNT_FIRST]
    mount_count = units.spec_whole[UnitSpecW.MOUNT_COUNT]
    domains = mounts.spec_whole[MountSpecW.DOMAINS]
    status = units.whole[UnitW.STATUS]
    damage = units.whole[UnitW.DAMAGE]
    roe = units.whole[UnitW.ROE]
    linked = units.whole[UnitW.LINKED]
    task = units.whole[UnitW.TASK]
    local = units.whole[UnitW.LOCAL]
    pending = mounts.whole[MountW.PENDING]
    pending_tick = mounts.whole[MountW.PENDING_TICK]
    seen_tick = mounts.whole[MountW.SEEN_TICK]
    approval = mounts.whole[MountW.APPROVAL]
    answer_tick = mounts.whole[MountW.ANSWER_TICK]
    denied_tick = mounts.whole[MountW.DENIED_TICK]
    report_delay = units.whole[UnitW.REPORT_DELAY]
    crew = crews.spec_whole[CrewSpecW.COUNT]
    ammo = mounts.whole[MountW.AMMO]
    ready = mounts.whole[MountW.READY_TICK]
    fire_tick = units.whole[UnitW.FIRE_TICK]
    period = rules.whole[RuleW.FIRE_PERIOD]
    choice_key = stream_key(now.seed, now.replication, now.tick, Stream.CHOICE)
    n_cells = rules.whole[RuleW.NX] * rules.whole[RuleW.NY]
    start = work.whole[ScratchW.CONTACT_START]
    due = work.whole[ScratchW.DUE]
    mark = work.whole[ScratchW.PENDING]
    mark_armed(np.int32(now.tick), fire_tick, has_offense, status, mark)
    n_due = list_marked(mark, np.int64(n), due)
    ahead = turns_ahead(n, n_due)
    phase = np.int64(now.tick % period)
    n_ready = 0
    for d in range(n_due):
        if d + ahead < n_due:
            i = due[d + ahead]
            prefetch_fire(i, mount_first[i], units, mounts)
        i = np.int64(due[d])
        if roe[i] == Roe.HOLD:
            continue
        # all units search at tick 0; afterwards they take turns, and a unit with a target searches every tick
        fire_tick[i] = next_turn(now.tick, phase, draw_turn(units.key[i], Turn.FIRE, period), period)
        s = side[i]
        is_blank = linked[i] == 0 or start[(s + 1) * n_cells] == start[s * n_cells]  # no picture, or an empty picture
        if is_blank and (local[i] < 0 or (linked[i] != 0 and report_delay[i] == 0)):
            continue
        if (damage[i] & Damage.WEAPON) != 0 or not may_fire(autonomy[i], linked[i], task[i]):
            continue
        is_asking = crew[s] >= 0 and autonomy[i] != Autonomy.AUTONOMOUS
        is_ready = False
        for m in range(mount_first[i], mount_first[i] + mount_count[i]):
            is_ready = is_ready or (is_asking and approval[m] != Approval.NONE)
            is_ready = is_ready or (domains[m] != 0 and ammo[m] > 0 and ready[m] <= now.tick)
        due[n_ready] = i  # overwrites an entry already read
        n_ready += int(is_ready)
    # the first to fire uses up commitments and meets a fresh defence, so the order is that of the keys
    order_by_key(due, n_ready, units.key, work.whole[ScratchW.QUEUE], work.whole[ScratchW.PENDING])
    for d in range(n_ready):
        i = np.int64(due[d])
        s = side[i]
        has_to_ask = crew[s] >= 0 and autonomy[i] != Autonomy.AUTONOMOUS
        wait = 0
        if not has_to_ask and autonomy[i] != Autonomy.AUTONOMOUS:
            wait = int(approval_ticks[i])
            if autonomy[i] != Autonomy.VETO:
                wait += 2 * units.whole[UnitW.DELAY, i]  # there and back; under veto no answer is needed
        for m in range(mount_first[i], mount_first[i] + mount_count[i]):
            only = -1
            if has_to_ask and approval[m] != Approval.NONE:
                fire_tick[i] = now.tick + 1
                if approval[m] != Approval.GRANTED or answer_tick[m] > now.tick:
                    continue
                only = int(pending[m])
            if domains[m] == 0 or ammo[m] <= 0 or ready[m] > now.tick:
                continue
            keep = int(pending[m]) if wait > 0 else -1  # its proposed target, as long as it can be engaged
            is_shared = linked[i] != 0
            j = NOBODY + 0
            if is_shared:
                j = choose_target(
                    now.tick,
                    i,
                    m,
                    choice_key,
                    units,
                    mounts,
                    zones,
                    ground,
                    rules,
                    contacts,
                    work,
                    only,
                    keep,
                    has_zones,
                )
            if j < 0 and (linked[i] == 0 or report_delay[i] > 0) and (only < 0 or local[i] == only):
                # its own sighting: its only source without a link, otherwise newer than its reports
                own = local_target(now.tick, i, m, units, mounts, zones, rules, contacts, has_zones)
                if own != NOBODY:
                    is_shared = False
                    j = own
            if j == FORBIDDEN and denied_tick[m] <= now.tick:
                sides.whole[SideW.DENIED, s] += 1
                denied_tick[m] = now.tick + mounts.spec_whole[MountSpecW.RELOAD, m]  # reported once a reload
                emit(log, now, EventKind.DENIED, s, i, -1, 0, 0)
            if j < 0:
                continue
            fire_tick[i] = now.tick + 1
            if has_to_ask and only < 0:
                asked = request_for(j, m, mount_first[i], mount_count[i], autonomy[i], mounts)
                if asked < 0:
                    request(now, i, m, j, s, autonomy[i], units, mounts, sides, log)
                    continue
                if approval[asked] != Approval.GRANTED or answer_tick[asked] > now.tick:
                    continue
            if wait > 0:
                if pending[m] != j:
                    if pending[m] >= 0 and not is_shared and now.tick - seen_tick[m] <= wait:
                        continue  # a unit stores only one target: the proposed target may reappear at the next scan
                    pending[m] = j
                    pending_tick[m] = now.tick
                seen_tick[m] = now.tick
                if now.tick - pending_tick[m] < wait:
                    continue
            launch(now, i, j, m, is_shared, s, units, mounts, rules, contacts, salvoes, sides, world, log)
            if has_to_ask and autonomy[i] == Autonomy.MANUAL:
                approval[m] = Approval.NONE  # every shot needs its own approval
                pending[m] = -1
            if units.spec_whole[UnitSpecW.IS_ONE_WAY, i] == 1:
                expend(now, i, j, units, sides, log)
                break
