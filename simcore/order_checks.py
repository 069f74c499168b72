"""Checks that a policy's orders pass before they are entered.

A policy may be anybody's code. An order that no unit could carry out is refused with its policy, group and value; a
place off the map is put on its edge, because contacts may lie there by the error of their position, and so may the
units that a policy sends after them.
"""

import math
from collections.abc import Sequence
from enum import IntEnum

import numpy as np

from simcore.compiling.jit import driver, formula
from simcore.errors import RunError
from simcore.orders import KEEP_ROE, Orders, R, V
from simcore.params import RP
from simcore.simulation import Simulation
from simcore.state import WW, H
from simcore.types import F64, I32, NONE, Emcon, EndReason, Roe, Task

LEAST_SPACING_M = 1.0
"""Lanes or stations nearer to each other than this are no plan but a slip."""


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
    """Return the fault (Slip) of the order of replication ``r`` to group ``g`` of ``n_groups`` of its side."""
    slip = Slip.NONE + 0  # a number, no member of an enumeration
    if whole[r, V.EMCON, g] < Emcon.NO_CHANGE or whole[r, V.EMCON, g] > Emcon.SILENT:
        slip = Slip.EMCON + 0
    elif whole[r, V.ISSUED, g] != 0:
        task, roe, target = whole[r, V.TASK, g], whole[r, V.ROE, g], whole[r, V.TARGET, g]
        spacing = real[r, R.SPACING, g]
        is_alone = task == Task.ESCORT and target in (NONE, g)
        if task < Task.HOLD or task > Task.WITHDRAW:
            slip = Slip.TASK + 0
        elif roe != KEEP_ROE and (roe < Roe.HOLD or roe > Roe.FREE):
            slip = Slip.ROE + 0
        elif target < NONE or target >= n_groups or is_alone:
            slip = Slip.ESCORT + 0
        elif not np.isfinite(real[r, R.X, g]):
            slip = Slip.X + 0
        elif not np.isfinite(real[r, R.Y, g]):
            slip = Slip.Y + 0
        elif not 0.0 <= real[r, R.RADIUS, g] < np.inf:
            slip = Slip.RADIUS + 0
        elif not 0.0 <= real[r, R.SPEED, g] <= 1.0:
            slip = Slip.SPEED + 0
        elif not (spacing == 0.0 or LEAST_SPACING_M <= spacing < np.inf):
            slip = Slip.SPACING + 0
    return slip


@driver
def settle(real: F64, whole: I32, groups: I32, roe_in_force: I32, world: I32, rules: F64, fault: I32) -> None:
    """Check the orders of a side and settle what they leave open, up to the first slip.

    ``real`` and ``whole`` are those of ``Orders`` for the side's ``groups`` alone; ``roe_in_force`` (R, all groups).
    Places go on the map, radii and spacings to its diagonal at most; KEEP_ROE becomes the rules in force. Orders to a
    replication that is over are dropped unread, so that what they say cannot depend on the company. Mutates
    ``fault`` (3,): Slip, replication, group.
    """
    west, east = rules[RP.WEST], rules[RP.EAST]
    south, north = rules[RP.SOUTH], rules[RP.NORTH]
    diagonal = math.sqrt((east - west) * (east - west) + (north - south) * (north - south))
    n_groups = groups.shape[0]
    for r in range(whole.shape[0]):
        is_over = world[r, WW.REASON] != EndReason.RUNNING
        for g in range(n_groups):
            if is_over:
                whole[r, V.ISSUED, g] = 0
                whole[r, V.EMCON, g] = Emcon.NO_CHANGE
            slip = find_slip(real, whole, r, g, n_groups)
            if slip != Slip.NONE:
                fault[0] = slip
                fault[1] = r
                fault[2] = g
                return
            if whole[r, V.ISSUED, g] == 0:
                whole[r, V.TARGET, g] = NONE
                continue
            real[r, R.X, g] = min(max(real[r, R.X, g], west), east)
            real[r, R.Y, g] = min(max(real[r, R.Y, g], south), north)
            real[r, R.RADIUS, g] = min(real[r, R.RADIUS, g], diagonal)
            real[r, R.SPACING, g] = min(real[r, R.SPACING, g], diagonal)
            if whole[r, V.ROE, g] == KEEP_ROE:
                whole[r, V.ROE, g] = roe_in_force[r, groups[g]]


def enter_orders(
    simulation: Simulation, own: Orders, groups: I32, policy: str, group_names: Sequence[str] = ()
) -> None:
    """Check the orders ``own`` that ``policy`` has written for the ``groups`` of its side, and enter them.

    Raises
    ------
    RunError
        When an order cannot be carried out, with the policy, the group, the value and the values that can.
    """
    orders = simulation.orders
    for array, block in ((own.real, orders.real), (own.whole, orders.whole)):
        if array.shape != (*block.shape[:2], len(groups)) or array.dtype != block.dtype:
            raise RunError(
                f"policy {policy}: its orders at {simulation.time_s:g} s are {array.dtype} {array.shape}, not the "
                f"{block.dtype} {(*block.shape[:2], len(groups))} that it was given; write into the arrays given"
            )
    fault = np.zeros(3, dtype=np.int32)
    state, rules = simulation.state, simulation.params.rules_real
    settle(own.real, own.whole, groups, state.groups.whole[:, H.ROE], state.world, rules, fault)
    if fault[0] != Slip.NONE:
        slip, r, g = Slip(int(fault[0])), int(fault[1]), int(fault[2])
        number = int(groups[g])
        name = group_names[number] if group_names else f"number {g} of its side"
        raise RunError(
            f"policy {policy}: its order to group {name} of replication {state.replication[r]} at "
            f"{simulation.time_s:g} s {_words(slip, own, r, g)}"
        )
    orders.enter(own, groups)


def _words(slip: Slip, own: Orders, r: int, g: int) -> str:
    """Return the fault and its remedy, for a message."""
    if slip in (Slip.TASK, Slip.ROE, Slip.EMCON):
        column, names = {Slip.TASK: (V.TASK, Task), Slip.ROE: (V.ROE, Roe), Slip.EMCON: (V.EMCON, Emcon)}[slip]
        known = ", ".join(f"{int(code)} ({code.name.lower()})" for code in names)
        more = f", {KEEP_ROE} (those in force)" if slip == Slip.ROE else ""
        what = {Slip.TASK: "the task", Slip.ROE: "the rules of engagement", Slip.EMCON: "the emission control"}[slip]
        return f"has {what} {own.whole[r, column, g]}; give one of {known}{more}"
    if slip == Slip.ESCORT:
        last = own.whole.shape[2] - 1
        return (
            f"names group {own.whole[r, V.TARGET, g]} to escort; name another group of the side, 0 to {last} but not "
            f"{g} itself, and {NONE} with any other task"
        )
    column, right = {
        Slip.X: (R.X, "a finite number of metres; a place off the map is put on its edge"),
        Slip.Y: (R.Y, "a finite number of metres; a place off the map is put on its edge"),
        Slip.RADIUS: (R.RADIUS, "a number of metres from 0 up"),
        Slip.SPEED: (R.SPEED, "a share of the maximum speed, 0 to 1 (0 is cruise)"),
        Slip.SPACING: (R.SPACING, f"0 for the behaviour's own, or {LEAST_SPACING_M:g} m and more"),
    }[slip]
    return f"has {column.name.lower()} {own.real[r, column, g]:g}; give {right}"
