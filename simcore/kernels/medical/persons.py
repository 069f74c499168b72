"""Changes of state of a person that other parts share: death, return to duty, departure."""

import numpy as np

from simcore.compiling.jit import kernel
from simcore.events import Log, emit
from simcore.kernels.mathematics.approximations import logarithm
from simcore.kernels.medical.clocks import next_death, run_clocks
from simcore.kinds import Moment, People, Units
from simcore.medical import (
    BAND_EDGES,
    N_BANDS,
    Cause,
    Death,
    Health,
    MedicalRuleR,
    MedicalSideW,
    MedicalUnitW,
    PersonR,
    PersonSpecW,
    PersonW,
    Stage,
)
from simcore.params import UnitSpecW
from simcore.rng import Stream, draw, stream_key
from simcore.state import UnitR
from simcore.types import NONE, EventKind, Word

_EDGES = BAND_EDGES
_SOON_S = 72.0 * 3600.0  # after it a wounded counts as seriously wounded (Holcomb et al. 2006)
_DRAWS = 16  # numbers of draws kept apart for each person and wound


@kernel
def band_of(niss: float) -> int:
    """Return the band of a severity."""
    band = 0
    for k in range(1, N_BANDS):
        if niss >= _EDGES[k]:
            band = k
    return band


@kernel
def first_draw(p: int, people: People) -> Word:
    """Return the first of the 16 numbers that keep apart the draws of person ``p`` for a purpose and unit."""
    return np.uint64(_DRAWS * people.spec[PersonSpecW.NUMBER, p])


@kernel
def person_draw(now: Moment, p: int, tick: int, stream: int, k: int, units: Units, people: People) -> float:
    """Return a uniform number for person ``p``; ``k`` below 16 keeps apart the draws of a purpose."""
    key = stream_key(now.seed, now.replication, tick, stream)
    unit = people.spec[PersonSpecW.UNIT, p]
    return draw(key, units.key[unit], first_draw(p, people) + np.uint64(k))


@kernel
def break_off_aid(p: int, people: People) -> None:
    """End the first aid under way to person ``p`` without its effect; nothing is due for him any more."""
    people.whole[PersonW.AID_NOW, p] = 0
    people.whole[PersonW.HELPER, p] = NONE
    people.real[PersonR.DUE_S, p] = np.inf


@kernel
def die(now: Moment, p: int, at_s: float, cause: int, units: Units, people: People, log: Log) -> None:
    """Let person ``p`` die at the time ``at_s`` of a Cause. Mutates the person and the tallies of his side.

    He dies at once if he was no casualty before; before care until he has reached a facility; after that of wounds.
    """
    i = people.spec[PersonSpecW.UNIT, p]
    s = units.spec_whole[UnitSpecW.SIDE, i]
    whole = people.whole
    side = people.side_whole
    death = np.int64(Death.BEFORE_CARE)
    tally = np.int64(MedicalSideW.DIED_BEFORE_CARE)
    if cause == Cause.OVERWHELMING:
        death = np.int64(Death.AT_ONCE)
        tally = np.int64(MedicalSideW.KILLED_AT_ONCE)
    elif whole[PersonW.ROLE, p] > 0:
        death = np.int64(Death.IN_CARE)
        tally = np.int64(MedicalSideW.DIED_OF_WOUNDS)
    if whole[PersonW.IS_WOUNDED, p] == 0:
        tally = np.int64(MedicalSideW.DIED_OF_ILLNESS)
    side[tally, s] += 1
    if death != Death.AT_ONCE and whole[PersonW.IS_SURVIVABLE, p] == 1:
        side[MedicalSideW.PREVENTABLE, s] += 1
    if cause == Cause.BLEEDING:
        side[MedicalSideW.BLED_TO_DEATH, s] += 1
    whole[PersonW.HEALTH, p] = Health.DEAD
    whole[PersonW.DEATH, p] = death
    whole[PersonW.CAUSE, p] = cause
    break_off_aid(p, people)
    people.real[PersonR.END_S, p] = at_s
    place = whole[PersonW.PLACE, p]
    emit(log, now, EventKind.DIED, s, i, place if place != i else NONE, p, death)


@kernel
def bring_up(now: Moment, p: int, to_s: float, units: Units, people: People, log: Log) -> bool:
    """Bring casualty ``p`` up to ``to_s`` under his present care. Returns whether he lives then.

    To be called before any change of his care. Does nothing for those who are not hurt.
    """
    if people.whole[PersonW.HEALTH, p] != Health.HURT:
        return people.whole[PersonW.HEALTH, p] == Health.FIT
    at_s, cause = next_death(p, people)
    if at_s <= to_s:
        run_clocks(p, at_s, people)
        die(now, p, at_s, cause, units, people, log)
        return False
    run_clocks(p, to_s, people)
    return True


@kernel
def settle_wounds(now: Moment, p: int, at_s: float, units: Units, people: People) -> None:
    """Settle at the end of the care that stops the clocks of ``p`` whether and when he dies of his wounds after all.

    The share by severity was drawn with the injury (IS_SURVIVABLE); the time is exponential. Mutates WOUNDS_S.
    """
    if people.whole[PersonW.IS_SURVIVABLE, p] == 1 or people.real[PersonR.WOUNDS_S, p] < np.inf:
        return
    u = person_draw(now, p, np.int64(people.whole[PersonW.WOUNDS, p]), Stream.WOUNDS, np.int64(0), units, people)
    people.real[PersonR.WOUNDS_S, p] = at_s - people.rules_real[MedicalRuleR.WOUNDS_DEATH_S] * logarithm(u)


@kernel
def convalescence_s(now: Moment, p: int, units: Units, people: People) -> float:
    """Return the time from care to duty of ``p``: exponential by severity, the same at every facility."""
    mean_s = people.rules_real[MedicalRuleR.DUTY_S + band_of(people.real[PersonR.SEVERITY, p])]
    u = person_draw(now, p, np.int64(people.whole[PersonW.WOUNDS, p]), Stream.DUTY, np.int64(0), units, people)
    return -mean_s * logarithm(u)


@kernel
def return_to_duty(now: Moment, p: int, at_s: float, units: Units, people: People, log: Log) -> None:
    """Return casualty ``p`` to his unit, fit; where his unit is gone he stays at its last place. Mutates the person."""
    i = people.spec[PersonSpecW.UNIT, p]
    s = units.spec_whole[UnitSpecW.SIDE, i]
    whole = people.whole
    real = people.real
    place = whole[PersonW.PLACE, p]
    whole[PersonW.HEALTH, p] = Health.FIT
    whole[PersonW.STAGE, p] = Stage.RETURNED
    is_gone = people.unit_whole[MedicalUnitW.IS_GONE, i] == 1
    whole[PersonW.PLACE, p] = NONE if is_gone else i
    if is_gone:
        real[PersonR.X, p] = units.real[UnitR.X, i]
        real[PersonR.Y, p] = units.real[UnitR.Y, i]
    whole[PersonW.TRANSPORT, p] = NONE
    whole[PersonW.FACILITY, p] = NONE
    whole[PersonW.STATION, p] = NONE
    break_off_aid(p, people)
    real[PersonR.BLOOD, p] = 1.0
    real[PersonR.BLEED_PER_H, p] = 0.0
    real[PersonR.BLEED_GROWTH, p] = 0.0
    real[PersonR.TRAUMA_S, p] = np.inf
    real[PersonR.WOUNDS_S, p] = np.inf
    real[PersonR.END_S, p] = at_s
    people.side_whole[MedicalSideW.RETURNED, s] += 1
    if whole[PersonW.IS_WOUNDED, p] == 1 and at_s - real[PersonR.HURT_S, p] <= _SOON_S:
        people.side_whole[MedicalSideW.RETURNED_SOON, s] += 1
    emit(log, now, EventKind.DUTY, s, i, place if place != i else NONE, p, 0)


@kernel
def leave_theatre(now: Moment, p: int, at_s: float, units: Units, people: People, log: Log) -> None:
    """Let casualty ``p`` leave the theatre, alive, from where he is. Mutates the person; frees no place."""
    i = people.spec[PersonSpecW.UNIT, p]
    s = units.spec_whole[UnitSpecW.SIDE, i]
    place = people.whole[PersonW.PLACE, p]
    people.whole[PersonW.STAGE, p] = Stage.LEFT
    people.real[PersonR.END_S, p] = at_s
    people.real[PersonR.DUE_S, p] = np.inf
    people.real[PersonR.WOUNDS_S, p] = np.inf
    people.side_whole[MedicalSideW.LEFT, s] += 1
    emit(log, now, EventKind.LEFT_THEATRE, s, i, place if place != i else NONE, p, 0)
