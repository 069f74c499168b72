"""Reading exports back with parsers that are not ours."""

import contextlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]
from pyacmi import Acmi

from viz.export.export import ExportOptions, export_run

KML = "{http://www.opengis.net/kml/2.2}"
GX = "{http://www.google.com/kml/ext/2.2}"
ENDINGS = {"acmi": ".acmi", "czml": ".czml", "kml": ".kml", "geojson": ".geojson"}
FORMATS = tuple(ENDINGS)


def export_bytes(folder: Path, format_name: str, side: str = "truth", **options: Any) -> bytes:
    out = folder.parent / f"{folder.name}-{side}{ENDINGS[format_name]}"
    export_run(folder, format_name, ExportOptions(side=side, out=out, **options))
    return out.read_bytes()


def read_acmi(path: Path) -> Acmi:
    acmi = Acmi()
    with contextlib.redirect_stdout(io.StringIO()):  # it prints every property that it does not know, Event among them
        acmi.load_acmi(str(path))
    return acmi


def acmi_events(data: bytes) -> list[tuple[float, str]]:
    """Return (time, event) pairs, which pyacmi passes over."""
    events: list[tuple[float, str]] = []
    time_s = 0.0
    for line in data.decode("utf-8-sig").split("\n"):
        if line.startswith("#"):
            time_s = float(line[1:])
        elif line.startswith("0,Event="):
            events.append((time_s, line.removeprefix("0,Event=").replace("\\,", ",")))
    return events


def acmi_objects(acmi: Acmi) -> dict[str, Any]:
    """Return units and contacts by call sign; zones and minefields have none."""
    named = [(thing.get_value("CallSign"), thing) for thing in acmi.objects.values()]
    return {str(name).replace("\\,", ","): thing for name, thing in named if name is not None}


def czml_packets(data: bytes) -> dict[str, dict[str, Any]]:
    return {packet["id"]: packet for packet in json.loads(data)}


def geojson_features(data: bytes) -> dict[str, dict[str, Any]]:
    return {feature["id"]: feature for feature in json.loads(data)["features"]}


def kml_placemarks(data: bytes) -> Iterator[Any]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(data, parser).iter(f"{KML}Placemark")
