"""Decisions of a policy for some replications of a picture."""

import numpy as np

from simcore.orders import Orders
from simcore.picture import Picture, take
from simcore.plugins import policy_failures
from simcore.policy import Policy, calls
from simcore.types import I64


def decide_for(policy: Policy, label: str, picture: Picture, rows: I64, orders: Orders, dt_s: float) -> None:
    """Write a policy's orders for the replications ``rows`` of a picture, ascending; other rows are left unchanged.

    A policy that does not read clocks has a call for each clock. ``label`` is its name in messages; ``dt_s`` is the
    length of a tick.
    """
    for some in calls(policy, rows, picture.ticks):
        with policy_failures(label, f"at {picture.ticks[some[0]] * dt_s:g} s"):
            if len(some) == len(picture.replication):
                policy.decide(picture, orders)
                continue
            part = Orders(np.ascontiguousarray(orders.real[some]), np.ascontiguousarray(orders.whole[some]))
            policy.decide(take(picture, some, dt_s), part)
        orders.real[some], orders.whole[some] = part.real, part.whole
