"""Spoofing: phantoms that a transmitter puts into radars and receivers of the enemy. Nothing is there.

A phantom is a unit of status PHANTOM: no other phase knows it, so nothing else can see it, hit it, or be held up by it.
"""

import math

import numpy as np

from simcore.compiling.jit import kernel
from simcore.kernels.ground.terrain import body_m, is_visible
from simcore.kernels.network.jamming import is_jamming
from simcore.kernels.picture.contacts import take_sighting
from simcore.kernels.picture.sightings import sight
from simcore.params import RP, SP, SW, UP, UW
from simcore.rng import Stream, draw, stream_key
from simcore.state import S, U, W
from simcore.types import F32, F64, I32, U64, Damage, Level, Status, Task, Word


@kernel
def move_phantoms(unit_real: F64, rules: F64, state_real: F64, state_whole: I32, elevation: F32) -> None:
    """Let the phantoms go straight to the point of their first task and stop there.

    Mutates place, heading and velocity of the phantoms.
    """
    dt = rules[RP.DT_S]
    for j in range(state_whole.shape[1]):
        if state_whole[W.STATUS, j] != Status.PHANTOM:
            continue
        dx = state_real[U.TASK_X, j] - state_real[U.X, j]
        dy = state_real[U.TASK_Y, j] - state_real[U.Y, j]
        if state_whole[W.TASK, j] != Task.HOLD:
            dx += unit_real[UP.OFFSET_X, j]
            dy += unit_real[UP.OFFSET_Y, j]
        away = math.sqrt(dx * dx + dy * dy)
        share = state_real[U.TASK_SPEED, j]
        speed = share * unit_real[UP.SPEED_MAX, j] if share > 0.0 else unit_real[UP.SPEED_CRUISE, j]
        step = min(speed * dt, away)
        if step > 0.0:
            state_real[U.HX, j] = dx / away
            state_real[U.HY, j] = dy / away
        state_real[U.VX, j] = state_real[U.HX, j] * (step / dt)
        state_real[U.VY, j] = state_real[U.HY, j] * (step / dt)
        state_real[U.X, j] += state_real[U.HX, j] * step
        state_real[U.Y, j] += state_real[U.HY, j] * step
        height = unit_real[UP.HEIGHT_M, j]
        state_real[U.Z, j] = body_m(elevation, rules, state_real[U.X, j], state_real[U.Y, j], height)


@kernel
def show_phantoms(
    tick: int,
    seed: Word,
    replication: Word,
    n_touched: int,
    unit_real: F64,
    unit_whole: I32,
    key: U64,
    sensor_real: F64,
    sensor_whole: I32,
    elevation: F32,
    block_peak: F32,
    wide_peak: F32,
    rules: F64,
    state_real: F64,
    state_whole: I32,
    look_whole: I32,
    work_real: F64,
    work_whole: I32,
    contact_real: F64,
    contact_whole: I32,
    report_real: F64,
    report_whole: I32,
    world: I32,
    limits: I32,
    path_real: F64,
    path_whole: I32,
) -> int:
    """Show the phantoms to the sensors that looked in this tick. Returns how many contacts are touched.

    A phantom is seen with P_SPOOF by a sensor of a model that its transmitter deceives, when the transmitter works, is
    within its range and in line of sight of the sensor, and the phantom lies in the sensor's range and field of view.
    Only units with a link report it. Reads the next looks, as ``look_for_enemies`` has left them; mutates its buffer.
    """
    n = unit_whole.shape[1]
    side = unit_whole[UW.SIDE]
    x = state_real[U.X]
    y = state_real[U.Y]
    z = state_real[U.Z]
    status = state_whole[W.STATUS]
    draws = stream_key(seed, replication, tick, Stream.SPOOF)
    for j in range(n):
        if status[j] != Status.PHANTOM:
            continue
        u = unit_whole[UW.SPOOFER, j]
        if not is_jamming(u, 0, state_whole):
            continue
        far = unit_real[UP.SPOOF_RANGE_M, u]
        for i in range(n):
            if side[i] == side[j] or status[i] != Status.ACTIVE or state_whole[W.LINKED, i] == 0:
                continue
            if (state_whole[W.DAMAGE, i] & Damage.SENSOR) != 0:
                continue
            ux = x[u] - x[i]
            uy = y[u] - y[i]
            if ux * ux + uy * uy > far * far:
                continue
            dx = x[j] - x[i]
            dy = y[j] - y[i]
            distance = math.sqrt(dx * dx + dy * dy)
            c = side[i] * n + j
            first = unit_whole[UW.SENSOR_FIRST, i]
            for q in range(first, first + unit_whole[UW.SENSOR_COUNT, i]):
                if look_whole[S.NEXT_TICK, q] != tick + sensor_whole[SW.PERIOD, q]:
                    continue
                if ((unit_whole[UW.SPOOF_MODELS, u] >> sensor_whole[SW.MODEL, q]) & 1) == 0:
                    continue
                if ((sensor_whole[SW.DOMAINS, q] >> unit_whole[UW.DOMAIN, j]) & 1) == 0:
                    continue
                if distance > sensor_real[SP.RANGE_M, q]:
                    continue
                ahead = dx * state_real[U.HX, i] + dy * state_real[U.HY, i]
                if sensor_real[SP.FOV_COS, q] > -1.0 and ahead < sensor_real[SP.FOV_COS, q] * distance:
                    continue
                if draw(draws, key[i] + np.uint64(q - first), key[j]) >= unit_real[UP.P_SPOOF, u]:
                    continue
                own_z = z[i] - unit_real[UP.HEIGHT_M, i] + sensor_real[SP.HEIGHT_M, q]
                if not is_visible(elevation, block_peak, wide_peak, rules, x[i], y[i], own_z, x[u], y[u], z[u]):
                    continue
                error = sensor_real[SP.ERROR_M, q] + sensor_real[SP.ERROR_PER_M, q] * distance
                level = Level.DETECTED
                if distance <= sensor_real[SP.IDENTIFY_M, q]:
                    level = Level.IDENTIFIED
                elif distance <= sensor_real[SP.CLASSIFY_M, q]:
                    level = Level.CLASSIFIED
                if state_whole[W.REPORT_DELAY, i] > 0:
                    sight(
                        tick, seed, replication, i, j, error, np.int64(0), np.int64(level), unit_whole, key, rules,
                        state_real, state_whole, contact_real, contact_whole, report_real, report_whole, world, limits,
                        path_real, path_whole,
                    )  # fmt: skip
                    continue
                n_touched = take_sighting(
                    i, c, error, np.int64(0), np.int64(level), n_touched, key, work_real, work_whole
                )
    return n_touched
