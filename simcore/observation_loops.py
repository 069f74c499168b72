"""A learning commander's observations of a picture.

These loops of the learning interface (``agents.environments``) read a picture and a side's own briefing, and nothing
else. R replications of the picture, N rows of the output tables; ``rows`` (n,) are replications and
``places`` (n,) their rows in the tables. G group slots, K contact slots, O objectives, Z zones. The tables of a kind
come together: see ``observation_kinds``.
"""

import numpy as np

from simcore.compiling.jit import formula, shared
from simcore.observation_columns import (
    FAR,
    N_GROUP_COLUMNS,
    ContactColumn,
    GroupColumn,
    GroupPlace,
    GroupStatic,
    SlotCode,
    SlotPlace,
)
from simcore.observation_kinds import GroupSlots, KeyPlaces, Seen, Slots
from simcore.picture import OwnR, OwnW, SeenR, SeenW
from simcore.types import F32, F64, I32, I64, N_TARGET_CLASSES, Damage, Domain, Emcon, Identity, Level, Status

_HALF_HOUR_S = 1800.0
_VELOCITY_S = 600.0  # velocities are distances covered in this time
_DENSE_M = 6_000.0
_SPARED = 1e9  # sorts behind all contacts that may be enemies [m]


@formula
def bounded(value: float, low: float, high: float) -> float:
    """Return ``value`` clipped to [low, high]; 0 for NaN."""
    if value != value:
        return 0.0
    return min(max(value, low), high)


@formula
def length_between(x0: float, y0: float, x1: float, y1: float) -> float:
    """Return the distance between two points, nan when a coordinate is nan."""
    dx, dy = x1 - x0, y1 - y0
    return np.sqrt(dx * dx + dy * dy)


@shared
def observe_groups(
    picture: Seen,
    rows: I64,
    places: I64,
    slot_of_unit: I32,
    slots: GroupSlots,
    static: F32,
    frame: F64,
    groups: F32,
    place: F64,
) -> None:
    """Observe the own groups.

    ``slot_of_unit`` (own,) is -1 for units whose group has no slot; ``static`` (G, S) holds the constant columns;
    ``frame`` (3,): centre of the map and its half-extent [m]. Mutates groups (N, G, len(GroupColumn) + S), without
    ENEMY and IN_REACH, and place (N, len(GroupPlace), G).
    """
    own_real, own_whole, fixed = picture.own_real, picture.own_whole, slots.fixed
    n_dynamic = N_GROUP_COLUMNS
    for q in range(rows.shape[0]):
        r, p = rows[q], places[q]
        seen = groups[p]
        spot = place[p]
        seen[:, :n_dynamic] = 0.0
        spot[:, :] = 0.0
        for i in range(slot_of_unit.shape[0]):
            g = slot_of_unit[i]
            status = own_whole[r, OwnW.STATUS, i]
            if g < 0 or status == Status.LOST or status == Status.EXPENDED:
                continue
            spot[GroupPlace.X, g] += bounded(own_real[r, OwnR.X, i], -1e7, 1e7)
            spot[GroupPlace.Y, g] += bounded(own_real[r, OwnR.Y, i], -1e7, 1e7)
            spot[GroupPlace.N_LEFT, g] += 1.0
            damage = own_whole[r, OwnW.DAMAGE, i]
            if own_whole[r, OwnW.AMMO, i] > 0:
                spot[GroupPlace.N_ARMED, g] += 1.0
            if status == Status.ACTIVE:
                spot[GroupPlace.N_ACTIVE, g] += 1.0
            elif status == Status.ABOARD or status == Status.SERVICING:
                seen[g, GroupColumn.ABOARD] += 1.0
            seen[g, GroupColumn.STRENGTH] += bounded(own_real[r, OwnR.STRENGTH, i], 0.0, 1.0)
            seen[g, GroupColumn.ENDURANCE] += bounded(own_real[r, OwnR.ENDURANCE, i], 0.0, 1.0)
            seen[g, GroupColumn.AGE] += bounded(own_real[r, OwnR.AGE_S, i] / _HALF_HOUR_S, 0.0, 1.0)
            if own_whole[r, OwnW.LINKED, i] != 0:
                seen[g, GroupColumn.LINKED] += 1.0
            if own_whole[r, OwnW.EMCON, i] == Emcon.SILENT:
                seen[g, GroupColumn.SILENT] += 1.0
            if damage & Damage.MOBILITY:
                seen[g, GroupColumn.IMMOBILE] += 1.0
            if damage & Damage.SENSOR:
                seen[g, GroupColumn.BLIND] += 1.0
            if damage & Damage.WEAPON:
                seen[g, GroupColumn.DISARMED] += 1.0
            if damage & Damage.LINK:
                seen[g, GroupColumn.MUTE] += 1.0
        for g in range(seen.shape[0]):
            for column in range(static.shape[1]):
                seen[g, n_dynamic + column] = static[g, column]
            size = max(fixed[GroupStatic.SIZE, g], 1.0)
            n_left = spot[GroupPlace.N_LEFT, g]
            if n_left == 0.0:
                spot[GroupPlace.X, g] = fixed[GroupStatic.START_X, g]
                spot[GroupPlace.Y, g] = fixed[GroupStatic.START_Y, g]
                continue
            spot[GroupPlace.X, g] /= n_left
            spot[GroupPlace.Y, g] /= n_left
            seen[g, GroupColumn.X] = bounded((spot[GroupPlace.X, g] - frame[0]) / frame[2], -FAR, FAR)
            seen[g, GroupColumn.Y] = bounded((spot[GroupPlace.Y, g] - frame[1]) / frame[2], -FAR, FAR)
            seen[g, GroupColumn.LEFT] = n_left / size
            seen[g, GroupColumn.STRENGTH] /= size
            seen[g, GroupColumn.ACTIVE] = spot[GroupPlace.N_ACTIVE, g] / size
            seen[g, GroupColumn.ABOARD] /= size
            seen[g, GroupColumn.ARMED] = spot[GroupPlace.N_ARMED, g] / n_left
            for column in range(GroupColumn.ENDURANCE, GroupColumn.SILENT + 1):
                seen[g, column] /= n_left


@shared
def observe_contacts(
    picture: Seen,
    rows: I64,
    places: I64,
    key_places: KeyPlaces,
    group_slots: GroupSlots,
    frame: F64,
    work: F64,
    contacts: F32,
    is_held: F32,
    slots: Slots,
    groups: F32,
    place: F64,
) -> None:
    """Observe the contacts nearest to key places, and their distances from the groups.

    Without key places the own groups count. ``work`` (2, K) holds keys and rows. Mutates contacts
    (N, K, N_CONTACT_COLUMNS), is_held (N, K), the slots, and ENEMY and IN_REACH of groups.
    """
    own_real, own_whole = picture.own_real, picture.own_whole
    contact_real, contact_whole, count = picture.contact_real, picture.contact_whole, picture.n_contacts
    is_ward, goals, worth = key_places.is_ward, key_places.goals, key_places.worth
    slot_whole, slot_real, fixed = slots.whole, slots.real, group_slots.fixed
    n_slots = contacts.shape[1]
    n_groups = fixed.shape[1]
    for q in range(rows.shape[0]):
        r, p = rows[q], places[q]
        n_chosen = 0
        n_rows = min(max(count[r], 0), contact_real.shape[2])
        for j in range(n_rows):
            x, y = contact_real[r, SeenR.X, j], contact_real[r, SeenR.Y, j]
            nearest_m = np.inf
            for k in range(goals.shape[1]):
                away = length_between(x, y, goals[0, k], goals[1, k])
                if away < nearest_m:
                    nearest_m = away
            for i in range(is_ward.shape[0]):
                if is_ward[i] != 0 and own_whole[r, OwnW.STATUS, i] != Status.LOST:
                    away = length_between(x, y, own_real[r, OwnR.X, i], own_real[r, OwnR.Y, i])
                    if away < nearest_m:
                        nearest_m = away
            if nearest_m == np.inf:
                for g in range(n_groups):
                    if place[p, GroupPlace.N_LEFT, g] > 0.0:
                        away = length_between(x, y, place[p, GroupPlace.X, g], place[p, GroupPlace.Y, g])
                        if away < nearest_m:
                            nearest_m = away
            if contact_whole[r, SeenW.IDENTITY, j] > Identity.HOSTILE:
                nearest_m += _SPARED
            k = min(n_chosen, n_slots)
            if k == n_slots and not nearest_m < work[0, k - 1]:
                continue
            k = min(k, n_slots - 1)
            while k > 0 and nearest_m < work[0, k - 1]:
                work[0, k] = work[0, k - 1]
                work[1, k] = work[1, k - 1]
                k -= 1
            work[0, k] = nearest_m
            work[1, k] = j
            n_chosen = min(n_chosen + 1, n_slots)
        contacts[p] = 0.0
        slot_whole[p] = 0
        slot_real[p] = 0.0
        for k in range(n_slots):
            is_held[p, k] = 1.0 if k < n_chosen else 0.0
            if k >= n_chosen:
                continue
            j = int(work[1, k])
            domain = contact_whole[r, SeenW.DOMAIN, j]
            kind = contact_whole[r, SeenW.TARGET_CLASS, j]
            level = contact_whole[r, SeenW.LEVEL, j]
            identity = contact_whole[r, SeenW.IDENTITY, j]
            x = bounded(contact_real[r, SeenR.X, j], -1e7, 1e7)
            y = bounded(contact_real[r, SeenR.Y, j], -1e7, 1e7)
            away_m = work[0, k] - _SPARED if identity > Identity.HOSTILE else work[0, k]
            nearest_m = FAR * frame[2]
            for g in range(n_groups):
                if place[p, GroupPlace.N_LEFT, g] > 0.0:
                    nearest_m = min(
                        nearest_m, length_between(x, y, place[p, GroupPlace.X, g], place[p, GroupPlace.Y, g])
                    )
            has_class = level >= Level.CLASSIFIED and 0 <= kind < N_TARGET_CLASSES
            value = worth[kind] if has_class else worth[N_TARGET_CLASSES]
            slot_whole[p, SlotCode.SERIAL, k] = max(contact_whole[r, SeenW.SERIAL, j], 1)
            slot_whole[p, SlotCode.DOMAIN, k] = domain
            slot_whole[p, SlotCode.IS_SPARED, k] = 1 if identity > Identity.HOSTILE else 0
            slot_real[p, SlotPlace.X, k] = x
            slot_real[p, SlotPlace.Y, k] = y
            slot_real[p, SlotPlace.DENSITY, k] = value  # its own value so far
            seen = contacts[p, k]
            seen[ContactColumn.X] = bounded((x - frame[0]) / frame[2], -FAR, FAR)
            seen[ContactColumn.Y] = bounded((y - frame[1]) / frame[2], -FAR, FAR)
            seen[ContactColumn.VX] = bounded(contact_real[r, SeenR.VX, j] * _VELOCITY_S / frame[2], -FAR, FAR)
            seen[ContactColumn.VY] = bounded(contact_real[r, SeenR.VY, j] * _VELOCITY_S / frame[2], -FAR, FAR)
            seen[ContactColumn.ERROR] = bounded(contact_real[r, SeenR.ERROR_M, j] / frame[2], 0.0, FAR)
            seen[ContactColumn.AGE] = bounded(contact_real[r, SeenR.AGE_S, j] / _HALF_HOUR_S, 0.0, 1.0)
            seen[ContactColumn.CLASSIFIED] = 1.0 if level >= Level.CLASSIFIED else 0.0
            seen[ContactColumn.IDENTIFIED] = 1.0 if level >= Level.IDENTIFIED else 0.0
            if Domain.LAND <= domain <= Domain.AIR:
                seen[ContactColumn.LAND + domain] = 1.0
            if Identity.HOSTILE <= identity <= Identity.DECOY:
                seen[ContactColumn.HOSTILE + identity - Identity.HOSTILE] = 1.0
            seen[ContactColumn.COMMITTED] = bounded(contact_whole[r, SeenW.COMMITTED, j] / 10.0, 0.0, 1.0)
            seen[ContactColumn.WORTH] = bounded(value / 60.0, 0.0, 1.0)
            seen[ContactColumn.MATTERS] = bounded(away_m / frame[2], 0.0, FAR)
            seen[ContactColumn.NEAREST] = bounded(nearest_m / frame[2], 0.0, FAR)
            if has_class:
                seen[ContactColumn.CLASS + kind] = 1.0
        for k in range(n_chosen):
            work[0, k] = 0.0
            for m in range(n_chosen):
                away = length_between(
                    slot_real[p, SlotPlace.X, k],
                    slot_real[p, SlotPlace.Y, k],
                    slot_real[p, SlotPlace.X, m],
                    slot_real[p, SlotPlace.Y, m],
                )
                if slot_whole[p, SlotCode.IS_SPARED, m] == 0 and away <= _DENSE_M:
                    work[0, k] += slot_real[p, SlotPlace.DENSITY, m]
        for k in range(n_chosen):
            slot_real[p, SlotPlace.DENSITY, k] = work[0, k]
        for g in range(n_groups):
            nearest_m = np.inf
            if place[p, GroupPlace.N_LEFT, g] > 0.0:
                for k in range(n_chosen):
                    if slot_whole[p, SlotCode.IS_SPARED, k] == 0:
                        away = length_between(
                            place[p, GroupPlace.X, g],
                            place[p, GroupPlace.Y, g],
                            slot_real[p, SlotPlace.X, k],
                            slot_real[p, SlotPlace.Y, k],
                        )
                        nearest_m = min(nearest_m, away)
                groups[p, g, GroupColumn.ENEMY] = bounded(nearest_m / frame[2], 0.0, FAR)
                groups[p, g, GroupColumn.IN_REACH] = 1.0 if nearest_m <= fixed[GroupStatic.WEAPON_M, g] else 0.0
