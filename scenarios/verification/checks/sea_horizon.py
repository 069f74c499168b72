"""The horizon over a sea with known depth: that of the water surface, at any depth."""

import math
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from scenarios.verification.checks.radar import measure_seen
from scenarios.verification.document import all_seeing, document, group, platform
from scenarios.verification.options import option
from scenarios.verification.oracles import sensors
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, sample

_TILE = "N37E126.hgt"
_NODES = 1201
_RUNGS = 40
_TILE_REACH_M = 100_000.0


@dataclass(frozen=True)
class Bathymetry:
    """A ship looks for others over water of constant depth, given by a file of heights."""

    step_s: ClassVar[float] = 1.0

    observer_m: float = option(30.0, "height of the observer", above=0.0, high=300.0)
    target_m: float = option(2.0, "height of the target", above=0.0, high=300.0)
    depth_m: float = option(50.0, "depth of the water, whole metres", low=0.0, high=10_000.0)
    cell_m: float = option(250.0, "cell of the terrain raster", low=50.0, high=2000.0)

    @property
    def horizon_m(self) -> float:
        """Distance at which the two grazing rays meet."""
        return sensors.horizon_m(self.observer_m, self.target_m)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        if not 20.0 * self.cell_m <= self.horizon_m < _TILE_REACH_M:
            return [
                f"the horizon lies at {self.horizon_m / 1e3:.1f} km; give heights that put it at 20 cells to 100 km"
            ]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Find the largest visible distance on a ladder of targets; a single replication is enough."""
        rung_m = 0.0005 * self.horizon_m
        distances = self.horizon_m + rung_m * (np.arange(-_RUNGS, _RUNGS + 1) + 0.5)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / _TILE
            np.full((_NODES, _NODES), -round(self.depth_m), dtype=">i2").tofile(path)
            seen = sample(self.document(str(path), distances), run, 1, measure_seen, replications=1)["seen"][0]
        in_view = seen[-distances.size :] > 0
        last = int(np.argmin(in_view)) - 1 if not in_view.all() else distances.size - 1
        is_broken = last < 0 or in_view[last + 1 :].any()
        judge = Judge(
            "horizon at sea", f"{self.observer_m:g} and {self.target_m:g} m above {self.depth_m:g} m of water"
        )
        reached_m = math.nan if is_broken else float(distances[last])
        return [judge.exact("visible up to, m", reached_m, self.horizon_m, rung_m, "one rung of the ladder")]

    def document(self, path: str, distances_m: np.ndarray) -> Document:
        """Return the scenario: the observer in the south, the targets north of it."""
        cards = {
            "observer": platform("surface", height_m=self.observer_m, sensors=["eye"]),
            "target": platform("surface", height_m=self.target_m),
        }
        return document(
            "sight-sea",
            dt_s=1.0,
            n_ticks=1,
            half_width_km=5.0 * self.cell_m / 1e3,
            groups=[
                group("observer", "blue", "observer", (0.0, 0.0)),
                *(group(f"rung-{k:03d}", "red", "target", (0.0, d / 1e3)) for k, d in enumerate(distances_m.tolist())),
            ],
            platforms=cards,
            sensors={"eye": all_seeing(200.0, 1.0, needs_sight=True)},
            terrain={"kind": "raster", "file": path},
            cell_m=self.cell_m,
            flat_earth=False,
            origin={"longitude_deg": 126.5, "latitude_deg": 37.05},
            south_km=-5.0 * self.cell_m / 1e3,
            north_km=(math.ceil(float(distances_m[-1]) / self.cell_m) + 5) * self.cell_m / 1e3,
        )
