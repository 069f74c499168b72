"""Schedules: commanders with a timetable of choices, the search for the best, and the schedule of a network.

A single good verb, or a timetable, may win a scenario. Only a commander that beats timetables reacts. A timetable of
verbs is blind. A timetable with doctrines is fixed but not blind: the doctrines in it react.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from agents.doctrine.blocks.roles import appraise_force
from agents.environments.commander import ChoiceCommander
from agents.environments.draws import Split
from agents.environments.schema import Observation, Schema
from agents.environments.settings import Settings
from agents.environments.view import slot_order
from simcore.picture import Picture
from simcore.policy import Briefing
from simcore.types import F64, I64
from staff_ai.games.play import Opponent, play_copies
from staff_ai.games.schedule_search import Space, search_table
from staff_ai.trained.commander import NetworkCommander
from staff_ai.trained.networks import Network

PERIODS = 8
"""Of a schedule for a teacher and for a baseline: a commander is measured by the search that taught it."""


class Schedule(NamedTuple):
    """A timetable with its mean mission score; the score is nan without games."""

    schema: Schema
    table: I64  # (D, G): row d at the d-th choice, the last row from then on
    score: float
    games: int  # of the search


class ScheduleCommander(ChoiceCommander):
    """Plays the choices of a timetable (D, G): row d at its d-th choice, the last row from then on.

    Of several timetables (C, D, G) each commands an equal share of the replications: the first C-th the first.
    ``legal`` (G, A) collects the choices that were legal at any time.
    """

    def __init__(self, schema: Schema, interval_s: float | None, table: I64) -> None:
        super().__init__(schema.sizes, interval_s, schema.digest)
        self._tables = table if table.ndim == 3 else table[None]
        self.legal = np.zeros((schema.sizes.groups, schema.action.n_choices), dtype=bool)

    def choose(self, picture: Picture, observation: Observation, mask: np.ndarray) -> np.ndarray:
        """Return the row of the timetable for the time of each replication."""
        self.legal |= mask.any(axis=0)
        which = self.due(picture) * len(self._tables) // len(picture.replication)
        return self._tables[which, np.minimum(self.choice_numbers(picture), self._tables.shape[1] - 1)]


def search_schedule(
    settings: Settings,
    interval_s: float,
    opponents: Sequence[Opponent],
    budget: int,
    *,
    periods: int,
    split: Split,
    first: int = 0,
    seed: int = 0,
    verbs_only: bool = False,
) -> Schedule:
    """Return the timetable with the best mean mission score found within ``budget`` games.

    Parameters
    ----------
    settings : the games, the side and, by ``settings.schema``, the choices.
    interval_s : time between choices [s].
    opponents : every trial plays against all of them.
    periods : equal parts of the game, each with constant choices; 1 for constant choices.
    split, first : games ``first``, ``first + 1``, ... of the split, each used once.
    seed : of the order of trials.
    verbs_only : leave out the doctrines among the choices.
    """
    schema = verbs_schema(settings.schema) if verbs_only else settings.schema
    side, briefing = settings.side_index, settings.base.briefings[settings.side_index]
    n_choices = max(1, int(np.ceil(briefing.duration_s / max(interval_s, briefing.dt_s))))
    periods = max(1, min(periods, n_choices))
    period_of_choice = np.arange(n_choices) * periods // n_choices
    legal = np.zeros((schema.sizes.groups, schema.action.n_choices), dtype=bool)

    def play(tables: I64, first: int, n: int) -> F64:
        nonlocal legal
        commander = ScheduleCommander(schema, interval_s, tables[:, period_of_choice])
        played = play_copies(settings, side, lambda: commander, len(tables), opponents, n, split, first)
        legal |= commander.legal
        return played.mission.reshape(len(tables), -1)

    def choices() -> list[list[int]]:
        return [[int(choice) for choice in np.flatnonzero(row)] for row in legal]

    space = Space(_starts(schema, periods), choices, _slot_sets(briefing, schema), len(opponents))
    found = search_table(play, space, budget, first=first, seed=seed)
    return Schedule(schema, found.table[period_of_choice], found.score, found.games)


def verbs_schema(schema: Schema) -> Schema:
    """Return the schema without doctrines among its choices."""
    return Schema(replace(schema.sizes, doctrines=())) if schema.sizes.doctrines else schema


def verb_choices(schema: Schema) -> np.ndarray:
    """Return which choices of a schema are verbs and not doctrines, (A,) bool."""
    verbs = {choice.name for choice in verbs_schema(schema).action.choices}
    return np.array([choice.name in verbs for choice in schema.action.choices])


def _starts(schema: Schema, periods: int) -> I64:
    """Return the constant choices for all slots, (S, P, G): the plan of the file, then doctrines, then verbs."""
    plan = schema.action.plan
    is_verb = verb_choices(schema)
    others = [k for k in range(1, len(is_verb)) if k != plan]  # choice 0 continues the plan
    order = [plan, *sorted(others, key=lambda k: bool(is_verb[k]))]
    return np.array(order, dtype=np.int64)[:, None, None] * np.ones((1, periods, schema.sizes.groups), dtype=np.int64)


def _slot_sets(briefing: Briefing, schema: Schema) -> list[list[list[int]]]:
    """Return sets of group slots: all, those of each role, each alone. Costly and mobile groups come first."""
    force = appraise_force(briefing)
    groups = slot_order(briefing, force)[: schema.sizes.groups]
    cost = [float(briefing.cost[briefing.group_of_unit == k].sum()) for k in groups]
    order = sorted(range(len(groups)), key=lambda g: (bool(force.speed_mps[groups[g]] == 0.0), -cost[g], g))
    roles: dict[int, list[int]] = {}
    for slot in order:
        roles.setdefault(int(force.role[groups[slot]]), []).append(slot)
    sets = [[order], [slots for slots in roles.values() if 1 < len(slots) < len(order)], [[slot] for slot in order]]
    return [one for one in sets if one]


class _Recorder(NetworkCommander):
    """A trained commander with counts of its choices, by decision number, slot and choice."""

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        super().reset(briefing, seed, replication)
        if not hasattr(self, "counts"):
            n_decisions = int(np.ceil(briefing.duration_s / (self._interval_ticks * briefing.dt_s))) + 1
            schema = self.network.schema
            self.counts: I64 = np.zeros((n_decisions, schema.sizes.groups, schema.action.n_choices), dtype=np.int64)

    def choose(self, picture: Picture, observation: Observation, mask: np.ndarray) -> np.ndarray:
        chosen = super().choose(picture, observation, mask)
        numbers = np.minimum(self.choice_numbers(picture), len(self.counts) - 1)
        slots = np.arange(chosen.shape[1])
        np.add.at(self.counts, (numbers[:, None], slots, chosen), 1)
        return chosen


def own_choices(
    network: Network, interval_s: float | None, settings: Settings, opponents: Sequence[str], n: int
) -> I64:
    """Return how often a network makes each choice at each time, (D, G, A), in ``n`` validation games per opponent."""
    recorder = _Recorder(network, interval_s)
    play_copies(settings, settings.side_index, lambda: recorder, 1, opponents, n, "validation")
    return recorder.counts


def own_schedule(counts: I64, wanted: np.ndarray | None = None) -> I64:
    """Return the usual choice at each time, (D, G); with ``wanted`` (A,), the most usual of these choices.

    Where none was made, groups continue.
    """
    return (counts if wanted is None else np.where(wanted, counts, 0)).argmax(axis=2)
