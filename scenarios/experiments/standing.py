"""How variants stand: the probability to be the best, and to be on the front of effect against cost."""

from dataclasses import dataclass

import numpy as np

from scenarios.experiments.compare import Question, find_measure
from scenarios.experiments.conditions import Conditions
from scenarios.experiments.pareto import probability_best, probability_on_front, resampled_means
from scenarios.experiments.session import Session
from simcore.types import F64

FORCE_COST = "force_cost"
"""Cost of all units of the side of the measure in question, in place of a measure."""


@dataclass(frozen=True)
class Standing:
    """Probabilities and costs by variant, (variants,) each; None where the question has no best, or no cost."""

    p_best: F64 | None = None
    costs: F64 | None = None
    p_front: F64 | None = None
    cost: str | None = None  # the measure, or FORCE_COST


def standing(session: Session, question: Question, cost: str | None = None) -> Standing:
    """Return how the points of a session stand in the measure in question and a cost."""
    if question.measure.kind == "ratio" or question.better is None:
        return Standing()
    points = range(len(session.conditions.points))
    effects = resampled_means([session.values(i, question.measure.name) for i in points])
    p_best = probability_best(effects, question.better)
    if cost is None:
        return Standing(p_best)
    values = [cost_values(session, cost, question, i) for i in points]
    costs = np.array([float(np.nanmean(v)) for v in values])
    return Standing(p_best, costs, probability_on_front(effects, resampled_means(values), question.better), cost)


def check_cost(conditions: Conditions, cost: str | None) -> None:
    """Raise ``InputError`` for a cost that is no measure."""
    if cost is not None and cost != FORCE_COST:
        find_measure(conditions, cost, FORCE_COST)


def cost_values(session: Session, cost: str, question: Question, point: int) -> F64:
    """Return the cost of a point by replication, (n,): a measure, or the cost of the side's whole force [MUSD]."""
    if cost != FORCE_COST:
        return session.values(point, cost)
    side = question.measure.side or session.conditions.sides[0]
    state = session.noise_of(session.count(point))
    first = session.conditions.numbers(point)[0]
    return np.array([session.conditions.force_costs[first + int(k)][side] for k in state], dtype=np.float64)
