"""Spare parts for jobs: taken from the store of the workshop, owed by it, or stripped from another unit."""

import numpy as np

from simcore.compiling.jit import kernel
from simcore.kernels.sustainment.jobs import comes_before
from simcore.kernels.sustainment.stores import note_demand, store_of, take_from_store
from simcore.kinds import Components, Supply, Units, Workshops
from simcore.stores import StoreR
from simcore.types import I32, NONE
from simcore.upkeep import ComponentSpecW, ComponentW, Condition, Step, UseSpecW, WorkshopSpecW


@kernel
def part_store(c: int, w: int, components: Components, workshops: Workshops, supply: Supply) -> int:
    """Return the store of the parts for component ``c`` at workshop ``w``, or NONE."""
    u = workshops.spec_whole[WorkshopSpecW.UNIT, w]
    if u < 0:
        return NONE
    return store_of(np.int64(u), np.int64(components.spec_whole[ComponentSpecW.SPARE, c]), supply)


@kernel
def take_spare(c: int, w: int, components: Components, workshops: Workshops, supply: Supply) -> bool:
    """Take a spare part for component ``c`` from the store of workshop ``w``. Returns whether there was one.

    A workshop off the map has all parts. What a store lacks it owes to the job, so that it reorders it.
    """
    if workshops.spec_whole[WorkshopSpecW.UNIT, w] < 0:
        return True
    store = part_store(c, w, components, workshops, supply)
    if store == NONE:
        return False
    is_there = supply.real[StoreR.ON_HAND, store] >= 1.0
    if is_there:
        take_from_store(store, 1.0, supply)
    if components.whole[ComponentW.IS_OWED, c] == 1:
        if is_there:
            forget_part(c, w, components, workshops, supply)
    else:
        note_demand(store, 1.0, 1.0 if is_there else 0.0, supply)
        if not is_there:
            supply.real[StoreR.OWED, store] += 1.0
            components.whole[ComponentW.IS_OWED, c] = 1
    return is_there


@kernel
def forget_part(c: int, w: int, components: Components, workshops: Workshops, supply: Supply) -> None:
    """Let the store of workshop ``w`` owe no part to the job of component ``c`` any more."""
    if components.whole[ComponentW.IS_OWED, c] == 0:
        return
    components.whole[ComponentW.IS_OWED, c] = 0
    store = part_store(c, w, components, workshops, supply)
    if store != NONE:
        supply.real[StoreR.OWED, store] -= 1.0


@kernel
def strip_part(c: int, w: int, jobs: I32, n_jobs: int, units: Units, components: Components) -> int:
    """Take the part for component ``c`` from another unit that waits at the same workshop anyway.

    Returns the component taken, or NONE. It is the last in order of the units whose jobs wait for a part.
    """
    i = components.spec_whole[ComponentSpecW.UNIT, c]
    item = components.spec_whole[ComponentSpecW.SPARE, c]
    for q in range(n_jobs - 1, -1, -1):
        d = jobs[q]
        j = components.spec_whole[ComponentSpecW.UNIT, d]
        if j == i or components.whole[ComponentW.STEP, d] != Step.PART:
            continue
        if (
            components.whole[ComponentW.WORKSHOP, d] != w
            or components.whole[ComponentW.CONDITION, d] != Condition.FAILED
        ):
            continue
        if not comes_before(c, d, units, components):
            continue
        first = components.of_unit[UseSpecW.FIRST, j]
        for e in range(first, first + components.of_unit[UseSpecW.COUNT, j]):
            is_free = components.whole[ComponentW.STEP, e] == Step.NONE
            is_same = components.spec_whole[ComponentSpecW.SPARE, e] == item
            if is_free and is_same and components.whole[ComponentW.CONDITION, e] != Condition.FAILED:
                return int(e)
    return NONE
