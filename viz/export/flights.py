"""The flights of rounds, from the shooter at the time of the shot to the target at the time of arrival.

The arrival of a shot is that of its hit or miss. A side does not learn of it: in its file a round flies to the place
at which the side believed the target, at the speed of its weapon.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from simcore.types import EventKind
from viz.export.heights import nominal_heights
from viz.fog.happenings import Happening
from viz.fog.view import Export, Frame

LEAST_S = 1.0
"""Rounds that arrive in the tick of the shot are shown for this time [s]."""
UNKNOWN_S = 6.0
"""Time of flight where neither arrival nor speed is known [s], as on the page."""

_WORDS = (
    ("torpedo", "Weapon+Torpedo"),
    ("missile", "Weapon+Missile"),
    ("rocket", "Weapon+Rocket"),
    ("bomb", "Weapon+Bomb"),
    *((word, "Weapon+Projectile+Shell") for word in ("gun", "cannon", "mortar", "howitzer", "weapon station", " mm ")),
)


@dataclass(frozen=True)
class Spot:
    """A place: longitude and latitude [deg], height [m], nan where unknown."""

    longitude_deg: float
    latitude_deg: float
    height_m: float

    @property
    def known_m(self) -> float:
        """The height, 0 where it is unknown [m]."""
        return 0.0 if math.isnan(self.height_m) else self.height_m


@dataclass(frozen=True)
class Flight:
    """Rounds of a shot in flight."""

    shooter: int  # indices into the view's tracks
    target: int
    start_s: float
    end_s: float
    start: Spot
    end: Spot
    weapon: str  # display name, empty if unknown
    text: str  # of the shot
    has_height: bool  # whether an end is in the air or under water: drawn at heights, otherwise on the viewer's ground

    @property
    def spots(self) -> tuple[Spot, Spot]:
        """Both ends."""
        return self.start, self.end


def weapon_type(weapon: str) -> str:
    """Return the Tacview tags of a weapon by the words of its name; ``Weapon`` alone if they do not tell."""
    name = f" {weapon.lower()} "
    return next((tags for word, tags in _WORDS if word in name), "Weapon")


def flights(export: Export) -> list[Flight]:
    """Return the flights of all shots between known places, in the order of the shots.

    Flights that are under way at the end of the run end there.
    """
    follower = _Follower(export)
    for frame in export.view.frames():
        follower.take(frame)
    return follower.finish()


class _Follower:
    """Steps through the frames with the last known places of all tracks."""

    def __init__(self, export: Export) -> None:
        self._export = export
        self._now = np.full((3, len(export.view.tracks)), np.nan)
        self._before = self._now.copy()
        self._now_s = self._before_s = 0.0
        self._flights: list[Flight] = []
        self._under_way: list[int] = []

    def take(self, frame: Frame) -> None:
        """Take a frame: the shots since the last one start, and those due by now arrive."""
        fixes, time_s = frame.fixes, frame.time_s
        nominal_m = nominal_heights(self._export.view.tracks, fixes)
        self._before, self._before_s = self._now.copy(), self._now_s
        self._now[:, fixes.track] = fixes.x_m, fixes.y_m, np.where(np.isnan(fixes.z_m), nominal_m, fixes.z_m)
        self._now_s = time_s
        for event in frame.events:
            if event.kind == EventKind.SHOT and event.track >= 0 and event.other >= 0 and event.time_s < time_s:
                self._start(event)
        for number in self._under_way:
            if self._flights[number].end_s <= time_s:
                self._arrive(number, self._flights[number].end_s)
        self._under_way = [number for number in self._under_way if self._flights[number].end_s > time_s]

    def finish(self) -> list[Flight]:
        """Return the flights; those under way end at the last frame."""
        for number in self._under_way:
            self._arrive(number, self._now_s)
        return self._flights

    def _start(self, event: Happening) -> None:
        start, aim = self._place(event.track, event.time_s), self._place(event.other, event.time_s)
        if not (np.all(np.isfinite(start[:2])) and np.all(np.isfinite(aim[:2]))):
            return
        time_s = event.arrival_s - event.time_s
        if np.isnan(time_s):
            time_s = _time_of_flight(float(np.hypot(*(aim - start)[:2])), event.speed_mps)
        self._under_way.append(len(self._flights))
        self._flights.append(
            Flight(
                shooter=event.track,
                target=event.other,
                start_s=event.time_s,
                end_s=event.time_s + max(LEAST_S, time_s),
                start=self._spot(start),
                end=self._spot(aim),
                weapon=event.weapon,
                text=event.text,
                has_height=self._is_off_ground(event.track, start) or self._is_off_ground(event.other, aim),
            )
        )

    def _is_off_ground(self, track: int, place: np.ndarray) -> bool:
        """Whether a track is in the air or under water; contacts have a height only in the air."""
        drawn = self._export.view.tracks[track]
        return bool(np.isfinite(place[2])) if drawn.is_contact else drawn.domain in ("air", "subsurface")

    def _arrive(self, number: int, time_s: float) -> None:
        flight = self._flights[number]
        end = self._spot(self._place(flight.target, time_s))
        self._flights[number] = replace(flight, end_s=time_s, end=end)

    def _place(self, track: int, time_s: float) -> np.ndarray:
        """Return the place of a track between the last two frames: on the line between them, or where it was last."""
        before, now = self._before[:, track], self._now[:, track]
        span_s = self._now_s - self._before_s
        share = min(1.0, max(0.0, (time_s - self._before_s) / span_s)) if span_s > 0.0 else 1.0
        between = before + share * (now - before)
        return np.where(np.isfinite(between), between, np.where(np.isfinite(now), now, before))

    def _spot(self, place: np.ndarray) -> Spot:
        longitude, latitude = self._export.plane.longitude_latitude(place[:1], place[1:2])
        return Spot(float(longitude[0]), float(latitude[0]), float(place[2]))


def _time_of_flight(range_m: float, speed_mps: float) -> float:
    if np.isnan(speed_mps):
        return UNKNOWN_S
    return range_m / speed_mps if speed_mps > 0.0 else 0.0
