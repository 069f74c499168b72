"""Scoring: progress of the objectives, and whether the replication is over."""

from simcore.events import Log, emit
from simcore.jit import kernel
from simcore.kernels.zones import is_in_zone
from simcore.params import OP, OW, RP, RW, UP, UW
from simcore.state import TR, WW, D, P, U, W
from simcore.types import F64, I32, Domain, EndReason, EventKind, Identity, ObjectiveKind, Status


@kernel
def is_held(
    side_id: int,
    z: int,
    zone_real: F64,
    zone_whole: I32,
    vertices: F64,
    unit_whole: I32,
    state_real: F64,
    state_whole: I32,
) -> bool:
    """Return whether surface or ground units of the side, and no such enemy, stand in zone ``z``.

    Neutrals and decoys neither hold a zone nor contest it.
    """
    own = False
    for i in range(unit_whole.shape[1]):
        if state_whole[W.STATUS, i] != Status.ACTIVE or unit_whole[UW.DOMAIN, i] == Domain.AIR:
            continue
        if unit_whole[UW.IDENTITY, i] != Identity.HOSTILE:
            continue
        is_own = unit_whole[UW.SIDE, i] == side_id
        if own and is_own:
            continue
        if is_in_zone(zone_real, zone_whole, vertices, z, state_real[U.X, i], state_real[U.Y, i]):
            if not is_own:
                return False
            own = True
    return own


@kernel
def score_objectives(
    r: int,
    tick: int,
    elapsed_s: float,
    unit_real: F64,
    unit_whole: I32,
    zone_real: F64,
    zone_whole: I32,
    vertices: F64,
    objective_real: F64,
    objective_whole: I32,
    members: I32,
    rules: F64,
    limits: I32,
    state_real: F64,
    state_whole: I32,
    side_real: F64,
    progress_real: F64,
    progress_whole: I32,
    log: Log,
) -> bool:
    """Update the progress of all objectives; ``elapsed_s`` has passed since the last update.

    Returns whether a decisive objective is met. Mutates the progress, ENTERED and the SCOREs.
    """
    decided = False
    duration_s = limits[RW.N_TICKS] * rules[RP.DT_S]
    for s in range(limits[RW.N_SIDES]):
        side_real[TR.SCORE, s] = 0.0
    for k in range(objective_whole.shape[1]):
        kind = objective_whole[OW.KIND, k]
        s = objective_whole[OW.SIDE, k]
        z = objective_whole[OW.ZONE, k]
        if kind == ObjectiveKind.HOLD:
            if is_held(s, z, zone_real, zone_whole, vertices, unit_whole, state_real, state_whole):
                progress_real[P.TIME_HELD_S, k] += elapsed_s
            share = progress_real[P.TIME_HELD_S, k] / duration_s
        else:
            total = 0.0
            part = 0.0
            first = objective_whole[OW.FIRST, k]
            for q in range(first, first + objective_whole[OW.COUNT, k]):
                i = members[q]
                if unit_whole[UW.IS_ONE_WAY, i] == 1 and kind != ObjectiveKind.REACH:
                    continue
                total += unit_real[UP.COST, i]
                is_lost = state_whole[W.STATUS, i] == Status.LOST
                if kind == ObjectiveKind.REACH:
                    if state_whole[W.STATUS, i] == Status.ACTIVE and is_in_zone(
                        zone_real, zone_whole, vertices, z, state_real[U.X, i], state_real[U.Y, i]
                    ):
                        state_whole[W.ENTERED, i] |= 1 << z
                    if (state_whole[W.ENTERED, i] >> z) & 1 == 1:
                        part += unit_real[UP.COST, i]
                elif is_lost == (kind == ObjectiveKind.DESTROY):
                    part += unit_real[UP.COST, i]
            share = part / total if total > 0.0 else 0.0
        share = min(share, 1.0)
        progress_real[P.PROGRESS, k] = share
        goal = objective_real[OP.GOAL, k]
        if progress_whole[D.MET_TICK, k] < 0 and share >= goal and kind != ObjectiveKind.PROTECT:
            progress_whole[D.MET_TICK, k] = tick
            emit(log, r, tick, EventKind.OBJECTIVE, s, -1, -1, k, int(share * 1000.0))
            if objective_whole[OW.IS_DECISIVE, k] == 1:
                decided = True
        side_real[TR.SCORE, s] += objective_real[OP.WEIGHT, k] * min(share / goal, 1.0)
    for s in range(limits[RW.N_SIDES]):
        weight = 0.0
        for k in range(objective_whole.shape[1]):
            if objective_whole[OW.SIDE, k] == s:
                weight += objective_real[OP.WEIGHT, k]
        if weight > 0.0:
            side_real[TR.SCORE, s] /= weight
    return decided


@kernel
def judge(
    r: int,
    tick: int,
    reason: int,
    unit_whole: I32,
    rules: F64,
    state_whole: I32,
    side_real: F64,
    world: I32,
    log: Log,
) -> None:
    """End the replication and name the winner: the survivor of an annihilation, else the higher score."""
    winner = -1
    if reason == EndReason.ANNIHILATION:
        for i in range(unit_whole.shape[1]):
            if state_whole[W.STATUS, i] != Status.LOST and unit_whole[UW.IDENTITY, i] == Identity.HOSTILE:
                winner = unit_whole[UW.SIDE, i]
                break
    else:
        lead = side_real[TR.SCORE, 0] - side_real[TR.SCORE, 1]
        if lead > rules[RP.MARGIN]:
            winner = 0
        elif -lead > rules[RP.MARGIN]:
            winner = 1
    world[WW.REASON] = reason
    world[WW.WINNER] = winner
    emit(log, r, tick, EventKind.END, winner, -1, -1, winner, reason)


@kernel
def is_annihilated(unit_whole: I32, state_whole: I32) -> bool:
    """Return whether one of the two belligerent sides has no unit left but decoys."""
    has_first = False
    has_second = False
    for i in range(unit_whole.shape[1]):
        if state_whole[W.STATUS, i] != Status.LOST and unit_whole[UW.IDENTITY, i] == Identity.HOSTILE:
            s = unit_whole[UW.SIDE, i]
            if s == 0:
                has_first = True
            elif s == 1:
                has_second = True
            if has_first and has_second:
                return False
    return True
