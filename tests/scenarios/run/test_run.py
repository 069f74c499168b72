import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from agents.environments.draws import replication_of
from scenarios.cli import main
from scenarios.compiler.scenario import Compiled
from scenarios.run.play import RunResult, run_scenario
from scenarios.run.play_again import verify_run
from scenarios.run.policies import choose_policies
from simcore.errors import InputError, RunError
from simcore.recording.files import digest
from simcore.recording.manifest import check_files, read_manifest, write_manifest
from simcore.recording.run_schema import FRAMES_PER_ROW_GROUP, TABLES
from simcore.recording.tables import column_metadata, count_row_groups, count_rows, read_table
from simcore.simulation import Simulation
from simcore.types import Status
from tests.simcore.small_worlds import compile_world, document


@pytest.fixture
def play(compiled: Compiled, tmp_path: Path) -> Callable[..., RunResult]:
    def play_once(**options: object) -> RunResult:
        return run_scenario(compiled, choose_policies(compiled.roster), **options)  # type: ignore[arg-type]

    return play_once


def test_a_run_folder_holds_what_the_contract_says(play: Callable[..., RunResult], tmp_path: Path) -> None:
    folder = tmp_path / "run"
    result = play(folder=folder)
    manifest = read_manifest(folder)
    check_files(folder, manifest)
    n, frames = manifest["n_units"], manifest["n_frames"]
    assert n == 9
    assert manifest["sides"] == ["blue", "red"]
    assert manifest["winner"] == result.outcome.winner
    for name, columns in TABLES.items():
        assert count_rows(folder / name) == manifest["files"][name]
        stored = column_metadata(folder / name)
        assert [c.name for c in columns] == list(stored)
        assert all(stored[c.name] == {"unit": c.unit, "description": c.description} for c in columns)
    trace = read_table(folder / "trace.parquet")
    assert trace["frame"].tolist() == [f for f in range(frames) for _ in range(n)]
    assert trace["unit"].tolist() == list(range(n)) * frames
    chunks = -(-frames // FRAMES_PER_ROW_GROUP)
    assert count_row_groups(folder / "trace.parquet") == count_row_groups(folder / "contacts.parquet") == chunks > 1
    second = read_table(folder / "trace.parquet", ["frame"], row_group=1)["frame"]
    assert second[0] == FRAMES_PER_ROW_GROUP
    assert second.size == min(FRAMES_PER_ROW_GROUP, frames - FRAMES_PER_ROW_GROUP) * n
    assert trace["time_s"][-1] == manifest["duration_s"] == manifest["n_ticks"] * manifest["dt_s"]
    with np.load(folder / "terrain.npz", allow_pickle=False) as terrain:
        rasters = {"elevation_m", "surface", "is_water"}
        assert set(terrain.files) == rasters | {"west_m", "south_m", "cell_m", "earth_m"}
        assert terrain["elevation_m"].dtype == np.float32
    zones = json.loads((folder / "map.json").read_text())["zones"]
    assert zones[0]["name"] == "ford"
    assert np.shape(zones[0]["polygon_m"]) == (32, 2)


def test_the_tables_agree_with_each_other(play: Callable[..., RunResult], tmp_path: Path) -> None:
    result = play(folder=tmp_path / "run")
    folder = tmp_path / "run"
    trace, events, series = (read_table(folder / f"{name}.parquet") for name in ("trace", "events", "series"))
    contacts, orders = read_table(folder / "contacts.parquet"), read_table(folder / "orders.parquet")
    n_lost = int((trace["status"][-9:] == Status.LOST).sum())
    assert n_lost == (events["kind"] == "loss").sum() == series["lost"][-2:].sum() > 0
    assert result.measures["blue_losses"] + result.measures["red_losses"] == n_lost
    assert result.measures["blue_shots"] == series["shots"][-2]
    assert (contacts["age_s"] >= 0).all()
    assert (contacts["target_class"][contacts["level"] < 2] == -1).all()
    units = read_table(folder / "units.parquet")
    assert all(units["side"][u] != ("blue", "red")[s] for u, s in zip(contacts["unit"], contacts["side"], strict=True))
    assert set(orders["side"]) == {"blue"}
    assert set(orders["task"]) == {"move"}
    assert set(np.diff(np.unique(orders["tick"]))) == {10}


def test_a_replication_of_the_training_games_is_recorded_like_any_other(
    play: Callable[..., RunResult], tmp_path: Path
) -> None:
    number = replication_of("train", 1, 0)
    assert number > 2**31
    recorded = play(replication=number, folder=tmp_path / "run")
    assert verify_run(tmp_path / "run").is_same
    assert recorded.manifest["replication"] == number


def test_recording_does_not_change_the_run(play: Callable[..., RunResult], tmp_path: Path) -> None:
    plain = play()
    recorded = play(folder=tmp_path / "run")
    coarse = play(folder=tmp_path / "coarse", record_interval_s=50)
    assert plain.folder is None
    assert plain.manifest["state_hash"] == recorded.manifest["state_hash"] == coarse.manifest["state_hash"]
    assert plain.measures == pytest.approx(recorded.measures, nan_ok=True)
    assert coarse.manifest["frame_interval_s"] == 50
    assert play(replication=1).manifest["state_hash"] != plain.manifest["state_hash"]
    assert play(seed=2).manifest["state_hash"] != plain.manifest["state_hash"]


def test_a_long_run_is_recorded_in_bounded_memory(
    play: Callable[..., RunResult], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 0
    from simcore.recording.record import Recorder

    record_frame = Recorder.record_frame

    def watched(self: Recorder, *arguments: object) -> object:
        nonlocal most
        result = record_frame(self, *arguments)  # type: ignore[arg-type]
        most = max(most, len(self._waiting), *(buffer.pending for buffer in self._buffers))
        return result

    monkeypatch.setattr(Recorder, "record_frame", watched)
    play(folder=tmp_path / "run")
    assert 0 < most <= FRAMES_PER_ROW_GROUP


def test_verify_repeats_the_run_from_its_folder_alone(
    play: Callable[..., RunResult], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(folder=tmp_path / "run", seed=5, replication=3)
    shutil.move(tmp_path / "run", tmp_path / "moved")
    monkeypatch.setattr("scenarios.run.policies.find_policy", None)  # verify needs no policy, only its orders
    check = verify_run(tmp_path / "moved")
    assert check.is_same
    assert check.n_orders > 0
    assert main(["run", "--verify", str(tmp_path / "moved")]) == 0


def test_verify_finds_a_different_result(
    play: Callable[..., RunResult], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    play(folder=tmp_path / "run")
    manifest = read_manifest(tmp_path / "run")
    manifest["seed"] = 99
    write_manifest(tmp_path / "run", manifest)
    assert main(["run", "--verify", str(tmp_path / "run")]) == 1
    assert "NOT the same: recorded state" in capsys.readouterr().out
    manifest["versions"]["numba"] = "0.1"
    write_manifest(tmp_path / "run", manifest)
    assert main(["run", "--verify", str(tmp_path / "run"), "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["same"] is False
    assert any("numba 0.1 ->" in change for change in report["changed_versions"])


def test_verify_compares_the_winner_and_every_measure(
    play: Callable[..., RunResult], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody who writes another result, with digests that fit, is found out by playing it again."""
    result = play(folder=tmp_path / "run")
    manifest = read_manifest(tmp_path / "run")
    other = "red" if manifest["winner"] == "blue" else "blue"
    path = tmp_path / "run" / "measures.json"
    document = json.loads(path.read_text())
    document["measures"]["blue_shots"] += 1
    path.write_text(json.dumps(document))
    digests = manifest["digests"] | {"measures.json": digest(path)}
    write_manifest(tmp_path / "run", manifest | {"winner": other, "digests": digests})
    assert verify_run(tmp_path / "run").differences == (
        f"winner: {other}, computed now {manifest['winner']}",
        f"blue_shots: {result.measures['blue_shots'] + 1}, computed now {result.measures['blue_shots']}",
    )
    assert main(["run", "--verify", str(tmp_path / "run")]) == 1
    assert f"winner: {other}" in capsys.readouterr().out


def cut_orders(folder: Path) -> None:
    path = folder / "orders.parquet"
    path.write_bytes(path.read_bytes()[:-20])


def change_scenario(folder: Path) -> None:
    path = folder / "scenario.resolved.yaml"
    path.write_text(path.read_text().replace("duration_s: 160", "duration_s: 170"))


def change_trace(folder: Path) -> None:
    path = folder / "trace.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 255
    path.write_bytes(bytes(data))


def change_winner(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"winner": "nobody"}))


def drop_events(folder: Path) -> None:
    (folder / "events.parquet").unlink()


@pytest.mark.parametrize(
    ("tamper", "message"),
    [
        (cut_orders, "orders.parquet: was cut off or damaged"),
        (change_scenario, "scenario.resolved.yaml: was changed"),
        (change_trace, "trace.parquet: was changed"),
        (change_winner, "manifest.json: was changed"),
        (drop_events, "events.parquet: the file is missing"),
    ],
)
def test_verify_names_what_was_tampered_with(
    play: Callable[..., RunResult], tmp_path: Path, tamper: Callable[[Path], None], message: str
) -> None:
    play(folder=tmp_path / "run")
    tamper(tmp_path / "run")
    with pytest.raises(InputError, match=message):
        verify_run(tmp_path / "run")


def test_a_run_that_breaks_leaves_no_run_folder(
    play: Callable[..., RunResult], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    advance = Simulation.advance

    def break_later(self: Simulation, n_ticks: int) -> None:
        if self.tick > 60:
            raise OSError(28, "No space left on device")
        advance(self, n_ticks)

    monkeypatch.setattr(Simulation, "advance", break_later)
    with pytest.raises(RunError, match="No space left on device; free some space"):
        play(folder=tmp_path / "run")
    assert not (tmp_path / "run").exists()
    assert json.loads((tmp_path / "run.partial" / "manifest.json").read_text())["status"] == "failed"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seed": -1}, "--seed -1: out of range"),
        ({"replication": 2**63}, "--replication .* out of range"),
        ({"record_interval_s": 0.5}, "--record-interval 0.5: below a time step; give 2 or more"),
        ({"record_interval_s": float("nan")}, "--record-interval nan"),
    ],
)
def test_wrong_options_are_explained(play: Callable[..., RunResult], options: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        play(**options)


def test_verify_repeats_orders_about_radars(play: Callable[..., RunResult], tmp_path: Path, plugin: Path) -> None:
    module = plugin / "skirmish_policies.py"
    module.write_text(
        module.read_text()
        + "\n    def _radars(self, picture, orders, group):\n"
        + "        from simcore.types import Emcon\n"
        + "        emcon = Emcon.SILENT if picture.tick % 40 == 0 else Emcon.RADIATE\n"
        + "        orders.control_emissions(np.ones(len(picture.replication), dtype=bool), group, emcon)\n"
        + "\n\nPatrol._decide = Patrol.decide\n"
        + "\n\ndef decide(self, picture, orders):\n"
        + "    if picture.tick >= 40:\n"
        + "        self._radars(picture, orders, self.groups[0])\n"
        + "    if picture.tick < 40:\n"
        + "        self._decide(picture, orders)\n"
        + "\n\nPatrol.decide = decide\n"
    )
    play(folder=tmp_path / "run")
    orders = read_table(tmp_path / "run" / "orders.parquet")
    assert set(orders["emcon"][orders["tick"] >= 40]) == {"silent", "radiate"}
    assert set(orders["task"][orders["tick"] >= 40]) == {""}
    events = read_table(tmp_path / "run" / "events.parquet")
    assert (events["kind"] == "emcon").sum() > 0
    assert verify_run(tmp_path / "run").is_same


def test_the_last_frame_is_of_the_end(tmp_path: Path) -> None:
    content = document(
        [
            {"name": name, "side": name, "at_km": [east, 8], "units": [{"platform": "post"}]}
            for name, east in (("blue", -9), ("red", 9))
        ],
        objectives=[{"side": "red", "kind": "protect"}],
        injects=[{"at_s": 60, "kind": "lose", "who": ["blue"]}],
    )
    compiled = compile_world(content)
    result = run_scenario(compiled, choose_policies(compiled.roster), folder=tmp_path / "r")
    assert result.manifest["duration_s"] == 65.0  # decisions and frames are every 50 s
    series = read_table(tmp_path / "r" / "series.parquet")
    assert series["time_s"].tolist() == [0.0, 0.0, 50.0, 50.0, 65.0, 65.0]
    assert series["score"].tolist() == [0.0, 1.0] * 3
    assert series["lost"].tolist() == [0, 0, 0, 0, 1, 0]
