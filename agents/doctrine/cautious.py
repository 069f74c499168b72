"""Cautious: defend in depth, advance by bounds, and fight only when the odds are favourable.

Conduct by role (``agents.doctrine.blocks.roles``) and mission (``agents.doctrine.blocks.objectives``):

- Free groups hold their planned places, in depth. They counter-attack the main penetration only when they are worth
  ``superiority`` times the enemy known there; else they block between it and the area to be held.
- Groups with a zone to take advance abreast and by bounds: only while their joint worth is ``superiority`` times the
  enemy known ahead, or once ``patience_min`` have passed. Near the objective they go in.
- Groups weaker than ``withdraw_strength`` fall back on the area to be held, or to their start.
- Batteries keep silent until a ship is classified within reach or boats are within the engagement line;
  munitions and armed aircraft wait until a concentration in front of the main body is worth ``strike_value``.
- Scouts fall back before the enemy, or lead the advance by a little; large reconnaissance watches ships from afar.
  With ``silent_radars`` boats and warships do not radiate until an enemy is reported near them.
- Transports stop before an identified enemy, for ``patience_min`` at most. A raid waits until its reconnaissance has
  classified a target. Interceptors wait aboard for the raid; missiles are kept for aircraft and for close targets.
- Boats whose rules require identification inspect every contact within ``engagement_line_km`` of their places.
- Threatened command posts move out of the way (``agents.doctrine.blocks.command_posts``).
"""

import numpy as np

from agents.doctrine.blocks.air_defence import find_missiles, is_raided, scramble, spare_missiles
from agents.doctrine.blocks.assessment import Spot, find_spot, is_within, mean_place, step_towards
from agents.doctrine.blocks.command_posts import keep_posts_safe
from agents.doctrine.blocks.draft import Draft
from agents.doctrine.blocks.fires import release_batteries, strike, strike_groups, strike_planned, wait_aboard
from agents.doctrine.blocks.manoeuvre import (
    KNOWN_S,
    attack_spot,
    block,
    find_enemy,
    garrison_and_plan,
    hold_place,
    is_ground,
    same_role_groups,
    take_goal,
    to_go_m,
)
from agents.doctrine.blocks.objectives import Purpose, find_mission
from agents.doctrine.blocks.parameters import check_number, check_switch
from agents.doctrine.blocks.raid import LATE, find_aim, find_waves, keep_back, strike_plan
from agents.doctrine.blocks.reconnaissance import (
    fall_back,
    keep_radars_silent,
    lead_with_scouts,
    screen_as_planned,
    search_as_planned,
    watch_ships,
)
from agents.doctrine.blocks.roles import Role, appraise_force
from agents.doctrine.blocks.situation import Situation, assess_situation
from agents.doctrine.blocks.support import follow_main_body, keep_ships_off
from agents.doctrine.blocks.transports import find_transports_with_zone, sail, wait_for_clear_route
from simcore.orders import Orders
from simcore.picture import Picture
from simcore.policy import Briefing
from simcore.types import F64, Roe, Task

_TOGETHER_M = 10_000.0  # groups nearer than this count together
_BOUND_M = 6_000.0
_SCOUT_LEAD_M = 2_000.0
_SPEED = 0.8


class Cautious:
    """A commander who preserves the force and waits for favourable odds.

    Parameters
    ----------
    superiority : ratio of own to known enemy worth that an attack needs, 0.1 to 10.
    engagement_line_km : distance from the area to be held at which the enemy is met, 2 to 60.
    patience_min : minutes after which the advance begins regardless of the odds, 0 to 6,000.
    abreast_km : largest lead of a group over the mean of the others before it waits, 0.5 to 100.
    rush_km : distance from the edge of the objective within which groups go in regardless of the enemy, 0 to 60.
    strike_value : value of a concentration at which a wave is released, 0 to 500.
    withdraw_strength : share of its strength below which a group falls back, 0 to 1 (0: never).
    silent_radars : keep the radars of boats and warships silent until an enemy is reported nearer to them than the
        distance of the engagement line.
    """

    reads_clocks = True

    def __init__(
        self,
        superiority: float = 1.5,
        engagement_line_km: float = 16.0,
        patience_min: float = 60.0,
        abreast_km: float = 4.0,
        rush_km: float = 6.0,
        strike_value: float = 18.0,
        withdraw_strength: float = 0.3,
        silent_radars: bool = False,
    ) -> None:
        name = "cautious"
        self.superiority = check_number(name, "superiority", superiority, 0.1, 10.0)
        self.line_m = 1e3 * check_number(name, "engagement_line_km", engagement_line_km, 2.0, 60.0, "km")
        self.patience_s = 60.0 * check_number(name, "patience_min", patience_min, 0.0, 6_000.0, "minutes")
        self.abreast_m = 1e3 * check_number(name, "abreast_km", abreast_km, 0.5, 100.0, "km")
        self.rush_m = 1e3 * check_number(name, "rush_km", rush_km, 0.0, 60.0, "km")
        self.strike_value = check_number(name, "strike_value", strike_value, 0.0, 500.0)
        self.withdraw_strength = check_number(name, "withdraw_strength", withdraw_strength, 0.0, 1.0)
        self.silent_radars = check_switch(name, "silent_radars", silent_radars)

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Study the briefing; no other state is kept."""
        self.briefing = briefing
        self.force = appraise_force(briefing)
        self.mission = find_mission(briefing, self.force)
        self.is_advancing = bool(self.mission.taking(self.force, Role.MANOEUVRE))
        self.waves, self.missiles = find_waves(self.force), find_missiles(self.force)
        self.standing = Draft(briefing, 1, may_loosen=False)
        search_as_planned(self.standing, self.force, Role.SUBMARINE, Role.RECON, Role.SCOUT)
        if not self.is_advancing:
            screen_as_planned(self.standing, self.force, Roe.FREE)
        garrison_and_plan(self.standing, self.force, self.mission, self.line_m)
        if self.force.having(Role.MANOEUVRE, Role.BOAT):
            wait_aboard(self.standing, self.force, self.force.having(Role.MUNITION, Role.STRIKE_AIR))

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Order the side's groups."""
        s = assess_situation(self.briefing, self.force, picture, self.standing)
        home = self.mission.home_land_m
        watch_ships(s, self.mission.home_sea_m, Roe.FREE)
        if self.is_advancing:
            lead_with_scouts(s, self.mission.goal_m, _SCOUT_LEAD_M)
            follow_main_body(s, _SPEED)
        else:
            fall_back(s, home, Roe.FREE)
        for role in (Role.MANOEUVRE, Role.BOAT):
            place = home if role == Role.MANOEUVRE else self.mission.home_sea_m
            self._defend(s, role, place)
            self._advance(s, self.mission.taking(self.force, role))
            self._strike(s, role, place)
        release_batteries(s, home, self.line_m)
        keep_ships_off(s)
        if self.silent_radars:
            keep_radars_silent(s, self.force.having(Role.BOAT, Role.WARSHIP), self.line_m)
        self._bring(s)
        self._raid(s)
        self._defend_the_air(s)
        keep_posts_safe(s)
        s.draft.hand_over(orders)

    def _bring(self, s: Situation) -> None:
        groups = find_transports_with_zone(s, self.mission)
        sail(s, self.mission, groups, s.draft.everywhere, speed=_SPEED)
        wait_for_clear_route(s, self.mission, groups, s.time_s < self.patience_s)

    def _raid(self, s: Situation) -> None:
        if not self.waves:
            return
        is_late = s.time_s >= min(self.patience_s, LATE * self.briefing.duration_s)
        keep_back(s, self.waves, s.draft.everywhere)
        strike_plan(s, self.waves, find_aim(s, self.waves).exists | is_late)

    def _defend_the_air(self, s: Situation) -> None:
        home = self.mission.home_land_m
        scramble(s, self.force.having(Role.INTERCEPTOR), is_raided(s, home, 2.0 * self.line_m))
        spare_missiles(s, self.missiles, home, self.line_m)

    def _defend(self, s: Situation, role: Role, home: tuple[float, float]) -> None:
        groups = [k for k in self.force.having(role) if self.mission.purpose[k] != Purpose.TAKE]
        if not groups:
            return
        x0, y0 = home
        thrust = find_enemy(s, is_land=role == Role.MANOEUVRE, x_m=x0, y_m=y0, radius_m=2.0 * self.line_m)
        enemy = s.enemy_worth(
            s.known(is_land=role == Role.MANOEUVRE, age_s=KNOWN_S), thrust.x_m, thrust.y_m, _TOGETHER_M
        )
        own = s.own_worth(groups, thrust.x_m, thrust.y_m, 2.0 * self.line_m)
        counter = thrust.exists & (own >= self.superiority * enemy)
        for k in groups:
            if self.mission.purpose[k] == Purpose.SEEK:
                block(s, k, thrust, home, self.line_m)
                attack_spot(s, k, counter, thrust)
                weak = s.forces.strength[:, k] < self.withdraw_strength
                hold_place(s, k, weak, x0, y0, 4e3)

    def _advance(self, s: Situation, groups: list[int]) -> None:
        if not groups:
            return
        away = [to_go_m(s, self.mission, k) for k in groups]
        fit = [s.forces.strength[:, k] >= self.withdraw_strength for k in groups]
        total = np.where(fit, np.rint(away), 0.0).sum(axis=0)  # whole metres: the sum is exact
        mean = total / np.maximum(np.sum(fit, axis=0), 1)
        for k, to_go, is_fit in zip(groups, away, fit, strict=True):
            x, y = s.forces.x_m[:, k], s.forces.y_m[:, k]
            take_goal(s, self.mission, k, is_fit, speed=_SPEED, rush_m=self.rush_m, in_way_m=3e3)
            far = to_go > self.rush_m
            wait = (to_go < mean - self.abreast_m) | ~(self._has_odds(s, k) | (s.time_s >= self.patience_s))
            s.draft.order(k, is_fit & far & wait, Task.HOLD, x, y)
            s.draft.order(k, ~is_fit & far, Task.WITHDRAW, *self.force.start(k))
            s.draft.order(k, ~is_fit & ~far, Task.ATTACK, *self.mission.goal(k), radius_m=self.mission.radius_m[k])

    def _has_odds(self, s: Situation, k: int) -> np.ndarray:
        """Return where a group and its neighbours outweigh the known enemy around the end of its next bound."""
        x, y = s.forces.x_m[:, k], s.forces.y_m[:, k]
        ahead: tuple[F64, F64] = step_towards(x, y, *self.mission.goal(k), _BOUND_M)
        enemy = s.enemy_worth(s.known(is_land=is_ground(s, k), age_s=KNOWN_S), *ahead, _BOUND_M)
        return s.own_worth(same_role_groups(s, k), x, y, _TOGETHER_M) >= self.superiority * enemy

    def _strike(self, s: Situation, role: Role, home: tuple[float, float]) -> None:
        at_sea = role == Role.BOAT
        groups = strike_groups(self.force, at_sea=at_sea)
        body = self.force.having(role) or self.force.having(Role.MANOEUVRE, Role.BOAT)
        if not groups or not body:
            return
        place = mean_place(s.forces, body)
        x, y = (place.x_m, place.y_m) if self.is_advancing or at_sea else home
        enemy = s.contacts.is_held & ~s.contacts.is_flying & (s.contacts.age_s <= KNOWN_S)
        if at_sea:
            enemy = enemy & s.contacts.is_afloat
        target: Spot = find_spot(s.contacts, enemy & is_within(s.contacts, x, y, 1.5 * self.line_m))
        release = target.value >= max(self.strike_value, 1.0)
        strike(s, groups, target, release)
        if at_sea:
            strike_planned(s, groups, ~release & (s.time_s >= self.patience_s))
