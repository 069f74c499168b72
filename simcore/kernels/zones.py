"""Zones: who is inside, and where fire is forbidden."""

import math

from simcore.jit import kernel
from simcore.kernels.geometry import is_inside
from simcore.params import RW, ZP, ZW
from simcore.scratch import SI, SR
from simcore.state import K, U, W
from simcore.types import F64, I32, Level, Status, ZoneKind

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
def mark_forbidden(
    n_units: int,
    zone_real: F64,
    zone_whole: I32,
    vertices: F64,
    limits: I32,
    contact_whole: I32,
    work_real: F64,
    work_whole: I32,
) -> None:
    """Mark the contacts that are believed to be in a no-fire zone, for those who look for prey. Mutates FORBIDDEN."""
    level = contact_whole[K.LEVEL]
    x = work_real[SR.ESTIMATE_X]
    y = work_real[SR.ESTIMATE_Y]
    forbidden = work_whole[SI.FORBIDDEN]
    for s in range(limits[RW.N_SIDES]):
        first = s * n_units
        for c in range(first, first + n_units):
            forbidden[c] = 0
        for z in range(zone_whole.shape[1]):
            if not is_binding(zone_whole, z, s):
                continue
            west = zone_real[ZP.WEST, z]
            east = zone_real[ZP.EAST, z]
            south = zone_real[ZP.SOUTH, z]
            north = zone_real[ZP.NORTH, z]
            for c in range(first, first + n_units):
                is_near = (x[c] >= west) & (x[c] <= east) & (y[c] >= south) & (y[c] <= north)
                if is_near & (level[c] > Level.NONE) and is_in_zone(zone_real, zone_whole, vertices, z, x[c], y[c]):
                    forbidden[c] = 1


@kernel
def mark_shielded(
    n_units: int,
    side: I32,
    zone_real: F64,
    zone_whole: I32,
    vertices: F64,
    limits: I32,
    state_real: F64,
    state_whole: I32,
    work_whole: I32,
) -> None:
    """Mark who stands in a no-fire zone that binds a side, for those who remember one sighting. Mutates SHIELDED.

    Those are units without a link and units whose reports take time; a side that has none needs no marks.
    """
    x = state_real[U.X]
    y = state_real[U.Y]
    status = state_whole[W.STATUS]
    linked = state_whole[W.LINKED]
    report_delay = state_whole[W.REPORT_DELAY]
    shielded = work_whole[SI.SHIELDED]
    for s in range(limits[RW.N_SIDES]):
        n_remembering = 0
        for i in range(n_units):
            is_late = (linked[i] == 0) | (report_delay[i] != 0)
            n_remembering += int((side[i] == s) & (status[i] == Status.ACTIVE) & is_late)
        if n_remembering == 0:
            continue
        first = s * n_units
        for j in range(first, first + n_units):
            shielded[j] = 0
        for z in range(zone_whole.shape[1]):
            if not is_binding(zone_whole, z, s):
                continue
            west = zone_real[ZP.WEST, z]
            east = zone_real[ZP.EAST, z]
            south = zone_real[ZP.SOUTH, z]
            north = zone_real[ZP.NORTH, z]
            for j in range(n_units):
                is_near = (x[j] >= west) & (x[j] <= east) & (y[j] >= south) & (y[j] <= north)
                if is_near and is_in_zone(zone_real, zone_whole, vertices, z, x[j], y[j]):
                    shielded[first + j] = 1
