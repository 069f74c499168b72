"""Command posts: building blocks that move a threatened post or command ship to safety and back."""

import numpy as np

from agents.doctrine.blocks.assessment import Spot, distance_m, find_nearest, step_towards
from agents.doctrine.blocks.situation import Situation
from simcore.types import F64, I64, NONE, Domain, Task

_FRESH_S = 180.0
_NEAR_M = {Domain.LAND: 7_000.0, Domain.SURFACE: 15_000.0}  # beyond direct fire; beyond the light missiles of boats
_SAFE = 1.5  # least distance of a refuge from the enemy, times the above
_AT_PLACE_M = 1_000.0


def keep_posts_safe(s: Situation) -> None:
    """Move command posts away from an enemy who comes near them or their places, and back once the place is clear.

    Near means 7 km on land and 15 km at sea; every contact not known to be neutral counts as an enemy. The refuge is
    the nearest start of a group of the side in the same domain (passable ground, and friends) that lies in the
    direction away from the enemy and at least 1.5 times the above distance from every enemy; without such a start, the
    post moves directly away from the enemy. If the doctrine orders a post, its place is that of the order.
    """
    for k in s.force.posts:
        domain = Domain(int(s.force.domain[k]))
        near_m = _NEAR_M[domain]
        enemy = s.known(is_land=domain == Domain.LAND, age_s=_FRESH_S)
        place = _go_to_place(s, k)
        if not enemy.any():
            continue
        here = s.forces.x_m[:, k], s.forces.y_m[:, k]
        nearest, away = find_nearest(s.contacts, enemy, *here)
        _, from_place = find_nearest(s.contacts, enemy, *place)
        is_threatened = (s.forces.n_left[:, k] > 0.0) & (np.minimum(away, from_place) < near_m)
        if not is_threatened.any():
            continue
        rows = np.flatnonzero(is_threatened)
        x, y = here[0].copy(), here[1].copy()
        x[rows], y[rows] = _refuge(s, domain, enemy, nearest, x, y, rows)
        s.draft.order(k, is_threatened, Task.WITHDRAW, x, y, speed=1.0)


def _refuge(
    s: Situation, domain: Domain, enemy: np.ndarray, nearest: Spot, x_m: F64, y_m: F64, rows: I64
) -> tuple[F64, F64]:
    """Return the refuge [m] of a post at ``x_m`` and ``y_m`` (R,) in the replications ``rows``, of the same length."""
    near_m = _NEAR_M[domain]
    x, y, enemy_x, enemy_y = (values[rows] for values in (x_m, y_m, nearest.x_m, nearest.y_m))
    flight_x, flight_y = step_towards(x, y, 2.0 * x - enemy_x, 2.0 * y - enemy_y, near_m)
    starts = sorted({s.force.start(int(q)) for q in np.flatnonzero(s.force.domain == domain)})
    refuge_x, refuge_y = np.array(starts).T[:, :, None]
    dx, dy = s.contacts.x_m[rows] - refuge_x[:, :, None], s.contacts.y_m[rows] - refuge_y[:, :, None]
    gap = np.sqrt(np.where(enemy[rows], dx * dx + dy * dy, np.inf).min(axis=2))
    travel = distance_m(refuge_x, refuge_y, x, y)
    ahead = (refuge_x - x) * (x - enemy_x) + (refuge_y - y) * (y - enemy_y)
    is_good = (gap >= _SAFE * near_m) & ((ahead >= 0.0) | (travel < _AT_PLACE_M))
    best = np.where(is_good, travel, np.inf).argmin(axis=0)  # the first among equals
    exists = is_good.any(axis=0)
    return np.where(exists, refuge_x[best, 0], flight_x), np.where(exists, refuge_y[best, 0], flight_y)


def _go_to_place(s: Situation, k: int) -> tuple[F64, F64]:
    """Send a post without an order of the doctrine to its planned place, and return its place [m], (R,) each."""
    is_ordered, x, y = s.draft.point(k)
    plan, radius = s.force.plan(k), float(s.force.plan_radius_m[k])
    if s.briefing.task[k] == Task.HOLD:
        is_off = distance_m(*plan, s.forces.x_m[:, k], s.forces.y_m[:, k]) > _AT_PLACE_M
        s.draft.order(k, ~is_ordered & is_off, Task.MOVE, *plan)
    else:
        task, place = Task(int(s.briefing.task[k])), int(s.briefing.task_target[k])
        target = int(s.briefing.groups[place]) if place >= 0 else NONE
        s.draft.order(k, ~is_ordered, task, *plan, radius_m=radius, target_group=target)
    return np.where(is_ordered, x, plan[0]), np.where(is_ordered, y, plan[1])
