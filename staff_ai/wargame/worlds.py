"""Sources of worlds: simulations that start from worlds that could be true at the moment of the advice.

A source numbers its worlds from 0 for each policy of the enemy. A world is the same at every call, so that all courses
meet the same worlds; numbers from ``FRESH`` on are used for the numbers shown, and never in the ranking.
"""

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

ROOM = 2**24
"""Draws for which there are numbers from a first replication on; first replications are multiples of it."""


class Source(Protocol):
    """A source of worlds. ``compiled`` is the scenario as the staff believes it to be."""

    @property
    def compiled(self) -> Compiled:
        """Scenario of the worlds."""
        ...

    def start(self, worlds: I64, enemies: I64, replications: I64, *, seed: int, threads: int) -> Simulation:
        """Return a simulation with a row for each of ``worlds`` (n,).

        ``enemies`` (n,) are indices of the enemy's policies: a source may draw its worlds given them. Row k is a
        function of (``worlds[k]``, ``enemies[k]``, ``replications[k]``, seed) alone. All rows are fresh, or none.
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
    """The worlds of a situation, such as those drawn from a belief.

    Parameters
    ----------
    compiled : scenario of the situation.
    situation : N worlds for the ranking. Numbers beyond them begin again with the first, with other dice.
    doctrine : (N,) the enemy's policy in each world, an index as in the wargame: a draw against an enemy takes a world
        in which he follows it, if there is any. None: all worlds go with all enemies.
    fresh : the same for the draws behind the numbers shown; None: the worlds of the ranking, with other dice.
    """

    def __init__(
        self,
        compiled: Compiled,
        situation: Situation,
        doctrine: I64 | None = None,
        *,
        fresh: tuple[Situation, I64 | None] | None = None,
        router: Router | None = None,
    ) -> None:
        self._compiled = compiled
        self._pools = [_Pool(situation, doctrine)]
        if fresh is not None:
            self._pools.append(_Pool(*fresh))
        self._router = Router(compiled.params) if router is None else router

    @property
    def compiled(self) -> Compiled:
        """Scenario of the worlds."""
        return self._compiled

    def places(self, worlds: I64, enemies: I64, replications: I64) -> tuple[bool, I64]:
        """Return whether the worlds of rows are fresh, and their places in the situation."""
        is_fresh = len(self._pools) > 1 and len(worlds) > 0 and bool((worlds >= FRESH).all())
        pool = self._pools[-1] if is_fresh else self._pools[0]
        return is_fresh, pool.places(worlds % FRESH, enemies, replications)

    def start(self, worlds: I64, enemies: I64, replications: I64, *, seed: int, threads: int) -> Simulation:
        """Return simulations of the described worlds."""
        is_fresh, places = self.places(worlds, enemies, replications)
        return simulation_at(
            self._compiled.params,
            select(self._pools[1 if is_fresh else 0].situation, places),
            seed=seed,
            replications=replications,
            threads=threads,
            picture_contacts=self._compiled.roster.picture_contacts,
            router=self._router,
        )


class _Pool:
    """Worlds, by the enemy's policy in them."""

    def __init__(self, situation: Situation, doctrine: I64 | None) -> None:
        self.situation = situation
        self._of_enemy = (
            {} if doctrine is None else {int(d): np.flatnonzero(doctrine == d) for d in np.unique(doctrine)}
        )

    def places(self, worlds: I64, enemies: I64, replications: I64) -> I64:
        """Return the place of the world of each row."""
        n = self.situation.n_worlds
        found: I64 = replications % ROOM % n  # the numbers of the draws
        for enemy, members in self._of_enemy.items():
            rows = enemies == enemy
            found[rows] = members[worlds[rows] % len(members)]
        return found
