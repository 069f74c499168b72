"""Movement: turn, drive, burn, arrive. A unit's heading is a unit vector, so no phase needs an angle."""

import math

import numpy as np

from simcore.compiling.jit import formula, kernel
from simcore.events import Log, emit
from simcore.kernels.fighting.damage import is_falling
from simcore.kernels.fighting.losses import lose_with_cargo
from simcore.kernels.ground.terrain import body_m, raster_cell, sea_speed_share
from simcore.kernels.mathematics.geometry import turn_towards
from simcore.kernels.orders.legs import next_leg
from simcore.params import RP, UP, UW
from simcore.state import TR, U, W
from simcore.types import F32, F64, I32, NONE, U64, Damage, Domain, EventKind, LossCause, Mobility, Status, Word

_MOST_STRIDES = 1000  # of a step: straight runs between points of a way, or from cell to cell


@formula
def burn_share(speed: float, cruise: float, idle: float) -> float:
    """Return the burn as a share of that at cruise: ``idle`` at rest, 1 at cruise, linear in speed."""
    if cruise <= 0.0:
        return idle
    return idle + (1.0 - idle) * speed / cruise


@kernel
def cell_number(rules: F64, rows: int, columns: int, x: float, y: float) -> int:
    """Return the number of the raster cell that holds (x, y), row by row from the south-west."""
    row, column = raster_cell(rules, rows, columns, x, y)
    return row * columns + column


@kernel
def move_units(
    r: int,
    tick: int,
    unit_real: F64,
    unit_whole: I32,
    rules: F64,
    state_real: F64,
    state_whole: I32,
    side_real: F64,
    side_whole: I32,
    log: Log,
    speed_factors: F32,
    elevation: F32,
    sea_state: float,
    seed: Word,
    replication: Word,
    key: U64,
    group_whole: I32,
    route: F64,
    way_real: F64,
    way_whole: I32,
) -> int:
    """Advance every active unit by one tick and burn its fuel. Returns the number of units that were live.

    A unit that comes to a point of its way goes on to the next with what is left of the step; within a step its
    heading stays within one step's turn of that at the start. Reads goals; mutates positions, headings, velocities,
    goals, endurance, status (a flyer without fuel or drive crashes) and tallies. Each unit writes only its own row.
    """
    n = unit_whole.shape[1]
    dt = rules[RP.DT_S]
    west = rules[RP.WEST]
    east = rules[RP.EAST]
    south = rules[RP.SOUTH]
    north = rules[RP.NORTH]
    speed_max = unit_real[UP.SPEED_MAX]
    cruise = unit_real[UP.SPEED_CRUISE]
    turn_cos = unit_real[UP.TURN_COS]
    turn_sin = unit_real[UP.TURN_SIN]
    turn_radius = unit_real[UP.TURN_RADIUS]
    idle_burn = unit_real[UP.IDLE_BURN]
    side = unit_whole[UW.SIDE]
    domain = unit_whole[UW.DOMAIN]
    mobility = unit_whole[UW.MOBILITY]
    hovering = unit_whole[UW.IS_HOVERING]
    x = state_real[U.X]
    y = state_real[U.Y]
    z = state_real[U.Z]
    height = unit_real[UP.HEIGHT_M]
    hx = state_real[U.HX]
    hy = state_real[U.HY]
    vx = state_real[U.VX]
    vy = state_real[U.VY]
    goal_x = state_real[U.GOAL_X]
    goal_y = state_real[U.GOAL_Y]
    goal_speed = state_real[U.GOAL_SPEED]
    endurance = state_real[U.ENDURANCE_S]
    status = state_whole[W.STATUS]
    damage = state_whole[W.DAMAGE]
    linked = state_whole[W.LINKED]
    plan_tick = state_whole[W.PLAN_TICK]
    active_s = side_real[TR.ACTIVE_S]
    linked_s = side_real[TR.LINKED_S]
    distance_m = side_real[TR.DISTANCE_M]
    cell = state_whole[W.CELL]
    factor = state_real[U.GROUND_FACTOR]
    rows = elevation.shape[1]
    columns = elevation.shape[2]
    cell_m = float(rules[RP.RASTER_CELL_M])
    live = 0
    for i in range(n):  # before any falls with what it carries
        live += int((status[i] != Status.LOST) & (status[i] != Status.EXPENDED))
    for i in range(n):
        if status[i] != Status.ACTIVE:
            vx[i] = 0.0
            vy[i] = 0.0
            continue
        s = side[i]
        if is_falling(i, unit_real, unit_whole, state_whole):
            lose_with_cargo(
                r, tick, i, np.int64(NONE), np.int64(LossCause.CRASH), unit_real, unit_whole, state_real, state_whole,
                side_real, side_whole, log,
            )  # fmt: skip
            continue
        active_s[s] += dt
        if linked[i] != 0:
            linked_s[s] += dt
        m = mobility[i]
        v = min(goal_speed[i], speed_max[i])
        if m == Mobility.FIXED or (damage[i] & Damage.MOBILITY) != 0:
            v = 0.0
        dx = goal_x[i] - x[i]
        dy = goal_y[i] - y[i]
        distance = math.sqrt(dx * dx + dy * dy)
        if hovering[i] == 0:
            if v < cruise[i]:
                v = cruise[i]  # a fixed wing must keep flying: with its goal behind it, it circles
            if distance < turn_radius[i] + v * dt and plan_tick[i] > tick + 1:
                plan_tick[i] = tick + 1
        elif dx == 0.0 and dy == 0.0:
            v = 0.0
        if cell[i] == NONE:
            cell[i] = cell_number(rules, rows, columns, x[i], y[i])
            z[i] = body_m(elevation, rules, x[i], y[i], height[i])
            factor[i] = speed_factors[m, cell[i]]
        v *= factor[i]
        if sea_state > 0.0:
            v *= sea_speed_share(sea_state, unit_real[UP.SEA_FULL, i], unit_real[UP.SEA_END, i])
        if endurance[i] <= 0.0 and domain[i] != Domain.AIR:
            v = 0.0
        if v > 0.0:
            old_x = x[i]
            old_y = y[i]
            from_hx = hx[i]
            from_hy = hy[i]
            left = v * dt
            run = 0.0  # by intention: who runs against an obstacle burns fuel too
            path = 0.0
            for q in range(_MOST_STRIDES):
                step = left
                is_there = False
                if distance > 0.0:
                    hx[i], hy[i] = turn_towards(
                        from_hx, from_hy, dx / distance, dy / distance, turn_cos[i], turn_sin[i]
                    )
                    if hovering[i] != 0:
                        aligned = hx[i] * dx + hy[i] * dy
                        if q == 0 and aligned < 0.5 * distance and distance < 2.0 * turn_radius[i] + step:
                            step *= 0.25  # too close to turn at speed: slow down and turn in
                            left = step
                        is_there = step >= distance and aligned >= 0.999 * distance
                        if is_there:
                            step = distance
                is_cut_short = step > cell_m and m != Mobility.AIR
                if is_cut_short:
                    step = cell_m  # nothing that cannot be passed is jumped over
                    is_there = False
                here_x = x[i]
                here_y = y[i]
                new_x = goal_x[i] if is_there else here_x + hx[i] * step
                new_y = goal_y[i] if is_there else here_y + hy[i] * step
                new_x = min(max(new_x, west), east)
                new_y = min(max(new_y, south), north)
                entered = cell_number(rules, rows, columns, new_x, new_y)
                is_blocked = False
                pace = factor[i]
                if entered != cell[i]:
                    if speed_factors[m, entered] <= 0.0:
                        # blocked: slide along the obstacle if one axis is free, else stop
                        is_blocked = True
                        entered = cell_number(rules, rows, columns, new_x, here_y)
                        if speed_factors[m, entered] > 0.0:
                            new_y = here_y
                        else:
                            new_x = here_x
                            entered = cell_number(rules, rows, columns, new_x, new_y)
                            if speed_factors[m, entered] <= 0.0:
                                new_y = here_y
                                entered = cell[i]
                    cell[i] = entered
                    z[i] = body_m(elevation, rules, new_x, new_y, height[i])
                    factor[i] = speed_factors[m, entered]
                x[i] = new_x
                y[i] = new_y
                run += step
                left -= step
                path += math.sqrt((new_x - here_x) * (new_x - here_x) + (new_y - here_y) * (new_y - here_y))
                if is_there and plan_tick[i] > tick + 1:
                    plan_tick[i] = tick + 1  # arrived: decide anew at once
                if left <= 0.0 or is_blocked or not (is_there or is_cut_short):
                    break
                if is_there and not next_leg(
                    tick, seed, replication, i, unit_real, unit_whole, key, group_whole, route, state_real,
                    state_whole, way_real, way_whole,
                ):  # fmt: skip
                    break
                if pace > 0.0:
                    left *= factor[i] / pace
                dx = goal_x[i] - new_x
                dy = goal_y[i] - new_y
                distance = math.sqrt(dx * dx + dy * dy)
            v = run / dt
            vx[i] = (x[i] - old_x) / dt
            vy[i] = (y[i] - old_y) / dt
            distance_m[s] += path
        else:
            vx[i] = 0.0
            vy[i] = 0.0
        if endurance[i] > 0.0:
            endurance[i] -= burn_share(v, cruise[i], idle_burn[i]) * dt
            if endurance[i] <= 0.0:
                endurance[i] = 0.0
                emit(log, r, tick, EventKind.EXHAUSTED, s, i, -1, 0, 0)
        if endurance[i] <= 0.0 and domain[i] == Domain.AIR:
            lose_with_cargo(
                r, tick, i, np.int64(NONE), np.int64(LossCause.CRASH), unit_real, unit_whole, state_real, state_whole,
                side_real, side_whole, log,
            )  # fmt: skip
    return live
