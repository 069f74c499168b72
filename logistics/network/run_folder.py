"""The supply network of a run folder: places with stores, and the ways on which carriers and shipments supplied them.

A way joins two places in one direction for one kind of carrier, or for shipments. Its capacity is the mass that arrived
on it per day. Its risk is the share of the loads of such carriers from its source that were lost with the carrier.

A supplied place needs its use, the mass owed at the end, and the filling of its stores to the level of order, less its
stock at the start and receipts from outside; where more is there than that, it has a supply. A place that is not
supplied has its stock at the start and its receipts less its use.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from logistics.network.supply_network import Edge, Node, SupplyNetwork
from logistics.tables.aligned import aligned, digits, per_cent
from logistics.tables.run_stores import HOUR_S, RunStores, filled_groups, read_run_stores
from simcore.errors import InputError
from simcore.recording.run_schema import TRACE
from simcore.recording.table_reader import TableReader

_SHIPMENTS = "shipments"

Arrival = tuple[int, int, int | None, int]
"""Source (-1: outside), receiving unit, store and quantity of a shipment."""


@dataclass(frozen=True)
class Way:
    """Deliveries on a way.

    ``source``, ``sink``: units; ``hours``: sum of the times on the way; ``ended``: loads of such carriers from the
    source that were delivered or lost; ``lost``: those lost.
    """

    source: int
    sink: int
    carrier: str
    trips: int
    kg: float
    hours: float
    ended: int = 0
    lost: int = 0

    @property
    def risk(self) -> float:
        """Share of loads lost."""
        return self.lost / self.ended if self.ended else 0.0


@dataclass(frozen=True)
class RunNetwork:
    """The network of a run [kg/day], and the ways in the order of its edges."""

    network: SupplyNetwork
    ways: tuple[Way, ...]


def read_run_network(folder: Path) -> RunNetwork:
    """Return the network of a run. Raises ``InputError`` for a run without stores, deliveries or needs."""
    run = read_run_stores(folder)
    arrivals = _arrivals(run)
    ways = (*_hauls(run), *_shipped(run, arrivals))
    if not ways:
        raise InputError(f"{folder}: no carrier or shipment delivered between places in this run; play a longer run")
    days = run.hours / 24.0
    ends = {unit for way in ways for unit in (way.source, way.sink)}
    units = sorted({int(run.stores["unit"][c]) for c in run.shelves} | ends)
    outside: defaultdict[int, float] = defaultdict(float)  # quantity that each store received from there
    for source, _, c, quantity in arrivals:
        if source < 0 and c is not None:
            outside[c] += quantity
    place_m = _places(run)
    nodes: list[Node] = []
    for unit in units:
        need = _need_kg(run, unit, ways, outside) / days
        x, y = (place_m[unit] / 1000.0).tolist()
        nodes.append(Node(run.units[unit], max(-need, 0.0), max(need, 0.0), (x, y)))
    if not any(node.demand for node in nodes):
        raise InputError(f"{folder}: every place had all it needed from the start; play a longer run")
    if not any(node.supply for node in nodes):
        raise InputError(f"{folder}: no place had more than it needed; give a depot a stock at the start")
    edges: list[Edge] = []
    for way in ways:
        km = float(np.linalg.norm(place_m[way.sink] - place_m[way.source])) / 1000.0
        mean_h = way.hours / way.trips
        speed = km / mean_h if km > 0.0 and mean_h > 0.0 else math.inf
        ends_text = f"{run.units[way.source]}-{run.units[way.sink]}"
        edges.append(
            Edge(f"{ends_text} ({way.carrier})", run.units[way.source], run.units[way.sink], km, speed,
                 way.kg / days, way.risk, is_two_way=False)
        )  # fmt: skip
    return RunNetwork(SupplyNetwork(tuple(nodes), tuple(edges)), ways)


def way_lines(run: RunNetwork) -> list[str]:
    """Return the ways as text."""
    rows = [
        (
            edge.start,
            edge.end,
            way.carrier,
            str(way.trips),
            digits(way.kg / way.trips),
            digits(edge.length_km),
            digits(way.hours / way.trips, 3),
            f"{way.lost} of {way.ended}" if way.ended else "-",
            per_cent(way.risk) if way.ended else "-",
        )
        for way, edge in zip(run.ways, run.network.edges, strict=True)
    ]
    header = ("from", "to", "carrier", "trips", "kg a trip", "km", "h a trip", "loads lost", "risk")
    return ["ways used in the run", *aligned(header, rows, left=3)]


def ways_json(run: RunNetwork) -> dict[str, Any]:
    """Return the ways as plain data."""
    return {
        "ways": [
            {**asdict(way), "source": edge.start, "sink": edge.end, "length_km": edge.length_km, "risk": way.risk}
            for way, edge in zip(run.ways, run.network.edges, strict=True)
        ]
    }


def _hauls(run: RunStores) -> tuple[Way, ...]:
    """Return the ways of carriers, from their loads and deliveries."""
    kinds, units, others = (run.events[name].tolist() for name in ("kind", "unit", "other"))
    times, masses = run.events["time_s"].tolist(), run.events["a"].tolist()
    loads: dict[int, tuple[int, float]] = {}  # the last load of each carrier: source and time
    open_loads: set[int] = set()
    found: dict[tuple[int, int, str], Way] = {}
    ended: Counter[tuple[int, str]] = Counter()
    lost: Counter[tuple[int, str]] = Counter()
    for kind, unit, other, time_s, kg in zip(kinds, units, others, times, masses, strict=True):
        if kind == "cargo_loaded":
            loads[unit] = other, time_s
            open_loads.add(unit)
        elif kind in ("cargo_delivered", "loss", "expended") and unit in loads:
            source, begun_s = loads[unit]
            carrier = run.platforms[int(unit)]
            ended[source, carrier] += unit in open_loads
            if kind == "cargo_delivered":
                way = found.setdefault((source, other, carrier), Way(source, other, carrier, 0, 0.0, 0.0))
                hours = way.hours + (time_s - begun_s) / HOUR_S
                found[source, other, carrier] = replace(way, trips=way.trips + 1, kg=way.kg + kg, hours=hours)
            else:
                lost[source, carrier] += unit in open_loads
            open_loads.discard(unit)
    return tuple(
        replace(way, ended=ended[source, carrier], lost=lost[source, carrier])
        for (source, _, carrier), way in sorted(found.items())
        if way.kg > 0.0 and way.source != way.sink
    )


def _shipped(run: RunStores, arrivals: Sequence[Arrival]) -> tuple[Way, ...]:
    """Return the ways of shipments between stores, with their mean lead time."""
    found: dict[tuple[int, int], Way] = {}
    for source, sink, c, quantity in arrivals:
        if source >= 0 and source != sink and c is not None:
            way = found.setdefault((source, sink), Way(source, sink, _SHIPMENTS, 0, 0.0, 0.0))
            kg = way.kg + quantity * float(run.stores["mass_kg"][c])
            hours = way.hours + float(run.stores["lead_h"][c])
            found[source, sink] = replace(way, trips=way.trips + 1, kg=kg, hours=hours)
    return tuple(way for _, way in sorted(found.items()) if way.kg > 0.0)


def _arrivals(run: RunStores) -> list[Arrival]:
    """Return the shipments that arrived."""
    stores = run.stores
    column = {(int(stores["unit"][c]), int(stores["item_index"][c])): c for c in run.shelves}
    rows = np.flatnonzero(run.events["kind"] == "shipment_arrived")
    other, unit, a, b = (run.events[name][rows].tolist() for name in ("other", "unit", "a", "b"))
    return [(o, u, column.get((u, item)), n) for o, u, item, n in zip(other, unit, a, b, strict=True)]


def _need_kg(run: RunStores, unit: int, ways: tuple[Way, ...], outside: Mapping[int, float]) -> float:
    """Return the mass that a unit needs from other places in the run; below 0 it has that much to give.

    ``outside``: quantity that each store received from outside.
    """
    arriving = [way for way in ways if way.sink == unit]
    columns = [c for c in run.shelves if run.stores["unit"][c] == unit]
    if not columns:
        return sum(way.kg for way in arriving)
    is_sending = any(way.source == unit for way in ways)
    need = 0.0
    for c in columns:
        level = float(run.stores["order_up_to"][c])
        units = float(run.last["issued"][c] + run.last["consumed"][c] - run.first["on_hand"][c])
        units -= outside.get(c, 0.0)
        if arriving:
            units += level if math.isfinite(level) else 0.0
            units += 0.0 if is_sending else float(run.last["owed"][c])
        # a place that only uses its stock gives nothing of one item for the lack of another
        need += (units if is_sending else max(units, 0.0)) * float(run.stores["mass_kg"][c])
    return need if arriving or is_sending else max(need, 0.0)


def _places(run: RunStores) -> np.ndarray:
    """Return the positions of the units in the first frame, (units, 2) [m]."""
    with TableReader(run.folder / "trace.parquet", TRACE, ("frame", "unit", "x_m", "y_m")) as table:
        rows = table.read(("frame", "unit", "x_m", "y_m"), filled_groups(table)[0])
    place = np.zeros((len(run.units), 2))
    is_first = rows["frame"] == rows["frame"][0]
    place[rows["unit"][is_first]] = np.stack((rows["x_m"], rows["y_m"]), axis=1)[is_first]
    return place
