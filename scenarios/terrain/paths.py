"""Routes over a raster: the quickest path from cell to cell, then with its corners pulled tight.

The ground is a raster of speed factors, 0 where impassable. A path goes from cell centre to cell centre, straight or
diagonally, but not diagonally past a blocked corner. Its cost is a time in units of metres at full speed: length over
factor, with each half of a step at the factor of its own cell. Legs between any two points have the same cost formula,
so the cost of a leg along the grid equals the sum of its steps.
"""

import itertools
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from simcore.types import F32, F64, I64

MAX_CELLS = 4_000_000
"""Largest raster for route search: the graph of more cells would exceed the memory of a small machine."""

_ASIDE = ((1e-3, 1e-3), (1e-3, -1e-3), (-1e-3, 1e-3), (-1e-3, -1e-3))  # [m]
_STRAIGHT, _DIAGONAL = 1.0, 2.0**0.5
_STEPS = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))


@dataclass(frozen=True)
class Field:
    """A raster of speed factors and its position. Row 0 is in the south."""

    speed: F32  # (rows, columns), 0 is impassable
    west_m: float
    south_m: float
    cell_m: float

    def cell(self, x_m: float, y_m: float) -> tuple[int, int]:
        """Return (row, column) of the cell containing a point, or of the nearest cell for a point off the map."""
        rows, columns = self.speed.shape
        column = int(np.floor((x_m - self.west_m) / self.cell_m))
        row = int(np.floor((y_m - self.south_m) / self.cell_m))
        return min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)

    def centre(self, row: int, column: int) -> tuple[float, float]:
        """Return the centre of a cell [m]."""
        return self.west_m + (column + 0.5) * self.cell_m, self.south_m + (row + 0.5) * self.cell_m

    def leg_cost(self, start_m: tuple[float, float], end_m: tuple[float, float]) -> float:
        """Return the cost of a straight leg [m at full speed]; inf if it crosses impassable ground."""
        length = float(np.hypot(end_m[0] - start_m[0], end_m[1] - start_m[1]))
        *sides, (row, column, share) = crossed(start_m, end_m, self.west_m, self.south_m, self.cell_m, self.speed.shape)
        factor = self.speed[row, column].astype(np.float64)
        is_clear = (factor > 0.0).all() and all((self.speed[r, c] > 0.0).all() for r, c, _ in sides)
        return float(length * (share / factor).sum()) if is_clear else float("inf")


def crossed(
    start_m: tuple[float, float],
    end_m: tuple[float, float],
    west_m: float,
    south_m: float,
    cell_m: float,
    shape: tuple[int, ...],
) -> list[tuple[I64, I64, F64]]:
    """Return (rows, columns, shares) of the cells crossed by a line, in order, with its share in each.

    Four lines offset by a millimetre come first and the line itself last, so that cells merely touched at a corner or
    along an edge are included.
    """
    rows, columns = shape
    cells: list[tuple[I64, I64, F64]] = []
    for dx, dy in (*_ASIDE, (0.0, 0.0)):
        u = np.array([start_m[0] + dx - west_m, start_m[1] + dy - south_m]) / cell_m
        v = np.array([end_m[0] + dx - west_m, end_m[1] + dy - south_m]) / cell_m
        cuts = [np.array([0.0, 1.0])]
        for a, b in zip(u.tolist(), v.tolist(), strict=True):
            if a != b:
                lines: F64 = np.arange(np.floor(min(a, b)) + 1.0, np.ceil(max(a, b)), dtype=np.float64)
                cuts.append((lines - a) / (b - a))
        t = np.sort(np.clip(np.concatenate(cuts), 0.0, 1.0))
        middle = (t[:-1] + t[1:]) / 2.0
        column = np.clip(np.floor(u[0] + middle * (v[0] - u[0])).astype(np.int64), 0, columns - 1)
        row = np.clip(np.floor(u[1] + middle * (v[1] - u[1])).astype(np.int64), 0, rows - 1)
        cells.append((row, column, np.diff(t)))
    return cells


def step_costs(field: Field) -> list[tuple[tuple[int, int], F64]]:
    """Return for each of the eight steps (rows, columns) its cost from each cell, inf where barred."""
    rows, columns = field.speed.shape
    with np.errstate(divide="ignore"):
        slowness: F64 = 1.0 / np.pad(field.speed.astype(np.float64), 1)  # inf outside and where impassable
    origin = slowness[1:-1, 1:-1]
    costs: list[tuple[tuple[int, int], F64]] = []
    for dr, dc in _STEPS:
        target = slowness[1 + dr : 1 + dr + rows, 1 + dc : 1 + dc + columns]
        length = field.cell_m * (_DIAGONAL if dr and dc else _STRAIGHT)
        cost = 0.5 * length * (origin + target)
        if dr and dc:  # both cells beside a diagonal must be passable
            beside = slowness[1 + dr : 1 + dr + rows, 1:-1] + slowness[1:-1, 1 + dc : 1 + dc + columns]
            cost = np.where(np.isinf(beside), np.inf, cost)
        costs.append(((dr, dc), cost))
    return costs


def costs_to(field: Field, goal: tuple[int, int]) -> F64:
    """Return the cost of the best path from every cell to ``goal`` (row, column); inf where there is no path.

    Dijkstra's algorithm (SciPy's). Steps cost the same in both directions, and so do paths.
    """
    from scipy.sparse import coo_array  # pyright: ignore[reportMissingTypeStubs]
    from scipy.sparse.csgraph import dijkstra  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]

    rows, columns = field.speed.shape
    number: I64 = np.arange(rows * columns, dtype=np.int64).reshape(rows, columns)
    sources: list[np.ndarray] = []
    targets: list[np.ndarray] = []
    weights: list[np.ndarray] = []
    for (dr, dc), cost in step_costs(field)[4:]:  # half of the steps: the graph has no direction
        taken = np.isfinite(cost)
        sources.append(number[taken])
        targets.append(number[taken] + dr * columns + dc)
        weights.append(cost[taken])
    n = rows * columns
    edges = np.concatenate(weights), (np.concatenate(sources), np.concatenate(targets))
    graph: Any = coo_array(edges, shape=(n, n)).tocsr()
    total = cast(Any, dijkstra(graph, directed=False, indices=int(number[goal])))
    return np.asarray(total, dtype=np.float64).reshape(rows, columns)


def follow(field: Field, costs: F64, start: tuple[int, int], goal: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the cells of a best path. Ties are resolved by the order of the steps, identically on every machine."""
    steps = step_costs(field)
    path = [start]
    while path[-1] != goal:
        row, column = path[-1]
        options = [
            (cost[row, column] + costs[row + dr, column + dc], k)
            for k, ((dr, dc), cost) in enumerate(steps)
            if np.isfinite(cost[row, column])
        ]
        dr, dc = steps[min(options)[1]][0]
        path.append((row + dr, column + dc))
    return path


def pull_tight(field: Field, points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the path without the corners that a straight leg can replace at no greater cost.

    Every leg of the result is passable if every leg of ``points`` is.
    """
    costs = [field.leg_cost(a, b) for a, b in itertools.pairwise(points)]
    before = np.concatenate([[0.0], np.cumsum(costs)])
    kept = [0]
    while kept[-1] < len(points) - 1:
        start = kept[-1]
        best, failures, k = start + 1, 0, start + 2
        while k < len(points) and failures < 12:
            if field.leg_cost(points[start], points[k]) <= (before[k] - before[start]) * (1.0 + 1e-9):
                best, failures = k, 0
            else:
                failures += 1
            k += 1
        kept.append(best)
    shorter = [points[k] for k in kept]
    return shorter if len(shorter) == len(points) else pull_tight(field, shorter)


def shrunk(field: Field, clearance_m: float, ends_m: list[tuple[float, float]]) -> Field:
    """Return the field with all ground within ``clearance_m`` of impassable ground barred.

    Nothing is barred around ``ends_m``, so that routes can start and end in harbours.
    """
    from scipy.ndimage import (  # pyright: ignore[reportMissingTypeStubs]
        distance_transform_edt,  # pyright: ignore[reportUnknownVariableType]
    )

    is_open = field.speed > 0.0
    if clearance_m <= 0.0 or is_open.all():
        return field
    to_blocked = cast(Any, distance_transform_edt(is_open))
    distance: F64 = np.asarray(to_blocked, dtype=np.float64) * field.cell_m - 0.5 * _DIAGONAL * field.cell_m
    keep = distance >= clearance_m
    rows, columns = field.speed.shape
    y: F64 = field.south_m + (np.arange(rows, dtype=np.float64) + 0.5) * field.cell_m
    x: F64 = field.west_m + (np.arange(columns, dtype=np.float64) + 0.5) * field.cell_m
    for end in ends_m:
        keep |= np.hypot(x[None, :] - end[0], y[:, None] - end[1]) <= clearance_m + 2.0 * field.cell_m
    return Field(np.where(keep, field.speed, np.float32(0.0)), field.west_m, field.south_m, field.cell_m)


def find_route(
    field: Field, start_m: tuple[float, float], goal_m: tuple[float, float], clearance_m: float = 0.0
) -> list[tuple[float, float]] | None:
    """Return the waypoints of the quickest route after ``start_m``, ending with ``goal_m``; None if there is no route.

    The route keeps ``clearance_m`` from impassable ground if possible, otherwise half of it, otherwise none.
    """
    for margin_m in dict.fromkeys((clearance_m, clearance_m / 2.0, 0.0)):
        ground = shrunk(field, margin_m, [start_m, goal_m])
        start, goal = ground.cell(*start_m), ground.cell(*goal_m)
        if ground.speed[start] <= 0.0 or ground.speed[goal] <= 0.0:
            continue
        length = float(np.hypot(goal_m[0] - start_m[0], goal_m[1] - start_m[1]))
        if ground.leg_cost(start_m, goal_m) <= length / float(ground.speed.max()) * (1.0 + 1e-9):
            return [goal_m]  # nothing can be quicker
        costs = costs_to(ground, goal)
        if np.isfinite(costs[start]):
            cells = [ground.centre(*cell) for cell in follow(ground, costs, start, goal)]
            return pull_tight(ground, [start_m, *cells, goal_m])[1:]
    return None


def reachable(field: Field, start_m: tuple[float, float]) -> np.ndarray:
    """Return the mask of cells reachable from a point."""
    return np.isfinite(costs_to(field, field.cell(*start_m)))
