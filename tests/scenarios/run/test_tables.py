import errno
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simcore.errors import InputError, RunError
from simcore.recording.files import json_text, read_json, write_bytes, write_error, write_json
from simcore.recording.record import EVENT_NAMES, EVENT_PLACE
from simcore.recording.tables import (
    Category,
    Column,
    TableWriter,
    column_metadata,
    count_row_groups,
    count_rows,
    read_table,
    write_table,
)
from simcore.types import EventKind

COLUMNS = (
    Column("unit", "i32", "1", "index"),
    Column("x_m", "f32", "m", "east"),
    Column("kind", "category", "", "what"),
    Column("name", "string", "", "who"),
)


def values(n: int) -> dict[str, Any]:
    return {
        "unit": np.arange(n),
        "x_m": np.linspace(0.0, 1.0, n),
        "kind": Category(np.arange(n) % 2, ("shot", "hit")),
        "name": [f"u{i}" for i in range(n)],
    }


def test_what_is_written_is_read_back_with_units(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    assert write_table(path, COLUMNS, values(5)) == 5
    table = read_table(path)
    assert table["unit"].tolist() == [0, 1, 2, 3, 4]
    assert table["x_m"].dtype == np.float32
    assert table["kind"].tolist() == ["shot", "hit", "shot", "hit", "shot"]
    assert table["name"].tolist() == ["u0", "u1", "u2", "u3", "u4"]
    assert column_metadata(path)["x_m"] == {"unit": "m", "description": "east"}


def test_every_piece_is_a_row_group_even_an_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    with TableWriter(path, COLUMNS) as writer:
        for n in (3, 0, 2):
            writer.write(values(n))
    assert count_row_groups(path) == 3
    assert count_rows(path) == 5
    assert read_table(path, ["unit"], row_group=1)["unit"].size == 0
    assert read_table(path, ["unit"], row_group=2)["unit"].tolist() == [0, 1]


@pytest.mark.parametrize("keep", [0, 3, 100])
def test_a_truncated_file_is_named_and_the_remedy_given(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "t.parquet"
    write_table(path, COLUMNS, values(50))
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(InputError, match=r"t\.parquet: not a whole Parquet file .*make the folder again"):
        read_table(path)


def test_a_damaged_page_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    write_table(path, COLUMNS, values(5000))
    data = bytearray(path.read_bytes())
    data[20:400] = bytes(380)
    path.write_bytes(bytes(data))
    with pytest.raises(InputError, match=r"t\.parquet: cannot be read"):
        read_table(path)


def test_missing_files_and_columns_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no\.parquet: the file is missing"):
        read_table(tmp_path / "no.parquet")
    write_table(tmp_path / "t.parquet", COLUMNS, values(1))
    with pytest.raises(InputError, match="no column 'speed'; it has unit, x_m, kind, name"):
        read_table(tmp_path / "t.parquet", ["speed"])


def test_json_has_no_nan(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"a": float("nan"), "b": [1.5, float("inf")], "c": "참모"})
    assert read_json(tmp_path / "a.json") == {"a": None, "b": [1.5, None], "c": "참모"}
    assert "참모" in json_text({"c": "참모"})


@pytest.mark.parametrize("text", ["", "{", "[1]"])
def test_a_damaged_json_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(InputError, match=r"a\.json"):
        read_json(tmp_path / "a.json")


def test_write_errors_say_what_to_do(tmp_path: Path) -> None:
    full = write_error(tmp_path, OSError(errno.ENOSPC, "No space left on device"), "parts are kept")
    assert isinstance(full, RunError)
    assert "free some space" in str(full)
    assert "parts are kept" in str(full)
    by_arrow = write_error(tmp_path, OSError("Error writing bytes to file. Detail: [errno 28] No space left on device"))
    assert "free some space" in str(by_arrow)
    assert isinstance(write_error(tmp_path, OSError(errno.EACCES, "Permission denied")), InputError)


def test_write_bytes_leaves_the_old_file_when_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    write_bytes(path, b"old")

    def fail(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("simcore.recording.files.os.fsync", fail)
    with pytest.raises(OSError, match="No space"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("kind", ["f64", "f32"])
def test_what_is_not_defined_is_null_in_the_file_and_nan_in_memory(tmp_path: Path, kind: str) -> None:
    import pyarrow.parquet as pq

    columns = (Column("m", kind, "1", "a measure", True), Column("x", kind, "m", "never undefined"))
    rows = np.array([1.0, np.nan, 3.0, np.nan, np.nan, 0.5, np.inf, 7.0, np.nan, 2.0])
    path = tmp_path / "t.parquet"
    with TableWriter(path, columns) as writer:
        for piece in (rows, rows[:1], rows[1:2], rows[:0]):
            writer.write({"m": piece, "x": np.zeros(len(piece))})
    stored = pq.read_table(path)
    expected = [None if np.isnan(x) else x for x in [*rows, rows[0], rows[1]]]
    assert stored["m"].to_pylist() == expected
    assert stored["x"].null_count == 0
    read = read_table(path)["m"]
    np.testing.assert_array_equal(read, [*rows, rows[0], rows[1]])
    assert read.dtype == columns[0].dtype


def test_nan_of_older_files_is_read_as_it_is(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "old.parquet"
    pq.write_table(pa.table({"m": [1.0, float("nan"), 2.0]}).slice(1), path)
    np.testing.assert_array_equal(read_table(path)["m"], [np.nan, 2.0])


def test_kinds_of_events_are_all_that_the_column_can_hold() -> None:
    assert set(EVENT_NAMES) == {kind.name.lower() for kind in EventKind}
    names = np.array(EVENT_NAMES)
    codes = np.array(list(EventKind))
    assert [names[EVENT_PLACE[code]] for code in codes] == [kind.name.lower() for kind in EventKind]
