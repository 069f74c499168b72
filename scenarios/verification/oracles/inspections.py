"""A control limit on gamma-process wear, inspected at fixed intervals: replacements by each inspection, from new.

Wear below the limit at an inspection goes on; at the limit or above it the component is replaced, as failed when wear
has reached the failure level. Source: Park, IEEE Transactions on Reliability 37(4) (1988); van Noortwijk, Reliability
Engineering and System Safety 94 (2009), section 6.
"""

import numpy as np

from scenarios.verification.oracles.renewals import Replaced, convolved, renewals
from simcore.types import F64

_NODES = 60


def gamma_p(shape: F64 | float, x: F64 | float) -> F64:
    """Return the regularised lower incomplete gamma function."""
    from scipy import special  # pyright: ignore[reportMissingTypeStubs]

    return np.asarray(special.gammainc(shape, x), np.float64)  # pyright: ignore[reportUnknownMemberType]


def lives(step: float, control: float, failure: float, n: int) -> tuple[F64, F64]:
    """Return the laws of the inspection that ends a life (n + 1,): all lives, and those that end in failure.

    ``step`` is the shape of the increment between inspections, ``control`` and ``failure`` are levels of wear in units
    of its scale. A life fails at inspection k when wear is below the control limit at k - 1 and at the failure level
    or above at k: the integral of P(increment >= failure - x) over x, in the quantiles of x.
    """
    from scipy import special  # pyright: ignore[reportMissingTypeStubs]

    k = np.arange(1, n + 1, dtype=np.float64)
    survival = np.concatenate(([1.0], gamma_p(k * step, control)))  # P(X_k < M)
    ending = np.concatenate(([0.0], survival[:-1] - survival[1:]))
    failing = np.zeros(n + 1)
    failing[1] = 1.0 - float(gamma_p(step, failure))
    # quantiles near 1 matter most when the limits are close, and there the integrand is steep: cluster the nodes
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    depth = 0.5 * (nodes + 1.0)
    level = 1.0 - (1.0 - depth) ** 4
    weight = 0.5 * weights * 4.0 * (1.0 - depth) ** 3
    for at in range(2, n + 1):
        alive = float(survival[at - 1])
        if alive < 1e-14:
            break
        x = np.asarray(special.gammaincinv((at - 1) * step, alive * level), np.float64)  # pyright: ignore
        failing[at] = alive * float(weight @ (1.0 - gamma_p(step, np.maximum(failure - x, 0.0))))
    return ending, np.minimum(failing, ending)


def inspected(step: float, control: float, failure: float, n: int) -> Replaced:
    """Return the mean numbers of replacements at failure and before it, up to each of ``n`` inspections."""
    ending, failing = lives(step, control, failure, n)
    begun = renewals(ending)
    return Replaced(np.cumsum(convolved(begun, failing)), np.cumsum(convolved(begun, ending - failing)))
