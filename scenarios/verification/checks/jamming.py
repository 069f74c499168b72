"""Jamming: J/S and range of a radio link, burn-through of a radar."""

import math
from dataclasses import dataclass

import numpy as np

from scenarios.loader import compile_document
from scenarios.verification.checks.link import measure_links
from scenarios.verification.checks.radar import farthest_row, measure_seen
from scenarios.verification.document import document, group, platform
from scenarios.verification.measures import unit_named
from scenarios.verification.options import Topic, option
from scenarios.verification.oracles import jamming, sensors
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, sample
from simcore.params import JammerSpecR, SensorSpecR, UnitSpecR

_WATER = {"kind": "flat", "surface": "water"}


@dataclass(frozen=True)
class Link:
    """A hop shortened by a jammer behind the command post; a ladder of radios around the remaining range."""

    power_w: float = option(10.0, "power of the radios", above=0.0)
    gain_db: float = option(3.0, "gain of their antennas [dBi]", low=-100.0, high=100.0)
    frequency_mhz: float = option(300.0, "frequency", above=0.0)
    bandwidth_khz: float = option(25.0, "bandwidth of the receivers", above=0.0)
    noise_figure_db: float = option(6.0, "noise figure", low=0.0, high=100.0)
    losses_db: float = option(2.0, "losses", low=0.0, high=100.0)
    required_snr_db: float = option(10.0, "S/(N+J) that a link needs", low=-100.0, high=100.0)
    distance_km: float = option(50.0, "distance for the J/S row [km]", above=0.0, high=2000.0)
    jammer_w: float = option(100.0, "power of the jammer; 0 = none", low=0.0)
    jammer_gain_db: float = option(3.0, "gain of the jammer [dBi]", low=-100.0, high=100.0)
    jammer_km: float = option(20.0, "distance of the jammer from the command post [km]", above=0.0, high=1000.0)

    @property
    def link(self) -> jamming.Link:
        """The oracle's radio."""
        return jamming.Link(
            self.power_w,
            self.gain_db,
            self.frequency_mhz,
            self.bandwidth_khz,
            self.noise_figure_db,
            self.losses_db,
            self.required_snr_db,
        )

    @property
    def jammer(self) -> jamming.Jammer | None:
        """The oracle's jammer."""
        return jamming.Jammer(self.jammer_w, self.jammer_gain_db) if self.jammer_w > 0.0 else None

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        closes_km = jamming.closing_range_km(self.link, self.jammer, self.jammer_km)
        if not 0.01 <= closes_km <= 1500.0:
            return [f"the link would close at {closes_km:g} km; choose powers that give 0.01 to 1500 km"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Find the farthest radio with a link; a single replication is enough."""
        expected_m = 1e3 * jamming.closing_range_km(self.link, self.jammer, self.jammer_km)
        distances = expected_m * (1.0 + 1e-4 * np.arange(-20, 21))
        scenario = self.document(distances / 1e3)
        compiled = compile_document(scenario)
        linked = sample(scenario, run, 1, measure_links, replications=1)["linked"][0]
        reached = linked[[unit_named(compiled, f"radio-at-{k:03d}") for k in range(distances.size)]]
        radio = f"{self.power_w:g} W {self.gain_db:g} dBi {self.frequency_mhz:g} MHz"
        judge = Judge(
            "link jamming", f"{radio} jammer {self.jammer_w:g} W {self.jammer_gain_db:g} dBi at {self.jammer_km:g} km"
        )
        rows = [farthest_row(judge, "farthest linked, km", reached, distances, expected_m)]
        if self.jammer is not None:
            eirp_w = float(compiled.params.units.real[UnitSpecR.RADIO_EIRP_W, unit_named(compiled, "post")])
            ratio = (
                float(compiled.params.jammers.real[JammerSpecR.EIRP_W, 0])
                / eirp_w
                * (self.distance_km / self.jammer_km) ** 2
            )
            oracle_db = jamming.jam_to_signal_db(self.link, self.jammer, self.jammer_km, self.distance_km)
            quantity = f"J/S at {self.distance_km:g} km, dB"
            rows.append(judge.exact(quantity, sensors.decibel(ratio), oracle_db, 1e-9, "12 digits of the constants"))
        return rows

    def document(self, distances_km: np.ndarray) -> Document:
        """Return the scenario, with one hop at most, so that the radios do not relay for each other."""
        budget = {
            name: getattr(self, name)
            for name in (
                "power_w",
                "gain_db",
                "frequency_mhz",
                "bandwidth_khz",
                "noise_figure_db",
                "losses_db",
                "required_snr_db",
            )
        }
        far_km = max(1.1 * float(distances_km[-1]), 1.1 * self.jammer_km)
        radio = {"radio": {"budget": budget}}
        noise = {
            "power_w": self.jammer_w,
            "gain_db": self.jammer_gain_db,
            "low_mhz": self.frequency_mhz,
            "high_mhz": self.frequency_mhz,
        }
        radios = [
            group(f"radio-at-{k:03d}", "blue", "radio", (0.0, float(value))) for k, value in enumerate(distances_km)
        ]
        enemy = group("jammer", "red", "jammer", (0.0, -self.jammer_km))
        return document(
            "link-jamming",
            dt_s=1.0,
            n_ticks=1,
            half_width_km=max(far_km, 0.1),
            groups=[group("post", "blue", "post", (0.0, 0.0)), *radios, enemy],
            platforms={
                "radio": platform("surface", **radio),
                "post": platform("surface", command_post=True, **radio),
                "jammer": platform("surface", jammers=[noise] if self.jammer_w > 0.0 else []),
            },
            rules={"max_hops": 1},
            terrain=_WATER,
        )


@dataclass(frozen=True)
class BurnThrough:
    """A single look of a radar at a fading target behind jamming, at several ranges and at burn-through."""

    ranges_km: str = option("0.8,1.2,2", "ranges of the target [km], separated by commas")
    power_kw: float = option(100.0, "peak power [kW]", above=0.0)
    gain_db: float = option(35.0, "antenna gain [dB]", low=-100.0, high=200.0)
    frequency_ghz: float = option(3.0, "frequency [GHz]", above=0.0)
    p_false_alarm: float = option(1e-6, "false-alarm probability", above=0.0, high=0.5)
    rcs_m2: float = option(10.0, "radar cross-section of the target [m2]", above=0.0)
    jammer_w: float = option(10.0, "power of the jammer", above=0.0)
    jammer_gain_db: float = option(0.0, "gain of the jammer [dBi]", low=-100.0, high=100.0)
    standoff_km: float = option(0.0, "distance of the jammer [km]; 0 = the target carries it", low=0.0, high=1000.0)
    offset_deg: float = option(0.0, "angle between a stand-off jammer and the target", low=0.0, high=180.0)
    beamwidth_deg: float = option(3.0, "beamwidth of the radar", above=0.0, high=360.0)
    sidelobe_db: float = option(-25.0, "sidelobes over the beam [dB]", low=-200.0, high=0.0)

    @property
    def radar(self) -> sensors.Radar:
        """The oracle's radar."""
        return sensors.Radar(self.power_kw, self.gain_db, self.frequency_ghz, p_false_alarm=self.p_false_alarm)

    @property
    def jammer(self) -> jamming.Jammer:
        """The oracle's jammer."""
        return jamming.Jammer(self.jammer_w, self.jammer_gain_db)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        try:
            ranges = [float(text) for text in self.ranges_km.split(",")]
        except ValueError:
            return [f"--ranges-km: {self.ranges_km!r} is not a list of numbers; give for example 0.8,1.2,2"]
        if not all(0.001 <= value <= 1000.0 for value in ranges) or len(ranges) > 20:
            return [f"--ranges-km: {self.ranges_km!r}; give up to 20 ranges from 0.001 to 1000 km"]
        if abs(self.offset_deg - self.beamwidth_deg / 2.0) < 1e-6:
            return ["--offset-deg: at the very edge of the beam rounding decides; give a little more or less"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Look once at the target at each range, in separate scenarios, because the jammers would add up."""
        shape = f"{self.power_kw:g} kW {self.frequency_ghz:g} GHz {self.rcs_m2:g} m2 jammer {self.jammer_w:g} W"
        where = f"{self.standoff_km:g} km off by {self.offset_deg:g} deg" if self.standoff_km > 0.0 else "on the target"
        judge = Judge("radar jamming", f"{shape} {where}")
        rows: list[Row] = []
        for text in self.ranges_km.split(","):
            range_m = float(text) * 1e3
            noise = jamming.radar_jamming_to_noise(
                self.radar, self.jammer, self._jammer_m(range_m), self._off_beam_db()
            )
            snr = jamming.jammed_signal_to_noise(self.radar, range_m, self.rcs_m2, noise)
            oracle = sensors.swerling1_detection(snr, self.p_false_alarm)
            rows.append(self._row(judge, f"Pd at {text} km", range_m, oracle, run))
        if self._off_beam_db() == 0.0:
            needed = math.log(self.p_false_alarm) / math.log(0.5) - 1.0
            burns_m = jamming.burn_through_m(self.radar, self.jammer, self.rcs_m2, needed, self.standoff_km * 1e3)
            if 1.0 < burns_m < 1e6:
                rows.append(self._row(judge, f"Pd where it burns through ({burns_m / 1e3:.4g} km)", burns_m, 0.5, run))
        compiled = compile_document(self.document(10e3))
        law, jam = (float(compiled.params.sensors.real[row, 0]) for row in (SensorSpecR.LAW, SensorSpecR.JAM_M2))
        eirp_w = float(compiled.params.jammers.real[JammerSpecR.EIRP_W, 0])
        got_db = sensors.decibel(jam * eirp_w / 10e3**2 / (law * self.rcs_m2 / 10e3**4))
        gains = (
            self.power_kw * 1e3 * 10.0 ** (self.gain_db / 10.0) / (self.jammer_w * 10.0 ** (self.jammer_gain_db / 10.0))
        )
        oracle_db = sensors.decibel(4.0 * math.pi * 10e3**2 / (gains * self.rcs_m2))
        rows.append(
            judge.exact("self-screening J/S at 10 km, dB", got_db, oracle_db, 1e-9, "12 digits of the constants")
        )
        return rows

    def _row(self, judge: Judge, quantity: str, range_m: float, oracle: float, run: Run) -> Row:
        scenario = self.document(range_m)
        target = unit_named(compile_document(scenario), "target")
        seen = sample(scenario, run, 1, measure_seen)["seen"][:, target]
        return judge.proportion(quantity, int(seen.sum()), seen.size, oracle)

    def _jammer_m(self, range_m: float) -> float:
        return self.standoff_km * 1e3 if self.standoff_km > 0.0 else range_m

    def _off_beam_db(self) -> float:
        is_beside = self.standoff_km > 0.0 and self.offset_deg > self.beamwidth_deg / 2.0
        return self.sidelobe_db if is_beside else 0.0

    def document(self, range_m: float) -> Document:
        """Return the scenario: the target is north of the radar, a stand-off jammer to the right of the target."""
        mhz = self.frequency_ghz * 1e3
        noise = {"power_w": self.jammer_w, "gain_db": self.jammer_gain_db, "low_mhz": mhz, "high_mhz": mhz}
        far_km = 1.1 * max(range_m / 1e3, self.standoff_km)
        angle = math.radians(self.offset_deg)
        groups = [
            group("radar", "blue", "radar", (0.0, 0.0)),
            group("target", "red", "target", (0.0, range_m / 1e3)),
        ]
        if self.standoff_km > 0.0:
            place = (self.standoff_km * math.sin(angle), self.standoff_km * math.cos(angle))
            groups.append(group("jammer", "red", "jammer", place))
        oracle = self.radar
        eye = {
            "model": "radar",
            "range_km": far_km,
            "interval_s": 1.0,
            "needs_sight": False,
            "p_false_alarm": self.p_false_alarm,
            "physics": {
                "power_kw": self.power_kw,
                "gain_db": self.gain_db,
                "frequency_ghz": self.frequency_ghz,
                "bandwidth_mhz": oracle.bandwidth_mhz,
                "noise_figure_db": oracle.noise_figure_db,
                "losses_db": oracle.losses_db,
                "temperature_k": oracle.temperature_k,
            },
            "jamming": {"beamwidth_deg": self.beamwidth_deg, "sidelobe_db": self.sidelobe_db},
        }
        carried = [] if self.standoff_km > 0.0 else [noise]
        return document(
            "burn-through",
            dt_s=1.0,
            n_ticks=1,
            half_width_km=max(far_km, 0.1),
            groups=groups,
            platforms={
                "radar": platform("surface", sensors=["eye"]),
                "target": platform("surface", rcs_m2=self.rcs_m2, jammers=carried),
                "jammer": platform("surface", rcs_m2=1e-9, jammers=[noise]),
            },
            sensors={"eye": eye},
            terrain=_WATER,
        )


TOPIC = Topic(
    "jamming",
    "J/S and range of a jammed link, burn-through of a jammed radar",
    {"link": Link, "radar": BurnThrough},
    (
        Link(),
        Link(jammer_w=0.0, required_snr_db=30.0),
        BurnThrough(),
        BurnThrough(ranges_km="1,2,3", jammer_w=1000.0, jammer_gain_db=10.0, standoff_km=80.0),
        BurnThrough(ranges_km="5,8,12", jammer_w=1000.0, jammer_gain_db=10.0, standoff_km=80.0, offset_deg=10.0),
    ),
)
