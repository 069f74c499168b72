"""Deliveries, bottlenecks, the cost of losses and interdiction, against values by hand and brute force."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings

from logistics.network.flow import Planner, bottleneck, losses, most_delivered
from logistics.network.interdiction import worst_losses
from logistics.network.supply_network import Edge, Node, SupplyNetwork
from simcore.errors import InputError
from tests.logistics.network.networks import BRIDGE, networks

CHAIN = SupplyNetwork(
    (Node("depot", supply=10.0), Node("ford"), Node("post", demand=6.0), Node("camp", demand=9.0)),
    (
        Edge("road", "depot", "ford", 40.0, 40.0),
        Edge("path", "ford", "post", 10.0, 5.0, 4.0),
        Edge("track", "ford", "camp", 10.0, 20.0),
    ),
)


def cut_by_hand(network: SupplyNetwork) -> float:
    """Return the least capacity between the supplies and the demands, from every division of the nodes."""
    n = len(network.nodes)
    best = math.inf
    for inside in itertools.product((False, True), repeat=n):
        cut = sum(node.demand if is_in else node.supply for node, is_in in zip(network.nodes, inside, strict=True))
        for arc in network.arcs:
            if inside[arc.tail] and not inside[arc.head]:
                cut += network.edges[arc.edge].capacity
        best = min(best, cut)
    return best


def test_the_bridge_delivers_what_its_last_tracks_carry() -> None:
    found = bottleneck(BRIDGE)
    assert [BRIDGE.edges[k].name for k in found.edges] == ["north track", "south track"]
    assert found.total == pytest.approx(45.0)
    assert (found.supplies, found.demands) == ((), ())


def test_a_chain_is_held_down_by_its_supply_and_a_path() -> None:
    found = bottleneck(CHAIN)
    assert found.supplies == (0,)
    assert found.total == pytest.approx(10.0)
    delivery = Planner(CHAIN).deliver()
    # the track is quicker, so the camp gets its 9 and the post the last 1: (9 x 1.5 + 1 x 3) / 10
    assert delivery.delivered.tolist() == pytest.approx([0.0, 0.0, 1.0, 9.0])
    assert delivery.time_h == pytest.approx(1.65)


def test_losses_cost_what_no_other_way_carries() -> None:
    planner = Planner(BRIDGE)
    found = {BRIDGE.edges[loss.edge].name: loss for loss in losses(planner, planner.deliver())}
    # each track carries its capacity; without a road the cross road brings 15 to the other track
    assert found["north track"].undelivered == pytest.approx(25.0)
    assert found["south track"].undelivered == pytest.approx(20.0)
    assert found["north road"].undelivered == pytest.approx(45.0 - 30.0)
    assert found["south road"].undelivered == pytest.approx(45.0 - 40.0)
    assert found["cross road"].undelivered == 0.0
    assert all(loss.cut_off == () for loss in found.values())


def test_a_loss_that_delays_has_its_delay() -> None:
    network = SupplyNetwork(
        (Node("depot", supply=5.0), Node("post", demand=5.0)),
        (Edge("road", "depot", "post", 10.0, 10.0), Edge("detour", "depot", "post", 30.0, 10.0)),
    )
    planner = Planner(network)
    first, second = losses(planner, planner.deliver())
    assert (network.edges[first.edge].name, first.undelivered, first.delay_h) == ("road", 0.0, pytest.approx(2.0))
    assert (network.edges[second.edge].name, second.flow, second.delay_h) == ("detour", 0.0, 0.0)


def test_the_loss_of_the_only_road_cuts_off_all_behind_it() -> None:
    planner = Planner(CHAIN)
    worst = losses(planner, planner.deliver())[0]
    assert CHAIN.edges[worst.edge].name == "road"
    assert worst.undelivered == pytest.approx(10.0)
    assert worst.cut_off == (2, 3)
    assert math.isnan(worst.delay_h)


@given(network=networks())
@settings(max_examples=60, deadline=None)
def test_the_most_delivered_is_the_smallest_cut_and_flows_conserve(network: SupplyNetwork) -> None:
    wanted, found, delivery = cut_by_hand(network), bottleneck(network), Planner(network).deliver()
    assert most_delivered(network) == pytest.approx(wanted, abs=1e-9)
    assert delivery.total == pytest.approx(wanted, abs=1e-6)
    parts = [network.edges[k].capacity for k in found.edges]
    parts += [network.nodes[k].supply for k in found.supplies] + [network.nodes[k].demand for k in found.demands]
    assert sum(parts) == pytest.approx(wanted, abs=1e-9) == found.total
    into = np.zeros(len(network.nodes))
    for flow, edge in zip(delivery.flows, network.edges, strict=True):
        assert abs(flow) <= edge.capacity + 1e-6
        assert edge.is_two_way or flow >= -1e-9
        into[network.index[edge.end]] += flow
        into[network.index[edge.start]] -= flow
    for k, node in enumerate(network.nodes):
        assert delivery.delivered[k] <= node.demand + 1e-6
        if node.supply == 0.0:
            assert into[k] == pytest.approx(delivery.delivered[k], abs=1e-6)
        else:
            assert -node.supply - 1e-6 <= into[k] <= 1e-6


@given(network=networks())
@settings(max_examples=25, deadline=None)
def test_each_loss_costs_the_difference_of_two_smallest_cuts(network: SupplyNetwork) -> None:
    planner = Planner(network)
    normal = planner.deliver()
    for loss in losses(planner, normal):
        wanted = cut_by_hand(network) - cut_by_hand(network.without({loss.edge}))
        assert loss.undelivered == pytest.approx(wanted, abs=1e-5)
        if wanted == 0.0 and normal.total > 0.0:
            assert loss.delay_h >= -1e-6


@given(network=networks())
@settings(max_examples=25, deadline=None)
def test_the_worst_losses_equal_those_of_a_search_through_all(network: SupplyNetwork) -> None:
    for k in (1, 2, 3):
        wanted = min(
            cut_by_hand(network.without(set(chosen)))
            for chosen in itertools.combinations(range(len(network.edges)), min(k, len(network.edges)))
        )
        found = worst_losses(network, k)
        assert found.is_best
        assert len(found.edges) <= k
        assert found.delivered == pytest.approx(wanted, abs=1e-6)
        assert cut_by_hand(network.without(set(found.edges))) == pytest.approx(found.delivered, abs=1e-9)


def test_interdiction_needs_a_number_of_edges() -> None:
    with pytest.raises(InputError, match="0 edges to lose"):
        worst_losses(BRIDGE, 0)
