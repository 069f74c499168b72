"""Lifetimes: Weibull and gamma, with the integrals that replacement needs.

Sources: Barlow and Proschan, Mathematical Theory of Reliability (1965), chapter 2; Rausand and Høyland, System
Reliability Theory (2004), chapter 2.
"""

import math
from dataclasses import dataclass
from typing import Protocol

from logistics.checks import check_positive


class Lifetime(Protocol):
    """The law of the time to failure of a new component. Times in any unit, the same throughout."""

    @property
    def mean(self) -> float:
        """Mean life."""
        ...

    @property
    def last_hazard(self) -> float:
        """Limit of the failure rate at high age [1/unit of time]; inf if it grows without end."""
        ...

    @property
    def is_ageing(self) -> bool:
        """Whether the failure rate rises with age."""
        ...

    def survival(self, age: float) -> float:
        """Return the probability of living longer than ``age``."""
        ...

    def failed(self, age: float) -> float:
        """Return the probability of failing by ``age``; exact where it is small."""
        ...

    def hazard(self, age: float) -> float:
        """Return the failure rate at ``age`` [1/unit of time]."""
        ...

    def mean_until(self, age: float) -> float:
        """Return the mean of min(life, age): the integral of the survival to ``age``."""
        ...

    def quantile(self, p: float) -> float:
        """Return the age by which a share ``p`` in (0, 1) has failed."""
        ...


@dataclass(frozen=True)
class WeibullLife:
    """Weibull with shape beta and scale eta [unit of time]: survival exp(-(t/eta)^beta)."""

    beta: float
    eta: float

    def __post_init__(self) -> None:
        check_positive({"beta": self.beta, "eta": self.eta})

    @property
    def mean(self) -> float:
        """Mean life."""
        return self.eta * math.gamma(1.0 + 1.0 / self.beta)

    @property
    def last_hazard(self) -> float:
        """Limit of the failure rate at high age."""
        return math.inf if self.beta > 1.0 else (1.0 / self.eta if self.beta == 1.0 else 0.0)

    @property
    def is_ageing(self) -> bool:
        """Whether the failure rate rises with age."""
        return self.beta > 1.0

    def survival(self, age: float) -> float:
        """Return the probability of living longer than ``age``."""
        return math.exp(-self._hazards(age))

    def failed(self, age: float) -> float:
        """Return the probability of failing by ``age``."""
        return -math.expm1(-self._hazards(age))

    def hazard(self, age: float) -> float:
        """Return the failure rate at ``age`` [1/unit of time]."""
        if age <= 0.0:
            return math.inf if self.beta < 1.0 else (1.0 / self.eta if self.beta == 1.0 else 0.0)
        return self.beta / age * self._hazards(age)

    def mean_until(self, age: float) -> float:
        """Return the mean of min(life, age): mean × P(1/beta, (age/eta)^beta), P the lower incomplete gamma."""
        return self.mean * _lower(1.0 / self.beta, self._hazards(age))

    def quantile(self, p: float) -> float:
        """Return the age by which a share ``p`` has failed."""
        return self.eta * (-math.log1p(-p)) ** (1.0 / self.beta)

    def _hazards(self, age: float) -> float:
        if age <= 0.0:
            return 0.0
        power = self.beta * math.log(age / self.eta) if math.isfinite(age) else math.inf
        return math.exp(power) if power < 700.0 else math.inf


@dataclass(frozen=True)
class GammaLife:
    """Gamma with a shape and a scale [unit of time]: mean shape × scale."""

    shape: float
    scale: float

    def __post_init__(self) -> None:
        check_positive({"shape": self.shape, "scale": self.scale})

    @property
    def mean(self) -> float:
        """Mean life."""
        return self.shape * self.scale

    @property
    def last_hazard(self) -> float:
        """Limit of the failure rate at high age: 1/scale for every shape."""
        return 1.0 / self.scale

    @property
    def is_ageing(self) -> bool:
        """Whether the failure rate rises with age."""
        return self.shape > 1.0

    def survival(self, age: float) -> float:
        """Return the probability of living longer than ``age``."""
        return _upper(self.shape, max(age, 0.0) / self.scale)

    def failed(self, age: float) -> float:
        """Return the probability of failing by ``age``."""
        return _lower(self.shape, max(age, 0.0) / self.scale)

    def hazard(self, age: float) -> float:
        """Return the failure rate at ``age`` [1/unit of time]."""
        if age <= 0.0:
            return math.inf if self.shape < 1.0 else (1.0 / self.scale if self.shape == 1.0 else 0.0)
        x = age / self.scale
        left = self.survival(age)
        if left < 1e-280:  # far beyond any life: the first terms of the expansion at infinity
            return (1.0 - (self.shape - 1.0) / x) / self.scale
        return math.exp((self.shape - 1.0) * math.log(x) - x - math.lgamma(self.shape)) / (self.scale * left)

    def mean_until(self, age: float) -> float:
        """Return the mean of min(life, age): age × survival + mean × P(shape + 1, age/scale)."""
        if not math.isfinite(age):
            return self.mean
        return age * self.survival(age) + self.mean * _lower(self.shape + 1.0, age / self.scale)

    def quantile(self, p: float) -> float:
        """Return the age by which a share ``p`` has failed."""
        from scipy import special  # pyright: ignore[reportMissingTypeStubs]

        return self.scale * float(special.gammaincinv(self.shape, p))  # pyright: ignore


def _lower(shape: float, x: float) -> float:
    from scipy import special  # pyright: ignore[reportMissingTypeStubs]

    return float(special.gammainc(shape, x))  # pyright: ignore


def _upper(shape: float, x: float) -> float:
    from scipy import special  # pyright: ignore[reportMissingTypeStubs]

    return float(special.gammaincc(shape, x))  # pyright: ignore
