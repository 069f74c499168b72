"""Carriers and recovery vehicles: loading, delivery, loss and towing."""

from typing import Any

import numpy as np
import pytest

from simcore.simulation import Simulation
from simcore.state import MountW, UnitR, UnitW
from simcore.stores import CarrierR, CarrierStage, CarrierW, StoreR
from simcore.types import Damage, EventKind, Status
from simcore.upkeep import UseW
from tests.simcore.small_worlds import Document, names, start
from tests.simcore.supply_worlds import column, group, imbalance, world

HAUL = {"verb": "resupply", "target": "outpost", "load_from": "depot"}


def haul_world(task: Document = HAUL, trucks: int = 1, docks: int = 1, **keys: Any) -> Document:
    """Return a depot, an outpost 12 km away without stock, and trucks at the depot."""
    return world(
        [
            group("depot", "post", 0, 0),
            group("outpost", "post", 12, 0),
            group("truck", "truck", 0, 0, trucks, task=task),
        ],
        [
            {"at": "depot", "items": {"diesel": {"capacity": 5000}, "engine": {"capacity": 10}}, "docks": docks},
            {
                "at": "outpost",
                "items": {"diesel": {"capacity": 800, "start": 0}, "engine": {"capacity": 2, "start": 0}},
            },
        ],
        **keys,
    )


def on_hand(simulation: Simulation, content: Document, unit: str, item: str) -> float:
    """Return the stock of an item on a unit in the first replication."""
    return float(simulation.state.stores.real[0, StoreR.ON_HAND, column(content, unit, item)])


def test_a_truck_carries_supplies_in_the_time_of_loading_driving_and_unloading() -> None:
    """5 min loading, 600 s for 12 km at 20 m/s, 5 min unloading: 1200 s, and the updates of 10 s in between."""
    content = haul_world()
    simulation = start(content, record_events=True)
    simulation.advance(118)
    assert on_hand(simulation, content, "outpost", "diesel") == 0.0
    simulation.advance(10)
    # 800 kg of diesel and 100 kg of engines are cut to 500 kg in the same proportion; an engine is not divisible
    assert on_hand(simulation, content, "outpost", "diesel") == pytest.approx(800 * 500 / 900, abs=0.001)
    assert on_hand(simulation, content, "outpost", "engine") == 1.0
    assert abs(imbalance(simulation.params, simulation.state)).max() < 1e-9
    simulation.advance(400)
    assert on_hand(simulation, content, "outpost", "diesel") == pytest.approx(800.0)
    assert on_hand(simulation, content, "outpost", "engine") == 2.0
    delivered = simulation.state.carriers.real[0, CarrierR.DELIVERED_KG].sum()
    assert delivered == pytest.approx(900.0)
    events = simulation.events()
    assert (events["kind"] == EventKind.CARGO_DELIVERED).sum() == 2


def test_a_lost_truck_loses_its_load_and_its_destination_no_longer_waits_for_it() -> None:
    content = haul_world(injects=[{"at_s": 600, "kind": "lose", "who": ["truck"]}])
    simulation = start(content)
    simulation.advance(50)
    loaded = on_hand(simulation, content, "truck", "diesel")
    assert loaded > 400.0
    assert simulation.state.stores.real[0, StoreR.ON_ORDER, column(content, "outpost", "diesel")] == loaded
    simulation.advance(60)
    assert simulation.state.stores.real[0, StoreR.LOST, column(content, "truck", "diesel")] == loaded
    assert not simulation.state.stores.real[0, StoreR.ON_ORDER].any()
    assert abs(imbalance(simulation.params, simulation.state)).max() < 1e-9


def test_trucks_wait_for_a_dock_in_the_order_of_their_arrival() -> None:
    one = start(haul_world(trucks=3, docks=1))
    all_at_once = start(haul_world(trucks=3, docks=3))
    for simulation in (one, all_at_once):
        simulation.advance(20)
    loading = [(s.state.carriers.whole[0, CarrierW.STAGE] == CarrierStage.LOADING).sum() for s in (one, all_at_once)]
    assert loading == [1, 2]  # the needs are under way in two trucks


def test_trucks_at_a_depot_that_runs_out_leave_with_what_there_is_if_that_is_worth_while() -> None:
    content = haul_world()
    content["sustainment"]["stores"][0]["items"]["diesel"]["start"] = 100
    content["sustainment"]["stores"][0]["items"]["engine"]["start"] = 0
    simulation = start(content)
    simulation.advance(400)
    assert on_hand(simulation, content, "outpost", "diesel") == 0.0  # 100 kg is less than half a load
    content["sustainment"]["stores"][0]["items"]["diesel"]["start"] = 300
    simulation = start(content)
    simulation.advance(400)
    assert on_hand(simulation, content, "outpost", "diesel") == 300.0


def tanker_world(task: Document) -> Document:
    """Return two robots 8 km from a depot, a tanker, and fuel and shells in the depot."""
    shelves = {"diesel": {"capacity": 5000}, "shells": {"capacity": 1000}}
    return world(
        [
            group("depot", "post", 0, 0),
            group("robots", "robot", 8, 0, 2, home_km=[7, 0], task=task),
            group("truck", "truck", 0, 0, task={"verb": "resupply", "target": "robots", "load_from": "depot"}),
        ],
        [{"at": "depot", "items": shelves}],
    )


def test_two_trucks_take_no_small_loads_and_none_twice() -> None:
    """A used engine that the depot cannot replace is no reason for a trip; a load under way is not loaded again."""
    content = haul_world(trucks=2, docks=2)
    depot, outpost = (store["items"] for store in content["sustainment"]["stores"])
    depot["engine"] = {"capacity": 10, "start": 0}
    outpost["diesel"] = {"capacity": 1000, "demand_per_day": 2400, "demand_law": "steady"}
    simulation = start(content, record_events=True)
    simulation.advance(1400)
    events = simulation.events()
    loaded = events["a"][events["kind"] == EventKind.CARGO_LOADED]
    delivered = events["a"][events["kind"] == EventKind.CARGO_DELIVERED]
    assert len(loaded) >= 1
    assert loaded.min() >= 250
    assert abs(int(delivered.sum()) - int(loaded[: len(delivered)].sum())) <= len(loaded)


@pytest.mark.parametrize("task", [{"verb": "hold"}, {"verb": "move", "at_km": [8, 15], "speed": 0.4}])
def test_a_group_at_rest_or_under_way_is_refuelled_and_rearmed_when_it_has_used_half(task: Document) -> None:
    """Full tanks and magazines are 200 kg; with half the rounds gone the truck leaves when 60 of 120 l are burnt."""
    content = tanker_world(task)
    simulation = start(content, record_events=True)
    mounts = simulation.state.mounts.whole
    mounts[0, MountW.AMMO] = 10
    simulation.advance(170)
    truck = names(content).index("truck")
    assert simulation.state.carriers.whole[0, CarrierW.STAGE, truck] == CarrierStage.AT_SOURCE
    simulation.advance(125)
    robots = [names(content).index(name) for name in ("robots-1", "robots-2")]
    left = simulation.state.units.real[0, UnitR.ENDURANCE_S, robots]
    assert (left > 3000.0).all()  # of 3600 s: without the tanker 650 s would be left
    assert (mounts[0, MountW.AMMO] == 20).all()
    taken = simulation.state.carriers.real[0, CarrierR.FUEL_TAKEN].sum()
    issued = simulation.state.stores.real[0, StoreR.ISSUED].sum()
    assert issued == pytest.approx(taken + 20.0)
    assert abs(imbalance(simulation.params, simulation.state)).max() < 1e-9
    delivered = simulation.events()
    assert (delivered["kind"] == EventKind.CARGO_DELIVERED).sum() == 1


def test_a_route_of_supply_leads_the_trucks_over_its_points_both_ways() -> None:
    content = haul_world(sustainment={"routes": [{"between": ["outpost", "depot"], "via_km": [[12, 6], [0, 6]]}]})
    simulation = start(content)
    truck = names(content).index("truck")
    north = []
    for _ in range(60):
        simulation.advance(5)
        north.append(float(simulation.state.units.real[0, UnitR.Y, truck]))
    assert max(north) == pytest.approx(6000.0)
    at_top = np.flatnonzero(np.array(north) > 5999.0)
    assert len(np.flatnonzero(np.diff(at_top) > 10)) >= 1  # there and, after the delivery, back


def test_mines_cut_the_straight_way_and_a_route_round_them_keeps_the_outpost_supplied() -> None:
    mines = {
        "name": "belt",
        "rectangle": {"west_km": 5, "east_km": 7, "south_km": -2, "north_km": 2},
        "count": 400,
        "domains": ["land"],
        "actuation_m": 100,
        "p_kill": 1,
    }
    straight = haul_world(minefields=[mines])
    route = {"routes": [{"between": ["depot", "outpost"], "via_km": [[3, 6], [9, 6]]}]}
    round_it = haul_world(minefields=[mines], sustainment=route)
    for content, arrives in ((straight, False), (round_it, True)):
        simulation = start(content)
        simulation.advance(300)
        assert (on_hand(simulation, content, "outpost", "diesel") > 0.0) == arrives
        lost = simulation.state.stores.real[0, StoreR.LOST, column(content, "truck", "diesel")]
        assert (lost > 400.0) == (not arrives)
        assert abs(imbalance(simulation.params, simulation.state)).max() < 1e-9


def test_the_order_of_the_file_does_not_matter() -> None:
    content = haul_world(trucks=3)
    turned = {**content, "groups": content["groups"][::-1]}
    turned["sustainment"] = {**content["sustainment"], "stores": content["sustainment"]["stores"][::-1]}
    a, b = start(content, seed=3), start(turned, seed=3)
    for simulation in (a, b):
        simulation.advance(300)
    assert a.hash() == b.hash()


def tow_world(wreckers: int = 1) -> Document:
    """Return two robots without mobility and recovery vehicles that bring them to a workshop."""
    task = {"verb": "tow", "target": "robots", "at_km": [0, 5]}
    return world(
        [
            group("post", "post", 0, 5),
            group("robots", "robot", 6, 0, 2, formation={"spacing_m": 400, "shape": "line"}, task={"verb": "hold"}),
            group("wrecker", "wrecker", 0, 0, wreckers, task=task),
        ],
        [],
        hours=6.0,
        injects=[{"at_s": 60, "kind": "disable", "parts": ["mobility"], "who": ["robots"]}],
    )


def test_a_recovery_vehicle_tows_the_immobile_units_to_the_workshop_one_after_the_other() -> None:
    content = tow_world()
    simulation = start(content, record_events=True)
    simulation.advance(900)
    robots = [names(content).index(f"robots-{k}") for k in (1, 2)]
    x, y = simulation.state.units.real[0, UnitR.X, robots], simulation.state.units.real[0, UnitR.Y, robots]
    assert np.hypot(x, y - 5000.0).max() <= 200.0
    events = simulation.events()
    begun = events[events["kind"] == EventKind.TOW_BEGUN]
    ended = events[events["kind"] == EventKind.TOW_ENDED]
    assert len(begun) == len(ended) == 2
    assert (ended["a"] == 1).all()
    # at 5 m/s over the distance of the first robot, at least
    assert (ended["tick"] - begun["tick"]).min() * 10.0 >= 7000.0 / 5.0
    assert (simulation.state.units.whole[0, UnitW.STATUS, robots] == Status.ACTIVE).all()


def test_a_hit_robot_is_towed_to_the_workshop_and_repaired_there() -> None:
    content = tow_world()
    del content["injects"]
    shop = {"name": "shop", "at": "post", "radius_m": 300, "crews": 2}
    content["sustainment"] |= {"workshops": [shop], "damage_repair": {"repair": {"mean_h": 0.25, "law": "fixed"}}}
    simulation = start(content, record_events=True)
    robots = [names(content).index(f"robots-{k}") for k in (1, 2)]
    simulation.advance(5)
    simulation.state.units.whole[0, UnitW.DAMAGE, robots] |= Damage.MOBILITY
    simulation.state.uses.whole[0, UseW.HURT, robots] |= Damage.MOBILITY
    simulation.advance(200)
    assert (simulation.state.units.whole[0, UnitW.DAMAGE, robots] & Damage.MOBILITY).all()  # 9 km from the workshop
    simulation.advance(900)
    assert not simulation.state.units.whole[0, UnitW.DAMAGE, robots].any()
    assert (simulation.events()["kind"] == EventKind.TOW_ENDED).sum() >= 2  # an empty tank makes it immobile again


def test_two_recovery_vehicles_go_to_different_units() -> None:
    content = tow_world(2)
    simulation = start(content)
    simulation.advance(40)
    sinks = simulation.state.carriers.whole[0, CarrierW.SINK]
    towed = sorted(int(sinks[names(content).index(f"wrecker-{k}")]) for k in (1, 2))
    assert towed == sorted(names(content).index(f"robots-{k}") for k in (1, 2))
