"""Checks of a policy's orders before they are entered.

A policy may be third-party code. An order that no unit could carry out is rejected with its policy, group and value. A
point off the map is moved to its edge: a contact may lie there because of its position error, and a policy may send
units after it.
"""

from collections.abc import Sequence

import numpy as np

from simcore.errors import RunError
from simcore.kernels.orders.slips import LEAST_SPACING_M, Slip, settle
from simcore.orders import KEEP_ROE, OrderR, Orders, OrderW
from simcore.simulation import Simulation
from simcore.state import GroupW
from simcore.types import I32, NONE, Emcon, Roe, Task


def enter_orders(
    simulation: Simulation, own: Orders, groups: I32, policy: str, group_names: Sequence[str] = ()
) -> None:
    """Check the orders ``own`` written by ``policy`` for the ``groups`` of its side, and enter them.

    Raises
    ------
    RunError
        When an order cannot be carried out, with the policy, the group, the value and the valid values.
    """
    orders = simulation.orders
    for array, block in ((own.real, orders.real), (own.whole, orders.whole)):
        if array.shape != (*block.shape[:2], len(groups)) or array.dtype != block.dtype:
            raise RunError(
                f"policy {policy}: its orders at {simulation.time_s:g} s are {array.dtype} {array.shape}, not the "
                f"{block.dtype} {(*block.shape[:2], len(groups))} of the arrays passed to it; write into those arrays"
            )
    fault = np.zeros(3, dtype=np.int32)
    state, rules = simulation.state, simulation.params.rules_real
    in_force = state.groups.whole
    settle(own.real, own.whole, groups, in_force[:, GroupW.ROE], in_force[:, GroupW.SERIAL], state.world, rules, fault)
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
        column, names = {
            Slip.TASK: (OrderW.TASK, Task),
            Slip.ROE: (OrderW.ROE, Roe),
            Slip.EMCON: (OrderW.EMCON, Emcon),
        }[slip]
        known = ", ".join(f"{int(code)} ({code.name.lower()})" for code in names)
        more = f", {KEEP_ROE} (those in force)" if slip == Slip.ROE else ""
        what = {Slip.TASK: "the task", Slip.ROE: "the rules of engagement", Slip.EMCON: "the emission control"}[slip]
        return f"has {what} {own.whole[r, column, g]}; give one of {known}{more}"
    if slip == Slip.ESCORT:
        last = own.whole.shape[2] - 1
        return (
            f"names group {own.whole[r, OrderW.TARGET, g]} to escort or resupply; name another group of the side, 0 to "
            f"{last} but not {g} itself, and {NONE} with any other task but tow or evacuate"
        )
    column, right = {
        Slip.X: (OrderR.X, "a finite number of metres; a point off the map is moved to its edge"),
        Slip.Y: (OrderR.Y, "a finite number of metres; a point off the map is moved to its edge"),
        Slip.RADIUS: (OrderR.RADIUS, "a number of metres from 0 up"),
        Slip.SPEED: (OrderR.SPEED, "a share of the maximum speed, 0 to 1 (0 is cruise)"),
        Slip.SPACING: (OrderR.SPACING, f"0 for the behaviour's own, or {LEAST_SPACING_M:g} m and more"),
    }[slip]
    return f"has {column.name.lower()} {own.real[r, column, g]:g}; give {right}"
