"""The events known to a side, with their known details and times. The page and the exports of a side follow this rule.

The table of event kinds (``simcore.event_kinds``) defines the audience of each kind. An event enters a side's view only
if a unit of the side took part in it while linked to its command post, and an enemy is identified only by the serial
number of the contact held on it by then. The effect of a salvo on the enemy is left out: the side sees it, if at all,
through its contacts. A loss becomes known when it is reported. With report delay, the actions of a unit and hits on it
become known with the first report the unit sends after them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from simcore.event_kinds import EVENT_KINDS, KnownBy
from simcore.types import NONE, EventKind, Status
from viz.reading.checks import Columns
from viz.reading.events import NAMES, EventRow
from viz.reading.run_folder import RunFolder
from viz.reading.trace import Link

PICTURE_KINDS = frozenset(kind for kind, spec in EVENT_KINDS.items() if spec.known_by is KnownBy.PICTURE)
"""Changes of a side's own picture; ``b`` is the serial of the contact."""
_LATER_S = 1e-3
"""A report must be this much newer than an event to contain it [s]: times in the tables are rounded."""


class Known(NamedTuple):
    """An event as known to a side."""

    time_s: float  # when it became known to the side
    kind: EventKind
    unit: int  # index of an own unit, -1 otherwise
    other: int  # the same
    contact: int  # serial of the contact held on the enemy, -1 without a contact
    a: int
    b: int


class Moment(NamedTuple):
    """A frame as known to a side."""

    frame: int
    time_s: float
    units: Columns  # columns of the trace, (n_units,) each
    contacts: Columns | None  # columns of the contacts held by the side, (rows,) each; None if it holds none
    known: list[Known]  # events that became known since the previous frame; the last frame includes all later events


class _Late(NamedTuple):
    event: Known
    enemy: int  # unit behind the contact, -1 for none
    event_s: float
    unit: int  # own unit that reports the event


class EventFog:
    """Steps through the frames and events of a run together and tracks a side's knowledge."""

    def __init__(self, run: RunFolder, side: int) -> None:
        self._side = side
        self._is_own: list[bool] = (run.side_of == side).tolist()
        self._reports_take_time = run.reports_take_time
        self._is_linked = np.zeros(run.n_units, dtype=bool)
        self._newest_s = np.full(run.n_units, -np.inf)  # time of the newest report that has arrived
        self._is_lost = np.zeros(run.n_units, dtype=bool)  # as reported; gone: or used up
        self._is_gone = np.zeros(run.n_units, dtype=bool)
        self._serial_of: dict[int, int] = {}
        self._late: list[_Late] = []

    def advance(
        self, time_s: float, units: Columns, contacts: Columns | None, events: Iterable[EventRow]
    ) -> list[Known]:
        """Return the events that became known since the previous frame, in order of time.

        ``units`` holds ``linked``, ``report_age_s`` and ``report_status`` of this frame, ``contacts`` the ``unit`` and
        ``serial`` of the contacts held by the side in it, ``events`` the rows from the previous frame up to, but not
        including, this frame: the time of an event is the start of its tick, so an event at the time of a frame
        happens after it.
        """
        known = [event for row in events if (event := self._learn(row)) is not None]
        self._is_linked = units["linked"] == Link.ALIVE
        self._newest_s = np.fmax(self._newest_s, time_s - units["report_age_s"])
        self._is_lost = units["report_status"] == Status.LOST
        self._is_gone = self._is_lost | (units["report_status"] == Status.EXPENDED)
        self._serial_of = {}
        if contacts is not None:
            self._serial_of = dict(zip(contacts["unit"].tolist(), contacts["serial"].tolist(), strict=True))
        known += self._arrived(time_s)
        return sorted(known, key=lambda event: event.time_s)

    def finish(self, events: Iterable[EventRow]) -> list[Known]:
        """Return the events that became known after the last frame."""
        known = [event for row in events if (event := self._learn(row)) is not None]
        known += [
            late.event for late in self._late if late.event.kind == EventKind.LOSS and self._is_lost[late.event.unit]
        ]
        return sorted(known, key=lambda event: event.time_s)

    def _learn(self, row: EventRow) -> Known | None:
        """Return an event as known to the side; None if it is unknown or not yet known."""
        spec = EVENT_KINDS[row.kind]
        a, b = NONE if "a" in spec.hidden else row.a, NONE if "b" in spec.hidden else row.b
        if spec.known_by is KnownBy.ALL:
            return Known(row.time_s, row.kind, NONE, NONE, NONE, a, b)
        unit, other = self._own(row.unit), self._own(row.other)
        if spec.known_by is KnownBy.PICTURE:
            return self._see(row, unit, other) if row.side == self._side else None
        if spec.known_by is KnownBy.LINK:
            if unit < 0:
                return None
            self._is_linked[unit] = row.kind == EventKind.LINK_BACK
            return Known(row.time_s, row.kind, unit, NONE, NONE, a, b)
        reporter, enemy = (other, row.unit) if spec.known_by is KnownBy.TARGET else (unit, row.other)
        if spec.known_by is KnownBy.NEVER or reporter < 0:
            return None
        if not (spec.known_by is KnownBy.LOSS or self._is_linked[reporter]):
            return None
        enemy = NONE if self._own(enemy) >= 0 else enemy
        event = Known(row.time_s, row.kind, unit, other, self._serial_of.get(enemy, NONE), a, b)
        if spec.known_by is KnownBy.LOSS or (self._reports_take_time and spec.known_by is not KnownBy.OPERATORS):
            self._late.append(_Late(event, enemy, row.time_s, reporter))
            return None
        return event

    def _see(self, row: EventRow, unit: int, other: int) -> Known:
        if row.kind == EventKind.CONTACT_LOST:
            self._serial_of.pop(row.other, None)
        else:
            self._serial_of[row.other] = row.b
        return Known(row.time_s, row.kind, unit, other, row.b, row.a, row.b)

    def _own(self, unit: int) -> int:
        return unit if unit >= 0 and self._is_own[unit] else NONE

    def _arrived(self, time_s: float) -> Iterator[Known]:
        """Yield the late events reported by this frame. Without delay a loss is known at once or never."""
        waiting: list[_Late] = []
        for late in self._late:
            if self._is_reported(late):
                contact = late.event.contact
                contact = contact if contact >= 0 else self._serial_of.get(late.enemy, NONE)
                yield late.event if not self._reports_take_time else late.event._replace(time_s=time_s, contact=contact)
            elif self._reports_take_time:
                waiting.append(late)
        self._late = waiting

    def _is_reported(self, late: _Late) -> bool:
        """Whether an event has been reported. A lost or expended unit reports no later event, only its own end."""
        if late.event.kind == EventKind.LOSS:
            return bool(self._is_lost[late.unit])
        is_last = late.event.kind == EventKind.EXPENDED and self._is_gone[late.unit]
        return bool(is_last or self._newest_s[late.unit] > late.event_s + _LATER_S)


_TRACE = ("linked", "report_age_s", "report_status")
_CONTACTS = ("side", "unit", "serial")


def moments(run: RunFolder, side: int, units: Sequence[str] = (), contacts: Sequence[str] = ()) -> Iterator[Moment]:
    """Yield the frames of a run as known to a side, with the named columns of the trace and the contacts."""
    fog = EventFog(run, side)
    rows = run.events.rows()
    row = next(rows, None)
    held = own_contacts(run, side, (*_CONTACTS, *contacts))
    contact = next(held, None)
    last: Moment | None = None
    for frame, time_s, columns in run.trace.frames(list(dict.fromkeys((*_TRACE, *units)))):
        events: list[EventRow] = []
        while row is not None and row.time_s < time_s:
            events.append(row)
            row = next(rows, None)
        while contact is not None and contact[0] < frame:
            contact = next(held, None)
        seen = contact[1] if contact is not None and contact[0] == frame else None
        known = fog.advance(time_s, columns, seen, events)
        if last is not None:
            yield last
        last = Moment(frame, time_s, columns, seen, known)
    if last is not None:
        remaining = [] if row is None else [row, *rows]
        yield last._replace(known=[*last.known, *fog.finish(remaining)])


def own_contacts(run: RunFolder, side: int, names: Sequence[str]) -> Iterator[tuple[int, Columns]]:
    """Yield the number and columns of each frame in which a side holds contacts."""
    for frame, columns in run.contacts.frames(("side", *names)):
        mine = own_rows(columns, side)
        if len(mine["side"]):
            yield frame, mine


def own_rows(contacts: Columns, side: int) -> Columns:
    """Return the rows of the contacts held by a side."""
    mine = np.flatnonzero(contacts["side"] == side)
    return {name: values[mine] for name, values in contacts.items()}


def known_events(run: RunFolder, side: int) -> Columns:
    """Return the events known to a side, as columns.

    The columns are time_s, kind (upper case), side, unit, other, contact, a, b as in ``Known``.
    """
    rows = [event for moment in moments(run, side) for event in moment.known]
    columns = zip(*rows, strict=True) if rows else [()] * len(Known._fields)
    named = {name: np.array(values) for name, values in zip(Known._fields, columns, strict=True)}
    named["time_s"] = named["time_s"].astype(np.float64)
    named |= {name: named[name].astype(np.int64) for name in Known._fields[1:]}
    named["side"] = np.where(named["kind"] == EventKind.END, NONE, side)
    return {**named, "kind": _kind_names(named["kind"])}


def all_events(run: RunFolder) -> Columns:
    """Return every event, for the trainer's view of the truth."""
    events = {name: run.all_events[name] for name in NAMES}
    return {**events, "kind": _kind_names(events["kind"]), "contact": np.full(len(events["kind"]), NONE)}


def _kind_names(kinds: np.ndarray) -> np.ndarray:
    return np.array([EventKind(kind).name for kind in kinds.tolist()], dtype=object)
