"""Cargo: the choice of stores to load from and deliver to, loading and unloading."""

import numpy as np

from simcore.compiling.jit import kernel
from simcore.events import Log, emit
from simcore.kernels.aboard import bearer_of, is_aboard
from simcore.kernels.alongside import ALONGSIDE, circling_reach
from simcore.kernels.supply.refill import fill_magazines, fill_tank, item_of_weapon
from simcore.kernels.sustainment.stores import movable, store_of
from simcore.kinds import Moment, Mounts, Supply, Units
from simcore.params import UNLIMITED, MountSpecW, UnitSpecR, UnitSpecW
from simcore.scratch import Scratch, ScratchW
from simcore.state import UnitR, UnitW
from simcore.stores import (
    CarrierStage,
    CarrierW,
    ItemSpecR,
    ShipmentR,
    ShipmentStage,
    ShipmentW,
    StoreR,
    StoreSpecR,
    StoreSpecW,
    StoreW,
    SupplyUnitR,
    SupplyUnitW,
)
from simcore.types import NONE, EventKind, Status


@kernel
def has_stores(j: int, supply: Supply) -> bool:
    """Return whether unit ``j`` has stores beside its own cargo."""
    first = supply.unit_spec_whole[SupplyUnitW.STORE_FIRST, j]
    for c in range(first, first + supply.unit_spec_whole[SupplyUnitW.STORE_COUNT, j]):
        if supply.spec_whole[StoreSpecW.IS_CARGO, c] == 0:
            return True
    return False


@kernel
def is_at(i: int, j: int, factor: float, units: Units, supply: Supply) -> bool:
    """Return whether carrier ``i`` is within ``factor`` times its reach of unit ``j``, or aboard it."""
    if units.whole[UnitW.STATUS, i] != Status.ACTIVE:
        return is_aboard(units.whole[UnitW.STATUS, i]) and units.whole[UnitW.HOST, i] == j
    bearer = bearer_of(j, units)
    reach = circling_reach(i, supply.unit_spec_real[SupplyUnitR.REACH_M, i], units)
    dx = units.real[UnitR.X, i] - units.real[UnitR.X, bearer]
    dy = units.real[UnitR.Y, i] - units.real[UnitR.Y, bearer]
    return dx * dx + dy * dy <= factor * factor * reach * reach


@kernel
def choose_source(i: int, units: Units, supply: Supply) -> int:
    """Return the unit with stores nearest to the point of the order of carrier ``i``, or -1; none of its target."""
    best = int(NONE)
    best_sq = np.inf
    side = units.spec_whole[UnitSpecW.SIDE]
    for j in range(side.shape[0]):
        if j == i or side[j] != side[i] or units.whole[UnitW.STATUS, j] >= Status.RESERVE or not has_stores(j, supply):
            continue
        if units.spec_whole[UnitSpecW.GROUP, j] == units.whole[UnitW.TASK_TARGET, i]:
            continue
        bearer = bearer_of(j, units)
        dx = units.real[UnitR.X, bearer] - units.real[UnitR.TASK_X, i]
        dy = units.real[UnitR.Y, bearer] - units.real[UnitR.TASK_Y, i]
        away_sq = dx * dx + dy * dy
        if away_sq < best_sq or (away_sq == best_sq and units.key[j] < units.key[best]):
            best = j
            best_sq = away_sq
    return best


@kernel
def store_need(c: int, supply: Supply) -> float:
    """Return the quantity that store ``c`` lacks of its order-up-to level, known stock and all under way counted."""
    lacking = supply.spec_real[StoreSpecR.UP_TO, c] - supply.real[StoreR.KNOWN, c] - supply.real[StoreR.ON_ORDER, c]
    return max(lacking + supply.real[StoreR.BACKORDERS, c], 0.0)


@kernel
def consumer_need(group: int, item: int, units: Units, mounts: Mounts, supply: Supply) -> float:
    """Return what the tanks and magazines of a group hold of an item when full."""
    total = 0.0
    for j in range(units.spec_whole.shape[1]):
        if units.spec_whole[UnitSpecW.GROUP, j] != group or units.whole[UnitW.STATUS, j] >= Status.RESERVE:
            continue
        if supply.unit_spec_whole[SupplyUnitW.FUEL, j] == item and units.spec_real[UnitSpecR.ENDURANCE_S, j] < np.inf:
            total += supply.unit_spec_real[SupplyUnitR.TANK, j]
        first = units.spec_whole[UnitSpecW.MOUNT_FIRST, j]
        for m in range(first, first + units.spec_whole[UnitSpecW.MOUNT_COUNT, j]):
            full = mounts.spec_whole[MountSpecW.AMMO0, m]
            if full < UNLIMITED and item_of_weapon(np.int64(mounts.spec_whole[MountSpecW.WEAPON, m]), supply) == item:
                total += full
    return total


@kernel
def consumer_deficit_kg(group: int, units: Units, mounts: Mounts, supply: Supply) -> float:
    """Return the mass that the tanks and magazines of a group lack, by the last reports of its units [kg].

    A report gives the rounds of a unit in all: they are shared out over its offensive weapons.
    """
    total = 0.0
    for j in range(units.spec_whole.shape[1]):
        if units.spec_whole[UnitSpecW.GROUP, j] != group or units.whole[UnitW.STATUS, j] >= Status.RESERVE:
            continue
        fuel = supply.unit_spec_whole[SupplyUnitW.FUEL, j]
        full_s = units.spec_real[UnitSpecR.ENDURANCE_S, j]
        if fuel >= 0 and 0.0 < full_s < np.inf:
            missing = 1.0 - units.real[UnitR.REPORT_ENDURANCE_S, j] / full_s
            total += missing * supply.unit_spec_real[SupplyUnitR.TANK, j] * supply.item_real[ItemSpecR.MASS_KG, fuel]
        rounds = 0.0
        rounds_kg = 0.0
        first = units.spec_whole[UnitSpecW.MOUNT_FIRST, j]
        for m in range(first, first + units.spec_whole[UnitSpecW.MOUNT_COUNT, j]):
            full = mounts.spec_whole[MountSpecW.AMMO0, m]
            if mounts.spec_whole[MountSpecW.DOMAINS, m] == 0 or full >= UNLIMITED:
                continue
            rounds += full
            item = item_of_weapon(np.int64(mounts.spec_whole[MountSpecW.WEAPON, m]), supply)
            if item >= 0:
                rounds_kg += full * supply.item_real[ItemSpecR.MASS_KG, item]
        if rounds > 0.0:
            total += max(1.0 - units.whole[UnitW.REPORT_AMMO, j] / rounds, 0.0) * rounds_kg
    return total


@kernel
def mass_lacking(j: int, supply: Supply) -> float:
    """Return the mass that the stores of unit ``j`` lack [kg]."""
    total = 0.0
    first = supply.unit_spec_whole[SupplyUnitW.STORE_FIRST, j]
    for c in range(first, first + supply.unit_spec_whole[SupplyUnitW.STORE_COUNT, j]):
        if supply.spec_whole[StoreSpecW.IS_CARGO, c] == 0:
            mass = supply.item_real[ItemSpecR.MASS_KG, supply.spec_whole[StoreSpecW.ITEM, c]]
            total += store_need(c, supply) * mass
    return total


@kernel
def choose_sink(i: int, units: Units, supply: Supply) -> int:
    """Return the unit of the supplied group to which carrier ``i`` delivers, or -1.

    It is the unit whose stores lack the most mass; in a group without stores, the first in its formation.
    """
    group = units.whole[UnitW.TASK_TARGET, i]
    best = int(NONE)
    best_mass = -1.0
    for j in range(units.spec_whole.shape[1]):
        if units.spec_whole[UnitSpecW.GROUP, j] != group or units.whole[UnitW.STATUS, j] >= Status.RESERVE or j == i:
            continue
        mass = -1.0 + 0.5 / (1.0 + units.spec_whole[UnitSpecW.PLACE_IN_GROUP, j])
        if has_stores(j, supply):
            mass = mass_lacking(j, supply)
        if mass > best_mass or (mass == best_mass and units.key[j] < units.key[best]):
            best = j
            best_mass = mass
    return best


@kernel
def cargo_kg(i: int, supply: Supply) -> float:
    """Return the mass of the cargo of unit ``i`` [kg]."""
    total = 0.0
    first = supply.unit_spec_whole[SupplyUnitW.STORE_FIRST, i]
    for c in range(first, first + supply.unit_spec_whole[SupplyUnitW.STORE_COUNT, i]):
        if supply.spec_whole[StoreSpecW.IS_CARGO, c] == 1:
            total += (
                supply.real[StoreR.ON_HAND, c]
                * supply.item_real[ItemSpecR.MASS_KG, supply.spec_whole[StoreSpecW.ITEM, c]]
            )
    return total


@kernel
def count_on_order(supply: Supply) -> None:
    """Count all shipments and cargo under way to each store (ON_ORDER)."""
    for c in range(supply.spec_whole.shape[1]):
        supply.real[StoreR.ON_ORDER, c] = 0.0
    for q in range(supply.shipment_whole.shape[1]):
        if supply.shipment_whole[ShipmentW.STAGE, q] != ShipmentStage.FREE:
            c = supply.shipment_whole[ShipmentW.STORE, q]
            supply.real[StoreR.ON_ORDER, c] += supply.shipment_real[ShipmentR.QUANTITY, q]
    for i in range(supply.unit_whole.shape[1]):
        stage = supply.unit_whole[CarrierW.STAGE, i]
        sink = supply.unit_whole[CarrierW.SINK, i]
        if stage < CarrierStage.LOADING or stage > CarrierStage.UNLOADING or sink < 0:
            continue
        first = supply.unit_spec_whole[SupplyUnitW.STORE_FIRST, i]
        for c in range(first, first + supply.unit_spec_whole[SupplyUnitW.STORE_COUNT, i]):
            if supply.spec_whole[StoreSpecW.IS_CARGO, c] == 1 and supply.real[StoreR.ON_HAND, c] > 0.0:
                d = store_of(np.int64(sink), np.int64(supply.spec_whole[StoreSpecW.ITEM, c]), supply)
                if d >= 0:
                    supply.real[StoreR.ON_ORDER, d] += supply.real[StoreR.ON_HAND, c]


@kernel
def is_worth_a_trip(
    i: int, sink: int, wanted_kg: float, loadable_kg: float, is_low: bool, units: Units, mounts: Mounts, supply: Supply
) -> bool:
    """Return whether carrier ``i`` leaves for ``sink`` with a load: see ``load``."""
    share = supply.unit_spec_real[SupplyUnitR.MIN_LOAD, i]
    capacity = supply.unit_spec_real[SupplyUnitR.CARGO_KG, i]
    least = share * min(capacity, wanted_kg)
    if loadable_kg <= 0.0 or loadable_kg < least * (1.0 - 1e-9):
        return False
    if has_stores(sink, supply):
        return is_low or wanted_kg >= share * capacity
    return consumer_deficit_kg(np.int64(units.spec_whole[UnitSpecW.GROUP, sink]), units, mounts, supply) >= least


@kernel
def load(i: int, source: int, sink: int, units: Units, mounts: Mounts, supply: Supply) -> bool:
    """Load carrier ``i`` at ``source`` with the needs of ``sink``; return whether that makes a trip worth while.

    All items are cut in the same proportion when the cargo is too heavy. A trip is worth while when the cargo is at
    least the carrier's least share of its capacity, or of the need if that is less. A store must lack that share of the
    capacity, or have an item at its reorder point; units without stores must lack that share of a full supply.
    """
    group = units.spec_whole[UnitSpecW.GROUP, sink]
    is_store = has_stores(sink, supply)
    first = supply.unit_spec_whole[SupplyUnitW.STORE_FIRST, i]
    last = first + supply.unit_spec_whole[SupplyUnitW.STORE_COUNT, i]
    room_kg = supply.unit_spec_real[SupplyUnitR.CARGO_KG, i] - cargo_kg(i, supply)
    wanted_kg = 0.0
    useful_kg = 0.0  # of the cargo aboard
    there_kg = 0.0
    share = 0.0
    is_low = False
    for is_taking in range(2):
        if is_taking == 1:
            share = min(1.0, room_kg / there_kg) if there_kg > 0.0 else 0.0
            loadable_kg = useful_kg + there_kg * share
            if not is_worth_a_trip(i, sink, wanted_kg, loadable_kg, is_low, units, mounts, supply):
                return False
        for c in range(first, last):
            if supply.spec_whole[StoreSpecW.IS_CARGO, c] == 0:
                continue
            item = np.int64(supply.spec_whole[StoreSpecW.ITEM, c])
            mass = supply.item_real[ItemSpecR.MASS_KG, item]
            a = store_of(source, item, supply)
            b = store_of(sink, item, supply)
            need = 0.0
            is_lacking = False
            if b >= 0 and supply.spec_whole[StoreSpecW.IS_CARGO, b] == 0:
                need = store_need(b, supply)
                position = supply.real[StoreR.KNOWN, b] + supply.real[StoreR.ON_ORDER, b]
                is_lacking = need > 0.0 and position <= supply.spec_real[StoreSpecR.LOW, b]
            elif not is_store:
                need = consumer_need(np.int64(group), item, units, mounts, supply)
            aboard = supply.real[StoreR.ON_HAND, c]
            found = 0.0
            if a >= 0 and supply.spec_whole[StoreSpecW.IS_CARGO, a] == 0:
                found = min(max(need - aboard, 0.0), supply.real[StoreR.ON_HAND, a])
            if found + aboard <= 0.0:
                continue  # no reason for a trip
            is_low = is_low or is_lacking
            if is_taking == 0:
                wanted_kg += need * mass
                useful_kg += min(need, aboard) * mass
                there_kg += found * mass
                continue
            if found > 0.0:
                taken = movable(found * share + 1e-9, np.int64(supply.spec_whole[StoreSpecW.IS_DIVISIBLE, a]))
                taken = min(taken, supply.real[StoreR.ON_HAND, a])
                supply.real[StoreR.ON_HAND, a] -= taken
                supply.real[StoreR.SENT, a] += taken
                supply.real[StoreR.ON_HAND, c] += taken
                supply.real[StoreR.GOT, c] += taken
            if b >= 0:
                supply.real[StoreR.ON_ORDER, b] += supply.real[StoreR.ON_HAND, c]
    return cargo_kg(i, supply) > 0.0


@kernel
def unload_stores(tick: int, i: int, sink: int, supply: Supply) -> None:
    """Move the cargo of carrier ``i`` to the stores of ``sink``, as far as there is room, and note its stock."""
    first = supply.unit_spec_whole[SupplyUnitW.STORE_FIRST, i]
    for c in range(first, first + supply.unit_spec_whole[SupplyUnitW.STORE_COUNT, i]):
        if supply.spec_whole[StoreSpecW.IS_CARGO, c] == 0:
            continue
        d = store_of(sink, np.int64(supply.spec_whole[StoreSpecW.ITEM, c]), supply)
        if d < 0 or supply.spec_whole[StoreSpecW.IS_CARGO, d] == 1:
            continue
        room = max(supply.spec_real[StoreSpecR.CAPACITY, d] - supply.real[StoreR.ON_HAND, d], 0.0)
        moved = movable(
            min(supply.real[StoreR.ON_HAND, c], room), np.int64(supply.spec_whole[StoreSpecW.IS_DIVISIBLE, c])
        )
        supply.real[StoreR.ON_HAND, c] -= moved
        supply.real[StoreR.SENT, c] += moved
        supply.real[StoreR.ON_HAND, d] += moved
        supply.real[StoreR.GOT, d] += moved
        supply.real[StoreR.ON_ORDER, d] -= min(moved, supply.real[StoreR.ON_ORDER, d])
        supply.real[StoreR.KNOWN, d] = supply.real[StoreR.ON_HAND, d]
        supply.whole[StoreW.KNOWN_TICK, d] = tick


@kernel
def fuel_left(i: int, units: Units) -> float:
    """Return the share of its fuel that unit ``i`` has left; 1 without limit."""
    full = units.spec_real[UnitSpecR.ENDURANCE_S, i]
    return units.real[UnitR.ENDURANCE_S, i] / full if 0.0 < full < np.inf else 1.0


@kernel
def is_needier(a: int, b: int, units: Units, supply: Supply) -> bool:
    """Return whether unit ``a`` is refilled before ``b``: by priority, share of fuel left and key."""
    first, second = supply.unit_spec_whole[SupplyUnitW.PRIORITY, a], supply.unit_spec_whole[SupplyUnitW.PRIORITY, b]
    if first != second:
        return first < second
    left_a = fuel_left(a, units)
    left_b = fuel_left(b, units)
    if left_a != left_b:
        return left_a < left_b
    return units.key[a] < units.key[b]


@kernel
def refill_group(
    now: Moment, i: int, sink: int, units: Units, mounts: Mounts, supply: Supply, work: Scratch, log: Log
) -> None:
    """Refill the units within reach in the group of ``sink`` from the cargo of carrier ``i``, the neediest first."""
    listed = work.whole[ScratchW.ASKING]
    group = units.spec_whole[UnitSpecW.GROUP, sink]
    n = 0
    for j in range(units.spec_whole.shape[1]):
        if units.spec_whole[UnitSpecW.GROUP, j] != group or units.whole[UnitW.STATUS, j] != Status.ACTIVE or j == i:
            continue
        if not is_at(i, j, ALONGSIDE, units, supply):
            continue
        p = n
        while p > 0 and is_needier(j, np.int64(listed[p - 1]), units, supply):
            listed[p] = listed[p - 1]
            p -= 1
        listed[p] = j
        n += 1
    for p in range(n):
        j = np.int64(listed[p])
        share = fill_tank(j, i, False, False, units, supply)
        rounds = fill_magazines(j, i, False, False, units, mounts, supply)
        if share > 0.0 or rounds > 0:
            s = units.spec_whole[UnitSpecW.SIDE, j]
            emit(log, now, EventKind.REFILLED, s, j, i, int(share * 1000.0 + 0.5), rounds)
