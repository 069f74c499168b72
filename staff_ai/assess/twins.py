"""Twins: a commander and its copy, which decides at the same moments on a changed picture and commands nothing.

The comparison of their orders in force shows how far a change of the picture changes the decisions, without any effect
on the game.
"""

from collections.abc import Callable

import numpy as np

from simcore.orders import OrderR, Orders, OrderW
from simcore.picture import Picture
from simcore.policy import Briefing, Policy
from simcore.types import F64, I32, NONE
from staff_ai.assess.disturbances import Disturbed
from staff_ai.games.play import Make, close_policies

NEAR = 0.05
"""Two points nearer than this share of the longer side of the map are the same order."""


class OrdersInForce:
    """The last order of each group by replication; groups without an order are on their plan."""

    def __init__(self, n_rows: int, n_groups: int, near_m: float) -> None:
        self.whole: I32 = np.full((n_rows, len(OrderW), n_groups), NONE, dtype=np.int32)
        self.point: F64 = np.zeros((n_rows, 2, n_groups))
        self._near_m = near_m

    def take(self, rows: np.ndarray, orders: Orders) -> None:
        """Take in the orders of some replications."""
        is_new = orders.whole[:, OrderW.ISSUED] != 0
        for k, row in enumerate(rows):
            new = is_new[k]
            self.whole[row][:, new] = orders.whole[k][:, new]
            self.point[row][:, new] = orders.real[k][[OrderR.X, OrderR.Y]][:, new]

    def differs(self, other: "OrdersInForce", rows: np.ndarray) -> np.ndarray:
        """Return which orders differ from those of another, (rows, groups)."""
        mine, theirs = self.whole[rows], other.whole[rows]
        is_other = mine[:, OrderW.TASK] != theirs[:, OrderW.TASK]
        is_other |= mine[:, OrderW.TARGET] != theirs[:, OrderW.TARGET]
        gap = self.point[rows] - other.point[rows]
        return is_other | (np.hypot(gap[:, 0], gap[:, 1]) > self._near_m)


class Twins(Disturbed):
    """A commander with a copy that sees a changed picture.

    ``flips`` (R, 3) counts orders in force that differ, those compared, and those that differ beside one at each
    decision, by replication; ``parted`` counts the decisions after which any differs, out of ``decisions``.
    """

    def __init__(self, make: Make, change: Callable[[Policy], Disturbed] | None = None) -> None:
        super().__init__(make())
        self.second: Policy = make() if change is None else change(make())

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Prepare for replications."""
        super().reset(briefing, seed, replication)
        self.second.reset(briefing, seed, replication)
        west, east, south, north = briefing.bounds_m
        near_m = NEAR * max(east - west, north - south)
        n_groups = len(briefing.group_names)
        self._orders = [OrdersInForce(len(replication), n_groups, near_m) for _ in range(2)]
        self.flips = np.zeros((len(replication), 3))
        self.decisions, self.parted = 0, 0

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Let both decide; the orders of the first hold."""
        copy = Orders(orders.real.copy(), orders.whole.copy())
        self.between(picture, copy)
        self.inner.decide(picture, orders)
        rows = self.rows(picture)
        self._orders[0].take(rows, orders)
        self._orders[1].take(rows, copy)
        rows = rows[self.going_on(picture)]
        is_other = self._orders[0].differs(self._orders[1], rows)
        self.flips[rows, 0] += is_other.sum(axis=1)
        self.flips[rows, 1] += is_other.shape[1]
        self.flips[rows, 2] += np.maximum(is_other.sum(axis=1) - 1, 0)
        self.decisions += len(rows)
        self.parted += int(is_other.any(axis=1).sum())

    def between(self, picture: Picture, copy: Orders) -> None:
        """Let the copy decide."""
        self.second.decide(picture, copy)

    def close(self) -> None:
        """End both."""
        close_policies((self.inner, self.second))

    @property
    def shares(self) -> F64:
        """Share of the orders in force that differ, (R,)."""
        return self.flips[:, 0] / np.maximum(self.flips[:, 1], 1.0)

    @property
    def rest(self) -> F64:
        """Share of the orders in force that differ beside an order at each decision, (R,)."""
        return self.flips[:, 2] / np.maximum(self.flips[:, 1], 1.0)
