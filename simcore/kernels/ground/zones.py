"""Zones: units inside them, and no-fire zones."""

import math

import numpy as np

from simcore.compiling.jit import kernel
from simcore.kernels.mathematics.geometry import is_inside
from simcore.kinds import Rules, Units, Zones
from simcore.params import RuleW, UnitSpecW, ZoneSpecR, ZoneSpecW
from simcore.scratch import Scratch, ScratchR, ScratchW
from simcore.state import UnitW
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
def is_in_zone(zones: Zones, z: int, x: float, y: float) -> bool:
    """Return whether (x, y) lies in zone ``z``."""
    if x < zones.spec_real[ZoneSpecR.WEST, z] or x > zones.spec_real[ZoneSpecR.EAST, z]:
        return False
    if y < zones.spec_real[ZoneSpecR.SOUTH, z] or y > zones.spec_real[ZoneSpecR.NORTH, z]:
        return False
    return is_inside(zones.vertices, zones.spec_whole[ZoneSpecW.FIRST, z], zones.spec_whole[ZoneSpecW.COUNT, z], x, y)


@kernel
def is_any_no_fire(zones: Zones) -> bool:
    """Return whether the scenario has a no-fire zone."""
    for z in range(zones.spec_whole.shape[1]):  # noqa: SIM110 (compiled code has no generators)
        if zones.spec_whole[ZoneSpecW.KIND, z] == ZoneKind.NO_FIRE:
            return True
    return False


@kernel
def is_binding(zones: Zones, z: int, side: int) -> bool:
    """Return whether zone ``z`` forbids ``side`` to fire."""
    if zones.spec_whole[ZoneSpecW.KIND, z] != ZoneKind.NO_FIRE:
        return False
    return zones.spec_whole[ZoneSpecW.SIDE, z] < 0 or zones.spec_whole[ZoneSpecW.SIDE, z] == side


@kernel
def is_no_fire(zones: Zones, side: int, x: float, y: float) -> bool:
    """Return whether (x, y) lies in a no-fire zone for ``side``."""
    for z in range(zones.spec_whole.shape[1]):  # noqa: SIM110 (compiled code has no generators)
        if is_binding(zones, z, side) and is_in_zone(zones, z, x, y):
            return True
    return False


@kernel
def is_no_fire_near(zones: Zones, side: int, x: float, y: float, reach: float) -> bool:
    """Return whether a no-fire zone for ``side`` contains (x, y) or one of 16 points about it, within ``reach``.

    They are the corners of an octagon of that radius and of another half as large. A point test ignores the seams in
    the outline of a zone of several parts; a distance from its edges would include them.
    """
    for z in range(zones.spec_whole.shape[1]):
        if not is_binding(zones, z, side):
            continue
        if x + reach < zones.spec_real[ZoneSpecR.WEST, z] or x - reach > zones.spec_real[ZoneSpecR.EAST, z]:
            continue
        if y + reach < zones.spec_real[ZoneSpecR.SOUTH, z] or y - reach > zones.spec_real[ZoneSpecR.NORTH, z]:
            continue
        if is_in_zone(zones, z, x, y):
            return True
        for east, north in _STAR:
            for share in (1.0, 0.5):
                px = x + share * reach * east
                py = y + share * reach * north
                if is_in_zone(zones, z, px, py):
                    return True
    return False


@kernel
def mark_inside(
    side: int, first: int, begin: int, end: int, order: I32, x: F64, y: F64, zones: Zones, mark: I32
) -> None:
    """Mark the sorted positions ``begin``..``end`` - 1 that lie in a no-fire zone for ``side``.

    The mark of a position is stored at ``first`` + its ``order``. Positions outside the bounding box of all these zones
    cost next to nothing.
    """
    west = np.inf
    east = -np.inf
    south = np.inf
    north = -np.inf
    for z in range(zones.spec_whole.shape[1]):
        if is_binding(zones, z, side):
            west = min(west, zones.spec_real[ZoneSpecR.WEST, z])
            east = max(east, zones.spec_real[ZoneSpecR.EAST, z])
            south = min(south, zones.spec_real[ZoneSpecR.SOUTH, z])
            north = max(north, zones.spec_real[ZoneSpecR.NORTH, z])
    for k in range(begin, end):
        mark[first + order[k]] = 0
        is_near = (x[k] >= west) & (x[k] <= east) & (y[k] >= south) & (y[k] <= north)
        if is_near and is_no_fire(zones, side, x[k], y[k]):
            mark[first + order[k]] = 1


@kernel
def mark_forbidden(zones: Zones, rules: Rules, work: Scratch) -> None:
    """Mark the contacts believed to be in a no-fire zone, for units that choose a prey. Mutates FORBIDDEN."""
    start = work.whole[ScratchW.CONTACT_START]
    n_cells = rules.whole[RuleW.NX] * rules.whole[RuleW.NY]
    for s in range(rules.whole[RuleW.N_SIDES]):
        mark_inside(
            s,
            np.int64(0),
            np.int64(start[s * n_cells]),
            np.int64(start[(s + 1) * n_cells]),
            work.whole[ScratchW.CONTACT_ORDER],
            work.real[ScratchR.CONTACT_X],
            work.real[ScratchR.CONTACT_Y],
            zones,
            work.whole[ScratchW.FORBIDDEN],
        )


@kernel
def mark_shielded(zones: Zones, rules: Rules, units: Units, work: Scratch) -> None:
    """Mark the enemies of each side in a no-fire zone for that side. Mutates SHIELDED.

    The marks serve units that store a single sighting: units without a link and units with delayed reports. A side
    without such units needs no marks.
    """
    side = units.spec_whole[UnitSpecW.SIDE]
    n = side.shape[0]
    status = units.whole[UnitW.STATUS]
    linked = units.whole[UnitW.LINKED]
    report_delay = units.whole[UnitW.REPORT_DELAY]
    start = work.whole[ScratchW.UNIT_START]
    n_cells = rules.whole[RuleW.NX] * rules.whole[RuleW.NY]
    for s in range(rules.whole[RuleW.N_SIDES]):
        n_remembering = 0
        for i in range(n):
            is_late = (linked[i] == 0) | (report_delay[i] != 0)
            n_remembering += int((side[i] == s) & (status[i] == Status.ACTIVE) & is_late)
        for band in range(rules.whole[RuleW.N_SIDES]):
            if n_remembering > 0 and band != s:
                mark_inside(
                    s,
                    np.int64(s * n),
                    np.int64(start[band * n_cells]),
                    np.int64(start[(band + 1) * n_cells]),
                    work.whole[ScratchW.UNIT_ORDER],
                    work.real[ScratchR.UNIT_X],
                    work.real[ScratchR.UNIT_Y],
                    zones,
                    work.whole[ScratchW.SHIELDED],
                )
