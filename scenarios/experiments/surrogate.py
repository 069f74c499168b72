"""A surrogate of an experiment: a Gaussian process through the means of its points, and the indices that follow.

The kernel is a product over the factors, so the mean of the surrogate over any of them has a closed form, and with it
the main effects, the interactions and the indices of Sobol': no sampling error is added to that of the surrogate. Its
error is that of leaving out each point in turn.

Sources: Rasmussen and Williams (2006), ch. 5, for the likelihood and leaving one out; Sobol' (1993), Homma and
Saltelli (1996) for the indices; Oakley and O'Hagan (2004) for the integrals.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from scenarios.experiments.one_thread import on_one_thread
from simcore.errors import InputError
from simcore.types import F64, I64

_SCALES = (0.05, 20.0)
_LEAST_NUGGET = 1e-8
_MOST_FITTED = 300
"""Points that set the length scales; the surrogate goes through all of them."""


@dataclass(frozen=True)
class Domain:
    """The values of a factor: the interval from 0 to 1, or a list of ``levels``, in order or not.

    Levels in order have coordinates between 0 and 1; others (names) are numbered 0, 1, ... and are equally unlike.
    """

    levels: tuple[float, ...] | None = None
    is_ordered: bool = True

    def squares(self, a: F64, b: F64) -> F64:
        """Return the squared distances of two arrays of coordinates, (len(a), len(b))."""
        gap = a[:, None] - b[None, :]
        return gap * gap if self.is_ordered else (gap != 0.0).astype(np.float64)

    def mean(self, x: F64, scale: float) -> F64:
        """Return the mean of the kernel over the domain, (len(x),)."""
        if self.levels is not None:
            return self._kernel(x, scale).mean(axis=1)
        root = scale * math.sqrt(2.0)
        return scale * math.sqrt(math.pi / 2.0) * (_erf((1.0 - x) / root) + _erf(x / root))

    def mean_product(self, x: F64, scale: float) -> F64:
        """Return the mean over the domain of the product of the kernels of two points, (len(x), len(x))."""
        if self.levels is not None:
            kernel = self._kernel(x, scale)
            return kernel @ kernel.T / kernel.shape[1]
        middle = 0.5 * (x[:, None] + x[None, :])
        gap = x[:, None] - x[None, :]
        width = 0.5 * scale * math.sqrt(math.pi) * (_erf((1.0 - middle) / scale) + _erf(middle / scale))
        return np.exp(-gap * gap / (4.0 * scale * scale)) * width

    def _kernel(self, x: F64, scale: float) -> F64:
        levels = np.array(self.levels, dtype=np.float64)
        return np.exp(-0.5 * self.squares(x, levels) / (scale * scale))


def _joint_kernel(domains: Sequence[Domain], scales: F64, a: F64, b: F64) -> F64:
    """Return the product of the kernels of the factors for two arrays of points, (len(a), len(b))."""
    exponent = np.zeros((a.shape[0], b.shape[0]))
    for k, domain in enumerate(domains):
        exponent += domain.squares(a[:, k], b[:, k]) / scales[k] ** 2
    return np.exp(-0.5 * exponent)


def _erf(x: F64) -> F64:
    special: Any = import_module("scipy.special")
    return np.asarray(special.erf(x), dtype=np.float64)


@dataclass(frozen=True)
class Indices:
    """The shares of the surrogate's variance: of a factor alone, with all its interactions, of pairs beyond both."""

    first: F64  # (k,)
    total: F64  # (k,)
    pairs: F64  # (k, k), symmetric, 0 on the diagonal


@dataclass(frozen=True)
class Averaged:
    """The mean of a surrogate over some of its factors, as a function of the others."""

    domains: tuple[Domain, ...]
    points: F64  # (n, factors)
    scales: F64  # (factors,)
    weights: F64  # (n,)
    mean: float

    @on_one_thread
    def predict(self, coordinates: F64) -> F64:
        """Return the mean at coordinates of the factors that are left, (m, factors) to (m,)."""
        return self.mean + _joint_kernel(self.domains, self.scales, coordinates, self.points) @ self.weights


class Surrogate:
    """A Gaussian process fitted to the values of points.

    Parameters
    ----------
    points
        Coordinates, (n, k); see ``Domain``.
    values
        Values of the points, (n,).
    errors
        Their standard errors, (n,).
    domains
        The factors, (k).

    Raises
    ------
    InputError
        For values that are not finite: a single one would turn every index into nonsense.
    """

    @on_one_thread
    def __init__(self, points: F64, values: F64, errors: F64, domains: Sequence[Domain]) -> None:
        if not np.isfinite(points).all() or not np.isfinite(values).all() or not np.isfinite(errors).all():
            raise InputError(
                "surrogate: some points have no value, so that no index would mean anything; choose a measure that is "
                "defined at every point"
            )
        self.domains = tuple(domains)
        self._x = points
        self._centre = float(values.mean())
        self._unit = float(values.std()) or 1.0
        self._y = (values - self._centre) / self._unit
        self._noise = (errors / self._unit) ** 2
        chosen = np.unique(np.linspace(0, len(values) - 1, _MOST_FITTED).astype(np.int64))
        squares = np.stack([d.squares(points[chosen, k], points[chosen, k]) for k, d in enumerate(self.domains)])
        self.scales, self._signal, self._nugget = self._fit(squares, self._y[chosen], self._noise[chosen])
        inverse = np.linalg.inv(self._covariance())
        self._mean = float((inverse @ self._y).sum() / inverse.sum())
        self._weights = inverse @ (self._y - self._mean)
        left_out = self._weights / np.diag(inverse)
        spread = float(((self._y - self._y.mean()) ** 2).sum())
        self.q2 = 1.0 - float((left_out**2).sum()) / spread if spread > 0.0 else math.nan
        """Share of the variance between the points that is predicted when each is left out; 1 is perfect."""
        self.error = self._unit * math.sqrt(float((left_out**2).mean()))
        """Root mean square error of the prediction of a point that is left out, in units of the values."""

    def _covariance(self) -> F64:
        kernel = _joint_kernel(self.domains, self.scales, self._x, self._x)
        return self._signal * kernel + np.diag(self._nugget + self._noise)

    def _fit(self, squares: F64, y: F64, noise: F64) -> tuple[F64, float, float]:
        """Return length scales, variance and nugget of greatest likelihood."""
        optimize: Any = import_module("scipy.optimize")
        k = len(self.domains)
        bounds = [(math.log(_SCALES[0]), math.log(_SCALES[1]))] * k
        bounds += [(math.log(1e-3), math.log(1e3)), (math.log(_LEAST_NUGGET), math.log(1.0))]
        found: list[Any] = []
        for scale, nugget in ((0.5, 1e-3), (1.5, 1e-2), (0.2, 1e-4)):
            start = np.array([math.log(scale * math.sqrt(k))] * k + [0.0, math.log(nugget)])
            data = (squares, y, noise)
            found.append(optimize.minimize(self._loss, start, data, jac=True, method="L-BFGS-B", bounds=bounds))
        best = min(found, key=lambda result: float(result.fun))
        parameters = np.asarray(best.x, dtype=np.float64)
        return np.exp(parameters[:k]), math.exp(parameters[k]), math.exp(parameters[k + 1])

    def _loss(self, parameters: F64, squares: F64, y: F64, noise: F64) -> tuple[float, F64]:
        """Return the negative logarithm of the likelihood and its gradient."""
        k = len(self.domains)
        scales, signal, nugget = np.exp(parameters[:k]), math.exp(parameters[k]), math.exp(parameters[k + 1])
        main = signal * np.exp(-0.5 * np.tensordot(1.0 / scales**2, squares, axes=1))
        covariance = main + np.diag(nugget + noise)
        try:
            root = np.linalg.cholesky(covariance)
        except np.linalg.LinAlgError:
            return 1e12, np.zeros_like(parameters)
        inverse = np.linalg.inv(covariance)
        mean = float((inverse @ y).sum() / inverse.sum())
        residual = y - mean
        weights = inverse @ residual
        loss = 0.5 * float(residual @ weights) + float(np.log(np.diag(root)).sum())
        slope = np.outer(weights, weights) - inverse
        gradient = np.empty_like(parameters)
        for j in range(k):
            gradient[j] = -0.5 * float((slope * main * squares[j]).sum()) / scales[j] ** 2
        gradient[k] = -0.5 * float((slope * main).sum())
        gradient[k + 1] = -0.5 * nugget * float(np.trace(slope))
        return loss, gradient

    @on_one_thread
    def predict(self, points: F64) -> F64:
        """Return the predicted values of points, (n,)."""
        kernel = _joint_kernel(self.domains, self.scales, points, self._x)
        return self._centre + self._unit * (self._mean + self._signal * kernel @ self._weights)

    @on_one_thread
    def left_out(self, groups: I64) -> F64:
        """Return the errors of the points if each group (n,) is predicted without any of its own, (n,)."""
        inverse = np.linalg.inv(self._covariance())
        errors = np.empty_like(self._weights)
        for group in np.unique(groups):
            out = groups == group
            errors[out] = np.linalg.solve(inverse[np.ix_(out, out)], self._weights[out])
        return self._unit * errors

    def averaged(self, factors: Sequence[int], sample: F64) -> "Averaged":
        """Return the mean of the surrogate over a sample of some factors, as a function of the others.

        ``sample`` are the coordinates of the factors, (m, len(factors)). The others keep their order.
        """
        some = list(factors)
        kernel = _joint_kernel([self.domains[k] for k in some], self.scales[some], sample, self._x[:, some])
        others = [k for k in range(len(self.domains)) if k not in some]
        weights = self._unit * self._signal * self._weights * kernel.mean(axis=0)
        return Averaged(
            tuple(self.domains[k] for k in others),
            self._x[:, others],
            self.scales[others],
            weights,
            self._centre + self._unit * self._mean,
        )

    @on_one_thread
    def effect(self, factor: int, coordinates: F64) -> F64:
        """Return the mean value over all other factors at coordinates of a factor: its main effect."""
        product = self._weights * self._signal
        for k, domain in enumerate(self.domains):
            if k != factor:
                product = product * domain.mean(self._x[:, k], self.scales[k])
        own = np.exp(-0.5 * self.domains[factor].squares(coordinates, self._x[:, factor]) / self.scales[factor] ** 2)
        return self._centre + self._unit * (self._mean + own @ product)

    def indices(self) -> Indices:
        """Return the indices of Sobol' of the surrogate for factors that vary evenly over their domains."""
        k = len(self.domains)
        means = [d.mean(self._x[:, j], self.scales[j]) for j, d in enumerate(self.domains)]
        alone = [np.outer(mean, mean) for mean in means]
        products = [d.mean_product(self._x[:, j], self.scales[j]) for j, d in enumerate(self.domains)]
        weights = np.outer(self._weights, self._weights)

        def variance(chosen: set[int]) -> float:
            """Variance of the mean over the factors that are not chosen."""
            integrand, square = weights, weights
            for j in range(k):
                integrand = integrand * (products[j] if j in chosen else alone[j])
                square = square * alone[j]
            return max(0.0, float(integrand.sum()) - float(square.sum()))

        whole = variance(set(range(k)))
        if whole <= 1e-12 / max(self._signal, 1.0) ** 2:
            return Indices(np.zeros(k), np.zeros(k), np.zeros((k, k)))
        own = np.array([variance({j}) for j in range(k)])
        first = own / whole
        total = np.array([1.0 - variance(set(range(k)) - {j}) / whole for j in range(k)])
        pairs = np.zeros((k, k))
        for i in range(k):
            for j in range(i):
                pairs[i, j] = pairs[j, i] = max(0.0, (variance({i, j}) - own[i] - own[j]) / whole)
        return Indices(first, np.clip(total, 0.0, 1.0), pairs)
