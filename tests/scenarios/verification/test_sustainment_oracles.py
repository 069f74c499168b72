"""The oracles of sustainment against closed forms, and against the theory of the long run."""

import math

import numpy as np
import pytest
from scipy import special

from logistics.maintenance import age_replacement, control_limit, crews
from logistics.maintenance.lifetimes import WeibullLife
from logistics.maintenance.renewal import renewal_function
from logistics.spares import palm
from scenarios.verification.oracles import inspections, pipelines, renewals, repairmen


def weibull(shape: float, scale: float = 1.0) -> renewals.Cdf:
    return lambda t: -np.expm1(-((t / scale) ** shape))


def test_renewals_of_erlang_lives_are_those_of_the_closed_form() -> None:
    at_once = renewals.fixed(0.0, 0.005, 1000)
    found = renewals.alternating(lambda t: special.gammainc(2.0, t), at_once, 0.005, 1000)
    assert found.failures[-1] == pytest.approx(2.5 - 0.25 + math.exp(-10.0) / 4.0, rel=1e-6)
    assert found.up[-1] == pytest.approx(5.0, rel=1e-6)


def test_failures_of_a_constant_hazard_are_poisson() -> None:
    found = renewals.alternating(weibull(1.0), renewals.fixed(0.0, 0.005, 1000), 0.005, 1000)
    assert found.failures[-1] == pytest.approx(5.0, rel=1e-5)
    assert found.failures_sd[-1] == pytest.approx(math.sqrt(5.0), rel=1e-4)


@pytest.mark.parametrize("shape", [0.4, 0.7, 2.5, 8.0])
def test_renewals_of_weibull_lives_agree_with_another_solution(shape: float) -> None:
    found = renewals.alternating(weibull(shape), renewals.fixed(0.0, 0.00125, 4000), 0.00125, 4000)
    assert found.failures[-1] == pytest.approx(renewal_function(WeibullLife(shape, 1.0), 5.0)[1][-1], rel=5e-5)


def test_the_availability_of_exponential_lives_and_repairs_is_that_of_two_states() -> None:
    repair = renewals.masses(lambda t: -np.expm1(-t / 0.5), 0.00125, 4000)
    found = renewals.alternating(weibull(1.0), repair, 0.00125, 4000)
    expected = 2.0 / 3.0 * 5.0 + (1.0 - math.exp(-15.0)) / 9.0
    assert found.up[-1] == pytest.approx(expected, rel=1e-5)
    assert found.failures[-1] == pytest.approx(expected, rel=1e-5)  # failures have the rate 1 in operation


@pytest.mark.parametrize(("shape", "age"), [(2.5, 0.49305), (2.0, 0.51066), (1.0, 0.7), (0.7, 1.2), (4.0, 2.0)])
def test_age_replacement_comes_to_the_cost_rate_of_the_long_run(shape: float, age: float) -> None:
    found = renewals.at_age(weibull(shape), 100, 100, age / 100, 4000)
    hours = 15.0 * age
    failures, services = (row[3500] - row[2000] for row in (found.failures, found.services))
    expected = age_replacement.cost_rate(WeibullLife(shape, 1.0), age, 1.0, 5.0)
    assert (5.0 * failures + services) / hours == pytest.approx(expected, rel=2e-3)
    assert failures + services == pytest.approx(hours / WeibullLife(shape, 1.0).mean_until(age), rel=2e-3)


def test_replacement_never_is_renewal() -> None:
    found = renewals.at_age(weibull(2.5), 0, 0, 0.005, 1000)
    assert found.services[-1] == 0.0
    assert found.failures[-1] == pytest.approx(renewal_function(WeibullLife(2.5, 1.0), 5.0)[1][-1], rel=1e-5)


@pytest.mark.parametrize(("step", "control", "failure"), [(1, 15.85, 20), (0.05, 15, 20), (3, 10, 20), (0.3, 19.9, 20)])
def test_lives_under_a_control_limit_have_their_mean_and_share_of_failures(
    step: float, control: float, failure: float
) -> None:
    n = int((control + 8.0 * math.sqrt(control) + 30.0) / step)
    ending, failing = inspections.lives(step, control, failure, n)
    costs = control_limit.InspectionCosts(1.0, 5.0)
    theory = control_limit.limit_policy(control_limit.GammaWear(step, 1.0, failure), costs, 1.0, control)
    assert ending.sum() == pytest.approx(1.0, abs=1e-9)
    assert ending @ np.arange(n + 1) == pytest.approx(theory.mean_cycle, rel=1e-6)
    assert failing.sum() == pytest.approx(theory.p_failure, rel=1e-6)


def test_exponential_steps_over_a_control_limit_have_the_closed_form() -> None:
    """Renewals 1 / (1 + M) per inspection, failures exp(-(L - M)) of them."""
    found = inspections.inspected(1.0, 14.0, 20.0, 1500)
    lives = (found.failures + found.services)[1500] - (found.failures + found.services)[500]
    assert lives == pytest.approx(1000.0 / 15.0, rel=1e-4)
    assert (found.failures[1500] - found.failures[500]) / lives == pytest.approx(math.exp(-6.0), rel=1e-4)


@pytest.mark.parametrize(("n", "c", "mtbf", "mttr"), [(10, 2, 50.0, 10.0), (12, 3, 8.0, 4.0), (1, 1, 3.0, 1.0)])
def test_a_window_far_from_the_start_is_the_steady_state(n: int, c: int, mtbf: float, mttr: float) -> None:
    steady = crews.machine_repairman(n, c, mtbf, mttr)
    window = repairmen.machines(n, c, mtbf, mttr, 500.0, 700.0)
    assert window.up / n == pytest.approx(steady.availability, rel=1e-6)
    assert window.queue == pytest.approx(steady.queue, rel=1e-6, abs=1e-12)
    assert window.failures == pytest.approx(200.0 * steady.failures, rel=1e-6)


def test_a_machine_that_begins_in_operation_has_the_availability_of_two_states() -> None:
    window = repairmen.machines(1, 1, 2.0, 1.0, 0.0, 3.0)
    assert window.up * 3.0 == pytest.approx(2.0 + (1.0 - math.exp(-4.5)) / 4.5, rel=1e-9)
    assert repairmen.relaxation(np.array([0.5]), np.array([1.0])) == pytest.approx(1.0 / 1.5)


def test_many_machines_with_spares_are_palms_store() -> None:
    law = repairmen.with_spares(100_000, 2, 100_000.0, 1.0)
    down = law @ np.maximum(np.arange(law.size) - 2, 0)
    assert down == pytest.approx(palm.place_stock(1.0, 1.0, 2).backorders, rel=1e-4)


def test_machines_without_spares_are_in_operation_for_their_share_of_the_time() -> None:
    law = repairmen.with_spares(7, 0, 10.0, 5.0)
    assert law @ np.arange(8) == pytest.approx(7.0 / 3.0)


@pytest.mark.parametrize("stock", [0, 1, 4])
def test_stepped_orders_with_a_fixed_lead_time_are_palm_at_any_step(stock: int) -> None:
    laws = pipelines.on_order(0.8, pipelines.fixed_shares(5), 9, 128)
    expected = palm.place_stock(0.8, 5.0, stock).backorders
    assert pipelines.backorders(laws, stock)[[4, 8]] == pytest.approx([expected, expected], rel=1e-9)
    assert laws.sum(axis=1) == pytest.approx(np.ones(9))


def test_stepped_orders_with_an_exponential_lead_time_come_to_palm() -> None:
    errors = []
    for steps in (50, 400):
        laws = pipelines.on_order(2.0 / steps, pipelines.exponential_shares(steps, 20 * steps), 20 * steps, 128)
        errors.append(pipelines.backorders(laws, 2)[-1] / palm.place_stock(2.0, 1.0, 2).backorders - 1.0)
    assert abs(errors[1]) < 0.2 * abs(errors[0]) < 0.01
