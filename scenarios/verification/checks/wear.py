"""Wear: renewals of Weibull lives with repairs, hours under changing rates, first passages of a gamma process."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from logistics.maintenance.control_limit import GammaWear
from logistics.maintenance.lifetimes import WeibullLife
from scenarios.verification.checks.upkeep_world import MACHINES, Clock, columns, enough, world
from scenarios.verification.options import option
from scenarios.verification.oracles import renewals
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, Sample, sample_at
from simcore.types import F64
from simcore.upkeep import ComponentR, ComponentW, Condition

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

LAWS = ("fixed", "exponential", "lognormal", "gamma")
_LATTICE = 4000
_STEPS = (400, 800, 1600, 3200, 6400, 12_800)
_BIAS = 5e-4
"""Largest relative error of the failures from the step: a life shorter than a step ends at its end."""


def weibull_cdf(shape: float, scale: float) -> renewals.Cdf:
    """Return the distribution function of Weibull lives."""

    def cdf(t: F64) -> F64:
        with np.errstate(over="ignore"):
            return -np.expm1(-((t / scale) ** shape))

    return cdf


def measure_components(simulation: "Simulation", compiled: "Compiled") -> Sample:
    """Return the tallies of all components of machines, one after the other in each replication (R x machines,)."""
    own = columns(compiled)
    cells = simulation.state.components
    whole = cells.whole[:, :, own].astype(np.float64)
    return {
        "failures": whole[:, ComponentW.FAILURES].ravel(),
        "repairs": whole[:, ComponentW.REPAIRS].ravel(),
        "services": whole[:, ComponentW.SERVICES].ravel(),
        "failed": (whole[:, ComponentW.CONDITION] == Condition.FAILED).ravel().astype(np.float64),
        "hours": cells.real[:, ComponentR.TOTAL_H][:, own].ravel(),
        "age": cells.real[:, ComponentR.AGE_H][:, own].ravel(),
    }


def repetitions(run: Run) -> int:
    """Return the replications for as many machines as the run has replications, at least 2."""
    return max(2, math.ceil(run.replications / MACHINES))


@dataclass(frozen=True)
class Renewal:
    """Machines with Weibull lives that are repaired one by one, without a queue: failures and time in operation."""

    shape: float = option(2.5, "Weibull shape", low=0.2, high=20.0)
    scale_h: float = option(100.0, "Weibull scale [h]", above=0.0, high=1e6)
    repair_h: float = option(10.0, "mean time of a repair [h]", low=0.0, high=1e6)
    law: str = option("exponential", "law of the times of repair", choices=LAWS)
    cv: float = option(0.5, "coefficient of variation of lognormal and gamma times", above=0.0, high=3.0)
    hours: float = option(500.0, "length of the run [h]", above=0.0, high=1e7)

    @property
    def _life(self) -> WeibullLife:
        return WeibullLife(self.shape, self.scale_h)

    def _bias(self, steps: int) -> float:
        step = self.hours / steps
        return 0.5 * step * self._life.failed(step) / min(self._life.mean, self.hours)

    @property
    def _clock(self) -> Clock:
        fine = [n for n in _STEPS if self._bias(n) <= _BIAS and n >= 20.0 * self.hours / self._life.mean]
        n = fine[0] if fine else _STEPS[-1]
        return Clock(self.hours / n, n)

    @property
    def step_s(self) -> float:
        """Time step [s]."""
        return 3600.0 * self._clock.step_h

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        problems: list[str] = []
        if self._bias(_STEPS[-1]) > _BIAS or self.hours > _STEPS[-1] / 20.0 * self._life.mean:
            problems.append("--hours: too many lives are shorter than a step; give fewer hours or a larger --shape")
        if self._life.failed(self.hours) < 1e-3:
            problems.append("--hours: fewer than 1 in 1000 machines fail; give more hours")
        return problems

    def _repairs(self, width: float) -> F64:
        """Return the masses of the times of repair on the lattice."""
        mean, cv = self.repair_h, self.cv
        if self.law == "fixed" or mean == 0.0:
            return renewals.fixed(mean, width, _LATTICE)
        if self.law == "exponential":
            return renewals.masses(lambda t: -np.expm1(-t / mean), width, _LATTICE)
        if self.law == "gamma":
            from scenarios.verification.oracles.inspections import gamma_p

            return renewals.masses(lambda t: gamma_p(1.0 / cv**2, t / (mean * cv**2)), width, _LATTICE)
        from scipy import special  # pyright: ignore[reportMissingTypeStubs]

        spread = math.sqrt(math.log1p(cv * cv))

        def lognormal(t: F64) -> F64:
            with np.errstate(divide="ignore"):
                z = (np.log(t / mean) + 0.5 * spread**2) / spread
            return np.asarray(special.ndtr(z), np.float64)  # pyright: ignore[reportUnknownMemberType]

        return renewals.masses(lognormal, width, _LATTICE)

    def rows(self, run: Run) -> list[Row]:
        """Compare failures and hours of operation with the renewal equation."""
        width = self.hours / _LATTICE
        exact = renewals.alternating(weibull_cdf(self.shape, self.scale_h), self._repairs(width), width, _LATTICE)
        clock = self._clock
        result = sample_at(self.document(clock), run, (clock.n_ticks,), measure_components, repetitions(run))[0]
        n = result["failures"].size
        repair = f"repair {self.repair_h:g} h {self.law}" if self.repair_h > 0.0 else "replaced at once"
        judge = Judge("weibull renewal", f"shape {self.shape:g} scale {self.scale_h:g} h {repair} {self.hours:g} h")
        none = int((result["failures"] == 0.0).sum())
        note = f"the step of {clock.step_h:.3g} h adds up to {100 * self._bias(clock.n_ticks):.1g} %"
        mean, sd = float(exact.failures[-1]), float(exact.failures_sd[-1])
        survival = self._life.survival(self.hours)
        rows = [judge.proportion("P(no failure)", none, n, survival)] if survival * n > 1e-3 else []
        rows += [
            enough(judge.mean("failures", result["failures"], mean, oracle_sd=sd, note=note), n * mean),
        ]
        if self.repair_h > 0.0:
            up = result["hours"] / clock.scale / self.hours
            row = judge.mean("share of time in operation", up, float(exact.up[-1]) / self.hours, note=note)
            rows.append(enough(row, n * mean))
            long_run = self._life.mean / (self._life.mean + self.repair_h)
            rows.append(
                judge.information("the same in the long run", float(up.mean()), long_run, "MTBF / (MTBF + MTTR)")
            )
        return rows

    def document(self, clock: Clock) -> Document:
        """Return the scenario."""
        work = {"mean_h": clock.hours(self.repair_h), "law": self.law, "cv": self.cv}
        life = {"shape": self.shape, "scale_h": clock.hours(self.scale_h)}
        return world("renewal", clock, MACHINES, {"sensor": {"weibull": life, "repair": work}})


@dataclass(frozen=True)
class Rates:
    """Machines that drive, then stand: the hours of use are weighted by their stress, and the lives follow them."""

    shape: float = option(2.0, "Weibull shape", low=0.1, high=20.0)
    scale_h: float = option(100.0, "Weibull scale [effective h]", above=0.0, high=1e6)
    at_rest: float = option(0.5, "effective hours per hour at rest", low=0.0, high=100.0)
    under_way: float = option(1.0, "effective hours per hour under way", low=0.0, high=100.0)
    per_speed: float = option(4.0, "added at the maximum speed", low=0.0, high=100.0)
    speed_share: float = option(0.5, "speed under way as a share of the maximum", low=0.05, high=1.0)
    drive_h: float = option(20.0, "time under way [h]", above=0.0, high=1e6)
    rest_h: float = option(60.0, "time at rest after it [h]", above=0.0, high=1e6)

    _DRIVE = 200

    @property
    def _clock(self) -> Clock:
        step = self.drive_h / self._DRIVE
        return Clock(step, self._DRIVE + round(self.rest_h / step))

    @property
    def step_s(self) -> float:
        """Time step [s]."""
        return 3600.0 * self._clock.step_h

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        if not 0.005 <= self.rest_h / self.drive_h <= 100.0:
            return ["--rest-h: give a hundredth to a hundred times --drive-h"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Compare the effective age of those that live, and the share of those that have failed, at two times."""
        clock = self._clock
        half = self._DRIVE // 2
        found = sample_at(self.document(clock), run, (half, clock.n_ticks), measure_components, repetitions(run))
        driving = self.under_way + self.per_speed * self.speed_share
        rest = clock.n_ticks - self._DRIVE
        ages = (driving * half * clock.step_h, (driving * self._DRIVE + self.at_rest * rest) * clock.step_h)
        shown = f"rates {self.at_rest:g} at rest {driving:g} under way, {self.drive_h:g} + {self.rest_h:g} h"
        judge = Judge("changing rates", f"{shown} shape {self.shape:g} scale {self.scale_h:g}")
        life = WeibullLife(self.shape, self.scale_h)
        rows: list[Row] = []
        for when, age, result in zip(("on the way", "at the end"), ages, found, strict=True):
            alive = result["failed"] == 0.0
            if alive.any():
                seen = float(result["age"][alive].mean()) / clock.scale
                tolerance = 2.0 * clock.step_h * max(driving, self.at_rest)
                rows.append(judge.exact(f"effective age {when}, h", seen, age, tolerance, "start and stop: two steps"))
            failed = int((~alive).sum())
            rows.append(judge.proportion(f"P(failed) {when}", failed, alive.size, life.failed(age)))
        return rows

    def document(self, clock: Clock) -> Document:
        """Return the scenario: a drive of 5 km."""
        drive_s = self._DRIVE * clock.dt_s
        cruise_mps = 5000.0 / drive_s
        rates = {"at_rest": self.at_rest, "under_way": self.under_way, "per_speed": self.per_speed}
        life = {"shape": self.shape, "scale_h": clock.hours(self.scale_h)}
        card = {"speed_max_mps": cruise_mps / self.speed_share, "speed_cruise_mps": cruise_mps}
        return world(
            "rates",
            clock,
            MACHINES,
            {"sensor": {"weibull": life, "rates": rates}},
            card=card,
            task={"verb": "move", "at_km": [5.0, 0.0]},
            workshops=False,
        )


@dataclass(frozen=True)
class Passage:
    """Wear as a gamma process: the probability that it is below the limit at a time, exact at any step."""

    shape_per_h: float = option(1.0, "shape of the increment of an hour", low=1e-6, high=1e4)
    wear_scale: float = option(1.0, "scale of the increments", above=0.0, high=1e6)
    limit: float = option(20.0, "wear at failure", above=0.0, high=1e6)
    hours: float = option(20.0, "time [h]; and 0.7 and 1.3 times that", above=0.0, high=1e6)

    @property
    def step_s(self) -> float:
        """Time step [s]."""
        return 36.0 * self.hours

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        if self.shape_per_h * self.hours > 1e6:
            return ["--hours: such wear is a straight line; give at most a million increments"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Compare the share of machines that work at three times."""
        clock = Clock(self.hours / 100.0, 130)
        stops = (70, 100, 130)
        found = sample_at(self.document(clock), run, stops, measure_components, repetitions(run))
        judge = Judge(
            "first passage", f"a {self.shape_per_h:g}/h b {self.wear_scale:g} limit {self.limit:g} ({self.hours:g} h)"
        )
        wear = GammaWear(self.shape_per_h, self.wear_scale, self.limit)
        rows: list[Row] = []
        for stop, result in zip(stops, found, strict=True):
            t = stop * clock.step_h
            working = int((result["failed"] == 0.0).sum())
            rows.append(judge.proportion(f"P(T > {t:g} h)", working, result["failed"].size, wear.survival(t)))
        return rows

    def document(self, clock: Clock) -> Document:
        """Return the scenario."""
        gamma = {"shape_per_h": self.shape_per_h / clock.scale, "scale": self.wear_scale, "limit": self.limit}
        return world("passage", clock, MACHINES, {"sensor": {"gamma": gamma}}, workshops=False)
