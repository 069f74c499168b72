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
    assert b"<gx:Track>\n<altitudeMode>absolute" not in export_bytes(folder, "kml", "blue")


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
    styles = {f"#{style.get('id')}" for style in root.iter(f"{KML}Style")}
    assert {url.text for url in root.iter(f"{KML}styleUrl")} <= styles


def test_folders_part_the_sides_and_events_are_off_at_first(folder: Path) -> None:
    root = etree.fromstring(export_bytes(folder, "kml", "blue"))
    tracks, shots, events = root.findall(f"{KML}Document/{KML}Folder")
    assert [one.findtext(f"{KML}name") for one in (tracks, shots, events)] == ["Tracks", "Shots", "Events"]
    assert [one.findtext(f"{KML}name") for one in tracks.findall(f"{KML}Folder")] == ["blue", "contacts"]
    assert events.findtext(f"{KML}visibility") == "0"
    assert {mark.findtext(f"{KML}visibility") for mark in events.findall(f"{KML}Placemark")} == {"0"}
    assert tracks.findtext(f"{KML}visibility") is None


def test_rounds_are_a_line_for_the_time_of_flight(folder: Path) -> None:
    marks = [mark for mark in kml_placemarks(export_bytes(folder, "kml")) if mark.find(f"{KML}LineString") is not None]
    spans = [tuple(mark.findtext(f"{KML}TimeSpan/{KML}{end}") for end in ("begin", "end")) for mark in marks]
    assert spans[0] == ("2026-01-01T00:01:05Z", "2026-01-01T00:01:15Z")
    assert [len(mark.findtext(f".//{KML}coordinates").split()) for mark in marks] == [2, 2, 2]


def test_events_have_a_time_and_a_place(folder: Path) -> None:
    marks = [mark for mark in kml_placemarks(export_bytes(folder, "kml")) if mark.find(f"{KML}TimeStamp") is not None]
    assert len(marks) == len(skirmish().events)
    shot = next(mark for mark in marks if "fires at" in mark.findtext(f"{KML}name"))
    assert shot.findtext(f"{KML}TimeStamp/{KML}when") == "2026-01-01T00:01:05Z"
    longitude, latitude = map(float, shot.findtext(f"{KML}Point/{KML}coordinates").split(","))
    assert 126.2 < longitude < 126.4
    assert 37.3 < latitude < 37.5


def test_a_kmz_brings_every_icon_along(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "trial.kmz"
    export_run(folder, "kml", ExportOptions(out=out))
    with zipfile.ZipFile(out) as archive:
        names = archive.namelist()
        root = etree.fromstring(archive.read("doc.kml"))
        plain = etree.fromstring(export_bytes(folder, "kml"))
        pictures = [archive.read(name) for name in names[1:]]
    assert names[0] == "doc.kml", "the first file is the one that viewers open"
    assert {href.text for href in root.iter(f"{KML}href")} == set(names[1:])
    for data in pictures:
        assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(set(pictures)) == 14, "16 frames and a dot; land and sea share three frames"
    styles = {f"#{style.get('id')}" for style in root.iter(f"{KML}Style")}
    used = {mark.get("id"): mark.findtext(f"{KML}styleUrl") for mark in root.iter(f"{KML}Placemark") if mark.get("id")}
    assert set(used.values()) <= styles
    assert (used["unit-1"], used["unit-5"]) == ("#side-0-air-3", "#side-1-surface-6")
    places = [[one.text for one in tree.iter(f"{GX}coord")] for tree in (root, plain)]
    assert places[0] == places[1]
