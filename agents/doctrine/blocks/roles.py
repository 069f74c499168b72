"""Roles: the use of each group, derived from its side's briefing on its own units.

No name of a group or a platform is used here, so the doctrines can command any scenario.
"""

import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np

from simcore.policy import Briefing
from simcore.types import F64, I32, Domain, Roe, SharedRecord, Task


class Role(IntEnum):
    """Role of a group."""

    STATIC = 0  # radars, masts, airfields: cannot move
    COMMAND = 1  # command posts on land
    CARRIER = 2  # hosts on land that move
    AIR_DEFENCE = 3  # shoots at aircraft and their missiles
    BATTERY = 4  # missiles that reach far beyond its own sensors
    MUNITION = 5  # one-way units
    RECON = 6  # unarmed aircraft with sensors
    RELAY = 7  # aircraft without sensors or weapons
    STRIKE_AIR = 8  # armed aircraft
    SCOUT = 9  # ground units that see farther than they shoot
    MANOEUVRE = 10  # ground units that fight
    BOAT = 11  # small surface combatants
    WARSHIP = 12  # surface ships that carry others, command, or are too valuable to lose
    SUBMARINE = 13
    TRANSPORT = 14  # unarmed vessels with a destination
    INTERCEPTOR = 15  # aircraft that shoot only at aircraft


_AIR = 1 << Domain.AIR
_FAR_M = 8_000.0  # least reach of a land weapon beyond direct fire
_SCOUT_RATIO = 2.5  # sensor range over weapon range of a scout
_WARSHIP_COST = 5.0  # times the median surface combatant


@dataclass(frozen=True)
class Force(SharedRecord):
    """The groups of a side: g groups, ``own`` units."""

    role: I32  # (g,) Role
    domain: I32  # (g,) Domain of its first unit
    size: F64  # (g,) units
    host: I32  # (g,) position of its host group, or -1
    sensor_m: F64  # (g,) longest sensor
    weapon_m: F64  # (g,) longest offensive weapon
    speed_mps: F64  # (g,) slowest maximum
    start_m: F64  # (2, g) mean start position
    plan_m: F64  # (2, g) planned place: point of its task in the scenario, or its start when it holds
    plan_radius_m: F64  # (g,)
    is_tight: np.ndarray  # (g,) bool: its rules of engagement in the file require identification before it fires
    is_moving: np.ndarray  # (g,) bool: its planned task is only to move along a route
    by_role: tuple[tuple[int, ...], ...]  # positions of the groups with each role
    rank: tuple[int, ...]  # (g,) place of each group in the order of ``content_order``
    posts: tuple[int, ...]  # groups with a command post that can move by itself, on land or at sea
    _having: dict[tuple[Role, ...], tuple[int, ...]] = field(default_factory=dict, repr=False, compare=False)

    def start(self, k: int) -> tuple[float, float]:
        """Return the mean start position of the ``k``-th group [m]."""
        return float(self.start_m[0, k]), float(self.start_m[1, k])

    def plan(self, k: int) -> tuple[float, float]:
        """Return the planned place of the ``k``-th group [m]."""
        return float(self.plan_m[0, k]), float(self.plan_m[1, k])

    def starts(self, groups: list[int]) -> tuple[F64, F64]:
        """Return the mean start positions of n groups [m], (n, 1) each."""
        return self.start_m[0, groups, None], self.start_m[1, groups, None]

    def plans(self, groups: list[int]) -> tuple[F64, F64]:
        """Return the planned places of n groups [m], (n, 1) each."""
        return self.plan_m[0, groups, None], self.plan_m[1, groups, None]

    def lane_m(self, groups: list[int]) -> F64:
        """Return the lane spacing [m] of n groups in an area search, from their sensor ranges, (n,)."""
        return np.rint(0.6 * np.minimum(self.sensor_m[groups], 20_000.0) / 1e3) * 1e3

    def having(self, *roles: Role) -> list[int]:
        """Return the positions of the groups with any of these roles, in an order independent of names."""
        if roles not in self._having:
            found = (k for role in roles for k in self.by_role[role])
            self._having[roles] = tuple(sorted(found, key=self.rank.__getitem__))
        return list(self._having[roles])


def content_order(briefing: Briefing, members: Sequence[np.ndarray], start_m: F64) -> list[int]:
    """Return the groups in an order independent of their names: by start, plan, size and kind of units.

    Only groups that are alike in all of these, and so interchangeable, keep the order of their names.
    """

    def content(k: int) -> tuple[float, ...]:
        units = members[k]
        plan = (briefing.task[k], *briefing.task_m[:, k], briefing.task_radius_m[k], briefing.roe[k])
        kinds = (
            briefing.domain,
            briefing.speed_max_mps,
            briefing.sensor_range_m,
            briefing.weapon_range_m,
            briefing.cost,
        )
        sums = (float(kind[units].sum()) for kind in kinds)
        return (*map(float, start_m[:, k]), *map(float, plan), float(len(units)), *sums)

    return sorted(range(len(members)), key=content)


_appraised: dict[int, tuple[weakref.ref[Briefing], Force]] = {}


def appraise_force(briefing: Briefing) -> Force:
    """Return the roles and capabilities of the side's groups; the same for all policies with this briefing."""
    key = id(briefing)
    known = _appraised.get(key)
    if known is None or known[0]() is not briefing:
        gone = weakref.ref(briefing, lambda _: _appraised.pop(key, None))
        _appraised[key] = known = gone, _appraise(briefing)
    return known[1]


def _appraise(briefing: Briefing) -> Force:
    n_groups = len(briefing.groups)
    members = [np.flatnonzero(briefing.group_of_unit == k) for k in range(n_groups)]

    def over(values: np.ndarray, how: np.ufunc) -> F64:
        return np.array([how.reduce(values[m]) if len(m) else 0.0 for m in members], dtype=np.float64)

    start = np.array([briefing.start_m[:, m].mean(axis=1) if len(m) else np.zeros(2) for m in members]).reshape(-1, 2).T
    holds = briefing.task == Task.HOLD
    host = np.asarray(briefing.host_group, dtype=np.int32)
    order = content_order(briefing, members, start)
    role = np.array([find_role(briefing, m, bool((host == k).any())) for k, m in enumerate(members)], dtype=np.int32)
    return Force(
        role=role,
        domain=np.array([briefing.domain[m[0]] if len(m) else Domain.LAND for m in members], dtype=np.int32),
        size=np.array([float(len(m)) for m in members]),
        host=host,
        sensor_m=over(briefing.sensor_range_m, np.maximum),
        weapon_m=over(briefing.weapon_range_m, np.maximum),
        speed_mps=over(briefing.speed_max_mps, np.minimum),
        start_m=np.ascontiguousarray(np.rint(start)),
        plan_m=np.rint(np.where(holds, start, briefing.task_m)),
        plan_radius_m=np.asarray(briefing.task_radius_m, dtype=np.float64),
        is_tight=np.asarray(briefing.roe < Roe.FREE),
        is_moving=np.asarray(briefing.task == Task.MOVE),
        by_role=tuple(tuple(k for k in order if role[k] == wanted) for wanted in range(len(Role))),
        rank=tuple(order.index(k) for k in range(n_groups)),
        posts=tuple(k for k in range(n_groups) if _is_mobile_post(briefing, members[k], k)),
    )


def _is_mobile_post(briefing: Briefing, units: np.ndarray, k: int) -> bool:
    """Return whether the ``k``-th group, of these units, has a command post that can move by itself."""
    if len(units) == 0 or not briefing.is_command_post[units].any():
        return False
    is_mobile = float(briefing.speed_max_mps[units].min()) > 0.0 and briefing.host_group[k] < 0
    return is_mobile and briefing.domain[units[0]] in (Domain.LAND, Domain.SURFACE) and briefing.task[k] != Task.ESCORT


def find_role(briefing: Briefing, units: np.ndarray, is_host: bool) -> Role:
    """Return the role of a group of the given own units."""
    if len(units) == 0:
        return Role.STATIC
    weapon_m = float(briefing.weapon_range_m[units].max())
    sensor_m = float(briefing.sensor_range_m[units].max())
    is_command = bool(briefing.is_command_post[units].any())
    domain = int(briefing.domain[units[0]])
    reaches = int(np.bitwise_or.reduce(briefing.weapon_domains[units]))
    if domain == Domain.AIR and reaches == _AIR:
        return Role.INTERCEPTOR
    if briefing.is_one_way[units].all():
        return Role.MUNITION
    if domain == Domain.AIR:
        if weapon_m > 0.0:
            return Role.STRIKE_AIR
        return Role.RECON if sensor_m > 0.0 else Role.RELAY
    if domain == Domain.SUBSURFACE:
        return Role.SUBMARINE
    if domain == Domain.SURFACE:
        if weapon_m == 0.0 and not (is_host or is_command) and float(briefing.speed_max_mps[units].max()) > 0.0:
            return Role.TRANSPORT
        fleet = (briefing.domain == Domain.SURFACE) & (briefing.is_one_way == 0)
        typical = float(np.median(briefing.cost[fleet]))
        is_dear = float(briefing.cost[units].max()) > _WARSHIP_COST * typical > 0.0
        return Role.WARSHIP if is_host or is_command or is_dear else Role.BOAT
    if bool(briefing.is_interceptor[units].any()) or reaches == _AIR:
        return Role.COMMAND if is_command else Role.AIR_DEFENCE
    return _land_role(weapon_m, sensor_m, float(briefing.speed_max_mps[units].max()), is_host, is_command)


def _land_role(weapon_m: float, sensor_m: float, speed_mps: float, is_host: bool, is_command: bool) -> Role:
    if is_command:
        return Role.COMMAND
    if weapon_m >= _FAR_M:
        return Role.BATTERY
    if speed_mps == 0.0:
        return Role.STATIC
    if is_host:
        return Role.CARRIER
    if weapon_m == 0.0 or sensor_m > _SCOUT_RATIO * weapon_m:
        return Role.SCOUT if sensor_m > 0.0 else Role.CARRIER
    return Role.MANOEUVRE
