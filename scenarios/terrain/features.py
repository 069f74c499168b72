"""Features stamped on the ground."""

from typing import TYPE_CHECKING

import numpy as np

from simcore.types import F32, F64, U8, Surface

if TYPE_CHECKING:
    from scenarios.format.schema.map import Feature

_SURFACES = {"open", "rough", "forest", "urban", "marsh", "road"}


def stamp(feature: "Feature", x_m: F64, y_m: F64, elevation_m: F32, surface: U8) -> None:
    """Stamp a feature. ``x_m`` (columns,), ``y_m`` (rows,) are cell centres. Mutates ``elevation_m``, ``surface``.

    A lake lies at the lowest ground it covers. Features rising out of water become land.
    """
    west, east, south, north = _bounds(feature)
    columns = slice(*np.searchsorted(x_m, (west, east)))
    rows = slice(*np.searchsorted(y_m, (south, north)))
    if columns.start >= columns.stop or rows.start >= rows.stop:
        return
    inside, depth = _shape(feature, x_m[columns][None, :], y_m[rows][:, None])
    ground, cover = elevation_m[rows, columns], surface[rows, columns]
    if feature.kind == "lake":
        cover[inside] = int(Surface.WATER)
        ground[inside] = ground[inside].min(initial=np.float32(np.inf))
    elif feature.kind in _SURFACES:
        cover[inside] = int(Surface[feature.kind.upper()])
    else:
        profile = np.ones_like(depth) if feature.kind == "wall" else depth * depth * (3.0 - 2.0 * depth)
        height = (feature.height_m * profile).astype(np.float32)
        if feature.kind == "island":
            height = np.maximum(height, np.float32(1.0))
        is_land = inside if feature.kind == "island" else inside & (cover == int(Surface.WATER)) & (height > ground)
        cover[is_land] = int(Surface.OPEN)
        ground[inside] = np.maximum(ground[inside], height[inside])


def _bounds(feature: "Feature") -> tuple[float, float, float, float]:
    """Return west, east, south, north [m]."""
    if feature.circle is not None and feature.circle.centre_km is not None:
        (x, y), r = feature.circle.centre_km, feature.circle.radius_km
        return (x - r) * 1e3, (x + r) * 1e3, (y - r) * 1e3, (y + r) * 1e3
    points = feature.polygon_km or feature.line_km or ()
    margin = (feature.width_km or 0.0) / 2.0
    x, y = [point[0] for point in points], [point[1] for point in points]
    return (min(x) - margin) * 1e3, (max(x) + margin) * 1e3, (min(y) - margin) * 1e3, (max(y) + margin) * 1e3


def _shape(feature: "Feature", x: F64, y: F64) -> tuple[np.ndarray, F64]:
    """Return (inside, depth): a mask and the depth inside, 0 at the edge to 1 at the crest."""
    if feature.circle is not None and feature.circle.centre_km is not None:
        cx, cy = feature.circle.centre_km[0] * 1e3, feature.circle.centre_km[1] * 1e3
        distance = np.sqrt((x - cx) ** 2 + (y - cy) ** 2)
        reach = feature.circle.radius_km * 1e3
        return distance <= reach, np.clip(1.0 - distance / reach, 0.0, 1.0)
    if feature.line_km is not None:
        distance = _distance(np.array(feature.line_km) * 1e3, x, y, closed=False)
        reach = (feature.width_km or 0.0) * 500.0
        return distance <= reach, np.clip(1.0 - distance / reach, 0.0, 1.0)
    corners = np.array(feature.polygon_km or ()) * 1e3
    inside = points_inside(corners, x, y)
    if feature.kind in ("hill", "ridge", "island"):
        distance = _distance(corners, x, y, closed=True) * inside
        return inside, distance / max(float(distance.max(initial=0.0)), 1e-9)
    return inside, inside.astype(np.float64)


def points_inside(corners: F64, x: F64, y: F64) -> np.ndarray:
    """Return the mask of points (x, y broadcast) inside the polygon ``corners`` (n, 2), by the even-odd rule."""
    inside = np.zeros(np.broadcast_shapes(x.shape, y.shape), dtype=bool)
    x0, y0 = corners[-1]
    for x1, y1 in corners:
        if y0 != y1:
            crosses = (y0 > y) != (y1 > y)
            inside ^= crosses & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
        x0, y0 = x1, y1
    return inside


def _distance(corners: F64, x: F64, y: F64, *, closed: bool) -> F64:
    """Return the distance of points (x, y broadcast) to a line through ``corners`` (n, 2) [m]."""
    best = np.full(np.broadcast_shapes(x.shape, y.shape), np.inf)
    ends = [*corners[1:], corners[0]] if closed else corners[1:]
    for (x0, y0), (x1, y1) in zip(corners, ends, strict=False):
        length2 = (x1 - x0) ** 2 + (y1 - y0) ** 2
        along = np.clip(((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length2, 0.0, 1.0) if length2 > 0 else 0.0
        best = np.minimum(best, (x - x0 - along * (x1 - x0)) ** 2 + (y - y0 - along * (y1 - y0)) ** 2)
    return np.sqrt(best)
