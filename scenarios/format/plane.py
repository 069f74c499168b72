"""The local metric plane of a scenario: conversion of positions on the globe to east and north, and back."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from scenarios.format.schema.types import GeoPoint, PointKm
from simcore.types import F64


@lru_cache(maxsize=8)
def _to_plane(lon: float, lat: float) -> Any:
    """Return the transformation from the globe to the plane around an origin."""
    from pyproj import CRS, Transformer

    plane = CRS.from_proj4(f"+proj=aeqd +lon_0={lon!r} +lat_0={lat!r} +datum=WGS84 +type=crs")
    return Transformer.from_crs("EPSG:4326", plane, always_xy=True)


@dataclass(frozen=True)
class Plane:
    """The local metric plane: azimuthal equidistant on WGS84 around an origin. Results are rounded to 1 mm."""

    origin: GeoPoint

    def project(self, points: list[GeoPoint]) -> F64:
        """Return (n, 2) east and north [m] of positions on the globe."""
        transformer = _to_plane(self.origin.longitude_deg, self.origin.latitude_deg)
        places = [transformer.transform(point.longitude_deg, point.latitude_deg) for point in points]
        return np.round(np.array(places, dtype=np.float64).reshape(-1, 2), 3)

    def to_globe(self, x_m: F64, y_m: F64) -> tuple[F64, F64]:
        """Return longitude and latitude [deg] of points of the plane."""
        from pyproj import CRS, Transformer

        lon, lat = self.origin.longitude_deg, self.origin.latitude_deg
        plane = CRS.from_proj4(f"+proj=aeqd +lon_0={lon!r} +lat_0={lat!r} +datum=WGS84 +type=crs")
        place: Any = Transformer.from_crs(plane, "EPSG:4326", always_xy=True).transform(x_m, y_m)
        return np.asarray(place[0], dtype=np.float64), np.asarray(place[1], dtype=np.float64)

    def point(self, at_km: PointKm | None, at: GeoPoint | None) -> tuple[float, float] | None:
        """Return east and north [m] of a position given in either form, or None if neither is given."""
        if at_km is not None:
            return round(at_km[0] * 1e3, 3), round(at_km[1] * 1e3, 3)
        if at is not None:
            east, north = self.project([at])[0]
            return float(east), float(north)
        return None
