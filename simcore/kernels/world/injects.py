"""Injects: events of the scenario's timetable, carried out first in a tick."""

import numpy as np

from simcore.compiling.jit import kernel
from simcore.events import Log, emit
from simcore.kernels.fighting.losses import lose_with_cargo
from simcore.kernels.orders.recovery import rearm_and_refuel
from simcore.kernels.sustainment.stores import fill_stores
from simcore.kinds import Injects, Moment, Mounts, People, Sides, Supply, Units, has_upkeep
from simcore.medical import MedicalUnitW
from simcore.params import ALWAYS, UnitSpecW, ZoneSpecW
from simcore.state import UnitW
from simcore.surroundings import InjectW
from simcore.types import I32, NONE, EventKind, InjectKind, LossCause, Returning, Status
from simcore.upkeep import UseW


@kernel
def first_inject(injects: I32, tick: int) -> int:
    """Return the first row of the timetable (sorted by tick) that is due at ``tick`` or later."""
    row = 0
    while row < injects.shape[1] and injects[InjectW.TICK, row] < tick:
        row += 1
    return row


@kernel
def is_any_timed(zones: I32) -> bool:
    """Return whether any zone opens or closes during the run."""
    for z in range(zones.shape[1]):
        if zones[ZoneSpecW.FROM_TICK, z] > 0 or zones[ZoneSpecW.UNTIL_TICK, z] < ALWAYS:
            return True
    return False


@kernel
def open_zones(tick: int, zones: I32, zones_now: I32) -> None:
    """Write the zones as of ``tick``: a zone outside its time has no corners and therefore contains nothing."""
    for z in range(zones.shape[1]):
        is_open = zones[ZoneSpecW.FROM_TICK, z] <= tick < zones[ZoneSpecW.UNTIL_TICK, z]
        zones_now[ZoneSpecW.COUNT, z] = zones[ZoneSpecW.COUNT, z] if is_open else 0


@kernel
def enter(now: Moment, i: int, status: int, units: Units, log: Log) -> None:
    """Bring unit ``i`` out of the reserve with a status (Status)."""
    units.whole[UnitW.STATUS, i] = status
    units.whole[UnitW.CELL, i] = NONE
    units.whole[UnitW.PLAN_TICK, i] = now.tick
    units.whole[UnitW.FIRE_TICK, i] = now.tick
    units.whole[UnitW.LINK_TICK, i] = now.tick
    emit(log, now, EventKind.REINFORCED, units.spec_whole[UnitSpecW.SIDE, i], i, -1, 0, 0)


@kernel
def apply_inject(
    now: Moment,
    row: int,
    injects: Injects,
    units: Units,
    mounts: Mounts,
    sides: Sides,
    supply: Supply,
    people: People,
    log: Log,
) -> None:
    """Carry out a row of the timetable. Mutates its listed units, their stores and the tallies of losses."""
    spec = injects.spec_whole
    kind = spec[InjectW.KIND, row]
    bits = spec[InjectW.BITS, row]
    first = spec[InjectW.FIRST, row]
    side = units.spec_whole[UnitSpecW.SIDE]
    status = units.whole[UnitW.STATUS]
    has_people = people.unit_whole.shape[1] > 0
    damage = units.whole[UnitW.DAMAGE]
    outage = units.whole[UnitW.OUTAGE]
    for q in range(first, first + spec[InjectW.COUNT, row]):
        i = injects.members[q]
        s = side[i]
        if status[i] == Status.LOST or status[i] >= Status.EXPENDED:
            continue
        if kind == InjectKind.REINFORCE:
            if status[i] != Status.RESERVE or units.whole[UnitW.HOST, i] >= 0:
                continue  # units aboard enter with their host
            units.whole[UnitW.HOST, i] = units.spec_whole[UnitSpecW.HOST, i]
            enter(now, int(i), Status.ACTIVE, units, log)
            for k in range(units.spec_whole.shape[1]):
                if units.whole[UnitW.HOST, k] == i and status[k] == Status.RESERVE:
                    enter(now, k, Status.ABOARD, units, log)
        elif kind == InjectKind.SUPPLY:
            returning = units.whole[UnitW.RETURNING, i]
            rearm_and_refuel(int(i), units, mounts)
            if supply.unit_whole.shape[1] > 0:
                fill_stores(int(i), supply)
            if returning == Returning.ORDERED or returning == Returning.LINK:
                units.whole[UnitW.RETURNING, i] = returning
            emit(log, now, EventKind.SUPPLIED, s, i, -1, 0, 0)
        elif kind == InjectKind.DISABLE:
            others = damage[i]
            if has_upkeep(units):
                others = units.use_whole[UseW.HURT, i]  # a failed component may be repaired before the outage ends
            elif has_people:
                others &= people.unit_whole[MedicalUnitW.HURT, i] | ~people.unit_whole[MedicalUnitW.CREWLESS, i]
            added = bits & ~others  # parts already damaged stay so when the outage ends
            outage[i] |= added
            damage[i] |= added
            emit(log, now, EventKind.OUTAGE, s, i, -1, bits, 1)
        elif kind == InjectKind.RESTORE:
            ended = bits & outage[i]
            outage[i] &= ~ended
            if has_upkeep(units):
                ended &= ~units.use_whole[UseW.WORN, i]
            if has_people:
                ended &= ~people.unit_whole[MedicalUnitW.CREWLESS, i]
            damage[i] &= ~ended
            emit(log, now, EventKind.OUTAGE, s, i, -1, bits, 0)
        elif kind == InjectKind.LOSE:
            lose_with_cargo(now, int(i), np.int64(NONE), np.int64(LossCause.SCRIPT), units, sides, log)
