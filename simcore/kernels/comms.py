"""Communications: which units reach their command post over how many hops.

Two radios are linked when they are within the shorter of their ranges and see each other. The network
is a breadth-first search from the command posts through the neighbour cells; units already reached
leave the cells, so the cost follows the number of units and not of pairs.
"""

from numba import njit

from simcore.events import Log, emit
from simcore.kernels.contacts import report_local_contact
from simcore.kernels.neighbours import cell_span
from simcore.kernels.terrain import ground_m, is_visible
from simcore.params import MW, RP, RW, UNLIMITED, UP, UW, Block, Terrain
from simcore.scratch import SI, Scratch
from simcore.state import Cells, M, T, U, W
from simcore.types import F64, I32, Damage, EventKind, Status


@njit(cache=True, error_model="numpy")
def is_linked(
    a: int, b: int, x: F64, y: F64, radio_range: F64, height: F64, over_horizon: I32, terrain: Terrain, rules: F64
) -> bool:
    """Return whether two radios hear each other: range first, then line of sight."""
    dx = x[a] - x[b]
    dy = y[a] - y[b]
    reach = min(radio_range[a], radio_range[b])
    if dx * dx + dy * dy > reach * reach:
        return False
    if over_horizon[a] == 1 and over_horizon[b] == 1:
        return True
    za = ground_m(terrain.elevation_m, rules, x[a], y[a]) + height[a]
    zb = ground_m(terrain.elevation_m, rules, x[b], y[b]) + height[b]
    return is_visible(terrain.elevation_m, terrain.block_peak_m, rules, x[a], y[a], za, x[b], y[b], zb)


@njit(cache=True, error_model="numpy")
def connect_side(
    r: int,
    side_id: int,
    units: Block,
    terrain: Terrain,
    rules: F64,
    limits: I32,
    state: Cells,
    scratch: Scratch,
) -> None:
    """Search the network of one side. Writes the hop count plus one into VISITED (0 = not reached)."""
    n = units.whole.shape[1]
    nx = limits[RW.NX]
    ny = limits[RW.NY]
    cell = rules[RP.CELL_M]
    side = units.whole[UW.SIDE]
    is_post = units.whole[UW.IS_COMMAND_POST]
    over_horizon = units.whole[UW.OVER_HORIZON]
    radio_range = units.real[UP.RADIO_RANGE_M]
    height = units.real[UP.HEIGHT_M]
    x = state.real[r, U.X]
    y = state.real[r, U.Y]
    status = state.whole[r, W.STATUS]
    damage = state.whole[r, W.DAMAGE]
    visited = scratch.whole[SI.VISITED]
    queue = scratch.whole[SI.QUEUE]
    pending = scratch.whole[SI.PENDING]
    place = scratch.whole[SI.PLACE]
    start = scratch.whole[SI.UNIT_START]
    order = scratch.whole[SI.CELL_ORDER]
    left = scratch.whole[SI.CELL_LEFT]
    n_queue = 0
    n_pending = 0
    for i in range(n):
        if side[i] != side_id or status[i] != Status.ACTIVE or (damage[i] & Damage.LINK) != 0:
            continue
        if is_post[i] == 1:
            visited[i] = 1
            queue[n_queue] = i
            n_queue += 1
        else:
            place[i] = n_pending
            pending[n_pending] = i
            n_pending += 1
    base = side_id * nx * ny
    head = 0
    while head < n_queue and n_pending > 0:
        a = queue[head]
        head += 1
        hops = visited[a]
        if hops > limits[RW.MAX_HOPS]:
            continue
        reach = radio_range[a]
        c0, c1 = cell_span(x[a] - reach, x[a] + reach, rules[RP.WEST], cell, nx)
        r0, r1 = cell_span(y[a] - reach, y[a] + reach, rules[RP.SOUTH], cell, ny)
        if n_pending <= (c1 - c0 + 1) * (r1 - r0 + 1):
            k = 0
            while k < n_pending:
                b = pending[k]
                if is_linked(a, b, x, y, radio_range, height, over_horizon, terrain, rules):
                    visited[b] = hops + 1
                    queue[n_queue] = b
                    n_queue += 1
                    n_pending -= 1
                    last = pending[n_pending]
                    pending[k] = last
                    place[last] = k
                else:
                    k += 1
            continue
        for row in range(r0, r1 + 1):
            for c in range(base + row * nx + c0, base + row * nx + c1 + 1):
                k = start[c]
                end = left[c]
                while k < end:
                    b = order[k]
                    reached = visited[b] != 0 or (damage[b] & Damage.LINK) != 0
                    if not reached and is_linked(a, b, x, y, radio_range, height, over_horizon, terrain, rules):
                        visited[b] = hops + 1
                        queue[n_queue] = b
                        n_queue += 1
                        n_pending -= 1
                        last = pending[n_pending]
                        pending[place[b]] = last
                        place[last] = place[b]
                        reached = True
                    if reached:
                        end -= 1
                        order[k] = order[end]
                    else:
                        k += 1
                left[c] = end


@njit(cache=True, error_model="numpy")
def update_network(
    r: int,
    tick: int,
    units: Block,
    mounts: Block,
    terrain: Terrain,
    rules: F64,
    limits: I32,
    state: Cells,
    arms: Cells,
    contacts: Cells,
    sides: Cells,
    scratch: Scratch,
    log: Log,
) -> None:
    """Find out who has a link, and take the reports of those who have.

    Mutates LINKED, HOPS, LINK_TICK and the REPORT_* rows. A side without any command post in its
    order of battle needs no network: all its units count as linked.
    """
    n = units.whole.shape[1]
    n_sides = limits[RW.N_SIDES]
    side = units.whole[UW.SIDE]
    host = units.whole[UW.HOST]
    status = state.whole[r, W.STATUS]
    damage = state.whole[r, W.DAMAGE]
    linked = state.whole[r, W.LINKED]
    hops = state.whole[r, W.HOPS]
    link_tick = state.whole[r, W.LINK_TICK]
    visited = scratch.whole[SI.VISITED]
    start = scratch.whole[SI.UNIT_START]
    order = scratch.whole[SI.UNIT_ORDER]
    left = scratch.whole[SI.CELL_LEFT]
    cell_order = scratch.whole[SI.CELL_ORDER]
    n_cells = n_sides * limits[RW.NX] * limits[RW.NY]
    for i in range(n):
        visited[i] = 0
    for k in range(start[n_cells]):
        cell_order[k] = order[k]
    for c in range(n_cells):
        left[c] = start[c + 1]
    for s in range(n_sides):
        if scratch.commanded[s] == 1:
            connect_side(r, s, units, terrain, rules, limits, state, scratch)
    for i in range(n):
        if status[i] == Status.LOST or status[i] == Status.RESERVE:
            continue
        s = side[i]
        if scratch.commanded[s] == 0:
            now = 0 if (damage[i] & Damage.LINK) != 0 else 1
            level = 0
        elif status[i] == Status.ACTIVE:
            now = 1 if visited[i] > 0 else 0
            level = visited[i] - 1
        else:
            now = 1 if visited[host[i]] > 0 else 0
            level = visited[host[i]]
        if now != linked[i]:
            linked[i] = now
            link_tick[i] = tick
            if now == 1:
                report_local_contact(r, tick, i, s, n, rules, state, contacts, sides, log)
                emit(log, r, tick, EventKind.LINK_BACK, s, i, -1, level, 0)
            else:
                sides.whole[r, T.LINK_LOSSES, s] += 1
                state.whole[r, W.LOCAL, i] = -1
                emit(log, r, tick, EventKind.LINK_LOST, s, i, -1, 0, 0)
        hops[i] = level
        if now == 1:
            report(r, tick, i, units, mounts, state, arms)


@njit(cache=True, error_model="numpy")
def report(r: int, tick: int, i: int, units: Block, mounts: Block, state: Cells, arms: Cells) -> None:
    """Unit ``i`` tells its command post where it is and how it is."""
    state.real[r, U.REPORT_X, i] = state.real[r, U.X, i]
    state.real[r, U.REPORT_Y, i] = state.real[r, U.Y, i]
    state.real[r, U.REPORT_STRENGTH, i] = state.real[r, U.STRENGTH, i]
    state.real[r, U.REPORT_ENDURANCE_S, i] = state.real[r, U.ENDURANCE_S, i]
    state.whole[r, W.REPORT_STATUS, i] = state.whole[r, W.STATUS, i]
    state.whole[r, W.REPORT_DAMAGE, i] = state.whole[r, W.DAMAGE, i]
    state.whole[r, W.REPORT_TICK, i] = tick
    ammo = 0
    first = units.whole[UW.MOUNT_FIRST, i]
    for m in range(first, first + units.whole[UW.MOUNT_COUNT, i]):
        if mounts.whole[MW.DOMAINS, m] != 0:
            ammo += min(arms.whole[r, M.AMMO, m], UNLIMITED - ammo)
    state.whole[r, W.REPORT_AMMO, i] = ammo
