"""Detections of units without a link, merged into the picture of their side when the link is restored."""

import numpy as np

from simcore.compiling.jit import kernel
from simcore.events import Log
from simcore.kernels.picture.contacts import Door, Observation, merge_observation
from simcore.kernels.turns import order_by_key
from simcore.kinds import Contacts, Moment, Rules, Sides, Units
from simcore.params import RuleR, UnitSpecW
from simcore.scratch import Scratch, ScratchW
from simcore.state import UnitR, UnitW


@kernel
def report_local_contact(
    now: Moment, i: int, side: int, units: Units, rules: Rules, contacts: Contacts, sides: Sides, log: Log
) -> None:
    """Merge the latest own detection of unit ``i``, whose link is restored, into the side's picture."""
    j = np.int64(units.whole[UnitW.LOCAL, i])
    if j < 0:
        return
    seen_tick = np.int64(units.whole[UnitW.LOCAL_TICK, i])
    units.whole[UnitW.LOCAL, i] = -1
    if (now.tick - seen_tick) * rules.real[RuleR.DT_S] > rules.real[RuleR.CONTACT_HOLD_S]:
        return
    seen = Observation(
        seen_tick,
        np.int64(units.whole[UnitW.LOCAL_LEVEL, i]),
        np.int64(units.whole[UnitW.LOCAL_IDENTITY, i]),
        units.real[UnitR.LOCAL_X, i],
        units.real[UnitR.LOCAL_Y, i],
        units.real[UnitR.LOCAL_VX, i],
        units.real[UnitR.LOCAL_VY, i],
        units.real[UnitR.LOCAL_ERROR_M, i],
    )
    merge_observation(now, side, i, j, seen, np.int64(Door.RESTORED), units, rules, contacts, sides, log)


@kernel
def report_local_contacts(
    now: Moment, n_back: int, units: Units, rules: Rules, contacts: Contacts, sides: Sides, work: Scratch, log: Log
) -> None:
    """Report the latest own detections of the first ``n_back`` units in DUE, in the order of their keys."""
    back = work.whole[ScratchW.DUE]
    order_by_key(back, n_back, units.key, work.whole[ScratchW.QUEUE], work.whole[ScratchW.PENDING])
    for k in range(n_back):
        i = np.int64(back[k])
        side = np.int64(units.spec_whole[UnitSpecW.SIDE, i])
        report_local_contact(now, i, side, units, rules, contacts, sides, log)
