"""A fight at several time steps: the effect of the step on the law that it approximates."""

from dataclasses import dataclass, replace

import numpy as np

from scenarios.verification.checks.attrition import Attrition, central_moments, time_and_sd
from scenarios.verification.options import Topic, option
from scenarios.verification.oracles import attrition
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Run


@dataclass(frozen=True)
class StepBias:
    """A fight at several time steps, each judged against its own stepped chain; the notes give the bias of the step."""

    steps: str = option("2,1,0.5,0.1", "time steps [s], separated by commas")
    blue: int = option(20, "units of blue", low=1, high=1000)
    red: int = option(15, "units of red", low=1, high=1000)
    rate_blue: float = option(0.1, "kills per blue unit (linear: and red unit) and second", above=0.0)
    rate_red: float = option(0.1, "kills per red unit (linear: and blue unit) and second", above=0.0)
    law: str = option("square", "aimed fire (square) or area fire (linear)", choices=("square", "linear"))

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        try:
            steps = [float(text) for text in self.steps.split(",")]
        except ValueError:
            return [f"--steps: {self.steps!r} is not a list of numbers; give for example 2,1,0.5"]
        if not all(1e-6 <= value <= 1e6 for value in steps) or len(steps) > 20:
            return [f"--steps: {self.steps!r}; give up to 20 steps from 1e-6 to 1e6 s"]
        return list(dict.fromkeys(problem for dt_s in steps for problem in self._fight(dt_s).problems()))

    def rows(self, run: Run) -> list[Row]:
        """Play the fight at every step."""
        judge = Judge(f"step bias {self.law}", f"{self.blue}v{self.red} rates {self.rate_blue:g} {self.rate_red:g}")
        rows: list[Row] = []
        for text in self.steps.split(","):
            check = self._fight(float(text))
            result, stepped = check.play(run)
            limit = attrition.continuous(check.fight)
            time_s = result["steps"] * check.dt
            mean_s, sd_s = time_and_sd(stepped)
            wins = int(np.sum((result["blue"] > 0) & (result["red"] == 0)))
            both = [
                judge.proportion(
                    f"P(blue wins), dt {text}",
                    wins,
                    time_s.size,
                    stepped.p_blue,
                    f"bias of the step {stepped.p_blue - limit.p_blue:+.5f}",
                ),
                judge.mean(
                    f"E[time] s, dt {text}",
                    time_s,
                    mean_s,
                    sd_s,
                    central_moments(stepped.time_moments)[0],
                    note=f"bias of the step {mean_s - time_and_sd(limit)[0]:+.4f}",
                ),
            ]
            rows += [replace(row, dt_s=check.dt) for row in both]
        return rows

    def _fight(self, dt_s: float) -> Attrition:
        return Attrition(self.blue, self.red, self.rate_blue, self.rate_red, dt_s, self.law)


TOPIC = Topic(
    "step-bias",
    "a fight at several time steps, and the bias of each step",
    {"steps": StepBias},
    (StepBias(),),
)
