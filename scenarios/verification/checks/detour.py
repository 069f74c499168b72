"""The route around a wall: a boat's first and later moves against the shortest line around the corners."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenarios.verification.checks.movement_tracks import bystander, craft, tracks
from scenarios.verification.document import document, group, platform
from scenarios.verification.options import option
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run
from simcore.types import Task

if TYPE_CHECKING:
    from simcore.simulation import Simulation

_CELLS_LIMIT = 500


@dataclass(frozen=True)
class Detour:
    """A boat whose straight line is blocked by a wall of land takes the shortest route around its end."""

    away_km: float = option(6.0, "distance of start and goal from the middle of the wall", above=0.0, high=1000.0)
    height_km: float = option(4.0, "extent of the wall beyond the line", above=0.0, high=1000.0)
    width_km: float = option(1.0, "width of the wall", above=0.0, high=1000.0)
    cell_m: float = option(100.0, "cell of the raster", above=0.0, high=1e6)
    speed: float = option(10.0, "speed of the boat [m/s]", above=0.0, high=5000.0)
    dt: float = option(1.0, "time step [s]", above=0.0)
    ordered: float = option(0.0, "time of the order to move [s]; 0 = first task", low=0.0, high=1e6)

    @property
    def shortest_m(self) -> float:
        """Length of the shortest line around both corners of the wall's end [m]."""
        return 1e3 * (2.0 * math.hypot(self.away_km - 0.5 * self.width_km, self.height_km) + self.width_km)

    @property
    def half_width_km(self) -> float:
        """Half the width of the map [km]: whole cells, so that the wall's edges are edges of cells."""
        cells = math.ceil(1.5e3 * max(self.away_km, self.height_km) / self.cell_m)
        return cells * self.cell_m / 1e3

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        problems: list[str] = []
        if self.width_km >= 2.0 * self.away_km:
            problems.append("--width-km: start and goal are on the wall; give a narrower wall or a greater --away-km")
        for name, value_km in (("--height-km", self.height_km), ("--width-km", 0.5 * self.width_km)):
            if abs(math.remainder(1e3 * value_km, self.cell_m)) > 1e-6:
                problems.append(f"{name}: the edge of the wall is no edge of cells; give a multiple of --cell-m")
        if self.half_width_km * 2e3 / self.cell_m > _CELLS_LIMIT:
            problems.append(f"--cell-m: the map has more than {_CELLS_LIMIT} cells a side; give larger cells")
        if not 20.0 <= self.shortest_m / self.speed / self.dt <= 200_000:
            problems.append("--dt: the trip would take too few or too many steps; give another step")
        return problems

    def rows(self, run: Run) -> list[Row]:
        """Play once; there is no chance in it."""
        # A route turns at cell centres, at most cell / sqrt(2) from each of the wall's two corners, so by the triangle
        # inequality each corner lengthens it by at most twice that.
        slack_s = 2.0 * math.sqrt(2.0) * self.cell_m / self.speed + self.dt
        order_tick = round(self.ordered / self.dt)
        expected_s = order_tick * self.dt + self.shortest_m / self.speed
        n_ticks = math.ceil((expected_s + slack_s) / self.dt) + 5

        def order(simulation: "Simulation", tick: int) -> None:
            if tick == order_tick > 0:
                simulation.orders.issue(np.ones(1, dtype=bool), 0, Task.MOVE, 1e3 * self.away_km, 0.0, speed=1.0)

        path = tracks(self.document(n_ticks), run, n_ticks, ["boat"], order)[:, 0]
        arrivals = np.flatnonzero(np.hypot(path[:, 0] - 1e3 * self.away_km, path[:, 1]) < 1e-3)
        arrived_s = float(arrivals[0]) * self.dt if arrivals.size else math.inf
        wall = f"wall {self.height_km:g} x {self.width_km:g} km, cell {self.cell_m:g} m"
        reason = f"two corners at centres of cells, {2.0 * math.sqrt(2.0) * self.cell_m:.0f} m; one step"
        judge = Judge("way round" if order_tick == 0 else "way round, later", wall)
        return [judge.exact("arrival, s", arrived_s, expected_s, slack_s, reason)]

    def document(self, n_ticks: int) -> Document:
        """Return the scenario: water, and a wall from beyond the line to the south edge."""
        side, top, edge = 0.5 * self.width_km, self.height_km, self.half_width_km
        corners = [[-side, -edge], [side, -edge], [side, top], [-side, top]]
        terrain = {"kind": "flat", "surface": "water", "features": [{"kind": "open", "polygon_km": corners}]}
        course = {"verb": "move", "at_km": [self.away_km, 0.0], "speed": 1.0}
        boat = group("boat", "blue", "boat", (-self.away_km, 0.0))
        return document(
            "detour",
            dt_s=self.dt,
            n_ticks=n_ticks,
            half_width_km=edge,
            groups=[
                boat if self.ordered else {**boat, "task": course},
                bystander(),
            ],
            platforms={"boat": craft(self.speed, "surface"), "bystander": platform("land")},
            terrain=terrain,
            cell_m=self.cell_m,
            time_keys={"plan_interval_s": self.dt},
        )
