"""The whole truth of a run: every unit at its true position, and every event. For trainers and analysts."""

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from simcore.types import EventKind, Status
from viz.fog.event_fog import PICTURE_KINDS
from viz.fog.happenings import Happening, describe
from viz.fog.order_news import OrderNews
from viz.fog.symbols import FRIEND, HOSTILE, NEUTRAL, acmi_type, unit_symbols, with_identity
from viz.fog.view import Fixes, Frame, Track
from viz.reading.checks import Columns
from viz.reading.events import EventRow
from viz.reading.run_folder import RunFolder

_COLUMNS = ("x_m", "y_m", "z_m", "heading_deg", "status", "strength")
NOWHERE = (Status.LOST, Status.EXPENDED, Status.RESERVE, Status.PHANTOM, Status.ABSENT)
"""Status of units that are not on the map."""


def unit_tracks(run: RunFolder, shown: np.ndarray, symbols: Mapping[str, str], own_side: int) -> list[Track]:
    """Return tracks of units (indices in ``shown``), numbered from 1. ``own_side`` is drawn as friendly.

    Numbers and ids count only the units shown and so reveal nothing about hidden units.
    """
    units = run.units
    codes = unit_symbols(units, shown, symbols)
    tracks: list[Track] = []
    for number, (unit, code) in enumerate(zip(shown.tolist(), codes, strict=True), start=1):
        side = int(run.side_of[unit])
        identity = FRIEND if side == own_side else NEUTRAL if side in run.neutral or side > 1 else HOSTILE
        tracks.append(
            Track(
                id=f"unit-{number}",
                number=number,
                name=str(units["name"][unit]),
                side=side,
                group=str(units["group"][unit]),
                platform=str(units["platform"][unit]),
                title=str(units["title"][unit]),
                domain=str(units["domain"][unit]),
                sidc=with_identity(code, identity),
                type=acmi_type(code),
                sensor_range_m=_length(units["sensor_range_m"][unit]),
                weapon_range_m=_length(units["weapon_range_m"][unit]),
            )
        )
    return tracks


def _length(value: Any) -> float:
    return float(value) if np.isfinite(value) and value > 0 else 0.0


class TruthView:
    """Every unit of every side."""

    audience = "truth"

    def __init__(self, run: RunFolder, symbols: Mapping[str, str]) -> None:
        self._run = run
        self.sides = tuple(run.sides)
        self.neutral = run.neutral
        self.tracks = unit_tracks(run, np.arange(run.n_units), symbols, own_side=0)
        self.n_fixes_max = np.full(len(self.tracks), run.n_frames, dtype=np.int64)

    def frames(self) -> Iterator[Frame]:
        """Yield the frames. Units in reserve or lost have no fix."""
        run = self._run
        rows = run.events.rows()
        row = next(rows, None)
        last = None
        place = np.full((2, run.n_units), np.nan)
        news, arrivals = OrderNews(run), self._arrivals()
        for _, time_s, columns in run.trace.frames(_COLUMNS):
            fixes = self._fixes(columns)
            place[0], place[1] = columns["x_m"], columns["y_m"]
            events: list[Happening] = []
            while row is not None and row.time_s < time_s:
                if not news.is_repeat(row):
                    events.append(self._happening(row, place, news, arrivals))
                row = next(rows, None)
            if last is not None:
                yield last
            last = Frame(time_s, fixes, events)
        while last is not None and row is not None:  # events after the last frame
            if not news.is_repeat(row):
                last.events.append(self._happening(row, place, news, arrivals))
            row = next(rows, None)
        if last is not None:
            yield last

    def _fixes(self, columns: Columns) -> Fixes:
        n = self._run.n_units
        nowhere, none = np.full(n, np.nan), np.full(n, -1, dtype=np.int64)
        fixes = Fixes(
            track=np.arange(n),
            x_m=columns["x_m"],
            y_m=columns["y_m"],
            z_m=columns["z_m"],
            heading_deg=columns["heading_deg"],
            status=columns["status"].astype(np.int64),
            strength=columns["strength"],
            age_s=nowhere,
            error_m=nowhere,
            level=none,
            domain=none,
            target_class=none,
            side=self._run.side_of,
            is_decoy=np.zeros(n, dtype=np.int64),
        )
        return fixes.where(~np.isin(fixes.status, NOWHERE))

    def _arrivals(self) -> Iterator[float]:
        """Yield the time of the hit or miss of each shot in the order of shots, nan for rounds that never arrive."""
        open_shots: dict[tuple[int, int, int], deque[int]] = {}
        arrivals: list[float] = []
        for row in self._run.events.rows():
            key = (row.unit, row.other, row.a)
            if row.kind == EventKind.SHOT:
                open_shots.setdefault(key, deque()).append(len(arrivals))
                arrivals.append(np.nan)
            elif row.kind in (EventKind.HIT, EventKind.MISS) and open_shots.get(key):
                arrivals[open_shots[key].popleft()] = row.time_s
        return iter(arrivals)

    def _happening(self, row: EventRow, place: np.ndarray, news: OrderNews, arrivals: Iterator[float]) -> Happening:
        kind = row.kind
        side = row.a if kind == EventKind.END else row.side
        other = self.tracks[row.other].name if row.other >= 0 else "nothing"
        if kind in PICTURE_KINDS:
            other = f"contact {row.b} ({other})"
        text = describe(
            row,
            self.sides[side] if side >= 0 else "nobody",
            self._name(row, news),
            other,
        )
        where = row.unit if row.unit >= 0 else row.other
        x_m, y_m = place[:, where].tolist() if where >= 0 else (np.nan, np.nan)
        if kind != EventKind.SHOT:
            return Happening(row.time_s, kind, text, row.unit, row.other, x_m, y_m)
        weapon, speed_mps = self._run.story.weapon(row.a)
        return Happening(row.time_s, kind, text, row.unit, row.other, x_m, y_m, weapon, speed_mps, next(arrivals))

    def _name(self, row: EventRow, news: OrderNews) -> str:
        if row.unit < 0:
            return "nobody"
        return news.taker(row.unit) if row.kind == EventKind.ORDER else self.tracks[row.unit].name
