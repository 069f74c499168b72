"""Work space of a thread: rows that phases fill and read within a tick. None of it is state.

It is kept between calls of the engine for the places where lines of sight were cut, which save time and change no
result.
"""

from enum import IntEnum, unique
from typing import NamedTuple

import numpy as np

from simcore.params import Params, RuleR, RuleW
from simcore.types import F64, I32, I64, U8, U64


@unique
class ScratchR(IntEnum):
    """Scratch rows, real."""

    UNIT_X = 0  # positions of active units, in cell order
    UNIT_Y = 1
    CONTACT_X = 2  # estimated positions of contacts, in cell order
    CONTACT_Y = 3
    ESTIMATE_X = 4  # estimated position of each contact now
    ESTIMATE_Y = 5
    SEEN_ERROR = 6  # best position error of this tick's detections, per contact
    LOSS = 7  # strength taken this tick, per unit
    JAM_NOISE = 8  # at each unit's radio, as a loss of range [1/m2]; of each jammer received by a radar, over its noise
    FOUND_ERROR = 9  # position error of each detection of a scan
    JAM_X = 10  # direction of the jammer, unit vector
    JAM_Y = 11
    HORIZON_M = 12  # distance of the horizon of each active unit over the lowest ground, in cell order


@unique
class ScratchW(IntEnum):
    """Scratch rows, whole."""

    BUCKET = 0
    UNIT_START = 1  # first entry of each cell
    UNIT_ORDER = 2
    CONTACT_START = 3
    CONTACT_ORDER = 4
    JOBS = 5  # components with open jobs
    FOUND = 6
    SEEN_BY = 7  # best observer of this tick per contact, or -1
    SEEN_LEVEL = 8
    TOUCHED = 9  # contacts detected this tick
    UNIT_DOMAIN = 10  # bit of the domain of each active unit, in cell order
    VISITED = 11
    QUEUE = 12
    PENDING = 13  # units not yet reached by the network
    PLACE = 14  # position of a unit in PENDING
    CELL_LEFT = 15
    CELL_ORDER = 16
    FLAGS = 17  # damage bits taken this tick, per unit
    KILLER = 18  # mount that scored the first hit of this tick, per unit
    STRUCK = 19  # units hit this tick
    SERVICED = 20  # units under service, per host
    LEAD = 21  # first active unit of each group; the last entry is the tick of the table, plus 1
    PATH_MS = 22  # latency of the path from the command post to each unit
    ASKING = 23  # units that wait for a place on their host
    FOUND_LEVEL = 24  # level of each detection of a scan; the units are in FOUND
    DUE = 25  # units or sensors with a turn in this tick
    ROOM = 26  # free room for units on each host
    FORBIDDEN = 27  # 1 for contacts believed to be in a no-fire zone of the side that holds them
    SEEN_AGO = 28  # age of the best observer's sighting [ticks]
    FOUND_AGO = 29  # the same for each detection of a scan
    SHIELDED = 30  # 1 for units in a no-fire zone of a side, at ``side * units + unit``


@unique
class ScratchTop(IntEnum):
    """Constants of the scenario for the phases, stored in ``top``."""

    SIGNATURE = 0  # largest signature of any unit
    SPEED = 1  # fastest unit [m/s]
    INTERCEPT_M = 2  # longest range of any defence against rounds [m]
    SOFT_KILL = 3  # 1 when any such defence is soft kill


_N_REAL = len(ScratchR)
_N_WHOLE = len(ScratchW)
_N_TOP = len(ScratchTop)
_PAIRS = 16  # places of ``cuts`` for each unit, at least


class Scratch(NamedTuple):
    """``real`` and ``whole`` (rows, m), ``top`` (len(ScratchTop),), ``commanded`` (sides,), ``key`` (units,), ``cuts``
    (a power of two,).
    """

    real: F64
    whole: I32
    top: F64
    commanded: I32  # 1 for sides with command posts, 0 for sides that need no network
    key: U64  # of each unit in the current replication
    cuts: U8  # where lines of sight were cut, by pairs of units: see ``terrain.has_sight``


def make_scratch(params: Params) -> Scratch:
    """Allocate the work space of a thread."""
    limits = params.rules_whole
    n_units, n_sensors = params.units.whole.shape[1], params.sensors.whole.shape[1]
    n_groups, n_components = params.groups.whole.shape[1], params.components.whole.shape[1]
    n_sides = int(limits[RuleW.N_SIDES])
    cells = n_sides * int(limits[RuleW.NX]) * int(limits[RuleW.NY]) + 2
    n_people = params.medical.people.shape[1]
    m = max(cells, max(n_sides * n_units, n_sensors, n_groups, n_components, n_people) + 1)
    work_real = np.zeros((_N_REAL, m))
    work_whole = np.zeros((_N_WHOLE, m), dtype=np.int32)
    work_whole[ScratchW.SEEN_BY, :] = -1
    work_whole[ScratchW.KILLER, :] = -1
    n_pairs = 1
    while n_pairs < _PAIRS * n_units:
        n_pairs *= 2
    return Scratch(
        work_real,
        work_whole,
        np.zeros(_N_TOP),
        np.zeros(n_sides, dtype=np.int32),
        np.zeros(n_units, dtype=np.uint64),
        np.zeros(n_pairs, dtype=np.uint8),
    )


class Ways(NamedTuple):
    """Ways of transports round impassable ground: the ground, and the work space of the searches of a thread.

    ``region`` (mobilities, cells) numbers the cells that can reach each other, from 1; 0: impassable. ``frame`` is
    (west, south, cell) of the raster [m], buckets per cost and least inverse speed factor of the mobility searched. All
    are empty where nobody needs them.
    """

    region: I32
    frame: F64
    slow: F64  # (cells,) inverse speed factors
    is_open: U8  # (cells,)
    heads: I32  # queue of the search: see ``routes.spread``
    links: I32
    cells: I32
    at: I64
    cost: F64  # (cells,)
    mark: U8  # (cells,)
    path: I32  # (cells,) also work space of a search
    x: F64  # (cells,) corners [m]
    y: F64
    left: F64  # (cells,) costs from each corner


WAY_PACE, WAY_QUICKEST = 3, 4
"""Places in ``Ways.frame`` of the buckets per cost and of the least inverse speed factor."""
WAY_MODE = 5
"""Place in ``Ways.at`` of the mobility searched last, plus 1."""
BUCKETS = 1024
"""Buckets of the queue of a search for a route."""


def has_support(params: Params) -> bool:
    """Return whether the support of units is simulated: casualties, wear, repair or supply."""
    return params.medical.units.whole.shape[1] > 0 or params.supply.units.whole.shape[1] > 0


def make_ways(params: Params) -> Ways | None:
    """Allocate the work space of the ways of transports; empty where ``region`` is, since nobody needs a way.

    None without support of units: then the engine is compiled without it, in half the time.
    """
    if not has_support(params):
        return None
    region, rules = params.medical.region, params.rules_real
    n = region.shape[1]
    frame = np.array([rules[RuleR.RASTER_WEST], rules[RuleR.RASTER_SOUTH], rules[RuleR.RASTER_CELL_M], 1.0, 1.0])
    return Ways(
        region,
        frame,
        np.empty(n),
        np.empty(n, dtype=np.uint8),
        np.empty(BUCKETS if n > 0 else 0, dtype=np.int32),
        np.empty(8 * n + 8, dtype=np.int32),
        np.empty(8 * n + 8, dtype=np.int32),
        np.zeros(6, dtype=np.int64),
        np.empty(n),
        np.empty(n, dtype=np.uint8),
        np.empty(n, dtype=np.int32),
        np.empty(n),
        np.empty(n),
        np.empty(n),
    )
