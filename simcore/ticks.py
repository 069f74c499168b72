"""Times as whole ticks: one rule for every time counted in steps. Imports no compiler."""

import math

LONGEST_TICKS = 2**29
"""A time beyond any run. The sum of three such times still fits an int32."""

_ROUNDING = 1e-9  # ticks: 1.5 counts as 1.5 despite rounding errors


def whole_ticks(seconds: float, dt_s: float) -> int:
    """Return the number of ticks nearest to a time, half a tick rounded up; LONGEST_TICKS at most."""
    count = seconds / dt_s + (0.5 + _ROUNDING)
    return math.floor(count) if count < LONGEST_TICKS else LONGEST_TICKS
