"""Availability of systems from the backorders of their parts."""

import numpy as np
from numpy.typing import ArrayLike

from simcore.errors import InputError
from simcore.types import F64


def supply_availability(backorders: ArrayLike, systems: ArrayLike, per_system: ArrayLike = 1) -> F64:
    """Return the expected share of systems that miss no part, (bases,).

    A base with N systems has N z places for an item; each is empty with probability EBO/(N z), and all z of all items
    must be full: product over items of (1 - EBO/(N z))^z. Holes are taken for independent and never moved from one
    system to another. Source: Sherbrooke (2004), section 2.9.

    Parameters
    ----------
    backorders
        Mean holes of each item at each base, (items, bases) [units].
    systems
        Number of systems at each base, (bases,), at least 1.
    per_system
        Units of each item in a system, (items,), at least 1.

    Raises
    ------
    InputError
        If a number is out of range or shapes do not fit.
    """
    holes, n = np.atleast_2d(np.asarray(backorders, np.float64)), np.atleast_1d(np.asarray(systems, np.float64))
    z = np.atleast_1d(np.asarray(per_system, np.float64))[:, None]
    if holes.shape[1] not in (n.size, 1) and n.size != 1:
        raise InputError(f"{n.size} bases with systems, {holes.shape[1]} with backorders; give one each")
    if z.size not in (1, holes.shape[0]):
        raise InputError(f"{z.size} numbers per system for {holes.shape[0]} items; give one each")
    if not ((holes >= 0.0).all() and (n >= 1.0).all() and (z >= 1.0).all()):
        raise InputError("availability: backorders below 0, or systems or units per system below 1; check them")
    share = np.clip(1.0 - holes / (n * z), 0.0, 1.0)
    return np.prod(share**z, axis=0)
