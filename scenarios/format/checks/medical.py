"""Checks of medical support: policies, people, facilities, transports and exchange points."""

from scenarios.format.checks.context import Context, check_intervals, reference
from scenarios.format.checks.forces import Forces
from scenarios.format.checks.places import Places
from scenarios.format.names import advice
from scenarios.format.problems import Problem
from scenarios.format.schema.cards import PlatformCard
from scenarios.format.schema.medical import Medical
from scenarios.format.schema.scenario import Group, ScenarioFile, unit_names
from scenarios.format.yaml_text import Path

_SECTION = "medical"
_MOST_PEOPLE = 1_000_000


def check_medical(
    content: ScenarioFile, platforms: dict[str, PlatformCard], forces: Forces, context: Context
) -> list[Problem]:
    """Return the problems of the section ``medical``, of the policies of evacuation and of medical parts of cards."""
    section = content.medical
    problems: list[Problem] = []
    for i, side in enumerate(content.sides):
        path = ("sides", context.place("sides", i), "medical")
        if side.medical is not None and section is None:
            problems.append(Problem(path, "there is no section `medical`; add it, or leave the policy out"))
        elif side.medical is not None and side.stance == "neutral":
            problems.append(Problem(path, f"{side.name!r} is neutral and has no such policy; leave it out"))
    for i, group in enumerate(content.groups):
        path = ("groups", context.place("groups", i), "task")
        problems += _check_task(group, path, content, platforms, forces, context)
    if section is None:
        return problems
    problems += check_intervals(section, ("interval_s",), (_SECTION,), content.time.dt_s)
    problems += _check_points(section, content, context)
    problems += _check_carers(section, content, context)
    problems += _check_people(content, platforms, context)
    return problems + _check_facilities(content, platforms)


def _check_task(
    group: Group,
    path: Path,
    content: ScenarioFile,
    platforms: dict[str, PlatformCard],
    forces: Forces,
    context: Context,
) -> list[Problem]:
    """Check that a group that evacuates can, and that its target is an own group with a facility."""
    task = group.task
    if task.verb != "evacuate":
        return []
    problems: list[Problem] = []
    if content.medical is None:
        problems.append(Problem((*path, "verb"), "evacuate needs the section `medical`; add it"))
    cards = [platforms[entry.platform] for entry in group.units if entry.platform in platforms]
    if cards and all(card.evacuation is None for card in cards):
        able = sorted(name for name, card in platforms.items() if card.evacuation is not None)
        such = f", such as {', '.join(able[:4])}" if able else ""
        text = f"no unit of {group.name!r} has places for casualties; take a platform with `evacuation`{such}"
        problems.append(Problem((*path, "verb"), text))
    if task.target is None:
        return problems
    where = (*path, "target")
    problems += reference(where, "group", task.target, forces.groups, context, "groups")
    target = forces.groups.get(task.target)
    if target is None:
        return problems
    if target.side != group.side:
        problems.append(Problem(where, f"{task.target!r} is of side {target.side!r}; name an own group"))
    elif not _has_facility(target, platforms):
        able = {
            name
            for name, other in forces.groups.items()
            if other.side == group.side and _has_facility(other, platforms)
        }
        problems.append(Problem(where, f"{task.target!r} has no medical facility; {advice(task.target, able)}"))
    return problems


def _has_facility(group: Group, platforms: dict[str, PlatformCard]) -> bool:
    return any(platforms[entry.platform].facility is not None for entry in group.units if entry.platform in platforms)


def _check_points(section: Medical, content: ScenarioFile, context: Context) -> list[Problem]:
    problems: list[Problem] = []
    places = Places(content)
    sides = {side.name: side for side in content.sides}
    seen: set[str] = set()
    for k, point in enumerate(section.evacuation.exchange_points):
        path: Path = (_SECTION, "evacuation", "exchange_points", k)
        problems += reference((*path, "side"), "side", point.side, sides, context, "sides")
        if point.side in sides and sides[point.side].stance == "neutral":
            problems.append(Problem((*path, "side"), f"{point.side!r} is neutral and evacuates nobody; name another"))
        if point.name in seen:
            problems.append(Problem((*path, "name"), f"{point.name!r} is the name of two points; rename one"))
        seen.add(point.name)
        x, y = point.at_km
        if not places.is_on_map(x, y):
            problems.append(Problem((*path, "at_km"), f"[{x:g}, {y:g}] is off the map; give a point on it"))
    return problems


def _check_carers(section: Medical, content: ScenarioFile, context: Context) -> list[Problem]:
    """Check that the sides that care for neutrals are belligerents, each named once."""
    problems: list[Problem] = []
    sides = {side.name: side for side in content.sides}
    seen: set[str] = set()
    for k, name in enumerate(section.civilians.cared_by):
        path: Path = (_SECTION, "civilians", "cared_by", k)
        problems += reference(path, "side", name, sides, context, "sides")
        if name in sides and sides[name].stance == "neutral":
            problems.append(Problem(path, f"{name!r} is neutral itself; name a belligerent side"))
        if name in seen:
            problems.append(Problem(path, f"{name!r} is named twice; name it once"))
        seen.add(name)
    return problems


def _check_people(content: ScenarioFile, platforms: dict[str, PlatformCard], context: Context) -> list[Problem]:
    problems: list[Problem] = []
    total = 0
    for i, group in enumerate(content.groups):
        for k, entry in enumerate(group.units):
            card = platforms.get(entry.platform)
            people = entry.people or (None if card is None else card.people)
            if card is None or people is None or people.total == 0:
                continue
            path: Path = ("groups", context.place("groups", i), "units", k)
            if card.one_way:
                text = f"{entry.platform!r} is a one-way munition with people aboard; take them off"
                problems.append(Problem((*path, "people") if entry.people else (*path, "platform"), text))
            elif entry.people is not None and group.spoofed_by is not None:
                problems.append(Problem((*path, "people"), "phantoms have no people; leave it out"))
            total += people.total * entry.count
    if total > _MOST_PEOPLE:
        problems.append(Problem(("groups",), f"{total} people; at most {_MOST_PEOPLE} are possible"))
    return problems


def _check_facilities(content: ScenarioFile, platforms: dict[str, PlatformCard]) -> list[Problem]:
    """Check that blood and supplies are items that the unit of the facility has in store."""
    problems: list[Problem] = []
    section = content.sustainment
    items = {} if section is None else section.items
    stocked: dict[str, set[str]] = {}
    for store in () if section is None else section.stores:
        stocked.setdefault(store.at, set()).update(store.items)
    for name in sorted({entry.platform for group in content.groups for entry in group.units} & set(platforms)):
        facility = platforms[name].facility
        for key, item in (("blood", facility.blood), ("stores", facility.stores)) if facility is not None else ():
            path = ("catalogue", "platforms", name, "facility", key)
            if item is None:
                continue
            if item not in items:
                text = f"no item {item!r} in sustainment.items; {advice(item, set(items))}"
                problems.append(Problem(path, text))
            elif items[item].kind != "general":
                text = f"{item!r} is of kind {items[item].kind}; name an item of the kind general"
                problems.append(Problem(path, text))
            else:
                lacking = [
                    unit
                    for group in content.groups
                    for unit, entry in unit_names(group)
                    if group.units[entry].platform == name
                    and item not in stocked.get(unit, set()) | stocked.get(group.name, set())
                ]
                if lacking:
                    text = f"{lacking[0]!r} has no store of {item!r}; give it one in sustainment.stores"
                    problems.append(Problem(path, text))
    return problems
