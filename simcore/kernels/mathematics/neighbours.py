"""Neighbour search: counting-sort cell lists with a separate run of cells for each side, so that three
neighbouring cells of a row are a contiguous span. Only listed items are sorted.
"""

import math

from numba import types

from simcore.compiling.jit import inlined, kernel, kernel_of, over_rows
from simcore.kinds import Rules
from simcore.params import RuleR, RuleW
from simcore.types import F64, I32


@kernel
def cell_span(low: float, high: float, edge: float, cell: float, n: int) -> tuple[int, int]:
    """Return the first and last cell along one axis that [low, high] touches, inside 0..n-1.

    Rounds as ``cell_of`` does, so that no item on the edge of a cell is missed.
    """
    inverse = 1.0 / cell
    first = int(math.floor((low - edge) * inverse))
    last = int(math.floor((high - edge) * inverse))
    return min(max(first, 0), n - 1), min(max(last, 0), n - 1)


@inlined
def cell_of(x: float, y: float, band: int, west: float, south: float, inverse: float, nx: int, ny: int) -> int:
    """Return the number of the cell at (x, y), or of the nearest if outside, by (band, row, column)."""
    cx = min(max(int((x - west) * inverse), 0), nx - 1)
    cy = min(max(int((y - south) * inverse), 0), ny - 1)
    return band * (nx * ny) + cy * nx + cx


@over_rows
def find_cells(
    x: F64, y: F64, band: I32, west: float, south: float, cell: float, nx: int, ny: int, bucket: I32
) -> None:
    """Write the cell of each item at (x, y) into ``bucket``: see ``cell_of``."""
    inverse = 1.0 / cell
    for i in range(x.shape[0]):
        bucket[i] = cell_of(x[i], y[i], band[i], west, south, inverse, nx, ny)


@kernel
def fill_cells(
    x: F64,
    y: F64,
    items: I32,
    n_items: int,
    total: int,
    bucket: I32,
    start: I32,
    order: I32,
    sorted_x: F64,
    sorted_y: F64,
) -> None:
    """Sort the first ``n_items`` of ``items``, in ascending order, into ``total`` cells by the ``bucket`` of each.

    Writes start (total + 1,) with the first entry of each cell, order (n_items,) with the items in cell order, and
    their positions sorted_x, sorted_y (n_items,).
    """
    for c in range(total + 1):
        start[c] = 0
    for q in range(n_items):
        start[bucket[items[q]]] += 1
    running = 0
    for c in range(total):
        running += start[c]
        start[c] = running
    start[total] = running
    # filled from the back, so that each start ends at its first entry and items stay in order within a cell
    for q in range(n_items - 1, -1, -1):
        i = items[q]
        c = bucket[i]
        k = start[c] - 1
        start[c] = k
        order[k] = i
        sorted_x[k] = x[i]
        sorted_y[k] = y[i]


_I = types.int32[::1]
_F = types.float64[::1]
_RULES = types.NamedTuple((_F, _I), Rules)


@kernel_of(types.int64(_I, _F, _F, types.int64, _RULES, types.float64, types.float64, types.float64, _I, types.int64))
def gather_in_range(
    start: I32,
    sorted_x: F64,
    sorted_y: F64,
    band: int,
    rules: Rules,
    px: float,
    py: float,
    radius: float,
    found: I32,
    n_found: int,
) -> int:
    """Append the sorted positions of all items of ``band`` within ``radius`` of (px, py) to ``found``.

    Returns the new length. The compaction has no branch, since mispredicted branches would cost more.
    """
    nx = rules.whole[RuleW.NX]
    ny = rules.whole[RuleW.NY]
    cell = rules.real[RuleR.CELL_M]
    c0, c1 = cell_span(px - radius, px + radius, rules.real[RuleR.WEST], cell, nx)
    r0, r1 = cell_span(py - radius, py + radius, rules.real[RuleR.SOUTH], cell, ny)
    limit = radius * radius
    base = band * nx * ny
    for row in range(r0, r1 + 1):
        first = start[base + row * nx + c0]
        last = start[base + row * nx + c1 + 1]
        for k in range(first, last):
            dx = sorted_x[k] - px
            dy = sorted_y[k] - py
            found[n_found] = k
            n_found += int(dx * dx + dy * dy <= limit)
    return n_found


@kernel
def gather_in_view(
    start: I32,
    sorted_x: F64,
    sorted_y: F64,
    bits: I32,
    horizon_m: F64,
    band: int,
    rules: Rules,
    px: float,
    py: float,
    radius: float,
    mask: int,
    own_horizon_m: float,
    found: I32,
    n_found: int,
) -> int:
    """Append like ``gather_in_range``, but only items with a bit of ``mask``, and not beyond both horizons.

    ``bits`` and ``horizon_m`` are in the order of the cells, like the positions. Returns the new length.
    """
    nx = rules.whole[RuleW.NX]
    ny = rules.whole[RuleW.NY]
    cell = rules.real[RuleR.CELL_M]
    c0, c1 = cell_span(px - radius, px + radius, rules.real[RuleR.WEST], cell, nx)
    r0, r1 = cell_span(py - radius, py + radius, rules.real[RuleR.SOUTH], cell, ny)
    limit = radius * radius
    base = band * nx * ny
    for row in range(r0, r1 + 1):
        first = start[base + row * nx + c0]
        last = start[base + row * nx + c1 + 1]
        for k in range(first, last):
            dx = sorted_x[k] - px
            dy = sorted_y[k] - py
            away_sq = dx * dx + dy * dy
            seen_m = own_horizon_m + horizon_m[k]
            found[n_found] = k
            n_found += int((away_sq <= limit) & ((bits[k] & mask) != 0) & (away_sq <= seen_m * seen_m))
    return n_found
