"""Which variant is best, and which are worth their cost, with probabilities by resampling the replications.

Replications are drawn with replacement, the same for all variants (Efron 1979), so that shared luck stays shared.
"""

from collections.abc import Sequence

import numpy as np

from scenarios.measures.preferences import Better
from simcore.types import F64

N_RESAMPLES = 2000


def resampled_means(values: Sequence[F64], n_resamples: int = N_RESAMPLES, seed: int = 0) -> F64:
    """Return the means of variants in resamples of their replications, (n_resamples, variants).

    ``values`` are by replication, from replication 0 on; undefined values (nan) are left out of the means.
    """
    generator = np.random.default_rng(seed)
    most = max(v.size for v in values)
    weights = generator.multinomial(most, np.full(most, 1.0 / most), size=n_resamples).astype(np.float64)
    means = np.empty((n_resamples, len(values)))
    for k, v in enumerate(values):
        known = np.flatnonzero(np.isfinite(v))
        chosen = weights[:, known]
        total = chosen.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            means[:, k] = np.where(total > 0.0, chosen @ v[known] / total, np.nan)
    return means


def probability_best(means: F64, better: Better) -> F64:
    """Return the share of resamples in which each variant is the best, (variants,); equals share it."""
    sign = 1.0 if better == "more" else -1.0
    signed = np.where(np.isfinite(means), sign * means, -np.inf)
    is_best = signed == signed.max(axis=1, keepdims=True)
    return (is_best / is_best.sum(axis=1, keepdims=True)).mean(axis=0)


def on_front(effect: F64, cost: F64, better: Better) -> np.ndarray:
    """Return which variants no other beats in effect or cost without losing in the other, (variants,).

    A variant with an undefined value (nan) beats none, and none beats it.
    """
    e = effect if better == "more" else -effect
    found = np.isnan(e) | np.isnan(cost)
    known = np.flatnonzero(~found)
    order = known[np.lexsort((-e[known], cost[known]))]
    e, c = e[order], cost[order]
    is_first = np.r_[True, c[1:] != c[:-1]]
    first = np.maximum.accumulate(np.where(is_first, np.arange(len(e)), 0))  # the best of the same cost
    best_so_far = np.maximum.accumulate(e)
    found[order] = (e == e[first]) & ((first == 0) | (e > best_so_far[first - 1]))
    return found


def probability_on_front(effects: F64, costs: F64, better: Better) -> F64:
    """Return the share of resamples in which each variant is on the front of effect against cost, (variants,)."""
    fronts = [on_front(effect, cost, better) for effect, cost in zip(effects, costs, strict=True)]
    return np.mean(fronts, axis=0)
