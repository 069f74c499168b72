"""Triage with errors, and rates of wounded that vary from day to day."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenarios.verification.checks.medical_world import NO_ERRORS, PEOPLE, Watch, camp, fragment, watch
from scenarios.verification.options import option
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Run, Sample, sample
from simcore.medical import MedicalSideW, Triage

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

_STEP_S = 3600.0


@dataclass(frozen=True)
class Errors:
    """Over- and under-triage at the first aid, by the right category."""

    p_over: float = option(0.25, "probability of one category too urgent (T2, T3)", low=0.0, high=1.0)
    p_under: float = option(0.05, "probability of one category too late (T1, T2)", low=0.0, high=1.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        return ["--p-over: more than 1 with --p-under; give less"] if self.p_over + self.p_under > 1.0 else []

    @property
    def step_s(self) -> float:
        """Time step [s]."""
        return Watch(1.0).step_s

    def rows(self, run: Run) -> list[Row]:
        """Compare the shares of errors with their probabilities."""
        clock = Watch(1.0, 0.5)
        scenario = camp(
            "triage", clock.step_s, clock.n_ticks, clock.per_day,
            injuries=fragment({"shares": [0.4, 0.3, 0.3, 0.0, 0.0]}),
            deterioration={"law": "none"},
            triage={**NO_ERRORS, "p_over": self.p_over, "p_under": self.p_under},
            first_aid={"reaction_min": 1.0, "buddy_min": 1.0},
            duty={"scene_niss": 1.0},
        )  # fmt: skip
        seen = watch(scenario, clock, run)
        aided = seen.only(seen["aid"] > 0)
        judge = Judge("triage", f"over {self.p_over:g} under {self.p_under:g}")
        rows: list[Row] = []
        for right, step, p in (
            (Triage.T1, 1, self.p_under), (Triage.T2, 1, self.p_under), (Triage.T2, -1, self.p_over),
            (Triage.T3, -1, self.p_over),
        ):  # fmt: skip
            own = aided.only(aided["true_triage"] == right)
            name = f"{right.name} judged {Triage(right + step).name}"
            rows.append(judge.proportion(name, int((own["triage"] == right + step).sum()), own.n, p))
        return rows


def measure_wounded(simulation: "Simulation", compiled: "Compiled") -> Sample:
    """Return the wounded of blue so far (R,)."""
    return {"wounded": simulation.state.medical_sides.whole[:, MedicalSideW.WOUNDED, 0].astype(np.float64)}


@dataclass(frozen=True)
class Days:
    """Wounded of a day, whose rate has a gamma law: mean and spread of their number."""

    per_1000_per_day: float = option(1.77, "mean rate of wounded per 1000 and day", above=0.0, high=1e5)
    sd: float = option(3.56, "its standard deviation from day to day", low=0.0, high=1e5)
    people: int = option(1000, "people", low=10, high=10_000)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        return ["--sd: more than ten means; give less"] if self.sd > 10.0 * self.per_1000_per_day else []

    @property
    def step_s(self) -> float:
        """Time step [s]."""
        return _STEP_S

    def _fit(self, days: float) -> float:
        """Return the mean of exp(-rate x days) over the law of the rate: the share still fit."""
        rate, cv = self.per_1000_per_day / 1000.0, self.sd / self.per_1000_per_day
        if cv == 0.0:
            return math.exp(-rate * days)
        return (1.0 + rate * cv * cv * days) ** (-1.0 / (cv * cv))

    def rows(self, run: Run) -> list[Row]:
        """Compare the number of the first day, and the spread of it."""
        sickness = {"wounded_sd": self.sd} if self.sd > 0.0 else {}
        scenario = camp(
            "days", _STEP_S, 24, self.per_1000_per_day / 1000.0, people=self.people, injuries=fragment(20.0),
            deterioration={"law": "none"}, sickness=sickness,
        )  # fmt: skip
        count = min(run.replications, max(100, run.replications * PEOPLE // self.people * 5))
        seen = sample(scenario, run, 24, measure_wounded, count)["wounded"]
        n = self.people
        # given the rate, a binomial number with the probability 1 - q; q and q^2 have known means
        q, q2, q3, q4 = (self._fit(float(k)) for k in (1, 2, 3, 4))
        mean, variance = n * (1.0 - q), n * (q - q2) + n * n * (q2 - q * q)
        judge = Judge("wounded by day", f"mean {self.per_1000_per_day:g} sd {self.sd:g} per 1000, {n} people")
        third, fourth = moments(n, (q, q2, q3, q4))
        return [
            judge.mean("wounded of a day", seen, mean, math.sqrt(variance), third),
            judge.spread("spread of their number", seen, math.sqrt(variance), fourth),
        ]


def moments(n: int, q: tuple[float, float, float, float]) -> tuple[float, float]:
    """Return the third and fourth central moments of a binomial number of the fit; q[k]: mean of share to the k + 1.

    The number of the wounded has the same even moments, and the third with the other sign.
    """
    falling = [1.0, *(math.perm(n, k + 1) * q[k] for k in range(4))]  # factorial moments
    stirling = ((0, 1), (0, 1, 1), (0, 1, 3, 1), (0, 1, 7, 6, 1))
    raw = [sum(s * falling[k] for k, s in enumerate(row)) for row in stirling]
    m = raw[0]
    third = raw[2] - 3.0 * m * raw[1] + 2.0 * m**3
    fourth = raw[3] - 4.0 * m * raw[2] + 6.0 * m * m * raw[1] - 3.0 * m**4
    return -third, fourth
