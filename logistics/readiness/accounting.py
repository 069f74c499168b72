"""Accounts of the time, failures, maintenance and spare parts of chosen units in R replications.

They are sums over the units chosen, from the tallies of the engine up to now. Unit-hours count from the unit's entry
into the scenario. The terms are those of US DoD, Reliability, Availability and Maintainability guide (2005), chapter 2,
and of Air Force Instruction 21-103 for the status of a unit: fully (FMC) and partially mission capable (PMC), not
mission capable for maintenance (NMCM), supply (NMCS) or both (NMCB).
"""

from dataclasses import dataclass

import numpy as np

from simcore.params import Params, UnitSpecW
from simcore.state import State
from simcore.stores import StoreR, StoreSpecW
from simcore.types import F64
from simcore.upkeep import (
    ComponentR,
    ComponentSpecW,
    ComponentW,
    GangR,
    GangSpecW,
    Part,
    Readiness,
    UpkeepSideR,
    UpkeepSideW,
    UseR,
    UseSpecW,
    WorkshopSpecW,
)

HOUR_S = 3600.0


def has_upkeep(params: Params) -> bool:
    """Return whether any component of a scenario wears out or is repaired."""
    return params.components.whole.shape[1] > 0


def maintained_units(params: Params, side: int) -> np.ndarray:
    """Return the mask of the units of a side with components, (n,); one-way munitions are excluded."""
    spec = params.units.whole
    if not has_upkeep(params):
        return np.asarray(spec[UnitSpecW.SIDE] < 0)  # none: sides count from 0
    of_side = (spec[UnitSpecW.SIDE] == side) & (spec[UnitSpecW.IS_ONE_WAY] == 0)
    return np.asarray(of_side & (params.uses[UseSpecW.COUNT] > 0))


def has_part_stores(params: Params, side: int) -> bool:
    """Return whether a side has stores with spare parts."""
    return len(_part_stores(params, side)) > 0


def _part_stores(params: Params, side: int) -> np.ndarray:
    """Return the stores of a side with spare parts from which no other store orders."""
    stores = params.supply.stores.whole
    of_side = params.units.whole[UnitSpecW.SIDE, stores[StoreSpecW.UNIT]] == side
    spares = np.unique(params.components.whole[ComponentSpecW.SPARE])
    is_part = np.isin(stores[StoreSpecW.ITEM], spares[spares >= 0]) & (stores[StoreSpecW.IS_CARGO] == 0)
    return np.flatnonzero(of_side & is_part & (stores[StoreSpecW.LEVEL] == 0))


@dataclass(frozen=True)
class UnitAccount:
    """The account of chosen units, ``units`` a mask (n,). All results are (R,)."""

    params: Params
    state: State
    units: np.ndarray

    def hours(self, *readiness: Readiness) -> F64:
        """Return the unit-hours in any of these states of readiness, in all without any."""
        rows = [int(UseR.READY_S) + int(r) for r in (readiness or tuple(Readiness))]
        return self.state.uses.real[:, rows][:, :, self.units].sum(axis=(1, 2)) / HOUR_S

    def share(self, *readiness: Readiness) -> F64:
        """Return the share of the unit-hours in these states of readiness; nan without any time."""
        total = self.hours()
        return np.where(total > 0.0, self.hours(*readiness) / np.maximum(total, 1e-300), np.nan)

    def operating_h(self) -> F64:
        """Return the hours of operation: for each unit those of the component with the most."""
        real = self.state.components.real[:, ComponentR.TOTAL_H]
        longest = np.zeros((real.shape[0], self.units.shape[0]))
        chosen = np.flatnonzero(self._columns())
        for c in chosen.tolist():
            unit = int(self.params.components.whole[ComponentSpecW.UNIT, c])
            np.maximum(longest[:, unit], real[:, c], out=longest[:, unit])
        return longest.sum(axis=1)

    def failures(self) -> F64:
        """Return the failures of components."""
        return self._counted(ComponentW.FAILURES)

    def parts_cost(self, cost: F64) -> F64:
        """Return the cost of the parts of all finished jobs, with the ``cost`` of the part of each component."""
        whole = self.state.components.whole
        jobs = whole[:, ComponentW.REPAIRS] + whole[:, ComponentW.SERVICES]
        return (jobs * cost)[:, self._columns()].sum(axis=1)

    def _counted(self, row: ComponentW) -> F64:
        return self.state.components.whole[:, row][:, self._columns()].sum(axis=1).astype(np.float64)

    def _columns(self) -> np.ndarray:
        """Return the mask of the components of the units; damage by fire and mines is none."""
        whole = self.params.components.whole
        return self.units[whole[ComponentSpecW.UNIT]] & (whole[ComponentSpecW.PART] != Part.STRUCTURE)


@dataclass(frozen=True)
class SideAccount:
    """The account of the workshops and spare parts of a side. All results are (R,)."""

    params: Params
    state: State
    side: int

    def count(self, row: UpkeepSideW) -> F64:
        """Return a tally of upkeep."""
        return self.state.upkeep_sides.whole[:, row, self.side].astype(np.float64)

    def hours(self, *rows: UpkeepSideR) -> F64:
        """Return the sum of tallies of time of upkeep [h]."""
        return self.state.upkeep_sides.real[:, list(rows), self.side].sum(axis=1) / HOUR_S

    def crew_h(self, now_s: F64) -> F64:
        """Return the hours of work of the crews up to ``now_s``, (R,): of work begun, the part that is done."""
        gangs = self.state.gangs.real[:, :, self._gangs()]
        left = np.maximum(gangs[:, GangR.FREE_S] - now_s[:, None], 0.0)
        return np.maximum(gangs[:, GangR.WORKED_S] - left, 0.0).sum(axis=1) / HOUR_S

    def duty_h(self, now_s: F64) -> F64:
        """Return the hours of the crews on duty up to ``now_s``, (R,); a crew for every job does not count."""
        return now_s * len(self._gangs()) / HOUR_S

    def backorder_h(self) -> F64:
        """Return the part-hours of backorders: parts that consumers wait for, at stores that no store orders from."""
        return (
            self.state.stores.real[:, StoreR.BACKORDER_S][:, _part_stores(self.params, self.side)].sum(axis=1) / HOUR_S
        )

    def _gangs(self) -> np.ndarray:
        shop = self.params.gangs[GangSpecW.WORKSHOP]
        return np.flatnonzero(self.params.workshops.whole[WorkshopSpecW.SIDE, shop] == self.side)
