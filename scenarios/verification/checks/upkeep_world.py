"""Machines beside a workshop, and posts with stores: the set-ups of sustainment."""

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.verification.document import document, group, platform
from scenarios.verification.rows import Judge, Row, Verdict
from scenarios.verification.runner import Document
from simcore.types import F64
from simcore.upkeep import ComponentSpecW, Part

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.maintenance import MaintenanceBriefing, MaintenanceOrders, MaintenancePicture
    from simcore.simulation import Simulation

MACHINES = 20
"""Independent machines of a replication: each is an observation."""

NEAR_LIMIT = 0.25
"""A law in the limit of short steps or of many machines is judged where it is nearer than this many standard errors."""

_ENOUGH_EVENTS = 25.0
_ROUNDING = 1e-9
_LONGEST_STEP_S = 3600.0
_LONGEST_RUN_S = 3.15e7
_SHORTEST_STEP_S = 0.4
_HALF_WIDTH_KM = 10.0


@dataclass(frozen=True)
class Clock:
    """The steps of a set-up. Its times are scaled where a step or the run would be outside the bounds of the format.

    No law here has a time of its own, so that a scale changes nothing but the unit of time.
    """

    step_h: float
    n_ticks: int

    @property
    def dt_s(self) -> float:
        """Step of the scenario [s]."""
        most_s = min(_LONGEST_STEP_S, _LONGEST_RUN_S / self.n_ticks)
        return min(max(3600.0 * self.step_h, min(_SHORTEST_STEP_S, most_s)), most_s)

    @property
    def scale(self) -> float:
        """Hours of the scenario per hour of the check."""
        return self.dt_s / (3600.0 * self.step_h)

    def hours(self, value: float) -> float:
        """Return a time of the check [h] as hours of the scenario."""
        return value * self.scale


def world(
    name: str,
    clock: Clock,
    count: int,
    wear: Document,
    *,
    crews: int | None = None,
    card: Document | None = None,
    task: Document | None = None,
    workshops: bool = True,
    **sustainment: Any,
) -> Document:
    """Return ``count`` machines with the components ``wear`` at a hall with a workshop; nothing else happens."""
    machines = group(
        "machine", "blue", "machine", (0.0, 0.0), count, heading_deg=90.0, **({"task": task} if task else {})
    )
    scenario = document(
        name,
        dt_s=clock.dt_s,
        n_ticks=clock.n_ticks,
        half_width_km=_HALF_WIDTH_KM,
        groups=[
            machines,
            group("hall", "blue", "hall", (0.0, 0.0)),
            group("other", "red", "hall", (_HALF_WIDTH_KM - 1.0, 0.0)),
        ],
        platforms={"machine": platform(wear=wear, **(card or {})), "hall": platform(wear={})},
    )
    shop = {"name": "works", "at": "hall", "crews": crews, "radius_m": 1000.0}
    scenario["sustainment"] = {
        "workshops": [shop] if workshops else [],
        "wear_interval_s": clock.dt_s,
        "signal_interval_s": clock.dt_s,
        **sustainment,
    }
    return scenario


def posts(name: str, clock: Clock, shelves: dict[str, Document]) -> Document:
    """Return posts with a store of engines each, updated at every step."""
    scenario = document(
        name,
        dt_s=clock.dt_s,
        n_ticks=clock.n_ticks,
        half_width_km=_HALF_WIDTH_KM,
        groups=[
            *(group(post, "blue", "post", (0.1 * k, 0.0)) for k, post in enumerate(shelves)),
            group("other", "red", "post", (0.0, _HALF_WIDTH_KM - 1.0)),
        ],
        platforms={"post": platform()},
    )
    scenario["sustainment"] = {
        "items": {"engine": {"kind": "parts"}},
        "stores": [{"at": post, "items": {"engine": shelf}} for post, shelf in shelves.items()],
        "supply_interval_s": clock.dt_s,
        "wear": False,
    }
    return scenario


def places(on_order: float) -> int:
    """Return places for shipments, of which hardly ever all are taken, for a mean number on order."""
    return 20 + math.ceil(on_order + 9.0 * math.sqrt(on_order))


def shelf(stock: int, pipeline: float, lead_h: float, law: str = "fixed", unit: str | None = None) -> Document:
    """Return a shelf with ``stock`` units that are ordered one for one from outside or from the store of a unit."""
    source: Document = {"lead_time_h": lead_h, "lead_law": law, "orders_at_most": places(pipeline)}
    if unit is not None:
        source["unit"] = unit
    return {"capacity": max(stock, 1), "start": stock, "order_up_to": stock, "reorder_at": stock - 1, "source": source}


def columns(compiled: "Compiled") -> np.ndarray:
    """Return the components of the machines: those that are no structure."""
    return np.flatnonzero(compiled.params.components.whole[ComponentSpecW.PART] != Part.STRUCTURE)


class Standing:
    """A maintenance policy that gives standing limits once: of hours of operation and of the condition signal."""

    def __init__(self, hours: float = math.inf, signal: float = math.inf) -> None:
        self._hours, self._signal = hours, signal
        self._components = 0

    def reset(self, briefing: "MaintenanceBriefing", seed: int, replication: np.ndarray) -> None:
        """Note the number of components."""
        self._components = len(briefing.component_names)

    def decide(self, picture: "MaintenancePicture", orders: "MaintenanceOrders") -> None:
        """Give the limits for all components."""
        every = np.arange(self._components, dtype=np.int32)
        orders.limit_hours(every, self._hours)
        orders.limit_signal(every, self._signal)

    def seated(self, simulation: "Simulation", compiled: "Compiled") -> None:
        """Let the policy decide for blue before the first tick."""
        from simcore.maintenance import brief_maintenance
        from simcore.maintenance_chair import MaintenanceChair

        roster, params = compiled.roster, compiled.params
        names = (roster.units, roster.components, roster.workshops)
        self.reset(brief_maintenance(params, 0, "blue", names, 1, 1), 0, simulation.state.replication)
        MaintenanceChair(self, params, 0, "standing limits").decide(simulation)


def enough(row: Row, events: float) -> Row:
    """Return the row, not judged where fewer events are expected than show the spread of their number."""
    if events >= _ENOUGH_EVENTS or row.verdict is Verdict.INFO or row.oracle == 0.0:
        return row
    note = "too rare for this many replications; raise --replications"
    return replace(row, verdict=Verdict.UNJUDGED, tolerance=None, note=note)


def ratios(above: F64, below: F64, ratio: float, mean_below: float) -> F64:
    """Return observations of a ratio of totals, linear in both, so that their mean is exactly ``ratio``.

    ``ratio`` is that of the expectations, and ``mean_below`` the expectation of the denominator.
    """
    return ratio + (above - ratio * below) / mean_below


def near_limit(judge: Judge, quantity: str, sample: F64, exact: float, limit: float, reason: str) -> Row:
    """Judge a law in a limit where it is nearer to the exact one than the chance errors; otherwise inform."""
    error = float(sample.std(ddof=1)) / math.sqrt(sample.size)
    note = f"{reason} {100.0 * (exact / limit - 1.0):+.2g} %" if limit > 0.0 else reason
    if abs(limit - exact) <= max(NEAR_LIMIT * error, _ROUNDING):
        return judge.mean(quantity, sample, limit, note=note)
    return judge.information(quantity, float(sample.mean()), limit, note)
