"""What a side knows: reports of its own units and contacts on others. Policies see nothing else.

Contacts are listed in the order in which the side gained them, in a table whose size depends on the
scenario's ``picture_contacts`` alone, so neither the number nor the numbering of units that a side
has not seen shows through.
"""

from enum import IntEnum
from typing import NamedTuple

from simcore.types import F64, I32, U64


class PU(IntEnum):
    """Own units, real: as last reported to the command post."""

    X = 0  # [m]
    Y = 1
    STRENGTH = 2  # 0..1
    ENDURANCE = 3  # share of full endurance left, 0..1 (1 when unlimited)
    AGE_S = 4  # age of the report


class PW(IntEnum):
    """Own units, whole."""

    STATUS = 0  # Status
    DAMAGE = 1  # Damage bits
    LINKED = 2
    AMMO = 3  # rounds left on offensive mounts


class PC(IntEnum):
    """Contacts, real."""

    X = 0  # estimate now, dead reckoned [m]
    Y = 1
    VX = 2  # [m/s]; 0 until the second look
    VY = 3
    ERROR_M = 4  # one-sigma position error now
    AGE_S = 5


class PD(IntEnum):
    """Contacts, whole. Rows beyond the number of contacts are 0 (and -1 for the classes)."""

    SERIAL = 0  # track number, from 1
    LEVEL = 1  # Level
    DOMAIN = 2  # Domain
    TARGET_CLASS = 3  # TargetClass, -1 until classified
    COMMITTED = 4  # own rounds on their way to it


class Picture(NamedTuple):
    """The picture of one side in R replications at a decision."""

    side: int
    tick: int
    time_s: float
    seed: int
    replication: U64  # (R,)
    own_real: F64  # (R, len(PU), own units)
    own_whole: I32  # (R, len(PW), own units)
    contact_real: F64  # (R, len(PC), picture_contacts)
    contact_whole: I32  # (R, len(PD), picture_contacts)
    n_contacts: I32  # (R,)
    objective_progress: F64  # (R, own objectives)

