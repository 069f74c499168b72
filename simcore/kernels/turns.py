"""Turns: times and order of the scans, decisions and searches (for targets, for a link) of the units.

A turn is drawn for each unit and kind of turn in each replication: neither its name nor its place in the file lets a
unit scan before its enemy. A turn recurs every period, whatever the unit does in between. Where an earlier turn of a
tick may leave less for a later one, turns are taken in the order of the units' keys, which are drawn too.

With many units the state does not fit the caches. The units with a turn are spread over it, so each row read by a turn
is a wait for main memory, in sequence where a branch depends on the value. Such phases therefore first list the units
with a turn, then prefetch the rows of the next turns during the current turn. With few units all rows are cached, and
prefetching would only cost time.

The list remains valid because a turn changes the criterion of the list for its own unit only, never for another.

The rows listed here are read by nearly every turn. A missing or superfluous row is no error and costs only time.
"""

from enum import IntEnum

import numpy as np

from simcore.compiling.jit import formula, inlined, kernel, over_rows
from simcore.compiling.prefetch import prefetch
from simcore.kinds import Contacts, Mounts, Sensors, Units
from simcore.params import MountSpecR, MountSpecW, SensorSpecW, UnitSpecR, UnitSpecW
from simcore.rng import mix
from simcore.scratch import Scratch, ScratchW
from simcore.state import ContactR, ContactW, MountW, UnitR, UnitW
from simcore.types import I32, U64, Word


class Turn(IntEnum):
    """Kinds of turns. Turns of different kinds are independent."""

    LOOK = 1
    PLAN = 2
    FIRE = 3
    LINK = 4
    WEAR = 5


_KIND = np.uint64(0x9E3779B97F4A7C15)  # odd, so that its multiples separate the kinds
_FEW = 12  # up to this number insertion sort is fastest
_S32 = np.uint64(32)


@formula
def draw_turn(key: Word, kind: int, period: int) -> int:
    """Return the turn for a ``key`` of the replication: a tick from 0 to ``period`` - 1."""
    if period == 1:
        return 0  # without a division
    return int(np.int64(mix(key + np.uint64(kind) * _KIND) % np.uint64(period)))


@formula
def next_turn(tick: int, phase: int, turn: int, period: int) -> int:
    """Return the first tick after ``tick`` that is ``turn`` modulo ``period``; ``phase`` is ``tick`` modulo ``period``.

    The caller computes the phase once for all units, since it takes a division.
    """
    ahead = turn - phase
    return tick + (ahead if ahead > 0 else ahead + period)


@kernel
def unit_of(item: int, n: int) -> int:
    """Return the unit of an item ``side * n + unit``: with few sides this is faster than a division."""
    while item >= n:
        item -= n
    return item


@kernel
def order_by_key(items: I32, n_items: int, key: U64, start: I32, spread: I32) -> None:
    """Sort the first ``n_items`` of ``items`` by the keys of the units; an item is ``side * n + unit``, or a unit.

    ``start`` and ``spread`` are work space for ``n_items`` + 1 each. Keys are uniform, so a bucket per item leaves
    little to sort.
    """
    n = key.shape[0]
    if n_items > _FEW:
        share = np.uint64(n_items)
        for b in range(n_items + 1):
            start[b] = 0
        for k in range(n_items):
            start[np.int64(((key[unit_of(np.int64(items[k]), n)] >> _S32) * share) >> _S32)] += 1
        end = 0
        for b in range(n_items):
            end += start[b]
            start[b] = end
        for k in range(n_items - 1, -1, -1):
            b = np.int64(((key[unit_of(np.int64(items[k]), n)] >> _S32) * share) >> _S32)
            start[b] -= 1
            spread[start[b]] = items[k]
        for k in range(n_items):
            items[k] = spread[k]
    for k in range(1, n_items):
        item = items[k]
        own = key[unit_of(np.int64(item), n)]
        q = k
        while q > 0:
            other = key[unit_of(np.int64(items[q - 1]), n)]
            if other < own or (other == own and items[q - 1] < item):
                break
            items[q] = items[q - 1]
            q -= 1
        items[q] = item


_TOGETHER = 16  # a loop over so many is unrolled


@kernel
def list_marked(mark: I32, n: int, items: I32) -> int:
    """List the items, of the first ``n``, whose ``mark`` is not 0. Returns their number.

    Where few are marked, many are passed over together.
    """
    n_marked = 0
    whole = n - n % _TOGETHER
    for first in range(0, whole, _TOGETHER):
        marks = np.int32(0)
        for i in range(first, first + _TOGETHER):
            marks |= mark[i]
        if marks != 0:
            for i in range(first, first + _TOGETHER):
                items[n_marked] = i
                n_marked += int(mark[i] != 0)
    for i in range(whole, n):
        items[n_marked] = i
        n_marked += int(mark[i] != 0)
    return n_marked


@over_rows
def mark_due(tick: int, due_tick: I32, mark: I32) -> None:
    """Mark the items whose turn has come. ``tick`` is as wide as its row."""
    for i in range(due_tick.shape[0]):
        mark[i] = np.int32(1) if due_tick[i] <= tick else np.int32(0)


@over_rows
def mark_due_among(tick: int, due_tick: I32, status: I32, last_status: int, mark: I32) -> None:
    """Mark the units whose turn has come, among those of a Status up to ``last_status``."""
    for i in range(due_tick.shape[0]):
        mark[i] = np.int32(1) if (due_tick[i] <= tick) & (status[i] <= last_status) else np.int32(0)


MANY_UNITS = 2000
"""Number of units from which rows are prefetched: state, parameters and work space of 2,000 units take some 6 MB."""

_TURNS_AHEAD = 3

_PLAN_REAL = (
    UnitR.X,
    UnitR.Y,
    UnitR.VX,
    UnitR.VY,
    UnitR.GOAL_X,
    UnitR.GOAL_Y,
    UnitR.GOAL_SPEED,
    UnitR.ENDURANCE_S,
    UnitR.TASK_X,
    UnitR.TASK_Y,
    UnitR.TASK_RADIUS,
    UnitR.TASK_SPEED,
    UnitR.TASK_SPACING,
)
_PLAN_WHOLE = (
    UnitW.LINKED,
    UnitW.RETURNING,
    UnitW.ORDER_SERIAL,
    UnitW.EMCON,
    UnitW.TASK,
    UnitW.WAY,
    UnitW.LEG,
    UnitW.LINK_TICK,
    UnitW.PREY,
    UnitW.DELAY,
    UnitW.HOST,
)
_PLAN_PARAMS_REAL = (
    UnitSpecR.SPEED_MAX,
    UnitSpecR.SPEED_CRUISE,
    UnitSpecR.MARCH_CRUISE,
    UnitSpecR.MARCH_MAX,
    UnitSpecR.TURN_RADIUS,
    UnitSpecR.ENDURANCE_S,
    UnitSpecR.RESERVE_S,
    UnitSpecR.HOME_RATE,
    UnitSpecR.HOME_X,
    UnitSpecR.HOME_Y,
    UnitSpecR.OFFSET_X,
    UnitSpecR.OFFSET_Y,
    UnitSpecR.STANDOFF_M,
)
_PLAN_PARAMS_WHOLE = (
    UnitSpecW.SIDE,
    UnitSpecW.GROUP,
    UnitSpecW.IS_ONE_WAY,
    UnitSpecW.LOST_LINK,
    UnitSpecW.LOST_LINK_TICKS,
    UnitSpecW.ROUTE_FIRST,
    UnitSpecW.ROUTE_COUNT,
    UnitSpecW.WAY_SLOT,
    UnitSpecW.IS_HOVERING,
    UnitSpecW.OFFENSE_DOMAINS,
)
_LOOK_REAL = (UnitR.X, UnitR.Y, UnitR.HX, UnitR.HY, UnitR.VX, UnitR.VY, UnitR.Z)
_LOOK_WHOLE = (UnitW.STATUS, UnitW.DAMAGE, UnitW.LINKED, UnitW.REPORT_DELAY, UnitW.EMCON)
_TARGET_CONTACT = (ContactW.LEVEL, ContactW.TICK, ContactW.FIRST_TICK)
_MOVE_REAL = (
    UnitR.X,
    UnitR.Y,
    UnitR.HX,
    UnitR.HY,
    UnitR.VX,
    UnitR.VY,
    UnitR.GOAL_X,
    UnitR.GOAL_Y,
    UnitR.GOAL_SPEED,
    UnitR.ENDURANCE_S,
    UnitR.GROUND_FACTOR,
)
_MOVE_WHOLE = (UnitW.STATUS, UnitW.DAMAGE, UnitW.LINKED, UnitW.PLAN_TICK, UnitW.CELL)
_MOVE_PARAMS_REAL = (UnitSpecR.SPEED_MAX, UnitSpecR.SPEED_CRUISE, UnitSpecR.TURN_COS, UnitSpecR.IDLE_BURN)
_MOVE_PARAMS_WHOLE = (UnitSpecW.SIDE, UnitSpecW.MOBILITY, UnitSpecW.IS_HOVERING)
_FIRE_WHOLE = (
    UnitW.LINKED,
    UnitW.LOCAL,
    UnitW.REPORT_DELAY,
    UnitW.DAMAGE,
    UnitW.TASK,
    UnitW.ROE,
    UnitW.DELAY,
    UnitW.KNOWN_DEAD,
)
_FIRE_PARAMS = (UnitSpecW.SIDE, UnitSpecW.AUTONOMY, UnitSpecW.MOUNT_COUNT)
_MOUNT_REAL = (MountSpecR.RANGE_MAX_M, MountSpecR.RANGE_MIN_M, MountSpecR.MAX_AGE_S, MountSpecR.MAX_ERROR_M)
_MOUNT_WHOLE = (MountSpecW.DOMAINS, MountSpecW.CHOICE, MountSpecW.COMMIT_CAP, MountSpecW.SERIAL)


@kernel
def turns_ahead(n_units: int, n_due: int) -> int:
    """Return how many turns ahead to prefetch; with few units that is beyond the last turn, so nothing is fetched."""
    return _TURNS_AHEAD if n_units >= MANY_UNITS else n_due


@inlined
def prefetch_plan(i: int, units: Units) -> None:
    """Prefetch the rows read by a decision of unit ``i``."""
    prefetch(units.key, 0, i)
    for row in _PLAN_REAL:
        prefetch(units.real, row, i)
    for row in _PLAN_WHOLE:
        prefetch(units.whole, row, i)
    for row in _PLAN_PARAMS_REAL:
        prefetch(units.spec_real, row, i)
    for row in _PLAN_PARAMS_WHOLE:
        prefetch(units.spec_whole, row, i)


LINE_OF_UNITS = 16
"""Whole numbers in a line of the cache, of 64 bytes; half as many real numbers."""


@inlined
def prefetch_moves(i: int, units: Units) -> None:
    """Prefetch the rows read by the movement of LINE_OF_UNITS units from ``i`` on: more than processors follow."""
    for row in _MOVE_REAL:
        prefetch(units.real, row, i)
        prefetch(units.real, row, i + LINE_OF_UNITS // 2)
    for row in _MOVE_WHOLE:
        prefetch(units.whole, row, i)
    for row in _MOVE_PARAMS_REAL:
        prefetch(units.spec_real, row, i)
        prefetch(units.spec_real, row, i + LINE_OF_UNITS // 2)
    for row in _MOVE_PARAMS_WHOLE:
        prefetch(units.spec_whole, row, i)


@inlined
def prefetch_look(q: int, i: int, units: Units, sensors: Sensors) -> None:
    """Prefetch the rows read by a scan of sensor ``q`` of unit ``i``; rows shared by a kind of sensors are cached."""
    prefetch(sensors.spec_whole, SensorSpecW.KIND, q)
    prefetch(units.key, 0, i)
    prefetch(units.spec_whole, UnitSpecW.SIDE, i)
    prefetch(units.spec_whole, UnitSpecW.SENSOR_FIRST, i)
    for row in _LOOK_REAL:
        prefetch(units.real, row, i)
    for row in _LOOK_WHOLE:
        prefetch(units.whole, row, i)


@inlined
def prefetch_target(j: int, c: int, units: Units, contacts: Contacts, work: Scratch) -> None:
    """Prefetch the rows of unit ``j``, and of the scanning side's contact ``c`` on it, that are read by a scan."""
    for row in _TARGET_CONTACT:
        prefetch(contacts.whole, row, c)
    prefetch(contacts.real, ContactR.ERROR_M, c)
    prefetch(work.whole, ScratchW.SEEN_BY, c)
    prefetch(units.spec_whole, UnitSpecW.DOMAIN, j)
    prefetch(units.spec_real, UnitSpecR.RCS_M2, j)
    prefetch(units.key, 0, j)
    prefetch(units.real, UnitR.Z, j)


@inlined
def prefetch_fire(i: int, m: int, units: Units, mounts: Mounts) -> None:
    """Prefetch the rows read by a search for targets of unit ``i`` and its first mount ``m``."""
    prefetch(units.key, 0, i)
    for row in _FIRE_WHOLE:
        prefetch(units.whole, row, i)
    for row in _FIRE_PARAMS:
        prefetch(units.spec_whole, row, i)
    prefetch(units.real, UnitR.X, i)
    prefetch(units.real, UnitR.Y, i)
    for row in _MOUNT_REAL:
        prefetch(mounts.spec_real, row, m)
    for row in _MOUNT_WHOLE:
        prefetch(mounts.spec_whole, row, m)
    prefetch(mounts.whole, MountW.AMMO, m)
    prefetch(mounts.whole, MountW.READY_TICK, m)
