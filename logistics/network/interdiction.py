"""The k edges whose loss hurts most.

The interdictor's choice and the minimum cut that it leaves are one mixed-integer programme. With the lost edges fixed
the rest is the dual of a maximum flow, whose solutions are whole by themselves, so only the losses are binary.

Source: Wood, Mathematical and Computer Modelling 17(2) (1993).
"""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from logistics.network.flow import most_delivered
from logistics.network.supply_network import SupplyNetwork
from simcore.errors import InputError


@dataclass(frozen=True)
class Interdiction:
    """The edges to lose and what is still delivered; ``bound``: no k edges leave less; ``is_best``: proved."""

    edges: tuple[int, ...]
    delivered: float
    bound: float
    is_best: bool


def worst_losses(network: SupplyNetwork, k: int, most_seconds: float = 60.0) -> Interdiction:
    """Return the k edges whose joint loss leaves the least delivered.

    Parameters
    ----------
    network
        The network.
    k
        Number of edges to lose, at least 1. Fewer are returned where fewer do as much.
    most_seconds
        Time for the proof; the best edges found until then are returned.

    Raises
    ------
    InputError
        If ``k`` is below 1.
    """
    if k < 1:
        raise InputError(f"{k} edges to lose: below 1; give 1 or more")
    from scipy import optimize, sparse  # pyright: ignore[reportMissingTypeStubs]

    n_nodes, n_edges, arcs = len(network.nodes), len(network.edges), network.arcs
    start, end = n_nodes, n_nodes + 1
    most = min(network.total_supply, network.total_demand)
    links = [(arc.tail, arc.head, min(network.edges[arc.edge].capacity, most), arc.edge) for arc in arcs]
    links += [(start, node, network.nodes[node].supply, -1) for node in network.sources]
    links += [(node, end, network.nodes[node].demand, -1) for node in network.sinks]
    # variables: side of each node (0 with the supplies, 1 with the demands), cut of each link, loss of each edge
    n_sides, n_links = n_nodes + 2, len(links)
    entries: list[tuple[int, int, float]] = []
    for row, (tail, head, _, edge) in enumerate(links):  # side(head) - side(tail) - cut - loss <= 0
        entries += [(row, head, 1.0), (row, tail, -1.0), (row, n_sides + row, -1.0)]
        if edge >= 0:
            entries.append((row, n_sides + n_links + edge, -1.0))
    entries += [(n_links, n_sides + n_links + edge, 1.0) for edge in range(n_edges)]
    rows, columns, values = zip(*entries, strict=True)
    size = n_sides + n_links + n_edges
    matrix: Any = sparse.csr_array((values, (rows, columns)), shape=(n_links + 1, size))
    high, low, cost = np.ones(size), np.zeros(size), np.zeros(size)
    high[start], low[end] = 0.0, 1.0
    cost[n_sides : n_sides + n_links] = np.array([capacity for _, _, capacity, _ in links]) / most
    cost[n_sides + n_links :] = 1e-7  # no edge is lost for nothing
    whole = np.zeros(size)
    whole[n_sides + n_links :] = 1.0
    limits = np.zeros(n_links + 1)
    limits[n_links] = float(k)
    result = cast(
        "Any",
        optimize.milp(  # pyright: ignore[reportUnknownMemberType]
            cost,
            integrality=whole,
            bounds=optimize.Bounds(low, high),  # pyright: ignore[reportArgumentType]
            constraints=optimize.LinearConstraint(matrix, -np.inf, limits),  # pyright: ignore[reportArgumentType]
            options={"time_limit": most_seconds, "mip_rel_gap": 0.0},
        ),
    )
    if result.x is None:
        return Interdiction((), most_delivered(network), 0.0, False)
    chosen = np.flatnonzero(np.asarray(result.x, np.float64)[n_sides + n_links :] > 0.5)
    edges = tuple(int(edge) for edge in chosen)
    delivered = most_delivered(network.without(set(edges)))
    is_best = result.status == 0
    bound = delivered if is_best else max(0.0, float(result.mip_dual_bound) - 1e-7 * k) * most
    return Interdiction(edges, delivered, min(bound, delivered), is_best)
