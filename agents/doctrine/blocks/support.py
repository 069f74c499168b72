"""Support: building blocks for the groups that accompany the fighting groups."""

import numpy as np

from agents.doctrine.blocks.assessment import distance_m, find_nearest, mean_place, step_towards
from agents.doctrine.blocks.roles import Role
from agents.doctrine.blocks.situation import Situation
from simcore.types import Task

_AIR_DEFENCE_GAP_M = 4_000.0  # behind the main body
_COMMAND_GAP_M = 15_000.0
_SHIP_GAP_M = 18_000.0  # beyond the reach of boats, within that of a ship's missiles
_FRESH_S = 180.0


def follow_main_body(s: Situation, speed: float) -> None:
    """Order a second, mobile command post and air defence planned to go forward to follow the ground groups."""
    force = s.force
    land = force.having(Role.MANOEUVRE)
    posts = force.having(Role.COMMAND)
    if not land:
        return
    body = mean_place(s.forces, land)
    rear = float(force.start_m[0, land].mean()), float(force.start_m[1, land].mean())
    for k in posts if len(posts) > 1 else []:
        if force.speed_mps[k] > 0.0:
            at = step_towards(body.x_m, body.y_m, *force.start(k), _COMMAND_GAP_M)
            s.draft.order(k, body.exists, Task.MOVE, *at)
    for k in force.having(Role.AIR_DEFENCE):
        if force.plan(k) != force.start(k) and force.speed_mps[k] > 0.0:
            at = step_towards(body.x_m, body.y_m, *rear, _AIR_DEFENCE_GAP_M)
            s.draft.order(k, body.exists, Task.MOVE, *at, speed=speed)


def assemble_boats(s: Situation, where: np.ndarray) -> None:
    """Keep the boats, where ``where`` (R,), on their hosts, else near the nearest warship, else at their start."""
    for k in s.force.having(Role.BOAT):
        assemble(s, k, where)


def assemble(s: Situation, k: int, where: np.ndarray | None = None) -> None:
    """Keep a group on its host, else a boat under the guns of the nearest warship, else the group at its start."""
    force = s.force
    where = s.draft.everywhere if where is None else where
    ships = force.having(Role.WARSHIP) if force.role[k] == Role.BOAT else []
    start = force.start(k)
    if force.host[k] >= 0:
        s.draft.order(k, where, Task.RECOVER, *start)
    elif ships:
        gap = distance_m(*start, force.start_m[0, ships], force.start_m[1, ships])
        target = int(s.briefing.groups[ships[int(np.argmin(gap))]])
        s.draft.order(k, where, Task.ESCORT, *start, target_group=target)
    else:
        s.draft.order(k, where, Task.HOLD, *start)


def keep_ships_off(s: Situation) -> None:
    """Order warships to follow the plan, but to back off towards their start from known boats and ships."""
    force, contacts = s.force, s.contacts
    near = contacts.is_afloat & (contacts.age_s <= _FRESH_S)
    for k in force.having(Role.WARSHIP):
        if force.host[k] >= 0 or force.speed_mps[k] == 0.0:
            continue
        start, radius = force.start(k), float(force.plan_radius_m[k])
        s.draft.order(k, s.draft.everywhere, Task.MOVE, *force.plan(k))
        if radius > 0.0:
            s.draft.order(k, s.draft.everywhere, Task.SCREEN, *force.plan(k), radius_m=radius)
        enemy, away = find_nearest(contacts, near, s.forces.x_m[:, k], s.forces.y_m[:, k])
        gap = np.minimum(_SHIP_GAP_M, distance_m(*start, enemy.x_m, enemy.y_m))
        at = step_towards(enemy.x_m, enemy.y_m, *start, gap)
        s.draft.order(k, enemy.exists & (away < _SHIP_GAP_M), Task.MOVE, *at, speed=1.0)
