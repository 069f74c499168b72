"""Events in words. The audience of an event is decided in ``viz.fog.event_fog``; this module only words it."""

import math
from enum import IntEnum
from typing import NamedTuple

from simcore.care import Station
from simcore.event_kinds import EVENT_KINDS
from simcore.medical import Death, Mechanism, Triage
from simcore.types import Damage, EndReason, EventKind, Identity, Level, Returning, Roe, Task
from simcore.upkeep import Part
from viz.fog.event_fog import Known
from viz.reading.events import EventRow


class Happening(NamedTuple):
    """An event as shown to an audience."""

    time_s: float
    kind: EventKind
    text: str
    track: int  # index of the track it happens to, -1 for none
    other: int  # index of the other track, -1 for none
    x_m: float  # its position, nan if unknown
    y_m: float
    weapon: str = ""  # display name of the weapon of a shot, empty if unknown
    speed_mps: float = math.nan  # of its rounds
    arrival_s: float = math.nan  # time at which the rounds of a shot arrive, nan if unknown to the audience


class _Detail(int):
    """A detail of an event, formatted as the name of a code (``{a:Level}``), with a noun (``{b:round}``) or plain."""

    def __format__(self, spec: str) -> str:
        if not spec:
            return str(int(self))
        if spec == "permille":
            return f"{self / 10:g}%"
        if spec == Damage.__name__:
            return ", ".join(_word(flag) for flag in Damage if self & flag)
        if spec in _CODES:
            return _word(_CODES[spec](self)) if self in set(_CODES[spec]) else str(int(self))
        return f"{int(self)} {spec}" if self == 1 else f"{int(self)} {spec}s"


_CODES: dict[str, type[IntEnum]] = {
    codes.__name__: codes
    for codes in (Death, EndReason, Identity, Level, Mechanism, Part, Returning, Roe, Station, Task, Triage)
}


def describe(row: EventRow | Known, side: str, unit: str, other: str) -> str:
    """Return a sentence on an event. ``side``, ``unit`` and ``other`` are the names used by the audience.

    The wording comes from ``simcore.event_kinds``; ``EventKind`` documents the details ``a`` and ``b``.
    """
    spec = EVENT_KINDS[row.kind]
    words = next((words for field, value, words in spec.cases if getattr(row, field) == value), spec.words)
    a, b = _Detail(row.a), _Detail(row.b)
    return words.format(side=side, unit=unit, other=other, a=a, b=b, both=row.a + row.b)


def _word(code: IntEnum) -> str:
    return code.name if isinstance(code, Triage) and code else code.name.lower().replace("_", " ")
