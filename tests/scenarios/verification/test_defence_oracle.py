"""The oracle of layered defence against a simulation round by round, and against the product of leak chances."""

import math

import numpy as np
import pytest

from scenarios.verification.oracles.defence import Layer, layered, looks


def test_with_plenty_of_shots_a_round_leaks_with_the_product_of_the_chances() -> None:
    outcome = layered(2, 5, 1.0, Layer(99, 0.7, 1), Layer(99, 0.4, 2), 2, 0.25, is_soft_first=False)
    leak = 0.3 * 0.6**2 * 0.75
    assert outcome.through.mean == pytest.approx(10 * leak)
    assert outcome.through.at(0.0) == pytest.approx((1 - leak) ** 10)


@pytest.mark.parametrize("per_threat", [(0, 0), (1, 0), (0, 2), (3, 1)])
@pytest.mark.parametrize("is_soft_first", [True, False])
def test_limited_shots_equal_a_simulation(per_threat: tuple[int, int], is_soft_first: bool) -> None:
    outer, inner = Layer(5, 0.6, per_threat[0]), Layer(4, 0.5, per_threat[1])
    outcome = layered(2, 4, 0.8, outer, inner, 1, 0.4, is_soft_first=is_soft_first)
    generator = np.random.default_rng(4)

    def shoot(live: int, left: int, layer: Layer) -> tuple[int, int]:
        if layer.per_threat == 0:
            while live and left:
                left -= 1
                live -= generator.random() < layer.p_stop
            return live, left
        through = 0
        for _ in range(live):
            burst = min(layer.per_threat, left)
            left -= burst
            through += not (generator.random(burst) < layer.p_stop).any()
        return through, left

    n = 4000
    leaks, shots = np.zeros(n), np.zeros(n)
    for k in range(n):
        outer_left, inner_left, decoys = 5, 4, 1
        for _ in range(2):
            live = generator.binomial(4, 0.8)
            live, outer_left = shoot(live, outer_left, outer)
            for step in ("soft", "hard") if is_soft_first else ("hard", "soft"):
                if step == "hard":
                    live, inner_left = shoot(live, inner_left, inner)
                elif live and decoys:
                    decoys -= 1
                    live = generator.binomial(live, 0.6)
            leaks[k] += live
        shots[k] = 4 - inner_left
    for sample, law in ((leaks, outcome.through), (shots, outcome.inner_shots)):
        assert law.probabilities.sum() == pytest.approx(1.0)
        assert abs(sample.mean() - law.mean) <= 4 * law.sd / math.sqrt(n) + 1e-12


def test_looks_by_the_clock_at_a_point() -> None:
    # meets at 4,000 m at 53.3 s, leaves again at 58.3 s with the round 2,500 m away, meets at 1,667 m, and so on
    assert looks(20_000.0, 300.0, 4000.0, 600.0, 5.0, 0.0) == 3
