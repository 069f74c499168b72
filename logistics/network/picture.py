"""The map of a supply network as SVG text: flows, bottlenecks, and what every route needs."""

import math
from html import escape

import networkx

from logistics.drawing.panels import label
from logistics.network.analysis import NetworkReport
from logistics.network.supply_network import SupplyNetwork
from logistics.tables.aligned import digits

_WIDTH, _MOST_HEIGHT, _EDGE_PX, _FOOT = 900.0, 640.0, 70.0, 70.0
_SUPPLY, _DEMAND, _TRANSIT, _NECK, _FLOW, _IDLE = "#2e7d32", "#1f5fa8", "#777777", "#b3261e", "#3a3a3a", "#b9b9b9"


def draw(report: NetworkReport, title: str, unit: str) -> str:
    """Return the picture. Nodes stand at ``x_km`` and ``y_km`` where all have them, else where a layout puts them."""
    network = report.network
    places, height = _places(network)
    most = max((abs(float(flow)) for flow in report.delivery.flows), default=0.0) or 1.0
    single = {k for place in report.places if place.single for k in place.single.edges}
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH:g} {height + _FOOT:.0f}' role='img'>",
        f"<title>{escape(title)}</title>",
        f"<rect width='{_WIDTH:g}' height='{height + _FOOT:.0f}' fill='#ffffff'/>",
        label(24.0, 28.0, title, size=15, anchor="start"),
    ]
    labels: list[str] = []
    drawn: dict[frozenset[str], int] = {}
    for k, edge in enumerate(network.edges):
        (x0, y0), (x1, y1) = places[network.index[edge.start]], places[network.index[edge.end]]
        flow = abs(float(report.delivery.flows[k]))
        ends = frozenset((edge.start, edge.end))
        bend = 26.0 * drawn.get(ends, 0)  # parallel edges side by side
        drawn[ends] = drawn.get(ends, 0) + 1
        length = math.hypot(x1 - x0, y1 - y0) or 1.0
        mx, my = 0.5 * (x0 + x1) - bend * (y1 - y0) / length, 0.5 * (y0 + y1) + bend * (x1 - x0) / length
        colour = _NECK if k in report.bottleneck.edges else _FLOW if flow > 0.0 else _IDLE
        dash = " stroke-dasharray='7 4'" if k in single else ""
        parts.append(
            f"<path d='M{x0:.1f} {y0:.1f}Q{2 * mx - 0.5 * (x0 + x1):.1f} {2 * my - 0.5 * (y0 + y1):.1f} "
            f"{x1:.1f} {y1:.1f}' fill='none' stroke='{colour}' stroke-width='{1.4 + 6.0 * flow / most:.1f}'{dash}>"
            f"<title>{escape(edge.name)}</title></path>"
        )
        if flow > 0.0:
            labels.append(label(mx, my - 4.0, digits(flow, 3), size=11))
    for k, node in enumerate(network.nodes):
        x, y = places[k]
        colour = _SUPPLY if node.supply > 0.0 else _DEMAND if node.demand > 0.0 else _TRANSIT
        shape = (
            f"<rect x='{x - 8:.1f}' y='{y - 8:.1f}' width='16' height='16'"
            if node.supply > 0.0
            else f"<circle cx='{x:.1f}' cy='{y:.1f}' r='{8 if node.demand > 0.0 else 5}'"
        )
        parts.append(f"{shape} fill='{colour}' stroke='#fff' stroke-width='1.5'/>")
        labels.append(label(x, y - 13.0, node.name, size=12))
        if node.demand > 0.0:
            share = f"{digits(float(report.delivery.delivered[k]), 3)} of {digits(node.demand, 3)}"
            labels.append(label(x, y + 22.0, share, size=11, colour=_DEMAND))
        elif node.supply > 0.0:
            labels.append(label(x, y + 24.0, digits(node.supply, 3), size=11, colour=_SUPPLY))
    return "\n".join([*parts, *labels, *_legend(height, unit), "</svg>"]) + "\n"


def _places(network: SupplyNetwork) -> tuple[list[tuple[float, float]], float]:
    """Return the place of each node on the picture, and the height of the map."""
    found = [node.place_km for node in network.nodes]
    known = [place for place in found if place is not None]
    if len(known) < len(found):
        graph: networkx.Graph[int] = networkx.Graph()
        graph.add_nodes_from(range(len(found)))
        graph.add_edges_from((arc.tail, arc.head) for arc in network.arcs)
        layout = networkx.spring_layout(graph, seed=1, iterations=200)
        known = [(float(layout[k][0]), float(layout[k][1])) for k in range(len(found))]
    xs, ys = [x for x, _ in known], [y for _, y in known]
    wide, high = max(xs) - min(xs) or 1.0, max(ys) - min(ys) or 1.0
    scale = min((_WIDTH - 2.0 * _EDGE_PX) / wide, (_MOST_HEIGHT - 2.0 * _EDGE_PX) / high)
    left = 0.5 * (_WIDTH - (max(xs) - min(xs)) * scale)
    height = (max(ys) - min(ys)) * scale + 2.0 * _EDGE_PX
    return [(left + (x - min(xs)) * scale, _EDGE_PX + (max(ys) - y) * scale) for x, y in known], height


def _legend(height: float, unit: str) -> list[str]:
    y = height + 26.0
    squares = ((_SUPPLY, "supply"), (_DEMAND, "demand, delivered"), (_TRANSIT, "passed through"))
    parts: list[str] = []
    x = 24.0
    for colour, words in squares:
        parts.append(f"<rect x='{x:g}' y='{y - 10:g}' width='12' height='12' fill='{colour}'/>")
        parts.append(label(x + 18.0, y, words, anchor="start"))
        x += 160.0
    x, y = 24.0, y + 24.0
    strokes = ((_NECK, "", "bottleneck"), (_FLOW, "", f"carries {unit}"), (_IDLE, "", "not needed"))
    for colour, dash, words in (*strokes, (_FLOW, " stroke-dasharray='7 4'", "every route of a place needs it")):
        parts.append(f"<path d='M{x:g} {y - 4:g}h26' stroke='{colour}' stroke-width='4'{dash}/>")
        parts.append(label(x + 32.0, y, words, anchor="start"))
        x += 160.0
    return parts
