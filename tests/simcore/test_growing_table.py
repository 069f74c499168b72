"""A table that is cut off anywhere is read up to its last whole row group, with the values that were written."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from simcore.recording.growing_table import GrowingTable
from simcore.recording.tables import Category, Column, TableWriter

COLUMNS = (
    Column("frame", "i32", "1", "a counter"),
    Column("small", "u8", "1", "a code"),
    Column("signed", "i8", "1", "a code that may be negative"),
    Column("hash", "u64", "1", "a large number"),
    Column("x_m", "f32", "m", "a place"),
    Column("time_s", "f64", "s", "a time", has_gaps=True),
    Column("name", "string", "", "a name"),
    Column("kind", "category", "", "a kind"),
)
GROUPS = (5, 0, 1, 40_000, 17)  # an empty one, and one whose columns have several pages and no dictionary that holds


def values(n: int, rng: np.random.Generator) -> dict[str, Any]:
    time_s = rng.normal(size=n)
    time_s[::3] = np.nan
    return {
        "frame": rng.integers(0, 2**31 - 1, n),
        "small": rng.integers(0, 256, n),
        "signed": rng.integers(-128, 128, n),
        "hash": rng.integers(0, 2**63, n).astype(np.uint64),
        "x_m": rng.normal(size=n).astype(np.float32),
        "time_s": time_s,
        "name": np.array([f"unit {k} 부대" for k in rng.integers(0, 10**9, n)], dtype=object),
        "kind": Category(rng.integers(0, 3, n).astype(np.int32), ("a", "b", "c")),
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("growing") / "whole.parquet"
    rng = np.random.default_rng(3)
    with TableWriter(path, COLUMNS) as writer:
        for n in GROUPS:
            writer.write(values(n, rng))
    return path


def groups_until(path: Path, cut: int) -> int:
    """Number of row groups that lie before a place in the file, by its own footer."""
    metadata = pq.ParquetFile(path).metadata
    ends = []
    for group in range(metadata.num_row_groups):
        last = metadata.row_group(group).column(len(COLUMNS) - 1)
        starts = last.dictionary_page_offset or last.data_page_offset
        ends.append(starts + last.total_compressed_size)
    return sum(end <= cut for end in ends)


def test_every_cut_is_read_up_to_its_last_whole_row_group(whole: Path, tmp_path: Path) -> None:
    data, right = whole.read_bytes(), pq.read_table(whole)
    metadata = pq.ParquetFile(whole).metadata
    edges = [
        metadata.row_group(g).column(c).dictionary_page_offset or 0
        for g in range(len(GROUPS))
        for c in range(len(COLUMNS))
    ]
    cuts = {
        len(data),
        *edges,
        *(edge + by for edge in edges for by in (-1, 1, 20)),
        *np.random.default_rng(5).integers(4, len(data), 60).tolist(),
    }
    source, target = tmp_path / "cut.parquet", tmp_path / "copy.parquet"
    for cut in sorted(cut for cut in cuts if cut >= 4):
        source.write_bytes(data[:cut])
        target.unlink(missing_ok=True)
        table = GrowingTable(source, target, COLUMNS)
        n_groups = table.find()
        assert n_groups == groups_until(whole, cut), cut
        assert table.group_rows == GROUPS[:n_groups]
        table.write(n_groups)
        copy = pq.ParquetFile(target, page_checksum_verification=True)
        assert copy.num_row_groups == n_groups
        assert copy.read().equals(right.slice(0, sum(GROUPS[:n_groups]))), cut


def test_a_reader_of_an_earlier_state_still_reads_it(whole: Path, tmp_path: Path) -> None:
    data, right = whole.read_bytes(), pq.read_table(whole)
    source, target = tmp_path / "grows.parquet", tmp_path / "copy.parquet"
    source.write_bytes(b"")
    table = GrowingTable(source, target, COLUMNS)
    readers = []
    for cut in np.linspace(0, len(data), 12).astype(int).tolist():
        source.write_bytes(data[:cut])
        table.write(table.find())
        readers.append((pq.ParquetFile(target), sum(table.group_rows)))
    for reader, n_rows in readers:
        assert reader.read().equals(right.slice(0, n_rows))


def test_fewer_row_groups_may_be_kept_and_the_rest_added_later(whole: Path, tmp_path: Path) -> None:
    right = pq.read_table(whole)
    table = GrowingTable(whole, tmp_path / "copy.parquet", COLUMNS)
    assert table.find() == len(GROUPS)
    for n_groups in (5, 3, 4, 0, 5):
        table.write(n_groups)
        assert pq.read_table(tmp_path / "copy.parquet").equals(right.slice(0, sum(GROUPS[:n_groups])))


@pytest.mark.parametrize("columns", [COLUMNS[:-1], (*COLUMNS, COLUMNS[0])])
def test_a_table_of_other_columns_has_no_row_groups_or_is_refused(
    whole: Path, tmp_path: Path, columns: tuple[Column, ...]
) -> None:
    """Columns are told by their number alone; a wrong number never gives wrong values of right columns."""
    table = GrowingTable(whole, tmp_path / "copy.parquet", columns)
    assert table.find() <= 1


def test_damage_inside_ends_the_table_before_it(whole: Path, tmp_path: Path) -> None:
    data = bytearray(whole.read_bytes())
    second = pq.ParquetFile(whole).metadata.row_group(1).column(0).dictionary_page_offset or 0
    data[second : second + 12] = bytes(12)
    (tmp_path / "damaged.parquet").write_bytes(data)
    assert GrowingTable(tmp_path / "damaged.parquet", tmp_path / "copy.parquet", COLUMNS).find() == 1
