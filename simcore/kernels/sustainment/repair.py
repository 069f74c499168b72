"""Repair: workshops and their crews work on jobs in order of priority, then of waiting time.

A job waits for the unit to be at a workshop that can do it, then for a spare part, then for a crew. All times are
exact, within rounds of the workshops at whole ticks: a crew that becomes free between two rounds starts its next job
then, and a component renewed between two rounds ages since then.
"""

import numpy as np

from simcore.compiling.jit import kernel
from simcore.events import Log, emit
from simcore.kernels.mathematics.durations import draw_duration
from simcore.kernels.sustainment.jobs import close_job, comes_before, open_job
from simcore.kernels.sustainment.readiness import refresh_unit
from simcore.kernels.sustainment.spares import forget_part, strip_part, take_spare
from simcore.kernels.sustainment.wear import HOUR_S, end_life, renew, update_unit
from simcore.kernels.sustainment.workshops import distance_sq, find_workshop, free_crew, is_open
from simcore.kinds import Components, Moment, Supply, Units, Workshops
from simcore.params import UnitSpecW
from simcore.rng import Stream, stream_key
from simcore.state import UnitR, UnitW
from simcore.stores import CarrierW
from simcore.types import I32, NONE, EventKind, Returning, Status
from simcore.upkeep import (
    ComponentR,
    ComponentSpecR,
    ComponentSpecW,
    ComponentW,
    Condition,
    GangR,
    GangW,
    Job,
    Part,
    Step,
    UpkeepSideR,
    UpkeepSideW,
    UseSpecW,
    UseW,
    WorkshopSpecR,
    WorkshopSpecW,
)


@kernel
def list_jobs(units: Units, components: Components, workshops: Workshops, supply: Supply, jobs: I32) -> int:
    """List the components with jobs in their order. Returns their number. Jobs of lost units end."""
    step = components.whole[ComponentW.STEP]
    n = 0
    for c in range(step.shape[0]):
        if step[c] == Step.NONE:
            if components.whole[ComponentW.IS_OWED, c] == 1:  # its job was cancelled
                forget_part(c, np.int64(components.whole[ComponentW.WORKSHOP, c]), components, workshops, supply)
            continue
        status = units.whole[UnitW.STATUS, components.spec_whole[ComponentSpecW.UNIT, c]]
        if status == Status.LOST or status >= Status.EXPENDED:
            forget_part(c, np.int64(components.whole[ComponentW.WORKSHOP, c]), components, workshops, supply)
            close_job(c, components)
            continue
        q = n
        while q > 0 and comes_before(c, jobs[q - 1], units, components):
            jobs[q] = jobs[q - 1]
            q -= 1
        jobs[q] = c
        n += 1
    return n


@kernel
def is_in_tow(i: int, supply: Supply) -> bool:
    """Return whether unit ``i`` is in tow, so that nobody can work on it."""
    return supply.unit_whole[CarrierW.TOWED_BY, i] >= 0


@kernel
def place_job(
    now: Moment, c: int, jobs: I32, n_jobs: int, end_s: float, recent_s: float, units: Units, components: Components,
    workshops: Workshops, supply: Supply, log: Log,
) -> None:  # fmt: skip
    """Bring the job of component ``c``, if no crew works on it, as far as it can get without a crew."""
    whole = components.whole
    real = components.real
    i = np.int64(components.spec_whole[ComponentSpecW.UNIT, c])
    s = units.spec_whole[UnitSpecW.SIDE, i]
    part = components.spec_whole[ComponentSpecW.PART, c]
    step = whole[ComponentW.STEP, c]
    w = np.int64(whole[ComponentW.WORKSHOP, c])
    if step == Step.AWAY:
        if not is_open(w, units, workshops):
            forget_part(c, w, components, workshops, supply)
            open_job(c, np.int64(whole[ComponentW.KIND, c]), end_s, components)
            return
    elif is_in_tow(i, supply):
        return
    elif w == NONE or distance_sq(i, w, units, workshops) == np.inf:
        if w != NONE:
            forget_part(c, w, components, workshops, supply)
        w, is_here = find_workshop(c, i, units, components, workshops)
        if w == NONE:
            whole[ComponentW.STEP, c] = Step.APART
            whole[ComponentW.WORKSHOP, c] = NONE
            return
        request_s = real[ComponentR.REQUEST_S, c]
        arrival_s = request_s if request_s > end_s - recent_s else end_s
        components.side_real[UpkeepSideR.APART_S, s] += arrival_s - request_s
        whole[ComponentW.WORKSHOP, c] = w
        whole[ComponentW.IS_OWN_SHOP, c] = 1 if workshops.spec_whole[WorkshopSpecW.UNIT, w] == i else 0
        step = np.int32(Step.CREW)
        if not is_here:
            step = np.int32(Step.AWAY)
            lead_s = workshops.spec_real[WorkshopSpecR.LEAD_S, w]
            components.side_real[UpkeepSideR.AWAY_S, s] += 2.0 * lead_s
            components.side_whole[UpkeepSideW.SENT_AWAY, s] += 1
            arrival_s += lead_s
            emit(log, now, EventKind.SENT_AWAY, s, i, workshops.spec_whole[WorkshopSpecW.UNIT, w], part, c)
        whole[ComponentW.STEP, c] = step
        real[ComponentR.READY_S, c] = max(arrival_s, request_s)
        if components.spec_whole[ComponentSpecW.SPARE, c] >= 0 and whole[ComponentW.HAS_SPARE, c] == 0:
            components.side_whole[UpkeepSideW.SPARES_ASKED, s] += 1
            if take_spare(c, w, components, workshops, supply):
                whole[ComponentW.HAS_SPARE, c] = 1
                components.side_whole[UpkeepSideW.SPARES_AT_ONCE, s] += 1
                components.side_whole[UpkeepSideW.SPARES_TAKEN, s] += 1
            else:
                real[ComponentR.READY_S, c] = max(arrival_s, request_s)
                emit(log, now, EventKind.PART_AWAITED, s, i, workshops.spec_whole[WorkshopSpecW.UNIT, w], part, c)
                if step == Step.CREW:
                    whole[ComponentW.STEP, c] = Step.PART
    if components.spec_whole[ComponentSpecW.SPARE, c] < 0 or whole[ComponentW.HAS_SPARE, c] == 1:
        return
    if take_spare(c, w, components, workshops, supply):
        components.side_whole[UpkeepSideW.SPARES_TAKEN, s] += 1
    elif workshops.spec_whole[WorkshopSpecW.IS_STRIPPING, w] == 1 and whole[ComponentW.STEP, c] == Step.PART:
        e = strip_part(c, w, jobs, n_jobs, units, components)
        if e == NONE:
            return
        j = np.int64(components.spec_whole[ComponentSpecW.UNIT, e])
        update_unit(now, j, end_s, units, components, log)
        if whole[ComponentW.CONDITION, e] == Condition.FAILED or whole[ComponentW.STEP, e] != Step.NONE:
            return
        forget_part(c, w, components, workshops, supply)
        real[ComponentR.GIVEN_AGE_H, c] = real[ComponentR.AGE_H, e]
        real[ComponentR.GIVEN_METER_H, c] = real[ComponentR.METER_H, e]
        real[ComponentR.GIVEN_WEAR, c] = real[ComponentR.WEAR, e]
        components.side_whole[UpkeepSideW.STRIPPED, s] += 1
        emit(log, now, EventKind.PART_STRIPPED, s, i, j, part, e)
        whole[ComponentW.CONDITION, e] = Condition.FAILED
        open_job(e, Job.CORRECTIVE, end_s, components)
        refresh_unit(j, units, components)
    else:
        return
    whole[ComponentW.HAS_SPARE, c] = 1
    if whole[ComponentW.STEP, c] == Step.PART:
        whole[ComponentW.STEP, c] = Step.CREW
    # a part that arrives in this tick arrives at any time of it: on average in its middle
    tick_s = end_s / (now.tick + 1)
    at_s = max(end_s - 0.5 * tick_s, real[ComponentR.READY_S, c])
    components.side_real[UpkeepSideR.PART_S, s] += at_s - real[ComponentR.READY_S, c]
    real[ComponentR.READY_S, c] = at_s


@kernel
def is_startable(c: int, components: Components) -> bool:
    """Return whether the job of component ``c`` waits for nothing but a crew."""
    step = components.whole[ComponentW.STEP, c]
    if components.real[ComponentR.DUE_S, c] < np.inf:
        return False
    has_part = components.spec_whole[ComponentSpecW.SPARE, c] < 0 or components.whole[ComponentW.HAS_SPARE, c] == 1
    return has_part and (step == Step.CREW or step == Step.AWAY)


@kernel
def start_work(
    now: Moment, c: int, crew: int, at_s: float, units: Units, components: Components, workshops: Workshops, log: Log
) -> None:
    """Start the work on component ``c`` at a time [s]: the duration is drawn now."""
    i = components.spec_whole[ComponentSpecW.UNIT, c]
    s = units.spec_whole[UnitSpecW.SIDE, i]
    w = components.whole[ComponentW.WORKSHOP, c]
    components.whole[ComponentW.JOBS, c] += 1
    mean = components.spec_real[ComponentSpecR.REPAIR_H, c]
    cv = components.spec_real[ComponentSpecR.REPAIR_CV, c]
    law = components.spec_whole[ComponentSpecW.REPAIR_LAW, c]
    if components.whole[ComponentW.KIND, c] == Job.PREVENTIVE:
        mean = components.spec_real[ComponentSpecR.SERVICE_H, c]
        cv = components.spec_real[ComponentSpecR.SERVICE_CV, c]
        law = components.spec_whole[ComponentSpecW.SERVICE_LAW, c]
    key = stream_key(now.seed, now.replication, np.int64(components.whole[ComponentW.JOBS, c]), Stream.WORK)
    work_s = draw_duration(np.int64(law), mean, cv, key, units.key[i], components.key[c]) * HOUR_S
    due_s = at_s + work_s
    back_s = due_s
    if components.whole[ComponentW.STEP, c] == Step.AWAY:
        back_s += workshops.spec_real[WorkshopSpecR.LEAD_S, w]
    else:
        components.whole[ComponentW.STEP, c] = Step.WORK
    components.real[ComponentR.DUE_S, c] = due_s
    components.real[ComponentR.BACK_S, c] = back_s
    if crew >= 0:
        workshops.gang_real[GangR.FREE_S, crew] = due_s
        workshops.gang_real[GangR.WORKED_S, crew] += work_s
        workshops.gang_whole[GangW.JOBS, crew] += 1
    components.side_real[UpkeepSideR.CREW_S, s] += at_s - components.real[ComponentR.READY_S, c]
    components.side_real[UpkeepSideR.WORK_S, s] += work_s
    components.side_whole[UpkeepSideW.JOBS_BEGUN, s] += 1
    if components.whole[ComponentW.KIND, c] == Job.CORRECTIVE:
        components.side_real[UpkeepSideR.REPAIR_S, s] += work_s
        components.side_whole[UpkeepSideW.REPAIRS_BEGUN, s] += 1
    part = components.spec_whole[ComponentSpecW.PART, c]
    emit(log, now, EventKind.WORK_BEGUN, s, i, workshops.spec_whole[WorkshopSpecW.UNIT, w], part, c)


@kernel
def finish_work(
    now: Moment, c: int, end_s: float, units: Units, components: Components, workshops: Workshops, log: Log
) -> None:
    """End the job of component ``c``: it is as good as new since the end of the job, and has aged since then."""
    i = np.int64(components.spec_whole[ComponentSpecW.UNIT, c])
    s = units.spec_whole[UnitSpecW.SIDE, i]
    w = components.whole[ComponentW.WORKSHOP, c]
    part = components.spec_whole[ComponentSpecW.PART, c]
    kind = components.whole[ComponentW.KIND, c]
    since_h = (end_s - components.real[ComponentR.BACK_S, c]) / HOUR_S
    update_unit(now, i, end_s, units, components, log)
    if part == Part.STRUCTURE:
        units.use_whole[UseW.HURT, i] = 0
        restored = components.spec_real[ComponentSpecR.RESTORED, c]
        units.real[UnitR.STRENGTH, i] = max(units.real[UnitR.STRENGTH, i], restored)
        components.whole[ComponentW.CONDITION, c] = Condition.GOOD
        components.side_whole[UpkeepSideW.DAMAGE_REPAIRS, s] += 1
    else:
        if kind == Job.PREVENTIVE:
            end_life(now, c, components, units, log)
        is_out = units.whole[UnitW.STATUS, i] == Status.ACTIVE
        row = ComponentSpecR.AT_REST if is_out else ComponentSpecR.ABOARD
        age_h = since_h * components.spec_real[row, c]
        renew(now, c, age_h, since_h if is_out else 0.0, units, components)
        is_service = kind == Job.PREVENTIVE
        components.whole[ComponentW.SERVICES if is_service else ComponentW.REPAIRS, c] += 1
        components.side_whole[UpkeepSideW.SERVICES if is_service else UpkeepSideW.REPAIRS, s] += 1
    close_job(c, components)
    emit(log, now, EventKind.WORK_ENDED, s, i, workshops.spec_whole[WorkshopSpecW.UNIT, w], part, c)


@kernel
def release_unit(i: int, tick: int, units: Units, components: Components) -> None:
    """Let unit ``i`` go on with its task once it has no more jobs."""
    first = components.of_unit[UseSpecW.FIRST, i]
    for c in range(first, first + components.of_unit[UseSpecW.COUNT, i]):
        if components.whole[ComponentW.STEP, c] != Step.NONE:
            return
    units.use_whole[UseW.IS_RECALLED, i] = 0
    if units.whole[UnitW.STATUS, i] == Status.ACTIVE and units.whole[UnitW.RETURNING, i] == Returning.REPAIR:
        units.whole[UnitW.RETURNING, i] = Returning.NO
        units.whole[UnitW.READY_TICK, i] = NONE
    units.whole[UnitW.PLAN_TICK, i] = min(units.whole[UnitW.PLAN_TICK, i], tick + 1)


@kernel
def repair_units(
    now: Moment, end_s: float, recent_s: float, jobs: I32, units: Units, components: Components, workshops: Workshops,
    supply: Supply, log: Log,
) -> None:  # fmt: skip
    """Carry out a round of all workshops up to the time ``end_s`` [s].

    A unit whose job was requested within ``recent_s`` and that is at a workshop now has been there since the request.
    """
    n_jobs = list_jobs(units, components, workshops, supply, jobs)
    if n_jobs == 0:
        return
    for q in range(n_jobs):
        c = np.int64(jobs[q])
        if components.real[ComponentR.DUE_S, c] < np.inf:
            w = components.whole[ComponentW.WORKSHOP, c]
            if components.real[ComponentR.DUE_S, c] <= end_s or is_open(w, units, workshops):
                continue
            forget_part(c, np.int64(w), components, workshops, supply)
            open_job(c, np.int64(components.whole[ComponentW.KIND, c]), end_s, components)  # its workshop is lost
            components.whole[ComponentW.HAS_SPARE, c] = 0
        place_job(now, c, jobs, n_jobs, end_s, recent_s, units, components, workshops, supply, log)
    while True:
        best = np.int64(NONE)
        best_crew = np.int64(NONE)
        best_s = np.inf
        for q in range(n_jobs):
            c = np.int64(jobs[q])
            if is_startable(c, components):
                crew, at_s = free_crew(c, np.int64(components.whole[ComponentW.WORKSHOP, c]), components, workshops)
                if at_s < best_s:
                    best, best_crew, best_s = c, crew, at_s
        if best == NONE or best_s > end_s:
            break
        start_work(now, best, best_crew, best_s, units, components, workshops, log)
    for q in range(n_jobs):
        c = np.int64(jobs[q])
        if components.real[ComponentR.BACK_S, c] <= end_s:
            finish_work(now, c, end_s, units, components, workshops, log)
            release_unit(np.int64(components.spec_whole[ComponentSpecW.UNIT, c]), now.tick, units, components)
    for q in range(n_jobs):
        refresh_unit(np.int64(components.spec_whole[ComponentSpecW.UNIT, jobs[q]]), units, components)
