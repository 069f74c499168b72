"""Search: random search and moving targets in a disc, parallel sweeps, and fast passes of a sensor."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenarios.loader import compile_document
from scenarios.verification.checks.sweep_width import SweepWidth
from scenarios.verification.checks.turning import Turning
from scenarios.verification.document import all_seeing, document, everyday, group, platform
from scenarios.verification.measures import first_contact_ticks, is_seen, positions, unit_named
from scenarios.verification.options import Topic, option
from scenarios.verification.oracles import search
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, Sample, begin, sample

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

_WATER = {"kind": "flat", "surface": "water"}
_STEPS_PER_RADIUS = 20
_SHARES = (0.25, 0.5, 1.0)  # of the coverage: the smaller shares are read from the same search
_PAIRS = 25  # parallel searches in a replication, each in its own disc
_INNER = 0.9  # share of the disc's radius within which a stationary target is placed


def measure_first_contacts(simulation: "Simulation", compiled: "Compiled") -> Sample:
    """Return the tick of blue's first contact on each target (R, pairs)."""
    targets = [unit_named(compiled, f"target-{k:02d}") for k in range(_PAIRS)]
    return {"tick": first_contact_ticks(simulation, compiled, 0)[:, targets]}


@dataclass(frozen=True)
class RandomSearch:
    """Koopman's random search: straight legs in a disc, reflected from its border by Lambert's law.

    The reflection makes the searcher's track uniform and isotropic in the disc, so the rate of entering the reach of a
    target is exactly W v / A per second; the legs are independent in the limit of W / R -> 0. A stationary target is
    placed in the inner 0.9 of the disc, away from the border, where steps with a turn shorten the track. A step that
    reaches the border goes on along the next leg.
    A replication holds 25 pairs of searcher and target in discs far apart; all draws are keyed by unit, so the pairs
    are independent.
    """

    range_m: float = option(200.0, "range of the definite-range sensor (W is twice that)", above=0.0)
    radius_m: float = option(10_000.0, "radius of the disc searched", above=0.0)
    speed: float = option(10.0, "speed of the searcher [m/s]", above=0.0)
    target_speed: float = option(0.0, "speed of the target [m/s]", low=0.0)
    coverage: float = option(
        2.0, "swept area over area searched (z); a quarter and half of it are checked, too", above=0.0, high=20.0
    )
    look: int = option(1, "steps between looks; each searcher looks at its own turns", low=1, high=1000)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        problems: list[str] = []
        if self.radius_m < 50.0 * self.range_m:
            problems.append("--radius-m: random search is a limit law; give at least 50 times --range-m")
        if self.radius_m > 1000.0 * self.range_m:
            problems.append("--radius-m: such a search takes too long to play; give at most 1000 times --range-m")
        if self.target_speed > 5.0 * self.speed:
            problems.append("--target-speed: more than 5 times --speed leaves steps too coarse; give a slower target")
        return problems

    @property
    def step_s(self) -> float:
        """Time step [s]: the faster craft crosses a twentieth of the radius."""
        return self.radius_m / _STEPS_PER_RADIUS / max(self.speed, self.target_speed)

    def rows(self, run: Run) -> list[Row]:
        """Search once to the largest coverage, and derive the smaller coverages from the times of detection."""
        dt_s = self.step_s
        area = math.pi * self.radius_m**2
        closing = self._closing_speed()
        coverages = [share * self.coverage for share in _SHARES]
        ticks = [max(1, round(z * area / (2.0 * self.range_m * closing * dt_s))) for z in coverages]
        replications = math.ceil(run.replications / _PAIRS)
        result = sample(self.document(dt_s, ticks[-1]), run, ticks[-1], measure_first_contacts, replications)
        found_at = result["tick"].ravel()[: run.replications]
        name = "random search" if self.target_speed == 0.0 else "random search, moving target"
        shape = f"W/R {2.0 * self.range_m / self.radius_m:g} u/v {self.target_speed / self.speed:g}"
        looks = f" look {self.look}" if self.look > 1 else ""
        judge = Judge(name, f"{shape} dt {dt_s:.3g}{looks}")
        rows: list[Row] = []
        for z, n_ticks in zip(coverages, ticks, strict=True):
            hits = int(np.sum(found_at < n_ticks))
            note = "limit law of W/R -> 0; off by 0.002 at most here"
            last = [n_ticks - (n_ticks - 1 - turn) % self.look for turn in range(min(self.look, n_ticks))]
            swept = [2.0 * self.range_m * closing * n * dt_s + math.pi * self.range_m**2 for n in last]
            p = sum(search.random_search(value / area) for value in swept) / self.look
            rows.append(judge.proportion(f"P(found), z = {z:g}", hits, found_at.size, p, note))
        return rows

    def _closing_speed(self) -> float:
        """Return the mean relative speed [m/s] for independent courses, with the border effect for moving pairs."""
        if self.target_speed == 0.0:
            return self.speed
        border = search.border_factor(self.range_m / self.radius_m)
        return self.speed * search.relative_speed_factor(self.target_speed / self.speed) * border

    def document(self, dt_s: float, n_ticks: int) -> Document:
        """Return the scenario: searchers and targets in discs on a square grid."""
        radius_km = self.radius_m / 1e3
        side = math.isqrt(_PAIRS)
        pitch_km = 2.2 * radius_km
        is_moving = self.target_speed > 0.0

        def craft(speed: float) -> Document:
            return platform("surface", speed_max_mps=speed, speed_cruise_mps=speed)

        def pair(k: int) -> list[Document]:
            centre = ((k % side - (side - 1) / 2.0) * pitch_km, (k // side - (side - 1) / 2.0) * pitch_km)
            search_task = {"verb": "search", "at_km": list(centre), "radius_km": radius_km, "speed": 1.0}
            anywhere: Document = {"scatter_radius_km": radius_km, "heading_deg": None, "task": search_task}
            inside: Document = {"scatter_radius_km": _INNER * radius_km}
            return [
                group(f"searcher-{k:02d}", "blue", "searcher", centre, **anywhere),
                group(f"target-{k:02d}", "red", "target", centre, **(anywhere if is_moving else inside)),
            ]

        return everyday(
            document(
                "random-search",
                dt_s=dt_s,
                n_ticks=n_ticks,
                half_width_km=0.5 * side * pitch_km,
                groups=[entry for k in range(_PAIRS) for entry in pair(k)],
                platforms={"searcher": {**craft(self.speed), "sensors": ["eye"]}, "target": craft(self.target_speed)},
                sensors={"eye": all_seeing(self.range_m / 1e3, self.look * dt_s)},
                terrain=_WATER,
            )
        )


@dataclass(frozen=True)
class Sweep:
    """Parallel tracks at equal spacing past a target anywhere between them."""

    sensor: str = option("inverse_cube", "law of the sensor", choices=("definite", "inverse_cube"))
    coverage: float = option(1.0, "sweep width over track spacing (z)", above=0.0, high=100.0)
    sweep_width_m: float = option(1000.0, "sweep width (W)", above=0.0, high=1e5)
    tracks: int = option(9, "number of tracks, odd", low=1, high=51)
    speed: float = option(10.0, "speed along the tracks [m/s]", above=0.0)
    dt: float = option(50.0, "time step [s]", above=0.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        problems: list[str] = []
        if self.tracks % 2 == 0:
            problems.append(
                f"--tracks: {self.tracks} is even; give an odd number, so that the target lies in the middle"
            )
        if 2.0 * self._half_length_m / (self.speed * self.dt) > 100_000:
            problems.append("--dt: the tracks would take more than 100,000 steps; give a longer step")
        return problems

    @property
    def _half_length_m(self) -> float:
        """Half the length of a track, a whole number of steps."""
        step = self.speed * self.dt
        return max(1, math.ceil(10.0 * self.sweep_width_m / step)) * step

    def rows(self, run: Run) -> list[Row]:
        """Run all tracks and compare with finite tracks (verdict) and endless tracks (information)."""
        spacing = self.sweep_width_m / self.coverage
        n_ticks = round(2.0 * self._half_length_m / (self.speed * self.dt))
        result = sample(self.document(n_ticks), run, n_ticks, measure_found)
        hits, n = int(result["seen"].sum()), result["seen"].size
        judge = Judge(f"parallel sweep, {self.sensor}", f"z {self.coverage:g} tracks {self.tracks} dt {self.dt:g}")
        if self.sensor == "definite":
            reach = search.parallel_sweep_definite(self.coverage)
            return [judge.proportion("P(found)", hits, n, reach)]
        law = self.sweep_width_m**2 * self.speed / (8.0 * math.pi)
        offsets = np.arange(self.tracks, dtype=np.float64) * spacing - self.tracks // 2 * spacing
        exact = search.parallel_sweep_finite(law, self.speed, offsets, self._half_length_m, math.inf, 0.5 * spacing)
        limit = search.parallel_sweep_inverse_cube(self.coverage)
        return [
            judge.proportion("P(found)", hits, n, exact),
            judge.information("P(found), endless", hits / n, limit, f"finite tracks: {exact - limit:+.5f}"),
        ]

    def document(self, n_ticks: int) -> Document:
        """Return the scenario: a searcher per track, all abreast."""
        spacing_km = self.sweep_width_m / self.coverage / 1e3
        half_km = self._half_length_m / 1e3
        field_km = max(half_km, 0.5 * self.tracks * spacing_km) * 1.1
        if self.sensor == "definite":
            eye = all_seeing(0.5 * self.sweep_width_m / 1e3, self.dt)
        else:
            eye = {
                "model": "inverse_cube",
                "range_km": 3.0 * field_km,
                "interval_s": self.dt,
                "needs_sight": False,
                "sweep_width_km": self.sweep_width_m / 1e3,
                "reference_speed_mps": self.speed,
            }
        searchers = [
            group(
                f"track-{k}",
                "blue",
                "searcher",
                ((k - self.tracks // 2) * spacing_km, -half_km),
                task={"verb": "move", "at_km": [(k - self.tracks // 2) * spacing_km, half_km], "speed": 1.0},
            )
            for k in range(self.tracks)
        ]
        target = group("target", "red", "target", (0.0, 0.0), scatter_km=[0.5 * spacing_km, 0.0])
        return everyday(
            document(
                "parallel-sweep",
                dt_s=self.dt,
                n_ticks=n_ticks,
                half_width_km=field_km,
                groups=[*searchers, target],
                platforms={
                    "searcher": platform(
                        "surface", speed_max_mps=self.speed, speed_cruise_mps=self.speed, sensors=["eye"]
                    ),
                    "target": platform("surface"),
                },
                sensors={"eye": eye},
                terrain=_WATER,
            )
        )


def measure_found(simulation: "Simulation", compiled: "Compiled") -> Sample:
    """Return whether blue has seen the target."""
    return {"seen": is_seen(simulation, compiled, 0)[:, unit_named(compiled, "target")]}


@dataclass(frozen=True)
class Pass:
    """A fast target flies past a definite-range sensor at a random offset from its course."""

    range_m: float = option(1000.0, "range of the sensor", above=0.0)
    half_width_m: float = option(2000.0, "largest offset of the sensor", above=0.0)
    speed: float = option(250.0, "speed of the target [m/s]", above=0.0)
    dt: float = option(8.0, "time step [s]", above=0.0)
    look: int = option(1, "steps between looks, at drawn turns", low=1, high=1000)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        if self.speed * self.dt < 1e-4 * self.range_m:
            return ["--dt: the pass would take too many steps; give a longer step"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Fly past; detection must equal the exact geometric chord, pass by pass."""
        step = self.speed * self.dt
        lead_m = self.range_m + (1.0 + self.look) * step
        n_ticks = math.ceil(2.0 * lead_m / step)
        scenario = self.document(lead_m, n_ticks)
        offsets = self._offsets(scenario, run)
        seen = sample(scenario, run, n_ticks, measure_found)["seen"]
        crosses = np.abs(offsets) < self.range_m
        n = seen.size
        looks = f" look {self.look}" if self.look > 1 else ""
        judge = Judge("swept detection", f"R {self.range_m:g} v {self.speed:g} dt {self.dt:g}{looks}")
        geometry = search.chord_probability(self.range_m, self.half_width_m)
        leak = search.sampled_pass_probability(self.range_m, self.speed, self.look * self.dt)
        caught = float(seen[crosses].mean()) if crosses.any() else math.nan
        return [
            judge.proportion("P(seen)", int(seen.sum()), n, geometry),
            judge.exact(
                "passes judged wrongly", float(np.sum(seen.astype(bool) != crosses)), 0.0, 0.0, "geometry of each pass"
            ),
            judge.information("P(seen | crosses)", caught, leak, "oracle: if positions were sampled by looks only"),
        ]

    def _offsets(self, scenario: Document, run: Run) -> np.ndarray:
        """Return the offset of each sensor from the course [m], as drawn at the start."""
        compiled = compile_document(scenario)
        simulation = begin(compiled, run.seed, 0, run.replications, 1)
        return positions(simulation, unit_named(compiled, "sensor"))[:, 0]

    def document(self, lead_m: float, n_ticks: int) -> Document:
        """Return the scenario; the start is also scattered along the course, so that the phase of steps is random."""
        width_km, lead_km = self.half_width_m / 1e3, lead_m / 1e3
        half_step_km = 0.5 * self.speed * self.dt / 1e3
        course = {"verb": "move", "at_km": [0.0, 3.0 * lead_km], "speed": 1.0}
        return everyday(
            document(
                "swept-detection",
                dt_s=self.dt,
                n_ticks=n_ticks,
                half_width_km=4.0 * max(width_km, lead_km) + half_step_km,
                groups=[
                    group("sensor", "blue", "sensor", (0.0, 0.0), scatter_km=[width_km, 0.0]),
                    group("target", "red", "target", (0.0, -lead_km), scatter_km=[0.0, half_step_km], task=course),
                ],
                platforms={
                    "sensor": platform("land", sensors=["eye"]),
                    "target": platform("air", speed_max_mps=self.speed, speed_cruise_mps=self.speed),
                },
                sensors={"eye": all_seeing(self.range_m / 1e3, self.look * self.dt)},
            )
        )


TOPIC = Topic(
    "search",
    "random search, moving targets, parallel sweeps, sweep widths, fast passes, turning paths",
    {"random": RandomSearch, "sweep": Sweep, "width": SweepWidth, "pass": Pass, "turning": Turning},
    (
        RandomSearch(),
        RandomSearch(target_speed=10.0),
        RandomSearch(target_speed=5.0),
        RandomSearch(target_speed=20.0),
        RandomSearch(look=7),
        RandomSearch(target_speed=10.0, look=3),
        Sweep("definite", 0.5),
        Sweep("definite", 1.0),
        Sweep("definite", 2.0),
        Sweep("inverse_cube", 0.5),
        Sweep("inverse_cube", 1.0),
        Sweep("inverse_cube", 2.0),
        SweepWidth("definite"),
        SweepWidth("inverse_cube"),
        SweepWidth("radar"),
        Pass(dt=1.0),
        Pass(dt=2.0),
        Pass(dt=4.0),
        Pass(dt=8.0),
        Pass(dt=16.0),
        Pass(dt=1.0, look=10),
        Pass(dt=4.0, look=3),
        Turning("orbit"),
        Turning("zigzag"),
        Turning("zigzag", interval_s=100.0),
    ),
    shared=("coverage",),
)
