"""The gates of an assessment: the defaults, and a file of the user that changes some of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from scenarios.format.names import advice
from scenarios.format.texts import read_text
from scenarios.format.yaml_text import YamlText, read_yaml
from simcore.errors import InputError, ScenarioError

_WORDS = {"open": ("passes", "fails")}
_RANGES: Mapping[str, tuple[float, float]] = {
    "least_decisions": (1.0, 1e9),
    "most_breaches": (0.0, 1000.0),
    "most_loose_orders": (0.0, 1e6),
    "least_slope": (-100.0, 100.0),
    "most_slope": (-100.0, 100.0),
    "most_differences": (0.0, 1e9),
    "most_peeks": (0.0, 1e9),
    "most_unapproved": (0.0, 1e9),
}
_OTHERS = (-2.0, 2.0)  # scores, and shares


@dataclass(frozen=True)
class Gates:
    """The bounds of all items by key, and how open gates count."""

    bounds: Mapping[str, Mapping[str, float | None]]
    better_than: str
    open_fails: bool

    def as_json(self) -> dict[str, Any]:
        """Return the gates as plain values."""
        return {
            "open": "fails" if self.open_fails else "passes",
            "better_than": self.better_than,
            **{item: dict(bounds) for item, bounds in self.bounds.items()},
        }


def read_gates(path: Path | None = None) -> Gates:
    """Return the default gates, changed by a file.

    Raises
    ------
    ScenarioError
        With every unknown key, its nearest known key and line, and every value out of range.
    InputError
        For a missing file.
    """
    if path is not None and not path.is_file():
        raise InputError(
            f"{path}: no such file; `chammo assess POLICY --show-gates` prints the gates as a file to edit"
        )
    text = files("staff_ai").joinpath("assess", "gates.yaml").read_text(encoding="utf-8")
    default: Any = read_yaml(text, "gates.yaml").data
    given = YamlText({}, "")
    if path is not None:
        content, source = read_text(path)
        if not content.strip():
            raise InputError(f"{path}: the file is empty; write an item such as `rules:`, or leave --gates out")
        given = read_yaml(content, source)
    problems: list[str] = []
    merged = _merge(default, given, str(path), problems)
    problems += _crossed(merged, given, str(path))
    if problems:
        raise ScenarioError(problems)
    bounds = {item: values for item, values in merged.items() if isinstance(values, dict)}
    return Gates(bounds, str(merged["better_than"]), merged["open"] == "fails")


def _crossed(merged: Mapping[str, Any], given: Any, source: str) -> list[str]:
    """Return the items whose least value is above their greatest: nothing would pass."""
    found: list[str] = []
    for item, bounds in merged.items():
        for key, least in bounds.items() if isinstance(bounds, dict) else ():
            most = bounds.get(f"most_{key.removeprefix('least_')}") if key.startswith("least_") else None
            if least is not None and most is not None and least > most:
                line = given.line((item, key))
                other = f"most_{key.removeprefix('least_')}"
                text = f"{least:g} is above {other} {most:g}, so nothing can pass; lower one of them (line {line})"
                found.append(f"{source}: {item}.{key}: {text}")
    return found


def _merge(default: dict[str, Any], given: Any, source: str, problems: list[str]) -> dict[str, Any]:
    if not isinstance(given.data, dict):
        problems.append(f"{source}: top level: the file is not a mapping; write an item such as `rules:`")
        return default
    merged: dict[str, Any] = {key: dict(value) if isinstance(value, dict) else value for key, value in default.items()}
    for key, value in given.data.items():
        line = given.line((key,))
        if key not in default:
            problems.append(f"{source}: {key}: no such item; {advice(str(key), default)} (line {line})")
        elif key in _WORDS and value not in _WORDS[key]:
            problems.append(
                f"{source}: {key}: {value!r:.30} is no answer; give {' or '.join(_WORDS[key])} (line {line})"
            )
        elif isinstance(default[key], dict):
            _merge_item(merged[key], key, value, given, source, problems)
        elif not isinstance(value, str) or not value:
            problems.append(f"{source}: {key}: {value!r:.30} is no name; give a policy (line {line})")
        else:
            merged[key] = value
    return merged


def _merge_item(bounds: dict[str, Any], item: str, value: Any, given: Any, source: str, problems: list[str]) -> None:
    if not isinstance(value, dict):
        words = ", ".join(bounds)
        problems.append(f"{source}: {item}: is no mapping; give any of {words} (line {given.line((item,))})")
        return
    for key, bound in value.items():
        where = f"{source}: {item}.{key}"
        line = given.line((item, key))
        low, high = _RANGES.get(key, _OTHERS)
        if key not in bounds:
            problems.append(f"{where}: no such gate; {advice(str(key), bounds)} (line {line})")
        elif bound is not None and (isinstance(bound, bool) or not isinstance(bound, int | float)):
            problems.append(f"{where}: {bound!r:.30} is no number; give a number, or null for no gate (line {line})")
        elif bound is not None and not low <= bound <= high:
            problems.append(f"{where}: {bound:g} is out of range; give {low:g} to {high:g}, or null (line {line})")
        else:
            bounds[key] = None if bound is None else float(bound)
