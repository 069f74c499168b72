"""Heights from a user's own file: HGT tiles (SRTM) with NumPy, GeoTIFF with rasterio (the extra ``gis``)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.placement import Plane
from scenarios.schema_map import RasterTerrain
from scenarios.terrain_files import GroundError
from simcore.types import F32, F64

_HGT_NAME = re.compile(r"^([NS])(\d{1,2})([EW])(\d{1,3})", re.IGNORECASE)
_HGT_SIDES = {1201 * 1201 * 2: 1201, 3601 * 3601 * 2: 3601}
_HGT_VOID = -32768


@dataclass(frozen=True)
class _Grid:
    """Heights at the nodes of a grid, row 0 in the north; nan where the file has none."""

    shape: tuple[int, int]
    to_node: Callable[[F64, F64], tuple[F64, F64]]  # longitude, latitude [deg] -> column, row
    read: Callable[[int, int, int, int], F32]  # first row, last row, first column, last column, the last not included
    margin: float  # how far beyond the outer nodes it holds: half a pixel where pixels are areas
    covers: str


def heights(kind: RasterTerrain, plane: Plane, x_m: F64, y_m: F64) -> F32:
    """Return the heights (rows, columns) at cell centres ``x_m`` (columns,), ``y_m`` (rows,), bilinear, to 1 cm.

    Raises
    ------
    GroundError
        For files that cannot be read, do not cover the map, or hold voids inside it.
    """
    lon, lat = plane.to_globe(np.tile(x_m, len(y_m)), np.repeat(y_m, len(x_m)))
    found = np.full(lon.shape, np.nan)
    left = np.ones(lon.shape, dtype=bool)
    grids = [_open(Path(name)) for name in kind.files]
    for grid in grids:
        column, row = grid.to_node(lon, lat)
        rows, columns = grid.shape
        low, high = -grid.margin - 1e-6, grid.margin + 1e-6
        inside = left & (column >= low) & (column <= columns - 1 + high) & (row >= low) & (row <= rows - 1 + high)
        if inside.any():
            found[inside] = _bilinear(grid, column[inside], row[inside])
            left &= ~inside
    if left.any():
        covers = "; ".join(grid.covers for grid in grids)
        k = int(np.flatnonzero(left)[0])
        raise GroundError(
            f"terrain.file: {left.mean():.0%} of the map lies outside, such as {lon[k]:.4f} east, {lat[k]:.4f} north; "
            f"covered: {covers}; add files, or move or shrink the map"
        )
    void = np.isnan(found)
    if void.any() and kind.void_m is None:
        raise GroundError(
            f"terrain.void_m: the files have no height for {int(void.sum())} of {void.size} cells; "
            "give the height that these take"
        )
    found[void] = kind.void_m or 0.0
    return np.round(found, 2).astype(np.float32).reshape(len(y_m), len(x_m))


def _bilinear(grid: _Grid, column: F64, row: F64) -> F64:
    """Return the heights between the four nodes round each place."""
    rows, columns = grid.shape
    column, row = np.clip(column, 0.0, columns - 1.0), np.clip(row, 0.0, rows - 1.0)
    c0 = np.minimum(np.floor(column).astype(np.int64), max(columns - 2, 0))
    r0 = np.minimum(np.floor(row).astype(np.int64), max(rows - 2, 0))
    first_row, first_column = int(r0.min()), int(c0.min())
    last_row, last_column = min(int(r0.max()) + 2, rows), min(int(c0.max()) + 2, columns)
    values = grid.read(first_row, last_row, first_column, last_column).astype(np.float64)
    u, v = column - c0, row - r0
    r0, c0 = r0 - first_row, c0 - first_column
    r1, c1 = np.minimum(r0 + 1, values.shape[0] - 1), np.minimum(c0 + 1, values.shape[1] - 1)
    north = values[r0, c0] * (1.0 - u) + values[r0, c1] * u
    south = values[r1, c0] * (1.0 - u) + values[r1, c1] * u
    return north * (1.0 - v) + south * v


def _open(path: Path) -> _Grid:
    suffix = path.suffix.lower()
    if suffix == ".hgt":
        return _open_hgt(path)
    if suffix in (".tif", ".tiff"):
        return _open_geotiff(path)
    raise GroundError(f"terrain.file: {path.name}: {suffix or 'no ending'} is not known; give .hgt, .tif or .tiff")


def _open_hgt(path: Path) -> _Grid:
    """Open a tile of one degree, big-endian 16-bit metres, named after its south-west corner (N37E126.hgt)."""
    name = _HGT_NAME.match(path.name)
    if name is None:
        raise GroundError(
            f"terrain.file: {path.name}: the name does not say where the tile lies; name it like N37E126.hgt"
        )
    side = _HGT_SIDES.get(path.stat().st_size)
    if side is None:
        raise GroundError(
            f"terrain.file: {path.name}: {path.stat().st_size} bytes are no tile; one has 1201 x 1201 or 3601 x 3601 "
            "heights of 2 bytes; fetch it again, or unpack it first"
        )
    south = float(name[2]) * (1.0 if name[1].upper() == "N" else -1.0)
    west = float(name[4]) * (1.0 if name[3].upper() == "E" else -1.0)
    values: Any = np.memmap(path, dtype=">i2", mode="r", shape=(side, side))

    def read(first_row: int, last_row: int, first_column: int, last_column: int) -> F32:
        part = np.array(values[first_row:last_row, first_column:last_column], dtype=np.float32)
        part[part == _HGT_VOID] = np.nan
        return part

    def to_node(lon: F64, lat: F64) -> tuple[F64, F64]:
        return (lon - west) * (side - 1.0), (south + 1.0 - lat) * (side - 1.0)

    covers = f"{path.name} {west:g} to {west + 1:g} east, {south:g} to {south + 1:g} north"
    return _Grid((side, side), to_node, read, 0.0, covers)


def _open_geotiff(path: Path) -> _Grid:
    """Open the first band of a GeoTIFF in any coordinate system that it names."""
    try:
        import rasterio  # pyright: ignore[reportMissingTypeStubs]
        from rasterio.errors import RasterioError, RasterioIOError  # pyright: ignore[reportMissingTypeStubs]
    except ImportError:
        raise GroundError(
            f"terrain.file: {path.name}: a GeoTIFF is read with rasterio, which is an extra; "
            "install it with: pip install 'chammo[gis]'"
        ) from None
    from pyproj import CRS, Transformer

    module: Any = rasterio
    try:
        with module.open(path) as data:
            rows, columns = int(data.height), int(data.width)
            crs, inverse, bounds = data.crs, ~data.transform, data.bounds
    except (RasterioError, RasterioIOError) as error:
        raise GroundError(f"terrain.file: {path.name}: not a GeoTIFF that can be read ({error}); check it") from None
    if crs is None:
        raise GroundError(
            f"terrain.file: {path.name}: says nothing of its coordinate system; assign one (gdal_translate -a_srs)"
        )
    transformer = Transformer.from_crs("EPSG:4326", CRS.from_wkt(crs.to_wkt()), always_xy=True)

    def read(first_row: int, last_row: int, first_column: int, last_column: int) -> F32:
        with module.open(path) as data:
            part = data.read(1, window=((first_row, last_row), (first_column, last_column)), masked=True)
        return np.ma.filled(part.astype(np.float32), np.nan)

    def to_node(lon: F64, lat: F64) -> tuple[F64, F64]:
        place: Any = transformer.transform(lon, lat)
        x, y = np.asarray(place[0], dtype=np.float64), np.asarray(place[1], dtype=np.float64)
        column = inverse.a * x + inverse.b * y + inverse.c - 0.5
        row = inverse.d * x + inverse.e * y + inverse.f - 0.5
        return column, row

    box = f"{bounds.left:g} to {bounds.right:g}, {bounds.bottom:g} to {bounds.top:g} in {crs.to_string()[:40]}"
    return _Grid((rows, columns), to_node, read, 0.5, f"{path.name} {box}")
