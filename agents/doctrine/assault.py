"""Assault: an aggressive attacker who reconnoitres first, strikes in waves and advances in echelons.

Conduct by role (``agents.doctrine.blocks.roles``):

- Reconnaissance searches its planned areas ahead of the main body from the start; scouts lead the main body by a
  few kilometres and find its targets. Submarines search, relays take station.
- Ground combat groups advance at once on their assigned objective, abreast: a group too far ahead waits for the
  others. A fresh enemy in the way is attacked; near the objective they no longer stop to fight.
- Boats wait on their hosts or escort the nearest warship until the reconnaissance is over, then rush together.
- Loitering munitions and armed aircraft wait on their hosts for a concentration near the main body that is worth a
  strike: command posts, bases, launchers and vehicles alike. Then all of them strike it, the most valuable targets
  first. Explosive boats lead the rush, and strike enemies found near the fleet.
- Air defence that the plan sends forward and a second, mobile command post follow the main body.
- Groups weakened below ``stop_strength`` are no longer fed into the attack: they return to their start, unless
  they are at the objective.
"""

import numpy as np

from agents.doctrine.blocks.assessment import (
    Contacts,
    Forces,
    column,
    distance_m,
    find_nearest,
    find_spot,
    is_within,
    mean_place,
)
from agents.doctrine.blocks.draft import Draft
from agents.doctrine.blocks.fires import ATTACK_RADIUS_M, strike, strike_groups, wait_aboard
from agents.doctrine.blocks.objectives import find_mission, goals
from agents.doctrine.blocks.parameters import check_number
from agents.doctrine.blocks.reconnaissance import lead_with_scouts, search_as_planned
from agents.doctrine.blocks.roles import Role, appraise_force
from agents.doctrine.blocks.situation import Situation, assess_situation
from agents.doctrine.blocks.support import assemble_boats, follow_main_body
from agents.doctrine.blocks.transports import find_transports_with_zone, sail
from simcore.orders import Orders
from simcore.picture import Picture
from simcore.policy import Briefing
from simcore.types import F64, Domain, TargetClass, Task

_IN_WAY_M = 7_000.0  # enemies nearer than this are fought before the advance goes on
_FRESH_S = 90.0  # older contacts do not stop the advance
_STRIKE_AGE_S = 300.0  # older contacts are not worth a wave
_SCOUT_LEAD_M = 3_000.0  # ahead of the group that a scout leads


class Assault:
    """An attack on the side's objective zones.

    Parameters
    ----------
    speed : speed of the main body's advance as a share of the maximum, 0.1 to 1.
    abreast_km : largest lead of a group over the mean of the others before it waits, 0.5 to 100.
    rush_km : distance from the edge of the objective within which groups no longer stop to fight, 0 to 60.
    reconnaissance_min : minutes of reconnaissance before the boats leave their ships, 0 to 600.
    strike_value : value of a concentration at which a wave is released, 0 to 500; an armoured vehicle counts 6,
        a command post or base 12, a ship 60, anything unclassified 3.
    strike_km : largest distance of such a concentration from the main body, 1 to 200.
    stop_strength : share of its strength below which a group is no longer fed into the attack, 0 to 1.
    """

    reads_clocks = True

    def __init__(
        self,
        speed: float = 0.8,
        abreast_km: float = 4.0,
        rush_km: float = 8.0,
        reconnaissance_min: float = 5.0,
        strike_value: float = 3.0,
        strike_km: float = 20.0,
        stop_strength: float = 0.2,
    ) -> None:
        name = "assault"
        self.speed = check_number(name, "speed", speed, 0.1, 1.0)
        self.abreast_m = 1e3 * check_number(name, "abreast_km", abreast_km, 0.5, 100.0, "km")
        self.rush_m = 1e3 * check_number(name, "rush_km", rush_km, 0.0, 60.0, "km")
        self.wait_s = 60.0 * check_number(name, "reconnaissance_min", reconnaissance_min, 0.0, 600.0, "minutes")
        self.strike_value = check_number(name, "strike_value", strike_value, 0.0, 500.0)
        self.strike_m = 1e3 * check_number(name, "strike_km", strike_km, 1.0, 200.0, "km")
        self.stop_strength = check_number(name, "stop_strength", stop_strength, 0.0, 1.0)

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Study the briefing; no other state is kept."""
        self.briefing = briefing
        self.force = appraise_force(briefing)
        self.goal_m, self.goal_radius_m = goals(briefing, self.force)
        self.mission = find_mission(briefing, self.force)
        self.standing = self._standing_orders()

    def _standing_orders(self) -> Draft:
        draft, force = Draft(self.briefing, 1), self.force
        search_as_planned(draft, force, Role.RECON, Role.SCOUT, Role.SUBMARINE)
        groups = force.having(Role.MANOEUVRE)
        if groups:
            place, radius = self._goals(groups), self.goal_radius_m[groups]
            draft.order(groups, draft.everywhere, Task.ATTACK, *place, radius_m=radius, speed=self.speed)
        wait_aboard(draft, force, force.having(Role.MUNITION, Role.STRIKE_AIR))
        return draft

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Order the side's groups."""
        situation = assess_situation(self.briefing, self.force, picture, self.standing)
        _, _, forces, contacts, draft, time_s, _ = situation
        is_ready = time_s >= self.wait_s
        lead_with_scouts(situation, self.goal_m, _SCOUT_LEAD_M)
        follow_main_body(situation, self.speed)
        self._advance_on_land(draft, forces, contacts)
        assemble_boats(situation, ~is_ready)
        self._rush_at_sea(draft, forces, is_ready)
        self._strike_ashore(situation)
        self._strike_afloat(draft, forces, contacts, is_ready)
        transports = find_transports_with_zone(situation, self.mission)
        sail(situation, self.mission, transports, draft.everywhere, speed=self.speed)
        draft.hand_over(orders)

    def _advance_on_land(self, draft: Draft, forces: Forces, contacts: Contacts) -> None:
        groups = self.force.having(Role.MANOEUVRE)
        if not groups:
            return
        fresh = contacts.is_ground & (contacts.age_s <= _FRESH_S) & (contacts.target_class != TargetClass.STRUCTURE)
        to_go, ahead, is_fit = self._march(forces, groups)
        if fresh.any():
            for q, k in enumerate(groups):
                goal, radius = self._goal(k), float(self.goal_radius_m[k])
                is_ahead = distance_m(*goal, contacts.x_m, contacts.y_m) < column(to_go[q] + radius)
                near, near_m = find_nearest(contacts, fresh & is_ahead, forces.x_m[:, k], forces.y_m[:, k])
                in_way = near.exists & (near_m < _IN_WAY_M) & (to_go[q] > self.rush_m)
                draft.order(k, in_way, Task.ATTACK, near.x_m, near.y_m, radius_m=ATTACK_RADIUS_M, speed=self.speed)
                ahead[q] &= ~in_way
        if ahead.any():
            draft.order(groups, ahead, Task.HOLD, forces.x_m[:, groups].T, forces.y_m[:, groups].T)
        spent = ~is_fit & (to_go > self.rush_m)
        if spent.any():
            draft.order(groups, spent, Task.WITHDRAW, *self.force.starts(groups))

    def _rush_at_sea(self, draft: Draft, forces: Forces, where: np.ndarray) -> None:
        groups = self.force.having(Role.BOAT)
        if not (groups and where.any()):
            return
        goal, radius = self._goals(groups), self.goal_radius_m[groups]
        to_go, ahead, is_fit = self._march(forces, groups)
        draft.order(groups, where, Task.ATTACK, *goal, radius_m=radius, speed=self.speed)
        rush = where & (to_go <= self.rush_m) & (to_go > -0.5 * radius[:, None])
        draft.order(groups, rush, Task.MOVE, *goal, speed=1.0)
        draft.order(groups, where & ahead, Task.HOLD, forces.x_m[:, groups].T, forces.y_m[:, groups].T)
        draft.order(groups, where & ~is_fit & (to_go > self.rush_m), Task.WITHDRAW, *self.force.starts(groups))

    def _march(self, forces: Forces, groups: list[int]) -> tuple[F64, np.ndarray, np.ndarray]:
        """Return the distance [m] of n groups from the edge of their objectives, whether they are too far ahead of
        the others and must wait, and whether they are fit to attack; (n, R) each.
        """
        away = distance_m(*self._goals(groups), forces.x_m[:, groups].T, forces.y_m[:, groups].T)
        is_fit = self.stop_strength <= forces.strength[:, groups].T
        total = np.where(is_fit, np.rint(away), 0.0).sum(axis=0)  # whole metres: the sum is exact
        mean = total / np.maximum(is_fit.sum(axis=0), 1)
        to_go = away - self.goal_radius_m[groups, None]
        return to_go, (away < mean - self.abreast_m) & (to_go > self.rush_m), is_fit

    def _strike_ashore(self, s: Situation) -> None:
        force, contacts = s.force, s.contacts
        main_body = force.having(Role.MANOEUVRE) or force.having(Role.BOAT)
        enemy = (contacts.is_ground if force.having(Role.MANOEUVRE) else contacts.is_held & ~contacts.is_flying) & (
            contacts.age_s <= _STRIKE_AGE_S
        )
        if not enemy.any():
            return
        body = mean_place(s.forces, main_body)
        target = find_spot(contacts, enemy & is_within(contacts, body.x_m, body.y_m, self.strike_m))
        strike(s, strike_groups(force, at_sea=False), target, target.value >= max(self.strike_value, 1.0))

    def _strike_afloat(self, draft: Draft, forces: Forces, contacts: Contacts, where: np.ndarray) -> None:
        force = self.force
        groups = [k for k in force.having(Role.MUNITION) if force.domain[k] == Domain.SURFACE]
        if not (groups and where.any()):
            return
        radius = np.maximum(force.plan_radius_m[groups], ATTACK_RADIUS_M)
        draft.order(groups, where, Task.STRIKE, *force.plans(groups), radius_m=radius)
        enemy = contacts.is_afloat & (contacts.age_s <= _STRIKE_AGE_S)
        if enemy.any():
            fleet = mean_place(forces, force.having(Role.BOAT))
            target = find_spot(contacts, enemy & is_within(contacts, fleet.x_m, fleet.y_m, self.strike_m))
            release = where & (target.value >= max(self.strike_value, 1.0))
            draft.order(groups, release, Task.STRIKE, target.x_m, target.y_m, radius_m=ATTACK_RADIUS_M)

    def _goal(self, k: int) -> tuple[float, float]:
        return float(self.goal_m[0, k]), float(self.goal_m[1, k])

    def _goals(self, groups: list[int]) -> tuple[F64, F64]:
        return self.goal_m[0, groups, None], self.goal_m[1, groups, None]
