"""Ways of transports round impassable ground, found when they set out: the same as those of groups under orders.

A way depends on the raster alone, which all sides know, and on the places of the transport and of its destination. A
transport whose straight line is free, one in the air, and one of a group with ``route: straight`` go straight.
"""

import numpy as np

from simcore.care import SPOTS, TransportR, TransportSpecW, TransportStage, TransportW
from simcore.compiling.jit import formula, kernel
from simcore.kernels.ground.routes import cell_at, line_cost, trace
from simcore.kernels.ground.searches import (
    FINAL,
    FREE,
    LEFT,
    LOWEST,
    REACHED,
    TARGET,
    TOP,
    buckets_per_cost,
    spread,
)
from simcore.kernels.orders.evacuation import destination
from simcore.kinds import Care, Ground, People, Units
from simcore.params import UnitSpecW
from simcore.scratch import WAY_MODE, WAY_PACE, WAY_QUICKEST, Ways
from simcore.state import WAY_POINTS, UnitR
from simcore.types import NONE, Mobility


@formula
def goal_cell(region: int, m: int, x: float, y: float, reach: float, rows: int, columns: int, ways: Ways) -> int:
    """Return the first cell of a region of mobility ``m`` at a point [m] or ``reach`` from it in the four directions.

    A ``region`` of 0 stands for any. Returns -1 where there is none.
    """
    for dx, dy in SPOTS:
        cell = cell_at(ways.frame, rows, columns, x + dx * reach, y + dy * reach)
        label = ways.region[m, cell]
        if label > 0 and (region == 0 or label == region):
            return int(cell)
    return NONE + 0


@kernel
def can_reach(i: int, x: float, y: float, reach: float, units: Units, ground: Ground, ways: Ways) -> bool:
    """Return whether unit ``i`` can come within ``reach`` of a point [m] over the ground that it can use."""
    m = np.int64(units.spec_whole[UnitSpecW.MOBILITY, i])
    if m == Mobility.AIR or ways.region.shape[1] == 0:
        return True
    rows, columns = ground.relief.shape[1], ground.relief.shape[2]
    here = cell_at(ways.frame, rows, columns, units.real[UnitR.X, i], units.real[UnitR.Y, i])
    return goal_cell(np.int64(ways.region[m, here]), m, x, y, reach, rows, columns, ways) >= 0


@kernel
def prepare(m: int, ground: Ground, ways: Ways) -> None:
    """Enter the ground of mobility ``m`` in the work space of searches, unless it is that of the last search."""
    if ways.at[WAY_MODE] == m + 1:
        return
    ways.at[WAY_MODE] = m + 1
    factors = ground.speed_by_cell[m]
    quickest, slowest = np.inf, 0.0
    for k in range(factors.shape[0]):
        ways.is_open[k] = 1 if factors[k] > 0.0 else 0
        ways.slow[k] = 1.0 / np.float64(factors[k]) if factors[k] > 0.0 else np.inf
        quickest = min(quickest, ways.slow[k])
        slowest = max(slowest, ways.slow[k] if ways.is_open[k] else 0.0)
    ways.frame[WAY_QUICKEST] = quickest
    ways.frame[WAY_PACE] = buckets_per_cost(quickest, slowest, ways.frame[2], ways.heads.shape[0])


@kernel
def search(start: int, goal: int, columns: int, ways: Ways) -> bool:
    """Find the costs of the quickest way from ``start`` to ``goal``. Returns whether there is one."""
    ways.mark[:] = 0
    ways.heads[:] = NONE
    ways.at[LOWEST], ways.at[LEFT], ways.at[TOP], ways.at[FREE], ways.at[TARGET] = 0, 1, 1, NONE, NONE
    ways.cost[goal], ways.mark[goal] = 0.0, REACHED
    ways.heads[0], ways.links[0], ways.cells[0] = 0, NONE, goal
    spread(
        ways.slow, ways.is_open, columns, ways.frame[2], ways.frame[WAY_QUICKEST], ways.frame[WAY_PACE], ways.heads,
        ways.links, ways.cells, ways.path, ways.at, ways.cost, ways.mark, start,
    )  # fmt: skip
    return bool(ways.mark[start] == FINAL)


@kernel
def find_way(q: int, units: Units, people: People, care: Care, ground: Ground, ways: Ways) -> None:
    """Find the way of transport ``q`` to its destination: no points where it can go straight, or not at all."""
    i = np.int64(care.transport_spec_whole[TransportSpecW.UNIT, q])
    gx, gy, reach = destination(q, units, people, care)
    real = care.transport_real
    care.transport_whole[TransportW.WAY_COUNT, q] = 0
    care.transport_whole[TransportW.WAY_NEXT, q] = 0
    real[TransportR.WAY_X, q], real[TransportR.WAY_Y, q] = gx, gy
    if care.transport_spec_whole[TransportSpecW.IS_ROUTED, q] == 0:
        return
    m = np.int64(units.spec_whole[UnitSpecW.MOBILITY, i])
    rows, columns = ground.relief.shape[1], ground.relief.shape[2]
    prepare(m, ground, ways)
    x, y = units.real[UnitR.X, i], units.real[UnitR.Y, i]
    if line_cost(ground.speed[m], ways.is_open, ways.frame, x, y, gx, gy) < np.inf:
        return
    start = cell_at(ways.frame, rows, columns, x, y)
    region = np.int64(ways.region[m, start])
    if region == 0:
        return
    goal = goal_cell(region, m, gx, gy, reach, rows, columns, ways)
    if goal < 0 or goal == start or not search(start, np.int64(goal), columns, ways):
        return
    n = trace(
        ground.speed[m], ways.is_open, ways.frame, ways.cost, ways.mark, start, goal, ways.path, ways.x, ways.y,
        ways.left,
    )  # fmt: skip
    is_short = goal != cell_at(ways.frame, rows, columns, gx, gy)
    last = n if is_short else n - 1
    count = min(last - 1, WAY_POINTS)
    for k in range(count):
        real[TransportR.WAY + k, q] = ways.x[k + 1]
        real[TransportR.WAY + WAY_POINTS + k, q] = ways.y[k + 1]
    care.transport_whole[TransportW.WAY_COUNT, q] = count


@kernel
def keep_way(q: int, units: Units, people: People, care: Care, ground: Ground, ways: Ways) -> None:
    """Find the way of transport ``q`` when it has a new destination, or when that has moved out of its reach."""
    count = care.transport_whole[TransportW.WAY_COUNT, q]
    if count != NONE:
        if care.transport_whole[TransportW.STAGE, q] == TransportStage.IDLE:
            return
        x, y, reach = destination(q, units, people, care)
        dx, dy = x - care.transport_real[TransportR.WAY_X, q], y - care.transport_real[TransportR.WAY_Y, q]
        if dx * dx + dy * dy <= reach * reach:
            return
    find_way(q, units, people, care, ground, ways)
