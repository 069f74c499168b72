"""Casualty statistics: the denominators of Holcomb on published numbers."""

import math

import pytest

from logistics.medical.factors import PlanFactors
from logistics.medical.statistics import CasualtyCounts, Rate
from scenarios.measures.statistics import wilson_interval
from simcore.errors import InputError


# Killed and serious casualties as published; the others are the whole numbers nearest to the published rates.
@pytest.mark.parametrize(
    ("killed", "serious", "died", "casualties", "shares"),
    [(386, 2411, 83, 3423, (0.160, 0.041, 0.137)), (964, 9755, 378, 17_660, (0.099, 0.043, 0.076))],
)
def test_published_rates_follow_from_their_counts(
    killed: int, serious: int, died: int, casualties: int, shares: tuple[float, float, float]
) -> None:
    wounded = casualties - killed
    counts = CasualtyCounts(killed, wounded, died, wounded - (serious - killed))
    rates = (counts.killed_share, counts.died_of_wounds_share, counts.case_fatality)
    assert [rate.value for rate in rates] == pytest.approx(shares, abs=6e-4)
    assert [rate.among for rate in rates] == [serious, serious - killed, casualties]


def test_the_default_factors_of_a_plan_agree_with_each_other() -> None:
    factors = PlanFactors()
    killed, died = factors.killed_per_wounded, factors.died_per_wounded
    assert (killed + died) / (1.0 + killed) == pytest.approx(0.076, abs=5e-4)


@pytest.mark.parametrize(("of", "among"), [(0, 7), (3, 7), (7, 7), (964, 9755)])
def test_intervals_of_rates_are_those_of_measures(of: int, among: int) -> None:
    expected = wilson_interval(of, among)
    assert Rate(of, among).interval() == pytest.approx((expected.low, expected.high), rel=1e-12)


def test_a_rate_of_nobody_is_undefined() -> None:
    rate = CasualtyCounts(0, 0, 0, 0).killed_share
    assert math.isnan(rate.value)
    assert rate.interval() == (0.0, 1.0)


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(InputError, match="below 0"):
        CasualtyCounts(-1, 3, 0, 0)
    with pytest.raises(InputError, match="3 died of wounds and 2 returned of 4 wounded"):
        CasualtyCounts(1, 4, 3, 2)
