"""A commander's estimates from the picture: sums over groups, the nearest contact, the densest square.

These loops serve the scripted commanders (``agents.doctrine.blocks.assessment``), which call them from Python once or a
few times per decision. They read pictures and decide nothing. R replications, c contacts, g groups of the side.
"""

import numpy as np

from simcore.compiling.jit import shared
from simcore.orders import OrderR, OrderW
from simcore.picture import OwnR, OwnW, SeenR, SeenW
from simcore.types import F64, I32, I64, Domain, Level, Status


@shared
def sum_groups(own_real: F64, own_whole: I32, group: I32, total: F64) -> None:
    """Add up the units that are neither lost nor expended: number, x and y in whole metres, and strength.

    Mutates total (4, R, g).
    """
    total[:, :, :] = 0.0
    for r in range(own_real.shape[0]):
        for i in range(group.shape[0]):
            status = own_whole[r, OwnW.STATUS, i]
            if status != Status.LOST and status != Status.EXPENDED:
                k = group[i]
                total[0, r, k] += 1.0
                total[1, r, k] += np.rint(own_real[r, OwnR.X, i])
                total[2, r, k] += np.rint(own_real[r, OwnR.Y, i])
                total[3, r, k] += own_real[r, OwnR.STRENGTH, i]


@shared
def read_contacts(real: F64, whole: I32, count: I32, worth: F64, place: F64, flag: np.ndarray) -> None:
    """Read the contacts of a picture.

    ``worth`` is the value by target class, with the last entry for no class. Mutates place (3, R, c): x and y in whole
    metres, value; flag (5, R, c) bool: held, on the ground, flying, afloat, classified.
    """
    for r in range(place.shape[1]):
        for j in range(place.shape[2]):
            is_held = j < count[r]
            domain = whole[r, SeenW.DOMAIN, j]
            place[0, r, j] = np.rint(real[r, SeenR.X, j])
            place[1, r, j] = np.rint(real[r, SeenR.Y, j])
            place[2, r, j] = worth[whole[r, SeenW.TARGET_CLASS, j]] if is_held else 0.0
            flag[0, r, j] = is_held
            flag[1, r, j] = is_held and domain == Domain.LAND
            flag[2, r, j] = is_held and domain == Domain.AIR
            flag[3, r, j] = is_held and domain == Domain.SURFACE
            flag[4, r, j] = is_held and whole[r, SeenW.LEVEL, j] >= Level.CLASSIFIED


@shared
def average_groups(start_m: F64, size: F64, total: F64) -> None:
    """Turn the sums of ``sum_groups`` into means, in place: the place, ``start_m`` (2, g) without units, and strength.

    The strength is that of all units over the ``size`` (g,) of the group. Mutates total (4, R, g).
    """
    for r in range(total.shape[1]):
        for k in range(total.shape[2]):
            n_left = total[0, r, k]
            for axis in range(2):
                mean = np.rint(total[1 + axis, r, k] / max(n_left, 1.0))
                total[1 + axis, r, k] = start_m[axis, k] if n_left == 0.0 else mean
            total[3, r, k] /= max(size[k], 1.0)


@shared
def find_middle(n_left: F64, x_m: F64, y_m: F64, groups: I64, middle: F64) -> None:
    """Find the mean place of the units left in some groups. The arguments are (R, g), whole numbers.

    Mutates middle (3, R): x and y in whole metres, and the number of units.
    """
    for r in range(n_left.shape[0]):
        x, y, n = 0.0, 0.0, 0.0
        for k in groups:
            n += n_left[r, k]
            x += n_left[r, k] * x_m[r, k]
            y += n_left[r, k] * y_m[r, k]
        divisor = max(n, 1.0)
        middle[0, r] = np.rint(x / divisor)
        middle[1, r] = np.rint(y / divisor)
        middle[2, r] = n


@shared
def find_nearest_contact(x_m: F64, y_m: F64, value: F64, chosen: np.ndarray, found: F64) -> None:
    """Find the ``chosen`` contact (R, c) nearest to a given point, per replication.

    ``found`` (6, R) begins with the point. Mutates the rest of it: x, y and value of the contact, and the distance;
    zeros and inf without a chosen contact.
    """
    for r in range(x_m.shape[0]):
        best = np.inf
        index = -1
        for j in range(x_m.shape[1]):
            if chosen[r, j]:
                dx = x_m[r, j] - found[0, r]
                dy = y_m[r, j] - found[1, r]
                away_sq = dx * dx + dy * dy
                if away_sq < best:
                    best = away_sq
                    index = j
        found[2, r] = x_m[r, index] if index >= 0 else 0.0
        found[3, r] = y_m[r, index] if index >= 0 else 0.0
        found[4, r] = value[r, index] if index >= 0 else 0.0
        found[5, r] = np.sqrt(best)


@shared
def cell_of(value_m: float, low_m: float, per_m: float, n: int) -> int:
    """Return the cell of a grid of ``n`` cells that begins at ``low_m``; values outside belong to the edge cells."""
    return int(min(max((value_m - low_m) * per_m, 0.0), n - 1.0))


@shared
def find_densest_square(
    x_m: F64,
    y_m: F64,
    value: F64,
    chosen: np.ndarray,
    west_m: float,
    south_m: float,
    per_m: float,
    grid: F64,
    spot: F64,
) -> None:
    """Find the square of two by two cells with the highest value of ``chosen`` contacts (R, c).

    ``grid`` (ny, nx) is all zeros before and after; ``per_m`` is cells per metre. Among equal squares the first in row
    order is taken. Mutates spot (3, R): the value-weighted mean of x and y in whole metres, and the value (0: none).
    """
    ny, nx = grid.shape
    n = x_m.shape[1]
    for r in range(x_m.shape[0]):
        for j in range(n):
            if chosen[r, j]:
                grid[cell_of(y_m[r, j], south_m, per_m, ny), cell_of(x_m[r, j], west_m, per_m, nx)] += value[r, j]
        most, row, column = 0.0, 0, 0
        for j in range(n):
            if not chosen[r, j]:
                continue
            iy = cell_of(y_m[r, j], south_m, per_m, ny)
            ix = cell_of(x_m[r, j], west_m, per_m, nx)
            for by in range(max(iy - 1, 0), min(iy, ny - 2) + 1):
                for bx in range(max(ix - 1, 0), min(ix, nx - 2) + 1):
                    total = grid[by, bx] + grid[by + 1, bx] + grid[by, bx + 1] + grid[by + 1, bx + 1]
                    if total > most or (total == most and by * nx + bx < row * nx + column):
                        most, row, column = total, by, bx
        sum_x, sum_y, total = 0.0, 0.0, 0.0
        for j in range(n):
            if not chosen[r, j]:
                continue
            iy = cell_of(y_m[r, j], south_m, per_m, ny)
            ix = cell_of(x_m[r, j], west_m, per_m, nx)
            grid[iy, ix] = 0.0
            if row <= iy <= row + 1 and column <= ix <= column + 1:
                sum_x += value[r, j] * x_m[r, j]
                sum_y += value[r, j] * y_m[r, j]
                total += value[r, j]
        divisor = max(total, 1.0)
        spot[0, r] = np.rint(sum_x / divisor)
        spot[1, r] = np.rint(sum_y / divisor)
        spot[2, r] = total


@shared
def draft_lines(groups: I64, where: np.ndarray, to_m: F64, number: int, step: int, point_m: F64, line: I64) -> None:
    """Enter a line of a draft for n groups ``where`` (n, R): its points ``to_m`` (2, n, R), and its number.

    The number of the q-th group is ``number`` + q * ``step``. Mutates point_m (2, g, R) and line (g, R).
    """
    for q in range(groups.shape[0]):
        k = groups[q]
        for r in range(line.shape[1]):
            if where[q, r]:
                point_m[0, k, r] = to_m[0, q, r]
                point_m[1, k, r] = to_m[1, q, r]
                line[k, r] = number + q * step


@shared
def write_orders(
    point_m: F64,
    line: I64,
    line_real: F64,
    line_whole: I32,
    groups: I32,
    grid_m: float,
    low_m: F64,
    high_m: F64,
    real: F64,
    whole: I32,
) -> None:
    """Write a draft of orders: ``line`` (g, R) is the number of each group's line, 0 for none; ``point_m`` (2, g, R).

    ``line_real`` (n, 3) holds radius, speed and spacing, ``line_whole`` (n, 3) task, rules and target. Points are
    snapped to a grid and clipped to ``low_m`` and ``high_m`` (2,). Mutates the orders real and whole.
    """
    for place in range(groups.shape[0]):
        k = groups[place]
        for r in range(line.shape[1]):
            q = line[place, r]
            if q == 0:
                continue
            for axis in range(2):
                value = np.rint(point_m[axis, place, r] / grid_m) * grid_m
                real[r, OrderR.X + axis, k] = min(max(value, low_m[axis]), high_m[axis])
            for column in range(3):
                real[r, OrderR.RADIUS + column, k] = line_real[q, column]
                whole[r, OrderW.TASK + column, k] = line_whole[q, column]
            whole[r, OrderW.ISSUED, k] = 1
