"""Prices of the levels of a lever: low, likely and high, and where they lie in a draw."""

from dataclasses import dataclass

import numpy as np

from simcore.types import F64


@dataclass(frozen=True)
class Price:
    """A price with its range, upkeep over the years included."""

    low: float
    likely: float
    high: float

    def times(self, factor: float) -> "Price":
        """Return the price of a number of units."""
        return Price(factor * self.low, factor * self.likely, factor * self.high)


FREE = Price(0.0, 0.0, 0.0)


def draw_shares(n_levers: int, n_draws: int, seed: int) -> F64:
    """Return where the prices of levers lie, (draws, levers): -1 low, 0 likely, 1 high.

    Below and above the likely price are equally probable; the density falls linearly to both ends. In a draw a lever
    has one price for all alternatives.
    """
    u = np.random.default_rng([seed, 7]).random((n_draws, n_levers))
    return np.where(u < 0.5, np.sqrt(2.0 * u) - 1.0, 1.0 - np.sqrt(2.0 * np.maximum(1.0 - u, 0.0)))
