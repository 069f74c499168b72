"""The place of a maintenance policy in the decision loop: its picture and the effect of its orders, also recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from simcore.errors import RunError
from simcore.maintenance import (
    KEEP_PRIORITY,
    MaintenanceOrders,
    MaintenancePicture,
    MaintenancePolicy,
    Recall,
    Service,
    empty_maintenance_orders,
    own_columns,
)
from simcore.params import Params, RuleR
from simcore.policy import decide_by_clock
from simcore.replications import take_rows
from simcore.state import State, UnitW
from simcore.sustainment_picture import OwnSustainment
from simcore.ticks import common_tick
from simcore.types import I32, I64, NONE, Status, read_only
from simcore.upkeep import (
    ComponentR,
    ComponentSpecW,
    ComponentW,
    Condition,
    Job,
    Part,
    Step,
    UseW,
)

if TYPE_CHECKING:
    from simcore.simulation import Simulation


KIND = "maintenance"


class MaintenanceChair:
    """A maintenance policy in its place: it is shown its picture at each decision, and its orders are carried out."""

    kind = KIND

    def __init__(self, policy: MaintenancePolicy, params: Params, side: int, label: str) -> None:
        self.side = side
        self.label = label
        self._policy = policy
        self._params = params
        self._sustainment = OwnSustainment(params, side)
        self._own, self._columns = self._sustainment.units, self._sustainment.components
        self._dt_s = float(params.rules_real[RuleR.DT_S])

    def decide(self, simulation: Simulation) -> list[tuple[str, int, int, float]]:
        """Let the policy decide, and carry out its orders. Returns those given in the first replication.

        An order is (kind, component or -1, unit or -1, value).
        """
        count, k = simulation.n_replications, len(self._columns)
        orders = empty_maintenance_orders(count, k, len(self._own))
        self._let_decide(self.picture(simulation), orders)
        self._check(orders, simulation)
        self._drop_repeated(orders, simulation.state)
        given = listed_orders(orders, self._columns, self._own)
        carry_out(simulation.state, self._params, orders, self._columns, self._own, simulation.ticks)
        return given

    def _let_decide(self, picture: MaintenancePicture, orders: MaintenanceOrders) -> None:
        """Let the policy write its orders, clock by clock unless it reads clocks."""

        def taken(rows: I64) -> MaintenancePicture:
            tick = int(picture.ticks[rows[0]])
            return take_rows(picture, rows)._replace(tick=tick, time_s=tick * self._dt_s)

        decide_by_clock(self._policy, self.label, picture, orders, picture.ticks, self._dt_s, taken)

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
        own = self._sustainment.units
        unit_whole = np.stack(
            [
                state.units.whole[:, UnitW.REPORT_STATUS, own],
                state.units.whole[:, UnitW.REPORT_LINKED, own],
                state.uses.whole[:, UseW.IS_RECALLED, own],
            ],
            axis=1,
        )
        real, whole = self._sustainment.parts(state, ticks)
        tick = common_tick(ticks)
        return MaintenancePicture(
            self.side,
            tick,
            tick * self._dt_s if tick != NONE else float("nan"),
            simulation.seed,
            read_only(state.replication),
            read_only(real),
            read_only(whole),
            read_only(unit_whole),
            read_only(self._sustainment.shops(state, ticks)),
            read_only(ticks),
        )

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
