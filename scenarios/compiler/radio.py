"""Radios, and the effect of jamming on radars, as columns of parameters."""

import math

from scenarios.compiler.quantities import LIGHT_MPS, digits_12, power_ratio, ratio
from scenarios.format.schema.cards import PlatformCard
from scenarios.format.schema.radio import RANGE_ONLY, LinkBudget
from scenarios.format.schema.sensors import RadarCard
from simcore.params import SensorSpecR, UnitSpecR
from simcore.types import F64

NOISE_DBM_PER_HZ = -174.0
"""Thermal noise at room temperature, rounded as in link budgets."""


def free_space_range_m(budget: LinkBudget) -> float:
    """Return the range at which two such radios just reach the required signal-to-noise ratio.

    Free-space loss 20 log(4 pi d f / c) (Friis 1946; ITU-R P.525).
    """
    noise_dbm = NOISE_DBM_PER_HZ + 10.0 * math.log10(budget.bandwidth_khz * 1e3) + budget.noise_figure_db
    power_dbm = 10.0 * math.log10(budget.power_w * 1e3)
    loss_db = power_dbm + 2.0 * budget.gain_db - budget.losses_db - noise_dbm - budget.required_snr_db
    wavelength_m = LIGHT_MPS / (budget.frequency_mhz * 1e6)
    return digits_12(wavelength_m / (4.0 * math.pi) * ratio(loss_db / 2.0))


def fill_radio(column: F64, card: PlatformCard) -> None:
    """Write the reals of a platform's radio. Mutates ``column`` (len(UnitSpecR),).

    A platform without a radio reaches the whole map, is immune to jamming, and transmits like an ordinary radio.
    """
    radio = card.radio
    budget = RANGE_ONLY if radio is None or radio.budget is None else radio.budget
    range_m = math.inf
    if radio is not None:
        range_m = free_space_range_m(budget) if radio.range_km is None else radio.range_km * 1e3
    is_open = radio is not None and not radio.satellite
    column[UnitSpecR.RADIO_RANGE_M] = range_m
    column[UnitSpecR.RADIO_EIRP_W] = digits_12(budget.power_w * ratio(budget.gain_db))
    column[UnitSpecR.RADIO_SNR] = power_ratio(budget.required_snr_db) if is_open else 0.0
    column[UnitSpecR.RADIO_MHZ] = budget.frequency_mhz
    column[UnitSpecR.RADIO_BAND_MHZ] = budget.bandwidth_khz / 1e3


def fill_jamming(column: F64, card: RadarCard) -> None:
    """Write the jamming constants of a radar. Mutates ``column`` (len(SensorSpecR),), in which LAW is already filled.

    Jamming over noise is J/N = EIRP_j JAM_M2 / d^2 with JAM_M2 = 4 pi law / EIRP, which follows from
    J/S = EIRP_j 4 pi R^2 / (EIRP rcs) and S/N = law rcs / R^4: the radar's losses affect echo and jamming alike.
    """
    if card.physics is not None:
        power_kw, gain_db = card.physics.power_kw, card.physics.gain_db
        mhz, band_mhz = card.physics.frequency_ghz * 1e3, card.physics.bandwidth_mhz
    else:
        power_kw, gain_db = card.jamming.power_kw, card.jamming.gain_db
        mhz, band_mhz = card.jamming.frequency_ghz * 1e3, card.jamming.bandwidth_mhz
    column[SensorSpecR.JAM_M2] = digits_12(
        4.0 * math.pi * float(column[SensorSpecR.LAW]) / (power_kw * 1e3 * ratio(gain_db))
    )
    column[SensorSpecR.MHZ] = mhz
    column[SensorSpecR.BAND_MHZ] = band_mhz
    column[SensorSpecR.BEAM_COS] = round(math.cos(math.radians(card.jamming.beamwidth_deg / 2.0)), 15)
    column[SensorSpecR.SIDELOBE] = power_ratio(card.jamming.sidelobe_db)
