"""The terrain of a run as an image for the map."""

from __future__ import annotations

from pathlib import Path

from scenarios.terrain.image import encode_png, shade
from viz.reading.terrain import read_terrain

MAX_SIDE = 2048


def terrain_png(folder: Path, theme: str) -> tuple[bytes, list[float]] | None:
    """Return the image and its bounds [west, east, south, north] in metres; None if the run has no terrain."""
    terrain = read_terrain(folder)
    if terrain is None:
        return None
    step = -(-max(terrain.surface.shape) // MAX_SIDE)
    shown = shade(terrain.elevation_m[::step, ::step], terrain.surface[::step, ::step], terrain.cell_m * step, theme)
    return encode_png(shown), terrain.bounds_m
