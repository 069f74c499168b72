"""Measures of readiness, reliability, maintenance and supply; they exist for sides with sustainment alone."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from logistics.readiness.accounting import SideAccount, UnitAccount, has_part_stores, maintained_units
from scenarios.measures.case import Case, Measure
from simcore.params import Params, UnitSpecW
from simcore.state import WorldW
from simcore.stores import CarrierR, CarrierW, StoreSpecW, StoreW
from simcore.types import F64
from simcore.upkeep import Readiness, UpkeepSideR, UpkeepSideW

_CAPABLE = (Readiness.FMC, Readiness.PMC)
_POSSESSED = tuple(code for code in Readiness if code != Readiness.LOST)
_DELAYS = (UpkeepSideR.APART_S, UpkeepSideR.PART_S, UpkeepSideR.CREW_S, UpkeepSideR.AWAY_S)


def _has_components(params: Params, side: int) -> bool:
    return bool(maintained_units(params, side).any())


def _has_part_stores(params: Params, side: int) -> bool:
    return _has_components(params, side) and has_part_stores(params, side)


def _has_stores(params: Params, side: int) -> bool:
    return bool((params.units.whole[UnitSpecW.SIDE, params.supply.stores.whole[StoreSpecW.UNIT]] == side).any())


def _units(case: Case) -> UnitAccount:
    chosen = maintained_units(case.params, case.side)
    if case.platform:
        chosen = chosen & np.array([name == case.platform for name in case.roster.unit_platform])
    return UnitAccount(case.params, case.state, chosen)


def _side(case: Case) -> SideAccount:
    return SideAccount(case.params, case.state, case.side)


def _now_s(case: Case) -> F64:
    return case.state.world[:, WorldW.TICK].astype(np.float64) * case.roster.dt_s


def _hours(*readiness: Readiness) -> Callable[[Case], F64]:
    return lambda case: _units(case).hours(*readiness)


def _count(row: UpkeepSideW) -> Callable[[Case], F64]:
    return lambda case: _side(case).count(row)


def _time(*rows: UpkeepSideR) -> Callable[[Case], F64]:
    return lambda case: _side(case).hours(*rows)


def _operating_h(case: Case) -> F64:
    return _units(case).operating_h()


def _repair_cycle_h(case: Case) -> F64:
    return _operating_h(case) + _side(case).hours(UpkeepSideR.REPAIR_S)


def _parts_cost(case: Case) -> F64:
    return _units(case).parts_cost(case.roster.component_cost)


def _crew_cost(case: Case) -> F64:
    return _side(case).hours(UpkeepSideR.WORK_S) * case.roster.crew_hour_cost


def _upkeep_cost(case: Case) -> F64:
    return _parts_cost(case) + _crew_cost(case)


def _upkeep_and_losses(case: Case) -> F64:
    return _upkeep_cost(case) + (case.lost() * case.roster.unit_cost).sum(axis=1)


def _backorders(case: Case) -> F64:
    hours = _now_s(case) / 3600.0
    return np.where(hours > 0.0, _side(case).backorder_h() / np.maximum(hours, 1e-300), np.nan)


def _own(case: Case) -> np.ndarray:
    return case.params.units.whole[UnitSpecW.SIDE] == case.side


def _waiting_h(case: Case) -> F64:
    return case.state.carriers.real[:, CarrierR.WAIT_S][:, _own(case)].sum(axis=1) / 3600.0


def _deliveries(case: Case) -> F64:
    return case.state.carriers.whole[:, CarrierW.TRIPS][:, _own(case)].sum(axis=1).astype(np.float64)


def _delivered_t(case: Case) -> F64:
    return case.state.carriers.real[:, CarrierR.DELIVERED_KG][:, _own(case)].sum(axis=1) / 1000.0


def _stockouts(case: Case) -> F64:
    spec = case.params.supply.stores.whole
    chosen = _own(case)[spec[StoreSpecW.UNIT]] & (spec[StoreSpecW.IS_CARGO] == 0)
    return case.state.stores.whole[:, StoreW.STOCKOUTS][:, chosen].sum(axis=1).astype(np.float64)


def _status(name: str, readiness: Readiness, words: str) -> Measure:
    return Measure(
        f"{{side}}_{name}_share", "1", "mean", f"share of the time of its units {words}",
        lambda case: _units(case).share(readiness), is_share=True, exists=_has_components,
    )  # fmt: skip


def _mean(name: str, unit: str, words: str, values: Callable[[Case], F64]) -> Measure:
    return Measure(f"{{side}}_{name}", unit, "mean", words, values, exists=_has_components)


def _ratio(name: str, unit: str, words: str, above: str, below: str, *, is_share: bool = False) -> Measure:
    return Measure(
        f"{{side}}_{name}", unit, "ratio", words, numerator=f"{{side}}_{above}", denominator=f"{{side}}_{below}",
        is_share=is_share, exists=_has_components,
    )  # fmt: skip


def _of_units(suffix: str, whose: str) -> tuple[Measure, ...]:
    """Return the measures that exist for a side and for each of its platforms."""
    return (
        _mean(f"possessed_h{suffix}", "h", f"unit-hours of {whose} with components, until their loss",
              _hours(*_POSSESSED)),
        _mean(f"mission_capable_h{suffix}", "h", "of these, fully or partially mission capable", _hours(*_CAPABLE)),
        _ratio(f"ao{suffix}", "1", "operational availability: the share of the time of units, until their loss, in "
               "which they are mission capable", f"mission_capable_h{suffix}", f"possessed_h{suffix}", is_share=True),
        _mean(f"operating_h{suffix}", "h", f"hours of operation of {whose} with components", _operating_h),
        _mean(f"failures{suffix}", "failures", "failures of components", lambda case: _units(case).failures()),
        _ratio(f"mtbf_h{suffix}", "h", "mean time between failures: hours of operation per failure",
               f"operating_h{suffix}", f"failures{suffix}"),
    )  # fmt: skip


_TABLE: tuple[Measure, ...] = (
    *_of_units("", "units"),
    _status("fmc", Readiness.FMC, "fully mission capable (FMC); the seven shares sum to 1"),
    _status("pmc", Readiness.PMC, "partially mission capable (PMC)"),
    _status("nmcm", Readiness.NMCM, "not mission capable for maintenance (NMCM)"),
    _status("nmcs", Readiness.NMCS, "not mission capable for supply (NMCS): waiting for a part"),
    _status("nmcb", Readiness.NMCB, "not mission capable for both (NMCB)"),
    _status("depot", Readiness.DEPOT, "at a workshop of a higher echelon"),
    _status("lost", Readiness.LOST, "after their loss"),
    _mean("repairs_begun", "jobs", "repairs of failed components begun; damage by fire and mines is not counted",
          _count(UpkeepSideW.REPAIRS_BEGUN)),
    _mean("repair_h", "h", "hours of work on these", _time(UpkeepSideR.REPAIR_S)),
    _ratio("mttr_h", "h", "mean time to repair: hours of work per repair of a failed component", "repair_h",
           "repairs_begun"),
    _mean("repair_cycle_h", "h", "hours of operation and of repair work", _repair_cycle_h),
    _ratio("ai", "1", "inherent availability: MTBF / (MTBF + MTTR), without services and delays", "operating_h",
           "repair_cycle_h", is_share=True),
    _mean("maintenance_jobs", "jobs", "repairs, services and repairs of damage begun", _count(UpkeepSideW.JOBS_BEGUN)),
    _mean("services", "jobs", "preventive renewals done", _count(UpkeepSideW.SERVICES)),
    _mean("logistics_delay_h", "h", "hours that jobs waited for a workshop, a part, a crew or transport",
          _time(*_DELAYS)),
    _ratio("mldt_h", "h", "mean logistics delay time per job", "logistics_delay_h", "maintenance_jobs"),
    _mean("maintenance_h", "h", "hours of work on jobs begun", _time(UpkeepSideR.WORK_S)),
    _ratio("maintenance_ratio", "1", "hours of maintenance work per hour of operation", "maintenance_h", "operating_h"),
    _mean("crew_work_h", "h", "hours of work of the crews", lambda case: _side(case).crew_h(_now_s(case))),
    _mean("crew_duty_h", "h", "hours of the crews on duty", lambda case: _side(case).duty_h(_now_s(case))),
    _ratio("crew_utilisation", "1", "share of the time of the crews at work", "crew_work_h", "crew_duty_h",
           is_share=True),
    _mean("spares_asked", "parts", "spare parts that jobs asked for", _count(UpkeepSideW.SPARES_ASKED)),
    _mean("spares_at_once", "parts", "of these, at hand at once", _count(UpkeepSideW.SPARES_AT_ONCE)),
    _ratio("fill_rate", "1", "share of the spare parts that were at hand at once", "spares_at_once", "spares_asked",
           is_share=True),
    Measure("{side}_expected_backorders", "parts", "mean",
            "mean number of spare parts over the run that jobs and other consumers waited for", _backorders,
            exists=_has_part_stores),
    _mean("mission_aborts", "missions", "units under way that a failure made not mission capable",
          _count(UpkeepSideW.ABORTS)),
    _mean("starts_refused", "sorties", "launches prevented by a failure at the start",
          _count(UpkeepSideW.STARTS_REFUSED)),
    _mean("parts_cost", "MUSD", "cost of the parts of finished repairs and services", _parts_cost),
    _mean("crew_cost", "MUSD", "cost of the hours of maintenance work", _crew_cost),
    _mean("upkeep_cost", "MUSD", "cost of parts and of maintenance work", _upkeep_cost),
    _mean("upkeep_and_losses_cost", "MUSD", "cost of parts, of maintenance work and of the units lost",
          _upkeep_and_losses),
    Measure("{side}_supply_wait_h", "h", "mean", "unit-hours spent waiting for fuel or rounds", _waiting_h,
            exists=_has_stores),
    Measure("{side}_deliveries", "deliveries", "mean", "deliveries by carriers", _deliveries, exists=_has_stores),
    Measure("{side}_delivered_t", "t", "mean", "tonnes delivered by carriers", _delivered_t, exists=_has_stores),
    Measure("{side}_stockouts", "stockouts", "mean", "times that a store ran out of an item", _stockouts,
            exists=_has_stores),
    *_of_units("_{platform}", "units of a platform"),
)  # fmt: skip

SUSTAINMENT = tuple(replace(measure, section="sustainment", counted=maintained_units) for measure in _TABLE)
