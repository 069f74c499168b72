"""Refilling of tanks and magazines from stores."""

import numpy as np

from simcore.compiling.jit import kernel
from simcore.events import Log, emit
from simcore.kernels.aboard import bearer_of, is_aboard
from simcore.kernels.orders.recovery import is_winchester, rearms_home
from simcore.kernels.supply.stock import is_gone
from simcore.kernels.sustainment.stores import note_demand, store_of, take_from_store
from simcore.kinds import Moment, Mounts, Supply, Units
from simcore.params import UNLIMITED, MountSpecW, UnitSpecR, UnitSpecW
from simcore.state import MountW, UnitR, UnitW
from simcore.stores import Ask, CarrierR, CarrierW, ItemSpecW, SupplyUnitR, SupplyUnitW
from simcore.types import EventKind, Returning


@kernel
def fill_tank(i: int, source: int, is_free: bool, is_new: bool, units: Units, supply: Supply) -> float:
    """Fill the tank of unit ``i`` from the stores of unit ``source``; return the share of a full tank added.

    Without a store of its fuel, the tank is filled for nothing if ``is_free``. ``is_new`` counts the demand.
    """
    full = units.spec_real[UnitSpecR.ENDURANCE_S, i]
    if full == np.inf:
        return 0.0
    missing = full - units.real[UnitR.ENDURANCE_S, i]
    if missing <= 0.0:
        return 0.0
    tank = supply.unit_spec_real[SupplyUnitR.TANK, i]
    fuel = supply.unit_spec_whole[SupplyUnitW.FUEL, i]
    c = store_of(source, np.int64(fuel), supply) if tank > 0.0 and fuel >= 0 else -1
    if c < 0:
        if is_free:
            units.real[UnitR.ENDURANCE_S, i] = full
            return missing / full
        return 0.0
    wanted = missing / full * tank
    taken = take_from_store(c, wanted, supply)
    if is_new:
        note_demand(c, wanted, taken, supply)
    supply.unit_real[CarrierR.FUEL_TAKEN, i] += taken
    if taken >= wanted:
        units.real[UnitR.ENDURANCE_S, i] = full
    else:
        units.real[UnitR.ENDURANCE_S, i] += taken / tank * full
    return taken / tank


@kernel
def item_of_weapon(weapon: int, supply: Supply) -> int:
    """Return the item that holds the rounds of a weapon, or -1: they are not counted."""
    for k in range(supply.item_whole.shape[1]):
        if supply.item_whole[ItemSpecW.WEAPON, k] == weapon:
            return k
    return -1


@kernel
def fill_magazines(
    i: int, source: int, is_free: bool, is_new: bool, units: Units, mounts: Mounts, supply: Supply
) -> int:
    """Fill the magazines of unit ``i`` from the stores of unit ``source`` like ``fill_tank``; return the rounds."""
    added = 0
    first = units.spec_whole[UnitSpecW.MOUNT_FIRST, i]
    for m in range(first, first + units.spec_whole[UnitSpecW.MOUNT_COUNT, i]):
        full = mounts.spec_whole[MountSpecW.AMMO0, m]
        wanted = int(full - mounts.whole[MountW.AMMO, m])
        if full >= UNLIMITED or wanted <= 0:
            continue
        item = item_of_weapon(np.int64(mounts.spec_whole[MountSpecW.WEAPON, m]), supply)
        c = store_of(source, np.int64(item), supply) if item >= 0 else -1
        if c < 0:
            if is_free:
                mounts.whole[MountW.AMMO, m] = full
                added += wanted
            continue
        taken = int(take_from_store(c, float(wanted), supply))
        if is_new:
            note_demand(c, float(wanted), float(taken), supply)
        mounts.whole[MountW.AMMO, m] += taken
        supply.unit_real[CarrierR.ROUNDS_TAKEN, i] += taken
        added += taken
    return added


@kernel
def is_ready(i: int, units: Units, mounts: Mounts, supply: Supply) -> bool:
    """Return whether unit ``i`` has the fuel and rounds to leave its host or home."""
    full = units.spec_real[UnitSpecR.ENDURANCE_S, i]
    least = supply.unit_spec_real[SupplyUnitR.LAUNCH_SHARE, i] * full if full < np.inf else 0.0
    if units.real[UnitR.ENDURANCE_S, i] < least:
        return False
    is_rearmed = is_aboard(units.whole[UnitW.STATUS, i]) or rearms_home(i, supply)
    return not (is_rearmed and is_winchester(i, units, mounts))


@kernel
def supplier_of(i: int, units: Units, supply: Supply) -> int:
    """Return the unit whose stores supply unit ``i``: its host when aboard, otherwise the depot at its home."""
    if is_aboard(units.whole[UnitW.STATUS, i]):
        return int(units.whole[UnitW.HOST, i])
    return int(supply.unit_spec_whole[SupplyUnitW.HOME_STORE, i])


@kernel
def is_served(i: int, source: int, units: Units, supply: Supply) -> bool:
    """Return whether unit ``source`` can supply unit ``i``: as its host, or as a depot that is still at its home."""
    if source < 0 or is_gone(source, units):
        return False
    if is_aboard(units.whole[UnitW.STATUS, i]):
        return True
    bearer = bearer_of(source, units)
    dx = units.real[UnitR.X, bearer] - units.spec_real[UnitSpecR.HOME_X, i]
    dy = units.real[UnitR.Y, bearer] - units.spec_real[UnitSpecR.HOME_Y, i]
    reach = supply.unit_spec_real[SupplyUnitR.SERVES_M, source] + 1.0
    return dx * dx + dy * dy <= reach * reach


@kernel
def asks_before(a: int, b: int, units: Units, supply: Supply) -> bool:
    """Return whether unit ``a`` is served before ``b``: by priority, waiting time and key."""
    first, second = supply.unit_spec_whole[SupplyUnitW.PRIORITY, a], supply.unit_spec_whole[SupplyUnitW.PRIORITY, b]
    if first != second:
        return first < second
    first, second = supply.unit_whole[CarrierW.ASK_TICK, a], supply.unit_whole[CarrierW.ASK_TICK, b]
    if first != second:
        return first < second
    return units.key[a] < units.key[b]


@kernel
def refill(now: Moment, period_s: float, units: Units, mounts: Mounts, supply: Supply, log: Log) -> None:
    """Serve the units that wait for fuel and rounds at hosts and homes; those with enough of both may leave.

    What a place has no store of is not counted, and free.
    """
    queue = supply.unit_whole[CarrierW.QUEUE]
    ask = supply.unit_whole[CarrierW.ASK]
    n = 0
    for i in range(ask.shape[0]):
        if ask[i] == 0:
            continue
        is_away = not is_aboard(units.whole[UnitW.STATUS, i]) and units.whole[UnitW.RETURNING, i] == Returning.NO
        if is_away or is_gone(i, units):
            ask[i] = 0
            continue
        p = n
        while p > 0 and asks_before(i, np.int64(queue[p - 1]), units, supply):
            queue[p] = queue[p - 1]
            p -= 1
        queue[p] = i
        n += 1
    for q in range(n):
        i = np.int64(queue[q])
        source = supplier_of(i, units, supply)
        if not is_served(i, source, units, supply):
            if (ask[i] & Ask.RELEASE) != 0:
                ask[i] = 0  # its depot is gone: it goes on with what it has
                if units.whole[UnitW.RETURNING, i] != Returning.ORDERED:
                    units.whole[UnitW.RETURNING, i] = Returning.NO
            continue
        is_new = (ask[i] & Ask.COUNTED) == 0
        share = 0.0
        rounds = 0
        if (ask[i] & Ask.FUEL) != 0:
            share = fill_tank(i, source, True, is_new, units, supply)
        if (ask[i] & Ask.ROUNDS) != 0:
            rounds = fill_magazines(i, source, True, is_new, units, mounts, supply)
        ask[i] |= Ask.COUNTED
        if share > 0.0 or rounds > 0:
            s = units.spec_whole[UnitSpecW.SIDE, i]
            emit(log, now, EventKind.REFILLED, s, i, source, int(share * 1000.0 + 0.5), rounds)
        if (ask[i] & Ask.RELEASE) == 0:
            ask[i] = 0
            continue
        if not is_ready(i, units, mounts, supply):
            supply.unit_real[CarrierR.WAIT_S, i] += period_s
            continue
        ask[i] = 0
        if is_aboard(units.whole[UnitW.STATUS, i]) or units.whole[UnitW.RETURNING, i] != Returning.ORDERED:
            units.whole[UnitW.RETURNING, i] = Returning.NO
        units.whole[UnitW.PLAN_TICK, i] = min(units.whole[UnitW.PLAN_TICK, i], now.tick + 1)
