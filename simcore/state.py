"""State: all values that change, with a leading replication axis ``R``.

A block is ``real[R, field, n]`` float64 and ``whole[R, field, n]`` int32. Copying, hashing, saving, comparing and
fanning out are a single operation on each block, because nothing else holds state: random numbers are functions of
(seed, replication, tick, unit, purpose).

All values start as 0, except the whole columns in ``STARTS_AS_NONE`` of their enum: indices, because 0 is the first
unit, and ticks of events that have not happened are -1. The columns of messages under way are in ``messages``.
"""

from enum import IntEnum, nonmember
from typing import NamedTuple

from simcore.types import F64, I32, U64


class UnitR(IntEnum):
    """Unit state, real."""

    X = 0  # east of the origin [m]
    Y = 1  # north of the origin [m]
    HX = 2  # heading, unit vector
    HY = 3
    VX = 4  # displacement over the last tick, as a velocity [m/s]
    VY = 5
    GOAL_X = 6  # current goal of the unit [m]
    GOAL_Y = 7
    GOAL_SPEED = 8  # [m/s]
    ENDURANCE_S = 9  # left at cruise [s]
    STRENGTH = 10  # 0..1
    TASK_X = 11  # the order in force
    TASK_Y = 12
    TASK_RADIUS = 13
    TASK_SPEED = 14
    TASK_SPACING = 15
    REPORT_X = 16  # last report that reached the command post
    REPORT_Y = 17
    REPORT_STRENGTH = 18
    REPORT_ENDURANCE_S = 19
    LOCAL_X = 20  # the unit's own latest detection [m]
    LOCAL_Y = 21
    LOCAL_VX = 22
    LOCAL_VY = 23
    LOCAL_ERROR_M = 24
    Z = 25  # height of the body above the sea [m], computed on entering the raster cell
    GROUND_FACTOR = 26  # speed factor of the ground in that cell


class UnitW(IntEnum):
    """Unit state, whole."""

    STATUS = 0
    DAMAGE = 1  # Damage bits
    LINKED = 2  # 1 when the side's command post can be reached
    HOPS = 3
    LINK_TICK = 4  # tick at which LINKED last changed
    READY_TICK = 5  # end of the turnaround
    RETURNING = 6  # Returning
    LEG = 7  # leg of the search pattern
    TASK = 8
    ROE = 9
    ORDER_SERIAL = 10  # serial of the order in force
    TASK_TARGET = 11  # group escorted
    PREY = 12  # unit index of the contact being approached, or -1
    KNOWN_DEAD = 13  # unit index of the target known by the unit to be destroyed, or -1
    LOST_TICK = 14  # tick at which its command post learns of its loss; 0 = no such report under way
    LOCAL = 15  # unit index of the unit's own latest detection, or -1
    LOCAL_TICK = 16
    LOCAL_LEVEL = 17
    REPORT_STATUS = 18
    REPORT_DAMAGE = 19
    REPORT_TICK = 20
    LOSS_CAUSE = 21  # LossCause of a unit that is LOST; FIRE also for a unit that crashed because of fire
    PLAN_TICK = 22  # tick of the unit's next decision
    REPORT_AMMO = 23  # offensive rounds left, as last reported
    FIRE_TICK = 24  # tick of the unit's next search for targets
    CELL = 25  # raster cell the unit is in, -1 before its first tick in the world
    OUTAGE = 26  # Damage bits set by an inject alone, which end with it
    REPORT_LINKED = 27  # 1 when the command post believes the unit to be linked
    RECORD = 28  # column of an order received but not yet adopted, or -1
    DISPATCH = 29  # number of the newest order adopted by the unit
    EMCON = 30  # Emcon in force
    REPORT_EMCON = 31
    LOCAL_IDENTITY = 32  # Identity of the unit's own latest detection, as believed by the unit
    LOCAL_KNOWN = 33  # index of the unit that it last identified itself, or -1
    WAY = 34  # next point of the approach, from 1; beyond the last point the unit carries out its task
    DELAY = 35  # latency of the path to the command post [ticks], either way; its last value without a link
    REPORT_DELAY = 36  # the same, until a report enters the picture
    ORDER_DELAY = 37  # the same, from a decision until the unit receives the order
    HOST = 38  # unit index of its host, aboard or to return to; -1 = none, or in reserve on its own
    WAIT_TICK = 39  # tick since which it waits to land or for service on its host; -1 = not waiting

    STARTS_AS_NONE = nonmember((READY_TICK, PREY, KNOWN_DEAD, LOCAL, CELL, RECORD, LOCAL_KNOWN, WAIT_TICK))


class SensorW(IntEnum):
    """Sensor state, whole."""

    NEXT_TICK = 0  # tick of the next scan


class PathW(IntEnum):
    """Paths of units, whole. Empty when all swept sensors scan every tick.

    The real block holds the positions at the beginning of ticks, ``PATH_KNOTS`` rows east [m] and as many north, used
    in rotation, and two rows for the velocity since TURNED [m/s].
    """

    TURNED = 0  # tick of the last change of course; the path is straight since the beginning of that tick
    ENTERED = 1  # first tick of the path: the unit is active since the beginning of that tick
    AWAKE = 2  # tick since which its sensors work


class MountW(IntEnum):
    """Mount state, whole."""

    AMMO = 0
    READY_TICK = 1
    WINDOW_USED = 2  # interceptor: shots used in the current window; soft kill: tick until which the last launch works
    PENDING = 3  # unit index of the target pending approval or approved, or -1
    PENDING_TICK = 4  # tick of the proposal
    SEEN_TICK = 5  # last tick at which that target could be engaged or was seen by the unit itself
    APPROVAL = 6  # Approval, for a side with operators
    APPROVAL_TICK = 7  # end of the service, of the grant or of the pause after a refusal
    HEARD_TICK = 8  # tick at which the request reaches the operators
    SERVED_TICK = 9  # tick at which an operator started to work on it
    ANSWER_TICK = 10  # tick at which their answer reaches the unit
    DENIED_TICK = 11  # tick before which a denial by a no-fire zone is not reported again

    STARTS_AS_NONE = nonmember((PENDING,))


class ContactR(IntEnum):
    """Contact state, real; column ``side * n_units + unit``."""

    X = 0
    Y = 1
    VX = 2
    VY = 3
    ERROR_M = 4  # one-sigma position error when last updated
    SENT_ERROR_M = 5  # smallest error of the latest reports sent
    NEW_ERROR_M = 6  # the same for reports sent in tick NEW_TICK


class ContactW(IntEnum):
    """Contact state, whole."""

    LEVEL = 0  # Level; 0 = the side holds no contact
    TICK = 1  # last update
    SERIAL = 2  # track number, assigned in order of detection
    COMMITTED = 3  # rounds in flight to it
    FIRST_TICK = 4
    IDENTITY = 5  # Identity as believed by the side; UNKNOWN until the contact is identified
    TRACKS = 6  # number of contacts gained by the side on this unit so far
    ENTERED = 7  # tick at which it entered the picture of the command post
    SENT_TICK = 8  # last tick before NEW_TICK in which delayed reports were sent, plus 1; 0 = none
    SENT_DUE = 9  # tick of arrival of the first of them
    SENT_LEVEL = 10  # highest level reported
    SENT_FIRST = 11  # first tick of this run of reports, plus 1
    NEW_TICK = 12  # like SENT_TICK, SENT_DUE and SENT_LEVEL, for the last tick in which reports were sent
    NEW_DUE = 13
    NEW_LEVEL = 14
    NEW_ROW = 15  # last report of that tick, valid within the tick
    KILL_TICK = 16  # tick of the reported kill, plus 1: older sightings are ignored


class GroupR(IntEnum):
    """Group orders, real: a column for each group's order of record, then ORDER_SLOTS columns per group for orders
    that may still be under way; order number k of group g is in column (1 + k mod ORDER_SLOTS) groups + g.
    """

    X = 0
    Y = 1
    RADIUS = 2
    SPEED = 3
    SPACING = 4


class GroupW(IntEnum):
    """Group orders, whole."""

    TASK = 0
    ROE = 1
    TARGET = 2
    SERIAL = 3
    EMCON = 4  # Emcon; separate from the task, so that a change does not restart the task
    WAY_SLOT = 5  # column among the routes, or -1
    NUMBER = 6  # orders sent so far; for an order under way, its own number
    TICK = 7  # tick of the last order


class SalvoR(IntEnum):
    """Salvoes in flight, real."""

    AIM_X = 0
    AIM_Y = 1
    RANGE_M = 2  # at launch


class SalvoW(IntEnum):
    """Salvoes in flight, whole; rows 0..count-1 are live, in order of launch."""

    MOUNT = 0
    TARGET = 1
    ROUNDS = 2
    DUE_TICK = 3
    LAUNCH_TICK = 4
    KNOWN_TICK = 5  # tick at which the command post learns of the launch


class MineR(IntEnum):
    """Mines, real."""

    X = 0
    Y = 1


class MineW(IntEnum):
    """Mines, whole."""

    STATUS = 0  # MineStatus


WAY_POINTS = 24
"""Most points of an order's route: rows 0.. of the real block of routes are east [m], rows WAY_POINTS.. north."""


class RouteW(IntEnum):
    """Routes round obstacles, whole; a column for each unit and group that may need a route."""

    COUNT = 0  # points to pass before the task's own point; for a group, of its order of record


class SideW(IntEnum):
    """Tallies of a side, whole."""

    SHOTS = 0
    ROUNDS = 1
    HITS = 2  # rounds that hit; a round that damages several units counts once
    KILLS = 3
    LOSSES = 4  # units destroyed, including one-way munitions, except those fired (EXPENDED)
    INTERCEPT_SHOTS = 5
    INTERCEPTED = 6
    DETECTIONS = 7  # contacts gained
    FIRST_CONTACT_TICK = 8  # -1 before the first contact
    LINK_LOSSES = 9
    DENIED = 10
    CRASHES = 11
    RECOVERIES = 12
    NEXT_SERIAL = 13
    ROE_VIOLATIONS = 14
    WASTED_ROUNDS = 15  # rounds that arrived on a target already destroyed
    LAUNCHES = 16
    DECOYS = 17  # launches of soft kill
    SOFT_KILLED = 18  # rounds led astray
    MINES_SET_OFF = 19  # by units of the side
    MINE_HITS = 20  # of these, with a hit
    MINE_LOSSES = 21  # units lost to mines
    MINES_CLEARED = 22
    APPROVALS_ASKED = 23
    APPROVALS_GRANTED = 24
    APPROVALS_DENIED = 25
    APPROVALS_TIMED_OUT = 26
    APPROVALS_WITHDRAWN = 27
    APPROVAL_WAIT_TICKS = 28  # request-ticks spent in the queue
    OPERATOR_BUSY_TICKS = 29
    LINKS_JAMMED = 30  # links lost by radios that received more jamming than noise
    MISIDENTIFIED = 31  # contacts identified wrongly
    FALSE_ENGAGEMENTS = 32  # shots at neutral and at protected units
    FALSE_ROUNDS = 33  # rounds in them
    DECOY_ENGAGEMENTS = 34  # shots at decoys
    DECOY_ROUNDS = 35
    NEUTRAL_KILLS = 36  # neutral units destroyed by the side's fire
    REPORTS_DELAYED = 37  # delayed contact reports that arrived
    ORDERS_DELAYED = 38  # delayed orders that reached a unit

    STARTS_AS_NONE = nonmember((FIRST_CONTACT_TICK,))


class SideR(IntEnum):
    """Tallies of a side, real."""

    COST_LOST = 0  # of the LOSSES
    ACTIVE_S = 1  # unit-seconds active
    LINKED_S = 2  # of these, with a link
    DISTANCE_M = 3
    SCORE = 4
    REPORT_AGE_S = 5  # total age of those reports on arrival
    ORDER_DELAY_S = 6  # total delay of those orders


class ObjectiveR(IntEnum):
    """Progress of objectives, real."""

    PROGRESS = 0
    TIME_HELD_S = 1


class ObjectiveW(IntEnum):
    """Progress of objectives, whole."""

    MET_TICK = 0  # -1 until met

    STARTS_AS_NONE = nonmember((MET_TICK,))


class ListedW(IntEnum):
    """Progress of the units listed in objectives, whole; columns as in ``members`` of the parameters."""

    ENTERED = 0  # 1 once the unit has been in the zone of its REACH objective


class WorldW(IntEnum):
    """The replication as a whole."""

    TICK = 0
    REASON = 1  # EndReason
    WINNER = 2  # side, -1 = draw or undecided
    IN_FLIGHT = 3  # live rows of the salvo block
    UNIT_TICKS_LOW = 4  # live unit-ticks simulated, low 30 bits
    UNIT_TICKS_HIGH = 5
    REPORTS = 6  # live rows of the contact reports under way
    OVERFLOW = 7  # messages dropped for lack of room
    SALVO_OVERFLOW = 8  # salvoes dropped for lack of room

    STARTS_AS_NONE = nonmember((WINNER,))


class Cells(NamedTuple):
    """State of one kind: ``real`` (R, fields, n) and ``whole`` (R, fields, n)."""

    real: F64
    whole: I32


class State(NamedTuple):
    """The state of R replications."""

    units: Cells
    sensors: Cells
    mounts: Cells
    contacts: Cells
    groups: Cells
    salvoes: Cells
    sides: Cells
    objectives: Cells
    mines: Cells
    ways: Cells
    status_reports: Cells
    contact_reports: Cells
    deliveries: Cells  # whole: DeliveryW, column ``slot * units + unit``
    listed: Cells  # whole: ListedW, a column for each unit listed in an objective
    paths: Cells  # whole: PathW
    components: Cells
    uses: Cells
    gangs: Cells
    upkeep_sides: Cells
    stores: Cells  # StoreR and StoreW; without supply no columns, like the next two
    shipments: Cells  # ShipmentR and ShipmentW
    carriers: Cells  # CarrierR and CarrierW, a column for each unit
    triggers: Cells  # whole: TriggerW
    people: Cells  # PersonR and PersonW; without medical support no columns, like the next four
    medical_units: Cells  # MedicalUnitR and MedicalUnitW, a column for each unit
    facilities: Cells  # FacilityR and FacilityW
    transports: Cells  # TransportR and TransportW
    medical_sides: Cells  # whole: MedicalSideW
    world: I32  # (R, len(WorldW))
    replication: U64  # (R,) replication number: the key of the replication's draws
