"""Checks of triggers: the names in their conditions and effects, and what a side can know."""

from scenarios.format.checks.context import Context, reference
from scenarios.format.checks.forces import Forces
from scenarios.format.checks.injects import check_listed, too_late
from scenarios.format.problems import Problem
from scenarios.format.schema.cards import PlatformCard
from scenarios.format.schema.scenario import ScenarioFile
from scenarios.format.schema.triggers import Condition, Trigger
from scenarios.format.yaml_text import Path


def check_triggers(
    content: ScenarioFile, platforms: dict[str, PlatformCard], forces: Forces, context: Context
) -> list[Problem]:
    """Return the problems of triggers, and of groups that cannot keep together."""
    problems = _check_marches(content, platforms, context)
    for i, trigger in enumerate(content.triggers):
        path = ("triggers", context.place("triggers", i))
        problems += _check_condition(trigger.when, (*path, "when"), content, forces, context)
        problems += _check_tasks(trigger, path, content, forces, context)
        for k, entry in enumerate(trigger.injects):
            where = (*path, "injects", k)
            if entry.kind in ("zone", "weather"):
                text = f"a trigger cannot change the {entry.kind}; put it on the timetable (`injects` of the scenario)"
                problems.append(Problem((*where, "kind"), text))
                continue
            problems += check_listed(entry, where, content, forces, context)
            if entry.at_s >= content.time.length_s:
                problems.append(Problem((*where, "at_s"), too_late(entry.at_s, content)))
    return problems


def _check_condition(
    when: Condition, path: Path, content: ScenarioFile, forces: Forces, context: Context
) -> list[Problem]:
    problems: list[Problem] = []
    if when.contact is not None:
        fighting = [side.name for side in content.sides if side.stance == "belligerent"]
        problems += reference((*path, "contact"), "fighting side", when.contact, fighting, context, "sides")
    if when.zone is not None:
        zones = [zone.name for zone in content.zones]
        problems += reference((*path, "zone"), "zone", when.zone, zones, context, "zones")
    if when.at_s is not None and when.at_s >= content.time.length_s:
        problems.append(Problem((*path, "at_s"), too_late(when.at_s, content)))
    for key, names in (("entered", when.entered), ("lost", when.lost)):
        for k, name in enumerate(names):
            problems += reference((*path, key, k), "group or unit", name, forces.named, context, "groups")
        if names and all(name in forces.named for name in names):
            units = {unit for name in names for unit in forces.units_of(name)}
            if len(units) < when.number:
                text = f"{when.number} of {len(units)} listed units; give {len(units)} at most, or list more"
                problems.append(Problem((*path, "number"), text))
    return problems


def _check_tasks(
    trigger: Trigger, path: Path, content: ScenarioFile, forces: Forces, context: Context
) -> list[Problem]:
    """Check the tasks of a trigger: their groups, and that the side of each can know the condition."""
    problems: list[Problem] = []
    groups = forces.groups
    fighting = {side.name for side in content.sides if side.stance == "belligerent"}
    given: set[str] = set()
    for k, task in enumerate(trigger.tasks):
        where = (*path, "tasks", k)
        problems += reference((*where, "group"), "group", task.group, groups, context, "groups")
        group = groups.get(task.group)
        if group is None:
            continue
        if task.group in given:
            problems.append(Problem((*where, "group"), f"{task.group!r} gets two tasks at once; keep one"))
        given.add(task.group)
        if group.spoofed_by is not None or group.side not in fighting:
            text = f"{task.group!r} takes no orders: it is {'of phantoms' if group.spoofed_by else 'neutral'}"
            problems.append(Problem((*where, "group"), f"{text}; name another group"))
        if task.verb in ("resupply", "tow") and content.sustainment is None:
            text = f"{task.verb} needs the section `sustainment`; add it"
            problems.append(Problem((*where, "verb"), text))
        if task.verb == "evacuate" and content.medical is None:
            problems.append(Problem((*where, "verb"), "evacuate needs the section `medical`; add it"))
        for key, name in (("escort", task.escort), ("target", task.target)):
            if name is not None:
                problems += reference((*where, key), "group", name, groups, context, "groups")
                other = groups.get(name)
                if other is not None and (other.side != group.side or other is group):
                    problems.append(Problem((*where, key), f"{name!r} is not another own group; name one"))
        if task.after_s >= content.time.length_s:
            problems.append(Problem((*where, "after_s"), too_late(task.after_s, content)))
        foreign = {
            forces.named[name].side for name in (*trigger.when.entered, *trigger.when.lost) if name in forces.named
        }
        if trigger.when.contact is not None:
            foreign.add(trigger.when.contact)
        for side in sorted(foreign - {group.side}):
            text = f"{task.group!r} is of side {group.side!r}, which does not know this of {side!r}"
            advice = f"wait for a `contact` of {group.side!r}, or for its own units"
            problems.append(Problem((*where, "group"), f"{text}; {advice}"))
    return problems


def _check_marches(content: ScenarioFile, platforms: dict[str, PlatformCard], context: Context) -> list[Problem]:
    """Check that a group that keeps together can: all of its units move, and in the same domain."""
    problems: list[Problem] = []
    for i, group in enumerate(content.groups):
        cards = [platforms[entry.platform] for entry in group.units if entry.platform in platforms]
        if not group.keep_together or len(cards) < len(group.units):
            continue
        path = ("groups", context.place("groups", i), "keep_together")
        if len({card.domain for card in cards}) > 1:
            text = "its units move in different domains; put them in groups of their own, and let one escort the other"
            problems.append(Problem(path, text))
        elif min(card.speed_max_mps for card in cards) <= 0.0 < max(card.speed_max_mps for card in cards):
            problems.append(Problem(path, "some of its units cannot move; put them in a group of their own"))
    return problems
