"""Games for the table of evidence of the staff: many at once, paired by number, against named policies of the enemy."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from agents.environments.opponents import HELD_OUT, Opposition, opposing_pools
from agents.environments.reward import lead_and_win, mission_score
from agents.environments.some_rows import decide_for
from scenarios.compiler.scenario import Compiled
from scenarios.run.play import start_simulation
from simcore.errors import InputError
from simcore.order_checks import enter_orders
from simcore.orders import RESUME, OrderR, Orders, OrderW
from simcore.params import RuleW, UnitSpecW
from simcore.picture import OwnR, OwnW, Picture
from simcore.policy import Briefing
from simcore.simulation import Simulation
from simcore.state import UnitW
from simcore.types import F64, I64, N_BELLIGERENTS, Damage, Roe, Status, Task
from staff_ai.advice.advice import Advice
from staff_ai.advice.staff import Habits, Staff, advice_seed
from staff_ai.courses.conduct import CourseMixture, CoursePolicy, moment_of
from staff_ai.courses.course import PLAN, Course, Moment, follow
from staff_ai.courses.gate import Gate, screen
from staff_ai.courses.generate import default_doctrines, edit_course, generate_courses
from staff_ai.wargame.game import Budget
from staff_ai.wargame.rollouts import Draws, Outcome, Table, enemy_text
from staff_ai.wargame.samples import draw_weights
from staff_ai.wargame.wargame import wargame
from staff_ai.wargame.worlds import TrueWorlds

SEED = 41_977_203
"""Seed of the games; no rule or parameter was chosen on them."""

PLAYED, CHOSEN_ON = 0, 1_000_000
"""First numbers of the games of the table, and of those on which fixed courses are chosen."""

ADVICES = 4
"""Pieces of advice in a game: at the start and after each fifth of its duration."""

KINDS = ("belief", "uniform", "truth")


@dataclass
class Outcomes:
    """Outcomes of games, and the predictions on the way."""

    lead: list[float] = field(default_factory=list)
    win: list[float] = field(default_factory=list)
    enemy: list[str] = field(default_factory=list)
    predictions: list[dict[str, float]] = field(default_factory=list)
    courses: dict[str, int] = field(default_factory=dict)  # how often each was recommended
    ranked: int = 0
    ranked_invalid: int = 0
    orders: int = 0
    breaches: dict[str, int] = field(default_factory=dict)
    advice_s: float = 0.0  # CPU time
    advices: int = 0
    rollouts: int = 0


def enemies_of(compiled: Compiled, side: int) -> tuple[str, ...]:
    """Return the policies of the enemy: those of the side's intelligence, then those held out that are not in it."""
    known = tuple(enemy_text(doctrine) for doctrine in compiled.briefings[side].intelligence.doctrines)
    return known + tuple(name for name in HELD_OUT if name not in known)


def fixed_courses(compiled: Compiled, side: int) -> list[Course]:
    """Return the fixed courses: the plan of the file, which is that of ``hold``, and the doctrines."""
    return [PLAN, *map(follow, default_doctrines(compiled.briefings[side]))]


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
    """Play games ``first`` to ``first + n - 1`` with each course, all in one simulation."""
    numbers = list(range(first, first + n))
    which = np.repeat(np.arange(len(courses)), n)
    mixture = CourseMixture(compiled, side, Moment(0.0, compiled.briefings[side].decision_s))
    index = np.array([mixture.add(course) for course in courses], dtype=np.int64)[which]
    simulation = start_simulation(compiled, SEED, numbers * len(courses))
    mixture.reset(SEED, simulation.state.replication)
    enemies = enemies_of(compiled, side)
    enemy = np.tile(np.arange(first, first + n) % len(enemies), len(courses))
    _play(compiled, side, simulation, enemies, enemy, lambda: mixture.decide(simulation, index))
    return [_outcomes(simulation, side, enemies, enemy, np.flatnonzero(which == k)) for k in range(len(courses))]


def play_staff(
    compiled: Compiled,
    side: int,
    kind: str,
    budget: int,
    first: int,
    n: int,
    on_advice: Callable[[int], None] | None = None,
) -> Outcomes:
    """Play games with a staff whose advice is always approved.

    ``kind``: ``belief``, ``uniform`` (the belief with equal numbers of rollouts for all courses) or ``truth`` (true
    state and enemy known). After each advice the recommended course is also played to the end once from the true state,
    with dice of its own: the outcome that the prediction is about.
    """
    if kind not in KINDS:
        raise InputError(f"staff: {kind!r} is unknown; give {', '.join(KINDS)}")
    commander = _Commander(compiled, side, kind, budget, first, n, on_advice)
    _play(compiled, side, commander.simulation, commander.enemies, commander.enemy, commander.decide)
    played = _outcomes(commander.simulation, side, commander.enemies, commander.enemy, np.arange(n))
    commander.found.lead, commander.found.win, commander.found.enemy = played.lead, played.win, played.enemy
    return commander.found


_Found = tuple[Course | None, dict[str, float], Callable[[float], float] | None]
"""Recommended course, predicted values, and the rank of an outcome among the predicted ones."""


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
        self._courses: list[Course] = [PLAN] * n
        self._policies: list[CoursePolicy | None] = [None] * n
        self._on_advice = on_advice
        self._known = {enemy_text(doctrine) for doctrine in self._briefing.intelligence.doctrines}

    def decide(self) -> None:
        """Give advice if it is time, and enter the orders of the courses in force."""
        simulation, compiled, side = self.simulation, self.compiled, self.side
        picture = simulation.picture(side)
        groups = simulation.groups_of(side)
        own = simulation.orders.of_groups(groups)
        if self.kind != "truth":
            self._staff.observe(picture)
        going = np.flatnonzero(~simulation.done)
        if simulation.tick in self._moments:
            for row in going.tolist():
                self._advise(picture, row, self._moments[simulation.tick])
                if self._on_advice is not None:
                    self._on_advice(self.found.advices)
        for row in going.tolist():
            policy = self._policies[row]
            if policy is not None:
                decide_for(policy, policy.course.name, picture, np.array([row]), own, compiled.roster.dt_s)
        if self.kind != "truth":
            self._staff.record_orders(picture.replication, own)
        self._check(picture, own)
        enter_orders(simulation, own, groups, f"staff of {self._briefing.side_name}", compiled.roster.groups)

    def _advise(self, picture: Picture, row: int, number: int) -> None:
        begin = time.process_time()
        recommended, values, rank = (self._from_truth if self.kind == "truth" else self._from_belief)(
            picture, row, number
        )
        self.found.advice_s += time.process_time() - begin
        self.found.advices += 1
        if recommended is None:
            return
        name = recommended.name
        self.found.courses[name] = self.found.courses.get(name, 0) + 1
        moment = moment_of(self.compiled, self.simulation, self.side, row, self._courses[row].base)
        if values:
            # what comes of the course, were it carried out to the end: a future of the true state
            table = Table(
                TrueWorlds(self.compiled, self.simulation, row), self.side, self.enemies, moment, seed=SEED + 1
            )
            draw = Draws(np.array([number]), self.enemy[[row]], np.array([0]))
            outcome = table.play([recommended], draw)
            assert outcome is not None
            assert rank is not None
            self.found.predictions.append(
                {
                    **values,
                    "game": float(picture.replication[row]),
                    "advice": float(number),
                    "is_known": float(self.enemies[self.enemy[row]] in self._known),
                    "true_score": float(outcome[0, 0, Outcome.SCORE]),
                    "true_win": float(outcome[0, 0, Outcome.WIN] > 0.0),
                    "rank": rank(float(outcome[0, 0, Outcome.SCORE])),
                }
            )
        if recommended.digest != self._courses[row].digest or self._policies[row] is None:
            policy = CoursePolicy(recommended, moment)
            policy.reset(self._briefing, SEED, picture.replication)
            self._policies[row] = policy
            self._courses[row] = recommended

    def _from_belief(self, picture: Picture, row: int, number: int) -> _Found:
        advice = self._staff.advise(
            picture, row, seed=SEED + 2, number=number, budget=Budget(self.budget), incumbent=self._courses[row]
        )
        if advice.standing is None or advice.recommended is None or advice.prediction is None:
            return None, {}, None
        moment = self._staff.moment(picture, row, self._courses[row].base)
        gate = Gate(self.compiled, self.side, picture, moment, row)
        self.found.ranked += len(advice.standing.rows)
        self.found.ranked_invalid += sum(gate.check(one.course) is not None for one in advice.standing.rows)
        self.found.rollouts += advice.standing.n_rollouts
        seen = advice.prediction
        return advice.recommended, {
            "score": seen.score.value, "low": seen.score.low, "high": seen.score.high, "win": seen.win.value,
            "n": float(seen.n),
        }, self._rank_in(advice, number)  # fmt: skip

    def _rank_in(self, advice: Advice, number: int) -> Callable[[float], float]:
        """Return the rank of an outcome among the predicted ones, 0..1; ties are broken at random."""
        assert advice.standing is not None
        place = next(k for k, one in enumerate(advice.courses) if one is advice.recommended)
        is_fresh = bool(advice.standing.fresh.played(place).any())
        samples = advice.standing.fresh if is_fresh else advice.standing.ranking
        values, enemy = samples.of(place, Outcome.SCORE)
        w = draw_weights(enemy, samples.weights)
        u = float(np.random.default_rng([advice.replication, number]).random())

        def rank(outcome: float) -> float:
            tied = np.abs(values - outcome) < 1e-9
            n = 1.0 / float((w * w).sum())  # the outcome itself is one more draw
            below, same = float(w[(values < outcome) & ~tied].sum()), float(w[tied].sum())
            return (n * below + u * (n * same + 1.0)) / (n + 1.0)

        return rank

    def _from_truth(self, picture: Picture, row: int, number: int) -> _Found:
        """Return the recommendation of a staff that knows the state and the enemy's policy."""
        compiled, side, incumbent = self.compiled, self.side, self._courses[row]
        moment = moment_of(compiled, self.simulation, side, row, incumbent.base)
        seed = advice_seed(SEED + 2, int(picture.replication[row]), number)
        table = Table(
            TrueWorlds(compiled, self.simulation, row), side, [self.enemies[self.enemy[row]]], moment, seed=seed
        )
        courses, refused = generate_courses(compiled, side, picture, moment, row=row, incumbent=incumbent)
        gate = Gate(compiled, side, picture, moment, row)

        def edits(leaders: list[Course]) -> list[Course]:
            every = [edit_course(gate, self._briefing, leader, moment) for leader in leaders[:2]]
            turns = [some[k] for k in range(max(map(len, every), default=0)) for some in every if k < len(some)]
            return screen(gate, turns)[0][:16]

        standing = wargame(
            table, courses, [1.0], Budget(self.budget), incumbent=incumbent, refused=refused, expand=edits
        )
        self.found.rollouts += standing.n_rollouts
        return standing.recommended, {}, None

    def _check(self, picture: Picture, own: Orders) -> None:
        """Count the orders given, and those that could not be carried out."""
        count_breaches(self.compiled, self._briefing, self.simulation, picture, own, self.found)


def count_breaches(
    compiled: Compiled, briefing: Briefing, simulation: Simulation, picture: Picture, own: Orders, found: Outcomes
) -> None:
    """Check the orders just given independently of the gate, and count those that could not be carried out.

    By the reports of the side: the group has living units; units that can move, if the point is beyond the radius of
    its task and its weapons; rounds, if it is to attack; the point lies on the map; rules of engagement are no looser
    than those of the plan.
    """
    west, east, south, north = briefing.bounds_m
    units = simulation.state.units.whole
    mine = np.flatnonzero(
        (compiled.params.units.whole[UnitSpecW.SIDE] == briefing.side)
        & (compiled.params.units.whole[UnitSpecW.SPOOFER] < 0)
    )
    status = picture.own_whole[:, OwnW.STATUS]
    is_left = (status == Status.ACTIVE) | (status == Status.ABOARD) | (status == Status.SERVICING)
    is_left |= status == Status.RESERVE
    fit = is_left & ((picture.own_whole[:, OwnW.DAMAGE] & (Damage.MOBILITY | Damage.CATASTROPHIC)) == 0)
    fit &= briefing.speed_max_mps[None] > 0.0
    # before its first report a unit has all its rounds
    armed = is_left & ((picture.own_whole[:, OwnW.AMMO] > 0) | (units[:, UnitW.REPORT_TICK][:, mine] <= 0))
    armed &= (briefing.weapon_range_m > 0.0)[None]
    for k in range(len(briefing.groups)):
        members = briefing.group_of_unit == k
        issued = (own.whole[:, OrderW.ISSUED, k] != 0) & ~simulation.done
        if not issued.any():
            continue
        found.orders += int(issued.sum())
        alive, can_move, can_fire = (part[:, members].any(axis=1) for part in (is_left, fit, armed))
        task = own.whole[:, OrderW.TASK, k]
        x, y = own.real[:, OrderR.X, k], own.real[:, OrderR.Y, k]
        reach = float(briefing.weapon_range_m[members].max(initial=0.0))
        is_plan = own.whole[:, OrderW.ISSUED, k] == RESUME
        to_move = (
            (task != Task.HOLD) & ~is_plan & (_away_m(picture, members, x, y) > own.real[:, OrderR.RADIUS, k] + reach)
        )
        to_fight = np.isin(task, (Task.ATTACK, Task.STRIKE)) & ~is_plan
        roe = own.whole[:, OrderW.ROE, k]
        outside = (x < west) | (x > east) | (y < south) | (y > north)
        for name, wrong in (
            ("group lost", ~alive),
            ("cannot move", alive & to_move & ~can_move),
            ("no rounds", alive & to_fight & ~can_fire),
            ("off the map", alive & ~is_plan & ~np.isin(task, (Task.HOLD,)) & outside),
            ("looser rules of engagement", alive & ~is_plan & (roe <= int(Roe.FREE)) & (roe > int(briefing.roe[k]))),
        ):
            n = int((issued & wrong).sum())
            if n:
                found.breaches[name] = found.breaches.get(name, 0) + n


def _away_m(picture: Picture, members: np.ndarray, x: F64, y: F64) -> F64:
    """Return the distance (R,) of points from the nearest of some units, as reported [m]."""
    dx = picture.own_real[:, OwnR.X][:, members] - x[:, None]
    dy = picture.own_real[:, OwnR.Y][:, members] - y[:, None]
    return np.sqrt(dx * dx + dy * dy).min(axis=1, initial=np.inf)


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
    step, n_ticks = compiled.roster.decision_ticks, int(compiled.params.rules_whole[RuleW.N_TICKS])
    while simulation.tick < n_ticks and not bool(simulation.done.all()):
        simulation.orders.clear()
        decide()
        for other, opposition in others.items():
            opposition.decide(simulation, enemy if other < N_BELLIGERENTS else np.zeros_like(enemy))
        simulation.advance(min(step, n_ticks - simulation.tick))


def _outcomes(simulation: Simulation, side: int, enemies: Sequence[str], enemy: I64, rows: I64) -> Outcomes:
    lead, win = lead_and_win(simulation.state, side)
    return Outcomes(lead[rows].tolist(), win[rows].tolist(), [enemies[int(k)] for k in enemy[rows]])


def scores(outcomes: Outcomes) -> F64:
    """Return the mission scores (n,): half the lead plus half the win."""
    return mission_score(np.array(outcomes.lead), np.array(outcomes.win))
