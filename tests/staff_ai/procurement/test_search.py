"""The search: areas under fronts, best conduct, and the genetic search where mixes are too many."""

import numpy as np
import pytest

from simcore.types import F64, I64
from staff_ai.procurement.question import Goal, Question
from staff_ai.procurement.search import MOST_TRIED, hypervolume, most_different, search
from tests.staff_ai.procurement.synthetic import counted, named


def test_the_hypervolume_of_steps_is_the_sum_of_their_rectangles() -> None:
    effects, costs = np.array([1.0, 3.0, 2.5]), np.array([0.0, 4.0, 2.0])
    # above 0 up to 10: 1 from 0 to 2, 2.5 from 2 to 4, 3 from 4 to 10
    assert hypervolume(effects, costs, 10.0, 0.0) == pytest.approx(2.0 + 5.0 + 18.0)
    assert hypervolume(effects, costs, 3.0, 0.0) == pytest.approx(2.0 + 2.5)


def test_the_most_different_alternatives_dominate_most_together() -> None:
    effects, costs = np.array([0.0, 1.0, 0.99, 0.5]), np.array([0.0, 2.0, 1.99, 1.0])
    assert set(most_different(effects, costs, 4.0, 3, [0])) == {0, 1, 3}  # of near twins one


def many_counts(n: int) -> Question:
    levers = tuple(counted(f"lever {k}", 0, 9, 1.0 + 0.5 * k) for k in range(n))
    conduct = named("conduct", ["even", "odd"], is_conduct=True)
    return Question("many", (*levers, conduct), (), (Goal("effect", "more"),), 20.0)


def worths(n: int) -> F64:
    return np.arange(n, 0, -1, dtype=np.float64)


def predict(choices: I64) -> dict[str, F64]:
    """Each unit is worth something, with falling returns; the conduct suits an even or odd first lever."""
    counts, conduct = choices[:, :-1], choices[:, -1]
    effect = (worths(counts.shape[1]) * np.sqrt(counts)).sum(axis=1)
    return {"effect": effect + (conduct == counts[:, 0] % 2)}


def test_every_mix_gets_the_conduct_that_suits_it() -> None:
    asked = many_counts(2)
    found = search(asked, predict)
    assert found.is_complete
    assert (found.choices[:, -1] == found.choices[:, 0] % 2).all()
    assert (found.costs <= asked.budget).all()


def test_a_required_goal_excludes_mixes_unless_none_meets_it() -> None:
    asked = many_counts(2)

    def with_losses(choices: I64) -> dict[str, F64]:
        return {**predict(choices), "losses": choices[:, 0].astype(np.float64)}

    def front(limit: float) -> I64:
        goals = (*asked.goals, Goal("losses", "less", limit, "at_most"))
        found = search(Question("many", asked.levers, (), goals, asked.budget), with_losses)
        return found.choices[found.is_front]

    assert front(3.0)[:, 0].max() == 3
    assert front(100.0)[:, 0].max() > 3
    assert len(front(-1.0))  # no mix meets it: the front of all


def test_the_genetic_search_finds_the_front_of_too_many_mixes() -> None:
    asked = many_counts(6)
    assert MOST_TRIED < 10**6 * 2
    found = search(asked, predict)
    assert not found.is_complete
    # the best by filling up greedily: returns fall, so that the best next unit is always right
    best = {0.0: 0.0}
    counts, spent = np.zeros(6), 0.0
    prices = 1.0 + 0.5 * np.arange(6)
    while True:
        gain = worths(6) * (np.sqrt(counts + 1) - np.sqrt(counts)) / prices
        gain[counts >= 9] = -1.0
        k = int(gain.argmax())
        if spent + prices[k] > asked.budget:
            break
        counts[k] += 1
        spent += float(prices[k])
        best[spent] = float((worths(6) * np.sqrt(counts)).sum())
    costs, effects = np.array(list(best)), np.array(list(best.values())) + 1.0
    front = found.is_front
    whole = hypervolume(effects, costs, asked.budget, 0.0)
    assert hypervolume(found.values["effect"][front], found.costs[front], asked.budget, 0.0) >= 0.98 * whole
