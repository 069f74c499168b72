"""The standing of the policies of a league: payoffs, Nash mixture, alpha-rank, exploitability, Elo, with intervals.

A policy that plays both chairs of a fight by the toss of a coin plays a symmetric game: its payoff against another is
half the sum of the payoffs in the two chairs, and the mean over the scenarios. Intervals are 95 % percentile intervals
of a bootstrap over games: a resample takes the same games for all pairs, since these share their random numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from scenarios.measures.range_intervals import difference_interval
from scenarios.measures.statistics import Estimate
from simcore.types import F64
from staff_ai.games.statistics import Interval, percentile_interval
from staff_ai.league.matrix import Matrix
from staff_ai.league.solutions import alpha_rank, cyclic_share, elo_ratings, game_value, nash_mixture, solve_game

RESAMPLES = 200


class Response(NamedTuple):
    """The games of an exploiter against a policy: its payoffs in each chair, (n,) each, and the games of its search."""

    first: F64
    second: F64
    games: int


Exploiters = Mapping[tuple[str, str], Response]
"""By scenario and policy exploited."""

SEARCHED = "searched schedule"
"""Name of an exploiter that was searched for."""


@dataclass(frozen=True)
class Exploited:
    """A lower bound of the loss of a policy to an opponent that answers it, in a scenario.

    ``answers`` are the best answers found in the first and the second chair. They are chosen on one half of the games
    and valued on the other, in turn.
    """

    scenario: str
    bound: Estimate
    answers: tuple[str, str]
    games: int  # of the search, besides those of the league


@dataclass(frozen=True)
class Standing:
    """The standing of a policy."""

    policy: str
    payoff: Interval  # mean against all policies, itself included
    nash: Interval
    alpha: Interval
    elo: Interval
    exploited: Interval  # mean over the scenarios
    by_scenario: tuple[Exploited, ...]


@dataclass(frozen=True)
class Solved:
    """A scenario as a matrix game between its chairs."""

    scenario: str
    value: Interval  # of the game for the first side
    first: F64  # Nash mixture of the first side
    second: F64


@dataclass(frozen=True)
class League:
    """The results of a league."""

    policies: tuple[str, ...]
    kind: str  # of payoff
    games: tuple[int, ...]  # of a pair, by scenario
    standings: tuple[Standing, ...]  # the greatest mean payoff first
    solved: tuple[Solved, ...]
    cyclic: float

    def as_json(self) -> dict[str, Any]:
        """Return the league as plain values."""
        return {
            "policies": list(self.policies),
            "payoff": self.kind,
            "cyclic_share": self.cyclic,
            "standings": [
                {
                    "policy": row.policy,
                    **{
                        name: values.as_json()
                        for name, values in (
                            ("payoff", row.payoff),
                            ("nash", row.nash),
                            ("alpha_rank", row.alpha),
                            ("exploitability_at_least", row.exploited),
                            ("elo_hides_cycles", row.elo),
                        )
                    },
                    "best_answers": [
                        {
                            "scenario": one.scenario,
                            "exploitability_at_least": Interval(
                                one.bound.value, one.bound.low, one.bound.high
                            ).as_json(),
                            "n": one.bound.n,
                            "first_chair": one.answers[0],
                            "second_chair": one.answers[1],
                            "games_of_search": one.games,
                        }
                        for one in row.by_scenario
                    ],
                }
                for row in self.standings
            ],
            "scenarios": [
                {
                    "scenario": one.scenario,
                    "games_a_pair": n,
                    "value_for_first_side": one.value.as_json(),
                    "nash_first": dict(zip(self.policies, one.first.tolist(), strict=True)),
                    "nash_second": dict(zip(self.policies, one.second.tolist(), strict=True)),
                }
                for one, n in zip(self.solved, self.games, strict=True)
            ],
        }


def rank_league(
    matrices: Sequence[Matrix],
    policies: Sequence[str],
    kind: str = "mission",
    exploiters: Exploiters | None = None,
    resamples: int = RESAMPLES,
) -> League:
    """Return the standings of policies from all their games; ``resamples`` are those of the bootstrap."""
    names = tuple(policies)
    payoffs = [matrix.payoffs(names, kind) for matrix in matrices]
    wins = [0.5 + 0.5 * matrix.payoffs(names, "win") for matrix in matrices]
    sizes = [values.shape[2] for values in payoffs]
    best = _solve(payoffs, wins, sizes)
    rng = np.random.default_rng(1)
    samples = [_solve(payoffs, wins, sizes, rng) for _ in range(resamples)]
    bounds = {
        name: tuple(
            exploit(matrix, values, names, k, (exploiters or {}).get((matrix.scenario, name)))
            for matrix, values in zip(matrices, payoffs, strict=True)
        )
        for k, name in enumerate(names)
    }
    standings = [
        Standing(
            name,
            exploited=_mean([one.bound for one in bounds[name]]),
            by_scenario=bounds[name],
            **{
                what: percentile_interval(best[what][k], [sample[what][k] for sample in samples])
                for what in _OF_POLICIES
            },
        )
        for k, name in enumerate(names)
    ]
    solved: list[Solved] = []
    for matrix, values in zip(matrices, payoffs, strict=True):
        game = solve_game(values.mean(axis=2))
        draws = [rng.integers(values.shape[2], size=values.shape[2]) for _ in range(resamples)]
        found = [game_value(values[:, :, draw].mean(axis=2)) for draw in draws]
        solved.append(Solved(matrix.scenario, percentile_interval(game.value, found), game.rows, game.columns))
    standings.sort(key=lambda row: -row.payoff[0])
    return League(names, kind, tuple(sizes), tuple(standings), tuple(solved), cyclic_share(_symmetric(payoffs)))


_OF_POLICIES = ("payoff", "nash", "alpha", "elo")


def _symmetric(payoffs: Sequence[F64]) -> F64:
    """Return the payoffs over both chairs and all scenarios, (k, k), antisymmetric."""
    return np.mean([0.5 * (mean - mean.T) for mean in (values.mean(axis=2) for values in payoffs)], axis=0)


def _solve(
    payoffs: Sequence[F64], wins: Sequence[F64], sizes: Sequence[int], rng: np.random.Generator | None = None
) -> dict[str, F64]:
    """Return the values of all policies, (k,) each; with ``rng`` of resampled games."""
    if rng is not None:
        draws = [rng.integers(n, size=n) for n in sizes]
        payoffs = [values[:, :, draw] for values, draw in zip(payoffs, draws, strict=True)]
        wins = [values[:, :, draw] for values, draw in zip(wins, draws, strict=True)]
    game = _symmetric(payoffs)
    won = np.mean([0.5 * (mean + 1.0 - mean.T) for mean in (values.mean(axis=2) for values in wins)], axis=0)
    return {
        "payoff": game.mean(axis=1),
        "nash": nash_mixture(game),
        "alpha": alpha_rank(game),
        "elo": elo_ratings(won, 2.0 * float(np.mean(sizes)) * len(sizes)),
    }


def exploit(matrix: Matrix, payoffs: F64, names: Sequence[str], k: int, searched: Response | None) -> Exploited:
    """Return the lower bound of the loss of policy ``k`` to the best answer found in each chair.

    The loss is that of both chairs, halved: it is 0 against a policy that cannot be exploited, whatever the scenario.
    ``payoffs`` (k, k, n) are those of the first side.
    """
    first = payoffs[:, k]  # of answers in the first chair
    second = -payoffs[k]
    labels = list(names)
    if searched is not None:
        n = min(first.shape[1], len(searched.first))
        first = np.vstack([first[:, :n], searched.first[None, :n]])
        second = np.vstack([second[:, :n], searched.second[None, :n]])
        labels.append(SEARCHED)
    n = first.shape[1]
    loss = np.zeros(n)
    halves = (np.arange(n) % 2 == 0, np.arange(n) % 2 == 1)
    for here, there in (halves, halves[::-1]):
        if here.any() and there.any():
            one, other = first[:, there].mean(axis=1).argmax(), second[:, there].mean(axis=1).argmax()
            loss[here] = 0.5 * (first[one, here] + second[other, here])
    answers = labels[int(first.mean(axis=1).argmax())], labels[int(second.mean(axis=1).argmax())]
    return Exploited(matrix.scenario, difference_interval(loss), answers, searched.games if searched else 0)


def _mean(bounds: Sequence[Estimate]) -> Interval:
    """Return the mean of independent estimates with its interval."""
    value = float(np.mean([one.value for one in bounds]))
    if len(bounds) == 1:
        return Interval(value, bounds[0].low, bounds[0].high)
    half = 1.96 * float(np.sqrt(sum(one.standard_error**2 for one in bounds))) / len(bounds)
    return Interval(value, value - half, value + half)
