"""Maintenance policies of a run: chosen by file and option, recorded, verified; sustainment of any scenario."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from scenarios.format.catalogue import built_in
from scenarios.format.texts import library_names
from scenarios.format.wear_defaults import wear_of
from scenarios.loader import compile_document, load
from scenarios.run.play import run_scenario, start_simulation
from scenarios.run.play_again import verify_run
from scenarios.run.policies import choose_policies
from simcore.errors import InputError
from simcore.upkeep import ComponentW, UpkeepSideW
from tests.simcore.machine_worlds import machines

POLICY = """
import numpy as np

class Age:
    def __init__(self, hours: float = 20.0) -> None:
        self.hours = hours

    def reset(self, briefing, seed, replication) -> None:
        self.n = len(briefing.component_names)

    def decide(self, picture, orders) -> None:
        orders.limit_hours(np.arange(self.n), self.hours)
        orders.service(picture.part_real[:, 0] > 15.0)
"""
MACHINES = machines({"weibull": {"shape": 3, "scale_h": 40}, "repair": 2, "service": 1}, n=3, hours=150)


@pytest.fixture
def policy(tmp_path: Path) -> str:
    path = tmp_path / "policy.py"
    path.write_text(POLICY)
    return f"{path}:Age"


def test_the_orders_of_a_maintenance_policy_are_recorded_and_played_again(tmp_path: Path, policy: str) -> None:
    compiled = compile_document(MACHINES)
    choices = choose_policies(compiled.roster, logistics={"maintenance": [f"blue={policy}:hours=18"]})
    result = run_scenario(compiled, choices, seed=3, folder=tmp_path / "run")
    entry = result.manifest["policies"][0]["maintenance"]  # type: ignore[index]
    assert entry["parameters"]["hours"] == 18
    table = pq.read_table(tmp_path / "run" / "components.parquet").to_pydict()
    assert sum(table["services"]) > 3
    assert set(pq.read_table(tmp_path / "run" / "logistics.parquet")["order"].to_pylist()) == {
        "hours_limit",
        "service_request",
    }
    check = verify_run(tmp_path / "run")
    assert check.is_same


def test_the_option_replaces_the_choice_of_the_file_and_wrong_ones_are_refused(policy: str) -> None:
    compiled = compile_document(MACHINES)
    for option, text in (
        (f"green={policy}", "no side 'green'"),
        ("blue", "write side=name"),
        (f"blue={policy}:minutes=3", "no parameter 'minutes'"),
        ("blue=no-such-policy", "maintenance policy 'no-such-policy': unknown"),
    ):
        with pytest.raises(InputError, match=text):
            run_scenario(compiled, choose_policies(compiled.roster, logistics={"maintenance": [option]}))
    dry = load("two-patrols")
    with pytest.raises(InputError, match="give the scenario a section sustainment"):
        choose_policies(dry.roster, logistics={"maintenance": [f"blue={policy}"]})


def test_every_platform_of_the_catalogue_has_components_for_the_parts_that_it_has() -> None:
    for name, card in built_in().platforms.items():
        components = wear_of(card)
        if card.one_way or card.decoy is not None or card.target_class == "personnel":
            assert components == {}, name
            continue
        assert ("sensor" in components) == bool(card.sensors), name
        assert ("weapon" in components) == (bool(card.weapons) and card.target_class != "personnel"), name
        assert all(component.service is not None for component in components.values())


@pytest.mark.parametrize("name", library_names())
def test_every_scenario_of_the_library_can_be_played_with_wear_and_repair(name: str) -> None:
    on = load(name, sustainment="on")
    given = load(name).scenario.content.sustainment
    if given is not None and not given.wear:
        assert on.params.components.whole.shape[1] == 0  # the file has a section of its own, of supply alone
        return
    assert on.params.components.whole.shape[1] > 0
    simulation = start_simulation(on, 1, [0])
    simulation.advance(120)
    assert simulation.state.components.whole[:, ComponentW.KNOWN_TICK].max() > 0


def test_sustainment_can_be_switched_off(tmp_path: Path) -> None:
    path = tmp_path / "machines.yaml"
    compiled = compile_document(
        {**MACHINES, "sides": [{"name": "blue", "maintenance": {"name": "x"}}, {"name": "red"}]}
    )
    path.write_text(compiled.scenario.dump_yaml())
    assert load(path, sustainment="off").params.components.whole.shape[1] == 0
    simulation = start_simulation(load(path), 1, [0])
    simulation.advance(1000)
    assert simulation.state.upkeep_sides.whole[0, UpkeepSideW.FAILURES, 0] > 0
