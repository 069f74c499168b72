"""Comparisons: verdicts and the sentence, sequential stopping that keeps its promise, and errors before any run."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from scenarios.batch.batch import BatchInterruptedError
from scenarios.batch.playing import play_replications
from scenarios.cli import main
from scenarios.experiments.compare import Question, ask, compare, play_until, replications_needed
from scenarios.experiments.compare_text import comparison_lines, sentence, standing_lines
from scenarios.experiments.plan import plan_variants
from scenarios.experiments.session import Session
from scenarios.experiments.standing import standing
from scenarios.format.yaml_text import write_yaml
from scenarios.measures.case import Measure
from scenarios.run.policies import choose_policies
from simcore.errors import InputError
from simcore.recording.tables import read_table
from tests.simcore.machine_worlds import machines
from tests.simcore.small_worlds import compile_world

SCORE = Measure("blue_score", "1", "mean", "", is_share=True, side="blue", key="score")
LOSSES = Measure("blue_losses", "units", "mean", "", side="blue", key="losses")


class _Played:
    """Replications drawn from laws in place of a session."""

    def __init__(self, laws: Sequence[Any], measure: Measure, seed: int, names: Sequence[str] = ()) -> None:
        self._laws, self._seed = laws, seed
        self._drawn = [np.zeros(0) for _ in laws]
        self._names = names or [f"v{k}" for k in range(len(laws))]
        self.conditions: Any = self
        self.measures = {measure.name: measure}
        self.sides = ("blue", "red")
        self.noise = (None,)

    @property
    def points(self) -> list[Any]:
        return [type("P", (), {"name": name}) for name in self._names]

    def play(self, wanted: Sequence[int]) -> None:
        luck = np.random.default_rng((self._seed, 99)).normal(size=max(wanted))
        for k, n in enumerate(wanted):
            g = np.random.default_rng((self._seed, k))
            self._drawn[k] = np.asarray(self._laws[k](g, luck[:n]))

    def count(self, point: int) -> int:
        return self._drawn[point].size

    def values(self, point: int, measure: str, n: int | None = None) -> np.ndarray:
        return self._drawn[point][:n]


def played(laws: Sequence[Any], measure: Measure, n: int, seed: int = 1, names: Sequence[str] = ()) -> Session:
    session = _Played(laws, measure, seed, names)
    session.play([n] * len(laws))
    return cast(Session, session)


def near(mean: float) -> Any:
    return lambda g, luck: mean + luck + 0.3 * g.normal(size=luck.size)


@pytest.mark.parametrize("columns", [80, 95])
@pytest.mark.parametrize("all_pairs", [False, True])
def test_the_answer_fits_a_narrow_terminal(columns: int, all_pairs: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["baseline", "sides.blue.operators.count=4 groups.x.count=3", "red=cautious", "C"]
    session = played([near(10.0), near(9.0), near(10.01), near(120.0)], LOSSES, 60, names=names)
    comparison = compare(session, Question(LOSSES, "less", 0.2), all_pairs=all_pairs)
    found = standing(session, comparison.question, "blue_losses")
    monkeypatch.setenv("COLUMNS", "200")
    wide = [*comparison_lines(comparison), *standing_lines(comparison, found)]
    assert any("effect" in line for line in wide)
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = [*comparison_lines(comparison), *standing_lines(comparison, found)]
    assert max(len(line) for line in lines) <= columns


def test_the_answer_is_a_sentence() -> None:
    session = played(
        [near(10.0), near(9.0), near(10.0), near(10.4), near(10.02)],
        LOSSES,
        400,
        names=["baseline", "A", "C", "D", "E"],
    )
    comparison = compare(session, Question(LOSSES, "less", 0.15))
    text = sentence(comparison)
    assert text.startswith("blue_losses: A beats baseline by 0.9")
    assert "baseline beats D by 0.4" in text
    assert "C and E are equivalent to baseline within 0.15" in text
    assert [row.verdict for row in comparison.rows] == ["better", "equivalent", "worse", "equivalent"]
    lines = comparison_lines(comparison)
    assert max(map(len, lines[2:])) <= 100
    assert "a replication with shared random numbers is worth 1" in lines[-1]  # (1 + .09) / .09 = 12


def test_a_difference_within_noise_is_left_open() -> None:
    session = played([near(1.0), near(1.001)], LOSSES, 30, names=["baseline", "B"])
    assert "no difference of B from baseline is shown (" in sentence(compare(session, Question(LOSSES, "less")))


def test_all_pairs_are_adjusted_together() -> None:
    session = played([near(0.0)] * 4, LOSSES, 50)
    comparison = compare(session, Question(LOSSES, "less"), all_pairs=True)
    assert [(row.first, row.second) for row in comparison.rows] == [(1, 0), (2, 0), (3, 0), (2, 1), (3, 1), (3, 2)]
    known = [row for row in comparison.rows if row.difference]
    assert all(row.difference is not None and row.p_adjusted >= row.difference.p_value for row in known)


def test_a_comparison_that_stops_when_precise_enough_still_covers() -> None:
    covered, numbers = 0, list[int]()
    for seed in range(1000):
        session = played([near(0.2), near(0.0)], LOSSES, 0, seed)
        question = Question(LOSSES, "less")
        play_until(session, question, 2000, 0.08)
        row = compare(session, question).rows[0]
        assert row.difference is not None
        assert row.difference.half_width <= 0.08
        covered += row.difference.estimate.low <= -0.2 <= row.difference.estimate.high
        numbers.append(session.count(0))
    assert 0.93 <= covered / 1000 <= 0.97
    wanted = (1.96 * 0.3 * 2.0**0.5 / 0.08) ** 2
    assert wanted <= np.mean(numbers) <= 1.3 * wanted  # 108: no more than a third too many


def test_equal_variants_are_seldom_called_different_by_a_comparison_that_stops_when_precise_enough() -> None:
    """Stopping looks at the width alone, so that three comparisons after several looks err as often as one."""
    n_experiments, called = 400, 0
    for seed in range(n_experiments):
        session = played([near(0.0)] * 4, LOSSES, 0, seed)
        play_until(session, Question(LOSSES, "less"), 2000, 0.08)
        called += any(row.p_adjusted < 0.05 for row in compare(session, Question(LOSSES, "less")).rows)
    assert called / n_experiments <= 0.05 + 4.0 * (0.05 * 0.95 / n_experiments) ** 0.5


def test_the_replications_needed_follow_the_square_of_the_width() -> None:
    assert replications_needed(100, 0.2, 0.1, most=None) == 408  # with 2 % to spare
    assert replications_needed(100, 0.8, 0.1) == 400
    assert replications_needed(100, float("inf"), 0.1) == 400


def test_the_baseline_takes_a_name_in_front_of_its_values() -> None:
    plan = plan_variants(["two-patrols"], [["blue=idle"]], ["careful", "blue=cautious"])
    assert [(point.name, dict(point.settings)) for point in plan.points] == [
        ("careful", {"blue": "cautious"}),
        ("blue=idle", {"blue": "idle"}),
    ]


def small_plan(variants: Sequence[Sequence[str]], tmp_path: Path) -> Any:
    return plan_variants(["two-patrols"], variants, ["time.duration_h=0.05"])


def test_variants_play_the_replications_of_their_scenarios(tmp_path: Path) -> None:
    plan = small_plan([["blue=aggressive"], ["close", "groups.blue-ground.at_km=[-3, 4]"]], tmp_path)
    with Session(plan.conditions(), folder=tmp_path / "out") as session:
        session.play([5, 5, 3])
        session.play([5, 6, 3])
        assert session.n_computed == 14
        for point in range(3):
            condition = session.conditions.condition(point)
            alone = play_replications(condition.compiled, condition.choices, 1, range(session.count(point)))
            for name, measure in session.conditions.measures.items():
                np.testing.assert_array_equal(session.values(point, measure.name), alone[name], err_msg=name)
        session.complete({})
    rows = read_table(tmp_path / "out" / "replications.parquet")
    assert rows["point"].tolist() == [0] * 5 + [1] * 6 + [2] * 3
    assert rows["blue"].tolist() == ["hold"] * 5 + ["aggressive"] * 6 + ["hold"] * 3
    with Session(plan.conditions(), folder=tmp_path / "out") as again:
        again.play([5, 6, 3])
        assert again.n_computed == 0
        assert again.count(1) == 6
        again.complete({})
    other = small_plan([["blue=cautious"], ["close", "groups.blue-ground.at_km=[-3, 4]"]], tmp_path)
    with pytest.raises(InputError, match=r"contains another compare \(another blue=cautious\)"):
        Session(other.conditions(), folder=tmp_path / "out")


class _Interrupted:
    """An engine that finishes the first two replications of the first share; then the user stops it."""

    threads = 1

    def play(self, shares: Any, condition: Any, seed: int, save: Any, on_progress: Any = None) -> None:
        first = condition(shares[0].condition)
        save(shares[0].condition, play_replications(first.compiled, first.choices, seed, shares[0].replications[:2]))
        raise KeyboardInterrupt


def test_an_interrupted_comparison_keeps_its_replications(tmp_path: Path) -> None:
    plan = small_plan([["blue=aggressive"]], tmp_path)
    with (
        Session(plan.conditions(), folder=tmp_path / "out", engine=_Interrupted()) as session,
        pytest.raises(BatchInterruptedError, match="interrupted with 2 of 8 replications finished and kept"),
    ):
        session.play([4, 4])
    with Session(plan.conditions(), folder=tmp_path / "out") as session:
        assert [session.count(0), session.count(1)] == [2, 0]
        session.play([4, 4])
        assert session.n_computed == 6


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "compare: nothing to compare with; give --variant PATH=VALUE"),
        (["--variant", "groups.blue-grund.count=3"], "did you mean `groups.blue-ground`?"),
        (["--variant", "groups.blue-ground.count=2"], "equal to baseline: groups.blue-ground.count=2 changes nothing"),
        (["--variant", "groups.blue-ground.count=0"], "0 is below 1; give a whole number >= 1"),
        (["--variant", "blue=agressive"], "policy 'agressive': unknown; did you mean 'aggressive'?"),
        (["--variant", "A", "blue=assault", "--variant", "A", "blue=defend"], "A: the name is given twice"),
        (["--variant", "A", "blue=assault", "--variant", "B", "blue=assault"], "B: equal to A: blue=assault changes"),
        (["--variant", "blue=assault", "--measure", "blue_wins"], "measure blue_wins: no such measure; did you mean"),
        (["--variant", "blue=assault", "--also", "blue_loses"], "measure blue_loses: no such measure; did you mean"),
        (["--variant", "blue=assault", "--margin", "-1"], "margin -1: not above 0"),
        (["--variant", "blue=assault", "-n", "1"], "-n 1: an interval needs two replications"),
        (
            ["--variant", "blue=assault", "-n", "500", "--budget", "600"],
            "2 points of 500 replications are 1,000 runs, more than the budget of 600; give at most 300 replications",
        ),
        (["--variant", "blue=assault", "--threads", "0"], "--threads 0: below 1"),
        (["--variant", "cautious"], "--variant cautious: changes nothing"),
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
    assert main(["compare", "two-patrols", *arguments]) == 2
    assert problem in capsys.readouterr().err
    assert not list(tmp_path.rglob("*.parquet"))


def test_all_problems_of_a_comparison_are_seen_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("e.yaml").write_text(
        "experiment: guns\nscenario: two-patrols\nmeasure: blue_wins\nalso: [red_score, blue_loses]\ncost: blue_prise\n"
        "budget: {replications: 50, runs: 60}\nvariants:\n  - {name: a, set: {groups.blue-grund.count: 3}}\n"
        "  - {name: b, set: {blue: agressive}}\n  - {name: c, set: {groups.blue-ground.count: 2}}\n"
        "  - {name: d, set: {groups.blue-ground.count: 0}}\n"
    )
    assert main(["compare", "e.yaml", "--margin", "-1", "--half-width", "nan", "--select", "2"]) == 2
    errors = capsys.readouterr().err
    for problem in (
        "a: groups.blue-grund.count: no 'blue-grund' in groups; did you mean `groups.blue-ground`?",
        "b: policy 'agressive': unknown; did you mean 'aggressive'?",
        "c: equal to baseline",
        "d: two-patrols: groups[1].units[0].count: 0 is below 1",
        "measure blue_wins: no such measure; did you mean `blue_win`?",
        "measure blue_loses: no such measure; did you mean `blue_losses`?",
        "measure blue_prise: no such measure",
        "budget: 5 points of 50 replications are 250 runs",
        "margin -1: not above 0",
        "half-width nan: not above 0",
    ):
        assert problem in errors
    assert [path.name for path in tmp_path.iterdir()] == ["e.yaml"]


def test_the_command_answers_and_resumes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    common = ["compare", "two-patrols", "--baseline", "time.duration_h=0.05", "--variant", "groups.blue-ground.count=4"]
    assert main([*common, "-n", "20", "--measure", "blue_distance_km"]) == 0
    shown = capsys.readouterr().out
    assert "Two patrols meet: 2 variants, 20 replications each, seed 1" in shown
    assert "blue_distance_km: groups.blue-ground.count=4 has more than baseline, by " in shown
    assert max(map(len, shown.splitlines())) <= 120
    assert main([*common, "--measure", "blue_distance_km", "-n", "24", "--half-width", "1e-9", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["n"] == 24
    assert [v["name"] for v in answer["variants"]] == ["baseline", "groups.blue-ground.count=4"]
    assert answer["replications_needed"] > 24
    manifest = json.loads((tmp_path / answer["folder"] / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["n_replications"] == 48
    assert manifest["comparison"]["answer"] == answer["answer"]


def test_an_experiment_file_is_checked_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "e.yaml").write_text(
        "experiment: guns\nscenario: two-patrols\nmargn: 2\nbudget: {replications: 1}\n"
        "variants: [{name: a, set: {blue: hold}}]\n"
    )
    assert main(["compare", "e.yaml"]) == 2
    errors = capsys.readouterr().err
    assert "margn: unknown key; did you mean `margin`? (line 3)" in errors
    assert "budget.replications: 1 is below 2" in errors
    (tmp_path / "e.yaml").write_text(
        "experiment: guns\nscenario: two-patrols\nmeasure: blue_score\nbudget: {replications: 4}\n"
        "baseline: {time.duration_h: 0.05}\nvariants: [{name: bold, set: {blue: aggressive}}]\n"
        "noise: {factors: [{name: rain, path: environment.rain_mm_per_h, low: 0, high: 9}], states: 2}\n"
    )
    assert main(["compare", "e.yaml", "--quiet", "--out", "out"]) == 0
    shown = capsys.readouterr().out
    assert "bold" in shown
    assert "4 replications each under 2 states of the noise" in shown
    rows = read_table(tmp_path / "out" / "replications.parquet")
    assert rows["noise"].tolist() == [0, 1, 0, 1] * 2
    assert rows["rain"][:4].tolist() == rows["rain"][4:].tolist()


def test_questions_know_the_better_direction() -> None:
    session = cast(Session, _Played([near(0.0)], LOSSES, 1))
    assert ask(session.conditions, "blue_losses").better == "less"
    session = cast(Session, _Played([near(0.0)], SCORE, 1))
    assert ask(session.conditions, "blue_score").better == "more"
    assert ask(session.conditions, "blue_score", "less").better == "less"


def test_policies_named_by_the_scenario_play_unless_a_variant_names_others() -> None:
    plan = small_plan([["blue=aggressive"]], Path())
    conditions = plan.conditions()
    assert [c.choices[0].name for c in map(conditions.condition, range(2))] == ["hold", "aggressive"]
    compiled = compile_world({**plan.base.document, "time": {"dt_s": 2, "duration_h": 0.05}})
    assert choose_policies(compiled.roster)[0].name == "hold"


def test_the_best_variant_is_sought_and_its_cost_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Six robots cover more distance than two; that they cost 8 MUSD more leaves both on the front."""
    monkeypatch.chdir(tmp_path)
    command = ["compare", "two-patrols", "--baseline", "time.duration_h=0.05", "--measure", "blue_distance_km"]
    command += ["--better", "more", "--variant", "six", "groups.blue-ground.count=6", "-n", "60", "--json"]
    assert main([*command, "--select", "0.95", "--cost", "force_cost"]) == 0
    answer = json.loads(capsys.readouterr().out)
    two, six = answer["variants"]
    assert six["p_best"] >= 0.95
    assert [two["n"], six["n"]] == [40, 40]  # clear after the first look
    assert six["cost"] - two["cost"] == pytest.approx(4 * 2.0)
    assert [two["p_front"], six["p_front"]] == [1.0, 1.0]
    assert main([*command[:-1], "--cost", "force_cots"]) == 2
    assert "measure force_cots: no such measure" in capsys.readouterr().err


def test_a_wrong_policy_of_logistics_is_named_with_its_variant_before_a_folder_is_made(tmp_path: Path) -> None:
    scenario = tmp_path / "machines.yaml"
    scenario.write_text(write_yaml(machines({"weibull": {"scale_h": 40}, "repair": 2}, n=1, hours=10)))
    wrong = "sides.blue.maintenance={name: age-replacement, parameters: {hours: 3}}"
    plan = plan_variants([str(scenario)], [["limited", wrong]])
    with pytest.raises(InputError, match=r"^limited: maintenance policy age-replacement: no parameter 'hours'"):
        plan.conditions()
