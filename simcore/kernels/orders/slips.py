"""Faults in a policy's orders, and defaults for their open values: the loops over the columns."""

import math
from enum import IntEnum

import numpy as np

from simcore.compiling.jit import driver, formula
from simcore.orders import KEEP_ROE, RESUME, OrderR, OrderW
from simcore.params import RuleR
from simcore.state import WorldW
from simcore.types import F64, I32, NONE, Emcon, EndReason, Roe, Task

LEAST_SPACING_M = 1.0
"""Least spacing of lanes or stations; a smaller value is treated as a mistake."""


class Slip(IntEnum):
    """The fault of an order."""

    NONE = 0
    TASK = 1
    ROE = 2
    EMCON = 3
    ESCORT = 4
    X = 5
    Y = 6
    RADIUS = 7
    SPEED = 8
    SPACING = 9


@formula
def find_slip(real: F64, whole: I32, r: int, g: int, n_groups: int) -> int:
    """Return the fault (Slip) of the order in replication ``r`` to group ``g`` of ``n_groups`` of its side."""
    slip = Slip.NONE + 0  # a number, not an enumeration member
    if whole[r, OrderW.EMCON, g] < Emcon.NO_CHANGE or whole[r, OrderW.EMCON, g] > Emcon.SILENT:
        slip = Slip.EMCON + 0
    elif whole[r, OrderW.ISSUED, g] != 0:
        task, roe, target = whole[r, OrderW.TASK, g], whole[r, OrderW.ROE, g], whole[r, OrderW.TARGET, g]
        spacing = real[r, OrderR.SPACING, g]
        is_alone = (task == Task.ESCORT or task == Task.RESUPPLY) and target in (NONE, g)
        if task < Task.HOLD or task > Task.EVACUATE:
            slip = Slip.TASK + 0
        elif roe != KEEP_ROE and (roe < Roe.HOLD or roe > Roe.FREE):
            slip = Slip.ROE + 0
        elif target < NONE or target >= n_groups or is_alone:
            slip = Slip.ESCORT + 0
        elif not np.isfinite(real[r, OrderR.X, g]):
            slip = Slip.X + 0
        elif not np.isfinite(real[r, OrderR.Y, g]):
            slip = Slip.Y + 0
        elif not 0.0 <= real[r, OrderR.RADIUS, g] < np.inf:
            slip = Slip.RADIUS + 0
        elif not 0.0 <= real[r, OrderR.SPEED, g] <= 1.0:
            slip = Slip.SPEED + 0
        elif not (spacing == 0.0 or LEAST_SPACING_M <= spacing < np.inf):
            slip = Slip.SPACING + 0
    return slip


@driver
def settle(
    real: F64, whole: I32, groups: I32, roe_in_force: I32, serial: I32, world: I32, rules: F64, fault: I32
) -> None:
    """Check the orders of a side and settle their open values, up to the first slip.

    ``real`` and ``whole`` are those of ``Orders`` for the side's ``groups`` alone; ``roe_in_force`` and
    ``serial``, the number of orders so far, are (R, all groups).
    Points are moved onto the map, radii and spacings limited to its diagonal; KEEP_ROE becomes the rules in force,
    and RESUME no order, or an order like any other.
    Orders to a finished replication are dropped unread, so that results cannot depend on the other replications of a
    batch. Mutates ``fault`` (3,): Slip, replication, group.
    """
    west, east = rules[RuleR.WEST], rules[RuleR.EAST]
    south, north = rules[RuleR.SOUTH], rules[RuleR.NORTH]
    diagonal = math.sqrt((east - west) * (east - west) + (north - south) * (north - south))
    n_groups = groups.shape[0]
    for r in range(whole.shape[0]):
        is_over = world[r, WorldW.REASON] != EndReason.RUNNING
        for g in range(n_groups):
            if is_over:
                whole[r, OrderW.ISSUED, g] = 0
                whole[r, OrderW.EMCON, g] = Emcon.NO_CHANGE
            if whole[r, OrderW.ISSUED, g] == RESUME:
                whole[r, OrderW.ISSUED, g] = 0 if serial[r, groups[g]] == 0 else 1
            slip = find_slip(real, whole, r, g, n_groups)
            if slip != Slip.NONE:
                fault[0] = slip
                fault[1] = r
                fault[2] = g
                return
            if whole[r, OrderW.ISSUED, g] == 0:
                whole[r, OrderW.TARGET, g] = NONE
                continue
            real[r, OrderR.X, g] = min(max(real[r, OrderR.X, g], west), east)
            real[r, OrderR.Y, g] = min(max(real[r, OrderR.Y, g], south), north)
            real[r, OrderR.RADIUS, g] = min(real[r, OrderR.RADIUS, g], diagonal)
            real[r, OrderR.SPACING, g] = min(real[r, OrderR.SPACING, g], diagonal)
            if whole[r, OrderW.ROE, g] == KEEP_ROE:
                whole[r, OrderW.ROE, g] = roe_in_force[r, groups[g]]
