"""Common pieces of the checks of movement: paths of units, craft of constant speed, a passive side."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from scenarios.loader import compile_document
from scenarios.verification.document import group, platform
from scenarios.verification.runner import Document, Run, begin
from simcore.state import UnitR
from simcore.types import F64

if TYPE_CHECKING:
    from simcore.simulation import Simulation


def tracks(
    scenario: Document,
    run: Run,
    n_ticks: int,
    names: list[str],
    order: "Callable[[Simulation, int], None] | None" = None,
) -> F64:
    """Return the positions of units after each tick of a replication, (n_ticks + 1, units, 2), east and north [m].

    ``order`` is called before each tick with the simulation and the tick, and may issue orders.
    """
    compiled = compile_document(scenario)
    simulation = begin(compiled, run.seed, 0, 1, 1)
    units = [compiled.roster.units.index(name) for name in names]
    path = np.empty((n_ticks + 1, len(units), 2))
    for k in range(n_ticks + 1):
        path[k] = simulation.state.units.real[0, [UnitR.X, UnitR.Y]][:, units].T
        if k < n_ticks:
            if order is not None:
                order(simulation, k)
            simulation.advance(1)
    return path


def craft(speed: float, domain: str = "air", **keys: object) -> Document:
    """Return a platform of constant speed."""
    return platform(domain, speed_max_mps=speed, speed_cruise_mps=speed, **keys)


def bystander() -> Document:
    """Return a passive group for the other side."""
    return group("bystander", "red", "bystander", (0.0, 0.0))
