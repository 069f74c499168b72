"""Which events a side knew of, and what it knew about them.

The rule is strict: an event enters a side's view only when a unit of the side that was linked to its command post at the
last frame before took part in it, and an enemy is named only by the serial number of the contact held on it. What a salvo
did to the enemy is not told: the side learns it, if at all, through its contacts.
"""

from __future__ import annotations

import numpy as np

from viz.run_folder import RunFolder

OWN_KINDS = "LAUNCH RECOVER EXHAUSTED SHOT INTERCEPT DAMAGE LOSS ORDER DENIED RETURN EXPENDED".split()
"""Known when ``unit`` is the side's own and linked."""
LINK_KINDS = ["LINK_LOST", "LINK_BACK"]
"""Known at the command post by their nature."""
PICTURE_KINDS = ["CONTACT", "UPGRADE", "CONTACT_LOST"]
"""Changes of the side's own picture; ``b`` is the serial of the contact."""

Columns = dict[str, np.ndarray]


def cut_events(run: RunFolder, side: int, linked: np.ndarray) -> Columns:
    """Return the events that a side knew of.

    Parameters
    ----------
    run : RunFolder
        The run.
    side : int
        Index of the side.
    linked : ndarray of bool, (n_frames, n_units)
        Whether a unit was linked to its command post.

    Returns
    -------
    dict of ndarray
        Columns time_s, kind, side, unit, other, contact, a, b. ``unit`` and ``other`` name own units only (-1 otherwise);
        ``contact`` is the serial of the contact that stands for the enemy, -1 when none is held.
    """
    events = run.events
    kind, unit, other = events["kind"], events["unit"].astype(np.int64), events["other"].astype(np.int64)
    is_own = run.side_of == side
    frame = np.clip(np.searchsorted(run.times_s, events["time_s"], side="left") - 1, 0, run.n_frames - 1)

    def own(units: np.ndarray) -> np.ndarray:
        return (units >= 0) & is_own[np.maximum(units, 0)]

    def reported(units: np.ndarray) -> np.ndarray:
        return own(units) & linked[frame, np.maximum(units, 0)]

    in_picture = np.isin(kind, PICTURE_KINDS) & (events["side"] == side)
    was_hit = (kind == "HIT") & reported(other)
    ended = kind == "END"
    known = (np.isin(kind, OWN_KINDS) & reported(unit)) | (np.isin(kind, LINK_KINDS) & own(unit))
    known |= in_picture | was_hit | ended

    contact = np.full(len(kind), -1, np.int64)
    enemy = np.where(was_hit, unit, np.where(own(other), -1, other))
    for later in (0, 1):  # a contact gained between two frames is on record in the later one
        at = np.minimum(frame + later, run.n_frames - 1)
        contact = np.where(contact < 0, _serial(run, side, at, enemy), contact)
    contact = np.where(in_picture, events["b"], contact)
    a = np.where(was_hit | ended, -1, events["a"])
    cut = {
        "time_s": events["time_s"],
        "kind": kind,
        "side": np.where(ended, -1, side),
        "unit": np.where(own(unit), unit, -1),
        "other": np.where(own(other), other, -1),
        "contact": contact,
        "a": a,
        "b": events["b"],
    }
    return {name: values[known] for name, values in cut.items()}


def all_events(run: RunFolder) -> Columns:
    """Return every event, for the trainer's view of the truth."""
    events = run.events
    names = ["time_s", "kind", "side", "unit", "other", "a", "b"]
    return {**{name: events[name] for name in names}, "contact": np.full(len(events["kind"]), -1)}


def _serial(run: RunFolder, side: int, frame: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """Serial number of the side's contact on each unit at each frame, -1 where it held none."""
    keys, serials = run.contact_keys
    if len(keys) == 0:
        return np.full(len(unit), -1, np.int64)
    wanted = (side * run.n_frames + frame) * run.n_units + unit
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where((unit >= 0) & (keys[at] == wanted), serials[at], -1)
