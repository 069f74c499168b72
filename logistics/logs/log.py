"""A maintenance log as arrays: observations of components, divided into lives."""

from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property
from pathlib import Path

import numpy as np

from simcore.types import F64, I64

TIME_UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days", "cycles": "cycles"}
"""Units of time by the suffix of the column: ``time_h`` holds hours."""

SECONDS_PER = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
"""Seconds of the units of time; cycles have none."""

KNOWN_COMPONENTS = ("power", "mobility", "sensor", "link", "weapon")
"""Components of the engine. A log with others names them when it is read."""

WHOLE_UNIT = "whole"
"""Component of a log without a column ``component``: the unit as a whole."""


class LogEvent(IntEnum):
    """The event at the end of a row."""

    NONE = 0  # an observation; the life goes on
    FAILURE = 1
    CENSORED = 2  # the observation of the life ends without a failure


@dataclass(frozen=True)
class MaintenanceLog:
    """Rows of a log, ordered by life and by time within a life.

    Time is the age since the last renewal of the component, in ``time_unit``. A life ends with an event; the next row
    of the same unit and component begins another life. A life without an event is open: the component is in service.
    """

    file: Path
    time_unit: str
    unit: tuple[str, ...]  # of each row
    component: tuple[str, ...]  # of each row
    time: F64  # (rows,)
    event: I64  # (rows,), of LogEvent
    signal_names: tuple[str, ...]
    signals: F64  # (rows, signals)
    row: I64  # (rows,), row in the file
    life: I64  # (rows,), 0 ... n_lives - 1
    settings: tuple[str, ...] = ()  # those signals that state how the unit is operated, not its condition
    is_cmapss: bool = False
    notes: tuple[str, ...] = ()  # on lives that are left out, for the user

    @cached_property
    def first(self) -> I64:
        """Index of the first row of each life."""
        return np.flatnonzero(np.diff(self.life, prepend=-1)).astype(np.int64)

    @cached_property
    def last(self) -> I64:
        """Index of the last row of each life."""
        return np.append(self.first[1:] - 1, len(self.life) - 1).astype(np.int64)

    @property
    def n_lives(self) -> int:
        """Number of lives."""
        return len(self.first)

    @property
    def duration(self) -> F64:
        """Age at the end of each life."""
        return self.time[self.last]

    @property
    def ending(self) -> I64:
        """Event at the end of each life, of ``LogEvent``."""
        return self.event[self.last]

    @property
    def life_units(self) -> tuple[str, ...]:
        """Unit of each life."""
        return tuple(self.unit[int(k)] for k in self.first)

    @property
    def life_components(self) -> tuple[str, ...]:
        """Component of each life."""
        return tuple(self.component[int(k)] for k in self.first)

    def name_of(self, life: int) -> str:
        """Return the unit, and the component where the log has components, of a life."""
        k = int(self.first[life])
        part = "" if self.component[k] == WHOLE_UNIT else f", component {self.component[k]!r}"
        return f"unit {self.unit[k]!r}{part}"

    def components(self) -> tuple[str, ...]:
        """Return the components in the log, by name."""
        return tuple(sorted(set(self.component)))

    def of_component(self, component: str) -> "MaintenanceLog":
        """Return the lives of a component."""
        keep = [k for k, name in enumerate(self.component) if name == component]
        life = np.cumsum(np.diff(self.life[keep], prepend=-1) != 0) - 1
        return replace(
            self,
            unit=tuple(self.unit[k] for k in keep),
            component=(component,) * len(keep),
            time=self.time[keep],
            event=self.event[keep],
            signals=self.signals[keep],
            row=self.row[keep],
            life=life.astype(np.int64),
        )
