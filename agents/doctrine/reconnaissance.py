"""Reconnaissance: building blocks that place sensors and relays."""

from agents.doctrine.assessment import find_nearest, step_towards
from agents.doctrine.roles import Role
from agents.doctrine.situation import Situation
from simcore.types import F64, Roe, TargetClass, Task

_SEARCH_RADIUS_M = 5_000.0  # at least
_STANDOFF_M = 12_000.0  # beyond short-range air defence, within reach of a large camera
_SCOUT_STANDOFF_M = 9_000.0  # within reach of a ground radar, beyond direct fire
_FAR_SENSOR_M = 15_000.0


def search_as_planned(s: Situation, *roles: Role) -> None:
    """Sweep the areas to which the scenario sends the groups with the given roles; relays take their stations."""
    force, draft = s.force, s.draft
    for k in force.having(*roles):
        radius = max(float(force.plan_radius_m[k]), _SEARCH_RADIUS_M)
        draft.order(k, draft.everywhere, Task.SEARCH, *force.plan(k), radius_m=radius, spacing_m=force.lane_m(k))
    take_stations(s)


def take_stations(s: Situation) -> None:
    """Send the relays where the scenario wants them."""
    for k in s.force.having(Role.RELAY):
        radius = float(s.force.plan_radius_m[k])
        s.draft.order(k, s.draft.everywhere, Task.RELAY, *s.force.plan(k), radius_m=radius)


def lead_with_scouts(s: Situation, goal_m: F64, lead_m: float, speed: float = 1.0) -> None:
    """Keep each scout group ``lead_m`` ahead of a ground combat group, on its way to its goal (2, g)."""
    force, forces = s.force, s.forces
    land = force.having(Role.MANOEUVRE)
    for place, k in enumerate(force.having(Role.SCOUT) if land else []):
        led = land[place % len(land)]
        goal = float(goal_m[0, led]), float(goal_m[1, led])
        at = step_towards(forces.x_m[:, led], forces.y_m[:, led], *goal, lead_m)
        s.draft.order(k, forces.n_left[:, led] > 0.0, Task.MOVE, *at, speed=speed)


def watch_ships(s: Situation, home_m: tuple[float, float], roe: Roe) -> None:
    """Search as planned; watch a known ship from outside the reach of short-range air defence instead."""
    force, contacts, draft = s.force, s.contacts, s.draft
    ships = contacts.is_afloat & (contacts.target_class == TargetClass.SHIP)
    for k in force.having(Role.RECON):
        x, y = force.plan(k)
        radius = max(float(force.plan_radius_m[k]), _SEARCH_RADIUS_M)
        draft.order(k, draft.everywhere, Task.SEARCH, x, y, radius_m=radius, spacing_m=force.lane_m(k), roe=roe)
        if force.sensor_m[k] >= _FAR_SENSOR_M:
            ship, _ = find_nearest(contacts, ships, x, y)
            at = step_towards(ship.x_m, ship.y_m, *home_m, _STANDOFF_M)
            draft.order(k, ship.exists, Task.SEARCH, *at, radius_m=3_000.0, roe=roe)


def screen_and_fall_back(s: Situation, home_m: tuple[float, float], roe: Roe) -> None:
    """Screen with the scouts; they fall back towards home before an enemy, keeping him in their sensors."""
    force, contacts, draft = s.force, s.contacts, s.draft
    for k in force.having(Role.SCOUT):
        x, y = force.plan(k)
        draft.order(k, draft.everywhere, Task.SCREEN, x, y, radius_m=max(force.plan_radius_m[k], 3_000.0), roe=roe)
        enemy, away = find_nearest(contacts, contacts.is_ground, x, y)
        at = step_towards(enemy.x_m, enemy.y_m, *home_m, _SCOUT_STANDOFF_M)
        closing = enemy.exists & (away < _SCOUT_STANDOFF_M)
        draft.order(k, closing, Task.SCREEN, *at, radius_m=3_000.0, roe=roe)
