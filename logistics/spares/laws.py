"""Laws of a number of units: Poisson, negative binomial, thinned; and the backorders that follow from a stock.

A law is an array of probabilities, (n,): element x is the probability of x units. Arrays are long enough that what is
cut off is below 1e-25.

Source: Sherbrooke, Optimal Inventory Modeling of Systems (2004), chapters 2 to 5.
"""

import math
from collections.abc import Mapping

import numpy as np

from simcore.errors import InputError
from simcore.types import F64

MOST_UNITS = 2000.0
"""Largest mean of a pipeline [units]; beyond, an item with so many in repair needs no integer stocks."""

_LONGEST = 200_000


def poisson(mean: float) -> F64:
    """Return the Poisson law, (n,).

    Parameters
    ----------
    mean
        Mean [units], 0 to ``MOST_UNITS``.

    Raises
    ------
    InputError
        If the mean is negative, not a number or too large.
    """
    _check_mean(mean)
    if mean == 0.0:
        return np.ones(1)
    x = np.arange(int(mean + 14.0 * math.sqrt(mean)) + 40)
    return np.exp(x * math.log(mean) - mean - _log_factorial(x))


def negative_binomial(mean: float, variance: float) -> F64:
    """Return the negative binomial law with a mean and a variance [units, units²]; Poisson if they are equal, (n,).

    Raises
    ------
    InputError
        If the variance is below the mean, or so large that the law needs more than 200,000 elements.
    """
    _check_mean(mean)
    if variance < mean * (1.0 - 1e-9) or not math.isfinite(variance):
        raise InputError(f"variance {variance:g}: below the mean {mean:g}; a negative binomial needs more")
    if mean == 0.0 or variance <= mean * (1.0 + 1e-9):
        return poisson(mean)
    from scipy import special  # pyright: ignore[reportMissingTypeStubs]

    share = mean / variance  # of success, so that the tail falls by 1 - share a unit
    number = mean * share / (1.0 - share)
    length = int(mean + 14.0 * math.sqrt(variance) + 60.0 / -math.log1p(-share)) + 40
    if length > _LONGEST:
        raise InputError(f"variance {variance:g}: too large beside the mean {mean:g}; check demands and times")
    x = np.arange(length)
    logs: F64 = special.gammaln(x + number) - special.gammaln(number) - _log_factorial(x)  # pyright: ignore
    return np.exp(logs + number * math.log(share) + x * math.log1p(-share))  # pyright: ignore[reportUnknownArgumentType]


def backorder_law(pipeline: F64, stock: int) -> F64:
    """Return the law of the backorders max(X - stock, 0) of a pipeline X, (n - stock,) or (1,)."""
    if stock >= pipeline.size:
        return np.ones(1)
    law = pipeline[stock:].copy()
    law[0] = pipeline[: stock + 1].sum()
    return law


def thinned(law: F64, chosen: F64) -> F64:
    """Return the law of the units that are chosen, each independently: see ``choice_matrix``. Shape (n,)."""
    return law @ chosen[: law.size, : law.size]


def choice_matrix(size: int, share: float) -> F64:
    """Return P(k of b units are chosen) at row b, column k, (size, size): binomial with the share of the chosen."""
    if share <= 0.0:
        matrix = np.zeros((size, size))
        matrix[:, 0] = 1.0
        return matrix
    if share >= 1.0:
        return np.eye(size)
    b, k = np.arange(size)[:, None], np.arange(size)[None, :]
    logs = _log_factorial(np.arange(size))
    rest = np.maximum(b - k, 0)
    exponent = logs[b] - logs[k] - logs[rest] + k * math.log(share) + rest * math.log1p(-share)
    return np.where(k <= b, np.exp(exponent), 0.0)


def expected_backorders(pipeline: F64, most: int) -> F64:
    """Return E[max(X - s, 0)] for every stock s from 0 to ``most``, (most + 1,).

    Sums of positive terms from the far end, so small values keep all their digits.
    """
    above = _above(pipeline, most)  # P(X > s)
    return np.cumsum(above[::-1])[::-1][: most + 1]


def fill_rates(pipeline: F64, most: int) -> F64:
    """Return P(X <= s - 1), the share of demands met from the shelf, for every stock s from 0 to ``most``."""
    below = np.concatenate(([0.0], np.cumsum(pipeline), np.ones(max(0, most - pipeline.size))))
    return np.minimum(below[: most + 1], 1.0)


def mean_of(law: F64) -> float:
    """Return the mean of a law [units]."""
    return float(law @ np.arange(law.size))


def variance_of(law: F64) -> float:
    """Return the variance of a law [units²]."""
    x = np.arange(law.size) - mean_of(law)
    return float(law @ (x * x))


def _above(pipeline: F64, most: int) -> F64:
    """Return P(X > s) for s = 0 to at least ``most`` and the end of the law."""
    tails = np.cumsum(pipeline[::-1])[::-1][1:]
    return np.concatenate((tails, np.zeros(max(1, most + 1 - tails.size))))


def _log_factorial(x: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]") -> F64:
    from scipy import special  # pyright: ignore[reportMissingTypeStubs]

    return np.asarray(special.gammaln(x + 1.0), np.float64)  # pyright: ignore[reportUnknownMemberType]


def check_from_zero(numbers: Mapping[str, float]) -> None:
    """Raise ``InputError`` for the first number, by its name, that is below 0 or not finite."""
    for name, value in numbers.items():
        if not (value >= 0.0 and math.isfinite(value)):
            raise InputError(f"{name} {value:g}: not a number from 0; give one")


def _check_mean(mean: float) -> None:
    if not 0.0 <= mean <= MOST_UNITS:
        raise InputError(f"pipeline of {mean:g} units: not 0 to {MOST_UNITS:g}; check demands, times and their units")
