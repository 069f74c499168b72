"""Checks of the section ``sustainment`` and of the tasks of supply: names, levels, sources and carriers."""

from collections.abc import Iterable

from scenarios.format.checks.context import Context, check_intervals, reference
from scenarios.format.checks.forces import Forces
from scenarios.format.checks.places import Places
from scenarios.format.names import advice
from scenarios.format.problems import Problem
from scenarios.format.schema.cards import PlatformCard
from scenarios.format.schema.scenario import Group, ScenarioFile
from scenarios.format.schema.supply import Item, Shelf
from scenarios.format.schema.sustainment import Sustainment
from scenarios.format.yaml_text import Path

_SECTION = "sustainment"
_MOST_STORES = 20_000


def check_supply(
    content: ScenarioFile, platforms: dict[str, PlatformCard], forces: Forces, context: Context
) -> list[Problem]:
    """Return the problems of supply."""
    section = content.sustainment
    problems: list[Problem] = []
    shelves: dict[tuple[str, str], Shelf] = {}
    if section is not None:
        problems += _check_items(section, platforms, content, context)
        problems += _check_stores(section, shelves, forces, platforms, context)
        problems += _check_sources(section, shelves, forces)
        problems += _check_routes(section, shelves, forces, content)
        problems += check_intervals(section, ("supply_interval_s",), (_SECTION,), content.time.dt_s)
        for name in section.priorities:
            where = (_SECTION, "priorities", name)
            problems += reference(where, "group", name, forces.groups, context, "groups")
    for i, side in enumerate(content.sides):
        if side.supply is None:
            continue
        path = ("sides", context.place("sides", i), "supply")
        if side.stance == "neutral":
            problems.append(Problem(path, f"{side.name!r} is neutral and follows its tasks; leave supply out"))
        elif section is None:
            problems.append(Problem(path, "there is no section `sustainment`; add it, or leave supply out"))
    for i, group in enumerate(content.groups):
        path = ("groups", context.place("groups", i), "task")
        problems += _check_task(group, path, section, shelves, forces, platforms, context)
    return problems


def _check_items(
    section: Sustainment, platforms: dict[str, PlatformCard], content: ScenarioFile, context: Context
) -> list[Problem]:
    problems: list[Problem] = []
    weapons = {**context.catalogue.weapons, **content.catalogue.weapons}
    fired_by: dict[str, str] = {}
    for name, item in section.items.items():
        path = (_SECTION, "items", name)
        if item.weapon is None:
            continue
        problems += reference((*path, "weapon"), "weapon", item.weapon, weapons, context, "weapons")
        if item.weapon in fired_by:
            text = f"the rounds of {item.weapon!r} are counted by {fired_by[item.weapon]!r} already; keep one item"
            problems.append(Problem((*path, "weapon"), text))
        fired_by.setdefault(item.weapon, name)
    used = {entry.platform for group in content.groups for entry in group.units}
    for name in sorted(used & set(platforms)):
        tank = platforms[name].tank
        item = None if tank is None else section.items.get(tank.fuel)
        if tank is not None and item is not None and item.kind != "fuel":
            text = f"{tank.fuel!r} is of kind {item.kind}; name an item of kind fuel"
            problems.append(Problem(("catalogue", "platforms", name, "tank", "fuel"), text))
    return problems


def _check_stores(
    section: Sustainment,
    shelves: dict[tuple[str, str], Shelf],
    forces: Forces,
    platforms: dict[str, PlatformCard],
    context: Context,
) -> list[Problem]:
    """Check the stores. Fills ``shelves`` by (unit, item)."""
    problems: list[Problem] = []
    known = forces.suggested
    for k, store in enumerate(section.stores):
        path = (_SECTION, "stores", k)
        units = forces.units_of(store.at)
        if not units:
            problems += reference((*path, "at"), "unit or group", store.at, known, context, "groups")
        group = forces.named.get(store.at)
        if group is not None and group.spoofed_by is not None:
            problems.append(Problem((*path, "at"), f"{store.at!r} are phantoms, which hold no stores; name real units"))
        cargo = [unit for unit in units if getattr(platforms.get(forces.platform_of[unit]), "cargo", None) is not None]
        if cargo:
            text = f"{forces.platform_of[cargo[0]]!r} has cargo, which is its store; leave it out here"
            problems.append(Problem((*path, "at"), text))
        for name, shelf in store.items.items():
            where = (*path, "items", name)
            problems += _unknown_item(where, name, section.items)
            if name in section.items:
                problems += _check_levels(where, shelf, section.items[name])
            for unit in units:
                if (unit, name) in shelves:
                    problems.append(Problem(where, f"{unit!r} has another store of {name!r}; keep one"))
                    break
                shelves[unit, name] = shelf
    n_cargo = sum(getattr(platforms.get(p), "cargo", None) is not None for p in forces.platform_of.values())
    total = len(shelves) + n_cargo * len(section.items)
    if total > _MOST_STORES:
        problems.append(Problem((_SECTION,), f"{total} stores of an item; at most {_MOST_STORES} are possible"))
    return problems


def _unknown_item(path: Path, name: str, items: Iterable[str]) -> list[Problem]:
    known = set(items)
    if name in known:
        return []
    return [Problem(path, f"no item {name!r} in sustainment.items; {advice(name, known)}")]


def _check_levels(path: Path, shelf: Shelf, item: Item) -> list[Problem]:
    problems: list[Problem] = []
    for key, value in (("start", shelf.start), ("order_up_to", shelf.order_up_to)):
        if value is not None and value > shelf.capacity:
            text = f"{value:g} is above the capacity of {shelf.capacity:g}; give less, or more capacity"
            problems.append(Problem((*path, key), text))
    if shelf.reorder_at is not None and shelf.reorder_at >= shelf.level:
        text = f"{shelf.reorder_at:g} is not below the order-up-to level of {shelf.level:g}; give less"
        problems.append(Problem((*path, "reorder_at"), text))
    if item.kind != "fuel":
        whole = {
            "capacity": shelf.capacity,
            "start": shelf.start,
            "order_up_to": shelf.order_up_to,
            "reorder_at": shelf.reorder_at,
        }
        for key, value in whole.items():
            if value is not None and value != round(value):
                text = f"{value:g} is not a whole number, and only fuel is divisible; give a whole number"
                problems.append(Problem((*path, key), text))
        if shelf.demand_per_day > 0.0 and shelf.demand_law == "steady":
            text = "a steady demand takes fractions, and only fuel is divisible; give poisson"
            problems.append(Problem((*path, "demand_law"), text))
    return problems


def _check_sources(section: Sustainment, shelves: dict[tuple[str, str], Shelf], forces: Forces) -> list[Problem]:
    problems: list[Problem] = []
    supplier: dict[tuple[str, str], str] = {}
    place: dict[tuple[str, str], Path] = {}
    for k, store in enumerate(section.stores):
        for name, shelf in store.items.items():
            if shelf.source is None or shelf.source.unit is None:
                continue
            path, unit = (_SECTION, "stores", k, "items", name, "source", "unit"), shelf.source.unit
            stocked = {u for u, item in shelves if item == name}
            if unit not in stocked:
                text = f"no unit {unit!r} with a store of {name!r}; {advice(unit, stocked)}"
                problems.append(Problem(path, text))
            elif forces.side_of(unit) != forces.side_of(store.at):
                text = f"{unit!r} is of side {forces.side_of(unit)!r}; name a unit of side {forces.side_of(store.at)!r}"
                problems.append(Problem(path, text))
            else:
                for customer in forces.units_of(store.at):
                    supplier[customer, name], place[customer, name] = unit, path
    for customer, name in supplier:
        seen, unit = {customer}, supplier[customer, name]
        while unit not in seen and (unit, name) in supplier:
            seen.add(unit)
            unit = supplier[unit, name]
        if unit == customer:
            text = f"{name!r} comes back to {customer!r} by way of its own source; let one of them order from outside"
            problems.append(Problem(place[customer, name], text))
            break
    return problems


def _check_routes(
    section: Sustainment, shelves: dict[tuple[str, str], Shelf], forces: Forces, content: ScenarioFile
) -> list[Problem]:
    problems: list[Problem] = []
    stocked = {unit for unit, _ in shelves}
    places = Places(content)
    for k, route in enumerate(section.routes):
        path = (_SECTION, "routes", k)
        for q, name in enumerate(route.between):
            if name not in stocked:
                text = f"no unit {name!r} with stores; {advice(name, stocked)}"
                problems.append(Problem((*path, "between", q), text))
        if route.between[0] == route.between[1]:
            problems.append(Problem((*path, "between"), "a route leads from one unit to another; name two"))
        elif len({forces.side_of(name) for name in route.between if name in stocked}) > 1:
            problems.append(Problem((*path, "between"), "the two units are of different sides; name units of one side"))
        for q, (x, y) in enumerate(route.via_km):
            if not places.is_on_map(x, y):
                problems.append(Problem((*path, "via_km", q), f"[{x:g}, {y:g}] is off the map; give a point on it"))
    return problems


def _check_task(
    group: Group,
    path: Path,
    section: Sustainment | None,
    shelves: dict[tuple[str, str], Shelf],
    forces: Forces,
    platforms: dict[str, PlatformCard],
    context: Context,
) -> list[Problem]:
    task = group.task
    if task.verb not in ("resupply", "tow"):
        return []
    problems: list[Problem] = []
    if section is None:
        problems.append(Problem((*path, "verb"), f"{task.verb} needs the section `sustainment`; add it"))
    key = "cargo" if task.verb == "resupply" else "towing"
    cards = [platforms[entry.platform] for entry in group.units if entry.platform in platforms]
    if cards and all(getattr(card, key) is None for card in cards):
        able = sorted(name for name, card in platforms.items() if getattr(card, key) is not None)
        such = f", such as {', '.join(able[:4])}" if able else ""
        text = f"no unit of {group.name!r} can do it; take a platform with `{key}`{such}"
        problems.append(Problem((*path, "verb"), text))
    if task.target is not None:
        where = (*path, "target")
        problems += reference(where, "group", task.target, forces.groups, context, "groups")
        target = forces.groups.get(task.target)
        if task.target == group.name:
            problems.append(Problem(where, "a group cannot be its own target; name another group"))
        elif target is not None and target.side != group.side:
            problems.append(Problem(where, f"{task.target!r} is of side {target.side!r}; name an own group"))
    if task.load_from is not None:
        where, stocked = (*path, "load_from"), {unit for unit, _ in shelves}
        units = forces.units_of(task.load_from)
        if not any(unit in stocked for unit in units):
            own = {unit for unit in stocked if forces.side_of(unit) == group.side}
            problems.append(Problem(where, f"{task.load_from!r} has no stores; {advice(task.load_from, own)}"))
        elif forces.side_of(task.load_from) != group.side:
            text = f"{task.load_from!r} is of side {forces.side_of(task.load_from)!r}; name own stores"
            problems.append(Problem(where, text))
    return problems
