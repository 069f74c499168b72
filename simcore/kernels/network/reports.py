"""Reports that take time: what units tell their command post is as old as their path is long.

A report leaves over a live link and arrives, also when its sender is lost or cut off meanwhile: its own hop was the
first. ``latency`` measures the paths.
"""

import numpy as np

from simcore.compiling.jit import kernel
from simcore.events import Log, emit
from simcore.kernels.network.comms import report, rounds_left
from simcore.kernels.network.latency import delay_ticks, find_delays
from simcore.kernels.orders.hosts import bearer_of
from simcore.kernels.picture.contacts import identify, open_contact, settle_identity, update_contact
from simcore.kernels.picture.local_contacts import report_local_contacts
from simcore.kernels.picture.sightings import add_report
from simcore.params import QW, RP, RW, UW
from simcore.scratch import SI
from simcore.state import RC, RCW, RS, RSW, TR, WW, C, H, K, T, U, W
from simcore.types import F32, F64, I32, NONE, U64, EventKind, Level, Status, Word


@kernel
def status_slot(i: int, n: int, slots: int, status_whole: I32, world: I32) -> int:
    """Return a free column for a report of unit ``i`` on itself; the oldest one's when there is none."""
    oldest = i
    for k in range(i, slots * n, n):
        if status_whole[RSW.DUE, k] == 0:
            return k
        if status_whole[RSW.TICK, k] < status_whole[RSW.TICK, oldest]:
            oldest = k
    world[WW.OVERFLOW] += 1
    return oldest


@kernel
def report_loss(tick: int, i: int, state_whole: I32) -> None:
    """Unit ``i`` is LOST or EXPENDED; its command post hears of it over the link that the unit had, if any."""
    if state_whole[W.LINKED, i] == 0:
        return
    if state_whole[W.REPORT_DELAY, i] == 0:
        state_whole[W.REPORT_STATUS, i] = state_whole[W.STATUS, i]
    else:
        state_whole[W.LOST_TICK, i] = tick + state_whole[W.REPORT_DELAY, i]


@kernel
def exchange_reports(
    r: int,
    tick: int,
    unit_real: F64,
    unit_whole: I32,
    key: U64,
    mount_whole: I32,
    operator_whole: I32,
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
    task_whole: I32,
    side_whole: I32,
    status_real: F64,
    status_whole: I32,
    report_real: F64,
    report_whole: I32,
    due: I32,
    world: I32,
    commanded: I32,
    is_jammed: bool,
    work_real: F64,
    work_whole: I32,
    log: Log,
) -> None:
    """After an update of the network: measure the delays, and send what units report on themselves.

    Where a link is cut the orders under way are lost, and the silence is on its way to the post; where it is back the
    newest order is sent again, and the unit's own sighting reports. Mutates the DELAY columns, what is under way, and
    the REPORT_* rows of units whose reports take no time.
    """
    n = unit_whole.shape[1]
    dt = rules[RP.DT_S]
    slots = limits[RW.STATUS_SLOTS]
    side = unit_whole[UW.SIDE]
    status = state_whole[W.STATUS]
    linked = state_whole[W.LINKED]
    report_delay = state_whole[W.REPORT_DELAY]
    path_ms = work_whole[SI.PATH_MS]
    find_delays(
        unit_real, unit_whole, elevation, block_peak, wide_peak, rules, limits, state_real, state_whole, work_real,
        work_whole, commanded, is_jammed,
    )  # fmt: skip
    back = work_whole[SI.DUE]  # units that have a link again, whose reports take no time
    n_back = 0
    for i in range(n):
        if status[i] >= Status.RESERVE:
            continue
        s = side[i]
        is_changed = state_whole[W.LINK_TICK, i] == tick
        if linked[i] != 0:
            ms = path_ms[bearer_of(i, state_whole)]
            state_whole[W.DELAY, i] = delay_ticks(ms, dt)
            report_delay[i] = delay_ticks(ms + operator_whole[QW.REPORT_MS, s], dt)
            state_whole[W.ORDER_DELAY, i] = delay_ticks(ms + operator_whole[QW.ORDER_MS, s], dt)
            if is_changed and tick > 0:
                g = unit_whole[UW.GROUP, i]
                number = task_whole[H.NUMBER, g]
                if number > state_whole[W.DISPATCH, i]:
                    arrival = max(tick + state_whole[W.DELAY, i], task_whole[H.TICK, g] + state_whole[W.ORDER_DELAY, i])
                    due[(number % limits[RW.ORDER_SLOTS]) * n + i] = arrival + 1
                j = state_whole[W.LOCAL, i]
                if j >= 0 and report_delay[i] == 0:
                    back[n_back] = i
                    n_back += 1
                elif j >= 0:
                    k = add_report(
                        np.int64(state_whole[W.LOCAL_TICK, i]), tick, i, np.int64(s * n + j),
                        np.int64(state_whole[W.LOCAL_LEVEL, i]), np.int64(state_whole[W.LOCAL_IDENTITY, i]),
                        state_whole, report_whole, world,
                    )  # fmt: skip
                    if k >= 0:
                        for row in range(RC.ERROR_M + 1):  # LOCAL_X and the rows after it
                            report_real[row, k] = state_real[U.LOCAL_X + row, i]
            if report_delay[i] == 0:
                report(tick, i, unit_whole, mount_whole, state_real, state_whole, arms_whole)
                continue
        elif not is_changed:
            continue
        else:
            state_whole[W.RECORD, i] = NONE
            for k in range(i, limits[RW.ORDER_SLOTS] * n, n):
                due[k] = 0
            if report_delay[i] == 0:
                state_whole[W.REPORT_LINKED, i] = 0
                continue
        arrival = tick + report_delay[i]
        if linked[i] == 0:  # the post notices it after the last report that it gets
            for k in range(i, slots * n, n):
                arrival = max(arrival, status_whole[RSW.DUE, k])
        k = status_slot(i, n, slots, status_whole, world)
        status_real[RS.X, k] = state_real[U.X, i]
        status_real[RS.Y, k] = state_real[U.Y, i]
        status_real[RS.STRENGTH, k] = state_real[U.STRENGTH, i]
        status_real[RS.ENDURANCE_S, k] = state_real[U.ENDURANCE_S, i]
        status_whole[RSW.DUE, k] = arrival
        status_whole[RSW.TICK, k] = tick
        status_whole[RSW.LINKED, k] = linked[i]
        status_whole[RSW.STATUS, k] = status[i]
        status_whole[RSW.DAMAGE, k] = state_whole[W.DAMAGE, i]
        status_whole[RSW.AMMO, k] = rounds_left(i, unit_whole, mount_whole, arms_whole)
        status_whole[RSW.EMCON, k] = state_whole[W.EMCON, i]
    if n_back > 0:
        report_local_contacts(
            r, tick, n_back, unit_whole, key, rules, limits, state_real, state_whole, contact_real, contact_whole,
            side_whole, work_whole, log,
        )  # fmt: skip


@kernel
def comes_before(a: int, b: int, key: U64, report_real: F64, report_whole: I32) -> bool:
    """Return whether report ``a`` is worked in before ``b``: by contact, time, error, observer; kills first.

    Contacts and observers go by the keys of the units, and so do the numbers that new contacts get.
    """
    n = key.shape[0]
    if report_whole[RCW.CONTACT, a] != report_whole[RCW.CONTACT, b]:
        seen_a: Word = key[report_whole[RCW.CONTACT, a] % n]
        seen_b: Word = key[report_whole[RCW.CONTACT, b] % n]
        return seen_a < seen_b or (seen_a == seen_b and report_whole[RCW.CONTACT, a] < report_whole[RCW.CONTACT, b])
    if report_whole[RCW.TICK, a] != report_whole[RCW.TICK, b]:
        return report_whole[RCW.TICK, a] < report_whole[RCW.TICK, b]
    is_kill = report_whole[RCW.LEVEL, a] == Level.NONE
    if is_kill != (report_whole[RCW.LEVEL, b] == Level.NONE):
        return is_kill
    if report_real[RC.ERROR_M, a] != report_real[RC.ERROR_M, b]:
        return report_real[RC.ERROR_M, a] < report_real[RC.ERROR_M, b]
    first: Word = key[report_whole[RCW.UNIT, a]]
    return first < key[report_whole[RCW.UNIT, b]]


@kernel
def deliver_reports(
    r: int,
    tick: int,
    seed: Word,
    replication: Word,
    unit_whole: I32,
    key: U64,
    rules: F64,
    limits: I32,
    state_real: F64,
    state_whole: I32,
    contact_real: F64,
    contact_whole: I32,
    side_real: F64,
    side_whole: I32,
    status_real: F64,
    status_whole: I32,
    report_real: F64,
    report_whole: I32,
    world: I32,
    log: Log,
) -> None:
    """Work in what arrives at the command posts: units on themselves, then on contacts.

    Of a unit's reports on itself the newest counts; one that was overtaken changes nothing. A contact report counts
    with its time of observation, so its error has grown. Mutates the REPORT_* rows, the contacts and the tallies.
    """
    n = unit_whole.shape[1]
    dt = rules[RP.DT_S]
    slots = limits[RW.STATUS_SLOTS]
    truth = unit_whole[UW.IDENTITY]
    level = contact_whole[K.LEVEL]
    for i in range(n):
        newest = -1
        silent = -1
        for k in range(i, slots * n, n):
            if status_whole[RSW.DUE, k] == 0 or status_whole[RSW.DUE, k] > tick:
                continue
            status_whole[RSW.DUE, k] = 0
            if status_whole[RSW.LINKED, k] == 0:
                silent = max(silent, status_whole[RSW.TICK, k])
            elif newest < 0 or status_whole[RSW.TICK, k] > status_whole[RSW.TICK, newest]:
                newest = k
        known = state_whole[W.REPORT_STATUS, i]
        is_known_gone = known == Status.LOST or known == Status.EXPENDED
        if newest >= 0 and status_whole[RSW.TICK, newest] >= state_whole[W.REPORT_TICK, i] and not is_known_gone:
            for row in range(RS.ENDURANCE_S + 1):
                state_real[U.REPORT_X + row, i] = status_real[row, newest]
            state_whole[W.REPORT_STATUS, i] = status_whole[RSW.STATUS, newest]
            state_whole[W.REPORT_DAMAGE, i] = status_whole[RSW.DAMAGE, newest]
            state_whole[W.REPORT_AMMO, i] = status_whole[RSW.AMMO, newest]
            state_whole[W.REPORT_EMCON, i] = status_whole[RSW.EMCON, newest]
            state_whole[W.REPORT_TICK, i] = status_whole[RSW.TICK, newest]
            state_whole[W.REPORT_LINKED, i] = 1
        if silent >= state_whole[W.REPORT_TICK, i]:
            state_whole[W.REPORT_LINKED, i] = 0
        if state_whole[W.LOST_TICK, i] != 0 and state_whole[W.LOST_TICK, i] <= tick:
            state_whole[W.LOST_TICK, i] = 0
            state_whole[W.REPORT_STATUS, i] = state_whole[W.STATUS, i]

    arrived = report_whole[RCW.ARRIVED]
    count = world[WW.REPORTS]
    n_arrived = 0
    for k in range(count):
        if report_whole[RCW.DUE, k] <= tick:
            q = n_arrived
            while q > 0 and comes_before(k, arrived[q - 1], key, report_real, report_whole):
                arrived[q] = arrived[q - 1]
                q -= 1
            arrived[q] = k
            n_arrived += 1
    if n_arrived == 0:
        return
    for q in range(n_arrived):
        k = arrived[q]
        c = int(report_whole[RCW.CONTACT, k])
        i = report_whole[RCW.UNIT, k]
        seen = int(report_whole[RCW.TICK, k])
        found = report_whole[RCW.LEVEL, k]
        s = c // n
        j = c - s * n
        if found < Level.NONE:
            continue
        if found == Level.NONE:
            contact_whole[K.KILL_TICK, c] = seen + 1
            if level[c] > Level.NONE and contact_whole[K.TICK, c] <= seen:
                level[c] = Level.NONE
            continue
        side_whole[T.REPORTS_DELAYED, s] += 1
        side_real[TR.REPORT_AGE_S, s] += (tick - seen) * dt
        if (tick - seen) * dt > rules[RP.CONTACT_HOLD_S] or seen < contact_whole[K.KILL_TICK, c]:
            continue
        before = level[c]
        if before == Level.NONE:
            serial = open_contact(
                seen, c, s, report_real[RC.X, k], report_real[RC.Y, k], report_real[RC.ERROR_M, k], found,
                contact_real, contact_whole, side_whole,
            )  # fmt: skip
            contact_whole[K.ENTERED, c] = tick
            emit(log, r, tick, EventKind.CONTACT, s, i, j, found, serial)
        else:
            if contact_whole[K.TICK, c] == seen and contact_real[C.ERROR_M, c] <= report_real[RC.ERROR_M, k]:
                level[c] = max(before, found)  # another look at that moment, which tells no more than this
            else:
                is_second = seen != contact_whole[K.FIRST_TICK, c]  # two looks at one moment tell no velocity
                update_contact(
                    max(seen, int(contact_whole[K.TICK, c])), c, report_real[RC.X, k], report_real[RC.Y, k],
                    report_real[RC.VX, k] if is_second else 0.0, report_real[RC.VY, k] if is_second else 0.0,
                    report_real[RC.ERROR_M, k], found, seen, rules, contact_real, contact_whole,
                )  # fmt: skip
            if level[c] > before:
                emit(log, r, tick, EventKind.UPGRADE, s, i, j, level[c], contact_whole[K.SERIAL, c])
        if before < Level.IDENTIFIED and level[c] == Level.IDENTIFIED:
            identity = report_whole[RCW.IDENTITY, k]
            if identity < 0:
                tracks = contact_whole[K.TRACKS, c]
                identity = identify(seed, replication, tracks, key[i], key[j], truth[j], rules)
            settle_identity(r, tick, s, i, j, identity, unit_whole, limits, contact_whole, side_whole, log)
    kept = 0
    for k in range(count):
        if report_whole[RCW.DUE, k] > tick:
            for row in range(report_whole.shape[0]):
                report_whole[row, kept] = report_whole[row, k]
            for row in range(report_real.shape[0]):
                report_real[row, kept] = report_real[row, k]
            kept += 1
    world[WW.REPORTS] = kept
