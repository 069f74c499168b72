"""Laws of whole numbers over days whose rates vary: casualties, places in use, units of blood.

A number is the sum of independent counts, each Poisson with a mean that a gamma law gives to its day (a negative
binomial count), or with a known mean. Given the rates of the days, patients in places without a queue are Poisson with
the mean over earlier arrivals of the probability to be there (Eick, Massey and Whitt 1993, The physics of the M_t/G/inf
queue). So all laws here are exact: their generating function is inverted by a Fourier transform.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simcore.types import F64

_SPREADS = 60.0
"""Standard deviations above the mean that a law is computed for; the tail of a gamma mixture is exponential."""
_MOST = 2**21
"""Longest law [numbers]; above, a gamma law with the same mean and variance stands for it."""


@dataclass(frozen=True)
class Units:
    """Units that a person takes: none with probability 1 - ``share``, else a geometric number from 1 with ``mean``."""

    share: float
    mean: float

    def transform(self, z: np.ndarray) -> np.ndarray:
        """Return the generating function of the units of a person."""
        p = 1.0 / self.mean
        return 1.0 - self.share + self.share * p * z / (1.0 - (1.0 - p) * z)

    @property
    def moments(self) -> tuple[float, float]:
        """Mean and mean square."""
        return self.share * self.mean, self.share * (2.0 * self.mean * self.mean - self.mean)


@dataclass(frozen=True)
class Demand:
    """The law of a number.

    ``means`` (counts,): mean of each count; ``shapes`` (counts,): shape of the gamma law of its mean, inf for a known
    mean; ``units``: units that each person takes, None for the persons themselves.
    """

    means: F64
    shapes: F64
    units: Units | None = None

    @property
    def mean(self) -> float:
        """The mean."""
        return float(self.means.sum()) * (1.0 if self.units is None else self.units.moments[0])

    @property
    def sd(self) -> float:
        """The standard deviation."""
        first, second = (1.0, 1.0) if self.units is None else self.units.moments
        return math.sqrt(float((self.means * second + (self.means * first) ** 2 / self.shapes).sum()))

    @cached_property
    def _law(self) -> F64:
        """Cumulative probabilities of 0, 1, 2, ...; empty where the law is too long."""
        highest = self.mean + _SPREADS * self.sd + 64.0
        if highest > _MOST:
            return np.zeros(0)
        n = 1 << math.ceil(math.log2(highest))
        z = np.exp(-2j * np.pi * np.arange(n // 2 + 1) / n)
        gap = 1.0 - (z if self.units is None else self.units.transform(z))
        log = np.zeros(len(z), np.complex128)
        known = np.isinf(self.shapes)
        log -= self.means[known].sum() * gap
        for mean, shape, times in _alike(self.means[~known], self.shapes[~known]):
            log -= times * shape * np.log1p(mean / shape * gap)
        return np.clip(np.cumsum(np.fft.irfft(np.exp(log), n)), 0.0, 1.0)

    def above(self, number: int) -> float:
        """Return the probability of more than a number."""
        if number < 0:
            return 1.0
        if self._law.size:
            return 1.0 - float(self._law[number]) if number < self._law.size else 0.0
        from scipy import special  # pyright: ignore[reportMissingTypeStubs]

        shape, scale = self._gamma()
        return float(special.gammaincc(shape, (number + 0.5) / scale))

    def quantile(self, level: float) -> int:
        """Return the smallest number that is not exceeded with a probability of ``level``."""
        if self._law.size:
            return int(np.searchsorted(self._law, level - 1e-12))
        from scipy import special  # pyright: ignore[reportMissingTypeStubs]

        shape, scale = self._gamma()
        return math.ceil(float(special.gammaincinv(shape, level)) * scale - 0.5)

    def interval(self, level: float) -> tuple[int, int]:
        """Return the central interval that holds the number with a probability of at least ``level``."""
        return self.quantile(0.5 - 0.5 * level), self.quantile(0.5 + 0.5 * level)

    def _gamma(self) -> tuple[float, float]:
        variance = self.sd**2
        return self.mean**2 / variance, variance / self.mean


def _alike(means: F64, shapes: F64) -> list[tuple[float, float, int]]:
    """Return the different counts, each with how often it occurs."""
    pairs, times = np.unique(np.stack([means, shapes]), axis=1, return_counts=True)
    return [(float(mean), float(shape), int(k)) for mean, shape, k in zip(*pairs, times, strict=True) if mean > 0.0]
