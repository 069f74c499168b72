"""Remaining life under a Weibull law whose parameters are known from a fit only.

Intervals that take a fit from a dozen failures for the truth are too narrow. Here the law is averaged over the
parameters: log(eta) and log(beta) are normal about the estimate with the covariance of the fit (delta method), and
parameters under which the present age would be unlikely count less.

Source: W. Q. Meeker, L. A. Escobar, Statistical Methods for Reliability Data, Wiley, 1998, chapters 12 and 14.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logistics.reliability.weibull import WeibullFit

Floats = NDArray[np.float64]
_N_NODES = 15
_N_BISECTIONS = 60


class PredictiveWeibull:
    """The average of a Weibull law over the uncertainty of its fit: a mixture of laws with fixed weights."""

    def __init__(self, fit: WeibullFit) -> None:
        nodes, weights = np.polynomial.hermite_e.hermegauss(_N_NODES)
        first, second = (grid.ravel() for grid in np.meshgrid(nodes, nodes))
        eta_sd, beta_sd = fit.eta_se / fit.eta, fit.beta_se / fit.beta
        r = float(np.clip(fit.covariance / (fit.eta_se * fit.beta_se), -0.999, 0.999))
        self._eta = fit.eta * np.exp(eta_sd * first)
        self._beta = fit.beta * np.exp(beta_sd * (r * first + np.sqrt(1.0 - r * r) * second))
        self._weight = np.outer(weights, weights).ravel() / float(weights.sum()) ** 2

    def failure_within(self, age: ArrayLike, window: ArrayLike) -> Floats:
        """Return the probability of failing within ``window`` after ``age``, given survival to ``age``."""
        start, ahead = np.broadcast_arrays(np.asarray(age, np.float64), np.asarray(window, np.float64))
        at_start = self._log_survival(start)
        greatest = at_start.max(axis=-1, keepdims=True)
        alive = self._weight * np.exp(at_start - greatest)
        later = self._weight * np.exp(self._log_survival(start + ahead) - greatest)
        return 1.0 - later.sum(axis=-1) / alive.sum(axis=-1)

    def remaining_life(self, p: ArrayLike, age: ArrayLike) -> Floats:
        """Return a quantile of remaining life: the time after ``age`` in which a share ``p`` fails."""
        share, start = np.broadcast_arrays(np.asarray(p, np.float64), np.asarray(age, np.float64))
        low, high = np.zeros(share.shape), np.full(share.shape, float(self._eta.max()))
        for _ in range(1000):
            short = self.failure_within(start, high) < share
            if not short.any():
                break
            high = np.where(short, 2.0 * high, high)
        for _ in range(_N_BISECTIONS):
            middle = 0.5 * (low + high)
            is_before = self.failure_within(start, middle) < share
            low, high = np.where(is_before, middle, low), np.where(is_before, high, middle)
        return 0.5 * (low + high)

    def _log_survival(self, age: Floats) -> Floats:
        with np.errstate(over="ignore"):  # an age far beyond a life has survival 0
            hazard = np.power(age[..., None] / self._eta, self._beta)
        return -np.minimum(hazard, 1e300)
