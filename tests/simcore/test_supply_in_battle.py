"""Supply in a fight: every account balances through losses, whoever shares the batch and the threads."""

import copy

import numpy as np
import pytest

from simcore.simulation import Simulation
from simcore.state import MountW, UnitR, UnitW
from simcore.stores import CarrierR, CarrierW, StoreR, StoreSpecW
from simcore.types import EventKind, ItemKind, Status
from tests.simcore.event_bounds import too_many
from tests.simcore.small_worlds import CATALOGUE, Document, forces, names, skirmish, start
from tests.simcore.supply_worlds import column, group, imbalance, world


def battle() -> Document:
    """Return the skirmish with bombs and petrol for the drones in the ships, and a boat that brings more."""
    catalogue = copy.deepcopy(CATALOGUE)
    catalogue["platforms"]["drone"]["tank"] = {"fuel": "petrol", "capacity": 20}
    catalogue["platforms"]["boat"] = {
        "domain": "surface",
        "target_class": "small_boat",
        "speed_max_mps": 20,
        "cost_musd": 1,
        "cargo": {"capacity_kg": 300, "load_min": 1, "unload_min": 1, "min_load": 0.1},
    }
    groups, stores = [], []
    for side, west in (("blue", 1.0), ("red", -1.0)):
        groups += forces(side, west)
        boat = {"name": f"{side}-boat", "side": side, "units": [{"platform": "boat"}], "at_km": [-9 * west, -8]}
        tender = {"name": f"{side}-tender", "side": side, "units": [{"platform": "ship"}], "at_km": [-10 * west, -9]}
        groups.append(tender)
        task = {"verb": "resupply", "target": f"{side}-ship", "load_from": f"{side}-tender"}
        groups.append({**boat, "task": {**task, "route": "straight"}})
        full = {"petrol": {"capacity": 1000}, "bombs": {"capacity": 100}}
        stores.append({"at": f"{side}-tender", "items": full})
        short = {"petrol": {"capacity": 60, "start": 30}, "bombs": {"capacity": 10, "start": 1, "demand_per_day": 50}}
        stores.append({"at": f"{side}-ship", "items": short, "docks": 2})
    items = {"petrol": {"kind": "fuel"}, "bombs": {"kind": "rounds", "weapon": "bomb", "mass_kg": 20}}
    section = {"wear": False, "items": items, "stores": stores}
    content = {**skirmish(catalogue=catalogue, sustainment=section), "groups": groups}
    content["time"]["duration_s"] = 4000
    content["injects"] = [{"at_s": 3000, "kind": "lose", "who": ["red-tender"]}]
    return content


def test_accounts_balance_through_losses_in_a_batch_with_threads_and_alone() -> None:
    batch = start(battle(), seed=4, replications=range(8), threads=3)
    for _ in range(8):
        batch.advance(100)
        assert abs(imbalance(batch.params, batch.state)).max() < 1e-9
    alone = start(battle(), seed=4, replications=[5])
    alone.advance(800)
    assert alone.hash()[0] == batch.hash()[5]
    real, whole = batch.state.stores.real, batch.params.supply.stores.whole
    assert (batch.state.units.whole[:, UnitW.STATUS] == Status.LOST).any()
    assert (real[:, StoreR.ISSUED] > 0.0).any(), "nobody refuelled"
    assert (real[:, StoreR.LOST] > 0.0).any(), "no store was lost"
    fuel = batch.params.supply.items.whole[0, whole[StoreSpecW.ITEM]] == ItemKind.FUEL
    taken = batch.state.carriers.real
    assert taken[:, CarrierR.FUEL_TAKEN].sum(axis=1) == pytest.approx(real[:, StoreR.ISSUED][:, fuel].sum(axis=1))
    rounds = real[:, StoreR.ISSUED][:, ~fuel].sum(axis=1)
    assert (taken[:, CarrierR.ROUNDS_TAKEN].sum(axis=1) == rounds).all()
    assert (real >= 0.0).all()


def test_a_tick_of_a_fight_with_supply_has_no_more_events_than_there_is_room_for() -> None:
    simulation = start(battle(), seed=1, replications=range(2), record_events=True)
    simulation.advance(500)
    events = simulation.events()
    assert (events["kind"] == EventKind.REFILLED).any()
    assert too_many(simulation.params, simulation.state.salvoes.whole.shape[2], events) == []


def test_saving_and_restoring_keep_the_stores(tmp_path) -> None:  # type: ignore[no-untyped-def]
    simulation = start(battle(), seed=2)
    simulation.advance(200)
    simulation.save(tmp_path / "state.npz")
    again = Simulation.restore(tmp_path / "state.npz", simulation.params)
    for one in (simulation, again):
        one.advance(100)
    assert again.hash() == simulation.hash()


def test_a_cargo_drone_loads_aboard_its_host_lands_for_the_next_load_and_delivers() -> None:
    drone = {
        "domain": "air",
        "target_class": "small_air",
        "speed_max_mps": 30,
        "speed_cruise_mps": 30,
        "endurance_h": 1,
        "turnaround_min": 2,
        "cost_musd": 1,
        "cargo": {"capacity_kg": 10, "load_min": 1, "unload_min": 1},
        "tank": {"fuel": "diesel", "capacity": 5},
    }
    task = {"verb": "resupply", "target": "outpost", "load_from": "base"}
    content = world(
        [
            group("base", "post", 0, 0),
            group("outpost", "post", 6, 0),
            {"name": "drone", "side": "blue", "units": [{"platform": "drone"}], "host": "base", "aboard": True}
            | {"task": task},
        ],
        [
            {"at": "base", "items": {"engine": {"capacity": 10}, "diesel": {"capacity": 100}}},
            {"at": "outpost", "items": {"engine": {"capacity": 5, "start": 0}}},
        ],
    )
    content["sustainment"]["items"] = {**content["sustainment"]["items"], "engine": {"kind": "parts", "mass_kg": 2}}
    content["catalogue"] = {**content["catalogue"], "platforms": {**content["catalogue"]["platforms"], "drone": drone}}
    content["sustainment"]["stores"][1]["items"]["engine"]["capacity"] = 8
    simulation = start(content, record_events=True)
    simulation.advance(300)
    assert simulation.state.stores.real[0, StoreR.ON_HAND, column(content, "outpost", "engine")] == 8.0
    events = simulation.events()
    kinds = events["kind"]
    assert (kinds == EventKind.LAUNCH).sum() >= 2
    assert (kinds == EventKind.RECOVER).sum() >= 2
    assert (kinds == EventKind.CARGO_DELIVERED).sum() == 2
    burnt = simulation.state.carriers.real[0, CarrierR.FUEL_TAKEN].sum()
    assert burnt == pytest.approx(
        100.0 - simulation.state.stores.real[0, StoreR.ON_HAND, column(content, "base", "diesel")]
    )
    assert burnt > 1.0


def test_a_robot_without_rounds_goes_home_to_rearm_where_its_home_has_rounds_and_stays_out_otherwise() -> None:
    for shells in (30, None):
        items = {"diesel": {"capacity": 1000}} | ({"shells": {"capacity": 100, "start": shells}} if shells else {})
        content = world(
            [group("depot", "post", 0, 0), group("robot", "robot", 2, 0, home_km=[0, 0], task={"verb": "hold"})],
            [{"at": "depot", "items": items}],
        )
        simulation = start(content)
        robot = names(content).index("robot")
        simulation.state.mounts.whole[0, MountW.AMMO] = 0
        simulation.advance(120)
        ammo = int(simulation.state.mounts.whole[0, MountW.AMMO, 0])
        assert ammo == (20 if shells else 0)
        assert simulation.state.carriers.whole[0, CarrierW.ASK, robot] == 0
        is_home = abs(simulation.state.units.real[0, UnitR.X, robot]) < 500.0
        if not shells:
            assert not is_home
        assert np.isfinite(simulation.state.units.real[0, UnitR.X]).all()
