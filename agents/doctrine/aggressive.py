"""Aggressive: seek a decision; close with the objectives and the enemy at once, with the whole force.

Conduct by role (``agents.doctrine.blocks.roles``) and mission (``agents.doctrine.blocks.objectives``):

- Groups with a zone to take go there at full speed, in one wave, and fight only enemies directly in the way. The
  garrison of a zone to be held stays. All others mass on the richest concentration of the enemy within
  ``seek_km`` of the area to be held; until there is a concentration, they hold their planned places.
- Munitions and armed aircraft strike the richest concentration within ``strike_km`` of the main body as soon as it
  is worth ``strike_value``. Explosive boats do the same at sea; without a target they go to their planned places at
  once. Batteries fire at ships within reach, and at boats within ``seek_km`` of the area to be held.
- Scouts run ahead of the main body and air defence follows it; reconnaissance, relays and submarines follow the plan.
- Transports go to their zones at full speed. The waves of a raid (``agents.doctrine.blocks.raid``) start at once, at
  full speed; interceptors take off at once and seek the enemy far out.
- Groups do not wait for each other, and only a threatened command post withdraws.
"""

import numpy as np

from agents.doctrine.blocks.air_defence import scramble
from agents.doctrine.blocks.assessment import find_spot, is_within, mean_place
from agents.doctrine.blocks.command_posts import keep_posts_safe
from agents.doctrine.blocks.draft import Draft
from agents.doctrine.blocks.fires import release_batteries, strike, strike_groups, strike_planned, wait_aboard
from agents.doctrine.blocks.manoeuvre import KNOWN_S, attack_spot, find_enemy, garrison_and_plan, take_goal
from agents.doctrine.blocks.objectives import Purpose, find_mission
from agents.doctrine.blocks.parameters import check_number
from agents.doctrine.blocks.raid import find_waves, strike_plan
from agents.doctrine.blocks.reconnaissance import lead_with_scouts, search_as_planned
from agents.doctrine.blocks.roles import Role, appraise_force
from agents.doctrine.blocks.situation import Situation, assess_situation
from agents.doctrine.blocks.support import follow_main_body
from agents.doctrine.blocks.transports import find_transports_with_zone, sail
from simcore.orders import Orders
from simcore.picture import Picture
from simcore.policy import Briefing

_SCOUT_LEAD_M = 4_000.0
_WIDER = 2.0  # interceptors seek the enemy beyond their planned areas


class Aggressive:
    """A commander who seeks a decision.

    Parameters
    ----------
    speed : speed of the advance as a share of the maximum, 0.1 to 1.
    in_way_km : an enemy nearer than this is fought before the advance continues, 0 to 30.
    rush_km : distance from the edge of the objective within which groups no longer stop to fight, 0 to 60.
    seek_km : distance from the area to be held within which free groups go for the enemy, 1 to 200.
    strike_value : value of a concentration at which a wave is released, 0 to 500.
    strike_km : largest distance of such a concentration from the main body, 1 to 200.
    """

    reads_clocks = True

    def __init__(
        self,
        speed: float = 1.0,
        in_way_km: float = 1.5,
        rush_km: float = 10.0,
        seek_km: float = 36.0,
        strike_value: float = 18.0,
        strike_km: float = 15.0,
    ) -> None:
        name = "aggressive"
        self.speed = check_number(name, "speed", speed, 0.1, 1.0)
        self.in_way_m = 1e3 * check_number(name, "in_way_km", in_way_km, 0.0, 30.0, "km")
        self.rush_m = 1e3 * check_number(name, "rush_km", rush_km, 0.0, 60.0, "km")
        self.seek_m = 1e3 * check_number(name, "seek_km", seek_km, 1.0, 200.0, "km")
        self.strike_value = check_number(name, "strike_value", strike_value, 0.0, 500.0)
        self.strike_m = 1e3 * check_number(name, "strike_km", strike_km, 1.0, 200.0, "km")

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Study the briefing; no other state is kept."""
        self.briefing = briefing
        self.force = appraise_force(briefing)
        self.mission = find_mission(briefing, self.force)
        self.is_advancing = bool(self.mission.taking(self.force, Role.MANOEUVRE))
        self.waves = find_waves(self.force)
        self.standing = Draft(briefing, 1, may_loosen=False)
        search_as_planned(self.standing, self.force, Role.RECON, Role.SCOUT, Role.SUBMARINE)
        garrison_and_plan(self.standing, self.force, self.mission, self.seek_m)
        if self.force.having(Role.MANOEUVRE, Role.BOAT):
            wait_aboard(self.standing, self.force, self.force.having(Role.MUNITION, Role.STRIKE_AIR))

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Order the side's groups."""
        s = assess_situation(self.briefing, self.force, picture, self.standing)
        if self.is_advancing:
            lead_with_scouts(s, self.mission.goal_m, _SCOUT_LEAD_M)
            follow_main_body(s, self.speed)
        for role in (Role.MANOEUVRE, Role.BOAT):
            self._close(s, role)
            self._strike(s, role)
        release_batteries(s, self.mission.home_land_m, self.seek_m)
        sail(s, self.mission, find_transports_with_zone(s, self.mission), s.draft.everywhere, speed=self.speed)
        strike_plan(s, self.waves, s.draft.everywhere, speed=self.speed)
        scramble(s, self.force.having(Role.INTERCEPTOR), s.draft.everywhere, wider=_WIDER)
        keep_posts_safe(s)
        s.draft.hand_over(orders)

    def _close(self, s: Situation, role: Role) -> None:
        groups = self.force.having(role)
        is_land = role == Role.MANOEUVRE
        x, y = self.mission.home_land_m if is_land else self.mission.home_sea_m
        enemy = find_enemy(s, is_land=is_land, x_m=x, y_m=y, radius_m=self.seek_m)
        for k in groups:
            if self.mission.purpose[k] == Purpose.TAKE:
                take_goal(
                    s,
                    self.mission,
                    k,
                    s.draft.everywhere,
                    speed=self.speed,
                    rush_m=self.rush_m,
                    in_way_m=self.in_way_m,
                )
                continue
            if self.mission.purpose[k] == Purpose.SEEK:
                attack_spot(s, k, s.draft.everywhere, enemy, speed=self.speed)

    def _strike(self, s: Situation, role: Role) -> None:
        at_sea = role == Role.BOAT
        groups = strike_groups(self.force, at_sea=at_sea)
        body = self.force.having(role) or self.force.having(Role.MANOEUVRE, Role.BOAT)
        if not groups or not body:
            return
        place = mean_place(s.forces, body)
        enemy = s.contacts.is_held & ~s.contacts.is_flying & (s.contacts.age_s <= KNOWN_S)
        if at_sea:
            enemy = enemy & s.contacts.is_afloat
        target = find_spot(s.contacts, enemy & is_within(s.contacts, place.x_m, place.y_m, self.strike_m))
        release = target.value >= max(self.strike_value, 1.0)
        strike(s, groups, target, release)
        if at_sea:
            strike_planned(s, groups, ~release)
