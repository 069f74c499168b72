"""Sensing: who sees whom this tick. Detections go into a buffer; ``contacts`` commits them."""

import math

import numpy as np
from numba import njit

from simcore.kernels.approximations import exponential, normal_quantile
from simcore.kernels.geometry import closest_approach_sq
from simcore.kernels.neighbours import gather_in_range
from simcore.kernels.terrain import ground_m, is_visible, raster_cell
from simcore.params import RP, RW, SP, SW, UP, UW, Block, Terrain
from simcore.rng import Stream, draw, stream_key
from simcore.scratch import SI, SR, SX, Scratch
from simcore.state import Cells, S, U, W
from simcore.types import F64, I32, U64, Damage, Domain, Level, SensorModel, Status


@njit(cache=True, error_model="numpy")
def radar_p(law: float, rcs: float, range_sq: float, ln_pfa: float) -> float:
    """Return the single-look detection probability of a Swerling 1 target at a squared range [m2].

    snr = law * rcs / R^4 and Pd = Pfa^(1 / (1 + snr)). Source: Swerling 1954; Skolnik, Introduction to
    Radar Systems, sect. 2.
    """
    snr = law * rcs / (range_sq * range_sq)
    return exponential(ln_pfa / (1.0 + snr))


@njit(cache=True, error_model="numpy")
def inverse_cube_exposure(law: float, dx: float, dy: float, ux: float, uy: float, span_s: float) -> float:
    """Return the integral of K / r^3 over the last ``span_s`` seconds of straight relative motion.

    (dx, dy) is the relative position now [m], (ux, uy) the relative velocity [m/s]. On a line with
    closest approach b the integral of (b^2 + x^2)^(-3/2) is x / (b^2 sqrt(b^2 + x^2)). Source: Koopman,
    Search and Screening, 1946; the probability of detection is 1 - exp(-exposure).
    """
    now_sq = dx * dx + dy * dy
    speed = math.sqrt(ux * ux + uy * uy)
    if speed * span_s < 1e-6 * math.sqrt(now_sq) + 1e-9:
        if now_sq <= 0.0:
            return np.inf
        return law * span_s / (now_sq * math.sqrt(now_sq))
    along = (dx * ux + dy * uy) / speed  # place on the line now; span_s ago it was smaller by speed * span_s
    before = along - speed * span_s
    miss_sq = now_sq - along * along
    if miss_sq < 1e-9 * now_sq:
        miss_sq = 0.0
    if miss_sq <= 0.0:
        if before <= 0.0 <= along:
            return np.inf
        # straight towards or away: the integral of x^-3
        return law / (2.0 * speed) * abs(1.0 / (before * before) - 1.0 / (along * along))
    high = along / math.sqrt(miss_sq + along * along)
    low = before / math.sqrt(miss_sq + before * before)
    return law * (high - low) / (miss_sq * speed)


@njit(cache=True, error_model="numpy")
def look_for_enemies(
    r: int,
    tick: int,
    seed: np.uint64,
    replication: np.uint64,
    units: Block,
    key: U64,
    sensors: Block,
    terrain: Terrain,
    rules: F64,
    limits: I32,
    state: Cells,
    looks: Cells,
    scratch: Scratch,
) -> int:
    """Take every look that is due. Returns how many contacts were touched.

    Reads the units in cells; mutates the next look of each sensor, the detection buffer (SEEN_*,
    TOUCHED) for units with a link, and the own latest detection (LOCAL*) of units without one.
    """
    n = units.whole.shape[1]
    dt = rules[RP.DT_S]
    n_sides = limits[RW.N_SIDES]
    side = units.whole[UW.SIDE]
    domain = units.whole[UW.DOMAIN]
    sensor_first = units.whole[UW.SENSOR_FIRST]
    sensor_count = units.whole[UW.SENSOR_COUNT]
    signature = units.real[UP.SIGNATURE]
    height = units.real[UP.HEIGHT_M]
    rcs = units.real[UP.RCS_M2]
    range_m = sensors.real[SP.RANGE_M]
    p_detect = sensors.real[SP.P_DETECT]
    law = sensors.real[SP.LAW]
    ln_pfa = sensors.real[SP.LN_PFA]
    error_m = sensors.real[SP.ERROR_M]
    error_per_m = sensors.real[SP.ERROR_PER_M]
    classify_m = sensors.real[SP.CLASSIFY_M]
    identify_m = sensors.real[SP.IDENTIFY_M]
    fov_cos = sensors.real[SP.FOV_COS]
    sensor_height = sensors.real[SP.HEIGHT_M]
    model = sensors.whole[SW.MODEL]
    period = sensors.whole[SW.PERIOD]
    domains = sensors.whole[SW.DOMAINS]
    needs_sight = sensors.whole[SW.NEEDS_SIGHT]
    x = state.real[r, U.X]
    y = state.real[r, U.Y]
    hx = state.real[r, U.HX]
    hy = state.real[r, U.HY]
    vx = state.real[r, U.VX]
    vy = state.real[r, U.VY]
    status = state.whole[r, W.STATUS]
    damage = state.whole[r, W.DAMAGE]
    linked = state.whole[r, W.LINKED]
    local = state.whole[r, W.LOCAL]
    next_tick = looks.whole[r, S.NEXT_TICK]
    sorted_x = scratch.real[SR.UNIT_X]
    sorted_y = scratch.real[SR.UNIT_Y]
    start = scratch.whole[SI.UNIT_START]
    order = scratch.whole[SI.UNIT_ORDER]
    found = scratch.whole[SI.FOUND]
    seen_error = scratch.real[SR.SEEN_ERROR]
    seen_by = scratch.whole[SI.SEEN_BY]
    seen_level = scratch.whole[SI.SEEN_LEVEL]
    touched = scratch.whole[SI.TOUCHED]
    signature_top = scratch.top[SX.SIGNATURE]
    speed_top = scratch.top[SX.SPEED]
    draws = stream_key(seed, replication, tick, Stream.DETECT)
    has_ground = terrain.elevation_m.shape[0] * terrain.elevation_m.shape[1] > 1
    n_touched = 0
    for i in range(n):
        if sensor_count[i] == 0 or status[i] != Status.ACTIVE:
            continue
        first = sensor_first[i]
        for q in range(first, first + sensor_count[i]):
            if next_tick[q] > tick:
                continue
            next_tick[q] = tick + period[q]
            if (damage[i] & Damage.SENSOR) != 0:
                continue
            law_of = model[q]
            span_s = period[q] * dt
            reach = range_m[q]
            if law_of != SensorModel.RADAR:
                reach = reach * signature_top + (math.sqrt(vx[i] * vx[i] + vy[i] * vy[i]) + speed_top) * span_s
            n_found = 0
            for band in range(n_sides):
                if band != side[i]:
                    n_found = gather_in_range(
                        start, sorted_x, sorted_y, band, rules, limits, x[i], y[i], reach, found, n_found
                    )
            nearest_sq = np.inf
            own_z = -1.0e9
            for f in range(n_found):
                j = order[found[f]]
                if ((domains[q] >> domain[j]) & 1) == 0:
                    continue
                dx = x[j] - x[i]
                dy = y[j] - y[i]
                range_sq = dx * dx + dy * dy
                if fov_cos[q] > -1.0:
                    ahead = dx * hx[i] + dy * hy[i]
                    if ahead < fov_cos[q] * math.sqrt(range_sq):
                        continue
                if law_of == SensorModel.RADAR:
                    if range_sq > 0.0:
                        p = radar_p(law[q], rcs[j], range_sq, ln_pfa[q])
                    else:
                        p = 1.0
                else:
                    limit = range_m[q] * signature[j]
                    if has_ground and needs_sight[q] == 1 and domain[j] == Domain.LAND:
                        row, column = raster_cell(
                            rules, terrain.concealment.shape[0], terrain.concealment.shape[1], x[j], y[j]
                        )
                        limit *= terrain.concealment[row, column]
                    ux = vx[j] - vx[i]
                    uy = vy[j] - vy[i]
                    if closest_approach_sq(dx, dy, ux, uy, span_s) > limit * limit:
                        continue
                    if law_of == SensorModel.COOKIE_CUTTER:
                        p = p_detect[q]
                    else:
                        ratio = signature[j]
                        p = 1.0 - exponential(-inverse_cube_exposure(law[q] * ratio * ratio, dx, dy, ux, uy, span_s))
                # the cheap draw first: a line of sight costs far more
                if p < 1.0 and draw(draws, key[i] + np.uint64(q - first), key[j]) >= p:
                    continue
                if needs_sight[q] == 1:
                    if own_z < -1.0e8:
                        own_z = ground_m(terrain.elevation_m, rules, x[i], y[i]) + sensor_height[q]
                    target_z = ground_m(terrain.elevation_m, rules, x[j], y[j]) + height[j]
                    if not is_visible(
                        terrain.elevation_m, terrain.block_peak_m, rules, x[i], y[i], own_z, x[j], y[j], target_z
                    ):
                        continue
                distance = math.sqrt(range_sq)
                error = error_m[q] + error_per_m[q] * distance
                level = Level.DETECTED
                if distance <= identify_m[q]:
                    level = Level.IDENTIFIED
                elif distance <= classify_m[q]:
                    level = Level.CLASSIFIED
                if linked[i] != 0:
                    c = side[i] * n + j
                    other = seen_by[c]
                    if other < 0:
                        touched[n_touched] = c
                        n_touched += 1
                        seen_by[c] = i
                        seen_error[c] = error
                        seen_level[c] = level
                    else:
                        if error < seen_error[c] or (error == seen_error[c] and key[i] < key[other]):
                            seen_by[c] = i
                            seen_error[c] = error
                        if level > seen_level[c]:
                            seen_level[c] = level
                elif range_sq < nearest_sq or (range_sq == nearest_sq and key[j] < key[local[i]]):
                    nearest_sq = range_sq
                    local[i] = j
                    state.whole[r, W.LOCAL_LEVEL, i] = level
                    state.real[r, U.LOCAL_ERROR_M, i] = error
            if nearest_sq < np.inf:
                remember(r, tick, seed, replication, i, key, state)
    return n_touched


@njit(cache=True, error_model="numpy")
def remember(r: int, tick: int, seed: np.uint64, replication: np.uint64, i: int, key: U64, state: Cells) -> None:
    """Keep what a unit without a link sees with its own sensors: the nearest target of its last look."""
    j = state.whole[r, W.LOCAL, i]
    error = state.real[r, U.LOCAL_ERROR_M, i]
    noise = stream_key(seed, replication, tick, Stream.NOISE)
    state.whole[r, W.LOCAL_TICK, i] = tick
    state.real[r, U.LOCAL_X, i] = state.real[r, U.X, j] + normal_quantile(draw(noise, key[i], key[j])) * error
    state.real[r, U.LOCAL_Y, i] = state.real[r, U.Y, j] + normal_quantile(draw(noise, key[j], key[i])) * error
    state.real[r, U.LOCAL_VX, i] = state.real[r, U.VX, j]
    state.real[r, U.LOCAL_VY, i] = state.real[r, U.VY, j]
