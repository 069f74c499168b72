"""Evacuation: the goals of transports, and their departure from hosts. The medical phase decides on their stages."""

from simcore.care import TransportStage, TransportW
from simcore.compiling.jit import kernel
from simcore.kernels.medical.transports import destination
from simcore.kinds import Care, People, Units
from simcore.medical import MedicalUnitSpecW
from simcore.state import UnitR, UnitW
from simcore.types import NONE, Task


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
