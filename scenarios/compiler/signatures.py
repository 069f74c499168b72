"""What a platform shows to cameras and sonars, with defaults by target class (all of them placeholders)."""

import math
from typing import NamedTuple

import numpy as np

from scenarios.compiler.quantities import digits_12, power_ratio
from scenarios.format.schema.cards import Acoustics, PlatformCard
from scenarios.format.schema.types import TargetClassName
from simcore.params import UP
from simcore.types import F64


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


def fill_signature(real: F64, at: int | np.ndarray, card: PlatformCard, cruise_mps: float) -> None:
    """Write the columns that the sensors of others read. Mutates ``real`` (len(UP), n) at index or indices ``at``.

    The noise at rest and what the speed adds are kept as powers: SL(v) = 10 log10(rest + speed v^6), so that the level
    at cruise is the one of the card (60 log10 of speed: Ross 1976). On land and in the air there is no sound.
    """
    default = CLASS_SIGNATURES[card.target_class]
    acoustics = card.acoustics or default.acoustics
    real[UP.RCS_M2, at] = card.rcs_m2
    real[UP.SIGNATURE, at] = card.signature
    real[UP.CRITICAL_M, at] = card.critical_dimension_m or default.critical_dimension_m
    real[UP.LN_CONTRAST, at] = digits_12(math.log(card.contrast))
    rest, moving, strength_db = 0.0, 0.0, -math.inf
    if acoustics is not None and card.domain in ("surface", "subsurface"):
        rest, strength_db = power_ratio(acoustics.source_level_rest_db), acoustics.target_strength_db
        if cruise_mps > 0.0:
            moving = digits_12((power_ratio(acoustics.source_level_db) - rest) / cruise_mps**6)
    real[UP.SOURCE_REST, at] = rest
    real[UP.SOURCE_SPEED, at] = moving
    real[UP.TARGET_STRENGTH_DB, at] = strength_db
