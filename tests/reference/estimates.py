"""Slow, readable twins of ``simcore.policy_loops``."""

import math


def nearest(points: list[tuple[float, float] | None], x: float, y: float) -> tuple[int, float]:
    """Return the index of the nearest point that is not None, and how far it is; (-1, inf) where there is none."""
    away = [math.inf if p is None else math.sqrt((p[0] - x) ** 2 + (p[1] - y) ** 2) for p in points]
    best = min(away, default=math.inf)
    return (away.index(best), best) if best < math.inf else (-1, best)


def densest_square(
    contacts: list[tuple[float, float, float]], west: float, south: float, cell: float, nx: int, ny: int
) -> tuple[float, float, float]:
    """Return mean x, mean y and value of the richest square of two by two cells among contacts (x, y, value)."""

    def cell_of(value: float, low: float, n: int) -> int:
        return min(max(math.floor((value - low) / cell), 0), n - 1)

    placed = [(cell_of(x, west, nx), cell_of(y, south, ny), x, y, value) for x, y, value in contacts]
    best: list[tuple[float, float, float]] = []
    for by in range(ny - 1):
        for bx in range(nx - 1):
            inside = [(x, y, v) for ix, iy, x, y, v in placed if ix - bx in (0, 1) and iy - by in (0, 1)]
            if sum(v for _, _, v in inside) > sum(v for _, _, v in best):
                best = inside
    total = sum(v for _, _, v in best)
    if total == 0:
        return 0.0, 0.0, 0.0
    return round(sum(x * v for x, _, v in best) / total), round(sum(y * v for _, y, v in best) / total), total
