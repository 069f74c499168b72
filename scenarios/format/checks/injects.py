"""Checks of injects: times, and the groups, units, sides and zones that they name."""

from scenarios.format.checks.context import Context, reference
from scenarios.format.checks.forces import Forces
from scenarios.format.problems import Problem
from scenarios.format.schema.injects import Inject
from scenarios.format.schema.scenario import ScenarioFile
from scenarios.format.yaml_text import Path


def check_injects(content: ScenarioFile, forces: Forces, context: Context) -> list[Problem]:
    """Return the problems of the timetable: times, names, and openings and closings of zones."""
    problems: list[Problem] = []
    zones = [zone.name for zone in content.zones]
    timed: dict[tuple[str, bool], float] = {}
    weather: dict[float, int] = {}
    for i, entry in enumerate(content.injects):
        path = ("injects", context.place("injects", i))
        if entry.kind == "weather":
            if entry.at_s in weather:
                text = f"injects[{weather[entry.at_s]}] also changes the weather at {entry.at_s:g} s; merge the two"
                problems.append(Problem((*path, "at_s"), text))
            weather.setdefault(entry.at_s, i)
        if entry.at_s >= content.time.length_s:
            problems.append(Problem((*path, "at_s"), too_late(entry.at_s, content)))
        problems += check_listed(entry, path, content, forces, context)
        if entry.zone is not None:
            problems += reference((*path, "zone"), "zone", entry.zone, zones, context, "zones")
            opens, closes = (entry.zone, True), (entry.zone, False)
            if (entry.zone, bool(entry.active)) in timed:
                text = f"{entry.zone!r} is opened or closed twice; a zone can open once and close once"
                problems.append(Problem((*path, "zone"), text))
            timed[entry.zone, bool(entry.active)] = entry.at_s
            if timed.get(opens, 0.0) >= timed.get(closes, content.time.length_s + 1.0):
                text = f"{entry.zone!r} closes before it opens; let it open first, or make two zones of it"
                problems.append(Problem((*path, "at_s"), text))
    return problems


def too_late(time_s: float, content: ScenarioFile) -> str:
    """Return the problem of a time that is not before the end."""
    return f"{time_s:g} is not before the end at {content.time.length_s:g} s; give an earlier time"


def check_listed(entry: Inject, path: Path, content: ScenarioFile, forces: Forces, context: Context) -> list[Problem]:
    """Return the problems of the side, groups and units of an inject at ``path``."""
    problems: list[Problem] = []
    sides = [side.name for side in content.sides]
    if entry.side is not None:
        problems += reference((*path, "side"), "side", entry.side, sides, context, "sides")
    for k, name in enumerate(entry.who):
        if name not in forces.group_of:
            problems += reference((*path, "who", k), "group or unit", name, forces.groups, context, "groups")
        group = forces.named.get(name)
        if entry.kind == "reinforce" and group is not None and not group.reserve:
            text = f"{name!r} is not in reserve; give its group reserve: true, or name another"
            if group.aboard:
                text = f"{name!r} enters with its host; name {group.host!r}, if that is in reserve"
            problems.append(Problem((*path, "who", k), text))
    return problems
