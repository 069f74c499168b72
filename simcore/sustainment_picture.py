"""The sustainment in the picture of a side: its components, workshops, stores and orders, as last reported.

Nothing here shows the true wear, age or life of a component, nor a stock that has not been reported.
"""

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from simcore.maintenance import PartR, PartW, ShopView, own_columns
from simcore.orders import N_ORDER_REALS, Orders, OrderW
from simcore.params import GroupSpecW, Params, RuleR, UnitSpecW
from simcore.state import GroupW, State
from simcore.stores import StoreR, StoreSpecW, StoreW
from simcore.types import F64, I32, I64, NONE, read_only
from simcore.upkeep import ComponentR, ComponentW, GangR, GangSpecW, Step, UseW, WorkshopSpecW

_MANY = 10_000  # free crews where there is a crew for every job


class StockR(IntEnum):
    """Own stores in the picture, real: as last reported to the command post."""

    ON_HAND = 0  # in units of the item
    ON_ORDER = 1  # shipments and cargo under way to it
    AGE_S = 2  # age of the report


class SustainmentPicture(NamedTuple):
    """The sustainment of a side in R replications; components, units, workshops and stores are its own, ascending."""

    part_real: F64  # (R, len(PartR), components)
    part_whole: I32  # (R, len(PartW), components)
    recalled: I32  # (R, own units) 1 while it is ordered home for maintenance
    shop_whole: I32  # (R, len(ShopView), workshops)
    stock: F64  # (R, len(StockR), stores), with the cargo of carriers
    in_force: Orders  # orders in force of its groups, given by its post; ISSUED is 0 for a group on its plan


class OwnSustainment:
    """Builds the picture of the sustainment of a side."""

    def __init__(self, params: Params, side: int) -> None:
        self._params = params
        self.units, self.components, self.workshops = own_columns(params, side)
        self.stores = own_stores(params, side)
        self.groups = own_groups(params, side)
        self._crews = [np.flatnonzero(params.gangs[GangSpecW.WORKSHOP] == w) for w in self.workshops]
        self._has_many = params.workshops.whole[WorkshopSpecW.CREW_COUNT, self.workshops] < 0

    def build(self, state: State, ticks: I64) -> SustainmentPicture:
        """Return the picture at ``ticks`` (R,), in arrays of its own, read-only."""
        real, whole = self.parts(state, ticks)
        in_force = self.orders_in_force(state)
        return SustainmentPicture(
            read_only(real),
            read_only(whole),
            read_only(self._recalled(state)),
            read_only(self.shops(state, ticks)),
            read_only(self.stocks(state, ticks)),
            Orders(read_only(in_force.real), read_only(in_force.whole)),
        )

    def _recalled(self, state: State) -> I32:
        if state.uses.whole.shape[2] == 0:  # nothing wears out
            return np.zeros((len(state.replication), len(self.units)), dtype=np.int32)
        return state.uses.whole[:, UseW.IS_RECALLED, self.units]

    def parts(self, state: State, ticks: I64) -> tuple[F64, I32]:
        """Return the components as last reported: (R, len(PartR), k) and (R, len(PartW), k)."""
        dt_s = float(self._params.rules_real[RuleR.DT_S])
        real, whole, own = state.components.real, state.components.whole, self.components
        signal_tick = whole[:, ComponentW.SIGNAL_TICK, own]
        has_signal = signal_tick >= 0
        now = ticks[:, None]
        part_real = np.empty((len(ticks), len(PartR), len(own)))
        part_real[:, PartR.HOURS] = real[:, ComponentR.KNOWN_METER_H, own]
        part_real[:, PartR.SIGNAL] = np.where(has_signal, real[:, ComponentR.SIGNAL, own], np.nan)
        part_real[:, PartR.SIGNAL_AGE_S] = np.where(has_signal, (now - signal_tick) * dt_s, np.inf)
        part_real[:, PartR.REPORT_AGE_S] = (now - whole[:, ComponentW.KNOWN_TICK, own]) * dt_s
        part_whole = np.empty((len(ticks), len(PartW), len(own)), dtype=np.int32)
        part_whole[:, PartW.CONDITION] = whole[:, ComponentW.KNOWN_CONDITION, own]
        part_whole[:, PartW.STEP] = whole[:, ComponentW.KNOWN_STEP, own]
        part_whole[:, PartW.PRIORITY] = whole[:, ComponentW.PRIORITY, own]
        return part_real, part_whole

    def shops(self, state: State, ticks: I64) -> I32:
        """Return the workshops (R, len(ShopView), workshops)."""
        now_s = ticks[:, None] * float(self._params.rules_real[RuleR.DT_S])
        table = np.zeros((len(ticks), len(ShopView), len(self.workshops)), dtype=np.int32)
        shop, step = state.components.whole[:, ComponentW.WORKSHOP], state.components.whole[:, ComponentW.STEP]
        for k, w in enumerate(self.workshops):
            table[:, ShopView.CREWS_FREE, k] = (state.gangs.real[:, GangR.FREE_S, self._crews[k]] <= now_s).sum(axis=1)
            table[:, ShopView.JOBS, k] = ((shop == w) & (step != Step.NONE)).sum(axis=1)
        table[:, ShopView.CREWS_FREE, self._has_many] = _MANY
        return table

    def stocks(self, state: State, ticks: I64) -> F64:
        """Return the stocks as last reported, (R, len(StockR), stores)."""
        shown = np.empty((len(ticks), len(StockR), len(self.stores)))
        shown[:, StockR.ON_HAND] = state.stores.real[:, StoreR.REPORTED, self.stores]
        shown[:, StockR.ON_ORDER] = state.stores.real[:, StoreR.REPORTED_DUE, self.stores]
        age = ticks[:, None] - state.stores.whole[:, StoreW.REPORT_TICK, self.stores]
        shown[:, StockR.AGE_S] = age * float(self._params.rules_real[RuleR.DT_S])
        return shown

    def orders_in_force(self, state: State) -> Orders:
        """Return the orders last given to the groups, numbered by their position among those of the side."""
        groups = self.groups
        source = state.groups.whole[:, :, groups]
        whole = np.zeros((len(source), len(OrderW), len(groups)), dtype=np.int32)
        target = source[:, GroupW.TARGET]
        for column, values in (
            (OrderW.ISSUED, source[:, GroupW.SERIAL] > 0),
            (OrderW.TASK, source[:, GroupW.TASK]),
            (OrderW.ROE, source[:, GroupW.ROE]),
            (OrderW.TARGET, np.where(target == NONE, NONE, np.searchsorted(groups, target))),
            (OrderW.EMCON, source[:, GroupW.EMCON]),
        ):
            whole[:, column] = values
        return Orders(np.ascontiguousarray(state.groups.real[:, :N_ORDER_REALS, groups]), whole)


def own_stores(params: Params, side: int) -> I32:
    """Return the stores of a side."""
    unit = params.supply.stores.whole[StoreSpecW.UNIT]
    return np.flatnonzero(params.units.whole[UnitSpecW.SIDE, unit] == side).astype(np.int32)


def own_groups(params: Params, side: int) -> I32:
    """Return the groups of a side, ascending, without phantoms, since they take no orders."""
    units = params.units.whole
    is_own = params.groups.whole[GroupSpecW.SIDE] == side
    is_own[units[UnitSpecW.GROUP, units[UnitSpecW.SPOOFER] >= 0]] = False
    return np.flatnonzero(is_own).astype(np.int32)


def has_sustainment(params: Params) -> bool:
    """Return whether anything wears out or is stored in a scenario."""
    return params.components.whole.shape[1] > 0 or params.supply.stores.whole.shape[1] > 0
