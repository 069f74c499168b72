"""Samples of a wargame: outcomes of courses on common draws, and their statistics.

Estimates are stratified by the enemy's policy: the mean is that of the means against each, weighted by its probability.
Two courses are compared on the draws that both have played. Resamples are drawn with the keys of ``simcore.rng``, so
the same samples give the same numbers.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import stats

from logistics.reliability.intervals import wilson_ends
from simcore.rng import uniforms
from simcore.types import F64, I64
from staff_ai.wargame.rollouts import Draws, Outcome

RESAMPLES = 1_000
TAIL = 0.1
_STREAM = 5_001  # of resamples
_FEW = 8  # draws below which a stratum takes the pooled variance
_LEAST_TRUST = 0.05


class Estimate(NamedTuple):
    """An estimate with its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def includes_zero(self) -> bool:
        """Whether the interval includes zero."""
        return self.low <= 0.0 <= self.high


NOTHING = Estimate(0.0, 0.0, 0.0)


NO_DRAWS = Draws(*(np.zeros(0, dtype=np.int64) for _ in Draws._fields))


class Samples:
    """Outcomes (C, J, len(Outcome)) of C courses on J draws; nan where a course was not played."""

    def __init__(self, n_courses: int, weights: F64) -> None:
        self.weights = weights
        self.draws = NO_DRAWS
        self.outcomes: F64 = np.full((n_courses, 0, len(Outcome)), np.nan)

    @property
    def n_draws(self) -> int:
        """Number of draws."""
        return len(self.draws.number)

    def add_courses(self, n: int) -> None:
        """Make room for more courses."""
        self.outcomes = np.concatenate([self.outcomes, np.full((n, *self.outcomes.shape[1:]), np.nan)])

    def add_draws(self, draws: Draws) -> slice:
        """Append draws and return their places."""
        first = self.n_draws
        self.draws = Draws(*(np.concatenate([a, b]) for a, b in zip(self.draws, draws, strict=True)))
        room = np.full((len(self.outcomes), len(draws.number), len(Outcome)), np.nan)
        self.outcomes = np.concatenate([self.outcomes, room], axis=1)
        return slice(first, self.n_draws)

    def played(self, course: int) -> np.ndarray:
        """Return on which draws a course was played, (J,) bool."""
        return ~np.isnan(self.outcomes[course, :, 0])

    def of(self, course: int, column: Outcome = Outcome.SCORE) -> tuple[F64, I64]:
        """Return the values of a course and the enemies of these draws, (n,) each."""
        played = self.played(course)
        return self.outcomes[course, played, column], self.draws.enemy[played]

    def difference(self, first: int, second: int, column: Outcome = Outcome.SCORE) -> tuple[F64, I64]:
        """Return the paired differences of two courses on their common draws, and the enemies, (n,) each."""
        common = self.played(first) & self.played(second)
        return (
            self.outcomes[first, common, column] - self.outcomes[second, common, column],
            self.draws.enemy[common],
        )

    def join(self, other: "Samples") -> "Samples":
        """Return these samples followed by others of the same courses."""
        joined = Samples(0, self.weights)
        joined.draws = Draws(*(np.concatenate([a, b]) for a, b in zip(self.draws, other.draws, strict=True)))
        joined.outcomes = np.concatenate([self.outcomes, other.outcomes], axis=1)
        return joined


def draw_weights(enemy: I64, weights: F64) -> F64:
    """Return the weight of each draw, (n,), summing to 1: that of its enemy, shared by the draws against him."""
    count = np.bincount(enemy, minlength=len(weights))
    present = np.where(count > 0, weights, 0.0)
    total = present.sum()
    if total <= 0.0:  # no weight on any enemy met: all count alike
        present, total = (count > 0).astype(float), float((count > 0).sum())
    share = present / max(total, 1e-300) / np.maximum(count, 1)
    return share[enemy]


def mean_and_error(values: F64, enemy: I64, weights: F64) -> tuple[float, float, float]:
    """Return the stratified mean, its standard error and the degrees of freedom."""
    n = len(values)
    if n == 0:
        return 0.0, np.inf, 1.0
    w = draw_weights(enemy, weights)
    mean = float((w * values).sum())
    count = np.bincount(enemy, minlength=len(weights))
    k = int((count > 0).sum())
    by_enemy = np.bincount(enemy, weights=values, minlength=len(weights)) / np.maximum(count, 1)
    square = (values - by_enemy[enemy]) ** 2
    if n > k:
        pooled, freedom = float(square.sum()) / (n - k), float(n - k)
    else:
        pooled, freedom = (float(values.var(ddof=1)), float(n - 1)) if n > 1 else (np.inf, 1.0)
    own = np.bincount(enemy, weights=square, minlength=len(weights)) / np.maximum(count - 1, 1)
    variance = np.where(count >= _FEW, own, pooled)
    share = np.bincount(enemy, weights=w, minlength=len(weights))
    error = float(np.sqrt((np.where(count > 0, share**2 * variance / np.maximum(count, 1), 0.0)).sum()))
    return mean, error, freedom


def estimate(values: F64, enemy: I64, weights: F64) -> Estimate:
    """Return the stratified mean with its 95 % interval (Student's t)."""
    mean, error, freedom = mean_and_error(values, enemy, weights)
    if error == 0.0 or not np.isfinite(error):
        return Estimate(mean, mean, mean) if error == 0.0 else Estimate(mean, -np.inf, np.inf)
    half = float(stats.t.ppf(0.975, freedom)) * error
    return Estimate(mean, mean - half, mean + half)


def within(one: Estimate, most: float) -> Estimate:
    """Return an estimate whose interval keeps to the values that there are, from -most to most."""
    return Estimate(one.value, max(one.low, -most), min(one.high, most))


def win_share(win: F64, enemy: I64, weights: F64) -> Estimate:
    """Return the share of wins with its 95 % Wilson interval, for the effective number of the weighted draws."""
    if len(win) == 0:
        return Estimate(0.0, 0.0, 1.0)
    w = draw_weights(enemy, weights)
    p = float((w * (win > 0.0)).sum())
    n = 1.0 / float((w * w).sum())
    return Estimate(p, *wilson_ends(min(p, 1.0), n))


def tail_mean(values: F64, enemy: I64, weights: F64, share: float = TAIL) -> float:
    """Return the mean of the worst ``share`` of the outcomes (conditional value at risk)."""
    if len(values) == 0:
        return 0.0
    order = np.argsort(values, kind="stable")
    w = draw_weights(enemy, weights)[order]
    before = np.cumsum(w) - w
    used = np.clip(share - before, 0.0, w)
    return float((used * values[order]).sum() / used.sum())


def probabilities_best(samples: Samples, courses: Sequence[int], seed: int) -> F64:
    """Return the probability of each of ``courses`` to be the best of them, (n,), by a paired bootstrap.

    Each course is represented by its paired difference to the leader on their common draws, resampled within the
    enemies. A difference of few draws is partly luck, and the more so the more alike the courses are: differences are
    drawn towards their mean by empirical Bayes, with the variance between courses estimated as by Paule and Mandel
    (1982). Ties share.
    """
    chosen = list(courses)
    n = len(chosen)
    if n < 2:
        return np.ones(n)
    leader = leader_of(samples, chosen)
    value, error, resampled = np.zeros(n), np.zeros(n), np.zeros((RESAMPLES, n))
    place = resample_places(samples.draws.enemy, seed)
    for k, course in enumerate(chosen):
        common = samples.played(course) & samples.played(chosen[leader])
        gap = np.where(common, samples.outcomes[course, :, 0] - samples.outcomes[chosen[leader], :, 0], 0.0)
        value[k], error[k], _ = mean_and_error(gap[common], samples.draws.enemy[common], samples.weights)
        resampled[:, k] = _resampled_means(gap, common, samples.draws.enemy, samples.weights, place)
    rest = np.arange(n) != leader
    # half of the squared error of a difference is that of the course itself
    noise = np.where(np.isfinite(error), error**2, error[np.isfinite(error)].max() ** 2) / 2.0
    noise[leader] = noise[rest].min()
    trust, middle = np.ones(n), value
    if n > 2 and noise.max() > 0.0:
        between = _variance_between(value, noise)
        weight = 1.0 / np.maximum(between + noise, 1e-12)
        mean = float((weight * value).sum() / weight.sum())
        trust = np.maximum(between / np.maximum(between + noise, 1e-12), _LEAST_TRUST)
        middle = mean + trust * (value - mean)
    drawn = middle + np.sqrt(trust) * (resampled - value)
    top = drawn >= drawn.max(axis=1, keepdims=True) - 1e-12
    return (top / top.sum(axis=1, keepdims=True)).mean(axis=0)


def _variance_between(value: F64, noise: F64) -> float:
    """Return the variance between true values of which ``value`` (n,) are estimates with error variances ``noise``."""
    low, high = 0.0, float(value.var(ddof=1)) * 4.0 + float(noise.max())
    for _ in range(50):  # the weighted sum of squares falls with the variance assumed
        middle = 0.5 * (low + high)
        weight = 1.0 / np.maximum(middle + noise, 1e-12)
        mean = (weight * value).sum() / weight.sum()
        if float((weight * (value - mean) ** 2).sum()) > len(value) - 1:
            low = middle
        else:
            high = middle
    return low


def leader_of(samples: Samples, courses: Sequence[int]) -> int:
    """Return the place in ``courses`` of the leader: the best mean of those with the most draws."""
    n = np.array([int(samples.played(course).sum()) for course in courses])
    means = np.array([mean_and_error(*samples.of(course), samples.weights)[0] for course in courses])
    return int(np.argmax(np.where(n == n.max(), means, -np.inf)))


def resample_places(enemy: I64, seed: int) -> I64:
    """Return bootstrap resamples (RESAMPLES, J) of the draws: place j is taken by a draw against the same enemy."""
    n = len(enemy)
    if n == 0:
        return np.zeros((RESAMPLES, 0), dtype=np.int64)
    uniform = uniforms(seed, np.arange(RESAMPLES, dtype=np.uint64), 0, _STREAM, n)
    place: I64 = np.empty((RESAMPLES, n), dtype=np.int64)
    for one in np.unique(enemy):
        members = np.flatnonzero(enemy == one)
        place[:, members] = members[np.minimum((uniform[:, members] * len(members)).astype(int), len(members) - 1)]
    return place


def _resampled_means(gap: F64, common: np.ndarray, enemy: I64, weights: F64, place: I64) -> F64:
    """Return the stratified mean of each resample; draws that are not common count nothing."""
    total, share = np.zeros(len(place)), 0.0
    fallback = float(gap[common].mean()) if common.any() else 0.0
    met = np.unique(enemy[common])
    w = np.where(np.isin(np.arange(len(weights)), met), weights, 0.0)
    w = w / w.sum() if w.sum() > 0.0 else np.isin(np.arange(len(weights)), met) / max(len(met), 1)
    for one in met:
        members = np.flatnonzero(enemy == one)
        taken = place[:, members]
        n = common[taken].sum(axis=1)
        own = float(gap[members][common[members]].mean())
        mean = np.where(n > 0, gap[taken].sum(axis=1) / np.maximum(n, 1), own)
        total += w[one] * mean
        share += w[one]
    return total if share > 0.0 else np.full(len(place), fallback)
