"""Batches that are killed or stopped, in processes of their own."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from scenarios.batch.batch import run_batch
from scenarios.loader import load
from scenarios.run.policies import choose_policies
from simcore.recording.tables import read_table
from tests.scenarios.run.skirmish import chammo_process

SLOW = "blue=patrol:reach_km=1.5,slow_s=0.05"
N = 16


def wait_for_part(process: "subprocess.Popen[str]", out: Path) -> list[Path]:
    """Return the finished parts as soon as there is one."""
    deadline = time.monotonic() + 600.0  # the first process of a fresh checkout compiles the engine
    while time.monotonic() < deadline:
        parts = sorted((out / "parts").glob("*.parquet"))
        if parts:
            return parts
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    raise AssertionError("no part was written in time")


def rows(folder: Path) -> list[tuple[int, str]]:
    table = read_table(folder / "replications.parquet", ["replication", "state_hash"])
    return list(zip(table["replication"].tolist(), table["state_hash"].tolist(), strict=True))


@pytest.fixture
def expected(scenario_file: Path, tmp_path: Path) -> list[tuple[int, str]]:
    compiled = load(str(scenario_file))
    choices = choose_policies(compiled.roster, [SLOW.replace("0.05", "0")])
    run_batch(compiled, choices, n=N, folder=tmp_path / "expected", threads=1)
    return rows(tmp_path / "expected")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_killed_batch_goes_on_without_repeating_or_losing_a_replication(
    scenario_file: Path, plugin: Path, tmp_path: Path, expected: list[tuple[int, str]]
) -> None:
    out = tmp_path / "out"
    command = ("batch", scenario_file, "-n", N, "--out", out, "--policy", SLOW)
    first = chammo_process(*command, plugin=plugin, cwd=tmp_path)
    wait_for_part(first, out)
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    kept = {path.name: path.read_bytes() for path in (out / "parts").glob("*.parquet")}
    assert kept
    assert json.loads((out / "manifest.json").read_text())["status"] == "running"
    n_kept = sum(len(read_table(out / "parts" / name, ["replication"])["replication"]) for name in kept)
    assert 0 < n_kept < N

    second = chammo_process(*command, "--json", plugin=plugin, cwd=tmp_path)
    output, errors = second.communicate()
    assert second.returncode == 0, errors
    assert json.loads(output)["manifest"]["n_replications"] == N
    assert rows(out) == expected
    assert f"replications: {n_kept} of {N}" in errors
    assert f"replications: {N} of {N} (100%)" in errors

    third = chammo_process(*command, plugin=plugin, cwd=tmp_path)
    assert "nothing to compute" in third.communicate()[0]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_keeps_what_is_finished(
    scenario_file: Path, plugin: Path, tmp_path: Path, expected: list[tuple[int, str]]
) -> None:
    out = tmp_path / "out"
    command = ("batch", scenario_file, "-n", N, "--out", out, "--policy", SLOW, "--threads", 2)
    first = chammo_process(*command, plugin=plugin, cwd=tmp_path)
    wait_for_part(first, out)
    first.send_signal(signal.SIGINT)
    output, errors = first.communicate(timeout=120)
    assert first.returncode == 130, (output, errors)
    assert "interrupted with" in errors
    assert "run the same command again to resume" in errors
    assert "Traceback" not in errors
    assert not list((out / "parts").glob("*.tmp"))
    second = chammo_process(*command, plugin=plugin, cwd=tmp_path)
    output, errors = second.communicate()
    assert second.returncode == 0, errors
    assert "were already in" in output
    assert rows(out) == expected


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_two_batches_do_not_write_to_one_folder(scenario_file: Path, plugin: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = ("batch", scenario_file, "-n", 64_000, "--out", out, "--policy", SLOW)  # outlasts the second
    first = chammo_process(*command, plugin=plugin, cwd=tmp_path)
    wait_for_part(first, out)
    second = chammo_process(*command, plugin=plugin, cwd=tmp_path)
    _, errors = second.communicate()
    first.kill()
    first.communicate()
    assert second.returncode == 1
    assert "another process is writing here" in errors
