"""Sensing: who sees whom this tick. Detections go into a buffer; ``contacts`` commits them."""

import math

import numpy as np

from simcore.compiling.jit import kernel
from simcore.kernels.ground.terrain import ground_m, is_visible, raster_cell
from simcore.kernels.mathematics.approximations import exponential, logarithm
from simcore.kernels.mathematics.neighbours import gather_in_range
from simcore.kernels.network.jamming import hear_jammers, jammed_noise
from simcore.kernels.picture.contacts import grown_error_m, take_sighting
from simcore.kernels.picture.sightings import is_known, remember, report_sightings
from simcore.kernels.sensing.detection_laws import (
    decibels,
    imaged_level,
    is_radar_detection,
    optical_range_share,
    ranged_level,
    resolved_cycles,
    signal_excess_db,
    sixth_power,
    sonar_p,
)
from simcore.kernels.sensing.sweeping import sweep_target, was_in_sight
from simcore.kernels.turns import MANY_UNITS, prefetch_look, prefetch_target, turns_ahead
from simcore.params import RP, RW, SP, SW, UP, UW
from simcore.rng import Stream, draw, stream_key
from simcore.scratch import SI, SR, SX
from simcore.state import PW, S, U, W
from simcore.surroundings import WX
from simcore.types import F32, F64, I32, U64, Damage, Domain, Emcon, Level, SensorModel, Status, Word

_ROUNDED = 1.0 - 1e-12  # so that rounding leaves out none of two that are as near
_BEYOND_SQ = 1e18  # [m2]: farther than anything
_SLACK_M = 1e-3  # more than rounding makes of the distances that looks are left out by
_ROUGHLY = 4.0  # more than rounding makes of an exposure, which is a small difference where both drive one course
_SLIGHT = 1e-9  # more than rounding makes of a probability


@kernel
def look_for_enemies(
    tick: int,
    seed: Word,
    replication: Word,
    unit_real: F64,
    unit_whole: I32,
    key: U64,
    sensor_real: F64,
    sensor_whole: I32,
    elevation: F32,
    block_peak: F32,
    wide_peak: F32,
    rules: F64,
    limits: I32,
    state_real: F64,
    state_whole: I32,
    look_whole: I32,
    contact_real: F64,
    contact_whole: I32,
    work_real: F64,
    work_whole: I32,
    top: F64,
    concealment: F32,
    weather: F64,
    jammer_real: F64,
    jammer_whole: I32,
    report_real: F64,
    report_whole: I32,
    world: I32,
    path_real: F64,
    path_whole: I32,
) -> int:
    """Take every look that is due. Returns how many contacts were touched.

    Reads the units in cells; mutates the next look of each sensor, the detection buffer (SEEN_*, TOUCHED) for units
    with a link, and the own latest detection (LOCAL*) of units without one or with late reports, which they send.
    A look that sweeps covers the paths since the last one, and goes by the nearest point. A target that stands in
    range, in view and in sight now is seen where it is; another is dead reckoned from where it was nearest.
    """
    n = unit_whole.shape[1]
    dt = rules[RP.DT_S]
    n_sides = limits[RW.N_SIDES]
    side = unit_whole[UW.SIDE]
    domain = unit_whole[UW.DOMAIN]
    sensor_first = unit_whole[UW.SENSOR_FIRST]
    signature = unit_real[UP.SIGNATURE]
    height = unit_real[UP.HEIGHT_M]
    rcs = unit_real[UP.RCS_M2]
    range_m = sensor_real[SP.RANGE_M]
    p_detect = sensor_real[SP.P_DETECT]
    law = sensor_real[SP.LAW]
    ln_pfa = sensor_real[SP.LN_PFA]
    error_m = sensor_real[SP.ERROR_M]
    error_per_m = sensor_real[SP.ERROR_PER_M]
    classify_m = sensor_real[SP.CLASSIFY_M]
    identify_m = sensor_real[SP.IDENTIFY_M]
    fov_cos = sensor_real[SP.FOV_COS]
    sensor_height = sensor_real[SP.HEIGHT_M]
    carrier = sensor_whole[SW.UNIT]
    kind = sensor_whole[SW.KIND]
    model = sensor_whole[SW.MODEL]
    period = sensor_whole[SW.PERIOD]
    domains = sensor_whole[SW.DOMAINS]
    needs_sight = sensor_whole[SW.NEEDS_SIGHT]
    optical = sensor_whole[SW.IS_OPTICAL]
    x = state_real[U.X]
    y = state_real[U.Y]
    z = state_real[U.Z]
    hx = state_real[U.HX]
    hy = state_real[U.HY]
    vx = state_real[U.VX]
    vy = state_real[U.VY]
    status = state_whole[W.STATUS]
    damage = state_whole[W.DAMAGE]
    linked = state_whole[W.LINKED]
    report_delay = state_whole[W.REPORT_DELAY]
    local = state_whole[W.LOCAL]
    next_tick = look_whole[S.NEXT_TICK]
    sorted_x = work_real[SR.UNIT_X]
    sorted_y = work_real[SR.UNIT_Y]
    start = work_whole[SI.UNIT_START]
    order = work_whole[SI.UNIT_ORDER]
    found = work_whole[SI.FOUND]
    shielded = work_whole[SI.SHIELDED]
    found_level = work_whole[SI.FOUND_LEVEL]
    found_error = work_real[SR.FOUND_ERROR]
    found_ago = work_whole[SI.FOUND_AGO]
    growth = rules[RP.CONTACT_GROWTH_MPS]
    emission_m = unit_real[UP.EMISSION_M]
    emcon = state_whole[W.EMCON]
    signature_top = top[SX.SIGNATURE]
    speed_top = top[SX.SPEED]
    speed_max = unit_real[UP.SPEED_MAX]
    turned = path_whole[PW.TURNED]
    awake = path_whole[PW.AWAKE]
    hold_s = rules[RP.CONTACT_HOLD_S]
    draws = stream_key(seed, replication, tick, Stream.DETECT)
    has_ground = elevation.shape[1] * elevation.shape[2] > 1
    n_touched = 0
    due = work_whole[SI.DUE]
    n_due = 0
    for q in range(next_tick.shape[0]):
        due[n_due] = q
        n_due += int(next_tick[q] <= tick)
    later = turns_ahead(n, n_due)
    for d in range(n_due):
        if d + later < n_due:
            q = due[d + later]
            prefetch_look(q, carrier[q], unit_whole, key, sensor_whole, state_real, state_whole)
        q = np.int64(due[d])
        k = np.int64(kind[q])
        i = np.int64(carrier[q])
        next_tick[q] = tick + period[k]  # a turn comes back every period, whether it was taken or not
        if status[i] != Status.ACTIVE:
            continue
        first = sensor_first[i]
        is_prompt = linked[i] != 0 and report_delay[i] == 0
        if (damage[i] & Damage.SENSOR) != 0:
            continue
        law_of = model[k]
        if law_of == SensorModel.RADAR and emcon[i] == Emcon.SILENT:
            continue
        is_cube = law_of == SensorModel.INVERSE_CUBE
        is_swept = law_of == SensorModel.COOKIE_CUTTER or is_cube
        is_sonar = law_of == SensorModel.SONAR_PASSIVE or law_of == SensorModel.SONAR_ACTIVE
        span = np.int64(1)
        own_m = 0.0
        reach = range_m[k]
        ln_light = 0.0
        extinction = 0.0
        noise_db = 0.0
        water_m = 0.0
        share = 1.0
        if law_of == SensorModel.ELECTRO_OPTICAL or optical[k] == 1:
            night = sensor_real[SP.NIGHT, k]
            ln_light = logarithm(night + (1.0 - night) * weather[WX.LIGHT])
            extinction = sensor_real[SP.HAZE, k] * weather[WX.HAZE] + weather[WX.RAIN]
            if ln_light == -np.inf:
                continue  # a day camera in the dark
            share = optical_range_share(reach, ln_light, extinction)
        if is_swept:
            if period[k] > 1:
                span = max(min(np.int64(period[k]), tick + 1 - awake[i]), 1)
            own_speed = math.sqrt(vx[i] * vx[i] + vy[i] * vy[i])
            if span > 1 and tick + 1 - turned[i] < span:
                own_speed = speed_max[i]
            own_m = own_speed * span * dt
            reach = reach * share * signature_top + own_m + speed_top * span * dt
        elif is_sonar:
            own = sensor_real[SP.NOISE_OWN, k] * sixth_power(vx[i] * vx[i] + vy[i] * vy[i])
            water_m = ground_m(elevation, rules, x[i], y[i])
            sea = sensor_real[SP.NOISE_WIND, k] * weather[WX.NOISE]
            noise_db = decibels(sensor_real[SP.NOISE_CALM, k] + sea + own)
        n_found = 0
        for band in range(n_sides):
            if band != side[i]:
                n_found = gather_in_range(
                    start, sorted_x, sorted_y, band, rules, limits, x[i], y[i], reach, found, n_found
                )
        n_heard = 0
        if law_of == SensorModel.RADAR and jammer_whole.shape[1] > 0 and n_found > 0:
            n_heard = hear_jammers(
                i, q, unit_real, unit_whole, sensor_real, jammer_real, jammer_whole, elevation, block_peak, wide_peak,
                rules, state_real, state_whole, work_real,
            )  # fmt: skip
        if n >= MANY_UNITS:
            for f in range(n_found):
                j = order[found[f]]
                prefetch_target(
                    j, side[i] * n + j, unit_real, unit_whole, key, state_real, contact_real, contact_whole, work_whole
                )  # fmt: skip
        nearest_sq = np.inf
        local_ago = np.int64(0)
        n_seen = np.int64(0)  # by a unit that has no link or whose reports take time
        for f in range(n_found):
            place = found[f]
            dx = sorted_x[place] - x[i]
            dy = sorted_y[place] - y[i]
            range_sq = dx * dx + dy * dy
            j = np.int64(order[place])
            if ((domains[k] >> domain[j]) & 1) == 0:
                continue
            distance = math.sqrt(range_sq)
            near_m = distance
            closest_sq = range_sq
            limit = range_m[k]
            if is_swept:
                limit *= share * signature[j]
                near_m = max(distance - own_m - speed_max[j] * span * dt, 0.0)  # no point of the paths is nearer
                if near_m > limit:
                    continue
                closest_sq = near_m * near_m * _ROUNDED
            if closest_sq > nearest_sq and linked[i] == 0:
                continue  # without a link only the nearest is remembered
            error = error_m[k] + error_per_m[k] * near_m
            level = Level.DETECTED
            if law_of == SensorModel.ELECTRO_OPTICAL:
                dz = z[i] - height[i] + sensor_height[k] - z[j]
                ln_contrast = ln_light + unit_real[UP.LN_CONTRAST, j]
                slant_m = math.sqrt(range_sq + dz * dz)
                cycles = resolved_cycles(unit_real[UP.CRITICAL_M, j], law[k], slant_m, ln_contrast, extinction)
                if has_ground and needs_sight[k] == 1 and domain[j] == Domain.LAND:
                    row, column = raster_cell(rules, concealment.shape[0], concealment.shape[1], x[j], y[j])
                    cycles *= concealment[row, column]
                level = imaged_level(
                    cycles, p_detect[k], sensor_real[SP.N50_DETECT, k], sensor_real[SP.N50_CLASSIFY, k],
                    sensor_real[SP.N50_IDENTIFY, k], draw(draws, key[i] + np.uint64(q - first), key[j]),
                )  # fmt: skip
                if level == Level.NONE:
                    continue
            else:
                level = ranged_level(near_m, classify_m[k] * share, identify_m[k] * share)
            c = side[i] * n + j
            if is_prompt and is_known(tick, c, error, level, rules, contact_real, contact_whole, work_real, work_whole):
                continue
            is_in_view = fov_cos[k] <= -1.0 or dx * hx[i] + dy * hy[i] >= fov_cos[k] * distance
            if not is_in_view and not is_swept:
                continue
            ago = np.int64(0)  # ticks since the sighting
            past = np.int64(0)  # ticks since the end of the one in which the target was nearest
            back = 0.0  # ticks since it was nearest
            near_sq = range_sq
            step_m = 0.0
            rate = 0.0
            is_here = True
            here_level = level
            if law_of == SensorModel.RADAR:
                strength = law[k]
                if n_heard > 0:
                    strength /= jammed_noise(
                        n_heard, dx, dy, distance, sensor_real[SP.BEAM_COS, k], sensor_real[SP.SIDELOBE, k], work_real
                    )
                u = draw(draws, key[i] + np.uint64(q - first), key[j])
                if range_sq > 0.0 and not is_radar_detection(u, strength, rcs[j], range_sq, ln_pfa[k]):
                    continue
                p = 1.0
            elif is_swept:
                if is_cube:
                    rate = law[k] * (share * signature[j]) * (share * signature[j])
                    # if they had been as near as they can have been all the time: most are ruled out by that
                    closest_m = near_m - _SLACK_M
                    most = _ROUGHLY * rate * span * dt
                    if closest_m > 0.0 and most < closest_m * closest_m * closest_m:
                        u = draw(draws, key[i] + np.uint64(q - first), key[j])
                        if u >= most / (closest_m * closest_m * closest_m) + _SLIGHT:
                            continue
                plain = limit
                if has_ground and needs_sight[k] == 1 and domain[j] == Domain.LAND:
                    row, column = raster_cell(rules, concealment.shape[0], concealment.shape[1], x[j], y[j])
                    plain *= concealment[row, column]
                is_here = is_in_view and distance <= plain
                here_level = ranged_level(distance, classify_m[k] * share, identify_m[k] * share)
                step_m = own_m / span + speed_max[j] * dt
                p = p_detect[k]
                if is_cube or not is_here or here_level < level:
                    exposure, near_sq, back, past = sweep_target(
                        i, j, k, tick, span, limit, step_m, rate, sensor_real, rules, limits, state_real, path_real,
                        path_whole,
                    )  # fmt: skip
                    if is_cube:
                        p = 1.0 - exponential(-exposure)
                    if is_here:
                        near_sq = min(near_sq, range_sq)
                near_m = math.sqrt(near_sq)
                if near_m == np.inf:
                    continue
                level = ranged_level(near_m, classify_m[k] * share, identify_m[k] * share)
                error = error_m[k] + error_per_m[k] * distance
                if not is_here:
                    error = grown_error_m(error_m[k] + error_per_m[k] * near_m, past * dt, growth)
                if is_prompt and is_known(
                    tick, c, error, level, rules, contact_real, contact_whole, work_real, work_whole
                ):
                    continue
            elif law_of == SensorModel.ELECTRO_OPTICAL:
                p = 1.0  # drawn above, with the level
            elif law_of == SensorModel.ESM:
                if distance > law[k] * emission_m[j] or (damage[j] & Damage.SENSOR) != 0:
                    continue
                if emcon[j] == Emcon.SILENT:
                    continue
                p = p_detect[k]
            elif is_sonar:
                dz = min(z[i] - height[i] + sensor_height[k], water_m) - min(z[j], water_m)
                level_db = law[k]
                if law_of == SensorModel.SONAR_ACTIVE:
                    level_db += unit_real[UP.TARGET_STRENGTH_DB, j]
                else:
                    moved = unit_real[UP.SOURCE_SPEED, j] * sixth_power(vx[j] * vx[j] + vy[j] * vy[j])
                    level_db += decibels(unit_real[UP.SOURCE_REST, j] + moved)
                excess_db = signal_excess_db(
                    level_db, noise_db, sensor_real[SP.SPREADING, k], sensor_real[SP.ABSORPTION, k], range_sq + dz * dz
                )  # fmt: skip
                p = sonar_p(excess_db, sensor_real[SP.SIGMA_DB, k])
            else:
                continue  # a model without a law sees nothing
            # the draw first: a line of sight costs far more
            if p < 1.0 and draw(draws, key[i] + np.uint64(q - first), key[j]) >= p:
                continue
            is_hidden = False
            if needs_sight[k] == 1 and is_here:
                own_z = z[i] - height[i] + sensor_height[k]
                is_here = is_visible(
                    elevation, block_peak, wide_peak, rules, x[i], y[i], own_z, sorted_x[place], sorted_y[place], z[j]
                )
                is_hidden = not is_here
            if is_swept:
                if is_hidden and not is_cube and here_level == level:
                    _, near_sq, back, past = sweep_target(
                        i, j, k, tick, span, limit, step_m, rate, sensor_real, rules, limits, state_real, path_real,
                        path_whole,
                    )  # fmt: skip
                    level = ranged_level(math.sqrt(near_sq), classify_m[k] * share, identify_m[k] * share)
                has_past = back > 0.0 and (not is_here or here_level < level)
                if is_hidden and back >= span:
                    has_past = False  # the last look has seen what stood in sight then
                if has_past and needs_sight[k] == 1:
                    has_past = was_in_sight(
                        i, j, k, tick, back, limit, unit_real, sensor_real, elevation, block_peak, wide_peak,
                        concealment, domain[j] == Domain.LAND, rules, limits, state_real, path_real, path_whole,
                    )  # fmt: skip
                if is_here:
                    level = level if has_past else here_level
                elif has_past and past * dt <= hold_s:
                    ago = past
                    range_sq = near_sq
                    error = grown_error_m(error_m[k] + error_per_m[k] * math.sqrt(near_sq), ago * dt, growth)
                else:
                    continue
            elif not is_here:
                continue
            if is_prompt:
                n_touched = take_sighting(i, c, error, ago, np.int64(level), n_touched, key, work_real, work_whole)
                continue
            found[n_seen] = j  # what stood there has been read
            found_level[n_seen] = level
            found_error[n_seen] = error
            found_ago[n_seen] = ago
            n_seen += 1
            if shielded[c] != 0:
                range_sq += _BEYOND_SQ
            if range_sq < nearest_sq or (range_sq == nearest_sq and key[j] < key[local[i]]):
                nearest_sq = range_sq
                local[i] = j
                local_ago = ago
                state_whole[W.LOCAL_LEVEL, i] = level
                state_real[U.LOCAL_ERROR_M, i] = error
        if n_seen > 0 and linked[i] != 0:
            report_sightings(
                tick, seed, replication, i, n_seen, unit_whole, key, rules, state_real, state_whole, contact_real,
                contact_whole, report_real, report_whole, world, work_real, work_whole, limits, path_real, path_whole,
            )  # fmt: skip
        if nearest_sq < np.inf:
            remember(
                tick, seed, replication, i, local_ago, unit_whole, key, rules, limits, state_real, state_whole,
                path_real, path_whole,
            )  # fmt: skip
    return n_touched
