"""RandomTasks: random orders, for tests, for exploration and as a commander that every doctrine should beat."""

import numpy as np

from agents.doctrine.blocks.draft import snap
from agents.doctrine.blocks.parameters import check_number
from simcore.orders import OrderR, Orders, OrderW
from simcore.picture import Picture
from simcore.policy import Briefing
from simcore.rng import uniforms
from simcore.types import NONE, Roe, Task

_STREAM = 1001  # plus the side: the streams of policies lie above 1,000
_TASKS = np.array(
    [
        Task.HOLD,
        Task.MOVE,
        Task.SEARCH,
        Task.SCREEN,
        Task.ATTACK,
        Task.STRIKE,
        Task.INTERCEPT,
        Task.RELAY,
        Task.RECOVER,
        Task.WITHDRAW,
    ],
    dtype=np.int32,
)
_DRAWS = 6  # per group and decision


class RandomTasks:
    """Give each group a random task at a random point of the map now and then.

    The draws are a function of seed, replication, tick and side: a run can be repeated, and a replication does
    not depend on its batch.

    Parameters
    ----------
    change_min : mean minutes between orders to a group, 0 to 1,000 (0: new orders at every decision).
    radius_km : largest radius of a task, 0.5 to 100.
    """

    reads_clocks = True

    def __init__(self, change_min: float = 15.0, radius_km: float = 10.0) -> None:
        self.change_s = 60.0 * check_number("random", "change_min", change_min, 0.0, 1_000.0, "minutes")
        self.radius_m = 1e3 * check_number("random", "radius_km", radius_km, 0.5, 100.0, "km")

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Study the briefing; no other state is kept."""
        self.briefing = briefing

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Order about ``interval / change_min`` of the side's groups, taking the decision interval as a minute."""
        groups = self.briefing.groups
        count, n_groups = len(picture.replication), len(groups)
        u = np.empty((count, n_groups * _DRAWS))
        for tick in np.unique(picture.ticks):
            now = picture.ticks == tick
            stream = _STREAM + picture.side
            u[now] = uniforms(picture.seed, picture.replication[now], int(tick), stream, u.shape[1])
        chance, task, east, north, radius, roe = u.reshape(count, n_groups, _DRAWS).transpose(2, 0, 1)
        issued = chance < min(1.0, 60.0 / max(self.change_s, 60.0))
        west_m, east_m, south_m, north_m = self.briefing.bounds_m
        x = west_m + east * (east_m - west_m)
        y = south_m + north * (north_m - south_m)
        snap(x, west_m, east_m)
        snap(y, south_m, north_m)
        values = {
            OrderR.X: x,
            OrderR.Y: y,
            OrderR.RADIUS: np.rint(radius * self.radius_m),
            OrderR.SPEED: np.zeros_like(x),
            OrderR.SPACING: np.zeros_like(x),
        }
        codes = {
            OrderW.ISSUED: np.ones(issued.shape, dtype=np.int32),
            OrderW.TASK: _TASKS[(task * len(_TASKS)).astype(np.int64)],
            OrderW.ROE: (roe * len(Roe)).astype(np.int32),
            OrderW.TARGET: np.full(issued.shape, NONE, dtype=np.int32),
        }
        for column, value in values.items():
            orders.real[:, column, groups] = np.where(issued, value, orders.real[:, column, groups])
        for column, code in codes.items():
            orders.whole[:, column, groups] = np.where(issued, code, orders.whole[:, column, groups])
