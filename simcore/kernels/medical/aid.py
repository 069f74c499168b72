"""First aid at the scene: by the casualty himself, by comrades, and by medics of his or a near unit."""

import numpy as np

from simcore.compiling.jit import kernel
from simcore.events import Log, emit
from simcore.kernels.medical.charge import cares_for
from simcore.kernels.medical.clocks import give_blood
from simcore.kernels.medical.persons import bring_up, person_draw
from simcore.kernels.medical.triage import triage
from simcore.kinds import Moment, People, Units
from simcore.medical import (
    Aid,
    Health,
    MedicalRuleR,
    MedicalRuleW,
    MedicalSideW,
    MedicalUnitSpecW,
    MedicalUnitW,
    PersonR,
    PersonSpecW,
    PersonW,
    Region,
    Stage,
)
from simcore.params import UnitSpecW
from simcore.rng import Stream
from simcore.state import UnitR, UnitW
from simcore.types import NONE, EventKind, Status


@kernel
def bind(now: Moment, p: int, aid: int, units: Units, people: People) -> None:
    """Put a tourniquet on a bleeding limb of casualty ``p``, the first step of aid of the kind ``aid`` (Aid).

    It holds with a probability. His clocks have to be up to date. Mutates the person and the tally of his side.
    """
    real = people.real
    whole = people.whole
    rules = people.rules_real
    is_open = real[PersonR.BLEED_PER_H, p] > 0.0 and whole[PersonW.TOURNIQUET, p] == 0
    if not is_open or whole[PersonW.REGION, p] != Region.LIMB:
        return
    p_holds = rules[MedicalRuleR.P_TOURNIQUET_MEDIC if aid == Aid.MEDIC else MedicalRuleR.P_TOURNIQUET_BUDDY]
    if person_draw(now, p, now.tick, Stream.AID, np.int64(aid), units, people) >= p_holds:
        return
    whole[PersonW.TOURNIQUET, p] = 1
    real[PersonR.BLEED_PER_H, p] = rules[MedicalRuleR.TOURNIQUET_PER_H]
    real[PersonR.BLEED_GROWTH, p] = 0.0
    real[PersonR.BLEED_RATE, p] = 1.0
    s = units.spec_whole[UnitSpecW.SIDE, people.spec[PersonSpecW.UNIT, p]]
    people.side_whole[MedicalSideW.TOURNIQUETS, s] += 1


@kernel
def end_aid(now: Moment, p: int, units: Units, people: People, log: Log) -> None:
    """End the aid under way to casualty ``p`` at its time: its effect, his triage, and when he asks for evacuation."""
    real = people.real
    whole = people.whole
    rules = people.rules_real
    at_s = real[PersonR.DUE_S, p]
    if not bring_up(now, p, at_s, units, people, log):
        return
    i = people.spec[PersonSpecW.UNIT, p]
    s = units.spec_whole[UnitSpecW.SIDE, i]
    aid = whole[PersonW.AID_NOW, p]
    is_medic = aid == Aid.MEDIC
    whole[PersonW.AID_NOW, p] = 0
    whole[PersonW.HELPER, p] = NONE
    whole[PersonW.AID, p] = aid
    real[PersonR.DUE_S, p] = np.inf
    if real[PersonR.AID_S, p] < 0.0:
        real[PersonR.AID_S, p] = at_s
        people.side_whole[MedicalSideW.AIDED, s] += 1
    real[PersonR.TRAUMA_RATE, p] = rules[MedicalRuleR.MEDIC_TRAUMA if is_medic else MedicalRuleR.AID_TRAUMA]
    if whole[PersonW.TOURNIQUET, p] == 0:
        real[PersonR.BLEED_RATE, p] = rules[MedicalRuleR.MEDIC_BLEED if is_medic else MedicalRuleR.AID_BLEED]
    if is_medic and real[PersonR.BLEED_PER_H, p] > 0.0 and people.rules_whole[MedicalRuleW.MEDIC_BLOOD] > 0:
        give_blood(p, np.int64(people.rules_whole[MedicalRuleW.MEDIC_BLOOD]), people)
    triage(now, p, False, units, people)
    emit(log, now, EventKind.AIDED, s, i, -1, p, whole[PersonW.TRIAGE, p])
    if stays_at_scene(p, people):
        real[PersonR.DUE_S, p] = at_s + rules[MedicalRuleR.SCENE_DUTY_S]
    elif real[PersonR.REQUEST_S, p] < 0.0:
        real[PersonR.REQUEST_S, p] = at_s + rules[MedicalRuleR.REQUEST_S]


@kernel
def stays_at_scene(p: int, people: People) -> bool:
    """Return whether casualty ``p`` is hurt so lightly that he returns to duty where he is."""
    return people.real[PersonR.SEVERITY, p] < people.rules_real[MedicalRuleR.SCENE_NISS]


@kernel
def is_open(p: int, aid: int, to_s: float, people: People) -> bool:
    """Return whether casualty ``p`` waits at the scene for aid better than he has had, of the kind ``aid`` (Aid)."""
    whole = people.whole
    if whole[PersonW.HEALTH, p] != Health.HURT or whole[PersonW.STAGE, p] != Stage.SCENE:
        return False
    if (
        whole[PersonW.AID_NOW, p] != 0
        or people.real[PersonR.HURT_S, p] + people.rules_real[MedicalRuleR.REACTION_S] > to_s
    ):
        return False
    had = whole[PersonW.AID, p]
    return had == 0 or (aid == Aid.MEDIC and had < aid and not stays_at_scene(p, people))


@kernel
def worst_of(i: int, aid: int, place: int, to_s: float, people: People) -> int:
    """Return the worst casualty of unit ``i`` at ``place`` that waits for aid: by category, then severity; or NONE."""
    best = NONE
    first = people.unit_spec_whole[MedicalUnitSpecW.FIRST, i]
    for p in range(first, first + people.unit_spec_whole[MedicalUnitSpecW.COUNT, i]):
        if people.whole[PersonW.PLACE, p] != place or not is_open(p, aid, to_s, people):
            continue
        if best == NONE:
            best = p
            continue
        rank = people.whole[PersonW.TRUE_TRIAGE, p]
        least = people.whole[PersonW.TRUE_TRIAGE, best]
        is_worse = people.real[PersonR.SEVERITY, p] > people.real[PersonR.SEVERITY, best]
        if rank < least or (rank == least and is_worse):
            best = p
    return best


@kernel
def near_medic(i: int, x: float, y: float, units: Units, people: People) -> int:
    """Return the unit with a free medic for a casualty of unit ``i`` at (x, y): his own, or the nearest; or NONE.

    Medics of a side that cares for neutrals help those, too.
    """
    free = people.unit_whole[MedicalUnitW.MEDICS]
    side = units.spec_whole[UnitSpecW.SIDE]
    reach = people.rules_real[MedicalRuleR.AID_REACH_M]
    nearest = reach * reach
    best = NONE
    for j in range(free.shape[0]):
        if free[j] <= 0 or units.whole[UnitW.STATUS, j] != Status.ACTIVE or not cares_for(side[j], side[i], people):
            continue
        dx = units.real[UnitR.X, j] - x
        dy = units.real[UnitR.Y, j] - y
        away = 0.0 if j == i else dx * dx + dy * dy
        if away < nearest or (away == nearest and (best == NONE or units.key[j] < units.key[best])):
            nearest = away
            best = j
    return best


@kernel
def begin_aid(
    now: Moment, p: int, aid: int, helper: int, from_s: float, to_s: float, units: Units, people: People, log: Log
) -> None:
    """Begin aid to casualty ``p`` at the earliest time since ``from_s``, and end it if it takes no longer than to_s.

    A tourniquet comes first.
    """
    rules = people.rules_real
    begun_s = max(from_s, people.real[PersonR.HURT_S, p] + rules[MedicalRuleR.REACTION_S])
    if not bring_up(now, p, begun_s, units, people, log):
        return
    bind(now, p, aid, units, people)
    length_s = rules[MedicalRuleR.MEDIC_S] if aid == Aid.MEDIC else rules[MedicalRuleR.BUDDY_S]
    people.whole[PersonW.AID_NOW, p] = aid
    people.whole[PersonW.HELPER, p] = helper
    people.real[PersonR.DUE_S, p] = begun_s + length_s
    if people.real[PersonR.DUE_S, p] <= to_s:
        end_aid(now, p, units, people, log)


@kernel
def aid_at(now: Moment, i: int, place: int, from_s: float, to_s: float, units: Units, people: People, log: Log) -> None:
    """Give aid to the casualties of unit ``i`` at ``place``: by free medics, by comrades there, and by themselves.

    A helper is busy with one casualty until the end of the aid, and at most with one more in an update.
    """
    whole = people.whole
    first = people.unit_spec_whole[MedicalUnitSpecW.FIRST, i]
    last = first + people.unit_spec_whole[MedicalUnitSpecW.COUNT, i]
    comrades = 0
    is_anybody = False
    for p in range(first, last):
        if whole[PersonW.PLACE, p] != place:
            continue
        if whole[PersonW.HEALTH, p] == Health.FIT:
            is_anybody = True
            if people.spec[PersonSpecW.IS_MEDIC, p] == 0 or units.whole[UnitW.STATUS, i] != Status.ACTIVE:
                comrades += 1
        elif whole[PersonW.AID_NOW, p] == Aid.BUDDY:
            comrades -= 1
    while True:
        p = worst_of(i, np.int64(Aid.MEDIC), place, to_s, people)
        if p == NONE:
            return
        x = people.real[PersonR.X, p] if place == NONE else units.real[UnitR.X, i]
        y = people.real[PersonR.Y, p] if place == NONE else units.real[UnitR.Y, i]
        helper = near_medic(i, x, y, units, people)
        if helper == NONE:
            break
        people.unit_whole[MedicalUnitW.MEDICS, helper] -= 1
        begin_aid(now, p, np.int64(Aid.MEDIC), helper, from_s, to_s, units, people, log)
    while comrades > 0:
        p = worst_of(i, np.int64(Aid.BUDDY), place, to_s, people)
        if p == NONE:
            return
        comrades -= 1
        begin_aid(now, p, np.int64(Aid.BUDDY), np.int64(NONE), from_s, to_s, units, people, log)
    if is_anybody or people.rules_whole[MedicalRuleW.SELF_AID] == 0:
        return
    for p in range(first, last):
        is_able = whole[PersonW.PLACE, p] == place and whole[PersonW.IS_AMBULATORY, p] == 1
        if is_able and is_open(p, np.int64(Aid.SELF), to_s, people):
            begin_aid(now, p, np.int64(Aid.SELF), np.int64(NONE), from_s, to_s, units, people, log)


@kernel
def give_aid(now: Moment, i: int, from_s: float, to_s: float, units: Units, people: People, log: Log) -> None:
    """End the aid to casualties of unit ``i`` that is due by ``to_s``, and begin more; ``from_s``: last update."""
    whole = people.whole
    is_afield = False
    first = people.unit_spec_whole[MedicalUnitSpecW.FIRST, i]
    for p in range(first, first + people.unit_spec_whole[MedicalUnitSpecW.COUNT, i]):
        if whole[PersonW.AID_NOW, p] != 0 and people.real[PersonR.DUE_S, p] <= to_s:
            helper = whole[PersonW.HELPER, p]
            end_aid(now, p, units, people, log)
            if helper >= 0:
                people.unit_whole[MedicalUnitW.MEDICS, helper] += 1
        if whole[PersonW.HEALTH, p] == Health.HURT and whole[PersonW.PLACE, p] == NONE:
            is_afield = True
    aid_at(now, i, i, from_s, to_s, units, people, log)
    if is_afield:
        aid_at(now, i, np.int64(NONE), from_s, to_s, units, people, log)
