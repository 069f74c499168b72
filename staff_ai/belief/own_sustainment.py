"""Own components and stores in the worlds: as last reported, with what reports do not show drawn given the reports.

- Life: the age at the next Weibull failure, given survival to the reported age. Effective hours are taken from hours of
  operation at the rate of the usual use, as maintenance policies do; hours before the start count as they are.
- Wear: the level of the gamma process given the condition signal with its error, the reported condition and the age.
- Since the last report a unit under way has gone on, so that a component may have failed in the meantime.
- Work: what is left of it, given the time since it was first reported.
- Stores: as reported; shipments are at a uniform place of a fixed lead time, or anew at the start of a drawn one.

The components of other sides are as at the start of the scenario.
"""

import numpy as np
from scipy.special import gammainc, gammaincinv

from simcore.maintenance import HOUR_S, PartR, PartW, usual_rate
from simcore.picture import OwnW, Picture
from simcore.situation_tables import SustainmentTable, UnitTable
from simcore.stores import NO_SOURCE, ShipmentR, ShipmentStage, ShipmentW, StoreR, StoreSpecR, StoreSpecW, StoreW
from simcore.sustainment_picture import StockR, SustainmentPicture
from simcore.types import F64, I32, NONE, Status
from simcore.upkeep import (
    ComponentR,
    ComponentSpecR,
    ComponentSpecW,
    ComponentW,
    Condition,
    Job,
    Part,
    Step,
    UseW,
)
from staff_ai.belief.assignment import Uniform
from staff_ai.belief.durations import left_s
from staff_ai.belief.staff_scenario import StaffScenario
from staff_ai.belief.tracker import Row, Upkeep

_LIFE, _LEVEL, _GROWTH, _SINCE, _WORK, _SHIPMENT = range(20, 26)  # purposes of draws
_CELLS = 256  # of the grid of a level of wear
_REACH = 6.0  # errors of a signal within which the grid lies
_TINY = 1e-300


def describe_sustainment(
    staff: StaffScenario,
    belief: Row,
    picture: Picture,
    row: int,
    draws: Uniform,
    units: UnitTable,
    table: SustainmentTable,
) -> None:
    """Enter the own components, units, stores and shipments into ``table``; ``units`` are those of the worlds."""
    known = picture.sustainment
    assert known is not None
    dt_s = staff.compiled.roster.dt_s
    tick = int(picture.ticks[row])
    if belief.upkeep is not None and len(staff.own_components):
        _enter_components(staff, belief.upkeep, picture, row, draws, table, tick, dt_s)
        _enter_use(staff, known, row, units, table)
    if len(staff.own_stores):
        _enter_stores(staff, known.stock[row], draws, table, tick, dt_s)


def _enter_components(
    staff: StaffScenario,
    upkeep: Upkeep,
    picture: Picture,
    row: int,
    draws: Uniform,
    table: SustainmentTable,
    tick: int,
    dt_s: float,
) -> None:
    known = picture.sustainment
    assert known is not None
    params, columns = staff.params, staff.own_components
    spec, codes = params.components.real[:, columns], params.components.whole[:, columns]
    real, whole = known.part_real[row], known.part_whole[row]
    condition, step = whole[PartW.CONDITION], whole[PartW.STEP]
    place = np.full(params.units.whole.shape[1], NONE)
    place[staff.own_units] = np.arange(len(staff.own_units))
    is_out = picture.own_whole[row, OwnW.STATUS, place[codes[ComponentSpecW.UNIT]]] == Status.ACTIVE
    rate = usual_rate(params, columns.astype(np.int32))
    hours, report_s = real[PartR.HOURS], np.maximum(real[PartR.REPORT_AGE_S], 0.0)
    since_h = np.where(is_out, report_s / HOUR_S, 0.0)
    age_h = upkeep.start_h + np.maximum(hours - upkeep.start_h, 0.0) * rate
    u = draws.uniform(_LIFE, len(columns))
    life_h = _lives(u, age_h, spec[ComponentSpecR.BETA], spec[ComponentSpecR.ETA_H])
    signal_h = np.where(np.isfinite(real[PartR.SIGNAL_AGE_S]), real[PartR.SIGNAL_AGE_S] - real[PartR.REPORT_AGE_S], 0.0)
    signal_h = np.where(is_out, np.maximum(signal_h, 0.0) / HOUR_S, 0.0)
    wear = _levels(spec, age_h, signal_h * rate, since_h * rate, real[PartR.SIGNAL], condition, draws)
    kind = np.where(condition == Condition.FAILED, Job.CORRECTIVE, Job.PREVENTIVE)
    kind = np.where(codes[ComponentSpecW.PART] == Part.STRUCTURE, Job.DAMAGE, kind)
    time_s = tick * dt_s
    rest_s = _left_s(draws, spec, codes, kind, np.maximum(time_s - upkeep.since_s, 0.0))
    is_in_work = step == Step.WORK
    has_job = step != Step.NONE
    has_part = (codes[ComponentSpecW.SPARE] >= 0) & (
        (step == Step.CREW) | is_in_work | ((step == Step.AWAY) & _is_in_stock(staff, known, row, codes))
    )
    due_s = np.where(is_in_work, time_s + rest_s, np.inf)
    has_signal = ~np.isnan(real[PartR.SIGNAL])
    for line, values in (
        (ComponentR.AGE_H, age_h + since_h * rate),
        (ComponentR.LIFE_H, life_h),
        (ComponentR.WEAR, wear),
        (ComponentR.METER_H, hours + since_h),
        (ComponentR.TOTAL_H, hours + since_h),
        (ComponentR.SIGNAL, np.where(has_signal, real[PartR.SIGNAL], 0.0)),
        (ComponentR.KNOWN_METER_H, hours),
        (ComponentR.REQUEST_S, upkeep.since_s),
        (ComponentR.READY_S, upkeep.since_s),
        (ComponentR.DUE_S, due_s),
        (ComponentR.BACK_S, due_s),
        (ComponentR.HOURS_LIMIT, np.inf),  # policies set their standing limits anew
        (ComponentR.SIGNAL_LIMIT, np.inf),
    ):
        table.components.real[:, line, columns] = values
    signal_age = np.where(has_signal, real[PartR.SIGNAL_AGE_S], 0.0)
    for line, values in (
        (ComponentW.CONDITION, condition),
        # a job that waits is placed anew; the workshop of one in work is found by its place
        (ComponentW.STEP, np.where(has_job & ~is_in_work & (step != Step.AWAY), Step.APART, step)),
        (ComponentW.KIND, np.where(has_job, kind, Job.CORRECTIVE)),
        (ComponentW.WORKSHOP, NONE),
        (ComponentW.PRIORITY, whole[PartW.PRIORITY]),
        (ComponentW.HAS_SPARE, has_part & has_job),
        (ComponentW.SIGNAL_TICK, np.where(has_signal, tick - np.rint(signal_age / dt_s), NONE)),
        (ComponentW.KNOWN_CONDITION, condition),
        (ComponentW.KNOWN_STEP, step),
        (ComponentW.KNOWN_TICK, tick - np.rint(report_s / dt_s)),
    ):
        table.components.whole[:, line, columns] = values


def _lives(u: F64, age_h: F64, beta: F64, eta_h: F64) -> F64:
    """Return the ages at failure (n, k) given survival to ``age_h`` (k,), for uniform ``u`` (n, k); inf: no failure."""
    is_mortal = np.isfinite(eta_h)
    eta = np.where(is_mortal, eta_h, 1.0)
    life = eta * ((age_h / eta) ** beta - np.log(u)) ** (1.0 / beta)
    return np.where(is_mortal, np.maximum(life, age_h), np.inf)


def _levels(spec: F64, age_h: F64, signal_h: F64, since_h: F64, signal: F64, condition: I32, draws: Uniform) -> F64:
    """Return the levels of wear now (n, k), of which 0 where there is no gamma process.

    ``signal_h`` and ``since_h`` are effective hours from the signal to the report, and from the report to now. The
    reported condition holds at the report; since then the wear has grown freely.
    """
    k = len(age_h)
    u, v, w = (draws.uniform(purpose, k) for purpose in (_LEVEL, _GROWTH, _SINCE))
    found = np.zeros((draws.n, k))
    for c in np.flatnonzero(spec[ComponentSpecR.SHAPE_PER_H] > 0.0):
        limit, scale = spec[ComponentSpecR.LIMIT, c], spec[ComponentSpecR.SCALE, c]
        unit = limit / scale if np.isfinite(limit) else 1.0  # levels are counted in shares of the limit
        worse = min(spec[ComponentSpecR.DEGRADED_AT, c], 1.0)
        low, high = (worse, 1.0) if condition[c] == Condition.DEGRADED else (0.0, worse)
        if condition[c] == Condition.FAILED:
            low, high = 0.0, 1.0
        if not np.isfinite(limit):
            high = np.inf
        shape = spec[ComponentSpecR.SHAPE_PER_H, c]
        before = max(age_h[c] - signal_h[c], 0.0) * shape
        growth = signal_h[c] * shape
        if np.isnan(signal[c]):
            before, growth = age_h[c] * shape, 0.0
        level = _level_at_signal(u[:, c], before, growth, unit, low, high, signal[c], spec[ComponentSpecR.SIGMA, c])
        if growth > 0.0:
            least, most = (gammainc(growth, np.maximum(end - level, 0.0) * unit) for end in (low, high))
            level = level + gammaincinv(growth, least + v[:, c] * (most - least)) / unit
        if since_h[c] > 0.0:
            level = level + gammaincinv(since_h[c] * shape, w[:, c]) / unit
        found[:, c] = level * unit * scale
    return found


def _level_at_signal(
    u: F64, shape: float, growth: float, unit: float, low: float, high: float, signal: float, sigma: float
) -> F64:
    """Return levels of wear (n,) as shares of the limit, drawn by ``u`` (n,) given the signal and the later condition.

    The level before the signal has a gamma law of ``shape``; with a further growth of shape ``growth`` it is to be
    within ``low`` and ``high``. The law is inverted on a grid, exact in its cells for the prior. A signal of nan stands
    for none, and then no growth is counted apart.
    """
    if shape <= 0.0:
        return np.zeros(len(u))
    if np.isnan(signal):
        ends = gammainc(shape, low * unit), gammainc(shape, high * unit)
        return gammaincinv(shape, ends[0] + u * (ends[1] - ends[0])) / unit
    first = 0.0 if growth > 0.0 else low
    a, b = max(first, signal - _REACH * sigma), min(high, signal + _REACH * sigma)
    if b - a < 1e-9:  # an exact signal, or one far from what the condition allows
        return np.full(len(u), min(max(signal, first), high * (1.0 - 1e-9)))
    edges = np.linspace(a, b, _CELLS + 1)
    middle = 0.5 * (edges[1:] + edges[:-1])
    logs = -0.5 * ((signal - middle) / sigma) ** 2
    if growth > 0.0:
        least, most = (gammainc(growth, np.maximum(end - middle, 0.0) * unit) for end in (low, high))
        logs = logs + np.log(np.maximum(most - least, _TINY))
    prior = np.diff(gammainc(shape, edges * unit))
    if prior.sum() > 0.0:
        logs = logs + np.log(np.maximum(prior, _TINY))
    weight = np.exp(logs - logs.max())
    total = np.concatenate([[0.0], np.cumsum(weight)])
    return np.interp(u * total[-1], total, edges)


def _left_s(draws: Uniform, spec: F64, codes: I32, kind: np.ndarray, spent_s: F64) -> F64:
    """Return the time left of the work on each component (n, k) [s], given that it has taken ``spent_s`` so far."""
    is_service = kind == Job.PREVENTIVE
    mean_s = HOUR_S * np.where(is_service, spec[ComponentSpecR.SERVICE_H], spec[ComponentSpecR.REPAIR_H])
    cv = np.where(is_service, spec[ComponentSpecR.SERVICE_CV], spec[ComponentSpecR.REPAIR_CV])
    law = np.where(is_service, codes[ComponentSpecW.SERVICE_LAW], codes[ComponentSpecW.REPAIR_LAW])
    u = draws.uniform(_WORK, len(mean_s))
    laws = zip(
        u.T, law.tolist(), mean_s.tolist(), cv.tolist(), np.broadcast_to(spent_s, mean_s.shape).tolist(), strict=True
    )
    return np.stack([left_s(*one) for one in laws], axis=1)


def _is_in_stock(staff: StaffScenario, known: SustainmentPicture, row: int, codes: I32) -> np.ndarray:
    """Return whether an own store has a spare of each component on hand, or no store counts it, (k,)."""
    whole = staff.params.supply.stores.whole[:, staff.own_stores]
    is_shelf = whole[StoreSpecW.IS_CARGO] == 0
    stock = known.stock[row, StockR.ON_HAND]
    found = np.ones(codes.shape[1], dtype=np.bool_)
    for k, item in enumerate(codes[ComponentSpecW.SPARE]):
        mine = is_shelf & (whole[StoreSpecW.ITEM] == item)
        found[k] = not mine.any() or bool((stock[mine] > 0.0).any())
    return found


def _enter_use(
    staff: StaffScenario, known: SustainmentPicture, row: int, units: UnitTable, table: SustainmentTable
) -> None:
    """Tell failed components from damage by fire in the reported damage, and enter the recalls."""
    codes = staff.params.components.whole
    whole = known.part_whole[row]
    is_down = (whole[PartW.CONDITION] == Condition.FAILED) | (whole[PartW.STEP] >= Step.WORK)
    worn = np.zeros(units.damage.shape[1], dtype=np.int32)
    down = staff.own_components[is_down]
    np.bitwise_or.at(worn, codes[ComponentSpecW.UNIT, down], codes[ComponentSpecW.BITS, down])
    table.uses.whole[:, UseW.WORN] = worn
    table.uses.whole[:, UseW.IS_RECALLED, staff.own_units] = known.recalled[row]


def _enter_stores(
    staff: StaffScenario, stock: F64, draws: Uniform, table: SustainmentTable, tick: int, dt_s: float
) -> None:
    supply, columns = staff.params.supply.stores, staff.own_stores
    real, whole = supply.real[:, columns], supply.whole[:, columns]
    on_hand, on_order = stock[StockR.ON_HAND], stock[StockR.ON_ORDER]
    reported = tick - np.rint(stock[StockR.AGE_S] / dt_s)
    gained = on_hand - real[StoreSpecR.START]
    for line, values in (
        (StoreR.ON_HAND, on_hand),
        (StoreR.REPORTED, on_hand),
        (StoreR.KNOWN, on_hand),
        (StoreR.REPORTED_DUE, on_order),
        (StoreR.RECEIVED, np.maximum(gained, 0.0)),
        (StoreR.ISSUED, np.maximum(-gained, 0.0)),
    ):
        table.stores.real[:, line, columns] = values
    for line, values in (
        (StoreW.REPORT_TICK, reported),
        (StoreW.KNOWN_TICK, reported),
        (StoreW.IS_EMPTY, on_hand <= 0.0),
    ):
        table.stores.whole[:, line, columns] = values
    # cargo under way to a store is in the stores of its carriers
    ordered = np.flatnonzero((whole[StoreSpecW.SOURCE] != NO_SOURCE) & (on_order > 0.0))
    u = draws.uniform(_SHIPMENT, int(supply.whole[StoreSpecW.SLOT_COUNT].sum()) or 1)
    for k in ordered:
        _enter_shipments(int(columns[k]), on_order[k], real[:, k], whole[:, k], u, table, tick, dt_s)


def _enter_shipments(
    store: int, quantity: float, real: F64, whole: I32, u: F64, table: SustainmentTable, tick: int, dt_s: float
) -> None:
    """Enter what is on order to a store as shipments under way, of the size of its orders."""
    slots = int(whole[StoreSpecW.SLOT_COUNT])
    size = max(float(real[StoreSpecR.UP_TO] - real[StoreSpecR.LOW]), 1.0)
    n = max(1, min(slots, round(quantity / size)))
    is_whole = whole[StoreSpecW.IS_DIVISIBLE] == 0
    shares = np.full(n, quantity / n)
    if is_whole:
        shares = np.floor(quantity / n) + (np.arange(n) < quantity % n)
    first = int(whole[StoreSpecW.SLOT_FIRST])
    lead_s = float(real[StoreSpecR.LEAD_S])
    for q, share in enumerate(shares):
        draw = u[:, first + q]
        rest_s = -np.log(draw) * lead_s if whole[StoreSpecW.IS_LEAD_DRAWN] == 1 else draw * lead_s
        table.shipments.real[:, ShipmentR.QUANTITY, first + q] = share
        table.shipments.whole[:, ShipmentW.STAGE, first + q] = ShipmentStage.UNDER_WAY
        table.shipments.whole[:, ShipmentW.TICK, first + q] = tick
        table.shipments.whole[:, ShipmentW.DUE, first + q] = tick + np.rint(rest_s / dt_s)
        table.shipments.whole[:, ShipmentW.STORE, first + q] = store
