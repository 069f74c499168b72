"""Area fire: the chances that a round damages its target and a bystander beside it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scenarios.verification.document import all_seeing, document, group, platform
from scenarios.verification.measures import strength, unit_named
from scenarios.verification.options import Topic, option
from scenarios.verification.oracles import area
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, Sample, sample

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

_RANGE_KM = 10.0
_TICKS = 4


@dataclass(frozen=True)
class Burst:
    """A round fired at a target, with an undetected bystander of the same side at a distance from it."""

    lethal: float = option(30.0, "lethal radius R [m]", above=0.0, high=1000.0)
    cep: float = option(40.0, "circular error probable [m]", low=0.0, high=2000.0)
    offset: float = option(35.0, "distance of the bystander from the target [m]", low=0.0, high=2000.0)
    p_hit: float = option(0.9, "chance of damage inside the lethal radius", low=0.0, high=1.0)
    law: str = option("cookie_cutter", "damage function", choices=("cookie_cutter", "carleton"))

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        if self.cep == 0.0 and abs(self.offset - self.lethal) < 1e-6:
            return ["--offset: equal to --lethal without any error is a toss-up; move it"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Fire once and compare both chances with the integral of the damage function over the impact point."""
        result = sample(self.document(), run, _TICKS, self.measure)
        judge = Judge(f"area fire {self.law}", f"R {self.lethal:g} CEP {self.cep:g} p {self.p_hit:g}")
        rows: list[Row] = []
        for label, name, away in (("P(target hit)", "target", 0.0), ("P(hit beside)", "bystander", self.offset)):
            oracle = self.p_hit * area.single_shot(self.lethal, self.cep, away, self.law)
            quantity = label if away == 0.0 else f"{label}, {away:g} m off"
            rows.append(judge.proportion(quantity, int(result[name].sum()), result[name].size, oracle))
        return rows

    def measure(self, simulation: "Simulation", compiled: "Compiled") -> Sample:
        """Return whether each unit was damaged."""
        return {
            name: (strength(simulation, unit_named(compiled, name)) < 1.0).astype(float)
            for name in ("target", "bystander")
        }

    def document(self) -> Document:
        """Return the scenario."""
        howitzer = {
            "domains": ["land"],
            "range_max_km": _RANGE_KM,
            "reload_s": 1000.0,
            "p_hit": self.p_hit,
            "needs_sight": False,
            "fire": "area",
            "lethal_radius_m": self.lethal,
            "cep_m": self.cep,
            "damage_function": self.law,
            "damage": 0.5,
        }
        return document(
            "area-fire",
            dt_s=1.0,
            n_ticks=_TICKS,
            half_width_km=_RANGE_KM,
            groups=[
                group("shooter", "blue", "shooter", (0.0, -1.0)),
                group("target", "red", "target", (0.0, 1.0)),
                group("bystander", "red", "hidden", (self.offset / 1e3, 1.0)),
            ],
            platforms={
                "shooter": platform(sensors=["eye"], weapons=[{"weapon": "howitzer", "rounds": 1}]),
                "target": platform(),
                "hidden": platform(signature=0.0),
            },
            sensors={"eye": all_seeing(_RANGE_KM, 1.0)},
            weapons={"howitzer": howitzer},
        )


TOPIC = Topic(
    "area",
    "area fire: single-shot damage of a cookie cutter and of Carleton's function, on and off the aim point",
    {"burst": Burst},
    (
        Burst(),
        Burst(50.0, 25.0, 60.0, 1.0, "cookie_cutter"),
        Burst(30.0, 40.0, 35.0, 0.9, "carleton"),
        Burst(15.0, 60.0, 80.0, 1.0, "carleton"),
    ),
)
