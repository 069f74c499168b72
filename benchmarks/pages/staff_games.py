"""Games for the table of evidence of the staff: many at once, paired by number, against named policies of the enemy."""

import time
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from agents.environments.opponents import HELD_OUT, Opposition, opposing_pools
from agents.environments.reward import lead_and_win
from benchmarks.pages.staff_outcomes import Outcomes, count_breaches, outcomes_of, rank_among, values_of
from scenarios.compiler.scenario import Compiled
from scenarios.run.logistics import file_chairs
from scenarios.run.play import start_simulation
from simcore.errors import InputError
from simcore.order_checks import enter_orders
from simcore.params import RuleW
from simcore.picture import OwnR, Picture
from simcore.simulation import Simulation
from simcore.types import I64, N_BELLIGERENTS
from staff_ai.advice.advice import Advice
from staff_ai.advice.approval import Desk
from staff_ai.advice.command_post import CommandPost, remaining
from staff_ai.advice.consultation import Steps, at_table, play_side_by_side
from staff_ai.advice.preparation import prepare, prepared_courses
from staff_ai.advice.staff import Habits, Staff, advice_seed, promising_courses
from staff_ai.courses.conduct import Conductor, CourseMixture
from staff_ai.courses.course import PLAN, Course, Moment, course_of, follow
from staff_ai.courses.gate import Gate, screen
from staff_ai.courses.generate import (
    default_doctrines,
    edit_course,
    edit_leaders,
    generate_courses,
)
from staff_ai.courses.in_force import moment_of
from staff_ai.trained.shipped import shipped_for
from staff_ai.wargame.game import Budget
from staff_ai.wargame.rollouts import Draws, Outcome, Part, Table, enemy_text, play_together
from staff_ai.wargame.standing import LEAST_GAIN, LEAST_SWITCH_GAIN, Standing
from staff_ai.wargame.wargame import rounds_of
from staff_ai.wargame.worlds import ROOM, TrueWorlds

SEED = 41_977_203
"""Seed of the games; no rule or parameter was chosen on them."""

PLAYED, CHOSEN_ON = 2_600_010, 1_000_000
"""First numbers of the games of the table, and of those on which fixed courses are chosen."""

_PLAYED_ELSEWHERE = {("convoy-ambush", "red"): 2_700_010, ("night-strait", "red"): 2_700_010}
"""The same of chairs whose games at PLAYED were looked at when a fault was mended."""

AT_START, AT_START_WITH_TRUTH = 30, 6
"""Rollouts of the first advice over those of the others; with the truth known, against each enemy."""

AT_START_OF_ITS_OWN = 3
"""The same where each game has a first advice of its own."""

ALIKE_SHARE = 0.15
"""Distance between own starts, as a share of the longer side of the map, up to which games begin alike."""

ADVICES = 3
"""Pieces of advice in a game: before it, and after each quarter of its duration."""

KINDS = ("belief", "prepared", "uniform", "truth")


def first_played(compiled: Compiled, side: int) -> int:
    """Return the number of the first game of a chair in the table."""
    return _PLAYED_ELSEWHERE.get((compiled.roster.scenario, compiled.roster.sides[side]), PLAYED)


def enemies_of(compiled: Compiled, side: int) -> tuple[str, ...]:
    """Return the policies of the enemy: those of the side's intelligence, then those held out that are not in it."""
    known = tuple(enemy_text(doctrine) for doctrine in compiled.briefings[side].intelligence.doctrines)
    return known + tuple(name for name in HELD_OUT if name not in known)


def fixed_courses(compiled: Compiled, side: int) -> list[Course]:
    """Return the fixed courses: the plan of the file, which is that of ``hold``, and the doctrines."""
    return [PLAN, *map(follow, default_doctrines(compiled.briefings[side]))]


def trained_names(compiled: Compiled, side: int) -> tuple[str, ...]:
    """Return the trained commanders of a chair, which are courses of the staff."""
    return shipped_for(compiled.roster.scenario, compiled.roster.sides[side])


def edited_courses(compiled: Compiled, side: int, bases: Sequence[Course], most: int = 32) -> list[Course]:
    """Return valid edits of some courses from the start: for a quarter of the fight, and for all of it."""
    simulation = start_simulation(compiled, SEED, [CHOSEN_ON])
    picture = simulation.picture(side)
    moment = moment_of(compiled, simulation, side)
    gate = Gate(compiled, side, picture, moment)
    briefing = compiled.briefings[side]
    found = [
        edit
        for base in bases
        for period_s in (0.0, briefing.duration_s)
        for edit in edit_course(gate, briefing, base, moment, period_s=period_s)
    ]
    return screen(gate, found)[0][:most]


def play_fixed(compiled: Compiled, side: int, courses: Sequence[Course], first: int, n: int) -> list[Outcomes]:
    """Play games ``first`` to ``first + n - 1`` with each course, in a common simulation."""
    numbers = list(range(first, first + n))
    which = np.repeat(np.arange(len(courses)), n)
    mixture = CourseMixture(compiled, side)
    start = Conductor(compiled.briefings[side], Moment(0.0, compiled.briefings[side].decision_s))
    index = np.array([mixture.add(course, start) for course in courses], dtype=np.int64)[which]
    simulation = start_simulation(compiled, SEED, numbers * len(courses))
    mixture.reset(SEED, simulation.state.replication)
    enemies = enemies_of(compiled, side)
    enemy = np.tile(np.arange(first, first + n) % len(enemies), len(courses))
    _play(compiled, side, simulation, enemies, enemy, lambda: mixture.decide(simulation, index))
    return [_outcomes(simulation, side, enemies, enemy, np.flatnonzero(which == k)) for k in range(len(courses))]


def _make(make: Callable[[], Any]) -> Any:
    return make()


def play_staff(
    compiled: Compiled,
    side: int,
    kind: str,
    budget: int,
    first: int,
    n: int,
    on_advice: Callable[[int], None] | None = None,
    keep: Callable[[Callable[[], Any]], Any] = _make,
    *,
    is_first_block: bool = True,
) -> Outcomes:
    """Play games with a staff whose advice is always approved.

    ``kind``: ``belief``, ``prepared`` (the same with deliberate planning before the fight), ``uniform`` (the belief
    with equal numbers of rollouts for all courses) or ``truth`` (true state and enemy known). After each advice the
    recommended course is also played to the end once from the true state, with dice of its own: the outcome that
    the prediction is about. Games that begin alike share the first advice of a kind: ``keep`` returns it from where
    it is kept, or makes it by its argument; with ``is_first_block`` it is counted.
    """
    if kind not in KINDS:
        raise InputError(f"staff: {kind!r} is unknown; give {', '.join(KINDS)}")
    commander = _Commander(compiled, side, kind, budget, first, n, on_advice, keep, is_first_block)
    _play(compiled, side, commander.simulation, commander.enemies, commander.enemy, commander.decide)
    played = _outcomes(commander.simulation, side, commander.enemies, commander.enemy, np.arange(n))
    commander.found.lead, commander.found.win, commander.found.enemy = played.lead, played.win, played.enemy
    return commander.found


class _Found(NamedTuple):
    """A recommended course, its predicted values, and the rank of an outcome among the predicted ones."""

    course: Course
    values: Mapping[str, float] = MappingProxyType({})
    rank: Callable[[float, float], float] | None = None  # of an outcome, with a uniform number for ties


class _Commander:
    """A staff, and the orders of the courses that it recommends, in n games at once."""

    def __init__(
        self,
        compiled: Compiled,
        side: int,
        kind: str,
        budget: int,
        first: int,
        n: int,
        on_advice: Callable[[int], None] | None,
        keep: Callable[[Callable[[], Any]], Any],
        is_first_block: bool,
    ) -> None:
        self.compiled, self.side, self.kind, self.budget = compiled, side, kind, budget
        self.simulation = start_simulation(compiled, SEED, list(range(first, first + n)))
        self.enemies = enemies_of(compiled, side)
        self.enemy: I64 = np.arange(first, first + n, dtype=np.int64) % len(self.enemies)
        self.found = Outcomes()
        self._briefing = compiled.briefings[side]
        allocation = "uniform" if kind == "uniform" else "halving"
        self._staff = Staff(self._briefing, habits=Habits(allocation=allocation), ground=compiled.ground)
        decision = compiled.roster.decision_ticks
        n_ticks = int(compiled.params.rules_whole[RuleW.N_TICKS])
        self._moments = {n_ticks * k // (ADVICES + 1) // decision * decision: k for k in range(ADVICES)}
        self._post = CommandPost(self._briefing, SEED, self.simulation.state.replication, Desk(), PLAN)
        self._promising: dict[int, tuple[Course, ...]] = {}
        self._prepared: tuple[Course, ...] = ()
        self._on_advice, self._keep = on_advice, keep
        self._is_first_block = is_first_block
        own = self.simulation.picture(side).own_real[:, [OwnR.X, OwnR.Y]]
        west, east, south, north = compiled.roster.bounds_m
        spread = float(np.ptp(own, axis=0).max())
        self._begins_alike = spread <= ALIKE_SHARE * max(east - west, north - south)
        self._known = {enemy_text(doctrine) for doctrine in self._briefing.intelligence.doctrines}

    def decide(self) -> None:
        """Give advice if it is time, and enter the orders of the courses in force."""
        simulation, compiled, side = self.simulation, self.compiled, self.side
        picture = simulation.picture(side)
        groups = simulation.groups_of(side)
        own = simulation.orders.of_groups(groups)
        if self.kind != "truth":
            self._staff.observe(picture)
        if simulation.tick in self._moments:
            going = np.flatnonzero(~simulation.done).tolist()
            self._advise(picture, going, self._moments[simulation.tick])
            if self._on_advice is not None:
                self._on_advice(self.found.advices)
        self._post.write(picture, own)
        if self.kind != "truth":
            self._staff.record_orders(picture.replication, own)
        count_breaches(compiled, self._briefing, simulation, picture, own, self.found)
        enter_orders(simulation, own, groups, f"staff of {self._briefing.side_name}", compiled.roster.groups)

    def _moment(self, row: int) -> Moment:
        return moment_of(self.compiled, self.simulation, self.side, row, self._incumbent(row).base)

    def _incumbent(self, row: int) -> Course:
        return self._post.course(int(self.simulation.state.replication[row]), self.simulation.time_s)

    def _advise(self, picture: Picture, rows: list[int], number: int) -> None:
        begin = time.process_time()
        found = (self._from_truth if self.kind == "truth" else self._from_belief)(picture, rows, number)
        if number > 0 or self.kind == "truth" or not self._begins_alike:  # a common first advice tells its own time
            self.found.advice_s += time.process_time() - begin
        self.found.advices += len(rows)
        # the outcome of each course, were it carried out to the end: a future of the true state
        tables = {
            row: Table(
                TrueWorlds(self.compiled, self.simulation, row), self.side, [self.enemies[self.enemy[row]]],
                self._moment(row), seed=SEED + 1, first_replication=(1 + int(picture.replication[row])) * ROOM,
            )
            for row, one in found.items()
            if one.rank is not None
        }  # fmt: skip
        draw = Draws(np.array([number]), np.array([0]), np.array([0]))
        outcomes = play_together([Part(table, [found[row].course], draw) for row, table in tables.items()])
        for row, outcome in zip(tables, outcomes, strict=True):
            rank, game = found[row].rank, int(picture.replication[row])
            assert outcome is not None
            assert rank is not None
            score = float(outcome[0, 0, Outcome.SCORE])
            self.found.predictions.append(
                {
                    **found[row].values,
                    "game": float(game),
                    "advice": float(number),
                    "is_known": float(self.enemies[self.enemy[row]] in self._known),
                    "true_score": score,
                    "true_win": float(outcome[0, 0, Outcome.WIN] > 0.0),
                    "rank": rank(score, float(np.random.default_rng([game, number]).random())),
                }
            )
        for row, one in found.items():
            self.found.courses[one.course.name] = self.found.courses.get(one.course.name, 0) + 1
            self._post.override(int(picture.replication[row]), one.course, self._moment(row))

    def _from_belief(self, picture: Picture, rows: list[int], number: int) -> dict[int, _Found]:
        """Return the recommendations; games that begin alike share the first."""
        if number == 0 and self._begins_alike:
            first = self._keep(lambda: self._first_advice(picture, rows[0]))
            for key in ("ranked", "ranked_invalid", "rollouts", "advice_s") if self._is_first_block else ():
                setattr(self.found, key, getattr(self.found, key) + first[key])
            self._promising = dict.fromkeys(rows, tuple(map(course_of, first["promising"])))
            self._prepared = tuple(map(course_of, first["prepared"]))
            if first["course"] is None:
                return {}
            rank = rank_among(np.array(first["outcomes"]), np.array(first["weights"]))
            return dict.fromkeys(rows, _Found(course_of(first["course"]), first["values"], rank))
        budget = Budget(self.budget * (AT_START_OF_ITS_OWN if number == 0 else 1))
        every = self._staff.advise_each(
            picture, rows, seed=SEED + 2, numbers=[number] * len(rows), budget=budget,
            incumbents=[self._incumbent(row) for row in rows],
            promising=[self._promising.get(row, ()) for row in rows], prepared=[self._left()] * len(rows),
        )  # fmt: skip
        found: dict[int, _Found] = {}
        for row, advice in zip(rows, every, strict=True):
            if advice.standing is None or advice.recommended is None:
                continue
            self._promising[row] = promising_courses(advice.standing)
            self.found.ranked += len(advice.standing.rows)
            self.found.ranked_invalid += self._invalid(advice, picture, row)
            self.found.rollouts += advice.standing.n_rollouts
            found[row] = _Found(advice.recommended, values_of(advice), rank_among(*outcomes_of(advice)))
        return found

    def _first_advice(self, picture: Picture, row: int) -> dict[str, Any]:
        """Return the first advice in plain values."""
        rollouts, incumbent = AT_START * self.budget, self._incumbent(row)
        begin = time.process_time()
        if self.kind == "prepared":
            advice = prepare(self._staff, picture, row, seed=SEED + 2, rollouts=rollouts, incumbent=incumbent)
        else:
            advice = self._staff.advise(picture, row, seed=SEED + 2, budget=Budget(rollouts), incumbent=incumbent)
        standing, is_given = advice.standing, advice.recommended is not None
        kept = prepared_courses(standing) if self.kind == "prepared" else ()
        outcomes, weights = outcomes_of(advice) if is_given else (np.zeros(0), np.zeros(0))
        return {
            "course": advice.recommended.describe() if advice.recommended is not None else None,
            "values": values_of(advice) if is_given else {},
            "outcomes": outcomes.tolist(),
            "weights": weights.tolist(),
            "promising": [course.describe() for course in promising_courses(standing)],
            "prepared": [course.describe() for course in kept],
            "ranked": 0 if standing is None else len(standing.rows),
            "ranked_invalid": self._invalid(advice, picture, row),
            "rollouts": 0 if standing is None else standing.n_rollouts,
            "advice_s": time.process_time() - begin,
        }

    def _invalid(self, advice: Advice, picture: Picture, row: int) -> int:
        """Return the number of ranked courses that do not pass the gate."""
        gate = Gate(self.compiled, self.side, picture, self._moment(row), row)
        rows = () if advice.standing is None else advice.standing.rows
        return sum(gate.check(one.course) is not None for one in rows)

    def _from_truth(self, picture: Picture, rows: list[int], number: int) -> dict[int, _Found]:
        """Return the recommendations of a staff that knows the state and the enemy's policy."""
        asked = rows
        if number == 0:  # shared by all games against an enemy
            asked = [next(row for row in rows if self.enemy[row] == one) for one in np.unique(self.enemy[rows])]
        standings = play_side_by_side([self._wargame_with_truth(picture, row, number) for row in asked])
        found: dict[int, _Found] = {}
        for row, standing in zip(asked, standings, strict=True):
            self.found.rollouts += standing.n_rollouts
            self._promising[row] = promising_courses(standing)
            if standing.recommended is not None:
                found[row] = _Found(standing.recommended)
        if number > 0:
            return found
        known = {int(self.enemy[row]): self._promising[row] for row in found}
        self._promising = {row: known.get(int(self.enemy[row]), ()) for row in rows}
        of_enemy = {int(self.enemy[row]): one for row, one in found.items()}
        return {row: of_enemy[int(self.enemy[row])] for row in rows if int(self.enemy[row]) in of_enemy}

    def _wargame_with_truth(self, picture: Picture, row: int, number: int) -> Steps[Standing]:
        compiled, side, moment = self.compiled, self.side, self._moment(row)
        gate = Gate(compiled, side, picture, moment, row)
        incumbent = gate.feasible_part(self._incumbent(row))
        table = Table(
            TrueWorlds(compiled, self.simulation, row), side, [self.enemies[self.enemy[row]]], moment,
            seed=advice_seed(SEED + 2),
            first_replication=advice_seed(SEED + 2, int(picture.replication[row]), number) // ROOM * ROOM,
        )  # fmt: skip
        courses, refused = generate_courses(
            compiled, side, picture, moment, row=row, incumbent=incumbent, promising=self._promising.get(row, ()),
            trained=self._staff.trained,
        )  # fmt: skip
        budget = Budget(self.budget * (AT_START_WITH_TRUTH if number == 0 else 1))
        rounds = rounds_of(
            table, courses, [1.0], budget, incumbent=incumbent, refused=refused,
            least_gain=LEAST_GAIN if number == 0 else LEAST_SWITCH_GAIN,
            expand=lambda leaders, most: edit_leaders(gate, self._briefing, leaders, moment, most),
        )  # fmt: skip
        return at_table(table, rounds)

    def _left(self) -> list[Course]:
        """Return the prepared courses without the edits whose period is over."""
        return [remaining(course, self.simulation.time_s) for course in self._prepared]


def _play(
    compiled: Compiled,
    side: int,
    simulation: Simulation,
    enemies: Sequence[str],
    enemy: I64,
    decide: Callable[[], None],
) -> None:
    """Play to the end: ``decide`` enters the orders of the side, all others follow their policies."""
    others = {
        other: Opposition(compiled, other, pool) for other, pool in opposing_pools(compiled, (side,), enemies).items()
    }
    logistics = file_chairs(compiled, simulation.seed)
    step, n_ticks = compiled.roster.decision_ticks, int(compiled.params.rules_whole[RuleW.N_TICKS])
    while simulation.tick < n_ticks and not bool(simulation.done.all()):
        simulation.orders.clear()
        decide()
        for other, opposition in others.items():
            opposition.decide(simulation, enemy if other < N_BELLIGERENTS else np.zeros_like(enemy))
        for chair in logistics:
            chair.decide(simulation)
        simulation.advance(min(step, n_ticks - simulation.tick))


def _outcomes(simulation: Simulation, side: int, enemies: Sequence[str], enemy: I64, rows: I64) -> Outcomes:
    lead, win = lead_and_win(simulation.state, side)
    return Outcomes(lead[rows].tolist(), win[rows].tolist(), [enemies[int(k)] for k in enemy[rows]])
