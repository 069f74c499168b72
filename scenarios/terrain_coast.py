"""Land and water from a coastline: polygons in longitude and latitude, laid on the cells of a map."""

import json
from pathlib import Path
from typing import Any, cast

import numpy as np

from scenarios.placement import Plane
from scenarios.schema_map import CoastlineTerrain
from scenarios.terrain_files import GroundError, region_bytes
from simcore.types import F64

_MARGIN_DEG = 0.1


def land_mask(kind: CoastlineTerrain, plane: Plane, x_m: F64, y_m: F64) -> np.ndarray:
    """Return the mask (rows, columns) of land at cell centres ``x_m`` (columns,), ``y_m`` (rows,).

    Raises
    ------
    GroundError
        For what is no GeoJSON with polygons, and for a map beyond the region that the file says it covers.
    """
    import shapely
    from shapely.geometry import shape

    lon, lat = plane.to_globe(np.tile(x_m, len(y_m)), np.repeat(y_m, len(x_m)))
    name = f"region {kind.region}" if kind.file is None else Path(kind.file).name
    content = _read(kind, name)
    bounds = float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())
    covered: Any = content.get("bbox")
    if isinstance(covered, list) and len(cast(list[Any], covered)) == 4:
        west, south, east, north = (float(value) for value in cast(list[Any], covered))
        if bounds[0] < west or bounds[1] < south or bounds[2] > east or bounds[3] > north:
            raise GroundError(
                f"terrain.{'region' if kind.file is None else 'file'}: {name} covers {west:g} to {east:g} east, "
                f"{south:g} to {north:g} north, the map reaches from {bounds[0]:.3f} to {bounds[2]:.3f} and from "
                f"{bounds[1]:.3f} to {bounds[3]:.3f}; move or shrink the map, or take another coastline"
            )
    near = shapely.box(
        bounds[0] - _MARGIN_DEG, bounds[1] - _MARGIN_DEG, bounds[2] + _MARGIN_DEG, bounds[3] + _MARGIN_DEG
    )
    try:
        parts = [shape(part) for part in _polygons(content)]
        land: Any = shapely.union_all([shapely.intersection(shapely.make_valid(part), near) for part in parts])
    except (shapely.errors.ShapelyError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise GroundError(f"terrain.file: {name}: its polygons cannot be read ({error}); check the GeoJSON") from None
    shapely.prepare(land)
    inside: Any = shapely.contains_xy(land, lon, lat)
    return np.asarray(inside, dtype=bool).reshape(len(y_m), len(x_m))


def inland_share(land: np.ndarray, cell_m: float, feature_km: float) -> F64:
    """Return how far inland each cell lies (rows, columns): 0 at the shore, 1 from a quarter of ``feature_km`` on."""
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
        raise GroundError(f"terrain.file: {name}: holds no polygon; give a GeoJSON with the land as polygons")
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
    return [one for member in inner if isinstance(member, dict) for one in _polygons(cast(dict[str, Any], member))]
