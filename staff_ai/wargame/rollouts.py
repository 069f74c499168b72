"""Rollouts: courses played against enemies from given worlds, all in one simulation, and their outcomes."""

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from agents.environments.opponents import choose_named, opposing_pools
from agents.environments.reward import lead_and_win, mission_score
from scenarios.compiler.scenario import Compiled
from scenarios.run.policies import policy_text
from simcore.errors import InputError
from simcore.intelligence import Doctrine
from simcore.params import RuleW, UnitSpecR, UnitSpecW
from simcore.policy import Policy
from simcore.policy_registry import find_policy
from simcore.simulation import Simulation
from simcore.state import SideR, SideW, UnitW
from simcore.types import F64, I64, N_BELLIGERENTS, Status
from staff_ai.courses.conduct import CourseMixture, Mixture
from staff_ai.courses.course import Course, Moment
from staff_ai.wargame.worlds import FIRST_REPLICATION, Source

LARGEST_BATCH = 1_024
"""Most worlds in a simulation."""


class Outcome(IntEnum):
    """Columns of an outcome."""

    SCORE = 0  # half the lead plus half the win, -1..1; at a horizon before the end, the lead
    LEAD = 1  # own score less the enemy's
    WIN = 2  # 1, 0 for a draw or undecided, -1
    OWN_LOSS = 3  # share of the own cost lost, 0..1
    ENEMY_LOSS = 4  # share of the enemy's cost lost, 0..1
    RULES = 5  # breaches of the rules of engagement
    NEUTRALS = 6  # neutral units destroyed


class Draws(NamedTuple):
    """Draws, (n,) each: the world, enemy and dice common to all courses."""

    number: I64  # of the dice
    enemy: I64  # index of the enemy's policy
    world: I64  # number of the world among those with this enemy

    def take(self, chosen: np.ndarray) -> "Draws":
        """Return some of the draws."""
        return Draws(self.number[chosen], self.enemy[chosen], self.world[chosen])


class Table:
    """Plays courses of a side from the worlds of a source.

    Parameters
    ----------
    side : side of the courses, 0 or 1.
    enemies : policies of the enemy, ``name`` or ``name:parameter=value``.
    horizon_s : time ahead at which an outcome is read; None plays to the end of the fight. Before the end the score
        is the lead as it stands: objectives that take long are then undervalued, and protection is overvalued.
    """

    def __init__(
        self,
        source: Source,
        side: int,
        enemies: Sequence[str],
        moment: Moment,
        *,
        seed: int,
        threads: int = 1,
        horizon_s: float | None = None,
    ) -> None:
        if not enemies:
            raise InputError("enemies: the list is empty; name at least one policy of the enemy")
        self.source, self.side, self.seed, self.threads = source, side, seed, threads
        compiled = source.compiled
        self._compiled = compiled
        self.enemies = tuple(enemies)
        self._mixture = CourseMixture(compiled, side, moment)
        self._others = {
            other: Mixture(compiled, other, [_named(compiled, other, text) for text in map(str, pool)])
            for other, pool in opposing_pools(compiled, (side,), self.enemies).items()
        }
        n_ticks = int(compiled.params.rules_whole[RuleW.N_TICKS])
        dt_s = compiled.roster.dt_s
        self._is_partial = horizon_s is not None
        last = n_ticks if horizon_s is None else round((moment.time_s + horizon_s) / dt_s)
        self._last_tick = min(n_ticks, last)
        units = compiled.params.units
        is_real = units.whole[UnitSpecW.SPOOFER] < 0
        self._cost = [
            np.where((units.whole[UnitSpecW.SIDE] == s) & is_real, units.real[UnitSpecR.COST], 0.0)
            for s in range(N_BELLIGERENTS)
        ]

    def check(self, course: Course) -> None:
        """Raise ``InputError`` if the policy of a course does not exist."""
        self._mixture.add(course)

    def start(self, courses: Sequence[Course], draws: Draws) -> Simulation:
        """Return a simulation at the moment, rows by course, then by draw; it records no events."""
        number, enemy, world = (np.tile(part, len(courses)) for part in draws)
        return self.source.start(world, enemy, number + FIRST_REPLICATION, seed=self.seed, threads=self.threads)

    def play(
        self, courses: Sequence[Course], draws: Draws, should_stop: Callable[[], bool] | None = None
    ) -> F64 | None:
        """Return the outcomes (courses, draws, len(Outcome)), or None when stopped before they were complete."""
        n = max(1, LARGEST_BATCH // max(len(draws.number), 1))
        found: list[F64] = []
        for first in range(0, len(courses), n):
            some = courses[first : first + n]
            simulation = self.start(some, draws)
            if not self.run(simulation, some, draws, should_stop):
                return None
            found.append(self.outcomes(simulation).reshape(len(some), len(draws.number), len(Outcome)))
        return np.concatenate(found) if found else np.zeros((0, len(draws.number), len(Outcome)))

    def run(
        self,
        simulation: Simulation,
        courses: Sequence[Course],
        draws: Draws,
        should_stop: Callable[[], bool] | None = None,
    ) -> bool:
        """Play a simulation of ``start`` to the horizon; False when stopped before."""
        which = np.repeat([self._mixture.add(course) for course in courses], len(draws.number)).astype(np.int64)
        enemy = np.tile(draws.enemy, len(courses))
        replications = simulation.state.replication
        for mixture in (self._mixture, *self._others.values()):
            mixture.reset(self.seed, replications)
        decision_ticks = self._compiled.roster.decision_ticks
        while simulation.tick < self._last_tick and not bool(simulation.done.all()):
            if should_stop is not None and should_stop():
                return False
            if simulation.tick % decision_ticks == 0:
                simulation.orders.clear()
                self._mixture.decide(simulation, which)
                for other, mixture in self._others.items():
                    mixture.decide(simulation, enemy if other < N_BELLIGERENTS else np.zeros_like(enemy))
            step = decision_ticks - simulation.tick % decision_ticks
            simulation.advance(min(step, self._last_tick - simulation.tick))
        return True

    def outcomes(self, simulation: Simulation) -> F64:
        """Return the outcomes of the worlds of a simulation, (R, len(Outcome))."""
        state, enemy = simulation.state, 1 - self.side
        lead, win = lead_and_win(state, self.side)
        if self._is_partial:
            win = np.where(simulation.done, win, 0.0)
        tally = state.sides.whole[:, :, self.side]
        found = np.zeros((len(lead), len(Outcome)))
        is_over = simulation.done if self._is_partial else np.ones(len(lead), dtype=bool)
        found[:, Outcome.SCORE] = np.where(is_over, mission_score(lead, win), lead)
        found[:, Outcome.LEAD], found[:, Outcome.WIN] = lead, win
        found[:, Outcome.OWN_LOSS] = self._share_lost(simulation, self.side)
        found[:, Outcome.ENEMY_LOSS] = self._share_lost(simulation, enemy)
        found[:, Outcome.RULES] = tally[:, SideW.ROE_VIOLATIONS]
        found[:, Outcome.NEUTRALS] = tally[:, SideW.NEUTRAL_KILLS]
        return found

    def _share_lost(self, simulation: Simulation, side: int) -> F64:
        """Return the share of the cost of a side that is lost; units that are not in a world count nothing."""
        is_there = simulation.state.units.whole[:, UnitW.STATUS] != Status.ABSENT
        total = np.where(is_there, self._cost[side], 0.0).sum(axis=1)
        lost = simulation.state.sides.real[:, SideR.COST_LOST, side]
        return np.where(total > 0.0, lost / np.maximum(total, 1e-9), 0.0)


def _named(compiled: Compiled, side: int, text: str) -> tuple[str, Policy]:
    choice = choose_named(compiled, side, text)
    return choice.label, find_policy(choice.name, choice.parameters)


def enemy_text(doctrine: Doctrine) -> str:
    """Return the policy of an enemy doctrine as ``name`` or ``name:parameter=value``."""
    return policy_text(doctrine.name, dict(sorted(doctrine.parameters.items())))
