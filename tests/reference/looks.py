"""One look of every sensor, unit by unit, from the cards of a document and the places of the units.

Slow and readable: no grid, no compiled columns, libm instead of approximations. Only the random numbers are the
engine's.
"""

import math
from typing import Any

from scenarios.verification.oracles import optics, sonar

Document = dict[str, Any]


def camera_level(card: Document, target: Document, range_m: float, air: Document, u: float) -> int:
    """Return what a camera learns: 0 nothing to 3 identified."""
    night = card.get("night_factor", 0.0)
    contrast = target["contrast"] * (night + (1.0 - night) * air["light"])
    apparent = optics.apparent_contrast(
        contrast, range_m, air["visibility_km"] * 1e3, card.get("haze_factor", 1.0), air["rain_mm_per_h"]
    )
    cycles = optics.cycles_on_target(target["critical_dimension_m"], card["ifov_mrad"] * 1e-3, range_m, apparent)
    levels = [card.get("n50_detect", 1.0), card.get("n50_classify", 4.0), card.get("n50_identify", 6.4)]
    return sum(u < card.get("p_covered", 1.0) * optics.target_transfer(cycles, n50) for n50 in levels)


def sonar_p(card: Document, own: Document, target: Document, range_m: float, wind_mps: float) -> float:
    """Return the probability that a sonar detects; ``speed_mps`` of both are those of the moment."""
    loss = sonar.transmission_loss_db(range_m, 20.0, sonar.thorp_db_per_km(card["frequency_khz"]))
    noise = sonar.ambient_noise_db(card["frequency_khz"], wind_mps, 0.5)
    if "own_noise_db" in card and own["speed_mps"] > 0.0:
        own_db = card["own_noise_db"] + 60.0 * math.log10(own["speed_mps"] / own["speed_cruise_mps"])
        noise = sonar.sum_of_levels(noise, own_db)
    gain = card["directivity_db"] - card["threshold_db"] - noise
    sounds = target["acoustics"]
    if card["model"] == "sonar_active":
        excess = card["source_level_db"] - 2.0 * loss + sounds["target_strength_db"] + gain
    else:
        source = sonar.level_at_speed_db(
            sounds["source_level_rest_db"],
            sounds["source_level_db"],
            target["speed_mps"],
            target["speed_cruise_mps"],
        )
        excess = source - loss + gain
    return sonar.detection(excess, 8.0)


def ranged_level(card: Document, distance_m: float) -> int:
    """Return the level that the range alone gives."""
    range_m = card["range_km"] * 1e3
    return 3 if distance_m <= 0.25 * range_m else 2 if distance_m <= 0.5 * range_m else 1
