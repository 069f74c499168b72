"""What one side knew of a run, and nothing else: its own units as last reported, and contacts by track number.

A contact belongs to the side that the audience takes it for (column ``identity``). The truth behind it (column ``unit``
of ``contacts.parquet``) is read for two purposes only: which contact an own shot was fired at and, in folders of before
contacts could be misidentified, the side of a contact once it is *identified*. Altitude, heading, strength and damage
of own units are not part of a report, so they are left out. An own loss is told when the reports tell of it.
"""

from collections.abc import Iterator, Mapping

import numpy as np

from simcore.types import NONE, Domain, Level, Status
from viz.formats.recording import Recording, TableFrame
from viz.formats.side_story import SideStory
from viz.formats.symbols import HOSTILE, NEUTRAL, UNKNOWN, contact_symbol, contact_type
from viz.formats.truth_view import unit_tracks
from viz.formats.view import UNKNOWN_SIDE, Fixes, Frame, Track, join_fixes

_TRACE = ("unit", "report_x_m", "report_y_m", "report_age_s", "report_status", "linked")
_CONTACTS = (
    *("side", "serial", "unit", "x_m", "y_m", "vx_mps", "vy_mps", "error_m", "age_s"),
    *("level", "domain", "target_class"),
)
_HOSTILE, _NEUTRAL, _DECOY = 1, 2, 3
"""Values of the column ``identity``: what the side takes a contact for."""
_SLOWEST_MPS = 0.1
"""Below this speed a contact has no course [m/s]."""


class SideView:
    """The picture of one side."""

    def __init__(self, recording: Recording, side: str, symbols: Mapping[str, str]) -> None:
        self._recording = recording
        self._side = recording.sides.index(side)
        self.audience = side
        self.sides, self.neutral = recording.sides, recording.neutral
        self._has_beliefs = recording.has_column("contacts.parquet", "identity")
        enemies = [side for side in range(len(self.sides)) if side != self._side and side not in self.neutral]
        self._enemy = enemies[0] if enemies else UNKNOWN_SIDE
        self._neutral_side = min(self.neutral, default=UNKNOWN_SIDE)
        if self._has_beliefs and len(self.neutral) != 1:  # which neutral a contact is taken for, nobody says
            self._neutral_side = len(self.sides)
            self.sides, self.neutral = (*self.sides, "neutral"), self.neutral | {self._neutral_side}
        own = np.flatnonzero(recording.unit_side == self._side)
        self._track_of_unit = np.full(recording.n_units, NONE, dtype=np.int64)
        self._track_of_unit[own] = np.arange(len(own))
        self.tracks = unit_tracks(recording, own, symbols, own_side=self._side)
        self._track_of_serial: dict[int, int] = {}
        self.n_fixes_max = np.full(len(own), recording.n_frames, dtype=np.int64)
        self._add_contacts(len(own))

    def _own_contacts(self, columns: tuple[str, ...]) -> Iterator[TableFrame]:
        """Yield the frames of this side's contacts."""
        wanted = (*columns, "identity") if self._has_beliefs else columns
        for frame in self._recording.contacts(wanted):
            mine = np.flatnonzero(frame.columns["side"] == self._side)
            if len(mine):
                yield frame._replace(columns={name: values[mine] for name, values in frame.columns.items()})

    def _add_contacts(self, n_own: int) -> None:
        """Append a track for every contact the side ever held, with the most that it came to know of it."""
        known: dict[int, list[int]] = {}  # serial -> fixes, domain, class, side
        for frame in self._own_contacts(("side", "serial", "unit", "level", "domain", "target_class")):
            columns = self._known(frame.columns)
            names = ("serial", "domain", "target_class", "contact_side", "is_decoy")
            for serial, *latest in zip(*(columns[name].tolist() for name in names), strict=True):
                row = known.setdefault(serial, [0, *latest])
                row[0] += 1
                row[1:] = [new if new >= 0 else old for new, old in zip(latest, row[1:], strict=True)]
        for serial in sorted(known):
            _, domain, target_class, side, is_decoy = known[serial]
            self._track_of_serial[serial] = len(self.tracks)
            identity = UNKNOWN if side == UNKNOWN_SIDE else NEUTRAL if side in self.neutral else HOSTILE
            self.tracks.append(
                Track(
                    id=f"contact-{serial}",
                    number=n_own + serial,
                    name=f"contact {serial}",
                    side=side,
                    group="",
                    platform="",
                    title="decoy" if is_decoy else "contact",
                    domain=Domain(domain).name.lower(),
                    sidc=contact_symbol(domain, target_class, identity, is_dummy=bool(is_decoy)),
                    type=contact_type(domain, NONE),
                    sensor_range_m=0.0,
                    weapon_range_m=0.0,
                )
            )
        counts = [known[serial][0] for serial in sorted(known)]
        self.n_fixes_max = np.concatenate([self.n_fixes_max, np.array(counts, dtype=np.int64)])

    def _known(self, columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Return contact columns cut to what their level gives away; adds ``contact_side`` and ``is_decoy``."""
        level = columns["level"].astype(np.int64)
        classes = np.where(level >= Level.CLASSIFIED, columns["target_class"].astype(np.int64), NONE)
        if self._has_beliefs:
            belief = columns["identity"].astype(np.int64)
            sides = np.where(belief == _NEUTRAL, self._neutral_side, UNKNOWN_SIDE)
            sides = np.where((belief == _HOSTILE) | (belief == _DECOY), self._enemy, sides)
            return columns | {
                "target_class": classes,
                "contact_side": sides,
                "is_decoy": (belief == _DECOY).astype(np.int64),
            }
        behind = columns["unit"].astype(np.int64)
        is_identified = (level >= Level.IDENTIFIED) & (behind >= 0)
        sides = np.where(is_identified, self._recording.unit_side[np.maximum(behind, 0)], UNKNOWN_SIDE)
        return columns | {"target_class": classes, "contact_side": sides, "is_decoy": np.zeros(len(sides), np.int64)}

    def frames(self) -> Iterator[Frame]:
        """Yield the frames: own units at their last reported position, contacts where the side believed them."""
        story = SideStory(
            self._side,
            self.audience,
            self.tracks,
            self._track_of_unit,
            self._track_of_serial,
            self._recording.events(),
        )
        contacts = self._own_contacts(_CONTACTS)
        contact = next(contacts, None)
        last = None
        for frame in self._recording.trace(_TRACE):
            fixes = [self._own_fixes(frame.columns)]
            while contact is not None and contact.frame < frame.frame:
                contact = next(contacts, None)
            held = contact.columns if contact is not None and contact.frame == frame.frame else None
            if held is not None:
                fixes.append(self._contact_fixes(held))
            events = story.advance(frame, fixes, held)
            if last is not None:
                yield last
            last = Frame(frame.time_s, join_fixes(fixes), events)
        if last is not None:
            last.events.extend(story.finish())
            yield last

    def _own_fixes(self, columns: dict[str, np.ndarray]) -> Fixes:
        track = self._track_of_unit[columns["unit"]]
        status = columns["report_status"].astype(np.int64)
        is_shown = (track >= 0) & ~np.isin(status, (Status.LOST, Status.EXPENDED, Status.RESERVE, Status.PHANTOM))
        is_shown &= np.isfinite(columns["report_x_m"]) & np.isfinite(columns["report_y_m"])
        shown = np.flatnonzero(is_shown)
        unknown, none = np.full(len(shown), np.nan), np.full(len(shown), NONE, dtype=np.int64)
        return Fixes(
            track=track[shown],
            x_m=columns["report_x_m"][shown],
            y_m=columns["report_y_m"][shown],
            z_m=unknown,
            heading_deg=unknown,
            status=status[shown],
            strength=unknown,
            age_s=columns["report_age_s"][shown],
            error_m=unknown,
            level=none,
            domain=none,
            target_class=none,
            side=np.full(len(shown), self._side, dtype=np.int64),
        )

    def _contact_fixes(self, columns: dict[str, np.ndarray]) -> Fixes:
        columns = self._known(columns)
        n = len(columns["serial"])
        east, north = columns["vx_mps"], columns["vy_mps"]
        course = np.mod(np.degrees(np.arctan2(east, north)), 360.0)
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
            level=columns["level"].astype(np.int64),
            domain=columns["domain"].astype(np.int64),
            target_class=columns["target_class"],
            side=columns["contact_side"],
        )
