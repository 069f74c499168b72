"""Mines: laid at random at the start, set off or cleared by passing units."""

import math

import numpy as np

from simcore.compiling.jit import formula, kernel
from simcore.events import Log, emit
from simcore.kernels.fighting.damage import parts_hit
from simcore.kernels.fighting.losses import lose_with_cargo
from simcore.kernels.ground.terrain import can_stand, raster_cell
from simcore.kernels.mathematics.geometry import is_inside
from simcore.kernels.medical.blows import note_blows
from simcore.kinds import Mines, Moment, People, Rules, Sides, Units, has_upkeep
from simcore.params import RuleR, UnitSpecR, UnitSpecW
from simcore.rng import Stream, draw, stream_key
from simcore.scratch import Scratch, ScratchR, ScratchW
from simcore.state import MineR, MineW, SideW, UnitR, UnitW
from simcore.surroundings import MinefieldSpecR, MinefieldSpecW
from simcore.types import (
    F32,
    F64,
    I32,
    N_TARGET_CLASSES,
    NONE,
    U8,
    Damage,
    Domain,
    EventKind,
    LossCause,
    MineStatus,
    Status,
    Word,
)
from simcore.upkeep import UseW

_ATTEMPTS = 20_000  # draws for a position in the water of a field on the shore
_N_DOMAINS = len(Domain)
_LEAST_STRENGTH = 1e-9
_STRUCK = -2  # mark in the row KILLER of a unit hit by a mine in this tick


@formula
def entry_share(dx: float, dy: float, ux: float, uy: float, radius: float) -> float:
    """Return the fraction of a straight step at which it enters a circle; inf when it does not.

    (dx, dy) [m] is the start relative to the centre, (ux, uy) [m] the step. A step that starts inside does not enter,
    so that each passage counts once, whatever the time step.
    """
    c = dx * dx + dy * dy - radius * radius
    b = dx * ux + dy * uy
    if c <= 0.0 or b >= 0.0:
        return np.inf
    a = ux * ux + uy * uy
    disc = b * b - a * c
    if disc < 0.0:
        return np.inf
    share = c / (math.sqrt(disc) - b)
    return share if share <= 1.0 else np.inf


@formula
def can_meet_mine(domains: int, surface: int, water_speed: float) -> bool:
    """Return whether units of the mask ``domains`` can be in a cell, given its surface and speed factor for boats."""
    is_met = False
    for domain in range(_N_DOMAINS):
        is_met = is_met or (((domains >> domain) & 1) == 1 and can_stand(domain, surface, water_speed))
    return is_met


@kernel
def lay_field(
    f: int,
    field_key: Word,
    place: Word,
    field_real: F64,
    field_whole: I32,
    vertices: F64,
    rules: F64,
    surface: U8,
    water: F32,
    mine_real: F64,
) -> None:
    """Draw the positions of the mines of field ``f`` uniformly over the part of its polygon open to their targets.

    ``surface`` (rows, columns) holds the surfaces of the ground, ``water`` its speed factors for boats. Mutates
    ``mine_real``.
    """
    domains = field_whole[MinefieldSpecW.DOMAINS, f]
    west = field_real[MinefieldSpecR.WEST, f]
    south = field_real[MinefieldSpecR.SOUTH, f]
    width = field_real[MinefieldSpecR.EAST, f] - west
    height = field_real[MinefieldSpecR.NORTH, f] - south
    first = field_whole[MinefieldSpecW.FIRST, f]
    for q in range(field_whole[MinefieldSpecW.COUNT, f]):
        x = west
        y = south
        for attempt in range(_ATTEMPTS):
            other = np.uint64(q) * np.uint64(1 << 20) + np.uint64(2 * attempt)
            x = west + width * draw(place, field_key, other)
            y = south + height * draw(place, field_key, other + np.uint64(1))
            if not is_inside(
                vertices, field_whole[MinefieldSpecW.VERTEX_FIRST, f], field_whole[MinefieldSpecW.VERTEX_COUNT, f], x, y
            ):
                continue
            row, column = raster_cell(rules, surface.shape[0], surface.shape[1], x, y)
            if can_meet_mine(domains, surface[row, column], water[row, column]):
                break
        mine_real[MineR.X, first + q] = x
        mine_real[MineR.Y, first + q] = y


@kernel
def is_in_danger(i: int, f: int, side: I32, domain: I32, field_whole: I32) -> bool:
    """Return whether the mines of field ``f`` endanger unit ``i``: not laid by its own side, and for its domain."""
    return (
        side[i] != field_whole[MinefieldSpecW.SIDE, f]
        and ((field_whole[MinefieldSpecW.DOMAINS, f] >> domain[i]) & 1) == 1
    )


@kernel
def gather_movers(units: Units, mines: Mines, dt_s: float, found: I32) -> int:
    """List the units whose step comes near a field that endangers them in ``found``. Returns their number."""
    x = units.real[UnitR.X]
    y = units.real[UnitR.Y]
    vx = units.real[UnitR.VX]
    vy = units.real[UnitR.VY]
    status = units.whole[UnitW.STATUS]
    side = units.spec_whole[UnitSpecW.SIDE]
    domain = units.spec_whole[UnitSpecW.DOMAIN]
    n_found = 0
    for i in range(units.spec_whole.shape[1]):
        if status[i] != Status.ACTIVE or (vx[i] == 0.0 and vy[i] == 0.0):
            continue
        for f in range(mines.spec_whole.shape[1]):
            if not is_in_danger(i, f, side, domain, mines.spec_whole):
                continue
            near = max(mines.spec_real[MinefieldSpecR.RADIUS_MAX, f], units.spec_real[UnitSpecR.CLEAR_RADIUS_M, i])
            near_x = near + abs(vx[i]) * dt_s
            near_y = near + abs(vy[i]) * dt_s
            if (
                x[i] < mines.spec_real[MinefieldSpecR.WEST, f] - near_x
                or x[i] > mines.spec_real[MinefieldSpecR.EAST, f] + near_x
            ):
                continue
            if (
                y[i] < mines.spec_real[MinefieldSpecR.SOUTH, f] - near_y
                or y[i] > mines.spec_real[MinefieldSpecR.NORTH, f] + near_y
            ):
                continue
            found[n_found] = i
            n_found += 1
            break
    return n_found


@kernel
def pass_mines(
    now: Moment, units: Units, mines: Mines, rules: Rules, sides: Sides, work: Scratch, log: Log, people: People
) -> int:
    """Clear mines and set them off along the steps of this tick, in order of time. Returns the number of units hit.

    A step that brings a mine into the swath of a clearing unit, or a unit into the actuation circle of a mine, draws
    once. The earliest event of the tick is carried out first, so that a mine acts once and a destroyed unit goes no
    farther; simultaneous events follow the units' keys. Mutates the mines, the units hit or lost, and tallies.
    """
    dt = rules.real[RuleR.DT_S]
    x = units.real[UnitR.X]
    y = units.real[UnitR.Y]
    vx = units.real[UnitR.VX]
    vy = units.real[UnitR.VY]
    strength = units.real[UnitR.STRENGTH]
    side = units.spec_whole[UnitSpecW.SIDE]
    domain = units.spec_whole[UnitSpecW.DOMAIN]
    target_class = units.spec_whole[UnitSpecW.TARGET_CLASS]
    clear_radius = units.spec_real[UnitSpecR.CLEAR_RADIUS_M]
    p_clear = units.spec_real[UnitSpecR.P_CLEAR]
    clear_speed = units.spec_real[UnitSpecR.CLEAR_SPEED]
    toughness = units.spec_real[UnitSpecR.TOUGHNESS]
    mine_x = mines.real[MineR.X]
    mine_y = mines.real[MineR.Y]
    mine_status = mines.whole[MineW.STATUS]
    found = work.whole[ScratchW.FOUND]
    loss = work.real[ScratchR.LOSS]
    flags = work.whole[ScratchW.FLAGS]
    killer = work.whole[ScratchW.KILLER]
    struck = work.whole[ScratchW.STRUCK]
    n_found = gather_movers(units, mines, dt, found)
    if n_found == 0:
        return 0
    clears = stream_key(now.seed, now.replication, now.tick, Stream.MINE_CLEAR)
    answers = stream_key(now.seed, now.replication, now.tick, Stream.MINE_ANSWER)
    effects = stream_key(now.seed, now.replication, now.tick, Stream.MINE_EFFECT)
    n_struck = 0
    while True:
        best = np.inf
        best_i = -1
        best_f = -1
        best_k = -1
        is_clearing = False
        for f in range(mines.spec_whole.shape[1]):
            first = mines.spec_whole[MinefieldSpecW.FIRST, f]
            p_answer = mines.spec_real[MinefieldSpecR.P_ACTUATION, f]
            for q in range(n_found):
                i = int(found[q])
                if not is_in_danger(i, f, side, domain, mines.spec_whole):
                    continue
                if loss[i] >= strength[i] - _LEAST_STRENGTH or (flags[i] & Damage.CATASTROPHIC) != 0:
                    continue  # destroyed earlier in this tick
                swath = clear_radius[i]
                if (
                    vx[i] * vx[i] + vy[i] * vy[i] > clear_speed[i] * clear_speed[i]
                    or (units.whole[UnitW.DAMAGE, i] & Damage.SENSOR) != 0
                ):
                    swath = 0.0
                circle = mines.spec_real[MinefieldSpecR.RADIUS + target_class[i], f]
                near = max(swath, circle)
                step_x = vx[i] * dt
                step_y = vy[i] * dt
                near_x = near + abs(step_x)
                near_y = near + abs(step_y)
                for k in range(first, first + mines.spec_whole[MinefieldSpecW.COUNT, f]):
                    dx = x[i] - mine_x[k]
                    dy = y[i] - mine_y[k]
                    if abs(dx) > near_x or abs(dy) > near_y or mine_status[k] != MineStatus.ARMED:
                        continue
                    dx -= step_x
                    dy -= step_y
                    mine = mines.key[f] + np.uint64(k - first)
                    share = entry_share(dx, dy, step_x, step_y, swath) if swath > 0.0 else np.inf
                    if (
                        share < np.inf
                        and (share < best or (share == best and units.key[i] < units.key[best_i]))
                        and draw(clears, units.key[i], mine) < p_clear[i]
                    ):
                        best, best_i, best_f, best_k, is_clearing = share, i, f, k, True
                    share = entry_share(dx, dy, step_x, step_y, circle) if circle > 0.0 else np.inf
                    if (
                        share < np.inf
                        and (share < best or (share == best and units.key[i] < units.key[best_i]))
                        and draw(answers, units.key[i], mine) < p_answer
                    ):
                        best, best_i, best_f, best_k, is_clearing = share, i, f, k, False
        if best_i < 0:
            break
        i = best_i
        f = best_f
        s = side[i]
        serial = best_k - mines.spec_whole[MinefieldSpecW.FIRST, f]
        if is_clearing:
            mine_status[best_k] = MineStatus.CLEARED
            sides.whole[SideW.MINES_CLEARED, s] += 1
            emit(log, now, EventKind.MINE_CLEARED, s, i, -1, f, serial)
            continue
        mine_status[best_k] = MineStatus.SPENT
        sides.whole[SideW.MINES_SET_OFF, s] += 1
        mine = mines.key[f] + np.uint64(serial)
        p_hit = mines.spec_real[MinefieldSpecR.RADIUS + N_TARGET_CLASSES + target_class[i], f]
        is_hit = draw(effects, units.key[i], mine) < p_hit
        emit(log, now, EventKind.MINE, s, i, -1, f, 1 if is_hit else 0)
        if not is_hit:
            continue
        sides.whole[SideW.MINE_HITS, s] += 1
        loss[i] += mines.spec_real[MinefieldSpecR.DAMAGE, f] / toughness[i]
        p_kill = mines.spec_real[MinefieldSpecR.P_KILL, f]
        p_component = mines.spec_real[MinefieldSpecR.P_COMPONENT, f]
        flags[i] |= parts_hit(draw(effects, mine, units.key[i]), p_kill, p_component)
        if killer[i] != _STRUCK:
            killer[i] = _STRUCK
            struck[n_struck] = i
            n_struck += 1
    if people.unit_whole.shape[1] > 0:
        note_blows(n_struck, work, people)
    for q in range(n_struck):
        i = struck[q]
        left = max(0.0, strength[i] - loss[i])
        if left < _LEAST_STRENGTH or (flags[i] & Damage.CATASTROPHIC) != 0:
            left = 0.0
        strength[i] = left
        units.whole[UnitW.DAMAGE, i] |= flags[i]
        units.whole[UnitW.OUTAGE, i] &= ~flags[i]
        if has_upkeep(units):
            units.use_whole[UseW.HURT, i] |= flags[i]
        if left > 0.0:
            emit(log, now, EventKind.DAMAGE, side[i], i, -1, flags[i], int(left * 1000.0))
        else:
            lose_with_cargo(now, int(i), np.int64(NONE), np.int64(LossCause.MINE), units, sides, log)
        loss[i] = 0.0
        flags[i] = 0
        killer[i] = -1
    return n_struck
