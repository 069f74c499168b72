"""The doctrines are worth having: in the demo they beat the plan of the scenario file and random orders.

Replications share their random numbers, so the comparison is paired. The figures hold for the scenario
as it is; a change of the engine, the scenario or a doctrine may need more replications to show the same.
"""

from functools import cache

import numpy as np
import pytest

from scenarios.loader import load
from simcore.decision_loop import run_decisions
from simcore.policy_registry import find_policy
from simcore.simulation import Simulation
from simcore.state import TR

pytestmark = pytest.mark.slow

N_REPLICATIONS = 8
SEED = 77


@cache
def lead(blue: str, red: str) -> np.ndarray:
    """Return the score of blue less that of red at the end, one a replication."""
    compiled = load("joint-littoral-defence")
    roster, briefings = compiled.roster, compiled.briefings
    replications = np.arange(N_REPLICATIONS, dtype=np.uint64)
    simulation = Simulation(
        compiled.params,
        seed=SEED,
        replications=range(N_REPLICATIONS),
        picture_contacts=roster.picture_contacts,
        threads=2,
    )
    policies = [find_policy(blue), find_policy(red)]
    for policy, briefing in zip(policies, briefings, strict=True):
        policy.reset(briefing, SEED, replications)
    n_ticks = round(briefings[0].duration_s / briefings[0].dt_s)
    run_decisions(simulation, policies, decision_ticks=roster.decision_ticks, n_ticks=n_ticks)
    score = simulation.state.sides.real[:, TR.SCORE]
    return score[:, 0] - score[:, 1]


@pytest.mark.parametrize("other", ["hold", "random"])
def test_defend_is_the_better_defender(other: str) -> None:
    assert (lead("defend", "hold") - lead(other, "hold")).mean() > 0.05


@pytest.mark.parametrize("other", ["hold", "random"])
def test_assault_is_the_better_attacker(other: str) -> None:
    assert (lead("hold", other) - lead("hold", "assault")).mean() > 0.05


def test_the_demo_is_a_contest() -> None:
    assert abs(lead("defend", "assault").mean()) < 0.25


COMMANDERS = ("cautious", "aggressive", "screen-and-strike", "economy-of-force")


@pytest.mark.parametrize("name", COMMANDERS)
def test_random_loses_to_every_commander_in_either_chair(name: str) -> None:
    assert lead(name, "random").mean() > 0.1
    assert lead("random", name).mean() < -0.1


@pytest.mark.parametrize("name", COMMANDERS)
def test_every_commander_is_a_better_attacker_than_the_plan_is_a_defender(name: str) -> None:
    assert lead("hold", name).mean() < -0.05
