"""Manoeuvre: building blocks that move the ground combat groups and the boats."""

import numpy as np

from agents.doctrine.blocks.assessment import Spot, column, distance_m, find_nearest, find_spot, step_towards
from agents.doctrine.blocks.draft import Draft
from agents.doctrine.blocks.fires import ATTACK_RADIUS_M
from agents.doctrine.blocks.objectives import Mission, Purpose
from agents.doctrine.blocks.roles import Force, Role
from agents.doctrine.blocks.situation import Situation
from simcore.types import F64, Roe, Task

FRESH_S = 120.0  # largest age of contacts to fight
KNOWN_S = 300.0  # largest age of contacts to count

_BLOCK_GAP_M = 4_000.0


def is_ground(s: Situation, k: int) -> bool:
    """Return whether the ``k``-th group fights on land."""
    return int(s.force.role[k]) == Role.MANOEUVRE


def same_role_groups(s: Situation, k: int) -> list[int]:
    """Return the groups with the role of the ``k``-th group, itself included."""
    return s.force.having(Role(int(s.force.role[k])))


def to_go_m(s: Situation, mission: Mission, k: int) -> F64:
    """Return the distance [m] of a group from the edge of its goal, (R,); negative inside."""
    away = distance_m(*mission.goal(k), s.forces.x_m[:, k], s.forces.y_m[:, k])
    return away - float(mission.radius_m[k])


def take_goal(
    s: Situation, mission: Mission, k: int, where: np.ndarray, *, speed: float, rush_m: float, in_way_m: float
) -> None:
    """Order a group to go to its goal and fight there. A fresh enemy nearer than ``in_way_m``, and not behind, is
    fought first; within ``rush_m`` of the edge of the goal the group fights only in the goal, and boats do not stop
    until they are well inside.
    """
    goal, radius = mission.goal(k), float(mission.radius_m[k])
    to_go = to_go_m(s, mission, k)
    s.draft.order(k, where, Task.ATTACK, *goal, radius_m=radius, speed=speed)
    fresh = s.known(is_land=is_ground(s, k), age_s=FRESH_S)
    far = to_go > rush_m
    if far.any() and fresh.any():
        x, y = s.forces.x_m[:, k], s.forces.y_m[:, k]
        is_ahead = distance_m(*goal, s.contacts.x_m, s.contacts.y_m) < column(to_go + radius)
        near, near_m = find_nearest(s.contacts, fresh & is_ahead, x, y)
        in_way = where & far & (near_m < in_way_m)
        s.draft.order(k, in_way, Task.ATTACK, near.x_m, near.y_m, radius_m=ATTACK_RADIUS_M, speed=speed)
    if not is_ground(s, k):
        rush = (to_go <= rush_m) & (to_go > -0.5 * radius)
        s.draft.order(k, where & rush, Task.MOVE, *goal, speed=1.0)


def garrison_and_plan(draft: Draft, force: Force, mission: Mission, sector_m: float = 0.0) -> None:
    """Order the fighting groups without a zone to take to stand at their places, and attack enemies that come near.

    Patrolling groups inspect every contact within ``sector_m`` of their places.
    """
    groups = [k for k in force.having(Role.MANOEUVRE, Role.BOAT) if mission.purpose[k] != Purpose.TAKE]
    if groups:
        near = np.where(mission.purpose[groups] == Purpose.PATROL, max(sector_m, 6e3), 6e3)
        radius = np.maximum(mission.radius_m[groups], near)
        x, y = mission.goal_m[:, groups, None]
        draft.order(groups, draft.everywhere, Task.ATTACK, x, y, radius_m=radius)


def attack_spot(s: Situation, k: int, where: np.ndarray, spot: Spot, *, speed: float = 0.0) -> None:
    """Attack a concentration."""
    where = where & spot.exists
    if not where.any():
        return
    s.draft.order(k, where, Task.ATTACK, spot.x_m, spot.y_m, radius_m=ATTACK_RADIUS_M, speed=speed)


def hold_place(s: Situation, k: int, where: np.ndarray, x_m: F64 | float, y_m: F64 | float, radius_m: float) -> None:
    """Stand at a place, and attack enemies that come within a radius of it."""
    s.draft.order(k, where, Task.ATTACK, x_m, y_m, radius_m=radius_m, roe=Roe.FREE)


def find_enemy(s: Situation, *, is_land: bool, x_m: F64 | float, y_m: F64 | float, radius_m: float) -> Spot:
    """Return the richest concentration on land, or afloat, within a radius of a given point, per replication."""
    known = s.known(is_land=is_land, age_s=KNOWN_S)
    near = distance_m(column(x_m), column(y_m), s.contacts.x_m, s.contacts.y_m) <= radius_m
    return find_spot(s.contacts, known & near)


def block(s: Situation, k: int, thrust: Spot, home_m: tuple[float, float], line_m: float) -> None:
    """Stand between a known concentration and the area to be held, at most ``line_m`` from the latter.

    Only ground can be blocked: boats keep their stations and meet the enemy there.
    """
    if not is_ground(s, k) or not thrust.exists.any():
        return
    x0, y0 = home_m
    reach = np.minimum(line_m, np.maximum(distance_m(x0, y0, thrust.x_m, thrust.y_m) - _BLOCK_GAP_M, 0.0))
    place = step_towards(x0, y0, thrust.x_m, thrust.y_m, reach)
    hold_place(s, k, thrust.exists, *place, ATTACK_RADIUS_M)
