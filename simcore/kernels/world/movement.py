"""Movement: turning, driving, fuel, arrival. Headings are unit vectors, so no phase needs an angle."""

import math

import numpy as np

from simcore.compiling.jit import formula, inlined, kernel
from simcore.events import Log, emit
from simcore.kernels.fighting.damage import is_falling
from simcore.kernels.fighting.losses import lose_with_cargo
from simcore.kernels.ground.terrain import body_m, raster_cell, sea_speed_share
from simcore.kernels.mathematics.geometry import turn_towards
from simcore.kernels.orders.legs import next_leg
from simcore.kernels.turns import LINE_OF_UNITS, MANY_UNITS, MOVES_AHEAD, prefetch_moves
from simcore.kinds import Ground, Groups, Moment, Routes, Rules, Sides, Units, has_upkeep
from simcore.params import RuleR, UnitSpecR, UnitSpecW
from simcore.state import SideR, UnitR, UnitW
from simcore.types import NONE, Damage, Domain, EventKind, LossCause, Mobility, Status
from simcore.upkeep import UseR

_MOST_STRIDES = 1000  # per step: straight runs between points of a route, or from cell to cell


@formula
def burn_share(speed: float, cruise: float, idle: float) -> float:
    """Return the fuel burn as a share of that at cruise: ``idle`` at rest, 1 at cruise, linear in speed."""
    if cruise <= 0.0:
        return idle
    return idle + (1.0 - idle) * speed / cruise


@kernel
def cell_number(rules: Rules, rows: int, columns: int, x: float, y: float) -> int:
    """Return the number of the raster cell that contains (x, y), row by row from the south-west."""
    row, column = raster_cell(rules.real, rows, columns, x, y)
    return row * columns + column


@inlined
def drive(
    now: Moment, i: int, speed: float, units: Units, ground: Ground, rules: Rules, groups: Groups, routes: Routes
) -> tuple[float, float]:
    """Drive unit ``i`` at ``speed`` [m/s] for the step, from point to point of its route and from cell to cell.

    Returns the intended and the actual distance [m]. Mutates its position, heading, velocity and cell, and on arrival
    its next decision.
    """
    dt = rules.real[RuleR.DT_S]
    west = rules.real[RuleR.WEST]
    east = rules.real[RuleR.EAST]
    south = rules.real[RuleR.SOUTH]
    north = rules.real[RuleR.NORTH]
    cell_m = float(rules.real[RuleR.RASTER_CELL_M])
    turn_cos = units.spec_real[UnitSpecR.TURN_COS]
    turn_sin = units.spec_real[UnitSpecR.TURN_SIN]
    turn_radius = units.spec_real[UnitSpecR.TURN_RADIUS]
    height = units.spec_real[UnitSpecR.HEIGHT_M]
    hovering = units.spec_whole[UnitSpecW.IS_HOVERING]
    x = units.real[UnitR.X]
    y = units.real[UnitR.Y]
    z = units.real[UnitR.Z]
    hx = units.real[UnitR.HX]
    hy = units.real[UnitR.HY]
    goal_x = units.real[UnitR.GOAL_X]
    goal_y = units.real[UnitR.GOAL_Y]
    factor = units.real[UnitR.GROUND_FACTOR]
    cell = units.whole[UnitW.CELL]
    plan_tick = units.whole[UnitW.PLAN_TICK]
    rows = ground.relief.shape[1]
    columns = ground.relief.shape[2]
    m = units.spec_whole[UnitSpecW.MOBILITY, i]
    dx = goal_x[i] - x[i]
    dy = goal_y[i] - y[i]
    distance = math.sqrt(dx * dx + dy * dy)
    old_x = x[i]
    old_y = y[i]
    from_hx = hx[i]
    from_hy = hy[i]
    left = speed * dt
    run = 0.0  # intended run: a blocked unit burns fuel too
    path = 0.0
    for q in range(_MOST_STRIDES):
        step = left
        is_there = False
        if distance > 0.0:
            hx[i], hy[i] = turn_towards(from_hx, from_hy, dx / distance, dy / distance, turn_cos[i], turn_sin[i])
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
            step = cell_m  # so that no impassable cell is skipped
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
            if ground.speed_by_cell[m, entered] <= 0.0:
                # blocked: slide along the obstacle if one axis is free, else stop
                is_blocked = True
                entered = cell_number(rules, rows, columns, new_x, here_y)
                if ground.speed_by_cell[m, entered] > 0.0:
                    new_y = here_y
                else:
                    new_x = here_x
                    entered = cell_number(rules, rows, columns, new_x, new_y)
                    if ground.speed_by_cell[m, entered] <= 0.0:
                        new_y = here_y
                        entered = cell[i]
            cell[i] = entered
            z[i] = body_m(ground.relief, rules.real, new_x, new_y, height[i])
            factor[i] = ground.speed_by_cell[m, entered]
        x[i] = new_x
        y[i] = new_y
        run += step
        left -= step
        path += math.sqrt((new_x - here_x) * (new_x - here_x) + (new_y - here_y) * (new_y - here_y))
        if is_there and plan_tick[i] > now.tick + 1:
            plan_tick[i] = now.tick + 1  # arrived: decide anew at once
        if left <= 0.0 or is_blocked or not (is_there or is_cut_short):
            break
        if is_there and not next_leg(now, i, units, groups, routes):
            break
        if pace > 0.0:
            left *= factor[i] / pace
        dx = goal_x[i] - new_x
        dy = goal_y[i] - new_y
        distance = math.sqrt(dx * dx + dy * dy)
    units.real[UnitR.VX, i] = (x[i] - old_x) / dt
    units.real[UnitR.VY, i] = (y[i] - old_y) / dt
    return run, path


@kernel
def move_units(
    now: Moment,
    units: Units,
    rules: Rules,
    sides: Sides,
    log: Log,
    ground: Ground,
    sea_state: float,
    groups: Groups,
    routes: Routes,
) -> int:
    """Advance every active unit by one tick and burn its fuel. Returns the number of live units.

    A unit that reaches a point of its route continues to the next with the rest of the step; within a step its heading
    stays within one step's turn of the initial heading. Reads goals; mutates positions, headings, velocities, goals,
    endurance, status (a flyer without fuel or drive crashes) and tallies. Each unit writes only its own column.
    """
    n = units.spec_whole.shape[1]
    dt = rules.real[RuleR.DT_S]
    speed_max = units.spec_real[UnitSpecR.SPEED_MAX]
    cruise = units.spec_real[UnitSpecR.SPEED_CRUISE]
    turn_radius = units.spec_real[UnitSpecR.TURN_RADIUS]
    idle_burn = units.spec_real[UnitSpecR.IDLE_BURN]
    side = units.spec_whole[UnitSpecW.SIDE]
    domain = units.spec_whole[UnitSpecW.DOMAIN]
    mobility = units.spec_whole[UnitSpecW.MOBILITY]
    hovering = units.spec_whole[UnitSpecW.IS_HOVERING]
    x = units.real[UnitR.X]
    y = units.real[UnitR.Y]
    z = units.real[UnitR.Z]
    height = units.spec_real[UnitSpecR.HEIGHT_M]
    vx = units.real[UnitR.VX]
    vy = units.real[UnitR.VY]
    goal_x = units.real[UnitR.GOAL_X]
    goal_y = units.real[UnitR.GOAL_Y]
    goal_speed = units.real[UnitR.GOAL_SPEED]
    endurance = units.real[UnitR.ENDURANCE_S]
    status = units.whole[UnitW.STATUS]
    damage = units.whole[UnitW.DAMAGE]
    linked = units.whole[UnitW.LINKED]
    plan_tick = units.whole[UnitW.PLAN_TICK]
    active_s = sides.real[SideR.ACTIVE_S]
    linked_s = sides.real[SideR.LINKED_S]
    distance_m = sides.real[SideR.DISTANCE_M]
    cell = units.whole[UnitW.CELL]
    factor = units.real[UnitR.GROUND_FACTOR]
    rows = ground.relief.shape[1]
    columns = ground.relief.shape[2]
    is_kept = has_upkeep(units)
    live = 0
    for i in range(n):  # before any unit crashes with its cargo
        live += int((status[i] != Status.LOST) & (status[i] < Status.EXPENDED))
    for i in range(n):
        if n >= MANY_UNITS and i % LINE_OF_UNITS == 0:
            prefetch_moves(np.int64(i + MOVES_AHEAD), units)
        if status[i] != Status.ACTIVE:
            vx[i] = 0.0
            vy[i] = 0.0
            continue
        s = side[i]
        if is_falling(i, units):
            lose_with_cargo(now, i, np.int64(NONE), np.int64(LossCause.CRASH), units, sides, log)
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
                v = cruise[i]  # a fixed-wing aircraft must keep flying: with its goal behind it, it circles
            if distance < turn_radius[i] + v * dt and plan_tick[i] > now.tick + 1:
                plan_tick[i] = now.tick + 1
        elif dx == 0.0 and dy == 0.0:
            v = 0.0
        if cell[i] == NONE:
            cell[i] = cell_number(rules, rows, columns, x[i], y[i])
            z[i] = body_m(ground.relief, rules.real, x[i], y[i], height[i])
            factor[i] = ground.speed_by_cell[m, cell[i]]
        v *= factor[i]
        if is_kept:
            v *= units.use_real[UseR.PACE, i]
        if sea_state > 0.0:
            v *= sea_speed_share(
                sea_state, units.spec_real[UnitSpecR.SEA_FULL, i], units.spec_real[UnitSpecR.SEA_END, i]
            )
        if endurance[i] <= 0.0 and domain[i] != Domain.AIR:
            v = 0.0
        if v > 0.0:
            run, path = drive(now, i, v, units, ground, rules, groups, routes)
            v = run / dt
            distance_m[s] += path
        else:
            vx[i] = 0.0
            vy[i] = 0.0
        if endurance[i] > 0.0:
            endurance[i] -= burn_share(v, cruise[i], idle_burn[i]) * dt
            if endurance[i] <= 0.0:
                endurance[i] = 0.0
                emit(log, now, EventKind.EXHAUSTED, s, i, -1, 0, 0)
        if endurance[i] <= 0.0 and domain[i] == Domain.AIR:
            lose_with_cargo(now, i, np.int64(NONE), np.int64(LossCause.CRASH), units, sides, log)
    return live
