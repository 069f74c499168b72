"""Statistics of evaluations against formulas."""

import numpy as np
import pytest
from scipy.stats import trim_mean

from staff_ai.games import statistics
from staff_ai.games.statistics import (
    better_share,
    estimate_better,
    estimate_difference,
    estimate_iqm,
    interquartile_mean,
)


def test_the_interquartile_mean_is_the_mean_of_the_middle_half() -> None:
    assert interquartile_mean(np.array([-100.0, 1.0, 2.0, 100.0])) == pytest.approx(1.5)
    values = np.random.default_rng(1).normal(size=40)
    assert interquartile_mean(values) == pytest.approx(trim_mean(values, 0.25))
    assert interquartile_mean(np.array([3.0])) == 3.0
    # of three values the middle half takes the middle one whole and a quarter of a third of each other
    assert interquartile_mean(np.array([0.0, 1.0, 5.0])) == pytest.approx((0.25 * 0.0 + 1.0 + 0.25 * 5.0) / 1.5)


def test_ties_count_one_half_in_the_probability_of_improvement() -> None:
    first, second = np.array([[[1.0, 0.0, 2.0, 3.0]]]), np.array([[[0.0, 0.0, 3.0, 1.0]]])
    assert better_share(first, second) == (1 + 0.5 + 0 + 1) / 4
    assert better_share(first, first) == 0.5
    two = np.array([[[1.0]], [[2.0]]])
    assert better_share(two, two) == 0.5
    assert better_share(two, two[::-1]) == 0.5
    assert better_share(two, two - 0.5, is_own=True) == 1.0
    assert better_share(two, two - 0.5) == 0.75


def test_equal_commanders_have_a_difference_of_exactly_nothing() -> None:
    scores = np.random.default_rng(2).normal(size=(3, 4, 10))
    assert estimate_difference(scores, scores) == (0.0, 0.0, 0.0)
    assert estimate_better(scores, scores, is_own=True) == (0.5, 0.5, 0.5)


def test_pairing_takes_the_noise_of_the_games_out_of_a_difference() -> None:
    noise = np.random.default_rng(3).normal(size=(1, 5, 30))
    found = estimate_difference(noise + 0.1, noise)
    assert found.value == pytest.approx(0.1)
    assert found.high - found.low < 1e-9


@pytest.mark.parametrize("shared", [0.0, 2.0])
def test_intervals_over_games_hold_the_truth_as_often_as_they_say(
    shared: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    # ``shared``: the part of a game that is the same against all opponents, such as its weather
    monkeypatch.setattr(statistics, "RESAMPLES", 300)
    rng, n_trials, inside = np.random.default_rng(4), 120, 0
    for _ in range(n_trials):
        same = rng.normal(0.0, shared, (1, 1, 60))
        found = estimate_difference(rng.normal(0.3, 1.0, (1, 4, 60)) + same, rng.normal(0.0, 1.0, (1, 4, 60)))
        inside += found.low <= 0.3 <= found.high
    assert abs(inside / n_trials - 0.95) <= 4 * np.sqrt(0.95 * 0.05 / n_trials)


def test_training_seeds_that_differ_widen_the_interval() -> None:
    games = np.random.default_rng(5).normal(size=(1, 4, 50))
    alike, unlike = np.repeat(games, 5, axis=0), games + np.linspace(-2, 2, 5)[:, None, None]
    narrow, wide = estimate_iqm(alike), estimate_iqm(unlike)
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)
