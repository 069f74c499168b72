"""Casualties: the lists of those who are hurt and in the chain of care, their order, and their places."""

from typing import NamedTuple

import numpy as np

from simcore.care import FacilitySpecW, TransportSpecW
from simcore.compiling.jit import kernel, over_rows
from simcore.kernels.aboard import bearer_of
from simcore.kernels.turns import list_marked
from simcore.kinds import Care, People, Units
from simcore.medical import Health, PersonR, PersonSpecW, PersonW, Stage, Triage
from simcore.params import UnitSpecW
from simcore.scratch import Scratch, ScratchW
from simcore.state import UnitR, UnitW
from simcore.types import I32, Status


class Casualties(NamedTuple):
    """The people who are hurt or dead: their numbers, ascending, are the first ``n`` entries of ``listed``.

    They are few among the people, so an update looks for them once. Nobody is hurt later in it; who is listed may die
    or be fit again.
    """

    listed: I32
    n: int


@over_rows
def mark_casualties(health: I32, mark: I32) -> None:
    """Mark the people who are not fit."""
    for p in range(health.shape[0]):
        mark[p] = np.int32(1) if health[p] != Health.FIT else np.int32(0)


@kernel
def list_casualties(people: People, work: Scratch) -> Casualties:
    """List the people who are hurt or dead."""
    health = people.whole[PersonW.HEALTH]
    mark, listed = work.whole[ScratchW.BUCKET], work.whole[ScratchW.FOUND]
    mark_casualties(health, mark)
    return Casualties(listed, list_marked(mark, np.int64(health.shape[0]), listed))


@kernel
def list_patients(casualties: Casualties, people: People) -> int:
    """List the people who are hurt, in QUEUE. Returns their number."""
    health, stage, queue = people.whole[PersonW.HEALTH], people.whole[PersonW.STAGE], people.whole[PersonW.QUEUE]
    n = 0
    for q in range(casualties.n):
        p = casualties.listed[q]
        if health[p] == Health.HURT and Stage.SCENE <= stage[p] <= Stage.HOLDING:
            queue[n] = p
            n += 1
    return n


@kernel
def asks_at_scene(p: int, end_s: float, people: People) -> bool:
    """Return whether casualty ``p`` is at the scene, and evacuation has been asked for him by ``end_s`` [s]."""
    return people.whole[PersonW.STAGE, p] == Stage.SCENE and 0.0 <= people.real[PersonR.REQUEST_S, p] <= end_s


@kernel
def comes_first_by_key(p: int, q: int, units: Units, people: People) -> bool:
    """Return whether person ``p`` comes before ``q`` by the keys of their units, then by their numbers."""
    i, j = people.spec[PersonSpecW.UNIT, p], people.spec[PersonSpecW.UNIT, q]
    if i != j:
        return bool(units.key[i] < units.key[j])
    return bool(people.spec[PersonSpecW.NUMBER, p] < people.spec[PersonSpecW.NUMBER, q])


@kernel
def rank_of(p: int, people: People) -> int:
    """Return the rank of a patient for treatment and transport: as ordered by a policy, else his triage. 1 is first."""
    rank = people.whole[PersonW.PRIORITY, p]
    if rank > 0:
        return int(rank)
    triage = people.whole[PersonW.TRIAGE, p]
    return int(triage) if triage > Triage.NONE else Triage.T2 + 0


@kernel
def comes_before(p: int, q: int, units: Units, people: People) -> bool:
    """Return whether patient ``p`` comes before ``q``: by rank, then by waiting time, then by keys."""
    first, second = rank_of(p, people), rank_of(q, people)
    if first != second:
        return first < second
    ready_p, ready_q = people.real[PersonR.READY_S, p], people.real[PersonR.READY_S, q]
    if ready_p != ready_q:
        return bool(ready_p < ready_q)
    return comes_first_by_key(p, q, units, people)


@kernel
def is_gone(i: int, units: Units) -> bool:
    """Return whether unit ``i`` is lost, expended or not yet in the scenario."""
    return bool(units.whole[UnitW.STATUS, i] >= Status.RESERVE)


@kernel
def place_of(p: int, units: Units, people: People) -> tuple[float, float]:
    """Return the place of person ``p`` [m]."""
    j = people.whole[PersonW.PLACE, p]
    if j < 0:
        return people.real[PersonR.X, p], people.real[PersonR.Y, p]
    bearer = bearer_of(j, units)
    return units.real[UnitR.X, bearer], units.real[UnitR.Y, bearer]


@kernel
def side_of(p: int, units: Units, people: People) -> int:
    """Return the side of person ``p``."""
    return int(units.spec_whole[UnitSpecW.SIDE, people.spec[PersonSpecW.UNIT, p]])


@kernel
def carer_of(p: int, units: Units, people: People) -> int:
    """Return the side that cares for person ``p``: his own, or the side that has taken one of a neutral in charge."""
    carer = people.whole[PersonW.CARER, p]
    return int(carer) if carer >= 0 else side_of(p, units, people)


@kernel
def facility_side(f: int, units: Units, care: Care) -> int:
    """Return the side of facility ``f``."""
    return int(units.spec_whole[UnitSpecW.SIDE, care.facility_spec_whole[FacilitySpecW.UNIT, f]])


@kernel
def transport_side(q: int, units: Units, care: Care) -> int:
    """Return the side of transport ``q``."""
    return int(units.spec_whole[UnitSpecW.SIDE, care.transport_spec_whole[TransportSpecW.UNIT, q]])
