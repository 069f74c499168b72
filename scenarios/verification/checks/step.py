"""The same fights with the step halved, otherwise with users' defaults: drawn turns, intervals, time of flight."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from scenarios.verification.checks.attrition import Attrition, central_moments, time_and_sd
from scenarios.verification.document import all_seeing, document, everyday, group, platform
from scenarios.verification.measures import living
from scenarios.verification.options import Topic, option
from scenarios.verification.oracles import halving
from scenarios.verification.rows import Z_LIMIT, Judge, Row
from scenarios.verification.runner import Document, Run, Sample, sample

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

_AWAY_KM = 2.0
_TELLING = 0.5
"""A larger bound of a probability is too loose for a row."""


def steps_of(text: str) -> list[float]:
    """Return the time steps [s] of an option, or an empty list when they are invalid."""
    try:
        steps = [float(part) for part in text.split(",")]
    except ValueError:
        return []
    is_sensible = all(1e-3 <= value <= 1e3 for value in steps) and 2 <= len(steps) <= 10
    return steps if is_sensible and all(a > b for a, b in pairwise(steps)) else []


def step_problems(text: str, **times_s: float) -> list[str]:
    """Return the problems of the steps; each of the times must be a whole number of every step."""
    steps = steps_of(text)
    if not steps:
        return [f"--steps: {text!r}; give 2 to 10 steps from 0.001 to 1000 s, in descending order"]
    return [
        f"--{name.replace('_', '-')}: {value:g} s is not a number of steps of {dt_s:g} s; give a multiple"
        for name, value in times_s.items()
        for dt_s in steps
        if abs(value / dt_s - round(value / dt_s)) > 1e-9
    ]


def independent(run: Run, k: int) -> Run:
    """Return the settings of play ``k`` of several plays to compare: the next seed each time."""
    return replace(run, seed=(run.seed + k) % 2**63)


def _error(estimate: float, n: int) -> float:
    return math.sqrt(max(estimate * (1.0 - estimate), 1.0 / n) / n)


def halving_rows(
    judge: Judge, quantity: str, steps: Sequence[float], estimates: Sequence[float], oracles: Sequence[float], n: int
) -> list[Row]:
    """Judge the differences of a probability between steps against theory; the plays are independent."""
    rows: list[Row] = []
    for k, (dt_s, next_s) in enumerate(pairwise(steps)):
        expected = oracles[k] - oracles[k + 1]
        variance = sum(p * (1.0 - p) for p in oracles[k : k + 2])
        name = f"{quantity}, dt {dt_s:g} less dt {next_s:g}"
        difference = estimates[k] - estimates[k + 1]
        rows.append(
            judge.difference(name, difference, expected, math.sqrt(variance / n), n, "each step with the next seed")
        )
    return rows


@dataclass(frozen=True)
class Fight:
    """A fight to the finish at several steps, with looks at individual turns and default intervals otherwise."""

    steps: str = option("4,2,1,0.5", "time steps [s], in descending order, separated by commas")
    blue: int = option(5, "units of blue", low=1, high=100)
    red: int = option(4, "units of red", low=1, high=100)
    rate_blue: float = option(0.01, "kills per blue unit (linear: and red unit) and second", above=0.0)
    rate_red: float = option(0.01, "kills per red unit (linear: and blue unit) and second", above=0.0)
    look_s: float = option(8.0, "time between looks [s]", above=0.0, high=10_000.0)
    law: str = option("square", "aimed fire (square) or area fire (linear)", choices=("square", "linear"))

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        problems = step_problems(self.steps, look_s=self.look_s)
        if not problems and round(self.look_s / steps_of(self.steps)[-1]) > 1000:
            problems.append("--look-s: more than 1000 steps; give a shorter time, or longer steps")
        if problems:
            return problems
        return list(dict.fromkeys(problem for dt_s in steps_of(self.steps) for problem in self._at(dt_s).problems()))

    def rows(self, run: Run) -> list[Row]:
        """Play the fight at every step, and compare each step, and neighbouring steps, with the stepped chains."""
        rates = f"rates {self.rate_blue:g} {self.rate_red:g}"
        judge = Judge(f"halved step, {self.law}", f"{self.blue}v{self.red} {rates} look {self.look_s:g} s")
        steps = steps_of(self.steps)
        rows: list[Row] = []
        won: list[float] = []
        chances: list[float] = []
        for k, dt_s in enumerate(steps):
            result, stepped = self._at(dt_s).play(independent(run, k))
            wins = int(np.sum((result["blue"] > 0) & (result["red"] == 0)))
            mean_s, sd_s = time_and_sd(stepped)
            third = central_moments(stepped.time_moments)[0]
            here = [
                judge.proportion(f"P(blue wins), dt {dt_s:g}", wins, run.replications, stepped.p_blue),
                judge.mean(f"E[time] s, dt {dt_s:g}", result["steps"] * dt_s, mean_s, sd_s, third),
            ]
            rows += [replace(row, dt_s=dt_s) for row in here]
            won.append(wins / run.replications)
            chances.append(stepped.p_blue)
        rows += halving_rows(judge, "P(blue wins)", steps, won, chances, run.replications)
        for k, (dt_s, next_s) in enumerate(pairwise(steps)):
            bound = self._bound(dt_s) + self._bound(next_s)
            if bound < _TELLING:
                noise = Z_LIMIT * math.hypot(*(_error(p, run.replications) for p in won[k : k + 2]))
                name = f"P(blue wins), dt {dt_s:g} for dt {next_s:g}"
                reason = f"shots of one step disturb each other in {bound:.2g} at most; and 4 standard errors"
                rows.append(judge.exact(name, won[k], won[k + 1], bound + noise, reason))
        return rows

    def _bound(self, dt_s: float) -> float:
        rates = (self.rate_blue, self.rate_red)
        return halving.fight_bound(self.blue, self.red, *rates, self.law, dt_s, has_turns=self.look_s > dt_s)

    def _at(self, dt_s: float) -> Attrition:
        look = round(self.look_s / dt_s)
        return Attrition(self.blue, self.red, self.rate_blue, self.rate_red, dt_s, self.law, look)


@dataclass(frozen=True)
class Duel:
    """Two guns with a time of flight, at several steps; the step affects only the times of the first looks."""

    steps: str = option("4,2,1,0.5", "time steps [s], in descending order, separated by commas")
    p_blue: float = option(0.4, "chance that a round of blue kills", low=0.01, high=1.0)
    p_red: float = option(0.4, "chance that a round of red kills", low=0.01, high=1.0)
    look_s: float = option(40.0, "time between looks [s]", above=0.0, high=10_000.0)
    reload_s: float = option(12.0, "time between shots [s]", above=0.0, high=10_000.0)
    flight_s: float = option(8.0, "time of flight [s]; 0 is none", low=0.0, high=10_000.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        times = {"look_s": self.look_s, "reload_s": self.reload_s, "flight_s": self.flight_s}
        problems = step_problems(self.steps, **times)
        if not problems and max(times.values()) > 1000 * steps_of(self.steps)[-1]:
            problems.append(
                "--look-s, --reload-s, --flight-s: more than 1000 steps; give shorter times, or longer steps"
            )
        return problems

    def rows(self, run: Run) -> list[Row]:
        """Play the duel at every step, and compare with the stepped law and its limit."""
        times = f"look {self.look_s:g} reload {self.reload_s:g} flight {self.flight_s:g} s"
        judge = Judge("halved step, duel", f"p {self.p_blue:g} {self.p_red:g} {times}")
        steps, n = steps_of(self.steps), run.replications
        limit = halving.duel_limit(self.p_blue, self.p_red, self.look_s, self.reload_s, self.flight_s)
        rows: list[Row] = []
        won: list[float] = []
        chances: list[float] = []
        for k, dt_s in enumerate(steps):
            ticks = [round(time_s / dt_s) for time_s in (self.look_s, self.reload_s, self.flight_s)]
            law = halving.duel_stepped(self.p_blue, self.p_red, *ticks)
            result = sample(self.document(dt_s), independent(run, k), self._n_ticks(dt_s), measure_lives)
            blue, red = result["blue"] > 0, result["red"] > 0
            ends = (blue & ~red, red & ~blue, ~blue & ~red)
            names = ("P(blue alone lives)", "P(red alone lives)", "P(both die)")
            here = [
                judge.proportion(f"{name}, dt {dt_s:g}", int(hits.sum()), n, float(chance))
                for name, hits, chance in zip(names, ends, law, strict=True)
            ]
            share, bound = float(ends[0].mean()), halving.duel_bound(self.look_s, dt_s)
            if bound < _TELLING:
                reason = f"the step moves it by {bound:.2g} at most; and 4 standard errors"
                tolerance = bound + Z_LIMIT * _error(share, n)
                here.append(judge.exact(f"{names[0]}, dt {dt_s:g} for 0", share, float(limit[0]), tolerance, reason))
            rows += [replace(row, dt_s=dt_s) for row in here]
            won.append(share)
            chances.append(float(law[0]))
        return [*rows, *halving_rows(judge, "P(blue alone lives)", steps, won, chances, n)]

    def _n_ticks(self, dt_s: float) -> int:
        shots = math.ceil(math.log(1e-12) / math.log1p(-min(self.p_blue, self.p_red, 0.999)))
        return round((self.look_s + self.reload_s * shots + self.flight_s) / dt_s) + 10

    def document(self, dt_s: float) -> Document:
        """Return the scenario."""

        def gun(p_hit: float) -> Document:
            card: Document = {
                "domains": ["land"],
                "range_max_km": 2.0 * _AWAY_KM,
                "reload_s": self.reload_s,
                "p_hit": p_hit,
                "p_kill": 1.0,
                "needs_sight": False,
                "contact_age_max_s": None,
            }
            return {**card, "round_speed_mps": 1e3 * _AWAY_KM / self.flight_s} if self.flight_s > 0.0 else card

        def shooter(weapon: str) -> Document:
            return platform(sensors=["eye"], weapons=[{"weapon": weapon, "rounds": None}])

        return everyday(
            document(
                "halved-step-duel",
                dt_s=dt_s,
                n_ticks=self._n_ticks(dt_s),
                half_width_km=2.0 * _AWAY_KM,
                groups=[
                    group("blue", "blue", "blue-shooter", (-0.5 * _AWAY_KM, 0.0)),
                    group("red", "red", "red-shooter", (0.5 * _AWAY_KM, 0.0)),
                ],
                platforms={"blue-shooter": shooter("blue-gun"), "red-shooter": shooter("red-gun")},
                sensors={"eye": all_seeing(2.0 * _AWAY_KM, self.look_s)},
                weapons={"blue-gun": gun(self.p_blue), "red-gun": gun(self.p_red)},
                rules={"stop_on_annihilation": True},
            )
        )


def measure_lives(simulation: "Simulation", compiled: "Compiled") -> Sample:
    """Return whether each gun lives."""
    return {"blue": living(simulation, compiled, 0), "red": living(simulation, compiled, 1)}


TOPIC = Topic(
    "step",
    "the same fights with the step halved: drawn turns, default intervals, time of flight",
    {"fight": Fight, "duel": Duel},
    (
        Fight(),
        Fight(blue=4, rate_blue=0.02, rate_red=0.02, look_s=20.0),
        Fight("2,1,0.5", 6, 5, 0.01, 0.015, 10.0, "linear"),
        Duel(),
        Duel("5,2.5,1.25", 0.3, 0.5, 10.0, 5.0, 20.0),
        Duel("4,2,1,0.5", 0.7, 0.7, 8.0, 4.0, 0.0),
    ),
)
