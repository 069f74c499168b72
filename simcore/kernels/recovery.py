"""Recovery: when units turn home, and what happens on a host (service, rearming, launch)."""

import math

import numpy as np
from numba import njit

from simcore.events import Log, emit
from simcore.params import MW, RP, UP, UW, Block
from simcore.state import Cells, M, T, U, W
from simcore.types import (
    F64,
    I32,
    EventKind,
    LostLink,
    Returning,
    Status,
    Task,
)


@njit(cache=True, error_model="numpy")
def home_of(r: int, i: int, units: Block, state: Cells) -> tuple[float, float]:
    """Return where unit ``i`` recovers: its host while that lives, else the place it started from."""
    h = units.whole[UW.HOST, i]
    if h >= 0 and state.whole[r, W.STATUS, h] == Status.ACTIVE:
        return state.real[r, U.X, h], state.real[r, U.Y, h]
    return units.real[UP.HOME_X, i], units.real[UP.HOME_Y, i]


@njit(cache=True, error_model="numpy")
def is_winchester(r: int, i: int, units: Block, mounts: Block, arms: Cells) -> bool:
    """Return whether unit ``i`` carries offensive weapons and has no round left for any."""
    if units.whole[UW.HAS_OFFENSE, i] == 0:
        return False
    first = units.whole[UW.MOUNT_FIRST, i]
    for m in range(first, first + units.whole[UW.MOUNT_COUNT, i]):
        if mounts.whole[MW.DOMAINS, m] != 0 and arms.whole[r, M.AMMO, m] > 0:
            return False
    return True


@njit(cache=True, error_model="numpy")
def rearm_and_refuel(r: int, i: int, units: Block, mounts: Block, state: Cells, arms: Cells) -> None:
    """Fill tanks and magazines of unit ``i``."""
    state.real[r, U.ENDURANCE_S, i] = units.real[UP.ENDURANCE_S, i]
    first = units.whole[UW.MOUNT_FIRST, i]
    for m in range(first, first + units.whole[UW.MOUNT_COUNT, i]):
        arms.whole[r, M.AMMO, m] = mounts.whole[MW.AMMO0, m]
    state.whole[r, W.RETURNING, i] = Returning.NO


@njit(cache=True, error_model="numpy")
def attend_host(
    r: int,
    tick: int,
    i: int,
    side: int,
    units: Block,
    mounts: Block,
    state: Cells,
    arms: Cells,
    sides: Cells,
    serviced: I32,
    log: Log,
) -> None:
    """A unit on its host: travel with it, be serviced when a place is free, launch when its task asks for it."""
    h = units.whole[UW.HOST, i]
    state.real[r, U.X, i] = state.real[r, U.X, h]
    state.real[r, U.Y, i] = state.real[r, U.Y, h]
    status = state.whole[r, W.STATUS]
    if status[i] == Status.SERVICING:
        if state.whole[r, W.READY_TICK, i] > tick:
            return
        serviced[h] -= 1
        status[i] = Status.ABOARD
        rearm_and_refuel(r, i, units, mounts, state, arms)
    if state.whole[r, W.RETURNING, i] != Returning.NO:
        if serviced[h] < units.whole[UW.HOST_CAPACITY, h]:
            serviced[h] += 1
            status[i] = Status.SERVICING
            state.whole[r, W.READY_TICK, i] = tick + units.whole[UW.SERVICE_TICKS, i]
        return
    task = state.whole[r, W.TASK, i]
    if task == Task.HOLD or task == Task.RECOVER:
        return
    status[i] = Status.ACTIVE
    state.real[r, U.HX, i] = state.real[r, U.HX, h]
    state.real[r, U.HY, i] = state.real[r, U.HY, h]
    state.whole[r, W.PREY, i] = -1
    sides.whole[r, T.LAUNCHES, side] += 1
    emit(log, r, tick, EventKind.LAUNCH, side, i, h, 0, 0)


@njit(cache=True, error_model="numpy")
def go_home(
    r: int,
    tick: int,
    i: int,
    side: int,
    units: Block,
    mounts: Block,
    rules: F64,
    state: Cells,
    arms: Cells,
    sides: Cells,
    log: Log,
) -> None:
    """A unit that has turned home: head there; land on the host, or be serviced in place at the start point."""
    home_x, home_y = home_of(r, i, units, state)
    cruise = units.real[UP.SPEED_CRUISE, i]
    dx = home_x - state.real[r, U.X, i]
    dy = home_y - state.real[r, U.Y, i]
    near = max(200.0, 1.5 * cruise * rules[RP.DT_S] + units.real[UP.TURN_RADIUS, i])
    state.real[r, U.GOAL_X, i] = home_x
    state.real[r, U.GOAL_Y, i] = home_y
    state.real[r, U.GOAL_SPEED, i] = cruise
    if dx * dx + dy * dy > near * near:
        return
    h = units.whole[UW.HOST, i]
    if h >= 0 and state.whole[r, W.STATUS, h] == Status.ACTIVE:
        state.whole[r, W.STATUS, i] = Status.ABOARD
        sides.whole[r, T.RECOVERIES, side] += 1
        emit(log, r, tick, EventKind.RECOVER, side, i, h, 0, 0)
        return
    ready = state.whole[r, W.READY_TICK, i]
    if ready < 0:
        # first decision at home: the turnaround begins
        state.whole[r, W.READY_TICK, i] = tick + units.whole[UW.SERVICE_TICKS, i]
        state.real[r, U.ENDURANCE_S, i] = units.real[UP.ENDURANCE_S, i]
    elif ready <= tick and state.whole[r, W.RETURNING, i] != Returning.ORDERED:
        state.whole[r, W.READY_TICK, i] = -1
        rearm_and_refuel(r, i, units, mounts, state, arms)


@njit(cache=True, error_model="numpy")
def must_return(r: int, tick: int, i: int, units: Block, mounts: Block, state: Cells, arms: Cells) -> int:
    """Return why unit ``i`` has to turn home now (Returning), or NO."""
    if units.whole[UW.IS_ONE_WAY, i] == 1:
        return Returning.NO
    capacity = units.real[UP.ENDURANCE_S, i]
    if capacity < np.inf:
        home_x, home_y = home_of(r, i, units, state)
        dx = home_x - state.real[r, U.X, i]
        dy = home_y - state.real[r, U.Y, i]
        cruise = units.real[UP.SPEED_CRUISE, i]
        if cruise > 0.0:
            needed_s = math.sqrt(dx * dx + dy * dy) / cruise + units.real[UP.RESERVE_S, i]
            if needed_s >= state.real[r, U.ENDURANCE_S, i]:
                return Returning.ENDURANCE
    cut_off = state.whole[r, W.LINKED, i] == 0
    if cut_off and units.whole[UW.LOST_LINK, i] == LostLink.RETURN:
        if tick - state.whole[r, W.LINK_TICK, i] >= units.whole[UW.LOST_LINK_TICKS, i]:
            return Returning.LINK
    if units.whole[UW.HOST, i] >= 0 and is_winchester(r, i, units, mounts, arms):
        return Returning.WINCHESTER
    return Returning.NO
