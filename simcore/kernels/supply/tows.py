"""Recovery vehicles: the stages of the task tow."""

import numpy as np

from simcore.compiling.jit import kernel
from simcore.events import Log, emit
from simcore.kernels.supply.carriers import enter_stage
from simcore.kernels.turns import order_by_key
from simcore.kinds import Moment, Supply, Units
from simcore.params import UnitSpecR, UnitSpecW
from simcore.scratch import Scratch, ScratchW
from simcore.state import UnitR, UnitW
from simcore.stores import CarrierStage, CarrierW, SupplyUnitR, SupplyUnitW
from simcore.types import NONE, Damage, EventKind, Returning, Status, Task


@kernel
def is_paused(i: int, units: Units) -> bool:
    """Return whether unit ``i`` is on its way home, or has no drive."""
    is_out = units.whole[UnitW.STATUS, i] == Status.ACTIVE
    is_home_bound = units.whole[UnitW.RETURNING, i] != Returning.NO
    return not is_out or is_home_bound or (units.whole[UnitW.DAMAGE, i] & Damage.MOBILITY) != 0


@kernel
def is_immobile(j: int, units: Units) -> bool:
    """Return whether unit ``j`` has reported that it cannot move on its own."""
    if units.whole[UnitW.REPORT_STATUS, j] != Status.ACTIVE or units.spec_real[UnitSpecR.SPEED_MAX, j] <= 0.0:
        return False
    return (units.whole[UnitW.REPORT_DAMAGE, j] & Damage.MOBILITY) != 0 or units.real[
        UnitR.REPORT_ENDURANCE_S, j
    ] <= 0.0


@kernel
def is_claimed(j: int, by: int, units: Units, supply: Supply) -> bool:
    """Return whether a recovery vehicle other than ``by`` is on its way to unit ``j`` or has it in tow."""
    for i in range(supply.unit_whole.shape[1]):
        if i == by or units.whole[UnitW.TASK, i] != Task.TOW or units.whole[UnitW.STATUS, i] != Status.ACTIVE:
            continue
        if supply.unit_whole[CarrierW.STAGE, i] >= CarrierStage.OUT and supply.unit_whole[CarrierW.SINK, i] == j:
            return True
    return False


@kernel
def choose_wreck(i: int, units: Units, supply: Supply) -> int:
    """Return the nearest immobile unit that recovery vehicle ``i`` has to bring to the point of its order, or -1."""
    group = units.whole[UnitW.TASK_TARGET, i]
    reach = supply.unit_spec_real[SupplyUnitR.REACH_M, i]
    best = int(NONE)
    best_sq = np.inf
    for j in range(units.spec_whole.shape[1]):
        if j == i or units.spec_whole[UnitSpecW.SIDE, j] != units.spec_whole[UnitSpecW.SIDE, i]:
            continue
        if group >= 0 and units.spec_whole[UnitSpecW.GROUP, j] != group:
            continue
        if units.spec_whole[UnitSpecW.DOMAIN, j] != units.spec_whole[UnitSpecW.DOMAIN, i] or not is_immobile(j, units):
            continue
        x, y = units.real[UnitR.REPORT_X, j], units.real[UnitR.REPORT_Y, j]
        dx, dy = x - units.real[UnitR.TASK_X, i], y - units.real[UnitR.TASK_Y, i]
        if dx * dx + dy * dy <= 4.0 * reach * reach or is_claimed(j, i, units, supply):
            continue
        dx, dy = x - units.real[UnitR.X, i], y - units.real[UnitR.Y, i]
        away_sq = dx * dx + dy * dy
        if away_sq < best_sq or (away_sq == best_sq and units.key[j] < units.key[best]):
            best = j
            best_sq = away_sq
    return best


@kernel
def release(now: Moment, i: int, is_there: int, units: Units, supply: Supply, log: Log) -> None:
    """Let recovery vehicle ``i`` leave the unit in tow, if any; ``is_there`` is 1 at the point of its order."""
    j = np.int64(supply.unit_whole[CarrierW.TOWS, i])
    if j < 0:
        return
    supply.unit_whole[CarrierW.TOWS, i] = NONE
    supply.unit_whole[CarrierW.TOWED_BY, j] = NONE
    units.real[UnitR.GOAL_X, j] = units.real[UnitR.X, j]
    units.real[UnitR.GOAL_Y, j] = units.real[UnitR.Y, j]
    emit(log, now, EventKind.TOW_ENDED, units.spec_whole[UnitSpecW.SIDE, i], i, j, is_there, 0)


@kernel
def is_near_point(i: int, x: float, y: float, reach: float, units: Units) -> bool:
    """Return whether unit ``i`` is within ``reach`` of a point [m]."""
    dx = units.real[UnitR.X, i] - x
    dy = units.real[UnitR.Y, i] - y
    return dx * dx + dy * dy <= reach * reach


@kernel
def recover(now: Moment, i: int, units: Units, supply: Supply, log: Log) -> None:
    """Advance the stage of recovery vehicle ``i``: to the nearest immobile unit, hook it up, tow it to the point."""
    stages = supply.unit_whole[CarrierW.STAGE]
    reach = supply.unit_spec_real[SupplyUnitR.REACH_M, i]
    if supply.unit_whole[CarrierW.SERIAL, i] != units.whole[UnitW.ORDER_SERIAL, i]:
        supply.unit_whole[CarrierW.SERIAL, i] = units.whole[UnitW.ORDER_SERIAL, i]
        release(now, i, 0, units, supply, log)
        stages[i] = CarrierStage.IDLE
    j = np.int64(supply.unit_whole[CarrierW.SINK, i])
    if stages[i] >= CarrierStage.OUT and (j < 0 or units.whole[UnitW.STATUS, j] != Status.ACTIVE):
        release(now, i, 0, units, supply, log)
        stages[i] = CarrierStage.IDLE
    if stages[i] == CarrierStage.OUT and not is_immobile(j, units):
        stages[i] = CarrierStage.IDLE
    if stages[i] == CarrierStage.IDLE:
        j = choose_wreck(i, units, supply)
        supply.unit_whole[CarrierW.SINK, i] = j
        if j >= 0:
            enter_stage(now.tick, i, CarrierStage.OUT + 0, units, supply)
    elif stages[i] == CarrierStage.OUT:
        if is_near_point(i, units.real[UnitR.X, j], units.real[UnitR.Y, j], reach, units):
            supply.unit_whole[CarrierW.READY_TICK, i] = now.tick + supply.unit_spec_whole[SupplyUnitW.HOOK_TICKS, i]
            enter_stage(now.tick, i, CarrierStage.HOOKING + 0, units, supply)
        elif is_near_point(i, units.real[UnitR.REPORT_X, j], units.real[UnitR.REPORT_Y, j], 1.0, units):
            stages[i] = CarrierStage.IDLE  # not where it reported
    elif stages[i] == CarrierStage.HOOKING:
        if supply.unit_whole[CarrierW.READY_TICK, i] <= now.tick:
            supply.unit_whole[CarrierW.TOWS, i] = j
            supply.unit_whole[CarrierW.TOWED_BY, j] = i
            enter_stage(now.tick, i, CarrierStage.TOWING + 0, units, supply)
            emit(log, now, EventKind.TOW_BEGUN, units.spec_whole[UnitSpecW.SIDE, i], i, j, 0, 0)
    elif is_near_point(i, units.real[UnitR.TASK_X, i], units.real[UnitR.TASK_Y, i], reach, units):
        release(now, i, 1, units, supply, log)
        enter_stage(now.tick, i, CarrierStage.IDLE + 0, units, supply)


@kernel
def serve_tugs(now: Moment, n: int, units: Units, supply: Supply, work: Scratch, log: Log) -> None:
    """Advance the ``n`` recovery vehicles in QUEUE in the order of their keys, since they choose one after another."""
    queue = supply.unit_whole[CarrierW.QUEUE]
    order_by_key(queue, n, units.key, work.whole[ScratchW.QUEUE], work.whole[ScratchW.PENDING])
    for k in range(n):
        recover(now, np.int64(queue[k]), units, supply, log)


@kernel
def follow_tugs(units: Units, supply: Supply) -> None:
    """Move the units in tow with their recovery vehicles. Mutates their positions, headings and velocities."""
    tows = supply.unit_whole[CarrierW.TOWS]
    for i in range(tows.shape[0]):
        j = tows[i]
        if j < 0 or units.whole[UnitW.STATUS, i] != Status.ACTIVE or units.whole[UnitW.STATUS, j] != Status.ACTIVE:
            continue
        for row in (UnitR.X, UnitR.Y, UnitR.HX, UnitR.HY, UnitR.VX, UnitR.VY, UnitR.Z):
            units.real[row, j] = units.real[row, i]
        units.whole[UnitW.CELL, j] = NONE
