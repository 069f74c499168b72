"""Sources of worlds: simulations that start from worlds that could be true at the moment of the advice.

A source numbers its worlds from 0. World ``w`` is the same at every call, so that all courses meet the same worlds;
numbers from ``FRESH`` on are used for the numbers shown, and never in the ranking.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from scenarios.compiler.scenario import Compiled
from simcore.routing import Router
from simcore.simulation import Simulation
from simcore.situation import Situation, select, simulation_at
from simcore.types import I64

FRESH = 1_000_000
"""The first number of a world, and of a draw, that no ranking uses."""

FIRST_REPLICATION = 2**40
"""Draw j has the replication number FIRST_REPLICATION + j: far from those of games, whose dice stay unknown."""


class Source(Protocol):
    """A source of worlds. ``compiled`` is the scenario as the staff believes it to be."""

    @property
    def compiled(self) -> Compiled:
        """Scenario of the worlds."""
        ...

    def start(self, worlds: I64, enemies: I64, replications: I64, *, seed: int, threads: int) -> Simulation:
        """Return a simulation with a row for each of ``worlds`` (n,).

        ``enemies`` (n,) are indices of the enemy's policies: a source may draw its worlds given them. Row k is a
        function of (``worlds[k]``, ``enemies[k]``, ``replications[k]``, seed) alone.
        """
        ...


class TrueWorlds:
    """The true state of a running simulation, for a staff that knows the truth: the upper bound of the evidence."""

    def __init__(self, compiled: Compiled, simulation: Simulation, row: int = 0) -> None:
        self._compiled = compiled
        self._simulation = simulation
        self._row = row

    @property
    def compiled(self) -> Compiled:
        """Scenario of the worlds."""
        return self._compiled

    def start(self, worlds: I64, enemies: I64, replications: I64, *, seed: int, threads: int) -> Simulation:
        """Return futures of the true state."""
        return self._simulation.fan_out(replications.tolist(), seed=seed, source=self._row, threads=threads)


class DescribedWorlds:
    """The worlds of a situation. A number beyond them begins again with the first, with other dice."""

    def __init__(self, compiled: Compiled, situation: Situation, router: Router | None = None) -> None:
        self._compiled = compiled
        self._situation = situation
        self._router = Router(compiled.params) if router is None else router

    @property
    def compiled(self) -> Compiled:
        """Scenario of the worlds."""
        return self._compiled

    def start(self, worlds: I64, enemies: I64, replications: I64, *, seed: int, threads: int) -> Simulation:
        """Return simulations of the described worlds."""
        return simulation_at(
            self._compiled.params,
            select(self._situation, worlds % self._situation.n_worlds),
            seed=seed,
            replications=replications,
            threads=threads,
            picture_contacts=self._compiled.roster.picture_contacts,
            router=self._router,
        )


def numbers(values: Sequence[int]) -> I64:
    """Return an array of numbers."""
    return np.asarray(values, dtype=np.int64)
