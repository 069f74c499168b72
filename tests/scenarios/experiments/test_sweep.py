"""Sweeps: factors from text and file, checks of every level before any run, noise apart, and the answer."""

import json
from pathlib import Path

import numpy as np
import pytest

from scenarios.cli import main
from scenarios.experiments.factors import factor_of_entry, read_factor
from scenarios.experiments.plan import plan_in_scenario
from scenarios.experiments.points import read_base
from scenarios.experiments.sweep import default_design, design_points, factors_of, with_design
from scenarios.format.schema.experiment import Design
from simcore.recording.tables import read_table

SHORT = ["--baseline", "time.duration_h=0.05"]
GROUND = "ground:groups.blue-ground.count"


def test_a_range_of_whole_numbers_gives_each_the_same_share() -> None:
    factor = factor_of_entry(read_factor(f"{GROUND}=1..4"), read_base("two-patrols"))
    assert factor.name == "ground"
    values = [factor.at((k + 0.5) / 40.0).cell for k in range(40)]
    assert values == [1.0] * 10 + [2.0] * 10 + [3.0] * 10 + [4.0] * 10
    assert all(isinstance(value, int) for value in factor.at(0.3).settings.values())


def test_a_range_of_a_quantity_is_stretched_over_the_unit_interval() -> None:
    factor = factor_of_entry(read_factor("catalogue.weapons.test-cannon.reload_s=5..25"), read_base("two-patrols"))
    assert [factor.at(u).cell for u in (0.0, 0.25, 1.0)] == [5.0, 10.0, 25.0]


def test_levels_may_be_policies_with_parameters() -> None:
    base = read_base("two-patrols")
    factors = factors_of([read_factor("red=[assault:speed=0.5, cautious]"), read_factor(f"{GROUND}=1,2,4")], base)
    assert [level.cell for level in factors[0].levels] == ["assault:speed=0.5", "cautious"]
    assert default_design(factors).kind == "full_factorial"
    assert len(design_points(Design(kind="full_factorial"), factors, "", 1)) == 6


def test_the_rows_of_a_table_are_its_points(tmp_path: Path) -> None:
    factors = factors_of([read_factor("red=cautious,hold"), read_factor(f"{GROUND}=1..4")], read_base("two-patrols"))
    table = tmp_path / "d.csv"
    table.write_bytes(b"\xef\xbb\xbfground,red\r\n1,hold\r\n3, cautious\r\n3,cautious\r\n\r\n")  # of a spreadsheet
    plan = with_design(plan_in_scenario("two-patrols"), factors, Design(kind="table", file="d.csv"), None, str(table))
    cells = [{"ground": 1.0, "red": "hold"}, {"ground": 3.0, "red": "cautious"}]
    assert [point.factors for point in plan.points[1:]] == cells
    assert plan.notes == (f"{table}: 3 points, of which 2 differ: these are played",)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "sweep: no factor; give --factor PATH=VALUES"),
        (["--factor", "groups.blue-grund.count=1,2"], "did you mean `groups.blue-ground`?"),
        (["--factor", f"{GROUND}=0,2"], "factor ground = 0: two-patrols: groups[1].units[0].count: 0 is below 1"),
        (["--factor", f"{GROUND}=0..4"], "factor ground = 0: two-patrols: groups[1].units[0].count: 0 is below 1"),
        (["--factor", f"{GROUND}=2"], "a factor with a single level does not vary"),
        (["--factor", f"{GROUND}=4..2"], "a range needs two ends; give low and a greater high"),
        (["--factor", f"{GROUND}=1.5..4"], "the value is a whole number; give whole ends"),
        (["--factor", "red=cautious,agressive"], "policy 'agressive': unknown; did you mean 'aggressive'?"),
        (["--factor", "question=a,b"], "factor question: all its levels make the same fight"),
        (["--factor", f"{GROUND}=1,2", "--factor", f"{GROUND}=1,3"], "factor ground: given twice"),
        (["--factor", f"{GROUND}=1,2", "-n", "50", "--budget", "100"], "3 points of 50 replications are 150 runs"),
        (["--factor", f"{GROUND}=1,2", "--noise", "environment.rain_mm_per_h=0..5"], "-n 40: not a multiple of the 7"),
        (["--factor", f"{GROUND}=1..9", "--design", "sobol", "--points", "9"], "a Sobol' sequence has a power of 2"),
        (["--factor", f"{GROUND}=1,2", "--cost", "blue_prise"], "measure blue_prise: no such measure"),
        (["--factor", f"{GROUND}=1,2", "--table", "d.csv", "--points", "9"], "the file is the design; leave out"),
        (["--factor", f"{GROUND}=1..nan"], "'nan' is text; give a number"),
        (["--factor", "rde=cautious,hold"], "no 'rde' in a scenario; did you mean `red`?"),
    ],
)
def test_bad_input_is_refused_before_any_run(
    arguments: list[str],
    problem: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    extra = ["--states", "7"] if "--noise" in arguments else ["--threads", "1"]
    assert main(["sweep", "two-patrols", *arguments, *extra]) == 2
    assert problem in capsys.readouterr().err
    assert not list(tmp_path.rglob("*.parquet"))


def test_a_table_with_faults_is_refused_with_all_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("d.csv").write_text("ground,red\n1,hold\nx,cautious\n2\n3,bold\n")
    command = [
        "sweep",
        "two-patrols",
        "--factor",
        "red=cautious,hold",
        "--factor",
        f"{GROUND}=1..4",
        "--table",
        "d.csv",
    ]
    assert main(command) == 2
    errors = capsys.readouterr().err
    assert "d.csv: line 3: 'x' is not a number" in errors
    assert "d.csv: line 4: 1 values for 2 columns" in errors
    assert "d.csv: line 5: 'bold' is not one of cautious, hold" in errors
    Path("d.csv").write_text("grund,red\n1,hold\n2,hold\n")
    assert main(command) == 2
    errors = capsys.readouterr().err
    assert "d.csv: no factor 'grund'; did you mean `ground`?" in errors
    assert "d.csv: no column for the factor ground; add it" in errors
    for text, problem in (
        ("ground,ground,red\n1,2,hold\n2,3,hold\n", "d.csv: several columns for the factor ground; keep one of them"),
        ("ground,red\n1,hold\n9,hold\nnan,hold\n", "d.csv: line 3: 9 is outside 1..4; give the factor a wider range"),
        ("ground,red\n1,hold\n9,hold\nnan,hold\n", "d.csv: line 4: 'nan' is not a number"),
        ("ground,red\n1,hold\n1,hold\n", "d.csv: all points are equal"),
    ):
        Path("d.csv").write_text(text)
        assert main(command) == 2
        assert problem in capsys.readouterr().err


def test_all_problems_of_a_sweep_are_seen_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    command = ["sweep", "two-patrols", "--factor", f"{GROUND}=0..4", "--factor", "question=a,b"]
    assert main([*command, "--measure", "blue_wins", "--cost", "force_kost", "-n", "50", "--budget", "9"]) == 2
    errors = capsys.readouterr().err
    for problem in (
        "factor ground = 0: two-patrols: groups[1].units[0].count: 0 is below 1",
        "factor question: all its levels make the same fight",
        "measure blue_wins: no such measure; did you mean `blue_win`?",
        "measure force_kost: no such measure; did you mean `force_cost`?",
        "more than the budget of 9; leave out points",
    ):
        assert problem in errors
    assert main(["sweep", "two-patrols", "--factor", "rde=hold,cautious", "--noise", "environment.rain=1..2"]) == 2
    errors = capsys.readouterr().err
    assert "no 'rde' in a scenario; did you mean `red`?" in errors
    assert "did you mean `environment.rain_mm_per_h`?" in errors
    assert not list(tmp_path.iterdir())


def test_a_sweep_finds_what_moves_the_distance_and_keeps_the_noise_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """More units cover more distance; the reload time of their guns does not change it in three minutes of march."""
    monkeypatch.chdir(tmp_path)
    command = ["sweep", "two-patrols", *SHORT, "--factor", f"{GROUND}=1,3,6", "--measure", "blue_distance_km"]
    command += ["--factor", "reload:catalogue.weapons.test-cannon.reload_s=5,30", "--better", "more", "-n", "4"]
    command += ["--noise", "environment.rain_mm_per_h=0..10", "--states", "2", "--cost", "force_cost"]
    assert main(command) == 0
    shown = capsys.readouterr().out
    assert "6 points and the baseline, 4 replications each under 2 states of the noise" in shown
    assert "moved most by ground (100%)" in shown
    assert max(map(len, shown.splitlines()[:-1])) <= 120
    assert main([*command, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    effects = {effect["name"]: effect for effect in answer["sensitivity"]["factors"]}
    assert effects["ground"]["total"] > 0.95
    assert effects["reload"]["total"] < 0.05
    assert answer["points"][0]["name"] == "baseline"
    assert answer["cost_measure"] == "force_cost"
    costs = {row["factors"]["ground"]: row["cost"] for row in answer["points"]}
    assert costs[3.0] - costs[1.0] == pytest.approx(2 * 2.0)  # two more robots of 2 MUSD
    rows = read_table(tmp_path / answer["folder"] / "replications.parquet")
    assert rows["ground"].tolist() == np.repeat([2.0, 1, 1, 3, 3, 6, 6], 4).tolist()
    assert rows["noise"].tolist() == [0, 1, 0, 1] * 7
    assert len(set(rows["environment.rain_mm_per_h"].tolist())) == 2


def test_an_experiment_file_with_factors_is_a_sweep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("e.yaml").write_text(
        "experiment: ground\nquestion: How many?\nscenario: two-patrols\nbaseline: {time.duration_h: 0.05}\n"
        "measure: blue_distance_km\nbudget: {replications: 2}\ndesign: {kind: full_factorial}\n"
        "factors:\n  - {name: ground, path: groups.blue-ground.count, levels: [1, 4]}\n"
        "  - name: posture\n    levels: {bold: {blue: aggressive}, slow: {blue: hold, groups.blue-*.roe: hold}}\n"
    )
    assert main(["compare", "e.yaml"]) == 2
    assert "play it with `chammo sweep e.yaml`" in capsys.readouterr().err
    assert main(["sweep", "e.yaml", "--quiet"]) == 0
    shown = capsys.readouterr().out
    assert "How many?" in shown
    assert "posture=slow" in shown
