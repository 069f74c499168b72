import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyproj import Geod

from simcore.types import EventKind, Roe, Task
from tests.viz.export.reading import acmi_events, acmi_objects, export_bytes, read_acmi
from tests.viz.export.synthetic_run import Run, Unit, skirmish
from viz.export.export import ExportOptions, export_run
from viz.export.flights import UNKNOWN_S, weapon_type


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


def _rounds(path: Path) -> list[Any]:
    return [thing for thing in read_acmi(path).objects.values() if str(thing.tags).startswith("Weapon")]


def test_rounds_are_weapons_from_the_shooter_to_the_target_and_gone_at_impact(folder: Path, tmp_path: Path) -> None:
    """Shots at 65 and 72 s with a miss at 75 s for the first; the second has no end in the events."""
    export_bytes(folder, "acmi")
    run, geod = skirmish(), Geod(ellps="WGS84")
    first, _, third = _rounds(tmp_path / "trial-truth.acmi")
    assert first.removed_at == 75.0
    assert third.removed_at == pytest.approx(72.0 + UNKNOWN_S)
    for time_s, unit in ((65.0, run.units[1]), (75.0, run.units[4])):
        distance_m = geod.inv(*run.origin, first.longitude(time_s), first.latitude(time_s))[2]
        assert distance_m == pytest.approx(np.hypot(*unit.place(time_s)), abs=0.05)
    assert (first.get_value("Parent"), first.get_value("LockedTarget")) == ("2", "5")
    assert (first.color(), third.color()) == ("Blue", "Red")


def test_rounds_of_a_side_tell_nothing_of_the_impact(folder: Path, tmp_path: Path) -> None:
    export_bytes(folder, "acmi", "blue")
    (own,) = _rounds(tmp_path / "trial-blue.acmi")  # one of the three shooters has a link to its own command post
    assert own.removed_at == pytest.approx(65.0 + UNKNOWN_S)


@pytest.mark.parametrize(
    ("weapon", "tags"),
    [
        ("Subsonic sea-skimming missile", "Weapon+Missile"),
        ("Light torpedo", "Weapon+Torpedo"),
        ("76 mm gun", "Weapon+Projectile+Shell"),
        ("12.7 mm remote weapon station", "Weapon+Projectile+Shell"),
        ("Light missile of a gunboat", "Weapon+Missile"),
        ("", "Weapon"),
    ],
)
def test_the_type_of_rounds_follows_from_the_name_of_the_weapon(weapon: str, tags: str) -> None:
    assert weapon_type(weapon) == tags


def test_a_contact_says_how_sure_its_place_is(folder: Path) -> None:
    data = export_bytes(folder, "acmi", "blue")
    assert data.count("Label=±80 m".encode()) == 1, "once: the error does not change"
    assert b"Label" not in export_bytes(folder, "acmi")


def test_turning_points_and_marks_are_bookmarks(folder: Path) -> None:
    outcome = {"turning_points": [{"time_s": 100.0, "kind": "losses", "text": "red loses 1 unit"}]}
    (folder / "measures.json").write_text(json.dumps({"outcome": outcome}))
    for name, title in (("review", "look|here"), ("review.blue", "mine")):
        mark = {"id": "a", "time_s": 33.0, "title": title, "note": "twice\nsaid"}
        (folder / f"{name}.json").write_text(json.dumps({"schema_version": 1, "marks": [mark]}))
    truth = [event for event in acmi_events(export_bytes(folder, "acmi", unverified=True)) if "Bookmark" in event[1]]
    assert truth[:2] == [(33.0, "Bookmark|look/here: twice said"), (100.0, "Bookmark|red loses 1 unit")]
    blue = [event for event in acmi_events(export_bytes(folder, "acmi", "blue", unverified=True)) if "mark" in event[1]]
    assert blue[0] == (33.0, "Bookmark|mine: twice said")
    assert "red loses" not in str(blue), "chosen by all that followed"


def test_a_group_takes_up_an_order_in_one_message_and_repeats_are_left_out(tmp_path: Path) -> None:
    units = [Unit(f"boat-{k}", "blue", 100.0 * k, 0.0, group="boats") for k in range(3)] + [Unit("lone", "blue", 0, 9)]
    order, hold, free = EventKind.ORDER, int(Roe.HOLD), int(Roe.FREE)
    first, second = int(Task.MOVE), int(Task.HOLD)
    given = [
        *((5.0, first, hold, k) for k in range(4)),
        *((15.0, first, hold, k) for k in range(4)),  # repeated by the commander
        (25.0, second, hold, 0),
        (26.0, first, hold, 1),  # a repeat of the old order on its way to a unit that has not heard of the new one
        *((35.0, second, hold, k) for k in (1, 2)),
        (45.0, second, free, 0),
    ]
    run = Run(units, events=[(t, order, 0, k, -1, task, roe) for t, task, roe, k in given])
    for side in ("truth", "blue"):
        events = acmi_events(export_bytes(run.write(tmp_path / side), "acmi", side))
        assert [(t, text.split("|")[-1]) for t, text in events] == [
            (5.0, "group boats starts a task: move, rules of engagement hold"),
            (5.0, "lone starts a task: move, rules of engagement hold"),
            (25.0, "group boats starts a task: hold, rules of engagement hold"),
            (45.0, "group boats starts a task: hold, rules of engagement free"),
        ]


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
