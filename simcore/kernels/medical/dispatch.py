"""Dispatch: the casualties that a transport goes for, and the facility or exchange point that it goes to.

Both follow the reports: a casualty is known once his unit has reported him, a facility is full or lost once that is
reported.
"""

import numpy as np

from simcore.care import FacilitySpecR, FacilitySpecW, FacilityW, TransportSpecR, TransportSpecW, TransportW
from simcore.compiling.jit import kernel
from simcore.kernels.medical.patients import (
    asks_at_scene,
    carer_of,
    comes_first_by_key,
    facility_side,
    transport_side,
)
from simcore.kernels.medical.ways import can_reach
from simcore.kernels.orders.evacuation import facility_place, reported_place
from simcore.kernels.turns import list_marked
from simcore.kinds import Care, Ground, People, Units
from simcore.medical import MedicalRuleW, PersonR, PersonW, Stage, Triage, Unmanned
from simcore.params import UnitSpecW
from simcore.scratch import Scratch, ScratchW, Ways
from simcore.state import UnitR, UnitW
from simcore.types import I32, NONE, Status

_POINT_M = 500.0
"""Distance between the point of its task and an exchange point within which a transport serves the latter."""


@kernel
def is_waiting(p: int, end_s: float, people: People) -> bool:
    """Return whether casualty ``p`` waits for a transport: at a scene, or treated at a facility as far as it can."""
    if people.whole[PersonW.STAGE, p] == Stage.HOLDING:
        return people.real[PersonR.DUE_S, p] == np.inf
    return asks_at_scene(p, end_s, people)


@kernel
def list_requests(people: People, work: Scratch) -> int:
    """List the people for whom a transport is asked by the last report, in QUEUE. Returns their number."""
    asks, queue = people.whole[PersonW.REPORTED_WAITS], people.whole[PersonW.QUEUE]
    asking = work.whole[ScratchW.FOUND_LEVEL]
    n = list_marked(asks, np.int64(asks.shape[0]), asking)
    for q in range(n):
        queue[q] = asking[q]
    return n


@kernel
def asks_before(p: int, q: int, units: Units, people: People) -> bool:
    """Return whether casualty ``p`` comes before ``q`` by the last reports: as ordered, by triage, request and keys."""
    first, second = people.whole[PersonW.PRIORITY, p], people.whole[PersonW.PRIORITY, q]
    if first == 0:
        first = people.whole[PersonW.REPORTED_TRIAGE, p]
    if second == 0:
        second = people.whole[PersonW.REPORTED_TRIAGE, q]
    if first != second:
        return bool(first < second)
    asked_p, asked_q = people.real[PersonR.REQUEST_S, p], people.real[PersonR.REQUEST_S, q]
    if asked_p != asked_q:
        return bool(asked_p < asked_q)
    return comes_first_by_key(p, q, units, people)


@kernel
def may_ride(triage: int, sits: bool, q: int, people: People, care: Care) -> bool:
    """Return whether transport ``q`` may take a casualty of a triage: by its places, its crew and its orders."""
    takes = care.transport_whole[TransportW.TAKES, q]
    if takes != 0 and (takes & (1 << triage)) == 0:
        return False
    if care.transport_spec_whole[TransportSpecW.IS_UNMANNED, q] == 1:
        rule = people.rules_whole[MedicalRuleW.UNMANNED]
        if rule == Unmanned.NONE or (rule == Unmanned.LIGHT and triage != Triage.T3 and not sits):
            return False
    if care.transport_spec_whole[TransportSpecW.LITTERS, q] > care.transport_whole[TransportW.LITTERS, q]:
        return True
    return sits and care.transport_spec_whole[TransportSpecW.SEATS, q] > care.transport_whole[TransportW.SEATS, q]


@kernel
def may_ride_as_reported(p: int, q: int, people: People, care: Care) -> bool:
    """Return whether transport ``q`` may take casualty ``p`` by the last report on him."""
    triage = np.int64(people.whole[PersonW.REPORTED_TRIAGE, p])
    return may_ride(triage, people.whole[PersonW.REPORTED_SITS, p] == 1, q, people, care)


@kernel
def take_place(sits: bool, q: int, care: Care) -> None:
    """Count a casualty on transport ``q``: on a seat if he can sit and there is one, else on a litter."""
    n_seats = care.transport_spec_whole[TransportSpecW.SEATS, q] - care.transport_whole[TransportW.SEATS, q]
    is_seated = sits and n_seats > 0
    care.transport_whole[TransportW.SEATS if is_seated else TransportW.LITTERS, q] += 1


@kernel
def is_believed_gone(f: int, units: Units, care: Care) -> bool:
    """Return whether the unit of facility ``f`` is reported as lost, or not in the scenario."""
    return bool(units.whole[UnitW.REPORT_STATUS, care.facility_spec_whole[FacilitySpecW.UNIT, f]] >= Status.RESERVE)


@kernel
def choose_facility(
    role: int, x: float, y: float, q: int, takes_full: bool, avoided: int, units: Units, care: Care, ground: Ground,
    ways: Ways,
) -> int:  # fmt: skip
    """Return the facility nearest to a point [m] for a casualty on transport ``q``, or -1.

    It is of a higher role than ``role``, the highest that he has been at, within reach of the transport, not known to
    be lost, not ``avoided`` and, unless ``takes_full``, not known to be full; if the task names a group, of that group.
    """
    i = np.int64(care.transport_spec_whole[TransportSpecW.UNIT, q])
    side = transport_side(q, units, care)
    group = units.whole[UnitW.TASK_TARGET, i]
    best = int(NONE)
    best_sq = np.inf
    for f in range(care.facility_whole.shape[1]):
        u = np.int64(care.facility_spec_whole[FacilitySpecW.UNIT, f])
        if f == avoided or facility_side(f, units, care) != side or is_believed_gone(f, units, care):
            continue
        if care.facility_spec_whole[FacilitySpecW.ROLE, f] <= role:
            continue
        if group >= 0 and units.spec_whole[UnitSpecW.GROUP, u] != group:
            continue
        if not takes_full and care.facility_whole[FacilityW.REPORTED_FULL, f] == 1:
            continue
        fx, fy = facility_place(f, units, care)
        dx, dy = fx - x, fy - y
        away_sq = dx * dx + dy * dy
        is_first = away_sq < best_sq or (
            away_sq == best_sq
            and best >= 0
            and units.key[u] < units.key[care.facility_spec_whole[FacilitySpecW.UNIT, best]]
        )
        if is_first and can_reach(i, fx, fy, care.facility_spec_real[FacilitySpecR.REACH_M, f], units, ground, ways):
            best = f
            best_sq = away_sq
    return best


@kernel
def served_point(q: int, units: Units, care: Care) -> int:
    """Return the exchange point at the point of the task of transport ``q``, to which it delivers, or -1."""
    i = care.transport_spec_whole[TransportSpecW.UNIT, q]
    if units.whole[UnitW.TASK_TARGET, i] >= 0:
        return NONE + 0
    for k in range(care.points.shape[1]):
        dx, dy = care.points[0, k] - units.real[UnitR.TASK_X, i], care.points[1, k] - units.real[UnitR.TASK_Y, i]
        if care.point_side[k] == units.spec_whole[UnitSpecW.SIDE, i] and dx * dx + dy * dy <= _POINT_M * _POINT_M:
            return k
    return NONE + 0


@kernel
def choose_casualty(
    q: int, patients: I32, n: int, units: Units, people: People, care: Care, ground: Ground, ways: Ways
) -> tuple[int, float]:
    """Return the nearest casualty for transport ``q``, or -1, and his squared distance [m2].

    He is known, not promised to another, and has somewhere to go.

    With a radius in its task, only casualties within it of the point of the task count. Among those at the same place,
    the first in order.
    """
    i = np.int64(care.transport_spec_whole[TransportSpecW.UNIT, q])
    side = transport_side(q, units, care)
    point = served_point(q, units, care)
    radius = units.real[UnitR.TASK_RADIUS, i]
    reach = care.transport_spec_real[TransportSpecR.REACH_M, q]
    best = int(NONE)
    best_sq = np.inf
    for k in range(n):
        p = np.int64(patients[k])
        if people.whole[PersonW.TRANSPORT, p] != NONE or carer_of(p, units, people) != side:
            continue
        if care.transport_whole[TransportW.REFUSED, q] == p:
            continue
        if not may_ride_as_reported(p, q, people, care):
            continue
        if point >= 0 and (people.whole[PersonW.POINT, p] == point or people.whole[PersonW.REPORTED_ROLE, p] > 0):
            continue
        x, y = reported_place(p, units, people)
        dx, dy = x - units.real[UnitR.TASK_X, i], y - units.real[UnitR.TASK_Y, i]
        if radius > 0.0 and dx * dx + dy * dy > radius * radius:
            continue
        dx, dy = x - units.real[UnitR.X, i], y - units.real[UnitR.Y, i]
        away_sq = dx * dx + dy * dy
        if away_sq > best_sq or (
            away_sq == best_sq and best >= 0 and not asks_before(p, np.int64(best), units, people)
        ):
            continue
        if not can_reach(i, x, y, reach, units, ground, ways):
            continue
        role = np.int64(people.whole[PersonW.REPORTED_ROLE, p])
        if point < 0 and choose_facility(role, x, y, q, True, np.int64(NONE), units, care, ground, ways) < 0:
            continue
        best = int(p)
        best_sq = away_sq
    return best, best_sq


@kernel
def claim(q: int, lead: int, patients: I32, n: int, units: Units, people: People, care: Care) -> None:
    """Promise transport ``q`` to casualty ``lead`` and to those at the same place, in order, as far as it has places.

    Its places are counted as taken while it chooses, and released afterwards.
    """
    litters, seats = care.transport_whole[TransportW.LITTERS, q], care.transport_whole[TransportW.SEATS, q]
    care.transport_whole[TransportW.PERSON, q] = lead
    people.whole[PersonW.TRANSPORT, lead] = q
    take_place(people.whole[PersonW.REPORTED_SITS, lead] == 1, q, care)
    while True:
        best = -1
        for k in range(n):
            p = np.int64(patients[k])
            if people.whole[PersonW.TRANSPORT, p] != NONE or not is_same_place(p, lead, units, people):
                continue
            if not may_ride_as_reported(p, q, people, care):
                continue
            if best < 0 or asks_before(p, np.int64(best), units, people):
                best = int(p)
        if best < 0:
            break
        people.whole[PersonW.TRANSPORT, best] = q
        take_place(people.whole[PersonW.REPORTED_SITS, best] == 1, q, care)
    care.transport_whole[TransportW.LITTERS, q], care.transport_whole[TransportW.SEATS, q] = litters, seats


@kernel
def is_same_place(p: int, other: int, units: Units, people: People) -> bool:
    """Return whether two casualties of a side are reported with the same unit, or at the same point."""
    if carer_of(p, units, people) != carer_of(other, units, people):
        return False
    if people.whole[PersonW.REPORTED_PLACE, p] != people.whole[PersonW.REPORTED_PLACE, other]:
        return False
    if people.whole[PersonW.REPORTED_PLACE, p] >= 0:
        return True
    same_x = people.real[PersonR.X, p] == people.real[PersonR.X, other]
    return bool(same_x and people.real[PersonR.Y, p] == people.real[PersonR.Y, other])
