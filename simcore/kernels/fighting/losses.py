"""Losses: the common end of all losses of units, with the cargo of the unit."""

import numpy as np

from simcore.compiling.jit import kernel
from simcore.events import Log, emit
from simcore.kernels.network.reports import report_loss
from simcore.kinds import Moment, Sides, Units
from simcore.params import UnitSpecR, UnitSpecW
from simcore.state import SideR, SideW, UnitR, UnitW
from simcore.types import NONE, EventKind, Identity, LossCause, Status


@kernel
def lose(now: Moment, j: int, by: int, cause: int, units: Units, sides: Sides, log: Log) -> None:
    """Remove unit ``j``, lost by ``cause`` (LossCause), to the fire of unit ``by`` or without enemy fire (-1).

    A unit brought down by fire is a kill, although its event is a crash; only falls without enemy fire are tallied as
    crashes. Mutates the unit and the tallies of its side and of the side with the kill.
    """
    s = units.spec_whole[UnitSpecW.SIDE, j]
    units.whole[UnitW.STATUS, j] = Status.LOST
    units.whole[UnitW.LOSS_CAUSE, j] = LossCause.FIRE if by >= 0 else cause
    units.real[UnitR.STRENGTH, j] = 0.0
    units.real[UnitR.VX, j] = 0.0
    units.real[UnitR.VY, j] = 0.0
    report_loss(now.tick, j, units)
    sides.whole[SideW.LOSSES, s] += 1
    sides.real[SideR.COST_LOST, s] += units.spec_real[UnitSpecR.COST, j]
    if by >= 0:
        is_neutral = units.spec_whole[UnitSpecW.IDENTITY, j] == Identity.NEUTRAL
        sides.whole[SideW.NEUTRAL_KILLS if is_neutral else SideW.KILLS, units.spec_whole[UnitSpecW.SIDE, by]] += 1
    elif cause == LossCause.CRASH:
        sides.whole[SideW.CRASHES, s] += 1
    elif cause == LossCause.MINE:
        sides.whole[SideW.MINE_LOSSES, s] += 1
    emit(log, now, EventKind.LOSS, s, j, by, cause, 0)


@kernel
def lose_cargo(now: Moment, j: int, by: int, cause: int, units: Units, sides: Sides, log: Log) -> None:
    """Remove the cargo of unit ``j``, which is gone, and its cargo in turn.

    No other units are aboard units that are gone, so each pass removes one level of cargo.
    """
    if units.spec_whole[UnitSpecW.CARRIES, j] == 0:
        return
    host = units.whole[UnitW.HOST]
    status = units.whole[UnitW.STATUS]
    is_more = True
    while is_more:
        is_more = False
        for k in range(units.spec_whole.shape[1]):
            h = host[k]
            if h < 0 or status[h] <= Status.RESERVE:
                continue
            if Status.ABOARD <= status[k] <= Status.RESERVE:
                lose(now, k, by, cause, units, sides, log)
                is_more = True


@kernel
def lose_with_cargo(now: Moment, j: int, by: int, cause: int, units: Units, sides: Sides, log: Log) -> None:
    """Remove unit ``j`` with its cargo: see ``lose``."""
    lose(now, j, by, cause, units, sides, log)
    lose_cargo(now, j, by, cause, units, sides, log)


@kernel
def expend(now: Moment, i: int, j: int, units: Units, sides: Sides, log: Log) -> None:
    """Expend one-way unit ``i`` on unit ``j``, which does not count as a loss. Its cargo is lost with it."""
    units.whole[UnitW.STATUS, i] = Status.EXPENDED
    report_loss(now.tick, i, units)
    emit(log, now, EventKind.EXPENDED, units.spec_whole[UnitSpecW.SIDE, i], i, j, 0, 0)
    lose_cargo(now, i, np.int64(NONE), np.int64(LossCause.HOST), units, sides, log)
