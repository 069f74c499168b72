"""Machines and repair crews as a birth-and-death process, from any start: M/M/c//N in an interval of time.

Source: Gross and Harris, Fundamentals of Queueing Theory (1998), sections 2.6 and 2.10.
"""

from dataclasses import dataclass

import numpy as np

from simcore.types import F64


@dataclass(frozen=True)
class Interval:
    """Means over an interval: machines ``up``, machines in the ``queue``, ``failures`` in it, and P(k down), (k,)."""

    up: float
    queue: float
    failures: float
    p_down: F64


def _exponential(matrix: F64) -> F64:
    from scipy import linalg  # pyright: ignore[reportMissingTypeStubs]

    return np.asarray(linalg.expm(matrix), np.float64)  # pyright: ignore[reportUnknownMemberType]


def transient(births: F64, deaths: F64, start_h: float, end_h: float) -> F64:
    """Return the mean law of a birth-and-death process over an interval, (n,), that is in state 0 at the time 0.

    ``births`` are the rates up from each state but the last, (n - 1,), ``deaths`` the rates down to it.
    """
    n = births.size + 1
    rates = np.zeros((n + 1, n + 1))  # d law / dt = rates @ law; the last row and column integrate it
    k = np.arange(n - 1)
    rates[k + 1, k] = births
    rates[k, k + 1] = deaths
    rates[np.arange(n), np.arange(n)] = -rates[:n, :n].sum(axis=0)
    law = np.zeros(n)
    law[0] = 1.0
    if start_h > 0.0:
        law = _exponential(rates[:n, :n] * start_h) @ law
    rates[:n, n] = law
    length = end_h - start_h
    return _exponential(rates * length)[:n, n] / length


def machines(n: int, crews: int, mtbf: float, mttr: float, start_h: float, end_h: float, most: int = 0) -> Interval:
    """Return the means over an interval of ``n`` machines that are all new at the time 0.

    States with more than ``most`` machines down are left out, where their probability is negligible (0: none are).
    """
    top = min(n, most) if most else n
    down = np.arange(top)
    births = (n - down) / mtbf
    deaths = np.minimum(down + 1, crews) / mttr
    p = transient(births, deaths, start_h, end_h)
    k = np.arange(top + 1)
    up = float(p @ (n - k))
    return Interval(up, float(p @ np.maximum(k - crews, 0)), up / mtbf * (end_h - start_h), p)


def with_spares(n: int, spares: int, mtbf: float, lead: float) -> F64:
    """Return the law of the parts on order in the steady state, (n + spares + 1,), whatever the law of the lead time.

    ``n`` machines take a part each when they fail, from ``spares`` parts that are ordered one for one; a machine
    without a part is down. Orders never wait for each other, so only the mean ``lead`` time matters.
    """
    on_order = np.arange(n + spares)
    births = (n - np.maximum(on_order - spares, 0)) / mtbf
    logs = np.concatenate(([0.0], np.cumsum(np.log(births * lead / (on_order + 1)))))
    p = np.exp(logs - logs.max())
    return p / p.sum()


def relaxation(births: F64, deaths: F64) -> float:
    """Return the time of relaxation of a birth-and-death process: the inverse of its slowest rate of decay."""
    from scipy import linalg  # pyright: ignore[reportMissingTypeStubs]

    out = np.append(births, 0.0) + np.append(0.0, deaths)
    n = out.size
    rates = linalg.eigvalsh_tridiagonal(-out, np.sqrt(births * deaths), select="i", select_range=(n - 2, n - 1))  # pyright: ignore
    return float(-1.0 / rates[0])  # pyright: ignore[reportUnknownArgumentType]
