"""Sensor cards: a model for each detection law."""

from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, get_args

from pydantic import Field

from scenarios.format.schema.numbers import (
    Absorption,
    Angle,
    AntennaGain,
    BandwidthMhz,
    Cost,
    Cycles,
    Factor,
    FalseAlarm,
    Flag,
    Gigahertz,
    Height,
    Interval,
    Kelvin,
    Kilohertz,
    Kilowatts,
    Losses,
    Metres,
    MetresPerKm,
    PictureElement,
    PositiveFactor,
    PositiveSpeed,
    Range,
    RangeOrNone,
    Ratio,
    ReferenceProbability,
    Share,
    SidelobeGain,
    Sigma,
    SoundLevel,
    Spreading,
)
from scenarios.format.schema.types import DomainName, LocalName, Model, Text

ALL_DOMAINS: tuple[DomainName, ...] = get_args(DomainName)
SEA_DOMAINS: tuple[DomainName, ...] = ("surface", "subsurface")


class SensorBase(Model):
    """The common keys of all sensor models."""

    title: Text = Field(default="", description="Display name.")
    title_ko: LocalName = Field(default="", description="Display name in Korean.")
    source: Text = Field(default="placeholder", description="Open source of the numbers, or `placeholder`.")
    cost_musd: Cost = Field(default=0.0, description="Cost of a set, included in that of the platform [million USD].")
    domains: tuple[DomainName, ...] = Field(default=ALL_DOMAINS, min_length=1, description="Detectable domains.")
    range_km: Range = Field(description="Instrumented range: no detections beyond it.")
    interval_s: Interval = Field(default=10.0, description="Time between scans.")
    needs_sight: Flag = Field(default=True, description="Blocked by terrain and horizon.")
    height_m: Height | None = Field(default=None, description="Height above ground or sea; null: the platform's.")
    field_of_view_deg: Angle = Field(default=360.0, description="Full angle, centred on the bow.")
    error_m: Metres = Field(default=10.0, description="One-sigma position error at zero range.")
    error_m_per_km: MetresPerKm = Field(default=0.0, description="Growth of this error with range.")


class RangedSensor(SensorBase):
    """A sensor that classifies and identifies detections within fixed ranges."""

    classify_km: RangeOrNone | None = Field(
        default=None, description="Range of classification; null: half of range_km, at least identify_km."
    )
    identify_km: RangeOrNone | None = Field(
        default=None, description="Range of identification; null: a quarter of range_km, at most classify_km."
    )


class Optics(Model):
    """The effects of darkness, haze and rain on an optical sensor."""

    night_factor: Share = Field(
        default=0.0, description="Contrast left in full darkness: 0 for a day camera, 1 for a thermal imager."
    )
    haze_factor: Factor = Field(
        default=1.0, description="Extinction by haze in its band as a share of that of visible light."
    )


class OpticalSensor(RangedSensor):
    """A sensor with ranges that may shrink in darkness, haze and rain."""

    optics: Optics | None = Field(default=None, description="null: independent of the weather.")


class CookieCutterCard(OpticalSensor):
    """Detects with a fixed probability per scan inside its range."""

    model: Literal["cookie_cutter"]
    p_detect: Share = Field(default=1.0, description="Probability of detection per scan.")


class InverseCubeCard(OpticalSensor):
    """Koopman's inverse cube law: detection rate K/r^3, K from a sweep width at a reference speed."""

    model: Literal["inverse_cube"]
    sweep_width_km: Range
    reference_speed_mps: PositiveSpeed = Field(description="Relative speed for the given sweep width.")


class RadarReference(Model):
    """Performance of a radar at one range against 1 m2 (Swerling 1)."""

    range_km: Range
    p_detect: ReferenceProbability


class RadarPhysics(Model):
    """The radar equation for a single pulse."""

    power_kw: Kilowatts
    gain_db: AntennaGain
    frequency_ghz: Gigahertz
    bandwidth_mhz: BandwidthMhz
    noise_figure_db: Losses
    losses_db: Losses
    temperature_k: Kelvin = 290.0


class RadarJamming(Model):
    """Radar parameters for jamming. With ``physics``, power, gain and frequency are taken from there."""

    power_kw: Kilowatts = Field(default=100.0, description="Placeholder.")
    gain_db: AntennaGain = Field(default=35.0, description="Placeholder.")
    frequency_ghz: Gigahertz = Field(default=9.4, description="Placeholder.")
    bandwidth_mhz: BandwidthMhz = Field(default=1.0, description="Placeholder.")
    beamwidth_deg: Angle = Field(
        default=3.0,
        description="Width of the main beam; a jammer within half of it from the target is in the beam (placeholder).",
    )
    sidelobe_db: SidelobeGain = Field(
        default=-25.0, description="Gain towards other jammers, relative to the main beam (placeholder)."
    )


class RadarCard(RangedSensor):
    """R^4 law with Swerling 1 detection; give ``reference`` or ``physics``."""

    model: Literal["radar"]
    jamming: RadarJamming = RadarJamming()
    p_false_alarm: FalseAlarm = 1e-6
    reference: RadarReference | None = None
    physics: RadarPhysics | None = None


class ElectroOpticalCard(SensorBase):
    """Camera or thermal imager: Johnson's cycles on target and the target transfer probability function.

    Each contact level has its own number of cycles; contrast decreases with range, haze, rain and darkness.
    """

    model: Literal["electro_optical"]
    ifov_mrad: PictureElement = Field(description="Angle of a picture element, in the field of view in use.")
    n50_detect: Cycles = Field(default=1.0, description="Cycles for 50 % probability of detection (Johnson 1958).")
    n50_classify: Cycles = Field(
        default=4.0, description="Cycles for 50 % probability of classification (recognition)."
    )
    n50_identify: Cycles = Field(default=6.4, description="Cycles for 50 % probability of identification.")
    p_covered: Share = Field(
        default=1.0, description="Probability that a scan covers the target: field of view over searched area."
    )
    night_factor: Share = Field(
        default=0.0, description="Contrast left in full darkness: 0 for a day camera, 1 for a thermal imager."
    )
    haze_factor: Factor = Field(
        default=1.0, description="Extinction by haze in its band as a share of that of visible light."
    )


class SonarBase(RangedSensor):
    """The sonar equation. Levels are in dB re 1 uPa, all in the same band; ranges are along the slant."""

    domains: tuple[DomainName, ...] = Field(
        default=SEA_DOMAINS, min_length=1, description="Detectable domains: surface and subsurface."
    )
    needs_sight: Flag = Field(default=False, description="Must be false: sound needs no line of sight.")
    frequency_khz: Kilohertz = Field(description="Centre of the band; determines absorption and noise.")
    directivity_db: Losses = Field(description="Directivity index DI of the array.")
    threshold_db: Ratio = Field(
        description="Detection threshold DT: signal-to-noise ratio for 50 % probability of detection."
    )
    noise_db: SoundLevel | None = Field(
        default=None, description="Level of the ambient noise; null: from shipping and wind, in a band of 1 Hz."
    )
    shipping: Share = Field(default=0.5, description="Density of distant shipping, if noise_db is null.")
    own_noise_db: SoundLevel | None = Field(
        default=None,
        description="Noise of the own platform at its cruise speed; grows with the sixth power of speed.",
    )
    spreading_db_per_decade: Spreading = Field(
        default=20.0, description="Spreading loss per decade of range: 20 spherical, 10 cylindrical."
    )
    absorption_db_per_km: Absorption | None = Field(default=None, description="null: Thorp's formula.")
    sigma_db: Sigma = Field(
        default=8.0, description="Standard deviation of the signal excess between scans (placeholder)."
    )


class PassiveSonarCard(SonarBase):
    """Detects the noise of its targets: SE = SL - TL - (NL - DI) - DT."""

    model: Literal["sonar_passive"]


class ActiveSonarCard(SonarBase):
    """Detects the echo of its pings: SE = SL - 2 TL + TS - (NL - DI) - DT, noise-limited."""

    model: Literal["sonar_active"]
    source_level_db: SoundLevel = Field(description="Level of the ping at 1 m.")


class EsmCard(RangedSensor):
    """Intercepts active radars. The one-way path gives it a longer range than the radar's own."""

    model: Literal["esm"]
    p_detect: Share = Field(default=1.0, description="Probability of an intercept per scan.")
    range_factor: PositiveFactor = Field(
        default=1.5, description="Intercept range as a multiple of the radar's instrumented range."
    )


SensorCard = Annotated[
    CookieCutterCard | InverseCubeCard | RadarCard | ElectroOpticalCard | PassiveSonarCard | ActiveSonarCard | EsmCard,
    Field(discriminator="model"),
]


class SensorLaw(NamedTuple):
    """The common properties of all sensors of a model."""

    card: type[SensorBase]
    words: str  # its name in tables
    is_swept: bool = False  # detects along the path between two scans, however far apart
    is_deceived: bool = False  # a spoofer can show it phantoms


SENSOR_MODELS: dict[str, SensorLaw] = {
    "cookie_cutter": SensorLaw(CookieCutterCard, "cookie cutter", is_swept=True),
    "inverse_cube": SensorLaw(InverseCubeCard, "inverse cube", is_swept=True),
    "radar": SensorLaw(RadarCard, "radar", is_deceived=True),
    "electro_optical": SensorLaw(ElectroOpticalCard, "electro-optical"),
    "sonar_passive": SensorLaw(PassiveSonarCard, "passive sonar"),
    "sonar_active": SensorLaw(ActiveSonarCard, "active sonar"),
    "esm": SensorLaw(EsmCard, "ESM", is_deceived=True),
}
"""Every sensor model by its name on cards. ``compiler.sensors.LAWS`` has the constants of each."""

SWEPT = tuple(name for name, law in SENSOR_MODELS.items() if law.is_swept)
DECEIVED = tuple(name for name, law in SENSOR_MODELS.items() if law.is_deceived)
if TYPE_CHECKING:
    DeceivedName = str
else:
    DeceivedName = Literal[DECEIVED]
