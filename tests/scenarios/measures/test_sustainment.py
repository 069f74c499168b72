"""Measures of readiness agree with renewal theory and with the events of a run, and exist with sustainment alone."""

import math
from typing import Any

import numpy as np
import pytest

from scenarios.measures.compute import measure_key
from scenarios.measures.estimates import estimate_measures
from scenarios.measures.sustainment import SUSTAINMENT
from simcore.types import EventKind
from simcore.upkeep import ComponentR, ComponentW, Condition
from tests.simcore.machine_worlds import machines
from tests.simcore.small_worlds import Document, compile_world, start

STATUS = ("fmc", "pmc", "nmcm", "nmcs", "nmcb", "depot", "lost")


def played(content: Document, replications: int, hours: float, **options: Any) -> tuple[Any, dict[str, np.ndarray]]:
    """Return the simulation after some hours, and the measures by replication."""
    simulation = start(content, seed=3, replications=range(replications), **options)
    simulation.advance(round(hours * 3600.0 / content["time"]["dt_s"]))
    return simulation, compile_world(content).measures.values(simulation.state)


def test_a_scenario_without_sustainment_has_no_measures_of_it() -> None:
    content = machines({"weibull": {"scale_h": 100}}, hours=10)
    with_it = {measure.key for measure in compile_world(content).measures.listed}
    del content["sustainment"]
    without = {measure.key for measure in compile_world(content).measures.listed}
    of_sustainment = {measure_key(measure) for measure in SUSTAINMENT}
    assert not without & of_sustainment
    assert with_it - without <= of_sustainment
    assert without < with_it


def test_a_side_without_components_has_no_measures_of_readiness() -> None:
    content = machines({"weibull": {"scale_h": 100}}, hours=10)
    names = [measure.name for measure in compile_world(content).measures.listed]
    assert "blue_ao" in names
    assert "blue_ao_machine" in names
    assert "blue_ao_hall" not in names
    assert "red_ao" not in names
    assert "blue_deliveries" not in names


@pytest.mark.parametrize("crews", [None, 1])
def test_the_shares_of_the_status_of_units_sum_to_one(crews: int | None) -> None:
    content = machines({"weibull": {"shape": 2, "scale_h": 40}, "repair": 20}, crews=crews, hours=300)
    _, values = played(content, 3, 300)
    total = sum(values[f"blue_{name}_share"] for name in STATUS)
    assert np.allclose(total, 1.0, atol=1e-12)
    assert (values["blue_nmcm_share"] > 0.0).all()


def test_availability_and_times_between_failures_are_those_of_renewal_theory() -> None:
    """Lives with mean 50 h and repairs with mean 10 h alternate, without delay: Ao and Ai are 5/6."""
    life_h, repair_h, shape = 50.0, 10.0, 2.0
    scale_h = life_h / math.gamma(1.0 + 1.0 / shape)
    component = {"weibull": {"shape": shape, "scale_h": scale_h}, "repair": repair_h}
    content = machines(component, crews=None, n=20, hours=3000)
    _, values = played(content, 10, 3000)
    assert not values["blue_logistics_delay_h"].any()

    def within(name: str, exact: float, bias: float) -> bool:
        """Whether the mean over replications is within 4 standard errors and the bias of the start."""
        column = values[name]
        return bool(abs(column.mean() - exact) < 4.0 * column.std(ddof=1) / math.sqrt(len(column)) + bias)

    # a run begins with new machines: the shares are off by about a cycle in the length of the run
    assert within("blue_ao", 5.0 / 6.0, 60.0 / 3000.0 * 1.0 / 6.0)
    assert within("blue_ai", 5.0 / 6.0, 60.0 / 3000.0 * 1.0 / 6.0)
    assert within("blue_mtbf_h", life_h, life_h * 60.0 / 3000.0)
    assert within("blue_mttr_h", repair_h, 0.0)
    assert np.allclose(values["blue_ao"], values["blue_fmc_share"])
    assert np.allclose(values["blue_ao_machine"], values["blue_ao"])


def test_delay_per_job_is_the_wait_for_a_crew() -> None:
    """Machines that fail at the same time, and a crew with fixed repairs of 2 h: they wait 0, 2, 4, 6 and 8 h."""
    component = {"weibull": {"scale_h": 1e6}, "p_start_failure": 0.0, "repair": {"mean_h": 2, "law": "fixed"}}
    content = machines(component, n=5, hours=40)
    simulation = start(content, seed=3, replications=range(2))
    simulation.state.components.real[:, ComponentR.LIFE_H] = 1.0
    simulation.advance(130)
    values = compile_world(content).measures.values(simulation.state)
    assert values["blue_mldt_h"] == pytest.approx(4.0)
    assert values["blue_mttr_h"] == pytest.approx(2.0)
    assert values["blue_maintenance_h"] == pytest.approx(10.0)
    assert values["blue_crew_work_h"] == pytest.approx(10.0)
    assert values["blue_mission_aborts"] == pytest.approx(5.0)  # a failure of a unit under way each


def test_upkeep_costs_parts_of_finished_jobs_and_hours_of_work() -> None:
    component = {"weibull": {"scale_h": 30}, "repair": 2, "cost_musd": 0.5}
    content = machines(component, n=5, hours=200, crew_hour_cost_musd=0.01)
    simulation, values = played(content, 2, 200, record_events=True)
    finished = np.count_nonzero(simulation.events()["kind"] == EventKind.WORK_ENDED)
    assert values["blue_parts_cost"].sum() == pytest.approx(0.5 * finished)
    assert values["blue_crew_cost"] == pytest.approx(0.01 * values["blue_maintenance_h"])
    assert values["blue_upkeep_cost"] == pytest.approx(values["blue_parts_cost"] + values["blue_crew_cost"])
    assert (values["blue_parts_cost"] > 0.0).all()


def test_a_life_ends_in_the_events_with_its_hours_of_operation() -> None:
    """The lives of a component sum to its hours of operation until its last failure."""
    content = machines({"weibull": {"scale_h": 30}, "repair": 2}, n=3, crews=None, hours=200)
    simulation = start(content, seed=3, replications=range(1), record_events=True)
    simulation.advance(2000)
    events = simulation.events()
    real = simulation.state.components.real[0]
    ends = events[events["kind"] == EventKind.LIFE_ENDED]
    assert len(ends) == np.count_nonzero(events["kind"] == EventKind.FAILURE)
    for c in range(3):
        lived = ends["a"][ends["b"] == c].sum() / 3600.0
        is_down = simulation.state.components.whole[0, ComponentW.CONDITION, c] == Condition.FAILED
        rest = 0.0 if is_down else real[ComponentR.METER_H, c]
        assert lived + rest == pytest.approx(real[ComponentR.TOTAL_H, c], abs=0.01)


def test_estimates_of_a_batch_have_the_new_measures() -> None:
    content = machines({"weibull": {"scale_h": 50}, "repair": 5}, hours=100)
    _, values = played(content, 4, 100)
    estimates = {e.name: e for e in estimate_measures(compile_world(content).measures.listed, values)}
    ao = estimates["blue_ao"]
    assert ao.low is not None
    assert ao.value == pytest.approx(values["blue_mission_capable_h"].mean() / values["blue_possessed_h"].mean())
    assert estimates["blue_ao_machine"].platform == "machine"
