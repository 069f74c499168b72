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
from simcore.params import MW, QP, QW, RP, RW, UW
from simcore.rng import Stream, draw, stream_key
from simcore.state import K, M, T, W
from simcore.ticks import LONGEST_TICKS
from simcore.types import F64, I32, U64, Approval, Autonomy, Damage, EventKind, Identity, Level, Roe, Status, Word


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
    r: int,
    tick: int,
    i: int,
    m: int,
    j: int,
    side: int,
    autonomy: int,
    state_whole: I32,
    arms_whole: I32,
    side_whole: I32,
    log: Log,
) -> None:
    """Mount ``m`` of unit ``i`` asks to engage contact ``j``. Without a link nobody hears it; a veto's window runs."""
    is_heard = state_whole[W.LINKED, i] != 0
    arms_whole[M.APPROVAL, m] = Approval.WAITING if is_heard else Approval.WINDOW
    arms_whole[M.PENDING, m] = j
    arms_whole[M.PENDING_TICK, m] = tick
    arms_whole[M.SEEN_TICK, m] = tick if state_whole[W.LOCAL, i] == j else -LONGEST_TICKS
    arms_whole[M.HEARD_TICK, m] = tick + state_whole[W.DELAY, i] if is_heard else tick
    if is_heard:
        side_whole[T.APPROVALS_ASKED, side] += 1
        emit(log, r, tick, EventKind.APPROVAL_ASKED, side, i, j, autonomy, 0)


@kernel
def request_for(j: int, m: int, first: int, count: int, autonomy: int, arms_whole: I32) -> int:
    """Return the other mount of a unit that has asked to engage contact ``j``, or -1.

    An approval is of an engagement of the unit, so one request serves all mounts that want the same target. By hand
    every shot is asked for by itself.
    """
    if autonomy != Autonomy.MANUAL:
        for other in range(first, first + count):
            asks = arms_whole[M.APPROVAL, other] != Approval.NONE and arms_whole[M.PENDING, other] == j
            if asks and other != m:
                return other
    return -1


@kernel
def decide_requests(
    r: int,
    tick: int,
    seed: Word,
    replication: Word,
    unit_whole: I32,
    key: U64,
    mount_whole: I32,
    operator_real: F64,
    operator_whole: I32,
    rules: F64,
    state_whole: I32,
    arms_whole: I32,
    contact_whole: I32,
    side_whole: I32,
    log: Log,
) -> None:
    """Bring the request of every mount up to date: decided, timed out, withdrawn, expired.

    Reads links, status, rules of engagement and the side's contacts. Mutates APPROVAL, APPROVAL_TICK, PENDING
    and the tallies. A request is withdrawn when its unit, link or contact is gone, or the contact is believed to be no
    enemy; the operator is free then. A grant ends with its time, its contact or its link (under veto: with what the
    unit sees itself). A unit remembers one sighting of its own, so what it has seen within the veto's window counts.
    """
    n = unit_whole.shape[1]
    side = unit_whole[UW.SIDE]
    autonomy = unit_whole[UW.AUTONOMY]
    dt = rules[RP.DT_S]
    approval = arms_whole[M.APPROVAL]
    due = arms_whole[M.APPROVAL_TICK]
    pending = arms_whole[M.PENDING]
    asked = arms_whole[M.HEARD_TICK]
    answer_tick = arms_whole[M.ANSWER_TICK]
    served_tick = arms_whole[M.SERVED_TICK]
    seen_tick = arms_whole[M.SEEN_TICK]
    delay = state_whole[W.DELAY]
    status = state_whole[W.STATUS]
    linked = state_whole[W.LINKED]
    roe = state_whole[W.ROE]
    level = contact_whole[K.LEVEL]
    identity = contact_whole[K.IDENTITY]
    judgements = stream_key(seed, replication, tick, Stream.GRANT)
    pauses = stream_key(seed, replication, tick, Stream.ASK_AGAIN)
    for m in range(approval.shape[0]):
        if approval[m] == Approval.NONE:
            continue
        i = int(mount_whole[MW.UNIT, m])
        s = side[i]
        asker = key[i] + np.uint64(mount_whole[MW.SERIAL, m])
        j = int(pending[m])
        if state_whole[W.LOCAL, i] == j:
            seen_tick[m] = tick if state_whole[W.LOCAL_IDENTITY, i] <= Identity.HOSTILE else -LONGEST_TICKS
        is_seen = tick - seen_tick[m] <= operator_whole[QW.VETO_TICKS, s]
        if linked[i] != 0:
            is_known = level[s * n + j] > Level.NONE and identity[s * n + j] <= Identity.HOSTILE
            is_known = is_known or (is_seen and state_whole[W.REPORT_DELAY, i] > 0)
        else:
            is_known = autonomy[i] == Autonomy.VETO and is_seen
        since = tick - arms_whole[M.PENDING_TICK, m]
        is_late = approval[m] == Approval.REFUSED and answer_tick[m] > tick  # the unit has not heard of it
        if is_late and autonomy[i] == Autonomy.VETO and since >= operator_whole[QW.VETO_TICKS, s]:
            approval[m] = Approval.GRANTED
            answer_tick[m] = tick
            due[m] = tick + operator_whole[QW.VALID_TICKS, s]
        if approval[m] == Approval.REFUSED or approval[m] == Approval.GRANTED:
            if due[m] <= tick or (approval[m] == Approval.GRANTED and not is_known):
                approval[m] = Approval.NONE
                pending[m] = -1
            continue
        can_fire = is_known and status[i] == Status.ACTIVE and roe[i] != Roe.HOLD
        can_fire = can_fire and (state_whole[W.DAMAGE, i] & Damage.WEAPON) == 0
        waited_s = int(max(tick - asked[m], 0) * dt + 0.5)
        if approval[m] != Approval.WINDOW and (not can_fire or linked[i] == 0):
            side_whole[T.APPROVALS_WITHDRAWN, s] += 1
            emit(log, r, tick, EventKind.APPROVAL_WITHDRAWN, s, i, j, waited_s, 0)
            approval[m] = Approval.WINDOW  # under veto it stands, but nobody can object any more
        if not can_fire:
            approval[m] = Approval.NONE
            pending[m] = -1
            continue
        if approval[m] == Approval.SERVED and due[m] <= tick:
            answer_tick[m] = tick + delay[i]
            served_s = int((tick - served_tick[m]) * dt + 0.5)
            queued_s = int((served_tick[m] - asked[m]) * dt + 0.5)
            if may_grant(
                level[s * n + j],
                operator_whole[QW.GRANT_LEVEL, s],
                roe[i],
                operator_real[QP.P_GRANT, s],
                operator_real[QP.P_GRANT_BELOW_LEVEL, s],
                draw(judgements, asker, key[j]),
            ):
                side_whole[T.APPROVALS_GRANTED, s] += 1
                emit(log, r, tick, EventKind.APPROVAL_GRANTED, s, i, j, queued_s, served_s)
                approval[m] = Approval.WINDOW if autonomy[i] == Autonomy.VETO else Approval.GRANTED
                due[m] = answer_tick[m] + operator_whole[QW.VALID_TICKS, s]
            else:
                side_whole[T.APPROVALS_DENIED, s] += 1
                emit(log, r, tick, EventKind.APPROVAL_DENIED, s, i, j, queued_s, served_s)
                approval[m] = Approval.REFUSED
        if autonomy[i] == Autonomy.VETO:
            is_stopped = approval[m] == Approval.REFUSED and answer_tick[m] <= tick
            if not is_stopped and since >= operator_whole[QW.VETO_TICKS, s]:
                if approval[m] != Approval.WINDOW and approval[m] != Approval.REFUSED:  # nobody looked at it in time
                    side_whole[T.APPROVALS_TIMED_OUT, s] += 1
                    emit(log, r, tick, EventKind.APPROVAL_TIMEOUT, s, i, j, waited_s, 1)
                approval[m] = Approval.GRANTED
                answer_tick[m] = tick
                due[m] = tick + operator_whole[QW.VALID_TICKS, s]
        elif approval[m] == Approval.WAITING and tick - asked[m] >= operator_whole[QW.TIMEOUT_TICKS, s]:
            side_whole[T.APPROVALS_TIMED_OUT, s] += 1
            emit(log, r, tick, EventKind.APPROVAL_TIMEOUT, s, i, j, waited_s, 0)
            approval[m] = Approval.REFUSED
            answer_tick[m] = tick + delay[i]
        if approval[m] == Approval.REFUSED:
            due[m] = answer_tick[m] + random_ticks(
                operator_whole[QW.ASK_AGAIN_TICKS, s],
                operator_real[QP.ASK_AGAIN_LN_STAY, s],
                draw(pauses, asker, key[j]),
            )


@kernel
def assign_operators(
    tick: int,
    seed: Word,
    replication: Word,
    unit_whole: I32,
    key: U64,
    mount_whole: I32,
    operator_real: F64,
    operator_whole: I32,
    limits: I32,
    arms_whole: I32,
    side_whole: I32,
) -> None:
    """Give the free operators of each side the oldest requests.

    Mutates APPROVAL, APPROVAL_TICK, SERVED_TICK and the tallies of waiting and work.
    """
    side = unit_whole[UW.SIDE]
    autonomy = unit_whole[UW.AUTONOMY]
    unit = mount_whole[MW.UNIT]
    serial = mount_whole[MW.SERIAL]
    approval = arms_whole[M.APPROVAL]
    asked = arms_whole[M.HEARD_TICK]
    n_mounts = approval.shape[0]
    services = stream_key(seed, replication, tick, Stream.SERVICE)
    for s in range(limits[RW.N_SIDES]):
        crew = operator_whole[QW.COUNT, s]
        if crew < 0:
            continue
        busy = 0
        waiting = 0
        for m in range(n_mounts):
            if approval[m] != Approval.NONE and side[unit[m]] == s:
                if approval[m] == Approval.SERVED:
                    busy += 1
                elif approval[m] == Approval.WAITING and asked[m] <= tick:
                    waiting += 1
        while busy < crew and waiting > 0:
            first = -1
            for m in range(n_mounts):
                if approval[m] != Approval.WAITING or asked[m] > tick or side[unit[m]] != s:
                    continue
                if first < 0 or asked[m] < asked[first]:
                    first = m
                elif asked[m] == asked[first] and key[unit[m]] < key[unit[first]]:
                    first = m  # of two mounts of one unit the first on its card
            is_manual = autonomy[unit[first]] == Autonomy.MANUAL
            mean_ticks = operator_whole[QW.MANUAL_TICKS if is_manual else QW.SERVICE_TICKS, s]
            ln_stay = operator_real[QP.MANUAL_LN_STAY if is_manual else QP.SERVICE_LN_STAY, s]
            asker = key[unit[first]] + np.uint64(serial[first])
            u = draw(services, asker, key[arms_whole[M.PENDING, first]])
            approval[first] = Approval.SERVED
            arms_whole[M.SERVED_TICK, first] = tick
            arms_whole[M.APPROVAL_TICK, first] = tick + random_ticks(mean_ticks, ln_stay, u)
            busy += 1
            waiting -= 1
        side_whole[T.APPROVAL_WAIT_TICKS, s] += waiting
        side_whole[T.OPERATOR_BUSY_TICKS, s] += busy
