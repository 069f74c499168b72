"""Economy of force: minimum force on secondary tasks, maximum on the main effort, and a reserve until it is decided.

Conduct by role (``agents.doctrine.blocks.roles``) and mission (``agents.doctrine.blocks.objectives``):

- On land and at sea separately, the groups with zones to take make their main effort at the zone with the heaviest
  objectives. Of the groups meant for other zones, only ``minimum_share`` stay with them; the others join.
- The ``reserve_share`` of the main effort that starts farthest from the goal waits in place. It is committed when
  the main effort is decided: to its original zone when the main effort stands in its goal, to the same goal when the
  main effort is spent (below ``spent_strength``), and after half of the time in any case.
- In defence likewise: garrisons stay, the reserve waits at the area to be held, the other free groups block the main
  penetration; all counter-attack at full speed when the enemy is within ``commit_km`` or the other groups are spent.
- All munitions and armed aircraft strike within ``strike_km`` of the main effort. Batteries wait for ships, or for
  boats within ``commit_km`` of the area to be held.
- The waves of a raid arrive together, on the richest target; its reserve, and that of transports, follows when the
  first are spent or half of the time is over. Interceptors keep a reserve; missiles are kept for aircraft and for
  close targets.
- Threatened command posts move out of the way (``agents.doctrine.blocks.command_posts``).
"""

import math

import numpy as np

from agents.doctrine.blocks.air_defence import find_missiles, is_raided, scramble, spare_missiles
from agents.doctrine.blocks.assessment import Spot, distance_m, find_nearest, find_spot, is_within, mean_place
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
    take_goal,
    to_go_m,
)
from agents.doctrine.blocks.objectives import Mission, Purpose, find_mission
from agents.doctrine.blocks.parameters import check_number
from agents.doctrine.blocks.raid import (
    AREA_M,
    by_distance,
    find_waves,
    is_last_to_arrive,
    keep_back,
    plan_middle,
    strike_plan,
    strike_spot,
)
from agents.doctrine.blocks.reconnaissance import fall_back, lead_with_scouts, screen_as_planned, search_as_planned
from agents.doctrine.blocks.roles import Force, Role, appraise_force
from agents.doctrine.blocks.situation import Situation, assess_situation
from agents.doctrine.blocks.support import assemble, follow_main_body
from agents.doctrine.blocks.transports import lie_still, sail
from simcore.orders import Orders
from simcore.picture import Picture
from simcore.policy import Briefing
from simcore.types import Roe

_SPEED = 0.9
_UNDER_WAY_M = 3_000.0  # from its holding point
_PRIZE = 8.0  # least value of a contact that diverts a raid; vehicles and boats are worth less


class EconomyOfForce:
    """A commander with a single main effort and a reserve.

    Parameters
    ----------
    minimum_share : share of the groups meant for a secondary zone that stay with it, 0 to 1.
    reserve_share : share of the groups of the main effort held in reserve, 0 to 0.9.
    spent_strength : mean strength of the committed groups below which they count as spent, 0 to 1.
    commit_km : distance of an enemy from the area to be held at which the reserve is committed, 1 to 60.
    strike_value : value of a concentration at which a wave is released, 0 to 500.
    strike_km : largest distance of such a concentration from the main effort, 1 to 200.
    """

    reads_clocks = True

    def __init__(
        self,
        minimum_share: float = 0.34,
        reserve_share: float = 0.25,
        spent_strength: float = 0.6,
        commit_km: float = 12.0,
        strike_value: float = 18.0,
        strike_km: float = 25.0,
    ) -> None:
        name = "economy-of-force"
        self.minimum_share = check_number(name, "minimum_share", minimum_share, 0.0, 1.0)
        self.reserve_share = check_number(name, "reserve_share", reserve_share, 0.0, 0.9)
        self.spent_strength = check_number(name, "spent_strength", spent_strength, 0.0, 1.0)
        self.commit_m = 1e3 * check_number(name, "commit_km", commit_km, 1.0, 60.0, "km")
        self.strike_value = check_number(name, "strike_value", strike_value, 0.0, 500.0)
        self.strike_m = 1e3 * check_number(name, "strike_km", strike_km, 1.0, 200.0, "km")

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Study the briefing; no other state is kept."""
        self.briefing = briefing
        self.force = appraise_force(briefing)
        self.first = find_mission(briefing, self.force)  # before concentration
        self.mission = self.first
        self.reserve: list[int] = []
        for role in (Role.MANOEUVRE, Role.BOAT):
            groups = self.force.having(role)
            attackers = self.first.taking(self.force, role)
            self.mission = concentrate(self.mission, attackers, self.minimum_share)
            free = [k for k in groups if self.first.purpose[k] in (Purpose.SEEK, Purpose.PATROL)]
            self.reserve += find_reserve(self.force, self.mission, attackers, self.reserve_share)
            self.reserve += find_reserve(self.force, self.mission, free, self.reserve_share)
        transports = self.first.taking(self.force, Role.TRANSPORT)
        self.late_transports = find_reserve(self.force, self.first, transports, self.reserve_share)
        self.transports = [k for k in transports if k not in self.late_transports]
        self.waves = by_distance(self.force, find_waves(self.force))
        self.missiles = find_missiles(self.force)
        self.is_advancing = bool(self.first.taking(self.force, Role.MANOEUVRE))
        self.standing = Draft(briefing, 1, may_loosen=False)
        search_as_planned(self.standing, self.force, Role.RECON, Role.SCOUT, Role.SUBMARINE)
        if not self.is_advancing:
            screen_as_planned(self.standing, self.force, Roe.FREE)
        garrison_and_plan(self.standing, self.force, self.mission, self.commit_m)
        if self.force.having(Role.MANOEUVRE, Role.BOAT):
            wait_aboard(self.standing, self.force, self.force.having(Role.MUNITION, Role.STRIKE_AIR))

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Order the side's groups."""
        s = assess_situation(self.briefing, self.force, picture, self.standing)
        if self.is_advancing:
            lead_with_scouts(s, self.mission.goal_m, 3_000.0)
            follow_main_body(s, _SPEED)
        else:
            fall_back(s, self.mission.home_land_m, Roe.FREE)
        for role in (Role.MANOEUVRE, Role.BOAT):
            groups = self.force.having(role)
            self._attack(s, self.mission.taking(self.force, role))
            self._defend(s, role, [k for k in groups if self.mission.purpose[k] != Purpose.TAKE])
        self._strike(s)
        release_batteries(s, self.mission.home_land_m, self.commit_m)
        self._bring(s)
        self._raid(s)
        self._defend_the_air(s)
        keep_posts_safe(s)
        s.draft.hand_over(orders)

    def _bring(self, s: Situation) -> None:
        everywhere = s.draft.everywhere
        sail(s, self.first, [*self.transports, *self.late_transports], everywhere, speed=_SPEED)
        if self.late_transports:
            done = np.min([to_go_m(s, self.first, k) for k in self.transports], axis=0) <= 0.0
            strength = np.mean([s.forces.strength[:, k] for k in self.transports], axis=0)
            is_late = s.time_s >= 0.5 * self.briefing.duration_s
            lie_still(s, self.late_transports, ~(done | (strength < self.spent_strength) | is_late))

    def _raid(self, s: Situation) -> None:
        if not self.waves:
            return
        n_first = len(self.waves) - min(round(self.reserve_share * len(self.waves)), len(self.waves) - 1)
        first, reserve = self.waves[:n_first], self.waves[n_first:]
        aim = find_prize(s, first)
        place = s.forces.x_m[:, first].T, s.forces.y_m[:, first].T
        is_under_way = distance_m(*self.force.starts(first), *place) > _UNDER_WAY_M  # no wave is recalled
        is_due = is_last_to_arrive(s, first, aim) | is_under_way
        keep_back(s, first, ~is_due)
        strike_plan(s, first, is_due, speed=1.0)
        strike_spot(s, first, is_due, aim, speed=1.0)
        is_spent = s.forces.strength[:, first].mean(axis=1) < self.spent_strength
        committed = is_spent | (s.time_s >= 0.5 * self.briefing.duration_s)
        keep_back(s, reserve, ~committed)
        strike_plan(s, reserve, committed, speed=1.0)
        strike_spot(s, reserve, committed, aim, speed=1.0)

    def _defend_the_air(self, s: Situation) -> None:
        interceptors, home = self.force.having(Role.INTERCEPTOR), self.mission.home_land_m
        n_reserve = min(max(1, round(self.reserve_share * len(interceptors))), len(interceptors) - 1)
        front = interceptors[: len(interceptors) - max(n_reserve, 0)]
        scramble(s, front, is_raided(s, home, 3.0 * self.commit_m))
        scramble(s, interceptors[len(front) :], is_raided(s, home, self.commit_m))
        spare_missiles(s, self.missiles, home, self.commit_m)

    def _attack(self, s: Situation, groups: list[int]) -> None:
        lead = [k for k in groups if k not in self.reserve]
        if not lead:
            return
        everywhere = s.draft.everywhere
        strength = np.mean([s.forces.strength[:, k] for k in lead], axis=0)
        is_won = (np.min([to_go_m(s, self.mission, k) for k in lead], axis=0) <= 0.0) & (strength > 0.0)
        is_late = everywhere & (s.time_s >= 0.5 * self.briefing.duration_s)
        committed = is_won | (strength < self.spent_strength) | is_late
        for k in groups:
            if k in self.reserve:
                take_goal(s, self.mission, k, committed, speed=_SPEED, rush_m=8e3, in_way_m=2e3)
                take_goal(s, self.first, k, is_won, speed=_SPEED, rush_m=8e3, in_way_m=2e3)
                assemble(s, k, ~committed)
            else:
                take_goal(s, self.mission, k, everywhere, speed=_SPEED, rush_m=8e3, in_way_m=2e3)

    def _defend(self, s: Situation, role: Role, groups: list[int]) -> None:
        if not groups:
            return
        is_land = role == Role.MANOEUVRE
        x0, y0 = self.mission.home_land_m if is_land else self.mission.home_sea_m
        thrust = find_enemy(s, is_land=is_land, x_m=x0, y_m=y0, radius_m=3.0 * self.commit_m)
        _, away = find_nearest(s.contacts, s.known(is_land=is_land, age_s=KNOWN_S), x0, y0)
        front = [k for k in groups if k not in self.reserve] or groups
        strength = np.mean([s.forces.strength[:, k] for k in front], axis=0)
        committed = (away < self.commit_m) | (strength < self.spent_strength)
        for k in groups:
            radius = max(float(self.mission.radius_m[k]), 6e3)
            if self.mission.purpose[k] == Purpose.PATROL and k in self.reserve:
                hold_place(s, k, ~committed, x0, y0, radius)
            if self.mission.purpose[k] != Purpose.SEEK:
                continue
            if k in self.reserve:
                hold_place(s, k, ~committed, x0, y0, radius)
            else:
                block(s, k, thrust, (x0, y0), self.commit_m)
            attack_spot(s, k, committed, thrust, speed=1.0)

    def _strike(self, s: Situation) -> None:
        enemy = s.contacts.is_held & ~s.contacts.is_flying & (s.contacts.age_s <= KNOWN_S)
        for at_sea in (False, True):
            groups = strike_groups(self.force, at_sea=at_sea)
            body = self.force.having(Role.BOAT) if at_sea else self.force.having(Role.MANOEUVRE)
            body = body or self.force.having(Role.MANOEUVRE, Role.BOAT)
            if not groups or not body:
                continue
            effort = [k for k in body if k not in self.reserve] or body
            place = mean_place(s.forces, effort)
            known = enemy & s.contacts.is_afloat if at_sea else enemy
            target = find_spot(s.contacts, known & is_within(s.contacts, place.x_m, place.y_m, self.strike_m))
            release = target.value >= max(self.strike_value, 1.0)
            strike(s, groups, target, release)
            if at_sea:
                strike_planned(s, groups, ~release)


def find_prize(s: Situation, waves: list[int]) -> Spot:
    """Return the richest concentration of individually valuable targets (buildings, ships, aircraft on the ground),
    classified as such, in the planned target area. Defenders of lower value divert no wave.
    """
    c = s.contacts
    dear = c.is_held & ~c.is_flying & c.is_classified & (c.value >= _PRIZE)
    return find_spot(c, dear & is_within(c, *plan_middle(s.force, waves), AREA_M))


def concentrate(mission: Mission, groups: list[int], minimum_share: float) -> Mission:
    """Return the mission with the groups concentrated on the zone of the greatest weight.

    Of the groups meant for another zone, the first ``minimum_share``, at least one group, stay with it. Groups
    without a common zone (not named by the objectives) are left unchanged.
    """
    zones = sorted({(mission.goal(k), float(mission.radius_m[k])) for k in groups})
    if len(zones) < 2:
        return mission

    def weight(zone: tuple[tuple[float, float], float]) -> tuple[float, int]:
        meant = [k for k in groups if (mission.goal(k), float(mission.radius_m[k])) == zone]
        return max(float(mission.weight[k]) for k in meant), len(meant)

    main = max(zones, key=weight)
    goal, radius = mission.goal_m.copy(), mission.radius_m.copy()
    for zone in zones:
        meant = [k for k in groups if (mission.goal(k), float(mission.radius_m[k])) == zone]
        if zone != main:
            for k in meant[max(1, math.ceil(minimum_share * len(meant))) :]:
                goal[:, k], radius[k] = main[0], main[1]
    return mission._replace(goal_m=goal, radius_m=radius)


def find_reserve(force: Force, mission: Mission, groups: list[int], share: float) -> list[int]:
    """Return the groups of the reserve: those farthest from their goals at the start. At least one group fights."""
    number = min(round(share * len(groups)), len(groups) - 1)
    if number <= 0:
        return []
    away = [float(distance_m(*force.start(k), mission.goal_m[0, k], mission.goal_m[1, k])) for k in groups]
    order = sorted(range(len(groups)), key=lambda place: (-away[place], place))
    return [groups[place] for place in order[:number]]
