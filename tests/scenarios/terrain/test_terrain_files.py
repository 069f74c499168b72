"""Ground from files: HGT, GeoTIFF and coastlines; closed cases, moved files, and what is told when one is wrong."""

import json
import math
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenarios.format.document import parse_document
from scenarios.format.plane import Plane
from scenarios.format.resolve import resolve
from scenarios.format.schema.map import Map
from scenarios.format.schema.types import GeoPoint
from scenarios.format.terrain_files import GroundError, region_names
from scenarios.format.yaml_text import write_yaml
from scenarios.loader import load
from scenarios.terrain.coastline import inland_share
from scenarios.terrain.ground import build_ground
from simcore.errors import ScenarioError
from simcore.types import Surface

ORIGIN = GeoPoint(longitude_deg=126.5, latitude_deg=37.5)
SIDE = 1201


def field(terrain: dict[str, Any], half_km: float = 10.0, cell_m: float = 500.0, origin: GeoPoint = ORIGIN) -> Map:
    box = {"west_km": -half_km, "east_km": half_km, "south_km": -half_km, "north_km": half_km, "cell_m": cell_m}
    return Map.model_validate({"origin": origin.model_dump(), **box, "terrain": terrain})


def places(half_km: float = 10.0, cell_m: float = 500.0) -> tuple[np.ndarray, np.ndarray]:
    """Return longitude and latitude (rows, columns) of the cell centres."""
    n = round(2e3 * half_km / cell_m)
    x: Any = -1e3 * half_km + (np.arange(n) + 0.5) * cell_m
    lon, lat = Plane(ORIGIN).to_globe(np.tile(x, n), np.repeat(x, n))
    return lon.reshape(n, n), lat.reshape(n, n)


def write_hgt(path: Path, heights: np.ndarray) -> Path:
    heights.astype(">i2").tofile(path)
    return path


def slope(side: int = SIDE) -> np.ndarray:
    """Return heights that rise by one metre a node to the east and two to the north."""
    row, column = np.meshgrid(np.arange(side), np.arange(side), indexing="ij")
    return column + 2 * (side - 1 - row)


def test_a_plane_is_read_from_an_hgt_tile_as_it_is(tmp_path: Path) -> None:
    path = write_hgt(tmp_path / "N37E126.hgt", slope())
    ground = build_ground(field({"kind": "raster", "file": str(path)}))
    lon, lat = places()
    expected = (lon - 126.0) * 1200.0 + 2.0 * (lat - 37.0) * 1200.0
    np.testing.assert_allclose(ground.terrain.elevation_m, expected, atol=0.006)
    assert (ground.terrain.surface == int(Surface.OPEN)).all()


def test_two_tiles_join_and_the_first_counts(tmp_path: Path) -> None:
    west = write_hgt(tmp_path / "N37E125.hgt", slope())
    east = write_hgt(tmp_path / "n37e126.hgt", slope() + 1200)
    origin = GeoPoint(longitude_deg=126.0, latitude_deg=37.5)
    ground = build_ground(field({"kind": "raster", "file": [str(west), str(east)]}, origin=origin))
    steps = np.diff(ground.terrain.elevation_m[20])
    assert steps.min() > 0.0
    assert steps.max() < 1.5 * np.median(steps)


def test_water_voids_and_cover(tmp_path: Path) -> None:
    heights = np.full((SIDE, SIDE), 50)
    heights[:, :600] = 0  # the west half is sea
    path = str(write_hgt(tmp_path / "N37E126.hgt", heights))
    ground = build_ground(field({"kind": "raster", "file": path, "forest_share": 0.5}))
    lon, _ = places()
    water = ground.terrain.surface == int(Surface.WATER)
    assert (water == (lon <= 126.0 + 599.0 / 1200.0)).all()
    assert (ground.terrain.surface[~water] == int(Surface.FOREST)).mean() == pytest.approx(0.5, abs=0.05)
    dry = build_ground(field({"kind": "raster", "file": path, "water_at_m": None}))
    assert not (dry.terrain.surface == int(Surface.WATER)).any()
    heights[590:610, 590:610] = -32768
    write_hgt(Path(path), heights)
    with pytest.raises(GroundError, match=r"terrain\.void_m: the files have no height for \d+ of 1600 cells; give"):
        build_ground(field({"kind": "raster", "file": path}))
    filled = build_ground(field({"kind": "raster", "file": path, "void_m": 7.0}))
    assert (filled.terrain.elevation_m == 7.0).any()


@pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")  # rasterio 1.4 with affine 3
@pytest.mark.parametrize("epsg", [4326, 32652])
def test_a_plane_is_read_from_a_geotiff_as_it_is(tmp_path: Path, epsg: int) -> None:
    rasterio = pytest.importorskip("rasterio")
    from pyproj import Transformer
    from rasterio.transform import from_origin

    size, n = (0.001, 700) if epsg == 4326 else (100.0, 500)
    west, north = Transformer.from_crs("EPSG:4326", epsg, always_xy=True).transform(126.15, 37.75)
    column, row = np.meshgrid(np.arange(n) + 0.5, np.arange(n) + 0.5)
    heights = (3.0 * column - row + 1_000.0).astype(np.float32)
    path = tmp_path / "heights.tif"
    profile = {"driver": "GTiff", "width": n, "height": n, "count": 1, "dtype": "float32", "nodata": -9999.0}
    with rasterio.open(path, "w", crs=f"EPSG:{epsg}", transform=from_origin(west, north, size, size), **profile) as out:
        out.write(heights, 1)
    ground = build_ground(field({"kind": "raster", "file": str(path)}))
    lon, lat = places()
    x, y = Transformer.from_crs("EPSG:4326", epsg, always_xy=True).transform(lon, lat)
    expected = 3.0 * (x - west) / size - (north - y) / size + 1_000.0
    np.testing.assert_allclose(ground.terrain.elevation_m, expected, atol=0.02)
    far = GeoPoint(longitude_deg=120.0, latitude_deg=37.5)
    with pytest.raises(GroundError, match=r"100% of the map lies outside, such as .* covered: heights\.tif"):
        build_ground(field({"kind": "raster", "file": str(path)}, origin=far))


def test_a_geotiff_without_the_extra_or_without_sense(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "heights.tif"
    path.write_bytes(b"not a picture")
    with pytest.raises(GroundError, match=r"heights\.tif: not a GeoTIFF that can be read"):
        build_ground(field({"kind": "raster", "file": str(path)}))
    monkeypatch.setitem(sys.modules, "rasterio", None)
    with pytest.raises(
        GroundError, match=r"rasterio, an optional dependency; install it with: pip install 'chammo\[gis\]'"
    ):
        build_ground(field({"kind": "raster", "file": str(path)}))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("N37E126.hgt", b"\0" * 100, r"N37E126.hgt: 100 bytes is not the size of a tile, 1201 x 1201"),
        ("tile.hgt", b"\0" * 100, r"tile.hgt: the name does not say where the tile lies; name it like N37E126.hgt"),
        ("heights.png", b"", r"heights.png: .png is not known; give .hgt, .tif or .tiff"),
    ],
)
def test_files_that_are_no_ground(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(GroundError, match=message):
        build_ground(field({"kind": "raster", "file": str(path)}))


def test_a_map_that_the_tile_does_not_cover(tmp_path: Path) -> None:
    path = str(write_hgt(tmp_path / "N37E126.hgt", slope()))
    origin = GeoPoint(longitude_deg=126.0, latitude_deg=37.5)
    with pytest.raises(GroundError, match=r"50% of the map lies outside, .* N37E126.hgt 126 to 127 east, 37 to 38 nor"):
        build_ground(field({"kind": "raster", "file": path}, origin=origin))


def scenario(terrain: dict[str, Any]) -> str:
    document = {
        "schema_version": 1,
        "name": "ground",
        "time": {"dt_s": 5, "duration_h": 1},
        "map": field(terrain).model_dump(mode="json"),
        "sides": [{"name": "blue"}, {"name": "red"}],
        "groups": [
            {"name": side, "side": side, "at_km": [x, 0.0], "units": [{"platform": "uav-rotary"}]}
            for side, x in (("blue", -5.0), ("red", 5.0))
        ],
    }
    return write_yaml(document)


def test_a_scenario_keeps_its_ground_wherever_it_lies(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    write_hgt(here / "N37E126.hgt", slope())
    (here / "scenario.yaml").write_text(scenario({"kind": "raster", "file": "N37E126.hgt"}), encoding="utf-8")
    shutil.copytree(here, there)
    one, other = load(here / "scenario.yaml"), load(there / "scenario.yaml")
    assert one.scenario.hash == other.scenario.hash
    again = resolve(parse_document(one.scenario.dump_yaml()))
    assert again == one.scenario
    write_hgt(here / "N37E126.hgt", slope() + 1)
    assert load(here / "scenario.yaml").scenario.hash != one.scenario.hash
    with pytest.raises(ScenarioError, match=r"map\.terrain\.digest: the ground has changed since [0-9a-f]{32} was"):
        resolve(parse_document(one.scenario.dump_yaml()))
    (here / "N37E126.hgt").unlink()
    with pytest.raises(ScenarioError, match=r"scenario.yaml: map\.terrain\.file: N37E126.hgt: no such file"):
        load(here / "scenario.yaml")


def test_a_coastline_of_ones_own(tmp_path: Path) -> None:
    square = [[126.45, 37.45], [126.55, 37.45], [126.55, 37.55], [126.45, 37.55], [126.45, 37.45]]
    hole = [[126.49, 37.49], [126.51, 37.49], [126.51, 37.51], [126.49, 37.51], [126.49, 37.49]]
    island = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [square, hole]}}
    path = tmp_path / "coast.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [island]}))
    ground = build_ground(field({"kind": "coastline", "file": str(path), "relief_m": 80.0}, cell_m=100.0))
    lon, lat = places(cell_m=100.0)
    inside = (abs(lon - 126.5) < 0.05) & (abs(lat - 37.5) < 0.05)
    inside &= ~((abs(lon - 126.5) < 0.01) & (abs(lat - 37.5) < 0.01))
    assert ((ground.terrain.surface != int(Surface.WATER)) == inside).all()
    assert (ground.terrain.elevation_m[~inside] == 0.0).all()
    assert 0.0 < ground.terrain.elevation_m.max() <= 80.0
    again = build_ground(field({"kind": "coastline", "file": str(path), "relief_m": 80.0}, cell_m=100.0))
    assert again.terrain.elevation_m.tobytes() == ground.terrain.elevation_m.tobytes()


@pytest.mark.parametrize("content", ["[", "[]", "{}", '{"type": "Polygon", "coordinates": [[1]]}'])
def test_what_is_no_coastline(tmp_path: Path, content: str) -> None:
    path = tmp_path / "coast.geojson"
    path.write_text(content)
    with pytest.raises(GroundError, match=r"terrain\.file: coast\.geojson: .*; (give|check)"):
        build_ground(field({"kind": "coastline", "file": str(path)}))


def test_every_region_has_land_water_and_a_source() -> None:
    assert "korea" in region_names()
    for name in region_names():
        surface = build_ground(
            field({"kind": "coastline", "region": name}, 60.0, 1000.0, GeoPoint(longitude_deg=128.0, latitude_deg=35.0))
        ).terrain.surface
        assert 0.1 < (surface == int(Surface.WATER)).mean() < 0.9


def test_known_places_are_on_land_and_at_sea() -> None:
    land, sea = [(126.98, 37.55), (127.73, 37.88), (126.5, 33.38)], [(125.5, 36.0), (129.9, 36.5)]
    known = dict.fromkeys(land, True) | dict.fromkeys(sea, False)
    for (lon, lat), is_land in known.items():
        origin = GeoPoint(longitude_deg=lon, latitude_deg=lat)
        surface = build_ground(field({"kind": "coastline", "region": "korea"}, 2.0, 500.0, origin)).terrain.surface
        assert (surface != int(Surface.WATER)).all() == is_land
        assert (surface == int(Surface.WATER)).any() != is_land


def test_inland_rises_from_the_shore() -> None:
    land = np.zeros((1, 9), dtype=bool)
    land[0, 3:] = True
    share = inland_share(land, 100.0, 2.0)
    np.testing.assert_allclose(share[0], [0, 0, 0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.0])
    assert (inland_share(np.ones((2, 2), dtype=bool), 100.0, 2.0) == 1.0).all()
    assert math.isclose(float(share.max()), 1.0)


def geotiff(path: Path, values: np.ndarray, west: float = 126.3, north: float = 37.7, **tags: Any) -> str:
    """Write whole numbers at steps of 0.001 degree, with tags such as ``scales=(0.01,)``."""
    rasterio = pytest.importorskip("rasterio")
    from rasterio.transform import from_origin

    rows, columns = values.shape
    profile = {"driver": "GTiff", "width": columns, "height": rows, "count": 1, "dtype": "int32"}
    crs = tags.pop("crs", "EPSG:4326")
    with rasterio.open(path, "w", crs=crs, transform=from_origin(west, north, 0.001, 0.001), **profile) as out:
        out.write(values.astype("int32"), 1)
        for name, value in tags.items():
            setattr(out, name, value)
    return str(path)


IGNORE_AFFINE = pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")  # rasterio 1.4, affine 3


@IGNORE_AFFINE
@pytest.mark.parametrize(
    ("stored", "tags", "height_m"),
    [
        (25_000, {"scales": (0.01,)}, 250.0),
        (100, {"offsets": (150.0,)}, 250.0),
        (200, {"scales": (0.5,), "offsets": (150.0,)}, 250.0),
        (1_000, {"units": ("ft",)}, 304.8),
        (25_000, {"units": ("cm",)}, 250.0),
        (1_000, {"crs": "EPSG:4326+6360"}, 1_000 * 1_200 / 3_937),  # heights of the system in US survey feet
    ],
)
def test_scale_offset_and_unit_of_a_geotiff_count(
    stored: int, tags: dict[str, Any], height_m: float, tmp_path: Path
) -> None:
    file = geotiff(tmp_path / "plain.tif", np.full((400, 400), stored), **tags)
    ground = build_ground(field({"kind": "raster", "file": file}))
    np.testing.assert_allclose(ground.terrain.elevation_m, height_m, atol=0.01)


@IGNORE_AFFINE
def test_an_unknown_unit_is_refused(tmp_path: Path) -> None:
    file = geotiff(tmp_path / "plain.tif", np.full((400, 400), 9), units=("fathom",))
    with pytest.raises(GroundError, match=r"plain\.tif: heights are in the unknown unit 'fathom'"):
        build_ground(field({"kind": "raster", "file": file}))


@IGNORE_AFFINE
@pytest.mark.parametrize("mark", [-32768, -9999, 32767, 99999])
def test_holes_that_a_geotiff_does_not_mark_are_refused(mark: int, tmp_path: Path) -> None:
    values = np.full((400, 400), 500)
    values[180:220, 180:220] = mark
    file = geotiff(tmp_path / "holes.tif", values)
    with pytest.raises(GroundError, match=rf"holes\.tif: 1600 heights .* such as {mark:g} m in row 181, column 181"):
        build_ground(field({"kind": "raster", "file": file}))
    marked = geotiff(tmp_path / "marked.tif", values, nodata=mark)
    ground = build_ground(field({"kind": "raster", "file": marked, "void_m": 20.0}))
    assert set(np.unique(ground.terrain.elevation_m)) == {20.0, 500.0}


@IGNORE_AFFINE
def test_a_deep_trench_is_no_hole(tmp_path: Path) -> None:
    values = np.tile(-10_500 + 5 * np.arange(400), (400, 1))  # passes -9,999 at its place
    values[0, 0] = -9_999
    file = geotiff(tmp_path / "trench.tif", values)
    ground = build_ground(field({"kind": "raster", "file": file}))
    assert (ground.terrain.surface == int(Surface.WATER)).all()


@IGNORE_AFFINE
@pytest.mark.parametrize(("west", "longitude_deg"), [(199.8, -160.0), (-160.2, -160.0), (179.8, -179.99)])
def test_longitudes_may_count_from_0_to_360(west: float, longitude_deg: float, tmp_path: Path) -> None:
    values = np.tile(np.arange(400), (400, 1))
    file = geotiff(tmp_path / "slope.tif", values, west=west, north=20.2)
    origin = GeoPoint(longitude_deg=longitude_deg, latitude_deg=20.0)
    ground = build_ground(field({"kind": "raster", "file": file, "water_at_m": None}, origin=origin))
    middle = ground.terrain.elevation_m[20, 19:21].mean()
    assert middle == pytest.approx(((longitude_deg - west) % 360.0) * 1e3 - 0.5, abs=0.6)


def test_a_tile_beyond_50_degrees_may_have_half_the_columns(tmp_path: Path) -> None:
    row, column = np.meshgrid(np.arange(3601), np.arange(1801), indexing="ij")
    path = write_hgt(tmp_path / "N60E010.hgt", column + (3600 - row) // 2)
    origin = GeoPoint(longitude_deg=10.5, latitude_deg=60.5)
    ground = build_ground(field({"kind": "raster", "file": str(path)}, origin=origin))
    assert ground.terrain.elevation_m[19:21, 19:21].mean() == pytest.approx(1_800.0, abs=1.0)
    with pytest.raises(GroundError, match=r"N91E010\.hgt: no such corner exists on the globe"):
        build_ground(field({"kind": "raster", "file": str(path.rename(tmp_path / "N91E010.hgt"))}, origin=origin))


def coast(path: Path, rings: list[list[tuple[float, float]]], **members: Any) -> str:
    polygons = [[[*ring, ring[0]]] for ring in rings]
    geometry = {"type": "MultiPolygon", "coordinates": polygons}
    feature = {"type": "Feature", "properties": {}, "geometry": geometry}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature], **members}))
    return str(path)


def box(west: float, south: float, east: float, north: float) -> list[tuple[float, float]]:
    return [(west, south), (east, south), (east, north), (west, north)]


@pytest.mark.parametrize(
    ("rings", "members", "message"),
    [
        ([box(14_076_349.6, 4_502_018.0, 14_087_481.6, 4_516_049.5)], {}, "are not degrees; convert it"),
        (
            [box(126.4, 37.4, 126.6, 37.6)],
            {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::5179"}}},
            "is in another coordinate system",
        ),
        ([box(37.4, 126.4, 37.6, 126.6)], {}, "the two are swapped: a position is"),
        ([box(10.4, 37.4, 10.6, 37.6)], {}, "lies off the map, .* take the coastline of the map's area"),
        ([box(126.4, 37.4, 126.6, 37.6)], {"bbox": [10, 50, 11, 51]}, "covers 10 to 11 east"),
        ([box(126.4, 37.4, 126.6, 37.6)], {"bbox": [10, 50, "x", 51]}, "its bbox is not 4 or 6 numbers"),
    ],
)
def test_a_coastline_that_is_not_that_of_the_map_is_refused(
    rings: list[list[tuple[float, float]]], members: dict[str, Any], message: str, tmp_path: Path
) -> None:
    file = coast(tmp_path / "coast.geojson", rings, **members)
    with pytest.raises(GroundError, match=message):
        build_ground(field({"kind": "coastline", "file": file}))


def test_swapped_coordinates_are_hinted_at_where_both_could_be_degrees(tmp_path: Path) -> None:
    file = coast(tmp_path / "coast.geojson", [box(49.9, 9.9, 50.1, 10.1)])
    origin = GeoPoint(longitude_deg=10.0, latitude_deg=50.0)
    with pytest.raises(GroundError, match="longitude and latitude are swapped"):
        build_ground(field({"kind": "coastline", "file": file}, origin=origin))


def test_open_sea_within_the_coastline_is_sea(tmp_path: Path) -> None:
    terrain = {
        "kind": "coastline",
        "file": coast(tmp_path / "a.geojson", [box(125, 36, 126, 37), box(128, 39, 129, 40)]),
    }
    assert (build_ground(field(terrain)).terrain.surface == int(Surface.WATER)).all()
    terrain = {"kind": "coastline", "file": coast(tmp_path / "b.geojson", [box(1, 1, 2, 2)], bbox=[120, 30, 130, 40])}
    assert (build_ground(field(terrain)).terrain.surface == int(Surface.WATER)).all()


@pytest.mark.parametrize("longitude_deg", [179.98, -179.99, 180.0])
@pytest.mark.parametrize("members", [{}, {"bbox": [179.5, -17.5, -179.5, -16.5]}])
@pytest.mark.parametrize(
    "rings",
    [
        [box(179.95, -17.03, 180.0, -16.97), box(-180.0, -17.03, -179.97, -16.97)],  # cut at the meridian
        [box(179.95, -17.03, 180.03, -16.97)],  # counted on
    ],
)
def test_an_island_on_the_180th_meridian_is_whole(
    rings: list[list[tuple[float, float]]], members: dict[str, Any], longitude_deg: float, tmp_path: Path
) -> None:
    file = coast(tmp_path / "coast.geojson", rings, **members)
    origin = GeoPoint(longitude_deg=longitude_deg, latitude_deg=-17.0)
    ground = build_ground(field({"kind": "coastline", "file": file}, cell_m=100.0, origin=origin))
    land_m2 = (ground.terrain.surface != int(Surface.WATER)).sum() * 100.0**2
    degree_m = 111_320.0 * math.cos(math.radians(17.0))
    assert land_m2 == pytest.approx(0.08 * degree_m * 0.06 * 110_650.0, rel=0.03)
