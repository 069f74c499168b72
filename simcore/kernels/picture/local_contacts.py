"""Detections of units without a link, merged into the picture of their side when the link is restored."""

import numpy as np

from simcore.compiling.jit import kernel
from simcore.events import Log, emit
from simcore.kernels.picture.contacts import open_contact, settle_identity, update_contact
from simcore.kernels.turns import order_by_key
from simcore.kinds import Contacts, Moment, Rules, Sides, Units
from simcore.params import RuleR, UnitSpecW
from simcore.scratch import Scratch, ScratchW
from simcore.state import ContactW, UnitR, UnitW
from simcore.types import EventKind, Level


@kernel
def report_local_contact(
    now: Moment, i: int, side: int, n_units: int, units: Units, rules: Rules, contacts: Contacts, sides: Sides, log: Log
) -> None:
    """Merge the latest own detection of unit ``i``, whose link is restored, into the side's picture."""
    j = units.whole[UnitW.LOCAL, i]
    if j < 0:
        return
    seen_tick = int(units.whole[UnitW.LOCAL_TICK, i])
    units.whole[UnitW.LOCAL, i] = -1
    if (now.tick - seen_tick) * rules.real[RuleR.DT_S] > rules.real[RuleR.CONTACT_HOLD_S]:
        return
    c = side * n_units + j
    x = units.real[UnitR.LOCAL_X, i]
    y = units.real[UnitR.LOCAL_Y, i]
    error = units.real[UnitR.LOCAL_ERROR_M, i]
    level = units.whole[UnitW.LOCAL_LEVEL, i]
    before = contacts.whole[ContactW.LEVEL, c]
    if contacts.whole[ContactW.LEVEL, c] == Level.NONE:
        serial = open_contact(seen_tick, int(c), int(side), x, y, error, level, contacts, sides)
        emit(log, now, EventKind.CONTACT, side, i, j, level, serial)
    else:
        update_contact(
            now.tick,
            c,
            x,
            y,
            units.real[UnitR.LOCAL_VX, i],
            units.real[UnitR.LOCAL_VY, i],
            error,
            level,
            int(seen_tick),
            rules,
            contacts,
        )
    if before < Level.IDENTIFIED and level == Level.IDENTIFIED:
        identity = int(units.whole[UnitW.LOCAL_IDENTITY, i])
        settle_identity(now, side, i, j, identity, units, rules, contacts, sides, log)


@kernel
def report_local_contacts(
    now: Moment, n_back: int, units: Units, rules: Rules, contacts: Contacts, sides: Sides, work: Scratch, log: Log
) -> None:
    """Report the latest own detections of the first ``n_back`` units in DUE, in the order of their keys."""
    back = work.whole[ScratchW.DUE]
    order_by_key(back, n_back, units.key, work.whole[ScratchW.QUEUE], work.whole[ScratchW.PENDING])
    for k in range(n_back):
        i = np.int64(back[k])
        report_local_contact(
            now,
            i,
            np.int64(units.spec_whole[UnitSpecW.SIDE, i]),
            np.int64(units.spec_whole.shape[1]),
            units,
            rules,
            contacts,
            sides,
            log,
        )
