"""Which events a side knew of, and what it knew about them.

The rule is strict: an event enters a side's view only when a unit of the side that had a link to its command post at
that tick took part in it, and an enemy is named only by the serial number of the contact held on it. What a salvo did
to the enemy is not told: the side learns it, if at all, through its contacts. A loss is told when the reports tell it.
Where reports take time, what a unit did or suffered is told with its first report from after that.
"""

from __future__ import annotations

import numpy as np

from viz.reading.run_folder import RunFolder

REPORTED_KINDS = [
    *("LAUNCH", "RECOVER", "EXHAUSTED", "SHOT", "INTERCEPT", "DAMAGE", "ORDER", "DENIED", "RETURN", "EXPENDED"),
    *("SOFT_KILL", "MINE", "MINE_CLEARED", "REINFORCED", "SUPPLIED", "OUTAGE", "EMCON"),
]
"""Told by the unit's reports."""
APPROVAL_KINDS = ["APPROVAL_ASKED", "APPROVAL_GRANTED", "APPROVAL_DENIED", "APPROVAL_TIMEOUT", "APPROVAL_WITHDRAWN"]
"""Told as they happen even where reports take time: the operators at the command post take part in them."""
OWN_KINDS = [*REPORTED_KINDS, *APPROVAL_KINDS]
"""Known when ``unit`` is the side's own and linked."""
LINK_KINDS = ["LINK_LOST", "LINK_BACK"]
"""Known at the command post by their nature."""
PICTURE_KINDS = ["CONTACT", "UPGRADE", "CONTACT_LOST", "IDENTIFIED"]
"""Changes of the side's own picture; ``b`` is the serial of the contact."""
MINE_KINDS = ["MINE", "MINE_CLEARED"]
"""Which minefield and which mine it was, a side does not know."""
LOST = 4

Columns = dict[str, np.ndarray]


def cut_events(
    run: RunFolder, side: int, linked: np.ndarray, report_status: np.ndarray, reported_s: np.ndarray | None = None
) -> Columns:
    """Return the events that a side knew of.

    Parameters
    ----------
    run : RunFolder
        The run.
    side : int
        Index of the side.
    linked : ndarray of bool, (n_frames, n_units)
        Whether a unit was linked to its command post.
    report_status : ndarray of int, (n_frames, n_units)
        Status of a unit in the last report that reached its command post.
    reported_s : ndarray of float, (n_frames, n_units), optional
        When that report was made [s]. Without it reports take no time.

    Returns
    -------
    dict of ndarray
        Columns time_s, kind, side, unit, other, contact, a, b. ``unit`` and ``other`` name own units only (-1
        otherwise); ``contact`` is the serial of the contact that stands for the enemy, -1 when none is held.
    """
    events = run.events
    kind, unit, other = events["kind"], events["unit"].astype(np.int64), events["other"].astype(np.int64)
    is_own = run.side_of == side
    # an event bears the time at which its tick began: one at the time of a frame comes after that frame
    frame = np.clip(np.searchsorted(run.times_s, events["time_s"], side="right") - 1, 0, run.n_frames - 1)
    next_frame = np.minimum(frame + 1, run.n_frames - 1)

    def own(units: np.ndarray) -> np.ndarray:
        return (units >= 0) & is_own[np.maximum(units, 0)]

    def reported(units: np.ndarray) -> np.ndarray:
        return own(units) & _linked_then(run, frame, np.maximum(units, 0), linked)

    in_picture = np.isin(kind, PICTURE_KINDS) & (events["side"] == side)
    was_hit = (kind == "HIT") & reported(other)
    told = frame  # the frame at which the side is told, n_frames for never
    was_lost = (kind == "LOSS") & own(unit)
    if reported_s is None:
        was_lost &= report_status[next_frame, np.maximum(unit, 0)] == LOST
    else:
        is_late = np.isin(kind, REPORTED_KINDS) | was_hit
        told = _told(reported_s, np.where(was_hit, other, unit), events["time_s"], frame, is_late)
        told = np.where(was_lost, _first_lost(report_status, unit, next_frame, was_lost), told)
    ended = kind == "END"
    known = (np.isin(kind, OWN_KINDS) & reported(unit)) | (np.isin(kind, LINK_KINDS) & own(unit))
    known |= in_picture | was_hit | was_lost | ended

    enemy = np.where(was_hit, unit, np.where(own(other), -1, other))
    contact = _serial(run, side, frame, enemy)
    # a contact gained between two frames is on record in the later one
    contact = np.where(contact < 0, _serial(run, side, next_frame, enemy), contact)
    contact = np.where(in_picture, events["b"], contact)
    of_mine = np.isin(kind, MINE_KINDS)
    a = np.where(was_hit | ended | of_mine, -1, events["a"])
    b = np.where(kind == "MINE_CLEARED", -1, events["b"])
    known &= told < run.n_frames
    later = run.times_s[np.minimum(told, run.n_frames - 1)]
    cut = {
        "time_s": np.where(told > frame, later, events["time_s"]),
        "kind": kind,
        "side": np.where(ended, -1, side),
        "unit": np.where(own(unit), unit, -1),
        "other": np.where(own(other), other, -1),
        "contact": contact,
        "a": a,
        "b": b,
    }
    order = np.flatnonzero(known)
    order = order[np.argsort(cut["time_s"][order], kind="stable")]
    return {name: values[order] for name, values in cut.items()}


def _told(
    reported_s: np.ndarray, unit: np.ndarray, time_s: np.ndarray, frame: np.ndarray, is_late: np.ndarray
) -> np.ndarray:
    """Return the first frame at which a report of the unit from after the event has arrived, where ``is_late``."""
    told = frame.copy()
    for one in np.unique(unit[is_late & (unit >= 0)]):
        rows = np.flatnonzero(is_late & (unit == one))
        newest = np.maximum.accumulate(reported_s[:, one])
        told[rows] = np.maximum(frame[rows], np.searchsorted(newest, time_s[rows] + 1e-3, side="right"))
    return told


def _first_lost(status: np.ndarray, unit: np.ndarray, frame: np.ndarray, is_asked: np.ndarray) -> np.ndarray:
    """Return the first frame from ``frame`` on at which the reports tell that the unit is lost; n_frames for never."""
    n_frames = len(status)
    first = np.full(len(unit), n_frames)
    for row in np.flatnonzero(is_asked):
        lost = np.flatnonzero(status[frame[row] :, unit[row]] == LOST)
        first[row] = frame[row] + lost[0] if len(lost) else n_frames
    return first


def _linked_then(run: RunFolder, frame: np.ndarray, unit: np.ndarray, linked: np.ndarray) -> np.ndarray:
    """Whether a unit had its link at each event: as in the frame before it, or as the link events since then say."""
    events = run.events
    n_rows = len(events["kind"])
    link_rows = np.flatnonzero(np.isin(events["kind"], LINK_KINDS))
    then = linked[frame, unit]
    if len(link_rows) == 0:
        return then
    key = np.sort(events["unit"][link_rows].astype(np.int64) * n_rows + link_rows)
    at = np.searchsorted(key, unit * n_rows + np.arange(n_rows)) - 1
    last = key[np.maximum(at, 0)]
    row = last % n_rows
    is_newer = (at >= 0) & (last // n_rows == unit) & (events["time_s"][row] >= run.times_s[frame])
    return np.where(is_newer, events["kind"][row] == "LINK_BACK", then)


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
