"""Passable ground: the nearest place at which a unit can stand and move."""

import numpy as np

from simcore.compiling.jit import driver, kernel
from simcore.errors import InputError
from simcore.kernels.ground.terrain import can_stand, raster_cell
from simcore.params import Params, RuleR, UnitSpecW
from simcore.placing import nearest_inside
from simcore.types import F32, F64, I32, I64, U8, Domain, Mobility


@kernel
def is_passable(domain: int, mobility: int, row: int, column: int, surface: U8, speed: F32) -> bool:
    """Return whether a unit can stand in a cell and, unless its mobility is FIXED, move in it."""
    if not can_stand(domain, surface[row, column], speed[Mobility.WATER, row, column]):
        return False
    return mobility == Mobility.FIXED or domain == Domain.AIR or speed[mobility, row, column] > 0.0


@kernel
def nearest_passable(
    domain: int, mobility: int, x: float, y: float, rules: F64, surface: U8, speed: F32
) -> tuple[float, float, bool]:
    """Return the place nearest to (x, y) on passable ground of the map, and whether there is one.

    The cells are searched in rings; a cell beyond the ring d is at least d cells away.
    """
    x = min(max(x, rules[RuleR.WEST]), rules[RuleR.EAST])
    y = min(max(y, rules[RuleR.SOUTH]), rules[RuleR.NORTH])
    rows = surface.shape[0]
    columns = surface.shape[1]
    row, column = raster_cell(rules, rows, columns, x, y)
    if is_passable(domain, mobility, row, column, surface, speed):
        return x, y, True
    cell = rules[RuleR.RASTER_CELL_M]
    best_x = x
    best_y = y
    best_sq = np.inf
    for d in range(1, max(rows, columns)):
        reach = (d - 1) * cell
        if best_sq <= reach * reach:
            break
        for r in range(max(row - d, 0), min(row + d, rows - 1) + 1):
            stride = 1 if abs(r - row) == d else 2 * d
            for c in range(column - d, column + d + 1, stride):
                if c < 0 or c >= columns or not is_passable(domain, mobility, r, c, surface, speed):
                    continue
                px, py = nearest_inside(x, y, r, c, rules)
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
    for k in range(units.shape[0]):
        i = units[k]
        domain = np.int64(spec[UnitSpecW.DOMAIN, i])
        mobility = np.int64(spec[UnitSpecW.MOBILITY, i])
        x[k], y[k], is_found = nearest_passable(domain, mobility, x[k], y[k], rules, surface, speed)
        if not is_found:
            return k
    return -1


def passable(params: Params, units: I64 | I32, x: F64, y: F64) -> tuple[F64, F64]:
    """Return the places nearest to (x, y) [m] on the map at which the ``units`` (indices) can stand and move.

    The three arrays are broadcast to a common shape. A place that is already passable is returned unchanged.

    Raises
    ------
    InputError
        When a coordinate is no number, or the map has no ground for a unit.
    """
    kind, east, north = np.broadcast_arrays(np.asarray(units, dtype=np.int64), x, y)
    if not (np.isfinite(east).all() and np.isfinite(north).all()):
        raise InputError("x, y: not all places are finite numbers; give coordinates in metres")
    new_x, new_y = np.array(east, dtype=np.float64).reshape(-1), np.array(north, dtype=np.float64).reshape(-1)
    kinds = np.ascontiguousarray(kind).reshape(-1)
    terrain = params.terrain
    bad = settle_places(params.units.whole, kinds, new_x, new_y, params.rules_real, terrain.surface, terrain.speed)
    if bad >= 0:
        raise InputError(f"units: the map has no ground on which unit {kinds[bad]} can move; leave the unit out")
    return new_x.reshape(kind.shape), new_y.reshape(kind.shape)
