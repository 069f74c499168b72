"""A slow twin of the mines' phase: one tick, told as a list of events in the order of time."""

import math

import numpy as np

from simcore.params import Params, UnitSpecR, UnitSpecW
from simcore.rng import Stream, draw, draw_keys, stream_key
from simcore.state import MineR, MineW, UnitR, UnitW
from simcore.surroundings import MinefieldSpecR, MinefieldSpecW
from simcore.types import N_TARGET_CLASSES, MineStatus, Status


def first_touch(start: np.ndarray, end: np.ndarray, centre: np.ndarray, radius: float) -> float | None:
    """Return the share of the step at which the distance falls to the radius, by bisection; None when it does not."""
    step = end - start
    if not radius or math.dist(start, centre) <= radius:
        return None
    nearest = min(max(float(np.dot(centre - start, step) / np.dot(step, step)), 0.0), 1.0)
    if math.dist(start + nearest * step, centre) > radius:
        return None
    low, high = 0.0, nearest
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if math.dist(start + middle * step, centre) > radius else (low, middle)
    return high


def play_tick(
    params: Params, before: dict[str, np.ndarray], after_xy: np.ndarray, tick: int, seed: int, replication: int
) -> tuple[list[int], dict[int, float]]:
    """Return the status of every mine and the strength of every unit after one tick.

    ``before`` holds the state ahead of the tick: ``real`` and ``whole`` of the units, ``mine_real`` and ``mine_whole``.
    ``after_xy`` (2, n) is where the units stand after their steps.
    """
    units, fields = params.units, params.minefields
    status = before["mine_whole"][MineW.STATUS].copy()
    strength = {i: float(before["real"][UnitR.STRENGTH, i]) for i in range(units.whole.shape[1])}
    keys = {
        stream: np.uint64(stream_key(np.uint64(seed), np.uint64(replication), tick, stream))
        for stream in (Stream.MINE_CLEAR, Stream.MINE_ANSWER, Stream.MINE_EFFECT)
    }
    key = np.empty_like(params.name_key)
    draw_keys(np.uint64(seed), np.uint64(replication), params.name_key, key)
    touches: list[tuple[float, int, int, int, int, int]] = []
    for i in range(units.whole.shape[1]):
        start, end = before["real"][[UnitR.X, UnitR.Y], i], after_xy[:, i]
        if before["whole"][UnitW.STATUS, i] != Status.ACTIVE or (start == end).all():
            continue
        for f in range(fields.whole.shape[1]):
            is_own = fields.whole[MinefieldSpecW.SIDE, f] == units.whole[UnitSpecW.SIDE, i]
            if is_own or not fields.whole[MinefieldSpecW.DOMAINS, f] >> units.whole[UnitSpecW.DOMAIN, i] & 1:
                continue
            radius = float(fields.real[int(MinefieldSpecR.RADIUS) + int(units.whole[UnitSpecW.TARGET_CLASS, i]), f])
            for q in range(fields.whole[MinefieldSpecW.COUNT, f]):
                k = int(fields.whole[MinefieldSpecW.FIRST, f]) + q
                centre = before["mine_real"][[MineR.X, MineR.Y], k]
                mine = params.minefield_key[f] + np.uint64(q)
                ways = ((0, float(units.real[UnitSpecR.CLEAR_RADIUS_M, i]), Stream.MINE_CLEAR,
                         units.real[UnitSpecR.P_CLEAR, i]),
                        (1, radius, Stream.MINE_ANSWER, fields.real[MinefieldSpecR.P_ACTUATION, f]))  # fmt: skip
                for way, reach, stream, p in ways:
                    share = first_touch(start, end, centre, reach)
                    if share is not None and draw(keys[stream], key[i], mine) < p:
                        touches.append((share, int(key[i]), way, i, f, k))
    for _, _, way, i, f, k in sorted(touches):
        if status[k] != MineStatus.ARMED or strength[i] <= 0.0:
            continue
        status[k] = MineStatus.CLEARED if way == 0 else MineStatus.SPENT
        mine = params.minefield_key[f] + np.uint64(k - int(fields.whole[MinefieldSpecW.FIRST, f]))
        place = int(MinefieldSpecR.RADIUS) + N_TARGET_CLASSES + int(units.whole[UnitSpecW.TARGET_CLASS, i])
        if way == 1 and draw(keys[Stream.MINE_EFFECT], key[i], mine) < fields.real[place, f]:
            is_kill = draw(keys[Stream.MINE_EFFECT], mine, key[i]) < fields.real[MinefieldSpecR.P_KILL, f]
            hurt = float(fields.real[MinefieldSpecR.DAMAGE, f] / units.real[UnitSpecR.TOUGHNESS, i])
            left = strength[i] - hurt
            strength[i] = 0.0 if is_kill or left < 1e-9 else left
    return status.tolist(), strength
