"""Intervals that several packages share, at 95 % unless said otherwise."""

import math
from statistics import NormalDist

Z_95 = NormalDist().inv_cdf(0.975)
"""The 0.975 quantile of the standard normal law."""


def wilson_ends(share: float, n: float, z: float = Z_95) -> tuple[float, float]:
    """Return the ends of Wilson's score interval of a share of ``n`` trials. Source: Wilson (1927).

    ``n`` need not be whole: of weighted draws it is their effective number. ``z`` is the quantile of the standard
    normal law for the confidence wanted. The ends are exact where the share is 0 or 1.
    """
    scale = 1.0 + z * z / n
    centre = (share + z * z / (2.0 * n)) / scale
    half = z / scale * math.sqrt(share * (1.0 - share) / n + z * z / (4.0 * n * n))
    return 0.0 if share == 0.0 else max(centre - half, 0.0), 1.0 if share == 1.0 else min(centre + half, 1.0)


def proportion_interval(successes: int, n: int) -> tuple[float, float]:
    """Return Wilson's score interval of a proportion, (0, 1) without an observation."""
    return wilson_ends(successes / n, n) if n else (0.0, 1.0)


def poisson_interval(count: float, time: float, confidence: float = 0.95) -> tuple[float, float]:
    """Return the exact interval of a rate, from a Poisson number of events in a time. Source: Garwood (1936)."""
    from scipy import special  # pyright: ignore[reportMissingTypeStubs]

    tail = 0.5 * (1.0 - confidence)
    low = float(special.gammaincinv(count, tail)) if count > 0.0 else 0.0
    return low / time, float(special.gammaincinv(count + 1.0, 1.0 - tail)) / time
