"""Land and water from a coastline: polygons in longitude and latitude, rasterized to the cells of a map."""

import json
from pathlib import Path
from typing import Any, cast

import numpy as np

from scenarios.format.plane import Plane
from scenarios.format.schema.map import CoastlineTerrain
from scenarios.format.terrain_files import GroundError, region_bytes
from simcore.types import F64

_MARGIN_DEG = 0.1
_TURNS = (-360.0, 0.0, 360.0)
"""Possible shifts of land into the longitudes of a map near the 180th meridian [deg]."""


_Bounds = tuple[float, float, float, float]
"""West, south, east, north [deg]."""


def land_mask(kind: CoastlineTerrain, plane: Plane, x_m: F64, y_m: F64) -> np.ndarray:
    """Return the mask (rows, columns) of land at cell centres ``x_m`` (columns,), ``y_m`` (rows,).

    Raises
    ------
    GroundError
        If the file is not GeoJSON with polygons, or if the map extends beyond the region it claims to cover.
    """
    import shapely
    from shapely.geometry import shape

    lon, lat = plane.to_globe(np.tile(x_m, len(y_m)), np.repeat(y_m, len(x_m)))
    lon = _near(lon, plane.origin.longitude_deg)
    name = f"region {kind.region}" if kind.file is None else Path(kind.file).name
    key = "region" if kind.file is None else "file"
    content = _read(kind, name)
    bounds = float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())
    is_covered = _check_covered(content, bounds, f"terrain.{key}: {name}")
    try:
        parts: list[Any] = [shape(part) for part in _polygons(content)]
        west, south, east, north = (float(value) for value in cast(Any, shapely).total_bounds(parts))
        _check_degrees(content, (west, south, east, north), name)
        land = _land_near(parts, bounds)
    except (shapely.errors.ShapelyError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise GroundError(f"terrain.file: {name}: its polygons cannot be read ({error}); check the GeoJSON") from None
    if land.is_empty and not is_covered:
        turns = [(west + turn, south, east + turn, north) for turn in _TURNS]
        if not any(_holds(turn, bounds) for turn in turns):
            raise GroundError(_no_land((west, south, east, north), bounds, name))
    shapely.prepare(land)
    inside: Any = shapely.contains_xy(land, lon, lat)
    return np.asarray(inside, dtype=bool).reshape(len(y_m), len(x_m))


def _land_near(parts: list[Any], bounds: _Bounds) -> Any:
    """Return the land within reach of the map, in the longitudes of the map."""
    import shapely
    from shapely import affinity

    library: Any = shapely
    translate: Any = affinity.translate
    west, south, east, north = bounds
    pieces: list[Any] = []
    for turn in _TURNS:
        box = library.box(
            west - turn - _MARGIN_DEG, south - _MARGIN_DEG, east - turn + _MARGIN_DEG, north + _MARGIN_DEG
        )
        near = [part for part in parts if library.box(*part.bounds).intersects(box)]
        cut = library.union_all([library.intersection(library.make_valid(part), box) for part in near])
        pieces.append(translate(cut, xoff=turn))
    return library.union_all(pieces)


def _near(lon: F64, middle: float) -> F64:
    """Return longitudes [deg] within half a turn of ``middle``, continuous across the 180th meridian."""
    return middle + (lon - middle + 180.0) % 360.0 - 180.0


def _holds(outer: _Bounds, inner: _Bounds) -> bool:
    """Return whether box ``inner`` lies within box ``outer``."""
    is_wide = outer[0] <= inner[0] and inner[2] <= outer[2]
    return is_wide and outer[1] <= inner[1] and inner[3] <= outer[3]


def _check_covered(content: dict[str, Any], bounds: _Bounds, where: str) -> bool:
    """Return whether the ``bbox`` of the file covers the map. Raises ``GroundError`` if it does not; False without it.

    A GeoJSON bounding box with west greater than east crosses the 180th meridian (RFC 7946, section 5.2).
    """
    box: Any = content.get("bbox")
    if box is None:
        return False
    values = cast(list[Any], box) if isinstance(box, list) else []
    is_numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
    if len(values) not in (4, 6) or not is_numbers:
        raise GroundError(f"{where}: its bbox is not 4 or 6 numbers; correct it, or remove it")
    half = len(values) // 2
    west, south, east, north = (float(values[k]) for k in (0, 1, half, half + 1))
    if east < west:
        east += 360.0
    if any(_holds((west + turn, south, east + turn, north), bounds) for turn in _TURNS):
        return True
    raise GroundError(
        f"{where} covers {west:g} to {east:g} east, {south:g} to {north:g} north; the map extends from "
        f"{bounds[0]:.3f} to {bounds[2]:.3f} and from {bounds[1]:.3f} to {bounds[3]:.3f}; move or shrink the map, or "
        "take another coastline"
    )


def _check_degrees(content: dict[str, Any], land: _Bounds, name: str) -> None:
    """Raise ``GroundError`` for land not in longitude and latitude of WGS 84."""
    advice = "convert it to longitude and latitude of WGS 84 (ogr2ogr -t_srs EPSG:4326)"
    system = json.dumps(content.get("crs") or "")
    if system != '""' and not any(known in system for known in ("CRS84", "EPSG::4326", "EPSG:4326")):
        raise GroundError(f"terrain.file: {name}: is in another coordinate system ({system[:80]}); {advice}")
    if -360.0 <= land[0] <= land[2] <= 360.0 and -90.0 <= land[1] <= land[3] <= 90.0:
        return
    swapped = -90.0 <= land[0] <= land[2] <= 90.0 and -360.0 <= land[1] <= land[3] <= 360.0
    raise GroundError(
        f"terrain.file: {name}: its coordinates, {land[0]:g} to {land[2]:g} and {land[1]:g} to {land[3]:g}, are not "
        + (
            "longitude and latitude; the two are swapped: a position is [longitude, latitude]"
            if swapped
            else f"degrees; {advice}"
        )
    )


def _no_land(land: _Bounds, bounds: _Bounds, name: str) -> str:
    """Return the message for land far from the map."""
    swapped = land[1], land[0], land[3], land[2]
    is_swapped = swapped[0] <= bounds[2] and bounds[0] <= swapped[2] and swapped[1] <= bounds[3]
    is_swapped = is_swapped and bounds[1] <= swapped[3]
    hint = "longitude and latitude are swapped: a position is [longitude, latitude]" if is_swapped else (
        "take the coastline of the map's area; for open sea, use terrain kind flat, or add a bbox that contains the map"
    )  # fmt: skip
    return (
        f"terrain.file: {name}: its land, {land[0]:.3f} to {land[2]:.3f} east and {land[1]:.3f} to {land[3]:.3f} "
        f"north, lies off the map, {bounds[0]:.3f} to {bounds[2]:.3f} east and {bounds[1]:.3f} to {bounds[3]:.3f} "
        f"north; {hint}"
    )


def inland_share(land: np.ndarray, cell_m: float, feature_km: float) -> F64:
    """Return the inland depth of each cell (rows, columns): 0 at the shore, 1 from a quarter of ``feature_km`` on."""
    from scipy.ndimage import (  # pyright: ignore[reportMissingTypeStubs]
        distance_transform_edt,  # pyright: ignore[reportUnknownVariableType]
    )

    if land.all():
        return np.ones(land.shape)
    distance: F64 = np.asarray(cast(Any, distance_transform_edt(land)), dtype=np.float64) * cell_m
    return np.clip(distance / (250.0 * feature_km), 0.0, 1.0)


def _read(kind: CoastlineTerrain, name: str) -> dict[str, Any]:
    try:
        data = region_bytes(kind.region or "") if kind.file is None else Path(kind.file).read_bytes()
        content: Any = json.loads(data)
    except OSError as error:
        raise GroundError(f"terrain.file: {name}: {(error.strerror or str(error)).lower()}; check the path") from None
    except ValueError as error:
        raise GroundError(f"terrain.file: {name}: not JSON ({error}); give a GeoJSON with the land") from None
    if not isinstance(content, dict) or not _polygons(cast(dict[str, Any], content)):
        raise GroundError(f"terrain.file: {name}: contains no polygon; give a GeoJSON with the land as polygons")
    return cast(dict[str, Any], content)


def _polygons(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the polygon geometries of a GeoJSON object, at any depth."""
    kind: Any = content.get("type")
    if kind in ("Polygon", "MultiPolygon"):
        return [content]
    if kind == "Feature" and isinstance(content.get("geometry"), dict):
        return _polygons(content["geometry"])
    members: Any = content.get("features") or content.get("geometries") or []
    inner = cast(list[Any], members) if isinstance(members, list) else []
    return [part for member in inner if isinstance(member, dict) for part in _polygons(cast(dict[str, Any], member))]
