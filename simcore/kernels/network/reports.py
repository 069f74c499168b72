"""Delayed reports: on arrival at the command post a report is as old as the latency of its path.

A report leaves over a live link and arrives even when its sender is lost or cut off meanwhile, because the sender's
hop was the first. ``latency`` measures the paths.
"""

import numpy as np

from simcore.compiling.jit import kernel
from simcore.crews import CrewSpecW
from simcore.events import Log
from simcore.kernels.aboard import bearer_of
from simcore.kernels.network.comms import report, rounds_left
from simcore.kernels.network.latency import delay_ticks, find_delays
from simcore.kernels.picture.contacts import Door, Observation, merge_observation
from simcore.kernels.picture.local_contacts import report_local_contacts
from simcore.kernels.picture.sightings import add_report
from simcore.kinds import Contacts, Crews, Ground, Groups, Messages, Moment, Mounts, Rules, Sides, Units
from simcore.messages import ContactReportR, ContactReportW, StatusReportR, StatusReportW
from simcore.params import RuleR, RuleW, UnitSpecW
from simcore.scratch import Scratch, ScratchW
from simcore.state import ContactW, GroupW, SideR, SideW, UnitR, UnitW, WorldW
from simcore.types import I32, NONE, Level, Status, Word


@kernel
def status_slot(i: int, n: int, slots: int, messages: Messages, world: I32) -> int:
    """Return a free column for a status report of unit ``i``, or that of the oldest report when none is free."""
    oldest = i
    for k in range(i, slots * n, n):
        if messages.status_whole[StatusReportW.DUE, k] == 0:
            return k
        if messages.status_whole[StatusReportW.TICK, k] < messages.status_whole[StatusReportW.TICK, oldest]:
            oldest = k
    world[WorldW.OVERFLOW] += 1
    return oldest


@kernel
def report_loss(tick: int, i: int, units: Units) -> None:
    """Report that unit ``i`` is LOST or EXPENDED, over the link that the unit had, if any."""
    if units.whole[UnitW.LINKED, i] == 0:
        return
    if units.whole[UnitW.REPORT_DELAY, i] == 0:
        units.whole[UnitW.REPORT_STATUS, i] = units.whole[UnitW.STATUS, i]
    else:
        units.whole[UnitW.LOST_TICK, i] = tick + units.whole[UnitW.REPORT_DELAY, i]


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
    """Measure the delays after an update of the network, and send the status reports of the units.

    When a link is cut, the orders under way are lost and the command post will notice the silence; when it is restored,
    the newest order is sent again and the unit reports its own sighting. Mutates the DELAY columns, the messages under
    way, and the REPORT_* rows of units whose reports take no time.
    """
    n = units.spec_whole.shape[1]
    dt = rules.real[RuleR.DT_S]
    slots = rules.whole[RuleW.STATUS_SLOTS]
    side = units.spec_whole[UnitSpecW.SIDE]
    status = units.whole[UnitW.STATUS]
    linked = units.whole[UnitW.LINKED]
    report_delay = units.whole[UnitW.REPORT_DELAY]
    path_ms = work.whole[ScratchW.PATH_MS]
    find_delays(units, ground, rules, work, is_jammed)
    back = work.whole[ScratchW.DUE]  # units whose link is restored, with reports that take no time
    n_back = 0
    for i in range(n):
        if status[i] >= Status.RESERVE:
            continue
        s = side[i]
        is_changed = units.whole[UnitW.LINK_TICK, i] == now.tick
        if linked[i] != 0:
            ms = path_ms[bearer_of(i, units)]
            units.whole[UnitW.DELAY, i] = delay_ticks(ms, dt)
            report_delay[i] = delay_ticks(ms + crews.spec_whole[CrewSpecW.REPORT_MS, s], dt)
            units.whole[UnitW.ORDER_DELAY, i] = delay_ticks(ms + crews.spec_whole[CrewSpecW.ORDER_MS, s], dt)
            if is_changed and now.tick > 0:
                g = units.spec_whole[UnitSpecW.GROUP, i]
                number = groups.whole[GroupW.NUMBER, g]
                if number > units.whole[UnitW.DISPATCH, i]:
                    arrival = max(
                        now.tick + units.whole[UnitW.DELAY, i],
                        groups.whole[GroupW.TICK, g] + units.whole[UnitW.ORDER_DELAY, i],
                    )
                    messages.order_due[(number % rules.whole[RuleW.ORDER_SLOTS]) * n + i] = arrival + 1
                j = units.whole[UnitW.LOCAL, i]
                if j >= 0 and report_delay[i] == 0:
                    back[n_back] = i
                    n_back += 1
                elif j >= 0:
                    k = add_report(
                        np.int64(units.whole[UnitW.LOCAL_TICK, i]),
                        now.tick,
                        i,
                        np.int64(s * n + j),
                        np.int64(units.whole[UnitW.LOCAL_LEVEL, i]),
                        np.int64(units.whole[UnitW.LOCAL_IDENTITY, i]),
                        units,
                        messages,
                        world,
                    )
                    if k >= 0:
                        for row in range(ContactReportR.ERROR_M + 1):  # LOCAL_X and the rows after it
                            messages.report_real[row, k] = units.real[UnitR.LOCAL_X + row, i]
            if report_delay[i] == 0:
                report(now.tick, i, units, mounts)
                continue
        elif not is_changed:
            continue
        else:
            units.whole[UnitW.RECORD, i] = NONE
            for k in range(i, rules.whole[RuleW.ORDER_SLOTS] * n, n):
                messages.order_due[k] = 0
            if report_delay[i] == 0:
                units.whole[UnitW.REPORT_LINKED, i] = 0
                continue
        arrival = now.tick + report_delay[i]
        if linked[i] == 0:  # noticed by the post after the last report to arrive
            for k in range(i, slots * n, n):
                arrival = max(arrival, messages.status_whole[StatusReportW.DUE, k])
        k = status_slot(i, n, slots, messages, world)
        messages.status_real[StatusReportR.X, k] = units.real[UnitR.X, i]
        messages.status_real[StatusReportR.Y, k] = units.real[UnitR.Y, i]
        messages.status_real[StatusReportR.STRENGTH, k] = units.real[UnitR.STRENGTH, i]
        messages.status_real[StatusReportR.ENDURANCE_S, k] = units.real[UnitR.ENDURANCE_S, i]
        messages.status_whole[StatusReportW.DUE, k] = arrival
        messages.status_whole[StatusReportW.TICK, k] = now.tick
        messages.status_whole[StatusReportW.LINKED, k] = linked[i]
        messages.status_whole[StatusReportW.STATUS, k] = status[i]
        messages.status_whole[StatusReportW.DAMAGE, k] = units.whole[UnitW.DAMAGE, i]
        messages.status_whole[StatusReportW.AMMO, k] = rounds_left(i, units, mounts)
        messages.status_whole[StatusReportW.EMCON, k] = units.whole[UnitW.EMCON, i]
    if n_back > 0:
        report_local_contacts(now, n_back, units, rules, contacts, sides, work, log)


@kernel
def comes_before(a: int, b: int, units: Units, messages: Messages) -> bool:
    """Return whether report ``a`` is evaluated before ``b``: by contact, time, error, observer; kills first.

    Contacts and observers are ordered by the keys of the units, and so are the numbers of new contacts.
    """
    n = units.key.shape[0]
    if messages.report_whole[ContactReportW.CONTACT, a] != messages.report_whole[ContactReportW.CONTACT, b]:
        seen_a: Word = units.key[messages.report_whole[ContactReportW.CONTACT, a] % n]
        seen_b: Word = units.key[messages.report_whole[ContactReportW.CONTACT, b] % n]
        return seen_a < seen_b or (
            seen_a == seen_b
            and messages.report_whole[ContactReportW.CONTACT, a] < messages.report_whole[ContactReportW.CONTACT, b]
        )
    if messages.report_whole[ContactReportW.TICK, a] != messages.report_whole[ContactReportW.TICK, b]:
        return messages.report_whole[ContactReportW.TICK, a] < messages.report_whole[ContactReportW.TICK, b]
    is_kill = messages.report_whole[ContactReportW.LEVEL, a] == Level.NONE
    if is_kill != (messages.report_whole[ContactReportW.LEVEL, b] == Level.NONE):
        return is_kill
    if messages.report_real[ContactReportR.ERROR_M, a] != messages.report_real[ContactReportR.ERROR_M, b]:
        return messages.report_real[ContactReportR.ERROR_M, a] < messages.report_real[ContactReportR.ERROR_M, b]
    first: Word = units.key[messages.report_whole[ContactReportW.UNIT, a]]
    return first < units.key[messages.report_whole[ContactReportW.UNIT, b]]


@kernel
def deliver_reports(
    now: Moment, units: Units, rules: Rules, contacts: Contacts, sides: Sides, messages: Messages, world: I32, log: Log
) -> None:
    """Enter the reports that arrive at the command posts: status reports, then contact reports.

    Of a unit's status reports the newest applies; a report overtaken by a newer report has no effect. A contact report
    applies at its time of observation, so its error has grown. Mutates the REPORT_* rows, the contacts and the tallies.
    """
    n = units.spec_whole.shape[1]
    dt = rules.real[RuleR.DT_S]
    slots = rules.whole[RuleW.STATUS_SLOTS]
    level = contacts.whole[ContactW.LEVEL]
    for i in range(n):
        newest = -1
        silent = -1
        for k in range(i, slots * n, n):
            if (
                messages.status_whole[StatusReportW.DUE, k] == 0
                or messages.status_whole[StatusReportW.DUE, k] > now.tick
            ):
                continue
            messages.status_whole[StatusReportW.DUE, k] = 0
            if messages.status_whole[StatusReportW.LINKED, k] == 0:
                silent = max(silent, messages.status_whole[StatusReportW.TICK, k])
            elif (
                newest < 0
                or messages.status_whole[StatusReportW.TICK, k] > messages.status_whole[StatusReportW.TICK, newest]
            ):
                newest = k
        known = units.whole[UnitW.REPORT_STATUS, i]
        is_known_gone = known == Status.LOST or known == Status.EXPENDED
        if (
            newest >= 0
            and messages.status_whole[StatusReportW.TICK, newest] >= units.whole[UnitW.REPORT_TICK, i]
            and not is_known_gone
        ):
            for row in range(StatusReportR.ENDURANCE_S + 1):
                units.real[UnitR.REPORT_X + row, i] = messages.status_real[row, newest]
            units.whole[UnitW.REPORT_STATUS, i] = messages.status_whole[StatusReportW.STATUS, newest]
            units.whole[UnitW.REPORT_DAMAGE, i] = messages.status_whole[StatusReportW.DAMAGE, newest]
            units.whole[UnitW.REPORT_AMMO, i] = messages.status_whole[StatusReportW.AMMO, newest]
            units.whole[UnitW.REPORT_EMCON, i] = messages.status_whole[StatusReportW.EMCON, newest]
            units.whole[UnitW.REPORT_TICK, i] = messages.status_whole[StatusReportW.TICK, newest]
            units.whole[UnitW.REPORT_LINKED, i] = 1
        if silent >= units.whole[UnitW.REPORT_TICK, i]:
            units.whole[UnitW.REPORT_LINKED, i] = 0
        if units.whole[UnitW.LOST_TICK, i] != 0 and units.whole[UnitW.LOST_TICK, i] <= now.tick:
            units.whole[UnitW.LOST_TICK, i] = 0
            units.whole[UnitW.REPORT_STATUS, i] = units.whole[UnitW.STATUS, i]

    arrived = messages.report_whole[ContactReportW.ARRIVED]
    count = world[WorldW.REPORTS]
    n_arrived = 0
    for k in range(count):
        if messages.report_whole[ContactReportW.DUE, k] <= now.tick:
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
        c = np.int64(messages.report_whole[ContactReportW.CONTACT, k])
        i = np.int64(messages.report_whole[ContactReportW.UNIT, k])
        seen = np.int64(messages.report_whole[ContactReportW.TICK, k])
        found = messages.report_whole[ContactReportW.LEVEL, k]
        s = c // n
        j = c - s * n
        if found < Level.NONE:
            continue
        if found == Level.NONE:
            contacts.whole[ContactW.KILL_TICK, c] = seen + 1
            if level[c] > Level.NONE and contacts.whole[ContactW.TICK, c] <= seen:
                level[c] = Level.NONE
            continue
        sides.whole[SideW.REPORTS_DELAYED, s] += 1
        sides.real[SideR.REPORT_AGE_S, s] += (now.tick - seen) * dt
        if (now.tick - seen) * dt > rules.real[RuleR.CONTACT_HOLD_S] or seen < contacts.whole[ContactW.KILL_TICK, c]:
            continue
        observation = Observation(
            seen,
            np.int64(found),
            np.int64(messages.report_whole[ContactReportW.IDENTITY, k]),
            messages.report_real[ContactReportR.X, k],
            messages.report_real[ContactReportR.Y, k],
            messages.report_real[ContactReportR.VX, k],
            messages.report_real[ContactReportR.VY, k],
            messages.report_real[ContactReportR.ERROR_M, k],
        )
        merge_observation(now, s, i, j, observation, np.int64(Door.DELAYED), units, rules, contacts, sides, log)
    kept = 0
    for k in range(count):
        if messages.report_whole[ContactReportW.DUE, k] > now.tick:
            for row in range(messages.report_whole.shape[0]):
                messages.report_whole[row, kept] = messages.report_whole[row, k]
            for row in range(messages.report_real.shape[0]):
                messages.report_real[row, kept] = messages.report_real[row, k]
            kept += 1
    world[WorldW.REPORTS] = kept
