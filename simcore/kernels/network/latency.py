"""Latency: orders take the time of their path through the network.

A hop takes the latency of the slower of its two radios, a path the sum over its hops, rounded to whole steps. The path
is the quickest of those over the fewest hops, so it does not depend on the order of the units. What is under way keeps
the time of arrival that it was sent with. These phases, and those of ``reports``, run only when some message of the
scenario can take a step.
"""

import numpy as np

from simcore.compiling.jit import formula, kernel
from simcore.events import Log, emit
from simcore.kernels.mathematics.whole_ticks import count_ticks
from simcore.kernels.network.comms import is_linked
from simcore.params import RP, RW, UP, UW
from simcore.scratch import SI, SR
from simcore.state import TR, WAY_POINTS, WW, WY, H, T, U, W
from simcore.ticks import LONGEST_TICKS
from simcore.types import F32, F64, I32, NONE, EventKind, Status


@formula
def delay_ticks(latency_ms: int, dt_s: float) -> int:
    """Return a latency in whole ticks, to the nearest."""
    return count_ticks(latency_ms * 0.001, dt_s)


@kernel
def find_delays(
    unit_real: F64,
    unit_whole: I32,
    elevation: F32,
    block_peak: F32,
    wide_peak: F32,
    rules: F64,
    limits: I32,
    state_real: F64,
    state_whole: I32,
    work_real: F64,
    work_whole: I32,
    commanded: I32,
    is_jammed: bool,
) -> None:
    """Write into PATH_MS what the path to each active unit with a link takes; 0 in sides that need no network.

    Hop by hop from the posts, which ``update_network`` has counted. A line of sight is looked at only where two paths
    over as many hops may differ.
    """
    n = unit_whole.shape[1]
    side = unit_whole[UW.SIDE]
    latency = unit_whole[UW.LATENCY_MS]
    over_horizon = unit_whole[UW.OVER_HORIZON]
    radio_range = unit_real[UP.RADIO_RANGE_M]
    eirp = unit_real[UP.RADIO_EIRP_W]
    noise = work_real[SR.RADIO_NOISE]
    x = state_real[U.X]
    y = state_real[U.Y]
    z = state_real[U.Z]
    status = state_whole[W.STATUS]
    linked = state_whole[W.LINKED]
    hops = state_whole[W.HOPS]
    path_ms = work_whole[SI.PATH_MS]
    reached = work_whole[SI.QUEUE]
    for i in range(n):
        path_ms[i] = 0
    for s in range(limits[RW.N_SIDES]):
        if commanded[s] == 0:
            continue
        before = 0  # the units one hop nearer the post
        end = 0
        least = 0  # bounds of what a path to them takes, and of their radios
        most = 0
        quick = 0
        slow = 0
        for h in range(limits[RW.MAX_HOPS] + 1):
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
                                a, np.int32(b), x, y, z, radio_range, over_horizon, linked, elevation, block_peak,
                                wide_peak, rules, is_jammed, eirp, noise,
                            ):  # fmt: skip
                                best = ms
                    path_ms[b] = min(best, LONGEST_TICKS)  # [ms]: the sum over many hops never wraps
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
    tick: int,
    unit_whole: I32,
    group_whole: I32,
    limits: I32,
    state_whole: I32,
    task_real: F64,
    task_whole: I32,
    way_real: F64,
    way_whole: I32,
    due: I32,
    world: I32,
) -> None:
    """Send every order of record that has changed to the units of its group that have a link; none is sent to the dead.

    The others get it when their link is back. Orders at tick 0 take no time: they were given before the run began.
    """
    n = unit_whole.shape[1]
    n_groups = group_whole.shape[1]
    slots = limits[RW.ORDER_SLOTS]
    group = unit_whole[UW.GROUP]
    for g in range(n_groups):
        last = n_groups * (1 + task_whole[H.NUMBER, g] % slots) + g
        is_same = task_whole[H.SERIAL, last] == task_whole[H.SERIAL, g]
        if is_same and task_whole[H.EMCON, last] == task_whole[H.EMCON, g]:
            continue
        number = task_whole[H.NUMBER, g] + 1
        slot = number % slots
        k = n_groups * (1 + slot) + g
        way = task_whole[H.WAY_SLOT, k]
        task_whole[H.NUMBER, g] = number
        task_whole[H.TICK, g] = tick
        for row in range(task_real.shape[0]):
            task_real[row, k] = task_real[row, g]
        for row in range(task_whole.shape[0]):
            task_whole[row, k] = task_whole[row, g]
        task_whole[H.WAY_SLOT, k] = way
        if way >= 0:
            source = task_whole[H.WAY_SLOT, g]
            way_whole[WY.COUNT, way] = way_whole[WY.COUNT, source]
            for row in range(2 * WAY_POINTS):
                way_real[row, way] = way_real[row, source]
        for i in range(n):
            status = state_whole[W.STATUS, i]
            if group[i] != g or status == Status.LOST or status == Status.EXPENDED:
                continue
            if due[slot * n + i] != 0 or state_whole[W.RECORD, i] == k:
                world[WW.OVERFLOW] += 1
                state_whole[W.RECORD, i] = NONE
            due[slot * n + i] = tick + state_whole[W.ORDER_DELAY, i] + 1 if state_whole[W.LINKED, i] != 0 else 0


@kernel
def deliver_orders(
    r: int,
    tick: int,
    unit_whole: I32,
    group_whole: I32,
    rules: F64,
    limits: I32,
    state_whole: I32,
    task_whole: I32,
    side_real: F64,
    side_whole: I32,
    due: I32,
    log: Log,
) -> None:
    """Hand over the orders that arrive; one that a later order has overtaken is thrown away. Mutates RECORD.

    What reaches a unit that is lost was received by nobody, and is counted nowhere.
    """
    n = unit_whole.shape[1]
    n_groups = group_whole.shape[1]
    record = state_whole[W.RECORD]
    for i in range(n):
        for slot in range(limits[RW.ORDER_SLOTS]):
            q = slot * n + i
            if due[q] == 0 or due[q] > tick + 1:
                continue
            due[q] = 0
            if state_whole[W.STATUS, i] == Status.LOST or state_whole[W.STATUS, i] == Status.EXPENDED:
                continue
            k = n_groups * (1 + slot) + unit_whole[UW.GROUP, i]
            number = task_whole[H.NUMBER, k]
            if number <= state_whole[W.DISPATCH, i] or (record[i] >= 0 and number < task_whole[H.NUMBER, record[i]]):
                continue
            record[i] = k
            if state_whole[W.ORDER_DELAY, i] > 0:
                s = unit_whole[UW.SIDE, i]
                age_s = (tick - task_whole[H.TICK, k]) * rules[RP.DT_S]
                side_whole[T.ORDERS_DELAYED, s] += 1
                side_real[TR.ORDER_DELAY_S, s] += age_s
                emit(log, r, tick, EventKind.ORDER_RECEIVED, s, i, -1, int(age_s + 0.5), 0)
