"""Recovery: when units turn home, and what happens on a host (service, rearming, launch)."""

import math

import numpy as np

from simcore.compiling.jit import inlined, kernel
from simcore.events import Log, emit
from simcore.kernels.ground.terrain import sea_speed_share
from simcore.kernels.orders.homeward import is_due_home
from simcore.kernels.orders.hosts import GONE, bearer_of
from simcore.params import MW, RP, UP, UW
from simcore.scratch import SI
from simcore.state import M, T, U, W
from simcore.surroundings import WX
from simcore.types import (
    F32,
    F64,
    I32,
    NONE,
    Damage,
    EventKind,
    LostLink,
    Returning,
    Status,
    Task,
)


@kernel
def is_host_there(i: int, state_whole: I32, work_whole: I32) -> bool:
    """Return whether unit ``i`` has a host that is in the world, be it full or aboard another."""
    h = state_whole[W.HOST, i]
    return h >= 0 and work_whole[SI.ROOM, h] > GONE


@kernel
def home_of(i: int, unit_real: F64, state_real: F64, state_whole: I32, work_whole: I32) -> tuple[float, float]:
    """Return where unit ``i`` goes back to: its host, wherever that is carried, else the place where it is at home."""
    if not is_host_there(i, state_whole, work_whole):
        return unit_real[UP.HOME_X, i], unit_real[UP.HOME_Y, i]
    bearer = bearer_of(state_whole[W.HOST, i], state_whole)
    return state_real[U.X, bearer], state_real[U.Y, bearer]


@kernel
def is_winchester(i: int, unit_whole: I32, mount_whole: I32, arms_whole: I32) -> bool:
    """Return whether unit ``i`` carries offensive weapons and has no round left for any."""
    if unit_whole[UW.HAS_OFFENSE, i] == 0:
        return False
    first = unit_whole[UW.MOUNT_FIRST, i]
    for m in range(first, first + unit_whole[UW.MOUNT_COUNT, i]):
        if mount_whole[MW.DOMAINS, m] != 0 and arms_whole[M.AMMO, m] > 0:
            return False
    return True


@kernel
def rearm_and_refuel(
    i: int,
    unit_real: F64,
    unit_whole: I32,
    mount_whole: I32,
    state_real: F64,
    state_whole: I32,
    arms_whole: I32,
) -> None:
    """Fill tanks and magazines of unit ``i``."""
    state_real[U.ENDURANCE_S, i] = unit_real[UP.ENDURANCE_S, i]
    first = unit_whole[UW.MOUNT_FIRST, i]
    for m in range(first, first + unit_whole[UW.MOUNT_COUNT, i]):
        arms_whole[M.AMMO, m] = mount_whole[MW.AMMO0, m]
    state_whole[W.RETURNING, i] = Returning.NO


@kernel
def attend_host(
    r: int,
    tick: int,
    i: int,
    side: int,
    unit_real: F64,
    unit_whole: I32,
    mount_whole: I32,
    state_real: F64,
    state_whole: I32,
    arms_whole: I32,
    side_whole: I32,
    work_whole: I32,
    log: Log,
    weather: F64,
) -> bool:
    """A unit on its host travels with it, and leaves when its task asks for it. Returns whether it wants service.

    It stays aboard while its host is aboard a host itself, in a sea state or wind above its limits, and with its
    mobility out of action.
    """
    h = state_whole[W.HOST, i]
    bearer = bearer_of(i, state_whole)
    state_real[U.X, i] = state_real[U.X, bearer]
    state_real[U.Y, i] = state_real[U.Y, bearer]
    status = state_whole[W.STATUS]
    if status[i] == Status.SERVICING:
        if state_whole[W.READY_TICK, i] > tick:
            state_whole[W.PLAN_TICK, i] = min(state_whole[W.PLAN_TICK, i], state_whole[W.READY_TICK, i])
            return False
        status[i] = Status.ABOARD
        rearm_and_refuel(i, unit_real, unit_whole, mount_whole, state_real, state_whole, arms_whole)
    if state_whole[W.RETURNING, i] != Returning.NO:
        return True
    task = state_whole[W.TASK, i]
    if task == Task.HOLD or task == Task.RECOVER or work_whole[SI.ROOM, h] < 0:
        return False
    if (state_whole[W.DAMAGE, i] & Damage.MOBILITY) != 0:
        return False
    if weather[WX.SEA_STATE] > unit_real[UP.LAUNCH_SEA, i] or weather[WX.WIND_MPS] > unit_real[UP.LAUNCH_WIND, i]:
        return False
    status[i] = Status.ACTIVE
    state_whole[W.CELL, i] = NONE
    state_whole[W.WAIT_TICK, i] = NONE
    state_real[U.HX, i] = state_real[U.HX, h]
    state_real[U.HY, i] = state_real[U.HY, h]
    state_whole[W.PREY, i] = -1
    side_whole[T.LAUNCHES, side] += 1
    emit(log, r, tick, EventKind.LAUNCH, side, i, h, 0, 0)
    return False


@kernel
def go_home(
    tick: int,
    i: int,
    unit_real: F64,
    unit_whole: I32,
    mount_whole: I32,
    rules: F64,
    state_real: F64,
    state_whole: I32,
    arms_whole: I32,
    work_whole: I32,
) -> bool:
    """A unit that has turned home heads there. Returns whether it wants to land on its host, which it has reached.

    One without a host in its scenario is serviced in place at its home: fuel when it gets there, weapons after its
    turnaround. One whose hosts are all gone waits there.
    """
    home_x, home_y = home_of(i, unit_real, state_real, state_whole, work_whole)
    cruise = unit_real[UP.SPEED_CRUISE, i]
    dx = home_x - state_real[U.X, i]
    dy = home_y - state_real[U.Y, i]
    near = max(200.0, 1.5 * cruise * rules[RP.DT_S] + unit_real[UP.TURN_RADIUS, i])
    state_real[U.GOAL_X, i] = home_x
    state_real[U.GOAL_Y, i] = home_y
    state_real[U.GOAL_SPEED, i] = cruise
    if dx * dx + dy * dy > near * near:
        return False
    if unit_whole[UW.HOST, i] >= 0:
        return is_host_there(i, state_whole, work_whole)
    ready = state_whole[W.READY_TICK, i]
    if ready < 0:
        # first decision at home: the turnaround begins
        state_whole[W.READY_TICK, i] = tick + unit_whole[UW.SERVICE_TICKS, i]
        state_real[U.ENDURANCE_S, i] = unit_real[UP.ENDURANCE_S, i]
    elif ready <= tick:
        state_whole[W.READY_TICK, i] = -1
        is_ordered = state_whole[W.RETURNING, i] == Returning.ORDERED
        rearm_and_refuel(i, unit_real, unit_whole, mount_whole, state_real, state_whole, arms_whole)
        if is_ordered:
            state_whole[W.RETURNING, i] = Returning.ORDERED  # it stays
    return False


@inlined
def must_return(
    tick: int,
    i: int,
    unit_real: F64,
    unit_whole: I32,
    mount_whole: I32,
    state_real: F64,
    state_whole: I32,
    arms_whole: I32,
    work_whole: I32,
    rules: F64,
    ground: F32,
    sea_state: float,
) -> int:
    """Return why unit ``i`` has to turn home now (Returning), or NO."""
    if state_whole[W.TASK, i] == Task.RECOVER:
        return Returning.ORDERED
    if unit_whole[UW.IS_ONE_WAY, i] == 1:
        return Returning.NO
    capacity = unit_real[UP.ENDURANCE_S, i]
    if capacity < np.inf:
        home_x, home_y = home_of(i, unit_real, state_real, state_whole, work_whole)
        dx = home_x - state_real[U.X, i]
        dy = home_y - state_real[U.Y, i]
        left_s = state_real[U.ENDURANCE_S, i] - unit_real[UP.RESERVE_S, i]
        # who could drive home over the slowest ground of the map, which costs little to find out, need not look closer
        most_s = math.sqrt(dx * dx + dy * dy) * unit_real[UP.HOME_RATE, i]
        if sea_state > 0.0:
            most_s /= sea_speed_share(sea_state, unit_real[UP.SEA_FULL, i], unit_real[UP.SEA_END, i])
        if most_s >= left_s and is_due_home(
            i, home_x, home_y, left_s, unit_real, unit_whole, rules, state_real, ground, sea_state
        ):  # fmt: skip
            return Returning.ENDURANCE
    is_cut_off = state_whole[W.LINKED, i] == 0 and unit_whole[UW.LOST_LINK, i] == LostLink.RETURN
    if is_cut_off and tick - state_whole[W.LINK_TICK, i] >= unit_whole[UW.LOST_LINK_TICKS, i]:
        return Returning.LINK
    if is_host_there(i, state_whole, work_whole) and is_winchester(i, unit_whole, mount_whole, arms_whole):
        return Returning.WINCHESTER
    return Returning.NO
