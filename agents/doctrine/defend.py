"""Defend: a cautious defender who scouts in depth, saves fires and counters the main penetration.

Conduct by role (``agents.doctrine.blocks.roles``):

- Reconnaissance searches its planned areas and, once a worthwhile target is known, watches it from outside
  the reach of short-range air defence. Scouts keep radar contact and fall back before the enemy.
- Ground combat groups hold their planned positions. Once the main penetration crosses the engagement line, they gather
  at a blocking position between it and the area to be held, and counter-attack enemies that come near.
- Boats screen in front of the warships, and fight together with them when the enemy crosses the line.
- Missile batteries keep silent until a ship is classified within reach, or boats have crossed the line.
- Loitering munitions and armed aircraft wait on their hosts until a concentration inside the engagement
  line is worth a massed strike.
- Groups weakened below ``withdraw_strength`` fall back on the area to be held and fight there.
- Air defence, command posts, hosts and submarines follow the plan of the scenario file.
"""

import numpy as np

from agents.doctrine.blocks.assessment import (
    Contacts,
    Forces,
    Spot,
    distance_m,
    find_nearest,
    find_spot,
    is_within,
    step_towards,
)
from agents.doctrine.blocks.draft import Draft
from agents.doctrine.blocks.fires import ATTACK_RADIUS_M, release_batteries, strike, wait_aboard
from agents.doctrine.blocks.objectives import land_to_hold, sea_to_hold
from agents.doctrine.blocks.parameters import check_number, check_switch
from agents.doctrine.blocks.reconnaissance import fall_back, screen_as_planned, search_as_planned, watch_ships
from agents.doctrine.blocks.roles import Role, appraise_force
from agents.doctrine.blocks.situation import Situation, assess_situation
from simcore.orders import Orders
from simcore.picture import Picture
from simcore.policy import Briefing
from simcore.types import Domain, Roe, TargetClass, Task


class Defend:
    """A cautious, mobile defence.

    Parameters
    ----------
    engagement_line_km : distance from the area to be held at which the enemy is met, 2 to 60.
    strike_value : value of a concentration at which munitions and armed aircraft are released, 0 to 500;
        an armoured vehicle counts 6, a boat 5, a ship 60, anything unclassified 3.
    withdraw_strength : share of its strength below which a group falls back, 0 to 1 (0: never).
    positive_identification : fire only at contacts identified as hostile (slower, but safe when neutrals are present).
    """

    reads_clocks = True

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
        """Study the briefing; no other state is kept."""
        self.briefing = briefing
        self.force = appraise_force(briefing)
        self.hold_land_m = land_to_hold(briefing, self.force)
        self.hold_sea_m = sea_to_hold(self.force, self.hold_land_m)
        self.standing = self._standing_orders()

    def _standing_orders(self) -> Draft:
        draft, force = Draft(self.briefing, 1), self.force
        search_as_planned(draft, force, Role.RECON, roe=self.roe)
        screen_as_planned(draft, force, self.roe)
        groups, fleet = force.having(Role.MANOEUVRE), force.having(Role.BOAT, Role.WARSHIP)
        if groups:
            place = force.plans(groups)
            draft.order(groups, draft.everywhere, Task.ATTACK, *place, radius_m=ATTACK_RADIUS_M, roe=self.roe)
        if fleet:
            radius = np.maximum(force.plan_radius_m[fleet], 3e3)
            draft.order(fleet, draft.everywhere, Task.SCREEN, *force.plans(fleet), radius_m=radius, roe=self.roe)
        wait_aboard(draft, force, force.having(Role.MUNITION, Role.STRIKE_AIR), self.roe)
        return draft

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Order the side's groups."""
        situation = assess_situation(self.briefing, self.force, picture, self.standing)
        _, _, forces, contacts, draft, _, _ = situation
        mobile = contacts.target_class != TargetClass.STRUCTURE
        land = contacts.is_ground & mobile & is_within(contacts, *self.hold_land_m, 2.5 * self.line_m)
        sea = contacts.is_afloat & is_within(contacts, *self.hold_sea_m, 2.5 * self.line_m)
        thrust = find_spot(contacts, land)
        landing = find_spot(contacts, sea)
        watch_ships(situation, self.hold_sea_m, self.roe)
        fall_back(situation, self.hold_land_m, self.roe)
        self._fight_on_land(draft, forces, contacts, land, thrust)
        self._fight_at_sea(draft, forces, contacts, sea, landing)
        release_batteries(situation, self.hold_land_m, self.line_m, self.roe)
        self._release_strikes(situation, thrust, landing)
        draft.hand_over(orders)

    def _fight_on_land(self, draft: Draft, forces: Forces, contacts: Contacts, land: np.ndarray, thrust: Spot) -> None:
        x0, y0 = self.hold_land_m
        groups = self.force.having(Role.MANOEUVRE)
        if groups and thrust.exists.any():
            _, away = find_nearest(contacts, land, x0, y0)
            alarm = thrust.exists & (away < 2.0 * self.line_m)
            reach = np.minimum(self.line_m, np.maximum(distance_m(x0, y0, thrust.x_m, thrust.y_m) - 4_000.0, 0.0))
            block = step_towards(x0, y0, thrust.x_m, thrust.y_m, reach)
            draft.order(groups, alarm, Task.ATTACK, *block, radius_m=ATTACK_RADIUS_M, roe=self.roe)
        weak = self.withdraw_strength > forces.strength[:, groups].T
        if weak.any():
            draft.order(groups, weak, Task.ATTACK, x0, y0, radius_m=4_000.0, roe=self.roe)

    def _fight_at_sea(self, draft: Draft, forces: Forces, contacts: Contacts, sea: np.ndarray, landing: Spot) -> None:
        x0, y0 = self.hold_sea_m
        boats, fleet = self.force.having(Role.BOAT), self.force.having(Role.BOAT, Role.WARSHIP)
        if boats and landing.exists.any():
            _, away = find_nearest(contacts, sea, x0, y0)
            alarm = landing.exists & (away < 1.5 * self.line_m)
            draft.order(boats, alarm, Task.ATTACK, x0, y0, radius_m=self.line_m, roe=self.roe)
        weak = self.withdraw_strength > forces.strength[:, fleet].T
        if weak.any():
            draft.order(fleet, weak, Task.WITHDRAW, x0, y0, roe=self.roe)

    def _release_strikes(self, s: Situation, thrust: Spot, landing: Spot) -> None:
        groups = self.force.having(Role.MUNITION, Role.STRIKE_AIR)
        if not groups or not (thrust.exists | landing.exists).any():
            return
        plan = self.force.plans(groups)
        to_thrust = distance_m(*plan, thrust.x_m, thrust.y_m)
        to_landing = distance_m(*plan, landing.x_m, landing.y_m)
        swims = (self.force.domain[groups] == Domain.SURFACE)[:, None]
        on_land = thrust.exists & (~landing.exists | (to_thrust <= to_landing)) & ~swims
        x = np.where(on_land, thrust.x_m, landing.x_m)
        y = np.where(on_land, thrust.y_m, landing.y_m)
        value = np.where(on_land, thrust.value, landing.value)
        away = np.where(
            on_land,
            distance_m(*self.hold_land_m, thrust.x_m, thrust.y_m),
            distance_m(*self.hold_sea_m, landing.x_m, landing.y_m),
        )
        release = (value >= max(self.strike_value, 1.0)) & (away <= 1.5 * self.line_m)
        strike(s, groups, Spot(x, y, value, value > 0.0), release, self.roe)
