"""The validity gate: courses are screened before any is ranked.

A course must be suitable (it can reach an objective in the time left), feasible (its groups are alive, linked, mobile,
armed, with fuel and ground for their tasks), acceptable (rules of engagement, no-fire zones) and complete (every group
has a task). Two further questions need rollouts and are settled in the wargame: whether a course is distinguishable
from those before it, and whether its losses stay within the commander's limit. The gate reads the briefing, the own
part of the staff's parameters and the side's picture, nothing else.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from scenarios.compiler.scenario import Compiled
from simcore.errors import WargameError
from simcore.params import UnitSpecR, UnitSpecW
from simcore.passable import passable
from simcore.picture import OwnR, OwnW, Picture
from simcore.types import F64, I64, Damage, ObjectiveKind, Roe, Status, ZoneKind
from staff_ai.courses.conduct import policy_of
from staff_ai.courses.course import BaseKind, Course, Edit, EditVerb, Moment
from staff_ai.courses.group_table import GroupTable

_MOVING = (EditVerb.BACK, EditVerb.ATTACK, EditVerb.NEAREST, EditVerb.MOVE)
_FIGHTING = (EditVerb.ATTACK, EditVerb.NEAREST)
_WRONG_GROUND_M = 2_000.0
_SLACK_S = 1e-6
_ROE_NAMES = tuple(roe.name.lower() for roe in Roe)


@dataclass(frozen=True)
class Limits:
    """Limits set by the commander. ``own_loss``: largest expected share of the own cost lost, 0..1."""

    own_loss: float | None = None


NO_LIMITS = Limits()


@dataclass(frozen=True)
class Refusal:
    """A course that is not ranked, with its reason in plain words."""

    course: Course
    criterion: str  # suitable, feasible, acceptable, distinguishable, complete, or budget
    reason: str


@dataclass(frozen=True)
class GroupState:
    """A group as last reported."""

    name: str
    n_left: int
    x_m: float
    y_m: float
    speed_mps: float  # of its slowest unit able to move; 0 if none can
    ammo: int  # rounds left, as reported; at least 1 before the first report
    weapon_m: float
    linked: bool
    range_m: float  # way left on its fuel; inf when unlimited


class Gate:
    """Checks courses of a side at a moment. ``row`` is the replication of the picture."""

    def __init__(self, compiled: Compiled, side: int, picture: Picture, moment: Moment, row: int = 0) -> None:
        self._compiled = compiled
        self._briefing = b = compiled.briefings[side]
        self._moment = moment
        self._table = GroupTable(b)
        units = compiled.params.units.whole
        self._units: I64 = np.flatnonzero((units[UnitSpecW.SIDE] == side) & (units[UnitSpecW.SPOOFER] < 0))
        real, whole = picture.own_real[row], picture.own_whole[row]
        self._status = whole[OwnW.STATUS]
        self._place: F64 = real[[OwnR.X, OwnR.Y]]
        self.left_s = max(b.duration_s - moment.time_s, 0.0)
        self.groups = {
            name: self._read(name, self._table.members[k], real, whole) for name, k in self._table.place.items()
        }

    def _read(self, name: str, members: np.ndarray, real: F64, whole: np.ndarray) -> GroupState:
        b, spec = self._briefing, self._compiled.params.units.real
        status = whole[OwnW.STATUS, members]
        alive = members[(status == Status.ACTIVE) | (status == Status.ABOARD) | (status == Status.SERVICING)]
        can_move = alive[(whole[OwnW.DAMAGE, alive] & (Damage.MOBILITY | Damage.CATASTROPHIC)) == 0]
        speed = b.speed_max_mps[can_move]
        speed = speed[speed > 0.0]
        endurance_s = spec[UnitSpecR.ENDURANCE_S, self._units[alive]]
        cruise = spec[UnitSpecR.SPEED_CRUISE, self._units[alive]]
        bounded = np.isfinite(endurance_s)
        ways = (real[OwnR.ENDURANCE, alive] * np.where(bounded, endurance_s, 0.0) * cruise)[bounded]
        n = max(len(alive), 1)
        k = self._table.place[name]
        # a unit that has not reported since the start has all its rounds
        is_new = real[OwnR.AGE_S, alive] >= self._moment.time_s - _SLACK_S
        rounds = np.where(is_new & (b.weapon_range_m[alive] > 0.0), 1, whole[OwnW.AMMO, alive])
        return GroupState(
            name,
            len(alive),
            float(real[OwnR.X, alive].sum() / n),
            float(real[OwnR.Y, alive].sum() / n),
            float(speed.min()) if len(speed) else 0.0,
            int(rounds.sum()),
            self._table.weapon_m[k],
            bool(whole[OwnW.LINKED, alive].any()),
            float(ways.max()) if len(ways) == len(alive) > 0 else np.inf,
        )

    def check(self, course: Course) -> Refusal | None:
        """Return the reason against a course, or None."""
        for criterion, question in (
            ("complete", self._incomplete),
            ("feasible", self._infeasible),
            ("acceptable", self._unacceptable),
            ("suitable", self._unsuitable),
        ):
            reason = question(course)
            if reason:
                return Refusal(course, criterion, reason)
        return None

    def _incomplete(self, course: Course) -> str:
        unknown = [g for edit in course.edits for g in edit.groups if g not in self.groups]
        unknown += [order.group for order in course.base.orders if order.group not in self.groups]
        if unknown:
            return f"there is no group {unknown[0]}"
        if course.base.kind == BaseKind.TABLE:
            named = {order.group for order in course.base.orders}
            missing = [name for name, group in self.groups.items() if group.n_left and name not in named]
            if missing:
                return f"group {missing[0]} has no task"
        if course.base.kind == BaseKind.POLICY:
            try:
                policy_of(course.base)
            except WargameError as error:
                return str(error)
        return ""

    def _infeasible(self, course: Course) -> str:
        if not any(group.n_left for group in self.groups.values()):
            return "no group is left"
        for edit in course.edits:
            if edit.until_s <= edit.from_s or edit.until_s < self._moment.time_s - _SLACK_S:
                return "its period is over before it begins"
            if edit.until_s <= self._moment.time_s + _SLACK_S and edit.from_s < self._moment.time_s:
                continue  # it ends now, and its groups go back to the base
            for name in edit.groups:
                reason = self._edit_infeasible(edit, self.groups[name])
                if reason:
                    return reason
        if course.base.kind == BaseKind.TABLE:
            for order in course.base.orders:
                group = self.groups[order.group]
                in_place = order.is_plan or order.task == "hold"
                if group.n_left and not in_place and group.speed_mps == 0.0:
                    return f"group {group.name} cannot move"
                if group.n_left and not in_place and not group.linked:
                    return f"group {group.name} has no link, so the order does not reach it"
        return ""

    def feasible_part(self, course: Course) -> Course:
        """Return a course in force without the groups that can no longer carry out its edits, such as lost ones."""
        edits = [
            replace(
                edit, groups=tuple(name for name in edit.groups if not self._edit_infeasible(edit, self.groups[name]))
            )
            for edit in course.edits
        ]
        kept = tuple(edit for edit in edits if edit.groups)
        return course if kept == course.edits else replace(course, edits=kept)

    def _edit_infeasible(self, edit: Edit, group: GroupState) -> str:
        if group.n_left == 0:
            return f"group {group.name} is lost"
        is_running = edit.from_s < self._moment.time_s - _SLACK_S
        if not group.linked and not is_running:
            return f"group {group.name} has no link, so the order does not reach it"
        if edit.verb in _MOVING and group.speed_mps == 0.0:
            return f"group {group.name} cannot move"
        if edit.verb in _FIGHTING and group.weapon_m == 0.0:
            return f"group {group.name} has no weapons"
        if edit.verb in _FIGHTING and group.ammo == 0:
            return f"group {group.name} has no ammunition left"
        if edit.verb in (EditVerb.ATTACK, EditVerb.MOVE):
            return self._place_infeasible(edit, group)
        return ""

    def _place_infeasible(self, edit: Edit, group: GroupState) -> str:
        west, east, south, north = self._briefing.bounds_m
        if not (west <= edit.x_m <= east and south <= edit.y_m <= north):
            return "its point lies off the map"
        away = _length_m(group.x_m, group.y_m, edit.x_m, edit.y_m)
        reach = max(edit.radius_m, group.weapon_m) if edit.verb == EditVerb.ATTACK else edit.radius_m
        way = max(away - reach, 0.0)
        if way > group.range_m:
            return f"group {group.name} has fuel for {group.range_m / 1e3:.0f} km of {way / 1e3:.0f} km"
        left_s = self._briefing.duration_s - max(edit.from_s, self._moment.time_s)
        if edit.verb == EditVerb.ATTACK and way > group.speed_mps * left_s:
            return (
                f"group {group.name} needs {way / group.speed_mps / 60.0:.0f} minutes to get there; "
                f"{left_s / 60.0:.0f} are left"
            )
        members = self._table.members[self._table.place[group.name]]
        unit = int(self._units[members[0]])
        try:
            x, y = passable(self._compiled.params, np.array([unit]), np.array([edit.x_m]), np.array([edit.y_m]))
        except WargameError:
            return f"there is no ground on the map for group {group.name}"
        if _length_m(edit.x_m, edit.y_m, float(x[0]), float(y[0])) > max(_WRONG_GROUND_M, reach):
            return f"group {group.name} cannot move on the ground at its point"
        return ""

    def _unacceptable(self, course: Course) -> str:
        b = self._briefing
        orders = [(o.group, o.roe) for o in course.base.orders if o.roe]
        orders += [(g, e.roe) for e in course.edits if e.verb == EditVerb.ROE for g in e.groups]
        for name, roe in orders:
            if roe not in _ROE_NAMES:
                return f"{roe!r} are no rules of engagement"
            if Roe[roe.upper()] > int(b.roe[self._table.place[name]]):
                return f"it loosens the rules of engagement of group {name} beyond those of the plan"
        aims = [(e.x_m, e.y_m) for e in course.edits if e.verb == EditVerb.ATTACK]
        aims += [(o.x_m, o.y_m) for o in course.base.orders if o.task in ("attack", "strike")]
        for x, y in aims:
            for z in np.flatnonzero(b.zone_kind == ZoneKind.NO_FIRE):
                if _length_m(x, y, *map(float, b.zone_centre_m[:, z])) < float(b.zone_radius_m[z]):
                    return f"it attacks into the no-fire zone {b.zone_names[z]}"
        return ""

    def _unsuitable(self, course: Course) -> str:
        if self.left_s <= 0.0:
            return "no time is left"
        if course.base.kind == BaseKind.CONTINUE and not course.edits:
            return ""  # always a choice, however little it may achieve
        reasons: list[str] = []
        for o in range(len(self._briefing.objective_kind)):
            reason = self._out_of_reach(course, o)
            if not reason:
                return ""
            reasons.append(reason)
        return reasons[0] if reasons else ""

    def _out_of_reach(self, course: Course, o: int) -> str:
        """Return why an objective cannot be reached by a course in the time left, or an empty text."""
        b = self._briefing
        kind, zone = int(b.objective_kind[o]), int(b.objective_zone[o])
        if kind == ObjectiveKind.PROTECT:
            listed = np.flatnonzero(b.objective_members[o])
            is_gone = (self._status[listed] == Status.LOST).all() if len(listed) else False
            return "all that it is to protect is lost" if is_gone else ""
        if kind == ObjectiveKind.SAVE:
            return ""  # no order to the groups keeps the care from its work
        if kind == ObjectiveKind.DESTROY or zone < 0:
            armed = [g for g in self.groups.values() if g.n_left and g.ammo]
            return "" if armed else "no group has weapons left to destroy anything"
        centre, radius = b.zone_centre_m[:, zone], float(b.zone_radius_m[zone])
        listed = b.objective_members[o] != 0
        best = np.inf
        for name, group in self.groups.items():
            members = self._table.members[self._table.place[name]]
            is_meant = bool(listed[members].any()) if kind == ObjectiveKind.REACH else group.n_left > 0
            if not (is_meant and group.n_left):
                continue
            away = max(_length_m(group.x_m, group.y_m, *map(float, centre)) - radius, 0.0)
            if away == 0.0:
                return ""
            if group.speed_mps > 0.0:
                best = min(best, away / group.speed_mps + self._delay_s(course, name))
        if not np.isfinite(best):
            return f"nobody is left who can get to {b.zone_names[zone]}"
        if best > self.left_s:
            return (
                f"{b.zone_names[zone]} is {best / 60.0:.0f} minutes away with this course; "
                f"{self.left_s / 60.0:.0f} are left"
            )
        return ""

    def _delay_s(self, course: Course, group: str) -> float:
        """Return the time for which a course keeps a group from its objective."""
        return sum(
            max(edit.until_s - max(edit.from_s, self._moment.time_s), 0.0)
            for edit in course.edits
            if group in edit.groups and edit.verb in (EditVerb.STAY, EditVerb.BACK)
        )


def screen(gate: Gate, courses: list[Course]) -> tuple[list[Course], list[Refusal]]:
    """Return the valid courses, in order and without repetition, and the refused ones with their reasons."""
    valid: list[Course] = []
    refused: list[Refusal] = []
    for course in courses:
        if any(course.digest == known.digest for known in valid):
            continue
        refusal = gate.check(course)
        if refusal is None:
            valid.append(course)
        else:
            refused.append(refusal)
    return valid, refused


def _length_m(x0: float, y0: float, x1: float, y1: float) -> float:
    return math.sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0))
