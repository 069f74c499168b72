"""Supply policies: their picture, their orders in place of the commander's, and the built-in policies."""

from collections.abc import Sequence

import numpy as np
import pytest

from simcore.decision_loop import run_decisions
from simcore.errors import RunError
from simcore.orders import Orders
from simcore.picture import Picture
from simcore.policy import Briefing
from simcore.simulation import Simulation
from simcore.state import GroupW
from simcore.stores import StoreR
from simcore.supply import NoSupply, Reorder, StockR, SupplyBriefing, SupplyChair, SupplyPicture, brief_supply
from simcore.types import Task
from tests.simcore.small_worlds import Document, compile_world, start
from tests.simcore.supply_worlds import column, group, imbalance, world


class Wanderer:
    """A commander that orders all groups to a corner."""

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        self._groups = briefing.groups

    def decide(self, picture: Picture, orders: Orders) -> None:
        everywhere = np.ones(len(picture.replication), dtype=bool)
        for g in self._groups:
            orders.issue(everywhere, int(g), Task.MOVE, -15_000.0, -15_000.0)


class Silent(Wanderer):
    """A commander without orders."""

    def decide(self, picture: Picture, orders: Orders) -> None:
        pass


def two_outposts(**keys: object) -> Document:
    """Return a depot, two outposts that use up diesel, and two trucks without a task."""
    shelf = {"capacity": 400, "demand_per_day": 2400, "demand_law": "poisson", "reorder_at": 250}
    return world(
        [
            group("depot", "post", 0, 0),
            group("east", "camp", 8, 0),
            group("west", "post", -8, 0),
            group("truck-a", "truck", 0, 0, task={"verb": "hold"}),
            group("truck-b", "truck", 0, 0, task={"verb": "hold"}),
        ],
        [
            {"at": "depot", "items": {"diesel": {"capacity": 100_000}}, "docks": 2},
            {"at": "east", "items": {"diesel": shelf}},
            {"at": "west", "items": {"diesel": shelf}},
        ],
        hours=24.0,
        **keys,
    )


def play(content: Document, policy: object, commander: type = Silent, ticks: int = 8640, n: int = 1) -> Simulation:
    """Play the scenario with a supply policy of blue."""
    compiled = compile_world(content)
    simulation = start(content, replications=range(n))
    numbers = np.arange(n, dtype=np.uint64)
    commanders: Sequence[Wanderer] = [commander(), Silent()]
    for side, one in enumerate(commanders):
        one.reset(compiled.briefings[side], 0, numbers)
    briefing = brief_supply(compiled.params, compiled.briefings[0], compiled.roster.items)
    policy.reset(briefing, 0, numbers)  # type: ignore[attr-defined]
    chair = SupplyChair(policy, compiled.params, briefing, "supply of blue")  # type: ignore[arg-type]
    run_decisions(simulation, commanders, chairs=[chair], decision_ticks=60, n_ticks=ticks)
    return simulation


def test_reorder_keeps_two_outposts_supplied_that_run_dry_without_it() -> None:
    content = two_outposts()
    supplied, left_alone = play(content, Reorder()), play(content, NoSupply())
    stores = [column(content, name, "diesel") for name in ("east", "west")]
    assert (left_alone.state.stores.real[0, StoreR.EMPTY_S, stores] > 70_000.0).all()  # 400 last four hours of 24
    assert (supplied.state.stores.real[0, StoreR.EMPTY_S, stores] == 0.0).all()
    assert (supplied.state.stores.real[0, StoreR.GOT, stores] > 1500.0).all()
    assert abs(imbalance(supplied.params, supplied.state)).max() < 1e-9


def test_reorder_decides_for_each_replication_by_itself() -> None:
    content = two_outposts()
    batch, alone = play(content, Reorder(), ticks=3000, n=3), play(content, Reorder(), ticks=3000)
    assert batch.hash()[0] == alone.hash()[0]
    assert batch.hash()[1] != batch.hash()[0]


def test_the_orders_of_the_commander_to_carriers_are_dropped_and_those_to_other_groups_stand() -> None:
    content = two_outposts()
    simulation = play(content, NoSupply(), Wanderer, ticks=120)
    groups = compile_world(content).roster.groups
    task = simulation.state.groups.whole[0, GroupW.TASK]
    assert task[groups.index("truck-a")] == task[groups.index("truck-b")] == Task.HOLD
    assert task[groups.index("depot")] == Task.MOVE


def test_a_supply_policy_may_order_carriers_alone() -> None:
    class Usurper(NoSupply):
        def decide(self, picture: SupplyPicture, orders: Orders) -> None:
            orders.issue(np.ones(len(picture.stock), dtype=bool), 0, Task.MOVE, 0.0, 0.0)

    with pytest.raises(RunError, match="orders group depot at 0 s, which is no group of carriers"):
        play(two_outposts(), Usurper(), ticks=60)


def test_the_picture_shows_stocks_as_last_reported_and_no_enemy_stores() -> None:
    seen: list[np.ndarray] = []
    briefings: list[SupplyBriefing] = []

    class Watcher(NoSupply):
        def reset(self, briefing: SupplyBriefing, seed: int, replication: np.ndarray) -> None:
            briefings.append(briefing)

        def decide(self, picture: SupplyPicture, orders: Orders) -> None:
            seen.append(picture.stock.copy())

    content = two_outposts(injects=[{"at_s": 3600, "kind": "link_outage", "who": ["east"]}])
    content["sustainment"]["stores"].append({"at": "enemy", "items": {"diesel": {"capacity": 7}}})
    simulation = play(content, Watcher(), ticks=2880)
    briefing = briefings[0]
    names = [briefing.briefing.unit_names[i] for i in briefing.store_unit]
    assert "enemy" not in names
    assert briefing.item_names == ("diesel", "engine", "shells")
    assert list(briefing.groups) == [briefing.briefing.group_names.index(name) for name in ("truck-a", "truck-b")]
    shelves = {name: k for k, name in enumerate(names) if briefing.is_cargo[k] == 0}
    east, west = shelves["east"], shelves["west"]
    last = seen[-1][0]
    assert simulation.state.stores.real[0, StoreR.ON_HAND, column(content, "east", "diesel")] == 0.0
    assert last[StockR.AGE_S, east] > 20_000.0
    assert last[StockR.ON_HAND, east] > 200.0
    assert last[StockR.AGE_S, west] <= 20.0


@pytest.mark.parametrize(
    ("keys", "problem"), [({"low": 1.0}, "low"), ({"full": 0.0}, "full"), ({"carriers": 0}, "carr")]
)
def test_parameters_of_reorder_are_checked(keys: dict[str, float], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Reorder(**keys)  # type: ignore[arg-type]
