"""The contact tables of the sides: merge observations, commit detections, age contacts, drop stale contacts."""

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from simcore.compiling.jit import formula, kernel
from simcore.events import Log, emit
from simcore.kernels.mathematics.approximations import normal_quantile
from simcore.kernels.mathematics.neighbours import cell_of, fill_cells
from simcore.kernels.paths import reckon
from simcore.kernels.turns import list_marked, order_by_key
from simcore.kinds import Contacts, Moment, Paths, Rules, Sides, Units
from simcore.params import RuleR, RuleW, UnitSpecW
from simcore.rng import Stream, draw, stream_key
from simcore.scratch import Scratch, ScratchR, ScratchW
from simcore.state import ContactR, ContactW, SideW
from simcore.types import NONE, EventKind, Identity, Level, Word

EAST = np.uint64(0)  # keys of the draws of the two errors of a position
NORTH = np.uint64(0x5851F42D4C957F2D)


class Door(IntEnum):
    """The way of an observation into the picture of its side."""

    PROMPT = 0  # a report that takes no time
    RESTORED = 1  # the own sighting of a unit whose link is restored; its upgrades are not announced
    DELAYED = 2  # a report that takes time


class Observation(NamedTuple):
    """An observation of a unit; whole numbers are int64, so that kernels that take it are compiled once."""

    tick: int | np.int64
    level: int | np.int64
    identity: int | np.int64  # Identity as believed by the observer, or -1: to be drawn
    x: float  # [m]
    y: float
    vx: float  # [m/s]
    vy: float
    error_m: float


@formula
def grown_error_m(error_m: float, age_s: float, growth_mps: float) -> float:
    """Return a contact's position error [m] after ``age_s`` without a detection: it grows linearly."""
    return error_m + growth_mps * age_s


@kernel
def identify(now: Moment, n_th: int, observer: Word, target: Word, truth: int, rules: Rules) -> int:
    """Return the Identity of ``target`` as believed by ``observer`` (keys of units); ``truth`` is its true Identity.

    An enemy unit may be taken for a neutral; a neutral or protected unit, or a decoy, for an enemy unit, each with its
    own probability: the confusion matrix of an identification, drawn once for the ``n_th`` contact of a side.
    """
    p_wrong = rules.real[RuleR.P_MISIDENTIFY_HOSTILE]
    if truth == Identity.NEUTRAL or truth == Identity.PROTECTED:
        p_wrong = rules.real[RuleR.P_MISIDENTIFY_NEUTRAL]
    elif truth == Identity.DECOY:
        p_wrong = rules.real[RuleR.P_MISIDENTIFY_DECOY]
    if p_wrong > 0.0 and draw(stream_key(now.seed, now.replication, n_th, Stream.IDENTITY), observer, target) < p_wrong:
        mistaken = Identity.NEUTRAL if truth == Identity.HOSTILE else Identity.HOSTILE
        return mistaken + 0  # a number, no member of an enumeration
    return truth


@kernel
def settle_identity(
    now: Moment,
    side: int,
    i: int,
    j: int,
    identity: int,
    units: Units,
    rules: Rules,
    contacts: Contacts,
    sides: Sides,
    log: Log,
) -> None:
    """Set the identity of the side's contact on unit ``j`` to ``identity``, as reported by unit ``i``."""
    c = side * units.spec_whole.shape[1] + j
    contacts.whole[ContactW.IDENTITY, c] = identity
    if rules.whole[RuleW.ASKS_IDENTITY] == 1:
        if identity != units.spec_whole[UnitSpecW.IDENTITY, j]:
            sides.whole[SideW.MISIDENTIFIED, side] += 1
        emit(log, now, EventKind.IDENTIFIED, side, i, j, identity, contacts.whole[ContactW.SERIAL, c])


@kernel
def update_contact(tick: int, c: int, seen: Observation, rules: Rules, contacts: Contacts) -> None:
    """Merge an observation into the existing contact ``c``: keep the better of the two estimates, compared at ``tick``.

    The first detection gives the position, the second the velocity.
    """
    dt = rules.real[RuleR.DT_S]
    age_s = (tick - contacts.whole[ContactW.TICK, c]) * dt
    old_error = grown_error_m(contacts.real[ContactR.ERROR_M, c], age_s, rules.real[RuleR.CONTACT_GROWTH_MPS])
    new_error = grown_error_m(seen.error_m, (tick - seen.tick) * dt, rules.real[RuleR.CONTACT_GROWTH_MPS])
    if new_error <= old_error:
        contacts.real[ContactR.X, c] = seen.x
        contacts.real[ContactR.Y, c] = seen.y
        contacts.real[ContactR.ERROR_M, c] = seen.error_m
        contacts.real[ContactR.VX, c] = seen.vx
        contacts.real[ContactR.VY, c] = seen.vy
        contacts.whole[ContactW.TICK, c] = seen.tick
    elif seen.tick == tick:
        contacts.real[ContactR.X, c] += contacts.real[ContactR.VX, c] * age_s
        contacts.real[ContactR.Y, c] += contacts.real[ContactR.VY, c] * age_s
        contacts.real[ContactR.ERROR_M, c] = old_error
        contacts.real[ContactR.VX, c] = seen.vx
        contacts.real[ContactR.VY, c] = seen.vy
        contacts.whole[ContactW.TICK, c] = tick
    if seen.level > contacts.whole[ContactW.LEVEL, c]:
        contacts.whole[ContactW.LEVEL, c] = seen.level


@kernel
def update_contact_late(c: int, seen: Observation, rules: Rules, contacts: Contacts) -> None:
    """Merge an observation that arrives late, perhaps after a later observation, into the existing contact ``c``.

    A less precise observation of the contact's own tick adds only its level, and two observations of one tick give no
    velocity.
    """
    last = np.int64(contacts.whole[ContactW.TICK, c])
    if last == seen.tick and contacts.real[ContactR.ERROR_M, c] <= seen.error_m:
        contacts.whole[ContactW.LEVEL, c] = max(contacts.whole[ContactW.LEVEL, c], seen.level)
        return
    vx, vy = seen.vx, seen.vy
    if seen.tick == contacts.whole[ContactW.FIRST_TICK, c]:
        vx, vy = 0.0, 0.0
    still = Observation(seen.tick, seen.level, seen.identity, seen.x, seen.y, vx, vy, seen.error_m)
    update_contact(max(seen.tick, last), c, still, rules, contacts)


@kernel
def open_contact(c: int, side: int, seen: Observation, contacts: Contacts, sides: Sides) -> int:
    """Start contact ``c`` and return its serial."""
    serial = sides.whole[SideW.NEXT_SERIAL, side] + 1
    sides.whole[SideW.NEXT_SERIAL, side] = serial
    sides.whole[SideW.DETECTIONS, side] += 1
    if sides.whole[SideW.FIRST_CONTACT_TICK, side] < 0:
        sides.whole[SideW.FIRST_CONTACT_TICK, side] = seen.tick
    contacts.real[ContactR.X, c] = seen.x
    contacts.real[ContactR.Y, c] = seen.y
    contacts.real[ContactR.VX, c] = 0.0
    contacts.real[ContactR.VY, c] = 0.0
    contacts.real[ContactR.ERROR_M, c] = seen.error_m
    contacts.whole[ContactW.LEVEL, c] = seen.level
    contacts.whole[ContactW.TICK, c] = seen.tick
    contacts.whole[ContactW.SERIAL, c] = serial
    contacts.whole[ContactW.COMMITTED, c] = 0
    contacts.whole[ContactW.FIRST_TICK, c] = seen.tick
    contacts.whole[ContactW.IDENTITY, c] = Identity.UNKNOWN
    contacts.whole[ContactW.TRACKS, c] += 1
    contacts.whole[ContactW.ENTERED, c] = seen.tick
    return serial


@kernel
def merge_observation(
    now: Moment,
    side: int,
    i: int,
    j: int,
    seen: Observation,
    door: int,
    units: Units,
    rules: Rules,
    contacts: Contacts,
    sides: Sides,
    log: Log,
) -> None:
    """Merge an observation of unit ``j`` by unit ``i`` into the picture of ``side``, to which it came by a Door.

    It opens the contact or updates it. The first observation that identifies the target settles the identity.
    """
    c = side * units.spec_whole.shape[1] + j
    before = contacts.whole[ContactW.LEVEL, c]
    if before == Level.NONE:
        serial = open_contact(c, side, seen, contacts, sides)
        if door == Door.DELAYED:
            contacts.whole[ContactW.ENTERED, c] = now.tick
        emit(log, now, EventKind.CONTACT, side, i, j, seen.level, serial)
    else:
        if door == Door.DELAYED:
            update_contact_late(c, seen, rules, contacts)
        else:
            update_contact(now.tick, c, seen, rules, contacts)
        level = contacts.whole[ContactW.LEVEL, c]
        if level > before and door != Door.RESTORED:
            emit(log, now, EventKind.UPGRADE, side, i, j, level, contacts.whole[ContactW.SERIAL, c])
    if before < Level.IDENTIFIED and contacts.whole[ContactW.LEVEL, c] == Level.IDENTIFIED:
        identity = seen.identity
        if identity < 0:
            n_th = np.int64(contacts.whole[ContactW.TRACKS, c])
            truth = units.spec_whole[UnitSpecW.IDENTITY, j]
            identity = identify(now, n_th, units.key[i], units.key[j], truth, rules)
        settle_identity(now, side, i, j, identity, units, rules, contacts, sides, log)


@kernel
def take_sighting(
    i: int, c: int, error: float, ago: int, level: int, n_touched: int, units: Units, work: Scratch
) -> int:
    """Enter a report of unit ``i`` on contact ``c``, seen ``ago`` ticks ago, with its present error.

    The most accurate observer counts, of two equally accurate the lower key; the level is the highest reported. Returns
    the number of contacts touched so far.
    """
    seen_error = work.real[ScratchR.SEEN_ERROR]
    seen_by = work.whole[ScratchW.SEEN_BY]
    seen_level = work.whole[ScratchW.SEEN_LEVEL]
    seen_ago = work.whole[ScratchW.SEEN_AGO]
    other = seen_by[c]
    if other < 0:
        work.whole[ScratchW.TOUCHED, n_touched] = c
        seen_by[c] = i
        seen_error[c] = error
        seen_ago[c] = ago
        seen_level[c] = level
        return n_touched + 1
    if error < seen_error[c] or (error == seen_error[c] and units.key[i] < units.key[other]):
        seen_by[c] = i
        seen_error[c] = error
        seen_ago[c] = ago
    if level > seen_level[c]:
        seen_level[c] = level
    return n_touched


@kernel
def commit_detections(
    now: Moment,
    n_touched: int,
    n_units: int,
    units: Units,
    rules: Rules,
    contacts: Contacts,
    sides: Sides,
    work: Scratch,
    log: Log,
    paths: Paths,
) -> None:
    """Turn this tick's detections into contacts. New contacts are numbered by the keys of the detected units.

    Earlier sightings are dead reckoned to the present.
    """
    level = contacts.whole[ContactW.LEVEL]
    seen_by = work.whole[ScratchW.SEEN_BY]
    touched = work.whole[ScratchW.TOUCHED]
    fresh = work.whole[ScratchW.DUE]  # all looks have had their turns
    noise = stream_key(now.seed, now.replication, now.tick, Stream.NOISE)
    n_known, n_fresh = 0, 0
    for t in range(n_touched):
        c = int(touched[t])
        if level[c] == Level.NONE:
            fresh[n_fresh] = c
            n_fresh += 1
        else:
            touched[n_known] = c
            n_known += 1
    order_by_key(fresh, n_fresh, units.key, work.whole[ScratchW.QUEUE], work.whole[ScratchW.PENDING])
    for t in range(n_touched):
        c = int(touched[t]) if t < n_known else int(fresh[t - n_known])
        side = c // n_units
        j = c - side * n_units
        i = np.int64(seen_by[c])
        error = work.real[ScratchR.SEEN_ERROR, c]
        x, y, vx, vy = reckon(j, now.tick, np.int64(work.whole[ScratchW.SEEN_AGO, c]), rules, units, paths)
        x += normal_quantile(draw(noise, units.key[i] ^ EAST, units.key[j])) * error
        y += normal_quantile(draw(noise, units.key[i] ^ NORTH, units.key[j])) * error
        seen_level = np.int64(work.whole[ScratchW.SEEN_LEVEL, c])
        seen = Observation(now.tick, seen_level, np.int64(NONE), x, y, vx, vy, error)
        merge_observation(now, side, i, j, seen, np.int64(Door.PROMPT), units, rules, contacts, sides, log)
        seen_by[c] = -1


@kernel
def age_contacts(now: Moment, n_units: int, rules: Rules, contacts: Contacts, work: Scratch, log: Log) -> None:
    """Drop stale contacts, estimate the current positions of the others, and sort the estimates into cells.

    Mutates the contacts and the CONTACT_* rows of the work space, which are read in the rest of the tick.
    """
    dt = rules.real[RuleR.DT_S]
    hold_s = rules.real[RuleR.CONTACT_HOLD_S]
    n = rules.whole[RuleW.N_SIDES] * n_units
    level = contacts.whole[ContactW.LEVEL]
    seen_tick = contacts.whole[ContactW.TICK]
    serial = contacts.whole[ContactW.SERIAL]
    x = contacts.real[ContactR.X]
    y = contacts.real[ContactR.Y]
    vx = contacts.real[ContactR.VX]
    vy = contacts.real[ContactR.VY]
    estimate_x = work.real[ScratchR.ESTIMATE_X]
    estimate_y = work.real[ScratchR.ESTIMATE_Y]
    bucket = work.whole[ScratchW.BUCKET]
    nx, ny = np.int64(rules.whole[RuleW.NX]), np.int64(rules.whole[RuleW.NY])
    west, south = rules.real[RuleR.WEST], rules.real[RuleR.SOUTH]
    per_cell = 1.0 / rules.real[RuleR.CELL_M]
    held = work.whole[ScratchW.DUE]
    n_held = list_marked(level, np.int64(n), held)  # few are, and none of a side on its own units
    n_left = 0
    for h in range(n_held):
        c = int(held[h])
        age_s = (now.tick - seen_tick[c]) * dt
        side = c // n_units
        if age_s > hold_s:
            level[c] = Level.NONE
            emit(log, now, EventKind.CONTACT_LOST, side, -1, c - side * n_units, 0, serial[c])
            continue
        held[n_left] = c  # overwrites an entry already read
        n_left += 1
        estimate_x[c] = x[c] + vx[c] * age_s
        estimate_y[c] = y[c] + vy[c] * age_s
        bucket[c] = cell_of(estimate_x[c], estimate_y[c], side, west, south, per_cell, nx, ny)
    total = rules.whole[RuleW.N_SIDES] * nx * ny
    fill_cells(
        estimate_x, estimate_y, held, n_left, total, bucket, work.whole[ScratchW.CONTACT_START],
        work.whole[ScratchW.CONTACT_ORDER], work.real[ScratchR.CONTACT_X], work.real[ScratchR.CONTACT_Y],
    )  # fmt: skip
