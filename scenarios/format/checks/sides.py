"""Checks of sides: two belligerents, and neutrals without the functions of a belligerent."""

from scenarios.format.checks.context import Context
from scenarios.format.names import advice
from scenarios.format.problems import Problem
from scenarios.format.schema.cards import PlatformCard
from scenarios.format.schema.command import Staff
from scenarios.format.schema.scenario import Group, ScenarioFile, unit_names
from scenarios.measures.case import DRAW
from scenarios.measures.table import MEASURES
from simcore.types import N_BELLIGERENTS

NEUTRAL_TASKS = ("hold", "move", "search", "escort", "recover", "withdraw")


def check_sides(content: ScenarioFile, platforms: dict[str, PlatformCard], context: Context) -> list[Problem]:
    """Return the problems of the sides, and of keys not allowed for neutral sides."""
    problems: list[Problem] = []
    n_fighting = sum(side.stance == "belligerent" for side in content.sides)
    is_complete = len(context.names.get("sides", ())) <= len(content.sides)
    if is_complete and n_fighting != N_BELLIGERENTS:
        much = "give the others `stance: neutral`" if n_fighting > N_BELLIGERENTS else "let two of them fight"
        text = f"{n_fighting} of {len(content.sides)} sides are belligerents, but two sides fight a battle; {much}"
        problems.append(Problem(("sides",), text))
    problems += _check_measure_names(content, context)
    neutral = {side.name for side in content.sides if side.stance == "neutral"}
    for i, side in enumerate(content.sides):
        path = ("sides", context.place("sides", i))
        if side.stance != "neutral":
            continue
        if side.policy.name != "hold":
            text = f"{side.name!r} is neutral and follows the tasks of its groups; leave the policy out"
            problems.append(Problem((*path, "policy"), text))
        if side.operators is not None:
            text = f"{side.name!r} is neutral and needs no approvals; leave them out"
            problems.append(Problem((*path, "operators"), text))
        if "staff" in side.model_fields_set and side.staff != Staff():
            problems.append(Problem((*path, "staff"), f"{side.name!r} is neutral and has no staff; leave it out"))
    for i, group in enumerate(content.groups):
        if group.side not in neutral:
            continue
        path = ("groups", context.place("groups", i))
        if group.roe != "hold" and "roe" in group.model_fields_set:
            text = f"{group.side!r} is neutral and holds its fire; leave roe out, or make it hold"
            problems.append(Problem((*path, "roe"), text))
        for k, entry in enumerate(group.units):
            if entry.platform in platforms and platforms[entry.platform].decoy is not None:
                text = f"{group.side!r} is neutral and cannot use decoys; take another platform"
                problems.append(Problem((*path, "units", k, "platform"), text))
        if group.task.verb not in NEUTRAL_TASKS:
            text = f"{group.side!r} is neutral, and {group.task.verb} is for belligerents; "
            problems.append(Problem((*path, "task", "verb"), text + f"give one of {', '.join(NEUTRAL_TASKS)}"))
    problems += _check_phantoms(content, platforms, neutral, context)
    for i, objective in enumerate(content.objectives):
        if objective.side in neutral:
            text = f"{objective.side!r} is neutral and cannot have objectives; give the objective to a belligerent"
            problems.append(Problem(("objectives", context.place("objectives", i), "side"), text))
    return problems


def _check_measure_names(content: ScenarioFile, context: Context) -> list[Problem]:
    """Check that no two measures of a batch share a name, composed of the side's name and the measure's own."""
    problems: list[Problem] = []
    owner: dict[str, str] = {}
    for i, side in enumerate(content.sides):
        path = ("sides", context.place("sides", i), "name")
        if side.name == DRAW:
            problems.append(Problem(path, f"{DRAW!r} means no winner in the tables of a batch; take another name"))
        platforms = {entry.platform for group in content.groups if group.side == side.name for entry in group.units}
        names = {
            measure.name.format(side=side.name, platform=platform)
            for measure in MEASURES
            if "{side}" in measure.name
            for platform in (platforms if "{platform}" in measure.name else ("",))
        }
        twice = sorted(name for name in names if owner.setdefault(name, side.name) != side.name)
        if twice:
            text = f"{side.name!r} and {owner[twice[0]]!r} share the measure name {twice[0]!r}; rename a side"
            problems.append(Problem(path, text))
    return problems


def _check_phantoms(
    content: ScenarioFile, platforms: dict[str, PlatformCard], neutral: set[str], context: Context
) -> list[Problem]:
    """Check that phantoms are shown by an own unit with a spoofer."""
    problems: list[Problem] = []
    if all(group.spoofed_by is None for group in content.groups):
        return problems
    named: dict[str, list[tuple[Group, str]]] = {}
    for group in content.groups:
        for name, entry in unit_names(group):
            named.setdefault(name, []).append((group, group.units[entry].platform))
            if name != group.name:
                named.setdefault(group.name, []).append((group, group.units[entry].platform))
    for i, group in enumerate(content.groups):
        if group.spoofed_by is None:
            continue
        path, name = ("groups", context.place("groups", i), "spoofed_by"), group.spoofed_by
        if name not in named:
            if not context.is_known("groups", name):
                problems.append(Problem(path, f"no unit or group {name!r}; {advice(name, set(list(named)[:5000]))}"))
            continue
        owner = named[name][0][0]
        if owner.side != group.side or group.side in neutral:
            text = f"{name!r} is of side {owner.side!r}; name an own unit of a belligerent"
            problems.append(Problem(path, text))
        elif owner.spoofed_by is not None:
            problems.append(Problem(path, f"{name!r} is itself a phantom; name a real unit"))
        elif any(card in platforms and platforms[card].spoofer is None for _, card in named[name]):
            able = [card for card, value in platforms.items() if value.spoofer is not None]
            text = f"{name!r} cannot show phantoms; take a platform with `spoofer`, such as {', '.join(able[:4])}"
            problems.append(Problem(path, text))
    return problems
