"""Zones and minefields in every format: read back by other people's parsers, cut to what a side knows."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import czml3
import fastkml
import geojson
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from fastkml import Placemark
from fastkml.utils import find_all
from pyproj import Geod
from shapely.geometry import shape

from simcore.errors import InputError
from tests.viz.export.reading import FORMATS, acmi_objects, czml_packets, export_bytes, geojson_features, read_acmi
from tests.viz.export.synthetic_map import HIDDEN, SQUARE_M, add_map, square
from tests.viz.export.synthetic_run import Run, Unit, skirmish

GEOD = Geod(ellps="WGS84")
AREAS_M2 = {
    "harbour & <quay>": SQUARE_M**2 - 1000.0**2,
    "hospital": 1000.0**2,
    "blue-lane": SQUARE_M**2,
    "red-keep-out": SQUARE_M**2,
    "two parts": SQUARE_M**2 + 2000.0**2,
    "blue-belt": SQUARE_M**2,
    "red-drift": SQUARE_M**2,
    "red-bar": SQUARE_M**2,
}
KNOWN_TO_BLUE = set(AREAS_M2) - set(HIDDEN)
VIEWS = [("truth", set(AREAS_M2)), ("blue", KNOWN_TO_BLUE)]


@pytest.fixture
def mapped(folder: Path) -> Path:
    return add_map(folder)


def area_m2(geometry: Any) -> float:
    """Area on the ellipsoid, outer rings counted positive only when they run counterclockwise."""
    parts = geometry.geoms if hasattr(geometry, "geoms") else [geometry]
    return sum(GEOD.geometry_area_perimeter(part)[0] for part in parts)


def kml_shapes(data: bytes) -> Iterator[tuple[str, str, Any]]:
    document = fastkml.KML.from_string(data.decode().split("\n", 1)[1])
    for mark in find_all(document, of_type=Placemark):
        if isinstance(mark, Placemark) and mark.id and mark.geometry is not None:
            yield mark.id, str(mark.name), shape(dict(mark.geometry.__geo_interface__))


@pytest.mark.parametrize(("side", "known"), VIEWS)
def test_geojson_polygons_have_the_area_of_the_zone(mapped: Path, side: str, known: set[str]) -> None:
    data = export_bytes(mapped, "geojson", side)
    collection = geojson.loads(data)
    assert collection.is_valid, collection.errors()
    features = [f for f in collection["features"] if f["properties"]["kind"] in ("zone", "minefield")]
    assert {f["properties"]["name"] for f in features} == known
    for feature in features:
        geometry = shape(feature["geometry"])
        assert geometry.is_valid
        name = feature["properties"]["name"]
        assert area_m2(geometry) == pytest.approx(AREAS_M2[name], rel=2e-3), name
    properties = {f["properties"]["name"]: f["properties"] for f in features}
    assert properties["blue-lane"]["from"] == "2026-01-01T00:00:30Z"
    assert properties["blue-lane"]["until"] == "2026-01-01T00:01:10Z"
    assert properties["hospital"]["what"] == "no_fire"
    assert properties["hospital"]["from"] is None


@pytest.mark.parametrize(("side", "known"), VIEWS)
def test_kml_polygons_have_the_area_of_the_zone(mapped: Path, side: str, known: set[str]) -> None:
    shapes = [one for one in kml_shapes(export_bytes(mapped, "kml", side)) if "-mine-" not in one[0]]
    areas = {name.rpartition(" (")[0]: geometry for key, name, geometry in shapes if key.startswith(("zone", "mine"))}
    assert set(areas) == known
    for name, geometry in areas.items():
        assert area_m2(geometry) == pytest.approx(AREAS_M2[name], rel=2e-3), name
    assert len(areas["two parts"].geoms) == 2


@pytest.mark.parametrize(("side", "known"), VIEWS)
def test_czml_packets_are_taken_and_cover_the_zone(mapped: Path, side: str, known: set[str]) -> None:
    packets = czml_packets(export_bytes(mapped, "czml", side))
    for packet in packets.values():
        czml3.Packet.model_validate(packet)
    titles = {key: packet for key, packet in packets.items() if packet.get("properties", {}).get("what")}
    assert {packet["properties"]["name"] for packet in titles.values()} == known
    for key, title in titles.items():
        parts = [
            packet["polygon"] for packet in packets.values() if packet.get("parent") == key and "polygon" in packet
        ]
        found = sum(area_m2(czml_polygon(part)) for part in parts)
        assert found == pytest.approx(AREAS_M2[title["properties"]["name"]], rel=2e-3)
    lane = next(packet for packet in titles.values() if packet["properties"]["name"] == "blue-lane")
    assert lane["availability"] == "2026-01-01T00:00:30Z/2026-01-01T00:01:10Z"


def czml_polygon(polygon: dict[str, Any]) -> shapely.Polygon:
    rings = [polygon["positions"]["cartographicDegrees"], *polygon.get("holes", {}).get("cartographicDegrees", [])]
    outer, *holes = (list(zip(ring[0::3], ring[1::3], strict=True)) for ring in rings)
    return shapely.Polygon(outer, holes)


@pytest.mark.parametrize(("side", "known"), VIEWS)
def test_acmi_has_a_waypoint_inside_each(mapped: Path, side: str, known: set[str]) -> None:
    export_bytes(mapped, "acmi", side)
    acmi = read_acmi(mapped.parent / f"trial-{side}.acmi")
    marks = {str(o.get_value("Name")): o for o in acmi.objects.values() if o.tags == "Navaid+Static+Waypoint"}
    assert {name.rpartition(" (")[0] for name in marks} == known
    rounds = [thing for thing in acmi.objects.values() if str(thing.tags).startswith("Weapon")]
    assert len(acmi.objects) == len(acmi_objects(acmi)) + len(known) + len(rounds), "no id is used twice"
    features = geojson_features(export_bytes(mapped, "geojson", side))
    for feature in features.values():
        if feature["properties"]["kind"] not in ("zone", "minefield"):
            continue
        name = feature["properties"]["name"]
        mark = next(one for title, one in marks.items() if title.startswith(f"{name} ("))
        time_s = 40.0 if name == "blue-lane" else 0.0
        place = shapely.from_wkt(f"POINT ({mark.longitude(time_s)} {mark.latitude(time_s)})")
        assert shape(feature["geometry"]).contains(place), name
    lane = next(one for title, one in marks.items() if title.startswith("blue-lane"))
    assert (lane.removed_at, lane.color()) == (70.0, "Blue")


def test_mines_are_told_as_they_were_laid_to_their_side_and_with_their_fate_on_the_truth(mapped: Path) -> None:
    truth = geojson_features(export_bytes(mapped, "geojson"))["minefield-1-mines"]
    assert len(truth["geometry"]["coordinates"]) == 3
    assert truth["properties"]["coordinateProperties"] == {
        "gone": [None, "2026-01-01T00:00:40Z", "2026-01-01T00:01:00Z"],
        "end": ["armed", "spent", "cleared"],
    }
    blue = geojson_features(export_bytes(mapped, "geojson", "blue"))
    assert blue["minefield-1-mines"]["geometry"] == truth["geometry"]
    assert blue["minefield-1-mines"]["properties"]["coordinateProperties"] == {}
    assert not [key for key in blue if key.endswith("mines") and key != "minefield-1-mines"]
    packets = czml_packets(export_bytes(mapped, "czml"))
    assert packets["minefield-1-mine-2"]["availability"] == "2026-01-01T00:00:00Z/2026-01-01T00:00:40Z"
    assert len([key for key in czml_packets(export_bytes(mapped, "czml", "blue")) if "-mine-" in key]) == 3
    assert len([key for key, _, _ in kml_shapes(export_bytes(mapped, "kml", "blue")) if "-mine-" in key]) == 3


def test_of_a_suspected_minefield_a_side_gets_the_circle_of_the_briefing(mapped: Path) -> None:
    features = geojson_features(export_bytes(mapped, "geojson", "blue")).values()
    suspected = next(f for f in features if f["properties"].get("what") == "suspected_minefield")
    assert (suspected["properties"]["side"], suspected["properties"]["name"]) == (None, "red-bar")
    corners = np.array(suspected["geometry"]["coordinates"][0])
    assert len(corners) > 32
    middle = corners[:-1].mean(axis=0)
    _, _, radius_m = GEOD.inv(*np.broadcast_to(middle, corners.shape).T, *corners.T)
    assert np.allclose(radius_m, SQUARE_M / np.sqrt(np.pi), rtol=2e-3)


@pytest.mark.parametrize("format_name", FORMATS)
def test_what_the_enemy_laid_and_drew_changes_no_byte(mapped: Path, format_name: str) -> None:
    before, truth = export_bytes(mapped, format_name, "blue"), export_bytes(mapped, format_name)
    for name in HIDDEN:
        assert name.encode() not in before
        assert name.encode() in truth
    document = json.loads((mapped / "map.json").read_text())
    document["zones"][3] |= {"name": "elsewhere", "rings_m": [square(0, 0)]}
    document["minefields"][1] |= {"name": "other", "rings_m": [square(5, 5)]}
    (mapped / "map.json").write_text(json.dumps(document))
    mines = pq.read_table(mapped / "mines.parquet")
    theirs = mines["minefield"].to_numpy() > 0
    changed = {
        "x_m": np.where(theirs, 7.0, mines["x_m"].to_numpy()),
        "status": np.full(9, 2, np.uint8),
        "gone_s": np.full(9, 3.0),
    }
    for name, values in changed.items():
        mines = mines.set_column(mines.column_names.index(name), name, pa.array(values))
    pq.write_table(mines, mapped / "mines.parquet")
    assert export_bytes(mapped, format_name, "blue") == before
    assert export_bytes(mapped, format_name) != truth


def test_a_zone_is_cut_at_the_antimeridian(tmp_path: Path) -> None:
    run = Run([Unit("ship", "blue", 0.0, 0.0)], origin=(179.99, 10.0), n_frames=2)
    folder = add_map(run.write(tmp_path / "line"))
    features = geojson_features(export_bytes(folder, "geojson"))
    geometry = features["zone-1"]["geometry"]
    assert geometry["type"] == "MultiPolygon"
    longitudes = {corner[0] > 0 for part in geometry["coordinates"] for ring in part for corner in ring}
    assert longitudes == {True, False}
    assert all(abs(corner[0]) <= 180 for part in geometry["coordinates"] for ring in part for corner in ring)
    assert area_m2(shape(geometry)) == pytest.approx(AREAS_M2["harbour & <quay>"], rel=2e-3)
    for packet in czml_packets(export_bytes(folder, "czml")).values():
        czml3.Packet.model_validate(packet)


def test_a_map_that_is_damaged_is_told(mapped: Path) -> None:
    (mapped / "map.json").write_text("{")
    with pytest.raises(InputError, match=r"map\.json: not a whole JSON file"):
        export_bytes(mapped, "kml")


def test_a_folder_of_before_there_were_maps_is_as_it_was(folder: Path) -> None:
    before = {name: export_bytes(folder, name) for name in FORMATS}
    (folder / "map.json").write_text("{}")
    assert {name: export_bytes(folder, name) for name in FORMATS} == before
    assert skirmish().title.encode() in before["geojson"]
