"""Neighbours and networks, the slow way: every pair."""

from collections.abc import Callable, Iterable

import numpy as np

from simcore.types import F64


def in_range(x: F64, y: F64, chosen: np.ndarray, px: float, py: float, radius: float) -> set[int]:
    """Return the chosen points within the radius, edge included."""
    return {int(i) for i in np.flatnonzero(chosen) if (x[i] - px) ** 2 + (y[i] - py) ** 2 <= radius * radius}


def hops(members: Iterable[int], posts: Iterable[int], hears: Callable[[int, int], bool], most: int) -> dict[int, int]:
    """Return how many hops each reached member is from a post, at most ``most``."""
    reached = dict.fromkeys(posts, 0)
    left = set(members) - set(reached)
    for level in range(most):
        edge = [a for a, hop in reached.items() if hop == level]
        new = {b for b in left if any(hears(a, b) for a in edge)}
        reached |= dict.fromkeys(new, level + 1)
        left -= new
    return reached
