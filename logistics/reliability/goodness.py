"""How well a fitted law agrees with censored lives: distance from the Kaplan-Meier estimate, with its p-value.

Source: E. L. Kaplan, P. Meier, Nonparametric estimation from incomplete observations, JASA 53 (1958) 457-481.
"""

import numpy as np
from numpy.typing import NDArray

from logistics.reliability.weibull import WeibullFit, fit_weibull
from simcore.errors import InputError
from simcore.types import F64


def kaplan_meier(duration: F64, failed: NDArray[np.bool_]) -> tuple[F64, F64]:
    """Return the ages at failure, ascending, and the estimated survival just after each of them."""
    ages, deaths = np.unique(duration[failed], return_counts=True)
    at_risk = len(duration) - np.searchsorted(np.sort(duration), ages, side="left")
    return ages, np.asarray(np.cumprod(1.0 - deaths / at_risk), np.float64)


def distance(fit: WeibullFit, duration: F64, failed: NDArray[np.bool_]) -> float:
    """Return the largest distance between the survival of a fit and the Kaplan-Meier estimate, at ages at failure."""
    ages, after = kaplan_meier(duration, failed)
    law = np.exp(-((ages / fit.eta) ** fit.beta))
    before = np.append(1.0, after[:-1])
    return float(np.maximum(np.abs(law - after), np.abs(law - before)).max())


def p_value(fit: WeibullFit, duration: F64, failed: NDArray[np.bool_], *, n_samples: int = 199, seed: int = 1) -> float:
    """Return the share of samples of the fitted law that lie farther from their own fit than the log from its fit.

    A parametric bootstrap. Ends of observation are drawn from their own Kaplan-Meier estimate (a failure is a life
    whose end of observation is not known yet). Small values speak against the Weibull law. Resolution 1 / (n + 1).
    """
    observed = distance(fit, duration, failed)
    generator = np.random.default_rng(seed)
    n = len(duration)
    ends, after = kaplan_meier(duration, ~failed) if not failed.all() else (np.empty(0), np.empty(0))
    farther = done = 0
    for _ in range(n_samples):
        life = fit.eta * generator.standard_exponential(n) ** (1.0 / fit.beta)
        place = np.searchsorted(-after, -generator.random(n), side="left")  # first end whose survival is below the draw
        end = np.append(ends, np.inf)[place]
        try:
            sample_failed = life <= end
            sample = np.minimum(life, end)
            farther += distance(fit_weibull(sample, sample_failed), sample, sample_failed) >= observed
            done += 1
        except InputError:  # a sample without two different ages at failure has no fit
            continue
    return (farther + 1.0) / (done + 1.0)
