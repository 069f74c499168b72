"""Several exchanges of salvoes between two flotillas, ship by ship: a Markov chain on the survivors of both.

In each exchange every living ship picks a living enemy at random and fires its salvo at it; all salvoes arrive at
once. A round hits with a fixed probability. Each ship engages the first few of the rounds that would hit it, and stops
each of these with a fixed probability. A ship is lost after a fixed number of hits. The chain is stepped exactly, from
the occupancy of the targets by the shooters, without a deterministic limit. Source for a single exchange: Armstrong,
Operations Research 53:830, 2005; first-step analysis of the chain.
"""

import functools
from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from scenarios.verification.oracles.distribution import Distribution, binomial, counts
from simcore.types import F64

Ships = tuple[int, ...]
"""Hits that each ship of a side can still take, the weakest first; a ship with 0 is lost."""


@dataclass(frozen=True)
class Flotilla:
    """Properties common to all ships of a side."""

    ships: int
    rounds: int  # per salvo
    p_hit: float
    engaged: int  # rounds that a ship engages in an exchange
    p_stop: float
    staying: int  # hits that sink it


def leaker_law(salvoes: int, by: Flotilla, at: Flotilla) -> F64:
    """Return P(k rounds hit and get through) for ``salvoes`` at a single ship of ``at``, k = 0, 1, ..."""
    fired = salvoes * by.rounds
    through = [0.0] * (fired + 1)
    for hits, p_hits in enumerate(binomial(fired, by.p_hit)):
        for stopped, p_stopped in enumerate(binomial(min(hits, at.engaged), at.p_stop)):
            through[hits - stopped] += p_hits * p_stopped
    return np.array(through)


@functools.cache
def after_fire(shooters: int, by: Flotilla, at: Flotilla, state: Ships) -> dict[Ships, float]:
    """Return the law of the ships of ``at`` after each of ``shooters`` ships of ``by`` has fired at a living ship."""
    living = [hits for hits in state if hits > 0]
    law: dict[tuple[int, Ships], float] = {(shooters, ()): 1.0}
    for k, hits_left in enumerate(living):
        following: dict[tuple[int, Ships], float] = defaultdict(float)
        for (free, done), weight in law.items():
            for aimed, p_aimed in enumerate(binomial(free, 1.0 / (len(living) - k))):
                for leakers, p_leakers in enumerate(leaker_law(aimed, by, at)):
                    ship = max(0, hits_left - leakers)
                    following[free - aimed, (*done, ship)] += weight * p_aimed * p_leakers
        law = dict(following)
    result: dict[Ships, float] = defaultdict(float)
    lost = (0,) * (len(state) - len(living))
    for (free, done), weight in law.items():
        if free == 0 or not living:
            result[tuple(sorted((*lost, *done)))] += weight
    return dict(result)


def left_after(blue: Flotilla, red: Flotilla, exchanges: int) -> tuple[Distribution, Distribution]:
    """Return the laws of the number of surviving ships of either side after the given number of exchanges."""
    chain: dict[tuple[Ships, Ships], float] = {((blue.staying,) * blue.ships, (red.staying,) * red.ships): 1.0}
    for _ in range(exchanges):
        following: dict[tuple[Ships, Ships], float] = defaultdict(float)
        for (ours, theirs), weight in chain.items():
            next_ours = after_fire(sum(hits > 0 for hits in theirs), red, blue, ours)
            next_theirs = after_fire(sum(hits > 0 for hits in ours), blue, red, theirs)
            for a, p_a in next_ours.items():
                for b, p_b in next_theirs.items():
                    following[a, b] += weight * p_a * p_b
        chain = dict(following)
    left = [[0.0] * (side.ships + 1) for side in (blue, red)]
    for pair, weight in chain.items():
        for law, state in zip(left, pair, strict=True):
            law[sum(hits > 0 for hits in state)] += weight
    return counts(np.array(left[0])), counts(np.array(left[1]))
