"""Assault: an aggressive attacker who looks first, strikes in waves and advances on the objectives in echelons.

What it does, by role (``agents.doctrine.roles``):

- Reconnaissance searches between the main body and the objectives from the start; far-seeing aircraft
  watch what is worth a strike from outside the reach of short-range air defence. Scouts lead.
- Loitering munitions, explosive boats and armed aircraft wait on their hosts until headquarters, bases,
  ships or a concentration are found, or the main body is in contact; then each kind strikes in one wave.
- Ground combat groups and boats advance on the objective zone that they were given, abreast: who is too
  far ahead waits for the rest. What stands in the way is attacked; the last leg is a rush.
- Short-range air defence and a mobile command post follow the main body; the other groups go by the plan.
- Groups weakened below ``stop_strength`` go back to where they started, unless they are on the objective.
"""

import numpy as np

from agents.doctrine.assessment import (
    Contacts,
    Forces,
    Spot,
    assess_contacts,
    assess_forces,
    column,
    distance_m,
    find_nearest,
    find_spot,
    is_within,
    step_towards,
)
from agents.doctrine.draft import Draft
from agents.doctrine.parameters import check_number
from agents.doctrine.roles import Force, Role, appraise_force
from simcore.orders import Orders
from simcore.picture import Picture
from simcore.policy import Briefing
from simcore.types import F64, Domain, ObjectiveKind, TargetClass, Task, ZoneKind

_STANDOFF_M = 12_000.0  # beyond short-range air defence, within reach of a large camera
_FAR_SENSOR_M = 15_000.0
_ATTACK_RADIUS_M = 8_000.0
_IN_WAY_M = 7_000.0  # enemies nearer than this are fought before the advance goes on
_SCOUT_LEAD_M = 3_000.0  # ahead of the main body
_STRIKE_AGE_S = 300.0
_FRESH_S = 90.0  # older contacts stop nobody
_AIR_DEFENCE_GAP_M = 4_000.0  # behind the main body
_COMMAND_GAP_M = 15_000.0


class Assault:
    """An attack on the side's objective zones.

    Parameters
    ----------
    speed : share of the maximum speed at which the main body advances, 0.1 to 1.
    abreast_km : how far a group may be ahead of the mean of its axis before it waits, 0.5 to 100.
    rush_km : distance from the edge of the objective at which groups stop for nobody, 0 to 60.
    reconnaissance_min : minutes of reconnaissance before the main body moves, 0 to 600.
    strike_value : what a concentration must be worth before a wave is released, 0 to 500; an armoured
        vehicle counts 6, a headquarters or base 12, a ship 60, anything unclassified 3.
    strike_km : how far from the main body such a concentration may be, 1 to 200.
    stop_strength : share of its strength below which a group is no longer fed into the attack, 0 to 1.
    """

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
        """Study the briefing; nothing else is remembered."""
        self.briefing = briefing
        self.force = appraise_force(briefing)
        self.goal_m, self.goal_radius_m = goals(briefing, self.force)

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Order the side's groups."""
        forces = assess_forces(self.briefing, self.force, picture)
        contacts = assess_contacts(picture)
        draft = Draft(self.briefing, len(picture.replication))
        land = [k for k in self.force.having(Role.MANOEUVRE)]
        sea = [k for k in self.force.having(Role.BOAT)]
        is_waiting = picture.time_s < self.wait_s
        self._look(draft, forces, land)
        self._advance(draft, forces, contacts, land, contacts.is_ground, False)
        self._advance(draft, forces, contacts, sea, contacts.is_afloat, is_waiting)
        self._follow(draft, forces, land)
        self._strike(draft, forces, contacts, land, sea, is_waiting)
        draft.hand_over(orders)

    def _look(self, draft: Draft, forces: Forces, land: list[int]) -> None:
        force, everywhere = self.force, np.ones(draft.n_replications, dtype=bool)
        for k in force.having(Role.RECON, Role.SCOUT, Role.SUBMARINE):
            x, y = force.plan_m[:, k]
            spacing = np.rint(0.6 * min(force.sensor_m[k], 20_000.0) / 1e3) * 1e3
            radius = max(force.plan_radius_m[k], 5_000.0)
            draft.order(k, everywhere, Task.SEARCH, x, y, radius_m=radius, spacing_m=spacing)
        for k in force.having(Role.RELAY):
            draft.order(k, everywhere, Task.RELAY, *force.plan_m[:, k], radius_m=force.plan_radius_m[k])
        scouts = force.having(Role.SCOUT)
        body = mean_place(forces, land)
        for k in scouts:
            led = land[scouts.index(k) % len(land)] if land else k
            at = step_towards(body.x_m, forces.y_m[:, led], *self.goal_m[:, led], _SCOUT_LEAD_M)
            draft.order(k, body.exists, Task.MOVE, *at, speed=1.0)

    def _advance(
        self,
        draft: Draft,
        forces: Forces,
        contacts: Contacts,
        groups: list[int],
        enemy: np.ndarray,
        is_waiting: bool,
    ) -> None:
        if not groups:
            return
        enemy = enemy & (contacts.age_s <= _FRESH_S) & (contacts.target_class != TargetClass.STRUCTURE)
        away = np.array([distance_m(*self.goal_m[:, k], forces.x_m[:, k], forces.y_m[:, k]) for k in groups])
        fit = np.array([forces.strength[:, k] >= self.stop_strength for k in groups])
        mean = np.where(fit, np.rint(away), 0.0).sum(axis=0) / np.maximum(fit.sum(axis=0), 1)
        everywhere = np.ones(len(mean), dtype=bool)
        for place, k in enumerate(groups):
            x, y = forces.x_m[:, k], forces.y_m[:, k]
            goal, radius = self.goal_m[:, k], float(self.goal_radius_m[k])
            if is_waiting:
                self._assemble(draft, k)
                continue
            to_go = away[place] - radius
            draft.order(k, everywhere, Task.ATTACK, *goal, radius_m=radius, speed=self.speed)
            nearer = distance_m(*goal, contacts.x_m, contacts.y_m) < column(away[place])
            near, near_m = find_nearest(contacts, enemy & nearer, x, y)
            in_way = near.exists & (near_m < _IN_WAY_M) & (to_go > self.rush_m) & (self.force.domain[k] == Domain.LAND)
            draft.order(k, in_way, Task.ATTACK, near.x_m, near.y_m, radius_m=_ATTACK_RADIUS_M, speed=self.speed)
            rush = (self.force.domain[k] == Domain.SURFACE) & (to_go <= self.rush_m) & (to_go > -0.5 * radius)
            draft.order(k, rush, Task.MOVE, *goal, speed=1.0)
            ahead = (away[place] < mean - self.abreast_m) & (to_go > self.rush_m) & ~in_way
            draft.order(k, ahead, Task.HOLD, x, y)
            spent = ~fit[place] & (to_go > self.rush_m)
            draft.order(k, spent, Task.WITHDRAW, *self.force.start_m[:, k])

    def _assemble(self, draft: Draft, k: int) -> None:
        """Wait on the host, or under the guns of the nearest warship, or where the group is."""
        force = self.force
        everywhere = np.ones(draft.n_replications, dtype=bool)
        ships = [j for j in force.having(Role.WARSHIP) if j != k]
        if force.host[k] >= 0 or not ships:
            draft.order(k, everywhere, Task.RECOVER if force.host[k] >= 0 else Task.HOLD, *force.start_m[:, k])
            return
        gap = [((force.start_m[:, j] - force.start_m[:, k]) ** 2).sum() for j in ships]
        ship = ships[int(np.argmin(gap))]
        target = int(self.briefing.groups[ship])
        draft.order(k, everywhere, Task.ESCORT, *force.start_m[:, k], target_group=target)

    def _follow(self, draft: Draft, forces: Forces, land: list[int]) -> None:
        force = self.force
        body = mean_place(forces, land)
        if not land:
            return
        back = force.start_m[:, land].mean(axis=1)
        commands = [k for k in force.having(Role.COMMAND) if force.speed_mps[k] > 0.0]
        if len(force.having(Role.COMMAND)) < 2:
            commands = []
        for k in commands:
            at = step_towards(body.x_m, body.y_m, *force.start_m[:, k], _COMMAND_GAP_M)
            draft.order(k, body.exists, Task.MOVE, *at)
        for k in force.having(Role.AIR_DEFENCE):
            moves = bool((force.plan_m[:, k] != force.start_m[:, k]).any())
            if moves and force.speed_mps[k] > 0.0:
                at = step_towards(body.x_m, body.y_m, *back, _AIR_DEFENCE_GAP_M)
                draft.order(k, body.exists, Task.MOVE, *at, speed=self.speed)

    def _strike(
        self,
        draft: Draft,
        forces: Forces,
        contacts: Contacts,
        land: list[int],
        sea: list[int],
        is_waiting: bool,
    ) -> None:
        force, bounds = self.force, self.briefing.bounds_m
        ashore = contacts.is_ground & (contacts.age_s <= _STRIKE_AGE_S)
        afloat = contacts.is_afloat & (contacts.age_s <= _STRIKE_AGE_S)
        body, fleet = mean_place(forces, land), mean_place(forces, sea)
        front = find_spot(contacts, ashore & is_within(contacts, body.x_m, body.y_m, self.strike_m), bounds)
        fray = find_spot(contacts, afloat & is_within(contacts, fleet.x_m, fleet.y_m, self.strike_m), bounds)
        for k in force.having(Role.MUNITION, Role.STRIKE_AIR):
            task = Task.STRIKE if force.role[k] == Role.MUNITION else Task.ATTACK
            target = fray if force.domain[k] == Domain.SURFACE else front
            release = target.value >= max(self.strike_value, 1.0)
            if force.domain[k] == Domain.SURFACE:
                led = ~release & (not is_waiting)  # explosive boats lead the rush
                radius = max(force.plan_radius_m[k], _ATTACK_RADIUS_M)
                draft.order(k, led, task, *force.plan_m[:, k], radius_m=radius)
                draft.order(k, ~release & ~led, Task.RECOVER, *force.plan_m[:, k])
                draft.order(k, release & (not is_waiting), task, target.x_m, target.y_m, radius_m=_ATTACK_RADIUS_M)
                continue
            draft.order(k, ~release, Task.RECOVER, *force.plan_m[:, k])
            draft.order(k, release, task, target.x_m, target.y_m, radius_m=_ATTACK_RADIUS_M)


def mean_place(forces: Forces, groups: list[int]) -> Spot:
    """Return the mean place of the units left in the given groups, and their number as its value."""
    left = forces.n_left[:, groups]
    number = left.sum(axis=1)
    divisor = np.maximum(number, 1.0)
    x = np.rint((left * forces.x_m[:, groups]).sum(axis=1) / divisor)
    y = np.rint((left * forces.y_m[:, groups]).sum(axis=1) / divisor)
    return Spot(x, y, number, number > 0.0)


def goals(briefing: Briefing, force: Force) -> tuple[F64, F64]:
    """Return the objective of each group: point (2, g) and radius (g,).

    The zone is the one that a reach objective names for the group; else the zone of the side's reach and hold
    objectives (else any objective zone) nearest to where the scenario sends the group. The point is where the
    scenario sends it if that lies in the zone, else the zone's centre. Without zones, it is that place itself.
    """
    goal, radius = force.plan_m.copy(), np.maximum(force.plan_radius_m, 2_000.0)
    has_zone = briefing.objective_zone >= 0
    wanted = np.isin(briefing.objective_kind, [ObjectiveKind.REACH, ObjectiveKind.HOLD]) & has_zone
    zones = np.unique(briefing.objective_zone[wanted])
    if len(zones) == 0:
        zones = np.flatnonzero(briefing.zone_kind == ZoneKind.OBJECTIVE)
    if len(zones) == 0:
        return goal, radius
    centre = np.rint(briefing.zone_centre_m)
    for k in range(len(radius)):
        named = wanted & (briefing.objective_members[:, briefing.group_of_unit == k].sum(axis=1) > 0)
        among = briefing.objective_zone[named] if named.any() else zones
        away = distance_m(*force.plan_m[:, k], centre[0, among], centre[1, among])
        zone = among[int(np.argmin(away))]
        radius[k] = briefing.zone_radius_m[zone]
        if away.min() > radius[k]:
            goal[:, k] = centre[:, zone]
    return goal, radius
