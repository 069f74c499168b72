"""Which is best: the optimal allocation, the probability of a right selection, and the front of effect and cost."""

from typing import cast

import numpy as np
import pytest

from scenarios.experiments.compare import Question
from scenarios.experiments.pareto import on_front, probability_best, probability_on_front, resampled_means
from scenarios.experiments.selection import ocba, select_best
from scenarios.experiments.session import Session
from scenarios.measures.case import Measure
from tests.scenarios.experiments.test_compare import LOSSES, _Played, near


def test_the_optimal_allocation_of_five_equally_spaced_variants() -> None:
    allocation = ocba(np.array([5.0, 4.0, 3.0, 2.0, 1.0]), np.ones(5), 1000.0)
    assert allocation == pytest.approx([421.82, 406.13, 101.53, 45.13, 25.38], abs=0.01)


def test_the_best_is_found_as_often_as_promised_with_fewer_replications_than_equal_shares() -> None:
    right, spent, n_experiments = 0, 0, 40
    question = Question(LOSSES, "less")
    for seed in range(n_experiments):
        session = cast(Session, _Played([near(m) for m in (0.0, 0.1, 0.2, 0.5, 1.0)], LOSSES, seed))
        found = select_best(session, question, 4000, 0.95)
        right += int(np.argmax(found)) == 0
        spent += sum(session.count(k) for k in range(5))
    assert right >= 0.95 * n_experiments - 4.0 * (n_experiments * 0.95 * 0.05) ** 0.5
    assert spent / n_experiments <= 5 * 100


def test_the_probability_to_be_best_is_shared_by_equals_and_certain_for_the_clear() -> None:
    values = [np.full(50, 1.0), np.full(50, 1.0), np.full(50, 0.5)]
    assert probability_best(resampled_means(values), "more").tolist() == [0.5, 0.5, 0.0]
    assert probability_best(resampled_means(values), "less").tolist() == [0.0, 0.0, 1.0]


def test_shared_luck_makes_a_small_lead_certain() -> None:
    luck = np.random.default_rng(1).normal(size=100)
    apart = np.random.default_rng(2).normal(size=100)
    together = probability_best(resampled_means([luck + 0.05, luck]), "more")
    separate = probability_best(resampled_means([luck + 0.05, apart - apart.mean() + luck.mean()]), "more")
    assert together[0] == 1.0
    assert 0.4 < separate[0] < 0.9


def test_the_front_holds_every_variant_that_none_beats_in_both() -> None:
    effect, cost = np.array([1.0, 2.0, 3.0, 2.0, 0.5]), np.array([1.0, 2.0, 4.0, 3.0, 1.0])
    assert on_front(effect, cost, "more").tolist() == [True, True, True, False, False]
    assert on_front(-effect, cost, "less").tolist() == [True, True, True, False, False]


@pytest.mark.parametrize("share_undefined", [0.0, 0.2])
def test_the_front_is_that_of_comparing_all_pairs(share_undefined: float) -> None:
    generator = np.random.default_rng(1)
    for _ in range(200):
        effect, cost = (generator.integers(0, k, 12).astype(np.float64) for k in (6, 5))
        for values in (effect, cost):
            values[generator.random(12) < share_undefined] = np.nan
        is_beaten = [
            any(
                effect[b] >= effect[a] and cost[b] <= cost[a] and (effect[b] > effect[a] or cost[b] < cost[a])
                for b in range(12)
            )
            for a in range(12)
        ]
        assert on_front(effect, cost, "more").tolist() == [not beaten for beaten in is_beaten]
        assert on_front(-effect, cost, "less").tolist() == [not beaten for beaten in is_beaten]


def test_the_probability_of_a_place_on_the_front_is_a_half_for_a_coin_toss() -> None:
    g = np.random.default_rng(3)
    effects = np.stack([g.normal(size=4000), g.normal(size=4000)], axis=1)
    assert probability_on_front(effects, np.ones((4000, 2)), "more") == pytest.approx([0.5, 0.5], abs=0.04)


def test_undefined_values_are_left_out_of_means() -> None:
    means = resampled_means([np.array([1.0, np.nan, 3.0] * 20), np.full(60, 2.0)])
    assert means[:, 0].mean() == pytest.approx(2.0, abs=0.05)


def test_a_measure_without_a_better_direction_has_no_best() -> None:
    shots = Measure("blue_shots", "shots", "mean", "", side="blue", key="shots")
    session = cast(Session, _Played([near(0.0), near(1.0)], shots, 1))
    with pytest.raises(Exception, match="needs a mean with a better direction"):
        select_best(session, Question(shots, None), 100, 0.95)
