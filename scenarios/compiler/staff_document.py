"""The staff document: the scenario as the staff of a side believes it to be.

Own units, ground, weather and rules are those of the file; the other sides are made of the intelligence alone.
"""

from collections.abc import Sequence
from typing import Any

from scenarios.compiler.enemy_plan import Areas, EnemyPlan, HasRoom, assumed_plan
from scenarios.compiler.expected_forces import ExpectedGroup
from scenarios.format.plane import Plane
from scenarios.format.schema.command import PolicyChoice, Staff
from scenarios.format.schema.injects import Inject
from scenarios.format.schema.intelligence import Intelligence, ListedForce
from scenarios.format.schema.medical import Medical
from scenarios.format.schema.mines import Minefield
from scenarios.format.schema.objectives import Objective
from scenarios.format.schema.scenario import Group, ScenarioFile, Side, unit_names
from scenarios.format.schema.sustainment import Sustainment
from scenarios.format.schema.triggers import Trigger
from scenarios.format.schema.zones import Zone
from scenarios.format.zone_shapes import shape_outline, twice_area
from simcore.types import F64

SUSPECTED_MINES = {"count_per_km2": 1.0, "actuation_m": 10.0, "actuation_on_land_m": 2.0}
"""Assumed mines of a suspected minefield, of which a side knows only the area and the endangered domains."""

Groups = Sequence[tuple[ExpectedGroup, ...]]


def staff_content(
    entry: Intelligence,
    content: ScenarioFile,
    plane: Plane,
    forces: Sequence[ListedForce],
    groups: Groups,
    areas_m: Areas,
    has_room: HasRoom,
) -> tuple[ScenarioFile, list[tuple[F64, ...]]]:
    """Return the scenario as a side believes it to be, and the areas where each force may start by the enemy's plan.

    ``forces`` are the forces that it expects, with their ``groups`` and the outlines of the areas where they may start.
    The enemy's plan is assumed to serve his assumed objectives; an enemy who awaits the side bars its way.
    """
    enemy = next(side.name for side in content.sides if side.stance == "belligerent" and side.name != entry.side)
    present = {entry.side, enemy, *(force.side for force in forces if force.side is not None)}
    own = tuple(group for group in content.groups if group.side == entry.side)
    wanted = [objective for objective in content.objectives if objective.side == entry.side]
    known = _own_objectives(wanted, own, forces, groups)
    assumed = _assumed_objectives(entry, known, own, forces, enemy)
    objectives = [*known, *assumed]
    plan = assumed_plan(assumed, known, own, forces, areas_m, content, plane, has_room)
    if plan is not None:
        areas_m = [plan.gathered(force.platform, areas) for force, areas in zip(forces, areas_m, strict=True)]
    others = [
        _group(force, group, outlines, enemy, content, plan, place - 0.5 * (len(of_force) - 1))
        for force, of_force, outlines in zip(forces, groups, areas_m, strict=True)
        for place, group in enumerate(of_force)
    ]
    zones = _known_zones(content, entry.side, objectives, present)
    document = content.model_copy(
        update={
            "title": "",
            "question": "",
            "description": "",
            "sides": tuple(_side(side, entry) for side in content.sides if side.name in present),
            "zones": zones,
            "groups": (*own, *others),
            "objectives": tuple(objectives),
            "minefields": tuple(_known_minefields(content, entry.side, plane, present)),
            "triggers": tuple(_known_triggers(content, own, zones)),
            "injects": (*_known_injects(content, entry.side, own, zones), *_arrivals(forces, groups)),
            "intelligence": (),
            "sustainment": _own_sustainment(content, own, entry.side),
            "medical": _own_medical(content, entry.side),
        }
    )
    return document, list(areas_m)


def _own_sustainment(content: ScenarioFile, own: tuple[Group, ...], side: str) -> Sustainment | None:
    """Return the sustainment with the workshops, stores, routes and priorities of the side alone."""
    given = content.sustainment
    if given is None:
        return None
    groups = {group.name for group in own}
    names = groups | {name for group in own for name, _ in unit_names(group)}
    shops = given.workshops
    if shops is not None:
        shops = tuple(shop for shop in shops if (shop.at in names if shop.at is not None else shop.side == side))
    known = {
        "workshops": shops,
        "stores": tuple(store for store in given.stores if store.at in names),
        "routes": tuple(route for route in given.routes if names.issuperset(route.between)),
        "priorities": {name: rank for name, rank in given.priorities.items() if name in groups},
    }
    return given.model_copy(update=known)


def _own_medical(content: ScenarioFile, side: str) -> Medical | None:
    """Return the medical support with the exchange points and the doctrine of the side alone."""
    given = content.medical
    if given is None:
        return None
    points = tuple(point for point in given.evacuation.exchange_points if point.side == side)
    own = tuple(name for name in given.civilians.cared_by if name == side)
    known = {
        "evacuation": given.evacuation.model_copy(update={"exchange_points": points}),
        "civilians": given.civilians.model_copy(update={"cared_by": own}),
    }
    return given.model_copy(update=known)


def _side(side: Side, entry: Intelligence) -> Side:
    """Return a side. Of the enemy's policy and staff nothing is known; his crew and rules are as assumed."""
    if side.name == entry.side or side.stance == "neutral":
        return side
    unknown = {"policy": PolicyChoice(), "maintenance": None, "supply": None, "medical": None, "staff": Staff()}
    return side.model_copy(update={**unknown, "operators": entry.operators, "roe_limit": entry.roe_limit})


def _group(
    force: ListedForce,
    group: ExpectedGroup,
    areas_m: tuple[F64, ...],
    enemy: str,
    content: ScenarioFile,
    plan: EnemyPlan | None,
    aside: float,
) -> Group:
    """Return a group aboard its carriers, or scattered over the bounding box of its areas (of the map without any)."""
    data: dict[str, Any] = {
        "name": group.name,
        "side": force.side or enemy,
        "units": [{"platform": force.platform, "count": group.size}],
        "roe": "free" if force.side is None else "hold",
    }
    if force.side is None:
        data["autonomy"] = force.autonomy
        if plan is not None:
            data |= plan.task(force.platform, areas_m, content, aside)
    if group.host is not None:
        return Group.model_validate({**data, "host": group.host, "aboard": True})
    field = content.map
    west, east, south, north = field.west_km, field.east_km, field.south_km, field.north_km
    if areas_m:
        west = max(west, min(float(area[0].min()) for area in areas_m) / 1e3)
        east = min(east, max(float(area[0].max()) for area in areas_m) / 1e3)
        south = max(south, min(float(area[1].min()) for area in areas_m) / 1e3)
        north = min(north, max(float(area[1].max()) for area in areas_m) / 1e3)
    place = {
        "at_km": [(west + east) / 2.0, (south + north) / 2.0],
        "scatter_km": [max((east - west) / 2.0, 1e-6), max((north - south) / 2.0, 1e-6)],
        "formation": {"spacing_m": 0.0},
        "reserve": force.arrival_s is not None,
    }
    return Group.model_validate(data | place)


def _own_objectives(
    wanted: Sequence[Objective], own: Sequence[Group], forces: Sequence[ListedForce], groups: Groups
) -> list[Objective]:
    """Return the own objectives, with expected groups in place of foreign groups.

    A foreign group stands for the forces known as it. Without any, ``destroy`` concerns all enemy units, and an
    objective to protect neutrals of whom nothing is known is left out.
    """
    names: dict[str, tuple[str, ...]] = {group.name: (group.name,) for group in own}
    for force, of_force in zip(forces, groups, strict=True):
        for name in force.known_as:
            names[name] = names.get(name, ()) + tuple(group.name for group in of_force)
    expected = {
        force.platform for force, of_force in zip(forces, groups, strict=True) if force.side is None and of_force
    }
    result: list[Objective] = []
    for objective in wanted:
        members = tuple(dict.fromkeys(known for name in objective.groups for known in names.get(name, ())))
        platforms = objective.platforms
        if objective.kind == "destroy":
            platforms = tuple(name for name in platforms if name in expected)
        elif objective.groups and not members and not platforms:
            continue
        result.append(objective.model_copy(update={"groups": members, "platforms": platforms}))
    return result


def _assumed_objectives(
    entry: Intelligence, wanted: Sequence[Objective], own: Sequence[Group], forces: Sequence[ListedForce], enemy: str
) -> list[Objective]:
    """Return the objectives of the enemy as given, or derived from the own ones."""
    taken = {objective.name for objective in wanted}
    prefix = "assumed"
    while any(name is not None and name.startswith(prefix) for name in taken):
        prefix = f"x{prefix}"
    if entry.objectives is not None:
        known = {force.platform for force in forces if force.side is None}
        assumed = [
            objective
            if objective.kind in ("destroy", "hold")
            else objective.model_copy(
                update={"platforms": tuple(name for name in objective.platforms if name in known)}
            )
            for objective in entry.objectives
        ]
    else:
        assumed = _mirrored(wanted, own, enemy)
        if all(objective.kind == "protect" for objective in assumed):
            assumed.append(Objective(side=enemy, kind="destroy"))
    return [objective.model_copy(update={"name": f"{prefix}-{k + 1}"}) for k, objective in enumerate(assumed)]


def _mirrored(wanted: Sequence[Objective], own: Sequence[Group], enemy: str) -> list[Objective]:
    """Return the objectives of an enemy who is against the own ones."""
    names = {group.name for group in own}
    result: list[Objective] = []
    for objective in wanted:
        update: dict[str, Any] = {"side": enemy, "decisive": False}
        if objective.kind == "save":
            continue
        if objective.kind == "hold":
            result.append(objective.model_copy(update=update))
        elif objective.kind in ("protect", "reach"):
            members = tuple(name for name in objective.groups if name in names)
            if members or objective.platforms or not objective.groups:
                update |= {"kind": "destroy", "zone": None, "groups": members}
                result.append(objective.model_copy(update=update))
        else:
            result.append(objective.model_copy(update={**update, "kind": "protect", "goal": 1.0}))
    return result


def _known_zones(
    content: ScenarioFile, side: str, objectives: Sequence[Objective], present: set[str]
) -> tuple[Zone, ...]:
    """Return the zones that bind the side or all, and those of its own objectives and of the assumed ones."""
    named = {objective.zone for objective in objectives}
    return tuple(
        zone if zone.side is None or zone.side in present else zone.model_copy(update={"side": None})
        for zone in content.zones
        if zone.side in (None, side) or zone.name in named
    )


def _known_minefields(content: ScenarioFile, side: str, plane: Plane, present: set[str]) -> list[Minefield]:
    """Return the own minefields, and the areas of suspected ones with assumed mines."""
    fields: list[Minefield] = []
    for entry in content.minefields:
        if entry.side == side:
            fields.append(entry)
        elif entry.suspected:
            key = "actuation_on_land_m" if "land" in entry.domains else "actuation_m"
            area_km2 = abs(twice_area(shape_outline(entry, plane))) / 2e6
            data: dict[str, Any] = {
                "name": entry.name,
                "side": entry.side if entry.side in present else None,
                "suspected": True,
                "domains": entry.domains,
                "actuation_m": SUSPECTED_MINES[key],
                "count": max(1, min(100_000, round(SUSPECTED_MINES["count_per_km2"] * area_km2))),
                **entry.model_dump(include={"circle", "rectangle", "polygon_km", "polygon"}),
            }
            fields.append(Minefield.model_validate(data))
    return fields


def _known_injects(content: ScenarioFile, side: str, own: Sequence[Group], zones: Sequence[Zone]) -> list[Inject]:
    """Return the events that the side can expect: own supplies and reinforcements, its zones, the forecast weather."""
    if not content.injects:
        return []
    names = {group.name for group in own} | {name for group in own for name, _ in unit_names(group)}
    known = {zone.name for zone in zones}
    events: list[Inject] = []
    for entry in content.injects:
        if entry.kind == "weather" or (entry.kind == "zone" and entry.zone in known):
            events.append(entry)
        elif entry.kind in ("supply", "reinforce"):
            who = tuple(name for name in entry.who if name in names)
            if who or entry.side == side:
                events.append(entry.model_copy(update={"who": who}))
    return events


def _known_triggers(content: ScenarioFile, own: Sequence[Group], zones: Sequence[Zone]) -> list[Trigger]:
    """Return the plan of the side for later: the triggers that give tasks to its own groups, with these tasks alone."""
    names, known = {group.name for group in own}, {zone.name for zone in zones}
    chosen = (trigger for trigger in content.triggers if trigger.when.zone is None or trigger.when.zone in known)
    plans = (
        trigger.model_copy(
            update={"tasks": tuple(task for task in trigger.tasks if task.group in names), "injects": ()}
        )
        for trigger in chosen
    )
    return [trigger for trigger in plans if trigger.tasks]


def _arrivals(forces: Sequence[ListedForce], groups: Groups) -> list[Inject]:
    """Return the expected arrivals of reinforcements."""
    return [
        Inject(at_s=force.arrival_s, kind="reinforce", who=tuple(group.name for group in of_force))
        for force, of_force in zip(forces, groups, strict=True)
        if force.arrival_s is not None and of_force
    ]
