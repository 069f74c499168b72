"""Two forces in sight of each other that fight to the finish: Lanchester's laws unit by unit."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenarios.verification.document import all_seeing, document, everyday, group, platform
from scenarios.verification.measures import end_tick, living
from scenarios.verification.options import Topic, option
from scenarios.verification.oracles import attrition, attrition_closed
from scenarios.verification.oracles.distribution import Distribution, counts
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, Sample, sample
from simcore.types import F64

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

_STATES_LIMIT = 40_000
_TICKS_LIMIT = 2_000_000
_RANGE_KM = 1.0
_NEGLIGIBLE = 0.2
"""Bias of the step, as a share of a standard error, up to which a row is still judged."""


@dataclass(frozen=True)
class Attrition:
    """A fight to the finish, judged against the exact stepped process; the continuous limit is for information."""

    blue: int = option(20, "units of blue", low=1, high=1000)
    red: int = option(15, "units of red", low=1, high=1000)
    rate_blue: float = option(0.1, "kills per blue unit (linear: and red unit) and second", above=0.0)
    rate_red: float = option(0.1, "kills per red unit (linear: and blue unit) and second", above=0.0)
    dt: float = option(1.0, "time step [s]", above=0.0)
    law: str = option("square", "aimed fire (square) or area fire (linear)", choices=("square", "linear"))
    look: int = option(1, "steps between looks; each unit looks at its own turns", low=1, high=1000)

    @property
    def fight(self) -> attrition.Fight:
        """The oracle's parameters."""
        return attrition.Fight(self.blue, self.red, self.rate_blue, self.rate_red, self.law)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        problems: list[str] = []
        if self.blue * self.red > _STATES_LIMIT:
            problems.append(
                f"--blue x --red: {self.blue * self.red} states are too many; keep the product <= {_STATES_LIMIT}"
            )
        if min(self.fight.p_kill(self.dt)) < 1e-9:
            problems.append(
                "--rate-blue, --rate-red, --dt: a shot that kills with less than 1e-9 never ends; raise them"
            )
        if not problems and self._n_ticks() > _TICKS_LIMIT:
            problems.append(f"--dt: the fight would take more than {_TICKS_LIMIT} steps; give a longer step")
        return problems

    def rows(self, run: Run) -> list[Row]:
        """Play the fight and compare its end with both chains."""
        result, stepped = self.play(run)
        rates = f"{self.rate_blue:g} {self.rate_red:g}"
        looks = f" look {self.look}" if self.look > 1 else ""
        judge = Judge(f"attrition {self.law}", f"{self.blue}v{self.red} rates {rates} dt {self.dt:g}{looks}")
        if self.look > 1:  # the limits below do not include looks
            return fight_rows(judge, result, stepped, self.dt)
        return [
            *fight_rows(judge, result, stepped, self.dt),
            *limit_rows(judge, result, stepped, attrition.continuous(self.fight), self.dt),
            *closed_form_rows(judge, result, self.fight, stepped.p_blue, self.dt),
        ]

    def play(self, run: Run) -> tuple[Sample, attrition.Outcome]:
        """Return samples of the end of the fight and the law of the stepped process."""
        stepped = attrition.stepped(self.fight, self.dt, self.look)
        n_ticks = self._n_ticks(stepped)
        return sample(self.document(n_ticks), run, n_ticks, measure_fight), stepped

    def document(self, n_ticks: int) -> Document:
        """Return the scenario. Linear law: kills stay unnoticed, so fire goes on at all places."""
        p_blue, p_red = self.fight.p_kill(self.dt)
        is_square = self.law == attrition.SQUARE

        def gun(p_kill: float) -> Document:
            return {
                "domains": ["land"],
                "range_max_km": _RANGE_KM,
                "reload_s": self.dt,
                "p_hit": p_kill,
                "p_kill": 1.0,
                "choice": "random",
                "needs_sight": False,
                "contact_age_max_s": None,
            }

        def shooter(weapon: str) -> Document:
            return platform(sensors=["eye"], weapons=[{"weapon": weapon, "rounds": None}])

        content = document(
            f"attrition-{self.law}",
            dt_s=self.dt,
            n_ticks=n_ticks,
            half_width_km=_RANGE_KM,
            groups=[
                group("blue", "blue", "blue-shooter", (-0.05, 0.0), self.blue),
                group("red", "red", "red-shooter", (0.05, 0.0), self.red),
            ],
            platforms={"blue-shooter": shooter("blue-gun"), "red-shooter": shooter("red-gun")},
            sensors={"eye": all_seeing(_RANGE_KM, self.look * self.dt)},
            weapons={"blue-gun": gun(p_blue), "red-gun": gun(p_red)},
            rules={"p_bda": 1.0 if is_square else 0.0, "stop_on_annihilation": True},
        )
        return everyday(content)

    def _n_ticks(self, stepped: attrition.Outcome | None = None) -> int:
        """Return a time limit out of reach: 40 standard deviations beyond the mean length of the fight."""
        outcome = stepped or attrition.continuous(self.fight)
        mean, sd = time_and_sd(outcome)
        return math.ceil((mean + 40.0 * sd) / self.dt) + 50 + self.look


def time_and_sd(outcome: attrition.Outcome) -> tuple[float, float]:
    """Return mean and standard deviation of the length of a fight [s]."""
    mean = float(outcome.time_moments[1])
    return mean, math.sqrt(max(float(outcome.time_moments[2]) - mean**2, 0.0))


def central_moments(moments: F64) -> tuple[float, float]:
    """Return the third and fourth central moments from the raw moments."""
    mean = float(moments[1])
    third = float(moments[3]) - 3.0 * mean * float(moments[2]) + 2.0 * mean**3
    fourth = float(moments[4]) - 4.0 * mean * float(moments[3]) + 6.0 * mean**2 * float(moments[2]) - 3.0 * mean**4
    return third, fourth


def measure_fight(simulation: "Simulation", compiled: "Compiled") -> Sample:
    """Return the survivors of both sides, the steps of fire and whether the fight ended."""
    return {
        "blue": living(simulation, compiled, 0),
        "red": living(simulation, compiled, 1),
        "steps": end_tick(simulation) - 1.0,  # fire starts in the tick after the first look
        "done": np.asarray(simulation.done, dtype=np.float64),
    }


def fight_rows(judge: Judge, result: Sample, stepped: attrition.Outcome, dt_s: float) -> list[Row]:
    """Compare samples of a fight with the stepped chain."""
    blue, red, time_s = result["blue"], result["red"], result["steps"] * dt_s
    n = blue.size
    wins = int(np.sum((blue > 0) & (red == 0)))
    draws = int(np.sum((blue == 0) & (red == 0)))
    unfinished = float(np.sum(result["done"] == 0))
    mean_s, sd_s = time_and_sd(stepped)
    third, fourth = central_moments(stepped.time_moments)
    rows = [
        judge.exact("fights unfinished", unfinished, 0.0, 0.0, "the time limit is out of reach"),
        judge.proportion("P(blue wins)", wins, n, stepped.p_blue),
        judge.proportion("P(draw)", draws, n, stepped.p_draw),
    ]
    for name, values, law in (("blue", blue, counts(stepped.blue)), ("red", red, counts(stepped.red))):
        rows += survivor_rows(judge, f"{name} left", values, law)
    rows += [
        judge.mean("E[time] s", time_s, mean_s, sd_s, third),
        judge.spread("sd[time] s", time_s, sd_s, fourth),
    ]
    return rows


def limit_rows(
    judge: Judge, result: Sample, stepped: attrition.Outcome, limit: attrition.Outcome, dt_s: float
) -> list[Row]:
    """Return rows for information on samples of a fight and the continuous limit, with the bias of the step."""
    blue, red, time_s = result["blue"], result["red"], result["steps"] * dt_s
    wins = int(np.sum((blue > 0) & (red == 0))) / blue.size
    limit_s = time_and_sd(limit)[0]
    late_s = time_and_sd(stepped)[0] - limit_s
    left = counts(limit.blue).mean
    return [
        judge.information("P(blue wins), dt -> 0", wins, limit.p_blue, f"bias {stepped.p_blue - limit.p_blue:+.5f}"),
        judge.information("E[blue left], dt -> 0", float(blue.mean()), left, _bias(stepped.blue, limit.blue)),
        judge.information("E[time] s, dt -> 0", float(time_s.mean()), limit_s, f"bias {late_s:+.4f}"),
    ]


def closed_form_rows(judge: Judge, result: Sample, fight: attrition.Fight, p_stepped: float, dt_s: float) -> list[Row]:
    """Compare with the closed forms of continuous time, with a verdict where the step is short enough."""
    blue, red = result["blue"], result["red"]
    n = blue.size
    wins = int(np.sum((blue > 0) & (red == 0)))
    closed = attrition_closed.p_blue_wins(fight)
    name = "P(blue wins), " + ("Brown's closed form" if fight.law == attrition.SQUARE else "incomplete beta")
    error = math.sqrt(closed * (1.0 - closed) / n)
    rows: list[Row] = []
    if abs(p_stepped - closed) <= _NEGLIGIBLE * error:  # with a longer step the row "dt -> 0" gives the same number
        note = f"bias of the step {p_stepped - closed:+.2g}, below {_NEGLIGIBLE:g} standard errors"
        rows.append(judge.proportion(name, wins, n, closed, note))
    left = attrition.lanchester_survivors(fight)
    rows += [
        judge.information("E[blue left], Lanchester", float(blue.mean()), left[0], "deterministic: no chance, no step"),
        judge.information("E[red left], Lanchester", float(red.mean()), left[1], "deterministic: no chance, no step"),
    ]
    time_s = attrition_closed.lanchester_time_s(fight)
    if math.isfinite(time_s):
        mean_s = float(result["steps"].mean()) * dt_s
        rows.append(judge.information("E[time] s, Lanchester", mean_s, time_s, "deterministic: no chance, no step"))
    return rows


def _bias(stepped: F64, limit: F64) -> str:
    return f"bias {counts(stepped).mean - counts(limit).mean:+.4f}"


def survivor_rows(judge: Judge, quantity: str, values: F64, law: Distribution) -> list[Row]:
    """Compare mean and standard deviation of a count with its distribution."""
    return [
        judge.mean(f"E[{quantity}]", values, law.mean, law.sd, law.central_moment(3)),
        judge.spread(f"sd[{quantity}]", values, law.sd, law.central_moment(4)),
    ]


TOPIC = Topic(
    "attrition",
    "Lanchester's square and linear laws, unit by unit, to the finish",
    {"fight": Attrition},
    (
        Attrition(20, 15, 0.1, 0.1, 1.0, "square"),
        Attrition(10, 10, 0.1, 0.1, 0.5, "square"),
        Attrition(37, 29, 0.08, 0.1, 2.0, "square"),
        Attrition(20, 15, 0.01, 0.01, 1.0, "linear"),
        Attrition(3, 2, 0.1, 0.1, 0.05, "square"),
        Attrition(4, 2, 0.1, 0.1, 0.03, "square"),
        Attrition(4, 3, 0.1, 0.1, 0.05, "square"),
        Attrition(6, 5, 0.02, 0.03, 0.05, "linear"),
        Attrition(20, 15, 0.05, 0.05, 1.0, "square", 10),
        Attrition(5, 4, 0.1, 0.1, 2.0, "square", 5),
        Attrition(12, 9, 0.01, 0.01, 1.0, "linear", 10),
    ),
)
