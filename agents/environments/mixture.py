"""Several policies in command of a side, each in some of the worlds of a simulation."""

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from agents.doctrine.hold import Hold
from agents.environments.some_rows import decide_for
from simcore.order_checks import enter_orders
from simcore.orders import Orders
from simcore.picture import Picture
from simcore.policy import Policy
from simcore.roster import Roster
from simcore.simulation import Simulation
from simcore.types import I64


def decide_mixture(
    policies: Mapping[int, tuple[str, Policy]], picture: Picture, which: I64, orders: Orders, dt_s: float
) -> None:
    """Write the orders of a side whose worlds have one of several policies: label and policy by index.

    ``which`` (R,) is the index of the policy of each world.
    """
    for index, (label, policy) in policies.items():
        if type(policy) is not Hold:  # it gives no orders
            decide_for(policy, label, picture, np.flatnonzero(which == index), orders, dt_s)


def command_mixture(
    simulation: Simulation, side: int, roster: Roster, policies: Mapping[int, tuple[str, Policy]], which: I64
) -> None:
    """Enter the orders of a side whose worlds have one of several policies, as ``decide_mixture`` writes them."""
    if all(type(policy) is Hold for _, policy in policies.values()):
        return
    command(
        simulation, side, roster, (label for label, _ in policies.values()),
        lambda picture, own: decide_mixture(policies, picture, which, own, roster.dt_s),
    )  # fmt: skip


def command(
    simulation: Simulation, side: int, roster: Roster, labels: Iterable[str], write: Callable[[Picture, Orders], None]
) -> None:
    """Enter the orders that ``write`` gives a side for its current picture; ``labels`` name it in messages."""
    groups = simulation.groups_of(side)
    own = simulation.orders.of_groups(groups)
    write(simulation.picture(side), own)
    enter_orders(simulation, own, groups, ", ".join(labels), roster.groups)
