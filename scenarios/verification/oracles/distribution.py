"""A discrete distribution with the moments needed by the checks."""

import math
from dataclasses import dataclass

import numpy as np

from simcore.types import F64


@dataclass(frozen=True)
class Distribution:
    """``values`` (n,) with their ``probabilities`` (n,), which sum to 1."""

    values: F64
    probabilities: F64

    @property
    def mean(self) -> float:
        """Expected value."""
        return float(self.values @ self.probabilities)

    def central_moment(self, order: int) -> float:
        """Return E[(X - E X)^order]."""
        return float((self.values - self.mean) ** order @ self.probabilities)

    @property
    def sd(self) -> float:
        """Standard deviation."""
        return math.sqrt(max(self.central_moment(2), 0.0))

    def at(self, value: float) -> float:
        """Return P(X = value), to within rounding of the value."""
        return float(self.probabilities[np.abs(self.values - value) < 1e-9].sum())


def counts(probabilities: F64) -> Distribution:
    """Return the distribution on 0, 1, 2, ... with these probabilities."""
    return Distribution(np.arange(probabilities.size, dtype=np.float64), probabilities)


def binomial(n: int, p: float) -> F64:
    """Return P(X = k), k = 0..n. Built trial by trial: exact to rounding, without factorials."""
    chance = np.zeros(n + 1)
    chance[0] = 1.0
    for _ in range(n):
        chance[1:] = chance[1:] * (1.0 - p) + chance[:-1] * p
        chance[0] *= 1.0 - p
    return chance


def sum_of_trials(p_success: F64) -> F64:
    """Return P(X = k) for the number of successes of independent trials with probabilities ``p_success`` (n,)."""
    chance = np.zeros(p_success.size + 1)
    chance[0] = 1.0
    for p in p_success:
        chance[1:] = chance[1:] * (1.0 - p) + chance[:-1] * p
        chance[0] *= 1.0 - p
    return chance
