"""Sonar: the sonar equation with normal fluctuation, absorption after Thorp, ambient noise after Coates and Wenz.

Sources: Urick, Principles of Underwater Sound, chapters 2, 5 and 12; Thorp (JASA 42, 1967); Coates, Underwater
Acoustic Systems, 1990; Ross, Mechanics of Underwater Noise, 1976 (noise of a craft grows by 60 log10 of its speed).
"""

import math


def thorp_db_per_km(frequency_khz: float) -> float:
    """Return the absorption of sea water [dB/km]."""
    f2 = frequency_khz**2
    return 0.11 * f2 / (1 + f2) + 44 * f2 / (4100 + f2) + 2.75e-4 * f2 + 0.003


def sum_of_levels(*levels_db: float) -> float:
    """Return the level of the sum of the powers [dB]."""
    return 10.0 * math.log10(math.fsum(10.0 ** (level / 10.0) for level in levels_db))


def ambient_noise_db(frequency_khz: float, wind_mps: float, shipping: float) -> float:
    """Return the noise of turbulence, shipping, wind and thermal agitation in a band of 1 Hz [dB re 1 uPa]."""
    f = frequency_khz
    return sum_of_levels(
        17.0 - 30.0 * math.log10(f),
        40.0 + 20.0 * (shipping - 0.5) + 26.0 * math.log10(f) - 60.0 * math.log10(f + 0.03),
        50.0 + 7.5 * math.sqrt(wind_mps) + 20.0 * math.log10(f) - 40.0 * math.log10(f + 0.4),
        -15.0 + 20.0 * math.log10(f),
    )


def level_at_speed_db(rest_db: float, cruise_db: float, speed_mps: float, cruise_mps: float) -> float:
    """Return the noise level of a craft [dB]: at rest, plus the noise under way, by the sixth power of speed."""
    rest, cruise = 10.0 ** (rest_db / 10.0), 10.0 ** (cruise_db / 10.0)
    return 10.0 * math.log10(rest + (cruise - rest) * (speed_mps / cruise_mps) ** 6)


def transmission_loss_db(range_m: float, spreading_db: float, absorption_db_per_km: float) -> float:
    """Return the one-way loss [dB]; ranges below 1 m count as 1 m."""
    near_m = max(range_m, 1.0)
    return spreading_db * math.log10(near_m) + absorption_db_per_km * near_m / 1e3


def detection(excess_db: float, sigma_db: float) -> float:
    """Return the probability that a normally fluctuating signal excess is positive."""
    return 0.5 * math.erfc(-excess_db / sigma_db / math.sqrt(2.0))
