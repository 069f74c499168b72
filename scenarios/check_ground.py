"""Units that stand where they cannot: off the map, at sea on wheels, ashore on a keel."""

import numpy as np

from scenarios.compile_units import Forces
from scenarios.placement import is_inside
from scenarios.schema_scenario import ScenarioFile
from scenarios.terrain import Ground
from simcore.params import UP, UW
from simcore.types import Domain, Status, Surface


def check_ground(content: ScenarioFile, forces: Forces, ground: Ground) -> list[str]:
    """Return a problem for each group with a unit that stands where it cannot, ``groups.<name>: ...``."""
    x, y = forces.units.real[UP.X0], forces.units.real[UP.Y0]
    whole = forces.units.whole
    afield = whole[UW.STATUS0] != int(Status.ABOARD)
    outside = afield & ~is_inside(content.map, x, y)
    is_water = ground.surface_at(x, y) == int(Surface.WATER)
    domain = whole[UW.DOMAIN]
    afloat = (domain == int(Domain.SURFACE)) | (domain == int(Domain.SUBSURFACE))
    misplaced = afield & ~outside & (((domain == int(Domain.LAND)) & is_water) | (afloat & ~is_water))
    problems: list[str] = []
    reported: set[int] = set()
    for unit in np.flatnonzero(outside | misplaced):
        g = forces.order.group[unit]
        if g in reported:
            continue
        reported.add(g)
        group, name = content.groups[g], forces.order.names[unit]
        where = f"groups.{group.name}.{'at_km' if group.at is None else 'at'}"
        spot = f"({x[unit] / 1e3:.3f}, {y[unit] / 1e3:.3f}) km"
        if outside[unit]:
            text = f"unit {name!r} at {spot} is off the map; move the group or draw the formation closer"
        else:
            wanted = ground.terrain.surface == int(Surface.WATER)
            wanted = wanted if afloat[unit] else ~wanted
            near = ground.nearest(float(x[unit]), float(y[unit]), wanted)
            kind, right = ("water", "land") if is_water[unit] else ("land", "water")
            advice = f"the map has no {right}" if near is None else \
                f"the nearest {right} is [{near[0] / 1e3:.3f}, {near[1] / 1e3:.3f}]"  # fmt: skip
            what = Domain(int(domain[unit])).name.lower()
            text = f"the {what} unit {name!r} at {spot} stands on {kind}; {advice}"
        problems.append(f"{where}: {text}")
    return problems
