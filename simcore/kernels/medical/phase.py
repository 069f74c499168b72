"""The medical phase of a tick: injuries at once, the course of casualties and their care at their own interval."""

from simcore.compiling.jit import kernel
from simcore.events import Log
from simcore.kinds import Care, Moment, People, Rules, Supply, Units
from simcore.scratch import Scratch


@kernel
def update_casualties(
    now: Moment,
    units: Units,
    people: People,
    care: Care,
    supply: Supply,
    rules: Rules,
    work: Scratch,
    log: Log,
) -> None:
    """Hurt the people of units that were hit, and update casualties and their care when it is time."""
