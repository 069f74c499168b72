"""Renewals: the mean number of failures by a time where each failed component is replaced at once.

Sources: Xie, Naval Research Logistics 36 (1989) for the sums; Barlow and Proschan (1965), chapter 3.
"""

import math

import numpy as np

from logistics.maintenance.lifetimes import Lifetime
from simcore.errors import InputError
from simcore.types import F64


def renewal_function(life: Lifetime, horizon: float, steps: int = 800) -> tuple[F64, F64]:
    """Return times and the mean number of renewals by each, (steps + 1,) both.

    Solves M(t) = F(t) + ∫ M(t - x) dF(x) by sums at mid-steps, twice, and extrapolates. The error falls with the
    square of the step at least, unless the density is infinite at 0 (shape below 1), and with the step then.

    Parameters
    ----------
    life
        Law of the time to failure.
    horizon
        Last time [unit of time].
    steps
        Number of steps.

    Raises
    ------
    InputError
        If the horizon is not positive or there are not 2 to 5000 steps.
    """
    if not (horizon > 0.0 and math.isfinite(horizon)):
        raise InputError(f"horizon {horizon:g}: not above 0; give a finite positive time")
    if not 2 <= steps <= 5000:
        raise InputError(f"{steps} steps: not 2 to 5000; give a number between")
    coarse, fine = _sums(life, horizon, steps), _sums(life, horizon, 2 * steps)[::2]
    return np.linspace(0.0, horizon, steps + 1), fine + (fine - coarse) / 3.0


def renewals_far_on(life: Lifetime, variance: float, time: float) -> float:
    """Return the mean number of renewals by a time that is long beside the life: t/m + (v - m²) / (2 m²)."""
    return time / life.mean + (variance / life.mean**2 - 1.0) / 2.0


def steady_availability(mtbf: float, mttr: float, delay: float = 0.0) -> float:
    """Return the share of time in operation: mtbf / (mtbf + mttr + delay), means of any law [unit of time].

    Without delay it is the inherent availability; with the mean logistic delay (waits for crew, spare and transport)
    the operational availability.
    """
    if not (mtbf > 0.0 and mttr >= 0.0 and delay >= 0.0):
        raise InputError(f"mtbf {mtbf:g}, mttr {mttr:g}, delay {delay:g}: below 0; give positive times")
    return mtbf / (mtbf + mttr + delay)


def availability_at(time: float, mtbf: float, mttr: float) -> float:
    """Return the probability that a component is in operation a time after it was new, lives and repairs exponential.

    A(t) = μ/(λ+μ) + λ/(λ+μ) exp(-(λ+μ)t), with λ = 1/mtbf and μ = 1/mttr.
    """
    if not (mtbf > 0.0 and mttr > 0.0 and time >= 0.0):
        raise InputError(f"time {time:g}, mtbf {mtbf:g}, mttr {mttr:g}: out of range; give positive times")
    fail, repair = 1.0 / mtbf, 1.0 / mttr
    return (repair + fail * math.exp(-(fail + repair) * time)) / (fail + repair)


def _sums(life: Lifetime, horizon: float, steps: int) -> F64:
    """Return M at the ends of the steps by Xie's rule: M at mid-steps stands for M within each."""
    width = horizon / steps
    ends = np.array([life.failed(width * k) for k in range(steps + 1)])
    middles = np.array([life.failed(width * (k + 0.5)) for k in range(steps + 1)])
    mean = np.zeros(steps + 1)
    for k in range(1, steps + 1):
        # terms M(i) - M(i-1) with F(t_k - t_{i-1/2}), i = 1..k-1, and the last with F(width / 2)
        grown = np.diff(mean[:k])
        sum_before = float(grown @ middles[k - 1 : 0 : -1]) if k > 1 else 0.0
        mean[k] = (ends[k] + sum_before - middles[0] * mean[k - 1]) / (1.0 - middles[0])
    return mean
