"""Carriers: the stages of the task resupply.

Where several wait for the docks or the stock of a store, the lower priority number of the destination is served first,
then the longer wait, then the lower key.
"""

import numpy as np

from simcore.compiling.jit import kernel
from simcore.events import Log, emit
from simcore.kernels.alongside import ALONGSIDE
from simcore.kernels.orders.carrying import find_link
from simcore.kernels.supply.cargo import (
    cargo_kg,
    choose_sink,
    choose_source,
    is_at,
    load,
    refill_group,
    unload_stores,
)
from simcore.kernels.supply.stock import is_gone
from simcore.kinds import Moment, Mounts, Supply, Units
from simcore.params import UnitSpecW
from simcore.scratch import Scratch
from simcore.state import UnitW
from simcore.stores import CarrierR, CarrierStage, CarrierW, SupplyUnitW
from simcore.types import NONE, EventKind, Task


@kernel
def follow_link(i: int, source: int, sink: int, units: Units, supply: Supply) -> None:
    """Put carrier ``i`` at the start of the route of supply from ``source`` to ``sink``, if there is one."""
    mobility = units.spec_whole[UnitSpecW.MOBILITY, i]
    k, is_backward = find_link(source, sink, np.int64(mobility), supply)
    supply.unit_whole[CarrierW.LINK, i] = k
    supply.unit_whole[CarrierW.POINT, i] = 0
    supply.unit_whole[CarrierW.IS_BACKWARD, i] = is_backward


@kernel
def enter_stage(tick: int, i: int, stage: int, units: Units, supply: Supply) -> None:
    """Let unit ``i`` enter a stage (CarrierStage) and decide anew."""
    supply.unit_whole[CarrierW.STAGE, i] = stage
    units.whole[UnitW.PLAN_TICK, i] = min(units.whole[UnitW.PLAN_TICK, i], tick + 1)
    is_waiting = stage == CarrierStage.AT_SOURCE or stage == CarrierStage.AT_SINK
    supply.unit_whole[CarrierW.WAIT_TICK, i] = tick if is_waiting else NONE


@kernel
def destination_priority(i: int, units: Units, supply: Supply) -> int:
    """Return the priority of the deliveries of carrier ``i``: the lowest number among the supplied group's units."""
    group = units.whole[UnitW.TASK_TARGET, i]
    best = 1000
    for j in range(units.spec_whole.shape[1]):
        if units.spec_whole[UnitSpecW.GROUP, j] == group:
            best = min(best, int(supply.unit_spec_whole[SupplyUnitW.PRIORITY, j]))
    return best


@kernel
def begin_order(now: Moment, i: int, units: Units, supply: Supply) -> None:
    """Let carrier ``i`` begin a new order to resupply a group: with a cargo it delivers it first."""
    supply.unit_whole[CarrierW.SERIAL, i] = units.whole[UnitW.ORDER_SERIAL, i]
    supply.unit_whole[CarrierW.SOURCE, i] = choose_source(i, units, supply)
    supply.unit_whole[CarrierW.SINK, i] = NONE
    supply.unit_whole[CarrierW.LINK, i] = NONE
    supply.unit_whole[CarrierW.PRIORITY, i] = destination_priority(i, units, supply)
    stage = CarrierStage.TO_SOURCE + 0
    if cargo_kg(i, supply) > 0.0:
        sink = choose_sink(i, units, supply)
        if sink >= 0:
            supply.unit_whole[CarrierW.SINK, i] = sink
            stage = CarrierStage.OUT + 0
    enter_stage(now.tick, i, stage, units, supply)


@kernel
def move_on(now: Moment, i: int, units: Units, supply: Supply, log: Log) -> None:
    """Advance the stage of carrier ``i`` where that depends on no other carrier."""
    if supply.unit_whole[CarrierW.SERIAL, i] != units.whole[UnitW.ORDER_SERIAL, i]:
        begin_order(now, i, units, supply)
    stage = supply.unit_whole[CarrierW.STAGE, i]
    source = np.int64(supply.unit_whole[CarrierW.SOURCE, i])
    sink = np.int64(supply.unit_whole[CarrierW.SINK, i])
    if source >= 0 and is_gone(source, units) and stage < CarrierStage.LOADING:
        source = choose_source(i, units, supply)
        supply.unit_whole[CarrierW.SOURCE, i] = source
        supply.unit_whole[CarrierW.LINK, i] = NONE
        enter_stage(now.tick, i, CarrierStage.TO_SOURCE + 0, units, supply)
        return
    if stage == CarrierStage.TO_SOURCE:
        if source >= 0 and is_at(i, source, 1.0, units, supply):
            enter_stage(now.tick, i, CarrierStage.AT_SOURCE + 0, units, supply)
    elif stage == CarrierStage.AT_SOURCE:
        if source >= 0 and not is_at(i, source, 1.0, units, supply):
            enter_stage(now.tick, i, CarrierStage.TO_SOURCE + 0, units, supply)
    elif stage == CarrierStage.LOADING:
        if supply.unit_whole[CarrierW.READY_TICK, i] <= now.tick:
            follow_link(i, source, sink, units, supply)
            enter_stage(now.tick, i, CarrierStage.OUT + 0, units, supply)
            s = units.spec_whole[UnitSpecW.SIDE, i]
            emit(log, now, EventKind.CARGO_LOADED, s, i, source, int(cargo_kg(i, supply) + 0.5), 0)
    elif stage >= CarrierStage.OUT:
        if sink < 0 or is_gone(sink, units):
            sink = choose_sink(i, units, supply)
            supply.unit_whole[CarrierW.SINK, i] = sink
            supply.unit_whole[CarrierW.LINK, i] = NONE
            is_over = sink < 0
            enter_stage(now.tick, i, CarrierStage.TO_SOURCE + 0 if is_over else CarrierStage.OUT + 0, units, supply)
        elif stage == CarrierStage.OUT and is_at(i, sink, 1.0, units, supply):
            enter_stage(now.tick, i, CarrierStage.AT_SINK + 0, units, supply)
        elif stage != CarrierStage.OUT and not is_at(i, sink, ALONGSIDE, units, supply):
            enter_stage(now.tick, i, CarrierStage.OUT + 0, units, supply)


@kernel
def is_docked_before(a: int, b: int, units: Units, supply: Supply) -> bool:
    """Return whether carrier ``a`` is served before ``b``: by priority of the destination, waiting time and key."""
    first, second = supply.unit_whole[CarrierW.PRIORITY, a], supply.unit_whole[CarrierW.PRIORITY, b]
    if first != second:
        return first < second
    wait_a, wait_b = supply.unit_whole[CarrierW.WAIT_TICK, a], supply.unit_whole[CarrierW.WAIT_TICK, b]
    if wait_a != wait_b:
        return wait_a < wait_b
    return units.key[a] < units.key[b]


@kernel
def place_of(i: int, supply: Supply) -> int:
    """Return the unit at whose docks carrier ``i`` is or waits."""
    stage = supply.unit_whole[CarrierW.STAGE, i]
    is_source = stage == CarrierStage.AT_SOURCE or stage == CarrierStage.LOADING
    return int(supply.unit_whole[CarrierW.SOURCE if is_source else CarrierW.SINK, i])


@kernel
def finish_delivery(now: Moment, i: int, units: Units, mounts: Mounts, supply: Supply, work: Scratch, log: Log) -> None:
    """Deliver the cargo of carrier ``i`` to its sink, and send it back for more."""
    sink = np.int64(supply.unit_whole[CarrierW.SINK, i])
    before_kg = cargo_kg(i, supply)
    unload_stores(now.tick, i, sink, supply)
    refill_group(now, i, sink, units, mounts, supply, work, log)
    moved_kg = before_kg - cargo_kg(i, supply)
    supply.unit_real[CarrierR.DELIVERED_KG, i] += moved_kg
    supply.unit_whole[CarrierW.TRIPS, i] += 1
    s = units.spec_whole[UnitSpecW.SIDE, i]
    emit(log, now, EventKind.CARGO_DELIVERED, s, i, sink, int(moved_kg + 0.5), 0)
    source = np.int64(supply.unit_whole[CarrierW.SOURCE, i])
    follow_link(i, sink, source, units, supply)
    enter_stage(now.tick, i, CarrierStage.TO_SOURCE + 0, units, supply)


@kernel
def serve_docks(now: Moment, units: Units, mounts: Mounts, supply: Supply, work: Scratch, log: Log) -> None:
    """Finish deliveries, then give free docks to the carriers that wait."""
    queue = supply.unit_whole[CarrierW.QUEUE]
    docked = supply.unit_whole[CarrierW.DOCKED]
    stages = supply.unit_whole[CarrierW.STAGE]
    ready = supply.unit_whole[CarrierW.READY_TICK]
    n = 0
    for i in range(queue.shape[0]):
        docked[i] = 0
    for i in range(queue.shape[0]):
        stage = stages[i]
        if units.whole[UnitW.TASK, i] != Task.RESUPPLY:
            continue
        is_busy = stage == CarrierStage.LOADING or stage == CarrierStage.UNLOADING
        is_done = stage == CarrierStage.UNLOADING and ready[i] <= now.tick
        if is_busy and not is_done:
            docked[place_of(i, supply)] += 1
        if not is_done and stage != CarrierStage.AT_SOURCE and stage != CarrierStage.AT_SINK:
            continue
        p = n
        while p > 0 and is_docked_before(i, np.int64(queue[p - 1]), units, supply):
            queue[p] = queue[p - 1]
            p -= 1
        queue[p] = i
        n += 1
    for p in range(n):
        if stages[queue[p]] == CarrierStage.UNLOADING:
            finish_delivery(now, np.int64(queue[p]), units, mounts, supply, work, log)
    for p in range(n):
        i = np.int64(queue[p])
        stage = stages[i]
        is_source = stage == CarrierStage.AT_SOURCE
        if not is_source and stage != CarrierStage.AT_SINK:
            continue
        place = place_of(i, supply)
        if place < 0 or docked[place] >= supply.unit_spec_whole[SupplyUnitW.DOCKS, place]:
            continue
        if is_source:
            sink = choose_sink(i, units, supply)
            if sink < 0 or not load(i, place, sink, units, mounts, supply):
                continue
            supply.unit_whole[CarrierW.SINK, i] = sink
        docked[place] += 1
        wait = supply.unit_spec_whole[SupplyUnitW.LOAD_TICKS if is_source else SupplyUnitW.UNLOAD_TICKS, i]
        ready[i] = now.tick + wait
        enter_stage(now.tick, i, CarrierStage.LOADING + 0 if is_source else CarrierStage.UNLOADING + 0, units, supply)
