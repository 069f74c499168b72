"""Coordinate search for a table of choices, by period and group slot, with the best score over games.

A trial changes the choice of some slots in some periods of the best table so far. Many trials look at a few games;
the promising trials and their combinations must then be better in many other games, paired with the best so far.
Without these fresh games the luckiest of many trials would win. Coordinates go from coarse to fine: from all slots to
slots of a role to single slots, and from the whole game to single periods.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from simcore.types import F64, I64

Play = Callable[[I64, int, int], F64]
"""Scores (C, n * O) of tables (C, P, G) in the games ``first`` to ``first + n - 1`` against each of O opponents.

Columns are the same games for all tables."""

_LOOK, _MOST_LOOK, _CONFIRM, _FINAL = 2, 16, 8, 32  # games against each opponent
_FINALISTS = 6  # trials in a confirmation
_ROWS = 256  # games in a batch: larger batches are no faster
_LEAST_TRIALS = 4


class Found(NamedTuple):
    """The result of a search."""

    table: I64  # (P, G)
    score: float  # mean score of the last games that decided; nan without games
    games: int


@dataclass(frozen=True)
class Space:
    """The tables to search.

    Parameters
    ----------
    starts : (S, P, G) tables to begin with; the first is the default.
    choices : returns the choices of each slot worth a trial, after games of the starts.
    sets : sets of slots, a list for each fineness, from coarse to fine; in each, the most important first.
    n_opponents : games against each of them make a set of games.
    """

    starts: I64
    choices: Callable[[], Sequence[Sequence[int]]]
    sets: Sequence[Sequence[Sequence[int]]]
    n_opponents: int


class Coordinate(NamedTuple):
    """Slots and periods changed together."""

    slots: tuple[int, ...]
    periods: tuple[int, ...]


class Trial(NamedTuple):
    """A choice for a coordinate."""

    coordinate: Coordinate
    choice: int

    def apply(self, table: I64) -> I64:
        """Return the table with the choice."""
        changed = table.copy()
        changed[np.ix_(self.coordinate.periods, self.coordinate.slots)] = self.choice
        return changed


def search_table(play: Play, space: Space, budget: int, *, first: int = 0, seed: int = 0) -> Found:
    """Return the best table found within ``budget`` games; ``seed`` orders the later sweeps."""
    return _Search(play, space, budget, first, seed).run()


class _Search:
    def __init__(self, play: Play, space: Space, budget: int, first: int, seed: int) -> None:
        self._play, self.space, self.budget, self.next = play, space, budget, first
        self.rng = np.random.default_rng(seed)
        self.played = 0
        self.best = space.starts[0]
        self.score = float("nan")
        self.reserve = 0

    def run(self) -> Found:
        start = self._begin()
        if start is None:
            return Found(self.best, self.score, self.played)
        rivals = [self.space.starts[0], start]
        self._sweep(self._coordinates())
        if _same(*rivals):
            rivals.pop()
        others = [one for one in rivals if not _same(one, self.best)]
        tables = np.stack([self.best, *others])
        each = min((self.budget - self.played) // (len(tables) * self.space.n_opponents), _FINAL)
        if others and each >= _CONFIRM:
            means = self.play(tables, each).mean(axis=1)
            self.best, self.score = tables[int(means.argmax())], float(means.max())
        return Found(self.best, self.score, self.played)

    def play(self, tables: I64, n: int) -> F64:
        """Play fresh games, the same for all tables, and count them."""
        scores = self._play(tables, self.next, n)
        self.next += n
        self.played += len(tables) * n * self.space.n_opponents
        return scores

    def _affords(self, n_tables: int, n: int) -> bool:
        return self.played + n_tables * n * self.space.n_opponents <= self.budget - self.reserve

    def _begin(self) -> I64 | None:
        """Take the best of the starts; None without games for it."""
        starts, n = self.space.starts, self.space.n_opponents
        look = _LOOK if len(starts) * _LOOK * n <= self.budget // 2 else 1
        starts = starts[: max(0, self.budget // 2 // (look * n))]
        finalists = min(_FINALISTS, len(starts) - 1, max(self.budget // 4 // (_CONFIRM * n) - 1, 1))
        if len(starts) < 2 or not self._affords(len(starts) * look + (finalists + 1) * _CONFIRM, 1):
            return None
        gains = self.play(starts, look).mean(axis=1)
        order = np.argsort(-gains[1:], kind="stable")[:finalists] + 1
        self._confirm([starts[k] for k in order])
        self.reserve = min(3 * _FINAL * n, self.budget // 8)  # for the last comparison
        return self.best

    def _confirm(self, tables: Sequence[I64]) -> bool:
        """Take the best of the tables if it is better than the best so far in fresh games."""
        scores = self.play(np.stack([self.best, *tables]), _CONFIRM)
        gains = scores[1:] - scores[0]
        k = int(gains.mean(axis=1).argmax())
        error = float(gains[k].std()) / np.sqrt(gains.shape[1])
        self.score = float(scores[0].mean())
        if gains[k].mean() <= error:
            return False
        self.best, self.score = tables[k], float(scores[k + 1].mean())
        return True

    def _coordinates(self) -> list[Coordinate]:
        """Return the coordinates from coarse to fine; a grid of few sets of slots and periods before one of many."""
        n_periods = len(self.best)
        levels = [1 << k for k in range((n_periods - 1).bit_length())]  # powers of 2 below it
        grids: list[tuple[int, list[Coordinate]]] = []
        for n_blocks in (*levels, n_periods):
            blocks = np.array_split(np.arange(n_periods), n_blocks)
            for sets in self.space.sets:
                grid = [Coordinate(tuple(slots), tuple(map(int, block))) for slots in sets for block in blocks]
                grids.append((len(grid), grid))
        ordered = [one for _, grid in sorted(grids, key=lambda item: item[0]) for one in grid]
        return list(dict.fromkeys(ordered))

    def _trials(self, coordinates: Sequence[Coordinate], choices: Sequence[Sequence[int]]) -> Iterator[list[Trial]]:
        """Return the trials of the coordinates, some at a time: fewer for a small budget."""
        most = max(_LEAST_TRIALS, min(_ROWS // _LOOK, self.budget // (8 * _LOOK * self.space.n_opponents)))
        trials = [
            Trial(one, choice)
            for one in coordinates
            for choice in sorted({choice for slot in one.slots for choice in choices[slot]})
        ]
        for k in range(0, len(trials), most):
            yield trials[k : k + most]

    def _sweep(self, coordinates: Sequence[Coordinate]) -> None:
        """Try all coordinates again and again, until nothing gets better or the budget is spent."""
        choices, look = self.space.choices(), _LOOK
        while True:
            has_improved = False
            for trials in self._trials(coordinates, choices):
                fresh = [trial for trial in trials if not _same(trial.apply(self.best), self.best)]
                room = (self.budget - self.reserve - self.played) // self.space.n_opponents
                # a look without a confirmation is of no use
                fresh = fresh[: (room - 3 * _CONFIRM) // look - 1] if room > 3 * _CONFIRM + look else []
                if not fresh:
                    if room < 3 * _CONFIRM + (_LEAST_TRIALS + 1) * look:
                        return
                    continue
                has_improved |= self._look(fresh, look)
            if not has_improved:
                if look >= _MOST_LOOK:
                    return
                look *= 2
            coordinates = [coordinates[k] for k in self.rng.permutation(len(coordinates))]

    def _look(self, trials: Sequence[Trial], look: int) -> bool:
        """Look at trials in few games, confirm the promising trials and their combinations, and take the best."""
        scores = self.play(np.stack([self.best, *(trial.apply(self.best) for trial in trials)]), look)
        gains = (scores[1:] - scores[0]).mean(axis=1)
        # combinations need a single choice for each coordinate
        leading: dict[Coordinate, int] = {}
        for k in np.argsort(-gains, kind="stable"):
            if gains[k] > 0.0:
                leading.setdefault(trials[k].coordinate, int(k))
        promising = [trials[k] for k in leading.values()]
        groups = [one for one in (promising[: (len(promising) + 1) // 2], promising) if len(one) > 1]
        tables = [*map(self._combine, groups), *(trial.apply(self.best) for trial in promising)]
        room = (self.budget - self.reserve - self.played) // (_CONFIRM * self.space.n_opponents)
        tables = tables[: min(_FINALISTS, room - 1)] if room > 1 else []
        return bool(tables) and self._confirm(tables)

    def _combine(self, trials: Sequence[Trial]) -> I64:
        """Return the best table with all trials, the most promising applied last."""
        table = self.best
        for trial in reversed(trials):
            table = trial.apply(table)
        return table


def _same(first: I64, second: I64) -> bool:
    return bool((first == second).all())
