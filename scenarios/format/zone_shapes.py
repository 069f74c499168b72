"""Outlines of zones: every shape, with holes or in several parts, as a single closed line for the engine.

The engine counts the crossings of a ray with the outline (the even-odd rule). Holes and further parts are joined to the
outline by seams that run back and forth along the same line, with no effect on the count.
"""

import math
from typing import Any

import numpy as np

from scenarios.format.plane import Plane
from scenarios.format.schema.mines import Minefield
from scenarios.format.schema.types import Circle, Ring
from scenarios.format.schema.zones import Shape, Zone
from simcore.types import F64

CIRCLE_CORNERS = 32
_CAP_CORNERS = 8  # per quarter circle at the round ends of a corridor


def zone_outline(zone: Shape, plane: Plane) -> F64:
    """Return the corners (2, n) of a zone, or of a single shape [m], counter-clockwise, holes clockwise."""
    union = zone.union if isinstance(zone, Zone) else None
    if union is None and zone.line_km is None:
        return _joined(rings_of_one(zone, plane))
    return _joined(_rings_by_shapely([zone] if union is None else list(union), plane))


def shape_outline(shape: Shape | Minefield, plane: Plane) -> F64:
    """Return the corners (2, n) of a shape other than a corridor [m], counter-clockwise, a hole clockwise."""
    return _joined(rings_of_one(shape, plane))


def _disc(disc: Circle | Ring, radius_km: float, plane: Plane) -> F64:
    """Return the corners (2, n) of a circle around the centre of a disc."""
    centre = plane.point(disc.centre_km, disc.centre) or (0.0, 0.0)
    angle = np.arange(CIRCLE_CORNERS) * (2.0 * math.pi / CIRCLE_CORNERS)
    reach = radius_km * 1e3
    return np.vstack([centre[0] + reach * np.cos(angle), centre[1] + reach * np.sin(angle)])


def rings_of_one(shape: Shape | Minefield, plane: Plane) -> list[F64]:
    """Return the outline of a shape other than a corridor, and its hole."""
    if isinstance(shape, Shape) and shape.ring is not None:
        return [_disc(shape.ring, shape.ring.radius_km, plane), _disc(shape.ring, shape.ring.inner_km, plane)[:, ::-1]]
    if shape.circle is not None:
        return [_disc(shape.circle, shape.circle.radius_km, plane)]
    if shape.rectangle is not None:
        box = shape.rectangle
        x_km = [box.west_km, box.east_km, box.east_km, box.west_km]
        return [np.array([x_km, [box.south_km, box.south_km, box.north_km, box.north_km]]) * 1e3]
    if shape.polygon is not None:
        return [plane.project(list(shape.polygon)).T]
    return [np.array(shape.polygon_km or ()).T * 1e3]


def _rings_by_shapely(shapes: list[Shape], plane: Plane) -> list[F64]:
    """Return the outlines and holes of the union of shapes, the westernmost part first."""
    from shapely import LineString, MultiPolygon, Polygon, make_valid, union_all

    areas: list[Any] = []
    for shape in shapes:
        if shape.line_km is not None:
            line = LineString([(x * 1e3, y * 1e3) for x, y in shape.line_km])
            areas.append(line.buffer((shape.width_km or 0.0) * 500.0, quad_segs=_CAP_CORNERS))
        else:
            outer, *holes = rings_of_one(shape, plane)
            areas.append(make_valid(Polygon(outer.T, [hole.T for hole in holes])))
    whole: Any = union_all(areas)
    parts: list[Any] = list(whole.geoms) if isinstance(whole, MultiPolygon) else [whole]
    rings: list[F64] = []
    for part in sorted((part for part in parts if isinstance(part, Polygon)), key=lambda part: part.bounds):
        for k, ring in enumerate((part.exterior, *part.interiors)):
            corners: F64 = np.ascontiguousarray(np.array(ring.coords)[:-1].T)
            rings.append(corners if (twice_area(corners) > 0.0) == (k == 0) else corners[:, ::-1])
    return rings


def _joined(rings: list[F64]) -> F64:
    """Return a closed line: the first ring, counter-clockwise, with all others joined to it by seams, not reversed."""
    rings = [np.round(ring, 3) + 0.0 for ring in rings]
    outline = rings[0] if twice_area(rings[0]) >= 0.0 else rings[0][:, ::-1]
    for ring in rings[1:]:
        seam = outline[:, :1]
        near = int(np.argmin(((ring - seam) ** 2).sum(axis=0)))
        turned = np.roll(ring, -near, axis=1)
        outline = np.concatenate([outline, seam, turned, turned[:, :1]], axis=1)
    return np.ascontiguousarray(outline)


def twice_area(corners: F64) -> float:
    """Return twice the area inside a closed line, negative if it runs clockwise."""
    x, y = corners
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())
