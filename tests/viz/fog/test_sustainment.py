"""The sustainment of a run as each view has it: readiness, jobs, stocks and loads."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simcore.errors import InputError
from simcore.upkeep import Readiness
from viz.reading.run_folder import RunFolder
from viz.replay.library import Library
from viz.replay.replay_view import ReplayView
from viz.replay.server import create_app


@pytest.fixture
def copy(sustained: Path, tmp_path: Path) -> Path:
    """The run as a copy that a test may change."""
    return Path(shutil.copytree(sustained, tmp_path / "sustained"))


def view_of(folder: Path, view: str) -> ReplayView:
    return ReplayView(RunFolder(folder), view)


def change(path: Path, **columns: Any) -> None:
    table = pq.read_table(path)
    for name, values in columns.items():
        at = table.column_names.index(name)
        table = table.set_column(at, name, pa.array(values).cast(table.schema.field(name).type))
    pq.write_table(table, path)


def measures_of(folder: Path) -> dict[str, float]:
    return json.loads((folder / "measures.json").read_text(encoding="utf-8"))["measures"]


def test_the_readiness_of_a_side_counts_its_units_with_components(sustained: Path) -> None:
    curves = {curve["side"]: curve for curve in view_of(sustained, "truth").sustainment["readiness"]}
    assert {side: {sum(counts) for counts in curve["counts"]} for side, curve in curves.items()} == {
        "blue": {4},  # robots; a garage and lorries do not wear
        "red": {2},
    }
    assert all(curve["counts"][0][Readiness.FMC] == sum(curve["counts"][0]) for curve in curves.values())


def test_the_share_of_time_in_each_readiness_is_that_of_the_measures(sustained: Path) -> None:
    """Frames come every minute: of each change of a unit they miss a minute at most."""
    found = measures_of(sustained)
    for curve in view_of(sustained, "truth").sustainment["readiness"]:
        times, counts = np.array([*curve["time_s"], 6 * 3600.0]), np.array(curve["counts"])
        shares = (np.diff(times)[:, None] * counts).sum(axis=0) / (6 * 3600.0 * counts[0].sum())
        most = 60.0 * np.abs(np.diff(counts, axis=0)).sum() / (6 * 3600.0 * counts[0].sum())
        for state in Readiness:
            name = f"{curve['side']}_{state.name.lower()}_share"
            assert shares[state] == pytest.approx(found.get(name, 0.0), abs=most), name


def test_a_job_waits_for_its_part_until_the_part_is_there(sustained: Path) -> None:
    jobs = [job for job in view_of(sustained, "truth").sustainment["jobs"] if job["component"] == "drive"]
    steps = [[step["step"] for step in job["steps"]] for job in jobs]
    assert ["failed", "part", "work"] in steps
    waiting = jobs[steps.index(["failed", "part", "work"])]
    asked, begun = waiting["steps"][1]["time_s"], waiting["steps"][2]["time_s"]
    assert begun - asked >= 1.5 * 3600  # an order takes three hours, the first was placed by 1:10
    assert waiting["hours"] == pytest.approx(waiting["steps"][0]["time_s"] / 3600, abs=0.02)  # it never rested


def test_a_side_has_its_own_units_and_stocks_only(sustained: Path) -> None:
    for side, other, item in (("blue", "red", "red-salt"), ("red", "robots-", "water")):
        view = view_of(sustained, side)
        known = view.sustainment
        assert [curve["side"] for curve in known["readiness"]] == [side]
        owners = {row["unit"] for name in ("jobs", "stores", "carriers") for row in known[name]}
        assert owners <= set(range(len(view.units)))
        assert all("on_order" not in store for store in known["stores"])
        text = json.dumps(known)
        assert item not in text
        assert f'"{other}' not in text.replace('"red"', "")


def test_no_view_has_the_true_state_of_components(sustained: Path) -> None:
    client = create_app(Library([sustained])).server.test_client()
    hidden = pq.read_table(sustained / "components.parquet")["effective_h"].to_pylist()
    for view in ("truth", "blue", "red"):
        text = client.get(f"/replay/sustained/{view}/sustainment.json").get_data(as_text=True)
        assert "effective" not in text
        assert not [value for value in hidden if value is not None and value > 0 and repr(value) in text]


def test_a_side_knows_its_stocks_as_last_reported(copy: Path) -> None:
    path = copy / "stocks.parquet"
    n = pq.read_table(path).num_rows
    change(path, reported=np.full(n, 7.25))
    assert {v for s in view_of(copy, "blue").sustainment["stores"] for v in s["on_hand"]} == {7.25}
    assert 7.25 not in {v for s in view_of(copy, "truth").sustainment["stores"] for v in s["on_hand"]}


def test_the_readiness_of_a_unit_without_a_link_is_that_of_its_last_report(copy: Path) -> None:
    """Robot 1 falls silent at 1:00, fully capable: Blue goes on to take it for that, whatever becomes of it."""
    table = pq.read_table(copy / "trace.parquet")
    unit, time_s = table["unit"].to_numpy(), table["time_s"].to_numpy()
    names = pq.read_table(copy / "units.parquet")["name"].to_pylist()
    robots = [k for k, name in enumerate(names) if str(name).startswith("robots")]
    is_silent = np.isin(unit, robots) & (time_s >= 3600)
    linked = np.where(is_silent, 0, table["linked"].to_numpy())
    change(copy / "trace.parquet", linked=linked)
    assert view_of(copy, "blue").sustainment["readiness"][0]["counts"] == [[4, 0, 0, 0, 0, 0, 0]]
    assert len(view_of(copy, "truth").sustainment["readiness"][0]["counts"]) > 3


def test_a_run_without_sustainment_has_no_such_table(small: Path) -> None:
    view = view_of(small, "truth")
    assert view.sustainment == {}
    assert view.meta["sustainment"] is False


@pytest.mark.parametrize("name", ["components.parquet", "stores.parquet"])
def test_a_missing_table_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(InputError, match=name):
        _ = view_of(copy, "blue").sustainment


@pytest.mark.parametrize(
    ("name", "columns", "words"),
    [
        ("components.parquet", {"unit": 99}, "unit: a value is not within"),
        ("components.parquet", {"component": 3}, "component: not numbered"),
        ("stores.parquet", {"unit": -1}, "unit: a value is not within"),
        ("stocks.parquet", {"store": 0}, "not every store once"),
        ("stocks.parquet", {"on_hand": np.inf}, "on_hand: a value is not a number"),
    ],
)
def test_a_damaged_table_is_refused_with_its_fault(copy: Path, name: str, columns: dict[str, Any], words: str) -> None:
    n = pq.read_table(copy / name).num_rows
    change(copy / name, **{column: np.full(n, value) for column, value in columns.items()})
    with pytest.raises(InputError, match=words) as caught:
        _ = view_of(copy, "blue").sustainment
    assert name in str(caught.value)


def test_stocks_that_were_cut_short_are_refused(copy: Path) -> None:
    path = copy / "stocks.parquet"
    pq.write_table(pq.read_table(path).slice(0, 100), path)
    with pytest.raises(InputError, match="holds 100 rows"):
        _ = view_of(copy, "truth").sustainment


def test_a_readiness_that_does_not_exist_is_refused(copy: Path) -> None:
    path = copy / "trace.parquet"
    change(path, readiness=np.full(pq.read_table(path).num_rows, 9))
    with pytest.raises(InputError, match=r"readiness: a value is not within -1\.\.6"):
        _ = view_of(copy, "truth").sustainment


def test_orders_of_policies_name_their_component_and_are_known_to_their_side(copy: Path) -> None:
    path = copy / "logistics.parquet"
    components = pq.read_table(copy / "components.parquet").to_pylist()
    units = pq.read_table(copy / "units.parquet").to_pylist()
    one = next(row for row in components if units[row["unit"]]["name"] == "robots-2" and row["name"] == "optics")
    row = {"tick": 6, "time_s": 60.0, "kind": "maintenance", "side": "blue", "order": "service_request"}
    rows = [{**row, "column": one["component"], "unit": -1, "value": 0.0}]
    pq.write_table(pa.Table.from_pylist(rows, pq.read_schema(path)), path)
    view = view_of(copy, "blue")
    (order,) = view.sustainment["orders"]
    assert (view.units[order["unit"]]["name"], order["subject"], order["order"]) == (
        *("robots-2", "optics"),
        "service_request",
    )
    assert view_of(copy, "red").sustainment["orders"] == []


def test_stocks_are_right_to_a_thousandth_of_the_capacity_at_every_frame(sustained: Path) -> None:
    table = pq.read_table(sustained / "stocks.parquet")
    unit, item, time_s, on_hand = (np.array(table[name].to_pylist()) for name in ("unit", "item", "time_s", "on_hand"))
    for store in view_of(sustained, "truth").sustainment["stores"]:
        if store["is_cargo"]:
            continue
        mine = (unit == store["unit"]) & (item == store["item"])
        at = np.searchsorted(store["time_s"], time_s[mine], side="right") - 1
        error = np.abs(np.array(store["on_hand"])[at] - on_hand[mine])
        assert mine.sum() == 361
        assert error.max() <= store["capacity"] / 1000
