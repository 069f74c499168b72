"""Crews: a unit without a fit crew cannot move or fire."""

from simcore.compiling.jit import apart, kernel
from simcore.events import Log, emit
from simcore.kinds import Moment, People, Units, has_upkeep
from simcore.medical import (
    Health,
    MedicalRuleW,
    MedicalUnitSpecW,
    MedicalUnitW,
    PersonKind,
    PersonSpecW,
    PersonW,
)
from simcore.params import UnitSpecW
from simcore.state import UnitW
from simcore.types import Damage, EventKind, Status
from simcore.upkeep import UseW

CREWLESS_BITS = int(Damage.MOBILITY | Damage.WEAPON)
"""Damage of a unit without a fit crew."""


@kernel
def refresh_crew(now: Moment, i: int, units: Units, people: People, log: Log) -> None:
    """Count the fit crew of unit ``i``, and write the effect of its absence or return.

    Damage by fire, outages and failed components that came meanwhile stay when the crew is back.
    """
    crew = people.unit_spec_whole[MedicalUnitSpecW.CREW, i]
    if crew == 0:
        return
    unit = people.unit_whole
    first = people.unit_spec_whole[MedicalUnitSpecW.FIRST, i]
    fit = 0
    for p in range(first, first + people.unit_spec_whole[MedicalUnitSpecW.COUNT, i]):
        if (
            people.spec[PersonSpecW.KIND, p] == PersonKind.CREW
            and people.whole[PersonW.HEALTH, p] == Health.FIT
            and people.whole[PersonW.PLACE, p] == i
        ):
            fit += 1
    unit[MedicalUnitW.FIT, i] = fit
    if people.rules_whole[MedicalRuleW.CREW_MATTERS] == 0 or units.whole[UnitW.STATUS, i] >= Status.LOST:
        return
    damage = units.whole[UnitW.DAMAGE]
    s = units.spec_whole[UnitSpecW.SIDE, i]
    if fit == 0 and unit[MedicalUnitW.CREWLESS, i] == 0:
        unit[MedicalUnitW.HURT, i] |= damage[i] & ~units.whole[UnitW.OUTAGE, i]
        unit[MedicalUnitW.CREWLESS, i] = CREWLESS_BITS
        damage[i] |= CREWLESS_BITS
        emit(log, now, EventKind.CREWLESS, s, i, -1, 1, 0)
    elif fit > 0 and unit[MedicalUnitW.CREWLESS, i] != 0:
        unit[MedicalUnitW.CREWLESS, i] = 0
        kept = units.whole[UnitW.OUTAGE, i] | unit[MedicalUnitW.HURT, i]
        if has_upkeep(units):
            kept = units.whole[UnitW.OUTAGE, i] | units.use_whole[UseW.HURT, i] | units.use_whole[UseW.WORN, i]
        damage[i] &= ~CREWLESS_BITS | kept
        emit(log, now, EventKind.CREWLESS, s, i, -1, 0, 0)


@apart
def hold_crewless(units: Units, people: People) -> None:
    """Keep units without a fit crew out of action, whatever a repair of this tick has restored."""
    crewless = people.unit_whole[MedicalUnitW.CREWLESS]
    damage = units.whole[UnitW.DAMAGE]
    for i in range(crewless.shape[0]):
        damage[i] |= crewless[i]
