"""Intervals that stay within the range of what they measure, and cover as they promise."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from scenarios.measures.range_intervals import amount_interval, ratio_interval, share_difference, share_interval
from scenarios.measures.statistics import Estimate, mean_interval, student_quantile

Shape = Callable[[np.random.Generator, int], np.ndarray]

SHARES: dict[str, tuple[float, Shape]] = {
    "one in ten": (0.1, lambda g, n: (g.random(n) < 0.1) * 1.0),
    "uniform": (0.5, lambda g, n: g.random(n)),
    "thirds": (0.5, lambda g, n: g.integers(0, 4, n) / 3.0),
    "near the top": (5.0 / 5.5, lambda g, n: g.beta(5.0, 0.5, n)),
    "near the bottom": (0.5 / 5.5, lambda g, n: g.beta(0.5, 5.0, n)),
    "nine tenths at the top": (0.95, lambda g, n: np.where(g.random(n) < 0.9, 1.0, g.random(n))),
    "mostly nothing": (0.025, lambda g, n: np.where(g.random(n) < 0.95, 0.0, g.random(n))),
}
AMOUNTS: dict[str, tuple[float, Shape]] = {
    "rare losses": (0.05, lambda g, n: g.poisson(0.05, n) * 1.0),
    "some losses": (3.0, lambda g, n: g.poisson(3.0, n) * 1.0),
    "losses or none": (1.2, lambda g, n: np.where(g.random(n) < 0.7, 0, g.poisson(4.0, n)) * 1.0),
    "waits": (100.0, lambda g, n: g.exponential(100.0, n)),
    "durations": (1200.0, lambda g, n: np.minimum(g.normal(1200.0, 100.0, n), 1e9)),
}


def share_that_covers(truth: float, draw: Shape, n: int, interval: Callable[[np.ndarray], Estimate]) -> float:
    generator = np.random.default_rng(n)
    return float(np.mean([e.low <= truth <= e.high for e in (interval(draw(generator, n)) for _ in range(1500))]))


LEAST = 0.93 - 4.0 * math.sqrt(0.93 * 0.07 / 1500)


@pytest.mark.parametrize("n", [20, 60, 200])
@pytest.mark.parametrize("name", SHARES)
def test_intervals_of_shares_cover(name: str, n: int) -> None:
    assert share_that_covers(*SHARES[name], n, share_interval) >= LEAST


@pytest.mark.parametrize("n", [20, 60, 200])
@pytest.mark.parametrize("name", AMOUNTS)
def test_intervals_of_counts_and_amounts_cover(name: str, n: int) -> None:
    is_count = "losses" in name
    assert share_that_covers(*AMOUNTS[name], n, lambda x: amount_interval(x, is_count=is_count)) >= LEAST


@pytest.mark.parametrize("n", [20, 60, 200])
def test_intervals_of_ratios_cover(n: int) -> None:
    generator = np.random.default_rng(n)
    share, exchange = 0, 0
    for _ in range(1500):
        rounds = generator.poisson(6.0, n)
        e = ratio_interval(generator.binomial(rounds, 0.9), rounds, is_share=True)
        share += e.low <= 0.9 <= e.high <= 1.0
        own = generator.poisson(4.0, n)
        e = ratio_interval(generator.poisson(0.5, n) * 1.0, own, is_count=True)
        exchange += 0.0 <= e.low <= 0.125 <= e.high
    assert min(share, exchange) / 1500 >= LEAST


def test_no_interval_leaves_its_range() -> None:
    generator = np.random.default_rng(5)
    for _ in range(300):
        n = int(generator.integers(2, 12))
        x = generator.choice([0.0, 1.0, 0.999, 1e-9, generator.random()], n)
        share = share_interval(x)
        assert 0.0 <= share.low <= share.value <= share.high <= 1.0
        amount = amount_interval(100.0 * x, is_count=True)
        assert 0.0 <= amount.low <= amount.value <= amount.high
        y = generator.choice([0.0, 1.0, 3.0], n) + (np.arange(n) == 0)
        ratio = ratio_interval(x * y, y, is_share=True)
        assert 0.0 <= ratio.low <= ratio.value <= ratio.high <= 1.0
        free = ratio_interval(7.0 * x, y)
        assert 0.0 <= free.low <= free.value <= free.high
        difference = share_difference(x, generator.permutation(x))
        assert -1.0 <= difference.low <= difference.value <= difference.high <= 1.0


def test_far_from_the_ends_of_the_range_they_are_students_intervals() -> None:
    sample = np.random.default_rng(6).normal(0.5, 0.01, 400)
    student, share, amount = mean_interval(sample), share_interval(sample), amount_interval(sample)
    for one in (share, amount):
        assert (one.low, one.high) == pytest.approx((student.low, student.high), abs=1e-5)


def test_the_ends_are_the_roots_of_the_score_test() -> None:
    sample = np.array([0.0, 0.2, 0.3, 0.6, 0.1])
    t = student_quantile(0.975, 4)
    v, e = float(sample.mean()), float(sample.std(ddof=1)) / math.sqrt(5)
    share, amount = share_interval(sample), amount_interval(sample)
    for m in (share.low, share.high):
        assert (v - m) ** 2 == pytest.approx(t * t * e * e * m * (1 - m) / (v * (1 - v)))
    for m in (amount.low, amount.high):
        assert (v - m) ** 2 == pytest.approx(t * t * e * e * m / v)


def test_a_sample_without_spread_at_the_end_of_its_range_says_how_rare_the_rest_must_be() -> None:
    z = 1.959964
    always = share_interval(np.ones(20))
    assert (always.low, always.high) == pytest.approx((1.0 / (1.0 + z * z / 20), 1.0))
    never = amount_interval(np.zeros(20), is_count=True)
    assert (never.low, never.high) == pytest.approx((0.0, z * z / 20))
    assert amount_interval(np.zeros(20)).high == 0.0
    constant = share_interval(np.full(20, 0.39))
    assert (constant.low, constant.high) == pytest.approx((0.39, 0.39))
