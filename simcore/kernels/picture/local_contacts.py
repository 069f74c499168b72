"""What units saw while they had no link: it joins the picture of their side when the link is back."""

import numpy as np

from simcore.compiling.jit import kernel
from simcore.events import Log, emit
from simcore.kernels.picture.contacts import open_contact, settle_identity, update_contact
from simcore.kernels.turns import order_by_key
from simcore.params import RP, UW
from simcore.scratch import SI
from simcore.state import K, U, W
from simcore.types import F64, I32, U64, EventKind, Level


@kernel
def report_local_contact(
    r: int,
    tick: int,
    i: int,
    side: int,
    n_units: int,
    unit_whole: I32,
    rules: F64,
    limits: I32,
    state_real: F64,
    state_whole: I32,
    contact_real: F64,
    contact_whole: I32,
    side_whole: I32,
    log: Log,
) -> None:
    """Unit ``i`` has its link back: its own latest detection joins the side's picture."""
    j = state_whole[W.LOCAL, i]
    if j < 0:
        return
    seen_tick = int(state_whole[W.LOCAL_TICK, i])
    state_whole[W.LOCAL, i] = -1
    if (tick - seen_tick) * rules[RP.DT_S] > rules[RP.CONTACT_HOLD_S]:
        return
    c = side * n_units + j
    x = state_real[U.LOCAL_X, i]
    y = state_real[U.LOCAL_Y, i]
    error = state_real[U.LOCAL_ERROR_M, i]
    level = state_whole[W.LOCAL_LEVEL, i]
    before = contact_whole[K.LEVEL, c]
    if contact_whole[K.LEVEL, c] == Level.NONE:
        serial = open_contact(seen_tick, int(c), int(side), x, y, error, level, contact_real, contact_whole, side_whole)
        emit(log, r, tick, EventKind.CONTACT, side, i, j, level, serial)
    else:
        update_contact(
            tick,
            c,
            x,
            y,
            state_real[U.LOCAL_VX, i],
            state_real[U.LOCAL_VY, i],
            error,
            level,
            int(seen_tick),
            rules,
            contact_real,
            contact_whole,
        )
    if before < Level.IDENTIFIED and level == Level.IDENTIFIED:
        identity = int(state_whole[W.LOCAL_IDENTITY, i])
        settle_identity(r, tick, side, i, j, identity, unit_whole, limits, contact_whole, side_whole, log)


@kernel
def report_local_contacts(
    r: int,
    tick: int,
    n_back: int,
    unit_whole: I32,
    key: U64,
    rules: F64,
    limits: I32,
    state_real: F64,
    state_whole: I32,
    contact_real: F64,
    contact_whole: I32,
    side_whole: I32,
    work_whole: I32,
    log: Log,
) -> None:
    """The first ``n_back`` units in DUE report their own latest detections, in the order of their keys."""
    back = work_whole[SI.DUE]
    order_by_key(back, n_back, key, work_whole[SI.QUEUE], work_whole[SI.PENDING])
    for k in range(n_back):
        i = np.int64(back[k])
        report_local_contact(
            r, tick, i, np.int64(unit_whole[UW.SIDE, i]), np.int64(unit_whole.shape[1]), unit_whole, rules, limits,
            state_real, state_whole, contact_real, contact_whole, side_whole, log,
        )  # fmt: skip
