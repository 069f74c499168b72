"""Hold: the commander who never gives an order."""

import numpy as np

from simcore.orders import Orders
from simcore.picture import Picture
from simcore.policy import Briefing


class Hold:
    """Leave every group to the task that the scenario file gives it: the baseline of every comparison.

    It takes no parameters.
    """

    reads_clocks = True

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Begin; there is nothing to remember."""

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Give no orders."""
