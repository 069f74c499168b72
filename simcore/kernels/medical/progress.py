"""Progress of transports on their way: waiting for an escort, the way that is left, and whether it is blocked."""

import math

import numpy as np

from simcore.care import TransportR, TransportSpecW, TransportW
from simcore.compiling.jit import kernel
from simcore.kernels.orders.evacuation import away_sq, is_escort, is_under_way
from simcore.kinds import Care, People, Rules, Units
from simcore.medical import MedicalRuleW
from simcore.params import RuleR, UnitSpecW
from simcore.state import WAY_POINTS, UnitR, UnitW
from simcore.types import Returning, Status

_PATIENCE_S = 600.0
"""Time without coming nearer after which a transport gives up a casualty."""
_TOGETHER_M = 1000.0
"""Distance within which an escort is with its transport."""


@kernel
def way_left_m(q: int, x: float, y: float, goal_x: float, goal_y: float, care: Care) -> float:
    """Return the length of what is left of the way of transport ``q`` from (x, y) to its goal [m]."""
    length = 0.0
    for k in range(care.transport_whole[TransportW.WAY_NEXT, q], care.transport_whole[TransportW.WAY_COUNT, q]):
        px = care.transport_real[TransportR.WAY + k, q]
        py = care.transport_real[TransportR.WAY + WAY_POINTS + k, q]
        length += math.sqrt((px - x) * (px - x) + (py - y) * (py - y))
        x, y = px, py
    return length + math.sqrt((goal_x - x) * (goal_x - x) + (goal_y - y) * (goal_y - y))


@kernel
def awaits_escort(tick: int, q: int, units: Units, care: Care) -> bool:
    """Return whether transport ``q`` waits for its escort: units with the task to escort its group, none of them near.

    Mutates ESCORT_BY.
    """
    escort_by = care.transport_whole[TransportW.ESCORT_BY]
    if escort_by[q] <= tick:
        return False
    i = np.int64(care.transport_spec_whole[TransportSpecW.UNIT, q])
    group = np.int64(units.spec_whole[UnitSpecW.GROUP, i])
    is_any = False
    is_near = False
    for e in range(units.spec_whole.shape[1]):
        if is_escort(np.int64(e), group, units):
            is_any = True
            is_near |= away_sq(np.int64(e), i, units) <= _TOGETHER_M * _TOGETHER_M
    if not is_any or is_near:
        escort_by[q] = 0
    return is_any and not is_near


@kernel
def hold_for_escort(tick: int, q: int, units: Units, people: People, care: Care) -> bool:
    """Hold transport ``q`` until after the next update if it waits for its escort. Returns whether it does."""
    is_held = awaits_escort(tick, q, units, care)
    if is_held:
        later = tick + people.rules_whole[MedicalRuleW.PERIOD] + 1
        care.transport_whole[TransportW.READY_TICK, q] = max(care.transport_whole[TransportW.READY_TICK, q], later)
    return is_held


@kernel
def is_blocked(tick: int, q: int, x: float, y: float, units: Units, care: Care, rules: Rules) -> bool:
    """Return whether transport ``q`` has come no nearer to a point [m] for some time: its way is blocked."""
    i = care.transport_spec_whole[TransportSpecW.UNIT, q]
    away_m = way_left_m(q, units.real[UnitR.X, i], units.real[UnitR.Y, i], x, y, care)
    since = care.transport_whole[TransportW.AWAY_TICK]
    if since[q] < 0 or away_m < care.transport_real[TransportR.AWAY_M, q] - 1.0:
        since[q] = tick
        care.transport_real[TransportR.AWAY_M, q] = away_m
    if units.whole[UnitW.STATUS, i] != Status.ACTIVE or units.whole[UnitW.RETURNING, i] != Returning.NO:
        since[q] = tick
    return bool((tick - since[q]) * rules.real[RuleR.DT_S] > _PATIENCE_S)


@kernel
def is_held(tick: int, q: int, units: Units, people: People, care: Care) -> bool:
    """Return whether transport ``q`` has not set out for its casualty: it waits for its escort, its order or a turn."""
    if hold_for_escort(tick, q, units, people, care) or not is_under_way(tick, q, care):
        return True
    return bool(units.whole[UnitW.STATUS, care.transport_spec_whole[TransportSpecW.UNIT, q]] != Status.ACTIVE)
