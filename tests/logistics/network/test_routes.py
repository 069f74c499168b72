"""Routes, disjoint routes, single points of failure and connection, against hand values and brute force."""

import itertools
import math

import pytest
from hypothesis import given, settings

from logistics.network.reliability import connection
from logistics.network.routes import (
    edge_disjoint_routes,
    node_disjoint_routes,
    quickest_route,
    safest_route,
    single_points,
)
from logistics.network.supply_network import Edge, Node, SupplyNetwork
from simcore.errors import InputError
from tests.logistics.network.networks import BRIDGE, networks

POST = BRIDGE.index["post"]


def p_connected(network: SupplyNetwork, targets: list[int]) -> float:
    """Return the probability that all targets are reached, from every combination of cut edges."""
    total = 0.0
    for cut in itertools.product((False, True), repeat=len(network.edges)):
        p = math.prod(edge.risk if is_cut else 1.0 - edge.risk for edge, is_cut in zip(network.edges, cut, strict=True))
        if p > 0.0 and set(targets) <= network.reached({k for k, is_cut in enumerate(cut) if is_cut}):
            total += p
    return total


def simple_paths(network: SupplyNetwork, target: int) -> list[tuple[list[int], list[int]]]:
    """Return every path to a node, nodes and edges, that begins at a supply and passes none after."""
    found: list[tuple[list[int], list[int]]] = []

    def extend(nodes: list[int], edges: list[int]) -> None:
        if nodes[-1] == target:
            found.append((nodes, edges))
            return
        for arc in network.arcs:
            if arc.tail == nodes[-1] and arc.head not in nodes and arc.head not in network.sources:
                extend([*nodes, arc.head], [*edges, arc.edge])

    for source in network.sources:
        extend([source], [])
    return found


def most_disjoint(sets: list[set[object]]) -> int:
    """Return the most sets of which no two have an element in common."""
    if not sets:
        return 0
    first, rest = sets[0], sets[1:]
    return max(most_disjoint(rest), 1 + most_disjoint([other for other in rest if not other & first]))


def test_the_quickest_and_the_safest_route_differ() -> None:
    quick, safe = quickest_route(BRIDGE, POST), safest_route(BRIDGE, POST)
    assert quick is not None
    assert safe is not None
    assert [BRIDGE.edges[k].name for k in quick.edges] == ["south road", "south track"]
    assert (quick.time_h, quick.p_open) == (pytest.approx(1.0), pytest.approx(0.64))
    assert [BRIDGE.nodes[k].name for k in safe.nodes] == ["port", "north", "post"]
    assert (safe.time_h, safe.p_open) == (pytest.approx(1.5), pytest.approx(0.81))


def test_the_bridge_has_two_disjoint_routes_and_no_single_point() -> None:
    assert len(edge_disjoint_routes(BRIDGE, POST)) == len(node_disjoint_routes(BRIDGE, POST)) == 2
    found = single_points(BRIDGE, POST)
    assert found is not None
    assert (found.edges, found.nodes) == ((), ())


def test_a_place_that_all_routes_pass_is_a_single_point_although_their_edges_differ() -> None:
    network = SupplyNetwork(
        (Node("depot", supply=1.0), Node("ford"), Node("post", demand=1.0)),
        (
            Edge("a", "depot", "ford"),
            Edge("b", "depot", "ford"),
            Edge("c", "ford", "post"),
            Edge("d", "post", "ford"),
        ),
    )
    assert len(edge_disjoint_routes(network, 2)) == 2
    assert len(node_disjoint_routes(network, 2)) == 1
    found = single_points(network, 2)
    assert found is not None
    assert (found.edges, found.nodes) == ((), (1,))


def test_the_bridge_is_connected_with_the_probability_of_its_formula() -> None:
    # by the state of the cross road: open (0.7) two pairs in series, cut (0.3) two roads in parallel
    is_open = (1.0 - 0.1 * 0.2) * (1.0 - 0.1 * 0.2)
    is_cut = 1.0 - (1.0 - 0.9 * 0.9) * (1.0 - 0.8 * 0.8)
    found = connection(BRIDGE, [POST])
    assert found.is_exact
    assert found.probability == pytest.approx(0.7 * is_open + 0.3 * is_cut, rel=1e-12)


def test_random_draws_agree_with_the_exact_probability() -> None:
    exact = connection(BRIDGE, [POST]).probability
    n = 20_000
    found = connection(BRIDGE, [POST], draws=n, seed=4, most_states=0)
    assert not found.is_exact
    assert found.low < found.probability < found.high
    assert abs(found.probability - exact) < 4.0 * math.sqrt(exact * (1.0 - exact) / n)
    assert found == connection(BRIDGE, [POST], draws=n, seed=4, most_states=0)


def test_a_large_grid_is_estimated_with_an_interval_and_a_ladder_computed() -> None:
    side = 8
    nodes = [Node(f"{x},{y}") for x in range(side) for y in range(side)]
    nodes[0], nodes[-1] = Node("0,0", supply=1.0), Node("7,7", demand=1.0)
    pairs = [((x, y), (x + 1, y)) for x in range(side - 1) for y in range(side)]
    pairs += [((x, y), (x, y + 1)) for x in range(side) for y in range(side - 1)]
    edges = [Edge(f"{a}-{b}", f"{a[0]},{a[1]}", f"{b[0]},{b[1]}", risk=0.3) for a, b in pairs]
    found = connection(SupplyNetwork(tuple(nodes), tuple(edges)), [side * side - 1], draws=2000, most_states=500)
    assert not found.is_exact
    rungs = 25
    ladder = [
        Node("0,0", supply=1.0),
        *(Node(f"{k},0") for k in range(1, rungs)),
        *(Node(f"{k},1") for k in range(rungs)),
    ]
    ladder[-1] = Node(f"{rungs - 1},1", demand=1.0)
    ways = [Edge(f"rung {k}", f"{k},0", f"{k},1", risk=0.1) for k in range(rungs)]
    ways += [Edge(f"rail {k},{j}", f"{k},{j}", f"{k + 1},{j}", risk=0.1) for k in range(rungs - 1) for j in (0, 1)]
    network = SupplyNetwork(tuple(ladder), tuple(ways))
    exact = connection(network, [len(ladder) - 1])
    assert exact.is_exact
    drawn = connection(network, [len(ladder) - 1], draws=4000, seed=2, most_states=0)
    p = exact.probability
    assert abs(drawn.probability - p) < 4.0 * math.sqrt(p * (1.0 - p) / 4000)


@given(network=networks())
@settings(max_examples=40, deadline=None)
def test_connection_equals_the_sum_over_all_combinations(network: SupplyNetwork) -> None:
    for targets in ([k] for k in network.sinks):
        found = connection(network, targets)
        assert found.is_exact
        assert found.probability == pytest.approx(p_connected(network, targets), abs=1e-12)
    together = list(network.sinks)
    assert connection(network, together).probability == pytest.approx(p_connected(network, together), abs=1e-12)


@given(network=networks())
@settings(max_examples=60, deadline=None)
def test_routes_equal_those_of_a_search_through_all_paths(network: SupplyNetwork) -> None:
    for target in network.sinks:
        paths = simple_paths(network, target)
        quick, points = quickest_route(network, target), single_points(network, target)
        if not paths:
            assert quick is None
            assert points is None
            assert edge_disjoint_routes(network, target) == []
            continue
        assert quick is not None
        assert points is not None
        assert quick.time_h == pytest.approx(min(sum(network.edges[k].time_h for k in edges) for _, edges in paths))
        safe = safest_route(network, target)
        best = max(math.prod(1.0 - network.edges[k].risk for k in edges) for _, edges in paths)
        assert (safe.p_open if safe else 0.0) == pytest.approx(best)
        assert set(points.edges) == set.intersection(*(set(edges) for _, edges in paths))
        assert set(points.nodes) == set.intersection(*(set(nodes[1:-1]) for nodes, _ in paths))


@given(network=networks())
@settings(max_examples=60, deadline=None)
def test_disjoint_routes_are_as_many_as_can_be_and_disjoint(network: SupplyNetwork) -> None:
    for target in network.sinks:
        paths = simple_paths(network, target)
        by_edge, by_node = edge_disjoint_routes(network, target), node_disjoint_routes(network, target)
        assert len(by_edge) == most_disjoint([set(edges) for _, edges in paths])
        assert len(by_node) == most_disjoint([{*edges, *(f"node {k}" for k in nodes[1:-1])} for nodes, edges in paths])
        for routes in (by_edge, by_node):
            used = [k for route in routes for k in route.edges]
            assert len(used) == len(set(used))
            for route in routes:
                assert route.nodes[0] in network.sources
                assert route.nodes[-1] == target
                ends = [{network.edges[k].start, network.edges[k].end} for k in route.edges]
                steps = itertools.pairwise(route.nodes)
                assert ends == [{network.nodes[a].name, network.nodes[b].name} for a, b in steps]
        inner = [k for route in by_node for k in route.nodes[1:-1]]
        assert len(inner) == len(set(inner))


def test_a_wrong_network_is_refused_with_all_its_faults() -> None:
    with pytest.raises(InputError) as caught:
        SupplyNetwork(
            (Node("a", supply=-1.0), Node("a"), Node("b", demand=math.nan)),
            (Edge("x", "a", "c"), Edge("x", "b", "b", speed_kmh=0.0, capacity=-1.0, risk=2.0, length_km=math.inf)),
        )
    text = str(caught.value)
    for fault in (
        "node a: supply -1", "node a: named twice", "node b: demand nan", "no node has a supply", "no node named 'c'",
        "edge x: named twice", "leads from b to itself", "length inf", "speed 0", "capacity -1", "risk 2",
    ):  # fmt: skip
        assert fault in text


def test_too_few_draws_are_refused() -> None:
    with pytest.raises(InputError, match="5 draws"):
        connection(BRIDGE, [POST], draws=5)
