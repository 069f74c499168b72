"""Movement: turning, driving, fuel, arrival. Headings are unit vectors, so no phase needs an angle."""

import math

import numpy as np

from simcore.compiling.jit import apart, formula, inlined, kernel
from simcore.compiling.prefetch import prefetch
from simcore.events import Log, emit
from simcore.kernels.fighting.damage import is_falling
from simcore.kernels.fighting.losses import lose_with_cargo
from simcore.kernels.ground.terrain import body_m, raster_cell, sea_speed_share
from simcore.kernels.mathematics.geometry import turn_towards
from simcore.kernels.orders.legs import next_leg
from simcore.kernels.turns import LINE_OF_UNITS, MANY_UNITS, prefetch_moves
from simcore.kernels.world.strides import (
    UNITS_TOGETHER,
    Ahead,
    Stride,
    ahead_of,
    course_of,
    craft_of,
    end_strides,
    field_of,
    intent_of,
    is_any_moving,
    pace_strides,
    plan_strides,
    rest_strides,
    slow_strides,
    take_strides,
)
from simcore.kinds import Ground, Groups, Moment, Routes, Rules, Sides, Units, has_upkeep
from simcore.params import RuleR, UnitSpecR, UnitSpecW
from simcore.scratch import Scratch, ScratchW
from simcore.state import SideR, UnitR, UnitW
from simcore.types import F64, I32, NONE, Damage, Domain, EventKind, LossCause, Mobility, Status
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


@apart
def move_alone(
    now: Moment,
    i: int,
    units: Units,
    rules: Rules,
    sides: Sides,
    log: Log,
    ground: Ground,
    sea_state: float,
    groups: Groups,
    routes: Routes,
) -> float:
    """Advance the active unit ``i`` by one tick and burn its fuel. Returns its way [m].

    This is the movement of a unit; ``take_strides`` is the same for many units with a usual stride.
    """
    dt = rules.real[RuleR.DT_S]
    cruise = units.spec_real[UnitSpecR.SPEED_CRUISE, i]
    domain = units.spec_whole[UnitSpecW.DOMAIN, i]
    m = units.spec_whole[UnitSpecW.MOBILITY, i]
    endurance = units.real[UnitR.ENDURANCE_S]
    plan_tick = units.whole[UnitW.PLAN_TICK]
    cell = units.whole[UnitW.CELL]
    x = units.real[UnitR.X, i]
    y = units.real[UnitR.Y, i]
    if is_falling(i, units):
        lose_with_cargo(now, i, np.int64(NONE), np.int64(LossCause.CRASH), units, sides, log)
        return 0.0
    way = 0.0
    v = min(units.real[UnitR.GOAL_SPEED, i], units.spec_real[UnitSpecR.SPEED_MAX, i])
    if m == Mobility.FIXED or (units.whole[UnitW.DAMAGE, i] & Damage.MOBILITY) != 0:
        v = 0.0
    dx = units.real[UnitR.GOAL_X, i] - x
    dy = units.real[UnitR.GOAL_Y, i] - y
    distance = math.sqrt(dx * dx + dy * dy)
    if units.spec_whole[UnitSpecW.IS_HOVERING, i] == 0:
        if v < cruise:
            v = cruise  # a fixed-wing aircraft must keep flying: with its goal behind it, it circles
        if distance < units.spec_real[UnitSpecR.TURN_RADIUS, i] + v * dt and plan_tick[i] > now.tick + 1:
            plan_tick[i] = now.tick + 1
    elif dx == 0.0 and dy == 0.0:
        v = 0.0
    if cell[i] == NONE:
        cell[i] = cell_number(rules, ground.relief.shape[1], ground.relief.shape[2], x, y)
        enter_cell(i, x, y, units, ground, rules)
    v *= units.real[UnitR.GROUND_FACTOR, i]
    if has_upkeep(units):
        v *= units.use_real[UseR.PACE, i]
    if sea_state > 0.0:
        v *= sea_speed_share(sea_state, units.spec_real[UnitSpecR.SEA_FULL, i], units.spec_real[UnitSpecR.SEA_END, i])
    if endurance[i] <= 0.0 and domain != Domain.AIR:
        v = 0.0
    if v > 0.0:
        run, way = drive(now, i, v, units, ground, rules, groups, routes)
        v = run / dt
    else:
        units.real[UnitR.VX, i] = 0.0
        units.real[UnitR.VY, i] = 0.0
    if endurance[i] > 0.0:
        endurance[i] -= burn_share(v, cruise, units.spec_real[UnitSpecR.IDLE_BURN, i]) * dt
        if endurance[i] <= 0.0:
            endurance[i] = 0.0
            emit(log, now, EventKind.EXHAUSTED, units.spec_whole[UnitSpecW.SIDE, i], i, -1, 0, 0)
    if endurance[i] <= 0.0 and domain == Domain.AIR:
        lose_with_cargo(now, i, np.int64(NONE), np.int64(LossCause.CRASH), units, sides, log)
    return way


@kernel
def enter_cell(i: int, x: float, y: float, units: Units, ground: Ground, rules: Rules) -> None:
    """Set the height and the speed factor of unit ``i`` at (x, y), which has entered its raster cell."""
    units.real[UnitR.Z, i] = body_m(ground.relief, rules.real, x, y, units.spec_real[UnitSpecR.HEIGHT_M, i])
    units.real[UnitR.GROUND_FACTOR, i] = ground.speed_by_cell[
        units.spec_whole[UnitSpecW.MOBILITY, i], units.whole[UnitW.CELL, i]
    ]


@inlined
def enter_cells(
    first: int, begin: int, end: int, units: Units, ground: Ground, rules: Rules, work: Scratch, ahead: Ahead
) -> int:
    """Let the units enter their new raster cells, and list those with another unusual stride, or with a cell closed to
    them, in DUE: numbers within the units computed together. Returns their number.

    The ground of all new cells is prefetched first: it is seldom in the nearest cache.
    """
    rows = ground.relief.shape[1]
    columns = ground.relief.shape[2]
    mobility = units.spec_whole[UnitSpecW.MOBILITY]
    cell = units.whole[UnitW.CELL]
    unusual = work.whole[ScratchW.DUE]
    entered = work.whole[ScratchW.QUEUE]
    n_unusual = 0
    for k in range(begin, end):
        unusual[n_unusual] = k
        n_unusual += int(ahead.stride[k] >= Stride.NEW_CELL)
    for q in range(n_unusual):
        k = np.int64(unusual[q])
        if ahead.stride[k] == Stride.NEW_CELL:
            row, column = raster_cell(rules.real, rows, columns, ahead.x[k], ahead.y[k])
            entered[q] = row * columns + column
            prefetch(ground.speed_by_cell, mobility[first + k], row * columns + column)
            prefetch(ground.relief[0], row, column)
            prefetch(ground.relief[1], row, column)
    n_alone = 0
    for q in range(n_unusual):
        k = np.int64(unusual[q])
        i = first + k
        if ahead.stride[k] == Stride.NEW_CELL and ground.speed_by_cell[mobility[i], entered[q]] > 0.0:
            ahead.stride[k] = Stride.USUAL
            cell[i] = entered[q]
            enter_cell(i, ahead.x[k], ahead.y[k], units, ground, rules)
        unusual[n_alone] = k  # overwrites an entry already read
        n_alone += int(ahead.stride[k] != Stride.USUAL)
    return n_alone


@kernel
def add_times(first: int, last: int, units: Units, rules: Rules, sides: Sides, way_m: F64, stride: I32) -> None:
    """Add the times and ways of the units from ``first`` on to the tallies of their sides, unit by unit."""
    dt = rules.real[RuleR.DT_S]
    side = units.spec_whole[UnitSpecW.SIDE]
    linked = units.whole[UnitW.LINKED]
    s = side[first]
    active_s = sides.real[SideR.ACTIVE_S, s]
    linked_s = sides.real[SideR.LINKED_S, s]
    distance_m = sides.real[SideR.DISTANCE_M, s]
    for k in range(last - first):
        if stride[k] == Stride.NONE or stride[k] == Stride.FALL:
            continue  # not in the world
        if side[first + k] != s:
            sides.real[SideR.ACTIVE_S, s] = active_s
            sides.real[SideR.LINKED_S, s] = linked_s
            sides.real[SideR.DISTANCE_M, s] = distance_m
            s = side[first + k]
            active_s = sides.real[SideR.ACTIVE_S, s]
            linked_s = sides.real[SideR.LINKED_S, s]
            distance_m = sides.real[SideR.DISTANCE_M, s]
        active_s += dt
        linked_s += dt if linked[first + k] != 0 else 0.0
        distance_m += way_m[k]
    sides.real[SideR.ACTIVE_S, s] = active_s
    sides.real[SideR.LINKED_S, s] = linked_s
    sides.real[SideR.DISTANCE_M, s] = distance_m


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
    work: Scratch,
) -> int:
    """Advance every active unit by one tick and burn its fuel. Returns the number of live units.

    A unit that reaches a point of its route continues to the next with the rest of the step; within a step its heading
    stays within one step's turn of the initial heading. Reads goals; mutates positions, headings, velocities, goals,
    endurance, status (a flyer without fuel or drive crashes) and tallies. Each unit writes only its own column.

    Strides of units are computed many at a time (``strides``); units with an unusual stride move alone.
    """
    n = units.spec_whole.shape[1]
    dt = rules.real[RuleR.DT_S]
    status = units.whole[UnitW.STATUS]
    cell = units.whole[UnitW.CELL]
    craft, at, intent, ahead, field = (
        craft_of(units), course_of(units), intent_of(units), ahead_of(work), field_of(rules, ground),
    )  # fmt: skip
    stride, way = ahead.stride, ahead.way
    unusual = work.whole[ScratchW.DUE]
    live = 0
    for i in range(n):  # before any unit crashes with its cargo
        live += int((status[i] != Status.LOST) & (status[i] < Status.EXPENDED))
    for first in range(0, n, UNITS_TOGETHER):
        last = min(first + UNITS_TOGETHER, n)
        if n >= MANY_UNITS:
            for i in range(last, last + UNITS_TOGETHER, LINE_OF_UNITS):
                prefetch_moves(np.int64(i), units)
        plan_strides(first, last, dt, np.int32(now.tick + 1), craft, at, intent, ahead)
        if has_upkeep(units):
            pace_strides(first, last, units.use_real[UseR.PACE], way)
        if sea_state > 0.0:
            slow_strides(
                first, last, sea_state, units.spec_real[UnitSpecR.SEA_FULL], units.spec_real[UnitSpecR.SEA_END], way
            )
        n_here = last - first
        begin = 0
        while begin < n_here:  # units that move, or units that do not
            end = min(begin + LINE_OF_UNITS, n_here)
            is_moving = is_any_moving(begin, end, way, stride)
            while end < n_here:
                further = min(end + LINE_OF_UNITS, n_here)
                if is_any_moving(end, further, way, stride) != is_moving:
                    break
                end = further
            if is_moving:
                take_strides(first, begin, end, dt, field, craft, at, cell, ahead)
            else:
                rest_strides(first, begin, end, dt, craft, at, ahead)
            n_alone = enter_cells(first, begin, end, units, ground, rules, work, ahead)
            if is_moving:
                end_strides(first, begin, end, at, ahead)
            for q in range(n_alone):
                k = np.int64(unusual[q])
                way[k] = move_alone(now, first + k, units, rules, sides, log, ground, sea_state, groups, routes)
            begin = end
        add_times(first, last, units, rules, sides, way, stride)
    return live
