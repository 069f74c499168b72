"""The Weibull law of lifetimes, survival exp(-(t / eta)^beta): fit to censored lives, and remaining life given age.

The functions of a law take NumPy arrays that broadcast, so a policy asks about all components at once.

Source: W. Nelson, Applied Life Data Analysis, Wiley, 1982, chapters 8 and 12.
"""

from dataclasses import dataclass
from math import exp, lgamma, log

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logistics.reliability.intervals import Z_95, poisson_interval
from simcore.errors import InputError
from simcore.types import F64


def failure_within(age: ArrayLike, window: ArrayLike, beta: ArrayLike, eta: ArrayLike) -> F64:
    """Return the probability of failing within ``window`` after ``age``, given survival to ``age``."""
    start = np.asarray(age, np.float64)
    return -np.expm1(_hazard(start, beta, eta) - _hazard(start + np.asarray(window, np.float64), beta, eta))


def remaining_life(p: ArrayLike, age: ArrayLike, beta: ArrayLike, eta: ArrayLike) -> F64:
    """Return a quantile of remaining life: the time after ``age`` in which a share ``p`` fails."""
    start = np.asarray(age, np.float64)
    total = _hazard(start, beta, eta) - np.log1p(-np.asarray(p, np.float64))
    end = np.asarray(eta, np.float64) * np.power(total, 1.0 / np.asarray(beta, np.float64))
    return np.maximum(end - start, 0.0)


def mean_remaining_life(age: ArrayLike, beta: ArrayLike, eta: ArrayLike) -> F64:
    """Return the expected remaining life given survival to ``age``: the integral of the conditional survival.

    With z = (age / eta)^beta it is (eta / beta) e^z Gamma(1 / beta, z). For z above 500 the leading term of the
    asymptotic series is taken, whose relative error is below (1 - 1 / beta) / z.
    """
    from scipy import special  # pyright: ignore[reportMissingTypeStubs]

    z = np.asarray(_hazard(np.asarray(age, np.float64), beta, eta), np.float64)
    shape = 1.0 / np.asarray(beta, np.float64)
    scale = np.asarray(eta, np.float64) * shape
    near = np.minimum(z, 500.0)
    upper = np.asarray(special.gammaincc(shape, near), np.float64) * np.asarray(special.gamma(shape), np.float64)
    far = np.power(np.maximum(z, 500.0), shape - 1.0)
    return scale * np.where(z <= 500.0, np.exp(near) * upper, far)


def _hazard(age: F64, beta: ArrayLike, eta: ArrayLike) -> F64:
    return np.power(age / np.asarray(eta, np.float64), np.asarray(beta, np.float64))


@dataclass(frozen=True)
class WeibullFit:
    """A Weibull law fitted by maximum likelihood. Intervals are Wald's at 95 %, as is usual in software."""

    beta: float
    eta: float
    beta_se: float
    eta_se: float
    covariance: float  # of eta and beta
    log_likelihood: float
    n_failures: int
    n_censored: int
    exponential_rate: float  # of the law with beta = 1
    exponential_log_likelihood: float
    p_constant_hazard: float  # of the likelihood-ratio test of beta = 1

    @property
    def beta_95(self) -> tuple[float, float]:
        """95 % interval of beta."""
        return (self.beta - Z_95 * self.beta_se, self.beta + Z_95 * self.beta_se)

    @property
    def eta_95(self) -> tuple[float, float]:
        """95 % interval of eta."""
        return (self.eta - Z_95 * self.eta_se, self.eta + Z_95 * self.eta_se)

    @property
    def mean_life(self) -> float:
        """Expected life, eta Gamma(1 + 1 / beta)."""
        return self.eta * exp(lgamma(1.0 + 1.0 / self.beta))

    @property
    def likelihood_ratio(self) -> float:
        """Twice the gain in log-likelihood over the exponential law; chi-squared, 1 degree of freedom, if beta = 1."""
        return max(2.0 * (self.log_likelihood - self.exponential_log_likelihood), 0.0)


def fit_weibull(duration: F64, failed: NDArray[np.bool_], place: str = "the log") -> WeibullFit:
    """Return the maximum-likelihood fit to right-censored lives.

    Parameters
    ----------
    duration
        Age at the end of each life, above 0. Shape (lives,).
    failed
        Whether the life ended by a failure; the others are censored. Shape (lives,).
    place
        The file or component, for messages.

    Raises
    ------
    InputError
        When fewer than two different ages at failure leave beta without an estimate.
    """
    n_failures = int(np.count_nonzero(failed))
    if n_failures == 0:
        raise InputError(
            f"{place}: no failure among {len(duration)} lives: they bound the life from below only, and no law can be "
            "fitted; observe longer, or state a law from another source"
        )
    if n_failures < 2 or np.ptp(duration[failed]) == 0.0 == np.ptp(duration[duration >= duration[failed].max()]):
        raise InputError(
            f"{place}: all failures at the same age, {duration[failed][0]:g}: beta has no estimate; give at least two "
            "different ages at failure"
        )
    scale = float(duration.max())
    x = np.log(duration / scale)
    mean_log = float(np.mean(x[failed]))
    beta = _root_of_shape(x, mean_log)
    power = np.exp(beta * x)
    eta = scale * float(power.sum() / n_failures) ** (1.0 / beta)
    z = np.exp(beta * np.log(duration / eta))
    y = np.log(duration / eta)
    log_likelihood = n_failures * (log(beta) - log(eta)) + (beta - 1.0) * float(y[failed].sum()) - float(z.sum())
    eta_eta = beta / eta**2 * ((1.0 + beta) * float(z.sum()) - n_failures)
    beta_beta = n_failures / beta**2 + float((z * y * y).sum())
    eta_beta = (n_failures - float(z.sum()) - beta * float((z * y).sum())) / eta
    determinant = eta_eta * beta_beta - eta_beta**2
    rate = n_failures / float(duration.sum())
    exponential = n_failures * (log(rate) - 1.0)
    ratio = max(2.0 * (log_likelihood - exponential), 0.0)
    return WeibullFit(
        beta=beta,
        eta=eta,
        beta_se=float(np.sqrt(eta_eta / determinant)),
        eta_se=float(np.sqrt(beta_beta / determinant)),
        covariance=-eta_beta / determinant,
        log_likelihood=log_likelihood,
        n_failures=n_failures,
        n_censored=len(duration) - n_failures,
        exponential_rate=rate,
        exponential_log_likelihood=exponential,
        p_constant_hazard=chi2_tail(ratio),
    )


def _root_of_shape(x: F64, mean_log: float) -> float:
    """Return the root of the likelihood equation of beta, which grows in beta. ``x`` are logarithms, at most 0."""
    from scipy import optimize  # pyright: ignore[reportMissingTypeStubs]

    def slope(beta: float) -> float:
        weight = np.exp(beta * x)
        return float((weight * x).sum() / weight.sum()) - 1.0 / beta - mean_log

    low = high = 1.0
    while slope(low) > 0.0:
        low *= 0.5
    while slope(high) < 0.0:
        high *= 2.0
        if high > 1e9:
            raise InputError("the ages at failure hardly differ: beta has no estimate; check the unit of time")
    if low == high:
        return low
    root: float = optimize.brentq(slope, low, high, xtol=1e-14, rtol=8.9e-16, maxiter=300)  # pyright: ignore
    return float(root)


def chi2_tail(value: float) -> float:
    """Return the probability that a chi-squared number with 1 degree of freedom exceeds ``value``."""
    from scipy import special  # pyright: ignore[reportMissingTypeStubs]

    return float(special.erfc(np.sqrt(0.5 * value)))


@dataclass(frozen=True)
class ExponentialFit:
    """A constant hazard: failures over total time, with the 95 % interval of a Poisson count (Garwood)."""

    rate: float
    low: float
    high: float
    n_failures: int
    total_time: float


def fit_exponential(duration: F64, failed: NDArray[np.bool_]) -> ExponentialFit:
    """Return the constant hazard of right-censored lives. Without a failure the rate is 0 and the bound above holds."""
    n, total = int(np.count_nonzero(failed)), float(duration.sum())
    return ExponentialFit(n / total, *poisson_interval(n, total), n, total)
