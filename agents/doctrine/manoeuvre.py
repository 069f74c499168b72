"""Manoeuvre: building blocks that move the ground combat groups and the boats."""

import numpy as np

from agents.doctrine.assessment import Spot, column, distance_m, find_nearest, find_spot, step_towards
from agents.doctrine.fires import ATTACK_RADIUS_M
from agents.doctrine.objectives import Mission
from agents.doctrine.roles import Role
from agents.doctrine.situation import Situation
from simcore.types import F64, Roe, Task

FRESH_S = 120.0  # contacts that are fought
KNOWN_S = 300.0  # contacts that are counted

_BLOCK_GAP_M = 4_000.0


def is_ground(s: Situation, k: int) -> bool:
    """Return whether the ``k``-th group fights on land."""
    return int(s.force.role[k]) == Role.MANOEUVRE


def fellows(s: Situation, k: int) -> list[int]:
    """Return the fighting groups on the same element as the ``k``-th, itself included."""
    return s.force.having(Role(int(s.force.role[k])))


def to_go_m(s: Situation, mission: Mission, k: int) -> F64:
    """Return how far a group is from the edge of its goal, (R,); negative inside."""
    away = distance_m(*mission.goal(k), s.forces.x_m[:, k], s.forces.y_m[:, k])
    return away - float(mission.radius_m[k])


def take_goal(
    s: Situation, mission: Mission, k: int, where: np.ndarray, *, speed: float, rush_m: float, in_way_m: float
) -> None:
    """Go to the goal of a group and fight in it. A fresh enemy nearer than ``in_way_m``, and not behind, is fought
    first; within ``rush_m`` of the edge of the goal the group fights in the goal only, and boats stop for nobody until
    they are well inside.
    """
    x, y = s.forces.x_m[:, k], s.forces.y_m[:, k]
    goal, radius = mission.goal(k), float(mission.radius_m[k])
    to_go = to_go_m(s, mission, k)
    s.draft.order(k, where, Task.ATTACK, *goal, radius_m=radius, speed=speed)
    fresh = s.known(is_land=is_ground(s, k), age_s=FRESH_S)
    is_ahead = distance_m(*goal, s.contacts.x_m, s.contacts.y_m) < column(to_go + radius)
    near, near_m = find_nearest(s.contacts, fresh & is_ahead, x, y)
    in_way = near.exists & (near_m < in_way_m) & (to_go > rush_m)
    s.draft.order(k, where & in_way, Task.ATTACK, near.x_m, near.y_m, radius_m=ATTACK_RADIUS_M, speed=speed)
    rush = (to_go <= rush_m) & (to_go > -0.5 * radius)
    if not is_ground(s, k):
        s.draft.order(k, where & rush, Task.MOVE, *goal, speed=1.0)


def attack_spot(s: Situation, k: int, where: np.ndarray, spot: Spot, *, speed: float = 0.0) -> None:
    """Attack a concentration."""
    s.draft.order(k, where & spot.exists, Task.ATTACK, spot.x_m, spot.y_m, radius_m=ATTACK_RADIUS_M, speed=speed)


def hold_place(s: Situation, k: int, where: np.ndarray, x_m: F64 | float, y_m: F64 | float, radius_m: float) -> None:
    """Stand at a place, and attack what comes within a radius of it."""
    s.draft.order(k, where, Task.ATTACK, x_m, y_m, radius_m=radius_m, roe=Roe.FREE)


def find_enemy(s: Situation, *, is_land: bool, x_m: F64 | float, y_m: F64 | float, radius_m: float) -> Spot:
    """Return the richest concentration of what is on land, or afloat, within a radius of a point a replication."""
    near = distance_m(column(x_m), column(y_m), s.contacts.x_m, s.contacts.y_m) <= radius_m
    return find_spot(s.contacts, s.known(is_land=is_land, age_s=KNOWN_S) & near)


def block(s: Situation, k: int, thrust: Spot, home_m: tuple[float, float], line_m: float) -> None:
    """Stand between a known concentration and what is to be held, not farther than ``line_m`` from that."""
    x0, y0 = home_m
    reach = np.minimum(line_m, np.maximum(distance_m(x0, y0, thrust.x_m, thrust.y_m) - _BLOCK_GAP_M, 0.0))
    place = step_towards(x0, y0, thrust.x_m, thrust.y_m, reach)
    hold_place(s, k, thrust.exists, *place, ATTACK_RADIUS_M)
