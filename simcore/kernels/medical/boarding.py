"""Boarding: casualties get on transports, and are handed over at a facility or set down."""

import numpy as np

from simcore.care import (
    FacilitySpecW,
    FacilityW,
    TransportSpecR,
    TransportSpecW,
    TransportStage,
    TransportW,
)
from simcore.compiling.jit import kernel
from simcore.events import Log, emit
from simcore.kernels.aboard import bearer_of
from simcore.kernels.alongside import ALONGSIDE, circling_reach
from simcore.kernels.medical.clocks import give_blood, run_clocks
from simcore.kernels.medical.dispatch import (
    is_waiting,
    may_ride,
    take_place,
)
from simcore.kernels.medical.easing import attend, lacks_blood, shake
from simcore.kernels.medical.facilities import arrive
from simcore.kernels.medical.patients import Casualties, carer_of, comes_before, place_of
from simcore.kernels.medical.persons import break_off_aid
from simcore.kernels.medical.stations import issue_blood
from simcore.kinds import Care, Moment, People, Supply, Units
from simcore.medical import Health, MedicalRuleW, MedicalSideW, PersonR, PersonSpecW, PersonW, Stage
from simcore.params import UnitSpecW
from simcore.state import UnitR, UnitW
from simcore.types import NONE, Damage, Domain, EventKind, Returning, Status


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
    away_m = circling_reach(i, reach, units)
    dx, dy = units.real[UnitR.X, bearer] - x, units.real[UnitR.Y, bearer] - y
    return bool(dx * dx + dy * dy <= away_m * away_m)


@kernel
def enter_stage(tick: int, q: int, i: int, stage: int, units: Units, care: Care) -> None:
    """Let transport ``q`` enter a stage (TransportStage) and decide anew. An aircraft on its way home turns back."""
    care.transport_whole[TransportW.STAGE, q] = stage
    care.transport_whole[TransportW.AWAY_TICK, q] = NONE
    care.transport_whole[TransportW.WAY_COUNT, q] = NONE
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
def count_aboard(q: int, casualties: Casualties, people: People, care: Care) -> int:
    """Count the places taken on transport ``q``. Returns the number of casualties aboard."""
    care.transport_whole[TransportW.LITTERS, q] = 0
    care.transport_whole[TransportW.SEATS, q] = 0
    n = 0
    for k in range(casualties.n):
        p = np.int64(casualties.listed[k])
        if is_carried(p, q, people):
            take_place(can_sit(p, people), q, care)
            n += 1
    return n


@kernel
def count_all_aboard(casualties: Casualties, people: People, care: Care) -> None:
    """Count the places taken on all transports, after the deaths of an update."""
    care.transport_whole[TransportW.LITTERS] = 0
    care.transport_whole[TransportW.SEATS] = 0
    for k in range(casualties.n):
        p = np.int64(casualties.listed[k])
        q = np.int64(people.whole[PersonW.TRANSPORT, p])
        if q >= 0 and is_carried(p, q, people):
            take_place(can_sit(p, people), q, care)


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
        people.whole[PersonW.STATION, p] = NONE
    take_place(can_sit(p, people), q, care)
    people.whole[PersonW.STAGE, p] = Stage.ABOARD
    people.whole[PersonW.PLACE, p] = i
    people.whole[PersonW.TRANSPORT, p] = q
    people.whole[PersonW.FACILITY, p] = NONE
    people.whole[PersonW.POINT, p] = NONE
    people.real[PersonR.READY_S, p] = end_s
    if people.real[PersonR.PICKED_S, p] < 0.0:
        people.real[PersonR.PICKED_S, p] = end_s
    break_off_aid(p, people)
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
            if carer_of(p, units, people) != side:
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
    care.transport_whole[TransportW.BLOOD, q] += issue_blood(f, np.int64(wanted), care, supply)


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
