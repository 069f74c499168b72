"""The comparison of two commits: ratios of adjacent rounds, files that both trees read, honest exit codes."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from benchmarks.against import __main__ as command
from benchmarks.against.comparison import Case, Comparison, growth, report_lines
from benchmarks.against.costs import choose_costs, cost_lines, measure_costs
from benchmarks.against.pairing import paired_ratio
from benchmarks.against.trees import ROOT, Player, Tree, TreeError, present_tree, unpack

WORKER = """
import json, pathlib, sys
tree = pathlib.Path.cwd()
speed = float((tree / "speed").read_text())
for line in sys.stdin:
    request = json.loads(line)
    do = request.pop("do")
    with (tree.parent / "log").open("a") as log:
        log.write(f"{tree.name} {do}\\n")
    answer = {}
    if do == "generate":
        pathlib.Path(request["file"]).write_text("40 any")
    elif do == "load":
        units, reader = pathlib.Path(request["file"]).read_text().split()
        if reader not in ("any", tree.name):
            answer = {"problem": f"ScenarioError: only {reader} reads this"}
        else:
            answer = {"units": int(units), "step": 5}
    elif do == "size":
        answer = {"ticks": 100, "cpu_s": 0.5, "unit_steps": 1000, "is_whole": True}
    elif do == "play":
        steps = 1000 * request["replications"]
        answer = {"unit_steps": steps, "cpu_s": steps / speed}
    elif do == "memory":
        answer = {"bytes_per_unit": speed}
    elif do == "first_tick":
        answer = {"cpu_s": 1.0 / speed}
    print(json.dumps(answer), flush=True)
"""


@pytest.fixture
def trees(tmp_path: Path) -> tuple[Tree, Tree]:
    """Return a new tree that is 1.25 times as fast as an old one, both played by a worker without an engine."""
    (tmp_path / "worker.py").write_text(WORKER)
    found: list[Tree] = []
    for name, speed in (("new", 5e6), ("old", 4e6)):
        (tmp_path / name / "scenarios" / "library").mkdir(parents=True)
        (tmp_path / name / "speed").write_text(str(speed))
        found.append(Tree(name, tmp_path / name))
    return found[0], found[1]


def _player(tree: Tree) -> Player:
    return Player(tree, tree.folder.parent / "worker.py")


def _write(tree: Tree, name: str, content: str) -> None:
    (tree.folder / "scenarios" / "library" / f"{name}.yaml").write_text(content)


def _compare(trees: tuple[Tree, Tree], names: list[str], rounds: int = 2) -> dict[str, Case]:
    new, old = trees
    comparison = Comparison(new, old, new.folder.parent, lambda _: None, _player)
    comparison.measure(names, rounds, 1.0)
    return {case.name: case for case in comparison.cases}


def test_a_common_change_of_speed_cancels() -> None:
    old = [1.0, 7.0, 3.0, 0.5]
    ratio = paired_ratio([2.0 * speed for speed in old], old)
    assert (ratio.low, ratio.median, ratio.high) == (2.0, 2.0, 2.0)


def test_the_interval_covers_the_true_ratio_as_often_as_it_says() -> None:
    rng = np.random.default_rng(5)
    n = 300
    covered = 0
    for _ in range(n):
        ratio = paired_ratio(np.exp(0.2 * rng.standard_normal(15)).tolist(), [1.0] * 15)
        covered += ratio.low <= 1.0 <= ratio.high
    assert covered / n > 0.95 - 4.0 * np.sqrt(0.95 * 0.05 / n)


def test_the_same_speeds_give_the_same_interval() -> None:
    speeds = [1.0, 1.2, 0.9, 1.1]
    assert paired_ratio(speeds, [1.0] * 4) == paired_ratio(speeds, [1.0] * 4)


def test_a_floor_is_missed_only_when_the_whole_interval_is_below() -> None:
    wide = paired_ratio([0.5, 0.9, 1.1], [1.0, 1.0, 1.0])
    assert wide.median < 0.95
    assert not wide.is_below(0.95)
    assert paired_ratio([0.5, 0.9, 0.94], [1.0, 1.0, 1.0]).is_below(0.95)


def test_rounds_without_a_partner_are_refused() -> None:
    for new, old in (([], []), ([1.0], [1.0, 2.0])):
        with pytest.raises(ValueError, match="same number"):
            paired_ratio(new, old)


def test_both_trees_play_a_file_that_both_read(trees: tuple[Tree, Tree]) -> None:
    new, old = trees
    files = {  # (new, old): units and the tree that reads the file
        "same": ("12 any", "12 any"),
        "older": ("13 new", "12 any"),
        "newer": ("13 any", "12 old"),
        "own": ("12 new", "12 old"),
    }
    for name, (newer, older) in files.items():
        _write(new, name, newer)
        _write(old, name, older)
    cases = _compare(trees, list(files))
    assert {name: case.origin for name, case in cases.items()} == {name: name for name in files}
    assert {name: case.units for name, case in cases.items()} == {"same": 12, "older": 12, "newer": 13, "own": 12}
    assert cases["own"].files[0] != cases["own"].files[1]
    for case in cases.values():
        assert case.ratio is not None
        assert case.ratio.median == pytest.approx(1.25)
        assert case.replications == 2  # a second for each tree, half a second a run


def test_fights_of_different_size_are_not_compared(trees: tuple[Tree, Tree]) -> None:
    _write(trees[0], "grown", "13 new")
    _write(trees[1], "grown", "12 old")
    _write(trees[0], "fresh", "13 any")
    cases = _compare(trees, ["grown", "fresh", "generated-40"])
    assert "13 units in the newer tree, 12 in the older" in cases["grown"].problem
    assert "only old reads this" in cases["grown"].problem
    assert cases["fresh"].problem == "old has no scenario fresh"
    assert cases["generated-40"].ratio is not None
    text = "\n".join(report_lines(list(cases.values()), "new", "old", 1.5))
    assert "not compared: old has no scenario fresh" in text
    assert text.count("BELOW 1.5") == 1


def test_games_with_policies_are_played_in_a_fixed_number_of_worlds(trees: tuple[Tree, Tree]) -> None:
    for tree in trees:
        _write(tree, "duel", "12 any")
    cases = _compare(trees, ["batch:duel", "rollouts-30min:duel", "rollouts:duel", "sieges:duel"])
    for name, worlds in (("batch", 16), ("rollouts-30min", 64), ("rollouts", 64)):
        case = cases[f"{name}:duel"]
        assert case.ratio is not None
        assert case.ratio.median == pytest.approx(1.25)
        assert (case.games, case.units, case.replications) == (name, 12, worlds)
    assert "no games sieges" in cases["sieges:duel"].problem


def test_the_order_of_the_trees_alternates(trees: tuple[Tree, Tree]) -> None:
    _compare(trees, ["generated-40"], rounds=4)
    log = (trees[0].folder.parent / "log").read_text().split("\n")
    order = [line.split()[0] for line in log if line.endswith("play")]
    assert order == ["new", "old", "old", "new", "new", "old", "old", "new"]
    assert log.count("new begin") == 5  # a process to prepare, then one for each round


def test_the_growth_with_the_units_is_taken_round_by_round() -> None:
    few = Case("generated-100", new=[8.0, 4.0, 6.0], old=[8.0, 8.0, 8.0])
    many = Case("generated-10000", new=[4.0, 2.0, 3.0], old=[5.0, 5.0, 5.0])
    found = growth([few, many])
    assert found is not None
    assert [ratio.median for ratio in found] == [2.0, 1.6]
    assert growth([few]) is None
    assert "old 1.60 (1.60 - 1.60), new 2.00 (2.00 - 2.00)" in "\n".join(report_lines([few, many], "a", "b", None))


def test_costs_are_ratios_of_the_new_tree_to_the_old(trees: tuple[Tree, Tree]) -> None:
    new, old = trees
    costs = choose_costs(["memory-100", "first-tick-10000"], rounds=3)
    measure_costs(costs, new, old, new.folder.parent, lambda _: None, _player)
    found = [(cost.problem, cost.ratio and cost.ratio.median, len(cost.new)) for cost in costs]
    assert found == [("", pytest.approx(1.25), 1), ("", pytest.approx(0.8), 3)]
    with pytest.raises(TreeError, match="no cost speed: choose from memory-100"):
        choose_costs(["speed"], rounds=1)


def test_the_commands_of_another_tree_are_not_measured(trees: tuple[Tree, Tree], tmp_path: Path) -> None:
    costs = choose_costs(["show-warm:two-patrols"], rounds=1)
    empty = tmp_path / "empty"
    empty.mkdir()
    measure_costs(costs, Tree("empty", empty), trees[1], tmp_path, lambda _: None, _player)
    assert costs[0].ratio is None
    assert "empty: its commands are in" in "\n".join(cost_lines(costs, "empty", "old"))


@pytest.mark.slow
def test_the_present_tree_costs_as_much_as_itself(tmp_path: Path) -> None:
    costs = choose_costs(["memory-100", "show-warm:two-patrols"], rounds=1)
    measure_costs(costs, present_tree(), present_tree(), tmp_path, lambda _: None)
    assert [cost.problem for cost in costs] == ["", ""]
    assert costs[0].new == costs[0].old
    assert costs[0].new[0] > 500.0  # a unit has more than a hundred numbers


@pytest.mark.parametrize(("floor", "code"), [("0.95", 0), ("1.5", 1)])
def test_the_command_fails_below_its_floor(
    trees: tuple[Tree, Tree],
    floor: str,
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(command, "present_tree", lambda: trees[0])
    monkeypatch.setattr(command, "unpack", lambda _: trees[1])
    monkeypatch.setattr("benchmarks.against.comparison.Player", _player)
    file = tmp_path / "found.json"
    arguments = ["abc", "--cases", "generated-40", "--rounds", "2", "--floor", floor, "--json", str(file)]
    assert command.main(arguments) == code
    assert "1.25  1.25 - 1.25" in capsys.readouterr().out
    found = json.loads(file.read_text())
    assert found["cases"][0]["ratio"]["median"] == pytest.approx(1.25)
    assert command.main(["abc", "--cases", "no-such-case", "--rounds", "1"]) == 2


def test_a_worker_that_dies_says_why(tmp_path: Path) -> None:
    script = tmp_path / "worker.py"
    script.write_text("raise SystemExit('no such engine')")
    with pytest.raises(TreeError, match="old: its process ended: no such engine"):
        Player(Tree("old", tmp_path), script)


def test_a_worker_refuses_the_engine_of_another_tree(tmp_path: Path) -> None:
    with pytest.raises(TreeError, match="the engine is that of"):
        Player(Tree("empty", tmp_path))


needs_git = pytest.mark.skipif(shutil.which("git") is None or not (ROOT / ".git").exists(), reason="no checkout of git")


@needs_git
def test_a_commit_is_unpacked_once(tmp_path: Path) -> None:
    tree = unpack("HEAD", tmp_path)
    assert (tree.folder / "simcore" / "__init__.py").is_file()
    assert "two-patrols" in tree.library()
    assert tree.cache is not None
    assert tree.folder not in tree.cache.parents
    (tree.folder / "mark").touch()
    assert (unpack("HEAD", tmp_path).folder / "mark").exists()
    with pytest.raises(TreeError, match="single revision"):
        unpack("no-such-commit", tmp_path)


@needs_git
@pytest.mark.slow
def test_a_commit_is_as_fast_as_itself(tmp_path: Path) -> None:
    tree = unpack("HEAD", tmp_path)
    comparison = Comparison(tree, tree, tmp_path, lambda _: None)
    comparison.measure(["two-patrols"], rounds=15, seconds=0.1)
    case = comparison.cases[0]
    assert not case.problem
    assert case.origin == "same"
    # with equal speeds, all 15 ratios lie on one side of 1 with probability 6e-5: four standard errors
    ratio = paired_ratio(case.new, case.old, level=1.0)
    assert ratio.low <= 1.0 <= ratio.high
