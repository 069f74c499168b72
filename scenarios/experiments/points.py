"""Points of an experiment: a scenario with changes, each a value by its path."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, cast

from scenarios.format.document import check_data
from scenarios.format.paths import is_policy, places, set_value, value_at
from scenarios.format.resolve import resolve
from scenarios.format.scenario import Scenario
from scenarios.format.texts import read_text
from scenarios.format.yaml_text import YamlText, plain_scalar, read_yaml
from scenarios.run.policies import policy_text, read_policy_text
from simcore.errors import InputError, ScenarioError, WargameError
from simcore.recording.tables import Column

Document = dict[str, Any]
Settings = Mapping[str, Any]
"""Values by path; see ``scenarios.format.paths``."""
Cell = float | str
"""Value of a factor in a table: a number or a text."""


@dataclass(frozen=True)
class Base:
    """The scenario of an experiment as its author wrote it."""

    source: str
    yaml: YamlText

    @property
    def document(self) -> Document:
        """A copy of the scenario as plain data."""
        return copy.deepcopy(cast(Document, self.yaml.data))

    def resolved(self, document: Document) -> Scenario:
        """Return this scenario, or one of its variants, with every default filled in. Raises ``ScenarioError``."""
        return resolve(check_data(document, self.source, self.yaml.line))


@dataclass(frozen=True)
class Point:
    """A variant or a point of a design: changes of a scenario, and the values of the factors for tables.

    ``base`` is its scenario, if it is another than that of the experiment.
    """

    name: str
    settings: Settings = field(default_factory=dict[str, Any])
    factors: Mapping[str, Cell] = field(default_factory=dict[str, Cell])
    base: Base | None = None


def read_base(scenario: str | Path) -> Base:
    """Return a scenario file or library scenario as plain data.

    Raises
    ------
    ScenarioError, InputError
        If it does not exist or is no YAML mapping.
    """
    text, source = read_text(scenario)
    yaml = read_yaml(text, source)
    if not isinstance(yaml.data, dict):
        raise ScenarioError([f"{source}: top level: the file is not a mapping; start with `schema_version: 1`"])
    return Base(source, yaml)


def changed(document: Document, settings: Settings) -> Document:
    """Return a copy of a scenario document with values changed, in the order given.

    The policy of a side may be given as text, ``name:parameter=value``.

    Raises
    ------
    InputError
        For unknown paths, all of them.
    """
    result = copy.deepcopy(document)
    problems: list[str] = []
    for path, value in settings.items():
        try:
            for place in places(result, path):
                if isinstance(value, str) and is_policy(result, place):
                    name, parameters = read_policy_text(value, path)
                    set_value(result, place, {"name": name, "parameters": parameters})
                else:
                    set_value(result, place, value)
        except WargameError as error:
            problems += str(error).splitlines()
    if problems:
        raise InputError("\n".join(problems))
    return result


def read_setting(text: str) -> tuple[str, Any]:
    """Return path and value of ``PATH=VALUE``, the value read as in a scenario file: a number, a word, a list."""
    path, mark, value = text.partition("=")
    if not mark or not path.strip():
        raise InputError(f"{text}: not understood; write PATH=VALUE, for example groups.NAME.count=4")
    value = value.strip()
    if value[:1] in ("[", "{"):
        return path.strip(), read_yaml(value, text).data
    return path.strip(), plain_scalar(value)


def with_columns(base: Base, points: Sequence[Point]) -> tuple[Point, ...]:
    """Return points with a factor for each path that any of them changes; others have the value of their scenario."""
    paths = list(dict.fromkeys(path for point in points for path in point.settings))
    resolved: dict[str, Document] = {}
    result: list[Point] = []
    for point in points:
        own = point.base or base
        if own.source not in resolved:
            resolved[own.source] = _resolved(own)
        cells = {
            path: cell(point.settings[path]) if path in point.settings else _cell_at(resolved[own.source], path)
            for path in paths
        }
        result.append(Point(point.name, point.settings, cells, point.base))
    return tuple(result)


def _resolved(base: Base) -> Document:
    """Return a scenario with explicit defaults; as written if it is invalid, which is reported elsewhere."""
    try:
        return base.resolved(base.document).plain()
    except InputError:
        return base.document


def _cell_at(document: Document, path: str) -> Cell:
    """Return the value at a path; an empty text for none, or for different values at several places."""
    try:
        found = {cell(value_at(document, place)) for place in places(document, path)}
    except InputError:
        return ""
    return found.pop() if len(found) == 1 else ""


def cell(value: Any) -> Cell:
    """Return a value of a scenario as the cell of a table; an empty text for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, dict) and "name" in value:
        policy = cast(Document, value)
        return policy_text(str(policy["name"]), cast(Document, policy.get("parameters") or {}))
    return str(cast(Any, value))


class HasFactors(Protocol):
    """A point, or a state of the noise."""

    @property
    def factors(self) -> Mapping[str, Cell]:
        """Values of its factors by name."""
        ...


def factor_columns(points: Sequence[HasFactors], description: str = "factor") -> tuple[Column, ...]:
    """Return the columns of the factors: numbers if all of their values are, else texts."""
    names = list(dict.fromkeys(name for point in points for name in point.factors))
    columns: list[Column] = []
    for name in names:
        is_number = all(isinstance(point.factors.get(name), float) for point in points)
        kind, unit = ("f64", "1") if is_number else ("string", "")
        columns.append(Column(name, kind, unit, f"{description} {name}", is_number))
    return tuple(columns)


def setting_text(settings: Settings) -> str:
    """Return settings in a line."""
    return " ".join(f"{path}={value}" for path, value in settings.items()) or "as written"
