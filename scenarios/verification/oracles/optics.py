"""Cameras: cycles on target after Johnson, target transfer probability, contrast through the atmosphere.

Sources: Johnson (Image Intensifier Symposium, 1958); Holst, Electro-Optical Imaging System Performance; Koschmieder
(1924) with a contrast threshold of 0.02; Carbonneau and Wisely (1998) for rain.
"""

import math

THRESHOLD = 0.02


def rain_db_per_km(rain_mm_per_h: float) -> float:
    """Return the extinction of light by rain [dB/km]."""
    return 1.076 * rain_mm_per_h**0.67


def apparent_contrast(
    contrast: float, range_m: float, visibility_m: float, haze_factor: float, rain_mm_per_h: float
) -> float:
    """Return the apparent contrast after ``range_m`` of air; with infinite visibility there is no loss."""
    haze = THRESHOLD ** (haze_factor * range_m / visibility_m)
    rain = 10.0 ** (-rain_db_per_km(rain_mm_per_h) * range_m / 1e3 / 10.0)
    return contrast * haze * rain


def cycles_on_target(target_m: float, ifov_rad: float, range_m: float, apparent: float) -> float:
    """Return N = target / (2 IFOV R), reduced in proportion to the log of the contrast, 0 at the threshold."""
    if apparent <= THRESHOLD:
        return 0.0
    if range_m == 0.0:
        return math.inf
    full = target_m / range_m / (2.0 * ifov_rad)
    return full * (math.log(apparent) - math.log(THRESHOLD)) / -math.log(THRESHOLD)


def target_transfer(cycles: float, n50: float) -> float:
    """Return P = r^E / (1 + r^E), r = N / N50, E = 2.7 + 0.7 r."""
    ratio = cycles / n50
    power = ratio ** (2.7 + 0.7 * ratio) if ratio < 50.0 else math.inf
    return 1.0 if math.isinf(power) else power / (1.0 + power)
