"""An item of an assessment: numbers with intervals, gates on them, and a status."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from scenarios.measures.range_intervals import difference_interval, share_interval
from scenarios.measures.statistics import Estimate, wilson_interval
from staff_ai.games.statistics import percentile_interval

_BEYOND = 10  # resamples beyond each end of a bootstrap interval


class Status(StrEnum):
    """The status of an item or a gate."""

    PASS = "pass"
    FAIL = "fail"
    OPEN = "open"  # the interval reaches across the gate: too few games to tell
    REPORT = "report"  # without a gate
    NOT_APPLICABLE = "not applicable"


class Number(NamedTuple):
    """A measured number with its 95 % interval, from ``n`` observations."""

    name: str
    value: float
    low: float
    high: float
    n: int
    of: str = "games"  # kind of observation
    is_exact: bool = False  # known without error

    def as_json(self) -> dict[str, Any]:
        """Return the number as plain values."""
        return self._asdict()


def number(name: str, found: Estimate, of: str = "games") -> Number:
    """Return an estimate as a number of an item."""
    return Number(name, found.value, found.low, found.high, found.n, of)


def score_number(name: str, values: ArrayLike, span: float = 1.0, confidence: float = 0.95) -> Number:
    """Return the mean of scores from -span to span, with an interval within this range.

    The interval is wide where all games end alike at an end of the range: others may have been missed. A single game
    has no interval.
    """
    sample = np.asarray(values, dtype=np.float64).ravel()
    if len(sample) < 2:
        value = float(sample.mean()) if len(sample) else float("nan")
        return Number(name, value, -np.inf, np.inf, len(sample))
    found = difference_interval(sample / span, confidence)
    return Number(name, span * found.value, span * found.low, span * found.high, found.n)


def gap_number(name: str, values: ArrayLike, confidence: float = 0.95) -> Number:
    """Return the mean of paired differences of scores, from -2 to 2."""
    return score_number(name, values, 2.0, confidence)


def loss_number(name: str, before: ArrayLike, after: ArrayLike, confidence: float = 0.95) -> Number:
    """Return the share of a score that is lost, both counted from -1, the worst: paired scores from -1 to 1.

    The interval is that of a ratio of paired means, by linearisation. Without any score there is nothing to lose.
    """
    first, second = (np.asarray(values, dtype=np.float64).ravel() for values in (before, after))
    size = float(first.mean()) + 1.0 if len(first) else 0.0
    if len(first) < 2 or size < 1e-9:
        return Number(name, float("nan"), -np.inf, np.inf, len(first))
    share = float((first - second).mean()) / size
    # the range of a score is 2: its difference is kept within the range of gap_number
    rest = gap_number(name, np.clip((first - second) - share * (first + 1.0), -2.0, 2.0), confidence)
    return Number(
        name, share, share + (rest.low - rest.value) / size, share + (rest.high - rest.value) / size, len(first)
    )


def share_number(name: str, values: ArrayLike, confidence: float = 0.95) -> Number:
    """Return the mean of observations between 0 and 1."""
    sample = np.asarray(values, dtype=np.float64).ravel()
    return score_number(name, sample) if len(sample) < 2 else number(name, share_interval(sample, confidence))


def count_share(name: str, count: int, n: int, of: str = "games") -> Number:
    """Return a share of single events with Wilson's interval."""
    return number(name, wilson_interval(count, n), of) if n else Number(name, float("nan"), 0.0, 1.0, 0, of)


def resampled_number(
    name: str, value: float, resample: Callable[[np.random.Generator], float], n: int, confidence: float = 0.95
) -> Number:
    """Return a number with its bootstrap interval; ``resample`` returns the value in a resample of the ``n`` games."""
    rng = np.random.default_rng(1)
    resamples = math.ceil(_BEYOND / (0.5 - 0.5 * confidence))
    return Number(name, *percentile_interval(value, [resample(rng) for _ in range(resamples)], confidence), n)


def exact(name: str, value: float, n: int, of: str = "games") -> Number:
    """Return a number that is known without error."""
    return Number(name, value, value, value, n, of, is_exact=True)


class Gate(NamedTuple):
    """A gate on a number: ``bound`` is the least or the greatest value that passes."""

    key: str
    number: str  # its name
    bound: float
    is_least: bool
    status: Status

    def as_json(self) -> dict[str, Any]:
        """Return the gate as plain values."""
        return {
            "key": self.key,
            "number": self.number,
            "at_least" if self.is_least else "at_most": self.bound,
            "status": self.status.value,
        }


def gate(
    key: str, found: Number, bound: float | None, *, is_least: bool = False, is_strict: bool = False
) -> list[Gate]:
    """Return the gate of a key; none without a bound. The whole interval decides; across the bound it is open.

    ``is_strict``: a least value that the number must exceed.
    """
    if bound is None:
        return []
    if not np.isfinite(found.value):
        return [Gate(key, found.name, bound, is_least, Status.OPEN)]
    if is_strict:
        status = Status.PASS if found.low > bound else Status.FAIL if found.high <= bound else Status.OPEN
    elif is_least:
        status = Status.PASS if found.low >= bound else Status.FAIL if found.high < bound else Status.OPEN
    else:
        status = Status.PASS if found.high <= bound else Status.FAIL if found.low > bound else Status.OPEN
    return [Gate(key, found.name, bound, is_least, status)]


@dataclass(frozen=True)
class Item:
    """The result of an item."""

    key: str
    numbers: tuple[Number, ...] = ()
    gates: tuple[Gate, ...] = ()
    reason: str = ""  # why it is not applicable
    notes: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)  # cases, as plain values

    @property
    def status(self) -> Status:
        """The worst status of the gates."""
        if self.reason:
            return Status.NOT_APPLICABLE
        for status in (Status.FAIL, Status.OPEN, Status.PASS):
            if any(one.status == status for one in self.gates):
                return status
        return Status.REPORT

    def as_json(self) -> dict[str, Any]:
        """Return the item as plain values."""
        return {
            "status": self.status.value,
            "reason": self.reason,
            "numbers": [one.as_json() for one in self.numbers],
            "gates": [one.as_json() for one in self.gates],
            "notes": list(self.notes),
            "limits": list(self.limits),
            "details": self.details,
        }


def not_applicable(key: str, reason: str) -> Item:
    """Return an item that a policy cannot answer: it is never passed."""
    return Item(key, reason=reason)


def flat(gates: Sequence[list[Gate]]) -> tuple[Gate, ...]:
    """Return gates of several numbers."""
    return tuple(one for some in gates for one in some)
