"""Generation of courses: the course in force first, then doctrines, edits, parameters last.

Measured in a prototype: edits of one group for one period on top of a doctrine gain most, whole doctrines less, and
parameters of doctrines hardly anything. So edits are made of the leading courses, for the mobile armed groups, the
dearest first, and for those that an objective sends somewhere, armed or not: a convoy can wait, or take another way.
"""

import math
from collections.abc import Sequence

import numpy as np

from agents.doctrine import doctrines as all_doctrines
from agents.doctrine import for_either_chair
from agents.doctrine.blocks.roles import Role, appraise_force
from scenarios.compiler.scenario import Compiled
from simcore.picture import Picture
from simcore.policy import Briefing
from simcore.types import ObjectiveKind, Roe, Task, ZoneKind
from staff_ai.courses.course import CONTINUE, PLAN, BaseKind, Course, Edit, EditVerb, Moment, follow
from staff_ai.courses.gate import Gate, GroupState, Refusal, screen

MOST_COURSES = 16
_LEADERS = 4  # most courses whose edits join after the first round
_OF_EACH = 8  # edits, before those of a further leader

PARAMETERS = (
    "aggressive:strike_value=6",
    "cautious:withdraw_strength=0",
    "cautious:superiority=0.8",
    "economy-of-force:reserve_share=0.6",
)
"""Variants of doctrines, the last in the list of courses."""

_PERIODS = 4  # of the time left: an edit lasts a quarter
_LEAST_DECISIONS = 4
_GRID_M = 500.0
_NEAR_M = 4_000.0  # to a goal: no room to go round
_SLOWNESS = 1.6  # time for a way over that of a straight line at the largest speed
_Zone = tuple[str, float, float, float]  # name, point, radius [m]
_FIGHTING = (
    Role.MANOEUVRE, Role.BOAT, Role.WARSHIP, Role.STRIKE_AIR, Role.SUBMARINE, Role.MUNITION, Role.BATTERY,
    Role.INTERCEPTOR, Role.SCOUT,
)  # fmt: skip


def generate_courses(
    compiled: Compiled,
    side: int,
    picture: Picture,
    moment: Moment,
    *,
    row: int = 0,
    incumbent: Course = CONTINUE,
    own: Sequence[Course] = (),
    promising: Sequence[Course] = (),
    doctrines: Sequence[str] | None = None,
    trained: Sequence[str] = (),
    edits_of: Sequence[Course] = (),
    parameters: Sequence[str] = (),
    most: int = MOST_COURSES,
) -> tuple[list[Course], list[Refusal]]:
    """Return the valid courses of a side, at most ``most``, and the refused ones with their reasons.

    First the course in force, the commander's own and those that stood well before (``promising``); then ``continue``,
    the plan of the file, doctrines, trained policies, edits of ``edits_of`` and doctrines with parameters.
    """
    gate = Gate(compiled, side, picture, moment, row)
    if doctrines is None:
        doctrines = default_doctrines(compiled.briefings[side])
    whole = [incumbent, *own, *promising, CONTINUE, PLAN, *map(follow, doctrines), *map(follow, trained)]
    edited = [course for base in edits_of for course in edit_course(gate, compiled.briefings[side], base, moment)]
    valid, refused = screen(gate, [*whole, *edited, *map(follow, parameters)])
    return valid[:most], refused


def default_doctrines(briefing: Briefing) -> tuple[str, ...]:
    """Return the doctrines for a side: those for either chair, and that for its chair."""
    attacks = bool((briefing.objective_kind == ObjectiveKind.REACH).any())
    chair = "assault" if attacks else "defend"
    return (*for_either_chair(), *(name for name in all_doctrines() if name == chair))


def edit_course(
    gate: Gate, briefing: Briefing, base: Course, moment: Moment, *, period_s: float = 0.0, most: int = MOST_COURSES
) -> list[Course]:
    """Return edits of a course, unscreened, in the order of their promise; those of the dearest groups first.

    ``period_s`` is their length, by default a quarter of the time left, in whole decision intervals; the way to a point
    may take longer. A course that is itself an edit, or a table, has none.
    """
    if base.edits or base.base.kind == BaseKind.TABLE:
        return []
    if period_s <= 0.0:
        period_s = max(math.ceil(gate.left_s / _PERIODS / moment.decision_s), _LEAST_DECISIONS) * moment.decision_s
    return _Editor(gate, briefing, base, moment, period_s).edits(most)


def edit_leaders(
    gate: Gate, briefing: Briefing, leaders: Sequence[Course], moment: Moment, most: int = MOST_COURSES
) -> list[Course]:
    """Return at most ``most`` valid edits of the first courses, by turns: of the more, the more edits there may be."""
    n_leaders = min(max(most // _OF_EACH, 1), _LEADERS)
    of_each = [edit_course(gate, briefing, leader, moment) for leader in leaders[:n_leaders]]
    return screen(gate, by_turns(of_each))[0][:most]


def postures(gate: Gate, briefing: Briefing, courses: Sequence[Course], moment: Moment) -> list[Course]:
    """Return courses with all radars silent, for a quarter of the time left and to the end: valid ones."""
    edits = [
        edit
        for course in courses
        for period_s in (0.0, gate.left_s)
        for edit in edit_course(gate, briefing, course, moment, period_s=period_s, most=2)
        if edit.is_whole
    ]
    return screen(gate, edits)[0]


def planned_edits(gate: Gate, briefing: Briefing, leaders: Sequence[Course], moment: Moment, most: int) -> list[Course]:
    """Return at most ``most`` valid edits of courses by turns, each for a quarter of the time left or to the end."""
    of_each = [
        by_turns([edit_course(gate, briefing, leader, moment, period_s=period_s) for period_s in (0.0, gate.left_s)])
        for leader in leaders
    ]
    return screen(gate, by_turns(of_each))[0][:most]


def by_turns(lists: Sequence[Sequence[Course]]) -> list[Course]:
    """Return the courses of several lists by turns: the first of each, then the second of each."""
    longest = max(map(len, lists), default=0)
    return [some[place] for place in range(longest) for some in lists if place < len(some)]


class _Editor:
    """Edits of a course for the mobile armed groups that an order reaches."""

    def __init__(self, gate: Gate, briefing: Briefing, base: Course, moment: Moment, period_s: float) -> None:
        self._gate, self._briefing, self._base, self._moment = gate, briefing, base, moment
        self._period_s = period_s
        self._goals = _goals(briefing)
        force = appraise_force(briefing)
        fighting = force.having(*_FIGHTING)
        self._names = self._able(fighting, needs_weapons=True)
        sent = _sent_somewhere(briefing)
        rest = [k for k in force.having(*Role) if sent[k] and k not in fighting]
        self._sent = self._able(rest, needs_weapons=False)

    def _able(self, groups: Sequence[int], *, needs_weapons: bool) -> tuple[str, ...]:
        """Return the names of the groups that can carry out an order, the dearest first."""
        b = self._briefing
        able = [k for k in groups if _is_able(self._gate.groups[b.group_names[k]], needs_weapons=needs_weapons)]
        worth = [float(b.cost[b.group_of_unit == k].sum()) for k in able]
        order = sorted(range(len(able)), key=lambda place: (-worth[place], place))
        return tuple(b.group_names[able[place]] for place in order)

    def edits(self, most: int) -> list[Course]:
        """Return at most ``most`` edits: those of each group, by turns of their kinds, each followed by one for all."""
        if not self._names and not self._sent:
            return []
        by_kind = [
            [self._stay((name,), f"{name} stays") for name in self._names],
            [course for name in self._names for course in self._attack((name,), f"{name} attacks")],
            [self._edit(f"{name} attacks the nearest", (name,), EditVerb.NEAREST) for name in self._names],
            [axis for name in (*self._names[:1], *self._sent[:1]) for axis in self._axes(name)],
            [self._edit(f"{name} goes back to its start", (name,), EditVerb.BACK) for name in self._names],
            self._wait(),
        ]
        if self._base.base.kind not in (BaseKind.PLAN, BaseKind.CONTINUE):
            by_kind.insert(2, [self._edit(f"{name} keeps to the plan", (name,), EditVerb.PLAN) for name in self._names])
        return by_turns([by_turns(by_kind), self._for_all()])[:most]

    def _wait(self) -> list[Course]:
        """Return the stay of all groups that have somewhere to go and do not fight."""
        if not self._sent:
            return []
        who = f"{self._sent[0]} stays" if len(self._sent) == 1 else "all with a destination wait"
        return [self._stay(self._sent, who)]

    def _for_all(self) -> list[Course]:
        b, names = self._briefing, self._names
        if not names:
            return []
        found = [self._edit("all radars silent", names, EditVerb.EMCON, emcon="silent")]
        if len(names) > 1:
            found += [*self._attack(names, "all attack"), self._stay(names, "all hold back")]
        for zone in self._goals[1:]:
            reaching = self._reaching(names, zone)
            if reaching:
                found.append(self._go(f"main effort to {zone[0]}", reaching, zone, b.duration_s))
        free = tuple(name for name in names if int(b.roe[b.group_names.index(name)]) == Roe.FREE)
        if free:
            found.append(self._edit("fire only at identified enemies", free, EditVerb.ROE, roe="tight"))
        return found

    def _edit(
        self,
        text: str,
        groups: tuple[str, ...],
        verb: EditVerb,
        *,
        x_m: float = 0.0,
        y_m: float = 0.0,
        radius_m: float = 0.0,
        roe: str = "",
        emcon: str = "",
        until_s: float = 0.0,
    ) -> Course:
        since = self._moment.time_s
        until = max(until_s, since + self._period_s)
        edit = Edit(groups, verb, since, until, x_m=x_m, y_m=y_m, radius_m=radius_m, roe=roe, emcon=emcon)
        return Course(f"{self._base.name}, {text} for {(until - since) / 60.0:.0f} min", self._base.base, (edit,))

    def _stay(self, groups: tuple[str, ...], text: str) -> Course:
        return self._edit(text, groups, EditVerb.STAY)

    def _attack(self, groups: tuple[str, ...], text: str) -> list[Course]:
        """Return an attack on the weightiest zone that some of the groups can get to."""
        for zone in self._goals:
            reaching = self._reaching(groups, zone)
            if reaching:
                return [self._go(f"{text} {zone[0]}", reaching, zone, 0.0)]
        return []

    def _go(self, text: str, groups: tuple[str, ...], zone: _Zone, until_s: float) -> Course:
        _, x, y, radius = zone
        until_s = max(until_s, *(self._arrival_s(name, x, y) for name in groups))
        return self._edit(text, groups, EditVerb.ATTACK, x_m=x, y_m=y, radius_m=radius, until_s=until_s)

    def _reaching(self, groups: tuple[str, ...], zone: _Zone) -> tuple[str, ...]:
        return tuple(name for name in groups if self._gate.check(self._go("", (name,), zone, 0.0)) is None)

    def _arrival_s(self, name: str, x_m: float, y_m: float) -> float:
        """Return the time at which a group may be at a point, at cruise speed and with detours, or that of the end."""
        group = self._gate.groups[name]
        dx, dy = x_m - group.x_m, y_m - group.y_m
        needed_s = _SLOWNESS * math.sqrt(dx * dx + dy * dy) / group.speed_mps
        intervals = math.ceil(needed_s / self._moment.decision_s)
        return min(self._moment.time_s + intervals * self._moment.decision_s, self._briefing.duration_s)

    def _axes(self, name: str) -> list[Course]:
        """Return approaches by another axis: a point abreast of the way to the first goal, to the left and right."""
        if not self._goals:
            return []
        _, gx, gy, _ = self._goals[0]
        west, east, south, north = self._briefing.bounds_m
        group = self._gate.groups[name]
        dx, dy = gx - group.x_m, gy - group.y_m
        if math.sqrt(dx * dx + dy * dy) < _NEAR_M:
            return []
        found: list[Course] = []
        for turn, where in ((1.0, "left"), (-1.0, "right")):
            x = _on_grid(group.x_m + 0.5 * dx - turn * 0.4 * dy, west, east)
            y = _on_grid(group.y_m + 0.5 * dy + turn * 0.4 * dx, south, north)
            text = f"{name} goes round on the {where}"
            until_s = self._arrival_s(name, x, y)
            found.append(self._edit(text, (name,), EditVerb.MOVE, x_m=x, y_m=y, until_s=until_s))
        return found


def _is_able(group: GroupState, *, needs_weapons: bool) -> bool:
    can_go = group.n_left > 0 and group.linked and group.speed_mps > 0.0
    return can_go and (group.weapon_m > 0.0 or not needs_weapons)


def _sent_somewhere(briefing: Briefing) -> np.ndarray:
    """Return whether an objective of the side is to bring units of a group (g,) into a zone."""
    reach = briefing.objective_kind == ObjectiveKind.REACH
    listed = (briefing.objective_members[reach] != 0).any(axis=0)
    return np.bincount(briefing.group_of_unit[listed], minlength=len(briefing.group_names)) > 0


def _goals(briefing: Briefing) -> list[_Zone]:
    """Return the objective zones, the weightiest first: name, point and radius [m]."""
    weight = np.zeros(len(briefing.zone_names))
    for zone, share in zip(briefing.objective_zone, briefing.objective_weight, strict=True):
        if zone >= 0:
            weight[zone] += share
    wanted = [z for z in range(len(weight)) if weight[z] > 0.0 or briefing.zone_kind[z] == ZoneKind.OBJECTIVE]
    wanted.sort(key=lambda z: (-weight[z], z))
    found = [
        (
            briefing.zone_names[z],
            float(briefing.zone_centre_m[0, z]),
            float(briefing.zone_centre_m[1, z]),
            float(briefing.zone_radius_m[z]),
        )
        for z in wanted
    ]
    if found:
        return found
    # without zones the point of the file's attack is the goal
    attacks = np.flatnonzero(np.isin(briefing.task, [Task.ATTACK, Task.STRIKE, Task.SEARCH]))
    if len(attacks) == 0:
        return []
    x, y = np.rint(briefing.task_m[:, attacks].mean(axis=1))
    return [("the area of the plan", float(x), float(y), float(max(briefing.task_radius_m[attacks].max(), 3e3)))]


def _on_grid(value_m: float, low_m: float, high_m: float) -> float:
    """Return a coordinate on a grid of 500 m, within the map."""
    return min(max(round(value_m / _GRID_M) * _GRID_M, low_m + _GRID_M), high_m - _GRID_M)
