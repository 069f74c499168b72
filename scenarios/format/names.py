"""Names: natural order, nearest match, lists for messages."""

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

_DIGITS = re.compile(r"([0-9]+)")


def natural_key(name: str) -> tuple[Any, ...]:
    """Return a sort key that puts ``usv-2`` before ``usv-10``. The text itself breaks ties."""
    parts = _DIGITS.split(name)
    return tuple((int(part) if i % 2 else part) for i, part in enumerate(parts)), name


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name closest to ``name``, such as the same with its unit, or None if none is similar."""
    candidates = sorted(known)
    matches = difflib.get_close_matches(name, candidates, n=1, cutoff=0.6)
    if matches:
        return matches[0]
    lowered = {candidate.lower(): candidate for candidate in reversed(candidates)}
    matches = difflib.get_close_matches(name.lower(), list(lowered), n=1, cutoff=0.6)
    if matches:
        return lowered[matches[0]]
    longer = [candidate for candidate in candidates if len(name) > 2 and candidate.startswith(f"{name}_")]
    return longer[0] if len(longer) == 1 else None


def advice(name: str, known: Iterable[str]) -> str:
    """Return a hint for an unknown name: the nearest known name, or the known names."""
    known = sorted(known, key=natural_key)
    guess = nearest(name, known)
    if guess is not None:
        return f"did you mean `{guess}`?"
    if not known:
        return "none is defined"
    shown = ", ".join(known[:12])
    return f"known: {shown}" + (f" and {len(known) - 12} more" if len(known) > 12 else "")


def ranges(names: Iterable[str]) -> list[str]:
    """Return names in natural order, consecutive numbers merged: ``boats-1 to 3``."""
    parts: list[str] = []
    members: list[tuple[str, int]] = []
    for name in [*sorted(names, key=natural_key), ""]:
        match = re.fullmatch(r"(.*[^0-9])([0-9]{1,9})", name)
        if members and (match is None or (match[1], int(match[2])) != (members[0][0], members[-1][1] + 1)):
            stem, first, last = members[0][0], members[0][1], members[-1][1]
            parts.append(f"{stem}{first}" if first == last else f"{stem}{first} to {last}")
            members = []
        if match is not None and match[2] == str(int(match[2])):
            members.append((match[1], int(match[2])))
        elif name:
            parts.append(name)
    return parts


_OF_CARDS = {"platform", "platforms", "aboard", "catalogue"}
"""Keys whose names below them are those of cards; a group may have the same name as a card."""

_BY_GROUP = {"priorities"}
"""Keys of mappings whose own keys are names of groups."""


def renamed(node: Any, names: Mapping[str, str]) -> Any:
    """Return a scenario as plain data with groups, zones and the like renamed; cards keep their names."""
    if isinstance(node, dict):
        items = cast("dict[str, Any]", node).items()
        return {key: _renamed_below(key, value, names) for key, value in items}
    if isinstance(node, list):
        return [renamed(value, names) for value in cast("list[Any]", node)]
    return names.get(node, node) if isinstance(node, str) else node


def _renamed_below(key: str, value: Any, names: Mapping[str, str]) -> Any:
    """Return the value of a key with its names replaced."""
    if key in _OF_CARDS:
        return value
    if key in _BY_GROUP and isinstance(value, dict):
        return {names.get(name, name): rank for name, rank in cast("dict[str, Any]", value).items()}
    return renamed(value, names)
