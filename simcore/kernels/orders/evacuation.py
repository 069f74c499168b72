"""Evacuation: the goals of transports and of their escorts. The medical phase decides on the stages of transports."""

import numpy as np

from simcore.care import (
    FacilitySpecR,
    FacilitySpecW,
    TransportR,
    TransportSpecR,
    TransportSpecW,
    TransportStage,
    TransportW,
)
from simcore.compiling.jit import apart, kernel
from simcore.kernels.aboard import bearer_of
from simcore.kinds import Care, People, Units
from simcore.medical import MedicalUnitSpecW, PersonR, PersonSpecW, PersonW
from simcore.params import UnitSpecW
from simcore.state import WAY_POINTS, UnitR, UnitW
from simcore.types import NONE, Status, Task


@kernel
def reported_place(p: int, units: Units, people: People) -> tuple[float, float]:
    """Return the place of casualty ``p`` as last reported [m]; one of a neutral side is where he was found."""
    j = people.whole[PersonW.REPORTED_PLACE, p]
    if j < 0 or (j == people.spec[PersonSpecW.UNIT, p] and people.whole[PersonW.CARER, p] >= 0):
        return people.real[PersonR.X, p], people.real[PersonR.Y, p]
    return units.real[UnitR.REPORT_X, j], units.real[UnitR.REPORT_Y, j]


@kernel
def facility_place(f: int, units: Units, care: Care) -> tuple[float, float]:
    """Return the place of facility ``f`` [m]."""
    bearer = bearer_of(care.facility_spec_whole[FacilitySpecW.UNIT, f], units)
    return units.real[UnitR.X, bearer], units.real[UnitR.Y, bearer]


@kernel
def destination(q: int, units: Units, people: People, care: Care) -> tuple[float, float, float]:
    """Return the point [m] to which transport ``q`` goes in its stage, and the distance at which it is there [m].

    On its way to a casualty it is the place last reported.
    """
    i = care.transport_spec_whole[TransportSpecW.UNIT, q]
    stage = care.transport_whole[TransportW.STAGE, q]
    reach = care.transport_spec_real[TransportSpecR.REACH_M, q]
    if stage == TransportStage.TO_SCENE or stage == TransportStage.LOADING:
        x, y = reported_place(np.int64(care.transport_whole[TransportW.PERSON, q]), units, people)
        return x, y, reach
    if stage != TransportStage.IDLE:
        f = np.int64(care.transport_whole[TransportW.FACILITY, q])
        if f >= 0:
            x, y = facility_place(f, units, care)
            return x, y, max(reach, care.facility_spec_real[FacilitySpecR.REACH_M, f])
        point = care.transport_whole[TransportW.POINT, q]
        if point >= 0:
            return care.points[0, point], care.points[1, point], reach
    return units.real[UnitR.TASK_X, i], units.real[UnitR.TASK_Y, i], reach


@kernel
def transport_of(i: int, units: Units, people: People) -> int:
    """Return the column of unit ``i`` among the transports if its task is evacuate, or -1."""
    if people.unit_whole.shape[1] == 0 or units.whole[UnitW.TASK, i] != Task.EVACUATE:
        return NONE + 0
    return int(people.unit_spec_whole[MedicalUnitSpecW.TRANSPORT, i])


@kernel
def is_under_way(tick: int, q: int, care: Care) -> bool:
    """Return whether transport ``q`` is on its way, to a casualty once it has the order, or with casualties."""
    stage = care.transport_whole[TransportW.STAGE, q]
    if stage == TransportStage.TO_SCENE:
        return bool(care.transport_whole[TransportW.READY_TICK, q] <= tick)
    return stage != TransportStage.IDLE


@kernel
def next_on_way(q: int, i: int, has_arrived: bool, x: float, y: float, units: Units, care: Care) -> tuple[float, float]:
    """Return the next point of the way of transport ``q``, unit ``i``; (x, y) when it is past the last or has none.

    ``has_arrived``: at its last goal. Mutates WAY_NEXT.
    """
    whole = care.transport_whole
    k = np.int64(whole[TransportW.WAY_NEXT, q])
    while k < whole[TransportW.WAY_COUNT, q]:
        px = care.transport_real[TransportR.WAY + k, q]
        py = care.transport_real[TransportR.WAY + WAY_POINTS + k, q]
        if not has_arrived or units.real[UnitR.GOAL_X, i] != px or units.real[UnitR.GOAL_Y, i] != py:
            return px, py
        k += 1
        whole[TransportW.WAY_NEXT, q] = k
    return x, y


@apart
def transport_goal(
    tick: int, i: int, q: int, x: float, y: float, has_arrived: bool, units: Units, people: People, care: Care
) -> tuple[float, float]:
    """Return the goal of transport ``q``, unit ``i``, in its stage; (x, y) without one. It stands still at work.

    It takes its way round impassable ground, also back to the point of its task.
    """
    stage = care.transport_whole[TransportW.STAGE, q]
    if stage == TransportStage.IDLE:
        is_back = care.transport_real[TransportR.WAY_X, q] == units.real[UnitR.TASK_X, i]
        is_back = is_back and care.transport_real[TransportR.WAY_Y, q] == units.real[UnitR.TASK_Y, i]
        return next_on_way(q, i, has_arrived, x, y, units, care) if is_back else (x, y)
    if not is_under_way(tick, q, care):
        return x, y
    goal_x, goal_y, reach = destination(q, units, people, care)
    if stage == TransportStage.TO_SCENE or stage == TransportStage.TO_FACILITY:
        return next_on_way(q, i, has_arrived, goal_x, goal_y, units, care)
    dx, dy = goal_x - units.real[UnitR.X, i], goal_y - units.real[UnitR.Y, i]
    if dx * dx + dy * dy > reach * reach:
        return goal_x, goal_y  # it follows
    return units.real[UnitR.X, i], units.real[UnitR.Y, i]


@kernel
def away_sq(i: int, j: int, units: Units) -> float:
    """Return the squared distance of units ``i`` and ``j``, each where its bearer is [m2]."""
    a, b = bearer_of(i, units), bearer_of(j, units)
    dx, dy = units.real[UnitR.X, a] - units.real[UnitR.X, b], units.real[UnitR.Y, a] - units.real[UnitR.Y, b]
    return float(dx * dx + dy * dy)


@kernel
def is_escort(e: int, group: int, units: Units) -> bool:
    """Return whether unit ``e`` is afield with the task to escort a group."""
    is_afield = units.whole[UnitW.STATUS, e] == Status.ACTIVE
    return bool(is_afield and units.whole[UnitW.TASK, e] == Task.ESCORT and units.whole[UnitW.TASK_TARGET, e] == group)


@kernel
def has_nearer_escort(i: int, j: int, group: int, units: Units) -> bool:
    """Return whether another escort of a group is nearer to its transport ``j`` than escort ``i``, or has first key."""
    mine = away_sq(i, j, units)
    for e in range(units.spec_whole.shape[1]):
        if e == i or not is_escort(np.int64(e), group, units):
            continue
        other = away_sq(np.int64(e), j, units)
        if other < mine or (other == mine and units.key[e] < units.key[i]):
            return True
    return False


@apart
def escorted_transport(i: int, group: int, units: Units, care: Care) -> int:
    """Return the transport (unit) of a group that escort ``i`` goes with: the nearest with a trip, or -1.

    Transports to which another escort is nearer come last.
    """
    best = int(NONE)
    best_sq = np.inf
    is_best_free = False
    for q in range(care.transport_whole.shape[1]):
        j = np.int64(care.transport_spec_whole[TransportSpecW.UNIT, q])
        if units.spec_whole[UnitSpecW.GROUP, j] != group or units.whole[UnitW.STATUS, j] > Status.SERVICING:
            continue
        if care.transport_whole[TransportW.STAGE, q] == TransportStage.IDLE:
            continue
        is_free = not has_nearer_escort(i, j, group, units)
        square = away_sq(i, j, units)
        is_nearer = square < best_sq or (square == best_sq and best >= 0 and units.key[j] < units.key[best])
        if (is_free and not is_best_free) or (is_free == is_best_free and is_nearer):
            best = int(j)
            best_sq = square
            is_best_free = is_free
    return best
