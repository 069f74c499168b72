"""Losses: every way in which a unit is lost ends here, and takes with it what the unit carries."""

import numpy as np

from simcore.compiling.jit import kernel
from simcore.events import Log, emit
from simcore.kernels.network.reports import report_loss
from simcore.params import UP, UW
from simcore.state import TR, T, U, W
from simcore.types import F64, I32, NONE, EventKind, Identity, LossCause, Status


@kernel
def lose(
    r: int,
    tick: int,
    j: int,
    by: int,
    cause: int,
    unit_real: F64,
    unit_whole: I32,
    state_real: F64,
    state_whole: I32,
    side_real: F64,
    side_whole: I32,
    log: Log,
) -> None:
    """Unit ``j`` is lost by ``cause`` (LossCause), to the fire of unit ``by`` or to nobody's (-1).

    What fire has brought down is a kill, although its event names the crash; as crashes count those that nobody caused.
    Mutates the unit and the tallies of its side, and of the side that scored.
    """
    s = unit_whole[UW.SIDE, j]
    state_whole[W.STATUS, j] = Status.LOST
    state_whole[W.LOSS_CAUSE, j] = LossCause.FIRE if by >= 0 else cause
    state_real[U.STRENGTH, j] = 0.0
    state_real[U.VX, j] = 0.0
    state_real[U.VY, j] = 0.0
    report_loss(tick, j, state_whole)
    side_whole[T.LOSSES, s] += 1
    side_real[TR.COST_LOST, s] += unit_real[UP.COST, j]
    if by >= 0:
        is_neutral = unit_whole[UW.IDENTITY, j] == Identity.NEUTRAL
        side_whole[T.NEUTRAL_KILLS if is_neutral else T.KILLS, unit_whole[UW.SIDE, by]] += 1
    elif cause == LossCause.CRASH:
        side_whole[T.CRASHES, s] += 1
    elif cause == LossCause.MINE:
        side_whole[T.MINE_LOSSES, s] += 1
    emit(log, r, tick, EventKind.LOSS, s, j, by, cause, 0)


@kernel
def lose_cargo(
    r: int,
    tick: int,
    j: int,
    by: int,
    cause: int,
    unit_real: F64,
    unit_whole: I32,
    state_real: F64,
    state_whole: I32,
    side_real: F64,
    side_whole: I32,
    log: Log,
) -> None:
    """What unit ``j``, which is gone, carries is lost with it, and what that carries in turn.

    Nobody else is aboard a unit that is gone, so each pass takes one layer of the cargo.
    """
    if unit_whole[UW.CARRIES, j] == 0:
        return
    host = state_whole[W.HOST]
    status = state_whole[W.STATUS]
    is_more = True
    while is_more:
        is_more = False
        for k in range(unit_whole.shape[1]):
            h = host[k]
            if h < 0 or status[h] <= Status.RESERVE:
                continue
            if Status.ABOARD <= status[k] <= Status.RESERVE:
                lose(r, tick, k, by, cause, unit_real, unit_whole, state_real, state_whole, side_real, side_whole, log)
                is_more = True


@kernel
def lose_with_cargo(
    r: int,
    tick: int,
    j: int,
    by: int,
    cause: int,
    unit_real: F64,
    unit_whole: I32,
    state_real: F64,
    state_whole: I32,
    side_real: F64,
    side_whole: I32,
    log: Log,
) -> None:
    """Unit ``j`` is lost, with what it carries: see ``lose``."""
    lose(r, tick, j, by, cause, unit_real, unit_whole, state_real, state_whole, side_real, side_whole, log)
    lose_cargo(r, tick, j, by, cause, unit_real, unit_whole, state_real, state_whole, side_real, side_whole, log)


@kernel
def expend(
    r: int,
    tick: int,
    i: int,
    j: int,
    unit_real: F64,
    unit_whole: I32,
    state_real: F64,
    state_whole: I32,
    side_real: F64,
    side_whole: I32,
    log: Log,
) -> None:
    """One-way unit ``i`` has used itself up on unit ``j``, which is no loss. What it carries is lost with it."""
    state_whole[W.STATUS, i] = Status.EXPENDED
    report_loss(tick, i, state_whole)
    emit(log, r, tick, EventKind.EXPENDED, unit_whole[UW.SIDE, i], i, j, 0, 0)
    lose_cargo(
        r, tick, i, np.int64(NONE), np.int64(LossCause.HOST), unit_real, unit_whole, state_real, state_whole, side_real,
        side_whole, log,
    )  # fmt: skip
