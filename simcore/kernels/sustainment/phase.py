"""Sustainment of a tick: wear, then repair."""

from simcore.compiling.jit import kernel
from simcore.events import Log
from simcore.kernels.sustainment.repair import repair_units
from simcore.kernels.sustainment.wear import measure_use, wear_units
from simcore.kinds import Components, Moment, Rules, Units, Workshops
from simcore.params import RuleR
from simcore.scratch import Scratch, ScratchW
from simcore.upkeep import UpkeepW


@kernel
def keep_up(
    now: Moment,
    sea_state: float,
    units: Units,
    components: Components,
    workshops: Workshops,
    rules: Rules,
    work: Scratch,
    log: Log,
) -> None:
    """Wear the units by their use in this tick, and carry out the rounds of the workshops."""
    dt = rules.real[RuleR.DT_S]
    end_s = (now.tick + 1) * dt
    measure_use(dt, sea_state, units)
    wear_units(now, end_s, units, components, log)
    period = components.rules[UpkeepW.REPAIR_PERIOD]
    if now.tick % period == 0:
        recent_s = (period + components.rules[UpkeepW.WEAR_PERIOD]) * dt
        repair_units(now, end_s, recent_s, work.whole[ScratchW.JOBS], units, components, workshops, log)
