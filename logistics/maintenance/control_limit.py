"""Control limit: inspect wear at fixed intervals, and replace where it has reached a limit.

Wear is a stationary gamma process: the increment over a time t is gamma with shape a t and scale b. A component fails
where wear reaches L. It is inspected every D; found at M or above, it is replaced and the interval begins anew.

With U(x) = Σ_n P(X_nD <= x), n from 0, the mean number of inspections in a life is U(M), and a life ends in failure
with probability U(M) P(S > L - M) - ∫ U(L - z) dG(z) over z from L - M to L, with S ~ G the increment of an interval.

Sources: Park, IEEE Transactions on Reliability 37(4) (1988); van Noortwijk, Reliability Engineering and System Safety
94 (2009), section 6.
"""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from logistics.checks import check_positive
from simcore.errors import InputError
from simcore.types import F64

SMALLEST_SHAPE = 0.01
"""Least shape of the increment of an interval that is computed; shorter intervals are as good as watching always."""

_SMOOTH, _STEEP = 96, 500  # nodes
_FEW_TIMES, _MANY_TIMES = 6, 20
_DEEPEST = 45.0  # exp(-45) of the law of an increment is left out


@cache
def _gauss(n: int) -> tuple[F64, F64]:
    """Return the nodes of Gauss-Legendre quadrature between -1 and 1 and their weights, (n,) each."""
    return np.polynomial.legendre.leggauss(n)


@dataclass(frozen=True)
class GammaWear:
    """Gamma-process wear: ``shape_rate`` a [1/unit of time], ``scale`` b and failure limit L [unit of wear]."""

    shape_rate: float
    scale: float
    limit: float

    def __post_init__(self) -> None:
        check_positive({"shape rate": self.shape_rate, "scale": self.scale, "limit": self.limit})

    def survival(self, time: float) -> float:
        """Return the probability that wear is below the limit after a time: P(a t, L/b)."""
        from scipy import special  # pyright: ignore[reportMissingTypeStubs]

        if time <= 0.0:
            return 1.0
        return float(special.gammainc(self.shape_rate * time, self.limit / self.scale))  # pyright: ignore

    @property
    def mean_life(self) -> float:
        """Mean time to failure of a new component: the integral of the survival [unit of time]."""
        nodes, weights = _gauss(400)
        y = self.limit / self.scale
        end = (y + 10.0 * math.sqrt(y) + 40.0) / self.shape_rate
        from scipy import special  # pyright: ignore[reportMissingTypeStubs]

        times = 0.5 * end * (nodes + 1.0)
        survival = np.asarray(special.gammainc(self.shape_rate * times, y), np.float64)  # pyright: ignore
        return float(0.5 * end * (weights @ survival))


@dataclass(frozen=True)
class InspectionCosts:
    """Costs in any currency: of an ``inspection``, of a ``preventive`` replacement, of one at ``failure``.

    ``is_seen_at_once``: a failure stops the component and it is replaced at once; otherwise the next inspection finds
    it, and ``down`` is the cost per unit of time until then.
    """

    preventive: float
    failure: float
    inspection: float = 0.0
    down: float = 0.0
    is_seen_at_once: bool = False

    def __post_init__(self) -> None:
        check_positive({"cost of preventive replacement": self.preventive, "cost of failure replacement": self.failure})
        for name, value in (("an inspection", self.inspection), ("time down", self.down)):
            if not (value >= 0.0 and math.isfinite(value)):
                raise InputError(f"cost of {name} {value:g}: not from 0; give a finite number")


@dataclass(frozen=True)
class LimitPolicy:
    """A control limit and its effect.

    ``limit``: wear at which an inspection replaces [unit of wear], ``interval`` [unit of time]; ``rate``: cost per
    unit of time; ``p_failure``: share of lives that end in failure; ``mean_cycle``: mean time between replacements
    [unit of time]; ``down_share``: share of time failed and not yet found; ``run_to_failure``: cost per unit of time
    without control limit: replacement at failure, without inspections if failures are seen at once.
    """

    limit: float
    interval: float
    rate: float
    p_failure: float
    mean_cycle: float
    down_share: float
    run_to_failure: float

    @property
    def saving(self) -> float:
        """Share of the cost of running to failure that the policy saves."""
        return 1.0 - self.rate / self.run_to_failure


def limit_policy(wear: GammaWear, costs: InspectionCosts, interval: float, limit: float) -> LimitPolicy:
    """Return the effect of a control limit.

    Parameters
    ----------
    wear
        The process and its failure limit.
    costs
        Costs, and whether failures are seen at once.
    interval
        Time between inspections [unit of time].
    limit
        Wear at which an inspection replaces, 0 to the failure limit. At 0 every inspection replaces.

    Raises
    ------
    InputError
        If the limit is out of range or the interval too short (see ``SMALLEST_SHAPE``) or not positive.
    """
    _check_interval(wear, interval)
    if not 0.0 <= limit <= wear.limit:
        raise InputError(f"control limit {limit:g}: not between 0 and the failure limit {wear.limit:g}")
    visits, p_failure, up = _life(wear, interval, limit, needs_up=costs.is_seen_at_once or costs.down > 0.0)
    rate, cycle = _rate(costs, interval, visits, p_failure, up)
    if costs.is_seen_at_once:
        without = costs.failure / wear.mean_life
    else:
        most = _life(wear, interval, wear.limit, needs_up=costs.down > 0.0)
        without = _rate(costs, interval, *most)[0]
    down = 0.0 if costs.is_seen_at_once or math.isnan(up) else max(0.0, 1.0 - up / cycle)
    return LimitPolicy(limit, interval, rate, p_failure, cycle, down, without)


def best_limit(wear: GammaWear, costs: InspectionCosts, interval: float) -> LimitPolicy:
    """Return the control limit with the least cost per unit of time for an interval (to 1e-6 of the failure limit).

    Where no limit below the failure limit costs less, that is the failure limit itself: only failed components are
    replaced. With failures that are seen at once nobody inspects then: the interval is inf.
    """
    _check_interval(wear, interval)
    needs_up = costs.is_seen_at_once or costs.down > 0.0

    def rate(limit: float) -> float:
        return _rate(costs, interval, *_life(wear, interval, limit, needs_up=needs_up))[0]

    from scipy import optimize  # pyright: ignore[reportMissingTypeStubs]

    grid = np.linspace(0.0, wear.limit, 25)
    rates = [rate(float(limit)) for limit in grid]
    at = int(np.argmin(rates))
    bounds = float(grid[max(at - 1, 0)]), float(grid[min(at + 1, grid.size - 1)])
    found = optimize.minimize_scalar(  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        rate, bounds=bounds, method="bounded", options={"xatol": 1e-6 * wear.limit}
    )
    middle = float(found.x)  # pyright: ignore
    best = middle if rate(middle) <= rates[at] else float(grid[at])
    policy = limit_policy(wear, costs, interval, best)
    if policy.rate < policy.run_to_failure * (1.0 - 1e-9):
        return policy
    if not costs.is_seen_at_once:
        return limit_policy(wear, costs, interval, wear.limit)
    return LimitPolicy(wear.limit, math.inf, policy.run_to_failure, 1.0, wear.mean_life, 0.0, policy.run_to_failure)


def _rate(costs: InspectionCosts, interval: float, visits: float, p_failure: float, up: float) -> tuple[float, float]:
    """Return the cost per unit of time, and the mean time between replacements."""
    replacement = costs.preventive + (costs.failure - costs.preventive) * p_failure
    if costs.is_seen_at_once:
        return (replacement + costs.inspection * (visits - p_failure)) / up, up
    cycle = visits * interval
    down = costs.down * (cycle - up) if costs.down > 0.0 else 0.0
    return (replacement + costs.inspection * visits + down) / cycle, cycle


def _life(wear: GammaWear, interval: float, limit: float, *, needs_up: bool) -> tuple[float, float, float]:
    """Return intervals begun in a life, probability that it ends in failure, and time in operation (or nan)."""
    step = wear.shape_rate * interval
    m, y = limit / wear.scale, wear.limit / wear.scale
    visits = float(_visits(np.array([m]), step)[0])
    p_failure = 1.0 if limit >= wear.limit else _p_failure(visits, m, y, step, step)
    if not needs_up:
        return visits, p_failure, math.nan
    times, weights = _gauss(_FEW_TIMES if step < 1.0 else _MANY_TIMES)
    failed = [_p_failure(visits, m, y, step, 0.5 * step * (float(time) + 1.0)) for time in times]
    return visits, p_failure, interval * (visits - 0.5 * float(weights @ np.array(failed)))


def _p_failure(visits: float, m: float, y: float, step: float, shape: float) -> float:
    """Return the mean number of intervals in a life in which wear reaches y within an increment of the given shape."""
    from scipy import special  # pyright: ignore[reportMissingTypeStubs]

    near, far = float(special.gammaincc(shape, y - m)), float(special.gammaincc(shape, y))  # pyright: ignore
    if near <= 0.0:
        return 0.0
    first = -math.log(near)  # the increment z as a function of -log P(S > z), over which Gauss's rule is good
    last = min(-math.log(far) if far > 0.0 else math.inf, first + _DEEPEST)
    nodes, weights = _gauss(_SMOOTH if step < 1.5 else _STEEP)  # U is a staircase where few increments reach the limit
    depth = first + 0.5 * (last - first) * (nodes + 1.0)
    z = np.asarray(special.gammainccinv(shape, np.exp(-depth)), np.float64)  # pyright: ignore
    inside = _visits(np.maximum(y - z, 0.0), step) * np.exp(-depth)
    return min(1.0, max(0.0, visits * near - 0.5 * (last - first) * float(weights @ inside)))


def _visits(x: F64, step: float) -> F64:
    """Return U(x) = Σ_n P(n step, x), n from 0, for wear in units of its scale, (k,)."""
    from scipy import special  # pyright: ignore[reportMissingTypeStubs]

    found = x / step + 0.5 * (1.0 + 1.0 / step)  # U far from 0; the rest falls as exp(-fall x)
    fall = 1.0 - math.cos(2.0 * math.pi / step) if step > 4.0 else 1.0
    near = np.flatnonzero(x * fall < _DEEPEST)
    if near.size:
        top = float(x[near].max())
        n = np.arange(1, int((top + 7.0 * math.sqrt(top) + 15.0) / step) + 2)  # the rest is below 1e-12
        terms = special.gammainc(n * step, x[near, None])  # pyright: ignore
        found[near] = 1.0 + np.asarray(terms, np.float64).sum(axis=1)  # pyright: ignore[reportUnknownArgumentType]
    return found


def _check_interval(wear: GammaWear, interval: float) -> None:
    if not (interval > 0.0 and math.isfinite(interval)):
        raise InputError(f"inspection interval {interval:g}: not above 0; give a finite positive time")
    shape = wear.shape_rate * interval
    if shape < SMALLEST_SHAPE:
        least = SMALLEST_SHAPE / wear.shape_rate
        raise InputError(f"inspection interval {interval:g}: too short beside the wear; give {least:.3g} or more")
