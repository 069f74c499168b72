"""Recovery: return of units to their hosts or homes, service, rearming and launch."""

import math

import numpy as np

from simcore.compiling.jit import apart, inlined, kernel
from simcore.events import Log, emit
from simcore.kernels.aboard import bearer_of
from simcore.kernels.ground.terrain import sea_speed_share
from simcore.kernels.orders.evacuation import is_under_way, transport_of
from simcore.kernels.orders.homeward import is_due_home
from simcore.kernels.orders.hosts import GONE
from simcore.kinds import Care, Ground, Moment, Mounts, People, Rules, Sides, Supply, Units, has_upkeep
from simcore.params import MountSpecW, RuleR, UnitSpecR, UnitSpecW
from simcore.scratch import Scratch, ScratchW
from simcore.state import MountW, SideW, UnitR, UnitW
from simcore.stores import Ask, CarrierStage, CarrierW, SupplyUnitW
from simcore.surroundings import WeatherR
from simcore.types import F64, NONE, Damage, EventKind, LostLink, Returning, Status, Task
from simcore.upkeep import Start, UseW


@kernel
def is_host_there(i: int, units: Units, work: Scratch) -> bool:
    """Return whether unit ``i`` has a host in the world, even a full host or a host aboard another."""
    h = units.whole[UnitW.HOST, i]
    return h >= 0 and work.whole[ScratchW.ROOM, h] > GONE


@kernel
def home_of(i: int, units: Units, work: Scratch) -> tuple[float, float]:
    """Return the point to which unit ``i`` returns: its host, wherever that is carried, otherwise its home."""
    if not is_host_there(i, units, work):
        return units.spec_real[UnitSpecR.HOME_X, i], units.spec_real[UnitSpecR.HOME_Y, i]
    bearer = bearer_of(units.whole[UnitW.HOST, i], units)
    return units.real[UnitR.X, bearer], units.real[UnitR.Y, bearer]


@kernel
def is_winchester(i: int, units: Units, mounts: Mounts) -> bool:
    """Return whether unit ``i`` carries offensive weapons but no rounds for them."""
    if units.spec_whole[UnitSpecW.HAS_OFFENSE, i] == 0:
        return False
    first = units.spec_whole[UnitSpecW.MOUNT_FIRST, i]
    for m in range(first, first + units.spec_whole[UnitSpecW.MOUNT_COUNT, i]):
        if mounts.spec_whole[MountSpecW.DOMAINS, m] != 0 and mounts.whole[MountW.AMMO, m] > 0:
            return False
    return True


@kernel
def rearm_and_refuel(i: int, units: Units, mounts: Mounts) -> None:
    """Fill tanks and magazines of unit ``i``."""
    units.real[UnitR.ENDURANCE_S, i] = units.spec_real[UnitSpecR.ENDURANCE_S, i]
    first = units.spec_whole[UnitSpecW.MOUNT_FIRST, i]
    for m in range(first, first + units.spec_whole[UnitSpecW.MOUNT_COUNT, i]):
        mounts.whole[MountW.AMMO, m] = mounts.spec_whole[MountSpecW.AMMO0, m]
    units.whole[UnitW.RETURNING, i] = Returning.NO


@apart
def ask_for_supply(tick: int, i: int, needs: int, units: Units, supply: Supply) -> None:
    """Enter the ``needs`` (Ask) of unit ``i``, which waits until the next update of supply serves them."""
    if supply.unit_whole[CarrierW.ASK, i] == 0:
        supply.unit_whole[CarrierW.ASK_TICK, i] = tick
    supply.unit_whole[CarrierW.ASK, i] |= needs


@kernel
def rearms_home(i: int, supply: Supply) -> bool:
    """Return whether unit ``i``, which has no host, is rearmed from stores at its home."""
    return supply.unit_whole.shape[1] > 0 and supply.unit_spec_whole[SupplyUnitW.REARMS_HOME, i] == 1


@apart
def is_loading_aboard(i: int, units: Units, supply: Supply) -> bool:
    """Return whether unit ``i`` stays aboard its host until it has a cargo from its stores."""
    if units.whole[UnitW.TASK, i] != Task.RESUPPLY or supply.unit_whole[CarrierW.STAGE, i] >= CarrierStage.OUT:
        return False
    is_new = supply.unit_whole[CarrierW.SERIAL, i] != units.whole[UnitW.ORDER_SERIAL, i]
    return is_new or supply.unit_whole[CarrierW.SOURCE, i] == units.whole[UnitW.HOST, i]


@kernel
def attend_host(
    now: Moment,
    i: int,
    side: int,
    units: Units,
    mounts: Mounts,
    sides: Sides,
    supply: Supply,
    people: People,
    care: Care,
    work: Scratch,
    log: Log,
    weather: F64,
) -> bool:
    """Move a unit with its host, and launch it when its task requires it. Returns whether it needs service.

    It stays aboard while its host is itself aboard a host, in a sea state or wind above its limits, with its mobility
    out of action, and while it is to be repaired; with supply, also until it has enough fuel and rounds, and a carrier
    until it is loaded; a transport of casualties until it has somewhere to go. With upkeep, its components are checked
    before it leaves.
    """
    is_supplied = supply.unit_whole.shape[1] > 0
    h = units.whole[UnitW.HOST, i]
    bearer = bearer_of(i, units)
    units.real[UnitR.X, i] = units.real[UnitR.X, bearer]
    units.real[UnitR.Y, i] = units.real[UnitR.Y, bearer]
    status = units.whole[UnitW.STATUS]
    if status[i] == Status.SERVICING:
        if units.whole[UnitW.READY_TICK, i] > now.tick:
            units.whole[UnitW.PLAN_TICK, i] = min(units.whole[UnitW.PLAN_TICK, i], units.whole[UnitW.READY_TICK, i])
            return False
        status[i] = Status.ABOARD
        if is_supplied:
            ask_for_supply(now.tick, i, np.int64(Ask.FUEL | Ask.ROUNDS | Ask.RELEASE), units, supply)
        else:
            rearm_and_refuel(i, units, mounts)
    if is_supplied and (supply.unit_whole[CarrierW.ASK, i] != 0 or is_loading_aboard(i, units, supply)):
        return units.whole[UnitW.RETURNING, i] != Returning.NO and supply.unit_whole[CarrierW.ASK, i] == 0
    if units.whole[UnitW.RETURNING, i] != Returning.NO:
        return True
    task = units.whole[UnitW.TASK, i]
    if task == Task.HOLD or task == Task.RECOVER or work.whole[ScratchW.ROOM, h] < 0:
        return False
    transport = transport_of(i, units, people)
    if transport >= 0 and not is_under_way(now.tick, transport, care):
        return False
    if (units.whole[UnitW.DAMAGE, i] & Damage.MOBILITY) != 0:
        return False
    if has_upkeep(units) and units.use_whole[UseW.IS_GROUNDED, i] != 0:
        return False
    if (
        weather[WeatherR.SEA_STATE] > units.spec_real[UnitSpecR.LAUNCH_SEA, i]
        or weather[WeatherR.WIND_MPS] > units.spec_real[UnitSpecR.LAUNCH_WIND, i]
    ):
        return False
    if has_upkeep(units):
        if units.use_whole[UseW.START, i] != Start.PASSED:
            units.use_whole[UseW.START, i] = Start.ASKED  # it leaves at the next tick unless a component fails
            units.whole[UnitW.PLAN_TICK, i] = now.tick + 1
            return False
        units.use_whole[UseW.START, i] = Start.NONE
    status[i] = Status.ACTIVE
    units.whole[UnitW.CELL, i] = NONE
    units.whole[UnitW.WAIT_TICK, i] = NONE
    units.real[UnitR.HX, i] = units.real[UnitR.HX, h]
    units.real[UnitR.HY, i] = units.real[UnitR.HY, h]
    units.whole[UnitW.PREY, i] = -1
    sides.whole[SideW.LAUNCHES, side] += 1
    emit(log, now, EventKind.LAUNCH, side, i, h, 0, 0)
    return False


@apart
def go_home(tick: int, i: int, units: Units, mounts: Mounts, supply: Supply, rules: Rules, work: Scratch) -> bool:
    """Send a returning unit home. Returns whether it has reached its host and needs to land.

    A unit without a host in its scenario is serviced at its home: fuel on arrival, weapons after its turnaround, and
    after its repair if it needs one; from the stores there, if they are counted. A unit whose hosts are all gone waits
    there.
    """
    is_supplied = supply.unit_whole.shape[1] > 0 and supply.unit_spec_whole[SupplyUnitW.HOME_STORE, i] >= 0
    home_x, home_y = home_of(i, units, work)
    cruise = units.spec_real[UnitSpecR.SPEED_CRUISE, i]
    dx = home_x - units.real[UnitR.X, i]
    dy = home_y - units.real[UnitR.Y, i]
    near = max(200.0, 1.5 * cruise * rules.real[RuleR.DT_S] + units.spec_real[UnitSpecR.TURN_RADIUS, i])
    units.real[UnitR.GOAL_X, i] = home_x
    units.real[UnitR.GOAL_Y, i] = home_y
    units.real[UnitR.GOAL_SPEED, i] = cruise
    if dx * dx + dy * dy > near * near:
        return False
    if units.spec_whole[UnitSpecW.HOST, i] >= 0:
        return is_host_there(i, units, work)
    ready = units.whole[UnitW.READY_TICK, i]
    if is_supplied and (supply.unit_whole[CarrierW.ASK, i] & Ask.RELEASE) != 0:
        return False
    if ready < 0:
        # first decision at home: the turnaround begins
        units.whole[UnitW.READY_TICK, i] = tick + units.spec_whole[UnitSpecW.SERVICE_TICKS, i]
        if is_supplied:
            ask_for_supply(tick, i, np.int64(Ask.FUEL), units, supply)
        else:
            units.real[UnitR.ENDURANCE_S, i] = units.spec_real[UnitSpecR.ENDURANCE_S, i]
    elif ready <= tick:
        if has_upkeep(units) and (units.use_whole[UseW.IS_GROUNDED, i] | units.use_whole[UseW.IS_HOMEWARD, i]) != 0:
            return False
        units.whole[UnitW.READY_TICK, i] = -1
        if is_supplied:
            ask_for_supply(tick, i, np.int64(Ask.FUEL | Ask.ROUNDS | Ask.RELEASE), units, supply)
            return False
        is_ordered = units.whole[UnitW.RETURNING, i] == Returning.ORDERED
        rearm_and_refuel(i, units, mounts)
        if is_ordered:
            units.whole[UnitW.RETURNING, i] = Returning.ORDERED  # it stays
    return False


@inlined
def must_return(
    tick: int,
    i: int,
    units: Units,
    mounts: Mounts,
    supply: Supply,
    people: People,
    care: Care,
    work: Scratch,
    rules: Rules,
    ground: Ground,
    sea_state: float,
) -> int:
    """Return the reason for unit ``i`` to turn home now (Returning), or NO."""
    task = units.whole[UnitW.TASK, i]
    if task == Task.RECOVER:
        return Returning.ORDERED
    if task == Task.RESUPPLY and supply.unit_whole.shape[1] > 0 and units.whole[UnitW.HOST, i] >= 0:
        is_empty = supply.unit_whole[CarrierW.STAGE, i] == CarrierStage.TO_SOURCE
        if is_empty and is_loading_aboard(i, units, supply):
            return Returning.ORDERED  # it lands to load
    transport = transport_of(i, units, people)
    if transport >= 0 and units.whole[UnitW.HOST, i] >= 0 and not is_under_way(tick, transport, care):
        return Returning.ORDERED  # it waits aboard
    if units.spec_whole[UnitSpecW.IS_ONE_WAY, i] == 1:
        return Returning.NO
    if has_upkeep(units) and units.use_whole[UseW.IS_HOMEWARD, i] != 0:
        return Returning.REPAIR
    capacity = units.spec_real[UnitSpecR.ENDURANCE_S, i]
    if capacity < np.inf:
        home_x, home_y = home_of(i, units, work)
        dx = home_x - units.real[UnitR.X, i]
        dy = home_y - units.real[UnitR.Y, i]
        left_s = units.real[UnitR.ENDURANCE_S, i] - units.spec_real[UnitSpecR.RESERVE_S, i]
        # cheap test first: no closer look is needed if the unit could get home over the slowest ground of the map
        most_s = math.sqrt(dx * dx + dy * dy) * units.spec_real[UnitSpecR.HOME_RATE, i]
        if sea_state > 0.0:
            most_s /= sea_speed_share(
                sea_state, units.spec_real[UnitSpecR.SEA_FULL, i], units.spec_real[UnitSpecR.SEA_END, i]
            )
        if most_s >= left_s and is_due_home(i, home_x, home_y, left_s, units, rules, ground, sea_state):
            return Returning.ENDURANCE
    is_cut_off = units.whole[UnitW.LINKED, i] == 0 and units.spec_whole[UnitSpecW.LOST_LINK, i] == LostLink.RETURN
    if is_cut_off and tick - units.whole[UnitW.LINK_TICK, i] >= units.spec_whole[UnitSpecW.LOST_LINK_TICKS, i]:
        return Returning.LINK
    if (is_host_there(i, units, work) or rearms_home(i, supply)) and is_winchester(i, units, mounts):
        return Returning.WINCHESTER
    return Returning.NO
