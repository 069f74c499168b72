"""Looks at the results: games are added while an interval reaches across a gate, up to a greatest number of games.

An interval that is looked at several times, until it decides, would hold less often than it says. So the 5 % of error
are divided among the looks, to each as much as its new games are of the greatest number: the linear spending function
(Lan, DeMets 1983, Biometrika 70:659), with the union bound over looks in place of their joint distribution. All
intervals of a number hold together in 95 % of the cases, whenever the looks end: repeated confidence intervals
(Jennison, Turnbull 1989, J. R. Stat. Soc. B 51:305).
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from simcore.types import F64
from staff_ai.assess.items import Gate, Number, Status

ERROR = 0.05
"""Probability that any of the intervals of a number misses its true value."""


class Look(NamedTuple):
    """A look at the first ``n`` games against each enemy, with intervals of a ``confidence``."""

    n: int
    confidence: float = 1.0 - ERROR


def looks_of(first: int, most: int) -> tuple[Look, ...]:
    """Return looks at ``first`` games, at twice as many and so on, and at ``most``; a single look at 95 %."""
    numbers = [first]
    while 2 * numbers[-1] < most:
        numbers.append(2 * numbers[-1])
    if most > first:
        numbers.append(most)
    new = np.diff([0, *numbers])
    return tuple(Look(n, 1.0 - ERROR * float(k) / numbers[-1]) for n, k in zip(numbers, new, strict=True))


class Series:
    """Values by game (..., n), played as far as they are asked for.

    ``play`` takes the first game and their number; ``start`` are the values of the first games, if they are known.
    """

    def __init__(self, play: Callable[[int, int], F64], start: F64 | None = None) -> None:
        self._play = play
        self._values = start

    def upto(self, n: int) -> F64:
        """Return the values of the first n games (..., n)."""
        known = 0 if self._values is None else self._values.shape[-1]
        if n > known:
            more = self._play(known, n - known)
            self._values = more if self._values is None else np.concatenate([self._values, more], axis=-1)
        assert self._values is not None
        return self._values[..., :n]


def settle(
    looks: Sequence[Look], measure: Callable[[Look], Number], judge: Callable[[Number], list[Gate]]
) -> tuple[Number, list[Gate]]:
    """Return a number and its gates at the first look at which no gate is open, or at the last."""
    for look in looks[:-1]:
        found = measure(look)
        gates = judge(found)
        if all(gate.status != Status.OPEN for gate in gates):
            return found, gates
    found = measure(looks[-1])
    return found, judge(found)
