"""Playing trials: the only place where a procurement meets a simulator, so that another can take its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from scenarios.experiments.points import Cell
from simcore.types import F64
from staff_ai.procurement.futures import Future


@dataclass(frozen=True)
class Trial:
    """An alternative to be played, with the values of its levers, and of the uncertainties that it fixes."""

    name: str
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class Stage:
    """Trials that are played together: replication k of every trial meets future k modulo their number.

    Equal seeds share their luck, replication by replication; another seed is fresh luck.
    """

    name: str
    trials: tuple[Trial, ...]
    futures: tuple[Future, ...]
    n: int
    seed: int


@dataclass(frozen=True)
class KeptRun:
    """A recorded replication of a trial: its folder, and the command that plays it again."""

    folder: str
    command: str


class Player(Protocol):
    """Plays stages."""

    def play(self, stage: Stage) -> dict[str, F64]:
        """Return each goal by its name, (trials, n); nothing is undefined."""
        ...

    def keep(self, stage: Stage, trial: int, replication: int) -> KeptRun | None:
        """Record a replication of a stage that was played, for a replay; None if the simulator has none."""
        ...
