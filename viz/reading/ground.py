"""The ground of a run for tools on the map: heights, ground classes and lines of sight by the rules of the engine."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from scenarios.terrain.ground import block_peaks, near_peaks
from simcore.errors import InputError
from simcore.kernels.ground.viewshed import EyeR, count_eyes, heights_m
from simcore.kinds import Ground, Rules
from simcore.params import RuleR, RuleW
from simcore.surroundings import TERRAIN_BLOCK, WIDE_BLOCK
from simcore.types import F64, Surface
from viz.reading.terrain import read_terrain


class RunGround:
    """The ground of a run. Thread-safe: nothing changes after it is made.

    Raises ``InputError`` if the run has no terrain or the file is damaged.
    """

    def __init__(self, folder: Path) -> None:
        terrain = read_terrain(folder)
        if terrain is None:
            raise InputError(f"{folder / 'terrain.npz'}: is missing, so nothing is known of the ground")
        self._path = folder / "terrain.npz"
        self.terrain = terrain
        elevation = np.ascontiguousarray(terrain.elevation_m)
        bed = np.where(terrain.is_water, np.float32(-np.inf), np.float32(np.inf))
        real = np.zeros(len(RuleR))
        real[RuleR.RASTER_WEST] = terrain.west_m
        real[RuleR.RASTER_SOUTH] = terrain.south_m
        real[RuleR.RASTER_CELL_M] = terrain.cell_m
        real[RuleR.EARTH_M] = np.inf if terrain.earth_m is None else terrain.earth_m
        real[RuleR.PEAK_M], real[RuleR.FLOOR_M] = elevation.max(), elevation.min()
        self._rules = Rules(real, np.zeros(len(RuleW), dtype=np.int32))
        none = np.zeros((1, 1), dtype=np.float32)
        self._ground = Ground(
            relief=np.stack([elevation, bed]),
            block_peak=block_peaks(elevation, TERRAIN_BLOCK),
            wide_peak=block_peaks(elevation, WIDE_BLOCK),
            near_peak=near_peaks(elevation),
            speed=none[None],
            speed_by_cell=none,
            concealment=none,
        )

    def heights_m(self, x_m: F64, y_m: F64) -> F64:
        """Return the height of the ground or water at places (n,) [m]."""
        return heights_m(self._ground.relief, self._rules.real, np.atleast_1d(x_m), np.atleast_1d(y_m))

    def surface(self, x_m: float, y_m: float) -> str | None:
        """Return the ground class at a place, None beyond the rasters."""
        west, east, south, north = self.terrain.bounds_m
        if not (west <= x_m < east and south <= y_m < north):
            return None
        column, row = (int((at - edge) // self.terrain.cell_m) for at, edge in ((x_m, west), (y_m, south)))
        rows, columns = self.terrain.surface.shape
        code = int(self.terrain.surface[min(row, rows - 1), min(column, columns - 1)])
        return Surface(code).name.lower() if code in list(Surface) else None

    def count_eyes(self, eyes: F64, x_m: F64, y_m: F64, z_m: F64, most: int = 1) -> np.ndarray:
        """Return how many eyes (len(EyeR), eyes) cover each place (n,), at most ``most``.

        Raises ``InputError`` if the folder does not say how round the earth of the run is.
        """
        if self.terrain.earth_m is None:
            raise InputError(f"{self._path}: holds no earth_m, so lines of sight are not known; write the run again")
        return count_eyes(self._ground, self._rules, np.ascontiguousarray(eyes), x_m, y_m, z_m, most)

    def seen_from(self, eye_m: tuple[float, float, float], x_m: F64, y_m: F64, z_m: F64) -> np.ndarray:
        """Return which places (n,) are in sight of a point (x, y, height above the sea)."""
        eye = np.zeros((len(EyeR), 1))
        eye[[EyeR.X, EyeR.Y, EyeR.Z], 0] = eye_m
        eye[EyeR.RANGE_MAX_M], eye[EyeR.FOV_COS], eye[EyeR.NEEDS_SIGHT] = np.inf, -1.0, 1.0
        return self.count_eyes(eye, x_m, y_m, z_m) > 0
