"""Costs of alternatives, their ranges, and the choice within a budget."""

from dataclasses import replace

import numpy as np
import pytest

from staff_ai.procurement.fresh import choose
from staff_ai.procurement.prices import draw_shares
from tests.staff_ai.procurement.synthetic import question

ASKED = question()


def test_the_cost_of_an_alternative_is_the_sum_over_its_levers() -> None:
    # 3 guns at 1, 2 drones at 1.5, new radio 8; low 0.8 and high 1.4 of the likely price for units
    low, likely, high = ASKED.costs([(3, 2, 1, 0)])[0].tolist()
    assert likely == pytest.approx(3.0 + 3.0 + 8.0)
    assert low == pytest.approx(0.8 * 6.0 + 7.0)
    assert high == pytest.approx(1.4 * 6.0 + 10.0)
    assert ASKED.costs([ASKED.status_quo]).tolist() == [[0.0, 0.0, 0.0]]


def test_drawn_prices_lie_between_low_and_high_with_the_likely_one_in_the_middle() -> None:
    costs = ASKED.drawn_costs([(4, 0, 0, 0), (0, 0, 1, 0)], draw_shares(4, 20_000, 1))
    assert (costs[:, 0] >= 3.2).all()
    assert (costs[:, 0] <= 5.6).all()
    assert np.median(costs[:, 0]) == pytest.approx(4.0, abs=0.05)
    # a triangular half has its mean a third of the way: 4 + (1.6 - 0.8) / 6
    assert costs[:, 0].mean() == pytest.approx(4.0 + 0.8 / 6.0, abs=4 * 0.42 / 141)
    assert abs(float(np.asarray(np.corrcoef(costs.T))[0, 1])) < 4 / 141  # prices of different levers are independent


def test_the_same_lever_has_the_same_price_in_a_draw_for_all_alternatives() -> None:
    costs = ASKED.drawn_costs([(1, 0, 0, 0), (4, 0, 0, 0)], draw_shares(4, 100, 1))
    assert costs[:, 1] == pytest.approx(4.0 * costs[:, 0])


@pytest.mark.parametrize(
    ("margin", "costs", "chosen"),
    [
        (None, [0.0, 5.0, 11.0, 12.0], 3),
        (None, [0.0, 5.0, 11.0, 13.0], 2),  # the best is not affordable
        (0.05, [0.0, 5.0, 11.0, 12.0], 2),  # the cheapest within the margin of the best
        (None, [20.0, 20.0, 20.0, 21.0], 2),  # nothing is affordable: the best of the cheapest
    ],
)
def test_the_choice_is_the_best_effect_within_the_budget(margin: float | None, costs: list[float], chosen: int) -> None:
    asked = replace(ASKED, margin=margin)
    values = {"stopped": np.array([0.1, 0.4, 0.56, 0.6])}
    assert choose(asked, values, np.array(costs), np.array(costs) <= asked.budget) == chosen


@pytest.mark.parametrize(("budget", "expected"), [(3.1, 0.0), (4.0, 0.5), (4.8, 0.875), (5.6, 1.0)])
def test_the_probability_to_stay_within_the_budget_is_that_of_the_prices(budget: float, expected: float) -> None:
    # 4 guns cost 3.2, 4 or 5.6; half of the way above the likely price is 1 - (1 - 1/2)^2 / 2
    asked = replace(ASKED, budget=budget)
    (p,) = asked.p_within_budget([(4, 0, 0, 0)])
    assert p == pytest.approx(expected, abs=4 * 0.5 / 2000**0.5)
    assert [bool(replace(asked, confidence=c).is_affordable([(4, 0, 0, 0)])[0]) for c in (0.0, 0.3, 0.7, 0.95)] == [
        True, expected >= 0.3, expected >= 0.7, expected >= 0.95,
    ]  # fmt: skip
