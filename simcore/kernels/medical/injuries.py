"""Injuries: the people hurt by what hit their unit, and the severity, region and bleeding of each."""

import math

import numpy as np

from simcore.compiling.jit import formula, kernel, over_rows
from simcore.events import Log, emit
from simcore.kernels.medical.clocks import bleeding_per_h, trauma_time_s
from simcore.kernels.medical.crews import refresh_crews
from simcore.kernels.medical.files import file_case
from simcore.kernels.medical.persons import band_of, break_off_aid, bring_up, die, first_draw, person_draw
from simcore.kernels.medical.triage import note_right_triage
from simcore.kernels.turns import list_marked
from simcore.kinds import Moment, People, Units
from simcore.medical import (
    BAND_EDGES,
    N_BANDS,
    BleedingR,
    Cause,
    Health,
    InjuryR,
    Mechanism,
    MedicalRuleR,
    MedicalRuleW,
    MedicalSideW,
    MedicalUnitR,
    MedicalUnitSpecR,
    MedicalUnitSpecW,
    MedicalUnitW,
    PersonR,
    PersonSpecW,
    PersonW,
    Region,
    Stage,
)
from simcore.params import UnitSpecW
from simcore.rng import Stream, draw, stream_key
from simcore.scratch import Scratch, ScratchW
from simcore.state import UnitR, UnitW
from simcore.types import F64, I32, NONE, EventKind, LossCause, Status

_EDGES = BAND_EDGES
_WORST = 75.0
_N_REGIONS = len(Region)


@formula
def drawn_niss(injuries: F64, mechanism: int, u: float, v: float) -> float:
    """Return the severity for two uniform draws: ``u`` chooses the band, ``v`` a whole number within it.

    ``v`` squared is the place within the band, so that low severities are the more frequent. With the default shares
    the quartiles of those who reach a facility are then about the 2, 5 and 10 of Le et al. (2016).
    """
    fixed = injuries[InjuryR.NISS, mechanism]
    if not math.isnan(fixed):
        return fixed
    band = N_BANDS - 1
    for k in range(N_BANDS - 1):
        if u < injuries[InjuryR.BAND + k, mechanism]:
            band = k
            break
    low = _EDGES[band]
    return low + math.floor(v * v * (_EDGES[band + 1] - low))


@formula
def drawn_region(injuries: F64, mechanism: int, u: float) -> int:
    """Return the Region for a uniform draw."""
    for k in range(_N_REGIONS - 1):
        if u < injuries[InjuryR.REGION + k, mechanism]:
            return k
    return _N_REGIONS - 1


@formula
def hurt_share(before: float, after: float, protection: float, p_fixed: float) -> float:
    """Return the probability that a hit hurts each person: fixed, or by the share lost of the strength left.

    By strength, the expected share of unhurt people follows the strength where nothing protects them.
    """
    if p_fixed >= 0.0:
        return p_fixed
    if before <= 0.0 or after >= before:
        return 0.0
    return (1.0 - protection) * (1.0 - after / before)


@kernel
def open_case(p: int, at_s: float, people: People) -> None:
    """Begin the case of person ``p``, who was fit, at the time ``at_s``. Mutates the person."""
    real = people.real
    whole = people.whole
    for row in range(PersonR.HURT_S, PersonR.DUE_S):
        real[row, p] = -1.0
    real[PersonR.SEVERITY, p] = 0.0
    real[PersonR.BLOOD, p] = 1.0
    real[PersonR.BLEED_PER_H, p] = 0.0
    real[PersonR.BLEED_GROWTH, p] = 0.0
    real[PersonR.BLEED_RATE, p] = 1.0
    real[PersonR.TRAUMA_S, p] = np.inf
    real[PersonR.TRAUMA_RATE, p] = 1.0
    real[PersonR.UPDATED_S, p] = at_s
    real[PersonR.HURT_S, p] = at_s
    real[PersonR.WOUNDS_S, p] = np.inf
    whole[PersonW.HEALTH, p] = Health.HURT
    whole[PersonW.STAGE, p] = Stage.SCENE
    whole[PersonW.TRIAGE, p] = 0
    whole[PersonW.TOURNIQUET, p] = 0
    whole[PersonW.STATION, p] = NONE
    whole[PersonW.TRANSPORT, p] = NONE
    whole[PersonW.FACILITY, p] = NONE
    whole[PersonW.BLOOD_GIVEN, p] = 0
    whole[PersonW.NEEDS_SURGERY, p] = 0
    whole[PersonW.AID, p] = 0
    whole[PersonW.ROLE, p] = 0
    whole[PersonW.IS_WOUNDED, p] = 0
    whole[PersonW.POINT, p] = NONE
    whole[PersonW.CARER, p] = NONE
    whole[PersonW.DONE, p] = 0
    whole[PersonW.PRIORITY, p] = 0
    real[PersonR.READY_S, p] = at_s
    break_off_aid(p, people)


@kernel
def note_injury(now: Moment, p: int, niss: float, mechanism: int, units: Units, people: People, log: Log) -> None:
    """Count the case of an injury, the first wound or each illness, and write the event. Mutates IS_WOUNDED."""
    i = people.spec[PersonSpecW.UNIT, p]
    s = units.spec_whole[UnitSpecW.SIDE, i]
    if mechanism == Mechanism.DISEASE or mechanism == Mechanism.STRESS:
        people.side_whole[MedicalSideW.SICK if mechanism == Mechanism.DISEASE else MedicalSideW.STRESSED, s] += 1
        emit(log, now, EventKind.FELL_ILL, s, i, -1, p, mechanism)
        return
    if people.whole[PersonW.IS_WOUNDED, p] == 0:
        people.whole[PersonW.IS_WOUNDED, p] = 1
        people.side_whole[MedicalSideW.WOUNDED, s] += 1
    place = people.whole[PersonW.PLACE, p]
    emit(log, now, EventKind.HURT, s, i, place if place != i else NONE, p, np.int64(niss))


@kernel
def bleed_within(p: int, time_s: float, people: People) -> None:
    """Let casualty ``p``, whose clocks are up to date, bleed so fast that he dies within ``time_s`` without care.

    He bleeds on as he does if that is faster. Mutates the person.
    """
    real = people.real
    per_h = bleeding_per_h(real[PersonR.BLOOD, p], people.rules_real[MedicalRuleR.DEAD_BLOOD], time_s)
    if per_h > real[PersonR.BLEED_PER_H, p]:
        real[PersonR.BLEED_PER_H, p] = per_h
        people.whole[PersonW.TOURNIQUET, p] = 0


@kernel
def injure(now: Moment, p: int, at_s: float, mechanism: int, units: Units, people: People, log: Log) -> None:
    """Injure person ``p``, who lives, at the time ``at_s`` by a Mechanism. Mutates the person and tallies.

    A second injury adds its severity and bleeding to those that he has, and the sooner end of the clock counts.
    """
    real = people.real
    whole = people.whole
    rules = people.rules_real
    injuries = people.injuries
    key = stream_key(now.seed, now.replication, now.tick, Stream.INJURY)
    own = units.key[people.spec[PersonSpecW.UNIT, p]]
    base = first_draw(p, people)
    was_hurt = whole[PersonW.HEALTH, p] == Health.HURT
    if was_hurt and not bring_up(now, p, at_s, units, people, log):
        return
    niss = drawn_niss(
        injuries,
        mechanism,
        draw(key, own, base + np.uint64(1)),
        draw(key, own, base + np.uint64(2)),
    )
    region = drawn_region(injuries, mechanism, draw(key, own, base + np.uint64(3)))
    if not was_hurt:
        file_case(p, at_s, units, people)
        open_case(p, at_s, people)
    elif whole[PersonW.STAGE, p] == Stage.SCENE:
        break_off_aid(p, people)
        whole[PersonW.AID, p] = 0
    note_injury(now, p, niss, mechanism, units, people, log)
    whole[PersonW.WOUNDS, p] += 1
    whole[PersonW.MECHANISM, p] = mechanism
    whole[PersonW.REGION, p] = region
    whole[PersonW.IS_STABLE, p] = 0
    severity = min(_WORST, real[PersonR.SEVERITY, p] + niss)
    real[PersonR.SEVERITY, p] = severity
    if draw(key, own, base + np.uint64(0)) < injuries[InjuryR.P_AT_ONCE, mechanism]:
        cause = np.int64(Cause.LOST) if was_hurt else np.int64(Cause.OVERWHELMING)
        die(now, p, at_s, cause, units, people, log)
        return
    if (
        niss >= rules[MedicalRuleR.BLEED_NISS]
        and draw(key, own, base + np.uint64(4)) < injuries[InjuryR.P_BLEEDING, mechanism]
    ):
        low = people.bleeding[BleedingR.FROM_PER_H, region]
        span = people.bleeding[BleedingR.TO_PER_H, region] - low
        real[PersonR.BLEED_PER_H, p] += low + span * draw(key, own, base + np.uint64(5))
        real[PersonR.BLEED_GROWTH, p] += people.bleeding[BleedingR.GROWTH_PER_H2, region]
        whole[PersonW.TOURNIQUET, p] = 0
    p_fatal = rules[MedicalRuleR.P_FATAL]
    fate = draw(key, own, base + np.uint64(6))
    if severity >= rules[MedicalRuleR.TRAUMA_NISS] and fate < p_fatal:
        time_s = trauma_time_s(
            people.rules_whole[MedicalRuleW.TRAUMA_LAW],
            severity,
            rules[MedicalRuleR.TRAUMA_SCALE_S],
            rules[MedicalRuleR.TRAUMA_POWER],
            rules[MedicalRuleR.TRAUMA_CV],
            rules[MedicalRuleR.TRAUMA_MEAN_S],
            fate / p_fatal,
        )
        can_bleed = injuries[InjuryR.P_BLEEDING, mechanism] > 0.0
        if can_bleed and people.bleeding[BleedingR.KILLS, region] > 0.0:
            bleed_within(p, time_s, people)
        else:
            real[PersonR.TRAUMA_S, p] = min(real[PersonR.TRAUMA_S, p], time_s)
    p_wounds = rules[MedicalRuleR.P_WOUNDS + band_of(severity)]
    is_survivable = draw(key, own, base + np.uint64(7)) >= p_wounds
    whole[PersonW.IS_SURVIVABLE, p] = 1 if is_survivable else 0
    whole[PersonW.IS_AMBULATORY, p] = 1 if severity < rules[MedicalRuleR.T2_NISS] else 0
    right = note_right_triage(p, people)
    p_surgery = rules[MedicalRuleR.P_SURGERY + (right - 1 if right < 4 else 0)]
    if draw(key, own, base + np.uint64(8)) < p_surgery:
        whole[PersonW.NEEDS_SURGERY, p] = 1


@kernel
def can_be_hurt(p: int, j: int, people: People) -> bool:
    """Return whether person ``p`` is with unit ``j`` and lives."""
    whole = people.whole
    return (
        whole[PersonW.PLACE, p] == j
        and whole[PersonW.HEALTH, p] != Health.DEAD
        and whole[PersonW.STAGE, p] != Stage.LEFT
    )


@kernel
def hurt_people(
    now: Moment, j: int, at_s: float, share: float, mechanism: int, units: Units, people: People, log: Log
) -> None:
    """Hurt each person with unit ``j`` with the probability ``share``: its own, and the casualties with it."""
    first = people.unit_spec_whole[MedicalUnitSpecW.FIRST, j]
    last = first + people.unit_spec_whole[MedicalUnitSpecW.COUNT, j]
    for p in range(first, last):
        if can_be_hurt(p, j, people) and person_draw(now, p, now.tick, Stream.HURT, np.int64(0), units, people) < share:
            injure(now, p, at_s, mechanism, units, people, log)
    if not takes_casualties(j, people):
        return
    for p in range(people.spec.shape[1]):
        if people.spec[PersonSpecW.UNIT, p] == j:
            continue
        if can_be_hurt(p, j, people) and person_draw(now, p, now.tick, Stream.HURT, np.int64(0), units, people) < share:
            injure(now, p, at_s, mechanism, units, people, log)


@kernel
def takes_casualties(j: int, people: People) -> bool:
    """Return whether unit ``j`` has a facility or places for casualties."""
    spec = people.unit_spec_whole
    return spec[MedicalUnitSpecW.FACILITY, j] >= 0 or spec[MedicalUnitSpecW.TRANSPORT, j] >= 0


@kernel
def lay_down(j: int, units: Units, people: People) -> None:
    """Leave the people with unit ``j``, which is gone, on the ground where it was; its casualties wait there again."""
    whole = people.whole
    is_carrier = takes_casualties(j, people)
    first = people.unit_spec_whole[MedicalUnitSpecW.FIRST, j]
    last = first + people.unit_spec_whole[MedicalUnitSpecW.COUNT, j]
    if is_carrier:
        first = 0
        last = people.spec.shape[1]
    for p in range(first, last):
        if whole[PersonW.PLACE, p] != j:
            continue
        whole[PersonW.PLACE, p] = NONE
        people.real[PersonR.X, p] = units.real[UnitR.X, j]
        people.real[PersonR.Y, p] = units.real[UnitR.Y, j]
        stage = whole[PersonW.STAGE, p]
        if whole[PersonW.HEALTH, p] == Health.HURT and Stage.ABOARD <= stage <= Stage.HOLDING:
            whole[PersonW.STAGE, p] = Stage.SCENE
            whole[PersonW.TRANSPORT, p] = NONE
            whole[PersonW.FACILITY, p] = NONE
            whole[PersonW.STATION, p] = NONE
            people.real[PersonR.DUE_S, p] = np.inf


@over_rows
def mark_hit(strength: F64, seen: F64, blow: I32, status: I32, is_gone: I32, mark: I32) -> None:
    """Mark the units that were hit, repaired or lost since the last tick."""
    for j in range(strength.shape[0]):
        is_out = (status[j] == Status.LOST) | (status[j] == Status.EXPENDED)
        is_changed = (strength[j] != seen[j]) | (blow[j] != 0) | (is_out & (is_gone[j] == 0))
        mark[j] = np.int32(1) if is_changed else np.int32(0)


@kernel
def look_for_injuries(now: Moment, at_s: float, units: Units, people: People, work: Scratch, log: Log) -> None:
    """Hurt the people of all units that were hit or lost since the last tick. Mutates people and MedicalUnitR, W."""
    strength = units.real[UnitR.STRENGTH]
    status = units.whole[UnitW.STATUS]
    seen = people.unit_real[MedicalUnitR.STRENGTH]
    blow = people.unit_whole[MedicalUnitW.BLOW]
    is_gone = people.unit_whole[MedicalUnitW.IS_GONE]
    p_fixed = people.rules_real[MedicalRuleR.P_HURT]
    mark, hit = work.whole[ScratchW.BUCKET], work.whole[ScratchW.FOUND_LEVEL]
    mark_hit(strength, seen, blow, status, is_gone, mark)
    for q in range(list_marked(mark, np.int64(strength.shape[0]), hit)):
        j = np.int64(hit[q])
        is_lost = (status[j] == Status.LOST or status[j] == Status.EXPENDED) and is_gone[j] == 0
        mechanism = blow[j] - 1
        if mechanism < 0:
            cause = units.whole[UnitW.LOSS_CAUSE, j]
            is_fall = cause == LossCause.CRASH or cause == LossCause.HOST or status[j] == Status.EXPENDED
            mechanism = np.int64(Mechanism.CRASH) if is_fall else np.int64(Mechanism.BLAST)
        protection = people.unit_spec_real[MedicalUnitSpecR.PROTECTION, j]
        after = 0.0 if is_lost else strength[j]
        is_hit = blow[j] != 0 or is_lost or after < seen[j]
        share = hurt_share(seen[j], after, protection, p_fixed) if is_hit else 0.0
        if share > 0.0:
            hurt_people(now, j, at_s, share, mechanism, units, people, log)
        seen[j] = after
        blow[j] = 0
        if is_lost:
            is_gone[j] = 1
            lay_down(j, units, people)
        if share > 0.0:
            refresh_crews(now, j, j + 1, units, people, work, log)
