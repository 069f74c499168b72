"""Wrapper for a policy of ``chammo run`` that chooses from observation and mask.

Subclass ``ChoiceCommander`` and write ``choose``; name the subclass in the entry-point group ``chammo.policies``. The
observation, the mask and the orders are those of the environments, by the same code.
"""

from abc import ABC, abstractmethod

import numpy as np

from agents.environments.doctrine_choices import DoctrineChoices, Memory
from agents.environments.schema import Observation, Schema, Sizes
from agents.environments.view import SideView
from simcore.errors import InputError
from simcore.orders import Orders
from simcore.picture import Picture
from simcore.policy import Briefing
from simcore.types import I64

CHOICES_A_GAME = 32


def interval_of(interval_s: float | None, briefing: Briefing) -> float:
    """Return a time between choices [s]; None stands for the multiple of decisions nearest to a 32nd of a game."""
    if interval_s is not None:
        return interval_s
    return max(1, round(briefing.duration_s / CHOICES_A_GAME / briefing.decision_s)) * briefing.decision_s


class ChoiceCommander(ABC):
    """A policy that makes a choice of its schema for each group slot.

    Parameters
    ----------
    sizes : slots of the schema of the chooser; by default those that fit the side.
    interval_s : time between choices [s]; 0 chooses at every decision, None about ``CHOICES_A_GAME`` times a game. In
        between, groups carry on, and the doctrines chosen give their orders.
    digest : digest of the schema of the chooser; checked, unless None.
    """

    reads_clocks = True

    def __init__(self, sizes: Sizes | None = None, interval_s: float | None = 0.0, digest: str | None = None) -> None:
        self._sizes = sizes
        self._interval_s = interval_s
        self._digest = digest
        self._rows: I64 | None = None  # due in the decision under way

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Prepare for a side. ``illegal`` counts the illegal choices of all replications."""
        schema = Schema(self._sizes or Sizes.of([briefing]))
        if self._digest is not None and schema.digest != self._digest:
            raise InputError(
                f"policy: made for the schema {self._digest}, not for {schema.digest}; give the sizes it was made with"
            )
        self.view = SideView(schema, briefing)
        self.illegal = 0
        self._interval_ticks = max(1, round(interval_of(self._interval_s, briefing) / briefing.dt_s))
        self._doctrines = DoctrineChoices(self.view, seed) if schema.sizes.doctrines else None
        self._memory = Memory(schema.sizes.groups)

    @abstractmethod
    def choose(self, picture: Picture, observation: Observation, mask: np.ndarray) -> np.ndarray:
        """Return a choice for each group slot, (n, G) of integers, for n replications.

        ``observation`` holds (n, ...) arrays; ``mask`` (n, G, A) is true for legal choices.
        """

    def due(self, picture: Picture) -> I64:
        """Return the replications of a picture in which a choice is due, (n,), in the order of ``choose``.

        With doctrines among the choices it is also due in a replication met for the first time.
        """
        if self._rows is not None:  # within a decision
            return self._rows
        return self._find_due(picture, self._memory.recall(picture)[1])

    def _find_due(self, picture: Picture, is_met: np.ndarray) -> I64:
        is_due = picture.ticks % self._interval_ticks == 0
        return np.flatnonzero(is_due if self._doctrines is None else is_due | ~is_met)

    def choice_numbers(self, picture: Picture) -> I64:
        """Return the number of the choice, from 0, in the replications in which it is due, (n,)."""
        return picture.ticks[self.due(picture)] // self._interval_ticks

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Choose in the replications that are due and write the orders."""
        doctrines = self._doctrines
        in_force, is_met = self._memory.recall(picture)
        rows = self._find_due(picture, is_met)
        if len(rows):
            tables = self.view.look(picture, rows)
            self._rows = rows
            try:
                actions = self.choose(picture, tables.observation, tables.mask)
            finally:
                self._rows = None
            if doctrines is not None:
                in_force[rows], actions = doctrines.choose(in_force[rows], actions, tables.mask)
            self.illegal += int(self.view.order(actions, tables, orders, rows, np.arange(tables.n)).sum())
        if doctrines is not None:
            self._memory.keep(picture, in_force)
            doctrines.order(picture, in_force, orders)
