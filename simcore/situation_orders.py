"""The orders in force of a situation: entered as the orders of record that the units have already adopted."""

import numpy as np

from simcore.orders import OrderR, Orders, OrderW
from simcore.params import GroupSpecW, Params, RuleW, UnitSpecR, UnitSpecW
from simcore.routing import Router
from simcore.situation_tables import RouteTable, Situation
from simcore.state import WAY_POINTS, GroupR, GroupW, RouteW, State, UnitR, UnitW
from simcore.types import F64, I32, I64, NONE, Status, Task


def enter_orders(params: Params, situation: Situation, state: State, router: Router) -> None:
    """Enter the orders of the groups, their routes from the present places, and the tasks of the units."""
    orders, units = situation.orders, situation.units
    real, whole = state.groups.real, state.groups.whole
    n_groups = params.groups.whole.shape[1]
    slots = int(params.rules_whole[RuleW.ORDER_SLOTS])
    is_given = orders.given == 1
    limit = params.groups.whole[GroupSpecW.ROE_LIMIT]
    if situation.routes is not None:
        _take_routes(params, situation.routes, state)
    elif is_given.any():
        _plan_routes(situation, state, router)
    for column, values in (
        (GroupR.X, orders.x),
        (GroupR.Y, orders.y),
        (GroupR.RADIUS, orders.radius_m),
        (GroupR.SPEED, orders.speed),
        (GroupR.SPACING, orders.spacing_m),
    ):
        entered = np.where(is_given, values, real[:, column, :n_groups])
        real[:, column] = np.tile(entered, (1, 1 + slots))
    for column, values in (
        (GroupW.TASK, orders.task),
        (GroupW.ROE, np.minimum(orders.roe, limit)),
        (GroupW.TARGET, orders.target),
    ):
        entered = np.where(is_given, values, whole[:, column, :n_groups])
        whole[:, column] = np.tile(entered, (1, 1 + slots))
    whole[:, GroupW.EMCON] = np.tile(orders.emcon, (1, 1 + slots))
    for column in (GroupW.SERIAL, GroupW.NUMBER):
        whole[:, column] = np.tile(orders.given, (1, 1 + slots))
    whole[:, GroupW.TICK] = situation.tick
    group = params.units.whole[UnitSpecW.GROUP]
    follows = is_given[:, group] & (units.has_order == 1)
    state.units.whole[:, UnitW.ORDER_SERIAL] = follows
    state.units.whole[:, UnitW.DISPATCH] = follows
    if router.is_needed:
        _copy_routes(params, state)
    task = np.where(follows, whole[:, GroupW.TASK][:, group], state.units.whole[:, UnitW.TASK])
    unit = state.units.real
    stays = follows & (task == Task.HOLD)
    for column, source in (
        (UnitR.TASK_X, GroupR.X),
        (UnitR.TASK_Y, GroupR.Y),
        (UnitR.TASK_RADIUS, GroupR.RADIUS),
        (UnitR.TASK_SPEED, GroupR.SPEED),
        (UnitR.TASK_SPACING, GroupR.SPACING),
    ):
        unit[:, column] = np.where(follows, real[:, source][:, group], unit[:, column])
    unit[:, UnitR.TASK_X] = np.where(stays, unit[:, UnitR.X], unit[:, UnitR.TASK_X])
    unit[:, UnitR.TASK_Y] = np.where(stays, unit[:, UnitR.Y], unit[:, UnitR.TASK_Y])
    _hold_start(params, situation, state, follows)
    state.units.whole[:, UnitW.TASK] = task
    for column, source in ((UnitW.ROE, GroupW.ROE), (UnitW.TASK_TARGET, GroupW.TARGET)):
        entered = np.where(follows, whole[:, source][:, group], state.units.whole[:, column])
        state.units.whole[:, column] = entered
    way = np.maximum(units.way, 0)
    if situation.routes is None:
        way[follows] = 0
    world, unit_of = np.nonzero((units.way == NONE) & ~follows)
    if len(world) > 0:
        way[world, unit_of] = nearest_way(params, unit_of, unit[world, UnitR.X, unit_of], unit[world, UnitR.Y, unit_of])
    state.units.whole[:, UnitW.WAY] = way
    if slots > 0:  # an order under way to a linked unit
        n_units = len(group)
        under_way = is_given[:, group] & (units.has_order == 0) & (units.linked == 1)
        under_way &= units.status < Status.RESERVE
        due = situation.tick + state.units.whole[:, UnitW.ORDER_DELAY] + 1
        slot = 1 % slots
        state.deliveries.whole[:, 0, slot * n_units : (slot + 1) * n_units] = np.where(under_way, due, 0)


def _hold_start(params: Params, situation: Situation, state: State, follows: np.ndarray) -> None:
    """Let units that hold by the plan of the file hold at their described places."""
    spec = params.units.whole
    holds = (params.groups.whole[GroupSpecW.TASK][spec[UnitSpecW.GROUP]] == Task.HOLD) & (
        spec[UnitSpecW.ROUTE_COUNT] == 0
    )
    stays = holds & ~follows & (situation.units.status != Status.RESERVE)
    unit = state.units.real
    unit[:, UnitR.TASK_X] = np.where(stays, unit[:, UnitR.X], unit[:, UnitR.TASK_X])
    unit[:, UnitR.TASK_Y] = np.where(stays, unit[:, UnitR.Y], unit[:, UnitR.TASK_Y])


def _take_routes(params: Params, routes: RouteTable, state: State) -> None:
    """Enter the described routes as those of the groups' orders of record."""
    slot = params.groups.whole[GroupSpecW.WAY_SLOT]
    routed = np.flatnonzero(slot >= 0)
    state.ways.whole[:, RouteW.COUNT, slot[routed]] = routes.n_points[:, routed]
    for k in range(int(routes.n_points.max(initial=0))):
        state.ways.real[:, k, slot[routed]] = routes.x[:, routed, k]
        state.ways.real[:, WAY_POINTS + k, slot[routed]] = routes.y[:, routed, k]


def _plan_routes(situation: Situation, state: State, router: Router) -> None:
    """Plan the routes of the orders in force from the present places, and copy them to all columns that use them."""
    if not router.is_needed:
        return
    table = situation.orders
    n, n_groups = table.given.shape
    orders = Orders(np.zeros((n, len(OrderR), n_groups)), np.zeros((n, len(OrderW), n_groups), dtype=np.int32))
    for column, values in (
        (OrderR.X, table.x),
        (OrderR.Y, table.y),
        (OrderR.RADIUS, table.radius_m),
        (OrderR.SPEED, table.speed),
        (OrderR.SPACING, table.spacing_m),
    ):
        orders.real[:, column] = values
    for column, values in (
        (OrderW.ISSUED, table.given),
        (OrderW.TASK, table.task),
        (OrderW.ROE, table.roe),
        (OrderW.TARGET, table.target),
    ):
        orders.whole[:, column] = values
    router.plan(state, orders)


def _copy_routes(params: Params, state: State) -> None:
    """Copy the route of each group's order to the units that follow it, and to its columns of orders under way."""
    group_slot = params.groups.whole[GroupSpecW.WAY_SLOT]
    unit_slot = params.units.whole[UnitSpecW.WAY_SLOT]
    units = np.flatnonzero(unit_slot >= 0)
    source = group_slot[params.units.whole[UnitSpecW.GROUP, units]]
    follows = state.units.whole[:, UnitW.ORDER_SERIAL][:, units] == 1
    count = state.ways.whole[:, RouteW.COUNT]
    count[:, unit_slot[units]] = np.where(follows, count[:, source], 0)
    to, origin = unit_slot[units], source
    slots = int(params.rules_whole[RuleW.ORDER_SLOTS])
    if slots > 0:
        # order number 1 of each group, for units that have yet to receive it
        n_groups = len(group_slot)
        sent = state.groups.whole[0, GroupW.WAY_SLOT, (1 + 1 % slots) * n_groups : (2 + 1 % slots) * n_groups]
        routed = np.flatnonzero(group_slot >= 0)
        count[:, sent[routed]] = count[:, group_slot[routed]]
        to, origin = np.append(to, sent[routed]), np.append(origin, group_slot[routed])
    for k in range(int(count.max(initial=0))):
        for row in (k, WAY_POINTS + k):
            state.ways.real[:, row, to] = state.ways.real[:, row, origin]


def nearest_way(params: Params, units: I64, x: F64, y: F64) -> I32:
    """Return the next point (m,) of the routes of the file for ``units`` at (x, y): the end of the nearest stretch."""
    real, whole = params.units.real[:, units], params.units.whole[:, units]
    first, count = whole[UnitSpecW.ROUTE_FIRST], whole[UnitSpecW.ROUTE_COUNT]
    best = np.zeros(x.shape, dtype=np.int32)
    best_sq = np.full(x.shape, np.inf)
    from_x, from_y = real[UnitSpecR.X0], real[UnitSpecR.Y0]
    for k in range(int(count.max(initial=0))):
        is_there = k < count
        at = np.where(is_there, first + k, 0)
        to_x = params.route[0, at] + real[UnitSpecR.OFFSET_X]
        to_y = params.route[1, at] + real[UnitSpecR.OFFSET_Y]
        dx, dy = to_x - from_x, to_y - from_y
        length_sq = np.maximum(dx * dx + dy * dy, 1e-9)
        share = np.clip(((x - from_x) * dx + (y - from_y) * dy) / length_sq, 0.0, 1.0)
        east, north = from_x + share * dx - x, from_y + share * dy - y
        away_sq = east * east + north * north
        is_better = is_there & (away_sq <= best_sq)
        best[is_better] = k + 1
        best_sq[is_better] = away_sq[is_better]
        from_x, from_y = to_x, to_y
    return best
