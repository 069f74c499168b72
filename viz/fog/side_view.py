"""One side's knowledge of a run and nothing else: its own units as last reported, and contacts by track number.

A contact has the side believed by the audience (column ``identity``). The truth behind it (column ``unit`` of
``contacts.parquet``) is read for two purposes only: to find the contact an own shot was fired at and, in folders from
before contacts could be misidentified, the side of an *identified* contact. Altitude, heading, strength and damage of
own units are not part of a report, so they are left out. ``viz.fog.event_fog`` decides the events known to the side.
"""

from collections.abc import Iterator, Mapping

import numpy as np

from simcore.types import NONE, EventKind, Identity, Level
from viz.fog.event_fog import PICTURE_KINDS, Known, moments, own_contacts
from viz.fog.happenings import Happening, describe
from viz.fog.knowledge import REPORTED
from viz.fog.order_news import OrderNews
from viz.fog.truth_view import NOWHERE, unit_tracks
from viz.fog.view import UNKNOWN_SIDE, Fixes, Frame, Track, join_fixes
from viz.reading.checks import Columns
from viz.reading.contacts import IDENTITY
from viz.reading.run_folder import RunFolder

_CONTACTS = ("x_m", "y_m", "vx_mps", "vy_mps", "error_m", "age_s", "level", "domain", "target_class")
_SLOWEST_MPS = 0.1
"""Below this speed a contact has no course [m/s]."""


class SideView:
    """The picture of a side."""

    def __init__(self, run: RunFolder, side: str, symbols: Mapping[str, str]) -> None:
        self._run = run
        self._side = run.sides.index(side)
        self.audience = side
        self.sides, self.neutral = tuple(run.sides), run.neutral
        self._has_beliefs = run.contacts.has_beliefs
        self._contact_columns = (*_CONTACTS, IDENTITY) if self._has_beliefs else _CONTACTS
        enemies = [side for side in range(len(self.sides)) if side != self._side and side not in self.neutral]
        self._enemy = enemies[0] if enemies else UNKNOWN_SIDE
        self._neutral_side = min(self.neutral, default=UNKNOWN_SIDE)
        if self._has_beliefs and len(self.neutral) != 1:  # beliefs do not name a neutral side
            self._neutral_side = len(self.sides)
            self.sides, self.neutral = (*self.sides, "neutral"), self.neutral | {self._neutral_side}
        own = np.flatnonzero(run.side_of == self._side)
        self._own = own
        self._track_of_unit = np.full(run.n_units, NONE, dtype=np.int64)
        self._track_of_unit[own] = np.arange(len(own))
        self.tracks = unit_tracks(run, own, symbols, own_side=self._side)
        self._track_of_serial: dict[int, int] = {}
        self.n_fixes_max = np.full(len(own), run.n_frames, dtype=np.int64)
        self._add_contacts()

    def _add_contacts(self) -> None:
        """Append a track for every contact ever held by the side, even if only between two frames."""
        counts = {row.b: 0 for row in self._run.events.rows() if row.side == self._side and row.kind in PICTURE_KINDS}
        for _, columns in own_contacts(self._run, self._side, ("serial",)):
            for serial in columns["serial"].tolist():
                counts[serial] = counts.get(serial, 0) + 1
        n_own = len(self.tracks)
        for serial in sorted(counts):
            self._track_of_serial[serial] = len(self.tracks)
            self.tracks.append(
                Track(
                    id=f"contact-{serial}",
                    number=n_own + serial,
                    name=f"contact {serial}",
                    side=UNKNOWN_SIDE,
                    group="",
                    platform="",
                    title="contact",
                    domain="",
                    sidc="",
                    type="",
                    sensor_range_m=0.0,
                    weapon_range_m=0.0,
                )
            )
        by_serial = np.array([counts[serial] for serial in sorted(counts)], dtype=np.int64)
        self.n_fixes_max = np.concatenate([self.n_fixes_max, by_serial])

    def frames(self) -> Iterator[Frame]:
        """Yield the frames: own units at their last reported positions, contacts at their believed positions."""
        place = np.full((2, len(self.tracks)), np.nan)  # as known at the previous frame
        news = OrderNews(self._run)
        for moment in moments(self._run, self._side, tuple(REPORTED.values()), self._contact_columns):
            parts = [self._own_fixes(moment.units)]
            if moment.contacts is not None:
                parts.append(self._contact_fixes(moment.contacts))
            fixes = join_fixes(parts)
            known = [event for event in moment.known if not news.is_repeat(event)]
            events = [self._happening(event, place, news) for event in known if event.time_s <= moment.time_s]
            place[0, fixes.track], place[1, fixes.track] = fixes.x_m, fixes.y_m
            events += [self._happening(event, place, news) for event in known if event.time_s > moment.time_s]
            yield Frame(moment.time_s, fixes, events)

    def _happening(self, event: Known, place: np.ndarray, news: OrderNews) -> Happening:
        """Return an event in words at the known position of its track, or of its detecting unit for a new contact."""
        contact = self._track_of_serial.get(event.contact, NONE)
        unit = int(self._track_of_unit[event.unit]) if event.unit >= 0 else NONE
        other = int(self._track_of_unit[event.other]) if event.other >= 0 else contact
        if event.kind == EventKind.END:
            return Happening(event.time_s, event.kind, "End of the run", NONE, NONE, np.nan, np.nan)
        if event.kind == EventKind.HIT and event.unit < 0:  # an own unit is hit, by a contact or by nothing known
            track, other = other, contact
            text = f"{self.tracks[track].name} is hit: {event.b} hit{'' if event.b == 1 else 's'}"
        elif event.kind == EventKind.LOSS:
            track, text = unit, f"{self.tracks[unit].name} is reported lost"
        else:
            track, name = unit, self.tracks[unit].name if unit >= 0 else self.audience
            text = describe(
                event,
                self.audience,
                news.taker(event.unit) if event.kind == EventKind.ORDER and unit >= 0 else name,
                self.tracks[other].name if other >= 0 else "something not on the picture",
            )
        if event.kind in PICTURE_KINDS:
            track, other = contact, NONE
        placed = [index for index in (track, unit) if index >= 0 and np.isfinite(place[0, index])]
        x_m, y_m = place[:, placed[0]].tolist() if placed else (np.nan, np.nan)
        weapon, speed_mps = self._run.story.weapon(event.a) if event.kind == EventKind.SHOT else ("", np.nan)
        return Happening(event.time_s, event.kind, text, track, other, x_m, y_m, weapon, speed_mps)

    def _own_fixes(self, columns: Columns) -> Fixes:
        own = {name: values[self._own] for name, values in columns.items()}
        status = own[REPORTED["status"]].astype(np.int64)
        x_m, y_m = own[REPORTED["x_m"]], own[REPORTED["y_m"]]
        is_shown = ~np.isin(status, NOWHERE)
        is_shown &= np.isfinite(x_m) & np.isfinite(y_m)
        shown = np.flatnonzero(is_shown)
        unknown, none = np.full(len(shown), np.nan), np.full(len(shown), NONE, dtype=np.int64)
        return Fixes(
            track=shown,
            x_m=x_m[shown],
            y_m=y_m[shown],
            z_m=unknown,
            heading_deg=unknown,
            status=status[shown],
            strength=unknown,
            age_s=own["report_age_s"][shown],
            error_m=unknown,
            level=none,
            domain=none,
            target_class=none,
            side=np.full(len(shown), self._side, dtype=np.int64),
            is_decoy=np.zeros(len(shown), dtype=np.int64),
        )

    def _contact_fixes(self, columns: Columns) -> Fixes:
        n = len(columns["serial"])
        level = columns["level"].astype(np.int64)
        east, north = columns["vx_mps"], columns["vy_mps"]
        course = np.mod(np.degrees(np.arctan2(east, north)), 360.0)
        side, is_decoy = self._believed(columns, level)
        classes = columns["target_class"].astype(np.int64)
        return Fixes(
            track=np.array([self._track_of_serial[serial] for serial in columns["serial"].tolist()], dtype=np.int64),
            x_m=columns["x_m"],
            y_m=columns["y_m"],
            z_m=np.full(n, np.nan),
            heading_deg=np.where(np.hypot(east, north) >= _SLOWEST_MPS, course, np.nan),
            status=np.full(n, NONE, dtype=np.int64),
            strength=np.full(n, np.nan),
            age_s=columns["age_s"],
            error_m=columns["error_m"],
            level=level,
            domain=columns["domain"].astype(np.int64),
            target_class=np.where(level >= Level.CLASSIFIED, classes, NONE),
            side=side,
            is_decoy=is_decoy,
        )

    def _believed(self, columns: Columns, level: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the believed side of contacts and whether they are believed to be decoys, (rows,) each."""
        if self._has_beliefs:
            belief = columns[IDENTITY].astype(np.int64)
            sides = np.where(belief == Identity.NEUTRAL, self._neutral_side, UNKNOWN_SIDE)
            is_enemy = np.isin(belief, (Identity.HOSTILE, Identity.DECOY, Identity.PROTECTED))
            sides = np.where(is_enemy, self._enemy, sides)
            return sides, (belief == Identity.DECOY).astype(np.int64)
        behind = columns["unit"].astype(np.int64)
        is_identified = (level >= Level.IDENTIFIED) & (behind >= 0)
        sides = np.where(is_identified, self._run.side_of[np.maximum(behind, 0)], UNKNOWN_SIDE)
        return sides, np.zeros(len(sides), np.int64)
