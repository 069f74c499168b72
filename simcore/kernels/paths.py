"""Paths: where units have been since the sensors last looked.

A path is what the ticks made of it: straight within a tick. Since its last change of course a unit's path is a
straight line through its present place, and nothing else is read. Before that, places are kept: one at the beginning
of every tick, or of every PATH_STRIDE ticks where a sensor looks so rarely that it would be too many. Between two
places a path is then taken for straight, and a place on it is off by less than a unit drives in half of that time.
"""

import math

import numpy as np

from simcore.compiling.jit import kernel
from simcore.kinds import Paths, Rules, Units
from simcore.params import RuleR, RuleW
from simcore.state import PathW, UnitR, UnitW
from simcore.types import F64, I32, Damage, Status

_SAME_MPS = 1e-9  # velocities that differ by less are one: what rounding makes of a straight course


@kernel
def note_course(tick: int, v: F64, course: F64, turned: I32) -> None:
    """Enter the tick for units with another velocity than in the last one, along one axis."""
    now = np.int32(tick)  # no wider than the row that it goes into: so more fit into a vector
    for i in range(v.shape[0]):
        turned[i] = now if abs(v[i] - course[i]) > _SAME_MPS else turned[i]
        course[i] = v[i]


@kernel
def note_place(dt: float, x: F64, v: F64, knot: F64) -> None:
    """Enter where the units were at the beginning of the tick, along one axis."""
    for i in range(x.shape[0]):
        knot[i] = x[i] - v[i] * dt


@kernel
def keep_paths(tick: int, rules: Rules, units: Units, paths: Paths) -> None:
    """Enter how the units have moved in this tick; called right after the movement.

    A path begins with the tick in which a unit enters the world, by launch, as a reserve or at the start. Mutates the
    paths alone. The loops are short, without branches and each over few rows, so that the compiler makes vectors of
    them.
    """
    dt = rules.real[RuleR.DT_S]
    knots = rules.whole[RuleW.PATH_KNOTS]
    stride = rules.whole[RuleW.PATH_STRIDE]
    turned = paths.whole[PathW.TURNED]
    entered = paths.whole[PathW.ENTERED]
    awake = paths.whole[PathW.AWAKE]
    status = units.whole[UnitW.STATUS]
    damage = units.whole[UnitW.DAMAGE]
    slot = (tick // stride) % knots
    later = np.int32(tick + 1)
    note_course(tick, units.real[UnitR.VX], paths.real[2 * knots], turned)
    note_course(tick, units.real[UnitR.VY], paths.real[2 * knots + 1], turned)
    if tick % stride == 0:
        note_place(dt, units.real[UnitR.X], units.real[UnitR.VX], paths.real[slot])
        note_place(dt, units.real[UnitR.Y], units.real[UnitR.VY], paths.real[knots + slot])
    for i in range(status.shape[0]):
        entered[i] = entered[i] if status[i] == Status.ACTIVE else later
    for i in range(status.shape[0]):
        awake[i] = max(entered[i], awake[i] if (damage[i] & Damage.SENSOR) == 0 else later)
    if tick % stride != 0:
        for i in range(status.shape[0]):
            if entered[i] == tick:  # its path begins between two knots: what stands at the first is another place
                paths.real[slot, i] = units.real[UnitR.X, i] - units.real[UnitR.VX, i] * dt
                paths.real[knots + slot, i] = units.real[UnitR.Y, i] - units.real[UnitR.VY, i] * dt


@kernel
def place_ago(i: int, tick: int, back: float, rules: Rules, units: Units, paths: Paths) -> tuple[float, float]:
    """Return where unit ``i`` was ``back`` ticks before the end of this tick [m]."""
    x = units.real[UnitR.X, i]
    y = units.real[UnitR.Y, i]
    if back <= 1.0 or back <= tick + 1 - paths.whole[PathW.TURNED, i]:
        span_s = back * rules.real[RuleR.DT_S]
        return x - units.real[UnitR.VX, i] * span_s, y - units.real[UnitR.VY, i] * span_s
    knots = rules.whole[RuleW.PATH_KNOTS]
    stride = rules.whole[RuleW.PATH_STRIDE]
    time = tick + 1.0 - back
    knot = int(math.floor(float(time / stride)))
    slot = knot % knots
    start = knot * stride
    end = start + stride
    if end <= tick:
        next_slot = (knot + 1) % knots
        x = paths.real[next_slot, i]
        y = paths.real[knots + next_slot, i]
    else:
        end = tick + 1
    share = (time - start) / (end - start)
    from_x = paths.real[slot, i]
    from_y = paths.real[knots + slot, i]
    return from_x + (x - from_x) * share, from_y + (y - from_y) * share


@kernel
def reckon(i: int, tick: int, ago: int, rules: Rules, units: Units, paths: Paths) -> tuple[float, float, float, float]:
    """Return where unit ``i`` stands by a sighting ``ago`` ticks ago [m], and its velocity then [m/s].

    It has been seen at the end of that tick, and is taken to have kept its course since.
    """
    if ago == 0:
        return units.real[UnitR.X, i], units.real[UnitR.Y, i], units.real[UnitR.VX, i], units.real[UnitR.VY, i]
    x, y = place_ago(i, tick, ago * 1.0, rules, units, paths)
    from_x, from_y = place_ago(i, tick, ago + 1.0, rules, units, paths)
    dt = rules.real[RuleR.DT_S]
    return x + (x - from_x) * ago, y + (y - from_y) * ago, (x - from_x) / dt, (y - from_y) / dt
