"""Movement: lead intercept, turning circle, endurance, places on the globe, and the route around a wall."""

import math
from dataclasses import dataclass

import numpy as np

from scenarios.loader import compile_document
from scenarios.verification.checks.detour import Detour
from scenarios.verification.checks.movement_tracks import bystander, craft, tracks
from scenarios.verification.checks.ways import SlowGround, WayPoints
from scenarios.verification.document import all_seeing, document, group, platform
from scenarios.verification.options import Topic, option
from scenarios.verification.oracles import movement
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, begin
from simcore.params import UnitSpecR
from simcore.state import UnitW
from simcore.types import F64, Status

_STEPS_LIMIT = 200_000


@dataclass(frozen=True)
class Intercept:
    """A pursuer with a perfect picture leads a target on a straight course."""

    x_km: float = option(10.0, "target east of the pursuer", low=-1000.0, high=1000.0)
    y_km: float = option(0.0, "target north of the pursuer", low=-1000.0, high=1000.0)
    vx: float = option(0.0, "speed of the target to the east [m/s]", low=-5000.0, high=5000.0)
    vy: float = option(200.0, "speed of the target to the north [m/s]", low=-5000.0, high=5000.0)
    speed: float = option(300.0, "speed of the pursuer [m/s]", above=0.0, high=5000.0)
    dt: float = option(0.05, "time step [s]", above=0.0)

    @property
    def expected_s(self) -> float:
        """Time of the meeting [s]."""
        return movement.lead_intercept_s(self.x_km * 1e3, self.y_km * 1e3, self.vx, self.vy, self.speed)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        time_s = self.expected_s
        if math.isinf(time_s):
            return ["--speed: the target gets away; give a faster pursuer or another course"]
        if self.vx == self.vy == 0.0:
            return ["--vx, --vy: the target stands still; give it a speed"]
        if self.speed - self._outward_mps() < 1e-3 * self.speed:
            return ["--speed: the chase is too close to never ending; give a faster pursuer"]
        if not 20.0 * self.dt < time_s < _STEPS_LIMIT * self.dt:
            return [f"--dt: the chase of {time_s:g} s would take too few or too many steps; give another step"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Chase once; there is no chance in it."""
        expected_s = self.expected_s
        # Until the velocity is known the pursuer heads for the target's position. Each second of delay postpones the
        # meeting by s / (s - V.u), u the direction of the meeting point: the derivative of |P + V t| = s (t - delay).
        slack = 1.0 + 3.0 * self.speed / (self.speed - self._outward_mps())
        n_ticks = math.ceil(expected_s / self.dt + slack) + 5
        path = tracks(self.document(n_ticks), run, n_ticks, ["pursuer", "target"])
        apart = np.hypot(*(path[:, 0] - path[:, 1]).T)
        near = np.flatnonzero(apart <= self.speed * self.dt)
        met_s = float(near[0]) * self.dt if near.size else math.inf
        course = f"({self.x_km:g}, {self.y_km:g}) km ({self.vx:g}, {self.vy:g})"
        judge = Judge("lead intercept", f"{course} {self.speed:g} m/s")
        reason = f"{slack:.1f} steps: two until the target's velocity is known, one to arrive"
        return [judge.exact("meeting, s", met_s, expected_s, slack * self.dt, reason)]

    def _outward_mps(self) -> float:
        """Speed of the target away from the pursuer's start at the meeting [m/s]; below the pursuer's own."""
        time_s = self.expected_s
        x, y = self.x_km * 1e3 + self.vx * time_s, self.y_km * 1e3 + self.vy * time_s
        return (x * self.vx + y * self.vy) / math.hypot(x, y)

    def document(self, n_ticks: int) -> Document:
        """Return the scenario."""
        beyond_s = 3.0 * n_ticks * self.dt
        goal = (self.x_km + self.vx * beyond_s / 1e3, self.y_km + self.vy * beyond_s / 1e3)
        field_km = 1.2 * max(abs(goal[0]), abs(goal[1]), abs(self.x_km), abs(self.y_km))
        chase = {"verb": "intercept", "at_km": [0.0, 0.0], "radius_km": 3.0 * field_km}
        course = {"verb": "move", "at_km": list(goal), "speed": 1.0}
        return document(
            "lead-intercept",
            dt_s=self.dt,
            n_ticks=n_ticks,
            half_width_km=field_km,
            groups=[
                group("pursuer", "blue", "pursuer", (0.0, 0.0), task=chase),
                group("target", "red", "target", (self.x_km, self.y_km), task=course),
            ],
            platforms={
                "pursuer": craft(self.speed, sensors=["eye"]),
                "target": craft(math.hypot(self.vx, self.vy)),
            },
            sensors={"eye": all_seeing(4.0 * field_km, self.dt)},
            time_keys={"plan_interval_s": self.dt},
        )


@dataclass(frozen=True)
class Turn:
    """A fixed-wing craft with a goal behind it flies its tightest circle."""

    speed: float = option(50.0, "cruise speed [m/s]", above=0.0, high=5000.0)
    radius_m: float = option(300.0, "turn radius of the card", above=0.0, high=1e6)
    dt: float = option(1.0, "time step [s]", above=0.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        steps = 2.0 * math.pi * self.radius_m / (self.speed * self.dt)
        if not 12.0 <= steps <= _STEPS_LIMIT:
            return [f"--dt: the circle would take {steps:.3g} steps; give a step that makes it 12 to {_STEPS_LIMIT}"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Fly two thirds of a circle and measure it."""
        step_angle = self.speed * self.dt / self.radius_m
        third = int(2.0 * math.pi / step_angle / 4.0)
        path = tracks(self.document(2 * third + 2), run, 2 * third + 2, ["craft"])[:, 0]
        radius = circle_radius(path[2], path[2 + third], path[2 + 2 * third])
        oracle = movement.turn_radius_m(self.speed, self.speed / self.radius_m, self.dt)
        judge = Judge("turn circle", f"{self.speed:g} m/s R {self.radius_m:g} m dt {self.dt:g}")
        return [
            judge.exact("radius through the steps, m", radius, oracle, 1e-6 * oracle, "12 digits of the turn's sine"),
            judge.information("radius, dt -> 0, m", radius, self.radius_m, f"bias {oracle - self.radius_m:+.4g}"),
        ]

    def document(self, n_ticks: int) -> Document:
        """Return the scenario."""
        return document(
            "turn-circle",
            dt_s=self.dt,
            n_ticks=n_ticks,
            half_width_km=10.0 * self.radius_m / 1e3,
            groups=[group("craft", "blue", "craft", (0.0, 0.0)), bystander()],
            platforms={
                "craft": craft(self.speed, turn_radius_m=self.radius_m, hovers=False),
                "bystander": platform("land"),
            },
            time_keys={"plan_interval_s": self.dt},
        )


@dataclass(frozen=True)
class TurnTo:
    """A fixed-wing craft turns towards a point and flies to it: Dubins' path with a free final heading."""

    x_m: float = option(900.0, "goal east of the craft, which heads north [m]", low=-1e6, high=1e6)
    y_m: float = option(-600.0, "goal north of the craft [m]", low=-1e6, high=1e6)
    speed: float = option(50.0, "cruise speed [m/s]", above=0.0, high=5000.0)
    turn_radius_m: float = option(300.0, "turn radius of the card", above=0.0, high=1e6)
    dt: float = option(0.1, "time step [s]", above=0.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        length_m = movement.turn_and_straight_m(self.x_m, self.y_m, self.turn_radius_m)
        if math.isnan(length_m) or math.hypot(abs(self.x_m) - self.turn_radius_m, self.y_m) < 1.1 * self.turn_radius_m:
            return ["--x-m, --y-m: inside the circle of the turn; give a point outside it by a tenth of its radius"]
        steps = length_m / self.speed / self.dt
        if not 20.0 <= steps <= _STEPS_LIMIT or self.speed * self.dt > 0.1 * self.turn_radius_m:
            return [f"--dt: {steps:.3g} steps; give a step that makes them 20 to {_STEPS_LIMIT}, a tenth of the radius"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Fly once."""
        step_m = self.speed * self.dt
        length_m = movement.turn_and_straight_m(self.x_m, self.y_m, self.turn_radius_m)
        n_ticks = math.ceil(1.1 * length_m / step_m) + 10
        path = tracks(self.document(n_ticks), run, n_ticks, ["craft"])[:, 0]
        apart = np.hypot(path[:, 0] - self.x_m, path[:, 1] - self.y_m)
        nearest = int(apart.argmin())
        judge = Judge("turn to a point", f"({self.x_m:g}, {self.y_m:g}) m R {self.turn_radius_m:g} m dt {self.dt:g}")
        reason = "two steps: one to round the turn to whole steps, one to arrive"
        return [
            judge.exact("path to the point, m", nearest * step_m, length_m, 2.0 * step_m, reason),
            judge.exact("passes the point at, m", float(apart[nearest]), 0.0, step_m, "one step"),
        ]

    def document(self, n_ticks: int) -> Document:
        """Return the scenario."""
        return document(
            "turn-to-a-point",
            dt_s=self.dt,
            n_ticks=n_ticks,
            half_width_km=(2.0 * max(abs(self.x_m), abs(self.y_m)) + 10.0 * self.turn_radius_m) / 1e3,
            groups=[
                group(
                    "craft",
                    "blue",
                    "craft",
                    (0.0, 0.0),
                    task={"verb": "move", "at_km": [self.x_m / 1e3, self.y_m / 1e3], "speed": 1.0},
                ),
                bystander(),
            ],
            platforms={
                "craft": craft(self.speed, turn_radius_m=self.turn_radius_m, hovers=False),
                "bystander": platform("land"),
            },
            time_keys={"plan_interval_s": self.dt},
        )


def circle_radius(a: F64, b: F64, c: F64) -> float:
    """Return the radius of the circle through three points [m]."""
    sides = [math.dist(a, b), math.dist(b, c), math.dist(c, a)]
    double_area = abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))
    return math.prod(sides) / (2.0 * float(double_area)) if double_area > 0.0 else math.inf


@dataclass(frozen=True)
class Endurance:
    """The range of a boat on full tanks, and its radius of action."""

    endurance_h: float = option(2.0, "endurance at cruise speed [h]", above=0.0, high=10_000.0)
    cruise: float = option(10.0, "cruise speed [m/s]", above=0.0, high=5000.0)
    speed: float = option(20.0, "speed of the trip [m/s]", above=0.0, high=5000.0)
    idle_burn: float = option(0.2, "burn at rest as a share of that at cruise", low=0.0, high=1.0)
    reserve_share: float = option(0.15, "share of the endurance kept as a reserve", low=0.0, high=0.99)
    dt: float = option(5.0, "time step [s]", above=0.0)

    @property
    def reach_m(self) -> float:
        """Distance on full tanks: speed x endurance / burn, burn linear in speed and 1 at cruise."""
        burn = self.idle_burn + (1.0 - self.idle_burn) * self.speed / self.cruise
        return self.speed * self.endurance_h * 3600.0 / burn

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        problems: list[str] = []
        if self.speed < self.cruise:
            problems.append("--speed: below --cruise, the speed of the return; give at least --cruise")
        steps = self.reach_m / self.speed / self.dt
        if not 20.0 <= max(steps, self.endurance_h * 3600.0 / self.dt) <= _STEPS_LIMIT:
            problems.append(f"--dt: {steps:.0f} steps; give a step that makes them 20 to {_STEPS_LIMIT}")
        return problems

    def rows(self, run: Run) -> list[Row]:
        """Go one way until the tanks are empty; then go out and back."""
        judge = Judge(
            "endurance", f"{self.endurance_h:g} h at {self.cruise:g}, trip at {self.speed:g} m/s dt {self.dt:g}"
        )
        reach_m = self.reach_m
        n_ticks = math.ceil(reach_m / self.speed / self.dt) + 10
        one_way = tracks(self.document(n_ticks, self.speed, is_one_way=True), run, n_ticks, ["boat"])[:, 0, 1]
        endurance_s = self.endurance_h * 3600.0
        n_ticks = math.ceil(endurance_s / self.dt)
        there_and_back = tracks(self.document(n_ticks, self.cruise, is_one_way=False), run, n_ticks, ["boat"])[:, 0, 1]
        aloft_s = reach_m / self.speed
        lost_s = self._lost_s(run, math.ceil(aloft_s / self.dt) + 10)
        action_m = 0.5 * self.cruise * endurance_s * (1.0 - self.reserve_share)
        return [
            judge.exact("reach, m", float(one_way[-1]), reach_m, 1.000001 * self.speed * self.dt, "one step at speed"),
            judge.exact("an aircraft falls after, s", lost_s, aloft_s, 1.000001 * self.dt, "one step: fuel over burn"),
            judge.exact(
                "radius of action, m",
                float(there_and_back.max()),
                action_m,
                1.000001 * self.cruise * self.dt,
                "the decision to turn is taken once a step",
            ),
        ]

    def _lost_s(self, run: Run, n_ticks: int) -> float:
        """Return the time of loss of an aircraft on a one-way flight [s]."""
        scenario = self.document(n_ticks, self.speed, is_one_way=True, domain="air")
        compiled = compile_document(scenario)
        simulation = begin(compiled, run.seed, 0, 1, 1)
        craft = compiled.roster.units.index("boat")
        for k in range(n_ticks):
            simulation.advance(1)
            if simulation.state.units.whole[0, UnitW.STATUS, craft] == Status.LOST:
                return (k + 1) * self.dt
        return math.inf

    def document(self, n_ticks: int, speed: float, *, is_one_way: bool, domain: str = "surface") -> Document:
        """Return the scenario: a one-way boat never turns home, the other boat starts from home."""
        far_km = 2.0 * max(self.reach_m, self.cruise * self.endurance_h * 3600.0) / 1e3
        boat = platform(
            domain,
            speed_max_mps=self.speed,
            speed_cruise_mps=self.cruise,
            endurance_h=self.endurance_h,
            idle_burn=self.idle_burn,
            reserve_share=self.reserve_share,
            one_way=is_one_way,
            weapons=[{"weapon": "warhead", "rounds": 1}],
        )
        course = {"verb": "move", "at_km": [0.0, far_km], "speed": speed / self.speed}
        return document(
            "endurance",
            dt_s=self.dt,
            n_ticks=n_ticks,
            half_width_km=1.1 * far_km,
            groups=[
                group("boat", "blue", "boat", (0.0, 0.0), task=course),
                bystander(),
            ],
            platforms={"boat": boat, "bystander": platform("surface")},
            weapons={"warhead": {"domains": ["air"], "range_max_km": 0.001, "p_hit": 1.0}},
            terrain={"kind": "flat", "surface": "water"},
            time_keys={"plan_interval_s": self.dt},
        )


@dataclass(frozen=True)
class Geodesy:
    """A place in longitude and latitude is at the geodesic's length and azimuth from the origin."""

    longitude: float = option(126.978, "longitude of the origin [deg]", low=-180.0, high=180.0)
    latitude: float = option(37.5665, "latitude of the origin [deg]", low=-89.0, high=89.0)
    to_longitude: float = option(129.0756, "longitude of the place [deg]", low=-180.0, high=180.0)
    to_latitude: float = option(35.1796, "latitude of the place [deg]", low=-89.0, high=89.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        try:
            length_m, _ = movement.geodesic(self.longitude, self.latitude, self.to_longitude, self.to_latitude)
        except ArithmeticError:
            return ["--to-longitude, --to-latitude: nearly antipodal to the origin; give a nearer place"]
        if not 1.0 < length_m < 2_000_000.0:
            return [f"--to-longitude, --to-latitude: {length_m / 1e3:g} km away; give a place from 1 m to 2000 km"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Compile and compare; nothing is played."""
        length_m, azimuth = movement.geodesic(self.longitude, self.latitude, self.to_longitude, self.to_latitude)
        compiled = compile_document(self.document(length_m))
        unit = compiled.roster.units.index("place")
        x, y = (float(compiled.params.units.real[column, unit]) for column in (UnitSpecR.X0, UnitSpecR.Y0))
        judge = Judge("geodesy", f"{self.longitude:g} {self.latitude:g} to {self.to_longitude:g} {self.to_latitude:g}")
        off = math.remainder(math.atan2(x, y) - azimuth, 2.0 * math.pi) * length_m
        reason = "positions are rounded to 1 mm, the oracle's series to 0.5 mm"
        return [
            judge.exact("distance, m", math.hypot(x, y), length_m, 0.002, reason),
            judge.exact("off the azimuth, m", off, 0.0, 0.002, reason),
        ]

    def document(self, length_m: float) -> Document:
        """Return the scenario."""
        place = group("place", "blue", "place", (0.0, 0.0))
        del place["at_km"]
        place["at"] = {"longitude_deg": self.to_longitude, "latitude_deg": self.to_latitude}
        return document(
            "geodesy",
            dt_s=1.0,
            n_ticks=1,
            half_width_km=1.1 * length_m / 1e3 + 0.1,
            groups=[place, group("bystander", "red", "place", (0.0, 0.0))],
            platforms={"place": platform("land")},
            origin={"longitude_deg": self.longitude, "latitude_deg": self.latitude},
        )


TOPIC = Topic(
    "movement",
    "lead intercept, turns, endurance, WGS84 geodesic, way points, slow ground, the route around a wall",
    {
        "intercept": Intercept,
        "turn": Turn,
        "turn_to": TurnTo,
        "endurance": Endurance,
        "geodesy": Geodesy,
        "detour": Detour,
        "way_points": WayPoints,
        "slow_ground": SlowGround,
    },
    (
        Intercept(),
        Intercept(10.0, 10.0, -300.0, 0.0, 250.0),
        Turn(),
        TurnTo(),
        TurnTo(-2000.0, 700.0),
        Endurance(),
        Geodesy(),
        Geodesy(129.0, 35.0, 129.9, 35.4),
        Detour(),
        Detour(3.0, 10.0, 0.4, 200.0),
        Detour(ordered=60.0),
        Detour(3.0, 10.0, 0.4, 200.0, ordered=30.0),
        WayPoints(),
        WayPoints(turn_deg=120.0, dt=30.0),
        SlowGround(),
        SlowGround("forest", dt=5.0),
    ),
)
