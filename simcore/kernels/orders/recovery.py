"""Recovery: when units turn home, and what happens on a host (service, rearming, launch)."""

import math

import numpy as np

from simcore.compiling.jit import inlined, kernel
from simcore.events import Log, emit
from simcore.kernels.ground.terrain import sea_speed_share
from simcore.kernels.orders.homeward import is_due_home
from simcore.kernels.orders.hosts import GONE, bearer_of
from simcore.kinds import Ground, Moment, Mounts, Rules, Sides, Units
from simcore.params import MW, RP, UP, UW
from simcore.scratch import SI, Scratch
from simcore.state import M, T, U, W
from simcore.surroundings import WX
from simcore.types import F64, NONE, Damage, EventKind, LostLink, Returning, Status, Task


@kernel
def is_host_there(i: int, units: Units, work: Scratch) -> bool:
    """Return whether unit ``i`` has a host that is in the world, be it full or aboard another."""
    h = units.whole[W.HOST, i]
    return h >= 0 and work.whole[SI.ROOM, h] > GONE


@kernel
def home_of(i: int, units: Units, work: Scratch) -> tuple[float, float]:
    """Return where unit ``i`` goes back to: its host, wherever that is carried, else the place where it is at home."""
    if not is_host_there(i, units, work):
        return units.spec_real[UP.HOME_X, i], units.spec_real[UP.HOME_Y, i]
    bearer = bearer_of(units.whole[W.HOST, i], units)
    return units.real[U.X, bearer], units.real[U.Y, bearer]


@kernel
def is_winchester(i: int, units: Units, mounts: Mounts) -> bool:
    """Return whether unit ``i`` carries offensive weapons and has no round left for any."""
    if units.spec_whole[UW.HAS_OFFENSE, i] == 0:
        return False
    first = units.spec_whole[UW.MOUNT_FIRST, i]
    for m in range(first, first + units.spec_whole[UW.MOUNT_COUNT, i]):
        if mounts.spec_whole[MW.DOMAINS, m] != 0 and mounts.whole[M.AMMO, m] > 0:
            return False
    return True


@kernel
def rearm_and_refuel(i: int, units: Units, mounts: Mounts) -> None:
    """Fill tanks and magazines of unit ``i``."""
    units.real[U.ENDURANCE_S, i] = units.spec_real[UP.ENDURANCE_S, i]
    first = units.spec_whole[UW.MOUNT_FIRST, i]
    for m in range(first, first + units.spec_whole[UW.MOUNT_COUNT, i]):
        mounts.whole[M.AMMO, m] = mounts.spec_whole[MW.AMMO0, m]
    units.whole[W.RETURNING, i] = Returning.NO


@kernel
def attend_host(
    now: Moment, i: int, side: int, units: Units, mounts: Mounts, sides: Sides, work: Scratch, log: Log, weather: F64
) -> bool:
    """A unit on its host travels with it, and leaves when its task asks for it. Returns whether it wants service.

    It stays aboard while its host is aboard a host itself, in a sea state or wind above its limits, and with its
    mobility out of action.
    """
    h = units.whole[W.HOST, i]
    bearer = bearer_of(i, units)
    units.real[U.X, i] = units.real[U.X, bearer]
    units.real[U.Y, i] = units.real[U.Y, bearer]
    status = units.whole[W.STATUS]
    if status[i] == Status.SERVICING:
        if units.whole[W.READY_TICK, i] > now.tick:
            units.whole[W.PLAN_TICK, i] = min(units.whole[W.PLAN_TICK, i], units.whole[W.READY_TICK, i])
            return False
        status[i] = Status.ABOARD
        rearm_and_refuel(i, units, mounts)
    if units.whole[W.RETURNING, i] != Returning.NO:
        return True
    task = units.whole[W.TASK, i]
    if task == Task.HOLD or task == Task.RECOVER or work.whole[SI.ROOM, h] < 0:
        return False
    if (units.whole[W.DAMAGE, i] & Damage.MOBILITY) != 0:
        return False
    if (
        weather[WX.SEA_STATE] > units.spec_real[UP.LAUNCH_SEA, i]
        or weather[WX.WIND_MPS] > units.spec_real[UP.LAUNCH_WIND, i]
    ):
        return False
    status[i] = Status.ACTIVE
    units.whole[W.CELL, i] = NONE
    units.whole[W.WAIT_TICK, i] = NONE
    units.real[U.HX, i] = units.real[U.HX, h]
    units.real[U.HY, i] = units.real[U.HY, h]
    units.whole[W.PREY, i] = -1
    sides.whole[T.LAUNCHES, side] += 1
    emit(log, now, EventKind.LAUNCH, side, i, h, 0, 0)
    return False


@kernel
def go_home(tick: int, i: int, units: Units, mounts: Mounts, rules: Rules, work: Scratch) -> bool:
    """A unit that has turned home heads there. Returns whether it wants to land on its host, which it has reached.

    One without a host in its scenario is serviced in place at its home: fuel when it gets there, weapons after its
    turnaround. One whose hosts are all gone waits there.
    """
    home_x, home_y = home_of(i, units, work)
    cruise = units.spec_real[UP.SPEED_CRUISE, i]
    dx = home_x - units.real[U.X, i]
    dy = home_y - units.real[U.Y, i]
    near = max(200.0, 1.5 * cruise * rules.real[RP.DT_S] + units.spec_real[UP.TURN_RADIUS, i])
    units.real[U.GOAL_X, i] = home_x
    units.real[U.GOAL_Y, i] = home_y
    units.real[U.GOAL_SPEED, i] = cruise
    if dx * dx + dy * dy > near * near:
        return False
    if units.spec_whole[UW.HOST, i] >= 0:
        return is_host_there(i, units, work)
    ready = units.whole[W.READY_TICK, i]
    if ready < 0:
        # first decision at home: the turnaround begins
        units.whole[W.READY_TICK, i] = tick + units.spec_whole[UW.SERVICE_TICKS, i]
        units.real[U.ENDURANCE_S, i] = units.spec_real[UP.ENDURANCE_S, i]
    elif ready <= tick:
        units.whole[W.READY_TICK, i] = -1
        is_ordered = units.whole[W.RETURNING, i] == Returning.ORDERED
        rearm_and_refuel(i, units, mounts)
        if is_ordered:
            units.whole[W.RETURNING, i] = Returning.ORDERED  # it stays
    return False


@inlined
def must_return(
    tick: int, i: int, units: Units, mounts: Mounts, work: Scratch, rules: Rules, ground: Ground, sea_state: float
) -> int:
    """Return why unit ``i`` has to turn home now (Returning), or NO."""
    if units.whole[W.TASK, i] == Task.RECOVER:
        return Returning.ORDERED
    if units.spec_whole[UW.IS_ONE_WAY, i] == 1:
        return Returning.NO
    capacity = units.spec_real[UP.ENDURANCE_S, i]
    if capacity < np.inf:
        home_x, home_y = home_of(i, units, work)
        dx = home_x - units.real[U.X, i]
        dy = home_y - units.real[U.Y, i]
        left_s = units.real[U.ENDURANCE_S, i] - units.spec_real[UP.RESERVE_S, i]
        # who could drive home over the slowest ground of the map, which costs little to find out, need not look closer
        most_s = math.sqrt(dx * dx + dy * dy) * units.spec_real[UP.HOME_RATE, i]
        if sea_state > 0.0:
            most_s /= sea_speed_share(sea_state, units.spec_real[UP.SEA_FULL, i], units.spec_real[UP.SEA_END, i])
        if most_s >= left_s and is_due_home(i, home_x, home_y, left_s, units, rules, ground, sea_state):
            return Returning.ENDURANCE
    is_cut_off = units.whole[W.LINKED, i] == 0 and units.spec_whole[UW.LOST_LINK, i] == LostLink.RETURN
    if is_cut_off and tick - units.whole[W.LINK_TICK, i] >= units.spec_whole[UW.LOST_LINK_TICKS, i]:
        return Returning.LINK
    if is_host_there(i, units, work) and is_winchester(i, units, mounts):
        return Returning.WINCHESTER
    return Returning.NO
