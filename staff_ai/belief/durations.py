"""Durations that are under way: what is left of them, given the time that they have taken so far."""

import numpy as np
from scipy.special import gammainc, gammaincinv, ndtr, ndtri

from simcore.types import F64

FIXED, EXPONENTIAL, LOGNORMAL, OTHER = range(4)
"""Numbers of the laws, as in ``upkeep.Law`` and ``care.TreatmentLaw``; OTHER differs between them."""


def left_s(u: F64, law: int, mean_s: float, cv: float, spent_s: float) -> F64:
    """Return what is left (n,) [s] of durations of a law with a mean and a coefficient of variation, by ``u`` (n,).

    ``law``: FIXED, EXPONENTIAL, LOGNORMAL, or OTHER for the gamma law.
    """
    whole: F64 = np.full(len(u), mean_s)
    if mean_s <= 0.0:
        return np.zeros(len(u))
    share = spent_s / mean_s
    if law == EXPONENTIAL:
        whole = spent_s - mean_s * np.log(u)
    elif law != FIXED and cv > 0.0:
        if law == LOGNORMAL:
            spread = np.sqrt(np.log(1.0 + cv**2))
            done = ndtr((np.log(share) + 0.5 * spread**2) / spread) if share > 0.0 else 0.0
            whole = mean_s * np.exp(spread * ndtri(done + u * (1.0 - done)) - 0.5 * spread**2)
        else:
            shape = 1.0 / cv**2
            done = gammainc(shape, share * shape)
            whole = mean_s * gammaincinv(shape, done + u * (1.0 - done)) / shape
    left = whole - spent_s
    return np.clip(np.where(np.isfinite(left), left, 0.0), 0.0, None)


def triangular_left_s(u: F64, low_s: float, mode_s: float, high_s: float, spent_s: float) -> F64:
    """Return what is left (n,) [s] of durations of the triangular law."""
    width = high_s - low_s
    if width <= 0.0:
        return np.full(len(u), max(low_s - spent_s, 0.0))
    x = min(max((spent_s - low_s) / width, 0.0), 1.0)
    share = (mode_s - low_s) / width
    done = x * x / share if x < share else 1.0 - (1.0 - x) ** 2 / max(1.0 - share, 1e-12)
    v = done + u * (1.0 - done)
    below = low_s + width * np.sqrt(v * share)
    above = high_s - width * np.sqrt((1.0 - v) * (1.0 - share))
    return np.clip(np.where(v < share, below, above) - spent_s, 0.0, None)
