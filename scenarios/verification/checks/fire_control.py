"""Fire control: no-fire zones, delayed approval, and the lead of rounds in flight, at any step and at drawn turns."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from scenarios.verification.document import all_seeing, document, everyday, group, platform
from scenarios.verification.measures import strength, unit_named
from scenarios.verification.options import Topic, option
from scenarios.verification.oracles import area
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, Sample, sample
from simcore.state import SalvoW, SideW, WorldW

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

_ENOUGH = 100
"""Replications of deterministic results: turns and keys are drawn in each."""
_LOSS = 1e-3  # strength lost per hit
_REACH_KM = 20.0
_WATER = {"kind": "flat", "surface": "water"}


def shots_from(first: int, n_ticks: int, reload_ticks: int) -> int:
    """Return the number of shots in the ticks before ``n_ticks``, the first in tick ``first``."""
    return max(0, math.ceil((n_ticks - first) / reload_ticks))


def gun(reload_s: float, **keys: object) -> Document:
    """Return a weapon that always hits, at once unless ``keys`` override it, with negligible damage."""
    return {
        "domains": ["surface"],
        "range_max_km": _REACH_KM,
        "reload_s": reload_s,
        "p_hit": 1.0,
        "damage": _LOSS,
        "needs_sight": False,
        **keys,
    }


def hits_on(simulation: "Simulation", compiled: "Compiled", name: str) -> np.ndarray:
    """Return the number of hits on a unit (R,)."""
    return np.rint((1.0 - strength(simulation, unit_named(compiled, name))) / _LOSS)


def off_by(judge: Judge, quantity: str, values: np.ndarray, expected: int) -> Row:
    """Judge a count that must be the same in all replications, by the replication farthest from it."""
    farthest = float(values[np.argmax(np.abs(values - expected))])
    return judge.exact(quantity, farthest, float(expected), 0.0, f"the same in all {values.size} replications")


@dataclass(frozen=True)
class Zone:
    """A target in a no-fire zone that closes half-way, and a target beyond it that may be engaged."""

    link: str = option("linked", "link of the shooter", choices=("linked", "cut", "late"))
    reload_s: float = option(5.0, "time between shots [s]", above=0.0, high=1000.0)
    dt: float = option(1.0, "time step [s]", above=0.0, high=10.0)

    _TICKS: ClassVar[int] = 60

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        whole = self.reload_s / self.dt
        return [] if whole == round(whole) else ["--reload-s: not a number of steps; give a multiple of --dt"]

    def rows(self, run: Run) -> list[Row]:
        """Count hits before the zone closes and at the end. A denied shot costs the mount no time."""
        reload_ticks, half = round(self.reload_s / self.dt), self._TICKS // 2
        judge = Judge("no-fire zone", f"{self.link}, reload {self.reload_s:g} s, dt {self.dt:g}")
        content, n = self.document(), min(run.replications, _ENOUGH)
        before = sample(content, run, half, self.measure, n)
        after = sample(content, run, self._TICKS, self.measure, n)
        rows = [off_by(judge, "hits in the zone", before["near"], 0)]
        ready = half
        if self.link == "linked":
            beyond = shots_from(1, half, reload_ticks)
            rows.append(off_by(judge, "hits beyond it", before["far"], beyond))
            ready = max(half, 1 + beyond * reload_ticks)
        open_fire = shots_from(ready, self._TICKS, reload_ticks)
        rows.append(off_by(judge, "hits when it is closed", after["near"], open_fire))
        return rows

    def measure(self, simulation: "Simulation", compiled: "Compiled") -> Sample:
        """Return the hits on both targets."""
        return {name: hits_on(simulation, compiled, name) for name in ("near", "far") if name in compiled.roster.units}

    def document(self) -> Document:
        """Return the scenario."""
        radio = {"range_km": 1.0 if self.link == "cut" else 10.0, "latency_s": 3.0 * self.dt * (self.link == "late")}
        groups = [
            group("shooter", "blue", "shooter", (0.0, 0.0)),
            group("post", "blue", "post", (-5.0, 0.0)),
            group("near", "red", "target", (4.0, 0.0)),
        ]
        if self.link == "linked":
            groups.append(group("far", "red", "target", (8.0, 0.0)))
        scenario = document(
            "no-fire",
            dt_s=self.dt,
            n_ticks=self._TICKS,
            half_width_km=_REACH_KM,
            groups=groups,
            platforms={
                "shooter": platform(
                    "surface", sensors=["eye"], weapons=[{"weapon": "gun", "rounds": None}], radio=radio
                ),
                "post": platform("surface", command_post=True, radio=radio),
                "target": platform("surface"),
            },
            sensors={"eye": all_seeing(_REACH_KM, self.dt)},
            weapons={"gun": gun(self.reload_s, choice="nearest")},
            terrain=_WATER,
        )
        scenario["zones"] = [
            {"name": "sanctuary", "kind": "no_fire", "circle": {"centre_km": [4.0, 0.0], "radius_km": 1.0}}
        ]
        close = {"at_s": self.dt * (self._TICKS // 2), "kind": "zone", "zone": "sanctuary", "active": False}
        return everyday({**scenario, "injects": [close]})


@dataclass(frozen=True)
class Delay:
    """A unit with a gun against ships and a gun against aircraft, whose engagements are approved after a fixed time."""

    approval_s: float = option(30.0, "time from the proposal to the first shot [s]", low=0.0, high=1000.0)
    reload_s: float = option(10.0, "time between shots [s]", above=0.0, high=1000.0)
    ships: int = option(2, "ships in range", low=1, high=50)
    aircraft: int = option(2, "aircraft in range", low=0, high=50)
    choice: str = option("random", "target choice", choices=("random", "nearest", "spread", "valuable"))
    autonomy: str = option("approve", "who decides", choices=("approve", "veto"))
    dt: float = option(1.0, "time step [s]", above=0.0, high=10.0)

    _TICKS: ClassVar[int] = 200

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        times = {"--approval-s": self.approval_s, "--reload-s": self.reload_s}
        return [
            f"{name}: not a number of steps; give a multiple of --dt"
            for name, time_s in times.items()
            if time_s / self.dt != round(time_s / self.dt)
        ]

    def rows(self, run: Run) -> list[Row]:
        """Count the hits of either gun: each proposes independently, and keeps to its proposed target."""
        first = 1 + round(self.approval_s / self.dt)
        expected = shots_from(first, self._TICKS, round(self.reload_s / self.dt))
        forces = f"{self.ships} ships {self.aircraft} aircraft"
        times = f"{self.approval_s:g} s reload {self.reload_s:g} s dt {self.dt:g}"
        judge = Judge(f"approval by delay, {self.autonomy}", f"{self.choice}, {forces}, {times}")
        result = sample(self.document(), run, self._TICKS, self.measure, min(run.replications, _ENOUGH))
        return [off_by(judge, f"hits on {target}", result[target], expected) for target in result]

    def measure(self, simulation: "Simulation", compiled: "Compiled") -> Sample:
        """Return the hits on all ships and on all aircraft."""
        hits = {name: hits_on(simulation, compiled, name) for name in compiled.roster.units if name != "shooter"}
        kinds = ("ships", "aircraft") if self.aircraft > 0 else ("ships",)
        return {kind: np.sum([n for name, n in hits.items() if name.startswith(kind)], axis=0) for kind in kinds}

    def document(self) -> Document:
        """Return the scenario."""
        apart = {"formation": {"shape": "line", "spacing_m": 100.0}}
        groups = [
            group("shooter", "blue", "shooter", (0.0, 0.0)),
            group("ships", "red", "ship", (4.0, 0.0), self.ships, **apart),
        ]
        if self.aircraft > 0:
            groups.append(group("aircraft", "red", "aircraft", (0.0, 4.0), self.aircraft, **apart))
        return everyday(
            document(
                "approval-by-delay",
                dt_s=self.dt,
                n_ticks=self._TICKS,
                half_width_km=_REACH_KM,
                groups=groups,
                platforms={
                    "shooter": platform(
                        "surface",
                        autonomy=self.autonomy,
                        approval_s=self.approval_s,
                        sensors=["eye"],
                        weapons=[{"weapon": name, "rounds": None} for name in ("gun", "flak")],
                    ),
                    "ship": platform("surface"),
                    "aircraft": platform("air", height_m=500.0),
                },
                sensors={"eye": all_seeing(_REACH_KM, self.dt)},
                weapons={
                    "gun": gun(self.reload_s, choice=self.choice),
                    "flak": gun(self.reload_s, choice=self.choice, domains=["air"]),
                },
                terrain=_WATER,
            )
        )


@dataclass(frozen=True)
class Lead:
    """Rounds fired at a target on a straight course: they must land at its position on arrival."""

    fire: str = option("aimed", "aimed rounds with a narrow seeker, or area fire", choices=("aimed", "area"))
    round_speed: float = option(600.0, "speed of the round [m/s]", above=1.0, high=10_000.0)
    target_speed: float = option(250.0, "speed of the target [m/s]", low=0.0, high=1000.0)
    dt: float = option(2.0, "time step [s]", above=0.0, high=20.0)
    lethal: float = option(30.0, "area fire: lethal radius [m]", above=0.0, high=1000.0)
    cep: float = option(40.0, "area fire: circular error probable [m]", low=0.0, high=2000.0)

    _LENGTH_S: ClassVar[float] = 200.0

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        return []

    def rows(self, run: Run) -> list[Row]:
        """Compare the hits with the rounds landed."""
        n_ticks = math.ceil(self._LENGTH_S / self.dt)
        result = sample(self.document(n_ticks), run, n_ticks, self.measure, min(run.replications, _ENOUGH))
        landed, hits = int(result["landed"].sum()), int(result["hits"].sum())
        speeds = f"round {self.round_speed:g} m/s target {self.target_speed:g} m/s dt {self.dt:g}"
        if self.fire == "aimed":
            judge = Judge("lead, seeker of 1 m", speeds)
            return [judge.exact("rounds that land and miss", float(landed - hits), 0.0, 0.0, f"of {landed} rounds")]
        judge = Judge("lead of area fire", f"R {self.lethal:g} CEP {self.cep:g} {speeds}")
        oracle = area.single_shot(self.lethal, self.cep, 0.0, "cookie_cutter")
        return [judge.proportion("P(round hits)", hits, landed, oracle)]

    def measure(self, simulation: "Simulation", compiled: "Compiled") -> Sample:
        """Return the rounds that have landed, and those that hit."""
        side = simulation.state.sides.whole[:, :, 0].astype(np.float64)
        salvoes = simulation.state.salvoes.whole[:, SalvoW.ROUNDS]
        in_flight = simulation.state.world[:, WorldW.IN_FLIGHT].tolist()
        flying = np.array([int(rounds[:n].sum()) for rounds, n in zip(salvoes, in_flight, strict=True)])
        return {"landed": side[:, SideW.ROUNDS] - flying, "hits": side[:, SideW.HITS]}

    def document(self, n_ticks: int) -> Document:
        """Return the scenario: the target passes at a distance."""
        half_m = 0.5 * self.target_speed * self.dt * (n_ticks + 4)
        away_km, reach_km = 5.0, math.hypot(5.0, half_m / 1e3) + 1.0
        keys: Document = {"fire": "area", "lethal_radius_m": self.lethal, "cep_m": self.cep}
        if self.fire == "aimed":
            keys = {"seeker_basket_m": 1.0}
        course: Document = {"task": {"verb": "move", "at_km": [away_km, half_m / 1e3], "speed": 1.0}}
        weapon = gun(self.dt, domains=["air"], round_speed_mps=self.round_speed, **keys)
        return everyday(
            document(
                "lead",
                dt_s=self.dt,
                n_ticks=n_ticks,
                half_width_km=reach_km,
                groups=[
                    group("shooter", "blue", "shooter", (0.0, 0.0)),
                    group("target", "red", "target", (away_km, -half_m / 1e3), **course),
                ],
                platforms={
                    "shooter": platform("surface", sensors=["eye"], weapons=[{"weapon": "gun", "rounds": None}]),
                    "target": platform("air", speed_max_mps=self.target_speed, toughness=1e6),
                },
                sensors={"eye": all_seeing(2.0 * reach_km, self.dt)},
                weapons={"gun": {**weapon, "range_max_km": 2.0 * reach_km}},
                terrain=_WATER,
            )
        )


TOPIC = Topic(
    "fire-control",
    "no-fire zones with, without and with late links, delayed approval, and the lead of rounds in flight",
    {"zone": Zone, "delay": Delay, "lead": Lead},
    (
        Zone(),
        Zone("cut", 1000.0),
        Zone("late", 4.0, 2.0),
        Delay(),
        Delay(20.0, 5.0, 3, 0, "spread", dt=2.5),
        Delay(autonomy="veto", choice="nearest"),
        Lead(),
        Lead(dt=0.5),
        Lead(dt=5.0),
        Lead(round_speed=310.0, target_speed=290.0, dt=10.0),
        Lead("area", 300.0, 30.0, 5.0),
        Lead("area", 800.0, 200.0, 2.0),
    ),
)
