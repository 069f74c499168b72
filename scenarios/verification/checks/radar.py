"""Radar: detection against range from the radar equation, and the horizon over a smooth earth."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from scenarios.loader import compile_document
from scenarios.verification.document import LOOK_TICKS, all_seeing, document, everyday, group, platform
from scenarios.verification.measures import is_seen, unit_named
from scenarios.verification.options import Topic, option
from scenarios.verification.oracles import sensors
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, Sample, sample
from simcore.params import SensorSpecR

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

_WATER = {"kind": "flat", "surface": "water"}
RUNGS = 20
RUNG = 1e-4  # spacing of the ladder, as a share of the expected distance


def measure_seen(simulation: "Simulation", compiled: "Compiled") -> Sample:
    """Return whether blue holds a contact on each unit."""
    return {"seen": is_seen(simulation, compiled, 0)}


@dataclass(frozen=True)
class Curve:
    """A single look of a pulse radar at fading targets (Swerling 1) at several ranges."""

    step_s: ClassVar[float] = 1.0

    ranges_km: str = option("20,40,50,60,80", "ranges of the targets [km], separated by commas")
    power_kw: float = option(100.0, "peak power [kW]", above=0.0)
    gain_db: float = option(35.0, "antenna gain [dB]", low=-100.0, high=200.0)
    frequency_ghz: float = option(3.0, "frequency [GHz]", above=0.0)
    bandwidth_mhz: float = option(1.0, "bandwidth [MHz]", above=0.0)
    noise_figure_db: float = option(4.0, "noise figure [dB]", low=0.0, high=200.0)
    losses_db: float = option(6.0, "losses [dB]", low=0.0, high=200.0)
    temperature_k: float = option(290.0, "noise temperature [K]", above=0.0)
    p_false_alarm: float = option(1e-6, "false-alarm probability", above=0.0, high=0.5)
    rcs_m2: float = option(1.0, "radar cross-section of the targets [m2]", above=0.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        try:
            ranges = [float(text) for text in self.ranges_km.split(",")]
        except ValueError:
            return [f"--ranges-km: {self.ranges_km!r} is not a list of numbers; give for example 20,40,60"]
        if not all(0.001 <= value <= 2000.0 for value in ranges) or len(ranges) > 100:
            return [f"--ranges-km: {self.ranges_km!r}; give up to 100 ranges from 0.001 to 2000 km"]
        if len(set(ranges)) < len(ranges):
            return [f"--ranges-km: {self.ranges_km!r} repeats a range; give each once"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Look once at all targets; the draws of a look are independent between targets."""
        radar = sensors.Radar(
            self.power_kw,
            self.gain_db,
            self.frequency_ghz,
            self.bandwidth_mhz,
            self.noise_figure_db,
            self.losses_db,
            self.temperature_k,
            self.p_false_alarm,
        )
        scenario = self.document()
        compiled = compile_document(scenario)
        law = float(compiled.params.sensors.real[SensorSpecR.LAW, 0])
        seen = sample(scenario, run, LOOK_TICKS, measure_seen)["seen"]
        shape = f"{self.power_kw:g} kW {self.gain_db:g} dB {self.frequency_ghz:g} GHz {self.rcs_m2:g} m2"
        judge = Judge("radar", f"{shape} Pfa {self.p_false_alarm:g}")
        rows: list[Row] = []
        for k, text in enumerate(self.ranges_km.split(",")):
            range_m = float(text) * 1e3
            snr = sensors.signal_to_noise(radar, range_m, self.rcs_m2)
            here_db = sensors.decibel(law * self.rcs_m2 / range_m**4)
            rows.append(
                judge.exact(f"SNR at {text} km, dB", here_db, sensors.decibel(snr), 1e-9, "12 digits of the constant")
            )
            hits = int(seen[:, unit_named(compiled, f"target-at-{k}")].sum())
            oracle = sensors.swerling1_detection(snr, self.p_false_alarm)
            rows.append(judge.proportion(f"Pd at {text} km", hits, seen.shape[0], oracle))
        return rows

    def document(self) -> Document:
        """Return the scenario: the targets are north of the radar, in the open; it looks once, at a drawn time."""
        ranges = [float(text) for text in self.ranges_km.split(",")]
        far_km = 1.1 * max(ranges)
        physics = {
            name: getattr(self, name)
            for name in (
                "power_kw",
                "gain_db",
                "frequency_ghz",
                "bandwidth_mhz",
                "noise_figure_db",
                "losses_db",
                "temperature_k",
            )
        }
        eye = {
            "model": "radar",
            "range_km": far_km,
            "interval_s": 1.0 * LOOK_TICKS,
            "needs_sight": False,
            "p_false_alarm": self.p_false_alarm,
            "physics": physics,
        }
        targets = [group(f"target-at-{k}", "red", "target", (0.0, value)) for k, value in enumerate(ranges)]
        return everyday(
            document(
                "radar-curve",
                dt_s=1.0,
                n_ticks=LOOK_TICKS,
                half_width_km=far_km,
                groups=[group("radar", "blue", "radar", (0.0, 0.0)), *targets],
                platforms={
                    "radar": platform("surface", sensors=["eye"]),
                    "target": platform("surface", rcs_m2=self.rcs_m2),
                },
                sensors={"eye": eye},
                terrain=_WATER,
            )
        )


@dataclass(frozen=True)
class Swerling:
    """Detection against signal-to-noise ratio, for a radar given by its reference performance."""

    step_s: ClassVar[float] = 1.0

    snr_db: str = option("5,8,10,13,16,20", "signal-to-noise ratios [dB], separated by commas")
    pfa: float = option(1e-6, "false-alarm probability", above=0.0, high=0.5)
    reference_km: float = option(50.0, "range of the reference performance [km]", above=0.0, high=1000.0)
    reference_p: float = option(0.5, "probability of detection there, against 1 m2", above=0.0, high=0.999)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        try:
            ratios = [float(text) for text in self.snr_db.split(",")]
        except ValueError:
            return [f"--snr-db: {self.snr_db!r} is not a list of numbers; give for example 8,10,13"]
        if not all(-20.0 <= value <= 60.0 for value in ratios) or len(ratios) > 100 or len(set(ratios)) < len(ratios):
            return [f"--snr-db: {self.snr_db!r}; give up to 100 different ratios from -20 to 60 dB"]
        if self.reference_p <= self.pfa:
            return ["--reference-p: not above the false-alarm probability; give more than --pfa"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Put a target at the range of each ratio, and look once."""
        scenario = self.document()
        compiled = compile_document(scenario)
        seen = sample(scenario, run, LOOK_TICKS, measure_seen)["seen"]
        reference = f"Pd {self.reference_p:g} at {self.reference_km:g} km"
        judge = Judge("radar, Swerling 1", f"{reference} Pfa {self.pfa:g}")
        rows: list[Row] = []
        for k, text in enumerate(self.snr_db.split(",")):
            hits = int(seen[:, unit_named(compiled, f"target-at-{k}")].sum())
            oracle = sensors.swerling1_detection(10.0 ** (float(text) / 10.0), self.pfa)
            rows.append(judge.proportion(f"Pd at {text} dB", hits, seen.shape[0], oracle))
        return rows

    def document(self) -> Document:
        """Return the scenario: the targets are north of the radar, in the open; it looks once, at a drawn time."""
        at_reference = sensors.reference_signal_to_noise(
            self.reference_km, self.reference_p, self.pfa, self.reference_km
        )
        ratios = [10.0 ** (float(text) / 10.0) for text in self.snr_db.split(",")]
        ranges = [self.reference_km * (at_reference / ratio) ** 0.25 for ratio in ratios]
        far_km = 1.1 * max(ranges)
        eye = {
            "model": "radar",
            "range_km": far_km,
            "interval_s": 1.0 * LOOK_TICKS,
            "needs_sight": False,
            "p_false_alarm": self.pfa,
            "reference": {"range_km": self.reference_km, "p_detect": self.reference_p},
        }
        targets = [group(f"target-at-{k}", "red", "target", (0.0, value)) for k, value in enumerate(ranges)]
        return everyday(
            document(
                "radar-swerling",
                dt_s=1.0,
                n_ticks=LOOK_TICKS,
                half_width_km=far_km,
                groups=[group("radar", "blue", "radar", (0.0, 0.0)), *targets],
                platforms={"radar": platform("surface", sensors=["eye"]), "target": platform("surface")},
                sensors={"eye": eye},
                terrain=_WATER,
            )
        )


@dataclass(frozen=True)
class Horizon:
    """Mutual visibility of two heights over the sea: a ladder of targets around the horizon."""

    step_s: ClassVar[float] = 1.0

    height_m: float = option(10.0, "height of the sensor", low=0.01, high=100_000.0)
    target_height_m: float = option(10.0, "height of the target", low=0.01, high=100_000.0)
    earth_radius_factor: float = option(4.0 / 3.0, "effective over true earth radius (k)", low=0.1, high=100.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        return []

    def rows(self, run: Run) -> list[Row]:
        """Find the farthest target seen; a single replication is enough."""
        expected_m = sensors.horizon_m(self.height_m, self.target_height_m, self.earth_radius_factor)
        distances = expected_m * (1.0 + RUNG * np.arange(-RUNGS, RUNGS + 1))
        seen = sample(self.document(distances / 1e3), run, 1, measure_seen, replications=1)["seen"][0]
        judge = Judge("horizon", f"h {self.height_m:g} {self.target_height_m:g} m k {self.earth_radius_factor:.4g}")
        return [farthest_row(judge, "farthest seen, km", seen, distances, expected_m)]

    def document(self, distances_km: np.ndarray) -> Document:
        """Return the scenario."""
        far_km = 1.1 * float(distances_km[-1])
        eye = all_seeing(far_km, 1.0, needs_sight=True, height_m=self.height_m)
        targets = [
            group(f"target-{k:03d}", "red", "target", (0.0, float(value))) for k, value in enumerate(distances_km)
        ]
        return document(
            "horizon",
            dt_s=1.0,
            n_ticks=1,
            half_width_km=far_km,
            groups=[group("eye", "blue", "watcher", (0.0, 0.0)), *targets],
            platforms={
                "watcher": platform("surface", sensors=["eye"], height_m=self.height_m),
                "target": platform("surface", height_m=self.target_height_m),
            },
            sensors={"eye": eye},
            terrain=_WATER,
            flat_earth=False,
            earth_radius_factor=self.earth_radius_factor,
        )


def farthest_row(judge: Judge, quantity: str, reached: np.ndarray, distances_m: np.ndarray, oracle_m: float) -> Row:
    """Judge the last rung of the unbroken run of reached rungs; ``reached`` starts with the unit at the origin."""
    rungs = reached[-distances_m.size :] > 0
    n_unbroken = int(rungs.argmin()) if not rungs.all() else rungs.size
    is_clean = not rungs[n_unbroken:].any()
    farthest = float(distances_m[n_unbroken - 1]) if n_unbroken > 0 and is_clean else math.nan
    tolerance = 1.001 * RUNG * oracle_m / 1e3
    return judge.exact(quantity, farthest / 1e3, oracle_m / 1e3, tolerance, "one rung of the ladder of targets")


TOPIC = Topic(
    "radar",
    "Swerling 1 detection from the radar equation, horizon",
    {"curve": Curve, "swerling": Swerling, "horizon": Horizon},
    (
        Curve(),
        Curve(power_kw=5.0, gain_db=30.0, frequency_ghz=9.4, rcs_m2=0.1, ranges_km="3,5,8"),
        Swerling(),
        Horizon(),
        Horizon(30.0, 1000.0),
    ),
)
