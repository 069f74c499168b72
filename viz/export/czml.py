"""CZML, the format of Cesium: a packet for every zone, minefield, mine, track and event.

Rules: https://github.com/AnalyticalGraphicsInc/czml-writer/wiki/CZML-Guide. Positions are seconds since the start,
longitude, latitude [deg] and height [m]. Tracks on land or at sea are clamped to the viewer's ground; aircraft of
unknown height fly at a nominal one above it. Rounds in flight are a moving point and a line. A contact has an ellipse
of its one-sigma error, and its colour, label and properties have an interval for each stage of knowledge about it.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from viz.export.colours import RGB, area_colour, side_colour
from viz.export.flights import Flight, flights
from viz.export.json_text import area_properties, degrees, listed
from viz.export.series import Series, all_series, happenings
from viz.export.stages import Stage, stage_label, stages
from viz.fog.areas import Area, LonLat, Mine
from viz.fog.happenings import Happening
from viz.fog.view import Export

_TRAIL_S = 600.0
_EVENT_SHOWN_S = 60.0
_SPEED_UP = 60.0


def czml(export: Export) -> Iterator[str]:
    """Yield the file piece by piece."""
    yield "["
    yield from listed(_packets(export))
    yield "\n]\n"


def _packets(export: Export) -> Iterator[dict[str, Any]]:
    last_s = export.hold_s
    for frame in export.frames():
        last_s = max(last_s, frame.time_s)
    yield {
        "id": "document",
        "name": export.heading,
        "version": "1.0",
        "clock": {
            "interval": _interval(export, 0.0, last_s),
            "currentTime": export.iso(0.0),
            "multiplier": _SPEED_UP,
            "range": "LOOP_STOP",
            "step": "SYSTEM_CLOCK_MULTIPLIER",
        },
    }
    for area in export.areas:
        yield from _area(export, area, last_s)
    for series in all_series(export):
        yield _track(export, series)
    for number, flight in enumerate(flights(export), start=1):
        yield _rounds(export, flight, number)
    for number, event in enumerate(happenings(export), start=1):
        yield _event(export, event, number)


def _area(export: Export, area: Area, last_s: float) -> Iterator[dict[str, Any]]:
    """Yield the label and the polygons of an area, then its mines."""
    colour = RGB[area_colour(export.view.sides, area, export.view.neutral)]
    end_s = min(area.until_s, max(last_s, area.from_s))
    available = {} if area.is_always else {"availability": _interval(export, area.from_s, end_s)}
    properties = {key: value for key, value in area_properties(export, area).items() if value is not None}
    yield {
        "id": area.id,
        "name": area.label(export.view.sides),
        **available,
        "position": {"cartographicDegrees": [*area.centre, 0.0]},
        "label": {
            "text": area.label(export.view.sides),
            "font": "12px sans-serif",
            "fillColor": {"rgba": [*colour, 255]},
            "heightReference": {"heightReference": "CLAMP_TO_GROUND"},
        },
        "properties": properties,
    }
    for number, rings in enumerate(area.polygons, start=1):
        outer, *holes = ([value for corner in ring[:-1] for value in (*corner, 0.0)] for ring in rings)
        yield {
            "id": f"{area.id}-part-{number}",
            "name": area.label(export.view.sides),
            "parent": area.id,
            **available,
            "polygon": {
                "positions": {"cartographicDegrees": outer},
                **({"holes": {"cartographicDegrees": holes}} if holes else {}),
                "material": {"solidColor": {"color": {"rgba": [*colour, 50]}}},
            },
        }
        yield from (_outline(export, area, f"{number}-{k}", ring, available) for k, ring in enumerate(rings, start=1))
    yield from (_mine(export, area, mine, number) for number, mine in enumerate(area.mines, start=1))


def _outline(export: Export, area: Area, part: str, ring: list[LonLat], available: dict[str, Any]) -> dict[str, Any]:
    """Return a line along a ring: polygons draped over the ground have no outline."""
    colour = [*RGB[area_colour(export.view.sides, area, export.view.neutral)], 255]
    line = {"color": {"rgba": colour}}
    return {
        "id": f"{area.id}-line-{part}",
        "name": area.label(export.view.sides),
        "parent": area.id,
        **available,
        "polyline": {
            "positions": {"cartographicDegrees": [value for corner in ring for value in (*corner, 0.0)]},
            "width": 2,
            "clampToGround": True,
            "material": {"solidColor": line} if area.is_minefield else {"polylineDash": line},
        },
    }


def _mine(export: Export, area: Area, mine: Mine, number: int) -> dict[str, Any]:
    gone = {} if np.isinf(mine.gone_s) else {"availability": _interval(export, 0.0, mine.gone_s)}
    return {
        "id": f"{area.id}-mine-{number}",
        "name": f"mine of {area.name}",
        "parent": area.id,
        **gone,
        "position": {"cartographicDegrees": [*mine.place, 0.0]},
        "point": {
            "pixelSize": 4,
            "color": {"rgba": [*RGB["Violet"], 255]},
            "heightReference": {"heightReference": "CLAMP_TO_GROUND"},
        },
        "properties": {"kind": "mine", **({} if np.isinf(mine.gone_s) else {"end": mine.end})},
    }


def _track(export: Export, series: Series) -> dict[str, Any]:
    height = series.height_m
    samples = np.column_stack(
        [series.time_s, degrees(series.longitude_deg), degrees(series.latitude_deg), np.round(height, 1)]
    )
    reference = "NONE" if series.has_height else "RELATIVE_TO_GROUND" if series.is_nominal else "CLAMP_TO_GROUND"
    on_ground = {"heightReference": reference}
    parts = list(stages(export, series))
    colours = [{"rgba": [*RGB[side_colour(export.view.sides, part.side, export.view.neutral)], 255]} for part in parts]
    colour = _by_stage(export, parts, colours)
    packet: dict[str, Any] = {
        "id": series.track.id,
        "name": series.track.name,
        "availability": _interval(export, float(series.time_s[0]), series.end_s(export.hold_s)),
        "position": {
            "epoch": export.iso(0.0),
            "interpolationAlgorithm": "LINEAR",
            "interpolationDegree": 1,
            "cartographicDegrees": [round(value, 7) for value in samples.ravel().tolist()],
        },
        "point": {"pixelSize": 9, "color": colour, "heightReference": on_ground},
        "label": {
            "text": _texts(_by_stage(export, parts, [{"string": stage_label(part)} for part in parts])),
            "font": "12px sans-serif",
            "fillColor": colour,
            "horizontalOrigin": "LEFT",
            "pixelOffset": {"cartesian2": [10, 0]},
            "heightReference": on_ground,
        },
        "properties": _properties(export, parts),
    }
    if np.any(np.isfinite(series.fixes.error_m)):
        packet["ellipse"] = _ellipse(export, series, parts)
    if series.has_height:  # a path cannot be clamped to the ground
        packet["path"] = {
            "leadTime": 0,
            "trailTime": _TRAIL_S,
            "width": 1.5,
            "material": {"solidColor": {"color": colour}},
        }
    return packet


def _ellipse(export: Export, series: Series, parts: list[Stage]) -> dict[str, Any]:
    """Return the one-sigma error of a contact as a circle on the viewer's ground."""
    error_m = np.maximum(np.round(np.nan_to_num(series.fixes.error_m, nan=0.0), 1), 1.0)
    radius = {
        "epoch": export.iso(0.0),
        "interpolationAlgorithm": "LINEAR",
        "interpolationDegree": 1,
        "number": np.column_stack([series.time_s, error_m]).ravel().tolist(),
    }
    colours = [{"rgba": [*RGB[side_colour(export.view.sides, part.side, export.view.neutral)], 50]} for part in parts]
    return {
        "semiMajorAxis": radius,
        "semiMinorAxis": radius,
        "material": {"solidColor": {"color": _by_stage(export, parts, colours)}},
    }


def _rounds(export: Export, flight: Flight, number: int) -> dict[str, Any]:
    """Return rounds in flight: a point from shooter to target, and the line between them."""
    side = export.view.tracks[flight.shooter].side
    colour = {"rgba": [*RGB[side_colour(export.view.sides, side, export.view.neutral)], 255]}
    is_high = flight.has_height
    places = [
        [*degrees(np.array([spot.longitude_deg, spot.latitude_deg])), round(spot.known_m, 1) if is_high else 0.0]
        for spot in flight.spots
    ]
    reference = {"heightReference": "NONE" if is_high else "CLAMP_TO_GROUND"}
    tracks = export.view.tracks
    known = {"weapon": flight.weapon, "shooter": tracks[flight.shooter].id, "target": tracks[flight.target].id}
    times = (flight.start_s, flight.end_s)
    return {
        "id": f"shot-{number}",
        "name": flight.text,
        "availability": _interval(export, *times),
        "position": {
            "epoch": export.iso(0.0),
            "cartographicDegrees": [v for t, place in zip(times, places, strict=True) for v in (round(t, 3), *place)],
        },
        "point": {"pixelSize": 5, "color": colour, "heightReference": reference},
        "polyline": {
            "positions": {"cartographicDegrees": [value for place in places for value in place]},
            "width": 1.5,
            **({"arcType": "NONE"} if is_high else {"clampToGround": True}),
            "material": {"solidColor": {"color": colour}},
        },
        "properties": {"kind": "shot", **{key: value for key, value in known.items() if value}},
    }


def _by_stage(export: Export, parts: list[Stage], values: list[dict[str, Any]]) -> Any:
    """Return a value constant over all stages as it is, otherwise an interval for each period of constant value."""
    stretches: list[tuple[float, float, dict[str, Any]]] = []
    for part, value in zip(parts, values, strict=True):
        if stretches and stretches[-1][2] == value:
            stretches[-1] = (stretches[-1][0], part.until_s, value)
        else:
            stretches.append((part.from_s, part.until_s, value))
    if len(stretches) == 1:
        return values[0]
    return [{"interval": _interval(export, *span), **value} for *span, value in stretches]


def _texts(value: Any) -> Any:
    """Return a text in CZML: a plain string if constant."""
    return value["string"] if isinstance(value, dict) else value


def _properties(export: Export, parts: list[Stage]) -> dict[str, Any]:
    """Return properties by name, as intervals if they change; unknown properties are omitted."""
    properties: dict[str, Any] = {}
    for key in parts[0].known:
        kept = [part for part in parts if part.known[key] is not None]
        if len(kept) == len(parts) and len({part.known[key] for part in kept}) == 1:
            properties[key] = kept[0].known[key]
        elif kept:
            values = [{_type_name(part.known[key]): part.known[key]} for part in kept]
            properties[key] = [
                {"interval": _interval(export, part.from_s, part.until_s), **value}
                for part, value in zip(kept, values, strict=True)
            ]
    return properties


def _type_name(value: Any) -> str:
    return "boolean" if isinstance(value, bool) else "string"


def _event(export: Export, event: Happening, number: int) -> dict[str, Any]:
    packet: dict[str, Any] = {
        "id": f"event-{number}",
        "name": event.text,
        "availability": _interval(export, event.time_s, event.time_s + _EVENT_SHOWN_S),
        "properties": {"kind": "event", "event": event.kind.name.lower(), "time": export.iso(event.time_s)},
    }
    if np.isfinite(event.x_m) and np.isfinite(event.y_m):
        longitude, latitude = export.plane.longitude_latitude(np.array([event.x_m]), np.array([event.y_m]))
        packet["position"] = {"cartographicDegrees": [*degrees(longitude), *degrees(latitude), 0.0]}
        packet["point"] = {
            "pixelSize": 14,
            "color": {"rgba": [255, 255, 255, 90]},
            "outlineColor": {"rgba": [255, 255, 255, 255]},
            "outlineWidth": 2,
            "heightReference": {"heightReference": "CLAMP_TO_GROUND"},
        }
    return packet


def _interval(export: Export, start_s: float, end_s: float) -> str:
    return f"{export.iso(start_s)}/{export.iso(end_s)}"
