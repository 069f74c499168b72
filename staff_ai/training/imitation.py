"""A warm start: games of a teacher, with its choices, or the nearest choices to its orders."""

from typing import NamedTuple

import numpy as np

from agents.environments.commander import ChoiceCommander
from agents.environments.draws import draw_bits
from agents.environments.reward import lead_and_win, mission_score
from agents.environments.schema import Observation
from agents.environments.settings import Settings
from agents.environments.view import SideView, Tables
from scenarios.run.policies import reset_policy
from simcore.orders import OrderR, Orders, OrderW
from simcore.picture import Picture
from simcore.policy import Briefing, Policy
from simcore.policy_registry import find_policy
from simcore.simulation import Simulation
from simcore.state import WorldW
from simcore.types import F64, I64
from staff_ai.games.play import ROWS, play_copies
from staff_ai.training.hindsight import best_in_each
from staff_ai.training.teachers import Teacher, first_game

_NEAR = 0.1  # distance equivalent to other rules of engagement, half the largest distance [half-extents]
_GAMES = 1  # block of games of the split train
_STRAY = 0.1  # share of other choices in every second game of a schedule: its choices are known there too


class Examples(NamedTuple):
    """Decisions of a teacher: n observations, masks (n, G, A), labels (n, G), -1 without a similar legal choice."""

    seen: Observation
    mask: np.ndarray
    labels: I64

    @property
    def share(self) -> float:
        """Share of its orders with a similar choice."""
        return float((self.labels >= 0).mean())


def join_examples(parts: list[Examples]) -> Examples:
    """Return all examples together."""
    seen = {name: np.concatenate([part.seen[name] for part in parts]) for name in parts[0].seen}
    return Examples(seen, np.concatenate([p.mask for p in parts]), np.concatenate([p.labels for p in parts]))


class _Recorder(ChoiceCommander):
    """Commands as a teacher does and records its decisions."""

    def __init__(self, settings: Settings, interval_s: float, teacher: Teacher, seed: int) -> None:
        super().__init__(settings.schema.sizes, interval_s, settings.schema.digest)
        self._teacher, self._seed = teacher, seed
        self._ticks: list[int] = []
        self._looks: list[Examples] = []

    def keep(self, picture: Picture, look: Examples) -> None:
        """Record decisions; all games of a set have the same clock."""
        self._ticks.append(int(picture.ticks[0]))
        self._looks.append(look)

    def wanted(self, simulation: Simulation) -> np.ndarray:
        """Return the games to learn from, (R,) bool."""
        return np.ones(len(simulation.state.world), dtype=bool)

    def _as_taken(self, choices: I64, mask: np.ndarray) -> I64:
        """Return the labels of the choices of a timetable (n, G), as the game takes them.

        An illegal choice gives no order: that is the choice to continue. Empty slots have no label.
        """
        is_legal = np.take_along_axis(mask, choices[:, :, None], axis=2)[:, :, 0]
        labels: I64 = np.where(is_legal, choices, 0)  # Verb.CONTINUE is the first choice
        labels[:, len(self.view.slots) :] = -1
        return labels

    def examples(self, simulation: Simulation) -> Examples:
        """Return the decisions before the end of each game, of the games wanted."""
        ends = simulation.state.world[:, WorldW.TICK]
        wanted = self.wanted(simulation)
        parts: list[Examples] = []
        for tick, look in zip(self._ticks, self._looks, strict=True):
            on = ((ends > tick) | (tick == 0)) & wanted
            seen = {name: values[on] for name, values in look.seen.items()}
            parts.append(Examples(seen, look.mask[on], look.labels[on]))
        return join_examples(parts)


class _ScheduleRecorder(_Recorder):
    """Plays a timetable, in every second game with strays from it; labels are its choices."""

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Prepare for a side."""
        super().reset(briefing, seed, replication)
        self._rng = np.random.default_rng(draw_bits("strays", self._seed, *map(int, replication[:1])))

    def choose(self, picture: Picture, observation: Observation, mask: np.ndarray) -> np.ndarray:
        """Return the choices of the timetable, some of them replaced by random legal choices."""
        choices = self._teacher.choices(self.choice_numbers(picture))
        self.keep(picture, Examples(observation, mask, self._as_taken(choices, mask)))
        strays = self._rng.random(choices.shape) < _STRAY
        strays[::2] = False
        others = np.where(mask, self._rng.random(mask.shape), -1.0).argmax(axis=2)
        return np.where(strays, others, choices)


class _DoctrineRecorder(_Recorder):
    """Commands as a doctrine, deciding only where a choice is due; labels are the nearest choices to its orders."""

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Prepare for a side."""
        super().reset(briefing, seed, replication)
        self._doctrine = find_policy(self._teacher.doctrine)
        reset_policy(self._doctrine, self._teacher.doctrine, briefing, seed, replication.tolist())

    def choose(self, picture: Picture, observation: Observation, mask: np.ndarray) -> np.ndarray:
        """Return no order for any group."""
        return np.zeros(mask.shape[:2], dtype=np.int64)

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Give the orders of the doctrine."""
        rows = self.due(picture)
        if len(rows):
            tables = self.view.look(picture, rows)
            self._doctrine.decide(picture, orders)
            self.keep(picture, Examples(tables.observation, tables.mask, label_orders(self.view, tables, orders)))


class _PortfolioRecorder(_Recorder):
    """Plays several timetables in the same games; examples are those of the best in each game."""

    def __init__(self, settings: Settings, interval_s: float, teacher: Teacher, seed: int) -> None:
        super().__init__(settings, interval_s, teacher, seed)
        self._tables = np.array(teacher.tables, dtype=np.int64)
        self._side = settings.side_index

    def choose(self, picture: Picture, observation: Observation, mask: np.ndarray) -> np.ndarray:
        """Return the choices of the timetable of each game."""
        n_tables, n_times, _ = self._tables.shape
        which = self.due(picture) * n_tables // len(picture.replication)
        choices = self._tables[which, np.minimum(self.choice_numbers(picture), n_times - 1)]
        self.keep(picture, Examples(observation, mask, self._as_taken(choices, mask)))
        return choices

    def wanted(self, simulation: Simulation) -> np.ndarray:
        """Return the games of the best timetable of each."""
        scores = mission_score(*lead_and_win(simulation.state, self._side)).reshape(len(self._tables), -1)
        best, is_shown = best_in_each(scores)
        return ((np.arange(len(scores))[:, None] == best) & is_shown).ravel()


def gather_examples(settings: Settings, interval_s: float, teacher: Teacher, n: int, seed: int = 0) -> Examples:
    """Return the decisions of a teacher in ``n`` games or a few more of the split train against all opponents.

    Of several timetables each plays all of these games, and the decisions are those of the best in each.
    """
    opponents = [str(opponent) for opponent in settings.opponents_in_play]
    each = -(-max(n, teacher.examples) // len(opponents))
    found: list[Examples] = []

    def keep(policy: Policy, simulation: Simulation) -> None:
        assert isinstance(policy, _Recorder)
        found.append(policy.examples(simulation))

    kind = _PortfolioRecorder if teacher.tables else _ScheduleRecorder if teacher.table else _DoctrineRecorder
    copies, first = max(1, len(teacher.tables)), first_game(_GAMES, seed)
    at_once = max(1, ROWS // (copies * len(opponents)))
    for k in range(0, each, at_once):
        made = kind(settings, interval_s, teacher, seed)
        some = min(at_once, each - k)
        play_copies(
            settings, settings.side_index, lambda one=made: one, copies, opponents, some, "train", first + k, keep
        )
    return join_examples(found)


def label_orders(view: SideView, tables: Tables, orders: Orders) -> I64:
    """Return the choice with the nearest order to the given order, for each group slot, (n, G).

    No order means the choice to continue; -1 means no choice with the same task near the same place.
    """
    n, n_slots = tables.n, view.schema.sizes.groups
    places = [view.briefing.group_names.index(name) for name in view.slots]
    groups = view.briefing.groups[places]
    issued = orders.whole[:, OrderW.ISSUED][:, groups] != 0
    best: F64 = np.full((n, len(groups)), np.inf)
    labels: I64 = np.full((n, n_slots), -1, dtype=np.int64)
    labels[:, : len(groups)][~issued] = 0  # Verb.CONTINUE is the first choice
    trial = Orders(np.zeros_like(orders.real), np.zeros_like(orders.whole))
    for choice in range(1, view.schema.action.n_choices):
        trial.clear()
        view.order(np.full((n, n_slots), choice), tables, trial)
        has_order = trial.whole[:, OrderW.ISSUED][:, groups] != 0
        is_like = has_order & issued & tables.mask[:, : len(groups), choice]
        is_like &= trial.whole[:, OrderW.TASK][:, groups] == orders.whole[:, OrderW.TASK][:, groups]
        gap = trial.real[:, [OrderR.X, OrderR.Y]][:, :, groups] - orders.real[:, [OrderR.X, OrderR.Y]][:, :, groups]
        away = np.sqrt((gap * gap).sum(axis=1)) / view.half_extent_m
        away += _NEAR * (trial.whole[:, OrderW.ROE][:, groups] != orders.whole[:, OrderW.ROE][:, groups])
        better = is_like & (away < best) & (away <= 2.0 * _NEAR)
        best[better] = away[better]
        labels[:, : len(groups)][better] = choice
    return labels
