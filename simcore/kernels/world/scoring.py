"""Scoring: progress of the objectives, and whether the replication is over."""

import numpy as np

from simcore.compiling.jit import kernel
from simcore.events import Log, emit
from simcore.kernels.ground.zones import is_in_zone
from simcore.params import OP, OW, RP, RW, UP, UW, ZW
from simcore.state import TR, WW, D, L, P, U, W
from simcore.types import (
    F64,
    I32,
    NONE,
    Domain,
    EndReason,
    EventKind,
    Identity,
    ObjectiveKind,
    Status,
)


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
    elapsed_s: float,
    ahead_from: int,
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
    listed_whole: I32,
) -> None:
    """Update the progress of all objectives; ``elapsed_s`` has passed since the last update.

    With ``ahead_from`` >= 0 that time is still to come, from that tick on: who holds a zone keeps it while it is open.
    The listed units count one each or weigh by cost (OW.BY_UNITS). Mutates the progress, ENTERED and the SCOREs.
    """
    duration_s = limits[RW.N_TICKS] * rules[RP.DT_S]
    for s in range(limits[RW.N_SIDES]):
        side_real[TR.SCORE, s] = 0.0
    for k in range(objective_whole.shape[1]):
        kind = objective_whole[OW.KIND, k]
        s = objective_whole[OW.SIDE, k]
        z = int(objective_whole[OW.ZONE, k])
        if kind == ObjectiveKind.HOLD:
            held_s = elapsed_s
            if ahead_from >= 0:
                held_s = min(elapsed_s, rules[RP.DT_S] * (zone_whole[ZW.UNTIL_TICK, z] - ahead_from))
            if held_s > 0.0 and is_held(s, z, zone_real, zone_whole, vertices, unit_whole, state_real, state_whole):
                progress_real[P.TIME_HELD_S, k] += held_s
            share = progress_real[P.TIME_HELD_S, k] / duration_s
        else:
            total = 0.0
            part = 0.0
            first = objective_whole[OW.FIRST, k]
            for q in range(first, first + objective_whole[OW.COUNT, k]):
                i = members[q]
                worth = 1.0 if objective_whole[OW.BY_UNITS, k] == 1 else unit_real[UP.COST, i]
                total += worth
                status = state_whole[W.STATUS, i]
                if kind == ObjectiveKind.REACH:
                    if (
                        listed_whole[L.ENTERED, q] == 0
                        and status == Status.ACTIVE
                        and is_in_zone(zone_real, zone_whole, vertices, z, state_real[U.X, i], state_real[U.Y, i])
                    ):
                        listed_whole[L.ENTERED, q] = 1
                    part += worth * listed_whole[L.ENTERED, q]
                elif (status == Status.LOST) == (kind == ObjectiveKind.DESTROY):
                    part += worth
            share = part / total if total > 0.0 else 0.0
        share = min(share, 1.0)
        progress_real[P.PROGRESS, k] = share
        side_real[TR.SCORE, s] += objective_real[OP.WEIGHT, k] * min(share / objective_real[OP.GOAL, k], 1.0)
    for s in range(limits[RW.N_SIDES]):
        weight = 0.0
        for k in range(objective_whole.shape[1]):
            if objective_whole[OW.SIDE, k] == s:
                weight += objective_real[OP.WEIGHT, k]
        if weight > 0.0:
            side_real[TR.SCORE, s] /= weight


@kernel
def note_met(
    r: int,
    tick: int,
    objective_real: F64,
    objective_whole: I32,
    progress_real: F64,
    progress_whole: I32,
    log: Log,
) -> bool:
    """Note the objectives that have reached their goals; one to protect is met at the end alone, if at all.

    Returns whether one of them is decisive. Mutates MET_TICK.
    """
    is_decided = False
    for k in range(objective_whole.shape[1]):
        share = progress_real[P.PROGRESS, k]
        is_new = progress_whole[D.MET_TICK, k] < 0 and share >= objective_real[OP.GOAL, k]
        if is_new and objective_whole[OW.KIND, k] != ObjectiveKind.PROTECT:
            progress_whole[D.MET_TICK, k] = tick
            emit(log, r, tick, EventKind.OBJECTIVE, objective_whole[OW.SIDE, k], -1, -1, k, int(share * 1000.0))
            is_decided |= objective_whole[OW.IS_DECISIVE, k] == 1
    return is_decided


@kernel
def judge(
    r: int,
    tick: int,
    reason: int,
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
    listed_whole: I32,
    world: I32,
    log: Log,
) -> None:
    """End the replication. The side whose score leads by more than the margin wins, whatever the reason of the end.

    Who holds a zone at an early end keeps it until time is up. Mutates what ``score_objectives`` and ``note_met`` do.
    """
    done = world[WW.TICK]
    if done < limits[RW.N_TICKS]:
        score_objectives(
            rules[RP.DT_S] * (limits[RW.N_TICKS] - done), np.int64(done), unit_real, unit_whole, zone_real,
            zone_whole, vertices, objective_real, objective_whole, members, rules, limits, state_real,
            state_whole, side_real, progress_real, listed_whole,
        )  # fmt: skip
        note_met(r, tick, objective_real, objective_whole, progress_real, progress_whole, log)
    winner = int(NONE)
    lead = side_real[TR.SCORE, 0] - side_real[TR.SCORE, 1]
    if lead > rules[RP.MARGIN]:
        winner = 0
    elif -lead > rules[RP.MARGIN]:
        winner = 1
    world[WW.REASON] = reason
    world[WW.WINNER] = winner
    emit(log, r, tick, EventKind.END, winner, -1, -1, winner, reason)


@kernel
def find_end(
    in_flight: int,
    unit_whole: I32,
    zone_real: F64,
    zone_whole: I32,
    vertices: F64,
    objective_real: F64,
    objective_whole: I32,
    members: I32,
    state_real: F64,
    state_whole: I32,
    progress_real: F64,
    listed_whole: I32,
) -> int:
    """Return whether one of the two belligerent sides is out of the fight and the scores are settled (EndReason).

    A side is destroyed (ANNIHILATION) when it has no unit left but decoys; a munition that was fired is no loss, so a
    side that was munitions alone is SPENT. The scores are settled when no round is in flight and the other side holds
    the zones that it is to hold and has brought to their zones all that it can. Until then the fight goes on (RUNNING).
    """
    has_first = False
    has_second = False
    for i in range(unit_whole.shape[1]):
        status = state_whole[W.STATUS, i]
        if status != Status.LOST and status != Status.EXPENDED and unit_whole[UW.IDENTITY, i] == Identity.HOSTILE:
            s = unit_whole[UW.SIDE, i]
            has_first |= s == 0
            has_second |= s == 1
            if has_first and has_second:
                return EndReason.RUNNING
    if in_flight > 0:
        return EndReason.RUNNING
    for k in range(objective_whole.shape[1]):
        s = objective_whole[OW.SIDE, k]
        kind = objective_whole[OW.KIND, k]
        z = int(objective_whole[OW.ZONE, k])
        if (s == 0 and not has_first) or (s == 1 and not has_second):
            continue
        if progress_real[P.PROGRESS, k] >= objective_real[OP.GOAL, k]:
            continue
        if kind == ObjectiveKind.HOLD:
            if not is_held(s, z, zone_real, zone_whole, vertices, unit_whole, state_real, state_whole):
                return EndReason.RUNNING
        elif kind == ObjectiveKind.REACH:
            first = objective_whole[OW.FIRST, k]
            for q in range(first, first + objective_whole[OW.COUNT, k]):
                status = state_whole[W.STATUS, members[q]]
                is_gone = status == Status.LOST or status == Status.EXPENDED
                if listed_whole[L.ENTERED, q] == 0 and not is_gone:
                    return EndReason.RUNNING
    reason = EndReason.RUNNING
    for i in range(unit_whole.shape[1]):
        s = unit_whole[UW.SIDE, i]
        is_out = (s == 0 and not has_first) or (s == 1 and not has_second)
        if is_out and unit_whole[UW.IDENTITY, i] == Identity.HOSTILE:
            if unit_whole[UW.IS_ONE_WAY, i] == 0:
                return EndReason.ANNIHILATION
            reason = EndReason.SPENT
    return reason
