"""Survey of a scenario before its first tick: extremes that bound searches, and kinds that are present."""

from simcore.compiling.jit import kernel
from simcore.params import MountSpecR, MountSpecW, Params, UnitSpecR, UnitSpecW
from simcore.scratch import ScratchTop
from simcore.types import F64, I32, NONE, Defence


@kernel
def survey(params: Params, top: F64, commanded: I32) -> None:
    """Find the extremes that bound the neighbour searches (they affect the cost and no result), and the
    sides with command posts.
    """
    signature = params.units.real[UnitSpecR.SIGNATURE]
    speed = params.units.real[UnitSpecR.SPEED_MAX]
    for i in range(signature.shape[0]):
        top[ScratchTop.SIGNATURE] = max(top[ScratchTop.SIGNATURE], signature[i])
        top[ScratchTop.SPEED] = max(top[ScratchTop.SPEED], speed[i])
        if params.units.whole[UnitSpecW.IS_COMMAND_POST, i] == 1:
            commanded[params.units.whole[UnitSpecW.SIDE, i]] = 1
    for m in range(params.mounts.whole.shape[1]):
        if params.mounts.whole[MountSpecW.CHANNELS, m] > 0:
            top[ScratchTop.INTERCEPT_M] = max(
                top[ScratchTop.INTERCEPT_M], params.mounts.real[MountSpecR.INTERCEPT_RANGE_M, m]
            )
            if params.mounts.whole[MountSpecW.DEFENCE, m] != Defence.HARD:
                top[ScratchTop.SOFT_KILL] = 1.0


@kernel
def is_any_set(row: I32) -> bool:
    """Return whether any element of ``row`` (n,) differs from NONE."""
    highest = NONE
    for i in range(row.shape[0]):
        highest = max(highest, row[i])
    return highest >= 0
