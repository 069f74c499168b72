"""Wear: components age by the use of their units, fail, and tell of their condition.

The use of a unit is accumulated in every tick and applied to its components at its own turns, so that the age of a
component is the exact integral of the stress of its use. The time of a failure is found within the interval between
two turns; its effects begin at the turn.
"""

import math

import numpy as np

from simcore.compiling.jit import kernel
from simcore.events import Log, emit
from simcore.kernels.aboard import is_aboard
from simcore.kernels.mathematics.approximations import normal_quantile
from simcore.kernels.mathematics.durations import draw_gamma, weibull_life
from simcore.kernels.sustainment.jobs import open_job
from simcore.kernels.sustainment.readiness import refresh_unit
from simcore.kinds import Components, Moment, Units
from simcore.params import UnitSpecR, UnitSpecW
from simcore.rng import Stream, draw, stream_key
from simcore.state import UnitR, UnitW
from simcore.types import NONE, Domain, EventKind, Status
from simcore.upkeep import (
    ComponentR,
    ComponentSpecR,
    ComponentSpecW,
    ComponentW,
    Condition,
    Job,
    Part,
    Readiness,
    Start,
    Step,
    UpkeepSideW,
    UpkeepW,
    UseR,
    UseSpecW,
    UseW,
)

HOUR_S = 3600.0
_NEVER = 2**30
_LONGEST_S = 2.0e9  # of a life in an event


@kernel
def measure_use(dt_s: float, sea_state: float, units: Units) -> None:
    """Add a tick to the use of all units and to the time in their readiness. Mutates UseR."""
    n = units.spec_whole.shape[1]
    status = units.whole[UnitW.STATUS]
    vx = units.real[UnitR.VX]
    vy = units.real[UnitR.VY]
    factor = units.real[UnitR.GROUND_FACTOR]
    speed_max = units.spec_real[UnitSpecR.SPEED_MAX]
    domain = units.spec_whole[UnitSpecW.DOMAIN]
    use = units.use_real
    rest_s = use[UseR.REST_S]
    move_s = use[UseR.MOVE_S]
    speed_s = use[UseR.SPEED_S]
    rough_s = use[UseR.ROUGH_S]
    sea_s = use[UseR.SEA_S]
    aboard_s = use[UseR.ABOARD_S]
    readiness = units.use_whole[UseW.READINESS]
    is_shut = units.use_whole[UseW.IS_SHUT]
    for i in range(n):
        if status[i] == Status.LOST:
            use[UseR.READY_S + Readiness.LOST, i] += dt_s
            continue
        if status[i] >= Status.RESERVE:
            continue
        use[UseR.READY_S + readiness[i], i] += dt_s
        if is_shut[i] != 0:
            continue
        if status[i] != Status.ACTIVE:
            aboard_s[i] += dt_s
            continue
        speed_sq = vx[i] * vx[i] + vy[i] * vy[i]
        if speed_sq > 0.0:
            move_s[i] += dt_s
            speed_s[i] += dt_s * min(1.0, math.sqrt(speed_sq) / speed_max[i])
            rough_s[i] += dt_s * max(0.0, 1.0 - factor[i])
        else:
            rest_s[i] += dt_s
        if domain[i] == Domain.SURFACE:
            sea_s[i] += dt_s * sea_state


@kernel
def effective_h(c: int, i: int, strength_lost: float, units: Units, components: Components) -> float:
    """Return the effective hours that the use of unit ``i`` since the last update means to its component ``c``."""
    spec = components.spec_real
    use = units.use_real
    seconds = (
        spec[ComponentSpecR.AT_REST, c] * use[UseR.REST_S, i]
        + spec[ComponentSpecR.UNDER_WAY, c] * use[UseR.MOVE_S, i]
        + spec[ComponentSpecR.PER_SPEED, c] * use[UseR.SPEED_S, i]
        + spec[ComponentSpecR.PER_ROUGHNESS, c] * use[UseR.ROUGH_S, i]
        + spec[ComponentSpecR.PER_SEA_STATE, c] * use[UseR.SEA_S, i]
        + spec[ComponentSpecR.ABOARD, c] * use[UseR.ABOARD_S, i]
    )
    return seconds / HOUR_S + spec[ComponentSpecR.SHOCK_H, c] * strength_lost


@kernel
def renew(now: Moment, c: int, age_h: float, meter_h: float, units: Units, components: Components) -> None:
    """Make component ``c`` as good as its part, but for ``age_h`` effective and ``meter_h`` hours of operation since.

    The part is new, or has the age that it had in another unit. Its life depends only on that, on the unit, the
    component and the number of its renewals.
    """
    i = components.spec_whole[ComponentSpecW.UNIT, c]
    components.whole[ComponentW.RENEWALS, c] += 1
    key = stream_key(now.seed, now.replication, np.int64(components.whole[ComponentW.RENEWALS, c]), Stream.LIFE)
    given_h = components.real[ComponentR.GIVEN_AGE_H, c]
    components.real[ComponentR.AGE_H, c] = given_h + age_h
    components.real[ComponentR.WEAR, c] = components.real[ComponentR.GIVEN_WEAR, c]
    components.real[ComponentR.METER_H, c] = components.real[ComponentR.GIVEN_METER_H, c] + meter_h
    components.real[ComponentR.TOTAL_H, c] += meter_h
    components.real[ComponentR.LIFE_H, c] = weibull_life(
        draw(key, units.key[i], components.key[c]),
        given_h,
        components.spec_real[ComponentSpecR.BETA, c],
        components.spec_real[ComponentSpecR.ETA_H, c],
    )
    components.whole[ComponentW.CONDITION, c] = Condition.GOOD


@kernel
def end_life(now: Moment, c: int, components: Components, units: Units, log: Log) -> None:
    """Note the hours of operation of component ``c`` at the end of its life: its failure or its preventive renewal."""
    i = components.spec_whole[ComponentSpecW.UNIT, c]
    seconds = np.int64(min(components.real[ComponentR.METER_H, c] * HOUR_S, _LONGEST_S) + 0.5)
    emit(log, now, EventKind.LIFE_ENDED, units.spec_whole[UnitSpecW.SIDE, i], i, -1, seconds, c)


@kernel
def fail(now: Moment, c: int, at_s: float, units: Units, components: Components, log: Log) -> None:
    """Let component ``c`` fail, and request its repair."""
    i = components.spec_whole[ComponentSpecW.UNIT, c]
    s = units.spec_whole[UnitSpecW.SIDE, i]
    components.whole[ComponentW.CONDITION, c] = Condition.FAILED
    components.whole[ComponentW.FAILURES, c] += 1
    components.side_whole[UpkeepSideW.FAILURES, s] += 1
    is_out = units.whole[UnitW.STATUS, i] == Status.ACTIVE and units.use_whole[UseW.READINESS, i] <= Readiness.PMC
    if is_out and components.spec_whole[ComponentSpecW.IS_ESSENTIAL, c] == 1:
        components.side_whole[UpkeepSideW.ABORTS, s] += 1
        units.use_whole[UseW.READINESS, i] = Readiness.NMCM  # so that a second component does not count again
    emit(log, now, EventKind.FAILURE, s, i, -1, components.spec_whole[ComponentSpecW.PART, c], c)
    end_life(now, c, components, units, log)
    open_job(c, Job.CORRECTIVE, at_s, components)


@kernel
def age_component(
    now: Moment, c: int, hours: float, operated_h: float, end_s: float, span_s: float, units: Units,
    components: Components, log: Log,
) -> None:  # fmt: skip
    """Age component ``c`` by ``hours`` effective and ``operated_h`` hours of operation, in ``span_s`` up to ``end_s``.

    It ages up to its failure, or up to its standing limit of hours, which requests a preventive job.
    """
    real = components.real
    whole = components.whole
    spec = components.spec_real
    i = components.spec_whole[ComponentSpecW.UNIT, c]
    begun_s = end_s - span_s
    is_due = False
    left_h = real[ComponentR.HOURS_LIMIT, c] - real[ComponentR.METER_H, c]
    if operated_h >= left_h and whole[ComponentW.STEP, c] == Step.NONE:
        is_due = True
        share = max(0.0, left_h) / operated_h if operated_h > 0.0 else 0.0
        hours *= share
        operated_h *= share
        span_s *= share
    failed_at = 2.0  # share of the span
    old = real[ComponentR.AGE_H, c]
    if old + hours >= real[ComponentR.LIFE_H, c]:
        failed_at = max(0.0, (real[ComponentR.LIFE_H, c] - old) / hours) if hours > 0.0 else 0.0
    shape = spec[ComponentSpecR.SHAPE_PER_H, c] * hours
    limit = spec[ComponentSpecR.LIMIT, c]
    if shape > 0.0:
        before = real[ComponentR.WEAR, c]
        key = stream_key(now.seed, now.replication, now.tick, Stream.WEAR)
        grown = spec[ComponentSpecR.SCALE, c] * draw_gamma(key, units.key[i], components.key[c], shape)
        real[ComponentR.WEAR, c] = before + grown
        if before + grown >= limit and grown > 0.0:
            failed_at = min(failed_at, max(0.0, limit - before) / grown)
    used = 1.0
    if failed_at <= 1.0 and components.spec_whole[ComponentSpecW.IS_HIDDEN, c] == 0:
        used = failed_at
    real[ComponentR.AGE_H, c] = old + used * hours
    real[ComponentR.METER_H, c] += used * operated_h
    real[ComponentR.TOTAL_H, c] += used * operated_h
    if failed_at <= 1.0:
        fail(now, c, begun_s + used * span_s, units, components, log)
    else:
        if is_due:
            open_job(c, Job.PREVENTIVE, begun_s + span_s, components)
        is_worse = real[ComponentR.WEAR, c] >= spec[ComponentSpecR.DEGRADED_AT, c] * limit
        if is_worse and whole[ComponentW.CONDITION, c] == Condition.GOOD:
            whole[ComponentW.CONDITION, c] = Condition.DEGRADED
            s = units.spec_whole[UnitSpecW.SIDE, i]
            emit(log, now, EventKind.DEGRADED, s, i, -1, components.spec_whole[ComponentSpecW.PART, c], c)


@kernel
def update_unit(now: Moment, i: int, end_s: float, units: Units, components: Components, log: Log) -> None:
    """Apply the use of unit ``i`` since its last update to its components, up to the time ``end_s``."""
    use = units.use_real
    strength = units.real[UnitR.STRENGTH, i]
    lost = max(0.0, use[UseR.STRENGTH, i] - strength)
    use[UseR.STRENGTH, i] = strength
    span_s = end_s - use[UseR.UPDATED_S, i]
    use[UseR.UPDATED_S, i] = end_s
    operated_h = (use[UseR.REST_S, i] + use[UseR.MOVE_S, i]) / HOUR_S
    first = components.of_unit[UseSpecW.FIRST, i]
    for c in range(first, first + components.of_unit[UseSpecW.COUNT, i]):
        step = components.whole[ComponentW.STEP, c]
        if components.spec_whole[ComponentSpecW.PART, c] == Part.STRUCTURE:
            is_hurt = units.use_whole[UseW.HURT, i] != 0
            if step == Step.NONE and (is_hurt or strength < components.spec_real[ComponentSpecR.RESTORED, c]):
                open_job(c, Job.DAMAGE, end_s, components)
            if step < Step.WORK and components.whole[ComponentW.STEP, c] != Step.NONE:
                components.whole[ComponentW.CONDITION, c] = Condition.FAILED if is_hurt else Condition.DEGRADED
        elif components.whole[ComponentW.CONDITION, c] != Condition.FAILED and step < Step.WORK:
            hours = effective_h(c, i, lost, units, components)
            age_component(now, c, hours, operated_h, end_s, span_s, units, components, log)
    for row in range(UseR.REST_S, UseR.UPDATED_S):
        use[row, i] = 0.0
    refresh_unit(i, units, components)


@kernel
def report_unit(now: Moment, i: int, end_s: float, units: Units, components: Components) -> None:
    """Report the condition of the components of unit ``i``, with a new condition signal when it is time for one.

    A signal at a standing limit requests a preventive job.
    """
    real = components.real
    whole = components.whole
    is_asked = False
    first = components.of_unit[UseSpecW.FIRST, i]
    for c in range(first, first + components.of_unit[UseSpecW.COUNT, i]):
        whole[ComponentW.KNOWN_CONDITION, c] = whole[ComponentW.CONDITION, c]
        whole[ComponentW.KNOWN_STEP, c] = whole[ComponentW.STEP, c]
        whole[ComponentW.KNOWN_TICK, c] = now.tick
        real[ComponentR.KNOWN_METER_H, c] = real[ComponentR.METER_H, c]
        limit = components.spec_real[ComponentSpecR.LIMIT, c]
        last = whole[ComponentW.SIGNAL_TICK, c]
        if limit == np.inf or (last >= 0 and now.tick - last < components.rules[UpkeepW.SIGNAL_TICKS]):
            continue
        if whole[ComponentW.STEP, c] >= Step.WORK:
            continue
        key = stream_key(now.seed, now.replication, now.tick, Stream.SIGNAL)
        z = normal_quantile(draw(key, units.key[i], components.key[c]))
        signal = real[ComponentR.WEAR, c] / limit + components.spec_real[ComponentSpecR.SIGMA, c] * z
        real[ComponentR.SIGNAL, c] = signal
        whole[ComponentW.SIGNAL_TICK, c] = now.tick
        is_good = whole[ComponentW.CONDITION, c] != Condition.FAILED and whole[ComponentW.STEP, c] == Step.NONE
        if is_good and signal >= real[ComponentR.SIGNAL_LIMIT, c]:
            open_job(c, Job.PREVENTIVE, end_s, components)
            is_asked = True
    if is_asked:
        refresh_unit(i, units, components)


@kernel
def check_start(now: Moment, i: int, end_s: float, units: Units, components: Components, log: Log) -> None:
    """Check the components of unit ``i`` before its launch, which costs them hours; a failure prevents the launch."""
    update_unit(now, i, end_s, units, components, log)
    key = stream_key(now.seed, now.replication, now.tick, Stream.START)
    culprit = NONE
    first = components.of_unit[UseSpecW.FIRST, i]
    for c in range(first, first + components.of_unit[UseSpecW.COUNT, i]):
        if components.spec_whole[ComponentSpecW.PART, c] == Part.STRUCTURE:
            continue
        if components.whole[ComponentW.CONDITION, c] == Condition.FAILED:
            continue
        components.real[ComponentR.AGE_H, c] += components.spec_real[ComponentSpecR.START_H, c]
        is_over = components.real[ComponentR.AGE_H, c] >= components.real[ComponentR.LIFE_H, c]
        if is_over or draw(key, units.key[i], components.key[c]) < components.spec_real[ComponentSpecR.P_START, c]:
            fail(now, c, end_s, units, components, log)
            culprit = c
    refresh_unit(i, units, components)
    if culprit == NONE:
        units.use_whole[UseW.START, i] = Start.PASSED
        return
    units.use_whole[UseW.START, i] = Start.NONE
    s = units.spec_whole[UnitSpecW.SIDE, i]
    components.side_whole[UpkeepSideW.STARTS_REFUSED, s] += 1
    part = components.spec_whole[ComponentSpecW.PART, culprit]
    emit(log, now, EventKind.START_REFUSED, s, i, units.whole[UnitW.HOST, i], part, culprit)


@kernel
def wear_units(now: Moment, end_s: float, units: Units, components: Components, log: Log) -> None:
    """Update the wear of all units with a turn, and report it from those with a link or aboard a host."""
    n = units.spec_whole.shape[1]
    status = units.whole[UnitW.STATUS]
    wear_tick = units.use_whole[UseW.WEAR_TICK]
    start = units.use_whole[UseW.START]
    period = components.rules[UpkeepW.WEAR_PERIOD]
    for i in range(n):
        if wear_tick[i] > now.tick and start[i] != Start.ASKED:
            continue
        if status[i] >= Status.RESERVE:
            if status[i] < Status.LOST:
                units.use_real[UseR.UPDATED_S, i] = end_s
                wear_tick[i] += period
            else:
                wear_tick[i] = _NEVER
            continue
        if start[i] == Start.ASKED:
            check_start(now, i, end_s, units, components, log)
            continue
        wear_tick[i] += period
        update_unit(now, i, end_s, units, components, log)
        if units.whole[UnitW.LINKED, i] != 0 or is_aboard(status[i]):
            report_unit(now, i, end_s, units, components)
