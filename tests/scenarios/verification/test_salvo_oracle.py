"""Salvo, fire distribution and leakers against reference values and an independent simulation."""

import math

import numpy as np
import pytest

from scenarios.verification.oracles import salvo
from scenarios.verification.oracles.distribution import Distribution, binomial, sum_of_trials
from scenarios.verification.oracles.exchanges import Flotilla, left_after


@pytest.mark.parametrize(
    ("theory", "hughes", "mean", "sd", "p_none", "p_all"),
    [
        ((12, 0.7, 6, 0.6, 3.0, 0.5), 2.4, 2.24501, 0.77729, 0.01615, 0.36782),
        ((16, 0.5, 8, 0.5, 4.0, 0.5), 2.0, 2.00000, 1.12483, 0.07579, 0.07579),
        ((16, 0.6, 12, 0.8, 4.0, 0.5), 0.0, 0.47267, 0.70776, 0.58427, 0.00082),
    ],
)
def test_armstrong_has_the_reference_values(
    theory: tuple[int, float, int, float, float, float],
    hughes: float,
    mean: float,
    sd: float,
    p_none: float,
    p_all: float,
) -> None:
    law = salvo.armstrong_loss(*theory)
    assert salvo.hughes_loss(*theory) == pytest.approx(hughes)
    assert (law.mean, law.sd, law.at(0.0), law.at(theory[4])) == pytest.approx((mean, sd, p_none, p_all), abs=6e-6)


def test_fire_distribution_has_the_reference_values() -> None:
    random_fire = salvo.uncoordinated_kills(10, 5, 0.5)
    assert (random_fire.mean, random_fire.sd) == pytest.approx((3.25661, 0.92275), abs=6e-6)
    assert salvo.coordinated_kills(10, 5, 0.5).mean == pytest.approx(3.75)


@pytest.mark.parametrize(("shots", "targets", "p"), [(1, 1, 0.3), (7, 3, 0.9), (3, 20, 1.0)])
def test_uncoordinated_mean_is_the_closed_form(shots: int, targets: int, p: float) -> None:
    oracle = targets * (1 - (1 - p / targets) ** shots)
    assert salvo.uncoordinated_kills(shots, targets, p).mean == pytest.approx(oracle, rel=1e-12)


@pytest.mark.parametrize(
    ("case", "p_none", "mean"), [((8, 1, 0.7, 8), 0.057648, 2.4), ((8, 2, 0.7, 16), 0.470253, 0.72)]
)
def test_leakers_have_the_reference_values(case: tuple[int, int, float, int], p_none: float, mean: float) -> None:
    law = salvo.leakers(*case)
    assert (law.at(0.0), law.mean) == pytest.approx((p_none, mean), abs=6e-7)


def close(sample: np.ndarray, law: Distribution) -> bool:
    return abs(sample.mean() - law.mean) <= 4 * law.sd / math.sqrt(sample.size) + 1e-12


@pytest.mark.parametrize("case", [(8, 2, 0.7, 11), (5, 3, 0.4, 4), (6, 1, 0.5, 3), (4, 2, 1.0, 7), (3, 5, 0.2, 100)])
def test_leakers_equal_a_simulation_when_interceptors_run_short(case: tuple[int, int, float, int]) -> None:
    threats, per_threat, p, interceptors = case
    generator = np.random.default_rng(1)
    through = np.zeros(5000)
    for k in range(through.size):
        left = interceptors
        for _ in range(threats):
            shots = min(per_threat, left)
            left -= shots
            through[k] += not (generator.random(shots) < p).any()
    assert close(through, salvo.leakers(*case))


def test_pooled_defence_equals_a_simulation_shot_by_shot() -> None:
    generator = np.random.default_rng(2)
    through = np.zeros(5000)
    for k in range(through.size):
        alive, left = 8, 11
        while alive and left:
            left -= 1
            alive -= generator.random() < 0.7
        through[k] = alive
    assert close(through, salvo.leakers(8, 0, 0.7, 11))


def test_blind_defence_equals_a_simulation() -> None:
    generator = np.random.default_rng(3)
    n = 100_000
    left = np.maximum(0, 12 - generator.binomial(6, 0.6, n))
    loss = np.minimum(3.0, 0.5 * generator.binomial(left, 0.7))
    assert close(loss, salvo.blind_defence_loss(12, 0.7, 6, 0.6, 3.0, 0.5))


@pytest.mark.parametrize(("n", "p"), [(0, 0.5), (12, 0.0), (12, 1.0), (40, 0.3)])
def test_binomial_is_a_distribution_with_the_right_mean(n: int, p: float) -> None:
    chance = binomial(n, p)
    assert chance.sum() == pytest.approx(1.0)
    assert chance @ np.arange(n + 1) == pytest.approx(n * p)
    assert sum_of_trials(np.full(n, p)) == pytest.approx(chance)


def fight(blue: Flotilla, red: Flotilla, exchanges: int, generator: np.random.Generator) -> tuple[int, int]:
    """Return how many ships of either side are left, played round by round."""
    sides = [[side.staying] * side.ships for side in (blue, red)]
    for _ in range(exchanges):
        incoming = [[0] * len(ships) for ships in sides]
        for own, by in enumerate((blue, red)):
            targets = [k for k, hits in enumerate(sides[1 - own]) if hits > 0]
            for hits in sides[own]:
                if hits > 0 and targets:
                    incoming[1 - own][generator.choice(targets)] += int((generator.random(by.rounds) < by.p_hit).sum())
        for side, of in enumerate((blue, red)):
            for k, good in enumerate(incoming[side]):
                stopped = int((generator.random(min(good, of.engaged)) < of.p_stop).sum())
                sides[side][k] = max(0, sides[side][k] - (good - stopped))
    return sum(hits > 0 for hits in sides[0]), sum(hits > 0 for hits in sides[1])


@pytest.mark.parametrize(
    ("blue", "red", "exchanges"),
    [
        (Flotilla(3, 3, 0.5, 2, 0.5, 1), Flotilla(2, 3, 0.5, 2, 0.5, 2), 4),
        (Flotilla(2, 2, 0.8, 1, 0.9, 3), Flotilla(4, 1, 0.6, 0, 0.5, 1), 3),
    ],
)
def test_several_exchanges_equal_a_simulation_round_by_round(blue: Flotilla, red: Flotilla, exchanges: int) -> None:
    generator = np.random.default_rng(4)
    left = np.array([fight(blue, red, exchanges, generator) for _ in range(5000)], dtype=np.float64)
    for column, law in enumerate(left_after(blue, red, exchanges)):
        assert law.probabilities.sum() == pytest.approx(1.0)
        assert close(left[:, column], law)


def test_one_exchange_between_single_ships_is_armstrongs() -> None:
    blue, red = Flotilla(1, 5, 0.6, 3, 0.7, 2), Flotilla(1, 4, 0.5, 2, 0.4, 1)
    ours, theirs = left_after(blue, red, 1)
    hits = binomial(4, 0.5)
    through = sum(
        p * binomial(min(k, 3), 0.7)[stopped]
        for k, p in enumerate(hits)
        for stopped in range(min(k, 3) + 1)
        if k - stopped < 2
    )
    assert ours.at(1.0) == pytest.approx(float(through))
    misses = sum(p * 0.4**k for k, p in enumerate(binomial(5, 0.6)) if k <= 2)
    assert theirs.at(1.0) == pytest.approx(float(misses))
