"""What a run folder says of the ground: rings of zones, minefields and their mines, reaches, first tasks, weather."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from scenarios.compiler.scenario import Compiled
from scenarios.loader import compile_document, load
from scenarios.run.play import run_scenario
from scenarios.run.policies import choose_policies
from simcore.recording.map_document import LN_CONTRAST, map_document, reach_table, rings_of
from simcore.recording.run_schema import REACH
from simcore.recording.tables import read_table
from simcore.types import MineStatus
from tests.scenarios.format.case_files import right_documents, right_texts


def compiled(name: str) -> Compiled:
    return compile_document(right_documents()[name])


def area_km2(ring: np.ndarray) -> float:
    x, y = ring
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()) / 2e6


def test_seams_are_cut_so_that_rings_and_holes_stand_apart() -> None:
    zones = map_document(*_parts("zones-of-all-shapes"))["zones"]
    assert isinstance(zones, list)
    rings = {zone["name"]: [np.array(ring).T for ring in zone["rings_m"]] for zone in zones}
    assert {name: len(found) for name, found in rings.items()} == {"town": 1, "approach": 2, "lane": 1, "both": 4}
    outer, hole = rings["approach"]
    disc = 32 / 2 * math.sin(2 * math.pi / 32)  # of radius 1, as a polygon
    assert area_km2(outer) == pytest.approx(disc * 16, rel=1e-4)
    assert area_km2(hole) == pytest.approx(-disc * 9, rel=1e-4)
    for zone in zones:
        whole = np.array(zone["polygon_m"]).T
        assert area_km2(whole) == pytest.approx(sum(area_km2(ring) for ring in rings[zone["name"]]), rel=1e-6)


def test_rings_of_one_ring_are_that_ring() -> None:
    square = np.array([[0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 1.0, 1.0]])
    (ring,) = rings_of(square)
    assert np.array_equal(ring, square)


def _parts(name: str) -> tuple:
    made = compiled(name)
    return made.params, made.roster


def test_routes_and_roads_are_told() -> None:
    document = map_document(*_parts("roads-and-routes"))
    tasks = {task["group"]: task for task in document["tasks"]}  # type: ignore[attr-defined]
    assert tasks["red-robots"]["task"] == "move"
    assert tasks["red-robots"]["route_m"][-1] == [-10_000.0, 15_000.0]
    assert len(tasks["red-robots"]["route_m"]) > 2
    assert tasks["blue-drones"]["route_m"] == []
    assert [road["bridges"] for road in document["roads"]] == [False, True]  # type: ignore[attr-defined]


def test_weather_is_told_where_there_is_any() -> None:
    assert map_document(*_parts("roads-and-routes"))["weather"] == []
    weather = map_document(*_parts("weather-that-changes"))["weather"]
    assert isinstance(weather, list)
    assert weather[0]["time_s"] == 0.0
    assert weather[0]["visibility_m"] == pytest.approx(8000.0, rel=1e-6)
    assert math.isclose(LN_CONTRAST, math.log(50.0))
    assert [stretch["rain"] for stretch in weather][-1] is True
    assert weather[-1]["sea_state"] == 5
    assert weather[-1]["light"] < weather[0]["light"]


def test_reaches_name_sensors_weapons_and_jammers() -> None:
    made = compiled("operators-and-jammers")
    table = reach_table(made.params, made.roster)
    assert list(table) == [column.name for column in REACH]
    rows = list(zip(*table.values(), strict=True))
    jammer = made.roster.units.index("red-1")
    assert [row[3] for row in rows if row[0] == jammer and row[1] == "jammer"] == [math.inf, 30_000.0]
    assert [row[6] for row in rows if row[0] == jammer and row[1] == "jammer"] == [False, True]
    assert all(row[3] > 0 for row in rows if row[1] == "weapon")
    assert map_document(made.params, made.roster)["operators"] == [3, 0]


def test_a_run_records_where_the_mines_lie_and_what_becomes_of_them(tmp_path: Path) -> None:
    text = right_texts()["minefields"]
    text = text.replace("actuation_m: 30", "actuation_m: 150").replace("count: 40", "count: 400")
    text = text.replace("p_kill: 0.3", "p_hit: 0")
    (tmp_path / "dense.yaml").write_text(text, encoding="utf-8")
    made = load(tmp_path / "dense.yaml")
    folder = run_scenario(made, choose_policies(made.roster), folder=tmp_path / "run").folder
    assert folder is not None
    fields = json.loads((folder / "map.json").read_text())["minefields"]
    told = {field["name"]: (field["side"], field["suspected"], field["count"]) for field in fields}
    assert told == {"belt": ("red", True, 320), "empty": (None, False, 0), "strait": (None, False, 400)}
    mines = read_table(folder / "mines.parquet")
    assert np.bincount(mines["minefield"], minlength=len(fields)).tolist() == [field["count"] for field in fields]
    for number, field in enumerate(fields):
        x, y = np.array(field["rings_m"][0]).T
        of_field = mines["minefield"] == number
        assert np.all((mines["x_m"][of_field] >= x.min()) & (mines["x_m"][of_field] <= x.max()))
        assert np.all((mines["y_m"][of_field] >= y.min()) & (mines["y_m"][of_field] <= y.max()))
    is_gone = mines["status"] != MineStatus.ARMED
    assert np.array_equal(np.isfinite(mines["gone_s"]), is_gone)
    events = read_table(folder / "events.parquet")
    for kind, status in (("mine", MineStatus.SPENT), ("mine_cleared", MineStatus.CLEARED)):
        happened = np.sort(events["time_s"][events["kind"] == kind])
        gone = np.sort(mines["gone_s"][mines["status"] == status])
        assert len(happened) == len(gone) > 0, kind
        assert np.all((gone >= happened) & (gone <= happened + 15.0)), "at the next frame"
