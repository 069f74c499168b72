"""Groups, zones, objectives and routes as blocks of columns."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scenarios.compiler.columns import blank
from scenarios.compiler.injects import time_zones
from scenarios.compiler.routes import Route
from scenarios.compiler.units import Forces
from scenarios.format.plane import Plane
from scenarios.format.schema.objectives import Objective
from scenarios.format.schema.scenario import ScenarioFile
from scenarios.format.zone_shapes import zone_outline
from scenarios.terrain.rasters import Ground
from simcore.params import (
    ALWAYS,
    Block,
    GroupSpecR,
    GroupSpecW,
    ObjectiveSpecR,
    ObjectiveSpecW,
    UnitSpecR,
    UnitSpecW,
    ZoneSpecR,
    ZoneSpecW,
)
from simcore.types import F64, I32, NONE, Domain, Emcon, Identity, ObjectiveKind, Roe, Task, ZoneKind


@dataclass(frozen=True)
class Areas:
    """Zones and their polygons."""

    zones: Block
    vertices: F64  # (2, corners of all zones) [m]
    polygons: tuple[F64, ...]  # (2, corners) each

    def centre_and_radius(self) -> tuple[F64, F64]:
        """Return (2, zones) centroids and (zones,) radii of the circles with the same area [m]."""
        centre, radius = np.zeros((2, len(self.polygons))), np.zeros(len(self.polygons))
        for i, (x, y) in enumerate(self.polygons):
            cross = x * np.roll(y, -1) - np.roll(x, -1) * y
            area = float(cross.sum()) / 2.0
            if area == 0.0:
                centre[:, i] = x.mean(), y.mean()
                continue
            centre[0, i] = float(((x + np.roll(x, -1)) * cross).sum()) / (6.0 * area)
            centre[1, i] = float(((y + np.roll(y, -1)) * cross).sum()) / (6.0 * area)
            radius[i] = math.sqrt(abs(area) / math.pi)
        return np.round(centre, 3), np.round(radius, 3)

    def domains(self, ground: Ground) -> I32:
        """Return the bits (zones,) of the domains that can be on some of the ground of each zone."""
        masks = {domain: ground.mask(int(domain)) for domain in Domain}
        found = np.zeros(len(self.polygons), dtype=np.int32)
        for i, corners in enumerate(self.polygons):
            row, column = ground.cells_inside(corners)
            found[i] = sum(1 << domain for domain in Domain if masks[domain][row, column].any())
        return found


def compile_areas(content: ScenarioFile, plane: Plane) -> Areas:
    """Return the zones of a resolved scenario."""
    sides = {side.name: i for i, side in enumerate(content.sides)}
    polygons = tuple(zone_outline(zone, plane) for zone in content.zones)
    block = blank(ZoneSpecR, ZoneSpecW, len(polygons))
    real, whole = block
    first = 0
    for i, (zone, corners) in enumerate(zip(content.zones, polygons, strict=True)):
        real[ZoneSpecR.WEST, i], real[ZoneSpecR.EAST, i] = corners[0].min(), corners[0].max()
        real[ZoneSpecR.SOUTH, i], real[ZoneSpecR.NORTH, i] = corners[1].min(), corners[1].max()
        whole[ZoneSpecW.KIND, i] = int(ZoneKind[zone.kind.upper()])
        whole[ZoneSpecW.FIRST, i] = first
        whole[ZoneSpecW.COUNT, i] = corners.shape[1]
        whole[ZoneSpecW.SIDE, i] = NONE if zone.side is None else sides[zone.side]
        whole[ZoneSpecW.FROM_TICK, i], whole[ZoneSpecW.UNTIL_TICK, i] = 0, ALWAYS
        first += corners.shape[1]
    time_zones(content, whole)
    vertices = np.concatenate(polygons, axis=1) if polygons else np.zeros((2, 0))
    return Areas(block, np.ascontiguousarray(vertices), polygons)


def compile_groups(
    content: ScenarioFile, forces: Forces, plane: Plane, routes: Mapping[int, Route]
) -> tuple[Block, F64]:
    """Return the groups with their first tasks, and all route points (2, n) [m].

    ``routes`` holds the route points [m] of each group. Mutates the columns ROUTE_FIRST and ROUTE_COUNT of
    ``forces.units``.
    """
    sides = {side.name: i for i, side in enumerate(content.sides)}
    index = {group.name: i for i, group in enumerate(content.groups)}
    n = len(content.groups)
    block = blank(GroupSpecR, GroupSpecW, n)
    real, whole = block
    route: list[tuple[float, float]] = []
    for g, group in enumerate(content.groups):
        task, units = group.task, forces.order.members[g]
        point = plane.point(task.at_km, task.at)
        if point is None:
            end = plane.point(task.route_km[-1], None) if task.route_km else None
            point = end if end is not None else (float(forces.group_point_m[0, g]), float(forces.group_point_m[1, g]))
        if task.load_from is not None:
            source = forces.order.units_of(task.load_from)[0]
            point = float(forces.units.real[UnitSpecR.X0, source]), float(forces.units.real[UnitSpecR.Y0, source])
        real[GroupSpecR.X, g], real[GroupSpecR.Y, g] = point
        real[GroupSpecR.RADIUS, g] = task.radius_km * 1e3
        real[GroupSpecR.SPEED, g] = task.speed
        real[GroupSpecR.SPACING, g] = task.spacing_m
        whole[GroupSpecW.SIDE, g] = sides[group.side]
        whole[GroupSpecW.TASK, g] = int(Task[task.verb.upper()])
        limit = int(Roe[content.sides[sides[group.side]].roe_limit.upper()])
        whole[GroupSpecW.ROE_LIMIT, g] = limit
        whole[GroupSpecW.ROE, g] = min(int(Roe[group.roe.upper()]), limit)
        target = task.escort or task.target
        whole[GroupSpecW.TARGET, g] = NONE if target is None else index[target]
        whole[GroupSpecW.SIZE, g] = len(units)
        whole[GroupSpecW.EMCON, g] = int(Emcon[group.emcon.upper()])
        forces.units.whole[UnitSpecW.ROUTE_FIRST, units] = len(route)
        forces.units.whole[UnitSpecW.ROUTE_COUNT, units] = len(routes[g])
        route += routes[g]
    return block, np.ascontiguousarray(np.array(route, dtype=np.float64).reshape(-1, 2).T)


def compile_objectives(content: ScenarioFile, forces: Forces) -> tuple[Block, I32]:
    """Return the objectives and their units sorted by cost, so that sums are independent of names."""
    sides = {side.name: i for i, side in enumerate(content.sides)}
    zones = {zone.name: i for i, zone in enumerate(content.zones)}
    n = len(content.objectives)
    block = blank(ObjectiveSpecR, ObjectiveSpecW, n)
    real, whole = block
    members: list[int] = []
    for i, objective in enumerate(content.objectives):
        listed = sorted(_members(objective, content, forces), key=lambda unit: forces.units.real[UnitSpecR.COST, unit])
        real[ObjectiveSpecR.WEIGHT, i] = objective.weight
        real[ObjectiveSpecR.GOAL, i] = objective.goal
        whole[ObjectiveSpecW.SIDE, i] = sides[objective.side]
        whole[ObjectiveSpecW.KIND, i] = int(ObjectiveKind[objective.kind.upper()])
        whole[ObjectiveSpecW.ZONE, i] = NONE if objective.zone is None else zones[objective.zone]
        whole[ObjectiveSpecW.FIRST, i] = len(members)
        whole[ObjectiveSpecW.COUNT, i] = len(listed)
        whole[ObjectiveSpecW.IS_DECISIVE, i] = objective.decisive
        whole[ObjectiveSpecW.BY_UNITS, i] = (
            objective.count == "units" or not forces.units.real[UnitSpecR.COST, listed].any()
        )
        members += listed
    return block, np.array(members, dtype=np.int32)


def _members(objective: Objective, content: ScenarioFile, forces: Forces) -> list[int]:
    """Return the units that count for an objective, in canonical order."""
    if objective.kind == "hold":
        return []
    order = forces.order
    is_phantom = forces.units.whole[UnitSpecW.SPOOFER] >= 0
    is_spared = np.isin(forces.units.whole[UnitSpecW.IDENTITY], (Identity.DECOY, Identity.PROTECTED))
    belligerents = {side.name for side in content.sides if side.stance == "belligerent"}
    wanted = belligerents - {objective.side} if objective.kind == "destroy" else {objective.side}
    is_all = not objective.groups and not objective.platforms
    groups, platforms = set(objective.groups), set(objective.platforms)
    members: list[int] = []
    for unit, (g, platform) in enumerate(zip(order.group, order.platform, strict=True)):
        group = content.groups[g]
        is_listed = group.name in groups  # by the checks, only protect may list neutral groups
        if group.side in wanted:
            is_listed |= order.platforms[platform] in platforms
            is_listed |= is_all and not (objective.kind == "destroy" and is_spared[unit])
        if is_listed and not is_phantom[unit]:  # phantoms cannot be destroyed, protected or moved
            members.append(unit)
    if objective.kind in ("reach", "save"):
        return members
    is_munition = forces.units.whole[UnitSpecW.IS_ONE_WAY] == 1
    return [unit for unit in members if not is_munition[unit]] or members


OBJECTIVE_WORDS = {
    "destroy": "destroy {listed}",
    "destroy_all": "destroy all units of {side}",
    "protect": "protect {listed}",
    "protect_all": "protect all own units",
    "hold": "hold {zone}",
    "reach": "bring {listed} to {zone}",
    "reach_all": "bring all own units to {zone}",
    "save": "keep the severely hurt of {listed} alive",
    "save_all": "keep the severely hurt of all own units alive",
    "by_cost": " (by cost)",
    "by_cost_least": " (at least {goal} by cost)",
    "by_number": " (by number)",
    "by_number_least": " (at least {goal} by number)",
    "of_time": " (of the time)",
    "of_time_least": " (at least {goal} of the time)",
    "of_them": " (of them)",
    "of_them_least": " (at least {goal} of them)",
}
"""English words of the parts of an objective."""


def objective_parts(
    objective: Objective, content: ScenarioFile, titles: Mapping[str, str] | None = None
) -> tuple[tuple[str, dict[str, str]], ...]:
    """Return an objective, without its side, as keys of words and their facts: the deed, then its measure.

    Cards are named by ``titles``; one that is not in them keeps its identifier.
    """
    named = (titles or {}).get
    members = [*objective.groups, *(f"every {named(name, name)}" for name in objective.platforms)]
    rivals = (side.name for side in content.sides if side.stance == "belligerent" and side.name != objective.side)
    more = f" and {len(members) - 4} more" if len(members) > 4 else ""
    facts = {"zone": objective.zone or "", "side": next(rivals, "enemy"), "listed": ", ".join(members[:4]) + more}
    deed = objective.kind if members or objective.kind == "hold" else f"{objective.kind}_all"
    basis = {"hold": "of_time", "save": "of_them"}.get(
        objective.kind, "by_number" if objective.count == "units" else "by_cost"
    )
    measure = f"{basis}_least" if objective.goal < 1.0 else basis
    return (deed, facts), (measure, {"goal": f"{objective.goal:.0%}"})


def objective_sentence(objective: Objective, content: ScenarioFile) -> str:
    """Return an objective in words, without its side. Cards have their titles."""
    titles = {name: card.title for name, card in content.catalogue.platforms.items() if card.title}
    return "".join(OBJECTIVE_WORDS[key].format(**facts) for key, facts in objective_parts(objective, content, titles))
