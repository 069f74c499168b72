"""Damage: commit what the tick's hits did, all at once, so that both sides' fire is simultaneous."""

import numpy as np
from numba import njit

from simcore.events import Log, emit
from simcore.params import MW, RP, UP, UW, Block
from simcore.rng import Stream, draw, stream_key
from simcore.scratch import SI, SR, Scratch
from simcore.state import TR, Cells, K, T, U, W
from simcore.types import F64, U64, Damage, EventKind, Level, Status

_LEAST_STRENGTH = 1e-9


@njit(cache=True, error_model="numpy")
def commit_damage(
    r: int,
    tick: int,
    seed: np.uint64,
    replication: np.uint64,
    n_struck: int,
    units: Block,
    key: U64,
    mounts: Block,
    rules: F64,
    state: Cells,
    contacts: Cells,
    sides: Cells,
    scratch: Scratch,
    log: Log,
) -> None:
    """Apply the damage buffer to the units struck and empty it.

    A unit is lost when a hit was catastrophic or no strength is left; what it carries is lost with it.
    The side that scored knows at once with probability P_BDA; otherwise its contact lives on until it ages out.
    """
    n = units.whole.shape[1]
    struck = scratch.whole[SI.STRUCK]
    loss = scratch.real[SR.LOSS]
    flags = scratch.whole[SI.FLAGS]
    killer = scratch.whole[SI.KILLER]
    assess = stream_key(seed, replication, tick, Stream.ASSESS)
    for q in range(n_struck):
        j = struck[q]
        m = killer[j]
        i = mounts.whole[MW.UNIT, m]
        strength = max(0.0, state.real[r, U.STRENGTH, j] - loss[j])
        if strength < _LEAST_STRENGTH or (flags[j] & Damage.CATASTROPHIC) != 0:
            strength = 0.0
        state.real[r, U.STRENGTH, j] = strength
        state.whole[r, W.DAMAGE, j] |= flags[j]
        side = units.whole[UW.SIDE, j]
        if strength > 0.0:
            emit(log, r, tick, EventKind.DAMAGE, side, j, i, flags[j], int(strength * 1000.0))
        else:
            lose(r, tick, j, i, side, units, state, sides, log)
            shooter_side = units.whole[UW.SIDE, i]
            sides.whole[r, T.KILLS, shooter_side] += 1
            c = shooter_side * n + j
            if contacts.whole[r, K.LEVEL, c] > Level.NONE and draw(assess, key[i], key[j]) < rules[RP.P_BDA]:
                contacts.whole[r, K.LEVEL, c] = Level.NONE
            if units.whole[UW.HOST_CAPACITY, j] > 0:
                for k in range(n):
                    aboard = state.whole[r, W.STATUS, k]
                    if units.whole[UW.HOST, k] == j and (aboard == Status.ABOARD or aboard == Status.SERVICING):
                        lose(r, tick, np.int32(k), i, side, units, state, sides, log)
                        sides.whole[r, T.KILLS, shooter_side] += 1
        loss[j] = 0.0
        flags[j] = 0
        killer[j] = -1


@njit(cache=True, error_model="numpy")
def lose(r: int, tick: int, j: int, by: int, side: int, units: Block, state: Cells, sides: Cells, log: Log) -> None:
    """Unit ``j`` is destroyed by fire of unit ``by``."""
    state.whole[r, W.STATUS, j] = Status.LOST
    state.real[r, U.STRENGTH, j] = 0.0
    state.real[r, U.VX, j] = 0.0
    state.real[r, U.VY, j] = 0.0
    if state.whole[r, W.LINKED, j] != 0:
        state.whole[r, W.REPORT_STATUS, j] = Status.LOST
    sides.whole[r, T.LOSSES, side] += 1
    sides.real[r, TR.COST_LOST, side] += units.real[UP.COST, j]
    emit(log, r, tick, EventKind.LOSS, side, j, by, 0, 0)
