"""Track-by-track access for formats that need all fixes of a track together, without holding the whole run.

The trace is sorted by frame. Each pass over it gathers as many tracks as fit into a budget of fixes; a larger run is
read several times.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from viz.export.heights import nominal_heights
from viz.fog.happenings import Happening
from viz.fog.view import Export, Fixes, Track, join_fixes


class Series(NamedTuple):
    """All fixes of a track in order of time, (n,) each."""

    track: Track
    time_s: np.ndarray
    fixes: Fixes
    longitude_deg: np.ndarray
    latitude_deg: np.ndarray
    nominal_m: np.ndarray  # nominal height of an aircraft of unknown height, otherwise nan

    @property
    def has_height(self) -> bool:
        """Whether the track is drawn at its own height; tracks on land or at sea lie on the viewer's ground."""
        return self.track.domain in ("air", "subsurface") and bool(np.all(np.isfinite(self.fixes.z_m)))

    @property
    def height_m(self) -> np.ndarray:
        """Heights to draw [m], (n,): above sea level, nominal heights above the ground, 0 on the viewer's ground."""
        if self.has_height:
            return self.fixes.z_m
        return self.nominal_m if self.is_nominal else np.zeros(len(self.time_s))

    @property
    def is_nominal(self) -> bool:
        """Whether the track is an aircraft of unknown height, drawn at a nominal height above the viewer's ground."""
        return not self.has_height and bool(np.all(np.isfinite(self.nominal_m)))

    def end_s(self, hold_s: float) -> float:
        """Time until which the track is shown [s]: its last fix, plus ``hold_s`` if it has a single fix."""
        return float(self.time_s[-1]) + (hold_s if len(self.time_s) == 1 else 0.0)


def all_series(export: Export) -> Iterator[Series]:
    """Yield the tracks with at least one fix, in the view's order."""
    for first, stop in _blocks(export.view.n_fixes_max, export.block_fixes):
        times: list[np.ndarray] = []
        parts: list[Fixes] = []
        for frame in export.frames():
            wanted = np.flatnonzero((frame.fixes.track >= first) & (frame.fixes.track < stop))
            if len(wanted):
                times.append(np.full(len(wanted), frame.time_s))
                parts.append(frame.fixes.where(wanted))
        if parts:
            yield from _split(export, np.concatenate(times), join_fixes(parts))


def _split(export: Export, time_s: np.ndarray, fixes: Fixes) -> Iterator[Series]:
    order = np.argsort(fixes.track, kind="stable")
    time_s, fixes = time_s[order], fixes.where(order)
    longitude, latitude = export.plane.longitude_latitude(fixes.x_m, fixes.y_m)
    cuts = [0, *(np.flatnonzero(np.diff(fixes.track)) + 1).tolist(), len(time_s)]
    for start, stop in pairwise(cuts):
        rows = slice(start, stop)
        track = export.view.tracks[int(fixes.track[start])]
        part = Fixes(*(values[rows] for values in fixes))
        nominal_m = nominal_heights(export.view.tracks, part)
        yield Series(track, time_s[rows], part, longitude[rows], latitude[rows], nominal_m)


def _blocks(n_fixes: np.ndarray, budget: int) -> Iterator[tuple[int, int]]:
    """Yield ranges of tracks whose fixes fit into the budget, each with at least one track."""
    first, held = 0, 0
    for track, n in enumerate(n_fixes.tolist()):
        if track > first and held + n > budget:
            yield first, track
            first, held = track, 0
        held += n
    if first < len(n_fixes):
        yield first, len(n_fixes)


def happenings(export: Export) -> Iterator[Happening]:
    """Yield all events known to the audience."""
    for frame in export.view.frames():
        yield from frame.events
