"""The field of an assessment: games of a chair against several opponents, in the split test.

Each commander has a policy of its own for each opponent, so that none meets a replication twice, whatever it remembers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from agents.environments.draws import ROOT_SEED, Split, replication_of
from agents.environments.opponents import make_named
from agents.environments.reward import lead_and_win, mission_score, share_lost
from agents.environments.settings import Settings
from scenarios.compiler.scenario import Compiled
from simcore.policy import Briefing, Policy
from simcore.simulation import Simulation
from simcore.state import SideW
from simcore.types import F64
from staff_ai.games.play import VARIANTS_PLAYED, Make, by_variant, close_policies, play_worlds, together

ROWS = 512
Cell = tuple[int, int]
"""Numbers of a commander and of its opponent."""
Hook = Callable[[Simulation, Sequence[Policy], Sequence[Cell]], None]
"""Called with a simulation, the policies of the chair in it, and their cells."""


class Played(NamedTuple):
    """Results of games, each (commanders, opponents, n)."""

    lead: F64
    win: F64
    breaches: F64  # hits in zones where fire is forbidden
    neutrals: F64  # neutral units destroyed
    own_loss: F64  # share of the own cost lost
    enemy_loss: F64
    hashes: np.ndarray  # digest of the final state

    @property
    def mission(self) -> F64:
        """Mission score, -1 to 1."""
        return mission_score(self.lead, self.win)


def joined(parts: Sequence[Played], axis: int) -> Played:
    """Return results joined along an axis."""
    return Played(*(np.concatenate(values, axis=axis) for values in zip(*parts, strict=True)))


@dataclass(frozen=True)
class Field:
    """The games of an assessment."""

    settings: Settings
    opponents: tuple[str, ...]
    n: int
    seed: int = ROOT_SEED  # of all simulations; the splits are told apart by replication numbers

    @property
    def side(self) -> int:
        """Number of the side."""
        return self.settings.side_index

    @property
    def side_name(self) -> str:
        """Name of the side."""
        return self.settings.base.roster.sides[self.side]

    @property
    def scenario(self) -> str:
        """Name of the scenario."""
        return self.settings.base.roster.scenario

    @property
    def briefing(self) -> Briefing:
        """Briefing of the side."""
        return self.settings.base.briefings[self.side]

    def numbers(self, first: int, n: int) -> dict[float, int]:
        """Return the place of each of the games ``first`` to ``first + n - 1`` by its replication, as a float."""
        return {float(replication_of("test", first + k, 0)): k for k in range(n)}

    def play(
        self,
        makes: Sequence[Make],
        opponents: Sequence[str] | None = None,
        n: int | None = None,
        *,
        first: int = 0,
        split: Split = "test",
        compiled: Compiled | None = None,
        change: Callable[[Compiled], Compiled] | None = None,
        on_start: Hook | None = None,
        on_end: Hook | None = None,
        rows: int = ROWS,
    ) -> Played:
        """Play games ``first`` to ``first + n - 1`` of a split with each commander against each opponent.

        ``compiled`` is a scenario instead of the variants of the settings; ``change`` alters each before its games.
        """
        against = tuple(self.opponents if opponents is None else opponents)
        n = self.n if n is None else n
        shape = len(makes), len(against), n
        found = Played(*(np.zeros(shape) for _ in range(6)), hashes=np.zeros(shape, dtype="U64"))
        n_variants = 1 if compiled is not None else min(self.settings.source.n_variants, VARIANTS_PLAYED)
        cells = [(m, o) for m in range(len(makes)) for o in range(len(against))]
        for variant, numbers in by_variant(n_variants, first, n):
            world = compiled if compiled is not None else self.settings.source.variant(split, variant)
            world = world if change is None else change(world)
            at_once = max(1, rows // len(numbers))
            for k in range(0, len(cells), at_once):
                self._play(
                    world, cells[k : k + at_once], makes, against, numbers, first, split, found, on_start, on_end
                )
        return found

    def _play(
        self,
        world: Compiled,
        cells: Sequence[Cell],
        makes: Sequence[Make],
        against: Sequence[str],
        numbers: np.ndarray,
        first: int,
        split: Split,
        found: Played,
        on_start: Hook | None,
        on_end: Hook | None,
    ) -> None:
        which = np.repeat(np.arange(len(cells)), len(numbers))
        own: list[Policy] = []
        try:
            own += (makes[m]() for m, _ in cells)  # those made before a failure are closed too
            enemies = [make_named(world, 1 - self.side, against[o]) for _, o in cells]
            commanders = {
                self.side: together([("policy", policy) for policy in own], which),
                1 - self.side: together(enemies, which),
            }
            replications = [replication_of(split, int(number), 0) for number in numbers] * len(cells)
            start = None if on_start is None else lambda simulation: on_start(simulation, own, cells)
            simulation = play_worlds(world, commanders, self.seed, replications, start)
            if on_end is not None:
                on_end(simulation, own, cells)
        finally:
            close_policies(own)
        state, side = simulation.state, self.side
        lead, win = lead_and_win(state, side)
        tally, real = state.sides.whole, state.sides.real
        values = (
            lead,
            win,
            tally[:, SideW.ROE_VIOLATIONS, side],
            tally[:, SideW.NEUTRAL_KILLS, side],
            share_lost(real, world.params, side),
            share_lost(real, world.params, 1 - side),
            np.array(simulation.hash()),
        )
        for kept, column in zip(found, values, strict=True):
            for c, (m, o) in enumerate(cells):
                kept[m, o, numbers - first] = column[which == c]
