"""Single replications of a batch or an experiment: played again from the folder alone, and the ones worth watching."""

import json
from pathlib import Path

import numpy as np
import pytest

from scenarios.batch.again import find_replication
from scenarios.batch.batch import run_batch
from scenarios.batch.folder import REPLICATIONS
from scenarios.batch.kept import choose_kept, keeping_measure, read_roles
from scenarios.cli import main
from scenarios.compiler.scenario import Compiled
from scenarios.run.logistics import KINDS
from scenarios.run.policies import choose_policies
from simcore.errors import InputError
from simcore.recording.manifest import read_manifest
from simcore.recording.tables import read_table


@pytest.fixture
def batch(compiled: Compiled, tmp_path: Path) -> Path:
    folder = tmp_path / "batch"
    choices = choose_policies(compiled.roster, ["red=patrol:reach_km=1.2"])  # not those of the file
    run_batch(compiled, choices, n=5, first=2, folder=folder, seed=3, threads=1, keep=("median", "best", "worst"))
    return folder


def test_a_replication_is_played_again_from_the_folder_alone(
    batch: Path, scenario_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario_file.unlink()
    rows = read_table(batch / REPLICATIONS, ["replication", "state_hash"])
    assert main(["run", "--from", str(batch), "--replication", "5", "--out", str(batch.parent / "five")]) == 0
    assert "the same to the last bit as its row" in capsys.readouterr().out
    run = read_manifest(batch.parent / "five")
    assert run["state_hash"] == dict(zip(rows["replication"], rows["state_hash"], strict=True))[5]
    assert [p["name"] for p in run["policies"]] == ["patrol", "patrol"]
    assert main(["run", "--verify", str(batch.parent / "five")]) == 0


def test_a_replication_that_differs_from_its_row_is_reported(batch: Path) -> None:
    origin = find_replication(batch, 3)
    from scenarios.run.play import run_scenario

    result = run_scenario(origin.condition.compiled, origin.condition.choices, seed=4, replication=3)
    assert origin.differences(result)[0].startswith("state_hash: ")


def test_replications_and_folders_that_do_not_exist_are_errors(batch: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"not in .*; it has 2 to 6"):
        find_replication(batch, 7)
    with pytest.raises(InputError, match="has one scenario; leave it out"):
        find_replication(batch, 3, "red=cautious")
    with pytest.raises(InputError, match=r"holds no replications; give a folder written by `chammo batch`"):
        find_replication(tmp_path, 3)
    with pytest.raises(InputError, match=r"holds a run; .*; `chammo run --verify .*` plays a run again"):
        find_replication(next((batch / "runs").iterdir()), 3)
    (batch / REPLICATIONS).write_bytes(b"")
    with pytest.raises(InputError, match=r"replications\.parquet"):
        find_replication(batch, 3)


@pytest.mark.parametrize("kind", ["policy", *KINDS])
def test_a_replication_is_played_again_with_the_policies_of_its_folder_alone(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "--from", str(tmp_path), f"--{kind}", "blue=any"]) == 2
    assert f"run --from: --{kind}: the folder has its own; leave it out" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "given", "listed"),
    [
        ("--from", ["--seed", "0"], "--seed"),
        ("--from", ["--sustainment", "on", "--seed", "1"], "--seed, --sustainment"),
        ("--from", ["file"], "scenario"),
        ("--from", ["--staff-rollouts", "0"], "--staff-rollouts"),
        ("--verify", ["--seed", "3"], "--seed"),
        ("--verify", ["--replication", "0", "--no-record"], "--replication, --no-record"),
    ],
)
def test_arguments_that_a_folder_decides_are_refused_and_never_ignored(
    option: str, given: list[str], listed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", *given, option, str(tmp_path)]) == 2
    assert f"run {option}: {listed}: the folder" in capsys.readouterr().err


def test_a_replication_of_a_variant_under_noise_is_played_again(
    tmp_path: Path, scenario_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "compared"
    experiment = tmp_path / "experiment.yaml"
    experiment.write_text(
        f"experiment: cars\nscenario: {scenario_file}\nbudget: {{replications: 4}}\n"
        "variants: [{name: more cars, set: {groups.blue-cars.count: 6}}]\n"
        "noise: {factors: [{path: environment.visibility_km, low: 1, high: 5}], states: 2}\n"
    )
    assert main(["compare", str(experiment), "--out", str(folder), "--threads", "1", "--quiet"]) == 0
    scenario_file.unlink()
    capsys.readouterr()
    assert main(["run", "--from", str(folder), "--point", "more cars", "--replication", "3", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["same"]
    assert Path(report["folder"]) == folder / "runs" / "point-001-replication-000003"
    for point, words in (("mor cars", "did you mean"), (None, "add --point NAME: baseline, more cars")):
        with pytest.raises(InputError, match=words):
            find_replication(folder, 3, point)
    assert find_replication(folder, 0, "0").row["variant"] == "baseline"


def test_the_median_the_best_and_the_worst_are_kept_as_runs(batch: Path) -> None:
    rows = read_table(batch / REPLICATIONS, ["replication", "blue_score", "state_hash"])
    score = dict(zip(rows["replication"].tolist(), rows["blue_score"].tolist(), strict=True))
    kept = {one["role"]: one for one in read_manifest(batch, "batch")["kept"]}
    assert score[kept["best"]["replication"]] == max(score.values())
    assert score[kept["worst"]["replication"]] == min(score.values())
    assert score[kept["median"]["replication"]] == sorted(score.values())[2]
    for one in kept.values():
        run = read_manifest(batch / one["folder"])
        assert run["state_hash"] == dict(zip(rows["replication"], rows["state_hash"], strict=True))[one["replication"]]


def test_losses_are_best_if_few_and_undefined_values_are_never_chosen(compiled: Compiled) -> None:
    listed = compiled.measures.listed
    rows = {
        "replication": np.array([4, 5, 6, 7, 8]),
        "blue_losses": np.array([1.0, np.nan, 3.0, 1.0, 2.0]),
        "blue_first_contact_s": np.full(5, np.nan),
    }
    roles = ("median", "best", "worst")
    chosen = choose_kept(rows, keeping_measure(listed, "blue", "blue_losses"), roles)
    assert [(one.role, one.value, one.replication) for one in chosen] == [
        ("median", 1.0, 4),
        ("best", 1.0, 4),
        ("worst", 3.0, 6),
    ]
    assert choose_kept(rows, keeping_measure(listed, "blue", "blue_first_contact_s"), roles) == []
    assert keeping_measure(listed, "blue").name == "blue_score"


def test_roles_and_measures_that_do_not_exist_are_errors(compiled: Compiled) -> None:
    assert read_roles("none") == ()
    with pytest.raises(InputError, match=r"no role .middle"):
        read_roles("median,middle")
    with pytest.raises(InputError, match=r"did you mean .blue_score"):
        keeping_measure(compiled.measures.listed, "blue", "blue_scor")
