"""A draft of the orders of a side: later lines replace earlier lines, and all are handed over at once."""

import numpy as np

from simcore.orders import Orders, OrderW
from simcore.policy import Briefing
from simcore.policy_loops import draft_lines, write_orders
from simcore.types import F64, NONE, Emcon, Roe, Task

GRID_M = 500.0
"""Points of orders lie on this grid [m], so that a jittering contact does not change an order."""

_EDGE_M = 500.0


class Draft:
    """Orders for the groups of a side in R replications.

    ``everywhere`` (R,) is the mask of all replications. The first index of every other array is the position
    in ``Briefing.groups``, the second the replication. Only the point of an order is stored per replication; its other
    values are the same for all replications of a line and are stored once, in the lines.
    """

    def __init__(
        self,
        briefing: Briefing,
        n_replications: int,
        standing: "Draft | None" = None,
        *,
        may_loosen: bool = True,
    ) -> None:
        """Begin without orders, or with ``standing`` orders: a draft for a single replication.

        With ``may_loosen`` false, no order loosens a group's rules of engagement in the scenario file.
        """
        self.everywhere = np.ones(n_replications, dtype=bool)
        self._briefing = briefing
        self._emcon: np.ndarray | None = None
        if standing is not None:
            self._may_loosen = standing._may_loosen
            shape = (len(standing._line), n_replications)
            self._point_m, self._line = np.empty((2, *shape)), np.empty(shape, dtype=np.int64)
            self._point_m[...], self._line[...] = standing._point_m, standing._line
            self._lines = []
            self._known = standing._table()
            return
        self._may_loosen = may_loosen
        shape = (len(briefing.groups), n_replications)
        self._point_m = np.zeros((2, *shape))
        self._line = np.zeros(shape, dtype=np.int64)  # 0: no order
        self._lines: list[tuple[float | np.ndarray, float, float | np.ndarray, int, int, int]] = []
        self._known: F64 = np.array([[0.0, 0.0, 0.0, 0.0, 0.0, NONE]])  # lines that are in a table already

    def order(
        self,
        k: int | list[int],
        where: np.ndarray,
        task: Task,
        x_m: np.ndarray | float,
        y_m: np.ndarray | float,
        *,
        radius_m: np.ndarray | float = 0.0,
        roe: Roe = Roe.FREE,
        speed: float = 0.0,
        spacing_m: np.ndarray | float = 0.0,
        target_group: int = NONE,
    ) -> None:
        """Order the ``k``-th group of the side in the replications ``where`` (R,) bool, or n groups at once.

        ``x_m`` and ``y_m`` are scalars or (R,) arrays; ``speed`` is a share of the maximum, 0 = cruise. For n groups
        ``where`` and the points may be (n, R) and (n, 1) too, and ``radius_m`` and ``spacing_m`` (n,).
        """
        is_everywhere = where is self.everywhere
        if not is_everywhere and not np.count_nonzero(where):
            return
        number = len(self._known) + len(self._lines)
        point, lines = self._point_m, self._line
        kinds = int(task), int(roe), target_group
        if isinstance(k, int | np.integer):
            self._lines.append((radius_m, speed, spacing_m, *kinds))
            if is_everywhere:
                point[0, k], point[1, k], lines[k] = x_m, y_m, number
                return
            np.copyto(point[0, k], x_m, where=where)
            np.copyto(point[1, k], y_m, where=where)
            np.copyto(lines[k], number, where=where)
            return
        n, step = len(k), 0
        if isinstance(radius_m, np.ndarray) or isinstance(spacing_m, np.ndarray):
            radii = radius_m.tolist() if isinstance(radius_m, np.ndarray) else [radius_m] * n
            spacings = spacing_m.tolist() if isinstance(spacing_m, np.ndarray) else [spacing_m] * n
            self._lines += [(r, speed, d, *kinds) for r, d in zip(radii, spacings, strict=True)]
            step = 1
        else:
            self._lines.append((radius_m, speed, spacing_m, *kinds))
        shape = (n, lines.shape[1])
        mask, to_m = np.empty(shape, dtype=bool), np.empty((2, *shape))
        mask[...], to_m[0], to_m[1] = where, x_m, y_m
        draft_lines(np.array(k, dtype=np.int64), mask, to_m, number, step, point, lines)

    def point(self, k: int) -> tuple[np.ndarray, F64, F64]:
        """Return where the ``k``-th group has an order so far, (R,) bool, and its point [m], (R,) each."""
        return self._line[k] != 0, self._point_m[0, k].copy(), self._point_m[1, k].copy()

    def control_emissions(self, groups: list[int], is_silent: np.ndarray) -> None:
        """Silence the radars of n groups where ``is_silent`` (n, R), and let them radiate elsewhere."""
        if self._emcon is None:
            self._emcon = np.full(self._line.shape, Emcon.NO_CHANGE, dtype=np.int32)
        self._emcon[groups] = np.where(is_silent, Emcon.SILENT, Emcon.RADIATE)

    def hand_over(self, orders: Orders) -> None:
        """Write the draft into ``orders``. Points are rounded to the grid and kept inside the map."""
        west, east, south, north = self._briefing.bounds_m
        low, high = np.array([west, south]) + _EDGE_M, np.array([east, north]) - _EDGE_M
        table = self._table()
        kinds = table[:, 3:].astype(np.int32)
        groups = self._briefing.groups
        write_orders(self._point_m, self._line, table, kinds, groups, GRID_M, low, high, orders.real, orders.whole)
        if not self._may_loosen:
            rules = orders.whole[:, OrderW.ROE, groups]
            orders.whole[:, OrderW.ROE, groups] = np.minimum(rules, self._briefing.roe)
        if self._emcon is not None:
            orders.whole[:, OrderW.EMCON, groups] = self._emcon.T

    def _table(self) -> F64:
        """Return the lines in a table."""
        if self._lines:
            self._known = np.concatenate([self._known, np.array(self._lines, dtype=np.float64)])
            self._lines = []
        return self._known


def snap(value_m: np.ndarray, low_m: float, high_m: float) -> None:
    """Round coordinates to the grid and keep them inside [low_m, high_m], in place."""
    np.rint(value_m / GRID_M, out=value_m)
    value_m *= GRID_M
    np.clip(value_m, low_m + _EDGE_M, high_m - _EDGE_M, out=value_m)
