"""Tasks: how a unit carries out its group's order. Writes where it goes and how fast."""

import numpy as np

from simcore.compiling.jit import inlined
from simcore.kernels.mathematics.geometry import intercept_time
from simcore.kernels.mathematics.neighbours import gather_in_range
from simcore.kernels.orders.groups import lead_of
from simcore.kernels.orders.legs import THERE_SQ, is_loitering, leg_goal
from simcore.params import RP, UP, UW
from simcore.scratch import SI, SR
from simcore.state import C, K, U, W
from simcore.types import (
    F64,
    I32,
    U64,
    Identity,
    Level,
    Task,
    Word,
)


@inlined
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
    stays in the area. One in a no-fire zone is a prey only when there is no other.
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
    forbidden = work_whole[SI.FORBIDDEN]
    prey = state_whole[W.PREY, i]
    if prey >= 0 and task != Task.INTERCEPT:
        c = side * n + prey
        if level[c] > Level.NONE and identity[c] <= Identity.HOSTILE and forbidden[c] == 0:
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
        if forbidden[c] != 0:
            value = -0.5
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


@inlined
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
    share = state_real[U.TASK_SPEED, i]
    speed_max = unit_real[UP.SPEED_MAX, i]
    cruise = unit_real[UP.SPEED_CRUISE, i]
    speed = share * speed_max if share > 0.0 else cruise
    near = unit_real[UP.TURN_RADIUS, i] + speed * rules[RP.DT_S]
    near_sq = near * near
    gone_x = state_real[U.GOAL_X, i] - x
    gone_y = state_real[U.GOAL_Y, i] - y
    is_stuck = False
    if unit_whole[UW.IS_HOVERING, i] == 1:
        is_stuck = state_real[U.VX, i] == 0.0 and state_real[U.VY, i] == 0.0 and tick > 0
        near_sq = THERE_SQ
    has_arrived = is_stuck or gone_x * gone_x + gone_y * gone_y <= near_sq
    is_approach = False
    is_waiting = is_loitering(tick, i, unit_whole, state_whole)
    gx = x
    gy = y
    if not is_waiting:
        gx, gy, is_approach = leg_goal(
            seed, replication, i, near_sq, has_arrived, unit_real, unit_whole, key, group_whole, route, state_real,
            state_whole, way_real, way_whole,
        )  # fmt: skip
    if is_waiting or is_approach:
        if task == Task.WITHDRAW and not is_waiting:
            speed = speed_max
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
    state_real[U.GOAL_X, i] = gx
    state_real[U.GOAL_Y, i] = gy
    state_real[U.GOAL_SPEED, i] = speed
