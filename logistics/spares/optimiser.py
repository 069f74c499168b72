"""The stocks with the fewest backorders that a budget buys.

Each item has a curve: the fewest backorders with n spares (``allocation``). The best numbers of all items are a
multiple-choice knapsack. Marginal analysis on the lower convex hulls of the curves gives stocks that are best for
their own cost, and a lower bound for any other cost; between them a search over the undominated combinations, cut off
by that bound, gives the best.

Sources: Sherbrooke (1968), section 5; Nemhauser and Ullmann, Management Science 15(9) (1969); Fox, Management Science
13(3) (1966) for marginal analysis.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from logistics.spares.allocation import Allocations, allocate, useful_spares
from logistics.spares.two_echelon import Echelons, Method
from simcore.errors import InputError
from simcore.types import F64, I64

MOST_COMBINATIONS = 200_000
"""Undominated combinations that the search keeps; beyond, its answer is good but not proved to be the best."""

MOST_SPARES = 3000
"""Most spares of an item that are considered."""

_ROUNDING = 1e-12


@dataclass(frozen=True)
class Item:
    """An item: its name, the bases that use it, and the price of a spare in any currency."""

    name: str
    echelons: Echelons
    unit_cost: float

    def __post_init__(self) -> None:
        if not (self.unit_cost > 0.0 and math.isfinite(self.unit_cost)):
            raise InputError(f"{self.name}: unit cost {self.unit_cost:g}: not above 0; give the price of a spare")


@dataclass(frozen=True)
class ItemStock:
    """The stock of an item: spares at the depot and at each base, (bases,), and the backorders that remain [units].

    ``owned``: spares among them that were there before and cost nothing.
    """

    item: Item
    depot: int
    bases: tuple[int, ...]
    backorders: float
    owned: int = 0

    @property
    def spares(self) -> int:
        """Number of spares at all places."""
        return self.depot + sum(self.bases)

    @property
    def cost(self) -> float:
        """Price of all spares."""
        return self.spares * self.item.unit_cost

    @property
    def spent(self) -> float:
        """Price of the spares that were not there before."""
        return (self.spares - self.owned) * self.item.unit_cost


@dataclass(frozen=True)
class Purchase:
    """The stock that a budget buys.

    ``bound``: no stock within the budget has fewer backorders [units]; ``is_best``: whether this stock is proved to be
    the best (within 1e-6 units); ``frontier``: cost and backorders of the stocks found by marginal analysis, each the
    best for its own cost, (2, n), from nothing to the dearest useful stock or the budget.
    """

    stocks: tuple[ItemStock, ...]
    budget: float
    bound: float
    is_best: bool
    frontier: F64

    @property
    def cost(self) -> float:
        """Price of the spares bought."""
        return sum(stock.spent for stock in self.stocks)

    @property
    def backorders(self) -> float:
        """Mean number of holes at all bases [units]."""
        return sum(stock.backorders for stock in self.stocks)


def buy(
    items: Sequence[Item],
    budget: float,
    method: Method = Method.EXACT,
    present: Sequence[ItemStock] | None = None,
) -> Purchase:
    """Return the stock with the fewest backorders whose price is within the budget.

    Parameters
    ----------
    items
        The items with their bases and prices.
    budget
        Most that may be spent, in the currency of the prices.
    method
        Model of the backorders.
    present
        Stocks of the items, (items,), to keep and buy on top of; none by default.

    Raises
    ------
    InputError
        If there is no item or the budget is negative or not finite.
    """
    if not items:
        raise InputError("no item to buy; give at least one")
    if not (budget >= 0.0 and math.isfinite(budget)):
        raise InputError(f"budget {budget:g}: not an amount from 0; give one")
    before = present or [ItemStock(item, 0, (0,) * len(item.echelons.bases), 0.0) for item in items]
    curves = [_curve(stock, budget, method) for stock in before]
    costs = [
        item.unit_cost * np.arange(c.backorders.size, dtype=np.float64) for item, c in zip(items, curves, strict=True)
    ]
    values = [curve.backorders for curve in curves]
    steps = _hull_steps(costs, values)
    counts, is_best = _search(costs, values, budget, steps)
    stocks = tuple(
        ItemStock(
            stock.item,
            int(curve.depot[n]),
            tuple(int(s) for s in curve.bases[n]),
            float(curve.backorders[n]),
            owned=stock.spares,
        )
        for stock, curve, n in zip(before, curves, counts, strict=True)
    )
    frontier = _frontier(steps, sum(float(value[0]) for value in values))
    reached = sum(stock.backorders for stock in stocks)
    bound = reached if is_best else min(reached, float(_value_at(frontier, np.array([budget]))[0]))
    return Purchase(stocks, budget, bound, is_best, frontier[:, : int((frontier[0] <= budget + _slack(budget)).sum())])


def _curve(stock: ItemStock, budget: float, method: Method) -> Allocations:
    item = stock.item
    try:
        n = min(budget / item.unit_cost + 1e-9, float(useful_spares(item.echelons, method)))
    except InputError as error:
        raise InputError(f"{item.name}: {error}") from None
    if n > MOST_SPARES:
        raise InputError(f"{item.name}: {n:.0f} spares are of use, more than {MOST_SPARES}; check demands and times")
    return allocate(item.echelons, int(n), method, depot_owned=stock.depot, owned=stock.bases)


def _slack(budget: float) -> float:
    return _ROUNDING * max(budget, 1.0)


def _hull_steps(costs: Sequence[F64], values: Sequence[F64]) -> F64:
    """Return the steps along the convex hulls, the best value for money first: item, number, cost, gain; (4, n)."""
    rows: list[tuple[float, float, float, float]] = []
    for item, (cost, value) in enumerate(zip(costs, values, strict=True)):
        corners: list[int] = []
        for n in range(value.size):
            while len(corners) > 1:
                a, b = corners[-2], corners[-1]
                if (value[b] - value[a]) * (n - b) < (value[n] - value[b]) * (b - a):
                    break
                corners.pop()
            corners.append(n)
        rows += [(item, b, float(cost[b] - cost[a]), float(value[a] - value[b])) for a, b in pairwise(corners)]
    steps = np.array(rows, np.float64).reshape(-1, 4).T
    return steps[:, np.lexsort((steps[1], steps[0], -steps[3] / steps[2]))] if steps.size else steps


def _frontier(steps: F64, start: float) -> F64:
    """Return cost and backorders after each step, (2, n + 1): convex, and a lower bound at every cost between."""
    rest = np.concatenate((np.cumsum(steps[3, ::-1])[::-1], [0.0]))
    return np.stack((np.concatenate(([0.0], np.cumsum(steps[2]))), start - float(steps[3].sum()) + rest))


def _value_at(frontier: F64, cost: F64) -> F64:
    return np.asarray(np.interp(cost, frontier[0], frontier[1]), np.float64)


def _greedy(costs: Sequence[F64], values: Sequence[F64], budget: float, steps: F64) -> list[int]:
    """Return numbers from marginal analysis, and the leftover spent on the single changes that gain most."""
    counts, left = [0] * len(costs), budget + _slack(budget)
    is_stuck = [False] * len(costs)
    for item, number, cost, _ in steps.T:
        k = int(item)
        is_stuck[k] = is_stuck[k] or cost > left
        if not is_stuck[k]:
            counts[k], left = int(number), left - float(cost)
    while True:
        best = (0.0, 0, 0)
        for k, (cost, value) in enumerate(zip(costs, values, strict=True)):
            most = int(np.searchsorted(cost, float(cost[counts[k]]) + left, side="right")) - 1
            best = max(best, (float(value[counts[k]] - value[most]), k, most))
        if best[0] <= 0.0:
            return counts
        _, k, most = best
        left -= float(costs[k][most] - costs[k][counts[k]])
        counts[k] = most


def _search(costs: Sequence[F64], values: Sequence[F64], budget: float, steps: F64) -> tuple[list[int], bool]:
    """Return the best numbers of all items, and whether they are proved to be the best."""
    best = _greedy(costs, values, budget, steps)
    reached = sum(float(value[n]) for value, n in zip(values, best, strict=True))
    limit = budget + _slack(budget)
    cost, total, is_exact = np.zeros(1), np.zeros(1), True
    parents: list[tuple[I64, I64]] = []
    for k in range(len(costs)):
        rest = steps[:, steps[0] > k]
        bound = _frontier(rest, sum(float(value[0]) for value in values[k + 1 :]))
        found: list[tuple[F64, F64, I64, I64]] = []
        for n in range(values[k].size):
            new_cost, new_total = cost + costs[k][n], total + values[k][n]
            best_after = new_total + _value_at(bound, budget - new_cost)
            at = np.flatnonzero((new_cost <= limit) & (best_after < reached - 1e-10))
            found.append((new_cost[at], new_total[at], at, np.full(at.size, n, np.int64)))
        cost, total, parent, number = (np.concatenate(part) for part in zip(*found, strict=True))
        order = np.lexsort((total, cost))
        below = np.minimum.accumulate(np.concatenate(([np.inf], total[order])))[:-1]
        kept = order[total[order] < below]
        if kept.size > MOST_COMBINATIONS:
            kept, is_exact = kept[:: -(-kept.size // MOST_COMBINATIONS)], False
        cost, total = cost[kept], total[kept]
        parents.append((parent[kept], number[kept]))
        if not cost.size:
            return best, is_exact
    at = int(np.argmin(total))
    counts: list[int] = []
    for parent, number in reversed(parents):
        counts.append(int(number[at]))
        at = int(parent[at])
    return counts[::-1], is_exact
