"""Timetables that win together: each game is played by several, and the best in that very game is imitated there.

No single timetable wins where the right action depends on something seen late. Timetables that win different games
show by their choices, beside the observations at these times, what the action depends on. The search starts from a
constant choice, deviates from it for a while with a single group, and keeps deviations that win games lost by the
others. All play the same games with the same random numbers.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from simcore.types import F64, I64

Play = Callable[[I64, int, int], F64]
"""Mission scores (C, n) of tables (C, D, G) in games ``first`` to ``first + n - 1``, against the opponents in turn.

Games of different numbers have different random numbers: things that are drawn at the start differ between them.
"""

MARGIN = 0.2
"""A timetable is better in a game only by more than this: nearly equal scores say little, and the base is simpler."""

_STARTS = 8  # times at which a deviation may begin, from the start to three quarters of the game
_LASTING = 4  # times of a choice that a deviation lasts in a game of 20
_SECOND = 24  # deviations in the second look
_LOOKS = (6, 40)  # games in the first and the second look
_MOST = 6  # timetables besides the base
_LEAST_GAIN = 0.05  # less is the luck of a game or two
_NEARLY = 0.7  # of the greatest gain
_MOST_GAMES = 400


def games_to_imitate(searched: int) -> int:
    """Return the games that all timetables play for examples, from the games of their search."""
    return max(12, min(_MOST_GAMES, searched // 5))


class Deviation(NamedTuple):
    """A choice of a slot at the times ``first`` to ``last - 1``, in place of that of the base."""

    slot: int
    first: int
    last: int
    choice: int

    def of(self, base: I64) -> I64:
        """Return the base (D, G) with the deviation."""
        table = base.copy()
        table[self.first : self.last, self.slot] = self.choice
        return table


def deviations(base: I64, choices: np.ndarray) -> list[Deviation]:
    """Return all single deviations from a base (D, G); ``choices`` (G, A) are those worth a trial."""
    n = len(base)
    starts = sorted({int(k) for k in np.arange(_STARTS) * (0.75 * n) / _STARTS})
    lasting = max(1, round(_LASTING * n / 20))
    return [
        Deviation(int(slot), first, min(first + lasting, n), int(choice))
        for slot, choice in np.argwhere(choices)
        for first in starts
        if base[first, slot] != choice
    ]


def find_portfolio(play: Play, base: I64, choices: np.ndarray, budget: int, first: int, seed: int) -> tuple[I64, int]:
    """Return timetables (K, D, G) that win together, the base first, and the number of games played.

    Of all deviations, as many as half of the budget allows have a first look, chosen at random; those with the
    greatest gains over the base in single games have a second look, in new games.
    """
    trials = deviations(base, choices)
    rng = np.random.default_rng(seed)
    n_trials = min(len(trials), max(1, budget // (2 * _LOOKS[0]) - 1))
    trials = [trials[k] for k in sorted(rng.permutation(len(trials))[:n_trials])]
    scores = play(np.stack([base, *(one.of(base) for one in trials)]), first, _LOOKS[0])
    games = scores.size
    gains = _gains(scores[1:], scores[0])
    n_second = min(_SECOND, max(0, (budget - games) // _LOOKS[1] - 1))
    leading = [trials[k] for k in np.argsort(-gains, kind="stable")[:n_second] if gains[k] > 0.0]
    if not leading:
        return base[None], games
    tables = np.stack([base, *(one.of(base) for one in leading)])
    scores = play(tables, first + _LOOKS[0], _LOOKS[1])
    starts = np.array([len(base), *(one.first for one in leading)])
    return tables[cover(scores, starts)], games + scores.size


def cover(scores: F64, starts: I64) -> list[int]:
    """Return the rows of scores (C, N) whose best in each game is best together: the first, then greedily others.

    Of rows with nearly the greatest gain, the one that starts to deviate last is taken (``starts``, (C,)): by then the
    observations show more of the reason for it. Nobody can learn a choice from what is seen only later.
    """
    chosen, together = [0], scores[0].copy()
    while len(chosen) <= _MOST:
        gains = _gains(scores, together)
        if gains.max() < _LEAST_GAIN:
            break
        near = gains >= _NEARLY * gains.max()
        k = int(np.lexsort((gains, np.where(near, starts, -1)))[-1])
        chosen.append(k)
        together = np.maximum(together, scores[k])
    return chosen


def best_in_each(scores: F64) -> tuple[I64, np.ndarray]:
    """Return the row to imitate in each game of scores (K, N), and whether it is worth it, (N,) each.

    It is the first row that no other beats by the margin: equal examples are then from the same row. A game that none
    of them wins shows nothing, unless nearly all are like that.
    """
    best = (scores >= scores.max(axis=0) - MARGIN).argmax(axis=0)
    wins = scores[best, np.arange(scores.shape[1])] > 0.0
    return best.astype(np.int64), wins if wins.mean() >= 0.1 else np.ones(len(best), dtype=bool)


def _gains(scores: F64, together: F64) -> F64:
    """Return the mean gain (C,) of each row over the best so far, in the games where it is better by the margin."""
    ahead = scores - together
    return np.where(ahead > MARGIN, ahead, 0.0).mean(axis=1)
