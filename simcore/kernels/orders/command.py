"""Command: orders reach units over live links, and units take turns to decide."""

import numpy as np

from simcore.compiling.jit import formula, kernel
from simcore.events import Log, emit
from simcore.kernels.orders.hosts import GONE, ask, choose_host, count_places, give_places
from simcore.kernels.orders.recovery import attend_host, go_home, must_return
from simcore.kernels.orders.tasks import set_goal
from simcore.kernels.turns import (
    Turn,
    draw_turn,
    list_marked,
    mark_due_among,
    next_turn,
    prefetch_plan,
    turns_ahead,
)
from simcore.kinds import Contacts, Ground, Groups, Moment, Mounts, Routes, Rules, Sides, Support, Units
from simcore.orders import KEEP_ROE, N_ORDER_REALS, OrderR, OrderW
from simcore.params import GroupSpecW, RuleW, UnitSpecW
from simcore.scratch import Scratch, ScratchW
from simcore.state import WAY_POINTS, GroupR, GroupW, RouteW, UnitR, UnitW
from simcore.surroundings import WeatherR
from simcore.types import F64, I32, NONE, Emcon, EventKind, Returning, Status, Task


@formula
def rules_given(ordered: int, in_force: int, limit: int) -> int:
    """Return the rules of engagement of an order: at most the side's limit, and those in force for KEEP_ROE."""
    return min(in_force if ordered == KEEP_ROE else ordered, limit)


@kernel
def is_new_task(order_real: F64, order_whole: I32, groups: Groups, g: int) -> bool:
    """Return whether the task issued to group ``g`` differs from its task of record, within the limit of its rules."""
    is_new = groups.whole[GroupW.SERIAL, g] == 0
    for column in range(N_ORDER_REALS):
        is_new = is_new or groups.real[column, g] != order_real[column, g]
    is_new = is_new or groups.whole[GroupW.TASK, g] != order_whole[OrderW.TASK, g]
    roe = groups.whole[GroupW.ROE, g]
    is_new = is_new or roe != rules_given(order_whole[OrderW.ROE, g], roe, groups.spec_whole[GroupSpecW.ROE_LIMIT, g])
    return is_new or groups.whole[GroupW.TARGET, g] != order_whole[OrderW.TARGET, g]


@kernel
def take_orders(order_real: F64, order_whole: I32, groups: Groups) -> None:
    """Enter the issued orders as the groups' orders of record, and consume them.

    The rules of engagement of an order are limited to those allowed to the group's side. An order equal to the order of
    record changes nothing, so a policy may repeat its orders freely.
    """
    issued = order_whole[OrderW.ISSUED]
    emcon = order_whole[OrderW.EMCON]
    for g in range(issued.shape[0]):
        if emcon[g] != Emcon.NO_CHANGE:
            groups.whole[GroupW.EMCON, g] = emcon[g]
            emcon[g] = Emcon.NO_CHANGE
        if issued[g] == 0:
            continue
        issued[g] = 0
        order_whole[OrderW.ROE, g] = rules_given(
            order_whole[OrderW.ROE, g], groups.whole[GroupW.ROE, g], groups.spec_whole[GroupSpecW.ROE_LIMIT, g]
        )
        if not is_new_task(order_real, order_whole, groups, g):
            continue
        groups.real[GroupR.X, g] = order_real[OrderR.X, g]
        groups.real[GroupR.Y, g] = order_real[OrderR.Y, g]
        groups.real[GroupR.RADIUS, g] = order_real[OrderR.RADIUS, g]
        groups.real[GroupR.SPEED, g] = order_real[OrderR.SPEED, g]
        groups.real[GroupR.SPACING, g] = order_real[OrderR.SPACING, g]
        groups.whole[GroupW.TASK, g] = order_whole[OrderW.TASK, g]
        groups.whole[GroupW.ROE, g] = order_whole[OrderW.ROE, g]
        groups.whole[GroupW.TARGET, g] = order_whole[OrderW.TARGET, g]
        groups.whole[GroupW.SERIAL, g] += 1


@kernel
def forget_orders(order_whole: I32) -> None:
    """Consume orders to a finished replication, in which nothing changes any more."""
    for g in range(order_whole.shape[1]):
        order_whole[OrderW.ISSUED, g] = 0
        order_whole[OrderW.EMCON, g] = Emcon.NO_CHANGE


@kernel
def adopt_order(now: Moment, i: int, g: int, side: int, units: Units, groups: Groups, routes: Routes, log: Log) -> None:
    """Let unit ``i`` adopt the order in column ``g``, its group's order of record or an order sent, with its route."""
    task = groups.whole[GroupW.TASK, g]
    units.whole[UnitW.ORDER_SERIAL, i] = groups.whole[GroupW.SERIAL, g]
    units.whole[UnitW.TASK, i] = task
    units.whole[UnitW.ROE, i] = groups.whole[GroupW.ROE, g]
    units.whole[UnitW.TASK_TARGET, i] = groups.whole[GroupW.TARGET, g]
    units.whole[UnitW.LEG, i] = 0
    units.whole[UnitW.WAY, i] = 0
    slot = units.spec_whole[UnitSpecW.WAY_SLOT, i]
    if slot >= 0:
        source = groups.whole[GroupW.WAY_SLOT, g]
        count = routes.whole[RouteW.COUNT, source]
        routes.whole[RouteW.COUNT, slot] = count
        for k in range(count):
            routes.real[k, slot] = routes.real[k, source]
            routes.real[WAY_POINTS + k, slot] = routes.real[WAY_POINTS + k, source]
    units.whole[UnitW.PREY, i] = -1
    units.real[UnitR.TASK_RADIUS, i] = groups.real[GroupR.RADIUS, g]
    units.real[UnitR.TASK_SPEED, i] = groups.real[GroupR.SPEED, g]
    units.real[UnitR.TASK_SPACING, i] = groups.real[GroupR.SPACING, g]
    if task == Task.HOLD:
        units.real[UnitR.TASK_X, i] = units.real[UnitR.X, i]
        units.real[UnitR.TASK_Y, i] = units.real[UnitR.Y, i]
    else:
        units.real[UnitR.TASK_X, i] = groups.real[GroupR.X, g]
        units.real[UnitR.TASK_Y, i] = groups.real[GroupR.Y, g]
    is_out = units.whole[UnitW.STATUS, i] == Status.ACTIVE  # a unit aboard is serviced before it leaves again
    if task != Task.RECOVER and units.whole[UnitW.RETURNING, i] == Returning.ORDERED and is_out:
        units.whole[UnitW.RETURNING, i] = Returning.NO
    emit(log, now, EventKind.ORDER, side, i, -1, task, groups.whole[GroupW.ROE, g])


@kernel
def plan_units(
    now: Moment,
    units: Units,
    mounts: Mounts,
    groups: Groups,
    routes: Routes,
    rules: Rules,
    contacts: Contacts,
    sides: Sides,
    work: Scratch,
    log: Log,
    weather: F64,
    has_hosts: bool,
    ground: Ground,
    support: Support,
) -> None:
    """Let every unit with a turn adopt new orders and decide where to go.

    Places on hosts are given to competing units after all have decided. Mutates orders in force, goals, returns,
    launches, recoveries and turnarounds.
    """
    supply, people, care = support.supply, support.people, support.care
    n = units.spec_whole.shape[1]
    period = rules.whole[RuleW.PLAN_PERIOD]
    has_latency = rules.whole[RuleW.STATUS_SLOTS] > 0
    side = units.spec_whole[UnitSpecW.SIDE]
    group = units.spec_whole[UnitSpecW.GROUP]
    host = units.whole[UnitW.HOST]
    status = units.whole[UnitW.STATUS]
    plan_tick = units.whole[UnitW.PLAN_TICK]
    linked = units.whole[UnitW.LINKED]
    returning = units.whole[UnitW.RETURNING]
    order_serial = units.whole[UnitW.ORDER_SERIAL]
    record = units.whole[UnitW.RECORD]
    serial = groups.whole[GroupW.SERIAL]
    emcon = units.whole[UnitW.EMCON]
    emcon_ordered = groups.whole[GroupW.EMCON]
    wait = units.whole[UnitW.WAIT_TICK]
    room = work.whole[ScratchW.ROOM]
    n_asking = np.int64(0)
    due = work.whole[ScratchW.DUE]
    mark = work.whole[ScratchW.PENDING]
    mark_due_among(np.int32(now.tick), plan_tick, status, np.int32(Status.SERVICING), mark)
    n_due = list_marked(mark, np.int64(n), due)
    if has_hosts and n_due > 0:
        count_places(units, work)
    ahead = turns_ahead(n, n_due)
    phase = np.int64(now.tick % period)
    for d in range(n_due):
        if d + ahead < n_due:
            prefetch_plan(due[d + ahead], units)
        i = np.int64(due[d])
        # all units decide at tick 0; afterwards they take turns
        plan_tick[i] = next_turn(now.tick, phase, draw_turn(units.key[i], Turn.PLAN, period), period)
        s = side[i]
        g = group[i]
        is_told = linked[i] != 0
        if has_latency:
            g = record[i]
            is_told = is_told and g >= 0
        if is_told and order_serial[i] != serial[g]:
            adopt_order(now, i, g, s, units, groups, routes, log)
        if is_told and emcon[i] != emcon_ordered[g]:
            emcon[i] = emcon_ordered[g]
            emit(log, now, EventKind.EMCON, s, i, -1, emcon[i], 0)
        if has_latency and is_told:
            units.whole[UnitW.DISPATCH, i] = groups.whole[GroupW.NUMBER, g]
            record[i] = NONE
        if status[i] != Status.ACTIVE:
            wants_service = attend_host(now, i, s, units, mounts, sides, supply, people, care, work, log, weather)
            if wants_service:
                n_asking = ask(now.tick, i, n_asking, units, work)
            if status[i] != Status.ACTIVE:
                continue
        if returning[i] == Returning.LINK and linked[i] != 0:
            returning[i] = Returning.NO
        if host[i] >= 0 and room[host[i]] <= 0:
            choose_host(i, units, rules, work, ground, weather[WeatherR.SEA_STATE])
            if room[host[i]] == GONE and returning[i] == Returning.WINCHESTER:
                returning[i] = Returning.NO  # no host is left to rearm it
        if returning[i] == Returning.NO:
            reason = must_return(
                now.tick, i, units, mounts, supply, people, care, work, rules, ground, weather[WeatherR.SEA_STATE]
            )
            if reason != Returning.NO:
                returning[i] = reason
                units.whole[UnitW.READY_TICK, i] = -1
                emit(log, now, EventKind.RETURN, s, i, host[i], reason, 0)
        if returning[i] != Returning.NO:
            wants_to_land = go_home(now.tick, i, units, mounts, supply, rules, work)
            if wants_to_land:
                n_asking = ask(now.tick, i, n_asking, units, work)
        else:
            if host[i] >= 0:
                wait[i] = NONE
            set_goal(now, i, s, units, groups, routes, rules, contacts, supply, people, care, work)
    if n_asking > 0:
        give_places(now, n_asking, period, units, sides, work, log)
