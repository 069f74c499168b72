"""Identification with errors, and fire among decoys: exact results, independent of the engine.

Each contact is misidentified independently with its own probability: the number of errors is binomial. A shooter that
picks at random among the real target and K decoys believed real hits a decoy first with probability K / (K + 1). It
fires at each decoy before the real target with probability 1/2, and their number is uniform on 0..K.
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

    The real target is identified as hostile with ``1 - p_hostile``; a decoy is then hit with 1 - E[1 / (K + 1)], and
    otherwise whenever any decoy is mistaken.
    """
    among = 1.0 - mean_reciprocal(decoys, p_decoy)
    alone = 1.0 - (1.0 - p_decoy) ** decoys
    return (1.0 - p_hostile) * among + p_hostile * alone


def no_shot(decoys: int, p_decoy: float, p_hostile: float) -> float:
    """Return the chance that no contact looks hostile."""
    return p_hostile * (1.0 - p_decoy) ** decoys


def wasted_before(decoys: int, p_decoy: float) -> Distribution:
    """Return the law of the number of decoys shot, with a round each, before the real target."""
    mistaken = binomial(decoys, p_decoy)
    chance = np.zeros(decoys + 1)
    for k in range(decoys + 1):
        chance[: k + 1] += mistaken[k] / (k + 1)
    return counts(chance)
