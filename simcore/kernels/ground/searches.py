"""The search for quickest routes over the raster: A* from a goal to one start after another, in a queue of buckets."""

import numpy as np

from simcore.compiling.jit import kernel, shared
from simcore.types import F64, I32, I64, U8

DIAGONAL = 1.4142135623730951
REACHED, FINAL, WAITING = 1, 2, 3
LOWEST, LEFT, TOP, FREE, TARGET = 0, 1, 2, 3, 4
"""Registers of a search: lowest bucket, entries, entries ever used at once, a removed entry or -1, and the start to
which its estimates apply, or -1."""

_DIAGONAL_MORE = DIAGONAL - 1.0
_LESS = 1.0 - 1e-6
"""Factor of the estimates of a search: rounding errors leave them below the true costs, and every step raises their sum
with the cost so far."""
_WIDEST_STEP = 1.5  # diagonal, in cells
_MOST_PER_STEP = 32.0  # buckets per cost of the quickest step
_MOST_ENTRIES = 9  # made by the removal of one: the neighbours of a cell, or the cell itself again


@kernel
def _enter(cell: int, bucket: int, heads: I32, links: I32, cells: I32, at: I64) -> None:
    """Add an entry for a cell to a bucket, in the place of a removed entry if there is one."""
    entry = at[FREE]
    if entry >= 0:
        at[FREE] = links[entry]
    else:
        entry = at[TOP]
        at[TOP] += 1
    cells[entry] = cell
    links[entry] = heads[bucket]
    heads[bucket] = entry
    at[LEFT] += 1


@shared
def buckets_per_cost(quickest: float, slowest: float, cell_m: float, n_buckets: int) -> float:
    """Return the number of buckets per cost of a queue of ``n_buckets``.

    ``quickest`` and ``slowest`` are the inverse speed factors of the ground. Narrow buckets have few cells that are
    reached anew; the ring holds the sums of costs and estimates of a step, up to a width of a quickest step.
    """
    widest = _WIDEST_STEP * slowest / quickest + _WIDEST_STEP
    return max(min(n_buckets / widest, _MOST_PER_STEP), 1.0) / (quickest * cell_m)


@kernel
def _estimate(rows_away: int, columns_away: int, quick: float) -> float:
    """Return a cost that no route over so many rows and columns falls below; ``quick`` is that of the quickest step."""
    return quick * (max(rows_away, columns_away) + _DIAGONAL_MORE * min(rows_away, columns_away))


@kernel
def _reach(
    cell: int,
    reached: float,
    rows_away: int,
    columns_away: int,
    quick: float,
    per_cost: float,
    last: int,
    heads: I32,
    links: I32,
    cells: I32,
    at: I64,
    cost: F64,
    mark: U8,
) -> None:
    """Enter a cell that is reached at a lower cost than before."""
    if mark[cell] == 0 or reached < cost[cell]:
        mark[cell] = REACHED
        cost[cell] = reached
        total = reached + _estimate(rows_away, columns_away, quick)
        bucket = np.int64(min(total * per_cost, float(last)))
        _enter(cell, bucket & (heads.shape[0] - 1), heads, links, cells, at)


@kernel
def _aim(
    columns: int, quick: float, per_cost: float, heads: I32, links: I32, cells: I32, spare: I32, at: I64, cost: F64,
    mark: U8, start: int,
) -> None:  # fmt: skip
    """Sort the queue anew, by the estimates for ``start``. Mutates it, ``at`` and ``spare`` (n,), a work space."""
    row, column = start // columns, start % columns
    n = 0
    least = np.inf
    for bucket in range(heads.shape[0]):
        entry = heads[bucket]
        heads[bucket] = -1
        while entry >= 0:
            cell = cells[entry]
            if mark[cell] == REACHED:
                mark[cell] = WAITING  # once, though it may have several entries
                spare[n] = cell
                n += 1
                away = _estimate(abs(cell // columns - row), abs(cell % columns - column), quick)
                least = min(least, cost[cell] + away)
            entry = links[entry]
    at[LEFT], at[TOP], at[FREE], at[TARGET] = 0, 0, -1, start
    if n == 0:
        return
    at[LOWEST] = np.int64(least * per_cost)
    last = at[LOWEST] + heads.shape[0] - 1
    for k in range(n):
        cell = spare[k]
        mark[cell] = REACHED
        total = cost[cell] + _estimate(abs(cell // columns - row), abs(cell % columns - column), quick)
        bucket = np.int64(min(total * per_cost, float(last)))
        _enter(cell, bucket & (heads.shape[0] - 1), heads, links, cells, at)


@shared
def spread(
    slow: F64,
    is_open: U8,
    columns: int,
    cell_m: float,
    quickest: float,
    per_cost: float,
    heads: I32,
    links: I32,
    cells: I32,
    spare: I32,
    at: I64,
    cost: F64,
    mark: U8,
    start: int,
) -> bool:
    """Continue a search from a goal until the cost from ``start`` is final, or the queue is full; return whether full.

    ``slow`` (n,) are the inverse speed factors, ``quickest`` is the least of them. The search is A* (Hart, Nilsson,
    Raphael 1968): cells come in the order of their cost plus an estimate of the rest, the cost over open ground at the
    highest speed. The queue is a ring of buckets of these sums, a power of 2, each a list of entries (``heads``,
    ``links``, ``cells``). A sum times ``per_cost`` is the number of a bucket. A cell reached at a lower cost is entered
    again, and a search ends with an empty bucket, so that the costs of all cells that have left the queue are then
    those of the best routes, whatever the order within a bucket. Sums beyond the ring wait in its last bucket. A later
    search to the same goal goes on from the cells in the queue, sorted by the estimates for its own start.

    A caller with a full queue makes it and ``spare`` longer and calls again. Mutates the queue, ``spare``, ``at`` (5,),
    ``cost`` (n,) of the best route from each cell, and ``mark`` (n,): 0 without a known cost, then REACHED, then FINAL.
    Final costs do not depend on the starts of earlier calls.
    """
    ring = heads.shape[0] - 1
    half, half_diagonal = 0.5 * cell_m, 0.5 * (DIAGONAL * cell_m)
    quick = quickest * cell_m * _LESS
    room = cells.shape[0] - _MOST_ENTRIES
    if at[TARGET] != start:
        _aim(columns, quick, per_cost, heads, links, cells, spare, at, cost, mark, start)
    to_row, to_column = start // columns, start % columns
    while at[LEFT] > 0:
        if at[TOP] > room:
            return True
        lowest = at[LOWEST]
        last = lowest + ring
        entry = heads[lowest & ring]
        if entry < 0:
            if mark[start] == FINAL and cost[start] * per_cost < lowest + 1.0:
                return False
            at[LOWEST] += 1
            continue
        heads[lowest & ring] = links[entry]
        links[entry] = at[FREE]
        at[FREE] = entry
        at[LEFT] -= 1
        cell = cells[entry]
        if mark[cell] == FINAL:
            continue
        key = cost[cell]
        row = cell // columns
        column = cell - row * columns
        rows_away, columns_away = abs(row - to_row), abs(column - to_column)
        total = key + _estimate(rows_away, columns_away, quick)
        if total * per_cost >= lowest + 1.0:
            _enter(cell, np.int64(min(total * per_cost, float(last))) & ring, heads, links, cells, at)
            continue
        mark[cell] = FINAL
        here = slow[cell]
        west_away, east_away = abs(column - 1 - to_column), abs(column + 1 - to_column)
        to_west = column > 0 and is_open[cell - 1] != 0
        to_east = column < columns - 1 and is_open[cell + 1] != 0
        for turn in range(-1, 2, 2):  # a diagonal step needs both adjacent cells open
            k = cell + turn * columns
            if k < 0 or k >= slow.shape[0] or is_open[k] == 0:
                continue
            away = abs(row + turn - to_row)
            _reach(
                k, key + half * (here + slow[k]), away, columns_away, quick, per_cost, last, heads, links, cells, at,
                cost, mark,
            )  # fmt: skip
            if to_west and is_open[k - 1] != 0:
                _reach(
                    k - 1, key + half_diagonal * (here + slow[k - 1]), away, west_away, quick, per_cost, last, heads,
                    links, cells, at, cost, mark,
                )  # fmt: skip
            if to_east and is_open[k + 1] != 0:
                _reach(
                    k + 1, key + half_diagonal * (here + slow[k + 1]), away, east_away, quick, per_cost, last, heads,
                    links, cells, at, cost, mark,
                )  # fmt: skip
        if to_west:
            _reach(
                cell - 1, key + half * (here + slow[cell - 1]), rows_away, west_away, quick, per_cost, last, heads,
                links, cells, at, cost, mark,
            )  # fmt: skip
        if to_east:
            _reach(
                cell + 1, key + half * (here + slow[cell + 1]), rows_away, east_away, quick, per_cost, last, heads,
                links, cells, at, cost, mark,
            )  # fmt: skip
    return False
