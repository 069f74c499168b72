"""The front door for Python: the objects give the results of the commands, with names, and say what is wrong."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenarios import Scenario, compare, load
from scenarios.batch.playing import play_replications
from scenarios.front import frames
from scenarios.front.frames import to_frame
from scenarios.run.policies import choose_policies
from simcore.errors import InputError
from tests.scenarios.run.test_policy_files import RUSH, SCENE


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("front")
    (path / "skirmish.yaml").write_text(SCENE)
    (path / "rush.py").write_text(RUSH)
    return path


@pytest.fixture(scope="module")
def fight(folder: Path) -> Scenario:
    return load(folder / "skirmish.yaml")


def test_importing_scenarios_loads_neither_numpy_nor_the_engine() -> None:
    code = "import sys, scenarios; print({'numpy', 'numba', 'pydantic', 'simcore'} & set(sys.modules), dir(scenarios))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.startswith("set()")
    assert "'compare'" in shown
    with pytest.raises(AttributeError, match="no attribute 'lead'"):
        _ = __import__("scenarios").lead


def test_a_run_names_its_events_and_keeps_its_recording_as_long_as_itself(fight: Scenario, tmp_path: Path) -> None:
    run = fight.run(seed=3, quiet=True)
    assert str(run).startswith("A small skirmish: ")
    events = run.events("pyarrow").to_pydict()
    units = {"blue-cars-1", "blue-cars-4", "red-cars-1", "red-post", "blue-post"}
    assert {"contact", "end"} <= set(events["kind"])
    assert units & set(events["unit"])
    assert set(events["side"]) <= {"blue", "red", ""}
    assert events["unit"][events["kind"].index("end")] == ""
    assert run.table("trace", "pyarrow").num_rows > 0
    with pytest.raises(InputError, match=r"table 'tracks': not in this run; it has .*trace"):
        run.table("tracks")
    place = run.folder
    assert place.is_dir()
    del run
    assert not place.exists()
    kept = fight.run(seed=3, quiet=True, folder=tmp_path / "kept")
    assert (kept.folder / "manifest.json").is_file()


def test_a_batch_holds_the_bits_of_the_engine_and_grows(fight: Scenario) -> None:
    batch = fight.batch(5, seed=2, threads=1, quiet=True)
    frame = batch.frame("pyarrow").to_pydict()
    compiled = fight.condition.compiled
    direct = play_replications(compiled, choose_policies(compiled.roster), 2, range(5))
    assert frame["state_hash"] == direct["state_hash"].tolist()
    assert frame["replication"] == [0, 1, 2, 3, 4]
    assert not {"point", "variant", "noise"} & set(frame)
    assert len(batch.extend(7)) == 7
    assert batch.frame("pyarrow").to_pydict()["state_hash"][:5] == frame["state_hash"]
    assert batch.estimates()["blue_win"].n == 7
    assert str(batch).startswith("skirmish: 7 replications, seed 2\n")


def assert_same(first: Any, second: Any) -> None:
    """Compare the frames of two batches or answers bit by bit."""
    a, b = (one.frame("pyarrow").to_pydict() for one in (first, second))
    assert a.keys() == b.keys()
    for name, column in a.items():
        np.testing.assert_array_equal(np.array(column), np.array(b[name]), err_msg=name)


def test_a_batch_and_a_comparison_of_a_cluster_hold_the_bits_of_this_machine(fight: Scenario) -> None:
    distributed = pytest.importorskip("distributed")
    more = fight.vary({"groups.blue-cars.count": 6})
    here = fight.batch(9, threads=1, quiet=True)
    answer = compare(fight, more, n=6, threads=1, quiet=True)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=":0", silence_logs=50
    ) as cluster:
        on = {"engine": "dask", "scheduler": cluster.scheduler_address, "quiet": True}
        there = fight.batch(6, **on).extend(9)
        assert_same(there, here)
        other = compare(fight, more, n=6, **on)
        assert_same(other, answer)
        assert other.sentence == answer.sentence


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"engine": "dusk"}, "engine 'dusk': no such engine; give local or dask"),
        ({"scheduler": "tcp://10.0.0.1:8786"}, "only Dask has one; add --engine dask"),
        ({"engine": "dask", "scheduler": "tcp://127.0.0.1:9"}, "no Dask scheduler answers there"),
        ({"threads": 0}, "--threads 0: below 1"),
    ],
)
def test_a_cluster_that_is_not_there_is_an_error_before_anything_is_played(
    fight: Scenario, given: dict[str, Any], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("scenarios.batch.cluster._CONNECT_S", 0.5)
    monkeypatch.setattr("scenarios.batch.cluster.play_replications", None)
    for play in (lambda: fight.batch(3, **given), lambda: compare(fight, fight.vary({"blue": "idle"}), n=3, **given)):
        with pytest.raises(InputError, match=words):
            play()


def test_a_variant_differs_in_its_value_alone_and_a_wrong_path_gets_the_nearest(fight: Scenario) -> None:
    more = fight.vary({"groups.blue-cars.count": 6})
    assert more.name == "groups.blue-cars.count=6"
    assert len(more.condition.compiled.roster.units) == len(fight.condition.compiled.roster.units) + 2
    both = more.vary({"groups.red-cars.count": 1}, "both")
    assert len(both.condition.compiled.roster.units) == len(fight.condition.compiled.roster.units)
    assert fight.settings == {}
    with pytest.raises(InputError, match=r"did you mean `groups\.blue-cars`"):
        fight.vary({"groups.blue-car.count": 6})
    with pytest.raises(InputError, match="no such measure; did you mean `blue_losses`"):
        compare(fight, more, measure="blue_loses", quiet=True)
    with pytest.raises(InputError, match="nothing to compare with"):
        compare(fight)
    with pytest.raises(InputError, match=r"equal to .*changes nothing"):
        compare(fight, fight.vary({"groups.blue-cars.count": 4}), quiet=True)


def test_a_comparison_is_paired_by_replication_and_has_the_factors_as_columns(fight: Scenario) -> None:
    more = fight.vary({"groups.red-cars.count": 1}, "one red car")
    answer = compare(fight, more, n=12, measure="blue_losses", threads=1, quiet=True)
    rows = answer.frame("pyarrow").to_pydict()
    assert rows["variant"] == ["skirmish"] * 12 + ["one red car"] * 12
    assert rows["groups.red-cars.count"] == [3.0] * 12 + [1.0] * 12
    losses = np.array(rows["blue_losses"]).reshape(2, 12)
    difference = answer.comparison.rows[0].difference
    assert difference is not None
    assert difference.estimate.value == pytest.approx((losses[1] - losses[0]).mean())
    assert answer.sentence.startswith("blue_losses: ")
    assert answer.sentence in str(answer)


def test_a_policy_in_a_file_plays_a_side(fight: Scenario, folder: Path) -> None:
    rush = fight.vary({"blue": f"{folder / 'rush.py'}:Rush:speed=0.8"}, "rush")
    assert rush.condition.choices[0].parameters["speed"] == 0.8
    assert len(str(rush.condition.choices[0].parameters["sha256"])) == 64
    frame = compare(fight, rush, n=4, threads=1, quiet=True).frame("pyarrow").to_pydict()
    assert frame["state_hash"][:4] != frame["state_hash"][4:]


def test_frames_come_in_the_library_that_the_program_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = {"a": np.array([1.0, np.nan]), "b": np.array(["x", "y"], dtype=object)}
    assert to_frame(columns, "pyarrow").column_names == ["a", "b"]
    with pytest.raises(InputError, match="give one of pandas, polars, pyarrow"):
        to_frame(columns, "panda")
    monkeypatch.setattr(frames, "find_spec", lambda name: None)
    with pytest.raises(InputError, match="pip install pandas"):
        to_frame(columns)
    with pytest.raises(InputError, match="'polars': not installed"):
        to_frame(columns, "polars")
