"""Renewals from new, on a lattice of time: failures, time in operation and replacements in any interval.

A law of lives becomes masses at multiples of a width; the error of the results falls with its square, or with the
power 1 + shape for a Weibull shape below 1. Source: Feller, An Introduction to Probability Theory I (1968), chapter
XIII; Barlow and Proschan, Mathematical Theory of Reliability (1965), chapters 3 and 4.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simcore.types import F64

Cdf = Callable[[F64], F64]


def masses(cdf: Cdf, width: float, n: int) -> F64:
    """Return the probabilities that a time is nearest to 0, 1, ..., n widths, (n + 1,)."""
    return np.diff(cdf(width * (np.arange(n + 2) - 0.5).clip(0.0)), prepend=0.0)[1:]


def fixed(time: float, width: float, n: int) -> F64:
    """Return the masses of a fixed time, shared between its neighbours on the lattice so that its mean is right."""
    law = np.zeros(n + 1)
    at = time / width
    low = int(at)
    if low <= n:
        law[low] = 1.0 - (at - low)
    if low + 1 <= n:
        law[low + 1] = at - low
    return law


def convolved(one: F64, two: F64) -> F64:
    """Return the law of a sum, cut to the length of ``one``."""
    size = 1 << int(2 * one.size - 1).bit_length()
    product = np.fft.irfft(np.fft.rfft(one, size) * np.fft.rfft(two, size), size)
    return product[: one.size]


def renewals(cycle: F64) -> F64:
    """Return the mean number of cycles that begin at each point of the lattice, the first at 0, (n + 1,)."""
    found = np.zeros(cycle.size)
    backwards = cycle[:0:-1]
    free = 1.0 - float(cycle[0])
    found[0] = 1.0 / free
    for k in range(1, cycle.size):
        found[k] = float(backwards[cycle.size - 1 - k :] @ found[:k]) / free
    return found


def summed(density: F64) -> F64:
    """Return the totals up to each point of the lattice, half of that at the point itself; all of that at 0."""
    total = np.cumsum(density)
    total[1:] -= 0.5 * density[1:]
    return total


@dataclass(frozen=True)
class Renewed:
    """A component that is repaired after each failure: a life, a repair, a life, ... At each point of the lattice.

    ``failures``: mean number of failures up to it; ``failures_sd``: standard deviation; ``up``: mean time in
    operation up to it [unit of time].
    """

    failures: F64
    failures_sd: F64
    up: F64


def alternating(life: Cdf, repair: F64, width: float, n: int) -> Renewed:
    """Return the failures and the time in operation; ``repair`` has the masses of its times (n + 1,)."""
    lives = masses(life, width, n)
    cycle = convolved(lives, repair)
    begun = renewals(cycle)
    mean = summed(convolved(begun, lives))
    square = summed(convolved(lives, 2.0 * convolved(begun, begun) - begun))
    # in operation: a life begun before that has not ended; the cells of the lattice are centred on its points
    alive = 1.0 - life(width * np.arange(n + 1, dtype=np.float64))
    alive[0] = 0.5  # half of the lives that begin about a point have begun at it
    working = convolved(begun, alive)
    working[0] = 1.0
    up = np.concatenate(([0.0], np.cumsum(0.5 * width * (working[1:] + working[:-1]))))
    return Renewed(mean, np.sqrt(np.maximum(square - mean * mean, 0.0)), up)


@dataclass(frozen=True)
class Replaced:
    """Replacement at failure or before it: mean numbers up to each point of the lattice, from 0 on, (n + 1,)."""

    failures: F64
    services: F64


def at_age(life: Cdf, age_steps: int, spread_steps: int, width: float, n: int) -> Replaced:
    """Return the replacements at failure and at an age of ``age_steps`` widths (0: never), at once.

    At the start the age is uniform up to ``spread_steps`` widths, at most the age of replacement.
    """
    last = age_steps or n
    points = width * np.arange(last + 1, dtype=np.float64)
    edges = np.concatenate(([0.0], 0.5 * (points[1:] + points[:-1]), points[-1:]))
    cut = np.diff(life(edges))  # of a life cut at the age: masses at 0, 1, ..., the last at the age itself
    old = 1.0 - float(life(points[-1:])[0]) if age_steps else 0.0
    failing, serviced = np.zeros(n + 1), np.zeros(n + 1)
    failing[: last + 1] = cut
    if age_steps:
        serviced[last] = old
    first_failing, first_serviced = failing, serviced
    if spread_steps:
        first_failing, first_serviced = np.zeros(n + 1), np.zeros(n + 1)
        for begin in range(spread_steps + 1):
            weight = (1.0 if 0 < begin < spread_steps else 0.5) / spread_steps
            share = weight / (1.0 - float(life(points[begin : begin + 1])[0]))
            left = life(np.maximum(edges[begin:], points[begin]))
            first_failing[: last + 1 - begin] += share * np.diff(left)
            if age_steps:
                first_serviced[last - begin] += share * old
    begun = renewals(failing + serviced)
    later = convolved(first_failing + first_serviced, begun)
    return Replaced(
        summed(first_failing + convolved(later, failing)), summed(first_serviced + convolved(later, serviced))
    )
