"""The best places for n spares of an item, for every n."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from logistics.spares.laws import expected_backorders
from logistics.spares.two_echelon import Echelons, Method, Pipelines
from simcore.types import F64, I64

NEGLIGIBLE = 1e-6
"""Backorders below this many units count as none: no spare is worth its price for them."""


@dataclass(frozen=True)
class Allocations:
    """The fewest total backorders of an item with n more spares than it has, for n = 0 to the most.

    ``backorders``: (most + 1,) [units]; ``depot``: spares at the depot, (most + 1,); ``bases``: spares at each base,
    (most + 1, bases). The backorders fall with n, but not always by less with each: the second spare can be worth more
    than the first, where it moves another to the depot.
    """

    backorders: F64
    depot: I64
    bases: I64


def allocate(
    echelons: Echelons,
    most: int,
    method: Method = Method.EXACT,
    *,
    depot_owned: int = 0,
    owned: Sequence[int] | None = None,
) -> Allocations:
    """Return the best allocations of up to ``most`` spares, or fewer where more are of no use.

    For each stock of the depot the backorders of a base are convex in its stock (each spare is worth P(X > s), which
    falls), so spares go to the base where the next is worth most: that is exact. The best stock of the depot is found
    by trying all, because the total is not convex in it.

    Parameters
    ----------
    echelons
        The bases and the depot.
    most
        Largest number of spares, at least 0.
    method
        Model of the backorders.
    depot_owned, owned
        Spares that the depot and each base have already, (bases,), and keep; none by default.
    """
    pipelines = Pipelines(echelons, method)
    n_bases = len(echelons.bases)
    kept = np.zeros(n_bases, np.int64) if owned is None else np.array(owned, np.int64)
    backorders = np.full(most + 1, np.inf)
    depot = np.zeros(most + 1, np.int64)
    bases = np.zeros((most + 1, n_bases), np.int64)
    useful_at_depot = pipelines.depot_most - 1 if echelons.depot_demand > 0.0 else 0
    for more in range(min(most, max(0, useful_at_depot - depot_owned)) + 1):
        left = most - more
        tables = _tables(pipelines.laws(depot_owned + more), kept, left)
        counts = _by_worth(tables, left)
        total = tables[np.arange(n_bases), counts].sum(axis=1)  # (left + 1,)
        is_better = total < backorders[more:]
        backorders[more:][is_better] = total[is_better]
        depot[more:][is_better] = depot_owned + more
        bases[more:][is_better] = kept + counts[is_better]
    useful = int(np.argmax(backorders < NEGLIGIBLE)) if (backorders < NEGLIGIBLE).any() else most
    return Allocations(backorders[: useful + 1], depot[: useful + 1], bases[: useful + 1])


def useful_spares(echelons: Echelons, method: Method = Method.EXACT) -> int:
    """Return a number of spares that leaves negligible backorders: enough for each base and none at the depot."""
    laws = Pipelines(echelons, method).laws(0)
    share = NEGLIGIBLE / len(laws)
    return sum(int(np.argmax(np.append(expected_backorders(law, law.size), 0.0) < share)) for law in laws)


def _tables(laws: list[F64], kept: I64, most: int) -> F64:
    """Return the backorders of each base with 0 to ``most`` spares beside those it keeps, (bases, most + 1)."""
    found: dict[tuple[int, int], F64] = {}
    for law, stock in zip(laws, kept.tolist(), strict=True):
        if (id(law), stock) not in found:
            found[id(law), stock] = expected_backorders(law, stock + most)[stock:]
    return np.stack([found[id(law), stock] for law, stock in zip(laws, kept.tolist(), strict=True)])


def _by_worth(tables: F64, most: int) -> I64:
    """Return the stocks of the bases after each of ``most`` spares went where it is worth most, (most + 1, bases)."""
    worth = np.asarray(-np.diff(tables, axis=1), np.float64)  # (bases, most), falling along the stocks
    base: I64 = np.repeat(np.arange(tables.shape[0], dtype=np.int64), most)
    step: I64 = np.tile(np.arange(most, dtype=np.int64), tables.shape[0])
    chosen: I64 = base[np.lexsort((base, step, -worth.ravel()))[:most]]
    counts = np.zeros((most + 1, tables.shape[0]), np.int64)
    counts[np.arange(1, most + 1), chosen] = 1
    return np.cumsum(counts, axis=0)
