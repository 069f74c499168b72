"""Ways of transports of casualties: the ground on which they go round obstacles, and facilities out of their reach."""

import numpy as np

from scenarios.compiler.routes import MAX_CELLS_LATER, ON_THE_GROUND
from scenarios.compiler.units import Forces
from scenarios.format.schema.scenario import ScenarioFile
from scenarios.terrain.rasters import Ground
from simcore.care import SPOTS, FacilitySpecR, FacilitySpecW, TransportSpecW
from simcore.params import Block, Params, UnitSpecR, UnitSpecW
from simcore.types import I32, Mobility, Status


def assign_ways(content: ScenarioFile, forces: Forces, transports: Block, ground: Ground) -> I32:
    """Mark the transports that go round obstacles, and return the regions of the ground (mobilities, cells).

    Cells of a region, numbered from 1, can reach each other; 0: impassable. Without a transport on ground that is
    impassable somewhere, and on maps of more than a million cells, the result is empty. Transports of groups with
    ``route: straight`` go straight. Mutates IS_ROUTED.
    """
    transports.whole[TransportSpecW.IS_ROUTED] = 0
    speed = ground.terrain.speed
    mobility = forces.units.whole[UnitSpecW.MOBILITY, transports.whole[TransportSpecW.UNIT]]
    used = sorted({int(m) for m in mobility if int(m) in ON_THE_GROUND and bool((speed[int(m)] <= 0.0).any())})
    if not used or ground.terrain.surface.size > MAX_CELLS_LATER:
        return np.zeros((0, 0), dtype=np.int32)
    from simcore.kernels.ground.routes import label_regions  # loads the compiler: not before a route is needed

    group = forces.units.whole[UnitSpecW.GROUP, transports.whole[TransportSpecW.UNIT]]
    is_free = np.array([content.groups[int(g)].task.route != "straight" for g in group], dtype=np.bool_)
    transports.whole[TransportSpecW.IS_ROUTED] = is_free & np.isin(mobility, used)
    region = np.zeros((len(speed), ground.terrain.surface.size), dtype=np.int32)
    for m in ON_THE_GROUND:
        if bool((mobility == int(m)).any()):
            region[int(m)] = label_regions(np.ascontiguousarray(speed[int(m)]))
    return region


def way_warnings(content: ScenarioFile, forces: Forces, params: Params, ground: Ground) -> list[str]:
    """Return a warning, ``path: problem; remedy``, for each facility that no transport of its side can reach.

    A transport counts for a facility when its own ground leads there from the place at which it starts; one in the air
    or aboard a host can go anywhere.
    """
    region, facilities = params.medical.region, params.medical.facilities
    spec, transports = params.units.whole, params.medical.transports.whole[TransportSpecW.UNIT]
    warnings: list[str] = []
    if region.size == 0:
        return warnings
    for f, unit in enumerate(facilities.whole[FacilitySpecW.UNIT]):
        able = transports[spec[UnitSpecW.SIDE, transports] == spec[UnitSpecW.SIDE, unit]]
        reach_m = float(facilities.real[FacilitySpecR.REACH_M, f])
        if len(able) == 0 or any(_reaches(params, ground, int(t), int(unit), reach_m) for t in able):
            continue
        name = forces.order.names[int(unit)]
        group = content.groups[int(spec[UnitSpecW.GROUP, unit])].name
        text = f"no transport of its side can reach {name!r} over the ground that it can use"
        warnings.append(f"groups.{group}.at_km: {text}; place it elsewhere, or give the side a transport that can")
    return warnings


def _reaches(params: Params, ground: Ground, transport: int, unit: int, reach_m: float) -> bool:
    """Return whether a transport can come within ``reach_m`` of a unit from the place at which it starts."""
    units, region = params.units, params.medical.region
    m = int(units.whole[UnitSpecW.MOBILITY, transport])
    if m == Mobility.AIR or units.whole[UnitSpecW.STATUS0, transport] != Status.ACTIVE:
        return True
    place = units.real[[UnitSpecR.X0, UnitSpecR.Y0]]
    label = region[m].reshape(ground.terrain.surface.shape)
    start = label[ground.cell(*place[:, transport])]
    if start == 0:
        return True
    east, north = np.transpose(SPOTS)
    x_m, y_m = place[:, unit]
    return bool((label[ground.cell(x_m + east * reach_m, y_m + north * reach_m)] == start).any())
