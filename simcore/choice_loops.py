"""A learning commander's sensible choices, and the orders of the choices.

R replications, N rows of the tables; ``rows`` (n,) are replications and ``places`` (n,) their rows. G group slots, K
contact slots, A choices. The side's knowledge is in the tables filled by ``observation_loops``.
"""

import numpy as np

from simcore.compiling.jit import formula, shared
from simcore.observation_columns import Aim, GroupCode, GroupPlace, GroupStatic, SlotCode, SlotPlace, Verb
from simcore.observation_kinds import Area, GroupSlots, Slots
from simcore.observation_loops import length_between
from simcore.orders import RESUME, OrderR, OrderW
from simcore.types import F64, I32, I64, NONE, Roe, Task

_EDGE_M = 500.0


@formula
def find_slot(
    aim: int, index: int, is_any: bool, reaches: int, x: float, y: float, slot_whole: I32, slot_real: F64
) -> int:
    """Return the contact slot of an aim for a group at a point, or -1.

    Only contacts that may be enemies count and, unless ``is_any``, only those in a domain of the weapons' targets.
    """
    best = -1
    least, most = np.inf, -np.inf
    for k in range(slot_whole.shape[1]):
        if slot_whole[SlotCode.SERIAL, k] == 0 or slot_whole[SlotCode.IS_SPARED, k] != 0:
            continue
        if not is_any and (reaches >> slot_whole[SlotCode.DOMAIN, k]) & 1 == 0:
            continue
        if aim == Aim.CONTACT:
            if k == index:
                best = k
        elif aim == Aim.DENSEST:
            if slot_real[SlotPlace.DENSITY, k] > most:
                most = slot_real[SlotPlace.DENSITY, k]
                best = k
        else:
            away = length_between(x, y, slot_real[SlotPlace.X, k], slot_real[SlotPlace.Y, k])
            if away < least:
                least = away
                best = k
    return best


@formula
def find_ward(g: int, place: F64, codes: I32) -> int:
    """Return the slot of the nearest group to guard with units left, other than ``g`` itself, or -1."""
    best = -1
    least = np.inf
    for k in range(codes.shape[1]):
        if k == g or codes[GroupCode.IS_WARD, k] == 0 or place[GroupPlace.N_LEFT, k] == 0.0:
            continue
        away = length_between(
            place[GroupPlace.X, g], place[GroupPlace.Y, g], place[GroupPlace.X, k], place[GroupPlace.Y, k]
        )
        if away < least:
            least = away
            best = k
    return best


@formula
def find_post(place: F64, codes: I32) -> int:
    """Return the slot of the first command post with units left, or -1."""
    for k in range(codes.shape[1]):
        if codes[GroupCode.IS_POST, k] != 0 and place[GroupPlace.N_LEFT, k] > 0.0:
            return k
    return -1


@formula
def makes_sense(
    g: int,
    verb: int,
    aim: int,
    index: int,
    zone_domains: I32,
    place: F64,
    slot_whole: I32,
    slot_real: F64,
    codes: I32,
) -> bool:
    """Return whether a choice makes sense for the group in slot ``g``, given the side's knowledge.

    CONTINUE always does; an empty slot and a group without units have no other choice. A group moves, searches and
    screens only at zones with ground for its units; it may engage at all of them, since its fire can reach inland or
    out to sea. ``zone_domains`` (zones,) are the bits of the domains that can be in each zone.
    """
    if verb == Verb.CONTINUE:
        return True
    if codes[GroupCode.PLACE, g] < 0 or place[GroupPlace.N_LEFT, g] == 0.0:
        return False
    if (codes[GroupCode.ABLE, g] >> verb) & 1 == 0:
        return False
    if aim == Aim.ZONE:
        if index >= zone_domains.shape[0]:
            return False
        if verb != Verb.ENGAGE and (codes[GroupCode.DOMAINS, g] & zone_domains[index]) == 0:
            return False
    x, y = place[GroupPlace.X, g], place[GroupPlace.Y, g]
    if verb == Verb.ENGAGE:
        if place[GroupPlace.N_ARMED, g] == 0.0:
            return False
        if aim != Aim.ZONE:
            return find_slot(aim, index, False, codes[GroupCode.REACHES, g], x, y, slot_whole, slot_real) >= 0
        return True
    if verb == Verb.FLEE or (verb == Verb.SEARCH and aim != Aim.ZONE):
        chosen = aim if verb == Verb.SEARCH else Aim.NEAREST + 0
        return find_slot(chosen, index, True, 0, x, y, slot_whole, slot_real) >= 0
    if verb == Verb.ESCORT or verb == Verb.GUARD:
        return find_ward(g, place, codes) >= 0
    if verb == Verb.RECOVER:
        h = codes[GroupCode.HOST, g]
        return h >= 0 and place[GroupPlace.N_LEFT, h] > 0.0
    if verb == Verb.RELAY:
        return find_post(place, codes) >= 0
    return True


@shared
def mark_choices(
    places: I64,
    choices: I32,
    zone_domains: I32,
    place: F64,
    slots: Slots,
    group_slots: GroupSlots,
    mask: np.ndarray,
) -> None:
    """Mark the choices that make sense. ``choices`` (3, A): Verb, Aim, index.

    ``zone_domains`` (zones,) are the bits of the domains that can be in the zones at which choices aim. Mutates mask
    (N, G, A) bool.
    """
    slot_whole, slot_real, codes = slots.whole, slots.real, group_slots.codes
    for q in range(places.shape[0]):
        p = places[q]
        for g in range(mask.shape[1]):
            for a in range(mask.shape[2]):
                mask[p, g, a] = makes_sense(
                    g,
                    choices[0, a],
                    choices[1, a],
                    choices[2, a],
                    zone_domains,
                    place[p],
                    slot_whole[p],
                    slot_real[p],
                    codes,
                )


@shared
def write_choices(
    actions: I64,
    rows: I64,
    places: I64,
    choices: I32,
    place: F64,
    slots: Slots,
    group_slots: GroupSlots,
    zone_real: F64,
    area: Area,
    mask: np.ndarray,
    real: F64,
    whole: I32,
    illegal: I64,
) -> None:
    """Write the orders of choices.

    ``actions`` (N, G) are positions in ``choices``. An action masked out or out of range gives no order and is counted
    in ``illegal`` (N,). The orders of doctrines are written elsewhere. Points are snapped to a grid, except points from
    the briefing. Groups move at the speed given in the file. Mutates the orders real and whole (R, columns, groups of
    the side).
    """
    slot_whole, slot_real = slots.whole, slots.real
    fixed, codes = group_slots.fixed, group_slots.codes
    bounds, half_extent_m, grid_m = area.bounds, area.half_extent_m, area.grid_m
    for q in range(rows.shape[0]):
        r, p = rows[q], places[q]
        for g in range(actions.shape[1]):
            a = actions[p, g]
            if a < 0 or a >= choices.shape[1] or not mask[p, g, a]:
                illegal[p] += 1
                continue
            verb, aim, index = choices[0, a], choices[1, a], choices[2, a]
            if verb == Verb.CONTINUE or verb == Verb.DOCTRINE:
                continue
            k = codes[GroupCode.PLACE, g]
            here_x, here_y = place[p, GroupPlace.X, g], place[p, GroupPlace.Y, g]
            x, y, radius, spacing = here_x, here_y, 0.0, 0.0
            speed = fixed[GroupStatic.PLAN_SPEED, g]
            task = Task.HOLD + 0
            roe = codes[GroupCode.ROE, g]
            target = int(NONE)
            is_exact = verb <= Verb.WITHDRAW or verb == Verb.RECOVER or verb == Verb.ESCORT or aim == Aim.ZONE
            if verb == Verb.PLAN:
                x, y = fixed[GroupStatic.PLAN_X, g], fixed[GroupStatic.PLAN_Y, g]
                radius, spacing = fixed[GroupStatic.PLAN_RADIUS, g], fixed[GroupStatic.PLAN_SPACING, g]
                task = codes[GroupCode.PLAN_TASK, g]
                target = codes[GroupCode.PLAN_TARGET, g]
            elif verb == Verb.HOLD or verb == Verb.HOLD_FIRE:
                x, y = fixed[GroupStatic.START_X, g], fixed[GroupStatic.START_Y, g]  # a hold does not read the point
                if verb == Verb.HOLD_FIRE:
                    roe = Roe.HOLD + 0
            elif verb == Verb.WITHDRAW or verb == Verb.RECOVER:
                x, y = fixed[GroupStatic.START_X, g], fixed[GroupStatic.START_Y, g]
                task = Task.WITHDRAW + 0 if verb == Verb.WITHDRAW else Task.RECOVER + 0
            elif verb == Verb.FLEE:
                s = find_slot(Aim.NEAREST, 0, True, 0, here_x, here_y, slot_whole[p], slot_real[p])
                dx, dy = here_x - slot_real[p, SlotPlace.X, s], here_y - slot_real[p, SlotPlace.Y, s]
                norm = max(np.sqrt(dx * dx + dy * dy), 1.0)
                x = here_x + dx / norm * half_extent_m / 3.0
                y = here_y + dy / norm * half_extent_m / 3.0
                task = Task.WITHDRAW + 0
            elif verb == Verb.RELAY:
                h = find_post(place[p], codes)
                n, sum_x, sum_y = 0.0, 0.0, 0.0
                for m in range(codes.shape[1]):
                    if m != g and codes[GroupCode.IS_POST, m] == 0 and place[p, GroupPlace.N_ACTIVE, m] > 0.0:
                        n += 1.0
                        sum_x += place[p, GroupPlace.X, m]
                        sum_y += place[p, GroupPlace.Y, m]
                if n > 0.0:
                    x = 0.5 * (place[p, GroupPlace.X, h] + sum_x / n)
                    y = 0.5 * (place[p, GroupPlace.Y, h] + sum_y / n)
                task = Task.RELAY + 0
                radius = fixed[GroupStatic.SEARCH_M, g]
            elif verb == Verb.ESCORT or verb == Verb.GUARD:
                h = find_ward(g, place[p], codes)
                x, y = place[p, GroupPlace.X, h], place[p, GroupPlace.Y, h]
                if verb == Verb.ESCORT:
                    x, y = fixed[GroupStatic.START_X, h], fixed[GroupStatic.START_Y, h]
                    task = Task.ESCORT + 0
                    target = codes[GroupCode.PLACE, h]
                else:
                    task = Task.SCREEN + 0
                    radius = fixed[GroupStatic.SEARCH_M, g]
            else:
                if aim == Aim.ZONE:
                    x, y, radius = zone_real[0, index], zone_real[1, index], zone_real[2, index]
                else:
                    reaches = codes[GroupCode.REACHES, g]
                    is_any = verb == Verb.SEARCH
                    s = find_slot(aim, index, is_any, reaches, here_x, here_y, slot_whole[p], slot_real[p])
                    x, y = slot_real[p, SlotPlace.X, s], slot_real[p, SlotPlace.Y, s]
                    radius = fixed[GroupStatic.SEARCH_M, g] if is_any else fixed[GroupStatic.ATTACK_M, g]
                if verb == Verb.ENGAGE:
                    task = codes[GroupCode.ENGAGE, g]
                elif verb == Verb.SEARCH:
                    task = Task.SEARCH + 0
                elif verb == Verb.SCREEN:
                    task = Task.SCREEN + 0
                else:
                    task = Task.MOVE + 0
            if not is_exact:
                x = min(max(np.rint(x / grid_m) * grid_m, bounds[0] + _EDGE_M), bounds[1] - _EDGE_M)
                y = min(max(np.rint(y / grid_m) * grid_m, bounds[2] + _EDGE_M), bounds[3] - _EDGE_M)
            real[r, OrderR.X, k] = x
            real[r, OrderR.Y, k] = y
            real[r, OrderR.RADIUS, k] = radius
            real[r, OrderR.SPEED, k] = speed
            real[r, OrderR.SPACING, k] = spacing
            whole[r, OrderW.ISSUED, k] = RESUME + 0 if verb == Verb.PLAN else 1
            whole[r, OrderW.TASK, k] = task
            whole[r, OrderW.ROE, k] = roe
            whole[r, OrderW.TARGET, k] = target
