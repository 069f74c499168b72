"""The context of an item: the field, the commander, its gates and its budget."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from simcore.policy_registry import find_policy
from simcore.types import F64
from staff_ai.assess.field import Field, Played
from staff_ai.assess.subject import Subject, ask
from staff_ai.games.play import Make

Bounds = Mapping[str, float | None]
"""Bounds of the gates of an item by key; None: no gate."""


MOMENTS = (0.0, 0.2, 0.4, 0.6)
"""Shares of a game at which a staff advises for the comparison of its forecasts with the results."""


class Usual(NamedTuple):
    """The undisturbed games of a commander, common to several items."""

    played: Played  # (commanders, opponents, n)
    forecasts: tuple[tuple[int, int, F64], ...]  # commander, opponent, and the forecasts (m, 5) of their games


@dataclass(frozen=True)
class Context:
    """The context of an item."""

    field: Field
    subject: Subject
    gates: Mapping[str, Bounds]  # by item
    better_than: str  # the commander that it must beat
    budget: int  # games of each search
    baseline: Subject | None = None
    drill: Path | None = None  # answers of a drill

    def bound(self, item: str, key: str) -> float | None:
        """Return the bound of a gate."""
        return self.gates[item].get(key)

    @cached_property
    def usual(self) -> Usual:
        """The undisturbed games against all opponents, played once."""
        return self._play([self.subject.make])

    @cached_property
    def forecast_games(self) -> Usual:
        """The games that forecasts are compared with.

        A staff forecasts the recommended course to the end: it advises once here, at one of several moments, and the
        course is followed. Forecasts of the start of a fight alone would be nearly alike.
        """
        choice, duration_s = self.subject.choice, self.field.briefing.duration_s
        if not self.subject.has_staff:
            return self.usual
        words = [{**choice.parameters, "every_s": 2.0 * duration_s, "first_s": share * duration_s} for share in MOMENTS]
        return self._play([lambda once=once: find_policy(choice.name, once) for once in words])

    def _play(self, makes: Sequence[Make]) -> Usual:
        tables: list[tuple[int, int, F64]] = []

        def collect(_: object, policies: Any, cells: Any) -> None:
            for policy, (m, o) in zip(policies, cells, strict=True):
                if "forecasts" in self.subject.offers:
                    tables.append((m, o, np.asarray(ask(policy, "forecasts"), dtype=np.float64).reshape(-1, 5)))

        played = self.field.play(makes, on_end=collect)
        return Usual(played, tuple(tables))

    @property
    def few(self) -> Sequence[str]:
        """The opponents of the items that compare many conditions: the first two."""
        return self.field.opponents[:2]
