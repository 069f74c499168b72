"""Paths: positions of the units since the last scans.

A path is straight within a tick. Since the last change of course it is a straight line through the current position,
and nothing else is read. Earlier positions are stored for the beginning of every tick, or of every PATH_STRIDE ticks
for sensors that scan too rarely for that. Between two stored positions the path is taken as straight; its error is
then less than the distance covered by the unit in half of that time.
"""

import math

import numpy as np

from simcore.compiling.jit import kernel, over_rows
from simcore.kinds import Paths, Rules, Units
from simcore.params import RuleR, RuleW
from simcore.state import PathW, UnitR, UnitW
from simcore.types import F64, I32, Damage, Status

_SAME_MPS = 1e-9  # velocities that differ by less count as equal: rounding on a straight course


@over_rows
def note_courses(
    tick: int,
    vx: F64,
    vy: F64,
    status: I32,
    damage: I32,
    course_x: F64,
    course_y: F64,
    turned: I32,
    entered: I32,
    awake: I32,
) -> None:
    """Store the tick for units whose velocity has changed since the last tick, and for those not in the world or blind.

    ``tick`` is of the width of the rows in which it is stored, so that more of them fit into a vector.
    """
    later = np.int32(tick + 1)
    for i in range(vx.shape[0]):
        has_turned = (abs(vx[i] - course_x[i]) > _SAME_MPS) | (abs(vy[i] - course_y[i]) > _SAME_MPS)
        turned[i] = tick if has_turned else turned[i]
        course_x[i] = vx[i]
        course_y[i] = vy[i]
        entered[i] = entered[i] if status[i] == Status.ACTIVE else later
        woken = awake[i] if (damage[i] & Damage.SENSOR) == 0 else later
        awake[i] = max(entered[i], woken)


@over_rows
def note_places(dt: float, x: F64, y: F64, vx: F64, vy: F64, knot_x: F64, knot_y: F64) -> None:
    """Store the positions of the units at the beginning of the tick."""
    for i in range(x.shape[0]):
        knot_x[i] = x[i] - vx[i] * dt
        knot_y[i] = y[i] - vy[i] * dt


@kernel
def keep_paths(tick: int, rules: Rules, units: Units, paths: Paths) -> None:
    """Store the movement of the units in this tick; called right after it.

    A path begins with the tick in which a unit enters the world: by launch, from the reserve or at the start. Mutates
    the paths alone.
    """
    dt = rules.real[RuleR.DT_S]
    knots = rules.whole[RuleW.PATH_KNOTS]
    stride = rules.whole[RuleW.PATH_STRIDE]
    entered = paths.whole[PathW.ENTERED]
    x, y = units.real[UnitR.X], units.real[UnitR.Y]
    vx, vy = units.real[UnitR.VX], units.real[UnitR.VY]
    slot = (tick // stride) % knots
    note_courses(
        np.int32(tick), vx, vy, units.whole[UnitW.STATUS], units.whole[UnitW.DAMAGE],
        paths.real[2 * knots], paths.real[2 * knots + 1], paths.whole[PathW.TURNED], entered, paths.whole[PathW.AWAKE],
    )  # fmt: skip
    if tick % stride == 0:
        note_places(dt, x, y, vx, vy, paths.real[slot], paths.real[knots + slot])
    if tick % stride != 0:
        for i in range(entered.shape[0]):
            if entered[i] == tick:  # its path begins between two knots: the position of the first is not on it
                paths.real[slot, i] = x[i] - vx[i] * dt
                paths.real[knots + slot, i] = y[i] - vy[i] * dt


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
