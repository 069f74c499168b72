"""A run as recorded up to a frame: what is read from it holds nothing of later times.

For the views of sides. The truth about the end of a run (``story``, ``people``) is that of the whole run.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np

from viz.reading.checks import Columns
from viz.reading.run_folder import RunFolder
from viz.reading.sustainment import SustainmentTables

_OF_THE_END = "final_"
"""Beginning of the names of columns that hold the end of the run."""


class CutRun(RunFolder):
    """The first frames of a run. Shares the open files of the whole run, which must stay open."""

    def __init__(self, whole: RunFolder, n_frames: int) -> None:
        self._whole = whole
        for name in ("path", "sides", "neutral", "belligerents", "n_units", "interval_s", "reports_take_time"):
            setattr(self, name, getattr(whole, name))
        self.units, self.side_of = whole.units, whole.side_of
        self.n_frames = n_frames
        self.manifest = {**whole.manifest, "n_frames": n_frames, "is_unfinished": True}
        self.trace = whole.trace.until(n_frames)
        self.contacts = whole.contacts.until(n_frames)
        self.events = whole.events.until(self.duration_s)

    @cached_property
    def orders(self) -> list[dict[str, Any]]:
        """Orders given up to the last frame."""
        return [row for row in self._whole.orders if row["time_s"] <= self.duration_s]

    @cached_property
    def series(self) -> Columns:
        """Columns of the series up to the last frame."""
        return self._up_to_now(self._whole.series)

    @cached_property
    def boards(self) -> dict[str, list[dict[str, Any]]]:
        """Rows of the optional tables up to the last frame, without the end of the run that advice is set beside."""
        return {name: [_so_far(row) for row in rows if self._is_past(row)] for name, rows in self._whole.boards.items()}

    @cached_property
    def sustainment(self) -> SustainmentTables:
        """Components, stores, and their stocks up to the last frame."""
        return _CutTables(self._whole.sustainment, self.n_frames)

    @cached_property
    def policy_orders(self) -> Columns:
        """Orders of policies of logistics up to the last frame."""
        return self._up_to_now(self._whole.policy_orders)

    def _up_to_now(self, columns: Columns) -> Columns:
        if not columns:
            return {}
        is_past = columns["time_s"] <= self.duration_s
        return {name: values[is_past] for name, values in columns.items()}

    def _is_past(self, row: dict[str, Any]) -> bool:
        return row["time_s"] <= self.duration_s

    def close(self) -> None:
        """Leave the files open: they are those of the whole run."""


def _so_far(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if not name.startswith(_OF_THE_END)}


class _CutTables(SustainmentTables):
    def __init__(self, whole: SustainmentTables, n_frames: int) -> None:
        vars(self).update(vars(copy.copy(whole)))
        self._whole, self._last = whole, n_frames

    def stocks(self) -> Iterator[tuple[np.ndarray, Columns]]:
        for frames, columns in self._whole.stocks():
            kept = frames < self._last
            if kept.any():
                yield frames[kept], {name: values[kept] for name, values in columns.items()}
            if not kept.all():
                return
