"""Care at a facility: the queue for its places as M/M/c//N and in the limit as Erlang C, and deaths of wounds."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from logistics.queues import erlang_c
from scenarios.verification.checks.medical_world import MOST_PER_DAY, Watch, camp, fragment, watch
from scenarios.verification.checks.upkeep_world import Clock, enough, near_limit, ratios
from scenarios.verification.options import option
from scenarios.verification.oracles import repairmen
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, Sample, sample_at
from simcore.care import FacilityR, FacilityW, Station
from simcore.medical import Death

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

_PERSON_STEPS = 6e7
"""Updates of people of a check at full size."""
_MOST_PERSON_STEPS = 6e8
_LEAST = 60
"""Least replications, so that their spread is known."""
_WARM, _WINDOW = 8.0, 24.0
"""Lengths of the start and of the window in times of relaxation."""
_SNAPSHOTS = 24
AT_ONCE: Document = {"reaction_min": 0.0, "buddy_min": 0.0, "medic_min": 0.0, "request_min": 0.0}
"""First aid without delay: casualties beside a facility come in at once."""


def clinic(places: int, time: Document | float, holding_days: float) -> Document:
    """Return a Role 1 facility with places for a treatment of a given time, and a longest stay for return to duty."""
    return {
        "role": 1, "bays": places, "holding_days": holding_days, "times": {"resuscitation": time}, "reach_m": 1000.0,
    }  # fmt: skip


def measure_clinic(simulation: "Simulation", compiled: "Compiled") -> Sample:
    """Return the totals of each replication so far: treatments begun and their waits [h]; and patients now."""
    real, whole = simulation.state.facilities.real[:, :, 0], simulation.state.facilities.whole[:, :, 0]
    k = int(Station.RESUSCITATION)
    return {
        "begun": whole[:, FacilityW.BEGUN + k].astype(np.float64),
        "waited": real[:, FacilityR.WAITED_S + k] / 3600.0,
        "queue": whole[:, FacilityW.IN_QUEUE].astype(np.float64),
        "taken": whole[:, FacilityW.TAKEN + k].astype(np.float64),
    }


@dataclass(frozen=True)
class Queue:
    """People of a camp who fall ill, wait for a place at the clinic, and are fit after an exponential treatment."""

    places: int = option(3, "places", low=1, high=100)
    load: float = option(2.0, "work offered, in places: arrivals x mean treatment", above=0.0, high=100.0)
    treat_min: float = option(30.0, "mean treatment [min]", low=0.5, high=100_000.0)
    people: int = option(1000, "people", low=2, high=10_000)

    @property
    def _treat_h(self) -> float:
        return self.treat_min / 60.0

    @property
    def _fit_h(self) -> float:
        """Mean time from duty to the next illness [h]: that makes the arrivals of so many people those of the load."""
        down = self._limit()[2]
        return max(self.people - down, 0.5) / self.load * self._treat_h

    def _limit(self) -> tuple[float, float, float]:
        """Return P(wait), the mean wait [h] and the mean number of patients of Erlang C."""
        p_wait, wait = erlang_c(self.places, self.load / self._treat_h, self._treat_h)
        return p_wait, wait, self.load * (1.0 + wait / self._treat_h)

    @property
    def _most(self) -> int:
        """Patients that are counted with."""
        return min(self.people, self.places + math.ceil(40.0 / -math.log(self.load / self.places)) + 20)

    @property
    def _relaxation_h(self) -> float:
        down = np.arange(self._most)
        births = (self.people - down) / self._fit_h
        return repairmen.relaxation(births, np.minimum(down + 1, self.places) / self._treat_h)

    @property
    def _clock(self) -> Clock:
        step_h = min(self._fit_h / 50.0, self._treat_h / 4.0, self._relaxation_h / 4.0)
        return Clock(step_h, max(_SNAPSHOTS + 1, math.ceil((_WARM + _WINDOW) * self._relaxation_h / step_h)))

    @property
    def step_s(self) -> float:
        """Time step, and interval between updates [s]."""
        return self._clock.dt_s

    @property
    def _fit_again_h(self) -> float:
        """Mean time of the scenario from fit to ill: who is fit again falls ill from the next update on [h]."""
        return self._clock.hours(self._fit_h) - 0.5 * self.step_s / 3600.0

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        if self.load > 0.95 * self.places:
            return [f"--load: a queue so long needs too many people; give at most {0.95 * self.places:g}"]
        if self._limit()[2] > 0.5 * self.people:
            return ["--people: half of them would be patients; give more people or a smaller --load"]
        if 24.0 / self._fit_again_h > MOST_PER_DAY:
            return ["--treat-min: each person would be ill too often; give more people or a longer treatment"]
        if _LEAST * self._clock.n_ticks * self.people > _MOST_PERSON_STEPS:
            return ["--people: would take too long; give fewer people or a smaller --load"]
        return []

    def document(self) -> Document:
        """Return the scenario."""
        clock = self._clock
        time = {"law": "exponential", "mean_min": clock.hours(self.treat_min)}
        return camp(
            "clinic", clock.dt_s, clock.n_ticks, 24.0 / self._fit_again_h, people=self.people,
            facility=clinic(self.places, time, 1.0),
            injuries=fragment(9.0), deterioration={"law": "none"}, first_aid=AT_ONCE,
            care={"p_surgery": [0.0, 0.0, 0.0], "p_died_of_wounds": [0.0] * 5},
            duty={"scene_niss": 1.0, "mean_days": [0.0] * 5},
        )  # fmt: skip

    def rows(self, run: Run) -> list[Row]:
        """Compare a window with the process of so many people, and with Erlang C where that is near enough."""
        clock = self._clock
        n_ticks, step_h = clock.n_ticks, clock.step_h
        start = round(n_ticks * _WARM / (_WARM + _WINDOW))
        stops = np.unique(np.linspace(start, n_ticks, _SNAPSHOTS + 1).round().astype(int)).tolist()
        count = min(run.replications, max(_LEAST, math.ceil(_PERSON_STEPS / (n_ticks * self.people))))
        found = sample_at(self.document(), run, stops, measure_clinic, count)
        exact = repairmen.machines(
            self.people, self.places, self._fit_h, self._treat_h, stops[0] * step_h, stops[-1] * step_h, self._most
        )
        begun = found[-1]["begun"] - found[0]["begun"]
        waited = (found[-1]["waited"] - found[0]["waited"]) / clock.scale
        busy = np.mean([one["taken"] >= self.places for one in found[1:]], axis=0)
        queue = np.mean([one["queue"] for one in found[1:]], axis=0)
        wait = exact.queue * (stops[-1] - stops[0]) * step_h / exact.failures
        waits = ratios(waited, begun, wait, exact.failures)
        p_busy = float(exact.p_down[self.places :].sum())
        judge = Judge(
            "queue at a facility", f"c {self.places} load {self.load:g} treatment {self.treat_min:g} min "
            f"{self.people} people"
        )  # fmt: skip
        p_wait, long_wait, _ = self._limit()
        reason = f"the finite number of {self.people} people adds"
        note = run.fewer(count)
        events = count * exact.failures
        return [
            enough(judge.mean("treatments begun", begun, exact.failures, note=note), events),
            enough(judge.mean("P(all places taken)", busy, p_busy), events * p_busy),
            enough(judge.mean("patients in the queue", queue, exact.queue), events * p_busy),
            enough(judge.mean("wait for a place, min", 60.0 * waits, 60.0 * wait, note="M/M/c//N"), events * p_busy),
            enough(near_limit(judge, "P(wait), Erlang C", busy, p_busy, p_wait, reason), events * p_busy),
            enough(
                near_limit(judge, "wait, Erlang C, min", 60.0 * waits, 60.0 * wait, 60.0 * long_wait, reason),
                events * p_busy,
            ),
        ]


@dataclass(frozen=True)
class Wounds:
    """Deaths of wounds after care: a share by severity, after an exponential time."""

    p_died: float = option(0.08, "probability of death of wounds after care", low=0.0, high=1.0)
    niss: float = option(30.0, "severity of all", low=1.0, high=75.0)
    mean_h: float = option(24.0, "mean time from care to that death [h]", low=0.1, high=1000.0)
    treat_min: float = option(20.0, "length of the treatment [min]", low=0.0, high=10_000.0)

    @property
    def _watch(self) -> Watch:
        return Watch(self.treat_min / 60.0 + 3.0 * self.mean_h)

    @property
    def step_s(self) -> float:
        """Time step [s]."""
        return self._watch.step_s

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        return []

    def rows(self, run: Run) -> list[Row]:
        """Compare the shares of the dead within one and three mean times."""
        clock = self._watch
        scenario = camp(
            "wounds", clock.step_s, clock.n_ticks, clock.per_day, facility=clinic(10_000, self.treat_min, 0.0),
            has_hospital=True,
            injuries=fragment(self.niss), deterioration={"law": "none"}, first_aid=AT_ONCE,
            care={"p_surgery": [0.0, 0.0, 0.0], "p_died_of_wounds": [self.p_died] * 5, "died_of_wounds_h": self.mean_h},
            duty={"scene_niss": 1.0, "mean_days": [1000.0] * 5},
        )  # fmt: skip
        seen = watch(scenario, clock, run)
        judge = Judge("deaths of wounds", f"p {self.p_died:g} mean {self.mean_h:g} h after {self.treat_min:g} min")
        dead = seen.only(np.isfinite(seen["death_h"]))
        rows = [
            judge.proportion(
                f"dead {k:g} mean times after care", seen.dead_within(self.treat_min / 60.0 + k * self.mean_h), seen.n,
                self.p_died * -math.expm1(-k),
            )
            for k in (1.0, 3.0)
        ]  # fmt: skip
        in_care = int((dead["death"] == Death.IN_CARE).sum())
        return [*rows, judge.exact("deaths that are not of wounds", float(dead.n - in_care), 0.0, 0.0, "a count")]
