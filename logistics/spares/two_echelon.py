"""Bases that are supplied by a depot: exact backorders, VARI-METRIC and METRIC.

A share of a base's failures is repaired there, the rest at the depot; each failure sent to the depot orders a spare
from it. The depot issues in the order of the demands, and shipping takes a fixed time. Depot and base repairs have
any law and never wait for each other.

Exact: the depot's backorders are max(X0 - s0, 0) with X0 Poisson. They are the latest demands, and each is of base i
with probability f_i, its share of the depot's demand. So base i misses a binomially thinned number of them, plus an
independent Poisson number in its own repair and on the way.
METRIC takes the sum for Poisson with the right mean. Its variance is too small, so its backorders are too few, the
more so the rarer the failures and the larger the stocks. VARI-METRIC fits a negative binomial to mean and variance.

Sources: Sherbrooke, Operations Research 16(1) (1968) for METRIC; Simon, Operations Research 19(6) (1971) for the
exact law; Graves, Management Science 31(10) (1985) and Sherbrooke, Operations Research 34(2) (1986) for VARI-METRIC.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from logistics.spares.laws import (
    backorder_law,
    check_from_zero,
    choice_matrix,
    expected_backorders,
    fill_rates,
    mean_of,
    negative_binomial,
    poisson,
    thinned,
    variance_of,
)
from simcore.errors import InputError
from simcore.types import F64


class Method(StrEnum):
    """How the backorders are computed."""

    EXACT = "exact"
    VARI_METRIC = "vari-metric"
    METRIC = "metric"


@dataclass(frozen=True)
class Base:
    """A base and its failures of an item.

    ``demand``: failures per unit of time; ``repair_share``: share of them repaired at the base, 0 to 1;
    ``repair_time``: mean time of such a repair; ``order_and_ship``: time from order to receipt where the depot has a
    spare.
    """

    demand: float
    repair_share: float = 0.0
    repair_time: float = 0.0
    order_and_ship: float = 0.0

    def __post_init__(self) -> None:
        check_from_zero({"demand": self.demand, "repair_time": self.repair_time, "order_and_ship": self.order_and_ship})
        if not 0.0 <= self.repair_share <= 1.0:
            raise InputError(f"repair_share {self.repair_share:g}: not a share; give 0 to 1")

    @property
    def own_pipeline(self) -> float:
        """Mean number in repair at the base and on the way from a depot that never runs out [units]."""
        return self.demand * (self.repair_share * self.repair_time + (1.0 - self.repair_share) * self.order_and_ship)

    @property
    def depot_demand(self) -> float:
        """Failures per unit of time that are sent to the depot."""
        return self.demand * (1.0 - self.repair_share)


@dataclass(frozen=True)
class Echelons:
    """The bases that use an item, and the mean time of a repair at the depot, from the failure to the shelf."""

    bases: tuple[Base, ...]
    depot_repair: float = 0.0

    def __post_init__(self) -> None:
        if not self.bases:
            raise InputError("an item without bases; give at least one")
        check_from_zero({"depot_repair": self.depot_repair})

    @property
    def depot_demand(self) -> float:
        """Failures per unit of time that reach the depot."""
        return sum(base.depot_demand for base in self.bases)


@dataclass(frozen=True)
class StockResult:
    """The effect of stocks. Arrays have shape (bases,).

    ``backorders``: mean number of holes in equipment at each base [units]; ``fill_rates``: share of demands met from
    the base's shelf; ``waits``: mean wait of a demand [unit of time]; ``depot_backorders`` [units] and
    ``depot_fill_rate`` are those of orders at the depot (1 where none arrive).
    """

    backorders: F64
    fill_rates: F64
    waits: F64
    depot_backorders: float
    depot_fill_rate: float

    @property
    def total(self) -> float:
        """Mean number of holes at all bases [units]."""
        return float(self.backorders.sum())


class Pipelines:
    """Laws of the numbers that the bases miss, for any stock of the depot. Keeps what is needed for the next stock."""

    def __init__(self, echelons: Echelons, method: Method = Method.EXACT) -> None:
        self.echelons, self.method = echelons, method
        self.depot = poisson(echelons.depot_demand * echelons.depot_repair)
        self.depot_most = self.depot.size
        self._own = [poisson(base.own_pipeline) for base in echelons.bases]
        demand = echelons.depot_demand
        self._shares = [base.depot_demand / demand if demand > 0.0 else 0.0 for base in echelons.bases]
        self._chosen: dict[float, F64] = {}
        if method is Method.EXACT:
            self._chosen = {share: choice_matrix(self.depot.size, share) for share in set(self._shares)}

    def laws(self, depot_stock: int) -> list[F64]:
        """Return the law of each base's missing units, (n,) each; equal bases share an array."""
        late = backorder_law(self.depot, depot_stock)
        mean, variance = mean_of(late), variance_of(late)
        found: dict[tuple[Base, float], F64] = {}
        for base, share, own in zip(self.echelons.bases, self._shares, self._own, strict=True):
            if (base, share) in found:
                continue
            if self.method is Method.EXACT:
                law = np.convolve(own, thinned(late, self._chosen[share]))
            elif self.method is Method.METRIC:
                law = poisson(base.own_pipeline + share * mean)
            else:
                spread = share * (1.0 - share) * mean + share * share * variance
                law = negative_binomial(base.own_pipeline + share * mean, base.own_pipeline + spread)
            found[base, share] = law
        return [found[base, share] for base, share in zip(self.echelons.bases, self._shares, strict=True)]


def evaluate(
    echelons: Echelons, depot_stock: int, base_stocks: Sequence[int], method: Method = Method.EXACT
) -> StockResult:
    """Return backorders, fill rates and waits of stocks.

    Parameters
    ----------
    echelons
        The bases and the depot.
    depot_stock
        Spares that the depot owns.
    base_stocks
        Spares that each base owns, (bases,).
    method
        Exact, or an approximation to compare.

    Raises
    ------
    InputError
        If a stock is negative, their number is wrong, or a pipeline exceeds ``laws.MOST_UNITS``.
    """
    if len(base_stocks) != len(echelons.bases):
        raise InputError(f"{len(base_stocks)} base stocks for {len(echelons.bases)} bases; give one each")
    if min(depot_stock, *base_stocks) < 0:
        raise InputError("a stock below 0; give 0 or more")
    pipelines = Pipelines(echelons, method)
    laws = pipelines.laws(depot_stock)
    backorders = np.array(
        [expected_backorders(law, stock)[stock] for law, stock in zip(laws, base_stocks, strict=True)]
    )
    demands = np.array([base.demand for base in echelons.bases], np.float64)
    return StockResult(
        backorders=backorders,
        fill_rates=np.array([fill_rates(law, stock)[stock] for law, stock in zip(laws, base_stocks, strict=True)]),
        waits=np.divide(backorders, demands, out=np.zeros_like(demands), where=demands > 0.0),
        depot_backorders=float(expected_backorders(pipelines.depot, depot_stock)[depot_stock]),
        depot_fill_rate=float(fill_rates(pipelines.depot, depot_stock)[depot_stock])
        if echelons.depot_demand > 0.0
        else 1.0,
    )


def bias(
    echelons: Echelons, depot_stock: int, base_stocks: Sequence[int], method: Method, exact: float | None = None
) -> float:
    """Return the relative error of an approximation's total backorders: -0.08 is 8 % too few; nan where none arise.

    ``exact``: the exact total, where it is known already.
    """
    if exact is None:
        exact = evaluate(echelons, depot_stock, base_stocks).total
    return evaluate(echelons, depot_stock, base_stocks, method).total / exact - 1.0 if exact > 0.0 else math.nan
