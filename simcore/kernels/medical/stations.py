"""Stations: patients are treated by triage, then by waiting time, at exact times between two updates.

A place that becomes free between two updates is taken at that time, by the first in order of those who wait then.
"""

import math

import numpy as np

from simcore.care import (
    FacilityR,
    FacilitySpecR,
    FacilitySpecW,
    FacilityW,
    Station,
    StationSpecR,
    StationSpecW,
    TreatmentLaw,
)
from simcore.compiling.jit import formula, kernel
from simcore.events import Log, emit
from simcore.kernels.mathematics.durations import draw_duration
from simcore.kernels.medical.clocks import give_blood
from simcore.kernels.medical.easing import ease, lacks_blood, stabilise
from simcore.kernels.medical.patients import comes_before, facility_side
from simcore.kernels.medical.persons import convalescence_s, first_draw, leave_theatre, return_to_duty
from simcore.kernels.sustainment.stores import note_demand, store_of, take_from_store
from simcore.kinds import Care, Moment, People, Supply, Units
from simcore.medical import MedicalRuleR, PersonR, PersonSpecW, PersonW, Stage
from simcore.params import UnitSpecW
from simcore.rng import Stream, draw, stream_key
from simcore.state import UnitR
from simcore.stores import StoreR
from simcore.types import I32, NONE, EventKind

_N = len(Station)


@formula
def triangular(u: float, low: float, mode: float, high: float) -> float:
    """Return the triangular variate of a uniform draw ``u``, by inversion of its distribution function."""
    width = high - low
    if width <= 0.0:
        return low
    share = (mode - low) / width
    if u < share:
        return low + width * math.sqrt(u * share)
    return high - width * math.sqrt((1.0 - u) * (1.0 - share))


@kernel
def treatment_s(now: Moment, p: int, f: int, k: int, units: Units, people: People, care: Care) -> float:
    """Return the drawn time of the treatment of patient ``p`` at station ``k`` of facility ``f`` [s]."""
    c = _N * f + k
    i = people.spec[PersonSpecW.UNIT, p]
    other = first_draw(p, people)
    key = stream_key(now.seed, now.replication, np.int64(people.whole[PersonW.TREATMENTS, p]), Stream.TREATMENT)
    law = care.station_whole[StationSpecW.LAW, c]
    mean_s = care.station_real[StationSpecR.MEAN_S, c]
    if law == TreatmentLaw.TRIANGULAR:
        low_s, high_s = care.station_real[StationSpecR.LOW_S, c], care.station_real[StationSpecR.HIGH_S, c]
        time_s = triangular(draw(key, units.key[i], other), low_s, mean_s, high_s)
    else:
        time_s = draw_duration(np.int64(law), mean_s, care.station_real[StationSpecR.CV, c], key, units.key[i], other)
    if care.facility_whole[FacilityW.IS_MASS, f] == 1:
        time_s *= care.facility_spec_real[FacilitySpecR.MASS_FACTOR, f]
    return float(time_s)


@kernel
def places_at(f: int, k: int, units: Units, care: Care) -> int:
    """Return the places at station ``k`` of facility ``f``: all, or the share of them that its damage leaves."""
    n = int(care.station_whole[StationSpecW.PLACES, _N * f + k])
    if k == Station.SURGERY:
        n = min(n, int(care.facility_spec_whole[FacilitySpecW.TEAMS, f]))
    strength = units.real[UnitR.STRENGTH, care.facility_spec_whole[FacilitySpecW.UNIT, f]]
    return n if strength >= 1.0 else int(math.ceil(float(n * strength)))


@kernel
def is_highest(f: int, units: Units, care: Care) -> bool:
    """Return whether no facility of the side is of a higher role than ``f``."""
    side, role = facility_side(f, units, care), care.facility_spec_whole[FacilitySpecW.ROLE]
    n_higher = 0
    for g in range(role.shape[0]):
        n_higher += int(role[g] > role[f] and facility_side(g, units, care) == side)
    return n_higher == 0


@kernel
def stays(now: Moment, p: int, f: int, units: Units, people: People, care: Care) -> bool:
    """Return whether patient ``p`` is fit again within the longest stay at facility ``f``."""
    return convalescence_s(now, p, units, people) <= care.facility_spec_real[FacilitySpecR.HOLDING_S, f]


@kernel
def next_station(now: Moment, p: int, f: int, units: Units, people: People, care: Care) -> int:
    """Return the next station of patient ``p`` at facility ``f``, or -1: he is treated as far as he can be there."""
    done = people.whole[PersonW.DONE, p]
    places = care.station_whole[StationSpecW.PLACES]
    if (done & (1 << Station.RESUSCITATION)) == 0 and places[_N * f + Station.RESUSCITATION] > 0:
        return Station.RESUSCITATION + 0
    if people.whole[PersonW.NEEDS_SURGERY, p] == 1:
        return Station.SURGERY + 0 if places[_N * f + Station.SURGERY] > 0 else NONE + 0
    is_severe = people.real[PersonR.SEVERITY, p] >= people.rules_real[MedicalRuleR.T1_NISS]
    if is_severe and (done & (1 << Station.INTENSIVE)) == 0 and places[_N * f + Station.INTENSIVE] > 0:
        return Station.INTENSIVE + 0
    if (done & (1 << Station.WARD)) != 0 or places[_N * f + Station.WARD] == 0:
        return NONE + 0
    stays_here = stays(now, p, f, units, people, care) or is_highest(f, units, care)
    return Station.WARD + 0 if stays_here else NONE + 0


@kernel
def go_on(now: Moment, p: int, f: int, at_s: float, units: Units, people: People, care: Care, log: Log) -> None:
    """Send patient ``p``, free since ``at_s``, to his next station at facility ``f``, to duty, or onward."""
    k = next_station(now, p, f, units, people, care)
    last = people.whole[PersonW.STATION, p]
    people.real[PersonR.READY_S, p] = at_s
    people.real[PersonR.DUE_S, p] = np.inf
    people.whole[PersonW.STATION, p] = k
    if k >= 0:
        people.whole[PersonW.STAGE, p] = Stage.QUEUE
        return
    needs_more = people.whole[PersonW.NEEDS_SURGERY, p] == 1
    has_recovered = (people.whole[PersonW.DONE, p] & (1 << Station.WARD)) != 0
    if not needs_more and stays(now, p, f, units, people, care):
        if has_recovered:
            return_to_duty(now, p, at_s, units, people, log)
            care.facility_whole[FacilityW.RETURNED, f] += 1
            return
        people.real[PersonR.DUE_S, p] = at_s + convalescence_s(now, p, units, people)
    elif is_highest(f, units, care):
        leave_theatre(now, p, at_s, units, people, log)
        care.facility_whole[FacilityW.LEFT, f] += 1
        return
    people.whole[PersonW.STAGE, p] = Stage.HOLDING
    if last >= Station.INTENSIVE:
        people.whole[PersonW.STATION, p] = last  # he keeps his bed until he leaves


@kernel
def has_kit(f: int, units: Units, care: Care, supply: Supply) -> bool:
    """Return whether facility ``f`` has the stores for a treatment. Mutates the store: it issues them."""
    item = care.facility_spec_whole[FacilitySpecW.STORE_ITEM, f]
    if item < 0:
        return True
    c = store_of(np.int64(care.facility_spec_whole[FacilitySpecW.UNIT, f]), np.int64(item), supply)
    if c < 0:
        return True
    is_there = supply.real[StoreR.ON_HAND, c] >= 1.0
    if is_there:
        take_from_store(c, 1.0, supply)
        note_demand(c, 1.0, 1.0, supply)
    return is_there


@kernel
def issue_blood(f: int, wanted: int, care: Care, supply: Supply) -> int:
    """Issue up to ``wanted`` units of blood from the store of facility ``f``; all of them where none is counted."""
    item = care.facility_spec_whole[FacilitySpecW.BLOOD_ITEM, f]
    if wanted == 0 or item < 0:
        return wanted
    c = store_of(np.int64(care.facility_spec_whole[FacilitySpecW.UNIT, f]), np.int64(item), supply)
    if c < 0:
        return wanted
    taken = take_from_store(c, float(wanted), supply)
    note_demand(c, float(wanted), taken, supply)
    return int(taken)


@kernel
def transfuse(p: int, f: int, people: People, care: Care, supply: Supply) -> None:
    """Give patient ``p`` the blood that he lacks, as far as facility ``f`` has it."""
    wanted = lacks_blood(p, people)
    given = give_blood(p, issue_blood(f, wanted, care, supply), people)
    care.facility_whole[FacilityW.BLOOD_USED, f] += given
    care.facility_whole[FacilityW.BLOOD_LACKED, f] += wanted - given


@kernel
def emit_care(
    now: Moment, kind: int, p: int, f: int, detail: int, units: Units, people: People, care: Care, log: Log
) -> None:
    """Note an event of patient ``p`` at facility ``f``."""
    u = care.facility_spec_whole[FacilitySpecW.UNIT, f]
    emit(log, now, kind, units.spec_whole[UnitSpecW.SIDE, u], u, people.spec[PersonSpecW.UNIT, p], p, detail)


@kernel
def begin_treatment(
    now: Moment, p: int, f: int, at_s: float, units: Units, people: People, care: Care, supply: Supply, log: Log
) -> None:
    """Begin the treatment of patient ``p`` at the station for which he waits, at a time [s]."""
    k = np.int64(people.whole[PersonW.STATION, p])
    people.whole[PersonW.TREATMENTS, p] += 1
    care.facility_whole[FacilityW.BEGUN + k, f] += 1
    time_s = treatment_s(now, p, f, k, units, people, care)
    if k == Station.WARD and stays(now, p, f, units, people, care):
        time_s = convalescence_s(now, p, units, people)
    people.real[PersonR.DUE_S, p] = at_s + time_s
    people.whole[PersonW.STAGE, p] = Stage.STATION
    if k == Station.RESUSCITATION:
        transfuse(p, f, people, care, supply)
        trauma = people.rules_real[MedicalRuleR.RESUSCITATION_TRAUMA]
        ease(p, at_s, trauma, people.rules_real[MedicalRuleR.RESUSCITATION_BLEED], people)
    elif k == Station.SURGERY:
        if people.real[PersonR.SURGERY_S, p] < 0.0:
            people.real[PersonR.SURGERY_S, p] = at_s
        transfuse(p, f, people, care, supply)
        people.whole[PersonW.NEEDS_SURGERY, p] = 0
        stabilise(now, p, at_s, units, people)
    wait_s = at_s - people.real[PersonR.READY_S, p]
    care.facility_real[FacilityR.WAIT_S, f] += wait_s
    care.facility_real[FacilityR.WAITED_S + k, f] += wait_s
    emit_care(now, EventKind.TREATMENT_BEGUN + 0, p, f, k, units, people, care, log)


@kernel
def end_treatment(now: Moment, p: int, f: int, at_s: float, units: Units, people: People, care: Care, log: Log) -> None:
    """End the treatment of patient ``p`` at a time [s], and send him on."""
    k = np.int64(people.whole[PersonW.STATION, p])
    people.whole[PersonW.DONE, p] |= 1 << k
    care.facility_whole[FacilityW.TREATED, f] += 1
    care.facility_whole[FacilityW.ENDED + k, f] += 1
    emit_care(now, EventKind.TREATMENT_ENDED + 0, p, f, k, units, people, care, log)
    if people.whole[PersonW.NEEDS_SURGERY, p] == 0 and people.whole[PersonW.IS_STABLE, p] == 0:
        stabilise(now, p, at_s, units, people)
    go_on(now, p, f, at_s, units, people, care, log)


@kernel
def serve_station(
    now: Moment, f: int, k: int, since_s: float, end_s: float, patients: I32, n: int, units: Units, people: People,
    care: Care, supply: Supply, log: Log,
) -> None:  # fmt: skip
    """Play the events of station ``k`` of facility ``f`` from the last update to ``end_s`` [s], in order of time."""
    places = places_at(f, k, units, care)
    stage, station, facility = (
        people.whole[PersonW.STAGE],
        people.whole[PersonW.STATION],
        people.whole[PersonW.FACILITY],
    )
    ready, due = people.real[PersonR.READY_S], people.real[PersonR.DUE_S]
    open_s = care.facility_real[FacilityR.SETTLED_S, f]
    if care.facility_real[FacilityR.LACKED_S, f] >= since_s > 0.0:
        open_s = max(open_s, end_s)  # its stores came during this interval, if they came
    at_s = since_s
    is_lacking = False
    while True:
        taken = 0
        done_s = np.inf
        done = -1
        ready_s = np.inf
        for q in range(n):
            p = np.int64(patients[q])
            if facility[p] != f or station[p] != k:
                continue
            if stage[p] == Stage.QUEUE:
                ready_s = min(ready_s, ready[p])
                continue
            taken += 1
            is_first = due[p] < done_s or (due[p] == done_s and done >= 0 and comes_before(p, done, units, people))
            if stage[p] == Stage.STATION and is_first:
                done = int(p)
                done_s = due[p]
        begin_s = np.inf
        if taken < places and not is_lacking:
            begin_s = max(max(at_s, ready_s), open_s)
        if min(begin_s, done_s) > end_s:
            return
        if done_s < begin_s:
            at_s = max(at_s, done_s)
            end_treatment(now, np.int64(done), f, done_s, units, people, care, log)
            continue
        at_s = begin_s
        best = -1
        for q in range(n):
            p = np.int64(patients[q])
            is_there = facility[p] == f and station[p] == k and stage[p] == Stage.QUEUE and ready[p] <= begin_s
            if is_there and (best < 0 or comes_before(p, best, units, people)):
                best = int(p)
        if has_kit(f, units, care, supply):
            begin_treatment(now, np.int64(best), f, begin_s, units, people, care, supply, log)
        else:
            is_lacking = True
            care.facility_real[FacilityR.LACKED_S, f] = end_s
