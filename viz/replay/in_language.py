"""The data of a view with its names in the language of the page.

Names are replaced in what a viewer has anyway, so that no name of the enemy becomes known by its translation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from viz.reading.names import LocalNames

Rows = list[dict[str, Any]]
_KIND_OF = {
    "unit": "units",
    "unit_name": "units",
    "target": "units",
    "group": "groups",
    "target_group": "groups",
    "item": "cards",
    "component": "components",
    "subject": "components",
}
"""Keys of orders, requests, boards and stores, with the kind of their names."""


def in_language(table: str, data: Any, names: LocalNames) -> Any:
    """Return a table of a view with the names of a language. The data itself is not changed."""
    translate = _TABLES.get(table)
    return translate(data, names) if translate is not None and names else data


def batch_in_language(data: dict[str, Any], names: LocalNames) -> dict[str, Any]:
    """Return the content of a batch with the names of a language. The data itself is not changed."""
    measures = {key: _renamed(one, names, {"platform": "cards"}) for key, one in data["measures"].items()}
    return {**data, "measures": measures, "side_names": _side_names(data["sides"], names)}


def _side_names(sides: list[str], names: LocalNames) -> dict[str, str]:
    return {side: names.of("sides", side) for side in sides if names.of("sides", side) != side}


def _meta(data: dict[str, Any], names: LocalNames) -> dict[str, Any]:
    zones, minefields = (
        [_renamed(one, names, {"name": "places"}) for one in data[key]] for key in ("zones", "minefields")
    )
    return {
        **data,
        "units": [_unit(unit, names) for unit in data["units"]],
        "zones": zones,
        "minefields": minefields,
        "tasks": _rows(data["tasks"], names),
        "side_names": _side_names(data["sides"], names),
    }


def _unit(unit: dict[str, Any], names: LocalNames) -> dict[str, Any]:
    """Return a card with the names of its language. ``id`` remains: links and marks name a unit by it."""
    reach = [one | {"title": names.of("titles", one.get("title") or one["name"])} for one in unit["reach"]]
    renamed = _renamed(unit, names, {"name": "units", "group": "groups", "title": "titles", "platform": "cards"})
    return {**renamed, "reach": reach, "id": unit["name"]}


def _summary(data: dict[str, Any], names: LocalNames) -> dict[str, Any]:
    mission = data["mission"]
    worded = {key: mission.get(f"{key}_{names.lang}") or mission[key] for key in ("question", "description")}
    return {
        **data,
        "mission": {**mission, **worded},
        "objectives": [_sentence(one, names, _objective) for one in data["objectives"]],
        "turning_points": [_sentence(one, names, _turning) for one in data["turning_points"]],
    }


def _sentence(row: dict[str, Any], names: LocalNames, fact: Callable[[str, str, LocalNames], str]) -> dict[str, Any]:
    parts = [[key, {name: fact(name, text, names) for name, text in facts.items()}] for key, facts in row["parts"]]
    return {**row, "parts": parts}


def _objective(name: str, text: str, names: LocalNames) -> str:
    if name == "zone":
        return names.of("places", text)
    return names.in_list(text) if name == "listed" else text


def _turning(name: str, text: str, names: LocalNames) -> str:
    return text if name in ("side", "objective") else names.in_text(text)  # the page words the objective itself


def _rows(data: Rows, names: LocalNames) -> Rows:
    return [_renamed(row, names, _KIND_OF) for row in data]


def _renamed(row: dict[str, Any], names: LocalNames, kinds: dict[str, str]) -> dict[str, Any]:
    return {key: names.of(kinds[key], value) if key in kinds else value for key, value in row.items()}


_TABLES: dict[str, Callable[[Any, LocalNames], Any]] = {
    "meta": _meta,
    "orders": _rows,
    "requests": _rows,
    "boards": lambda data, names: {name: _rows(rows, names) for name, rows in data.items()},
    "summary": _summary,
    "shots": lambda data, names: {
        **data,
        **{key: [names.of("titles", title) for title in data[key]] for key in ("weapons", "sensors")},
    },
    "sustainment": lambda data, names: {
        key: _rows(rows, names) if key in ("stores", "jobs", "orders") else rows for key, rows in data.items()
    },
}
