"""Turns: the time of the first shot of a unit whose looks and target searches come at drawn turns."""

import numpy as np

from simcore.types import F64


def first_shots(look_ticks: int, fire_ticks: int) -> F64:
    """Return the probability that a unit's first shot is at tick 0, 1, ..., by enumeration.

    Its look is at a tick uniform over ``look_ticks``. It can fire at a detected target from the next tick, when it
    searches for targets: at a turn uniform over ``fire_ticks``, and every ``fire_ticks`` after it.
    """
    p = np.zeros(look_ticks + fire_ticks + 1)
    for look in range(look_ticks):
        for turn in range(fire_ticks):
            tick = look + 1
            while tick % fire_ticks != turn:
                tick += 1
            p[tick] += 1.0 / (look_ticks * fire_ticks)
    return p
