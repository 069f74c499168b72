"""What a side knew last of its units that are cut off: the values of the last frame at which they had their link."""

from __future__ import annotations

import threading

import numpy as np

from viz.run_folder import WEAR, Chunk, RunFolder

ALIVE = 1
"""``linked`` of a unit whose command post hears it; 0 is cut, 2 is cut by jamming."""
HELD = ["heading_deg", "speed_mps", "ammo", "z_m", "strength", "endurance", "damage", "task", "roe"]

Columns = dict[str, np.ndarray]


class LastKnown:
    """Holds the columns ``HELD`` of a side's units while they are cut off. Safe to use from many threads."""

    def __init__(self, run: RunFolder, unit_idx: np.ndarray) -> None:
        self._run = run
        self._unit_idx = unit_idx
        self._names = [*HELD, WEAR] if run.has_wear else HELD
        self._before: list[Columns] = [{name: np.full(len(unit_idx), np.nan) for name in self._names}]  # one per chunk
        self._lock = threading.Lock()

    def hold(self, chunk: Chunk, own: Columns) -> Columns:
        """Return the columns ``HELD`` of a chunk as known then, NaN before a unit's first report.

        Parameters
        ----------
        chunk : Chunk
            The chunk.
        own : dict of ndarray, (n_frames, n_own_units)
            Its columns ``linked`` and ``HELD``, of the side's units.
        """
        return _hold(own, self._known_before(chunk.row_group))

    def _known_before(self, index: int) -> Columns:
        with self._lock:
            while len(self._before) <= index:
                chunk = self._run.chunks[len(self._before) - 1]
                columns = self._run.trace(chunk, ["linked", *self._names])
                own = {name: values[:, self._unit_idx] for name, values in columns.items()}
                held = _hold(own, self._before[-1])
                self._before.append({name: values[-1].copy() for name, values in held.items()})
            return self._before[index]


def _hold(own: Columns, before: Columns) -> Columns:
    frame = np.arange(len(own["linked"]))[:, None]
    last = np.maximum.accumulate(np.where(own["linked"] == ALIVE, frame, -1), axis=0)
    unit = np.arange(own["linked"].shape[1])
    return {name: np.where(last < 0, before[name], own[name][np.maximum(last, 0), unit]) for name in before}
