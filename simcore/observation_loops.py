"""A learning commander's observations of a picture, its sensible choices, and the orders of the choices.

These are the loops of the learning interface (``agents.environments``): they read a picture and a side's own briefing,
and nothing else. R replications of the picture, N rows of the output tables; ``rows`` (n,) are replications and
``places`` (n,) their rows in the tables. G group slots, K contact slots, O objectives, Z zones, A choices.

Lengths are in half-extents: half the longer side of the map. NaN becomes 0, and all values are clipped to the range of
their column.
"""

from enum import IntEnum

import numpy as np

from simcore.compiling.jit import formula, shared
from simcore.orders import OrderR, OrderW
from simcore.picture import OwnR, OwnW, SeenR, SeenW
from simcore.types import (
    F32,
    F64,
    I32,
    I64,
    N_TARGET_CLASSES,
    NONE,
    Damage,
    Domain,
    Emcon,
    Identity,
    Level,
    ObjectiveKind,
    Roe,
    Status,
    Task,
)

FAR = 2.0  # largest length in an observation [half-extents]
_HALF_HOUR_S = 1800.0
_VELOCITY_S = 600.0  # velocities are distances covered in this time
_DENSE_M = 6_000.0
_SPARED = 1e9  # sorts behind all contacts that may be enemies [m]
_EDGE_M = 500.0


class GroupColumn(IntEnum):
    """A group of the side as last reported; columns that change."""

    X = 0  # mean position of the units left, east of the centre of the map [half-extents], -2..2
    Y = 1  # the same, north
    LEFT = 2  # share of its units neither lost nor expended, 0..1
    STRENGTH = 3  # sum of the strengths of the units left, over its size, 0..1
    ACTIVE = 4  # share of its active units, 0..1
    ABOARD = 5  # share of its units aboard a host, 0..1
    ARMED = 6  # share of the units left with rounds for offensive weapons, 0..1
    ENDURANCE = 7  # mean endurance of the units left, as a share of full endurance, 0..1
    LINKED = 8  # share of the units left believed by the command post to have a link, 0..1
    AGE = 9  # mean age of their reports [half hours], 0..1
    IMMOBILE = 10  # share of the units left with mobility out of action, 0..1
    BLIND = 11  # the same, sensors
    DISARMED = 12  # the same, weapons
    MUTE = 13  # the same, radio
    SILENT = 14  # share of the units left with radars ordered off, 0..1
    ENEMY = 15  # distance of the nearest contact slot that may be an enemy [half-extents], 0..2; 2 when there is none
    IN_REACH = 16  # 1 when that contact is within range of the longest weapon


N_GROUP_COLUMNS = len(GroupColumn)
"""Number of changing columns; the constant columns follow."""


class ContactColumn(IntEnum):
    """A contact slot. Contacts nearest to key places come first, those believed neutral or decoys last."""

    X = 0  # east of the centre of the map, dead reckoned [half-extents], -2..2
    Y = 1  # the same, north
    VX = 2  # displacement east in 10 minutes [half-extents], -2..2
    VY = 3  # the same, north
    ERROR = 4  # one-sigma position error now [half-extents], 0..2
    AGE = 5  # age of the last detection [half hours], 0..1
    CLASSIFIED = 6  # 1 when at least classified
    IDENTIFIED = 7  # 1 when identified
    LAND = 8  # 1 on land
    SURFACE = 9
    SUBSURFACE = 10
    AIR = 11
    HOSTILE = 12  # 1 when believed hostile
    NEUTRAL = 13
    DECOY = 14
    COMMITTED = 15  # own rounds in flight to it, in tens, 0..1
    WORTH = 16  # value of its class to a commander, in sixties, 0..1
    MATTERS = 17  # distance from the nearest key place [half-extents], 0..2
    NEAREST = 18  # distance from the nearest own group [half-extents], 0..2
    CLASS = 19  # first of the class columns: 1 in the column of its class, 0 in all when not classified


N_CONTACT_COLUMNS = int(ContactColumn.CLASS) + N_TARGET_CLASSES


class ObjectiveColumn(IntEnum):
    """An objective of the side."""

    DESTROY = 0  # 1 of this kind
    PROTECT = 1
    HOLD = 2
    REACH = 3
    WEIGHT = 4  # share in the weights of all objectives of the side, 0..1
    PROGRESS = 5  # progress known to the side, 0..1; 0 for the destruction of enemies
    HAS_ZONE = 6  # 1 when it has a zone
    X = 7  # centre of the zone, east of the centre of the map [half-extents], -2..2
    Y = 8  # the same, north
    RADIUS = 9  # [half-extents], 0..2


class ZoneColumn(IntEnum):
    """A zone or minefield known to the side. The zones of its objectives come first, by descending weight."""

    OBJECTIVE = 0  # 1 of this kind
    NO_FIRE = 1
    MINEFIELD = 2
    X = 3  # centre, east of the centre of the map [half-extents], -2..2
    Y = 4  # the same, north
    RADIUS = 5  # [half-extents], 0..2
    WEIGHT = 6  # share in the weights of the side's objectives with this zone, 0..1
    OWN = 7  # share of the own units on the ground or the water active in it, 0..1
    ENEMY = 8  # contacts in it that may be enemies, in tens, 0..1


class GlobalColumn(IntEnum):
    """The situation as a whole."""

    ELAPSED = 0  # elapsed share of the duration of the scenario, 0..1
    DURATION = 1  # duration [days], 0..1
    EXTENT = 2  # half-extent of the map [100 km], 0..2
    OWN_LEFT = 3  # share of the own cost not reported lost, 0..1
    STRENGTH = 4  # mean reported strength of the own units left, weighted by cost, 0..1
    CONTACTS = 5  # contacts held, in hundreds, 0..1
    HOSTILE = 6  # of these believed hostile, in hundreds, 0..1
    PROGRESS = 7  # progress of the objectives as far as known, weighted, 0..1
    LIGHT = 8  # share of daylight, 0..1
    VISIBILITY = 9  # visibility in haze [30 km], 0..1
    RAIN = 10  # extinction by rain [2 per km], 0..1
    SEA_STATE = 11  # sea state, in ninths, 0..1
    WIND = 12  # wind [30 m/s], 0..1


class GroupStatic(IntEnum):
    """Constants of a group slot for choices and orders, real."""

    SIZE = 0  # units
    WEAPON_M = 1  # longest offensive weapon
    START_X = 2  # [m]
    START_Y = 3
    PLAN_X = 4  # point of the task of the file [m]
    PLAN_Y = 5
    PLAN_RADIUS = 6
    PLAN_SPEED = 7
    PLAN_SPACING = 8
    ATTACK_M = 9  # radius of an attack on a contact
    SEARCH_M = 10  # radius of a search round a contact


class GroupCode(IntEnum):
    """The same, whole."""

    PLACE = 0  # position of the group in the orders; -1 empty slot
    REACHES = 1  # bits of the domains of its weapons' targets
    ENGAGE = 2  # task used to engage
    PLAN_TASK = 3
    PLAN_TARGET = 4
    ROE = 5  # rules of engagement of the file
    IS_WARD = 6  # 1: command post, or listed in an objective to protect
    IS_POST = 7  # 1: command post
    HOST = 8  # slot of its host group, or -1
    ABLE = 9  # bits of the verbs (Verb) possible for the group at any time


class Verb(IntEnum):
    """The action of a choice."""

    CONTINUE = 0  # no order: continue with the last order
    PLAN = 1  # the task from the scenario file
    HOLD = 2  # stay and fight by the rules of engagement of the file
    HOLD_FIRE = 3  # stay and do not fire
    WITHDRAW = 4  # return to the start position
    FLEE = 5  # move away from the nearest contact by a third of the half-extent
    RECOVER = 6  # return to its host, or stay there
    RELAY = 7  # relay half-way between the command post and the other active groups
    ESCORT = 8  # escort the nearest command post or protected group
    GUARD = 9  # screen round it
    ENGAGE = 10  # attack, strike or intercept, depending on its weapons
    SEARCH = 11  # search an area
    SCREEN = 12  # screen an area
    MOVE = 13  # go there


class Aim(IntEnum):
    """The place or target of a choice."""

    NONE = 0  # given by the verb
    NEAREST = 1  # the engageable contact slot nearest to the group
    DENSEST = 2  # the contact slot with the highest value within 6 km round it
    CONTACT = 3  # a contact slot
    ZONE = 4  # a zone


class SlotCode(IntEnum):
    """Contact slots of a row, whole."""

    SERIAL = 0  # track number; 0 empty slot
    DOMAIN = 1
    IS_SPARED = 2  # 1 when believed neutral or a decoy


class SlotPlace(IntEnum):
    """Contact slots of a row, real."""

    X = 0  # [m]
    Y = 1
    DENSITY = 2  # value of the slots within 6 km that may be enemies


class GroupPlace(IntEnum):
    """Group slots of a row, real."""

    X = 0  # mean position of the units left [m]
    Y = 1
    N_LEFT = 2  # units neither lost nor expended
    N_ARMED = 3  # of these, with rounds
    N_ACTIVE = 4


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
    own_real: F64,
    own_whole: I32,
    rows: I64,
    places: I64,
    slot_of_unit: I32,
    fixed: F64,
    static: F32,
    frame: F64,
    groups: F32,
    place: F64,
) -> None:
    """Observe the own groups.

    ``slot_of_unit`` (own,) is -1 for units whose group has no slot; ``fixed`` (len(GroupStatic), G); ``static``
    (G, S) holds the constant columns; ``frame`` (3,): centre of the map and its half-extent [m]. Mutates
    groups (N, G, len(GroupColumn) + S), without ENEMY and IN_REACH, and place (N, len(GroupPlace), G).
    """
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
    own_real: F64,
    own_whole: I32,
    contact_real: F64,
    contact_whole: I32,
    count: I32,
    rows: I64,
    places: I64,
    is_ward: I32,
    goals: F64,
    worth: F64,
    fixed: F64,
    codes: I32,
    frame: F64,
    work: F64,
    contacts: F32,
    is_held: F32,
    slot_whole: I32,
    slot_real: F64,
    groups: F32,
    place: F64,
) -> None:
    """Observe the contacts nearest to key places, and their distances from the groups.

    Key places are the own units marked by ``is_ward`` (own,) and the places ``goals`` (2, m); without any, the own
    groups. ``worth`` is the value by class, the last for none; ``work`` (2, K) holds keys and rows. Mutates
    contacts (N, K, N_CONTACT_COLUMNS), is_held (N, K), slot_whole (N, len(SlotCode), K), slot_real (N, len(SlotPlace),
    K), and ENEMY and IN_REACH of groups.
    """
    n_slots = contacts.shape[1]
    n_groups = codes.shape[1]
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


@shared
def observe_mission(
    own_real: F64,
    own_whole: I32,
    contact_real: F64,
    contact_whole: I32,
    count: I32,
    elapsed: F64,
    weather: F64,
    rows: I64,
    places: I64,
    domain: I32,
    cost: F64,
    members: I32,
    objective_whole: I32,
    objective_real: F64,
    zone_whole: I32,
    zone_real: F64,
    frame: F64,
    objectives: F32,
    zones: F32,
    situation: F32,
    known: F64,
) -> None:
    """Observe objectives, zones and the situation as a whole.

    ``elapsed`` (R,) is the share of the duration; ``weather`` (R, 5): light, visibility, rain, sea, wind, in the units
    of their columns; ``members`` (o, own) is 1 for units listed in an objective; ``objective_whole`` (2, o): kind, zone
    slot or -1; ``objective_real`` (1, o): weight; ``zone_whole`` (1, z): kind; ``zone_real`` (4, z): centre and radius
    [m], weight. Mutates objectives (N, O, len(ObjectiveColumn)), zones (N, Z, len(ZoneColumn)), situation
    (N, len(GlobalColumn)) without DURATION and EXTENT, and known (N, 2): progress and share of the cost reported lost.
    """
    n_own = domain.shape[0]
    n_zones = zone_whole.shape[1]
    for q in range(rows.shape[0]):
        r, p = rows[q], places[q]
        n_rows = min(max(count[r], 0), contact_real.shape[2])
        zones[p] = 0.0
        n_ground = 0.0
        total, lost, left, strength = 0.0, 0.0, 0.0, 0.0
        for i in range(n_own):
            status = own_whole[r, OwnW.STATUS, i]
            total += cost[i]
            if status == Status.LOST:
                lost += cost[i]
            elif status != Status.EXPENDED:
                left += cost[i]
                strength += cost[i] * bounded(own_real[r, OwnR.STRENGTH, i], 0.0, 1.0)
            if status == Status.ACTIVE and domain[i] != Domain.AIR:
                n_ground += 1.0
                for z in range(n_zones):
                    away = length_between(
                        own_real[r, OwnR.X, i], own_real[r, OwnR.Y, i], zone_real[0, z], zone_real[1, z]
                    )
                    if away <= zone_real[2, z]:
                        zones[p, z, ZoneColumn.OWN] += 1.0
        n_hostile = 0.0
        for j in range(n_rows):
            identity = contact_whole[r, SeenW.IDENTITY, j]
            if identity == Identity.HOSTILE:
                n_hostile += 1.0
            if identity > Identity.HOSTILE or contact_whole[r, SeenW.DOMAIN, j] == Domain.AIR:
                continue
            for z in range(n_zones):
                away = length_between(
                    contact_real[r, SeenR.X, j], contact_real[r, SeenR.Y, j], zone_real[0, z], zone_real[1, z]
                )
                if away <= zone_real[2, z]:
                    zones[p, z, ZoneColumn.ENEMY] += 0.1
        for z in range(n_zones):
            kind = zone_whole[0, z]
            if 0 <= kind <= ZoneColumn.MINEFIELD:
                zones[p, z, kind] = 1.0
            zones[p, z, ZoneColumn.X] = bounded((zone_real[0, z] - frame[0]) / frame[2], -FAR, FAR)
            zones[p, z, ZoneColumn.Y] = bounded((zone_real[1, z] - frame[1]) / frame[2], -FAR, FAR)
            zones[p, z, ZoneColumn.RADIUS] = bounded(zone_real[2, z] / frame[2], 0.0, FAR)
            zones[p, z, ZoneColumn.WEIGHT] = zone_real[3, z]
            zones[p, z, ZoneColumn.OWN] /= max(n_ground, 1.0)
            zones[p, z, ZoneColumn.ENEMY] = min(zones[p, z, ZoneColumn.ENEMY], 1.0)
        objectives[p] = 0.0
        progress, weights = 0.0, 0.0
        for o in range(objective_whole.shape[1]):
            kind, z = objective_whole[0, o], objective_whole[1, o]
            share = known_progress(
                kind, z, r, p, own_real, own_whole, domain, cost, members[o], zone_real, zones, frame[2]
            )
            progress += objective_real[0, o] * share
            weights += objective_real[0, o]
            if o >= objectives.shape[1]:
                continue
            seen = objectives[p, o]
            seen[kind] = 1.0
            seen[ObjectiveColumn.WEIGHT] = objective_real[0, o]
            seen[ObjectiveColumn.PROGRESS] = share
            if z >= 0:
                seen[ObjectiveColumn.HAS_ZONE] = 1.0
                seen[ObjectiveColumn.X] = bounded((zone_real[0, z] - frame[0]) / frame[2], -FAR, FAR)
                seen[ObjectiveColumn.Y] = bounded((zone_real[1, z] - frame[1]) / frame[2], -FAR, FAR)
                seen[ObjectiveColumn.RADIUS] = bounded(zone_real[2, z] / frame[2], 0.0, FAR)
        progress = bounded(progress / weights, 0.0, 1.0) if weights > 0.0 else 0.0
        known[p, 0] = progress
        known[p, 1] = lost / total if total > 0.0 else 0.0
        seen = situation[p]
        seen[GlobalColumn.ELAPSED] = bounded(elapsed[r], 0.0, 1.0)
        seen[GlobalColumn.OWN_LEFT] = 1.0 - known[p, 1]
        seen[GlobalColumn.STRENGTH] = strength / left if left > 0.0 else 0.0
        seen[GlobalColumn.CONTACTS] = min(n_rows / 100.0, 1.0)
        seen[GlobalColumn.HOSTILE] = min(n_hostile / 100.0, 1.0)
        seen[GlobalColumn.PROGRESS] = progress
        for column in range(weather.shape[1]):
            seen[GlobalColumn.LIGHT + column] = bounded(weather[r, column], 0.0, 1.0)


@formula
def known_progress(
    kind: int,
    z: int,
    r: int,
    p: int,
    own_real: F64,
    own_whole: I32,
    domain: I32,
    cost: F64,
    listed: I32,
    zone_real: F64,
    zones: F32,
    half_extent_m: float,
) -> float:
    """Return the progress of an objective known to the side, 0..1, with credit for the approach to a zone.

    To protect: the share of the listed units, by cost, not reported lost. To reach or hold: their nearness, 1 inside;
    half of it while a contact that may be an enemy is in a zone to hold. To destroy: 0, since the side has no certain
    knowledge.
    """
    if kind == ObjectiveKind.PROTECT or kind == ObjectiveKind.REACH:
        total, part = 0.0, 0.0
        for i in range(listed.shape[0]):
            if listed[i] == 0:
                continue
            worth = max(cost[i], 1e-9)
            total += worth
            if own_whole[r, OwnW.STATUS, i] == Status.LOST or own_whole[r, OwnW.STATUS, i] == Status.EXPENDED:
                continue
            if kind == ObjectiveKind.PROTECT:
                part += worth
            elif z >= 0:
                part += worth * nearness(own_real[r, OwnR.X, i], own_real[r, OwnR.Y, i], zone_real, z, half_extent_m)
        return part / total if total > 0.0 else 0.0
    best = 0.0
    if kind == ObjectiveKind.HOLD and z >= 0:
        for i in range(domain.shape[0]):
            if own_whole[r, OwnW.STATUS, i] == Status.ACTIVE and domain[i] != Domain.AIR:
                near = nearness(own_real[r, OwnR.X, i], own_real[r, OwnR.Y, i], zone_real, z, half_extent_m)
                best = max(best, near)
        if zones[p, z, ZoneColumn.ENEMY] > 0.0:
            best *= 0.5
    return best


@formula
def nearness(x: float, y: float, zone_real: F64, z: int, half_extent_m: float) -> float:
    """Return 1 in a zone, falling to 0 at two half-extents from its edge."""
    gap = length_between(x, y, zone_real[0, z], zone_real[1, z]) - zone_real[2, z]
    return bounded(1.0 - bounded(gap / half_extent_m, 0.0, FAR) / FAR, 0.0, 1.0)


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
    n_zones: int,
    place: F64,
    slot_whole: I32,
    slot_real: F64,
    codes: I32,
) -> bool:
    """Return whether a choice makes sense for the group in slot ``g``, given the side's knowledge.

    CONTINUE always does; an empty slot and a group without units have no other choice.
    """
    if verb == Verb.CONTINUE:
        return True
    if codes[GroupCode.PLACE, g] < 0 or place[GroupPlace.N_LEFT, g] == 0.0:
        return False
    if (codes[GroupCode.ABLE, g] >> verb) & 1 == 0:
        return False
    if aim == Aim.ZONE and index >= n_zones:
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
    n_zones: int,
    place: F64,
    slot_whole: I32,
    slot_real: F64,
    codes: I32,
    mask: np.ndarray,
) -> None:
    """Mark the choices that make sense. ``choices`` (3, A): Verb, Aim, index. Mutates mask (N, G, A) bool."""
    for q in range(places.shape[0]):
        p = places[q]
        for g in range(mask.shape[1]):
            for a in range(mask.shape[2]):
                mask[p, g, a] = makes_sense(
                    g,
                    choices[0, a],
                    choices[1, a],
                    choices[2, a],
                    n_zones,
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
    slot_whole: I32,
    slot_real: F64,
    fixed: F64,
    codes: I32,
    zone_real: F64,
    bounds: F64,
    half_extent_m: float,
    grid_m: float,
    mask: np.ndarray,
    real: F64,
    whole: I32,
    illegal: I64,
) -> None:
    """Write the orders of choices.

    ``actions`` (N, G) are positions in ``choices``. An action masked out or out of range gives no order and is counted
    in ``illegal`` (N,). ``bounds`` (4,): west, east, south, north [m]. Points are snapped to a grid, except points from
    the briefing. Groups move at the speed from the file. Mutates the orders real and whole (R, columns, groups of the
    side).
    """
    for q in range(rows.shape[0]):
        r, p = rows[q], places[q]
        for g in range(actions.shape[1]):
            a = actions[p, g]
            if a < 0 or a >= choices.shape[1] or not mask[p, g, a]:
                illegal[p] += 1
                continue
            verb, aim, index = choices[0, a], choices[1, a], choices[2, a]
            if verb == Verb.CONTINUE:
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
            whole[r, OrderW.ISSUED, k] = 1
            whole[r, OrderW.TASK, k] = task
            whole[r, OrderW.ROE, k] = roe
            whole[r, OrderW.TARGET, k] = target
