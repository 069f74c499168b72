"""Rollouts: courses played against enemies from given worlds, all in one simulation, and their outcomes."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from copy import copy
from enum import IntEnum
from functools import cached_property
from threading import Event
from typing import NamedTuple

import numpy as np

from agents.environments.opponents import make_named, opposing_pools
from agents.environments.reward import lead_and_win, mission_score
from scenarios.run.logistics import file_chairs
from scenarios.run.policies import policy_text
from simcore.errors import InputError
from simcore.intelligence import Doctrine
from simcore.params import RuleW, UnitSpecR, UnitSpecW
from simcore.simulation import Simulation
from simcore.state import Cells, SideR, SideW, State, UnitW
from simcore.types import F64, I64, N_BELLIGERENTS, Status
from staff_ai.courses.conduct import Conductor, CourseMixture, Mixture, policy_of
from staff_ai.courses.course import Course, Moment
from staff_ai.wargame.worlds import FIRST_REPLICATION, Source

LARGEST_BATCH = 2_048
"""Most worlds in a simulation."""
_PATIENCE_S = 0.05


NEAR = 12
"""Decisions ahead of a first look."""


class Outcome(IntEnum):
    """Columns of an outcome."""

    SCORE = 0  # half the lead plus half the win, -1..1; at a horizon before the end, the lead
    LEAD = 1  # own score less the enemy's
    WIN = 2  # 1, 0 for a draw or undecided, -1
    OWN_LOSS = 3  # share of the own cost lost, 0..1
    ENEMY_LOSS = 4  # share of the enemy's cost lost, 0..1
    RULES = 5  # breaches of the rules of engagement
    NEUTRALS = 6  # neutral units destroyed


class Draws(NamedTuple):
    """Draws, (n,) each: the world, enemy and dice common to all courses."""

    number: I64  # of the dice
    enemy: I64  # index of the enemy's policy
    world: I64  # number of the world among those with this enemy

    def take(self, chosen: np.ndarray) -> "Draws":
        """Return some of the draws."""
        return Draws(self.number[chosen], self.enemy[chosen], self.world[chosen])


class Table:
    """Plays courses of a side from the worlds of a source.

    Parameters
    ----------
    side : side of the courses, 0 or 1.
    enemies : policies of the enemy, ``name`` or ``name:parameter=value``.
    first_replication : number of the dice of draw 0, a multiple of ``worlds.ROOM``. Tables with the same seed and other
        first numbers have other dice, and may play together.
    horizon_s : time ahead at which an outcome is read; None plays to the end of the fight. Before the end the score
        is the lead as it stands: objectives that take long are then undervalued, and protection is overvalued.
    """

    def __init__(
        self,
        source: Source,
        side: int,
        enemies: Sequence[str],
        moment: Moment,
        *,
        seed: int,
        first_replication: int = FIRST_REPLICATION,
        threads: int = 1,
        horizon_s: float | None = None,
    ) -> None:
        if not enemies:
            raise InputError("enemies: the list is empty; name at least one policy of the enemy")
        self.source, self.side, self.seed, self.threads = source, side, seed, threads
        self.first_replication = first_replication
        compiled = source.compiled
        self._compiled = compiled
        self.enemies = tuple(enemies)
        self._conductor = Conductor(compiled.briefings[side], moment)
        n_ticks = int(compiled.params.rules_whole[RuleW.N_TICKS])
        dt_s = compiled.roster.dt_s
        self._is_partial = horizon_s is not None
        last = n_ticks if horizon_s is None else round((moment.time_s + horizon_s) / dt_s)
        self._last_tick = min(n_ticks, last)
        units = compiled.params.units
        is_real = units.whole[UnitSpecW.SPOOFER] < 0
        self._cost = [
            np.where((units.whole[UnitSpecW.SIDE] == s) & is_real, units.real[UnitSpecR.COST], 0.0)
            for s in range(N_BELLIGERENTS)
        ]

    @property
    def near(self) -> "Table | None":
        """The same table with outcomes that are read ``NEAR`` decisions ahead; None if they are read by then anyway."""
        return self._near

    @cached_property
    def _near(self) -> "Table | None":
        tick = round(self._conductor.moment.time_s / self._compiled.roster.dt_s)
        last = tick + NEAR * self._compiled.roster.decision_ticks
        if last >= self._last_tick:
            return None
        found = copy(self)
        found._last_tick, found._is_partial = last, True
        return found

    def check(self, course: Course) -> None:
        """Raise ``InputError`` if the policy of a course does not exist."""
        policy_of(course.base)

    def start(self, courses: Sequence[Course], draws: Draws) -> Simulation:
        """Return a simulation at the moment, rows by course, then by draw; it records no events."""
        return _start([Part(self, courses, draws)])

    def play(
        self, courses: Sequence[Course], draws: Draws, should_stop: Callable[[], bool] | None = None
    ) -> F64 | None:
        """Return the outcomes (courses, draws, len(Outcome)), or None when stopped before they were complete."""
        return play_together([Part(self, courses, draws)], should_stop)[0]

    def run(
        self,
        simulation: Simulation,
        courses: Sequence[Course],
        draws: Draws,
        should_stop: Callable[[], bool] | None = None,
    ) -> bool:
        """Play a simulation of ``start`` to the horizon; False when stopped before."""
        return _run(simulation, [Part(self, courses, draws)], should_stop)

    def can_join(self, other: "Table") -> bool:
        """Return whether rows of both tables can be played in a simulation."""
        mine, its = self._compiled, other._compiled
        return (
            mine is its and (self.side, self.seed, self._last_tick) == (other.side, other.seed, other._last_tick)
            and self._conductor.moment.time_s == other._conductor.moment.time_s
        )  # fmt: skip

    def outcomes(self, simulation: Simulation) -> F64:
        """Return the outcomes of the worlds of a simulation, (R, len(Outcome))."""
        state, enemy = simulation.state, 1 - self.side
        lead, win = lead_and_win(state, self.side)
        if self._is_partial:
            win = np.where(simulation.done, win, 0.0)
        tally = state.sides.whole[:, :, self.side]
        found = np.zeros((len(lead), len(Outcome)))
        is_over = simulation.done if self._is_partial else np.ones(len(lead), dtype=bool)
        found[:, Outcome.SCORE] = np.where(is_over, mission_score(lead, win), lead)
        found[:, Outcome.LEAD], found[:, Outcome.WIN] = lead, win
        found[:, Outcome.OWN_LOSS] = self._share_lost(simulation, self.side)
        found[:, Outcome.ENEMY_LOSS] = self._share_lost(simulation, enemy)
        found[:, Outcome.RULES] = tally[:, SideW.ROE_VIOLATIONS]
        found[:, Outcome.NEUTRALS] = tally[:, SideW.NEUTRAL_KILLS]
        return found

    def _share_lost(self, simulation: Simulation, side: int) -> F64:
        """Return the share of the cost of a side that is lost; units that are not in a world count nothing."""
        is_there = simulation.state.units.whole[:, UnitW.STATUS] != Status.ABSENT
        total = np.where(is_there, self._cost[side], 0.0).sum(axis=1)
        lost = simulation.state.sides.real[:, SideR.COST_LOST, side]
        return np.where(total > 0.0, lost / np.maximum(total, 1e-9), 0.0)


class Part(NamedTuple):
    """Courses to be played on draws at a table."""

    table: Table
    courses: Sequence[Course]
    draws: Draws

    @property
    def n_rows(self) -> int:
        """Rows in a simulation."""
        return len(self.courses) * len(self.draws.number)


def play_together(parts: Sequence[Part], should_stop: Callable[[], bool] | None = None) -> list[F64 | None]:
    """Return the outcomes of each part, as ``Table.play`` does; parts that can join share simulations.

    A row has the same bits whatever is played beside it.
    """
    pieces = [piece for place, part in enumerate(parts) for piece in _pieces(place, part)]
    found: list[F64] = [np.zeros((len(part.courses), len(part.draws.number), len(Outcome))) for part in parts]
    while pieces:
        chosen = [pieces[0]]
        for piece in pieces[1:]:
            n_rows = sum(one.part.n_rows for one in chosen) + piece.part.n_rows
            if n_rows <= LARGEST_BATCH and piece.part.table.can_join(chosen[0].part.table):
                chosen.append(piece)
        pieces = [piece for piece in pieces if all(piece is not other for other in chosen)]
        groups = _halves(chosen)
        simulations = _play_groups([[piece.part for piece in group] for group in groups], should_stop)
        if simulations is None:
            return [None] * len(parts)
        for group, simulation in zip(groups, simulations, strict=True):
            first = 0
            for place, course, part, draw in group:
                n_courses, n_draws = len(part.courses), len(part.draws.number)
                outcomes = part.table.outcomes(simulation)[first : first + part.n_rows]
                found[place][course : course + n_courses, draw : draw + n_draws] = outcomes.reshape(
                    n_courses, n_draws, len(Outcome)
                )
                first += part.n_rows
    return list(found)


class _Piece(NamedTuple):
    """Rows of a part that are in the same simulation: courses and draws from the first of each on."""

    place: int  # number of the part
    course: int
    part: Part
    draw: int = 0


def _halves(chosen: Sequence[_Piece]) -> list[list[_Piece]]:
    """Return pieces in two groups of equally many rows, or in one where a single thread plays."""
    n_first = sum(piece.part.n_rows for piece in chosen) // 2
    if chosen[0].part.table.threads < 2 or n_first == 0:
        return [list(chosen)]
    halves: list[list[_Piece]] = [[], []]
    for place, first_course, part, _ in chosen:
        n_draws = len(part.draws.number)
        for k, course in enumerate(part.courses):
            piece = _Piece(place, first_course + k, part._replace(courses=[course]))
            n = n_first - sum(one.part.n_rows for one in halves[0])
            if 0 < n < n_draws:  # the course in the middle
                for half, first, last in ((0, 0, n), (1, n, n_draws)):
                    some = piece.part._replace(draws=part.draws.take(np.arange(first, last)))
                    halves[half].append(piece._replace(part=some, draw=first))
            else:
                halves[0 if n > 0 else 1].append(piece)
    return halves


def _play_groups(groups: Sequence[Sequence[Part]], should_stop: Callable[[], bool] | None) -> list[Simulation] | None:
    """Return simulations of one or two groups of parts, played to the horizon; None when stopped before.

    Two groups are played at the same time: the policies of one decide while the engine plays the other.
    """
    is_stopped = Event()

    def play(parts: Sequence[Part], must_stop: Callable[[], bool] | None) -> Simulation | None:
        simulation = _start(parts)
        simulation.threads = max(simulation.threads // len(groups), 1)
        return simulation if _run(simulation, parts, must_stop) else None

    with ThreadPoolExecutor(1) as pool:
        others = [pool.submit(play, group, is_stopped.is_set) for group in groups[1:]]
        try:
            found = [play(groups[0], should_stop)]  # here, since only this thread may ask whether to stop
            while found[0] is not None and not wait(others, _PATIENCE_S).done.issuperset(others):
                if should_stop is not None and should_stop():
                    return None
            if found[0] is not None:
                found += [other.result() for other in others]
        finally:
            is_stopped.set()
    complete = [simulation for simulation in found if simulation is not None]
    return complete if len(complete) == len(groups) else None


def _pieces(place: int, part: Part) -> list[_Piece]:
    """Return the pieces of a part that fit into a simulation."""
    n = max(1, LARGEST_BATCH // max(len(part.draws.number), 1))
    starts = range(0, len(part.courses), n)
    return [_Piece(place, k, part._replace(courses=part.courses[k : k + n])) for k in starts]


def _start(parts: Sequence[Part]) -> Simulation:
    """Return a simulation with the rows of parts at the same tick: by part, by course, then by draw.

    All courses begin in the same worlds, so each world is made once and then copied.
    """
    made: dict[tuple[int, int], Simulation] = {}
    for part in parts:
        table, draws = part.table, part.draws
        key = id(table), id(draws)
        if key not in made:
            numbers = draws.number + table.first_replication
            made[key] = table.source.start(draws.world, draws.enemy, numbers, seed=table.seed, threads=table.threads)
    sources = [made[id(part.table), id(part.draws)] for part in parts]
    first = sources[0]
    if len(parts) == 1 and len(parts[0].courses) == 1:
        return first
    rows = [np.tile(np.arange(len(part.draws.number)), len(part.courses)) for part in parts]

    def copied(arrays: Sequence[np.ndarray]) -> np.ndarray:
        found = np.empty((sum(map(len, rows)), *arrays[0].shape[1:]), dtype=arrays[0].dtype)
        begin = 0
        for array, chosen in zip(arrays, rows, strict=True):
            # with "raise" the rows would be copied twice
            np.take(array, chosen, axis=0, out=found[begin : begin + len(chosen)], mode="clip")
            begin += len(chosen)
        return found

    states = [simulation.state for simulation in sources]
    cells = [
        Cells(copied([block.real for block in blocks]), copied([block.whole for block in blocks]))
        for blocks in zip(*(state[:-2] for state in states), strict=True)
    ]
    return Simulation(
        first.params,
        seed=first.seed,
        picture_contacts=first.picture_contacts,
        threads=first.threads,
        state=State(
            *cells,
            world=copied([state.world for state in states]),
            replication=copied([state.replication for state in states]),
        ),
        router=first.router,
    )


def _run(simulation: Simulation, parts: Sequence[Part], should_stop: Callable[[], bool] | None) -> bool:
    """Play the rows of parts to the horizon; False when stopped before."""
    table = parts[0].table
    compiled, side = table._compiled, table.side
    own = CourseMixture(compiled, side)
    which = np.concatenate(
        [
            np.repeat([own.add(course, part.table._conductor) for course in part.courses], len(part.draws.number))
            for part in parts
        ]
    ).astype(np.int64)
    names = list(dict.fromkeys(name for part in parts for name in part.table.enemies))
    place = {name: k for k, name in enumerate(names)}
    enemy = np.concatenate(
        [
            np.tile(np.array([place[name] for name in part.table.enemies])[part.draws.enemy], len(part.courses))
            for part in parts
        ]
    ).astype(np.int64)
    met = np.unique(enemy)  # policies of enemies that nobody meets are not made
    names = [names[k] for k in met.tolist()]
    enemy = np.searchsorted(met, enemy)
    others = {
        other: Mixture(compiled, other, [make_named(compiled, other, text) for text in map(str, pool)])
        for other, pool in opposing_pools(compiled, (side,), names).items()
    }
    for mixture in (own, *others.values()):
        mixture.reset(table.seed, simulation.state.replication)
    chairs = file_chairs(compiled, table.seed)
    decision_ticks = compiled.roster.decision_ticks
    while simulation.tick < table._last_tick and not bool(simulation.done.all()):
        if should_stop is not None and should_stop():
            return False
        if simulation.tick % decision_ticks == 0:
            simulation.orders.clear()
            own.decide(simulation, which)
            for other, mixture in others.items():
                mixture.decide(simulation, enemy if other < N_BELLIGERENTS else np.zeros_like(enemy))
            for chair in chairs:
                chair.decide(simulation)
        step = decision_ticks - simulation.tick % decision_ticks
        simulation.advance(min(step, table._last_tick - simulation.tick))
    return True


def enemy_text(doctrine: Doctrine) -> str:
    """Return the policy of an enemy doctrine as ``name`` or ``name:parameter=value``."""
    return policy_text(doctrine.name, dict(sorted(doctrine.parameters.items())))
