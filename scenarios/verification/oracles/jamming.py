"""Link budgets and jamming, in decibels and from the full radar equation.

Sources: Friis 1946, ITU-R P.525 (free-space loss); Adamy, EW 101 (J/S, burn-through); Skolnik, Radar Handbook.
"""

import math
from dataclasses import dataclass

from scenarios.verification.oracles.sensors import BOLTZMANN_J_PER_K, LIGHT_MPS, Radar, signal_to_noise


@dataclass(frozen=True)
class Link:
    """A radio, the same at both ends."""

    power_w: float
    gain_db: float
    frequency_mhz: float
    bandwidth_khz: float
    noise_figure_db: float
    losses_db: float
    required_snr_db: float


@dataclass(frozen=True)
class Jammer:
    """A jammer with all its power in the band of its victim."""

    power_w: float
    gain_db: float


def free_space_loss_db(distance_km: float, frequency_mhz: float) -> float:
    """Return 20 log10(4 pi d f / c)."""
    return 20.0 * math.log10(4.0 * math.pi * distance_km * 1e3 * frequency_mhz * 1e6 / LIGHT_MPS)


def dbm(power_w: float) -> float:
    """Return decibels above a milliwatt."""
    return 10.0 * math.log10(power_w * 1e3)


def received_dbm(link: Link, distance_km: float) -> float:
    """Return the power of the wanted signal."""
    loss_db = free_space_loss_db(distance_km, link.frequency_mhz) + link.losses_db
    return dbm(link.power_w) + 2.0 * link.gain_db - loss_db


def noise_dbm(link: Link) -> float:
    """Return the noise: -174 dBm/Hz, bandwidth, noise figure."""
    return -174.0 + 10.0 * math.log10(link.bandwidth_khz * 1e3) + link.noise_figure_db


def jamming_dbm(link: Link, jammer: Jammer, distance_km: float) -> float:
    """Return the power of the jammer at a radio; the losses of the link apply to it as to the signal."""
    loss_db = free_space_loss_db(distance_km, link.frequency_mhz) + link.losses_db
    return dbm(jammer.power_w) + jammer.gain_db + link.gain_db - loss_db


def jam_to_signal_db(link: Link, jammer: Jammer, jammer_km: float, distance_km: float) -> float:
    """Return J/S at a radio ``distance_km`` from its peer and ``jammer_km`` from the jammer."""
    return jamming_dbm(link, jammer, jammer_km) - received_dbm(link, distance_km)


def closing_range_km(link: Link, jammer: Jammer | None, jammer_km: float) -> float:
    """Return the largest distance at which a radio receives its peer, by bisection of the link budget."""
    disturbance_mw = 10.0 ** (noise_dbm(link) / 10.0)
    if jammer is not None:
        disturbance_mw += 10.0 ** (jamming_dbm(link, jammer, jammer_km) / 10.0)
    needed_dbm = 10.0 * math.log10(disturbance_mw) + link.required_snr_db
    low, high = 1e-9, 1e9
    for _ in range(200):
        middle = math.sqrt(low * high)
        if received_dbm(link, middle) >= needed_dbm:
            low = middle
        else:
            high = middle
    return math.sqrt(low * high)


def radar_jamming_to_noise(radar: Radar, jammer: Jammer, jammer_m: float, sidelobe_db: float = 0.0) -> float:
    """Return J/N at a radar: Pj Gj G lambda^2 / ((4 pi)^2 d^2 k T B F L), ``sidelobe_db`` off the beam."""
    wavelength_m = LIGHT_MPS / (radar.frequency_ghz * 1e9)
    spoiled = 10.0 ** ((radar.noise_figure_db + radar.losses_db) / 10.0)
    noise_w = BOLTZMANN_J_PER_K * radar.temperature_k * radar.bandwidth_mhz * 1e6 * spoiled
    gains = 10.0 ** ((jammer.gain_db + radar.gain_db + sidelobe_db) / 10.0)
    return jammer.power_w * gains * wavelength_m**2 / ((4.0 * math.pi * jammer_m) ** 2 * noise_w)


def jammed_signal_to_noise(radar: Radar, range_m: float, rcs_m2: float, jam_to_noise: float) -> float:
    """Return S / (N + J)."""
    return signal_to_noise(radar, range_m, rcs_m2) / (1.0 + jam_to_noise)


def burn_through_m(radar: Radar, jammer: Jammer, rcs_m2: float, needed: float, standoff_m: float) -> float:
    """Return the range at which S / (N + J) is ``needed``, by bisection.

    ``standoff_m`` 0: the target carries the jammer; else the jammer stays at this distance, in the beam.
    """
    low, high = 1.0, 1e8
    for _ in range(200):
        middle = math.sqrt(low * high)
        noise = radar_jamming_to_noise(radar, jammer, standoff_m or middle)
        if jammed_signal_to_noise(radar, middle, rcs_m2, noise) >= needed:
            low = middle
        else:
            high = middle
    return math.sqrt(low * high)
