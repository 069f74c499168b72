"""The ground: height between raster cells, level and bed of the water, line of sight over a curved earth.

``elevation`` is ``Terrain.relief_m``: the height of each cell and the bed of its water, inf on land.
"""

import math

import numpy as np

from simcore.compiling.jit import formula, inlined, kernel
from simcore.kinds import Ground, Rules
from simcore.params import RuleR
from simcore.surroundings import TERRAIN_BLOCK, WIDE_BLOCK
from simcore.types import F32, F64, Domain, Surface

_SAMPLES_PER_CELL = 2
_STRETCH = 2 * TERRAIN_BLOCK * _SAMPLES_PER_CELL  # samples that extend no further than a block from their middle
_WIDE_STRETCH = 2 * WIDE_BLOCK * _SAMPLES_PER_CELL
_ONE = np.uint32(1)


@formula
def raster_cell(rules: F64, rows: int, columns: int, x: float, y: float) -> tuple[int, int]:
    """Return (row, column) of the raster cell that contains (x, y), or of the nearest cell if off the raster."""
    cell = float(rules[RuleR.RASTER_CELL_M])
    column = int(math.floor((x - float(rules[RuleR.RASTER_WEST])) / cell))
    row = int(math.floor((y - float(rules[RuleR.RASTER_SOUTH])) / cell))
    return min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)


@formula
def ground_m(elevation: F32, rules: F64, x: float, y: float) -> float:
    """Return the height [m] of the surface at (x, y).

    In a cell of water it is the water level, constant over the cell; on land it is bilinear between cell centres and
    constant beyond the rim.
    """
    rows = elevation.shape[1]
    columns = elevation.shape[2]
    row, column = raster_cell(rules, rows, columns, x, y)
    if elevation[1, row, column] < np.inf or (rows == 1 and columns == 1):
        return np.float64(elevation[0, row, column])
    cell = float(rules[RuleR.RASTER_CELL_M])
    fx = (x - rules[RuleR.RASTER_WEST]) / cell - 0.5
    fy = (y - rules[RuleR.RASTER_SOUTH]) / cell - 0.5
    fx = min(max(fx, 0.0), columns - 1.0)
    fy = min(max(fy, 0.0), rows - 1.0)
    c0 = int(fx)
    r0 = int(fy)
    c1 = min(c0 + 1, columns - 1)
    r1 = min(r0 + 1, rows - 1)
    wx = fx - c0
    wy = fy - r0
    south = elevation[0, r0, c0] * (1.0 - wx) + elevation[0, r0, c1] * wx
    north = elevation[0, r1, c0] * (1.0 - wx) + elevation[0, r1, c1] * wx
    return south * (1.0 - wy) + north * wy


@formula
def body_m(elevation: F32, rules: F64, x: float, y: float, height: float) -> float:
    """Return the height above the sea [m] of a body ``height`` above the ground or water at (x, y).

    A body under water is no deeper than the bed, where that is known.
    """
    z = float(ground_m(elevation, rules, x, y)) + height
    if height < 0.0:
        row, column = raster_cell(rules, elevation.shape[1], elevation.shape[2], x, y)
        bed = np.float64(elevation[1, row, column])
        if bed < np.inf:
            z = max(z, bed)
    return z


@formula
def sea_speed_share(sea_state: float, full: float, end: float) -> float:
    """Return a craft's speed in a sea state as a share: 1 up to ``full``, then linear to 0 at ``end``.

    The straight line is an assumption; seakeeping limits of small craft state its two ends.
    """
    if sea_state <= full:
        return 1.0
    if sea_state >= end:
        return 0.0
    return (end - sea_state) / (end - full)


@formula
def can_stand(domain: int, surface: int, water_speed: float) -> bool:
    """Return whether units of ``domain`` can be in a cell, given its surface and its speed factor for boats.

    Boats can also be under a bridge, which is a road cell.
    """
    if domain == Domain.AIR:
        return True
    if domain == Domain.LAND:
        return surface != Surface.WATER
    return surface == Surface.WATER or water_speed > 0.0


@inlined
def clearance_m(z1: float, rise: float, bulge: float, f: float) -> float:
    """Return the height of the sight line above the sea [m] at the fraction ``f`` of its length.

    z1 is the height of its start, rise the height of its end above that, bulge = d^2 / (2 R) with the
    effective earth radius R: the sea rises d1 d2 / (2 R) above the chord. Source: ITU-R P.526.
    """
    return z1 + rise * f - bulge * f * (1.0 - f)


@kernel
def lowest_m(z1: float, rise: float, bulge: float) -> float:
    """Return the lowest height of the sight line; it is convex in f."""
    f = 0.0 if rise >= 0.0 else 1.0
    if bulge > 0.0:
        f = min(max(0.5 - rise / (2.0 * bulge), 0.0), 1.0)
    return clearance_m(z1, rise, bulge, f)


@inlined
def is_above(
    peaks: F32,
    blocks_per_cell: float,
    u: float,
    v: float,
    du: float,
    dv: float,
    z: float,
    rise: float,
    bulge: float,
    f0: float,
    f1: float,
) -> bool:
    """Return whether the segment [f0, f1] of the sight line passes above all ground round its middle.

    The segment is at most two blocks long, so it stays within the block of its middle and the neighbouring blocks.
    A parabola sinks below its chord by at most bulge (f1 - f0)^2 / 4. (u, v) is the start and (du, dv) the extent
    of the line in cells, counted from the south-western corner.
    """
    middle = 0.5 * (f0 + f1)
    column = min(max(int((u + du * middle) * blocks_per_cell), 0), peaks.shape[1] - 1)
    row = min(max(int((v + dv * middle) * blocks_per_cell), 0), peaks.shape[0] - 1)
    ends = min(clearance_m(z, rise, bulge, f0), clearance_m(z, rise, bulge, f1))
    return ends - 0.25 * bulge * (f1 - f0) * (f1 - f0) >= peaks[row, column]


@kernel
def is_cut(
    ground: Ground,
    u: float,
    v: float,
    du: float,
    dv: float,
    z: float,
    rise: float,
    bulge: float,
    step: float,
    first: int,
    last: int,
) -> bool:
    """Return whether the ground rises above the sight line at any of its samples first..last.

    The ground is bilinear between cell centres; in a cell of water the level of the water applies.

    (u, v) is the start and (du, dv) the extent of the line in cells, counted from the centre of the
    south-western cell.
    """
    top_column = ground.relief.shape[2] - 1.0
    top_row = ground.relief.shape[1] - 1.0
    f0 = first * step
    f1 = last * step
    is_inside = (
        min(u + du * f0, u + du * f1) >= 0.0
        and max(u + du * f0, u + du * f1) < top_column
        and min(v + dv * f0, v + dv * f1) >= 0.0
        and max(v + dv * f0, v + dv * f1) < top_row
    )
    for q in range(first, last + 1):
        f = q * step
        fu = u + du * f
        fv = v + dv * f
        if is_inside:
            column = np.uint32(fu)  # unsigned, so that indices need no test for negative values
            row = np.uint32(fv)
            next_column = np.uint32(column + _ONE)
            next_row = np.uint32(row + _ONE)
        else:
            fu = min(max(fu, 0.0), top_column)
            fv = min(max(fv, 0.0), top_row)
            column = np.uint32(fu)
            row = np.uint32(fv)
            next_column = np.uint32(min(fu + 1.0, top_column))
            next_row = np.uint32(min(fv + 1.0, top_row))
        wu = fu - column
        wv = fv - row
        south = ground.relief[0, row, column] * (1.0 - wu) + ground.relief[0, row, next_column] * wu
        north = ground.relief[0, next_row, column] * (1.0 - wu) + ground.relief[0, next_row, next_column] * wu
        if south * (1.0 - wv) + north * wv > clearance_m(z, rise, bulge, f):
            near_column = column if wu < 0.5 else next_column
            near_row = row if wv < 0.5 else next_row
            is_land = ground.relief[1, near_row, near_column] == np.inf
            if is_land or ground.relief[0, near_row, near_column] > clearance_m(z, rise, bulge, f):
                return True
    return False


@formula
def is_visible(ground: Ground, rules: Rules, xa: float, ya: float, za: float, xb: float, yb: float, zb: float) -> bool:
    """Return whether two points see each other; z are heights above the sea [m].

    The line is cut when the interpolated ground rises above it at one of its samples, taken every half cell on
    a grid that is the same from both ends, so that the result is reciprocal. Segments above the surrounding
    peaks are skipped, long segments first: unlike a traversal from block to block, these steps do not depend
    on each other.
    """
    # always start from the same end: the lower end, where most lines are cut
    if zb < za or (zb == za and (xb < xa or (xb == xa and yb < ya))):
        xa, ya, za, xb, yb, zb = xb, yb, zb, xa, ya, za
    dx = xb - xa
    dy = yb - ya
    length = math.sqrt(dx * dx + dy * dy)
    rise = zb - za
    bulge = length * length / (2.0 * rules.real[RuleR.EARTH_M])
    low = lowest_m(za, rise, bulge)
    if low >= rules.real[RuleR.PEAK_M]:
        return True
    if low < rules.real[RuleR.FLOOR_M]:
        return False
    per_m = 1.0 / float(rules.real[RuleR.RASTER_CELL_M])
    n = int(math.ceil(length * per_m * _SAMPLES_PER_CELL))
    if n < 2:
        return True
    u = (xa - rules.real[RuleR.RASTER_WEST]) * per_m
    v = (ya - rules.real[RuleR.RASTER_SOUTH]) * per_m
    du = dx * per_m
    dv = dy * per_m
    step = 1.0 / n
    k = 1
    while k < n:
        far = min(k + _WIDE_STRETCH, n) - 1
        if is_above(ground.wide_peak, 1.0 / WIDE_BLOCK, u, v, du, dv, za, rise, bulge, k * step, far * step):
            k = far + 1
            continue
        while k <= far:
            end = min(k + _STRETCH - 1, far)
            is_clear = is_above(
                ground.block_peak, 1.0 / TERRAIN_BLOCK, u, v, du, dv, za, rise, bulge, k * step, end * step
            )
            if not is_clear and is_cut(ground, u - 0.5, v - 0.5, du, dv, za, rise, bulge, step, int(k), end):
                return False
            k = end + 1
    return True
