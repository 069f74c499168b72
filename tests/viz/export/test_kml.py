import zipfile
from pathlib import Path

import fastkml
import pytest
from fastkml.gx import Track
from fastkml.utils import find_all
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from tests.viz.export.reading import GX, KML, export_bytes, kml_placemarks
from tests.viz.export.synthetic_run import skirmish
from viz.export.export import ExportOptions, export_run


@pytest.mark.parametrize("side", ["truth", "blue", "red"])
def test_an_independent_reader_finds_tracks_with_a_time_for_every_place(folder: Path, side: str) -> None:
    document = fastkml.KML.from_string(export_bytes(folder, "kml", side).decode().split("\n", 1)[1])
    tracks = [track for track in find_all(document, of_type=Track) if isinstance(track, Track)]
    assert len(tracks) == {"truth": 5, "blue": 6, "red": 3}[side]
    for track in tracks:
        assert track.whens
        assert len(track.whens) == len(track.coords)


def test_elements_are_in_the_order_of_the_schema(folder: Path) -> None:
    placemark = next(kml_placemarks(export_bytes(folder, "kml")))
    assert [child.tag for child in placemark] == [
        *(f"{KML}name", f"{KML}styleUrl", f"{KML}ExtendedData", f"{GX}Track"),
    ]
    tags = [child.tag for child in placemark.find(f"{GX}Track")]
    assert list(dict.fromkeys(tags)) == [f"{KML}altitudeMode", f"{KML}when", f"{GX}coord", f"{GX}angles"]
    assert tags.count(f"{KML}when") == tags.count(f"{GX}coord") == tags.count(f"{GX}angles") == 13


def test_only_known_heights_are_absolute(folder: Path) -> None:
    modes = {
        mark.findtext(f"{KML}name"): mark.findtext(f".//{KML}altitudeMode")
        for mark in kml_placemarks(export_bytes(folder, "kml"))
        if mark.find(f"{GX}Track") is not None
    }
    units = skirmish().units
    assert modes == {unit.name: "absolute" if unit.domain == "air" else "clampToGround" for unit in units}
    assert b"absolute" not in export_bytes(folder, "kml", "blue")


def test_columns_that_change_have_a_value_for_every_fix(folder: Path) -> None:
    marks = {mark.get("id"): mark for mark in kml_placemarks(export_bytes(folder, "kml", "blue")) if mark.get("id")}
    arrays = {name: [array.get("name") for array in mark.iter(f"{GX}SimpleArrayData")] for name, mark in marks.items()}
    assert arrays == {
        "unit-1": [],
        "unit-2": [],
        "unit-3": ["age_s"],
        "contact-1": [],
        "contact-1-2": [],
        "contact-1-3": [],
    }
    constants = {data.get("name"): data.findtext(f"{KML}value") for data in marks["contact-1-3"].iter(f"{KML}Data")}
    assert (constants["age_s"], constants["error_m"], constants["class"]) == ("5", "80", "small_boat")
    for mark in marks.values():
        n_fixes = len(mark.findall(f".//{GX}coord"))
        for array in mark.iter(f"{GX}SimpleArrayData"):
            assert len(array.findall(f"{GX}value")) == n_fixes


def test_nothing_is_fetched_from_elsewhere(folder: Path) -> None:
    root = etree.fromstring(export_bytes(folder, "kml"))
    assert not list(root.iter(f"{KML}href"))
    assert {url.text for url in root.iter(f"{KML}styleUrl")} == {"#side-0", "#side-1"}


def test_events_have_a_time_and_a_place(folder: Path) -> None:
    marks = [mark for mark in kml_placemarks(export_bytes(folder, "kml")) if mark.find(f"{KML}TimeStamp") is not None]
    assert len(marks) == len(skirmish().events)
    shot = next(mark for mark in marks if "fires at" in mark.findtext(f"{KML}name"))
    assert shot.findtext(f"{KML}TimeStamp/{KML}when") == "2026-01-01T00:01:05Z"
    longitude, latitude = map(float, shot.findtext(f"{KML}Point/{KML}coordinates").split(","))
    assert 126.2 < longitude < 126.4
    assert 37.3 < latitude < 37.5


def test_a_kmz_holds_the_same_text(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "trial.kmz"
    export_run(folder, "kml", ExportOptions(out=out))
    with zipfile.ZipFile(out) as archive:
        assert archive.read("doc.kml") == export_bytes(folder, "kml")
