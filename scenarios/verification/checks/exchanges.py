"""Several exchanges of salvoes, ship by ship, with time of flight."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scenarios.verification.checks.salvo import distribution_rows
from scenarios.verification.document import all_seeing, document, everyday, group, platform
from scenarios.verification.measures import living
from scenarios.verification.options import Topic, option
from scenarios.verification.oracles.exchanges import Flotilla, left_after
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, Sample, sample

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

_BETWEEN_S = 20.0  # time between exchanges
_AWAY_KM = 2.0
_APART_M = 100.0  # spacing of neighbours, which may not protect each other
_FLIGHT_S = 5.0


def measure_left(simulation: "Simulation", compiled: "Compiled") -> Sample:
    """Return the number of living ships of either side."""
    return {name: living(simulation, compiled, side) for side, name in enumerate(("blue", "red"))}


@dataclass(frozen=True)
class Exchanges:
    """Two flotillas in range of each other, for several exchanges; red has twice the staying power."""

    blue: int = option(3, "ships of blue", low=1, high=4)
    red: int = option(2, "ships of red", low=1, high=4)
    rounds: int = option(3, "rounds of a salvo", low=1, high=6)
    p_hit: float = option(0.5, "chance that a round hits", low=0.0, high=1.0)
    interceptors: int = option(2, "rounds engaged by a ship in an exchange", low=1, high=10)
    p_stop: float = option(0.5, "chance that an engaged round is stopped", low=0.0, high=1.0)
    exchanges: int = option(4, "exchanges", low=1, high=20)
    dt: float = option(1.0, "time step [s]", above=0.0, high=5.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        if _FLIGHT_S % self.dt > 0.0:
            return [f"--dt: the time of flight is {_FLIGHT_S:g} s; give a step that divides it"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Play all exchanges and compare the survivors of both sides with the chain."""
        blue, red = (
            Flotilla(ships, self.rounds, self.p_hit, self.interceptors, self.p_stop, staying)
            for ships, staying in ((self.blue, 1), (self.red, 2))
        )
        laws = left_after(blue, red, self.exchanges)
        n_ticks = round(self.exchanges * _BETWEEN_S / self.dt)
        result = sample(self.document(n_ticks), run, n_ticks, measure_left)
        sides = f"{self.blue}v{self.red} n{self.rounds} p{self.p_hit:g} z{self.interceptors} q{self.p_stop:g}"
        judge = Judge(f"{self.exchanges} salvo exchanges", f"{sides} dt {self.dt:g}")
        rows: list[Row] = []
        for name, law, most in zip(("blue", "red"), laws, (self.blue, self.red), strict=True):
            ends = {f"P({name} destroyed)": 0.0, f"P({name} unhurt)": float(most)}
            rows += distribution_rows(judge, f"ships of {name} left", result[name], law, ends)
        return rows

    def document(self, n_ticks: int) -> Document:
        """Return the scenario."""
        salvo = {
            "domains": ["surface"],
            "range_max_km": 2.0 * _AWAY_KM,
            "rounds_per_shot": self.rounds,
            "reload_s": _BETWEEN_S,
            "round_speed_mps": 1e3 * _AWAY_KM / _FLIGHT_S,
            "p_hit": self.p_hit,
            "choice": "random",
            "needs_sight": False,
            "stoppable": True,
        }
        shield: Document = {
            "domains": [],
            "reload_s": 0.5 * _BETWEEN_S,
            "interceptor": {
                "p_intercept": self.p_stop,
                "range_km": 0.5e-3 * _APART_M,
                "channels": self.interceptors,
                "shots_per_threat": 1,
            },
        }
        fit = {"sensors": ["eye"], "weapons": [{"weapon": name, "rounds": None} for name in ("salvo", "shield")]}
        line = {"formation": {"shape": "line", "spacing_m": _APART_M}}
        return everyday(
            document(
                "salvo-exchanges",
                dt_s=self.dt,
                n_ticks=n_ticks,
                half_width_km=3.0 * _AWAY_KM,
                groups=[
                    group("blue", "blue", "boat", (0.0, -0.5 * _AWAY_KM), self.blue, **line),
                    group("red", "red", "ship", (0.0, 0.5 * _AWAY_KM), self.red, **line),
                ],
                platforms={
                    "boat": platform("surface", toughness=1.0, **fit),
                    "ship": platform("surface", toughness=2.0, **fit),
                },
                sensors={"eye": all_seeing(2.0 * _AWAY_KM, self.dt)},
                weapons={"salvo": salvo, "shield": shield},
                terrain={"kind": "flat", "surface": "water"},
            )
        )


TOPIC = Topic(
    "exchanges",
    "several exchanges of salvoes between flotillas, ship by ship, with a time of flight",
    {"exchanges": Exchanges},
    (Exchanges(), Exchanges(4, 2, 2, 0.4, 1, 0.6, 5, 2.5)),
)
