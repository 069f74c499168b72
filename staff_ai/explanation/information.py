"""Value of information: the gain in score if a variable of the world were known before the choice (EVPPI).

The course is chosen in each bin of a variable on some of the worlds, and the gain over the course that is best without
the variable is taken on the others, so the value is not too high by the choice. Many variables are tried, so values are
told only as far as no more than a tenth of them are to be expected by luck (Benjamini, Hochberg 1995): first those of
whole questions, such as the number of boats; then those of their parts, such as the boats in the north.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from simcore.types import F64, I64
from staff_ai.explanation.world_variables import Variable
from staff_ai.wargame.samples import Estimate, draw_weights, estimate, mean_and_error

FALSE_SHARE = 0.1
"""Expected share of the values told that are above zero by luck, at most."""
FOLDS = 4
_BINS = 4
_LEAST_IN_BIN = 4
_LEAST_VALUE = 0.005


@dataclass(frozen=True)
class Value:
    """The value of knowing a variable, with its interval [score]."""

    variable: Variable
    value: Estimate
    is_told: bool  # whether it is shown to be above zero


def values_of_information(
    variables: tuple[Variable, ...], values: F64, score: F64, enemy: I64, world: I64, weights: F64
) -> list[Value]:
    """Return the value of each variable, the largest first.

    ``values`` (n, v); ``score`` (courses, n) on common draws, the recommended course first; ``world`` (n,) names the
    worlds, so that a world is never on both sides.
    """
    if score.shape[0] < 2 or score.shape[1] < 2 * FOLDS * _LEAST_IN_BIN:
        return []
    fold = np.unique(world, return_inverse=True)[1] % FOLDS
    tried: list[tuple[Variable, Estimate, float]] = []
    for k, variable in enumerate(variables):
        gain = _held_out_gain(_bins(values[:, k], variable.is_number), score, enemy, fold, weights)
        mean, error, freedom = mean_and_error(gain, enemy, weights)
        luck = float(stats.t.sf(mean / error, freedom)) if 0.0 < error < np.inf else float(mean <= 0.0)
        tried.append((variable, estimate(gain, enemy, weights)._replace(value=max(mean, 0.0)), luck))
    shares: dict[Variable, float] = {}
    for is_part in (False, True):  # parts are many: they do not hide the questions that they belong to
        family = [(variable, luck) for variable, _, luck in tried if variable.is_part == is_part]
        if family:
            controlled = stats.false_discovery_control([luck for _, luck in family])
            shares.update(zip((variable for variable, _ in family), controlled.tolist(), strict=True))
    found = [
        Value(variable, value, shares[variable] <= FALSE_SHARE and value.value >= _LEAST_VALUE)
        for variable, value, _ in tried
    ]
    return sorted(found, key=lambda one: -one.value.value)


def _bins(values: F64, is_number: bool) -> I64:
    """Return the bins of a variable: quarters of many numbers, else its values."""
    distinct = np.unique(values)
    if len(distinct) <= _BINS or not is_number:
        return np.searchsorted(distinct, values).astype(np.int64)
    edges = np.unique(np.quantile(values, np.arange(1, _BINS) / _BINS))
    return np.searchsorted(edges, values, side="left").astype(np.int64)


def _held_out_gain(bins: I64, score: F64, enemy: I64, fold: I64, weights: F64) -> F64:
    """Return the gain of the course chosen by the bin on the other folds over that chosen without, (n,)."""
    gain = np.zeros(score.shape[1])
    for f in range(FOLDS):
        train, test = fold != f, fold == f
        usual = _choice(score, enemy, train, weights, 0)
        for one in np.unique(bins[test]):
            here = test & (bins == one)
            chosen = _choice(score, enemy, train & (bins == one), weights, usual)
            gain[here] = score[chosen, here] - score[usual, here]
    return gain


def _choice(score: F64, enemy: I64, inside: np.ndarray, weights: F64, usual: int) -> int:
    """Return the best course on some draws: ``usual``, unless another is better by more than a standard error."""
    if inside.sum() < _LEAST_IN_BIN:
        return usual
    gap = score[:, inside] - score[usual, inside]
    best = int(np.argmax((draw_weights(enemy[inside], weights) * gap).sum(axis=1)))
    mean, error, _ = mean_and_error(gap[best], enemy[inside], weights)
    return best if mean > error else usual
