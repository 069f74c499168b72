"""From a file or the name of a library scenario to a checked document.

All problems of a file are reported at once. Invalid parts are left out and the remainder is checked without them;
problems that merely follow from the gap are not reported.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, cast

from pydantic import ValidationError

from scenarios.format.catalogue import KINDS, built_in, built_in_cards, expand, fill_in
from scenarios.format.checks import scenario as checks
from scenarios.format.checks.context import Context
from scenarios.format.names import advice
from scenarios.format.problems import Problem, describe, report
from scenarios.format.schema.scenario import SCHEMA_VERSION, ScenarioFile
from scenarios.format.texts import read_text
from scenarios.format.yaml_text import Path, read_yaml
from simcore.errors import ScenarioError

SECTIONS = ("sides", "zones", "groups", "objectives", "minefields", "injects", "triggers", "intelligence")

STAND_INS: dict[str, Any] = {
    "schema_version": SCHEMA_VERSION,
    "name": "unnamed",
    "time": {"dt_s": 1, "duration_h": 1},
    "map": {
        "origin": {"longitude_deg": 0, "latitude_deg": 0},
        "west_km": -2000,
        "east_km": 2000,
        "south_km": -2000,
        "north_km": 2000,
        "cell_m": 1000,
    },
}
"""Substitutes for invalid sections, so that the others can be checked."""


@dataclass(frozen=True)
class Document:
    """A checked scenario file as written by its author. ``line`` gives the line of a path."""

    source: str
    content: ScenarioFile
    line: Callable[[Path], int]


def load_document(path_or_name: str | FilePath) -> Document:
    """Return the checked document of a file or library scenario.

    Raises
    ------
    ScenarioError, InputError
        With every problem found.
    """
    text, source = read_text(path_or_name)
    return parse_document(text, source)


def parse_document(text: str, source: str = "<string>") -> Document:
    """Return the checked document of a YAML text.

    Raises
    ------
    ScenarioError
        With every problem found, in the order of the file.
    """
    parsed = read_yaml(text, source)
    return check_data(parsed.data, source, parsed.line)


def check_data(data: Any, source: str, line: Callable[[Path], int]) -> Document:
    """Return the checked document of plain data. Mutates ``data``; ``line`` gives the line of a path.

    Raises
    ------
    ScenarioError
        With every problem found, in the order of the lines.
    """
    if not isinstance(data, dict):
        raise ScenarioError([f"{source}: top level: the file is not a mapping; start with `schema_version: 1`"])
    raw = cast(dict[str, Any], data)
    version = raw.get("schema_version")
    if isinstance(version, int) and version != SCHEMA_VERSION:
        raise ScenarioError(
            [
                f"{source}: schema_version: {version!r} is not known; this version of chammo reads {SCHEMA_VERSION}"
                f" (line {line(('schema_version',))})"
            ]
        )
    names = _names(raw)
    problems = _expand_catalogue(raw) + _fill_minefields(raw)
    content, origin = _validate(raw, problems)
    if content is not None:
        problems += checks.check(content, Context(built_in(), names, origin))
    if problems or content is None:
        raise ScenarioError(report(problems, source, line))
    return Document(source, content, line)


def _expand_catalogue(raw: dict[str, Any]) -> list[Problem]:
    catalogue: Any = raw.get("catalogue")
    if not isinstance(catalogue, dict):
        return []
    problems = expand(cast(Any, catalogue), built_in_cards())
    for problem in problems:  # a card without its base would only be reported as incomplete
        cast(dict[str, dict[str, Any]], catalogue)[str(problem.path[0])].pop(str(problem.path[1]), None)
    return [Problem(("catalogue", *problem.path), problem.text) for problem in problems]


def _fill_minefields(raw: dict[str, Any]) -> list[Problem]:
    """Fill in minefields with the numbers of the mines they name; report unknown mines."""
    catalogue: Any = raw.get("catalogue")
    own: Any = cast(dict[str, Any], catalogue).get("mines") if isinstance(catalogue, dict) else None
    mines = {**built_in_cards()["mines"], **(cast(dict[str, Any], own) if isinstance(own, dict) else {})}
    problems: list[Problem] = []
    fields: Any = raw.get("minefields")
    for i, entry in enumerate(cast(list[Any], fields) if isinstance(fields, list) else []):
        mine: Any = cast(dict[str, Any], entry).get("mine") if isinstance(entry, dict) else None
        if not isinstance(mine, str):
            continue
        if isinstance(mines.get(mine), dict):
            fields[i] = fill_in(cast(dict[str, Any], entry), mines[mine])
        else:
            fields[i] = {"domains": ["surface"], "actuation_m": 0, **cast(dict[str, Any], entry)}
            problems.append(Problem(("minefields", i, "mine"), f"no mine {mine!r}; {advice(mine, set(mines))}"))
    return problems


def _names(raw: dict[str, Any]) -> dict[str, set[str]]:
    """Return every name defined in the file, in valid entries or not, by section."""
    names: dict[str, set[str]] = {}
    for section in SECTIONS:
        entries: Any = raw.get(section)
        items = cast(list[Any], entries) if isinstance(entries, list) else []
        given = [cast(dict[str, Any], item).get("name") for item in items if isinstance(item, dict)]
        names[section] = {name for name in given if isinstance(name, str)}
    catalogue: Any = raw.get("catalogue")
    for kind in KINDS:
        cards: Any = cast(dict[str, Any], catalogue).get(kind) if isinstance(catalogue, dict) else None
        names[kind] = set(cast(dict[str, Any], cards)) if isinstance(cards, dict) else set()
    return names


def _validate(raw: dict[str, Any], problems: list[Problem]) -> tuple[ScenarioFile | None, dict[str, list[int]]]:
    """Return the model and, per section, the file index of each remaining entry. Mutates ``problems``."""
    entries = {section: raw.get(section) for section in SECTIONS}
    origin = {
        section: list(range(len(cast(list[Any], value))))
        for section, value in entries.items()
        if isinstance(value, list)
    }
    try:
        return ScenarioFile.model_validate(raw), origin
    except ValidationError as error:
        faults = describe(error, ScenarioFile, raw)
    problems += faults
    pruned = copy.deepcopy(raw)
    for whole_entry in (False, True, True):
        _prune(pruned, [fault.path for fault in faults], origin, whole_entry)
        try:
            return ScenarioFile.model_validate(pruned), origin
        except ValidationError as error:
            faults = describe(error, ScenarioFile, pruned)
    return None, origin


def _prune(pruned: dict[str, Any], paths: list[Path], origin: dict[str, list[int]], whole_entry: bool) -> None:
    """Remove invalid values, or the whole entries of sections containing them. Mutates ``pruned``, ``origin``."""
    doomed: dict[str, set[int]] = {}
    for path in paths:
        section = path[0] if path else ""
        if (
            whole_entry
            and len(path) > 1
            and isinstance(section, str)
            and section in origin
            and isinstance(path[1], int)
        ):
            doomed.setdefault(section, set()).add(path[1])
        elif whole_entry and len(path) > 2 and section == "catalogue":
            _drop(pruned, path[:3])
        elif whole_entry and section in ("rules", "zones", "objectives", "catalogue", "sustainment", "medical"):
            pruned.pop(cast(str, section), None)
        elif whole_entry and section in STAND_INS:
            pruned[section] = STAND_INS[section]
        else:
            _drop(pruned, path)
    for section, places in doomed.items():
        pruned[section] = [item for i, item in enumerate(pruned[section]) if i not in places]
        origin[section] = [place for i, place in enumerate(origin[section]) if i not in places]


def _drop(data: Any, path: Path) -> None:
    """Delete the innermost mapping key on ``path``. Mutates ``data``."""
    last = max((i for i, step in enumerate(path) if isinstance(step, str)), default=-1)
    node = data
    for step in path[:last]:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return
    if last >= 0 and isinstance(node, dict):
        cast(dict[str, Any], node).pop(cast(str, path[last]), None)
