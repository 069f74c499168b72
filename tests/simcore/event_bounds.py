"""Events of a run against the room that the event log keeps for a tick."""

import numpy as np

from simcore.event_kinds import EVENT_KINDS, most_per_tick
from simcore.params import Params
from simcore.types import EventKind


def too_many(params: Params, n_salvoes: int, events: np.ndarray) -> list[str]:
    """Return the ticks and kinds with more events than ``most_per_tick`` allows."""
    most = most_per_tick(params, n_salvoes)
    keys = np.stack([events["kind"], events["replication"], events["tick"]], axis=1)
    found, counts = np.unique(keys, axis=0, return_counts=True)
    return [
        f"tick {tick}: {count} {EventKind(kind).name}, not {room}"
        for (kind, _, tick), count in zip(found.tolist(), counts.tolist(), strict=True)
        if count > (room := most[EVENT_KINDS[EventKind(kind)].per])
    ]
