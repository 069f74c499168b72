"""What a viewer knows of the map of a run: all of it, or what the briefing of a side and its own acts tell."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from simcore.types import MineStatus
from viz.reading.map_document import MapDocument


def map_seen_by(document: MapDocument, sides: list[str], side: str | None) -> dict[str, Any]:
    """Return what a side may see of the map, all of it where ``side`` is None.

    A side sees the zones that bind it or all, the ground and its weather, its own first tasks, and the minefields
    that it has laid, as it laid them: what enemies set off or clear it does not see. Of a minefield that the
    briefings name as suspected it has what a briefing says: a name, a centre and a radius.
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
    """Return an own minefield as it was laid, whatever has become of it."""
    return {**field, "mines": [[x_m, y_m, int(MineStatus.ARMED), None] for x_m, y_m, _, _ in field["mines"]]}


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
