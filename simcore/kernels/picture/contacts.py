"""The contact tables of the sides: commit detections, let contacts age, drop what is stale."""

import numpy as np

from simcore.compiling.jit import formula, kernel
from simcore.events import Log, emit
from simcore.kernels.mathematics.approximations import normal_quantile
from simcore.kernels.mathematics.neighbours import sort_into_cells
from simcore.kernels.paths import reckon
from simcore.kernels.turns import order_by_key
from simcore.params import RP, RW, UW
from simcore.rng import Stream, draw, stream_key
from simcore.scratch import SI, SR
from simcore.state import C, K, T
from simcore.types import F64, I32, U64, EventKind, Identity, Level, Word

EAST = np.uint64(0)  # what tells the draws of the two errors of a position apart
NORTH = np.uint64(0x5851F42D4C957F2D)


@formula
def grown_error_m(error_m: float, age_s: float, growth_mps: float) -> float:
    """Return a contact's position error [m] after ``age_s`` without a look: it grows linearly."""
    return error_m + growth_mps * age_s


@kernel
def identify(seed: Word, replication: Word, n_th: int, observer: Word, target: Word, truth: int, rules: F64) -> int:
    """Return what ``observer`` takes ``target`` for, which is ``truth`` (Identity): both are keys of units.

    An enemy unit is taken for a neutral, a neutral or a decoy for an enemy unit, each with its own probability: the
    confusion matrix of an identification, drawn once for the ``n_th`` contact of a side on the target.
    """
    p_wrong = rules[RP.P_MISIDENTIFY_HOSTILE]
    if truth == Identity.NEUTRAL:
        p_wrong = rules[RP.P_MISIDENTIFY_NEUTRAL]
    elif truth == Identity.DECOY:
        p_wrong = rules[RP.P_MISIDENTIFY_DECOY]
    if p_wrong > 0.0 and draw(stream_key(seed, replication, n_th, Stream.IDENTITY), observer, target) < p_wrong:
        mistaken = Identity.NEUTRAL if truth == Identity.HOSTILE else Identity.HOSTILE
        return mistaken + 0  # a number, no member of an enumeration
    return truth


@kernel
def settle_identity(
    r: int,
    tick: int,
    side: int,
    i: int,
    j: int,
    identity: int,
    unit_whole: I32,
    limits: I32,
    contact_whole: I32,
    side_whole: I32,
    log: Log,
) -> None:
    """The side takes its contact on unit ``j`` for ``identity`` from now on, on the word of unit ``i``."""
    c = side * unit_whole.shape[1] + j
    contact_whole[K.IDENTITY, c] = identity
    if limits[RW.ASKS_IDENTITY] == 1:
        if identity != unit_whole[UW.IDENTITY, j]:
            side_whole[T.MISIDENTIFIED, side] += 1
        emit(log, r, tick, EventKind.IDENTIFIED, side, i, j, identity, contact_whole[K.SERIAL, c])


@kernel
def update_contact(
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
    contact_real: F64,
    contact_whole: I32,
) -> None:
    """Merge an observation into contact ``c`` that exists: the better of the old estimate and the new one.

    A first look fixes the position, the second gives the velocity.
    """
    dt = rules[RP.DT_S]
    age_s = (tick - contact_whole[K.TICK, c]) * dt
    old_error = grown_error_m(contact_real[C.ERROR_M, c], age_s, rules[RP.CONTACT_GROWTH_MPS])
    new_error = grown_error_m(error, (tick - observed_tick) * dt, rules[RP.CONTACT_GROWTH_MPS])
    if new_error <= old_error:
        contact_real[C.X, c] = x
        contact_real[C.Y, c] = y
        contact_real[C.ERROR_M, c] = error
        contact_real[C.VX, c] = vx
        contact_real[C.VY, c] = vy
        contact_whole[K.TICK, c] = observed_tick
    elif observed_tick == tick:
        contact_real[C.X, c] += contact_real[C.VX, c] * age_s
        contact_real[C.Y, c] += contact_real[C.VY, c] * age_s
        contact_real[C.ERROR_M, c] = old_error
        contact_real[C.VX, c] = vx
        contact_real[C.VY, c] = vy
        contact_whole[K.TICK, c] = tick
    if level > contact_whole[K.LEVEL, c]:
        contact_whole[K.LEVEL, c] = level


@kernel
def open_contact(
    tick: int,
    c: int,
    side: int,
    x: float,
    y: float,
    error: float,
    level: int,
    contact_real: F64,
    contact_whole: I32,
    side_whole: I32,
) -> int:
    """Start contact ``c`` and return its serial."""
    serial = side_whole[T.NEXT_SERIAL, side] + 1
    side_whole[T.NEXT_SERIAL, side] = serial
    side_whole[T.DETECTIONS, side] += 1
    if side_whole[T.FIRST_CONTACT_TICK, side] < 0:
        side_whole[T.FIRST_CONTACT_TICK, side] = tick
    contact_real[C.X, c] = x
    contact_real[C.Y, c] = y
    contact_real[C.VX, c] = 0.0
    contact_real[C.VY, c] = 0.0
    contact_real[C.ERROR_M, c] = error
    contact_whole[K.LEVEL, c] = level
    contact_whole[K.TICK, c] = tick
    contact_whole[K.SERIAL, c] = serial
    contact_whole[K.COMMITTED, c] = 0
    contact_whole[K.FIRST_TICK, c] = tick
    contact_whole[K.IDENTITY, c] = Identity.UNKNOWN
    contact_whole[K.TRACKS, c] += 1
    contact_whole[K.ENTERED, c] = tick
    return serial


@kernel
def take_sighting(
    i: int, c: int, error: float, ago: int, level: int, n_touched: int, key: U64, work_real: F64, work_whole: I32
) -> int:
    """Enter that unit ``i`` reports contact ``c``, seen ``ago`` ticks ago, with the error that it has by now.

    The most accurate observer counts, and of two as good the one with the lower key; the level is the highest. Returns
    how many contacts are touched now.
    """
    seen_error = work_real[SR.SEEN_ERROR]
    seen_by = work_whole[SI.SEEN_BY]
    seen_level = work_whole[SI.SEEN_LEVEL]
    seen_ago = work_whole[SI.SEEN_AGO]
    other = seen_by[c]
    if other < 0:
        work_whole[SI.TOUCHED, n_touched] = c
        seen_by[c] = i
        seen_error[c] = error
        seen_ago[c] = ago
        seen_level[c] = level
        return n_touched + 1
    if error < seen_error[c] or (error == seen_error[c] and key[i] < key[other]):
        seen_by[c] = i
        seen_error[c] = error
        seen_ago[c] = ago
    if level > seen_level[c]:
        seen_level[c] = level
    return n_touched


@kernel
def commit_detections(
    r: int,
    tick: int,
    seed: Word,
    replication: Word,
    n_touched: int,
    n_units: int,
    unit_whole: I32,
    key: U64,
    rules: F64,
    limits: I32,
    state_real: F64,
    contact_real: F64,
    contact_whole: I32,
    side_whole: I32,
    work_real: F64,
    work_whole: I32,
    log: Log,
    path_real: F64,
    path_whole: I32,
) -> None:
    """Turn this tick's detections into contacts. New ones are numbered by the keys of the units, whoever saw them.

    What has been seen some ticks ago is dead reckoned from there.
    """
    level = contact_whole[K.LEVEL]
    serial_of = contact_whole[K.SERIAL]
    truth = unit_whole[UW.IDENTITY]
    tracks = contact_whole[K.TRACKS]
    seen_error = work_real[SR.SEEN_ERROR]
    seen_by = work_whole[SI.SEEN_BY]
    seen_level = work_whole[SI.SEEN_LEVEL]
    seen_ago = work_whole[SI.SEEN_AGO]
    touched = work_whole[SI.TOUCHED]
    fresh = work_whole[SI.FRESH]
    noise = stream_key(seed, replication, tick, Stream.NOISE)
    n_fresh = 0
    for t in range(n_touched):
        c = int(touched[t])
        if level[c] == Level.NONE:
            fresh[n_fresh] = c
            n_fresh += 1
            continue
        side = c // n_units
        j = c - side * n_units
        i = seen_by[c]
        error = seen_error[c]
        x, y, vx, vy = reckon(j, tick, np.int64(seen_ago[c]), rules, limits, state_real, path_real, path_whole)
        east = normal_quantile(draw(noise, key[i] ^ EAST, key[j])) * error
        north = normal_quantile(draw(noise, key[i] ^ NORTH, key[j])) * error
        before = level[c]
        update_contact(
            tick,
            c,
            x + east,
            y + north,
            vx,
            vy,
            error,
            seen_level[c],
            tick,
            rules,
            contact_real,
            contact_whole,
        )
        if level[c] > before:
            emit(log, r, tick, EventKind.UPGRADE, side, i, j, level[c], serial_of[c])
            if level[c] == Level.IDENTIFIED:
                found = identify(seed, replication, tracks[c], key[i], key[j], truth[j], rules)
                settle_identity(r, tick, side, i, j, found, unit_whole, limits, contact_whole, side_whole, log)
        seen_by[c] = -1
    order_by_key(fresh, n_fresh, key, work_whole[SI.QUEUE], work_whole[SI.PENDING])
    for t in range(n_fresh):
        c = int(fresh[t])
        side = c // n_units
        j = c - side * n_units
        i = seen_by[c]
        error = seen_error[c]
        x, y, vx, vy = reckon(j, tick, np.int64(seen_ago[c]), rules, limits, state_real, path_real, path_whole)
        east = normal_quantile(draw(noise, key[i] ^ EAST, key[j])) * error
        north = normal_quantile(draw(noise, key[i] ^ NORTH, key[j])) * error
        serial = open_contact(
            tick,
            c,
            side,
            x + east,
            y + north,
            error,
            seen_level[c],
            contact_real,
            contact_whole,
            side_whole,
        )
        emit(log, r, tick, EventKind.CONTACT, side, i, j, seen_level[c], serial)
        if level[c] == Level.IDENTIFIED:
            found = identify(seed, replication, tracks[c], key[i], key[j], truth[j], rules)
            settle_identity(r, tick, side, i, j, found, unit_whole, limits, contact_whole, side_whole, log)
        seen_by[c] = -1


@kernel
def age_contacts(
    r: int,
    tick: int,
    n_units: int,
    rules: F64,
    limits: I32,
    contact_real: F64,
    contact_whole: I32,
    work_real: F64,
    work_whole: I32,
    log: Log,
) -> None:
    """Drop stale contacts, estimate where the others are now, and sort these estimates into cells.

    Mutates the contacts and the CONTACT_* rows of the work space, which the rest of the tick reads.
    """
    dt = rules[RP.DT_S]
    hold_s = rules[RP.CONTACT_HOLD_S]
    n = limits[RW.N_SIDES] * n_units
    level = contact_whole[K.LEVEL]
    seen_tick = contact_whole[K.TICK]
    serial = contact_whole[K.SERIAL]
    x = contact_real[C.X]
    y = contact_real[C.Y]
    vx = contact_real[C.VX]
    vy = contact_real[C.VY]
    estimate_x = work_real[SR.ESTIMATE_X]
    estimate_y = work_real[SR.ESTIMATE_Y]
    band = work_whole[SI.BAND]
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
        work_whole[SI.BUCKET],
        work_whole[SI.CONTACT_START],
        work_whole[SI.CONTACT_ORDER],
        work_real[SR.CONTACT_X],
        work_real[SR.CONTACT_Y],
    )
