"""Surrogates of the goals over levers and uncertainties, with the error of leaving points out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenarios.experiments.surrogate import Averaged, Domain, Indices, Surrogate
from simcore.types import F64, I64
from staff_ai.procurement.futures import Future, draw_futures, future_coordinates
from staff_ai.procurement.question import Choice, Question

N_FUTURES = 1024
"""Futures over which a surrogate is averaged."""


@dataclass(frozen=True)
class Sample:
    """Means of the goals at points: an alternative in a future each."""

    choices: tuple[Choice, ...]
    futures: tuple[Future, ...]
    means: dict[str, F64]  # by goal, (points,)
    variances: dict[str, F64]  # of the means, (points,)

    def joined(self, other: "Sample") -> "Sample":
        """Return the points of both."""
        return Sample(
            self.choices + other.choices,
            self.futures + other.futures,
            {name: np.concatenate([values, other.means[name]]) for name, values in self.means.items()},
            {name: np.concatenate([values, other.variances[name]]) for name, values in self.variances.items()},
        )


def sample_of(choices: Sequence[Choice], futures: Sequence[Future], values: dict[str, F64]) -> Sample:
    """Return the sample of points from their replications, (points, n) by goal.

    The variance within points is pooled: few replications, all alike by luck, do not make a point certain.
    """
    means = {name: rows.mean(axis=1) for name, rows in values.items()}
    variances: dict[str, F64] = {}
    for name, rows in values.items():
        n = rows.shape[1]
        within = float(rows.var(axis=1, ddof=1).mean()) if n > 1 else float(rows.var())
        variances[name] = np.full(len(rows), within / n)
    return Sample(tuple(choices), tuple(futures), means, variances)


@dataclass(frozen=True)
class Model:
    """The surrogate of a goal over all levers and uncertainties, and its mean over the futures."""

    surrogate: Surrogate
    over_futures: Averaged

    @property
    def q2(self) -> float:
        """Share of the variance between points that is predicted when each is left out."""
        return self.surrogate.q2

    @property
    def error(self) -> float:
        """Root mean square error of the prediction of a point that is left out."""
        return self.surrogate.error

    def sensitivity(self) -> Indices:
        """Return the shares of levers and uncertainties in the variance, in this order."""
        return self.surrogate.indices()


def fit(question: Question, sample: Sample) -> dict[str, Model]:
    """Return the models of all goals by name; of a goal without spread none."""
    levers = lever_coordinates(question, np.array(sample.choices))
    points = np.hstack([levers, future_coordinates(question, sample.futures)])
    domains = [_domain(question, j) for j in range(len(question.levers))]
    domains += [one.factor.domain() for one in question.uncertainties]
    futures = future_coordinates(question, expected_futures(question))
    columns = list(range(len(question.levers), points.shape[1]))
    models: dict[str, Model] = {}
    for goal in question.goals:
        values = sample.means[goal.name]
        if has_spread(values):
            surrogate = Surrogate(points, values, np.sqrt(sample.variances[goal.name]), domains)
            models[goal.name] = Model(surrogate, surrogate.averaged(columns, futures))
    return models


def has_spread(values: F64) -> bool:
    """Return whether values differ by more than rounding."""
    return bool(np.ptp(values) > 1e-9 * max(1.0, float(np.abs(values).max())))


def expected_futures(question: Question, n: int = N_FUTURES) -> list[Future]:
    """Return futures with all uncertainties, the choice of the enemy by its weights."""
    return draw_futures(question.uncertainties, n, question.seed + 3)


def lever_coordinates(question: Question, choices: I64) -> F64:
    """Return the coordinates of alternatives for a surrogate, (n, levers)."""
    return np.stack([lever.coordinates[choices[:, j]] for j, lever in enumerate(question.levers)], axis=1)


def _domain(question: Question, lever: int) -> Domain:
    one = question.levers[lever]
    return Domain(tuple(one.coordinates.tolist()), one.factor.is_ordered)
