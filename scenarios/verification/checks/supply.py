"""Supply: turnarounds on hosts with limited places, loss of hosts, and resupply of magazines."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scenarios.loader import compile_document
from scenarios.verification.document import all_seeing, document, group, harmless_gun, platform
from scenarios.verification.measures import living
from scenarios.verification.options import Topic, option
from scenarios.verification.oracles import turnaround
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, begin
from simcore.state import SideW

if TYPE_CHECKING:
    from simcore.simulation import Simulation

_REACH_KM = 3.0
_STEPS_LIMIT = 200_000
_FIRST_SHOT = 1  # step: contacts of the first look are in the picture then


def _tally(simulation: "Simulation", tally: SideW) -> float:
    return float(simulation.state.sides.whole[0, tally, 0])


def _scenario(
    name: str, dt_s: float, n_ticks: int, groups: list[Document], cards: Document, time_keys: Document, **rules: bool
) -> Document:
    """Return a scenario in which a gun that never hits always has a target in reach."""
    return document(
        name,
        dt_s=dt_s,
        n_ticks=n_ticks,
        half_width_km=10.0,
        groups=[group("post", "blue", "post", (0.0, 0.0)), *groups, group("target", "red", "target", (0.0, 1.0))],
        platforms={"post": platform(sensors=["eye"]), "target": platform(), **cards},
        sensors={"eye": all_seeing(_REACH_KM, dt_s)},
        weapons={"gun": harmless_gun(_REACH_KM, dt_s)},
        rules=rules,
        time_keys=time_keys,
    )


def _flyers(host: str, count: int, rounds: int, turnaround_s: float) -> tuple[Document, Document]:
    """Return a group of drones aboard a host and their card: each fires a round per step from the start, and lands."""
    card = platform(
        "air",
        speed_max_mps=20.0,
        turnaround_min=turnaround_s / 60.0,
        weapons=[{"weapon": "gun", "rounds": rounds}],
    )
    flyers = group("drone", "blue", "drone", (0.0, 0.0), count, host=host, aboard=True)
    del flyers["at_km"]
    return {**flyers, "task": {"verb": "relay", "at_km": [0.0, 0.0]}}, card


@dataclass(frozen=True)
class Turnaround:
    """Drones sharing the places of a host: sorties and rounds, step by step and at the rate of full places."""

    drones: int = option(7, "drones", low=1, high=500)
    places: int = option(2, "places for service", low=1, high=100)
    rounds: int = option(5, "rounds of a drone, fired one per step", low=1, high=1000)
    service_steps: int = option(60, "steps of a turnaround", low=1, high=10_000)
    dt: float = option(2.0, "time step [s]", above=0.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        if self._horizon > _STEPS_LIMIT:
            return [f"--service-steps: plays more than {_STEPS_LIMIT} steps; give fewer drones or shorter turnarounds"]
        return []

    @property
    def _horizon(self) -> int:
        return 10 * self.service_steps * -(-self.drones // self.places) + 1

    def rows(self, run: Run) -> list[Row]:
        """Play with decisions at every step, and again with the default intervals; there is no chance in it."""
        judge = Judge("turnaround", f"{self.drones} drones, {self.places} places, {self.service_steps} steps")
        left = turnaround.departures(
            self.drones, self.places, self.rounds, self.service_steps, self._horizon, _FIRST_SHOT
        )
        fired = sum(min(self.rounds, self._horizon - step) for step in left)
        prompt = begin(compile_document(self.document(self.drones, self._horizon)), run.seed, 0, 1, 1)
        prompt.advance(self._horizon)
        rows = [
            judge.exact("sorties", _tally(prompt, SideW.LAUNCHES), len(left), 0.0, "a count"),
            judge.exact("rounds fired", _tally(prompt, SideW.ROUNDS), fired, 0.0, "a count"),
        ]
        slow_steps = self.rounds + 2 * round(10.0 / self.dt + 1.0)  # flights, and two decisions
        many = max(self.drones, turnaround.saturating_units(self.places, slow_steps, self.service_steps))
        n_windows, start = 8, 3 * (slow_steps + self.service_steps * -(-many // self.places))
        content = self.document(many, start + n_windows * self.service_steps, {"plan_interval_s": 10.0}, stagger=True)
        staggered = begin(compile_document(content), run.seed, 0, 1, 1)
        staggered.advance(start)
        before = _tally(staggered, SideW.LAUNCHES)
        staggered.advance(n_windows * self.service_steps)
        per_place = (_tally(staggered, SideW.LAUNCHES) - before) / (n_windows * self.places)
        full = Judge("turnaround", f"{many} drones, {self.places} places, default intervals")
        rows.append(full.exact("sorties a place and turnaround, queue full", per_place, 1.0, 0.0, "whole turnarounds"))
        return rows

    def document(self, drones: int, n_ticks: int, time_keys: Document | None = None, stagger: bool = False) -> Document:
        """Return the scenario: a host that carries all the drones."""
        flyers, card = _flyers("host", drones, self.rounds, self.service_steps * self.dt)
        host = platform(host={"carries": drones, "service_slots": self.places})
        every_step = {"plan_interval_s": self.dt}
        return _scenario(
            "turnaround",
            self.dt,
            n_ticks,
            [group("host", "blue", "host", (0.0, 0.0)), flyers],
            {"host": host, "drone": card},
            {**every_step, **(time_keys or {})},
            stagger=stagger,
        )


@dataclass(frozen=True)
class Lost:
    """The host is lost: drones aboard are lost with it, and drones in the air fire only their remaining rounds."""

    drones: int = option(9, "drones", low=1, high=500)
    places: int = option(2, "places for service", low=1, high=100)
    rounds: int = option(40, "rounds of a drone, fired one per step", low=1, high=1000)
    service_steps: int = option(30, "steps of a turnaround", low=1, high=10_000)
    lost_step: int = option(200, "step at which the host is lost", low=1, high=100_000)
    dt: float = option(2.0, "time step [s]", above=0.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        return []

    def rows(self, run: Run) -> list[Row]:
        """Play once, well beyond the next turnarounds; there is no chance in it."""
        left = turnaround.departures(
            self.drones, self.places, self.rounds, self.service_steps, self.lost_step, _FIRST_SHOT
        )
        # the script comes before the decisions of the step: no drone leaves or lands in it
        n_out = sum(step + self.rounds >= self.lost_step for step in left)
        horizon = self.lost_step + 5 * (self.rounds + self.service_steps)
        compiled = compile_document(self.document(horizon))
        simulation = begin(compiled, run.seed, 0, 1, 1)
        simulation.advance(horizon)
        judge = Judge("host lost", f"{self.drones} drones, {self.places} places, step {self.lost_step}")
        alive = float(living(simulation, compiled, 0)[0]) - 1.0  # without the post
        return [
            judge.exact("sorties", _tally(simulation, SideW.LAUNCHES), len(left), 0.0, "none after the loss"),
            judge.exact("rounds fired", _tally(simulation, SideW.ROUNDS), self.rounds * len(left), 0.0, "a count"),
            judge.exact("drones that are left", alive, n_out, 0.0, "those that were out"),
        ]

    def document(self, n_ticks: int) -> Document:
        """Return the scenario: a host that carries all the drones until it is lost."""
        flyers, card = _flyers("host", self.drones, self.rounds, self.service_steps * self.dt)
        content = _scenario(
            "host-lost",
            self.dt,
            n_ticks,
            [group("host", "blue", "host", (0.0, 0.0)), flyers],
            {"host": platform(host={"carries": self.drones, "service_slots": self.places}), "drone": card},
            {"plan_interval_s": self.dt},
        )
        return {**content, "injects": [{"kind": "lose", "at_s": self.lost_step * self.dt, "who": ["host"]}]}


@dataclass(frozen=True)
class Resupply:
    """A gun resupplied at set times: it fires all rounds carried and supplied, and all of them arrive."""

    magazine: int = option(10, "rounds of a full magazine", low=1, high=10_000)
    reload_steps: int = option(3, "steps between shots", low=1, high=1000)
    flight_steps: int = option(70, "steps that a round flies", low=1, high=10_000)
    supplies: str = option("12,60,75,200", "steps at which the magazine is filled, by commas")
    dt: float = option(2.0, "time step [s]", above=0.0)

    @property
    def _steps(self) -> list[int]:
        return sorted({int(text) for text in self.supplies.split(",")})

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        parts = self.supplies.split(",")
        if not all(part.strip().isdecimal() and int(part) <= _STEPS_LIMIT for part in parts):
            return [f"--supplies: needs whole numbers from 0 to {_STEPS_LIMIT}, such as 12,60"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Play once, until the last round of the last magazine has landed; there is no chance in it."""
        horizon = self._steps[-1] + (self.magazine + 1) * self.reload_steps + self.flight_steps + 2
        expected = turnaround.rounds_fired(self.magazine, self.reload_steps, self._steps, horizon)
        simulation = begin(compile_document(self.document(horizon)), run.seed, 0, 1, 1)
        simulation.advance(horizon)
        judge = Judge("resupply", f"{self.magazine} rounds, filled up at {len(self._steps)} times")
        return [
            judge.exact("rounds fired", _tally(simulation, SideW.ROUNDS), expected, 0.0, "carried and supplied"),
            judge.exact("rounds that arrive", _tally(simulation, SideW.HITS), expected, 0.0, "each of them hits"),
        ]

    def document(self, n_ticks: int) -> Document:
        """Return the scenario."""
        gun = platform(weapons=[{"weapon": "gun", "rounds": self.magazine}])
        content = _scenario("resupply", self.dt, n_ticks, [group("gun", "blue", "gun", (0.0, 0.0))], {"gun": gun}, {})
        speed_mps = 1e3 / (self.flight_steps * self.dt)
        card = {"reload_s": self.reload_steps * self.dt, "round_speed_mps": speed_mps, "p_hit": 1.0, "damage": 0.0}
        content["catalogue"]["weapons"]["gun"] |= card
        return {**content, "injects": [{"kind": "supply", "at_s": k * self.dt, "who": ["gun"]} for k in self._steps]}


TOPIC = Topic(
    "supply",
    "turnarounds and places on hosts, loss of hosts, resupply",
    {"turnaround": Turnaround, "lost": Lost, "resupply": Resupply},
    (Turnaround(), Turnaround(20, 3, 11, 45, 5.0), Lost(), Lost(4, 4, 15, 20, 100, 5.0), Resupply()),
)
