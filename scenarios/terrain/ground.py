"""The ground of a map, computed: heights, cover, and their effects on movement and sight."""

import math

import numpy as np

from scenarios.format.plane import Plane
from scenarios.format.schema.map import CoastlineTerrain, FlatTerrain, Map, ProceduralTerrain, RasterTerrain
from scenarios.terrain.coastline import inland_share, land_mask
from scenarios.terrain.features import stamp
from scenarios.terrain.noise import layered_noise
from scenarios.terrain.raster import heights
from scenarios.terrain.rasters import Ground
from scenarios.terrain.roads import apply_roads, stamp_roads
from simcore.surroundings import PEAK_STEPS, TERRAIN_BLOCK, WIDE_BLOCK, Terrain
from simcore.types import F32, F64, U8, Mobility, Surface

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

CONCEALMENT = (1.0, 1.0, 0.8, 0.35, 0.5, 0.8, 1.0)
"""Factor on the range of line-of-sight sensors by the surface under a land target; placeholder."""


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
