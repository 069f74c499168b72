"""Groups: their lead units."""

from simcore.compiling.jit import kernel
from simcore.kinds import Units
from simcore.params import UnitSpecW
from simcore.scratch import Scratch, ScratchW
from simcore.state import UnitW
from simcore.types import Status


@kernel
def lead_of(tick: int, group: int, units: Units, work: Scratch) -> int:
    """Return the active unit with the first place in a group, or -1.

    The table of leads is computed once per tick, at the first call.
    """
    lead = work.whole[ScratchW.LEAD]
    n_groups = lead.shape[0] - 1
    if lead[n_groups] != tick + 1:
        lead[n_groups] = tick + 1
        for g in range(n_groups):
            lead[g] = -1
        place = units.spec_whole[UnitSpecW.PLACE_IN_GROUP]
        for i in range(units.spec_whole.shape[1]):
            g = units.spec_whole[UnitSpecW.GROUP, i]
            if units.whole[UnitW.STATUS, i] == Status.ACTIVE and (lead[g] < 0 or place[i] < place[lead[g]]):
                lead[g] = i
    return lead[group]
