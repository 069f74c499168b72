"""Signatures of platforms for radars, cameras and sonars, as columns of parameters."""

import math

import numpy as np

from scenarios.compiler.quantities import digits_12, power_ratio
from scenarios.format.defaults import settled
from scenarios.format.schema.cards import PlatformCard
from scenarios.format.schema.sensors import SEA_DOMAINS
from simcore.params import UnitSpecR
from simcore.types import F64


def fill_signature(real: F64, at: int | np.ndarray, card: PlatformCard) -> None:
    """Write the columns read by the sensors of others. Mutates ``real`` (len(UnitSpecR), n) at index or indices ``at``.

    The noise at rest and the noise of motion are stored as powers: SL(v) = 10 log10(rest + speed v^6), matching the
    card's level at cruise speed (60 log10 of speed: Ross 1976). Platforms on land and in the air make no sound.
    """
    acoustics, cruise_mps = card.acoustics, settled(card.speed_cruise_mps)
    real[UnitSpecR.RCS_M2, at] = card.rcs_m2
    real[UnitSpecR.SIGNATURE, at] = card.signature
    real[UnitSpecR.CRITICAL_M, at] = settled(card.critical_dimension_m)
    real[UnitSpecR.LN_CONTRAST, at] = digits_12(math.log(card.contrast))
    rest, moving, strength_db = 0.0, 0.0, -math.inf
    if acoustics is not None and card.domain in SEA_DOMAINS:
        rest, strength_db = power_ratio(acoustics.source_level_rest_db), acoustics.target_strength_db
        if cruise_mps > 0.0:
            moving = digits_12((power_ratio(acoustics.source_level_db) - rest) / cruise_mps**6)
    real[UnitSpecR.SOURCE_REST, at] = rest
    real[UnitSpecR.SOURCE_SPEED, at] = moving
    real[UnitSpecR.TARGET_STRENGTH_DB, at] = strength_db
