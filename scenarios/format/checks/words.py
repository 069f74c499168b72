"""Checks of what readers alone use: names in Korean, and the date of the start."""

from datetime import datetime

from scenarios.format.checks.context import Context
from scenarios.format.korean import korean_unit_names
from scenarios.format.problems import Problem
from scenarios.format.schema.scenario import ScenarioFile
from scenarios.format.yaml_text import Path

_MINUTE_H = 1.0 / 60.0


def check_words(content: ScenarioFile, context: Context) -> list[Problem]:
    """Return the problems of Korean names that do not tell things apart."""
    problems = _check_fields(content, context)
    units: dict[str, str] = {}
    for i, group in enumerate(content.groups):
        path = ("groups", context.place("groups", i))
        where = (*path, "name_ko") if group.name_ko else path
        for name, korean in korean_unit_names(group).items():
            if korean in units:
                text = f"{korean!r} would name both {units[korean]!r} and {name!r}; give another name_ko"
                problems.append(Problem(where, text))
                break
            units[korean] = name
    return problems


def _check_fields(content: ScenarioFile, context: Context) -> list[Problem]:
    problems: list[Problem] = []
    for section, key in (("groups", "name_ko"), ("zones", "name_ko"), ("minefields", "name_ko"), ("sides", "title_ko")):
        first: dict[str, str] = {}
        for i, entry in enumerate(getattr(content, section)):
            korean = getattr(entry, key)
            if korean and korean in first:
                path: Path = (section, context.place(section, i), key)
                text = f"{korean!r} is the name of {first[korean]!r} already; give another"
                problems.append(Problem(path, text))
            elif korean:
                first[korean] = entry.name
    return problems


def start_warnings(content: ScenarioFile) -> list[str]:
    """Return a warning of a date whose clock differs from the local time of the environment; a factor may vary that."""
    if content.time.start is None or content.environment is None:
        return []
    moment = datetime.fromisoformat(content.time.start)
    hour = moment.hour + moment.minute / 60.0 + moment.second / 3600.0
    local = content.environment.start_local_h
    if abs(hour - local) <= _MINUTE_H:
        return []
    clock = f"{moment:%H:%M} is not the start_local_h {local:g} of the environment"
    return [f"time.start: {clock}, which decides; give the same time of day"]
