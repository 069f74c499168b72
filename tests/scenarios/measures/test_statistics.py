"""Intervals and tests against SciPy, published examples and their own coverage."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy import stats

from scenarios.measures import statistics
from simcore.errors import InputError


@pytest.mark.parametrize("freedom", [1.0, 2.0, 3.7, 30.0, 9999.0])
@pytest.mark.parametrize("p", [1e-6, 0.025, 0.4, 0.5, 0.6, 0.975, 0.99997])
def test_the_quantile_of_student_undoes_its_tail_and_is_odd(freedom: float, p: float) -> None:
    t = statistics.student_quantile(p, freedom)
    assert statistics.student_tail(-t, freedom) == pytest.approx(p, rel=1e-9)
    assert statistics.student_quantile(1.0 - p, freedom) == pytest.approx(-t, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("t", [-3.0, 0.0, 0.3, 12.0, 1e4])
def test_the_tails_of_student_with_1_and_2_degrees_of_freedom_have_closed_forms(t: float) -> None:
    assert statistics.student_tail(t, 1.0) == pytest.approx(0.5 - math.atan(t) / math.pi, abs=1e-15)
    root = math.sqrt(2.0 + t * t)
    upper = 1.0 / (root * (root + t)) if t >= 0.0 else 0.5 * (1.0 - t / root)
    assert statistics.student_tail(t, 2.0) == pytest.approx(upper, rel=1e-10)


@pytest.mark.parametrize(("n", "p"), [(1, 0.3), (7, 0.5), (100, 0.01), (300, 0.7)])
def test_the_binomial_law_is_the_sum_of_its_terms(n: int, p: float) -> None:
    share = Fraction(p)
    terms = [math.comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]
    for k in sorted({0, n // 2, int(n * p), min(n, int(n * p) + 3), n}):
        assert statistics.binomial_cdf(k, n, p) == pytest.approx(float(sum(terms[: k + 1])), rel=1e-9)
    assert statistics.binomial_cdf(-1, n, p) == 0.0


@pytest.mark.parametrize(("successes", "n"), [(0, 20), (1, 20), (10, 20), (20, 20), (5312, 10_000)])
def test_wilson_interval_equals_scipy(successes: int, n: int) -> None:
    ours = statistics.wilson_interval(successes, n)
    theirs = stats.binomtest(successes, n).proportion_ci(method="wilson")
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    assert 0.0 <= ours.low <= ours.value <= ours.high <= 1.0


def test_sample_sizes_for_a_proportion() -> None:
    # 9,604 replications for +-0.01 at p = 0.5 and 385 for +-0.05
    for n, half in ((9604, 0.01), (385, 0.05)):
        interval = statistics.wilson_interval(n // 2, n)
        assert (interval.high - interval.low) / 2 == pytest.approx(half, rel=0.01)


def test_mean_interval_equals_scipy() -> None:
    sample = np.random.default_rng(1).gamma(2.0, size=37)
    ours = statistics.mean_interval(sample, 0.9)
    theirs = stats.ttest_1samp(sample, 0.0).confidence_interval(0.9)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), rel=1e-10)
    assert ours.n == 37


def test_paired_difference_profits_from_common_random_numbers() -> None:
    generator = np.random.default_rng(2)
    shared = generator.normal(size=200)
    first, second = shared + 0.1 * generator.normal(size=200) + 0.5, shared + 0.1 * generator.normal(size=200)
    paired, independent = statistics.paired_difference(first, second), statistics.welch_difference(first, second)
    assert paired.value == pytest.approx(independent.value)
    rho = float(np.corrcoef(first, second)[0, 1])
    assert (paired.standard_error / independent.standard_error) ** 2 == pytest.approx(1.0 - rho, rel=0.02)
    assert paired.low < 0.5 < paired.high


def test_welch_difference_equals_scipy() -> None:
    generator = np.random.default_rng(3)
    first, second = generator.normal(1.0, 3.0, 12), generator.normal(0.0, 0.5, 40)
    ours = statistics.welch_difference(first, second)
    theirs = stats.ttest_ind(first, second, equal_var=False).confidence_interval()
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), rel=1e-9)


@pytest.mark.parametrize("is_paired", [False, True])
def test_tost_agrees_with_two_one_sided_tests(is_paired: bool) -> None:
    generator = np.random.default_rng(4)
    first = generator.normal(0.0, 1.0, 80)
    second = first + generator.normal(0.05, 0.3, 80)
    result = statistics.tost(first, second, 0.3, paired=is_paired)
    low: Any
    high: Any
    if is_paired:
        low, high = stats.ttest_1samp(first - second, -0.3), stats.ttest_1samp(first - second, 0.3)
    else:
        low = stats.ttest_ind(first + 0.3, second, equal_var=False)
        high = stats.ttest_ind(first - 0.3, second, equal_var=False)
    p_value = max(float(stats.t.sf(low.statistic, low.df)), float(stats.t.cdf(high.statistic, high.df)))
    assert result.p_value == pytest.approx(p_value, rel=1e-8)
    assert result.is_equivalent == (p_value < 0.05)
    inside = result.difference.low > -0.3 and result.difference.high < 0.3
    assert result.is_equivalent == inside


def test_tost_without_spread() -> None:
    same, other = np.ones(5), np.ones(5)
    assert statistics.tost(same, other, 0.1, paired=True).is_equivalent
    assert not statistics.tost(same + 1.0, other, 0.1, paired=True).is_equivalent


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_quantile_interval_covers(p: float) -> None:
    generator = np.random.default_rng(5)
    truth = float(stats.expon.ppf(p))
    covered = 0
    for _ in range(400):
        interval = statistics.quantile_interval(generator.exponential(size=60), p)
        covered += interval.low <= truth <= interval.high
    assert covered / 400 > 0.93  # at least 0.95 by construction, less noise


def test_quantile_interval_has_no_upper_end_when_the_sample_is_too_small() -> None:
    interval = statistics.quantile_interval(np.arange(10.0), 0.99)
    assert math.isinf(interval.high)
    assert math.isnan(interval.standard_error)


def test_bootstrap_interval_repeats_and_agrees_with_order_statistics() -> None:
    sample = np.random.default_rng(6).normal(size=300)
    first, second = (
        statistics.bootstrap_interval(sample, 0.5, seed=7),
        statistics.bootstrap_interval(sample, 0.5, seed=7),
    )
    assert first == second
    exact = statistics.quantile_interval(sample, 0.5)
    assert first.value == exact.value
    assert first.high - first.low == pytest.approx(exact.high - exact.low, rel=0.4)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: statistics.wilson_interval(3, 2), "successes"),
        (lambda: statistics.mean_interval([1.0]), "too few"),
        (lambda: statistics.mean_interval([1.0, math.nan]), "finite"),
        (lambda: statistics.mean_interval([1.0, 2.0], 1.0), "confidence"),
        (lambda: statistics.paired_difference([1.0, 2.0], [1.0, 2.0, 3.0]), "equal"),
        (lambda: statistics.tost([1.0, 2.0], [1.0, 2.0], 0.0), "margin"),
        (lambda: statistics.tost([1.0, 2.0], [1.0, 2.0], 1.0, alpha=0.5), "alpha"),
        (lambda: statistics.quantile_interval([1.0, 2.0], 1.0), "quantile: 1"),
        (lambda: statistics.bootstrap_interval([1.0, 2.0], n_resamples=5), "n_resamples"),
        (lambda: statistics.bootstrap_interval([1.0, 2.0], 0.0), "quantile: 0"),
    ],
)
def test_nonsense_is_refused_with_a_reason(call, message: str) -> None:
    with pytest.raises(InputError, match=message):
        call()
