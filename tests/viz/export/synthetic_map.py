"""A map for the made-up run folders: zones of all kinds and minefields of both sides."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SQUARE_M = 4000.0
HIDDEN = ("red-drift", "red-keep-out")
"""What Blue must not learn of."""


def square(x_m: float, y_m: float, side_m: float = SQUARE_M) -> list[list[float]]:
    return [[x_m, y_m], [x_m + side_m, y_m], [x_m + side_m, y_m + side_m], [x_m, y_m + side_m]]


def zones() -> list[dict[str, Any]]:
    def zone(name: str, kind: str, side: str | None, *rings: Any, **times: float | None) -> dict[str, Any]:
        common = {"name": name, "kind": kind, "side": side, "polygon_m": rings[0], "rings_m": list(rings)}
        return common | {"from_s": 0.0, "until_s": None} | times

    return [
        zone("harbour & <quay>", "objective", None, square(0, 0), square(1000, 1000, 1000)),
        zone("hospital", "no_fire", None, square(6000, 0, 1000)),
        zone("blue-lane", "no_go", "blue", square(-9000, -9000), from_s=30.0, until_s=70.0),
        zone("red-keep-out", "no_go", "red", square(9000, 9000)),
        zone("two parts", "objective", None, square(-20_000, 0), square(-20_000, 9000, 2000)),
    ]


def minefields() -> list[dict[str, Any]]:
    def field(name: str, side: str | None, x_m: float, *, suspected: bool = False) -> dict[str, Any]:
        rings = [square(x_m, -12_000)]
        return {"name": name, "side": side, "suspected": suspected, "count": 3, "rings_m": rings}

    return [
        field("blue-belt", "blue", -6000),
        field("red-drift", "red", 3123),
        field("red-bar", "red", 11_000, suspected=True),
    ]


def add_map(folder: Path) -> Path:
    """Write ``map.json`` and ``mines.parquet``: of every field one mine armed, one spent at 40 s, one cleared at 60."""
    (folder / "map.json").write_text(json.dumps({"zones": zones(), "minefields": minefields()}), encoding="utf-8")
    x_m = [field["rings_m"][0][0][0] + dx for field in minefields() for dx in (500.0, 1500.0, 2500.0)]
    columns = {
        "minefield": np.repeat(np.arange(3, dtype=np.int32), 3),
        "x_m": np.array(x_m),
        "y_m": np.full(9, -11_000.0),
        "status": np.tile(np.array([0, 1, 2], np.uint8), 3),
        "gone_s": np.tile([np.nan, 40.0, 60.0], 3),
    }
    pq.write_table(pa.table(columns), folder / "mines.parquet")
    return folder
