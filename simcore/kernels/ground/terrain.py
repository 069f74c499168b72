"""The ground: height between raster cells, level and bed of the water, line of sight over a curved earth.

``elevation`` is ``Terrain.relief_m``: the height of each cell and the bed of its water, inf on land.
"""

import math

import numpy as np

from simcore.compiling.jit import formula, inlined, kernel
from simcore.compiling.prefetch import prefetch
from simcore.kinds import Ground, Rules
from simcore.params import RuleR
from simcore.surroundings import PEAK_STEPS, TERRAIN_BLOCK, WIDE_BLOCK
from simcore.types import F32, F64, U8, Domain, Surface

_SAMPLES_PER_CELL = 2
_STRETCH = 2 * TERRAIN_BLOCK * _SAMPLES_PER_CELL  # samples that extend no further than a block from their middle
_WIDE_STRETCH = 2 * WIDE_BLOCK * _SAMPLES_PER_CELL
_NEAR_STRETCH = 4  # samples, at most three quarters of a cell from their middle
_ONE = np.uint32(1)
_SLACK_M = 1e-6  # above the rounding error of a height
_PAIR_A, _PAIR_B, _PAIR_SHIFT = 0x9E3779B1, 0x85EBCA77, 12  # spread pairs of units over the places of a table
HORIZON_SLACK_M = 1.0
"""Two units are surely below each other's horizon when they are farther apart than both horizons and this slack. The
line is then below the lowest ground by slack^2 / (2 R) at least, 1e-8 m, which is far above the rounding error."""
_RIM_CELLS = 1.0 + 1e-6  # so that rounding takes no sample beyond the centres of the last cells
_SHARES = 256  # the place of a cut is remembered as a share of the line in so many parts


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


@inlined
def rises_above(
    ground: Ground, row: int, column: int, next_row: int, next_column: int, wu: float, wv: float, clear_m: float
) -> bool:
    """Return whether the ground between four cells, at the shares (wu, wv), is higher than ``clear_m``.

    The ground is bilinear between cell centres; in a cell of water the level of the water applies.
    """
    south = ground.relief[0, row, column] * (1.0 - wu) + ground.relief[0, row, next_column] * wu
    north = ground.relief[0, next_row, column] * (1.0 - wu) + ground.relief[0, next_row, next_column] * wu
    if south * (1.0 - wv) + north * wv > clear_m:
        near_column = column if wu < 0.5 else next_column
        near_row = row if wv < 0.5 else next_row
        # the height first: it is at hand, and mostly decides
        return ground.relief[0, near_row, near_column] > clear_m or ground.relief[1, near_row, near_column] == np.inf
    return False


@inlined
def is_cut_at(
    ground: Ground, u: float, v: float, du: float, dv: float, z: float, rise: float, bulge: float, f: float
) -> bool:
    """Return whether the ground cuts a sight line within the raster at the fraction ``f`` of its length.

    (u, v) is the start and (du, dv) the extent of the line in cells, counted from the centre of the south-western
    cell. The ground is higher by _SLACK_M at least, so that ``first_cut`` finds a cut too.
    """
    fu = u + du * f
    fv = v + dv * f
    column = np.uint32(fu)
    row = np.uint32(fv)
    clear_m = clearance_m(z, rise, bulge, f) + _SLACK_M
    return rises_above(
        ground, row, column, np.uint32(row + _ONE), np.uint32(column + _ONE), fu - column, fv - row, clear_m
    )


@kernel
def first_cut(
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
    floor_m: float,
    peak_step_m: float,
) -> int:
    """Return the first of the samples first..last at which the ground rises above the sight line, or 0 if there is
    none. The first sample of a line is number 1.

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
    checked = first  # samples before this one need no further look at the peaks near by
    q = first
    while q <= last:
        if is_inside and q >= checked:
            end = min(q + _NEAR_STRETCH - 1, last)
            f0 = q * step
            f1 = end * step
            middle = 0.5 * (f0 + f1)
            ends = min(clearance_m(z, rise, bulge, f0), clearance_m(z, rise, bulge, f1))
            lowest = ends - 0.25 * bulge * (f1 - f0) * (f1 - f0) - _SLACK_M
            steps = ground.near_peak[np.uint32(v + dv * middle), np.uint32(u + du * middle)]
            if lowest >= floor_m + steps * peak_step_m:
                q = end + 1
                continue
            checked = end + 1
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
        if rises_above(ground, row, column, next_row, next_column, wu, wv, clearance_m(z, rise, bulge, f)):
            return q
        q += 1
    return 0


@kernel
def find_cut(
    ground: Ground,
    rules: Rules,
    xa: float,
    ya: float,
    za: float,
    xb: float,
    yb: float,
    zb: float,
    hint: int,
) -> int:
    """Return where the ground cuts the line of sight between two points, or 0 if they see each other.

    The place is a share of the line, in 256 parts from 1. z are heights above the sea [m].

    The line is cut when the interpolated ground rises above it at one of its samples, taken every half cell on
    a grid that is the same from both ends, so that the result is reciprocal. Segments above the surrounding
    peaks are skipped, long segments first: unlike a traversal from block to block, these steps do not depend
    on each other.

    A ``hint`` is a place that is looked at first: the line of two units that move is mostly cut by the hill that cut it
    before. It saves time and changes no result.
    """
    # always start from the same end: the lower end, where most lines are cut
    if zb < za or (zb == za and (xb < xa or (xb == xa and yb < ya))):
        xa, ya, za, xb, yb, zb = xb, yb, zb, xa, ya, za
    dx = xb - xa
    dy = yb - ya
    length = math.sqrt(dx * dx + dy * dy)
    rise = zb - za
    bulge = length * length / (2.0 * rules.real[RuleR.EARTH_M])
    per_m = 1.0 / float(rules.real[RuleR.RASTER_CELL_M])
    n = int(math.ceil(length * per_m * _SAMPLES_PER_CELL))
    u = (xa - rules.real[RuleR.RASTER_WEST]) * per_m
    v = (ya - rules.real[RuleR.RASTER_SOUTH]) * per_m
    du = dx * per_m
    dv = dy * per_m
    if hint > 0:
        share = hint * (1.0 / _SHARES)
        column, row = int(u + du * share - 0.5), int(v + dv * share - 0.5)
        prefetch(ground.relief[0], row, column)  # while the step is computed
        prefetch(ground.relief[0], row + 1, column)
    step = 1.0 / max(n, 1)
    if hint > 0 and n >= 2:
        cu = u - 0.5
        cv = v - 0.5
        is_inside = (
            (min(cu, cu + du) >= 0.0)
            & (min(cv, cv + dv) >= 0.0)
            & (max(cu, cu + du) < ground.relief.shape[2] - _RIM_CELLS)
            & (max(cv, cv + dv) < ground.relief.shape[1] - _RIM_CELLS)
        )
        near = hint * n // _SHARES
        if is_inside and (
            is_cut_at(ground, cu, cv, du, dv, za, rise, bulge, min(near + 1, n - 1) * step)
            or is_cut_at(ground, cu, cv, du, dv, za, rise, bulge, max(near, 1) * step)
        ):
            return hint
    low = lowest_m(za, rise, bulge)
    if low >= rules.real[RuleR.PEAK_M]:
        return 0
    if low < rules.real[RuleR.FLOOR_M]:
        return 1
    if n < 2:
        return 0
    floor_m = float(rules.real[RuleR.FLOOR_M])
    peak_step_m = (rules.real[RuleR.PEAK_M] - floor_m) * (1.0 / PEAK_STEPS)
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
            if not is_clear:
                cut = first_cut(
                    ground, u - 0.5, v - 0.5, du, dv, za, rise, bulge, step, int(k), end, floor_m, peak_step_m
                )
                if cut > 0:
                    return min((cut + 1) * _SHARES // n, _SHARES - 1)  # a sample further into the hill
            k = end + 1
    return 0


@formula
def horizon_m(z: float, rules: Rules) -> float:
    """Return the distance at which the sight line from a height ``z`` [m] touches the lowest ground [m].

    Two points farther apart than the sum of their horizons, and a slack, do not see each other: ``find_cut`` finds
    their line below the lowest ground. No horizon, inf, on a flat earth.
    """
    earth_m = rules.real[RuleR.EARTH_M]
    if earth_m == np.inf:
        return np.inf
    return math.sqrt(2.0 * earth_m * max(z - rules.real[RuleR.FLOOR_M], 0.0))


@formula
def is_visible(ground: Ground, rules: Rules, xa: float, ya: float, za: float, xb: float, yb: float, zb: float) -> bool:
    """Return whether two points see each other; z are heights above the sea [m]. See ``find_cut``."""
    return find_cut(ground, rules, xa, ya, za, xb, yb, zb, np.int64(0)) == 0


@kernel
def has_sight(
    i: int,
    j: int,
    xa: float,
    ya: float,
    za: float,
    xb: float,
    yb: float,
    zb: float,
    ground: Ground,
    rules: Rules,
    cuts: U8,
) -> bool:
    """Return whether units ``i`` and ``j`` at two points see each other, like ``is_visible``.

    ``cuts`` remembers where lines were cut, by pair; pairs that share a place overwrite each other.
    """
    place = ((i * _PAIR_A + j * _PAIR_B) >> _PAIR_SHIFT) & (cuts.shape[0] - 1)
    cut = find_cut(ground, rules, xa, ya, za, xb, yb, zb, np.int64(cuts[place]))
    cuts[place] = cut
    return cut == 0
