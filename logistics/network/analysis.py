"""All answers about a supply network, as numbers, lines of text and plain data."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from logistics.network.flow import Bottleneck, Delivery, Loss, Planner, bottleneck, losses, most_delivered
from logistics.network.interdiction import Interdiction, worst_losses
from logistics.network.reliability import Connection, connections
from logistics.network.routes import (
    Route,
    SinglePoints,
    edge_disjoint_routes,
    node_disjoint_routes,
    quickest_route,
    safest_route,
    single_points,
)
from logistics.network.supply_network import SupplyNetwork
from logistics.tables.aligned import aligned, digits, per_cent


@dataclass(frozen=True)
class PlaceReport:
    """The ways to a place with demand. Routes are None where none leads there."""

    node: int
    quickest: Route | None
    safest: Route | None
    by_edges: tuple[Route, ...]
    by_nodes: tuple[Route, ...]
    single: SinglePoints | None
    connected: Connection


@dataclass(frozen=True)
class NetworkReport:
    """The analysis of a network. ``worst``: the dearest joint losses of 1, 2, ... edges."""

    network: SupplyNetwork
    delivery: Delivery
    bottleneck: Bottleneck
    places: tuple[PlaceReport, ...]
    all_connected: Connection
    losses: tuple[Loss, ...]
    worst: tuple[Interdiction, ...]


def analyse(network: SupplyNetwork, lose: int = 2, draws: int = 20_000, seed: int = 1) -> NetworkReport:
    """Return the analysis of a network.

    Parameters
    ----------
    network
        The network.
    lose
        Most edges to lose together; 0 for none.
    draws, seed
        Of the probabilities that are too many states to compute.
    """
    planner = Planner(network)
    normal = planner.deliver()
    every = [[k] for k in network.sinks]
    *each, together = connections(network, every if len(every) == 1 else [*every, list(network.sinks)], draws, seed)
    lost = losses(planner, normal)
    places = tuple(
        PlaceReport(
            node=k,
            quickest=quickest_route(network, k),
            safest=safest_route(network, k),
            by_edges=tuple(edge_disjoint_routes(network, k)),
            by_nodes=tuple(node_disjoint_routes(network, k)),
            single=single_points(network, k),
            connected=connected,
        )
        for k, connected in zip(network.sinks, each or [together], strict=True)
    )
    return NetworkReport(
        network=network,
        delivery=normal,
        bottleneck=bottleneck(network),
        places=places,
        all_connected=together,
        losses=tuple(lost),
        worst=tuple(
            _worst_single(network, lost) if k == 1 else worst_losses(network, k)
            for k in range(1, min(lose, len(network.edges)) + 1)
        ),
    )


def _worst_single(network: SupplyNetwork, lost: Sequence[Loss]) -> Interdiction:
    """Return the dearest loss of one edge, known from all of them."""
    edges = (lost[0].edge,) if lost[0].undelivered > 0.0 else ()
    left = most_delivered(network.without(set(edges)))
    return Interdiction(edges, left, left, is_best=True)


def report_lines(report: NetworkReport, unit: str, most_losses: int = 15) -> list[str]:
    """Return the analysis as text. ``unit`` is that of the quantities, such as ``t/day``."""
    network, delivery = report.network, report.delivery
    names = [node.name for node in network.nodes]
    lines = [
        f"{len(network.nodes)} nodes, {len(network.edges)} edges; supply {digits(network.total_supply)}, demand "
        f"{digits(network.total_demand)} {unit}",
        f"delivered: {digits(delivery.total)} {unit}, {per_cent(delivery.total / network.total_demand)} of the demand, "
        f"after {digits(delivery.time_h, 3)} h on the way",
        f"held down by: {_bottleneck_text(report)}",
        "",
        "places with demand",
    ]
    rows = [
        (
            names[place.node],
            digits(network.nodes[place.node].demand),
            digits(float(delivery.delivered[place.node])),
            digits(place.quickest.time_h, 3) if place.quickest else "-",
            str(len(place.by_edges)),
            str(len(place.by_nodes)),
            _chance(place.connected),
        )
        for place in report.places
    ]
    header = ("place", "demand", "delivered", "quickest h", "edge-disjoint", "node-disjoint", "connected")
    lines += [*aligned(header, rows), f"  all together connected: {_chance(report.all_connected)}", "", "routes"]
    for place in report.places:
        lines += _route_lines(network, place)
    lines += ["", "the loss of an edge"]
    shown = report.losses[:most_losses]
    loss_rows = [
        (
            network.edges[loss.edge].name,
            digits(loss.flow),
            digits(loss.undelivered),
            per_cent(loss.undelivered / delivery.total if delivery.total > 0.0 else 0.0),
            "-" if math.isnan(loss.delay_h) else f"{loss.delay_h:+.2f}",
            ", ".join(names[k] for k in loss.cut_off) or "-",
        )
        for loss in shown
    ]
    lines += aligned(("edge", "carries", "undelivered", "share", "delay h", "cuts off"), loss_rows)
    if len(report.losses) > len(shown):
        lines.append(f"  ... {len(report.losses) - len(shown)} more edges cost no more than these (all with --json)")
    if report.worst:
        lines += ["", "the worst joint losses"]
        for k, worst in enumerate(report.worst, 1):
            edges = " + ".join(network.edges[edge].name for edge in worst.edges) or "no edge does harm"
            proof = "" if worst.is_best else f" (not proved: at least {digits(worst.bound)})"
            lines.append(f"  {k}: {edges}: {digits(worst.delivered)} {unit} left{proof}")
    return lines


def as_json(report: NetworkReport, unit: str) -> dict[str, Any]:
    """Return the analysis as plain data."""
    network = report.network
    nodes, edges = [node.name for node in network.nodes], [edge.name for edge in network.edges]

    def route(found: Route | None) -> dict[str, Any] | None:
        if found is None:
            return None
        return {
            "nodes": [nodes[k] for k in found.nodes],
            "edges": [edges[k] for k in found.edges],
            "time_h": found.time_h,
            "p_open": found.p_open,
        }

    def chance(found: Connection) -> dict[str, Any]:
        return {"p": found.probability, "low": found.low, "high": found.high, "is_exact": found.is_exact}

    neck = report.bottleneck
    return {
        "schema_version": 1,
        "unit": unit,
        "supply": network.total_supply,
        "demand": network.total_demand,
        "delivered": report.delivery.total,
        "time_h": report.delivery.time_h,
        "flows": {name: float(flow) for name, flow in zip(edges, report.delivery.flows, strict=True)},
        "bottleneck": {
            "edges": [edges[k] for k in neck.edges],
            "supplies": [nodes[k] for k in neck.supplies],
            "demands": [nodes[k] for k in neck.demands],
        },
        "places": [
            {
                "name": nodes[place.node],
                "demand": network.nodes[place.node].demand,
                "delivered": float(report.delivery.delivered[place.node]),
                "quickest": route(place.quickest),
                "safest": route(place.safest),
                "edge_disjoint": [route(one) for one in place.by_edges],
                "node_disjoint": [route(one) for one in place.by_nodes],
                "single_edges": [edges[k] for k in place.single.edges] if place.single else [],
                "single_nodes": [nodes[k] for k in place.single.nodes] if place.single else [],
                "connected": chance(place.connected),
            }
            for place in report.places
        ],
        "all_connected": chance(report.all_connected),
        "losses": [
            {
                "edge": edges[loss.edge],
                "flow": loss.flow,
                "undelivered": loss.undelivered,
                "delay_h": loss.delay_h,
                "cut_off": [nodes[k] for k in loss.cut_off],
            }
            for loss in report.losses
        ],
        "worst": [
            {
                "edges": [edges[k] for k in worst.edges],
                "delivered": worst.delivered,
                "bound": worst.bound,
                "is_best": worst.is_best,
            }
            for worst in report.worst
        ],
    }


def _bottleneck_text(report: NetworkReport) -> str:
    network, neck = report.network, report.bottleneck
    if set(neck.demands) == set(network.sinks) and not neck.edges and not neck.supplies:
        return "nothing, all demand is met"
    parts = [_listed("edge", [network.edges[k].name for k in neck.edges])] if neck.edges else []
    parts += [_listed("the supply of", [network.nodes[k].name for k in neck.supplies])] if neck.supplies else []
    parts += [_listed("the demand of", [network.nodes[k].name for k in neck.demands])] if neck.demands else []
    return "; ".join(parts) or "no open way between supply and demand"


def _listed(kind: str, names: Sequence[str]) -> str:
    plural = "s" if kind == "edge" and len(names) > 1 else ""
    return f"{kind}{plural} {', '.join(names)}"


def _route_lines(network: SupplyNetwork, place: PlaceReport) -> list[str]:
    name = network.nodes[place.node].name
    if place.quickest is None or place.single is None:
        return [f"  {name}: no route from any supply"]
    lines = [f"  {name}: {_route_text(network, place.quickest)}"]
    if place.safest is not None and place.safest.edges != place.quickest.edges:
        lines.append(f"    safer: {_route_text(network, place.safest)}")
    needed = [network.edges[k].name for k in place.single.edges]
    needed += [f"{network.nodes[k].name} (node)" for k in place.single.nodes]
    if needed:
        lines.append(f"    every route needs: {', '.join(needed)}")
    return lines


def _route_text(network: SupplyNetwork, route: Route) -> str:
    stops = " > ".join(network.nodes[k].name for k in route.nodes)
    return f"{stops}, {digits(route.time_h, 3)} h, open with {per_cent(route.p_open)}"


def _chance(found: Connection) -> str:
    if found.is_exact:
        return per_cent(found.probability, 2)
    return f"{per_cent(found.probability, 2)} [{100.0 * found.low:.2f}, {100.0 * found.high:.2f}]"
