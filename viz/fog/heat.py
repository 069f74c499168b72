"""Heat maps of a run, or of several of a batch: losses and shots about each place, the share of time it is covered.

Each is by side and holds what the viewer knows: a side's view has its own losses and shots, where its units last
reported, and the cover by its own sensors.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from simcore.errors import InputError
from simcore.types import EventKind
from viz.fog.envelopes import Target, eyes_known
from viz.fog.knowledge import Knowledge
from viz.fog.raster import Cells, raster
from viz.reading.ground import RunGround
from viz.reading.run_folder import RunFolder

EVENTS = {"losses": EventKind.LOSS.name, "shots": EventKind.SHOT.name}
COVERAGE = "coverage"
KINDS = (*EVENTS, COVERAGE)
LONGEST = 96
"""Cells along the longer side of a heat map."""
MOMENTS = 24
"""Moments of a run at which the cover is taken, equally far apart."""
_DISTANCES_M = tuple(digit * 10.0**power for power in range(1, 6) for digit in (1, 2, 3, 5))
_PER_RADIUS = 60.0  # radii of the count along the diagonal of the map
_AT_ONCE = 512  # events


def radius_m(cells: Cells) -> float:
    """Return the radius within which events are counted: a round distance, about a sixtieth of the diagonal."""
    west, east, south, north = cells.bounds_m
    wanted = float(np.hypot(east - west, north - south)) / _PER_RADIUS
    return min(_DISTANCES_M, key=lambda distance: abs(np.log(distance / wanted)))


def event_heat(runs: list[Knowledge], cells: Cells, kind: str) -> dict[str, Any]:
    """Return the events of a kind within ``radius_m`` of the centre of each cell, by side, as a mean of the runs.

    A layer has ``most``, the greatest value, which is sent as 255, and ``total``, all its events per run.
    """
    reach_m = radius_m(cells)
    places = [_places(known, EVENTS[kind]) for known in runs]
    layers: list[dict[str, Any]] = []
    for side in runs[0].belligerents:
        own = [(x_m[of == side], y_m[of == side]) for x_m, y_m, of in places]
        x_m, y_m = (np.concatenate(values) for values in zip(*own, strict=True))
        heat = _within(cells, x_m, y_m, reach_m) / len(runs)
        layers.append(_layer(runs[0].run.sides[side], heat, total=len(x_m) / len(runs)))
    return raster(cells, layers, radius_m=reach_m, runs=len(runs))


def coverage_heat(runs: list[tuple[Knowledge, RunGround]], cells: Cells, target: Target) -> dict[str, Any]:
    """Return the share of time for which sensors cover each cell, by side, as a mean of the runs.

    Raises ``InputError`` if a run does not record what this takes.
    """
    sides = runs[0][0].belligerents
    shares = np.zeros((len(sides), cells.rows * cells.columns))
    x_m, y_m = cells.centres_m
    for known, ground in runs:
        z_m = ground.heights_m(x_m, y_m) + target.height_m
        moments = np.linspace(0.0, known.run.duration_s, MOMENTS)
        for time_s in moments.tolist():
            eyes, of = eyes_known(known, ground, time_s, "sensor", target)
            for row, side in enumerate(sides):
                shares[row] += ground.count_eyes(eyes[:, of == side], x_m, y_m, z_m)
    shares /= MOMENTS * len(runs)
    names = runs[0][0].run.sides
    layers = [_layer(names[side], share, most=1.0) for side, share in zip(sides, shares, strict=True)]
    return raster(cells, layers, runs=len(runs), height_m=target.height_m)


def check_alike(runs: list[RunFolder]) -> None:
    """Raise ``InputError`` if runs are not of the same map and sides, so that they have no mean."""
    first = runs[0]
    for run in runs[1:]:
        if run.sides != first.sides or list(run.manifest["bounds_m"]) != list(first.manifest["bounds_m"]):
            raise InputError(
                f"{run.path}: its sides or its map are not those of {first.path}; there is no heat map of both"
            )


def _places(known: Knowledge, kind: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return east, north and side of the known events of a kind, (events,) each: where their units were last known."""
    run, events = known.run, known.events
    listed = [k for k, name in enumerate(events["kind"]) if name == kind and events["unit"][k] >= 0]
    unit = np.array([events["unit"][k] for k in listed], dtype=np.int64)
    time_s = np.array([events["time_s"][k] for k in listed])
    frame = run.frame_at(time_s)
    place = np.full((2, len(unit)), np.nan)
    for chunk in run.trace.chunks:
        mine = np.flatnonzero(chunk.holds(frame))
        if len(mine):
            columns = known.trace(chunk)
            for row, name in enumerate(("x_m", "y_m")):
                place[row, mine] = columns[name][frame[mine] - chunk.first_frame, unit[mine]]
    is_known = np.isfinite(place).all(axis=0)
    return place[0, is_known], place[1, is_known], run.side_of[known.units[unit[is_known]]]


def _within(cells: Cells, x_m: np.ndarray, y_m: np.ndarray, reach_m: float) -> np.ndarray:
    """Return the number of points within a distance of the centre of each cell."""
    east, north = cells.centres_m
    count = np.zeros(len(east))
    for first in range(0, len(x_m), _AT_ONCE):
        dx = east[:, None] - x_m[first : first + _AT_ONCE]
        dy = north[:, None] - y_m[first : first + _AT_ONCE]
        count += np.sum(dx * dx + dy * dy <= reach_m * reach_m, axis=1)
    return count


def _layer(side: str, values: np.ndarray, *, most: float | None = None, **more: Any) -> dict[str, Any]:
    greatest = float(values.max(initial=0.0)) if most is None else most
    shares = values / greatest if greatest > 0.0 else values
    return {"side": side, "most": greatest, "cells": np.round(255.0 * shares), **more}
