"""Two runs compared on the server: first differences, settings and fog, by a change of one thing in a copy."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.viz.synthetic import Recipe, write_run
from viz.replay.divergence import compare
from viz.replay.library import Library, NotServedError

RECIPE = Recipe(n_units=20, n_frames=121)
BLUE, RED = 3, 13  # units of the two sides


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("pair") / "original", RECIPE)


@pytest.fixture
def changed(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "changed"))


def differences(first: Path, second: Path, view: str = "truth") -> list[dict[str, Any]]:
    return Library([first, second]).compare(first.name, second.name, view)["differences"]


def edit(path: Path, change: Callable[[dict[str, np.ndarray]], None]) -> None:
    """Change columns of a table in its place."""
    table = pq.read_table(path)
    columns = {name: table[name].to_numpy(zero_copy_only=False).copy() for name in table.column_names}
    change(columns)
    groups = pq.ParquetFile(path).metadata.row_group(0).num_rows
    pq.write_table(
        pa.table({name: pa.array(column) for name, column in columns.items()}).cast(table.schema),
        path,
        row_group_size=groups,
    )


def shift(columns: dict[str, np.ndarray], unit: int, frame: int, name: str, by: float) -> None:
    rows = (columns["unit"] == unit) & (columns["frame"] >= frame)
    columns[name][rows] += np.asarray(by, columns[name].dtype)


def unit_name(folder: Path, unit: int) -> str:
    return pq.read_table(folder / "units.parquet")["name"][unit].as_py()


@pytest.mark.parametrize("view", ["truth", "blue", "red"])
def test_a_copy_of_a_run_does_not_differ(original: Path, changed: Path, view: str) -> None:
    answer = Library([original, changed]).compare("original", "changed", view)
    assert answer["differences"] == []
    assert answer["settings"] == []
    assert answer["until_s"] == 1200.0


@pytest.mark.parametrize("frame", [0, 1, 59, 60, 61, 120])
def test_a_moved_unit_is_found_at_its_frame(original: Path, changed: Path, frame: int) -> None:
    edit(changed / "trace.parquet", lambda columns: shift(columns, RED, frame, "x_m", 250.0))
    (found,) = differences(original, changed)
    assert (found["kind"], found["of"], found["time_s"]) == ("state", "place", frame * 10.0)
    assert found["after_s"] == max(0, frame - 1) * 10.0
    assert found["units"] == [unit_name(original, RED)]
    assert found["metres"] == pytest.approx(250.0, abs=0.05)


@pytest.mark.parametrize(
    ("name", "of"), [("ammo", "ammo"), ("endurance", "fuel"), ("task", "task"), ("damage", "damage")]
)
def test_each_part_of_the_state_is_a_kind_of_its_own(original: Path, changed: Path, name: str, of: str) -> None:
    edit(changed / "trace.parquet", lambda columns: shift(columns, BLUE, 40, name, 1 if name != "endurance" else 0.125))
    assert [(one["of"], one["time_s"]) for one in differences(original, changed)] == [(of, 400.0)]


def test_causes_come_first_and_then_time_orders_the_differences(original: Path, changed: Path) -> None:
    edit(changed / "trace.parquet", lambda columns: shift(columns, RED, 30, "x_m", 9.0))
    orders = pq.read_table(original / "orders.parquet").to_pylist()
    at = next(k for k, order in enumerate(orders) if order["time_s"] == 300.0)

    def another(columns: dict[str, np.ndarray]) -> None:
        columns["x_m"][at] += 1000.0

    edit(changed / "orders.parquet", another)
    found = differences(original, changed)
    assert [(one["kind"], one["time_s"]) for one in found] == [("order", 300.0), ("state", 300.0)]
    assert (found[0]["a"], found[0]["b"]) == ([at], [at])


def test_an_event_that_one_run_lacks_is_found_with_its_row(original: Path, changed: Path) -> None:
    table = pq.read_table(original / "events.parquet")
    kinds = table["kind"].to_pylist()
    at = [k for k, kind in enumerate(kinds) if kind == "shot"][3]
    keep = [k for k in range(len(kinds)) if k != at]
    pq.write_table(table.take(keep), changed / "events.parquet")
    (found,) = differences(original, changed)
    assert (found["kind"], found["of"], found["time_s"]) == ("event", "fire", table["time_s"][at].as_py())
    assert (found["a"], found["b"]) == ([at], [])
    assert unit_name(original, table["unit"][at].as_py()) in found["units"]


def test_a_side_is_told_nothing_of_what_it_did_not_see(original: Path, changed: Path) -> None:
    """Red's unit moves elsewhere; Blue's picture is the same, and so is Blue's comparison."""
    edit(changed / "trace.parquet", lambda columns: shift(columns, RED, 30, "x_m", 5000.0))
    document = json.loads((changed / "manifest.json").read_text())
    document |= {"seed": 99, "versions": {"chammo": "9"}, "policies": [{"side": "red", "name": "raid"}]}
    (changed / "manifest.json").write_text(json.dumps(document))
    library = Library([original, changed])
    truth, blue = (library.compare("original", "changed", view) for view in ("truth", "blue"))
    assert [one["of"] for one in truth["differences"]] == ["place"]
    assert {one["key"] for one in truth["settings"]} == {"seed", "version", "policies"}
    assert blue["differences"] == []
    assert blue["settings"] == []
    assert unit_name(original, RED) not in json.dumps(blue)
    assert blue["units"]["both"] == 10


def test_a_comparison_needs_the_view_of_both_runs(original: Path, tmp_path: Path) -> None:
    other = write_run(tmp_path / "other", Recipe(n_units=20, n_frames=31, sides=("gold", "red")))
    library = Library([original, other])
    with pytest.raises(NotServedError):
        library.compare("original", "other", "blue")
    with pytest.raises(NotServedError):
        library.seen_by("blue").compare("original", "original", "truth")
    with pytest.raises(NotServedError):
        library.seen_by("blue").compare("original", "other", "red")


def test_runs_of_other_scenarios_are_compared_by_names_and_common_times(original: Path, tmp_path: Path) -> None:
    recipe = Recipe(n_units=30, n_frames=31, interval_s=15.0, title="Another fight")
    other = write_run(tmp_path / "other", recipe)
    answer = Library([original, other]).compare("original", "other", "truth")
    names = [set(pq.read_table(folder / "units.parquet")["name"].to_pylist()) for folder in (original, other)]
    assert answer["units"]["both"] == len(names[0] & names[1])
    assert (answer["units"]["a"], answer["units"]["b"]) == (len(names[0] - names[1]), len(names[1] - names[0]))
    settings = {one["key"]: (one["a"], one["b"]) for one in answer["settings"]}
    assert settings["interval"] == ("10 s", "15 s")
    assert settings["scenario"][1].startswith("Another fight")
    assert answer["until_s"] == 450.0
    states = [one for one in answer["differences"] if one["kind"] == "state"]
    assert states
    assert all(one["time_s"] % 30.0 == 0.0 for one in states)  # the common times of 10 s and 15 s


def test_a_real_pair_parts_where_its_tables_first_part(skirmish: Path, skirmish_2: Path) -> None:
    """The first different row of the events, found by walking both tables side by side."""
    rows = [pq.read_table(folder / "events.parquet").to_pylist() for folder in (skirmish, skirmish_2)]
    at = next(k for k, pair in enumerate(zip(*rows, strict=False)) if pair[0] != pair[1])
    first_s = min(rows[0][at]["time_s"], rows[1][at]["time_s"])
    library = Library([skirmish, skirmish_2])
    runs = [library.view(run["id"], "truth").known for run in library.listing()]
    found = [one for one in compare(*runs)["differences"] if one["kind"] == "event"]
    assert found[0]["time_s"] == first_s
    backwards = compare(*reversed(runs))["differences"]
    assert [one["time_s"] for one in backwards] == [one["time_s"] for one in compare(*runs)["differences"]]
