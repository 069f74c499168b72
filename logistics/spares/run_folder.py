"""Items, bases and stocks from a run folder: parts that were demanded in the run, with the lead times of their stores.

A store of parts from which repairs or consumers take is a base; the store that it orders from is its depot. Parts are
replaced, not repaired: no share is repaired at the base, and the lead time of the depot stands for its repair time. A
base that orders from outside has no depot. A depot with demand of its own is a base as well, without a way and with its
stock at the depot.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from logistics.reliability.intervals import poisson_interval
from logistics.spares.files import SparesTable, stock_of
from logistics.spares.optimiser import Item
from logistics.spares.two_echelon import Base, Echelons
from logistics.tables.aligned import aligned, digits
from logistics.tables.run_stores import OUTSIDE, RunStores, read_columns, read_run_stores
from simcore.errors import InputError
from simcore.recording.run_schema import COMPONENTS


@dataclass(frozen=True)
class Demand:
    """Parts demanded from a store: ``count`` in ``hours``; ``source``: the store or "outside"; ``lead_h``: from it."""

    item: str
    base: str
    count: float
    hours: float
    stock: int
    source: str
    lead_h: float

    @property
    def rate(self) -> float:
        """Parts per hour."""
        return self.count / self.hours

    def interval(self) -> tuple[float, float]:
        """Return the 95 % interval of the rate [1/h], exact for a Poisson number."""
        return poisson_interval(self.count, self.hours)


@dataclass(frozen=True)
class RunSpares:
    """The table of a run, the demands behind it, and notes on stores that are left out."""

    table: SparesTable
    demands: tuple[Demand, ...]
    notes: tuple[str, ...]


def read_run_spares(folder: Path) -> RunSpares:
    """Return the spares of a run. Raises ``InputError`` for a run without stores of parts or without a demand."""
    run = read_run_stores(folder)
    shelves = [c for c in run.shelves if run.stores["kind"][c] == "parts"]
    if not shelves:
        raise InputError(f"{folder}: no store of parts in this run; give the scenario items of kind parts in stores")
    if run.hours <= 0.0:
        raise InputError(f"{folder}: no time passes in this run; play a longer one")
    notes: list[str] = []
    served = [c for c in shelves if _is_usable(run, c, notes)]
    groups = _by_depot(run, served)
    found: list[tuple[str, Item, list[Demand], int]] = []
    for (name, depot), stores in groups.items():
        demands = [_demand(run, c, depot) for c in stores]
        if not sum(demand.count for demand in demands):
            notes.append(f"{name}: no part demanded in the run; left out")
            continue
        bases = tuple(
            Base(demand.rate, order_and_ship=0.0 if c == depot else demand.lead_h)
            for c, demand in zip(stores, demands, strict=True)
        )
        lead_h = 0.0 if depot == OUTSIDE else float(run.stores["lead_h"][depot])
        found.append(
            (name, Item(name, Echelons(bases, lead_h), 1.0), demands, 0 if depot == OUTSIDE else _owned(run, depot))
        )
    if not found:
        raise InputError("\n".join((f"{folder}: no demand for parts with a source; play a longer run", *notes)))
    names = list(dict.fromkeys(demand.base for _, _, demands, _ in found for demand in demands))
    per_system, systems = _systems(run, found, len(names), notes)
    table = SparesTable(
        items=tuple(item for _, item, _, _ in found),
        bases=tuple(names),
        places=tuple(tuple(names.index(demand.base) for demand in demands) for _, _, demands, _ in found),
        systems=systems,
        per_system=per_system,
        present=tuple(stock_of(item, stock, [demand.stock for demand in demands]) for _, item, demands, stock in found),
    )
    return RunSpares(table, tuple(demand for _, _, demands, _ in found for demand in demands), tuple(notes))


def demand_lines(spares: RunSpares) -> list[str]:
    """Return the demands and lead times as text."""
    rows: list[tuple[str, ...]] = []
    for demand in spares.demands:
        low, high = demand.interval()
        per_1000 = [digits(1000.0 * rate, 3) for rate in (demand.rate, low, high)]
        rows.append(
            (demand.item, demand.base, digits(demand.count), digits(demand.hours), per_1000[0],
             f"{per_1000[1]} to {per_1000[2]}", demand.source, digits(demand.lead_h), str(demand.stock))
        )  # fmt: skip
    header = ("item", "base", "demanded", "in h", "per 1000 h", "95 %", "source", "lead h", "stock")
    return [*aligned(header, rows, left=2), *(f"  note: {note}" for note in spares.notes)]


def demands_json(spares: RunSpares) -> dict[str, Any]:
    """Return the demands and notes as plain data."""
    return {
        "demands": [
            {**asdict(demand), "per_h": demand.rate, "per_h_95": list(demand.interval())} for demand in spares.demands
        ],
        "notes": list(spares.notes),
    }


def _is_usable(run: RunStores, c: int, notes: list[str]) -> bool:
    """Return whether the model covers a store, with a note where it does not."""
    unit, source = int(run.stores["unit"][c]), int(run.stores["source"][c])
    why = ""
    if np.isfinite(run.gone_h[unit]):
        why = "lost in the run"
    elif source == -1:
        why = "no source of shipments, so no lead time"
    elif source >= 0 and run.stores["source"][source] != OUTSIDE:
        why = "its depot does not order from outside; the model has two echelons"
    elif source >= 0 and np.isfinite(run.gone_h[int(run.stores["unit"][source])]):
        why = "its depot was lost in the run"
    place = f"{run.stores['item'][c]} at {run.units[unit]}"
    if why:
        notes.append(f"{place}: {why}; left out")
        return False
    low, up_to = float(run.stores["reorder_at"][c]), float(run.stores["order_up_to"][c])
    if not up_to - low <= 1.0:
        notes.append(f"{place}: ordered in lots (at {digits(low)} up to {digits(up_to)}), computed as one for one")
    return True


def _by_depot(run: RunStores, stores: list[int]) -> dict[tuple[str, int], list[int]]:
    """Return the bases of each item and depot; the name of an item bears its side or depot where that is needed."""
    source = run.stores["source"]
    depots = {int(source[c]) for c in stores if source[c] >= 0}
    groups: dict[tuple[str, str, int], list[int]] = {}
    for c in stores:
        depot = c if c in depots else int(source[c])
        if c == depot and not _taken(run, c):
            continue
        side = run.sides[int(run.stores["unit"][c])]
        groups.setdefault((str(run.stores["item"][c]), side, depot), []).append(c)
    found: dict[tuple[str, int], list[int]] = {}
    for (item, side, depot), members in groups.items():
        name = item
        if sum(other[0] == item for other in groups) > 1:
            name = f"{item} ({side})" if depot == OUTSIDE else f"{item} ({run.units[int(run.stores['unit'][depot])]})"
        found[name, depot] = members
    return found


def _taken(run: RunStores, c: int) -> float:
    return float(run.last["issued"][c] + run.last["consumed"][c])


def _owned(run: RunStores, c: int) -> int:
    """Return the spares that a store owns: on hand and on order, less those owed."""
    return max(round(float(run.last["on_hand"][c] + run.last["on_order"][c] - run.last["owed"][c])), 0)


def _demand(run: RunStores, c: int, depot: int) -> Demand:
    unit = int(run.stores["unit"][c])
    owed = 0.0 if c == depot else float(run.last["owed"][c])  # a depot owes to its bases, whose demand is theirs
    return Demand(
        item=str(run.stores["item"][c]),
        base=run.units[unit],
        count=_taken(run, c) + owed,
        hours=run.hours,
        stock=0 if c == depot else _owned(run, c),
        source="outside" if depot in (OUTSIDE, c) else run.units[int(run.stores["unit"][depot])],
        lead_h=float(run.stores["lead_h"][c]),
    )


def _systems(
    run: RunStores, found: list[tuple[str, Item, list[Demand], int]], n_bases: int, notes: list[str]
) -> tuple[tuple[int, ...], tuple[int, ...] | None]:
    """Return the parts of each item in a system, and the systems at the bases where the run tells them."""
    unknown = (1,) * len(found), None
    path = run.folder / "components.parquet"
    if not path.is_file():
        return unknown
    if n_bases > 1:
        notes.append("availability is not computed: a run with several bases has no fixed systems at each")
        return unknown
    base = run.units.index(found[0][2][0].base)
    parts = read_columns(path, COMPONENTS, ("unit", "spare"))
    names = [demands[0].item for _, _, demands, _ in found]
    counts: dict[int, list[int]] = {}
    for unit, spare in zip(parts["unit"].tolist(), parts["spare"].tolist(), strict=True):
        if spare in names and run.sides[unit] == run.sides[base]:
            counts.setdefault(unit, [0] * len(names))[names.index(spare)] += 1
    kinds = set(map(tuple, counts.values()))
    if len(kinds) != 1 or not all(next(iter(kinds))):
        notes.append("availability is not computed: the systems do not all have the same parts")
        return unknown
    return next(iter(kinds)), (len(counts),)
