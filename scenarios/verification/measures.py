"""Measurements of the set-ups on a simulation: contacts, times of detection, survivors."""

from typing import TYPE_CHECKING

import numpy as np

from simcore.state import ContactW, UnitR, UnitW, WorldW
from simcore.types import F64, Status

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation


def end_tick(simulation: "Simulation") -> F64:
    """Return the number of ticks played by each replication (R,)."""
    return simulation.state.world[:, WorldW.TICK].astype(np.float64)


def living(simulation: "Simulation", compiled: "Compiled", side: int) -> F64:
    """Return the number of units of a side that are neither lost, expended nor absent (R,)."""
    alive = ~np.isin(simulation.state.units.whole[:, UnitW.STATUS], (Status.LOST, Status.EXPENDED, Status.ABSENT))
    return alive[:, compiled.roster.unit_side == side].sum(axis=1).astype(np.float64)


def strength(simulation: "Simulation", unit: int) -> F64:
    """Return the remaining strength of a unit (R,), 0..1."""
    return simulation.state.units.real[:, UnitR.STRENGTH, unit].copy()


def positions(simulation: "Simulation", unit: int) -> F64:
    """Return the position of a unit (R, 2), east and north [m]."""
    return simulation.state.units.real[:, [UnitR.X, UnitR.Y], unit].copy()


def is_seen(simulation: "Simulation", compiled: "Compiled", side: int) -> F64:
    """Return whether a side holds a contact on each unit (R, units), 0 or 1."""
    n = len(compiled.roster.units)
    level = simulation.state.contacts.whole[:, ContactW.LEVEL, side * n : (side + 1) * n]
    return (level > 0).astype(np.float64)


def first_contact_ticks(simulation: "Simulation", compiled: "Compiled", side: int) -> F64:
    """Return the tick of a side's first contact on each unit (R, units), inf where it has none."""
    n = len(compiled.roster.units)
    whole = simulation.state.contacts.whole[:, :, side * n : (side + 1) * n]
    return np.where(whole[:, ContactW.LEVEL] > 0, whole[:, ContactW.FIRST_TICK].astype(np.float64), np.inf)


def unit_named(compiled: "Compiled", name: str) -> int:
    """Return the index of a unit."""
    return compiled.roster.units.index(name)
