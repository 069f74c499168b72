"""Runs are read a row group at a time, however long they are."""

import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.viz.export.reading import FORMATS, KML, czml_packets, export_bytes, geojson_features, kml_placemarks
from tests.viz.export.synthetic_run import Run, Unit, skirmish
from viz.export.export import FORMATS as WRITERS
from viz.export.export import ExportOptions, prepare_export
from viz.reading.run_folder import RunFolder


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize("side", ["truth", "blue"])
def test_the_size_of_row_groups_makes_no_difference(tmp_path: Path, format_name: str, side: str) -> None:
    whole = export_bytes(skirmish().write(tmp_path / "a" / "trial"), format_name, side)
    pieces = replace(skirmish(), frames_per_group=4)
    assert export_bytes(pieces.write(tmp_path / "b" / "trial"), format_name, side) == whole


def test_row_groups_may_cut_through_a_frame(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    folder = skirmish().write(tmp_path / "trial")
    whole = export_bytes(folder, "acmi")
    path = folder / "trace.parquet"
    pq.write_table(pq.read_table(path), path, row_group_size=7)
    assert export_bytes(folder, "acmi") == whole


@pytest.mark.parametrize("format_name", ["czml", "kml", "geojson"])
@pytest.mark.parametrize("side", ["truth", "blue"])
def test_a_small_budget_takes_more_passes_and_gives_the_same_file(folder: Path, format_name: str, side: str) -> None:
    export = prepare_export(RunFolder(folder), ExportOptions(side=side))
    write = WRITERS[format_name].write
    assert "".join(write(replace(export, block_fixes=20))) == "".join(write(export))


def _peak_bytes(folder: Path) -> int:
    export = prepare_export(RunFolder(folder), ExportOptions())
    tracemalloc.start()
    for piece in WRITERS["acmi"].write(export):
        assert piece
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.slow
def test_memory_does_not_grow_with_the_length_of_the_run(tmp_path: Path) -> None:
    units = [Unit(f"u{k}", "blue", 10.0 * k, 0.0, vx_mps=1.0) for k in range(60)]
    run = Run(units, n_frames=20, frames_per_group=10)
    _peak_bytes(run.write(tmp_path / "warm-up"))
    short = _peak_bytes(run.write(tmp_path / "short"))
    long = _peak_bytes(replace(run, n_frames=200).write(tmp_path / "long"))
    assert long < 1.3 * short + 300_000  # its columns take 700 kB; Python keeps small objects for later use


def test_every_thins_but_keeps_first_last_and_what_is_new(folder: Path) -> None:
    export = prepare_export(RunFolder(folder), ExportOptions(side="blue", every_s=50.0))
    kept = [(frame.time_s, len(frame.fixes.track)) for frame in export.frames()]
    assert [row for row in kept if row[1]] == [
        (0.0, 3),
        (30.0, 1),  # the contact's first fix
        (50.0, 4),
        (100.0, 4),  # its last among them
        (120.0, 3),
    ]
    assert sum(len(frame.events) for frame in export.frames()) == 6


def test_a_thinned_track_ends_when_it_ended(tmp_path: Path) -> None:
    """A boat that is there from the first frame to 70 s is in no file later, however seldom its fixes are kept."""
    units = [Unit("brief", "blue", 0.0, 0.0, vx_mps=5.0, lost_at_s=70.0), Unit("lasting", "blue", 9.0, 9.0)]
    folder = Run(units, n_frames=61).write(tmp_path / "trial")
    every = {name: export_bytes(folder, name, every_s=300.0) for name in FORMATS}
    whole = {name: export_bytes(folder, name) for name in FORMATS}
    packets = [czml_packets(data["czml"])["unit-1"] for data in (every, whole)]
    assert packets[0]["availability"] == packets[1]["availability"] == "2026-01-01T00:00:00Z/2026-01-01T00:01:10Z"
    assert packets[0]["position"]["cartographicDegrees"][0::4] == [0.0, 70.0]
    for data in (every, whole):
        line = geojson_features(data["geojson"])["unit-1"]["properties"]["coordinateProperties"]["times"]
        assert line[-1] == "2026-01-01T00:01:10Z"
        mark = next(mark for mark in kml_placemarks(data["kml"]) if mark.get("id") == "unit-1")
        assert [when.text for when in mark.iter(f"{KML}when")][-1] == "2026-01-01T00:01:10Z"
        assert b"\n#80\n-1\n" in data["acmi"], "gone at the first frame without it"


def test_what_is_seen_in_one_frame_only_is_shown_for_one_interval(tmp_path: Path) -> None:
    units = [Unit("brief", "blue", 0.0, 0.0, lost_at_s=5.0), Unit("lasting", "blue", 9.0, 9.0)]
    folder = Run(units, n_frames=61).write(tmp_path / "trial")
    packet = czml_packets(export_bytes(folder, "czml", every_s=300.0))["unit-1"]
    assert packet["availability"] == "2026-01-01T00:00:00Z/2026-01-01T00:00:10Z"


def test_every_that_does_not_divide_the_interval(folder: Path) -> None:
    export = prepare_export(RunFolder(folder), ExportOptions(every_s=25.0))
    kept = [frame.time_s for frame in export.frames() if len(frame.fixes.track) >= 3]
    assert kept == [0.0, 30.0, 50.0, 80.0, 100.0, 120.0]


def test_a_short_last_interval_is_kept(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder = skirmish().write(tmp_path / "trial")
    path = folder / "trace.parquet"
    table = pq.read_table(path)
    times = table["time_s"].to_numpy().copy()
    times[times == 120.0] = 113.5
    at = table.schema.get_field_index("time_s")
    pq.write_table(table.set_column(at, "time_s", pa.array(times)), path)
    export = prepare_export(RunFolder(folder), ExportOptions())
    frames = list(export.frames())
    assert frames[-1].time_s == 113.5
    assert np.isclose(frames[-1].events[-1].time_s, 120.0)  # told although it came after the last frame
