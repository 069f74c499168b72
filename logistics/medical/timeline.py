"""The casualties of a run: the time that each spent in each phase of the chain of care, from events and people.

Times are those of the events, to the interval between updates. A person who is hurt again after his return is a new
casualty.
"""

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

import numpy as np

from logistics.tables.run_stores import read_columns
from simcore.care import Station
from simcore.errors import InputError
from simcore.medical import Death
from simcore.recording.manifest import read_manifest
from simcore.recording.run_schema import EVENTS, PEOPLE, UNITS

MINUTE_S = 60.0


class Phase(Enum):
    """Phases of a casualty, with their names in tables."""

    UNAIDED = "without aid"
    WAITING = "waiting for transport"
    RIDING = "on the way"
    QUEUEING = "in the queue"
    TREATED = "in treatment"
    HELD = "held after treatment"


_AT_FACILITY = (Phase.QUEUEING, Phase.TREATED, Phase.HELD)


class End(Enum):
    """Ends of a casualty, with their names in tables."""

    DIED = "died"
    RETURNED = "back on duty"
    LEFT = "left the theatre"
    OPEN = "open at the end"


@dataclass(frozen=True)
class Span:
    """A phase from one time to another [s], at a facility or aboard a transport (row of the units), or -1."""

    phase: Phase
    begin_s: float
    end_s: float
    place: int = -1

    @property
    def minutes(self) -> float:
        """Its length."""
        return (self.end_s - self.begin_s) / MINUTE_S


class Fate(Enum):
    """Ends of a visit to a facility."""

    PRESENT = "there at the end"
    SENT_ON = "sent on"
    DIED = "died"
    ENDED = "back on duty or left"
    LOST = "facility lost"


@dataclass
class Visit:
    """A visit to a facility (row of the units): treatments begun, and its end."""

    place: int
    treatments: int = 0
    fate: Fate = Fate.PRESENT


@dataclass
class Casualty:
    """A casualty. ``person`` and ``unit``: his number and his unit; times in seconds since the start, nan for never.

    ``niss``: severity of all injuries together; ``triage``: as first assigned, 0 none; ``death``: stage of death, with
    its ``cause``; ``is_preventable``: whether prompt care would have prevented it.
    """

    person: int
    unit: int
    side: str
    hurt_s: float
    is_ill: bool
    niss: int = 0
    triage: int = 0
    aid_s: float = float("nan")
    facility_s: float = float("nan")
    surgery_s: float = float("nan")
    end_s: float = float("nan")
    end: End = End.OPEN
    death: Death = Death.NONE
    cause: str = ""
    is_preventable: bool = False
    lost_transports: int = 0
    spans: list[Span] = field(default_factory=list[Span])
    visits: list[Visit] = field(default_factory=list[Visit])

    @property
    def last_phase(self) -> Phase:
        """The phase in which he ended."""
        return self.spans[-1].phase if self.spans else Phase.UNAIDED

    def minutes(self, phase: Phase) -> float:
        """Return the time that he spent in a phase."""
        return sum(span.minutes for span in self.spans if span.phase is phase)

    def longest(self) -> Phase:
        """Return the phase in which he spent the most time."""
        return max(Phase, key=self.minutes)


@dataclass(frozen=True)
class RunCasualties:
    """The casualties of a run, and its units, sides and facilities."""

    folder: Path
    end_s: float
    units: list[str]
    sides: list[str]
    casualties: tuple[Casualty, ...]
    facilities: tuple[int, ...]  # units that admitted a casualty


def read_casualties(folder: Path) -> RunCasualties:
    """Return the casualties of a run. Raises ``InputError`` for no complete run, or a run in which nobody was hurt."""
    manifest = read_manifest(folder)
    if not (folder / "people.parquet").is_file():
        raise InputError(f"{folder}: no people in this run; play a scenario with the section medical")
    people = read_columns(folder / "people.parquet", PEOPLE, ("person", "cause", "is_preventable"))
    units = read_columns(folder / "units.parquet", UNITS, ("name", "side"))
    events = read_columns(folder / "events.parquet", EVENTS)
    end_s = max(float(events["time_s"].max(initial=0.0)), float(manifest.get("duration_s", 0.0)))
    found = trace_casualties(events, units["side"].tolist(), end_s)
    if not found:
        raise InputError(f"{folder}: nobody is hurt in this run; play another seed or a scenario with a fight")
    truth = {
        int(person): (str(cause), bool(preventable))
        for person, cause, preventable in zip(*(column.tolist() for column in people.values()), strict=True)
    }
    for one in found:
        if one.end is End.DIED:
            one.cause, one.is_preventable = truth.get(one.person, ("", False))
    admitted = np.unique(events["unit"][events["kind"] == "admitted"]).tolist()
    sides = list(dict.fromkeys(units["side"].tolist()))
    return RunCasualties(folder, end_s, units["name"].tolist(), sides, tuple(found), tuple(admitted))


def trace_casualties(events: dict[str, np.ndarray], sides: list[str], end_s: float) -> list[Casualty]:
    """Return all casualties, in the order of their injuries.

    ``events``: columns of the events, in order; ``sides``: side of each unit; ``end_s``: end of the run.
    """
    return _Reader(sides, end_s).read(events)


class _Reader:
    """Reads events in order and keeps the open casualty of each person."""

    def __init__(self, sides: list[str], end_s: float) -> None:
        self._sides, self._end_s = sides, end_s
        self._open: dict[int, Casualty] = {}
        self._phase: dict[int, tuple[Phase, float, int]] = {}
        self._done: list[Casualty] = []

    def read(self, events: dict[str, np.ndarray]) -> list[Casualty]:
        """Return all casualties, in the order of their injuries."""
        rows = zip(*(events[name].tolist() for name in ("kind", "time_s", "unit", "a", "b")), strict=True)
        for kind, time_s, unit, person, detail in rows:
            if kind in ("hurt", "fell_ill"):
                self._hurt(person, unit, time_s, detail, is_ill=kind == "fell_ill")
            elif kind in ("loss", "expended"):
                self._lose(unit, time_s)
            elif person in self._open and kind in _STEPS:
                self._step(kind, time_s, unit, person, detail)
        for person in list(self._open):
            self._close(person, self._end_s, End.OPEN)
        return sorted(self._done, key=lambda found: (found.hurt_s, found.person))

    def _hurt(self, person: int, unit: int, time_s: float, detail: int, *, is_ill: bool) -> None:
        known = self._open.get(person)
        if known is not None:
            known.niss = min(75, known.niss + (0 if is_ill else detail))
            known.is_ill &= is_ill
            return
        found = Casualty(person, unit, self._sides[unit], time_s, is_ill, 0 if is_ill else detail)
        self._open[person] = found
        self._phase[person] = (Phase.UNAIDED, time_s, -1)

    def _lose(self, unit: int, time_s: float) -> None:
        """Put those in the care of a lost unit on the ground: they wait for a transport again."""
        for person, (phase, _, place) in list(self._phase.items()):
            if place == unit:
                self._open[person].lost_transports += phase is Phase.RIDING
                self._leave(person, Fate.LOST)
                self._enter(person, Phase.WAITING, time_s)

    def _step(self, kind: str, time_s: float, unit: int, person: int, detail: int) -> None:
        found = self._open[person]
        if kind in ("aided", "evacuation_asked"):
            if kind == "aided" and np.isnan(found.aid_s):
                found.aid_s = time_s
            found.triage = found.triage or detail
            if self._phase[person][0] is Phase.UNAIDED:
                self._enter(person, Phase.WAITING, time_s)
        elif kind == "picked_up":
            self._leave(person, Fate.SENT_ON)
            self._enter(person, Phase.RIDING, time_s, unit)
        elif kind == "handed_over":
            self._enter(person, Phase.WAITING, time_s)
        elif kind == "admitted":
            found.facility_s = time_s if np.isnan(found.facility_s) else found.facility_s
            found.triage = found.triage or detail
            found.visits.append(Visit(unit))
            self._enter(person, Phase.QUEUEING, time_s, unit)
        elif kind == "treatment_begun":
            if detail == Station.SURGERY and np.isnan(found.surgery_s):
                found.surgery_s = time_s
            found.visits[-1].treatments += 1
            self._queued(person)
            self._enter(person, Phase.TREATED, time_s, unit)
        elif kind == "treatment_ended":
            self._enter(person, Phase.HELD, time_s, unit)
        elif kind == "died":
            found.death = Death(detail)
            self._leave(person, Fate.DIED)
            self._close(person, time_s, End.DIED)
        else:
            self._leave(person, Fate.ENDED)
            self._close(person, time_s, End.RETURNED if kind == "duty" else End.LEFT)

    def _leave(self, person: int, fate: Fate) -> None:
        """End the visit of a person who is at a facility."""
        if self._phase[person][0] in _AT_FACILITY:
            self._open[person].visits[-1].fate = fate

    def _queued(self, person: int) -> None:
        """Turn a hold between two treatments at a facility into a wait in its queue."""
        phase, since_s, place = self._phase[person]
        if phase is Phase.HELD:
            self._phase[person] = (Phase.QUEUEING, since_s, place)

    def _enter(self, person: int, phase: Phase, time_s: float, place: int = -1) -> None:
        was, since_s, at = self._phase[person]
        if time_s > since_s:
            self._open[person].spans.append(Span(was, since_s, time_s, at))
        self._phase[person] = (phase, time_s, place)

    def _close(self, person: int, time_s: float, end: End) -> None:
        phase, since_s, at = self._phase.pop(person)
        found = self._open.pop(person)
        found.spans.append(Span(phase, since_s, max(time_s, since_s), at))
        found.end, found.end_s = end, time_s if end is not End.OPEN else float("nan")
        self._done.append(found)


_STEPS = frozenset(
    ("aided", "evacuation_asked", "picked_up", "handed_over", "admitted", "treatment_begun", "treatment_ended", "died",
     "duty", "left_theatre")
)  # fmt: skip
