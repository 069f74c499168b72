"""A run cut at a frame, and the files of both as a viewer sees them up to then: what was known, fix by fix."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.viz.export.reading import GX, KML, geojson_features, kml_placemarks

Story = dict[str, Any]
_START = np.datetime64("2026-01-01T00:00:00")


def cut_run(folder: Path, to: Path, frame: int) -> float:
    """Write a copy of a run that ends at a frame, and return the time of that frame [s]."""
    shutil.copytree(folder, to)
    for name, column in (("trace", "frame"), ("contacts", "frame")):
        table = pq.read_table(folder / f"{name}.parquet")
        pq.write_table(table.filter(pa.array(table[column].to_numpy() <= frame)), to / f"{name}.parquet")
    table = pq.read_table(folder / "trace.parquet", columns=["frame", "time_s"])
    time_s = float(table["time_s"].to_numpy()[table["frame"].to_numpy() == frame][0])
    events = pq.read_table(folder / "events.parquet")
    pq.write_table(events.filter(pa.array(events["time_s"].to_numpy() < time_s)), to / "events.parquet")
    manifest = json.loads((folder / "manifest.json").read_text())
    for key in ("digests", "files", "manifest_digest"):
        manifest.pop(key, None)
    (to / "manifest.json").write_text(json.dumps(manifest | {"n_frames": frame + 1}))
    return time_s


def story(format_name: str, data: bytes, until_s: float) -> Story:
    """Return all that a file of a side shows before a time."""
    return {"acmi": _acmi, "czml": _czml, "kml": _kml, "geojson": _geojson}[format_name](data, until_s)


def _seconds(text: str) -> float:
    return float((np.datetime64(text.rstrip("Z")) - _START) / np.timedelta64(1, "ms")) / 1000.0


def _acmi(data: bytes, until_s: float) -> Story:
    lines: list[str] = []
    for line in data.decode("utf-8-sig").split("\n"):
        if line.startswith("#") and float(line[1:]) >= until_s:
            break
        lines.append(line)
    return {"lines": lines}


def _geojson(data: bytes, until_s: float) -> Story:
    found: Story = {}
    for name, feature in geojson_features(data).items():
        properties = dict(feature["properties"])
        if properties["kind"] == "event":
            if _seconds(properties["time"]) < until_s:
                found[name] = feature
            continue
        columns = properties.pop("coordinateProperties", {})
        places = feature["geometry"]["coordinates"]
        if feature["geometry"]["type"] == "Point":
            places = [places]
        if "times" in columns:
            kept = [k for k, text in enumerate(columns["times"]) if _seconds(text) < until_s]
            rows = [(places[k], *(values[k] for values in columns.values())) for k in kept]
            if rows:
                found[name] = (properties, rows)
    return found


def _kml(data: bytes, until_s: float) -> Story:
    found: Story = {}
    for number, mark in enumerate(kml_placemarks(data)):
        moment, track = mark.findtext(f"{KML}TimeStamp/{KML}when"), mark.find(f"{GX}Track")
        facts = {one.get("name"): one.findtext(f"{KML}value") for one in mark.findall(f"{KML}ExtendedData/{KML}Data")}
        head = (mark.findtext(f"{KML}name"), mark.findtext(f"{KML}styleUrl"))
        if moment is not None and _seconds(moment) < until_s:
            place = mark.findtext(f"{KML}Point/{KML}coordinates")
            found.setdefault("events", []).append((head, moment, facts, place))
        begin = mark.findtext(f"{KML}TimeSpan/{KML}begin")
        if mark.find(f"{KML}LineString") is not None and _seconds(begin) < until_s:
            found.setdefault("shots", []).append((head, begin, facts))
        if track is None:
            continue
        whens = [when.text for when in track.iter(f"{KML}when")]
        arrays = {
            one.get("name"): [v.text for v in one.iter(f"{GX}value")] for one in track.iter(f"{GX}SimpleArrayData")
        }
        for name in ("age_s", "error_m", "strength", "status"):  # one that never changes is written once
            if name in facts:
                arrays[name] = [facts.pop(name)] * len(whens)
        columns = [whens, [one.text for one in track.iter(f"{GX}coord")], *(arrays[name] for name in sorted(arrays))]
        rows = [row for row in zip(*columns, strict=True) if _seconds(row[0]) < until_s]
        if rows:
            found[mark.get("id") or str(number)] = (head, facts, rows)
    return found


def _czml(data: bytes, until_s: float) -> Story:
    found: Story = {}
    for packet in json.loads(data)[1:]:
        samples = packet.get("position", {}).get("cartographicDegrees", [])
        if packet["id"].startswith("event"):
            if _seconds(packet["properties"]["time"]) < until_s:
                found[packet["id"]] = packet
        elif packet["id"].startswith("shot"):  # its end is known once it is there
            if samples[0] < until_s:
                found[packet["id"]] = (packet["name"], samples[:4], packet["properties"])
        elif "epoch" in packet.get("position", {}):
            for k in range(0, len(samples), 4):
                if samples[k] < until_s:
                    shown = {
                        "place": samples[k : k + 4],
                        "colour": _at(packet["point"]["color"], samples[k]),
                        "label": _at(packet["label"]["text"], samples[k]),
                        "error": dict(_pairs(packet)).get(samples[k]),
                        **{key: _at(value, samples[k]) for key, value in packet["properties"].items()},
                    }
                    shown = {key: value for key, value in shown.items() if value is not None}
                    found.setdefault(packet["id"], []).append((packet["name"], shown))
    return found


def _pairs(packet: dict[str, Any]) -> list[tuple[float, float]]:
    """Return the error of a contact by time."""
    numbers = packet.get("ellipse", {}).get("semiMajorAxis", {}).get("number", [])
    return list(zip(numbers[0::2], numbers[1::2], strict=True))


def _at(value: Any, time_s: float) -> Any:
    """Return a value at a time: plain, or in the last interval that holds it."""
    if not (isinstance(value, list) and value and "interval" in value[0]):
        return value
    kept: Any = None
    for one in value:
        start, stop = (_seconds(text) for text in one["interval"].split("/"))
        if start <= time_s <= stop:
            rest = {key: inner for key, inner in one.items() if key != "interval"}
            kept = rest if "rgba" in rest else next(iter(rest.values()))
    return kept
