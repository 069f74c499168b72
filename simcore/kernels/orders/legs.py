"""Legs: the successive points of a unit's approach and search."""

import math

import numpy as np

from simcore.compiling.jit import inlined, kernel
from simcore.kinds import Groups, Moment, Routes, Units
from simcore.params import GroupSpecW, UnitSpecR, UnitSpecW
from simcore.rng import Stream, draw, stream_key
from simcore.state import WAY_POINTS, RouteW, UnitR, UnitW
from simcore.types import Damage, LostLink, Returning, Task, Word

THERE_SQ = 1e-6
"""Squared distance [m2] within which a unit that can stop has arrived."""


@kernel
def chord_end(px: float, py: float, cx: float, cy: float, radius: float, dx: float, dy: float) -> tuple[float, float]:
    """Return the point at which the ray from (px, py) along the unit vector (dx, dy) leaves the disc."""
    qx = px - cx
    qy = py - cy
    along = qx * dx + qy * dy
    inside = along * along - (qx * qx + qy * qy - radius * radius)
    length = math.sqrt(inside) - along if inside > 0.0 else 0.0
    return px + dx * max(length, 0.0), py + dy * max(length, 0.0)


@kernel
def random_direction(key: Word, unit: Word, leg: int) -> tuple[float, float]:
    """Return a uniform direction as a unit vector, by rejection from the square."""
    k = np.uint64(leg) * np.uint64(64)
    for attempt in range(16):
        a = 2.0 * draw(key, unit, k + np.uint64(2 * attempt)) - 1.0
        b = 2.0 * draw(key, unit, k + np.uint64(2 * attempt + 1)) - 1.0
        norm_sq = a * a + b * b
        if 1e-6 < norm_sq <= 1.0:
            norm = math.sqrt(norm_sq)
            return a / norm, b / norm
    return 1.0, 0.0


@kernel
def next_search_leg(
    px: float, py: float, cx: float, cy: float, radius: float, key: Word, unit: Word, leg: int
) -> tuple[float, float]:
    """Return the end of the next leg of a random search in a disc.

    Inside the disc, the first leg takes any direction. From the border, the direction follows Lambert's
    cosine law, so that straight legs cover every part of the disc equally often.
    """
    qx = px - cx
    qy = py - cy
    distance = math.sqrt(qx * qx + qy * qy)
    if distance > 1.02 * radius:
        # outside: enter towards a random point of the disc
        dx, dy = random_direction(key, unit, leg)
        share = math.sqrt(draw(key, unit, np.uint64(leg) * np.uint64(64) + np.uint64(63)))
        return cx + dx * radius * share, cy + dy * radius * share
    if distance < 0.9 * radius or leg == 1:
        dx, dy = random_direction(key, unit, leg)
        return chord_end(px, py, cx, cy, radius, dx, dy)
    s = 2.0 * draw(key, unit, np.uint64(leg) * np.uint64(64) + np.uint64(62)) - 1.0
    inward = math.sqrt(1.0 - s * s)
    nx = qx / distance
    ny = qy / distance
    return chord_end(px, py, cx, cy, radius, -nx * inward - ny * s, -ny * inward + nx * s)


@kernel
def lane_point(
    cx: float, cy: float, radius: float, spacing: float, place: int, size: int, leg: int
) -> tuple[float, float]:
    """Return the turning point ``leg`` of a parallel sweep of the square round (cx, cy).

    Lanes run east-west, ``spacing`` apart from south to north, and are divided among the units of a group.
    """
    n_lanes = max(1, int(math.ceil(2.0 * radius / spacing)))
    lane = (leg // 2) * size + place
    lane = lane % n_lanes
    eastbound = (leg // 2) % 2 == 0
    at_end = leg % 2 == 1
    x = cx + radius if eastbound == at_end else cx - radius
    return x, cy - radius + (lane + 0.5) * spacing


@inlined
def way_point(i: int, way: int, units: Units, routes: Routes) -> tuple[float, float, bool]:
    """Return point ``way`` (from 1; 0 counts as 1) of the unit's approach, and whether it is on its approach.

    The first task follows the route of the scenario, whose last point is the task's own; a later order follows its own
    route.
    """
    k = max(way, 1) - 1
    x = 0.0
    y = 0.0
    is_approach = False
    if units.whole[UnitW.ORDER_SERIAL, i] == 0:
        is_approach = k < units.spec_whole[UnitSpecW.ROUTE_COUNT, i] - 1
        if is_approach:
            x = routes.points[0, units.spec_whole[UnitSpecW.ROUTE_FIRST, i] + k]
            y = routes.points[1, units.spec_whole[UnitSpecW.ROUTE_FIRST, i] + k]
    else:
        slot = units.spec_whole[UnitSpecW.WAY_SLOT, i]
        if slot >= 0 and k < routes.whole[RouteW.COUNT, slot]:
            is_approach = True
            x = routes.real[k, slot]
            y = routes.real[WAY_POINTS + k, slot]
    return x + units.spec_real[UnitSpecR.OFFSET_X, i], y + units.spec_real[UnitSpecR.OFFSET_Y, i], is_approach


@kernel
def is_loitering(tick: int, i: int, units: Units) -> bool:
    """Return whether unit ``i`` waits in place because its link is dead."""
    is_cut_off = units.whole[UnitW.LINKED, i] == 0 and units.spec_whole[UnitSpecW.LOST_LINK, i] == LostLink.LOITER
    return is_cut_off and tick - units.whole[UnitW.LINK_TICK, i] >= units.spec_whole[UnitSpecW.LOST_LINK_TICKS, i]


@inlined
def leg_goal(
    now: Moment, i: int, near_sq: float, has_arrived: bool, units: Units, groups: Groups, routes: Routes
) -> tuple[float, float, bool]:
    """Return the goal of unit ``i`` by its order alone, and whether it is on its approach.

    A unit that has arrived starts the next leg and skips points of the approach already within ``near_sq`` [m2].
    Mutates WAY and LEG.
    """
    task = units.whole[UnitW.TASK, i]
    x = units.real[UnitR.X, i]
    y = units.real[UnitR.Y, i]
    tx = units.real[UnitR.TASK_X, i]
    ty = units.real[UnitR.TASK_Y, i]
    way = units.whole[UnitW.WAY, i]
    is_first = True
    while True:
        way_x, way_y, is_approach = way_point(i, way, units, routes)
        if not is_approach:
            break
        if is_first:
            is_under_way = units.real[UnitR.GOAL_X, i] == way_x and units.real[UnitR.GOAL_Y, i] == way_y
            is_able = (units.whole[UnitW.DAMAGE, i] & Damage.MOBILITY) == 0
            is_past = way == 0 or (is_under_way and has_arrived and is_able)
        else:
            is_past = (way_x - x) * (way_x - x) + (way_y - y) * (way_y - y) <= near_sq
        if not is_past:
            return way_x, way_y, True
        is_first = False
        way += 1
        units.whole[UnitW.WAY, i] = way
    gx = tx + units.spec_real[UnitSpecR.OFFSET_X, i]
    gy = ty + units.spec_real[UnitSpecR.OFFSET_Y, i]
    if task == Task.HOLD:
        gx = tx
        gy = ty
    elif task == Task.SEARCH:
        radius = units.real[UnitR.TASK_RADIUS, i]
        spacing = units.real[UnitR.TASK_SPACING, i]
        leg = units.whole[UnitW.LEG, i]
        is_next = leg == 0 or has_arrived
        if is_next:
            leg += 1
            units.whole[UnitW.LEG, i] = leg
        if spacing > 0.0:
            size = groups.spec_whole[GroupSpecW.SIZE, units.spec_whole[UnitSpecW.GROUP, i]]
            gx, gy = lane_point(tx, ty, radius, spacing, units.spec_whole[UnitSpecW.PLACE_IN_GROUP, i], size, leg - 1)
        elif is_next:
            turns = stream_key(now.seed, now.replication, 0, Stream.SEARCH)
            gx, gy = next_search_leg(x, y, tx, ty, radius, turns, units.key[i], leg)
        else:
            gx = units.real[UnitR.GOAL_X, i]
            gy = units.real[UnitR.GOAL_Y, i]
    elif task == Task.SCREEN:
        ux = tx - units.spec_real[UnitSpecR.HOME_X, i]
        uy = ty - units.spec_real[UnitSpecR.HOME_Y, i]
        norm = math.sqrt(ux * ux + uy * uy)
        if norm > 0.0:
            size = groups.spec_whole[GroupSpecW.SIZE, units.spec_whole[UnitSpecW.GROUP, i]]
            spacing = units.real[UnitR.TASK_SPACING, i]
            if spacing <= 0.0:
                spacing = 2.0 * units.real[UnitR.TASK_RADIUS, i] / size
            step = (units.spec_whole[UnitSpecW.PLACE_IN_GROUP, i] - 0.5 * (size - 1)) * spacing / norm
            gx = tx - uy * step
            gy = ty + ux * step
    return gx, gy, False


@kernel
def next_leg(now: Moment, i: int, units: Units, groups: Groups, routes: Routes) -> bool:
    """Let unit ``i``, which reached its goal within a step, continue its approach or search.

    Returns whether it has a further goal. A unit that hunts or escorts waits for its decision in the next step. Reads
    and mutates only the unit's own columns, so the order of the units does not matter.
    """
    if units.whole[UnitW.RETURNING, i] != Returning.NO or is_loitering(now.tick, i, units):
        return False
    task = units.whole[UnitW.TASK, i]
    way = units.whole[UnitW.WAY, i]
    x, y, is_approach = way_point(i, way, units, routes)
    is_on_way = is_approach and way > 0 and units.real[UnitR.GOAL_X, i] == x and units.real[UnitR.GOAL_Y, i] == y
    if not is_on_way and (is_approach or task != Task.SEARCH):
        return False
    x, y, is_approach = leg_goal(now, i, THERE_SQ, True, units, groups, routes)
    if not is_approach and task == Task.ESCORT:
        return False
    units.real[UnitR.GOAL_X, i] = x
    units.real[UnitR.GOAL_Y, i] = y
    return x != units.real[UnitR.X, i] or y != units.real[UnitR.Y, i]
