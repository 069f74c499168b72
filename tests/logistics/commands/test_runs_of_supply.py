"""spares and network take run folders."""

import json
from pathlib import Path
from typing import Any

import pytest

from logistics.spares.palm import place_stock
from logistics.spares.two_echelon import Base, Echelons, evaluate
from scenarios.loader import compile_document
from scenarios.run.play import run_scenario
from scenarios.run.policies import choose_policies
from simcore.errors import InputError
from simcore.recording.table_reader import TableReader
from tests.logistics.commands.conftest import Chammo
from tests.logistics.logs.test_run_folder import parts, play
from tests.simcore.machine_worlds import machines
from tests.simcore.small_worlds import Document
from tests.simcore.supply_worlds import group, world
from tests.simcore.test_carriers import HAUL, haul_world
from tests.simcore.test_spares import stocked


def play_file(content: Document, folder: Path) -> Path:
    """Play a document into a folder with the plan of the file."""
    compiled = compile_document(content)
    run_scenario(compiled, choose_policies(compiled.roster), folder=folder)
    return folder


def spares(chammo: Chammo, folder: Path, *more: str) -> dict[str, Any]:
    return json.loads(chammo("maintenance", "spares", str(folder), "--json", *more))


def test_each_failure_of_a_run_demands_a_part_and_palm_gives_the_backorders(chammo: Chammo, tmp_path: Path) -> None:
    run = play(stocked(3, 8.0, n=20, hours=1000), tmp_path / "run")
    found = spares(chammo, run)
    n = int(parts(run)["failures"].sum())
    (demand,) = found["demands"]
    assert demand["count"] == n > 50
    assert (demand["item"], demand["base"], demand["source"], demand["lead_h"]) == ("engine", "hall", "outside", 8.0)
    assert demand["stock"] == 3
    assert demand["per_h_95"][0] < demand["per_h"] == n / 1000.0 < demand["per_h_95"][1]
    holes = place_stock(n / 1000.0, 8.0, 3).backorders
    assert found["backorders"] == pytest.approx(holes, rel=1e-9)
    assert found["bases"][0]["availability"] == pytest.approx(1.0 - holes / 20.0, rel=1e-9)
    text = chammo("maintenance", "spares", str(run))
    assert text.splitlines()[1].split()[:4] == ["engine", "hall", str(n), "1,000"]


def test_bases_that_order_from_a_depot_are_two_echelons(chammo: Chammo, tmp_path: Path) -> None:
    def shelf(stock: int, **keys: Any) -> Document:
        return {"engine": {"capacity": 9, "start": stock, "order_up_to": stock, "reorder_at": stock - 1, **keys}}

    def base(name: str, stock: int, demand: float) -> Document:
        use = {"demand_per_day": demand, "demand_law": "poisson", "unmet": "backorder"}
        return {"at": name, "items": shelf(stock, source={"unit": "depot", "lead_time_h": 12}, **use)}

    depot = {"at": "depot", "items": shelf(2, source={"lead_time_h": 48})}
    places = [group(name, "post" if name == "depot" else "camp", k, 0) for k, name in enumerate(("depot", "a", "b"))]
    run = play_file(world(places, [depot, base("a", 1, 0.5), base("b", 2, 1.0)], hours=480), tmp_path / "run")
    found = spares(chammo, run)
    with TableReader(run / "stocks.parquet") as table:
        last = {name: values[-3:] for name, values in table.read().items()}
    demanded = (last["consumed"] + last["owed"])[[0, 1, 2]]
    with TableReader(run / "units.parquet") as table:
        names = table.read()["name"][last["unit"]].tolist()
    count = dict(zip(names, demanded.tolist(), strict=True))
    assert {row["base"]: row["count"] for row in found["demands"]} == {name: count[name] for name in ("a", "b")}
    assert all(row["source"] == "depot" and row["lead_h"] == 12.0 for row in found["demands"])
    echelons = Echelons(tuple(Base(count[name] / 480.0, order_and_ship=12.0) for name in ("a", "b")), 48.0)
    assert found["backorders"] == pytest.approx(evaluate(echelons, 2, [1, 2]).total, rel=1e-9)
    assert (found["items"][0]["depot_stock"], [row["stock"] for row in found["items"][0]["bases"]]) == (2, [1, 2])
    better = spares(chammo, run, "--budget", "8")
    assert better["cost"] == 8.0
    assert better["backorders"] < found["backorders"]


def test_stores_without_a_source_or_in_lots_are_noted(chammo: Chammo, tmp_path: Path) -> None:
    content = stocked(3, 8.0, n=5, hours=500)
    (store,) = content["sustainment"]["stores"]
    store["items"]["engine"]["reorder_at"] = 1
    run = play(content, tmp_path / "lots")
    assert spares(chammo, run)["notes"] == ["engine at hall: ordered in lots (at 1 up to 3), computed as one for one"]
    del store["items"]["engine"]["source"]
    run = play(content, tmp_path / "none")
    with pytest.raises(InputError, match=r"no demand for parts with a source.*\n.*no source of shipments"):
        chammo("maintenance", "spares", str(run))


def test_the_ways_of_carriers_are_a_network(chammo: Chammo, tmp_path: Path) -> None:
    """Without stock an outpost needs 800 kg of diesel and two engines of 50 kg; 12 km take 600 s, unloading 5 min."""
    run = play_file(haul_world(), tmp_path / "run")
    found = json.loads(chammo("network", str(run), "--json"))
    (way,) = found["ways"]
    assert (way["source"], way["sink"], way["carrier"], way["trips"], way["kg"]) == (
        "depot",
        "outpost",
        "truck",
        2,
        900,
    )
    assert way["length_km"] == pytest.approx(12.0, abs=0.05)
    assert way["hours"] / 2 == pytest.approx(0.25, abs=60 / 3600)
    assert (way["lost"], way["risk"]) == (0, 0.0)
    assert found["unit"] == "kg/day"
    assert found["demand"] == pytest.approx(900 * 6)
    assert found["supply"] == pytest.approx(5500 * 6)
    assert found["delivered"] == pytest.approx(900 * 6)
    assert "depot  outpost  truck" in chammo("network", str(run))


def test_the_risk_of_a_way_is_the_share_of_loads_lost(chammo: Chammo, tmp_path: Path) -> None:
    content = haul_world(docks=2, injects=[{"at_s": 600, "kind": "lose", "who": ["truck"]}])
    content["groups"].insert(3, group("second", "truck", 0, 0, task=HAUL))
    run = play_file(content, tmp_path / "run")
    (way,) = json.loads(chammo("network", str(run), "--json"))["ways"]
    assert way["lost"] == 1
    assert way["ended"] == way["trips"] + 1
    assert way["risk"] == 1.0 / way["ended"]


def test_shipments_between_stores_are_ways(chammo: Chammo, tmp_path: Path) -> None:
    use = {
        "demand_per_day": 24,
        "demand_law": "steady",
        "unmet": "backorder",
        "reorder_at": 4,
        "order_up_to": 5,
        "start": 5,
        "capacity": 5,
    }
    stores = [
        {"at": "depot", "items": {"diesel": {"capacity": 100}}},
        {"at": "camp", "items": {"diesel": {**use, "source": {"unit": "depot", "lead_time_h": 2}}}},
    ]
    run = play_file(
        world([group("depot", "post", 0, 0), group("camp", "camp", 3, 4)], stores, hours=48), tmp_path / "r"
    )
    found = json.loads(chammo("network", str(run), "--json"))
    (way,) = found["ways"]
    assert (way["carrier"], way["length_km"], way["risk"]) == ("shipments", pytest.approx(5.0), 0.0)
    assert way["hours"] == pytest.approx(2.0 * way["trips"])
    assert found["demand"] == pytest.approx(24.0, rel=0.02)  # a steady use of 24 l of 1 kg a day
    assert found["places"][0]["quickest"]["time_h"] == pytest.approx(2.0)


def test_runs_without_stores_parts_or_deliveries_say_so(chammo: Chammo, tmp_path: Path) -> None:
    bare = play(machines({"weibull": {"scale_h": 50}, "repair": 1}, n=2, hours=100), tmp_path / "bare")
    for command in (("maintenance", "spares"), ("network",)):
        with pytest.raises(InputError, match="no stores in this run"):
            chammo(*command, str(bare))
    idle = play_file(haul_world(task={"verb": "hold"}), tmp_path / "idle")
    with pytest.raises(InputError, match="no carrier or shipment delivered"):
        chammo("network", str(idle))
    with pytest.raises(InputError, match="has its own nodes"):
        chammo("network", str(idle), "--unit", "t")
    fuel = haul_world()
    for store in fuel["sustainment"]["stores"]:
        del store["items"]["engine"]
    with pytest.raises(InputError, match="no store of parts"):
        chammo("maintenance", "spares", str(play_file(fuel, tmp_path / "fuel")))
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="manifest"):
        chammo("network", str(tmp_path / "empty"))
