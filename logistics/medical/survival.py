"""Deterioration of the untreated, in closed form: the clock of trauma, bleeding, and death before care.

Sources: trauma clock and bleeding: SIMEDIS-Ukraine (Winter Simulation Conference 2025), with the integral of its
equation of bleeding; deaths before care: the cohort of British killed in action, of whom 57.1 % died at once.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from logistics.checks import check_positive
from simcore.errors import InputError
from simcore.types import F64

TRAUMA_MIN, TRAUMA_POWER = 43_500.0, -1.95
LETHAL_VOLUME = 0.4
"""Share of the blood volume below which a person dies."""
UK_AT_ONCE, UK_MEAN_MIN = 0.571, 36.3
"""Share of the killed who died at once, and the mean time to death of the others [min]."""


def trauma_time_min(severity: float) -> float:
    """Return the time to death of trauma without treatment [min], by severity (NISS, 1 to 75)."""
    if not 1.0 <= severity <= 75.0:
        raise InputError(f"severity {severity:g}: out of range; give a NISS of 1 to 75")
    return TRAUMA_MIN * severity**TRAUMA_POWER


class Bleeding(NamedTuple):
    """Bleeding from a moment on: the loss [1/h] is ``rate + growth * t``, t the hours since the moment."""

    start_h: float
    rate_per_h: float
    growth_per_h2: float = 0.0

    def exponent(self, hours: F64 | float) -> F64 | float:
        """Return -ln of the share of the volume that is left after ``hours`` of this bleeding."""
        return self.rate_per_h * hours + 0.5 * self.growth_per_h2 * hours * hours

    def hours_until(self, exponent: float) -> float:
        """Return the time [h] after which the exponent is reached, inf for never."""
        root = self.rate_per_h * self.rate_per_h + 2.0 * self.growth_per_h2 * exponent
        if exponent <= 0.0:
            return 0.0
        if root < 0.0 or self.rate_per_h + math.sqrt(root) <= 0.0:
            return math.inf
        return 2.0 * exponent / (self.rate_per_h + math.sqrt(root))


def blood_volume(phases: Sequence[Bleeding], hours: ArrayLike) -> F64:
    """Return the share of the blood volume that is left at times since the injury, through phases of bleeding."""
    times = np.asarray(hours, np.float64)
    total = np.zeros_like(times)
    for phase, end in _with_ends(phases):
        total += phase.exponent(np.clip(times, phase.start_h, end) - phase.start_h)
    return np.exp(-total)


def bleeding_time_h(phases: Sequence[Bleeding], volume: float = LETHAL_VOLUME) -> float:
    """Return the time [h] at which the blood volume falls below a share, inf for never."""
    if not 0.0 < volume < 1.0:
        raise InputError(f"volume {volume:g}: no share between 0 and 1; give for example 0.4")
    left = -math.log(volume)
    for phase, end in _with_ends(phases):
        hours = phase.hours_until(left)
        if phase.start_h + hours <= end:
            return phase.start_h + hours
        left -= float(phase.exponent(end - phase.start_h))
    return math.inf


def _with_ends(phases: Sequence[Bleeding]) -> list[tuple[Bleeding, float]]:
    starts = [phase.start_h for phase in phases]
    if not phases or starts != sorted(starts) or starts[0] != 0.0:
        raise InputError("phases of bleeding: give at least one, the first from 0 h, in the order of time")
    return list(zip(phases, [*starts[1:], math.inf], strict=True))


@dataclass(frozen=True)
class DeathsBeforeCare:
    """Time to death of those who die without care: a share at once, the others exponential with a mean [min]."""

    at_once: float = UK_AT_ONCE
    mean_min: float = UK_MEAN_MIN

    def __post_init__(self) -> None:
        check_positive({"mean time to death": self.mean_min})
        if not 0.0 <= self.at_once <= 1.0:
            raise InputError(f"share killed at once {self.at_once:g}: give a share from 0 to 1")

    def dead_by(self, minutes: ArrayLike) -> F64:
        """Return the share of them who are dead by times after the injury [min]."""
        return self.at_once + (1.0 - self.at_once) * -np.expm1(-np.asarray(minutes, np.float64) / self.mean_min)

    def dead_before_care(self, median_min: float, spread: float) -> float:
        """Return the share of them who die before care that takes a lognormal time to arrive.

        ``spread`` is the standard deviation of the logarithm of the time; 0 for the same time for all.
        """
        check_positive({"median time to care": median_min})
        if not 0.0 <= spread < 10.0:
            raise InputError(f"spread {spread:g}: out of range; give 0 to 10")
        nodes, weights = np.polynomial.hermite_e.hermegauss(80)
        times = median_min * np.exp(spread * nodes)
        return float(weights @ self.dead_by(times) / weights.sum())
