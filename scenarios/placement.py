"""Where units stand at the start: places on the plane, formations, hosts."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from scenarios.schema_map import Map
from scenarios.schema_types import GeoPoint, PointKm
from simcore.types import F64


@lru_cache(maxsize=8)
def _to_plane(lon: float, lat: float) -> Any:
    """Return the transformation from the globe to the plane about an origin."""
    from pyproj import CRS, Transformer

    plane = CRS.from_proj4(f"+proj=aeqd +lon_0={lon!r} +lat_0={lat!r} +datum=WGS84 +type=crs")
    return Transformer.from_crs("EPSG:4326", plane, always_xy=True)


@dataclass(frozen=True)
class Plane:
    """The local metric plane: azimuthal equidistant on WGS84 about an origin. Results are rounded to 1 mm."""

    origin: GeoPoint

    def project(self, points: list[GeoPoint]) -> F64:
        """Return (n, 2) east and north [m] of places on the globe."""
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
        """Return east and north [m] of a place given either way, or None when it is not given."""
        if at_km is not None:
            return round(at_km[0] * 1e3, 3), round(at_km[1] * 1e3, 3)
        if at is not None:
            east, north = self.project([at])[0]
            return float(east), float(north)
        return None


def heading_vector(heading_deg: float | None) -> tuple[float, float]:
    """Return the unit vector of a heading clockwise from north; (0, 0) when it is to be drawn."""
    if heading_deg is None:
        return 0.0, 0.0
    angle = math.radians(heading_deg % 360.0)
    return round(math.sin(angle), 12) + 0.0, round(math.cos(angle), 12) + 0.0


def formation_offsets(shape: str, spacing_m: float, heading_deg: float | None, n_units: int) -> F64:
    """Return (n, 2) east and north offsets [m] from the group's point, the first unit in front or in the middle."""
    rank = np.arange(n_units, dtype=np.float64)
    right, ahead = np.zeros(n_units), np.zeros(n_units)
    if shape == "line":
        right = (rank - (n_units - 1) / 2.0) * spacing_m
    elif shape == "column":
        ahead = -rank * spacing_m
    elif shape == "wedge":
        row = np.ceil(rank / 2.0)
        right = np.where(rank % 2 == 1, row, -row) * spacing_m
        ahead = -row * spacing_m
    else:  # sunflower: even density round the middle
        radius = spacing_m * np.sqrt(rank) * (0.0 if n_units == 1 else 1.0)
        angle = rank * math.pi * (3.0 - math.sqrt(5.0))
        right, ahead = radius * np.cos(angle), radius * np.sin(angle)
    east, north = heading_vector(heading_deg or 0.0)
    return np.round(np.column_stack([right * north + ahead * east, ahead * north - right * east]), 3) + 0.0


def is_inside(field: Map, x_m: F64, y_m: F64) -> np.ndarray:
    """Return the mask of points on the map."""
    return (
        (x_m >= field.west_km * 1e3)
        & (x_m <= field.east_km * 1e3)
        & (y_m >= field.south_km * 1e3)
        & (y_m <= field.north_km * 1e3)
    )
