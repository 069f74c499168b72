"""Line of sight between random places over synthetic relief: from both ends, from higher up, against a ray caster."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from scenarios.loader import compile_document
from scenarios.verification.document import all_seeing, document, group, platform
from scenarios.verification.measures import is_seen, positions, unit_named
from scenarios.verification.options import option
from scenarios.verification.oracles import sight
from scenarios.verification.oracles.sensors import EARTH_M
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, Sample, sample

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

_ENGINE_PER_CELL = 2
_FINE_PER_CELL = 16
_PAIRS_LIMIT = 2000  # the ray casters are simple, and slow


def measure_pair(simulation: "Simulation", compiled: "Compiled") -> Sample:
    """Return whether each side sees the other's only unit (R,), and their positions (R, 2) [m]."""
    blue, red = unit_named(compiled, "blue"), unit_named(compiled, "red")
    return {
        "blue_sees": is_seen(simulation, compiled, 0)[:, red],
        "red_sees": is_seen(simulation, compiled, 1)[:, blue],
        "blue_m": positions(simulation, blue),
        "red_m": positions(simulation, red),
    }


@dataclass(frozen=True)
class Relief:
    """Two watchers at random places on procedural ground; a replication is a pair."""

    step_s: ClassVar[float] = 1.0

    ground_seed: int = option(1, "seed of the terrain", low=0)
    relief_m: float = option(300.0, "highest ground", above=0.0, high=8000.0)
    height_m: float = option(3.0, "height of the red watcher", low=0.1, high=10_000.0)
    other_height_m: float = option(12.0, "height of the blue watcher", low=0.1, high=10_000.0)
    raised_m: float = option(20.0, "added height of the blue watcher", above=0.0, high=10_000.0)
    half_width_km: float = option(10.0, "half the width of the field", low=1.0, high=500.0)
    cell_m: float = option(100.0, "cell of the terrain raster", above=0.0, high=10_000.0)
    flat_earth: str = option("no", "without the bulge of the earth", choices=("no", "yes"))

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        if not 20.0 <= 2e3 * self.half_width_km / self.cell_m <= 4000.0:
            return ["--cell-m: give a size that makes 20 to 4000 cells across the field"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Look once from both ends, and again from higher up."""
        n = min(run.replications, _PAIRS_LIMIT)
        pairs = sample(self.document(self.other_height_m), run, 1, measure_pair, n)
        raised = sample(self.document(self.other_height_m + self.raised_m), run, 1, measure_pair, n)
        seen = pairs["blue_sees"]
        judge = Judge(
            "sight over relief",
            f"seed {self.ground_seed} relief {self.relief_m:g} m, heights {self.other_height_m:g} {self.height_m:g} m, "
            f"{'flat' if self.flat_earth == 'yes' else 'round'} earth, {n} lines",
        )
        otherwise = float(np.sum(self._cast(pairs, _ENGINE_PER_CELL) != (seen > 0)))
        fine = 1.0 - float(np.sum(self._cast(pairs, _FINE_PER_CELL) != (seen > 0))) / n
        moved = float(np.sum(raised["blue_m"] != pairs["blue_m"]))
        one_way = float(np.sum(seen != pairs["red_sees"]))
        lost = float(np.count_nonzero((seen > 0) & (raised["blue_sees"] == 0)))
        share = (
            f"{float(np.mean(seen)):.3f} of the lines are free, {float(np.mean(raised['blue_sees'])):.3f} from above"
        )
        return [
            judge.exact("lines free one way only", one_way, 0.0, 0.0, "reciprocity; " + share),
            judge.exact("lines lost by standing higher", lost, 0.0, 0.0, "monotone in the observer's height"),
            judge.exact("watchers that moved", moved, 0.0, 0.0, "the same places in both plays"),
            judge.exact("lines judged otherwise by a ray caster", otherwise, 0.0, 0.0, "samples every half cell"),
            judge.information(
                "share that a finer ray caster confirms",
                fine,
                1.0,
                f"{_FINE_PER_CELL} samples a cell: the engine looks past crests between its own {_ENGINE_PER_CELL}",
            ),
        ]

    def _cast(self, pairs: Sample, per_cell: int) -> NDArray[np.bool_]:
        """Return which lines are clear for a ray caster over the bilinear surface (R,)."""
        compiled = compile_document(self.document(self.other_height_m))
        ground = sight.Surface(
            compiled.params.terrain.elevation_m.astype(np.float64),
            -self.half_width_km * 1e3,
            -self.half_width_km * 1e3,
            self.cell_m,
        )
        radius_m = math.inf if self.flat_earth == "yes" else 4.0 / 3.0 * EARTH_M
        heights = (self.other_height_m, self.height_m)
        return sight.cast(ground, pairs["blue_m"], pairs["red_m"], heights, radius_m, per_cell)

    def document(self, blue_height_m: float) -> Document:
        """Return the scenario: a watcher per side, anywhere on the field."""
        scatter = [self.half_width_km, self.half_width_km]

        def watcher(height_m: float) -> Document:
            return platform("land", height_m=height_m, sensors=["eye"])

        return document(
            "sight-relief",
            dt_s=1.0,
            n_ticks=1,
            half_width_km=self.half_width_km,
            groups=[
                group("blue", "blue", "blue-watcher", (0.0, 0.0), scatter_km=scatter),
                group("red", "red", "red-watcher", (0.0, 0.0), scatter_km=scatter),
            ],
            platforms={"blue-watcher": watcher(blue_height_m), "red-watcher": watcher(self.height_m)},
            sensors={"eye": all_seeing(4.0 * self.half_width_km, 1.0, needs_sight=True)},
            terrain={
                "kind": "procedural",
                "seed": self.ground_seed,
                "relief_m": self.relief_m,
                "feature_km": 0.4 * self.half_width_km,
                **{f"{cover}_share": 0.0 for cover in ("rough", "forest", "urban", "marsh")},
            },
            cell_m=self.cell_m,
            flat_earth=self.flat_earth == "yes",
        )
