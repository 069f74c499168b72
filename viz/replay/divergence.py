"""Two runs in the same view side by side: their settings that differ, and the first difference of each kind.

Found from the recording: events, orders and the state of the units at each frame, all as the view knows them. A
side's comparison uses that side's knowledge of both runs and nothing else. Units are matched by name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from simcore.event_kinds import EVENT_KINDS, FAMILIES
from simcore.types import EventKind
from viz.fog.knowledge import Knowledge
from viz.reading.checks import Columns

STATE = {
    "place": ("x_m", "y_m"),
    "status": ("status",),
    "damage": ("damage", "strength"),
    "ammo": ("ammo",),
    "fuel": ("endurance",),
    "link": ("linked",),
    "task": ("task",),
    "roe": ("roe",),
}
"""Columns of the trace by the kind of a difference."""
_ORDER = ("side", "group", "task", "roe", "x_m", "y_m", "radius_m", "speed", "spacing_m", "emcon", "target_group")
_MOST_LISTED = 20
_MOST_SHOWN = 3
_RANKS = ("order", "event", "state")
"""Causes before effects, of differences at one time."""


def compare(first: Knowledge, second: Knowledge) -> dict[str, Any]:
    """Return how two runs differ, as known to a viewer of both.

    Returns
    -------
    dict
        ``settings``: [{key, a, b}] of the settings that differ, as texts. ``units``: numbers of units in both runs and
        in a single run, with names. ``differences``: the first of each kind in order of time, each with ``kind``
        (order, event, state), ``of`` (family of events, column of the state), ``time_s``, ``units`` and ``n_units``; an
        event or order has the rows of each run in its own table (``a``, ``b``), a difference of state the time of the
        frame before it (``after_s``) and the greatest distance (``metres``). ``until_s``: how far states were compared.
    """
    names = [[str(known.run.units["name"][unit]) for unit in known.units.tolist()] for known in (first, second)]
    both = [name for name in names[0] if name in set(names[1])]
    only = [[name for name in own if name not in set(both)] for own in names]
    is_alike = names[0] == names[1]
    found = [
        *_event_differences(first, second, names, is_alike=is_alike),
        *_order_differences(first, second),
        *_state_differences(first, second, names, both),
    ]
    found.sort(key=lambda one: (one["time_s"], _RANKS.index(one["kind"])))
    return {
        "settings": _settings(first, second),
        "units": {
            "both": len(both),
            "a": len(only[0]),
            "b": len(only[1]),
            "only_a": only[0][:_MOST_LISTED],
            "only_b": only[1][:_MOST_LISTED],
        },
        "differences": found,
        "until_s": min(first.run.duration_s, second.run.duration_s),
    }


def _settings(first: Knowledge, second: Knowledge) -> list[dict[str, str]]:
    """Return the settings that differ. A side knows neither the forces nor the policies nor the luck of the other."""
    pairs: list[tuple[Any, ...]] = []
    manifests = [known.run.manifest for known in (first, second)]
    if first.side is None and second.side is None:
        pairs += [(key, *(manifest.get(key) for manifest in manifests)) for key in ("seed", "replication")]
        pairs.append(("policies", *_policies(manifests)))
        versions = [manifest.get("versions") or {} for manifest in manifests]
        packages = dict.fromkeys([*versions[0], *versions[1]])
        pairs += [("version", *(f"{name} {one.get(name, '')}" for one in versions)) for name in packages]
        hashes = [(manifest.get("scenario") or {}).get("hash") for manifest in manifests]
        titles = [_title(known) for known in (first, second)]
        if hashes[0] != hashes[1] and titles[0] == titles[1]:
            titles = [f"{title} ({str(one)[:8]})" for title, one in zip(titles, hashes, strict=True)]
        pairs.insert(0, ("scenario", *titles))
    else:
        pairs.append(("scenario", _title(first), _title(second)))
    pairs.append(("interval", *(f"{known.run.interval_s:g} s" for known in (first, second))))
    return [{"key": key, "a": str(a), "b": str(b)} for key, a, b in pairs if a != b]


def _title(known: Knowledge) -> str:
    scenario = known.run.manifest["scenario"]
    return str(scenario.get("title") or scenario.get("name") or known.run.name)


def _policies(manifests: Sequence[dict[str, Any]]) -> tuple[str, str]:
    """Return the policies of the sides whose policies differ."""
    texts: list[dict[str, str]] = []
    for manifest in manifests:
        policies = manifest.get("policies") or []
        texts.append({str(one.get("side")): _policy(one) for one in policies if isinstance(one, dict)})
    sides = [side for side in dict.fromkeys([*texts[0], *texts[1]]) if texts[0].get(side) != texts[1].get(side)]
    first, second = (", ".join(f"{side} {one.get(side, '')}" for side in sides) for one in texts)
    return first, second


def _policy(policy: dict[str, Any]) -> str:
    parameters = policy.get("parameters") or {}
    values = ",".join(f"{name}={value}" for name, value in parameters.items())
    return f"{policy.get('name')}:{values}" if values else str(policy.get("name"))


def _event_differences(
    first: Knowledge, second: Knowledge, names: list[list[str]], *, is_alike: bool
) -> Iterator[dict[str, Any]]:
    """Yield the first difference in the events of each family."""
    tables = (first.events, second.events)
    keys = [_event_keys(known, own, is_alike=is_alike) for known, own in zip((first, second), names, strict=True)]
    families = [[EVENT_KINDS[EventKind[kind]].family for kind in table["kind"]] for table in tables]
    for family in FAMILIES:
        places = [[at for at, one in enumerate(own) if one == family] for own in families]
        found = _first_difference(
            [(tables[0]["time_s"][at], keys[0][at], at) for at in places[0]],
            [(tables[1]["time_s"][at], keys[1][at], at) for at in places[1]],
        )
        if found is None:
            continue
        time_s, rows = found
        units = [
            own[unit]
            for table, own, listed in zip(tables, names, rows, strict=True)
            for at in listed
            for unit in (table["unit"][at], table["other"][at])
            if unit >= 0
        ]
        yield _difference("event", family, time_s, units) | {"a": rows[0][:_MOST_SHOWN], "b": rows[1][:_MOST_SHOWN]}


def _event_keys(known: Knowledge, names: list[str], *, is_alike: bool) -> list[Hashable]:
    """Return the content of each event without the numbering of its run, which differs where the forces do."""
    events, sides = known.events, known.run.sides
    named = [*names, ""]  # -1: none
    rows = zip(*(events[name] for name in ("kind", "side", "unit", "other", "a", "b")), strict=True)
    return [
        (kind, sides[side] if side >= 0 else "", named[unit], named[other], *((a, b) if is_alike else ()))
        for kind, side, unit, other, a, b in rows
    ]


def _order_differences(first: Knowledge, second: Knowledge) -> Iterator[dict[str, Any]]:
    found = _first_difference(*(_order_rows(known) for known in (first, second)))
    if found is not None:
        time_s, (a, b) = found
        yield _difference("order", "order", time_s, []) | {"a": a[:_MOST_SHOWN], "b": b[:_MOST_SHOWN]}


def _order_rows(known: Knowledge) -> Iterator[Row]:
    for at, order in enumerate(known.orders):
        yield order["time_s"], tuple(_plain(order.get(name)) for name in _ORDER), at


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and value != value else value


Row = tuple[float, Hashable, int]
"""Time, content and number of a row."""


def _first_difference(first: Iterable[Row], second: Iterable[Row]) -> tuple[float, tuple[list[int], list[int]]] | None:
    """Return the first time at which two tables differ, and the rows in which they do."""
    moments = [groupby(rows, key=lambda row: row[0]) for rows in (first, second)]
    now = [_next(moment) for moment in moments]
    while now[0][1] or now[1][1]:
        time_s = min(time for time, rows in now if rows)
        here = [rows if rows and time == time_s else [] for time, rows in now]
        counts = [Counter(content for _, content, _ in rows) for rows in here]
        if counts[0] != counts[1]:
            return time_s, (_surplus(here[0], counts[1]), _surplus(here[1], counts[0]))
        now = [_next(moments[run]) if here[run] else now[run] for run in (0, 1)]
    return None


def _next(moments: Iterator[tuple[float, Iterator[Row]]]) -> tuple[float, list[Row]]:
    for time_s, rows in moments:
        return time_s, list(rows)
    return float("inf"), []


def _surplus(rows: list[Row], other: Counter[Hashable]) -> list[int]:
    left, surplus = Counter(other), []
    for _, content, at in rows:
        if left[content] > 0:
            left[content] -= 1
        else:
            surplus.append(at)
    return surplus


def _state_differences(
    first: Knowledge, second: Knowledge, names: list[list[str]], both: list[str]
) -> Iterator[dict[str, Any]]:
    """Yield the first frame at which each part of the state differs, over the times that both runs recorded."""
    if not both:
        return
    times = [np.round(known.run.times_s, 6) for known in (first, second)]
    common, in_first, in_second = np.intersect1d(times[0], times[1], return_indices=True)
    places: list[Any] = [slice(None), slice(None)]
    if names[0] != names[1]:
        places = [[own.index(name) for name in both] for own in names]
    rest = dict(STATE)
    tracks = [_Track(first), _Track(second)]
    for chunk in first.run.trace.chunks:
        inside = chunk.holds(in_first)
        if not rest or not inside.any():
            continue
        columns = [
            {name: values[:, place] for name, values in track.at(frames[inside]).items()}
            for track, frames, place in zip(tracks, (in_first, in_second), places, strict=True)
        ]
        for kind in list(rest):
            differs = np.zeros(columns[0]["x_m"].shape, dtype=bool)
            for name in rest[kind]:
                a, b = (own[name] for own in columns)
                differs |= (a != b) & ~(np.isnan(a.astype(np.float64)) & np.isnan(b.astype(np.float64)))
            if not differs.any():
                continue
            del rest[kind]
            row = int(np.argmax(differs.any(axis=1)))
            frame = int(np.flatnonzero(inside)[row])
            units = np.flatnonzero(differs[row])
            found = _difference("state", kind, float(common[frame]), [both[unit] for unit in units.tolist()])
            found["after_s"] = float(common[frame - 1]) if frame else 0.0
            if kind == "place":
                gap = np.hypot(*(columns[0][name][row] - columns[1][name][row] for name in ("x_m", "y_m")))[units]
                known = gap[np.isfinite(gap)]
                found["metres"] = round(float(known.max()), 2) if len(known) else None
            yield found


class _Track:
    """The trace of a run as known to a viewer, read chunk by chunk."""

    def __init__(self, known: Knowledge) -> None:
        self._known = known
        self._starts = [chunk.first_frame for chunk in known.run.trace.chunks]
        self._held: tuple[int, Columns] = (-1, {})

    def at(self, frames: np.ndarray) -> Columns:
        """Return the columns of frames in ascending order, (frames, units) each."""
        names = [name for columns in STATE.values() for name in columns]
        chunk_of = np.searchsorted(self._starts, frames, side="right") - 1
        parts = [
            {name: self._chunk(chunk)[name][frames[chunk_of == chunk] - self._starts[chunk]] for name in names}
            for chunk in np.unique(chunk_of).tolist()
        ]
        return {name: np.concatenate([part[name] for part in parts]) for name in names}

    def _chunk(self, index: int) -> Columns:
        if self._held[0] != index:
            self._held = index, self._known.trace(self._known.run.trace.chunks[index])
        return self._held[1]


def _difference(kind: str, of: str, time_s: float, units: list[str]) -> dict[str, Any]:
    listed = list(dict.fromkeys(units))
    return {"kind": kind, "of": of, "time_s": time_s, "units": listed[:_MOST_LISTED], "n_units": len(listed)}
