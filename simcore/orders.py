"""Orders: the only way to act on a running simulation.

A policy fills columns for the groups of its own side only: it cannot infer the number of enemy groups or name them in
an order. Groups whose ``ISSUED`` is 0 continue with their current order. An order reaches a unit only over a live
link; a unit without a link acts on its last order.
"""

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from simcore.types import F64, I32, NONE, Emcon, Roe, Task


class OrderR(IntEnum):
    """Order columns, real."""

    X = 0  # [m] east
    Y = 1  # [m] north
    RADIUS = 2  # [m]
    SPEED = 3  # share of the maximum speed, 0..1; 0 = cruise
    SPACING = 4  # lane or station spacing [m]; 0 = the behaviour's own


class OrderW(IntEnum):
    """Order columns, whole."""

    ISSUED = 0  # 1 for an order with a task, or RESUME
    TASK = 1
    ROE = 2  # Roe, or KEEP_ROE
    TARGET = 3  # group to escort, or -1
    EMCON = 4  # Emcon; independent of the task, needs no ISSUED


# former names, kept for one version because users' policies import them
R, V = OrderR, OrderW


RESUME = 2
"""Value of the column ISSUED of an order to carry out the plan of the scenario file, written in the other columns.

It is dropped while the group has had no other order, so that the group keeps to its plan with its route; after another
order it is an order like any other.
"""

KEEP_ROE = 3
"""Value of the column ROE of an order that keeps the rules of engagement in force."""

N_ORDER_REALS = len(OrderR)
"""Columns stored in ``state.GroupR`` in the same sequence; ``state.GroupW`` stores those of OrderW except ISSUED."""


class Orders(NamedTuple):
    """Orders for all groups: ``real`` (R, len(OrderR), groups), ``whole`` (R, len(OrderW), groups)."""

    real: F64
    whole: I32

    def clear(self) -> None:
        """Remove all orders."""
        self.real[...] = 0.0
        self.whole[...] = 0
        self.whole[:, OrderW.TARGET] = NONE

    def issue(
        self,
        where: np.ndarray | bool,
        group: int,
        task: Task,
        x_m: np.ndarray | float,
        y_m: np.ndarray | float,
        *,
        radius_m: np.ndarray | float = 0.0,
        roe: Roe | None = None,
        speed: np.ndarray | float = 0.0,
        spacing_m: np.ndarray | float = 0.0,
        target_group: int = NONE,
    ) -> None:
        """Order ``group`` in the replications ``where`` (boolean (R,), or True). Values are scalars or (R,) arrays.

        ``roe`` None keeps the rules of engagement last ordered for the group. A point off the map is moved to its
        edge when the orders of a policy are entered.
        """
        mask: np.ndarray = np.broadcast_to(np.asarray(where, dtype=np.bool_), (self.real.shape[0],))
        for column, value in (
            (OrderR.X, x_m),
            (OrderR.Y, y_m),
            (OrderR.RADIUS, radius_m),
            (OrderR.SPEED, speed),
            (OrderR.SPACING, spacing_m),
        ):
            self.real[mask, column, group] = np.broadcast_to(value, mask.shape)[mask]
        self.whole[mask, OrderW.ISSUED, group] = 1
        self.whole[mask, OrderW.TASK, group] = int(task)
        self.whole[mask, OrderW.ROE, group] = KEEP_ROE if roe is None else int(roe)
        self.whole[mask, OrderW.TARGET, group] = target_group

    def control_emissions(self, where: np.ndarray, group: int, emcon: Emcon) -> None:
        """Order the radars of ``group`` on or off in the replications ``where`` (boolean (R,)); its task continues."""
        self.whole[where, OrderW.EMCON, group] = int(emcon)

    def given(self, row: int) -> I32:
        """Return the groups with an order of any kind in a replication."""
        whole = self.whole[row]
        return np.flatnonzero((whole[OrderW.ISSUED] != 0) | (whole[OrderW.EMCON] != Emcon.NO_CHANGE)).astype(np.int32)

    def of_groups(self, groups: I32) -> "Orders":
        """Return a copy of the orders of some groups, numbered by their position in ``groups`` (ascending)."""
        at = _index_of(groups)
        own = Orders(np.array(self.real[:, :, at], order="C"), np.array(self.whole[:, :, at], order="C"))
        target = own.whole[:, OrderW.TARGET]
        if np.count_nonzero(target != NONE):
            target[...] = np.where(target == NONE, NONE, np.searchsorted(groups, target))
        return own

    def enter(self, own: "Orders", groups: I32) -> None:
        """Enter the orders of some groups, numbered by their position in ``groups``.

        Raises
        ------
        IndexError
            When an order names a group to escort outside these groups.
        """
        target = own.whole[:, OrderW.TARGET]
        most = int(target.max(initial=NONE))
        if not NONE <= int(target.min(initial=NONE)) <= most < len(groups):
            raise IndexError(f"an order names a group to escort outside 0 to {len(groups) - 1}, the groups of the side")
        at = _index_of(groups)
        self.real[:, :, at] = own.real
        self.whole[:, :, at] = own.whole
        if most != NONE:
            self.whole[:, OrderW.TARGET, at] = np.where(target == NONE, NONE, groups[target])


def _index_of(groups: I32) -> I32 | slice:
    """Return an index for groups (ascending): a slice if they follow each other, which is faster."""
    n = len(groups)
    if n == 0 or int(groups[-1]) - int(groups[0]) != n - 1:
        return groups
    return slice(int(groups[0]), int(groups[0]) + n)


def empty_orders(n_replications: int, n_groups: int) -> Orders:
    """Return orders that change nothing."""
    orders = Orders(
        np.zeros((n_replications, len(OrderR), n_groups)),
        np.zeros((n_replications, len(OrderW), n_groups), dtype=np.int32),
    )
    orders.clear()
    return orders
