"""The gamma process of wear: independent increments, Gamma(shape a t, scale b) over a time t.

Remaining life is the first passage of a limit. Because wear never falls, P(T > t) = P(wear(t) < limit - level)
= gammainc(a t, (limit - level) / b), the regularised lower incomplete gamma function.

Source: J. M. van Noortwijk, A survey of the application of gamma processes in maintenance, Reliability Engineering and
System Safety 94 (2009) 2-21.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from logistics.logs.log import MaintenanceLog
from logistics.logs.problems import Problems
from logistics.reliability.bisection import quantile
from logistics.reliability.intervals import Z_95
from simcore.errors import InputError
from simcore.types import F64


def passage_within(window: ArrayLike, level: ArrayLike, limit: ArrayLike, a: ArrayLike, b: ArrayLike) -> F64:
    """Return the probability that wear passes ``limit`` within ``window``, from ``level``. Certain at the limit."""
    from scipy import special  # pyright: ignore[reportMissingTypeStubs]

    left = (np.asarray(limit, np.float64) - np.asarray(level, np.float64)) / np.asarray(b, np.float64)
    shape = np.asarray(a, np.float64) * np.asarray(window, np.float64)
    inside = np.asarray(special.gammaincc(np.maximum(shape, 1e-300), np.maximum(left, 0.0)), np.float64)
    return np.where(left <= 0.0, 1.0, np.where(shape <= 0.0, 0.0, inside))


def remaining_life(p: ArrayLike, level: ArrayLike, limit: ArrayLike, a: ArrayLike, b: ArrayLike) -> F64:
    """Return a quantile of remaining life: the time by which wear has passed ``limit`` with probability ``p``.

    Bisection of the first-passage law, to 1e-15 of a bound on the quantile; 0 at or beyond the limit.
    """
    share, from_level, to_limit, shape, scale = np.broadcast_arrays(
        *(np.asarray(value, np.float64) for value in (p, level, limit, a, b))
    )

    def passed(time: F64) -> F64:
        return passage_within(time, from_level, to_limit, shape, scale)

    high = ((to_limit - from_level) / scale + 1.0).clip(1.0) / shape  # the mean passage lies below
    return np.where(to_limit <= from_level, 0.0, quantile(passed, share, high, most_doublings=200))


@dataclass(frozen=True)
class GammaProcessFit:
    """A gamma process fitted by maximum likelihood. Intervals are Wald's at 95 %."""

    a: float  # shape per unit of time
    b: float  # scale, in units of the signal
    a_se: float
    b_se: float
    log_likelihood: float
    n_increments: int
    n_histories: int

    @property
    def a_95(self) -> tuple[float, float]:
        """95 % interval of the shape per unit of time."""
        return (self.a - Z_95 * self.a_se, self.a + Z_95 * self.a_se)

    @property
    def b_95(self) -> tuple[float, float]:
        """95 % interval of the scale."""
        return (self.b - Z_95 * self.b_se, self.b + Z_95 * self.b_se)

    @property
    def wear_rate(self) -> float:
        """Expected wear per unit of time, a b."""
        return self.a * self.b


def wear_increments(log: MaintenanceLog, signal: str) -> tuple[F64, F64]:
    """Return the increments of a signal within the lives of a log, and the times that they took.

    Raises
    ------
    InputError
        When the log has no such signal.
    LogError
        With every row in which the signal does not grow: a gamma process only does.
    """
    if signal not in log.signal_names:
        listed = ", ".join(log.signal_names) or "none"
        raise InputError(f"{log.file}: no signal {signal!r}; the log has {listed}")
    level = log.signals[:, log.signal_names.index(signal)]
    inside = np.flatnonzero(np.diff(log.life) == 0)
    increment, step = np.diff(level)[inside], np.diff(log.time)[inside]
    problems = Problems(log.file)
    for k in np.flatnonzero(increment <= 0.0):
        before = int(inside[k])
        fault = f"{signal} goes from {level[before]:g} to {level[before + 1]:g} ({log.name_of(int(log.life[before]))})"
        advice = "wear of a gamma process only grows: give cumulative wear, at a longer interval if it is noisy"
        problems.add(int(log.row[before + 1]), f"{fault}; {advice}")
    problems.raise_if_any()
    return increment, step


def fit_gamma_process(increment: F64, step: F64, n_histories: int, place: str = "the log") -> GammaProcessFit:
    """Return the maximum-likelihood fit to increments, all above 0, over steps of time.

    Raises
    ------
    InputError
        When there are fewer than two increments, or all of them are in proportion to their times.
    """
    from scipy import optimize, special  # pyright: ignore[reportMissingTypeStubs]

    if len(increment) < 2:
        raise InputError(f"{place}: {len(increment)} increments of wear; a gamma process needs at least two")
    total, time = float(increment.sum()), float(step.sum())
    log_x = np.log(increment)

    def digamma(x: F64) -> F64:
        return np.asarray(special.psi(x), np.float64)

    def score(log_a: float) -> float:
        """Return the derivative of the profile log-likelihood by a, at b = total / (a time)."""
        a = float(np.exp(log_a))
        return float((step * (log_x - np.log(total / (a * time)) - digamma(a * step))).sum()) / time

    low = high = -float(np.log(time / len(step)))
    while score(low) < 0.0:
        low -= 1.0
    while score(high) > 0.0:
        high += 1.0
        if high > 40.0:
            raise InputError(
                f"{place}: wear is in proportion to time, without scatter; a gamma process has no estimate"
            )
    log_a: float = low
    if low < high:
        log_a = float(optimize.brentq(score, low, high, xtol=1e-15, rtol=8.9e-16, maxiter=300))  # pyright: ignore
    a = float(np.exp(log_a))
    b = total / (a * time)
    shape = a * step
    log_likelihood = float(
        ((shape - 1.0) * log_x - np.asarray(special.gammaln(shape), np.float64) - shape * np.log(b)).sum() - total / b
    )
    trigamma = np.asarray(special.zeta(2.0, shape), np.float64)  # pyright: ignore[reportUnknownMemberType]
    a_a = float((step**2 * trigamma).sum())
    a_b = time / b
    b_b = a * time / b**2  # at the estimate, where total = a b time
    determinant = a_a * b_b - a_b**2
    return GammaProcessFit(
        a=a,
        b=b,
        a_se=float(np.sqrt(b_b / determinant)),
        b_se=float(np.sqrt(a_a / determinant)),
        log_likelihood=log_likelihood,
        n_increments=len(increment),
        n_histories=n_histories,
    )
