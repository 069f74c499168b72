"""Medical care: facilities with their stations, and transports, as rows of the blocks of parameters and state.

Without the section ``medical`` of a scenario all these blocks have no columns. The people are in ``medical``.
"""

from enum import IntEnum, nonmember

from simcore.state import WAY_POINTS

SPOTS = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))
"""Offsets from a point, in reaches: a transport comes within reach where one of them is on ground that it can use."""


class Station(IntEnum):
    """Stations of a facility."""

    RESUSCITATION = 0
    SURGERY = 1
    INTENSIVE = 2
    WARD = 3


class TransportStage(IntEnum):
    """Stages of a transport."""

    IDLE = 0
    TO_SCENE = 1
    LOADING = 2
    TO_FACILITY = 3
    UNLOADING = 4
    EXCHANGE = 5  # at an exchange point, for another transport


class TreatmentLaw(IntEnum):
    """Distributions of times of treatment; the first three as in ``upkeep.Law``."""

    FIXED = 0
    EXPONENTIAL = 1
    LOGNORMAL = 2
    TRIANGULAR = 3


class FacilitySpecR(IntEnum):
    """Facilities, real parameters."""

    REACH_M = 0  # distance for unloading and for walking in
    HOLDING_S = 1  # longest stay for return to duty
    RANK = 2  # rank of its card among those of all facilities; ties go by the keys of the units
    SETUP_S = 3  # time after a move until it works again
    MASS_FACTOR = 4  # on the times of treatment in mass-casualty mode


class FacilitySpecW(IntEnum):
    """Facilities, whole parameters; a column for each unit with a facility."""

    UNIT = 0
    ROLE = 1  # 1 to 3
    TEAMS = 2  # surgical teams
    MASS_CASUALTY = 3  # patients in the queue from which it works in mass-casualty mode
    BLOOD_ITEM = 4  # item of the unit's stores for blood; -1: without limit
    STORE_ITEM = 5  # item of the unit's stores for each treatment; -1: none
    DIVERT_AT = 6  # patients in the queue from which it is full and transports go elsewhere


class FacilityR(IntEnum):
    """Facilities, real state."""

    PATIENT_S = 0  # integral of the patients present
    QUEUE_S = 1  # integral of the patients that wait
    WAIT_S = 2  # waiting time of those whose treatment has begun
    BUSY_S = 3  # first of len(Station) rows: integral of the places taken at each station
    SETTLED_S = 7  # from when on it works after a move
    LACKED_S = 8  # last time that a treatment could not begin for want of stores
    WAITED_S = 9  # first of len(Station) rows: waiting time of those whose treatment has begun at each station


N_FACILITY_REALS = int(FacilityR.WAITED_S) + len(Station)


class FacilityW(IntEnum):
    """Facilities, whole state."""

    IN_QUEUE = 0
    PRESENT = 1
    IS_MASS = 2  # 1 in mass-casualty mode
    ARRIVED = 3
    TREATED = 4  # treatments ended
    DIED = 5
    SENT_ON = 6  # to another facility
    RETURNED = 7  # to duty
    DIVERTED = 8  # turned away for want of a place
    BLOOD_USED = 9  # units
    REPORTED_QUEUE = 10  # as last reported to the command post
    REPORTED_PRESENT = 11
    REPORTED_TICK = 12
    TAKEN = 13  # first of len(Station) rows: places taken at each station
    LEFT = 17  # the theatre, alive
    BLOOD_LACKED = 18  # units that patients lacked and the store did not have
    MODE = 19  # FacilityMode bits, as ordered by a policy
    IS_FULL = 20  # 1 when transports should go elsewhere
    REPORTED_FULL = 21
    UNDER_QUEUE = 22  # in the report under way
    UNDER_PRESENT = 23
    UNDER_FULL = 24
    REPORT_SENT = 25  # tick of the report under way
    REPORT_DUE = 26  # its arrival, plus 1; 0: none under way
    BEGUN = 27  # first of len(Station) rows: treatments begun at each station
    ENDED = 31  # first of len(Station) rows: treatments ended at each station

    STARTS_AS_NONE = nonmember((REPORTED_TICK,))


N_FACILITY_WHOLES = int(FacilityW.ENDED) + len(Station)


class FacilityMode(IntEnum):
    """Modes of a facility that a policy orders, as bits; 0: by the patients in its queue."""

    MASS = 1  # mass-casualty mode
    DIVERTS = 2  # transports go elsewhere
    OPEN = 4  # transports come, however many patients wait


class StationSpecR(IntEnum):
    """Stations, real parameters; column ``len(Station) * facility + station``."""

    MEAN_S = 0  # mean treatment; triangular: the mode
    CV = 1  # coefficient of variation of the lognormal law
    LOW_S = 2  # triangular: least
    HIGH_S = 3  # triangular: most


class StationSpecW(IntEnum):
    """Stations, whole parameters."""

    PLACES = 0
    LAW = 1  # TreatmentLaw


class TransportSpecR(IntEnum):
    """Transports, real parameters."""

    REACH_M = 0  # distance for loading and unloading


class TransportSpecW(IntEnum):
    """Transports, whole parameters; a column for each unit with places for casualties."""

    UNIT = 0
    LITTERS = 1
    SEATS = 2
    HAS_ATTENDANT = 3
    BLOOD = 4  # units of blood carried, filled up at a facility
    LOAD_TICKS = 5
    UNLOAD_TICKS = 6
    IS_UNMANNED = 7  # 1 without a crew
    IS_ROUTED = 8  # 1 when it goes round impassable ground


class TransportR(IntEnum):
    """Transports, real state."""

    AWAY_M = 0  # least distance from its destination so far
    BUSY_S = 1  # time not idle
    WAY_X = 2  # destination of its way round impassable ground [m]
    WAY_Y = 3
    WAY = 4  # first of 2 * WAY_POINTS rows: points of that way [m], x then y


N_TRANSPORT_REALS = int(TransportR.WAY) + 2 * WAY_POINTS


class TransportW(IntEnum):
    """Transports, whole state."""

    STAGE = 0  # TransportStage
    PERSON = 1  # casualty that it goes for, or -1
    FACILITY = 2  # column of the facility that it goes to, or -1
    POINT = 3  # exchange point that it goes to, or -1
    READY_TICK = 4  # end of loading or unloading; on its way to a casualty: when it receives the order
    LITTERS = 5  # taken
    SEATS = 6
    BLOOD = 7  # units left
    SERIAL = 8  # serial of the order that it carries out
    TRIPS = 9  # deliveries so far
    CARRIED = 10  # casualties delivered so far
    HAS_DIVERTED = 11  # 1 when it was turned away on this trip
    IS_ORDERED = 12  # 1 when it goes only where a policy orders it
    ORDER_PERSON = 13  # casualty for whom it is ordered to go, or -1
    ORDER_FACILITY = 14  # facility to which it is ordered to go, or -1: the nearest
    TAKES = 15  # casualties that it may take, as bits 1 << Triage; 0: all
    GIVES_BLOOD = 16  # as ordered: 1 gives the blood that it carries, 2 does not; 0: by the rules
    REPORTED_STAGE = 17  # as last reported to the command post
    REPORTED_LITTERS = 18
    REPORTED_SEATS = 19
    REPORTED_TICK = 20
    UNDER_STAGE = 21  # in the report under way
    UNDER_LITTERS = 22
    UNDER_SEATS = 23
    REPORT_SENT = 24  # tick of the report under way
    REPORT_DUE = 25  # its arrival, plus 1; 0: none under way
    AWAY_TICK = 26  # since when it gets no nearer to its destination, or -1
    REPORTED_SERVES = 28  # 1 while its task is to evacuate, as last reported
    UNDER_SERVES = 29
    REFUSED = 27  # casualty whom it could not reach, or -1: it does not choose him again by itself
    REPORTED_BLOOD = 30
    UNDER_BLOOD = 31
    WAY_COUNT = 32  # points of its way; 0: it goes straight; -1: its way has to be found
    WAY_NEXT = 33  # next point
    ESCORT_BY = 34  # tick until which it waits for its escort before it sets out

    STARTS_AS_NONE = nonmember(
        (PERSON, FACILITY, POINT, SERIAL, ORDER_PERSON, ORDER_FACILITY, REPORTED_TICK, AWAY_TICK, REFUSED)
    )
