"""The table of conditions: written and read a few conditions at a time."""

import tracemalloc
from pathlib import Path

import pytest

from scenarios.batch.conditions_table import CONDITIONS, Described, Descriptions, read_condition
from simcore.errors import InputError
from simcore.recording.table_reader import TableReader


def text(point: int, state: int) -> Described:
    return Described(f"digest {point} {state}", f'{{"name": "{point}"}}', f"[{state}]")


def test_each_condition_is_read_alone_in_any_order_of_writing(tmp_path: Path) -> None:
    described = Descriptions()
    keys = [(point, state) for point in range(25) for state in range(3)]
    for key in reversed(keys):
        described.add(key, text(*key))
        assert key in described
    described.write(tmp_path)
    again = Descriptions()
    again.add_written(tmp_path)
    again.add((25, 0), text(25, 0))
    again.write(tmp_path)
    again.close()
    described.close()
    for key in [*keys, (25, 0)]:
        assert read_condition(tmp_path, key) == text(*key)
    assert read_condition(tmp_path, (26, 0)) is None
    with TableReader(tmp_path / CONDITIONS) as table:
        assert table.read(["point"])["point"].tolist() == sorted([point for point, _ in keys] + [25])
    (tmp_path / CONDITIONS).write_bytes(b"PAR1")
    with pytest.raises(InputError, match=r"conditions\.parquet"):
        read_condition(tmp_path, (0, 0))


def test_the_memory_of_many_conditions_is_that_of_few(tmp_path: Path) -> None:
    long = "x" * 100_000
    tracemalloc.start()
    described = Descriptions()
    for point in range(500):  # 50 MB
        described.add((point, 0), Described(str(point), long, "[]"))
    described.write(tmp_path)
    assert read_condition(tmp_path, (499, 0)) == Described("499", long, "[]")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    described.close()
    assert peak < 20e6
