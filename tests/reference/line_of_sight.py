"""Line of sight, the slow way: every sample of the line at once, no blocks of peaks to skip by."""

import numpy as np
from numpy.typing import NDArray

from simcore.types import F32, F64


def ground_m(elevation: F32, west: float, south: float, cell: float, x: F64, y: F64) -> F64:
    """Return the bilinear ground height at the points, constant beyond the outermost cell centres."""
    rows, columns = elevation.shape
    u = np.clip((x - west) / cell - 0.5, 0.0, columns - 1.0)
    v = np.clip((y - south) / cell - 0.5, 0.0, rows - 1.0)
    column, row = np.minimum(u.astype(int), max(columns - 2, 0)), np.minimum(v.astype(int), max(rows - 2, 0))
    right, up = np.minimum(column + 1, columns - 1), np.minimum(row + 1, rows - 1)
    wu, wv = u - column, v - row
    heights = elevation.astype(np.float64)
    return (
        heights[row, column] * (1 - wu) * (1 - wv)
        + heights[row, right] * wu * (1 - wv)
        + heights[up, column] * (1 - wu) * wv
        + heights[up, right] * wu * wv
    )


def sight_m(elevation: F32, water: NDArray[np.bool_], west: float, south: float, cell: float, x: F64, y: F64) -> F64:
    """Return what a sight line must clear at the points: the ground, but in a cell of water no more than its level."""
    rows, columns = elevation.shape
    column = np.clip(np.floor((x - west) / cell).astype(int), 0, columns - 1)
    row = np.clip(np.floor((y - south) / cell).astype(int), 0, rows - 1)
    level = np.where(water[row, column], elevation[row, column].astype(np.float64), np.inf)
    return np.minimum(ground_m(elevation, west, south, cell, x, y), level)


def clearances(
    elevation: F32,
    water: NDArray[np.bool_],
    west: float,
    south: float,
    cell: float,
    earth_m: float,
    a: tuple[float, float, float],
    b: tuple[float, float, float],
    fractions: F64,
) -> F64:
    """Return the height of the sight line above the ground at fractions of its length.

    The sea stands d1 d2 / (2 R) above the chord between points d1 and d2 away on an earth of radius R.
    """
    start, end = np.array(a), np.array(b)
    x, y, z = (start[:, None] + (end - start)[:, None] * fractions).tolist()
    length = float(np.hypot(*(end - start)[:2]))
    sea = (fractions * length) * ((1 - fractions) * length) / (2 * earth_m)
    return np.array(z) - sea - sight_m(elevation, water, west, south, cell, np.array(x), np.array(y))
