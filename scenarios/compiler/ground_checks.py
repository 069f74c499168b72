"""Checks of units and mines in impossible places: off the map, vehicles at sea, ships ashore."""

import numpy as np

from scenarios.compiler.mines import Minefields
from scenarios.compiler.placement import is_inside
from scenarios.compiler.units import Forces
from scenarios.format.schema.scenario import ScenarioFile
from scenarios.terrain.features import points_inside
from scenarios.terrain.rasters import Ground
from simcore.params import UnitSpecR, UnitSpecW
from simcore.surroundings import MinefieldSpecW
from simcore.types import F64, Domain, Status

_SAMPLES = 200  # along each side of a minefield


def check_ground(content: ScenarioFile, forces: Forces, ground: Ground) -> list[str]:
    """Return a problem for each group with a unit in an impossible place, ``groups.<name>: ...``.

    A scattered unit may have its point anywhere on the map if some place in its scatter area is possible.
    """
    x, y = forces.units.real[UnitSpecR.X0], forces.units.real[UnitSpecR.Y0]
    whole = forces.units.whole
    afield = whole[UnitSpecW.STATUS0] != int(Status.ABOARD)
    outside = afield & ~is_inside(content.map, x, y)
    misplaced = afield & ~outside & ~_stands(forces, ground, x, y)
    problems: list[str] = []
    reported: set[int] = set()
    good: set[tuple[object, ...]] = set()  # scatter areas with a possible place
    for unit in np.flatnonzero(outside | misplaced):
        g = forces.order.group[unit]
        if g in reported:
            continue
        half_m, radius_m = _scatter(forces, int(unit))
        is_scattered = max(*half_m, radius_m) > 0.0
        domain = int(whole[UnitSpecW.DOMAIN, unit])
        place = float(x[unit]), float(y[unit])
        area = domain, place, half_m, radius_m
        if not outside[unit] and is_scattered and (area in good or ground.touches(*area)):
            good.add(area)
            continue
        reported.add(g)
        group, name = content.groups[g], forces.order.names[unit]
        where = f"groups.{group.name}.{'at_km' if group.at is None else 'at'}"
        spot = f"({place[0] / 1e3:.3f}, {place[1] / 1e3:.3f}) km"
        if outside[unit]:
            text = f"unit {name!r} at {spot} is off the map; move the group or draw the formation closer"
        else:
            near = ground.nearest(*place, ground.mask(domain))
            kind, right = ("land", "water") if domain != int(Domain.LAND) else ("water", "land")
            advice = f"the map has no {right}" if near is None else \
                f"the nearest {right} is [{near[0] / 1e3:.3f}, {near[1] / 1e3:.3f}]"  # fmt: skip
            noun = Domain(domain).name.lower()
            text = f"the {noun} unit {name!r} at {spot} stands on {kind}"
            if is_scattered:
                text = f"the {noun} unit {name!r} is scattered around {spot}, where all is {kind}"
            text += f"; {advice}"
        problems.append(f"{where}: {text}")
    return problems


def check_minefields(content: ScenarioFile, minefields: Minefields, ground: Ground) -> list[str]:
    """Return a problem for each minefield without possible places of endangered units."""
    problems: list[str] = []
    for f, (entry, corners) in enumerate(zip(content.minefields, minefields.areas.polygons, strict=True)):
        mask = int(minefields.block.whole[MinefieldSpecW.DOMAINS, f])
        domains = [domain for domain in Domain if mask >> int(domain) & 1]
        x: F64 = np.linspace(float(corners[0].min()), float(corners[0].max()), _SAMPLES, dtype=np.float64)
        y: F64 = np.linspace(float(corners[1].min()), float(corners[1].max()), _SAMPLES, dtype=np.float64)
        inside = points_inside(corners.T, x[None, :], y[:, None])
        right: np.ndarray = np.logical_or.reduce([ground.mask(int(domain)) for domain in domains])
        row, column = ground.cell(x, y)
        can_lie = right[row[:, None], column[None, :]]
        if minefields.block.whole[MinefieldSpecW.COUNT, f] == 0 or not inside.any() or (inside & can_lie).any():
            continue
        surface = "land" if Domain.LAND in domains else "water"
        near = ground.nearest(float(x.mean()), float(y.mean()), right)
        advice = f"the map has no {surface}" if near is None else \
            f"the nearest {surface} is [{near[0] / 1e3:.3f}, {near[1] / 1e3:.3f}]"  # fmt: skip
        names = " or ".join(domain.name.lower() for domain in domains)
        problems.append(f"minefields.{entry.name}: mines against {names} units have no {surface} to lie in; {advice}")
    return problems


def bring_homes_to_ground(content: ScenarioFile, forces: Forces, ground: Ground) -> None:
    """Move the homes of scattered units from impossible places to the nearest possible place.

    Mutates HOME_X and HOME_Y. Homes given in the file are not moved.
    """
    real = forces.units.real
    x, y = real[UnitSpecR.HOME_X], real[UnitSpecR.HOME_Y]
    found: dict[tuple[float, float, int], tuple[float, float] | None] = {}
    for unit in np.flatnonzero(~_stands(forces, ground, x, y)):
        half_m, radius_m = _scatter(forces, int(unit))
        if content.groups[forces.order.group[unit]].home_km is None and max(*half_m, radius_m) > 0.0:
            place = float(x[unit]), float(y[unit]), int(forces.units.whole[UnitSpecW.DOMAIN, unit])
            if place not in found:
                found[place] = ground.nearest(place[0], place[1], ground.mask(place[2]))
            near = found[place]
            if near is not None:
                x[unit], y[unit] = near


def _scatter(forces: Forces, unit: int) -> tuple[tuple[float, float], float]:
    real = forces.units.real[:, unit]
    return (float(real[UnitSpecR.SCATTER_X]), float(real[UnitSpecR.SCATTER_Y])), float(real[UnitSpecR.SCATTER_R])


def _stands(forces: Forces, ground: Ground, x_m: F64, y_m: F64) -> np.ndarray:
    """Return the mask of units at possible positions ``x_m``, ``y_m`` (n,)."""
    row, column = ground.cell(x_m, y_m)
    domain = forces.units.whole[UnitSpecW.DOMAIN]
    right = np.zeros(len(domain), dtype=bool)
    for code in Domain:
        right |= (domain == int(code)) & ground.mask(int(code))[row, column]
    return right
