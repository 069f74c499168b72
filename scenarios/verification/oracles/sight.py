"""Line of sight between two points over one obstacle. Source: plane geometry and the effective-earth bulge."""

import math

from scenarios.verification.oracles.sensors import EARTH_M


def earth_bulge_m(near_m: float, far_m: float, earth_factor: float) -> float:
    """Return d1 d2 / (2 k R): how high the earth stands above the chord, seen from the obstacle's two sides."""
    return 0.0 if math.isinf(earth_factor) else near_m * far_m / (2.0 * earth_factor * EARTH_M)


def clearance_m(
    observer_m: float, target_m: float, distance_m: float, obstacle_m: float, obstacle_at_m: float, earth_factor: float
) -> float:
    """Return how far the ray passes above an obstacle (negative: blocked). Heights above the smooth earth.

    ``earth_factor`` = inf for a flat earth.
    """
    ray = observer_m + (target_m - observer_m) * obstacle_at_m / distance_m
    return ray - earth_bulge_m(obstacle_at_m, distance_m - obstacle_at_m, earth_factor) - obstacle_m


def first_visible_m(observer_m: float, target_m: float, wall_m: float, wall_at_m: float) -> float:
    """Return the distance from which a target behind a wall is seen on a flat earth; inf when it never is.

    Visible iff observer + (target - observer) D / d >= wall, with the observer above the wall.
    """
    if observer_m < wall_m:
        return math.inf
    if target_m >= wall_m:
        return wall_at_m
    if observer_m == wall_m:
        return math.inf
    return wall_at_m * (observer_m - target_m) / (observer_m - wall_m)
