import errno
import json
from pathlib import Path

import numpy as np
import pytest

from scenarios.batch.batch import BatchResult, batch_columns, run_batch
from scenarios.batch.folder import BatchFolder
from scenarios.batch.playing import play_replications
from scenarios.cli import main
from scenarios.compiler.scenario import Compiled
from scenarios.run.identity import identity
from scenarios.run.play import run_scenario
from scenarios.run.policies import choose_policies
from simcore.errors import InputError, RunError
from simcore.recording.manifest import read_manifest
from simcore.recording.tables import column_metadata, read_table


def batch(compiled: Compiled, folder: Path, n: int, **options: object) -> BatchResult:
    return run_batch(compiled, choose_policies(compiled.roster), n=n, folder=folder, **options)  # type: ignore[arg-type]


def hashes(folder: Path) -> dict[int, str]:
    table = read_table(folder / "replications.parquet", ["replication", "state_hash"])
    return dict(zip(table["replication"].tolist(), table["state_hash"].tolist(), strict=True))


def test_a_batch_is_the_same_whatever_threads_chunks_and_order(compiled: Compiled, tmp_path: Path) -> None:
    batch(compiled, tmp_path / "one", 7, threads=1)
    batch(compiled, tmp_path / "two", 7, threads=2)
    batch(compiled, tmp_path / "parts", 2, first=4)
    batch(compiled, tmp_path / "parts", 7)
    assert hashes(tmp_path / "one") == hashes(tmp_path / "two") == hashes(tmp_path / "parts")
    assert list(hashes(tmp_path / "one")) == list(range(7))
    choices = choose_policies(compiled.roster)
    for k in (0, 5):
        alone = run_scenario(compiled, choices, replication=k)
        assert alone.manifest["state_hash"] == hashes(tmp_path / "one")[k]
        together = play_replications(compiled, choices, 1, [k + 3, k, 100])
        assert together["state_hash"][1] == alone.manifest["state_hash"]
        for name, value in alone.measures.items():
            np.testing.assert_array_equal(together[name][1], value)


def test_a_batch_folder_is_self_contained(compiled: Compiled, tmp_path: Path) -> None:
    result = batch(compiled, tmp_path / "b", 4, keep_runs=2)
    manifest = read_manifest(tmp_path / "b", "batch")
    assert manifest["n_replications"] == manifest["files"]["replications.parquet"] == 4
    assert len(manifest["estimates"]) == len(result.estimates)
    assert sorted(p.name for p in (tmp_path / "b").iterdir()) == [
        "manifest.json",
        "replications.parquet",
        "runs",
        "scenario.resolved.yaml",
    ]
    stored = column_metadata(tmp_path / "b" / "replications.parquet")
    assert [c.name for c in batch_columns(compiled)] == list(stored)
    assert stored["red_cost_lost"]["unit"] == "MUSD"
    kept = read_manifest(tmp_path / "b" / "runs" / "replication-000001")
    assert kept["state_hash"] == hashes(tmp_path / "b")[1]
    assert main(["run", "--verify", str(tmp_path / "b" / "runs" / "replication-000001")]) == 0
    assert (result.replications["unit_steps"] > 0).all()
    assert result.unit_steps == result.replications["unit_steps"].sum()


def test_measures_that_are_not_defined_are_null(compiled: Compiled, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    result = batch(compiled, tmp_path / "b", 4)
    batch(compiled, tmp_path / "b", 6)  # what was there is read and written again
    stored = pq.read_table(tmp_path / "b" / "replications.parquet")
    n_undefined = 0
    for column in batch_columns(compiled):
        values = stored[column.name].to_pylist()
        if column.type == "f64":
            assert not any(value is not None and np.isnan(value) for value in values)
            assert [value is None for value in values[:4]] == np.isnan(result.replications[column.name]).tolist()
            n_undefined += values.count(None)
    assert n_undefined > 0


def test_the_same_batch_again_computes_nothing_and_a_larger_one_the_rest(compiled: Compiled, tmp_path: Path) -> None:
    first = batch(compiled, tmp_path / "b", 3)
    again = batch(compiled, tmp_path / "b", 3)
    more = batch(compiled, tmp_path / "b", 5)
    assert (first.n_computed, again.n_computed, more.n_computed) == (3, 0, 2)
    assert again.estimates == first.estimates
    assert list(hashes(tmp_path / "b")) == [0, 1, 2, 3, 4]


def test_another_batch_in_the_same_folder_is_refused(
    scenario_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "b"
    command = ["batch", str(scenario_file), "-n", "2", "--out", str(out), "--quiet"]
    assert main(command) == 0
    before = hashes(out)
    for change, message in {
        ("--seed", "2"): "seed 1, now 2",
        ("--blue", "wait"): "policies blue=patrol:reach_km=1.5 red=wait, now blue=wait red=wait",
        ("--policy", "blue=patrol:reach_km=1"): "now blue=patrol:reach_km=1 red=wait",
    }.items():
        capsys.readouterr()
        assert main([*command, *change]) == 2
        error = capsys.readouterr().err
        assert message in error
        assert "choose another --out, or give --force" in error
    scenario_file.write_text(scenario_file.read_text().replace("p_hit: 0.25", "p_hit: 0.35"))
    assert main(command) == 2
    assert "scenario skirmish" in capsys.readouterr().err
    assert hashes(out) == before
    assert main([*command, "--force"]) == 0
    assert hashes(out) != before
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith("b")) == ["b"]


def test_another_version_of_the_engine_is_not_mixed_in(
    compiled: Compiled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch(compiled, tmp_path / "b", 1)
    from scenarios.run.provenance import versions

    monkeypatch.setattr("scenarios.run.identity.versions", lambda: {**versions(), "engine": "another"})
    with pytest.raises(InputError, match=r"engine version .*, now another"):
        batch(compiled, tmp_path / "b", 2)


def test_folders_that_are_not_batches_are_left_alone(compiled: Compiled, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "notes.txt").write_text("mine")
    for force in (False, True):
        with pytest.raises(InputError, match="exists and is not a batch folder; choose another --out"):
            batch(compiled, tmp_path / "b", 1, force=force)
    run_scenario(compiled, choose_policies(compiled.roster), folder=tmp_path / "run")
    with pytest.raises(InputError, match="contains a run, not a batch"):
        batch(compiled, tmp_path / "run", 1, force=True)
    with pytest.raises(InputError, match="cannot write"):
        batch(compiled, tmp_path / "b" / "notes.txt" / "b", 1)


def test_a_full_disk_loses_nothing_that_is_finished(
    compiled: Compiled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_part = BatchFolder.write_part
    from simcore.recording import files

    written: list[int] = []

    def fail_on_the_third(self: BatchFolder, values: dict[str, np.ndarray]) -> None:
        if len(written) == 2:
            monkeypatch.setattr(files.os, "fsync", full)
        written.append(1)
        write_part(self, values)

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(BatchFolder, "write_part", fail_on_the_third)
        patch.setattr("scenarios.batch.engine.largest_chunk", lambda params: 4)
        with pytest.raises(RunError, match=r"No space left on device; free some space.*run the same command again"):
            batch(compiled, tmp_path / "b", 20, threads=1)
    monkeypatch.undo()
    assert len(list((tmp_path / "b" / "parts").glob("*.parquet"))) == 2
    assert json.loads((tmp_path / "b" / "manifest.json").read_text())["status"] == "running"


def test_a_truncated_part_is_named_and_can_be_deleted(compiled: Compiled, tmp_path: Path) -> None:
    whole = batch(compiled, tmp_path / "whole", 5)
    out = tmp_path / "b"
    choices = choose_policies(compiled.roster)
    identity = {key: whole.manifest[key] for key in ("scenario", "seed", "policies", "versions", "started_utc")}
    folder = BatchFolder(out, identity, batch_columns(compiled))
    folder.write_part(play_replications(compiled, choices, 1, [0, 1]))
    folder.write_part(play_replications(compiled, choices, 1, [2]))
    folder.close()
    damaged = sorted((out / "parts").glob("*.parquet"))[0]
    damaged.write_bytes(damaged.read_bytes()[:-50])
    (out / "parts" / "0000000007-0000000008.parquet.tmp").write_bytes(b"half")
    with pytest.raises(
        InputError, match=r"0000000000-0000000001\.parquet: .*delete this file and run the same command"
    ):
        batch(compiled, out, 5)
    damaged.unlink()
    result = batch(compiled, out, 5)
    assert result.n_computed == 4
    assert hashes(out) == hashes(tmp_path / "whole")


def test_a_truncated_result_is_named(compiled: Compiled, tmp_path: Path) -> None:
    batch(compiled, tmp_path / "b", 1)
    path = tmp_path / "b" / "replications.parquet"
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(InputError, match=r"replications\.parquet: .*delete this file and run the same command"):
        batch(compiled, tmp_path / "b", 2)


def test_a_kill_between_merging_and_finishing_is_harmless(compiled: Compiled, tmp_path: Path) -> None:
    whole = batch(compiled, tmp_path / "b", 3)
    identity = {key: whole.manifest[key] for key in ("scenario", "seed", "policies", "versions", "started_utc")}
    folder = BatchFolder(tmp_path / "b", identity, batch_columns(compiled))
    folder.write_part(play_replications(compiled, choose_policies(compiled.roster), 1, [1, 2, 3]))
    folder.merge()
    folder.close()  # as if killed: the parts are still there, and they overlap
    result = batch(compiled, tmp_path / "b", 4)
    assert result.n_computed == 0
    assert list(hashes(tmp_path / "b")) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-n", "0"], "-n 0: below 1"),
        (["-n", "2", "--threads", "0"], "--threads 0: below 1"),
        (["-n", "2", "--first", "-1"], "--first -1: out of range"),
        (["-n", "2", "--seed", "-1"], "--seed -1: out of range"),
        (["-n", "2", "--keep-runs", "-1"], "--keep-runs -1: below 0"),
        (["-n", "2", "--blue", "wiat"], "policy 'wiat': unknown; did you mean 'wait'"),
        (["-n", "2", "--policy", "red=patrol:reach=1"], "policy patrol: no parameter 'reach'"),
    ],
)
def test_wrong_options_are_explained_before_anything_is_written(
    scenario_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    assert main(["batch", str(scenario_file), "--out", str(tmp_path / "b"), *options]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "b").exists()


def test_the_only_part_of_a_batch_becomes_its_table(compiled: Compiled, tmp_path: Path) -> None:
    folder, choices = tmp_path / "batch", choose_policies(compiled.roster)
    target = BatchFolder(folder, identity(compiled, choices, 1), batch_columns(compiled))
    target.write_part(play_replications(compiled, choices, 1, [0, 1, 2]))
    (part,) = (folder / "parts").iterdir()
    content = part.read_bytes()
    assert target.merge()["replication"].tolist() == [0, 1, 2]
    assert (folder / "replications.parquet").read_bytes() == content
    assert not part.exists()
    target.write_part(play_replications(compiled, choices, 1, [4, 3]))  # not in order, and not alone
    assert target.merge()["replication"].tolist() == [0, 1, 2, 3, 4]
    target.close()
