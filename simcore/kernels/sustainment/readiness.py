"""Readiness: the effects of the condition of components, and of the work on them, on their unit."""

import numpy as np

from simcore.compiling.jit import kernel
from simcore.kinds import Components, Units
from simcore.params import UnitSpecW
from simcore.state import UnitW
from simcore.types import Damage, Domain, Status
from simcore.upkeep import (
    ComponentSpecR,
    ComponentSpecW,
    ComponentW,
    Condition,
    Part,
    Readiness,
    Step,
    UpkeepW,
    UseR,
    UseSpecW,
    UseW,
)

_NOT_MOBILITY = ~int(Damage.MOBILITY)


@kernel
def compose_damage(i: int, units: Units) -> None:
    """Write the damage of unit ``i``: by fire and mines, by outages and by failed components."""
    units.whole[UnitW.DAMAGE, i] = (
        units.use_whole[UseW.HURT, i] | units.whole[UnitW.OUTAGE, i] | units.use_whole[UseW.WORN, i]
    )


@kernel
def refresh_unit(i: int, units: Units, components: Components) -> None:
    """Write the effects of the components of unit ``i`` on it: damage, speed, scans, readiness, and its duties."""
    whole = components.whole
    worn = np.int64(0)
    pace = 1.0
    sight = 1.0
    is_shut = 0
    is_grounded = 0
    is_homeward = 0
    is_maintained = units.use_whole[UseW.HURT, i] != 0
    is_unsupplied = False
    is_away = False
    is_partial = False
    is_recalled = units.use_whole[UseW.IS_RECALLED, i] != 0
    first = components.of_unit[UseSpecW.FIRST, i]
    for c in range(first, first + components.of_unit[UseSpecW.COUNT, i]):
        part = components.spec_whole[ComponentSpecW.PART, c]
        step = whole[ComponentW.STEP, c]
        condition = whole[ComponentW.CONDITION, c]
        is_failed = condition == Condition.FAILED
        is_essential = components.spec_whole[ComponentSpecW.IS_ESSENTIAL, c] == 1
        if is_failed or step >= Step.WORK:
            worn |= components.spec_whole[ComponentSpecW.BITS, c]
            if not is_essential:
                is_partial = True
            elif step == Step.AWAY:
                is_away = True
            elif step == Step.PART:
                is_unsupplied = True
            else:
                is_maintained = True
        elif condition == Condition.DEGRADED:
            is_partial = True
            kept = components.spec_real[ComponentSpecR.KEPT_SHARE, c]
            if part == Part.MOBILITY or part == Part.POWER:
                pace = min(pace, kept)
            elif part == Part.SENSOR:
                sight = min(sight, kept)
        if (step >= Step.WORK and whole[ComponentW.IS_OWN_SHOP, c] == 0) or (is_failed and part == Part.POWER):
            is_shut = 1
        if step >= Step.CREW or (is_failed and is_essential):
            is_grounded = 1
        if whole[ComponentW.IS_OWN_SHOP, c] == 0 and (
            step >= Step.CREW or (step == Step.PART and is_failed and is_essential)
        ):
            pace = 0.0  # it stays at the workshop
        is_wanted = (is_failed and is_essential and components.rules[UpkeepW.RETURNS] == 1) or is_recalled
        if step == Step.APART and is_wanted and components.spec_whole[ComponentSpecW.IS_REPAIRABLE, c] == 1:
            is_homeward = 1
    if units.whole[UnitW.STATUS, i] == Status.ACTIVE and units.spec_whole[UnitSpecW.DOMAIN, i] == Domain.AIR:
        for c in range(first, first + components.of_unit[UseSpecW.COUNT, i]):
            if whole[ComponentW.CONDITION, c] != Condition.FAILED and whole[ComponentW.STEP, c] >= Step.WORK:
                worn &= _NOT_MOBILITY  # on the ground at its home, though not aboard a host
    readiness = np.int64(Readiness.FMC)
    if is_away:
        readiness = np.int64(Readiness.DEPOT)
    elif is_unsupplied and is_maintained:
        readiness = np.int64(Readiness.NMCB)
    elif is_unsupplied:
        readiness = np.int64(Readiness.NMCS)
    elif is_maintained:
        readiness = np.int64(Readiness.NMCM)
    elif is_partial:
        readiness = np.int64(Readiness.PMC)
    units.use_real[UseR.PACE, i] = 0.0 if is_shut == 1 else pace
    units.use_real[UseR.SIGHT, i] = sight
    units.use_whole[UseW.WORN, i] = worn
    units.use_whole[UseW.IS_SHUT, i] = is_shut
    units.use_whole[UseW.IS_GROUNDED, i] = is_grounded
    units.use_whole[UseW.IS_HOMEWARD, i] = is_homeward
    units.use_whole[UseW.READINESS, i] = readiness
    compose_damage(i, units)
