"""Policies that act on the state of the fleet: predictive, opportunistic, readiness-optimal."""

import numpy as np

from logistics.policies.checks import check_above, check_share
from logistics.policies.lives import limit_shares, lives_of, open_components
from simcore.maintenance import (
    MaintenanceBriefing,
    MaintenanceOrders,
    MaintenancePicture,
    PartR,
    PartW,
    ShopView,
)
from simcore.types import F64, I32
from simcore.upkeep import Condition, Step


class Predictive:
    """The policy ``predictive``: a service where the probability of failure before the next window is too high.

    The probability is closed-form, from the hours of operation and the condition signal. It is too high where the
    expected downtime of waiting exceeds that of the best long-run cycle (or from ``p_most`` on).

    Parameters
    ----------
    window_h : hours of operation until the next chance of a service.
    p_most : probability of failure within the window from which a service is due; None: by expected downtime.
    failure_h : downtime of a failure [h]; None: the mean repair, and half the scenario if the unit falls.
    service_h : downtime of a service [h]; None: its mean duration.
    """

    reads_clocks = True

    def __init__(
        self,
        window_h: float = 4.0,
        p_most: float | None = None,
        failure_h: float | None = None,
        service_h: float | None = None,
    ) -> None:
        check_above(window_h=window_h, failure_h=failure_h, service_h=service_h)
        check_share(p_most=p_most)
        self.window_h, self.p_most, self.failure_h, self.service_h = window_h, p_most, failure_h, service_h

    def reset(self, briefing: MaintenanceBriefing, seed: int, replication: np.ndarray) -> None:
        """Find the laws of the components."""
        self._lives = lives_of(briefing, self.failure_h, self.service_h)

    def decide(self, picture: MaintenancePicture, orders: MaintenanceOrders) -> None:
        """Request services where they are due."""
        if self.p_most is None:
            is_due = self._lives.is_due(picture, self.window_h)
        else:
            is_due = self._lives.p_failure(picture, self.window_h) >= self.p_most
        orders.service(is_due & open_components(picture))


class Opportunistic:
    """The policy ``opportunistic``: age replacement that joins services early while the unit is down anyway.

    Parameters
    ----------
    share : of the best age, or of the best control limit, from which a service joins another job of the unit.
    failure_h : downtime of a failure [h]; None: the mean repair, and half the scenario if the unit falls.
    service_h : downtime of a service [h]; None: its mean duration.
    """

    reads_clocks = True

    def __init__(self, share: float = 0.7, failure_h: float | None = None, service_h: float | None = None) -> None:
        check_above(failure_h=failure_h, service_h=service_h)
        check_share(share=share)
        self.share, self.failure_h, self.service_h = share, failure_h, service_h

    def reset(self, briefing: MaintenanceBriefing, seed: int, replication: np.ndarray) -> None:
        """Find the best ages and limits of the components."""
        lives = lives_of(briefing, self.failure_h, self.service_h)
        self._signals: F64 = limit_shares(lives, briefing.signal_s / 3600.0)
        # where a signal tells more than the age, the age does not count
        self._ages: F64 = np.where(np.isfinite(self._signals) & np.isinf(lives.eta_h), np.inf, lives.age_h)
        self._unit: I32 = briefing.component_unit
        self._n_units = len(briefing.unit_names)

    def decide(self, picture: MaintenancePicture, orders: MaintenanceOrders) -> None:
        """Set the standing limits, and request the services that join others."""
        orders.limits[:, 0], orders.limits[:, 1] = self._ages, self._signals
        whole, real = picture.part_whole, picture.part_real
        is_down = (whole[:, PartW.CONDITION] == Condition.FAILED) | (whole[:, PartW.STEP] >= Step.PART)
        units = np.zeros((is_down.shape[0], self._n_units), dtype=np.bool_)
        r, k = np.nonzero(is_down)
        units[r, self._unit[k]] = True
        is_old = real[:, PartR.HOURS] >= self.share * self._ages
        is_worn = np.nan_to_num(real[:, PartR.SIGNAL], nan=0.0) >= self.share * self._signals
        orders.service(units[:, self._unit] & (is_old | is_worn) & open_components(picture))


class ReadinessOptimal:
    """The policy ``readiness-optimal``: crews do first the jobs with the most readiness per hour of their work.

    Services are requested where they save downtime, in the order of downtime saved per hour of work, as far as the
    free crews suffice. Repairs come first; of these, those of the units that are up again soonest.

    Parameters
    ----------
    window_h : hours until the next chance of a service, of the operation of units and of the work of crews.
    failure_h : downtime of a failure [h]; None: the mean repair, and half the scenario if the unit falls.
    service_h : downtime of a service [h]; None: its mean duration.
    """

    reads_clocks = True

    def __init__(self, window_h: float = 4.0, failure_h: float | None = None, service_h: float | None = None) -> None:
        check_above(window_h=window_h, failure_h=failure_h, service_h=service_h)
        self.window_h, self.failure_h, self.service_h = window_h, failure_h, service_h

    def reset(self, briefing: MaintenanceBriefing, seed: int, replication: np.ndarray) -> None:
        """Find the laws of the components."""
        self._lives = lives_of(briefing, self.failure_h, self.service_h)
        self._work_h: F64 = np.maximum(briefing.service_h, 1e-3)
        self._repair_h: F64 = np.maximum(briefing.repair_h, 1e-3)
        self._unit: I32 = briefing.component_unit
        self._n_units = len(briefing.unit_names)

    def decide(self, picture: MaintenancePicture, orders: MaintenanceOrders) -> None:
        """Rank the jobs."""
        is_free = open_components(picture)
        gain = np.where(is_free, self._lives.gain(picture, self.window_h), -np.inf)
        index = gain / self._work_h
        ranked = np.argsort(-index, axis=1, kind="stable")
        work = np.where(np.take_along_axis(gain, ranked, axis=1) > 0.0, self._work_h[ranked], np.inf)
        free = picture.shop_whole[:, ShopView.CREWS_FREE].sum(axis=1)
        is_first = np.cumsum(np.isfinite(work), axis=1) <= free[:, None]  # a free crew takes one of any length
        fits = (np.cumsum(work, axis=1) <= (free * self.window_h)[:, None]) | (is_first & np.isfinite(work))
        chosen = np.zeros(gain.shape, dtype=np.bool_)
        np.put_along_axis(chosen, ranked, fits, axis=1)
        orders.service(chosen)
        orders.parts[:, 1] = self._priorities(picture)

    def _priorities(self, picture: MaintenancePicture) -> I32:
        """Return the priority of the job of each component, (R, k): 0 for services, above for repairs."""
        is_failed = picture.part_whole[:, PartW.CONDITION] == Condition.FAILED
        work = np.zeros((is_failed.shape[0], self._n_units))
        r, k = np.nonzero(is_failed)
        np.add.at(work, (r, self._unit[k]), self._repair_h[k])
        left = np.maximum(work[:, self._unit], 1e-3)
        return np.where(is_failed, np.maximum(np.round(1000.0 / left), 1.0), 0.0).astype(np.int32)
