"""Triggers: effects of the scenario file that wait for a condition. A row is a condition with a single effect.

The effect is a new task of a group, or a row of the injects that is not on the timetable. A task belongs to the plan
of the file: it is given only while the commander has given the group no order of his own, and its condition is a
matter of what the side knows. Effects on the world (injects) go by the truth.
"""

from enum import IntEnum, nonmember


class TriggerKind(IntEnum):
    """Conditions."""

    TIME = 0  # met at the first check
    CONTACT = 1  # SIDE holds contacts, not believed to be neutral or decoys, that lie in ZONE if there is one
    ENTERED = 2  # listed units are in ZONE
    LOST = 3  # listed units are destroyed


class TriggerSpecR(IntEnum):
    """Parameters of a row, real: the new task, in the order of GroupR."""

    X = 0
    Y = 1
    RADIUS = 2
    SPEED = 3
    SPACING = 4


class TriggerSpecW(IntEnum):
    """Parameters of a row, whole."""

    KIND = 0  # TriggerKind
    SIDE = 1  # side whose knowledge counts; -1 is the truth
    FIRST = 2  # first of the listed units in ``trigger_members``
    COUNT = 3
    ZONE = 4  # or -1
    NUMBER = 5  # units or contacts needed
    LEVEL = 6  # Level of the contacts
    DELAY = 7  # ticks from the condition to the effect
    PERIOD = 8  # ticks between checks
    GROUP = 9  # group that gets the task, or -1
    TASK = 10
    ROE = 11  # or KEEP_ROE
    TARGET = 12  # group escorted, or -1
    INJECT = 13  # row of the injects, or -1
    ROUTE_FIRST = 14  # first point of the way round an obstacle in ``trigger_route``
    ROUTE_COUNT = 15


class TriggerW(IntEnum):
    """State of a row."""

    MET_TICK = 0  # tick at which the condition was met, or -1
    IS_DONE = 1
    SERIAL = 2  # serial of the group's order by the plan of the file: any other is an order of its commander

    STARTS_AS_NONE = nonmember((MET_TICK,))
