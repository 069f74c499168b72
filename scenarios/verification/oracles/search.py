"""Search and detection: random search, parallel sweeps, passes, relative speed.

Sources: Koopman, Search and Screening (OEG Report 56, 1946); Washburn, Search and Detection (4th ed., 2002);
Santalo, Integral Geometry, for the flux of isotropic tracks through a disc.
"""

import math
from collections.abc import Callable

import numpy as np

from simcore.types import F64


def random_search(coverage: float) -> float:
    """Return P(detect) = 1 - exp(-z), z = W v t / A."""
    return -math.expm1(-coverage)


def parallel_sweep_definite(coverage: float) -> float:
    """Return P(detect) = min(1, z) of a definite-range sensor on parallel tracks, z = W / spacing."""
    return min(1.0, coverage)


def parallel_sweep_inverse_cube(coverage: float) -> float:
    """Return P(detect) = erf(sqrt(pi)/2 z) of the inverse-cube law on endless parallel tracks."""
    return math.erf(0.5 * math.sqrt(math.pi) * coverage)


def inverse_cube_sweep_width(law_m3_per_s: float, speed_mps: float) -> float:
    """Return W = 2 sqrt(2 pi K / v) of the detection rate K / r^3 on a long straight pass."""
    return 2.0 * math.sqrt(2.0 * math.pi * law_m3_per_s / speed_mps)


def inverse_cube_exposure(law_m3_per_s: float, speed_mps: float, offset_m: F64, along_m: F64, range_m: float) -> F64:
    """Return the integral of K / r^3 over time on a straight pass; P(detect) = 1 - exp(-exposure).

    Parameters
    ----------
    offset_m
        (n,) lateral distance of the target from the track.
    along_m
        (2, n) first and last position of the searcher along the track, relative to the closest point.
    range_m
        Instrumented range beyond which the rate is 0.
    """
    x2 = np.maximum(offset_m * offset_m, 1e-12)
    half = np.sqrt(np.clip(range_m * range_m - x2, 0.0, None))
    first, last = np.clip(along_m[0], -half, half), np.clip(along_m[1], -half, half)
    primitive_last = last / (x2 * np.sqrt(x2 + last * last))
    primitive_first = first / (x2 * np.sqrt(x2 + first * first))
    return law_m3_per_s / speed_mps * (primitive_last - primitive_first)


def parallel_sweep_finite(
    law_m3_per_s: float,
    speed_mps: float,
    tracks_m: F64,
    half_length_m: float,
    range_m: float,
    half_width_m: float,
    n_points: int = 20_001,
) -> float:
    """Return P(detect) of finite parallel tracks for a target uniform on a line across them.

    ``tracks_m`` (k,) are the offsets of the tracks; each is followed from -half_length to +half_length; the target
    lies on the middle line, uniform within +-half_width. Midpoint rule with ``n_points``.
    """
    x = (np.arange(n_points) + 0.5) / n_points * 2.0 * half_width_m - half_width_m
    along = np.array([[-half_length_m], [half_length_m]])
    exposure = np.zeros(n_points)
    for track in tracks_m:
        exposure += inverse_cube_exposure(law_m3_per_s, speed_mps, np.abs(x - track), along, range_m)
    return float(np.mean(-np.expm1(-exposure)))


def definite_sweep_width(range_m: float, half_width_m: float = math.inf) -> float:
    """Return W = 2 R of the definite-range law, limited to offsets within +-half_width."""
    return 2.0 * min(range_m, half_width_m)


def glimpse_sweep_width(
    p_look: Callable[[float], float],
    step_m: float,
    n_looks: int,
    half_width_m: float,
    range_m: float,
    n_points: int = 401,
    n_phases: int = 41,
) -> float:
    """Return the integral of 1 - E prod(1 - p(r_k)) over offsets within +-half_width, r_k the ranges of the looks.

    A pass takes ``n_looks`` looks, ``step_m`` apart, with the target abeam in the middle; their phase is uniform over
    a step. Midpoint rule over offsets and phases.
    """
    offsets = (np.arange(n_points) + 0.5) / n_points * half_width_m
    phases = (np.arange(n_phases) + 0.5) / n_phases - 0.5
    missed = np.zeros(n_points)
    for phase in phases:
        along = step_m * (np.arange(n_looks) + 1.0 - 0.5 * n_looks + phase)
        ranges = np.hypot(offsets[:, None], along[None, :])
        chance = np.vectorize(p_look, otypes=[np.float64])(ranges)
        missed += np.where(ranges <= range_m, 1.0 - chance, 1.0).prod(axis=1) / n_phases
    return 2.0 * half_width_m * float(np.mean(1.0 - missed))


def chord_probability(range_m: float, half_width_m: float) -> float:
    """Return P(a straight pass with offset uniform in +-half_width crosses the disc of radius range)."""
    return min(1.0, range_m / half_width_m)


def sampled_pass_probability(range_m: float, speed_mps: float, dt_s: float) -> float:
    """Return P(seen | the pass crosses the disc) when positions are sampled only every dt.

    This is the loss of detection without a sweep: a chord of length c is sampled with probability min(1, c / (v dt)),
    where c = 2 sqrt(R^2 - x^2) and x is uniform in +-R.
    """
    ratio = speed_mps * dt_s / (2.0 * range_m)
    if ratio >= 1.0:
        return 0.25 * math.pi / ratio
    # Chords longer than a step (x below R sqrt(1 - ratio^2)) are never missed.
    inner = math.sqrt(1.0 - ratio * ratio)
    short = 0.5 * (math.acos(inner) - inner * ratio)  # integral of sqrt(1 - u^2) over (inner, 1)
    return inner + short / ratio


def relative_speed_factor(target_speed_ratio: float) -> float:
    """Return E|v - u| / v over uniformly random courses, u/v given. A complete elliptic integral, by the AGM."""
    u = abs(target_speed_ratio)
    # E|v - u| = (2/pi) (v + u) E(m), m = 4 u v / (u + v)^2; E(m) = K(m) (1 - sum 2^(n-1) c_n^2).
    m = 4.0 * u / (1.0 + u) ** 2
    if abs(1.0 - m) < 1e-15:
        return 2.0 / math.pi * (1.0 + u)
    a, g, c2, total, weight = 1.0, math.sqrt(1.0 - m), m, 0.0, 0.5
    for _ in range(64):
        total += weight * c2
        if c2 < 1e-30:
            break
        a_next = 0.5 * (a + g)
        c2 = (0.5 * (a - g)) ** 2
        g = math.sqrt(a * g)
        a = a_next
        weight *= 2.0
    return 2.0 / math.pi * (1.0 + u) * (math.pi / (2.0 * a)) * (1.0 - total)


def border_factor(range_ratio: float) -> float:
    """Return the encounter rate of two points uniform in a disc relative to the plane: density of their distance.

    ``range_ratio`` = detection range / radius of the disc. The density of the distance s of two random points in a
    disc of radius 1 is (4 s / pi)(acos(s/2) - s/2 sqrt(1 - s^2/4)) against 2 s without a border (disc line picking).
    """
    half = 0.5 * range_ratio
    return 2.0 / math.pi * (math.acos(half) - half * math.sqrt(1.0 - half * half))
