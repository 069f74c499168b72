"""Cameras, sonars and radar receivers against their equations: a single look at targets at several ranges."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.loader import compile_document
from scenarios.verification.checks.emissions import Silence
from scenarios.verification.checks.radar import RUNG, RUNGS, farthest_row, measure_seen
from scenarios.verification.document import LOOK_TICKS, all_seeing, document, everyday, group, platform
from scenarios.verification.measures import unit_named
from scenarios.verification.options import Topic, option
from scenarios.verification.oracles import optics, sonar
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, Sample, sample
from simcore.params import SensorSpecR, UnitSpecR
from simcore.state import ContactW
from simcore.types import Level

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

_WATER = {"kind": "flat", "surface": "water"}
_LEVELS = (("detect", Level.DETECTED), ("classify", Level.CLASSIFIED), ("identify", Level.IDENTIFIED))


def measure_levels(simulation: "Simulation", compiled: "Compiled") -> Sample:
    """Return blue's level of knowledge of each unit (R, units), a ``Level``."""
    n = len(compiled.roster.units)
    return {"level": simulation.state.contacts.whole[:, ContactW.LEVEL, :n].astype(np.float64)}


def ranges_of(text: str) -> list[float]:
    """Return the ranges [km] of an option, or an empty list when they are invalid."""
    try:
        ranges_km = [float(part) for part in text.split(",")]
    except ValueError:
        return []
    is_sensible = all(0.001 <= value <= 2000.0 for value in ranges_km) and len(set(ranges_km)) == len(ranges_km) <= 100
    return ranges_km if is_sensible else []


def range_problems(text: str) -> list[str]:
    """Return the problems of an option of ranges."""
    if ranges_of(text):
        return []
    return [f"--ranges-km: {text!r}; give up to 100 different ranges from 0.001 to 2000 km, such as 1,2,4"]


@dataclass(frozen=True)
class Camera:
    """A single look of a camera: each level follows from its own number of cycles on the target."""

    ranges_km: str = option("1,2,4,8", "ranges of the targets [km], separated by commas")
    target_m: float = option(2.3, "critical dimension of the targets", above=0.0, high=1000.0)
    contrast: float = option(1.0, "contrast of the targets, close by", above=0.0, high=1.0)
    ifov_mrad: float = option(0.1, "instantaneous field of view", above=0.0, high=100.0)
    n50_detect: float = option(1.0, "cycles for half to detect", above=0.0)
    n50_classify: float = option(4.0, "cycles for half to classify", above=0.0)
    n50_identify: float = option(6.4, "cycles for half to identify", above=0.0)
    p_covered: float = option(1.0, "probability that a look covers a target", low=0.0, high=1.0)
    height_m: float = option(0.0, "height of the camera above the targets", low=0.0, high=100_000.0)
    visibility_km: float = option(0.0, "meteorological visibility; 0 is unlimited", low=0.0)
    haze_factor: float = option(1.0, "extinction by haze in the band as a share of that of light", low=0.0)
    rain_mm_per_h: float = option(0.0, "rain", low=0.0, high=1000.0)
    light: float = option(1.0, "share of daylight", low=0.0, high=1.0)
    night_factor: float = option(0.0, "contrast left in full darkness", low=0.0, high=1.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        if not self.n50_detect <= self.n50_classify <= self.n50_identify:
            return ["--n50-detect, --n50-classify, --n50-identify: must ascend; closer knowledge needs more cycles"]
        return range_problems(self.ranges_km)

    def cycles(self, range_km: float) -> float:
        """Return the cycles on a target by theory."""
        slant_m = math.hypot(range_km * 1e3, self.height_m)
        seen = self.contrast * (self.night_factor + (1.0 - self.night_factor) * self.light)
        visibility_m = self.visibility_km * 1e3 if self.visibility_km > 0.0 else math.inf
        apparent = optics.apparent_contrast(seen, slant_m, visibility_m, self.haze_factor, self.rain_mm_per_h)
        return optics.cycles_on_target(self.target_m, self.ifov_mrad * 1e-3, slant_m, apparent)

    def rows(self, run: Run) -> list[Row]:
        """Look once at all targets; the draws of a look are independent between targets."""
        scenario = self.document()
        compiled = compile_document(scenario)
        level = sample(scenario, run, LOOK_TICKS, measure_levels)["level"]
        air = f"V {self.visibility_km:g} km rain {self.rain_mm_per_h:g} light {self.light:g}"
        judge = Judge("camera", f"{self.target_m:g} m {self.ifov_mrad:g} mrad C {self.contrast:g} {air}")
        per_rad = float(compiled.params.sensors.real[SensorSpecR.LAW, 0])
        first_km = ranges_of(self.ranges_km)[0]
        target = unit_named(compiled, "target-at-0")
        critical_m = float(compiled.params.units.real[UnitSpecR.CRITICAL_M, target])
        full = self.target_m / (first_km * 1e3) / (2.0 * self.ifov_mrad * 1e-3)
        here = critical_m * per_rad / (first_km * 1e3)
        rows = [judge.exact(f"N at {first_km:g} km, clear", here, full, 1e-9 * full, "rounding")]
        for k, range_km in enumerate(ranges_of(self.ranges_km)):
            known = level[:, unit_named(compiled, f"target-at-{k}")]
            cycles = self.cycles(range_km)
            for verb, wanted in _LEVELS:
                oracle = self.p_covered * optics.target_transfer(cycles, getattr(self, f"n50_{verb}"))
                hits = int((known >= wanted).sum())
                rows.append(judge.proportion(f"P({verb}) at {range_km:g} km", hits, known.size, oracle))
        return rows

    def document(self) -> Document:
        """Return the scenario: midnight with the given light."""
        ranges = ranges_of(self.ranges_km)
        far_km = 1.1 * max(ranges)
        eye = {
            "model": "electro_optical",
            "range_km": far_km,
            "interval_s": 1.0 * LOOK_TICKS,
            "needs_sight": False,
            "height_m": self.height_m,
            **{name: getattr(self, name) for name in ("ifov_mrad", "p_covered", "night_factor", "haze_factor")},
            **{f"n50_{verb}": getattr(self, f"n50_{verb}") for verb, _ in _LEVELS},
        }
        weather: Document = {"start_local_h": 0.0, "night_light": self.light, "rain_mm_per_h": self.rain_mm_per_h}
        if self.visibility_km > 0.0:
            weather["visibility_km"] = self.visibility_km
        target = platform("land", critical_dimension_m=self.target_m, contrast=self.contrast, height_m=0.0)
        targets = [group(f"target-at-{k}", "red", "target", (0.0, value)) for k, value in enumerate(ranges)]
        content = document(
            "camera",
            dt_s=1.0,
            n_ticks=LOOK_TICKS,
            half_width_km=far_km,
            groups=[group("camera", "blue", "camera", (0.0, 0.0)), *targets],
            platforms={"camera": platform("land", sensors=["eye"]), "target": target},
            sensors={"eye": eye},
        )
        return {**everyday(content), "environment": weather}


@dataclass(frozen=True)
class Haze:
    """The reduced range of a definite-range sensor, with as many cycles as at its range in clear daylight."""

    range_km: float = option(6.0, "range in clear daylight", above=0.0, high=1000.0)
    visibility_km: float = option(5.0, "meteorological visibility; 0 is unlimited", low=0.0)
    haze_factor: float = option(1.0, "extinction by haze in the band as a share of that of light", low=0.0)
    rain_mm_per_h: float = option(0.0, "rain", low=0.0, high=1000.0)
    light: float = option(1.0, "share of daylight", low=0.0, high=1.0)
    night_factor: float = option(0.0, "contrast left in full darkness", low=0.0, high=1.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        return [] if self.expected_m > 1.0 else ["--light, --night-factor: nothing can be seen; give more light"]

    @property
    def expected_m(self) -> float:
        """Return the range [m] by bisection on the cycles, 0 when nothing is visible."""
        visibility_m = self.visibility_km * 1e3 if self.visibility_km > 0.0 else math.inf
        contrast = self.night_factor + (1.0 - self.night_factor) * self.light
        wanted = optics.cycles_on_target(2.3, 1e-4, self.range_km * 1e3, 1.0)
        low, high = 0.0, self.range_km * 1e3
        for _ in range(200):
            middle = 0.5 * (low + high)
            air = optics.apparent_contrast(contrast, middle, visibility_m, self.haze_factor, self.rain_mm_per_h)
            is_seen = middle > 0.0 and optics.cycles_on_target(2.3, 1e-4, middle, air) >= wanted
            low, high = (middle, high) if is_seen else (low, middle)
        return low if high < self.range_km * 1e3 else high

    def rows(self, run: Run) -> list[Row]:
        """Find the farthest target seen; a single replication is enough."""
        expected_m = self.expected_m
        distances = expected_m * (1.0 + RUNG * np.arange(-RUNGS, RUNGS + 1))
        seen = sample(self.document(distances / 1e3), run, 1, measure_seen, replications=1)["seen"][0]
        air = f"V {self.visibility_km:g} km rain {self.rain_mm_per_h:g} light {self.light:g}"
        judge = Judge("haze", f"{self.range_km:g} km {air}")
        return [farthest_row(judge, "farthest seen, km", seen, distances, expected_m)]

    def document(self, distances_km: np.ndarray) -> Document:
        """Return the scenario."""
        far_km = 1.1 * max(self.range_km, float(distances_km[-1]))
        card = {"night_factor": self.night_factor, "haze_factor": self.haze_factor}
        eye = {**all_seeing(self.range_km, 1.0), "optics": card}
        targets = [
            group(f"target-{k:03d}", "red", "target", (0.0, float(value))) for k, value in enumerate(distances_km)
        ]
        content = document(
            "haze",
            dt_s=1.0,
            n_ticks=1,
            half_width_km=far_km,
            groups=[group("eye", "blue", "watcher", (0.0, 0.0)), *targets],
            platforms={"watcher": platform("land", sensors=["eye"]), "target": platform("land")},
            sensors={"eye": eye},
        )
        weather: Document = {"start_local_h": 0.0, "night_light": self.light, "rain_mm_per_h": self.rain_mm_per_h}
        if self.visibility_km > 0.0:
            weather["visibility_km"] = self.visibility_km
        return {**content, "environment": weather}


@dataclass(frozen=True)
class Sonar:
    """A single look of a sonar at boats under way: the sonar equation with a normal fluctuation."""

    mode: str = option("passive", "mode of detection", choices=("passive", "active"))
    ranges_km: str = option("3,10,20,30", "ranges of the targets [km], separated by commas")
    source_db: float = option(140.0, "passive: noise of the targets at cruise; active: level of the ping")
    rest_db: float = option(120.0, "noise of the targets at rest")
    target_strength_db: float = option(10.0, "echo of the targets")
    target_speed: float = option(8.0, "speed of the targets [m/s]; cruise is 8", low=0.0, high=100.0)
    own_speed: float = option(0.0, "speed of the listener [m/s]; cruise is 8", low=0.0, high=100.0)
    own_noise_db: float = option(40.0, "noise of the listener at cruise")
    noise_db: float = option(65.0, "ambient noise; taken when --wind is below 0")
    wind: float = option(-1.0, "wind that makes the ambient noise [m/s]", high=100.0)
    shipping: float = option(0.5, "density of distant ships, with --wind", low=0.0, high=1.0)
    directivity_db: float = option(20.0, "directivity index", low=0.0, high=100.0)
    threshold_db: float = option(5.0, "detection threshold", low=-100.0, high=100.0)
    frequency_khz: float = option(1.0, "frequency", above=0.0, high=1000.0)
    spreading_db: float = option(20.0, "spreading loss for a tenfold range", low=0.0, high=40.0)
    sigma_db: float = option(8.0, "standard deviation of the signal excess", above=0.0, high=100.0)
    depth_m: float = option(0.0, "depth of the targets", low=0.0, high=10_000.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        if self.mode == "passive" and self.source_db < self.rest_db:
            return ["--source-db: below --rest-db; a boat is quieter at rest"]
        return range_problems(self.ranges_km)

    def excess_db(self, range_km: float) -> float:
        """Return the mean signal excess by theory."""
        slant_m = math.hypot(range_km * 1e3, self.depth_m)
        loss_db = sonar.transmission_loss_db(slant_m, self.spreading_db, sonar.thorp_db_per_km(self.frequency_khz))
        noise_db = self.noise_db
        if self.wind >= 0.0:
            noise_db = sonar.ambient_noise_db(self.frequency_khz, self.wind, self.shipping)
        if self.own_speed > 0.0:
            own_db = self.own_noise_db + 60.0 * math.log10(self.own_speed / 8.0)
            noise_db = sonar.sum_of_levels(noise_db, own_db)
        gain_db = self.directivity_db - self.threshold_db - noise_db
        if self.mode == "active":
            return self.source_db - 2.0 * loss_db + self.target_strength_db + gain_db
        return sonar.level_at_speed_db(self.rest_db, self.source_db, self.target_speed, 8.0) - loss_db + gain_db

    def rows(self, run: Run) -> list[Row]:
        """Look once at all targets."""
        scenario = self.document()
        compiled = compile_document(scenario)
        seen = sample(scenario, run, 1, measure_seen)["seen"]
        sea = f"NL {self.noise_db:g}" if self.wind < 0.0 else f"wind {self.wind:g}"
        judge = Judge(f"{self.mode} sonar", f"SL {self.source_db:g} {sea} {self.frequency_khz:g} kHz")
        absorption = float(compiled.params.sensors.real[SensorSpecR.ABSORPTION, 0]) / (
            2.0 if self.mode == "active" else 1.0
        )
        oracle = sonar.thorp_db_per_km(self.frequency_khz)
        rows = [judge.exact("absorption, dB/km", absorption * 1e3, oracle, 1e-9 * oracle, "12 digits of the constant")]
        for k, range_km in enumerate(ranges_of(self.ranges_km)):
            hits = int(seen[:, unit_named(compiled, f"target-at-{k}")].sum())
            excess_db = self.excess_db(range_km)
            p = sonar.detection(excess_db, self.sigma_db)
            rows.append(judge.proportion(f"P at {range_km:g} km, SE {excess_db:+.4f} dB", hits, seen.shape[0], p))
        return rows

    def document(self) -> Document:
        """Return the scenario: all boats head east, and are abreast after the first step."""
        ranges = ranges_of(self.ranges_km)
        far_km = 2.0 * max(ranges) + 1.0
        ear: Document = {
            "model": f"sonar_{self.mode}",
            "range_km": far_km,
            "interval_s": 1.0,
            "height_m": 0.0,
            "own_noise_db": self.own_noise_db,
            "shipping": self.shipping,
            "spreading_db_per_decade": self.spreading_db,
            **{name: getattr(self, name) for name in ("directivity_db", "threshold_db", "frequency_khz", "sigma_db")},
        }
        if self.wind < 0.0:
            ear["noise_db"] = self.noise_db
        quiet = self.rest_db
        if self.mode == "active":
            ear["source_level_db"] = self.source_db
            quiet = min(self.rest_db, self.source_db)
        sounds = {
            "source_level_db": self.source_db,
            "source_level_rest_db": quiet,
            "target_strength_db": self.target_strength_db,
        }
        boat: dict[str, Any] = {
            "domain": "subsurface",
            "target_class": "submarine",
            "speed_max_mps": 100.0,
            "speed_cruise_mps": 8.0,
            "height_m": -self.depth_m,
        }
        targets = [
            self._boat(f"target-at-{k}", "red", "target", value, self.target_speed) for k, value in enumerate(ranges)
        ]
        content = document(
            "sonar",
            dt_s=1.0,
            n_ticks=1,
            half_width_km=far_km,
            groups=[self._boat("listener", "blue", "listener", 0.0, self.own_speed), *targets],
            platforms={"listener": {**boat, "sensors": ["ear"]}, "target": {**boat, "acoustics": sounds}},
            sensors={"ear": ear},
            terrain=_WATER,
        )
        return {**content, "environment": {"wind_mps": max(self.wind, 0.0)}}

    def _boat(self, name: str, side: str, card: str, north_km: float, speed: float) -> Document:
        course = {"verb": "move", "at_km": [0.5, north_km], "speed": speed / 100.0}
        boat = group(name, side, card, (-speed / 1e3, north_km), heading_deg=90.0)
        return {**boat, "task": course} if speed > 0.0 else boat


@dataclass(frozen=True)
class Intercept:
    """A receiver intercepts active radars out to a multiple of their own range, and never a silent radar."""

    radar_range_km: float = option(20.0, "instrumented range of the radars", above=0.0, high=1000.0)
    range_factor: float = option(1.5, "range of intercept as a multiple of that range", above=0.0, high=100.0)
    p_detect: float = option(0.3, "probability of an intercept per look", low=0.0, high=1.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        return []

    def rows(self, run: Run) -> list[Row]:
        """Listen once to radars inside and outside of the range, and to a silent radar."""
        scenario = self.document()
        compiled = compile_document(scenario)
        seen = sample(scenario, run, LOOK_TICKS, measure_seen)["seen"]
        judge = Judge("intercept", f"radar {self.radar_range_km:g} km x {self.range_factor:g} p {self.p_detect:g}")
        expected = {"near": self.p_detect, "inside": self.p_detect, "outside": 0.0, "silent": 0.0, "without-radar": 0.0}
        return [
            judge.proportion(f"P({name})", int(seen[:, unit_named(compiled, name)].sum()), seen.shape[0], p)
            for name, p in expected.items()
        ]

    def document(self) -> Document:
        """Return the scenario."""
        edge_km = self.radar_range_km * self.range_factor
        far_km = 2.0 * max(edge_km, self.radar_range_km)
        radar = {
            "model": "radar",
            "range_km": self.radar_range_km,
            "reference": {"range_km": self.radar_range_km, "p_detect": 0.5},
        }
        ear = {
            "model": "esm",
            "range_km": far_km,
            "interval_s": 1.0 * LOOK_TICKS,
            "needs_sight": False,
            "p_detect": self.p_detect,
            "range_factor": self.range_factor,
        }
        places = {"near": 0.01, "inside": 0.999, "outside": 1.001, "silent": 0.5, "without-radar": 0.5}
        emitters = [
            group(
                name,
                "red",
                "blind" if name == "without-radar" else "emitter",
                (0.0, share * edge_km),
                emcon="silent" if name == "silent" else "radiate",
            )
            for name, share in places.items()
        ]
        return everyday(
            document(
                "intercept",
                dt_s=1.0,
                n_ticks=LOOK_TICKS,
                half_width_km=far_km,
                groups=[group("receiver", "blue", "receiver", (0.0, 0.0)), *emitters],
                platforms={
                    "receiver": platform("land", sensors=["ear"]),
                    "emitter": platform("land", sensors=["radar"]),
                    "blind": platform("land"),
                },
                sensors={"ear": ear, "radar": radar},
            )
        )


TOPIC = Topic(
    "sensors",
    "cameras (Johnson, TTPF, visibility, night), sonars (signal excess), intercept of radars, silence by order",
    {"camera": Camera, "haze": Haze, "sonar": Sonar, "intercept": Intercept, "silence": Silence},
    (
        Camera(),
        Camera("0.5,1,2,3", contrast=0.6, visibility_km=5.0, rain_mm_per_h=4.0, height_m=300.0, p_covered=0.7),
        Camera("0.5,1,2", light=0.1, night_factor=0.3, haze_factor=0.5, visibility_km=3.0),
        Haze(),
        Haze(8.0, 0.0, light=0.2, night_factor=0.5, rain_mm_per_h=20.0),
        Sonar(),
        Sonar(wind=9.0, frequency_khz=0.5, target_speed=3.0, own_speed=5.0, own_noise_db=70.0, depth_m=200.0),
        Sonar("active", "2,5,10,15", 210.0, frequency_khz=6.0, wind=5.0, sigma_db=6.0),
        Intercept(),
        Silence(),
    ),
)
