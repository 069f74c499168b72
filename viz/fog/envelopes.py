"""What the sensors or weapons of a side cover at a moment, as the viewer knows it, by the engine's rule of sight.

A sensor or weapon covers a place within its range and sector, and in sight of it over the ground if it needs sight.
Ranges are the greatest ones of the cards: weather, clutter and the target's signature shorten them in the engine.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from simcore.kernels.ground.viewshed import EyeR
from simcore.types import F64, Domain, Status
from viz.fog.knowledge import Knowledge
from viz.fog.raster import Cells, raster
from viz.reading.checks import Columns
from viz.reading.ground import RunGround

KINDS = ("sensor", "weapon")
MOST = 3
"""Places covered by more are counted as so many."""
_EYE_M = 2.0  # height of a unit above the ground where none was reported


class Target(NamedTuple):
    """What is looked for, or shot at: its height above the ground or water, and its domains."""

    height_m: float
    domains: int  # mask


TARGETS = {
    "surface": Target(2.0, 1 << Domain.LAND | 1 << Domain.SURFACE),
    "low": Target(100.0, 1 << Domain.AIR),
    "high": Target(1000.0, 1 << Domain.AIR),
}


def envelope(
    known: Knowledge, ground: RunGround, cells: Cells, time_s: float, kind: str, target: Target
) -> dict[str, Any]:
    """Return how many sensors or weapons (``KINDS``) of each side known to the viewer cover each cell, up to ``MOST``.

    Raises ``InputError`` if the run does not record what this takes.
    """
    run = known.run
    eyes, side = eyes_known(known, ground, time_s, kind, target)
    x_m, y_m = cells.centres_m
    z_m = ground.heights_m(x_m, y_m) + target.height_m
    layers: list[dict[str, Any]] = []
    for s in known.belligerents:
        own = eyes[:, side == s]
        count = ground.count_eyes(own, x_m, y_m, z_m, MOST)
        layers.append({"side": run.sides[s], "eyes": own.shape[1], "cells": count})
    return raster(cells, layers, height_m=target.height_m)


def eyes_known(known: Knowledge, ground: RunGround, time_s: float, kind: str, target: Target) -> tuple[F64, np.ndarray]:
    """Return the eyes (len(EyeR), eyes) known to the viewer at a time, and the side of each.

    Units are where they last reported, with heading and height as last reported. Of the sensors of a unit only those
    count of which no other one of the unit covers all.
    """
    run = known.run
    frame = run.frame_at(time_s)
    chunk = next(chunk for chunk in run.trace.chunks if chunk.holds(frame))
    now = {name: values[frame - chunk.first_frame] for name, values in known.trace(chunk).items()}
    column = np.full(run.n_units, -1)
    column[known.units] = np.arange(len(known.units))
    table = _listed(run.eyes, kind, target)
    at = column[table["unit"]]
    is_there = at >= 0
    is_there &= (now["status"][at] == Status.ACTIVE) & np.isfinite(now["x_m"][at]) & np.isfinite(now["y_m"][at])
    if kind == "weapon":
        is_there &= ~(now["ammo"][at] <= 0)  # not known counts as loaded
    table = {name: values[is_there] for name, values in table.items()}
    at = at[is_there]
    eyes: F64 = np.zeros((len(EyeR), len(at)))
    eyes[EyeR.X], eyes[EyeR.Y] = now["x_m"][at], now["y_m"][at]
    level_m = ground.heights_m(eyes[EyeR.X], eyes[EyeR.Y]) + _EYE_M
    z_m = now["z_m"][at].astype(np.float64)
    eyes[EyeR.Z] = np.where(np.isfinite(z_m), z_m, level_m) + table["above_m"]
    eyes[EyeR.RANGE_MIN_M], eyes[EyeR.RANGE_MAX_M] = table["range_min_m"], table["range_m"]
    heading = np.radians(now["heading_deg"][at].astype(np.float64))
    eyes[EyeR.HX], eyes[EyeR.HY] = np.nan_to_num(np.sin(heading)), np.nan_to_num(np.cos(heading))
    is_round = (table["field_of_view_deg"] >= 360.0) | np.isnan(heading)
    eyes[EyeR.FOV_COS] = np.where(is_round, -1.0, np.cos(np.radians(table["field_of_view_deg"] / 2.0)))
    eyes[EyeR.NEEDS_SIGHT] = table["needs_sight"]
    kept = _widest(eyes, at)
    return eyes[:, kept], run.side_of[known.units[at[kept]]]


def _listed(table: Columns, kind: str, target: Target) -> Columns:
    """Return the rows of a kind that are on and concern the target; without a mask of domains all are concerned."""
    domains = table["domains"].astype(np.int64)
    is_listed = (table["kind"] == kind) & (table["is_on"] > 0) & (table["range_m"] > 0.0)
    is_listed &= (domains == 0) | (domains & target.domains > 0)
    return {name: values[is_listed] for name, values in table.items()}


def _widest(eyes: F64, unit: np.ndarray) -> np.ndarray:
    """Return the indices of the eyes of which no other one of the same unit covers all.

    A higher eye sees all that a lower one at its place sees: the line of sight to any place is nowhere lower.
    """
    kept: list[int] = []
    of_unit: list[int] = []
    for e in np.lexsort((-eyes[EyeR.RANGE_MAX_M], unit)).tolist():
        if of_unit and unit[of_unit[0]] != unit[e]:
            of_unit = []
        if not any(_covers(eyes[:, k], eyes[:, e]) for k in of_unit):
            of_unit.append(e)
            kept.append(e)
    return np.array(sorted(kept), dtype=np.int64)


def _covers(one: F64, other: F64) -> bool:
    is_farther = one[EyeR.RANGE_MAX_M] >= other[EyeR.RANGE_MAX_M] and one[EyeR.RANGE_MIN_M] <= other[EyeR.RANGE_MIN_M]
    is_wider = one[EyeR.FOV_COS] <= other[EyeR.FOV_COS]
    sees_more = one[EyeR.NEEDS_SIGHT] == 0.0 or (other[EyeR.NEEDS_SIGHT] > 0.0 and one[EyeR.Z] >= other[EyeR.Z])
    return bool(is_farther and is_wider and sees_more) and math.isfinite(one[EyeR.Z])
