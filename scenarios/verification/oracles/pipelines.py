"""Stock with one-for-one orders at fixed steps: the law of the units on order, exactly as stepped, from full stock.

In a step the demand is Poisson and is ordered as one shipment. In the limit of short steps this is Palm's theorem:
the number on order is Poisson with mean demand x lead time. Sources: Palm (1938); Sherbrooke (2004), section 2.3.
"""

import numpy as np

from simcore.types import F64


def fixed_shares(lead_steps: int) -> F64:
    """Return the probability that a shipment is under way 0, 1, ... steps after its order, for a fixed lead time."""
    return np.ones(lead_steps)


def exponential_shares(mean_steps: float, n: int) -> F64:
    """Return the same for an exponential lead time, rounded to steps, at least one, (n,)."""
    shares = np.exp(-(np.arange(n) + 0.5) / mean_steps)
    shares[0] = 1.0
    return shares


def on_order(demand: float, shares: F64, n_steps: int, size: int) -> F64:
    """Return the law of the units on order after each of 1 .. ``n_steps`` steps, (n_steps, size).

    ``demand`` is the mean per step; probabilities beyond ``size`` units must be negligible. A step ``j`` before the end
    adds nothing with probability 1 - shares[j], and else a Poisson number.
    """
    circle = np.exp(2j * np.pi * np.arange(size // 2 + 1) / size)
    batch = np.exp(demand * (circle - 1.0))
    ages = min(n_steps, shares.size)
    factors = 1.0 + shares[:ages, None] * (batch - 1.0)[None, :]
    generating = np.cumprod(factors, axis=0)
    laws: F64 = np.fft.irfft(generating.conj(), size, axis=1)
    if ages < n_steps:
        laws = np.concatenate((laws, np.repeat(laws[-1:], n_steps - ages, axis=0)))
    return np.maximum(laws, 0.0)


def backorders(laws: F64, stock: int) -> F64:
    """Return the mean of max(X - stock, 0) for each law, (n,)."""
    units: F64 = np.arange(laws.shape[1], dtype=np.float64)
    return laws @ np.maximum(units - stock, 0.0)
