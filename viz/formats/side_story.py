"""The events that one side learnt of, told with the names that it has for things."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from simcore.types import NONE, EventKind, Status
from viz.formats.happenings import Happening, describe, event_kind
from viz.formats.recording import EventRow, TableFrame
from viz.formats.view import Fixes, Track

OF_A_LINKED_UNIT = frozenset(
    {
        *(EventKind.LAUNCH, EventKind.RECOVER, EventKind.EXHAUSTED, EventKind.SHOT, EventKind.INTERCEPT),
        *(EventKind.ORDER, EventKind.DENIED, EventKind.RETURN, EventKind.EXPENDED, EventKind.DAMAGE),
        *(EventKind.APPROVAL_ASKED, EventKind.APPROVAL_GRANTED, EventKind.APPROVAL_DENIED),
        *(EventKind.APPROVAL_TIMEOUT, EventKind.APPROVAL_WITHDRAWN),
        *(EventKind.SOFT_KILL, EventKind.MINE, EventKind.MINE_CLEARED),
        *(EventKind.REINFORCED, EventKind.SUPPLIED, EventKind.OUTAGE, EventKind.EMCON),
    }
)
"""Deeds of an own unit, known to its side while the unit has a link."""

OF_A_CONTACT = frozenset({EventKind.CONTACT, EventKind.UPGRADE, EventKind.CONTACT_LOST, EventKind.IDENTIFIED})
"""Events of the side's own picture."""

OF_THE_LINK = frozenset({EventKind.LINK_LOST, EventKind.LINK_BACK})
"""Told by the reports that stop and start."""

# Every other kind is kept from the side: what its rounds did, losses (the reports tell of them, see
# ``_reported_losses``) and any kind that is added later.


class SideStory:
    """Walks through frames and events together and keeps what the side could tell at that moment."""

    def __init__(
        self,
        side: int,
        side_name: str,
        tracks: Sequence[Track],
        track_of_unit: np.ndarray,
        track_of_serial: Mapping[int, int],
        rows: Iterator[EventRow],
    ) -> None:
        self._side = side
        self._side_name = side_name
        self._tracks = tracks
        self._track_of_unit = track_of_unit
        self._track_of_serial = track_of_serial
        self._rows = rows
        self._row = next(rows, None)
        self._is_linked = np.zeros(len(track_of_unit), dtype=bool)
        self._was_lost: np.ndarray | None = None
        self._serial_of: dict[int, int] = {}
        self._place = np.full((2, len(tracks)), np.nan)

    def advance(
        self, frame: TableFrame, fixes: Sequence[Fixes], held: Mapping[str, np.ndarray] | None
    ) -> list[Happening]:
        """Return what the side learnt before a frame of the trace, whose fixes and contacts held are given.

        An event bears the time at which its tick began: one at the time of a frame comes after that frame.
        """
        for part in fixes:
            self._place[0, part.track], self._place[1, part.track] = part.x_m, part.y_m
        columns = frame.columns
        is_linked = np.zeros(len(self._track_of_unit), dtype=bool)
        is_linked[columns["unit"]] = columns["linked"] == 1  # 0 cut, 2 cut by jamming
        told: list[Happening] = []
        while self._row is not None and self._row.time_s < frame.time_s:
            told.extend(self._hear(self._row))
            self._row = next(self._rows, None)
        self._is_linked = is_linked
        told.extend(self._reported_losses(frame))
        if held is not None:
            self._serial_of = dict(zip(held["unit"].tolist(), held["serial"].tolist(), strict=True))
        return told

    def finish(self) -> list[Happening]:
        """Return what the side learnt after the last frame."""
        told: list[Happening] = []
        while self._row is not None:
            told.extend(self._hear(self._row))
            self._row = next(self._rows, None)
        return told

    def _hear(self, row: EventRow) -> list[Happening]:
        kind = event_kind(row.kind)
        if kind == EventKind.END:
            return [Happening(row.time_s, kind, "End of the run", NONE, NONE, np.nan, np.nan)]
        own = int(self._track_of_unit[row.unit]) if row.unit >= 0 else NONE
        if row.side != self._side:
            return []
        if kind in OF_A_CONTACT:
            return self._hear_of_contact(kind, row)
        if kind == EventKind.OBJECTIVE:
            return [self._happening(kind, row, own, NONE)]
        if own < 0:
            return []
        if kind in OF_THE_LINK:
            self._is_linked[row.unit] = kind == EventKind.LINK_BACK
            return [self._happening(kind, row, own, NONE)]
        if kind in OF_A_LINKED_UNIT and self._is_linked[row.unit]:
            return [self._happening(kind, row, own, self._other(row.other))]
        return []

    def _hear_of_contact(self, kind: EventKind, row: EventRow) -> list[Happening]:
        if kind == EventKind.CONTACT_LOST:
            self._serial_of.pop(row.other, None)
        else:
            self._serial_of[row.other] = row.b
        other = self._track_of_serial.get(row.b, NONE)  # NONE when it came and went between two frames
        place = self._place[:, other].tolist() if other >= 0 else (np.nan, np.nan)
        text = describe(kind, row, self._side_name, "", f"contact {row.b}")
        return [Happening(row.time_s, kind, text, other, NONE, *place)]

    def _other(self, unit: int) -> int:
        """Return the track that the side has of a unit: its own, or the contact that it holds on it."""
        if unit < 0:
            return NONE
        if self._track_of_unit[unit] >= 0:
            return int(self._track_of_unit[unit])
        return self._track_of_serial.get(self._serial_of.get(unit, NONE), NONE)

    def _happening(self, kind: EventKind, row: EventRow, own: int, other: int) -> Happening:
        text = describe(
            kind,
            row,
            self._side_name,
            self._tracks[own].name if own >= 0 else self._side_name,
            self._tracks[other].name if other >= 0 else "something not on the picture",
        )
        place = self._place[:, own].tolist() if own >= 0 else (np.nan, np.nan)
        return Happening(row.time_s, kind, text, own, other, *place)

    def _reported_losses(self, frame: TableFrame) -> list[Happening]:
        units = np.flatnonzero(self._track_of_unit[frame.columns["unit"]] >= 0)
        is_lost = np.zeros(len(self._track_of_unit), dtype=bool)
        is_lost[frame.columns["unit"][units]] = frame.columns["report_status"][units] == Status.LOST
        was_lost, self._was_lost = self._was_lost, is_lost
        if was_lost is None:
            return []
        tracks = self._track_of_unit[np.flatnonzero(is_lost & ~was_lost)].tolist()
        return [
            Happening(
                frame.time_s,
                EventKind.LOSS,
                f"{self._tracks[track].name} is reported lost",
                track,
                NONE,
                *self._place[:, track].tolist(),
            )
            for track in tracks
        ]
