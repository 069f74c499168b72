"""The ground: height between raster cells, speed factors and line of sight over a curved earth."""

import math

import numpy as np
from numba import njit

from simcore.params import RP, TERRAIN_BLOCK
from simcore.types import F32, F64

_BLOCK = TERRAIN_BLOCK
_SAMPLES_PER_CELL = 2.0


@njit(cache=True, error_model="numpy")
def ground_m(elevation: F32, rules: F64, x: float, y: float) -> float:
    """Return the ground height [m] at (x, y): bilinear between cell centres, constant beyond the rim."""
    rows = elevation.shape[0]
    columns = elevation.shape[1]
    if rows == 1 and columns == 1:
        return np.float64(elevation[0, 0])
    cell = rules[RP.RASTER_CELL_M]
    fx = (x - rules[RP.RASTER_WEST]) / cell - 0.5
    fy = (y - rules[RP.RASTER_SOUTH]) / cell - 0.5
    fx = min(max(fx, 0.0), columns - 1.0)
    fy = min(max(fy, 0.0), rows - 1.0)
    c0 = int(fx)
    r0 = int(fy)
    c1 = min(c0 + 1, columns - 1)
    r1 = min(r0 + 1, rows - 1)
    wx = fx - c0
    wy = fy - r0
    south = elevation[r0, c0] * (1.0 - wx) + elevation[r0, c1] * wx
    north = elevation[r1, c0] * (1.0 - wx) + elevation[r1, c1] * wx
    return south * (1.0 - wy) + north * wy


@njit(cache=True, error_model="numpy")
def raster_cell(rules: F64, rows: int, columns: int, x: float, y: float) -> tuple[int, int]:
    """Return (row, column) of the raster cell that holds (x, y), the nearest one beyond the rim."""
    cell = rules[RP.RASTER_CELL_M]
    column = int(math.floor((x - rules[RP.RASTER_WEST]) / cell))
    row = int(math.floor((y - rules[RP.RASTER_SOUTH]) / cell))
    return min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)


@njit(cache=True, error_model="numpy")
def clearance_m(z1: float, rise: float, bulge: float, f: float) -> float:
    """Return the height of the sight line above the sea [m] at the fraction ``f`` of its length.

    z1 is the height of its start, rise the height of its end above that, bulge = d^2 / (2 R) with the
    effective earth radius R: the sea stands d1 d2 / (2 R) above the chord. Source: ITU-R P.526.
    """
    return z1 + rise * f - bulge * f * (1.0 - f)


@njit(cache=True, error_model="numpy")
def lowest_m(z1: float, rise: float, bulge: float, f0: float, f1: float) -> float:
    """Return the lowest height of the sight line on [f0, f1]; it is convex in f."""
    f = f0 if rise >= 0.0 else f1
    if bulge > 0.0:
        f = min(max(0.5 - rise / (2.0 * bulge), f0), f1)
    return clearance_m(z1, rise, bulge, f)


@njit(cache=True, error_model="numpy")
def is_visible(
    elevation: F32, block_peak: F32, rules: F64, xa: float, ya: float, za: float, xb: float, yb: float, zb: float
) -> bool:
    """Return whether two points see each other; z are heights above the sea [m].

    Samples the ground every half cell on a grid that is the same from both ends (so the answer is
    reciprocal), and skips blocks of the raster whose peak lies below the line.
    """
    # always walk from the same end
    if xb < xa or (xb == xa and (yb < ya or (yb == ya and zb < za))):
        xa, ya, za, xb, yb, zb = xb, yb, zb, xa, ya, za
    dx = xb - xa
    dy = yb - ya
    length = math.sqrt(dx * dx + dy * dy)
    rise = zb - za
    bulge = length * length / (2.0 * rules[RP.EARTH_M])
    low = lowest_m(za, rise, bulge, 0.0, 1.0)
    if low >= rules[RP.PEAK_M]:
        return True
    rows = elevation.shape[0]
    columns = elevation.shape[1]
    if rows == 1 and columns == 1:
        return low >= elevation[0, 0]
    cell = rules[RP.RASTER_CELL_M]
    n = int(math.ceil(length / cell * _SAMPLES_PER_CELL))
    if n < 2:
        return True
    # where the line is lowest is where it is most likely cut
    if bulge > 0.0:
        f = 0.5 - rise / (2.0 * bulge)
        if 0.0 < f < 1.0:
            k = int(f * n)
            if 0 < k < n:
                f = k / n
                if ground_m(elevation, rules, xa + dx * f, ya + dy * f) > clearance_m(za, rise, bulge, f):
                    return False
    west = rules[RP.RASTER_WEST]
    south = rules[RP.RASTER_SOUTH]
    size = cell * _BLOCK
    block_rows = block_peak.shape[0]
    block_columns = block_peak.shape[1]
    k = 1
    while k < n:
        f = k / n
        x = xa + dx * f
        y = ya + dy * f
        bx = int(math.floor((x - west) / size))
        by = int(math.floor((y - south) / size))
        # samples until the line leaves this block
        to_leave = float(n)
        if dx > 0.0:
            to_leave = min(to_leave, (west + (bx + 1) * size - x) / dx * n)
        if dy > 0.0:
            to_leave = min(to_leave, (south + (by + 1) * size - y) / dy * n)
        elif dy < 0.0:
            to_leave = min(to_leave, (south + by * size - y) / dy * n)
        last = min(k + int(to_leave), n - 1)
        peak = block_peak[min(max(by, 0), block_rows - 1), min(max(bx, 0), block_columns - 1)]
        if lowest_m(za, rise, bulge, f, last / n) < peak:
            for q in range(k, last + 1):
                f = q / n
                if ground_m(elevation, rules, xa + dx * f, ya + dy * f) > clearance_m(za, rise, bulge, f):
                    return False
        k = last + 1
    return True
