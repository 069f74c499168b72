"""Line of sight between two points over an obstacle, and over a surface.

Source: plane geometry and the effective-earth bulge.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.verification.oracles.sensors import EARTH_M
from simcore.types import F64


def earth_bulge_m(near_m: float, far_m: float, earth_factor: float) -> float:
    """Return d1 d2 / (2 k R): the height of the earth above the chord at distances d1 and d2 from its ends."""
    return 0.0 if math.isinf(earth_factor) else near_m * far_m / (2.0 * earth_factor * EARTH_M)


def clearance_m(
    observer_m: float, target_m: float, distance_m: float, obstacle_m: float, obstacle_at_m: float, earth_factor: float
) -> float:
    """Return the clearance of the ray above an obstacle (negative: blocked). Heights are above the smooth earth.

    ``earth_factor`` = inf for a flat earth.
    """
    ray = observer_m + (target_m - observer_m) * obstacle_at_m / distance_m
    return ray - earth_bulge_m(obstacle_at_m, distance_m - obstacle_at_m, earth_factor) - obstacle_m


def first_visible_m(observer_m: float, target_m: float, wall_m: float, wall_at_m: float) -> float:
    """Return the distance from which a target behind a wall is visible on a flat earth; inf if it never is.

    Visible iff observer + (target - observer) D / d >= wall, with the observer above the wall.
    """
    if observer_m < wall_m:
        return math.inf
    if target_m >= wall_m:
        return wall_at_m
    if observer_m == wall_m:
        return math.inf
    return wall_at_m * (observer_m - target_m) / (observer_m - wall_m)


@dataclass(frozen=True)
class Surface:
    """Heights (rows, columns) [m] at the centres of square cells, bilinear between them, constant beyond the rim."""

    heights_m: F64
    west_m: float
    south_m: float
    cell_m: float

    def at(self, x_m: F64, y_m: F64) -> F64:
        """Return the height of the surface [m] at places, arrays of any shape."""
        rows, columns = self.heights_m.shape
        u = np.clip((x_m - self.west_m) / self.cell_m - 0.5, 0.0, columns - 1.0)
        v = np.clip((y_m - self.south_m) / self.cell_m - 0.5, 0.0, rows - 1.0)
        column = np.minimum(u.astype(np.int64), columns - 2)
        row = np.minimum(v.astype(np.int64), rows - 2)
        u, v = u - column, v - row
        low = self.heights_m[row, column] * (1.0 - u) + self.heights_m[row, column + 1] * u
        high = self.heights_m[row + 1, column] * (1.0 - u) + self.heights_m[row + 1, column + 1] * u
        return low * (1.0 - v) + high * v


def cast(
    ground: Surface, from_m: F64, to_m: F64, heights_m: tuple[float, float], earth_m: float, per_cell: int
) -> NDArray[np.bool_]:
    """Return which lines between two lists of places (n, 2) are clear of the surface (n,).

    The ends are ``heights_m`` above the surface. Each line is sampled ``per_cell`` times per cell of the surface;
    the sea rises d1 d2 / (2 R) above the chord on an earth of effective radius ``earth_m``.
    """
    free = np.empty(len(from_m), dtype=bool)
    start = ground.at(from_m[:, 0], from_m[:, 1]) + heights_m[0]
    end = ground.at(to_m[:, 0], to_m[:, 1]) + heights_m[1]
    for k, (a, b) in enumerate(zip(from_m, to_m, strict=True)):
        length = math.hypot(*(b - a))
        f = np.linspace(0.0, 1.0, max(2, math.ceil(length / ground.cell_m * per_cell)) + 1)[1:-1]
        line = start[k] + (end[k] - start[k]) * f - length**2 * f * (1.0 - f) / (2.0 * earth_m)
        free[k] = not np.any(ground.at(a[0] + (b[0] - a[0]) * f, a[1] + (b[1] - a[1]) * f) > line)
    return free
