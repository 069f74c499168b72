"""``map.json`` of a run folder as one viewer may see it: zones, minefields, roads, first tasks, weather, operators.

A folder written before a part of it was known simply lacks that part.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from simcore.errors import InputError
from simcore.tables import read_table

Points = list[list[float]]


class MapDocument:
    """The map of one run, checked when it is read."""

    def __init__(self, folder: Path) -> None:
        path = folder / "map.json"
        try:
            document = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
            self.zones = [_zone(zone) for zone in document.get("zones", [])]
            self.minefields = [_minefield(field) for field in document.get("minefields", [])]
            self.roads = [
                {"line_m": _points(road["line_m"]), "bridges": bool(road.get("bridges"))}
                for road in document.get("roads", [])
            ]
            self.tasks: list[dict[str, Any]] = [dict(task) for task in document.get("tasks", [])]
            self.weather: list[dict[str, Any]] = [dict(stretch) for stretch in document.get("weather", [])]
            self.operators: list[int | None] = list(document.get("operators", []))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(f"{path}: not a map ({error}); write the run again") from error
        self._add_mines(folder / "mines.parquet")

    def _add_mines(self, path: Path) -> None:
        if not self.minefields or not path.is_file():
            return
        mines = read_table(path, ["minefield", "x_m", "y_m", "status", "gone_s"])
        columns = (mines[name].tolist() for name in ("minefield", "x_m", "y_m", "status", "gone_s"))
        for number, x_m, y_m, status, gone_s in zip(*columns, strict=True):
            if 0 <= number < len(self.minefields):
                gone = None if gone_s is None or math.isnan(gone_s) else gone_s
                self.minefields[number]["mines"].append([round(x_m, 1), round(y_m, 1), status, gone])

    def seen_by(self, sides: list[str], side: str | None) -> dict[str, Any]:
        """Return what a side may see of the map, all of it where ``side`` is None.

        A side sees the zones that bind it or all, the ground and its weather, its own first tasks, and the minefields
        that it has laid, as it laid them: what enemies set off or clear it does not see. Of a minefield that the
        briefings name as suspected it has what a briefing says: a name, a centre and a radius.
        """
        common = {"roads": self.roads, "weather": self.weather}
        if side is None:
            return {
                **common,
                "zones": self.zones,
                "minefields": self.minefields,
                "tasks": self.tasks,
                "operators": dict(zip(sides, self.operators, strict=False)),
            }
        own = sides.index(side)
        return {
            **common,
            "zones": [zone for zone in self.zones if zone["side"] in (None, side)],
            "minefields": [
                _laid(field) if field["side"] == side else _suspected(field)
                for field in self.minefields
                if field["side"] == side or field["suspected"]
            ],
            "tasks": [task for task in self.tasks if task.get("side") == side],
            "operators": {side: self.operators[own]} if own < len(self.operators) else {},
        }


def _points(corners: Any) -> Points:
    return [[float(x), float(y)] for x, y in corners]


def _zone(zone: dict[str, Any]) -> dict[str, Any]:
    polygon = _points(zone["polygon_m"])
    until_s = zone.get("until_s")
    return {
        "name": str(zone["name"]),
        "kind": str(zone.get("kind", "")),
        "side": zone.get("side"),
        "rings_m": [_points(ring) for ring in zone["rings_m"]] if "rings_m" in zone else [polygon],
        "from_s": float(zone.get("from_s") or 0.0),
        "until_s": None if until_s is None else float(until_s),
    }


def _minefield(field: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": str(field["name"]),
        "side": field.get("side"),
        "suspected": bool(field.get("suspected")),
        "rings_m": [_points(ring) for ring in field["rings_m"]],
        "mines": [],  # [east, north, MineStatus at the end, time at which it was gone or None]
    }


def _laid(field: dict[str, Any]) -> dict[str, Any]:
    """Return an own minefield as it was laid, whatever has become of it."""
    return {**field, "mines": [[x_m, y_m, 0, None] for x_m, y_m, _, _ in field["mines"]]}


def _suspected(field: dict[str, Any]) -> dict[str, Any]:
    """Return what the briefing of another side says of a suspected minefield: the circle of its centroid and area."""
    x, y = np.array(field["rings_m"][0]).T
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    area = float(cross.sum()) / 2.0
    centre = [float(x.mean()), float(y.mean())]
    if area != 0.0:
        centre = [float(((values + np.roll(values, -1)) * cross).sum()) / (6.0 * area) for values in (x, y)]
    return {
        "name": field["name"],
        "side": None,
        "suspected": True,
        "circle_m": [*centre, math.sqrt(abs(area) / math.pi)],
        "rings_m": [],
        "mines": [],
    }


def read_reach(folder: Path) -> dict[int, list[dict[str, Any]]]:
    """Return by unit how far its sensors, weapons and jammers reach; ``range_m`` None where nothing limits it."""
    path = folder / "reach.parquet"
    if not path.is_file():
        return {}
    names = ["unit", "kind", "name", "range_m", "field_of_view_deg", "is_on"]
    table = read_table(path, names)
    found: dict[int, list[dict[str, Any]]] = {}
    rows = zip(*(table[name].tolist() for name in names), strict=True)
    for unit, kind, name, range_m, angle_deg, is_on in rows:
        reach = {
            "kind": str(kind),
            "name": str(name),
            "range_m": range_m if math.isfinite(range_m) else None,
            "field_of_view_deg": angle_deg,
            "is_on": bool(is_on),
        }
        of_unit = found.setdefault(int(unit), [])
        if reach not in of_unit:  # several of one kind are drawn once
            of_unit.append(reach)
    return found
