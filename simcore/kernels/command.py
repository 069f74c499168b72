"""Command: orders reach units over live links, and units decide in turn."""

import numpy as np
from numba import njit

from simcore.events import Log, emit
from simcore.kernels.recovery import attend_host, go_home, must_return
from simcore.kernels.tasks import set_goal
from simcore.orders import Orders, R, V
from simcore.params import RW, UW, Block
from simcore.scratch import SI, Scratch
from simcore.state import Cells, G, H, U, W
from simcore.types import (
    F64,
    I32,
    U64,
    EventKind,
    Returning,
    Status,
    Task,
)


@njit(cache=True, error_model="numpy")
def take_orders(r: int, orders: Orders, groups: Cells) -> None:
    """Enter the orders issued for replication ``r`` as the groups' orders of record, and consume them."""
    issued = orders.whole[r, V.ISSUED]
    for g in range(issued.shape[0]):
        if issued[g] == 0:
            continue
        issued[g] = 0
        groups.real[r, G.X, g] = orders.real[r, R.X, g]
        groups.real[r, G.Y, g] = orders.real[r, R.Y, g]
        groups.real[r, G.RADIUS, g] = orders.real[r, R.RADIUS, g]
        groups.real[r, G.SPEED, g] = orders.real[r, R.SPEED, g]
        groups.real[r, G.SPACING, g] = orders.real[r, R.SPACING, g]
        groups.whole[r, H.TASK, g] = orders.whole[r, V.TASK, g]
        groups.whole[r, H.ROE, g] = orders.whole[r, V.ROE, g]
        groups.whole[r, H.TARGET, g] = orders.whole[r, V.TARGET, g]
        groups.whole[r, H.SERIAL, g] += 1


@njit(cache=True, error_model="numpy")
def adopt_order(r: int, tick: int, i: int, g: int, side: int, state: Cells, groups: Cells, log: Log) -> None:
    """Unit ``i`` takes up its group's order of record."""
    task = groups.whole[r, H.TASK, g]
    state.whole[r, W.ORDER_SERIAL, i] = groups.whole[r, H.SERIAL, g]
    state.whole[r, W.TASK, i] = task
    state.whole[r, W.ROE, i] = groups.whole[r, H.ROE, g]
    state.whole[r, W.TASK_TARGET, i] = groups.whole[r, H.TARGET, g]
    state.whole[r, W.LEG, i] = 0
    state.whole[r, W.PREY, i] = -1
    state.real[r, U.TASK_RADIUS, i] = groups.real[r, G.RADIUS, g]
    state.real[r, U.TASK_SPEED, i] = groups.real[r, G.SPEED, g]
    state.real[r, U.TASK_SPACING, i] = groups.real[r, G.SPACING, g]
    if task == Task.HOLD:
        state.real[r, U.TASK_X, i] = state.real[r, U.X, i]
        state.real[r, U.TASK_Y, i] = state.real[r, U.Y, i]
    else:
        state.real[r, U.TASK_X, i] = groups.real[r, G.X, g]
        state.real[r, U.TASK_Y, i] = groups.real[r, G.Y, g]
    if task == Task.RECOVER:
        if state.whole[r, W.RETURNING, i] == Returning.NO and state.whole[r, W.STATUS, i] == Status.ACTIVE:
            state.whole[r, W.RETURNING, i] = Returning.ORDERED
    elif state.whole[r, W.RETURNING, i] == Returning.ORDERED:
        state.whole[r, W.RETURNING, i] = Returning.NO
    emit(log, r, tick, EventKind.ORDER, side, i, -1, task, groups.whole[r, H.ROE, g])


@njit(cache=True, error_model="numpy")
def plan_units(
    r: int,
    tick: int,
    seed: np.uint64,
    replication: np.uint64,
    units: Block,
    key: U64,
    mounts: Block,
    groups: Block,
    route: F64,
    rules: F64,
    limits: I32,
    state: Cells,
    arms: Cells,
    contacts: Cells,
    tasks: Cells,
    sides: Cells,
    scratch: Scratch,
    log: Log,
) -> None:
    """Let every unit whose turn it is take up new orders and decide where to go.

    Mutates orders in force, goals, returns, launches, recoveries and turnarounds.
    """
    n = units.whole.shape[1]
    period = limits[RW.PLAN_PERIOD]
    side = units.whole[UW.SIDE]
    group = units.whole[UW.GROUP]
    host = units.whole[UW.HOST]
    status = state.whole[r, W.STATUS]
    plan_tick = state.whole[r, W.PLAN_TICK]
    linked = state.whole[r, W.LINKED]
    returning = state.whole[r, W.RETURNING]
    order_serial = state.whole[r, W.ORDER_SERIAL]
    serial = tasks.whole[r, H.SERIAL]
    serviced = scratch.whole[SI.SERVICED]
    for i in range(n):
        serviced[i] = 0
    for i in range(n):
        if status[i] == Status.SERVICING:
            serviced[host[i]] += 1
    for i in range(n):
        if plan_tick[i] > tick or status[i] >= Status.RESERVE:
            continue
        # everybody decides at tick 0; from then on the units take turns
        plan_tick[i] = tick + period if tick > 0 else 1 + int(key[i] % np.uint64(period))
        s = side[i]
        if linked[i] != 0 and order_serial[i] != serial[group[i]]:
            adopt_order(r, tick, i, group[i], s, state, tasks, log)
        if status[i] != Status.ACTIVE:
            attend_host(r, tick, i, s, units, mounts, state, arms, sides, serviced, log)
            if status[i] != Status.ACTIVE:
                continue
        if returning[i] == Returning.LINK and linked[i] != 0:
            returning[i] = Returning.NO
        if returning[i] == Returning.NO:
            reason = must_return(r, tick, i, units, mounts, state, arms)
            if reason != Returning.NO:
                returning[i] = reason
                state.whole[r, W.READY_TICK, i] = -1
                emit(log, r, tick, EventKind.RETURN, s, i, host[i], reason, 0)
        if returning[i] != Returning.NO:
            go_home(r, tick, i, s, units, mounts, rules, state, arms, sides, log)
        else:
            set_goal(
                r,
                tick,
                seed,
                replication,
                i,
                s,
                units,
                key,
                groups,
                route,
                rules,
                limits,
                state,
                contacts,
                scratch,
            )
