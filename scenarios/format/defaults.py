"""Defaults derived from other keys: the values of null keys on a card. The compiler has no defaults of its own."""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

from scenarios.format.schema.cards import Acoustics, PlatformCard, WeaponCard
from scenarios.format.schema.command import Operators
from scenarios.format.schema.sensors import SEA_DOMAINS, RangedSensor, SensorCard, SonarBase
from scenarios.format.schema.types import DomainName, MobilityName, TargetClassName

T = TypeVar("T")

CRUISE_SHARE = 0.7
"""Cruise speed over the maximum."""
CLASSIFY_SHARE = 0.5
"""Range of classification over the instrumented range."""
IDENTIFY_SHARE = 0.25
"""Range of identification over the instrumented range."""
STANDOFF_SHARE = 0.8
"""Distance at which an attacker stops closing, over the longest range of its offensive weapons."""
MOBILITY_OF: dict[DomainName, MobilityName] = {
    "land": "wheeled",
    "surface": "water",
    "subsurface": "water",
    "air": "air",
}
"""Mobility of moving platforms by domain."""


class ClassSignature(NamedTuple):
    """The signature of a target class; ``acoustics`` only for surface and subsurface classes."""

    critical_dimension_m: float
    acoustics: Acoustics | None


def _acoustics(cruise_db: float, rest_db: float, target_strength_db: float) -> Acoustics:
    return Acoustics(source_level_db=cruise_db, source_level_rest_db=rest_db, target_strength_db=target_strength_db)


CLASS_SIGNATURES: dict[TargetClassName, ClassSignature] = {
    "personnel": ClassSignature(0.75, None),
    "light_vehicle": ClassSignature(2.0, None),
    "armour": ClassSignature(2.3, None),  # the NATO target of 2.3 m (STANAG 4347)
    "structure": ClassSignature(4.0, None),
    "small_boat": ClassSignature(2.0, _acoustics(130.0, 100.0, 0.0)),
    "ship": ClassSignature(10.0, _acoustics(140.0, 120.0, 15.0)),
    "submarine": ClassSignature(1.0, _acoustics(115.0, 95.0, 10.0)),
    "small_air": ClassSignature(0.5, None),
    "aircraft": ClassSignature(3.0, None),
}
"""Signatures by target class (placeholders, except where a source is named)."""


def settled(value: T | None) -> T:
    """Return the value of a key that is never null in a resolved scenario.

    Raises
    ------
    ValueError
        If it is still null: the scenario has not been resolved.
    """
    if value is None:
        raise ValueError("a derived key is still null; resolve the scenario before compiling it")
    return value


def thorp_db_per_km(frequency_khz: float) -> float:
    """Return the absorption of sound in sea water [dB/km]. Source: Thorp 1967, with the terms of Urick, chapter 5."""
    f_sq = frequency_khz * frequency_khz
    return 0.11 * f_sq / (1.0 + f_sq) + 44.0 * f_sq / (4100.0 + f_sq) + 2.75e-4 * f_sq + 0.003


def filled_sensor(card: SensorCard) -> SensorCard:
    """Return the card with classification range, identification range and absorption filled in.

    A derived range never contradicts a given range: identification is not farther than classification.
    """
    update: dict[str, Any] = {}
    if isinstance(card, RangedSensor):
        classify, identify = card.classify_km, card.identify_km
        if classify is None:
            classify = max(CLASSIFY_SHARE * card.range_km, identify or 0.0)
        if identify is None:
            identify = min(IDENTIFY_SHARE * card.range_km, classify)
        update |= {"classify_km": classify, "identify_km": identify}
    if isinstance(card, SonarBase) and card.absorption_db_per_km is None:
        update["absorption_db_per_km"] = thorp_db_per_km(card.frequency_khz)
    return card.model_copy(update=update)


def filled_weapon(card: WeaponCard) -> WeaponCard:
    """Return the card with ``guided`` filled in: rounds with a seeker are guided."""
    guided = card.seeker_basket_m is not None if card.guided is None else card.guided
    return card.model_copy(update={"guided": guided})


def filled_crew(crew: Operators) -> Operators:
    """Return the crew with the time of a manual engagement filled in."""
    manual_s = crew.service_s if crew.manual_service_s is None else crew.manual_service_s
    return crew.model_copy(update={"manual_service_s": manual_s})


def filled_platform(
    card: PlatformCard, sensors: Mapping[str, SensorCard], weapons: Mapping[str, WeaponCard]
) -> PlatformCard:
    """Return the card with mobility, cruise speed, standoff, signatures and heights of sensors filled in."""
    mobility, cruise, standoff = card.mobility, card.speed_cruise_mps, card.standoff_km
    signature = CLASS_SIGNATURES[card.target_class]
    if mobility is None:
        mobility = "fixed" if card.speed_max_mps == 0 else MOBILITY_OF[card.domain]
    if cruise is None:
        cruise = round(CRUISE_SHARE * card.speed_max_mps, 6)
    if standoff is None:
        offensive = [weapons[fit.weapon] for fit in card.weapons if weapons[fit.weapon].domains]
        reach = max((weapon.range_max_km for weapon in offensive), default=0.0)
        standoff = 0.0 if card.one_way else round(STANDOFF_SHARE * reach, 9)
    critical, acoustics = card.critical_dimension_m, card.acoustics
    if critical is None:
        critical = signature.critical_dimension_m
    if acoustics is None and card.domain in SEA_DOMAINS:
        acoustics = signature.acoustics
    fits = tuple(
        fit
        if fit.height_m is not None
        else fit.model_copy(update={"height_m": _height_m(sensors[fit.sensor].height_m, card.height_m)})
        for fit in card.sensors
    )
    update = {
        "mobility": mobility,
        "speed_cruise_mps": cruise,
        "standoff_km": standoff,
        "critical_dimension_m": critical,
        "acoustics": acoustics,
        "sensors": fits,
    }
    return card.model_copy(update=update)


def _height_m(of_sensor_m: float | None, of_platform_m: float) -> float:
    return of_platform_m if of_sensor_m is None else of_sensor_m
