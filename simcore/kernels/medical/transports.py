"""Transports: the stages of the task evacuate.

A transport goes for the nearest casualty that it can take, or as a medical policy orders, loads, and brings its
casualties to a facility or an exchange point. Those of a task or policy without orders wait at the point of the task.
"""

import math

import numpy as np

from simcore.care import (
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
from simcore.kernels.aboard import bearer_of
from simcore.kernels.medical.clocks import give_blood, run_clocks
from simcore.kernels.medical.dispatch import (
    asks_before,
    choose_casualty,
    choose_facility,
    claim,
    is_believed_gone,
    is_waiting,
    list_requests,
    may_ride,
    may_ride_as_reported,
    served_point,
    take_place,
)
from simcore.kernels.medical.easing import attend, end_aid, lacks_blood, shake
from simcore.kernels.medical.facilities import arrive, leave_place
from simcore.kernels.medical.patients import comes_before, is_gone, place_of
from simcore.kernels.orders.evacuation import destination
from simcore.kernels.sustainment.stores import note_demand, store_of, take_from_store
from simcore.kernels.turns import order_by_key
from simcore.kinds import Care, Ground, Moment, People, Rules, Supply, Units
from simcore.medical import Health, MedicalRuleW, MedicalSideW, MedicalUnitSpecW, PersonR, PersonSpecW, PersonW, Stage
from simcore.params import RuleR, UnitSpecR, UnitSpecW
from simcore.scratch import Scratch, ScratchW
from simcore.state import UnitR, UnitW
from simcore.types import I32, NONE, Damage, Domain, EventKind, Returning, Status, Task

ALONGSIDE = 3.0
"""Reaches within which a transport stays alongside a unit under way while it loads or unloads."""
_PATIENCE_S = 600.0
"""Time without coming nearer after which a transport gives up a casualty."""
_TURNS = 2.5  # radii of its tightest turn within which a circling aircraft counts as being at a place


@kernel
def is_disabled(i: int, units: Units) -> bool:
    """Return whether unit ``i`` cannot move on its own."""
    if units.spec_whole[UnitSpecW.DOMAIN, i] == Domain.AIR:
        return False
    is_hit = (units.whole[UnitW.DAMAGE, i] & Damage.MOBILITY) != 0
    return bool(is_hit or units.real[UnitR.ENDURANCE_S, i] <= 0.0)


@kernel
def is_near(i: int, x: float, y: float, reach: float, units: Units) -> bool:
    """Return whether unit ``i``, aboard its host or not, is within ``reach`` of a point [m]."""
    bearer = bearer_of(i, units)
    if units.spec_whole[UnitSpecW.IS_HOVERING, i] == 0:
        reach += _TURNS * units.spec_real[UnitSpecR.TURN_RADIUS, i]
    dx, dy = units.real[UnitR.X, bearer] - x, units.real[UnitR.Y, bearer] - y
    return bool(dx * dx + dy * dy <= reach * reach)


@kernel
def enter_stage(tick: int, q: int, i: int, stage: int, units: Units, care: Care) -> None:
    """Let transport ``q`` enter a stage (TransportStage) and decide anew. An aircraft on its way home turns back."""
    care.transport_whole[TransportW.STAGE, q] = stage
    care.transport_whole[TransportW.AWAY_TICK, q] = NONE
    units.whole[UnitW.PLAN_TICK, i] = min(units.whole[UnitW.PLAN_TICK, i], tick + 1)
    is_out = units.whole[UnitW.STATUS, i] == Status.ACTIVE
    if stage != TransportStage.IDLE and is_out and units.whole[UnitW.RETURNING, i] == Returning.ORDERED:
        units.whole[UnitW.RETURNING, i] = Returning.NO


@kernel
def release_claims(q: int, people: People, care: Care) -> None:
    """Take back the promise of transport ``q`` to the casualties that it goes for."""
    transport = people.whole[PersonW.TRANSPORT]
    for p in range(transport.shape[0]):
        if transport[p] == q and people.whole[PersonW.STAGE, p] != Stage.ABOARD:
            transport[p] = NONE
    care.transport_whole[TransportW.PERSON, q] = NONE


@kernel
def can_sit(p: int, people: People) -> bool:
    """Return whether casualty ``p`` can sit."""
    return bool(people.whole[PersonW.IS_AMBULATORY, p] == 1)


@kernel
def is_carried(p: int, q: int, people: People) -> bool:
    """Return whether casualty ``p`` is aboard transport ``q``, alive."""
    is_aboard = people.whole[PersonW.STAGE, p] == Stage.ABOARD and people.whole[PersonW.TRANSPORT, p] == q
    return bool(is_aboard and people.whole[PersonW.HEALTH, p] == Health.HURT)


@kernel
def count_aboard(q: int, people: People, care: Care) -> int:
    """Count the places taken on transport ``q``. Returns the number of casualties aboard."""
    care.transport_whole[TransportW.LITTERS, q] = 0
    care.transport_whole[TransportW.SEATS, q] = 0
    n = 0
    for p in range(people.whole.shape[1]):
        if is_carried(p, q, people):
            take_place(can_sit(p, people), q, care)
            n += 1
    return n


@kernel
def first_aboard(q: int, units: Units, people: People) -> int:
    """Return the first in order of the casualties aboard transport ``q``, or -1."""
    best = int(NONE)
    for p in range(people.whole.shape[1]):
        if is_carried(p, q, people) and (best < 0 or comes_before(p, np.int64(best), units, people)):
            best = int(p)
    return best


@kernel
def board(now: Moment, p: int, q: int, end_s: float, units: Units, people: People, care: Care, log: Log) -> None:
    """Take casualty ``p`` aboard transport ``q``; with an attendant, his course is slowed on the way."""
    i = care.transport_spec_whole[TransportSpecW.UNIT, q]
    f = people.whole[PersonW.FACILITY, p]
    if f >= 0 and people.whole[PersonW.STAGE, p] == Stage.HOLDING:
        care.facility_whole[FacilityW.SENT_ON, f] += 1
        leave_place(p, people)
    take_place(can_sit(p, people), q, care)
    people.whole[PersonW.STAGE, p] = Stage.ABOARD
    people.whole[PersonW.PLACE, p] = i
    people.whole[PersonW.TRANSPORT, p] = q
    people.whole[PersonW.FACILITY, p] = NONE
    people.whole[PersonW.POINT, p] = NONE
    people.real[PersonR.READY_S, p] = end_s
    if people.real[PersonR.PICKED_S, p] < 0.0:
        people.real[PersonR.PICKED_S, p] = end_s
    end_aid(p, people)
    if care.transport_spec_whole[TransportSpecW.HAS_ATTENDANT, q] == 1:
        run_clocks(p, end_s, people)
        gives = care.transport_whole[TransportW.GIVES_BLOOD, q]
        if gives == 1 or (gives == 0 and people.rules_whole[MedicalRuleW.BLOOD_FORWARD] == 1):
            wanted = min(lacks_blood(p, people), int(care.transport_whole[TransportW.BLOOD, q]))
            care.transport_whole[TransportW.BLOOD, q] -= give_blood(p, wanted, people)
        attend(p, end_s, people)
    else:
        shake(p, end_s, True, people)
    side, own = units.spec_whole[UnitSpecW.SIDE, i], people.spec[PersonSpecW.UNIT, p]
    emit(log, now, EventKind.PICKED_UP, side, i, own, p, people.whole[PersonW.TRIAGE, p])


@kernel
def load(now: Moment, q: int, end_s: float, units: Units, people: People, care: Care, log: Log) -> int:
    """Take aboard transport ``q`` the casualties who wait where it is, those promised first. Returns their number."""
    i = np.int64(care.transport_spec_whole[TransportSpecW.UNIT, q])
    reach = ALONGSIDE * care.transport_spec_real[TransportSpecR.REACH_M, q]
    side = units.spec_whole[UnitSpecW.SIDE, i]
    lead = np.int64(care.transport_whole[TransportW.PERSON, q])
    place = people.whole[PersonW.REPORTED_PLACE, lead]
    n = 0
    while True:
        best = int(NONE)
        is_best_mine = False
        for p in range(people.whole.shape[1]):
            if people.whole[PersonW.HEALTH, p] != Health.HURT:
                continue
            owner = people.whole[PersonW.TRANSPORT, p]
            is_mine = owner == q
            if people.whole[PersonW.STAGE, p] != Stage.SCENE and people.whole[PersonW.STAGE, p] != Stage.HOLDING:
                continue
            if not is_mine and (owner != NONE or people.whole[PersonW.PLACE, p] != place):
                continue
            if units.spec_whole[UnitSpecW.SIDE, people.spec[PersonSpecW.UNIT, p]] != side:
                continue
            if not is_waiting(p, end_s, people):
                continue
            if not may_ride(np.int64(people.whole[PersonW.TRIAGE, p]), can_sit(p, people), q, people, care):
                continue
            x, y = place_of(p, units, people)
            if not is_near(i, x, y, reach, units):
                continue
            is_first = best < 0 or (is_mine and not is_best_mine)
            if is_first or (is_mine == is_best_mine and comes_before(p, np.int64(best), units, people)):
                best = int(p)
                is_best_mine = is_mine
        if best < 0:
            return n
        board(now, np.int64(best), q, end_s, units, people, care, log)
        n += 1


@kernel
def deliver(
    now: Moment, q: int, end_s: float, units: Units, people: People, care: Care, supply: Supply, log: Log
) -> None:
    """Hand over all casualties aboard transport ``q`` at its facility or exchange point, and take on blood there."""
    i = np.int64(care.transport_spec_whole[TransportSpecW.UNIT, q])
    f = np.int64(care.transport_whole[TransportW.FACILITY, q])
    point = care.transport_whole[TransportW.POINT, q]
    side = units.spec_whole[UnitSpecW.SIDE, i]
    u = np.int64(NONE)
    if f >= 0:
        u = np.int64(care.facility_spec_whole[FacilitySpecW.UNIT, f])
    n = 0
    while True:
        p = first_aboard(q, units, people)
        if p < 0:
            break
        n += 1
        if care.transport_spec_whole[TransportSpecW.HAS_ATTENDANT, q] == 0:
            shake(np.int64(p), end_s, False, people)
        emit(log, now, EventKind.HANDED_OVER, side, i, u, p, 0)
        if f >= 0:
            arrive(now, np.int64(p), f, end_s, units, people, care, log)
            continue
        people.whole[PersonW.STAGE, p] = Stage.SCENE
        people.whole[PersonW.PLACE, p] = NONE
        people.whole[PersonW.TRANSPORT, p] = NONE
        people.whole[PersonW.POINT, p] = point
        people.real[PersonR.X, p] = care.points[0, point]
        people.real[PersonR.Y, p] = care.points[1, point]
        people.real[PersonR.READY_S, p] = end_s
    care.transport_whole[TransportW.TRIPS, q] += 1
    care.transport_whole[TransportW.CARRIED, q] += n
    people.side_whole[MedicalSideW.CARRIED, side] += n
    if f >= 0:
        take_on_blood(q, f, care, supply)


@kernel
def take_on_blood(q: int, f: int, care: Care, supply: Supply) -> None:
    """Fill up the blood of transport ``q`` at facility ``f``, from its store if blood is counted."""
    wanted = care.transport_spec_whole[TransportSpecW.BLOOD, q] - care.transport_whole[TransportW.BLOOD, q]
    item = care.facility_spec_whole[FacilitySpecW.BLOOD_ITEM, f]
    if wanted > 0 and item >= 0:
        c = store_of(np.int64(care.facility_spec_whole[FacilitySpecW.UNIT, f]), np.int64(item), supply)
        if c >= 0:
            taken = take_from_store(c, float(wanted), supply)
            note_demand(c, float(wanted), taken, supply)
            wanted = np.int32(taken)
    care.transport_whole[TransportW.BLOOD, q] += wanted


@kernel
def set_down(q: int, end_s: float, people: People, care: Care) -> None:
    """Let the casualties aboard transport ``q``, which cannot move, ask for another transport."""
    i = care.transport_spec_whole[TransportSpecW.UNIT, q]
    for p in range(people.whole.shape[1]):
        if is_carried(p, q, people):
            if care.transport_spec_whole[TransportSpecW.HAS_ATTENDANT, q] == 0:
                shake(p, end_s, False, people)
            people.whole[PersonW.STAGE, p] = Stage.SCENE
            people.whole[PersonW.PLACE, p] = i
            people.whole[PersonW.TRANSPORT, p] = NONE
            people.real[PersonR.READY_S, p] = end_s


@kernel
def pick_destination(
    q: int, takes_full: bool, units: Units, people: People, care: Care, ground: Ground, rules: Rules
) -> tuple[int, int]:
    """Return the facility and the exchange point for the casualties aboard transport ``q``, one of them -1, or both.

    An ordered facility comes first, then the exchange point that it serves, then the nearest facility.
    """
    i = np.int64(care.transport_spec_whole[TransportSpecW.UNIT, q])
    ordered = int(care.transport_whole[TransportW.ORDER_FACILITY, q])
    if ordered >= 0 and not is_believed_gone(np.int64(ordered), units, care):
        is_full = care.facility_whole[FacilityW.REPORTED_FULL, ordered] == 1
        if takes_full or not is_full:
            return ordered, NONE + 0
    point = served_point(q, units, care)
    if point >= 0:
        return NONE + 0, point
    lead = first_aboard(q, units, people)
    if lead < 0:
        return NONE + 0, NONE + 0
    x, y = units.real[UnitR.X, i], units.real[UnitR.Y, i]
    role = np.int64(people.whole[PersonW.ROLE, lead])
    f = choose_facility(role, x, y, q, False, np.int64(NONE), units, care, ground, rules)
    if f < 0 and takes_full:
        f = choose_facility(role, x, y, q, True, np.int64(NONE), units, care, ground, rules)
    return f, NONE + 0


@kernel
def set_out(now: Moment, q: int, units: Units, people: People, care: Care, ground: Ground, rules: Rules) -> None:
    """Send transport ``q``, with casualties aboard, to a destination; without one it waits."""
    i = np.int64(care.transport_spec_whole[TransportSpecW.UNIT, q])
    f, point = pick_destination(q, True, units, people, care, ground, rules)
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
    rules: Rules,
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
        set_out(now, q, units, people, care, ground, rules)
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
    other, _ = pick_destination(q, False, units, people, care, ground, rules)
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


@kernel
def is_blocked(tick: int, q: int, x: float, y: float, units: Units, care: Care, rules: Rules) -> bool:
    """Return whether transport ``q`` has come no nearer to a point [m] for some time: its way is blocked."""
    i = care.transport_spec_whole[TransportSpecW.UNIT, q]
    dx, dy = units.real[UnitR.X, i] - x, units.real[UnitR.Y, i] - y
    away_m = math.sqrt(dx * dx + dy * dy)
    since = care.transport_whole[TransportW.AWAY_TICK]
    if since[q] < 0 or away_m < care.transport_real[TransportR.AWAY_M, q] - 1.0:
        since[q] = tick
        care.transport_real[TransportR.AWAY_M, q] = away_m
    if units.whole[UnitW.STATUS, i] != Status.ACTIVE or units.whole[UnitW.RETURNING, i] != Returning.NO:
        since[q] = tick
    return bool((tick - since[q]) * rules.real[RuleR.DT_S] > _PATIENCE_S)


@kernel
def turn_away(q: int, units: Units, people: People, care: Care, ground: Ground, rules: Rules) -> None:
    """Send transport ``q``, which cannot get to its facility, to the next nearest of another, if there is one."""
    i = np.int64(care.transport_spec_whole[TransportSpecW.UNIT, q])
    lead = first_aboard(q, units, people)
    f = np.int64(care.transport_whole[TransportW.FACILITY, q])
    care.transport_whole[TransportW.AWAY_TICK, q] = NONE
    if lead < 0 or f < 0:
        return
    role = np.int64(people.whole[PersonW.ROLE, lead])
    x, y = units.real[UnitR.X, i], units.real[UnitR.Y, i]
    other = choose_facility(role, x, y, q, True, f, units, care, ground, rules)
    if other >= 0:
        care.transport_whole[TransportW.FACILITY, q] = other


@kernel
def move_on(
    now: Moment, q: int, end_s: float, units: Units, people: People, care: Care, supply: Supply, ground: Ground,
    rules: Rules, log: Log,
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
        elif whole[TransportW.READY_TICK, q] > now.tick or units.whole[UnitW.STATUS, i] != Status.ACTIVE:
            whole[TransportW.AWAY_TICK, q] = NONE
        elif is_blocked(now.tick, q, x, y, units, care, rules):
            give_up(q, False, people, care)
    elif stage == TransportStage.LOADING:
        if not is_near(i, x, y, ALONGSIDE * reach, units):
            enter_stage(now.tick, q, i, TransportStage.TO_SCENE + 0, units, care)
        elif whole[TransportW.READY_TICK, q] <= now.tick:
            count_aboard(q, people, care)
            n = load(now, q, end_s, units, people, care, log)
            if n == 0:
                give_up(q, True, people, care)
            release_claims(q, people, care)
            if count_aboard(q, people, care) > 0:
                set_out(now, q, units, people, care, ground, rules)
    elif stage == TransportStage.TO_FACILITY:
        is_there = is_near(i, x, y, reach, units)
        if not is_there and is_blocked(now.tick, q, x, y, units, care, rules):
            turn_away(q, units, people, care, ground, rules)
        divert(now, q, is_there, units, people, care, ground, rules, log)
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
            count_aboard(q, people, care)
            whole[TransportW.FACILITY, q] = NONE
            whole[TransportW.POINT, q] = NONE
            enter_stage(now.tick, q, i, TransportStage.IDLE + 0, units, care)


@kernel
def is_serving(q: int, units: Units, care: Care) -> bool:
    """Return whether transport ``q`` carries out the task evacuate, and can."""
    i = np.int64(care.transport_spec_whole[TransportSpecW.UNIT, q])
    return units.whole[UnitW.TASK, i] == Task.EVACUATE and not is_gone(i, units) and not is_disabled(i, units)


@kernel
def choose(
    q: int, patients: I32, n: int, units: Units, people: People, care: Care, ground: Ground, rules: Rules
) -> None:
    """Note the casualty for whom idle transport ``q`` would go, in PERSON, and his distance, in AWAY_M [m2].

    It needs a link. An ordered casualty comes before any other.
    """
    i = np.int64(care.transport_spec_whole[TransportSpecW.UNIT, q])
    lead = np.int64(NONE)
    away_sq = np.inf
    if units.whole[UnitW.LINKED, i] == 0:
        pass
    elif care.transport_whole[TransportW.IS_ORDERED, q] == 0:
        lead, away_sq = choose_casualty(q, patients, n, units, people, care, ground, rules)
    else:
        ordered = np.int64(care.transport_whole[TransportW.ORDER_PERSON, q])
        is_asked = ordered >= 0 and people.whole[PersonW.REPORTED_WAITS, ordered] == 1
        if is_asked and people.whole[PersonW.TRANSPORT, ordered] == NONE:
            lead = ordered if may_ride_as_reported(ordered, q, people, care) else lead
            away_sq = -1.0
    care.transport_whole[TransportW.PERSON, q] = lead
    care.transport_real[TransportR.AWAY_M, q] = away_sq


@kernel
def assign(
    now: Moment, idle: I32, n_idle: int, patients: I32, n: int, units: Units, people: People, care: Care,
    ground: Ground, rules: Rules,
) -> None:  # fmt: skip
    """Send the ``idle`` transports, in the order of their keys, for casualties: the nearest pair first."""
    for k in range(n_idle):
        count_aboard(np.int64(idle[k]), people, care)
        choose(np.int64(idle[k]), patients, n, units, people, care, ground, rules)
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
            choose(q, patients, n, units, people, care, ground, rules)  # another goes for him
            continue
        idle[best] = NONE
        claim(q, lead, patients, n, units, people, care)
        i = np.int64(care.transport_spec_whole[TransportSpecW.UNIT, q])
        care.transport_whole[TransportW.READY_TICK, q] = now.tick + units.whole[UnitW.ORDER_DELAY, i]
        enter_stage(now.tick, q, i, TransportStage.TO_SCENE + 0, units, care)


@kernel
def evacuate(
    now: Moment, since_s: float, end_s: float, units: Units, people: People, care: Care, supply: Supply,
    ground: Ground, rules: Rules, work: Scratch, log: Log,
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
        move_on(now, np.int64(q), end_s, units, people, care, supply, ground, rules, log)
        if whole[TransportW.STAGE, q] != TransportStage.IDLE:
            continue
        if count_aboard(q, people, care) > 0:
            set_out(now, np.int64(q), units, people, care, ground, rules)
        else:
            queue[n_idle] = i
            n_idle += 1
    if n_idle == 0:
        return
    patients = people.whole[PersonW.QUEUE]
    n = list_requests(people)
    if n == 0:
        return
    order_by_key(queue, n_idle, units.key, work.whole[ScratchW.QUEUE], work.whole[ScratchW.PENDING])
    for k in range(n_idle):
        queue[k] = people.unit_spec_whole[MedicalUnitSpecW.TRANSPORT, queue[k]]
    assign(now, queue, n_idle, patients, n, units, people, care, ground, rules)
