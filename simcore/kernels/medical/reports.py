"""Reports of casualties, facilities and transports to their command posts, over the links of their units."""

import numpy as np

from simcore.care import FacilitySpecW, FacilityW, TransportSpecW, TransportW
from simcore.compiling.jit import kernel, over_rows
from simcore.kernels.aboard import bearer_of
from simcore.kernels.medical.charge import finder_of, note_found
from simcore.kernels.medical.dispatch import is_waiting
from simcore.kernels.medical.patients import is_gone
from simcore.kernels.medical.transports import is_serving
from simcore.kernels.turns import list_marked
from simcore.kinds import Care, Moment, People, Units
from simcore.medical import Health, PersonSpecW, PersonW, Stage
from simcore.scratch import Scratch, ScratchW
from simcore.state import UnitW
from simcore.types import I32, Status


@kernel
def reporter_of(p: int, units: Units, people: People) -> int:
    """Return the unit that reports on person ``p``: where he is; on the ground, his own. -1: nobody has found him.

    A lost unit reports nothing more. Once its loss is known, so are those who lie beside it, see ``report_person``. On
    one of a neutral side in charge of another, at a scene, the units of that side report.
    """
    carer = people.whole[PersonW.CARER, p]
    if carer >= 0 and people.whole[PersonW.STAGE, p] == Stage.SCENE and people.whole[PersonW.POINT, p] < 0:
        return finder_of(p, np.int64(1) << np.int64(carer), units, people)
    j = np.int64(people.whole[PersonW.PLACE, p])
    return int(j if j >= 0 else people.spec[PersonSpecW.UNIT, p])


@kernel
def commit_person(p: int, tick: int, people: People) -> None:
    """Enter the report under way on person ``p`` in the picture."""
    whole = people.whole
    whole[PersonW.REPORTED_STAGE, p] = whole[PersonW.UNDER_STAGE, p]
    whole[PersonW.REPORTED_TRIAGE, p] = whole[PersonW.UNDER_TRIAGE, p]
    whole[PersonW.REPORTED_PLACE, p] = whole[PersonW.UNDER_PLACE, p]
    whole[PersonW.REPORTED_WAITS, p] = whole[PersonW.UNDER_WAITS, p]
    whole[PersonW.REPORTED_ROLE, p] = whole[PersonW.UNDER_ROLE, p]
    whole[PersonW.REPORTED_SITS, p] = whole[PersonW.UNDER_SITS, p]
    whole[PersonW.REPORTED_HEALTH, p] = whole[PersonW.UNDER_HEALTH, p]
    whole[PersonW.REPORTED_STATION, p] = whole[PersonW.UNDER_STATION, p]
    whole[PersonW.REPORTED_MECHANISM, p] = whole[PersonW.UNDER_MECHANISM, p]
    whole[PersonW.REPORTED_TICK, p] = tick
    whole[PersonW.REPORT_DUE, p] = 0


@kernel
def report_person(now: Moment, p: int, end_s: float, units: Units, people: People) -> None:
    """Report person ``p``, if his unit has a link; a report takes as long as the unit's others."""
    whole = people.whole
    due = whole[PersonW.REPORT_DUE, p]
    if due != 0 and due <= now.tick + 1:
        commit_person(p, np.int64(whole[PersonW.REPORT_SENT, p]), people)
    if whole[PersonW.REPORT_DUE, p] != 0:
        return
    i = np.int64(reporter_of(p, units, people))
    if i < 0:
        return
    is_known = units.whole[UnitW.LINKED, bearer_of(i, units)] != 0
    if is_gone(i, units):
        is_known = units.whole[UnitW.REPORT_STATUS, i] >= Status.RESERVE
    if whole[PersonW.POINT, p] >= 0:
        is_known = True
    if not is_known:
        return
    whole[PersonW.UNDER_STAGE, p] = whole[PersonW.STAGE, p]
    whole[PersonW.UNDER_TRIAGE, p] = whole[PersonW.TRIAGE, p]
    whole[PersonW.UNDER_PLACE, p] = whole[PersonW.PLACE, p]
    whole[PersonW.UNDER_ROLE, p] = whole[PersonW.ROLE, p]
    whole[PersonW.UNDER_SITS, p] = whole[PersonW.IS_AMBULATORY, p]
    whole[PersonW.UNDER_HEALTH, p] = whole[PersonW.HEALTH, p]
    whole[PersonW.UNDER_STATION, p] = whole[PersonW.STATION, p]
    whole[PersonW.UNDER_MECHANISM, p] = whole[PersonW.MECHANISM, p]
    if whole[PersonW.CARER, p] >= 0 and whole[PersonW.STAGE, p] == Stage.SCENE:
        note_found(p, units, people)
    is_patient = whole[PersonW.HEALTH, p] == Health.HURT
    whole[PersonW.UNDER_WAITS, p] = int(is_patient and is_waiting(p, end_s, people))
    whole[PersonW.REPORT_SENT, p] = now.tick
    delay = units.whole[UnitW.REPORT_DELAY, i]
    if delay > 0 and not is_gone(i, units):
        whole[PersonW.REPORT_DUE, p] = now.tick + delay + 1
        return
    commit_person(p, now.tick, people)


@kernel
def report_facilities(now: Moment, units: Units, care: Care) -> None:
    """Report the patients of the facilities with a link."""
    whole = care.facility_whole
    for f in range(whole.shape[1]):
        due = whole[FacilityW.REPORT_DUE, f]
        is_due = due != 0 and due <= now.tick + 1
        i = np.int64(care.facility_spec_whole[FacilitySpecW.UNIT, f])
        is_sent = False
        if due == 0 and not is_gone(i, units) and units.whole[UnitW.LINKED, i] != 0:
            whole[FacilityW.UNDER_QUEUE, f] = whole[FacilityW.IN_QUEUE, f]
            whole[FacilityW.UNDER_PRESENT, f] = whole[FacilityW.PRESENT, f]
            whole[FacilityW.UNDER_FULL, f] = whole[FacilityW.IS_FULL, f]
            whole[FacilityW.REPORT_SENT, f] = now.tick
            delay = units.whole[UnitW.REPORT_DELAY, i]
            is_sent = delay <= 0
            if delay > 0:
                whole[FacilityW.REPORT_DUE, f] = now.tick + delay + 1
        if is_due or is_sent:
            whole[FacilityW.REPORTED_QUEUE, f] = whole[FacilityW.UNDER_QUEUE, f]
            whole[FacilityW.REPORTED_PRESENT, f] = whole[FacilityW.UNDER_PRESENT, f]
            whole[FacilityW.REPORTED_FULL, f] = whole[FacilityW.UNDER_FULL, f]
            whole[FacilityW.REPORTED_TICK, f] = whole[FacilityW.REPORT_SENT, f]
            whole[FacilityW.REPORT_DUE, f] = 0


@kernel
def report_transports(now: Moment, units: Units, care: Care) -> None:
    """Report the stages and places of the transports with a link."""
    whole = care.transport_whole
    for q in range(whole.shape[1]):
        due = whole[TransportW.REPORT_DUE, q]
        is_due = due != 0 and due <= now.tick + 1
        i = np.int64(care.transport_spec_whole[TransportSpecW.UNIT, q])
        is_sent = False
        if due == 0 and not is_gone(i, units) and units.whole[UnitW.LINKED, i] != 0:
            whole[TransportW.UNDER_STAGE, q] = whole[TransportW.STAGE, q]
            whole[TransportW.UNDER_LITTERS, q] = whole[TransportW.LITTERS, q]
            whole[TransportW.UNDER_SEATS, q] = whole[TransportW.SEATS, q]
            whole[TransportW.UNDER_SERVES, q] = int(is_serving(q, units, care))
            whole[TransportW.UNDER_BLOOD, q] = whole[TransportW.BLOOD, q]
            whole[TransportW.REPORT_SENT, q] = now.tick
            delay = units.whole[UnitW.REPORT_DELAY, i]
            is_sent = delay <= 0
            if delay > 0:
                whole[TransportW.REPORT_DUE, q] = now.tick + delay + 1
        if is_due or is_sent:
            whole[TransportW.REPORTED_STAGE, q] = whole[TransportW.UNDER_STAGE, q]
            whole[TransportW.REPORTED_LITTERS, q] = whole[TransportW.UNDER_LITTERS, q]
            whole[TransportW.REPORTED_SEATS, q] = whole[TransportW.UNDER_SEATS, q]
            whole[TransportW.REPORTED_SERVES, q] = whole[TransportW.UNDER_SERVES, q]
            whole[TransportW.REPORTED_BLOOD, q] = whole[TransportW.UNDER_BLOOD, q]
            whole[TransportW.REPORTED_TICK, q] = whole[TransportW.REPORT_SENT, q]
            whole[TransportW.REPORT_DUE, q] = 0


@over_rows
def mark_reported(health: I32, told: I32, stage: I32, reported: I32, due: I32, waits: I32, mark: I32) -> None:
    """Mark the people with a report to send or under way: who is hurt, waits, or is otherwise than reported."""
    for p in range(health.shape[0]):
        is_new = (reported[p] != stage[p]) | (told[p] != health[p])
        is_case = (health[p] == Health.HURT) | (due[p] != 0) | (waits[p] == 1)
        mark[p] = np.int32(1) if is_new | is_case else np.int32(0)


@kernel
def report_care(now: Moment, end_s: float, units: Units, people: People, care: Care, work: Scratch) -> None:
    """Send and receive the reports of casualties, facilities and transports."""
    whole = people.whole
    mark, listed = work.whole[ScratchW.BUCKET], work.whole[ScratchW.FOUND_LEVEL]
    mark_reported(
        whole[PersonW.HEALTH], whole[PersonW.REPORTED_HEALTH], whole[PersonW.STAGE], whole[PersonW.REPORTED_STAGE],
        whole[PersonW.REPORT_DUE], whole[PersonW.REPORTED_WAITS], mark,
    )  # fmt: skip
    for k in range(list_marked(mark, np.int64(whole.shape[1]), listed)):
        report_person(now, np.int64(listed[k]), end_s, units, people)
    report_facilities(now, units, care)
    report_transports(now, units, care)
