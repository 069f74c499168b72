"""Radar and radio: range equation, Swerling 1 detection, horizon, chains of links.

Sources: Skolnik, Radar Handbook, chapter 2 (range equation, 4/3 earth); Swerling (IRE Trans. IT-6, 1960), case 1.
"""

import math
from dataclasses import dataclass

LIGHT_MPS = 299_792_458.0
BOLTZMANN_J_PER_K = 1.380649e-23
EARTH_M = 6_371_000.0
"""Mean radius of the earth [m], as in the 4.12 km horizon rule."""


@dataclass(frozen=True)
class Radar:
    """Parameters of a monostatic pulse radar, one pulse."""

    power_kw: float = 100.0
    gain_db: float = 35.0
    frequency_ghz: float = 3.0
    bandwidth_mhz: float = 1.0
    noise_figure_db: float = 4.0
    losses_db: float = 6.0
    temperature_k: float = 290.0
    p_false_alarm: float = 1e-6


def signal_to_noise(radar: Radar, range_m: float, rcs_m2: float) -> float:
    """Return the single-pulse signal-to-noise ratio (not in dB)."""
    wavelength_m = LIGHT_MPS / (radar.frequency_ghz * 1e9)
    gain = 10.0 ** (radar.gain_db / 10.0)
    spoiled = 10.0 ** ((radar.noise_figure_db + radar.losses_db) / 10.0)
    noise_w = BOLTZMANN_J_PER_K * radar.temperature_k * radar.bandwidth_mhz * 1e6 * spoiled
    echo_w = radar.power_kw * 1e3 * gain**2 * wavelength_m**2 * rcs_m2 / ((4.0 * math.pi) ** 3 * range_m**4)
    return echo_w / noise_w


def decibel(ratio: float) -> float:
    """Return 10 log10 of a power ratio."""
    return 10.0 * math.log10(ratio)


def swerling1_detection(snr: float, p_false_alarm: float) -> float:
    """Return Pd = Pfa^(1 / (1 + snr)) for one pulse on a slowly fading target."""
    return p_false_alarm ** (1.0 / (1.0 + snr))


def range_for_detection(radar: Radar, p_detect: float, rcs_m2: float) -> float:
    """Return the range [m] at which a single look detects a target with ``p_detect``."""
    needed = math.log(radar.p_false_alarm) / math.log(p_detect) - 1.0
    return (signal_to_noise(radar, 1.0, rcs_m2) / needed) ** 0.25


def reference_signal_to_noise(reference_m: float, p_reference: float, p_false_alarm: float, range_m: float) -> float:
    """Return the signal-to-noise ratio at a range, for a radar with ``p_reference`` at ``reference_m``: R^-4."""
    return (math.log(p_false_alarm) / math.log(p_reference) - 1.0) * (reference_m / range_m) ** 4


def horizon_m(height_m: float, other_height_m: float, earth_factor: float = 4.0 / 3.0) -> float:
    """Return sqrt(2 k R h1) + sqrt(2 k R h2): the range at which the ray grazes the smooth earth."""
    radius = earth_factor * EARTH_M
    return math.sqrt(2.0 * radius * height_m) + math.sqrt(2.0 * radius * other_height_m)


def hops_in_chain(n_units: int, spacing_m: float, radio_range_m: float, max_hops: int) -> list[int]:
    """Return the hops from the command post (unit 0) along a straight chain; -1 where it is out of reach.

    Each hop covers as many units as the radio reaches: unit k is ceil(k / floor(range / spacing)) hops away.
    """
    reach = math.floor(radio_range_m / spacing_m)
    hops = [0] + [math.ceil(k / reach) if reach > 0 else -1 for k in range(1, n_units)]
    return [h if h <= max_hops else -1 for h in hops]
