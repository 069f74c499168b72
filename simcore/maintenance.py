"""Maintenance policies: their briefing, picture and orders, and the protocol.

A maintenance policy decides for all replications at once about the components of its own side. It is found by name
through the entry-point group ``chammo.maintenance_policies``: a callable that takes the parameters as keyword arguments
and returns an object with ``reset`` and ``decide``. It sees reports and noisy condition signals, never the true wear,
the effective age or the drawn life of a component. A failed component is always repaired, without an order.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple, Protocol

import numpy as np

from simcore.params import Params, RuleR, UnitSpecR, UnitSpecW
from simcore.types import F64, I32, I64, U64, Damage, Domain, SharedRecord
from simcore.upkeep import (
    ComponentSpecR,
    ComponentSpecW,
    UpkeepW,
    WorkshopSpecW,
)

HOUR_S = 3600.0


class PartR(IntEnum):
    """Components in the picture, real."""

    HOURS = 0  # hours of operation since its renewal, as last reported [h]
    SIGNAL = 1  # last condition signal as a share of the limit of wear; nan: none
    SIGNAL_AGE_S = 2  # time since that signal [s]; inf: none
    REPORT_AGE_S = 3  # time since the last report [s]


class PartW(IntEnum):
    """Components in the picture, whole."""

    CONDITION = 0  # Condition as last reported
    STEP = 1  # Step of its job as last reported
    PRIORITY = 2  # of its jobs, as ordered


class UnitView(IntEnum):
    """Own units in the picture, whole: as last reported to the command post."""

    STATUS = 0  # Status
    LINKED = 1
    IS_RECALLED = 2  # 1 while it is ordered home for maintenance


class ShopView(IntEnum):
    """Own workshops in the picture, whole: known at once."""

    CREWS_FREE = 0  # large where there is a crew for every job
    JOBS = 1  # jobs at it: waiting or in work


class MaintenancePicture(NamedTuple):
    """The picture of the maintenance of a side in R replications at a decision."""

    side: int
    tick: int  # common to all replications; -1 when their ticks differ
    time_s: float  # nan when their ticks differ
    seed: int
    replication: U64  # (R,)
    part_real: F64  # (R, len(PartR), components)
    part_whole: I32  # (R, len(PartW), components)
    unit_whole: I32  # (R, len(UnitView), own units)
    shop_whole: I32  # (R, len(ShopView), own workshops)
    ticks: I64  # (R,)


class Service(IntEnum):
    """Values of the column SERVICE of an order."""

    KEEP = 0
    REQUEST = 1  # a preventive job as soon as the unit is at a workshop
    CANCEL = 2  # of a preventive job that has not begun


class Recall(IntEnum):
    """Values of the recall of a unit."""

    KEEP = 0
    HOME = 1  # the unit goes to its host or home for its open jobs
    FREE = 2


KEEP_PRIORITY = -(2**30)
"""Priority of an order that keeps the priority in force."""


class MaintenanceOrders(NamedTuple):
    """Orders for the components and units of a side.

    ``limits`` (R, 2, components): standing limits of hours of operation and of the condition signal, from which the
    engine requests a preventive job by itself; inf: none, nan: unchanged. ``parts`` (R, 2, components): Service and
    priority. ``units`` (R, own units): Recall.
    """

    limits: F64
    parts: I32
    units: I32

    def clear(self) -> None:
        """Remove all orders."""
        self.limits[...] = np.nan
        self.parts[:, 0] = Service.KEEP
        self.parts[:, 1] = KEEP_PRIORITY
        self.units[...] = Recall.KEEP

    def limit_hours(self, components: I32 | int, hours: np.ndarray | float) -> None:
        """Request preventive jobs of components from these hours of operation on, in all replications."""
        self.limits[:, 0, components] = hours

    def limit_signal(self, components: I32 | int, share: np.ndarray | float) -> None:
        """Request preventive jobs of components from this condition signal on, in all replications."""
        self.limits[:, 1, components] = share

    def service(self, where: np.ndarray) -> None:
        """Request preventive jobs ``where`` (boolean (R, components))."""
        self.parts[:, 0][where] = Service.REQUEST

    def recall(self, where: np.ndarray) -> None:
        """Order units home for their open jobs ``where`` (boolean (R, own units))."""
        self.units[where] = Recall.HOME


@dataclass(frozen=True)
class MaintenanceBriefing(SharedRecord):
    """The knowledge of a side's maintenance at the start. Laws and times are known from the fleet's past."""

    side: int
    side_name: str
    unit_names: tuple[str, ...]  # own units
    component_names: tuple[str, ...]  # (k,)
    component_unit: I32  # (k,) position among the own units
    component: I32  # (k,) column among all components
    part: I32  # (k,) Part
    is_essential: I32  # (k,)
    weibull_shape: F64  # (k,)
    weibull_scale_h: F64  # (k,) inf: no such failures
    gamma_shape_per_h: F64  # (k,) 0: no such wear
    gamma_scale: F64  # (k,)
    wear_limit: F64  # (k,) inf: none
    signal_sigma: F64  # (k,) as a share of the limit
    rate_at_rest: F64  # (k,) effective hours per hour at rest
    rate_under_way: F64  # (k,) the same under way, at no speed on even ground
    rate_usual: F64  # (k,) the same in usual use: at cruise speed on even ground; at rest for what cannot move
    falls: I32  # (k,) 1 when a failure in flight brings the unit down
    repair_h: F64  # (k,) mean
    service_h: F64  # (k,) mean
    workshop_names: tuple[str, ...]  # own workshops
    workshop_crews: I32  # -1: a crew for every job
    dt_s: float
    decision_s: float
    duration_s: float
    signal_s: float  # least time between two condition signals


class MaintenancePolicy(Protocol):
    """A batched maintenance policy. Memory and clocks are as for commanders: see ``simcore.policy``."""

    def reset(self, briefing: MaintenanceBriefing, seed: int, replication: np.ndarray) -> None:
        """Begin R = len(replication) fresh runs."""
        ...

    def decide(self, picture: MaintenancePicture, orders: MaintenanceOrders) -> None:
        """Write orders for the side's components in all R replications. Called every decision interval."""
        ...


class RunToFailure:
    """No preventive maintenance: what fails is repaired."""

    reads_clocks = True

    def reset(self, briefing: MaintenanceBriefing, seed: int, replication: np.ndarray) -> None:
        """Do nothing."""

    def decide(self, picture: MaintenancePicture, orders: MaintenanceOrders) -> None:
        """Give no orders."""


def brief_maintenance(
    params: Params,
    side: int,
    side_name: str,
    names: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]],
    decision_ticks: int,
    n_ticks: int,
) -> MaintenanceBriefing:
    """Return the briefing of a side. ``names`` are those of all units, components and workshops."""
    units, components, workshops = names
    own, columns, shops = own_columns(params, side)
    real, whole = params.components.real[:, columns], params.components.whole[:, columns]
    dt_s = float(params.rules_real[RuleR.DT_S])
    return MaintenanceBriefing(
        side=side,
        side_name=side_name,
        unit_names=tuple(units[int(i)] for i in own.tolist()),
        component_names=tuple(components[int(c)] for c in columns.tolist()),
        component_unit=np.array(np.searchsorted(own, whole[ComponentSpecW.UNIT]), dtype=np.int32),
        component=columns,
        part=whole[ComponentSpecW.PART],
        is_essential=whole[ComponentSpecW.IS_ESSENTIAL],
        weibull_shape=real[ComponentSpecR.BETA],
        weibull_scale_h=real[ComponentSpecR.ETA_H],
        gamma_shape_per_h=real[ComponentSpecR.SHAPE_PER_H],
        gamma_scale=real[ComponentSpecR.SCALE],
        wear_limit=real[ComponentSpecR.LIMIT],
        signal_sigma=real[ComponentSpecR.SIGMA],
        rate_at_rest=real[ComponentSpecR.AT_REST],
        rate_under_way=real[ComponentSpecR.UNDER_WAY],
        rate_usual=usual_rate(params, columns),
        falls=_falls(params, columns),
        repair_h=real[ComponentSpecR.REPAIR_H],
        service_h=real[ComponentSpecR.SERVICE_H],
        workshop_names=tuple(workshops[int(w)] for w in shops.tolist()),
        workshop_crews=params.workshops.whole[WorkshopSpecW.CREW_COUNT, shops],
        dt_s=dt_s,
        decision_s=decision_ticks * dt_s,
        duration_s=n_ticks * dt_s,
        signal_s=float(params.upkeep[UpkeepW.SIGNAL_TICKS]) * dt_s,
    )


def usual_rate(params: Params, columns: I32) -> F64:
    """Return the effective hours per hour of operation in usual use, (k,), with the hours of a launch per endurance."""
    real = params.components.real[:, columns]
    unit = params.units.real[:, params.components.whole[ComponentSpecW.UNIT, columns]]
    rate = real[ComponentSpecR.AT_REST].copy()
    moves = unit[UnitSpecR.SPEED_MAX] > 0.0
    share = unit[UnitSpecR.SPEED_CRUISE, moves] / unit[UnitSpecR.SPEED_MAX, moves]
    rate[moves] = real[ComponentSpecR.UNDER_WAY, moves] + real[ComponentSpecR.PER_SPEED, moves] * share
    rate += real[ComponentSpecR.START_H] * HOUR_S / np.maximum(unit[UnitSpecR.ENDURANCE_S], 1.0)
    return rate


def _falls(params: Params, columns: I32) -> I32:
    """Return 1 for components of flyers whose failure takes their mobility, (k,)."""
    whole = params.components.whole[:, columns]
    is_flyer = params.units.whole[UnitSpecW.DOMAIN, whole[ComponentSpecW.UNIT]] == Domain.AIR
    return (is_flyer & ((whole[ComponentSpecW.BITS] & Damage.MOBILITY) != 0)).astype(np.int32)


def own_columns(params: Params, side: int) -> tuple[I32, I32, I32]:
    """Return the units of a side that are no phantoms, its components and its workshops, ascending."""
    spec = params.units.whole
    own = np.flatnonzero((spec[UnitSpecW.SIDE] == side) & (spec[UnitSpecW.SPOOFER] < 0)).astype(np.int32)
    columns = np.flatnonzero(np.isin(params.components.whole[ComponentSpecW.UNIT], own)).astype(np.int32)
    shops = np.flatnonzero(params.workshops.whole[WorkshopSpecW.SIDE] == side).astype(np.int32)
    return own, columns, shops


def empty_maintenance_orders(n_replications: int, n_components: int, n_units: int) -> MaintenanceOrders:
    """Return orders that change nothing."""
    orders = MaintenanceOrders(
        np.empty((n_replications, 2, n_components)),
        np.empty((n_replications, 2, n_components), dtype=np.int32),
        np.empty((n_replications, n_units), dtype=np.int32),
    )
    orders.clear()
    return orders
