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
    cell_at,
    corners,
    distance_to_closed,
    label_regions,
    line_cost,
    nearest_in_region,
)
from simcore.kernels.ground.searches import FINAL, REACHED, buckets_per_cost, spread
from simcore.kernels.orders.command import is_new_task
from simcore.kinds import Groups
from simcore.orders import OrderR, Orders, OrderW
from simcore.params import GroupSpecW, Params, RuleR, UnitSpecR, UnitSpecW
from simcore.scratch import BUCKETS
from simcore.state import WAY_POINTS, Cells, RouteW, State, UnitR, UnitW, WorldW
from simcore.types import F32, F64, I32, I64, NONE, U8, EndReason, Status, Task

_MOST_ROUTES = 50_000
_MOST_CELLS = 8_000_000  # of all cached cost fields together
_QUEUED = 8  # one in so many cells has room in the queue of a search at first; few searches need more
_LEAST_ROOM = 64
_HALF_DIAGONAL = 0.7071067811865476  # of a cell, in cells
_HARBOUR = 3  # cells round a goal, beyond the clearance, in which a route may use all passable cells


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
    kind: I32,
    first: I32,
    members: I32,
    group_whole: I32,
    orders: Orders,
    groups: Cells,
    units: Cells,
    way_whole: I32,
    world: I32,
    where: I32,
    query: I64,
) -> int:
    """List the new orders whose straight line is blocked; return their number.

    ``ground`` (modes, rows, columns) and ``is_open`` (modes, cells) hold the passable cells of each mode of movement,
    ``kind`` (2, groups) the kind of each group, see ``Router``, and its mode; ``members[first[g]:first[g + 1]]`` are
    the units of group g in the order of their places. A new order of a group with a slot erases the route of the old
    order; finished replications (``world``) take no orders. Mutates ``way_whole``, ``where`` (2, k): replication and
    slot, and ``query`` (k,): the number of the route wanted.
    """
    n = 0
    way_slot = group_whole[GroupSpecW.WAY_SLOT]
    n_groups = way_slot.shape[0]
    rows, columns = ground.shape[1], ground.shape[2]
    n_cells = np.int64(rows * columns)
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
            m = kind[1, g]
            if line_cost(ground[m], is_open[m], frame, x, y, goal_x, goal_y) < np.inf:
                continue
            where[0, n], where[1, n] = r, way_slot[g]
            goal = np.int64(cell_at(frame, rows, columns, goal_x, goal_y))
            start = np.int64(cell_at(frame, rows, columns, x, y))
            query[n] = (np.int64(kind[0, g]) * n_cells + goal) * n_cells + start
            n += 1
    return n


@shared
def write_ways(points: F64, count: I32, place: I64, where: I32, way_real: F64, way_whole: I32) -> None:
    """Write routes into slots: ``place`` (n,) of each in ``points`` (k, 2, WAY_POINTS) and ``count`` (k,).

    ``where`` (2, n) is replication and slot. Mutates ``way_real`` and ``way_whole``.
    """
    for q in range(place.shape[0]):
        p, r, slot = place[q], where[0, q], where[1, q]
        for k in range(count[p]):
            way_real[r, k, slot] = points[p, 0, k]
            way_real[r, WAY_POINTS + k, slot] = points[p, 1, k]
        way_whole[r, RouteW.COUNT, slot] = count[p]


class Pace:
    """The speed of a mode of movement over the raster, and the work space of its searches."""

    def __init__(self, ground: F32, cell_m: float) -> None:
        self.ground, self.cell_m = ground, cell_m
        with np.errstate(divide="ignore"):
            self.slow: F64 = 1.0 / ground.astype(np.float64).reshape(-1)  # closed cells: inf
        finite = self.slow[np.isfinite(self.slow)]
        self.quickest, slowest = float(finite.min(initial=np.inf)), float(finite.max(initial=0.0))
        if len(finite) == 0:
            self.quickest = slowest = 1.0
        self.per_cost = float(buckets_per_cost(self.quickest, slowest, cell_m, BUCKETS))
        # memory pages never written to cost nothing: a route touches the first alone
        self.path, self.line = np.empty(ground.size, dtype=np.int32), np.empty((3, ground.size))


class Costs:
    """Costs of the best routes to one goal, computed as far as needed so far."""

    def __init__(self, pace: Pace, is_open: U8, goal: int) -> None:
        n = pace.slow.size
        self.pace, self.is_open, self.goal = pace, is_open, goal
        # memory pages never written to cost nothing: a search touches only the part of the map it needs
        self.cost, self.mark = np.empty(n), np.zeros(n, dtype=np.uint8)
        self.heads = np.full(BUCKETS, -1, dtype=np.int32)
        self.links, self.cells, self.spare = np.empty((3, n // _QUEUED + _LEAST_ROOM), dtype=np.int32)
        self.cost[goal], self.mark[goal] = 0.0, REACHED
        self.heads[0], self.links[0], self.cells[0] = 0, -1, goal
        self.at: I64 = np.array([0, 1, 1, -1, -1], dtype=np.int64)  # LOWEST, LEFT, TOP, FREE, TARGET

    def reach(self, start: int) -> bool:
        """Continue the search until the cost from a cell is known; return whether there is a route."""
        if self.is_open[start] == 0:
            return False
        if self.mark[start] == FINAL:
            return True
        pace = self.pace
        while spread(
            pace.slow, self.is_open, pace.ground.shape[1], pace.cell_m, pace.quickest, pace.per_cost, self.heads,
            self.links, self.cells, self.spare, self.at, self.cost, self.mark, start,
        ):  # fmt: skip
            self.links, self.cells, self.spare = (
                np.concatenate([each, np.empty_like(each)]) for each in (self.links, self.cells, self.spare)
            )
        return bool(self.mark[start] == FINAL)

    def way(self, frame: F64, start: int, n_most: int) -> F64 | None:
        """Return the corners (2, k) of the route from a cell, or None when there is none."""
        if not self.reach(start):
            return None
        pace = self.pace
        return corners(
            pace.ground, self.is_open, frame, self.cost, self.mark, start, self.goal, n_most, pace.path, pace.line
        )

    def known(self) -> F64:
        """Return the costs from all cells (n,) [m at full speed]; inf where the search has not been or found no way."""
        return np.where(self.mark == FINAL, self.cost, np.inf)


class Router:
    """Finds the routes of new orders. All simulations of the same parameters can share a router.

    Groups with the same mobilities and clearance are of a *kind*: they share routes.
    """

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
        kinds: dict[tuple[int, int], int] = {}
        self._kind = np.zeros((2, n_groups), dtype=np.int32)
        rules = params.rules_real
        self._frame = np.array([rules[RuleR.RASTER_WEST], rules[RuleR.RASTER_SOUTH], rules[RuleR.RASTER_CELL_M]])
        real = params.units.real
        for g in np.flatnonzero(self._slot != NONE):
            units = self._members[self._first[g] : self._first[g + 1]]
            mobilities = tuple(sorted({int(m) for m in params.units.whole[UnitSpecW.MOBILITY, units]}))
            mode = modes.setdefault(mobilities, len(modes))
            offset_m = np.sqrt(real[UnitSpecR.OFFSET_X, units] ** 2 + real[UnitSpecR.OFFSET_Y, units] ** 2).max()
            clearance = math.ceil((offset_m + real[UnitSpecR.TURN_RADIUS, units].max()) / self._frame[2])
            self._kind[:, g] = kinds.setdefault((mode, clearance), len(kinds)), mode
        self._kinds = tuple(kinds)
        grounds = [np.asarray(speed[list(mobilities)].min(axis=0), dtype=np.float32) for mobilities in modes]
        self._ground: F32 = np.ascontiguousarray(np.stack(grounds))
        self._open: U8 = np.ascontiguousarray((self._ground > 0.0).reshape(len(modes), -1).astype(np.uint8))
        self._pace = tuple(Pace(ground, float(self._frame[2])) for ground in self._ground)
        self._region: dict[int, I32] = {}
        self._shore: dict[tuple[int, int, int], int] = {}
        self._wide: dict[tuple[int, int], U8] = {}
        self._costs: OrderedDict[tuple[int, int, int], Costs] = OrderedDict()
        self._place: dict[int, int] = {}  # of known routes, in the tables
        self._points: F64 = np.empty((_LEAST_ROOM, 2, WAY_POINTS))
        self._count: I32 = np.empty(_LEAST_ROOM, dtype=np.int32)

    def plan(self, state: State, orders: Orders) -> None:
        """Write the routes of all new orders into the slots of their groups. Mutates ``state.ways``."""
        if not self.is_needed or not orders.whole[:, OrderW.ISSUED].any():
            return
        with self._lock:
            self._plan(state, orders)

    def _plan(self, state: State, orders: Orders) -> None:
        most = orders.whole.shape[0] * self._slot.shape[0]
        where, query = np.empty((2, most), dtype=np.int32), np.empty(most, dtype=np.int64)
        n = find_blocked(
            self._ground, self._open, self._frame, self._kind, self._first, self._members,
            self._params.groups.whole,
            orders, state.groups, state.units, state.ways.whole, state.world, where, query,
        )  # fmt: skip
        if n == 0:
            return
        wanted: list[int] = query[:n].tolist()
        new = [number for number in dict.fromkeys(wanted) if number not in self._place]
        if len(self._place) + len(new) > _MOST_ROUTES:
            self._place.clear()
            new = list(dict.fromkeys(wanted))
        for number in sorted(new):  # routes to the same goal follow each other
            self._keep(number)
        place = np.fromiter(map(self._place.__getitem__, wanted), dtype=np.int64, count=n)
        write_ways(self._points, self._count, place, where, state.ways.real, state.ways.whole)

    def _keep(self, number: int) -> None:
        """Find a route by its number, and keep it."""
        n_cells = self._open.shape[1]
        rest, start = divmod(number, n_cells)
        kind, goal = divmod(rest, n_cells)
        points = self._search(*self._kinds[kind], start, goal)
        place = self._place[number] = len(self._place)
        if place == len(self._count):
            self._points = np.concatenate([self._points, np.empty_like(self._points)])
            self._count = np.concatenate([self._count, np.empty_like(self._count)])
        self._count[place] = points.shape[1]
        self._points[place, :, : points.shape[1]] = points
        self.n_searched += 1

    def _search(self, mode: int, clearance: int, start: int, goal: int) -> F64:
        """Return the points (2, k) [m] of the route between two cells, k <= WAY_POINTS, k = 0 without a route.

        An unreachable goal is replaced by the nearest reachable cell, which is then the last point.
        """
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
        for margin in dict.fromkeys((clearance, 0)):
            if not self._is_open(mode, margin, goal, start):
                continue
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

    def _to(self, mode: int, margin: int, goal: int) -> Costs:
        """Return the costs to a goal; the most recently used costs are cached."""
        key = (mode, margin, goal)
        costs = self._costs.pop(key, None)
        if costs is None:
            costs = Costs(self._pace[mode], self._open_to(mode, margin, goal), goal)
            while self._costs and (len(self._costs) + 1) * costs.mark.size > _MOST_CELLS:
                self._costs.popitem(last=False)
        self._costs[key] = costs
        return costs

    def _wide_to(self, mode: int, margin: int) -> U8:
        """Return the cells (n,) at least ``margin`` cells from impassable ground."""
        wide = self._wide.get((mode, margin))
        if wide is None:
            is_wide = distance_to_closed(self._ground[mode]) >= margin + _HALF_DIAGONAL
            wide = self._wide[mode, margin] = is_wide.reshape(-1).astype(np.uint8)
        return wide

    def _is_open(self, mode: int, margin: int, goal: int, cell: int) -> bool:
        """Return whether a cell is open to a route to ``goal``, see ``_open_to``."""
        if margin == 0 or self._wide_to(mode, margin)[cell] != 0:
            return bool(self._open[mode, cell])
        columns = self._ground.shape[2]
        row, column = divmod(goal, columns)
        is_near = max(abs(cell // columns - row), abs(cell % columns - column)) <= margin + _HARBOUR
        return is_near and bool(self._open[mode, cell])

    def _open_to(self, mode: int, margin: int, goal: int) -> U8:
        """Return the cells open to a route to ``goal`` (n,): those at least ``margin`` cells from impassable ground.

        Near its goal a route may use all passable cells, so that it can lead into a harbour.
        """
        if margin == 0:
            return self._open[mode]
        rows, columns = self._ground.shape[1:]
        is_open = self._wide_to(mode, margin).copy()
        near = margin + _HARBOUR
        row, column = divmod(goal, columns)
        south, north = max(row - near, 0), min(row + near + 1, rows)
        west, east = max(column - near, 0), min(column + near + 1, columns)
        everywhere = self._open[mode].reshape(rows, columns)
        is_open.reshape(rows, columns)[south:north, west:east] = everywhere[south:north, west:east]
        return is_open
