"""Radio links: range, horizon and chains of relays to the command post."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from scenarios.loader import compile_document
from scenarios.verification.checks.radar import farthest_row
from scenarios.verification.document import document, group, platform
from scenarios.verification.measures import unit_named
from scenarios.verification.options import Topic, option
from scenarios.verification.oracles import sensors
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, Sample, sample
from simcore.state import UnitW

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

_WATER = {"kind": "flat", "surface": "water"}


def measure_links(simulation: "Simulation", compiled: "Compiled") -> Sample:
    """Return whether each unit has a link (R, units), and its hops."""
    whole = simulation.state.units.whole
    return {
        "linked": whole[:, UnitW.LINKED].astype(np.float64),
        "hops": whole[:, UnitW.HOPS].astype(np.float64),
    }


@dataclass(frozen=True)
class Range:
    """A hop, limited by the shorter of radio range and horizon; a ladder of radios around that distance."""

    step_s: ClassVar[float] = 1.0

    radio_km: float = option(50.0, "range of both radios [km]", above=0.0, high=2000.0)
    height_m: float = option(30.0, "height of both antennas", low=0.01, high=100_000.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        return []

    def rows(self, run: Run) -> list[Row]:
        """Find the farthest radio with a link; a single replication is enough."""
        horizon_m = sensors.horizon_m(self.height_m, self.height_m)
        expected_m = min(self.radio_km * 1e3, horizon_m)
        distances = expected_m * (1.0 + 1e-4 * np.arange(-20, 21))
        scenario = self.document(distances / 1e3)
        compiled = compile_document(scenario)
        linked = sample(scenario, run, 1, measure_links, replications=1)["linked"][0]
        reached = linked[[unit_named(compiled, f"radio-at-{k:03d}") for k in range(distances.size)]]
        judge = Judge("link range", f"radio {self.radio_km:g} km h {self.height_m:g} m")
        limit = "horizon" if horizon_m < self.radio_km * 1e3 else "radio"
        return [farthest_row(judge, f"farthest linked ({limit}), km", reached, distances, expected_m)]

    def document(self, distances_km: np.ndarray) -> Document:
        """Return the scenario, with one hop at most, so that the radios do not relay for each other."""
        radio = {"radio": {"range_km": self.radio_km}, "height_m": self.height_m}
        radios = [
            group(f"radio-at-{k:03d}", "blue", "radio", (0.0, float(value))) for k, value in enumerate(distances_km)
        ]
        return _network(
            "link-range",
            1.1 * float(distances_km[-1]),
            radios,
            {"radio": platform("surface", **radio), "post": platform("surface", command_post=True, **radio)},
            max_hops=1,
        )


@dataclass(frozen=True)
class Chain:
    """A straight chain of relays: hops to the command post, up to the largest number allowed."""

    step_s: ClassVar[float] = 1.0

    units: int = option(10, "units in the chain, the command post among them", low=2, high=500)
    spacing_km: float = option(10.0, "distance between neighbours [km]", above=0.0, high=500.0)
    radio_km: float = option(25.0, "range of the radios [km]", above=0.0, high=2000.0)
    max_hops: int = option(8, "hops allowed", low=1, high=255)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        share = self.radio_km / self.spacing_km
        if abs(share - round(share)) < 1e-6:
            return ["--radio-km: a whole multiple of --spacing-km is decided by rounding; give a little more or less"]
        if self.units * self.spacing_km > 5000.0:
            return ["--units x --spacing-km: the chain is longer than 5000 km; give a shorter chain"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Compare the hops of every unit with the closed form."""
        oracle = sensors.hops_in_chain(self.units, self.spacing_km, self.radio_km, self.max_hops)
        scenario = self.document()
        compiled = compile_document(scenario)
        result = sample(scenario, run, 1, measure_links, replications=1)
        order = [unit_named(compiled, "post"), *(unit_named(compiled, f"relay-{k:03d}") for k in range(1, self.units))]
        linked = result["linked"][0][order]
        hops = np.where(linked > 0, result["hops"][0][order], -1)
        judge = Judge(
            "link chain", f"{self.units} x {self.spacing_km:g} km radio {self.radio_km:g} km max {self.max_hops}"
        )
        wrong = int(np.sum(hops != np.array(oracle)))
        return [
            judge.exact("units with a link", float(linked.sum()), float(sum(h >= 0 for h in oracle)), 0.0, "a count"),
            judge.exact("units with a wrong hop count", float(wrong), 0.0, 0.0, "a count"),
            judge.exact("most hops", float(hops.max()), float(max(oracle)), 0.0, "a count"),
        ]

    def document(self) -> Document:
        """Return the scenario."""
        radio = {"radio": {"range_km": self.radio_km, "satellite": True}}
        relays = [group(f"relay-{k:03d}", "blue", "relay", (0.0, k * self.spacing_km)) for k in range(1, self.units)]
        return _network(
            "link-chain",
            1.1 * self.units * self.spacing_km,
            relays,
            {"relay": platform("surface", **radio), "post": platform("surface", command_post=True, **radio)},
            max_hops=self.max_hops,
        )


def _network(name: str, far_km: float, radios: list[Document], platforms: Document, max_hops: int) -> Document:
    """Return a scenario with a command post at the origin, radios, and a passive enemy."""
    enemy = group("bystander", "red", "bystander", (0.0, -0.5 * far_km))
    return document(
        name,
        dt_s=1.0,
        n_ticks=1,
        half_width_km=max(far_km, math.nextafter(0.01, 1.0)),
        groups=[group("post", "blue", "post", (0.0, 0.0)), *radios, enemy],
        platforms={**platforms, "bystander": platform("surface")},
        rules={"max_hops": max_hops},
        terrain=_WATER,
        flat_earth=False,
    )


TOPIC = Topic(
    "link",
    "radio range, radio horizon, hops along a chain of relays",
    {"range": Range, "chain": Chain},
    (Range(20.0, 100.0), Range(50.0, 10.0), Chain(), Chain(12, 10.0, 10.5, 6)),
)
