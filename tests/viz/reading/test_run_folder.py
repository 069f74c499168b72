import json
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simcore.errors import InputError
from tests.viz.synthetic import Recipe, write_run
from viz.reading.run_folder import RunFolder


def change_manifest(folder: Path, **fields: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


def cut(path: Path, share: float = 0.5) -> None:
    os.truncate(path, int(path.stat().st_size * share))


def test_opens_and_reads_a_chunk(small: Path) -> None:
    run = RunFolder(small)
    assert [(c.first_frame, c.n_frames) for c in run.trace.chunks] == [(0, 60), (60, 60), (120, 1)]
    table = pq.read_table(small / "trace.parquet")
    x_m = table["x_m"].to_numpy().reshape(121, 40)
    assert np.array_equal(run.trace.read(run.trace.chunks[1], ["x_m"])["x_m"], x_m[60:120])
    assert run.times_s[-1] == 1200.0


def test_contacts_of_frames_cross_row_groups(small: Path) -> None:
    rows = RunFolder(small).contacts.read(55, 65)
    table = pq.read_table(small / "contacts.parquet")
    frame = table["frame"].to_numpy()
    assert len(rows["frame"]) == int(((frame >= 55) & (frame <= 65)).sum()) > 0


def test_last_frame_between_two_intervals(run_copy: Path) -> None:
    path = run_copy / "trace.parquet"
    table = pq.read_table(path)
    time_s = table["time_s"].to_numpy().copy()
    time_s[-40:] = 1193.5
    table = table.set_column(table.column_names.index("time_s"), "time_s", pa.array(time_s))
    pq.write_table(table, path, row_group_size=60 * 40)
    run = RunFolder(run_copy)
    assert run.times_s[-2:].tolist() == [1190.0, 1193.5]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"schema_version": 2}, "newer than this Chammo reads"),
        ({"schema_version": "1"}, "not a whole number"),
        ({"status": "running"}, "still being written"),
        ({"status": "failed", "error": "disk full"}, "is failed, not complete \\(disk full\\)"),
        ({"kind": "batch"}, "is not 'run'"),
        ({"n_frames": 500}, "holds 121 frames of 40 units, the manifest says 500"),
        ({"n_units": 7}, "holds 40 units, the manifest says 7"),
    ],
)
def test_wrong_manifest_is_told(run_copy: Path, fields: dict[str, object], message: str) -> None:
    change_manifest(run_copy, **fields)
    with pytest.raises(InputError, match=message) as caught:
        RunFolder(run_copy)
    assert caught.value.exit_code == 2


def test_not_a_run_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        RunFolder(tmp_path / "nothing")
    with pytest.raises(InputError, match="not a run folder"):
        RunFolder(tmp_path)
    partial = tmp_path / "run.partial"
    partial.mkdir()
    with pytest.raises(InputError, match="may still be writing"):
        RunFolder(partial)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(InputError, match="not a whole JSON file"):
        RunFolder(tmp_path)


@pytest.mark.parametrize("name", ["trace.parquet", "units.parquet", "contacts.parquet"])
def test_file_cut_short_or_missing(run_copy: Path, name: str) -> None:
    cut(run_copy / name)
    with pytest.raises(InputError, match=f"{name}: not a whole Parquet file"):
        RunFolder(run_copy)
    (run_copy / name).unlink()
    with pytest.raises(InputError, match=f"{name}: the file is missing"):
        RunFolder(run_copy)


def test_bytes_damaged_inside_a_chunk(run_copy: Path) -> None:
    path = run_copy / "trace.parquet"
    raw = bytearray(path.read_bytes())
    with pq.ParquetFile(path) as file:
        start = file.metadata.row_group(0).column(file.schema_arrow.get_field_index("x_m")).data_page_offset
    raw[start : start + 60] = bytes(60)
    path.write_bytes(raw)
    run = RunFolder(run_copy)  # the footer is whole
    with pytest.raises(InputError, match="row group 0 cannot be read"):
        run.trace.read(run.trace.chunks[0], ["x_m", "y_m", "heading_deg", "speed_mps"])


def test_missing_column(run_copy: Path) -> None:
    path = run_copy / "trace.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["linked"]), path, row_group_size=60 * 40)
    with pytest.raises(InputError, match="no column 'linked'"):
        RunFolder(run_copy)


def test_a_run_without_contacts_or_curves(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", Recipe(n_units=4, n_frames=3))
    (folder / "series.parquet").unlink()
    (folder / "map.json").unlink()
    contacts = pq.read_table(folder / "contacts.parquet")
    pq.write_table(contacts.slice(0, 0), folder / "contacts.parquet")
    run = RunFolder(folder)
    assert run.series == {}
    assert run.map.zones == []
    assert len(run.contacts.read(0, 2)["frame"]) == 0
