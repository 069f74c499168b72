"""Records with an axis of replications: pictures and orders."""

from abc import ABC, abstractmethod
from typing import Any, TypeVar, cast

import numpy as np

from simcore.types import I64, read_only


class OnDemand(ABC):
    """A part of a record that is read when it is asked for."""

    @abstractmethod
    def take(self, rows: I64) -> "OnDemand":
        """Return the part of some replications."""


_Record = TypeVar("_Record", bound=tuple[Any, ...])


def take_rows(record: _Record, rows: I64) -> _Record:
    """Return a ``NamedTuple`` with the replications ``rows`` of its arrays, also of records in it, read-only."""
    parts: list[Any] = list(record)
    return type(record)(*(_taken(part, rows) for part in parts))


def _taken(part: Any, rows: I64) -> Any:
    if isinstance(part, OnDemand):
        return part.take(rows)
    if isinstance(part, tuple):
        return take_rows(cast("tuple[Any, ...]", part), rows)
    return read_only(np.ascontiguousarray(part[rows])) if isinstance(part, np.ndarray) else part  # pyright: ignore[reportUnknownArgumentType]
