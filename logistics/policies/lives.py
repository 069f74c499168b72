"""The laws of the components of a side, for all its policies: probabilities of failure, and the best renewals.

Policies count in hours of operation, which they see. Effective hours per hour of operation are those of the usual use:
under way at cruise speed on even ground, or at rest for platforms that cannot move. Downtime is the cost: of a service
its mean duration, of a failure its mean repair; and if the unit falls from the sky by it, half the scenario as well.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from logistics.maintenance.age_replacement import best_age
from logistics.maintenance.control_limit import SMALLEST_SHAPE, GammaWear, InspectionCosts, best_limit
from logistics.maintenance.lifetimes import WeibullLife
from logistics.reliability.gamma_process import passage_within
from logistics.reliability.weibull import failure_within
from simcore.maintenance import MaintenanceBriefing, MaintenancePicture, PartR, PartW, UnitView
from simcore.types import F64, Status
from simcore.upkeep import Condition, Step

NEVER = np.inf
_LEAST_H = 1e-3  # of a service, so that its cost is above 0
_LEAST_SAVING = 1e-6  # share of the cost of running to failure below which renewal is of no use
_NODES, _MASSES = np.polynomial.hermite_e.hermegauss(7)  # of the error of a condition signal
_WEIGHTS = _MASSES / _MASSES.sum()


@dataclass(frozen=True)
class Lives:
    """The laws of k components in hours of operation, and the downtimes [h] of a service and of a failure."""

    beta: F64  # (k,)
    eta_h: F64  # inf: no such failures
    a_per_h: F64  # 0: no such wear
    scale: F64
    limit: F64
    sigma: F64  # of the condition signal, as a share of the limit
    service_h: F64
    failure_h: F64
    age_h: F64  # best age of renewal; inf: never
    rate: F64  # downtime per hour of operation under the best renewal by age
    unit: np.ndarray  # (k,) position among the own units

    def p_failure(self, picture: MaintenancePicture, window_h: float) -> F64:
        """Return the probability that each component fails within ``window_h`` hours of operation, (R, k).

        Units under way have been operating since their last report. The condition signal is averaged over its error.
        """
        real = picture.part_real
        is_out = picture.unit_whole[:, UnitView.STATUS][:, self.unit] == Status.ACTIVE
        since = np.where(is_out, real[:, PartR.REPORT_AGE_S] / 3600.0, 0.0)
        age = real[:, PartR.HOURS] + since
        alive = 1.0 - failure_within(age, window_h, self.beta, self.eta_h)
        worn = np.flatnonzero(self.a_per_h > 0.0)
        if worn.size:
            alive[:, worn] *= 1.0 - self._p_passage(real, is_out, worn, window_h)
        return 1.0 - alive

    def _p_passage(self, real: F64, is_out: np.ndarray, worn: np.ndarray, window_h: float) -> F64:
        signal = real[:, PartR.SIGNAL][:, worn]
        since = np.minimum(real[:, PartR.SIGNAL_AGE_S][:, worn] / 3600.0, 1e6)
        window = window_h + np.where(is_out[:, worn], since, 0.0)
        known = np.where(np.isnan(signal), 0.0, signal)
        level = known[..., None] - self.sigma[worn][:, None] * _NODES
        limit = self.limit[worn][:, None]
        level = np.clip(level, 0.0, 1.0 - 1e-9) * limit  # it has not failed
        chance = passage_within(window[..., None], level, limit, self.a_per_h[worn][:, None], self.scale[worn][:, None])
        return np.asarray(chance @ _WEIGHTS, dtype=np.float64)

    def is_due(self, picture: MaintenancePicture, window_h: float) -> np.ndarray:
        """Return where waiting for another ``window_h`` of operation costs more than a service now, (R, k)."""
        return self.gain(picture, window_h) > 0.0

    def gain(self, picture: MaintenancePicture, window_h: float) -> F64:
        """Return the downtime that a service now saves, against a service after another window, (R, k) [h].

        Waiting risks p (failure - service); the cycle goes on at the best long-run rate of downtime g meanwhile. The
        rule to stop where p (failure - service) > g window looks a step ahead; with a rising hazard it is optimal.
        """
        p = self.p_failure(picture, window_h)
        gain = p * (self.failure_h - self.service_h) - self.rate * window_h
        is_never = np.isinf(self.age_h)
        return np.where(is_never, -np.inf, gain)


def open_components(picture: MaintenancePicture) -> np.ndarray:
    """Return where a component works, as reported, and has no job, (R, k)."""
    whole = picture.part_whole
    return (whole[:, PartW.CONDITION] != Condition.FAILED) & (whole[:, PartW.STEP] == Step.NONE)


def lives_of(briefing: MaintenanceBriefing, failure_h: float | None, service_h: float | None) -> Lives:
    """Return the laws of the components of a briefing, with other downtimes [h] where they are given."""
    rate = np.maximum(briefing.rate_usual, 1e-12)
    fallen = np.where(briefing.falls == 1, 0.5 * briefing.duration_s / 3600.0, 0.0)
    failure = briefing.repair_h + fallen if failure_h is None else np.full(len(rate), failure_h)
    service = briefing.service_h if service_h is None else np.full(len(rate), service_h)
    failure, service = np.maximum(failure, _LEAST_H), np.maximum(service, _LEAST_H)
    eta, a = briefing.weibull_scale_h / rate, briefing.gamma_shape_per_h * rate
    best = [
        _best(*(float(x) for x in law))
        for law in zip(
            briefing.weibull_shape, eta, a, briefing.wear_limit / briefing.gamma_scale, service, failure, strict=True
        )
    ]
    ages = np.array([age for age, _ in best], dtype=np.float64)
    rates = np.array([cost for _, cost in best], dtype=np.float64)
    return Lives(
        briefing.weibull_shape, eta, a, briefing.gamma_scale, briefing.wear_limit, briefing.signal_sigma, service,
        failure, ages, rates, briefing.component_unit,
    )  # fmt: skip


def mean_lives(lives: Lives) -> F64:
    """Return the mean life of each component in hours of operation, (k,); inf without failures."""
    laws = zip(lives.beta, lives.eta_h, lives.a_per_h, lives.limit / lives.scale, strict=True)
    return np.array([_mean(*(float(x) for x in law)) for law in laws], dtype=np.float64)


def limit_shares(lives: Lives, interval_h: float) -> F64:
    """Return the best control limit of each component as a share of its failure limit, (k,); inf: none.

    ``interval_h`` is the time between signals in hours of operation. Without a condition signal there is none.
    """
    shares = np.full(len(lives.beta), NEVER)
    for k in np.flatnonzero((lives.a_per_h > 0.0) & np.isfinite(lives.limit)):
        law = (lives.a_per_h, lives.limit / lives.scale, lives.service_h, lives.failure_h)
        shares[k] = _share(*(float(row[k]) for row in law), interval_h)
    return shares


@lru_cache(maxsize=256)
def _share(a: float, level: float, service: float, failure: float, interval_h: float) -> float:
    if failure <= service:
        return NEVER
    costs = InspectionCosts(service, failure, is_seen_at_once=True)
    found = best_limit(GammaWear(a, 1.0, level), costs, max(interval_h, 1.01 * SMALLEST_SHAPE / a))
    return found.limit / level if found.limit < level else NEVER


@lru_cache(maxsize=256)
def _best(beta: float, eta: float, a: float, level: float, service: float, failure: float) -> tuple[float, float]:
    """Return the best age of renewal and the downtime per hour of operation there."""
    if a == 0.0:
        if np.isinf(eta):
            return NEVER, 0.0
        policy = best_age(WeibullLife(beta, eta), service, failure)
        return policy.age, policy.rate
    ages, survival, lived = _curve(beta, eta, a, level)
    never = failure / lived[-1]
    if failure <= service:
        return NEVER, float(never)
    cost = (service * survival[1:] + failure * (1.0 - survival[1:])) / lived[1:]
    at = int(np.argmin(cost))
    if cost[at] >= never * (1.0 - _LEAST_SAVING):
        return NEVER, float(never)
    return float(ages[1:][at]), float(cost[at])


@lru_cache(maxsize=256)
def _mean(beta: float, eta: float, a: float, level: float) -> float:
    if a == 0.0:
        return float("inf") if np.isinf(eta) else WeibullLife(beta, eta).mean
    return float(_curve(beta, eta, a, level)[2][-1])


def _curve(beta: float, eta: float, a: float, level: float) -> tuple[F64, F64, F64]:
    """Return ages up to beyond any life, the survival there, and its integral."""
    end = 2.0 * (level + 6.0 * np.sqrt(level) + 20.0) / a
    ages = end * np.linspace(0.0, 1.0, 4001) ** 2
    alive = (1.0 - failure_within(0.0, ages, beta, eta)) * (1.0 - passage_within(ages, 0.0, level, a, 1.0))
    lived = np.concatenate([[0.0], np.cumsum(0.5 * (alive[1:] + alive[:-1]) * np.diff(ages))])
    return ages, alive, lived
