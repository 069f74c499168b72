"""The contact tables of the sides: commit detections, let contacts age, drop what is stale."""

import numpy as np
from numba import njit

from simcore.events import Log, emit
from simcore.kernels.approximations import normal_quantile
from simcore.kernels.neighbours import sort_into_cells
from simcore.params import RP, RW
from simcore.rng import Stream, draw, stream_key
from simcore.scratch import SI, SR, Scratch
from simcore.state import C, Cells, K, T, U, W
from simcore.types import F64, I32, U64, EventKind, Level

_FIRST = np.uint64(0)
_SECOND = np.uint64(0x5851F42D4C957F2D)


@njit(cache=True, error_model="numpy")
def grown_error_m(error_m: float, age_s: float, growth_mps: float) -> float:
    """Return a contact's position error [m] after ``age_s`` without a look: it grows linearly."""
    return error_m + growth_mps * age_s


@njit(cache=True, error_model="numpy")
def update_contact(
    r: int,
    tick: int,
    c: int,
    x: float,
    y: float,
    vx: float,
    vy: float,
    error: float,
    level: int,
    observed_tick: int,
    rules: F64,
    contacts: Cells,
) -> None:
    """Merge an observation into contact ``c`` that exists: the better of the old estimate and the new one.

    A first look fixes the position, the second gives the velocity.
    """
    dt = rules[RP.DT_S]
    age_s = (tick - contacts.whole[r, K.TICK, c]) * dt
    old_error = grown_error_m(contacts.real[r, C.ERROR_M, c], age_s, rules[RP.CONTACT_GROWTH_MPS])
    new_error = grown_error_m(error, (tick - observed_tick) * dt, rules[RP.CONTACT_GROWTH_MPS])
    if new_error <= old_error:
        contacts.real[r, C.X, c] = x
        contacts.real[r, C.Y, c] = y
        contacts.real[r, C.ERROR_M, c] = error
        contacts.real[r, C.VX, c] = vx
        contacts.real[r, C.VY, c] = vy
        contacts.whole[r, K.TICK, c] = observed_tick
    elif observed_tick == tick:
        contacts.real[r, C.X, c] += contacts.real[r, C.VX, c] * age_s
        contacts.real[r, C.Y, c] += contacts.real[r, C.VY, c] * age_s
        contacts.real[r, C.ERROR_M, c] = old_error
        contacts.real[r, C.VX, c] = vx
        contacts.real[r, C.VY, c] = vy
        contacts.whole[r, K.TICK, c] = tick
    if level > contacts.whole[r, K.LEVEL, c]:
        contacts.whole[r, K.LEVEL, c] = level


@njit(cache=True, error_model="numpy")
def open_contact(
    r: int, tick: int, c: int, side: int, x: float, y: float, error: float, level: int, contacts: Cells, sides: Cells
) -> int:
    """Start contact ``c`` and return its serial."""
    serial = sides.whole[r, T.NEXT_SERIAL, side] + 1
    sides.whole[r, T.NEXT_SERIAL, side] = serial
    sides.whole[r, T.DETECTIONS, side] += 1
    if sides.whole[r, T.FIRST_CONTACT_TICK, side] < 0:
        sides.whole[r, T.FIRST_CONTACT_TICK, side] = tick
    contacts.real[r, C.X, c] = x
    contacts.real[r, C.Y, c] = y
    contacts.real[r, C.VX, c] = 0.0
    contacts.real[r, C.VY, c] = 0.0
    contacts.real[r, C.ERROR_M, c] = error
    contacts.whole[r, K.LEVEL, c] = level
    contacts.whole[r, K.TICK, c] = tick
    contacts.whole[r, K.SERIAL, c] = serial
    contacts.whole[r, K.COMMITTED, c] = 0
    contacts.whole[r, K.FIRST_TICK, c] = tick
    return serial


@njit(cache=True, error_model="numpy")
def commit_detections(
    r: int,
    tick: int,
    seed: np.uint64,
    replication: np.uint64,
    n_touched: int,
    n_units: int,
    key: U64,
    rules: F64,
    limits: I32,
    state: Cells,
    contacts: Cells,
    sides: Cells,
    scratch: Scratch,
    log: Log,
) -> None:
    """Turn this tick's detections into contacts. New contacts are numbered in unit order, whoever saw them."""
    x = state.real[r, U.X]
    y = state.real[r, U.Y]
    vx = state.real[r, U.VX]
    vy = state.real[r, U.VY]
    level = contacts.whole[r, K.LEVEL]
    serial_of = contacts.whole[r, K.SERIAL]
    seen_error = scratch.real[SR.SEEN_ERROR]
    seen_by = scratch.whole[SI.SEEN_BY]
    seen_level = scratch.whole[SI.SEEN_LEVEL]
    touched = scratch.whole[SI.TOUCHED]
    fresh = scratch.whole[SI.FRESH]
    noise = stream_key(seed, replication, tick, Stream.NOISE)
    n_fresh = 0
    for t in range(n_touched):
        c = touched[t]
        if level[c] == Level.NONE:
            fresh[n_fresh] = c
            n_fresh += 1
            continue
        side = c // n_units
        j = c - side * n_units
        i = seen_by[c]
        error = seen_error[c]
        east = normal_quantile(draw(noise, key[i] ^ _FIRST, key[j])) * error
        north = normal_quantile(draw(noise, key[i] ^ _SECOND, key[j])) * error
        before = level[c]
        update_contact(r, tick, c, x[j] + east, y[j] + north, vx[j], vy[j], error, seen_level[c], tick, rules, contacts)
        if level[c] > before:
            emit(log, r, tick, EventKind.UPGRADE, side, i, j, level[c], serial_of[c])
        seen_by[c] = -1
    if n_fresh > 32:
        # many at once: find them in order by a sweep instead of sorting
        n_fresh = 0
        for c in range(limits[RW.N_SIDES] * n_units):
            if seen_by[c] >= 0:
                fresh[n_fresh] = c
                n_fresh += 1
    else:
        for a in range(1, n_fresh):
            c = fresh[a]
            b = a - 1
            while b >= 0 and fresh[b] > c:
                fresh[b + 1] = fresh[b]
                b -= 1
            fresh[b + 1] = c
    for t in range(n_fresh):
        c = fresh[t]
        side = c // n_units
        j = c - side * n_units
        i = seen_by[c]
        error = seen_error[c]
        east = normal_quantile(draw(noise, key[i] ^ _FIRST, key[j])) * error
        north = normal_quantile(draw(noise, key[i] ^ _SECOND, key[j])) * error
        serial = open_contact(r, tick, c, side, x[j] + east, y[j] + north, error, seen_level[c], contacts, sides)
        emit(log, r, tick, EventKind.CONTACT, side, i, j, seen_level[c], serial)
        seen_by[c] = -1


@njit(cache=True, error_model="numpy")
def report_local_contact(
    r: int,
    tick: int,
    i: int,
    side: int,
    n_units: int,
    rules: F64,
    state: Cells,
    contacts: Cells,
    sides: Cells,
    log: Log,
) -> None:
    """Unit ``i`` has its link back: its own latest detection joins the side's picture."""
    j = state.whole[r, W.LOCAL, i]
    if j < 0:
        return
    seen_tick = state.whole[r, W.LOCAL_TICK, i]
    state.whole[r, W.LOCAL, i] = -1
    if (tick - seen_tick) * rules[RP.DT_S] > rules[RP.CONTACT_HOLD_S]:
        return
    c = side * n_units + j
    x = state.real[r, U.LOCAL_X, i]
    y = state.real[r, U.LOCAL_Y, i]
    error = state.real[r, U.LOCAL_ERROR_M, i]
    level = state.whole[r, W.LOCAL_LEVEL, i]
    if contacts.whole[r, K.LEVEL, c] == Level.NONE:
        serial = open_contact(r, seen_tick, c, side, x, y, error, level, contacts, sides)
        emit(log, r, tick, EventKind.CONTACT, side, i, j, level, serial)
    else:
        update_contact(
            r,
            tick,
            c,
            x,
            y,
            state.real[r, U.LOCAL_VX, i],
            state.real[r, U.LOCAL_VY, i],
            error,
            level,
            np.int64(seen_tick),
            rules,
            contacts,
        )


@njit(cache=True, error_model="numpy")
def age_contacts(
    r: int, tick: int, n_units: int, rules: F64, limits: I32, contacts: Cells, scratch: Scratch, log: Log
) -> None:
    """Drop stale contacts, estimate where the others are now, and sort these estimates into cells.

    Mutates the contacts and the CONTACT_* rows of the work space, which the rest of the tick reads.
    """
    dt = rules[RP.DT_S]
    hold_s = rules[RP.CONTACT_HOLD_S]
    n = limits[RW.N_SIDES] * n_units
    level = contacts.whole[r, K.LEVEL]
    seen_tick = contacts.whole[r, K.TICK]
    serial = contacts.whole[r, K.SERIAL]
    x = contacts.real[r, C.X]
    y = contacts.real[r, C.Y]
    vx = contacts.real[r, C.VX]
    vy = contacts.real[r, C.VY]
    estimate_x = scratch.real[SR.ESTIMATE_X]
    estimate_y = scratch.real[SR.ESTIMATE_Y]
    band = scratch.whole[SI.BAND]
    for c in range(n):
        if level[c] == Level.NONE:
            band[c] = -1
            continue
        age_s = (tick - seen_tick[c]) * dt
        side = c // n_units
        if age_s > hold_s:
            band[c] = -1
            level[c] = Level.NONE
            emit(log, r, tick, EventKind.CONTACT_LOST, side, -1, c - side * n_units, 0, serial[c])
            continue
        band[c] = side
        estimate_x[c] = x[c] + vx[c] * age_s
        estimate_y[c] = y[c] + vy[c] * age_s
    sort_into_cells(
        estimate_x,
        estimate_y,
        band,
        n,
        limits[RW.N_SIDES],
        rules,
        limits,
        scratch.whole[SI.BUCKET],
        scratch.whole[SI.CONTACT_START],
        scratch.whole[SI.CONTACT_ORDER],
        scratch.real[SR.CONTACT_X],
        scratch.real[SR.CONTACT_Y],
    )
