"""Hosts: the cargo of hosts, the choice of a host to return to, and the allocation of free places.

A host has limited room aboard and a limited number of service places. A free place goes to the unit that has waited
longest, among equals to the lowest key. The free places stay fixed while the units decide, so that none gains by
deciding first; then the places are allocated.
"""

import numpy as np

from simcore.compiling.jit import apart, kernel
from simcore.events import Log, emit
from simcore.kernels.aboard import bearer_of, is_aboard
from simcore.kernels.orders.homeward import is_due_home
from simcore.kernels.turns import list_marked
from simcore.kinds import Ground, Moment, Rules, Sides, Units
from simcore.params import UnitSpecW
from simcore.scratch import Scratch, ScratchW
from simcore.state import SideW, UnitR, UnitW
from simcore.types import NONE, EventKind, Returning, Status

CARRIED = -1
"""Room of a host that is itself aboard a host: it takes no units until it is out again."""

GONE = -2
"""Room of a host that is lost or in reserve."""


@kernel
def count_places(units: Units, work: Scratch) -> None:
    """Write the free room of each host, or CARRIED or GONE (ROOM), and its number of units under service (SERVICED)."""
    n = units.spec_whole.shape[1]
    carries = units.spec_whole[UnitSpecW.CARRIES]
    host = units.whole[UnitW.HOST]
    status = units.whole[UnitW.STATUS]
    room = work.whole[ScratchW.ROOM]
    serviced = work.whole[ScratchW.SERVICED]
    mark = work.whole[ScratchW.PENDING]
    aboard = work.whole[ScratchW.QUEUE]
    for i in range(n):
        serviced[i] = 0
        room[i] = carries[i]
        if status[i] != Status.ACTIVE:
            room[i] = CARRIED if status[i] < Status.RESERVE else GONE
        mark[i] = np.int32(1) if is_aboard(status[i]) else np.int32(0)
    for k in range(list_marked(mark, np.int64(n), aboard)):
        i = aboard[k]
        h = host[i]
        room[h] -= int(status[h] == Status.ACTIVE)
        serviced[h] += int(status[i] == Status.SERVICING)


@apart
def choose_host(i: int, units: Units, rules: Rules, work: Scratch, ground: Ground, sea_state: float) -> None:
    """Choose another host for unit ``i`` when its host is gone, or has no room for it on its return. Mutates HOST.

    It is the nearest sister with room within reach, in a straight line over the current ground and sea. If there is
    none, the unit keeps its host, or waits at the nearest sister when its host is gone. It also keeps its host when
    all are gone.
    """
    own = np.int64(units.whole[UnitW.HOST, i])
    room = work.whole[ScratchW.ROOM]
    if room[own] > 0 or (room[own] > GONE and units.whole[UnitW.RETURNING, i] == Returning.NO):
        return
    best = own
    best_rank = 1 if room[own] > GONE else -1
    best_sq = np.inf
    h = np.int64(units.spec_whole[UnitSpecW.SISTER, own])
    while h != own:
        if room[h] > GONE:
            bearer = bearer_of(h, units)
            host_x = units.real[UnitR.X, bearer]
            host_y = units.real[UnitR.Y, bearer]
            dx = host_x - units.real[UnitR.X, i]
            dy = host_y - units.real[UnitR.Y, i]
            away_sq = dx * dx + dy * dy
            rank = 0
            if room[h] > 0 and not is_due_home(
                i, host_x, host_y, units.real[UnitR.ENDURANCE_S, i], units, rules, ground, sea_state
            ):
                rank = 2
            is_nearer = away_sq < best_sq or (away_sq == best_sq and units.key[h] < units.key[best])
            if rank > best_rank or (rank == best_rank and is_nearer):
                best, best_rank, best_sq = h, rank, away_sq
        h = np.int64(units.spec_whole[UnitSpecW.SISTER, h])
    if best != own:
        units.whole[UnitW.HOST, i] = best
        units.whole[UnitW.WAIT_TICK, i] = NONE


@kernel
def ask(tick: int, i: int, n_asking: int, units: Units, work: Scratch) -> int:
    """Add unit ``i`` to the units ASKING for a place, which decide anew at each tick. Returns their new number."""
    work.whole[ScratchW.ASKING, n_asking] = i
    units.whole[UnitW.PLAN_TICK, i] = tick + 1
    if units.whole[UnitW.WAIT_TICK, i] == NONE:
        units.whole[UnitW.WAIT_TICK, i] = tick
    return n_asking + 1


@kernel
def start_service(tick: int, i: int, period: int, units: Units, work: Scratch) -> None:
    """Give unit ``i`` a free service place on its host, if there is one."""
    h = units.whole[UnitW.HOST, i]
    if work.whole[ScratchW.SERVICED, h] >= units.spec_whole[UnitSpecW.SERVICE_SLOTS, h]:
        return
    work.whole[ScratchW.SERVICED, h] += 1
    ready = tick + units.spec_whole[UnitSpecW.SERVICE_TICKS, i]
    units.whole[UnitW.STATUS, i] = Status.SERVICING
    units.whole[UnitW.READY_TICK, i] = ready
    units.whole[UnitW.PLAN_TICK, i] = min(tick + period, ready)
    units.whole[UnitW.WAIT_TICK, i] = NONE


@kernel
def give_places(now: Moment, n_asking: int, period: int, units: Units, sides: Sides, work: Scratch, log: Log) -> None:
    """Allocate the free places on hosts to the units ASKING: to land, or for units aboard to be serviced.

    Units aboard are serviced first, then units that land now. Mutates STATUS, waits and tallies.
    """
    count_places(units, work)
    host = units.whole[UnitW.HOST]
    status = units.whole[UnitW.STATUS]
    wait = units.whole[UnitW.WAIT_TICK]
    room = work.whole[ScratchW.ROOM]
    asking = work.whole[ScratchW.ASKING]
    n = 0
    for q in range(n_asking):
        i = asking[q]
        h = host[i]
        is_out = status[i] == Status.ACTIVE
        if (is_out and room[h] <= 0) or (
            not is_out and work.whole[ScratchW.SERVICED, h] >= units.spec_whole[UnitSpecW.SERVICE_SLOTS, h]
        ):
            continue
        p = n  # sorted by waiting time; entries are written at or before those still to be read
        while p > 0 and (
            wait[i] < wait[asking[p - 1]]
            or (wait[i] == wait[asking[p - 1]] and units.key[i] < units.key[asking[p - 1]])
        ):
            asking[p] = asking[p - 1]
            p -= 1
        asking[p] = i
        n += 1
    for q in range(n):
        if status[asking[q]] == Status.ABOARD:
            start_service(now.tick, np.int64(asking[q]), period, units, work)
    for q in range(n):
        i = np.int64(asking[q])
        h = np.int64(host[i])
        if status[i] != Status.ACTIVE or status[h] != Status.ACTIVE or room[h] <= 0:
            continue
        room[h] -= 1
        status[i] = Status.ABOARD
        wait[i] = now.tick
        units.real[UnitR.X, i] = units.real[UnitR.X, h]
        units.real[UnitR.Y, i] = units.real[UnitR.Y, h]
        s = units.spec_whole[UnitSpecW.SIDE, i]
        sides.whole[SideW.RECOVERIES, s] += 1
        emit(log, now, EventKind.RECOVER, s, i, h, 0, 0)
        start_service(now.tick, i, period, units, work)
