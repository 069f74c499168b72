"""The quantity that a network delivers, its bottleneck, the time on the way, and the cost of losing each edge.

Sources: Ford and Fulkerson, Canadian Journal of Mathematics 8 (1956) for maximum flow and minimum cut; Ahuja, Magnanti
and Orlin, Network Flows (1993), chapters 6 and 9.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import networkx
import numpy as np

from logistics.network.supply_network import SupplyNetwork
from simcore.errors import RunError
from simcore.types import F64

_START, _END = -1, -2
_GRAIN = 1e-12
"""Quantities are whole multiples of this share of the largest in a cut, whose sums are exact then."""


@dataclass(frozen=True)
class Delivery:
    """The most that a network delivers, in the least mean time.

    ``delivered``: quantity at each node, (nodes,); ``flows``: along each edge, (edges,), below 0 from end to start;
    ``time_h``: mean time on the way of a delivered unit [h], nan where nothing is delivered.
    """

    delivered: F64
    flows: F64
    time_h: float

    @property
    def total(self) -> float:
        """Quantity delivered to all nodes per unit of time."""
        return float(self.delivered.sum())


@dataclass(frozen=True)
class Bottleneck:
    """The smallest set of limits that holds the delivery down.

    ``edges``: those of the minimum cut; ``supplies``: nodes whose supply is used up; ``demands``: nodes that get all
    they need. Their capacities, supplies and demands add up to the quantity delivered, ``total``.
    """

    edges: tuple[int, ...]
    supplies: tuple[int, ...]
    demands: tuple[int, ...]
    total: float


@dataclass(frozen=True)
class Loss:
    """The cost of losing an edge.

    ``flow``: the quantity that it carries otherwise; ``undelivered``: quantity no longer delivered; ``delay_h``: rise
    of the mean time of what is still delivered [h], nan where nothing is; ``cut_off``: nodes with demand that no
    supply reaches any more.
    """

    edge: int
    flow: float
    undelivered: float
    delay_h: float
    cut_off: tuple[int, ...]


def bottleneck(network: SupplyNetwork) -> Bottleneck:
    """Return the minimum cut between all supplies and all demands."""
    graph, grain = _graph(network)
    total, (near, _) = networkx.minimum_cut(graph, _START, _END)  # pyright: ignore[reportUnknownMemberType]
    side = {int(node) for node in near}
    edges = sorted({arc.edge for arc in network.arcs if arc.tail in side and arc.head not in side})
    return Bottleneck(
        tuple(edges),
        tuple(k for k in network.sources if k not in side),
        tuple(k for k in network.sinks if k in side),
        float(total) * grain,
    )


def most_delivered(network: SupplyNetwork) -> float:
    """Return the most that can be delivered per unit of time."""
    graph, grain = _graph(network)
    total = networkx.maximum_flow_value(graph, _START, _END)  # pyright: ignore[reportUnknownMemberType]
    return float(total) * grain


class Planner:
    """Deliveries of a network with any edges closed. The linear programme is set up once."""

    def __init__(self, network: SupplyNetwork) -> None:
        from scipy import sparse  # pyright: ignore[reportMissingTypeStubs]

        self.network = network
        n_arcs, sources, sinks = len(network.arcs), network.sources, network.sinks
        self._size = n_arcs + len(sources) + len(sinks)
        entries: list[tuple[int, int, float]] = []  # node, variable, +1 into the node, -1 out of it
        for k, arc in enumerate(network.arcs):
            entries += [(arc.head, k, 1.0), (arc.tail, k, -1.0)]
        entries += [(node, n_arcs + k, 1.0) for k, node in enumerate(sources)]
        entries += [(node, n_arcs + len(sources) + k, -1.0) for k, node in enumerate(sinks)]
        rows, columns, values = zip(*entries, strict=True)
        self._balance: Any = sparse.csr_array((values, (rows, columns)), shape=(len(network.nodes), self._size))
        most = min(network.total_supply, network.total_demand)
        self._scale = most
        self._high = np.array(
            [min(network.edges[arc.edge].capacity, most) for arc in network.arcs]
            + [network.nodes[k].supply for k in sources]
            + [network.nodes[k].demand for k in sinks]
        )
        times = [network.edges[arc.edge].time_h for arc in network.arcs]
        self._time = np.array(times + [0.0] * (self._size - n_arcs))
        self._arrives = np.arange(self._size) >= n_arcs + len(sources)
        # A unit more is worth more than any detour for it: no path is longer than all nodes in the slowest order.
        longest = float(np.sort(self._time)[-len(network.nodes) :].sum()) or 1.0
        self._cost = self._time / longest - 1.01 * self._arrives

    def deliver(self, closed: frozenset[int] = frozenset()) -> Delivery:
        """Return the most that is delivered with some edges closed, and among all ways to do so the quickest.

        Raises
        ------
        RunError
            If the linear programme fails.
        """
        network = self.network
        high = self._high / self._scale
        for k, arc in enumerate(network.arcs):
            if arc.edge in closed:
                high[k] = 0.0
        amounts = self._solve(high) * self._scale
        flows, delivered = np.zeros(len(network.edges)), np.zeros(len(network.nodes))
        for k, arc in enumerate(network.arcs):
            is_forward = arc.tail == network.index[network.edges[arc.edge].start]
            flows[arc.edge] += amounts[k] if is_forward else -amounts[k]
        delivered[list(network.sinks)] = amounts[self._arrives]
        total = float(delivered.sum())
        return Delivery(delivered, flows, float(self._time @ amounts) / total if total > 0.0 else math.nan)

    def _solve(self, high: F64) -> F64:
        from scipy import optimize  # pyright: ignore[reportMissingTypeStubs]

        result = cast(
            "Any",
            optimize.linprog(  # pyright: ignore[reportUnknownMemberType]
                self._cost,
                A_eq=self._balance,
                b_eq=np.zeros(len(self.network.nodes)),
                bounds=np.stack((np.zeros(self._size), high), axis=1),
                method="highs-ds",
            ),
        )
        if result.status != 0:
            raise RunError(f"network: the linear programme failed ({result.message}); check capacities and times")
        return np.asarray(result.x, np.float64)


def losses(planner: Planner, normal: Delivery, edges: Sequence[int] | None = None) -> list[Loss]:
    """Return the cost of losing each edge alone, the dearest first.

    An edge that carries nothing in the best delivery costs nothing: the delivery stands without it.

    Parameters
    ----------
    planner
        Of the network.
    normal
        The delivery with all edges open.
    edges
        Edges to lose, all by default.
    """
    network = planner.network
    reached = network.reached()
    found: list[Loss] = []
    for k in range(len(network.edges)) if edges is None else edges:
        flow = abs(float(normal.flows[k]))
        still = network.reached({k})
        cut_off = tuple(node for node in network.sinks if node in reached and node not in still)
        if flow <= 1e-9 * planner.network.total_demand:
            found.append(Loss(k, 0.0, 0.0, 0.0, cut_off))
            continue
        other = planner.deliver(frozenset((k,)))
        undelivered = max(0.0, normal.total - other.total)
        if undelivered < 1e-7 * normal.total:
            undelivered = 0.0
        found.append(Loss(k, flow, undelivered, other.time_h - normal.time_h, cut_off))
    return sorted(found, key=lambda loss: (-loss.undelivered, -len(loss.cut_off), -_known(loss.delay_h), loss.edge))


def _known(value: float) -> float:
    return value if math.isfinite(value) else 0.0


def _graph(network: SupplyNetwork) -> "tuple[networkx.DiGraph[int], float]":
    """Return the network with whole capacities, between a common start and a common end, and the unit of them."""
    finite = [node.supply + node.demand for node in network.nodes]
    finite += [edge.capacity for edge in network.edges if math.isfinite(edge.capacity)]
    grain = 10.0 ** math.floor(math.log10(max(finite))) * _GRAIN
    capacity: dict[tuple[int, int], float] = {}
    for arc in network.arcs:
        pair = (arc.tail, arc.head)
        capacity[pair] = capacity.get(pair, 0.0) + network.edges[arc.edge].capacity
    graph: networkx.DiGraph[int] = networkx.DiGraph()
    graph.add_nodes_from((*range(len(network.nodes)), _START, _END))
    for pair, most in capacity.items():
        if math.isfinite(most):
            graph.add_edge(*pair, capacity=round(most / grain))
        else:
            graph.add_edge(*pair)
    for k in network.sources:
        graph.add_edge(_START, k, capacity=round(network.nodes[k].supply / grain))
    for k in network.sinks:
        graph.add_edge(k, _END, capacity=round(network.nodes[k].demand / grain))
    return graph, grain
