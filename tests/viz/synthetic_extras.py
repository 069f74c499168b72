"""What a run folder may hold beyond what it must: advice, error ellipses, jamming, minefields, neutrals, approvals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

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


MINES = ((3_000.0, 4_000.0), (3_200.0, 4_100.0), (3_400.0, 4_250.0))
"""Places of the mines of every field, relative to the field [m]."""


def add_surroundings(folder: Path) -> None:
    """Add minefields of both sides and of nobody, roads, weather, first tasks with a route, operators and reaches."""
    path = folder / "map.json"
    document = json.loads(path.read_text(encoding="utf-8"))

    def square(x_m: float, y_m: float) -> list[list[list[float]]]:
        return [[[x_m, y_m], [x_m + 4e3, y_m], [x_m + 4e3, y_m + 4e3], [x_m, y_m + 4e3]]]

    fields = (("blue-belt", "blue", False), ("red-drift", "red", False), ("red-bar", "red", True), ("old", None, False))
    corners = [(1e3, 2e3), (-8123.0, -7321.0), (6e3, -9e3), (-12e3, 9e3)]
    document |= {
        "minefields": [
            {"name": name, "side": side, "suspected": is_suspected, "count": 3, "rings_m": square(*corner)}
            for (name, side, is_suspected), corner in zip(fields, corners, strict=True)
        ],
        "roads": [{"line_m": [[-15e3, 0], [0, 2e3], [15e3, 1e3]], "bridges": False}],
        "weather": [
            {"time_s": 0.0, "light": 1.0, "visibility_m": None, "rain": False, "sea_state": 2, "wind_mps": 5.0},
            {"time_s": 600.0, "light": 0.02, "visibility_m": 4e3, "rain": True, "sea_state": 5, "wind_mps": 14.0},
        ],
        "tasks": [
            {"side": side, "group": f"{side}-strike-uav", "task": "move", "x_m": 9e3, "y_m": y_m, "radius_m": 0.0,
             "target_group": None, "route_m": [[-5e3, y_m], [2e3, y_m + 1e3]]}
            for side, y_m in (("blue", 5e3), ("red", -5123.0))
        ],
        "operators": [2, 7],
    }  # fmt: skip
    path.write_text(json.dumps(document), encoding="utf-8")
    places = [(x + dx, y + dy) for x, y in corners for dx, dy in MINES]
    x_m, y_m = np.array(places).T
    columns: dict[str, Any] = {
        "minefield": np.repeat(np.arange(4, dtype=np.int32), len(MINES)),
        "x_m": x_m,
        "y_m": y_m,
        "status": np.tile(np.array([0, 1, 2], np.uint8), 4),
        "gone_s": np.tile([np.nan, 300.0, 500.0], 4),
    }
    pq.write_table(pa.table(columns), folder / "mines.parquet")
    units = pq.read_table(folder / "units.parquet").to_pylist()
    rows = [
        {"unit": unit["unit"], "kind": kind, "name": name, "range_m": range_m, "field_of_view_deg": angle,
         "domains": 15, "is_on": is_on}
        for unit in units
        for kind, name, range_m, angle, is_on in (
            ("sensor", "electro_optical", 5e3, 60.0, 1),
            ("sensor", "radar", 9e3, 360.0, 0),
            ("weapon", f"{unit['side']}-gun", 3e3, 360.0, 1),
            ("jammer", "", 7e3 if unit["unit"] % 10 == 1 else np.inf, 360.0, 1),
        )
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows), folder / "reach.parquet")


def add_approvals(folder: Path, n_units: int) -> None:
    """Add requests of a unit of each side: one granted, one denied, one that times out, one left open."""
    path = folder / "events.parquet"
    rows = pq.read_table(path).to_pylist()
    for side, unit, enemy in ((0, 0, n_units // 2), (1, n_units // 2, 0)):
        for time_s, end, a, b in ((100.0, "granted", 20, 15), (200.0, "denied", 5, 10), (300.0, "timeout", 60, 0)):
            common = {"tick": 0, "side": side, "unit": unit, "other": enemy}
            rows.append({**common, "time_s": time_s, "kind": "approval_asked", "a": 1, "b": 0})
            rows.append({**common, "time_s": time_s + a + b, "kind": f"approval_{end}", "a": a, "b": b})
        rows.append({"tick": 0, "side": side, "unit": unit, "other": enemy, "time_s": 700.0, "kind": "approval_asked",
                     "a": 1, "b": 0})  # fmt: skip
    rows.sort(key=lambda row: row["time_s"])
    schema = pq.read_schema(path)
    pq.write_table(pa.Table.from_pylist(rows, schema), path)


def add_neutrals(folder: Path, names: tuple[str, ...]) -> None:
    """Make the named sides neutral, and say of every contact what its holder takes it for: 0 to 3 by its unit."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**manifest, "neutral_sides": list(names)}), encoding="utf-8")
    path = folder / "units.parquet"
    units = pq.read_table(path).to_pylist()
    for row in units:
        digit = "4" if row["side"] in names else row["sidc"][3]
        row["sidc"] = row["sidc"][:3] + digit + row["sidc"][4:]
    pq.write_table(pa.Table.from_pylist(units), path)
    path = folder / "contacts.parquet"
    with pq.ParquetFile(path, memory_map=False) as file:
        groups = [file.read_row_group(k) for k in range(file.metadata.num_row_groups)]
    with pq.ParquetWriter(path, groups[0].schema.append(pa.field("identity", pa.uint8()))) as writer:
        for group in groups:
            identity = pa.array((group["unit"].to_numpy() % 4).astype(np.uint8))
            writer.write_table(group.append_column("identity", identity), row_group_size=max(1, group.num_rows))


def add_wear(folder: Path) -> None:
    """Add the optional column ``wear`` to the trace: a tenth per unit, and a little more with every frame."""
    path = folder / "trace.parquet"
    with pq.ParquetFile(path, memory_map=False) as file:
        groups = [file.read_row_group(k) for k in range(file.metadata.num_row_groups)]
    with pq.ParquetWriter(path, groups[0].schema.append(pa.field("wear", pa.float32()))) as writer:
        for group in groups:
            share = group["unit"].to_numpy() % 10 / 10 + group["frame"].to_numpy() / 10_000
            writer.write_table(group.append_column("wear", pa.array(share.astype(np.float32))), group.num_rows)
