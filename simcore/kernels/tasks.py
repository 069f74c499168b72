"""Tasks: how a unit carries out its group's order. Writes where it goes and how fast."""

import math

import numpy as np

from simcore.jit import kernel
from simcore.kernels.geometry import intercept_time
from simcore.kernels.groups import lead_of
from simcore.kernels.neighbours import gather_in_range
from simcore.params import GW, RP, UP, UW
from simcore.rng import Stream, draw, stream_key
from simcore.scratch import SI, SR
from simcore.state import WAY_POINTS, WY, C, K, U, W
from simcore.types import (
    F64,
    I32,
    U64,
    Damage,
    Identity,
    Level,
    LostLink,
    Task,
    Word,
)


@kernel
def chord_end(px: float, py: float, cx: float, cy: float, radius: float, dx: float, dy: float) -> tuple[float, float]:
    """Return where the ray from (px, py) along the unit vector (dx, dy) leaves the disc."""
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

    Inside, the first leg leaves in any direction. From the border, the direction follows Lambert's
    cosine law, which makes straight legs cover every part of the disc equally often.
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

    Lanes run east-west, ``spacing`` apart from south to north; the units of a group share them out.
    """
    n_lanes = max(1, int(math.ceil(2.0 * radius / spacing)))
    lane = (leg // 2) * size + place
    lane = lane % n_lanes
    eastbound = (leg // 2) % 2 == 0
    at_end = leg % 2 == 1
    x = cx + radius if eastbound == at_end else cx - radius
    return x, cy - radius + (lane + 0.5) * spacing


@kernel
def choose_prey(
    tick: int,
    i: int,
    side: int,
    task: int,
    unit_real: F64,
    unit_whole: I32,
    key: U64,
    rules: F64,
    limits: I32,
    state_real: F64,
    state_whole: I32,
    contact_whole: I32,
    work_real: F64,
    work_whole: I32,
) -> int:
    """Return the contact (unit index) that unit ``i`` should close with, or -1.

    Among the side's contacts in the task's area whose domain the unit can engage, and which are not believed to be
    neutral or decoys: the most valuable classified one under a strike, else the nearest. A prey is kept while it
    stays in the area.
    """
    n = unit_whole.shape[1]
    domain = unit_whole[UW.DOMAIN]
    cost = unit_real[UP.SEEN_COST]
    reachable = unit_whole[UW.OFFENSE_DOMAINS, i]
    cx = state_real[U.TASK_X, i]
    cy = state_real[U.TASK_Y, i]
    radius = state_real[U.TASK_RADIUS, i]
    x = state_real[U.X, i]
    y = state_real[U.Y, i]
    level = contact_whole[K.LEVEL]
    identity = contact_whole[K.IDENTITY]
    entered = contact_whole[K.ENTERED]
    delay = state_whole[W.DELAY, i]  # until what the command post knows reaches the unit
    estimate_x = work_real[SR.ESTIMATE_X]
    estimate_y = work_real[SR.ESTIMATE_Y]
    order = work_whole[SI.CONTACT_ORDER]
    found = work_whole[SI.FOUND]
    prey = state_whole[W.PREY, i]
    if prey >= 0 and task != Task.INTERCEPT:
        c = side * n + prey
        if level[c] > Level.NONE and identity[c] <= Identity.HOSTILE:
            dx = estimate_x[c] - cx
            dy = estimate_y[c] - cy
            if dx * dx + dy * dy <= 1.21 * radius * radius:
                return prey
    n_found = gather_in_range(
        work_whole[SI.CONTACT_START],
        work_real[SR.CONTACT_X],
        work_real[SR.CONTACT_Y],
        side,
        rules,
        limits,
        cx,
        cy,
        radius,
        found,
        0,
    )
    best = -1
    best_value = -1.0
    best_sq = np.inf
    for f in range(n_found):
        c = order[found[f]]
        j = c - side * n
        if delay > 0 and tick - entered[c] < delay:
            continue
        if identity[c] > Identity.HOSTILE or (reachable != 0 and ((reachable >> domain[j]) & 1) == 0):
            continue
        value = 0.0
        if task == Task.STRIKE and level[c] >= Level.CLASSIFIED:
            value = cost[j]
        dx = estimate_x[c] - x
        dy = estimate_y[c] - y
        away_sq = dx * dx + dy * dy
        if value > best_value or (
            value == best_value and (away_sq < best_sq or (away_sq == best_sq and key[j] < key[best]))
        ):
            best = j
            best_value = value
            best_sq = away_sq
    return best


@kernel
def way_point(
    i: int,
    way: int,
    unit_real: F64,
    unit_whole: I32,
    route: F64,
    state_whole: I32,
    way_real: F64,
    way_whole: I32,
) -> tuple[float, float, bool]:
    """Return point ``way`` (from 1; 0 counts as 1) of the unit's approach, and whether it is on its approach at all.

    The first task follows the route of the scenario, whose last point is the task's own; a later order the way that
    came with it.
    """
    k = max(way, 1) - 1
    x = 0.0
    y = 0.0
    is_approach = False
    if state_whole[W.ORDER_SERIAL, i] == 0:
        is_approach = k < unit_whole[UW.ROUTE_COUNT, i] - 1
        if is_approach:
            x = route[0, unit_whole[UW.ROUTE_FIRST, i] + k]
            y = route[1, unit_whole[UW.ROUTE_FIRST, i] + k]
    else:
        slot = unit_whole[UW.WAY_SLOT, i]
        if slot >= 0 and k < way_whole[WY.COUNT, slot]:
            is_approach = True
            x = way_real[k, slot]
            y = way_real[WAY_POINTS + k, slot]
    return x + unit_real[UP.OFFSET_X, i], y + unit_real[UP.OFFSET_Y, i], is_approach


@kernel
def set_goal(
    tick: int,
    seed: Word,
    replication: Word,
    i: int,
    side: int,
    unit_real: F64,
    unit_whole: I32,
    key: U64,
    group_whole: I32,
    route: F64,
    rules: F64,
    limits: I32,
    state_real: F64,
    state_whole: I32,
    contact_real: F64,
    contact_whole: I32,
    work_real: F64,
    work_whole: I32,
    way_real: F64,
    way_whole: I32,
) -> None:
    """Carry out the unit's task: write where it goes and how fast. On the approach it goes from point to point."""
    n = unit_whole.shape[1]
    task = state_whole[W.TASK, i]
    x = state_real[U.X, i]
    y = state_real[U.Y, i]
    tx = state_real[U.TASK_X, i]
    ty = state_real[U.TASK_Y, i]
    share = state_real[U.TASK_SPEED, i]
    speed_max = unit_real[UP.SPEED_MAX, i]
    cruise = unit_real[UP.SPEED_CRUISE, i]
    speed = share * speed_max if share > 0.0 else cruise
    gx = tx + unit_real[UP.OFFSET_X, i]
    gy = ty + unit_real[UP.OFFSET_Y, i]
    leg = state_whole[W.LEG, i]
    near = unit_real[UP.TURN_RADIUS, i] + speed * rules[RP.DT_S]
    gone_x = state_real[U.GOAL_X, i] - x
    gone_y = state_real[U.GOAL_Y, i] - y
    arrived = gone_x * gone_x + gone_y * gone_y <= near * near
    if unit_whole[UW.IS_HOVERING, i] == 1:
        is_stuck = state_real[U.VX, i] == 0.0 and state_real[U.VY, i] == 0.0 and tick > 0
        arrived = is_stuck or gone_x * gone_x + gone_y * gone_y <= 1e-6
    cut_off = state_whole[W.LINKED, i] == 0 and unit_whole[UW.LOST_LINK, i] == LostLink.LOITER
    is_waiting = cut_off and tick - state_whole[W.LINK_TICK, i] >= unit_whole[UW.LOST_LINK_TICKS, i]
    way = state_whole[W.WAY, i]
    way_x, way_y, is_approach = way_point(i, way, unit_real, unit_whole, route, state_whole, way_real, way_whole)
    if is_approach and not is_waiting:
        is_under_way = way > 0 and state_real[U.GOAL_X, i] == way_x and state_real[U.GOAL_Y, i] == way_y
        if way == 0 or (is_under_way and arrived and (state_whole[W.DAMAGE, i] & Damage.MOBILITY) == 0):
            way += 1
            state_whole[W.WAY, i] = way
            way_x, way_y, is_approach = way_point(
                i, way, unit_real, unit_whole, route, state_whole, way_real, way_whole
            )
    if is_waiting:
        gx = x
        gy = y
    elif is_approach:
        gx = way_x
        gy = way_y
        if task == Task.WITHDRAW:
            speed = speed_max
    elif task == Task.HOLD:
        gx = tx
        gy = ty
    elif task == Task.SEARCH:
        radius = state_real[U.TASK_RADIUS, i]
        spacing = state_real[U.TASK_SPACING, i]
        if spacing > 0.0:
            if leg > 0 and arrived:
                leg += 1
            elif leg == 0:
                leg = 1
            g = unit_whole[UW.GROUP, i]
            gx, gy = lane_point(
                tx, ty, radius, spacing, unit_whole[UW.PLACE_IN_GROUP, i], group_whole[GW.SIZE, g], leg - 1
            )
        elif leg == 0 or arrived:
            leg += 1
            turns = stream_key(seed, replication, 0, Stream.SEARCH)
            gx, gy = next_search_leg(x, y, tx, ty, radius, turns, key[i], leg)
        else:
            gx = state_real[U.GOAL_X, i]
            gy = state_real[U.GOAL_Y, i]
    elif task == Task.SCREEN:
        ux = tx - unit_real[UP.HOME_X, i]
        uy = ty - unit_real[UP.HOME_Y, i]
        norm = math.sqrt(ux * ux + uy * uy)
        if norm > 0.0:
            size = group_whole[GW.SIZE, unit_whole[UW.GROUP, i]]
            spacing = state_real[U.TASK_SPACING, i]
            if spacing <= 0.0:
                spacing = 2.0 * state_real[U.TASK_RADIUS, i] / size
            step = (unit_whole[UW.PLACE_IN_GROUP, i] - 0.5 * (size - 1)) * spacing / norm
            gx = tx - uy * step
            gy = ty + ux * step
    elif task == Task.WITHDRAW:
        speed = speed_max
    elif task == Task.ESCORT:
        target = state_whole[W.TASK_TARGET, i]
        lead = lead_of(tick, target, unit_whole, state_whole, work_whole) if target >= 0 else -1
        if lead >= 0:
            gx = state_real[U.X, lead] + unit_real[UP.OFFSET_X, i]
            gy = state_real[U.Y, lead] + unit_real[UP.OFFSET_Y, i]
            speed = speed_max
    elif task == Task.ATTACK or task == Task.STRIKE or task == Task.INTERCEPT:
        prey_x = 0.0
        prey_y = 0.0
        prey_vx = 0.0
        prey_vy = 0.0
        prey = -1
        if state_whole[W.LINKED, i] != 0:
            prey = choose_prey(
                tick,
                i,
                side,
                task,
                unit_real,
                unit_whole,
                key,
                rules,
                limits,
                state_real,
                state_whole,
                contact_whole,
                work_real,
                work_whole,
            )
            if prey >= 0:
                c = side * n + prey
                prey_x = work_real[SR.ESTIMATE_X, c]
                prey_y = work_real[SR.ESTIMATE_Y, c]
                prey_vx = contact_real[C.VX, c]
                prey_vy = contact_real[C.VY, c]
        elif state_whole[W.LOCAL, i] >= 0:
            age_s = (tick - state_whole[W.LOCAL_TICK, i]) * rules[RP.DT_S]
            if age_s <= rules[RP.CONTACT_HOLD_S] and state_whole[W.LOCAL_IDENTITY, i] <= Identity.HOSTILE:
                prey = state_whole[W.LOCAL, i]
                prey_vx = state_real[U.LOCAL_VX, i]
                prey_vy = state_real[U.LOCAL_VY, i]
                prey_x = state_real[U.LOCAL_X, i] + prey_vx * age_s
                prey_y = state_real[U.LOCAL_Y, i] + prey_vy * age_s
        state_whole[W.PREY, i] = prey
        if prey >= 0:
            gx = prey_x
            gy = prey_y
            speed = speed_max
            if task == Task.INTERCEPT:
                t = intercept_time(prey_x - x, prey_y - y, prey_vx, prey_vy, speed_max)
                if t < 1e6:
                    gx = prey_x + prey_vx * t
                    gy = prey_y + prey_vy * t
            dx = prey_x - x
            dy = prey_y - y
            standoff = unit_real[UP.STANDOFF_M, i]
            if dx * dx + dy * dy <= standoff * standoff and unit_whole[UW.IS_HOVERING, i] == 1:
                gx = x
                gy = y
    state_whole[W.LEG, i] = leg
    state_real[U.GOAL_X, i] = gx
    state_real[U.GOAL_Y, i] = gy
    state_real[U.GOAL_SPEED, i] = speed
