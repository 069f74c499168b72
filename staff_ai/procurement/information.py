"""The value of information: what knowing an uncertain value before the purchase would add to its net benefit.

The net benefit of every finalist is regressed on the uncertainties. For a single uncertainty the regression is averaged
over all the others, and the choice is free to follow that value alone: no runs inside runs are needed (Strong, Oakley
and Brennan 2014). A Gaussian process blurs the edge of a failure box, so that values are too low; a tree keeps it.
The better of both at predicting futures left out is taken. Estimates of a maximum are too high by luck: the gain of
choices made by half of the futures is therefore taken on the other half as well.
"""

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from simcore.types import F64, I64
from staff_ai.procurement.fresh import Fresh
from staff_ai.procurement.futures import future_coordinates
from staff_ai.procurement.models import expected_futures
from staff_ai.procurement.prices import draw_shares
from staff_ai.procurement.question import Question, Study
from staff_ai.procurement.robustness import Landscape, landscape, with_finalist
from staff_ai.procurement.tree import Tree, best_tree

_LEAST_FUTURES = 8
_FOLDS = 5
_QUANTILES = 64
_PRICE_DRAWS = 2000


@dataclass(frozen=True)
class Worth:
    """The value of knowing something perfectly, per decision. ``held_out`` is the careful estimate.

    In the unit of the budget if the question says what a unit of the effect is worth, else in units of the effect.
    """

    name: str
    kind: str  # uncertainty, price, or all
    value: float
    held_out: float
    study: Study | None = None


def values_of_information(question: Question, fresh: Fresh, land: Landscape | None, able: np.ndarray) -> list[Worth]:
    """Return the value of all uncertainties together (EVPI), then of each alone (EVPPI), the greatest first."""
    worth = question.effect.worth
    found: list[Worth] = []
    if land is not None and able.sum() > 1:
        whole, halves = _regressions(question, fresh, land, able)
        gain, held_out = _gains(whole.everything(), [half.everything() for half in halves])
        found.append(Worth("all", "all", gain, held_out))
        single: list[Worth] = []
        for k, one in enumerate(question.uncertainties):
            gain, held_out = _gains(whole.alone(k), [half.alone(k) for half in halves])
            single.append(Worth(one.name, "uncertainty", gain, held_out, one.study))
        if worth is not None:
            single += _prices(question, fresh, able)
        found += sorted(single, key=lambda w: -w.value)
        found[0] = worth_no_less(found[0], [one for one in single if one.kind == "uncertainty"])
    return found


def worth_no_less(everything: Worth, parts: list[Worth]) -> Worth:
    """Return the value of everything with no estimate below that of a part.

    Whoever knows everything may follow a single value. Choices by everything at once are noisier, so that their
    careful estimate may lie below that of a part.
    """
    value = max(one.value for one in (everything, *parts))
    return replace(everything, value=value, held_out=max(one.held_out for one in (everything, *parts)))


def _benefit(question: Question, fresh: Fresh, values: F64, able: np.ndarray) -> F64:
    """Return the net benefit of the affordable finalists, (rows, finalists)."""
    signed = question.effect.sign * values[:, able]
    if question.effect.worth is None:
        return signed
    return question.effect.worth * signed - fresh.costs[able, 1]


def _gains(whole: F64, halves: list[F64]) -> tuple[float, float]:
    """Return the gain of choices row by row, and the mean gain of those by half of the futures on the others."""
    if len(halves) < 2:
        return _gain(whole, whole), 0.0
    first, second = halves
    return _gain(whole, whole), 0.5 * (_gain(first, second) + _gain(second, first))


def _gain(chosen_by: F64, taken_on: F64) -> float:
    """Return the gain of choosing row by row, by a matrix (rows, finalists), over a single choice, on another."""
    rows = np.arange(len(chosen_by))
    informed = taken_on[rows, chosen_by.argmax(axis=1)].mean()
    usual = taken_on[:, int(chosen_by.mean(axis=0).argmax())].mean()
    return max(0.0, float(informed - usual))


class _Regression(Protocol):
    """The net benefit of the affordable finalists by the uncertainties, but for a part that all of them share."""

    def everything(self) -> F64:
        """Return it over the expected futures, (futures, affordable finalists)."""
        ...

    def alone(self, k: int) -> F64:
        """Return its mean at the quantiles of an uncertainty, (quantiles, affordable finalists)."""
        ...


def _regressions(
    question: Question, fresh: Fresh, land: Landscape, able: np.ndarray
) -> tuple[_Regression, list[_Regression]]:
    """Return the regression through all futures, and those through each half of them.

    Each half of a Sobol' sequence is as even as the whole; every other point is not.
    """
    n = len(fresh.futures)
    smooth = _Smooth(question, fresh, land, able)
    if n < _LEAST_FUTURES:
        return smooth, []
    halves = slice(n // 2), slice(n // 2, None)
    stepped = _Stepped(question, fresh, able)
    if stepped.error < smooth.error():
        return stepped, [_Stepped(question, fresh, able, half) for half in halves]
    lands = [landscape(fresh, land.goal, half) for half in halves]
    return smooth, [_Smooth(question, fresh, half, able) for half in lands if half is not None]


def _folds(n_futures: int) -> I64:
    return np.arange(n_futures) % _FOLDS


def _apart(benefit: F64) -> F64:
    """Return net benefits less the mean of the finalists, (rows, finalists): the luck that all share drops out."""
    return benefit - benefit.mean(axis=1, keepdims=True)


@dataclass(frozen=True)
class _Smooth:
    """A Gaussian process, whose mean over some uncertainties has a closed form."""

    question: Question
    fresh: Fresh
    land: Landscape
    able: np.ndarray

    def error(self) -> float:
        """Return the mean square error on futures left out."""
        fresh, n = self.fresh, len(self.fresh.choices)
        errors = self.land.surrogate.left_out(np.tile(_folds(len(fresh.futures)), n * len(fresh.options)))
        by_row = errors.reshape(n, -1).T[:, self.able] * (self.question.effect.worth or 1.0)
        return float((_apart(by_row) ** 2).mean())

    def everything(self) -> F64:
        return _benefit(self.question, self.fresh, self.land.values, self.able)

    def alone(self, k: int) -> F64:
        n_finalists = len(self.fresh.choices)
        mean = self.land.averaged([k])
        at = _quantiles(self.question, k)[:, None]
        values = np.stack([mean.predict(with_finalist(d, at, n_finalists)) for d in range(n_finalists)], axis=1)
        return _benefit(self.question, self.fresh, values, self.able)


class _Stepped:
    """A tree through the paired differences of the finalists, averaged over the expected futures."""

    def __init__(self, question: Question, fresh: Fresh, able: np.ndarray, blocks: slice = slice(None)) -> None:
        futures = fresh.futures[blocks]
        at = future_coordinates(question, [{**future, **o.cells} for o in fresh.options for future in futures])
        values = fresh.by_future(question.effect.name)[:, :, blocks].reshape(len(fresh.choices), -1).T
        domains = [one.factor.domain() for one in question.uncertainties]
        groups = np.tile(_folds(len(futures)), len(fresh.options))
        self.tree: Tree
        self.tree, self.error = best_tree(at, _apart(_benefit(question, fresh, values, able)), domains, groups)
        self.question = question
        self.futures = future_coordinates(question, expected_futures(question))

    def everything(self) -> F64:
        return self.tree.predict(self.futures)

    def alone(self, k: int) -> F64:
        rows: list[F64] = []
        for value in _quantiles(self.question, k):
            futures = self.futures.copy()
            futures[:, k] = value
            rows.append(self.tree.predict(futures).mean(axis=0))
        return np.stack(rows)


def _quantiles(question: Question, k: int) -> F64:
    """Return the coordinates of the quantiles of an uncertainty, (quantiles,)."""
    one = question.uncertainties[k]
    cells = [one.cell((i + 0.5) / _QUANTILES) for i in range(_QUANTILES)]
    return future_coordinates(replace(question, uncertainties=(one,)), [{one.name: cell} for cell in cells])[:, 0]


def _prices(question: Question, fresh: Fresh, able: np.ndarray) -> list[Worth]:
    """Return the values of knowing the prices, lever by lever."""
    means = question.effect.sign * fresh.means(question.effect.name)[able] * (question.effect.worth or 0.0)
    choices = [choice for choice, ok in zip(fresh.choices, able, strict=True) if ok]
    shares = draw_shares(len(question.levers), _PRICE_DRAWS, question.seed)
    found: list[Worth] = []
    for j, lever in enumerate(question.levers):
        if all(lever.price(k).low == lever.price(k).high for k in range(len(lever.levels))):
            continue
        alone = np.zeros_like(shares)
        alone[:, j] = shares[:, j]
        benefit = means[None, :] - question.drawn_costs(choices, alone)
        gain = _gain(benefit, benefit)
        found.append(Worth(lever.name, "price", gain, gain))
    return found
