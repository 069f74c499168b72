"""Paired differences: their intervals cover, equal variants are seldom called different, and pairing gains."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from scenarios.measures.paired_intervals import holm, paired_change, paired_ratio_change
from scenarios.measures.statistics import paired_difference, tost, wilson_interval
from simcore.errors import InputError

Draw = Callable[[np.random.Generator, int], tuple[np.ndarray, np.ndarray]]
N_EXPERIMENTS = 1000


def _with_shared_luck(g: np.random.Generator, n: int, shift: float) -> tuple[np.ndarray, np.ndarray]:
    luck = g.normal(size=n)
    return shift + luck + 0.5 * g.normal(size=n), luck + 0.5 * g.normal(size=n)


def _wins(g: np.random.Generator, n: int, first: float, second: float, shared: float) -> tuple[np.ndarray, np.ndarray]:
    luck = g.random(n)
    other = np.where(g.random(n) < shared, luck, g.random(n))
    return (luck < first) * 1.0, (other < second) * 1.0


def _score(g: np.random.Generator, n: int, p_full: float) -> np.ndarray:
    return np.where(g.random(n) < p_full, 1.0, g.random(n))


def _opposite_wins(luck: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return (luck < 0.6) * 1.0, (luck > 0.6) * 1.0


def _two_humps(g: np.random.Generator, n: int, p_high: float) -> np.ndarray:
    return np.where(g.random(n) < p_high, 10.0, 0.0) + 0.1 * g.normal(size=n)


DIFFERENT: dict[str, tuple[float, dict[str, Any], Draw]] = {
    "normal, shared luck": (0.3, {}, lambda g, n: _with_shared_luck(g, n, 0.3)),
    "skewed costs": (math.exp(0.7) - math.exp(0.5), {}, lambda g, n: (g.lognormal(0.2, 1, n), g.lognormal(0, 1, n))),
    "counts": (1.0, {}, lambda g, n: (g.poisson(3.0, n) * 1.0, g.poisson(2.0, n) * 1.0)),
    "rare counts": (0.2, {}, lambda g, n: (g.poisson(0.3, n) * 1.0, g.poisson(0.1, n) * 1.0)),
    "wins": (0.2, {"is_proportion": True}, lambda g, n: _wins(g, n, 0.5, 0.3, 0.6)),
    "wins near certainty": (0.1, {"is_proportion": True}, lambda g, n: _wins(g, n, 0.95, 0.85, 0.3)),
    "scores": (0.3, {"is_share": True}, lambda g, n: (_score(g, n, 0.7), _score(g, n, 0.1))),
}
FURTHER: dict[str, tuple[float, dict[str, Any], Draw]] = {
    "rare wins": (0.04, {"is_proportion": True}, lambda g, n: _wins(g, n, 0.06, 0.02, 0.3)),
    "wins by opposite luck": (0.2, {"is_proportion": True}, lambda g, n: _opposite_wins(g.random(n))),
    "shares near 0": (
        0.5 / 20.5 - 0.5 / 40.5,
        {"is_share": True},
        lambda g, n: (g.beta(0.5, 20.0, n), g.beta(0.5, 40.0, n)),
    ),
    "shares in thirds": (1 / 6, {"is_share": True}, lambda g, n: (g.integers(1, 4, n) / 3, g.integers(0, 4, n) / 3)),
    "few values, many ties": (0.5, {}, lambda g, n: (g.integers(0, 4, n) * 1.0, g.integers(0, 3, n) * 1.0)),
    "heavy tails": (0.5, {}, lambda g, n: (0.5 + g.standard_t(3, n), g.standard_t(3, n))),
    "two outcomes far apart": (2.0, {}, lambda g, n: (_two_humps(g, n, 0.6), _two_humps(g, n, 0.4))),
    "clustered counts": (
        1.0,
        {},
        lambda g, n: (g.negative_binomial(1, 1 / 4, n) * 1.0, g.negative_binomial(1, 1 / 3, n) * 1.0),
    ),
    "costs or none": (
        0.3 * math.exp(0.125),
        {},
        lambda g, n: ((g.random(n) < 0.6) * g.lognormal(0, 0.5, n), (g.random(n) < 0.3) * g.lognormal(0, 0.5, n)),
    ),
}
EQUAL: dict[str, tuple[dict[str, Any], Draw]] = {
    "equal normal": ({}, lambda g, n: _with_shared_luck(g, n, 0.0)),
    "equal skewed costs": ({}, lambda g, n: (g.lognormal(0, 1, n), g.lognormal(0, 1, n))),
    "equal counts": ({}, lambda g, n: (g.poisson(3.0, n) * 1.0, g.poisson(3.0, n) * 1.0)),
    "equal rare counts": ({}, lambda g, n: (g.poisson(0.03, n) * 1.0, g.poisson(0.03, n) * 1.0)),
    "equal wins": ({"is_proportion": True}, lambda g, n: _wins(g, n, 0.5, 0.5, 0.5)),
    "equal wins that hardly differ": ({"is_proportion": True}, lambda g, n: _wins(g, n, 0.5, 0.5, 0.95)),
    "equal scores": ({"is_share": True}, lambda g, n: (_score(g, n, 0.6), _score(g, n, 0.6))),
}


@pytest.mark.parametrize("n", [40, 150])
@pytest.mark.parametrize("name", DIFFERENT)
def test_intervals_of_differences_cover_the_truth(name: str, n: int) -> None:
    truth, options, draw = DIFFERENT[name]
    g = np.random.default_rng(n)
    estimates = [paired_change(*draw(g, n), **options).estimate for _ in range(N_EXPERIMENTS)]
    covered = np.mean([e.low <= truth <= e.high for e in estimates])
    assert 0.93 <= covered <= 0.97, covered


@pytest.mark.parametrize("name", FURTHER)
def test_intervals_of_differences_cover_the_truth_of_other_shapes(name: str) -> None:
    truth, options, draw = FURTHER[name]
    g = np.random.default_rng(5)
    estimates = [paired_change(*draw(g, 150), **options).estimate for _ in range(N_EXPERIMENTS)]
    covered = np.mean([e.low <= truth <= e.high for e in estimates])
    assert 0.93 <= covered <= 0.97, covered


@pytest.mark.parametrize("n", [20, 60, 200])
@pytest.mark.parametrize("name", EQUAL)
def test_equal_variants_are_called_different_in_5_of_100_cases_at_most(name: str, n: int) -> None:
    options, draw = EQUAL[name]
    g = np.random.default_rng(n)
    n_experiments = 2000
    p_values = np.array([paired_change(*draw(g, n), **options).p_value for _ in range(n_experiments)])
    called = float(np.mean(p_values < 0.05))
    assert called <= 0.05 + 4.0 * math.sqrt(0.05 * 0.95 / n_experiments), called


@pytest.mark.parametrize("name", ["equal normal", "equal wins", "equal rare counts"])
def test_one_of_five_equal_variants_is_called_different_in_5_of_100_experiments_at_most(name: str) -> None:
    options, draw = EQUAL[name]
    g = np.random.default_rng(1)
    n_experiments = 500
    called = 0
    for _ in range(n_experiments):
        p_values = [paired_change(*draw(g, 80), **options).p_value for _ in range(5)]
        called += bool((holm(p_values) < 0.05).any())
    assert called / n_experiments <= 0.05 + 4.0 * math.sqrt(0.05 * 0.95 / n_experiments)


@pytest.mark.parametrize("name", [*DIFFERENT, *EQUAL])
def test_the_interval_excludes_0_exactly_if_the_test_rejects(name: str) -> None:
    options, draw = DIFFERENT[name][1:] if name in DIFFERENT else EQUAL[name]
    g = np.random.default_rng(3)
    for n in (8, 15, 60):
        for _ in range(60):
            d = paired_change(*draw(g, n), **options)
            assert (d.estimate.low > 0.0 or d.estimate.high < 0.0) == (d.p_value < 0.05)
            assert d.estimate.low <= d.estimate.value <= d.estimate.high


def test_dense_differences_have_the_interval_and_tests_of_student() -> None:
    first, second = _with_shared_luck(np.random.default_rng(4), 50, 0.2)
    d = paired_change(first, second, margin=0.4)
    expected = paired_difference(first, second)
    assert (d.estimate.low, d.estimate.high) == pytest.approx((expected.low, expected.high), rel=1e-12)
    equivalence = tost(first, second, 0.4, paired=True)
    assert d.p_outside == pytest.approx(equivalence.p_value, rel=1e-6)
    variances = first.var(ddof=1) + second.var(ddof=1)
    assert d.pairing_gain == pytest.approx(variances / (first - second).var(ddof=1))
    assert d.effect == pytest.approx(expected.value / math.sqrt(variances / 2.0))


def test_shared_luck_gains_as_many_replications_as_its_correlation_says() -> None:
    """The variance of a difference is (1 - correlation) of the independent one; here 1 / (1 - 0.8)."""
    g = np.random.default_rng(5)
    luck = g.normal(size=4000) * math.sqrt(0.8)
    first, second = (luck + math.sqrt(0.2) * g.normal(size=4000) for _ in range(2))
    gain = paired_change(first, second).pairing_gain
    assert gain == pytest.approx(5.0, rel=0.1)


def test_differences_equal_but_for_rounding_leave_room_for_a_pair_that_was_missed() -> None:
    first = 0.1 * np.arange(1.0, 31.0)
    e = paired_change(first + 0.3, first).estimate
    z2 = 1.959963984540054**2
    assert e.high - e.low == pytest.approx(2.0 * (0.1 * 29 + 0.3) * z2 / (30 + z2))


@pytest.mark.parametrize("kind", ["is_proportion", "is_share", "is_count"])
@pytest.mark.parametrize("value", [0.0, 1.0])
def test_pairs_that_all_agree_at_an_end_of_the_range_bound_the_rarity_of_others(kind: str, value: float) -> None:
    """Twenty lost battles of both variants do not show that neither ever wins: the bound is that of Wilson."""
    e = paired_change(np.full(20, value), np.full(20, value), **{kind: True}).estimate
    bound = wilson_interval(0, 20).high
    assert (e.low, e.high) == pytest.approx((-bound, bound))
    amounts = paired_change(np.zeros(20), np.zeros(20)).estimate  # of an unknown size: nothing is known of others
    assert (amounts.low, amounts.high) == (0.0, 0.0)


@pytest.mark.parametrize("n", [20, 40])
def test_rare_wins_are_covered_also_where_most_samples_have_none(n: int) -> None:
    g = np.random.default_rng(n)
    estimates = [paired_change(*_wins(g, n, 0.06, 0.02, 0.3), is_proportion=True).estimate for _ in range(1000)]
    assert np.mean([e.low <= 0.04 <= e.high for e in estimates]) >= 0.93


def test_tango_bounds_pairs_that_all_agree_as_wilson_bounds_no_success_in_n() -> None:
    wins = np.array([1.0, 0.0] * 25)
    d = paired_change(wins, wins, is_proportion=True)
    z2 = 1.959963984540054**2
    assert d.estimate.high == pytest.approx(z2 / (50 + z2))
    assert d.estimate.low == -d.estimate.high
    assert d.p_value == 1.0


def test_tango_with_a_single_differing_pair_has_ends_in_closed_form() -> None:
    """With 1 gain and no loss, the score equation is that of Wilson above 0 and linear below."""
    first, second = np.array([1.0] * 22 + [0.0] * 22), np.array([1.0] * 22 + [0.0] * 22)
    second[0] = 0.0
    e = paired_change(first, second, is_proportion=True).estimate
    z2 = 1.959963984540054**2
    assert e.low == pytest.approx((1.0 - z2) / (44.0 + z2))
    assert e.high == pytest.approx(wilson_interval(1, 44).high)


def test_fewer_than_6_differing_pairs_make_no_difference() -> None:
    rare = np.zeros(400)
    rare[:5] = 1.0
    d = paired_change(rare, np.zeros(400))
    assert d.estimate.low == 0.0
    assert d.p_value == pytest.approx(2.0 / 2**5)
    rare[5] = 1.0
    assert paired_change(rare, np.zeros(400)).p_value == pytest.approx(2.0 / 2**6)


def test_an_interval_of_shares_stays_between_minus_1_and_1() -> None:
    d = paired_change([1.0, 1.0, 1.0, 0.9], [0.0, 0.0, 0.1, 0.0], is_share=True)
    assert d.estimate.high <= 1.0
    d = paired_change([0.0] * 9 + [1.0], [1.0] * 10, is_proportion=True)
    assert d.estimate.low >= -1.0


def test_equivalence_needs_the_difference_within_the_margin() -> None:
    g = np.random.default_rng(6)
    first, second = _with_shared_luck(g, 400, 0.0)
    assert (paired_change(first, second, margin=0.2).p_outside or 1.0) < 0.05
    assert (paired_change(first, second, margin=0.001).p_outside or 0.0) > 0.05
    assert (paired_change(first + 0.5, second, margin=0.2).p_outside or 0.0) > 0.95


def test_variants_beyond_the_margin_are_called_equivalent_in_5_of_100_cases_at_most() -> None:
    g = np.random.default_rng(7)
    n_experiments = 1000
    called = 0
    for _ in range(n_experiments):
        outside = paired_change(*_with_shared_luck(g, 60, 0.3), margin=0.3).p_outside
        called += outside is not None and outside < 0.05
    assert called / n_experiments <= 0.05 + 4.0 * math.sqrt(0.05 * 0.95 / n_experiments)


def test_intervals_of_differences_of_ratios_cover_the_truth() -> None:
    g = np.random.default_rng(8)
    covered = 0
    for _ in range(N_EXPERIMENTS):
        own, others = g.poisson(4.0, 60) * 1.0, g.poisson(3.0, 60) * 1.0
        d = paired_ratio_change((g.poisson(8.0, 60), own), (g.poisson(9.0, 60), others))
        assert d is not None
        covered += d.estimate.low <= 2.0 - 3.0 <= d.estimate.high
    assert 0.93 <= covered / N_EXPERIMENTS <= 0.97


def test_a_ratio_without_denominators_is_not_compared() -> None:
    assert paired_ratio_change(([1, 2], [0, 0]), ([1, 2], [1, 1])) is None


def test_holm_multiplies_the_smallest_by_the_number_of_comparisons_and_keeps_the_order() -> None:
    assert holm([0.01, 0.04, 0.03, 0.5]).tolist() == pytest.approx([0.04, 0.09, 0.09, 0.5])
    assert holm([0.6, 0.9]).tolist() == [1.0, 1.0]


def test_unequal_numbers_of_pairs_are_refused() -> None:
    with pytest.raises(InputError, match="3 and 2 values; pairs need equal numbers"):
        paired_change([1.0, 2.0, 3.0], [1.0, 2.0])
    with pytest.raises(InputError, match="margin: 0 is not above 0"):
        paired_change([1.0, 2.0], [1.0, 3.0], margin=0)
