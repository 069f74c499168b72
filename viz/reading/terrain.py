"""Reader of the terrain of a run (``terrain.npz``): its rasters and the effective radius of the earth."""

from __future__ import annotations

import math
import zipfile
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np

from simcore.errors import InputError
from simcore.recording.manifest import LARGEST_M
from simcore.types import Surface

MOST_CELLS = 100_000_000
"""Cells of the largest readable raster: a bound on memory."""
_TYPES = {"elevation_m": "fiu", "surface": "iu", "west_m": "fiu", "south_m": "fiu", "cell_m": "fiu"}
_LATER = {"is_water": "biu", "earth_m": "fiu"}
"""Arrays that folders of earlier versions lack."""


class RunTerrain(NamedTuple):
    """The rasters of a run, row 0 in the south."""

    elevation_m: np.ndarray  # (rows, columns) float32, the ground or the level of the water
    surface: np.ndarray  # (rows, columns) Surface
    is_water: np.ndarray  # (rows, columns), also under a bridge
    west_m: float
    south_m: float
    cell_m: float
    earth_m: float | None  # effective radius of the earth, inf if flat; None if the folder does not say

    @property
    def bounds_m(self) -> list[float]:
        """West, east, south and north edge."""
        rows, columns = self.surface.shape
        east_m, north_m = self.west_m + self.cell_m * columns, self.south_m + self.cell_m * rows
        return [self.west_m, east_m, self.south_m, north_m]


def read_terrain(folder: Path) -> RunTerrain | None:
    """Return the terrain of a run, None if it has none. Raises ``InputError`` if the file is damaged."""
    path = folder / "terrain.npz"
    if not path.is_file():
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            present = set(archive.namelist())
            kinds = _TYPES | {name: kind for name, kind in _LATER.items() if f"{name}.npy" in present}
            arrays = {name: _array(archive, name, kind) for name, kind in kinds.items()}
    except Exception as error:  # readers of damaged archives raise many types
        raise InputError(f"{path}: not readable as terrain ({error!s:.200}); write the run again") from error
    elevation_m, surface = arrays["elevation_m"].astype(np.float32), arrays["surface"]
    is_water = np.asarray(arrays.get("is_water", surface == Surface.WATER), dtype=bool)
    if surface.ndim != 2 or 0 in surface.shape or {elevation_m.shape, is_water.shape} != {surface.shape}:
        raise InputError(f"{path}: elevation_m and surface must be two rasters of one shape; write the run again")
    if not np.isfinite(elevation_m).all() or surface.min() < 0 or surface.max() > 255:
        raise InputError(f"{path}: a height or a surface is out of range; write the run again")
    west_m, south_m, cell_m = (float(arrays[name].ravel()[0]) for name in ("west_m", "south_m", "cell_m"))
    earth_m = float(arrays["earth_m"].ravel()[0]) if "earth_m" in arrays else None
    terrain = RunTerrain(elevation_m, surface, is_water, west_m, south_m, cell_m, earth_m)
    if not (cell_m > 0.0 and all(abs(edge) <= LARGEST_M for edge in terrain.bounds_m)):
        raise InputError(f"{path}: west_m, south_m and cell_m give no place on the map; write the run again")
    if earth_m is not None and not earth_m > 0.0:
        raise InputError(f"{path}: earth_m is not a radius; write the run again")
    return terrain


def _array(archive: zipfile.ZipFile, name: str, kinds: str) -> np.ndarray:
    """Return an array of the archive after checking its size and type. Raises ``ValueError``."""
    with archive.open(f"{name}.npy") as file:
        shape, kind = _header(file)
    n_cells = math.prod(shape)
    if n_cells > MOST_CELLS or n_cells < 1:
        raise ValueError(f"{name} has {n_cells:,} cells; 1 to {MOST_CELLS:,} are read")
    if kind.kind not in kinds or kind.hasobject:
        raise ValueError(f"{name} holds {kind}, not numbers")
    with archive.open(f"{name}.npy") as file:
        return np.asarray(np.lib.format.read_array(file, allow_pickle=False))


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype]:
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, kind = read(file)
    return shape, kind
