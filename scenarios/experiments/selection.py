"""Ranking and selection: spend replications where they tell which variant is best.

Optimal computing budget allocation (Chen, Lin, Yucesan and Chick 2000): variants near the best and with great variance
get most of the replications. The probability of a right selection is that of resamples.
"""

import math

import numpy as np

from scenarios.experiments.compare import Question
from scenarios.experiments.pareto import probability_best, resampled_means
from scenarios.experiments.session import Session
from simcore.errors import InputError
from simcore.types import F64

FIRST_N = 40
"""Replications of every variant before the first selection."""
_N_RESAMPLES = 500


def ocba(means: F64, deviations: F64, total: float) -> F64:
    """Return the optimal numbers of replications of variants to find the greatest of ``means``, (variants,).

    Sum to ``total``. Variants that equal the best are treated as a hundredth of a standard deviation away from it.
    """
    best = int(np.argmax(means))
    deviations = np.maximum(deviations, 1e-12)
    gap = np.maximum(means[best] - means, 0.01 * deviations)
    ratio = (deviations / gap) ** 2
    others = np.arange(means.size) != best
    ratio[best] = deviations[best] * math.sqrt(float((ratio[others] ** 2 / deviations[others] ** 2).sum()))
    return total * ratio / ratio.sum()


def select_best(session: Session, question: Question, total: int, probability: float) -> F64:
    """Play until a variant is the best with the probability, or ``total`` replications are spent.

    Returns the probability of each variant to be the best, (variants,). Variants within the margin of the question
    count as equally good: the best is then right if no other is better by more than the margin.
    """
    check_selection(question, probability)
    k = len(session.conditions.points)
    states = len(session.conditions.noise)
    sign = 1.0 if question.better == "more" else -1.0
    wanted = np.full(k, min(FIRST_N, total // k))
    while True:
        session.play([_whole(n, states) for n in wanted])
        values = [sign * session.values(i, question.measure.name) for i in range(k)]
        found = probability_right(values, question.margin or 0.0)
        if found.max() >= probability or wanted.sum() + k * states > total:
            return found
        step = max(10 * k, states, int(wanted.sum()) // 4)
        means = np.array([float(np.nanmean(v)) for v in values])
        deviations = np.array([float(np.nanstd(v, ddof=1)) for v in values])
        target = ocba(means, deviations, float(min(wanted.sum() + step, total)))
        missing = np.maximum(target - wanted, 0.0)
        room = min(step, total - int(wanted.sum()))
        more = np.floor(missing / max(float(missing.sum()), 1e-12) * room).astype(np.int64)
        more[int(np.argmax(missing))] += max(0, states - int(more.sum()))  # never stands still
        wanted = wanted + more


def check_selection(question: Question, probability: float) -> None:
    """Raise ``InputError`` for a question without a best answer, and for a probability that cannot be reached."""
    if question.measure.kind == "ratio" or question.better is None:
        raise InputError(
            f"measure {question.measure.name}: the best variant needs a mean with a better direction; choose another "
            "measure, or give --better"
        )
    if not 0.5 <= probability < 1.0:
        raise InputError(f"probability {probability:g}: outside 0.5 to 1; give for example 0.95")


def probability_right(values: list[F64], margin: float) -> F64:
    """Return the probability that each variant is the greatest, or within the margin of it, (variants,)."""
    means = resampled_means(values, _N_RESAMPLES)
    if margin <= 0.0:
        return probability_best(means, "more")
    return np.mean(means >= means.max(axis=1, keepdims=True) - margin, axis=0)


def _whole(n: int, states: int) -> int:
    return -(-int(n) // states) * states
