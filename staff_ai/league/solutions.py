"""Solutions of payoff matrices: Nash mixture, alpha-rank, Elo, and the part of the payoffs that runs in circles.

Payoffs are those of the row. Nothing depends on the sequence of the policies, and policies with equal payoffs get equal
values: where there are several Nash mixtures, the most even is taken.

Sources: von Neumann (1928) for the linear program; Omidshafiei et al. (2019) for alpha-rank; Bradley and Terry (1952)
for the ratings; Balduzzi et al. (2018), Candogan et al. (2011) for the cyclic part.
"""

from typing import NamedTuple

import numpy as np

from simcore.errors import RunError
from simcore.types import F64

INTENSITY = 100.0
"""Ranking intensity of alpha-rank for payoffs from -1 to 1: a gain of 0.01 or less still weighs little."""
POPULATION = 50
"""Size of the population of alpha-rank."""
ELO_CENTRE, ELO_SCALE = 1500.0, 400.0 / np.log(10.0)
_SLACK = 1e-7


class Mixtures(NamedTuple):
    """Nash mixtures of a matrix game: the value of the game for the rows, and a share of each policy by chair."""

    value: float
    rows: F64  # (n,)
    columns: F64  # (m,)


def solve_game(payoff: F64) -> Mixtures:
    """Return the Nash mixtures of a zero-sum matrix game (n, m), the most even of each chair."""
    value = game_value(payoff)
    return Mixtures(value, _most_even(payoff - value), _most_even(value - payoff.T))


def nash_mixture(payoff: F64) -> F64:
    """Return the most even Nash mixture (n,) of a symmetric game: ``payoff`` (n, n) is antisymmetric."""
    return _most_even(payoff)  # its value is 0


def game_value(payoff: F64) -> float:
    """Return the value of a zero-sum matrix game (n, m) for the rows, by linear programming."""
    from scipy.optimize import linprog  # pyright: ignore[reportMissingTypeStubs]

    n, m = payoff.shape
    # x @ payoff >= v for each column, x >= 0, sum x = 1; the variables are (x, v)
    above = np.hstack([-payoff.T, np.ones((m, 1))])
    total = np.append(np.ones(n), 0.0)[None]
    bounds = [(0.0, 1.0)] * n + [(None, None)]
    goal = np.append(np.zeros(n), -1.0)
    found = linprog(goal, A_ub=above, b_ub=np.zeros(m), A_eq=total, b_eq=[1.0], bounds=bounds, method="highs")
    if not found.success:
        raise RunError(f"matrix game: the linear program failed ({found.message}); check that all payoffs are finite")
    return float(found.x[-1])


def _most_even(payoff: F64) -> F64:
    """Return the mixture x with the least sum of squares such that x @ payoff >= 0, for a game of value 0.

    This is a problem of least distance, solved as one of non-negative least squares (Lawson, Hanson 1974, ch. 23).
    """
    from scipy.optimize import nnls  # pyright: ignore[reportMissingTypeStubs]

    n, m = payoff.shape
    # rows of G x >= h: no answer wins, no share is negative, the shares add up to 1 (more would be longer)
    rows = np.vstack([payoff.T, np.eye(n), np.ones(n)])
    least = np.concatenate([np.full(m, -_SLACK), np.zeros(n), [1.0]])
    system = np.vstack([rows.T, least])
    goal = np.append(np.zeros(n), 1.0)
    rest = system @ nnls(system, goal)[0] - goal
    mixture = np.clip(-rest[:n] / rest[n], 0.0, None)
    mixture[mixture < 1e-6] = 0.0
    return mixture / mixture.sum()


def alpha_rank(payoff: F64, intensity: float = INTENSITY, population: int = POPULATION) -> F64:
    """Return the share of time (n,) in which each policy rules a population that better policies take over.

    A policy takes over from another with the probability of fixation of the Moran process for constant-sum games.
    ``payoff`` (n, n) is antisymmetric.
    """
    n = len(payoff)
    if n == 1:
        return np.ones(1)
    # for the newcomer (row) against the ruler (column)
    gain = intensity * population / (population - 1.0) * payoff
    with np.errstate(over="ignore", invalid="ignore"):
        fixation = np.expm1(-gain) / np.expm1(-population * gain)
    fixation = np.where(np.abs(gain) < 1e-9, 1.0 / population, np.nan_to_num(fixation, nan=0.0))
    # for large losses both terms overflow: their ratio is exp(-(population - 1) |gain|)
    fixation = np.where(gain < -10.0, np.exp(np.clip((population - 1.0) * gain, -700.0, 0.0)), fixation)
    move = fixation.T / (n - 1.0)  # from the ruler (row) to the newcomer (column)
    np.fill_diagonal(move, 0.0)
    np.fill_diagonal(move, 1.0 - move.sum(axis=1))
    balance = np.vstack([move.T - np.eye(n), np.ones(n)])
    shares = np.linalg.lstsq(balance, np.append(np.zeros(n), 1.0), rcond=None)[0]
    shares = np.where(shares < 1e-9, 0.0, shares)
    return shares / shares.sum()


def elo_ratings(wins: F64, games: float) -> F64:
    """Return the Elo ratings (n,) with mean 1500 of maximum likelihood, whatever the sequence of the games.

    ``wins`` (n, n) is the share of wins of the row over the column, draws counted half; ``games`` is the number of
    games of a pair. A draw is added to each pair, so that ratings of unbeaten policies are finite.
    """
    n = len(wins)
    shares = (games * wins + 0.5) / (games + 1.0)
    np.fill_diagonal(shares, 0.0)
    rating = np.zeros(n)
    for _ in range(200):  # Newton's method; the likelihood is concave
        p = 1.0 / (1.0 + np.exp(rating[None, :] - rating[:, None]))
        np.fill_diagonal(p, 0.0)
        slope = shares.sum(axis=1) - p.sum(axis=1)
        weight = p * p.T
        curvature = np.diag(weight.sum(axis=1)) - weight
        step = np.linalg.lstsq(curvature, slope, rcond=None)[0]
        step *= min(1.0, 1.0 / max(float(np.abs(step).max()), 1e-12))
        rating += step
        if float(np.abs(step).max()) < 1e-10:
            break
    return ELO_CENTRE + ELO_SCALE * (rating - rating.mean())


def cyclic_share(payoff: F64) -> float:
    """Return the part of the squared payoffs (n, n), antisymmetric, that no rating of single policies explains.

    0: a ranking says everything. 1: rock, paper, scissors. nan if all payoffs are 0.
    """
    strength = payoff.mean(axis=1)
    rest = payoff - (strength[:, None] - strength[None, :])
    total = float((payoff * payoff).sum())
    return float((rest * rest).sum()) / total if total > 0.0 else float("nan")
