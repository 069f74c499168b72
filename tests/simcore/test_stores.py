"""Stores: accounts, orders, shipments and the theory of stocks, from scenario documents."""

import math
from typing import Any

import numpy as np
import pytest

from simcore.errors import ScenarioError
from simcore.stores import CarrierR, CarrierW, StoreR, StoreSpecR, StoreW
from simcore.types import EventKind
from tests.simcore.small_worlds import Document, compile_world, names, start
from tests.simcore.supply_worlds import column, group, imbalance, world

HOUR_S = 3600.0


def stock_world(shelves: dict[str, Document], hours: float, **items: Any) -> Document:
    """Return posts with a store of engines each, updated once an hour."""
    time = dict.fromkeys(("comms_interval_s", "plan_interval_s", "score_interval_s", "record_interval_s"), HOUR_S)
    return world(
        [group(name, "post", float(k), 0.0) for k, name in enumerate(shelves)],
        [{"at": name, "items": {"engine": shelf}} for name, shelf in shelves.items()],
        time={"dt_s": HOUR_S, "duration_h": hours, "decision_interval_s": 10 * HOUR_S, **time},
        sustainment={"supply_interval_s": HOUR_S},
        **items,
    )


def poisson(mean: float, most: int = 80) -> list[float]:
    """Return the probabilities of the Poisson numbers up to ``most``."""
    return [math.exp(-mean) * mean**k / math.factorial(k) for k in range(most)]


def backorders(params_s: float, real: np.ndarray) -> tuple[float, float]:
    """Return the mean over replications of the time-average of backorders, and its standard error."""
    each = real / params_s
    return float(each.mean()), float(each.std(ddof=1) / math.sqrt(len(each)))


@pytest.mark.parametrize("law", ["fixed", "exponential"])
def test_a_base_with_poisson_demand_has_the_backorders_of_palm_whatever_the_law_of_the_lead_time(law: str) -> None:
    """Palm 1938: the number on order is Poisson with mean rate x lead time, for any distribution of the lead time."""
    source = {"lead_time_h": 48, "lead_law": law}
    shelf = {"capacity": 3, "demand_per_day": 1.0, "source": source}
    simulation = start(stock_world({"base": shelf}, 2400), replications=range(80))
    simulation.advance(400)
    before = simulation.state.stores.real[:, StoreR.BACKORDER_S, 0].copy()
    simulation.advance(2000)
    mean, error = backorders(2000 * HOUR_S, simulation.state.stores.real[:, StoreR.BACKORDER_S, 0] - before)
    expected = sum((k - 3) * p for k, p in enumerate(poisson(2.0)) if k > 3)
    assert abs(mean - expected) < 4.0 * error
    assert error < 0.1 * expected  # so that the bound can be missed
    assert not simulation.state.stores.whole[:, StoreW.DEFERRED].any()


def test_a_base_that_orders_from_a_depot_has_the_backorders_of_the_exact_two_echelon_theory() -> None:
    """With fixed times and one base, the depot's backorders and the demand in the shipping time are independent."""
    depot = {"capacity": 1, "source": {"lead_time_h": 72}}
    base = {"capacity": 2, "demand_per_day": 1.0, "source": {"unit": "depot", "lead_time_h": 24}}
    content = stock_world({"depot": depot, "base": base}, 2400)
    simulation = start(content, replications=range(80))
    simulation.advance(400)
    c = column(content, "base", "engine")
    before = simulation.state.stores.real[:, StoreR.BACKORDER_S, c].copy()
    simulation.advance(2000)
    mean, error = backorders(2000 * HOUR_S, simulation.state.stores.real[:, StoreR.BACKORDER_S, c] - before)
    waiting = [0.0] * 60
    for k, p in enumerate(poisson(3.0, 60)):
        waiting[max(k - 1, 0)] += p
    expected = sum(
        p * q * (k + j - 2) for k, p in enumerate(waiting) for j, q in enumerate(poisson(1.0, 40)) if k + j > 2
    )
    assert abs(mean - expected) < 4.0 * error
    assert error < 0.1 * expected
    assert not imbalance(simulation.params, simulation.state).any()


def test_orders_wait_at_a_depot_by_priority_then_by_waiting_time() -> None:
    """Both bases order at once, the depot has one engine: the base with priority 1 gets it, whatever the names."""
    for urgent, other in (("a", "b"), ("b", "a")):
        source = {"unit": "depot", "lead_time_h": 1}
        shelf = {"capacity": 1, "start": 0, "source": source}
        shelves = {"depot": {"capacity": 1}, urgent: {**shelf, "priority": 1}, other: shelf}
        content = stock_world(shelves, 10)
        simulation = start(content)
        simulation.advance(5)
        on_hand = simulation.state.stores.real[0, StoreR.ON_HAND]
        assert on_hand[column(content, urgent, "engine")] == 1.0
        assert on_hand[column(content, other, "engine")] == 0.0


def test_an_order_that_finds_no_place_for_its_shipment_is_put_off_and_counted() -> None:
    shelf = {"capacity": 9, "start": 9, "demand_per_day": 20, "source": {"lead_time_h": 50, "orders_at_most": 1}}
    simulation = start(stock_world({"base": shelf}, 40), replications=range(2))
    simulation.advance(40)
    assert (simulation.state.stores.whole[:, StoreW.ORDERS, 0] == 1).all()
    assert (simulation.state.stores.whole[:, StoreW.DEFERRED, 0] > 0).all()
    assert not imbalance(simulation.params, simulation.state).any()


def test_demand_without_stock_waits_or_is_lost() -> None:
    kept = start(stock_world({"base": {"capacity": 1, "demand_per_day": 24}}, 100))
    lost = start(stock_world({"base": {"capacity": 1, "demand_per_day": 24, "unmet": "lost"}}, 100))
    for simulation in (kept, lost):
        simulation.advance(100)
    demanded = kept.state.stores.real[0, StoreR.DEMANDED, 0]
    assert demanded == lost.state.stores.real[0, StoreR.DEMANDED, 0] > 50.0
    assert kept.state.stores.real[0, StoreR.BACKORDERS, 0] == demanded - 1.0
    assert lost.state.stores.real[0, StoreR.UNMET, 0] == demanded - 1.0
    assert lost.state.stores.real[0, StoreR.BACKORDERS, 0] == 0.0


def test_an_inject_of_supplies_fills_the_stores_of_a_unit_from_outside() -> None:
    content = stock_world({"base": {"capacity": 5, "start": 1}}, 10)
    content["injects"] = [{"at_s": 2 * HOUR_S, "kind": "supply", "who": ["base"]}]
    simulation = start(content)
    simulation.advance(5)
    assert simulation.state.stores.real[0, StoreR.ON_HAND, 0] == 5.0
    assert simulation.state.stores.real[0, StoreR.RECEIVED, 0] == 4.0


def test_more_places_for_shipments_than_memory_holds_are_refused() -> None:
    shelf = {"capacity": 3, "source": {"lead_time_h": 48, "orders_at_most": 10_000}}
    content = stock_world({f"base{k}": shelf for k in range(20)}, 10)
    for entry in content["groups"][:-1]:
        entry["units"][0]["count"] = 100
    with pytest.raises(ScenarioError, match="shipments that can be under way; lower orders_at_most"):
        compile_world(content)


def fuel_world(diesel: float, count: int = 3, **shelf: float) -> Document:
    """Return robots that idle at full burn near a depot that serves their home: an hour on a tank of 60."""
    away = {"verb": "move", "at_km": [1, 0]}
    return world(
        [group("depot", "post", 0, 0), group("robot", "robot", 0, 0, count, task=away)],
        [{"at": "depot", "items": {"diesel": {"capacity": 1000, "start": diesel, **shelf}}}],
        hours=6.0,
    )


def test_a_home_with_enough_fuel_fills_every_tank_and_the_store_issues_exactly_that() -> None:
    simulation = start(fuel_world(1000.0), record_events=True)
    simulation.advance(2160)
    carriers, stores = simulation.state.carriers.real[0], simulation.state.stores.real[0]
    assert carriers[CarrierR.FUEL_TAKEN].sum() == pytest.approx(stores[StoreR.ISSUED].sum(), rel=1e-12)
    assert stores[StoreR.ISSUED, 0] > 300.0
    assert abs(imbalance(simulation.params, simulation.state)).max() < 1e-9
    assert (simulation.events()["kind"] == EventKind.REFILLED).sum() > 6


def test_a_store_that_runs_low_fills_partly_and_units_wait_for_the_least_share_of_a_tank() -> None:
    content = fuel_world(100.0)
    simulation = start(content)
    simulation.advance(2160)
    stores, carriers = simulation.state.stores, simulation.state.carriers
    assert stores.real[0, StoreR.ON_HAND, 0] == pytest.approx(0.0, abs=1e-9)
    assert stores.real[0, StoreR.ISSUED, 0] == pytest.approx(100.0)
    assert stores.whole[0, StoreW.STOCKOUTS, 0] == 1
    assert (carriers.whole[0, CarrierW.ASK] != 0).sum() == 3  # all wait in the end
    assert stores.real[0, StoreR.SERVED_AT_ONCE, 0] <= stores.real[0, StoreR.DEMANDED, 0]


def test_a_depot_that_has_driven_off_serves_no_home() -> None:
    """A truck with fuel for the robot's home leaves; the robot gets none of it."""
    for drives in (False, True):
        task = {"verb": "move", "at_km": [-15, 0]} if drives else {"verb": "hold"}
        away = {"verb": "move", "at_km": [1, 0]}
        content = world(
            [group("depot", "wrecker", 0, 0, task=task), group("robot", "robot", 0, 0, task=away)],
            [{"at": "depot", "items": {"diesel": {"capacity": 1000}}}],
        )
        simulation = start(content)
        simulation.advance(600)
        taken = simulation.state.carriers.real[0, CarrierR.FUEL_TAKEN].sum()
        assert (taken == 0.0) if drives else (taken > 30.0)


def test_short_fuel_goes_to_the_group_with_the_lower_priority_number_whatever_the_names() -> None:
    """Both robots come home at the same time for more than the 40 litres that are there."""
    away = {"verb": "move", "at_km": [1, 0]}
    for urgent, other in (("a", "b"), ("b", "a")):
        content = world(
            [group("depot", "post", 0, 0), *(group(name, "robot", 0, 0, task=away) for name in (urgent, other))],
            [{"at": "depot", "items": {"diesel": {"capacity": 40}}}],
            sustainment={"priorities": {urgent: 1, other: 2}},
        )
        simulation = start(content)
        simulation.advance(720)
        taken = simulation.state.carriers.real[0, CarrierR.FUEL_TAKEN]
        assert taken[names(content).index(urgent)] == 40.0
        assert taken[names(content).index(other)] == 0.0


def test_accounts_balance_and_worlds_are_the_same_alone_in_a_batch_and_with_threads() -> None:
    source = {"lead_time_h": 1, "lead_law": "exponential"}
    content = fuel_world(150.0, count=4, demand_per_day=400, order_up_to=200, reorder_at=100, source=source)  # type: ignore[arg-type]
    batch = start(content, replications=range(6), threads=3, seed=5)
    alone = start(content, replications=[4], seed=5)
    for simulation in (batch, alone):
        simulation.advance(1500)
    assert batch.hash()[4] == alone.hash()[0]
    assert abs(imbalance(batch.params, batch.state)).max() < 1e-9
    assert (batch.state.stores.real[:, StoreR.RECEIVED] > 0.0).any()
    assert batch.params.supply.stores.real[StoreSpecR.START, 0] == 150.0
