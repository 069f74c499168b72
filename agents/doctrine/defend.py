"""Defend: a cautious defender who looks in depth, saves his fires and counters the main penetration.

What it does, by role (``agents.doctrine.roles``):

- Reconnaissance searches its planned areas and, once something worth it is known, watches it from outside
  the reach of short-range air defence. Scouts keep radar contact and fall back before the enemy.
- Ground combat groups hold their planned positions, gather at a blocking position between the main
  penetration and what is to be held once it crosses the engagement line, and counter-attack what comes near.
- Boats screen in front of the warships, and fight together with them when the enemy comes within the line.
- Missile batteries keep silent until a ship is classified within reach, or boats have crossed the line.
- Loitering munitions and armed aircraft wait on their hosts until a concentration inside the engagement
  line is worth a massed strike.
- Groups weakened below ``withdraw_strength`` fall back on what is to be held and fight there.
- Air defence, command posts, hosts and submarines go by the plan of the scenario file.
"""

import numpy as np

from agents.doctrine.assessment import (
    Contacts,
    Forces,
    Spot,
    assess_contacts,
    assess_forces,
    distance_m,
    find_nearest,
    find_spot,
    is_within,
    step_towards,
)
from agents.doctrine.draft import Draft
from agents.doctrine.parameters import check_number, check_switch
from agents.doctrine.roles import Force, Role, appraise_force
from simcore.orders import Orders
from simcore.picture import Picture
from simcore.policy import Briefing
from simcore.types import F64, Domain, ObjectiveKind, Roe, TargetClass, Task

_BATTERY_AGE_S = 120.0  # older contacts are no target for a missile fired from afar
_BATTERY_ERROR_M = 1_500.0
_STANDOFF_M = 12_000.0  # beyond short-range air defence, within reach of a large camera
_SCOUT_STANDOFF_M = 9_000.0  # within reach of a ground radar, beyond direct fire
_ATTACK_RADIUS_M = 8_000.0
_FAR_SENSOR_M = 15_000.0


class Defend:
    """A cautious, mobile defence.

    Parameters
    ----------
    engagement_line_km : distance from what is to be held at which the enemy is met, 2 to 60.
    strike_value : what a concentration must be worth before munitions and armed aircraft are released, 0 to 500;
        an armoured vehicle counts 6, a boat 5, a ship 60, anything unclassified 3.
    withdraw_strength : share of its strength below which a group falls back, 0 to 1 (0: never).
    positive_identification : fire only at contacts identified as hostile (slower, and safe with neutrals about).
    """

    def __init__(
        self,
        engagement_line_km: float = 16.0,
        strike_value: float = 24.0,
        withdraw_strength: float = 0.3,
        positive_identification: bool = False,
    ) -> None:
        name = "defend"
        self.line_m = 1e3 * check_number(name, "engagement_line_km", engagement_line_km, 2.0, 60.0, "km")
        self.strike_value = check_number(name, "strike_value", strike_value, 0.0, 500.0)
        self.withdraw_strength = check_number(name, "withdraw_strength", withdraw_strength, 0.0, 1.0)
        tight = check_switch(name, "positive_identification", positive_identification)
        self.roe = Roe.TIGHT if tight else Roe.FREE

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Study the briefing; nothing else is remembered."""
        self.briefing = briefing
        self.force = appraise_force(briefing)
        self.hold_land_m = land_to_hold(briefing, self.force)
        self.hold_sea_m = sea_to_hold(self.force, self.hold_land_m)

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Order the side's groups."""
        forces = assess_forces(self.briefing, self.force, picture)
        contacts = assess_contacts(self.briefing, picture)
        draft = Draft(self.briefing, len(picture.replication))
        mobile = contacts.target_class != TargetClass.STRUCTURE
        land = contacts.is_ground & mobile & is_within(contacts, *self.hold_land_m, 2.5 * self.line_m)
        sea = contacts.is_afloat & is_within(contacts, *self.hold_sea_m, 2.5 * self.line_m)
        thrust = find_spot(contacts, land)
        landing = find_spot(contacts, sea)
        self._look(draft, contacts, thrust)
        self._fight_on_land(draft, forces, contacts, land, thrust)
        self._fight_at_sea(draft, forces, contacts, sea, landing)
        self._release_batteries(draft, forces, contacts)
        self._release_strikes(draft, contacts, land | sea, thrust, landing)
        draft.hand_over(orders)

    def _look(self, draft: Draft, contacts: Contacts, thrust: Spot) -> None:
        force = self.force
        ships = contacts.is_afloat & (contacts.target_class == TargetClass.SHIP)
        for k in force.having(Role.RECON):
            x, y = force.plan(k)
            radius = max(float(force.plan_radius_m[k]), 5_000.0)
            draft.order(
                k, draft.everywhere, Task.SEARCH, x, y, radius_m=radius, spacing_m=force.lane_m(k), roe=self.roe
            )
            if force.sensor_m[k] >= _FAR_SENSOR_M:
                ship, _ = find_nearest(contacts, ships, x, y)
                at = step_towards(ship.x_m, ship.y_m, *self.hold_sea_m, _STANDOFF_M)
                draft.order(k, ship.exists, Task.SEARCH, *at, radius_m=3_000.0, roe=self.roe)
        for k in force.having(Role.RELAY):
            draft.order(k, draft.everywhere, Task.RELAY, *force.plan(k), radius_m=force.plan_radius_m[k])
        for k in force.having(Role.SCOUT):
            x, y = force.plan(k)
            draft.order(
                k, draft.everywhere, Task.SCREEN, x, y, radius_m=max(force.plan_radius_m[k], 3_000.0), roe=self.roe
            )
            enemy, away = find_nearest(contacts, contacts.is_ground, x, y)
            at = step_towards(enemy.x_m, enemy.y_m, *self.hold_land_m, _SCOUT_STANDOFF_M)
            closing = enemy.exists & (away < _SCOUT_STANDOFF_M)
            draft.order(k, closing, Task.SCREEN, *at, radius_m=3_000.0, roe=self.roe)

    def _fight_on_land(self, draft: Draft, forces: Forces, contacts: Contacts, land: np.ndarray, thrust: Spot) -> None:
        x0, y0 = self.hold_land_m
        _, away = find_nearest(contacts, land, x0, y0)
        alarm = thrust.exists & (away < 2.0 * self.line_m)
        reach = np.minimum(self.line_m, np.maximum(distance_m(x0, y0, thrust.x_m, thrust.y_m) - 4_000.0, 0.0))
        block = step_towards(x0, y0, thrust.x_m, thrust.y_m, reach)
        for k in self.force.having(Role.MANOEUVRE):
            plan = self.force.plan(k)
            weak = forces.strength[:, k] < self.withdraw_strength
            draft.order(k, ~weak, Task.ATTACK, *plan, radius_m=_ATTACK_RADIUS_M, roe=self.roe)
            draft.order(k, alarm, Task.ATTACK, *block, radius_m=_ATTACK_RADIUS_M, roe=self.roe)
            draft.order(k, weak, Task.ATTACK, x0, y0, radius_m=4_000.0, roe=self.roe)

    def _fight_at_sea(self, draft: Draft, forces: Forces, contacts: Contacts, sea: np.ndarray, landing: Spot) -> None:
        x0, y0 = self.hold_sea_m
        _, away = find_nearest(contacts, sea, x0, y0)
        alarm = landing.exists & (away < 1.5 * self.line_m)
        for k in self.force.having(Role.BOAT, Role.WARSHIP):
            is_boat = self.force.role[k] == Role.BOAT
            plan = self.force.plan(k)
            weak = forces.strength[:, k] < self.withdraw_strength
            draft.order(
                k, draft.everywhere, Task.SCREEN, *plan, radius_m=max(self.force.plan_radius_m[k], 3e3), roe=self.roe
            )
            if is_boat:
                draft.order(k, alarm & ~weak, Task.ATTACK, x0, y0, radius_m=self.line_m, roe=self.roe)
            draft.order(k, weak, Task.WITHDRAW, x0, y0, roe=self.roe)

    def _release_batteries(self, draft: Draft, forces: Forces, contacts: Contacts) -> None:
        for k in self.force.having(Role.BATTERY):
            x, y = forces.x_m[:, k], forces.y_m[:, k]
            fresh = (contacts.age_s <= _BATTERY_AGE_S) & (contacts.error_m <= _BATTERY_ERROR_M)
            reached = contacts.is_afloat & fresh & is_within(contacts, x, y, self.force.weapon_m[k])
            ships = reached & (contacts.target_class == TargetClass.SHIP)
            closing = reached & is_within(contacts, *self.hold_land_m, self.line_m)
            release = ships.any(axis=1) | closing.any(axis=1)
            draft.order(k, ~release, Task.HOLD, x, y, roe=Roe.HOLD)
            draft.order(k, release, Task.HOLD, x, y, roe=self.roe)

    def _release_strikes(
        self, draft: Draft, contacts: Contacts, chosen: np.ndarray, thrust: Spot, landing: Spot
    ) -> None:
        for k in self.force.having(Role.MUNITION, Role.STRIKE_AIR):
            plan = self.force.plan(k)
            task = Task.STRIKE if self.force.role[k] == Role.MUNITION else Task.ATTACK
            to_thrust = distance_m(*plan, thrust.x_m, thrust.y_m)
            to_landing = distance_m(*plan, landing.x_m, landing.y_m)
            on_land = thrust.exists & (~landing.exists | (to_thrust <= to_landing))
            if self.force.domain[k] == Domain.SURFACE:
                on_land = np.zeros_like(on_land)
            x = np.where(on_land, thrust.x_m, landing.x_m)
            y = np.where(on_land, thrust.y_m, landing.y_m)
            value = np.where(on_land, thrust.value, landing.value)
            away = np.where(
                on_land,
                distance_m(*self.hold_land_m, thrust.x_m, thrust.y_m),
                distance_m(*self.hold_sea_m, landing.x_m, landing.y_m),
            )
            release = (value >= max(self.strike_value, 1.0)) & (away <= 1.5 * self.line_m)
            draft.order(k, ~release, Task.RECOVER, *plan, roe=self.roe)
            draft.order(k, release, task, x, y, radius_m=_ATTACK_RADIUS_M, roe=self.roe)


def land_to_hold(briefing: Briefing, force: Force) -> tuple[float, float]:
    """Return the point on land to be held: the zones of hold objectives, else the command posts, else all groups."""
    zones = briefing.objective_zone[briefing.objective_kind == ObjectiveKind.HOLD]
    zones = zones[zones >= 0]
    if len(zones):
        return mean_point(briefing.zone_centre_m[:, zones])
    posts = force.having(Role.COMMAND) or force.having(Role.MANOEUVRE) or list(range(len(force.role)))
    return mean_point(force.start_m[:, posts])


def sea_to_hold(force: Force, land_m: tuple[float, float]) -> tuple[float, float]:
    """Return the point at sea to be held: where the warships, else the boats, are meant to be; else that on land."""
    fleet = [k for k in force.having(Role.WARSHIP) if force.host[k] < 0] or force.having(Role.BOAT)
    return mean_point(force.plan_m[:, fleet]) if fleet else land_m


def mean_point(places_m: F64) -> tuple[float, float]:
    """Return the mean of places (2, n), rounded to whole metres."""
    x, y = np.rint(places_m.mean(axis=1))
    return float(x), float(y)
