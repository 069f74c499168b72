"""Transports: the stages of the task evacuate.

A transport goes for the nearest casualty that it can take, or as a medical policy orders, loads, and brings its
casualties to a facility or an exchange point. Those of a task or policy without orders wait at the point of the task.
"""

import numpy as np

from simcore.care import (
    FacilitySpecR,
    FacilitySpecW,
    FacilityW,
    TransportR,
    TransportSpecR,
    TransportSpecW,
    TransportStage,
    TransportW,
)
from simcore.compiling.jit import kernel
from simcore.events import Log, emit
from simcore.kernels.alongside import ALONGSIDE
from simcore.kernels.medical.boarding import (
    count_aboard,
    deliver,
    enter_stage,
    first_aboard,
    is_disabled,
    is_near,
    load,
    release_claims,
    set_down,
)
from simcore.kernels.medical.dispatch import (
    asks_before,
    choose_casualty,
    choose_facility,
    claim,
    is_believed_gone,
    list_requests,
    may_ride_as_reported,
    served_point,
)
from simcore.kernels.medical.patients import Casualties, is_gone
from simcore.kernels.medical.progress import hold_for_escort, is_blocked, is_held
from simcore.kernels.medical.ways import can_reach, keep_way
from simcore.kernels.orders.evacuation import destination, facility_place, reported_place
from simcore.kernels.turns import order_by_key
from simcore.kinds import Care, Ground, Moment, People, Rules, Supply, Units
from simcore.medical import MedicalRuleW, MedicalUnitSpecW, PersonW, Stage
from simcore.params import UnitSpecW
from simcore.scratch import Scratch, ScratchW, Ways
from simcore.state import UnitR, UnitW
from simcore.types import I32, NONE, EventKind, Task


@kernel
def pick_destination(
    q: int, takes_full: bool, units: Units, people: People, care: Care, ground: Ground, ways: Ways
) -> tuple[int, int]:
    """Return the facility and the exchange point for the casualties aboard transport ``q``, one of them -1, or both.

    An ordered facility within its reach comes first, then the exchange point that it serves, then the nearest facility.
    """
    i = np.int64(care.transport_spec_whole[TransportSpecW.UNIT, q])
    ordered = int(care.transport_whole[TransportW.ORDER_FACILITY, q])
    if ordered >= 0 and not is_believed_gone(np.int64(ordered), units, care):
        is_full = care.facility_whole[FacilityW.REPORTED_FULL, ordered] == 1
        u = np.int64(ordered)
        fx, fy = facility_place(u, units, care)
        leads = can_reach(i, fx, fy, care.facility_spec_real[FacilitySpecR.REACH_M, u], units, ground, ways)
        if leads and (takes_full or not is_full):
            return ordered, NONE + 0
    point = served_point(q, units, care)
    if point >= 0:
        return NONE + 0, point
    lead = first_aboard(q, units, people)
    if lead < 0:
        return NONE + 0, NONE + 0
    x, y = units.real[UnitR.X, i], units.real[UnitR.Y, i]
    role = np.int64(people.whole[PersonW.ROLE, lead])
    f = choose_facility(role, x, y, q, False, np.int64(NONE), units, care, ground, ways)
    if f < 0 and takes_full:
        f = choose_facility(role, x, y, q, True, np.int64(NONE), units, care, ground, ways)
    return f, NONE + 0


@kernel
def set_out(now: Moment, q: int, units: Units, people: People, care: Care, ground: Ground, ways: Ways) -> None:
    """Send transport ``q``, with casualties aboard, to a destination; without one it waits."""
    i = np.int64(care.transport_spec_whole[TransportSpecW.UNIT, q])
    f, point = pick_destination(q, True, units, people, care, ground, ways)
    care.transport_whole[TransportW.FACILITY, q] = f
    care.transport_whole[TransportW.POINT, q] = point
    care.transport_whole[TransportW.HAS_DIVERTED, q] = 0
    if f >= 0 or point >= 0:
        enter_stage(now.tick, q, i, TransportStage.TO_FACILITY + 0, units, care)


@kernel
def divert(
    now: Moment,
    q: int,
    is_there: bool,
    units: Units,
    people: People,
    care: Care,
    ground: Ground,
    ways: Ways,
    log: Log,
) -> None:
    """Send transport ``q`` to another facility when its own is known to be lost, or full while another is not."""
    f = np.int64(care.transport_whole[TransportW.FACILITY, q])
    if f < 0:
        return
    i = np.int64(care.transport_spec_whole[TransportSpecW.UNIT, q])
    if is_believed_gone(f, units, care) or (
        is_there and is_gone(np.int64(care.facility_spec_whole[FacilitySpecW.UNIT, f]), units)
    ):
        set_out(now, q, units, people, care, ground, ways)
        if care.transport_whole[TransportW.FACILITY, q] < 0:
            care.transport_whole[TransportW.STAGE, q] = TransportStage.IDLE
        return
    is_full = care.facility_whole[FacilityW.REPORTED_FULL, f] == 1
    if is_there:
        is_full = care.facility_whole[FacilityW.IS_FULL, f] == 1
        if is_full:
            care.facility_whole[FacilityW.REPORTED_FULL, f] = 1  # it sees for itself
    if not is_full or care.transport_whole[TransportW.HAS_DIVERTED, q] == 1:
        return
    other, _ = pick_destination(q, False, units, people, care, ground, ways)
    if other < 0 or other == f:
        return
    care.transport_whole[TransportW.FACILITY, q] = other
    care.transport_whole[TransportW.HAS_DIVERTED, q] = 1
    care.facility_whole[FacilityW.DIVERTED, f] += 1
    enter_stage(now.tick, q, i, TransportStage.TO_FACILITY + 0, units, care)
    u = care.facility_spec_whole[FacilitySpecW.UNIT, f]
    emit(log, now, EventKind.DIVERTED, units.spec_whole[UnitSpecW.SIDE, i], u, i, 0, 0)


@kernel
def is_still_asked(q: int, units: Units, people: People, care: Care) -> bool:
    """Return whether somebody still waits for transport ``q``, as far as it is told. Mutates PERSON: the first of them.

    Without a link it goes on.
    """
    lead = care.transport_whole[TransportW.PERSON]
    if units.whole[UnitW.LINKED, care.transport_spec_whole[TransportSpecW.UNIT, q]] == 0:
        return True
    if people.whole[PersonW.REPORTED_WAITS, lead[q]] == 1:
        return True
    best = int(NONE)
    for p in range(people.whole.shape[1]):
        is_mine = people.whole[PersonW.TRANSPORT, p] == q and people.whole[PersonW.REPORTED_WAITS, p] == 1
        if is_mine and (best < 0 or asks_before(p, np.int64(best), units, people)):
            best = int(p)
    if best < 0:
        return False
    lead[q] = best
    return True


@kernel
def give_up(q: int, is_there: bool, people: People, care: Care) -> None:
    """Let transport ``q`` give up the casualties promised to it: nobody waits there, or it gets no nearer.

    A transport that ``is_there`` tells its command post so.
    """
    for p in range(people.whole.shape[1]):
        if is_there and people.whole[PersonW.TRANSPORT, p] == q and people.whole[PersonW.STAGE, p] != Stage.ABOARD:
            people.whole[PersonW.REPORTED_WAITS, p] = 0
    care.transport_whole[TransportW.REFUSED, q] = care.transport_whole[TransportW.PERSON, q]
    release_claims(q, people, care)
    care.transport_whole[TransportW.STAGE, q] = TransportStage.IDLE
    care.transport_whole[TransportW.WAY_COUNT, q] = NONE


@kernel
def turn_away(q: int, units: Units, people: People, care: Care, ground: Ground, ways: Ways) -> None:
    """Send transport ``q``, which cannot get to its facility, to the next nearest of another, if there is one."""
    i = np.int64(care.transport_spec_whole[TransportSpecW.UNIT, q])
    lead = first_aboard(q, units, people)
    f = np.int64(care.transport_whole[TransportW.FACILITY, q])
    care.transport_whole[TransportW.AWAY_TICK, q] = NONE
    if lead < 0 or f < 0:
        return
    role = np.int64(people.whole[PersonW.ROLE, lead])
    x, y = units.real[UnitR.X, i], units.real[UnitR.Y, i]
    other = choose_facility(role, x, y, q, True, f, units, care, ground, ways)
    if other >= 0:
        care.transport_whole[TransportW.FACILITY, q] = other


@kernel
def move_on(
    now: Moment, q: int, end_s: float, casualties: Casualties, units: Units, people: People, care: Care,
    supply: Supply, ground: Ground, rules: Rules, ways: Ways, log: Log,
) -> None:  # fmt: skip
    """Advance the stage of transport ``q`` where that depends on no other transport."""
    i = np.int64(care.transport_spec_whole[TransportSpecW.UNIT, q])
    whole = care.transport_whole
    stage = whole[TransportW.STAGE, q]
    x, y, reach = destination(q, units, people, care)
    if stage == TransportStage.TO_SCENE:
        if not is_still_asked(q, units, people, care):
            release_claims(q, people, care)
            enter_stage(now.tick, q, i, TransportStage.IDLE + 0, units, care)
        elif is_near(i, x, y, reach, units):
            whole[TransportW.READY_TICK, q] = now.tick + care.transport_spec_whole[TransportSpecW.LOAD_TICKS, q]
            enter_stage(now.tick, q, i, TransportStage.LOADING + 0, units, care)
        elif is_held(now.tick, q, units, people, care):
            whole[TransportW.AWAY_TICK, q] = NONE
        elif is_blocked(now.tick, q, x, y, units, care, rules):
            give_up(q, False, people, care)
    elif stage == TransportStage.LOADING:
        if not is_near(i, x, y, ALONGSIDE * reach, units):
            enter_stage(now.tick, q, i, TransportStage.TO_SCENE + 0, units, care)
        elif whole[TransportW.READY_TICK, q] <= now.tick:
            count_aboard(q, casualties, people, care)
            n = load(now, q, end_s, units, people, care, log)
            if n == 0:
                give_up(q, True, people, care)
            release_claims(q, people, care)
            if count_aboard(q, casualties, people, care) > 0:
                set_out(now, q, units, people, care, ground, ways)
    elif stage == TransportStage.TO_FACILITY:
        is_there = is_near(i, x, y, reach, units)
        if not is_there and is_blocked(now.tick, q, x, y, units, care, rules):
            turn_away(q, units, people, care, ground, ways)
        divert(now, q, is_there, units, people, care, ground, ways, log)
        x, y, reach = destination(q, units, people, care)
        if whole[TransportW.STAGE, q] == TransportStage.TO_FACILITY and is_near(i, x, y, reach, units):
            whole[TransportW.READY_TICK, q] = now.tick + care.transport_spec_whole[TransportSpecW.UNLOAD_TICKS, q]
            stage = TransportStage.UNLOADING + 0
            if whole[TransportW.FACILITY, q] < 0:
                stage = TransportStage.EXCHANGE + 0
            enter_stage(now.tick, q, i, stage, units, care)
    elif stage == TransportStage.UNLOADING or stage == TransportStage.EXCHANGE:
        f = np.int64(whole[TransportW.FACILITY, q])
        is_lost = f >= 0 and is_gone(np.int64(care.facility_spec_whole[FacilitySpecW.UNIT, f]), units)
        if is_lost or not is_near(i, x, y, ALONGSIDE * reach, units):
            enter_stage(now.tick, q, i, TransportStage.TO_FACILITY + 0, units, care)
        elif whole[TransportW.READY_TICK, q] <= now.tick:
            deliver(now, q, end_s, units, people, care, supply, log)
            count_aboard(q, casualties, people, care)
            whole[TransportW.FACILITY, q] = NONE
            whole[TransportW.POINT, q] = NONE
            enter_stage(now.tick, q, i, TransportStage.IDLE + 0, units, care)


@kernel
def is_serving(q: int, units: Units, care: Care) -> bool:
    """Return whether transport ``q`` carries out the task evacuate, and can."""
    i = np.int64(care.transport_spec_whole[TransportSpecW.UNIT, q])
    return units.whole[UnitW.TASK, i] == Task.EVACUATE and not is_gone(i, units) and not is_disabled(i, units)


@kernel
def choose(q: int, patients: I32, n: int, units: Units, people: People, care: Care, ground: Ground, ways: Ways) -> None:
    """Note the casualty for whom idle transport ``q`` would go, in PERSON, and his distance, in AWAY_M [m2].

    It needs a link. An ordered casualty within its reach comes before any other.
    """
    i = np.int64(care.transport_spec_whole[TransportSpecW.UNIT, q])
    lead = np.int64(NONE)
    away_sq = np.inf
    if units.whole[UnitW.LINKED, i] == 0:
        pass
    elif care.transport_whole[TransportW.IS_ORDERED, q] == 0:
        lead, away_sq = choose_casualty(q, patients, n, units, people, care, ground, ways)
    else:
        ordered = np.int64(care.transport_whole[TransportW.ORDER_PERSON, q])
        is_asked = ordered >= 0 and people.whole[PersonW.REPORTED_WAITS, ordered] == 1
        if is_asked and people.whole[PersonW.TRANSPORT, ordered] == NONE:
            x, y = reported_place(ordered, units, people)
            reach = care.transport_spec_real[TransportSpecR.REACH_M, q]
            if may_ride_as_reported(ordered, q, people, care) and can_reach(i, x, y, reach, units, ground, ways):
                lead = ordered
            away_sq = -1.0
    care.transport_whole[TransportW.PERSON, q] = lead
    care.transport_real[TransportR.AWAY_M, q] = away_sq


@kernel
def assign(
    now: Moment, idle: I32, n_idle: int, patients: I32, n: int, casualties: Casualties, units: Units, people: People,
    care: Care, ground: Ground, ways: Ways,
) -> None:  # fmt: skip
    """Send the ``idle`` transports, in the order of their keys, for casualties: the nearest pair first."""
    for k in range(n_idle):
        count_aboard(np.int64(idle[k]), casualties, people, care)
        choose(np.int64(idle[k]), patients, n, units, people, care, ground, ways)
    person, away = care.transport_whole[TransportW.PERSON], care.transport_real[TransportR.AWAY_M]
    while True:
        best = -1
        for k in range(n_idle):
            q = np.int64(idle[k])
            if q >= 0 and person[q] >= 0 and (best < 0 or away[q] < away[idle[best]]):
                best = k
        if best < 0:
            break
        q = np.int64(idle[best])
        lead = np.int64(person[q])
        if people.whole[PersonW.TRANSPORT, lead] != NONE:
            choose(q, patients, n, units, people, care, ground, ways)  # another goes for him
            continue
        idle[best] = NONE
        claim(q, lead, patients, n, units, people, care)
        i = np.int64(care.transport_spec_whole[TransportSpecW.UNIT, q])
        ready = now.tick + units.whole[UnitW.ORDER_DELAY, i]
        care.transport_whole[TransportW.READY_TICK, q] = ready
        care.transport_whole[TransportW.ESCORT_BY, q] = ready + people.rules_whole[MedicalRuleW.ESCORT_WAIT]
        hold_for_escort(now.tick, q, units, people, care)
        enter_stage(now.tick, q, i, TransportStage.TO_SCENE + 0, units, care)


@kernel
def evacuate(
    now: Moment, since_s: float, end_s: float, casualties: Casualties, units: Units, people: People, care: Care,
    supply: Supply, ground: Ground, rules: Rules, work: Scratch, ways: Ways, log: Log,
) -> None:  # fmt: skip
    """Advance all transports, and send idle ones for casualties."""
    whole = care.transport_whole
    n_transports = whole.shape[1]
    queue = work.whole[ScratchW.DUE]
    n_idle = 0
    for q in range(n_transports):
        i = np.int64(care.transport_spec_whole[TransportSpecW.UNIT, q])
        if whole[TransportW.STAGE, q] != TransportStage.IDLE:
            care.transport_real[TransportR.BUSY_S, q] += end_s - since_s
        if not is_serving(q, units, care):
            if whole[TransportW.STAGE, q] != TransportStage.IDLE or whole[TransportW.PERSON, q] != NONE:
                release_claims(q, people, care)
                whole[TransportW.STAGE, q] = TransportStage.IDLE
            if not is_gone(i, units) and is_disabled(i, units):
                set_down(q, end_s, people, care)
            continue
        move_on(now, np.int64(q), end_s, casualties, units, people, care, supply, ground, rules, ways, log)
        if whole[TransportW.STAGE, q] != TransportStage.IDLE:
            continue
        if count_aboard(q, casualties, people, care) > 0:
            set_out(now, np.int64(q), units, people, care, ground, ways)
        else:
            queue[n_idle] = i
            n_idle += 1
    patients = people.whole[PersonW.QUEUE]
    n = list_requests(people, work) if n_idle > 0 else 0
    if n > 0:
        order_by_key(queue, n_idle, units.key, work.whole[ScratchW.QUEUE], work.whole[ScratchW.PENDING])
        for k in range(n_idle):
            queue[k] = people.unit_spec_whole[MedicalUnitSpecW.TRANSPORT, queue[k]]
        assign(now, queue, n_idle, patients, n, casualties, units, people, care, ground, ways)
    for q in range(n_transports):
        if is_serving(np.int64(q), units, care):
            keep_way(np.int64(q), units, people, care, ground, ways)
