"""Names of any characters come back as they were, or as the format's rules say."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simcore.types import EventKind
from tests.viz.export.reading import (
    KML,
    acmi_events,
    czml_packets,
    export_bytes,
    geojson_features,
    kml_placemarks,
    read_acmi,
)
from tests.viz.export.synthetic_run import Run, Unit
from viz.export.acmi import acmi_text
from viz.export.kml import xml_text

_NASTY = st.sampled_from(
    [",", "\\", "\n", "\r", "|", "=", "#", "<", ">", "&", '"', "'", "]]>", "\x00", "\x85", "\u2028", "쥐"]
)
_TEXT = st.one_of(st.text(max_size=12), st.lists(_NASTY, max_size=6).map("".join))
_NAMES = _TEXT.map(lambda text: "u" + text)
_SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _xml_characters(text: str) -> str:
    """Characters of XML 1.0, production 2."""
    allowed = ((0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF))
    return "".join(
        c if c in "\t\n\r" or any(low <= ord(c) <= high for low, high in allowed) else "\ufffd" for c in text
    )


@_SETTINGS
@given(name=_NAMES, group=_TEXT, title=_TEXT, side=_NAMES)
def test_names_survive_every_format(name: str, group: str, title: str, side: str) -> None:
    unit = Unit(name, side, 100.0, 200.0, group=group, title=title)
    run = Run([unit], events=[(5.0, EventKind.EXHAUSTED, 0, 0, -1, 0, 0)], sides=(side, side + "x"), n_frames=2)
    run.title = title
    with tempfile.TemporaryDirectory() as place:
        folder = run.write(Path(place) / "run")
        acmi = export_bytes(folder, "acmi")
        thing = read_acmi(folder.parent / "run-truth.acmi").objects["1"]
        czml = czml_packets(export_bytes(folder, "czml"))
        geojson = geojson_features(export_bytes(folder, "geojson"))
        kml = list(kml_placemarks(export_bytes(folder, "kml")))

    assert thing.get_value("CallSign") == acmi_text(name)
    assert thing.get_value("Coalition") == acmi_text(side)
    assert (thing.get_value("Group") or "") == acmi_text(group)
    assert len(thing.data["Longitude"]) == 2
    assert acmi_events(acmi)[0][1].startswith("Message|1|u")
    assert acmi_events(acmi)[0][1].count("|") == 2
    assert acmi.decode("utf-8-sig").count("\n") == 10 + 2 + 3 + 1  # header, times, objects and event, line after last

    assert czml["unit-1"]["name"] == name
    assert czml["unit-1"]["properties"]["group"] == group
    assert geojson["unit-1"]["properties"]["name"] == name
    assert geojson["unit-1"]["properties"]["side"] == side
    assert geojson["event-1"]["properties"]["text"] == f"{name} is out of fuel or battery"
    assert kml[0].findtext(f"{KML}name") == _xml_characters(name)
    values = {data.get("name"): data.findtext(f"{KML}value") for data in kml[0].iter(f"{KML}Data")}
    assert values["side"] == _xml_characters(side)
    assert values["group"] == _xml_characters(group)


@given(text=st.text())
def test_an_acmi_value_is_one_line_and_its_commas_are_escaped(text: str) -> None:
    value = acmi_text(text)
    assert len(value.splitlines()) <= 1
    assert "," not in value.replace("\\,", "")
    assert not value.endswith("\\")


def test_rules_by_example() -> None:
    assert acmi_text("a,b\nc\\d|e=f") == "a\\,b c/d|e=f"
    assert xml_text('<a> & "b"\x01\r\n') == "&lt;a&gt; &amp; &quot;b&quot;\ufffd&#13;\n"
