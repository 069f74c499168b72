"""Facilities: arrivals, rounds of the stations, returns to duty, and the counts of patients."""

import numpy as np

from simcore.care import FacilityMode, FacilityR, FacilitySpecR, FacilitySpecW, FacilityW, Station
from simcore.compiling.jit import kernel
from simcore.events import Log, emit
from simcore.kernels.aboard import bearer_of
from simcore.kernels.medical.easing import attend
from simcore.kernels.medical.patients import (
    Casualties,
    asks_at_scene,
    carer_of,
    facility_side,
    is_gone,
    list_patients,
    place_of,
    side_of,
)
from simcore.kernels.medical.persons import break_off_aid, return_to_duty
from simcore.kernels.medical.stations import emit_care, go_on, serve_station
from simcore.kernels.medical.triage import triage
from simcore.kernels.orders.evacuation import facility_place
from simcore.kinds import Care, Moment, People, Supply, Units
from simcore.medical import Health, MedicalSideW, PersonR, PersonW, Stage
from simcore.params import UnitSpecW
from simcore.scratch import Scratch, ScratchW
from simcore.state import UnitR
from simcore.types import I32, N_BELLIGERENTS, NONE, EventKind

_N = len(Station)


@kernel
def arrive(now: Moment, p: int, f: int, at_s: float, units: Units, people: People, care: Care, log: Log) -> None:
    """Enter patient ``p`` at facility ``f`` at a time [s]: he is judged anew, and waits for his first station."""
    u = care.facility_spec_whole[FacilitySpecW.UNIT, f]
    role = np.int64(care.facility_spec_whole[FacilitySpecW.ROLE, f])
    people.whole[PersonW.PLACE, p] = u
    people.whole[PersonW.FACILITY, p] = f
    people.whole[PersonW.TRANSPORT, p] = NONE
    people.whole[PersonW.POINT, p] = NONE
    people.whole[PersonW.STATION, p] = NONE
    people.whole[PersonW.DONE, p] = 0
    is_first = people.whole[PersonW.ROLE, p] == 0
    people.whole[PersonW.ROLE, p] = max(people.whole[PersonW.ROLE, p], role)
    for k in range(role):
        if people.real[PersonR.ROLE1_S + k, p] < 0.0:
            people.real[PersonR.ROLE1_S + k, p] = at_s
    care.facility_whole[FacilityW.ARRIVED, f] += 1
    if is_first and side_of(p, units, people) >= N_BELLIGERENTS:
        people.side_whole[MedicalSideW.CIVILIANS, facility_side(np.int64(f), units, care)] += 1
    break_off_aid(p, people)
    triage(now, p, True, units, people)
    attend(p, at_s, people)
    judged = np.int64(people.whole[PersonW.TRIAGE, p])
    emit_care(now, EventKind.ADMITTED + 0, p, f, judged, units, people, care, log)
    go_on(now, p, f, at_s, units, people, care, log)


@kernel
def settle_facilities(end_s: float, units: Units, care: Care) -> None:
    """Note the facilities that moved since the last update: they work again once they have set up."""
    for f in range(care.facility_whole.shape[1]):
        bearer = bearer_of(care.facility_spec_whole[FacilitySpecW.UNIT, f], units)
        vx, vy = units.real[UnitR.VX, bearer], units.real[UnitR.VY, bearer]
        setup_s = care.facility_spec_real[FacilitySpecR.SETUP_S, f]
        if setup_s > 0.0 and vx * vx + vy * vy > 0.0:
            care.facility_real[FacilityR.SETTLED_S, f] = np.inf
        elif care.facility_real[FacilityR.SETTLED_S, f] == np.inf:
            care.facility_real[FacilityR.SETTLED_S, f] = end_s + setup_s


@kernel
def walk_in(
    now: Moment, since_s: float, end_s: float, patients: I32, n: int, units: Units, people: People, care: Care, log: Log
) -> None:
    """Let the casualties within reach of a facility that cares for them come in by themselves, to the nearest."""
    for k in range(n):
        p = np.int64(patients[k])
        if not asks_at_scene(p, end_s, people):
            continue
        x, y = place_of(p, units, people)
        side = carer_of(p, units, people)
        best = -1
        best_sq = np.inf
        for f in range(care.facility_whole.shape[1]):
            u = np.int64(care.facility_spec_whole[FacilitySpecW.UNIT, f])
            if is_gone(u, units) or facility_side(f, units, care) != side:
                continue
            fx, fy = facility_place(f, units, care)
            dx, dy = fx - x, fy - y
            away_sq = dx * dx + dy * dy
            reach = care.facility_spec_real[FacilitySpecR.REACH_M, f]
            is_first = away_sq < best_sq or (
                away_sq == best_sq
                and best >= 0
                and units.key[u] < units.key[care.facility_spec_whole[FacilitySpecW.UNIT, best]]
            )
            if away_sq <= reach * reach and is_first:
                best = f
                best_sq = away_sq
        if best >= 0:
            arrive(now, p, np.int64(best), max(people.real[PersonR.REQUEST_S, p], since_s), units, people, care, log)


@kernel
def discharge(
    now: Moment, end_s: float, patients: I32, n: int, units: Units, people: People, care: Care, log: Log
) -> None:
    """Return to duty those who have recovered at a facility without a bed for them."""
    for k in range(n):
        p = np.int64(patients[k])
        if people.whole[PersonW.STAGE, p] != Stage.HOLDING or people.real[PersonR.DUE_S, p] > end_s:
            continue
        f = people.whole[PersonW.FACILITY, p]
        care.facility_whole[FacilityW.RETURNED, f] += 1
        return_to_duty(now, p, people.real[PersonR.DUE_S, p], units, people, log)


@kernel
def count_patients(
    now: Moment, period_s: float, casualties: Casualties, units: Units, people: People, care: Care, log: Log
) -> None:
    """Count the patients of each facility, those in its queue and at its stations, and decide on its mode.

    After the deaths of an update, so that the counts are those of the people at its end.
    """
    whole, real = care.facility_whole, care.facility_real
    if whole.shape[1] == 0:
        return
    patients = people.whole[PersonW.QUEUE]
    n = list_patients(casualties, people)
    for f in range(whole.shape[1]):
        whole[FacilityW.IN_QUEUE, f] = 0
        whole[FacilityW.PRESENT, f] = 0
        whole[FacilityW.DIED, f] = 0
        for k in range(_N):
            whole[FacilityW.TAKEN + k, f] = 0
    for q in range(n):
        p = patients[q]
        stage = people.whole[PersonW.STAGE, p]
        f = people.whole[PersonW.FACILITY, p]
        if f < 0 or stage < Stage.QUEUE or stage > Stage.HOLDING:
            continue
        whole[FacilityW.PRESENT, f] += 1
        if stage == Stage.QUEUE:
            whole[FacilityW.IN_QUEUE, f] += 1
        elif people.whole[PersonW.STATION, p] >= 0:
            whole[FacilityW.TAKEN + people.whole[PersonW.STATION, p], f] += 1
    for q in range(casualties.n):
        p = casualties.listed[q]
        if people.whole[PersonW.HEALTH, p] == Health.DEAD and people.whole[PersonW.FACILITY, p] >= 0:
            whole[FacilityW.DIED, people.whole[PersonW.FACILITY, p]] += 1
    for f in range(whole.shape[1]):
        n_waiting = whole[FacilityW.IN_QUEUE, f]
        mode = whole[FacilityW.MODE, f]
        is_many = n_waiting >= care.facility_spec_whole[FacilitySpecW.MASS_CASUALTY, f]
        is_mass = int((mode & FacilityMode.MASS) != 0 or is_many)
        if is_mass != whole[FacilityW.IS_MASS, f]:
            whole[FacilityW.IS_MASS, f] = is_mass
            u = care.facility_spec_whole[FacilitySpecW.UNIT, f]
            emit(log, now, EventKind.MASS_CASUALTY, units.spec_whole[UnitSpecW.SIDE, u], u, -1, is_mass, 0)
        is_many = n_waiting >= care.facility_spec_whole[FacilitySpecW.DIVERT_AT, f]
        is_closed = (mode & FacilityMode.DIVERTS) != 0
        whole[FacilityW.IS_FULL, f] = int(is_closed or (is_many and (mode & FacilityMode.OPEN) == 0))
        real[FacilityR.PATIENT_S, f] += period_s * whole[FacilityW.PRESENT, f]
        real[FacilityR.QUEUE_S, f] += period_s * n_waiting
        for k in range(_N):
            real[FacilityR.BUSY_S + k, f] += period_s * whole[FacilityW.TAKEN + k, f]


@kernel
def list_patients_of(f: int, patients: I32, n: int, people: People, own: I32) -> int:
    """List those of the first ``n`` patients who are at facility ``f``, in ``own``. Returns their number."""
    facility = people.whole[PersonW.FACILITY]
    n_own = 0
    for q in range(n):
        own[n_own] = patients[q]
        n_own += int(facility[patients[q]] == f)
    return n_own


@kernel
def treat(
    now: Moment, since_s: float, end_s: float, casualties: Casualties, units: Units, people: People, care: Care,
    supply: Supply, work: Scratch, log: Log,
) -> None:  # fmt: skip
    """Play the facilities from the last update to ``end_s`` [s]: arrivals on foot, stations in turn, discharges."""
    if care.facility_whole.shape[1] == 0:
        return
    patients = people.whole[PersonW.QUEUE]
    n = list_patients(casualties, people)
    settle_facilities(end_s, units, care)
    walk_in(now, since_s, end_s, patients, n, units, people, care, log)
    own = work.whole[ScratchW.FOUND_LEVEL]
    for f in range(care.facility_whole.shape[1]):
        n_own = list_patients_of(f, patients, n, people, own)
        if n_own == 0 or is_gone(np.int64(care.facility_spec_whole[FacilitySpecW.UNIT, f]), units):
            continue
        for k in range(_N):
            serve_station(now, np.int64(f), np.int64(k), since_s, end_s, own, n_own, units, people, care, supply, log)
    discharge(now, end_s, patients, n, units, people, care, log)
