"""Assessment: what a commander makes of the picture, for all replications at once.

Positions are rounded to whole metres and values are whole numbers, so that sums are exact: a
replication assessed alone and in a batch gives the same bits whatever the order of summation.
"""

from typing import NamedTuple

import numpy as np

from agents.doctrine.roles import Force
from simcore.picture import PC, PD, PU, PW, Picture
from simcore.policy import Briefing
from simcore.types import F64, I32, Domain, Identity, Level, Status, TargetClass

VALUE_OF_CLASS: dict[TargetClass, float] = {
    TargetClass.PERSONNEL: 1.0,
    TargetClass.LIGHT_VEHICLE: 4.0,
    TargetClass.ARMOUR: 6.0,
    TargetClass.STRUCTURE: 12.0,
    TargetClass.SMALL_BOAT: 5.0,
    TargetClass.SHIP: 60.0,
    TargetClass.SUBMARINE: 8.0,
    TargetClass.SMALL_AIR: 1.0,
    TargetClass.AIRCRAFT: 8.0,
}
"""What a contact of a class is worth to a commander: judgement, in the order of prices. Whole numbers."""

VALUE_UNCLASSIFIED = 3.0

_CELL_M = 6_000.0
_VALUES = np.array([VALUE_OF_CLASS[c] for c in TargetClass] + [VALUE_UNCLASSIFIED])  # class -1 is the last


class Forces(NamedTuple):
    """Own groups as last reported; all (R, g)."""

    x_m: F64  # mean of the units that are not lost; the start when all are
    y_m: F64
    strength: F64  # sum of strengths over the size at the start, 0..1
    n_left: F64  # units not lost


class Contacts(NamedTuple):
    """Contacts, (R, c), c = the most that any of the replications holds. Rows that hold none have no value."""

    x_m: F64
    y_m: F64
    age_s: F64
    error_m: F64
    value: F64
    is_held: np.ndarray
    is_ground: np.ndarray
    is_flying: np.ndarray
    is_afloat: np.ndarray  # surface; submarines are too rarely known to plan on
    is_classified: np.ndarray
    target_class: I32
    bounds_m: tuple[float, float, float, float]  # of the map: west, east, south, north


class Spot(NamedTuple):
    """A concentration of contacts, (R,) each."""

    x_m: F64
    y_m: F64
    value: F64  # 0 where there is none
    exists: np.ndarray


def assess_forces(briefing: Briefing, force: Force, picture: Picture) -> Forces:
    """Return the state of the side's groups."""
    count, n_groups = len(picture.replication), len(briefing.groups)
    status = picture.own_whole[:, PW.STATUS]
    left = status != Status.LOST
    cell = (np.arange(count)[:, None] * n_groups + briefing.group_of_unit[None, :]).ravel()

    def total(values: np.ndarray) -> F64:
        weights = np.where(left, values, 0.0).ravel()
        sums = np.bincount(cell, weights=weights, minlength=count * n_groups)
        return sums.astype(np.float64, copy=False).reshape(count, n_groups)

    n_left = total(left)
    divisor = np.maximum(n_left, 1.0)
    gone = n_left == 0.0
    return Forces(
        x_m=np.where(gone, force.start_m[0], np.rint(total(np.rint(picture.own_real[:, PU.X])) / divisor)),
        y_m=np.where(gone, force.start_m[1], np.rint(total(np.rint(picture.own_real[:, PU.Y])) / divisor)),
        strength=total(picture.own_real[:, PU.STRENGTH]) / np.maximum(force.size, 1.0),
        n_left=n_left,
    )


def assess_contacts(briefing: Briefing, picture: Picture) -> Contacts:
    """Return the contacts, with what each is worth."""
    width = max(1, int(picture.n_contacts.max(initial=0)))
    real = picture.contact_real[:, :, :width]
    whole = picture.contact_whole[:, :, :width]
    held = np.arange(width)[None, :] < picture.n_contacts[:, None]
    held &= whole[:, PD.IDENTITY] <= Identity.HOSTILE  # who is believed to be neutral or a decoy is left alone
    target_class = whole[:, PD.TARGET_CLASS]
    domain = whole[:, PD.DOMAIN]
    x, y = np.rint(real[:, PC.X]), np.rint(real[:, PC.Y])
    return Contacts(
        x_m=x,
        y_m=y,
        age_s=real[:, PC.AGE_S],
        error_m=real[:, PC.ERROR_M],
        value=np.where(held, _VALUES[target_class], 0.0),
        is_held=held,
        is_ground=held & (domain == Domain.LAND),
        is_flying=held & (domain == Domain.AIR),
        is_afloat=held & (domain == Domain.SURFACE),
        is_classified=held & (whole[:, PD.LEVEL] >= Level.CLASSIFIED),
        target_class=target_class,
        bounds_m=briefing.bounds_m,
    )


def distance_m(x0: F64 | float, y0: F64 | float, x1: F64, y1: F64) -> F64:
    """Return distances [m]; arguments broadcast."""
    dx, dy = x1 - x0, y1 - y0
    return np.sqrt(dx * dx + dy * dy)


def column(values: F64 | float) -> F64 | float:
    """Return (R,) values as (R, 1), so that they broadcast against contacts; scalars stay scalars."""
    return values[:, None] if isinstance(values, np.ndarray) else values


def is_within(contacts: Contacts, x_m: F64 | float, y_m: F64 | float, radius_m: float) -> np.ndarray:
    """Return which contacts lie within ``radius_m`` of a point a replication, (R, c) bool."""
    dx, dy = contacts.x_m - column(x_m), contacts.y_m - column(y_m)
    return dx * dx + dy * dy <= radius_m * radius_m


def mean_place(forces: Forces, groups: list[int]) -> Spot:
    """Return the mean place of the units left in the given groups, and their number as its value."""
    left = forces.n_left[:, groups]
    number = left.sum(axis=1)
    divisor = np.maximum(number, 1.0)
    x = np.rint((left * forces.x_m[:, groups]).sum(axis=1) / divisor)
    y = np.rint((left * forces.y_m[:, groups]).sum(axis=1) / divisor)
    return Spot(x, y, number, number > 0.0)


def find_spot(contacts: Contacts, chosen: np.ndarray) -> Spot:
    """Return the richest concentration among the ``chosen`` contacts (R, c): about 12 km across.

    Values are summed over squares of two by two cells of a grid; the point is the mean of the contacts in
    the best square, weighted by value.
    """
    count = len(contacts.x_m)
    west, east, south, north = contacts.bounds_m
    nx, ny = int((east - west) / _CELL_M) + 2, int((north - south) / _CELL_M) + 2
    r, c = np.nonzero(chosen)  # from here on, one entry a chosen contact
    x, y, weight = contacts.x_m[r, c], contacts.y_m[r, c], contacts.value[r, c]
    ix = np.clip((x - west) * (1.0 / _CELL_M), 0.0, nx - 1.0).astype(np.int64)
    iy = np.clip((y - south) * (1.0 / _CELL_M), 0.0, ny - 1.0).astype(np.int64)
    grid = np.bincount((r * ny + iy) * nx + ix, weights=weight, minlength=count * ny * nx).reshape(count, ny, nx)
    rows = grid[:, :-1] + grid[:, 1:]
    square = (rows[:, :, :-1] + rows[:, :, 1:]).reshape(count, -1)
    by, bx = np.divmod(np.argmax(square, axis=1), nx - 1)
    up, right = iy - by[r], ix - bx[r]
    weight *= (up >= 0) & (up <= 1) & (right >= 0) & (right <= 1)
    value = np.bincount(r, weights=weight, minlength=count)
    divisor = np.maximum(value, 1.0)
    return Spot(
        np.rint(np.bincount(r, weights=weight * x, minlength=count) / divisor),
        np.rint(np.bincount(r, weights=weight * y, minlength=count) / divisor),
        value.astype(np.float64, copy=False),
        value > 0.0,
    )


def find_nearest(contacts: Contacts, chosen: np.ndarray, x_m: F64 | float, y_m: F64 | float) -> tuple[Spot, F64]:
    """Return the ``chosen`` contact nearest to a point a replication, and how far it is (inf where there is none)."""
    dx, dy = contacts.x_m - column(x_m), contacts.y_m - column(y_m)
    away_sq = np.where(chosen, dx * dx + dy * dy, np.inf)
    rows = np.arange(len(away_sq))
    best = np.argmin(away_sq, axis=1)
    least = np.sqrt(away_sq[rows, best])
    exists = np.isfinite(least)
    spot = Spot(
        np.where(exists, contacts.x_m[rows, best], 0.0),
        np.where(exists, contacts.y_m[rows, best], 0.0),
        np.where(exists, contacts.value[rows, best], 0.0),
        exists,
    )
    return spot, least


def step_towards(
    x0: F64 | float, y0: F64 | float, x1: F64 | float, y1: F64 | float, step_m: F64 | float
) -> tuple[F64, F64]:
    """Return the point ``step_m`` from (x0, y0) towards (x1, y1); (x0, y0) itself where the two coincide."""
    dx, dy = np.subtract(x1, x0), np.subtract(y1, y0)
    norm = np.maximum(np.sqrt(dx * dx + dy * dy), 1.0)
    return x0 + dx * (step_m / norm), y0 + dy * (step_m / norm)
