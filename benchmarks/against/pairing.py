"""Ratios of two speeds that are measured in turns, with intervals."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

RESAMPLES = 4000
LEVEL = 0.95


@dataclass(frozen=True)
class Ratio:
    """The median of the ratios of adjacent rounds, with its bootstrap interval."""

    median: float
    low: float
    high: float

    def is_below(self, floor: float) -> bool:
        """Whether the whole interval is below ``floor``."""
        return self.high < floor


def paired_ratio(new: Sequence[float], old: Sequence[float], level: float = LEVEL) -> Ratio:
    """Return the ratio of two series of speeds, round k of one measured next to round k of the other.

    The interval is the percentile bootstrap of the median over rounds (Efron 1979). The random numbers are fixed, so
    the same speeds give the same interval.

    Raises
    ------
    ValueError
        With no rounds, or series of different lengths.
    """
    if len(new) != len(old) or not new:
        raise ValueError(f"{len(new)} and {len(old)} rounds; give the same number on both sides, 1 or more")
    ratios = np.asarray(new, dtype=float) / np.asarray(old, dtype=float)
    picks = np.random.default_rng(0).integers(0, len(ratios), (RESAMPLES, len(ratios)))
    medians = np.median(ratios[picks], axis=1)
    low, high = np.quantile(medians, ((1.0 - level) / 2.0, (1.0 + level) / 2.0))
    return Ratio(float(np.median(ratios)), float(low), float(high))


@dataclass(kw_only=True)
class Measured:
    """Values of a quantity in each round, of the new tree and of the old, or the problem that stopped it."""

    new: list[float] = field(default_factory=list[float])
    old: list[float] = field(default_factory=list[float])
    problem: str = ""

    @property
    def ratio(self) -> Ratio | None:
        """New to old; None without a round."""
        return paired_ratio(self.new, self.old) if self.new else None

    @property
    def middles(self) -> tuple[float, float]:
        """The middle values of the rounds, (new, old); the upper of two."""
        new, old = (sorted(values)[len(values) // 2] for values in (self.new, self.old))
        return new, old
