"""Blind commanders as baselines for a trained commander: constant choices, and its own schedule played blind.

A single good verb, or a timetable, may win a scenario. Only a commander that beats the timetable of its own usual
choices reacts.
"""

from collections.abc import Sequence

import numpy as np

from agents.environments.commander import ChoiceCommander
from agents.environments.schema import Observation, Schema, Sizes
from agents.environments.settings import Settings
from simcore.observation_columns import Verb
from simcore.picture import Picture
from simcore.policy import Briefing
from simcore.types import I64
from staff_ai.games.play import join, play_games
from staff_ai.trained.commander import NetworkCommander
from staff_ai.trained.networks import Network

_FEW, _MANY = 2, 8  # games against each opponent: for a first trial, and to confirm it


class ScheduleCommander(ChoiceCommander):
    """Plays the choices of a timetable (D, G): row d at its d-th choice, the last row from then on."""

    def __init__(self, schema: Schema, interval_s: float, table: I64) -> None:
        super().__init__(schema.sizes, interval_s, schema.digest)
        self._table = table

    def choose(self, picture: Picture, observation: Observation, mask: np.ndarray) -> np.ndarray:
        """Return the row of the timetable for the time of each replication."""
        return self._table[np.minimum(self.choice_numbers(picture), len(self._table) - 1)]


class _Recorder(NetworkCommander):
    """A trained commander with counts of its choices, by decision number, slot and choice."""

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        super().reset(briefing, seed, replication)
        if not hasattr(self, "counts"):
            n_decisions = int(np.ceil(briefing.duration_s / max(self._interval_s, briefing.dt_s))) + 1
            schema = self.network.schema
            self.counts: I64 = np.zeros((n_decisions, schema.sizes.groups, schema.action.n_choices), dtype=np.int64)

    def choose(self, picture: Picture, observation: Observation, mask: np.ndarray) -> np.ndarray:
        chosen = super().choose(picture, observation, mask)
        numbers = np.minimum(self.choice_numbers(picture), len(self.counts) - 1)
        slots = np.arange(chosen.shape[1])
        np.add.at(self.counts, (numbers[:, None], slots, chosen), 1)
        return chosen


def blind_schedule(network: Network, interval_s: float, settings: Settings, opponents: Sequence[str], n: int) -> I64:
    """Return the usual choice of a network at each time, (D, G), over ``n`` validation games against each opponent."""
    recorder = _Recorder(network, interval_s)
    for opponent in opponents:
        play_games(settings, settings.side_index, lambda: recorder, opponent, n, "validation")
    return recorder.counts.argmax(axis=2)


def best_constant(
    settings: Settings, interval_s: float, opponents: Sequence[str], budget: int
) -> tuple[Schema, I64, int]:
    """Search for the constant choice of each slot with the best mean mission score on validation games.

    It begins with the plan of the file, tries a choice for all slots, then slot by slot. A trial that is better in a
    few games must be better in many others as well, or the luckiest of many would win. The search ends after
    ``budget`` games. Returns schema, choices (1, G), and the games.
    """
    schema = Schema(Sizes.of([settings.base.briefings[settings.side_index]]))
    n_slots, n_choices = schema.sizes.groups, schema.action.n_choices
    few, many = _FEW * len(opponents), _MANY * len(opponents)
    played = 0

    def score(choices: I64, each: int, first: int) -> float:
        nonlocal played
        played += each * len(opponents)
        made = lambda: ScheduleCommander(schema, interval_s, choices[None])  # noqa: E731
        side = settings.side_index
        return float(
            join(play_games(settings, side, made, one, each, "validation", first) for one in opponents).mission.mean()
        )

    plan = [choice.verb for choice in schema.action.choices].index(Verb.PLAN)
    best = np.full(n_slots, plan, dtype=np.int64)
    if budget < few + many:
        return schema, best[None], played
    looks, holds = score(best, _FEW, 0), score(best, _MANY, _FEW)
    choices = [choice for choice in range(1, n_choices) if choice != plan]
    trials = [(None, choice) for choice in choices]
    trials += [(slot, choice) for slot in range(n_slots) for choice in (plan, *choices)]
    for slot, choice in trials:
        if played + few + many > budget:
            break
        trial = np.full(n_slots, choice, dtype=np.int64) if slot is None else best.copy()
        if slot is not None:
            trial[slot] = choice
        if slot is not None and best[slot] == choice:
            continue
        looked = score(trial, _FEW, 0)
        if looked <= looks:
            continue
        held = score(trial, _MANY, _FEW)
        if held > holds:
            best, looks, holds = trial, looked, held
    return schema, best[None], played
