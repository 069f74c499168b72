"""Columns of a learning commander's observations and decisions: the tables of the learning interface.

Lengths are in half-extents: half the longer side of the map. NaN becomes 0, and all values are clipped to the range of
their column. The loops that fill the tables are in ``observation_loops`` and ``choice_loops``.
"""

from enum import IntEnum

from simcore.types import N_TARGET_CLASSES

FAR = 2.0  # largest length in an observation [half-extents]


class GroupColumn(IntEnum):
    """A group of the side as last reported; columns that change."""

    X = 0  # mean position of the units left, east of the centre of the map [half-extents], -2..2
    Y = 1  # the same, north
    LEFT = 2  # share of its units neither lost nor expended, 0..1
    STRENGTH = 3  # sum of the strengths of the units left, over its size, 0..1
    ACTIVE = 4  # share of active units, 0..1
    ABOARD = 5  # share of units aboard a host, 0..1
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
    WEIGHT = 4  # share of the total weight of the side's objectives, 0..1
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
    WEIGHT = 6  # share of the total weight of the side's objectives that lies in this zone, 0..1
    OWN = 7  # share of the own units on the ground or the water active in it, 0..1
    ENEMY = 8  # possible enemy contacts in it, in tens, 0..1


class GlobalColumn(IntEnum):
    """The situation as a whole."""

    ELAPSED = 0  # elapsed share of the duration of the scenario, 0..1
    DURATION = 1  # duration [days], 0..1
    EXTENT = 2  # half-extent of the map [100 km], 0..2
    OWN_LEFT = 3  # share of the own cost not reported lost, 0..1
    STRENGTH = 4  # mean reported strength of the own units left, weighted by cost, 0..1
    CONTACTS = 5  # contacts held, in hundreds, 0..1
    HOSTILE = 6  # of these believed hostile, in hundreds, 0..1
    PROGRESS = 7  # known progress of the objectives, weighted, 0..1
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
    DOMAINS = 10  # bits of the domains of its units


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
    DOCTRINE = 14  # the orders of a doctrine, at every decision interval until the next choice


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
