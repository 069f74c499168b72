"""Routes to a place: the quickest, the safest, how many without a common way or place, and what all of them need.

Sources: Dijkstra (1959) for shortest routes; Menger (1927) and Ford and Fulkerson (1956): the most disjoint routes are
a maximum flow over elements that carry one each.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import networkx
from networkx.algorithms.flow import edmonds_karp

from logistics.network.supply_network import Edge, SupplyNetwork

_START = -1


@dataclass(frozen=True)
class Route:
    """A route from a supply to a place: node and edge indices in order, ``time_h`` [h], ``p_open`` that none is cut."""

    nodes: tuple[int, ...]
    edges: tuple[int, ...]
    time_h: float
    p_open: float


@dataclass(frozen=True)
class SinglePoints:
    """Edges and nodes without which no supply reaches a place. The supplies and the place itself do not count."""

    edges: tuple[int, ...]
    nodes: tuple[int, ...]


def quickest_route(network: SupplyNetwork, target: int) -> Route | None:
    """Return the route of the least travel time from any supply to a node, None where none leads there."""
    return _best(network, target, lambda edge: edge.time_h)


def safest_route(network: SupplyNetwork, target: int) -> Route | None:
    """Return the route that is open with the greatest probability, the quickest of those; None where none is open."""
    hair = 1e-9 / (1.0 + sum(edge.time_h for edge in network.edges))  # of time, to tell equal risks apart
    return _best(
        network,
        target,
        lambda edge: math.inf if edge.risk >= 1.0 else -math.log1p(-edge.risk) + hair * edge.time_h,
    )


def edge_disjoint_routes(network: SupplyNetwork, target: int) -> list[Route]:
    """Return as many routes to a node as there are without a common edge, the quickest first."""
    return _disjoint(network, target, needs_own_nodes=False)


def node_disjoint_routes(network: SupplyNetwork, target: int) -> list[Route]:
    """Return as many routes to a node as there are without a common edge or node, but the supplies and the node."""
    return _disjoint(network, target, needs_own_nodes=True)


def single_points(network: SupplyNetwork, target: int) -> SinglePoints | None:
    """Return the edges and nodes that every route to a node needs, in the order of the quickest; None without route."""
    route = quickest_route(network, target)
    if route is None:
        return None
    edges = [k for k in route.edges if target not in network.reached({k})]
    nodes = [
        k for k in route.nodes if k != target and k not in network.sources and target not in network.reached(lost=k)
    ]
    return SinglePoints(tuple(edges), tuple(nodes))


def _best(network: SupplyNetwork, target: int, cost: Callable[[Edge], float]) -> Route | None:
    graph: networkx.DiGraph[int] = networkx.DiGraph()
    graph.add_nodes_from(range(len(network.nodes)))
    used: dict[tuple[int, int], int] = {}
    for arc in network.arcs:
        weight, pair = cost(network.edges[arc.edge]), (arc.tail, arc.head)
        if math.isfinite(weight) and (pair not in used or weight < cost(network.edges[used[pair]])):
            used[pair] = arc.edge
            graph.add_edge(*pair, weight=weight)
    try:
        _, nodes = networkx.multi_source_dijkstra(graph, set(network.sources), target)
    except networkx.NetworkXNoPath:
        return None
    path = [int(node) for node in nodes]
    return _route(network, path, [used[pair] for pair in pairwise(path)])


def _route(network: SupplyNetwork, nodes: list[int], edges: list[int]) -> Route:
    return Route(
        tuple(nodes),
        tuple(edges),
        sum(network.edges[k].time_h for k in edges),
        math.prod(1.0 - network.edges[k].risk for k in edges),
    )


def _disjoint(network: SupplyNetwork, target: int, *, needs_own_nodes: bool) -> list[Route]:
    """Return disjoint routes from a maximum flow in which every edge, and if asked every node, carries one.

    The graph has two vertices for each node and for each edge (in, out), the edge's with an arc of capacity one that
    both directions share.
    """
    n = len(network.nodes)
    shared = (*network.sources, target)

    def entry(node: int) -> int:
        return 2 * node

    def edge_entry(edge: int) -> int:
        return 2 * (n + edge)

    graph: networkx.DiGraph[int] = networkx.DiGraph()
    for k in range(n):
        if needs_own_nodes and k not in shared:
            graph.add_edge(entry(k), entry(k) + 1, capacity=1)
        else:
            graph.add_edge(entry(k), entry(k) + 1)
    for arc in network.arcs:
        graph.add_edge(entry(arc.tail) + 1, edge_entry(arc.edge), capacity=1)
        graph.add_edge(edge_entry(arc.edge), edge_entry(arc.edge) + 1, capacity=1)
        graph.add_edge(edge_entry(arc.edge) + 1, entry(arc.head), capacity=1)
    for k in network.sources:
        if k != target:
            graph.add_edge(_START, entry(k), capacity=len(network.edges))
    if _START not in graph:
        return []
    _, flow = networkx.maximum_flow(  # pyright: ignore[reportUnknownMemberType]
        graph, _START, entry(target), flow_func=edmonds_karp
    )  # few routes: fast
    left = {(int(a), int(b)): int(f) for a, row in flow.items() for b, f in row.items() if f > 0}
    routes = [_from_vertices(network, walk, n) for walk in _walks(left, entry(target))]
    return sorted(routes, key=lambda route: (route.time_h, route.edges))


def _walks(left: dict[tuple[int, int], int], last: int) -> Iterator[list[int]]:
    """Yield the paths that a flow consists of, without their circles. Uses up ``left``."""
    following: dict[int, list[int]] = {}
    for a, b in left:
        following.setdefault(a, []).append(b)
    while any(left.get((_START, b), 0) for b in following.get(_START, [])):
        walk, place = [_START], {_START: 0}
        while walk[-1] != last:
            here = walk[-1]
            after = next(b for b in following[here] if left[here, b] > 0)
            left[here, after] -= 1
            if after in place:
                for vertex in walk[place[after] + 1 :]:
                    del place[vertex]
                del walk[place[after] + 1 :]
            else:
                place[after] = len(walk)
                walk.append(after)
        yield walk


def _from_vertices(network: SupplyNetwork, walk: list[int], n: int) -> Route:
    """Return the route of a path, from its last supply on."""
    entries = [vertex // 2 for vertex in walk if vertex >= 0 and vertex % 2 == 0]
    begin = max(k for k, place in enumerate(entries) if place < n and place in network.sources)
    entries = entries[begin:]
    return _route(network, [k for k in entries if k < n], [k - n for k in entries if k >= n])
