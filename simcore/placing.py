"""Start positions of units and positions of mines: set by the scenario or drawn from the suitable places."""

import math

import numpy as np

from simcore.blocks import Block
from simcore.compiling.jit import driver, formula, kernel
from simcore.kernels.fighting.mines import lay_field
from simcore.kernels.ground.terrain import body_m, can_stand, raster_cell
from simcore.kernels.orders.legs import random_direction
from simcore.params import RuleR, UnitSpecR, UnitSpecW
from simcore.rng import Stream, draw, stream_key
from simcore.state import UnitR
from simcore.types import F32, F64, U8, U64, Status, Word

_ATTEMPTS = 500
_INSET = 1e-3  # fraction of a cell by which places are kept inside its edges


@kernel
def scatter(
    i: int, unit_key: Word, place: Word, unit_real: F64, domain: int, rules: F64, surface: U8, water: F32
) -> tuple[float, float]:
    """Return the start of unit ``i``, drawn uniformly from the part of its area on the map and on suitable ground.

    Drawn by rejection; if that part is so small that all draws miss it, from the cells that the area touches. Without
    scatter the unit starts in the middle of its area, as it does without suitable ground (rejected by the compiler).
    """
    x0 = unit_real[UnitSpecR.X0, i]
    y0 = unit_real[UnitSpecR.Y0, i]
    half_x = unit_real[UnitSpecR.SCATTER_X, i]
    half_y = unit_real[UnitSpecR.SCATTER_Y, i]
    radius = unit_real[UnitSpecR.SCATTER_R, i]
    if half_x <= 0.0 and half_y <= 0.0 and radius <= 0.0:
        return x0, y0
    rows = surface.shape[0]
    columns = surface.shape[1]
    for attempt in range(_ATTEMPTS):
        first = np.uint64(attempt) * np.uint64(1 << 20)
        x = x0
        y = y0
        if half_x > 0.0 or half_y > 0.0:
            x += half_x * (2.0 * draw(place, unit_key, first) - 1.0)
            y += half_y * (2.0 * draw(place, unit_key, first + np.uint64(1)) - 1.0)
        if radius > 0.0:
            dx, dy = random_direction(place, unit_key, 1 + attempt * (1 << 14))
            share = math.sqrt(draw(place, unit_key, first + np.uint64(2))) * radius
            x += dx * share
            y += dy * share
        if x < rules[RuleR.WEST] or x > rules[RuleR.EAST] or y < rules[RuleR.SOUTH] or y > rules[RuleR.NORTH]:
            continue
        row, column = raster_cell(rules, rows, columns, x, y)
        if can_stand(domain, surface[row, column], water[row, column]):
            return x, y
    south, west = raster_cell(rules, rows, columns, x0 - half_x - radius, y0 - half_y - radius)
    north, east = raster_cell(rules, rows, columns, x0 + half_x + radius, y0 + half_y + radius)
    chosen = -1
    for turn in range(2):  # count the cells, then find the drawn cell
        n = 0
        for row in range(south, north + 1):
            for column in range(west, east + 1):
                if not can_stand(domain, surface[row, column], water[row, column]):
                    continue
                x, y = nearest_inside(x0, y0, row, column, rules)
                if radius > 0.0 and (x - x0) * (x - x0) + (y - y0) * (y - y0) > radius * radius:
                    continue
                if n == chosen:
                    return x, y
                n += 1
        if turn == 0:
            chosen = min(int(draw(place, unit_key, np.uint64(3)) * n), n - 1)
    return x0, y0


@formula
def nearest_inside(x: float, y: float, row: int, column: int, rules: F64) -> tuple[float, float]:
    """Return the point nearest to (x, y) within a cell of the raster and on the map."""
    cell = rules[RuleR.RASTER_CELL_M]
    west = rules[RuleR.RASTER_WEST] + (column + _INSET) * cell
    east = min(rules[RuleR.RASTER_WEST] + (column + 1.0 - _INSET) * cell, rules[RuleR.EAST])
    south = rules[RuleR.RASTER_SOUTH] + (row + _INSET) * cell
    north = min(rules[RuleR.RASTER_SOUTH] + (row + 1.0 - _INSET) * cell, rules[RuleR.NORTH])
    return min(max(x, west), east), min(max(y, south), north)


@driver
def place_units(
    spec: Block,
    key: U64,
    rules: F64,
    relief: F32,
    surface: U8,
    water: F32,
    replication: U64,
    seed: np.uint64,
    units: F64,
) -> None:
    """Write the start positions and headings of the units (R, fields, n), for every replication.

    ``water`` are the speed factors on it by cell. A driver of few arrays compiles in a tenth of the time that one of
    all parameters and the whole state takes: the latter is mostly the unpacking of Python's arguments.
    """
    real, whole = spec.real, spec.whole
    n = whole.shape[1]
    for r in range(replication.shape[0]):
        place = stream_key(seed, replication[r], 0, Stream.PLACE)
        face = stream_key(seed, replication[r], 0, Stream.HEADING)
        unit = units[r]
        for i in range(n):
            x, y = scatter(i, key[i], place, real, np.int64(whole[UnitSpecW.DOMAIN, i]), rules, surface, water)
            unit[UnitR.X, i] = min(max(x, rules[RuleR.WEST]), rules[RuleR.EAST])
            unit[UnitR.Y, i] = min(max(y, rules[RuleR.SOUTH]), rules[RuleR.NORTH])
            hx = real[UnitSpecR.HX0, i]
            hy = real[UnitSpecR.HY0, i]
            if hx == 0.0 and hy == 0.0:
                hx, hy = random_direction(face, key[i], 1)
            unit[UnitR.HX, i] = hx
            unit[UnitR.HY, i] = hy
        for i in range(n):
            h = i
            while whole[UnitSpecW.STATUS0, h] == Status.ABOARD and whole[UnitSpecW.HOST, h] >= 0:
                h = whole[UnitSpecW.HOST, h]
            unit[UnitR.X, i] = unit[UnitR.X, h]
            unit[UnitR.Y, i] = unit[UnitR.Y, h]
            unit[UnitR.Z, i] = body_m(relief, rules, unit[UnitR.X, i], unit[UnitR.Y, i], real[UnitSpecR.HEIGHT_M, i])


@driver
def lay_mines(
    fields: Block,
    key: U64,
    vertices: F64,
    rules: F64,
    surface: U8,
    water: F32,
    replication: U64,
    seed: np.uint64,
    mines: F64,
) -> None:
    """Write the positions of the mines (R, fields, n), for every replication."""
    for r in range(replication.shape[0]):
        place = stream_key(seed, replication[r], 0, Stream.MINE_PLACE)
        for f in range(fields.whole.shape[1]):
            lay_field(f, key[f], place, fields.real, fields.whole, vertices, rules, surface, water, mines[r])
