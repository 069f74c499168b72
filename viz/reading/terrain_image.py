"""The terrain of a run (``terrain.npz``) as an image for the map."""

from __future__ import annotations

import math
import zipfile
from pathlib import Path
from typing import IO

import numpy as np

from scenarios.terrain.image import encode_png, shade
from simcore.errors import InputError
from simcore.recording.manifest import LARGEST_M

MAX_SIDE = 2048
MOST_CELLS = 100_000_000
"""Cells of the largest readable raster: a bound on memory."""
_TYPES = {"elevation_m": "fiu", "surface": "iu", "west_m": "fiu", "south_m": "fiu", "cell_m": "fiu"}


def terrain_png(folder: Path, theme: str) -> tuple[bytes, list[float]] | None:
    """Return the image and its bounds [west, east, south, north] in metres; None if the run has no terrain."""
    path = folder / "terrain.npz"
    if not path.is_file():
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            arrays = {name: _array(archive, name) for name in _TYPES}
    except Exception as error:  # readers of damaged archives raise many types
        raise InputError(f"{path}: not readable as terrain ({error!s:.200}); write the run again") from error
    elevation_m, surface = arrays["elevation_m"].astype(np.float32), arrays["surface"]
    if surface.ndim != 2 or elevation_m.shape != surface.shape or 0 in surface.shape:
        raise InputError(f"{path}: elevation_m and surface must be two rasters of one shape; write the run again")
    if not np.isfinite(elevation_m).all() or surface.min() < 0 or surface.max() > 255:
        raise InputError(f"{path}: a height or a surface is out of range; write the run again")
    west_m, south_m, cell_m = (float(arrays[name].ravel()[0]) for name in ("west_m", "south_m", "cell_m"))
    bounds = [west_m, west_m + cell_m * surface.shape[1], south_m, south_m + cell_m * surface.shape[0]]
    if not (cell_m > 0.0 and all(abs(edge) <= LARGEST_M for edge in bounds)):
        raise InputError(f"{path}: west_m, south_m and cell_m give no place on the map; write the run again")
    step = -(-max(surface.shape) // MAX_SIDE)
    shown = shade(elevation_m[::step, ::step], surface[::step, ::step], cell_m * step, theme)
    return encode_png(shown), bounds


def _array(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    """Return an array of the archive after checking its size and type. Raises ``ValueError``."""
    with archive.open(f"{name}.npy") as file:
        shape, kind = _header(file)
    n_cells = math.prod(shape)
    if n_cells > MOST_CELLS or n_cells < 1:
        raise ValueError(f"{name} has {n_cells:,} cells; 1 to {MOST_CELLS:,} are read")
    if kind.kind not in _TYPES[name] or kind.hasobject:
        raise ValueError(f"{name} holds {kind}, not numbers")
    with archive.open(f"{name}.npy") as file:
        return np.asarray(np.lib.format.read_array(file, allow_pickle=False))


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype]:
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, kind = read(file)
    return shape, kind
