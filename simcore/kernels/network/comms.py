"""Communications: links of the units to their command post, and their numbers of hops.

Two radios are linked when they are within the shorter of their ranges and in line of sight. The network is a
breadth-first search from the command posts through the neighbour cells; units already reached are removed
from the cells, so the cost grows with the number of units, not of pairs.
"""

from typing import NamedTuple

import numpy as np

from simcore.compiling.jit import inlined, kernel, over_rows
from simcore.events import Log, emit
from simcore.kernels.aboard import bearer_of
from simcore.kernels.ground.terrain import has_sight
from simcore.kernels.mathematics.neighbours import cell_span
from simcore.kernels.network.jamming import jam_radios, jammed_reach_sq
from simcore.kernels.picture.local_contacts import report_local_contacts
from simcore.kernels.turns import Turn, draw_turn
from simcore.kinds import Contacts, Ground, Jammers, Moment, Mounts, Rules, Sides, Units
from simcore.params import UNLIMITED, MountSpecW, RuleR, RuleW, UnitSpecR, UnitSpecW
from simcore.scratch import Scratch, ScratchR, ScratchW
from simcore.state import MountW, SideW, UnitR, UnitW
from simcore.types import F64, I32, U8, Damage, EventKind, Status

_HIGH_M = 100.0
_ACQUIRE = 0.7  # share of the range within which a radio without a link finds a link
_SEARCH_EVERY = np.int32(3)  # a radio without a link searches at every third update, in turn


@kernel
def is_linked(
    a: int,
    b: int,
    x: F64,
    y: F64,
    z: F64,
    radio_range: F64,
    over_horizon: I32,
    linked: I32,
    ground: Ground,
    rules: Rules,
    is_jammed: bool,
    eirp: F64,
    noise: F64,
    cuts: U8,
) -> bool:
    """Return whether radios ``a`` and ``b`` are linked: range first, then line of sight.

    A link is held up to the shorter of the two ranges; a radio without a link regains it only within
    a share of that, because acquiring a signal takes more power than holding it.
    """
    dx = x[a] - x[b]
    dy = y[a] - y[b]
    reach = min(radio_range[a], radio_range[b])
    if linked[b] == 0:
        reach *= _ACQUIRE
    if dx * dx + dy * dy > reach * reach:
        return False
    if is_jammed:
        lost = max(noise[b] / eirp[a], noise[a] / eirp[b])
        whole = min(radio_range[a], radio_range[b])
        share = _ACQUIRE if linked[b] == 0 else 1.0
        if dx * dx + dy * dy > share * share * jammed_reach_sq(whole * whole, lost):
            return False
    if over_horizon[a] == 1 and over_horizon[b] == 1:
        return True
    return has_sight(np.int64(a), np.int64(b), x[a], y[a], z[a], x[b], y[b], z[b], ground, rules, cuts)


@kernel
def connect_side(
    update: int, units: Units, side_id: int, ground: Ground, rules: Rules, work: Scratch, is_jammed: bool
) -> None:
    """Search the network of a side. Writes the hop count plus one into VISITED (0 = not reached)."""
    n = units.spec_whole.shape[1]
    nx = rules.whole[RuleW.NX]
    ny = rules.whole[RuleW.NY]
    cell = rules.real[RuleR.CELL_M]
    side = units.spec_whole[UnitSpecW.SIDE]
    is_post = units.spec_whole[UnitSpecW.IS_COMMAND_POST]
    over_horizon = units.spec_whole[UnitSpecW.OVER_HORIZON]
    radio_range = units.spec_real[UnitSpecR.RADIO_RANGE_M]
    height = units.spec_real[UnitSpecR.HEIGHT_M]
    eirp = units.spec_real[UnitSpecR.RADIO_EIRP_W]
    noise = work.real[ScratchR.JAM_NOISE]
    x = units.real[UnitR.X]
    y = units.real[UnitR.Y]
    z = units.real[UnitR.Z]
    status = units.whole[UnitW.STATUS]
    damage = units.whole[UnitW.DAMAGE]
    linked = units.whole[UnitW.LINKED]
    visited = work.whole[ScratchW.VISITED]
    queue = work.whole[ScratchW.QUEUE]
    pending = work.whole[ScratchW.PENDING]
    place = work.whole[ScratchW.PLACE]
    start = work.whole[ScratchW.UNIT_START]
    order = work.whole[ScratchW.CELL_ORDER]
    left = work.whole[ScratchW.CELL_LEFT]
    cuts = work.cuts
    n_queue = 0
    n_pending = 0
    for i in range(n):
        if side[i] != side_id or status[i] != Status.ACTIVE:
            continue
        place[i] = -1
        if (damage[i] & Damage.LINK) != 0:
            continue
        if is_post[i] == 1:
            visited[i] = 1
            queue[n_queue] = i
            n_queue += 1
        elif linked[i] == 1 or draw_turn(units.key[i], Turn.LINK, _SEARCH_EVERY) == update % _SEARCH_EVERY:
            place[i] = n_pending
            pending[n_pending] = i
            n_pending += 1
    base = side_id * nx * ny
    head = 0
    level_end = 0
    while head < n_queue and n_pending > 0:
        if head == level_end:
            # a new hop: high units first, because they reach most (the order within a hop changes no result)
            level_end = n_queue
            high = head
            for k in range(head, level_end):
                if height[queue[k]] > _HIGH_M:
                    queue[high], queue[k] = queue[k], queue[high]
                    high += 1
        a = queue[head]
        head += 1
        hops = visited[a]
        if hops > rules.whole[RuleW.MAX_HOPS]:
            continue
        reach = radio_range[a]
        c0, c1 = cell_span(x[a] - reach, x[a] + reach, rules.real[RuleR.WEST], cell, nx)
        r0, r1 = cell_span(y[a] - reach, y[a] + reach, rules.real[RuleR.SOUTH], cell, ny)
        if n_pending <= (c1 - c0 + 1) * (r1 - r0 + 1):
            k = 0
            while k < n_pending:
                b = pending[k]
                if is_linked(
                    a, b, x, y, z, radio_range, over_horizon, linked, ground, rules, is_jammed, eirp, noise, cuts
                ):
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
                    reached = visited[b] != 0 or place[b] < 0
                    if not reached and is_linked(
                        a, b, x, y, z, radio_range, over_horizon, linked, ground, rules, is_jammed, eirp, noise, cuts
                    ):
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


@kernel
def update_network(
    now: Moment,
    units: Units,
    mounts: Mounts,
    ground: Ground,
    rules: Rules,
    contacts: Contacts,
    sides: Sides,
    work: Scratch,
    log: Log,
    jammers: Jammers,
    has_latency: bool,
) -> None:
    """Determine the links of all units, and enter the reports of linked units.

    Mutates LINKED, HOPS, LINK_TICK and, where no message takes time, the REPORT_* rows. A side without a command
    post in its order of battle needs no network: all its units count as linked.
    """
    n = units.spec_whole.shape[1]
    n_sides = rules.whole[RuleW.N_SIDES]
    side = units.spec_whole[UnitSpecW.SIDE]
    status = units.whole[UnitW.STATUS]
    damage = units.whole[UnitW.DAMAGE]
    linked = units.whole[UnitW.LINKED]
    hops = units.whole[UnitW.HOPS]
    link_tick = units.whole[UnitW.LINK_TICK]
    visited = work.whole[ScratchW.VISITED]
    start = work.whole[ScratchW.UNIT_START]
    order = work.whole[ScratchW.UNIT_ORDER]
    left = work.whole[ScratchW.CELL_LEFT]
    cell_order = work.whole[ScratchW.CELL_ORDER]
    n_cells = n_sides * rules.whole[RuleW.NX] * rules.whole[RuleW.NY]
    back = work.whole[ScratchW.DUE]  # units whose link is restored, with a contact to report
    told = work.whole[ScratchW.PLACE]  # 1 for units that report
    n_back = 0
    is_jammed = jammers.spec_whole.shape[1] > 0
    if is_jammed:
        jam_radios(units, jammers, ground, rules, work)
    for i in range(n):
        visited[i] = 0
    for k in range(start[n_cells]):
        cell_order[k] = order[k]
    for c in range(n_cells):
        left[c] = start[c + 1]
    for s in range(n_sides):
        if work.commanded[s] == 1:
            connect_side(
                np.int64(now.tick // rules.whole[RuleW.COMMS_PERIOD]), units, s, ground, rules, work, is_jammed
            )
    for i in range(n):
        told[i] = 0
        if status[i] >= Status.RESERVE:
            continue
        s = side[i]
        if work.commanded[s] == 0:
            is_up = 0 if (damage[i] & Damage.LINK) != 0 else 1
            level = 0
        elif status[i] == Status.ACTIVE:
            is_up = 1 if visited[i] > 0 else 0
            level = visited[i] - 1
        else:
            level = visited[bearer_of(i, units)]
            is_up = 1 if level > 0 else 0
        if is_up != linked[i]:
            linked[i] = is_up
            link_tick[i] = now.tick
            if is_up == 1:
                if units.whole[UnitW.LOCAL, i] >= 0:
                    back[n_back] = i
                    n_back += 1
                emit(log, now, EventKind.LINK_BACK, s, i, -1, level, 0)
            else:
                if not has_latency:
                    units.whole[UnitW.REPORT_LINKED, i] = 0
                sides.whole[SideW.LINK_LOSSES, s] += 1
                units.whole[UnitW.LOCAL, i] = -1
                cause = 0
                if is_jammed:
                    reach = units.spec_real[UnitSpecR.RADIO_RANGE_M, i]
                    if (
                        work.real[ScratchR.JAM_NOISE, i] / units.spec_real[UnitSpecR.RADIO_EIRP_W, i] * reach * reach
                        > 1.0
                    ):
                        cause = 1
                        sides.whole[SideW.LINKS_JAMMED, s] += 1
                emit(log, now, EventKind.LINK_LOST, s, i, -1, cause, 0)
        hops[i] = level
        told[i] = is_up
    if not has_latency:
        report_units(now.tick, told, units, mounts)
    if n_back > 0 and not has_latency:
        report_local_contacts(now, n_back, units, rules, contacts, sides, work, log)


class Account(NamedTuple):
    """The place and the state of units: as they are, or as last reported; rows of the state (n,)."""

    x: F64  # [m]
    y: F64
    strength: F64
    endurance: F64  # [s at cruise]
    status: I32
    damage: I32
    emcon: I32


@over_rows
def copy_reports(tick: int, told: I32, now: Account, said: Account, said_tick: I32, linked: I32) -> None:
    """Copy the accounts of the units that report; see ``report``. ``tick`` is as wide as its row."""
    for i in range(now.x.shape[0]):
        if told[i] == 1:
            said.x[i] = now.x[i]
            said.y[i] = now.y[i]
            said.strength[i] = now.strength[i]
            said.endurance[i] = now.endurance[i]
            said.status[i] = now.status[i]
            said.damage[i] = now.damage[i]
            said.emcon[i] = now.emcon[i]
            said_tick[i] = tick
            linked[i] = np.int32(1)


@kernel
def report_units(tick: int, told: I32, units: Units, mounts: Mounts) -> None:
    """Report the positions and status of the units marked in ``told`` to their command posts: see ``report``."""
    real, whole = units.real, units.whole
    now = Account(
        real[UnitR.X], real[UnitR.Y], real[UnitR.STRENGTH], real[UnitR.ENDURANCE_S], whole[UnitW.STATUS],
        whole[UnitW.DAMAGE], whole[UnitW.EMCON],
    )  # fmt: skip
    said = Account(
        real[UnitR.REPORT_X], real[UnitR.REPORT_Y], real[UnitR.REPORT_STRENGTH], real[UnitR.REPORT_ENDURANCE_S],
        whole[UnitW.REPORT_STATUS], whole[UnitW.REPORT_DAMAGE], whole[UnitW.REPORT_EMCON],
    )  # fmt: skip
    copy_reports(np.int32(tick), told, now, said, whole[UnitW.REPORT_TICK], whole[UnitW.REPORT_LINKED])
    for i in range(units.spec_whole.shape[1]):
        if told[i] == 1:
            whole[UnitW.REPORT_AMMO, i] = rounds_left(i, units, mounts)


@kernel
def report(tick: int, i: int, units: Units, mounts: Mounts) -> None:
    """Report the position and status of unit ``i`` to its command post."""
    units.real[UnitR.REPORT_X, i] = units.real[UnitR.X, i]
    units.real[UnitR.REPORT_Y, i] = units.real[UnitR.Y, i]
    units.real[UnitR.REPORT_STRENGTH, i] = units.real[UnitR.STRENGTH, i]
    units.real[UnitR.REPORT_ENDURANCE_S, i] = units.real[UnitR.ENDURANCE_S, i]
    units.whole[UnitW.REPORT_STATUS, i] = units.whole[UnitW.STATUS, i]
    units.whole[UnitW.REPORT_DAMAGE, i] = units.whole[UnitW.DAMAGE, i]
    units.whole[UnitW.REPORT_TICK, i] = tick
    units.whole[UnitW.REPORT_EMCON, i] = units.whole[UnitW.EMCON, i]
    units.whole[UnitW.REPORT_LINKED, i] = 1
    units.whole[UnitW.REPORT_AMMO, i] = rounds_left(i, units, mounts)


@inlined
def rounds_left(i: int, units: Units, mounts: Mounts) -> int:
    """Return the rounds left on the offensive mounts of unit ``i``, UNLIMITED at most."""
    ammo = 0
    first = units.spec_whole[UnitSpecW.MOUNT_FIRST, i]
    for m in range(first, first + units.spec_whole[UnitSpecW.MOUNT_COUNT, i]):
        if mounts.spec_whole[MountSpecW.DOMAINS, m] != 0:
            ammo += min(mounts.whole[MountW.AMMO, m], UNLIMITED - ammo)
    return ammo
