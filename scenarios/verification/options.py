"""Options of a check: dataclass fields with help text and bounds, and the topics that group checks."""

import dataclasses
import math
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from scenarios.verification.rows import Row
from scenarios.verification.runner import Run
from simcore.errors import InputError


class Check(Protocol):
    """A set-up with its oracle. Implementations are frozen dataclasses of ``option`` fields."""

    def problems(self) -> list[str]:
        """Return the problems of the combination of the parameters."""
        ...

    def rows(self, run: Run) -> list[Row]:
        """Play the set-up and compare it with theory."""
        ...


@dataclass(frozen=True)
class Bounds:
    """Range of an option; ``above`` is exclusive."""

    low: float = -math.inf
    high: float = math.inf
    above: float = -math.inf
    choices: tuple[str, ...] = ()


def option(
    default: Any,
    text: str,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    above: float = -math.inf,
    choices: tuple[str, ...] = (),
) -> Any:
    """Return a dataclass field that becomes a command-line option of the type of its default."""
    return dataclasses.field(default=default, metadata={"text": text, "bounds": Bounds(low, high, above, choices)})


@dataclass(frozen=True)
class Topic:
    """A group of checks: its cases by name and its default checks.

    Options with the same meaning in several cases are ``shared``: given without a case, they change all default checks.
    """

    name: str
    summary: str
    cases: Mapping[str, type[Any]]
    defaults: Sequence[Check]
    shared: tuple[str, ...] = ()


def flag(field_name: str) -> str:
    """Return the command-line flag of a field."""
    return "--" + field_name.replace("_", "-")


def add_arguments(parser: ArgumentParser, topic: Topic) -> None:
    """Add ``--case`` and the options of all cases of a topic. Options that are not given are absent from the result."""
    if len(topic.cases) > 1:
        parser.add_argument("--case", choices=sorted(topic.cases), help="the check to which the options belong")
    fields: dict[str, list[tuple[str, Any]]] = {}
    for case, kind in topic.cases.items():
        for field in dataclasses.fields(kind):
            fields.setdefault(field.name, []).append((case, field))
    for name, uses in fields.items():
        field = uses[0][1]
        bounds: Bounds = field.metadata["bounds"]
        cases = "" if len(topic.cases) == 1 else f"{', '.join(case for case, _ in uses)}: "
        defaults = dict.fromkeys(str(use.default) for _, use in uses)
        parser.add_argument(
            flag(name),
            type=_parser_of(field.default),
            choices=bounds.choices or None,
            default=None,
            metavar=None if bounds.choices else type(field.default).__name__.upper(),
            help=f"{cases}{field.metadata['text']} (default {' or '.join(defaults)})",
        )


def _parser_of(default: object) -> Callable[[str], Any]:
    """Return the parser from the text of an option to a value of the type of its default."""
    if isinstance(default, int):
        return int
    return float if isinstance(default, float) else str


def read_checks(topic: Topic, arguments: Namespace) -> list[Check]:
    """Return the checks selected by the arguments: the topic's defaults when no option is given.

    Raises
    ------
    InputError
        When an option is out of bounds or does not belong to the case.
    """
    names = dict.fromkeys(field.name for kind in topic.cases.values() for field in dataclasses.fields(kind))
    given = {name: getattr(arguments, name) for name in names if getattr(arguments, name, None) is not None}
    case: str | None = getattr(arguments, "case", None)
    if not given:
        if case is None:
            return list(topic.defaults)
        chosen = [check for check in topic.defaults if type(check) is topic.cases[case]]
        return chosen or [topic.cases[case]()]
    if case is None and set(given) <= set(topic.shared):
        fields = {kind: {field.name for field in dataclasses.fields(kind)} for kind in topic.cases.values()}
        fitting: list[Any] = [check for check in topic.defaults if set(given) <= fields[type(check)]]
        changed = dict.fromkeys(dataclasses.replace(check, **given) for check in fitting)
        return [_checked(topic, check) for check in changed]
    if case is None:
        case = _only_case(topic, given)
    own = {field.name for field in dataclasses.fields(topic.cases[case])}
    strangers = [flag(name) for name in given if name not in own]
    if strangers:
        raise InputError(f"{topic.name} {case}: {', '.join(strangers)} does not belong here; drop it or change --case")
    return [_checked(topic, topic.cases[case](**given))]


def _checked(topic: Topic, check: Any) -> Any:
    """Return the check, or raise ``InputError`` when its options are out of bounds or incompatible."""
    problems = bound_problems(check) or check.problems()  # combinations make sense only within bounds
    if problems:
        case = next(name for name, kind in topic.cases.items() if type(check) is kind)
        raise InputError("\n".join(f"{topic.name} {case}: {problem}" for problem in problems))
    return check


def _only_case(topic: Topic, given: Mapping[str, Any]) -> str:
    """Return the only case with all given options."""
    fitting = [
        case for case, kind in topic.cases.items() if set(given) <= {field.name for field in dataclasses.fields(kind)}
    ]
    if len(fitting) == 1:
        return fitting[0]
    shown = ", ".join(flag(name) for name in given)
    if fitting:
        raise InputError(f"{topic.name}: {shown} fits the cases {', '.join(fitting)}; choose with --case")
    raise InputError(f"{topic.name}: no case has all of {shown}; see `chammo verify {topic.name} --help`")


def bound_problems(check: Any) -> list[str]:
    """Return the options of a check that lie outside their bounds."""
    problems: list[str] = []
    for field in dataclasses.fields(check):
        bounds: Bounds = field.metadata["bounds"]
        value = getattr(check, field.name)
        up_to = f", up to {bounds.high:g}" if math.isfinite(bounds.high) else ""
        if isinstance(value, str):
            continue
        if not math.isfinite(value):
            problems.append(f"{flag(field.name)}: {value} is not a number; give a finite number")
        elif value <= bounds.above:
            problems.append(f"{flag(field.name)}: {value:g} is too small; give more than {bounds.above:g}{up_to}")
        elif value < bounds.low:
            problems.append(f"{flag(field.name)}: {value:g} is too small; give {bounds.low:g} or more{up_to}")
        elif value > bounds.high:
            problems.append(f"{flag(field.name)}: {value:g} is too large; give {bounds.high:g} or less")
    return problems
