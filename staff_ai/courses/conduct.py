"""Courses carried out: the orders of a course at each decision, from the picture of each replication.

``CourseMixture`` commands a side of a simulation whose replications follow different courses: each base decides once
for all replications with it, then each course edits its own. ``CoursePolicy`` is a single course as a policy.
"""

from collections.abc import Sequence

import numpy as np

from agents.doctrine.hold import Hold
from agents.environments.doctrine_names import find_doctrine
from agents.environments.mixture import command, command_mixture, decide_mixture
from agents.environments.some_rows import decide_for
from scenarios.compiler.scenario import Compiled
from scenarios.run.policies import reset_policy
from simcore.orders import KEEP_ROE, RESUME, OrderR, Orders, OrderW
from simcore.picture import OwnR, OwnW, Picture, SeenR, SeenW
from simcore.policy import Briefing, Policy
from simcore.simulation import Simulation
from simcore.types import F64, I64, Damage, Emcon, Identity, Roe, Status, Task
from staff_ai.courses.course import Base, BaseKind, Course, Edit, EditVerb, GroupOrder, Moment
from staff_ai.courses.group_table import GroupTable

_GRID_M = 500.0
_ATTACK_M = (3e3, 12e3)  # least and largest radius of an attack on a contact
_OLD_S = 1_200.0  # contacts older than this are not attacked
_SLACK_S = 1e-6


class _Plan:
    """The plan of the file, for every group."""

    reads_clocks = True

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Prepare for a side."""
        self._table = GroupTable(briefing)

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Order every group to resume its task."""
        where = np.ones(len(picture.ticks), dtype=bool)
        for k in range(len(self._table.members)):
            self._table.write_plan(orders, k, where)


class _Table:
    """A table of orders, given at every decision."""

    reads_clocks = True

    def __init__(self, orders: tuple[GroupOrder, ...]) -> None:
        self._orders = orders

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Prepare for a side."""
        self._table = GroupTable(briefing)

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Write the table."""
        where = np.ones(len(picture.ticks), dtype=bool)
        for order in self._orders:
            self._table.write(orders, order, where)


def policy_of(base: Base) -> Policy:
    """Return a new policy for a base, not yet reset. Raises ``InputError`` for an unknown policy."""
    if base.kind == BaseKind.CONTINUE:
        return Hold()
    if base.kind == BaseKind.PLAN:
        return _Plan()
    if base.kind == BaseKind.TABLE:
        return _Table(base.orders)
    return find_doctrine(base.policy)


class Conductor:
    """Writes the orders of courses for some replications, after their bases have decided."""

    def __init__(self, briefing: Briefing, moment: Moment) -> None:
        self.table = GroupTable(briefing)
        self.moment = moment
        self._dt_s = briefing.dt_s
        self._in_force = {order.group: order for order in moment.in_force}

    def complete(self, course: Course, picture: Picture, orders: Orders, rows: np.ndarray) -> None:
        """Write the orders of a course that its base leaves open, and its edits; ``rows`` (R,) bool."""
        if course.base.kind == BaseKind.POLICY:
            self.keep_rules(orders, rows)
        self.edit(course, picture, orders, rows)
        self.drop_impossible(picture, orders)

    def edit(self, course: Course, picture: Picture, orders: Orders, rows: np.ndarray) -> None:
        """Write the edits of a course and, at its first decision, the plan of groups that its policy leaves alone."""
        time_s: F64 = np.asarray(picture.ticks * self._dt_s, dtype=np.float64)
        earliest, latest = float(time_s.min(initial=np.inf)), float(time_s.max(initial=-np.inf))
        takes_over = course.base.kind == BaseKind.POLICY and course.base != self.moment.base
        if takes_over and earliest < self.moment.time_s + self.moment.decision_s:
            self._give_back_plan(orders, rows & self._is_first(time_s, self.moment.time_s))
        for edit in course.edits:
            if latest < edit.from_s - 1.0 or earliest > edit.until_s + self.moment.decision_s:
                continue
            is_in_time = (time_s >= edit.from_s - _SLACK_S) & (time_s < edit.until_s - _SLACK_S)
            active, ended = rows & is_in_time, rows & self._is_first(time_s, edit.until_s)
            for group in edit.groups:
                k = self.table.find(group)
                if active.any():
                    self._edit(edit, k, group, picture, orders, active)
                if ended.any():
                    self._restore(edit, course, k, group, orders, ended)

    def keep_rules(self, orders: Orders, rows: np.ndarray) -> None:
        """Keep the orders of a policy to the rules of engagement of the plan; only a human grants looser ones."""
        limit = self.table.briefing.roe
        roe = orders.whole[:, OrderW.ROE]
        is_looser = (orders.whole[:, OrderW.ISSUED] > 0) & (roe != KEEP_ROE) & (roe > limit) & rows[:, None]
        orders.whole[:, OrderW.ROE] = np.where(is_looser, limit, roe)

    def drop_impossible(self, picture: Picture, orders: Orders) -> None:
        """Drop the orders that a group cannot carry out, by its reports: policies may give such orders.

        No unit is left; or none can move, and the point is beyond reach; or an attack is to be made without rounds.
        """
        table, b = self.table, self.table.briefing
        own, code = picture.own_real, picture.own_whole
        status = code[:, OwnW.STATUS]
        is_left = (status == Status.ACTIVE) | (status == Status.ABOARD) | (status == Status.SERVICING)
        is_left |= status == Status.RESERVE
        issued, task = orders.whole[:, OrderW.ISSUED], orders.whole[:, OrderW.TASK]
        issued[is_left @ table.is_member == 0.0] = 0
        is_stuck = (code[:, OwnW.DAMAGE] & (Damage.MOBILITY | Damage.CATASTROPHIC)) != 0
        can_move = (is_left & ~is_stuck & (b.speed_max_mps > 0.0)) @ table.is_member > 0.0
        # before its first report a unit has all its rounds
        is_new = own[:, OwnR.AGE_S] >= (picture.ticks * self._dt_s)[:, None] - _SLACK_S
        is_armed = is_left & ((code[:, OwnW.AMMO] > 0) | is_new) & (b.weapon_range_m > 0.0)
        can_fire = is_armed @ table.is_member > 0.0
        is_own_order = (issued != 0) & (issued != RESUME)
        issued[is_own_order & ~can_fire & ((task == Task.ATTACK) | (task == Task.STRIKE))] = 0
        suspect = is_own_order & ~can_move & (task != Task.HOLD)
        for k in np.flatnonzero(suspect.any(axis=0)):
            units = table.members[k]
            dx = own[:, OwnR.X][:, units] - orders.real[:, OrderR.X, [k]]
            dy = own[:, OwnR.Y][:, units] - orders.real[:, OrderR.Y, [k]]
            away = np.sqrt(dx * dx + dy * dy).min(axis=1)
            is_beyond = away > orders.real[:, OrderR.RADIUS, k] + table.weapon_m[k]
            issued[:, k] = np.where(suspect[:, k] & is_beyond, 0, issued[:, k])

    def _is_first(self, time_s: F64, since_s: float) -> np.ndarray:
        """Return where a decision is the first from ``since_s`` on."""
        return (time_s >= since_s - _SLACK_S) & (time_s < since_s + self.moment.decision_s - _SLACK_S)

    def _give_back_plan(self, orders: Orders, where: np.ndarray) -> None:
        if where.any():
            for k in range(len(self.table.members)):
                self.table.write_plan(orders, k, where & (orders.whole[:, OrderW.ISSUED, k] == 0))

    def _order_in_force(self, group: str) -> GroupOrder:
        return self._in_force.get(group, GroupOrder(group, is_plan=True))

    def _order_before(self, edit: Edit, course: Course, group: str) -> GroupOrder:
        """Return the order that a group had before an edit: its plan, if the edit began before the moment."""
        is_continued = course.base.kind == BaseKind.CONTINUE and edit.from_s >= self.moment.time_s - _SLACK_S
        return self._order_in_force(group) if is_continued else GroupOrder(group, is_plan=True)

    def _restore(self, edit: Edit, course: Course, k: int, group: str, orders: Orders, where: np.ndarray) -> None:
        """Give a group back to its base after an edit, where the base gives no order at this decision."""
        if edit.verb == EditVerb.EMCON:
            # the emission control in force is that of the edit itself if it began before
            is_new = edit.from_s >= self.moment.time_s - _SLACK_S
            was = self._in_force[group].emcon if is_new and group in self._in_force else ""
            value = Emcon[was.upper()] if was else Emcon.RADIATE
            is_open = where & (orders.whole[:, OrderW.EMCON, k] == Emcon.NO_CHANGE)
            orders.whole[is_open, OrderW.EMCON, k] = value
            return
        is_open = where & (orders.whole[:, OrderW.ISSUED, k] == 0)
        if is_open.any():
            self.table.write(orders, self._order_before(edit, course, group), is_open)

    def _edit(self, edit: Edit, k: int, group: str, picture: Picture, orders: Orders, where: np.ndarray) -> None:
        x0, y0 = self.table.start_m[k]
        if edit.verb == EditVerb.STAY:
            orders.issue(where, k, Task.HOLD, x0, y0)
        elif edit.verb == EditVerb.BACK:
            orders.issue(where, k, Task.WITHDRAW, x0, y0)
        elif edit.verb == EditVerb.PLAN:
            self.table.write_plan(orders, k, where)
        elif edit.verb == EditVerb.MOVE:
            orders.issue(where, k, Task.MOVE, edit.x_m, edit.y_m, speed=edit.speed)
        elif edit.verb == EditVerb.ATTACK:
            task = self.table.engage(k)
            orders.issue(where, k, task, edit.x_m, edit.y_m, radius_m=edit.radius_m, speed=edit.speed)
        elif edit.verb == EditVerb.NEAREST:
            exists, x, y = self.nearest_m(picture, k)
            radius = min(max(self.table.weapon_m[k], _ATTACK_M[0]), _ATTACK_M[1])
            orders.issue(where & exists, k, self.table.engage(k), x, y, radius_m=radius, speed=edit.speed)
        elif edit.verb == EditVerb.ROE:
            is_open = where & (orders.whole[:, OrderW.ISSUED, k] == 0)
            first = is_open & self._is_first(np.asarray(picture.ticks * self._dt_s, dtype=np.float64), edit.from_s)
            self.table.write(orders, self._order_in_force(group), first)
            issued = where & (orders.whole[:, OrderW.ISSUED, k] != 0)
            orders.whole[issued, OrderW.ISSUED, k] = 1
            orders.whole[issued, OrderW.ROE, k] = Roe[edit.roe.upper()]
        elif edit.verb == EditVerb.EMCON:
            orders.control_emissions(where, k, Emcon[edit.emcon.upper()])

    def nearest_m(self, picture: Picture, k: int) -> tuple[np.ndarray, F64, F64]:
        """Return where a group has a contact that it could attack, (R,) bool, and the nearest such, on the grid [m]."""
        width = max(1, int(picture.n_contacts.max(initial=0)))
        real, whole = picture.contact_real[:, :, :width], picture.contact_whole[:, :, :width]
        x0, y0 = self.table.places_m(picture, k)
        is_enemy = (whole[:, SeenW.SERIAL] > 0) & (whole[:, SeenW.IDENTITY] <= Identity.HOSTILE)
        is_enemy &= (self.table.reaches[k] >> whole[:, SeenW.DOMAIN]) & 1 == 1
        is_enemy &= real[:, SeenR.AGE_S] <= _OLD_S
        dx, dy = real[:, SeenR.X] - x0[:, None], real[:, SeenR.Y] - y0[:, None]
        best = np.where(is_enemy, dx * dx + dy * dy, np.inf).argmin(axis=1)
        every = np.arange(len(best))
        west, east, south, north = self.table.briefing.bounds_m
        x = np.clip(np.rint(real[every, SeenR.X, best] / _GRID_M) * _GRID_M, west, east)
        y = np.clip(np.rint(real[every, SeenR.Y, best] / _GRID_M) * _GRID_M, south, north)
        return is_enemy.any(axis=1), x, y


class CoursePolicy:
    """A course as a policy: the same orders as in a wargame that began at the same moment."""

    reads_clocks = True

    def __init__(self, course: Course, moment: Moment) -> None:
        self.course = course
        self._moment = moment
        self._base = policy_of(course.base)

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Prepare for a side."""
        self._conductor = Conductor(briefing, self._moment)
        self._dt_s = briefing.dt_s
        self._base.reset(briefing, seed, replication)

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Write the orders of the course."""
        rows = np.arange(len(picture.ticks))
        decide_for(self._base, self.course.name, picture, rows, orders, self._dt_s)
        self._conductor.complete(self.course, picture, orders, np.ones(len(rows), dtype=bool))


class Mixture:
    """The commanders of a side in the worlds of a simulation: each world has one of several policies."""

    def __init__(self, compiled: Compiled, side: int, policies: Sequence[tuple[str, Policy]]) -> None:
        self._roster = compiled.roster
        self._briefing = compiled.briefings[side]
        self._side = side
        self._policies = tuple(policies)

    def reset(self, seed: int, replications: np.ndarray) -> None:
        """Begin fresh runs: memories are cleared."""
        for label, policy in self._policies:
            reset_policy(policy, label, self._briefing, seed, replications)

    def decide(self, simulation: Simulation, which: I64) -> None:
        """Enter the orders; ``which`` (R,) is the index of the policy of each world."""
        command_mixture(simulation, self._side, self._roster, self._among(which), which)

    def _among(self, which: I64) -> dict[int, tuple[str, Policy]]:
        return {index: self._policies[index] for index in np.unique(which).tolist()}


class CourseMixture(Mixture):
    """The commanders of a side in worlds that follow different courses. Policies of equal bases are shared."""

    def __init__(self, compiled: Compiled, side: int) -> None:
        super().__init__(compiled, side, ())
        self._courses: list[tuple[Course, Conductor]] = []
        self._base_of: list[int] = []
        self._index: dict[tuple[str, int], int] = {}
        self._bases: dict[Base, int] = {}

    def add(self, course: Course, conductor: Conductor) -> int:
        """Return the index of a course that begins at the moment of a conductor; it is added if it is new."""
        key = (course.digest, id(conductor))
        if key not in self._index:
            if course.base not in self._bases:
                self._bases[course.base] = len(self._policies)
                self._policies = (*self._policies, (course.base.label, policy_of(course.base)))
            self._index[key] = len(self._courses)
            self._courses.append((course, conductor))
            self._base_of.append(self._bases[course.base])
        return self._index[key]

    def decide(self, simulation: Simulation, which: I64) -> None:
        """Enter the orders; ``which`` (R,) is the index of the course of each world."""
        found = [self._courses[index][0] for index in np.unique(which).tolist()]
        if all(course.base.kind == BaseKind.CONTINUE and not course.edits for course in found):
            return
        command(
            simulation, self._side, self._roster, (course.name for course in found),
            lambda picture, own: self.write(picture, own, which),
        )  # fmt: skip

    def write(self, picture: Picture, own: Orders, which: I64) -> None:
        """Write the orders of the courses ``which`` (R,) into the orders of the side."""
        base_of: I64 = np.array(self._base_of, dtype=np.int64)[which]
        decide_mixture(self._among(base_of), picture, base_of, own, self._roster.dt_s)
        is_policy = np.array([base.kind == BaseKind.POLICY for base in self._bases])
        any_conductor = self._courses[0][1]
        any_conductor.keep_rules(own, is_policy[base_of])
        for index in np.unique(which).tolist():
            course, conductor = self._courses[index]
            conductor.edit(course, picture, own, which == index)
        any_conductor.drop_impossible(picture, own)
