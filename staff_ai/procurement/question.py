"""The question: levers, uncertainties, goals and the budget, with every level as a value of the scenario."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np

from scenarios.experiments.factors import Factor, Level, cell_text
from scenarios.experiments.points import Base, Cell
from scenarios.measures.preferences import Better
from simcore.types import F64, I64
from staff_ai.procurement.prices import FREE, Price, draw_shares

N_PRICES = 2000
"""Draws of the prices for the probability that a cost stays within the budget."""
_CHUNK = 2_000

Choice = tuple[int, ...]
"""An alternative: the level of each lever, by number."""


@dataclass(frozen=True)
class Titles:
    """A text in English and Korean; Korean is English where it is empty."""

    en: str = ""
    ko: str = ""

    def or_name(self, name: str) -> dict[str, str]:
        """Return the text by language, or a name where there is none."""
        en = self.en or self.ko or name
        return {"en": en, "ko": self.ko or en}


@dataclass(frozen=True)
class Lever:
    """A decision with its levels, their prices, and the level of the status quo by number."""

    factor: Factor
    levels: tuple[Level, ...]
    now: int
    prices: tuple[Price, ...] = ()
    is_conduct: bool = False
    kind: str = "force"
    title: Titles = Titles()
    source: str = "placeholder"

    @property
    def name(self) -> str:
        """Name of its factor."""
        return self.factor.name

    def price(self, level: int) -> Price:
        """Return the price of a level."""
        return self.prices[level] if self.prices else FREE

    @cached_property
    def coordinates(self) -> F64:
        """Coordinates of the levels for a surrogate, (levels,)."""
        return np.array([self.factor.coordinate(level.cell) for level in self.levels])


@dataclass(frozen=True)
class Study:
    """A test or study that would tell an uncertain value, with its cost."""

    title: Titles
    cost: float


@dataclass(frozen=True)
class Uncertainty:
    """A value that nobody knows before the purchase; ``weights`` are those of its levels, none for a range."""

    factor: Factor
    weights: tuple[float, ...] = ()
    enemy_chooses: bool = False
    kind: str = "other"
    title: Titles = Titles()
    unit: str = ""
    study: Study | None = None
    source: str = "placeholder"

    @property
    def name(self) -> str:
        """Name of its factor."""
        return self.factor.name

    def cell(self, u: float) -> Cell:
        """Return the value at a quantile from 0 to 1."""
        if not self.weights:
            return self.factor.at(u).cell
        shares = np.cumsum(self.weights) / sum(self.weights)
        return self.factor.levels[min(int(np.searchsorted(shares, u, side="right")), len(shares) - 1)].cell


@dataclass(frozen=True)
class Goal:
    """A measure with its better direction and threshold. ``worth`` is that of one unit, in the unit of the budget."""

    name: str
    better: Better
    threshold: float | None = None
    threshold_side: Literal["at_least", "at_most"] | None = None
    title: Titles = Titles()
    worth: float | None = None
    is_share: bool = False

    @property
    def sign(self) -> float:
        """1 if more is better, else -1."""
        return 1.0 if self.better == "more" else -1.0

    def suffices(self, values: F64, fallback: float | None = None) -> np.ndarray:
        """Return where values meet the threshold, or are as good as ``fallback`` without one."""
        limit = self.threshold if self.threshold is not None else fallback
        if limit is None:
            return np.ones(np.shape(values), dtype=bool)
        is_least = self.threshold_side == "at_least" if self.threshold_side else self.better == "more"
        return np.asarray(values >= limit if is_least else values <= limit)


@dataclass(frozen=True)
class Question:
    """A checked procurement question. The first goal is the effect to be raised."""

    name: str
    levers: tuple[Lever, ...]
    uncertainties: tuple[Uncertainty, ...]
    goals: tuple[Goal, ...]
    budget: float
    unit: str = "MUSD"
    years: float = 10.0
    confidence: float = 0.8
    margin: float | None = None
    text: Titles = Titles()
    runs: int = 12_000
    n_finalists: int = 6
    seed: int = 1
    assumptions: tuple[tuple[Titles, str], ...] = ()
    base: Base | None = None
    baseline: Mapping[str, Any] = field(default_factory=dict[str, Any])
    source: str = ""
    file_text: str = ""

    @property
    def effect(self) -> Goal:
        """The first goal."""
        return self.goals[0]

    @property
    def status_quo(self) -> Choice:
        """The alternative of buying nothing and changing nothing."""
        return tuple(lever.now for lever in self.levers)

    def cells(self, choice: Choice) -> dict[str, Cell]:
        """Return the values of the levers of an alternative."""
        return {lever.name: lever.levels[k].cell for lever, k in zip(self.levers, choice, strict=True)}

    def costs(self, choices: Sequence[Choice] | I64) -> F64:
        """Return low, likely and high cost of alternatives, (n, 3)."""
        total = np.zeros((len(choices), 3))
        for j, column in enumerate(np.asarray(choices, dtype=np.int64).reshape(-1, len(self.levers)).T):
            total += _price_table(self.levers[j])[column]
        return total

    def drawn_costs(self, choices: Sequence[Choice] | I64, shares: F64) -> F64:
        """Return the costs of alternatives in draws of the prices, (draws, n); see ``draw_shares``."""
        total = np.zeros((shares.shape[0], len(choices)))
        for j, column in enumerate(np.asarray(choices, dtype=np.int64).T):
            low, likely, high = _price_table(self.levers[j])[column].T
            z = shares[:, [j]]
            total += likely + np.where(z < 0.0, z * (likely - low), z * (high - likely))
        return total

    def p_within_budget(self, choices: Sequence[Choice] | I64) -> F64:
        """Return the probability that the cost of alternatives stays within the budget, (n,)."""
        rows = np.asarray(choices, dtype=np.int64).reshape(-1, len(self.levers))
        low, _, high = self.costs(rows).T
        p = np.where(high <= self.budget, 1.0, 0.0)
        open_rows = np.flatnonzero((low <= self.budget) & (high > self.budget))
        shares = draw_shares(len(self.levers), N_PRICES, self.seed)
        for part in np.array_split(open_rows, max(1, -(-len(open_rows) // _CHUNK))):
            p[part] = (self.drawn_costs(rows[part], shares) <= self.budget).mean(axis=0)
        return p

    def is_affordable(self, choices: Sequence[Choice] | I64) -> np.ndarray:
        """Return which alternatives stay within the budget with the confidence asked, (n,) bool."""
        return self.p_within_budget(choices) >= self.confidence

    def mix(self, choice: Choice) -> Choice:
        """Return the bought levels of an alternative: the conduct is that of the status quo."""
        return tuple(lever.now if lever.is_conduct else k for lever, k in zip(self.levers, choice, strict=True))

    def changes(self, choice: Choice, since: Choice | None = None) -> dict[str, tuple[str, str]]:
        """Return the levers in which an alternative differs from another: (value there, value here) by name."""
        other = self.status_quo if since is None else since
        return {
            lever.name: (cell_text(lever.levels[a].cell), cell_text(lever.levels[b].cell))
            for lever, a, b in zip(self.levers, other, choice, strict=True)
            if a != b
        }


def _price_table(lever: Lever) -> F64:
    prices = [lever.price(k) for k in range(len(lever.levels))]
    return np.array([[p.low, p.likely, p.high] for p in prices])


def level_of(factor: Factor, value: Cell) -> Level:
    """Return the level of a factor with a value."""
    for level in factor.levels:
        if level.cell == value:
            return level
    return Level({factor.path: int(value) if factor.is_whole else value}, value)
