"""A recorded run on disk: checked once, then read frame by frame, one row group in memory at a time."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from simcore.errors import InputError
from simcore.run_schema import UNITS
from simcore.tables import column_metadata, count_row_groups, count_rows, read_table
from viz.reading.manifest import read_manifest

_TABLES = ("units.parquet", "trace.parquet", "contacts.parquet", "events.parquet")
_MANIFEST_KEYS = ("scenario", "sides", "origin", "n_frames")


class TableFrame(NamedTuple):
    """The rows of one frame of a table."""

    frame: int
    time_s: float
    columns: dict[str, np.ndarray]  # (rows,) each


class EventRow(NamedTuple):
    """One row of the event table."""

    time_s: float
    kind: str
    side: int
    unit: int
    other: int
    a: int
    b: int


@dataclass(frozen=True)
class Recording:
    """A run folder that has been checked. ``units`` holds the columns of ``units.parquet``, (n,) each."""

    folder: Path
    manifest: dict[str, Any]
    sides: tuple[str, ...]
    units: dict[str, np.ndarray]
    unit_side: np.ndarray  # (n,) index of the unit's side
    origin_lonlat_deg: tuple[float, float]

    @property
    def neutral(self) -> frozenset[int]:
        """Indices of the sides that take no part in the fight."""
        names = self.manifest.get("neutral_sides") or []
        return frozenset(index for index, side in enumerate(self.sides) if side in names)

    @property
    def n_units(self) -> int:
        """Number of units."""
        return len(self.unit_side)

    @property
    def n_frames(self) -> int:
        """Number of frames recorded."""
        return int(self.manifest["n_frames"])

    @property
    def frame_interval_s(self) -> float:
        """Time between frames [s]; 1 when the run does not say."""
        return float(self.manifest.get("frame_interval_s") or 1.0)

    @property
    def title(self) -> str:
        """Title of the scenario, or its name."""
        scenario = self.manifest["scenario"]
        return str(scenario.get("title") or scenario.get("name") or self.folder.name)

    def has_column(self, table: str, name: str) -> bool:
        """Whether a table of the run has a column."""
        return name in column_metadata(self.folder / table)

    def trace(self, columns: Sequence[str]) -> Iterator[TableFrame]:
        """Yield the frames of the trace with the named columns."""
        return _frames(self.folder / "trace.parquet", columns)

    def contacts(self, columns: Sequence[str]) -> Iterator[TableFrame]:
        """Yield the frames of the contact table; frames without contacts are left out."""
        return _frames(self.folder / "contacts.parquet", columns)

    def events(self) -> Iterator[EventRow]:
        """Yield the events in the order recorded."""
        path = self.folder / "events.parquet"
        names = list(EventRow._fields)
        for group in range(count_row_groups(path)):
            table = read_table(path, names, group)
            for row in zip(*(table[name].tolist() for name in names), strict=True):
                yield EventRow(*row)


def open_recording(folder: Path) -> Recording:
    """Check a run folder and return it.

    Raises ``InputError`` when it is not a run, is unfinished, was written by a newer version or is damaged.
    """
    manifest = read_manifest(folder, "run")
    missing = [key for key in _MANIFEST_KEYS if key not in manifest]
    if missing:
        raise InputError(f"{folder / 'manifest.json'}: no {missing[0]!r}; restore it from a copy or make the run again")
    for name in _TABLES:
        n_rows = count_rows(folder / name)
        expected = (manifest.get("files") or {}).get(name)
        if isinstance(expected, int) and expected != n_rows:
            raise InputError(
                f"{folder / name}: has {n_rows} rows where manifest.json says {expected}; "
                "the folder was not copied whole: copy it again"
            )
    units = read_table(folder / "units.parquet", [column.name for column in UNITS])
    sides = tuple(str(side) for side in manifest["sides"])
    unknown = sorted({str(side) for side in units["side"]} - set(sides))
    if unknown:
        raise InputError(f"{folder / 'units.parquet'}: side {unknown[0]!r} is not in manifest.json: {', '.join(sides)}")
    if not np.array_equal(units["unit"], np.arange(len(units["unit"]))):
        raise InputError(f"{folder / 'units.parquet'}: units are not numbered 0, 1, 2 ...; make the run again")
    unit_side = np.array([sides.index(side) for side in units["side"]], dtype=np.int64)
    return Recording(folder, manifest, sides, units, unit_side, _origin(folder, manifest))


def _origin(folder: Path, manifest: dict[str, Any]) -> tuple[float, float]:
    try:
        longitude = float(manifest["origin"]["longitude_deg"])
        latitude = float(manifest["origin"]["latitude_deg"])
    except (KeyError, TypeError, ValueError):
        longitude = latitude = math.nan
    if not (abs(longitude) <= 180.0 and abs(latitude) <= 90.0):
        raise InputError(
            f"{folder / 'manifest.json'}: origin: needs longitude_deg within -180..180 and latitude_deg within -90..90"
        )
    return longitude, latitude


def _frames(path: Path, columns: Sequence[str]) -> Iterator[TableFrame]:
    """Yield the frames of a table sorted by frame. Holds a row group and at most one frame of the one before."""
    names = list(dict.fromkeys(["frame", "time_s", *columns]))
    rest: dict[str, np.ndarray] | None = None
    for group in range(count_row_groups(path)):
        table = read_table(path, names, group)
        if rest is not None:
            table = {name: np.concatenate([rest[name], table[name]]) for name in names}
        steps = np.diff(table["frame"].astype(np.int64))
        if np.any(steps < 0):
            raise InputError(f"{path}: rows are not sorted by frame; make the run again")
        starts = [0, *(np.flatnonzero(steps) + 1).tolist()]
        for start, stop in pairwise(starts):
            yield _frame(table, start, stop)
        rest = {name: values[starts[-1] :] for name, values in table.items()}
    if rest is not None and len(rest["frame"]):
        yield _frame(rest, 0, len(rest["frame"]))


def _frame(table: dict[str, np.ndarray], start: int, stop: int) -> TableFrame:
    rows = {name: values[start:stop] for name, values in table.items()}
    return TableFrame(int(rows["frame"][0]), float(rows["time_s"][0]), rows)
