"""Zones: who is inside, and where fire is forbidden."""

import math

import numpy as np

from simcore.compiling.jit import kernel
from simcore.kernels.mathematics.geometry import is_inside
from simcore.params import RW, ZP, ZW
from simcore.scratch import SI, SR
from simcore.state import W
from simcore.types import F64, I32, Status, ZoneKind

_SQUARE = math.sqrt(0.5)
_STAR = (
    (1.0, 0.0),
    (_SQUARE, _SQUARE),
    (0.0, 1.0),
    (-_SQUARE, _SQUARE),
    (-1.0, 0.0),
    (-_SQUARE, -_SQUARE),
    (0.0, -1.0),
    (_SQUARE, -_SQUARE),
)


@kernel
def is_in_zone(zone_real: F64, zone_whole: I32, vertices: F64, z: int, x: float, y: float) -> bool:
    """Return whether (x, y) lies in zone ``z``."""
    if x < zone_real[ZP.WEST, z] or x > zone_real[ZP.EAST, z]:
        return False
    if y < zone_real[ZP.SOUTH, z] or y > zone_real[ZP.NORTH, z]:
        return False
    return is_inside(vertices, zone_whole[ZW.FIRST, z], zone_whole[ZW.COUNT, z], x, y)


@kernel
def is_any_no_fire(zone_whole: I32) -> bool:
    """Return whether there is any no-fire zone."""
    for z in range(zone_whole.shape[1]):  # noqa: SIM110 (compiled code knows no generators)
        if zone_whole[ZW.KIND, z] == ZoneKind.NO_FIRE:
            return True
    return False


@kernel
def is_binding(zone_whole: I32, z: int, side: int) -> bool:
    """Return whether zone ``z`` forbids ``side`` to fire."""
    if zone_whole[ZW.KIND, z] != ZoneKind.NO_FIRE:
        return False
    return zone_whole[ZW.SIDE, z] < 0 or zone_whole[ZW.SIDE, z] == side


@kernel
def is_no_fire(zone_real: F64, zone_whole: I32, vertices: F64, side: int, x: float, y: float) -> bool:
    """Return whether (x, y) lies in a no-fire zone that binds ``side``."""
    for z in range(zone_whole.shape[1]):
        if is_binding(zone_whole, z, side) and is_in_zone(zone_real, zone_whole, vertices, z, x, y):
            return True
    return False


@kernel
def is_no_fire_near(
    zone_real: F64, zone_whole: I32, vertices: F64, side: int, x: float, y: float, reach: float
) -> bool:
    """Return whether a no-fire zone that binds ``side`` holds (x, y) or one of 16 points about it, within ``reach``.

    They are the corners of an octagon of that radius and of one half as large. A point test knows nothing of the seams
    in the outline of a zone of several parts, which the distance from its edges would take for edges.
    """
    for z in range(zone_whole.shape[1]):
        if not is_binding(zone_whole, z, side):
            continue
        if x + reach < zone_real[ZP.WEST, z] or x - reach > zone_real[ZP.EAST, z]:
            continue
        if y + reach < zone_real[ZP.SOUTH, z] or y - reach > zone_real[ZP.NORTH, z]:
            continue
        if is_in_zone(zone_real, zone_whole, vertices, z, x, y):
            return True
        for east, north in _STAR:
            for share in (1.0, 0.5):
                px = x + share * reach * east
                py = y + share * reach * north
                if is_in_zone(zone_real, zone_whole, vertices, z, px, py):
                    return True
    return False


@kernel
def mark_inside(
    side: int,
    first: int,
    begin: int,
    end: int,
    order: I32,
    x: F64,
    y: F64,
    zone_real: F64,
    zone_whole: I32,
    vertices: F64,
    mark: I32,
) -> None:
    """Mark which of the sorted places ``begin``..``end`` - 1 lie in a no-fire zone that binds ``side``.

    The mark of a place stands at ``first`` + ``order`` of it. A place outside the rectangle about all these zones costs
    next to nothing.
    """
    west = np.inf
    east = -np.inf
    south = np.inf
    north = -np.inf
    for z in range(zone_whole.shape[1]):
        if is_binding(zone_whole, z, side):
            west = min(west, zone_real[ZP.WEST, z])
            east = max(east, zone_real[ZP.EAST, z])
            south = min(south, zone_real[ZP.SOUTH, z])
            north = max(north, zone_real[ZP.NORTH, z])
    for k in range(begin, end):
        mark[first + order[k]] = 0
        is_near = (x[k] >= west) & (x[k] <= east) & (y[k] >= south) & (y[k] <= north)
        if is_near and is_no_fire(zone_real, zone_whole, vertices, side, x[k], y[k]):
            mark[first + order[k]] = 1


@kernel
def mark_forbidden(
    zone_real: F64, zone_whole: I32, vertices: F64, limits: I32, work_real: F64, work_whole: I32
) -> None:
    """Mark the contacts that are believed to be in a no-fire zone, for those who look for prey. Mutates FORBIDDEN."""
    start = work_whole[SI.CONTACT_START]
    n_cells = limits[RW.NX] * limits[RW.NY]
    for s in range(limits[RW.N_SIDES]):
        mark_inside(
            s, np.int64(0), np.int64(start[s * n_cells]), np.int64(start[(s + 1) * n_cells]),
            work_whole[SI.CONTACT_ORDER], work_real[SR.CONTACT_X], work_real[SR.CONTACT_Y], zone_real, zone_whole,
            vertices, work_whole[SI.FORBIDDEN],
        )  # fmt: skip


@kernel
def mark_shielded(
    side: I32,
    zone_real: F64,
    zone_whole: I32,
    vertices: F64,
    limits: I32,
    state_whole: I32,
    work_real: F64,
    work_whole: I32,
) -> None:
    """Mark which enemies of a side stand in a no-fire zone that binds it. Mutates SHIELDED.

    The marks are for those who remember one sighting: units without a link and units whose reports take time. A side
    that has none needs no marks.
    """
    n = side.shape[0]
    status = state_whole[W.STATUS]
    linked = state_whole[W.LINKED]
    report_delay = state_whole[W.REPORT_DELAY]
    start = work_whole[SI.UNIT_START]
    n_cells = limits[RW.NX] * limits[RW.NY]
    for s in range(limits[RW.N_SIDES]):
        n_remembering = 0
        for i in range(n):
            is_late = (linked[i] == 0) | (report_delay[i] != 0)
            n_remembering += int((side[i] == s) & (status[i] == Status.ACTIVE) & is_late)
        for band in range(limits[RW.N_SIDES]):
            if n_remembering > 0 and band != s:
                mark_inside(
                    s, np.int64(s * n), np.int64(start[band * n_cells]), np.int64(start[(band + 1) * n_cells]),
                    work_whole[SI.UNIT_ORDER], work_real[SR.UNIT_X], work_real[SR.UNIT_Y], zone_real, zone_whole,
                    vertices, work_whole[SI.SHIELDED],
                )  # fmt: skip
