"""Quantiles of laws whose distribution function is known, by bisection."""

from collections.abc import Callable

import numpy as np

from simcore.types import F64

_N_BISECTIONS = 60


def quantile(failed: Callable[[F64], F64], share: F64, high: F64, most_doublings: int) -> F64:
    """Return the times by which ``failed`` reaches ``share``, in the shape of ``share``.

    Parameters
    ----------
    failed
        Distribution function: the probability of failing within times.
    share
        Probabilities, in (0, 1).
    high
        First bound on the quantiles, doubled as often as ``most_doublings`` where they lie beyond it.
    most_doublings
        Doublings after which the bound stands.
    """
    low = np.zeros(share.shape)
    for _ in range(most_doublings):
        short = failed(high) < share
        if not short.any():
            break
        high = np.where(short, 2.0 * high, high)
    for _ in range(_N_BISECTIONS):
        middle = 0.5 * (low + high)
        is_before = failed(middle) < share
        low, high = np.where(is_before, middle, low), np.where(is_before, high, middle)
    return 0.5 * (low + high)
