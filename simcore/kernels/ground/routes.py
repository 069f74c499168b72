"""Routes over the raster at order time: tests of straight lines, regions, and the corners of quickest routes.

Cells are numbered row by row from the south-west. Costs are times in units of metres at full speed, computed by sums
and products only, so that every machine finds the same route. ``ground`` is a raster of speed factors (rows, columns),
0 where impassable; ``frame`` is (west, south, cell) of the raster [m].
"""

import math

import numpy as np

from simcore.compiling.jit import driver, kernel, shared
from simcore.kernels.ground.searches import DIAGONAL, FINAL
from simcore.kernels.mathematics.geometry import first_crossing
from simcore.types import F32, F64, I32, U8

_SLACK = 1.0 + 1e-9


@shared
def cell_at(frame: F64, rows: int, columns: int, x: float, y: float) -> int:
    """Return the number of the cell that contains (x, y), or of the nearest cell to a point off the raster."""
    column = min(max(int(math.floor(float((x - frame[0]) / frame[2]))), 0), columns - 1)
    row = min(max(int(math.floor(float((y - frame[1]) / frame[2]))), 0), rows - 1)
    return row * columns + column


@shared
def line_cost(ground: F32, is_open: U8, frame: F64, x0: float, y0: float, x1: float, y1: float) -> float:
    """Return the cost of a straight line [m at full speed]; inf when it crosses or touches a closed cell."""
    return line_cost_within(ground, is_open, frame, x0, y0, x1, y1, np.inf)


@kernel
def line_cost_within(
    ground: F32, is_open: U8, frame: F64, x0: float, y0: float, x1: float, y1: float, most: float
) -> float:
    """Return the cost of a straight line, see ``line_cost``; inf as soon as it exceeds ``most``.

    The line is traversed from cell to cell (Amanatides and Woo 1987). At a corner both adjacent cells count. The
    first cell is taken as open, since a unit in it can leave.
    """
    rows, columns = ground.shape
    u0, v0 = float((x0 - frame[0]) / frame[2]), float((y0 - frame[1]) / frame[2])
    u1, v1 = float((x1 - frame[0]) / frame[2]), float((y1 - frame[1]) / frame[2])
    column = min(max(int(math.floor(u0)), 0), columns - 1)
    row = min(max(int(math.floor(v0)), 0), rows - 1)
    last_column = min(max(int(math.floor(u1)), 0), columns - 1)
    last_row = min(max(int(math.floor(v1)), 0), rows - 1)
    du, dv = u1 - u0, v1 - v0
    length = math.sqrt(du * du + dv * dv) * frame[2]
    step_u, delta_u, next_u = first_crossing(u0, du, column)
    step_v, delta_v, next_v = first_crossing(v0, dv, row)
    t = 0.0
    cost = 0.0
    is_first = True
    while True:
        factor = ground[row, column]
        if not is_first and is_open[row * columns + column] == 0:
            return np.inf
        if factor <= 0.0:
            factor = np.float32(1.0)
        is_first = False
        end = min(next_u, next_v, 1.0)
        if row == last_row and column == last_column:
            end = 1.0
        cost += max(end - t, 0.0) * length / factor
        t = max(end, t)
        if row == last_row and column == last_column:
            return cost
        if cost > most:
            return np.inf
        is_corner = abs(next_u - next_v) < 1e-9
        if is_corner:
            c = min(max(column + step_u, 0), columns - 1)
            w = min(max(row + step_v, 0), rows - 1)
            if is_open[row * columns + c] == 0 or is_open[w * columns + column] == 0:
                return np.inf
        if (next_u <= next_v or is_corner) and column != last_column:
            column += step_u
            next_u += delta_u
            if is_corner and row != last_row:
                row += step_v
                next_v += delta_v
        elif row != last_row:
            row += step_v
            next_v += delta_v
        else:
            column += step_u
            next_u += delta_u


@driver
def distance_to_closed(ground: F32) -> F32:
    """Return the distance of each cell from the nearest impassable cell, in cells by straight and diagonal steps."""
    rows, columns = ground.shape
    far = np.float32(rows + columns)
    distance = np.full((rows, columns), far, dtype=np.float32)
    diagonal = np.float32(DIAGONAL)
    one = np.float32(1.0)
    for turn in range(2):
        for a in range(rows):
            row = a if turn == 0 else rows - 1 - a
            back = row - 1 if turn == 0 else row + 1
            for b in range(columns):
                column = b if turn == 0 else columns - 1 - b
                aside = column - 1 if turn == 0 else column + 1
                if ground[row, column] <= 0.0:
                    distance[row, column] = 0.0
                    continue
                best = distance[row, column]
                if 0 <= aside < columns:
                    best = min(best, distance[row, aside] + one)
                if 0 <= back < rows:
                    best = min(best, distance[back, column] + one)
                    if column > 0:
                        best = min(best, distance[back, column - 1] + diagonal)
                    if column < columns - 1:
                        best = min(best, distance[back, column + 1] + diagonal)
                distance[row, column] = best
    return distance


@driver
def label_regions(ground: F32) -> I32:
    """Return the region number of each cell (n,), from 1; cells of a region can reach each other. 0: closed."""
    rows, columns = ground.shape
    label = np.zeros(rows * columns, dtype=np.int32)
    stack = np.empty(rows * columns, dtype=np.int32)
    n_regions = 0
    for first in range(rows * columns):
        if label[first] != 0 or ground[first // columns, first % columns] <= 0.0:
            continue
        n_regions += 1
        label[first] = n_regions
        stack[0] = first
        n = 1
        while n > 0:
            n -= 1
            cell = stack[n]
            row, column = cell // columns, cell % columns
            for k in range(4):  # straight steps suffice: a diagonal step needs both adjacent cells open
                r = row + (k == 0) - (k == 1)
                c = column + (k == 2) - (k == 3)
                if 0 <= r < rows and 0 <= c < columns and label[r * columns + c] == 0 and ground[r, c] > 0.0:
                    label[r * columns + c] = n_regions
                    stack[n] = r * columns + c
                    n += 1
    return label


@driver
def nearest_in_region(label: I32, columns: int, region: int, goal: int) -> int:
    """Return the cell of a region nearest to a given cell; the first among equals."""
    rows = label.shape[0] // columns
    row, column = np.int64(goal // columns), np.int64(goal % columns)
    best = -1
    best_sq = np.int64(rows * rows + columns * columns)
    for away in range(rows):  # row by row, away from the goal, as far as a nearer cell is possible
        if away * away > best_sq:
            break
        for turn in range(-1, 2, 2):
            r = row + turn * away
            if r < 0 or r >= rows or (away == 0 and turn > 0):
                continue
            for aside in range(columns):
                away_sq = np.int64(away * away + aside * aside)
                if away_sq > best_sq:
                    break
                for c in (column - aside, column + aside):
                    cell = r * columns + c
                    if 0 <= c < columns and label[cell] == region and (away_sq < best_sq or best < 0 or cell < best):
                        best, best_sq = cell, away_sq
    return int(best)


@kernel
def trace(
    ground: F32, is_open: U8, frame: F64, cost: F64, mark: U8, start: int, goal: int, path: I32, x: F64, y: F64,
    left: F64,
) -> int:  # fmt: skip
    """Enter the points of the quickest route between two cells in ``x`` and ``y`` [m], both ends included.

    ``path``, ``x``, ``y`` and ``left`` are work space (cells,). Returns the number of points; see ``corners``.
    """
    rows, columns = ground.shape
    path[0] = start
    n = 1
    while path[n - 1] != goal:
        row, column = path[n - 1] // columns, path[n - 1] % columns
        slow = 1.0 / np.float64(ground[row, column])
        best = -1
        best_cost = np.inf
        for dr in range(-1, 2):
            for dc in range(-1, 2):
                r, c = row + dr, column + dc
                if (dr == 0 and dc == 0) or r < 0 or c < 0 or r >= rows or c >= columns:
                    continue
                other = r * columns + c
                if mark[other] != FINAL:
                    continue
                length = frame[2]
                if dr != 0 and dc != 0:
                    if is_open[row * columns + c] == 0 or is_open[r * columns + column] == 0:
                        continue
                    length = DIAGONAL * frame[2]
                through = cost[other] + 0.5 * length * (slow + 1.0 / np.float64(ground[r, c]))
                if through < best_cost:
                    best = other
                    best_cost = through
        path[n] = best
        n += 1
    for k in range(n):
        x[k] = frame[0] + (path[k] % columns + 0.5) * frame[2]
        y[k] = frame[1] + (path[k] // columns + 0.5) * frame[2]
        left[k] = cost[path[k]]
    while True:
        kept = 1
        here = 0
        while here < n - 1:
            best = n - 1
            while best > here + 1:
                most = (left[here] - left[best]) * _SLACK
                if line_cost_within(ground, is_open, frame, x[here], y[here], x[best], y[best], most) <= most:
                    break
                best -= 1
            here = best
            x[kept], y[kept], left[kept] = x[best], y[best], left[best]
            kept += 1
        if kept == n:
            break
        n = kept
        left[n - 1] = 0.0
        for k in range(n - 2, -1, -1):
            left[k] = left[k + 1] + line_cost(ground, is_open, frame, x[k], y[k], x[k + 1], y[k + 1])
    return n


@driver
def corners(
    ground: F32, is_open: U8, frame: F64, cost: F64, mark: U8, start: int, goal: int, n_most: int, path: I32, line: F64
) -> F64:
    """Return the points (2, k) [m] to pass between two cells, at most ``n_most``: the corners of the quickest route.

    The route descends the costs, taking the first of equal steps. A corner is omitted where the straight line to a
    later corner costs no more than the route (string pulling). Work space: ``path`` (cells,) and ``line`` (3, cells).
    """
    x, y = line[0], line[1]
    n = trace(ground, is_open, frame, cost, mark, start, goal, path, x, y, line[2])
    count = min(max(n - 2, 0), n_most)
    points = np.empty((2, count))
    for k in range(count):
        points[0, k] = x[k + 1]
        points[1, k] = y[k + 1]
    return points
