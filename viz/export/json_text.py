"""JSON pieces for formats written as a stream."""

import json
import math
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from viz.fog.areas import Area
from viz.fog.view import Export

_DEGREE_DECIMALS = 7  # 1 cm


def dumps(value: Any) -> str:
    """Return compact JSON; a non-finite number is an error, never ``NaN`` in the file."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def listed(items: Iterable[Any]) -> Iterator[str]:
    """Yield the elements of a JSON array on separate lines, without the brackets."""
    for index, item in enumerate(items):
        yield (",\n" if index else "\n") + dumps(item)


def rounded(values: np.ndarray, decimals: int) -> list[float | None]:
    """Return numbers as rounded Python floats; ``None`` if unknown."""
    return [None if math.isnan(value) else round(value, decimals) for value in np.asarray(values, dtype=float).tolist()]


def degrees(values: np.ndarray) -> list[float]:
    """Return angles [deg] as Python floats, rounded to about a centimetre."""
    return np.round(np.asarray(values, dtype=float), _DEGREE_DECIMALS).tolist()


def area_properties(export: Export, area: Area) -> dict[str, Any]:
    """Return the known properties of a zone or minefield; ``from`` and ``until`` if it is not always in force."""
    return {
        "name": area.name,
        "kind": "minefield" if area.is_minefield else "zone",
        "what": area.kind,
        "side": export.view.sides[area.side] if area.side >= 0 else None,
        "from": export.iso(area.from_s) if area.from_s > 0.0 else None,
        "until": export.iso(area.until_s) if math.isfinite(area.until_s) else None,
        "mines": len(area.mines) if area.mines else None,
    }
