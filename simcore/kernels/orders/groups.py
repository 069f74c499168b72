"""Groups: who leads one."""

from simcore.compiling.jit import kernel
from simcore.kinds import Units
from simcore.params import UW
from simcore.scratch import SI, Scratch
from simcore.state import W
from simcore.types import Status


@kernel
def lead_of(tick: int, group: int, units: Units, work: Scratch) -> int:
    """Return the active unit of a group with the first place in it, or -1.

    The table is made once a tick, when it is first asked for.
    """
    lead = work.whole[SI.LEAD]
    n_groups = lead.shape[0] - 1
    if lead[n_groups] != tick + 1:
        lead[n_groups] = tick + 1
        for g in range(n_groups):
            lead[g] = -1
        place = units.spec_whole[UW.PLACE_IN_GROUP]
        for i in range(units.spec_whole.shape[1]):
            g = units.spec_whole[UW.GROUP, i]
            if units.whole[W.STATUS, i] == Status.ACTIVE and (lead[g] < 0 or place[i] < place[lead[g]]):
                lead[g] = i
    return lead[group]
