"""Turns: when the first shot of a unit falls whose looks and searches for targets come at drawn turns."""

import numpy as np

from simcore.types import F64


def first_shots(look_ticks: int, fire_ticks: int) -> F64:
    """Return the probability that a unit fires first at tick 0, 1, ..., by enumeration.

    It looks at a tick that is even over ``look_ticks``. What it sees it can fire at from the next tick on, when it
    searches for targets: at a turn that is even over ``fire_ticks``, and every ``fire_ticks`` after it.
    """
    p = np.zeros(look_ticks + fire_ticks + 1)
    for look in range(look_ticks):
        for turn in range(fire_ticks):
            tick = look + 1
            while tick % fire_ticks != turn:
                tick += 1
            p[tick] += 1.0 / (look_ticks * fire_ticks)
    return p
