"""Reconnaissance: building blocks that place sensors and relays."""

import numpy as np

from agents.doctrine.blocks.assessment import distance_m, find_nearest, is_within, step_towards
from agents.doctrine.blocks.draft import Draft
from agents.doctrine.blocks.roles import Force, Role
from agents.doctrine.blocks.situation import Situation
from simcore.types import F64, Roe, TargetClass, Task

_SEARCH_RADIUS_M = 5_000.0  # at least
_STANDOFF_M = 12_000.0  # beyond short-range air defence, within reach of a large camera
_SCOUT_STANDOFF_M = 9_000.0  # within reach of a ground radar, beyond direct fire
_FAR_SENSOR_M = 15_000.0
_REPORT_AGE_S = 300.0


def search_as_planned(draft: Draft, force: Force, *roles: Role, roe: Roe = Roe.FREE) -> None:
    """Sweep the planned areas of the groups with the given roles; relays take their stations.

    A group with a planned route (a mine hunter in its lane, a ferry flight) keeps to it.
    """
    groups = [k for k in force.having(*roles) if not force.is_moving[k]]
    relays = force.having(Role.RELAY)
    if groups:
        radius = np.maximum(force.plan_radius_m[groups], _SEARCH_RADIUS_M)
        place, lanes = force.plans(groups), force.lane_m(groups)
        draft.order(groups, draft.everywhere, Task.SEARCH, *place, radius_m=radius, spacing_m=lanes, roe=roe)
    if relays:
        draft.order(relays, draft.everywhere, Task.RELAY, *force.plans(relays), radius_m=force.plan_radius_m[relays])


def screen_as_planned(draft: Draft, force: Force, roe: Roe) -> None:
    """Order the scouts to screen at their planned places."""
    groups = force.having(Role.SCOUT)
    if groups:
        radius = np.maximum(force.plan_radius_m[groups], 3_000.0)
        draft.order(groups, draft.everywhere, Task.SCREEN, *force.plans(groups), radius_m=radius, roe=roe)


def pair_off(force: Force, scouts: list[int], land: list[int]) -> list[int]:
    """Return the ground combat group led by each scout group: of those with fewest scouts, the nearest at the start."""
    led: list[int] = []
    for k in scouts:
        away = distance_m(*force.start(k), force.start_m[0, land], force.start_m[1, land])
        taken = np.array([led.count(group) for group in land])
        led.append(land[int(np.lexsort((away, taken))[0])])
    return led


def lead_with_scouts(s: Situation, goal_m: F64, lead_m: float, speed: float = 1.0) -> None:
    """Keep each scout group ``lead_m`` ahead of a ground combat group, on the route to its goal (2, g)."""
    force, forces = s.force, s.forces
    land, scouts = force.having(Role.MANOEUVRE), force.having(Role.SCOUT)
    if not land:
        return
    for k, led in zip(scouts, pair_off(force, scouts, land), strict=True):
        goal = float(goal_m[0, led]), float(goal_m[1, led])
        at = step_towards(forces.x_m[:, led], forces.y_m[:, led], *goal, lead_m)
        s.draft.order(k, forces.n_left[:, led] > 0.0, Task.MOVE, *at, speed=speed)


def keep_radars_silent(s: Situation, groups: list[int], line_m: float) -> None:
    """Keep the radars of groups silent until an enemy is reported within ``line_m`` of them; then let them radiate.

    An emission is detected from much farther away than the emitter can see: until the enemy is near, cameras, passive
    sonars, receivers and other groups search for him.
    """
    if not groups:
        return
    enemy = s.contacts.is_held & ~s.contacts.is_flying & (s.contacts.age_s <= _REPORT_AGE_S)
    places = s.forces.x_m[:, groups].T, s.forces.y_m[:, groups].T
    near = [(enemy & is_within(s.contacts, x, y, line_m)).any(axis=1) for x, y in zip(*places, strict=True)]
    s.draft.control_emissions(groups, ~np.array(near))


def watch_ships(s: Situation, home_m: tuple[float, float], roe: Roe) -> None:
    """Order large reconnaissance to watch a known ship, from outside the reach of short-range air defence."""
    force, contacts = s.force, s.contacts
    ships = contacts.is_afloat & (contacts.target_class == TargetClass.SHIP)
    if not ships.any():
        return
    for k in force.having(Role.RECON):
        if force.sensor_m[k] >= _FAR_SENSOR_M:
            ship, _ = find_nearest(contacts, ships, *force.plan(k))
            at = step_towards(ship.x_m, ship.y_m, *home_m, _STANDOFF_M)
            s.draft.order(k, ship.exists, Task.SEARCH, *at, radius_m=3_000.0, roe=roe)


def fall_back(s: Situation, home_m: tuple[float, float], roe: Roe) -> None:
    """Order screening scouts to fall back towards home before an enemy, keeping him within sensor range."""
    contacts = s.contacts
    if not contacts.is_ground.any():
        return
    for k in s.force.having(Role.SCOUT):
        enemy, away = find_nearest(contacts, contacts.is_ground, *s.force.plan(k))
        closing = away < _SCOUT_STANDOFF_M
        if closing.any():
            at = step_towards(enemy.x_m, enemy.y_m, *home_m, _SCOUT_STANDOFF_M)
            s.draft.order(k, closing, Task.SCREEN, *at, radius_m=3_000.0, roe=roe)
