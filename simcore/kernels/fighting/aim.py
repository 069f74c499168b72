"""Aim: the predicted position of a target at impact, and the no-fire zones that forbid firing at it.

The time of flight is rounded to whole ticks once; lead and arrival both follow from it, so that the rounds meet a
target on a straight course whatever the time step.
"""

import math

from simcore.compiling.jit import kernel
from simcore.kernels.ground.zones import is_no_fire, is_no_fire_near
from simcore.kernels.mathematics.whole_ticks import count_ticks
from simcore.kinds import Mounts, Rules, Units, Zones
from simcore.params import MountSpecR, MountSpecW, RuleR
from simcore.state import UnitR

_PATTERN_SIGMAS = 3.0  # 1.1 % of a circular normal law lie beyond


@kernel
def reckon(
    tick: int,
    i: int,
    m: int,
    x: float,
    y: float,
    vx: float,
    vy: float,
    seen_tick: int,
    mounts: Mounts,
    rules: Rules,
    units: Units,
) -> tuple[float, float, float, float, float, int]:
    """Return the firing solution from a sighting for mount ``m`` of unit ``i``, firing now.

    It is the target's current position (2) [m], the aim point (2) [m], the range [m] and the time of flight [ticks].
    """
    dt = rules.real[RuleR.DT_S]
    age_s = (tick - seen_tick) * dt
    now_x = x + vx * age_s
    now_y = y + vy * age_s
    dx = now_x - units.real[UnitR.X, i]
    dy = now_y - units.real[UnitR.Y, i]
    # newer sightings may have moved the target beyond the weapon's range, which limits the flight
    distance = min(math.sqrt(dx * dx + dy * dy), mounts.spec_real[MountSpecR.RANGE_MAX_M, m])
    flight = count_ticks(distance / mounts.spec_real[MountSpecR.ROUND_SPEED, m], dt)
    lead_s = flight * dt
    return now_x, now_y, now_x + vx * lead_s, now_y + vy * lead_s, distance, flight


@kernel
def is_forbidden(
    tick: int,
    i: int,
    m: int,
    side: int,
    x: float,
    y: float,
    vx: float,
    vy: float,
    seen_tick: int,
    mounts: Mounts,
    zones: Zones,
    rules: Rules,
    units: Units,
) -> bool:
    """Return whether a no-fire zone forbids mount ``m`` to fire at this sighting.

    Neither the target's current position nor the aim point may lie in a no-fire zone. Area fire keeps its whole pattern
    outside: the lethal radius and three standard deviations of the fall of shot round the aim point.
    """
    now_x, now_y, aim_x, aim_y, _, flight = reckon(tick, i, m, x, y, vx, vy, seen_tick, mounts, rules, units)
    if is_no_fire(zones, side, now_x, now_y):
        return True
    if mounts.spec_whole[MountSpecW.IS_AREA, m] == 1:
        reach = mounts.spec_real[MountSpecR.LETHAL_M, m] + _PATTERN_SIGMAS * mounts.spec_real[MountSpecR.SIGMA_M, m]
        return is_no_fire_near(zones, side, aim_x, aim_y, reach)
    return flight > 0 and is_no_fire(zones, side, aim_x, aim_y)
