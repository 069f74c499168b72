"""Intervals at 95 %."""

Z_95 = 1.959963984540054
"""The 0.975 quantile of the standard normal law."""


def poisson_interval(count: float, time: float) -> tuple[float, float]:
    """Return the exact interval of a rate, from a Poisson number of events in a time. Source: Garwood (1936)."""
    from scipy import special  # pyright: ignore[reportMissingTypeStubs]

    low = float(special.gammaincinv(count, 0.025)) if count > 0.0 else 0.0
    return low / time, float(special.gammaincinv(count + 1.0, 0.975)) / time
