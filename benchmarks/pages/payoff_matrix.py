"""The results of all pairs of policies on a scenario."""

from dataclasses import dataclass

import numpy as np

from scenarios.measures.statistics import Estimate, paired_difference

Cells = dict[tuple[str, str], tuple[np.ndarray, np.ndarray]]
"""For (policy of the first side, of the second): leads of the first side (its score minus the other's), wins."""


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


def span(estimate: Estimate | None, form: str = "+.2f") -> str:
    """Return a value and its interval."""
    return "-" if estimate is None else f"{estimate.value:{form}} ({estimate.low:{form}}, {estimate.high:{form}})"


def difference(first: np.ndarray, second: np.ndarray) -> Estimate:
    """Return the paired difference over the common replications."""
    n = min(len(first), len(second))
    return paired_difference(first[:n], second[:n])
