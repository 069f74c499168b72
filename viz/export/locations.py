"""Where units are over a run, read chunk by chunk: their moves, and their places at any time of the chunk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from simcore.types import Status
from viz.fog.knowledge import Knowledge
from viz.reading.run_folder import RunFolder

_AWAY = (Status.RESERVE, Status.ABSENT, Status.PHANTOM)
_GONE = (Status.LOST, Status.EXPENDED)

Move = tuple[float, int, dict[str, Any]]
"""Time [s], unit, details."""


class Locations:
    """The places of the units of a run. ``added_s`` is the time at which each first appears, inf for never."""

    def __init__(self, run: RunFolder, every_s: float | None = None) -> None:
        self._run, self._every_s = run, every_s or 0.0
        self.added_s = np.full(run.n_units, np.inf)
        self._times = np.zeros(0)
        self._x = self._y = np.zeros((0, run.n_units))

    def chunks(self) -> Iterator[tuple[list[Move], float]]:
        """Yield the moves of each chunk of the trace, and the time at which the chunk ends."""
        run, known = self._run, Knowledge(self._run, None)
        last_x, last_y = (np.full(run.n_units, np.nan) for _ in range(2))
        last_s = np.full(run.n_units, -np.inf)
        for number, chunk in enumerate(run.trace.chunks):
            columns = known.trace(chunk)
            self._times = run.times_s[chunk.first_frame : chunk.first_frame + chunk.n_frames]
            self._x, self._y = columns["x_m"].astype(np.float64), columns["y_m"].astype(np.float64)
            moves: list[Move] = []
            for k, t in enumerate(self._times.tolist()):
                status = columns["status"][k]
                here = ~np.isin(status, _AWAY)
                self.added_s = np.where(here & np.isinf(self.added_s), t, self.added_s)
                has_moved = (self._x[k] != last_x) | (self._y[k] != last_y)
                due = here & ~np.isin(status, _GONE) & has_moved & (t - last_s >= self._every_s)
                for unit in np.flatnonzero(due).tolist():
                    detail = {
                        name: round(float(columns[name][k, unit]), 3) for name in ("z_m", "heading_deg", "speed_mps")
                    }
                    moves.append((t, unit, detail))
                last_x, last_y = np.where(due, self._x[k], last_x), np.where(due, self._y[k], last_y)
                last_s = np.where(due, t, last_s)
            is_last = number == len(run.trace.chunks) - 1
            yield moves, float("inf") if is_last else float(run.times_s[chunk.first_frame + chunk.n_frames]) - 1e-9

    def at(self, unit: int, time_s: float) -> tuple[float, float] | None:
        """Return the place of a unit in the last frame up to a time of the chunk; None for no unit."""
        if not 0 <= unit < self._run.n_units or not self._times.size:
            return None
        k = max(0, int(np.searchsorted(self._times, time_s, side="right")) - 1)
        x, y = float(self._x[k, unit]), float(self._y[k, unit])
        return (x, y) if np.isfinite(x) and np.isfinite(y) else None
