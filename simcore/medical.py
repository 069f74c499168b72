"""Medical support: people, as rows of the blocks of parameters and state; facilities and transports: ``care``.

Without the section ``medical`` of a scenario all these blocks have no columns. People stand by unit, so that those of a
unit are the columns FIRST to FIRST + COUNT - 1. Times are in seconds since the start unless their name says otherwise;
``inf`` is never, and a time that has not come is negative.
"""

from enum import IntEnum, nonmember


class Mechanism(IntEnum):
    """Causes of an injury."""

    FRAGMENT = 0
    BULLET = 1
    BLAST = 2
    MINE = 3
    BURN = 4
    CRASH = 5
    DISEASE = 6
    STRESS = 7


class Region(IntEnum):
    """Body regions by their bleeding."""

    HEAD = 0
    TORSO = 1
    JUNCTIONAL = 2  # groin, armpit, neck: no place for a tourniquet
    LIMB = 3


class PersonKind(IntEnum):
    """Kinds of people."""

    CREW = 0
    PASSENGER = 1
    CIVILIAN = 2


class Health(IntEnum):
    """Health of a person."""

    FIT = 0
    HURT = 1
    DEAD = 2


class Stage(IntEnum):
    """Place of a casualty in the chain of evacuation."""

    NONE = 0  # no casualty
    SCENE = 1  # where he was hurt, or at an exchange point
    ABOARD = 2  # of the transport PLACE
    QUEUE = 3  # waits at the facility PLACE
    STATION = 4  # in treatment at STATION of the facility PLACE
    HOLDING = 5  # treated: waits at the facility PLACE for duty or for onward evacuation
    RETURNED = 6  # to duty
    LEFT = 7  # the theatre, alive


class Triage(IntEnum):
    """Triage categories; 0: none yet."""

    NONE = 0
    T1 = 1  # immediate
    T2 = 2  # urgent
    T3 = 3  # delayed
    T4 = 4  # expectant


class Death(IntEnum):
    """Deaths by the stage at which they come."""

    NONE = 0
    AT_ONCE = 1
    BEFORE_CARE = 2  # before a facility was reached: with those at once, killed in action
    IN_CARE = 3  # after a facility was reached: died of wounds


class Cause(IntEnum):
    """Causes of death."""

    NONE = 0
    OVERWHELMING = 1  # at once
    BLEEDING = 2
    TRAUMA = 3  # the clock of the injury ran out
    WOUNDS = 4  # after care
    LOST = 5  # with the transport or facility, at once


class PersonSpecW(IntEnum):
    """People, whole parameters."""

    UNIT = 0
    KIND = 1  # PersonKind
    IS_MEDIC = 2
    NUMBER = 3  # in the unit: with the unit's key, the key of the draws


class PersonR(IntEnum):
    """People, real state. Times of events that have not come are -1."""

    SEVERITY = 0  # NISS, 1 to 75
    BLOOD = 1  # share of the blood volume
    BLEED_PER_H = 2  # rate of bleeding now, without care
    BLEED_GROWTH = 3  # its growth k [1/h^2]: the volume goes as exp(-(a t + k t^2 / 2))
    BLEED_RATE = 4  # factor on the bleeding under the present care; 0: stopped
    TRAUMA_S = 5  # time left on the clock of the injury when untreated; inf: it does not kill
    TRAUMA_RATE = 6  # speed of that clock under the present care; 0: stopped
    UPDATED_S = 7  # time up to which both clocks are advanced
    HURT_S = 8
    AID_S = 9  # end of the first aid
    REQUEST_S = 10  # of evacuation
    PICKED_S = 11
    ROLE1_S = 12  # arrival at the first facility of the role, or of a higher one
    ROLE2_S = 13
    ROLE3_S = 14
    SURGERY_S = 15  # begin of the first surgery
    END_S = 16  # death, return to duty or departure from the theatre
    DUE_S = 17  # end of the present aid, treatment or convalescence; inf: none
    WOUNDS_S = 18  # death of wounds after care; inf: none
    X = 19  # where he lies when PLACE is -1 [m]
    Y = 20
    READY_S = 21  # since when he waits for a station or a transport

    STARTS_AS_NONE = nonmember((8, 9, 10, 11, 12, 13, 14, 15, 16))


class PersonW(IntEnum):
    """People, whole state."""

    HEALTH = 0  # Health
    STAGE = 1  # Stage
    PLACE = 2  # unit that he is with: his own, a transport or a facility; -1: on the ground at X, Y
    MECHANISM = 3  # Mechanism of the last injury
    REGION = 4  # Region
    TRIAGE = 5  # Triage as assigned
    TRUE_TRIAGE = 6  # Triage without error
    TOURNIQUET = 7  # 1 when it holds
    IS_AMBULATORY = 8  # 1 when he can sit and walk
    STATION = 9  # Station of his treatment, or the next that he waits for; -1: none
    DEATH = 10  # Death
    CAUSE = 11  # Cause
    TRANSPORT = 12  # column of the transport assigned to him, or -1
    FACILITY = 13  # column of the facility that he goes to or is in, or -1
    BLOOD_GIVEN = 14  # units
    NEEDS_SURGERY = 15  # 1 until the surgery
    IS_SURVIVABLE = 16  # 1 when prompt care would save him: his death is preventable
    AID = 17  # Aid that he has had
    WOUNDS = 18  # injuries and illnesses so far
    AID_NOW = 19  # Aid under way, or 0; its end is DUE_S
    REPORTED_STAGE = 20  # as last reported to the command post
    REPORTED_TRIAGE = 21
    REPORTED_PLACE = 22
    REPORTED_TICK = 23
    IS_STABLE = 24  # 1 when his care has stopped both clocks
    ROLE = 25  # highest role of the facilities that he has reached
    HELPER = 26  # unit of the medic who gives him aid, or -1
    IS_WOUNDED = 27  # 1 when his case has a wound, 0 for illness alone
    POINT = 28  # exchange point where he lies, or -1
    DONE = 29  # treatments that he has had at his facility, as bits 1 << Station
    PRIORITY = 30  # as ordered by a policy, 1 comes first; 0: by his triage
    TREATMENTS = 31  # so far: key of their draws
    REPORTED_WAITS = 32  # 1 when a transport was asked for him by the last report
    UNDER_STAGE = 33  # in the report under way
    UNDER_TRIAGE = 34
    UNDER_PLACE = 35
    UNDER_WAITS = 36
    REPORT_SENT = 37  # tick of the report under way
    REPORT_DUE = 38  # its arrival, plus 1; 0: none under way
    QUEUE = 39  # work space: a list of people
    REPORTED_ROLE = 40
    UNDER_ROLE = 41
    REPORTED_SITS = 42
    UNDER_SITS = 43
    REPORTED_HEALTH = 44
    UNDER_HEALTH = 45
    REPORTED_STATION = 46
    UNDER_STATION = 47
    REPORTED_MECHANISM = 48
    UNDER_MECHANISM = 49
    CARER = 50  # side that has taken a casualty of a neutral side in charge, or -1

    STARTS_AS_NONE = nonmember(
        (STATION, TRANSPORT, FACILITY, REPORTED_TICK, HELPER, POINT, REPORTED_STATION, UNDER_STATION, CARER)
    )


class Aid(IntEnum):
    """First aid that a casualty has had."""

    NONE = 0
    SELF = 1
    BUDDY = 2
    MEDIC = 3


class MedicalUnitSpecR(IntEnum):
    """Units in medical support, real parameters."""

    PROTECTION = 0  # share of injuries prevented


class MedicalUnitSpecW(IntEnum):
    """Units in medical support, whole parameters."""

    FIRST = 0  # first of its people
    COUNT = 1
    CREW = 2  # people that serve it; 0: nobody is missed
    FACILITY = 3  # its column among the facilities, or -1
    TRANSPORT = 4  # its column among the transports, or -1


class MedicalUnitR(IntEnum):
    """Units in medical support, real state."""

    STRENGTH = 0  # as of the last look for injuries


class MedicalUnitW(IntEnum):
    """Units in medical support, whole state."""

    BLOW = 0  # Mechanism of the first blow of this tick, plus 1; 0: none
    IS_GONE = 1  # 1 once it is lost, and its people lie on the ground
    FIT = 2  # crew fit for duty
    CREWLESS = 3  # Damage bits set for want of a crew
    HURT = 4  # Damage bits by fire and mines so far, those set for want of a crew included
    MEDICS = 5  # medics free to help, as of the last update


class InjuryR(IntEnum):
    """Injuries by Mechanism, parameters; a column for each."""

    P_AT_ONCE = 0  # probability that it kills at once
    NISS = 1  # severity of all; nan: drawn
    P_BLEEDING = 2  # probability of dangerous bleeding, from the least severity for it
    BAND = 3  # first of N_BANDS rows: cumulative share of the bands of severity
    REGION = 8  # first of len(Region) rows: cumulative share of the regions


N_BANDS = 5
BAND_EDGES = (1.0, 9.0, 16.0, 25.0, 50.0, 76.0)
"""Edges of the bands of severity [NISS]: minor, moderate, serious, severe, critical to 75. A band lacks its end."""
N_INJURY_ROWS = int(InjuryR.REGION) + len(Region)


class BleedingR(IntEnum):
    """Bleeding by Region, parameters; a column for each."""

    FROM_PER_H = 0  # rate at first: uniform between the two
    TO_PER_H = 1
    GROWTH_PER_H2 = 2
    KILLS = 3  # whether an injury there that kills in time does so by bleeding, 0 or 1


class MedicalRuleR(IntEnum):
    """Rules of medical support, real."""

    DT_S = 0  # between updates
    P_HURT = 1  # of each person of a unit that is hit; negative: by the strength lost
    TRAUMA_SCALE_S = 2  # the clock of an injury: scale times NISS to the power, or exponential with the mean
    TRAUMA_POWER = 3
    TRAUMA_CV = 4  # lognormal spread
    TRAUMA_MEAN_S = 5
    TRAUMA_NISS = 6  # least severity that kills in time
    BLEED_NISS = 7  # least severity with dangerous bleeding
    DEAD_BLOOD = 8  # share of the blood volume at which he dies
    REACTION_S = 9  # from the injury to the first aid, at the earliest
    BUDDY_S = 10  # length of aid by a comrade
    MEDIC_S = 11  # length of aid by a medic
    AID_REACH_M = 12  # distance at which a medic of another unit comes
    P_TOURNIQUET_BUDDY = 13
    P_TOURNIQUET_MEDIC = 14
    TOURNIQUET_PER_H = 15
    AID_TRAUMA = 16  # TRAUMA_RATE after aid by a comrade
    AID_BLEED = 17  # BLEED_RATE after it
    MEDIC_TRAUMA = 18
    MEDIC_BLEED = 19
    REQUEST_S = 20  # from the end of the aid to the request of evacuation
    T1_NISS = 21  # least severity of T1
    T2_NISS = 22
    T4_NISS = 23
    T1_BLOOD = 24  # T1 below this share of the blood volume
    P_OVER = 25  # of one category too urgent
    P_UNDER = 26  # of one category too late
    P_OVER_FACILITY = 27
    P_UNDER_FACILITY = 28
    DISEASE_PER_S = 29  # of each person
    STRESS_PER_S = 30
    WOUNDED_PER_S = 31  # mean of the rate of a side and day
    WOUNDED_CV = 32  # its coefficient of variation from day to day
    SCENE_NISS = 33  # below it he returns to duty where he is
    SCENE_DUTY_S = 34  # after this time
    WOUNDS_DEATH_S = 35  # mean time from care to death of wounds
    RIDE_TRAUMA = 36  # TRAUMA_RATE aboard a transport with an attendant
    RIDE_BLEED = 37
    LONE_TRAUMA = 38  # without an attendant: factor on the rate that he has
    LONE_BLEED = 39
    RESUSCITATION_TRAUMA = 40  # TRAUMA_RATE in resuscitation and after it
    RESUSCITATION_BLEED = 41
    UNIT_BLOOD = 42  # share of the blood volume in a unit of blood
    FULL_BLOOD = 43  # share up to which blood is given
    P_SURGERY = 44  # first of three rows: probability that T1, T2, T3 need surgery
    P_WOUNDS = 47  # first of N_BANDS rows: probability of death of wounds after care, by the band of severity
    DUTY_S = 52  # first of N_BANDS rows: mean time from care to duty, by the band of severity
    CIVILIAN_REACH_M = 57  # distance at which a side learns of the casualties of neutral sides
    P_FATAL = 58  # probability that an injury from TRAUMA_NISS on kills without care


N_RULE_REALS = int(MedicalRuleR.P_FATAL) + 1


class MedicalRuleW(IntEnum):
    """Rules of medical support, whole."""

    PERIOD = 0  # ticks between updates
    CREW_MATTERS = 1  # 1 when a unit without a fit crew cannot move or fire
    TRAUMA_LAW = 2  # TraumaLaw
    SELF_AID = 3  # 1 when a casualty without comrades may treat himself
    MEDIC_BLOOD = 4  # units of blood that a medic gives to one who bleeds
    BLOOD_FORWARD = 5  # 1 when transports with an attendant give the blood that they carry
    UNMANNED = 6  # Unmanned
    ESCORT_WAIT = 7  # ticks for which a transport waits for its escort before it sets out
    CARING_SIDES = 8  # sides that care for the casualties of neutral sides, as bits 1 << side


class TraumaLaw(IntEnum):
    """Laws of the clock of an injury."""

    NONE = 0
    POWER = 1
    EXPONENTIAL = 2


class Unmanned(IntEnum):
    """Casualties for whom an unmanned transport may be used."""

    NONE = 0
    LIGHT = 1  # T3, and those who can sit
    ALL = 2


class MedicalSideW(IntEnum):
    """Tallies of medical support of a side, whole. A case counts once, whatever the number of its injuries."""

    WOUNDED = 0  # cases with a wound by fire, mines or crashes, those killed at once included
    SICK = 1  # illnesses
    STRESSED = 2
    KILLED_AT_ONCE = 3  # of the wounded, like the next two
    DIED_BEFORE_CARE = 4
    DIED_OF_WOUNDS = 5
    RETURNED = 6  # to duty, wounded or ill
    LEFT = 7
    AIDED = 8
    TOURNIQUETS = 9
    OVER_TRIAGED = 10
    UNDER_TRIAGED = 11
    TRIAGED = 12
    PREVENTABLE = 13  # deaths before or in care that prompt care would have prevented
    BLED_TO_DEATH = 14
    CARRIED = 15  # casualties delivered to a facility
    RETURNED_SOON = 16  # wounded back on duty within 72 hours
    DIED_OF_ILLNESS = 17  # without a wound
    CIVILIANS = 18  # casualties of neutral sides admitted to its facilities
    # of wounded whose case has ended, and who were hurt anew: their times stand with the people no more
    AID_CASES = 19  # who had first aid, reached Role 2, had surgery, and their total time since the injury [s]
    AID_WAIT_S = 20
    ROLE2_CASES = 21
    ROLE2_WAIT_S = 22
    SURGERY_CASES = 23
    SURGERY_WAIT_S = 24
    AID_DUE = 25  # to whom care was due within each of the TIME_LINES_S, and of these who had it
    AID_IN_TIME = 26
    FIELD_CARE_DUE = 27
    FIELD_CARE_IN_TIME = 28
    SURGERY_DUE = 29
    SURGERY_IN_TIME = 30


TIME_LINES_S = (600.0, 3600.0, 7200.0)
"""Time lines 10-1-2: first aid in 10 minutes, enhanced care in 1 hour, damage control surgery in 2 hours."""
