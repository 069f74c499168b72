"""Strides: the movement of many units in a tick, computed together.

The loops have no branches and each row of the state is read in order, so that the compiler vectorizes them: eight units
take little longer than one. Their results are the bits of ``movement.move_alone``, whose formulas they repeat. A stride
is unusual where a unit arrives, falls, runs out of fuel, or covers more than a raster cell.

Rows are passed in groups. No row is in two groups of a call, as ``over_rows`` demands.
"""

import math
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from simcore.compiling.jit import inlined, kernel, over_rows
from simcore.kernels.ground.terrain import sea_speed_share
from simcore.kinds import Ground, Rules, Units
from simcore.params import RuleR, UnitSpecR, UnitSpecW
from simcore.scratch import Scratch, ScratchR, ScratchW
from simcore.state import UnitR, UnitW
from simcore.types import F64, I32, NONE, Damage, Domain, Mobility, Status

UNITS_TOGETHER = 128
"""Units whose strides are computed together; their work space fits the first-level cache."""


class Stride(IntEnum):
    """Kinds of strides."""

    NONE = 0  # the unit is not in the world
    USUAL = 1
    NEW_CELL = 2  # usual, but ends in another raster cell
    ALONE = 3  # unusual
    FALL = 4  # unusual: the unit falls, so its time no longer counts


class Craft(NamedTuple):
    """Properties of the units, rows of the parameters (n,)."""

    domain: I32
    mobility: I32
    hovering: I32
    speed_max: F64  # [m/s]
    cruise: F64
    turn_radius: F64  # [m]
    turn_cos: F64
    turn_sin: F64
    idle_burn: F64


class Course(NamedTuple):
    """Where the units are and how they move, rows of the state (n,)."""

    x: F64  # [m]
    y: F64
    hx: F64
    hy: F64
    vx: F64  # [m/s]
    vy: F64
    endurance: F64  # [s at cruise]


class Intent(NamedTuple):
    """Goals of the units and what holds them up, rows of the state (n,)."""

    status: I32
    damage: I32
    plan_tick: I32
    cell: I32
    goal_x: F64  # [m]
    goal_y: F64
    goal_speed: F64  # [m/s]
    factor: F64


class Ahead(NamedTuple):
    """Strides under way, rows of the work space (UNITS_TOGETHER,), and the earlier contents of some."""

    stride: I32  # Stride
    x: F64  # position afterwards; before: way to the goal [m]
    y: F64
    hx: F64
    hy: F64
    vx: F64  # [m/s]
    vy: F64
    left: F64  # endurance afterwards [s]; before: distance of the goal [m]
    way: F64  # length [m]; before: speed on the ground [m/s]


class Field(NamedTuple):
    """Edges of the playing field and of the raster [m], and numbers of cells of the raster."""

    west: float
    east: float
    south: float
    north: float
    cell_m: float
    raster_west: float
    raster_south: float
    rows: int
    columns: int


@inlined
def craft_of(units: Units) -> Craft:
    """Return the properties of the units."""
    real, whole = units.spec_real, units.spec_whole
    return Craft(
        whole[UnitSpecW.DOMAIN], whole[UnitSpecW.MOBILITY], whole[UnitSpecW.IS_HOVERING], real[UnitSpecR.SPEED_MAX],
        real[UnitSpecR.SPEED_CRUISE], real[UnitSpecR.TURN_RADIUS], real[UnitSpecR.TURN_COS],
        real[UnitSpecR.TURN_SIN], real[UnitSpecR.IDLE_BURN],
    )  # fmt: skip


@inlined
def course_of(units: Units) -> Course:
    """Return the movement of the units."""
    real = units.real
    return Course(
        real[UnitR.X], real[UnitR.Y], real[UnitR.HX], real[UnitR.HY], real[UnitR.VX], real[UnitR.VY],
        real[UnitR.ENDURANCE_S],
    )  # fmt: skip


@inlined
def intent_of(units: Units) -> Intent:
    """Return the goals of the units."""
    real, whole = units.real, units.whole
    return Intent(
        whole[UnitW.STATUS], whole[UnitW.DAMAGE], whole[UnitW.PLAN_TICK], whole[UnitW.CELL], real[UnitR.GOAL_X],
        real[UnitR.GOAL_Y], real[UnitR.GOAL_SPEED], real[UnitR.GROUND_FACTOR],
    )  # fmt: skip


@inlined
def ahead_of(work: Scratch) -> Ahead:
    """Return rows for strides under way; later phases of the tick fill them anew."""
    real = work.real
    return Ahead(
        work.whole[ScratchW.BUCKET], real[ScratchR.UNIT_Y], real[ScratchR.HORIZON_M], real[ScratchR.JAM_X],
        real[ScratchR.JAM_Y], real[ScratchR.JAM_NOISE], real[ScratchR.FOUND_ERROR], real[ScratchR.SEEN_ERROR],
        real[ScratchR.UNIT_X],
    )  # fmt: skip


@inlined
def field_of(rules: Rules, ground: Ground) -> Field:
    """Return the edges of the field and of the raster."""
    real = rules.real
    return Field(
        real[RuleR.WEST], real[RuleR.EAST], real[RuleR.SOUTH], real[RuleR.NORTH], real[RuleR.RASTER_CELL_M],
        real[RuleR.RASTER_WEST], real[RuleR.RASTER_SOUTH], ground.relief.shape[1], ground.relief.shape[2],
    )  # fmt: skip


@over_rows
def plan_strides(
    first: int, last: int, dt: float, soon: int, craft: Craft, at: Course, intent: Intent, ahead: Ahead
) -> None:
    """Write the speed of each unit on its ground, the way to its goal, and whether it moves at all.

    Mutates the next decision of an aircraft that comes near its goal.
    """
    domain, mobility, hovering, speed_max, cruise, turn_radius, _, _, _ = craft
    status, damage, plan_tick, cell, goal_x, goal_y, goal_speed, factor = intent
    for k in range(last - first):
        i = first + k
        is_hurt = (damage[i] & Damage.MOBILITY) != 0
        is_out = status[i] == Status.ACTIVE
        is_falling = is_hurt & (domain[i] == Domain.AIR) & (speed_max[i] > 0.0)
        is_cruising = hovering[i] == 0
        dx = goal_x[i] - at.x[i]
        dy = goal_y[i] - at.y[i]
        distance = math.sqrt(dx * dx + dy * dy)
        v = min(goal_speed[i], speed_max[i])
        v = 0.0 if (mobility[i] == Mobility.FIXED) | is_hurt else v
        v = cruise[i] if is_cruising & (v < cruise[i]) else v
        is_near = is_cruising & (distance < turn_radius[i] + v * dt) & (plan_tick[i] > soon)
        plan_tick[i] = soon if is_near & is_out & (not is_falling) else plan_tick[i]
        v = 0.0 if (not is_cruising) & (dx == 0.0) & (dy == 0.0) else v
        ahead.way[k] = v * factor[i]
        ahead.x[k] = dx
        ahead.y[k] = dy
        ahead.left[k] = distance
        kind = np.int32(Stride.ALONE) if cell[i] == NONE else np.int32(Stride.USUAL)
        kind = np.int32(Stride.FALL) if is_falling else kind
        ahead.stride[k] = kind if is_out else np.int32(Stride.NONE)


@kernel
def is_any_moving(begin: int, end: int, speed: F64, stride: I32) -> bool:
    """Return whether any of these units moves."""
    n_moving = 0
    for k in range(begin, end):
        n_moving += int((speed[k] > 0.0) & (stride[k] == Stride.USUAL))
    return n_moving > 0


@over_rows
def pace_strides(first: int, last: int, pace: F64, speed: F64) -> None:
    """Reduce the speeds by wear."""
    for k in range(last - first):
        speed[k] *= pace[first + k]


@over_rows
def slow_strides(first: int, last: int, sea_state: float, full: F64, end: F64, speed: F64) -> None:
    """Reduce the speeds by the sea."""
    for k in range(last - first):
        speed[k] *= sea_speed_share(sea_state, full[first + k], end[first + k])


@over_rows
def take_strides(
    first: int, begin: int, end: int, dt: float, field: Field, craft: Craft, at: Course, cell: I32, ahead: Ahead
) -> None:
    """Write the position, heading, velocity, way and endurance after a usual stride, and the kind of the stride, of the
    units ``first + begin`` to ``first + end - 1``.

    The way to the goal is replaced by the position, the distance by the endurance, and the speed by the way.
    """
    west, east, south, north, cell_m, raster_west, raster_south, rows, columns = field
    domain, mobility, hovering, _, cruise, turn_radius, turn_cos, turn_sin, idle_burn = craft
    x, y, hx, hy, _, _, endurance = at
    stride, x_ahead, y_ahead, next_hx, next_hy, next_vx, next_vy, away_or_left, speed_or_way = ahead
    top_row = rows - 1.0
    top_column = columns - 1.0
    for k in range(begin, end):
        i = first + k
        dx = x_ahead[k]
        dy = y_ahead[k]
        distance = away_or_left[k]
        is_spent = endurance[i] <= 0.0
        is_air = domain[i] == Domain.AIR
        v = 0.0 if is_spent & (not is_air) else speed_or_way[k]
        is_moving = v > 0.0
        step = v * dt
        is_away = distance > 0.0
        far = distance if is_away else 1.0
        gx = dx / far
        gy = dy / far
        sine = turn_sin[i] if hx[i] * gy - hy[i] * gx >= 0.0 else -turn_sin[i]
        turned_x = hx[i] * turn_cos[i] - hy[i] * sine
        turned_y = hx[i] * sine + hy[i] * turn_cos[i]
        norm = math.sqrt(turned_x * turned_x + turned_y * turned_y)
        turned_x = turned_x / norm
        turned_y = turned_y / norm
        is_ahead = hx[i] * gx + hy[i] * gy >= turn_cos[i]
        to_x = gx if is_ahead else turned_x
        to_y = gy if is_ahead else turned_y
        to_x = to_x if is_away else hx[i]
        to_y = to_y if is_away else hy[i]
        aligned = to_x * dx + to_y * dy
        is_stopping = is_away & (hovering[i] != 0)
        is_tight = is_stopping & (aligned < 0.5 * distance) & (distance < 2.0 * turn_radius[i] + step)
        step = step * 0.25 if is_tight else step
        is_there = is_stopping & (step >= distance) & (aligned >= 0.999 * distance)
        is_cut_short = (step > cell_m) & (mobility[i] != Mobility.AIR)
        at_x = min(max(x[i] + to_x * step, west), east)
        at_y = min(max(y[i] + to_y * step, south), north)
        u = (at_x - raster_west) / cell_m
        w = (at_y - raster_south) / cell_m
        column = min(max(math.floor(u) * 1.0, 0.0), top_column)
        row = min(max(math.floor(w) * 1.0, 0.0), top_row)
        is_new = np.int32(row * columns + column) != cell[i]
        moved_x = at_x - x[i]
        moved_y = at_y - y[i]
        run = step / dt if is_moving else v
        usual = cruise[i] if cruise[i] > 0.0 else 1.0
        burn = idle_burn[i] + (1.0 - idle_burn[i]) * run / usual
        burn = burn if cruise[i] > 0.0 else idle_burn[i]
        left = endurance[i] - burn * dt
        is_empty = (is_spent & is_air) | ((not is_spent) & (left <= 0.0))
        x_ahead[k] = at_x if is_moving else x[i]
        y_ahead[k] = at_y if is_moving else y[i]
        next_hx[k] = to_x if is_moving else hx[i]
        next_hy[k] = to_y if is_moving else hy[i]
        next_vx[k] = moved_x / dt if is_moving else 0.0
        next_vy[k] = moved_y / dt if is_moving else 0.0
        away_or_left[k] = endurance[i] if is_spent else left
        speed_or_way[k] = math.sqrt(moved_x * moved_x + moved_y * moved_y) if is_moving else 0.0
        kind = np.int32(Stride.NEW_CELL) if is_moving & is_new else np.int32(Stride.USUAL)
        kind = np.int32(Stride.ALONE) if (is_moving & (is_there | is_cut_short)) | is_empty else kind
        stride[k] = kind if stride[k] == Stride.USUAL else stride[k]


@over_rows
def rest_strides(first: int, begin: int, end: int, dt: float, craft: Craft, at: Course, ahead: Ahead) -> None:
    """Burn the fuel of units that stand still, like ``take_strides`` with ``end_strides``."""
    vx, vy, endurance, stride = at.vx, at.vy, at.endurance, ahead.stride
    for k in range(begin, end):
        i = first + k
        is_usual = stride[k] == Stride.USUAL
        is_spent = endurance[i] <= 0.0
        left = endurance[i] - craft.idle_burn[i] * dt
        is_empty = (is_spent & (craft.domain[i] == Domain.AIR)) | ((not is_spent) & (left <= 0.0))
        is_resting = is_usual & (not is_empty)
        is_still = is_resting | (stride[k] == Stride.NONE)
        vx[i] = 0.0 if is_still else vx[i]
        vy[i] = 0.0 if is_still else vy[i]
        endurance[i] = left if is_resting & (not is_spent) else endurance[i]
        ahead.way[k] = 0.0
        stride[k] = np.int32(Stride.ALONE) if is_usual & is_empty else stride[k]


@over_rows
def end_strides(first: int, begin: int, end: int, at: Course, ahead: Ahead) -> None:
    """Enter the usual strides into the state; units out of the world do not move.

    Values are stored under a condition. A choice between the new value and the old would become a choice between two
    addresses, which is not vectorized.
    """
    x, y, hx, hy, vx, vy, endurance = at
    stride, next_x, next_y, next_hx, next_hy, next_vx, next_vy, left, _ = ahead
    for k in range(begin, end):
        i = first + k
        is_usual = stride[k] == Stride.USUAL
        if is_usual:
            x[i] = next_x[k]
            y[i] = next_y[k]
            hx[i] = next_hx[k]
            hy[i] = next_hy[k]
            endurance[i] = left[k]
        if is_usual | (stride[k] == Stride.NONE):
            vx[i] = next_vx[k] if is_usual else 0.0
            vy[i] = next_vy[k] if is_usual else 0.0
