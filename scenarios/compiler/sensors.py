"""Sensor cards as columns of parameters."""

import math
from collections.abc import Callable
from typing import Any

from scenarios.compiler.columns import blank_reals, blank_wholes
from scenarios.compiler.quantities import BOLTZMANN_J_PER_K, LIGHT_MPS, digits_12, domain_mask, power_ratio, ratio
from scenarios.compiler.radio import fill_jamming
from scenarios.compiler.ticks import ticks
from scenarios.format.defaults import settled
from scenarios.format.schema.cards import PlatformCard
from scenarios.format.schema.sensors import (
    ActiveSonarCard,
    CookieCutterCard,
    ElectroOpticalCard,
    EsmCard,
    InverseCubeCard,
    OpticalSensor,
    PassiveSonarCard,
    RadarCard,
    RangedSensor,
    SensorCard,
)
from simcore.params import SensorSpecR, SensorSpecW
from simcore.types import F64, I32, SensorModel


def radar_law_m4(card: RadarCard) -> float:
    """Return signal-to-noise times r^4 against 1 m2 [m4].

    From the radar equation P G^2 lambda^2 / ((4 pi)^3 k T B F L) (Skolnik, Introduction to Radar Systems), or from
    a probability of detection at a range through Swerling 1, Pd = Pfa^(1/(1+snr)).
    """
    if card.physics is not None:
        radar = card.physics
        wavelength = LIGHT_MPS / (radar.frequency_ghz * 1e9)
        noise_w = BOLTZMANN_J_PER_K * radar.temperature_k * radar.bandwidth_mhz * 1e6
        gains_db = 2.0 * radar.gain_db - radar.noise_figure_db - radar.losses_db
        law = radar.power_kw * 1e3 * ratio(gains_db) * wavelength**2 / ((4.0 * math.pi) ** 3 * noise_w)
        return digits_12(law)
    if card.reference is None:
        return 0.0
    snr = math.log(card.p_false_alarm) / math.log(card.reference.p_detect) - 1.0
    return digits_12(snr * (card.reference.range_km * 1e3) ** 4)


def inverse_cube_law_m3_per_s(card: InverseCubeCard) -> float:
    """Return K of the detection rate K/r^3 [m3/s]: W^2 v / (8 pi) for sweep width W at speed v (Koopman)."""
    width = card.sweep_width_km * 1e3
    return digits_12(width * width * card.reference_speed_mps / (8.0 * math.pi))


def noise_powers(frequency_khz: float, shipping: float) -> tuple[float, float]:
    """Return the ambient noise in a band of 1 Hz as ratios to 1 uPa^2: (without the surface, surface in a calm).

    Turbulence 17 - 30 log f, shipping 40 + 20 (s - 0.5) + 26 log f - 60 log (f + 0.03), thermal -15 + 20 log f,
    and the surface 50 + 7.5 sqrt(w) + 20 log f - 40 log (f + 0.4), with f in kHz and the wind w in m/s. The second
    number is to be multiplied by 10^(0.75 sqrt(w)). Source: Coates 1990, after the curves of Wenz 1962.
    """
    log_f = math.log10(frequency_khz)
    still = (
        17.0 - 30.0 * log_f,
        40.0 + 20.0 * (shipping - 0.5) + 26.0 * log_f - 60.0 * math.log10(frequency_khz + 0.03),
        -15.0 + 20.0 * log_f,
    )
    surface = 50.0 + 20.0 * log_f - 40.0 * math.log10(frequency_khz + 0.4)
    return digits_12(sum(ratio(level) for level in still)), power_ratio(surface)


LAW_CONSTANTS = (
    SensorSpecR.P_DETECT,
    SensorSpecR.LAW,
    SensorSpecR.LN_PFA,
    SensorSpecR.CLASSIFY_M,
    SensorSpecR.IDENTIFY_M,
    SensorSpecR.N50_DETECT,
    SensorSpecR.N50_CLASSIFY,
    SensorSpecR.N50_IDENTIFY,
    SensorSpecR.NIGHT,
    SensorSpecR.HAZE,
    SensorSpecR.SPREADING,
    SensorSpecR.ABSORPTION,
    SensorSpecR.NOISE_CALM,
    SensorSpecR.NOISE_WIND,
    SensorSpecR.NOISE_OWN,
    SensorSpecR.SIGMA_DB,
    SensorSpecR.JAM_M2,
    SensorSpecR.MHZ,
    SensorSpecR.BAND_MHZ,
    SensorSpecR.BEAM_COS,
    SensorSpecR.SIDELOBE,
)
"""Constants of some sensor models; 0 for the others."""


def sensor_columns(platform: PlatformCard, cards: dict[str, SensorCard], dt_s: float) -> tuple[F64, I32]:
    """Return (len(SensorSpecR), k) and (len(SensorSpecW), k) of the k sensors of a platform.

    UNIT, PHASE and KIND stay unfilled.
    """
    real, whole = blank_reals(SensorSpecR, len(platform.sensors)), blank_wholes(SensorSpecW, len(platform.sensors))
    for k, fit in enumerate(platform.sensors):
        card = cards[fit.sensor]
        real[list(LAW_CONSTANTS), k] = 0.0
        real[SensorSpecR.RANGE_M, k] = card.range_km * 1e3
        if isinstance(card, RangedSensor):
            real[SensorSpecR.CLASSIFY_M, k] = settled(card.classify_km) * 1e3
            real[SensorSpecR.IDENTIFY_M, k] = settled(card.identify_km) * 1e3
        real[SensorSpecR.ERROR_M, k] = card.error_m
        real[SensorSpecR.ERROR_PER_M, k] = card.error_m_per_km / 1e3
        half = math.radians(card.field_of_view_deg / 2.0)
        real[SensorSpecR.FOV_COS, k] = -1.0 if card.field_of_view_deg >= 360.0 else round(math.cos(half), 12)
        real[SensorSpecR.HEIGHT_M, k] = settled(fit.height_m)
        whole[SensorSpecW.PERIOD, k] = ticks(card.interval_s, dt_s)
        whole[SensorSpecW.DOMAINS, k] = domain_mask(card.domains)
        whole[SensorSpecW.NEEDS_SIGHT, k] = card.needs_sight
        model = SensorModel[card.model.upper()]
        whole[SensorSpecW.MODEL, k] = model
        whole[SensorSpecW.IS_OPTICAL, k] = isinstance(card, OpticalSensor) and card.optics is not None
        if isinstance(card, OpticalSensor) and card.optics is not None:
            real[SensorSpecR.NIGHT, k], real[SensorSpecR.HAZE, k] = card.optics.night_factor, card.optics.haze_factor
        LAWS[model](real[:, k], card, platform)
    return real, whole


def _cookie_cutter(column: F64, card: CookieCutterCard, _: PlatformCard) -> None:
    column[SensorSpecR.P_DETECT] = card.p_detect


def _inverse_cube(column: F64, card: InverseCubeCard, _: PlatformCard) -> None:
    column[SensorSpecR.LAW] = inverse_cube_law_m3_per_s(card)


def _radar(column: F64, card: RadarCard, _: PlatformCard) -> None:
    column[SensorSpecR.LAW] = radar_law_m4(card)
    column[SensorSpecR.LN_PFA] = round(math.log(card.p_false_alarm), 12)
    fill_jamming(column, card)


def _electro_optical(column: F64, card: ElectroOpticalCard, _: PlatformCard) -> None:
    column[SensorSpecR.LAW] = 1.0 / (2.0 * card.ifov_mrad * 1e-3)
    column[SensorSpecR.P_DETECT] = card.p_covered
    column[SensorSpecR.N50_DETECT] = card.n50_detect
    column[SensorSpecR.N50_CLASSIFY] = card.n50_classify
    column[SensorSpecR.N50_IDENTIFY] = card.n50_identify
    column[SensorSpecR.NIGHT] = card.night_factor
    column[SensorSpecR.HAZE] = card.haze_factor


def _esm(column: F64, card: EsmCard, _: PlatformCard) -> None:
    column[SensorSpecR.P_DETECT] = card.p_detect
    column[SensorSpecR.LAW] = card.range_factor


def _sonar(column: F64, card: PassiveSonarCard | ActiveSonarCard, platform: PlatformCard) -> None:
    """Write the constant terms of the sonar equation. Mutates ``column`` (len(SensorSpecR),)."""
    n_paths = 2.0 if isinstance(card, ActiveSonarCard) else 1.0  # two-way or one-way
    sent_db = card.source_level_db if isinstance(card, ActiveSonarCard) else 0.0
    column[SensorSpecR.LAW] = sent_db + card.directivity_db - card.threshold_db
    column[SensorSpecR.ABSORPTION] = digits_12(n_paths * settled(card.absorption_db_per_km) / 1e3)
    column[SensorSpecR.SPREADING] = digits_12(n_paths * card.spreading_db_per_decade / (2.0 * math.log(10.0)))
    if card.noise_db is not None:
        column[SensorSpecR.NOISE_CALM] = power_ratio(card.noise_db)
    else:
        column[SensorSpecR.NOISE_CALM], column[SensorSpecR.NOISE_WIND] = noise_powers(card.frequency_khz, card.shipping)
    cruise = settled(platform.speed_cruise_mps)
    if card.own_noise_db is not None and cruise > 0.0:
        column[SensorSpecR.NOISE_OWN] = digits_12(power_ratio(card.own_noise_db) / cruise**6)
    column[SensorSpecR.SIGMA_DB] = card.sigma_db


LAWS: dict[SensorModel, Callable[[F64, Any, PlatformCard], None]] = {
    SensorModel.COOKIE_CUTTER: _cookie_cutter,
    SensorModel.INVERSE_CUBE: _inverse_cube,
    SensorModel.RADAR: _radar,
    SensorModel.ELECTRO_OPTICAL: _electro_optical,
    SensorModel.SONAR_PASSIVE: _sonar,
    SensorModel.SONAR_ACTIVE: _sonar,
    SensorModel.ESM: _esm,
}
"""Functions by model that write the constants of its law into the column of a sensor (len(SensorSpecR),)."""
