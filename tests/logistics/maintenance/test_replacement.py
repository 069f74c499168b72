"""Age replacement, lifetimes and renewals, against closed forms, numerical integrals and simulation."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from logistics.maintenance.age_replacement import NEVER, age_policy, availability, best_age, cost_rate
from logistics.maintenance.lifetimes import GammaLife, Lifetime, WeibullLife
from logistics.maintenance.renewal import availability_at, renewal_function, renewals_far_on, steady_availability
from simcore.errors import InputError

LIVES = [WeibullLife(2.5, 1000.0), WeibullLife(0.7, 40.0), GammaLife(3.2, 100.0), GammaLife(0.4, 5.0)]


def reference(life: Lifetime) -> Any:
    if isinstance(life, WeibullLife):
        return stats.weibull_min(life.beta, scale=life.eta)
    assert isinstance(life, GammaLife)
    return stats.gamma(life.shape, scale=life.scale)


@pytest.mark.parametrize("life", LIVES)
@pytest.mark.parametrize("share", [1e-6, 0.3, 0.97])
def test_lifetimes_equal_those_of_another_library(life: Lifetime, share: float) -> None:
    law, age = reference(life), life.quantile(share)
    assert age == pytest.approx(law.ppf(share), rel=1e-9)
    assert life.failed(age) == pytest.approx(share, rel=1e-9)
    assert life.survival(age) == pytest.approx(law.sf(age), rel=1e-9)
    assert life.hazard(age) == pytest.approx(law.pdf(age) / law.sf(age), rel=1e-9)
    assert life.mean == pytest.approx(law.mean(), rel=1e-12)
    assert life.mean_until(age) == pytest.approx(integrate.quad(law.sf, 0.0, age, epsrel=1e-11)[0], rel=1e-7)
    assert life.mean_until(math.inf) == pytest.approx(law.mean(), rel=1e-12)


@pytest.mark.parametrize(
    ("life", "age", "rate", "run_to_failure"),
    [
        (WeibullLife(2.5, 1000.0), 493.05, 0.0034620, 0.005635),
        (WeibullLife(2.0, 1000.0), 510.66, 0.004085, 5.0 / (1000.0 * math.gamma(1.5))),
    ],
)
def test_published_optima_of_age_replacement(life: Lifetime, age: float, rate: float, run_to_failure: float) -> None:
    found = best_age(life, 1.0, 5.0)
    assert found.age == pytest.approx(age, abs=0.005)
    assert found.rate == pytest.approx(rate, rel=2e-4)
    assert found.run_to_failure == pytest.approx(run_to_failure, rel=2e-4)


@given(shape=st.floats(1.2, 6.0), scale=st.floats(0.1, 1e4), failure=st.floats(1.5, 50.0), is_weibull=st.booleans())
@settings(max_examples=60, deadline=None)
def test_no_other_age_is_cheaper_than_the_best(shape: float, scale: float, failure: float, is_weibull: bool) -> None:
    life = WeibullLife(shape, scale) if is_weibull else GammaLife(shape, scale)
    best = best_age(life, 1.0, failure)
    others = [cost_rate(life, life.quantile(p), 1.0, failure) for p in np.linspace(0.001, 0.999, 60)]
    assert best.rate <= min(others) * (1.0 + 1e-12)
    assert best.rate <= best.run_to_failure * (1.0 + 1e-12)
    assert 0.0 <= best.saving < 1.0


@pytest.mark.parametrize(
    "life", [WeibullLife(1.0, 50.0), WeibullLife(0.6, 50.0), GammaLife(1.0, 9.0), GammaLife(0.5, 9.0)]
)
def test_without_ageing_a_component_is_never_replaced_early(life: Lifetime) -> None:
    found = best_age(life, 1.0, 100.0)
    assert found.age == NEVER
    assert found.rate == found.run_to_failure == pytest.approx(100.0 / life.mean)
    assert found.saving == 0.0


def test_a_gamma_life_is_replaced_early_only_where_its_shape_exceeds_the_ratio_of_costs() -> None:
    # the left side of the condition rises to shape - 1 at most, and must reach cp / (cf - cp) = 0.25
    assert best_age(GammaLife(1.24, 10.0), 1.0, 5.0).age == NEVER
    assert best_age(GammaLife(1.4, 10.0), 1.0, 5.0).age < 100.0


def test_a_failure_as_cheap_as_a_replacement_is_awaited() -> None:
    assert best_age(WeibullLife(4.0, 10.0), 2.0, 2.0).age == NEVER


def test_the_best_age_for_downtime_has_the_greatest_availability() -> None:
    life = WeibullLife(3.0, 200.0)
    best = best_age(life, preventive=2.0, failure=12.0).age
    found = availability(life, best, 2.0, 12.0)
    assert all(availability(life, age, 2.0, 12.0) <= found for age in (0.8 * best, 0.97 * best, 1.03 * best, NEVER))
    assert availability(life, NEVER, 2.0, 12.0) == pytest.approx(life.mean / (life.mean + 12.0))


def test_a_simulation_of_age_replacement_agrees() -> None:
    life, age, n = WeibullLife(2.2, 100.0), 70.0, 40_000
    lives = life.eta * np.random.default_rng(3).weibull(life.beta, n)
    length, cost = np.minimum(lives, age), np.where(lives < age, 6.0, 1.5)
    found = age_policy(life, age, 1.5, 6.0)
    error = np.std(cost - found.rate * length) / math.sqrt(n) / length.mean()
    assert abs(cost.mean() / length.mean() - found.rate) < 4.0 * error
    assert found.failures == pytest.approx((lives < age).mean() / length.mean(), rel=0.03)
    assert found.failures + found.replacements == pytest.approx(1.0 / life.mean_until(age))


@pytest.mark.parametrize(("preventive", "failure"), [(0.0, 5.0), (1.0, -1.0), (math.nan, 5.0), (1.0, math.inf)])
def test_costs_must_be_positive(preventive: float, failure: float) -> None:
    with pytest.raises(InputError, match="give a finite positive number"):
        best_age(WeibullLife(2.0, 10.0), preventive, failure)


def test_parameters_must_be_positive() -> None:
    with pytest.raises(InputError, match="beta 0"):
        WeibullLife(0.0, 1.0)
    with pytest.raises(InputError, match="scale inf"):
        GammaLife(1.0, math.inf)
    with pytest.raises(InputError, match="age 0"):
        cost_rate(WeibullLife(2.0, 1.0), 0.0, 1.0, 2.0)


def test_renewals_of_constant_hazard_grow_with_time() -> None:
    times, renewals = renewal_function(GammaLife(1.0, 4.0), 30.0)
    assert renewals == pytest.approx(times / 4.0, abs=1e-8)


def test_renewals_of_two_exponential_stages_have_their_closed_form() -> None:
    times, renewals = renewal_function(GammaLife(2.0, 3.0), 40.0)
    x = times / 3.0
    assert renewals == pytest.approx(x / 2.0 - 0.25 * (1.0 - np.exp(-2.0 * x)), abs=1e-8)


def test_renewals_grow_far_on_as_mean_and_variance_say() -> None:
    life = WeibullLife(2.5, 10.0)
    variance = 100.0 * (math.gamma(1.8) - math.gamma(1.4) ** 2)
    assert renewal_function(life, 120.0)[1][-1] == pytest.approx(renewals_far_on(life, variance, 120.0), abs=1e-4)


def test_early_renewals_are_failures() -> None:
    life = WeibullLife(3.0, 10.0)
    assert renewal_function(life, 1.0)[1][-1] == pytest.approx(life.failed(1.0), rel=1e-3)


def test_availability_falls_from_one_to_its_steady_value() -> None:
    assert availability_at(0.0, 50.0, 10.0) == 1.0
    assert availability_at(1e4, 50.0, 10.0) == pytest.approx(steady_availability(50.0, 10.0))
    assert steady_availability(50.0, 10.0, 40.0) == 0.5
    with pytest.raises(InputError):
        steady_availability(0.0, 1.0)
    with pytest.raises(InputError):
        renewal_function(WeibullLife(2.0, 1.0), -1.0)
