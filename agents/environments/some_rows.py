"""Decisions of a policy for some replications of a picture."""

import numpy as np

from simcore.orders import Orders
from simcore.picture import Picture
from simcore.plugins import policy_failures
from simcore.policy import Policy
from simcore.types import I64, read_only


def decide_for(policy: Policy, label: str, picture: Picture, rows: I64, orders: Orders, dt_s: float) -> None:
    """Write a policy's orders for the replications ``rows`` of a picture, ascending; other rows are left unchanged.

    A policy that does not read clocks has a call for each clock. ``label`` is its name in messages; ``dt_s`` is the
    length of a tick.
    """
    for some in _calls(policy, rows, picture):
        with policy_failures(label, f"at {picture.ticks[some[0]] * dt_s:g} s"):
            if len(some) == len(picture.replication):
                policy.decide(picture, orders)
                continue
            part = Orders(np.ascontiguousarray(orders.real[some]), np.ascontiguousarray(orders.whole[some]))
            policy.decide(take(picture, some, dt_s), part)
        orders.real[some], orders.whole[some] = part.real, part.whole


def take(picture: Picture, rows: I64, dt_s: float) -> Picture:
    """Return the picture of some replications, read-only. ``dt_s`` is the length of a tick."""
    arrays = {
        name: read_only(np.ascontiguousarray(value[rows]))
        for name, value in picture._asdict().items()
        if isinstance(value, np.ndarray)
    }
    part = picture._replace(**arrays)
    first = int(part.ticks[0])
    return part._replace(tick=first, time_s=first * dt_s) if bool((part.ticks == first).all()) else part


def _calls(policy: Policy, rows: I64, picture: Picture) -> list[I64]:
    """Return the replications of each call: a call per clock, or a single call if the policy reads clocks."""
    if getattr(policy, "reads_clocks", False):
        return [rows]
    clocks = picture.ticks[rows]
    return [rows[clocks == tick] for tick in np.unique(clocks)]
