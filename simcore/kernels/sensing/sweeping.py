"""Swept detection: the closest approach of two units along their paths since a sensor's last scan."""

import math

import numpy as np

from simcore.compiling.jit import formula, kernel
from simcore.kernels.ground.terrain import body_m, is_visible, raster_cell
from simcore.kernels.paths import place_ago
from simcore.kernels.sensing.detection_laws import inverse_cube_exposure
from simcore.kinds import Ground, Paths, Rules, Sensors, Units
from simcore.params import RuleR, RuleW, SensorSpecR, UnitSpecR
from simcore.state import PathW, UnitR
from simcore.types import F64, I32

_SLACK_M = 1e-3  # above the rounding error of the distances by which legs are skipped


@formula
def sweep(
    i: int,
    j: int,
    tick: int,
    span: int,
    straight: int,
    dx: float,
    dy: float,
    ux: float,
    uy: float,
    hx: float,
    hy: float,
    range_m: float,
    step_m: float,
    law: float,
    fov_cos: float,
    dt: float,
    limits: I32,
    path_real: F64,
) -> tuple[float, float, float, int]:
    """Follow the paths of sensor carrier ``i`` and target ``j`` backwards over the last ``span`` ticks.

    (dx, dy) is the current position of the target relative to the carrier [m], (ux, uy) the relative velocity [m/s]
    over the last ``straight`` ticks, in which neither has changed course; (hx, hy) the current heading of the carrier.
    Points beyond ``range_m`` do not count. The distance shrinks by at most ``step_m`` per tick: ticks certainly out of
    range are skipped. With a field of view a tick counts when its nearest point is in view; a moving carrier heads
    along its course, a standing carrier as it does now.

    Returns the exposure to a rate of ``law`` / r^3 (not with a ``law`` of 0), the squared distance of the nearest
    point [m2], inf when none counts, its age in ticks, and the age of the end of its tick.
    """
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
    dx = units.real[UnitR.X, j] - units.real[UnitR.X, i]
    dy = units.real[UnitR.Y, j] - units.real[UnitR.Y, i]
    ux = units.real[UnitR.VX, j] - units.real[UnitR.VX, i]
    uy = units.real[UnitR.VY, j] - units.real[UnitR.VY, i]
    hx = units.real[UnitR.HX, i]
    hy = units.real[UnitR.HY, i]
    return sweep(
        i,
        j,
        tick,
        both,
        straight,
        dx,
        dy,
        ux,
        uy,
        hx,
        hy,
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
