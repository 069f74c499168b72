"""Tasks: execution of a group's order by a unit. Writes the unit's goal and speed."""

import numpy as np

from simcore.compiling.jit import inlined
from simcore.kernels.mathematics.geometry import intercept_time
from simcore.kernels.mathematics.neighbours import gather_in_range
from simcore.kernels.orders.carrying import carrier_goal, is_carrying
from simcore.kernels.orders.evacuation import escorted_transport, is_under_way, transport_goal, transport_of
from simcore.kernels.orders.groups import lead_of
from simcore.kernels.orders.legs import THERE_SQ, is_loitering, leg_goal
from simcore.kinds import Care, Contacts, Groups, Moment, People, Routes, Rules, Supply, Units
from simcore.params import RuleR, UnitSpecR, UnitSpecW
from simcore.scratch import Scratch, ScratchR, ScratchW
from simcore.state import ContactR, ContactW, UnitR, UnitW
from simcore.types import Identity, Level, Task


@inlined
def choose_prey(
    tick: int, i: int, side: int, task: int, units: Units, rules: Rules, contacts: Contacts, work: Scratch
) -> int:
    """Return the contact (unit index) that unit ``i`` should approach, or -1.

    Candidates are the side's contacts in the task's area in a domain that the unit can engage, except those believed to
    be neutral or decoys. Under a strike the most valuable classified contact is chosen, otherwise the nearest. A prey
    is kept while it stays in the area. A contact in a no-fire zone is chosen only when there is no other.
    """
    n = units.spec_whole.shape[1]
    domain = units.spec_whole[UnitSpecW.DOMAIN]
    cost = units.spec_real[UnitSpecR.SEEN_COST]
    reachable = units.spec_whole[UnitSpecW.OFFENSE_DOMAINS, i]
    cx = units.real[UnitR.TASK_X, i]
    cy = units.real[UnitR.TASK_Y, i]
    radius = units.real[UnitR.TASK_RADIUS, i]
    x = units.real[UnitR.X, i]
    y = units.real[UnitR.Y, i]
    level = contacts.whole[ContactW.LEVEL]
    identity = contacts.whole[ContactW.IDENTITY]
    entered = contacts.whole[ContactW.ENTERED]
    delay = units.whole[UnitW.DELAY, i]  # until the knowledge of the command post reaches the unit
    estimate_x = work.real[ScratchR.ESTIMATE_X]
    estimate_y = work.real[ScratchR.ESTIMATE_Y]
    order = work.whole[ScratchW.CONTACT_ORDER]
    found = work.whole[ScratchW.FOUND]
    forbidden = work.whole[ScratchW.FORBIDDEN]
    prey = units.whole[UnitW.PREY, i]
    if prey >= 0 and task != Task.INTERCEPT:
        c = side * n + prey
        if level[c] > Level.NONE and identity[c] <= Identity.HOSTILE and forbidden[c] == 0:
            dx = estimate_x[c] - cx
            dy = estimate_y[c] - cy
            if dx * dx + dy * dy <= 1.21 * radius * radius:
                return prey
    n_found = gather_in_range(
        work.whole[ScratchW.CONTACT_START],
        work.real[ScratchR.CONTACT_X],
        work.real[ScratchR.CONTACT_Y],
        side,
        rules,
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
            value == best_value and (away_sq < best_sq or (away_sq == best_sq and units.key[j] < units.key[best]))
        ):
            best = j
            best_value = value
            best_sq = away_sq
    return best


@inlined
def set_goal(
    now: Moment,
    i: int,
    side: int,
    units: Units,
    groups: Groups,
    routes: Routes,
    rules: Rules,
    contacts: Contacts,
    supply: Supply,
    people: People,
    care: Care,
    work: Scratch,
) -> None:
    """Carry out the unit's task: write its goal and speed. On the approach it moves from point to point."""
    n = units.spec_whole.shape[1]
    task = units.whole[UnitW.TASK, i]
    x = units.real[UnitR.X, i]
    y = units.real[UnitR.Y, i]
    share = units.real[UnitR.TASK_SPEED, i]
    speed_max = units.spec_real[UnitSpecR.SPEED_MAX, i]
    march_max = units.spec_real[UnitSpecR.MARCH_MAX, i]
    march_cruise = units.spec_real[UnitSpecR.MARCH_CRUISE, i]
    speed = share * march_max if share > 0.0 else march_cruise
    near = units.spec_real[UnitSpecR.TURN_RADIUS, i] + speed * rules.real[RuleR.DT_S]
    near_sq = near * near
    gone_x = units.real[UnitR.GOAL_X, i] - x
    gone_y = units.real[UnitR.GOAL_Y, i] - y
    is_stuck = False
    if units.spec_whole[UnitSpecW.IS_HOVERING, i] == 1:
        is_stuck = units.real[UnitR.VX, i] == 0.0 and units.real[UnitR.VY, i] == 0.0 and now.tick > 0
        near_sq = THERE_SQ
    has_arrived = is_stuck or gone_x * gone_x + gone_y * gone_y <= near_sq
    is_approach = False
    is_waiting = is_loitering(now.tick, i, units)
    gx = x
    gy = y
    if not is_waiting:
        gx, gy, is_approach = leg_goal(now, i, near_sq, has_arrived, units, groups, routes)
    is_supply = Task.RESUPPLY <= task <= Task.TOW and supply.unit_whole.shape[1] > 0
    if is_supply and is_approach and is_carrying(i, supply):
        is_approach = False  # the approach leads to the source
    transport = transport_of(i, units, people)
    if transport >= 0 and is_approach and is_under_way(now.tick, transport, care):
        is_approach = False  # the approach leads to the point where it waits
    if is_waiting or is_approach:
        if task == Task.WITHDRAW and not is_waiting:
            speed = speed_max
    elif task == Task.WITHDRAW:
        speed = speed_max
    elif is_supply:
        gx, gy, speed = carrier_goal(i, gx, gy, speed, has_arrived, units, supply)
    elif transport >= 0:
        gx, gy = transport_goal(now.tick, i, transport, gx, gy, has_arrived, units, people, care)
    elif task == Task.ESCORT:
        target = units.whole[UnitW.TASK_TARGET, i]
        lead = lead_of(now.tick, target, units, work) if target >= 0 else -1
        if lead >= 0 and care.transport_whole.shape[1] > 0:
            transport = escorted_transport(i, np.int64(target), units, care)
            lead = transport if transport >= 0 else lead
        if lead >= 0:
            gx = units.real[UnitR.X, lead] + units.spec_real[UnitSpecR.OFFSET_X, i]
            gy = units.real[UnitR.Y, lead] + units.spec_real[UnitSpecR.OFFSET_Y, i]
            speed = speed_max
    elif task == Task.ATTACK or task == Task.STRIKE or task == Task.INTERCEPT:
        prey_x = 0.0
        prey_y = 0.0
        prey_vx = 0.0
        prey_vy = 0.0
        prey = -1
        if units.whole[UnitW.LINKED, i] != 0:
            prey = choose_prey(now.tick, i, side, task, units, rules, contacts, work)
            if prey >= 0:
                c = side * n + prey
                prey_x = work.real[ScratchR.ESTIMATE_X, c]
                prey_y = work.real[ScratchR.ESTIMATE_Y, c]
                prey_vx = contacts.real[ContactR.VX, c]
                prey_vy = contacts.real[ContactR.VY, c]
        elif units.whole[UnitW.LOCAL, i] >= 0:
            age_s = (now.tick - units.whole[UnitW.LOCAL_TICK, i]) * rules.real[RuleR.DT_S]
            if age_s <= rules.real[RuleR.CONTACT_HOLD_S] and units.whole[UnitW.LOCAL_IDENTITY, i] <= Identity.HOSTILE:
                prey = units.whole[UnitW.LOCAL, i]
                prey_vx = units.real[UnitR.LOCAL_VX, i]
                prey_vy = units.real[UnitR.LOCAL_VY, i]
                prey_x = units.real[UnitR.LOCAL_X, i] + prey_vx * age_s
                prey_y = units.real[UnitR.LOCAL_Y, i] + prey_vy * age_s
        units.whole[UnitW.PREY, i] = prey
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
            standoff = units.spec_real[UnitSpecR.STANDOFF_M, i]
            if dx * dx + dy * dy <= standoff * standoff and units.spec_whole[UnitSpecW.IS_HOVERING, i] == 1:
                gx = x
                gy = y
    units.real[UnitR.GOAL_X, i] = gx
    units.real[UnitR.GOAL_Y, i] = gy
    units.real[UnitR.GOAL_SPEED, i] = speed
