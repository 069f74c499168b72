"""Crews: a unit without a fit crew cannot move or fire."""

import numpy as np

from simcore.compiling.jit import apart, kernel, over_rows
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
from simcore.scratch import Scratch, ScratchW
from simcore.state import UnitW
from simcore.types import I32, Damage, EventKind, Status
from simcore.upkeep import UseW

CREWLESS_BITS = int(Damage.MOBILITY | Damage.WEAPON)
"""Damage of a unit without a fit crew."""


@over_rows
def mark_crews(first: int, last: int, kind: I32, health: I32, place: I32, unit: I32, mark: I32) -> None:
    """Mark those of the people from ``first`` to ``last`` - 1 who are crew, fit and with their unit."""
    for p in range(first, last):
        is_able = (kind[p] == PersonKind.CREW) & (health[p] == Health.FIT) & (place[p] == unit[p])
        mark[p] = np.int32(1) if is_able else np.int32(0)


@kernel
def refresh_crews(now: Moment, begin: int, end: int, units: Units, people: People, work: Scratch, log: Log) -> None:
    """Count the fit crews of the units from ``begin`` to ``end`` - 1, and write the effect of their absence or return.

    People stand by unit.
    """
    spec, whole = people.spec, people.whole
    first, count = people.unit_spec_whole[MedicalUnitSpecW.FIRST], people.unit_spec_whole[MedicalUnitSpecW.COUNT]
    able = work.whole[ScratchW.BUCKET]
    mark_crews(
        np.int64(first[begin]), np.int64(first[end - 1] + count[end - 1]), spec[PersonSpecW.KIND],
        whole[PersonW.HEALTH], whole[PersonW.PLACE], spec[PersonSpecW.UNIT], able,
    )  # fmt: skip
    for i in range(begin, end):
        if people.unit_spec_whole[MedicalUnitSpecW.CREW, i] == 0:
            continue
        fit = 0
        for p in range(first[i], first[i] + count[i]):
            fit += able[p]
        note_crew(now, np.int64(i), fit, units, people, log)


@kernel
def note_crew(now: Moment, i: int, fit: int, units: Units, people: People, log: Log) -> None:
    """Write the effect of ``fit`` crew left on unit ``i``.

    Damage by fire, outages and failed components that came meanwhile stay when the crew is back.
    """
    unit = people.unit_whole
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
