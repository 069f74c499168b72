"""Assessment: a commander's view of own forces and contacts, for all replications at once.

Positions are rounded to whole metres and values are whole numbers, so that sums are exact: a
replication gives the same bits alone and in a batch, whatever the order of summation.
"""

from typing import NamedTuple

import numpy as np

from agents.doctrine.blocks.roles import Force
from simcore.picture import Picture, SeenR, SeenW
from simcore.policy import Briefing
from simcore.policy_loops import (
    average_groups,
    find_densest_square,
    find_middle,
    find_nearest_contact,
    read_contacts,
    sum_groups,
)
from simcore.types import F64, I32, Identity, TargetClass

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
"""Worth of a contact to a commander, by class: judgement, in the order of prices. Whole numbers."""

VALUE_UNCLASSIFIED = 3.0

_CELL_M = 6_000.0
_VALUES = np.array([VALUE_OF_CLASS[c] for c in TargetClass] + [VALUE_UNCLASSIFIED])  # class -1 is the last


class Forces(NamedTuple):
    """Own groups as last reported; all (R, g)."""

    x_m: F64  # mean of the units not lost; the start when all are lost
    y_m: F64
    strength: F64  # sum of strengths over the size at the start, 0..1
    n_left: F64  # units not lost


class Contacts(NamedTuple):
    """Contacts, (R, c), c = the largest number held in any replication. Empty rows have no value."""

    x_m: F64
    y_m: F64
    age_s: F64
    error_m: F64
    value: F64
    is_held: np.ndarray
    is_ground: np.ndarray
    is_flying: np.ndarray
    is_afloat: np.ndarray  # surface; submarines are detected too rarely for plans
    is_classified: np.ndarray
    is_hostile: np.ndarray  # identified as hostile
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
    total = np.empty((4, len(picture.replication), len(briefing.groups)))
    sum_groups(picture.own_real, picture.own_whole, briefing.group_of_unit, total)
    average_groups(force.start_m, force.size, total)
    n_left, x, y, strength = total
    return Forces(x_m=x, y_m=y, strength=strength, n_left=n_left)


def assess_contacts(briefing: Briefing, picture: Picture) -> Contacts:
    """Return the contacts with their values."""
    width = max(1, int(picture.n_contacts.max(initial=0)))
    shape = (len(picture.replication), width)
    place, flag = np.empty((3, *shape)), np.empty((5, *shape), dtype=bool)
    read_contacts(picture.contact_real, picture.contact_whole, picture.n_contacts, _VALUES, place, flag)
    ignored = ignored_contacts(picture, width)
    if ignored is not None:
        flag &= ~ignored
        place[2][ignored] = 0.0
    return Contacts(
        x_m=place[0],
        y_m=place[1],
        age_s=picture.contact_real[:, SeenR.AGE_S, :width],
        error_m=picture.contact_real[:, SeenR.ERROR_M, :width],
        value=place[2],
        is_held=flag[0],
        is_ground=flag[1],
        is_flying=flag[2],
        is_afloat=flag[3],
        is_classified=flag[4],
        is_hostile=picture.contact_whole[:, SeenW.IDENTITY, :width] == Identity.HOSTILE,
        target_class=picture.contact_whole[:, SeenW.TARGET_CLASS, :width],
        bounds_m=briefing.bounds_m,
    )


def ignored_contacts(picture: Picture, width: int) -> np.ndarray | None:
    """Return which contacts (R, c) plans ignore: those believed to be neutral or decoys. None if there are none."""
    is_ignored = picture.contact_whole[:, SeenW.IDENTITY, :width] > Identity.HOSTILE
    return is_ignored if is_ignored.any() else None


def distance_m(x0: F64 | float, y0: F64 | float, x1: F64, y1: F64) -> F64:
    """Return distances [m]; arguments broadcast."""
    dx, dy = x1 - x0, y1 - y0
    return np.sqrt(dx * dx + dy * dy)


def column(values: F64 | float) -> F64 | float:
    """Return (R,) values as (R, 1), so that they broadcast against contacts; scalars stay scalars."""
    return values[:, None] if isinstance(values, np.ndarray) else values


def is_within(contacts: Contacts, x_m: F64 | float, y_m: F64 | float, radius_m: float) -> np.ndarray:
    """Return which contacts lie within ``radius_m`` of a given point, per replication, (R, c) bool."""
    dx, dy = contacts.x_m - column(x_m), contacts.y_m - column(y_m)
    return dx * dx + dy * dy <= radius_m * radius_m


def mean_place(forces: Forces, groups: list[int]) -> Spot:
    """Return the mean place of the units left in the given groups; its value is their number."""
    middle = np.empty((3, len(forces.n_left)))
    find_middle(forces.n_left, forces.x_m, forces.y_m, np.array(groups, dtype=np.int64), middle)
    x, y, number = middle
    return Spot(x, y, number, number > 0.0)


def find_spot(contacts: Contacts, chosen: np.ndarray) -> Spot:
    """Return the richest concentration among the ``chosen`` contacts (R, c): about 12 km across.

    Values are summed over squares of two by two cells of a grid; the point is the mean of the contacts in
    the best square, weighted by value.
    """
    west, east, south, north = contacts.bounds_m
    grid = np.zeros((int((north - south) / _CELL_M) + 2, int((east - west) / _CELL_M) + 2))
    spot = np.empty((3, len(contacts.x_m)))
    find_densest_square(contacts.x_m, contacts.y_m, contacts.value, chosen, west, south, 1.0 / _CELL_M, grid, spot)
    x, y, value = spot
    return Spot(x, y, value, value > 0.0)


def find_nearest(contacts: Contacts, chosen: np.ndarray, x_m: F64 | float, y_m: F64 | float) -> tuple[Spot, F64]:
    """Return the ``chosen`` contact nearest to a given point, per replication, and its distance [m]; inf where none."""
    found = np.empty((6, len(contacts.x_m)))
    found[0], found[1] = x_m, y_m
    find_nearest_contact(contacts.x_m, contacts.y_m, contacts.value, chosen, found)
    _, _, x, y, value, away = found
    return Spot(x, y, value, away < np.inf), away


def step_towards(
    x0: F64 | float, y0: F64 | float, x1: F64 | float, y1: F64 | float, step_m: F64 | float
) -> tuple[F64, F64]:
    """Return the point ``step_m`` from (x0, y0) towards (x1, y1); (x0, y0) itself where the two coincide."""
    dx, dy = np.subtract(x1, x0), np.subtract(y1, y0)
    norm = np.maximum(np.sqrt(dx * dx + dy * dy), 1.0)
    return x0 + dx * (step_m / norm), y0 + dy * (step_m / norm)
