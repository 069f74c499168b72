"""Heights from user files: HGT tiles (SRTM) with NumPy, GeoTIFF with rasterio (the extra ``gis``)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.format.plane import Plane
from scenarios.format.schema.map import RasterTerrain
from scenarios.format.terrain_files import GroundError
from simcore.types import F32, F64

_HGT_NAME = re.compile(r"^([NS])(\d{1,2})([EW])(\d{1,3})", re.IGNORECASE)
_HGT_SHAPES = {2 * rows * columns: (rows, columns) for rows, columns in ((1201, 1201), (3601, 3601), (3601, 1801))}
"""Rows and columns by file size: 3 seconds, 1 second, and beyond 50 degrees 1 by 2 seconds."""

_HGT_VOID = -32768
_LOWEST_M, _HIGHEST_M = -11_100.0, 8_900.0
"""The bottom of the Challenger Deep and the top of Mount Everest, with some margin."""

_MARK = -9999.0
"""The usual no-data value, for files that do not declare theirs."""

_UNITS_M = {
    "": 1.0, "m": 1.0, "metre": 1.0, "metres": 1.0, "meter": 1.0, "meters": 1.0, "km": 1000.0, "dm": 0.1, "cm": 0.01,
    "ft": 0.3048, "foot": 0.3048, "feet": 0.3048, "us survey foot": 1200.0 / 3937.0, "ftus": 1200.0 / 3937.0,
}  # fmt: skip
"""Length of the height units in files [m]."""


@dataclass(frozen=True)
class _Grid:
    """Heights [m] at the nodes of a grid, row 0 in the north; nan where missing."""

    name: str
    shape: tuple[int, int]
    to_node: Callable[[F64, F64], tuple[F64, F64]]  # longitude, latitude [deg] -> column, row
    read: Callable[[int, int, int, int], F32]  # first row, last row, first column, last column; last is exclusive
    margin: float  # coverage beyond the outer nodes: half a pixel if pixels are areas
    covers: str


def heights(kind: RasterTerrain, plane: Plane, x_m: F64, y_m: F64) -> F32:
    """Return the heights (rows, columns) at cell centres ``x_m`` (columns,), ``y_m`` (rows,), bilinear, to 1 cm.

    Raises
    ------
    GroundError
        For files that cannot be read, do not cover the map, or have voids inside it.
    """
    lon, lat = plane.to_globe(np.tile(x_m, len(y_m)), np.repeat(y_m, len(x_m)))
    height_m = np.full(lon.shape, np.nan)
    is_missing = np.ones(lon.shape, dtype=bool)
    grids = [_open(Path(name)) for name in kind.files]
    for grid in grids:
        column, row = grid.to_node(lon, lat)
        rows, columns = grid.shape
        low, high = -grid.margin - 1e-6, grid.margin + 1e-6
        inside = (column >= low) & (column <= columns - 1 + high) & (row >= low) & (row <= rows - 1 + high) & is_missing
        if inside.any():
            height_m[inside] = _bilinear(grid, column[inside], row[inside])
            is_missing &= ~inside
    if is_missing.any():
        covers = "; ".join(grid.covers for grid in grids)
        k = int(np.flatnonzero(is_missing)[0])
        raise GroundError(
            f"terrain.file: {is_missing.mean():.0%} of the map lies outside, such as {lon[k]:.4f} east, "
            f"{lat[k]:.4f} north; covered: {covers}; add files, or move or shrink the map"
        )
    void = np.isnan(height_m)
    if void.any() and kind.void_m is None:
        raise GroundError(
            f"terrain.void_m: the files have no height for {int(void.sum())} of {void.size} cells; "
            "give a height for them"
        )
    height_m[void] = kind.void_m or 0.0
    return np.round(height_m, 2).astype(np.float32).reshape(len(y_m), len(x_m))


def _bilinear(grid: _Grid, column: F64, row: F64) -> F64:
    """Return heights interpolated between the four nodes around each point."""
    rows, columns = grid.shape
    column, row = np.clip(column, 0.0, columns - 1.0), np.clip(row, 0.0, rows - 1.0)
    c0 = np.minimum(np.floor(column).astype(np.int64), max(columns - 2, 0))
    r0 = np.minimum(np.floor(row).astype(np.int64), max(rows - 2, 0))
    first_row, first_column = int(r0.min()), int(c0.min())
    last_row, last_column = min(int(r0.max()) + 2, rows), min(int(c0.max()) + 2, columns)
    values = grid.read(first_row, last_row, first_column, last_column).astype(np.float64)
    _check_heights(values, grid.name, first_row, first_column)
    u, v = column - c0, row - r0
    r0, c0 = r0 - first_row, c0 - first_column
    r1, c1 = np.minimum(r0 + 1, values.shape[0] - 1), np.minimum(c0 + 1, values.shape[1] - 1)
    north = values[r0, c0] * (1.0 - u) + values[r0, c1] * u
    south = values[r1, c0] * (1.0 - u) + values[r1, c1] * u
    return north * (1.0 - v) + south * v


def _check_heights(values: F64, name: str, first_row: int, first_column: int) -> None:
    """Raise ``GroundError`` for heights that do not exist on Earth: voids not marked as such in the file."""
    wrong = (values < _LOWEST_M) | (values > _HIGHEST_M)
    marks = values == _MARK
    if marks.any() and not ((values > _MARK) & (values < _MARK + 500.0)).any():  # no trench reaches down to the mark
        wrong |= marks
    if not wrong.any():
        return
    rows, columns = np.nonzero(wrong)
    k = len(rows)
    raise GroundError(
        f"terrain.file: {name}: {k} height{'s' * (k != 1)} of this map cannot be true, such as "
        f"{values[rows[0], columns[0]]:g} m in row {rows[0] + first_row + 1}, column {columns[0] + first_column + 1}; "
        "heights are missing there: mark them (gdal_edit.py -a_nodata VALUE) and give terrain.void_m, or correct "
        "scale and unit"
    )


def _open(path: Path) -> _Grid:
    suffix = path.suffix.lower()
    if suffix == ".hgt":
        return _open_hgt(path)
    if suffix in (".tif", ".tiff"):
        return _open_geotiff(path)
    raise GroundError(f"terrain.file: {path.name}: {suffix or 'no ending'} is not known; give .hgt, .tif or .tiff")


def _open_hgt(path: Path) -> _Grid:
    """Open a tile of one degree, big-endian 16-bit metres, named after its south-west corner (N37E126.hgt).

    Beyond 50 degrees of latitude a tile may have half as many columns as rows.
    """
    name = _HGT_NAME.match(path.name)
    if name is None:
        raise GroundError(
            f"terrain.file: {path.name}: the name does not say where the tile lies; name it like N37E126.hgt"
        )
    shape = _HGT_SHAPES.get(path.stat().st_size)
    if shape is None:
        sizes = ", ".join(f"{rows} x {columns}" for rows, columns in _HGT_SHAPES.values())
        raise GroundError(
            f"terrain.file: {path.name}: {path.stat().st_size} bytes is not the size of a tile, {sizes} heights of 2 "
            "bytes; download it again, or unpack it first"
        )
    south = float(name[2]) * (1.0 if name[1].upper() == "N" else -1.0)
    west = float(name[4]) * (1.0 if name[3].upper() == "E" else -1.0)
    if not (-90.0 <= south <= 89.0 and -180.0 <= west <= 179.0):
        raise GroundError(
            f"terrain.file: {path.name}: no such corner exists on the globe; name the tile after its south-west "
            "corner, S90 to N89 and W180 to E179"
        )
    values: Any = np.memmap(path, dtype=">i2", mode="r", shape=shape)

    def read(first_row: int, last_row: int, first_column: int, last_column: int) -> F32:
        part = np.array(values[first_row:last_row, first_column:last_column], dtype=np.float32)
        part[part == _HGT_VOID] = np.nan
        return part

    def to_node(lon: F64, lat: F64) -> tuple[F64, F64]:
        return _wrapped(lon, west) * (shape[1] - 1.0), (south + 1.0 - lat) * (shape[0] - 1.0)

    covers = f"{path.name} {west:g} to {west + 1:g} east, {south:g} to {south + 1:g} north"
    return _Grid(path.name, shape, to_node, read, 0.0, covers)


def _wrapped(lon: F64, west: float) -> F64:
    """Return the distance of longitudes east of ``west`` [deg], modulo full turns of the globe.

    The result lies from -1 to 359, so that a point on the western edge is not placed at the eastern end.
    """
    return (lon - west + 1.0) % 360.0 - 1.0


def _open_geotiff(path: Path) -> _Grid:
    """Open the first band of a GeoTIFF in its declared coordinate system, with its scale, offset and unit."""
    try:
        import rasterio  # pyright: ignore[reportMissingTypeStubs]
        from rasterio.errors import RasterioError, RasterioIOError  # pyright: ignore[reportMissingTypeStubs]
    except ImportError:
        raise GroundError(
            f"terrain.file: {path.name}: reading a GeoTIFF needs rasterio, an optional dependency; "
            "install it with: pip install 'chammo[gis]'"
        ) from None
    from pyproj import CRS, Transformer

    module: Any = rasterio
    try:
        with module.open(path) as data:
            rows, columns = int(data.height), int(data.width)
            crs, inverse, bounds = data.crs, ~data.transform, data.bounds
            scale, offset, unit = float(data.scales[0]), float(data.offsets[0]), data.units[0]
    except (RasterioError, RasterioIOError) as error:
        raise GroundError(f"terrain.file: {path.name}: not a GeoTIFF that can be read ({error}); check it") from None
    if crs is None:
        raise GroundError(f"terrain.file: {path.name}: has no coordinate system; assign it (gdal_translate -a_srs)")
    system = CRS.from_wkt(crs.to_wkt())
    transformer = Transformer.from_crs("EPSG:4326", system, always_xy=True)
    unit_m = _unit_m(path.name, unit, system)
    west = float(bounds.left) if system.is_geographic else None

    def read(first_row: int, last_row: int, first_column: int, last_column: int) -> F32:
        with module.open(path) as data:
            part = data.read(1, window=((first_row, last_row), (first_column, last_column)), masked=True)
        return np.ma.filled(((part.astype(np.float64) * scale + offset) * unit_m).astype(np.float32), np.nan)

    def to_node(lon: F64, lat: F64) -> tuple[F64, F64]:
        place: Any = transformer.transform(lon, lat)
        x, y = np.asarray(place[0], dtype=np.float64), np.asarray(place[1], dtype=np.float64)
        if west is not None:
            x = west + _wrapped(x, west)
        column = inverse.a * x + inverse.b * y + inverse.c - 0.5
        row = inverse.d * x + inverse.e * y + inverse.f - 0.5
        return column, row

    box = f"{bounds.left:g} to {bounds.right:g}, {bounds.bottom:g} to {bounds.top:g} in {crs.to_string()[:40]}"
    return _Grid(path.name, (rows, columns), to_node, read, 0.5, f"{path.name} {box}")


def _unit_m(name: str, unit: str | None, system: Any) -> float:
    """Return the length [m] of the height unit: that of the band, else that of the system's vertical axis."""
    factor = _UNITS_M.get((unit or "").strip().lower())
    if factor is None:
        raise GroundError(
            f"terrain.file: {name}: heights are in the unknown unit {unit!r}; convert them to metres (unit m)"
        )
    if unit:
        return factor
    vertical = [axis for part in system.sub_crs_list for axis in part.axis_info if axis.direction == "up"]
    return float(vertical[0].unit_conversion_factor) if vertical else 1.0
