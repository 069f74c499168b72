"""Idle: a commander who does nothing; the plan is not carried out."""

import numpy as np

from simcore.orders import OrderR, Orders, OrderW
from simcore.picture import Picture
from simcore.policy import Briefing
from simcore.types import NONE, Task


class Idle:
    """Keep every group where it is, with the rules of engagement of the scenario file: the do-nothing baseline.

    No group moves and no unit aboard is launched; sensors scan and weapons fire at targets in reach, as the rules
    allow. It takes no parameters.
    """

    reads_clocks = True

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Study the briefing; no other state is kept."""
        self.briefing = briefing
        self.start_m = np.zeros((2, len(briefing.groups)))
        for k in range(len(briefing.groups)):
            members = briefing.group_of_unit == k
            if members.any():
                self.start_m[:, k] = np.rint(briefing.start_m[:, members].mean(axis=1))

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Order every group to hold. A repeated order has no effect."""
        groups = self.briefing.groups
        orders.real[:, :, groups] = 0.0
        orders.real[:, OrderR.X, groups] = self.start_m[0]
        orders.real[:, OrderR.Y, groups] = self.start_m[1]
        orders.whole[:, OrderW.ISSUED, groups] = 1
        orders.whole[:, OrderW.TASK, groups] = Task.HOLD
        orders.whole[:, OrderW.ROE, groups] = self.briefing.roe
        orders.whole[:, OrderW.TARGET, groups] = NONE
