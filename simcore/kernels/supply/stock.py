"""Stock: demand, orders, shipments and issues of stores.

A store with a source keeps its position, the stock on hand and on order less everything owed, above its reorder point:
when the position falls to the reorder point or below, it orders up to its level. With reorder point S - 1 this is the
one-for-one policy (S - 1, S) of Palm (1938) and Sherbrooke (1968). An order from outside is dispatched at once; an
order from another store waits there for stock: first the lower priority
number, then the longer wait, then the lower key.
"""

import math

import numpy as np

from simcore.compiling.jit import formula, kernel
from simcore.events import Log, emit
from simcore.kernels.mathematics.approximations import exponential, logarithm
from simcore.kernels.sustainment.stores import movable, note_demand
from simcore.kinds import Moment, Rules, Supply, Units
from simcore.params import RuleR, UnitSpecW
from simcore.rng import Stream, draw, stream_key
from simcore.state import UnitW
from simcore.stores import (
    NO_SOURCE,
    OUTSIDE,
    ShipmentR,
    ShipmentStage,
    ShipmentW,
    StoreR,
    StoreSpecR,
    StoreSpecW,
    StoreW,
    SupplyRuleW,
)
from simcore.types import NONE, EventKind, Status, Word

_MOST_MEAN = 16.0
"""Largest mean of a Poisson number drawn at once; larger means are sums."""
_DRAWS = np.uint64(4096)
"""Draws reserved for each store in a tick."""


@formula
def poisson(mean: float, key: Word, unit: Word, first: Word) -> int:
    """Return a Poisson number, by inversion in parts with means of at most 16."""
    n_parts = int(math.ceil(mean / _MOST_MEAN))
    total = 0
    for part in range(n_parts):
        u = draw(key, unit, first + np.uint64(part))
        p = float(exponential(-mean / n_parts))
        k = 0
        cumulative = p
        while u > cumulative and k < 1000:
            k += 1
            p *= mean / n_parts / k
            cumulative += p
        total += k
    return total


@kernel
def lead_ticks(now: Moment, c: int, place: int, units: Units, rules: Rules, supply: Supply) -> int:
    """Return the time from dispatch to arrival of the shipment in a ``place``, in ticks."""
    lead_s = float(supply.spec_real[StoreSpecR.LEAD_S, c])
    factor = 1.0
    if supply.spec_whole[StoreSpecW.IS_LEAD_DRAWN, c] == 1:
        i = supply.spec_whole[StoreSpecW.UNIT, c]
        key = stream_key(now.seed, now.replication, now.tick, Stream.STORE_LEAD)
        slot = np.uint64(place - supply.spec_whole[StoreSpecW.SLOT_FIRST, c])
        item = np.uint64(supply.spec_whole[StoreSpecW.ITEM, c])
        factor = float(-logarithm(draw(key, units.key[i], item * _DRAWS * _DRAWS + slot)))
    ticks = lead_s * factor / float(rules.real[RuleR.DT_S])
    return int(math.floor(ticks + 0.5))


@kernel
def is_gone(i: int, units: Units) -> bool:
    """Return whether unit ``i`` is lost or expended."""
    status = units.whole[UnitW.STATUS, i]
    return status == Status.LOST or status == Status.EXPENDED


@kernel
def write_off(now: Moment, units: Units, supply: Supply, log: Log) -> None:
    """Write off the stores and cargo of units that are gone."""
    for c in range(supply.spec_whole.shape[1]):
        i = np.int64(supply.spec_whole[StoreSpecW.UNIT, c])
        on_hand = supply.real[StoreR.ON_HAND, c]
        if on_hand > 0.0 and is_gone(i, units):
            supply.real[StoreR.LOST, c] += on_hand
            supply.real[StoreR.ON_HAND, c] = 0.0
            item = supply.spec_whole[StoreSpecW.ITEM, c]
            emit(log, now, EventKind.STORE_LOST, units.spec_whole[UnitSpecW.SIDE, i], i, -1, item, int(on_hand + 0.5))


@kernel
def receive(now: Moment, units: Units, supply: Supply, log: Log) -> None:
    """Enter the shipments that have arrived, as far as there is room, and serve backorders from them."""
    for c in range(supply.spec_whole.shape[1]):
        first = supply.spec_whole[StoreSpecW.SLOT_FIRST, c]
        i = np.int64(supply.spec_whole[StoreSpecW.UNIT, c])
        side = units.spec_whole[UnitSpecW.SIDE, i]
        for q in range(first, first + supply.spec_whole[StoreSpecW.SLOT_COUNT, c]):
            if (
                supply.shipment_whole[ShipmentW.STAGE, q] != ShipmentStage.UNDER_WAY
                or supply.shipment_whole[ShipmentW.DUE, q] > now.tick
            ):
                continue
            room = supply.spec_real[StoreSpecR.CAPACITY, c] - supply.real[StoreR.ON_HAND, c]
            room += supply.real[StoreR.BACKORDERS, c]
            quantity = min(supply.shipment_real[ShipmentR.QUANTITY, q], room)
            is_lost = is_gone(i, units)
            if is_lost:
                quantity = supply.shipment_real[ShipmentR.QUANTITY, q]
            if quantity <= 0.0:
                continue
            source = supply.spec_whole[StoreSpecW.SOURCE, c]
            supply.real[StoreR.RECEIVED if source == OUTSIDE else StoreR.GOT, c] += quantity
            supply.shipment_real[ShipmentR.QUANTITY, q] -= quantity
            if supply.shipment_real[ShipmentR.QUANTITY, q] <= 0.0:
                supply.shipment_whole[ShipmentW.STAGE, q] = ShipmentStage.FREE
            if is_lost:
                supply.real[StoreR.LOST, c] += quantity
                continue
            supply.real[StoreR.ON_HAND, c] += quantity
            item = supply.spec_whole[StoreSpecW.ITEM, c]
            other = supply.spec_whole[StoreSpecW.UNIT, source] if source >= 0 else NONE
            emit(log, now, EventKind.SHIPMENT_ARRIVED, side, i, other, item, int(quantity + 0.5))
        owed = min(supply.real[StoreR.BACKORDERS, c], supply.real[StoreR.ON_HAND, c])
        if owed > 0.0:
            supply.real[StoreR.BACKORDERS, c] -= owed
            supply.real[StoreR.ON_HAND, c] -= owed
            supply.real[StoreR.CONSUMED, c] += owed


@kernel
def consume(now: Moment, period_s: float, units: Units, supply: Supply) -> None:
    """Serve the demand of consumers outside the scenario over the period."""
    key = stream_key(now.seed, now.replication, now.tick, Stream.STORE_DEMAND)
    for c in range(supply.spec_whole.shape[1]):
        mean = supply.spec_real[StoreSpecR.DEMAND_PER_S, c] * period_s
        i = supply.spec_whole[StoreSpecW.UNIT, c]
        if mean <= 0.0 or now.tick == 0 or units.whole[UnitW.STATUS, i] >= Status.RESERVE:
            continue
        wanted = mean
        if supply.spec_whole[StoreSpecW.IS_DEMAND_DRAWN, c] == 1:
            first = np.uint64(supply.spec_whole[StoreSpecW.ITEM, c]) * _DRAWS
            count = poisson(mean, key, units.key[i], first)
            wanted = float(count)
            supply.whole[StoreW.DEMANDS, c] += count
        served = min(wanted, supply.real[StoreR.ON_HAND, c])
        supply.real[StoreR.ON_HAND, c] -= served
        supply.real[StoreR.CONSUMED, c] += served
        note_demand(c, wanted, served, supply)
        if supply.spec_whole[StoreSpecW.IS_BACKORDERED, c] == 1:
            supply.real[StoreR.BACKORDERS, c] += wanted - served
        else:
            supply.real[StoreR.UNMET, c] += wanted - served


@kernel
def free_place(c: int, supply: Supply) -> int:
    """Return a free place for a shipment to store ``c``, or -1."""
    first = supply.spec_whole[StoreSpecW.SLOT_FIRST, c]
    for q in range(first, first + supply.spec_whole[StoreSpecW.SLOT_COUNT, c]):
        if supply.shipment_whole[ShipmentW.STAGE, q] == ShipmentStage.FREE:
            return q
    return -1


@kernel
def reorder(now: Moment, units: Units, rules: Rules, supply: Supply, log: Log) -> None:
    """Place the orders that are due: first those of stores from which nobody orders, last those of the depots."""
    for level in range(supply.rules[SupplyRuleW.N_LEVELS]):
        for c in range(supply.spec_whole.shape[1]):
            source = np.int64(supply.spec_whole[StoreSpecW.SOURCE, c])
            i = np.int64(supply.spec_whole[StoreSpecW.UNIT, c])
            if source == NO_SOURCE or supply.spec_whole[StoreSpecW.LEVEL, c] != level:
                continue
            if units.whole[UnitW.STATUS, i] >= Status.RESERVE:
                continue
            position = supply.real[StoreR.ON_HAND, c] + supply.real[StoreR.ON_ORDER, c]
            position -= supply.real[StoreR.BACKORDERS, c] + supply.real[StoreR.OWED, c]
            if position > supply.spec_real[StoreSpecR.LOW, c]:
                continue
            quantity = movable(
                supply.spec_real[StoreSpecR.UP_TO, c] - position,
                np.int64(supply.spec_whole[StoreSpecW.IS_DIVISIBLE, c]),
            )
            if quantity <= 0.0:
                continue
            if source >= 0 and is_gone(np.int64(supply.spec_whole[StoreSpecW.UNIT, source]), units):
                continue
            q = free_place(c, supply)
            if q < 0:
                supply.whole[StoreW.DEFERRED, c] += 1
                continue
            supply.whole[StoreW.ORDERS, c] += 1
            supply.real[StoreR.ON_ORDER, c] += quantity
            supply.shipment_real[ShipmentR.QUANTITY, q] = quantity
            supply.shipment_whole[ShipmentW.TICK, q] = now.tick
            supply.shipment_whole[ShipmentW.STORE, q] = c
            other = np.int64(NONE)
            if source == OUTSIDE:
                supply.shipment_whole[ShipmentW.STAGE, q] = ShipmentStage.UNDER_WAY
                supply.shipment_whole[ShipmentW.DUE, q] = now.tick + lead_ticks(now, c, q, units, rules, supply)
            else:
                supply.shipment_whole[ShipmentW.STAGE, q] = ShipmentStage.WAITING
                supply.real[StoreR.OWED, source] += quantity
                supply.whole[StoreW.DEMANDS, source] += 1
                served = max(min(quantity, supply.real[StoreR.ON_HAND, source]), 0.0)
                note_demand(source, quantity, served, supply)
                other = np.int64(supply.spec_whole[StoreSpecW.UNIT, source])
            item = supply.spec_whole[StoreSpecW.ITEM, c]
            side = units.spec_whole[UnitSpecW.SIDE, i]
            emit(log, now, EventKind.SHIPMENT_ORDERED, side, i, other, item, int(quantity + 0.5))


@kernel
def is_served_before(a: int, b: int, units: Units, supply: Supply) -> bool:
    """Return whether the order in place ``a`` is served before that in ``b``: by priority, wait, key and item."""
    of_a, of_b = supply.shipment_whole[ShipmentW.STORE, a], supply.shipment_whole[ShipmentW.STORE, b]
    first, second = supply.spec_whole[StoreSpecW.PRIORITY, of_a], supply.spec_whole[StoreSpecW.PRIORITY, of_b]
    if first != second:
        return first < second
    first, second = supply.shipment_whole[ShipmentW.TICK, a], supply.shipment_whole[ShipmentW.TICK, b]
    if first != second:
        return first < second
    unit_a, unit_b = supply.spec_whole[StoreSpecW.UNIT, of_a], supply.spec_whole[StoreSpecW.UNIT, of_b]
    if unit_a != unit_b:
        return bool(units.key[unit_a] < units.key[unit_b])
    if of_a != of_b:
        return of_a < of_b  # by item
    return float(supply.shipment_real[ShipmentR.QUANTITY, a]) > float(supply.shipment_real[ShipmentR.QUANTITY, b])


@kernel
def dispatch(now: Moment, units: Units, rules: Rules, supply: Supply) -> None:
    """Dispatch the waiting orders that the stores can fill; a part of an order if there is a place for it.

    An order to a store that is gone, or from one, is cancelled.
    """
    queue = supply.shipment_whole[ShipmentW.QUEUE]
    n = 0
    for q in range(supply.shipment_whole.shape[1]):
        if supply.shipment_whole[ShipmentW.STAGE, q] != ShipmentStage.WAITING:
            continue
        c = np.int64(supply.shipment_whole[ShipmentW.STORE, q])
        source = np.int64(supply.spec_whole[StoreSpecW.SOURCE, c])
        is_cut = is_gone(np.int64(supply.spec_whole[StoreSpecW.UNIT, c]), units)
        if is_cut or is_gone(np.int64(supply.spec_whole[StoreSpecW.UNIT, source]), units):
            supply.real[StoreR.OWED, source] -= supply.shipment_real[ShipmentR.QUANTITY, q]
            supply.shipment_whole[ShipmentW.STAGE, q] = ShipmentStage.FREE
            continue
        p = n
        while p > 0 and is_served_before(q, np.int64(queue[p - 1]), units, supply):
            queue[p] = queue[p - 1]
            p -= 1
        queue[p] = q
        n += 1
    for p in range(n):
        q = np.int64(queue[p])
        c = np.int64(supply.shipment_whole[ShipmentW.STORE, q])
        source = np.int64(supply.spec_whole[StoreSpecW.SOURCE, c])
        wanted = supply.shipment_real[ShipmentR.QUANTITY, q]
        sent = min(wanted, supply.real[StoreR.ON_HAND, source])
        sent = movable(sent, np.int64(supply.spec_whole[StoreSpecW.IS_DIVISIBLE, source]))
        if sent <= 0.0:
            continue
        place = q
        if sent < wanted:
            place = free_place(c, supply)
            if place < 0:
                continue
            supply.shipment_whole[ShipmentW.TICK, place] = supply.shipment_whole[ShipmentW.TICK, q]
            supply.shipment_whole[ShipmentW.STORE, place] = c
        supply.shipment_real[ShipmentR.QUANTITY, q] = wanted - sent
        supply.shipment_real[ShipmentR.QUANTITY, place] = sent
        supply.shipment_whole[ShipmentW.STAGE, place] = ShipmentStage.UNDER_WAY
        supply.shipment_whole[ShipmentW.DUE, place] = now.tick + lead_ticks(now, c, place, units, rules, supply)
        supply.real[StoreR.ON_HAND, source] -= sent
        supply.real[StoreR.SENT, source] += sent
        supply.real[StoreR.OWED, source] -= sent


@kernel
def tally_stock(now: Moment, period_s: float, units: Units, supply: Supply, log: Log) -> None:
    """Count the time with stock and with backorders, and note the stores that ran out."""
    for c in range(supply.spec_whole.shape[1]):
        on_hand = supply.real[StoreR.ON_HAND, c]
        supply.real[StoreR.STOCK_S, c] += on_hand * period_s
        supply.real[StoreR.BACKORDER_S, c] += (
            supply.real[StoreR.BACKORDERS, c] + supply.real[StoreR.OWED, c]
        ) * period_s
        if on_hand > 0.0:
            supply.whole[StoreW.IS_EMPTY, c] = 0
            continue
        supply.real[StoreR.EMPTY_S, c] += period_s
        i = np.int64(supply.spec_whole[StoreSpecW.UNIT, c])
        if supply.whole[StoreW.IS_EMPTY, c] == 0 and supply.spec_whole[StoreSpecW.IS_CARGO, c] == 0:
            supply.whole[StoreW.STOCKOUTS, c] += 1
            item = supply.spec_whole[StoreSpecW.ITEM, c]
            emit(log, now, EventKind.STOCKOUT, units.spec_whole[UnitSpecW.SIDE, i], i, -1, item, 0)
        supply.whole[StoreW.IS_EMPTY, c] = 1
