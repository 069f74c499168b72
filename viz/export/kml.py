"""KML 2.2 with the Google extension ``gx:Track``: tracks that move with the time slider.

Rules: https://developers.google.com/kml/documentation/kmlreference. Aircraft and submarines of known height have
altitudes, aircraft of unknown height a nominal height above the viewer's ground; everything else lies on that ground or
on the sea. Nothing is fetched from elsewhere: a kmz brings its icons along, a kml has the viewer's default ones.
Events are many: their folder is switched off at first.
"""

import math
import re
from collections.abc import Iterator
from xml.sax.saxutils import escape

import numpy as np

from simcore.event_kinds import EVENT_KINDS, FAMILIES
from viz.export.colours import RGB, area_colour, side_colour
from viz.export.flights import Flight, flights
from viz.export.icons import DOMAINS, DOT, IDENTITIES, frame_name
from viz.export.json_text import area_properties, degrees
from viz.export.series import Series, all_series, happenings
from viz.export.stages import Stage, stage_id, stage_label, stage_rows, stages
from viz.fog.areas import Area, LonLat
from viz.fog.happenings import Happening
from viz.fog.view import UNKNOWN_SIDE, Bookmark, Export, Fixes

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FAMILY_COLOURS = {"loss": "Violet", "damage": "Orange", "fire": "Orange", "contact": "Yellow", "link": "Cyan"}
"""Colours of the dots of events; those of other families are white."""
_ARRAYS = (("age_s", "float"), ("error_m", "float"), ("strength", "float"), ("status", "int"))


def kml(export: Export) -> Iterator[str]:
    """Yield the file piece by piece."""
    audience = export.view.audience
    shown = "the whole truth" if audience == "truth" else f"the knowledge of side {audience}"
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2">\n<Document>\n'
        f"<name>{xml_text(export.heading)}</name>\n"
        f"<description>{xml_text(f'Shows {shown}. Made by {export.software}.')}</description>\n"
    )
    yield from _styles(export)
    yield '<Schema id="track">\n'
    yield "".join(f'<gx:SimpleArrayField name="{name}" type="{kind}"/>\n' for name, kind in _ARRAYS)
    yield "</Schema>\n"
    if export.areas:
        yield "<Folder>\n<name>Zones and minefields</name>\n"
        for area in export.areas:
            yield from _area(export, area)
        yield "</Folder>\n"
    yield "<Folder>\n<name>Tracks</name>\n"
    yield from _tracks(export)
    yield "</Folder>\n"
    shots = flights(export)
    if shots:
        yield "<Folder>\n<name>Shots</name>\n"
        yield "".join(_rounds(export, flight) for flight in shots)
        yield "</Folder>\n"
    if export.bookmarks:
        yield "<Folder>\n<name>Turning points and marks</name>\n"
        yield "".join(_bookmark(export, mark) for mark in export.bookmarks)
        yield "</Folder>\n"
    yield "<Folder>\n<name>Events</name>\n<visibility>0</visibility>\n"
    for event in happenings(export):
        yield _event(export, event)
    yield "</Folder>\n</Document>\n</kml>\n"


def xml_text(text: str) -> str:
    """Return text as XML character data; characters not allowed in XML become U+FFFD."""
    return escape(_NOT_XML.sub("\ufffd", text), {'"': "&quot;", "\r": "&#13;"})


def _styles(export: Export) -> Iterator[str]:
    frames = [f"icons/{domain}-{identity}.png" for domain in DOMAINS for identity in IDENTITIES] * export.has_icons
    for side in range(UNKNOWN_SIDE, len(export.view.sides)):
        colour = _colour(side_colour(export.view.sides, side, export.view.neutral))
        for frame in ("", *frames):
            yield (
                f'<Style id="{_style(side, frame)}"><IconStyle><color>{colour}</color><scale>0.8</scale>{_icon(frame)}'
                f"</IconStyle><LabelStyle><scale>0.7</scale></LabelStyle><LineStyle><color>{colour}</color>"
                "<width>1.5</width></LineStyle></Style>\n"
            )
    for family in FAMILIES:
        colour = _colour(_FAMILY_COLOURS.get(family, "White"))
        dot = _icon(DOT if export.has_icons else "")
        yield (
            f'<Style id="event-{family}"><IconStyle><color>{colour}</color><scale>0.3</scale>{dot}</IconStyle>'
            "<LabelStyle><scale>0</scale></LabelStyle></Style>\n"
        )
    for colour in sorted({area_colour(export.view.sides, area, export.view.neutral) for area in export.areas}):
        line, fill = _colour(colour), _colour(colour, "33")
        yield (
            f'<Style id="area-{colour.lower()}"><IconStyle><color>{line}</color><scale>0.4</scale></IconStyle>'
            f"<LineStyle><color>{line}</color><width>2</width></LineStyle><PolyStyle><color>{fill}</color></PolyStyle>"
            "</Style>\n"
        )


def _style(side: int, frame: str = "") -> str:
    suffix = frame.removeprefix("icons/").removesuffix(".png")
    return (f"side-{side}" if side >= 0 else "unknown") + (f"-{suffix}" if suffix else "")


def _colour(name: str, opacity: str = "ff") -> str:
    red, green, blue = RGB[name]
    return f"{opacity}{blue:02x}{green:02x}{red:02x}"


def _icon(name: str) -> str:
    return f"<Icon><href>{name}</href></Icon>" if name else ""


def _area(export: Export, area: Area) -> Iterator[str]:
    known = {key: value for key, value in area_properties(export, area).items() if value is not None}
    style = f"<styleUrl>#area-{area_colour(export.view.sides, area, export.view.neutral).lower()}</styleUrl>"
    span = "".join(f"<{tag}>{known[key]}</{tag}>" for key, tag in (("from", "begin"), ("until", "end")) if key in known)
    yield f'<Placemark id="{area.id}"><name>{xml_text(area.label(export.view.sides))}</name>'
    yield (f"<TimeSpan>{span}</TimeSpan>" if span else "") + style + "<ExtendedData>"
    yield "".join(f'<Data name="{key}"><value>{xml_text(str(value))}</value></Data>' for key, value in known.items())
    yield "</ExtendedData><MultiGeometry>"
    for outer, *holes in area.polygons:
        yield f"<Polygon><tessellate>1</tessellate><outerBoundaryIs>{_ring(outer)}</outerBoundaryIs>"
        yield "".join(f"<innerBoundaryIs>{_ring(hole)}</innerBoundaryIs>" for hole in holes) + "</Polygon>"
    yield "</MultiGeometry></Placemark>\n"
    for number, mine in enumerate(area.mines, start=1):
        end = "" if math.isinf(mine.gone_s) else f"<TimeSpan><end>{export.iso(mine.gone_s)}</end></TimeSpan>"
        yield (
            f'<Placemark id="{area.id}-mine-{number}">{end}{style}'
            f"<Point><coordinates>{_place(mine.place)}</coordinates></Point></Placemark>\n"
        )


def _ring(ring: list[LonLat]) -> str:
    return f"<LinearRing><coordinates>{' '.join(_place(corner) for corner in ring)}</coordinates></LinearRing>"


def _place(place: LonLat) -> str:
    return f"{place[0]:.7f},{place[1]:.7f}"


def _tracks(export: Export) -> Iterator[str]:
    """Yield the tracks in a folder for each side, and another for contacts."""
    folder = ""
    for series in all_series(export):
        name = "contacts" if series.track.is_contact else export.view.sides[series.track.side]
        if name != folder:
            yield ("</Folder>\n" if folder else "") + f"<Folder>\n<name>{xml_text(name)}</name>\n"
            folder = name
        yield from _track(export, series)
    if folder:
        yield "</Folder>\n"


def _track(export: Export, series: Series) -> Iterator[str]:
    """Yield a placemark for each stage of knowledge about a track."""
    for stage in stages(export, series):
        rows = stage_rows(series, stage)
        fixes = series.fixes.where(rows)
        time_s, height = series.time_s[rows], series.height_m[rows]
        lon_lat = (series.longitude_deg[rows], series.latitude_deg[rows])
        yield from _placemark(export, series, stage, fixes, time_s, lon_lat, height)


def _placemark(
    export: Export,
    series: Series,
    stage: Stage,
    fixes: Fixes,
    time_s: np.ndarray,
    lon_lat: tuple[np.ndarray, np.ndarray],
    height: np.ndarray,
) -> Iterator[str]:
    known = dict(stage.known)
    del known["name"]
    constant, varying = _columns(fixes)
    frame = frame_name(str(known["domain"]), str(known["sidc"])) if export.has_icons else ""
    yield (
        f'<Placemark id="{stage_id(series, stage)}">\n<name>{xml_text(stage_label(stage))}</name>\n'
        f"<styleUrl>#{_style(stage.side, frame)}</styleUrl>\n<ExtendedData>"
    )
    for key, value in known.items():
        if value is not None:
            yield f'<Data name="{key}"><value>{xml_text(str(value))}</value></Data>'
    for key, number in constant.items():
        yield f'<Data name="{key}"><value>{number:.6g}</value></Data>'
    yield "</ExtendedData>\n<gx:Track>\n"
    mode = "absolute" if series.has_height else "relativeToGround" if series.is_nominal else "clampToGround"
    yield f"<altitudeMode>{mode}</altitudeMode>\n"
    yield "".join(f"<when>{export.iso(moment_s)}</when>\n" for moment_s in time_s.tolist())
    places = zip(*(degrees(values) for values in lon_lat), height.tolist(), strict=True)
    yield "".join(f"<gx:coord>{lon:.7f} {lat:.7f} {metres:.1f}</gx:coord>\n" for lon, lat, metres in places)
    heading = export.plane.true_heading(fixes.x_m, fixes.y_m, fixes.heading_deg)
    if np.any(np.isfinite(heading)):
        yield "".join(f"<gx:angles>{_or_zero(angle):.1f} 0 0</gx:angles>\n" for angle in heading.tolist())
    if varying:
        yield '<ExtendedData><SchemaData schemaUrl="#track">'
        for column, values in varying.items():
            texts = ("" if math.isnan(value) else f"{value:.6g}" for value in values.tolist())
            yield f'<gx:SimpleArrayData name="{column}">'
            yield "".join(f"<gx:value>{text}</gx:value>" for text in texts)
            yield "</gx:SimpleArrayData>"
        yield "</SchemaData></ExtendedData>\n"
    yield "</gx:Track>\n</Placemark>\n"


def _columns(fixes: Fixes) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Return the known properties of a track's fixes: constant numbers and varying columns."""
    constant: dict[str, float] = {}
    varying: dict[str, np.ndarray] = {}
    status = np.where(fixes.status >= 0, fixes.status, np.nan)
    for (name, _), values in zip(_ARRAYS, (fixes.age_s, fixes.error_m, fixes.strength, status), strict=True):
        if np.all(values == values[0]):
            constant[name] = float(values[0])
        elif np.any(np.isfinite(values)):
            varying[name] = values
    return constant, varying


def _event(export: Export, event: Happening) -> str:
    point = ""
    if np.isfinite(event.x_m) and np.isfinite(event.y_m):
        longitude, latitude = export.plane.longitude_latitude(np.array([event.x_m]), np.array([event.y_m]))
        point = f"<Point><coordinates>{degrees(longitude)[0]:.7f},{degrees(latitude)[0]:.7f}</coordinates></Point>"
    return (
        f"<Placemark><name>{xml_text(event.text)}</name><visibility>0</visibility>"
        f"<TimeStamp><when>{export.iso(event.time_s)}</when></TimeStamp>"
        f"<styleUrl>#event-{EVENT_KINDS[event.kind].family}</styleUrl>"
        f'<ExtendedData><Data name="event"><value>{event.kind.name.lower()}</value></Data></ExtendedData>{point}'
        "</Placemark>\n"
    )


def _rounds(export: Export, flight: Flight) -> str:
    """Return the line of rounds in flight, shown for the time of flight."""
    ends = [f"{degrees(np.array([spot.longitude_deg]))[0]:.7f},{spot.latitude_deg:.7f}" for spot in flight.spots]
    mode = "<tessellate>1</tessellate>"
    if flight.has_height:
        ends = [f"{end},{spot.known_m:.1f}" for end, spot in zip(ends, flight.spots, strict=True)]
        mode = "<altitudeMode>absolute</altitudeMode>"
    side = export.view.tracks[flight.shooter].side
    weapon = f'<Data name="weapon"><value>{xml_text(flight.weapon)}</value></Data>' if flight.weapon else ""
    return (
        f"<Placemark><name>{xml_text(flight.text)}</name><TimeSpan><begin>{export.iso(flight.start_s)}</begin>"
        f"<end>{export.iso(flight.end_s)}</end></TimeSpan><styleUrl>#{_style(side)}</styleUrl>"
        f'<ExtendedData><Data name="kind"><value>shot</value></Data>{weapon}</ExtendedData>'
        f"<LineString>{mode}<coordinates>{' '.join(ends)}</coordinates></LineString></Placemark>\n"
    )


def _bookmark(export: Export, mark: Bookmark) -> str:
    note = f"<description>{xml_text(mark.note)}</description>" if mark.note else ""
    return (
        f"<Placemark><name>{xml_text(mark.text)}</name>{note}"
        f"<TimeStamp><when>{export.iso(mark.time_s)}</when></TimeStamp></Placemark>\n"
    )


def _or_zero(angle: float) -> float:
    return 0.0 if math.isnan(angle) else angle
