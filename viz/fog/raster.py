"""Rasters laid over the map: their cells, and their values for the page."""

from __future__ import annotations

import base64
import math
from typing import Any, NamedTuple

import numpy as np

from simcore.types import F64

LONGEST = 144
"""Cells along the longer side of a raster: a bound on work."""


class Cells(NamedTuple):
    """Equal cells over a rectangle of the plane, row 0 in the south."""

    bounds_m: tuple[float, float, float, float]  # west, east, south, north
    rows: int
    columns: int

    @property
    def centres_m(self) -> tuple[F64, F64]:
        """East and north of the centres, (rows * columns,) each, row by row."""
        west, east, south, north = self.bounds_m
        x: F64 = west + (np.arange(self.columns, dtype=np.float64) + 0.5) * ((east - west) / self.columns)
        y: F64 = south + (np.arange(self.rows, dtype=np.float64) + 0.5) * ((north - south) / self.rows)
        return np.tile(x, self.rows), np.repeat(y, self.columns)


def cells_over(bounds_m: tuple[float, float, float, float], longest: int = LONGEST) -> Cells:
    """Return cells as square as they can be, ``longest`` of them along the longer side."""
    west, east, south, north = bounds_m
    cell = max(east - west, north - south) / longest
    count = [max(1, math.ceil(length / cell - 1e-9)) for length in (north - south, east - west)]
    return Cells(bounds_m, *count)


def raster(cells: Cells, layers: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Return a raster for the page. ``cells`` of each layer, (rows * columns,), are sent as bytes from 0 to 255."""
    sent = [
        {**layer, "cells": base64.b64encode(np.asarray(layer["cells"], dtype=np.uint8).tobytes()).decode()}
        for layer in layers
    ]
    return {"bounds_m": list(cells.bounds_m), "rows": cells.rows, "columns": cells.columns, "layers": sent, **more}
