"""Definitions of measures, and the cases they are evaluated for."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simcore.params import Params, UnitSpecW
from simcore.roster import Roster
from simcore.state import SideW, State, UnitW
from simcore.types import F64, Status

DRAW = "draw"
"""Entry of the column ``winner`` if no side won."""


@dataclass(frozen=True)
class Case:
    """The arguments of a measure: the final states and the side, platform or objective concerned."""

    state: State
    params: Params
    roster: Roster
    side: int = -1
    platform: str = ""
    objective: int = -1

    def tally(self, column: SideW) -> F64:
        """Return an integer tally of the side, (R,)."""
        return self.state.sides.whole[:, column, self.side].astype(np.float64)

    def lost(self) -> np.ndarray:
        """Return the mask of lost units of the side (and platform), (R, n); one-way munitions are excluded."""
        chosen = (self.params.units.whole[UnitSpecW.SIDE] == self.side) & (
            self.params.units.whole[UnitSpecW.IS_ONE_WAY] == 0
        )
        if self.platform:
            chosen = chosen & np.array([name == self.platform for name in self.roster.unit_platform])
        return (self.state.units.whole[:, UnitW.STATUS] == Status.LOST) & chosen

    def munitions(self, *status: Status) -> np.ndarray:
        """Return the mask of one-way munitions of the side with any of the statuses, (R, n)."""
        own = (self.params.units.whole[UnitSpecW.SIDE] == self.side) & (
            self.params.units.whole[UnitSpecW.IS_ONE_WAY] == 1
        )
        return np.isin(self.state.units.whole[:, UnitW.STATUS], status) & own

    def seconds(self, ticks: F64, known: np.ndarray) -> F64:
        """Return ticks as seconds, nan where unknown."""
        return np.where(known, ticks * self.roster.dt_s, np.nan)


@dataclass(frozen=True)
class Measure:
    """Definition of a measure.

    ``kind`` is its estimator in a batch: ``proportion`` (0 or 1 by replication), ``mean`` (over the replications with
    defined values) or ``ratio`` (of the means of ``numerator`` and ``denominator``, two other measures; nan in a
    replication with denominator 0). All measures are 0 or more; a share is at most 1.

    The fields from ``side`` on are filled in for a scenario. They cannot be recovered from the joined ``name``.
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
    exists: Callable[[Params, int], bool] | None = None  # whether a side has it, from the parameters; None: always
    counted: Callable[[Params, int], np.ndarray] | None = None  # units whose platforms have it, (n,); None: all
    section: str = ""  # words for the part of a scenario that it needs
    side: str = ""  # its side; empty for none
    short_name: str = ""  # the name without the side
    key: str = ""  # common to all sides, platforms and objectives: ``losses_of``, ``objective_met``
    platform: str = ""
    objective: int = 0  # number of the objective, from 1
    about: str = ""  # the objective in words, with its side

    @property
    def is_count(self) -> bool:
        """Whether it is a count."""
        return self.kind == "mean" and self.unit not in ("1", "s", "h", "km", "t", "MUSD")
