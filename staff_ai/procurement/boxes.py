"""Failure boxes: the conditions under which an alternative fails, as intervals of a few uncertainties.

The patient rule induction method (Friedman and Fisher 1999; Bryant and Lempert 2010): the box of all futures is peeled
by a few percent at a time, where that raises the share of failures inside the most; of the boxes on the way the best
is taken, its sides are moved where that helps, and conditions that hardly matter are dropped.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from simcore.types import F64

PEEL = 0.05
_LEAST_MASS = 0.03
_LEAST_DENSITY = 0.7
_STEPS = 40
_WORTH = 0.015
_LEVEL = 0.05
_ENOUGH = 0.3
"""Share of the failures below which no further box is looked for."""


@dataclass(frozen=True)
class Axis:
    """An uncertainty over the futures: ``values`` (n,), numbers in order, or the numbers of levels without order."""

    name: str
    values: F64
    is_ordered: bool = True


@dataclass(frozen=True)
class Limit:
    """A side of a box: values above ``low`` and below ``high``, or among ``levels``."""

    axis: int
    low: float = -np.inf
    high: float = np.inf
    levels: tuple[float, ...] | None = None

    def holds(self, values: F64) -> np.ndarray:
        """Return where it holds, (n,) bool."""
        if self.levels is not None:
            return np.isin(values, self.levels)
        return (values > self.low) & (values < self.high)


@dataclass(frozen=True)
class Box:
    """A box of futures. ``coverage``: share of the failures inside; ``density``: share of its futures that fail."""

    limits: tuple[Limit, ...]
    coverage: float
    density: float
    mass: float  # share of the futures inside
    p_values: tuple[float, ...]  # of each limit: that it adds nothing (quasi-p of Bryant and Lempert)

    def holds(self, axes: Sequence[Axis]) -> np.ndarray:
        """Return which futures lie inside, (n,) bool."""
        return _inside(self.limits, axes)


def find_box(axes: Sequence[Axis], fails: np.ndarray) -> Box | None:
    """Return the box of failures, (n,) bool; None if failures are too few, or everywhere, or not gathered anywhere."""
    share = float(fails.mean())
    if not 0.01 <= share <= 0.97 or not axes:
        return None
    limits = _peeled(axes, fails)
    if limits is None:
        return None
    limits = _refined(limits, axes, fails)
    limits = _pruned(limits, axes, fails)
    if not limits:
        return None
    box = _measured(limits, axes, fails)
    return box if box.density >= max(_LEAST_DENSITY, share + 0.05) and box.coverage >= 0.1 else None


def find_boxes(axes: Sequence[Axis], fails: np.ndarray, most: int = 2) -> list[Box]:
    """Return up to ``most`` boxes, each of the failures outside those before it, until they cover most failures."""
    boxes: list[Box] = []
    left = np.ones(len(fails), dtype=bool)
    for _ in range(most):
        rest = [Axis(axis.name, axis.values[left], axis.is_ordered) for axis in axes]
        if fails[left].sum() < max(10, _ENOUGH * fails.sum()):
            break
        box = find_box(rest, fails[left])
        if box is None:
            break
        boxes.append(_measured(list(box.limits), axes, fails))
        left &= ~box.holds(axes)
    return boxes


def _inside(limits: Sequence[Limit], axes: Sequence[Axis]) -> np.ndarray:
    inside = np.ones(len(axes[0].values), dtype=bool)
    for limit in limits:
        inside &= limit.holds(axes[limit.axis].values)
    return inside


def _score(inside: np.ndarray, fails: np.ndarray) -> float:
    """Return the harmonic mean of coverage and density; boxes below the least density count little."""
    hits, n = float((inside & fails).sum()), float(inside.sum())
    if hits == 0.0:
        return 0.0
    coverage, density = hits / float(fails.sum()), hits / n
    score = 2.0 * coverage * density / (coverage + density)
    return score if density >= _LEAST_DENSITY else 0.3 * score * density


def _peeled(axes: Sequence[Axis], fails: np.ndarray) -> list[Limit] | None:
    n = len(fails)
    limits = {k: _open(k, axis) for k, axis in enumerate(axes)}
    inside = np.ones(n, dtype=bool)
    best, most = None, 0.0
    while inside.sum() > _LEAST_MASS * n:
        step: tuple[float, Limit, np.ndarray] | None = None
        for k, axis in enumerate(axes):
            for limit in _peels(limits[k], axis, inside):
                kept = inside & limit.holds(axis.values)
                if kept.sum() == inside.sum() or kept.sum() < _LEAST_MASS * n:
                    continue
                # the rise of density for the share that is peeled away
                rise = (fails[kept].mean() - fails[inside].mean()) / (1.0 - kept.sum() / inside.sum())
                if step is None or rise > step[0]:
                    step = float(rise), limit, kept
        if step is None or step[0] <= 0.0:
            break
        limits[step[1].axis], inside = step[1], step[2]
        score = _score(inside, fails)
        if score > most:
            most = score
            best = [one for one in limits.values() if one.levels is not None or np.isfinite([one.low, one.high]).any()]
    return best


def _open(k: int, axis: Axis) -> Limit:
    return Limit(k) if axis.is_ordered else Limit(k, levels=tuple(np.unique(axis.values).tolist()))


def _peels(limit: Limit, axis: Axis, inside: np.ndarray) -> list[Limit]:
    values = axis.values[inside]
    if limit.levels is not None:
        return [
            Limit(limit.axis, levels=tuple(level for level in limit.levels if level != gone))
            for gone in limit.levels
            if len(limit.levels) > 1
        ]
    distinct = np.unique(values)
    if len(distinct) < 2:
        return []
    low = _between(distinct, float(np.quantile(values, PEEL)), from_below=True)
    high = _between(distinct, float(np.quantile(values, 1.0 - PEEL)), from_below=False)
    return [Limit(limit.axis, low, limit.high), Limit(limit.axis, limit.low, high)]


def _between(distinct: F64, value: float, *, from_below: bool) -> float:
    """Return the middle between two neighbouring values around a quantile, so that at least one value is peeled."""
    if from_below:
        k = min(int(np.searchsorted(distinct, value, side="right")), len(distinct) - 1)
        k = max(k, 1)
    else:
        k = max(int(np.searchsorted(distinct, value, side="left")), 1)
        k = min(k, len(distinct) - 1)
    return float(0.5 * (distinct[k - 1] + distinct[k]))


def _refined(limits: list[Limit], axes: Sequence[Axis], fails: np.ndarray) -> list[Limit]:
    """Move each side to the place of the best score, a few times round."""
    for _ in range(3):
        before = list(limits)
        for i, limit in enumerate(limits):
            if limit.levels is not None:
                continue
            axis = axes[limit.axis]
            others = _inside([one for k, one in enumerate(limits) if k != i], axes)
            cuts = np.unique(np.quantile(axis.values, np.linspace(0.0, 1.0, 4 * _STEPS + 1)))
            middle = 0.5 * (cuts[1:] + cuts[:-1])
            lows = [-np.inf, *middle.tolist()] if np.isfinite(limit.low) else [limit.low]
            highs = [*middle.tolist(), np.inf] if np.isfinite(limit.high) else [limit.high]
            if len(lows) > 1 and len(highs) > 1:
                lows, highs = lows[::4], highs[::-1][::4]
            tried = [Limit(limit.axis, low, high) for low in lows for high in highs if low < high]
            limits[i] = max([limit, *tried], key=lambda one: _score(others & one.holds(axis.values), fails))
        if limits == before:
            break
    return limits


def _pruned(limits: list[Limit], axes: Sequence[Axis], fails: np.ndarray) -> list[Limit]:
    """Drop the limits that hardly matter, the least first."""
    limits = [one for one in limits if not _inside([one], axes).all()]
    while limits:
        whole = _score(_inside(limits, axes), fails)
        rests = [[one for one in limits if one is not gone] for gone in limits]
        scores = [_score(_inside(rest, axes), fails) if rest else 0.0 for rest in rests]
        tested = _measured(limits, axes, fails).p_values
        k = int(np.argmax(scores))
        if len(limits) > 1 and (whole - scores[k] < _WORTH or tested[k] > _LEVEL):
            limits = _refined(rests[k], axes, fails)
            continue
        break
    return limits


def _measured(limits: list[Limit], axes: Sequence[Axis], fails: np.ndarray) -> Box:
    inside = _inside(limits, axes)
    hits = int((inside & fails).sum())
    p_values: list[float] = []
    for gone in limits:
        wider = _inside([one for one in limits if one is not gone], axes)
        p_values.append(float(stats.binom.sf(hits - 1, int(inside.sum()), float(fails[wider].mean()))))
    return Box(
        tuple(limits), hits / max(1, int(fails.sum())), hits / max(1, int(inside.sum())), float(inside.mean()),
        tuple(p_values),
    )  # fmt: skip
