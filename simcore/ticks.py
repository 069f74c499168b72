"""Times as whole ticks: one rule for every time counted in steps. Imports no compiler."""

import math

import numpy as np

LONGEST_TICKS = 2**29
"""A time beyond any run. The sum of three such times still fits an int32."""

_ROUNDING = 1e-9  # ticks: 1.5 counts as 1.5 despite rounding errors


def common_tick(ticks: np.ndarray) -> int:
    """Return the common tick of all replications, from theirs (R,); -1 when they differ."""
    first = int(ticks[0]) if len(ticks) else 0
    return first if bool((ticks == first).all()) else -1


def whole_ticks(seconds: float, dt_s: float) -> int:
    """Return the number of ticks nearest to a time, half a tick rounded up; LONGEST_TICKS at most."""
    count = seconds / dt_s + (0.5 + _ROUNDING)
    return math.floor(count) if count < LONGEST_TICKS else LONGEST_TICKS
