"""Times of a scenario as whole ticks or milliseconds, by the rule of ``simcore.ticks``."""

from simcore.ticks import whole_ticks


def ticks(seconds: float, dt_s: float) -> int:
    """Return a time in whole ticks, at least one."""
    return max(1, whole_ticks(seconds, dt_s))


def ticks_or_none(seconds: float, dt_s: float) -> int:
    """Return a delay in whole ticks; no delay stays 0."""
    return 0 if seconds <= 0.0 else ticks(seconds, dt_s)


def milliseconds(seconds: float) -> int:
    """Return a time in whole milliseconds; at most six days, the longest wait for a message."""
    return whole_ticks(seconds, 0.001)


def delay_ticks(latency_ms: int, dt_s: float) -> int:
    """Return a latency as the nearest number of ticks, as ``simcore.kernels.network.latency.delay_ticks`` does."""
    return whole_ticks(latency_ms * 0.001, dt_s)
