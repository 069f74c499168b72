"""The map of a run as known to a viewer: all of it, or the knowledge of a side from its briefing and its own acts."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from simcore.types import MineStatus
from viz.reading.map_document import MapDocument


def map_seen_by(document: MapDocument, sides: list[str], side: str | None) -> dict[str, Any]:
    """Return the part of the map visible to a side, all of it where ``side`` is None.

    A side sees the zones that bind it or all sides, the ground and its weather, its own first tasks, and its own
    minefields as laid: it does not see which mines enemies set off or clear. Of a suspected minefield named in the
    briefings it has the content of a briefing: a name, a centre and a radius.
    """
    common = {"roads": document.roads, "weather": document.weather}
    if side is None:
        return {
            **common,
            "zones": document.zones,
            "minefields": document.minefields,
            "tasks": document.tasks,
            "operators": dict(zip(sides, document.operators, strict=False)),
        }
    own = sides.index(side)
    return {
        **common,
        "zones": [zone for zone in document.zones if zone["side"] in (None, side)],
        "minefields": [
            _laid(field) if field["side"] == side else _suspected(field)
            for field in document.minefields
            if field["side"] == side or field["suspected"]
        ],
        "tasks": [task for task in document.tasks if task.get("side") == side],
        "operators": {side: document.operators[own]} if own < len(document.operators) else {},
    }


def _laid(field: dict[str, Any]) -> dict[str, Any]:
    """Return an own minefield as laid, whatever its present state."""
    return {**field, "mines": [[x_m, y_m, int(MineStatus.ARMED), None] for x_m, y_m, _, _ in field["mines"]]}


def _suspected(field: dict[str, Any]) -> dict[str, Any]:
    """Return a suspected minefield as briefed to another side: the circle with its centroid and area."""
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
