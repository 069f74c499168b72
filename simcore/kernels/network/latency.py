"""Latency: orders are delayed by the latency of their network path.

A hop has the latency of the slower of its two radios, a path the sum over its hops, rounded to whole steps. The path is
the quickest with the fewest hops, so it does not depend on the order of the units. Messages under way keep the time of
arrival set when they were sent. These phases and those of ``reports`` run only when messages of the scenario can take a
step or more.
"""

import numpy as np

from simcore.compiling.jit import formula, kernel
from simcore.events import Log, emit
from simcore.kernels.mathematics.whole_ticks import count_ticks
from simcore.kernels.network.comms import is_linked
from simcore.kinds import Ground, Groups, Messages, Moment, Routes, Rules, Sides, Units
from simcore.params import RuleR, RuleW, UnitSpecR, UnitSpecW
from simcore.scratch import Scratch, ScratchR, ScratchW
from simcore.state import WAY_POINTS, GroupW, RouteW, SideR, SideW, UnitR, UnitW, WorldW
from simcore.ticks import LONGEST_TICKS
from simcore.types import I32, NONE, EventKind, Status


@formula
def delay_ticks(latency_ms: int, dt_s: float) -> int:
    """Return a latency in ticks, rounded to the nearest whole number."""
    return count_ticks(latency_ms * 0.001, dt_s)


@kernel
def find_delays(units: Units, ground: Ground, rules: Rules, work: Scratch, is_jammed: bool) -> None:
    """Write the latency of the path to each active unit with a link into PATH_MS; 0 for sides without a network.

    Proceeds hop by hop from the posts, with the hops counted by ``update_network``. Lines of sight are tested only
    where two paths with as many hops may differ in latency.
    """
    n = units.spec_whole.shape[1]
    side = units.spec_whole[UnitSpecW.SIDE]
    latency = units.spec_whole[UnitSpecW.LATENCY_MS]
    over_horizon = units.spec_whole[UnitSpecW.OVER_HORIZON]
    radio_range = units.spec_real[UnitSpecR.RADIO_RANGE_M]
    eirp = units.spec_real[UnitSpecR.RADIO_EIRP_W]
    noise = work.real[ScratchR.JAM_NOISE]
    x = units.real[UnitR.X]
    y = units.real[UnitR.Y]
    z = units.real[UnitR.Z]
    status = units.whole[UnitW.STATUS]
    linked = units.whole[UnitW.LINKED]
    hops = units.whole[UnitW.HOPS]
    path_ms = work.whole[ScratchW.PATH_MS]
    reached = work.whole[ScratchW.QUEUE]
    for i in range(n):
        path_ms[i] = 0
    for s in range(rules.whole[RuleW.N_SIDES]):
        if work.commanded[s] == 0:
            continue
        before = 0  # the units one hop nearer the post
        end = 0
        least = 0  # bounds of their path latencies, and of their radios
        most = 0
        quick = 0
        slow = 0
        for h in range(rules.whole[RuleW.MAX_HOPS] + 1):
            start = end
            next_least = 2**30
            next_most = 0
            next_quick = 2**30
            next_slow = 0
            for b in range(n):
                if hops[b] != h or side[b] != s or status[b] != Status.ACTIVE or linked[b] == 0:
                    continue
                if h > 0:
                    best = most + max(slow, latency[b])
                    if least + max(quick, latency[b]) < best:
                        for k in range(before, start):
                            a = reached[k]
                            ms = path_ms[a] + max(latency[a], latency[b])
                            if ms < best and is_linked(
                                a,
                                np.int32(b),
                                x,
                                y,
                                z,
                                radio_range,
                                over_horizon,
                                linked,
                                ground,
                                rules,
                                is_jammed,
                                eirp,
                                noise,
                                work.cuts,
                            ):
                                best = ms
                    path_ms[b] = min(best, LONGEST_TICKS)  # [ms]: the sum over many hops never overflows
                reached[end] = b
                end += 1
                next_least = min(next_least, path_ms[b])
                next_most = max(next_most, path_ms[b])
                next_quick = min(next_quick, latency[b])
                next_slow = max(next_slow, latency[b])
            if end == start:
                break
            before = start
            least = next_least
            most = next_most
            quick = next_quick
            slow = next_slow


@kernel
def dispatch_orders(
    tick: int, units: Units, groups: Groups, rules: Rules, routes: Routes, messages: Messages, world: I32
) -> None:
    """Send every changed order of record to the linked units of its group, except lost or expended units.

    Other units receive it when their link is restored. Orders at tick 0 take no time: they were given before the start.
    """
    n = units.spec_whole.shape[1]
    n_groups = groups.spec_whole.shape[1]
    slots = rules.whole[RuleW.ORDER_SLOTS]
    group = units.spec_whole[UnitSpecW.GROUP]
    for g in range(n_groups):
        last = n_groups * (1 + groups.whole[GroupW.NUMBER, g] % slots) + g
        is_same = groups.whole[GroupW.SERIAL, last] == groups.whole[GroupW.SERIAL, g]
        if is_same and groups.whole[GroupW.EMCON, last] == groups.whole[GroupW.EMCON, g]:
            continue
        number = groups.whole[GroupW.NUMBER, g] + 1
        slot = number % slots
        k = n_groups * (1 + slot) + g
        way = groups.whole[GroupW.WAY_SLOT, k]
        groups.whole[GroupW.NUMBER, g] = number
        groups.whole[GroupW.TICK, g] = tick
        for row in range(groups.real.shape[0]):
            groups.real[row, k] = groups.real[row, g]
        for row in range(groups.whole.shape[0]):
            groups.whole[row, k] = groups.whole[row, g]
        groups.whole[GroupW.WAY_SLOT, k] = way
        if way >= 0:
            source = groups.whole[GroupW.WAY_SLOT, g]
            routes.whole[RouteW.COUNT, way] = routes.whole[RouteW.COUNT, source]
            for row in range(2 * WAY_POINTS):
                routes.real[row, way] = routes.real[row, source]
        for i in range(n):
            status = units.whole[UnitW.STATUS, i]
            if group[i] != g or status == Status.LOST or status >= Status.EXPENDED:
                continue
            if messages.order_due[slot * n + i] != 0 or units.whole[UnitW.RECORD, i] == k:
                world[WorldW.OVERFLOW] += 1
                units.whole[UnitW.RECORD, i] = NONE
            messages.order_due[slot * n + i] = (
                tick + units.whole[UnitW.ORDER_DELAY, i] + 1 if units.whole[UnitW.LINKED, i] != 0 else 0
            )


@kernel
def deliver_orders(
    now: Moment, units: Units, groups: Groups, rules: Rules, sides: Sides, messages: Messages, log: Log
) -> None:
    """Deliver the orders that arrive; an order overtaken by a later order is discarded. Mutates RECORD.

    Orders that reach a lost unit are neither received nor counted.
    """
    n = units.spec_whole.shape[1]
    n_groups = groups.spec_whole.shape[1]
    record = units.whole[UnitW.RECORD]
    for i in range(n):
        for slot in range(rules.whole[RuleW.ORDER_SLOTS]):
            q = slot * n + i
            if messages.order_due[q] == 0 or messages.order_due[q] > now.tick + 1:
                continue
            messages.order_due[q] = 0
            if units.whole[UnitW.STATUS, i] == Status.LOST or units.whole[UnitW.STATUS, i] >= Status.EXPENDED:
                continue
            k = n_groups * (1 + slot) + units.spec_whole[UnitSpecW.GROUP, i]
            number = groups.whole[GroupW.NUMBER, k]
            if number <= units.whole[UnitW.DISPATCH, i] or (
                record[i] >= 0 and number < groups.whole[GroupW.NUMBER, record[i]]
            ):
                continue
            record[i] = k
            if units.whole[UnitW.ORDER_DELAY, i] > 0:
                s = units.spec_whole[UnitSpecW.SIDE, i]
                age_s = (now.tick - groups.whole[GroupW.TICK, k]) * rules.real[RuleR.DT_S]
                sides.whole[SideW.ORDERS_DELAYED, s] += 1
                sides.real[SideR.ORDER_DELAY_S, s] += age_s
                emit(log, now, EventKind.ORDER_RECEIVED, s, i, -1, int(age_s + 0.5), 0)
