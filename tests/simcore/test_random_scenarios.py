"""Random scenarios of everything at once: no rule is broken, and results do not depend on how they are computed.

``CHAMMO_RANDOM_SCENARIOS`` gives the number of scenarios of the long tests, ``CHAMMO_RANDOM_FIRST`` the first one. With
``NUMBA_BOUNDSCHECK=1`` the engine checks its array bounds while they run.
"""

import os
from pathlib import Path

import numpy as np
import pytest

from scenarios.batch.batch import run_batch
from scenarios.batch.playing import play_replications
from scenarios.run.play import run_scenario
from scenarios.run.policies import choose_policies
from simcore.decision_loop import run_decisions
from simcore.params import RuleW
from simcore.simulation import Simulation
from tests.simcore.random_scenarios import RandomScenario, random_scenario
from tests.simcore.referee import judge

FAST = range(10)
FIRST = int(os.environ.get("CHAMMO_RANDOM_FIRST", "1000"))
LONG = range(FIRST, FIRST + int(os.environ.get("CHAMMO_RANDOM_SCENARIOS", "200")))
REPLICATIONS = [0, 1, 2, 3, 4]


def hashes(scenario: RandomScenario, replications: list[int], threads: int = 1) -> dict[int, str]:
    """Return the hash of each replication, played together by ``threads`` threads."""
    from scenarios.run.policies import build_logistics, build_policies

    compiled = scenario.compiled
    choices = choose_policies(compiled.roster)
    policies = build_policies(choices, compiled.briefings, 7, replications)
    simulation = Simulation(
        compiled.params,
        seed=7,
        replications=replications,
        picture_contacts=compiled.roster.picture_contacts,
        threads=threads,
    )
    n_ticks = int(compiled.params.rules_whole[RuleW.N_TICKS])
    run_decisions(
        simulation,
        policies,
        chairs=build_logistics(choices, compiled, 7, replications),
        decision_ticks=compiled.roster.decision_ticks,
        n_ticks=n_ticks,
    )
    return dict(zip(replications, simulation.hash(), strict=True))


def check_hashes(scenario: RandomScenario, folder: Path) -> None:
    """Compare the hashes of all ways to compute the same replications."""
    compiled = scenario.compiled
    choices = choose_policies(compiled.roster)
    name = scenario.document["name"]
    together = play_replications(compiled, choices, 7, REPLICATIONS)
    expected = dict(zip(REPLICATIONS, together["state_hash"].tolist(), strict=True))
    number = scenario.number % len(REPLICATIONS)
    alone = run_scenario(compiled, choices, seed=7, replication=number).manifest["state_hash"]
    assert alone == expected[number], f"{name}: run and batch differ"
    for threads in (2, 8):
        assert hashes(scenario, REPLICATIONS, threads) == expected, f"{name}: {threads} threads differ"
    chunk = [3, number] if number != 3 else [number]
    found = hashes(scenario, chunk)
    assert found == {k: expected[k] for k in chunk}, f"{name}: another chunk differs"
    run_batch(compiled, choices, n=2, folder=folder, seed=7, threads=1)
    resumed = run_batch(compiled, choices, n=len(REPLICATIONS), folder=folder, seed=7, threads=2)
    order = np.argsort(resumed.replications["replication"])
    rows = resumed.replications["state_hash"][order].tolist()
    assert rows == [expected[k] for k in REPLICATIONS], f"{name}: a resumed batch differs"


@pytest.mark.parametrize("number", [*FAST, 1174])  # the last has a command post that is to resupply a group
def test_no_rule_is_broken(number: int) -> None:
    assert judge(random_scenario(number), seed=number) == {}


@pytest.mark.parametrize("number", FAST[:4])
def test_results_do_not_depend_on_how_they_are_computed(number: int, tmp_path: Path) -> None:
    check_hashes(random_scenario(number), tmp_path / "batch")


@pytest.mark.slow
def test_no_rule_is_broken_in_many_scenarios() -> None:
    problems = {number: found for number in LONG if (found := judge(random_scenario(number), seed=number))}
    assert problems == {}


@pytest.mark.slow
def test_results_of_many_scenarios_do_not_depend_on_how_they_are_computed(tmp_path: Path) -> None:
    for number in LONG:
        check_hashes(random_scenario(number), tmp_path / str(number))


def test_the_same_number_gives_the_same_scenario_and_others_differ() -> None:
    assert random_scenario(3).document == random_scenario(3).document
    assert random_scenario(3).compiled.scenario.hash != random_scenario(4).compiled.scenario.hash


def test_the_random_scenarios_hold_every_part_of_the_format() -> None:
    documents = [random_scenario(number).document for number in range(30)]
    for key in ("zones", "objectives", "minefields", "injects", "environment", "catalogue"):
        assert any(document.get(key) for document in documents), key
    groups = [group for document in documents for group in document["groups"]]
    for key in ("aboard", "host", "reserve", "spoofed_by", "scatter_radius_km"):
        assert any(group.get(key) for group in groups), key
    sides = [side for document in documents for side in document["sides"]]
    for key in ("operators", "staff", "stance"):
        assert any(key in side for side in sides), key
    assert any(document["rules"]["latency_factor"] > 0 for document in documents)
