"""Steps too long for ranges, speeds, reloads, looks, flights and delays are warned of, with a step that does."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from scenarios.cli import main
from scenarios.format.checks.steps import step_warnings
from scenarios.format.document import check_data
from scenarios.format.resolve import resolve
from scenarios.format.texts import library_names
from scenarios.format.yaml_text import write_yaml
from scenarios.loader import load


def crossing(dt_s: float = 1.0, fit: str = "eye", **changes: dict[str, Any]) -> dict[str, Any]:
    """Return a jet that crosses the circle of a ship's gun: 250 m/s, 3 km, shots every 2 s that fly for 3 s."""
    sensor = {"model": "cookie_cutter", "range_km": 10, "interval_s": 2}
    weapon = {"domains": ["air"], "range_max_km": 3, "round_speed_mps": 1000, "reload_s": 2, "p_hit": 0.3}
    radar = {"model": "radar", "range_km": 10, "interval_s": 2, "reference": {"range_km": 5, "p_detect": 0.9}}
    sensors = {"eye": sensor | changes.get("eye", {}), "radar": radar | changes.get("radar", {})}
    ship = {"domain": "surface", "target_class": "ship", "speed_max_mps": 0, "sensors": [fit]}
    jet = {"domain": "air", "target_class": "aircraft", "speed_max_mps": 250, "height_m": 300}
    return {
        "schema_version": 1,
        "name": "crossing",
        "time": {"dt_s": dt_s, "duration_s": 400} | changes.get("time", {}),
        "map": {
            "origin": {"longitude_deg": 126.5, "latitude_deg": 37.5},
            "west_km": -40, "east_km": 40, "south_km": -10, "north_km": 10,
            "terrain": {"kind": "flat", "surface": "water"},
        },
        "sides": [{"name": "blue"}, {"name": "red"}],
        "groups": [
            {"name": "s", "side": "blue", "at_km": [0, 0], "roe": "free", "units": [{"platform": "ship"}]},
            {"name": "j", "side": "red", "at_km": [-30, 0.5], "units": [{"platform": "jet"}]},
        ],
        "catalogue": {
            "sensors": sensors,
            "weapons": {"gun": weapon | changes.get("gun", {})},
            "platforms": {
                "ship": ship | {"weapons": [{"weapon": "gun", "rounds": 200}]} | changes.get("ship", {}),
                "jet": jet | changes.get("jet", {}),
            },
        },
    }  # fmt: skip


def warnings(data: dict[str, Any]) -> list[str]:
    """Return the warnings of a scenario."""
    return step_warnings(resolve(check_data(data, "m", lambda path: 1)).content)


def wanted_step(warning: str) -> float:
    """Return the step that a warning asks for."""
    return float(re.findall(r"give time\.\w+ ([\d.e-]+) or less", warning)[0])


SLOW_GUN, SLOW_EYE = {"reload_s": 60}, {"interval_s": 60}


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (crossing(7, gun=SLOW_GUN, eye=SLOW_EYE), "weapons.gun.range_max_km"),
        (crossing(30, gun=SLOW_GUN | {"range_max_km": 30}, fit="radar", radar=SLOW_EYE), "sensors.radar.range_km"),
        (crossing(3, eye=SLOW_EYE), "weapons.gun.reload_s"),
        (crossing(3, gun=SLOW_GUN), "sensors.eye.interval_s"),
        (crossing(4, eye=SLOW_EYE, gun=SLOW_GUN | {"round_speed_mps": 10_000}), "weapons.gun.round_speed_mps"),
        (crossing(ship={"radio": {"range_km": 5, "latency_s": 0.4}}), "platforms.ship.radio.latency_s"),
        (crossing(ship={"autonomy": "approve", "approval_s": 0.3}), "platforms.ship.approval_s"),
    ],
    ids=["range of a weapon", "range of a radar", "reload", "look", "flight", "latency", "approval"],
)  # fmt: skip
def test_each_kind_is_named_with_its_path_and_a_step_that_does(data: dict[str, Any], where: str) -> None:
    (warning,) = warnings(data)
    assert warning.startswith(f"catalogue.{where}: ")
    data["time"]["dt_s"] = wanted_step(warning)
    assert warnings(data) == []


def test_a_range_is_crossed_by_the_speeds_of_both() -> None:
    """200 m/s each way in 4 s are 1.6 km, more than half of 3 km; one alone would move 0.8 km."""
    still = crossing(4, gun=SLOW_GUN, eye=SLOW_EYE, jet={"speed_max_mps": 200})
    fast = crossing(4, gun=SLOW_GUN, eye=SLOW_EYE, jet={"speed_max_mps": 200}, ship={"speed_max_mps": 200})
    assert warnings(still) == []
    assert "'jet' moves 1.6 km against 'ship'" in warnings(fast)[0]


def test_searches_rarer_than_steps_are_asked_to_be_more_frequent() -> None:
    (warning,) = warnings(crossing(1, time={"fire_interval_s": 20}))
    assert "moves 5 km" in warning
    assert "give time.fire_interval_s 5 or less" in warning


def test_sensors_that_look_back_over_the_step_miss_nothing() -> None:
    data = crossing(30, gun=SLOW_GUN | {"range_max_km": 30}, eye=SLOW_EYE)
    assert warnings(data) == []


@pytest.mark.parametrize("name", library_names())
def test_the_steps_of_the_library_are_short_enough(name: str) -> None:
    assert load(name).warnings == []


def test_validate_and_run_print_warnings_once_and_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simcore.plugins._warned", set())
    path = tmp_path / "crossing.yaml"
    path.write_text(write_yaml(crossing(20)))
    assert main(["validate", str(path)]) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith(f"{path}: valid")
    assert shown.err.count("warning: ") == 4  # range, reload, look, flight
    assert main(["validate", "--json", str(path)]) == 0
    assert len(json.loads(capsys.readouterr().out)[0]["warnings"]) == 4
    monkeypatch.setattr("simcore.plugins._warned", set())
    assert main(["run", str(path), "--no-record"]) == 0
    assert capsys.readouterr().err.count("warning: ") == 4


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ({"name": "atack"}, "policy 'atack': unknown; "),
        ({"name": "assault", "parameters": {"sped": 1}}, "no parameter 'sped'"),
        ({"name": "assault", "parameters": {"speed": "fast"}}, "policy assault"),
    ],
)
def test_validate_refuses_policies_that_run_would_refuse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], policy: dict[str, Any], said: str
) -> None:
    data = crossing()
    data["sides"][1]["policy"] = policy
    path = tmp_path / "crossing.yaml"
    path.write_text(write_yaml(data))
    assert main(["validate", str(path)]) == 2
    problem = next(line for line in capsys.readouterr().err.splitlines() if ".policy: " in line)
    assert problem.startswith(f"{path}: sides.red.policy: ")
    assert said in problem
