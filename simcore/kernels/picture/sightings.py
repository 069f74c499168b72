"""Sightings that take time: what a unit reports on others goes into a list of what is under way. And those of units
without a link, which keep the latest for themselves.

``reports`` works it into the picture when it arrives. Whole numbers that go from one function into another are made
int64, or the callee is compiled once for each kind.
"""

from enum import IntEnum

import numpy as np

from simcore.compiling.jit import inlined, kernel
from simcore.kernels.mathematics.approximations import normal_quantile
from simcore.kernels.paths import reckon
from simcore.kernels.picture.contacts import EAST, NORTH, grown_error_m, identify
from simcore.params import RP, UW
from simcore.rng import Stream, draw, stream_key
from simcore.scratch import SI, SR
from simcore.state import RC, RCW, WW, C, K, U, W
from simcore.types import F64, I32, NONE, U64, Identity, Level, Word

_MATERIAL = 0.5  # within the refresh time of a report another is sent only when its error is so much smaller


@kernel
def add_report(
    observed: int, tick: int, i: int, c: int, level: int, identity: int, state_whole: I32, report_whole: I32, world: I32
) -> int:
    """Send a report of unit ``i`` on contact ``c``. Returns its row, or -1 when there is no room."""
    k = int(world[WW.REPORTS])
    if k >= report_whole.shape[1]:
        world[WW.OVERFLOW] += 1
        return NONE + 0
    world[WW.REPORTS] = k + 1
    report_whole[RCW.DUE, k] = tick + state_whole[W.REPORT_DELAY, i]
    report_whole[RCW.TICK, k] = observed
    report_whole[RCW.UNIT, k] = i
    report_whole[RCW.CONTACT, k] = c
    report_whole[RCW.LEVEL, k] = level
    report_whole[RCW.IDENTITY, k] = identity
    report_whole[RCW.NEXT, k] = NONE
    return k


@inlined
def is_known(
    tick: int,
    c: int,
    error: float,
    level: int,
    rules: F64,
    contact_real: F64,
    contact_whole: I32,
    work_real: F64,
    work_whole: I32,
) -> bool:
    """Return whether a side whose reports take no time knows more of contact ``c`` than such a look could tell."""
    if work_whole[SI.SEEN_BY, c] >= 0 and work_real[SR.SEEN_ERROR, c] < error and work_whole[SI.SEEN_LEVEL, c] >= level:
        return True  # a better look of this tick has already been reported
    # until the second look the velocity is unknown
    if contact_whole[K.LEVEL, c] < level or contact_whole[K.TICK, c] <= contact_whole[K.FIRST_TICK, c]:
        return False
    age_s = (tick - contact_whole[K.TICK, c]) * rules[RP.DT_S]
    is_fresh = age_s <= rules[RP.CONTACT_FRESH_S]
    return is_fresh and grown_error_m(contact_real[C.ERROR_M, c], age_s, rules[RP.CONTACT_GROWTH_MPS]) <= error


@kernel
def is_news(
    tick: int, c: int, due: int, error: float, level: int, rules: F64, contact_real: F64, contact_whole: I32
) -> bool:
    """Return whether a look at contact ``c`` is to be reported, by what was sent before this tick.

    Within the refresh time of reports that arrive no later, and once two looks have been sent, it is only for a higher
    level or a much smaller error.
    """
    new = contact_whole[K.NEW_TICK, c]
    if new != 0 and new != tick + 1:
        contact_whole[K.SENT_TICK, c] = new
        contact_whole[K.SENT_DUE, c] = contact_whole[K.NEW_DUE, c]
        contact_whole[K.SENT_LEVEL, c] = max(contact_whole[K.SENT_LEVEL, c], contact_whole[K.NEW_LEVEL, c])
        contact_real[C.SENT_ERROR_M, c] = contact_real[C.NEW_ERROR_M, c]
        contact_whole[K.NEW_TICK, c] = 0
    sent = contact_whole[K.SENT_TICK, c]
    age_s = (tick + 1 - sent) * rules[RP.DT_S]
    if sent == 0 or age_s > rules[RP.CONTACT_HOLD_S]:
        contact_whole[K.SENT_FIRST, c] = tick + 1
        contact_whole[K.SENT_LEVEL, c] = Level.NONE
        return True
    is_old = age_s > rules[RP.CONTACT_FRESH_S] or sent == contact_whole[K.SENT_FIRST, c]
    is_better = level > contact_whole[K.SENT_LEVEL, c] or error < _MATERIAL * contact_real[C.SENT_ERROR_M, c]
    return is_old or is_better or due < contact_whole[K.SENT_DUE, c]


class _By(IntEnum):
    """Three ways in which a report may be the best of those of one tick on a contact."""

    FIRST = 0  # to arrive
    ERROR = 1
    LEVEL = 2


@kernel
def is_better(
    by: int,
    due_a: int,
    level_a: int,
    error_a: float,
    key_a: Word,
    due_b: int,
    level_b: int,
    error_b: float,
    key_b: Word,
) -> bool:
    """Return whether report ``a`` is better than ``b`` in one way (_By).

    Of equally precise ones the key decides, as it does among looks that take no time; else the other ways, and then the
    key.
    """
    if by == _By.FIRST and due_a != due_b:
        return due_a < due_b
    if by == _By.ERROR and (error_a != error_b or key_a != key_b):
        return error_a < error_b or (error_a == error_b and key_a < key_b)
    if level_a != level_b:
        return level_a > level_b
    if error_a != error_b:
        return error_a < error_b
    if due_a != due_b:
        return due_a < due_b
    return key_a < key_b


@kernel
def best_row(
    by: int,
    last: int,
    tick: int,
    due: int,
    level: int,
    error: float,
    own_key: Word,
    key: U64,
    rules: F64,
    report_real: F64,
    report_whole: I32,
) -> int:
    """Return the best (_By) of the reports of this tick in a row's chain; -1 when the new one is as good or better."""
    best = NONE + 0
    growth = rules[RP.CONTACT_GROWTH_MPS]
    k = int(last)
    while k >= 0:
        was_level = int(report_whole[RCW.LEVEL, k])
        if was_level > Level.NONE:
            age_s = (tick - report_whole[RCW.TICK, k]) * rules[RP.DT_S]
            was_error = grown_error_m(report_real[RC.ERROR_M, k], age_s, growth)
            was_due = int(report_whole[RCW.DUE, k])
            other = key[report_whole[RCW.UNIT, k]]
            if is_better(by, was_due, was_level, was_error, other, due, level, error, own_key):
                best, due, level, error, own_key = k, was_due, was_level, was_error, other
        k = int(report_whole[RCW.NEXT, k])
    return best


@kernel
def sight(
    tick: int,
    seed: Word,
    replication: Word,
    i: int,
    j: int,
    error: float,
    ago: int,
    level: int,
    unit_whole: I32,
    key: U64,
    rules: F64,
    state_real: F64,
    state_whole: I32,
    contact_real: F64,
    contact_whole: I32,
    report_real: F64,
    report_whole: I32,
    world: I32,
    limits: I32,
    path_real: F64,
    path_whole: I32,
) -> None:
    """Unit ``i``, whose reports take time, saw unit ``j`` ``ago`` ticks ago: send it if it is news.

    The error is the one that the sighting has by now.

    Of the reports of one tick on a contact three are kept at most: the first to arrive, the most precise and the one of
    the highest level. The best of all is the same whoever looks first, so the order of the units plays no part. The
    errors are those that the side would draw without latency.
    """
    c = unit_whole[UW.SIDE, i] * unit_whole.shape[1] + j
    due = tick + int(state_whole[W.REPORT_DELAY, i])
    if not is_news(tick, c, due, error, level, rules, contact_real, contact_whole):
        return
    last = int(contact_whole[K.NEW_ROW, c]) if contact_whole[K.NEW_TICK, c] == tick + 1 else -1
    spare = -1
    if last >= 0:
        own_key = key[i]
        first = best_row(
            np.int64(_By.FIRST), last, tick, due, level, error, own_key, key, rules, report_real, report_whole
        )
        precise = best_row(
            np.int64(_By.ERROR), last, tick, due, level, error, own_key, key, rules, report_real, report_whole
        )
        highest = best_row(
            np.int64(_By.LEVEL), last, tick, due, level, error, own_key, key, rules, report_real, report_whole
        )
        if first >= 0 and precise >= 0 and highest >= 0:
            return
        k = last
        while k >= 0:
            if k != first and k != precise and k != highest:
                report_whole[RCW.LEVEL, k] = -1
                spare = k
            k = int(report_whole[RCW.NEXT, k])
    k = spare
    if k < 0:
        k = add_report(np.int64(tick), tick, i, c, level, np.int64(NONE), state_whole, report_whole, world)
        if k < 0:
            return
        report_whole[RCW.NEXT, k] = last
        contact_whole[K.NEW_ROW, c] = k
    else:
        report_whole[RCW.DUE, k] = due
        report_whole[RCW.UNIT, k] = i
        report_whole[RCW.LEVEL, k] = level
    noise = stream_key(seed, replication, tick, Stream.NOISE)
    x, y, vx, vy = reckon(j, tick, ago, rules, limits, state_real, path_real, path_whole)
    report_real[RC.X, k] = x + normal_quantile(draw(noise, key[i] ^ EAST, key[j])) * error
    report_real[RC.Y, k] = y + normal_quantile(draw(noise, key[i] ^ NORTH, key[j])) * error
    report_real[RC.VX, k] = vx
    report_real[RC.VY, k] = vy
    report_real[RC.ERROR_M, k] = error
    if last < 0:
        contact_whole[K.NEW_TICK, c] = tick + 1
        contact_whole[K.NEW_DUE, c] = due
        contact_whole[K.NEW_LEVEL, c] = level
        contact_real[C.NEW_ERROR_M, c] = error
    else:
        contact_whole[K.NEW_DUE, c] = min(contact_whole[K.NEW_DUE, c], due)
        contact_whole[K.NEW_LEVEL, c] = max(contact_whole[K.NEW_LEVEL, c], level)
        contact_real[C.NEW_ERROR_M, c] = min(contact_real[C.NEW_ERROR_M, c], error)


@kernel
def report_sightings(
    tick: int,
    seed: Word,
    replication: Word,
    i: int,
    n_seen: int,
    unit_whole: I32,
    key: U64,
    rules: F64,
    state_real: F64,
    state_whole: I32,
    contact_real: F64,
    contact_whole: I32,
    report_real: F64,
    report_whole: I32,
    world: I32,
    work_real: F64,
    work_whole: I32,
    limits: I32,
    path_real: F64,
    path_whole: I32,
) -> None:
    """Unit ``i`` reports what a look has detected: the first ``n_seen`` entries of the FOUND rows."""
    for f in range(n_seen):
        sight(
            tick, seed, replication, i, np.int64(work_whole[SI.FOUND, f]), work_real[SR.FOUND_ERROR, f],
            np.int64(work_whole[SI.FOUND_AGO, f]), np.int64(work_whole[SI.FOUND_LEVEL, f]), unit_whole, key, rules,
            state_real, state_whole, contact_real, contact_whole, report_real, report_whole, world, limits, path_real,
            path_whole,
        )  # fmt: skip


@kernel
def report_kill(
    tick: int, i: int, c: int, j: int, state_whole: I32, contact_whole: I32, report_whole: I32, world: I32
) -> None:
    """Unit ``i`` knows that it has destroyed unit ``j``: the side drops contact ``c``, now or when the report comes."""
    if state_whole[W.REPORT_DELAY, i] == 0:
        contact_whole[K.LEVEL, c] = Level.NONE
        return
    add_report(np.int64(tick), tick, i, c, np.int64(Level.NONE), np.int64(NONE), state_whole, report_whole, world)
    state_whole[W.KNOWN_DEAD, i] = j
    if state_whole[W.LOCAL, i] == j:
        state_whole[W.LOCAL, i] = NONE


@kernel
def locate(
    noise: Word,
    i: int,
    j: int,
    tick: int,
    ago: int,
    error: float,
    key: U64,
    rules: F64,
    limits: I32,
    state_real: F64,
    path_real: F64,
    path_whole: I32,
) -> tuple[float, float, float, float]:
    """Return where unit ``i`` alone believes unit ``j`` to be, and its velocity, after a look with this error [m].

    What has been seen ``ago`` ticks ago is dead reckoned from there.
    """
    x, y, vx, vy = reckon(j, tick, ago, rules, limits, state_real, path_real, path_whole)
    east = normal_quantile(draw(noise, key[i], key[j])) * error
    north = normal_quantile(draw(noise, key[j], key[i])) * error
    return x + east, y + north, vx, vy


@kernel
def remember(
    tick: int,
    seed: Word,
    replication: Word,
    i: int,
    ago: int,
    unit_whole: I32,
    key: U64,
    rules: F64,
    limits: I32,
    state_real: F64,
    state_whole: I32,
    path_real: F64,
    path_whole: I32,
) -> None:
    """Keep what a unit without a link sees with its own sensors: the nearest target of its last look, LOCAL.

    One in a no-fire zone counts as farther than all others. It was seen ``ago`` ticks ago. What the unit once took the
    target for it goes on to believe until it looks closely at another.
    """
    j = np.int64(state_whole[W.LOCAL, i])
    error = state_real[U.LOCAL_ERROR_M, i]
    noise = stream_key(seed, replication, tick, Stream.NOISE)
    x, y, vx, vy = locate(noise, i, j, tick, ago, error, key, rules, limits, state_real, path_real, path_whole)
    state_whole[W.LOCAL_TICK, i] = tick
    state_real[U.LOCAL_X, i] = x
    state_real[U.LOCAL_Y, i] = y
    state_real[U.LOCAL_VX, i] = vx
    state_real[U.LOCAL_VY, i] = vy
    if state_whole[W.LOCAL_LEVEL, i] == Level.IDENTIFIED:
        truth = unit_whole[UW.IDENTITY, j]
        state_whole[W.LOCAL_IDENTITY, i] = identify(seed, replication, 0, key[i], key[j], truth, rules)
        state_whole[W.LOCAL_KNOWN, i] = j
    elif state_whole[W.LOCAL_KNOWN, i] != j:
        state_whole[W.LOCAL_IDENTITY, i] = Identity.UNKNOWN
        state_whole[W.LOCAL_KNOWN, i] = -1
