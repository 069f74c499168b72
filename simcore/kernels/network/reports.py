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
from simcore.kinds import Contacts, Crews, Ground, Groups, Messages, Moment, Mounts, Rules, Sides, Units
from simcore.params import QW, RP, RW, UW
from simcore.scratch import SI, Scratch
from simcore.state import RC, RCW, RS, RSW, TR, WW, C, H, K, T, U, W
from simcore.types import I32, NONE, EventKind, Level, Status, Word


@kernel
def status_slot(i: int, n: int, slots: int, messages: Messages, world: I32) -> int:
    """Return a free column for a report of unit ``i`` on itself; the oldest one's when there is none."""
    oldest = i
    for k in range(i, slots * n, n):
        if messages.status_whole[RSW.DUE, k] == 0:
            return k
        if messages.status_whole[RSW.TICK, k] < messages.status_whole[RSW.TICK, oldest]:
            oldest = k
    world[WW.OVERFLOW] += 1
    return oldest


@kernel
def report_loss(tick: int, i: int, units: Units) -> None:
    """Unit ``i`` is LOST or EXPENDED; its command post hears of it over the link that the unit had, if any."""
    if units.whole[W.LINKED, i] == 0:
        return
    if units.whole[W.REPORT_DELAY, i] == 0:
        units.whole[W.REPORT_STATUS, i] = units.whole[W.STATUS, i]
    else:
        units.whole[W.LOST_TICK, i] = tick + units.whole[W.REPORT_DELAY, i]


@kernel
def exchange_reports(
    now: Moment,
    units: Units,
    mounts: Mounts,
    crews: Crews,
    ground: Ground,
    rules: Rules,
    contacts: Contacts,
    groups: Groups,
    sides: Sides,
    messages: Messages,
    world: I32,
    work: Scratch,
    is_jammed: bool,
    log: Log,
) -> None:
    """After an update of the network: measure the delays, and send what units report on themselves.

    Where a link is cut the orders under way are lost, and the silence is on its way to the post; where it is back the
    newest order is sent again, and the unit's own sighting reports. Mutates the DELAY columns, what is under way, and
    the REPORT_* rows of units whose reports take no time.
    """
    n = units.spec_whole.shape[1]
    dt = rules.real[RP.DT_S]
    slots = rules.whole[RW.STATUS_SLOTS]
    side = units.spec_whole[UW.SIDE]
    status = units.whole[W.STATUS]
    linked = units.whole[W.LINKED]
    report_delay = units.whole[W.REPORT_DELAY]
    path_ms = work.whole[SI.PATH_MS]
    find_delays(units, ground, rules, work, is_jammed)
    back = work.whole[SI.DUE]  # units that have a link again, whose reports take no time
    n_back = 0
    for i in range(n):
        if status[i] >= Status.RESERVE:
            continue
        s = side[i]
        is_changed = units.whole[W.LINK_TICK, i] == now.tick
        if linked[i] != 0:
            ms = path_ms[bearer_of(i, units)]
            units.whole[W.DELAY, i] = delay_ticks(ms, dt)
            report_delay[i] = delay_ticks(ms + crews.spec_whole[QW.REPORT_MS, s], dt)
            units.whole[W.ORDER_DELAY, i] = delay_ticks(ms + crews.spec_whole[QW.ORDER_MS, s], dt)
            if is_changed and now.tick > 0:
                g = units.spec_whole[UW.GROUP, i]
                number = groups.whole[H.NUMBER, g]
                if number > units.whole[W.DISPATCH, i]:
                    arrival = max(
                        now.tick + units.whole[W.DELAY, i], groups.whole[H.TICK, g] + units.whole[W.ORDER_DELAY, i]
                    )
                    messages.order_due[(number % rules.whole[RW.ORDER_SLOTS]) * n + i] = arrival + 1
                j = units.whole[W.LOCAL, i]
                if j >= 0 and report_delay[i] == 0:
                    back[n_back] = i
                    n_back += 1
                elif j >= 0:
                    k = add_report(
                        np.int64(units.whole[W.LOCAL_TICK, i]),
                        now.tick,
                        i,
                        np.int64(s * n + j),
                        np.int64(units.whole[W.LOCAL_LEVEL, i]),
                        np.int64(units.whole[W.LOCAL_IDENTITY, i]),
                        units,
                        messages,
                        world,
                    )
                    if k >= 0:
                        for row in range(RC.ERROR_M + 1):  # LOCAL_X and the rows after it
                            messages.report_real[row, k] = units.real[U.LOCAL_X + row, i]
            if report_delay[i] == 0:
                report(now.tick, i, units, mounts)
                continue
        elif not is_changed:
            continue
        else:
            units.whole[W.RECORD, i] = NONE
            for k in range(i, rules.whole[RW.ORDER_SLOTS] * n, n):
                messages.order_due[k] = 0
            if report_delay[i] == 0:
                units.whole[W.REPORT_LINKED, i] = 0
                continue
        arrival = now.tick + report_delay[i]
        if linked[i] == 0:  # the post notices it after the last report that it gets
            for k in range(i, slots * n, n):
                arrival = max(arrival, messages.status_whole[RSW.DUE, k])
        k = status_slot(i, n, slots, messages, world)
        messages.status_real[RS.X, k] = units.real[U.X, i]
        messages.status_real[RS.Y, k] = units.real[U.Y, i]
        messages.status_real[RS.STRENGTH, k] = units.real[U.STRENGTH, i]
        messages.status_real[RS.ENDURANCE_S, k] = units.real[U.ENDURANCE_S, i]
        messages.status_whole[RSW.DUE, k] = arrival
        messages.status_whole[RSW.TICK, k] = now.tick
        messages.status_whole[RSW.LINKED, k] = linked[i]
        messages.status_whole[RSW.STATUS, k] = status[i]
        messages.status_whole[RSW.DAMAGE, k] = units.whole[W.DAMAGE, i]
        messages.status_whole[RSW.AMMO, k] = rounds_left(i, units, mounts)
        messages.status_whole[RSW.EMCON, k] = units.whole[W.EMCON, i]
    if n_back > 0:
        report_local_contacts(now, n_back, units, rules, contacts, sides, work, log)


@kernel
def comes_before(a: int, b: int, units: Units, messages: Messages) -> bool:
    """Return whether report ``a`` is worked in before ``b``: by contact, time, error, observer; kills first.

    Contacts and observers go by the keys of the units, and so do the numbers that new contacts get.
    """
    n = units.key.shape[0]
    if messages.report_whole[RCW.CONTACT, a] != messages.report_whole[RCW.CONTACT, b]:
        seen_a: Word = units.key[messages.report_whole[RCW.CONTACT, a] % n]
        seen_b: Word = units.key[messages.report_whole[RCW.CONTACT, b] % n]
        return seen_a < seen_b or (
            seen_a == seen_b and messages.report_whole[RCW.CONTACT, a] < messages.report_whole[RCW.CONTACT, b]
        )
    if messages.report_whole[RCW.TICK, a] != messages.report_whole[RCW.TICK, b]:
        return messages.report_whole[RCW.TICK, a] < messages.report_whole[RCW.TICK, b]
    is_kill = messages.report_whole[RCW.LEVEL, a] == Level.NONE
    if is_kill != (messages.report_whole[RCW.LEVEL, b] == Level.NONE):
        return is_kill
    if messages.report_real[RC.ERROR_M, a] != messages.report_real[RC.ERROR_M, b]:
        return messages.report_real[RC.ERROR_M, a] < messages.report_real[RC.ERROR_M, b]
    first: Word = units.key[messages.report_whole[RCW.UNIT, a]]
    return first < units.key[messages.report_whole[RCW.UNIT, b]]


@kernel
def deliver_reports(
    now: Moment, units: Units, rules: Rules, contacts: Contacts, sides: Sides, messages: Messages, world: I32, log: Log
) -> None:
    """Work in what arrives at the command posts: units on themselves, then on contacts.

    Of a unit's reports on itself the newest counts; one that was overtaken changes nothing. A contact report counts
    with its time of observation, so its error has grown. Mutates the REPORT_* rows, the contacts and the tallies.
    """
    n = units.spec_whole.shape[1]
    dt = rules.real[RP.DT_S]
    slots = rules.whole[RW.STATUS_SLOTS]
    truth = units.spec_whole[UW.IDENTITY]
    level = contacts.whole[K.LEVEL]
    for i in range(n):
        newest = -1
        silent = -1
        for k in range(i, slots * n, n):
            if messages.status_whole[RSW.DUE, k] == 0 or messages.status_whole[RSW.DUE, k] > now.tick:
                continue
            messages.status_whole[RSW.DUE, k] = 0
            if messages.status_whole[RSW.LINKED, k] == 0:
                silent = max(silent, messages.status_whole[RSW.TICK, k])
            elif newest < 0 or messages.status_whole[RSW.TICK, k] > messages.status_whole[RSW.TICK, newest]:
                newest = k
        known = units.whole[W.REPORT_STATUS, i]
        is_known_gone = known == Status.LOST or known == Status.EXPENDED
        if (
            newest >= 0
            and messages.status_whole[RSW.TICK, newest] >= units.whole[W.REPORT_TICK, i]
            and not is_known_gone
        ):
            for row in range(RS.ENDURANCE_S + 1):
                units.real[U.REPORT_X + row, i] = messages.status_real[row, newest]
            units.whole[W.REPORT_STATUS, i] = messages.status_whole[RSW.STATUS, newest]
            units.whole[W.REPORT_DAMAGE, i] = messages.status_whole[RSW.DAMAGE, newest]
            units.whole[W.REPORT_AMMO, i] = messages.status_whole[RSW.AMMO, newest]
            units.whole[W.REPORT_EMCON, i] = messages.status_whole[RSW.EMCON, newest]
            units.whole[W.REPORT_TICK, i] = messages.status_whole[RSW.TICK, newest]
            units.whole[W.REPORT_LINKED, i] = 1
        if silent >= units.whole[W.REPORT_TICK, i]:
            units.whole[W.REPORT_LINKED, i] = 0
        if units.whole[W.LOST_TICK, i] != 0 and units.whole[W.LOST_TICK, i] <= now.tick:
            units.whole[W.LOST_TICK, i] = 0
            units.whole[W.REPORT_STATUS, i] = units.whole[W.STATUS, i]

    arrived = messages.report_whole[RCW.ARRIVED]
    count = world[WW.REPORTS]
    n_arrived = 0
    for k in range(count):
        if messages.report_whole[RCW.DUE, k] <= now.tick:
            q = n_arrived
            while q > 0 and comes_before(k, arrived[q - 1], units, messages):
                arrived[q] = arrived[q - 1]
                q -= 1
            arrived[q] = k
            n_arrived += 1
    if n_arrived == 0:
        return
    for q in range(n_arrived):
        k = arrived[q]
        c = int(messages.report_whole[RCW.CONTACT, k])
        i = messages.report_whole[RCW.UNIT, k]
        seen = int(messages.report_whole[RCW.TICK, k])
        found = messages.report_whole[RCW.LEVEL, k]
        s = c // n
        j = c - s * n
        if found < Level.NONE:
            continue
        if found == Level.NONE:
            contacts.whole[K.KILL_TICK, c] = seen + 1
            if level[c] > Level.NONE and contacts.whole[K.TICK, c] <= seen:
                level[c] = Level.NONE
            continue
        sides.whole[T.REPORTS_DELAYED, s] += 1
        sides.real[TR.REPORT_AGE_S, s] += (now.tick - seen) * dt
        if (now.tick - seen) * dt > rules.real[RP.CONTACT_HOLD_S] or seen < contacts.whole[K.KILL_TICK, c]:
            continue
        before = level[c]
        if before == Level.NONE:
            serial = open_contact(
                seen,
                c,
                s,
                messages.report_real[RC.X, k],
                messages.report_real[RC.Y, k],
                messages.report_real[RC.ERROR_M, k],
                found,
                contacts,
                sides,
            )
            contacts.whole[K.ENTERED, c] = now.tick
            emit(log, now, EventKind.CONTACT, s, i, j, found, serial)
        else:
            if contacts.whole[K.TICK, c] == seen and contacts.real[C.ERROR_M, c] <= messages.report_real[RC.ERROR_M, k]:
                level[c] = max(before, found)  # another look at that moment, which tells no more than this
            else:
                is_second = seen != contacts.whole[K.FIRST_TICK, c]  # two looks at one moment tell no velocity
                update_contact(
                    max(seen, int(contacts.whole[K.TICK, c])),
                    c,
                    messages.report_real[RC.X, k],
                    messages.report_real[RC.Y, k],
                    messages.report_real[RC.VX, k] if is_second else 0.0,
                    messages.report_real[RC.VY, k] if is_second else 0.0,
                    messages.report_real[RC.ERROR_M, k],
                    found,
                    seen,
                    rules,
                    contacts,
                )
            if level[c] > before:
                emit(log, now, EventKind.UPGRADE, s, i, j, level[c], contacts.whole[K.SERIAL, c])
        if before < Level.IDENTIFIED and level[c] == Level.IDENTIFIED:
            identity = messages.report_whole[RCW.IDENTITY, k]
            if identity < 0:
                tracks = contacts.whole[K.TRACKS, c]
                identity = identify(now, tracks, units.key[i], units.key[j], truth[j], rules)
            settle_identity(now, s, i, j, identity, units, rules, contacts, sides, log)
    kept = 0
    for k in range(count):
        if messages.report_whole[RCW.DUE, k] > now.tick:
            for row in range(messages.report_whole.shape[0]):
                messages.report_whole[row, kept] = messages.report_whole[row, k]
            for row in range(messages.report_real.shape[0]):
                messages.report_real[row, kept] = messages.report_real[row, k]
            kept += 1
    world[WW.REPORTS] = kept
