"""Records with an axis of replications: pictures and orders."""

from typing import Any, TypeVar

import numpy as np

from simcore.types import I64, read_only

_Record = TypeVar("_Record", bound=tuple[Any, ...])


def take_rows(record: _Record, rows: I64) -> _Record:
    """Return a ``NamedTuple`` with the replications ``rows`` of its arrays, also of records in it, read-only."""
    return type(record)(*(_taken(part, rows) for part in record))


def _taken(part: Any, rows: I64) -> Any:
    if isinstance(part, np.ndarray):
        return read_only(np.ascontiguousarray(part[rows]))
    return take_rows(part, rows) if isinstance(part, tuple) else part
