"""Workshops: machines and repair crews as M/M/c//N, and in the limit of many machines as M/M/c (Erlang C)."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from logistics.maintenance.crews import machine_repairman
from logistics.queues import erlang_c
from scenarios.verification.checks.upkeep_world import Clock, columns, enough, near_limit, ratios, world
from scenarios.verification.options import option
from scenarios.verification.oracles import repairmen
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, Sample, sample_at
from simcore.types import F64
from simcore.upkeep import ComponentR, ComponentW, Step, UpkeepSideR

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

_UNIT_STEPS = 4e7
"""Unit-steps of a check at full size."""
_MOST_UNIT_STEPS = 3e8
_LEAST = 100
"""Least replications, so that their spread is known."""
_WARM, _WINDOW = 8.0, 20.0
"""Lengths of the start and of the window in times of relaxation."""
_SNAPSHOTS = 20


def measure_jobs(simulation: "Simulation", compiled: "Compiled") -> Sample:
    """Return the totals of each replication so far: hours in operation, failures, hours in the queue; and jobs now."""
    own = columns(compiled)
    real, whole = simulation.state.components.real[:, :, own], simulation.state.components.whole[:, :, own]
    step = whole[:, ComponentW.STEP]
    waiting = step == Step.CREW
    since_s = (simulation.time_s - real[:, ComponentR.READY_S]) * waiting
    begun_s = simulation.state.upkeep_sides.real[:, UpkeepSideR.CREW_S, 0]
    return {
        "up": real[:, ComponentR.TOTAL_H].sum(axis=1),
        "failures": whole[:, ComponentW.FAILURES].sum(axis=1).astype(np.float64),
        "queue": (begun_s + since_s.sum(axis=1)) / 3600.0,
        "jobs": (step != Step.NONE).sum(axis=1).astype(np.float64),
    }


@dataclass(frozen=True)
class _Shop:
    """Machines, their crews and the steps that show them."""

    n: int
    crews: int
    mtbf: float
    mttr: float
    most: int = 0  # machines down that are counted with, 0: all

    @property
    def relaxation(self) -> float:
        """Time of relaxation of the number of machines down [h]."""
        top = min(self.n, self.most) if self.most else self.n
        down = np.arange(top)
        return repairmen.relaxation((self.n - down) / self.mtbf, np.minimum(down + 1, self.crews) / self.mttr)

    def clock(self, step_h: float) -> Clock:
        """Return the steps of the start and of the window."""
        return Clock(step_h, max(_SNAPSHOTS + 1, math.ceil((_WARM + _WINDOW) * self.relaxation / step_h)))

    def too_long(self, clock: Clock) -> bool:
        """Return whether the least number of replications would take too long."""
        return _LEAST * clock.n_ticks * (self.n + 2) > _MOST_UNIT_STEPS

    def document(self, clock: Clock) -> Document:
        """Return the scenario."""
        work = {"mean_h": clock.hours(self.mttr), "law": "exponential"}
        life = {"scale_h": clock.hours(self.mtbf)}
        return world("workshop", clock, self.n, {"power": {"weibull": life, "repair": work}}, crews=self.crews)

    def sampled(self, clock: Clock, run: Run, unit_steps: float = _UNIT_STEPS) -> "_Seen":
        """Play the window and return what was seen, each replication divided by the length of the window."""
        start = round(clock.n_ticks * _WARM / (_WARM + _WINDOW))
        stops = np.unique(np.linspace(start, clock.n_ticks, _SNAPSHOTS + 1).round().astype(int)).tolist()
        fitting = math.ceil(unit_steps / (clock.n_ticks * (self.n + 2)))
        count = min(run.replications, max(_LEAST, fitting))
        found = sample_at(self.document(clock), run, stops, measure_jobs, count)
        window_h = (stops[-1] - stops[0]) * clock.step_h
        exact = repairmen.machines(
            self.n, self.crews, self.mtbf, self.mttr, stops[0] * clock.step_h, stops[-1] * clock.step_h, self.most
        )
        change = {name: found[-1][name] - found[0][name] for name in ("up", "failures", "queue")}
        busy = np.mean([one["jobs"] >= self.crews for one in found[1:]], axis=0)
        wait = exact.queue * window_h / exact.failures
        waits = ratios(change["queue"] / clock.scale, change["failures"], wait, exact.failures)
        up = change["up"] / clock.scale / window_h / self.n
        return _Seen(
            up,
            change["failures"],
            change["queue"] / clock.scale / window_h,
            busy,
            waits,
            wait,
            exact,
            run.fewer(count),
        )


@dataclass(frozen=True)
class _Seen:
    """Observations of each replication (R,), and the exact means of the window."""

    up: F64
    failures: F64
    queue: F64
    busy: F64
    waits: F64
    wait: float
    exact: repairmen.Interval
    note: str

    def judged(self, row: Row, p_busy: float = 1.0) -> Row:
        """Return the row, not judged where there are few failures that meet all crews busy with ``p_busy``."""
        return enough(row, self.failures.size * self.exact.failures * p_busy)


@dataclass(frozen=True)
class Repairman:
    """Machines that fail and a workshop with few crews: availability, queue and wait."""

    machines: int = option(10, "machines", low=1, high=400)
    crews: int = option(2, "repair crews", low=1, high=400)
    mtbf_h: float = option(50.0, "mean time between failures [h in operation]", above=0.0, high=1e6)
    mttr_h: float = option(10.0, "mean time of a repair [h]", above=0.0, high=1e6)

    @property
    def _shop(self) -> _Shop:
        return _Shop(self.machines, min(self.crews, self.machines), self.mtbf_h, self.mttr_h)

    @property
    def _clock(self) -> Clock:
        return self._shop.clock(self.mtbf_h / 50.0)

    @property
    def step_s(self) -> float:
        """Time step [s]."""
        return 3600.0 * self._clock.step_h

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        if self.mttr_h > 1e3 * self.mtbf_h or self._shop.too_long(self._clock):
            return ["--mttr-h: too long beside --mtbf-h for so many machines; give a shorter time or fewer machines"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Compare a window with the birth-and-death process."""
        clock = self._clock
        seen = self._shop.sampled(clock, run)
        steady = machine_repairman(self.machines, self.crews, self.mtbf_h, self.mttr_h)
        judge = Judge(
            "machine repairman", f"{self.machines} machines c {self.crews} MTBF {self.mtbf_h:g} MTTR {self.mttr_h:g} h"
        )
        exact = seen.exact
        busy = float(exact.p_down[self._shop.crews :].sum())
        queue = judge.mean("machines waiting for a crew", seen.queue, exact.queue, note=f"M/M/c//N {steady.queue:.6g}")
        wait = judge.mean("wait for a crew, h", seen.waits, seen.wait, note=f"M/M/c//N {steady.wait:.6g}")
        up = judge.mean("availability", seen.up, exact.up / self.machines, note=f"M/M/c//N {steady.availability:.6g}")
        return [
            seen.judged(up),
            seen.judged(judge.mean("failures", seen.failures, exact.failures, note=seen.note)),
            seen.judged(queue, busy),
            seen.judged(wait, busy),
            seen.judged(judge.mean("share of time with all crews busy", seen.busy, busy), busy),
        ]


@dataclass(frozen=True)
class Erlang:
    """A workshop for so many machines that their failures are a Poisson stream: Erlang C."""

    crews: int = option(3, "repair crews", low=1, high=100)
    load: float = option(2.0, "work offered, in crews: arrivals per hour x mean repair", above=0.0, high=100.0)
    mttr_h: float = option(1.0, "mean time of a repair [h]", above=0.0, high=1e6)
    machines: int = option(3000, "machines", low=100, high=20_000)

    @property
    def _shop(self) -> _Shop:
        _, wait = erlang_c(self.crews, self.load, 1.0)
        down = self.load * (1.0 + wait)
        # the machines in operation are fewer by those down, so that the mean stream is that of the limit
        mtbf = (self.machines - down) / self.load * self.mttr_h
        share = self.load / self.crews
        most = min(self.machines, self.crews + math.ceil(40.0 / -math.log(share)) + 20)
        return _Shop(self.machines, self.crews, mtbf, self.mttr_h, most)

    @property
    def _clock(self) -> Clock:
        shop = self._shop
        return shop.clock(min(shop.mtbf / 50.0, 0.25 * shop.relaxation, 4.0 * self.mttr_h))

    @property
    def step_s(self) -> float:
        """Time step [s]."""
        return 3600.0 * self._clock.step_h

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        if self.load > 0.95 * self.crews:
            return [f"--load: a queue so long needs too many machines; give at most {0.95 * self.crews:g}"]
        _, wait = erlang_c(self.crews, self.load, 1.0)
        if self.load * (1.0 + wait) > 0.1 * self.machines:
            return ["--machines: one in ten would be down; give more machines"]
        if self._shop.too_long(self._clock):
            return ["--machines: would take too long; give fewer machines or a smaller --load"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Compare a window with the process of so many machines, and with Erlang C where that is near enough."""
        seen = self._shop.sampled(self._clock, run, 3.0 * _UNIT_STEPS)
        p_wait, wait = erlang_c(self.crews, self.load / self.mttr_h, self.mttr_h)
        judge = Judge("erlang C", f"c {self.crews} load {self.load:g} MTTR {self.mttr_h:g} h {self.machines} machines")
        busy = float(seen.exact.p_down[self.crews :].sum())
        reason = f"the finite number of {self.machines} machines adds"
        return [
            seen.judged(judge.mean("P(all crews busy)", seen.busy, busy, note=seen.note), busy),
            seen.judged(judge.mean("wait for a crew, h", seen.waits, seen.wait, note="M/M/c//N"), busy),
            seen.judged(near_limit(judge, "P(wait), Erlang C", seen.busy, busy, p_wait, reason), busy),
            seen.judged(near_limit(judge, "wait, Erlang C, h", seen.waits, seen.wait, wait, reason), busy),
        ]
