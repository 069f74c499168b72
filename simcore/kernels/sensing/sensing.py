"""Sensing: the scans and detections of a tick. Detections are buffered; ``contacts`` commits them."""

import math

import numpy as np

from simcore.compiling.jit import kernel
from simcore.kernels.ground.terrain import ground_m, is_visible, raster_cell
from simcore.kernels.mathematics.approximations import exponential, logarithm
from simcore.kernels.mathematics.neighbours import gather_in_range
from simcore.kernels.network.jamming import jammed_noise, list_jammers
from simcore.kernels.picture.contacts import grown_error_m, take_sighting
from simcore.kernels.picture.sightings import is_known, report_sightings, store_local_contact
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
from simcore.kinds import Contacts, Ground, Jammers, Messages, Moment, Paths, Rules, Sensors, Units
from simcore.params import RuleR, RuleW, SensorSpecR, SensorSpecW, UnitSpecR, UnitSpecW
from simcore.rng import Stream, draw, stream_key
from simcore.scratch import Scratch, ScratchR, ScratchTop, ScratchW
from simcore.state import PathW, SensorW, UnitR, UnitW
from simcore.surroundings import WeatherR
from simcore.types import F64, I32, Damage, Domain, Emcon, Level, SensorModel, Status

_ROUNDED = 1.0 - 1e-12  # so that rounding excludes neither of two targets at equal distance
_BEYOND_SQ = 1e18  # [m2]: beyond all distances
_SLACK_M = 1e-3  # above the rounding error of the distances by which targets are excluded
_ROUGHLY = 4.0  # above the relative rounding error of an exposure, a small difference on equal courses
_SLIGHT = 1e-9  # above the rounding error of a probability


@kernel
def look_for_enemies(
    now: Moment,
    units: Units,
    sensors: Sensors,
    ground: Ground,
    rules: Rules,
    contacts: Contacts,
    work: Scratch,
    weather: F64,
    jammers: Jammers,
    messages: Messages,
    world: I32,
    paths: Paths,
) -> int:
    """Carry out all scans that are due. Returns the number of contacts touched.

    Reads the units in cells; mutates the next scan of each sensor, the detection buffer (SEEN_*, TOUCHED) for units
    with a link, and the latest own detection (LOCAL*) of units without a link or with delayed reports, which they send.
    A swept scan covers the paths since the previous scan and uses the nearest point. A target now in range, in view and
    in line of sight is seen at its position; any other is dead reckoned from its nearest point.
    """
    n = units.spec_whole.shape[1]
    dt = rules.real[RuleR.DT_S]
    n_sides = rules.whole[RuleW.N_SIDES]
    side = units.spec_whole[UnitSpecW.SIDE]
    domain = units.spec_whole[UnitSpecW.DOMAIN]
    sensor_first = units.spec_whole[UnitSpecW.SENSOR_FIRST]
    signature = units.spec_real[UnitSpecR.SIGNATURE]
    height = units.spec_real[UnitSpecR.HEIGHT_M]
    rcs = units.spec_real[UnitSpecR.RCS_M2]
    range_m = sensors.spec_real[SensorSpecR.RANGE_M]
    p_detect = sensors.spec_real[SensorSpecR.P_DETECT]
    law = sensors.spec_real[SensorSpecR.LAW]
    ln_pfa = sensors.spec_real[SensorSpecR.LN_PFA]
    error_m = sensors.spec_real[SensorSpecR.ERROR_M]
    error_per_m = sensors.spec_real[SensorSpecR.ERROR_PER_M]
    classify_m = sensors.spec_real[SensorSpecR.CLASSIFY_M]
    identify_m = sensors.spec_real[SensorSpecR.IDENTIFY_M]
    fov_cos = sensors.spec_real[SensorSpecR.FOV_COS]
    sensor_height = sensors.spec_real[SensorSpecR.HEIGHT_M]
    carrier = sensors.spec_whole[SensorSpecW.UNIT]
    kind = sensors.spec_whole[SensorSpecW.KIND]
    model = sensors.spec_whole[SensorSpecW.MODEL]
    period = sensors.spec_whole[SensorSpecW.PERIOD]
    domains = sensors.spec_whole[SensorSpecW.DOMAINS]
    needs_sight = sensors.spec_whole[SensorSpecW.NEEDS_SIGHT]
    optical = sensors.spec_whole[SensorSpecW.IS_OPTICAL]
    x = units.real[UnitR.X]
    y = units.real[UnitR.Y]
    z = units.real[UnitR.Z]
    hx = units.real[UnitR.HX]
    hy = units.real[UnitR.HY]
    vx = units.real[UnitR.VX]
    vy = units.real[UnitR.VY]
    status = units.whole[UnitW.STATUS]
    damage = units.whole[UnitW.DAMAGE]
    linked = units.whole[UnitW.LINKED]
    report_delay = units.whole[UnitW.REPORT_DELAY]
    local = units.whole[UnitW.LOCAL]
    next_tick = sensors.whole[SensorW.NEXT_TICK]
    sorted_x = work.real[ScratchR.UNIT_X]
    sorted_y = work.real[ScratchR.UNIT_Y]
    start = work.whole[ScratchW.UNIT_START]
    order = work.whole[ScratchW.UNIT_ORDER]
    found = work.whole[ScratchW.FOUND]
    shielded = work.whole[ScratchW.SHIELDED]
    found_level = work.whole[ScratchW.FOUND_LEVEL]
    found_error = work.real[ScratchR.FOUND_ERROR]
    found_ago = work.whole[ScratchW.FOUND_AGO]
    growth = rules.real[RuleR.CONTACT_GROWTH_MPS]
    emission_m = units.spec_real[UnitSpecR.EMISSION_M]
    emcon = units.whole[UnitW.EMCON]
    signature_top = work.top[ScratchTop.SIGNATURE]
    speed_top = work.top[ScratchTop.SPEED]
    speed_max = units.spec_real[UnitSpecR.SPEED_MAX]
    turned = paths.whole[PathW.TURNED]
    awake = paths.whole[PathW.AWAKE]
    hold_s = rules.real[RuleR.CONTACT_HOLD_S]
    draws = stream_key(now.seed, now.replication, now.tick, Stream.DETECT)
    has_ground = ground.relief.shape[1] * ground.relief.shape[2] > 1
    n_touched = 0
    due = work.whole[ScratchW.DUE]
    n_due = 0
    for q in range(next_tick.shape[0]):
        due[n_due] = q
        n_due += int(next_tick[q] <= now.tick)
    later = turns_ahead(n, n_due)
    for d in range(n_due):
        if d + later < n_due:
            q = due[d + later]
            prefetch_look(q, carrier[q], units, sensors)
        q = np.int64(due[d])
        k = np.int64(kind[q])
        i = np.int64(carrier[q])
        next_tick[q] = now.tick + period[k]  # a turn recurs every period, whether it was taken or not
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
            night = sensors.spec_real[SensorSpecR.NIGHT, k]
            ln_light = logarithm(night + (1.0 - night) * weather[WeatherR.LIGHT])
            extinction = sensors.spec_real[SensorSpecR.HAZE, k] * weather[WeatherR.HAZE] + weather[WeatherR.RAIN]
            if ln_light == -np.inf:
                continue  # a day camera in the dark
            share = optical_range_share(reach, ln_light, extinction)
        if is_swept:
            if period[k] > 1:
                span = max(min(np.int64(period[k]), now.tick + 1 - awake[i]), 1)
            own_speed = math.sqrt(vx[i] * vx[i] + vy[i] * vy[i])
            if span > 1 and now.tick + 1 - turned[i] < span:
                own_speed = speed_max[i]
            own_m = own_speed * span * dt
            reach = reach * share * signature_top + own_m + speed_top * span * dt
        elif is_sonar:
            own = sensors.spec_real[SensorSpecR.NOISE_OWN, k] * sixth_power(vx[i] * vx[i] + vy[i] * vy[i])
            water_m = ground_m(ground.relief, rules.real, x[i], y[i])
            sea = sensors.spec_real[SensorSpecR.NOISE_WIND, k] * weather[WeatherR.NOISE]
            noise_db = decibels(sensors.spec_real[SensorSpecR.NOISE_CALM, k] + sea + own)
        n_found = 0
        for band in range(n_sides):
            if band != side[i]:
                n_found = gather_in_range(start, sorted_x, sorted_y, band, rules, x[i], y[i], reach, found, n_found)
        n_received = 0
        if law_of == SensorModel.RADAR and jammers.spec_whole.shape[1] > 0 and n_found > 0:
            n_received = list_jammers(i, q, units, sensors, jammers, ground, rules, work)
        if n >= MANY_UNITS:
            for f in range(n_found):
                j = order[found[f]]
                prefetch_target(j, side[i] * n + j, units, contacts, work)
        nearest_sq = np.inf
        local_ago = np.int64(0)
        n_seen = np.int64(0)  # by a unit without a link or with delayed reports
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
                near_m = max(distance - own_m - speed_max[j] * span * dt, 0.0)  # a lower bound over the paths
                if near_m > limit:
                    continue
                closest_sq = near_m * near_m * _ROUNDED
            if closest_sq > nearest_sq and linked[i] == 0:
                continue  # without a link only the nearest is stored
            error = error_m[k] + error_per_m[k] * near_m
            level = Level.DETECTED
            if law_of == SensorModel.ELECTRO_OPTICAL:
                dz = z[i] - height[i] + sensor_height[k] - z[j]
                ln_contrast = ln_light + units.spec_real[UnitSpecR.LN_CONTRAST, j]
                slant_m = math.sqrt(range_sq + dz * dz)
                cycles = resolved_cycles(
                    units.spec_real[UnitSpecR.CRITICAL_M, j], law[k], slant_m, ln_contrast, extinction
                )
                if has_ground and needs_sight[k] == 1 and domain[j] == Domain.LAND:
                    row, column = raster_cell(
                        rules.real, ground.concealment.shape[0], ground.concealment.shape[1], x[j], y[j]
                    )
                    cycles *= ground.concealment[row, column]
                level = imaged_level(
                    cycles,
                    p_detect[k],
                    sensors.spec_real[SensorSpecR.N50_DETECT, k],
                    sensors.spec_real[SensorSpecR.N50_CLASSIFY, k],
                    sensors.spec_real[SensorSpecR.N50_IDENTIFY, k],
                    draw(draws, units.key[i] + np.uint64(q - first), units.key[j]),
                )
                if level == Level.NONE:
                    continue
            else:
                level = ranged_level(near_m, classify_m[k] * share, identify_m[k] * share)
            c = side[i] * n + j
            if is_prompt and is_known(now.tick, c, error, level, rules, contacts, work):
                continue
            is_in_view = fov_cos[k] <= -1.0 or dx * hx[i] + dy * hy[i] >= fov_cos[k] * distance
            if not is_in_view and not is_swept:
                continue
            ago = np.int64(0)  # ticks since the sighting
            past = np.int64(0)  # ticks since the end of the tick in which the target was nearest
            back = 0.0  # ticks since it was nearest
            near_sq = range_sq
            step_m = 0.0
            rate = 0.0
            is_here = True
            here_level = level
            if law_of == SensorModel.RADAR:
                strength = law[k]
                if n_received > 0:
                    strength /= jammed_noise(
                        n_received,
                        dx,
                        dy,
                        distance,
                        sensors.spec_real[SensorSpecR.BEAM_COS, k],
                        sensors.spec_real[SensorSpecR.SIDELOBE, k],
                        work.real,
                    )
                u = draw(draws, units.key[i] + np.uint64(q - first), units.key[j])
                if range_sq > 0.0 and not is_radar_detection(u, strength, rcs[j], range_sq, ln_pfa[k]):
                    continue
                p = 1.0
            elif is_swept:
                if is_cube:
                    rate = law[k] * (share * signature[j]) * (share * signature[j])
                    # bound on the exposure at the smallest possible distance: it excludes most targets
                    closest_m = near_m - _SLACK_M
                    most = _ROUGHLY * rate * span * dt
                    if closest_m > 0.0 and most < closest_m * closest_m * closest_m:
                        u = draw(draws, units.key[i] + np.uint64(q - first), units.key[j])
                        if u >= most / (closest_m * closest_m * closest_m) + _SLIGHT:
                            continue
                plain = limit
                if has_ground and needs_sight[k] == 1 and domain[j] == Domain.LAND:
                    row, column = raster_cell(
                        rules.real, ground.concealment.shape[0], ground.concealment.shape[1], x[j], y[j]
                    )
                    plain *= ground.concealment[row, column]
                is_here = is_in_view and distance <= plain
                here_level = ranged_level(distance, classify_m[k] * share, identify_m[k] * share)
                step_m = own_m / span + speed_max[j] * dt
                p = p_detect[k]
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
                    continue
                level = ranged_level(near_m, classify_m[k] * share, identify_m[k] * share)
                error = error_m[k] + error_per_m[k] * distance
                if not is_here:
                    error = grown_error_m(error_m[k] + error_per_m[k] * near_m, past * dt, growth)
                if is_prompt and is_known(now.tick, c, error, level, rules, contacts, work):
                    continue
            elif law_of == SensorModel.ELECTRO_OPTICAL:
                p = 1.0  # already drawn above, with the level
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
                    level_db += units.spec_real[UnitSpecR.TARGET_STRENGTH_DB, j]
                else:
                    moved = units.spec_real[UnitSpecR.SOURCE_SPEED, j] * sixth_power(vx[j] * vx[j] + vy[j] * vy[j])
                    level_db += decibels(units.spec_real[UnitSpecR.SOURCE_REST, j] + moved)
                excess_db = signal_excess_db(
                    level_db,
                    noise_db,
                    sensors.spec_real[SensorSpecR.SPREADING, k],
                    sensors.spec_real[SensorSpecR.ABSORPTION, k],
                    range_sq + dz * dz,
                )
                p = sonar_p(excess_db, sensors.spec_real[SensorSpecR.SIGMA_DB, k])
            else:
                continue  # a model without a law detects nothing
            # draw first: a line of sight costs far more
            if p < 1.0 and draw(draws, units.key[i] + np.uint64(q - first), units.key[j]) >= p:
                continue
            is_hidden = False
            if needs_sight[k] == 1 and is_here:
                own_z = z[i] - height[i] + sensor_height[k]
                is_here = is_visible(ground, rules, x[i], y[i], own_z, sorted_x[place], sorted_y[place], z[j])
                is_hidden = not is_here
            if is_swept:
                if is_hidden and not is_cube and here_level == level:
                    _, near_sq, back, past = sweep_target(
                        i, j, k, now.tick, span, limit, step_m, rate, sensors, rules, units, paths
                    )
                    level = ranged_level(math.sqrt(near_sq), classify_m[k] * share, identify_m[k] * share)
                has_past = back > 0.0 and (not is_here or here_level < level)
                if is_hidden and back >= span:
                    has_past = False  # at that time the previous scan has covered the target
                if has_past and needs_sight[k] == 1:
                    has_past = was_in_sight(
                        i, j, k, now.tick, back, limit, units, sensors, ground, domain[j] == Domain.LAND, rules, paths
                    )
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
                n_touched = take_sighting(i, c, error, ago, np.int64(level), n_touched, units, work)
                continue
            found[n_seen] = j  # overwrites an entry already read
            found_level[n_seen] = level
            found_error[n_seen] = error
            found_ago[n_seen] = ago
            n_seen += 1
            if shielded[c] != 0:
                range_sq += _BEYOND_SQ
            if range_sq < nearest_sq or (range_sq == nearest_sq and units.key[j] < units.key[local[i]]):
                nearest_sq = range_sq
                local[i] = j
                local_ago = ago
                units.whole[UnitW.LOCAL_LEVEL, i] = level
                units.real[UnitR.LOCAL_ERROR_M, i] = error
        if n_seen > 0 and linked[i] != 0:
            report_sightings(now, i, n_seen, units, rules, contacts, messages, world, work, paths)
        if nearest_sq < np.inf:
            store_local_contact(now, i, local_ago, units, rules, paths)
    return n_touched
