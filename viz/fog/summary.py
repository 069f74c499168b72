"""The story of a run as known to a viewer: mission, objectives, result, turning points.

The truth has all of it. A side has its own objectives, not the progress towards them, which would give away the state
of the enemy, and the turning points of the events that it knows. It has neither result nor description.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from scenarios.run.turning_points import Cast, Chronicle, turning_points
from simcore.simulation import EVENT_DTYPE
from simcore.types import NONE, EventKind, Identity, Status
from viz.reading.run_folder import RunFolder

_ROWS = np.dtype([(name, "f8" if name == "tick" else EVENT_DTYPE[name]) for name in EVENT_DTYPE.names or ()])
"""Rows of events whose tick is a time in seconds."""
UNIT, MUNITION, PHANTOM = range(3)
_STEP = 0.002


def summary_known(run: RunFolder, side: int | None, units: np.ndarray, events: dict[str, list[Any]]) -> dict[str, Any]:
    """Return the story of a run.

    Parameters
    ----------
    run : RunFolder
        The run.
    side : int or None
        Index of the side, None for the truth.
    units : ndarray of int
        Units of the viewer; unit numbers in ``events`` and in the result index it.
    events
        Events known to the viewer.

    Returns
    -------
    dict
        ``mission``: question, description, win_margin. ``objectives``: side, parts, text, goal, share, is_decisive, and
        of the truth met_s and ``progress``: frames and values. ``result``: side that won and reason, None for a side.
        ``turning_points``: time_s, kind, weight, text, parts, unit. ``kinds``: for each unit 0, 1 for a one-way
        munition, 2 for a phantom.
    """
    story = run.story
    kinds = _kinds(run)[units]
    if side is None:
        progress = story.progress
        curves: list[Any] = [None] * len(story.objectives)
        if progress is not None:
            curves = [_changes(curve) for curve in progress.T]
        return {
            "mission": story.mission,
            "objectives": [one | {"progress": curve} for one, curve in zip(story.objectives, curves, strict=True)],
            "result": None
            if run.is_unfinished
            else {"side": run.manifest.get("winner"), "reason": run.manifest.get("reason")},
            "turning_points": story.turning_points,
            "kinds": kinds.tolist(),
        }
    name = run.sides[side]
    return {
        "mission": {"question": "", "description": "", "win_margin": story.mission["win_margin"]},
        "objectives": [_as_ordered(one) for one in story.objectives if one["side"] == name and one["parts"]],
        "result": None,
        "turning_points": _known_points(run, side, units, kinds, events),
        "kinds": kinds.tolist(),
    }


def _changes(curve: np.ndarray) -> dict[str, list[Any]]:
    """Return the frames in which a curve has moved on by a step, with its values there, and its last frame."""
    frames, values, last = [0], [float(curve[0])], float(curve[0])
    for frame, value in enumerate(curve.tolist()):
        if abs(value - last) >= _STEP or frame == len(curve) - 1:
            frames.append(frame)
            values.append(round(value, 4))
            last = value
    return {"frame": frames, "value": values}


def _as_ordered(objective: dict[str, Any]) -> dict[str, Any]:
    """Return an own objective without names of enemy groups, and without its progress."""
    parts = [
        ["destroy_some", {"side": facts["side"]}] if key == "destroy" else [key, facts]
        for key, facts in objective["parts"]
    ]
    return {key: objective[key] for key in ("side", "goal", "share", "is_decisive")} | {"parts": parts, "text": ""}


def _kinds(run: RunFolder) -> np.ndarray:
    munitions = run.manifest.get("munitions") or ()
    is_munition = np.array([platform in munitions for platform in run.units["platform"]], dtype=bool)
    first = run.trace.read(run.trace.chunks[0], ["status"])["status"][0]
    return np.where(first == Status.PHANTOM, PHANTOM, np.where(is_munition, MUNITION, UNIT))


def _known_points(
    run: RunFolder, side: int, units: np.ndarray, kinds: np.ndarray, events: dict[str, list[Any]]
) -> list[dict[str, Any]]:
    """Return the turning points in the events known to a side. Contacts are cast as units without a side."""
    n = len(units)
    serials = sorted({serial for serial in events["contact"] if serial >= 0})
    place = {serial: n + k for k, serial in enumerate(serials)}
    rows = np.zeros(len(events["kind"]), dtype=_ROWS)
    rows["tick"], rows["kind"] = events["time_s"], [EventKind[kind] for kind in events["kind"]]
    for name in ("side", "unit", "other", "a", "b"):
        rows[name] = events[name]
    rows["other"] = [
        place.get(contact, NONE) if other < 0 else other
        for other, contact in zip(events["other"], events["contact"], strict=True)
    ]
    more = len(serials)
    hops = run.trace.read(run.trace.chunks[0], ["hops"])["hops"][:, units]
    hosts = rows["other"][np.isin(rows["kind"], (EventKind.LAUNCH, EventKind.RECOVER)) & (rows["other"] >= 0)]
    cast = Cast(
        sides=tuple(run.sides),
        n_belligerents=len(run.belligerents),
        units=[*(str(run.units["name"][unit]) for unit in units), *(f"contact {serial}" for serial in serials)],
        titles=[*(str(run.units["title"][unit]) for unit in units), *[""] * more],
        side_of=np.concatenate([np.full(n, side), np.full(more, NONE)]),
        cost=np.concatenate([run.units["cost"][units], np.zeros(more)]),
        is_munition=np.concatenate([kinds != UNIT, np.ones(more, bool)]),
        is_command_post=np.concatenate([(hops == 0).all(axis=0), np.zeros(more, bool)]),
        is_host=np.isin(np.arange(n + more), hosts),
        identity=np.full(n + more, Identity.UNKNOWN),
    )
    chronicle = Chronicle()
    chronicle.add_events(rows)
    return [asdict(point) for point in turning_points(chronicle, cast)]
