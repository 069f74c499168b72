"""The last known values of a side's units; for a unit without a link, those of the last frame in which it had a link.

With report delay, every unit has the values of the last frame before the most recently received report.
"""

from __future__ import annotations

import threading

import numpy as np

from viz.reading.run_folder import RunFolder
from viz.reading.trace import Chunk, Link

HELD = ["heading_deg", "speed_mps", "ammo", "z_m", "strength", "endurance", "damage", "task", "roe"]

Columns = dict[str, np.ndarray]


class LastKnown:
    """Holds the columns ``HELD`` of a side's units while they have no link. Thread-safe."""

    def __init__(self, run: RunFolder, unit_idx: np.ndarray) -> None:
        self._run = run
        self._unit_idx = unit_idx
        self._names = [*HELD, *run.trace.optional]
        self._columns = ["report_age_s" if run.reports_take_time else "linked", *self._names]
        self._before: list[Columns] = [{name: np.full(len(unit_idx), np.nan) for name in self._names}]  # per chunk
        self._lock = threading.Lock()

    def hold(self, chunk: Chunk, own: Columns) -> Columns:
        """Return the columns ``HELD`` of a chunk as known at the time, NaN before a unit's first report.

        Parameters
        ----------
        chunk : Chunk
            The chunk.
        own : dict of ndarray, (n_frames, n_own_units)
            The columns ``linked``, ``report_age_s`` and ``HELD`` of the side's units in the chunk.
        """
        return self._known(chunk.index, own, self._known_before(chunk.index))

    def _known_before(self, index: int) -> Columns:
        with self._lock:
            while len(self._before) <= index:
                last = len(self._before) - 1
                known = self._known(last, self._read(last), self._before[-1])
                self._before.append({name: values[-1].copy() for name, values in known.items()})
            return self._before[index]

    def _read(self, index: int) -> Columns:
        columns = self._run.trace.read(self._run.trace.chunks[index], self._columns)
        return {name: values[:, self._unit_idx] for name, values in columns.items()}

    def _known(self, index: int, own: Columns, before: Columns) -> Columns:
        return self._as_reported(index, own, before) if self._run.reports_take_time else _while_linked(own, before)

    def _as_reported(self, index: int, own: Columns, before: Columns) -> Columns:
        chunks, times_s = self._run.trace.chunks, self._run.times_s
        first = chunks[index].first_frame
        report_s = times_s[first : first + chunks[index].n_frames, None] - own["report_age_s"]
        frame = np.searchsorted(times_s, report_s + 1e-3, side="right") - 1
        if index > 0:  # reports sent before this chunk and received in it
            earlier, first = self._read(index - 1), chunks[index - 1].first_frame
            own = {name: np.concatenate([earlier[name], own[name]]) for name in before}
        place, unit = np.maximum(frame - first, 0), np.arange(frame.shape[1])
        return {name: np.where(frame < first, before[name], own[name][place, unit]) for name in before}


def _while_linked(own: Columns, before: Columns) -> Columns:
    frame = np.arange(len(own["linked"]))[:, None]
    last = np.maximum.accumulate(np.where(own["linked"] == Link.ALIVE, frame, -1), axis=0)
    unit = np.arange(own["linked"].shape[1])
    return {name: np.where(last < 0, before[name], own[name][np.maximum(last, 0), unit]) for name in before}
