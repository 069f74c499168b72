"""Random durations and increments: gamma variates and the laws of working times."""

import math

import numpy as np

from simcore.compiling.jit import formula
from simcore.kernels.mathematics.approximations import exponential, logarithm, normal_quantile
from simcore.rng import draw
from simcore.types import Word
from simcore.upkeep import Law

_STRIDE = np.uint64(0xD6E8FEB86659FD93)  # odd: separates the draws of one variate
_MOST_TRIES = 64  # each try is accepted with a probability above 0.95


@formula
def draw_gamma(key: Word, unit: Word, other: Word, shape: float) -> float:
    """Return a gamma variate of scale 1, by rejection. Source: Marsaglia and Tsang 2000."""
    d = (shape if shape >= 1.0 else shape + 1.0) - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    at = other
    value = d
    for _ in range(_MOST_TRIES):
        x = normal_quantile(draw(key, unit, at))
        v = 1.0 + c * x
        at += _STRIDE
        if v <= 0.0:
            continue
        v = v * v * v
        if logarithm(draw(key, at, unit)) < 0.5 * x * x + d - d * v + d * logarithm(v):
            value = d * v
            break
    if shape < 1.0:
        value *= exponential(logarithm(draw(key, at + _STRIDE, unit)) / shape)
    return value


@formula
def draw_duration(law: int, mean: float, cv: float, key: Word, unit: Word, other: Word) -> float:
    """Return a working time of a law (Law) with this mean and coefficient of variation."""
    if law == Law.FIXED or mean <= 0.0:
        return mean
    if law == Law.EXPONENTIAL:
        return -mean * logarithm(draw(key, unit, other))
    if cv <= 0.0:
        return mean
    if law == Law.LOGNORMAL:
        variance = logarithm(1.0 + cv * cv)
        z = normal_quantile(draw(key, unit, other))
        return mean * exponential(math.sqrt(variance) * z - 0.5 * variance)
    shape = 1.0 / (cv * cv)
    return mean / shape * draw_gamma(key, unit, other, shape)


@formula
def weibull_life(u: float, age: float, beta: float, eta: float) -> float:
    """Return the age at failure of a component that has reached ``age``, for a uniform draw ``u`` in (0, 1).

    It solves H(life) - H(age) = -ln u for the integrated hazard H(t) = (t / eta)**beta.
    """
    if eta == np.inf:
        return np.inf
    past = exponential(beta * logarithm(age / eta)) if age > 0.0 else 0.0
    return eta * exponential(logarithm(past - logarithm(u)) / beta)
