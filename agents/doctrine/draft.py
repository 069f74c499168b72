"""A draft of the orders of one side: later lines replace earlier ones, and all are handed over at once."""

import numpy as np

from simcore.orders import Orders, R, V
from simcore.policy import Briefing
from simcore.types import NONE, Roe, Task

GRID_M = 500.0
"""Points of orders lie on this grid, so that a contact that jitters does not change an order."""

_EDGE_M = 500.0


class Draft:
    """Orders for the groups of a side in R replications.

    ``everywhere`` (R,) is the mask of all replications. The first index of every other array is the position
    in ``Briefing.groups``, the second the replication.
    """

    def __init__(self, briefing: Briefing, n_replications: int) -> None:
        shape = (len(briefing.groups), n_replications)
        self.everywhere = np.ones(n_replications, dtype=bool)
        self._briefing = briefing
        self._real = np.zeros((len(R), *shape))  # columns of R and V, in their order
        self._whole = np.zeros((len(V), *shape), dtype=np.int32)
        self._whole[V.TARGET] = NONE

    def order(
        self,
        k: int,
        where: np.ndarray,
        task: Task,
        x_m: np.ndarray | float,
        y_m: np.ndarray | float,
        *,
        radius_m: float = 0.0,
        roe: Roe = Roe.FREE,
        speed: float = 0.0,
        spacing_m: float = 0.0,
        target_group: int = NONE,
    ) -> None:
        """Order the ``k``-th group of the side in the replications ``where`` (R,) bool.

        ``x_m`` and ``y_m`` are scalars or (R,) arrays; ``speed`` is a share of the maximum, 0 = cruise.
        """
        real = self._real[:, k]
        np.copyto(real[0], x_m, where=where)
        np.copyto(real[1], y_m, where=where)
        np.copyto(real[2:], np.array([[radius_m], [speed], [spacing_m]]), where=where)
        codes = np.array([[1], [task], [roe], [target_group]], dtype=np.int32)
        np.copyto(self._whole[: V.EMCON, k], codes, where=where)

    def hand_over(self, orders: Orders) -> None:
        """Write the draft into ``orders``. Points are put on the grid and inside the map."""
        groups = self._briefing.groups
        west, east, south, north = self._briefing.bounds_m
        snap(self._real[R.X], west, east)
        snap(self._real[R.Y], south, north)
        issued = self._whole[V.ISSUED].T == 1
        for column in R:
            orders.real[:, column, groups] = np.where(issued, self._real[column].T, orders.real[:, column, groups])
        for column in V:
            orders.whole[:, column, groups] = np.where(issued, self._whole[column].T, orders.whole[:, column, groups])


def snap(value_m: np.ndarray, low_m: float, high_m: float) -> None:
    """Put coordinates on the grid and inside [low_m, high_m], in place."""
    np.rint(value_m / GRID_M, out=value_m)
    value_m *= GRID_M
    np.clip(value_m, low_m + _EDGE_M, high_m - _EDGE_M, out=value_m)
