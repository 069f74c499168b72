"""The sensor behind an event of a contact, as far as the recording decides it.

A recording holds who saw a contact, not with which of his sensors. Of his sensors those count that can see the target's
domain, were not switched off and reached to it at the time of the sighting. Where one or two are left, they are named.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from simcore.types import EventKind, Level
from viz.fog.event_fog import own_rows
from viz.reading.places import places_at
from viz.reading.run_folder import RunFolder

_KINDS = (EventKind.CONTACT.name, EventKind.UPGRADE.name)
_MOST_NAMED = 2
_SLACK_M = 100.0
"""Distance that a place between two frames may be off."""
_SLACK = 0.02
_ERRORS = 3.0
"""Standard deviations of the place of a contact that are allowed for."""


def sensors_known(run: RunFolder, side: int | None, units: np.ndarray, events: dict[str, list[Any]]) -> dict[str, Any]:
    """Return the sensors behind the events of contacts, whose unit numbers index ``units``.

    ``sensors`` are names, ``by`` maps the index of an event to one or two indices into them.
    """
    table = run.sensors
    columns = (events[name] for name in ("kind", "unit", "other", "contact"))
    is_seen = [
        kind in _KINDS and unit >= 0 and (other >= 0 if side is None else contact >= 0)
        for kind, unit, other, contact in zip(*columns, strict=True)
    ]
    at = np.flatnonzero(is_seen)
    if not len(at) or not table:
        return {"sensors": [], "by": {}}
    time_s, holder, serial, unit, other = (
        np.array(events[name])[at] for name in ("time_s", "side", "b", "unit", "other")
    )
    age_s, place, error_m, domain = _held(run, side, time_s, holder, serial)
    observer = units[unit]
    if side is None:
        seen_s = np.maximum(0.0, time_s - np.nan_to_num(age_s))
        target = units[other]
        place = places_at(run, seen_s, np.stack([observer, target]))
        distance = np.hypot(*(place[:, 1] - place[:, 0]))
        domain = run.domain_of[target]
        slack = _SLACK_M
    else:
        distance = np.hypot(*(place - places_at(run, time_s, observer, "report_")))
        slack = _SLACK_M + _ERRORS * np.nan_to_num(error_m)
    named: dict[str, int] = {}
    by: dict[int, list[int]] = {}
    of_unit: dict[int, np.ndarray] = {}
    for k, (event, who) in enumerate(zip(at.tolist(), observer.tolist(), strict=True)):
        own = of_unit.setdefault(who, np.flatnonzero((table["unit"] == who) & table["is_on"]))
        reached = table["range_m"][own] * (1.0 + _SLACK) + np.broadcast_to(slack, len(at))[k] >= distance[k]
        fits = (table["domains"][own] >> domain[k]) & 1 if domain[k] >= 0 else np.ones(len(own), dtype=int)
        titles = sorted({str(title) for title in table["title"][own][reached & (fits == 1)] if title})
        if 1 <= len(titles) <= _MOST_NAMED:
            by[event] = [named.setdefault(title, len(named)) for title in titles]
    return {"sensors": list(named), "by": by}


def _held(
    run: RunFolder, side: int | None, time_s: np.ndarray, holder: np.ndarray, serial: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return age, place (2, n), error and domain of contacts in the first frame after events; nan or -1 if unknown."""
    n = len(time_s)
    age_s, error_m, place = np.full(n, np.nan), np.full(n, np.nan), np.full((2, n), np.nan)
    domain = np.full(n, -1)
    frames = np.searchsorted(run.times_s, time_s - 1e-6, side="left")
    wanted = _key(frames, holder, serial)
    for chunk in run.trace.chunks:
        mine = np.flatnonzero(chunk.holds(frames))
        if not len(mine):
            continue
        rows = run.contacts.read(chunk.first_frame, chunk.first_frame + chunk.n_frames - 1)
        rows = rows if side is None else own_rows(rows, side)
        key = _key(rows["frame"], rows["side"], rows["serial"])
        order = np.argsort(key, kind="stable")
        if not len(order):
            continue
        found = order[np.minimum(np.searchsorted(key[order], wanted[mine]), len(order) - 1)]
        hit = key[found] == wanted[mine]
        mine, found = mine[hit], found[hit]
        place[:, mine] = rows["x_m"][found], rows["y_m"][found]
        for name, into in (("age_s", age_s), ("error_m", error_m)):
            if name in rows:
                into[mine] = rows[name][found]
        if "domain" in rows and "level" in rows:
            domain[mine] = np.where(rows["level"][found] >= Level.DETECTED, rows["domain"][found], -1)
    return age_s, place, error_m, domain


def _key(frame: np.ndarray, side: np.ndarray, serial: np.ndarray) -> np.ndarray:
    return (frame.astype(np.int64) << 36) | (side.astype(np.int64) << 32) | serial.astype(np.int64)
