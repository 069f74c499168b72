"""Sums of regression trees as plain arrays, evaluated with NumPy."""

from dataclasses import dataclass

import numpy as np

from simcore.types import F64, I64


@dataclass(frozen=True)
class Trees:
    """A sum of trees. A row goes to ``left`` when its feature is at most the threshold. A leaf leads to itself."""

    start: float  # added to the sum of the trees
    roots: I64  # (trees,), node of each root
    feature: I64  # (nodes,)
    threshold: F64  # (nodes,)
    left: I64  # (nodes,), above the node's own number, or that number in a leaf
    right: I64
    value: F64  # (nodes,), of a leaf

    def predict(self, features: F64) -> F64:
        """Return the sum of the trees for each row of features."""
        rows = np.arange(len(features))[:, None]
        node = np.broadcast_to(self.roots, (len(features), len(self.roots)))
        while True:
            goes_left = features[rows, self.feature[node]] <= self.threshold[node]
            after = np.where(goes_left, self.left[node], self.right[node])
            if np.array_equal(after, node):
                break
            node = after
        return self.start + self.value[node].sum(axis=1)

    def problem(self, n_features: int) -> str | None:
        """Return the fault that would make an evaluation wrong or endless, or None."""
        n = len(self.feature)
        own = np.arange(n)
        if not len(self.roots) or any(len(a) != n for a in (self.threshold, self.left, self.right, self.value)):
            return "arrays of different lengths, or no tree"
        inside = (self.left > own) & (self.right > own) & (self.left < n) & (self.right < n)
        leaf = (self.left == own) & (self.right == own)
        if not (inside | leaf).all() or self.roots.min() < 0 or self.roots.max() >= n:
            return "a node leads out of its tree"
        if self.feature.min() < 0 or self.feature.max() >= n_features:
            return "a node asks about a feature that does not exist"
        if not (np.isfinite(self.threshold).all() and np.isfinite(self.value).all() and np.isfinite(self.start)):
            return "a number that is not finite"
        return None


def average(members: list[Trees]) -> Trees:
    """Return the mean of several sums of trees as a single one."""
    shift = np.cumsum([0] + [len(member.feature) for member in members[:-1]])

    def joined(name: str) -> I64:
        return np.concatenate([getattr(member, name) + k for member, k in zip(members, shift, strict=True)])

    return Trees(
        start=float(np.mean([member.start for member in members])),
        roots=joined("roots"),
        feature=np.concatenate([member.feature for member in members]),
        threshold=np.concatenate([member.threshold for member in members]),
        left=joined("left"),
        right=joined("right"),
        value=np.concatenate([member.value for member in members]) / len(members),
    )
