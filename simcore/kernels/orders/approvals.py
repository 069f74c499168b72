"""Approvals: units send requests, a finite crew of operators decides, first come, first served.

Used only for sides with a crew; for others an approval is a fixed delay (``fires``). A tick has two phases:
``decide_requests`` before the units open fire, ``assign_operators`` after it, so that an idle operator receives
a request in the tick in which it is made, and an answer takes effect in the tick in which it is given. Both
phases process all requests of a tick together and break ties by the units' keys, so the order of the units does
not matter.
"""

import math

import numpy as np

from simcore.compiling.jit import formula, kernel
from simcore.crews import CrewSpecR, CrewSpecW
from simcore.events import Log, emit
from simcore.kernels.mathematics.approximations import logarithm
from simcore.kinds import Contacts, Crews, Moment, Mounts, Rules, Sides, Units
from simcore.params import MountSpecW, RuleR, RuleW, UnitSpecW
from simcore.rng import Stream, draw, stream_key
from simcore.state import ContactW, MountW, SideW, UnitW
from simcore.ticks import LONGEST_TICKS
from simcore.types import Approval, Autonomy, Damage, EventKind, Identity, Level, Roe, Status


@formula
def random_ticks(mean_ticks: int, ln_stay: float, u: float) -> int:
    """Return a duration in whole ticks, at least 1.

    ``ln_stay`` is ln(1 - 1/mean): the geometric distribution, which has exactly this mean, no memory, and the
    exponential distribution as its limit for short ticks. ``ln_stay`` 0 is a fixed duration. ``u`` is uniform in
    (0, 1).
    """
    if ln_stay == 0.0:
        return mean_ticks
    return int(min(1.0 + math.floor(float(logarithm(u)) / ln_stay), float(LONGEST_TICKS)))


@formula
def may_grant(level: int, needed: int, roe: int, p_grant: float, p_grant_below_level: float, u: float) -> bool:
    """Return whether an operator grants an engagement of a contact of this ``level``.

    ``needed`` is the level required by the crew; ``Level.NONE`` requires the level of the rules of engagement.
    """
    is_known = level >= needed
    if needed == Level.NONE:
        is_known = level >= (Level.IDENTIFIED if roe == Roe.TIGHT else Level.DETECTED)
    return u < (p_grant if is_known else p_grant_below_level)


@kernel
def request(
    now: Moment, i: int, m: int, j: int, side: int, autonomy: int, units: Units, mounts: Mounts, sides: Sides, log: Log
) -> None:
    """Send a request of mount ``m`` of unit ``i`` to engage contact ``j``.

    Without a link it reaches no operator, but the window of a veto still runs.
    """
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
    """Return the other mount of a unit with a request to engage contact ``j``, or -1.

    An approval covers an engagement of the unit, so a single request serves all its mounts against the same target.
    Under manual control every shot needs its own request.
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
    """Update the request of every mount: decided, timed out, withdrawn or expired.

    Reads links, status, rules of engagement and the side's contacts. Mutates APPROVAL, APPROVAL_TICK, PENDING
    and the tallies. A request is withdrawn, and its operator freed, when its unit, link or contact is gone or the
    contact is believed to be no enemy. A grant ends with its time, its contact or its link (under veto: with the unit's
    own sighting). A unit stores a single sighting of its own, so sightings within the veto's window count.
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
        is_late = approval[m] == Approval.REFUSED and answer_tick[m] > now.tick  # the answer has not reached the unit
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
            approval[m] = Approval.WINDOW  # under veto the request stands, but no operator can object any more
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
                if approval[m] != Approval.WINDOW and approval[m] != Approval.REFUSED:  # no operator handled it in time
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
    """Assign the oldest requests of each side to its free operators.

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
                    first = m  # of two mounts of a unit, the first on its card
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
