"""Palm's theorem and the laws of pipelines, against closed forms."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logistics.spares.availability import supply_availability
from logistics.spares.laws import (
    backorder_law,
    choice_matrix,
    expected_backorders,
    fill_rates,
    mean_of,
    negative_binomial,
    poisson,
    thinned,
    variance_of,
)
from logistics.spares.palm import place_stock
from simcore.errors import InputError


@pytest.mark.parametrize(("mean", "stock"), [(1.0, 0), (1.0, 1), (1.0, 2), (4.0, 4), (0.05, 3), (37.5, 41)])
def test_backorders_and_fill_rate_follow_from_the_poisson_law(mean: float, stock: int) -> None:
    p = [math.exp(-mean) * mean**x / math.factorial(x) for x in range(stock)]
    backorders = mean - stock + sum((stock - x) * p[x] for x in range(stock))
    found = place_stock(demand=mean / 3.0, repair_time=3.0, stock=stock)
    assert found.backorders == pytest.approx(backorders, rel=1e-9, abs=1e-14)
    assert found.fill_rate == pytest.approx(sum(p), rel=1e-12)
    assert found.wait == pytest.approx(found.backorders / (mean / 3.0), rel=1e-12)


def test_small_backorders_keep_their_digits() -> None:
    mean, stock = 0.01, 5
    series = sum((x - stock) * math.exp(-mean) * mean**x / math.factorial(x) for x in range(stock, 20))
    assert place_stock(mean, 1.0, stock).backorders == pytest.approx(series, rel=1e-12)


def test_a_simulation_with_constant_repairs_agrees_with_palm() -> None:
    demand, repair, stock, n = 2.3, 1.7, 4, 4000
    generator = np.random.default_rng(11)
    in_repair = generator.poisson(demand * repair, n)  # failures of the last `repair`
    short = np.maximum(in_repair - stock, 0)
    found = place_stock(demand, repair, stock)
    assert abs(short.mean() - found.backorders) < 4.0 * short.std() / math.sqrt(n)


@given(mean=st.floats(0.01, 60.0), stock=st.integers(0, 80))
@settings(max_examples=60, deadline=None)
def test_backorders_fall_with_stock_by_less_each_time_and_fill_rises(mean: float, stock: int) -> None:
    law = poisson(mean)
    backorders, fill = expected_backorders(law, stock + 2), fill_rates(law, stock + 2)
    worth = -np.diff(backorders)
    assert (worth >= 0.0).all()
    assert (np.diff(worth) <= 1e-12).all()
    assert (np.diff(fill) >= 0.0).all()
    assert backorders[0] == pytest.approx(mean, rel=1e-10)
    assert fill[-1] <= 1.0


@given(mean=st.floats(0.01, 30.0), ratio=st.floats(1.001, 20.0))
@settings(max_examples=40, deadline=None)
def test_the_negative_binomial_has_the_mean_and_variance_asked_for(mean: float, ratio: float) -> None:
    law = negative_binomial(mean, ratio * mean)
    assert law.sum() == pytest.approx(1.0, rel=1e-8)
    assert mean_of(law) == pytest.approx(mean, rel=1e-7)
    assert variance_of(law) == pytest.approx(ratio * mean, rel=1e-6)


@given(mean=st.floats(0.05, 20.0), share=st.floats(0.0, 1.0))
@settings(max_examples=40, deadline=None)
def test_a_thinned_poisson_law_is_poisson(mean: float, share: float) -> None:
    law = poisson(mean)
    found, wanted = thinned(law, choice_matrix(law.size, share)), poisson(share * mean)
    n = min(found.size, wanted.size)
    assert np.allclose(found[:n], wanted[:n], atol=1e-12)


def test_backorders_beyond_the_law_are_none() -> None:
    law = np.array([0.25, 0.5, 0.25])
    assert backorder_law(law, 1).tolist() == [0.75, 0.25]
    assert backorder_law(law, 2).tolist() == [1.0]
    assert backorder_law(law, 9).tolist() == [1.0]
    assert expected_backorders(law, 4).tolist() == [1.0, 0.25, 0.0, 0.0, 0.0]
    assert fill_rates(law, 5).tolist() == [0.0, 0.25, 0.75, 1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("demand", "time", "stock"), [(-1.0, 1.0, 0), (1.0, math.nan, 0), (1.0, 1.0, -1), (1e6, 1.0, 2)]
)
def test_numbers_out_of_range_are_refused(demand: float, time: float, stock: int) -> None:
    with pytest.raises(InputError, match=r"give one|check demands"):
        place_stock(demand, time, stock)


def test_a_system_is_available_where_all_of_its_parts_are_there() -> None:
    # 2 items at 1 base of 10 systems: 1 hole in 10 places, and 3 holes in 20 places, two of which a system needs
    found = supply_availability([[1.0], [3.0]], [10.0], [1.0, 2.0])
    assert found.tolist() == pytest.approx([0.9 * 0.85**2])


def test_more_holes_than_places_leave_no_system_available() -> None:
    assert supply_availability([[12.0, 0.0]], [10.0, 10.0]).tolist() == [0.0, 1.0]


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="give one each"):
        supply_availability([[1.0, 1.0]], [10.0, 10.0, 10.0])
