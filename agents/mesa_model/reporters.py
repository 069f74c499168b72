"""Reporters for Mesa's ``DataCollector`` that read the engine's arrays directly, not agent by agent.

They are partial functions, which Mesa calls with the model and which can be sent to another process.
"""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.format.names import advice
from simcore.errors import InputError
from simcore.params import UnitSpecR, UnitSpecW
from simcore.state import ContactW, SideR, SideW, UnitR, UnitW
from simcore.types import Level, Status

_GONE = (Status.LOST, Status.EXPENDED)

if TYPE_CHECKING:
    from agents.mesa_model.model import WargameModel


def standard_reporters(sides: Sequence[str]) -> dict[str, Any]:
    """Return the default reporters of a model: time, winner, and the key figures of each side."""
    reporters: dict[str, Any] = {"time_s": "time_s", "winner": "winner"}
    for side, name in enumerate(sides):
        for quantity, function in _PER_SIDE.items():
            reporters[f"{name}_{quantity}"] = partial(function, side=side)
    return reporters


def measured(name: str) -> "partial[float]":
    """Return the reporter of a measure of docs/reference/measures.md. Slower: it computes all measures."""
    return partial(_measure, name=name)


def _measure(model: "WargameModel", name: str) -> float:
    values = model.measures()
    if name not in values:
        raise InputError(f"measure {name!r}: unknown; {advice(name, values)}")
    return values[name]


def units_left(model: "WargameModel", side: int) -> float:
    """Return the number of units that are neither lost nor expended."""
    own = model.compiled.params.units.whole[UnitSpecW.SIDE] == side
    return int((own & ~np.isin(model.simulation.state.units.whole[0, UnitW.STATUS], _GONE)).sum())


def force_left(model: "WargameModel", side: int) -> float:
    """Return the share of the side's strength left, weighted by cost."""
    units, params = model.simulation.state.units, model.compiled.params.units
    own = params.whole[UnitSpecW.SIDE] == side
    worth = (
        params.real[UnitSpecR.COST] * own if float(params.real[UnitSpecR.COST, own].sum()) > 0.0 else own.astype(float)
    )
    left = ~np.isin(units.whole[0, UnitW.STATUS], _GONE) * units.real[0, UnitR.STRENGTH] * worth
    return float(left.sum() / max(float(worth.sum()), 1e-300))


def score(model: "WargameModel", side: int) -> float:
    """Return the weighted progress towards the side's objectives, 0 to 1."""
    return float(model.simulation.state.sides.real[0, SideR.SCORE, side])


def kills(model: "WargameModel", side: int) -> float:
    """Return the number of enemy units destroyed by the side."""
    return int(model.simulation.state.sides.whole[0, SideW.KILLS, side])


def contacts(model: "WargameModel", side: int) -> float:
    """Return the number of contacts held by the side."""
    n = len(model.compiled.roster.units)
    held = model.simulation.state.contacts.whole[0, ContactW.LEVEL, side * n : (side + 1) * n]
    return int((held > Level.NONE).sum())


def linked_share(model: "WargameModel", side: int) -> float:
    """Return the share of the side's active units with a link; nan when none is active."""
    whole = model.simulation.state.units.whole[0]
    active = (model.compiled.params.units.whole[UnitSpecW.SIDE] == side) & (whole[UnitW.STATUS] == Status.ACTIVE)
    return float((whole[UnitW.LINKED, active] != 0).mean()) if active.any() else float("nan")


_PER_SIDE = {
    "units": units_left,
    "force_left": force_left,
    "score": score,
    "kills": kills,
    "contacts": contacts,
    "linked_share": linked_share,
}
