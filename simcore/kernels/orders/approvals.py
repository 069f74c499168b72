"""Approvals: units ask, a finite crew of operators decides, first come first served.

Only sides that have a crew come here; elsewhere an approval is a fixed delay (``fires``). A tick has two
phases: ``decide_requests`` before the units open fire, ``assign_operators`` after it, so that a request
meets an idle operator in the tick in which it is made, and an answer is acted upon in the tick in which it
is given. Both see all requests of a tick at once and break ties by the units' keys: the order of the units
plays no part.
"""

import math

import numpy as np

from simcore.compiling.jit import formula, kernel
from simcore.events import Log, emit
from simcore.kernels.mathematics.approximations import logarithm
from simcore.kinds import Contacts, Crews, Moment, Mounts, Rules, Sides, Units
from simcore.params import CrewSpecR, CrewSpecW, MountSpecW, RuleR, RuleW, UnitSpecW
from simcore.rng import Stream, draw, stream_key
from simcore.state import ContactW, MountW, SideW, UnitW
from simcore.ticks import LONGEST_TICKS
from simcore.types import Approval, Autonomy, Damage, EventKind, Identity, Level, Roe, Status


@formula
def random_ticks(mean_ticks: int, ln_stay: float, u: float) -> int:
    """Return a duration in whole ticks, one at least.

    ``ln_stay`` is ln(1 - 1/mean): the geometric law, which has exactly the mean asked for, no memory, and the
    exponential law as its limit for short ticks. ``ln_stay`` 0 is the fixed law. ``u`` is uniform in (0, 1).
    """
    if ln_stay == 0.0:
        return mean_ticks
    return int(min(1.0 + math.floor(float(logarithm(u)) / ln_stay), float(LONGEST_TICKS)))


@formula
def may_grant(level: int, needed: int, roe: int, p_grant: float, p_grant_below_level: float, u: float) -> bool:
    """Return whether an operator grants an engagement of a contact of this ``level``.

    ``needed`` is the level that the crew asks for; ``Level.NONE`` asks for what the rules of engagement ask.
    """
    is_known = level >= needed
    if needed == Level.NONE:
        is_known = level >= (Level.IDENTIFIED if roe == Roe.TIGHT else Level.DETECTED)
    return u < (p_grant if is_known else p_grant_below_level)


@kernel
def request(
    now: Moment, i: int, m: int, j: int, side: int, autonomy: int, units: Units, mounts: Mounts, sides: Sides, log: Log
) -> None:
    """Mount ``m`` of unit ``i`` asks to engage contact ``j``. Without a link nobody hears it; a veto's window runs."""
    is_heard = units.whole[UnitW.LINKED, i] != 0
    mounts.whole[MountW.APPROVAL, m] = Approval.WAITING if is_heard else Approval.WINDOW
    mounts.whole[MountW.PENDING, m] = j
    mounts.whole[MountW.PENDING_TICK, m] = now.tick
    mounts.whole[MountW.SEEN_TICK, m] = now.tick if units.whole[UnitW.LOCAL, i] == j else -LONGEST_TICKS
    mounts.whole[MountW.HEARD_TICK, m] = now.tick + units.whole[UnitW.DELAY, i] if is_heard else now.tick
    if is_heard:
        sides.whole[SideW.APPROVALS_ASKED, side] += 1
        emit(log, now, EventKind.APPROVAL_ASKED, side, i, j, autonomy, 0)


@kernel
def request_for(j: int, m: int, first: int, count: int, autonomy: int, mounts: Mounts) -> int:
    """Return the other mount of a unit that has asked to engage contact ``j``, or -1.

    An approval is of an engagement of the unit, so one request serves all mounts that want the same target. By hand
    every shot is asked for by itself.
    """
    if autonomy != Autonomy.MANUAL:
        for other in range(first, first + count):
            asks = mounts.whole[MountW.APPROVAL, other] != Approval.NONE and mounts.whole[MountW.PENDING, other] == j
            if asks and other != m:
                return other
    return -1


@kernel
def decide_requests(
    now: Moment, units: Units, mounts: Mounts, crews: Crews, rules: Rules, contacts: Contacts, sides: Sides, log: Log
) -> None:
    """Bring the request of every mount up to date: decided, timed out, withdrawn, expired.

    Reads links, status, rules of engagement and the side's contacts. Mutates APPROVAL, APPROVAL_TICK, PENDING
    and the tallies. A request is withdrawn when its unit, link or contact is gone, or the contact is believed to be no
    enemy; the operator is free then. A grant ends with its time, its contact or its link (under veto: with what the
    unit sees itself). A unit remembers one sighting of its own, so what it has seen within the veto's window counts.
    """
    n = units.spec_whole.shape[1]
    side = units.spec_whole[UnitSpecW.SIDE]
    autonomy = units.spec_whole[UnitSpecW.AUTONOMY]
    dt = rules.real[RuleR.DT_S]
    approval = mounts.whole[MountW.APPROVAL]
    due = mounts.whole[MountW.APPROVAL_TICK]
    pending = mounts.whole[MountW.PENDING]
    asked = mounts.whole[MountW.HEARD_TICK]
    answer_tick = mounts.whole[MountW.ANSWER_TICK]
    served_tick = mounts.whole[MountW.SERVED_TICK]
    seen_tick = mounts.whole[MountW.SEEN_TICK]
    delay = units.whole[UnitW.DELAY]
    status = units.whole[UnitW.STATUS]
    linked = units.whole[UnitW.LINKED]
    roe = units.whole[UnitW.ROE]
    level = contacts.whole[ContactW.LEVEL]
    identity = contacts.whole[ContactW.IDENTITY]
    judgements = stream_key(now.seed, now.replication, now.tick, Stream.GRANT)
    pauses = stream_key(now.seed, now.replication, now.tick, Stream.ASK_AGAIN)
    for m in range(approval.shape[0]):
        if approval[m] == Approval.NONE:
            continue
        i = int(mounts.spec_whole[MountSpecW.UNIT, m])
        s = side[i]
        asker = units.key[i] + np.uint64(mounts.spec_whole[MountSpecW.SERIAL, m])
        j = int(pending[m])
        if units.whole[UnitW.LOCAL, i] == j:
            seen_tick[m] = now.tick if units.whole[UnitW.LOCAL_IDENTITY, i] <= Identity.HOSTILE else -LONGEST_TICKS
        is_seen = now.tick - seen_tick[m] <= crews.spec_whole[CrewSpecW.VETO_TICKS, s]
        if linked[i] != 0:
            is_known = level[s * n + j] > Level.NONE and identity[s * n + j] <= Identity.HOSTILE
            is_known = is_known or (is_seen and units.whole[UnitW.REPORT_DELAY, i] > 0)
        else:
            is_known = autonomy[i] == Autonomy.VETO and is_seen
        since = now.tick - mounts.whole[MountW.PENDING_TICK, m]
        is_late = approval[m] == Approval.REFUSED and answer_tick[m] > now.tick  # the unit has not heard of it
        if is_late and autonomy[i] == Autonomy.VETO and since >= crews.spec_whole[CrewSpecW.VETO_TICKS, s]:
            approval[m] = Approval.GRANTED
            answer_tick[m] = now.tick
            due[m] = now.tick + crews.spec_whole[CrewSpecW.VALID_TICKS, s]
        if approval[m] == Approval.REFUSED or approval[m] == Approval.GRANTED:
            if due[m] <= now.tick or (approval[m] == Approval.GRANTED and not is_known):
                approval[m] = Approval.NONE
                pending[m] = -1
            continue
        can_fire = is_known and status[i] == Status.ACTIVE and roe[i] != Roe.HOLD
        can_fire = can_fire and (units.whole[UnitW.DAMAGE, i] & Damage.WEAPON) == 0
        waited_s = int(max(now.tick - asked[m], 0) * dt + 0.5)
        if approval[m] != Approval.WINDOW and (not can_fire or linked[i] == 0):
            sides.whole[SideW.APPROVALS_WITHDRAWN, s] += 1
            emit(log, now, EventKind.APPROVAL_WITHDRAWN, s, i, j, waited_s, 0)
            approval[m] = Approval.WINDOW  # under veto it stands, but nobody can object any more
        if not can_fire:
            approval[m] = Approval.NONE
            pending[m] = -1
            continue
        if approval[m] == Approval.SERVED and due[m] <= now.tick:
            answer_tick[m] = now.tick + delay[i]
            served_s = int((now.tick - served_tick[m]) * dt + 0.5)
            queued_s = int((served_tick[m] - asked[m]) * dt + 0.5)
            if may_grant(
                level[s * n + j],
                crews.spec_whole[CrewSpecW.GRANT_LEVEL, s],
                roe[i],
                crews.spec_real[CrewSpecR.P_GRANT, s],
                crews.spec_real[CrewSpecR.P_GRANT_BELOW_LEVEL, s],
                draw(judgements, asker, units.key[j]),
            ):
                sides.whole[SideW.APPROVALS_GRANTED, s] += 1
                emit(log, now, EventKind.APPROVAL_GRANTED, s, i, j, queued_s, served_s)
                approval[m] = Approval.WINDOW if autonomy[i] == Autonomy.VETO else Approval.GRANTED
                due[m] = answer_tick[m] + crews.spec_whole[CrewSpecW.VALID_TICKS, s]
            else:
                sides.whole[SideW.APPROVALS_DENIED, s] += 1
                emit(log, now, EventKind.APPROVAL_DENIED, s, i, j, queued_s, served_s)
                approval[m] = Approval.REFUSED
        if autonomy[i] == Autonomy.VETO:
            is_stopped = approval[m] == Approval.REFUSED and answer_tick[m] <= now.tick
            if not is_stopped and since >= crews.spec_whole[CrewSpecW.VETO_TICKS, s]:
                if approval[m] != Approval.WINDOW and approval[m] != Approval.REFUSED:  # nobody looked at it in time
                    sides.whole[SideW.APPROVALS_TIMED_OUT, s] += 1
                    emit(log, now, EventKind.APPROVAL_TIMEOUT, s, i, j, waited_s, 1)
                approval[m] = Approval.GRANTED
                answer_tick[m] = now.tick
                due[m] = now.tick + crews.spec_whole[CrewSpecW.VALID_TICKS, s]
        elif approval[m] == Approval.WAITING and now.tick - asked[m] >= crews.spec_whole[CrewSpecW.TIMEOUT_TICKS, s]:
            sides.whole[SideW.APPROVALS_TIMED_OUT, s] += 1
            emit(log, now, EventKind.APPROVAL_TIMEOUT, s, i, j, waited_s, 0)
            approval[m] = Approval.REFUSED
            answer_tick[m] = now.tick + delay[i]
        if approval[m] == Approval.REFUSED:
            due[m] = answer_tick[m] + random_ticks(
                crews.spec_whole[CrewSpecW.ASK_AGAIN_TICKS, s],
                crews.spec_real[CrewSpecR.ASK_AGAIN_LN_STAY, s],
                draw(pauses, asker, units.key[j]),
            )


@kernel
def assign_operators(now: Moment, units: Units, mounts: Mounts, crews: Crews, rules: Rules, sides: Sides) -> None:
    """Give the free operators of each side the oldest requests.

    Mutates APPROVAL, APPROVAL_TICK, SERVED_TICK and the tallies of waiting and work.
    """
    side = units.spec_whole[UnitSpecW.SIDE]
    autonomy = units.spec_whole[UnitSpecW.AUTONOMY]
    unit = mounts.spec_whole[MountSpecW.UNIT]
    serial = mounts.spec_whole[MountSpecW.SERIAL]
    approval = mounts.whole[MountW.APPROVAL]
    asked = mounts.whole[MountW.HEARD_TICK]
    n_mounts = approval.shape[0]
    services = stream_key(now.seed, now.replication, now.tick, Stream.SERVICE)
    for s in range(rules.whole[RuleW.N_SIDES]):
        crew = crews.spec_whole[CrewSpecW.COUNT, s]
        if crew < 0:
            continue
        busy = 0
        waiting = 0
        for m in range(n_mounts):
            if approval[m] != Approval.NONE and side[unit[m]] == s:
                if approval[m] == Approval.SERVED:
                    busy += 1
                elif approval[m] == Approval.WAITING and asked[m] <= now.tick:
                    waiting += 1
        while busy < crew and waiting > 0:
            first = -1
            for m in range(n_mounts):
                if approval[m] != Approval.WAITING or asked[m] > now.tick or side[unit[m]] != s:
                    continue
                if first < 0 or asked[m] < asked[first]:
                    first = m
                elif asked[m] == asked[first] and units.key[unit[m]] < units.key[unit[first]]:
                    first = m  # of two mounts of one unit the first on its card
            is_manual = autonomy[unit[first]] == Autonomy.MANUAL
            mean_ticks = crews.spec_whole[CrewSpecW.MANUAL_TICKS if is_manual else CrewSpecW.SERVICE_TICKS, s]
            ln_stay = crews.spec_real[CrewSpecR.MANUAL_LN_STAY if is_manual else CrewSpecR.SERVICE_LN_STAY, s]
            asker = units.key[unit[first]] + np.uint64(serial[first])
            u = draw(services, asker, units.key[mounts.whole[MountW.PENDING, first]])
            approval[first] = Approval.SERVED
            mounts.whole[MountW.SERVED_TICK, first] = now.tick
            mounts.whole[MountW.APPROVAL_TICK, first] = now.tick + random_ticks(mean_ticks, ln_stay, u)
            busy += 1
            waiting -= 1
        sides.whole[SideW.APPROVAL_WAIT_TICKS, s] += waiting
        sides.whole[SideW.OPERATOR_BUSY_TICKS, s] += busy
