"""The course of casualties at their interval: deaths, requests, and return to duty at the scene."""

import numpy as np

from simcore.compiling.jit import kernel, over_rows
from simcore.events import Log, emit
from simcore.kernels.medical.aid import give_aid
from simcore.kernels.medical.patients import Casualties
from simcore.kernels.medical.persons import bring_up, return_to_duty
from simcore.kernels.turns import list_marked, order_by_key
from simcore.kinds import Moment, People, Units
from simcore.medical import (
    Aid,
    Health,
    MedicalRuleR,
    MedicalUnitW,
    PersonR,
    PersonSpecW,
    PersonW,
    Stage,
    Triage,
)
from simcore.params import UnitSpecW
from simcore.scratch import Scratch, ScratchW
from simcore.types import I32, EventKind


@over_rows
def mark_medics(health: I32, place: I32, unit: I32, is_medic: I32, mark: I32) -> None:
    """Mark the medics who are fit and with their units."""
    for p in range(health.shape[0]):
        is_able = (health[p] == Health.FIT) & (place[p] == unit[p]) & (is_medic[p] == 1)
        mark[p] = np.int32(1) if is_able else np.int32(0)


@kernel
def list_units_with_casualties(casualties: Casualties, people: People, work: Scratch, listed: I32) -> int:
    """List the units with casualties at the scene, and count the free medics of all units. Returns the number listed.

    People stand by unit, so that each unit is met once.
    """
    whole, spec = people.whole, people.spec
    medics = people.unit_whole[MedicalUnitW.MEDICS]
    for i in range(medics.shape[0]):
        medics[i] = 0
    mark, able = work.whole[ScratchW.BUCKET], work.whole[ScratchW.FOUND_LEVEL]
    mark_medics(
        whole[PersonW.HEALTH], whole[PersonW.PLACE], spec[PersonSpecW.UNIT], spec[PersonSpecW.IS_MEDIC], mark
    )  # fmt: skip
    for k in range(list_marked(mark, np.int64(spec.shape[1]), able)):
        medics[spec[PersonSpecW.UNIT, able[k]]] += 1
    n_listed = 0
    for k in range(casualties.n):
        p = casualties.listed[k]
        i = spec[PersonSpecW.UNIT, p]
        if whole[PersonW.HELPER, p] >= 0:
            medics[whole[PersonW.HELPER, p]] -= 1
        is_open = whole[PersonW.HEALTH, p] == Health.HURT and whole[PersonW.STAGE, p] == Stage.SCENE
        if is_open and (n_listed == 0 or listed[n_listed - 1] != i):
            listed[n_listed] = i
            n_listed += 1
    return n_listed


@kernel
def ask_unaided(p: int, to_s: float, people: People) -> None:
    """Let evacuation be asked for ``p`` when nobody has helped him in the time that aid would have taken: as T1."""
    if people.whole[PersonW.AID, p] != Aid.NONE or people.whole[PersonW.AID_NOW, p] != Aid.NONE:
        return
    rules = people.rules_real
    asked_s = people.real[PersonR.HURT_S, p] + rules[MedicalRuleR.REACTION_S] + rules[MedicalRuleR.BUDDY_S]
    asked_s += rules[MedicalRuleR.REQUEST_S]
    if asked_s <= to_s:
        people.real[PersonR.REQUEST_S, p] = asked_s
        people.whole[PersonW.TRIAGE, p] = Triage.T1


@kernel
def aid_casualties(
    now: Moment,
    from_s: float,
    to_s: float,
    casualties: Casualties,
    units: Units,
    people: People,
    work: Scratch,
    log: Log,
) -> None:
    """Give first aid at the scene up to ``to_s``, unit by unit in the order of their keys: medics may be few."""
    listed = work.whole[ScratchW.JOBS]
    n_listed = list_units_with_casualties(casualties, people, work, listed)
    order_by_key(listed, n_listed, units.key, work.whole[ScratchW.VISITED], work.whole[ScratchW.QUEUE])
    for q in range(n_listed):
        give_aid(now, np.int64(listed[q]), from_s, to_s, units, people, log)


@kernel
def worsen(
    now: Moment, from_s: float, to_s: float, casualties: Casualties, units: Units, people: People, log: Log
) -> None:
    """Bring all casualties up to ``to_s``: some die, ask for evacuation, or return to duty at the scene."""
    whole = people.whole
    real = people.real
    for k in range(casualties.n):
        p = np.int64(casualties.listed[k])
        if real[PersonR.END_S, p] >= 0.0:
            continue
        is_at_scene = whole[PersonW.STAGE, p] == Stage.SCENE
        if is_at_scene and whole[PersonW.AID_NOW, p] == 0:
            due_s = real[PersonR.DUE_S, p]
            if due_s <= to_s and bring_up(now, p, due_s, units, people, log):
                return_to_duty(now, p, due_s, units, people, log)
            elif due_s == np.inf and real[PersonR.REQUEST_S, p] < 0.0:
                ask_unaided(p, to_s, people)
        is_alive = bring_up(now, p, to_s, units, people, log)
        if is_alive and from_s < real[PersonR.REQUEST_S, p] <= to_s:
            i = people.spec[PersonSpecW.UNIT, p]
            s = units.spec_whole[UnitSpecW.SIDE, i]
            emit(log, now, EventKind.EVACUATION_ASKED, s, i, -1, p, whole[PersonW.TRIAGE, p])
