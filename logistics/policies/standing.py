"""Policies of standing limits and of fixed times: age replacement, control limit, fixed interval."""

import zlib

import numpy as np

from logistics.policies.checks import check_above, check_share
from logistics.policies.lives import limit_shares, lives_of, mean_lives, open_components
from simcore.maintenance import MaintenanceBriefing, MaintenanceOrders, MaintenancePicture
from simcore.types import F64, I64


class AgeReplacement:
    """The policy ``age-replacement``: a service at an age in hours of operation; a repair begins a new life.

    Where the hazard does not rise, the best age is never.

    Parameters
    ----------
    age_h : age for all components [hours of operation]; None: the best age of each, for the least downtime.
    failure_h : downtime of a failure [h]; None: the mean repair, and half the scenario if the unit falls.
    service_h : downtime of a service [h]; None: its mean duration.
    """

    reads_clocks = True

    def __init__(
        self, age_h: float | None = None, failure_h: float | None = None, service_h: float | None = None
    ) -> None:
        check_above(age_h=age_h, failure_h=failure_h, service_h=service_h)
        self.age_h, self.failure_h, self.service_h = age_h, failure_h, service_h

    def reset(self, briefing: MaintenanceBriefing, seed: int, replication: np.ndarray) -> None:
        """Find the age of each component."""
        lives = lives_of(briefing, self.failure_h, self.service_h)
        self._ages: F64 = lives.age_h if self.age_h is None else np.full(len(lives.age_h), self.age_h)

    def decide(self, picture: MaintenancePicture, orders: MaintenanceOrders) -> None:
        """Set the standing limits."""
        orders.limits[:, 0] = self._ages


class ControlLimit:
    """The policy ``control-limit``: a service where the condition signal reaches a limit.

    Components without a condition signal run to failure.

    Parameters
    ----------
    share : limit as a share of the wear at which it fails; None: the best of each component, for the least downtime.
    failure_h : downtime of a failure [h]; None: the mean repair, and half the scenario if the unit falls.
    service_h : downtime of a service [h]; None: its mean duration.
    """

    reads_clocks = True

    def __init__(
        self, share: float | None = None, failure_h: float | None = None, service_h: float | None = None
    ) -> None:
        check_above(failure_h=failure_h, service_h=service_h)
        check_share(share=share)
        self.share, self.failure_h, self.service_h = share, failure_h, service_h

    def reset(self, briefing: MaintenanceBriefing, seed: int, replication: np.ndarray) -> None:
        """Find the limit of each component."""
        lives = lives_of(briefing, self.failure_h, self.service_h)
        best = limit_shares(lives, briefing.signal_s / 3600.0)
        self._shares: F64 = best if self.share is None else np.where(np.isfinite(lives.limit), self.share, np.inf)

    def decide(self, picture: MaintenancePicture, orders: MaintenanceOrders) -> None:
        """Set the standing limits."""
        orders.limits[:, 1] = self._shares


class FixedInterval:
    """The policy ``fixed-interval``: a service of every component at fixed times, whatever its age (block replacement).

    The times of the units are spread evenly over the interval by their names.

    Parameters
    ----------
    interval_h : time between services [h]; None: half the mean life of each component.
    """

    reads_clocks = True

    def __init__(self, interval_h: float | None = None) -> None:
        check_above(interval_h=interval_h)
        self.interval_h = interval_h

    def reset(self, briefing: MaintenanceBriefing, seed: int, replication: np.ndarray) -> None:
        """Find the times of each unit."""
        half = 0.5 * mean_lives(lives_of(briefing, None, None))
        self._interval: F64 = half if self.interval_h is None else np.where(np.isinf(half), np.inf, self.interval_h)
        spread = np.array([zlib.crc32(name.encode()) / 2.0**32 for name in briefing.unit_names])
        self._offset: F64 = spread[briefing.component_unit] if len(spread) else np.zeros(0)
        self._dt_h = briefing.dt_s / 3600.0
        self._decision_ticks = round(briefing.decision_s / briefing.dt_s)

    def decide(self, picture: MaintenancePicture, orders: MaintenanceOrders) -> None:
        """Request the services that have fallen due since the last decision."""
        before = np.maximum(picture.ticks - self._decision_ticks, 0)
        is_due = self._turns(picture.ticks) > self._turns(before)
        orders.service(is_due & open_components(picture))

    def _turns(self, ticks: I64) -> F64:
        """Return the services of each component that were due by ``ticks`` (R,), (R, k)."""
        times = ticks[:, None] * self._dt_h / self._interval
        return np.where(np.isinf(self._interval), 0.0, np.floor(times + self._offset))
