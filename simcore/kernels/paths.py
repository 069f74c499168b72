"""Paths: positions of the units since the last scans.

A path is straight within a tick. Since the last change of course it is a straight line through the current position,
and nothing else is read. Earlier positions are stored for the beginning of every tick, or of every PATH_STRIDE ticks
for sensors that scan too rarely for that. Between two stored positions the path is taken as straight; its error is
then less than the distance covered by the unit in half of that time.
"""

import math

import numpy as np

from simcore.compiling.jit import kernel
from simcore.kinds import Paths, Rules, Units
from simcore.params import RuleR, RuleW
from simcore.state import PathW, UnitR, UnitW
from simcore.types import F64, I32, Damage, Status

_SAME_MPS = 1e-9  # velocities that differ by less count as equal: rounding on a straight course


@kernel
def note_course(tick: int, v: F64, course: F64, turned: I32) -> None:
    """Store the tick for units whose velocity along one axis has changed since the last tick."""
    now = np.int32(tick)  # of the same width as the row it is stored in, so that more fit into a vector
    for i in range(v.shape[0]):
        turned[i] = now if abs(v[i] - course[i]) > _SAME_MPS else turned[i]
        course[i] = v[i]


@kernel
def note_place(dt: float, x: F64, v: F64, knot: F64) -> None:
    """Store the positions of the units at the beginning of the tick, along one axis."""
    for i in range(x.shape[0]):
        knot[i] = x[i] - v[i] * dt


@kernel
def keep_paths(tick: int, rules: Rules, units: Units, paths: Paths) -> None:
    """Store the movement of the units in this tick; called right after it.

    A path begins with the tick in which a unit enters the world: by launch, from the reserve or at the start. Mutates
    the paths alone. The loops are short, without branches and each over few rows, so that the compiler vectorizes
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
            if entered[i] == tick:  # its path begins between two knots: the position of the first is not on it
                paths.real[slot, i] = units.real[UnitR.X, i] - units.real[UnitR.VX, i] * dt
                paths.real[knots + slot, i] = units.real[UnitR.Y, i] - units.real[UnitR.VY, i] * dt


@kernel
def place_ago(i: int, tick: int, back: float, rules: Rules, units: Units, paths: Paths) -> tuple[float, float]:
    """Return the position of unit ``i`` ``back`` ticks before the end of this tick [m]."""
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
    """Return the current position of unit ``i`` by a sighting ``ago`` ticks ago [m], and its velocity then [m/s].

    It was seen at the end of that tick and is assumed to have kept its course since.
    """
    if ago == 0:
        return units.real[UnitR.X, i], units.real[UnitR.Y, i], units.real[UnitR.VX, i], units.real[UnitR.VY, i]
    x, y = place_ago(i, tick, ago * 1.0, rules, units, paths)
    from_x, from_y = place_ago(i, tick, ago + 1.0, rules, units, paths)
    dt = rules.real[RuleR.DT_S]
    return x + (x - from_x) * ago, y + (y - from_y) * ago, (x - from_x) / dt, (y - from_y) / dt
