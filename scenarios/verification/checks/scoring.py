"""Scores: any number of zones reached in turn, and a fight to the finish decided by the score."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenarios.loader import compile_document
from scenarios.verification.checks.attrition import Attrition
from scenarios.verification.document import document, group, platform
from scenarios.verification.measures import living
from scenarios.verification.options import Topic, option
from scenarios.verification.oracles import attrition
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, Sample, begin, sample
from simcore.state import ObjectiveR, SideR, WorldW
from simcore.types import EndReason

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

_TICKS = 2000


@dataclass(frozen=True)
class Reach:
    """A unit drives through a row of zones, each an objective; some lie beyond the end of its route."""

    zones: int = option(70, "zones on the route", low=1, high=500)
    beyond: int = option(10, "zones beyond the end of the route", low=0, high=500)
    spacing_m: float = option(100.0, "distance of the zones [m]", low=10.0, high=1000.0)
    speed: float = option(4.0, "speed [m/s]", above=0.0, high=100.0)
    dt: float = option(2.0, "time step [s]", above=0.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        if self.speed * self.dt > 0.2 * self.spacing_m:
            return ["--speed, --dt: a step may jump over a zone; give a shorter step or a wider spacing"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Play once, scored at every step; there is no chance in it."""
        half_way = self.zones // 2
        total = self.zones + self.beyond
        simulation = begin(compile_document(self.document()), run.seed, 0, 1, 1)
        judge = Judge("reach", f"{self.zones} zones, {self.beyond} beyond, {self.speed:g} m/s")
        rows: list[Row] = []
        # zone k lies between 0.2 and 0.8 spacings beyond k spacings from the start
        for k, where in ((0, "at the start"), (half_way, "half way"), (self.zones, "at the end")):
            steps = round(k * self.spacing_m / (self.speed * self.dt))
            simulation.advance(steps - simulation.tick)
            reached = float(simulation.state.objectives.real[0, ObjectiveR.PROGRESS].sum())
            score = float(simulation.state.sides.real[0, SideR.SCORE, 0])
            rows.append(judge.exact(f"zones reached {where}", reached, float(k), 0.0, "a count"))
            rows.append(judge.exact(f"score {where}", score, k / total, 1e-12, "rounding of a mean"))
        return rows

    def document(self) -> Document:
        """Return the scenario; the names of the zones are in the order of the route."""
        total = self.zones + self.beyond
        length_m = self.zones * self.spacing_m
        half_width_km = 1.1e-3 * total * self.spacing_m + 1.0
        start_km, step_km = -0.5 * total * self.spacing_m / 1e3, self.spacing_m / 1e3
        centres = [start_km + (k + 0.5) * step_km for k in range(total)]
        names = [f"zone-{k:03d}" for k in range(total)]
        content = document(
            "reach",
            dt_s=self.dt,
            n_ticks=round(1.5 * length_m / (self.speed * self.dt)) + 10,
            half_width_km=half_width_km,
            groups=[
                group(
                    "car",
                    "blue",
                    "car",
                    (start_km, 0.0),
                    task={"verb": "move", "at_km": [start_km + length_m / 1e3, 0.0], "speed": 1.0},
                ),
                group("post", "red", "post", (0.0, half_width_km / 2.0)),
            ],
            platforms={"car": platform(speed_max_mps=self.speed), "post": platform()},
            time_keys={"score_interval_s": self.dt},
        )
        zones = [
            {"name": name, "circle": {"centre_km": [x, 0.0], "radius_km": 0.3 * step_km}}
            for name, x in zip(names, centres, strict=True)
        ]
        objectives = [{"name": f"reach-{name}", "side": "blue", "kind": "reach", "zone": name} for name in names]
        return {**content, "zones": zones, "objectives": objectives}


@dataclass(frozen=True)
class Finish:
    """Lanchester's square law to the finish, where a side that survives with too little strength loses by score.

    Blue's objectives are the destruction of red and, with a weight w, its own protection; red's is the destruction of
    blue. With a share x of blue left and y of red, the scores are (1 - y + w x) / (1 + w) and 1 - x.
    """

    blue: int = option(12, "units of blue", low=1, high=100)
    red: int = option(10, "units of red", low=1, high=100)
    rate: float = option(0.1, "kills per unit and second", above=0.0)
    weight: float = option(3.0, "weight of protecting blue", above=0.0)
    margin: float = option(0.1, "lead of the score that wins", low=0.0, high=1.0)
    dt: float = option(1.0, "time step [s]", above=0.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        return self._fight.problems()

    @property
    def _fight(self) -> Attrition:
        return Attrition(self.blue, self.red, self.rate, self.rate, self.dt, attrition.SQUARE)

    def rows(self, run: Run) -> list[Row]:
        """Play the fight and compare the winner by score with the law of the survivors."""
        result = sample(self.document(), run, _TICKS, _measure)
        law = attrition.stepped(self._fight.fight, self.dt)
        ends = [(left / self.blue, 0.0, float(law.blue[left])) for left in range(1, self.blue + 1)]
        ends += [(0.0, left / self.red, float(law.red[left])) for left in range(1, self.red + 1)]
        ends.append((0.0, 0.0, law.p_draw))
        won = {side: sum(chance for x, y, chance in ends if self._winner(x, y) == side) for side in (0, 1, -1)}
        judge = Judge("finish", f"{self.blue}v{self.red} weight {self.weight:g} margin {self.margin:g}")
        n = result["winner"].size
        unfinished = float(np.sum(result["annihilated"] == 0.0))
        survivors = int(np.sum(result["survived_but_lost"]))
        lost = sum(chance for x, y, chance in ends if x > 0.0 and self._winner(x, y) == 1)
        return [
            judge.exact("fights that no side's destruction ended", unfinished, 0.0, 0.0, "the time limit is far"),
            *(
                judge.proportion(f"P({name})", int(np.sum(result["winner"] == side)), n, won[side])
                for side, name in ((0, "blue wins"), (1, "red wins"), (-1, "no winner"))
            ),
            judge.proportion("P(blue survives and loses)", survivors, n, lost),
        ]

    def _winner(self, x: float, y: float) -> int:
        """Return the winner by score when shares ``x`` of blue and ``y`` of red are left."""
        lead = (1.0 - y + self.weight * x) / (1.0 + self.weight) - (1.0 - x)
        return 0 if lead > self.margin else 1 if -lead > self.margin else -1

    def document(self) -> Document:
        """Return the scenario: the fight of the topic attrition, with objectives."""
        content = self._fight.document(_TICKS)
        content["rules"]["win_margin"] = self.margin
        content["objectives"] = [
            {"side": "blue", "kind": "destroy", "count": "units"},
            {"side": "blue", "kind": "protect", "count": "units", "weight": self.weight},
            {"side": "red", "kind": "destroy", "count": "units"},
        ]
        return content


def _measure(simulation: "Simulation", compiled: "Compiled") -> Sample:
    """Return the winner, whether a side's destruction ended the fight, and whether blue survived and lost."""
    winner = simulation.state.world[:, WorldW.WINNER].astype(np.float64)
    blue, red = living(simulation, compiled, 0), living(simulation, compiled, 1)
    return {
        "winner": winner,
        "annihilated": (simulation.state.world[:, WorldW.REASON] == EndReason.ANNIHILATION).astype(np.float64),
        "survived_but_lost": ((blue > 0) & (red == 0) & (winner == 1)).astype(np.float64),
    }


TOPIC = Topic(
    "scoring",
    "zones reached in turn, and a fight to the finish decided by the score",
    {"reach": Reach, "finish": Finish},
    (Reach(), Reach(33, 0, 50.0, 10.0, 1.0), Finish(), Finish(8, 10, 0.1, 0.5, 0.05, 0.5)),
)
