"""``map.json`` of a run folder: zones, minefields, roads, first tasks, weather, operators.

A folder from an earlier version may lack some of these parts.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from simcore.errors import InputError
from simcore.recording.files import read_json
from simcore.recording.manifest import LARGEST_M, LATEST_S
from viz.reading.checks import Columns, check_real, check_whole, open_table

Points = list[list[float]]
_MOST_BYTES = 256 * 2**20
_MOST_OUTLINE_M = 1e10
"""Greatest total length of all outlines of a map [m]: some hundred times around the earth, a bound on work."""
_MINE_COLUMNS = ["minefield", "x_m", "y_m", "status", "gone_s"]


class _MapError(ValueError):
    """A location in the map document and its fault."""


class MapDocument:
    """The map of a run, checked when it is read. Raises ``InputError`` with the location of a fault."""

    def __init__(self, folder: Path, sides: list[str]) -> None:
        path = folder / "map.json"
        document = read_json(path, _MOST_BYTES) if path.is_file() else {}
        self._sides = sides
        self._length_m = 0.0
        try:
            self.zones = _list(document, "zones", self._zone)
            self.minefields = _list(document, "minefields", self._minefield)
            self.roads = _list(document, "roads", self._road)
            self.tasks = _list(document, "tasks", self._task)
            self.weather = _list(document, "weather", _stretch)
            self.operators: list[int | None] = _list(document, "operators", _count)
        except _MapError as error:
            raise InputError(f"{path}: {error}; write the run again") from None
        self._add_mines(folder)

    def _zone(self, zone: Any) -> dict[str, Any]:
        rings = zone["rings_m"] if "rings_m" in zone else [zone["polygon_m"]]
        until_s = zone.get("until_s")
        return {
            "name": _text(zone["name"], "name"),
            "kind": _text(zone.get("kind", ""), "kind"),
            "side": self._side(zone.get("side")),
            "rings_m": self._rings(rings),
            "from_s": _number(zone.get("from_s") or 0.0, "from_s", LATEST_S),
            "until_s": None if until_s is None else _number(until_s, "until_s", LATEST_S),
        }

    def _minefield(self, field: Any) -> dict[str, Any]:
        return {
            "name": _text(field["name"], "name"),
            "side": self._side(field.get("side")),
            "suspected": bool(field.get("suspected")),
            "rings_m": self._rings(field["rings_m"]),
            "mines": [],  # [east, north, MineStatus at the end, time at which it was gone or None]
        }

    def _road(self, road: Any) -> dict[str, Any]:
        return {"line_m": self._points(road["line_m"]), "bridges": bool(road.get("bridges"))}

    def _task(self, task: Any) -> dict[str, Any]:
        texts = {key: _text(task.get(key) or "", key) for key in ("group", "task")}
        target = task.get("target_group")
        places = {key: None if task.get(key) is None else _number(task[key], key) for key in ("x_m", "y_m", "radius_m")}
        return {
            "side": self._side(task.get("side")),
            **texts,
            **places,
            "target_group": None if target is None else _text(target, "target_group"),
            "route_m": self._points(task.get("route_m") or []),
        }

    def _side(self, side: Any) -> str | None:
        if side is not None and side not in self._sides:
            raise _MapError(f"side: {side!r:.100} is not in manifest.json: {', '.join(self._sides)}")
        return side

    def _rings(self, rings: Any) -> list[Points]:
        outlines = [self._points(ring) for ring in _items(rings, "rings_m")]
        if not outlines or len(outlines[0]) < 3:
            raise _MapError("rings_m: the outline has fewer than three corners")
        return outlines

    def _points(self, corners: Any) -> Points:
        points = [[_number(x, "x"), _number(y, "y")] for x, y in _items(corners, "corners")]
        if len(points) > 1:
            self._length_m += float(np.hypot(*np.diff(np.array(points), axis=0).T).sum())
        if self._length_m > _MOST_OUTLINE_M:
            raise _MapError(f"outlines: longer than {_MOST_OUTLINE_M:g} m in all")
        return points

    def _add_mines(self, folder: Path) -> None:
        path = folder / "mines.parquet"
        if not self.minefields or not path.is_file():
            return
        with open_table(folder, path.name, _MINE_COLUMNS) as table:
            mines = table.read(_MINE_COLUMNS)
        check_whole(path, mines, {"minefield": (0, len(self.minefields) - 1)})
        check_real(path, mines, known=("x_m", "y_m"))
        columns = (mines[name].tolist() for name in _MINE_COLUMNS)
        for number, x_m, y_m, status, gone_s in zip(*columns, strict=True):
            gone = None if math.isnan(gone_s) else gone_s
            self.minefields[number]["mines"].append([round(x_m, 1), round(y_m, 1), status, gone])


def _list(document: dict[str, Any], key: str, read: Callable[[Any], Any]) -> list[Any]:
    items: list[Any] = []
    for number, item in enumerate(_items(document.get(key, []), key)):
        try:
            items.append(read(item))
        except _MapError as error:
            raise _MapError(f"{key}[{number}].{error}") from None
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise _MapError(f"{key}[{number}]: not as the format has it ({error!s:.100})") from None
    return items


def _items(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise _MapError(f"{where}: is not a list")
    return value


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise _MapError(f"{where}: is not a text")
    return value


def _number(value: Any, where: str, most: float = LARGEST_M) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -most <= value <= most:
        raise _MapError(f"{where}: is not a number within ±{most:g}")
    return float(value)


def _stretch(stretch: Any) -> dict[str, Any]:
    """Return a weather period: numbers and booleans by name."""
    for key, value in stretch.items():
        if value is not None and not isinstance(value, bool):
            _number(value, key, LATEST_S)
    return dict(stretch)


def _count(value: Any) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31):
        raise _MapError(f"operators: {value!r:.100} is not a number of operators")
    return value


def read_reach(folder: Path, n_units: int) -> dict[int, list[dict[str, Any]]]:
    """Return the ranges of sensors, weapons and jammers by unit; ``range_m`` is None if unlimited."""
    path = folder / "reach.parquet"
    if not path.is_file():
        return {}
    names = ["unit", "kind", "name", "range_m", "field_of_view_deg", "is_on"]
    with open_table(folder, path.name, names) as opened:
        table = opened.read([*names, *({"title", "above_m"} & set(opened.names))])
    check_whole(path, table, {"unit": (0, n_units - 1)})
    check_real(path, {"field_of_view_deg": table["field_of_view_deg"]}, known=("field_of_view_deg",))
    by_unit: dict[int, list[dict[str, Any]]] = {}
    titles = table.get("title", table["name"])
    above_m = table.get("above_m", np.zeros(len(titles)))
    check_real(path, {"above_m": above_m}, known=("above_m",))
    rows = zip(*(table[name].tolist() for name in names), titles.tolist(), above_m.tolist(), strict=True)
    for unit, kind, name, range_m, angle_deg, is_on, title, mast_m in rows:
        reach = {
            "kind": kind,
            "name": name,
            "title": title,
            "range_m": range_m if math.isfinite(range_m) else None,
            "field_of_view_deg": angle_deg,
            "is_on": bool(is_on),
            **({"above_m": mast_m} if mast_m else {}),
        }
        of_unit = by_unit.setdefault(unit, [])
        if reach not in of_unit:  # identical ranges are drawn once
            of_unit.append(reach)
    return by_unit


def read_sensors(folder: Path, n_units: int) -> Columns:
    """Return the sensors of the units as columns: unit, title, range_m, domains, is_on; empty where not recorded."""
    path = folder / "reach.parquet"
    names = ["unit", "kind", "title", "range_m", "domains", "is_on"]
    if not path.is_file():
        return {}
    with open_table(folder, path.name, names[:2]) as opened:
        if not set(names) <= set(opened.names):
            return {}  # of an earlier version
        table = opened.read(names)
    check_whole(path, table, {"unit": (0, n_units - 1), "domains": (0, 255)})
    rows = np.flatnonzero(table["kind"] == "sensor")
    return {name: table[name][rows] for name in names if name != "kind"}
