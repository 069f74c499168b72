"""Terrain rasters of a map and their position."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from scenarios.terrain.features import points_inside
from simcore.surroundings import Terrain
from simcore.types import F64, I64, U8, Domain, Mobility, Surface

_SAMPLES = 32  # least points along each side of an area, to find its cells


@dataclass(frozen=True)
class Ground:
    """Rasters and their position. Cell centres are at ``west_m + (column + 0.5) * cell_m``."""

    terrain: Terrain
    west_m: float
    south_m: float
    cell_m: float
    routes: dict[Any, Any] = field(default_factory=dict[Any, Any], repr=False, compare=False)
    """Routes found on it so far, for scenarios that share it; see ``compiler.routes``."""

    def cell(self, x_m: F64, y_m: F64) -> tuple[I64, I64]:
        """Return (rows, columns) of the cells containing the points, clipped to the edge of the map."""
        rows, columns = self.terrain.surface.shape
        column: I64 = np.clip(np.floor((x_m - self.west_m) / self.cell_m).astype(np.int64), 0, columns - 1)
        row: I64 = np.clip(np.floor((y_m - self.south_m) / self.cell_m).astype(np.int64), 0, rows - 1)
        return row, column

    def surface_at(self, x_m: F64, y_m: F64) -> U8:
        """Return the surface of the cells containing the points, clipped to the edge of the map."""
        return self.terrain.surface[self.cell(x_m, y_m)]

    def mask(self, domain: int) -> np.ndarray:
        """Return the mask (rows, columns) of cells where units of a domain can be, as in ``can_stand``."""
        is_water: np.ndarray = self.terrain.surface == int(Surface.WATER)
        if domain == int(Domain.AIR):
            return np.ones(is_water.shape, dtype=bool)
        if domain == int(Domain.LAND):
            return ~is_water
        return is_water | (self.terrain.speed[Mobility.WATER] > 0.0)

    def cells_inside(self, corners: F64) -> tuple[I64, I64]:
        """Return (rows, columns) of the cells on which a polygon (2, corners) [m] lies, found at a grid of points.

        A cell may occur more than once. The points are no farther apart than the cells. Of a polygon that reaches far
        beyond the map, only the part within its width and height around it counts.
        """
        rows, columns = self.terrain.surface.shape
        wide, high = columns * self.cell_m, rows * self.cell_m
        west = max(float(corners[0].min()), self.west_m - wide)
        east = max(west, min(float(corners[0].max()), self.west_m + 2.0 * wide))
        south = max(float(corners[1].min()), self.south_m - high)
        north = max(south, min(float(corners[1].max()), self.south_m + 2.0 * high))
        x = self._spaced(west, east)
        y = self._spaced(south, north)
        k, j = np.nonzero(points_inside(corners.T, x[None, :], y[:, None]))
        if len(k) == 0:  # a polygon without an inside
            return self.cell(corners[0], corners[1])
        return self.cell(x[j], y[k])

    def _spaced(self, first: float, last: float) -> F64:
        """Return points no farther apart than the cells."""
        n = max(_SAMPLES, math.ceil((last - first) / self.cell_m) + 2)
        return np.linspace(first, last, n, dtype=np.float64)

    def touches(self, domain: int, at_m: tuple[float, float], half_m: tuple[float, float], radius_m: float) -> bool:
        """Return whether units of a domain can be anywhere in a rectangle or a disc around a point."""
        reach = half_m[0] + radius_m, half_m[1] + radius_m
        ends = np.array([at_m[0] - reach[0], at_m[0] + reach[0]]), np.array([at_m[1] - reach[1], at_m[1] + reach[1]])
        (south, north), (west, east) = self.cell(*ends)
        row, column = np.nonzero(self.mask(domain)[south : north + 1, west : east + 1])
        if radius_m <= 0.0:
            return len(row) > 0
        x0 = self.west_m + (west + column) * self.cell_m
        y0 = self.south_m + (south + row) * self.cell_m
        dx = np.clip(at_m[0], x0, x0 + self.cell_m) - at_m[0]
        dy = np.clip(at_m[1], y0, y0 + self.cell_m) - at_m[1]
        return bool((dx * dx + dy * dy <= radius_m * radius_m).any())

    def nearest(self, x_m: float, y_m: float, allowed: np.ndarray) -> tuple[float, float] | None:
        """Return the centre [m] of the nearest cell of the mask ``allowed`` (rows, columns), or None."""
        rows, columns = np.nonzero(allowed)
        if len(rows) == 0:
            return None
        x = self.west_m + (columns + 0.5) * self.cell_m
        y = self.south_m + (rows + 0.5) * self.cell_m
        best = int(np.argmin((x - x_m) ** 2 + (y - y_m) ** 2))
        return float(x[best]), float(y[best])
