"""Sustainment of a tick: wear, repair, supply, and repair with the parts that have just arrived."""

from simcore.compiling.jit import apart
from simcore.events import Log
from simcore.kernels.supply.phase import update_supply
from simcore.kernels.sustainment.repair import repair_units
from simcore.kernels.sustainment.wear import measure_use, wear_units
from simcore.kinds import Components, Moment, Mounts, Rules, Supply, Units, Workshops
from simcore.params import RuleR
from simcore.scratch import Scratch, ScratchW
from simcore.upkeep import UpkeepW


@apart
def sustain(
    now: Moment,
    sea_state: float,
    units: Units,
    mounts: Mounts,
    components: Components,
    workshops: Workshops,
    supply: Supply,
    rules: Rules,
    work: Scratch,
    log: Log,
) -> None:
    """Wear the units by their use in this tick, carry out the rounds of the workshops, and update the stores.

    A scenario with components has the columns of supply, too, if only without stores.
    """
    dt = rules.real[RuleR.DT_S]
    end_s = (now.tick + 1) * dt
    jobs = work.whole[ScratchW.JOBS]
    period = components.rules[UpkeepW.REPAIR_PERIOD]
    has_wear = components.whole.shape[1] > 0
    is_round = has_wear and now.tick % period == 0
    recent_s = (period + components.rules[UpkeepW.WEAR_PERIOD]) * dt
    if has_wear:
        measure_use(dt, sea_state, units)
        wear_units(now, end_s, units, components, log)
    if is_round:
        repair_units(now, end_s, recent_s, jobs, units, components, workshops, supply, log)
    update_supply(now, units, mounts, rules, supply, work, log)
    if is_round and supply.spec_whole.shape[1] > 0:
        repair_units(now, end_s, recent_s, jobs, units, components, workshops, supply, log)
