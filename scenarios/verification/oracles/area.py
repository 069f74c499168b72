"""Single-shot damage probability of a round with a circular normal error.

On the aim point: cookie cutter 1 - exp(-R^2 / (2 s^2)), Carleton R^2 / (R^2 + 2 s^2). Off the aim point: integration
over the distance of the impact from the target, which follows Rice's law. Source: Washburn and Kress, Combat
Modeling, 2009, ch. 2.
"""

import math

import numpy as np

_STEPS = 20_001


def sigma_m(cep_m: float) -> float:
    """Return the standard deviation per axis of a circular normal law with this circular error probable."""
    return cep_m / math.sqrt(math.log(4.0))


def single_shot(lethal_m: float, cep_m: float, offset_m: float, law: str) -> float:
    """Return the chance that a round aimed ``offset_m`` beside a target damages it, by Simpson's rule."""
    sigma = sigma_m(cep_m)
    if sigma == 0.0:
        if law == "carleton":
            return math.exp(-((offset_m / lethal_m) ** 2))
        return 1.0 if offset_m <= lethal_m else 0.0
    most = offset_m + 12.0 * sigma
    top = min(lethal_m, most) if law == "cookie_cutter" else most
    r = np.linspace(0.0, top, _STEPS)
    angles = (np.arange(400) + 0.5) * (math.pi / 400)
    # the mean of exp(r d cos(a) / s^2) over the circle, scaled by exp(-r d / s^2): the Bessel function of Rice's law
    growth = r * offset_m / sigma**2
    bessel = np.mean([np.exp(growth * (math.cos(a) - 1.0)) for a in angles], axis=0)
    density = r / sigma**2 * np.exp(-((r - offset_m) ** 2) / (2.0 * sigma**2)) * bessel
    share = np.exp(-((r / lethal_m) ** 2)) if law == "carleton" else np.ones_like(r)
    weights = np.ones(_STEPS)
    weights[1:-1:2], weights[2:-1:2] = 4.0, 2.0
    return float((density * share) @ weights) * (r[1] - r[0]) / 3.0
