"""Identification with errors, and fire among decoys: exact results that know nothing of the engine.

Each contact is taken for the wrong thing with its own probability, independently: the number of errors is binomial. A
shooter that picks at random among the K decoys that it takes for real and the one real target hits a decoy first with
K / (K + 1), and fires at each of them before the real one with probability 1/2: their number is uniform on 0..K.
"""

import numpy as np

from scenarios.verification.oracles.distribution import Distribution, binomial, counts


def mean_reciprocal(n: int, p: float) -> float:
    """Return E[1 / (K + 1)] of K binomial (n, p): (1 - (1 - p)^(n + 1)) / ((n + 1) p).

    Source: Chao and Strawderman, Journal of the American Statistical Association 67, 1972.
    """
    return 1.0 if p == 0.0 else (1.0 - (1.0 - p) ** (n + 1)) / ((n + 1) * p)


def decoy_draws_shot(decoys: int, p_decoy: float, p_hostile: float) -> float:
    """Return the chance that the only shot goes to a decoy.

    The real target is known for hostile with ``1 - p_hostile``; then a decoy is hit with 1 - E[1 / (K + 1)], else as
    soon as one is mistaken.
    """
    among = 1.0 - mean_reciprocal(decoys, p_decoy)
    alone = 1.0 - (1.0 - p_decoy) ** decoys
    return (1.0 - p_hostile) * among + p_hostile * alone


def no_shot(decoys: int, p_decoy: float, p_hostile: float) -> float:
    """Return the chance that nobody looks hostile."""
    return p_hostile * (1.0 - p_decoy) ** decoys


def wasted_before(decoys: int, p_decoy: float) -> Distribution:
    """Return the decoys shot, one round each, before the real target is."""
    mistaken = binomial(decoys, p_decoy)
    chance = np.zeros(decoys + 1)
    for k in range(decoys + 1):
        chance[: k + 1] += mistaken[k] / (k + 1)
    return counts(chance)
