"""The oracle of the swept lane against a simulation mine by mine."""

import math

import numpy as np
import pytest

from scenarios.verification.oracles.mines import lane, poisson_safe


@pytest.mark.parametrize(("p_clear", "p_actuation", "ships"), [(0.0, 1.0, 1), (0.0, 0.4, 3), (0.7, 0.8, 2)])
def test_a_lane_equals_a_simulation(p_clear: float, p_actuation: float, ships: int) -> None:
    outcome = lane(12, 0.2, 0.3, p_actuation, p_clear, ships)
    generator = np.random.default_rng(8)
    n = 6000
    lost, cleared = np.zeros(n), np.zeros(n)
    for k in range(n):
        offset = generator.random(12)
        swept = (offset < 0.3) & (generator.random(12) < p_clear)
        cleared[k] = swept.sum()
        left = int(((offset < 0.2) & ~swept).sum())
        for _ in range(ships):
            answers = np.flatnonzero(generator.random(left) < p_actuation)
            if answers.size:
                left -= 1
                lost[k] += 1
    for sample, law in ((lost, outcome.lost), (cleared, outcome.cleared)):
        assert abs(sample.mean() - law.mean) <= 4 * law.sd / math.sqrt(n) + 1e-12


def test_many_mines_follow_the_exponential_law() -> None:
    assert lane(1500, 1e-3, 1e-3, 0.8, 0.0, 1).lost.at(0.0) == pytest.approx(poisson_safe(1500, 1e-3, 0.8), rel=2e-3)
