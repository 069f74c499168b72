"""What a platform shows to cameras and sonars, with defaults by target class (all of them placeholders)."""

import math
from typing import NamedTuple

from scenarios.compiler.sensors import digits_12, power_ratio
from scenarios.format.schema.cards import Acoustics, PlatformCard
from scenarios.format.schema.types import TargetClassName


class ClassSignature(NamedTuple):
    """Defaults of a target class; ``acoustics`` of what floats or dives."""

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


def signature_columns(card: PlatformCard, cruise_mps: float) -> dict[str, float]:
    """Return the columns of UP that cameras and sonars read.

    The noise at rest and what the speed adds are kept as powers: SL(v) = 10 log10(rest + speed v^6), so that the level
    at cruise is the one of the card (60 log10 of speed: Ross 1976). On land and in the air there is no sound.
    """
    default = CLASS_SIGNATURES[card.target_class]
    at_sea = card.domain in ("surface", "subsurface")
    acoustics = card.acoustics or default.acoustics
    columns = {
        "CRITICAL_M": card.critical_dimension_m or default.critical_dimension_m,
        "LN_CONTRAST": digits_12(math.log(card.contrast)),
        "SOURCE_REST": 0.0,
        "SOURCE_SPEED": 0.0,
        "TARGET_STRENGTH_DB": -math.inf,
    }
    if not at_sea or acoustics is None:
        return columns
    rest = power_ratio(acoustics.source_level_rest_db)
    columns["SOURCE_REST"] = rest
    columns["TARGET_STRENGTH_DB"] = acoustics.target_strength_db
    if cruise_mps > 0.0:
        moving = power_ratio(acoustics.source_level_db) - rest
        columns["SOURCE_SPEED"] = digits_12(moving / cruise_mps**6)
    return columns
