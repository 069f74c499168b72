"""Hold: a commander who gives no orders."""

import numpy as np

from simcore.orders import Orders
from simcore.picture import Picture
from simcore.policy import Briefing


class Hold:
    """Leave every group to its task in the scenario file: the baseline of every comparison.

    It takes no parameters.
    """

    reads_clocks = True

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Begin; there is no state to keep."""

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Give no orders."""
