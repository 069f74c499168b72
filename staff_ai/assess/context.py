"""The context of an item: the field, the commander, its gates and its budget."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from staff_ai.assess.field import Field
from staff_ai.assess.subject import Subject

Bounds = Mapping[str, float | None]
"""Bounds of the gates of an item by key; None: no gate."""


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
    tell: Callable[[str], None] = lambda _: None

    def bound(self, item: str, key: str) -> float | None:
        """Return the bound of a gate."""
        return self.gates[item].get(key)

    @property
    def few(self) -> Sequence[str]:
        """The opponents of the items that compare many conditions: the first two."""
        return self.field.opponents[:2]
