import zipfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from pyproj import Geod

from tests.viz.export.reading import acmi_events, acmi_objects, export_bytes, read_acmi
from tests.viz.export.synthetic_run import Run, Unit, skirmish
from viz.export.export import ExportOptions, export_run


def test_header_is_what_the_reference_asks_for(folder: Path) -> None:
    lines = export_bytes(folder, "acmi").split(b"\n")
    assert lines[0] == b"\xef\xbb\xbfFileType=text/acmi/tacview"
    assert lines[1] == b"FileVersion=2.2"
    assert b"\r" not in b"".join(lines)


def test_an_independent_reader_finds_every_unit_where_it_was(folder: Path, tmp_path: Path) -> None:
    start = datetime(2027, 5, 4, 3, 2, 1, tzinfo=UTC)
    export_bytes(folder, "acmi", start=start)
    acmi = read_acmi(tmp_path / "trial-truth.acmi")
    assert acmi.reference_time == start.replace(tzinfo=None)
    assert acmi.title == "Littoral\\, trial"
    assert acmi.timeframes == sorted(acmi.timeframes)
    objects = acmi_objects(acmi)
    run = skirmish()
    assert set(objects) == {unit.name for unit in run.units}
    geod = Geod(ellps="WGS84")
    for unit in run.units:
        thing = objects[unit.name]
        for time_s in (0.0, 50.0, 80.0):
            x_m, y_m = unit.place(time_s)
            azimuth, _, distance_m = geod.inv(*run.origin, thing.longitude(time_s), thing.latitude(time_s))
            assert distance_m == pytest.approx(np.hypot(x_m, y_m), abs=0.05)
            assert np.cos(np.radians(azimuth) - np.arctan2(x_m, y_m)) == pytest.approx(1.0, abs=1e-9)
        assert thing.altitude(0.0) == unit.z_m
        assert thing.coalition() == unit.side
    assert objects["blue-uav"].tags == "Light+Air+FixedWing"
    assert objects["red-hidden"].tags == "Ground+Heavy+Armor+Vehicle+Tank"
    assert objects["red-boat"].color() == "Red"
    assert objects["red-boat"].removed_at == 110.0
    assert objects["blue-uav"].removed_at is None


def test_headings_are_true_and_not_of_the_plane(tmp_path: Path) -> None:
    # 80 km east of the origin at 60 north, north of the plane and true north differ by more than a degree.
    run = Run([Unit("far", "blue", 80_000.0, 0.0, vy_mps=10.0)], origin=(20.0, 60.0), n_frames=2)
    export_bytes(run.write(tmp_path / "far"), "acmi")
    thing = acmi_objects(read_acmi(tmp_path / "far-truth.acmi"))["far"]
    azimuth = Geod(ellps="WGS84").inv(
        thing.longitude(0.0), thing.latitude(0.0), thing.longitude(10.0), thing.latitude(10.0)
    )[0]
    assert abs(azimuth) > 1.0
    assert thing.yaw(0.0) == pytest.approx(azimuth % 360.0, abs=0.06)


def test_events_name_objects_and_come_in_order(folder: Path) -> None:
    events = acmi_events(export_bytes(folder, "acmi"))
    assert [time_s for time_s, _ in events] == sorted(time_s for time_s, _ in events)
    assert (65.0, "Message|2|5|blue-usv-1 fires at red-boat: 2 rounds") in events
    assert (100.0, "Destroyed|5|red-boat is destroyed by blue-usv-1") in events
    assert (110.0, "Bookmark|blue meets an objective") in events
    assert (120.0, "Bookmark|End: blue wins (decided)") in events


def test_units_aboard_are_hidden_until_they_launch(tmp_path: Path) -> None:
    run = Run([Unit("drone", "blue", 0.0, 0.0, aboard_until_s=30.0)], n_frames=6)
    export_bytes(run.write(tmp_path / "deck"), "acmi")
    drone = acmi_objects(read_acmi(tmp_path / "deck-truth.acmi"))["drone"]
    assert (drone.visible(0.0), drone.visible(20.0), drone.visible(30.0)) == (0.0, 0.0, 1.0)


def test_a_run_across_the_date_line_keeps_small_offsets(tmp_path: Path) -> None:
    run = Run([Unit("east", "blue", 20_000.0, 0.0), Unit("west", "blue", -20_000.0, 0.0)], origin=(179.95, 10.0))
    export_bytes(run.write(tmp_path / "line"), "acmi")
    objects = acmi_objects(read_acmi(tmp_path / "line-truth.acmi"))
    assert objects["east"].longitude(0.0) == pytest.approx(180.1325, abs=1e-3)
    assert objects["west"].longitude(0.0) == pytest.approx(179.7675, abs=1e-3)


def test_a_zip_holds_the_same_text(folder: Path, tmp_path: Path) -> None:
    plain = export_bytes(folder, "acmi", "blue")
    out = tmp_path / "b.zip.acmi"
    export_run(folder, "acmi", ExportOptions(side="blue", out=out))
    with zipfile.ZipFile(out) as archive:
        assert archive.namelist() == ["b.txt.acmi"]
        assert archive.read("b.txt.acmi") == plain
    assert set(acmi_objects(read_acmi(out))) == {"blue-uav", "blue-usv-1", "blue-usv-2", "contact 1"}


def test_the_same_run_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    outs = [tmp_path / f"{name}.zip.acmi" for name in "ab"]
    for out in outs:
        export_run(folder, "acmi", ExportOptions(out=out))
    first, second = (zipfile.ZipFile(out) for out in outs)
    with first, second:
        assert first.read("a.txt.acmi") == second.read("b.txt.acmi")
