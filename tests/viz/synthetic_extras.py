"""What a run folder may hold beyond what it must: advice, error ellipses of contacts, links cut by jamming."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

JAMMED = 2


def advice_table(times: np.ndarray) -> pa.Table:
    """Return advice to Blue at six moments, accepted, rejected and expired in turn."""
    rows = [
        {
            "time_s": float(t),
            "side": "blue",
            "recommendation": f"Course of action {k + 1}",
            "reason": "Keeps the harbour covered",
            "decision": ("accepted", "rejected", "expired")[k % 3],
            "win_probability": 0.6,
            "win_probability_low": 0.45,
            "win_probability_high": 0.74,
        }
        for k, t in enumerate(times[:: max(1, len(times) // 5)])
    ]
    return pa.Table.from_pylist(rows)


def add_error_ellipses(folder: Path) -> None:
    """Add the three optional columns to the contacts of a run, row groups as they were."""
    path = folder / "contacts.parquet"
    with pq.ParquetFile(path, memory_map=False) as file:
        groups = [file.read_row_group(k) for k in range(file.metadata.num_row_groups)]
    wider = []
    for group in groups:
        error_m = group["error_m"].to_numpy()
        angle_deg = (group["serial"].to_numpy() * 37 % 180).astype(np.float32)
        columns = {"error_major_m": error_m * 1.5, "error_minor_m": error_m * 0.5, "error_angle_deg": angle_deg}
        for name, values in columns.items():
            group = group.append_column(name, pa.array(values.astype(np.float32)))
        wider.append(group)
    with pq.ParquetWriter(path, wider[0].schema) as writer:
        for group in wider:
            writer.write_table(group, row_group_size=max(1, group.num_rows))


def jam_links(folder: Path, n_units: int, chunk_frames: int = 60) -> None:
    """Have every link that is dead be cut by jamming."""
    path = folder / "trace.parquet"
    table = pq.read_table(path)
    linked = np.where(table["linked"].to_numpy() == 0, JAMMED, 1).astype(np.uint8)
    table = table.set_column(table.column_names.index("linked"), "linked", pa.array(linked))
    pq.write_table(table, path, row_group_size=chunk_frames * n_units)
