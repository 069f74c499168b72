"""Upkeep: components that wear out, the workshops that repair them, and the use of units. Empty where it is off.

Parameters and state have blocks of their own, so that a scenario without upkeep has the same bits as without this
module. Times are in seconds since the start, with fractions of a step; effective hours are hours of use weighted by
the stress of use.
"""

from enum import IntEnum, nonmember

from simcore.types import Damage


class Part(IntEnum):
    """Parts of a platform: the effect of a failed component."""

    POWER = 0  # without power: no mobility, no sensors, no link
    MOBILITY = 1
    SENSOR = 2
    LINK = 3
    WEAPON = 4
    STRUCTURE = 5  # of the damage by fire and mines: no component of its own, but a job


PART_BITS = {
    Part.POWER: Damage.MOBILITY | Damage.SENSOR | Damage.LINK,
    Part.MOBILITY: Damage.MOBILITY,
    Part.SENSOR: Damage.SENSOR,
    Part.LINK: Damage.LINK,
    Part.WEAPON: Damage.WEAPON,
    Part.STRUCTURE: 0,
}
"""Damage bits of a failed component by part."""


class Condition(IntEnum):
    """Condition of a component."""

    GOOD = 0
    DEGRADED = 1
    FAILED = 2


class Job(IntEnum):
    """Kinds of jobs."""

    CORRECTIVE = 0  # after a failure
    PREVENTIVE = 1  # of a component that works
    DAMAGE = 2  # of damage by fire and mines


class Step(IntEnum):
    """Steps of a job."""

    NONE = 0  # no job
    APART = 1  # the unit is at no workshop that can do it
    PART = 2  # waits for a spare part
    CREW = 3  # waits for a crew
    WORK = 4
    AWAY = 5  # sent to a workshop of a higher echelon: on the way, waiting or in work there


class Readiness(IntEnum):
    """Readiness of a unit; the time in each sums to the time of the unit in the scenario."""

    FMC = 0  # fully mission capable
    PMC = 1  # partially: degraded, or without a component that is not essential
    NMCM = 2  # not mission capable: maintenance
    NMCS = 3  # not mission capable: supply
    NMCB = 4  # both: one component waits for a part, another for work
    DEPOT = 5  # at a workshop of a higher echelon
    LOST = 6


class Law(IntEnum):
    """Distributions of the duration of work."""

    FIXED = 0
    EXPONENTIAL = 1
    LOGNORMAL = 2
    GAMMA = 3


class ComponentSpecR(IntEnum):
    """Component parameters, real; a column for each component of each unit."""

    BETA = 0  # Weibull shape
    ETA_H = 1  # Weibull scale [effective h]; inf: no such failures
    SHAPE_PER_H = 2  # gamma process: shape per effective hour; 0: no such wear
    SCALE = 3  # gamma process: scale of the increments
    LIMIT = 4  # level of wear at which it fails; inf: never
    DEGRADED_AT = 5  # share of that level from which it is degraded; inf: never
    KEPT_SHARE = 6  # performance left when degraded
    AT_REST = 7  # effective hours per hour active at rest
    UNDER_WAY = 8  # per hour active and moving
    ABOARD = 9  # per hour aboard a host
    PER_SPEED = 10  # added under way, per speed as a share of the maximum
    PER_ROUGHNESS = 11  # added under way, per share of speed lost to the ground
    PER_SEA_STATE = 12  # added while active on the sea, per sea state
    SHOCK_H = 13  # effective hours per strength lost
    START_H = 14  # effective hours per launch
    P_START = 15  # probability that it fails at a launch, apart from its age
    SIGMA = 16  # standard deviation of its condition signal, as a share of LIMIT
    AGE_MOST_H = 17  # age at the start: uniform up to this [effective h]
    REPAIR_H = 18  # mean time of corrective work [h]
    REPAIR_CV = 19  # its coefficient of variation
    SERVICE_H = 20  # mean time of preventive work [h]
    SERVICE_CV = 21
    RESTORED = 22  # of the structure: strength after the repair


class ComponentSpecW(IntEnum):
    """Component parameters, whole."""

    UNIT = 0
    PART = 1  # Part
    BITS = 2  # Damage bits of a failure
    IS_ESSENTIAL = 3  # 1 when the unit is not mission capable without it
    REPAIR_LAW = 4  # Law
    SERVICE_LAW = 5
    SKILL = 6  # bit of the skill of the crew; 0: any crew
    ECHELON = 7  # lowest echelon of a workshop that can replace it
    SPARE = 8  # item of the stores, or -1: needs none
    IS_HIDDEN = 9  # 1 when a failure shows only at the next update of its wear
    IS_REPAIRABLE = 10  # 1 when a workshop of the side, or of a higher echelon behind it, can replace it


class ComponentR(IntEnum):
    """Component state, real."""

    AGE_H = 0  # effective hours since its renewal
    LIFE_H = 1  # effective hours at which its Weibull failure comes
    WEAR = 2  # level of the gamma process
    METER_H = 3  # hours of operation since its renewal
    TOTAL_H = 4  # hours of operation in all
    SIGNAL = 5  # condition signal last reported, as a share of LIMIT
    KNOWN_METER_H = 6  # as last reported
    REQUEST_S = 7  # time of the request for its job
    READY_S = 8  # time from which work on the job is possible
    DUE_S = 9  # end of the work
    BACK_S = 10  # return of the unit from a higher echelon
    HOURS_LIMIT = 11  # standing order: a preventive job from these hours of operation on; inf: none
    SIGNAL_LIMIT = 12  # standing order: a preventive job from this signal on; inf: none
    GIVEN_AGE_H = 13  # of the part for its job: its age, if it comes from another unit
    GIVEN_METER_H = 14
    GIVEN_WEAR = 15


class ComponentW(IntEnum):
    """Component state, whole."""

    CONDITION = 0  # Condition
    RENEWALS = 1  # renewals so far: the key of the draw of its life
    STEP = 2  # Step of its job
    KIND = 3  # Job
    WORKSHOP = 4  # workshop of its job, or -1
    PRIORITY = 5  # of its job: higher first
    HAS_SPARE = 6  # 1 when the part for the job is at hand
    JOBS = 7  # jobs begun: the key of the draw of their durations
    SIGNAL_TICK = 8  # tick of the signal last reported, or -1
    KNOWN_CONDITION = 9  # as last reported
    KNOWN_STEP = 10
    KNOWN_TICK = 11  # tick of the last report
    FAILURES = 12
    REPAIRS = 13  # corrective renewals
    SERVICES = 14  # preventive renewals
    IS_OWED = 16  # 1 while the store of the workshop owes a part to the job
    IS_OWN_SHOP = 15  # 1 when the workshop of its job belongs to the unit itself, which goes on with its task

    STARTS_AS_NONE = nonmember((WORKSHOP, SIGNAL_TICK))


class UseSpecW(IntEnum):
    """Units with upkeep, whole parameters."""

    FIRST = 0  # first component
    COUNT = 1


class UseR(IntEnum):
    """Use of units, real: accumulated since the last update of its wear, then the time of each Readiness."""

    REST_S = 0
    MOVE_S = 1
    SPEED_S = 2  # under way, weighted by the share of the maximum speed
    ROUGH_S = 3  # under way, weighted by the share of speed lost to the ground
    SEA_S = 4  # active on the sea, weighted by the sea state
    ABOARD_S = 5
    UPDATED_S = 6  # time of that update
    STRENGTH = 7  # strength at that update
    PACE = 8  # share of the speed left by degraded components
    SIGHT = 9  # share of the scans left by degraded components
    READY_S = 10  # first of len(Readiness) rows: time in each readiness [s]


N_USE_REALS = int(UseR.READY_S) + len(Readiness)


class UseW(IntEnum):
    """Use of units, whole."""

    WORN = 0  # Damage bits of failed components
    HURT = 1  # Damage bits by fire and mines
    WEAR_TICK = 2  # tick of the next update
    IS_SHUT = 3  # 1 when it is shut down: in work, or without power
    READINESS = 4  # Readiness
    IS_GROUNDED = 5  # 1 when it may not leave its host or home
    START = 6  # Start
    IS_RECALLED = 7  # 1 when ordered home for maintenance
    IS_HOMEWARD = 8  # 1 when it has to go to its host or home for a job


class Start(IntEnum):
    """Check of the components before a launch."""

    NONE = 0
    ASKED = 1
    PASSED = 2


class WorkshopSpecR(IntEnum):
    """Workshop parameters, real."""

    RADIUS_M = 0
    LEAD_S = 1  # time to send a unit there from a lower echelon, and back


class WorkshopSpecW(IntEnum):
    """Workshop parameters, whole."""

    SIDE = 0
    UNIT = 1  # unit that it is aboard or part of; -1: off the map
    ECHELON = 2
    CREW_FIRST = 3
    CREW_COUNT = 4  # -1: a crew for every job
    IS_STRIPPING = 5  # 1 when parts may be taken from units that wait anyway
    RANK = 6  # order of equal workshops


class GangSpecW(IntEnum):
    """Crews of workshops, whole parameters."""

    WORKSHOP = 0
    SKILLS = 1  # bits of their skills; -1: all


class GangR(IntEnum):
    """Crews of workshops, real."""

    FREE_S = 0  # time from which the crew is free
    WORKED_S = 1  # time of work begun


class GangW(IntEnum):
    """Crews of workshops, whole."""

    JOBS = 0  # jobs begun


class UpkeepW(IntEnum):
    """Rules of upkeep, whole."""

    WEAR_PERIOD = 0  # ticks between updates of the wear of a unit
    REPAIR_PERIOD = 1  # ticks between rounds of the workshops
    SIGNAL_TICKS = 2  # least time between condition signals
    RETURNS = 3  # 1 when a unit with a failed essential component returns by itself


class UpkeepSideW(IntEnum):
    """Tallies of upkeep of a side, whole."""

    FAILURES = 0
    REPAIRS = 1
    SERVICES = 2
    DAMAGE_REPAIRS = 3
    STARTS_REFUSED = 4
    SENT_AWAY = 5
    STRIPPED = 6  # parts taken from other units
    SPARES_ASKED = 7  # jobs that needed a part
    SPARES_AT_ONCE = 8  # of these, with the part at hand at once
    SPARES_TAKEN = 9
    ABORTS = 10  # missions ended by a failure: units under way that are not mission capable any more
    REPAIRS_BEGUN = 11  # corrective jobs begun, without the damage by fire and mines
    JOBS_BEGUN = 12


class UpkeepSideR(IntEnum):
    """Tallies of upkeep of a side, real [s]: sums over the jobs begun."""

    APART_S = 0  # from the request to the arrival at a workshop
    PART_S = 1  # waiting for a part
    CREW_S = 2  # waiting for a crew
    WORK_S = 3
    AWAY_S = 4  # transport to a higher echelon and back
    REPAIR_S = 5  # of WORK_S, on failed components
