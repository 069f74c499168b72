"""Records with an axis of replications: pictures and orders."""

from typing import Any, TypeVar, cast

import numpy as np

from simcore.types import I64, read_only

_Record = TypeVar("_Record", bound=tuple[Any, ...])


def take_rows(record: _Record, rows: I64) -> _Record:
    """Return a ``NamedTuple`` with the replications ``rows`` of its arrays, also of records in it, read-only."""
    parts: list[Any] = list(record)
    return type(record)(*(_taken(part, rows) for part in parts))


def _taken(part: Any, rows: I64) -> Any:
    if isinstance(part, tuple):
        return take_rows(cast("tuple[Any, ...]", part), rows)
    return read_only(np.ascontiguousarray(part[rows])) if isinstance(part, np.ndarray) else part  # pyright: ignore[reportUnknownArgumentType]
