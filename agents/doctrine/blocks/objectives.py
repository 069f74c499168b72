"""Objectives: the zone that each group is to take or keep, and the area that the side has to hold."""

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from agents.doctrine.blocks.assessment import distance_m
from agents.doctrine.blocks.roles import Force, Role
from simcore.policy import Briefing
from simcore.types import F64, I32, ObjectiveKind, ZoneKind


def goals(briefing: Briefing, force: Force) -> tuple[F64, F64]:
    """Return the objective of each group: point (2, g) and radius (g,).

    The zone is that of a reach objective that names the group; else, of the zones of the side's reach and hold
    objectives (else of all objective zones), the nearest to the group's planned place. The point is the planned
    place if it lies in the zone or if there are no zones, else the zone's centre.
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
        away = distance_m(*force.plan(k), centre[0, among], centre[1, among])
        zone = among[int(np.argmin(away))]
        radius[k] = briefing.zone_radius_m[zone]
        if away.min() > radius[k]:
            goal[:, k] = centre[:, zone]
    return goal, radius


def land_to_hold(briefing: Briefing, force: Force) -> tuple[float, float]:
    """Return the point on land to be held: the zones of hold objectives, else the command posts, else all groups."""
    zones = briefing.objective_zone[briefing.objective_kind == ObjectiveKind.HOLD]
    zones = zones[zones >= 0]
    if len(zones):
        return mean_point(briefing.zone_centre_m[:, zones])
    posts = force.having(Role.COMMAND) or force.having(Role.MANOEUVRE) or list(range(len(force.role)))
    return mean_point(force.start_m[:, posts])


def sea_to_hold(force: Force, land_m: tuple[float, float]) -> tuple[float, float]:
    """Return the point at sea to be held: the planned place of the warships, else of the boats, else that on land."""
    fleet = [k for k in force.having(Role.WARSHIP) if force.host[k] < 0] or force.having(Role.BOAT)
    return mean_point(force.plan_m[:, fleet]) if fleet else land_m


def mean_point(places_m: F64) -> tuple[float, float]:
    """Return the mean of places (2, n), rounded to whole metres."""
    x, y = np.rint(places_m.mean(axis=1))
    return float(x), float(y)


class Purpose(IntEnum):
    """Purpose of a fighting group, from its side's objectives and the plan of the scenario."""

    TAKE = 0  # go to an objective zone
    KEEP = 1  # the garrison of a zone that the side holds
    SEEK = 2  # free for use against the enemy
    PATROL = 3  # free, but must identify before it fires: goes from contact to contact in its sector


class Mission(NamedTuple):
    """The missions of a side's g groups, made once from the briefing."""

    purpose: I32  # (g,) Purpose
    goal_m: F64  # (2, g) centre of the zone to take or keep, or the planned place
    radius_m: F64  # (g,)
    weight: F64  # (g,) of the objectives in that zone
    home_land_m: tuple[float, float]  # to be held on land
    home_sea_m: tuple[float, float]  # the zones that boats keep, else the planned place of the ships

    def goal(self, k: int) -> tuple[float, float]:
        """Return the goal of the ``k``-th group [m]."""
        return float(self.goal_m[0, k]), float(self.goal_m[1, k])

    def taking(self, force: Force, *roles: Role) -> list[int]:
        """Return the groups of these roles that are to take a zone."""
        return [k for k in force.having(*roles) if self.purpose[k] == Purpose.TAKE]


def find_mission(briefing: Briefing, force: Force) -> Mission:
    """Return the mission of each group.

    A group takes a zone when a reach objective names it; when the objectives name no groups for the zones that a side
    is to reach, and when there are objective zones and no objectives, all go. Of the groups whose planned place lies
    in a zone to be held, the nearest to its centre is the garrison. The others are free; those whose rules of
    engagement require identification patrol sectors.
    """
    goal, radius = goals(briefing, force)
    purpose = np.full(len(radius), Purpose.SEEK, dtype=np.int32)
    weight = np.zeros(len(radius))
    reach = (briefing.objective_kind == ObjectiveKind.REACH) & (briefing.objective_zone >= 0)
    for k in range(len(radius)):
        units = briefing.group_of_unit == k
        named = reach & (briefing.objective_members[:, units].sum(axis=1) > 0)
        if named.any():
            purpose[k] = Purpose.TAKE
            weight[k] = briefing.objective_weight[named].sum()
    fighting = force.having(Role.MANOEUVRE, Role.BOAT)
    for o in np.flatnonzero((briefing.objective_kind == ObjectiveKind.HOLD) & (briefing.objective_zone >= 0)):
        zone = int(briefing.objective_zone[o])
        centre, zone_m = np.rint(briefing.zone_centre_m[:, zone]), float(briefing.zone_radius_m[zone])
        free = [k for k in fighting if purpose[k] == Purpose.SEEK]
        away = [float(distance_m(*force.plan(k), centre[0], centre[1])) for k in free]
        inside = [k for k, gap in zip(free, away, strict=True) if gap <= zone_m]
        garrison = inside[int(np.argmin([gap for gap in away if gap <= zone_m]))] if inside else -1
        going = free if not inside and not reach.any() else [garrison] if inside else []
        for k in going:
            purpose[k] = Purpose.KEEP if inside else Purpose.TAKE
            goal[:, k], radius[k], weight[k] = centre, zone_m, briefing.objective_weight[o]
    is_aimless = len(briefing.objective_kind) == 0
    if is_aimless and (briefing.zone_kind == ZoneKind.OBJECTIVE).any():
        purpose[fighting] = Purpose.TAKE
    patrols = [k for k in fighting if purpose[k] == Purpose.SEEK and force.is_tight[k]]
    purpose[patrols] = Purpose.PATROL
    free = (purpose == Purpose.SEEK) | (purpose == Purpose.PATROL)
    goal[:, free], radius[free] = force.plan_m[:, free], np.maximum(force.plan_radius_m[free], 2_000.0)
    home = land_to_hold(briefing, force)
    kept = [k for k in force.having(Role.BOAT) if purpose[k] == Purpose.KEEP]
    home_sea = mean_point(goal[:, kept]) if kept else sea_to_hold(force, home)
    return Mission(purpose, goal, radius, weight, home, home_sea)
