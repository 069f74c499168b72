"""A staff in ``chammo run``: options, the record in the run folder, its page, and forged advice."""

import io
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scenarios.cli import main
from scenarios.loader import load
from scenarios.run.play_again import verify_run
from scenarios.run.policies import choose_policies
from simcore.errors import InputError
from simcore.recording.manifest import read_manifest
from viz.reading.run_folder import RunFolder

SMALL = ["two-patrols", "--seed", "3", "--staff", "blue", "--staff-rollouts", "8"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run of two patrols with a staff for blue, whose advice is approved by policy."""
    path = tmp_path_factory.mktemp("advised") / "run"
    assert main(["run", *SMALL, "--approve", "auto", "--blue", "cautious", "--out", str(path)]) == 0
    return path


def test_the_folder_has_a_row_for_each_advice_and_its_manifest_the_policy(folder: Path) -> None:
    manifest = read_manifest(folder)
    assert manifest["policies"][0]["name"] == "staff"
    assert manifest["policies"][0]["parameters"] == {"approve": "auto", "rollouts": 8, "base": "cautious"}
    assert list(manifest["chains"]) == ["advice.parquet"]
    assert verify_run(folder).is_same
    rows = RunFolder(folder).boards["advice"]
    assert manifest["files"]["advice.parquet"] == len(rows) >= 6
    winner = {"blue": 1.0, None: 0.0}.get(manifest["winner"], -1.0)
    for row in rows:
        assert row["side"] == "blue"
        assert row["decision"] in ("approved", "abstained")
        assert row["final_win"] == winner
        if row["decision"] == "approved":
            assert row["in_force"] == row["recommendation"]
            assert row["score_low"] <= row["score"] <= row["score_high"]


@pytest.mark.parametrize("reader", ["replay", "export", "verify"])
def test_forged_advice_is_found_when_the_folder_is_read(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], reader: str
) -> None:
    forged = tmp_path / "forged"
    shutil.copytree(folder, forged)
    table = pq.read_table(forged / "advice.parquet")
    rows = table.to_pylist()
    rows[0]["decision"] = "rejected"
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), forged / "advice.parquet")
    command = {
        "replay": ["replay", str(forged), "--port", "0"],
        "export": ["export", str(forged), "--format", "geojson", "--out", str(tmp_path / "x.geojson")],
        "verify": ["run", "--verify", str(forged)],
    }[reader]
    assert main(command) == 2
    problem = capsys.readouterr().err
    assert "advice.parquet: was changed after the run: row 1 does not fit its digest" in problem
    with pytest.raises(InputError, match="row 1 does not fit"):
        RunFolder(forged)


def test_the_commander_is_asked_on_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a\nn enough\n"))
    assert main(["run", *SMALL, "--no-record", "--json"]) == 0
    captured = capsys.readouterr()
    assert captured.err.count("Advice to blue at") == 2
    assert captured.out.startswith("{")  # the question is no part of the output


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--approve", "auto"], "--approve: needs a side with a staff; add --staff SIDE"),
        (["--staff-rollouts", "9"], "--staff-rollouts: needs a side with a staff"),
        (["--staff", "green"], "--staff green: no such side fights"),
        (["--staff", "blue", "--policy", "blue=staff:rollouts=9"], "the policy of the side is a staff already"),
        (["--staff", "blue", "--staff-rollouts", "0"], "rollouts is 0; give a whole number above 0"),
    ],
)
def test_wrong_options_are_reported(capsys: pytest.CaptureFixture[str], options: list[str], problem: str) -> None:
    assert main(["run", "two-patrols", "--no-record", *options]) == 2
    assert problem in capsys.readouterr().err


def test_the_approval_policy_is_recorded_even_where_it_is_the_default() -> None:
    choice = choose_policies(load("two-patrols").roster, ["blue=staff"])[0]
    assert choice.parameters == {"approve": "auto"}
