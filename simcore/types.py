"""Array aliases and the integer codes shared by state, events and files.

Every code is an ``IntEnum``: a constant to compiled code, printed by name in Python.
Codes are written to files: append, never renumber.
"""

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]
F32 = NDArray[np.float32]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U64 = NDArray[np.uint64]
U8 = NDArray[np.uint8]
Word = Any
"""An unsigned 64-bit number. (Type checkers lose the type of a NumPy scalar taken from an array.)"""


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """Return a read-only view of an array: for arrays that policies share with others."""
    view = array.view()
    view.flags.writeable = False
    return view


@dataclass(frozen=True)
class SharedRecord:
    """A record that policies share with others: its arrays are read-only."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value: object = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                object.__setattr__(self, field.name, read_only(cast("NDArray[Any]", value)))


NONE = -1
"""Null index."""


class Domain(IntEnum):
    """Domain of operation of a platform. ``1 << domain`` is its bit in a domain mask."""

    LAND = 0
    SURFACE = 1
    SUBSURFACE = 2
    AIR = 3


class TargetClass(IntEnum):
    """Class of a platform as a target; the axis of hit-probability tables."""

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
    """Mode of movement over the ground; the axis of the speed-factor rasters."""

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
    PHANTOM = 5  # not real: a false target shown to the enemy's radars by a transmitter of its side
    EXPENDED = 6  # a one-way munition after firing: final, but no loss
    ABSENT = 7  # listed in the file, but never in this world: neither a loss nor part of a score


class Damage(IntEnum):
    """Components out of action, as bits of the unit's damage column."""

    MOBILITY = 1
    SENSOR = 2
    WEAPON = 4
    LINK = 8
    CATASTROPHIC = 16


class Task(IntEnum):
    """Group tasks, carried out by compiled behaviour."""

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
    RESUPPLY = 11
    TOW = 12
    EVACUATE = 13


class Roe(IntEnum):
    """Rules of engagement."""

    HOLD = 0  # never fire
    TIGHT = 1  # only at contacts identified as hostile
    FREE = 2  # at any contact not believed to be neutral or a decoy


class Emcon(IntEnum):
    """Emission control: the state of radars set by an order."""

    NO_CHANGE = 0  # in orders only
    RADIATE = 1
    SILENT = 2  # radars are off


class Autonomy(IntEnum):
    """The authority to fire."""

    MANUAL = 0  # the commander names the target: fires only under an attack, strike or intercept order, with a link
    APPROVE = 1  # the unit proposes, a human approves: needs a link and takes the approval delay
    VETO = 2  # fires after the same delay unless stopped: works without a link
    AUTONOMOUS = 3  # fires at once


class Approval(IntEnum):
    """The status of a unit's request, for a side with a crew of operators."""

    NONE = 0
    WAITING = 1  # in the queue
    SERVED = 2  # an operator is working on it
    GRANTED = 3  # may engage the requested target until APPROVAL_TICK
    REFUSED = 4  # denied or timed out; may send a new request at APPROVAL_TICK
    WINDOW = 5  # veto: no objection made or possible; fires when its window closes


class LostLink(IntEnum):
    """Behaviour of a unit once its link has been dead for its lost-link delay."""

    CONTINUE = 0
    LOITER = 1
    RETURN = 2


class Returning(IntEnum):
    """Reason of a unit's return."""

    NO = 0
    ENDURANCE = 1
    LINK = 2
    ORDERED = 3
    WINCHESTER = 4  # out of ammunition
    REPAIR = 5  # for a workshop


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
    """Level of knowledge about a contact."""

    NONE = 0
    DETECTED = 1
    CLASSIFIED = 2
    IDENTIFIED = 3


class Identity(IntEnum):
    """A side's belief about an identified contact. ``UnitSpecW.IDENTITY`` is the true identity of a unit."""

    UNKNOWN = 0
    HOSTILE = 1
    NEUTRAL = 2
    DECOY = 3
    PROTECTED = 4  # medical units and vehicles under the protection of the laws of war


N_BELLIGERENTS = 2
"""The first two sides of a scenario fight each other; all further sides are neutral."""


class TargetChoice(IntEnum):
    """Rule by which a weapon chooses among the contacts in range."""

    NEAREST = 0
    RANDOM = 1
    VALUABLE = 2
    SPREAD = 3  # fewest rounds already committed, then nearest


class Defence(IntEnum):
    """Defence of a mount against incoming rounds."""

    HARD = 0  # shots that destroy rounds
    SOFT = 1  # decoys or jamming that lead rounds astray, after the shots of the same layer
    SOFT_FIRST = 2  # the same, before them


class MineStatus(IntEnum):
    """Status of a mine."""

    ARMED = 0
    SPENT = 1
    CLEARED = 2


class LossCause(IntEnum):
    """Cause of a loss: the column ``a`` of a LOSS event."""

    FIRE = 0
    CRASH = 1
    MINE = 2
    SCRIPT = 3  # an inject of the scenario
    HOST = 4  # its host, a one-way unit, was expended


class ItemKind(IntEnum):
    """Kinds of items in stores."""

    FUEL = 0
    ROUNDS = 1
    PARTS = 2  # spares
    GENERAL = 3


class InjectKind(IntEnum):
    """Effects of the rows of the timetable, in the order within a tick."""

    RESTORE = 0  # an outage ends
    REINFORCE = 1
    SUPPLY = 2
    DISABLE = 3
    LOSE = 4


class ZoneKind(IntEnum):
    """Kinds of zones."""

    OBJECTIVE = 0
    NO_FIRE = 1
    MINEFIELD = 2  # in briefings only: the areas of minefields are no zones of the engine


class ObjectiveKind(IntEnum):
    """Kinds of objectives."""

    DESTROY = 0  # share of the listed enemy units destroyed
    PROTECT = 1  # share of the listed own units that are not destroyed
    HOLD = 2  # share of time in which units of the side, and no enemy, are in the zone
    REACH = 3  # share of the listed own units that have entered the zone
    SAVE = 4  # share of those of the listed own units whom an injury can kill in time who are alive


class EndReason(IntEnum):
    """Reason for the end of a replication."""

    RUNNING = 0
    TIME = 1
    ANNIHILATION = 2
    DECIDED = 3
    SPENT = 4  # a side of munitions alone has fired or lost all of them


class EventKind(IntEnum):
    """Event codes. The comments give the meaning of the columns ``a`` and ``b`` of an event row."""

    LAUNCH = 0  # unit leaves its host `other`
    RECOVER = 1  # unit lands on its host `other`
    EXHAUSTED = 2  # unit is out of fuel or battery
    LINK_LOST = 3  # a = 1 when the unit's radio receives more jamming than noise
    LINK_BACK = 4
    CONTACT = 5  # side gains a contact on `other` through `unit`; a = level, b = contact serial
    UPGRADE = 6  # contact `other` classified or identified; a = level, b = contact serial
    CONTACT_LOST = 7  # contact on `other` aged out; b = contact serial
    SHOT = 8  # unit fires at `other`; a = mount, b = rounds
    INTERCEPT = 9  # unit engages rounds aimed at `other`; a = shots, b = rounds stopped
    MISS = 10  # salvo of `unit` at `other` arrives without a hit; a = mount, b = rounds
    HIT = 11  # salvo of `unit` hits `other`; a = mount, b = rounds that hit
    DAMAGE = 12  # `unit` damaged; a = damage bits, b = strength left in 1/1000
    LOSS = 13  # `unit` destroyed, by `other` (-1 when not by fire); a = 0 fire, 1 crash, 2 mine, 3 inject, 4 host
    ORDER = 14  # unit takes up an order; a = task, b = rules of engagement
    DENIED = 15  # engagement refused; a = reason (0: the target is believed to be in a no-fire zone)
    RETURN = 16  # unit turns home; a = reason (Returning)
    OBJECTIVE = 17  # objective a is met by the side
    END = 18  # a = winner side or -1, b = reason (EndReason)
    EXPENDED = 19  # one-way unit is expended on `other`
    SOFT_KILL = 20  # unit's decoys or jamming meet rounds aimed at `other`; a = launches, b = rounds led astray
    MINE = 21  # `unit` sets off a mine; a = minefield, b = 1 when it is hit
    MINE_CLEARED = 22  # `unit` clears a mine; a = minefield, b = mine
    REINFORCED = 23  # `unit` enters from the reserve
    SUPPLIED = 24  # an inject fills tanks and magazines of `unit`
    OUTAGE = 25  # an inject puts parts of `unit` out of action; a = damage bits, b = 1 at the beginning, 0 at the end
    APPROVAL_ASKED = 30  # unit requests approval to engage `other`; a = autonomy
    APPROVAL_GRANTED = 31  # a = time in the queue [s], b = time of service [s]
    APPROVAL_DENIED = 32  # a = time in the queue [s], b = time of service [s]
    APPROVAL_TIMEOUT = 33  # no decision in time; a = time since the request [s], b = 1 veto: the unit may fire
    APPROVAL_WITHDRAWN = 34  # unit, link or contact is gone; a = time since the request [s]
    IDENTIFIED = 50  # side identifies contact `other` as a = Identity, through `unit`; b = contact serial
    FALSE_ENGAGEMENT = 51  # unit fires at `other`, which is no enemy unit; a = its true Identity, b = rounds
    SHIPMENT_ORDERED = 80  # store of unit orders from `other` (-1: outside); a = item, b = quantity
    SHIPMENT_ARRIVED = 81  # the same, on arrival
    STOCKOUT = 82  # a store of unit has run out; a = item
    REFILLED = 83  # unit is supplied from the stores of `other`; a = fuel [1/1000 of a tank], b = rounds
    CARGO_LOADED = 84  # unit leaves `other` with its cargo; a = cargo [kg]
    CARGO_DELIVERED = 85  # unit delivers to `other`; a = cargo delivered [kg]
    STORE_LOST = 86  # a store or cargo is lost with its unit; a = item, b = quantity
    TOW_BEGUN = 87  # unit takes `other` in tow
    TOW_ENDED = 88  # unit leaves `other` at its destination; a = 1, or on the way; a = 0
    EMCON = 60  # unit carries out an order about its radars; a = Emcon
    ORDER_RECEIVED = 61  # a delayed order reaches the unit; a = time since it was given [s]
    FAILURE = 70  # a component of `unit` fails; a = its Part, b = component
    DEGRADED = 71  # a component of `unit` is degraded by wear; a = its Part, b = component
    WORK_BEGUN = 72  # a crew of `other` (-1: off the map) works on `unit`; a = Part, b = component
    WORK_ENDED = 73  # the component is as good as new
    PART_AWAITED = 74  # no spare part at `other`; a = Part, b = component
    START_REFUSED = 75  # `unit` stays on its host `other`: a component fails at the start; a = Part, b = component
    PART_STRIPPED = 76  # `unit` receives a part of `other`; a = Part, b = component of `other`
    SENT_AWAY = 77  # `unit` goes to the workshop of `other` (-1: off the map); a = Part, b = component
    HURT = 90  # a person of `unit` is hurt in `other` (-1: in his own unit); a = person, b = severity (NISS)
    FELL_ILL = 91  # a person of `unit`; a = person, b = Mechanism (disease, stress)
    AIDED = 92  # a person of `unit` has had first aid; a = person, b = Triage
    DIED = 93  # a person of `unit` in the care of `other` (-1: none); a = person, b = Death
    EVACUATION_ASKED = 94  # for a person of `unit`; a = person, b = Triage
    PICKED_UP = 95  # `unit` takes a person of `other` aboard; a = person, b = Triage
    HANDED_OVER = 96  # `unit` hands a person over at the facility of `other` (-1: an exchange point); a = person
    ADMITTED = 97  # the facility of `unit` takes a person of `other` in; a = person, b = Triage
    TREATMENT_BEGUN = 98  # the facility of `unit` treats a person of `other`; a = person, b = Station
    TREATMENT_ENDED = 99  # the same
    DUTY = 100  # a person of `unit` returns to duty from `other` (-1: from the scene); a = person
    LEFT_THEATRE = 101  # a person of `unit` leaves the theatre from `other`; a = person
    DIVERTED = 102  # the facility of `unit` is full, and the transport `other` goes on
    MASS_CASUALTY = 103  # the facility of `unit`; a = 1 begins, 0 ends its work in mass-casualty mode
    CREWLESS = 104  # nobody of the crew of `unit` is fit: a = 1, or somebody is again: a = 0
    LIFE_ENDED = 78  # a failure, or a renewal before it; a = hours of operation since its renewal [s], b = component
