"""Swept detection: the closest approach of two units along their paths since a sensor's last scan."""

import math
from typing import NamedTuple

import numpy as np

from simcore.compiling.jit import formula, inlined, kernel
from simcore.kernels.ground.terrain import body_m, is_visible, raster_cell
from simcore.kernels.mathematics.approximations import exponential
from simcore.kernels.paths import place_ago
from simcore.kernels.picture.contacts import grown_error_m
from simcore.kernels.picture.sightings import is_known
from simcore.kernels.sensing.detection_laws import inverse_cube_exposure, ranged_level
from simcore.kernels.sensing.looks import Look, Sighting, cover_at, is_clear, no_sighting
from simcore.kinds import Contacts, Ground, Moment, Paths, Rules, Sensors, Units
from simcore.params import RuleR, RuleW, SensorSpecR, SensorSpecW, UnitSpecR, UnitSpecW
from simcore.rng import draw
from simcore.scratch import Scratch, ScratchR, ScratchW
from simcore.state import PathW, UnitR, UnitW
from simcore.types import F64, I32, Domain, SensorModel

_SLACK_M = 1e-3  # above the rounding error of the distances by which legs and targets are skipped
_ROUNDED = 1.0 - 1e-12  # so that rounding excludes neither of two targets at equal distance
_ROUGHLY = 4.0  # above the relative rounding error of an exposure, a small difference on equal courses
_SLIGHT = 1e-9  # above the rounding error of a probability


class Course(NamedTuple):
    """Position of a target relative to the carrier of a sensor [m], its relative velocity [m/s], and the carrier's
    heading.
    """

    dx: float
    dy: float
    ux: float
    uy: float
    hx: float
    hy: float


@formula
def sweep(
    i: int,
    j: int,
    tick: int,
    span: int,
    straight: int,
    course: Course,
    range_m: float,
    step_m: float,
    law: float,
    fov_cos: float,
    dt: float,
    limits: I32,
    path_real: F64,
) -> tuple[float, float, float, int]:
    """Follow the paths of sensor carrier ``i`` and target ``j`` backwards over the last ``span`` ticks.

    ``course`` is the current course, with the velocity of the last ``straight`` ticks, in which neither has changed
    course. Points beyond ``range_m`` do not count. The distance shrinks by at most ``step_m`` per tick: ticks certainly
    out of range are skipped. With a field of view a tick counts when its nearest point is in view; a moving carrier
    heads along its course, a standing carrier as it does now.

    Returns the exposure to a rate of ``law`` / r^3 (not with a ``law`` of 0), the squared distance of the nearest
    point [m2], inf when none counts, its age in ticks, and the age of the end of its tick.
    """
    dx, dy, ux, uy, hx, hy = course
    knots = limits[RuleW.PATH_KNOTS]
    stride = limits[RuleW.PATH_STRIDE]
    has_view = fov_cos > -1.0
    now = tick + 1
    begin = now - span
    bend = max(now - straight, begin)
    exposure = 0.0
    nearest_sq = np.inf
    nearest_back = 0.0
    ago = 0
    bound_m = range_m
    high = now  # end of the current leg, and the relative position there
    high_x = dx
    high_y = dy
    while high > begin:
        away_m = math.sqrt(high_x * high_x + high_y * high_y) - bound_m - _SLACK_M
        if away_m > step_m:
            if away_m >= step_m * (high - begin):
                break
            later = high - int(away_m / step_m)
            if later < bend:
                later = min((later + stride - 1) // stride * stride, bend)
            if later < high:
                high = later
                if high >= bend:
                    span_s = (now - high) * dt
                    high_x = dx - ux * span_s
                    high_y = dy - uy * span_s
                elif high > begin:
                    slot = (high // stride) % knots
                    high_x = path_real[slot, j] - path_real[slot, i]
                    high_y = path_real[knots + slot, j] - path_real[knots + slot, i]
                continue
        ahead_x = hx
        ahead_y = hy
        if high > bend:
            low = high - 1 if has_view else bend
            span_s = (high - low) * dt
            leg_ux = ux
            leg_uy = uy
            low_x = high_x - ux * span_s
            low_y = high_y - uy * span_s
        else:
            low = (high - 1) // stride * stride
            slot = (low // stride) % knots
            low_x = path_real[slot, j] - path_real[slot, i]
            low_y = path_real[knots + slot, j] - path_real[knots + slot, i]
            span_s = (high - low) * dt
            leg_ux = (high_x - low_x) / span_s
            leg_uy = (high_y - low_y) / span_s
            if has_view and low + stride <= tick:
                next_slot = (low // stride + 1) % knots
                drift_x = path_real[next_slot, i] - path_real[slot, i]
                drift_y = path_real[knots + next_slot, i] - path_real[knots + slot, i]
                drift = math.sqrt(drift_x * drift_x + drift_y * drift_y)
                if drift > 0.0:
                    ahead_x = drift_x / drift
                    ahead_y = drift_y / drift
            if low < begin:
                low = begin
                span_s = (high - low) * dt
        speed_sq = leg_ux * leg_ux + leg_uy * leg_uy
        s = 0.0
        if speed_sq > 0.0:
            s = min(max((high_x * leg_ux + high_y * leg_uy) / speed_sq, 0.0), span_s)
        near_x = high_x - leg_ux * s
        near_y = high_y - leg_uy * s
        near_sq = near_x * near_x + near_y * near_y
        is_in = near_sq <= range_m * range_m
        if is_in and has_view:
            is_in = near_x * ahead_x + near_y * ahead_y >= fov_cos * math.sqrt(near_sq)
        if is_in:
            if near_sq < nearest_sq:
                nearest_sq = near_sq
                nearest_back = now - high + s / dt
                ago = min(now - high + int(s / dt), span - 1)
            if law > 0.0:
                exposure += inverse_cube_exposure(law, high_x, high_y, leg_ux, leg_uy, span_s, range_m)
            else:
                bound_m = math.sqrt(nearest_sq)
        high = low
        high_x = low_x
        high_y = low_y
    return exposure, nearest_sq, nearest_back, ago


@kernel
def sweep_target(
    i: int,
    j: int,
    k: int,
    tick: int,
    span: int,
    limit_m: float,
    step_m: float,
    rate: float,
    sensors: Sensors,
    rules: Rules,
    units: Units,
    paths: Paths,
) -> tuple[float, float, float, int]:
    """Return the result of ``sweep`` for sensor ``k`` of unit ``i`` and unit ``j``, over the path common to both."""
    both = span
    straight = np.int64(1)
    if span > 1:
        both = min(span, np.int64(tick + 1 - paths.whole[PathW.ENTERED, j]))
        straight = np.int64(tick + 1 - max(paths.whole[PathW.TURNED, i], paths.whole[PathW.TURNED, j]))
    course = Course(
        units.real[UnitR.X, j] - units.real[UnitR.X, i],
        units.real[UnitR.Y, j] - units.real[UnitR.Y, i],
        units.real[UnitR.VX, j] - units.real[UnitR.VX, i],
        units.real[UnitR.VY, j] - units.real[UnitR.VY, i],
        units.real[UnitR.HX, i],
        units.real[UnitR.HY, i],
    )
    return sweep(
        i,
        j,
        tick,
        both,
        straight,
        course,
        limit_m,
        step_m,
        rate,
        sensors.spec_real[SensorSpecR.FOV_COS, k],
        rules.real[RuleR.DT_S],
        rules.whole,
        paths.real,
    )


@kernel
def was_in_sight(
    i: int,
    j: int,
    k: int,
    tick: int,
    back: float,
    limit_m: float,
    units: Units,
    sensors: Sensors,
    ground: Ground,
    is_on_land: bool,
    rules: Rules,
    paths: Paths,
) -> bool:
    """Return whether sensor ``k`` of unit ``i`` had unit ``j`` in sight, within ``limit_m``, ``back`` ticks ago.

    The sensor has the same height above the ground at both positions.
    """
    xi, yi = place_ago(i, tick, back, rules, units, paths)
    xj, yj = place_ago(j, tick, back, rules, units, paths)
    own_z = units.real[UnitR.Z, i]
    zj = units.real[UnitR.Z, j]
    if ground.relief.shape[1] * ground.relief.shape[2] > 1:
        own_z = body_m(ground.relief, rules.real, xi, yi, units.spec_real[UnitSpecR.HEIGHT_M, i])
        zj = body_m(ground.relief, rules.real, xj, yj, units.spec_real[UnitSpecR.HEIGHT_M, j])
        if is_on_land:
            row, column = raster_cell(rules.real, ground.concealment.shape[0], ground.concealment.shape[1], xj, yj)
            limit_m *= float(ground.concealment[row, column])
            if (xj - xi) * (xj - xi) + (yj - yi) * (yj - yi) > limit_m * limit_m:
                return False
    own_z += sensors.spec_real[SensorSpecR.HEIGHT_M, k] - units.spec_real[UnitSpecR.HEIGHT_M, i]
    return is_visible(ground, rules, xi, yi, own_z, xj, yj, zj)


@inlined
def sweep_past(
    now: Moment,
    look: Look,
    place: int,
    nearest_sq: float,
    units: Units,
    sensors: Sensors,
    ground: Ground,
    rules: Rules,
    contacts: Contacts,
    work: Scratch,
    paths: Paths,
) -> Sighting:
    """Look at the unit in a ``place`` of the cells over the paths since the last look: cookie cutter, inverse cube.

    A target now in range, in view and in line of sight is seen at its position; any other is dead reckoned from its
    nearest point. A unit without a link stores only its nearest target: targets beyond ``nearest_sq`` [m2] are skipped.
    """
    i = look.carrier
    k = look.kind
    span = look.span
    share = look.share
    is_cube = look.model == SensorModel.INVERSE_CUBE
    dt = rules.real[RuleR.DT_S]
    growth = rules.real[RuleR.CONTACT_GROWTH_MPS]
    error_m = sensors.spec_real[SensorSpecR.ERROR_M, k]
    error_per_m = sensors.spec_real[SensorSpecR.ERROR_PER_M, k]
    classify_m = sensors.spec_real[SensorSpecR.CLASSIFY_M, k] * share
    identify_m = sensors.spec_real[SensorSpecR.IDENTIFY_M, k] * share
    needs_sight = sensors.spec_whole[SensorSpecW.NEEDS_SIGHT, k] == 1
    j = np.int64(work.whole[ScratchW.UNIT_ORDER, place])
    xj = work.real[ScratchR.UNIT_X, place]
    yj = work.real[ScratchR.UNIT_Y, place]
    dx = xj - units.real[UnitR.X, i]
    dy = yj - units.real[UnitR.Y, i]
    range_sq = dx * dx + dy * dy
    distance = math.sqrt(range_sq)
    signature = units.spec_real[UnitSpecR.SIGNATURE, j]
    speed_max = units.spec_real[UnitSpecR.SPEED_MAX, j]
    limit = sensors.spec_real[SensorSpecR.RANGE_M, k] * (share * signature)
    near_m = max(distance - look.own_m - speed_max * span * dt, 0.0)  # a lower bound over the paths
    if near_m > limit:
        return no_sighting()
    if near_m * near_m * _ROUNDED > nearest_sq and units.whole[UnitW.LINKED, i] == 0:
        return no_sighting()
    c = units.spec_whole[UnitSpecW.SIDE, i] * units.spec_whole.shape[1] + j
    error = error_m + error_per_m * near_m
    level = np.int64(ranged_level(near_m, classify_m, identify_m))
    if look.is_prompt and is_known(now.tick, c, error, level, rules, contacts, work):
        return no_sighting()
    rate = 0.0
    if is_cube:
        rate = sensors.spec_real[SensorSpecR.LAW, k] * (share * signature) * (share * signature)
        # bound on the exposure at the smallest possible distance: it excludes most targets
        closest_m = near_m - _SLACK_M
        most = _ROUGHLY * rate * span * dt
        if closest_m > 0.0 and most < closest_m * closest_m * closest_m:
            u = draw(look.draws, look.key, units.key[j])
            if u >= most / (closest_m * closest_m * closest_m) + _SLIGHT:
                return no_sighting()
    fov_cos = sensors.spec_real[SensorSpecR.FOV_COS, k]
    is_in_view = fov_cos <= -1.0 or dx * units.real[UnitR.HX, i] + dy * units.real[UnitR.HY, i] >= fov_cos * distance
    is_here = is_in_view and distance <= limit * cover_at(j, k, units, sensors, ground, rules)
    here_level = np.int64(ranged_level(distance, classify_m, identify_m))
    step_m = look.own_m / span + speed_max * dt
    p = sensors.spec_real[SensorSpecR.P_DETECT, k]
    past = np.int64(0)  # ticks since the end of the tick in which the target was nearest
    back = 0.0  # ticks since it was nearest
    near_sq = range_sq
    if is_cube or not is_here or here_level < level:
        exposure, near_sq, back, past = sweep_target(
            i, j, k, now.tick, span, limit, step_m, rate, sensors, rules, units, paths
        )
        if is_cube:
            p = 1.0 - exponential(-exposure)
        if is_here:
            near_sq = min(near_sq, range_sq)
    near_m = math.sqrt(near_sq)
    if near_m == np.inf:
        return no_sighting()
    level = np.int64(ranged_level(near_m, classify_m, identify_m))
    error = error_m + error_per_m * distance
    if not is_here:
        error = grown_error_m(error_m + error_per_m * near_m, past * dt, growth)
    if look.is_prompt and is_known(now.tick, c, error, level, rules, contacts, work):
        return no_sighting()
    # draw first: a line of sight costs far more
    if p < 1.0 and draw(look.draws, look.key, units.key[j]) >= p:
        return no_sighting()
    is_hidden = False
    if needs_sight and is_here:
        is_here = is_clear(look, j, xj, yj, units, sensors, ground, rules, work)
        is_hidden = not is_here
    if is_hidden and not is_cube and here_level == level:
        _, near_sq, back, past = sweep_target(
            i, j, k, now.tick, span, limit, step_m, rate, sensors, rules, units, paths
        )
        level = np.int64(ranged_level(math.sqrt(near_sq), classify_m, identify_m))
    has_past = back > 0.0 and (not is_here or here_level < level)
    if is_hidden and back >= span:
        has_past = False  # the previous look has covered the target at that time
    if has_past and needs_sight:
        is_on_land = units.spec_whole[UnitSpecW.DOMAIN, j] == Domain.LAND
        has_past = was_in_sight(i, j, k, now.tick, back, limit, units, sensors, ground, is_on_land, rules, paths)
    if is_here:
        return Sighting(level if has_past else here_level, error, np.int64(0), range_sq)  # pyright: ignore[reportArgumentType]
    if has_past and past * dt <= rules.real[RuleR.CONTACT_HOLD_S]:
        error = grown_error_m(error_m + error_per_m * math.sqrt(near_sq), past * dt, growth)
        return Sighting(level, error, past, near_sq)  # pyright: ignore[reportArgumentType]
    return no_sighting()
