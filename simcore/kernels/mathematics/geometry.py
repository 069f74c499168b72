"""Plane geometry: distances, turns, lead pursuit, closest approach, polygons."""

import math

import numpy as np

from simcore.compiling.jit import formula, inlined
from simcore.types import F64


@formula
def turn_towards(hx: float, hy: float, gx: float, gy: float, turn_cos: float, turn_sin: float) -> tuple[float, float]:
    """Turn the unit vector (hx, hy) towards the unit vector (gx, gy) by at most the given angle.

    The angle is given by its cosine and sine. For a target dead astern the turn is to the left.
    """
    dot = hx * gx + hy * gy
    if dot >= turn_cos:
        return gx, gy
    sine = turn_sin if hx * gy - hy * gx >= 0.0 else -turn_sin
    x = hx * turn_cos - hy * sine
    y = hx * sine + hy * turn_cos
    norm = math.sqrt(x * x + y * y)
    return x / norm, y / norm


@inlined  # as a call it costs 4 % of a tick
def first_crossing(start: float, extent: float, cell: int) -> tuple[int, float, float]:
    """Return how a line crosses the cells of a grid along an axis: step (1 or -1), spacing and first crossing.

    The line begins at ``start`` in ``cell`` and has the length ``extent``, both in cells; crossings are shares of it.
    Source: Amanatides and Woo 1987.
    """
    step = 1 if extent > 0.0 else -1
    if extent == 0.0:
        return step, np.inf, np.inf
    edge = cell + 1 if extent > 0.0 else cell
    return step, 1.0 / abs(extent), (edge - start) / extent


@formula
def intercept_time(px: float, py: float, vx: float, vy: float, speed: float) -> float:
    """Return the earliest time [s] at which a pursuer of ``speed`` [m/s] at the origin meets a target.

    The target is at (px, py) [m] with velocity (vx, vy) [m/s]. Smallest positive root of
    (v.v - s^2) t^2 + 2 (p.v) t + p.p = 0; inf when the target cannot be caught.
    """
    a = vx * vx + vy * vy - speed * speed
    b = px * vx + py * vy
    c = px * px + py * py
    if c == 0.0:
        return 0.0
    if abs(a) < 1e-12:
        return -c / (2.0 * b) if b < 0.0 else np.inf
    disc = b * b - a * c
    if disc < 0.0:
        return np.inf
    root = math.sqrt(disc)
    # both roots, in a form without cancellation
    q = -(b + root) if b >= 0.0 else root - b
    first = q / a
    second = c / q if q != 0.0 else np.inf
    best = np.inf
    if first > 0.0:
        best = first
    if 0.0 < second < best:
        best = second
    return best


@formula
def closest_approach_sq(dx: float, dy: float, ux: float, uy: float, span_s: float) -> float:
    """Return the smallest squared distance [m2] over the last ``span_s`` seconds.

    (dx, dy) is the relative position now, (ux, uy) the relative velocity: it was (d - u s) s seconds ago.
    """
    speed_sq = ux * ux + uy * uy
    s = 0.0
    if speed_sq > 0.0:
        s = (dx * ux + dy * uy) / speed_sq
        if s < 0.0:
            s = 0.0
        elif s > span_s:
            s = span_s
    x = dx - ux * s
    y = dy - uy * s
    return x * x + y * y


@formula
def is_inside(vertices: F64, first: int, count: int, x: float, y: float) -> bool:
    """Return whether (x, y) lies in the polygon ``vertices[:, first:first+count]`` (even-odd rule)."""
    inside = False
    j = first + count - 1
    for i in range(first, first + count):
        yi = vertices[1, i]
        yj = vertices[1, j]
        if (yi > y) != (yj > y):
            cross = (vertices[0, j] - vertices[0, i]) * (y - yi) / (yj - yi) + vertices[0, i]
            if x < cross:
                inside = not inside
        j = i
    return inside
