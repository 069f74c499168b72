"""The terrain of a run as a PNG for the map: surface classes with hill shading, for the light and the dark page."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

import numpy as np

from scenarios.terrain_image import encode_png, shade
from simcore.errors import InputError

MAX_SIDE = 2048


def terrain_png(folder: Path, theme: str) -> tuple[bytes, list[float]] | None:
    """Return the picture and its bounds [west, east, south, north] in metres; None when the run holds no terrain."""
    path = folder / "terrain.npz"
    if not path.is_file():
        return None
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
            elevation_m = np.asarray(data["elevation_m"], np.float32)
            surface = np.asarray(data["surface"], np.uint8)
            west_m, south_m, cell_m = (float(data[key]) for key in ("west_m", "south_m", "cell_m"))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise InputError(f"{path}: not readable as terrain ({error}); write the run again") from error
    if surface.ndim != 2 or elevation_m.shape != surface.shape or 0 in surface.shape:
        raise InputError(f"{path}: elevation_m and surface must be two rasters of one shape; write the run again")
    bounds = [west_m, west_m + cell_m * surface.shape[1], south_m, south_m + cell_m * surface.shape[0]]
    step = -(-max(surface.shape) // MAX_SIDE)
    return encode_png(shade(elevation_m[::step, ::step], surface[::step, ::step], cell_m * step, theme)), bounds
