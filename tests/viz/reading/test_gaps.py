"""What a run leaves undefined in its tables is read as undefined, whichever table it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simcore.errors import InputError
from simcore.recording.run_schema import TABLES
from simcore.recording.tables import Column, write_table
from viz.reading.checks import open_table


def row(columns: tuple[Column, ...], gaps: set[str]) -> dict[str, np.ndarray]:
    """Return one row of a table: undefined in the columns ``gaps``, else 1 or a name."""
    texts = {c.name: np.array(["blue"], dtype=object) for c in columns if c.dtype == object or c.type == "category"}
    numbers = {c.name: np.array([np.nan if c.name in gaps else 1.0]) for c in columns if c.name not in texts}
    return texts | numbers


@pytest.mark.parametrize("name", [name for name, columns in TABLES.items() if any(c.has_gaps for c in columns)])
def test_a_column_with_gaps_is_read_with_them(name: str, tmp_path: Path) -> None:
    columns = TABLES[name]
    gaps = {column.name for column in columns if column.has_gaps}
    write_table(tmp_path / name, columns, row(columns, gaps))
    with open_table(tmp_path, name, [column.name for column in columns]) as table:
        values = table.read()
    assert {column for column in values if values[column].dtype.kind == "f" and np.isnan(values[column][0])} == gaps


def test_an_empty_cell_in_a_column_without_gaps_is_an_error(tmp_path: Path) -> None:
    columns = tuple(column._replace(has_gaps=True) for column in TABLES["mines.parquet"])
    write_table(tmp_path / "mines.parquet", columns, row(columns, {"x_m"}))
    with (
        open_table(tmp_path, "mines.parquet", ["x_m"]) as table,
        pytest.raises(InputError, match="x_m: has empty cells"),
    ):
        table.read()
