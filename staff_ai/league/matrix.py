"""The results of all pairs of policies on a scenario."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agents.environments.reward import mission_score
from scenarios.measures.statistics import Estimate, paired_difference
from simcore.errors import InputError
from simcore.types import F64
from staff_ai.games.statistics import Interval

Cells = dict[tuple[str, str], tuple[np.ndarray, np.ndarray]]
"""For (policy of the first side, of the second): leads of the first side (its score minus the other's), wins."""

PAYOFFS = ("mission", "lead", "win")
"""Payoffs of the first side: the mission score (half the lead plus half the win), the lead, or the win; -1 to 1."""


@dataclass(frozen=True)
class Matrix:
    """The results of all pairs on a scenario."""

    scenario: str
    title: str
    sides: tuple[str, str]
    seed: int
    cells: Cells

    def lead(self, chair: int, policy: str, other: str) -> np.ndarray | None:
        """Return the leads of a policy in a chair over another in the other chair; None if not played."""
        cell = self.cells.get((policy, other) if chair == 0 else (other, policy))
        return None if cell is None else (1.0 - 2.0 * chair) * cell[0]

    def payoffs(self, policies: Sequence[str], kind: str = "mission") -> F64:
        """Return the payoffs of the first side, (its policies, those of the second, games).

        Raises
        ------
        InputError
            For a pair without games, and an unknown kind of payoff.
        """
        missing = [(a, b) for a in policies for b in policies if (a, b) not in self.cells]
        if missing:
            raise InputError(f"{self.scenario}: {missing[0][0]} against {missing[0][1]} was not played; play it first")
        cells = [self.cells[a, b] for a in policies for b in policies]
        n = min(len(lead) for lead, _ in cells)
        values = [payoff_of(lead[:n], win[:n], kind) for lead, win in cells]
        return np.stack(values).reshape(len(policies), len(policies), n)


def payoff_of(lead: F64, win: F64, kind: str) -> F64:
    """Return the payoffs (n,) of games. Raises ``InputError`` for an unknown kind."""
    if kind not in PAYOFFS:
        raise InputError(f"payoff {kind!r}: unknown; give one of {', '.join(PAYOFFS)}")
    return {"mission": mission_score(lead, win), "lead": lead, "win": win}[kind]


def span(estimate: Estimate | Interval | None, form: str = "+.2f") -> str:
    """Return a value and its interval."""
    return "-" if estimate is None else f"{estimate.value:{form}} ({estimate.low:{form}}, {estimate.high:{form}})"


def difference(first: np.ndarray, second: np.ndarray) -> Estimate:
    """Return the paired difference over the common replications."""
    n = min(len(first), len(second))
    return paired_difference(first[:n], second[:n])
