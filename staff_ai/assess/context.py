"""The context of an item: the field, the commander, its gates and its budget."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from simcore.types import F64
from staff_ai.assess.field import Field, Played
from staff_ai.assess.subject import Subject, ask

Bounds = Mapping[str, float | None]
"""Bounds of the gates of an item by key; None: no gate."""


class Usual(NamedTuple):
    """The undisturbed games of a commander, common to several items."""

    played: Played  # (1, opponents, n)
    forecasts: tuple[tuple[int, F64], ...]  # number of the opponent, and the forecasts (m, 5) of its games


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
        tables: list[tuple[int, F64]] = []

        def collect(_: object, policies: Any, cells: Any) -> None:
            for policy, (_, o) in zip(policies, cells, strict=True):
                if "forecasts" in self.subject.offers:
                    tables.append((o, np.asarray(ask(policy, "forecasts"), dtype=np.float64).reshape(-1, 5)))

        played = self.field.play([self.subject.make], on_end=collect)
        return Usual(played, tuple(tables))

    @property
    def few(self) -> Sequence[str]:
        """The opponents of the items that compare many conditions: the first two."""
        return self.field.opponents[:2]
