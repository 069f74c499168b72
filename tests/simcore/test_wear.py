"""Components age by use and fail as their laws say, whatever the step, the names and the order of the file."""

import math

import numpy as np
import pytest
from scipy import special, stats

from scenarios.loader import compile_document
from simcore.kernels.mathematics.durations import draw_duration, draw_gamma, weibull_life
from simcore.simulation import Simulation
from simcore.types import EventKind
from simcore.upkeep import ComponentR, ComponentW, Condition, Law, Readiness, UseR
from tests.simcore.machine_worlds import machines
from tests.simcore.small_worlds import Document, compile_world, same_state, skirmish, start

HOUR = 10  # ticks


def drawn(shape: float, n: int = 20_000) -> np.ndarray:
    with np.errstate(over="ignore"):
        return np.array([draw_gamma(np.uint64(5), np.uint64(k), np.uint64(9), shape) for k in range(n)])


def test_the_life_of_a_new_component_is_the_inverse_of_the_weibull_distribution() -> None:
    assert weibull_life(math.exp(-1.0), 0.0, 2.5, 1000.0) == pytest.approx(1000.0, rel=1e-12)
    assert weibull_life(math.exp(-8.0), 0.0, 1.5, 10.0) == pytest.approx(40.0, rel=1e-12)
    assert math.isinf(weibull_life(0.5, 0.0, 2.0, math.inf))


def test_a_component_that_has_survived_to_an_age_fails_after_it() -> None:
    # H(life) = H(age) + ln 2, with H(t) = (t / 100)^2
    assert weibull_life(0.5, 300.0, 2.0, 100.0) == pytest.approx(100.0 * math.sqrt(9.0 + math.log(2.0)), rel=1e-12)
    # a constant hazard has no memory
    assert weibull_life(0.5, 300.0, 1.0, 100.0) == pytest.approx(300.0 + 100.0 * math.log(2.0), rel=1e-12)


@pytest.mark.parametrize("shape", [0.02, 0.5, 1.0, 3.7, 400.0])
def test_gamma_variates_have_their_distribution(shape: float) -> None:
    assert stats.kstest(drawn(shape), lambda x: special.gammainc(shape, x)).statistic < 1.95 / math.sqrt(20_000)


@pytest.mark.parametrize(
    ("law", "cv"), [(Law.EXPONENTIAL, 1.0), (Law.LOGNORMAL, 0.8), (Law.GAMMA, 0.4), (Law.FIXED, 0.0)]
)
def test_working_times_have_their_mean_and_variation(law: Law, cv: float) -> None:
    n = 20_000
    with np.errstate(over="ignore"):
        times = np.array([draw_duration(int(law), 3.0, cv, np.uint64(1), np.uint64(k), np.uint64(2)) for k in range(n)])
    assert abs(times.mean() - 3.0) <= 4.0 * 3.0 * cv / math.sqrt(n) + 1e-12
    assert times.std() == pytest.approx(3.0 * cv, rel=0.06)


def played(document: Document, replications: int = 40, seed: int = 3) -> Simulation:
    simulation = start(document, seed=seed, replications=range(replications))
    simulation.advance(int(simulation.params.rules_whole[0]))
    return simulation


def ages(simulation: Simulation) -> tuple[np.ndarray, np.ndarray]:
    """Return (age at the end or at the failure [h], whether it has failed) of all components."""
    cells = simulation.state.components
    failed = cells.whole[:, ComponentW.CONDITION] == Condition.FAILED
    return cells.real[:, ComponentR.AGE_H].ravel(), failed.ravel()


@pytest.mark.parametrize(("shape", "wear_s"), [(0.7, 360.0), (2.5, 360.0), (2.5, 7200.0)])
def test_lives_without_repair_are_weibull(shape: float, wear_s: float) -> None:
    component = {"weibull": {"shape": shape, "scale_h": 100}}
    age, failed = ages(played(machines(component, n=20, crews=0, hours=2000, wear_interval_s=wear_s)))
    assert failed.mean() > 0.99
    cdf = lambda t: -np.expm1(-((t / 100.0) ** shape))  # noqa: E731
    assert stats.kstest(age[failed], cdf).statistic < 1.95 / math.sqrt(failed.sum())


def test_lives_of_a_gamma_process_are_its_first_passage() -> None:
    component = {"gamma": {"shape_per_h": 0.5, "scale": 2, "limit": 20}}
    age, failed = ages(played(machines(component, n=20, crews=0, hours=80), replications=60))
    for t in (14.0, 20.0, 27.0):
        p = 1.0 - special.gammainc(0.5 * t, 20.0 / 2.0)  # P(T <= t)
        n = failed.size
        assert abs((failed & (age <= t)).mean() - p) < 4.0 * math.sqrt(p * (1.0 - p) / n)


def test_the_stress_of_use_scales_the_clock() -> None:
    """A component at rest ages at its own rate, so its lives shrink by that rate."""
    component = {"weibull": {"shape": 2, "scale_h": 100}, "rates": {"at_rest": 4}}
    cells = played(machines(component, n=5, crews=0, hours=10), replications=2).state.components
    alive = cells.whole[:, ComponentW.CONDITION] == Condition.GOOD
    assert alive.any()
    assert np.allclose(cells.real[:, ComponentR.AGE_H][alive], 40.0, rtol=1e-12)
    assert np.allclose(cells.real[:, ComponentR.METER_H][alive], 10.0, rtol=1e-12)


def test_a_failure_is_an_event_that_takes_the_part_out_of_action() -> None:
    document = machines({"weibull": {"scale_h": 20}}, n=5, crews=0, hours=60)
    simulation = start(document, seed=1, replications=[0], record_events=True)
    simulation.advance(600)
    events = simulation.events()
    failures = events[events["kind"] == EventKind.FAILURE]
    out = np.flatnonzero(simulation.state.units.whole[0, 1])
    assert sorted(failures["unit"].tolist()) == out.tolist()
    assert 0 < len(out) <= 5


def test_times_in_the_states_of_readiness_sum_to_the_time_in_the_scenario() -> None:
    document = machines({"weibull": {"scale_h": 20}, "repair": 5}, n=5, hours=60)
    simulation = played(document, replications=3)
    ready = simulation.state.uses.real[:, UseR.READY_S : UseR.READY_S + len(Readiness)]
    assert np.allclose(ready.sum(axis=1), 60.0 * 3600.0, rtol=1e-12)


def test_without_sustainment_there_is_no_block_and_the_hash_is_unchanged() -> None:
    compiled = compile_document(skirmish())
    assert compiled.params.components.whole.shape[1] == compiled.params.uses.shape[1] == 0
    plain = compiled.scenario.plain()
    assert plain["sustainment"] is None
    worn = skirmish()
    worn["catalogue"]["platforms"]["robot"]["wear"] = {"power": {"weibull": {"scale_h": 5}}}
    assert compile_document(worn).scenario.hash == compiled.scenario.hash
    on = compile_document({**skirmish(), "sustainment": {}})
    assert on.scenario.hash != compiled.scenario.hash
    assert on.params.components.whole.shape[1] > 0


def test_units_fail_alike_whatever_the_threads_and_the_steps_asked_for() -> None:
    document = {**skirmish(), "sustainment": {"damage_repair": {"repair": 0.1}}}
    for card in ("robot", "ship", "drone"):
        document["catalogue"]["platforms"][card]["wear"] = {
            part: {"weibull": {"scale_h": 0.5}, "repair": 0.05} for part in ("mobility", "sensor")
        }
    one = start(document, seed=2, replications=range(4))
    one.advance(200)
    two = start(document, seed=2, replications=range(4), threads=2)
    for _ in range(20):
        two.advance(10)
    assert same_state(one, two)
    assert one.state.upkeep_sides.whole[:, 0].sum() > 0


def test_an_update_of_wear_does_not_depend_on_the_order_of_the_file() -> None:
    document = machines({"weibull": {"scale_h": 20}, "repair": 5}, n=5, hours=60)
    turned = {**document, "groups": document["groups"][::-1]}
    assert played(document, 3).hash() == played(turned, 3).hash()


def test_a_degraded_drive_slows_its_unit_and_a_degraded_sensor_misses_scans() -> None:
    wear = {"gamma": {"shape_per_h": 1000, "limit": 1000, "degraded_at": 0.001, "kept_share": 0.5}}
    document = skirmish()
    for card in ("robot", "ship"):
        document["catalogue"]["platforms"][card]["wear"] = {}
    fresh = start({**document, "sustainment": {"wear_interval_s": 5}}, seed=1, replications=range(3))
    document["catalogue"]["platforms"]["robot"]["wear"] = {"mobility": wear, "sensor": wear}
    worn = start({**document, "sustainment": {"wear_interval_s": 5}}, seed=1, replications=range(3))
    robots = [i for i, name in enumerate(compile_world(document).roster.units) if "robots" in name]
    paths = []
    for simulation in (fresh, worn):
        simulation.advance(4)
        before = simulation.state.units.real[:, :2, robots].copy()
        simulation.advance(6)
        paths.append(np.hypot(*(simulation.state.units.real[:, :2, robots] - before).transpose(1, 0, 2)))
    assert np.allclose(paths[1], 0.5 * paths[0], rtol=0.02)
    assert (worn.state.uses.real[:, UseR.SIGHT, robots] == 0.5).all()
