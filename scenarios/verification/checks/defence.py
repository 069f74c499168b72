"""Layered defence: outer shots, inner shots, decoys, consecutive salvoes, and the time to look between shots."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scenarios.verification.checks.salvo import distribution_rows, missile
from scenarios.verification.document import LOOK_TICKS, all_seeing, document, everyday, group, platform
from scenarios.verification.measures import strength, unit_named
from scenarios.verification.options import Topic, option
from scenarios.verification.oracles import defence
from scenarios.verification.oracles.distribution import binomial, counts
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, Sample, sample
from simcore.params import MountSpecW, UnitSpecW
from simcore.state import MountW

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

_WATER = {"kind": "flat", "surface": "water"}
_NEVER_S = 100_000.0
_OUTER_KM, _INNER_KM = 10.0, 5.0
_SPARE_TICKS = LOOK_TICKS + 3


def shooter(p_stop: float, range_km: float, shots: int, per_threat: int, **keys: float) -> Document:
    """Return an interceptor with all its shots ready and no reload."""
    engage = {"p_intercept": p_stop, "range_km": range_km, "channels": max(shots, 1), "shots_per_threat": per_threat}
    return {"domains": [], "reload_s": _NEVER_S, "interceptor": {**engage, **keys}}


@dataclass(frozen=True)
class Layers:
    """An outer and an inner layer of shots and a decoy launcher against a salvo per second.

    The inner defender comes first in the order of names, so that the outer defender can shoot first only by its reach.
    """

    salvoes: int = option(2, "consecutive salvoes", low=1, high=6)
    rounds: int = option(6, "rounds per salvo", low=1, high=30)
    p_hit: float = option(0.8, "chance that a round is good", low=0.0, high=1.0)
    outer_p: float = option(0.5, "chance that a shot of the outer layer stops a round", low=0.0, high=1.0)
    outer_shots: int = option(7, "shots of the outer layer; 0 is none", low=0, high=200)
    outer_per_threat: int = option(1, "of these per round; 0 is shoot, look, shoot", low=0, high=20)
    inner_p: float = option(0.4, "chance that a shot of the inner layer stops a round", low=0.0, high=1.0)
    inner_shots: int = option(5, "shots of the inner layer; 0 is none", low=0, high=200)
    inner_per_threat: int = option(0, "of these per round; 0 is shoot, look, shoot", low=0, high=20)
    decoys: int = option(1, "decoys; each works on a single salvo", low=0, high=20)
    p_soft: float = option(0.5, "chance that a decoy leads a round astray", low=0.0, high=1.0)
    soft: str = option("after", "decoys before or after the shots of the inner layer", choices=("before", "after"))

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        return []

    @property
    def n_ticks(self) -> int:
        """Steps until the last salvo has been fired, even with the latest possible first look."""
        return self.salvoes + _SPARE_TICKS

    def rows(self, run: Run) -> list[Row]:
        """Fire the salvoes and compare the leakers and the shots of the inner layer with the stepped states."""
        law = defence.layered(
            self.salvoes,
            self.rounds,
            self.p_hit,
            defence.Layer(self.outer_shots, self.outer_p, self.outer_per_threat),
            defence.Layer(self.inner_shots, self.inner_p, self.inner_per_threat),
            self.decoys,
            self.p_soft,
            is_soft_first=self.soft == "before",
        )
        result = sample(self.document(self.n_ticks), run, self.n_ticks, self.measure)
        outer = f"{self.outer_shots}x{self.outer_p:g}/{self.outer_per_threat}"
        inner = f"{self.inner_shots}x{self.inner_p:g}/{self.inner_per_threat}"
        attack = f"{self.salvoes}x{self.rounds}x{self.p_hit:g}"
        decoys = f"decoys {self.decoys}x{self.p_soft:g} {self.soft}"
        judge = Judge("layered defence", f"{attack} vs {outer}, {inner}, {decoys}")
        rows = distribution_rows(judge, "through", result["through"], law.through, {"P(none through)": 0.0})
        shots = law.inner_shots
        return [*rows, judge.mean("E[inner shots]", result["shots"], shots.mean, shots.sd, shots.central_moment(3))]

    def measure(self, simulation: "Simulation", compiled: "Compiled") -> Sample:
        """Return the rounds that hit the target and the shots of the inner layer."""
        loss = 1.0 - strength(simulation, unit_named(compiled, "target"))
        mount = int(compiled.params.units.whole[UnitSpecW.MOUNT_FIRST, unit_named(compiled, "a-inner")])
        left = simulation.state.mounts.whole[:, MountW.AMMO, mount]
        used = compiled.params.mounts.whole[MountSpecW.AMMO0, mount] - left
        return {"through": (loss * self._most).round(), "shots": used.astype(float)}

    @property
    def _most(self) -> float:
        return float(self.salvoes * self.rounds + 1)  # the target survives all of them

    def document(self, n_ticks: int) -> Document:
        """Return the scenario."""
        gun = {**missile(self.rounds, self.p_hit, stoppable=True), "reload_s": 1.0, "guided": True}
        soft = {"p_guided": self.p_soft, "range_km": _INNER_KM, "before_hard_kill": self.soft == "before"}
        return everyday(
            document(
                "layered-defence",
                dt_s=1.0,
                n_ticks=n_ticks,
                half_width_km=_OUTER_KM,
                groups=[
                    group("attacker", "blue", "attacker", (0.0, -1.0)),
                    group("target", "red", "ship", (0.0, 1.0)),
                    group("a-inner", "red", "inner", (0.0, 1.0)),
                    group("b-outer", "red", "outer", (0.0, 2.0)),
                ],
                platforms={
                    "attacker": platform(
                        "surface",
                        sensors=["eye"],
                        weapons=[{"weapon": "missile", "rounds": self.rounds * self.salvoes}],
                    ),
                    "ship": platform(
                        "surface",
                        target_class="ship",
                        toughness=self._most,
                        weapons=[{"weapon": "decoy", "rounds": self.decoys}],
                    ),
                    "inner": platform(
                        "surface", signature=0, weapons=[{"weapon": "inner", "rounds": self.inner_shots}]
                    ),
                    "outer": platform(
                        "surface", signature=0, weapons=[{"weapon": "outer", "rounds": self.outer_shots}]
                    ),
                },
                sensors={"eye": all_seeing(_OUTER_KM, 1.0 * LOOK_TICKS)},
                weapons={
                    "missile": gun,
                    "decoy": {"reload_s": 1.0, "soft_kill": soft},
                    "inner": shooter(self.inner_p, _INNER_KM, self.inner_shots, self.inner_per_threat),
                    "outer": shooter(self.outer_p, _OUTER_KM, self.outer_shots, self.outer_per_threat),
                },
                terrain=_WATER,
            )
        )


@dataclass(frozen=True)
class Looks:
    """Shoot, look, shoot during the flight of the round: leakage depends on the number of shots in time."""

    rounds: int = option(4, "rounds of the salvo, all good", low=1, high=200)
    launch_m: float = option(20_000.0, "launch distance of the rounds [m]", above=100.0, high=200_000.0)
    speed: float = option(300.0, "speed of the rounds [m/s]", above=1.0, high=5000.0)
    reach_m: float = option(12_000.0, "reach of the defence", above=10.0, high=200_000.0)
    shot_speed: float = option(600.0, "speed of the defence's shots [m/s]", above=1.0, high=5000.0)
    assess: float = option(4.0, "seconds to look between shots", low=0.0, high=600.0)
    reaction: float = option(10.0, "seconds from launch to the first shot", low=0.0, high=600.0)
    p_stop: float = option(0.4, "chance that a shot stops a round", low=0.0, high=1.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        return []

    @property
    def looks(self) -> int:
        """Number of shots in time."""
        return defence.looks(self.launch_m, self.speed, self.reach_m, self.shot_speed, self.assess, self.reaction)

    def rows(self, run: Run) -> list[Row]:
        """Fire the salvo and compare the leakers with (1 - p)^looks for each round."""
        n_ticks = math.ceil(self.launch_m / self.speed) + _SPARE_TICKS
        law = counts(binomial(self.rounds, (1.0 - self.p_stop) ** self.looks))
        result = sample(self.document(n_ticks), run, n_ticks, self.measure)
        flight = f"{self.launch_m:g} m at {self.speed:g} m/s, reach {self.reach_m:g} at {self.shot_speed:g}"
        judge = Judge("time to shoot", f"{flight}, looks {self.looks}, p {self.p_stop:g}")
        return distribution_rows(judge, "through", result["through"], law, {"P(none through)": 0.0})

    def measure(self, simulation: "Simulation", compiled: "Compiled") -> Sample:
        """Return the rounds that hit."""
        loss = 1.0 - strength(simulation, unit_named(compiled, "target"))
        return {"through": (loss * (self.rounds + 1.0)).round()}

    def document(self, n_ticks: int) -> Document:
        """Return the scenario."""
        half_km = self.launch_m / 1e3
        timing = {"speed_mps": self.shot_speed, "assess_s": self.assess, "reaction_s": self.reaction}
        gun = missile(self.rounds, 1.0, stoppable=True)
        gun |= {"range_max_km": 2.0 * half_km, "round_speed_mps": self.speed, "reload_s": _NEVER_S}
        return everyday(
            document(
                "time-to-shoot",
                dt_s=1.0,
                n_ticks=n_ticks,
                half_width_km=half_km,
                groups=[
                    group("attacker", "blue", "attacker", (0.0, -0.5 * half_km)),
                    group("target", "red", "ship", (0.0, 0.5 * half_km)),
                ],
                platforms={
                    "attacker": platform(
                        "surface", sensors=["eye"], weapons=[{"weapon": "missile", "rounds": self.rounds}]
                    ),
                    "ship": platform(
                        "surface", toughness=self.rounds + 1.0, weapons=[{"weapon": "shield", "rounds": None}]
                    ),
                },
                sensors={"eye": all_seeing(2.0 * half_km, 1.0 * LOOK_TICKS)},
                weapons={"missile": gun, "shield": shooter(self.p_stop, self.reach_m / 1e3, 1000, 0, **timing)},
                terrain=_WATER,
            )
        )


TOPIC = Topic(
    "defence",
    "layered defence: who engages first, decoys, limited shots, time to look between shots",
    {"layers": Layers, "looks": Looks},
    (
        Layers(),
        Layers(3, 4, 0.9, 0.6, 10, 0, 0.5, 6, 2, 2, 0.4, "before"),
        Layers(1, 12, 1.0, 0.7, 200, 1, 0.6, 200, 1, 1, 0.3, "after"),
        Looks(),
        Looks(3, 5_000.0, 250.0, 8_000.0, 500.0, 2.0, 3.0, 0.3),
        Looks(6, 30_000.0, 900.0, 15_000.0, 900.0, 5.0, 20.0, 0.6),
    ),
)
