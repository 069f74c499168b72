"""Delayed sightings: contact reports of units, in a list of messages under way. Also sightings of units without a
link, which store the latest for themselves.

``reports`` enters them into the picture on arrival. Whole numbers passed between functions are converted to int64;
otherwise the callee would be compiled once for each type.
"""

from enum import IntEnum

import numpy as np

from simcore.compiling.jit import inlined, kernel
from simcore.kernels.mathematics.approximations import normal_quantile
from simcore.kernels.paths import reckon
from simcore.kernels.picture.contacts import EAST, NORTH, grown_error_m, identify
from simcore.kinds import Contacts, Messages, Moment, Paths, Rules, Units
from simcore.messages import ContactReportR, ContactReportW
from simcore.params import RuleR, UnitSpecW
from simcore.rng import Stream, draw, stream_key
from simcore.scratch import Scratch, ScratchR, ScratchW
from simcore.state import ContactR, ContactW, UnitR, UnitW, WorldW
from simcore.types import I32, NONE, Identity, Level, Word

_MATERIAL = 0.5  # factor by which the error of a further report within the refresh time must be smaller


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
    """Return whether such a scan could not improve contact ``c`` of a side whose reports take no time."""
    if (
        work.whole[ScratchW.SEEN_BY, c] >= 0
        and work.real[ScratchR.SEEN_ERROR, c] < error
        and work.whole[ScratchW.SEEN_LEVEL, c] >= level
    ):
        return True  # a better detection of this tick has already been reported
    # until the second detection the velocity is unknown
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
    """Return whether a sighting of contact ``c`` is to be reported, given the reports sent before this tick.

    Within the refresh time of reports that arrive no later, and after two sightings have been sent, it is reported only
    for a higher level or a much smaller error.
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
    """Three criteria for the best report of a tick on a contact."""

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
    """Return whether report ``a`` is better than ``b`` by a criterion (_By).

    Between equally precise reports the key decides, as it does without latency; otherwise the other criteria decide,
    then the key.
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
    """Return the best report (_By) of this tick in a row's chain; -1 when the new report is as good or better."""
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
    """Send the sighting by unit ``i``, whose reports take time, of unit ``j`` ``ago`` ticks ago, if it is news.

    The error is the present error of the sighting.

    At most three reports of a tick on a contact are kept: the first to arrive, the most precise and the report of the
    highest level. The best reports do not depend on the order of the scans, so the order of the units does not matter.
    The errors are those that the side would draw without latency.
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
    """Report the detections of a scan by unit ``i``: the first ``n_seen`` entries of the FOUND rows."""
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
    """Report the kill of unit ``j`` by unit ``i``: the side drops contact ``c``, at once or when the report arrives."""
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
    """Return the position and velocity of unit ``j`` as believed by unit ``i`` alone, detected with this error [m].

    A sighting ``ago`` ticks ago is dead reckoned to the present.
    """
    x, y, vx, vy = reckon(j, tick, ago, rules, units, paths)
    east = normal_quantile(draw(noise, units.key[i], units.key[j])) * error
    north = normal_quantile(draw(noise, units.key[j], units.key[i])) * error
    return x + east, y + north, vx, vy


@kernel
def store_local_contact(now: Moment, i: int, ago: int, units: Units, rules: Rules, paths: Paths) -> None:
    """Store the nearest target of the last scan, LOCAL, as the own sighting of unit ``i``, ``ago`` ticks ago.

    A target in a no-fire zone counts as farther than all others. The unit keeps its belief about a target's identity
    until it identifies another.
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
