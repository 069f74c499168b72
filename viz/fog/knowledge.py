"""One viewer's knowledge of the tables of a run: the whole truth, or that of a side. The page sends nothing else.

A side knows its own units where they last reported, with fuel, ammunition and damage as of the last frame in which they
had a link; its contacts; the events reported to it; its own orders. It knows no names or numbers of enemies.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from simcore.recording.run_schema import TRACE
from simcore.types import Status
from viz.fog.approvals import board_rows, find_requests, queue_curves
from viz.fog.event_fog import all_events, known_events, own_rows
from viz.fog.last_known import LastKnown
from viz.fog.map_fog import map_seen_by
from viz.fog.medical import medical_known
from viz.fog.shots import shots_known
from viz.fog.summary import summary_known
from viz.fog.sustainment import upkeep_known
from viz.reading.checks import Columns
from viz.reading.run_folder import RunFolder
from viz.reading.trace import Chunk, Link

REPORTED = {"x_m": "report_x_m", "y_m": "report_y_m", "status": "report_status"}
"""Columns of the trace known to a side from reports, with the columns of those reports."""
TRUTH_COLUMNS = tuple(
    column.name for column in TRACE if column.name not in ("frame", "time_s", "unit", *REPORTED.values())
)
GONE = (int(Status.LOST), int(Status.EXPENDED))
ACTIVE_STATUS = (int(Status.ACTIVE), int(Status.ABOARD), int(Status.SERVICING))
NEUTRAL_CURVES = ("time_s", "active", "lost", "strength")
"""Curves of a neutral side."""
OWN_CURVES = ("time_s", "contacts")
"""Recorded curves a side knows of itself; the others describe the true state of its units, not the reported state."""


class Knowledge:
    """The knowledge of a viewer of a run. ``side`` is the index of a side, None for the truth."""

    def __init__(self, run: RunFolder, side: int | None) -> None:
        self.run = run
        self.side = side
        self.units = np.arange(run.n_units) if side is None else np.flatnonzero(run.side_of == side)
        """Indices of the units whose cards the viewer has."""
        self._last_known = LastKnown(run, self.units)

    @property
    def map(self) -> dict[str, Any]:
        """The map as known to the viewer."""
        run = self.run
        return map_seen_by(run.map, run.sides, None if self.side is None else run.sides[self.side])

    def trace(self, chunk: Chunk) -> Columns:
        """Return the columns of the trace of a chunk, (frames, units) each; NaN if unknown to the viewer."""
        names = [*TRUTH_COLUMNS, *self.run.trace.optional]
        columns = self.run.trace.read(chunk, names if self.side is None else [*names, *REPORTED.values()])
        own = {name: values[:, self.units] for name, values in columns.items()}
        if self.side is None:
            return own
        is_linked = own["linked"] == Link.ALIVE
        is_gone = np.isin(own["report_status"], GONE) & ~is_linked
        held = self._last_known.hold(chunk, own)
        return {
            **{name: np.where(is_gone, np.nan, values) for name, values in held.items()},
            **{name: own[reported] for name, reported in REPORTED.items()},
            "report_age_s": own["report_age_s"],
            "linked": is_linked.astype(np.uint8),  # the side cannot know the cause of a dead link
            "hops": own["hops"],
        }

    @property
    def belligerents(self) -> list[int]:
        """The belligerents whose units the viewer knows, by number."""
        sides = np.unique(self.run.side_of[self.units]).tolist()
        return [side for side in sides if self.run.sides[side] in self.run.belligerents]

    def contacts(self, first: int, last: int) -> Columns:
        """Return the contacts of the frames ``first`` to ``last`` (included), in an order that reveals nothing."""
        rows = self.run.contacts.read(first, last)
        if self.side is not None:
            rows = own_rows(rows, self.side)
            del rows["unit"]
        order = np.lexsort((rows["serial"], rows["side"], rows["frame"]))  # file order could reveal unit numbers
        return {name: values[order] for name, values in rows.items()}

    @cached_property
    def events(self) -> dict[str, list[Any]]:
        """Events as columns; unit numbers index the viewer's own units."""
        columns = all_events(self.run) if self.side is None else known_events(self.run, self.side)
        local = np.full(self.run.n_units + 1, -1)
        local[self.units] = np.arange(len(self.units))
        columns = {**columns, "unit": local[columns["unit"]], "other": local[columns["other"]]}
        return {name: values.tolist() for name, values in columns.items()}

    @cached_property
    def orders(self) -> list[dict[str, Any]]:
        """Orders as mappings."""
        rows = [dict(row) for row in self.run.orders if self._is_known(row.get("side"))]
        groups = {row.get("group_idx"): row.get("group") for row in rows}
        for row in rows:
            row["target_group"] = groups.get(row.get("target_group"))  # None for a group unknown to the viewer
        return rows

    @cached_property
    def curves(self) -> list[dict[str, Any]]:
        """Curves over time, a mapping per side with its name, time_s and a list per quantity."""
        run, recorded = self.run, self.run.series
        curves: list[dict[str, Any]] = []
        for side in range(len(run.sides)) if self.side is None else [self.side]:
            rows = recorded["side"] == side if recorded else np.zeros(0, bool)
            curve: dict[str, Any] = {}
            if recorded:
                curve = {name: values[rows].tolist() for name, values in recorded.items() if name != "side"}
            if run.sides[side] not in run.belligerents:
                curve = {name: curve[name] for name in NEUTRAL_CURVES if name in curve}
            if self.side is not None:
                curve = {name: curve[name] for name in OWN_CURVES if name in curve} | self._believed_strength()
            if "time_s" in curve:
                curve |= queue_curves(self.requests, run.sides[side], curve["time_s"])
            curves.append({"side": run.sides[side], **curve})
        return curves

    @cached_property
    def boards(self) -> dict[str, list[dict[str, Any]]]:
        """Optional tables; a side knows the rows with its own name."""
        boards: dict[str, list[dict[str, Any]]] = {}
        for name, rows in self.run.boards.items():
            kept = [dict(row) for row in rows if self._is_known(row.get("side"))]
            for row in kept:
                if isinstance(row.get("side"), int) and 0 <= row["side"] < len(self.run.sides):
                    row["side"] = self.run.sides[row["side"]]  # as orders name it
            if kept:
                boards[name] = kept
        if self.requests and "approvals" not in boards:
            boards["approvals"] = board_rows(self.requests, with_side=self.side is None)
        return boards

    @cached_property
    def sustainment(self) -> dict[str, Any]:
        """Readiness, jobs, stores and orders of policies as known to the viewer; empty in a run without any."""
        return upkeep_known(self.run, self.side, self.units, self.events, self.trace)

    @cached_property
    def medical(self) -> dict[str, Any]:
        """Casualties as known to the viewer; empty in a run without medical support."""
        return medical_known(self.run, self.side, self.units, self.events)

    @property
    def summary(self) -> dict[str, Any]:
        """Mission, objectives, result and turning points as known to the viewer."""
        return summary_known(self.run, self.side, self.units, self.events)

    @property
    def shots(self) -> dict[str, Any]:
        """Weapon and range of the shots among the events."""
        return shots_known(self.run, self.side, self.units, self.events)

    @cached_property
    def requests(self) -> list[dict[str, Any]]:
        """Requests to operators known to the viewer."""
        names = [str(self.run.units["name"][unit]) for unit in self.units.tolist()]
        return find_requests(self.events, names, self.run.sides)

    def _is_known(self, side: Any) -> bool:
        """Whether a row of a side, given by name or index, is known to the viewer."""
        if self.side is None:
            return True
        return side == self.run.sides[self.side] or (isinstance(side, int) and side == self.side)

    def _believed_strength(self) -> dict[str, list[Any]]:
        munitions = set(self.run.manifest.get("munitions") or ())
        platforms = self.run.units["platform"]
        is_munition = np.array([platforms[unit] in munitions for unit in self.units.tolist()], dtype=bool)
        active: list[int] = []
        lost: list[int] = []
        linked_share: list[float] = []
        for chunk in self.run.trace.chunks:
            columns = self.run.trace.read(chunk, ["report_status", "linked"])
            status = columns["report_status"][:, self.units]
            linked = columns["linked"][:, self.units] == Link.ALIVE
            is_gone = np.isin(status, GONE)
            alive = np.maximum(1, (~is_gone).sum(axis=1))
            active += np.isin(status, ACTIVE_STATUS).sum(axis=1).tolist()
            lost += ((status == int(Status.LOST)) & ~is_munition).sum(axis=1).tolist()
            linked_share += ((linked & ~is_gone).sum(axis=1) / alive).tolist()
        return {"time_s": self.run.times_s.tolist(), "active": active, "lost": lost, "linked_share": linked_share}
