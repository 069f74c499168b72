"""Repair: workshops and their crews work on jobs in order of priority, then of waiting time.

A job waits for the unit to be at a workshop that can do it, then for a spare part, then for a crew. All times are
exact, within rounds of the workshops at whole ticks: a crew that becomes free between two rounds starts its next job
then, and a component renewed between two rounds ages since then.
"""

import numpy as np

from simcore.compiling.jit import kernel
from simcore.events import Log, emit
from simcore.kernels.aboard import bearer_of, is_aboard
from simcore.kernels.mathematics.durations import draw_duration
from simcore.kernels.sustainment.stores import note_demand, store_of, take_from_store
from simcore.kernels.sustainment.wear import HOUR_S, close_job, end_life, open_job, refresh_unit, renew, update_unit
from simcore.kinds import Components, Moment, Supply, Units, Workshops
from simcore.params import UnitSpecR, UnitSpecW
from simcore.rng import Stream, stream_key
from simcore.state import UnitR, UnitW
from simcore.stores import CarrierW, StoreR
from simcore.types import I32, NONE, Domain, EventKind, Returning, Status
from simcore.upkeep import (
    ComponentR,
    ComponentSpecR,
    ComponentSpecW,
    ComponentW,
    Condition,
    GangR,
    GangSpecW,
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
def comes_before(c: int, d: int, units: Units, components: Components) -> bool:
    """Return whether the job of component ``c`` comes before that of ``d``: by priority, request, and keys."""
    first = components.whole[ComponentW.PRIORITY, c]
    second = components.whole[ComponentW.PRIORITY, d]
    if first != second:
        return first > second
    one = components.real[ComponentR.REQUEST_S, c]
    two = components.real[ComponentR.REQUEST_S, d]
    if one != two:
        return one < two
    i = components.spec_whole[ComponentSpecW.UNIT, c]
    j = components.spec_whole[ComponentSpecW.UNIT, d]
    is_first = units.key[i] < units.key[j] if i != j else components.key[c] < components.key[d]
    return bool(is_first)


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
def is_open(w: int, units: Units, workshops: Workshops) -> bool:
    """Return whether workshop ``w`` works: it is off the map, or its unit is neither lost nor in reserve."""
    u = workshops.spec_whole[WorkshopSpecW.UNIT, w]
    return u < 0 or units.whole[UnitW.STATUS, u] < Status.RESERVE


@kernel
def is_able(w: int, c: int, components: Components, workshops: Workshops) -> bool:
    """Return whether the echelon of workshop ``w`` and the skills of one of its crews suffice for component ``c``."""
    if workshops.spec_whole[WorkshopSpecW.ECHELON, w] < components.spec_whole[ComponentSpecW.ECHELON, c]:
        return False
    count = workshops.spec_whole[WorkshopSpecW.CREW_COUNT, w]
    if count < 0:
        return True
    skill = components.spec_whole[ComponentSpecW.SKILL, c]
    first = workshops.spec_whole[WorkshopSpecW.CREW_FIRST, w]
    n_able = 0
    for g in range(first, first + count):
        n_able += int((workshops.gang_spec[GangSpecW.SKILLS, g] & skill) == skill)
    return n_able > 0


@kernel
def distance_sq(i: int, w: int, units: Units, workshops: Workshops) -> float:
    """Return the squared distance of unit ``i`` from workshop ``w`` [m2]; inf when it cannot be worked on there.

    A flyer has to be aboard a host, or in its turnaround at its home.
    """
    u = workshops.spec_whole[WorkshopSpecW.UNIT, w]
    if u < 0 or not is_open(w, units, workshops):
        return np.inf
    is_flying = units.spec_whole[UnitSpecW.DOMAIN, i] == Domain.AIR and units.spec_real[UnitSpecR.SPEED_MAX, i] > 0.0
    is_at_home = units.spec_whole[UnitSpecW.HOST, i] < 0 and units.whole[UnitW.READY_TICK, i] >= 0
    if is_flying and not is_at_home and not is_aboard(units.whole[UnitW.STATUS, i]):
        return np.inf
    own = bearer_of(i, units)
    other = bearer_of(u, units)
    if own == other:
        return 0.0
    dx = units.real[UnitR.X, own] - units.real[UnitR.X, other]
    dy = units.real[UnitR.Y, own] - units.real[UnitR.Y, other]
    away_sq = dx * dx + dy * dy
    radius = workshops.spec_real[WorkshopSpecR.RADIUS_M, w]
    return away_sq if away_sq <= radius * radius else np.inf


@kernel
def is_before(w: int, v: int, units: Units, workshops: Workshops) -> bool:
    """Return whether workshop ``w`` is preferred to ``v``: the lower echelon, shorter way, lower rank, then key."""
    first = workshops.spec_whole[WorkshopSpecW.ECHELON, w]
    second = workshops.spec_whole[WorkshopSpecW.ECHELON, v]
    if first != second:
        return first < second
    one = workshops.spec_real[WorkshopSpecR.LEAD_S, w]
    two = workshops.spec_real[WorkshopSpecR.LEAD_S, v]
    if one != two:
        return one < two
    rank = workshops.spec_whole[WorkshopSpecW.RANK]
    if rank[w] != rank[v]:
        return rank[w] < rank[v]
    u = workshops.spec_whole[WorkshopSpecW.UNIT, w]
    t = workshops.spec_whole[WorkshopSpecW.UNIT, v]
    return u >= 0 and t >= 0 and bool(units.key[u] < units.key[t])


@kernel
def find_workshop(c: int, i: int, units: Units, components: Components, workshops: Workshops) -> tuple[int, bool]:
    """Return the workshop for the job of component ``c`` of unit ``i``, or NONE, and whether the unit is at it.

    It is the nearest at hand that can do the job. If the workshops at hand cannot do it, the job is sent away to the
    lowest echelon that can.
    """
    side = units.spec_whole[UnitSpecW.SIDE, i]
    best = NONE
    best_sq = np.inf
    is_any_near = False
    for w in range(workshops.spec_whole.shape[1]):
        if workshops.spec_whole[WorkshopSpecW.SIDE, w] != side:
            continue
        away_sq = distance_sq(i, w, units, workshops)
        if away_sq == np.inf:
            continue
        is_any_near = True
        if not is_able(w, c, components, workshops):
            continue
        is_first = best == NONE or is_before(w, best, units, workshops)
        if away_sq < best_sq or (away_sq == best_sq and is_first):
            best = w
            best_sq = away_sq
    if best != NONE or not is_any_near:
        return best, True
    for w in range(workshops.spec_whole.shape[1]):
        if workshops.spec_whole[WorkshopSpecW.SIDE, w] != side or not is_open(w, units, workshops):
            continue
        if is_able(w, c, components, workshops) and (best == NONE or is_before(w, best, units, workshops)):
            best = w
    return best, False


@kernel
def part_store(c: int, w: int, components: Components, workshops: Workshops, supply: Supply) -> int:
    """Return the store of the parts for component ``c`` at workshop ``w``, or NONE."""
    u = workshops.spec_whole[WorkshopSpecW.UNIT, w]
    if u < 0 or supply.unit_whole.shape[1] == 0:
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


@kernel
def is_in_tow(i: int, supply: Supply) -> bool:
    """Return whether unit ``i`` is in tow, so that nobody can work on it."""
    return supply.unit_whole.shape[1] > 0 and supply.unit_whole[CarrierW.TOWED_BY, i] >= 0


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
def free_crew(c: int, w: int, components: Components, workshops: Workshops) -> tuple[int, float]:
    """Return the crew of workshop ``w`` that can be first at the job of component ``c``, and the time [s].

    The crew is NONE where there is a crew for every job; the time is inf when no crew has the skill.
    """
    ready_s = components.real[ComponentR.READY_S, c]
    count = workshops.spec_whole[WorkshopSpecW.CREW_COUNT, w]
    if count < 0:
        return NONE, ready_s
    skill = components.spec_whole[ComponentSpecW.SKILL, c]
    best = NONE
    best_s = np.inf
    first = workshops.spec_whole[WorkshopSpecW.CREW_FIRST, w]
    for g in range(first, first + count):
        is_fit = (workshops.gang_spec[GangSpecW.SKILLS, g] & skill) == skill
        if is_fit and workshops.gang_real[GangR.FREE_S, g] < best_s:
            best = g
            best_s = workshops.gang_real[GangR.FREE_S, g]
    return best, max(best_s, ready_s)


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
