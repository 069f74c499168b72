"""How the runs of a question are spent: a design to learn from, rounds of search, and fresh seeds for the finalists."""

from dataclasses import dataclass

from scenarios.experiments.designs import SIZES
from simcore.errors import InputError
from staff_ai.procurement.futures import by_nature, enemy_options
from staff_ai.procurement.question import Question

ROUNDS = 2
_EXPLORE, _SEARCH = 0.35, 0.25
_SIZES = (17, 33, 65, 129, 257, 512, 1024)
_PER_POINT = 8
_LEAST_CANDIDATES, _MOST_CANDIDATES = 4, 24
_MOST_FUTURES = 128
_MOST_CELLS = 2400
"""Finalists times options times futures: points of the surrogate over the futures."""


@dataclass(frozen=True)
class Effort:
    """Numbers of points, candidates, futures and replications of the stages.

    ``search_n`` and ``fresh_n`` are replications of an alternative over all futures.
    """

    points: int
    per_point: int
    candidates: int  # of a round
    search_futures: int
    search_n: int
    finalists: int  # most, the status quo included
    fresh_futures: int
    fresh_n: int  # against each option of the enemy
    options: int

    @property
    def total(self) -> int:
        """The most replications in all."""
        explore = (self.points + 1) * self.per_point
        return explore + ROUNDS * self.candidates * self.search_n + self.finalists * self.options * self.fresh_n


def plan_effort(question: Question) -> Effort:
    """Return how the runs are spent. Raises ``InputError`` if they are too few."""
    k = len(question.levers) + len(question.uncertainties)
    least = next((size for most, size in SIZES.items() if k <= most), None)
    if least is None:
        raise InputError(f"{question.source}: {k} levers and uncertainties are more than {max(SIZES)}; leave some out")
    options = len(enemy_options(question))
    finalists = question.n_finalists + 1
    points = max([least, *(size for size in _SIZES if size * _PER_POINT <= _EXPLORE * question.runs)])
    per_point = int(_EXPLORE * question.runs / (points + 1))
    in_round = _SEARCH * question.runs / ROUNDS
    search_futures = 1
    if question.uncertainties:
        search_futures = 16 if in_round >= _LEAST_CANDIDATES * 2 * 16 else 8
    candidates = max(_LEAST_CANDIDATES, min(_MOST_CANDIDATES, int(in_round / (2 * search_futures))))
    search_n = search_futures * int(in_round / candidates / search_futures)
    fresh = (1.0 - _EXPLORE - _SEARCH) * question.runs / (finalists * options)
    futures = 1
    if by_nature(question):
        futures = 8
        while (
            2 * futures <= _MOST_FUTURES
            and 2 * (2 * futures) <= fresh
            and 2 * futures * finalists * options <= _MOST_CELLS
        ):
            futures *= 2
    fresh_n = futures * int(fresh / futures)
    if per_point < 2 or search_n < 2 * search_futures or fresh_n < max(2, futures):
        wanted = max(
            2 * (points + 1) / _EXPLORE,
            _LEAST_CANDIDATES * 2 * search_futures * ROUNDS / _SEARCH,
            2 * futures * finalists * options / (1.0 - _EXPLORE - _SEARCH),
        )
        raise InputError(
            f"{question.source}: runs: {question.runs:,} are too few for {k} levers and uncertainties and "
            f"{finalists * options} pairs of finalist and enemy; give at least {int(wanted) // 100 * 100 + 100:,}, or "
            "fewer finalists or levels that the enemy chooses"
        )
    return Effort(points, per_point, candidates, search_futures, search_n, finalists, futures, fresh_n, options)
