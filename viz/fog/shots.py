"""Facts beside the events that a viewer knows: weapon and range of a shot, the sighting behind a new contact.

By truth, or as a side believed it at the time.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from simcore.types import EventKind
from viz.fog.event_fog import own_rows
from viz.fog.sightings import sensors_known
from viz.reading.places import places_at
from viz.reading.run_folder import RunFolder
from viz.reading.trace import Chunk

_SHOT = EventKind.SHOT.name
_CONTACT = EventKind.CONTACT.name


def shots_known(run: RunFolder, side: int | None, units: np.ndarray, events: dict[str, list[Any]]) -> dict[str, Any]:
    """Return the shots among ``events``, whose unit numbers index ``units``.

    The result holds ``at`` (index of each shot among the events), ``range_m`` (None if unknown) and ``weapon`` (index
    into ``weapons``, the names; -1 if unknown). ``seen`` maps the indices of events that open a contact to the time of
    the sighting, in runs where reports take time. ``by`` maps those in which a contact was seen to its sensors, indices
    into ``sensors``.
    """
    at = np.array(
        [k for k, kind in enumerate(events["kind"]) if kind == _SHOT and events["unit"][k] >= 0], dtype=np.int64
    )
    time_s, unit, other, contact, mount = (
        np.array(events[name])[at] if len(at) else np.zeros(0, dtype=np.int64)
        for name in ("time_s", "unit", "other", "contact", "a")
    )
    if side is None:
        place = places_at(run, time_s, np.stack([unit, other]))
        range_m = np.where(other >= 0, np.hypot(*(place[:, 1] - place[:, 0])), np.nan)
    else:
        range_m = _believed_ranges(run, side, time_s, units[unit], contact)
    titles = run.story.weapons
    names = sorted({titles[m] for m in mount.tolist() if 0 <= m < len(titles)})
    number = {name: k for k, name in enumerate(names)}
    return {
        "at": at.tolist(),
        "range_m": [round(value, 1) if np.isfinite(value) else None for value in range_m.tolist()],
        "weapon": [number[titles[m]] if 0 <= m < len(titles) else -1 for m in mount.tolist()],
        "weapons": names,
        "seen": _sightings(run, side, events) if run.reports_take_time else {},
        **sensors_known(run, side, units, events),
    }


def _sightings(run: RunFolder, side: int | None, events: dict[str, list[Any]]) -> dict[int, float]:
    """Return the times of the sightings behind the events that open a contact, by the age of the contact."""
    at = [k for k, kind in enumerate(events["kind"]) if kind == _CONTACT]
    frames = np.searchsorted(run.times_s, np.array([events["time_s"][k] for k in at]) - 1e-6, side="left")
    wanted = {(int(frame), events["side"][k], events["b"][k]): k for k, frame in zip(at, frames, strict=True)}
    seen: dict[int, float] = {}
    for chunk in run.trace.chunks if wanted else ():
        rows = run.contacts.read(chunk.first_frame, chunk.first_frame + chunk.n_frames - 1)
        rows = rows if side is None else own_rows(rows, side)
        if "age_s" not in rows:
            continue
        columns = (rows[name].tolist() for name in ("frame", "side", "serial", "age_s"))
        for frame, holder, serial, age_s in zip(*columns, strict=True):
            event = wanted.get((frame, holder, serial))
            if event is not None:
                seen[event] = round(max(0.0, min(events["time_s"][event], float(run.times_s[frame]) - age_s)), 1)
    return seen


def _believed_ranges(
    run: RunFolder, side: int, time_s: np.ndarray, unit: np.ndarray, contact: np.ndarray
) -> np.ndarray:
    """Return the distances in the last frame before shots from a unit, where it reported, to its contact."""
    frame, range_m = run.frame_at(time_s), np.full(len(time_s), np.nan)
    for chunk in run.trace.chunks:
        mine = np.flatnonzero(chunk.holds(frame))
        if len(mine):
            row = frame[mine] - chunk.first_frame
            range_m[mine] = _believed_range(run, side, chunk, row, unit[mine], contact[mine])
    return range_m


def _believed_range(
    run: RunFolder, side: int, chunk: Chunk, row: np.ndarray, unit: np.ndarray, contact: np.ndarray
) -> np.ndarray:
    """Return the distances from the reported position of a unit to that of its contact."""
    own = run.trace.read(chunk, ["report_x_m", "report_y_m"])
    held = own_rows(run.contacts.read(chunk.first_frame, chunk.first_frame + chunk.n_frames - 1), side)
    key = (held["frame"].astype(np.int64) - chunk.first_frame) << 32 | held["serial"].astype(np.int64)
    order = np.argsort(key, kind="stable")
    wanted = row.astype(np.int64) << 32 | np.maximum(contact, 0).astype(np.int64)
    found = np.searchsorted(key[order], wanted)
    found = np.minimum(found, max(0, len(order) - 1))
    if not len(order):
        return np.full(len(row), np.nan)
    rows = order[found]
    is_held = (key[rows] == wanted) & (contact >= 0)
    distance = np.hypot(
        held["x_m"][rows] - own["report_x_m"][row, unit], held["y_m"][rows] - own["report_y_m"][row, unit]
    )
    return np.where(is_held, distance, np.nan)
