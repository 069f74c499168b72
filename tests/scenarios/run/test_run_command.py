"""``chammo run`` as a user meets it, in a process of its own where it matters."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scenarios.cli import main
from simcore.recording.manifest import read_manifest
from tests.scenarios.run.skirmish import chammo_process


def test_a_run_tells_who_won_and_why(scenario_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(scenario_file), "--out", str(tmp_path / "r"), "--all"]) == 0
    text = capsys.readouterr().out
    manifest = read_manifest(tmp_path / "r")
    verdict = f"{manifest['winner']} wins" if manifest["winner"] else "no side wins"
    assert text.startswith(f"A small skirmish: {verdict} after 0:02:40 (time was up)")
    for heading in ("Why", "Losses", "Turning points", "Ammunition and links", "Next"):
        assert f"\n{heading}\n" in text
    assert "destroy all units of red" in text
    assert "opens fire" in text
    assert f"chammo replay {tmp_path / 'r'}" in text
    assert all(len(line) <= 120 for line in text.splitlines() if str(tmp_path) not in line)


def test_a_run_prints_json_and_replaces_policies(
    scenario_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policies = ["--blue", "wait", "--policy", "red=patrol:reach_km=0.5"]
    assert main(["run", str(scenario_file), "--no-record", "--json", *policies]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["folder"] is None
    assert report["manifest"]["policies"] == [
        {"side": "blue", "name": "wait", "parameters": {}, "package": "skirmish-policies 1.0"},
        {"side": "red", "name": "patrol", "parameters": {"reach_km": 0.5}, "package": "skirmish-policies 1.0"},
    ]
    assert report["outcome"]["winner"] == report["manifest"]["winner"]
    assert [p.name for p in tmp_path.iterdir()] == ["skirmish.yaml"]


def test_without_out_a_run_takes_a_new_folder_each_time(
    scenario_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert main(["run", str(scenario_file)]) == 0
    assert sorted(p.name for p in (tmp_path / "runs").iterdir()) == ["skirmish-seed1-0", "skirmish-seed1-0-2"]


def test_an_existing_folder_is_refused_without_force(
    scenario_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["run", str(scenario_file), "--out", str(tmp_path / "r")]
    assert main(command) == 0
    assert main(command) == 2
    assert "exists already; choose another --out, or give --force" in capsys.readouterr().err
    assert main([*command, "--force", "--seed", "2"]) == 0
    assert read_manifest(tmp_path / "r")["seed"] == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run"], "run: no scenario"),
        (["run", "no-such-scenario"], "no-such-scenario"),
        (["run", "missing.yaml"], "missing.yaml"),
        (["run", "--verify", "missing"], "missing: no such folder"),
        (["run", "x", "--verify", "missing"], "scenario: the folder is played again as it is; leave it out"),
        (["batch", "missing.yaml"], "missing.yaml"),
    ],
)
def test_wrong_arguments_are_explained(
    arguments: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith("chammo: ")
    assert message in error


def test_a_policy_that_breaks_is_named(scenario_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("run", "batch"):
        assert main([command, str(scenario_file), "--out", str(tmp_path / command), "--blue", "nobody"]) == 2
        assert not list(tmp_path.glob(f"{command}*"))
        capsys.readouterr()
        options = ["--out", str(tmp_path / command), "--policy", "blue=patrol:reach_km=0"]
        assert main([command, str(scenario_file), *options]) == 1
        error = capsys.readouterr().err
        assert "policy patrol of side blue: ZeroDivisionError at 0 s: no reach" in error
        assert "CHAMMO_DEBUG=1" in error


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_refused(
    scenario_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    assert main(["run", str(scenario_file), "--out", str(locked / "r")]) == 2
    assert "choose a folder that you may write to" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="resource limits of POSIX")
def test_a_file_size_limit_is_told_without_a_traceback(scenario_file: Path, plugin: Path, tmp_path: Path) -> None:
    code = (
        "import resource, sys; from scenarios.cli import main; resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000));"
        f"sys.exit(main(['run', {str(scenario_file)!r}, '--out', {str(tmp_path / 'r')!r}]))"
    )
    environment = {**os.environ, "PYTHONPATH": str(plugin)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "cannot write: File too large; free some space" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "r").exists()


def test_a_run_imports_nothing_slow(scenario_file: Path, plugin: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from scenarios.cli import main;"
        f"code = main(['run', {str(scenario_file)!r}, '--out', {str(tmp_path / 'r')!r}]);"
        "slow = {'scipy.special', 'pandas', 'mesa', 'dash', 'torch', 'rich'} & set(sys.modules);"
        "sys.exit(f'imported {slow}' if slow else code)"
    )
    environment = {**os.environ, "PYTHONPATH": str(plugin)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_help_shows_an_example(plugin: Path, tmp_path: Path) -> None:
    for command in ("run", "batch"):
        output, errors = chammo_process(command, "--help", plugin=plugin, cwd=tmp_path).communicate()
        assert f"chammo {command} joint-littoral-defence" in output, errors
