"""Places of units at any time of a run: between two frames along a straight line."""

from __future__ import annotations

import numpy as np

from viz.reading.run_folder import RunFolder


def places_at(run: RunFolder, time_s: np.ndarray, unit: np.ndarray, prefix: str = "") -> np.ndarray:
    """Return the places (2, ..., n) of units (..., n) at times (n,); ``prefix`` chooses the columns, as ``report_``."""
    frame = run.frame_at(time_s)
    place = np.full((2, *unit.shape), np.nan)
    for chunk in run.trace.chunks:
        mine = np.flatnonzero(chunk.holds(frame))
        if not len(mine):
            continue
        row = frame[mine] - chunk.first_frame
        after = np.minimum(row + 1, chunk.n_frames - 1)
        begin = run.times_s[chunk.first_frame + row]
        share = (time_s[mine] - begin) / np.maximum(run.times_s[chunk.first_frame + after] - begin, 1e-9)
        share = np.clip(share, 0.0, 1.0)
        who = unit[..., mine]
        for axis, values in enumerate(run.trace.read(chunk, [f"{prefix}x_m", f"{prefix}y_m"]).values()):
            here, there = values[row, who], values[after, who]
            place[axis, ..., mine] = np.moveaxis(here + share * (there - here), -1, 0)
    return place
