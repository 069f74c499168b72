"""Spoofing: phantoms, false targets put into enemy radars and receivers by a transmitter.

A phantom is a unit of status PHANTOM, which all other phases ignore: it cannot be seen otherwise, hit, or block a unit.
"""

import math

import numpy as np

from simcore.compiling.jit import kernel
from simcore.kernels.ground.terrain import body_m, is_visible
from simcore.kernels.network.jamming import is_jamming
from simcore.kernels.picture.contacts import take_sighting
from simcore.kernels.picture.sightings import sight
from simcore.kinds import Contacts, Ground, Messages, Moment, Paths, Rules, Sensors, Units
from simcore.params import RuleR, SensorSpecR, SensorSpecW, UnitSpecR, UnitSpecW
from simcore.rng import Stream, draw, stream_key
from simcore.scratch import Scratch
from simcore.state import SensorW, UnitR, UnitW
from simcore.types import I32, Damage, Level, Status, Task


@kernel
def move_phantoms(units: Units, rules: Rules, ground: Ground) -> None:
    """Move the phantoms straight to the point of their first task, where they stop.

    Mutates position, heading and velocity of the phantoms.
    """
    dt = rules.real[RuleR.DT_S]
    for j in range(units.whole.shape[1]):
        if units.whole[UnitW.STATUS, j] != Status.PHANTOM:
            continue
        dx = units.real[UnitR.TASK_X, j] - units.real[UnitR.X, j]
        dy = units.real[UnitR.TASK_Y, j] - units.real[UnitR.Y, j]
        if units.whole[UnitW.TASK, j] != Task.HOLD:
            dx += units.spec_real[UnitSpecR.OFFSET_X, j]
            dy += units.spec_real[UnitSpecR.OFFSET_Y, j]
        away = math.sqrt(dx * dx + dy * dy)
        share = units.real[UnitR.TASK_SPEED, j]
        speed = (
            share * units.spec_real[UnitSpecR.SPEED_MAX, j]
            if share > 0.0
            else units.spec_real[UnitSpecR.SPEED_CRUISE, j]
        )
        step = min(speed * dt, away)
        if step > 0.0:
            units.real[UnitR.HX, j] = dx / away
            units.real[UnitR.HY, j] = dy / away
        units.real[UnitR.VX, j] = units.real[UnitR.HX, j] * (step / dt)
        units.real[UnitR.VY, j] = units.real[UnitR.HY, j] * (step / dt)
        units.real[UnitR.X, j] += units.real[UnitR.HX, j] * step
        units.real[UnitR.Y, j] += units.real[UnitR.HY, j] * step
        height = units.spec_real[UnitSpecR.HEIGHT_M, j]
        units.real[UnitR.Z, j] = body_m(
            ground.relief, rules.real, units.real[UnitR.X, j], units.real[UnitR.Y, j], height
        )


@kernel
def show_phantoms(
    now: Moment,
    n_touched: int,
    units: Units,
    sensors: Sensors,
    ground: Ground,
    rules: Rules,
    work: Scratch,
    contacts: Contacts,
    messages: Messages,
    world: I32,
    paths: Paths,
) -> int:
    """Show the phantoms to the sensors that scanned in this tick. Returns the number of contacts touched.

    A phantom is seen with P_SPOOF by a sensor of a model deceived by its transmitter, when the transmitter works and is
    within its range and in line of sight of the sensor, and the phantom is in the sensor's range and field of view.
    Only units with a link report it. Reads the next scans as set by ``look_for_enemies``; mutates its buffer.
    """
    n = units.spec_whole.shape[1]
    side = units.spec_whole[UnitSpecW.SIDE]
    x = units.real[UnitR.X]
    y = units.real[UnitR.Y]
    z = units.real[UnitR.Z]
    status = units.whole[UnitW.STATUS]
    draws = stream_key(now.seed, now.replication, now.tick, Stream.SPOOF)
    for j in range(n):
        if status[j] != Status.PHANTOM:
            continue
        u = units.spec_whole[UnitSpecW.SPOOFER, j]
        if not is_jamming(u, 0, units.whole):
            continue
        far = units.spec_real[UnitSpecR.SPOOF_RANGE_M, u]
        for i in range(n):
            if side[i] == side[j] or status[i] != Status.ACTIVE or units.whole[UnitW.LINKED, i] == 0:
                continue
            if (units.whole[UnitW.DAMAGE, i] & Damage.SENSOR) != 0:
                continue
            ux = x[u] - x[i]
            uy = y[u] - y[i]
            if ux * ux + uy * uy > far * far:
                continue
            dx = x[j] - x[i]
            dy = y[j] - y[i]
            distance = math.sqrt(dx * dx + dy * dy)
            c = side[i] * n + j
            first = units.spec_whole[UnitSpecW.SENSOR_FIRST, i]
            for q in range(first, first + units.spec_whole[UnitSpecW.SENSOR_COUNT, i]):
                if sensors.whole[SensorW.NEXT_TICK, q] != now.tick + sensors.spec_whole[SensorSpecW.PERIOD, q]:
                    continue
                if ((units.spec_whole[UnitSpecW.SPOOF_MODELS, u] >> sensors.spec_whole[SensorSpecW.MODEL, q]) & 1) == 0:
                    continue
                if ((sensors.spec_whole[SensorSpecW.DOMAINS, q] >> units.spec_whole[UnitSpecW.DOMAIN, j]) & 1) == 0:
                    continue
                if distance > sensors.spec_real[SensorSpecR.RANGE_M, q]:
                    continue
                ahead = dx * units.real[UnitR.HX, i] + dy * units.real[UnitR.HY, i]
                if (
                    sensors.spec_real[SensorSpecR.FOV_COS, q] > -1.0
                    and ahead < sensors.spec_real[SensorSpecR.FOV_COS, q] * distance
                ):
                    continue
                if (
                    draw(draws, units.key[i] + np.uint64(q - first), units.key[j])
                    >= units.spec_real[UnitSpecR.P_SPOOF, u]
                ):
                    continue
                own_z = z[i] - units.spec_real[UnitSpecR.HEIGHT_M, i] + sensors.spec_real[SensorSpecR.HEIGHT_M, q]
                if not is_visible(ground, rules, x[i], y[i], own_z, x[u], y[u], z[u]):
                    continue
                error = (
                    sensors.spec_real[SensorSpecR.ERROR_M, q] + sensors.spec_real[SensorSpecR.ERROR_PER_M, q] * distance
                )
                level = Level.DETECTED
                if distance <= sensors.spec_real[SensorSpecR.IDENTIFY_M, q]:
                    level = Level.IDENTIFIED
                elif distance <= sensors.spec_real[SensorSpecR.CLASSIFY_M, q]:
                    level = Level.CLASSIFIED
                if units.whole[UnitW.REPORT_DELAY, i] > 0:
                    sight(
                        now, i, j, error, np.int64(0), np.int64(level), units, rules, contacts, messages, world, paths
                    )
                    continue
                n_touched = take_sighting(i, c, error, np.int64(0), np.int64(level), n_touched, units, work)
    return n_touched
