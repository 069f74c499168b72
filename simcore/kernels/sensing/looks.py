"""Looks (scans of sensors): the state of a look, and its outcome for a target, by sensor model."""

import math
from typing import NamedTuple

import numpy as np

from simcore.compiling.jit import apart, inlined
from simcore.kernels.ground.terrain import ground_m, has_sight, raster_cell
from simcore.kernels.mathematics.approximations import logarithm
from simcore.kernels.network.jamming import jammed_noise
from simcore.kernels.picture.sightings import is_known
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
from simcore.kinds import Contacts, Ground, Moment, Paths, Rules, Sensors, Units, has_upkeep
from simcore.params import RuleR, SensorSpecR, SensorSpecW, UnitSpecR, UnitSpecW
from simcore.rng import Stream, draw, stream_key
from simcore.scratch import Scratch, ScratchR, ScratchTop, ScratchW
from simcore.state import PathW, UnitR, UnitW
from simcore.surroundings import WeatherR
from simcore.types import F64, Damage, Domain, Emcon, Level, SensorModel, Word
from simcore.upkeep import UseR


class Look(NamedTuple):
    """A look of a sensor: the values common to all its targets."""

    sensor: int
    kind: int  # first sensor of the same kind: column of the parameters
    carrier: int
    model: int  # SensorModel
    draws: Word  # key of the draws of this tick
    key: Word  # of the sensor
    is_prompt: bool  # whether detections reach the picture at once
    span: int  # ticks covered by a swept look
    own_m: float  # greatest distance moved by the carrier in these ticks
    reach_m: float  # greatest range of a detection
    share: float  # share of an optical range left in this light
    ln_light: float  # natural log of the contrast left in this light; -inf: darkness
    extinction: float  # of the contrast, per metre
    noise_db: float  # sonar: level of the noise
    water_m: float  # sonar: level of the water


class Sighting(NamedTuple):
    """The outcome of a look at a target."""

    level: int  # Level; NONE: no detection
    error_m: float
    ago: int  # ticks since the target was there
    range_sq: float  # [m2]


@inlined
def no_sighting() -> Sighting:
    """Return the outcome of a look without a detection."""
    return Sighting(np.int64(Level.NONE), 0.0, np.int64(0), 0.0)  # pyright: ignore[reportArgumentType]


@apart
def is_scan_missed(now: Moment, q: int, i: int, units: Units) -> bool:
    """Return whether sensor ``q`` on unit ``i`` misses this scan because of wear."""
    if units.use_real[UseR.SIGHT, i] >= 1.0:
        return False
    key = stream_key(now.seed, now.replication, now.tick, Stream.SCAN)
    serial = np.uint64(q - units.spec_whole[UnitSpecW.SENSOR_FIRST, i])
    return draw(key, units.key[i], serial) >= units.use_real[UseR.SIGHT, i]


@inlined
def can_look(now: Moment, q: int, i: int, k: int, units: Units, sensors: Sensors) -> bool:
    """Return whether sensor ``q``, of kind ``k`` on unit ``i``, can look: not silenced by an order.

    A sensor degraded by wear misses a share of its scans. The unit is active and its sensors are intact.
    """
    if has_upkeep(units) and is_scan_missed(now, q, i, units):
        return False
    is_radar = sensors.spec_whole[SensorSpecW.MODEL, k] == SensorModel.RADAR
    return not (is_radar and units.whole[UnitW.EMCON, i] == Emcon.SILENT)


@inlined
def begin_look(
    now: Moment,
    q: int,
    k: int,
    i: int,
    units: Units,
    sensors: Sensors,
    ground: Ground,
    rules: Rules,
    work: Scratch,
    weather: F64,
    paths: Paths,
) -> Look:
    """Return the values common to all targets of a look by sensor ``q``, of kind ``k``, on unit ``i``."""
    dt = rules.real[RuleR.DT_S]
    model = sensors.spec_whole[SensorSpecW.MODEL, k]
    speed_sq = units.real[UnitR.VX, i] * units.real[UnitR.VX, i] + units.real[UnitR.VY, i] * units.real[UnitR.VY, i]
    span = np.int64(1)
    own_m = 0.0
    reach = sensors.spec_real[SensorSpecR.RANGE_M, k]
    ln_light = 0.0
    extinction = 0.0
    noise_db = 0.0
    water_m = 0.0
    share = 1.0
    if model == SensorModel.ELECTRO_OPTICAL or sensors.spec_whole[SensorSpecW.IS_OPTICAL, k] == 1:
        night = sensors.spec_real[SensorSpecR.NIGHT, k]
        ln_light = logarithm(night + (1.0 - night) * weather[WeatherR.LIGHT])
        extinction = sensors.spec_real[SensorSpecR.HAZE, k] * weather[WeatherR.HAZE] + weather[WeatherR.RAIN]
        share = optical_range_share(reach, ln_light, extinction)
    if model == SensorModel.COOKIE_CUTTER or model == SensorModel.INVERSE_CUBE:
        period = sensors.spec_whole[SensorSpecW.PERIOD, k]
        if period > 1:
            span = max(min(np.int64(period), now.tick + 1 - paths.whole[PathW.AWAKE, i]), 1)
        own_speed = math.sqrt(speed_sq)
        if span > 1 and now.tick + 1 - paths.whole[PathW.TURNED, i] < span:
            own_speed = units.spec_real[UnitSpecR.SPEED_MAX, i]
        own_m = own_speed * span * dt
        reach = reach * share * work.top[ScratchTop.SIGNATURE] + own_m + work.top[ScratchTop.SPEED] * span * dt
    elif model == SensorModel.SONAR_PASSIVE or model == SensorModel.SONAR_ACTIVE:
        own = sensors.spec_real[SensorSpecR.NOISE_OWN, k] * sixth_power(speed_sq)
        water_m = ground_m(ground.relief, rules.real, units.real[UnitR.X, i], units.real[UnitR.Y, i])
        sea = sensors.spec_real[SensorSpecR.NOISE_WIND, k] * weather[WeatherR.NOISE]
        noise_db = decibels(sensors.spec_real[SensorSpecR.NOISE_CALM, k] + sea + own)
    return Look(
        q,
        k,
        i,
        model,
        stream_key(now.seed, now.replication, now.tick, Stream.DETECT),
        units.key[i] + np.uint64(q - units.spec_whole[UnitSpecW.SENSOR_FIRST, i]),
        units.whole[UnitW.LINKED, i] != 0 and units.whole[UnitW.REPORT_DELAY, i] == 0,
        span,  # pyright: ignore[reportArgumentType]
        own_m,
        reach,
        share,
        ln_light,
        extinction,
        noise_db,
        water_m,
    )


@inlined
def cover_at(j: int, k: int, units: Units, sensors: Sensors, ground: Ground, rules: Rules) -> float:
    """Return the factor of the cover at unit ``j`` on the range of a sensor of kind ``k``."""
    has_ground = ground.relief.shape[1] * ground.relief.shape[2] > 1
    is_on_land = units.spec_whole[UnitSpecW.DOMAIN, j] == Domain.LAND
    if not (has_ground and is_on_land and sensors.spec_whole[SensorSpecW.NEEDS_SIGHT, k] == 1):
        return 1.0
    rows, columns = ground.concealment.shape
    row, column = raster_cell(rules.real, rows, columns, units.real[UnitR.X, j], units.real[UnitR.Y, j])
    return np.float64(ground.concealment[row, column])


@inlined
def sensor_z(look: Look, units: Units, sensors: Sensors) -> float:
    """Return the height of the sensor above the sea [m]."""
    body_m = units.real[UnitR.Z, look.carrier] - units.spec_real[UnitSpecR.HEIGHT_M, look.carrier]
    return body_m + sensors.spec_real[SensorSpecR.HEIGHT_M, look.kind]


@inlined
def level_of_image(
    look: Look, j: int, range_sq: float, units: Units, sensors: Sensors, ground: Ground, rules: Rules
) -> int:
    """Return the Level of a camera's detection of unit ``j``; a single draw decides all levels."""
    k = look.kind
    dz = sensor_z(look, units, sensors) - units.real[UnitR.Z, j]
    slant_m = math.sqrt(range_sq + dz * dz)
    cycles = resolved_cycles(
        units.spec_real[UnitSpecR.CRITICAL_M, j],
        sensors.spec_real[SensorSpecR.LAW, k],
        slant_m,
        look.ln_light + units.spec_real[UnitSpecR.LN_CONTRAST, j],
        look.extinction,
    )
    return imaged_level(
        cycles * cover_at(j, k, units, sensors, ground, rules),
        sensors.spec_real[SensorSpecR.P_DETECT, k],
        sensors.spec_real[SensorSpecR.N50_DETECT, k],
        sensors.spec_real[SensorSpecR.N50_CLASSIFY, k],
        sensors.spec_real[SensorSpecR.N50_IDENTIFY, k],
        draw(look.draws, look.key, units.key[j]),
    )


@inlined
def is_radar_echo(
    look: Look,
    j: int,
    dx: float,
    dy: float,
    range_sq: float,
    n_received: int,
    units: Units,
    sensors: Sensors,
    work: Scratch,
) -> bool:
    """Return whether a radar detects unit ``j`` in the noise of the ``n_received`` jammers received by it."""
    k = look.kind
    strength = sensors.spec_real[SensorSpecR.LAW, k]
    if n_received > 0:
        strength /= jammed_noise(
            n_received,
            dx,
            dy,
            math.sqrt(range_sq),
            sensors.spec_real[SensorSpecR.BEAM_COS, k],
            sensors.spec_real[SensorSpecR.SIDELOBE, k],
            work.real,
        )
    u = draw(look.draws, look.key, units.key[j])
    rcs = units.spec_real[UnitSpecR.RCS_M2, j]
    return range_sq <= 0.0 or is_radar_detection(u, strength, rcs, range_sq, sensors.spec_real[SensorSpecR.LN_PFA, k])


@inlined
def intercept_p(look: Look, j: int, distance: float, units: Units, sensors: Sensors) -> float:
    """Return the probability that a receiver (ESM) detects unit ``j``: 0 when none of its radars radiates so far."""
    if distance > sensors.spec_real[SensorSpecR.LAW, look.kind] * units.spec_real[UnitSpecR.EMISSION_M, j]:
        return 0.0
    if (units.whole[UnitW.DAMAGE, j] & Damage.SENSOR) != 0 or units.whole[UnitW.EMCON, j] == Emcon.SILENT:
        return 0.0
    return sensors.spec_real[SensorSpecR.P_DETECT, look.kind]


@inlined
def sonar_look_p(look: Look, j: int, range_sq: float, units: Units, sensors: Sensors) -> float:
    """Return the probability that a sonar detects unit ``j``, from the signal excess."""
    k = look.kind
    dz = min(sensor_z(look, units, sensors), look.water_m) - min(units.real[UnitR.Z, j], look.water_m)
    level_db = sensors.spec_real[SensorSpecR.LAW, k]
    if look.model == SensorModel.SONAR_ACTIVE:
        level_db += units.spec_real[UnitSpecR.TARGET_STRENGTH_DB, j]
    else:
        vx = units.real[UnitR.VX, j]
        vy = units.real[UnitR.VY, j]
        moved = units.spec_real[UnitSpecR.SOURCE_SPEED, j] * sixth_power(vx * vx + vy * vy)
        level_db += decibels(units.spec_real[UnitSpecR.SOURCE_REST, j] + moved)
    excess_db = signal_excess_db(
        level_db,
        look.noise_db,
        sensors.spec_real[SensorSpecR.SPREADING, k],
        sensors.spec_real[SensorSpecR.ABSORPTION, k],
        range_sq + dz * dz,
    )
    return sonar_p(excess_db, sensors.spec_real[SensorSpecR.SIGMA_DB, k])


@inlined
def is_clear(
    look: Look, j: int, x: float, y: float, units: Units, sensors: Sensors, ground: Ground, rules: Rules, work: Scratch
) -> bool:
    """Return whether the sensor's line of sight to unit ``j`` at (x, y) is clear of the ground."""
    i = look.carrier
    own_z = sensor_z(look, units, sensors)
    return has_sight(
        i,
        j,
        units.real[UnitR.X, i],
        units.real[UnitR.Y, i],
        own_z,
        x,
        y,
        units.real[UnitR.Z, j],
        ground,
        rules,
        work.cuts,
    )


@inlined
def look_at(
    now: Moment,
    look: Look,
    place: int,
    nearest_sq: float,
    n_received: int,
    units: Units,
    sensors: Sensors,
    ground: Ground,
    rules: Rules,
    contacts: Contacts,
    work: Scratch,
) -> Sighting:
    """Look at the current position of the unit in a ``place`` of the cells: radar, camera, ESM and sonar.

    A unit without a link stores only its nearest target: targets beyond ``nearest_sq`` [m2] are skipped.
    """
    i = look.carrier
    k = look.kind
    j = np.int64(work.whole[ScratchW.UNIT_ORDER, place])
    xj = work.real[ScratchR.UNIT_X, place]
    yj = work.real[ScratchR.UNIT_Y, place]
    dx = xj - units.real[UnitR.X, i]
    dy = yj - units.real[UnitR.Y, i]
    range_sq = dx * dx + dy * dy
    if range_sq > nearest_sq and units.whole[UnitW.LINKED, i] == 0:
        return no_sighting()
    distance = math.sqrt(range_sq)
    error = sensors.spec_real[SensorSpecR.ERROR_M, k] + sensors.spec_real[SensorSpecR.ERROR_PER_M, k] * distance
    classify_m = sensors.spec_real[SensorSpecR.CLASSIFY_M, k]
    identify_m = sensors.spec_real[SensorSpecR.IDENTIFY_M, k]
    c = units.spec_whole[UnitSpecW.SIDE, i] * units.spec_whole.shape[1] + j
    level = np.int64(Level.NONE)
    if look.model == SensorModel.ELECTRO_OPTICAL:
        if look.is_prompt and is_known(now.tick, c, error, np.int64(Level.IDENTIFIED), rules, contacts, work):
            return no_sighting()  # whatever the image
        level = np.int64(level_of_image(look, j, range_sq, units, sensors, ground, rules))
        if level == Level.NONE:
            return no_sighting()
    else:
        level = np.int64(ranged_level(distance, classify_m * look.share, identify_m * look.share))
    if look.is_prompt and is_known(now.tick, c, error, level, rules, contacts, work):
        return no_sighting()
    fov_cos = sensors.spec_real[SensorSpecR.FOV_COS, k]
    if not (fov_cos <= -1.0 or dx * units.real[UnitR.HX, i] + dy * units.real[UnitR.HY, i] >= fov_cos * distance):
        return no_sighting()
    p = 0.0  # a model without a law detects nothing
    if look.model == SensorModel.RADAR:
        p = 1.0 if is_radar_echo(look, j, dx, dy, range_sq, n_received, units, sensors, work) else 0.0
    elif look.model == SensorModel.ELECTRO_OPTICAL:
        p = 1.0  # already drawn above, with the level
    elif look.model == SensorModel.ESM:
        p = intercept_p(look, j, distance, units, sensors)
    elif look.model == SensorModel.SONAR_PASSIVE or look.model == SensorModel.SONAR_ACTIVE:
        p = sonar_look_p(look, j, range_sq, units, sensors)
    # draw first: a line of sight costs far more
    if p <= 0.0 or (p < 1.0 and draw(look.draws, look.key, units.key[j]) >= p):
        return no_sighting()
    needs_sight = sensors.spec_whole[SensorSpecW.NEEDS_SIGHT, k] == 1
    if needs_sight and not is_clear(look, j, xj, yj, units, sensors, ground, rules, work):
        return no_sighting()
    return Sighting(level, error, np.int64(0), range_sq)  # pyright: ignore[reportArgumentType]
