"""When the first shot falls whose looks and searches come at drawn turns: values by hand."""

import numpy as np
import pytest

from scenarios.verification.oracles.turns import first_shots


def test_values_by_hand() -> None:
    assert first_shots(1, 1)[:3] == pytest.approx([0, 1, 0])  # seen at 0, fired at 1
    assert first_shots(2, 1)[:4] == pytest.approx([0, 0.5, 0.5, 0])
    assert first_shots(1, 2)[:4] == pytest.approx([0, 0.5, 0.5, 0])  # turn 1 comes at 1, turn 0 at 2
    # looks 0, 1 with turn 0: 2, 2; with turn 1: 1, 3
    assert first_shots(2, 2)[:5] == pytest.approx([0, 0.25, 0.5, 0.25, 0])


@pytest.mark.parametrize(("look", "fire"), [(1, 1), (30, 1), (7, 10), (10, 7), (60, 60)])
def test_the_mean_is_that_of_two_even_waits(look: int, fire: int) -> None:
    p = first_shots(look, fire)
    assert p.sum() == pytest.approx(1.0)
    # (look - 1) / 2 on average until the look, one step, and (fire - 1) / 2 until the search
    assert p @ np.arange(p.size) == pytest.approx((look - 1) / 2 + 1 + (fire - 1) / 2)
