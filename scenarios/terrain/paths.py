"""Routes over a raster: the quickest path from cell to cell, then with its corners pulled tight.

The ground is a raster of speed factors, 0 where impassable. A path goes from cell centre to cell centre, straight or
diagonally, but not diagonally past a blocked corner. Its cost is a time in units of metres at full speed: length over
factor, with each half of a step at the factor of its own cell. Legs between any two points have the same cost formula,
so the cost of a leg along the grid equals the sum of its steps.
"""

import itertools
import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

import numpy as np

from simcore.types import F32, F64, I64

MAX_CELLS = 4_000_000
"""Largest raster for route search: a search through more cells would exceed the memory of a small machine."""

_ASIDE = ((1e-3, 1e-3), (1e-3, -1e-3), (-1e-3, 1e-3), (-1e-3, -1e-3))  # [m]
_STRAIGHT, _DIAGONAL = 1.0, 2.0**0.5
_STEPS = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))


_FAR = 6
"""Clearance [cells] up to which the cells around each impassable cell are barred one by one. SciPy's transform of the
distance is quicker beyond, but takes longer to load than most routes take to find."""


def _shifted(steps: int) -> slice:
    """Return the part of an axis that stays on it when moved back by ``steps`` cells."""
    return slice(max(steps, 0), min(steps, 0) or None)


@dataclass(frozen=True)
class Field:
    """A raster of speed factors and its position. Row 0 is in the south."""

    speed: F32  # (rows, columns), 0 is impassable
    west_m: float
    south_m: float
    cell_m: float
    _clear: dict[float, np.ndarray] = field(default_factory=dict[float, np.ndarray], repr=False, compare=False)

    @cached_property
    def is_open(self) -> bool:
        """Whether all of the ground is passable."""
        return bool((self.speed > 0.0).all())

    def is_clear(self, clearance_m: float) -> np.ndarray:
        """Return the mask of cells (rows, columns) that are farther than ``clearance_m`` from impassable ground.

        Distances are from centre to centre, less half a diagonal.
        """
        if clearance_m not in self._clear:
            self._clear[clearance_m] = self._find_clear(clearance_m)
        return self._clear[clearance_m]

    def _find_clear(self, clearance_m: float) -> np.ndarray:
        edge_m = 0.5 * _DIAGONAL * self.cell_m
        closed = self.speed <= 0.0
        reach = int((clearance_m + edge_m) / self.cell_m) + 1
        if reach > _FAR:
            from scipy.ndimage import (  # pyright: ignore[reportMissingTypeStubs]
                distance_transform_edt,  # pyright: ignore[reportUnknownVariableType]
            )

            distance_m = np.asarray(cast(Any, distance_transform_edt(~closed)), dtype=np.float64) * self.cell_m
            return distance_m - edge_m >= clearance_m
        barred = np.zeros_like(closed)
        for dr, dc in itertools.product(range(-reach, reach + 1), repeat=2):
            if math.sqrt(dr * dr + dc * dc) * self.cell_m - edge_m < clearance_m:
                barred[_shifted(dr), _shifted(dc)] |= closed[_shifted(-dr), _shifted(-dc)]
        return ~barred

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
        t = np.sort(np.minimum(np.maximum(np.concatenate(cuts), 0.0), 1.0))
        middle = (t[:-1] + t[1:]) / 2.0
        column = np.floor(u[0] + middle * (v[0] - u[0])).astype(np.int64)
        row = np.floor(u[1] + middle * (v[1] - u[1])).astype(np.int64)
        # minimum and maximum take a fifth of the time of clip
        inside = np.minimum(np.maximum(row, 0), rows - 1), np.minimum(np.maximum(column, 0), columns - 1)
        cells.append((*inside, t[1:] - t[:-1]))
    return cells


def costs_to(field: Field, goal: tuple[int, int], start: tuple[int, int]) -> F64:
    """Return the cost of the best path to ``goal`` (row, column) from ``start`` and from every nearer cell, else inf.

    Dijkstra's algorithm, compiled. Steps cost the same in both directions, and so do paths.
    """
    from simcore.routing import Costs, Pace  # loads the compiler: not before a route is needed

    rows, columns = field.speed.shape
    if field.speed[goal] <= 0.0:
        costs: F64 = np.full((rows, columns), np.inf)
        costs[goal] = 0.0
        return costs
    is_open = (field.speed > 0.0).reshape(-1).astype(np.uint8)
    search = Costs(Pace(field.speed, field.cell_m), is_open, goal[0] * columns + goal[1])
    search.reach(start[0] * columns + start[1])
    return search.known().reshape(rows, columns)


def follow(field: Field, costs: F64, start: tuple[int, int], goal: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the cells of a best path. Ties are resolved by the order of the steps, identically on every machine."""
    path = [start]
    while path[-1] != goal:
        options = [(cost + float(costs[cell]), k, cell) for k, (cell, cost) in enumerate(_steps(field, *path[-1]))]
        path.append(min(options)[2])
    return path


def _steps(field: Field, row: int, column: int) -> list[tuple[tuple[int, int], float]]:
    """Return the cells next to a passable cell, with the cost of the step, without those that are barred."""
    rows, columns = field.speed.shape
    here = 1.0 / float(field.speed[row, column])
    steps: list[tuple[tuple[int, int], float]] = []
    for dr, dc in _STEPS:
        r, c = row + dr, column + dc
        if not (0 <= r < rows and 0 <= c < columns) or field.speed[r, c] <= 0.0:
            continue
        if dr and dc and (field.speed[r, column] <= 0.0 or field.speed[row, c] <= 0.0):
            continue  # both cells beside a diagonal must be passable
        length = field.cell_m * (_DIAGONAL if dr and dc else _STRAIGHT)
        steps.append(((r, c), 0.5 * length * (here + 1.0 / float(field.speed[r, c]))))
    return steps


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
    if clearance_m <= 0.0 or field.is_open:
        return field
    keep = field.is_clear(clearance_m).copy()
    around_m = clearance_m + 2.0 * field.cell_m
    for x_m, y_m in ends_m:
        south, west = field.cell(x_m - around_m, y_m - around_m)
        north, east = field.cell(x_m + around_m, y_m + around_m)
        x: F64 = field.west_m + (np.arange(west, east + 1, dtype=np.float64) + 0.5) * field.cell_m
        y: F64 = field.south_m + (np.arange(south, north + 1, dtype=np.float64) + 0.5) * field.cell_m
        keep[south : north + 1, west : east + 1] |= np.hypot(x[None, :] - x_m, y[:, None] - y_m) <= around_m
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
        costs = costs_to(ground, goal, start)
        if np.isfinite(costs[start]):
            cells = [ground.centre(*cell) for cell in follow(ground, costs, start, goal)]
            return pull_tight(ground, [start_m, *cells, goal_m])[1:]
    return None


def reachable(field: Field, start_m: tuple[float, float]) -> np.ndarray:
    """Return the mask of cells reachable from a point."""
    from simcore.kernels.ground.routes import label_regions

    row, column = field.cell(*start_m)
    label = label_regions(field.speed).reshape(field.speed.shape)
    return (label == label[row, column]) & (label > 0)
