"""Weather: the effect of the sea on a boat's speed, and the limits for launches from a host."""

import math
from dataclasses import dataclass

from scenarios.loader import compile_document
from scenarios.verification.checks.movement import tracks
from scenarios.verification.document import document, group, platform
from scenarios.verification.options import Topic, option
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, begin
from simcore.state import UnitW
from simcore.types import Status

_WATER = {"kind": "flat", "surface": "water"}


def speed_share(sea_state: int, full: float, stop: float) -> float:
    """Return the remaining share of a boat's speed: a straight line between the two sea states."""
    return min(1.0, max(0.0, (stop - sea_state) / (stop - full)))


@dataclass(frozen=True)
class Sea:
    """A boat goes straight on while the sea rises: the distance covered is the sum of two legs."""

    speed: float = option(10.0, "speed of the boat in a calm [m/s]", above=0.0, high=100.0)
    full: float = option(3.0, "largest sea state without loss of speed", low=0.0, high=9.0)
    stop: float = option(6.0, "sea state at which the boat stops", above=0.0, high=10.0)
    sea_state: int = option(2, "sea state at first", low=0, high=9)
    later: int = option(5, "sea state after half of the time", low=0, high=9)
    hours: float = option(2.0, "time under way [h]", above=0.0, high=1000.0)
    dt: float = option(10.0, "time step [s]", above=0.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        if self.stop <= self.full:
            return ["--stop: not above --full; give a rougher sea"]
        if not 2.0 <= self.hours * 3600.0 / self.dt <= 200_000.0:
            return ["--dt: gives fewer than 2 or more than 200,000 steps; give another step"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Play once; there is no chance in it."""
        n_ticks = round(self.hours * 3600.0 / self.dt)
        path = tracks(self.document(n_ticks), run, n_ticks, ["boat"])[:, 0, 1]
        n_first = round(0.5 * self.hours * 3600.0 / self.dt)
        before = self.speed * self.dt * n_first * speed_share(self.sea_state, self.full, self.stop)
        after = self.speed * self.dt * (n_ticks - n_first) * speed_share(self.later, self.full, self.stop)
        judge = Judge("sea", f"{self.speed:g} m/s, state {self.sea_state} then {self.later}")
        reason = "rounding of one sum per step"
        return [
            judge.exact("way before, m", float(path[n_first] - path[0]), before, 1e-9 * before + 1e-6, reason),
            judge.exact("way after, m", float(path[-1] - path[n_first]), after, 1e-9 * after + 1e-6, reason),
        ]

    def document(self, n_ticks: int) -> Document:
        """Return the scenario."""
        far_km = 1.1 * self.speed * self.dt * n_ticks / 1e3
        boat = platform(
            "surface",
            speed_max_mps=self.speed,
            speed_cruise_mps=self.speed,
            seakeeping={"full_speed_sea_state": self.full, "stop_sea_state": self.stop},
        )
        course = {"verb": "move", "at_km": [0.0, far_km]}
        content = document(
            "sea",
            dt_s=self.dt,
            n_ticks=n_ticks,
            half_width_km=1.1 * far_km,
            groups=[group("boat", "blue", "boat", (0.0, 0.0), task=course), group("other", "red", "boat", (0.0, 0.0))],
            platforms={"boat": boat},
            terrain=_WATER,
        )
        change = {"kind": "weather", "at_s": 1800.0 * self.hours, "sea_state": self.later}
        return {**content, "environment": {"sea_state": self.sea_state}, "injects": [change]}


@dataclass(frozen=True)
class Launch:
    """Drones wait aboard for a storm to pass; with wider limits the wait is shorter."""

    sea_state_max: int = option(3, "highest sea state for a launch", low=0, high=8)
    wind_max: float = option(12.0, "strongest wind for a launch [m/s]", low=0.0, high=100.0)
    n_steps: int = option(50, "steps at which the storm eases", low=2, high=10_000)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        return []

    def rows(self, run: Run) -> list[Row]:
        """Record the launches after each step."""
        compiled = compile_document(self.document())
        simulation = begin(compiled, run.seed, 0, 1, 1)
        names = ("hardy", "sea-bound", "wind-bound")
        launched = dict.fromkeys(names, math.inf)
        for tick in range(3 * self.n_steps):
            simulation.advance(1)
            for name in names:
                status = simulation.state.units.whole[0, UnitW.STATUS, compiled.roster.units.index(name)]
                if status == Status.ACTIVE and math.isinf(launched[name]):
                    launched[name] = float(tick)
        judge = Judge("launch", f"sea {self.sea_state_max} wind {self.wind_max:g}")
        # the wind drops first, the sea a period later
        expected = {"hardy": 0.0, "wind-bound": float(self.n_steps), "sea-bound": 2.0 * self.n_steps}
        return [
            judge.exact(f"step of launch, {name}", launched[name], expected[name], 0.0, "units decide at every step")
            for name in names
        ]

    def document(self) -> Document:
        """Return the scenario: three drones, without limits, with a limit of sea state and with a limit of wind."""
        drone = platform("air", speed_max_mps=20.0, height_m=100.0)
        limits: dict[str, Document] = {
            "hardy": {},
            "sea-bound": {"sea_state_max": self.sea_state_max},
            "wind-bound": {"wind_max_mps": self.wind_max},
        }
        groups = [group("ship", "blue", "ship", (0.0, 0.0)), group("other", "red", "ship", (0.0, 5.0))]
        for name in limits:
            flyer = group(name, "blue", name, (0.0, 0.0), host="ship", aboard=True)
            del flyer["at_km"]
            groups.append({**flyer, "task": {"verb": "search", "at_km": [0.0, 0.0], "radius_km": 1.0}})
        content = document(
            "launch",
            dt_s=1.0,
            n_ticks=3 * self.n_steps + 1,
            half_width_km=10.0,
            groups=groups,
            platforms={
                "ship": platform("surface", host={"carries": 3}),
                **{name: {**drone, "launch_limits": limit} for name, limit in limits.items()},
            },
            terrain=_WATER,
            time_keys={"plan_interval_s": 1.0},
        )
        storm = {"sea_state": self.sea_state_max + 1, "wind_mps": self.wind_max + 1.0}
        injects = [
            {"kind": "weather", "at_s": float(self.n_steps), "wind_mps": self.wind_max},
            {"kind": "weather", "at_s": 2.0 * self.n_steps, "sea_state": self.sea_state_max},
        ]
        return {**content, "environment": storm, "injects": injects}


TOPIC = Topic(
    "environment",
    "sea state and speed, weather that changes, launch limits",
    {"sea": Sea, "launch": Launch},
    (Sea(), Sea(7.0, 2.0, 4.0, 3, 8), Launch()),
)
