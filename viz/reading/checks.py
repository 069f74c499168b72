"""Checks of the values in a table of a run, made on every part read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from simcore.errors import InputError
from simcore.recording.manifest import LARGEST_M, LATEST_S
from simcore.recording.run_schema import MEDICAL_TABLES, READINESS, SUSTAINMENT_TABLES, TABLES
from simcore.recording.table_reader import TableReader
from simcore.recording.tables import Column

WEAR = Column("wear", "f32", "1", "wear of the unit's worst component, 0 as new to 1 worn out")
"""Optional column of the trace, like ``READINESS``."""
ELLIPSE = (
    Column("error_major_m", "f32", "m", "one-sigma error along the longer axis"),
    Column("error_minor_m", "f32", "m", "one-sigma error along the shorter axis"),
    Column("error_angle_deg", "f32", "deg", "direction of the longer axis, clockwise from north"),
)
"""Optional columns of the contacts."""
_EXTRA = {"trace.parquet": (WEAR, READINESS), "contacts.parquet": ELLIPSE}

Columns = dict[str, np.ndarray]


def open_table(folder: Path, name: str, required: list[str]) -> TableReader:
    """Open a table of a run folder by its file name. Raises ``InputError`` as ``TableReader`` does."""
    columns = (*{**TABLES, **SUSTAINMENT_TABLES, **MEDICAL_TABLES}[name], *_EXTRA.get(name, ()))
    return TableReader(folder / name, columns, required, may_be_index=("side",))


def check_whole(path: Path, columns: Mapping[str, np.ndarray], limits: Mapping[str, tuple[int, int]]) -> None:
    """Raise ``InputError`` when a whole number is outside its limits (both included)."""
    for name, (low, high) in limits.items():
        values = columns.get(name)
        if values is not None and len(values) and not (values.min() >= low and values.max() <= high):
            raise InputError(f"{path}: {name}: a value is not within {low}..{high}; write the run again")


def check_real(path: Path, columns: Mapping[str, np.ndarray], *, known: tuple[str, ...] = ()) -> None:
    """Raise ``InputError`` if a quantity is infinite, implausibly large, or NaN although listed in ``known``.

    Positions (``*_m``) lie within ``LARGEST_M``, times (``time_s``) within ``LATEST_S``.
    """
    for name, values in columns.items():
        if values.dtype.kind != "f" or not len(values):
            continue
        low, high = _real_limits(name)
        is_right = (values >= low) & (values <= high)
        if name not in known:
            is_right |= np.isnan(values)
        if not is_right.all():
            raise InputError(f"{path}: {name}: a value is not a number within {low:g}..{high:g}; write the run again")


def _real_limits(name: str) -> tuple[float, float]:
    if name == "time_s":
        return 0.0, LATEST_S
    if name.endswith(("x_m", "y_m")):
        return -LARGEST_M, LARGEST_M
    return -1e12, 1e12


def check_times(path: Path, time_s: np.ndarray, last_s: float = 0.0) -> None:
    """Raise ``InputError`` if times decrease or start before ``last_s``."""
    if len(time_s) and (time_s[0] < last_s or np.any(np.diff(time_s) < 0)):
        raise InputError(f"{path}: time_s: rows are not sorted by time; write the run again")


def side_index(path: Path, values: np.ndarray, sides: list[str]) -> np.ndarray:
    """Return side names or indices as indices, -1 for none. Raises ``InputError`` for a side not in the run."""
    if values.dtype == object:
        index = {"": -1, **{name: number for number, name in enumerate(sides)}}
        unknown = sorted({str(value) for value in values} - set(index))
        if unknown:
            raise InputError(f"{path}: side: {unknown[0]!r:.100} is not in manifest.json: {', '.join(sides)}")
        return np.array([index[value] for value in values], dtype=np.int64)
    check_whole(path, {"side": values}, {"side": (-1, len(sides) - 1)})
    return values.astype(np.int64)
