"""Routes around obstacles, planned when an order is given.

Orders are entered outside the compiled loop, so a new order of a group on the ground or the water is routed here: from
the last reported position of the group to the point of the order, over the raster, which all sides know. A route has
no other inputs, so it reveals nothing to a side. Each pair of cells is searched once and its route is cached; the cache
changes the speed and no result.
"""

import math
from collections import OrderedDict
from threading import Lock

import numpy as np

from simcore.compiling.jit import kernel, shared
from simcore.kernels.ground.routes import (
    FINAL,
    LEFT,
    NARROWER,
    REACHED,
    cell_at,
    corners,
    distance_to_closed,
    label_regions,
    line_cost,
    nearest_in_region,
    spread,
)
from simcore.kernels.orders.command import is_new_task
from simcore.kinds import Groups
from simcore.orders import OrderR, Orders, OrderW
from simcore.params import GroupSpecW, Params, RuleR, UnitSpecR, UnitSpecW
from simcore.state import WAY_POINTS, Cells, RouteW, State, UnitR, UnitW, WorldW
from simcore.types import F32, F64, I32, I64, NONE, U8, EndReason, Status, Task

_MOST_ROUTES = 50_000
_MOST_CELLS = 8_000_000  # of all cached cost fields together
_MOST_BUCKET_BITS = 10
_QUEUED = 8  # one in so many cells has room in the queue of a search at first; few searches need more
_LEAST_ROOM = 64
_HALF_DIAGONAL = 0.7071067811865476  # of a cell, in cells


@kernel
def find_lead(units: I32, whole: I32) -> int:
    """Return the first of a group's ``units`` last reported as active, else the first reported aboard, else -1."""
    aboard = -1
    for i in units:
        status = whole[UnitW.REPORT_STATUS, i]
        if status == Status.ACTIVE:
            return i
        if aboard < 0 and status < Status.RESERVE:
            aboard = i
    return aboard


@shared
def find_blocked(
    ground: F32,
    is_open: U8,
    frame: F64,
    mode: I32,
    first: I32,
    members: I32,
    group_whole: I32,
    orders: Orders,
    groups: Cells,
    units: Cells,
    way_whole: I32,
    world: I32,
    found_whole: I32,
    found_real: F64,
) -> int:
    """List the new orders whose straight line is blocked; return their number.

    ``ground`` (modes, rows, columns) and ``is_open`` (modes, cells) hold the passable cells of each ``mode`` (groups,);
    ``members[first[g]:first[g + 1]]`` are the units of group g in the order of their places. A new order of a group
    with a slot erases the route of the old order; finished replications (``world``) take no orders. Mutates
    ``way_whole``, ``found_whole`` (3, k): replication, group, start cell, and ``found_real`` (2, k): the goal [m].
    """
    n = 0
    way_slot = group_whole[GroupSpecW.WAY_SLOT]
    n_groups = way_slot.shape[0]
    rows, columns = ground.shape[1], ground.shape[2]
    for r in range(orders.whole.shape[0]):
        if world[r, WorldW.REASON] != EndReason.RUNNING:
            continue
        for g in range(n_groups):
            if way_slot[g] < 0 or orders.whole[r, OrderW.ISSUED, g] == 0:
                continue
            if not is_new_task(
                orders.real[r], orders.whole[r], Groups(group_whole, groups.real[r], groups.whole[r]), g
            ):
                continue
            way_whole[r, RouteW.COUNT, way_slot[g]] = 0
            task = orders.whole[r, OrderW.TASK, g]
            if task == Task.HOLD or task == Task.RECOVER:
                continue
            lead = find_lead(members[first[g] : first[g + 1]], units.whole[r])
            if lead < 0:
                continue
            goal_x, goal_y = orders.real[r, OrderR.X, g], orders.real[r, OrderR.Y, g]
            if task == Task.ESCORT:
                h = orders.whole[r, OrderW.TARGET, g]
                other = find_lead(members[first[h] : first[h + 1]], units.whole[r]) if h >= 0 else -1
                if other < 0:
                    continue
                goal_x, goal_y = units.real[r, UnitR.REPORT_X, other], units.real[r, UnitR.REPORT_Y, other]
            x, y = units.real[r, UnitR.REPORT_X, lead], units.real[r, UnitR.REPORT_Y, lead]
            m = mode[g]
            if line_cost(ground[m], is_open[m], frame, x, y, goal_x, goal_y) < np.inf:
                continue
            found_whole[0, n] = r
            found_whole[1, n] = g
            found_whole[2, n] = cell_at(frame, rows, columns, x, y)
            found_real[0, n] = goal_x
            found_real[1, n] = goal_y
            n += 1
    return n


class Pace:
    """The speed of a mode of movement over the raster, and the buckets of costs for its searches."""

    def __init__(self, ground: F32, cell_m: float) -> None:
        self.ground, self.cell_m = ground, cell_m
        with np.errstate(divide="ignore"):
            self.slow: F64 = 1.0 / ground.astype(np.float64).reshape(-1)  # closed cells: inf
        finite = self.slow[np.isfinite(self.slow)]
        quickest, slowest = float(finite.min(initial=np.inf)), float(finite.max(initial=0.0))
        if len(finite) == 0:
            quickest = slowest = 1.0
        self.per_cost = 1.0 / (quickest * cell_m * NARROWER)
        # room for the costs of the slowest diagonal step, where that is sensible
        self.n_buckets = 1 << min(math.ceil(math.log2(1.5 * slowest / quickest + 3.0)), _MOST_BUCKET_BITS)


class Costs:
    """Costs of the best routes to one goal, computed as far as needed so far."""

    def __init__(self, pace: Pace, is_open: U8, goal: int) -> None:
        n = pace.slow.size
        self.pace, self.is_open, self.goal = pace, is_open, goal
        # memory pages never written to cost nothing: a search touches only the part of the map it needs
        self.cost, self.mark = np.empty(n), np.zeros(n, dtype=np.uint8)
        self.heads = np.full(pace.n_buckets, -1, dtype=np.int32)
        self.links, self.cells = np.empty((2, n // _QUEUED + _LEAST_ROOM), dtype=np.int32)
        self.cost[goal], self.mark[goal] = 0.0, REACHED
        self.heads[0], self.links[0], self.cells[0] = 0, -1, goal
        self.at: I64 = np.array([0, 1, 1, -1], dtype=np.int64)  # LOWEST, LEFT, TOP, FREE

    def reach(self, start: int) -> bool:
        """Continue the search until the cost from a cell is known; return whether there is a route."""
        if self.is_open[start] == 0:
            return False
        pace = self.pace
        while True:
            spread(
                pace.slow, self.is_open, pace.ground.shape[1], pace.cell_m, pace.per_cost, self.heads, self.links,
                self.cells, self.at, self.cost, self.mark, start,
            )  # fmt: skip
            if self.mark[start] == FINAL:
                return True
            if self.at[LEFT] == 0:
                return False
            self.links, self.cells = (np.concatenate([each, np.empty_like(each)]) for each in (self.links, self.cells))

    def way(self, frame: F64, start: int, n_most: int) -> F64 | None:
        """Return the corners (2, k) of the route from a cell, or None when there is none."""
        if not self.reach(start):
            return None
        return corners(self.pace.ground, self.is_open, frame, self.cost, self.mark, start, self.goal, n_most)

    def known(self) -> F64:
        """Return the costs from all cells (n,) [m at full speed]; inf where the search has not been or found no way."""
        return np.where(self.mark == FINAL, self.cost, np.inf)


class Router:
    """Finds the routes of new orders. All simulations of the same parameters can share a router."""

    def __init__(self, params: Params) -> None:
        self._slot: I32 = params.groups.whole[GroupSpecW.WAY_SLOT].copy()
        self.is_needed = bool((self._slot != NONE).any())
        self.n_searched = 0
        if not self.is_needed:
            return
        self._lock = Lock()
        self._params = params
        group = params.units.whole[UnitSpecW.GROUP]
        n_groups = self._slot.shape[0]
        place = params.units.whole[UnitSpecW.PLACE_IN_GROUP]
        self._members: I32 = np.lexsort((place, group)).astype(np.int32)
        self._first: I32 = np.concatenate([[0], np.cumsum(np.bincount(group, minlength=n_groups))]).astype(np.int32)
        speed = params.terrain.speed
        modes: dict[tuple[int, ...], int] = {}
        self._mode = np.zeros(n_groups, dtype=np.int32)
        self._clearance = np.zeros(n_groups)
        rules = params.rules_real
        self._frame = np.array([rules[RuleR.RASTER_WEST], rules[RuleR.RASTER_SOUTH], rules[RuleR.RASTER_CELL_M]])
        real = params.units.real
        for g in np.flatnonzero(self._slot != NONE):
            units = self._members[self._first[g] : self._first[g + 1]]
            kinds = tuple(sorted({int(m) for m in params.units.whole[UnitSpecW.MOBILITY, units]}))
            self._mode[g] = modes.setdefault(kinds, len(modes))
            offset_m = np.sqrt(real[UnitSpecR.OFFSET_X, units] ** 2 + real[UnitSpecR.OFFSET_Y, units] ** 2).max()
            self._clearance[g] = math.ceil((offset_m + real[UnitSpecR.TURN_RADIUS, units].max()) / self._frame[2])
        grounds = [np.asarray(speed[list(kinds)].min(axis=0), dtype=np.float32) for kinds in modes]
        self._ground: F32 = np.ascontiguousarray(np.stack(grounds))
        self._open: U8 = np.ascontiguousarray((self._ground > 0.0).reshape(len(modes), -1).astype(np.uint8))
        self._pace = tuple(Pace(ground, float(self._frame[2])) for ground in self._ground)
        self._region: dict[int, I32] = {}
        self._shore: dict[tuple[int, int, int], int] = {}
        self._wide: dict[tuple[int, float], U8] = {}
        self._routes: dict[tuple[int, float, int, int], F64] = {}
        self._costs: OrderedDict[tuple[int, float, int], Costs] = OrderedDict()

    def plan(self, state: State, orders: Orders) -> None:
        """Write the routes of all new orders into the slots of their groups. Mutates ``state.ways``."""
        if not self.is_needed or not orders.whole[:, OrderW.ISSUED].any():
            return
        with self._lock:
            self._plan(state, orders)

    def _plan(self, state: State, orders: Orders) -> None:
        most = orders.whole.shape[0] * self._slot.shape[0]
        where, goals = np.empty((3, most), dtype=np.int32), np.empty((2, most))
        n = find_blocked(
            self._ground, self._open, self._frame, self._mode, self._first, self._members,
            self._params.groups.whole,
            orders, state.groups, state.units, state.ways.whole, state.world, where, goals,
        )  # fmt: skip
        rows, columns = self._ground.shape[1:]
        for k in range(n):
            r, g, start = (int(value) for value in where[:, k])
            goal = cell_at(self._frame, rows, columns, goals[0, k], goals[1, k])
            points = self.route(g, start, goal)
            count = points.shape[1]
            slot = int(self._slot[g])
            state.ways.real[r, :count, slot] = points[0]
            state.ways.real[r, WAY_POINTS : WAY_POINTS + count, slot] = points[1]
            state.ways.whole[r, RouteW.COUNT, slot] = count

    def route(self, group: int, start: int, goal: int) -> F64:
        """Return the points (2, k) [m] of the route between two cells, k <= WAY_POINTS, k = 0 without a route.

        An unreachable goal is replaced by the nearest reachable cell, which is then the last point.
        """
        mode, clearance = int(self._mode[group]), float(self._clearance[group])
        key = (mode, clearance, start, goal)
        points = self._routes.get(key)
        if points is None:
            if len(self._routes) >= _MOST_ROUTES:
                self._routes.clear()
            points = self._routes[key] = self._search(mode, clearance, start, goal)
            self.n_searched += 1
        return points

    def _search(self, mode: int, clearance: float, start: int, goal: int) -> F64:
        nowhere = np.empty((2, 0))
        label = self._region.get(mode)
        if label is None:
            label = self._region[mode] = label_regions(self._ground[mode])
        region = int(label[start])
        if region == 0:
            return nowhere
        is_short = int(label[goal]) != region
        if is_short:
            goal = self._nearest(mode, region, label, goal)
        n_most = WAY_POINTS - 1 if is_short else WAY_POINTS
        for margin in dict.fromkeys((clearance, 0.0)):
            points = self._to(mode, margin, goal).way(self._frame, start, n_most)
            if points is not None:
                break
        else:
            return nowhere
        if not is_short or start == goal:
            return points
        west, south, cell_m = self._frame
        columns = self._ground.shape[2]
        last = np.array([[west + (goal % columns + 0.5) * cell_m], [south + (goal // columns + 0.5) * cell_m]])
        return np.concatenate([points, last], axis=1)

    def _nearest(self, mode: int, region: int, label: I32, goal: int) -> int:
        """Return the cell of a region nearest to a goal outside it; cached, since many groups share a goal."""
        key = (mode, region, goal)
        cell = self._shore.get(key)
        if cell is None:
            if len(self._shore) >= _MOST_ROUTES:
                self._shore.clear()
            cell = self._shore[key] = int(nearest_in_region(label, self._ground.shape[2], region, goal))
        return cell

    def _to(self, mode: int, margin: float, goal: int) -> Costs:
        """Return the costs to a goal; the most recently used costs are cached."""
        key = (mode, margin, goal)
        costs = self._costs.pop(key, None)
        if costs is None:
            costs = Costs(self._pace[mode], self._open_to(mode, margin, goal), goal)
            while self._costs and (len(self._costs) + 1) * costs.mark.size > _MOST_CELLS:
                self._costs.popitem(last=False)
        self._costs[key] = costs
        return costs

    def _open_to(self, mode: int, margin: float, goal: int) -> U8:
        """Return the cells open to a route to ``goal`` (n,): those at least ``margin`` cells from impassable ground.

        Near its goal a route may use all passable cells, so that it can lead into a harbour.
        """
        rows, columns = self._ground.shape[1:]
        wide = self._wide.get((mode, margin))
        if wide is None:
            is_wide = distance_to_closed(self._ground[mode]) >= margin + _HALF_DIAGONAL
            wide = self._wide[mode, margin] = is_wide.reshape(-1).astype(np.uint8)
        is_open = wide.copy()
        near = int(margin) + 3
        row, column = divmod(goal, columns)
        south, north = max(row - near, 0), min(row + near + 1, rows)
        west, east = max(column - near, 0), min(column + near + 1, columns)
        everywhere = self._open[mode].reshape(rows, columns)
        is_open.reshape(rows, columns)[south:north, west:east] = everywhere[south:north, west:east]
        return is_open
