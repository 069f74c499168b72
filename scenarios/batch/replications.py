"""``replications.parquet`` and the parts of a batch or experiment: a row per replication, checked on every read."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from simcore.errors import InputError
from simcore.recording.table_reader import TableReader
from simcore.recording.tables import Column

REPLICATIONS = "replications.parquet"


def read_replications(
    path: Path, columns: Sequence[Column] | None = None, keys: Sequence[str] = ("replication",)
) -> dict[str, np.ndarray]:
    """Return the columns of a table of replications, (n,) each; undefined measures are NaN.

    With ``columns``, only these are read, and all must exist with their types; otherwise all columns are read. The
    columns ``keys`` identify a row. Raises ``InputError`` if the file is damaged or contains a row twice.
    """
    required = list(keys) if columns is None else None
    with TableReader(path, columns, required, is_exact=columns is not None, may_have_gaps=True) as table:
        values = table.read()
    for key in keys:
        if values[key].dtype.kind not in "iu" or np.any(values[key] < 0):
            raise InputError(f"{path}: {key}: a value is not a whole number from 0; run the batch again")
    rows = np.stack([values[key] for key in keys])
    if np.unique(rows, axis=1).shape[1] != rows.shape[1]:
        raise InputError(f"{path}: {' and '.join(keys)}: a number occurs twice; run the batch again")
    return values
