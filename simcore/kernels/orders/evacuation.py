"""Evacuation: the goals of transports, and their departure from hosts. The medical phase decides on their stages."""

import numpy as np

from simcore.care import FacilitySpecR, FacilitySpecW, TransportSpecR, TransportSpecW, TransportStage, TransportW
from simcore.compiling.jit import kernel
from simcore.kernels.aboard import bearer_of
from simcore.kinds import Care, People, Units
from simcore.medical import MedicalUnitSpecW, PersonR, PersonW
from simcore.state import UnitR, UnitW
from simcore.types import NONE, Task


@kernel
def reported_place(p: int, units: Units, people: People) -> tuple[float, float]:
    """Return the place of casualty ``p`` as last reported [m]."""
    j = people.whole[PersonW.REPORTED_PLACE, p]
    if j < 0:
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
def transport_goal(
    tick: int, i: int, q: int, x: float, y: float, units: Units, people: People, care: Care
) -> tuple[float, float]:
    """Return the goal of transport ``q``, unit ``i``, in its stage; (x, y) without one. It stands still at work."""
    if not is_under_way(tick, q, care):
        return x, y
    stage = care.transport_whole[TransportW.STAGE, q]
    goal_x, goal_y, reach = destination(q, units, people, care)
    if stage == TransportStage.TO_SCENE or stage == TransportStage.TO_FACILITY:
        return goal_x, goal_y
    dx, dy = goal_x - units.real[UnitR.X, i], goal_y - units.real[UnitR.Y, i]
    if dx * dx + dy * dy > reach * reach:
        return goal_x, goal_y  # it follows
    return units.real[UnitR.X, i], units.real[UnitR.Y, i]
