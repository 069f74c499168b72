"""One run as one viewer may see it: the truth, or what a side knew. The cut is made here, before any byte is sent.

A side's view holds: own units where they last reported, with fuel, ammunition and damage as known when they last had
their link; its contacts; the events that it knew of; its own orders. Names and numbers of enemy units are not in it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import cached_property
from typing import Any

import numpy as np

from simcore.types import Level, Status
from viz.fog.approvals import board_rows, find_requests, queue_curves
from viz.fog.event_fog import all_events, known_events
from viz.fog.last_known import LastKnown
from viz.reading.checks import WEAR
from viz.reading.run_folder import RunFolder
from viz.reading.trace import Chunk, Link
from viz.replay import wire

TRUTH = "truth"
OVERVIEW_FRAMES = 600
CACHE_BYTES = 96 * 1024 * 1024
GONE = (int(Status.LOST), int(Status.EXPENDED))
ACTIVE_STATUS = (int(Status.ACTIVE), int(Status.ABOARD), int(Status.SERVICING))
UNIT_FIELDS = [
    "name",
    "side",
    "group",
    "platform",
    "title",
    "domain",
    "sidc",
    "cost",
    "speed_max_mps",
    "sensor_range_m",
    "weapon_range_m",
    "radio_range_m",
    "endurance_s",
    "ammo0",
]
TRACE_TRUTH = [
    "x_m",
    "y_m",
    "z_m",
    "heading_deg",
    "speed_mps",
    "status",
    "damage",
    "strength",
    "endurance",
    "linked",
    "hops",
    "task",
    "roe",
    "ammo",
    "report_age_s",
]
ERROR_ELLIPSE = {"error_major_m": "c_major", "error_minor_m": "c_minor", "error_angle_deg": "c_angle"}
"""Optional columns of contacts.parquet, by the name they are sent under."""
NEUTRAL_CURVES = ("time_s", "active", "lost", "strength")
"""What is told of a side that takes no part in the fight."""
TRACE_REPORT = ["report_x_m", "report_y_m", "report_status"]


class ReplayView:
    """What one view of a run sends. ``side`` is None for the truth."""

    def __init__(self, run: RunFolder, name: str) -> None:
        self.run = run
        self.name = name
        self.side = None if name == TRUTH else run.sides.index(name)
        self.unit_idx = np.arange(run.n_units) if self.side is None else np.flatnonzero(run.side_of == self.side)
        self._last_known = LastKnown(run, self.unit_idx)
        self._cache: OrderedDict[Any, bytes] = OrderedDict()
        self._cached_bytes = 0
        self._lock = threading.Lock()

    @cached_property
    def meta(self) -> dict[str, Any]:
        """All that the page needs before the first frame."""
        run, manifest = self.run, self.run.manifest
        truth_only = (
            "seed",
            "replication",
            "winner",
            "reason",
            "policies",
            "wall_s",
            "state_hash",
            "versions",
            "status",
        )
        return {
            "view": self.name,
            "sides": run.sides,
            "neutral": [side for side in run.sides if side not in run.belligerents],
            "scenario": {key: manifest["scenario"].get(key) for key in ("name", "title")},
            "n_frames": run.n_frames,
            "interval_s": run.interval_s,
            "duration_s": run.duration_s,
            "bounds_m": manifest["bounds_m"],
            "origin": manifest["origin"],
            **run.map.seen_by(run.sides, None if self.side is None else self.name),
            "chunks": [[chunk.first_frame, chunk.n_frames] for chunk in run.trace.chunks],
            "overview_stride": self.overview_stride,
            "units": self.units,
            "affiliation": self._affiliations(),
            "jamming": self.side is None and run.has_jamming,
            **({key: manifest.get(key) for key in truth_only} if self.side is None else {}),
        }

    @cached_property
    def units(self) -> list[dict[str, Any]]:
        """Unit cards of the view, in the order of its arrays."""
        fields = [field for field in UNIT_FIELDS if field in self.run.units]
        reach = self.run.reach
        columns = {field: self.run.units[field].tolist() for field in fields}
        return [
            {field: _plain(values[i]) for field, values in columns.items()} | {"reach": reach.get(i, [])}
            for i in self.unit_idx.tolist()
        ]

    @property
    def overview_stride(self) -> int:
        """Every how many frames the overview holds one; 1 when the run is short enough to need none."""
        return max(1, -(-self.run.n_frames // OVERVIEW_FRAMES))

    def chunk(self, index: int) -> bytes:
        """Return chunk ``index`` with its contacts, encoded. Raises IndexError where there is none."""
        if not 0 <= index < len(self.run.trace.chunks):
            raise IndexError(index)
        return self._remember(index, lambda: self._encode_chunk(self.run.trace.chunks[index]))

    def overview(self) -> bytes:
        """Return every ``overview_stride``-th frame of the whole run without contacts, encoded."""
        return self._remember("overview", self._encode_overview)

    @cached_property
    def events(self) -> dict[str, list[Any]]:
        """Events known to the view as columns; unit numbers count the view's own units."""
        columns = all_events(self.run) if self.side is None else known_events(self.run, self.side)
        local = np.full(self.run.n_units + 1, -1)
        local[self.unit_idx] = np.arange(len(self.unit_idx))
        columns = {**columns, "unit": local[columns["unit"]], "other": local[columns["other"]]}
        return {name: values.tolist() for name, values in columns.items()}

    @cached_property
    def orders(self) -> list[dict[str, Any]]:
        """Orders of the view's side; all orders in the truth."""
        rows = [_plain_row(row) for row in self.run.orders if self.side is None or self._is_own(row.get("side"))]
        groups = {row.get("group_idx"): row.get("group") for row in rows}
        for row in rows:
            row["target_group"] = groups.get(row.get("target_group"))  # None for a group that the view has no name for
        return rows

    @cached_property
    def series(self) -> list[dict[str, Any]]:
        """Curves over time, one mapping per side: its name, time_s and a list per quantity."""
        recorded = self.run.series
        curves = []
        for side in range(len(self.run.sides)) if self.side is None else [self.side]:
            rows = recorded["side"] == side if recorded else np.zeros(0, bool)
            curve = {k: _plain_list(v[rows]) for k, v in recorded.items() if k != "side"} if recorded else {}
            if self.run.sides[side] not in self.run.belligerents:
                curve = {key: curve[key] for key in NEUTRAL_CURVES if key in curve}
            if self.side is not None:
                curve = {key: curve[key] for key in ("time_s", "contacts") if key in curve} | self._believed_strength()
            if "time_s" in curve:
                curve |= queue_curves(self.requests, self.run.sides[side], curve["time_s"])
            curves.append({"side": self.run.sides[side], **curve})
        return curves

    @cached_property
    def boards(self) -> dict[str, list[dict[str, Any]]]:
        """Optional tables; a side sees the rows that name it."""
        boards = {}
        for name, rows in self.run.boards.items():
            kept = [_plain_row(row) for row in rows if self.side is None or self._is_own(row.get("side"))]
            for row in kept:
                if isinstance(row.get("side"), int) and 0 <= row["side"] < len(self.run.sides):
                    row["side"] = self.run.sides[row["side"]]  # as orders name it
            if kept:
                boards[name] = kept
        if self.requests and "approvals" not in boards:
            boards["approvals"] = board_rows(self.requests, with_side=self.side is None)
        return boards

    @cached_property
    def requests(self) -> list[dict[str, Any]]:
        """Requests to operators that the view knows of."""
        return find_requests(self.events, [str(unit["name"]) for unit in self.units], self.run.sides)

    def _is_own(self, side: Any) -> bool:
        return side == self.name or (isinstance(side, int) and side == self.side)

    def _believed_strength(self) -> dict[str, list[Any]]:
        munitions = set(self.run.manifest.get("munitions") or ())
        is_munition = np.array([unit.get("platform") in munitions for unit in self.units], dtype=bool)
        active: list[int] = []
        lost: list[int] = []
        linked_share: list[float] = []
        for chunk in self.run.trace.chunks:
            columns = self.run.trace.read(chunk, ["report_status", "linked"])
            status = columns["report_status"][:, self.unit_idx]
            linked = columns["linked"][:, self.unit_idx] == Link.ALIVE
            is_gone = np.isin(status, GONE)
            alive = np.maximum(1, (~is_gone).sum(axis=1))
            active += np.isin(status, ACTIVE_STATUS).sum(axis=1).tolist()
            lost += ((status == int(Status.LOST)) & ~is_munition).sum(axis=1).tolist()
            linked_share += ((linked & ~is_gone).sum(axis=1) / alive).tolist()
        return {"time_s": self.run.times_s.tolist(), "active": active, "lost": lost, "linked_share": linked_share}

    def _affiliations(self) -> list[str]:
        """Standard-identity digit of each side's symbols: 3 friend, 6 hostile, 4 neutral. By the side's first unit."""
        digits = []
        for side in range(len(self.run.sides)):
            own = np.flatnonzero(self.run.side_of == side)
            sidc = str(self.run.units["sidc"][own[0]]) if len(own) else ""
            if self.run.sides[side] not in self.run.belligerents:
                digits.append("4")
                continue
            digits.append(sidc[3] if len(sidc) >= 20 and sidc[3] in "346" else "364"[min(side, 2)])
        return digits

    def _known(self, chunk: Chunk) -> dict[str, np.ndarray]:
        """Return the trace columns of a chunk, cut to the view's units and to what it knew."""
        names = TRACE_TRUTH + ([WEAR.name] if self.run.trace.has_wear else [])
        columns = self.run.trace.read(chunk, names if self.side is None else names + TRACE_REPORT)
        own = {name: values[:, self.unit_idx] for name, values in columns.items()}
        if self.side is not None:
            is_gone = np.isin(own["report_status"], GONE) & (own["linked"] != Link.ALIVE)
            held = self._last_known.hold(chunk, own)
            own |= {name: np.where(is_gone, np.nan, values) for name, values in held.items()}
            own |= {"x_m": own["report_x_m"], "y_m": own["report_y_m"], "status": own["report_status"]}
            own["linked"] = (own["linked"] == Link.ALIVE).astype(np.uint8)  # why a link is dead the side cannot know
        return own

    @staticmethod
    def _pack(own: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        return {
            "x": own["x_m"],
            "y": own["y_m"],
            "heading": wire.pack_heading(own["heading_deg"]),
            "speed": wire.pack_speed(own["speed_mps"]),
            "ammo": wire.pack_whole(own["ammo"], wire.NOT_KNOWN_U16),
            "age": wire.pack_whole(own["report_age_s"], wire.NOT_KNOWN_U16),
            "z": wire.pack_height(own["z_m"]),
            "status": own["status"],
            "damage": wire.pack_whole(own["damage"], wire.NOT_KNOWN_U8),
            "strength": wire.pack_share(own["strength"]),
            "endurance": wire.pack_share(own["endurance"]),
            **({"wear": wire.pack_share(own[WEAR.name])} if WEAR.name in own else {}),
            "linked": own["linked"],
            "hops": wire.pack_whole(np.where(own["linked"] == Link.ALIVE, own["hops"], np.nan), wire.NOT_KNOWN_U8),
            "task": wire.pack_whole(own["task"], wire.NOT_KNOWN_U8),
            "roe": wire.pack_whole(own["roe"], wire.NOT_KNOWN_U8),
        }

    def _encode_chunk(self, chunk: Chunk) -> bytes:
        arrays = self._pack(self._known(chunk))
        last = chunk.first_frame + chunk.n_frames
        times = self.run.times_s[chunk.first_frame : last]
        header = {"first": chunk.first_frame, "frames": chunk.n_frames, "stride": 1, "units": len(self.unit_idx)}
        return wire.encode(header, {"times": times, **arrays, **self._contact_arrays(chunk.first_frame, last - 1)})

    def _contact_arrays(self, first: int, last: int) -> dict[str, np.ndarray]:
        rows = self.run.contacts.read(first, last)
        if self.side is not None:
            rows = {name: values[rows["side"] == self.side] for name, values in rows.items()}
        order = np.lexsort((rows["serial"], rows["side"], rows["frame"]))  # file order could tell unit numbers
        rows = {name: values[order] for name, values in rows.items()}
        arrays = {
            "c_start": np.searchsorted(rows["frame"], np.arange(first, last + 2)),
            "c_serial": rows["serial"],
            "c_x": rows["x_m"],
            "c_y": rows["y_m"],
            "c_side": rows["side"],
        }
        for wire_name, name, missing in (
            ("c_vx", "vx_mps", 0),
            ("c_vy", "vy_mps", 0),
            ("c_error", "error_m", 0),
            ("c_age", "age_s", 0),
            ("c_level", "level", int(Level.DETECTED)),
            ("c_domain", "domain", 255),
            ("c_class", "target_class", -1),
        ):
            arrays[wire_name] = rows.get(name, np.full(len(rows["frame"]), missing))
        if all(name in rows for name in ERROR_ELLIPSE):
            arrays |= {wire_name: rows[name] for name, wire_name in ERROR_ELLIPSE.items()}
        if "identity" in rows:  # what the side believes
            arrays["c_identity"] = rows["identity"]
        if self.side is None:
            arrays["c_unit"] = rows["unit"]
        return arrays

    def _encode_overview(self) -> bytes:
        stride = self.overview_stride
        kept: list[dict[str, np.ndarray]] = []
        frames = []
        for chunk in self.run.trace.chunks:
            inside = np.arange(-chunk.first_frame % stride, chunk.n_frames, stride)
            if len(inside):
                kept.append({name: values[inside] for name, values in self._known(chunk).items()})
                frames.append(chunk.first_frame + inside)
        columns = {name: np.concatenate([part[name] for part in kept]) for name in kept[0]}
        frame = np.concatenate(frames)
        header = {"first": 0, "frames": len(frame), "stride": stride, "units": len(self.unit_idx)}
        return wire.encode(header, {"times": self.run.times_s[frame], **self._pack(columns)})

    def _remember(self, key: Any, make: Any) -> bytes:
        with self._lock:
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
        message = make()
        with self._lock:
            self._cached_bytes += len(message) - len(self._cache.get(key, b""))
            self._cache[key] = message
            while self._cached_bytes > CACHE_BYTES and len(self._cache) > 1:
                self._cached_bytes -= len(self._cache.popitem(last=False)[1])
        return message


def _plain(value: Any) -> Any:
    """Return a value that JSON holds: numbers that are not finite become None."""
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _plain_list(values: np.ndarray) -> list[Any]:
    return [_plain(value) for value in values.tolist()]


def _plain_row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in row.items()}
