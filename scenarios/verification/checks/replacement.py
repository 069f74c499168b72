"""Preventive replacement: at an age, and at a control limit of inspected wear."""

import math
from dataclasses import dataclass

from logistics.maintenance import age_replacement, control_limit
from logistics.maintenance.lifetimes import WeibullLife
from scenarios.verification.checks.upkeep_world import MACHINES, Clock, Standing, enough, world
from scenarios.verification.checks.wear import measure_components, repetitions, weibull_cdf
from scenarios.verification.options import option
from scenarios.verification.oracles import inspections, renewals
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, Sample, sample_at

_STEPS = (100, 200, 400, 800)
_BIAS = 5e-4
_CYCLES = (2.5, 12.5)
_TICKS_LIMIT = 20_000


def _in_window(
    document: Document, run: Run, window: tuple[int, int], policy: Standing, exact: renewals.Replaced
) -> tuple[Sample, float, float]:
    """Return the replacements of each component between two steps, and their exact means: failures and services."""
    before, after = sample_at(document, run, window, measure_components, repetitions(run), prepare=policy.seated)
    start, end = window
    return (
        {name: after[name] - before[name] for name in ("failures", "services")},
        float(exact.failures[end] - exact.failures[start]),
        float(exact.services[end] - exact.services[start]),
    )


@dataclass(frozen=True)
class Age:
    """Replacement at failure or at an age by a standing limit of hours of operation: the cost per hour."""

    shape: float = option(2.5, "Weibull shape", low=0.3, high=20.0)
    scale_h: float = option(1000.0, "Weibull scale [h]", above=0.0, high=1e6)
    age_h: float = option(0.0, "age of replacement [h]; 0: the best, or never where that does not pay", low=0.0)
    preventive: float = option(1.0, "cost of a replacement at the age", above=0.0, high=1e9)
    failure: float = option(5.0, "cost of a failure and its replacement", above=0.0, high=1e9)

    @property
    def _life(self) -> WeibullLife:
        return WeibullLife(self.shape, self.scale_h)

    @property
    def _age(self) -> float:
        best = age_replacement.best_age(self._life, self.preventive, self.failure).age
        age = self.age_h or best
        return age if math.isfinite(age) and self._life.survival(age) > 1e-9 else math.inf

    def _bias(self, steps: int) -> float:
        step = self._cycle / steps
        return 0.5 * self._life.failed(step) / steps

    @property
    def _cycle(self) -> float:
        return self._life.mean_until(self._age) if math.isfinite(self._age) else self._life.mean

    def _grid(self) -> tuple[int, float, int, int]:
        """Return the age of replacement in steps (0: never), the step [h], and the window in steps."""
        steps = next((n for n in _STEPS if self._bias(n) <= _BIAS), _STEPS[-1])
        step, age_steps = self._cycle / steps, 0
        if math.isfinite(self._age):
            age_steps = math.ceil(self._age / step)
            step = self._age / age_steps
        start, end = (round(k * self._cycle / step) for k in _CYCLES)
        return age_steps, step, start, end

    @property
    def step_s(self) -> float:
        """Time step [s]."""
        return 3600.0 * self._grid()[1]

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        if self._bias(_STEPS[-1]) > _BIAS:
            return ["--shape: too many lives are shorter than a step; give a larger shape"]
        if 0.0 < self.age_h < 1e-3 * self._life.mean:
            return ["--age-h: less than a thousandth of the mean life; give a larger age"]
        age_steps, _, _, end = self._grid()
        if max(age_steps, end) > _TICKS_LIMIT:
            return [f"--age-h: more than {_TICKS_LIMIT} steps; give a smaller age, or 0"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Compare the replacements in ten cycles with the renewal equation, and the long run with its cost rate."""
        age_steps, step, start, end = self._grid()
        clock = Clock(step, end)
        exact = renewals.at_age(weibull_cdf(self.shape, self.scale_h), age_steps, age_steps, step, max(end, age_steps))
        policy = Standing(hours=clock.hours(self._age))
        counts, failures, services = _in_window(self.document(clock), run, (start, end), policy, exact)
        hours = (end - start) * step
        shown = f"at {self._age:.6g} h" if age_steps else "never"
        judge = Judge(
            "age replacement",
            f"shape {self.shape:g} scale {self.scale_h:g} h costs {self.preventive:g}, {self.failure:g}: {shown}",
        )
        cost = (self.failure * counts["failures"] + self.preventive * counts["services"]) / hours
        rate = (self.failure * failures + self.preventive * services) / hours
        long_run = age_replacement.age_policy(self._life, self._age, self.preventive, self.failure)
        note = f"long run {long_run.rate:.6g}, run to failure {long_run.run_to_failure:.6g}"
        n, spread = cost.size, f"{hours:.6g} h, ages spread at the start"
        rows = [
            enough(judge.mean("cost per h", cost, rate, note=note), n * failures),
            enough(judge.mean("failures", counts["failures"], failures, note=spread), n * failures),
        ]
        if age_steps:
            row = judge.mean("replacements at the age", counts["services"], services)
            rows.append(enough(row, n * min(services, failures)))
        return rows

    def document(self, clock: Clock) -> Document:
        """Return the scenario: replacements at once; the ages at the start are uniform up to that of replacement."""
        component: Document = {
            "weibull": {"shape": self.shape, "scale_h": clock.hours(self.scale_h)},
            "repair": 0.0,
            "service": 0.0,
        }
        if math.isfinite(self._age):
            component["initial_age_h"] = clock.hours(self._age)
        return world("age-replacement", clock, MACHINES, {"sensor": component})


@dataclass(frozen=True)
class ControlLimit:
    """Gamma-process wear, inspected at fixed intervals and replaced from a control limit on: the cost per hour."""

    shape_per_h: float = option(1.0, "shape of the increment of an hour", low=1e-6, high=1e4)
    wear_scale: float = option(1.0, "scale of the increments", above=0.0, high=1e6)
    limit: float = option(20.0, "wear at failure", above=0.0, high=1e6)
    control: float = option(0.0, "wear at which an inspection replaces; 0: the best", low=0.0, high=1e6)
    interval_h: float = option(1.0, "time between inspections [h]", above=0.0, high=1e5)
    preventive: float = option(1.0, "cost of a replacement before failure", above=0.0, high=1e9)
    failure: float = option(5.0, "cost of a failure and its replacement", above=0.0, high=1e9)
    inspection: float = option(0.05, "cost of an inspection", low=0.0, high=1e9)

    @property
    def _wear(self) -> control_limit.GammaWear:
        return control_limit.GammaWear(self.shape_per_h, self.wear_scale, self.limit)

    @property
    def _costs(self) -> control_limit.InspectionCosts:
        return control_limit.InspectionCosts(self.preventive, self.failure, self.inspection)

    @property
    def step_s(self) -> float:
        """Time step [s]."""
        return 3600.0 * self.interval_h

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        step = self.shape_per_h * self.interval_h
        if self.control > self.limit:
            return ["--control: above --limit; give at most that"]
        if step < control_limit.SMALLEST_SHAPE:
            return [f"--interval-h: inspections too close; give {control_limit.SMALLEST_SHAPE / self.shape_per_h:g} h"]
        if step > 1e4 or self.limit / self.wear_scale / step > 2000.0:
            return ["--interval-h: give an interval in which wear grows by 1/2000 of the limit or more"]
        if self.limit / self.wear_scale < 1e-6:
            return ["--limit: below a millionth of --wear-scale; give more"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Compare the replacements in a window with the exact ones; the cost rate of the long run is beside them."""
        long_run = (
            control_limit.limit_policy(self._wear, self._costs, self.interval_h, self.control)
            if self.control > 0.0
            else control_limit.best_limit(self._wear, self._costs, self.interval_h)
        )
        cycle = long_run.mean_cycle / self.interval_h
        end = round(min(max(30.0 * cycle, 30.0), max(2000.0, 6.0 * cycle)))
        start = end // 3
        clock = Clock(self.interval_h, end)
        exact = inspections.inspected(
            self.shape_per_h * self.interval_h,
            long_run.limit / self.wear_scale,
            self.limit / self.wear_scale,
            end,
        )
        policy = Standing(signal=long_run.limit / self.limit)
        counts, failures, services = _in_window(self.document(clock), run, (start, end), policy, exact)
        hours = (end - start) * self.interval_h
        inspecting = self.inspection / self.interval_h
        cost = inspecting + (self.failure * counts["failures"] + self.preventive * counts["services"]) / hours
        rate = inspecting + (self.failure * failures + self.preventive * services) / hours
        shown = f"a {self.shape_per_h:g}/h b {self.wear_scale:g} fails at {self.limit:g}, each {self.interval_h:g} h"
        judge = Judge("control limit", f"{shown} from {long_run.limit:.6g}")
        note = f"long run {long_run.rate:.6g}, run to failure {long_run.run_to_failure:.6g}"
        return [
            enough(judge.mean("cost per h", cost, rate, note=note), cost.size * failures),
            enough(
                judge.mean("failures", counts["failures"], failures, note=f"in {hours:.6g} h"), cost.size * failures
            ),
            enough(judge.mean("replacements before failure", counts["services"], services), cost.size * services),
        ]

    def document(self, clock: Clock) -> Document:
        """Return the scenario: a step is the interval of inspections, which also find failures."""
        gamma = {"shape_per_h": self.shape_per_h / clock.scale, "scale": self.wear_scale, "limit": self.limit}
        component = {"gamma": gamma, "repair": 0.0, "service": 0.0, "hidden": True}
        return world("control-limit", clock, MACHINES, {"sensor": component})
