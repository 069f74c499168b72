"""Maintenance policies: their briefing, picture and orders, the protocol, and their place in the decision loop.

A maintenance policy decides for all replications at once about the components of its own side. It is found by name
through the entry-point group ``chammo.maintenance_policies``: a callable that takes the parameters as keyword arguments
and returns an object with ``reset`` and ``decide``. It sees reports and noisy condition signals, never the true wear,
the effective age or the drawn life of a component. A failed component is always repaired, without an order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

import numpy as np

from simcore.errors import RunError
from simcore.params import Params, RuleR, UnitSpecR, UnitSpecW
from simcore.plugins import policy_failures
from simcore.state import State, UnitW
from simcore.types import F64, I32, I64, NONE, U64, Damage, Domain, Status, read_only
from simcore.upkeep import (
    ComponentR,
    ComponentSpecR,
    ComponentSpecW,
    ComponentW,
    Condition,
    GangR,
    GangSpecW,
    Job,
    Part,
    Step,
    UpkeepW,
    UseW,
    WorkshopSpecW,
)

if TYPE_CHECKING:
    from simcore.simulation import Simulation


KIND = "maintenance"
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
class MaintenanceBriefing:
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

    def __post_init__(self) -> None:
        for field in fields(self):
            value: object = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                object.__setattr__(self, field.name, read_only(cast("np.ndarray", value)))


class MaintenancePolicy(Protocol):
    """A batched maintenance policy."""

    def reset(self, briefing: MaintenanceBriefing, seed: int, replication: np.ndarray) -> None:
        """Begin R = len(replication) fresh runs."""
        ...

    def decide(self, picture: MaintenancePicture, orders: MaintenanceOrders) -> None:
        """Write orders for the side's components in all R replications. Called every decision interval."""
        ...


class RunToFailure:
    """No preventive maintenance: what fails is repaired."""

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
        rate_usual=_usual_rate(params, columns),
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


def _usual_rate(params: Params, columns: I32) -> F64:
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


class MaintenanceChair:
    """A maintenance policy in its place: it is shown its picture at each decision, and its orders are carried out."""

    kind = KIND

    def __init__(self, policy: MaintenancePolicy, params: Params, side: int, label: str) -> None:
        self.side = side
        self.label = label
        self._policy = policy
        self._params = params
        self._own, self._columns, self._shops = own_columns(params, side)

    def decide(self, simulation: Simulation) -> list[tuple[str, int, int, float]]:
        """Let the policy decide, and carry out its orders. Returns those given in the first replication.

        An order is (kind, component or -1, unit or -1, value).
        """
        count, k = simulation.n_replications, len(self._columns)
        orders = empty_maintenance_orders(count, k, len(self._own))
        with policy_failures(self.label, f"at {simulation.time_s:g} s"):
            self._policy.decide(self.picture(simulation), orders)
        self._check(orders, simulation)
        self._drop_repeated(orders, simulation.state)
        given = listed_orders(orders, self._columns, self._own)
        carry_out(simulation.state, self._params, orders, self._columns, self._own, simulation.ticks)
        return given

    def _drop_repeated(self, orders: MaintenanceOrders, state: State) -> None:
        """Remove standing limits and priorities that are in force already."""
        real, whole = state.components.real[:, :, self._columns], state.components.whole[:, :, self._columns]
        in_force = real[:, [ComponentR.HOURS_LIMIT, ComponentR.SIGNAL_LIMIT]]
        orders.limits[orders.limits == in_force] = np.nan
        priority = orders.parts[:, 1]
        priority[priority == whole[:, ComponentW.PRIORITY]] = KEEP_PRIORITY

    def picture(self, simulation: Simulation) -> MaintenancePicture:
        """Return the current picture."""
        state, ticks = simulation.state, simulation.ticks
        dt_s = float(self._params.rules_real[RuleR.DT_S])
        real, whole = state.components.real[:, :, self._columns], state.components.whole[:, :, self._columns]
        signal_tick = whole[:, ComponentW.SIGNAL_TICK]
        has_signal = signal_tick >= 0
        now = ticks[:, None]
        part_real = np.stack(
            [
                real[:, ComponentR.KNOWN_METER_H],
                np.where(has_signal, real[:, ComponentR.SIGNAL], np.nan),
                np.where(has_signal, (now - signal_tick) * dt_s, np.inf),
                (now - whole[:, ComponentW.KNOWN_TICK]) * dt_s,
            ],
            axis=1,
        )
        part_whole = whole[:, [ComponentW.KNOWN_CONDITION, ComponentW.KNOWN_STEP, ComponentW.PRIORITY]]
        own = self._own
        unit_whole = np.stack(
            [
                state.units.whole[:, UnitW.REPORT_STATUS, own],
                state.units.whole[:, UnitW.REPORT_LINKED, own],
                state.uses.whole[:, UseW.IS_RECALLED, own],
            ],
            axis=1,
        )
        first = int(ticks[0]) if len(ticks) else 0
        tick = first if bool((ticks == first).all()) else NONE
        return MaintenancePicture(
            self.side,
            tick,
            tick * dt_s if tick != NONE else float("nan"),
            simulation.seed,
            read_only(state.replication),
            read_only(part_real),
            read_only(part_whole),
            read_only(unit_whole),
            read_only(self._workshops(state, now * dt_s)),
            read_only(ticks),
        )

    def _workshops(self, state: State, now_s: np.ndarray) -> I32:
        """Return the table of own workshops (R, len(ShopView), workshops)."""
        table = np.zeros((len(now_s), len(ShopView), len(self._shops)), dtype=np.int32)
        shop, step = state.components.whole[:, ComponentW.WORKSHOP], state.components.whole[:, ComponentW.STEP]
        for k, w in enumerate(self._shops):
            gangs = np.flatnonzero(self._params.gangs[GangSpecW.WORKSHOP] == w)
            table[:, ShopView.CREWS_FREE, k] = (state.gangs.real[:, GangR.FREE_S, gangs] <= now_s).sum(axis=1)
            if self._params.workshops.whole[WorkshopSpecW.CREW_COUNT, w] < 0:
                table[:, ShopView.CREWS_FREE, k] = 10_000
            table[:, ShopView.JOBS, k] = ((shop == w) & (step != Step.NONE)).sum(axis=1)
        return table

    def _check(self, orders: MaintenanceOrders, simulation: Simulation) -> None:
        """Raise ``RunError`` for orders that mean nothing."""
        count, k = simulation.n_replications, len(self._columns)
        shapes = ((count, 2, k), (count, 2, k), (count, len(self._own)))
        for name, array, shape in zip(MaintenanceOrders._fields, orders, shapes, strict=True):
            if array.shape != shape:
                raise RunError(
                    f"policy {self.label}: its orders `{name}` at {simulation.time_s:g} s are {array.shape}, not "
                    f"{shape}; write into the arrays passed to it"
                )
        problems = (
            (orders.limits[:, 0] < 0.0, "a limit of hours is below 0; give hours, inf for none or nan to keep it"),
            (np.isneginf(orders.limits[:, 1]), "a limit of the signal is -inf; give a share, inf or nan"),
            (~np.isin(orders.parts[:, 0], list(Service)), "a service is no value of Service"),
            (~np.isin(orders.units, list(Recall)), "a recall is no value of Recall"),
        )
        for is_wrong, text in problems:
            if is_wrong.any():
                raise RunError(f"policy {self.label}: at {simulation.time_s:g} s {text}")


class RecordedMaintenance:
    """The recorded orders of a maintenance policy of a single replication, given again at their ticks."""

    kind = KIND

    def __init__(self, params: Params, side: int, orders: Mapping[int, Sequence[tuple[str, int, int, float]]]) -> None:
        self.side = side
        self._params = params
        self._own, self._columns, _ = own_columns(params, side)
        self._orders = orders

    def decide(self, simulation: Simulation) -> list[tuple[str, int, int, float]]:
        """Give the orders recorded at the current tick."""
        given = list(self._orders.get(simulation.tick, ()))
        orders = empty_maintenance_orders(simulation.n_replications, len(self._columns), len(self._own))
        for name, column, unit, value in given:
            k, i = np.searchsorted(self._columns, column), np.searchsorted(self._own, unit)
            match name:
                case "hours_limit":
                    orders.limits[:, 0, k] = value
                case "signal_limit":
                    orders.limits[:, 1, k] = value
                case "service_request":
                    orders.parts[:, 0, k] = Service.REQUEST
                case "service_cancel":
                    orders.parts[:, 0, k] = Service.CANCEL
                case "priority":
                    orders.parts[:, 1, k] = int(value)
                case _:
                    orders.units[:, i] = Recall.HOME if name == "recall_home" else Recall.FREE
        carry_out(simulation.state, self._params, orders, self._columns, self._own, simulation.ticks)
        return given


def empty_maintenance_orders(n_replications: int, n_components: int, n_units: int) -> MaintenanceOrders:
    """Return orders that change nothing."""
    orders = MaintenanceOrders(
        np.empty((n_replications, 2, n_components)),
        np.empty((n_replications, 2, n_components), dtype=np.int32),
        np.empty((n_replications, n_units), dtype=np.int32),
    )
    orders.clear()
    return orders


def listed_orders(orders: MaintenanceOrders, columns: I32, own: I32, row: int = 0) -> list[tuple[str, int, int, float]]:
    """Return the orders of a replication as (kind, component or -1, unit or -1, value)."""
    found: list[tuple[str, int, int, float]] = []
    for kind, values in zip(("hours_limit", "signal_limit"), orders.limits[row], strict=True):
        found += [(kind, int(columns[k]), NONE, float(values[k])) for k in np.flatnonzero(~np.isnan(values))]
    for service in (Service.REQUEST, Service.CANCEL):
        chosen = np.flatnonzero(orders.parts[row, 0] == service)
        found += [(f"service_{service.name.lower()}", int(columns[k]), NONE, 0.0) for k in chosen]
    chosen = np.flatnonzero(orders.parts[row, 1] != KEEP_PRIORITY)
    found += [("priority", int(columns[k]), NONE, float(orders.parts[row, 1, k])) for k in chosen]
    for recall in (Recall.HOME, Recall.FREE):
        chosen = np.flatnonzero(orders.units[row] == recall)
        found += [(f"recall_{recall.name.lower()}", NONE, int(own[k]), 0.0) for k in chosen]
    return found


def carry_out(state: State, params: Params, orders: MaintenanceOrders, columns: I32, own: I32, ticks: I64) -> None:
    """Enter standing limits, priorities and recalls, and request or cancel preventive jobs. Mutates ``state``."""
    real, whole = state.components.real, state.components.whole
    for row, values in zip((ComponentR.HOURS_LIMIT, ComponentR.SIGNAL_LIMIT), (0, 1), strict=True):
        given = orders.limits[:, values]
        r, k = np.nonzero(~np.isnan(given))
        real[r, row, columns[k]] = given[r, k]
    r, k = np.nonzero(orders.parts[:, 1] != KEEP_PRIORITY)
    whole[r, ComponentW.PRIORITY, columns[k]] = orders.parts[r, 1, k]
    r, k = np.nonzero(orders.units == Recall.HOME)
    state.uses.whole[r, UseW.IS_RECALLED, own[k]] = 1
    r, k = np.nonzero(orders.units == Recall.FREE)
    state.uses.whole[r, UseW.IS_RECALLED, own[k]] = 0
    unit = params.components.whole[ComponentSpecW.UNIT, columns]
    status = state.units.whole[:, UnitW.STATUS][:, unit]
    is_there = (status != Status.LOST) & (status < Status.EXPENDED)
    is_part = params.components.whole[ComponentSpecW.PART, columns] != Part.STRUCTURE
    step = whole[:, ComponentW.STEP, columns]
    is_whole = whole[:, ComponentW.CONDITION, columns] != Condition.FAILED
    asked = (orders.parts[:, 0] == Service.REQUEST) & (step == Step.NONE) & is_whole & is_there & is_part
    r, k = np.nonzero(asked)
    c = columns[k]
    now_s = ticks[r] * float(params.rules_real[RuleR.DT_S])
    whole[r, ComponentW.STEP, c] = Step.APART
    whole[r, ComponentW.KIND, c] = Job.PREVENTIVE
    whole[r, ComponentW.WORKSHOP, c] = NONE
    real[r, ComponentR.REQUEST_S, c] = now_s
    real[r, ComponentR.READY_S, c] = now_s
    is_service = whole[:, ComponentW.KIND, columns] == Job.PREVENTIVE
    waits = (step == Step.APART) | (step == Step.PART) | (step == Step.CREW)
    r, k = np.nonzero((orders.parts[:, 0] == Service.CANCEL) & is_service & waits)
    whole[r, ComponentW.STEP, columns[k]] = Step.NONE
