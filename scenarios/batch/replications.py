"""``replications.parquet`` and the parts of a batch: a row per replication, checked on every read."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from simcore.errors import InputError
from simcore.recording.table_reader import TableReader
from simcore.recording.tables import Column

REPLICATIONS = "replications.parquet"


def read_replications(path: Path, columns: Sequence[Column] | None = None) -> dict[str, np.ndarray]:
    """Return the columns of a table of replications, (n,) each; undefined measures are NaN.

    With ``columns``, only these are read, and all must exist with their types; otherwise all columns are read.
    Raises ``InputError`` if the file is damaged or contains a replication twice.
    """
    required = ["replication"] if columns is None else None
    with TableReader(path, columns, required, is_exact=columns is not None, may_have_gaps=True) as table:
        values = table.read()
    replication = values["replication"]
    if replication.dtype.kind not in "iu" or np.any(replication < 0):
        raise InputError(f"{path}: replication: a value is not a whole number from 0; run the batch again")
    if len(np.unique(replication)) != len(replication):
        raise InputError(f"{path}: replication: a number occurs twice; run the batch again")
    return values
