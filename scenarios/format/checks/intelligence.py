"""Checks of the intelligence of the sides. No check compares it with the true forces of the enemy."""

from scenarios.format.checks.context import Context, reference
from scenarios.format.checks.places import Places, check_shape
from scenarios.format.problems import Problem
from scenarios.format.schema.cards import PlatformCard
from scenarios.format.schema.intelligence import Intelligence, ListedForce
from scenarios.format.schema.objectives import Objective
from scenarios.format.schema.scenario import ScenarioFile
from scenarios.format.yaml_text import Path

MAX_EXPECTED = 200_000
"""Most units that a side may expect."""


def check_intelligence(
    content: ScenarioFile, platforms: dict[str, PlatformCard], context: Context, *, is_map_right: bool
) -> list[Problem]:
    """Return the problems of the section. Places are checked only if the map itself has no problems."""
    problems: list[Problem] = []
    sides = {side.name: side.stance for side in content.sides}
    first: dict[str, int] = {}
    for i, entry in enumerate(content.intelligence):
        path = ("intelligence", context.place("intelligence", i))
        problems += reference((*path, "side"), "side", entry.side, sides, context, "sides")
        if sides.get(entry.side) == "neutral":
            text = f"{entry.side!r} is neutral and has no enemy; give the intelligence to a belligerent"
            problems.append(Problem((*path, "side"), text))
        if entry.side in first:
            text = f"intelligence[{first[entry.side]}] is also of side {entry.side!r}; merge the two"
            problems.append(Problem((*path, "side"), text))
        first.setdefault(entry.side, int(path[1]))
        problems += _check_order_of_battle(entry, path)
        problems += _check_zones(entry, path, content, context)
        problems += _check_areas(entry, path, Places(content)) if is_map_right else []
        for k, force in enumerate(entry.forces):
            where = (*path, "forces", k)
            problems += _check_force(force, where, entry, content, platforms, context)
        problems += _check_room(entry, path, platforms)
        for k, objective in enumerate(entry.objectives or ()):
            problems += _check_objective(objective, (*path, "objectives", k), entry, content, context)
    return problems


def enemies_of(side: str, content: ScenarioFile) -> list[str]:
    """Return the names of the belligerents other than a side."""
    return [other.name for other in content.sides if other.stance == "belligerent" and other.name != side]


def _check_order_of_battle(entry: Intelligence, path: Path) -> list[Problem]:
    problems: list[Problem] = []
    if "count_error" in entry.model_fields_set and entry.order_of_battle != "by_type" and entry.count_error > 0.0:
        text = f"an error belongs to order_of_battle by_type, not {entry.order_of_battle}; leave one of the two out"
        problems.append(Problem((*path, "count_error"), text))
    of_the_enemy = [force for force in entry.forces if force.side is None]
    if entry.order_of_battle == "listed" and all(force.arrival_s is not None for force in of_the_enemy):
        text = "no enemy unit is listed for the start; list at least one force, or give another order_of_battle"
        problems.append(Problem((*path, "forces"), text))
    for k, force in enumerate(entry.forces):
        if entry.order_of_battle != "listed" and force.side is None and force.arrival_s is None and not force.aboard:
            text = f"units there from the start belong to order_of_battle listed, not {entry.order_of_battle}; "
            problems.append(Problem((*path, "forces", k), text + "give `listed`, or arrival_s for reinforcements"))
    total = sum(force.most for force in entry.forces)
    if total > MAX_EXPECTED:
        problems.append(Problem((*path, "forces"), f"{total} units; at most {MAX_EXPECTED} can be expected"))
    return problems


def _check_zones(entry: Intelligence, path: Path, content: ScenarioFile, context: Context) -> list[Problem]:
    known = [zone.name for zone in content.zones]
    problems: list[Problem] = []
    for k, name in enumerate(entry.zones):
        problems += reference((*path, "zones", k), "zone", name, known, context, "zones")
    for i, force in enumerate(entry.forces):
        for k, name in enumerate(force.zones):
            problems += reference((*path, "forces", i, "zones", k), "zone", name, known, context, "zones")
    return problems


def _check_areas(entry: Intelligence, path: Path, places: Places) -> list[Problem]:
    problems: list[Problem] = []
    for k, area in enumerate(entry.areas):
        problems += check_shape(area, (*path, "areas", k), places)
    for i, force in enumerate(entry.forces):
        for k, area in enumerate(force.areas):
            problems += check_shape(area, (*path, "forces", i, "areas", k), places)
    return problems


def _check_force(
    force: ListedForce,
    path: Path,
    entry: Intelligence,
    content: ScenarioFile,
    platforms: dict[str, PlatformCard],
    context: Context,
) -> list[Problem]:
    problems = reference((*path, "platform"), "platform", force.platform, platforms, context, "platforms")
    if force.least > force.most:
        text = f"{force.least} is above most {force.most}; give at most that number"
        problems.append(Problem((*path, "least"), text))
    if force.arrival_s is not None and force.arrival_s >= content.time.length_s:
        text = f"{force.arrival_s:g} is not before the end at {content.time.length_s:g} s; give an earlier time"
        problems.append(Problem((*path, "arrival_s"), text))
    sides = {side.name for side in content.sides}
    neutrals = [side.name for side in content.sides if side.stance == "neutral"]
    is_given = force.side is not None and (force.side in sides or not context.is_known("sides", force.side))
    if is_given and force.side not in neutrals:
        others = f", or give one of {', '.join(neutrals)}" if neutrals else ""
        text = f"{force.side!r} is no neutral side; leave side out for units of the enemy{others}"
        problems.append(Problem((*path, "side"), text))
    card = platforms.get(force.platform)
    if force.side is not None and card is not None and card.decoy is not None:
        text = f"{force.side!r} is neutral and cannot use decoys; take another platform"
        problems.append(Problem((*path, "platform"), text))
    groups = {group.name: group for group in content.groups}
    whose = {*enemies_of(entry.side, content)} if force.side is None else {force.side}
    for k, name in enumerate(force.known_as):
        problems += reference((*path, "known_as", k), "group", name, groups, context, "groups")
        if name in groups and groups[name].side not in whose:
            text = f"{name!r} is of side {groups[name].side!r}; name a group of {' or '.join(sorted(whose))}"
            problems.append(Problem((*path, "known_as", k), text))
    if force.aboard is not None:
        for key in ("zones", "areas"):
            if getattr(force, key):
                problems.append(Problem((*path, key), "units aboard start where their carrier starts; leave it out"))
        if force.arrival_s is not None:
            problems.append(Problem((*path, "arrival_s"), "units aboard arrive with their carrier; leave it out"))
    return problems


def _check_room(entry: Intelligence, path: Path, platforms: dict[str, PlatformCard]) -> list[Problem]:
    """Check that carriers are listed and have room for the largest number of units aboard."""
    problems: list[Problem] = []
    aboard: dict[tuple[str | None, str], int] = {}
    for k, force in enumerate(entry.forces):
        if force.aboard is None:
            continue
        where, key = (*path, "forces", k, "aboard"), (force.side, force.aboard)
        carriers = [other for other in entry.forces if other.platform == force.aboard and other.side == force.side]
        afield = [other for other in carriers if other.aboard is None]
        card = platforms.get(force.aboard)
        if not carriers:
            problems.append(Problem(where, f"{force.aboard!r} is not listed; list it too, or leave aboard out"))
        elif not afield:
            problems.append(Problem(where, f"{force.aboard!r} is aboard itself; name a platform that is not"))
        elif card is not None and card.host is None:
            able = [name for name, value in platforms.items() if value.host is not None]
            text = f"{force.aboard!r} carries no units; take a platform with `host`, such as {', '.join(able[:4])}"
            problems.append(Problem(where, text))
        elif card is not None and card.host is not None:
            aboard[key] = aboard.get(key, 0) + force.most
            room = card.host.carries * sum(other.most for other in afield)
            if aboard[key] > room:
                text = f"{aboard[key]} units start aboard {force.aboard!r}, which carries {room}; expect fewer"
                problems.append(Problem((*path, "forces", k, "most"), text))
    return problems


def _check_objective(
    objective: Objective, path: Path, entry: Intelligence, content: ScenarioFile, context: Context
) -> list[Problem]:
    problems: list[Problem] = []
    sides = {side.name for side in content.sides}
    enemies = enemies_of(entry.side, content)
    if objective.side not in enemies:
        problems += reference((*path, "side"), "side", objective.side, sides, context, "sides")
        if objective.side in sides and enemies:
            text = f"assumed objectives are those of the enemy; give {' or '.join(enemies)}"
            problems.append(Problem((*path, "side"), text))
    if objective.zone is not None:
        zones = [zone.name for zone in content.zones]
        problems += reference((*path, "zone"), "zone", objective.zone, zones, context, "zones")
    groups = {group.name: group for group in content.groups}
    for k, name in enumerate(objective.groups):
        where = (*path, "groups", k)
        if objective.kind != "destroy":
            problems.append(Problem(where, "the enemy's groups are not known by name; list platforms instead"))
            continue
        problems += reference(where, "group", name, groups, context, "groups")
        if name in groups and groups[name].side != entry.side:
            text = f"{name!r} is of side {groups[name].side!r}; name groups of {entry.side!r}, which he is to destroy"
            problems.append(Problem(where, text))
        elif name in groups and groups[name].spoofed_by is not None:
            problems.append(Problem(where, f"{name!r} are phantoms, which cannot be destroyed; name real groups"))
    if objective.kind == "destroy":
        own = [group for group in content.groups if group.side == entry.side and group.spoofed_by is None]
        known = {unit.platform for group in own for unit in group.units}
    elif entry.order_of_battle == "listed":
        known = {force.platform for force in entry.forces if force.side is None}
    else:
        return problems
    for k, name in enumerate(objective.platforms):
        if len(context.names.get("groups", groups)) <= len(groups):
            problems += reference((*path, "platforms", k), "platform", name, known, context, "platforms")
    return problems
