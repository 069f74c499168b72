"""The doctrines are worth having: in the demo they beat the plan of the scenario file and random orders.

Replications share their random numbers, so the comparison is paired. The figures hold for the scenario
as it is; a change of the engine, the scenario or a doctrine may need more replications to show the same.
"""

from functools import cache

import numpy as np
import pytest

from agents.doctrine import for_either_chair
from scenarios.loader import load
from scenarios.measures.statistics import mean_interval
from simcore.decision_loop import run_decisions
from simcore.policy_registry import find_policy
from simcore.simulation import Simulation
from simcore.state import SideR
from simcore.types import N_BELLIGERENTS

pytestmark = pytest.mark.slow

N_REPLICATIONS = 8
N_AGAINST_THE_PLAN = 48  # a good plan is no easy opponent: the lead over it is small, and clear with so many
SEED = 77


@cache
def lead(
    blue: str, red: str, scenario: str = "joint-littoral-defence", n_replications: int = N_REPLICATIONS
) -> np.ndarray:
    """Return the score of blue less that of red at the end, one a replication."""
    compiled = load(scenario)
    roster, briefings = compiled.roster, compiled.briefings[:N_BELLIGERENTS]
    replications = np.arange(n_replications, dtype=np.uint64)
    simulation = Simulation(
        compiled.params,
        seed=SEED,
        replications=range(n_replications),
        picture_contacts=roster.picture_contacts,
        threads=2,
    )
    policies = [find_policy(blue), find_policy(red)]
    for policy, briefing in zip(policies, briefings, strict=True):
        policy.reset(briefing, SEED, replications)
    n_ticks = round(briefings[0].duration_s / briefings[0].dt_s)
    run_decisions(simulation, policies, decision_ticks=roster.decision_ticks, n_ticks=n_ticks)
    score = simulation.state.sides.real[:, SideR.SCORE]
    return score[:, 0] - score[:, 1]


@pytest.mark.parametrize("other", ["hold", "random"])
def test_defend_is_the_better_defender(other: str) -> None:
    assert (lead("defend", "hold") - lead(other, "hold")).mean() > 0.05


@pytest.mark.parametrize("other", ["hold", "random"])
def test_assault_is_the_better_attacker(other: str) -> None:
    n = N_AGAINST_THE_PLAN
    gain = lead("hold", other, n_replications=n) - lead("hold", "assault", n_replications=n)
    assert mean_interval(gain, 0.9).low > 0.0


def test_the_demo_is_a_contest() -> None:
    assert abs(lead("defend", "assault").mean()) < 0.25


COMMANDERS = for_either_chair()


@pytest.mark.parametrize("name", COMMANDERS)
def test_random_loses_to_every_commander_in_either_chair(name: str) -> None:
    assert lead(name, "random").mean() > 0.1
    assert lead("random", name).mean() < -0.1


@pytest.mark.parametrize("name", COMMANDERS)
def test_every_commander_is_a_better_attacker_than_the_plan_is_a_defender(name: str) -> None:
    assert mean_interval(-lead("hold", name, n_replications=N_AGAINST_THE_PLAN), 0.9).low > 0.0


CHEAP = {
    "two-patrols": 16,
    "harbour-swarm": 48,
    "night-strait": 40,
    "air-base-drone-salvo": 16,
    "undersea-search": 16,
    "strait-surveillance": 12,
}
"""Replications that show a clear lead over those who do nothing sensible, where a replication is cheap."""


@pytest.mark.parametrize("scenario", CHEAP)
@pytest.mark.parametrize("name", COMMANDERS)
@pytest.mark.parametrize("other", ["idle", "random"])
def test_who_does_nothing_sensible_loses_to_every_commander_in_either_chair(
    scenario: str, name: str, other: str
) -> None:
    n = CHEAP[scenario]
    assert mean_interval(lead(name, other, scenario, n), 0.9).low > 0.0
    assert mean_interval(-lead(other, name, scenario, n), 0.9).low > 0.0


@pytest.mark.parametrize("scenario", ["air-base-drone-salvo", "harbour-swarm"])
def test_the_commanders_of_a_raid_play_differently(scenario: str) -> None:
    leads = [tuple(lead("hold", name, scenario, CHEAP[scenario])) for name in COMMANDERS]
    assert len(set(leads)) == len(COMMANDERS)


def test_no_commander_is_the_best_in_every_chair() -> None:
    best = set()
    for scenario in ("harbour-swarm", "night-strait", "undersea-search"):
        n = CHEAP[scenario]
        mean = {(a, b): lead(a, b, scenario, n).mean() for a in COMMANDERS for b in COMMANDERS}
        best.add(max(COMMANDERS, key=lambda a: sum(mean[a, b] for b in COMMANDERS)))
        best.add(min(COMMANDERS, key=lambda b: sum(mean[a, b] for a in COMMANDERS)))
    assert len(best) > 1
