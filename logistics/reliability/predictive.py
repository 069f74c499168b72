"""Remaining life under a Weibull law whose parameters are known from a fit only.

Intervals that take a fit from a dozen failures for the truth are too narrow. Here the law is averaged over the
parameters, with the prior 1 / (eta beta), for which intervals of a future life keep their coverage exactly where all
lives ended by failures (or observation stopped at a given number of failures), and nearly under other censoring.
With r failures and S(beta) the sum of t^beta over all lives, eta integrates out:

    P(T > t | beta) = (1 + t^beta / S(beta))^-r,    density of log(beta) ~ beta^(r - 1) prod_failed t^beta / S(beta)^r

Source: W. Q. Meeker, L. A. Escobar, Statistical Methods for Reliability Data, Wiley, 1998, chapters 12 and 14;
J. F. Lawless, Statistical Models and Methods for Lifetime Data, Wiley, 2003, section 5.1 (exact conditional intervals).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logistics.reliability.bisection import quantile
from logistics.reliability.weibull import WeibullFit
from simcore.types import F64

_N_NODES = 65
_REACH = 6.0  # standard errors of log(beta) on both sides


@dataclass(frozen=True)
class PredictiveWeibull:
    """A Weibull law averaged over the uncertainty of its fit: a mixture over values of beta."""

    scale: float  # unit of the ages inside: eta of the fit
    n_failures: int
    beta: F64  # (nodes,)
    log_sum: F64  # (nodes,), log of the sum of (t / scale)^beta
    weight: F64  # (nodes,), their sum is 1

    def failure_within(self, age: ArrayLike, window: ArrayLike) -> F64:
        """Return the probability of failing within ``window`` after ``age``, given survival to ``age``."""
        start, ahead = np.broadcast_arrays(np.asarray(age, np.float64), np.asarray(window, np.float64))
        at_start = self._log_survival(start)
        greatest = at_start.max(axis=-1, keepdims=True)
        alive = self.weight * np.exp(at_start - greatest)
        later = self.weight * np.exp(self._log_survival(start + ahead) - greatest)
        return 1.0 - later.sum(axis=-1) / alive.sum(axis=-1)

    def remaining_life(self, p: ArrayLike, age: ArrayLike) -> F64:
        """Return a quantile of remaining life: the time after ``age`` in which a share ``p`` fails."""
        share, start = np.broadcast_arrays(np.asarray(p, np.float64), np.asarray(age, np.float64))

        def failed(time: F64) -> F64:
            return self.failure_within(start, time)

        return quantile(failed, share, np.full(share.shape, self.scale), most_doublings=1000)

    def _log_survival(self, age: F64) -> F64:
        log_age = np.log(np.maximum(age, 1e-300) / self.scale)
        return -self.n_failures * np.logaddexp(0.0, self.beta * log_age[..., None] - self.log_sum)


def predictive(fit: WeibullFit, duration: F64, failed: NDArray[np.bool_]) -> PredictiveWeibull:
    """Return the average of the Weibull law over its uncertainty, given the lives of the fit."""
    log_age = np.log(duration / fit.eta)
    r = fit.n_failures
    spread = _REACH * max(fit.beta_se / fit.beta, 1e-6)
    beta = fit.beta * np.exp(np.linspace(-spread, spread, _N_NODES))
    powers = beta[:, None] * log_age
    greatest = powers.max(axis=1)
    log_sum = greatest + np.log(np.exp(powers - greatest[:, None]).sum(axis=1))
    log_weight = (r - 1.0) * np.log(beta) + beta * float(log_age[failed].sum()) - r * log_sum
    weight = np.exp(log_weight - log_weight.max())
    return PredictiveWeibull(fit.eta, r, beta, log_sum, weight / weight.sum())
