"""Estimates with honest uncertainty: proportions, means, differences and equivalence.

Plain functions of samples. Distribution functions come from SciPy, which is imported on first use.

Sources: Wilson (1927) for proportions; Student (1908) and Welch (1947) for means; Schuirmann (1987) for two
one-sided tests; Hahn and Meeker (1991), chapter 5, for intervals of quantiles by order statistics.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from logistics.reliability.intervals import wilson_ends
from simcore.errors import InputError
from simcore.types import F64

_NORMAL = NormalDist()


@dataclass(frozen=True)
class Estimate:
    """A value with its standard error and the ends of its confidence interval, from ``n`` observations."""

    value: float
    standard_error: float
    low: float
    high: float
    n: int
    confidence: float = 0.95


@dataclass(frozen=True)
class Equivalence:
    """Outcome of two one-sided tests for a difference inside (-margin, margin).

    ``difference`` has the (1 - 2 alpha) interval; the samples are equivalent if it lies inside the margin.
    """

    difference: Estimate
    margin: float
    p_value: float
    is_equivalent: bool


def normal_quantile(p: float) -> float:
    """Return the quantile of the standard normal distribution at ``p`` in (0, 1)."""
    return _NORMAL.inv_cdf(p)


def binomial_cdf(k: int, n: int, p: float) -> float:
    """Return P(X <= k) for X ~ Bin(n, p)."""
    from scipy import special  # pyright: ignore[reportMissingTypeStubs]

    return float(special.bdtr(k, n, p)) if k >= 0 else 0.0


def student_tail(t: float, degrees_of_freedom: float) -> float:
    """Return P(T > t) for Student's t; the degrees of freedom need not be an integer."""
    from scipy import special  # pyright: ignore[reportMissingTypeStubs]

    return float(special.stdtr(degrees_of_freedom, -t))


@lru_cache(maxsize=256)
def student_quantile(p: float, degrees_of_freedom: float) -> float:
    """Return the quantile of Student's t at ``p`` in (0, 1)."""
    from scipy import special  # pyright: ignore[reportMissingTypeStubs]

    return float(special.stdtrit(degrees_of_freedom, p))


def check_confidence(confidence: float) -> None:
    """Raise ``InputError`` unless the confidence is between 0 and 1."""
    if not 0.0 < confidence < 1.0:
        raise InputError(f"confidence: {confidence} is outside (0, 1); give for example 0.95")


def checked_sample(values: ArrayLike, least: int) -> F64:
    """Return values as a flat array. Raises ``InputError`` unless there are at least ``least`` values, all finite."""
    sample = np.asarray(values, dtype=np.float64).ravel()
    if sample.size < least:
        raise InputError(f"sample: {sample.size} values are too few; this estimate needs at least {least}")
    if not np.isfinite(sample).all():
        raise InputError("sample: some values are not finite; drop or explain them before estimating")
    return sample


def checked_pairs(first: ArrayLike, second: ArrayLike) -> tuple[F64, F64]:
    """Return both values of pairs as flat arrays. Raises ``InputError`` unless there are two pairs, all finite."""
    a, b = checked_sample(first, 2), checked_sample(second, 2)
    if a.size != b.size:
        raise InputError(f"paired samples: {a.size} and {b.size} values; pairs need equal numbers")
    return a, b


def wilson_interval(successes: int, n: int, confidence: float = 0.95) -> Estimate:
    """Return a proportion with Wilson's score interval, which stays in [0, 1] and works at 0 and at n successes."""
    check_confidence(confidence)
    if n < 1 or not 0 <= successes <= n:
        raise InputError(f"proportion: {successes} successes of {n} trials; give 0 <= successes <= trials, trials >= 1")
    z = normal_quantile(0.5 + confidence / 2.0)
    p = successes / n
    return Estimate(p, math.sqrt(p * (1.0 - p) / n), *wilson_ends(p, n, z), n, confidence)


def mean_interval(values: ArrayLike, confidence: float = 0.95) -> Estimate:
    """Return the mean of independent observations with Student's interval. Needs two observations."""
    check_confidence(confidence)
    sample = checked_sample(values, 2)
    n = sample.size
    return _student_interval(float(sample.mean()), float(sample.std(ddof=1)) / math.sqrt(n), n - 1.0, n, confidence)


def _student_interval(value: float, error: float, freedom: float, n: int, confidence: float) -> Estimate:
    half = student_quantile(0.5 + confidence / 2.0, freedom) * error
    return Estimate(value, error, value - half, value + half, n, confidence)


def paired_difference(first: ArrayLike, second: ArrayLike, confidence: float = 0.95) -> Estimate:
    """Return mean(first - second) for samples with common random numbers by replication."""
    a, b = checked_pairs(first, second)
    return mean_interval(a - b, confidence)


def welch(first: ArrayLike, second: ArrayLike) -> tuple[float, float, float, int]:
    """Return difference, standard error, degrees of freedom and the number of observations."""
    a, b = checked_sample(first, 2), checked_sample(second, 2)
    va, vb = float(a.var(ddof=1)) / a.size, float(b.var(ddof=1)) / b.size
    total = va + vb
    spread = va * va / (a.size - 1) + vb * vb / (b.size - 1)
    freedom = total * total / spread if spread > 0.0 else float(a.size + b.size - 2)
    return float(a.mean() - b.mean()), math.sqrt(total), freedom, a.size + b.size


def welch_difference(first: ArrayLike, second: ArrayLike, confidence: float = 0.95) -> Estimate:
    """Return mean(first) - mean(second) for independent samples of unequal variance."""
    check_confidence(confidence)
    value, error, freedom, n = welch(first, second)
    return _student_interval(value, error, freedom, n, confidence)


def tost(
    first: ArrayLike, second: ArrayLike, margin: float, *, paired: bool = False, alpha: float = 0.05
) -> Equivalence:
    """Return two one-sided tests of |mean(first) - mean(second)| < margin at level ``alpha`` each."""
    if not margin > 0.0:
        raise InputError(f"margin: {margin} is not above 0; give the largest difference that does not matter")
    if not 0.0 < alpha < 0.5:
        raise InputError(f"alpha: {alpha} is outside (0, 0.5); give for example 0.05")
    confidence = 1.0 - 2.0 * alpha
    if paired:
        difference = paired_difference(first, second, confidence)
        freedom = difference.n - 1.0
    else:
        value, error, freedom, n = welch(first, second)
        difference = _student_interval(value, error, freedom, n, confidence)
    gap = margin - abs(difference.value)
    if difference.standard_error > 0.0:
        p_value = student_tail(gap / difference.standard_error, freedom)
    else:
        p_value = 0.0 if gap > 0.0 else 1.0
    return Equivalence(difference, margin, p_value, p_value < alpha)


def quantile_interval(values: ArrayLike, p: float, confidence: float = 0.95) -> Estimate:
    """Return a quantile with a distribution-free interval from order statistics.

    The coverage is at least ``confidence``; an end is infinite if the sample is too small to bound it. The standard
    error is that of a normal interval of the same width (nan if an end is infinite).
    """
    check_confidence(confidence)
    if not 0.0 < p < 1.0:
        raise InputError(f"quantile: {p} is outside (0, 1); give for example 0.9")
    sample = np.sort(checked_sample(values, 1))
    n = sample.size
    tail = (1.0 - confidence) / 2.0
    first = _smallest_count(n, p, tail, strict=True) - 1  # largest k with P(X <= k) <= tail, X ~ Bin(n, p)
    last = _smallest_count(n, p, 1.0 - tail, strict=False)  # smallest k with P(X <= k) >= 1 - tail
    low = float(sample[first]) if first >= 0 else -math.inf
    high = float(sample[last]) if last < n else math.inf
    error = (high - low) / (2.0 * normal_quantile(0.5 + confidence / 2.0)) if math.isfinite(high - low) else math.nan
    return Estimate(float(np.quantile(sample, p)), error, low, high, n, confidence)


def _smallest_count(n: int, p: float, level: float, *, strict: bool) -> int:
    """Return the smallest k with P(X <= k) > level (strict) or >= level, X ~ Bin(n, p)."""
    low, high = -1, n
    while high - low > 1:
        middle = (low + high) // 2
        chance = binomial_cdf(middle, n, p)
        if chance > level or (chance == level and not strict):
            high = middle
        else:
            low = middle
    return high


def bootstrap_interval(
    values: ArrayLike, quantile: float = 0.5, confidence: float = 0.95, n_resamples: int = 2000, seed: int = 0
) -> Estimate:
    """Return a quantile with a percentile bootstrap interval (Efron 1979), reproducible from ``seed``."""
    check_confidence(confidence)
    if not 0.0 < quantile < 1.0:
        raise InputError(f"quantile: {quantile} is outside (0, 1); give for example 0.9")
    if n_resamples < 100:
        raise InputError(f"n_resamples: {n_resamples} is too few for an interval; give at least 100")
    sample = checked_sample(values, 2)
    generator = np.random.default_rng(seed)
    chosen = np.empty(n_resamples)
    for k in range(n_resamples):
        chosen[k] = np.quantile(sample[generator.integers(0, sample.size, sample.size)], quantile)
    low, high = np.quantile(chosen, [0.5 - confidence / 2.0, 0.5 + confidence / 2.0])
    return Estimate(
        float(np.quantile(sample, quantile)),
        float(chosen.std(ddof=1)),
        float(low),
        float(high),
        sample.size,
        confidence,
    )
