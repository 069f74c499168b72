"""The route home: the endurance it takes, given the ground and the sea along it."""

import math

from simcore.compiling.jit import apart, formula
from simcore.kernels.ground.terrain import raster_cell, sea_speed_share
from simcore.kernels.mathematics.geometry import first_crossing
from simcore.kinds import Ground, Rules, Units
from simcore.params import DETOUR, RuleR, UnitSpecR, UnitSpecW
from simcore.state import UnitR
from simcore.types import F32, F64


@formula
def mean_slowness(ground: F32, rules: F64, x0: float, y0: float, x1: float, y1: float) -> float:
    """Return the mean of 1 / speed factor along a straight line; ``ground`` (rows, columns) holds the factors.

    The line is traversed from cell to cell (Amanatides and Woo 1987). An impassable stretch counts as a detour on the
    ground before it.
    """
    rows = ground.shape[0]
    columns = ground.shape[1]
    cell = float(rules[RuleR.RASTER_CELL_M])
    u0 = (x0 - float(rules[RuleR.RASTER_WEST])) / cell
    v0 = (y0 - float(rules[RuleR.RASTER_SOUTH])) / cell
    du = (x1 - x0) / cell
    dv = (y1 - y0) / cell
    row, column = raster_cell(rules, rows, columns, x0, y0)
    last_row, last_column = raster_cell(rules, rows, columns, x1, y1)
    step_u, delta_u, next_u = first_crossing(u0, du, column)
    step_v, delta_v, next_v = first_crossing(v0, dv, row)
    t = 0.0
    total = 0.0
    slow = 1.0
    for _ in range(rows + columns):
        factor = float(ground[row, column])
        if factor > 0.0:
            slow = 1.0 / factor
        is_last = row == last_row and column == last_column
        end = 1.0 if is_last else min(max(min(next_u, next_v), t), 1.0)
        total += (end - t) * (slow if factor > 0.0 else DETOUR * slow)
        t = end
        if is_last:
            break
        if column != last_column and (next_u <= next_v or row == last_row):
            column += step_u
            next_u += delta_u
        else:
            row += step_v
            next_v += delta_v
    return total


@apart
def is_due_home(
    i: int, home_x: float, home_y: float, left_s: float, units: Units, rules: Rules, ground: Ground, sea_state: float
) -> bool:
    """Return whether the straight route home takes all usable endurance ``left_s`` [s at cruise] of unit ``i``.

    On ground of speed factor f a unit drives at f times its cruise speed and burns idle + (1 - idle) f per second, with
    the current ground and sea. A unit that cannot move at all is not due, since it has nothing to decide.
    """
    cruise = units.spec_real[UnitSpecR.SPEED_CRUISE, i]
    share = sea_speed_share(sea_state, units.spec_real[UnitSpecR.SEA_FULL, i], units.spec_real[UnitSpecR.SEA_END, i])
    if cruise <= 0.0 or share <= 0.0:
        return False
    x = units.real[UnitR.X, i]
    y = units.real[UnitR.Y, i]
    dx = home_x - x
    dy = home_y - y
    away_s = math.sqrt(dx * dx + dy * dy) / cruise
    idle = units.spec_real[UnitSpecR.IDLE_BURN, i]
    slowness = mean_slowness(ground.speed[units.spec_whole[UnitSpecW.MOBILITY, i]], rules.real, x, y, home_x, home_y)
    return away_s * (1.0 - idle + idle * slowness / share) >= left_s
