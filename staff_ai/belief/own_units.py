"""Own units in the worlds: as last reported, with their movement since by dead reckoning."""

from typing import Any

import numpy as np

from simcore.orders import OrderR, OrderW
from simcore.params import UNLIMITED, MountSpecR, MountSpecW, UnitSpecR, UnitSpecW
from simcore.picture import OwnR, OwnW, Picture
from simcore.situation_tables import OrderTable, ReportTable, UnitTable
from simcore.types import I32, I64, NONE, Status
from staff_ai.belief.assignment import Uniform
from staff_ai.belief.staff_scenario import StaffScenario
from staff_ai.belief.tracker import Row

_DRIFT = 0.3  # one-sigma error of the dead reckoning, as a share of the way
_OLDEST_S = 900.0  # units are reckoned on for no longer than this


def describe_own(
    staff: StaffScenario,
    belief: Row,
    picture: Picture,
    row: int,
    draws: Uniform,
    table: UnitTable,
    orders: OrderTable,
    ammo: I32,
    time_s: float,
) -> tuple[ReportTable, I32]:
    """Enter own units and orders into ``table`` and ``orders``; return the reports and the rounds (n, mounts)."""
    params, own = staff.params, staff.own_units
    spec = params.units
    real, code = picture.own_real[row], picture.own_whole[row]
    n = draws.n
    status = code[OwnW.STATUS].astype(np.int32)
    age_s = np.minimum(real[OwnR.AGE_S], _OLDEST_S)
    moves = (status == Status.ACTIVE) & (age_s > 0.0)
    vx, vy = (np.where(status == Status.ACTIVE, belief.speed[axis], 0.0) for axis in (0, 1))
    speed = np.sqrt(vx * vx + vy * vy)
    fastest = spec.real[UnitSpecR.SPEED_MAX, own]
    share = np.where(speed > fastest, fastest / np.maximum(speed, 1e-9), 1.0)  # launches and landings are no movement
    vx, vy = vx * share, vy * share
    drift = np.where(moves, _DRIFT * np.minimum(speed, fastest) * age_s, 0.0)
    noise = draws.normal(3, 2 * len(own))
    west, east, south, north = staff.compiled.roster.bounds_m
    x = real[OwnR.X] + np.where(moves, vx * age_s, 0.0) + drift * noise[:, : len(own)]
    y = real[OwnR.Y] + np.where(moves, vy * age_s, 0.0) + drift * noise[:, len(own) :]
    host, status = _hosts(staff, real[OwnR.X], real[OwnR.Y], status)
    full = spec.real[UnitSpecR.ENDURANCE_S, own]
    with np.errstate(invalid="ignore"):
        left = np.where(np.isfinite(full), real[OwnR.ENDURANCE] * full - np.where(moves, age_s, 0.0), np.inf)
    left = np.clip(left, 0.0, full)
    strength = np.clip(real[OwnR.STRENGTH], 1e-3, 1.0)
    tick = int(picture.ticks[row])
    for name, values in (
        ("status", status),
        ("host", host),
        ("x", x.clip(west, east)),
        ("y", y.clip(south, north)),
        ("vx", vx),
        ("vy", vy),
        ("hx", 0.0),
        ("hy", 0.0),
        ("goal_x", np.nan),
        ("goal_y", np.nan),
        ("strength", strength),
        ("endurance_s", left),
        ("damage", code[OwnW.DAMAGE]),
        ("outage", 0),
        ("linked", code[OwnW.LINKED]),
        (
            "ready_tick",
            np.where(status == Status.SERVICING, tick + spec.whole[UnitSpecW.SERVICE_TICKS, own] // 2, NONE),
        ),
        ("way", NONE),
    ):
        getattr(table, name)[:, own] = values
    _enter_orders(staff, belief, code, orders, table)
    _count_rounds(staff, code[OwnW.AMMO], real[OwnR.AGE_S] < time_s - 1e-6, ammo)
    n_units = spec.whole.shape[1]
    floats = ("x", "y", "strength", "endurance_s")
    columns: list[Any] = [np.zeros((n, n_units), float if name in floats else np.int32) for name in ReportTable._fields]
    report = ReportTable(*columns)
    reported = np.where(np.isfinite(full), real[OwnR.ENDURANCE] * full, np.inf)
    age_ticks = np.rint(real[OwnR.AGE_S] / staff.compiled.roster.dt_s).astype(np.int64)
    for name, values in (
        ("x", real[OwnR.X]),
        ("y", real[OwnR.Y]),
        ("strength", real[OwnR.STRENGTH]),
        ("endurance_s", reported),
        ("status", code[OwnW.STATUS]),
        ("damage", code[OwnW.DAMAGE]),
        ("ammo", code[OwnW.AMMO]),
        ("emcon", code[OwnW.EMCON]),
        ("linked", code[OwnW.LINKED]),
        ("tick", np.maximum(tick - age_ticks, 0)),
    ):
        getattr(report, name)[:, own] = values
    report.tick[:, np.setdiff1d(np.arange(n_units), own)] = tick
    return report, ammo


def _hosts(staff: StaffScenario, x: np.ndarray, y: np.ndarray, status: I32) -> tuple[I64, I32]:
    """Return the hosts (own,): of units aboard the nearest intact carrier, of others that of the file; and statuses."""
    spec, own = staff.params.units.whole, staff.own_units
    carries = (spec[UnitSpecW.CARRIES, own] > 0) & (status == Status.ACTIVE)
    host = spec[UnitSpecW.HOST, own].astype(np.int64)
    carriers = np.flatnonzero(carries)
    aboard = (status == Status.ABOARD) | (status == Status.SERVICING)
    new = status.copy()
    for k in np.flatnonzero(aboard):
        if len(carriers) == 0:
            new[k] = Status.LOST  # with its host
            continue
        away = np.hypot(x[carriers] - x[k], y[carriers] - y[k])
        of_file = own[carriers] == host[k]
        # several carriers at the same place: that of the file first
        host[k] = own[carriers[int(np.argmin(away - 1.0 * of_file))]]
    host[status == Status.RESERVE] = NONE
    return host, new


def _enter_orders(staff: StaffScenario, belief: Row, code: I32, orders: OrderTable, table: UnitTable) -> None:
    groups = staff.own_groups
    given = belief.orders_whole[OrderW.ISSUED] > 0
    target = belief.orders_whole[OrderW.TARGET].astype(np.int64)
    target = np.where(target >= 0, groups[np.clip(target, 0, max(len(groups) - 1, 0))] if len(groups) else target, NONE)
    for name, values in (
        ("given", given),
        ("task", belief.orders_whole[OrderW.TASK]),
        ("roe", belief.orders_whole[OrderW.ROE]),
        ("target", target),
        ("x", belief.orders_real[OrderR.X]),
        ("y", belief.orders_real[OrderR.Y]),
        ("radius_m", belief.orders_real[OrderR.RADIUS]),
        ("speed", belief.orders_real[OrderR.SPEED]),
        ("spacing_m", belief.orders_real[OrderR.SPACING]),
    ):
        column = getattr(orders, name)
        column[:, groups] = np.where(given, values, column[:, groups])
    place = {int(group): k for k, group in enumerate(groups)}
    group_of_unit = np.array(
        [place[int(group)] for group in staff.params.units.whole[UnitSpecW.GROUP, staff.own_units]], dtype=np.int64
    )
    for k, group in enumerate(groups):
        members = np.flatnonzero(group_of_unit == k)
        if len(members) > 0 and code[OwnW.EMCON, members].any():
            orders.emcon[:, group] = int(np.bincount(code[OwnW.EMCON, members], minlength=3)[1:].argmax()) + 1
        if belief.orders_whole[OrderW.EMCON, k] > 0:
            orders.emcon[:, group] = belief.orders_whole[OrderW.EMCON, k]
    table.has_order[:, staff.own_units] = given[group_of_unit] & (code[OwnW.LINKED] == 1)


def _count_rounds(staff: StaffScenario, reported: I32, has_reported: np.ndarray, ammo: I32) -> None:
    """Take the rounds that a unit has spent, by its report, from its mounts: from those of the longest range first.

    A unit that has not reported since the start has all its rounds. Units open fire at long range. Mounts that reach
    no domain of foreign units have fired last, if at all.
    """
    real, mounts = staff.params.mounts.real, staff.params.mounts.whole
    domains = int(np.bitwise_or.reduce(1 << staff.params.units.whole[UnitSpecW.DOMAIN, staff.foreign], initial=0))
    unit_of = mounts[MountSpecW.UNIT]
    offensive = mounts[MountSpecW.DOMAINS] != 0
    for k, unit in enumerate(staff.own_units):
        if not has_reported[k]:
            continue
        mine = np.flatnonzero((unit_of == unit) & offensive)
        magazine = mounts[MountSpecW.AMMO0, mine].astype(np.int64)
        if len(mine) == 0 or (magazine >= UNLIMITED).any():
            continue
        is_of_use = (mounts[MountSpecW.DOMAINS, mine] & domains) != 0
        order = np.lexsort((-real[MountSpecR.RANGE_MAX_M, mine], ~is_of_use))
        spent = max(int(magazine.sum()) - int(reported[k]), 0)
        before = np.cumsum(magazine[order]) - magazine[order]
        ammo[:, mine[order]] = magazine[order] - np.clip(spent - before, 0, magazine[order])
