"""A run folder opened for reading: checked at once, read in pieces.

The trace is never read whole: a *chunk* is one Parquet row group (about 60 frames), and the tables that fit in memory
are read when they are first asked for.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from simcore.errors import InputError
from simcore.types import F64
from viz.reading.manifest import check_run_manifest, read_manifest
from viz.reading.map_document import MapDocument, read_reach
from viz.reading.table_checks import check_columns, check_inside

TRACE_COLUMNS = [
    "frame",
    "time_s",
    "unit",
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
    "report_x_m",
    "report_y_m",
    "report_age_s",
    "report_status",
]
WEAR = "wear"
"""Optional column of the trace: wear of the unit's worst component, 0 as new to 1 worn out."""
BOARDS = ["advice", "approvals", "casualties", "logistics", "maintenance", "readiness", "supply"]
"""Optional tables ``<name>.parquet``, each with a ``time_s`` column: a board appears when its file is there."""


@dataclass(frozen=True)
class Chunk:
    """One row group of the trace: frames ``first_frame`` to ``first_frame + n_frames - 1``."""

    row_group: int
    first_frame: int
    n_frames: int


class RunFolder:
    """One run. Safe to read from many threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.manifest = read_manifest(path, "run")
        check_run_manifest(path, self.manifest)
        check_inside(path)
        self._lock = threading.Lock()
        self.sides: list[str] = [str(side) for side in self.manifest["sides"]]
        neutral = {str(side) for side in self.manifest.get("neutral_sides") or ()}
        self.belligerents: list[str] = [side for side in self.sides if side not in neutral]
        self.n_units = int(self.manifest["n_units"])
        self.n_frames = int(self.manifest["n_frames"])
        self.interval_s = float(self.manifest["frame_interval_s"])
        self.reports_take_time = self.manifest.get("reports_take_time") is True
        self.units = self._read_units()
        self.side_of = self._side_index(self.units["side"])
        self._trace = self._open("trace.parquet", TRACE_COLUMNS)
        self.chunks = self._find_chunks()
        self.times_s = self._frame_times()
        self._contacts = self._open("contacts.parquet", ["frame", "side", "serial", "unit", "x_m", "y_m"])

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.path.name

    @property
    def duration_s(self) -> float:
        """Time of the last frame [s]."""
        return float(self.times_s[-1])

    def trace(self, chunk: Chunk, columns: list[str]) -> dict[str, np.ndarray]:
        """Return columns of one chunk, each (n_frames, n_units)."""
        table = self._read_group(self._trace, "trace.parquet", chunk.row_group, columns)
        shape = (chunk.n_frames, self.n_units)
        return {name: table[name].to_numpy().reshape(shape) for name in columns}

    def whole_trace(self, column: str) -> np.ndarray:
        """Return one small column of the whole trace, (n_frames, n_units)."""
        return np.concatenate([self.trace(chunk, [column])[column] for chunk in self.chunks])

    def contacts(self, first_frame: int, last_frame: int) -> dict[str, np.ndarray]:
        """Return the contact rows of frames ``first_frame`` to ``last_frame`` (included), in file order."""
        frame_column = self._contacts.schema_arrow.get_field_index("frame")
        tables = []
        for group in range(self._contacts.metadata.num_row_groups):
            meta = self._contacts.metadata.row_group(group)
            span = meta.column(frame_column).statistics
            first, last = (0, self.n_frames) if span is None else (span.min or 0, span.max or 0)
            if meta.num_rows and last >= first_frame and first <= last_frame:
                tables.append(self._read_group(self._contacts, "contacts.parquet", group, None))
        table = pa.concat_tables(tables) if tables else self._contacts.schema_arrow.empty_table()
        columns = {name: table[name].to_numpy() for name in table.column_names}
        keep = (columns["frame"] >= first_frame) & (columns["frame"] <= last_frame)
        columns = {name: values[keep] for name, values in columns.items()}
        self._check_range("contacts.parquet", columns, {"unit": self.n_units, "side": len(self.sides)})
        return columns

    @property
    def has_wear(self) -> bool:
        """Whether the trace tells how worn units are."""
        return WEAR in self._trace.schema_arrow.names

    @cached_property
    def has_jamming(self) -> bool:
        """Whether a link is ever cut by jamming (``linked`` 2)."""
        column = self._trace.schema_arrow.get_field_index("linked")
        groups = [self._trace.metadata.row_group(chunk.row_group) for chunk in self.chunks]
        spans = [group.column(column).statistics for group in groups]
        return any(span is not None and (span.max or 0) > 1 for span in spans)

    @cached_property
    def contact_keys(self) -> tuple[np.ndarray, np.ndarray]:
        """Sorted keys ``(side * n_frames + frame) * n_units + unit`` of all contacts, and their serial numbers."""
        names = ["frame", "side", "unit", "serial"]
        with self._lock:
            table = self._contacts.read(columns=names)
        frame, side, unit, serial = (table[name].to_numpy().astype(np.int64) for name in names)
        key = (side * self.n_frames + frame) * self.n_units + unit
        order = np.argsort(key, kind="stable")
        return key[order], serial[order]

    @cached_property
    def events(self) -> dict[str, np.ndarray]:
        """Event columns by name; ``kind`` in upper case, ``side`` as index (-1 none)."""
        columns = self._columns("events.parquet", ["time_s", "kind", "side", "unit", "other", "a", "b"])
        columns["kind"] = np.char.upper(columns["kind"].astype(str))
        columns["side"] = self._side_index(columns["side"])
        self._check_range("events.parquet", columns, {"unit": self.n_units, "other": self.n_units})
        return columns

    @cached_property
    def orders(self) -> list[dict[str, Any]]:
        """Orders, one mapping each."""
        return self._rows("orders.parquet")

    @cached_property
    def series(self) -> dict[str, np.ndarray]:
        """Columns of ``series.parquet``; ``side`` as index. Empty when the run holds none."""
        if not (self.path / "series.parquet").is_file():
            return {}
        columns = self._columns("series.parquet", ["time_s", "side"])
        columns["side"] = self._side_index(columns["side"])
        return columns

    @cached_property
    def boards(self) -> dict[str, list[dict[str, Any]]]:
        """Optional tables that the folder holds, by name."""
        return {name: self._rows(f"{name}.parquet") for name in BOARDS if (self.path / f"{name}.parquet").is_file()}

    @cached_property
    def map(self) -> MapDocument:
        """What ``map.json`` and ``mines.parquet`` say, uncut."""
        return MapDocument(self.path)

    @cached_property
    def reach(self) -> dict[int, list[dict[str, Any]]]:
        """How far sensors, weapons and jammers reach, by unit; empty where the run does not say."""
        return read_reach(self.path)

    def close(self) -> None:
        """Close the open files."""
        self._trace.close()
        self._contacts.close()

    def _open(self, name: str, required: list[str]) -> pq.ParquetFile:
        path = self.path / name
        try:
            file = pq.ParquetFile(path, memory_map=False)
        except FileNotFoundError as error:
            raise InputError(f"{path}: is missing; the run folder is incomplete, write the run again") from error
        except (OSError, pa.ArrowException) as error:
            raise InputError(f"{path}: not readable as Parquet (cut short?): {error}; write the run again") from error
        check_columns(path, file, required)
        return file

    def _read_group(self, file: pq.ParquetFile, name: str, group: int, columns: list[str] | None) -> pa.Table:
        try:
            with self._lock:
                return file.read_row_group(group, columns=columns)
        except (OSError, pa.ArrowException) as error:
            raise InputError(
                f"{self.path / name}: row group {group} is damaged ({error}); write the run again"
            ) from error

    def _columns(self, name: str, required: list[str]) -> dict[str, np.ndarray]:
        file = self._open(name, required)
        try:
            table = file.read()
        except (OSError, pa.ArrowException) as error:
            raise InputError(f"{self.path / name}: is damaged ({error}); write the run again") from error
        finally:
            file.close()
        return {column: np.asarray(table[column].to_pylist() if pa.types.is_dictionary(table[column].type)
                                   else table[column].to_numpy()) for column in table.column_names}  # fmt: skip

    def _check_range(self, name: str, columns: dict[str, np.ndarray], limits: dict[str, int]) -> None:
        for column, limit in limits.items():
            values = columns[column]
            if len(values) and not (values.min() >= -1 and values.max() < limit):
                raise InputError(
                    f"{self.path / name}: {column}: a value is not within -1..{limit - 1}; write the run again"
                )

    def _rows(self, name: str) -> list[dict[str, Any]]:
        if not (self.path / name).is_file():
            return []
        file = self._open(name, [])
        try:
            return file.read().to_pylist()
        except (OSError, pa.ArrowException) as error:
            raise InputError(f"{self.path / name}: is damaged ({error}); write the run again") from error
        finally:
            file.close()

    def _read_units(self) -> dict[str, list[Any]]:
        file = self._open("units.parquet", ["unit", "name", "side", "sidc"])
        try:
            units = file.read().sort_by("unit").to_pydict()
        finally:
            file.close()
        if len(units["unit"]) != self.n_units:
            raise InputError(
                f"{self.path / 'units.parquet'}: holds {len(units['unit'])} units, the manifest says {self.n_units}; "
                "write the run again"
            )
        return units

    def _side_index(self, values: Any) -> np.ndarray:
        """Side names or indices to an int array of indices, -1 where no side of this run is named."""
        index = {name: i for i, name in enumerate(self.sides)}
        return np.array([index.get(v, -1) if isinstance(v, str) else -1 if v is None else int(v) for v in values], int)

    def _find_chunks(self) -> list[Chunk]:
        metadata = self._trace.metadata
        chunks, first = [], 0
        for group in range(metadata.num_row_groups):
            rows = metadata.row_group(group).num_rows
            if self.n_units == 0 or rows % self.n_units:
                raise InputError(
                    f"{self.path / 'trace.parquet'}: row group {group} holds {rows} rows, not a multiple of "
                    f"{self.n_units} units; write the run again"
                )
            chunks.append(Chunk(group, first, rows // self.n_units))
            first += rows // self.n_units
        if first != self.n_frames or not chunks:
            raise InputError(
                f"{self.path / 'trace.parquet'}: holds {first} frames, the manifest says {self.n_frames}; "
                "the file was cut short or the run is still being written"
            )
        return chunks

    def _frame_times(self) -> F64:
        """Time of each frame [s], (n_frames,): by the interval where the row groups agree with it, read otherwise."""
        times = np.arange(self.n_frames, dtype=np.float64) * self.interval_s
        column = self._trace.schema_arrow.get_field_index("time_s")
        last_frame = self.n_frames - 1
        for chunk in self.chunks:
            span = self._trace.metadata.row_group(chunk.row_group).column(column).statistics
            first, last = chunk.first_frame, chunk.first_frame + chunk.n_frames - 1
            if span is not None and last == last_frame:
                times[last] = span.max  # a run may end between two frames
            if span is None or span.min != times[first] or span.max != times[last]:
                return np.concatenate([self.trace(c, ["time_s"])["time_s"][:, 0] for c in self.chunks])
        return times
