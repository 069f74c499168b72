"""Roads of a map: stamped on the rasters and as a graph."""

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.format.schema.map import Road
from scenarios.terrain.paths import crossed
from simcore.types import F32, U8, Mobility, Surface

if TYPE_CHECKING:
    import networkx

_ON_ROADS = (Mobility.WHEELED, Mobility.TRACKED, Mobility.FOOT)


def road_cells(road: Road, west_m: float, south_m: float, cell_m: float, shape: tuple[int, ...]) -> np.ndarray:
    """Return the mask (rows, columns) of the cells touched by a road; they are connected edge to edge."""
    mask = np.zeros(shape, dtype=bool)
    points = [(x * 1e3, y * 1e3) for x, y in road.line_km]
    for start, end in itertools.pairwise(points):
        for row, column, _ in crossed(start, end, west_m, south_m, cell_m, shape):
            mask[row, column] = True
    return mask


def stamp_roads(roads: Sequence[Road], west_m: float, south_m: float, cell_m: float, surface: U8) -> F32:
    """Stamp all roads on ``surface``, which is mutated; on water only for roads with bridges.

    Returns the speed factor (rows, columns) of the best road in each cell, 0 without a road.
    """
    is_water = surface == int(Surface.WATER)
    factor = np.zeros(surface.shape, dtype=np.float32)
    for road in roads:
        cells = road_cells(road, west_m, south_m, cell_m, surface.shape)
        paved = cells if road.bridges else cells & ~is_water
        factor[paved] = np.maximum(factor[paved], np.float32(road.speed_factor))
    surface[factor > 0.0] = int(Surface.ROAD)
    return factor


def apply_roads(factor: F32, was_water: np.ndarray, speed: F32) -> None:
    """Apply the speed factors of roads and let boats pass under bridges. Mutates ``speed`` (mobilities, ...)."""
    paved = factor > 0.0
    for mobility in _ON_ROADS:
        speed[mobility, paved] *= factor[paved]
    speed[Mobility.WATER, paved & was_water] = 1.0


def road_graph(roads: Sequence[Road]) -> "networkx.Graph[tuple[float, float]]":
    """Return the road network: nodes are ends and junctions, ``(east_m, north_m)`` rounded to a metre.

    Edges have ``length_m``, ``speed_factor`` and ``time_m``, the length over the factor: the weight for quickest
    routes. Crossing roads meet in a junction; of two roads between the same nodes the quicker is kept.
    """
    import networkx
    from shapely import LineString, MultiLineString, get_parts, node

    graph: networkx.Graph[tuple[float, float]] = networkx.Graph()
    if not roads:
        return graph
    lines = [LineString([(x * 1e3, y * 1e3) for x, y in road.line_km]) for road in roads]
    pieces: list[Any] = list(get_parts(node(MultiLineString(lines))))
    for piece in pieces:
        middle = piece.interpolate(0.5, normalized=True)
        factor = max(
            (road.speed_factor for road, line in zip(roads, lines, strict=True) if line.distance(middle) < 1e-3),
            default=1.0,
        )
        ends = tuple((round(x) + 0.0, round(y) + 0.0) for x, y in (piece.coords[0], piece.coords[-1]))
        time_m = piece.length / factor
        known: Any = graph.get_edge_data(*ends)
        if ends[0] != ends[1] and (known is None or time_m < known["time_m"]):
            graph.add_edge(*ends, length_m=piece.length, speed_factor=factor, time_m=time_m)
    return graph
