"""Wilson's interval stands in one function, for whole numbers and for weighted draws."""

import numpy as np
import pytest
from scipy import stats

from logistics.reliability.intervals import proportion_interval, wilson_ends
from scenarios.measures.statistics import wilson_interval
from staff_ai.wargame.samples import win_share


def test_the_ends_solve_the_equation_of_the_score() -> None:
    n, share, z = 37.5, 0.2, 1.7
    for end in wilson_ends(share, n, z):
        assert abs(share - end) == pytest.approx(z * np.sqrt(end * (1.0 - end) / n))
    assert proportion_interval(0, 0) == (0.0, 1.0)
    assert wilson_ends(0.0, 9.0)[0] == 0.0
    assert wilson_ends(1.0, 9.0)[1] == 1.0


@pytest.mark.parametrize(("successes", "n"), [(0, 7), (3, 7), (7, 7), (1, 1000)])
def test_all_packages_give_the_same_bits(successes: int, n: int) -> None:
    ends = wilson_ends(successes / n, n)
    assert proportion_interval(successes, n) == ends
    found = wilson_interval(successes, n)
    assert (found.low, found.high) == ends
    theirs = stats.binomtest(successes, n).proportion_ci(method="wilson")
    assert ends == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_the_share_of_wins_of_a_wargame_has_the_interval_of_its_effective_number() -> None:
    # two policies of the enemy, weighted 3 to 1, with 8 draws each: weights of 3/32 and 1/32, so 1 / sum(w^2) = 12.8
    enemy = np.repeat(np.arange(2), 8)
    win = np.tile([1.0, -1.0, -1.0, 1.0], 4)
    found = win_share(win, enemy, np.array([0.75, 0.25]))
    assert found.value == pytest.approx(0.5)
    assert (found.low, found.high) == pytest.approx(wilson_ends(0.5, 12.8))
