"""Checks of sustainment: workshops, their units, and the policies of the sides."""

from scenarios.format.checks.context import Context, check_intervals, reference
from scenarios.format.checks.forces import Forces
from scenarios.format.names import advice
from scenarios.format.problems import Problem
from scenarios.format.schema.scenario import ScenarioFile
from scenarios.format.yaml_text import Path


def _check_spares(content: ScenarioFile, context: Context) -> list[Problem]:
    """Check that every spare part is an item of the kind parts."""
    given = content.sustainment
    items = given.items if given is not None else {}
    named: list[tuple[Path, str | None]] = [
        (("catalogue", "platforms", platform, "wear", name, "spare"), component.spare)
        for platform, card in content.catalogue.platforms.items()
        for name, component in (card.wear or {}).items()
    ]
    if given is not None and given.damage_repair is not None:
        named.append((("sustainment", "damage_repair", "spare"), given.damage_repair.spare))
    problems: list[Problem] = []
    for path, spare in named:
        if spare is None:
            continue
        if spare not in items:
            problems.append(Problem(path, f"no item {spare!r} in sustainment.items; {advice(spare, set(items))}"))
        elif items[spare].kind != "parts":
            text = f"{spare!r} is of kind {items[spare].kind}; name an item of the kind parts"
            problems.append(Problem(path, text))
    return problems


def check_sustainment(content: ScenarioFile, forces: Forces, context: Context) -> list[Problem]:
    """Return the problems of the section ``sustainment`` and of maintenance policies."""
    problems: list[Problem] = []
    given = content.sustainment
    for i, side in enumerate(content.sides):
        path = ("sides", context.place("sides", i), "maintenance")
        if side.maintenance is not None and given is None:
            text = "a maintenance policy needs the section `sustainment`; give it, or leave the policy out"
            problems.append(Problem(path, text))
        elif side.maintenance is not None and side.stance == "neutral":
            problems.append(Problem(path, f"{side.name!r} is neutral and maintains nothing; leave the policy out"))
    if given is None:
        return problems
    path = ("sustainment",)
    intervals = ("wear_interval_s", "repair_interval_s", "signal_interval_s")
    problems += check_intervals(given, intervals, path, content.time.dt_s)
    problems += _check_spares(content, context)
    sides = [side.name for side in content.sides if side.stance == "belligerent"]
    seen: set[str] = set()
    for i, shop in enumerate(given.workshops or ()):
        where = (*path, "workshops", i)
        if shop.name in seen:
            problems.append(Problem((*where, "name"), f"{shop.name!r} is the name of two workshops; rename one"))
        seen.add(shop.name)
        if shop.at is None:
            if shop.side is None:
                problems.append(Problem(where, "a workshop off the map needs its side; give side, or at"))
            else:
                problems += reference((*where, "side"), "side", shop.side, sides, context, "sides")
            continue
        if shop.side is not None:
            problems.append(Problem((*where, "side"), f"its side is that of {shop.at!r}; leave it out"))
        if shop.lead_h > 0.0 and shop.echelon == "unit":
            text = "the lowest echelon receives nothing from below; leave it out, or give a higher echelon"
            problems.append(Problem((*where, "lead_h"), text))
        group = forces.named.get(shop.at)
        if group is None and not context.is_known("groups", shop.at):
            text = f"no unit or group {shop.at!r}; {advice(shop.at, forces.suggested)}"
            problems.append(Problem((*where, "at"), text))
        elif group is not None and (group.spoofed_by is not None or group.side not in sides):
            problems.append(
                Problem((*where, "at"), f"{shop.at!r} can repair nothing; name a real unit of a belligerent")
            )
    return problems
