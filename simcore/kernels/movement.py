"""Movement: turn, drive, burn, arrive. A unit's heading is a unit vector, so no phase needs an angle."""

import math

from numba import njit

from simcore.events import Log, emit
from simcore.kernels.geometry import turn_towards
from simcore.kernels.terrain import raster_cell
from simcore.params import RP, UP, UW, Block, Terrain
from simcore.state import TR, Cells, T, U, W
from simcore.types import F32, F64, Damage, Domain, EventKind, Mobility, Status


@njit(cache=True, error_model="numpy")
def burn_share(speed: float, cruise: float, idle: float) -> float:
    """Return the burn as a share of that at cruise: ``idle`` at rest, 1 at cruise, linear in speed."""
    if cruise <= 0.0:
        return idle
    return idle + (1.0 - idle) * speed / cruise


@njit(cache=True, error_model="numpy")
def speed_factor(speed: F32, rules: F64, mobility: int, x: float, y: float) -> float:
    """Return the factor of the ground on a unit's speed at (x, y); 0 where it cannot go."""
    rows = speed.shape[1]
    columns = speed.shape[2]
    row, column = raster_cell(rules, rows, columns, x, y)
    return float(speed[mobility, row, column])


@njit(cache=True, error_model="numpy")
def move_units(
    r: int, tick: int, units: Block, terrain: Terrain, rules: F64, state: Cells, sides: Cells, log: Log
) -> int:
    """Advance every active unit by one tick and burn its fuel. Returns the number of live units.

    Reads goals; mutates positions, headings, velocities, endurance, status (a flyer without fuel
    crashes) and tallies. Each unit writes only its own row.
    """
    n = units.whole.shape[1]
    dt = rules[RP.DT_S]
    west = rules[RP.WEST]
    east = rules[RP.EAST]
    south = rules[RP.SOUTH]
    north = rules[RP.NORTH]
    speed_max = units.real[UP.SPEED_MAX]
    cruise = units.real[UP.SPEED_CRUISE]
    turn_cos = units.real[UP.TURN_COS]
    turn_sin = units.real[UP.TURN_SIN]
    turn_radius = units.real[UP.TURN_RADIUS]
    idle_burn = units.real[UP.IDLE_BURN]
    side = units.whole[UW.SIDE]
    domain = units.whole[UW.DOMAIN]
    mobility = units.whole[UW.MOBILITY]
    hovering = units.whole[UW.IS_HOVERING]
    x = state.real[r, U.X]
    y = state.real[r, U.Y]
    hx = state.real[r, U.HX]
    hy = state.real[r, U.HY]
    vx = state.real[r, U.VX]
    vy = state.real[r, U.VY]
    goal_x = state.real[r, U.GOAL_X]
    goal_y = state.real[r, U.GOAL_Y]
    goal_speed = state.real[r, U.GOAL_SPEED]
    endurance = state.real[r, U.ENDURANCE_S]
    status = state.whole[r, W.STATUS]
    damage = state.whole[r, W.DAMAGE]
    linked = state.whole[r, W.LINKED]
    plan_tick = state.whole[r, W.PLAN_TICK]
    active_s = sides.real[r, TR.ACTIVE_S]
    linked_s = sides.real[r, TR.LINKED_S]
    distance_m = sides.real[r, TR.DISTANCE_M]
    has_ground = terrain.speed.shape[1] * terrain.speed.shape[2] > 1
    live = 0
    for i in range(n):
        if status[i] != Status.ACTIVE:
            vx[i] = 0.0
            vy[i] = 0.0
            if status[i] != Status.LOST:
                live += 1
            continue
        live += 1
        s = side[i]
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
        elif distance == 0.0:
            v = 0.0
        if v > 0.0 and has_ground and m < Mobility.AIR:
            v *= speed_factor(terrain.speed, rules, m, x[i], y[i])
        if endurance[i] <= 0.0 and domain[i] != Domain.AIR:
            v = 0.0
        if v > 0.0:
            old_x = x[i]
            old_y = y[i]
            step = v * dt
            new_x = goal_x[i]
            new_y = goal_y[i]
            if distance > 0.0:
                hx[i], hy[i] = turn_towards(hx[i], hy[i], dx / distance, dy / distance, turn_cos[i], turn_sin[i])
                aligned = hx[i] * dx + hy[i] * dy
                if hovering[i] != 0 and aligned < 0.5 * distance and distance < 2.0 * turn_radius[i] + step:
                    step *= 0.25  # too close to turn at speed: slow down and turn in
                    v *= 0.25
                if hovering[i] == 0 or step < distance or aligned < 0.999 * distance:
                    new_x = old_x + hx[i] * step
                    new_y = old_y + hy[i] * step
                else:
                    v = distance / dt
                    if plan_tick[i] > tick + 1:
                        plan_tick[i] = tick + 1  # arrived: decide anew at once
            else:
                new_x = old_x + hx[i] * step
                new_y = old_y + hy[i] * step
            new_x = min(max(new_x, west), east)
            new_y = min(max(new_y, south), north)
            if has_ground and m < Mobility.AIR and speed_factor(terrain.speed, rules, m, new_x, new_y) <= 0.0:
                # blocked: slide along the obstacle if one axis is free, else stop
                if speed_factor(terrain.speed, rules, m, new_x, old_y) > 0.0:
                    new_y = old_y
                elif speed_factor(terrain.speed, rules, m, old_x, new_y) > 0.0:
                    new_x = old_x
                else:
                    new_x = old_x
                    new_y = old_y
            x[i] = new_x
            y[i] = new_y
            vx[i] = (new_x - old_x) / dt
            vy[i] = (new_y - old_y) / dt
            distance_m[s] += v * dt
        else:
            vx[i] = 0.0
            vy[i] = 0.0
        if endurance[i] > 0.0:
            endurance[i] -= burn_share(v, cruise[i], idle_burn[i]) * dt
            if endurance[i] <= 0.0:
                endurance[i] = 0.0
                emit(log, r, tick, EventKind.EXHAUSTED, s, i, -1, 0, 0)
        if endurance[i] <= 0.0 and domain[i] == Domain.AIR:
            crash(r, tick, i, s, units, state, sides, log)
            live -= 1
    return live


@njit(cache=True, error_model="numpy")
def crash(r: int, tick: int, i: int, side: int, units: Block, state: Cells, sides: Cells, log: Log) -> None:
    """Lose unit ``i`` for want of fuel."""
    state.whole[r, W.STATUS, i] = Status.LOST
    state.real[r, U.VX, i] = 0.0
    state.real[r, U.VY, i] = 0.0
    if state.whole[r, W.LINKED, i] != 0:
        state.whole[r, W.REPORT_STATUS, i] = Status.LOST
    sides.whole[r, T.LOSSES, side] += 1
    sides.whole[r, T.CRASHES, side] += 1
    sides.real[r, TR.COST_LOST, side] += units.real[UP.COST, i]
    emit(log, r, tick, EventKind.LOSS, side, i, -1, 1, 0)
