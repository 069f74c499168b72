"""Approvals: units ask, a finite crew of operators decides, first come first served.

Only sides that have a crew come here; elsewhere an approval is a fixed delay (``fires``). A tick has two
phases: ``decide_requests`` before the units open fire, ``assign_operators`` after it, so that a request
meets an idle operator in the tick in which it is made, and an answer is acted upon in the tick in which it
is given. Both see all requests of a tick at once and break ties by the units' keys: the order of the units
plays no part.
"""

import math

from simcore.events import Log, emit
from simcore.jit import formula, kernel
from simcore.kernels.approximations import logarithm
from simcore.params import QP, QW, RP, RW, UW
from simcore.rng import Stream, draw, stream_key
from simcore.state import K, T, W
from simcore.types import F64, I32, U64, Approval, Autonomy, Damage, EventKind, Identity, Level, Roe, Status, Word


@formula
def random_ticks(mean_ticks: int, ln_stay: float, u: float) -> int:
    """Return a duration in whole ticks, one at least.

    ``ln_stay`` is ln(1 - 1/mean): the geometric law, which has exactly the mean asked for, no memory, and the
    exponential law as its limit for short ticks. ``ln_stay`` 0 is the fixed law. ``u`` is uniform in (0, 1).
    """
    if ln_stay == 0.0:
        return mean_ticks
    return 1 + int(math.floor(float(logarithm(u)) / ln_stay))


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
    r: int, tick: int, i: int, j: int, side: int, autonomy: int, state_whole: I32, side_whole: I32, log: Log
) -> None:
    """Unit ``i`` asks to engage contact ``j``. Without a link nobody hears it; a veto's window still runs."""
    is_heard = state_whole[W.LINKED, i] != 0
    state_whole[W.APPROVAL, i] = Approval.WAITING if is_heard else Approval.WINDOW
    state_whole[W.PENDING, i] = j
    state_whole[W.PENDING_TICK, i] = tick
    state_whole[W.HEARD_TICK, i] = tick + state_whole[W.DELAY, i] if is_heard else tick
    if is_heard:
        side_whole[T.APPROVALS_ASKED, side] += 1
        emit(log, r, tick, EventKind.APPROVAL_ASKED, side, i, j, autonomy, 0)


@kernel
def decide_requests(
    r: int,
    tick: int,
    seed: Word,
    replication: Word,
    unit_whole: I32,
    key: U64,
    operator_real: F64,
    operator_whole: I32,
    rules: F64,
    state_whole: I32,
    contact_whole: I32,
    side_whole: I32,
    log: Log,
) -> None:
    """Bring every request up to date: decided, timed out, withdrawn, expired.

    Reads links, status, rules of engagement and the side's contacts. Mutates APPROVAL, APPROVAL_TICK, PENDING
    and the tallies. A request is withdrawn when its unit, link or contact is gone, or the contact is believed to be no
    enemy; the operator is free then. A grant ends with its time, its contact or its link (under veto: with what the
    unit sees itself).
    """
    n = unit_whole.shape[1]
    side = unit_whole[UW.SIDE]
    autonomy = unit_whole[UW.AUTONOMY]
    crew = operator_whole[QW.COUNT]
    dt = rules[RP.DT_S]
    approval = state_whole[W.APPROVAL]
    due = state_whole[W.APPROVAL_TICK]
    pending = state_whole[W.PENDING]
    asked = state_whole[W.HEARD_TICK]
    answer_tick = state_whole[W.ANSWER_TICK]
    delay = state_whole[W.DELAY]
    status = state_whole[W.STATUS]
    linked = state_whole[W.LINKED]
    roe = state_whole[W.ROE]
    level = contact_whole[K.LEVEL]
    identity = contact_whole[K.IDENTITY]
    judgements = stream_key(seed, replication, tick, Stream.GRANT)
    pauses = stream_key(seed, replication, tick, Stream.ASK_AGAIN)
    for i in range(n):
        s = side[i]
        if approval[i] == Approval.NONE or crew[s] < 0:
            continue
        j = pending[i]
        is_seen = state_whole[W.LOCAL, i] == j and state_whole[W.LOCAL_IDENTITY, i] <= Identity.HOSTILE
        if linked[i] != 0:
            is_known = level[s * n + j] > Level.NONE and identity[s * n + j] <= Identity.HOSTILE
            is_known = is_known or (is_seen and state_whole[W.REPORT_DELAY, i] > 0)
        else:
            is_known = autonomy[i] == Autonomy.VETO and is_seen
        since = tick - state_whole[W.PENDING_TICK, i]
        is_late = approval[i] == Approval.REFUSED and answer_tick[i] > tick  # the unit has not heard of it
        if is_late and autonomy[i] == Autonomy.VETO and since >= operator_whole[QW.VETO_TICKS, s]:
            approval[i] = Approval.GRANTED
            answer_tick[i] = tick
            due[i] = tick + operator_whole[QW.VALID_TICKS, s]
        if approval[i] == Approval.REFUSED or approval[i] == Approval.GRANTED:
            if due[i] <= tick or (approval[i] == Approval.GRANTED and not is_known):
                approval[i] = Approval.NONE
                pending[i] = -1
            continue
        can_fire = is_known and status[i] == Status.ACTIVE and roe[i] != Roe.HOLD
        can_fire = can_fire and (state_whole[W.DAMAGE, i] & Damage.WEAPON) == 0
        waited_s = int(max(tick - asked[i], 0) * dt + 0.5)
        if approval[i] != Approval.WINDOW and (not can_fire or linked[i] == 0):
            side_whole[T.APPROVALS_WITHDRAWN, s] += 1
            emit(log, r, tick, EventKind.APPROVAL_WITHDRAWN, s, i, j, waited_s, 0)
            approval[i] = Approval.WINDOW  # under veto it stands, but nobody can object any more
        if not can_fire:
            approval[i] = Approval.NONE
            pending[i] = -1
            continue
        if approval[i] == Approval.SERVED and due[i] <= tick:
            answer_tick[i] = tick + delay[i]
            served_s = int((tick - state_whole[W.SERVED_TICK, i]) * dt + 0.5)
            queued_s = int((state_whole[W.SERVED_TICK, i] - asked[i]) * dt + 0.5)
            if may_grant(
                level[s * n + j],
                operator_whole[QW.GRANT_LEVEL, s],
                roe[i],
                operator_real[QP.P_GRANT, s],
                operator_real[QP.P_GRANT_BELOW_LEVEL, s],
                draw(judgements, key[i], key[j]),
            ):
                side_whole[T.APPROVALS_GRANTED, s] += 1
                emit(log, r, tick, EventKind.APPROVAL_GRANTED, s, i, j, queued_s, served_s)
                approval[i] = Approval.WINDOW if autonomy[i] == Autonomy.VETO else Approval.GRANTED
                due[i] = answer_tick[i] + operator_whole[QW.VALID_TICKS, s]
            else:
                side_whole[T.APPROVALS_DENIED, s] += 1
                emit(log, r, tick, EventKind.APPROVAL_DENIED, s, i, j, queued_s, served_s)
                approval[i] = Approval.REFUSED
        if autonomy[i] == Autonomy.VETO:
            is_stopped = approval[i] == Approval.REFUSED and answer_tick[i] <= tick
            if not is_stopped and since >= operator_whole[QW.VETO_TICKS, s]:
                if approval[i] != Approval.WINDOW and approval[i] != Approval.REFUSED:  # nobody looked at it in time
                    side_whole[T.APPROVALS_TIMED_OUT, s] += 1
                    emit(log, r, tick, EventKind.APPROVAL_TIMEOUT, s, i, j, waited_s, 1)
                approval[i] = Approval.GRANTED
                answer_tick[i] = tick
                due[i] = tick + operator_whole[QW.VALID_TICKS, s]
        elif approval[i] == Approval.WAITING and tick - asked[i] >= operator_whole[QW.TIMEOUT_TICKS, s]:
            side_whole[T.APPROVALS_TIMED_OUT, s] += 1
            emit(log, r, tick, EventKind.APPROVAL_TIMEOUT, s, i, j, waited_s, 0)
            approval[i] = Approval.REFUSED
            answer_tick[i] = tick + delay[i]
        if approval[i] == Approval.REFUSED:
            due[i] = answer_tick[i] + random_ticks(
                operator_whole[QW.ASK_AGAIN_TICKS, s],
                operator_real[QP.ASK_AGAIN_LN_STAY, s],
                draw(pauses, key[i], key[j]),
            )


@kernel
def assign_operators(
    tick: int,
    seed: Word,
    replication: Word,
    unit_whole: I32,
    key: U64,
    operator_real: F64,
    operator_whole: I32,
    limits: I32,
    state_whole: I32,
    side_whole: I32,
) -> None:
    """Give the free operators of each side the oldest requests.

    Mutates APPROVAL, APPROVAL_TICK, SERVED_TICK and the tallies of waiting and work.
    """
    n = unit_whole.shape[1]
    side = unit_whole[UW.SIDE]
    autonomy = unit_whole[UW.AUTONOMY]
    approval = state_whole[W.APPROVAL]
    asked = state_whole[W.HEARD_TICK]
    services = stream_key(seed, replication, tick, Stream.SERVICE)
    for s in range(limits[RW.N_SIDES]):
        crew = operator_whole[QW.COUNT, s]
        if crew < 0:
            continue
        busy = 0
        waiting = 0
        for i in range(n):
            if side[i] == s:
                if approval[i] == Approval.SERVED:
                    busy += 1
                elif approval[i] == Approval.WAITING and asked[i] <= tick:
                    waiting += 1
        while busy < crew and waiting > 0:
            first = -1
            for i in range(n):
                if side[i] != s or approval[i] != Approval.WAITING or asked[i] > tick:
                    continue
                if first < 0 or asked[i] < asked[first] or (asked[i] == asked[first] and key[i] < key[first]):
                    first = i
            is_manual = autonomy[first] == Autonomy.MANUAL
            mean_ticks = operator_whole[QW.MANUAL_TICKS if is_manual else QW.SERVICE_TICKS, s]
            ln_stay = operator_real[QP.MANUAL_LN_STAY if is_manual else QP.SERVICE_LN_STAY, s]
            u = draw(services, key[first], key[state_whole[W.PENDING, first]])
            approval[first] = Approval.SERVED
            state_whole[W.SERVED_TICK, first] = tick
            state_whole[W.APPROVAL_TICK, first] = tick + random_ticks(mean_ticks, ln_stay, u)
            busy += 1
            waiting -= 1
        side_whole[T.APPROVAL_WAIT_TICKS, s] += waiting
        side_whole[T.OPERATOR_BUSY_TICKS, s] += busy
