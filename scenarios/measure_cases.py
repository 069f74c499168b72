"""What a measure is, and what it is asked about."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simcore.params import UW, Params
from simcore.roster import Roster
from simcore.state import State, T, W
from simcore.types import F64, Status


@dataclass(frozen=True)
class Case:
    """What one measure is asked about: the final states and the side, platform or objective in question."""

    state: State
    params: Params
    roster: Roster
    side: int = -1
    platform: str = ""
    objective: int = -1

    def tally(self, column: T) -> F64:
        """Return a whole tally of the side, (R,)."""
        return self.state.sides.whole[:, column, self.side].astype(np.float64)

    def lost(self) -> np.ndarray:
        """Return which units of the side (and platform) are lost, (R, n) bool."""
        chosen = self.params.units.whole[UW.SIDE] == self.side
        if self.platform:
            chosen = chosen & np.array([name == self.platform for name in self.roster.unit_platform])
        return (self.state.units.whole[:, W.STATUS] == Status.LOST) & chosen

    def seconds(self, ticks: F64, known: np.ndarray) -> F64:
        """Return ticks as seconds, nan where not known."""
        return np.where(known, ticks * self.roster.dt_s, np.nan)


@dataclass(frozen=True)
class Measure:
    """One measure.

    ``kind`` says how a batch estimates it: ``proportion`` (0 or 1 by replication; Wilson interval), ``mean``
    (Student interval over the replications in which it is defined) or ``ratio`` (of the means of
    ``numerator`` and ``denominator``, two other measures; it is nan in a replication whose denominator is 0).
    """

    name: str
    unit: str
    kind: str
    description: str
    values: Callable[[Case], F64] | None = None
    numerator: str = ""
    denominator: str = ""
    of_neutrals: bool = False  # whether it exists for neutral sides too
