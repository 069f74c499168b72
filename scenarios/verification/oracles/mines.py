"""Mines on a lane: the numbers of ships lost, mines actuated and mines cleared.

Each of N mines laid at random over an area A lies within reach of a straight passage of length L with probability
W L / A, with W twice the actuation distance. So P(no actuation) = (1 - p W L / A)^N, which tends to exp(-p n W L)
for a field of density n (Poisson). Ships on the same lane meet the same mines, minus those spent and cleared. Source:
the random minefield of textbook mine warfare, for example Washburn and Kress, Combat Modeling, 2009.
"""

import math
from dataclasses import dataclass

import numpy as np

from scenarios.verification.oracles.distribution import Distribution, binomial, counts
from scenarios.verification.oracles.salvo import thinned


@dataclass(frozen=True)
class Outcome:
    """Distributions over the replications."""

    lost: Distribution
    cleared: Distribution


def lane(mines: int, share_near: float, share_swept: float, p_actuation: float, p_clear: float, ships: int) -> Outcome:
    """Return the outcome when ``ships`` follow a sweeper down a lane, each lost to the first mine that it actuates.

    A mine lies within reach of the ships with probability ``share_near``, and within the sweeper's swath with
    probability ``share_swept``, which is not smaller.
    """
    near = thinned(binomial(mines, share_near), 1.0 - p_clear)
    states = np.zeros((ships + 1, near.size))  # ships lost so far, mines left
    states[0] = near
    for _ in range(ships):
        after = np.zeros_like(states)
        for left in range(near.size):
            p_safe = (1.0 - p_actuation) ** left
            after[:, left] += states[:, left] * p_safe
            if left > 0:
                after[1:, left - 1] += states[:-1, left] * (1.0 - p_safe)
        states = after
    return Outcome(counts(states.sum(axis=1)), counts(binomial(mines, share_swept * p_clear)))


def poisson_safe(mines: float, share_near: float, p_actuation: float) -> float:
    """Return the limit of P(no actuation) for many mines: exp(-p n W L)."""
    return math.exp(-p_actuation * mines * share_near)
