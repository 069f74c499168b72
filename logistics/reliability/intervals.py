"""Intervals at 95 %."""

Z_95 = 1.959963984540054
"""The 0.975 quantile of the standard normal law."""


def poisson_interval(count: float, time: float) -> tuple[float, float]:
    """Return the exact interval of a rate, from a Poisson number of events in a time. Source: Garwood (1936)."""
    from scipy import special  # pyright: ignore[reportMissingTypeStubs]

    low = float(special.gammaincinv(count, 0.025)) if count > 0.0 else 0.0
    return low / time, float(special.gammaincinv(count + 1.0, 0.975)) / time


def proportion_interval(successes: int, n: int) -> tuple[float, float]:
    """Return Wilson's score interval of a proportion, (0, 1) without an observation. Source: Wilson (1927)."""
    if n == 0:
        return 0.0, 1.0
    share, z2 = successes / n, Z_95 * Z_95
    middle = (share + 0.5 * z2 / n) / (1.0 + z2 / n)
    half = Z_95 / (1.0 + z2 / n) * (share * (1.0 - share) / n + 0.25 * z2 / (n * n)) ** 0.5
    low = 0.0 if successes == 0 else middle - half  # where the ends are exact
    return low, 1.0 if successes == n else middle + half
