"""The contacts held by each side at every frame of a run, read by row groups."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np

from simcore.errors import InputError
from simcore.recording.run_schema import CONTACTS
from simcore.types import Domain, Identity, Level, TargetClass
from viz.reading.checks import Columns, check_real, check_whole, open_table

IDENTITY = "identity"
"""Column missing from folders of earlier versions."""


class Contacts:
    """``contacts.parquet``: rows sorted by frame. Thread-safe."""

    def __init__(self, folder: Path, n_units: int, n_frames: int, n_sides: int) -> None:
        self.path = folder / "contacts.parquet"
        required = [column.name for column in CONTACTS if column.name != IDENTITY]
        self._table = open_table(folder, self.path.name, required)
        self._last = n_frames - 1
        self._limits = {
            "frame": (0, n_frames - 1),
            "side": (0, n_sides - 1),
            "unit": (-1, n_units - 1),
            "serial": (0, 2**31 - 1),
            "level": (min(Level), max(Level)),
            "domain": (min(Domain), max(Domain)),
            "target_class": (-1, max(TargetClass)),
            IDENTITY: (min(Identity), max(Identity)),
        }

    def until(self, n_frames: int) -> Contacts:
        """Return the contacts of the first frames, read from the same file."""
        cut = copy.copy(self)
        cut._last = n_frames - 1
        return cut

    @property
    def has_beliefs(self) -> bool:
        """Whether the believed identities of contacts are recorded."""
        return IDENTITY in self._table.names

    @property
    def names(self) -> tuple[str, ...]:
        """Readable columns."""
        return self._table.names

    def read(self, first_frame: int, last_frame: int) -> Columns:
        """Return the rows of frames ``first_frame`` to ``last_frame`` (included), in file order."""
        last_frame = min(last_frame, self._last)
        parts = [
            self._group(group, self._table.names)
            for group, (first, last) in enumerate(self._spans)
            if first <= last_frame and last >= first_frame
        ]
        if not parts:
            parts = [{name: np.zeros(0) for name in self._table.names}]
        columns = {name: np.concatenate([part[name] for part in parts]) for name in self._table.names}
        keep = (columns["frame"] >= first_frame) & (columns["frame"] <= last_frame)
        return {name: values[keep] for name, values in columns.items()}

    def frames(self, names: Sequence[str]) -> Iterator[tuple[int, Columns]]:
        """Yield the number and columns, (rows,) each, of every frame with contacts.

        Holds a row group and at most one frame of the previous group in memory.
        """
        names = list(dict.fromkeys(["frame", *names]))
        pending: Columns | None = None
        for group in range(len(self._table.group_rows)):
            table = self._group(group, names)
            if pending is not None:
                table = {name: np.concatenate([pending[name], table[name]]) for name in names}
            steps = np.diff(table["frame"].astype(np.int64))
            if np.any(steps < 0):
                raise self._unsorted()
            starts = [0, *(np.flatnonzero(steps) + 1).tolist()]
            for start, stop in pairwise(starts):
                if table["frame"][start] > self._last:
                    return
                yield int(table["frame"][start]), {name: values[start:stop] for name, values in table.items()}
            pending = {name: values[starts[-1] :] for name, values in table.items()}
        if pending is not None and len(pending["frame"]) and pending["frame"][0] <= self._last:
            yield int(pending["frame"][0]), pending

    def close(self) -> None:
        """Close the file."""
        self._table.close()

    def _group(self, group: int, names: Sequence[str]) -> Columns:
        columns = self._table.read(names, group)
        check_whole(self.path, columns, self._limits)
        check_real(self.path, columns, known=("time_s", "x_m", "y_m"))
        return columns

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        """First and last frame of each row group; last < first for an empty group."""
        spans: list[tuple[int, int]] = []
        latest = 0
        for group in range(len(self._table.group_rows)):
            frame = self._group(group, ["frame"])["frame"]
            if not len(frame):
                spans.append((0, -1))
                continue
            if frame[0] < latest or np.any(np.diff(frame) < 0):
                raise self._unsorted()
            latest = int(frame[-1])
            spans.append((int(frame[0]), latest))
        return spans

    def _unsorted(self) -> InputError:
        return InputError(f"{self.path}: frame: rows are not sorted by frame; write the run again")
