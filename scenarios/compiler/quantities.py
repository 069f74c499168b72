"""Physical constants, levels in decibels and sets of domains for the compiler.

Constants are rounded to 12 digits, so that they are identical on every machine.
"""

from collections.abc import Iterable

from simcore.types import Domain

LIGHT_MPS = 299_792_458.0
"""Speed of light."""
BOLTZMANN_J_PER_K = 1.380649e-23


def digits_12(value: float) -> float:
    """Return the value with 12 digits: libraries differ in the last digits."""
    return float(f"{value:.12g}")


def ratio(level_db: float) -> float:
    """Return the power ratio of a level in decibels."""
    return 10.0 ** (level_db / 10.0)


def power_ratio(level_db: float) -> float:
    """Return the power ratio of a level in decibels, with 12 digits."""
    return digits_12(ratio(level_db))


def domain_mask(domains: Iterable[str]) -> int:
    """Return the bits of a set of domains, given by name."""
    return sum(1 << int(Domain[name.upper()]) for name in set(domains))
