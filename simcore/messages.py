"""Messages under way, part of the state: the rows of the blocks of reports and orders."""

from enum import IntEnum


class StatusReportR(IntEnum):
    """Status reports under way, real; the same rows as those from UnitR.REPORT_X on.

    Column ``slot * units + unit``.
    """

    X = 0
    Y = 1
    STRENGTH = 2
    ENDURANCE_S = 3


class StatusReportW(IntEnum):
    """Status reports under way, whole."""

    DUE = 0  # tick of arrival, 0 = free
    TICK = 1  # tick of the report
    LINKED = 2  # 0: not a report, but the silence that reveals the loss of the link
    STATUS = 3
    DAMAGE = 4
    AMMO = 5
    EMCON = 6


class ContactReportR(IntEnum):
    """Contact reports under way, real."""

    X = 0
    Y = 1
    VX = 2
    VY = 3
    ERROR_M = 4


class ContactReportW(IntEnum):
    """Contact reports under way, whole; rows 0..count-1 are live, in no order."""

    DUE = 0
    TICK = 1  # of the observation
    UNIT = 2  # observer
    CONTACT = 3  # column of the contact
    LEVEL = 4  # NONE: the target is destroyed; -1: superseded by other reports of the tick
    IDENTITY = 5  # Identity by the observer, or -1: drawn on arrival
    NEXT = 6  # another report of the same tick on the contact, or -1
    ARRIVED = 7  # work space: the reports arriving in this tick, in the order of their evaluation


REPORTS_AT_ONCE = 3
"""Most contact reports sent by a side on a contact in a tick: see ``sightings.sight``."""


class DeliveryW(IntEnum):
    """Orders under way to units, whole."""

    DUE = 0  # tick of arrival plus 1; 0 = none under way
