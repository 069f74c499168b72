"""Scoring: progress of the objectives, and whether the replication is over."""

from numba import njit

from simcore.events import Log, emit
from simcore.kernels.geometry import is_inside
from simcore.params import OP, OW, RP, RW, UP, UW, ZP, ZW, Block
from simcore.state import TR, WW, Cells, D, P, U, W
from simcore.types import F64, I32, Domain, EndReason, EventKind, ObjectiveKind, Status


@njit(cache=True, error_model="numpy")
def is_in_zone(zones: Block, vertices: F64, z: int, x: float, y: float) -> bool:
    """Return whether (x, y) lies in zone ``z``."""
    if x < zones.real[ZP.WEST, z] or x > zones.real[ZP.EAST, z]:
        return False
    if y < zones.real[ZP.SOUTH, z] or y > zones.real[ZP.NORTH, z]:
        return False
    return is_inside(vertices, zones.whole[ZW.FIRST, z], zones.whole[ZW.COUNT, z], x, y)


@njit(cache=True, error_model="numpy")
def is_held(r: int, side_id: int, z: int, zones: Block, vertices: F64, units: Block, state: Cells) -> bool:
    """Return whether surface or ground units of the side, and no such enemy, stand in zone ``z``."""
    own = False
    for i in range(units.whole.shape[1]):
        if state.whole[r, W.STATUS, i] != Status.ACTIVE or units.whole[UW.DOMAIN, i] == Domain.AIR:
            continue
        if not own or units.whole[UW.SIDE, i] != side_id:
            if is_in_zone(zones, vertices, z, state.real[r, U.X, i], state.real[r, U.Y, i]):
                if units.whole[UW.SIDE, i] != side_id:
                    return False
                own = True
    return own


@njit(cache=True, error_model="numpy")
def score_objectives(
    r: int,
    tick: int,
    elapsed_s: float,
    units: Block,
    zones: Block,
    vertices: F64,
    objectives: Block,
    members: I32,
    rules: F64,
    limits: I32,
    state: Cells,
    sides: Cells,
    progress: Cells,
    log: Log,
) -> bool:
    """Update the progress of all objectives; ``elapsed_s`` has passed since the last update.

    Returns whether a decisive objective is met. Mutates objective progress, ENTERED and the SCOREs.
    """
    decided = False
    duration_s = limits[RW.N_TICKS] * rules[RP.DT_S]
    for s in range(limits[RW.N_SIDES]):
        sides.real[r, TR.SCORE, s] = 0.0
    for k in range(objectives.whole.shape[1]):
        kind = objectives.whole[OW.KIND, k]
        s = objectives.whole[OW.SIDE, k]
        z = objectives.whole[OW.ZONE, k]
        if kind == ObjectiveKind.HOLD:
            if is_held(r, s, z, zones, vertices, units, state):
                progress.real[r, P.TIME_HELD_S, k] += elapsed_s
            share = progress.real[r, P.TIME_HELD_S, k] / duration_s
        else:
            total = 0.0
            part = 0.0
            first = objectives.whole[OW.FIRST, k]
            for q in range(first, first + objectives.whole[OW.COUNT, k]):
                i = members[q]
                if units.whole[UW.IS_ONE_WAY, i] == 1 and kind != ObjectiveKind.REACH:
                    continue
                total += units.real[UP.COST, i]
                is_lost = state.whole[r, W.STATUS, i] == Status.LOST
                if kind == ObjectiveKind.REACH:
                    if state.whole[r, W.STATUS, i] == Status.ACTIVE and is_in_zone(
                        zones, vertices, z, state.real[r, U.X, i], state.real[r, U.Y, i]
                    ):
                        state.whole[r, W.ENTERED, i] |= 1 << z
                    if (state.whole[r, W.ENTERED, i] >> z) & 1 == 1:
                        part += units.real[UP.COST, i]
                elif is_lost == (kind == ObjectiveKind.DESTROY):
                    part += units.real[UP.COST, i]
            share = part / total if total > 0.0 else 0.0
        share = min(share, 1.0)
        progress.real[r, P.PROGRESS, k] = share
        goal = objectives.real[OP.GOAL, k]
        if progress.whole[r, D.MET_TICK, k] < 0 and share >= goal and kind != ObjectiveKind.PROTECT:
            progress.whole[r, D.MET_TICK, k] = tick
            emit(log, r, tick, EventKind.OBJECTIVE, s, -1, -1, k, int(share * 1000.0))
            if objectives.whole[OW.IS_DECISIVE, k] == 1:
                decided = True
        sides.real[r, TR.SCORE, s] += objectives.real[OP.WEIGHT, k] * min(share / goal, 1.0)
    for s in range(limits[RW.N_SIDES]):
        weight = 0.0
        for k in range(objectives.whole.shape[1]):
            if objectives.whole[OW.SIDE, k] == s:
                weight += objectives.real[OP.WEIGHT, k]
        if weight > 0.0:
            sides.real[r, TR.SCORE, s] /= weight
    return decided


@njit(cache=True, error_model="numpy")
def judge(
    r: int, tick: int, reason: int, units: Block, rules: F64, state: Cells, sides: Cells, world: I32, log: Log
) -> None:
    """End the replication and name the winner: the survivor of an annihilation, else the higher score."""
    winner = -1
    if reason == EndReason.ANNIHILATION:
        for i in range(units.whole.shape[1]):
            if state.whole[r, W.STATUS, i] != Status.LOST and units.whole[UW.SIDE, i] < 2:
                winner = units.whole[UW.SIDE, i]
                break
    else:
        lead = sides.real[r, TR.SCORE, 0] - sides.real[r, TR.SCORE, 1]
        if lead > rules[RP.MARGIN]:
            winner = 0
        elif -lead > rules[RP.MARGIN]:
            winner = 1
    world[r, WW.REASON] = reason
    world[r, WW.WINNER] = winner
    emit(log, r, tick, EventKind.END, winner, -1, -1, winner, reason)


@njit(cache=True, error_model="numpy")
def is_annihilated(r: int, units: Block, state: Cells) -> bool:
    """Return whether one of the two belligerent sides has no unit left."""
    has_first = False
    has_second = False
    for i in range(units.whole.shape[1]):
        if state.whole[r, W.STATUS, i] != Status.LOST:
            s = units.whole[UW.SIDE, i]
            if s == 0:
                has_first = True
            elif s == 1:
                has_second = True
            if has_first and has_second:
                return False
    return True
