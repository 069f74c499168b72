"""Line of sight past an obstacle: a wall on a flat earth, and an obstacle on a round earth."""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from scenarios.verification.checks.radar import measure_seen
from scenarios.verification.checks.relief import Relief
from scenarios.verification.checks.sea_horizon import Bathymetry
from scenarios.verification.document import all_seeing, document, group, platform
from scenarios.verification.options import Topic, option
from scenarios.verification.oracles import sight
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, sample

_RUNGS = 40
_HALVINGS = 18


def field(
    name: str,
    *,
    observer_m: float,
    targets: list[tuple[float, float]],
    wall_m: float,
    wall_at_m: float,
    cell_m: float,
    flat_earth: bool,
    earth_factor: float = 4.0 / 3.0,
) -> Document:
    """Return a scenario with an observer in the south, a wall across its view and targets (distance, height) north.

    The wall is two cells thick on the raster: full height between the centres of the cell at ``wall_at_m`` and the next
    nearer cell, with a slope of a cell on both sides (the ground is bilinear between the centres of cells).
    """
    far_m = max(distance for distance, _ in targets)
    south_m = -(math.ceil(2.0 - wall_at_m / cell_m % 1.0) + 0.5 - wall_at_m / cell_m % 1.0) * cell_m
    rows = math.ceil((far_m - south_m) / cell_m) + 3
    half_width_km = 6.5 * cell_m / 1e3
    near_km, wall_km = (wall_at_m - 1.5 * cell_m) / 1e3, (wall_at_m + 0.5 * cell_m) / 1e3
    wall = {
        "kind": "wall",
        "polygon_km": [
            [-half_width_km, near_km],
            [half_width_km, near_km],
            [half_width_km, wall_km],
            [-half_width_km, wall_km],
        ],
        "height_m": wall_m,
    }
    heights = sorted({height for _, height in targets})
    cards = {f"target-{heights.index(h):03d}": platform("land", height_m=h) for h in heights}
    return document(
        name,
        dt_s=1.0,
        n_ticks=1,
        half_width_km=half_width_km,
        groups=[
            group("observer", "blue", "observer", (0.0, 0.0)),
            *(
                group(f"rung-{k:03d}", "red", f"target-{heights.index(height):03d}", (0.0, distance / 1e3))
                for k, (distance, height) in enumerate(targets)
            ),
        ],
        platforms={"observer": platform("land", height_m=observer_m, sensors=["eye"]), **cards},
        sensors={"eye": all_seeing(2.0 * far_m / 1e3, 1.0, needs_sight=True)},
        terrain={"kind": "flat", "features": [wall]},
        cell_m=cell_m,
        flat_earth=flat_earth,
        earth_radius_factor=earth_factor,
        south_km=south_m / 1e3,
        north_km=(south_m + rows * cell_m) / 1e3,
    )


def first_rung(seen: np.ndarray, values: np.ndarray) -> float:
    """Return the smallest value from which all rungs are seen; inf if the last is not seen, nan if there are gaps."""
    rungs = seen[-values.size :] > 0
    if not rungs.any():
        return math.inf
    first = int(rungs.argmax())
    return float(values[first]) if rungs[first:].all() else math.nan


@dataclass(frozen=True)
class Wall:
    """A wall on a flat earth: the distance from which a target behind it is seen."""

    step_s: ClassVar[float] = 1.0

    observer_m: float = option(30.0, "height of the observer", low=0.0, high=20_000.0)
    target_m: float = option(10.0, "height of the target", low=0.0, high=20_000.0)
    wall_m: float = option(20.0, "height of the wall", above=0.0, high=8000.0)
    wall_at_m: float = option(500.0, "distance of the wall", above=0.0, high=100_000.0)
    cell_m: float = option(10.0, "cell of the terrain raster", above=0.0, high=10_000.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        if self.observer_m <= self.wall_m or self.target_m >= self.wall_m:
            return ["--observer-m, --target-m: give an observer above and a target below the wall"]
        first_m = sight.first_visible_m(self.observer_m, self.target_m, self.wall_m, self.wall_at_m)
        if self.wall_at_m < 5.0 * self.cell_m or first_m < self.wall_at_m + 5.0 * self.cell_m:
            return ["--cell-m: coarse for this geometry; give at most a fifth of the distances from the wall"]
        if first_m > 5000.0 * self.cell_m:
            return ["--cell-m: fine for this geometry; give at least 1/5000 of the distance"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Find the first visible distance on a ladder of targets; a single replication is enough."""
        first_m = sight.first_visible_m(self.observer_m, self.target_m, self.wall_m, self.wall_at_m)
        rung_m = 0.2 * first_m / self.wall_at_m * self.cell_m
        distances = first_m + rung_m * (np.arange(-_RUNGS, _RUNGS + 1) + 0.5)
        distances = distances[distances > self.wall_at_m + 2.0 * self.cell_m]
        scenario = field(
            "sight-wall",
            observer_m=self.observer_m,
            targets=[(float(distance), self.target_m) for distance in distances],
            wall_m=self.wall_m,
            wall_at_m=self.wall_at_m,
            cell_m=self.cell_m,
            flat_earth=True,
        )
        seen = sample(scenario, run, 1, measure_seen, replications=1)["seen"][0]
        heights = f"observer {self.observer_m:g} target {self.target_m:g} wall {self.wall_m:g} m"
        judge = Judge("sight past a wall", f"{heights} at {self.wall_at_m:g} m")
        tolerance = first_m / self.wall_at_m * 0.5 * self.cell_m + rung_m
        reason = "the sight line is sampled every half cell, and one rung"
        return [judge.exact("visible from, m", first_rung(seen, distances), first_m, tolerance, reason)]


@dataclass(frozen=True)
class Bulge:
    """An obstacle on a round earth: the height of the lowest target visible over it, and the clearance of a line.

    The clearance is measured by raising the obstacle until it cuts the line; the row is left out where the earth
    itself cuts it.
    """

    step_s: ClassVar[float] = 1.0

    observer_m: float = option(10.0, "height of the observer", low=0.0, high=20_000.0)
    obstacle_m: float = option(15.0, "height of the obstacle", above=0.0, high=8000.0)
    obstacle_at_m: float = option(8000.0, "distance of the obstacle", above=0.0, high=500_000.0)
    distance_m: float = option(20_000.0, "distance of the target", above=0.0, high=500_000.0)
    cell_m: float = option(50.0, "cell of the terrain raster", above=0.0, high=10_000.0)
    earth_radius_factor: float = option(4.0 / 3.0, "effective over true earth radius (k)", low=0.1, high=100.0)
    target_m: float = option(50.0, "height of the target whose clearance is measured", low=0.0, high=20_000.0)

    @property
    def height_needed_m(self) -> float:
        """Height of the target at which the ray grazes the obstacle."""
        at_zero = self._clearance(0.0, self.obstacle_at_m)
        return -at_zero * self.distance_m / self.obstacle_at_m

    def _clearance(self, target_m: float, obstacle_at_m: float) -> float:
        return sight.clearance_m(
            self.observer_m, target_m, self.distance_m, self.obstacle_m, obstacle_at_m, self.earth_radius_factor
        )

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        problems: list[str] = []
        if not 5.0 * self.cell_m < self.obstacle_at_m < self.distance_m - 5.0 * self.cell_m:
            problems.append("--obstacle-at-m: give a place between observer and target, 5 cells from both")
        if self.distance_m > 5000.0 * self.cell_m:
            problems.append("--cell-m: fine for this geometry; give at least 1/5000 of the distance")
        if not problems and not 1.0 < self.height_needed_m < 20_000.0:
            problems.append(
                f"the target would need {self.height_needed_m:.1f} m; give a geometry that needs 1 to 20,000 m"
            )
        return problems

    def rows(self, run: Run) -> list[Row]:
        """Find the lowest visible target; a single replication is enough."""
        needed_m = self.height_needed_m
        near = self._clearance(needed_m, self.obstacle_at_m - self.cell_m)  # the other edge of the obstacle's top
        per_metre = self.distance_m / self.obstacle_at_m
        spread_m = abs(near) * per_metre
        rung_m = 0.005 * needed_m
        heights = needed_m + rung_m * (np.arange(-_RUNGS, _RUNGS + 1) + 0.5)
        scenario = field(
            "sight-bulge",
            observer_m=self.observer_m,
            targets=[(self.distance_m, float(height)) for height in heights],
            wall_m=self.obstacle_m,
            wall_at_m=self.obstacle_at_m,
            cell_m=self.cell_m,
            flat_earth=False,
            earth_factor=self.earth_radius_factor,
        )
        seen = sample(scenario, run, 1, measure_seen, replications=1)["seen"][0]
        judge = Judge(
            "sight over an obstacle",
            f"{self.observer_m:g} m, {self.obstacle_m:g} m at {self.obstacle_at_m:g} of {self.distance_m:g} m",
        )
        reason = "the obstacle is one cell deep on the raster, and one rung"
        return [
            judge.exact("height seen from, m", first_rung(seen, heights), needed_m, spread_m + rung_m, reason),
            *self._clearance_rows(judge, run),
        ]

    def _clearance_rows(self, judge: Judge, run: Run) -> list[Row]:
        """Bisect for the height of the obstacle that grazes the line to the target."""
        oracle = self._clearance(self.target_m, self.obstacle_at_m)
        if self.obstacle_m + oracle < 1.0:
            return []
        low, high = 0.0, 2.0 * (self.obstacle_m + oracle)
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            scenario = field(
                "sight-clearance",
                observer_m=self.observer_m,
                targets=[(self.distance_m, self.target_m)],
                wall_m=middle,
                wall_at_m=self.obstacle_at_m,
                cell_m=self.cell_m,
                flat_earth=False,
                earth_factor=self.earth_radius_factor,
            )
            is_seen = sample(scenario, run, 1, measure_seen, replications=1)["seen"][0][-1] > 0
            low, high = (middle, high) if is_seen else (low, middle)
        # the top of the obstacle extends a cell towards the observer, where the line may be lower
        other_edge = self._clearance(self.target_m, self.obstacle_at_m - self.cell_m)
        tolerance = abs(other_edge - oracle) + (high - low) + 1e-3
        reason = "the obstacle is one cell deep on the raster"
        quantity = f"clearance to {self.target_m:g} m, m"
        return [judge.exact(quantity, low - self.obstacle_m, oracle, tolerance, reason)]


TOPIC = Topic(
    "sight",
    "line of sight past a wall, over the bulge of the earth, over relief and over the sea",
    {"wall": Wall, "bulge": Bulge, "relief": Relief, "bathymetry": Bathymetry},
    (
        Wall(),
        Wall(60.0, 0.0),
        Bulge(),
        Bulge(30.0, 120.0, 30_000.0, 60_000.0, 200.0, target_m=400.0),
        Relief(),
        Relief(ground_seed=2, relief_m=900.0, flat_earth="yes"),
        Bathymetry(),
        Bathymetry(depth_m=1000.0),
    ),
)
