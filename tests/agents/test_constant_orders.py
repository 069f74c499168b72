"""No constant order for a whole side wins a library scenario: a fight asks for more than one idea.

Every candidate is one order given to all groups of a side at the start and never changed: a verb and a place of the
map. It plays against the other side as the library has it.
"""

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from scenarios.compiler.scenario import Compiled
from scenarios.format.texts import library_names
from scenarios.loader import load
from scenarios.run.play import start_simulation
from scenarios.run.policies import build_policies, choose_policies
from simcore.decision_loop import run_decisions
from simcore.orders import Orders
from simcore.params import RuleW
from simcore.picture import Picture
from simcore.policy import Briefing
from simcore.state import WorldW
from simcore.types import Roe, Task

MOST = 0.8
FIRST_LOOK = 16
SECOND_LOOK = 120


@dataclass(frozen=True)
class Candidate:
    """An order for a whole side."""

    task: Task
    x_m: float
    y_m: float
    radius_m: float

    def __str__(self) -> str:
        return f"{self.task.name.lower()} ({self.x_m / 1e3:.0f}, {self.y_m / 1e3:.0f}) km, {self.radius_m / 1e3:.0f} km"


class ConstantOrder:
    """Gives one order to every group and is silent ever after."""

    def __init__(self, candidate: Candidate) -> None:
        self.candidate = candidate

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        self.groups = briefing.groups

    def decide(self, picture: Picture, orders: Orders) -> None:
        one = self.candidate
        everywhere = np.ones(len(picture.replication), dtype=bool)
        for group in self.groups:
            orders.issue(
                everywhere, int(group), one.task, one.x_m, one.y_m, radius_m=one.radius_m, roe=Roe.FREE, speed=1.0
            )


def candidates(compiled: Compiled, side: int) -> Iterator[Candidate]:
    """Yield orders to flee, stand, search and attack, at the edges, both starts, the zones and between the zones."""
    west, east, south, north = compiled.roster.bounds_m
    middle = ((west + east) / 2.0, (south + north) / 2.0)
    wide = max(east - west, north - south) / 2.0
    yield Candidate(Task.HOLD, *middle, 0.0)
    for x in (0.97 * west, middle[0], 0.97 * east):
        for y in (0.97 * south, middle[1], 0.97 * north):
            yield Candidate(Task.WITHDRAW, x, y, 0.0)
    starts = [compiled.briefings[chair].start_m for chair in (1 - side, side)]
    zones = [(float(ring[0].mean()), float(ring[1].mean())) for ring in compiled.roster.zone_polygon_m]
    places = [middle, *((float(start[0].mean()), float(start[1].mean())) for start in starts), *zones]
    places += [((a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0) for a, b in itertools.combinations(zones, 2)]
    for place in places:
        yield Candidate(Task.ATTACK, *place, wide)
        yield Candidate(Task.ATTACK, *place, wide / 6.0)
        yield Candidate(Task.STRIKE, *place, wide)
        yield Candidate(Task.SCREEN, *place, wide / 6.0)
        yield Candidate(Task.MOVE, *place, 0.0)
    yield Candidate(Task.SEARCH, *middle, wide)


def win_share(compiled: Compiled, side: int, candidate: Candidate, n: int, seed: int) -> float:
    """Return how often a side wins that gives one order, against the other as the library has it."""
    choices = choose_policies(compiled.roster)
    policies = build_policies(choices, compiled.briefings, seed, range(n))
    constant = ConstantOrder(candidate)
    constant.reset(compiled.briefings[side], seed, np.arange(n, dtype=np.uint64))
    policies[side] = constant
    simulation = start_simulation(compiled, seed, range(n))
    n_ticks = int(compiled.params.rules_whole[RuleW.N_TICKS])
    run_decisions(simulation, policies, decision_ticks=compiled.roster.decision_ticks, n_ticks=n_ticks)
    return float((simulation.state.world[:, WorldW.WINNER] == side).mean())


def best_constant_order(compiled: Compiled, side: int, seed: int = 5) -> tuple[float, str]:
    """Return the win share of the strongest constant order, and the order."""
    looks = [(win_share(compiled, side, one, FIRST_LOOK, seed), one) for one in candidates(compiled, side)]
    best = sorted(looks, key=lambda look: -look[0])[:3]
    again = [(win_share(compiled, side, one, SECOND_LOOK, seed + 1), str(one)) for _, one in best]
    return max(again)


SCENARIOS = os.environ.get("CHAMMO_SCENARIOS", " ".join(library_names())).split()


@pytest.mark.slow
@pytest.mark.parametrize("side", [0, 1], ids=["blue", "red"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_no_constant_order_wins_a_library_scenario(name: str, side: int) -> None:
    share, order = best_constant_order(load(name), side)
    assert share <= MOST, f"{name}: a side that does nothing but {order} wins {share:.0%}"


def test_a_side_that_does_nothing_but_flee_does_not_win_the_meeting_engagement() -> None:
    compiled = load("two-patrols")
    west, _, _, north = compiled.roster.bounds_m
    assert win_share(compiled, 0, Candidate(Task.WITHDRAW, 0.97 * west, 0.97 * north, 0.0), 24, 3) < 0.3
