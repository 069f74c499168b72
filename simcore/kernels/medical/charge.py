"""Charge: casualties of neutral sides whom a side finds and cares for, by need alone, like its own.

A side that does so learns of a casualty at a scene through its units in reach of him that have a link, unless those of
another side are nearer. It keeps him in charge to the end of his case.
"""

import numpy as np

from simcore.compiling.jit import kernel
from simcore.kernels.medical.patients import place_of, side_of
from simcore.kinds import People, Units
from simcore.medical import Health, MedicalRuleR, MedicalRuleW, PersonR, PersonW, Stage
from simcore.params import UnitSpecW
from simcore.state import UnitR, UnitW
from simcore.types import N_BELLIGERENTS, NONE, Status


@kernel
def cares_for(carer: int, side: int, people: People) -> bool:
    """Return whether side ``carer`` cares for the people of ``side``: its own, or those of neutrals by its doctrine."""
    is_neutral = side >= N_BELLIGERENTS and (people.rules_whole[MedicalRuleW.CARING_SIDES] >> carer) & 1 == 1
    return bool(carer == side or is_neutral)


@kernel
def finder_of(p: int, sides: int, units: Units, people: People) -> int:
    """Return the nearest unit with a link in reach of person ``p``, of the ``sides`` (bits 1 << side), or -1."""
    x, y = place_of(p, units, people)
    reach_m = people.rules_real[MedicalRuleR.CIVILIAN_REACH_M]
    best_sq = reach_m * reach_m
    best = int(NONE)
    for j in range(units.spec_whole.shape[1]):
        is_able = units.whole[UnitW.STATUS, j] == Status.ACTIVE and units.whole[UnitW.LINKED, j] != 0
        if not is_able or (sides >> units.spec_whole[UnitSpecW.SIDE, j]) & 1 == 0:
            continue
        dx, dy = units.real[UnitR.X, j] - x, units.real[UnitR.Y, j] - y
        square = dx * dx + dy * dy
        if square < best_sq or (square == best_sq and (best < 0 or units.key[j] < units.key[best])):
            best = j
            best_sq = square
    return best


@kernel
def note_found(p: int, units: Units, people: People) -> None:
    """Note the place of person ``p`` as that where he was found."""
    x, y = place_of(p, units, people)
    people.real[PersonR.X, p], people.real[PersonR.Y, p] = x, y


@kernel
def take_charge(units: Units, people: People) -> None:
    """Let the sides that care for neutrals take the casualties whom they find at a scene in charge."""
    sides = np.int64(people.rules_whole[MedicalRuleW.CARING_SIDES])
    if sides == 0:
        return
    whole = people.whole
    for p in range(whole.shape[1]):
        is_open = whole[PersonW.HEALTH, p] == Health.HURT and whole[PersonW.STAGE, p] == Stage.SCENE
        is_free = whole[PersonW.CARER, p] < 0 and whole[PersonW.TRANSPORT, p] < 0
        if not is_open or not is_free or side_of(p, units, people) < N_BELLIGERENTS:
            continue
        finder = finder_of(p, sides, units, people)
        if finder >= 0:
            whole[PersonW.CARER, p] = units.spec_whole[UnitSpecW.SIDE, finder]
            note_found(p, units, people)
