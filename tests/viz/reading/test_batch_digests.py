"""A batch that was changed after it was written is not resumed, and what is deleted is computed again."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scenarios import cli
from scenarios.batch.replications import REPLICATIONS, read_replications
from tests.viz.reading.conftest import N, Originals
from tests.viz.reading.corruption import copy


def resume(originals: Originals, folder: Path) -> int:
    return cli.main(["batch", str(originals.scenario), "-n", str(N), "--threads", "1", "--out", str(folder)])


def test_a_table_with_another_value_in_it_is_refused_by_its_digest(
    originals: Originals, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The table is whole and its checksums are right: only its digest tells that it is not the one written."""
    folder = copy(originals.batch, tmp_path / "batch")
    path = folder / REPLICATIONS
    table = pq.read_table(path)
    at = table.column_names.index("blue_score")
    changed = pa.array(np.full(table.num_rows, 0.75))
    pq.write_table(table.set_column(at, table.field(at), changed), path, write_page_checksum=True)
    assert resume(originals, folder) == 2
    said = capsys.readouterr().err
    assert f"{path}: was changed after the run (its digest differs)" in said
    assert "delete this file and run the same command again" in said

    path.unlink()  # as the message says
    assert resume(originals, folder) == 0
    right = read_replications(originals.batch / REPLICATIONS)
    found = read_replications(path)
    assert {name: repr(values.tolist()) for name, values in found.items()} == {
        name: repr(values.tolist()) for name, values in right.items()
    }


def test_a_manifest_that_was_changed_is_refused_until_the_batch_starts_over(
    originals: Originals, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = copy(originals.batch, tmp_path / "batch")
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace('"n_replications": 6', '"n_replications": 7'))
    assert resume(originals, folder) == 2
    assert f"{path}: was changed after the batch (its digest differs)" in capsys.readouterr().err
    command = ["batch", str(originals.scenario), "-n", "2", "--threads", "1", "--out", str(folder), "--force"]
    assert cli.main(command) == 0
