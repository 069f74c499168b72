"""A regression tree of several values at once: a step of the values stays a step, where a smooth surrogate blurs it.

Each split leaves the least sum of squares over all values. The number of leaves is that of least error on points
left out by groups (Breiman, Friedman, Olshen and Stone 1984).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenarios.experiments.surrogate import Domain
from simcore.types import F64, I64

SIZES = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 32)
"""Numbers of leaves that are tried."""
_LEAST_ROWS = 4
"""In a leaf."""


@dataclass(frozen=True)
class _Split:
    """The best split of a node: the points at a level (of names), or at most at a value, go to the first child."""

    gain: float
    factor: int
    value: float


class Tree:
    """A tree through the values of points.

    Parameters
    ----------
    points
        Coordinates, (n, factors).
    values
        Values of the points, (n, k).
    domains
        The factors: names are split by level, all else by size.
    n_leaves
        Most leaves. The split that gains most comes first, so that a small tree is the beginning of a greater one.
    """

    def __init__(self, points: F64, values: F64, domains: Sequence[Domain], n_leaves: int) -> None:
        self._domains = domains
        rows: list[I64] = [np.arange(len(points))]
        self._splits = best = [_best_split(points, values, domains)]
        self._means = [values.mean(axis=0)]
        self._children: dict[int, tuple[int, int]] = {}
        leaves = [0]
        while len(leaves) < n_leaves:
            node = max(leaves, key=lambda k: best[k].gain)
            if best[node].gain <= 0.0:
                break
            is_first = self._goes_first(best[node], points[rows[node]])
            for part in (rows[node][is_first], rows[node][~is_first]):
                rows.append(part)
                best.append(_best_split(points[part], values[part], domains))
                self._means.append(values[part].mean(axis=0))
            self._children[node] = (len(rows) - 2, len(rows) - 1)
            leaves.remove(node)
            leaves += self._children[node]

    def _goes_first(self, split: _Split, points: F64) -> np.ndarray:
        column = points[:, split.factor]
        return column <= split.value if self._domains[split.factor].is_ordered else column == split.value

    def predict(self, points: F64, n_leaves: int | None = None) -> F64:
        """Return the predicted values of points, (n, k); those of a tree of fewer leaves if ``n_leaves`` is given."""
        n_splits = len(self._children) if n_leaves is None else min(n_leaves - 1, len(self._children))
        node = np.zeros(len(points), dtype=np.int64)
        for parent, (first, second) in list(self._children.items())[:n_splits]:
            inside = np.flatnonzero(node == parent)
            node[inside] = np.where(self._goes_first(self._splits[parent], points[inside]), first, second)
        return np.stack(self._means)[node]


def _best_split(points: F64, values: F64, domains: Sequence[Domain]) -> _Split:
    """Return the split that lowers the sum of squares most; without gain if there is none."""
    n = len(points)
    whole = values.sum(axis=0)
    best = _Split(0.0, 0, 0.0)
    for k, domain in enumerate(domains):
        column = points[:, k]
        if domain.is_ordered:
            order = np.argsort(column, kind="stable")
            at = column[order]
            first, count = np.cumsum(values[order], axis=0)[:-1], np.arange(1, n)
            cuts, ok = 0.5 * (at[1:] + at[:-1]), at[1:] > at[:-1]
        else:
            cuts, level, count = np.unique(column, return_inverse=True, return_counts=True)
            first = np.zeros((len(cuts), values.shape[1]))
            np.add.at(first, level, values)
            ok = np.ones(len(cuts), dtype=bool)
        ok &= (count >= _LEAST_ROWS) & (n - count >= _LEAST_ROWS)
        if not ok.any():
            continue
        first, count, cuts = first[ok], count[ok], cuts[ok]
        gains = (first**2).sum(axis=1) / count + ((whole - first) ** 2).sum(axis=1) / (n - count)
        gains -= (whole**2).sum() / n
        top = int(gains.argmax())
        if gains[top] > best.gain:
            best = _Split(float(gains[top]), k, float(cuts[top]))
    return best


def best_tree(points: F64, values: F64, domains: Sequence[Domain], groups: I64) -> tuple[Tree, float]:
    """Return the tree of the best size, and its mean square error on the groups of points left out."""
    squares = np.zeros(len(SIZES))
    for group in np.unique(groups):
        out = groups == group
        tree = Tree(points[~out], values[~out], domains, SIZES[-1])
        squares += [float(((tree.predict(points[out], size) - values[out]) ** 2).sum()) for size in SIZES]
    best = int(squares.argmin())
    return Tree(points, values, domains, SIZES[best]), float(squares[best]) / values.size
