"""Lengths of stay, and the probability that a patient is in a place at an age: the time since the injury.

A patient passes places in order and does not wait: the needs of a plan are those of prompt care.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simcore.errors import InputError
from simcore.types import F64

GRID_H = 0.1
"""Step of the ages [h]."""
DAY_H = 24.0


@dataclass(frozen=True)
class Triangular:
    """A time with a triangular law [h]: at least ``low``, most often ``mode``, at most ``high``."""

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        if not (0.0 <= self.low <= self.mode <= self.high and math.isfinite(self.high) and self.high > 0.0):
            raise InputError(
                f"time {self.low:g} / {self.mode:g} / {self.high:g}: not least, most frequent and greatest in this "
                "order, from 0; give three times in order"
            )

    @property
    def mean(self) -> float:
        """The mean [h]."""
        return (self.low + self.mode + self.high) / 3.0

    def reached(self, hours: F64) -> F64:
        """Return the integral from 0 of the distribution function: expected time spent beyond the stay by ``hours``."""
        low, mode, high = self.low, self.mode, self.high
        width = max(high - low, 1e-12)
        x = np.clip(hours, low, high)
        first = np.clip(x, low, mode) - low
        area = first**3 / (3.0 * width * max(mode - low, 1e-12))
        rest = np.clip(x, mode, high)
        area += (rest - mode) - ((high - mode) ** 3 - (high - rest) ** 3) / (3.0 * width * max(high - mode, 1e-12))
        return area + np.maximum(hours - high, 0.0)

    def masses(self) -> F64:
        """Return the probabilities of the times on the grid, split between neighbours so that the mean is exact."""
        edges = GRID_H * np.arange(-1.0, math.ceil(self.high / GRID_H) + 2.0)
        area = self.reached(np.maximum(edges, 0.0))
        return np.diff(area, 2) / GRID_H


@dataclass(frozen=True)
class Stop:
    """A place on the way of a patient, by its name, and the stay there; no name for a time between places."""

    place: str
    stay: Triangular


def occupancy(way: Sequence[Stop], place: str) -> F64:
    """Return the probability to be in a place by age, on the grid; the sum times ``GRID_H`` is the mean time there."""
    found = np.zeros(1)
    before: F64 = np.ones(1)  # probabilities of the time at which the next stop begins
    for stop in way:
        after = _convolved(before, stop.stay.masses())
        if stop.place == place:
            n = len(after)
            here = np.cumsum(np.pad(before, (0, n - len(before)))) - np.cumsum(after)
            found = np.pad(found, (0, max(0, n - len(found))))
            found[:n] += here
        before = after
    return np.maximum(found, 0.0)


def _convolved(first: F64, second: F64) -> F64:
    """Return the probabilities of a sum of times; long ones by a Fourier transform."""
    n = len(first) + len(second) - 1
    if min(len(first), len(second)) < 64:
        return np.asarray(np.convolve(first, second), np.float64)
    size = 1 << (n - 1).bit_length()
    return np.asarray(np.fft.irfft(np.fft.rfft(first, size) * np.fft.rfft(second, size), size)[:n], np.float64)


def in_use(ages: F64, hours: float, moment_h: float = 0.0) -> F64:
    """Return the mean number in a place from a case a day, by the days since the case, (days,).

    The cases of a day are spread over ``hours``; the number is that of the moment ``moment_h`` after the last of them,
    on the same day for the entry 0.
    """
    total = np.concatenate(([0.0], np.cumsum(ages)))

    def before(age_h: F64) -> F64:
        return np.interp(age_h / GRID_H, np.arange(len(total)), total)

    n_days = max(1, math.ceil(len(ages) * GRID_H / DAY_H))
    begin = np.asarray(DAY_H * np.arange(n_days) + moment_h, np.float64)
    return (before(begin + hours) - before(begin)) * GRID_H / hours


def peak_moment(ages: F64, hours: float) -> float:
    """Return the moment after the last case of a day [h] at which the most are in a place, with equal days."""
    moments = np.arange(0.0, DAY_H - hours + 0.25, 0.5)
    return float(moments[np.argmax([round(float(in_use(ages, hours, at).sum()), 9) for at in moments.tolist()])])
