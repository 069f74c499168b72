"""Small supply networks, by hand and at random."""

import itertools
import math

from hypothesis import strategies as st

from logistics.network.supply_network import Edge, Node, SupplyNetwork

BRIDGE = SupplyNetwork(
    (Node("port", supply=100.0), Node("north"), Node("south"), Node("post", demand=60.0)),
    (
        Edge("north road", "port", "north", 60.0, 60.0, 40.0, 0.1),
        Edge("south road", "port", "south", 30.0, 60.0, 30.0, 0.2),
        Edge("cross road", "north", "south", 10.0, 40.0, 15.0, 0.3),
        Edge("north track", "north", "post", 20.0, 40.0, 25.0, 0.1),
        Edge("south track", "south", "post", 15.0, 30.0, 20.0, 0.2),
    ),
)
"""Two roads with a cross road between them: the bridge of the textbooks."""


@st.composite
def networks(draw: st.DrawFn) -> SupplyNetwork:
    """Return a random network of up to 6 nodes and 9 edges, with parallel and one-way edges."""
    n = draw(st.integers(3, 6))
    nodes = [Node("s0", supply=draw(st.integers(1, 30)) * 1.0)]
    nodes += [Node("d0", demand=draw(st.integers(1, 30)) * 1.0)]
    nodes += [
        Node(f"n{k}", *draw(st.sampled_from([(0.0, 0.0), (0.0, 0.0), (5.0, 0.0), (0.0, 8.0)]))) for k in range(2, n)
    ]
    pairs = list(itertools.permutations(range(n), 2))
    edges = [
        Edge(
            f"e{k}",
            nodes[a].name,
            nodes[b].name,
            draw(st.integers(1, 9)) * 1.0,
            draw(st.sampled_from([10.0, 20.0])),
            draw(st.sampled_from([0.0, 2.0, 3.5, 7.0, 12.0, math.inf])),
            draw(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0])),
            draw(st.booleans()),
        )
        for k, (a, b) in enumerate(draw(st.lists(st.sampled_from(pairs), min_size=2, max_size=9)))
    ]
    return SupplyNetwork(tuple(nodes), tuple(edges))
