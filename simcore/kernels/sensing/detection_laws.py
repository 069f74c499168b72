"""Laws of detection: probabilities of a single look, as formulas of scalars."""

import math

import numpy as np

from simcore.compiling.jit import formula, inlined, kernel
from simcore.kernels.mathematics.approximations import exponential, logarithm, normal_probability
from simcore.types import Level

DB_PER_NEPER = 4.342944819032518
"""10 / ln 10: decibels per unit of the natural log of a power ratio."""

LN_THRESHOLD = 3.912023005428146
"""-ln 0.02: the threshold contrast is 0.02 (Koschmieder 1924). (The WMO's optical range uses 0.05.)"""


@formula
def radar_p(law: float, rcs: float, range_sq: float, ln_pfa: float) -> float:
    """Return the single-look detection probability of a Swerling 1 target at a squared range [m2].

    snr = law * rcs / R^4 and Pd = Pfa^(1 / (1 + snr)). Source: Swerling 1954; Skolnik, Introduction to
    Radar Systems, sect. 2.
    """
    snr = law * rcs / (range_sq * range_sq)
    return exponential(ln_pfa / (1.0 + snr))


@kernel
def is_radar_detection(u: float, law: float, rcs: float, range_sq: float, ln_pfa: float) -> bool:
    """Return whether the uniform draw ``u`` lies below ``radar_p``, avoiding the exponential where bounds suffice.

    With y = -ln Pfa / (1 + snr): 1 - y <= exp(-y) <= 1 / (1 + y + y^2 / 2).
    """
    y = -ln_pfa / (1.0 + law * rcs / (range_sq * range_sq))
    if u < 1.0 - y:
        return True
    if u * (1.0 + y * (1.0 + 0.5 * y)) >= 1.0:
        return False
    return u < exponential(-y)


@formula
def inverse_cube_exposure(
    law: float, dx: float, dy: float, ux: float, uy: float, span_s: float, range_m: float
) -> float:
    """Return the integral of K / r^3 over the last ``span_s`` seconds of straight relative motion, within a range.

    (dx, dy) is the relative position now [m], (ux, uy) the relative velocity [m/s]; beyond ``range_m`` the rate is 0.
    On a line with closest approach b the integral of (b^2 + x^2)^(-3/2) is x / (b^2 sqrt(b^2 + x^2)). Source: Koopman,
    Search and Screening, 1946; the probability of detection is 1 - exp(-exposure).
    """
    now_sq = dx * dx + dy * dy
    speed = math.sqrt(ux * ux + uy * uy)
    if speed * span_s < 1e-6 * math.sqrt(now_sq) + 1e-9:
        if now_sq <= 0.0:
            return np.inf
        if now_sq > range_m * range_m:
            return 0.0
        return law * span_s / (now_sq * math.sqrt(now_sq))
    along = (dx * ux + dy * uy) / speed  # position on the line now; span_s ago it was smaller by speed * span_s
    before = along - speed * span_s
    miss_sq = now_sq - along * along
    if miss_sq < 1e-9 * now_sq:
        miss_sq = 0.0
    half_sq = range_m * range_m - miss_sq
    if half_sq <= 0.0:
        return 0.0
    half = math.sqrt(half_sq)
    along = min(along, half)
    before = max(before, -half)
    if before >= along:
        return 0.0
    if miss_sq <= 0.0:
        if before <= 0.0 <= along:
            return np.inf
        # straight towards or away: the integral of x^-3
        return law / (2.0 * speed) * abs(1.0 / (before * before) - 1.0 / (along * along))
    high = along / math.sqrt(miss_sq + along * along)
    low = before / math.sqrt(miss_sq + before * before)
    return law * (high - low) / (miss_sq * speed)


@inlined
def ranged_level(range_m: float, classify_m: float, identify_m: float) -> int:
    """Return the Level of a detection at a range, for sensors whose card gives ranges of classification."""
    if range_m <= identify_m:
        return Level.IDENTIFIED
    if range_m <= classify_m:
        return Level.CLASSIFIED
    return Level.DETECTED


@formula
def resolved_cycles(
    critical_m: float, cycles_per_rad: float, range_m: float, ln_contrast: float, extinction_per_m: float
) -> float:
    """Return the number of cycles resolved by a camera across a target's critical dimension.

    At contrast 1 it resolves ``cycles_per_rad`` = 1 / (2 IFOV). Contrast fades with range as
    C = C0 exp(-extinction R) (Koschmieder 1924). The resolved frequency falls with ln C, to zero at C = 0.02:
    the log-linear minimum-resolvable-contrast curve, an assumption. So nothing is resolved beyond the
    visibility, which is defined by the same threshold.
    """
    clear = 1.0 + (ln_contrast - extinction_per_m * range_m) / LN_THRESHOLD
    if clear <= 0.0:
        return 0.0
    if range_m <= 0.0:
        return np.inf
    return clear * critical_m * cycles_per_rad / range_m


@formula
def optical_range_share(range_m: float, ln_contrast: float, extinction_per_m: float) -> float:
    """Return the share of an optical range left by darkness, haze and rain, 0..1.

    At the reduced range as many cycles are resolved as at ``range_m`` in clear daylight: the R for which
    ``resolved_cycles`` are equal, R (1 + extinction range / 3.912) = range (1 + ln C / 3.912).
    """
    left = 1.0 + ln_contrast / LN_THRESHOLD
    if left <= 0.0:
        return 0.0
    return left / (1.0 + extinction_per_m * range_m / LN_THRESHOLD)


@formula
def target_transfer_p(ratio: float) -> float:
    """Return the probability of a task at ``ratio`` = N / N50, with N50 the cycles needed by half of the observers.

    P = r^E / (1 + r^E) with E = 2.7 + 0.7 r. Source: Johnson 1958 (N50); Holst, Electro-Optical Imaging System
    Performance (target transfer probability function).
    """
    if ratio <= 0.0:
        return 0.0
    if ratio >= 100.0:
        return 1.0  # to the last bit
    return 1.0 / (1.0 + exponential(-(2.7 + 0.7 * ratio) * logarithm(ratio)))


@formula
def imaged_level(
    cycles: float, covered: float, n50_detect: float, n50_classify: float, n50_identify: float, u: float
) -> int:
    """Return the Level of a scan at so many cycles; ``u`` is a uniform draw, ``covered`` its share in view.

    A single draw serves all levels: identification implies classification and detection, and each level has
    the probability of its own N50.
    """
    if u >= covered * target_transfer_p(cycles / n50_detect):
        return Level.NONE
    if u >= covered * target_transfer_p(cycles / n50_classify):
        return Level.DETECTED
    if u >= covered * target_transfer_p(cycles / n50_identify):
        return Level.CLASSIFIED
    return Level.IDENTIFIED


@formula
def sixth_power(speed_sq: float) -> float:
    """Return speed^6, the growth of the power of a craft's noise (60 log10 of speed). Source: Ross 1976."""
    return speed_sq * speed_sq * speed_sq


@formula
def decibels(ratio: float) -> float:
    """Return 10 log10 of a power ratio; -inf of 0."""
    return DB_PER_NEPER * logarithm(ratio)


@formula
def signal_excess_db(level_db: float, noise_db: float, spreading: float, absorption: float, range_sq: float) -> float:
    """Return the signal excess [dB]: level - TL - noise, all constants of the sonar equation in ``level_db``.

    TL = spreading ln(r^2) + absorption r, which is 20 log10 r + alpha r for spherical spreading, one-way or two-way.
    Distances below 1 m count as 1 m. Source: Urick, Principles of Underwater Sound, chapter 2.
    """
    near_sq = max(range_sq, 1.0)
    return level_db - noise_db - spreading * logarithm(near_sq) - absorption * math.sqrt(near_sq)


@formula
def sonar_p(excess_db: float, sigma_db: float) -> float:
    """Return the detection probability at a mean signal excess with normal fluctuation. Source: Urick, chapter 12."""
    return normal_probability(excess_db / sigma_db)
