"""The content of an export: tracks, fixes per frame and events. ``truth_view`` and ``side_view`` provide it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple, Protocol

import numpy as np

from viz.fog.areas import Area
from viz.fog.happenings import Happening
from viz.fog.projection import LocalPlane

UNKNOWN_SIDE = -1
"""Side of an unidentified contact."""


@dataclass(frozen=True)
class Track:
    """A unit or contact on the map.

    Of a contact, a track holds the number only: side, domain, symbol and type come with its fixes as the audience
    learns them (see ``stages``).
    """

    id: str  # unit-<k> or contact-<serial>, unique in the file
    number: int  # unique in the file, from 1
    name: str
    side: int
    group: str
    platform: str
    title: str
    domain: str
    sidc: str
    type: str  # Tacview tags
    sensor_range_m: float  # 0 when unknown
    weapon_range_m: float

    @property
    def is_contact(self) -> bool:
        """Whether this is a contact rather than a unit."""
        return self.id.startswith("contact")


class Fixes(NamedTuple):
    """Fixes of tracks, (n,) each; nan (-1 in integer columns) if unknown to the audience."""

    track: np.ndarray  # index into the view's tracks
    x_m: np.ndarray
    y_m: np.ndarray
    z_m: np.ndarray  # above sea level
    heading_deg: np.ndarray  # clockwise from the plane's north
    status: np.ndarray  # Status, -1 for contacts
    strength: np.ndarray  # 0..1
    age_s: np.ndarray  # time since the report or detection behind the fix
    error_m: np.ndarray
    level: np.ndarray  # Level of a contact, -1 for units
    domain: np.ndarray  # Domain of a contact, -1 for units
    target_class: np.ndarray  # TargetClass of a contact once classified, -1 before and for units
    side: np.ndarray  # side of a unit, or of a contact once identified; UNKNOWN_SIDE before
    is_decoy: np.ndarray  # 1 for a contact believed to be a decoy

    def where(self, mask: np.ndarray | slice) -> "Fixes":
        """Return the fixes selected by a mask, a slice or an index array."""
        return Fixes(*(values[mask] for values in self))


def join_fixes(parts: list[Fixes]) -> Fixes:
    """Return the fixes of all parts, concatenated."""
    return Fixes(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


class Frame(NamedTuple):
    """A recorded frame. ``events`` are those since the previous frame; the last frame also holds all later events."""

    time_s: float
    fixes: Fixes
    events: list[Happening]
    ended: tuple[int, ...] = ()  # tracks with a fix in the previous recorded frame and none in this frame


class Bookmark(NamedTuple):
    """A moment to jump to: a turning point, or a mark of the review."""

    time_s: float
    text: str
    note: str = ""


class View(Protocol):
    """The part of a run visible to an audience."""

    @property
    def audience(self) -> str:
        """``truth`` or the name of a side."""
        ...

    @property
    def sides(self) -> tuple[str, ...]:
        """Names of the sides."""
        ...

    @property
    def neutral(self) -> frozenset[int]:
        """Indices of the neutral sides."""
        ...

    @property
    def tracks(self) -> list[Track]:
        """All tracks of the run; ``Fixes.track`` is an index into this list."""
        ...

    @property
    def n_fixes_max(self) -> np.ndarray:
        """Upper bound on the number of fixes of each track, (tracks,)."""
        ...

    def frames(self) -> Iterator[Frame]:
        """Yield the frames in order of time."""
        ...


@lru_cache(maxsize=1 << 16)
def _iso(start: datetime, milliseconds: int) -> str:
    moment = start + timedelta(milliseconds=milliseconds)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{moment.microsecond // 1000:03d}Z" if moment.microsecond else text + "Z"


@dataclass(frozen=True)
class Export:
    """All data needed to write a file in any format."""

    view: View
    plane: LocalPlane
    title: str
    origin_lonlat_deg: tuple[float, float]
    start: datetime  # date and time of the scenario's second 0, UTC
    recorded: datetime | None  # when the run was made
    software: str
    every_s: float | None = None  # least time between two fixes of a track, None = every frame
    hold_s: float = 1.0  # display time of a track seen in a single frame: the time between frames
    areas: tuple[Area, ...] = ()  # zones and minefields known to the audience
    classification: str = ""
    bookmarks: tuple[Bookmark, ...] = ()  # in order of time
    has_icons: bool = False  # whether the file travels with its icons
    block_fixes: int = 1_000_000  # most fixes held in memory at once by formats written track by track

    @property
    def heading(self) -> str:
        """Title of the file, with the classification in front of it."""
        return f"{self.classification} | {self.title}" if self.classification else self.title

    def iso(self, time_s: float) -> str:
        """Return a time of the scenario as ISO 8601 in UTC, to the millisecond."""
        return _iso(self.start, round(time_s * 1000.0))

    def frames(self) -> Iterator[Frame]:
        """Yield all frames, with the fixes of each track thinned to one per ``every_s``.

        The first and last frames are kept whole, as are the first and last fix of each track, so the track ends at
        its true time.
        """
        n_tracks = len(self.view.tracks)
        seen = np.zeros(n_tracks, dtype=bool)
        was_here = np.zeros(n_tracks, dtype=bool)
        held: Frame | None = None
        due_s = -np.inf
        for frame in self.view.frames():
            is_here = np.zeros(n_tracks, dtype=bool)
            is_here[frame.fixes.track] = True
            if held is not None:
                track = held.fixes.track
                if held.time_s >= due_s:
                    due_s = self._next_due_s(held.time_s)
                else:
                    held = held._replace(fixes=held.fixes.where(~seen[track] | ~is_here[track]))
                seen[track] = is_here[track]
                yield held
            held = frame._replace(ended=tuple(np.flatnonzero(was_here & ~is_here).tolist()))
            was_here = is_here
        if held is not None:
            yield held

    def _next_due_s(self, time_s: float) -> float:
        if self.every_s is None:
            return -np.inf
        return (np.floor(time_s / self.every_s + 1e-9) + 1.0) * self.every_s - 1e-6
