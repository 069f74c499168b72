"""Statistics of few trainings and many games: interquartile mean, paired bootstrap, probability of improvement.

Scores are (S, O, n): training seeds, opponents, games; two commanders are paired over opponents and games. The
interquartile mean (Agarwal et al. 2021) is over the S x O mean scores. A resample draws training seeds and games with
replacement, the same games for all commanders and against all opponents: game k has the same random numbers against
each of them, so their results depend on each other. Opponents are fixed.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from simcore.types import F64

RESAMPLES = 2000


class Interval(NamedTuple):
    """An estimate with its 95 % interval."""

    value: float
    low: float
    high: float

    def as_json(self) -> dict[str, float]:
        """Return the interval as plain values."""
        return self._asdict()


def interquartile_mean(values: F64) -> float:
    """Return the mean of the middle half of all values; values on its edges count in part."""
    ordered = np.sort(np.ravel(values))
    n = len(ordered)
    # the k-th of n values covers [k/n, (k+1)/n] of the distribution
    edges = np.arange(n + 1) / n
    share = np.clip(np.minimum(edges[1:], 0.75) - np.maximum(edges[:-1], 0.25), 0.0, None)
    return float((ordered * share).sum() / share.sum())


def better_share(first: F64, second: F64, *, is_own: bool = False) -> float:
    """Return the probability that a game of the first is better than its pair of the second; ties count 1/2.

    Each training seed of the first is compared with each of the second, or with the same seed if ``is_own``.
    """
    a, b = (first, second) if is_own else (first[:, None], second[None])
    return float(np.mean((a > b) + 0.5 * (a == b)))


def estimate_iqm(scores: F64) -> Interval:
    """Return the interquartile mean of a commander."""
    values = [interquartile_mean(sample.mean(axis=2)) for sample in _resamples(scores)]
    return percentile_interval(interquartile_mean(scores.mean(axis=2)), values)


def estimate_difference(first: F64, second: F64) -> Interval:
    """Return the mean score of the first less that of the second, paired."""
    return estimate_mean_difference([(first, second)])


def estimate_mean_difference(pairs: Sequence[tuple[F64, F64]]) -> Interval:
    """Return the mean difference of two commanders over several chairs, paired, each with equal weight.

    Chairs are fixed. A resample has the same training seeds in all chairs, and games of its own in each.
    """
    value = float(np.mean([first.mean() - second.mean() for first, second in pairs]))
    found = np.zeros(RESAMPLES)
    for stream, (first, second) in enumerate(pairs):
        resamples = zip(_resamples(first, stream), _resamples(second, stream), strict=True)
        found += [float(a.mean() - b.mean()) / len(pairs) for a, b in resamples]
    return percentile_interval(value, list(found))


def estimate_better(first: F64, second: F64, *, is_own: bool = False) -> Interval:
    """Return the probability of improvement of the first over the second, see ``better_share``."""
    pairs = zip(_resamples(first), _resamples(second), strict=True)
    values = [better_share(a, b, is_own=is_own) for a, b in pairs]
    return percentile_interval(better_share(first, second, is_own=is_own), values)


def _resamples(scores: F64, stream: int = 0) -> list[F64]:
    """Return resamples; commanders with equal numbers of games get the same games of a stream."""
    games = np.random.default_rng((1, stream)).integers(scores.shape[2], size=(RESAMPLES, scores.shape[2]))
    seeds = np.random.default_rng(2).integers(scores.shape[0], size=(RESAMPLES, scores.shape[0]))
    return [scores[seeds[k]][:, :, games[k]] for k in range(RESAMPLES)]


def percentile_interval(value: float, resampled: Sequence[float], confidence: float = 0.95) -> Interval:
    """Return an estimate with the percentile interval of its resamples (Efron 1979); it holds the estimate itself."""
    low, high = np.quantile(resampled, [0.5 - 0.5 * confidence, 0.5 + 0.5 * confidence])
    return Interval(float(value), min(float(low), float(value)), max(float(high), float(value)))
