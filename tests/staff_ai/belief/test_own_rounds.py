"""Rounds of own units in the worlds: full before the first report, then spent from the longest range first."""

import numpy as np

from scenarios.loader import load
from scenarios.run.play import start_simulation
from simcore.params import MountSpecW
from simcore.picture import OwnR, OwnW
from staff_ai.belief.staff_scenario import staff_scenario
from staff_ai.belief.tracker import BeliefTracker
from staff_ai.belief.worlds import draw_worlds


def test_rounds_are_full_before_the_first_report_and_spent_from_the_longest_range_first() -> None:
    compiled = load("night-strait")
    staff = staff_scenario(compiled.briefings[0], compiled.ground)
    picture = start_simulation(compiled, 1, [0]).picture(0)
    mounts = staff.params.mounts.whole
    own = np.flatnonzero(np.isin(mounts[MountSpecW.UNIT], staff.own_units))
    ammo = draw_worlds(BeliefTracker(staff), picture, 0, 2, seed=1).situation.ammo
    assert (ammo[:, own] == mounts[MountSpecW.AMMO0, own]).all()
    boat = int(compiled.briefings[0].unit_names.index("blue-boats-1"))
    mine = own[mounts[MountSpecW.UNIT, own] == staff.own_units[boat]]
    later = picture._replace(
        ticks=picture.ticks + 24, own_whole=picture.own_whole.copy(), own_real=picture.own_real.copy()
    )
    later.own_whole[0, OwnW.AMMO, boat] = 98
    later.own_real[0, OwnR.AGE_S] = 0.0
    ammo = draw_worlds(BeliefTracker(staff), later, 0, 2, seed=1).situation.ammo
    assert (ammo[:, mine] == [0, 98]).all()  # four missiles and two of a hundred rounds of the gun
