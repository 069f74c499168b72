"""The decision loop: policies observe and give orders, the engine advances, until the scenario ends.

Runs, batches, replays of recorded orders and look-aheads all use ``run_decisions``.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from simcore.errors import RunError
from simcore.order_checks import enter_orders
from simcore.orders import Orders
from simcore.plugins import policy_failures
from simcore.policy import Policy
from simcore.simulation import Simulation

ChairOrder = tuple[str, int, int, float]
"""An order of logistics: its name, the column that it concerns and the unit (-1: none), and a value."""


class Chair(Protocol):
    """A policy of logistics in its place: it observes and gives its orders by itself."""

    kind: str
    side: int

    def decide(self, simulation: Simulation) -> list[ChairOrder]:
        """Decide for all replications, after the commanders. Returns the orders given in the first replication."""
        ...


class StoppedError(RunError):
    """The loop was stopped before the end."""


def run_decisions(
    simulation: Simulation,
    policies: Sequence[Policy],
    *,
    chairs: Sequence[Chair] = (),
    labels: Sequence[str] = (),
    group_names: Sequence[str] = (),
    decision_ticks: int,
    n_ticks: int,
    frame_ticks: int = 0,
    on_orders: Callable[[int, Orders], None] | None = None,
    on_logistics: Callable[[int, Chair, list[ChairOrder]], None] | None = None,
    on_frame: Callable[[int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> None:
    """Play a simulation to its end.

    Parameters
    ----------
    policies : one per side, already reset.
    chairs : policies of logistics, which decide after the commanders.
    labels : names of the policies in messages, per side; their classes by default.
    group_names : names of all groups in messages; their numbers by default.
    decision_ticks : ticks between decisions; the first is at tick 0.
    frame_ticks : ticks between calls of ``on_frame``, from tick 0, with a final call at the end. 0: no calls.
    on_orders : called with (tick, orders) after the policies have decided, before the orders take effect.
    on_logistics : called with (tick, chair, its orders in the first replication) after each decision of a chair.
    should_stop : called at each decision; True raises ``StoppedError``.
    """
    framed = -1
    while simulation.tick < n_ticks and not bool(simulation.done.all()):
        tick = simulation.tick
        if tick % decision_ticks == 0:
            if should_stop is not None and should_stop():
                raise StoppedError("stopped before the end")
            simulation.orders.clear()
            for side, policy in enumerate(policies):
                _decide(policy, side, simulation, labels[side] if labels else "", group_names)
            for chair in chairs:
                given = chair.decide(simulation)
                if on_logistics is not None:
                    on_logistics(tick, chair, given)
            if on_orders is not None:
                on_orders(tick, simulation.orders)
        if on_frame is not None and frame_ticks and tick % frame_ticks == 0:
            on_frame(tick)
            framed = tick
        step = decision_ticks - tick % decision_ticks
        if frame_ticks:
            step = min(step, frame_ticks - tick % frame_ticks)
        simulation.advance(min(step, n_ticks - tick))
    if on_frame is not None and framed != simulation.tick:
        on_frame(simulation.tick)


def _decide(policy: Policy, side: int, simulation: Simulation, label: str, group_names: Sequence[str]) -> None:
    """Let a policy decide. It may be third-party code: report its exceptions as failures of the policy."""
    groups = simulation.groups_of(side)
    own = simulation.orders.of_groups(groups)
    name = label or f"{type(policy).__module__}.{type(policy).__qualname__} of side {side}"
    with policy_failures(name, f"at {simulation.time_s:g} s"):
        policy.decide(simulation.picture(side), own)
    enter_orders(simulation, own, groups, name, group_names)
