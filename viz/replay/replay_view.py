"""The view of a run for one viewer: the content of ``viz.fog.knowledge``, packed for the page."""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import cached_property
from typing import Any

import numpy as np

from simcore.recording.run_schema import READINESS, UNITS
from simcore.types import Level
from viz.fog.knowledge import Knowledge
from viz.reading.checks import WEAR
from viz.reading.run_folder import RunFolder
from viz.reading.trace import Chunk, Link
from viz.replay import wire

TRUTH = "truth"
OVERVIEW_FRAMES = 600
CACHE_BYTES = 96 * 1024 * 1024
UNIT_FIELDS = tuple(column.name for column in UNITS if column.name != "unit")
ERROR_ELLIPSE = {"error_major_m": "c_major", "error_minor_m": "c_minor", "error_angle_deg": "c_angle"}
"""Optional columns of contacts.parquet, with their names on the wire."""


class ReplayView:
    """The data of a view of a run. ``side`` is None for the truth."""

    def __init__(self, run: RunFolder, name: str) -> None:
        self.run = run
        self.name = name
        self.side = None if name == TRUTH else run.sides.index(name)
        self.known = Knowledge(run, self.side)
        self.unit_idx = self.known.units
        self._cache: OrderedDict[Any, bytes] = OrderedDict()
        self._cached_bytes = 0
        self._lock = threading.Lock()

    @cached_property
    def meta(self) -> dict[str, Any]:
        """All data the page needs before the first frame."""
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
            "start": None if run.start is None else run.start.isoformat(),
            "n_frames": run.n_frames,
            "interval_s": run.interval_s,
            "duration_s": run.duration_s,
            "bounds_m": manifest["bounds_m"],
            "origin": manifest["origin"],
            **self.known.map,
            "chunks": [[chunk.first_frame, chunk.n_frames] for chunk in run.trace.chunks],
            "overview_stride": self.overview_stride,
            "units": self.units,
            "affiliation": self._affiliations(),
            "sustainment": run.has_sustainment,
            "medical": run.has_medical,
            "reports_take_time": run.manifest.get("reports_take_time") is True,
            "jamming": self.side is None and run.has_jamming,
            "unfinished": run.is_unfinished,
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
        """Interval between frames of the overview, in frames; 1 if the run is too short to need an overview."""
        return max(1, -(-self.run.n_frames // OVERVIEW_FRAMES))

    def chunk(self, index: int) -> bytes:
        """Return chunk ``index`` with its contacts, encoded. Raises IndexError if there is no such chunk."""
        if not 0 <= index < len(self.run.trace.chunks):
            raise IndexError(index)
        return self._cached(index, lambda: self._encode_chunk(self.run.trace.chunks[index]))

    def overview(self) -> bytes:
        """Return every ``overview_stride``-th frame of the whole run without contacts, encoded."""
        return self._cached("overview", self._encode_overview)

    @property
    def events(self) -> dict[str, list[Any]]:
        """Events as columns; unit numbers index the view's own units."""
        return self.known.events

    @cached_property
    def orders(self) -> list[dict[str, Any]]:
        """Orders of the view's side; all orders in the truth view."""
        return [_plain_row(row) for row in self.known.orders]

    @cached_property
    def series(self) -> list[dict[str, Any]]:
        """Curves over time, a mapping per side with its name, time_s and a list per quantity."""
        return [
            {
                name: [_plain(value) for value in column] if isinstance(column, list) else column
                for name, column in items
            }
            for items in (curve.items() for curve in self.known.curves)
        ]

    @cached_property
    def boards(self) -> dict[str, list[dict[str, Any]]]:
        """Optional tables; a side sees the rows with its own name."""
        return {name: [_plain_row(row) for row in rows] for name, rows in self.known.boards.items()}

    @cached_property
    def sustainment(self) -> dict[str, Any]:
        """Readiness, jobs, stores and orders of policies."""
        return _plain_tree(self.known.sustainment)

    @cached_property
    def medical(self) -> dict[str, Any]:
        """Casualties, facilities and transports."""
        return _plain_tree(self.known.medical)

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Mission, objectives, result and turning points."""
        return _plain_tree(self.known.summary)

    @cached_property
    def shots(self) -> dict[str, Any]:
        """Weapon and range of each shot, by the number of its event."""
        return self.known.shots

    @property
    def requests(self) -> list[dict[str, Any]]:
        """Requests to operators known to the view."""
        return self.known.requests

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
            **({"ready": wire.pack_whole(own[READINESS.name], wire.NOT_KNOWN_U8)} if READINESS.name in own else {}),
            "linked": own["linked"],
            "hops": wire.pack_whole(np.where(own["linked"] == Link.ALIVE, own["hops"], np.nan), wire.NOT_KNOWN_U8),
            "task": wire.pack_whole(own["task"], wire.NOT_KNOWN_U8),
            "roe": wire.pack_whole(own["roe"], wire.NOT_KNOWN_U8),
        }

    def _encode_chunk(self, chunk: Chunk) -> bytes:
        arrays = self._pack(self.known.trace(chunk))
        last = chunk.first_frame + chunk.n_frames
        times = self.run.times_s[chunk.first_frame : last]
        header = {"first": chunk.first_frame, "frames": chunk.n_frames, "stride": 1, "units": len(self.unit_idx)}
        return wire.encode(header, {"times": times, **arrays, **self._contact_arrays(chunk.first_frame, last - 1)})

    def _contact_arrays(self, first: int, last: int) -> dict[str, np.ndarray]:
        rows = self.known.contacts(first, last)
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
        if "identity" in rows:  # the side's belief
            arrays["c_identity"] = rows["identity"]
        if "unit" in rows:
            arrays["c_unit"] = rows["unit"]
        return arrays

    def _encode_overview(self) -> bytes:
        stride = self.overview_stride
        kept: list[dict[str, np.ndarray]] = []
        frames = []
        for chunk in self.run.trace.chunks:
            inside = np.arange(-chunk.first_frame % stride, chunk.n_frames, stride)
            if len(inside):
                kept.append({name: values[inside] for name, values in self.known.trace(chunk).items()})
                frames.append(chunk.first_frame + inside)
        columns = {name: np.concatenate([part[name] for part in kept]) for name in kept[0]}
        frame = np.concatenate(frames)
        header = {"first": 0, "frames": len(frame), "stride": stride, "units": len(self.unit_idx)}
        return wire.encode(header, {"times": self.run.times_s[frame], **self._pack(columns)})

    def _cached(self, key: Any, make: Any) -> bytes:
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
    """Return a JSON-compatible value: non-finite numbers become None."""
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _plain_row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in row.items()}


def _plain_tree(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain_tree(one) for name, one in value.items()}
    return [_plain_tree(one) for one in value] if isinstance(value, list | tuple) else _plain(value)
