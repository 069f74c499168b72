"""Minefields: the risk of a passage, ships in column, a swept lane, and random clearance."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scenarios.verification.checks.salvo import distribution_rows
from scenarios.verification.document import document, group, platform
from scenarios.verification.measures import living
from scenarios.verification.options import Topic, option
from scenarios.verification.oracles import mines, search
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, Sample, sample
from simcore.state import SideW

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

_WATER = {"kind": "flat", "surface": "water"}
_HALF_LENGTH_KM = 1.0
_SPEED_MPS = 10.0
_STEPS_PER_RADIUS = 20
_COVERAGES = (0.5, 1.0, 2.0)
_INNER = 0.9  # share of the disc's radius within which mines lie


@dataclass(frozen=True)
class Transit:
    """Ships cross a field in column, behind a sweeper that does not actuate mines."""

    mines: int = option(20, "mines in the field", low=1, high=500)
    actuation: float = option(40.0, "actuation distance of a mine [m]", above=0.0, high=500.0)
    half_height: float = option(500.0, "half the width of the field across the lane [m]", above=0.0, high=5000.0)
    p_actuation: float = option(0.7, "chance of actuation within that distance", low=0.0, high=1.0)
    ships: int = option(3, "ships", low=1, high=20)
    p_clear: float = option(
        0.0, "chance that the sweeper clears a mine in its swath; 0 is no sweeper", low=0.0, high=1.0
    )
    sweep: float = option(120.0, "width of the swath [m]", above=0.0, high=2000.0)
    dt: float = option(10.0, "time step [s]", above=0.0, high=60.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        problems: list[str] = []
        if max(self.actuation, 0.5 * self.sweep) >= self.half_height:
            problems.append(
                "--half-height: the lane must lie inside the field; give more than --actuation and --sweep / 2"
            )
        if self.sweep < 2.0 * self.actuation:
            problems.append("--sweep: the ships would leave the swath; give at least twice --actuation")
        return problems

    def rows(self, run: Run) -> list[Row]:
        """Cross the field and compare ships lost and mines cleared with the lane's states."""
        near = self.actuation / self.half_height
        swept = 0.5 * self.sweep / self.half_height
        law = mines.lane(self.mines, near, swept, self.p_actuation, self.p_clear, self.ships)
        n_ticks = math.ceil((2.0 * _HALF_LENGTH_KM + 1.0 + 0.1 * self.ships) * 1e3 / (_SPEED_MPS * self.dt)) + 5
        result = sample(self.document(n_ticks), run, n_ticks, self.measure)
        field = f"{self.mines} mines {self.actuation:g} in {2.0 * self.half_height:g} m, p {self.p_actuation:g}"
        judge = Judge("mine transit", f"{field}, ships {self.ships}, clear {self.p_clear:g}, dt {self.dt:g}")
        rows = distribution_rows(judge, "ships lost", result["lost"], law.lost, {"P(none lost)": 0.0})
        cleared = law.cleared
        rows.append(judge.mean("E[cleared]", result["cleared"], cleared.mean, cleared.sd, cleared.central_moment(3)))
        if self.p_clear == 0.0 and self.ships == 1:
            safe = float((result["lost"] == 0).mean())
            limit = mines.poisson_safe(self.mines, near, self.p_actuation)
            rows.append(judge.information("P(none lost), Poisson", safe, limit, "limit of many mines"))
        return rows

    def measure(self, simulation: "Simulation", compiled: "Compiled") -> Sample:
        """Return the ships lost and the mines cleared."""
        sweepers = 1 if self.p_clear > 0.0 else 0
        cleared = simulation.state.sides.whole[:, SideW.MINES_CLEARED, 0]
        return {
            "lost": self.ships + sweepers - living(simulation, compiled, 0),
            "cleared": cleared.astype(float),
        }

    def document(self, n_ticks: int) -> Document:
        """Return the scenario."""
        half_km = self.half_height / 1e3
        field_km = max(4.0, half_km + 0.5)
        task = {"verb": "move", "at_km": [_HALF_LENGTH_KM + 0.5, 0.0], "speed": 1.0}
        start_km = -_HALF_LENGTH_KM - 0.5
        speed = {"speed_max_mps": _SPEED_MPS, "speed_cruise_mps": _SPEED_MPS}
        ships = [
            group(f"ship-{k:02d}", "blue", "ship", (start_km - 0.1 * (k + 1), 0.0), task=task)
            for k in range(self.ships)
        ]
        sweepers = [group("sweeper", "blue", "sweeper", (start_km, 0.0), task=task)] if self.p_clear > 0.0 else []
        content = document(
            "mine-transit",
            dt_s=self.dt,
            n_ticks=n_ticks,
            half_width_km=field_km,
            groups=[*ships, *sweepers, group("layer", "red", "layer", (0.0, field_km - 0.1))],
            platforms={
                "ship": platform("surface", **speed, target_class="ship"),
                "sweeper": platform("surface", **speed, mine_clearing={"width_m": self.sweep, "p_clear": self.p_clear}),
                "layer": platform("surface"),
            },
            terrain=_WATER,
        )
        box = {"west_km": -_HALF_LENGTH_KM, "east_km": _HALF_LENGTH_KM, "south_km": -half_km, "north_km": half_km}
        field = {"name": "field", "side": "red", "rectangle": box, "count": self.mines, "domains": ["surface"]}
        effect = {"actuation_m": {"ship": self.actuation}, "p_actuation": self.p_actuation, "p_kill": 1.0}
        return {**content, "minefields": [{**field, **effect}]}


@dataclass(frozen=True)
class Clearance:
    """A sweeper on random legs in a disc clears 1 - exp(-p W v t / A) of the mines, the law of random search.

    Mines lie in the inner 0.9 of the disc, away from the border at which the sweeper turns. Its legs are independent
    in the limit of a narrow swath relative to the disc.
    """

    width: float = option(400.0, "width of the swath W [m]", above=0.0)
    radius: float = option(10_000.0, "radius of the disc [m]", above=0.0)
    speed: float = option(5.0, "speed of the sweeper v [m/s]", above=0.0)
    p_clear: float = option(0.6, "chance that a passage clears a mine (p)", above=0.0, high=1.0)
    mines: int = option(20, "mines", low=1, high=500)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        if not 25.0 <= self.radius / self.width <= 200.0:
            return ["--radius: random search is a limit law; give 25 to 200 times --width"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Sweep to increasing coverage and compare the share cleared."""
        dt_s = self.radius / _STEPS_PER_RADIUS / self.speed
        area = math.pi * self.radius**2
        # each leg ends on the border, where the sweeper waits for the end of the step: half a step on average
        real_speed = self.speed / (1.0 + 0.5 * self.speed * dt_s / (0.5 * math.pi * self.radius))
        rate = self.width * real_speed * dt_s / area
        judge = Judge("mine clearance", f"W/R {self.width / self.radius:g} p {self.p_clear:g} dt {dt_s:.3g}")
        rows: list[Row] = []
        for z in _COVERAGES:
            n_ticks = round(z / rate)
            result = sample(self.document(dt_s, n_ticks), run, n_ticks, self.measure, max(100, run.replications // 20))
            share = search.random_search(self.p_clear * rate * n_ticks)
            note = "limit law of W/R -> 0; off by 0.002 at most here"
            rows.append(judge.mean(f"E[share cleared], z = {z:g}", result["share"], share, note=note))
        return rows

    def measure(self, simulation: "Simulation", compiled: "Compiled") -> Sample:
        """Return the share of the mines cleared."""
        return {"share": simulation.state.sides.whole[:, SideW.MINES_CLEARED, 0] / float(self.mines)}

    def document(self, dt_s: float, n_ticks: int) -> Document:
        """Return the scenario."""
        radius_km = self.radius / 1e3
        task = {"verb": "search", "at_km": [0.0, 0.0], "radius_km": radius_km, "speed": 1.0}
        sweeper = platform(
            "surface",
            speed_max_mps=self.speed,
            speed_cruise_mps=self.speed,
            mine_clearing={"width_m": self.width, "p_clear": self.p_clear},
        )
        content = document(
            "mine-clearance",
            dt_s=dt_s,
            n_ticks=n_ticks,
            half_width_km=1.1 * radius_km,
            groups=[
                group(
                    "sweeper", "blue", "sweeper", (0.0, 0.0), scatter_radius_km=radius_km, heading_deg=None, task=task
                ),
                group("layer", "red", "layer", (0.0, 1.05 * radius_km)),
            ],
            platforms={"sweeper": sweeper, "layer": platform("surface")},
            terrain=_WATER,
        )
        disc = {"centre_km": [0.0, 0.0], "radius_km": _INNER * radius_km}
        field = {"name": "field", "side": "red", "circle": disc, "count": self.mines}
        return {**content, "minefields": [{**field, "domains": ["surface"], "actuation_m": {"ship": 10.0}}]}


TOPIC = Topic(
    "mines",
    "minefields: risk of a passage, ships in column, swept lanes, clearance at random",
    {"transit": Transit, "clearance": Clearance},
    (
        Transit(),
        Transit(60, 25.0, 800.0, 1.0, 1, 0.0, 120.0, 3.0),
        Transit(30, 50.0, 400.0, 0.9, 4, 0.8, 150.0, 20.0),
        Clearance(),
        Clearance(300.0, 12_000.0, 8.0, 1.0, 30),
    ),
)
