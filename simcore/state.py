"""State: everything that changes, with a leading replication axis ``R``.

A block is ``real[R, field, n]`` float64 and ``whole[R, field, n]`` int32. Copying, hashing, saving,
comparing and fanning out are one operation on each block, because nothing else holds state: random
numbers are functions of (seed, replication, tick, unit, purpose).

All starts as 0, but for the whole columns in ``STARTS_AS_NONE`` of their enum: an index is -1 until there is one, since
0 is the first unit, and so is a tick at which something happened.
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
    GOAL_X = 6  # where the unit is heading [m]
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
    Z = 25  # height of the body above the sea [m], as of entering the raster cell
    GROUND_FACTOR = 26  # factor of the ground in that cell on the speed


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
    PREY = 12  # unit index behind the contact being closed with, or -1
    KNOWN_DEAD = 13  # unit index of the target that the unit knows it has destroyed, or -1
    LOST_TICK = 14  # tick at which it hears of the unit's loss; 0 = nothing under way
    LOCAL = 15  # unit index of the unit's own latest detection, or -1
    LOCAL_TICK = 16
    LOCAL_LEVEL = 17
    REPORT_STATUS = 18
    REPORT_DAMAGE = 19
    REPORT_TICK = 20
    LOSS_CAUSE = 21  # LossCause of a unit that is LOST; FIRE also for what fire has brought to fall
    PLAN_TICK = 22  # tick of the unit's next decision
    REPORT_AMMO = 23  # offensive rounds left, as last reported
    FIRE_TICK = 24  # tick of the unit's next search for targets
    CELL = 25  # raster cell the unit is in, -1 before its first tick in the world
    OUTAGE = 26  # Damage bits that are set by an inject alone, and end with it
    REPORT_LINKED = 27  # whether the command post believes that the unit has a link
    RECORD = 28  # column of the order that has arrived and is not yet taken up, or -1
    DISPATCH = 29  # number of the newest order that the unit has taken up
    EMCON = 30  # Emcon in force
    REPORT_EMCON = 31
    LOCAL_IDENTITY = 32  # Identity of the unit's own latest detection, as the unit believes
    LOCAL_KNOWN = 33  # unit index that it identified itself last, or -1
    WAY = 34  # point of the approach that the unit heads for, from 1; beyond the last it carries out the task
    DELAY = 35  # ticks that a message takes over the path to the command post, either way; the last one when cut off
    REPORT_DELAY = 36  # the same, until a report is in the picture
    ORDER_DELAY = 37  # the same, from a decision until the unit has the order
    HOST = 38  # unit index of the host that carries it or that it goes back to; -1 = none, or in reserve on its own
    WAIT_TICK = 39  # tick since which it waits for a place on its host, to land or to be serviced; -1 = does not

    STARTS_AS_NONE = nonmember((READY_TICK, PREY, KNOWN_DEAD, LOCAL, CELL, RECORD, LOCAL_KNOWN, WAIT_TICK))


class SensorW(IntEnum):
    """Sensor state, whole."""

    NEXT_TICK = 0  # tick of the next look


class PathW(IntEnum):
    """Paths of units, whole. Empty when no sensor that sweeps looks less often than every tick.

    The real block holds the places at the beginning of ticks, ``PATH_KNOTS`` rows east [m], as many north, in turn,
    and two rows for the velocity since TURNED [m/s].
    """

    TURNED = 0  # tick in which the course last changed; the path has been straight since its beginning
    ENTERED = 1  # first tick of the path: the unit has been active since its beginning
    AWAKE = 2  # first tick since which its sensors work


class MountW(IntEnum):
    """Mount state, whole."""

    AMMO = 0
    READY_TICK = 1
    WINDOW_USED = 2  # interceptor: shots used in the current window; soft kill: tick until which the last launch works
    PENDING = 3  # unit index of the engagement that waits for approval or has it, or -1
    PENDING_TICK = 4  # tick of the proposal
    SEEN_TICK = 5  # tick at which that target could last be engaged, or was last seen by the unit itself
    APPROVAL = 6  # Approval, for a side with operators
    APPROVAL_TICK = 7  # end of the service, of the grant or of the pause after a refusal
    HEARD_TICK = 8  # tick at which the request reaches the operators
    SERVED_TICK = 9  # tick at which an operator took it up
    ANSWER_TICK = 10  # tick at which their answer reaches the unit
    DENIED_TICK = 11  # tick from which a denial by a no-fire zone is reported again

    STARTS_AS_NONE = nonmember((PENDING,))


class ContactR(IntEnum):
    """Contact state, real; column ``side * n_units + unit``."""

    X = 0
    Y = 1
    VX = 2
    VY = 3
    ERROR_M = 4  # one-sigma position error when last updated
    SENT_ERROR_M = 5  # smallest error of the last reports sent
    NEW_ERROR_M = 6  # of those sent in tick NEW_TICK


class ContactW(IntEnum):
    """Contact state, whole."""

    LEVEL = 0  # Level; 0 = the side holds no contact
    TICK = 1  # last update
    SERIAL = 2  # track number, given in order of detection
    COMMITTED = 3  # rounds on their way to it
    FIRST_TICK = 4
    IDENTITY = 5  # Identity as the side believes; UNKNOWN until the contact is identified
    TRACKS = 6  # contacts that the side has gained on this unit so far
    ENTERED = 7  # tick at which it came into the picture of the command post
    SENT_TICK = 8  # last tick before NEW_TICK in which reports that take time were sent, plus 1; 0 = none
    SENT_DUE = 9  # tick at which the first of them arrives
    SENT_LEVEL = 10  # highest level reported
    SENT_FIRST = 11  # first tick of this run of reports, plus 1
    NEW_TICK = 12  # the same as the first three, for the last tick in which reports were sent
    NEW_DUE = 13
    NEW_LEVEL = 14
    NEW_ROW = 15  # last report of that tick, while it lasts
    KILL_TICK = 16  # tick of the kill that was reported, plus 1: older sightings count no more


class GroupR(IntEnum):
    """Group orders, real: a column for the order of record of each group, then ORDER_SLOTS columns for each that keep
    the orders which may still be under way; number k of group g is in column (1 + k mod ORDER_SLOTS) groups + g.
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
    EMCON = 4  # Emcon; not part of the task, so that changing it does not start the task again
    WAY_SLOT = 5  # column among the ways, or -1
    NUMBER = 6  # orders sent so far; of an order under way its own number
    TICK = 7  # tick at which the last one was given


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
    KNOWN_TICK = 5  # tick at which the command post hears of the launch


class StatusReportR(IntEnum):
    """Reports of units on themselves that are under way, real; the same rows as UnitR.REPORT_X and those after it.

    Column ``slot * units + unit``.
    """

    X = 0
    Y = 1
    STRENGTH = 2
    ENDURANCE_S = 3


class StatusReportW(IntEnum):
    """Reports of units on themselves that are under way, whole."""

    DUE = 0  # tick of arrival, 0 = free
    TICK = 1  # tick of the report
    LINKED = 2  # 0: no report, but the silence that tells that the link is cut
    STATUS = 3
    DAMAGE = 4
    AMMO = 5
    EMCON = 6


class ContactReportR(IntEnum):
    """Contact reports that are under way, real."""

    X = 0
    Y = 1
    VX = 2
    VY = 3
    ERROR_M = 4


class ContactReportW(IntEnum):
    """Contact reports that are under way, whole; rows 0..count-1 are live, in no order."""

    DUE = 0
    TICK = 1  # of the observation
    UNIT = 2  # observer
    CONTACT = 3  # column of the contact
    LEVEL = 4  # NONE: the target is destroyed; -1: other reports of the tick say it all
    IDENTITY = 5  # what the observer took it for, or -1: drawn when it arrives
    NEXT = 6  # another report of this tick on the contact, or -1
    ARRIVED = 7  # work space: the reports that arrive in this tick, in the order in which they count


REPORTS_AT_ONCE = 3
"""Most contact reports of a side on one contact that are sent in one tick: see ``sightings.sight``."""


class DeliveryW(IntEnum):
    """Orders under way to units, whole."""

    DUE = 0  # tick of arrival plus 1; 0 = none under way


class MineR(IntEnum):
    """Mines, real."""

    X = 0
    Y = 1


class MineW(IntEnum):
    """Mines, whole."""

    STATUS = 0  # MineStatus


WAY_POINTS = 24
"""Most points of a way that an order gets: rows 0.. of the ways' real block are east [m], rows WAY_POINTS.. north."""


class RouteW(IntEnum):
    """Ways round obstacles, whole; a column for each unit and group that may need one."""

    COUNT = 0  # points to pass before the task's own point; a group's is of its order of record


class SideW(IntEnum):
    """Tallies of a side, whole."""

    SHOTS = 0
    ROUNDS = 1
    HITS = 2  # rounds that hit; one that hurts several units counts once
    KILLS = 3
    LOSSES = 4  # units destroyed, one-way munitions among them; those that were fired are EXPENDED
    INTERCEPT_SHOTS = 5
    INTERCEPTED = 6
    DETECTIONS = 7  # contacts gained
    FIRST_CONTACT_TICK = 8  # -1 before the first
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
    MINE_HITS = 20  # of these, that hurt
    MINE_LOSSES = 21  # units lost to mines
    MINES_CLEARED = 22
    APPROVALS_ASKED = 23
    APPROVALS_GRANTED = 24
    APPROVALS_DENIED = 25
    APPROVALS_TIMED_OUT = 26
    APPROVALS_WITHDRAWN = 27
    APPROVAL_WAIT_TICKS = 28  # request-ticks spent in the queue
    OPERATOR_BUSY_TICKS = 29
    LINKS_JAMMED = 30  # links lost by radios that took in more jamming than noise
    MISIDENTIFIED = 31  # contacts identified as what they are not
    FALSE_ENGAGEMENTS = 32  # shots at neutral units
    FALSE_ROUNDS = 33  # rounds in them
    DECOY_ENGAGEMENTS = 34  # shots at decoys
    DECOY_ROUNDS = 35
    NEUTRAL_KILLS = 36  # neutral units destroyed by the side's fire
    REPORTS_DELAYED = 37  # contact reports that took time and arrived
    ORDERS_DELAYED = 38  # orders that took time and reached a unit

    STARTS_AS_NONE = nonmember((FIRST_CONTACT_TICK,))


class SideR(IntEnum):
    """Tallies of a side, real."""

    COST_LOST = 0  # of the LOSSES
    ACTIVE_S = 1  # unit-seconds active
    LINKED_S = 2  # of these, with a link
    DISTANCE_M = 3
    SCORE = 4
    REPORT_AGE_S = 5  # of those reports when they arrived, all together
    ORDER_DELAY_S = 6  # of those orders


class ObjectiveR(IntEnum):
    """Progress of objectives, real."""

    PROGRESS = 0
    TIME_HELD_S = 1


class ObjectiveW(IntEnum):
    """Progress of objectives, whole."""

    MET_TICK = 0  # -1 before

    STARTS_AS_NONE = nonmember((MET_TICK,))


class ListedW(IntEnum):
    """What units that objectives list have done, whole; column by column as in ``members`` of the parameters."""

    ENTERED = 0  # 1 once the unit has stood in the zone of its REACH objective


class WorldW(IntEnum):
    """One replication as a whole."""

    TICK = 0
    REASON = 1  # EndReason
    WINNER = 2  # side, -1 = draw or undecided
    IN_FLIGHT = 3  # live rows of the salvo block
    UNIT_TICKS_LOW = 4  # live unit-ticks simulated, low 30 bits
    UNIT_TICKS_HIGH = 5
    REPORTS = 6  # live rows of the contact reports under way
    OVERFLOW = 7  # messages for which there was no room
    SALVO_OVERFLOW = 8  # salvoes for which there was no room

    STARTS_AS_NONE = nonmember((WINNER,))


class Cells(NamedTuple):
    """One kind of thing: ``real`` (R, fields, n) and ``whole`` (R, fields, n)."""

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
    listed: Cells  # whole: ListedW, a column for each unit that an objective lists
    paths: Cells  # whole: PathW
    world: I32  # (R, len(WorldW))
    replication: U64  # (R,) replication number: what the draws of a replication are keyed by
