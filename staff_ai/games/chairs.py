"""Commanders compared in a chair of a scenario: their games, the differences, and the claims that these allow."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from agents.environments.opponents import HELD_OUT
from simcore.types import F64
from staff_ai.games.statistics import (
    Interval,
    estimate_better,
    estimate_difference,
    estimate_iqm,
    estimate_mean_difference,
)

LEARNED = "learned"
CONSTANT, TIMED, OWN = "constant verbs", "schedule of verbs", "own schedule of verbs"
FIXED, OWN_FIXED = "fixed schedule", "own fixed schedule"
HOLD = "hold"
BLIND = (CONSTANT, TIMED, OWN)
"""Commanders that do not react to anything."""
WITH_DOCTRINES = (FIXED, OWN_FIXED)
"""Schedules fixed in advance, with doctrines among their choices: these doctrines react."""
_OWN = (OWN, OWN_FIXED)
_BEST = "best doctrine"


@dataclass(frozen=True)
class Row:
    """The games of a commander in a chair: ``mission``, ``lead`` and ``win`` (S, O, n)."""

    name: str
    mission: F64
    lead: F64
    win: F64

    @property
    def iqm(self) -> Interval:
        """Interquartile mean over training seeds and opponents."""
        return estimate_iqm(self.mission)

    def as_json(self) -> dict[str, Any]:
        """Return the row without its games."""
        return {
            "name": self.name,
            "training_seeds": self.mission.shape[0],
            "mean": float(self.mission.mean()),
            "interquartile_mean": self.iqm.as_json(),
            "lead": [float(value) for value in self.lead.mean(axis=(0, 2))],
            "win": [float(value) for value in (self.win > 0).mean(axis=(0, 2))],
        }


class Comparison(NamedTuple):
    """A commander beside another in the same games."""

    first: Row
    second: Row
    difference: Interval
    better: Interval  # probability of improvement


@dataclass
class Chair:
    """The commanders compared in a chair of a scenario."""

    scenario: str
    side: str
    opponents: tuple[str, ...]
    n: int
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    has_doctrines: bool = False  # doctrines are among the choices of the learned commander
    at_equal_cost: bool = True  # the search for a schedule had as many games as the training

    def row(self, name: str) -> Row | None:
        """Return a row by name."""
        return next((row for row in self.rows if row.name == name), None)

    @property
    def best_doctrine(self) -> Row:
        """The doctrine with the best mean on these same games, in its favour; the plan of the file is none."""
        others = [row for row in self.rows if row.name not in (LEARNED, *BLIND, *WITH_DOCTRINES, HOLD)]
        return max(others, key=lambda row: float(row.mission.mean()))

    def comparisons(self) -> list[Comparison]:
        """Return the comparisons of the learned commander, or of the best doctrine, with all baselines."""
        first = self.row(LEARNED) or self.best_doctrine
        named = (self.row(name) for name in (HOLD, *BLIND, *WITH_DOCTRINES))
        against = [row for row in (self.best_doctrine, *named) if row and row is not first]
        return [
            Comparison(
                first,
                row,
                estimate_difference(first.mission, row.mission),
                estimate_better(first.mission, row.mission, is_own=row.name in _OWN),
            )
            for row in against
        ]

    def as_json(self) -> dict[str, Any]:
        """Return the comparison as plain values."""
        found = self.comparisons()
        reacts, sentence = claim(
            {one.second.name: one.difference for one in found},
            has_doctrines=self.has_doctrines,
            at_equal_cost=self.at_equal_cost,
        )
        is_learned = self.row(LEARNED) is not None
        return {
            "scenario": self.scenario,
            "side": self.side,
            "games_a_pair": self.n,
            "opponents": list(self.opponents),
            "held_out": [name for name in self.opponents if name in HELD_OUT],
            "best_doctrine": self.best_doctrine.name,
            "commanders": [row.as_json() for row in self.rows],
            "comparisons": [
                {
                    "commander": one.first.name,
                    "with": one.second.name,
                    "difference": one.difference.as_json(),
                    "probability_of_improvement": one.better.as_json(),
                }
                for one in found
            ],
            "reacts": reacts if is_learned else None,
            "claim": sentence if is_learned else None,
            "notes": self.notes,
        }


def claim(
    differences: dict[str, Interval], *, has_doctrines: bool = False, at_equal_cost: bool = True
) -> tuple[bool, str]:
    """Return whether a commander is shown to react, and the sentence, from its differences with its baselines.

    It reacts where it is better than every blind commander and every fixed schedule, each with the interval above
    zero. A missing baseline forbids the claim, and so does a search for schedules in fewer games than the training.
    """
    wanted = (*BLIND, *(WITH_DOCTRINES if has_doctrines else ()))
    missing = [name for name in wanted if name not in differences]
    if missing:
        return False, f"a reaction is not shown: without games of {', '.join(missing)}"
    unbeaten = [name for name in wanted if differences[name].low <= 0.0]
    if not unbeaten and not at_equal_cost:
        return False, (
            "a reaction is not shown: better than schedules that were searched in fewer games than the training played"
        )
    if not unbeaten:
        return True, f"it reacts: better than {', '.join(wanted)}"
    if has_doctrines and not set(unbeaten) & set(BLIND):
        return False, (
            "the doctrines that it chooses react; a reaction of its own is not shown: not better than "
            f"{', '.join(unbeaten)}"
        )
    return False, f"a reaction is not shown: not better than {', '.join(unbeaten)}"


def mean_over_chairs(chairs: Sequence[Chair]) -> dict[str, Interval]:
    """Return the mean difference of the learned commander with each baseline over the chairs that have both.

    The baseline of every chair is its own: the best doctrine of each chair is the best there.
    """
    found: dict[str, Interval] = {}
    for name in (_BEST, HOLD, *BLIND, *WITH_DOCTRINES):
        pairs: list[tuple[F64, F64]] = []
        for chair in chairs:
            first, second = chair.row(LEARNED), chair.best_doctrine if name == _BEST else chair.row(name)
            if first is not None and second is not None:
                pairs.append((first.mission, second.mission))
        if len(pairs) == len(chairs) > 0:
            found[name] = estimate_mean_difference(pairs)
    return found


def pack(chair: Chair) -> dict[str, np.ndarray]:
    """Return the games of a chair as arrays, to be stored."""
    return {row.name: np.stack([row.mission, row.lead, row.win]) for row in chair.rows}


def unpack(arrays: dict[str, np.ndarray]) -> list[Row]:
    """Return the rows of stored arrays."""
    return [Row(name, *values) for name, values in arrays.items()]
