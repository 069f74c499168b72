import json
from datetime import datetime
from pathlib import Path

import geojson
import pytest
import shapely

from tests.viz.export.reading import export_bytes, geojson_features
from tests.viz.export.synthetic_run import Run, Unit, skirmish


@pytest.mark.parametrize("side", ["truth", "blue", "red"])
def test_independent_readers_take_the_file(folder: Path, side: str) -> None:
    data = export_bytes(folder, "geojson", side)
    collection = geojson.loads(data)
    assert collection.is_valid, collection.errors()
    shapes = [shapely.from_geojson(json.dumps(f["geometry"])) for f in collection["features"] if f["geometry"]]
    assert all(shape.is_valid and not shape.is_empty for shape in shapes)
    assert "NaN" not in data.decode()


def test_lines_have_a_time_for_every_vertex(folder: Path) -> None:
    features = geojson_features(export_bytes(folder, "geojson"))
    for k, unit in enumerate(skirmish().units, start=1):
        feature = features[f"unit-{k}"]
        assert feature["properties"]["name"] == unit.name
        line = feature["geometry"]["coordinates"]
        columns = feature["properties"]["coordinateProperties"]
        assert feature["geometry"]["type"] == "LineString"
        assert {len(values) for values in columns.values()} == {len(line)}
        times = [datetime.fromisoformat(text) for text in columns["times"]]
        assert times == sorted(times)
        assert [vertex[2] for vertex in line] == [unit.z_m] * len(line)


def test_events_are_points_that_name_tracks(folder: Path) -> None:
    features = geojson_features(export_bytes(folder, "geojson"))
    events = [feature for feature in features.values() if feature["properties"]["kind"] == "event"]
    assert len(events) == len(skirmish().events)
    shot = next(feature for feature in events if feature["properties"]["event"] == "shot")
    assert shot["geometry"]["type"] == "Point"
    assert (shot["properties"]["track"], shot["properties"]["other"]) == ("unit-2", "unit-5")
    end = next(feature for feature in events if feature["properties"]["event"] == "end")
    assert end["geometry"] is None


def test_contacts_tell_what_was_known_and_since_when(folder: Path) -> None:
    features = geojson_features(export_bytes(folder, "geojson", "blue"))
    assert [features[f"contact-1{end}"]["properties"]["level"] for end in ("", "-2", "-3")] == [
        "detected",
        "classified",
        "identified",
    ]
    first, contact = features["contact-1"]["properties"], features["contact-1-3"]["properties"]
    assert (first["class"], first["side"], first["sidc"]) == (None, None, "10013000000000000000")
    assert first["coordinateProperties"]["times"][-1] == contact["classified"], "the line is cut where it changes"
    assert (contact["name"], contact["class"], contact["side"]) == ("contact 1", "small_boat", "red")
    assert contact["classified"].endswith("00:00:50Z")
    assert contact["sidc"] == "10063000001208000000"
    assert set(contact["coordinateProperties"]) == {"times", "age_s", "error_m"}
    stranger = geojson_features(export_bytes(folder, "geojson", "red"))["contact-1"]["properties"]
    assert (stranger["class"], stranger["side"], stranger["classified"]) == (None, None, None)
    assert stranger["sidc"] == "10013000000000000000"


def test_a_track_seen_once_is_a_point(tmp_path: Path) -> None:
    run = Run([Unit("brief", "blue", 0.0, 0.0, lost_at_s=5.0)])
    feature = geojson_features(export_bytes(run.write(tmp_path / "brief"), "geojson"))["unit-1"]
    assert feature["geometry"]["type"] == "Point"


def test_lines_are_cut_at_the_antimeridian(tmp_path: Path) -> None:
    run = Run([Unit("crosser", "blue", 0.0, 0.0, vx_mps=400.0, vy_mps=100.0)], origin=(179.9, 10.0), n_frames=8)
    data = export_bytes(run.write(tmp_path / "line"), "geojson")
    feature = geojson_features(data)["unit-1"]
    lines = feature["geometry"]["coordinates"]
    assert feature["geometry"]["type"] == "MultiLineString"
    assert (lines[0][-1][0], lines[1][0][0]) == (180.0, -180.0)
    assert lines[0][-1][1:] == lines[1][0][1:]
    assert lines[0][-2][1] < lines[0][-1][1] < lines[1][1][1]
    columns = feature["properties"]["coordinateProperties"]
    assert [len(part) for part in columns["times"]] == [len(line) for line in lines]
    assert geojson.loads(data).is_valid
    assert max(shapely.LineString(line).length for line in lines) < 1.0
