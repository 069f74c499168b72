"""Turns: whose turn it is to look, decide, search for targets or for a link, and in which order turns are taken.

A turn is drawn for each unit and kind of turn in each replication: neither its name nor its place in the file gives a
unit an earlier look than its enemy. It comes back every period, whatever the unit has done in between. Where turns of
one tick are taken one after the other and the first may take something from the next, they go by the units' keys,
which are drawn too.

With many units the state does not fit the caches. Whose turn it is stands anywhere in it, so each row that a turn
reads is a wait for main memory, one after the other where a branch depends on what was read. The phases that work by
turns therefore list first whose turn it is, and ask for the rows of the turns to come while they work on one. With
few units everything is close by, and asking for it would only cost time.

The list holds because no turn gives or takes another's in the same phase: a turn may change its own unit alone in what
the phase lists by.

The rows here are the ones that nearly every turn reads. One too few or too many is no error, and costs time alone.
"""

from enum import IntEnum

import numpy as np

from simcore.compiling.jit import formula, inlined, kernel
from simcore.compiling.prefetch import prefetch
from simcore.kinds import Contacts, Mounts, Sensors, Units
from simcore.params import MP, MW, SW, UP, UW
from simcore.rng import mix
from simcore.scratch import SI, Scratch
from simcore.state import C, K, M, U, W
from simcore.types import I32, U64, Word


class Turn(IntEnum):
    """What is done in turns. Turns of different kinds have nothing to do with each other."""

    LOOK = 1
    PLAN = 2
    FIRE = 3
    LINK = 4


_KIND = np.uint64(0x9E3779B97F4A7C15)  # odd: multiples of it tell the kinds apart
_FEW = 12  # so many are sorted fastest by insertion
_S32 = np.uint64(32)


@formula
def draw_turn(key: Word, kind: int, period: int) -> int:
    """Return the turn of what has this ``key`` in its replication: a tick from 0 to ``period`` - 1."""
    if period == 1:
        return 0  # without a division
    return int(np.int64(mix(key + np.uint64(kind) * _KIND) % np.uint64(period)))


@formula
def next_turn(tick: int, turn: int, period: int) -> int:
    """Return the first tick after ``tick`` that is ``turn`` modulo ``period``."""
    ahead = turn - tick % period
    return tick + (ahead if ahead > 0 else ahead + period)


@kernel
def unit_of(item: int, n: int) -> int:
    """Return the unit of an item ``side * n + unit``: there are few sides, so this is faster than a division."""
    while item >= n:
        item -= n
    return item


@kernel
def order_by_key(items: I32, n_items: int, key: U64, start: I32, spread: I32) -> None:
    """Sort the first ``n_items`` of ``items`` by the keys of the units; an item is ``side * n + unit``, or a unit.

    ``start`` and ``spread`` are work space for ``n_items`` + 1 each. Keys are evenly spread, so that a share of their
    range for each item leaves little to sort.
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


MANY_UNITS = 2000
"""From here on the rows of a turn are asked for ahead: state, parameters and work space of 2,000 take some 6 MB."""

_TURNS_AHEAD = 3

_PLAN_REAL = (
    U.X,
    U.Y,
    U.VX,
    U.VY,
    U.GOAL_X,
    U.GOAL_Y,
    U.GOAL_SPEED,
    U.ENDURANCE_S,
    U.TASK_X,
    U.TASK_Y,
    U.TASK_RADIUS,
    U.TASK_SPEED,
    U.TASK_SPACING,
)
_PLAN_WHOLE = (
    W.LINKED,
    W.RETURNING,
    W.ORDER_SERIAL,
    W.EMCON,
    W.TASK,
    W.WAY,
    W.LEG,
    W.LINK_TICK,
    W.PREY,
    W.DELAY,
    W.HOST,
)
_PLAN_PARAMS_REAL = (
    UP.SPEED_MAX,
    UP.SPEED_CRUISE,
    UP.TURN_RADIUS,
    UP.ENDURANCE_S,
    UP.RESERVE_S,
    UP.HOME_RATE,
    UP.HOME_X,
    UP.HOME_Y,
    UP.OFFSET_X,
    UP.OFFSET_Y,
    UP.STANDOFF_M,
)
_PLAN_PARAMS_WHOLE = (
    UW.SIDE,
    UW.GROUP,
    UW.IS_ONE_WAY,
    UW.LOST_LINK,
    UW.LOST_LINK_TICKS,
    UW.ROUTE_FIRST,
    UW.ROUTE_COUNT,
    UW.WAY_SLOT,
    UW.IS_HOVERING,
    UW.OFFENSE_DOMAINS,
)
_LOOK_REAL = (U.X, U.Y, U.HX, U.HY, U.VX, U.VY, U.Z)
_LOOK_WHOLE = (W.STATUS, W.DAMAGE, W.LINKED, W.REPORT_DELAY, W.EMCON)
_TARGET_CONTACT = (K.LEVEL, K.TICK, K.FIRST_TICK)
_FIRE_WHOLE = (W.LINKED, W.LOCAL, W.REPORT_DELAY, W.DAMAGE, W.TASK, W.ROE, W.DELAY, W.KNOWN_DEAD)
_FIRE_PARAMS = (UW.SIDE, UW.AUTONOMY, UW.MOUNT_COUNT)
_MOUNT_REAL = (MP.RANGE_MAX_M, MP.RANGE_MIN_M, MP.MAX_AGE_S, MP.MAX_ERROR_M)
_MOUNT_WHOLE = (MW.DOMAINS, MW.CHOICE, MW.COMMIT_CAP, MW.SERIAL)


@kernel
def turns_ahead(n_units: int, n_due: int) -> int:
    """Return how many turns ahead to ask for rows: beyond the last turn, that is never, with few units."""
    return _TURNS_AHEAD if n_units >= MANY_UNITS else n_due


@inlined
def prefetch_plan(i: int, units: Units) -> None:
    """Ask for what unit ``i`` reads when it decides where to go."""
    prefetch(units.key, 0, i)
    for row in _PLAN_REAL:
        prefetch(units.real, row, i)
    for row in _PLAN_WHOLE:
        prefetch(units.whole, row, i)
    for row in _PLAN_PARAMS_REAL:
        prefetch(units.spec_real, row, i)
    for row in _PLAN_PARAMS_WHOLE:
        prefetch(units.spec_whole, row, i)


@inlined
def prefetch_look(q: int, i: int, units: Units, sensors: Sensors) -> None:
    """Ask for what sensor ``q`` of unit ``i`` reads when it looks; what all sensors of a kind share is close by."""
    prefetch(sensors.spec_whole, SW.KIND, q)
    prefetch(units.key, 0, i)
    prefetch(units.spec_whole, UW.SIDE, i)
    prefetch(units.spec_whole, UW.SENSOR_FIRST, i)
    for row in _LOOK_REAL:
        prefetch(units.real, row, i)
    for row in _LOOK_WHOLE:
        prefetch(units.whole, row, i)


@inlined
def prefetch_target(j: int, c: int, units: Units, contacts: Contacts, work: Scratch) -> None:
    """Ask for what a look reads of unit ``j``, and of contact ``c`` that the side of the looker may hold on it."""
    for row in _TARGET_CONTACT:
        prefetch(contacts.whole, row, c)
    prefetch(contacts.real, C.ERROR_M, c)
    prefetch(work.whole, SI.SEEN_BY, c)
    prefetch(units.spec_whole, UW.DOMAIN, j)
    prefetch(units.spec_real, UP.RCS_M2, j)
    prefetch(units.key, 0, j)
    prefetch(units.real, U.Z, j)


@inlined
def prefetch_fire(i: int, m: int, units: Units, mounts: Mounts) -> None:
    """Ask for what unit ``i`` and its first mount ``m`` read when they search for targets."""
    prefetch(units.key, 0, i)
    for row in _FIRE_WHOLE:
        prefetch(units.whole, row, i)
    for row in _FIRE_PARAMS:
        prefetch(units.spec_whole, row, i)
    prefetch(units.real, U.X, i)
    prefetch(units.real, U.Y, i)
    for row in _MOUNT_REAL:
        prefetch(mounts.spec_real, row, m)
    for row in _MOUNT_WHOLE:
        prefetch(mounts.spec_whole, row, m)
    prefetch(mounts.whole, M.AMMO, m)
    prefetch(mounts.whole, M.READY_TICK, m)
