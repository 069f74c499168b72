"""Losses: every way in which a unit is lost ends here, and takes with it what the unit carries."""

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
    """Unit ``j`` is lost by ``cause`` (LossCause), to the fire of unit ``by`` or to nobody's (-1).

    What fire has brought down is a kill, although its event names the crash; as crashes count those that nobody caused.
    Mutates the unit and the tallies of its side, and of the side that scored.
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
    """What unit ``j``, which is gone, carries is lost with it, and what that carries in turn.

    Nobody else is aboard a unit that is gone, so each pass takes one layer of the cargo.
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
    """Unit ``j`` is lost, with what it carries: see ``lose``."""
    lose(now, j, by, cause, units, sides, log)
    lose_cargo(now, j, by, cause, units, sides, log)


@kernel
def expend(now: Moment, i: int, j: int, units: Units, sides: Sides, log: Log) -> None:
    """One-way unit ``i`` has used itself up on unit ``j``, which is no loss. What it carries is lost with it."""
    units.whole[UnitW.STATUS, i] = Status.EXPENDED
    report_loss(now.tick, i, units)
    emit(log, now, EventKind.EXPENDED, units.spec_whole[UnitSpecW.SIDE, i], i, j, 0, 0)
    lose_cargo(now, i, np.int64(NONE), np.int64(LossCause.HOST), units, sides, log)
