"""Tacview ACMI 2.2: text, frame by frame.

Rules: https://www.tacview.net/documentation/acmi/en/. UTF-8 with a byte order mark, LF line ends, commas escaped with a
backslash. Values are single lines: control characters become blanks, a backslash becomes ``/`` and, in the text of an
event, so does ``|``, because readers handle these differently. Object 0 is the recording itself.

Rounds in flight are weapon objects from shot to arrival, with shooter and target; contacts have their one-sigma error
as a label; aircraft of unknown height fly at a nominal height. The format has no outlines: a zone or minefield is a
waypoint inside it, named after it, from the first frame in which it is in force to the first in which it is not.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from simcore.event_kinds import EVENT_KINDS
from simcore.types import EventKind, Status
from viz.export.colours import TACVIEW, area_colour, side_colour
from viz.export.flights import Flight, Spot, flights, weapon_type
from viz.export.heights import nominal_heights
from viz.fog.areas import Area
from viz.fog.happenings import Happening
from viz.fog.symbols import contact_type
from viz.fog.view import Bookmark, Export, Frame, Track

_BOOKMARKS = frozenset(kind for kind, spec in EVENT_KINDS.items() if spec.family == "outcome")
_EVENT, _SHOT, _ARRIVAL = range(3)
_FIRST_ROUND = 1 << 24
"""Number of the first shot's rounds: beyond those of all tracks, so that it does not depend on later contacts."""
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


class _Moment(NamedTuple):
    """Something to write between two frames. ``rank`` orders moments of the same time."""

    time_s: float
    rank: int
    what: Happening | Bookmark | tuple[int, Flight]


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
        self._told = {mark.time_s for mark in export.bookmarks}
        self._moments = _moments(export)  # in order of time, the next at the end

    def pieces(self) -> Iterator[str]:
        yield from self._header()
        last_s = 0.0
        for frame in self._export.frames():
            yield from self._frame(frame)
            last_s = frame.time_s
        while self._moments:
            moment = self._moments.pop()
            yield self._mark(max(moment.time_s, last_s)) + self._write(moment)

    def _header(self) -> Iterator[str]:
        export = self._export
        audience = export.view.audience
        shown = "the whole truth" if audience == "truth" else f"the knowledge of side {audience}"
        yield "\ufeffFileType=text/acmi/tacview\nFileVersion=2.2\n"
        yield f"0,ReferenceTime={export.iso(0.0)}\n"
        if export.recorded is not None:
            yield f"0,RecordingTime={export.recorded:%Y-%m-%dT%H:%M:%SZ}\n"
        yield f"0,Title={acmi_text(export.heading)}\n"
        yield f"0,DataSource={acmi_text(export.software)}\n0,DataRecorder={acmi_text(export.software)}\n"
        yield f"0,Comments={acmi_text(f'Shows {shown}.')}\n"
        yield f"0,ReferenceLongitude={self._reference[0]}\n0,ReferenceLatitude={self._reference[1]}\n"

    def _frame(self, frame: Frame) -> Iterator[str]:
        """Write events since the last frame, removed tracks, present tracks, then events on newly added tracks."""
        late: list[Happening] = []
        due: list[_Moment] = []
        for event in frame.events:
            if event.time_s < frame.time_s and self._is_introduced(event):
                due.append(_Moment(event.time_s, _EVENT, event))
            else:
                late.append(event)
        while self._moments and self._moments[-1].time_s < frame.time_s:
            due.append(self._moments.pop())
        for moment in sorted(due, key=lambda moment: moment[:2]):
            yield self._mark(moment.time_s) + self._write(moment)
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

    def _write(self, moment: _Moment) -> str:
        what = moment.what
        if isinstance(what, Happening):
            return self._event(what)
        if isinstance(what, Bookmark):
            text = what.text if not what.note else f"{what.text}: {what.note}"
            return f"0,Event=Bookmark|{acmi_text(text).replace('|', '/')}\n"
        number, flight = what
        name = f"{_FIRST_ROUND + number:x}"
        if moment.rank == _ARRIVAL:
            return f"{name},T={self._spot(flight.end)}\n-{name}\n"
        return f"{name},T={self._spot(flight.start)},{self._rounds(flight)}\n"

    def _rounds(self, flight: Flight) -> str:
        """Return the properties of rounds in flight."""
        view, side = self._export.view, self._tracks[flight.shooter].side
        values = {
            "Name": flight.weapon,
            "Type": weapon_type(flight.weapon),
            "Parent": f"{self._number[flight.shooter]:x}" if self._is_known[flight.shooter] else "",
            "LockedTarget": f"{self._number[flight.target]:x}" if self._is_known[flight.target] else "",
            "Coalition": view.sides[side],
            "Color": side_colour(view.sides, side, view.neutral),
        }
        return ",".join(f"{key}={acmi_text(value)}" for key, value in values.items() if value)

    def _spot(self, spot: Spot) -> str:
        east = math.fmod(spot.longitude_deg - self._reference[0] + 540.0, 360.0) - 180.0
        height = "" if math.isnan(spot.height_m) else f"{spot.height_m:.1f}"
        return f"{east:.7f}|{spot.latitude_deg - self._reference[1]:.7f}|{height}"

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
        height = np.where(np.isnan(fixes.z_m), nominal_heights(self._tracks, fixes), fixes.z_m)
        places = (east, north, height, heading)
        strength, error = (np.nan_to_num(values, nan=-1.0) for values in (fixes.strength, fixes.error_m))  # nan != nan
        states = (fixes.side, fixes.domain, fixes.target_class, strength, fixes.status, fixes.is_decoy, error)
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
        self,
        index: int,
        side: int,
        domain: int,
        target_class: int,
        strength: float,
        status: int,
        is_decoy: int,
        error_m: float,
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
        if error_m >= 0.0:
            state.append(f"Label=±{_rough(error_m)} m")
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
        is_told = event.kind == EventKind.OBJECTIVE and event.time_s in self._told  # in more words
        if event.kind in _BOOKMARKS and not is_told:
            return f"0,Event=Bookmark|{text}\n"
        known = [index for index in (event.track, event.other) if index >= 0 and self._is_known[index]]
        if event.kind == EventKind.LOSS and event.track in known:
            return f"0,Event=Destroyed|{self._number[event.track]:x}|{text}\n"
        objects = "".join(f"{self._number[index]:x}|" for index in known)
        return f"0,Event=Message|{objects}{text}\n"


def _moments(export: Export) -> list[_Moment]:
    """Return flights and bookmarks from the last to the first."""
    moments = [_Moment(mark.time_s, _EVENT, mark) for mark in export.bookmarks]
    for number, flight in enumerate(flights(export)):
        moments.append(_Moment(flight.start_s, _SHOT, (number, flight)))
        moments.append(_Moment(flight.end_s, _ARRIVAL, (number, flight)))
    return sorted(moments, key=lambda moment: moment[:2], reverse=True)


def _rough(metres: float) -> str:
    """Return a length with two significant digits: labels need not change with every fix."""
    return f"{float(f'{metres:.2g}'):.0f}"


def _number(value: float, decimals: int) -> str:
    """Return a number without trailing zeros."""
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
