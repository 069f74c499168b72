"""Projection from the local plane of a run to longitude and latitude on the WGS84 ellipsoid."""

import numpy as np
from pyproj import Geod, Proj

_STEP_M = 10.0
"""Length of the line used to compute a heading from its azimuth [m]."""


class LocalPlane:
    """Azimuthal equidistant plane around the origin of a scenario, x east and y north in metres."""

    def __init__(self, origin_lonlat_deg: tuple[float, float]) -> None:
        longitude_deg, latitude_deg = origin_lonlat_deg
        self._projection = Proj(proj="aeqd", lon_0=longitude_deg, lat_0=latitude_deg, ellps="WGS84")
        self._geod = Geod(ellps="WGS84")

    def longitude_latitude(self, x_m: np.ndarray, y_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return longitude in -180..180 and latitude [deg], (n,) each."""
        longitude, latitude = self._projection(np.asarray(x_m, dtype=float), np.asarray(y_m, dtype=float), inverse=True)
        return np.asarray(longitude), np.asarray(latitude)

    def true_heading(self, x_m: np.ndarray, y_m: np.ndarray, heading_deg: np.ndarray) -> np.ndarray:
        """Convert headings clockwise from the plane's north to headings clockwise from true north [deg], 0 to 360."""
        heading = np.radians(np.asarray(heading_deg, dtype=float))
        x_m, y_m = np.asarray(x_m, dtype=float), np.asarray(y_m, dtype=float)
        known = np.isfinite(heading)
        azimuth = np.full(heading.shape, np.nan)
        if np.any(known):
            tail = self.longitude_latitude(x_m[known], y_m[known])
            step_x, step_y = _STEP_M * np.sin(heading[known]), _STEP_M * np.cos(heading[known])
            head = self.longitude_latitude(x_m[known] + step_x, y_m[known] + step_y)
            azimuth[known] = np.mod(self._geod.inv(*tail, *head)[0], 360.0)
        return azimuth
