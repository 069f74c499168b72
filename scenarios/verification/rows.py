"""Rows of the verification table: an estimate, an oracle and an honest verdict.

A statistical row passes when the estimate lies within 4 standard errors of the oracle. Wherever theory gives it, the
standard error is that of the estimator if the oracle is true: a wrong engine cannot hide behind its own spread, and an
estimate without spread is judged like any other. Where a normal law would mislead, the row is judged by the exact
binomial law (proportions of rare events) or not at all (means of very skewed quantities).
"""

import math
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from scenarios.measures.statistics import binomial_cdf, normal_quantile
from simcore.types import F64

Z_LIMIT = 4.0
"""Standard errors within which an estimate passes."""

ROUNDING = 1e-9
"""Relative difference allowed for rounding."""

_ENOUGH_EVENTS = 25.0
_SKEW_LIMIT = 0.25
_SPREAD_LIMIT = 0.1


class Verdict(StrEnum):
    """Verdict of a row. Only ``FAIL`` makes the command fail."""

    PASS = "pass"
    FAIL = "FAIL"
    INFO = "info"
    UNJUDGED = "not judged"


@dataclass(frozen=True)
class Row:
    """A comparison. ``tolerance`` is set for deterministic rows, ``z`` for statistical rows.

    ``replications`` counts the observations behind the estimate (None: a single run is enough, or several share a row);
    ``dt_s`` is the time step (None: nothing is played). ``topic`` names the group of checks.
    """

    check: str
    parameters: str
    quantity: str
    estimate: float
    standard_error: float | None
    oracle: float
    z: float | None
    tolerance: float | None
    verdict: Verdict
    note: str = ""
    replications: int | None = None
    dt_s: float | None = None
    topic: str = ""

    def as_record(self) -> dict[str, str | float | None]:
        """Return the row for JSON: infinite numbers become null."""
        record: dict[str, str | float | None] = {}
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            record[name] = None if isinstance(value, float) and not math.isfinite(value) else value
        return record


@dataclass(frozen=True)
class Judge:
    """Builds the rows of a check with a given set of parameters."""

    check: str
    parameters: str

    def proportion(self, quantity: str, hits: int, n: int, oracle: float, note: str = "") -> Row:
        """Judge ``hits`` of ``n`` against a probability."""
        error = math.sqrt(max(oracle * (1.0 - oracle), 0.0) / n)
        if oracle <= 0.0 or oracle >= 1.0:
            certain = note or "certain: no exception allowed"
            return replace(self.exact(quantity, hits / n, min(max(oracle, 0.0), 1.0), 0.0, certain), replications=n)
        if n * oracle * (1.0 - oracle) >= _ENOUGH_EVENTS:
            return self._statistical(quantity, hits / n, error, oracle, (hits / n - oracle) / error, note, n)
        tail = 2.0 * min(binomial_cdf(hits, n, oracle), 1.0 - binomial_cdf(hits - 1, n, oracle))
        deviate = -normal_quantile(min(max(0.5 * tail, 1e-300), 0.5))
        z = math.copysign(deviate, hits / n - oracle)
        return self._statistical(quantity, hits / n, error, oracle, z, note or "z of the exact binomial tail", n)

    def mean(
        self,
        quantity: str,
        sample: F64,
        oracle: float,
        oracle_sd: float | None = None,
        oracle_third_moment: float | None = None,
        note: str = "",
    ) -> Row:
        """Judge the mean of independent observations, with the sd and third central moment of theory where given."""
        n = sample.size
        estimate = float(sample.mean())
        sd = float(sample.std(ddof=1)) if oracle_sd is None else oracle_sd
        third = float(np.mean((sample - estimate) ** 3)) if oracle_third_moment is None else oracle_third_moment
        if sd <= ROUNDING * max(1.0, abs(oracle)):
            rounding = ROUNDING * max(1.0, abs(oracle))
            only = note or "no spread: rounding only"
            return replace(self.exact(quantity, estimate, oracle, rounding, only), replications=n)
        error = sd / math.sqrt(n)
        z = (estimate - oracle) / error
        if abs(third) / sd**3 / math.sqrt(n) > _SKEW_LIMIT:
            note = "too skewed for this many replications; raise --replications"
            return self._row(quantity, estimate, error, oracle, z, None, Verdict.UNJUDGED, note, n)
        return self._statistical(quantity, estimate, error, oracle, z, note, n)

    def spread(self, quantity: str, sample: F64, oracle_sd: float, oracle_fourth_moment: float, note: str = "") -> Row:
        """Judge a standard deviation; its standard error follows from the fourth central moment of theory."""
        n = sample.size
        estimate = float(sample.std(ddof=1))
        variance = oracle_sd**2
        excess = oracle_fourth_moment - variance**2
        if oracle_sd <= ROUNDING or excess <= ROUNDING * variance**2:
            only = note or "no spread: rounding only"
            return replace(self.exact(quantity, estimate, oracle_sd, ROUNDING, only), replications=n)
        relative = math.sqrt(excess / n) / variance
        error = 0.5 * relative * oracle_sd
        z = (estimate**2 - variance) / (relative * variance)
        if relative > _SPREAD_LIMIT:
            note = "tails too heavy for this many replications; raise --replications"
            return self._row(quantity, estimate, error, oracle_sd, z, None, Verdict.UNJUDGED, note, n)
        return self._statistical(quantity, estimate, error, oracle_sd, z, note, n)

    def difference(self, quantity: str, estimate: float, oracle: float, error: float, n: int, note: str) -> Row:
        """Judge a difference of independent estimates with the standard error of theory."""
        if error <= ROUNDING:
            return replace(self.exact(quantity, estimate, oracle, ROUNDING, "no spread: rounding only"), replications=n)
        return self._statistical(quantity, estimate, error, oracle, (estimate - oracle) / error, note, n)

    def exact(self, quantity: str, estimate: float, oracle: float, tolerance: float, reason: str) -> Row:
        """Judge a deterministic quantity: the difference may not exceed ``tolerance``, with the reason for it."""
        is_equal = estimate == oracle or abs(estimate - oracle) <= tolerance
        verdict = Verdict.PASS if is_equal else Verdict.FAIL
        return self._row(quantity, estimate, None, oracle, None, tolerance, verdict, reason)

    def information(self, quantity: str, estimate: float, oracle: float, note: str) -> Row:
        """Return a row for information, without a verdict, such as the bias of a time step against the limit."""
        return self._row(quantity, estimate, None, oracle, None, None, Verdict.INFO, note)

    def _statistical(
        self, quantity: str, estimate: float, error: float, oracle: float, z: float, note: str, n: int
    ) -> Row:
        verdict = Verdict.PASS if abs(z) <= Z_LIMIT else Verdict.FAIL
        return self._row(quantity, estimate, error, oracle, z, None, verdict, note, n)

    def _row(
        self,
        quantity: str,
        estimate: float,
        error: float | None,
        oracle: float,
        z: float | None,
        tolerance: float | None,
        verdict: Verdict,
        note: str,
        n: int | None = None,
    ) -> Row:
        return Row(self.check, self.parameters, quantity, estimate, error, oracle, z, tolerance, verdict, note, n)
