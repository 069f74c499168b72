"""Latency: orders, contact reports and approvals over chains of radios with delays."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenarios.loader import compile_document
from scenarios.verification.document import LONG_S, all_seeing, document, group, harmless_gun, platform
from scenarios.verification.measures import unit_named
from scenarios.verification.options import Topic, option
from scenarios.verification.oracles import messages
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, Sample, begin, sample
from simcore.params import MountSpecW
from simcore.state import ContactR, ContactW, MountW, UnitW
from simcore.types import Level, Task

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

_SPACING_KM = 10.0
_RADIO_KM = 12.0  # reaches only the next radio of a chain
_GIVEN_AT = 3  # step of the order
_STEPS_LIMIT = 20_000
_APART_KM = 0.3
_REACH_KM = 0.1


def _chain(hops: int, latency_s: float, last: Document) -> tuple[list[Document], dict[str, Document]]:
    """Return a command post and a chain of ``hops`` radios, the last with platform ``last``."""
    radio: Document = {"radio": {"range_km": _RADIO_KM, "latency_s": latency_s, "satellite": True}}
    names = [*(f"relay-{k:03d}" for k in range(1, hops)), "end"]
    groups = [
        group("post", "blue", "post", (0.0, 0.0)),
        *(group(name, "blue", name.split("-")[0], (0.0, _SPACING_KM * (k + 1))) for k, name in enumerate(names)),
    ]
    cards = {"post": platform(command_post=True, **radio), "relay": platform(**radio), "end": {**last, **radio}}
    return groups, cards if hops > 1 else {name: card for name, card in cards.items() if name != "relay"}


def _time_problems(steps: float) -> list[str]:
    if steps > _STEPS_LIMIT:
        return [f"--dt: the message takes more than {_STEPS_LIMIT} steps; give a longer step or a shorter latency"]
    return []


def _message_problems(way_s: float, staff_s: float, dt_s: float) -> list[str]:
    if 0.0 < staff_s < 0.5 * dt_s:
        return ["--staff-s: below half a step rounds to none; give more or a shorter --dt"]
    return _time_problems((way_s + staff_s) / dt_s)


@dataclass(frozen=True)
class Order:
    """An order to every radio of a chain: the k-th radio receives it after k latencies."""

    hops: int = option(6, "hops of the chain", low=1, high=200)
    latency_s: float = option(7.0, "latency of a hop [s]", low=0.0, high=600.0)
    staff_s: float = option(0.0, "staff time to prepare the order [s]", low=0.0, high=36_000.0)
    dt: float = option(1.0, "time step [s]", above=0.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        return _message_problems(self.hops * self.latency_s, self.staff_s, self.dt)

    def rows(self, run: Run) -> list[Row]:
        """Give the order, and record when the units adopt it; a single replication is enough."""
        expected = [messages.arrival_ticks(k, self.latency_s, self.staff_s, self.dt) for k in range(1, self.hops + 1)]
        n_ticks = _GIVEN_AT + expected[-1] + 2
        compiled = compile_document(self.document(n_ticks))
        simulation = begin(compiled, run.seed, 0, 1, 1)
        names = [*(f"relay-{k:03d}" for k in range(1, self.hops)), "end"]
        units = [unit_named(compiled, name) for name in names]
        simulation.advance(_GIVEN_AT)
        for name in names:
            number = compiled.roster.groups.index(name)
            simulation.orders.issue(np.ones(1, dtype=bool), number, Task.MOVE, 0.0, 0.0)
        taken = np.full(self.hops, -1)
        for tick in range(expected[-1] + 2):
            simulation.advance(1)
            has_it = simulation.state.units.whole[0, UnitW.ORDER_SERIAL, units] > 0
            taken[has_it & (taken < 0)] = tick
        judge = Judge("latency of an order", f"{self.hops} hops x {self.latency_s:g} s staff {self.staff_s:g} s")
        wrong = int(np.sum(taken != np.array(expected)))
        return [
            judge.exact("units that get it at another step", float(wrong), 0.0, 0.0, "a count"),
            judge.exact("arrival over one hop, s", taken[0] * self.dt, expected[0] * self.dt, 0.0, "whole steps"),
            judge.exact("arrival over all hops, s", taken[-1] * self.dt, expected[-1] * self.dt, 0.0, "whole steps"),
        ]

    def document(self, n_ticks: int) -> Document:
        """Return the scenario: the chain, and a passive enemy."""
        groups, cards = _chain(self.hops, self.latency_s, platform())
        far_km = _SPACING_KM * (self.hops + 1)
        scenario = document(
            "latency-order",
            dt_s=self.dt,
            n_ticks=n_ticks,
            half_width_km=far_km,
            groups=[*groups, group("bystander", "red", "bystander", (0.0, -0.5 * far_km))],
            platforms={**cards, "bystander": platform()},
            rules={"max_hops": self.hops},
            time_keys=dict.fromkeys(("comms_interval_s", "plan_interval_s", "decision_interval_s"), self.dt),
        )
        scenario["sides"][0]["staff"] = {"order_preparation_s": self.staff_s}
        return scenario


@dataclass(frozen=True)
class Report:
    """A contact report from the end of a chain: its age and its error on entry into the picture."""

    hops: int = option(4, "hops of the chain", low=1, high=200)
    latency_s: float = option(5.0, "latency of a hop [s]", low=0.0, high=600.0)
    staff_s: float = option(20.0, "staff time to process the report [s]", low=0.0, high=36_000.0)
    error_m: float = option(50.0, "standard error of the sensor [m]", low=0.0)
    growth_mps: float = option(3.0, "growth of a contact's error [m/s]", low=0.0)
    dt: float = option(1.0, "time step [s]", above=0.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        return _message_problems(self.hops * self.latency_s, self.staff_s, self.dt)

    def rows(self, run: Run) -> list[Row]:
        """Watch the contact table; a single replication is enough. The first look is at step 0."""
        expected = messages.arrival_ticks(self.hops, self.latency_s, self.staff_s, self.dt)
        compiled = compile_document(self.document(expected + 2))
        simulation = begin(compiled, run.seed, 0, 1, 1)
        contact = unit_named(compiled, "target")
        entered = age = -1
        for tick in range(expected + 2):
            simulation.advance(1)
            if entered < 0 and simulation.state.contacts.whole[0, ContactW.LEVEL, contact] > Level.NONE:
                entered = tick
                age = tick - int(simulation.state.contacts.whole[0, ContactW.TICK, contact])
        age_s = age * self.dt
        error_m = float(simulation.state.contacts.real[0, ContactR.ERROR_M, contact]) + self.growth_mps * age_s
        judge = Judge("latency of a report", f"{self.hops} hops x {self.latency_s:g} s staff {self.staff_s:g} s")
        late_s = expected * self.dt
        return [
            judge.exact("time of the contact, s", entered * self.dt, late_s, 0.0, "whole steps"),
            judge.exact("its age then, s", age_s, late_s, 0.0, "whole steps"),
            judge.exact("its error then, m", error_m, self.error_m + self.growth_mps * late_s, 1e-9, "rounding"),
        ]

    def document(self, n_ticks: int) -> Document:
        """Return the scenario: a sensor at the end of the chain, and a target nearby."""
        last = platform(sensors=["eye"])
        groups, cards = _chain(self.hops, self.latency_s, last)
        target = group("target", "red", "target", (1.0, _SPACING_KM * self.hops))
        scenario = document(
            "latency-report",
            dt_s=self.dt,
            n_ticks=n_ticks,
            half_width_km=_SPACING_KM * (self.hops + 1),
            groups=[*groups, target],
            platforms={**cards, "target": platform()},
            sensors={"eye": all_seeing(2.0, self.dt, error_m=self.error_m)},
            rules={"max_hops": self.hops, "contact_growth_mps": self.growth_mps},
            time_keys={"comms_interval_s": self.dt},
        )
        scenario["sides"][0]["staff"] = {"report_processing_s": self.staff_s}
        return scenario


def measure_shots(simulation: "Simulation", compiled: "Compiled") -> Sample:
    """Return the mean step of the requesting units' only shots (R,), and their number."""
    mounts = simulation.params.mounts.whole
    fired = simulation.state.mounts.whole[:, MountW.AMMO] == 0
    ticks = simulation.state.mounts.whole[:, MountW.READY_TICK] - mounts[MountSpecW.RELOAD]
    return {"mean": ticks.mean(axis=1), "shots": fired.sum(axis=1).astype(np.float64)}


@dataclass(frozen=True)
class Shot:
    """From detection to the approved shot: request path, crew, answer path. All units ask at once."""

    units: int = option(6, "requesting units", low=1, high=60)
    operators: int = option(2, "operators", low=1, high=60)
    service_s: float = option(20.0, "mean time of a decision [s]", above=0.0)
    law: str = option("exponential", "law of the service times", choices=("exponential", "fixed"))
    hops: int = option(2, "hops between the units and their command post", low=1, high=100)
    latency_s: float = option(6.0, "latency of a hop [s]", low=0.0, high=600.0)
    dt: float = option(1.0, "time step [s]", above=0.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        if self.dt > self.service_s:
            return ["--dt: longer than --service-s; give a shorter step"]
        return _time_problems(2.0 * self.hops * self.latency_s / self.dt + self._most_answer_steps)

    @property
    def _most_answer_steps(self) -> float:
        """Steps within which all answers are given, for all practical purposes."""
        rounds = math.ceil(self.units / self.operators)
        return (rounds + 40.0 if self.law == "exponential" else rounds) * self.service_s / self.dt

    def rows(self, run: Run) -> list[Row]:
        """Compare the mean time to fire with the exact stepped law."""
        steps = self.service_s / self.dt
        if self.law == "fixed":
            answer = messages.mean_fixed_answer_steps(self.units, self.operators, max(1, round(steps)))
        else:
            answer = messages.mean_answer_steps(self.units, self.operators, min(1.0, 1.0 / steps))
        way = messages.arrival_ticks(self.hops, self.latency_s, 0.0, self.dt)
        n_ticks = 2 * way + math.ceil(self._most_answer_steps) + 3
        look = 1 if way == 0 else 0  # with latency a unit asks on its own detection, without on the next picture
        count = max(200, math.ceil(4.0e7 / (n_ticks * 2 * self.units)))
        result = sample(self.document(n_ticks), run, n_ticks, measure_shots, replications=min(run.replications, count))
        shape = f"{self.units} units c {self.operators} service {self.service_s:g} s {self.law}"
        judge = Judge("latency of an approval", f"{shape} {self.hops} hops x {self.latency_s:g} s")
        asked = float(self.units * result["shots"].size)
        n = result["shots"].size
        note = run.fewer(n)
        rows = [
            judge.exact("units that did not fire", asked - float(result["shots"].sum()), 0.0, 0.0, "a count"),
            judge.mean(
                "from detection to fire, s", result["mean"] * self.dt, (2 * way + look + answer) * self.dt, note=note
            ),
        ]
        if self.law == "exponential":
            limit_s = 2.0 * self.hops * self.latency_s + messages.mean_answer_s(
                self.units, self.operators, self.service_s
            )
            estimate_s = float(result["mean"].mean()) * self.dt
            rows.append(judge.information("the same, M/M/c, s", estimate_s, limit_s, "limit of short steps"))
        return rows

    def document(self, n_ticks: int) -> Document:
        """Return the scenario: pairs of a gun and a target at the end of a chain, far from other pairs."""
        columns = math.ceil(math.sqrt(self.units))
        eye: Document = {"sensors": ["eye"], "weapons": [{"weapon": "gun", "rounds": 1}], "autonomy": "approve"}
        chain, cards = _chain(self.hops, self.latency_s, platform(**eye))
        groups = [entry for entry in chain if entry["name"] != "end"]
        for k in range(self.units):
            place = (
                _APART_KM * (k % columns - 0.5 * columns),
                _SPACING_KM * self.hops + _APART_KM * (k // columns - 0.5 * columns),
            )
            groups.append(group(f"asker-{k:03d}", "blue", "end", place))
            groups.append(group(f"target-{k:03d}", "red", "target", (place[0] + 0.01, place[1])))
        scenario = document(
            "latency-shot",
            dt_s=self.dt,
            n_ticks=n_ticks,
            half_width_km=_SPACING_KM * (self.hops + 1),
            groups=groups,
            platforms={**cards, "target": platform()},
            sensors={"eye": all_seeing(_REACH_KM, self.dt)},
            weapons={"gun": harmless_gun(_REACH_KM, self.dt)},
            rules={"max_hops": self.hops, "contact_refresh_s": LONG_S},
        )
        scenario["sides"][0]["operators"] = {
            "count": self.operators,
            "service_s": self.service_s,
            "service_law": self.law,
            "approval_timeout_s": max(LONG_S, 2.0 * n_ticks * self.dt),
            "approval_valid_s": LONG_S,
        }
        return scenario


TOPIC = Topic(
    "latency",
    "orders and reports over chains of hops, approvals there and back",
    {"order": Order, "report": Report, "shot": Shot},
    (
        Order(),
        Order(3, 2.0, 60.0, 0.5),
        Report(),
        Report(1, 0.6, 0.0),
        Shot(),
        Shot(7, 3, 15.0, "fixed", 3, 4.0),
    ),
)
