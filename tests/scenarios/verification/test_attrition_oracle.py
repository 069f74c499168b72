"""The attrition chains against published values, closed forms and an independent simulation."""

import itertools
import math

import numpy as np
import pytest
from scipy import special

from scenarios.verification.oracles import attrition, attrition_closed
from scenarios.verification.oracles.attrition import LINEAR, SQUARE, Fight
from scenarios.verification.oracles.distribution import counts


def time_and_sd(outcome: attrition.Outcome) -> tuple[float, float]:
    mean = outcome.time_moments[1]
    return float(mean), math.sqrt(outcome.time_moments[2] - mean**2)


@pytest.mark.parametrize(
    ("fight", "p_blue", "blue", "sd_blue", "red", "time_s", "sd_s"),
    [
        (Fight(10, 10, 0.1, 0.1, SQUARE), 0.5, 2.8576, 3.2654, 2.8576, 12.7372, 5.7897),
        (Fight(20, 15, 0.1, 0.1, SQUARE), 0.928134, 12.1347, 4.9496, 0.4524, 10.6706, 4.8740),
        (Fight(20, 15, 0.01, 0.01, LINEAR), 0.804236, 5.6417, 4.3459, 0.6417, 48.6660, 41.2482),
    ],
)
def test_continuous_chain_has_the_reference_values(
    fight: Fight, p_blue: float, blue: float, sd_blue: float, red: float, time_s: float, sd_s: float
) -> None:
    outcome = attrition.continuous(fight)
    assert outcome.p_blue == pytest.approx(p_blue, abs=6e-7)
    assert counts(outcome.blue).mean == pytest.approx(blue, abs=6e-5)
    assert counts(outcome.blue).sd == pytest.approx(sd_blue, abs=6e-5)
    assert counts(outcome.red).mean == pytest.approx(red, abs=6e-5)
    assert time_and_sd(outcome) == pytest.approx((time_s, sd_s), abs=6e-5)


@pytest.mark.parametrize(("blue", "red", "exact"), [(3, 2, 31 / 40), (4, 2, 331 / 360), (4, 3, 233 / 315)])
def test_square_law_has_browns_fractions(blue: int, red: int, exact: float) -> None:
    assert attrition.continuous(Fight(blue, red, 0.3, 0.3, SQUARE)).p_blue == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize(("blue", "red", "rates"), [(20, 15, (0.01, 0.01)), (3, 9, (0.05, 0.02)), (1, 1, (2.0, 1.0))])
def test_linear_law_is_the_incomplete_beta_function(blue: int, red: int, rates: tuple[float, float]) -> None:
    p = rates[0] / sum(rates)
    oracle = float(special.betainc(red, blue, p))
    assert attrition.continuous(Fight(blue, red, *rates, LINEAR)).p_blue == pytest.approx(oracle, rel=1e-10)


@pytest.mark.parametrize(
    ("dt_s", "p_blue", "time_s"),
    [
        (2.0, 0.95318, 14.901),
        (1.0, 0.94229, 12.824),
        (0.5, 0.93567, 11.757),
        (0.1, 0.92972, 10.889),
        (0.01, 0.92829, 10.693),
    ],
)
def test_stepped_chain_has_the_reference_values(dt_s: float, p_blue: float, time_s: float) -> None:
    outcome = attrition.stepped(Fight(20, 15, 0.1, 0.1, SQUARE), dt_s)
    assert outcome.p_blue == pytest.approx(p_blue, abs=6e-6)
    assert time_and_sd(outcome)[0] == pytest.approx(time_s, abs=6e-4)


@pytest.mark.parametrize("law", [SQUARE, LINEAR])
def test_stepped_chain_tends_to_the_continuous_one(law: str) -> None:
    fight = Fight(6, 5, 0.05, 0.07, law)
    limit, near, far = attrition.continuous(fight), attrition.stepped(fight, 1e-4), attrition.stepped(fight, 2e-4)
    # linear extrapolation to dt = 0
    assert 2 * near.p_blue - far.p_blue == pytest.approx(limit.p_blue, abs=1e-8)
    moments = 2 * near.time_moments - far.time_moments
    assert moments == pytest.approx(limit.time_moments, rel=1e-5)


@pytest.mark.parametrize("fight", [Fight(7, 4, 0.2, 0.5, SQUARE), Fight(7, 4, 0.02, 0.06, LINEAR)])
def test_stepped_chain_conserves_probability_and_mirrors(fight: Fight) -> None:
    mirrored = Fight(fight.red, fight.blue, fight.rate_red, fight.rate_blue, fight.law)
    here, there = attrition.stepped(fight, 0.7), attrition.stepped(mirrored, 0.7)
    assert here.blue.sum() == pytest.approx(1.0, abs=1e-12)
    assert here.time_moments[0] == pytest.approx(1.0, abs=1e-12)
    assert there.p_blue == pytest.approx(1.0 - here.p_blue - here.p_draw, abs=1e-12)
    assert there.red == pytest.approx(here.blue, abs=1e-12)
    assert there.time_moments == pytest.approx(here.time_moments, rel=1e-12)


@pytest.mark.parametrize("places", [None, 4])
def test_kill_distribution_equals_enumeration(places: int | None) -> None:
    shooters, living, p = 3, 3, 0.3
    spread = places or living
    chance = np.zeros(living + 1)
    for aims in itertools.product(range(spread), repeat=shooters):
        for hits in itertools.product((0, 1), repeat=shooters):
            killed = {aim for aim, hit in zip(aims, hits, strict=True) if hit and aim < living}
            weight = math.prod(p if hit else 1 - p for hit in hits) / spread**shooters
            chance[len(killed)] += weight
    table = attrition.kill_distribution(5, 4, places, p)
    assert table[shooters, living, : living + 1] == pytest.approx(chance, abs=1e-14)


def stepped_fight(
    fight: Fight, dt_s: float, generator: np.random.Generator, look_ticks: int = 1
) -> tuple[int, int, int]:
    """Play one fight look by look and shot by shot: a readable twin of the stepped chain."""
    p_blue, p_red = fight.p_kill(dt_s)
    blue, red = set(range(fight.blue)), set(range(fight.red))
    blue_looks = generator.integers(look_ticks, size=fight.blue)
    red_looks = generator.integers(look_ticks, size=fight.red)
    blue_sees, red_sees = bool((blue_looks == 0).any()), bool((red_looks == 0).any())
    steps = 0
    while blue and red:
        steps += 1
        blue_aims = sorted(red) if fight.law == SQUARE else list(range(fight.red))
        red_aims = sorted(blue) if fight.law == SQUARE else list(range(fight.blue))
        dead_red = {
            blue_aims[generator.integers(len(blue_aims))] for _ in blue if generator.random() < p_blue and blue_sees
        }
        dead_blue = {
            red_aims[generator.integers(len(red_aims))] for _ in red if generator.random() < p_red and red_sees
        }
        blue_sees |= any(blue_looks[i] == steps for i in blue)  # it looks before it is lost
        red_sees |= any(red_looks[i] == steps for i in red)
        blue, red = blue - dead_blue, red - dead_red
    return len(blue), len(red), steps


@pytest.mark.parametrize("look_ticks", [1, 6])
@pytest.mark.parametrize("fight", [Fight(5, 4, 0.2, 0.25, SQUARE), Fight(5, 4, 0.06, 0.06, LINEAR)])
def test_stepped_chain_equals_a_simulation_shot_by_shot(fight: Fight, look_ticks: int) -> None:
    generator = np.random.default_rng(11)
    n = 4000
    ends = np.array([stepped_fight(fight, 1.0, generator, look_ticks) for _ in range(n)], dtype=float)
    outcome = attrition.stepped(fight, 1.0, look_ticks)
    wins = float(np.mean((ends[:, 0] > 0) & (ends[:, 1] == 0)))
    assert abs(wins - outcome.p_blue) < 4 * math.sqrt(outcome.p_blue * (1 - outcome.p_blue) / n)
    draws = float(np.mean((ends[:, 0] == 0) & (ends[:, 1] == 0)))
    assert abs(draws - outcome.p_draw) < 4 * math.sqrt(outcome.p_draw * (1 - outcome.p_draw) / n)
    for column, law in ((0, counts(outcome.blue)), (1, counts(outcome.red))):
        assert abs(ends[:, column].mean() - law.mean) < 4 * law.sd / math.sqrt(n)
    mean_s, sd_s = time_and_sd(outcome)
    assert abs(ends[:, 2].mean() - mean_s) < 4 * sd_s / math.sqrt(n)
    fourth = float(np.mean(ends[:, 2] ** 4))
    assert fourth == pytest.approx(outcome.time_moments[4], rel=0.3)


def test_looks_at_turns_of_their_own_favour_nobody_and_take_the_time_of_the_first_look() -> None:
    even = attrition.stepped(Fight(4, 4, 0.1, 0.1, SQUARE), 2.0, 9)
    assert even.p_blue == pytest.approx(0.5 * (1.0 - even.p_draw), abs=1e-12)
    sure = attrition.stepped(Fight(1, 1, 50.0, 50.0, SQUARE), 1.0, 4)  # who looks first kills in the next step
    # both look in the same of four steps with 1/4; the earlier of two turns is 0, 1, 2, 3 with 7, 5, 3, 1 in 16
    assert sure.p_draw == pytest.approx(0.25)
    assert sure.time_moments[1] == pytest.approx((5 + 2 * 3 + 3 * 1) / 16 + 1.0)


def test_lanchester_survivors_keep_the_invariants() -> None:
    fight = Fight(100, 60, 0.02, 0.03, SQUARE)
    blue, red = attrition.lanchester_survivors(fight)
    assert red == 0.0
    assert 0.02 * blue**2 == pytest.approx(0.02 * 100**2 - 0.03 * 60**2)
    assert attrition.lanchester_survivors(Fight(60, 100, 0.03, 0.02, SQUARE))[1] == pytest.approx(blue)
    assert attrition.lanchester_survivors(Fight(20, 15, 0.01, 0.01, LINEAR)) == pytest.approx((5.0, 0.0))


@pytest.mark.parametrize(("blue", "red", "exact"), [(3, 2, 31 / 40), (4, 2, 331 / 360), (4, 3, 233 / 315)])
def test_browns_closed_form_has_the_published_fractions(blue: int, red: int, exact: float) -> None:
    assert attrition_closed.brown_p_blue(Fight(blue, red, 0.3, 0.3, SQUARE)) == pytest.approx(exact, rel=1e-14)


@pytest.mark.parametrize("law", [SQUARE, LINEAR])
@pytest.mark.parametrize(("blue", "red", "rates"), [(20, 15, (0.1, 0.1)), (37, 29, (0.08, 0.1)), (1, 60, (3.0, 0.001))])
def test_closed_forms_equal_the_chain(law: str, blue: int, red: int, rates: tuple[float, float]) -> None:
    fight = Fight(blue, red, *rates, law)
    assert attrition_closed.p_blue_wins(fight) == pytest.approx(attrition.continuous(fight).p_blue, rel=1e-11)


def test_the_linear_closed_form_is_the_incomplete_beta_function() -> None:
    fight = Fight(20, 15, 0.01, 0.03, LINEAR)
    assert attrition_closed.linear_p_blue(fight) == pytest.approx(float(special.betainc(15, 20, 0.25)), rel=1e-11)


def test_lanchesters_time_is_when_the_integrated_law_ends() -> None:
    fight = Fight(20, 15, 0.1, 0.2, SQUARE)
    blue, red, time_s, dt_s = 20.0, 15.0, 0.0, 1e-4
    while min(blue, red) > 0.0:
        blue, red = blue - fight.rate_red * red * dt_s, red - fight.rate_blue * blue * dt_s
        time_s += dt_s
    assert attrition_closed.lanchester_time_s(fight) == pytest.approx(time_s, rel=1e-3)
    assert attrition_closed.lanchester_time_s(Fight(7, 7, 0.1, 0.1, SQUARE)) == math.inf
