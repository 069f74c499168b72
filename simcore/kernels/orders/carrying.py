"""Carrying: the goals of carriers and recovery vehicles. The phase of supply decides on their stages."""

from simcore.compiling.jit import apart, kernel
from simcore.kernels.aboard import bearer_of
from simcore.kinds import Supply, Units
from simcore.params import UnitSpecR
from simcore.state import UnitR, UnitW
from simcore.stores import CarrierStage, CarrierW, SupplyLinkW, SupplyUnitR
from simcore.types import NONE, Task


@kernel
def is_carrying(i: int, supply: Supply) -> bool:
    """Return whether unit ``i`` is under way with a cargo, or to a unit that it recovers, or has that in tow."""
    return supply.unit_whole[CarrierW.STAGE, i] >= CarrierStage.OUT


@kernel
def find_link(source: int, sink: int, mobility: int, supply: Supply) -> tuple[int, int]:
    """Return the route of supply between two units for a mobility, or -1, and 1 if it runs the other way."""
    links = supply.links
    for k in range(links.shape[1]):
        if links[SupplyLinkW.MOBILITY, k] != NONE and links[SupplyLinkW.MOBILITY, k] != mobility:
            continue
        if links[SupplyLinkW.FROM, k] == source and links[SupplyLinkW.TO, k] == sink:
            return k, 0
        if links[SupplyLinkW.FROM, k] == sink and links[SupplyLinkW.TO, k] == source:
            return k, 1
    return NONE + 0, 0


@kernel
def link_point(i: int, supply: Supply) -> tuple[float, float]:
    """Return the next point of the route of supply that unit ``i`` follows."""
    k = supply.unit_whole[CarrierW.LINK, i]
    first = supply.links[SupplyLinkW.FIRST, k]
    place = supply.unit_whole[CarrierW.POINT, i]
    if supply.unit_whole[CarrierW.IS_BACKWARD, i] == 1:
        place = supply.links[SupplyLinkW.COUNT, k] - 1 - place
    return supply.points[0, first + place], supply.points[1, first + place]


@apart
def carrier_goal(
    i: int, x: float, y: float, speed: float, has_arrived: bool, units: Units, supply: Supply
) -> tuple[float, float, float]:
    """Return the goal and speed of carrier or recovery vehicle ``i`` in its stage; (x, y) and ``speed`` without one.

    It goes to the current position of its source or sink, along the route of supply if there is one. A unit to be
    recovered is where it last reported. Mutates POINT.
    """
    stage = supply.unit_whole[CarrierW.STAGE, i]
    if stage == CarrierStage.IDLE:
        return x, y, speed
    if stage == CarrierStage.LOADING or stage == CarrierStage.HOOKING:
        return units.real[UnitR.X, i], units.real[UnitR.Y, i], speed
    if stage == CarrierStage.TOWING:
        return (
            units.real[UnitR.TASK_X, i],
            units.real[UnitR.TASK_Y, i],
            min(speed, supply.unit_spec_real[SupplyUnitR.TOW_MPS, i]),
        )
    is_back = stage == CarrierStage.TO_SOURCE or stage == CarrierStage.AT_SOURCE
    j = supply.unit_whole[CarrierW.SOURCE, i] if is_back else supply.unit_whole[CarrierW.SINK, i]
    if j < 0:
        return x, y, speed
    if units.whole[UnitW.TASK, i] == Task.TOW:
        return units.real[UnitR.REPORT_X, j], units.real[UnitR.REPORT_Y, j], speed
    k = supply.unit_whole[CarrierW.LINK, i]
    if k >= 0:
        n = supply.links[SupplyLinkW.COUNT, k]
        if supply.unit_whole[CarrierW.POINT, i] < n:
            px, py = link_point(i, supply)
            is_under_way = units.real[UnitR.GOAL_X, i] == px and units.real[UnitR.GOAL_Y, i] == py
            if is_under_way and has_arrived:
                supply.unit_whole[CarrierW.POINT, i] += 1
        if supply.unit_whole[CarrierW.POINT, i] < n:
            px, py = link_point(i, supply)
            return px, py, speed
    bearer = bearer_of(j, units)
    gx = units.real[UnitR.X, bearer]
    gy = units.real[UnitR.Y, bearer]
    if (
        not is_back
        and units.real[UnitR.VX, bearer] * units.real[UnitR.VX, bearer]
        + units.real[UnitR.VY, bearer] * units.real[UnitR.VY, bearer]
        > 0.0
    ):
        speed = units.spec_real[UnitSpecR.SPEED_MAX, i]  # it has to catch up
    return gx, gy, speed
