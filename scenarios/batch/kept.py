"""The replications of a batch that are worth watching: the median, the best and the worst by a measure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scenarios.format.names import advice
from scenarios.measures.case import Measure
from scenarios.measures.preferences import better
from simcore.errors import InputError

ROLES = ("median", "best", "worst")


@dataclass(frozen=True)
class Choice:
    """A replication to be kept, and the reason."""

    role: str
    measure: str
    value: float
    replication: int


def read_roles(text: str) -> tuple[str, ...]:
    """Return the roles of ``median,best,worst``; none for ``none``. Raises ``InputError`` for others."""
    roles = tuple(word.strip() for word in text.split(",")) if text != "none" else ()
    unknown = [role for role in roles if role not in ROLES]
    if unknown:
        raise InputError(f"--keep {text}: no role {unknown[0]!r}; give none, or some of {', '.join(ROLES)}")
    return roles


def keeping_measure(measures: Sequence[Measure], side: str, name: str | None = None) -> Measure:
    """Return the measure that decides: the one of this name, or the score of a side.

    Raises ``InputError`` for an unknown measure, and for a ratio, which single replications may lack.
    """
    by_name = {measure.name: measure for measure in measures}
    chosen = name or f"{side}_score"
    if chosen not in by_name:
        raise InputError(f"--keep-by {chosen}: no such measure; {advice(chosen, set(by_name))}")
    return by_name[chosen]


def choose_kept(rows: Mapping[str, np.ndarray], measure: Measure, roles: Sequence[str]) -> list[Choice]:
    """Return the replications to keep; of equal ones the first. None where the measure is undefined everywhere.

    The median is a replication with the value in the middle, the lower one of two. Best is more, unless the measure is
    better if less.
    """
    values = rows[measure.name]
    known = np.flatnonzero(np.isfinite(values))
    if not known.size:
        return []
    order = known[np.lexsort((rows["replication"][known], values[known]))]
    low, high = values[order[0]], values[order[-1]]
    middle = values[order[(order.size - 1) // 2]]
    wanted = {"median": middle, "best": high, "worst": low}
    if better(measure) == "less":
        wanted |= {"best": low, "worst": high}
    chosen: list[Choice] = []
    for role in roles:
        equal = known[values[known] == wanted[role]]
        chosen.append(Choice(role, measure.name, float(wanted[role]), int(rows["replication"][equal].min())))
    return chosen
