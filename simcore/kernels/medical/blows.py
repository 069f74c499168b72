"""Blows: the causes of the injuries of this tick, noted while the damage buffer still tells mounts from mines."""

import numpy as np

from simcore.compiling.jit import apart
from simcore.kinds import People
from simcore.medical import Mechanism, MedicalUnitW
from simcore.scratch import Scratch, ScratchW


@apart
def note_blows(n_struck: int, work: Scratch, people: People) -> None:
    """Note the mechanism of the first blow of this tick on each unit struck, and the parts that it damages."""
    struck = work.whole[ScratchW.STRUCK]
    killer = work.whole[ScratchW.KILLER]
    flags = work.whole[ScratchW.FLAGS]
    blow = people.unit_whole[MedicalUnitW.BLOW]
    hurt = people.unit_whole[MedicalUnitW.HURT]
    for q in range(n_struck):
        j = struck[q]
        hurt[j] |= flags[j]
        if blow[j] == 0:
            m = killer[j]
            blow[j] = 1 + (np.int64(people.mount_injury[m]) if m >= 0 else np.int64(Mechanism.MINE))
