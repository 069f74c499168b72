"""Robustness of the finalists over the futures: regret, the worst tenth, the share of futures in which each suffices.

The effect in a future is that of a surrogate through the fresh runs: a few replications are too few to tell a bad
future from bad luck.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenarios.experiments.surrogate import Averaged, Domain, Surrogate
from simcore.types import F64
from staff_ai.procurement.fresh import Fresh
from staff_ai.procurement.futures import Future, future_coordinates
from staff_ai.procurement.models import expected_futures, has_spread
from staff_ai.procurement.question import Goal, Question

TAIL = 0.1


@dataclass(frozen=True)
class Landscape:
    """A goal of every finalist over the uncertainties. ``surrogate`` has the finalist as its first factor."""

    goal: Goal
    surrogate: Surrogate
    futures: F64  # coordinates, (futures, uncertainties)
    values: F64  # (futures, finalists)

    def averaged(self, axes: Sequence[int]) -> Averaged:
        """Return the mean over all uncertainties but ``axes``, by the finalist (where there are several) and these."""
        n_uncertainties = self.futures.shape[1]
        first = len(self.surrogate.domains) - n_uncertainties
        others = [k for k in range(n_uncertainties) if k not in axes]
        return self.surrogate.averaged([first + k for k in others], self.futures[:, others])


@dataclass(frozen=True)
class Robustness:
    """How a finalist does over the futures. Regret is the effect lost against the best affordable finalist."""

    max_regret: float
    mean_regret: float
    tail_of_futures: float  # mean effect in the worst tenth of the futures
    tail_of_runs: float  # mean effect of the worst tenth of the runs
    satisficing: float | None  # share of futures in which all thresholds are met


def landscape(fresh: Fresh, goal: Goal, blocks: slice = slice(None)) -> Landscape | None:
    """Return the surrogate of a goal over finalists and futures; None without uncertainties or without spread.

    ``blocks`` takes some of the futures alone.
    """
    question = fresh.question
    if not question.uncertainties:
        return None
    rows = fresh.by_future(goal.name)[:, :, blocks]
    futures: list[Future] = [{**future, **option.cells} for option in fresh.options for future in fresh.futures[blocks]]
    coordinates = future_coordinates(question, futures)
    n_finalists = len(fresh.choices)
    number = np.repeat(np.arange(n_finalists, dtype=np.float64), len(futures))
    points = np.column_stack([number, np.tile(coordinates, (n_finalists, 1))])
    values = rows.reshape(n_finalists * len(futures))
    if not has_spread(values):
        return None
    n = fresh.n // len(fresh.futures)
    raw = fresh.values[goal.name][:, :, : n * len(fresh.futures)]
    within = raw.reshape(*rows.shape[:2], n, len(fresh.futures))
    variance = float(within.var(axis=2, ddof=1).mean()) / n if n > 1 else 0.0
    domains = [Domain(tuple(float(k) for k in range(n_finalists)), is_ordered=False)] if n_finalists > 1 else []
    domains += [one.factor.domain() for one in question.uncertainties]
    points = points if n_finalists > 1 else points[:, 1:]
    surrogate = Surrogate(points, values, np.full(len(values), np.sqrt(variance)), domains)
    dense = future_coordinates(question, expected_futures(question))
    predicted = np.stack([surrogate.predict(with_finalist(k, dense, n_finalists)) for k in range(n_finalists)], axis=1)
    if goal.is_share:
        predicted = np.clip(predicted, 0.0, 1.0)
    return Landscape(goal, surrogate, dense, predicted)


def with_finalist(finalist: int, futures: F64, n_finalists: int) -> F64:
    """Return the coordinates of futures for a finalist."""
    if n_finalists == 1:
        return futures
    return np.column_stack([np.full(len(futures), float(finalist)), futures])


def robustness(question: Question, fresh: Fresh, lands: dict[str, Landscape], able: np.ndarray) -> list[Robustness]:
    """Return the robustness of every finalist. ``able`` marks those within the budget, (finalists,)."""
    effect = question.effect
    n_finalists = len(fresh.choices)
    land = lands.get(effect.name)
    means = fresh.means(effect.name)
    values = land.values if land is not None else means[None, :]
    signed = effect.sign * values
    regret = signed[:, able].max(axis=1, keepdims=True) - signed
    enough = sufficing(question, lands, fresh)
    found: list[Robustness] = []
    for k in range(n_finalists):
        order = np.sort(signed[:, k])
        tail = order[: max(1, round(TAIL * len(order)))].mean()
        found.append(
            Robustness(
                float(np.maximum(regret[:, k], 0.0).max()),
                float(np.maximum(regret[:, k], 0.0).mean()),
                float(effect.sign * tail),
                effect.sign
                * _tail_of_runs(effect.sign * fresh.values[effect.name][k], [o.weight for o in fresh.options]),
                None if enough is None else float(enough[:, k].mean()),
            )
        )
    return found


def sufficing(question: Question, lands: dict[str, Landscape], fresh: Fresh) -> np.ndarray | None:
    """Return in which futures each finalist meets all thresholds, (futures, finalists); None without thresholds."""
    wanted = [goal for goal in question.goals if goal.threshold is not None]
    if not wanted:
        return None
    n = max((len(land.futures) for land in lands.values()), default=1)
    ok = np.ones((n, len(fresh.choices)), dtype=bool)
    for goal in wanted:
        land = lands.get(goal.name)
        ok &= goal.suffices(land.values if land is not None else fresh.means(goal.name)[None, :])
    return ok


def _tail_of_runs(values: F64, weights: list[float]) -> float:
    """Return the mean of the worst tenth of runs, (options, n), each option with its weight; more is better."""
    mass = np.repeat(np.array(weights) / values.shape[1], values.shape[1])
    flat = values.reshape(-1)
    order = np.argsort(flat, kind="stable")
    before = np.cumsum(mass[order]) - mass[order]
    share = np.clip(TAIL - before, 0.0, mass[order])
    return float((share * flat[order]).sum() / share.sum())
