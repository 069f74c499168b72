"""Routes of the first tasks around impassable ground, and the groups that may need routes later."""

import math

import numpy as np

from scenarios.compiler.units import Forces
from scenarios.format.plane import Plane
from scenarios.format.schema.scenario import Group, ScenarioFile
from scenarios.terrain.paths import MAX_CELLS, Field, find_route, reachable
from scenarios.terrain.rasters import Ground
from simcore.params import Block, GroupSpecW, UnitSpecR, UnitSpecW
from simcore.types import NONE, Mobility

Route = tuple[tuple[float, float], ...]
MAX_CELLS_LATER = 1_000_000
"""Largest raster for routes of later orders: a search must not delay a decision for long."""
MAX_ROUTES_KEPT = 1000
"""Routes kept for scenarios that share the ground."""
_STAYS = ("hold", "recover")
ON_THE_GROUND = (Mobility.WHEELED, Mobility.TRACKED, Mobility.FOOT, Mobility.WATER)


def plan_routes(
    content: ScenarioFile, forces: Forces, plane: Plane, ground: Ground
) -> tuple[dict[int, Route], list[str]]:
    """Return the points [m] of every group's route, by index of the group, and the problems found.

    A group without ``route`` gets a route if the straight line to its point crosses impassable ground and a detour
    exists; ``route: auto`` requests the quickest route, and its absence is a problem. The last point of a route is the
    point of the task. An escort goes to the start of the escorted group. A group with the task hold stays in place,
    unless a route is requested or given.
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
        if task.load_from is not None:
            source = forces.order.units_of(task.load_from)[0]
            point = float(forces.units.real[UnitSpecR.X0, source]), float(forces.units.real[UnitSpecR.Y0, source])
        stops = [*given, point] if point is not None and given[-1:] != [point] else given
        is_requested = task.route == "auto"
        routes[g] = tuple(stops) if given else ()
        if task.route == "straight" or (given and not is_requested) or (task.verb in _STAYS and not is_requested):
            continue
        where = f"groups.{group.name}.task.route"
        refusal = _refusal(group, forces, units, stops, ground)
        if refusal:
            problems += [f"{where}: {refusal}"] if is_requested else []
            continue
        modes = tuple(sorted({int(forces.units.whole[UnitSpecW.MOBILITY, unit]) for unit in units}))
        if modes not in fields:
            speed = np.ascontiguousarray(ground.terrain.speed[list(modes)].min(axis=0))
            fields[modes] = Field(speed, ground.west_m, ground.south_m, ground.cell_m)
        field = fields[modes]
        start = float(forces.group_point_m[0, g]), float(forces.group_point_m[1, g])
        if not is_requested and math.isfinite(field.leg_cost(start, stops[-1])):
            continue
        query = modes, start, tuple(stops), _clearance_m(forces, units)
        if query not in ground.routes:
            if len(ground.routes) >= MAX_ROUTES_KEPT:
                ground.routes.clear()
            ground.routes[query] = _through(field, start, stops, query[-1])
        points, problem = ground.routes[query]
        if not problem:
            routes[g] = points
        elif is_requested:
            problems.append(f"{where}: {problem}")
    return routes, problems


def way_round(
    forces: Forces, g: int, group: Group, start: tuple[float, float], goal: tuple[float, float], ground: Ground
) -> tuple[Route, str | None]:
    """Return the points [m] round impassable ground that a group passes before a later goal, or the problem.

    Empty if the straight line is free, and for groups that move in straight lines.
    """
    units = forces.order.members[g]
    if group.task.route == "straight" or _refusal(group, forces, units, [goal], ground):
        return (), None
    modes = sorted({int(forces.units.whole[UnitSpecW.MOBILITY, unit]) for unit in units})
    speed = np.ascontiguousarray(ground.terrain.speed[modes].min(axis=0))
    field = Field(speed, ground.west_m, ground.south_m, ground.cell_m)
    if math.isfinite(field.leg_cost(start, goal)):
        return (), None
    points, problem = _through(field, start, [goal], _clearance_m(forces, units))
    return points[:-1], problem


def assign_slots(content: ScenarioFile, forces: Forces, groups: Block, ground: Ground) -> None:
    """Assign route slots to every group whose later orders may need a detour, and to its units.

    These are groups on land or water, on a map with ground impassable to them; groups with ``route: straight`` need no
    slot. Mutates WAY_SLOT of ``forces.units`` and ``groups``.
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
    """Return the reason against planning a route for a group, or None."""
    modes = {int(forces.units.whole[UnitSpecW.MOBILITY, unit]) for unit in units}
    if not modes <= {int(mode) for mode in ON_THE_GROUND}:
        return "only land and sea units need a route; leave out route for a group with other units"
    if group.aboard:
        return "a group that starts aboard leaves from the later position of its host; leave out route or give route_km"
    if not stops:
        return "the task has no point; give at_km"
    if ground.terrain.surface.size > MAX_CELLS:
        n = ground.terrain.surface.size
        return f"the map has {n} cells; route search is limited to {MAX_CELLS}; raise cell_m or give route_km"
    return None


def _clearance_m(forces: Forces, units: list[int]) -> float:
    """Return the greatest distance of a group's units from its point: formation plus widest turn [m]."""
    real = forces.units.real
    offset = np.hypot(real[UnitSpecR.OFFSET_X, units], real[UnitSpecR.OFFSET_Y, units])
    return float(offset.max() + real[UnitSpecR.TURN_RADIUS, units].max())


def _through(
    field: Field, start: tuple[float, float], stops: list[tuple[float, float]], clearance_m: float
) -> tuple[Route, str | None]:
    """Return the points of the route from ``start`` through all ``stops``, or the problem."""
    points: list[tuple[float, float]] = []
    leg_start = start
    for stop in stops:
        leg = find_route(field, leg_start, stop, clearance_m)
        if leg is None:
            return (), _no_route(field, start, leg_start, stop)
        points += [(round(x, 3), round(y, 3)) for x, y in leg]
        leg_start = stop
    return tuple(points), None


def _no_route(
    field: Field, start: tuple[float, float], leg_start: tuple[float, float], stop: tuple[float, float]
) -> str:
    where = f"no route from {_km(leg_start)} to {_km(stop)}"
    if field.speed[field.cell(*start)] <= 0.0:
        return f"{where}: the group starts where it cannot move; place it elsewhere"
    rows, columns = np.nonzero(reachable(field, start))
    x = field.west_m + (columns + 0.5) * field.cell_m
    y = field.south_m + (rows + 0.5) * field.cell_m
    k = int(np.argmin((x - stop[0]) ** 2 + (y - stop[1]) ** 2))
    why = "the goal is on impassable ground" if field.speed[field.cell(*stop)] <= 0.0 else "the goal is cut off"
    return f"{where}: {why}; the nearest reachable point is {_km((float(x[k]), float(y[k])))}"


def _km(point: tuple[float, float]) -> str:
    return f"[{point[0] / 1e3:.3f}, {point[1] / 1e3:.3f}]"
