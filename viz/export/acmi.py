"""Tacview ACMI 2.2: text, frame by frame.

Rules: https://www.tacview.net/documentation/acmi/en/. UTF-8 with a byte order mark, LF line ends, commas escaped with a
backslash. Values are single lines: control characters become blanks, a backslash becomes ``/`` and, in the text of an
event, so does ``|``, because readers handle these differently. Object 0 is the recording itself.

The format has no outlines: a zone or minefield is a waypoint inside it, named after it, from the first frame in which
it is in force to the first in which it is not.
"""

import math
from collections.abc import Iterator

import numpy as np

from simcore.event_kinds import EVENT_KINDS
from simcore.types import EventKind, Status
from viz.export.colours import TACVIEW, area_colour, side_colour
from viz.fog.areas import Area
from viz.fog.happenings import Happening
from viz.fog.symbols import contact_type
from viz.fog.view import Export, Frame, Track

_BOOKMARKS = frozenset(kind for kind, spec in EVENT_KINDS.items() if spec.family == "outcome")
_ABOARD = (int(Status.ABOARD), int(Status.SERVICING))


def acmi(export: Export) -> Iterator[str]:
    """Yield the file piece by piece."""
    return _Writer(export).pieces()


def acmi_text(text: str) -> str:
    """Return text as a property's value."""
    line = "".join(" " if _breaks_line(character) else character for character in text.replace("\\", "/"))
    return line.replace(",", "\\,").strip()


def _breaks_line(character: str) -> bool:
    return ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 or character in "\u2028\u2029"


class _Writer:
    def __init__(self, export: Export) -> None:
        self._export = export
        self._tracks = export.view.tracks
        n = len(self._tracks)
        self._reference = (math.floor(export.origin_lonlat_deg[0]), math.floor(export.origin_lonlat_deg[1]))
        self._is_known = np.zeros(n, dtype=bool)
        self._is_present = np.zeros(n, dtype=bool)
        self._now = ""
        self._is_marked: set[int] = set()  # indices of the areas in force
        n_units = sum(not track.is_contact for track in self._tracks)
        n_areas = len(export.areas)  # between units and contacts: no number depends on later contacts
        self._first_area = n_units + 1
        self._number = [track.number + (n_areas if track.is_contact else 0) for track in self._tracks]
        self._key: list[list[float]] = [[]] * n  # values behind the variable properties
        self._state: list[list[str]] = [[]] * n  # the variable properties as last written

    def pieces(self) -> Iterator[str]:
        yield from self._header()
        for frame in self._export.frames():
            yield from self._frame(frame)

    def _header(self) -> Iterator[str]:
        export = self._export
        audience = export.view.audience
        shown = "the whole truth" if audience == "truth" else f"the knowledge of side {audience}"
        yield "\ufeffFileType=text/acmi/tacview\nFileVersion=2.2\n"
        yield f"0,ReferenceTime={export.iso(0.0)}\n"
        if export.recorded is not None:
            yield f"0,RecordingTime={export.recorded:%Y-%m-%dT%H:%M:%SZ}\n"
        yield f"0,Title={acmi_text(export.title)}\n"
        yield f"0,DataSource={acmi_text(export.software)}\n0,DataRecorder={acmi_text(export.software)}\n"
        yield f"0,Comments={acmi_text(f'Shows {shown}.')}\n"
        yield f"0,ReferenceLongitude={self._reference[0]}\n0,ReferenceLatitude={self._reference[1]}\n"

    def _frame(self, frame: Frame) -> Iterator[str]:
        """Write events since the last frame, removed tracks, present tracks, then events on newly added tracks."""
        late: list[Happening] = []
        for event in frame.events:
            if event.time_s < frame.time_s and self._is_introduced(event):
                yield self._mark(event.time_s) + self._event(event)
            else:
                late.append(event)
        for track in frame.ended:
            if self._is_present[track]:
                yield f"{self._mark(frame.time_s)}-{self._number[track]:x}\n"
                self._is_present[track] = False
                self._key[track], self._state[track] = [], []
        self._is_present[frame.fixes.track] = True
        self._is_known[frame.fixes.track] = True
        yield from self._areas(frame.time_s)
        if len(frame.fixes.track):
            yield self._mark(frame.time_s) + "".join(self._objects(frame))
        for event in late:
            yield self._mark(max(event.time_s, frame.time_s)) + self._event(event)

    def _areas(self, time_s: float) -> Iterator[str]:
        """Write the waypoints of areas coming into force and remove those of expired areas."""
        for index, area in enumerate(self._export.areas):
            is_open = area.from_s <= time_s < area.until_s
            if is_open == (index in self._is_marked):
                continue
            yield self._mark(time_s)
            if is_open:
                self._is_marked.add(index)
                yield self._waypoint(self._first_area + index, area)
            else:
                self._is_marked.discard(index)
                yield f"-{self._first_area + index:x}\n"

    def _waypoint(self, number: int, area: Area) -> str:
        sides, neutral = self._export.view.sides, self._export.view.neutral
        east = math.fmod(area.centre[0] - self._reference[0] + 540.0, 360.0) - 180.0
        north = area.centre[1] - self._reference[1]
        colour = area_colour(sides, area, neutral)
        painted = f",Color={colour}" if colour in TACVIEW else ""
        coalition = f",Coalition={acmi_text(sides[area.side])}" if area.side >= 0 else ""
        return (
            f"{number:x},T={east:.7f}|{north:.7f}|0,Name={acmi_text(area.label(sides))},Type=Navaid+Static+Waypoint"
            f"{coalition}{painted}\n"
        )

    def _is_introduced(self, event: Happening) -> bool:
        """Whether the objects of an event have been written before."""
        return all(self._is_known[index] for index in (event.track, event.other) if index >= 0)

    def _mark(self, time_s: float) -> str:
        """Return the line that advances the time, empty if it is current already."""
        mark = f"#{_number(time_s, 3)}\n"
        if mark == self._now:
            return ""
        self._now = mark
        return mark

    def _objects(self, frame: Frame) -> Iterator[str]:
        fixes = frame.fixes
        plane = self._export.plane
        longitude, latitude = plane.longitude_latitude(fixes.x_m, fixes.y_m)
        east = np.mod(longitude - self._reference[0] + 180.0, 360.0) - 180.0
        north = latitude - self._reference[1]
        heading = plane.true_heading(fixes.x_m, fixes.y_m, fixes.heading_deg)
        places = (east, north, fixes.z_m, heading)
        strength = np.nan_to_num(fixes.strength, nan=-1.0)  # nan never equals nan
        states = (fixes.side, fixes.domain, fixes.target_class, strength, fixes.status, fixes.is_decoy)
        rows = zip(fixes.track.tolist(), *(values.tolist() for values in (*places, *states)), strict=True)
        for index, lon, lat, altitude_m, yaw_deg, *key in rows:
            height = "" if math.isnan(altitude_m) else f"{altitude_m:.1f}"
            yaw = "" if math.isnan(yaw_deg) else f"|||{yaw_deg:.1f}"
            line = f"{self._number[index]:x},T={lon:.7f}|{lat:.7f}|{height}{yaw}"
            if key != self._key[index]:
                self._key[index] = key
                line += self._changed(index, *key)
            yield line + "\n"

    def _changed(
        self, index: int, side: int, domain: int, target_class: int, strength: float, status: int, is_decoy: int
    ) -> str:
        """Return the properties that changed since last written."""
        track, old = self._tracks[index], self._state[index]
        sides = self._export.view.sides
        colour = side_colour(sides, side, self._export.view.neutral)
        coalition = sides[side] if side >= 0 else "Unknown"
        kind = contact_type(domain, target_class) if track.is_contact else track.type
        name = "decoy" if is_decoy else track.title or track.platform
        state = [f"Name={acmi_text(name)}"] if name else []
        state += [f"Type={kind}", f"Coalition={acmi_text(coalition)}", f"Color={colour}"]
        if strength >= 0.0:
            state.append(f"Health={_number(strength, 3)}")
        if not track.is_contact:
            state.append(f"Visible={int(status not in _ABOARD)}")
        self._state[index] = state
        return ("" if old else self._constant(track)) + "".join(f",{value}" for value in state if value not in old)

    def _constant(self, track: Track) -> str:
        values = {"CallSign": track.name, "Group": track.group}
        line = "".join(f",{key}={acmi_text(value)}" for key, value in values.items() if value)
        ranges = {"RadarRange": track.sensor_range_m, "EngagementRange": track.weapon_range_m}
        return line + "".join(f",{key}={value:.0f}" for key, value in ranges.items() if value > 0)

    def _event(self, event: Happening) -> str:
        text = acmi_text(event.text).replace("|", "/")
        if event.kind in _BOOKMARKS:
            return f"0,Event=Bookmark|{text}\n"
        known = [index for index in (event.track, event.other) if index >= 0 and self._is_known[index]]
        if event.kind == EventKind.LOSS and event.track in known:
            return f"0,Event=Destroyed|{self._number[event.track]:x}|{text}\n"
        objects = "".join(f"{self._number[index]:x}|" for index in known)
        return f"0,Event=Message|{objects}{text}\n"


def _number(value: float, decimals: int) -> str:
    """Return a number without trailing zeros."""
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
