"""Futures: values of the uncertainties, spread evenly over their ranges and weights, and the options of the enemy."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from scenarios.experiments.designs import sobol
from scenarios.experiments.factors import cell_text, coordinates
from scenarios.experiments.points import Cell
from simcore.types import F64
from staff_ai.procurement.question import Question, Uncertainty

Future = dict[str, Cell]
"""Values of uncertainties by name."""


@dataclass(frozen=True)
class Option:
    """A choice of the enemy, with its probability if he does not adapt."""

    cells: Future
    weight: float

    @property
    def name(self) -> str:
        """Its values in a line; empty without any."""
        return ", ".join(cell_text(value) for value in self.cells.values())


def draw_futures(uncertainties: Sequence[Uncertainty], n: int, seed: int) -> list[Future]:
    """Return ``n`` equally probable futures, a power of 2; a single empty future without uncertainties."""
    if not uncertainties:
        return [{}]
    points = sobol(n, len(uncertainties), seed)
    return [{one.name: one.cell(float(u)) for one, u in zip(uncertainties, row, strict=True)} for row in points]


def enemy_options(question: Question) -> list[Option]:
    """Return every combination of what the enemy chooses; a single empty combination if he chooses nothing."""
    chosen = [one for one in question.uncertainties if one.enemy_chooses]
    weights = [_shares(one) for one in chosen]
    options: list[Option] = []
    for combination in product(*(range(len(one.factor.levels)) for one in chosen)):
        cells = {one.name: one.factor.levels[k].cell for one, k in zip(chosen, combination, strict=True)}
        weight = float(np.prod([shares[k] for shares, k in zip(weights, combination, strict=True)]))
        options.append(Option(cells, weight))
    return options


def by_nature(question: Question) -> list[Uncertainty]:
    """Return the uncertainties that the enemy does not choose."""
    return [one for one in question.uncertainties if not one.enemy_chooses]


def future_coordinates(question: Question, futures: Sequence[Future]) -> F64:
    """Return the coordinates of whole futures for a surrogate, (futures, uncertainties)."""
    factors = [one.factor for one in question.uncertainties]
    return coordinates(factors, futures).reshape(len(futures), len(factors))


def _shares(one: Uncertainty) -> F64:
    weights = np.array(one.weights or (1.0,) * len(one.factor.levels))
    return weights / weights.sum()
