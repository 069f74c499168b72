"""Passable ground: the nearest place at which a unit can stand and move."""

import numpy as np

from simcore.errors import InputError
from simcore.params import Params
from simcore.standing_places import settle_places
from simcore.types import F64, I32, I64


def passable(params: Params, units: I64 | I32, x: F64, y: F64) -> tuple[F64, F64]:
    """Return the places nearest to (x, y) [m] on the map at which the ``units`` (indices) can stand and move.

    The three arrays are broadcast to a common shape. A place that is already passable is returned unchanged.

    Raises
    ------
    InputError
        When a coordinate is no number, or the map has no ground for a unit.
    """
    kind, east, north = np.broadcast_arrays(np.asarray(units, dtype=np.int64), x, y)
    if not (np.isfinite(east).all() and np.isfinite(north).all()):
        raise InputError("x, y: not all places are finite numbers; give coordinates in metres")
    new_x, new_y = np.array(east, dtype=np.float64).reshape(-1), np.array(north, dtype=np.float64).reshape(-1)
    kinds = np.ascontiguousarray(kind).reshape(-1)
    terrain = params.terrain
    bad = settle_places(params.units.whole, kinds, new_x, new_y, params.rules_real, terrain.surface, terrain.speed)
    if bad >= 0:
        raise InputError(f"units: the map has no ground on which unit {kinds[bad]} can move; leave the unit out")
    return new_x.reshape(kind.shape), new_y.reshape(kind.shape)
