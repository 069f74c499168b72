"""The trade curve of unmanned evacuation: its points, its comparisons and its refusals."""

import math
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from scenarios.cli import main
from scenarios.experiments.evacuation_curve import CurvePoint, CurveRow, curve_plan, find_vehicles
from scenarios.experiments.evacuation_curve_text import curve_lines, draw_curve
from scenarios.experiments.factors import factor_of_entry, read_factor
from scenarios.experiments.plan import plan_in_scenario
from scenarios.experiments.points import changed
from scenarios.format.yaml_text import write_yaml
from scenarios.measures.estimates import MeasureEstimate
from scenarios.verification.document import document, group, platform
from simcore.errors import InputError


def world(**medical: Any) -> dict[str, Any]:
    """Return a squad, a hospital, mules and a manned ambulance of blue, and an ambush of red."""
    mule = {"evacuation": {"litters": 2}, "speed_max_mps": 10.0, "speed_cruise_mps": 8.0}
    content = document(
        "valley", dt_s=10.0, n_ticks=360, half_width_km=5.0,
        groups=[
            group("squad", "blue", "squad", (0.0, 0.0)),
            group("mules", "blue", "mule", (-2.0, 0.0), 2),
            group("ambulance", "blue", "ambulance", (-2.0, 1.0)),
            group("clinic", "blue", "clinic", (-3.0, 0.0)),
            group("ambush", "red", "team", (2.0, 2.0)),
        ],
        platforms={
            "squad": platform(people=8),
            "mule": platform(**mule),
            "ambulance": platform(**mule, people=2),
            "clinic": platform(facility={"role": 2, "theatres": 1}, people=6),
            "team": platform(people=4),
        },
    )  # fmt: skip
    return content | {"medical": medical}


@pytest.fixture
def scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the path of the world as a file, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    Path("valley.yaml").write_text(write_yaml(world()), encoding="utf-8")
    return "valley.yaml"


def test_the_group_of_unmanned_transports_is_found_and_an_ambulance_with_a_crew_is_none(scenario: str) -> None:
    found = find_vehicles(plan_in_scenario(scenario).base, None, None)
    assert (found.side, found.group, found.card, found.others) == ("blue", "mules", "mule", ())
    assert (found.cruise_mps, found.max_mps) == (8.0, 10.0)


def test_points_are_all_combinations_and_no_vehicles_have_no_speed(scenario: str) -> None:
    plan = plan_in_scenario(scenario)
    vehicles = find_vehicles(plan.base, None, None)
    exposure = factor_of_entry(read_factor("ambush:groups.ambush.count=1,3"), plan.base)
    plan, points = curve_plan(plan, vehicles, [2, 0, 4], [36.0, 28.8], exposure)
    assert len(points) == 2 * (1 + 2 * 2)
    assert len(plan.points) == 1 + len(points)
    assert [point.number for point in points[:5]] == [0, 2, 2, 4, 4]
    assert math.isnan(points[0].speed_kmh)
    none, slow, fast = (changed(plan.base.document, plan.points[k].settings) for k in (1, 2, 3))
    assert none["medical"]["evacuation"]["unmanned"] == "none"
    assert next(g for g in slow["groups"] if g["name"] == "mules")["units"][0]["count"] == 2
    assert slow["catalogue"]["platforms"]["mule"]["speed_cruise_mps"] == 8.0  # its own speed: nothing changes
    assert fast["catalogue"]["platforms"]["mule"]["speed_cruise_mps"] == pytest.approx(10.0)
    assert fast["catalogue"]["platforms"]["mule"]["speed_max_mps"] == pytest.approx(12.5)
    last = changed(plan.base.document, plan.points[-1].settings)
    assert next(g for g in last["groups"] if g["name"] == "ambush")["units"][0]["count"] == 3


def _rows() -> list[CurveRow]:
    def estimate(value: float) -> MeasureEstimate:
        return MeasureEstimate("blue_deaths", "people", "mean", value, value - 1, value + 1, 9, "", "blue", "deaths")

    values = {(0, math.nan): 9.0, (1, 10.0): 7.0, (1, 20.0): 6.5, (2, 10.0): 5.0, (2, 20.0): 3.25}
    return [CurveRow(CurvePoint(n, v, ""), estimate(value), None, ()) for (n, v), value in values.items()]


def test_the_table_names_the_point_with_the_fewest_deaths_and_the_picture_has_a_line_for_each_speed() -> None:
    lines = curve_lines(_rows(), "")
    assert lines[-1].strip() == "fewest: 2 vehicles at 20 km/h, 3.250 [2.250, 4.250]"
    assert lines[-2].strip() == "no difference is shown at 5 % over all points (Holm)"
    root = ElementTree.fromstring(draw_curve(_rows(), "", "valley"))
    lines_drawn = [part for part in root.iter() if part.tag.endswith("polyline")]
    assert len(lines_drawn) == 2
    assert all(len(str(line.get("points")).split()) == 3 for line in lines_drawn)  # both begin without vehicles
    numbers = [part.text for part in root.iter() if part.get("class") == "axis" and part.get("text-anchor") == "middle"]
    assert numbers == ["0", "1", "2"]  # of vehicles


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["two-patrols"], "no section `medical`: nobody is hurt in this scenario"),
        (["valley.yaml", "--group", "mule"], "--group mule: no such group; did you mean `mules`?"),
        (["valley.yaml", "--group", "ambulance"], "--group ambulance: not one kind of unmanned transports; take mules"),
        (["valley.yaml", "--side", "red"], "no group of unmanned transports"),
        (["valley.yaml", "--side", "bleu"], "--side bleu: no such side; did you mean `blue`?"),
        (["valley.yaml", "--number", "0"], "--number 0: no point with vehicles"),
        (["valley.yaml", "--number=-1,2"], "--number -1,2: out of range"),
        (["valley.yaml", "--number", "1,x"], "--number 1,x: not a list of whole numbers"),
        (["valley.yaml", "--number", "2,2"], "--number: a level is given twice"),
        (["valley.yaml", "--speed", "0"], "--speed 0: out of range; give speeds in km/h"),
        (["valley.yaml", "--speed", "fast"], "--speed fast: not a list of speeds"),
        (["valley.yaml", "--speed", "nan"], "--speed nan: out of range"),
        (["valley.yaml", "--exposure", "groups.ambush.count=1..3"], "a range; give levels"),
        (["valley.yaml", "--exposure", "groups.ambus.count=1,3"], "did you mean `groups.ambush`?"),
        (["valley.yaml", "--exposure", "vehicles:groups.ambush.count=1,3"], "the name vehicles is taken"),
        (["valley.yaml", "--measure", "blue_death"], "did you mean `blue_deaths`?"),
        (["valley.yaml", "-n", "1"], "an interval needs two replications"),
    ],
)
def test_wrong_arguments_are_refused(
    scenario: str, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main(["medical", "curve", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_several_groups_of_unmanned_transports_ask_for_a_choice(scenario: str) -> None:
    content = world()
    content["groups"].append(group("dogs", "blue", "mule", (-2.0, -1.0)))
    Path(scenario).write_text(write_yaml(content), encoding="utf-8")
    base = plan_in_scenario(scenario).base
    with pytest.raises(InputError, match="choose with --group dogs or --group mules"):
        find_vehicles(base, None, None)
    dogs = find_vehicles(base, None, "dogs")
    assert (dogs.others, dogs.is_only) == (("mules",), False)
    plan, _ = curve_plan(plan_in_scenario(scenario), dogs, [0, 1], [28.8], None)
    none = changed(plan.base.document, plan.points[1].settings)  # the mules go on
    assert next(g for g in none["groups"] if g["name"] == "dogs")["task"] == {"verb": "hold"}
    assert "unmanned" not in none["medical"].get("evacuation", {})


def test_a_replication_of_a_curve_is_played_again_from_its_folder(
    scenario: str, capsys: pytest.CaptureFixture[str]
) -> None:
    curve = ["medical", "curve", scenario, "--number", "0,1", "-n", "2", "--out", "curve", "--threads", "1", "--quiet"]
    assert main(curve) == 0
    capsys.readouterr()
    assert main(["run", "--from", "curve", "--point", "1", "--replication", "1", "--no-record"]) == 0
    assert "the same to the last bit as its row" in capsys.readouterr().out
    assert main(["report", "curve"]) == 2
    assert "holds a curve; give a folder written by `chammo batch`, `chammo compare`" in capsys.readouterr().err
