"""Names of things: array aliases and the integer codes that state, events and files share.

Every code is an ``IntEnum``, so compiled code reads it as a constant and Python prints its name.
Codes are written to files: append, never renumber.
"""

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]
F32 = NDArray[np.float32]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U64 = NDArray[np.uint64]
U8 = NDArray[np.uint8]
Word = Any
"""One unsigned 64-bit number. (Type checkers lose the type of a NumPy scalar when it is taken out of an array.)"""


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """Return a view of an array through which nobody can write: what policies are given of what others use too."""
    view = array.view()
    view.flags.writeable = False
    return view


NONE = -1
"""Index that points at nothing."""


class Domain(IntEnum):
    """Where a platform operates. ``1 << domain`` is its bit in a domain mask."""

    LAND = 0
    SURFACE = 1
    SUBSURFACE = 2
    AIR = 3


class TargetClass(IntEnum):
    """What a platform is as a target; the axis of hit-probability tables."""

    PERSONNEL = 0
    LIGHT_VEHICLE = 1
    ARMOUR = 2
    STRUCTURE = 3
    SMALL_BOAT = 4
    SHIP = 5
    SUBMARINE = 6
    SMALL_AIR = 7
    AIRCRAFT = 8


N_TARGET_CLASSES = len(TargetClass)


class Mobility(IntEnum):
    """How a platform moves over the ground; the axis of the speed-factor rasters."""

    WHEELED = 0
    TRACKED = 1
    FOOT = 2
    WATER = 3
    AIR = 4
    FIXED = 5


class Surface(IntEnum):
    """Classes of the surface raster."""

    WATER = 0
    OPEN = 1
    ROUGH = 2
    FOREST = 3
    URBAN = 4
    MARSH = 5
    ROAD = 6


class Status(IntEnum):
    """State of a unit in the world. Only an ``ACTIVE`` unit fights; ``LOST`` and ``EXPENDED`` are final."""

    ACTIVE = 0
    ABOARD = 1  # on its host, ready to launch
    SERVICING = 2  # on its host, refuelling and rearming
    RESERVE = 3  # not yet in the scenario
    LOST = 4
    PHANTOM = 5  # nothing is there: what a transmitter of its side shows to the enemy's radars
    EXPENDED = 6  # a one-way munition that has been fired: gone for good, and no loss


class Damage(IntEnum):
    """Components put out of action, as bits of the unit's damage column."""

    MOBILITY = 1
    SENSOR = 2
    WEAPON = 4
    LINK = 8
    CATASTROPHIC = 16


class Task(IntEnum):
    """Group tasks that units carry out by compiled behaviour."""

    HOLD = 0
    MOVE = 1
    SEARCH = 2
    SCREEN = 3
    ATTACK = 4
    STRIKE = 5
    INTERCEPT = 6
    ESCORT = 7
    RELAY = 8
    RECOVER = 9
    WITHDRAW = 10


class Roe(IntEnum):
    """Rules of engagement."""

    HOLD = 0  # never fire
    TIGHT = 1  # only at contacts identified as hostile
    FREE = 2  # at any contact not believed to be neutral or a decoy


class Emcon(IntEnum):
    """Emission control: what an order says about radars."""

    NO_CHANGE = 0  # in orders only
    RADIATE = 1
    SILENT = 2  # radars are off


class Autonomy(IntEnum):
    """Who decides to fire."""

    MANUAL = 0  # the commander names the target: fires only under an attack, strike or intercept order, with a link
    APPROVE = 1  # the unit proposes, a human approves: needs a link and takes the approval delay
    VETO = 2  # fires after the same delay unless stopped: goes on without a link
    AUTONOMOUS = 3  # fires at once


class Approval(IntEnum):
    """Where the request of a unit stands, for a side that has a crew of operators."""

    NONE = 0
    WAITING = 1  # in the queue
    SERVED = 2  # an operator is at it
    GRANTED = 3  # may engage the target asked for until APPROVAL_TICK
    REFUSED = 4  # denied or timed out; may ask again at APPROVAL_TICK
    WINDOW = 5  # veto: nobody objects or can object; fires when its window closes


class LostLink(IntEnum):
    """What a unit does once its link has been dead for its lost-link delay."""

    CONTINUE = 0
    LOITER = 1
    RETURN = 2


class Returning(IntEnum):
    """Why a unit is on its way home."""

    NO = 0
    ENDURANCE = 1
    LINK = 2
    ORDERED = 3
    WINCHESTER = 4  # out of ammunition


class SensorModel(IntEnum):
    """Detection laws."""

    COOKIE_CUTTER = 0
    INVERSE_CUBE = 1
    RADAR = 2
    ELECTRO_OPTICAL = 3
    SONAR_PASSIVE = 4
    SONAR_ACTIVE = 5
    ESM = 6


class Level(IntEnum):
    """How much is known about a contact."""

    NONE = 0
    DETECTED = 1
    CLASSIFIED = 2
    IDENTIFIED = 3


class Identity(IntEnum):
    """What a side believes that a contact is, once it is identified. ``UW.IDENTITY`` says what a unit is."""

    UNKNOWN = 0
    HOSTILE = 1
    NEUTRAL = 2
    DECOY = 3


N_BELLIGERENTS = 2
"""The first two sides of a scenario fight each other; those after them are neutral."""


class TargetChoice(IntEnum):
    """Which contact in reach a weapon engages."""

    NEAREST = 0
    RANDOM = 1
    VALUABLE = 2
    SPREAD = 3  # fewest rounds already committed, then nearest


class Defence(IntEnum):
    """How a mount stops incoming rounds."""

    HARD = 0  # shots that destroy rounds
    SOFT = 1  # decoys or jamming that lead rounds astray, after the shots of the same layer
    SOFT_FIRST = 2  # the same, before them


class MineStatus(IntEnum):
    """What has become of a mine."""

    ARMED = 0
    SPENT = 1
    CLEARED = 2


class LossCause(IntEnum):
    """Why a unit is lost: the column ``a`` of a LOSS event."""

    FIRE = 0
    CRASH = 1
    MINE = 2
    SCRIPT = 3  # an inject of the scenario
    HOST = 4  # its host, a one-way unit, has used itself up


class InjectKind(IntEnum):
    """What a row of the timetable does, in the order within a tick."""

    RESTORE = 0  # an outage ends
    REINFORCE = 1
    SUPPLY = 2
    DISABLE = 3
    LOSE = 4


class ZoneKind(IntEnum):
    """What an area means."""

    OBJECTIVE = 0
    NO_FIRE = 1
    MINEFIELD = 2  # in briefings only: the areas of minefields are no zones of the engine


class ObjectiveKind(IntEnum):
    """What a side wants."""

    DESTROY = 0  # share of the listed enemy units destroyed
    PROTECT = 1  # share of the listed own units that are not destroyed
    HOLD = 2  # share of time units of the side, and no enemy, stand in the zone
    REACH = 3  # share of the listed own units that have entered the zone


class EndReason(IntEnum):
    """Why a replication stopped."""

    RUNNING = 0
    TIME = 1
    ANNIHILATION = 2
    DECIDED = 3
    SPENT = 4  # a side that was munitions alone has fired or lost the last one


class EventKind(IntEnum):
    """Event codes. The columns ``a`` and ``b`` of an event row mean what the comment says."""

    LAUNCH = 0  # unit leaves its host `other`
    RECOVER = 1  # unit lands on its host `other`
    EXHAUSTED = 2  # unit is out of fuel or battery
    LINK_LOST = 3  # a = 1 when the unit's radio takes in more jamming than noise
    LINK_BACK = 4
    CONTACT = 5  # side gains contact on `other` through `unit`; a = level, b = contact serial
    UPGRADE = 6  # contact `other` classified or identified; a = level, b = contact serial
    CONTACT_LOST = 7  # contact on `other` aged out; b = contact serial
    SHOT = 8  # unit fires at `other`; a = mount, b = rounds
    INTERCEPT = 9  # unit engages rounds aimed at `other`; a = shots, b = rounds stopped
    MISS = 10  # salvo of `unit` at `other` arrives and none hits; a = mount, b = rounds
    HIT = 11  # salvo of `unit` hits `other`; a = mount, b = rounds that hit
    DAMAGE = 12  # `unit` hurt; a = damage bits, b = strength left in 1/1000
    LOSS = 13  # `unit` destroyed, by `other` (-1 when not by fire); a = 0 fire, 1 crash, 2 mine, 3 inject, 4 host
    ORDER = 14  # unit takes up an order; a = task, b = rules of engagement
    DENIED = 15  # engagement refused; a = reason (0: the target is believed to stand in a no-fire zone)
    RETURN = 16  # unit turns home; a = reason (Returning)
    OBJECTIVE = 17  # objective a is met by the side
    END = 18  # a = winner side or -1, b = reason (EndReason)
    EXPENDED = 19  # one-way unit uses itself up on `other`
    SOFT_KILL = 20  # unit's decoys or jamming meet rounds aimed at `other`; a = launches, b = rounds led astray
    MINE = 21  # `unit` sets off a mine; a = minefield, b = 1 when it is hit
    MINE_CLEARED = 22  # `unit` clears a mine; a = minefield, b = mine
    REINFORCED = 23  # `unit` enters from the reserve
    SUPPLIED = 24  # an inject fills tanks and magazines of `unit`
    OUTAGE = 25  # an inject puts parts of `unit` out of action; a = damage bits, b = 1 at the beginning, 0 at the end
    APPROVAL_ASKED = 30  # unit asks the operators to engage `other`; a = autonomy
    APPROVAL_GRANTED = 31  # a = time in the queue [s], b = time of service [s]
    APPROVAL_DENIED = 32  # a = time in the queue [s], b = time of service [s]
    APPROVAL_TIMEOUT = 33  # nobody decided in time; a = time since the request [s], b = 1 veto: the unit may fire
    APPROVAL_WITHDRAWN = 34  # unit, link or contact is gone; a = time since the request [s]
    IDENTIFIED = 50  # side takes contact `other` for a = Identity, through `unit`; b = contact serial
    FALSE_ENGAGEMENT = 51  # unit fires at `other`, which is no enemy unit: a = what it is (Identity), b = rounds
    EMCON = 60  # unit takes up an order about its radars; a = Emcon
    ORDER_RECEIVED = 61  # an order that takes time reaches the unit; a = time since it was given [s]
