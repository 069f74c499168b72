"""The ground: height between raster cells, speed factors and line of sight over a curved earth."""

import math

import numpy as np

from simcore.jit import kernel
from simcore.params import RP, TERRAIN_BLOCK, WIDE_BLOCK
from simcore.types import F32, F64

_SAMPLES_PER_CELL = 2.0


@kernel
def ground_m(elevation: F32, rules: F64, x: float, y: float) -> float:
    """Return the ground height [m] at (x, y): bilinear between cell centres, constant beyond the rim."""
    rows = elevation.shape[0]
    columns = elevation.shape[1]
    if rows == 1 and columns == 1:
        return np.float64(elevation[0, 0])
    cell = float(rules[RP.RASTER_CELL_M])
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


@kernel
def raster_cell(rules: F64, rows: int, columns: int, x: float, y: float) -> tuple[int, int]:
    """Return (row, column) of the raster cell that holds (x, y), the nearest one beyond the rim."""
    cell = float(rules[RP.RASTER_CELL_M])
    column = int(math.floor((x - float(rules[RP.RASTER_WEST])) / cell))
    row = int(math.floor((y - float(rules[RP.RASTER_SOUTH])) / cell))
    return min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)


@kernel
def clearance_m(z1: float, rise: float, bulge: float, f: float) -> float:
    """Return the height of the sight line above the sea [m] at the fraction ``f`` of its length.

    z1 is the height of its start, rise the height of its end above that, bulge = d^2 / (2 R) with the
    effective earth radius R: the sea stands d1 d2 / (2 R) above the chord. Source: ITU-R P.526.
    """
    return z1 + rise * f - bulge * f * (1.0 - f)


@kernel
def lowest_m(z1: float, rise: float, bulge: float, f0: float, f1: float) -> float:
    """Return the lowest height of the sight line on [f0, f1]; it is convex in f."""
    f = f0 if rise >= 0.0 else f1
    if bulge > 0.0:
        f = min(max(0.5 - rise / (2.0 * bulge), f0), f1)
    return clearance_m(z1, rise, bulge, f)


@kernel
def is_cut(
    elevation: F32,
    u: float,
    v: float,
    du: float,
    dv: float,
    z: float,
    rise: float,
    bulge: float,
    n: int,
    first: int,
    last: int,
) -> bool:
    """Return whether the ground rises above the sight line at any of its samples first..last of n.

    (u, v) is the start and (du, dv) the extent of the line in cells, counted from the centre of the
    south-western cell.
    """
    top_column = elevation.shape[1] - 1.0
    top_row = elevation.shape[0] - 1.0
    step = 1.0 / n
    for q in range(first, last + 1):
        f = q * step
        fu = min(max(u + du * f, 0.0), top_column)
        fv = min(max(v + dv * f, 0.0), top_row)
        column = int(fu)
        row = int(fv)
        next_column = min(column + 1, elevation.shape[1] - 1)
        next_row = min(row + 1, elevation.shape[0] - 1)
        wu = fu - column
        wv = fv - row
        south = elevation[row, column] * (1.0 - wu) + elevation[row, next_column] * wu
        north = elevation[next_row, column] * (1.0 - wu) + elevation[next_row, next_column] * wu
        if south * (1.0 - wv) + north * wv > z + rise * f - bulge * f * (1.0 - f):
            return True
    return False


@kernel
def last_inside(
    k: int, u: float, v: float, du: float, dv: float, per_u: float, per_v: float, step: float, size: float, n: int
) -> int:
    """Return the last sample, at least k, that lies in the same square of ``size`` cells as sample k.

    per_u and per_v are samples per cell along each axis.
    """
    f = k * step
    pu = u + du * f
    pv = v + dv * f
    edge_u = math.floor(pu / size) + (1.0 if du > 0.0 else 0.0)
    edge_v = math.floor(pv / size) + (1.0 if dv > 0.0 else 0.0)
    ahead = n - 1.0 - k
    if du != 0.0:
        ahead = min(ahead, (edge_u * size - pu) * per_u)
    if dv != 0.0:
        ahead = min(ahead, (edge_v * size - pv) * per_v)
    return k + max(int(ahead), 0)


@kernel
def peak_at(peaks: F32, u: float, v: float, size: float) -> float:
    """Return the peak of the square of ``size`` cells that holds (u, v), of the nearest one beyond the rim."""
    column = int(max(u, 0.0) / size)
    row = int(max(v, 0.0) / size)
    return np.float64(peaks[min(row, peaks.shape[0] - 1), min(column, peaks.shape[1] - 1)])


@kernel
def is_visible(
    elevation: F32,
    block_peak: F32,
    wide_peak: F32,
    rules: F64,
    xa: float,
    ya: float,
    za: float,
    xb: float,
    yb: float,
    zb: float,
) -> bool:
    """Return whether two points see each other; z are heights above the sea [m].

    The line is cut when the interpolated ground stands above it at one of its samples, every half cell
    on a grid that is the same from both ends (so the answer is reciprocal). Two levels of blocks whose
    peak lies below the line are passed over in one step.
    """
    # always walk from the same end: the lower one, where most lines are cut
    if zb < za or (zb == za and (xb < xa or (xb == xa and yb < ya))):
        xa, ya, za, xb, yb, zb = xb, yb, zb, xa, ya, za
    dx = xb - xa
    dy = yb - ya
    length = math.sqrt(dx * dx + dy * dy)
    rise = zb - za
    bulge = length * length / (2.0 * rules[RP.EARTH_M])
    low = lowest_m(za, rise, bulge, 0.0, 1.0)
    if low >= rules[RP.PEAK_M]:
        return True
    if low < rules[RP.FLOOR_M]:
        return False
    cell = float(rules[RP.RASTER_CELL_M])
    n = int(math.ceil(length / cell * _SAMPLES_PER_CELL))
    if n < 2:
        return True
    u = (xa - rules[RP.RASTER_WEST]) / cell
    v = (ya - rules[RP.RASTER_SOUTH]) / cell
    du = dx / cell
    dv = dy / cell
    per_u = n / du if du != 0.0 else 0.0
    per_v = n / dv if dv != 0.0 else 0.0
    step = 1.0 / n
    # the fraction at which the line is lowest; beyond the ends it is the nearer end of any stretch
    vertex = 0.5 - rise / (2.0 * bulge) if bulge > 0.0 else (-1.0 if rise >= 0.0 else 2.0)
    k = 1
    while k < n:
        wide_end = last_inside(k, u, v, du, dv, per_u, per_v, step, WIDE_BLOCK, n)
        low = clearance_m(za, rise, bulge, min(max(vertex, k * step), wide_end * step))
        if low >= peak_at(wide_peak, u + du * k * step, v + dv * k * step, WIDE_BLOCK):
            k = wide_end + 1
            continue
        while k <= wide_end:
            end = min(last_inside(k, u, v, du, dv, per_u, per_v, step, TERRAIN_BLOCK, n), wide_end)
            low = clearance_m(za, rise, bulge, min(max(vertex, k * step), end * step))
            is_low = low < peak_at(block_peak, u + du * k * step, v + dv * k * step, TERRAIN_BLOCK)
            if is_low and is_cut(elevation, u - 0.5, v - 0.5, du, dv, za, rise, bulge, n, k, end):
                return False
            k = end + 1
    return True
