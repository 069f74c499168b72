"""The trace of a run: the state of every unit at every frame, read in chunks of frames."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path

import numpy as np

from simcore.errors import InputError
from simcore.recording.run_schema import FRAMES_PER_ROW_GROUP, READINESS, TRACE
from simcore.types import F64, Status
from simcore.upkeep import Readiness
from viz.reading.checks import WEAR, Columns, check_real, check_whole, open_table


class Link(IntEnum):
    """Values of the column ``linked``: the state of the link from a unit to its command post."""

    CUT = 0
    ALIVE = 1
    JAMMED = 2


_ALWAYS_KNOWN = ("time_s", "x_m", "y_m", "z_m")
_HIGHEST_STATUS = max(Status)
_LIMITS = {
    "status": (0, _HIGHEST_STATUS),
    "report_status": (0, _HIGHEST_STATUS),
    "linked": (0, max(Link)),
    "hops": (-1, 2**15 - 1),
    "ammo": (0, 2**31 - 1),
    READINESS.name: (-1, max(Readiness)),
}


@dataclass(frozen=True)
class Chunk:
    """A range of frames, ``first_frame`` to ``first_frame + n_frames - 1``, read at once."""

    index: int
    first_frame: int
    n_frames: int

    def holds(self, frame: np.ndarray) -> np.ndarray:
        """Return which frames lie in the range, (n,) bool."""
        return (frame >= self.first_frame) & (frame < self.first_frame + self.n_frames)


class Trace:
    """``trace.parquet``: rows sorted by frame and unit, every unit in every frame. Thread-safe."""

    def __init__(self, folder: Path, n_units: int, n_frames: int) -> None:
        self.path = folder / "trace.parquet"
        self._n_units, self._n_frames = n_units, n_frames
        self._table = open_table(folder, self.path.name, [column.name for column in TRACE])
        try:
            self._starts = np.concatenate([[0], np.cumsum(self._table.group_rows, dtype=np.int64)])
            self.chunks = self._find_chunks()
            self.times_s = self._read_times()
        except BaseException:
            self._table.close()
            raise

    def until(self, n_frames: int) -> Trace:
        """Return the trace of the first frames, at least one, which reads the same file."""
        cut = copy.copy(self)
        cut.times_s = self.times_s[:n_frames]
        cut.chunks = [
            replace(chunk, n_frames=min(chunk.n_frames, n_frames - chunk.first_frame))
            for chunk in self.chunks
            if chunk.first_frame < n_frames
        ]
        return cut

    @property
    def optional(self) -> tuple[str, ...]:
        """The recorded columns among the optional ones: wear and readiness."""
        return tuple(name for name in (WEAR.name, READINESS.name) if name in self._table.names)

    def read(self, chunk: Chunk, names: Sequence[str]) -> Columns:
        """Return columns of a chunk, each (n_frames, n_units)."""
        columns = self._rows(chunk, ["frame", "unit", *names])
        shape = (chunk.n_frames, self._n_units)
        frame = np.arange(chunk.first_frame, chunk.first_frame + chunk.n_frames)
        if not np.array_equal(columns["unit"].reshape(shape), np.broadcast_to(np.arange(self._n_units), shape)):
            raise InputError(f"{self.path}: unit: not every unit once in every frame, in order; write the run again")
        if not np.array_equal(columns["frame"].reshape(shape), np.broadcast_to(frame[:, None], shape)):
            raise InputError(f"{self.path}: frame: rows are not sorted by frame; write the run again")
        check_whole(self.path, columns, _LIMITS)
        check_real(self.path, columns, known=_ALWAYS_KNOWN)
        return {name: columns[name].reshape(shape) for name in names}

    def frames(self, names: Sequence[str]) -> Iterator[tuple[int, float, Columns]]:
        """Yield the number, time [s] and columns, (n_units,) each, of every frame."""
        for chunk in self.chunks:
            columns = self.read(chunk, names)
            for k in range(chunk.n_frames):
                frame = chunk.first_frame + k
                yield frame, float(self.times_s[frame]), {name: values[k] for name, values in columns.items()}

    def close(self) -> None:
        """Close the file."""
        self._table.close()

    def _rows(self, chunk: Chunk, names: Sequence[str]) -> Columns:
        first = chunk.first_frame * self._n_units
        stop = first + chunk.n_frames * self._n_units
        groups = np.flatnonzero((self._starts[1:] > first) & (self._starts[:-1] < stop)).tolist()
        parts = [self._table.read(names, group) for group in groups]
        skip = first - int(self._starts[groups[0]])
        joined = (
            parts[0] if len(parts) == 1 else {name: np.concatenate([part[name] for part in parts]) for name in names}
        )
        return {name: values[skip : skip + stop - first] for name, values in joined.items()}

    def _find_chunks(self) -> list[Chunk]:
        """Return a chunk per row group, or chunks of 60 frames if row groups split frames."""
        rows = self._table.group_rows
        n_frames, extra = divmod(sum(rows), self._n_units)
        if extra or n_frames != self._n_frames:
            raise InputError(
                f"{self.path}: holds {n_frames} frames of {self._n_units} units"
                f"{f' and {extra} rows' if extra else ''}, the "
                f"manifest says {self._n_frames}; the file was cut short or the run is still being written"
            )
        whole = [count // self._n_units for count in rows if count]
        if any(count % self._n_units for count in rows):
            whole = [FRAMES_PER_ROW_GROUP] * (n_frames // FRAMES_PER_ROW_GROUP)
            whole += [n_frames % FRAMES_PER_ROW_GROUP] if n_frames % FRAMES_PER_ROW_GROUP else []
        starts = np.concatenate([[0], np.cumsum(whole)]).tolist()
        return [Chunk(index, start, count) for index, (start, count) in enumerate(zip(starts, whole, strict=False))]

    def _read_times(self) -> F64:
        """Return the time of each frame [s], (n_frames,)."""
        times = np.empty(self._n_frames)
        for chunk in self.chunks:
            table = self._rows(chunk, ["time_s"])["time_s"].reshape(chunk.n_frames, self._n_units)
            if not np.all(table == table[:, :1]):
                raise InputError(f"{self.path}: time_s: differs within a frame; write the run again")
            times[chunk.first_frame : chunk.first_frame + chunk.n_frames] = table[:, 0]
        check_real(self.path, {"time_s": times}, known=("time_s",))
        if np.any(np.diff(times) <= 0.0):
            raise InputError(f"{self.path}: time_s: frames are not in order of time; write the run again")
        return times
