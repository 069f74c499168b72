"""Initial placement of units: headings, formations, and the edge of the map."""

import math

import numpy as np

from scenarios.format.schema.map import Map
from simcore.types import F64


def heading_vector(heading_deg: float | None) -> tuple[float, float]:
    """Return the unit vector of a heading clockwise from north; (0, 0) if it is drawn at random."""
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
    else:  # sunflower: uniform density around the centre
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
