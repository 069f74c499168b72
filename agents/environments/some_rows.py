"""Decisions of a policy for some replications of a picture."""

from simcore.orders import Orders
from simcore.picture import Picture, take
from simcore.policy import Policy, decide_by_clock
from simcore.types import I64


def decide_for(policy: Policy, label: str, picture: Picture, rows: I64, orders: Orders, dt_s: float) -> None:
    """Write a policy's orders for the replications ``rows`` of a picture, ascending; other rows are left unchanged.

    A policy that does not read clocks has a call for each clock. ``label`` is its name in messages; ``dt_s`` is the
    length of a tick.
    """
    decide_by_clock(policy, label, picture, orders, picture.ticks, dt_s, lambda some: take(picture, some, dt_s), rows)
