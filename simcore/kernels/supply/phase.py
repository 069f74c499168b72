"""Supply: the phase as a whole."""

from simcore.compiling.jit import kernel
from simcore.events import Log
from simcore.kernels.supply.cargo import count_on_order
from simcore.kernels.supply.carriers import move_on, serve_docks
from simcore.kernels.supply.refill import refill
from simcore.kernels.supply.stock import consume, dispatch, receive, reorder, tally_stock, write_off
from simcore.kernels.supply.tows import is_paused, release, serve_tugs
from simcore.kinds import Moment, Mounts, Rules, Supply, Units
from simcore.params import RuleR
from simcore.scratch import Scratch
from simcore.state import UnitW
from simcore.stores import CarrierStage, CarrierW, StoreR, StoreSpecW, StoreW, SupplyRuleW, SupplyUnitR
from simcore.types import NONE, Status, Task


@kernel
def work_carriers(now: Moment, units: Units, mounts: Mounts, supply: Supply, work: Scratch, log: Log) -> None:
    """Advance all carriers and recovery vehicles. Without a task of supply a carrier keeps its cargo."""
    queue = supply.unit_whole[CarrierW.QUEUE]
    n = 0
    for i in range(supply.unit_whole.shape[1]):
        is_carrier = supply.unit_spec_real[SupplyUnitR.CARGO_KG, i] > 0.0
        is_tug = supply.unit_spec_real[SupplyUnitR.TOW_MPS, i] > 0.0
        if not is_carrier and not is_tug:
            continue
        task = units.whole[UnitW.TASK, i]
        is_in_play = units.whole[UnitW.STATUS, i] < Status.RESERVE
        is_working = is_in_play and (
            (task == Task.RESUPPLY and is_carrier) or (task == Task.TOW and is_tug and not is_paused(i, units))
        )
        if not is_working:
            release(now, i, 0, units, supply, log)
            supply.unit_whole[CarrierW.STAGE, i] = CarrierStage.IDLE
            supply.unit_whole[CarrierW.SERIAL, i] = NONE
        elif task == Task.RESUPPLY:
            if supply.unit_whole[CarrierW.TOWS, i] >= 0:
                release(now, i, 0, units, supply, log)
            move_on(now, i, units, supply, log)
        else:
            queue[n] = i
            n += 1
    serve_tugs(now, n, units, supply, work, log)
    serve_docks(now, units, mounts, supply, work, log)


@kernel
def learn(c: int, supply: Supply) -> None:
    """Let the carriers know the reported stock of store ``c``, unless they have seen a newer."""
    if supply.whole[StoreW.REPORT_TICK, c] >= supply.whole[StoreW.KNOWN_TICK, c]:
        supply.real[StoreR.KNOWN, c] = supply.real[StoreR.REPORTED, c]
        supply.whole[StoreW.KNOWN_TICK, c] = supply.whole[StoreW.REPORT_TICK, c]


@kernel
def report_stocks(now: Moment, units: Units, supply: Supply) -> None:
    """Report the stocks of units with a link to their command posts; a report takes as long as the unit's others."""
    for c in range(supply.spec_whole.shape[1]):
        i = supply.spec_whole[StoreSpecW.UNIT, c]
        if supply.whole[StoreW.REPORT_DUE, c] != 0 and supply.whole[StoreW.REPORT_DUE, c] <= now.tick + 1:
            supply.whole[StoreW.REPORT_DUE, c] = 0
            supply.real[StoreR.REPORTED, c] = supply.real[StoreR.UNDER_REPORT, c]
            supply.real[StoreR.REPORTED_DUE, c] = supply.real[StoreR.UNDER_REPORT_DUE, c]
            supply.whole[StoreW.REPORT_TICK, c] = supply.whole[StoreW.REPORT_SENT, c]
            learn(c, supply)
        if units.whole[UnitW.LINKED, i] == 0 or supply.whole[StoreW.REPORT_DUE, c] != 0:
            continue
        supply.real[StoreR.UNDER_REPORT, c] = supply.real[StoreR.ON_HAND, c]
        supply.real[StoreR.UNDER_REPORT_DUE, c] = supply.real[StoreR.ON_ORDER, c]
        supply.whole[StoreW.REPORT_SENT, c] = now.tick
        delay = units.whole[UnitW.REPORT_DELAY, i]
        if delay > 0:
            supply.whole[StoreW.REPORT_DUE, c] = now.tick + delay + 1
            continue
        supply.real[StoreR.REPORTED, c] = supply.real[StoreR.ON_HAND, c]
        supply.real[StoreR.REPORTED_DUE, c] = supply.real[StoreR.ON_ORDER, c]
        supply.whole[StoreW.REPORT_TICK, c] = now.tick
        learn(c, supply)


@kernel
def update_supply(
    now: Moment, units: Units, mounts: Mounts, rules: Rules, supply: Supply, work: Scratch, log: Log
) -> None:
    """Update supply when it is due: losses, arrivals, carriers, demand, refilling, orders, dispatch and reports."""
    period = supply.rules[SupplyRuleW.PERIOD]
    if now.tick % period != 0:
        return
    period_s = period * rules.real[RuleR.DT_S]
    write_off(now, units, supply, log)
    receive(now, units, supply, log)
    count_on_order(supply)
    if supply.rules[SupplyRuleW.HAS_CARRIERS] == 1:
        work_carriers(now, units, mounts, supply, work, log)
    consume(now, period_s, units, supply)
    refill(now, period_s, units, mounts, supply, log)
    reorder(now, units, rules, supply, log)
    dispatch(now, units, rules, supply)
    if now.tick > 0:
        tally_stock(now, period_s, units, supply, log)
    report_stocks(now, units, supply)
