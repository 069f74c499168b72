"""Terrain rasters of a map: heights, cover, and their effects on movement and sight."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from scenarios.format.plane import Plane
from scenarios.format.schema.map import CoastlineTerrain, FlatTerrain, Map, ProceduralTerrain, RasterTerrain
from scenarios.terrain.coastline import inland_share, land_mask
from scenarios.terrain.features import points_inside, stamp
from scenarios.terrain.noise import layered_noise
from scenarios.terrain.raster import heights
from scenarios.terrain.roads import apply_roads, stamp_roads
from simcore.surroundings import PEAK_STEPS, TERRAIN_BLOCK, WIDE_BLOCK, Terrain
from simcore.types import F32, F64, I64, U8, Domain, Mobility, Surface

SPEED_FACTORS = {
    # water, open, rough, forest, urban, marsh, road; placeholder, after the order of the NATO mobility classes
    Mobility.WHEELED: (0.0, 1.0, 0.5, 0.3, 0.6, 0.15, 1.0),
    Mobility.TRACKED: (0.0, 1.0, 0.7, 0.45, 0.6, 0.35, 1.0),
    Mobility.FOOT: (0.0, 1.0, 0.8, 0.6, 0.9, 0.4, 1.0),
    Mobility.WATER: (1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    Mobility.AIR: (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
    Mobility.FIXED: (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
}
"""Speed factor by surface."""

STEEPEST = {Mobility.WHEELED: 0.5, Mobility.TRACKED: 0.6, Mobility.FOOT: 1.0}
"""Slope (rise over run) at which the speed factor has fallen to its floor of 0.2; placeholder."""

_SAMPLES = 32  # least points along each side of an area, to find its cells

CONCEALMENT = (1.0, 1.0, 0.8, 0.35, 0.5, 0.8, 1.0)
"""Factor on the range of line-of-sight sensors by the surface under a land target; placeholder."""


@dataclass(frozen=True)
class Ground:
    """Rasters and their position. Cell centres are at ``west_m + (column + 0.5) * cell_m``."""

    terrain: Terrain
    west_m: float
    south_m: float
    cell_m: float
    routes: dict[Any, Any] = field(default_factory=dict[Any, Any], repr=False, compare=False)
    """Routes found on it so far, for scenarios that share it; see ``compiler.routes``."""

    def cell(self, x_m: F64, y_m: F64) -> tuple[I64, I64]:
        """Return (rows, columns) of the cells containing the points, clipped to the edge of the map."""
        rows, columns = self.terrain.surface.shape
        column: I64 = np.clip(np.floor((x_m - self.west_m) / self.cell_m).astype(np.int64), 0, columns - 1)
        row: I64 = np.clip(np.floor((y_m - self.south_m) / self.cell_m).astype(np.int64), 0, rows - 1)
        return row, column

    def surface_at(self, x_m: F64, y_m: F64) -> U8:
        """Return the surface of the cells containing the points, clipped to the edge of the map."""
        return self.terrain.surface[self.cell(x_m, y_m)]

    def mask(self, domain: int) -> np.ndarray:
        """Return the mask (rows, columns) of cells where units of a domain can be, as in ``can_stand``."""
        is_water: np.ndarray = self.terrain.surface == int(Surface.WATER)
        if domain == int(Domain.AIR):
            return np.ones(is_water.shape, dtype=bool)
        if domain == int(Domain.LAND):
            return ~is_water
        return is_water | (self.terrain.speed[Mobility.WATER] > 0.0)

    def cells_inside(self, corners: F64) -> tuple[I64, I64]:
        """Return (rows, columns) of the cells on which a polygon (2, corners) [m] lies, found at a grid of points.

        A cell may occur more than once. The points are no farther apart than the cells. Of a polygon that reaches far
        beyond the map, only the part within its width and height around it counts.
        """
        rows, columns = self.terrain.surface.shape
        wide, high = columns * self.cell_m, rows * self.cell_m
        west = max(float(corners[0].min()), self.west_m - wide)
        east = max(west, min(float(corners[0].max()), self.west_m + 2.0 * wide))
        south = max(float(corners[1].min()), self.south_m - high)
        north = max(south, min(float(corners[1].max()), self.south_m + 2.0 * high))
        x = self._spaced(west, east)
        y = self._spaced(south, north)
        k, j = np.nonzero(points_inside(corners.T, x[None, :], y[:, None]))
        if len(k) == 0:  # a polygon without an inside
            return self.cell(corners[0], corners[1])
        return self.cell(x[j], y[k])

    def _spaced(self, first: float, last: float) -> F64:
        """Return points no farther apart than the cells."""
        n = max(_SAMPLES, math.ceil((last - first) / self.cell_m) + 2)
        return np.linspace(first, last, n, dtype=np.float64)

    def touches(self, domain: int, at_m: tuple[float, float], half_m: tuple[float, float], radius_m: float) -> bool:
        """Return whether units of a domain can be anywhere in a rectangle or a disc around a point."""
        reach = half_m[0] + radius_m, half_m[1] + radius_m
        ends = np.array([at_m[0] - reach[0], at_m[0] + reach[0]]), np.array([at_m[1] - reach[1], at_m[1] + reach[1]])
        (south, north), (west, east) = self.cell(*ends)
        row, column = np.nonzero(self.mask(domain)[south : north + 1, west : east + 1])
        if radius_m <= 0.0:
            return len(row) > 0
        x0 = self.west_m + (west + column) * self.cell_m
        y0 = self.south_m + (south + row) * self.cell_m
        dx = np.clip(at_m[0], x0, x0 + self.cell_m) - at_m[0]
        dy = np.clip(at_m[1], y0, y0 + self.cell_m) - at_m[1]
        return bool((dx * dx + dy * dy <= radius_m * radius_m).any())

    def nearest(self, x_m: float, y_m: float, allowed: np.ndarray) -> tuple[float, float] | None:
        """Return the centre [m] of the nearest cell of the mask ``allowed`` (rows, columns), or None."""
        rows, columns = np.nonzero(allowed)
        if len(rows) == 0:
            return None
        x = self.west_m + (columns + 0.5) * self.cell_m
        y = self.south_m + (rows + 0.5) * self.cell_m
        best = int(np.argmin((x - x_m) ** 2 + (y - y_m) ** 2))
        return float(x[best]), float(y[best])


def build_ground(field: Map) -> Ground:
    """Return the rasters of a map."""
    kind = field.terrain
    west, south = field.west_km * 1e3, field.south_km * 1e3
    width, height = field.east_km * 1e3 - west, field.north_km * 1e3 - south
    cell = float(field.cell_m)
    if isinstance(kind, FlatTerrain) and not kind.features and not field.roads:
        cell = max(width, height)
    columns, rows = max(1, math.ceil(width / cell - 1e-9)), max(1, math.ceil(height / cell - 1e-9))
    x: F64 = west + (np.arange(columns, dtype=np.float64) + 0.5) * cell
    y: F64 = south + (np.arange(rows, dtype=np.float64) + 0.5) * cell
    if isinstance(kind, FlatTerrain):
        elevation = np.full((rows, columns), kind.elevation_m, dtype=np.float32)
        surface = np.full((rows, columns), int(Surface[kind.surface.upper()]), dtype=np.uint8)
    else:
        elevation, surface = _ground(field, x, y, cell)
    bed = np.full((rows, columns), -np.inf, dtype=np.float32)
    if isinstance(kind, RasterTerrain) and kind.water_at_m is not None:
        fill_water(elevation, bed, surface, kind.water_at_m)
    for feature in kind.features:
        stamp(feature, x, y, elevation, surface)
    is_water = surface == int(Surface.WATER)
    bed[~is_water] = np.inf
    roads = stamp_roads(field.roads, west, south, cell, surface)
    speed = _speed(elevation, surface, cell)
    apply_roads(roads, is_water, speed)
    concealment = np.array(CONCEALMENT, dtype=np.float32)[surface]
    relief = np.stack([elevation, bed])
    terrain = Terrain(
        relief[0],
        relief,
        block_peaks(elevation, TERRAIN_BLOCK),
        block_peaks(elevation, WIDE_BLOCK),
        near_peaks(elevation),
        surface,
        speed,
        concealment,
    )
    return Ground(terrain, west, south, cell)


def fill_water(elevation_m: F32, bed_m: F32, surface: U8, water_at_m: float) -> None:
    """Fill the water cells of a height model. Mutates ``elevation_m`` and ``bed_m`` (rows, columns).

    Height models give the bed of the sea, but the surface of rivers and lakes. So water cells below sea level, or below
    ``water_at_m`` if that is lower, are a bed under water of that level; all others are the water surface already.
    """
    level = np.float32(min(0.0, water_at_m))
    is_bed = (surface == int(Surface.WATER)) & (elevation_m < level)
    bed_m[is_bed] = elevation_m[is_bed]
    elevation_m[is_bed] = level


def block_peaks(elevation_m: F32, cells: int) -> F32:
    """Return the highest ground of each block of ``cells`` by ``cells`` cells and its eight neighbours.

    Interpolation between cell centres cannot exceed it anywhere in these blocks.
    """
    rows, columns = elevation_m.shape
    extra = (-rows) % cells, (-columns) % cells
    peak = _highest_around(elevation_m)
    peak = np.pad(peak, ((0, extra[0]), (0, extra[1])), mode="edge")
    blocks = peak.reshape(peak.shape[0] // cells, cells, peak.shape[1] // cells, cells)
    return np.ascontiguousarray(_highest_around(blocks.max(axis=(1, 3))))


def near_peaks(elevation_m: F32) -> U8:
    """Return the highest of the cells from one before to two after each cell, along both axes, in PEAK_STEPS.

    Interpolation between cell centres cannot exceed it within three quarters of a cell of the square that has this
    cell's centre as its south-western corner.
    """
    highest = elevation_m
    for axis in (0, 1):
        n = elevation_m.shape[axis]
        padded = np.pad(highest, [(1, 2) if k == axis else (0, 0) for k in (0, 1)], mode="edge")
        shifted = [padded.take(range(k, k + n), axis=axis) for k in range(4)]
        highest = np.maximum(np.maximum(shifted[0], shifted[1]), np.maximum(shifted[2], shifted[3]))
    floor = float(elevation_m.min())
    step = (float(elevation_m.max()) - floor) / PEAK_STEPS
    if step <= 0.0:
        return np.zeros(elevation_m.shape, dtype=np.uint8)
    steps = np.ceil((highest.astype(np.float64) - floor) / step - 1e-9)
    return np.minimum(steps + (floor + steps * step < highest), PEAK_STEPS).astype(np.uint8)


def _highest_around(height_m: F32) -> F32:
    """Return the maximum of each entry and its eight neighbours."""
    highest = height_m.copy()
    for axis in (0, 1):
        padded = np.pad(highest, [(1, 1) if k == axis else (0, 0) for k in (0, 1)], mode="edge")
        first, last = [slice(None)] * 2, [slice(None)] * 2
        first[axis], last[axis] = slice(None, -2), slice(2, None)
        np.maximum(highest, padded[tuple(first)], out=highest)
        np.maximum(highest, padded[tuple(last)], out=highest)
    return highest


def _speed(elevation: F32, surface: U8, cell_m: float) -> F32:
    speed = np.array([SPEED_FACTORS[mobility] for mobility in Mobility], dtype=np.float32)[:, surface]
    if min(elevation.shape) > 1:
        north, east = np.gradient(elevation.astype(np.float64), cell_m)
        slope = np.sqrt(north * north + east * east)
        for mobility, steepest in STEEPEST.items():
            speed[mobility] *= np.maximum(0.2, 1.0 - 0.8 * slope / steepest).astype(np.float32)
    return np.ascontiguousarray(speed)


def _share(values: F64, share: float) -> float:
    """Return the quantile of ``values`` at ``share``."""
    if values.size == 0:
        return 0.0
    k = min(values.size - 1, int(share * values.size))
    return float(np.partition(values, k)[k])


def _ground(field: Map, x_m: F64, y_m: F64, cell_m: float) -> tuple[F32, U8]:
    """Return elevation and surface for cell centres [m] of any terrain other than flat."""
    kind = field.terrain
    x, y = x_m - field.west_km * 1e3, y_m - field.south_km * 1e3
    if isinstance(kind, RasterTerrain):
        elevation = heights(kind, Plane(field.origin), x_m, y_m)
        land = np.ones(elevation.shape, dtype=bool) if kind.water_at_m is None else elevation > kind.water_at_m
        return elevation, _cover(kind, x, y, cell_m, land)
    if isinstance(kind, CoastlineTerrain):
        land = land_mask(kind, Plane(field.origin), x_m, y_m)
        elevation = _relief(kind, x, y, cell_m, land, inland_share(land, cell_m, kind.feature_km))
        return elevation, _cover(kind, x, y, cell_m, land)
    if isinstance(kind, ProceduralTerrain):
        return _procedural(kind, x, y, cell_m)
    raise TypeError(kind)


def _procedural(kind: ProceduralTerrain, x: F64, y: F64, cell_m: float) -> tuple[F32, U8]:
    """Return elevation and surface for cell centres ``x``, ``y`` relative to the corner of the map."""
    wavelength = kind.feature_km * 1e3
    level = layered_noise(x, y, wavelength, kind.roughness, 2.0 * cell_m, kind.seed, 0)
    if kind.land_towards != "nowhere":
        across = (x / x[-1])[None, :] if kind.land_towards in ("east", "west") else (y / y[-1])[:, None]
        rise = across if kind.land_towards in ("east", "north") else 1.0 - across
        level = rise + kind.coast_noise * 2.0 * (level - 0.5)
    shore = _share(level.ravel(), kind.water_share)
    land = level >= shore if kind.water_share < 1.0 else np.zeros(level.shape, dtype=bool)
    inland = np.clip((level - shore) / max(float(level.max()) - shore, 1e-9) * 4.0, 0.0, 1.0)
    rise = inland if kind.water_share > 0.0 else np.ones(level.shape)
    return _relief(kind, x, y, cell_m, land, rise), _cover(kind, x, y, cell_m, land)


def _relief(
    kind: ProceduralTerrain | CoastlineTerrain, x: F64, y: F64, cell_m: float, land: np.ndarray, rise: F64
) -> F32:
    """Return the elevation of hills on the mask ``land``, scaled by ``rise``, 0 at the shore to 1 inland."""
    relief = layered_noise(x, y, kind.feature_km * 1e3, kind.roughness, 2.0 * cell_m, kind.seed, 1)
    elevation = np.zeros(land.shape)
    if land.any():
        low, high = float(relief[land].min()), float(relief[land].max())
        crest = (relief - low) / max(high - low, 1e-9)
        elevation = np.where(land, kind.relief_m * rise * crest * crest, 0.0)
    return elevation.astype(np.float32)


def _cover(
    kind: ProceduralTerrain | RasterTerrain | CoastlineTerrain, x: F64, y: F64, cell_m: float, land: np.ndarray
) -> U8:
    surface = np.where(land, np.uint8(int(Surface.OPEN)), np.uint8(int(Surface.WATER)))
    free = land.copy()
    left = 1.0
    shares = (
        (Surface.FOREST, kind.forest_share, 3.0),
        (Surface.ROUGH, kind.rough_share, 3.0),
        (Surface.URBAN, kind.urban_share, 5.0),
        (Surface.MARSH, kind.marsh_share, 4.0),
    )
    for layer, (cover, share, finer) in enumerate(shares, start=2):
        if share > 0.0 and free.any():
            wavelength = kind.feature_km * 1e3 / finer
            noise = layered_noise(x, y, wavelength, 0.5, max(2.0 * cell_m, wavelength / 5.0), kind.seed, layer)
            chosen = free & (noise >= _share(noise[free], 1.0 - share / left)) if share < left else free.copy()
            surface[chosen] = int(cover)
            free &= ~chosen
            left -= share
    return surface
