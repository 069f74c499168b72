"""Triggers: conditions of the scenario file, checked at their interval, and the tasks and injects that follow."""

import numpy as np

from simcore.compiling.jit import apart, kernel
from simcore.events import Log
from simcore.kernels.ground.zones import is_in_zone
from simcore.kernels.orders.command import rules_given
from simcore.kernels.world.injects import apply_inject
from simcore.kinds import (
    Contacts,
    Groups,
    Injects,
    Moment,
    Mounts,
    Routes,
    Sides,
    Support,
    Triggers,
    Units,
    Zones,
)
from simcore.params import GroupSpecW, UnitSpecW
from simcore.scratch import Scratch, ScratchR
from simcore.state import WAY_POINTS, ContactW, GroupR, GroupW, RouteW, UnitR, UnitW
from simcore.triggers import TriggerKind, TriggerSpecR, TriggerSpecW, TriggerW
from simcore.types import Identity, Status


@kernel
def count_contacts(row: int, triggers: Triggers, units: Units, zones: Zones, contacts: Contacts, work: Scratch) -> int:
    """Return the number of contacts that satisfy the condition of ``row``, at their estimated positions."""
    spec = triggers.spec_whole
    n = units.spec_whole.shape[1]
    side = spec[TriggerSpecW.SIDE, row]
    zone = np.int64(spec[TriggerSpecW.ZONE, row])
    estimate_x = work.real[ScratchR.ESTIMATE_X]
    estimate_y = work.real[ScratchR.ESTIMATE_Y]
    found = 0
    for j in range(n):
        c = side * n + j
        if contacts.whole[ContactW.LEVEL, c] < spec[TriggerSpecW.LEVEL, row]:
            continue
        if units.spec_whole[UnitSpecW.SIDE, j] == side or contacts.whole[ContactW.IDENTITY, c] > Identity.HOSTILE:
            continue
        if zone >= 0 and not is_in_zone(zones, zone, estimate_x[c], estimate_y[c]):
            continue
        found += 1
    return found


@kernel
def count_listed(row: int, triggers: Triggers, units: Units, zones: Zones) -> int:
    """Return the number of listed units that satisfy the condition of ``row``: in its zone, or destroyed.

    For a side, as last reported to its command post; otherwise in truth.
    """
    spec = triggers.spec_whole
    zone = np.int64(spec[TriggerSpecW.ZONE, row])
    is_reported = spec[TriggerSpecW.SIDE, row] >= 0
    first = spec[TriggerSpecW.FIRST, row]
    found = 0
    for q in range(first, first + spec[TriggerSpecW.COUNT, row]):
        i = triggers.members[q]
        status = units.whole[UnitW.STATUS, i]
        x = units.real[UnitR.X, i]
        y = units.real[UnitR.Y, i]
        if is_reported:
            status = units.whole[UnitW.REPORT_STATUS, i]
            x = units.real[UnitR.REPORT_X, i]
            y = units.real[UnitR.REPORT_Y, i]
        if spec[TriggerSpecW.KIND, row] == TriggerKind.LOST:
            found += int(status == Status.LOST)
        elif status == Status.ACTIVE:
            found += int(is_in_zone(zones, zone, x, y))
    return found


@kernel
def give_task(row: int, triggers: Triggers, groups: Groups, routes: Routes) -> bool:
    """Enter the task of ``row`` as the order of record of its group; return whether it did.

    It does not if the commander has given the group an order of his own. Mutates the order, its route, and the serials
    of the other triggers of the group.
    """
    spec = triggers.spec_whole
    g = spec[TriggerSpecW.GROUP, row]
    if groups.whole[GroupW.SERIAL, g] != triggers.whole[TriggerW.SERIAL, row]:
        return False
    groups.real[GroupR.X, g] = triggers.spec_real[TriggerSpecR.X, row]
    groups.real[GroupR.Y, g] = triggers.spec_real[TriggerSpecR.Y, row]
    groups.real[GroupR.RADIUS, g] = triggers.spec_real[TriggerSpecR.RADIUS, row]
    groups.real[GroupR.SPEED, g] = triggers.spec_real[TriggerSpecR.SPEED, row]
    groups.real[GroupR.SPACING, g] = triggers.spec_real[TriggerSpecR.SPACING, row]
    groups.whole[GroupW.TASK, g] = spec[TriggerSpecW.TASK, row]
    groups.whole[GroupW.ROE, g] = rules_given(
        spec[TriggerSpecW.ROE, row], groups.whole[GroupW.ROE, g], groups.spec_whole[GroupSpecW.ROE_LIMIT, g]
    )
    groups.whole[GroupW.TARGET, g] = spec[TriggerSpecW.TARGET, row]
    groups.whole[GroupW.SERIAL, g] += 1
    for other in range(spec.shape[1]):
        if spec[TriggerSpecW.GROUP, other] == g:
            triggers.whole[TriggerW.SERIAL, other] = groups.whole[GroupW.SERIAL, g]
    slot = groups.spec_whole[GroupSpecW.WAY_SLOT, g]
    if slot >= 0:
        first = spec[TriggerSpecW.ROUTE_FIRST, row]
        count = spec[TriggerSpecW.ROUTE_COUNT, row]
        routes.whole[RouteW.COUNT, slot] = count
        for k in range(count):
            routes.real[k, slot] = triggers.route[0, first + k]
            routes.real[WAY_POINTS + k, slot] = triggers.route[1, first + k]
    return True


@apart
def check_triggers(
    now: Moment,
    triggers: Triggers,
    injects: Injects,
    units: Units,
    mounts: Mounts,
    zones: Zones,
    groups: Groups,
    routes: Routes,
    contacts: Contacts,
    sides: Sides,
    support: Support,
    work: Scratch,
    log: Log,
) -> bool:
    """Check the conditions that are due and carry out their effects. Each row takes effect once at most.

    Returns whether a group has a new task.
    """
    spec = triggers.spec_whole
    is_ordered = False
    for row in range(spec.shape[1]):
        if triggers.whole[TriggerW.IS_DONE, row] != 0:
            continue
        if triggers.whole[TriggerW.MET_TICK, row] < 0:
            if now.tick % spec[TriggerSpecW.PERIOD, row] != 0:
                continue
            kind = spec[TriggerSpecW.KIND, row]
            found = 0
            if kind == TriggerKind.CONTACT:
                found = count_contacts(row, triggers, units, zones, contacts, work)
            elif kind != TriggerKind.TIME:
                found = count_listed(row, triggers, units, zones)
            if found < spec[TriggerSpecW.NUMBER, row]:
                continue
            triggers.whole[TriggerW.MET_TICK, row] = now.tick
        if now.tick - triggers.whole[TriggerW.MET_TICK, row] < spec[TriggerSpecW.DELAY, row]:
            continue
        triggers.whole[TriggerW.IS_DONE, row] = 1
        inject = np.int64(spec[TriggerSpecW.INJECT, row])
        if inject >= 0:
            apply_inject(now, inject, injects, units, mounts, sides, support.supply, support.people, log)
        elif give_task(row, triggers, groups, routes):
            is_ordered = True
    return is_ordered
