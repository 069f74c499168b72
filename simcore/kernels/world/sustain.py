"""Support of a tick: casualties and their care; wear, repair, supply, and repair with parts that have just come."""

from simcore.compiling.jit import apart
from simcore.events import Log
from simcore.kernels.medical.crews import hold_crewless
from simcore.kernels.medical.phase import update_casualties
from simcore.kernels.supply.phase import update_supply
from simcore.kernels.sustainment.repair import repair_units
from simcore.kernels.sustainment.wear import measure_use, wear_units
from simcore.kinds import Components, Ground, Moment, Mounts, Rules, Supply, Support, Units, Workshops
from simcore.params import RuleR
from simcore.scratch import Scratch, ScratchW, Ways
from simcore.surroundings import WeatherR
from simcore.types import F64
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


@apart
def support_units(
    now: Moment,
    weather: F64,
    units: Units,
    mounts: Mounts,
    components: Components,
    workshops: Workshops,
    support: Support,
    ground: Ground,
    rules: Rules,
    work: Scratch,
    ways: Ways,
    log: Log,
) -> None:
    """Update the casualties and their care where people are followed, and sustainment where there is any."""
    supply, people = support.supply, support.people
    has_people = people.unit_whole.shape[1] > 0
    has_supply = supply.unit_spec_whole.shape[1] > 0
    if has_people:
        update_casualties(now, units, people, support.care, supply, ground, rules, work, ways, log)
    if has_supply:
        sustain(now, weather[WeatherR.SEA_STATE], units, mounts, components, workshops, supply, rules, work, log)
    if has_people and has_supply:
        hold_crewless(units, people)
