"""Swept detection on turning paths: every contact against the exact nearest approach of the actual paths."""

from dataclasses import dataclass

import numpy as np

from scenarios.loader import compile_document
from scenarios.verification.document import all_seeing, document, group, platform
from scenarios.verification.measures import unit_named
from scenarios.verification.options import option
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, begin
from simcore.params import SensorSpecW
from simcore.state import ContactW, SensorW, UnitR
from simcore.types import F64

_TARGETS = 12
_MOST = 200  # replications: each judges every target, exactly


def nearest_m(path: F64) -> F64:
    """Return the smallest distance from the origin on a polyline (ticks + 1, ..., 2), exactly."""
    first, leg = path[:-1], np.diff(path, axis=0)
    length_sq = (leg**2).sum(-1)
    along = np.clip(-(first * leg).sum(-1) / np.where(length_sq > 0.0, length_sq, 1.0), 0.0, 1.0)
    return np.sqrt(((first + along[..., None] * leg) ** 2).sum(-1)).min(axis=0)


@dataclass(frozen=True)
class Turning:
    """A drone with a definite-range sensor orbits or weaves among stationary targets, with looks at drawn turns."""

    course: str = option("orbit", "course of the drone", choices=("orbit", "zigzag"))
    range_m: float = option(400.0, "range of the sensor", above=0.0, high=1e5)
    interval_s: float = option(20.0, "time between looks [s]", above=0.0, high=120.0)
    turn_radius_m: float = option(150.0, "radius of the drone's turns", above=1.0, high=1e4)
    speed: float = option(30.0, "speed of the drone [m/s]", above=0.0, high=300.0)

    @property
    def dt(self) -> float:
        """Time step [s]."""
        return 1.0

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        return [] if self.interval_s >= 1.0 else ["--interval-s: below the step of 1 s; give 1 or more"]

    def rows(self, run: Run) -> list[Row]:
        """Fly, follow the paths step by step, and judge each target after each look."""
        ticks = max(120, 3 * round(self.interval_s))
        compiled = compile_document(self.document(ticks))
        count = min(run.replications, _MOST)
        simulation = begin(compiled, run.seed, 0, count, 1)
        units = [unit_named(compiled, "drone"), *(unit_named(compiled, f"target-{k + 1}") for k in range(_TARGETS))]
        state = simulation.state
        next_look = state.sensors.whole[:, SensorW.NEXT_TICK, 0].copy()
        period = int(compiled.params.sensors.whole[SensorSpecW.PERIOD, 0])
        path = np.empty((ticks + 1, count, len(units), 2))
        path[0] = np.moveaxis(state.units.real[:, [UnitR.X, UnitR.Y]][:, :, units], 1, -1)
        last = np.zeros(count, dtype=np.int64)
        expected = np.zeros((count, _TARGETS), dtype=bool)
        seen = expected
        wrong = 0
        for tick in range(ticks):
            simulation.advance(1)
            path[tick + 1] = np.moveaxis(state.units.real[:, [UnitR.X, UnitR.Y]][:, :, units], 1, -1)
            for r in np.flatnonzero(next_look == tick).tolist():
                relative = path[last[r] : tick + 2, r, 1:] - path[last[r] : tick + 2, r, :1]
                expected[r] |= nearest_m(relative) <= self.range_m
                last[r] = tick + 1
                next_look[r] += period
            seen = state.contacts.whole[:, ContactW.LEVEL][:, units[1:]] > 0
            wrong = max(wrong, int((seen != expected).sum()))
        judge = Judge(f"swept detection, {self.course}", f"R {self.range_m:g} interval {self.interval_s:g}")
        return [
            judge.exact("targets judged wrongly", float(wrong), 0.0, 0.0, "nearest approach of the paths driven"),
            judge.information("share of targets seen", float(seen.mean()), float(expected.mean()), "by geometry"),
        ]

    def document(self, ticks: int) -> Document:
        """Return the scenario: targets around an orbit, or on both sides of a path with sharp turns."""
        reach_km = (self.range_m + 2.0 * self.turn_radius_m) / 1e3
        leg_km = 3.0 * self.turn_radius_m / 1e3
        points = [[leg_km * (k % 2), leg_km * 0.5 * k] for k in range(1, 40)]
        weave: Document = {"verb": "move", "at_km": points[-1], "route_km": points[:-1], "speed": 1.0}
        task: Document = {} if self.course == "orbit" else {"task": weave}
        wing = platform(
            "air", speed_max_mps=self.speed, speed_cruise_mps=self.speed, turn_radius_m=self.turn_radius_m,
            hovers=False, sensors=["eye"],
        )  # fmt: skip
        return document(
            "turning",
            dt_s=1.0,
            n_ticks=ticks,
            half_width_km=4.0 * reach_km + 40.0 * leg_km,
            groups=[
                group("drone", "blue", "wing", (0.0, 0.0), scatter_km=[0.1, 0.1], **task),
                group("target", "red", "post", (0.0, 0.0), _TARGETS, scatter_radius_km=1.5 * reach_km),
            ],
            platforms={"wing": wing, "post": platform()},
            sensors={"eye": all_seeing(self.range_m / 1e3, self.interval_s)},
            rules={"stagger": True},
            time_keys={"plan_interval_s": 1.0},
        )
