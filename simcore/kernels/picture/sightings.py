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
from simcore.kinds import Contacts, Messages, Moment, Paths, Rules, Units
from simcore.params import RuleR, UnitSpecW
from simcore.rng import Stream, draw, stream_key
from simcore.scratch import Scratch, ScratchR, ScratchW
from simcore.state import ContactR, ContactReportR, ContactReportW, ContactW, UnitR, UnitW, WorldW
from simcore.types import I32, NONE, Identity, Level, Word

_MATERIAL = 0.5  # within the refresh time of a report another is sent only when its error is so much smaller


@kernel
def add_report(
    observed: int, tick: int, i: int, c: int, level: int, identity: int, units: Units, messages: Messages, world: I32
) -> int:
    """Send a report of unit ``i`` on contact ``c``. Returns its row, or -1 when there is no room."""
    k = int(world[WorldW.REPORTS])
    if k >= messages.report_whole.shape[1]:
        world[WorldW.OVERFLOW] += 1
        return NONE + 0
    world[WorldW.REPORTS] = k + 1
    messages.report_whole[ContactReportW.DUE, k] = tick + units.whole[UnitW.REPORT_DELAY, i]
    messages.report_whole[ContactReportW.TICK, k] = observed
    messages.report_whole[ContactReportW.UNIT, k] = i
    messages.report_whole[ContactReportW.CONTACT, k] = c
    messages.report_whole[ContactReportW.LEVEL, k] = level
    messages.report_whole[ContactReportW.IDENTITY, k] = identity
    messages.report_whole[ContactReportW.NEXT, k] = NONE
    return k


@inlined
def is_known(tick: int, c: int, error: float, level: int, rules: Rules, contacts: Contacts, work: Scratch) -> bool:
    """Return whether a side whose reports take no time knows more of contact ``c`` than such a look could tell."""
    if (
        work.whole[ScratchW.SEEN_BY, c] >= 0
        and work.real[ScratchR.SEEN_ERROR, c] < error
        and work.whole[ScratchW.SEEN_LEVEL, c] >= level
    ):
        return True  # a better look of this tick has already been reported
    # until the second look the velocity is unknown
    if (
        contacts.whole[ContactW.LEVEL, c] < level
        or contacts.whole[ContactW.TICK, c] <= contacts.whole[ContactW.FIRST_TICK, c]
    ):
        return False
    age_s = (tick - contacts.whole[ContactW.TICK, c]) * rules.real[RuleR.DT_S]
    is_fresh = age_s <= rules.real[RuleR.CONTACT_FRESH_S]
    return (
        is_fresh
        and grown_error_m(contacts.real[ContactR.ERROR_M, c], age_s, rules.real[RuleR.CONTACT_GROWTH_MPS]) <= error
    )


@kernel
def is_news(tick: int, c: int, due: int, error: float, level: int, rules: Rules, contacts: Contacts) -> bool:
    """Return whether a look at contact ``c`` is to be reported, by what was sent before this tick.

    Within the refresh time of reports that arrive no later, and once two looks have been sent, it is only for a higher
    level or a much smaller error.
    """
    new = contacts.whole[ContactW.NEW_TICK, c]
    if new != 0 and new != tick + 1:
        contacts.whole[ContactW.SENT_TICK, c] = new
        contacts.whole[ContactW.SENT_DUE, c] = contacts.whole[ContactW.NEW_DUE, c]
        contacts.whole[ContactW.SENT_LEVEL, c] = max(
            contacts.whole[ContactW.SENT_LEVEL, c], contacts.whole[ContactW.NEW_LEVEL, c]
        )
        contacts.real[ContactR.SENT_ERROR_M, c] = contacts.real[ContactR.NEW_ERROR_M, c]
        contacts.whole[ContactW.NEW_TICK, c] = 0
    sent = contacts.whole[ContactW.SENT_TICK, c]
    age_s = (tick + 1 - sent) * rules.real[RuleR.DT_S]
    if sent == 0 or age_s > rules.real[RuleR.CONTACT_HOLD_S]:
        contacts.whole[ContactW.SENT_FIRST, c] = tick + 1
        contacts.whole[ContactW.SENT_LEVEL, c] = Level.NONE
        return True
    is_old = age_s > rules.real[RuleR.CONTACT_FRESH_S] or sent == contacts.whole[ContactW.SENT_FIRST, c]
    is_better = (
        level > contacts.whole[ContactW.SENT_LEVEL, c] or error < _MATERIAL * contacts.real[ContactR.SENT_ERROR_M, c]
    )
    return is_old or is_better or due < contacts.whole[ContactW.SENT_DUE, c]


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
    units: Units,
    rules: Rules,
    messages: Messages,
) -> int:
    """Return the best (_By) of the reports of this tick in a row's chain; -1 when the new one is as good or better."""
    best = NONE + 0
    growth = rules.real[RuleR.CONTACT_GROWTH_MPS]
    k = int(last)
    while k >= 0:
        was_level = int(messages.report_whole[ContactReportW.LEVEL, k])
        if was_level > Level.NONE:
            age_s = (tick - messages.report_whole[ContactReportW.TICK, k]) * rules.real[RuleR.DT_S]
            was_error = grown_error_m(messages.report_real[ContactReportR.ERROR_M, k], age_s, growth)
            was_due = int(messages.report_whole[ContactReportW.DUE, k])
            other = units.key[messages.report_whole[ContactReportW.UNIT, k]]
            if is_better(by, was_due, was_level, was_error, other, due, level, error, own_key):
                best, due, level, error, own_key = k, was_due, was_level, was_error, other
        k = int(messages.report_whole[ContactReportW.NEXT, k])
    return best


@kernel
def sight(
    now: Moment,
    i: int,
    j: int,
    error: float,
    ago: int,
    level: int,
    units: Units,
    rules: Rules,
    contacts: Contacts,
    messages: Messages,
    world: I32,
    paths: Paths,
) -> None:
    """Unit ``i``, whose reports take time, saw unit ``j`` ``ago`` ticks ago: send it if it is news.

    The error is the one that the sighting has by now.

    Of the reports of one tick on a contact three are kept at most: the first to arrive, the most precise and the one of
    the highest level. The best of all is the same whoever looks first, so the order of the units plays no part. The
    errors are those that the side would draw without latency.
    """
    c = units.spec_whole[UnitSpecW.SIDE, i] * units.spec_whole.shape[1] + j
    due = now.tick + int(units.whole[UnitW.REPORT_DELAY, i])
    if not is_news(now.tick, c, due, error, level, rules, contacts):
        return
    last = int(contacts.whole[ContactW.NEW_ROW, c]) if contacts.whole[ContactW.NEW_TICK, c] == now.tick + 1 else -1
    spare = -1
    if last >= 0:
        own_key = units.key[i]
        first = best_row(np.int64(_By.FIRST), last, now.tick, due, level, error, own_key, units, rules, messages)
        precise = best_row(np.int64(_By.ERROR), last, now.tick, due, level, error, own_key, units, rules, messages)
        highest = best_row(np.int64(_By.LEVEL), last, now.tick, due, level, error, own_key, units, rules, messages)
        if first >= 0 and precise >= 0 and highest >= 0:
            return
        k = last
        while k >= 0:
            if k != first and k != precise and k != highest:
                messages.report_whole[ContactReportW.LEVEL, k] = -1
                spare = k
            k = int(messages.report_whole[ContactReportW.NEXT, k])
    k = spare
    if k < 0:
        k = add_report(np.int64(now.tick), now.tick, i, c, level, np.int64(NONE), units, messages, world)
        if k < 0:
            return
        messages.report_whole[ContactReportW.NEXT, k] = last
        contacts.whole[ContactW.NEW_ROW, c] = k
    else:
        messages.report_whole[ContactReportW.DUE, k] = due
        messages.report_whole[ContactReportW.UNIT, k] = i
        messages.report_whole[ContactReportW.LEVEL, k] = level
    noise = stream_key(now.seed, now.replication, now.tick, Stream.NOISE)
    x, y, vx, vy = reckon(j, now.tick, ago, rules, units, paths)
    messages.report_real[ContactReportR.X, k] = (
        x + normal_quantile(draw(noise, units.key[i] ^ EAST, units.key[j])) * error
    )
    messages.report_real[ContactReportR.Y, k] = (
        y + normal_quantile(draw(noise, units.key[i] ^ NORTH, units.key[j])) * error
    )
    messages.report_real[ContactReportR.VX, k] = vx
    messages.report_real[ContactReportR.VY, k] = vy
    messages.report_real[ContactReportR.ERROR_M, k] = error
    if last < 0:
        contacts.whole[ContactW.NEW_TICK, c] = now.tick + 1
        contacts.whole[ContactW.NEW_DUE, c] = due
        contacts.whole[ContactW.NEW_LEVEL, c] = level
        contacts.real[ContactR.NEW_ERROR_M, c] = error
    else:
        contacts.whole[ContactW.NEW_DUE, c] = min(contacts.whole[ContactW.NEW_DUE, c], due)
        contacts.whole[ContactW.NEW_LEVEL, c] = max(contacts.whole[ContactW.NEW_LEVEL, c], level)
        contacts.real[ContactR.NEW_ERROR_M, c] = min(contacts.real[ContactR.NEW_ERROR_M, c], error)


@kernel
def report_sightings(
    now: Moment,
    i: int,
    n_seen: int,
    units: Units,
    rules: Rules,
    contacts: Contacts,
    messages: Messages,
    world: I32,
    work: Scratch,
    paths: Paths,
) -> None:
    """Unit ``i`` reports what a look has detected: the first ``n_seen`` entries of the FOUND rows."""
    for f in range(n_seen):
        sight(
            now,
            i,
            np.int64(work.whole[ScratchW.FOUND, f]),
            work.real[ScratchR.FOUND_ERROR, f],
            np.int64(work.whole[ScratchW.FOUND_AGO, f]),
            np.int64(work.whole[ScratchW.FOUND_LEVEL, f]),
            units,
            rules,
            contacts,
            messages,
            world,
            paths,
        )


@kernel
def report_kill(
    tick: int, i: int, c: int, j: int, units: Units, contacts: Contacts, messages: Messages, world: I32
) -> None:
    """Unit ``i`` knows that it has destroyed unit ``j``: the side drops contact ``c``, now or when the report comes."""
    if units.whole[UnitW.REPORT_DELAY, i] == 0:
        contacts.whole[ContactW.LEVEL, c] = Level.NONE
        return
    add_report(np.int64(tick), tick, i, c, np.int64(Level.NONE), np.int64(NONE), units, messages, world)
    units.whole[UnitW.KNOWN_DEAD, i] = j
    if units.whole[UnitW.LOCAL, i] == j:
        units.whole[UnitW.LOCAL, i] = NONE


@kernel
def locate(
    noise: Word, i: int, j: int, tick: int, ago: int, error: float, units: Units, rules: Rules, paths: Paths
) -> tuple[float, float, float, float]:
    """Return where unit ``i`` alone believes unit ``j`` to be, and its velocity, after a look with this error [m].

    What has been seen ``ago`` ticks ago is dead reckoned from there.
    """
    x, y, vx, vy = reckon(j, tick, ago, rules, units, paths)
    east = normal_quantile(draw(noise, units.key[i], units.key[j])) * error
    north = normal_quantile(draw(noise, units.key[j], units.key[i])) * error
    return x + east, y + north, vx, vy


@kernel
def remember(now: Moment, i: int, ago: int, units: Units, rules: Rules, paths: Paths) -> None:
    """Keep what a unit without a link sees with its own sensors: the nearest target of its last look, LOCAL.

    One in a no-fire zone counts as farther than all others. It was seen ``ago`` ticks ago. What the unit once took the
    target for it goes on to believe until it looks closely at another.
    """
    j = np.int64(units.whole[UnitW.LOCAL, i])
    error = units.real[UnitR.LOCAL_ERROR_M, i]
    noise = stream_key(now.seed, now.replication, now.tick, Stream.NOISE)
    x, y, vx, vy = locate(noise, i, j, now.tick, ago, error, units, rules, paths)
    units.whole[UnitW.LOCAL_TICK, i] = now.tick
    units.real[UnitR.LOCAL_X, i] = x
    units.real[UnitR.LOCAL_Y, i] = y
    units.real[UnitR.LOCAL_VX, i] = vx
    units.real[UnitR.LOCAL_VY, i] = vy
    if units.whole[UnitW.LOCAL_LEVEL, i] == Level.IDENTIFIED:
        truth = units.spec_whole[UnitSpecW.IDENTITY, j]
        units.whole[UnitW.LOCAL_IDENTITY, i] = identify(now, 0, units.key[i], units.key[j], truth, rules)
        units.whole[UnitW.LOCAL_KNOWN, i] = j
    elif units.whole[UnitW.LOCAL_KNOWN, i] != j:
        units.whole[UnitW.LOCAL_IDENTITY, i] = Identity.UNKNOWN
        units.whole[UnitW.LOCAL_KNOWN, i] = -1
