"""The Common Data Format: entities, events, combat power and metadata of a run that agree with its recording."""

from __future__ import annotations

import json
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
import yaml

from scenarios.batch.batch import run_batch
from scenarios.run.play import run_scenario
from scenarios.run.policies import choose_policies
from simcore.errors import InputError
from simcore.types import EventKind
from tests.simcore.small_worlds import compile_world, skirmish
from viz.commands.export import EXPORT
from viz.export.export import ExportOptions, export_cdf
from viz.reading.run_folder import RunFolder

KINDS = ("EntityTable", "Events", "Cbt_Pwr")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiled = compile_world(skirmish(time={"dt_s": 5, "duration_s": 900}))
    folder = tmp_path_factory.mktemp("runs") / "first"
    run_scenario(compiled, choose_policies(compiled.roster), replication=3, folder=folder)
    return folder


@pytest.fixture(scope="module")
def tables(run: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict]]:
    out = tmp_path_factory.mktemp("cdf")
    files = export_cdf(run, ExportOptions(out=out))
    assert len(files) == 7
    found: dict[str, list[dict]] = {}
    for kind in KINDS:
        (path,) = out.glob(f"CDF_{kind}_*-3_S1_*.parquet")
        found[kind] = pq.read_table(path).to_pylist()
        text = pa_csv.read_csv(path.with_suffix(".csv"))
        assert text.column_names == pq.read_schema(path).names
        assert text.num_rows == len(found[kind])
        assert text.column_names[:2] == ["case", "rep"]
        assert {(row["case"], row["rep"]) for row in found[kind]} == {(found[kind][0]["case"], "3")}
    assert not list(out.glob("*.tmp"))
    return found


def test_every_entity_has_a_commander_and_the_number_of_its_events(tables: dict[str, list[dict]], run: Path) -> None:
    entities = {row["id"]: row for row in tables["EntityTable"]}
    assert len(entities) == len(tables["EntityTable"])
    for row in entities.values():
        commander = entities[row["commander_id"]]
        assert row["commander_name"] == commander["name"]
        assert row["level"] == 1 or row["level"] > commander["level"]
        assert row["force"] != row["affiliation"]
        assert row["init_cbt_pwr"] == row["init_comps"] * row["cbt_per_comp"]
        mine = [event for event in tables["Events"] if event["primary_entity_id"] == row["id"]]
        assert row["total_events"] == len(mine)
        assert row["shot_events"] == sum(event["event_type"] == "shot" for event in mine)
        assert row["total_events"] == sum(
            row[name] for name in row if name.endswith("_events") and name != "total_events"
        )
    with closing(RunFolder(run)) as recorded:
        assert sum(not row["system_entity"] for row in entities.values()) == recorded.n_units
        cost = float(np.sum(recorded.units["cost"]))
    assert sum(row["init_cbt_pwr"] for row in entities.values()) == pytest.approx(cost)


def test_events_are_those_of_the_recording_with_the_places_of_their_units(
    tables: dict[str, list[dict]], run: Path
) -> None:
    events = tables["Events"]
    counts = {kind: sum(event["event_type"] == kind for event in events) for kind in ("shot", "kill", "loss")}
    with closing(RunFolder(run)) as recorded:
        rows = list(recorded.events.rows())
        lost = [row for row in rows if row.kind == EventKind.LOSS]
        assert counts["shot"] == sum(row.kind == EventKind.SHOT for row in rows)
        assert counts["kill"] == sum(row.other >= 0 for row in lost)
        assert counts["loss"] == len(lost) + sum(row.kind == EventKind.EXPENDED for row in rows)
        seen = sum(row.kind == EventKind.CONTACT for row in rows)
        assert sum(event["event_type"] == "spotted secondary" for event in events) == seen > 0
        assert sum(event["event_type"] == "seen by secondary" for event in events) == seen
        first = recorded.trace.read(recorded.trace.chunks[0], ["x_m", "y_m"])
    assert counts["loss"] > 0
    for k in range(3):
        event = next(
            e for e in events if e["primary_entity_id"] == f"unit-{k}" and e["event_type"] == "location update"
        )
        assert (event["primary_x"], event["primary_y"]) == (float(first["x_m"][0, k]), float(first["y_m"][0, k]))
    assert len({event["event_id"] for event in events}) == len(events)
    assert events[0]["event_id"] == "loc-0"
    for event in events:
        assert all(isinstance(value, str) for value in json.loads(event["event_detail"]).values())
    times = [event["time"] for event in events]
    assert times == sorted(times)


def test_combat_power_falls_by_the_cost_of_each_loss(tables: dict[str, list[dict]]) -> None:
    power, entities = tables["Cbt_Pwr"], {row["id"]: row for row in tables["EntityTable"]}
    losses = {event["event_id"]: event for event in tables["Events"] if event["event_type"] == "loss"}
    for side in ("blue", "red"):
        own = [row for row in power if row["item"] == side]
        force = [row for row in power if row["item"] == f"{side} - Force"]
        assert [row["combat_power"] for row in own] == [row["combat_power"] for row in force]
        assert own[0]["components"] == sum(row["init_comps"] for row in entities.values() if row["affiliation"] == side)
        for before, after in pairwise(own):
            loss = losses[after["event_id"]]
            assert before["components"] - after["components"] == 1
            cost = entities[loss["primary_entity_id"]]["cbt_per_comp"]
            assert before["combat_power"] - after["combat_power"] == pytest.approx(cost)


def test_metadata_names_units_and_origin(run: Path, tmp_path: Path) -> None:
    files = export_cdf(run, ExportOptions(out=tmp_path, every_s=300.0), "study one")
    metadata = yaml.safe_load(files[-1].read_text(encoding="utf-8"))
    assert (metadata["case"], metadata["replication"]) == ("study one", "3")
    assert (metadata["distance_unit"], metadata["time_unit"], metadata["cbt_pwr_unit"]) == ("m", "s", "MUSD")
    assert files[-1].name.startswith("CDF_Metadata_study_one-3_S1_")
    moves = [row for row in pq.read_table(files[1]).to_pylist() if row["event_type"] == "location update"]
    by_unit: dict[str, list[float]] = {}
    for row in moves:
        by_unit.setdefault(row["primary_entity_id"], []).append(row["time"])
    assert all(b - a >= 300.0 for times in by_unit.values() for a, b in pairwise(times))


def test_a_batch_is_exported_by_its_kept_runs(tmp_path: Path) -> None:
    compiled = compile_world(skirmish(time={"dt_s": 5, "duration_s": 60}))
    batch = tmp_path / "batch"
    run_batch(compiled, choose_policies(compiled.roster), n=3, folder=batch, threads=1)
    with pytest.raises(InputError, match="no run is kept in it; record one with `chammo run --from"):
        export_cdf(batch, ExportOptions(out=tmp_path / "none"))
    run_batch(compiled, choose_policies(compiled.roster), n=3, folder=batch, threads=1, keep_runs=2)
    files = export_cdf(batch, ExportOptions(out=tmp_path / "cdf"))
    assert len(files) == 14
    assert sorted({pq.read_table(path).column("rep")[0].as_py() for path in files if path.suffix == ".parquet"}) == [
        "0",
        "1",
    ]


def test_options_that_do_not_fit_are_errors(run: Path, tmp_path: Path) -> None:
    for options, words in (
        (ExportOptions(side="blue"), "holds the truth"),
        (ExportOptions(symbols={"car": "10030100001103000000"}), "has no symbols"),
        (ExportOptions(every_s=0.0), "give seconds above 0"),
    ):
        with pytest.raises(InputError, match=words):
            export_cdf(run, options)
    assert "CDF" in EXPORT.summary
