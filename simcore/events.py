"""The event log: rows of whole numbers in a buffer, drained before it can overflow."""

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numba import types

from simcore.compiling.jit import kernel_of
from simcore.kinds import Moment
from simcore.types import I32


class EventW(IntEnum):
    """Columns of an event row."""

    TICK = 0
    KIND = 1
    SIDE = 2
    UNIT = 3
    OTHER = 4
    A = 5
    B = 6


class Log(NamedTuple):
    """Event rows (R, capacity, len(EventW)) int32 and the number used (R,) int32. Capacity 0 records nothing."""

    rows: I32
    used: I32


def empty_log(n_replications: int, capacity: int) -> Log:
    """Return a log with room for ``capacity`` events per replication."""
    return Log(
        np.zeros((n_replications, capacity, len(EventW)), dtype=np.int32), np.zeros(n_replications, dtype=np.int32)
    )


_LOG = types.NamedTuple((types.int32[:, :, ::1], types.int32[::1]), Log)
_MOMENT = types.NamedTuple((types.int64, types.int64, types.uint64, types.uint64), Moment)


@kernel_of(types.void(_LOG, _MOMENT, *(types.int64,) * 6))  # one compiled version for all callers
def emit(log: Log, now: Moment, kind: int, side: int, unit: int, other: int, a: int, b: int) -> None:
    """Append an event; does nothing when the log has no capacity. Events beyond it are counted and raised later."""
    if log.rows.shape[1] == 0:
        return
    k = log.used[now.r]
    log.used[now.r] = k + 1
    if k < log.rows.shape[1]:
        row = log.rows[now.r, k]
        row[EventW.TICK] = now.tick
        row[EventW.KIND] = kind
        row[EventW.SIDE] = side
        row[EventW.UNIT] = unit
        row[EventW.OTHER] = other
        row[EventW.A] = a
        row[EventW.B] = b
