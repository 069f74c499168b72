"""Command: orders reach units over live links, and units decide in turn."""

import numpy as np

from simcore.compiling.jit import formula, kernel
from simcore.events import Log, emit
from simcore.kernels.orders.hosts import GONE, ask, choose_host, count_places, give_places
from simcore.kernels.orders.recovery import attend_host, go_home, must_return
from simcore.kernels.orders.tasks import set_goal
from simcore.kernels.turns import Turn, draw_turn, next_turn, prefetch_plan, turns_ahead
from simcore.kinds import Contacts, Ground, Groups, Moment, Mounts, Routes, Rules, Sides, Units
from simcore.orders import KEEP_ROE, N_ORDER_REALS, R, V
from simcore.params import GW, RW, UW
from simcore.scratch import SI, Scratch
from simcore.state import WAY_POINTS, WY, G, H, U, W
from simcore.surroundings import WX
from simcore.types import F64, I32, NONE, Emcon, EventKind, Returning, Status, Task


@formula
def rules_given(ordered: int, in_force: int, limit: int) -> int:
    """Return the rules of engagement that an order brings: no wider than the side may, and as they are for KEEP_ROE."""
    return min(in_force if ordered == KEEP_ROE else ordered, limit)


@kernel
def is_new_task(order_real: F64, order_whole: I32, groups: Groups, g: int) -> bool:
    """Return whether the task issued to group ``g`` differs from the one of record, within the limit of its rules."""
    is_new = groups.whole[H.SERIAL, g] == 0
    for column in range(N_ORDER_REALS):
        is_new = is_new or groups.real[column, g] != order_real[column, g]
    is_new = is_new or groups.whole[H.TASK, g] != order_whole[V.TASK, g]
    roe = groups.whole[H.ROE, g]
    is_new = is_new or roe != rules_given(order_whole[V.ROE, g], roe, groups.spec_whole[GW.ROE_LIMIT, g])
    return is_new or groups.whole[H.TARGET, g] != order_whole[V.TARGET, g]


@kernel
def take_orders(order_real: F64, order_whole: I32, groups: Groups) -> None:
    """Enter the orders issued as the groups' orders of record, and consume them.

    An order gives no wider rules of engagement than the group's side may. An order that repeats the one of record
    changes nothing, so a policy may repeat itself freely.
    """
    issued = order_whole[V.ISSUED]
    emcon = order_whole[V.EMCON]
    for g in range(issued.shape[0]):
        if emcon[g] != Emcon.NO_CHANGE:
            groups.whole[H.EMCON, g] = emcon[g]
            emcon[g] = Emcon.NO_CHANGE
        if issued[g] == 0:
            continue
        issued[g] = 0
        order_whole[V.ROE, g] = rules_given(
            order_whole[V.ROE, g], groups.whole[H.ROE, g], groups.spec_whole[GW.ROE_LIMIT, g]
        )
        if not is_new_task(order_real, order_whole, groups, g):
            continue
        groups.real[G.X, g] = order_real[R.X, g]
        groups.real[G.Y, g] = order_real[R.Y, g]
        groups.real[G.RADIUS, g] = order_real[R.RADIUS, g]
        groups.real[G.SPEED, g] = order_real[R.SPEED, g]
        groups.real[G.SPACING, g] = order_real[R.SPACING, g]
        groups.whole[H.TASK, g] = order_whole[V.TASK, g]
        groups.whole[H.ROE, g] = order_whole[V.ROE, g]
        groups.whole[H.TARGET, g] = order_whole[V.TARGET, g]
        groups.whole[H.SERIAL, g] += 1


@kernel
def forget_orders(order_whole: I32) -> None:
    """Consume orders to a replication that is over: nothing in it changes any more."""
    for g in range(order_whole.shape[1]):
        order_whole[V.ISSUED, g] = 0
        order_whole[V.EMCON, g] = Emcon.NO_CHANGE


@kernel
def adopt_order(now: Moment, i: int, g: int, side: int, units: Units, groups: Groups, routes: Routes, log: Log) -> None:
    """Unit ``i`` takes up the order in column ``g``, its group's order of record or one sent, and the way there."""
    task = groups.whole[H.TASK, g]
    units.whole[W.ORDER_SERIAL, i] = groups.whole[H.SERIAL, g]
    units.whole[W.TASK, i] = task
    units.whole[W.ROE, i] = groups.whole[H.ROE, g]
    units.whole[W.TASK_TARGET, i] = groups.whole[H.TARGET, g]
    units.whole[W.LEG, i] = 0
    units.whole[W.WAY, i] = 0
    slot = units.spec_whole[UW.WAY_SLOT, i]
    if slot >= 0:
        source = groups.whole[H.WAY_SLOT, g]
        count = routes.whole[WY.COUNT, source]
        routes.whole[WY.COUNT, slot] = count
        for k in range(count):
            routes.real[k, slot] = routes.real[k, source]
            routes.real[WAY_POINTS + k, slot] = routes.real[WAY_POINTS + k, source]
    units.whole[W.PREY, i] = -1
    units.real[U.TASK_RADIUS, i] = groups.real[G.RADIUS, g]
    units.real[U.TASK_SPEED, i] = groups.real[G.SPEED, g]
    units.real[U.TASK_SPACING, i] = groups.real[G.SPACING, g]
    if task == Task.HOLD:
        units.real[U.TASK_X, i] = units.real[U.X, i]
        units.real[U.TASK_Y, i] = units.real[U.Y, i]
    else:
        units.real[U.TASK_X, i] = groups.real[G.X, g]
        units.real[U.TASK_Y, i] = groups.real[G.Y, g]
    is_out = units.whole[W.STATUS, i] == Status.ACTIVE  # aboard, it is serviced before it leaves again
    if task != Task.RECOVER and units.whole[W.RETURNING, i] == Returning.ORDERED and is_out:
        units.whole[W.RETURNING, i] = Returning.NO
    emit(log, now, EventKind.ORDER, side, i, -1, task, groups.whole[H.ROE, g])


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
    has_latency: bool,
    has_hosts: bool,
    ground: Ground,
) -> None:
    """Let every unit whose turn it is take up new orders and decide where to go.

    Units that compete for places on hosts get them when all have decided. Mutates orders in force, goals, returns,
    launches, recoveries and turnarounds.
    """
    n = units.spec_whole.shape[1]
    period = rules.whole[RW.PLAN_PERIOD]
    side = units.spec_whole[UW.SIDE]
    group = units.spec_whole[UW.GROUP]
    host = units.whole[W.HOST]
    status = units.whole[W.STATUS]
    plan_tick = units.whole[W.PLAN_TICK]
    linked = units.whole[W.LINKED]
    returning = units.whole[W.RETURNING]
    order_serial = units.whole[W.ORDER_SERIAL]
    record = units.whole[W.RECORD]
    serial = groups.whole[H.SERIAL]
    emcon = units.whole[W.EMCON]
    emcon_ordered = groups.whole[H.EMCON]
    wait = units.whole[W.WAIT_TICK]
    room = work.whole[SI.ROOM]
    n_asking = np.int64(0)
    due = work.whole[SI.DUE]
    n_due = 0
    for i in range(n):
        due[n_due] = i
        n_due += int((plan_tick[i] <= now.tick) & (status[i] < Status.RESERVE))
    if has_hosts and n_due > 0:
        count_places(units, work)
    ahead = turns_ahead(n, n_due)
    for d in range(n_due):
        if d + ahead < n_due:
            prefetch_plan(due[d + ahead], units)
        i = np.int64(due[d])
        # everybody decides at tick 0; from then on the units take turns
        plan_tick[i] = next_turn(now.tick, draw_turn(units.key[i], Turn.PLAN, period), period)
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
            units.whole[W.DISPATCH, i] = groups.whole[H.NUMBER, g]
            record[i] = NONE
        if status[i] != Status.ACTIVE:
            wants_service = attend_host(now, i, s, units, mounts, sides, work, log, weather)
            if wants_service:
                n_asking = ask(now.tick, i, n_asking, units, work)
            if status[i] != Status.ACTIVE:
                continue
        if returning[i] == Returning.LINK and linked[i] != 0:
            returning[i] = Returning.NO
        if host[i] >= 0 and room[host[i]] <= 0:
            choose_host(i, units, rules, work, ground, weather[WX.SEA_STATE])
            if room[host[i]] == GONE and returning[i] == Returning.WINCHESTER:
                returning[i] = Returning.NO  # nobody is left to rearm it
        if returning[i] == Returning.NO:
            reason = must_return(now.tick, i, units, mounts, work, rules, ground, weather[WX.SEA_STATE])
            if reason != Returning.NO:
                returning[i] = reason
                units.whole[W.READY_TICK, i] = -1
                emit(log, now, EventKind.RETURN, s, i, host[i], reason, 0)
        if returning[i] != Returning.NO:
            wants_to_land = go_home(now.tick, i, units, mounts, rules, work)
            if wants_to_land:
                n_asking = ask(now.tick, i, n_asking, units, work)
        else:
            if host[i] >= 0:
                wait[i] = NONE
            set_goal(now, i, s, units, groups, routes, rules, contacts, work)
    if n_asking > 0:
        give_places(now, n_asking, period, units, sides, work, log)
