"""Routes of the first tasks over the ground, round what the units of a group cannot pass; who gets some later."""

import math

import numpy as np

from scenarios.compiler.units import Forces
from scenarios.format.plane import Plane
from scenarios.format.schema.scenario import Group, ScenarioFile
from scenarios.terrain.ground import Ground
from scenarios.terrain.paths import MAX_CELLS, Field, find_route, reachable
from simcore.params import Block, GroupSpecW, UnitSpecR, UnitSpecW
from simcore.types import NONE, Mobility

Route = tuple[tuple[float, float], ...]
MAX_CELLS_LATER = 1_000_000
"""Largest raster on which later orders find routes: a search must not hold up a decision for long."""
_STAYS = ("hold", "recover")
ON_THE_GROUND = (Mobility.WHEELED, Mobility.TRACKED, Mobility.FOOT, Mobility.WATER)


def plan_routes(
    content: ScenarioFile, forces: Forces, plane: Plane, ground: Ground
) -> tuple[dict[int, Route], list[str]]:
    """Return the points [m] of every group's route, by index of the group, and what is wrong.

    A group without ``route`` gets one where the straight line to its point crosses ground that it cannot pass and a
    way round exists; ``route: auto`` asks for the quickest way and makes it a problem when there is none. The last
    point of a route is the task's own. An escort goes to where the escorted group starts. A group that holds goes
    nowhere, unless a route is asked for or given.
    """
    routes: dict[int, Route] = {}
    problems: list[str] = []
    fields: dict[tuple[int, ...], Field] = {}
    for g, group in enumerate(content.groups):
        task, units = group.task, forces.order.members[g]
        given = [(round(x * 1e3, 3), round(y * 1e3, 3)) for x, y in task.route_km]
        point = plane.point(task.at_km, task.at)
        if task.escort is not None:
            h = next(k for k, other in enumerate(content.groups) if other.name == task.escort)
            point = float(forces.group_point_m[0, h]), float(forces.group_point_m[1, h])
        stops = [*given, point] if point is not None and given[-1:] != [point] else given
        is_asked = task.route == "auto"
        routes[g] = tuple(stops) if given else ()
        if task.route == "straight" or (given and not is_asked) or (task.verb in _STAYS and not is_asked):
            continue
        where = f"groups.{group.name}.task.route"
        refusal = _refusal(group, forces, units, stops, ground)
        if refusal:
            problems += [f"{where}: {refusal}"] if is_asked else []
            continue
        modes = tuple(sorted({int(forces.units.whole[UnitSpecW.MOBILITY, unit]) for unit in units}))
        if modes not in fields:
            speed = np.ascontiguousarray(ground.terrain.speed[list(modes)].min(axis=0))
            fields[modes] = Field(speed, ground.west_m, ground.south_m, ground.cell_m)
        field = fields[modes]
        start = float(forces.group_point_m[0, g]), float(forces.group_point_m[1, g])
        if not is_asked and math.isfinite(field.leg_cost(start, stops[-1])):
            continue
        points, problem = _through(field, start, stops, _clearance_m(forces, units))
        if not problem:
            routes[g] = points
        elif is_asked:
            problems.append(f"{where}: {problem}")
    return routes, problems


def assign_slots(content: ScenarioFile, forces: Forces, groups: Block, ground: Ground) -> None:
    """Give a column among the ways to every group that later orders may lead round something, and to its units.

    These are the groups on the ground or the water, on a map with something that they cannot pass; those with
    ``route: straight`` go straight. Mutates WAY_SLOT of ``forces.units`` and ``groups``.
    """
    slots, units = groups.whole[GroupSpecW.WAY_SLOT], forces.units.whole[UnitSpecW.WAY_SLOT]
    slots[:], units[:] = NONE, NONE
    mobility = forces.units.whole[UnitSpecW.MOBILITY]
    is_blocked = [bool((factors <= 0.0).any()) for factors in ground.terrain.speed]
    if ground.terrain.surface.size > MAX_CELLS_LATER:
        return
    chosen = [
        g
        for g, group in enumerate(content.groups)
        if group.task.route != "straight"
        and all(int(mobility[unit]) in ON_THE_GROUND for unit in forces.order.members[g])
        and any(is_blocked[int(mobility[unit])] for unit in forces.order.members[g])
    ]
    members = sorted(unit for g in chosen for unit in forces.order.members[g])
    units[members] = np.arange(len(members))
    slots[chosen] = len(members) + np.arange(len(chosen))


def _refusal(
    group: Group, forces: Forces, units: list[int], stops: list[tuple[float, float]], ground: Ground
) -> str | None:
    """Return why no route can be planned for a group, or None."""
    modes = {int(forces.units.whole[UnitSpecW.MOBILITY, unit]) for unit in units}
    if not modes <= {int(mode) for mode in ON_THE_GROUND}:
        return "only what drives, walks or swims needs a way; leave out route for a group with others in it"
    if group.aboard:
        return "a group that starts aboard leaves from where its host is by then; leave out route or give route_km"
    if not stops:
        return "there is no point to go to; give at_km"
    if ground.terrain.surface.size > MAX_CELLS:
        n = ground.terrain.surface.size
        return f"the map has {n} cells, and ways are searched on up to {MAX_CELLS}; raise cell_m or give route_km"
    return None


def _clearance_m(forces: Forces, units: list[int]) -> float:
    """Return how far the units of a group stray from its point: its formation and the widest turn [m]."""
    real = forces.units.real
    offset = np.hypot(real[UnitSpecR.OFFSET_X, units], real[UnitSpecR.OFFSET_Y, units])
    return float(offset.max() + real[UnitSpecR.TURN_RADIUS, units].max())


def _through(
    field: Field, start: tuple[float, float], stops: list[tuple[float, float]], clearance_m: float
) -> tuple[Route, str | None]:
    """Return the points of the way from ``start`` through all ``stops``, or what is wrong."""
    points: list[tuple[float, float]] = []
    here = start
    for stop in stops:
        way = find_route(field, here, stop, clearance_m)
        if way is None:
            return (), _no_way(field, start, here, stop)
        points += [(round(x, 3), round(y, 3)) for x, y in way]
        here = stop
    return tuple(points), None


def _no_way(field: Field, start: tuple[float, float], here: tuple[float, float], stop: tuple[float, float]) -> str:
    where = f"no way from {_km(here)} to {_km(stop)}"
    if field.speed[field.cell(*start)] <= 0.0:
        return f"{where}: the group starts where it cannot move; place it elsewhere"
    rows, columns = np.nonzero(reachable(field, start))
    x = field.west_m + (columns + 0.5) * field.cell_m
    y = field.south_m + (rows + 0.5) * field.cell_m
    k = int(np.argmin((x - stop[0]) ** 2 + (y - stop[1]) ** 2))
    why = "the goal is on ground that it cannot pass" if field.speed[field.cell(*stop)] <= 0.0 else "it is cut off"
    return f"{where}: {why}; the nearest point that it can reach is {_km((float(x[k]), float(y[k])))}"


def _km(point: tuple[float, float]) -> str:
    return f"[{point[0] / 1e3:.3f}, {point[1] / 1e3:.3f}]"
