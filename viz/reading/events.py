"""The events of a run, read by row groups."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from simcore.errors import InputError
from simcore.types import EventKind
from viz.reading.checks import Columns, check_real, check_times, check_whole, open_table, side_index

NAMES = ("time_s", "kind", "side", "unit", "other", "a", "b")
_KINDS = {kind.name.lower(): kind for kind in EventKind}


class EventRow(NamedTuple):
    """A row of the event table."""

    time_s: float
    kind: EventKind
    side: int
    unit: int
    other: int
    a: int
    b: int


class Events:
    """``events.parquet``: rows sorted by time. Thread-safe."""

    def __init__(self, folder: Path, n_units: int, sides: list[str]) -> None:
        self.path = folder / "events.parquet"
        self._sides = sides
        self._limits = {"unit": (-1, n_units - 1), "other": (-1, n_units - 1)}
        self._table = open_table(folder, self.path.name, list(NAMES))
        self._until_s = np.inf

    def until(self, time_s: float) -> Events:
        """Return the events before a time, read from the same file."""
        cut = copy.copy(self)
        cut._until_s = time_s
        return cut

    def rows(self) -> Iterator[EventRow]:
        """Yield the events in order of time."""
        for columns in self.parts():
            values = (columns[name].tolist() for name in NAMES)
            for time_s, kind, *rest in zip(*values, strict=True):
                yield EventRow(time_s, EventKind(kind), *rest)

    def parts(self) -> Iterator[Columns]:
        """Yield the columns of each row group in turn; ``kind`` and ``side`` as numbers."""
        last_s = 0.0
        for group in range(len(self._table.group_rows)):
            columns = self._table.read(NAMES, group)
            check_whole(self.path, columns, self._limits)
            check_real(self.path, columns, known=("time_s",))
            check_times(self.path, columns["time_s"], last_s)
            columns["side"] = side_index(self.path, columns["side"], self._sides)
            columns["kind"] = self._kinds(columns["kind"])
            ends = columns["a"][columns["kind"] == EventKind.END]
            check_whole(self.path, {"a": ends}, {"a": (-1, len(self._sides) - 1)})
            if len(columns["time_s"]):
                last_s = float(columns["time_s"][-1])
            if last_s >= self._until_s:
                kept = columns["time_s"] < self._until_s
                yield {name: values[kept] for name, values in columns.items()}
                return
            yield columns

    def close(self) -> None:
        """Close the file."""
        self._table.close()

    def _kinds(self, names: np.ndarray) -> np.ndarray:
        lower = [name.lower() for name in names]
        unknown = sorted(set(lower) - set(_KINDS))
        if unknown:
            raise InputError(
                f"{self.path}: kind: {unknown[0]!r:.100} is not known; update Chammo, or write the run again"
            )
        return np.array([_KINDS[name] for name in lower], dtype=np.int64)
