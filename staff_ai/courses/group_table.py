"""The groups of a side, and the orders of courses written to them."""

import numpy as np

from simcore.errors import InputError
from simcore.orders import RESUME, OrderR, Orders, OrderW
from simcore.picture import OwnR, OwnW, Picture
from simcore.policy import Briefing
from simcore.types import F64, NONE, Domain, Emcon, Roe, Status, Task
from staff_ai.courses.course import GroupOrder


class GroupTable:
    """A side's groups, for the orders of courses."""

    def __init__(self, briefing: Briefing) -> None:
        self.briefing = briefing
        self.place = {name: k for k, name in enumerate(briefing.group_names)}
        self.members = [np.flatnonzero(briefing.group_of_unit == k) for k in range(len(briefing.groups))]
        self.is_member: F64 = (briefing.group_of_unit[:, None] == np.arange(len(briefing.groups))).astype(np.float64)
        self.start_m = [
            np.rint(briefing.start_m[:, units].mean(axis=1)) if len(units) else np.zeros(2) for units in self.members
        ]
        self.weapon_m = [float(briefing.weapon_range_m[units].max(initial=0.0)) for units in self.members]
        self.reaches = [
            int(np.bitwise_or.reduce(briefing.weapon_domains[units])) if len(units) else 0 for units in self.members
        ]
        self.is_one_way = [bool(len(units)) and bool(briefing.is_one_way[units].all()) for units in self.members]
        self.is_interceptor = [reach == 1 << Domain.AIR for reach in self.reaches]

    def engage(self, k: int) -> Task:
        """Return the task by which the ``k``-th group attacks."""
        if self.is_one_way[k]:
            return Task.STRIKE
        is_aircraft = len(self.members[k]) > 0 and self.briefing.domain[self.members[k][0]] == Domain.AIR
        return Task.INTERCEPT if is_aircraft and self.is_interceptor[k] else Task.ATTACK

    def write_plan(self, orders: Orders, k: int, where: np.ndarray) -> None:
        """Order the ``k``-th group back to its task in the scenario file."""
        b = self.briefing
        for column, value in (
            (OrderR.X, b.task_m[0, k]),
            (OrderR.Y, b.task_m[1, k]),
            (OrderR.RADIUS, b.task_radius_m[k]),
            (OrderR.SPEED, b.task_speed[k]),
            (OrderR.SPACING, b.task_spacing_m[k]),
        ):
            orders.real[where, column, k] = value
        orders.whole[where, OrderW.ISSUED, k] = RESUME
        orders.whole[where, OrderW.TASK, k] = b.task[k]
        orders.whole[where, OrderW.ROE, k] = b.roe[k]
        orders.whole[where, OrderW.TARGET, k] = b.task_target[k]

    def write(self, orders: Orders, order: GroupOrder, where: np.ndarray) -> None:
        """Write an order of a table."""
        k = self.find(order.group)
        if order.emcon:
            orders.whole[where, OrderW.EMCON, k] = Emcon[order.emcon.upper()]
        if order.is_plan:
            self.write_plan(orders, k, where)
            return
        orders.issue(
            where, k, Task[order.task.upper()], order.x_m, order.y_m, radius_m=order.radius_m, speed=order.speed,
            roe=Roe[order.roe.upper()] if order.roe else None, spacing_m=order.spacing_m,
            target_group=self.find(order.target) if order.target else NONE,
        )  # fmt: skip

    def find(self, group: str) -> int:
        """Return the position of a group. Raises ``InputError`` for an unknown name."""
        if group not in self.place:
            raise InputError(f"course: no group {group!r}; groups: {', '.join(self.place)}")
        return self.place[group]

    def places_m(self, picture: Picture, k: int) -> tuple[F64, F64]:
        """Return the mean reported place of a group's units left, (R,) each; its start when none is left."""
        units = self.members[k]
        status = picture.own_whole[:, OwnW.STATUS][:, units]
        is_left = (status == Status.ACTIVE) | (status == Status.ABOARD) | (status == Status.SERVICING)
        n = is_left.sum(axis=1)
        x, y = (
            np.where(is_left, np.rint(picture.own_real[:, column][:, units]), 0.0).sum(axis=1) / np.maximum(n, 1)
            for column in (OwnR.X, OwnR.Y)
        )
        x0, y0 = self.start_m[k]
        return np.where(n > 0, x, x0), np.where(n > 0, y, y0)
