"""The value of information: what knowing an uncertain value before the purchase would add to its net benefit.

The net benefit of every finalist is regressed on the uncertainties by a Gaussian process, whose mean over all of them
but one has a closed form: no runs inside runs are needed (Strong, Oakley and Brennan 2014). The choice is then free to
follow that value alone. Estimates of a maximum are too high by luck, so that the gain of choices made by half
of the futures is taken on the other half as well: the truth lies between the two.
"""

from dataclasses import dataclass, replace

import numpy as np

from simcore.types import F64
from staff_ai.procurement.fresh import Fresh
from staff_ai.procurement.futures import future_coordinates
from staff_ai.procurement.prices import draw_shares
from staff_ai.procurement.question import Question, Study
from staff_ai.procurement.robustness import Landscape, landscape, with_finalist

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
        halves = _halves(fresh, land)
        benefit = _benefit(question, fresh, land.values, able)
        found.append(Worth("all", "all", _gain(benefit, benefit), _cross(
            [_benefit(question, fresh, half.values, able) for half in halves]
        )))  # fmt: skip
        single: list[Worth] = []
        for k, one in enumerate(question.uncertainties):
            curve = _conditional(question, fresh, land, able, k)
            held_out = _cross([_conditional(question, fresh, half, able, k) for half in halves])
            single.append(Worth(one.name, "uncertainty", _gain(curve, curve), held_out, one.study))
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


def _gain(chosen_by: F64, taken_on: F64) -> float:
    """Return the gain of choosing row by row, by a matrix (rows, finalists), over a single choice, on another."""
    rows = np.arange(len(chosen_by))
    informed = taken_on[rows, chosen_by.argmax(axis=1)].mean()
    usual = taken_on[:, int(chosen_by.mean(axis=0).argmax())].mean()
    return max(0.0, float(informed - usual))


def _cross(matrices: list[F64]) -> float:
    """Return the mean gain of choices made by half of the rows and taken on the others."""
    if len(matrices) < 2:
        return 0.0
    first, second = matrices
    return 0.5 * (_gain(first, second) + _gain(second, first))


def _halves(fresh: Fresh, land: Landscape) -> list[Landscape]:
    if len(fresh.futures) < 8:
        return []
    half = len(fresh.futures) // 2  # each half of a Sobol' sequence is as even as the whole; every other point is not
    halves = [landscape(fresh, land.goal, part) for part in (slice(half), slice(half, None))]
    return [half for half in halves if half is not None]


def _conditional(question: Question, fresh: Fresh, land: Landscape, able: np.ndarray, k: int) -> F64:
    """Return the net benefit given an uncertainty alone, at its quantiles, (quantiles, affordable finalists)."""
    n_finalists = len(fresh.choices)
    mean = land.averaged([k])
    one = question.uncertainties[k]
    cells = [one.cell((i + 0.5) / _QUANTILES) for i in range(_QUANTILES)]
    at = future_coordinates(replace(question, uncertainties=(one,)), [{one.name: cell} for cell in cells])
    values = np.stack([mean.predict(with_finalist(d, at, n_finalists)) for d in range(n_finalists)], axis=1)
    return _benefit(question, fresh, values, able)


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
