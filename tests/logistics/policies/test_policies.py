"""Maintenance policies follow their theory, see the picture alone, and decide for each replication by itself."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import special

from logistics.maintenance.age_replacement import best_age
from logistics.maintenance.lifetimes import WeibullLife
from logistics.policies.lives import Lives, lives_of
from logistics.policies.predictive import Opportunistic, Predictive, ReadinessOptimal
from logistics.policies.standing import AgeReplacement, ControlLimit, FixedInterval
from simcore.maintenance import (
    MaintenanceBriefing,
    MaintenanceOrders,
    MaintenancePicture,
    PartR,
    PartW,
    Service,
    ShopView,
    UnitView,
    empty_maintenance_orders,
)
from simcore.types import Status
from simcore.upkeep import Condition, Step

ALL = (AgeReplacement, ControlLimit, FixedInterval, Predictive, Opportunistic, ReadinessOptimal)


def briefing(n_units: int = 1, per_unit: int = 1, **columns: Any) -> MaintenanceBriefing:
    """Return a briefing of units with components; ``columns`` replace values of all components."""
    k = n_units * per_unit
    values: dict[str, Any] = {
        "weibull_shape": 3.0, "weibull_scale_h": 100.0, "gamma_shape_per_h": 0.0, "gamma_scale": 1.0,
        "wear_limit": np.inf, "signal_sigma": 0.0, "rate_at_rest": 1.0, "rate_under_way": 1.0, "rate_usual": 1.0,
        "repair_h": 10.0, "service_h": 2.0, **columns,
    }  # fmt: skip
    real = {name: np.broadcast_to(np.asarray(value, dtype=np.float64), k).copy() for name, value in values.items()}
    ones = np.ones(k, dtype=np.int32)
    return MaintenanceBriefing(
        side=0, side_name="blue", unit_names=tuple(f"unit-{i}" for i in range(n_units)),
        component_names=("power",) * k, component_unit=np.repeat(np.arange(n_units, dtype=np.int32), per_unit),
        component=np.arange(k, dtype=np.int32), part=0 * ones, is_essential=ones, falls=0 * ones,
        workshop_names=("works",), workshop_crews=np.array([1], dtype=np.int32), dt_s=360.0, decision_s=3600.0,
        duration_s=3.6e6, signal_s=360.0, **real,
    )  # fmt: skip


def picture(b: MaintenanceBriefing, hours: Any, signal: Any = np.nan, crews: int = 1, tick: int = 0) -> Any:
    """Return a picture with (R, k) hours of operation and signals, all components good."""
    hours = np.atleast_2d(np.asarray(hours, dtype=np.float64))
    count, k = hours.shape
    real = np.zeros((count, len(PartR), k))
    real[:, PartR.HOURS], real[:, PartR.SIGNAL] = hours, signal
    real[:, PartR.SIGNAL_AGE_S] = np.where(np.isnan(real[:, PartR.SIGNAL]), np.inf, 0.0)
    units = np.zeros((count, len(UnitView), len(b.unit_names)), dtype=np.int32)
    units[:, UnitView.STATUS] = Status.ABOARD
    shops = np.zeros((count, len(ShopView), 1), dtype=np.int32)
    shops[:, ShopView.CREWS_FREE] = crews
    return MaintenancePicture(
        0, tick, tick * b.dt_s, 1, np.arange(count, dtype=np.uint64), real,
        np.zeros((count, len(PartW), k), dtype=np.int32), units, shops, np.full(count, tick, dtype=np.int64),
    )  # fmt: skip


def decided(policy: Any, b: MaintenanceBriefing, seen: MaintenancePicture) -> MaintenanceOrders:
    """Return the orders of a fresh policy for a picture."""
    count, _, k = seen.part_real.shape
    policy.reset(b, 1, seen.replication)
    orders = empty_maintenance_orders(count, k, len(b.unit_names))
    policy.decide(seen, orders)
    return orders


def requested(orders: MaintenanceOrders) -> np.ndarray:
    """Return where a service is requested, (R, k)."""
    return orders.parts[:, 0] == Service.REQUEST


def lives(b: MaintenanceBriefing) -> Lives:
    """Return the laws of a briefing."""
    return lives_of(b, None, None)


def test_age_replacement_sets_the_best_age_in_hours_of_operation() -> None:
    """At twice the stress, the best age is half as long."""
    exact = best_age(WeibullLife(3.0, 100.0), 2.0, 10.0).age
    for rate in (1.0, 2.0):
        b = briefing(rate_usual=rate)
        limits = decided(AgeReplacement(), b, picture(b, [[0.0]])).limits
        assert limits[0, 0, 0] == pytest.approx(exact / rate, rel=1e-9)
    assert decided(AgeReplacement(age_h=7.0), b, picture(b, [[0.0]])).limits[0, 0, 0] == 7.0


@pytest.mark.parametrize("shape", [0.7, 1.0])
@pytest.mark.parametrize("make", [AgeReplacement, ControlLimit, Predictive, Opportunistic, ReadinessOptimal])
def test_without_a_rising_hazard_no_policy_services_early(make: Any, shape: float) -> None:
    b = briefing(weibull_shape=shape)
    orders = decided(make(), b, picture(b, [[1e4]]))
    assert not requested(orders).any()
    assert (np.isnan(orders.limits) | np.isinf(orders.limits)).all()


def test_a_service_that_takes_as_long_as_a_repair_is_never_done() -> None:
    b = briefing(service_h=10.0)
    assert np.isinf(decided(AgeReplacement(), b, picture(b, [[0.0]])).limits[0, 0, 0])
    assert not requested(decided(Predictive(), b, picture(b, [[300.0]]))).any()


def test_the_predictive_rule_with_a_short_window_is_the_best_age() -> None:
    """At the best age T, the hazard is h(T) = rate / (failure - service): the rule of a step ahead, to first order."""
    b = briefing()
    best = lives(b).age_h[0]
    below, above = picture(b, [[0.999 * best]]), picture(b, [[1.001 * best]])
    assert not requested(decided(Predictive(window_h=1e-3), b, below)).any()
    assert requested(decided(Predictive(window_h=1e-3), b, above)).all()


def test_the_probability_of_failure_is_that_of_both_laws() -> None:
    b = briefing(gamma_shape_per_h=0.2, gamma_scale=1.0, wear_limit=20.0)
    p = lives(b).p_failure(picture(b, [[50.0]], 0.6), 10.0)
    worn = special.gammaincc(0.2 * 10.0, 0.4 * 20.0)
    aged = 1.0 - np.exp((50.0 / 100.0) ** 3 - (60.0 / 100.0) ** 3)
    assert p[0, 0] == pytest.approx(1.0 - (1.0 - worn) * (1.0 - aged), rel=1e-9)


def test_the_error_of_a_signal_is_averaged_out() -> None:
    """The average over a normal error, by quadrature and by many draws."""
    b = briefing(weibull_scale_h=np.inf, gamma_shape_per_h=0.5, wear_limit=20.0, signal_sigma=0.05)
    p = lives(b).p_failure(picture(b, [[50.0]], 0.7), 6.0)[0, 0]
    levels = 20.0 * (0.7 - 0.05 * np.random.default_rng(1).standard_normal(200_000))
    drawn = special.gammaincc(3.0, 20.0 - levels)
    assert abs(p - drawn.mean()) < 4.0 * drawn.std() / np.sqrt(200_000) + 1e-4


def test_a_unit_under_way_has_operated_since_its_report() -> None:
    b = briefing()
    seen = picture(b, [[50.0]])
    seen.part_real[:, PartR.REPORT_AGE_S] = 7200.0
    aboard = lives(b).p_failure(seen, 1.0)
    seen.unit_whole[:, UnitView.STATUS] = Status.ACTIVE
    assert lives(b).p_failure(seen, 1.0) == pytest.approx(lives(b).p_failure(picture(b, [[52.0]]), 1.0))
    assert aboard == pytest.approx(lives(b).p_failure(picture(b, [[50.0]]), 1.0))


def test_opportunistic_services_join_only_the_jobs_of_their_unit() -> None:
    """Two units with two components of 80 % of the best age: one has a failed neighbour."""
    b = briefing(n_units=2, per_unit=2)
    age = 0.8 * lives(b).age_h[0]
    seen = picture(b, [[age, age, age, age]])
    seen.part_whole[0, PartW.CONDITION, 0] = Condition.FAILED
    seen.part_whole[0, PartW.STEP, 0] = Step.CREW
    assert requested(decided(Opportunistic(), b, seen)).tolist() == [[False, True, False, False]]
    assert not requested(decided(Opportunistic(share=0.9), b, seen)).any()


def test_readiness_optimal_takes_the_best_jobs_that_the_crews_can_do() -> None:
    """Services of 2 h, windows of 4 h: a crew does two of them, those of the oldest components."""
    b = briefing(n_units=4)
    best = lives(b).age_h[0]
    hours = best * np.array([[1.2, 1.6, 1.4, 0.5]])
    assert requested(decided(ReadinessOptimal(), b, picture(b, hours))).tolist() == [[False, True, True, False]]
    assert requested(decided(ReadinessOptimal(), b, picture(b, hours, crews=2))).tolist() == [[True, True, True, False]]
    assert not requested(decided(ReadinessOptimal(), b, picture(b, hours, crews=0))).any()


def test_readiness_optimal_first_repairs_the_unit_that_is_up_again_soonest() -> None:
    b = briefing(n_units=3, per_unit=2)
    seen = picture(b, [[0.0] * 6])
    seen.part_whole[0, PartW.CONDITION, [0, 2, 3]] = Condition.FAILED  # unit 0: one failure, unit 1: two
    priority = decided(ReadinessOptimal(), b, seen).parts[0, 1]
    assert priority[0] > priority[2] == priority[3] > priority[4] == 0


def test_the_control_limit_is_below_the_failure_limit_and_needs_a_signal() -> None:
    b = briefing(weibull_scale_h=np.inf, gamma_shape_per_h=0.2, wear_limit=20.0)
    share = decided(ControlLimit(), b, picture(b, [[0.0]])).limits[0, 1, 0]
    assert 0.3 < share < 1.0
    assert decided(ControlLimit(share=0.6), b, picture(b, [[0.0]])).limits[0, 1, 0] == 0.6
    without = briefing()
    assert np.isinf(decided(ControlLimit(share=0.6), without, picture(without, [[0.0]])).limits[0, 1, 0])


def test_a_fixed_interval_passes_each_unit_once_and_spreads_the_units() -> None:
    b = briefing(n_units=50)
    b = replace(b, decision_s=b.dt_s)
    policy = FixedInterval(interval_h=10.0)
    policy.reset(b, 1, np.zeros(1, dtype=np.uint64))
    counts = np.zeros(50)
    at_once = 0
    for tick in range(100):  # 10 h in steps of 6 min
        orders = empty_maintenance_orders(1, 50, 50)
        policy.decide(picture(b, np.full((1, 50), 5.0), tick=tick), orders)
        counts += requested(orders)[0]
        at_once = max(at_once, int(requested(orders).sum()))
    assert (counts == 1).all()
    assert at_once < 10


@pytest.mark.parametrize("make", ALL)
def test_a_replication_is_decided_alone_as_in_a_batch(make: Any) -> None:
    b = briefing(n_units=3, per_unit=2, gamma_shape_per_h=[0.0, 0.2] * 3, wear_limit=[np.inf, 20.0] * 3)
    hours = np.random.default_rng(2).uniform(0.0, 150.0, (5, 6))
    signal = np.where(np.arange(6) % 2 == 1, hours / 150.0, np.nan)
    together = decided(make(), b, picture(b, hours, signal, tick=900))
    for r in range(5):
        alone = decided(make(), b, picture(b, hours[r], signal[r], tick=900))
        for one, many in zip(alone, together, strict=True):
            assert np.array_equal(one[0], many[r], equal_nan=one.dtype.kind == "f")


def test_parameters_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="age_h -1 is not above 0"):
        AgeReplacement(age_h=-1)
    with pytest.raises(ValueError, match="share 2 is no share"):
        Opportunistic(share=2)
