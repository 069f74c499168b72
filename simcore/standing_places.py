"""Cells in which a unit can stand and move, and the nearest of them to a place."""

import numpy as np

from simcore.compiling.jit import driver, kernel
from simcore.kernels.ground.terrain import can_stand, raster_cell
from simcore.params import RuleR, UnitSpecW
from simcore.placing import nearest_inside
from simcore.types import F32, F64, I32, I64, NONE, U8, Domain, Mobility


@kernel
def is_passable(domain: int, mobility: int, row: int, column: int, surface: U8, speed: F32) -> bool:
    """Return whether a unit can stand in a cell and, unless its mobility is FIXED, move in it."""
    if not can_stand(domain, surface[row, column], speed[Mobility.WATER, row, column]):
        return False
    return mobility == Mobility.FIXED or domain == Domain.AIR or speed[mobility, row, column] > 0.0


@kernel
def find_sides(domain: int, mobility: int, surface: U8, speed: F32, west: I32, east: I32) -> None:
    """Write the nearest passable column at or west of each cell in its row, and at or east of it; -1 = none."""
    columns = surface.shape[1]
    for row in range(surface.shape[0]):
        nearest = np.int32(NONE)
        for c in range(columns):
            if is_passable(domain, mobility, row, c, surface, speed):
                nearest = np.int32(c)
            west[row, c] = nearest
        nearest = np.int32(NONE)
        for c in range(columns - 1, -1, -1):
            if is_passable(domain, mobility, row, c, surface, speed):
                nearest = np.int32(c)
            east[row, c] = nearest


@kernel
def nearest_passable(x: float, y: float, rules: F64, west: I32, east: I32) -> tuple[float, float, bool]:
    """Return the place nearest to (x, y) on passable ground of the map, and whether there is one.

    In each row the nearest passable cell on either side is the best; rows are searched outwards, until all further rows
    are more distant than the best place found.
    """
    rows = west.shape[0]
    columns = west.shape[1]
    row, column = raster_cell(rules, rows, columns, x, y)
    cell = rules[RuleR.RASTER_CELL_M]
    best_x = x
    best_y = y
    best_sq = np.inf
    for d in range(rows):
        reach = (d - 1) * cell
        if d > 0 and best_sq <= reach * reach:
            break
        for turn in range(2 if d > 0 else 1):
            r = row + d if turn == 0 else row - d
            if r < 0 or r >= rows:
                continue
            for half in range(2):
                c = west[r, column] if half == 0 else east[r, column]
                if c < 0:
                    continue
                px, py = nearest_inside(x, y, r, np.int64(c), rules)
                if px < rules[RuleR.WEST] or px > rules[RuleR.EAST]:
                    continue
                if py < rules[RuleR.SOUTH] or py > rules[RuleR.NORTH]:
                    continue
                away_sq = (px - x) * (px - x) + (py - y) * (py - y)
                if away_sq < best_sq:
                    best_x, best_y, best_sq = px, py, away_sq
    return best_x, best_y, best_sq < np.inf


@driver
def settle_places(spec: I32, units: I64, x: F64, y: F64, rules: F64, surface: U8, speed: F32) -> int:
    """Move the places (m,) of ``units`` (m,), indices into the columns of ``spec``, to passable ground.

    Returns the first entry without such ground, or -1. Mutates x and y.
    """
    rows = surface.shape[0]
    columns = surface.shape[1]
    n = units.shape[0]
    is_off = np.zeros(n, dtype=np.uint8)
    n_off = 0
    for k in range(n):
        x[k] = min(max(x[k], rules[RuleR.WEST]), rules[RuleR.EAST])
        y[k] = min(max(y[k], rules[RuleR.SOUTH]), rules[RuleR.NORTH])
        row, column = raster_cell(rules, rows, columns, x[k], y[k])
        domain = np.int64(spec[UnitSpecW.DOMAIN, units[k]])
        mobility = np.int64(spec[UnitSpecW.MOBILITY, units[k]])
        if not is_passable(domain, mobility, row, column, surface, speed):
            is_off[k] = 1
            n_off += 1
    if n_off == 0:
        return -1
    west = np.empty((rows, columns), dtype=np.int32)
    east = np.empty((rows, columns), dtype=np.int32)
    for k in range(n):
        if is_off[k] == 0:
            continue
        domain = np.int64(spec[UnitSpecW.DOMAIN, units[k]])
        mobility = np.int64(spec[UnitSpecW.MOBILITY, units[k]])
        find_sides(domain, mobility, surface, speed, west, east)
        for q in range(k, n):
            i = units[q]
            if is_off[q] == 0 or spec[UnitSpecW.DOMAIN, i] != domain or spec[UnitSpecW.MOBILITY, i] != mobility:
                continue
            is_off[q] = 0
            x[q], y[q], is_found = nearest_passable(x[q], y[q], rules, west, east)
            if not is_found:
                return q
    return -1
