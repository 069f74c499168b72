"""Names: equal forces win equally often under any names, and the first among equals is drawn."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenarios.verification.document import all_seeing, document, group, platform
from scenarios.verification.measures import living, unit_named
from scenarios.verification.options import Topic, option
from scenarios.verification.oracles.turns import first_shots
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, Sample, sample
from simcore.params import MountSpecW
from simcore.state import MountW
from simcore.types import F64

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

_RANGE_KM = 10.0
_GUN: Document = {"domains": ["land"], "range_max_km": _RANGE_KM, "reload_s": 1e4, "needs_sight": False}


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


def _problems(option_name: str, text: str, least: int) -> list[str]:
    names = _names(text)
    if len(names) < least or len(set(names)) < len(names) or not all(names):
        return [f"--{option_name}: {text!r}; give {least} or more names, all different, separated by commas"]
    return []


@dataclass(frozen=True)
class Duel:
    """Two equal guns that see and kill each other; each looks and searches for targets at its own turns."""

    names: str = option("b,r", "names of the gun of blue and of that of red")
    look: int = option(30, "interval between looks [steps]", low=1, high=1000)
    fire: int = option(1, "interval between searches for targets [steps]", low=1, high=1000)
    dt: float = option(1.0, "time step [s]", low=0.01, high=100.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        problems = _problems("names", self.names, 2)
        if not problems and len(_names(self.names)) > 2:
            problems.append(f"--names: {self.names!r}; give two names")
        return problems

    def rows(self, run: Run) -> list[Row]:
        """Play the duel and compare the survivors with the law of two equal turns."""
        p = first_shots(self.look, self.fire)
        both = float((p * p).sum())
        result = sample(self.document(), run, p.size, self.measure)
        judge = Judge("equal duel", f"names {self.names} look {self.look} fire {self.fire} dt {self.dt:g}")
        blue, red = result["blue"] > 0, result["red"] > 0
        return [
            judge.proportion("P(blue alone lives)", int((blue & ~red).sum()), blue.size, (1.0 - both) / 2.0),
            judge.proportion("P(red alone lives)", int((red & ~blue).sum()), blue.size, (1.0 - both) / 2.0),
            judge.proportion("P(both die)", int((~red & ~blue).sum()), blue.size, both),
        ]

    def measure(self, simulation: "Simulation", compiled: "Compiled") -> Sample:
        """Return whether each gun lives."""
        return {"blue": living(simulation, compiled, 0), "red": living(simulation, compiled, 1)}

    def document(self) -> Document:
        """Return the scenario."""
        blue, red = _names(self.names)
        gun = platform(sensors=["eye"], weapons=[{"weapon": "gun", "rounds": 1}])
        return document(
            "equal-duel",
            dt_s=self.dt,
            n_ticks=self.look + self.fire + 1,
            half_width_km=_RANGE_KM,
            groups=[group(blue, "blue", "gun", (-1.0, 0.0)), group(red, "red", "gun", (1.0, 0.0))],
            platforms={"gun": gun},
            sensors={"eye": all_seeing(_RANGE_KM, self.look * self.dt)},
            weapons={"gun": {**_GUN, "p_hit": 1.0, "p_kill": 1.0}},
            rules={"stagger": True},
            time_keys={"fire_interval_s": self.fire * self.dt},
        )


@dataclass(frozen=True)
class Commitment:
    """Several guns see a target in the same step, and only a single round may be fired at it: the gun is drawn."""

    names: str = option("a,b,z-9", "names of the guns")
    dt: float = option(1.0, "time step [s]", low=0.01, high=100.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        return _problems("names", self.names, 2)

    def rows(self, run: Run) -> list[Row]:
        """Fire once and compare each gun's share of the shots with an equal share."""
        names = _names(self.names)
        result = sample(self.document(), run, 2, self.measure)
        judge = Judge("one may fire", f"names {self.names} dt {self.dt:g}")
        return [
            judge.proportion(f"P({name} fires)", int(result[name].sum()), result[name].size, 1.0 / len(names))
            for name in names
        ]

    def measure(self, simulation: "Simulation", compiled: "Compiled") -> Sample:
        """Return whether each gun has fired."""
        left: F64 = simulation.state.mounts.whole[:, MountW.AMMO].astype(np.float64)
        unit = [unit_named(compiled, name) for name in _names(self.names)]
        carriers = simulation.params.mounts.whole[MountSpecW.UNIT]
        return {
            name: 1.0 - left[:, int(np.flatnonzero(carriers == i)[0])]
            for name, i in zip(_names(self.names), unit, strict=True)
        }

    def document(self) -> Document:
        """Return the scenario."""
        gun = platform(sensors=["eye"], weapons=[{"weapon": "gun", "rounds": 1}])
        guns = [group(name, "blue", "gun", (-1.0, 0.0)) for name in _names(self.names)]
        return document(
            "one-may-fire",
            dt_s=self.dt,
            n_ticks=2,
            half_width_km=_RANGE_KM,
            groups=[*guns, group("the-target", "red", "hulk", (1.0, 0.0))],
            platforms={"gun": gun, "hulk": platform()},
            sensors={"eye": all_seeing(_RANGE_KM, self.dt)},
            weapons={"gun": {**_GUN, "p_hit": 0.0, "commit_cap": 1, "round_speed_mps": 1.0}},
            rules={"stagger": True},
        )


TOPIC = Topic(
    "names",
    "names: equal forces win equally often under any names, and the first is drawn",
    {"duel": Duel, "commitment": Commitment},
    (
        Duel(),
        Duel("r,b"),
        Duel("alpha,bravo", 10, 5, 2.0),
        Duel("x2,x1", 60, 1, 0.5),
        Commitment(),
        Commitment("z-9,a,b,4"),
    ),
)
