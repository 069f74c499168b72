"""Screen and strike: scout first, hold the strikes back for a worthwhile target, then concentrate them.

Conduct by role (``agents.doctrine.blocks.roles``) and mission (``agents.doctrine.blocks.objectives``):

- Reconnaissance and submarines search by the plan; scouts screen far in front and fall back before an enemy.
- Munitions and armed aircraft wait on their hosts until a concentration of *classified* contacts within ``strike_km``
  is worth ``strike_value``; then all of them strike the most valuable concentration. Batteries keep silent until a
  ship is classified within reach or boats have crossed the line of ``strike_km`` around the area to be held.
- Groups with a zone to take stay behind the screen until ``advance_min`` or until half of the munitions are spent,
  whichever is first; then they advance together and fight enemies within weapon range on the way. Free groups hold
  their places; together they block the main concentration within ``reach_km`` of the area to be held, and attack it
  once the strikes are over. Boats whose rules require identification attack contacts identified as hostile within
  ``reach_km``.
- Transports sail when the main body does. Each wave of a raid waits for a classified concentration worth
  ``strike_value`` around its planned point. Every other interceptor group is on station; the others are launched
  against a raid.
- Without munitions there is nothing to wait for: the main body advances at once.
- Threatened command posts move out of the way (``agents.doctrine.blocks.command_posts``).
"""

import numpy as np

from agents.doctrine.blocks.air_defence import is_raided, scramble
from agents.doctrine.blocks.assessment import find_spot, is_within, mean_place
from agents.doctrine.blocks.command_posts import keep_posts_safe
from agents.doctrine.blocks.draft import Draft
from agents.doctrine.blocks.fires import release_batteries, strike, strike_groups, wait_aboard
from agents.doctrine.blocks.manoeuvre import KNOWN_S, attack_spot, block, find_enemy, garrison_and_plan, take_goal
from agents.doctrine.blocks.objectives import Purpose, find_mission
from agents.doctrine.blocks.parameters import check_number
from agents.doctrine.blocks.raid import AIM_M, LATE, aim_near, find_waves, keep_back, strike_plan, strike_spot
from agents.doctrine.blocks.reconnaissance import fall_back, lead_with_scouts, screen_as_planned, search_as_planned
from agents.doctrine.blocks.roles import Role, appraise_force
from agents.doctrine.blocks.situation import Situation, assess_situation
from agents.doctrine.blocks.support import assemble, follow_main_body
from agents.doctrine.blocks.transports import find_transports_with_zone, lie_still, sail
from simcore.orders import Orders
from simcore.picture import Picture
from simcore.policy import Briefing
from simcore.types import Roe

_IN_WAY_M = 2_000.0  # at least
_SPENT = 0.5  # share of the munitions left below which the strike is over


class ScreenAndStrike:
    """A commander who fights with sensors and fires before moving.

    Parameters
    ----------
    strike_value : value of a concentration of classified contacts at which a wave is released, 0 to 500.
    strike_km : largest distance of such a concentration from the main body, 1 to 200.
    screen_km : lead of the scouts over the main body, 1 to 50.
    advance_min : minutes after which the main body advances regardless of the strikes, 0 to 6,000.
    reach_km : distance from the area to be held within which free groups move against the enemy, 1 to 100.
    """

    reads_clocks = True

    def __init__(
        self,
        strike_value: float = 12.0,
        strike_km: float = 50.0,
        screen_km: float = 8.0,
        advance_min: float = 30.0,
        reach_km: float = 32.0,
    ) -> None:
        name = "screen-and-strike"
        self.strike_value = check_number(name, "strike_value", strike_value, 0.0, 500.0)
        self.strike_m = 1e3 * check_number(name, "strike_km", strike_km, 1.0, 200.0, "km")
        self.screen_m = 1e3 * check_number(name, "screen_km", screen_km, 1.0, 50.0, "km")
        self.advance_s = 60.0 * check_number(name, "advance_min", advance_min, 0.0, 6_000.0, "minutes")
        self.reach_m = 1e3 * check_number(name, "reach_km", reach_km, 1.0, 100.0, "km")

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Study the briefing; no other state is kept."""
        self.briefing = briefing
        self.force = appraise_force(briefing)
        self.mission = find_mission(briefing, self.force)
        self.is_advancing = bool(self.mission.taking(self.force, Role.MANOEUVRE))
        self.waves = find_waves(self.force)
        self.standing = Draft(briefing, 1, may_loosen=False)
        search_as_planned(self.standing, self.force, Role.RECON, Role.SCOUT, Role.SUBMARINE)
        if not self.is_advancing:
            screen_as_planned(self.standing, self.force, Roe.FREE)
        garrison_and_plan(self.standing, self.force, self.mission)
        if self.force.having(Role.MANOEUVRE, Role.BOAT):
            wait_aboard(self.standing, self.force, self.force.having(Role.MUNITION, Role.STRIKE_AIR))

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Order the side's groups."""
        s = assess_situation(self.briefing, self.force, picture, self.standing)
        if self.is_advancing:
            lead_with_scouts(s, self.mission.goal_m, self.screen_m)
            follow_main_body(s, 0.8)
        else:
            fall_back(s, self.mission.home_land_m, Roe.FREE)
        is_open = self._is_open(s)
        for role in (Role.MANOEUVRE, Role.BOAT):
            self._move(s, role, is_open)
        self._strike(s)
        release_batteries(s, self.mission.home_land_m, self.strike_m)
        transports = find_transports_with_zone(s, self.mission)
        sail(s, self.mission, transports, s.draft.everywhere, speed=0.9)
        lie_still(s, transports, ~is_open)
        self._raid(s)
        self._defend_the_air(s)
        keep_posts_safe(s)
        s.draft.hand_over(orders)

    def _raid(self, s: Situation) -> None:
        if not self.waves:
            return
        is_late = s.draft.everywhere & (s.time_s >= min(self.advance_s, LATE * self.briefing.duration_s))
        keep_back(s, self.waves, s.draft.everywhere)
        strike_plan(s, self.waves, is_late)
        for k in self.waves:
            aim = aim_near(s, *self.force.plan(k), AIM_M)
            strike_spot(s, [k], aim.value >= max(self.strike_value, 1.0), aim)

    def _defend_the_air(self, s: Situation) -> None:
        screen, strike = self.force.having(Role.INTERCEPTOR)[::2], self.force.having(Role.INTERCEPTOR)[1::2]
        scramble(s, screen, s.draft.everywhere)
        scramble(s, strike, is_raided(s, self.mission.home_land_m, self.reach_m))

    def _is_open(self, s: Situation) -> np.ndarray:
        """Return where the main body may advance: after ``advance_min``, once the strikes are over, or without any."""
        munitions = self.force.having(Role.MUNITION)
        if not munitions:
            return s.draft.everywhere
        n_left = s.forces.n_left[:, munitions].sum(axis=1)
        size = float(self.force.size[munitions].sum())
        return (n_left < _SPENT * size) | (s.time_s >= self.advance_s)

    def _move(self, s: Situation, role: Role, is_open: np.ndarray) -> None:
        everywhere = s.draft.everywhere
        is_land = role == Role.MANOEUVRE
        x, y = self.mission.home_land_m if is_land else self.mission.home_sea_m
        thrust = find_enemy(s, is_land=is_land, x_m=x, y_m=y, radius_m=self.reach_m)
        identified = s.contacts.is_hostile & (s.contacts.is_ground if is_land else s.contacts.is_afloat)
        hostile = find_spot(
            s.contacts, identified & (s.contacts.age_s <= KNOWN_S) & is_within(s.contacts, x, y, self.reach_m)
        )
        for k in self.force.having(role):
            if self.mission.purpose[k] == Purpose.TAKE:
                in_way_m = max(_IN_WAY_M, float(self.force.weapon_m[k]))  # fires before movement
                take_goal(s, self.mission, k, everywhere, speed=0.9, rush_m=8e3, in_way_m=in_way_m)
                assemble(s, k, ~is_open)
                continue
            if self.mission.purpose[k] == Purpose.PATROL:
                attack_spot(s, k, everywhere, hostile)
            if self.mission.purpose[k] == Purpose.SEEK:
                block(s, k, thrust, (x, y), 0.5 * self.reach_m)
                attack_spot(s, k, is_open, thrust)

    def _strike(self, s: Situation) -> None:
        classified = s.contacts.is_classified & ~s.contacts.is_flying & (s.contacts.age_s <= KNOWN_S)
        for at_sea in (False, True):
            groups = strike_groups(self.force, at_sea=at_sea)
            body = self.force.having(Role.BOAT) if at_sea else self.force.having(Role.MANOEUVRE)
            body = body or self.force.having(Role.MANOEUVRE, Role.BOAT)
            if not groups or not body:
                continue
            place = mean_place(s.forces, body)
            x, y = (place.x_m, place.y_m) if self.is_advancing or at_sea else self.mission.home_land_m
            known = classified & s.contacts.is_afloat if at_sea else classified
            target = find_spot(s.contacts, known & is_within(s.contacts, x, y, self.strike_m))
            release = target.value >= max(self.strike_value, 1.0)
            strike(s, groups, target, release)
