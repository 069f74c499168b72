"""Sweep width: the width of the path searched on a straight pass, for each law of detection."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenarios.verification.document import all_seeing, document, group, platform
from scenarios.verification.measures import is_seen, unit_named
from scenarios.verification.options import option
from scenarios.verification.oracles import search, sensors
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, Sample, sample

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

_LEAD = 4.0  # half the length of the track, and the instrumented range, in units of ``scale_m``
_REFERENCE_P = 0.5


def measure_target(simulation: "Simulation", compiled: "Compiled") -> Sample:
    """Return whether blue has seen the target (R,)."""
    return {"seen": is_seen(simulation, compiled, 0)[:, unit_named(compiled, "target")]}


@dataclass(frozen=True)
class SweepWidth:
    """A straight pass of a target at a random offset: W = integral of the lateral range curve (Koopman).

    The estimate is the share of passes with a detection, times the width of the range of offsets.
    """

    law: str = option("definite", "law of the sensor", choices=("definite", "inverse_cube", "radar"))
    scale_m: float = option(
        1000.0, "range (definite), sweep width (inverse cube), range of Pd 0.5 (radar)", above=0.0, high=1e6
    )
    half_width: float = option(3.0, "largest offset, in units of --scale-m", low=1.0, high=100.0)
    speed: float = option(10.0, "speed of the searcher [m/s]", above=0.0)
    dt: float = option(25.0, "time step and time between looks [s]", above=0.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        steps = 2.0 * _LEAD * self.scale_m / (self.speed * self.dt)
        if not 8.0 <= steps <= 100_000.0:
            return [f"--dt: the pass would take {steps:.3g} steps; give a step that makes it 8 to 100,000"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Pass once and compare the swept width with the integral."""
        n_ticks = self._n_ticks
        seen = sample(self.document(), run, n_ticks, measure_target)["seen"]
        width_m = 2.0 * self.half_width * self.scale_m
        oracle = self._finite_width_m()
        p = min(oracle / width_m, 1.0)
        sd = width_m * math.sqrt(p * (1.0 - p))
        third = width_m**3 * p * (1.0 - p) * (1.0 - 2.0 * p)
        name = self.law.replace("_", " ")
        judge = Judge(f"sweep width, {name}", f"scale {self.scale_m:g} m v {self.speed:g} dt {self.dt:g}")
        rows = [judge.mean("W, m", width_m * seen, oracle, sd, third)]
        if self.law == "inverse_cube":
            estimate, cut = float(rows[0].estimate), oracle - self.scale_m
            rows.append(judge.information("W of an endless pass, m", estimate, self.scale_m, f"cut short: {cut:+.4g}"))
        return rows

    @property
    def _n_ticks(self) -> int:
        return 2 * math.ceil(_LEAD * self.scale_m / (self.speed * self.dt))

    def _finite_width_m(self) -> float:
        """Return the integral of the lateral range curve of this pass over +-half_width [m]."""
        half_width_m = self.half_width * self.scale_m
        if self.law == "definite":
            return search.definite_sweep_width(self.scale_m, half_width_m)
        step_m = self.speed * self.dt
        half_length_m = 0.5 * self._n_ticks * step_m
        if self.law == "inverse_cube":
            k = self.scale_m**2 * self.speed / (8.0 * math.pi)
            only = np.zeros(1)
            p = search.parallel_sweep_finite(k, self.speed, only, half_length_m, math.inf, half_width_m)
            return 2.0 * half_width_m * p

        def p_look(range_m: float) -> float:
            snr = sensors.reference_signal_to_noise(self.scale_m, _REFERENCE_P, 1e-6, range_m)
            return sensors.swerling1_detection(snr, 1e-6)

        return search.glimpse_sweep_width(p_look, step_m, self._n_ticks, half_width_m, 10.0 * self.scale_m)

    def document(self) -> Document:
        """Return the scenario, with the start scattered by half a step along the track for a random phase of looks."""
        step_km = self.speed * self.dt / 1e3
        half_length_km = 0.5 * self._n_ticks * step_km
        far_km = 10.0 * self.scale_m / 1e3
        eye: Document = {"range_km": far_km, "interval_s": self.dt, "needs_sight": False}
        if self.law == "definite":
            eye = all_seeing(self.scale_m / 1e3, self.dt)
        elif self.law == "inverse_cube":
            eye |= {
                "model": "inverse_cube",
                "sweep_width_km": self.scale_m / 1e3,
                "reference_speed_mps": self.speed,
            }
        else:
            reference = {"range_km": self.scale_m / 1e3, "p_detect": _REFERENCE_P}
            eye |= {"model": "radar", "p_false_alarm": 1e-6, "reference": reference}
        # The other laws may start anywhere; the inverse cube is integrated from the first position to the last, so its
        # pass starts at the oracle's first position.
        scatter = [0.0, 0.0 if self.law == "inverse_cube" else 0.5 * step_km]
        course = {"verb": "move", "at_km": [0.0, 3.0 * half_length_km], "speed": 1.0}
        half_width_km = self.half_width * self.scale_m / 1e3
        return document(
            "sweep-width",
            dt_s=self.dt,
            n_ticks=self._n_ticks,
            half_width_km=3.0 * max(half_length_km, half_width_km),
            groups=[
                group("searcher", "blue", "searcher", (0.0, -half_length_km), scatter_km=scatter, task=course),
                group("target", "red", "target", (0.0, 0.0), scatter_km=[half_width_km, 0.0]),
            ],
            platforms={
                "searcher": platform("surface", speed_max_mps=self.speed, speed_cruise_mps=self.speed, sensors=["eye"]),
                "target": platform("surface"),
            },
            sensors={"eye": eye},
            terrain={"kind": "flat", "surface": "water"},
        )
