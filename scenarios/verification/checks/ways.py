"""Routes: the travel time over way points, and the turn for home on slow ground."""

import math
from dataclasses import dataclass

import numpy as np

from scenarios.loader import compile_document
from scenarios.terrain.ground import SPEED_FACTORS
from scenarios.verification.checks.movement_tracks import bystander, craft, tracks
from scenarios.verification.document import document, group, platform
from scenarios.verification.options import option
from scenarios.verification.oracles import movement
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, begin
from simcore.state import UnitR
from simcore.types import Mobility, Surface

_STEPS_LIMIT = 200_000


@dataclass(frozen=True)
class WayPoints:
    """A vehicle follows a zigzag of way points: its travel time is length over speed, at any step."""

    n_points: float = option(20.0, "way points", low=1.0, high=200.0)
    leg_m: float = option(100.0, "length of each leg [m]", above=0.0, high=1e5)
    turn_deg: float = option(60.0, "turn at each point, alternately left and right [deg]", low=0.0, high=170.0)
    speed: float = option(15.0, "speed [m/s]", above=0.0, high=5000.0)
    dt: float = option(5.0, "time step [s]", above=0.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        if self.n_points * self.leg_m / self.speed / self.dt > _STEPS_LIMIT:
            return ["--dt: the route takes too many steps; give a longer step"]
        return []

    def corners(self) -> list[tuple[float, float]]:
        """Return the points [m]; the last is the goal."""
        east, north = math.cos(math.radians(0.5 * self.turn_deg)), math.sin(math.radians(0.5 * self.turn_deg))
        return [
            (round(self.leg_m * east * k, 3), round(self.leg_m * north * (k % 2), 3))
            for k in range(1, round(self.n_points) + 1)
        ]

    def rows(self, run: Run) -> list[Row]:
        """Play once; there is no chance in it."""
        length_m = math.fsum(
            math.dist(a, b) for a, b in zip([(0.0, 0.0), *self.corners()], self.corners(), strict=False)
        )
        expected_s = length_m / self.speed
        n_ticks = math.ceil(expected_s / self.dt) + 5
        path = tracks(self.document(n_ticks), run, n_ticks, ["craft"])[:, 0]
        arrivals = np.flatnonzero(np.hypot(*(path - np.array(self.corners()[-1])).T) < 1e-3)
        arrived_s = float(arrivals[0]) * self.dt if arrivals.size else math.inf
        judge = Judge(
            "way points",
            f"{self.n_points:g} legs of {self.leg_m:g} m, {self.turn_deg:g} deg, {self.speed:g} m/s dt {self.dt:g}",
        )
        reason = "places are noted once a step"
        return [judge.exact("arrival, s", arrived_s, expected_s, 1.000001 * self.dt, reason)]

    def document(self, n_ticks: int) -> Document:
        """Return the scenario."""
        points = [[x / 1e3, y / 1e3] for x, y in self.corners()]
        course = {"verb": "move", "at_km": points[-1], "route_km": points[:-1], "speed": 1.0}
        return document(
            "way-points",
            dt_s=self.dt,
            n_ticks=n_ticks,
            half_width_km=2.0 * self.n_points * self.leg_m / 1e3 + 1.0,
            groups=[group("craft", "blue", "craft", (0.0, 0.0), task=course), bystander()],
            platforms={"craft": craft(self.speed, "land"), "bystander": platform("land")},
            time_keys={"plan_interval_s": self.dt},
        )


@dataclass(frozen=True)
class SlowGround:
    """A wheeled vehicle goes out over slow ground until its turning point, and comes home with its reserve."""

    surface: str = option("marsh", "the ground", choices=("open", "rough", "forest", "urban", "marsh"))
    endurance_h: float = option(2.0, "endurance at cruise speed [h]", above=0.0, high=10_000.0)
    cruise: float = option(10.0, "cruise speed [m/s]", above=0.0, high=5000.0)
    idle_burn: float = option(0.2, "burn at rest as a share of that at cruise", low=0.0, high=1.0)
    reserve_share: float = option(0.15, "share of the endurance kept as a reserve", low=0.0, high=0.99)
    dt: float = option(10.0, "time step [s]", above=0.0)

    @property
    def factor(self) -> float:
        """Speed factor of the ground."""
        return SPEED_FACTORS[Mobility.WHEELED][Surface[self.surface.upper()]]

    @property
    def radius_m(self) -> float:
        """Distance [m] at which half of the usable fuel is left."""
        endurance_s = self.endurance_h * 3600.0
        return movement.action_radius_m(self.cruise, endurance_s, self.reserve_share, self.factor, self.idle_burn)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        steps = self.radius_m / (self.cruise * self.factor * self.dt)
        if not 20.0 <= steps <= _STEPS_LIMIT:
            return [f"--dt: {steps:.0f} steps to the turn; give a step that makes them 20 to {_STEPS_LIMIT}"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Go out and back once."""
        speed = self.cruise * self.factor
        n_ticks = math.ceil(2.2 * self.radius_m / speed / self.dt) + 10
        simulation = begin(compile_document(self.document(n_ticks)), run.seed, 0, 1, 1)
        farthest_m, least_s = 0.0, math.inf
        reserve_s = self.reserve_share * self.endurance_h * 3600.0
        for _ in range(n_ticks):
            simulation.advance(1)
            real = simulation.state.units.real[0, :, 0]
            if float(real[UnitR.ENDURANCE_S]) > least_s:
                break  # refuelled at home
            farthest_m, least_s = max(farthest_m, float(real[UnitR.X])), float(real[UnitR.ENDURANCE_S])
        burn = self.idle_burn + (1.0 - self.idle_burn) * self.factor
        near_s = max(200.0, 1.5 * self.cruise * self.dt) / speed  # within this time of home it counts as home
        judge = Judge("turning home", f"{self.surface}, {self.endurance_h:g} h at {self.cruise:g} m/s dt {self.dt:g}")
        slack_s = burn * (near_s + 3.0 * self.dt)
        return [
            judge.exact("radius of action, m", farthest_m, self.radius_m, 2.0 * speed * self.dt, "two steps"),
            judge.exact(
                "endurance left at home, s", least_s, reserve_s, slack_s, "home begins before the point; 3 steps"
            ),
        ]

    def document(self, n_ticks: int) -> Document:
        """Return the scenario."""
        far_km = 3.0 * self.radius_m / 1e3
        truck = platform(
            "land",
            mobility="wheeled",
            speed_max_mps=self.cruise,
            speed_cruise_mps=self.cruise,
            endurance_h=self.endurance_h,
            idle_burn=self.idle_burn,
            reserve_share=self.reserve_share,
        )
        course = {"verb": "move", "at_km": [far_km, 0.0], "speed": 1.0, "route": "straight"}
        return document(
            "slow-ground",
            dt_s=self.dt,
            n_ticks=n_ticks,
            half_width_km=1.1 * far_km,
            groups=[group("a-truck", "blue", "truck", (0.0, 0.0), task=course), group("b", "red", "post", (0.0, 0.0))],
            platforms={"truck": truck, "post": platform("land")},
            terrain={"kind": "flat", "surface": self.surface},
            time_keys={"plan_interval_s": self.dt},
        )
