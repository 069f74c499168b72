"""Control limit of a gamma process with inspections, against a closed form and simulation."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from logistics.maintenance.control_limit import GammaWear, InspectionCosts, best_limit, limit_policy
from simcore.errors import InputError

WEAR = GammaWear(1.0, 1.0, 20.0)
COSTS = InspectionCosts(1.0, 5.0, 0.05)


@pytest.mark.parametrize("limit", [0.0, 3.0, 14.0, 15.8505, 20.0])
def test_exponential_increments_have_a_closed_form(limit: float) -> None:
    """1 + M inspections on average, and an overshoot that forgets: P(failure) = exp(-(L - M))."""
    found = limit_policy(WEAR, COSTS, 1.0, limit)
    p_failure = math.exp(-(20.0 - limit))
    assert found.p_failure == pytest.approx(p_failure, rel=1e-8)
    assert found.mean_cycle == pytest.approx(1.0 + limit, rel=1e-10)
    assert found.rate == pytest.approx(0.05 + (1.0 + 4.0 * p_failure) / (1.0 + limit), rel=1e-8)


def test_published_optimum() -> None:
    found = best_limit(WEAR, COSTS, 1.0)
    assert found.limit == pytest.approx(15.8505, abs=1e-3)
    assert found.rate == pytest.approx(0.113089, abs=1e-6)


@pytest.mark.parametrize(
    ("wear", "interval", "is_seen_at_once"),
    [
        (GammaWear(0.1, 2.0, 10.0), 3.0, False),
        (GammaWear(0.1, 2.0, 10.0), 3.0, True),
        (GammaWear(2.0, 0.5, 8.0), 3.0, False),
        (GammaWear(2.0, 0.5, 8.0), 3.0, True),
    ],
)
def test_a_simulation_agrees(wear: GammaWear, interval: float, is_seen_at_once: bool) -> None:
    limit, n, n_parts = 0.6 * wear.limit, 8000, 60
    costs = InspectionCosts(1.0, 5.0, 0.05, 0.0 if is_seen_at_once else 0.3, is_seen_at_once)
    generator = np.random.default_rng(8)
    worn, visits, up, alive = np.zeros(n), np.zeros(n), np.zeros(n), np.ones(n, np.bool_)
    part = interval / n_parts
    while alive.any():
        at = np.flatnonzero(alive)
        path = worn[at, None] + np.cumsum(
            generator.gamma(wear.shape_rate * part, wear.scale, (at.size, n_parts)), axis=1
        )
        visits[at] += 1
        up[at] += part * ((path < wear.limit).sum(axis=1) + 0.5 * (path[:, -1] >= wear.limit))
        worn[at] = path[:, -1]
        alive[at] = worn[at] < limit
    has_failed = worn >= wear.limit
    found = limit_policy(wear, costs, interval, limit)
    if is_seen_at_once:
        length, cost = up, 1.0 + 4.0 * has_failed + 0.05 * (visits - has_failed)
    else:
        length = visits * interval
        cost = 1.0 + 4.0 * has_failed + 0.05 * visits + 0.3 * (length - up)
        assert found.down_share == pytest.approx(1.0 - up.sum() / length.sum(), abs=0.01)
    error = np.std(cost - found.rate * length) / math.sqrt(n) / length.mean()
    assert abs(cost.mean() / length.mean() - found.rate) < 4.0 * error
    assert abs(has_failed.mean() - found.p_failure) < 4.0 * math.sqrt(found.p_failure / n)


def test_survival_and_mean_life_of_the_process() -> None:
    assert WEAR.survival(20.0) == pytest.approx(0.5297, abs=5e-5)
    assert WEAR.survival(0.0) == 1.0
    times = np.linspace(0.0, 90.0, 9001)
    trapezoid = 0.01 * (sum(WEAR.survival(float(t)) for t in times[1:-1]) + 0.5)
    assert WEAR.mean_life == pytest.approx(trapezoid, rel=1e-6)


@given(
    shape=st.floats(0.1, 3.0), limit=st.floats(2.0, 40.0), failure=st.floats(2.0, 30.0), interval=st.floats(0.2, 3.0)
)
@settings(max_examples=20, deadline=None)
def test_no_other_limit_is_cheaper_than_the_best(shape: float, limit: float, failure: float, interval: float) -> None:
    wear, costs = GammaWear(shape, 1.0, limit), InspectionCosts(1.0, failure, 0.02)
    best = best_limit(wear, costs, interval)
    others = [limit_policy(wear, costs, interval, float(m)).rate for m in np.linspace(0.0, limit, 12)]
    assert best.rate <= min(others) + 1e-9
    assert 0.0 <= best.p_failure <= 1.0
    assert best.rate <= best.run_to_failure + 1e-9


def test_inspections_that_cost_more_than_they_save_are_not_made() -> None:
    wear = GammaWear(1.0, 1.0, 500.0)  # lasts 500 on average: a failure costs 0.01 per unit of time
    found = best_limit(wear, InspectionCosts(1.0, 5.0, 0.05, is_seen_at_once=True), 1.0)
    assert (found.interval, found.limit, found.p_failure) == (math.inf, 500.0, 1.0)
    assert found.rate == found.run_to_failure == pytest.approx(5.0 / 500.5, rel=1e-6)


@pytest.mark.parametrize("is_seen_at_once", [False, True])
def test_a_failure_as_cheap_as_a_replacement_is_awaited(is_seen_at_once: bool) -> None:
    found = best_limit(WEAR, InspectionCosts(2.0, 2.0, 0.05, is_seen_at_once=is_seen_at_once), 1.0)
    assert (found.limit, found.p_failure, found.rate) == (20.0, 1.0, found.run_to_failure)


@pytest.mark.parametrize("step", [0.02, 0.7, 1.9, 3.0, 7.0, 25.0])
def test_inspections_in_a_long_life_are_as_many_as_renewals(step: float) -> None:
    """U(x) from the sum of its terms, on both sides of the place where its limit takes over."""
    for limit in (10.0, 44.0, 46.0, 160.0, 900.0):
        n = np.arange(1, int((limit + 9.0 * math.sqrt(limit) + 40.0) / step) + 2)
        visits = 1.0 + float(special.gammainc(n * step, limit).sum())
        found = limit_policy(GammaWear(step, 1.0, limit), COSTS, 1.0, limit)
        assert found.mean_cycle == pytest.approx(visits, rel=1e-10)


def test_rarer_inspections_let_more_lives_end_in_failure() -> None:
    shares = [limit_policy(WEAR, COSTS, interval, 15.0).p_failure for interval in (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)]
    assert shares == sorted(shares)


def test_wrong_limits_intervals_and_costs_are_refused() -> None:
    with pytest.raises(InputError, match="control limit 21"):
        limit_policy(WEAR, COSTS, 1.0, 21.0)
    with pytest.raises(InputError, match=r"too short .* give 0\.01 or more"):
        limit_policy(WEAR, COSTS, 0.001, 10.0)
    with pytest.raises(InputError, match="inspection interval -1"):
        best_limit(WEAR, COSTS, -1.0)
    with pytest.raises(InputError, match="failure replacement 0"):
        InspectionCosts(1.0, 0.0)
    with pytest.raises(InputError, match="scale -1"):
        GammaWear(1.0, -1.0, 2.0)
