"""What a measure is, and what it is asked about."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simcore.params import Params, UnitSpecW
from simcore.roster import Roster
from simcore.state import SideW, State, UnitW
from simcore.types import F64, Status

DRAW = "draw"
"""Entry of the column ``winner`` when no side won."""


@dataclass(frozen=True)
class Case:
    """What one measure is asked about: the final states and the side, platform or objective in question."""

    state: State
    params: Params
    roster: Roster
    side: int = -1
    platform: str = ""
    objective: int = -1

    def tally(self, column: SideW) -> F64:
        """Return a whole tally of the side, (R,)."""
        return self.state.sides.whole[:, column, self.side].astype(np.float64)

    def lost(self) -> np.ndarray:
        """Return which units of the side (and platform) are lost, (R, n) bool; one-way munitions are left out."""
        chosen = (self.params.units.whole[UnitSpecW.SIDE] == self.side) & (
            self.params.units.whole[UnitSpecW.IS_ONE_WAY] == 0
        )
        if self.platform:
            chosen = chosen & np.array([name == self.platform for name in self.roster.unit_platform])
        return (self.state.units.whole[:, UnitW.STATUS] == Status.LOST) & chosen

    def munitions(self, *status: Status) -> np.ndarray:
        """Return which one-way munitions of the side have one of the statuses, (R, n) bool."""
        own = (self.params.units.whole[UnitSpecW.SIDE] == self.side) & (
            self.params.units.whole[UnitSpecW.IS_ONE_WAY] == 1
        )
        return np.isin(self.state.units.whole[:, UnitW.STATUS], status) & own

    def seconds(self, ticks: F64, known: np.ndarray) -> F64:
        """Return ticks as seconds, nan where not known."""
        return np.where(known, ticks * self.roster.dt_s, np.nan)


@dataclass(frozen=True)
class Measure:
    """One measure.

    ``kind`` says how a batch estimates it: ``proportion`` (0 or 1 by replication), ``mean`` (over the replications in
    which it is defined) or ``ratio`` (of the means of ``numerator`` and ``denominator``, two other measures; it is nan
    in a replication whose denominator is 0). All measures are 0 or more; a share is at most 1.

    The fields from ``side`` on are filled in for a scenario. ``name`` joins them, so that they cannot be read from it.
    """

    name: str
    unit: str
    kind: str
    description: str
    values: Callable[[Case], F64] | None = None
    numerator: str = ""
    denominator: str = ""
    of_neutrals: bool = False  # whether it exists for neutral sides too
    is_share: bool = False
    side: str = ""  # side that it is of; empty for none
    what: str = ""  # the name without the side
    key: str = ""  # the same for every side, platform and objective: ``losses_of``, ``objective_met``
    platform: str = ""
    objective: int = 0  # number of the objective, from 1
    about: str = ""  # the objective in words, with its side

    @property
    def is_count(self) -> bool:
        """Whether it counts things, one by one."""
        return self.kind == "mean" and self.unit not in ("1", "s", "h", "km", "MUSD")
