"""Command: orders reach units over live links, and units decide in turn."""

import numpy as np

from simcore.compiling.jit import formula, kernel
from simcore.events import Log, emit
from simcore.kernels.orders.hosts import GONE, ask, choose_host, count_places, give_places
from simcore.kernels.orders.recovery import attend_host, go_home, must_return
from simcore.kernels.orders.tasks import set_goal
from simcore.kernels.turns import Turn, draw_turn, next_turn, prefetch_plan, turns_ahead
from simcore.orders import KEEP_ROE, N_ORDER_REALS, R, V
from simcore.params import GW, RW, UW
from simcore.scratch import SI
from simcore.state import WAY_POINTS, WY, G, H, U, W
from simcore.surroundings import WX
from simcore.types import (
    F32,
    F64,
    I32,
    NONE,
    U64,
    Emcon,
    EventKind,
    Returning,
    Status,
    Task,
    Word,
)


@formula
def rules_given(ordered: int, in_force: int, limit: int) -> int:
    """Return the rules of engagement that an order brings: no wider than the side may, and as they are for KEEP_ROE."""
    return min(in_force if ordered == KEEP_ROE else ordered, limit)


@kernel
def is_new_task(order_real: F64, order_whole: I32, group_whole: I32, task_real: F64, task_whole: I32, g: int) -> bool:
    """Return whether the task issued to group ``g`` differs from the one of record, within the limit of its rules."""
    is_new = task_whole[H.SERIAL, g] == 0
    for column in range(N_ORDER_REALS):
        is_new = is_new or task_real[column, g] != order_real[column, g]
    is_new = is_new or task_whole[H.TASK, g] != order_whole[V.TASK, g]
    roe = task_whole[H.ROE, g]
    is_new = is_new or roe != rules_given(order_whole[V.ROE, g], roe, group_whole[GW.ROE_LIMIT, g])
    return is_new or task_whole[H.TARGET, g] != order_whole[V.TARGET, g]


@kernel
def take_orders(order_real: F64, order_whole: I32, group_whole: I32, task_real: F64, task_whole: I32) -> None:
    """Enter the orders issued as the groups' orders of record, and consume them.

    An order gives no wider rules of engagement than the group's side may. An order that repeats the one of record
    changes nothing, so a policy may repeat itself freely.
    """
    issued = order_whole[V.ISSUED]
    emcon = order_whole[V.EMCON]
    for g in range(issued.shape[0]):
        if emcon[g] != Emcon.NO_CHANGE:
            task_whole[H.EMCON, g] = emcon[g]
            emcon[g] = Emcon.NO_CHANGE
        if issued[g] == 0:
            continue
        issued[g] = 0
        order_whole[V.ROE, g] = rules_given(order_whole[V.ROE, g], task_whole[H.ROE, g], group_whole[GW.ROE_LIMIT, g])
        if not is_new_task(order_real, order_whole, group_whole, task_real, task_whole, g):
            continue
        task_real[G.X, g] = order_real[R.X, g]
        task_real[G.Y, g] = order_real[R.Y, g]
        task_real[G.RADIUS, g] = order_real[R.RADIUS, g]
        task_real[G.SPEED, g] = order_real[R.SPEED, g]
        task_real[G.SPACING, g] = order_real[R.SPACING, g]
        task_whole[H.TASK, g] = order_whole[V.TASK, g]
        task_whole[H.ROE, g] = order_whole[V.ROE, g]
        task_whole[H.TARGET, g] = order_whole[V.TARGET, g]
        task_whole[H.SERIAL, g] += 1


@kernel
def forget_orders(order_whole: I32) -> None:
    """Consume orders to a replication that is over: nothing in it changes any more."""
    for g in range(order_whole.shape[1]):
        order_whole[V.ISSUED, g] = 0
        order_whole[V.EMCON, g] = Emcon.NO_CHANGE


@kernel
def adopt_order(
    r: int,
    tick: int,
    i: int,
    g: int,
    side: int,
    unit_whole: I32,
    state_real: F64,
    state_whole: I32,
    task_real: F64,
    task_whole: I32,
    way_real: F64,
    way_whole: I32,
    log: Log,
) -> None:
    """Unit ``i`` takes up the order in column ``g``, its group's order of record or one sent, and the way there."""
    task = task_whole[H.TASK, g]
    state_whole[W.ORDER_SERIAL, i] = task_whole[H.SERIAL, g]
    state_whole[W.TASK, i] = task
    state_whole[W.ROE, i] = task_whole[H.ROE, g]
    state_whole[W.TASK_TARGET, i] = task_whole[H.TARGET, g]
    state_whole[W.LEG, i] = 0
    state_whole[W.WAY, i] = 0
    slot = unit_whole[UW.WAY_SLOT, i]
    if slot >= 0:
        source = task_whole[H.WAY_SLOT, g]
        count = way_whole[WY.COUNT, source]
        way_whole[WY.COUNT, slot] = count
        for k in range(count):
            way_real[k, slot] = way_real[k, source]
            way_real[WAY_POINTS + k, slot] = way_real[WAY_POINTS + k, source]
    state_whole[W.PREY, i] = -1
    state_real[U.TASK_RADIUS, i] = task_real[G.RADIUS, g]
    state_real[U.TASK_SPEED, i] = task_real[G.SPEED, g]
    state_real[U.TASK_SPACING, i] = task_real[G.SPACING, g]
    if task == Task.HOLD:
        state_real[U.TASK_X, i] = state_real[U.X, i]
        state_real[U.TASK_Y, i] = state_real[U.Y, i]
    else:
        state_real[U.TASK_X, i] = task_real[G.X, g]
        state_real[U.TASK_Y, i] = task_real[G.Y, g]
    is_out = state_whole[W.STATUS, i] == Status.ACTIVE  # aboard, it is serviced before it leaves again
    if task != Task.RECOVER and state_whole[W.RETURNING, i] == Returning.ORDERED and is_out:
        state_whole[W.RETURNING, i] = Returning.NO
    emit(log, r, tick, EventKind.ORDER, side, i, -1, task, task_whole[H.ROE, g])


@kernel
def plan_units(
    r: int,
    tick: int,
    seed: Word,
    replication: Word,
    unit_real: F64,
    unit_whole: I32,
    key: U64,
    mount_whole: I32,
    group_whole: I32,
    route: F64,
    rules: F64,
    limits: I32,
    state_real: F64,
    state_whole: I32,
    arms_whole: I32,
    contact_real: F64,
    contact_whole: I32,
    task_real: F64,
    task_whole: I32,
    side_whole: I32,
    work_real: F64,
    work_whole: I32,
    log: Log,
    weather: F64,
    way_real: F64,
    way_whole: I32,
    has_latency: bool,
    has_hosts: bool,
    ground: F32,
) -> None:
    """Let every unit whose turn it is take up new orders and decide where to go.

    Units that compete for places on hosts get them when all have decided. Mutates orders in force, goals, returns,
    launches, recoveries and turnarounds.
    """
    n = unit_whole.shape[1]
    period = limits[RW.PLAN_PERIOD]
    side = unit_whole[UW.SIDE]
    group = unit_whole[UW.GROUP]
    host = state_whole[W.HOST]
    status = state_whole[W.STATUS]
    plan_tick = state_whole[W.PLAN_TICK]
    linked = state_whole[W.LINKED]
    returning = state_whole[W.RETURNING]
    order_serial = state_whole[W.ORDER_SERIAL]
    record = state_whole[W.RECORD]
    serial = task_whole[H.SERIAL]
    emcon = state_whole[W.EMCON]
    emcon_ordered = task_whole[H.EMCON]
    wait = state_whole[W.WAIT_TICK]
    room = work_whole[SI.ROOM]
    n_asking = np.int64(0)
    due = work_whole[SI.DUE]
    n_due = 0
    for i in range(n):
        due[n_due] = i
        n_due += int((plan_tick[i] <= tick) & (status[i] < Status.RESERVE))
    if has_hosts and n_due > 0:
        count_places(unit_whole, state_whole, work_whole)
    ahead = turns_ahead(n, n_due)
    for d in range(n_due):
        if d + ahead < n_due:
            prefetch_plan(due[d + ahead], unit_real, unit_whole, key, state_real, state_whole)
        i = np.int64(due[d])
        # everybody decides at tick 0; from then on the units take turns
        plan_tick[i] = next_turn(tick, draw_turn(key[i], Turn.PLAN, period), period)
        s = side[i]
        g = group[i]
        is_told = linked[i] != 0
        if has_latency:
            g = record[i]
            is_told = is_told and g >= 0
        if is_told and order_serial[i] != serial[g]:
            adopt_order(
                r,
                tick,
                i,
                g,
                s,
                unit_whole,
                state_real,
                state_whole,
                task_real,
                task_whole,
                way_real,
                way_whole,
                log,
            )
        if is_told and emcon[i] != emcon_ordered[g]:
            emcon[i] = emcon_ordered[g]
            emit(log, r, tick, EventKind.EMCON, s, i, -1, emcon[i], 0)
        if has_latency and is_told:
            state_whole[W.DISPATCH, i] = task_whole[H.NUMBER, g]
            record[i] = NONE
        if status[i] != Status.ACTIVE:
            wants_service = attend_host(
                r,
                tick,
                i,
                s,
                unit_real,
                unit_whole,
                mount_whole,
                state_real,
                state_whole,
                arms_whole,
                side_whole,
                work_whole,
                log,
                weather,
            )
            if wants_service:
                n_asking = ask(tick, i, n_asking, state_whole, work_whole)
            if status[i] != Status.ACTIVE:
                continue
        if returning[i] == Returning.LINK and linked[i] != 0:
            returning[i] = Returning.NO
        if host[i] >= 0 and room[host[i]] <= 0:
            choose_host(
                i, unit_real, unit_whole, key, rules, state_real, state_whole, work_whole, ground, weather[WX.SEA_STATE]
            )  # fmt: skip
            if room[host[i]] == GONE and returning[i] == Returning.WINCHESTER:
                returning[i] = Returning.NO  # nobody is left to rearm it
        if returning[i] == Returning.NO:
            reason = must_return(
                tick,
                i,
                unit_real,
                unit_whole,
                mount_whole,
                state_real,
                state_whole,
                arms_whole,
                work_whole,
                rules,
                ground,
                weather[WX.SEA_STATE],
            )
            if reason != Returning.NO:
                returning[i] = reason
                state_whole[W.READY_TICK, i] = -1
                emit(log, r, tick, EventKind.RETURN, s, i, host[i], reason, 0)
        if returning[i] != Returning.NO:
            wants_to_land = go_home(
                tick,
                i,
                unit_real,
                unit_whole,
                mount_whole,
                rules,
                state_real,
                state_whole,
                arms_whole,
                work_whole,
            )
            if wants_to_land:
                n_asking = ask(tick, i, n_asking, state_whole, work_whole)
        else:
            if host[i] >= 0:
                wait[i] = NONE
            set_goal(
                tick,
                seed,
                replication,
                i,
                s,
                unit_real,
                unit_whole,
                key,
                group_whole,
                route,
                rules,
                limits,
                state_real,
                state_whole,
                contact_real,
                contact_whole,
                work_real,
                work_whole,
                way_real,
                way_whole,
            )
    if n_asking > 0:
        give_places(
            r, tick, n_asking, period, unit_whole, key, state_real, state_whole, side_whole, work_whole, log
        )  # fmt: skip
