"""Times as whole ticks."""

import math


def ticks(seconds: float, dt_s: float) -> int:
    """Return a time in whole ticks, one at least."""
    return max(1, round(seconds / dt_s))


def ticks_or_none(seconds: float, dt_s: float) -> int:
    """Return a delay in whole ticks; no delay stays 0."""
    return 0 if seconds <= 0.0 else ticks(seconds, dt_s)


def delay_ticks(latency_ms: int, dt_s: float) -> int:
    """Return a latency as the nearest number of ticks, as ``simcore.kernels.latency.delay_ticks`` does."""
    return math.floor(latency_ms * 0.001 / dt_s + 0.5)
