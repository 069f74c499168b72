"""The sensors and weapons of a run as eyes: what they need to be laid over the ground (``reach.parquet``)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from simcore.errors import InputError
from viz.reading.checks import Columns, check_real, check_whole, open_table

_NAMES = ["unit", "kind", "range_m", "field_of_view_deg", "domains", "is_on", "range_min_m", "above_m", "needs_sight"]
_LATER = ("range_min_m", "above_m", "needs_sight")


def read_eyes(folder: Path, n_units: int) -> Columns:
    """Return the columns of the table, one row per sensor, weapon or jammer.

    Raises ``InputError`` if the folder has no such table or is of a version before envelopes.
    """
    path = folder / "reach.parquet"
    if not path.is_file():
        raise InputError(f"{path}: is missing, so no ranges are known; record the run again")
    with open_table(folder, path.name, [name for name in _NAMES if name not in _LATER]) as table:
        missing = [name for name in _LATER if name not in table.names]
        if missing:
            raise InputError(f"{path}: holds no {missing[0]}, so what it covers is not known; record the run again")
        columns = table.read(_NAMES)
    check_whole(path, columns, {"unit": (0, n_units - 1), "domains": (0, 255)})
    real = ("field_of_view_deg", "range_min_m", "above_m")
    check_real(path, {name: columns[name] for name in real}, known=real)
    if np.isnan(columns["range_m"]).any():
        raise InputError(f"{path}: range_m: a value is not a number; write the run again")
    return columns
