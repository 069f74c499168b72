"""How far the step may move an outcome: bounds against chains, laws of the duel against enumeration."""

import itertools

import numpy as np
import pytest

from scenarios.verification.oracles import attrition, halving
from scenarios.verification.oracles.attrition import LINEAR, SQUARE, Fight


def test_the_duel_equals_an_enumeration_of_turns_and_hits() -> None:
    p_blue, p_red, look, reload, flight = 0.6, 0.3, 4, 3, 2
    ends = np.zeros(3)
    for turn_blue, turn_red in itertools.product(range(look), repeat=2):
        for shot_blue, shot_red in itertools.product(range(200), repeat=2):
            hit_blue = turn_blue + 1 + reload * shot_blue + flight  # when red is hit
            hit_red = turn_red + 1 + reload * shot_red + flight
            chance = p_blue * (1 - p_blue) ** shot_blue * p_red * (1 - p_red) ** shot_red / look**2
            red_fires_it = hit_red - flight <= hit_blue  # it lives, or dies in this very tick
            blue_fires_it = hit_blue - flight <= hit_red
            ends[2 if red_fires_it and blue_fires_it else 1 if red_fires_it else 0] += chance
    assert halving.duel_stepped(p_blue, p_red, look, reload, flight) == pytest.approx(ends, abs=1e-9)


@pytest.mark.parametrize(
    "times", [(40.0, 12.0, 8.0), (10.0, 5.0, 20.0), (8.0, 4.0, 0.0)], ids=["flight", "long-flight", "no-flight"]
)
def test_the_duel_tends_to_its_limit_within_the_bound(times: tuple[float, float, float]) -> None:
    limit = halving.duel_limit(0.4, 0.7, *times)
    for dt_s in (1.0, 0.5, 0.125, 0.01):
        law = halving.duel_stepped(0.4, 0.7, *(round(time_s / dt_s) for time_s in times))
        assert law.sum() == pytest.approx(1.0)
        assert np.all(np.abs(law[:2] - limit[:2]) <= halving.duel_bound(times[0], dt_s))


@pytest.mark.parametrize(
    "fight", [Fight(5, 4, 0.1, 0.1, SQUARE), Fight(9, 2, 0.02, 0.3, SQUARE), Fight(6, 5, 0.01, 0.02, LINEAR)]
)
def test_the_bound_of_a_fight_holds_what_the_step_makes_of_it(fight: Fight) -> None:
    rates = (fight.blue, fight.red, fight.rate_blue, fight.rate_red, fight.law)
    limit = attrition.continuous(fight)
    for dt_s in (0.5, 0.1, 0.02):
        bias = attrition.stepped(fight, dt_s).p_blue - limit.p_blue
        assert 0.0 < abs(bias) < halving.fight_bound(*rates, dt_s, has_turns=False)
        turns = [attrition.stepped(fight, dt_s / k, round(2.0 * k / dt_s)).p_blue for k in (1, 2)]
        assert abs(turns[0] - turns[1]) < 1.5 * halving.fight_bound(*rates, dt_s, has_turns=True)


def test_the_bound_goes_with_the_step_and_two_units_disturb_each_other_by_mutual_kills_alone() -> None:
    # 1v1: both shots of a step kill with (r dt)^2 where one would have come first: half of that loses blue's win
    assert halving.fight_bound(1, 1, 0.1, 0.1, SQUARE, 2.0, has_turns=False) == pytest.approx(0.1)
    assert halving.fight_bound(1, 1, 0.1, 0.1, SQUARE, 1.0, has_turns=False) == pytest.approx(0.05)
